//! What an operation answers, and the forms in which an answer is written.

use crate::error::{self, Kind};
use crate::query::Ambiguous;
use anyhow::Result;
use serde::Serialize;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::fmt;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The form in which an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, clap::ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
    /// One JSON object a line
    Jsonl,
    /// A graph for Graphviz
    Dot,
    /// A graph for Mermaid
    Mermaid,
    /// An index in the format SCIP
    Scip,
    /// A table, comma-separated (RFC 4180)
    Csv,
}

impl Format {
    /// The name that `--format` takes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
            Self::Scip => "scip",
            Self::Csv => "csv",
        }
    }

    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Text => "text/plain; charset=utf-8",
            Self::Json => "application/json",
            Self::Jsonl => "application/jsonl",
            Self::Dot => "text/vnd.graphviz; charset=utf-8",
            Self::Mermaid => "text/vnd.mermaid; charset=utf-8",
            Self::Scip => "application/vnd.scip",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// True for what is no text.
    #[must_use]
    pub const fn is_binary(self) -> bool {
        matches!(self, Self::Scip)
    }
}

/// Where an answer is written to.
pub struct Page<'w> {
    out: &'w mut dyn Write,
    here: Option<PathBuf>,
}

impl<'w> Page<'w> {
    /// Writes to `out`; paths in text are shown relative to `here`, the working folder, where they lie below it.
    pub fn new(out: &'w mut dyn Write, here: Option<&Path>) -> Self {
        Self { out, here: here.map(Path::to_owned) }
    }

    /// Writes a JSON value on a line of its own.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn json(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut *self.out, value)?;
        Ok(self.out.write_all(b"\n")?)
    }

    /// The path of a project's file as the reader would type it.
    #[must_use]
    pub fn path(&self, root: &str, path: &str) -> String {
        let Some(here) = &self.here else { return harmless(path).into_owned() };
        let full = Path::new(root).join(path);
        let shown = match full.strip_prefix(here) {
            Ok(below) => below.to_string_lossy().into_owned(),
            // The reader stands deeper in the project: the way up is shown.
            Err(_) if here.starts_with(root) => climb(here, &full),
            Err(_) => full.to_string_lossy().into_owned(),
        };
        harmless(&shown).into_owned()
    }
}

/// An answer as JSON.
///
/// # Errors
/// When it cannot be written.
pub fn json_of(answer: &dyn Answer) -> Result<Vec<u8>> {
    let mut json = Vec::new();
    answer.write(Format::Json, &mut Page::new(&mut json, None))?;
    Ok(json)
}

/// A text whose control characters cannot act on a terminal.
pub(super) fn harmless(text: &str) -> Cow<'_, str> {
    let acts = |c: char| c.is_control() && c != '\t';
    if text.contains(acts) { Cow::Owned(text.replace(acts, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// The relative path from a folder to a file that share an ancestor.
fn climb(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(a, b)| a == b).count();
    let mut path = PathBuf::new();
    from.components().skip(shared).for_each(|_| path.push(".."));
    path.extend(to.components().skip(shared));
    path.to_string_lossy().into_owned()
}

impl Write for Page<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// An answer of an operation: plain data that is JSON as it stands, and can be written for people.
pub trait Response: Serialize {
    /// Writes it for people. Styles are ANSI sequences; who shows it strips them where they are not wanted.
    ///
    /// # Errors
    /// When it cannot be written.
    fn text(&self, page: &mut Page<'_>) -> Result<()>;

    /// Writes it in another form than text and JSON that the operation lists among its formats.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write_as(&self, format: Format, page: &mut Page<'_>) -> Result<()> {
        let _ = page;
        anyhow::bail!("there is no such answer as {}", format.name())
    }

    /// What is to be told by the exit code of an answer that is no error: nothing found, partly read.
    fn verdict(&self) -> Option<Kind> {
        None
    }
}

/// A [`Response`] of any type.
pub trait Answer {
    /// Writes it.
    ///
    /// # Errors
    /// When it cannot be written.
    fn write(&self, format: Format, page: &mut Page<'_>) -> Result<()>;

    /// As [`Response::verdict`].
    fn verdict(&self) -> Option<Kind>;

    /// What a reader of text is told besides, in sentences; other forms have fields for it.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

impl<R: Response> Answer for R {
    fn write(&self, format: Format, page: &mut Page<'_>) -> Result<()> {
        match format {
            Format::Text => self.text(page),
            Format::Json => page.json(self),
            _ => self.write_as(format, page),
        }
    }

    fn verdict(&self) -> Option<Kind> {
        Response::verdict(self)
    }
}

/// An error as JSON, the same at every surface: `{"error": {"kind", "message", "hint"}}`, with `choices` when a name is
/// ambiguous.
#[must_use]
pub fn error_body(error: &anyhow::Error) -> Value {
    let kind = Kind::of(error).name();
    let mut body = json!({"kind": kind, "message": error::message(error), "hint": error::hint(error)});
    if let Some(choices) = choices(error) {
        body["choices"] = choices;
    }
    json!({"error": body})
}

/// What an ambiguous name may mean.
#[must_use]
pub fn choices(error: &anyhow::Error) -> Option<Value> {
    let told = error.downcast_ref::<Choices>().map(|choices| choices.0.clone());
    told.or_else(|| error.downcast_ref::<Ambiguous>().map(|ambiguous| json!(ambiguous.choices)))
}

/// What an ambiguous name may mean, as another process told it: context of an error that is no part of its message.
#[derive(Debug)]
pub struct Choices(pub Value);

impl fmt::Display for Choices {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(here: &str, path: &str) -> String {
        let mut out = Vec::new();
        Page::new(&mut out, Some(Path::new(here))).path("/home/u/p", path)
    }

    #[test]
    fn paths_are_as_the_reader_would_type_them() {
        assert_eq!(shown("/home/u/p", "src/a.rs"), "src/a.rs");
        assert_eq!(shown("/home/u/p/src", "src/a.rs"), "a.rs");
        assert_eq!(shown("/home/u/p/tests/x", "src/a.rs"), "../../src/a.rs");
        assert_eq!(shown("/home/u", "src/a.rs"), "p/src/a.rs");
        assert_eq!(shown("/tmp", "src/a.rs"), "/home/u/p/src/a.rs");
        assert_eq!(Page::new(&mut Vec::new(), None).path("/home/u/p", "src/a.rs"), "src/a.rs");
    }

    #[test]
    fn a_file_name_cannot_act_on_the_terminal() {
        assert_eq!(shown("/home/u/p", "a\x1b[2J\n.rs"), "a\u{fffd}[2J\u{fffd}.rs");
    }
}
