//! A file as it is on disk: whether it is still what was indexed, and how long the name at a place is.

use crate::config::Config;
use crate::scan::read;
use crate::scan::walk::{Candidate, real_path};
use crate::store::FileRow;
use std::path::Path;

/// A file's text, when it is that which was indexed.
pub(super) enum Source {
    /// Unchanged.
    Same(Text),
    /// It has other bytes now.
    Changed,
    /// It is not there, or cannot be read.
    Gone,
}

impl Source {
    /// Reads a file of a project.
    pub(super) fn read(root: &str, row: &FileRow, config: &Config) -> Self {
        let full = real_path(Path::new(root), &row.path);
        let file = Candidate { path: row.path.clone(), full, size: row.size, mtime_ns: row.mtime_ns };
        match read::read(&file, config) {
            Ok(source) if source.hash == row.hash => Self::Same(Text::new(source.text)),
            Ok(_) => Self::Changed,
            Err(_) => Self::Gone,
        }
    }

    /// The text, when it is that which was indexed.
    pub(super) const fn text(&self) -> Option<&Text> {
        match self {
            Self::Same(text) => Some(text),
            Self::Changed | Self::Gone => None,
        }
    }
}

/// A text by lines.
pub(super) struct Text {
    text: String,
    starts: Vec<usize>,
}

impl Text {
    pub(super) fn new(text: String) -> Self {
        let ends = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        let starts = std::iter::once(0).chain(ends).collect();
        Self { text, starts }
    }

    /// A line without its end, 0-based; nothing past the last.
    pub(super) fn line(&self, line: u32) -> Option<&str> {
        let at = usize::try_from(line).ok()?;
        let start = *self.starts.get(at)?;
        let end = self.starts.get(at + 1).map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end)
    }

    /// Bytes of what stands at a place where `name` is meant: the name itself, an alias, or a word that stands for it;
    /// what is quoted up to the closing quote; else one character. Nothing past the end of a line.
    pub(super) fn length(&self, line: u32, column: u32, name: &str) -> Option<u32> {
        let rest = self.line(line)?.get(column as usize..)?;
        let first = rest.chars().next()?;
        let is_word = |c: char| c == '_' || c == '$' || c.is_alphanumeric();
        let ends = |rest: &str| !rest.chars().next().is_some_and(is_word);
        let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        let length = if rest.strip_prefix(name).is_some_and(ends) && !name.is_empty() {
            name.len()
        } else if word > 0 {
            word
        } else {
            let quote = matches!(first, '"' | '\'' | '`' | '<');
            let closing = if first == '<' { '>' } else { first };
            let inside = rest.strip_prefix(first).filter(|_| quote);
            inside.and_then(|inside| inside.find(closing)).map_or(first.len_utf8(), |at| at + 2)
        };
        u32::try_from(length).ok()
    }
}

/// A path as part of a `file:` address.
pub(super) fn address(path: &str) -> String {
    use std::fmt::Write as _;
    let mut out = "file://".to_owned();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_that_of_what_stands_there() {
        let text =
            Text::new("import total as sum; `in x`() + \"./a b\" ~Order <x.h> \u{e9}t\u{e9}".to_owned());
        let length = |needle: &str, name: &str| {
            let at = text.text.find(needle).unwrap();
            text.length(0, u32::try_from(at).unwrap(), name)
        };
        assert_eq!(length("total", "total"), Some(5));
        assert_eq!(length("sum", "total"), Some(3), "an alias");
        assert_eq!(length("`in", "in x"), Some(6));
        assert_eq!(length("\"./a", "a b"), Some(7));
        assert_eq!(length("~Order", "~Order"), Some(6));
        assert_eq!(length("<x", "x.h"), Some(5));
        assert_eq!(length("+", "plus"), Some(1));
        assert_eq!(length("\u{e9}t", "x"), Some(5));
        assert_eq!(text.length(0, 999, "x"), None);
        assert_eq!(text.length(7, 0, "x"), None);
    }
}
