//! A file as it is on disk: whether it is still what was indexed, how long the name at a place is, and columns counted
//! in the units that indexes use.

use crate::config::Config;
use crate::scan::read;
use crate::scan::walk::{Candidate, real_path};
use crate::store::FileRow;
use std::borrow::Cow;
use std::path::Path;

/// What a column counts from the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16: what JavaScript, the JVM and .NET count.
    Utf16,
    /// Characters: what Python counts.
    Utf32,
}

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

    /// A column in bytes. One past the end of the line is nothing, one inside a character is the character's start.
    pub(super) fn column(&self, line: u32, column: u32, unit: Unit) -> Option<u32> {
        let line = self.line(line)?;
        let column = column as usize;
        if unit == Unit::Utf8 || line.is_ascii() {
            return (column <= line.len()).then_some(u32::try_from(column).ok()?);
        }
        let mut counted = 0;
        for (at, c) in line.char_indices() {
            if counted >= column {
                return u32::try_from(at).ok();
            }
            counted += if unit == Unit::Utf16 { c.len_utf16() } else { 1 };
        }
        (counted >= column).then_some(u32::try_from(line.len()).ok()?)
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

/// The path of a `file:` address, or of a plain path, without a slash at its end; nothing for other addresses.
pub(super) fn path_of(address: &str) -> Option<Cow<'_, str>> {
    let path = match address.strip_prefix("file:") {
        Some(rest) => rest.strip_prefix("//localhost").or_else(|| rest.strip_prefix("//")).unwrap_or(rest),
        None if address.contains("://") || address.is_empty() => return None,
        None => return Some(Cow::Borrowed(address.trim_end_matches('/'))),
    };
    let path = path.trim_end_matches('/');
    if !path.contains('%') {
        return Some(Cow::Borrowed(path));
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digits = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_counted_in_the_unit_of_the_index() {
        let text = Text::new("plain\n\u{1f600}é = x\n".to_owned());
        assert_eq!(text.column(0, 3, Unit::Utf16), Some(3));
        // The face has 4 bytes, 2 units of UTF-16 and is one character; é has 2 bytes.
        for (unit, column) in [(Unit::Utf8, 9), (Unit::Utf16, 6), (Unit::Utf32, 5)] {
            assert_eq!(text.column(1, column, unit), Some(9), "{unit:?}");
            assert_eq!(text.column(1, column + 1, unit), Some(10), "{unit:?}");
            assert_eq!(text.column(1, column + 2, unit), None, "{unit:?}");
        }
        assert_eq!(text.column(1, 1, Unit::Utf16), Some(4), "inside a pair of surrogates");
        assert_eq!(text.column(2, 0, Unit::Utf8), Some(0));
        assert_eq!(text.column(3, 0, Unit::Utf8), None);
    }

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

    #[test]
    fn an_address_and_its_path_are_each_others_inverse() {
        for path in ["/srv/a b/gr\u{fc}n%41", "/", "/plain"] {
            let back = path_of(&address(path)).unwrap().into_owned();
            assert_eq!(back, path.trim_end_matches('/'));
        }
        assert_eq!(path_of("file:///x%zz/%4").as_deref(), Some("/x%zz/%4"));
        assert_eq!(path_of("https://x/y"), None);
        assert_eq!(path_of(""), None);
        assert_eq!(path_of("/a/b/").as_deref(), Some("/a/b"));
    }
}
