//! What is typed into the search box: words, and between them what hits must and must not have.

use super::Order;
use super::patterns::is_without_capital;
use super::plan::{self, Plan};
use crate::error::{Kind, ResultExt as _};
use crate::lang::LANGUAGES;
use crate::lang::text::TEXT_KINDS;
use crate::model::SymbolKind;
use anyhow::Result;
use regex::{Regex, RegexBuilder};

/// THE table of what the search box takes besides words: how it is typed, and what it means.
pub const SYNTAX: &[(&str, &str)] = &[
    ("\"a phrase\"", "places that hold this text; capitals count when it has one"),
    ("re:/expression/", "places where this regular expression matches; re:/expression/i in any case"),
    ("lang:NAME", "files in this language or kind of text; lang:rust,go in one of several"),
    ("path:TEXT", "files whose path holds the text, or matches it when it has *, ?, [ or {"),
    ("kind:NAME", "symbols of this kind; kind:struct,enum of one of several"),
    ("repo:NAME", "projects whose name holds the text, or matches it as a glob"),
    ("-word, -\"a phrase\", -re:/…/", "places where it does not stand"),
    ("-lang:, -path:, -kind:, -repo:", "all others"),
    ("\\-word, \\lang:x, \\\"quoted\"", "words, although they look like one of these"),
];

/// Most phrases and expressions of a question, and most words that it excludes.
const MAX_PATTERNS: usize = 32;
/// Most bytes of a regular expression or a phrase.
const MAX_PATTERN: usize = 2_000;
/// Most bytes that a compiled expression takes.
const MAX_COMPILED: usize = 4 << 20;
/// How deep an expression may be nested.
const MAX_NESTING: u32 = 100;
/// Fewest letters of a word that a minus excludes: shorter ones are options such as `-n`.
const MIN_EXCLUDED: usize = 3;
/// How many letters may differ in a suggestion.
const NEAR: usize = 2;

/// A text or an expression that stands in a place or does not.
#[derive(Debug, Clone)]
pub struct Pattern {
    pub(super) regex: Regex,
    pub(super) plan: Plan,
    /// A match may hold a line break.
    pub(super) crosses_lines: bool,
}

impl Pattern {
    fn new(expression: &str, in_any_case: bool, typed: &str) -> Result<Self> {
        if typed.len() > MAX_PATTERN {
            return Err(anyhow::anyhow!("a phrase or regular expression has more than {MAX_PATTERN} bytes"))
                .kind(Kind::Usage);
        }
        let parsed = regex_syntax::ParserBuilder::new()
            .multi_line(true)
            .crlf(true)
            .case_insensitive(in_any_case)
            .nest_limit(MAX_NESTING)
            .build()
            .parse(expression);
        let built = RegexBuilder::new(expression)
            .multi_line(true)
            .crlf(true)
            .case_insensitive(in_any_case)
            .nest_limit(MAX_NESTING)
            .size_limit(MAX_COMPILED)
            .build();
        match (parsed, built) {
            (Ok(parsed), Ok(regex)) => {
                Ok(Self { regex, plan: Plan::of(&parsed), crosses_lines: plan::may_hold(&parsed, '\n') })
            }
            (Err(error), _) => Err(wrong(&error, typed)).kind(Kind::Usage),
            (Ok(_), Err(_)) => {
                Err(anyhow::anyhow!("`{typed}` is too large when it is compiled")).kind(Kind::Usage)
            }
        }
    }

    fn phrase(text: &str) -> Result<Self> {
        Self::new(&regex::escape(text), is_without_capital(text), text)
    }
}

/// What is wrong with an expression, and where.
fn wrong(error: &regex_syntax::Error, typed: &str) -> anyhow::Error {
    let (what, at) = match error {
        regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span().start.offset),
        regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span().start.offset),
        _ => (error.to_string(), 0),
    };
    let character = typed.get(..at).map_or(0, |before| before.chars().count()) + 1;
    anyhow::anyhow!("`{typed}` is no regular expression: {what}, at character {character}")
}

/// What must and must not stand in a place.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    /// All of these stand in it.
    pub with: Vec<Pattern>,
    /// None of these does.
    pub without: Vec<Pattern>,
    /// None of these words does, in any form.
    pub without_words: Vec<String>,
}

impl Patterns {
    /// True when every place passes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.with.is_empty() && self.without.is_empty() && self.without_words.is_empty()
    }
}

/// Values of one key, wanted and not wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish<T> {
    /// One of these, if there are any.
    pub with: Vec<T>,
    /// None of these.
    pub without: Vec<T>,
}

impl<T> Default for Wish<T> {
    fn default() -> Self {
        Self { with: Vec::new(), without: Vec::new() }
    }
}

impl<T> Wish<T> {
    fn add(&mut self, value: T, is_excluded: bool) {
        if is_excluded { self.without.push(value) } else { self.with.push(value) }
    }

    /// True when nothing is wished.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.with.is_empty() && self.without.is_empty()
    }
}

/// A question, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// What is ranked by: the question as it was typed when there is nothing else in it, else its words and phrases.
    pub words: String,
    /// It has words besides what filters.
    pub has_words: bool,
    /// What must and must not stand in a place.
    pub patterns: Patterns,
    /// Names of languages and kinds of text.
    pub languages: Wish<String>,
    /// Texts or globs of paths.
    pub paths: Wish<String>,
    /// Kinds of symbols.
    pub kinds: Wish<SymbolKind>,
    /// Names of projects, parts of them or globs.
    pub projects: Wish<String>,
}

/// The name of a language or kind of text; an ending of a language's files stands for its name.
#[must_use]
pub fn language_named(typed: &str) -> Option<&'static str> {
    let code = LANGUAGES
        .iter()
        .find(|each| each.name == typed)
        .or_else(|| LANGUAGES.iter().find(|language| language.extensions.contains(&typed)));
    code.map(|language| language.name)
        .or_else(|| TEXT_KINDS.iter().map(|kind| kind.name).find(|name| *name == typed))
}

/// One thing that was typed.
#[derive(Debug, PartialEq, Eq)]
enum Token<'q> {
    Word(&'q str),
    Phrase(String),
    Expression {
        text: String,
        flags: &'q str,
    },
    Key {
        key: Key,
        value: &'q str,
    },
    /// `re:/` without an end.
    Open,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Lang,
    Path,
    Kind,
    Repo,
}

const KEYS: [(&str, Key); 4] =
    [("lang:", Key::Lang), ("path:", Key::Path), ("kind:", Key::Kind), ("repo:", Key::Repo)];

impl Typed {
    /// Takes a question apart. Whatever is not on [`SYNTAX`] is a word.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a language or kind that there is not, and for what is no regular expression.
    pub fn read(question: &str) -> Result<Self> {
        let mut typed = Self::default();
        let mut words: Vec<String> = Vec::new();
        let mut n_plain = 0;
        let mut excluded: Vec<&str> = Vec::new();
        let mut is_plain = true;
        let mut rest = question.trim_start();
        while !rest.is_empty() {
            let (minus, token, len) = next(rest);
            is_plain &= minus.is_empty() && matches!(token, Token::Word(_)) && !is_escaped(rest);
            match token {
                Token::Word(word) if minus.is_empty() => {
                    n_plain += 1;
                    words.push(
                        word.strip_prefix('\\').filter(|_| is_escaped(rest)).unwrap_or(word).to_owned(),
                    );
                }
                Token::Word(word) => excluded.push(word),
                Token::Phrase(text) => {
                    let pattern = Pattern::phrase(&text)?;
                    if minus.is_empty() {
                        typed.patterns.with.push(pattern);
                        words.push(text);
                    } else {
                        typed.patterns.without.push(pattern);
                    }
                }
                Token::Expression { text, flags } => {
                    let pattern = Pattern::new(&text, has_fold_flag(flags)?, &text)?;
                    let to = &mut typed.patterns;
                    if minus.is_empty() { to.with.push(pattern) } else { to.without.push(pattern) }
                }
                Token::Key { key, value } => typed.add(key, value, !minus.is_empty())?,
                Token::Open => {
                    return Err(anyhow::anyhow!("the regular expression has no `/` at its end"))
                        .kind(Kind::Usage)
                        .hint(
                            "a regular expression is typed as `re:/expression/`, a slash inside it as `\\/`",
                        );
                }
            }
            rest = rest.get(len..).unwrap_or_default().trim_start();
            let n_patterns = typed.patterns.with.len() + typed.patterns.without.len();
            if n_patterns.max(excluded.len()) > MAX_PATTERNS {
                return Err(anyhow::anyhow!(
                    "a query has at most {MAX_PATTERNS} phrases and expressions, and excludes as many words"
                ))
                .kind(Kind::Usage);
            }
        }
        typed.has_words = n_plain > 0;
        // Who only names options wants to read of them.
        if !excluded.is_empty() && n_plain == 0 && !typed.has_filters() {
            is_plain = true;
            typed.has_words = true;
            excluded.clear();
        }
        typed.words = if is_plain { question.to_owned() } else { words.join(" ") };
        typed.patterns.without_words = excluded.into_iter().map(str::to_owned).collect();
        Ok(typed)
    }

    /// What orders the hits.
    #[must_use]
    pub fn order(&self) -> Order {
        match (self.has_words, self.patterns.with.is_empty()) {
            (true, _) => Order::Ranked,
            (false, false) => Order::Matches,
            (false, true) if self.has_filters() => Order::Listed,
            (false, true) => Order::Ranked,
        }
    }

    /// True when something besides words was typed.
    const fn has_filters(&self) -> bool {
        !self.patterns.is_empty()
            || !self.languages.is_empty()
            || !self.paths.is_empty()
            || !self.kinds.is_empty()
            || !self.projects.is_empty()
    }

    fn add(&mut self, key: Key, value: &str, is_excluded: bool) -> Result<()> {
        let several = || value.split(',').filter(|each| !each.is_empty());
        match key {
            Key::Path => self.paths.add(value.to_owned(), is_excluded),
            Key::Repo => self.projects.add(value.to_owned(), is_excluded),
            Key::Lang => {
                for each in several() {
                    let known = LANGUAGES.iter().map(|language| language.name);
                    let known = known.chain(TEXT_KINDS.iter().map(|kind| kind.name));
                    let name = language_named(&each.to_ascii_lowercase());
                    let name = name.map_or_else(|| unknown("language or kind of text", each, known), Ok)?;
                    self.languages.add(name.to_owned(), is_excluded);
                }
            }
            Key::Kind => {
                for each in several() {
                    let known = SymbolKind::ALL.iter().map(|kind| kind.name());
                    let kind = SymbolKind::from_name(&each.to_ascii_lowercase());
                    let kind = kind.map_or_else(|| unknown("kind of symbol", each, known), Ok)?;
                    self.kinds.add(kind, is_excluded);
                }
            }
        }
        Ok(())
    }
}

/// The error of a name that is not in a table.
fn unknown<T>(what: &str, typed: &str, known: impl Iterator<Item = &'static str>) -> Result<T> {
    let mut all: Vec<&str> = known.collect();
    all.dedup();
    let lower = typed.to_ascii_lowercase();
    let near = all.iter().map(|name| (strsim::osa_distance(name, &lower), *name));
    let near = near.filter(|(distance, _)| *distance <= NEAR).min();
    Err(anyhow::anyhow!("there is no {what} `{typed}`")).kind(Kind::Usage).hint(match near {
        Some((_, name)) => format!("did you mean `{name}`?"),
        None => format!("there are {}", all.join(", ")),
    })
}

/// True when the flags of an expression say that capitals do not count.
fn has_fold_flag(flags: &str) -> Result<bool> {
    match flags.chars().find(|flag| *flag != 'i') {
        None => Ok(!flags.is_empty()),
        Some(flag) => Err(anyhow::anyhow!("a regular expression has no flag `{flag}`"))
            .kind(Kind::Usage)
            .hint("the only flag is `i`, for any case; a slash inside an expression is typed as `\\/`"),
    }
}

/// True for a word that would be something else without the backslash before it.
fn is_escaped(rest: &str) -> bool {
    rest.strip_prefix('\\').is_some_and(|after| {
        let (minus, token, _) = next(after);
        !minus.is_empty() || !matches!(token, Token::Word(_))
    })
}

/// The first thing of a text that does not begin with a blank: the minus before it, what it is, its bytes.
fn next(rest: &str) -> (&str, Token<'_>, usize) {
    let end = |text: &str| text.find(char::is_whitespace).unwrap_or(text.len());
    let whole = end(rest);
    let word = rest.get(..whole).unwrap_or(rest);
    let (minus, body) = match rest.strip_prefix('-') {
        Some(after) => ("-", after),
        None => ("", rest),
    };
    if let Some((token, len)) = special(body, end(body)) {
        return (minus, token, minus.len() + len);
    }
    let bare = word.strip_prefix('-').filter(|bare| is_plain_word(bare));
    match bare {
        Some(bare) => ("-", Token::Word(bare), whole),
        None => ("", Token::Word(word), whole),
    }
}

/// True for what a minus excludes: a word of letters, digits and underscores. What has more in it, or is short, is the
/// name of an option.
fn is_plain_word(word: &str) -> bool {
    word.len() >= MIN_EXCLUDED
        && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What begins here when it is no word, and its bytes; the next blank is at `end`.
fn special(body: &str, end: usize) -> Option<(Token<'_>, usize)> {
    if body.starts_with('"') {
        let (text, len) = quoted(body)?;
        return Some((Token::Phrase(text.replace("\\\"", "\"")), len));
    }
    if let Some(after) = body.strip_prefix("re:/") {
        let found = expression(after);
        let token = |(text, flags, len): (&str, _, usize)| {
            (Token::Expression { text: text.replace("\\/", "/"), flags }, "re:/".len() + len)
        };
        return Some(found.map_or((Token::Open, end), token));
    }
    let (name, key) = KEYS.into_iter().find(|(name, _)| body.starts_with(name))?;
    let after = body.get(name.len()..)?;
    if let Some((value, len)) = quoted(after) {
        return Some((Token::Key { key, value }, name.len() + len));
    }
    let value = after.get(..end.checked_sub(name.len())?)?;
    // `path::join` and `path://x` are no filters.
    let is_value = !value.is_empty() && !value.starts_with(':') && !value.starts_with("//");
    is_value.then_some((Token::Key { key, value }, end))
}

/// The text in quotes that begins here and ends before a blank, and the bytes that it takes.
fn quoted(body: &str) -> Option<(&str, usize)> {
    let inside = body.strip_prefix('"')?;
    let mut is_escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            b'"' if !is_escaped => {
                let text = inside.get(..at)?;
                let after = inside.get(at + 1..)?;
                let ends = after.is_empty() || after.starts_with(char::is_whitespace);
                return (ends && !text.trim().is_empty()).then_some((text, at + 2));
            }
            _ => is_escaped = byte == b'\\' && !is_escaped,
        }
    }
    None
}

/// The expression that begins here, its flags, and the bytes that they take. It ends at the first slash that no
/// backslash stands before and that nothing but letters follows up to the next blank.
fn expression(after: &str) -> Option<(&str, &str, usize)> {
    let mut is_escaped = false;
    for (at, byte) in after.bytes().enumerate() {
        if byte == b'/' && !is_escaped {
            let tail = after.get(at + 1..)?;
            let flags = tail.get(..tail.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(tail.len()))?;
            let left = tail.get(flags.len()..)?;
            if left.is_empty() || left.starts_with(char::is_whitespace) {
                return Some((after.get(..at)?, flags, at + 1 + flags.len()));
            }
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{SYNTAX, Typed, Wish, language_named};
    use crate::error::{hint, message};
    use crate::model::SymbolKind;
    use proptest::prelude::*;

    fn read(question: &str) -> Typed {
        Typed::read(question).expect("a question")
    }

    fn wish(with: &[&str], without: &[&str]) -> Wish<String> {
        let owned = |all: &[&str]| all.iter().map(|each| (*each).to_owned()).collect();
        Wish { with: owned(with), without: owned(without) }
    }

    /// The expressions that a question asks for, and those that it excludes.
    fn expressions(question: &str) -> (Vec<String>, Vec<String>) {
        let patterns = read(question).patterns;
        let all = |patterns: &[super::Pattern]| patterns.iter().map(|each| each.regex.to_string()).collect();
        (all(&patterns.with), all(&patterns.without))
    }

    #[test]
    fn filters_are_taken_out_of_the_words() {
        let typed =
            read("retry lang:rs,go path:src/net  policy -path:\"a b\" kind:struct -kind:enum repo:red*");
        assert_eq!(typed.words, "retry policy");
        assert!(typed.has_words && typed.patterns.is_empty());
        assert_eq!(typed.languages, wish(&["rust", "go"], &[]));
        assert_eq!(typed.paths, wish(&["src/net"], &["a b"]));
        assert_eq!(typed.kinds, Wish { with: vec![SymbolKind::Struct], without: vec![SymbolKind::Enum] });
        assert_eq!(typed.projects, wish(&["red*"], &[]));
        assert!(!read("kind:struct path:src").has_words);
    }

    #[test]
    fn phrases_and_expressions_are_patterns_and_phrases_are_words_too() {
        let one = |text: &str| (vec![text.to_owned()], Vec::new());
        assert_eq!(expressions("\"fn main(\""), one(r"fn main\("));
        assert_eq!(read("find \"the cache\" now").words, "find the cache now");
        assert_eq!(expressions(r#""say \"hi\"""#), one(r#"say "hi""#));
        assert_eq!(expressions("re:/a b/c/"), one("a b/c"));
        assert_eq!(expressions(r"re:/a\/i b/ -re:/x/i"), (vec!["a/i b".to_owned()], vec!["x".to_owned()]));
        assert_eq!(read("re:/fo+/ cache").words, "cache");
        let only = read("re:/fo+/ -\"bar\"");
        assert!(!only.has_words && only.words.is_empty());
    }

    #[test]
    fn capitals_of_a_phrase_count_when_it_has_one_and_of_an_expression_without_a_flag() {
        let matches = |question: &str, text: &str| read(question).patterns.with[0].regex.is_match(text);
        assert!(matches("\"http client\"", "HTTP Client") && !matches("\"Http client\"", "HTTP Client"));
        assert!(matches("re:/http/i", "HTTP") && !matches("re:/http/", "HTTP"));
        assert!(matches("re:/^b$/", "a\r\nb\r\nc") && !matches("re:/a.b/", "a\nb"));
    }

    #[test]
    fn a_minus_excludes_words_and_leaves_options_alone() {
        let typed = read("retry -test -mock_client");
        assert_eq!((typed.words.as_str(), typed.patterns.without_words.len()), ("retry", 2));
        for words in
            ["avoid -Wdangling-reference here", "git log -n", "a - b", "--flag", "x -42 y", "-", "-Wall"]
        {
            let typed = read(words);
            assert!(typed.words == words && typed.patterns.is_empty(), "{words}");
        }
        assert_eq!(read("lang:rust -test").patterns.without_words, ["test"]);
    }

    /// The last ones are of a public benchmark.
    #[test]
    fn natural_questions_are_words_as_they_stand() {
        for words in [
            "what does foo: bar do",
            "std::vector",
            "path::join",
            "kind::Struct lang::Rust repo::open",
            "path: where is it",
            "a-b --flag -- x",
            "http://x/y path://x",
            "can't",
            "say \"hello",
            "a\"b\" c",
            "\"\"",
            "\"  \"",
            "`\"quoted\"`",
            "C:\\temp \\d+",
            "re: your question",
            "re:x",
            "(lang:rust)",
            "  spaces   stay  ",
            "how does dependency injection work",
            "request validation and error handling",
            "Takes a function or coroutine `func(request) -> response`, and returns an ASGI application",
            "Use `\"application/octet-stream\"` as the `FileResponse` media type fallback",
            "allow dynamic `.catch()` under `unrepresentable: \"any\"`",
            "Avoid -Wdangling-reference false positive in locale helpers",
            "⚡️ Avoid repeated dependency flattening in OpenAPI",
            "Add `iter_route_contexts()` for advanced use cases that used to use `router.routes` (e.g. Jupyverse)",
        ] {
            let typed = read(words);
            assert_eq!(typed.words, words);
            assert!(typed.has_words && !typed.has_filters(), "{words}");
            assert!(typed.patterns.without_words.is_empty(), "{words}");
        }
    }

    #[test]
    fn a_backslash_makes_a_word_of_what_looks_like_more() {
        let typed = read(r#"find \lang:rust \-test \"quoted""#);
        assert_eq!(typed.words, r#"find lang:rust -test "quoted""#);
        assert!(!typed.has_filters());
    }

    #[test]
    fn what_does_not_exist_is_an_error_that_helps() {
        let told = |question: &str| {
            let error = Typed::read(question).expect_err("an error");
            format!("{} / {}", message(&error), hint(&error).unwrap_or_default())
        };
        assert_eq!(
            told("x lang:pyton"),
            "there is no language or kind of text `pyton` / did you mean `python`?"
        );
        assert!(told("lang:klingon").contains("there are rust, python"));
        assert_eq!(told("kind:strct"), "there is no kind of symbol `strct` / did you mean `struct`?");
        let open = told("re:/a(b/");
        assert!(open.starts_with("`a(b` is no regular expression: unclosed group, at character 2"), "{open}");
        assert!(told("re:/abc").contains("no `/` at its end"));
        assert!(told("re:/abc/g").contains("no flag `g`"));
        assert!(told("re:/(?:a{1000}){1000}/").contains("too large"));
        assert!(told(&format!("re:/{}/", "(".repeat(200))).contains("no regular expression"));
        assert!(told(&"re:/a/ ".repeat(33)).contains("at most 32"));
        assert!(told(&"x -abc ".repeat(33)).contains("at most 32"));
        assert!(told(&format!("\"{}\"", "x".repeat(3_000))).contains("more than 2000 bytes"));
    }

    #[test]
    fn languages_are_named_by_name_ending_or_kind_of_text() {
        assert_eq!(language_named("py"), Some("python"));
        assert_eq!(language_named("c"), Some("c"));
        assert_eq!(language_named("markdown"), Some("markdown"));
        assert_eq!(language_named("klingon"), None);
        assert!(SYNTAX.iter().all(|(typed, meaning)| !typed.is_empty() && !meaning.ends_with('.')));
    }

    proptest! {
        #[test]
        fn any_text_is_a_question_or_an_error(question in "\\PC{0,60}") {
            drop(Typed::read(&question));
        }

        #[test]
        fn what_looks_like_syntax_is_a_question_or_an_error(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "\"", "\\", "-", "re:/", "/", "i", " ", "lang:", "rust", "path:", "kind:", "é", "(", ":", "a",
                ]),
                0..12,
            )
        ) {
            drop(Typed::read(&parts.concat()));
        }

        #[test]
        fn letters_alone_stay_as_they_are(question in "[a-zA-Z_ .]{1,40}") {
            prop_assert_eq!(read(&question).words, question);
        }
    }
}
