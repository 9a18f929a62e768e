//! What is wrong with a query: in the words of openCypher's compatibility kit, in plain words, and where.

use crate::error::{Kind, ResultExt as _};
use std::fmt;

/// The classes of errors that the language has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// `SyntaxError`: no query of the language, or one that makes no sense.
    Syntax,
    /// `SemanticError`: it makes sense, but cannot be done.
    Semantic,
    /// `TypeError`: a value has the wrong type.
    Type,
    /// `ArgumentError`: an argument is out of its range.
    Argument,
    /// `ArithmeticError`: a division by zero, an overflow.
    Arithmetic,
    /// `EntityNotFound`.
    EntityNotFound,
    /// `PropertyNotFound`.
    PropertyNotFound,
    /// `ParameterMissing`.
    ParameterMissing,
    /// `ProcedureError`.
    Procedure,
    /// A limit was passed; its detail is the limit's name.
    Limit,
}

impl ErrorKind {
    /// Its name in the compatibility kit.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Syntax => "SyntaxError",
            Self::Semantic => "SemanticError",
            Self::Type => "TypeError",
            Self::Argument => "ArgumentError",
            Self::Arithmetic => "ArithmeticError",
            Self::EntityNotFound => "EntityNotFound",
            Self::PropertyNotFound => "PropertyNotFound",
            Self::ParameterMissing => "ParameterMissing",
            Self::Procedure => "ProcedureError",
            Self::Limit => "LimitError",
        }
    }
}

/// When it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Before any row is made.
    Compile,
    /// While it runs.
    Run,
}

/// A part of the query, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Span {
    /// Its first byte.
    pub start: usize,
    /// Past its last byte.
    pub end: usize,
}

/// What is wrong with a query. It is printed with its line and a caret once it knows the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Its class.
    pub kind: ErrorKind,
    /// When it was found.
    pub phase: Phase,
    /// Its name in the compatibility kit, such as `UndefinedVariable`.
    pub detail: &'static str,
    /// In plain words, without a full stop.
    pub message: String,
    /// What would be right, if that is known.
    pub help: Option<String>,
    /// Where.
    pub span: Option<Span>,
    /// The line with a caret, made by [`locate`].
    excerpt: Option<String>,
}

impl Error {
    /// An error that is found before the query runs.
    #[must_use]
    pub fn compile(kind: ErrorKind, detail: &'static str, message: impl Into<String>) -> Self {
        Self {
            kind,
            phase: Phase::Compile,
            detail,
            message: message.into(),
            help: None,
            span: None,
            excerpt: None,
        }
    }

    /// An error that is found while it runs.
    #[must_use]
    pub fn run(kind: ErrorKind, detail: &'static str, message: impl Into<String>) -> Self {
        Self { phase: Phase::Run, ..Self::compile(kind, detail, message) }
    }

    /// Says where.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// Says what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl From<Error> for anyhow::Error {
    /// With the kind of failure that a bad query is.
    fn from(error: Error) -> Self {
        // Built by hand, because anyhow's own conversion needs `std::error::Error`, which would make this one clash.
        let wrapped: anyhow::Result<()> = Err(Self::msg(error));
        match wrapped.kind(Kind::Usage) {
            Err(error) => error,
            Ok(()) => Self::msg(""),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "; {help}")?;
        }
        if let Some(excerpt) = &self.excerpt {
            write!(f, "\n{excerpt}")?;
        }
        Ok(())
    }
}

/// Gives an error of a query its place, if it has none yet.
pub fn place(mut error: anyhow::Error, span: Span) -> anyhow::Error {
    if let Some(found) = error.downcast_mut::<Error>()
        && found.span.is_none()
    {
        found.span = Some(span);
    }
    error
}

/// Lets an error of a query print the line where it is, with a caret below.
pub fn locate(mut error: anyhow::Error, text: &str) -> anyhow::Error {
    if let Some(found) = error.downcast_mut::<Error>()
        && let Some(span) = found.span
        && found.excerpt.is_none()
    {
        found.excerpt = Some(excerpt(text, span));
    }
    error
}

/// Most characters of a line that are shown.
const MAX_LINE: usize = 160;

/// The line where a span starts, and carets below it.
fn excerpt(text: &str, span: Span) -> String {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let number = text[..start].matches('\n').count() + 1;
    let line: Vec<char> =
        text[line_start..line_end].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let column = text[line_start..start].chars().count();
    let wide = text[start..end.min(line_end).max(start)].chars().count().max(1);
    // A long line is shown around the place.
    let from = if line.len() > MAX_LINE { column.saturating_sub(MAX_LINE / 2) } else { 0 };
    let to = line.len().min(from + MAX_LINE);
    let shown: String = line.get(from..to).unwrap_or_default().iter().collect();
    let gutter = number.to_string();
    let carets = "^".repeat(wide.min(MAX_LINE));
    format!(
        "{gutter} | {shown}\n{blank} | {pad}{carets}",
        blank = " ".repeat(gutter.len()),
        pad = " ".repeat(column - from)
    )
}

/// The name among `known` that was probably meant.
pub(super) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_lowercase();
    known
        .into_iter()
        .map(|each| (strsim::damerau_levenshtein(&each.to_lowercase(), &lower), each))
        .filter(|(distance, _)| *distance <= 1 + name.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, each)| each)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::message;

    #[test]
    fn an_error_shows_its_line_with_a_caret_below() {
        let text = "MATCH (n)\nRETURN m.name";
        let error = Error::compile(ErrorKind::Syntax, "UndefinedVariable", "no variable m is known here")
            .at(Span { start: 17, end: 18 });
        let error = locate(error.into(), text);
        assert_eq!(message(&error), "no variable m is known here\n2 | RETURN m.name\n  |        ^");
        assert_eq!(Kind::of(&error), Kind::Usage);
        assert_eq!(error.downcast_ref::<Error>().map(|error| error.detail), Some("UndefinedVariable"));
    }

    #[test]
    fn a_place_outside_the_text_or_inside_a_letter_is_no_panic() {
        for text in ["", "é", "RETURN 'é"] {
            for start in 0..12 {
                for end in 0..12 {
                    assert!(excerpt(text, Span { start, end }).contains('^'));
                }
            }
        }
    }

    #[test]
    fn the_name_that_was_meant_is_found() {
        assert_eq!(nearest("Functon", ["Field", "Function"]), Some("Function"));
        assert_eq!(nearest("calls", ["CALLS", "IMPORTS"]), Some("CALLS"));
        assert_eq!(nearest("Xyz", ["Field", "Function"]), None);
    }
}
