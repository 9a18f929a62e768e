//! The text of a query, and what the parser is given instead.
//!
//! The parser's grammar has no `EXPLAIN`, and takes labels in the short form `EXISTS { (a)-->(:Label) }` for something
//! else. So the one is blanked out, and the other gets the `MATCH` that it stands for. Places in the text that was
//! parsed are turned back into those of the text that was written.

use super::Mode;
use super::error::{Error, Span};
use open_cypher::{Keyword, Token, TokenKind};

/// What is put before the pattern of a short form.
const MATCH: &str = "MATCH ";

/// A query as it was written and as it is parsed.
pub(super) struct Source {
    written: String,
    parsed: String,
    /// Where [`MATCH`] was put in, as places in the written text, ascending.
    inserted: Vec<usize>,
    mode: Mode,
}

/// The tokens of a text, without spaces and comments.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    open_cypher::lex(text).tokens.into_iter().filter(|token| !token.is_trivia()).collect()
}

impl Source {
    pub(super) fn new(written: &str, tokens: &[Token]) -> Self {
        let mut parsed = written.to_owned();
        let mut mode = Mode::Run;
        if let [first, second, ..] = tokens
            && matches!(first.kind, TokenKind::Identifier | TokenKind::Keyword(_))
            && matches!(second.kind, TokenKind::Keyword(_))
        {
            let word = first.text(written).unwrap_or_default();
            if word.eq_ignore_ascii_case("explain") {
                mode = Mode::Explain;
            } else if word.eq_ignore_ascii_case("profile") {
                mode = Mode::Profile;
            }
            if mode != Mode::Run {
                parsed.replace_range(first.span.start..first.span.end, &" ".repeat(first.span.len()));
            }
        }
        let inserted = short_forms(tokens);
        for at in inserted.iter().rev() {
            parsed.insert_str(*at, MATCH);
        }
        Self { written: written.to_owned(), parsed, inserted, mode }
    }

    /// The text that is parsed: spans of the syntax tree are places in it.
    pub(super) fn parsed(&self) -> &str {
        &self.parsed
    }

    /// What the query's prefix asks for.
    pub(super) const fn mode(&self) -> Mode {
        self.mode
    }

    /// The text that was written at a place of the syntax tree.
    pub(super) fn written(&self, span: Span) -> &str {
        let span = self.original(span);
        self.written.get(span.start..span.end).unwrap_or_default()
    }

    /// Gives an error its place in the text that was written, with the line and a caret.
    pub(super) fn locate(&self, mut error: anyhow::Error) -> anyhow::Error {
        if let Some(found) = error.downcast_mut::<Error>()
            && let Some(span) = found.span
        {
            found.span = Some(self.original(span));
        }
        super::error::locate(error, &self.written)
    }

    fn original(&self, span: Span) -> Span {
        let start = self.offset(span.start);
        Span { start, end: self.offset(span.end).max(start) }
    }

    fn offset(&self, parsed: usize) -> usize {
        let mut shift = 0;
        for at in &self.inserted {
            let start = at + shift;
            if parsed <= start {
                break;
            }
            if parsed < start + MATCH.len() {
                return *at;
            }
            shift += MATCH.len();
        }
        parsed - shift
    }
}

/// Where the pattern of a short form begins: after `EXISTS {` or `COUNT {`, when no clause begins there.
fn short_forms(tokens: &[Token]) -> Vec<usize> {
    let begins = |window: &[Token]| -> Option<usize> {
        let [subquery, brace, first, second] = window else { return None };
        let is_subquery = matches!(subquery.kind, TokenKind::Keyword(Keyword::Exists | Keyword::Count));
        let is_path = first.kind == TokenKind::LeftParen
            || second.kind == TokenKind::Equal
            || matches!(first.kind, TokenKind::Keyword(Keyword::ShortestPath | Keyword::AllShortestPaths));
        (is_subquery && brace.kind == TokenKind::LeftBrace && is_path).then_some(first.span.start)
    };
    tokens.windows(4).filter_map(begins).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_are_completed_and_places_are_kept() {
        let text = "explain RETURN EXISTS { (a)-->(:B) } AS x, count{ p = (é)-->() } AS y, count {.a} AS z";
        let source = Source::new(text, &tokens(text));
        assert_eq!(
            source.parsed(),
            "        RETURN EXISTS { MATCH (a)-->(:B) } AS x, count{ MATCH p = (é)-->() } AS y, count {.a} AS z"
        );
        assert_eq!(source.mode(), Mode::Explain);
        for part in ["(:B)", "AS x", "p = (é)", "count {.a}"] {
            let start = source.parsed().find(part).unwrap();
            assert_eq!(source.written(Span { start, end: start + part.len() }), part);
        }
        let start = source.parsed().find("EXISTS").unwrap();
        let end = source.parsed().find(" AS x").unwrap();
        assert_eq!(source.written(Span { start, end }), "EXISTS { (a)-->(:B) }");
    }
}
