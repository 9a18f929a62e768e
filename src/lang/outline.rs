//! Definitions in text without a grammar: found line by line, for ranking and for cutting text into chunks.
//!
//! A line announces a definition when, after modifiers, it starts with a keyword of its language and a name follows.
//! Indentation tells where it ends and what holds it. That is cheap, total and right for code as people lay it out;
//! what it finds are names for search, never symbols of the graph.

use super::text::TextKind;
use crate::model::SymbolKind;
use SymbolKind::{
    Class, Constructor, Enum, Function, Interface, Macro, Method, Module, Struct, Trait, TypeAlias,
};

/// Most definitions of one file.
const MAX_DEFS: usize = 20_000;
/// Longest line that is looked at, in bytes.
const MAX_LINE: usize = 1_000;
/// Columns that a tab counts for.
const TAB: usize = 4;

/// A definition that a line announces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextDef {
    /// Its own name.
    pub name: String,
    /// The name of what holds it; empty at the top.
    pub container: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Byte at which its name starts.
    pub byte: usize,
    /// Byte of the line where the comment or attributes above it start, or its own line.
    pub lead_byte: usize,
    /// First line, 0-based.
    pub start_line: u32,
    /// Last line, 0-based, inclusive.
    pub end_line: u32,
}

/// How a language announces definitions.
struct Shape {
    /// Names of the kinds of text that look like this.
    names: &'static [&'static str],
    /// First words and what they announce.
    keywords: &'static [(&'static str, SymbolKind)],
    /// Forms without a first word.
    form: Form,
}

/// How a definition looks that no keyword announces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    None,
    /// `name() {`
    Shell,
    /// `name = function(`, `name <- function(`
    Assigned,
    /// `name :: type` in the first column.
    Signature,
    /// `CREATE OR REPLACE TABLE name`, in any case.
    Created,
}

static SHAPES: &[Shape] = &[
    Shape {
        names: &["crystal"],
        keywords: &[
            ("def", Function),
            ("class", Class),
            ("module", Module),
            ("struct", Struct),
            ("macro", Macro),
        ],
        form: Form::None,
    },
    Shape {
        names: &["groovy"],
        keywords: &[
            ("def", Function),
            ("class", Class),
            ("object", Class),
            ("trait", Trait),
            ("interface", Interface),
            ("enum", Enum),
            ("type", TypeAlias),
        ],
        form: Form::None,
    },
    Shape { names: &["r"], keywords: &[], form: Form::Assigned },
    Shape {
        names: &["elm"],
        keywords: &[("data", Enum), ("newtype", Struct), ("class", Interface), ("type", TypeAlias)],
        form: Form::Signature,
    },
    Shape { names: &["shell"], keywords: &[("function", Function)], form: Form::Shell },
    Shape { names: &["sql"], keywords: &[], form: Form::Created },
    Shape { names: &["perl"], keywords: &[("sub", Function), ("package", Module)], form: Form::None },
    Shape {
        names: &["julia"],
        keywords: &[("function", Function), ("struct", Struct), ("macro", Macro), ("module", Module)],
        form: Form::None,
    },
    Shape {
        names: &["nim"],
        keywords: &[("proc", Function), ("func", Function), ("template", Macro), ("macro", Macro)],
        form: Form::None,
    },
    Shape {
        names: &["ocaml-interface", "fsharp"],
        keywords: &[
            ("let", Function),
            ("and", Function),
            ("val", Function),
            ("type", TypeAlias),
            ("module", Module),
            ("class", Class),
        ],
        form: Form::None,
    },
    Shape {
        names: &["thrift", "capnp", "flatbuffers", "avro"],
        keywords: &[
            ("message", Struct),
            ("struct", Struct),
            ("table", Struct),
            ("record", Struct),
            ("union", Struct),
            ("enum", Enum),
            ("service", Interface),
            ("interface", Interface),
            ("protocol", Interface),
            ("rpc", Method),
        ],
        form: Form::None,
    },
    Shape {
        names: &["graphql", "prisma"],
        keywords: &[
            ("type", Struct),
            ("input", Struct),
            ("model", Struct),
            ("interface", Interface),
            ("enum", Enum),
            ("union", TypeAlias),
            ("scalar", TypeAlias),
        ],
        form: Form::None,
    },
    Shape {
        names: &["solidity", "move", "gleam", "d", "v", "shader"],
        keywords: &[
            ("contract", Class),
            ("library", Module),
            ("interface", Interface),
            ("function", Function),
            ("fun", Function),
            ("fn", Function),
            ("struct", Struct),
            ("enum", Enum),
            ("class", Class),
            ("module", Module),
            ("task", Function),
            ("event", Function),
        ],
        form: Form::None,
    },
    Shape {
        names: &["vue", "svelte", "astro"],
        keywords: &[("function", Function), ("class", Class), ("interface", Interface), ("type", TypeAlias)],
        form: Form::None,
    },
    Shape {
        names: &["powershell", "vim", "awk", "tcl"],
        keywords: &[("function", Function), ("function!", Function), ("proc", Function), ("class", Class)],
        form: Form::None,
    },
    Shape {
        names: &["clojure", "lisp"],
        keywords: &[
            ("(defn", Function),
            ("(defn-", Function),
            ("(defun", Function),
            ("(defmacro", Macro),
            ("(defprotocol", Interface),
            ("(defrecord", Struct),
            ("(deftype", Struct),
            ("(define", Function),
            ("(defmulti", Function),
        ],
        form: Form::None,
    },
];

/// Words that may stand before a keyword.
const MODIFIERS: &[&str] = &[
    "abstract",
    "async",
    "case",
    "convenience",
    "dynamic",
    "export",
    "extern",
    "external",
    "fileprivate",
    "final",
    "implicit",
    "indirect",
    "inline",
    "internal",
    "isolated",
    "lazy",
    "local",
    "mutable",
    "mutating",
    "nonisolated",
    "nonmutating",
    "opaque",
    "open",
    "override",
    "package",
    "partial",
    "private",
    "private_class_method",
    "protected",
    "pub",
    "public",
    "readonly",
    "rec",
    "required",
    "sealed",
    "static",
    "unsafe",
    "virtual",
];

/// The definitions of a text, by first line; none for kinds of text that have none.
#[must_use]
pub fn outline(kind: &TextKind, source: &str) -> Vec<TextDef> {
    match SHAPES.iter().find(|shape| shape.names.contains(&kind.name)) {
        Some(shape) => Reader::new(shape).read(source),
        None => Vec::new(),
    }
}

/// One line of the text.
#[derive(Clone, Copy)]
struct Line<'s> {
    number: u32,
    /// Where it starts.
    byte: usize,
    /// Without its indentation and end.
    text: &'s str,
    /// Columns of indentation.
    indent: usize,
    /// Bytes of indentation.
    skip: usize,
}

struct Reader {
    shape: &'static Shape,
    defs: Vec<TextDef>,
    /// Definitions that have not ended: index and indentation.
    open: Vec<(usize, usize)>,
    /// The last line that is not blank.
    last: u32,
    /// Byte of the first line of the comment or attributes above, if the line above belongs to them.
    lead: Option<usize>,
    /// A text in triple quotes is open.
    quoted: bool,
}

impl Reader {
    const fn new(shape: &'static Shape) -> Self {
        Self { shape, defs: Vec::new(), open: Vec::new(), last: 0, lead: None, quoted: false }
    }

    fn read(mut self, source: &str) -> Vec<TextDef> {
        let mut byte = 0;
        for (number, whole) in (0u32..).zip(source.split_inclusive('\n')) {
            let body = whole.trim_start_matches([' ', '\t']);
            let skip = whole.len() - body.len();
            let indent = whole.bytes().take(skip).map(|b| if b == b'\t' { TAB } else { 1 }).sum();
            let text = body.trim_end();
            self.line(Line { number, byte, text, indent, skip });
            byte += whole.len();
            if self.defs.len() >= MAX_DEFS {
                break;
            }
        }
        self.close(0);
        self.defs
    }

    fn line(&mut self, line: Line<'_>) {
        let quotes = line.text.matches("\"\"\"").count();
        let was_quoted = self.quoted;
        self.quoted ^= quotes % 2 == 1;
        if was_quoted {
            if !line.text.is_empty() {
                self.last = line.number;
            }
            return;
        }
        if line.text.is_empty() {
            self.lead = None;
            return;
        }
        if leads(line.text) {
            self.lead = self.lead.or(Some(line.byte));
            if self.open.last().is_some_and(|&(_, indent)| line.indent > indent) {
                self.last = line.number;
            }
            return;
        }
        let found = if line.text.len() <= MAX_LINE { self.find(line) } else { None };
        let goes_on = continues(line.text) || (found.is_none() && self.is_equation(line));
        if !goes_on {
            self.end_before(line);
        }
        self.last = line.number;
        if let Some((name, container, kind, at)) = found
            && !self.repeats(name, line)
        {
            self.start(line, name, container, kind, at);
        }
        self.lead = None;
    }

    fn start(&mut self, line: Line<'_>, name: &str, written: &str, kind: SymbolKind, at: usize) {
        let holder = self.open.last().and_then(|&(index, _)| self.defs.get(index));
        let in_type = holder.is_some_and(|holder| !holder.kind.is_callable());
        let kind = if kind == Function && (in_type || !written.is_empty()) { Method } else { kind };
        let container = if written.is_empty() { holder.map_or("", |holder| &holder.name) } else { written };
        let (name, container) = (name.to_owned(), container.to_owned());
        self.open.push((self.defs.len(), line.indent));
        self.defs.push(TextDef {
            name,
            container,
            kind,
            byte: line.byte + line.skip + at,
            lead_byte: self.lead.unwrap_or(line.byte),
            start_line: line.number,
            end_line: line.number,
        });
    }

    /// Ends what a line with this indentation cannot belong to.
    fn end_before(&mut self, line: Line<'_>) {
        let closes = closes(line.text);
        while let Some(&(index, indent)) = self.open.last() {
            if indent < line.indent {
                break;
            }
            self.open.pop();
            let end = if closes && indent == line.indent { line.number } else { self.last };
            if let Some(def) = self.defs.get_mut(index) {
                def.end_line = end.max(def.start_line);
            }
        }
    }

    fn close(&mut self, down_to: usize) {
        while self.open.len() > down_to {
            if let Some((index, _)) = self.open.pop()
                && let Some(def) = self.defs.get_mut(index)
            {
                def.end_line = self.last.max(def.start_line);
            }
        }
    }

    /// True for a further equation of the function whose signature is open (`f x = …` below `f :: …`).
    fn is_equation(&self, line: Line<'_>) -> bool {
        self.shape.form == Form::Signature
            && self
                .open
                .last()
                .and_then(|&(index, indent)| Some((self.defs.get(index)?, indent)))
                .is_some_and(|(def, indent)| {
                    indent == line.indent
                        && line
                            .text
                            .strip_prefix(def.name.as_str())
                            .is_some_and(|rest| !rest.starts_with(is_name))
                })
    }

    /// True for another head of the function that ended right above (clauses of one function).
    fn repeats(&self, name: &str, line: Line<'_>) -> bool {
        self.shape.form == Form::Signature
            && self.open.last().is_some_and(|&(index, indent)| {
                indent == line.indent && self.defs.get(index).is_some_and(|def| def.name == name)
            })
    }

    /// What a line announces: name, written container, kind, and where in its text the name starts.
    fn find<'s>(&self, line: Line<'s>) -> Option<(&'s str, &'s str, SymbolKind, usize)> {
        let mut rest = line.text;
        loop {
            let word = rest.split([' ', '\t', '(']).next()?;
            // `pub(crate) `, `private[x] `, `@objc(x) ` and their like.
            let after = rest.get(word.len()..)?;
            let bare = word.split('[').next().unwrap_or(word);
            if MODIFIERS.contains(&bare) || word.starts_with('@') {
                rest = skip_parenthesis(after).trim_start();
                if rest.is_empty() {
                    return None;
                }
                continue;
            }
            break;
        }
        self.keyword(line.text, rest).or_else(|| self.form(line, rest))
    }

    fn keyword<'s>(&self, text: &'s str, rest: &'s str) -> Option<(&'s str, &'s str, SymbolKind, usize)> {
        // A parenthesis belongs to the word in Lisp and ends it elsewhere; `init` and `rpc` may touch theirs.
        let end = rest.char_indices().skip(1).find(|(_, c)| matches!(c, ' ' | '\t' | '(' | '?' | '<' | '{'));
        let word = rest.get(..end.map_or(rest.len(), |(at, _)| at))?;
        let &(_, kind) = self.shape.keywords.iter().find(|(keyword, _)| *keyword == word)?;
        if kind == Constructor {
            return Some((word, "", kind, text.len() - rest.len()));
        }
        let mut after = rest.get(word.len()..)?.trim_start();
        // `class func`, `case class`, `let rec`: the next word is the keyword.
        let next = after.split([' ', '\t']).next().unwrap_or("");
        if let Some(&(_, kind)) = self.shape.keywords.iter().find(|(keyword, _)| *keyword == next)
            && kind != Constructor
        {
            let inner = after.get(next.len()..)?.trim_start();
            return named(text, inner).map(|(name, container, at)| (name, container, kind, at));
        }
        if MODIFIERS.contains(&next) {
            after = after.get(next.len()..)?.trim_start();
        }
        named(text, after.trim_start_matches(['&', '(', '*']))
            .map(|(name, container, at)| (name, container, kind, at))
    }

    fn form<'s>(&self, line: Line<'s>, rest: &'s str) -> Option<(&'s str, &'s str, SymbolKind, usize)> {
        let text = line.text;
        match self.shape.form {
            Form::None => None,
            Form::Shell => {
                let (head, _) = rest.split_once("()")?;
                let name = head.trim_end();
                let whole =
                    !name.is_empty() && name.chars().all(|c| is_name(c) || matches!(c, '-' | ':' | '.'));
                whole.then_some((name, "", Function, text.len() - rest.len()))
            }
            Form::Assigned => {
                let (head, value) = rest.split_once(" = ").or_else(|| rest.split_once(" <- "))?;
                if !value.trim_start().starts_with("function") {
                    return None;
                }
                let (name, container, at) = named(text, rest)?;
                head.trim_end().ends_with(name).then_some((name, container, Function, at))
            }
            Form::Created => {
                let mut words = rest.split_whitespace();
                if !words.next()?.eq_ignore_ascii_case("create") {
                    return None;
                }
                let kind = words.find_map(|word| created(&word.to_ascii_lowercase()))??;
                let name = words.find(|word| !is_filler(&word.to_ascii_lowercase()))?;
                let at = name.as_ptr().addr() - text.as_ptr().addr();
                let whole = name.split('(').next()?.trim_end_matches([';', ',']);
                let start = whole.rfind('.').map_or(0, |dot| dot + 1);
                let quotes = ['"', '`', '[', ']'];
                let last = whole.get(start..)?;
                let inner = last.trim_start_matches(quotes);
                let bare = inner.trim_end_matches(quotes);
                let container = whole.get(..start)?.trim_end_matches('.').trim_matches(quotes);
                let is_plain = !bare.is_empty() && bare.chars().all(|c| is_name(c) || c == ' ');
                is_plain.then_some((bare, container, kind, at + start + last.len() - inner.len()))
            }
            Form::Signature => {
                let name = rest.split([' ', ',']).next()?;
                let is = line.indent == 0
                    && name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                    && name.chars().all(|c| is_name(c) || c == '\'')
                    && rest.get(name.len()..)?.trim_start().starts_with(':');
                is.then_some((name.trim_end_matches('\''), "", Function, text.len() - rest.len()))
            }
        }
    }
}

/// What a word of SQL creates; `None` for a word that says how, `Some(None)` for what is no definition by itself.
fn created(word: &str) -> Option<Option<SymbolKind>> {
    match word {
        "table" | "view" | "schema" | "database" => Some(Some(Struct)),
        "function" | "procedure" | "trigger" | "aggregate" | "macro" => Some(Some(Function)),
        "type" | "domain" => Some(Some(TypeAlias)),
        "index" | "role" | "user" | "extension" | "policy" | "rule" | "sequence" | "operator" | "cast" => {
            Some(None)
        }
        _ => None,
    }
}

/// True for words between what is created and its name.
fn is_filler(word: &str) -> bool {
    matches!(word, "if" | "not" | "exists" | "only")
}

/// The name that a text starts with: its last part, the parts before it, and where it stands in the line.
fn named<'s>(text: &'s str, rest: &'s str) -> Option<(&'s str, &'s str, usize)> {
    let is_part = |c: char| is_name(c) || matches!(c, '.' | ':' | '\\');
    let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let whole = rest.get(..end)?.trim_end_matches(['.', ':', '\\']);
    let start = whole.rfind(['.', ':', '\\']).map_or(0, |at| at + 1);
    let name = whole.get(start..)?;
    let before = whole.get(..start)?.trim_end_matches(['.', ':', '\\']);
    let container = before.rsplit(['.', ':', '\\']).next().unwrap_or("");
    let container = if container == "self" { "" } else { container };
    let at = text.len() - rest.len() + start;
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_').then_some((name, container, at))
}

const fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$'
}

/// What follows an opening parenthesis and its end, if the text starts with one.
fn skip_parenthesis(text: &str) -> &str {
    match text.strip_prefix('(').and_then(|inside| inside.split_once(')')) {
        Some((_, after)) => after,
        None => text,
    }
}

/// True for comments and attributes, which belong to what follows.
fn leads(text: &str) -> bool {
    ["#", "--", "//", "/*", "*", "%", ";", "{-", "\"\"\""].iter().any(|mark| text.starts_with(mark))
        || (text.starts_with('@') && !text.contains([' ', '=']))
        || ["@doc", "@spec", "@moduledoc"].iter().any(|word| text.starts_with(word))
}

/// True for a line that can only go on with what is open: the rest of a head, or a brace of its own.
fn continues(text: &str) -> bool {
    text.starts_with([')', '{', ']', ','])
}

/// True for a line that ends what has its indentation.
fn closes(text: &str) -> bool {
    text.starts_with('}') || text.strip_prefix("end").is_some_and(|rest| !rest.starts_with(is_name))
}

#[cfg(test)]
mod tests {
    use super::outline;
    use crate::lang::text::TEXT_KINDS;

    fn found(kind: &str, source: &str) -> Vec<String> {
        let kind = TEXT_KINDS.iter().find(|each| each.name == kind).expect("a kind");
        let defs = outline(kind, source);
        for def in &defs {
            assert!(source[def.byte..].starts_with(&def.name));
            assert!(def.lead_byte <= def.byte && def.start_line <= def.end_line);
        }
        let show = |def: &super::TextDef| {
            let holder = if def.container.is_empty() { "" } else { "." };
            let lines = (def.start_line + 1, def.end_line + 1);
            format!("{} {}{holder}{} {}-{}", def.kind.name(), def.container, def.name, lines.0, lines.1)
        };
        defs.iter().map(show).collect()
    }

    #[test]
    fn every_shape_names_kinds_of_text_that_exist_and_no_kind_has_two() {
        let mut all: Vec<&str> = super::SHAPES.iter().flat_map(|shape| shape.names.iter().copied()).collect();
        assert!(all.iter().all(|name| TEXT_KINDS.iter().any(|kind| kind.name == *name)), "{all:?}");
        all.sort_unstable();
        let n = all.len();
        all.dedup();
        assert_eq!(all.len(), n);
    }

    #[test]
    fn heads_of_several_lines_and_texts_in_triple_quotes() {
        let source = "@x\nexport abstract class Session {\n  static def request(\n    String url\n  ) {\n    return x\n  }\n}\n";
        assert_eq!(found("groovy", source), ["class Session 2-8", "method Session.request 3-7"]);
        let source = "function a()\n  \"\"\"\n  function not_this\n  \"\"\"\n  1\nend\n";
        assert_eq!(found("julia", source), ["function a 1-6"]);
    }

    #[test]
    fn signatures_take_their_equations_along() {
        let source = "module A exposing (..)\n\ntype Shape = Round | Flat\n\n-- Area.\narea : Shape -> Int\narea shape =\n  2\n\nother : Int\nother = 1\n";
        assert_eq!(
            found("elm", source),
            ["type-alias Shape 3-3", "function area 6-8", "function other 10-11"]
        );
    }

    #[test]
    fn fish_groovy_r() {
        assert_eq!(
            found("shell", "foo-bar() {\n  x=$(y)\n}\nfunction baz\n  :\nend\nif x; then y; fi\n"),
            ["function foo-bar 1-3", "function baz 4-6"]
        );
        assert_eq!(
            found("groovy", "final class B {\n  private static def f(x) {\n    x\n  }\n}\n"),
            ["class B 1-5", "method B.f 2-4"]
        );
        assert_eq!(
            found("r", "a <- function(x) {\n  x\n}\nb.c = function(x)\n  x\nd <- 1\n"),
            ["function a 1-3", "method b.c 4-5"]
        );
    }

    #[test]
    fn sql_in_any_case() {
        let source = "-- What is sold.\nCREATE TABLE IF NOT EXISTS shop.items (\n  id int\n);\n\ncreate or replace function total(n int)\n  returns int\n  language sql;\nCREATE UNIQUE INDEX by_id ON items (id);\nCREATE TYPE size AS ENUM ('s');\nCREATE MATERIALIZED VIEW \"cheap_items\" AS SELECT 1;\n";
        assert_eq!(
            found("sql", source),
            [
                "struct shop.items 2-4",
                "function total 6-8",
                "type-alias size 10-10",
                "struct cheap_items 11-11"
            ]
        );
    }

    #[test]
    fn others_in_short() {
        assert_eq!(
            found("avro", "message A {\n  int32 x = 1;\n}\nservice S {\n  rpc Get(A) returns (A);\n}\n"),
            ["struct A 1-3", "interface S 4-6", "method S.Get 5-5"]
        );
        assert_eq!(found("clojure", "(defn parse [x]\n  x)\n"), ["function parse 1-2"]);
        assert!(found("markdown", "# def x\ndef y\n").is_empty());
    }

    #[test]
    fn hostile_text_is_survived() {
        for kind in TEXT_KINDS {
            for source in [
                "def",
                "def \n\n",
                "function",
                "\t\t\t}",
                "end end",
                "(((((",
                "ä def ö",
                "pub pub pub",
                "@",
                "const x =",
            ] {
                assert!(outline(kind, source).len() <= 2);
            }
        }
        assert!(found("crystal", &format!("def a{}", "x".repeat(5_000))).is_empty());
        assert!(outline(&TEXT_KINDS[0], &"def a\n".repeat(50_000)).len() <= super::MAX_DEFS);
    }
}
