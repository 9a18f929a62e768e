//! Which symbol stands for a hit: the one whose own lines hold most of the question's words.

use super::Hit;
use super::snippet::{self, Lights, Lines};
use crate::store::SymbolRow;
use crate::text::Stems;
use std::ops::RangeInclusive;

/// What a line begins with that belongs to the definition below it: comments, attributes, decorators.
const MARKS: [&str; 9] = ["//", "/*", "*", "#", "--", ";", "%", "@", "["];
/// Languages in which `#` begins no comment.
const WITHOUT_HASH: [&str; 3] = ["c", "cpp", "csharp"];
/// Most lines above a symbol that are taken for its comment.
const MAX_COMMENT: u32 = 200;

/// What one symbol has of a hit.
struct Share<'h> {
    symbol: &'h SymbolRow,
    /// Its lines and those of its comment, 0-based.
    lines: RangeInclusive<u32>,
    /// By word of the question: it stands on a line of its own.
    words: Vec<bool>,
    /// Lines of the hit that belong to no symbol inside it.
    n_lines: u32,
}

impl Share<'_> {
    fn n_words(&self) -> usize {
        self.words.iter().filter(|&&has| has).count()
    }

    /// How many words of the question stand in the symbol's name and that of its holder.
    fn n_name_words(&self, words: &Stems) -> usize {
        let mut found = vec![false; words.all().len()];
        for name in [&self.symbol.container, &self.symbol.name] {
            words.find(name, &mut |_, word| mark(&mut found, word));
        }
        found.into_iter().filter(|&has| has).count()
    }
}

/// Notes that a word was found.
fn mark(found: &mut [bool], word: usize) {
    if let Some(has) = found.get_mut(word) {
        *has = true;
    }
}

/// Chooses the symbol of a hit by what matched in the text of its file, and gives the lines of the hit that belong to
/// it, 1-based. A line belongs to the innermost symbol around it or, in a comment, right below it. The symbol with most
/// words of the question on its lines is chosen; of equal ones that with most of them in its name and its holder's, then
/// that with most lines, then the first. Where no symbol
/// has a word, the hit keeps its symbol; without one it gets that to which most of its lines belong, if any. The exact
/// name that was asked for stays.
///
/// The text must be what was indexed; the caller compares its hash with that of the file's row.
pub fn label(hit: &mut Hit, text: &Lines, lights: &Lights) -> RangeInclusive<u32> {
    let whole = hit.start_line..=hit.end_line;
    if hit.is_exact {
        return whole;
    }
    let words = &lights.words;
    let mut shares: Vec<Share<'_>> = hit
        .choices
        .iter()
        .map(|symbol| Share {
            symbol,
            lines: comment_start(text, symbol.start_line, &hit.language)..=symbol.end_line,
            words: vec![false; words.all().len()],
            n_lines: 0,
        })
        .collect();
    for number in hit.start_line.saturating_sub(1)..hit.end_line {
        let Some(line) = text.get(number as usize) else { break };
        let around = shares.iter_mut().filter(|share| share.lines.contains(&number));
        if let Some(owner) = around.min_by_key(|share| share.lines.end() - share.lines.start()) {
            owner.n_lines += 1;
            words.find(snippet::cut(line), &mut |_, word| mark(&mut owner.words, word));
        }
    }
    let most = shares.iter().map(Share::n_words).max().unwrap_or_default();
    // The last of equal ones is the greatest: the first comes last.
    let best = shares.iter().rev().filter(|share| share.n_words() == most);
    let best = best.max_by_key(|share| (share.n_name_words(words), share.n_lines));
    let has_most_lines = |share: &&Share<'_>| share.n_lines * 2 > hit.end_line + 1 - hit.start_line;
    let chosen = match best {
        Some(best) if best.n_words() > 0 => Some(best),
        _ if hit.symbol.is_some() => shares.iter().find(|share| Some(share.symbol) == hit.symbol.as_ref()),
        _ => shares.iter().find(has_most_lines),
    };
    let Some(chosen) = chosen else { return whole };
    let start = (chosen.lines.start() + 1).max(hit.start_line);
    let end = (chosen.lines.end() + 1).min(hit.end_line);
    hit.symbol = Some(chosen.symbol.clone());
    if start <= end { start..=end } else { whole }
}

/// The first line of the comment, attributes and decorators that stand right above a line, 0-based; the line itself
/// when there are none.
fn comment_start(text: &Lines, line: u32, language: &str) -> u32 {
    let has_hash = !WITHOUT_HASH.contains(&language);
    let mut start = line;
    let mut in_block = false;
    for number in (line.saturating_sub(MAX_COMMENT)..line).rev() {
        let Some(text) = text.get(number as usize).map(str::trim) else { break };
        let is_mark = MARKS.iter().any(|mark| text.starts_with(mark) && (has_hash || *mark != "#"));
        in_block |= text.ends_with("*/");
        if !in_block && !is_mark {
            break;
        }
        if text.contains("/*") {
            in_block = false;
        }
        if !in_block {
            start = number;
        }
    }
    start
}

#[cfg(test)]
mod tests {
    use super::label;
    use crate::model::{FileId, SymbolKind};
    use crate::search::Hit;
    use crate::search::snippet::{Lights, Lines};
    use crate::store::SymbolRow;

    fn symbol(name: &str, start_line: u32, end_line: u32) -> SymbolRow {
        SymbolRow {
            slot: 1,
            kind: SymbolKind::Function,
            name: name.to_owned(),
            container: String::new(),
            chunk: 0,
            start_line: start_line - 1,
            end_line: end_line - 1,
            is_test: false,
        }
    }

    /// The name and lines that a hit gets; symbols are given with 1-based lines.
    fn labelled(lines: (u32, u32), symbols: &[(&str, u32, u32)], question: &str) -> (String, u32, u32) {
        let choices: Vec<SymbolRow> =
            symbols.iter().map(|&(name, start, end)| symbol(name, start, end)).collect();
        let mut hit = Hit {
            file: FileId(1),
            path: "a.go".to_owned(),
            language: "go".to_owned(),
            start_line: lines.0,
            end_line: lines.1,
            score: 1.0,
            symbol: None,
            choices,
            is_exact: false,
            parts: Vec::new(),
        };
        let shown = label(&mut hit, &Lines::of(TEXT.to_owned()), &Lights::new(question, &[]));
        (hit.symbol.map_or_else(String::new, |symbol| symbol.name), *shown.start(), *shown.end())
    }

    const TEXT: &str = "\
func print() {
\tout(x)
}

// Writes the help text.
func write() {
\tprint(text)
\tflush()
}

func last() {
\tcall(x)
}

// Knows the zebra and
// the giraffe.
func zoo() {
}
";
    const ALL: [(&str, u32, u32); 4] = [("print", 1, 3), ("write", 6, 9), ("last", 11, 13), ("zoo", 17, 18)];

    #[test]
    fn the_symbol_with_most_words_on_its_lines_stands_for_a_hit() {
        assert_eq!(labelled((1, 13), &ALL, "print help text"), ("write".to_owned(), 5, 9));
        assert_eq!(labelled((1, 13), &ALL, "out"), ("print".to_owned(), 1, 3));
    }

    #[test]
    fn of_equal_symbols_the_name_decides_then_the_lines_then_the_first() {
        assert_eq!(labelled((1, 13), &ALL, "print").0, "print");
        assert_eq!(labelled((1, 13), &ALL, "func").0, "write");
        assert_eq!(labelled((1, 13), &ALL, "x").0, "print");
    }

    #[test]
    fn a_comment_stands_for_the_function_that_begins_below_the_hit() {
        assert_eq!(labelled((11, 16), &ALL, "where is the zebra"), ("zoo".to_owned(), 15, 16));
        assert_eq!(labelled((11, 16), &ALL, "call").0, "last");
    }

    #[test]
    fn lines_inside_a_function_belong_to_the_innermost() {
        let nested = [("outer", 1, 18), ("inner", 5, 13)];
        assert_eq!(labelled((6, 9), &nested, "flush").0, "inner");
        assert_eq!(labelled((6, 9), &nested, "unheard"), ("inner".to_owned(), 6, 9));
        assert_eq!(labelled((1, 12), &nested, "out").0, "outer");
        assert_eq!(labelled((1, 18), &ALL, "unheard"), (String::new(), 1, 18));
    }

    #[test]
    fn comments_attributes_and_blocks_belong_to_what_is_below_them() {
        let comment_start = |lines: &[&str], line, language| {
            super::comment_start(&Lines::of(lines.join("\n")), line, language)
        };
        let block = ["x = 1;", "/* Adds", "two", "*/", "@Test", "int f() {"];
        assert_eq!(comment_start(&block, 5, "java"), 1);
        let include = ["#include <x>", "int f() {"];
        assert_eq!((comment_start(&include, 1, "c"), comment_start(&include, 1, "python")), (1, 0));
        assert_eq!(comment_start(&["# far", "", "def f():"], 2, "python"), 2);
        assert_eq!(comment_start(&[], 7, "python"), 7);
    }
}
