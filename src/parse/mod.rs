//! "What does this file say by itself?" From text to facts: parsers kept per thread, limits of time and depth, and
//! error nodes turned into problems. Pure and total: any text gives facts.

pub mod chunks;

pub use chunks::{ChunkSpan, chunk_of_line};

use crate::facts::{Builder, DefFlags, DefText, FileFacts, Problem};
use crate::lang::outline::{TextDef, outline};
use crate::lang::text::TextKind;
use crate::lang::{LANGUAGES, language};
use std::cell::RefCell;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
use tree_sitter::{Node, ParseOptions, Parser, Point, Tree};

/// Longest time that parsing one file may take; a file that takes longer is indexed as text.
const TIME_LIMIT: Duration = Duration::from_secs(5);
/// Most places of bad syntax that are noted for one file.
const MAX_SYNTAX_PROBLEMS: usize = 3;

/// What parsing one file gives.
pub struct Parsed {
    /// The facts; empty but for the file itself when it has no language or could not be parsed in time.
    pub facts: FileFacts,
    /// Signature and doc of each definition, in the order of [`FileFacts::defs`].
    pub texts: Vec<DefText>,
    /// The file cut into pieces for search.
    pub chunks: Vec<ChunkSpan>,
    /// Definitions that were found without a grammar: names for search, in the order of the text.
    pub outline: Vec<TextDef>,
}

/// What parts of a file to leave out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Leave {
    /// Test code that stands among other code.
    pub tests: bool,
}

/// Reads one file. `language_index` points into [`LANGUAGES`]; `None` for text of an unknown kind.
#[must_use]
pub fn file(path: &str, source: &str, language_index: Option<u8>, leave: Leave) -> Parsed {
    let Some(index) = language_index.filter(|&index| usize::from(index) < LANGUAGES.len()) else {
        return text(path, source, None);
    };
    let parsed = code(path, source, index);
    if leave.tests
        && let Some(blanked) = without_tests(source, &parsed.facts)
    {
        return code(path, &blanked, index);
    }
    parsed
}

/// Reads one file that has no grammar.
#[must_use]
pub fn text(path: &str, source: &str, kind: Option<&TextKind>) -> Parsed {
    let (facts, texts) = Builder::new(u8::MAX, source, name_of(path), false).finish();
    let outline = kind.map(|kind| outline(kind, source)).unwrap_or_default();
    let leads: Vec<usize> = outline.iter().map(|def| def.lead_byte).collect();
    Parsed { facts, texts, chunks: chunks::of_text(source, &leads), outline }
}

fn code(path: &str, source: &str, index: u8) -> Parsed {
    let language = language(index);
    let mut builder = Builder::new(index, source, name_of(path), (language.is_test_path)(path));
    let Some(tree) = tree(source, index) else {
        builder.problem(Problem::TimedOut);
        let (facts, texts) = builder.finish();
        return Parsed { facts, texts, chunks: chunks::of_text(source, &[]), outline: Vec::new() };
    };
    let root = tree.root_node();
    if root.has_error() {
        syntax_problems(root, &mut builder);
    }
    (language.walk)(&mut builder, root);
    let (facts, texts) = builder.finish();
    Parsed { facts, texts, chunks: chunks::of_code(source, root), outline: Vec::new() }
}

/// Parses with this thread's parser of the language; `None` when the time is up.
#[must_use]
pub fn tree(source: &str, index: u8) -> Option<Tree> {
    thread_local! {
        static PARSERS: RefCell<Vec<Option<Parser>>> = const { RefCell::new(Vec::new()) };
    }
    PARSERS.with_borrow_mut(|parsers| {
        let at = usize::from(index);
        if parsers.len() <= at {
            parsers.resize_with(at + 1, || None);
        }
        let parser = match &mut parsers[at] {
            Some(parser) => parser,
            slot => {
                let mut parser = Parser::new();
                parser.set_language(&(language(index).grammar)()).ok()?;
                slot.insert(parser)
            }
        };
        let start = Instant::now();
        let mut in_time = |_: &tree_sitter::ParseState| {
            if start.elapsed() > TIME_LIMIT { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut in_time);
        let bytes = source.as_bytes();
        let mut read = |at: usize, _: Point| bytes.get(at..).unwrap_or_default();
        let tree = parser.parse_with_options(&mut read, None, Some(options));
        if tree.is_none() {
            // What is left of the interrupted parse must not go into the next file.
            parser.reset();
        }
        tree
    })
}

/// Notes the first places of bad syntax, going down only where there are any.
fn syntax_problems(root: Node<'_>, builder: &mut Builder<'_>) {
    let mut cursor = root.walk();
    let mut found = 0;
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            let line = u32::try_from(node.start_position().row).unwrap_or(u32::MAX);
            builder.problem(Problem::Syntax { line });
            found += 1;
            if found >= MAX_SYNTAX_PROBLEMS {
                return;
            }
        } else if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
        }
    }
}

/// The text with its test code turned into blanks, so that all places stay; `None` when there is none.
fn without_tests(source: &str, facts: &FileFacts) -> Option<String> {
    let mut bytes = source.as_bytes().to_vec();
    let mut any = false;
    for def in facts.defs.iter().skip(1).filter(|def| def.flags.has(DefFlags::TEST)) {
        any = true;
        let range = def.span.start as usize..(def.span.end as usize).min(bytes.len());
        for byte in bytes.get_mut(range).unwrap_or_default() {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    if any { String::from_utf8(bytes).ok() } else { None }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_thousand_parentheses_give_facts_and_no_overflow() {
        for (index, language) in LANGUAGES.iter().enumerate() {
            let source = format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000));
            let name = format!("deep.{}", language.extensions[0]);
            let parsed = file(&name, &source, u8::try_from(index).ok(), Leave::default());
            assert_eq!(parsed.facts.defs[0].end_line, 1, "{}", language.label);
            assert!(!parsed.chunks.is_empty(), "{}", language.label);
        }
    }

    #[test]
    fn hostile_bytes_give_facts_in_every_language() {
        let sources =
            ["", "\0\0\0", "\u{feff}", "}}}}))))", "\"unclosed", "/* unclosed", "fn fn fn class def func"];
        for (index, _) in LANGUAGES.iter().enumerate() {
            for source in sources {
                let parsed = file("x", source, u8::try_from(index).ok(), Leave::default());
                assert_eq!(parsed.facts.defs.len(), parsed.texts.len());
            }
        }
    }
}
