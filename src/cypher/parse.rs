//! From text to the syntax tree of the crate `open_cypher`, with what this engine does not take refused.

use super::error::{Error, ErrorKind, Span, locate};
use super::source::{Source, tokens};
use anyhow::Result;
use open_cypher::ast::{ClauseKind, QueryKind, QueryStatement, SingleQuery, StatementKind};
use open_cypher::{Diagnostic, DiagnosticCode, Keyword, Token, TokenKind};

/// Longest query, in bytes.
pub(super) const MAX_TEXT: usize = 256 * 1024;
/// Deepest brackets.
const MAX_BRACKETS: usize = 100;
/// Most operators: the tree of `1 + 1 + 1 …` is as deep as it has operators.
const MAX_OPERATORS: usize = 2_000;

/// Parses one query.
pub(super) fn parse(text: &str) -> Result<(QueryStatement, Source)> {
    if text.len() > MAX_TEXT {
        let message = format!("a query has at most {MAX_TEXT} bytes, this one has {}", text.len());
        return Err(Error::compile(ErrorKind::Syntax, "UnexpectedSyntax", message).into());
    }
    let written = tokens(text);
    bound_depth(&written).map_err(|error| locate(error, text))?;
    let source = Source::new(text, &written);
    let statement = statement(source.parsed()).map_err(|error| source.locate(error))?;
    Ok((statement, source))
}

fn statement(text: &str) -> Result<QueryStatement> {
    let program = match open_cypher::parse(text) {
        Ok(parsed) => parsed.program,
        Err(errors) => return Err(syntax(text, errors.diagnostics())),
    };
    match program.statements.into_iter().next().map(|statement| statement.kind) {
        Some(StatementKind::Query(query)) => Ok(query),
        _ => Err(Error::compile(ErrorKind::Syntax, "UnexpectedSyntax", "there is no query").into()),
    }
}

/// True when the last clause is one that a query can end with.
pub(super) fn has_end(statement: &QueryStatement) -> bool {
    let QueryKind::Regular(regular) = &statement.query.kind else { return false };
    let last = regular.unions.last().map_or(&regular.head, |branch| &branch.query);
    matches!(
        last.kind.clauses.last().map(|clause| &clause.kind),
        Some(ClauseKind::Return(_) | ClauseKind::Call(_))
    )
}

/// The span of a syntax node as ours.
pub(super) const fn span(span: open_cypher::Span) -> Span {
    Span { start: span.start, end: span.end }
}

/// Refuses text whose syntax tree would be too deep to walk.
fn bound_depth(tokens: &[Token]) -> Result<()> {
    let (mut brackets, mut operators) = (0_usize, 0_usize);
    let mut before = TokenKind::Comma;
    for token in tokens {
        match token.kind {
            TokenKind::LeftParen | TokenKind::LeftBracket | TokenKind::LeftBrace => {
                brackets += 1;
                let is_index = token.kind == TokenKind::LeftBracket
                    && matches!(
                        before,
                        TokenKind::RightBracket
                            | TokenKind::RightParen
                            | TokenKind::RightBrace
                            | TokenKind::Identifier
                    );
                operators += usize::from(is_index);
            }
            TokenKind::RightParen | TokenKind::RightBracket | TokenKind::RightBrace => {
                brackets = brackets.saturating_sub(1);
            }
            TokenKind::Identifier
            | TokenKind::EscapedIdentifier
            | TokenKind::Parameter
            | TokenKind::Integer
            | TokenKind::HexInteger
            | TokenKind::OctalInteger
            | TokenKind::Float
            | TokenKind::String
            | TokenKind::Comma
            | TokenKind::Colon
            | TokenKind::Pipe => {}
            TokenKind::Keyword(word) => {
                operators += usize::from(matches!(
                    word.as_str().to_ascii_uppercase().as_str(),
                    "NOT"
                        | "AND"
                        | "OR"
                        | "XOR"
                        | "CASE"
                        | "IN"
                        | "IS"
                        | "STARTS"
                        | "ENDS"
                        | "CONTAINS"
                        | "UNION"
                ));
            }
            _ => operators += 1,
        }
        before = token.kind;
        if brackets > MAX_BRACKETS || operators > MAX_OPERATORS {
            let message = if brackets > MAX_BRACKETS {
                format!("brackets may be nested {MAX_BRACKETS} deep")
            } else {
                format!("a query has at most {MAX_OPERATORS} operators")
            };
            return Err(Error::compile(ErrorKind::Syntax, "UnexpectedSyntax", message)
                .at(span(token.span))
                .into());
        }
    }
    Ok(())
}

/// What the parser found, in our words: the first problem, since later ones mostly follow from it.
fn syntax(text: &str, found: &[Diagnostic]) -> anyhow::Error {
    let Some(first) = found.first() else {
        return Error::compile(ErrorKind::Syntax, "UnexpectedSyntax", "this is no query").into();
    };
    let here = span(first.primary_span);
    let word = text.get(here.start..here.end).unwrap_or_default().to_uppercase();
    if WRITING.contains(&word.as_str()) {
        return writes(&word, here);
    }
    let detail = match first.code {
        DiagnosticCode::InvalidEscape => "InvalidUnicodeLiteral",
        DiagnosticCode::InvalidNumber => "InvalidNumberLiteral",
        DiagnosticCode::InvalidToken
            if text.get(here.start..here.end).is_some_and(|token| !token.is_ascii()) =>
        {
            "InvalidUnicodeCharacter"
        }
        DiagnosticCode::UnexpectedToken => unexpected(&tokens(text), here),
        _ => "UnexpectedSyntax",
    };
    // The parser lists all that may follow; a long list helps nobody.
    let mut message = first.message.clone();
    if message.matches("`, `").count() > 8
        && let Some((start, _)) = message.split_once("; expected")
    {
        message = start.to_owned();
    }
    let error = Error::compile(ErrorKind::Syntax, detail, message).at(here);
    match &first.help {
        Some(help) => error.help(help.clone()).into(),
        None => error.into(),
    }
}

/// What kind of unexpected token it is, by those before it.
fn unexpected(tokens: &[Token], here: Span) -> &'static str {
    let at = tokens.partition_point(|token| token.span.start < here.start);
    let Some((before, token)) =
        at.checked_sub(1).and_then(|before| Some((tokens.get(before)?, tokens.get(at)?)))
    else {
        return "UnexpectedSyntax";
    };
    let is_word = matches!(token.kind, TokenKind::Identifier | TokenKind::Keyword(_));
    let is_number = matches!(
        before.kind,
        TokenKind::Integer | TokenKind::HexInteger | TokenKind::OctalInteger | TokenKind::Float
    );
    if is_word && is_number && before.span.end == token.span.start {
        return "InvalidNumberLiteral";
    }
    // `CALL name YIELD`: only a call that stands alone may leave out its arguments.
    let is_name = |token: &&Token| !matches!(token.kind, TokenKind::Keyword(Keyword::Call));
    let called = tokens[..at].iter().rev().take_while(is_name);
    if token.kind == TokenKind::Keyword(Keyword::Yield)
        && called.clone().count() < at
        && called.clone().all(|token| !matches!(token.kind, TokenKind::RightParen | TokenKind::LeftParen))
    {
        return "InvalidArgumentPassingMode";
    }
    // Inside the brackets of a relationship: `[:T..]`, `[:T*-2]`.
    let opening = tokens[..at].iter().rposition(|token| token.kind == TokenKind::LeftBracket);
    let is_relationship = opening.is_some_and(|open| {
        !tokens[open..at].iter().any(|token| token.kind == TokenKind::RightBracket)
            && open
                .checked_sub(1)
                .is_some_and(|before| matches!(tokens[before].kind, TokenKind::Minus | TokenKind::LeftArrow))
    });
    let is_length = token.kind == TokenKind::DotDot || before.kind == TokenKind::Star;
    if is_relationship && is_length { "InvalidRelationshipPattern" } else { "UnexpectedSyntax" }
}

/// Words of clauses that write, of which the parser does not know all.
const WRITING: &[&str] =
    &["CREATE", "INSERT", "MERGE", "DELETE", "DETACH", "SET", "REMOVE", "FOREACH", "LOAD", "DROP"];

/// The error that a clause writes: the graph is only read.
fn writes(name: &str, at: Span) -> anyhow::Error {
    let message = format!("the graph is only read, so there is no {name}");
    Error::compile(ErrorKind::Syntax, "InvalidClauseComposition", message).at(at).into()
}

/// Refuses clauses that write.
pub(super) fn refuse_writes(query: &SingleQuery) -> Result<()> {
    for clause in &query.kind.clauses {
        let name = match &clause.kind {
            ClauseKind::Create(_) => "CREATE",
            ClauseKind::Merge(_) => "MERGE",
            ClauseKind::Delete(_) => "DELETE",
            ClauseKind::Set(_) => "SET",
            ClauseKind::Remove(_) => "REMOVE",
            _ => continue,
        };
        return Err(writes(name, span(clause.span)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(text: &str) -> &'static str {
        parse(text).map(|_| ()).unwrap_err().downcast_ref::<Error>().unwrap().detail
    }

    #[test]
    fn what_is_wrong_has_the_name_of_the_compatibility_kit() {
        for (text, name) in [
            ("RETURN 9223372h54775808", "InvalidNumberLiteral"),
            ("RETURN 0x", "InvalidNumberLiteral"),
            ("RETURN '\\uH'", "InvalidUnicodeLiteral"),
            ("RETURN 42 — 41", "InvalidUnicodeCharacter"),
            ("RETURN 9223372#54775808", "UnexpectedSyntax"),
            ("RETURN {1B2c3e67:1}", "UnexpectedSyntax"),
            ("MATCH (a)-[:L..]->() RETURN a", "InvalidRelationshipPattern"),
            ("MATCH (a)-[:L*-2]->() RETURN a", "InvalidRelationshipPattern"),
            ("CALL a.b YIELD c RETURN c", "InvalidArgumentPassingMode"),
            ("RETURN [1..]", "UnexpectedSyntax"),
            ("", "UnexpectedSyntax"),
            ("FOREACH (x IN [1] | SET a.x = 1)", "InvalidClauseComposition"),
        ] {
            assert_eq!(detail(text), name, "{text}");
        }
    }

    #[test]
    fn deep_and_long_texts_are_refused() {
        for text in [
            format!("RETURN {}1{}", "(".repeat(100_000), ")".repeat(100_000)),
            format!("RETURN {}1", "NOT ".repeat(60_000)),
            format!("RETURN 1{}", " + 1".repeat(60_000)),
            format!("RETURN {}", "[".repeat(200_000)),
            format!("RETURN a{}", ".a".repeat(100_000)),
            format!("RETURN '{}'", "x".repeat(MAX_TEXT)),
        ] {
            assert_eq!(detail(&text), "UnexpectedSyntax");
        }
    }
}
