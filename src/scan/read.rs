//! Reading one file safely: regular files only, bounded, decoded, with the reason when it is left out.

use super::walk::Candidate;
use crate::config::Config;
use crate::facts::Problem;
use crate::lang::python::notebook;
use std::fs::{File, OpenOptions};
use std::io::Read as _;
use std::path::Path;

/// Bytes that are looked at to tell binary files.
const BINARY_HEAD: usize = 8 << 10;
/// Longest line of a file that is read as code or text.
const MAX_LINE: usize = 1 << 20;

/// The printed reason of [`Reason::Unreadable`].
pub const UNREADABLE: &str = "unreadable";

/// Why a file is left out after a look inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It holds bytes that no text has.
    Binary,
    /// It has grown past the limit.
    TooLarge,
    /// It has a line of more than a megabyte: generated or packed.
    LongLine,
    /// It is no file of code or text.
    UnknownType,
    /// It is no regular file any more.
    NotRegular,
    /// It went away after the walk.
    Vanished,
    /// It may not or cannot be read.
    Unreadable,
    /// It is a notebook that is no notebook.
    BadNotebook,
}

impl Reason {
    /// The printed name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Binary => "binary",
            Self::TooLarge => "too large",
            Self::LongLine => "line of more than 1 MB",
            Self::UnknownType => "unknown type",
            Self::NotRegular => "not a regular file",
            Self::Vanished => "vanished while it was read",
            Self::Unreadable => UNREADABLE,
            Self::BadNotebook => "not a valid notebook",
        }
    }
}

/// A file's text.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its text as UTF-8; for a notebook the code of its cells.
    pub text: String,
    /// First 16 bytes of the blake3 hash of its bytes.
    pub hash: [u8; 16],
    /// Lines of the text.
    pub lines: u32,
    /// What was noticed while decoding.
    pub problem: Option<Problem>,
    /// For a notebook: first line of each code cell, and its number.
    pub cells: Vec<(u32, u32)>,
}

/// Reads a file.
///
/// # Errors
/// The reason why it is left out.
pub fn read(candidate: &Candidate, config: &Config) -> Result<Source, Reason> {
    let bytes = bytes(&candidate.full, config.parsing.max_file_size.0)?;
    let mut hash = [0; 16];
    hash.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..16]);
    let (mut text, problem) = decode(bytes)?;
    let mut cells = Vec::new();
    if candidate.path.ends_with(".ipynb") {
        let book = notebook::cells(&text).ok_or(Reason::BadNotebook)?;
        (text, cells) = (book.source, book.starts);
    }
    // Most files are shorter than that.
    if text.len() > MAX_LINE && longest_line(text.as_bytes()) > MAX_LINE {
        return Err(Reason::LongLine);
    }
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let open_end = usize::from(!text.is_empty() && !text.ends_with('\n'));
    let lines = u32::try_from(lines + open_end).unwrap_or(u32::MAX);
    Ok(Source { text, hash, lines, problem, cells })
}

fn open(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // A FIFO that took the file's place must not block us.
    #[cfg(target_os = "linux")]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, 0o4000);
    options.open(path)
}

/// The bytes of a regular file, at most `limit`.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Reason> {
    let file = open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Reason::Vanished,
        _ => Reason::Unreadable,
    })?;
    let meta = file.metadata().map_err(|_| Reason::Unreadable)?;
    if !meta.is_file() {
        return Err(Reason::NotRegular);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len().min(limit)).unwrap_or(0) + 1);
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|_| Reason::Unreadable)?;
    if bytes.len() as u64 > limit { Err(Reason::TooLarge) } else { Ok(bytes) }
}

/// Bytes to text: UTF-8, UTF-16 with its mark, else UTF-8 with the bad bytes replaced.
fn decode(bytes: Vec<u8>) -> Result<(String, Option<Problem>), Reason> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.as_chunks::<2>().0.iter().map(|&pair| unit(pair));
        let mut bad = bytes.len() % 2 == 1;
        let text = char::decode_utf16(units)
            .map(|c| {
                c.unwrap_or_else(|_| {
                    bad = true;
                    char::REPLACEMENT_CHARACTER
                })
            })
            .collect();
        (text, bad.then_some(Problem::Encoding))
    };
    match bytes.as_slice() {
        [0xFF, 0xFE, rest @ ..] if !rest.starts_with(&[0, 0]) => return Ok(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => return Ok(utf16(rest, u16::from_be_bytes)),
        _ => {}
    }
    let head = bytes.get(..BINARY_HEAD.min(bytes.len())).unwrap_or_default();
    if memchr::memchr(0, head).is_some() {
        return Err(Reason::Binary);
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            return Ok((text, Some(Problem::Encoding)));
        }
    };
    match text.strip_prefix('\u{feff}') {
        Some(rest) => Ok((rest.to_owned(), None)),
        None => Ok((text, None)),
    }
}

fn longest_line(bytes: &[u8]) -> usize {
    let mut longest = 0;
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes) {
        longest = longest.max(end - start);
        start = end + 1;
    }
    longest.max(bytes.len() - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Result<Source, Reason> {
        let folder = tempfile::tempdir().unwrap();
        let full = folder.path().join("f.txt");
        std::fs::write(&full, bytes).unwrap();
        let candidate = Candidate { path: "f.txt".to_owned(), full, size: bytes.len() as u64, mtime_ns: 0 };
        read(&candidate, &Config::default())
    }

    #[test]
    fn utf16_with_its_mark_becomes_the_same_text() {
        let text = "name = \"größe\"\n";
        let little: Vec<u8> =
            [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> =
            [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(source(&little).unwrap().text, text);
        assert_eq!(source(&big).unwrap().text, text);
        assert_eq!(source(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()).unwrap().text, text);
    }

    #[test]
    fn bad_bytes_are_replaced_and_told() {
        let read = source(b"a = '\xff\xfe'\nb = 1\n").unwrap();
        assert_eq!((read.problem, read.lines), (Some(Problem::Encoding), 2));
    }

    #[test]
    fn binaries_and_packed_lines_are_left_out_with_their_reason() {
        assert_eq!(source(b"\x7fELF\0\0\0").unwrap_err(), Reason::Binary);
        assert_eq!(source(&vec![b'x'; 3 << 20]).unwrap_err(), Reason::LongLine);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_that_took_a_files_place_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let full = folder.path().join("pipe.py");
        let made = std::process::Command::new("mkfifo").arg(&full).status().unwrap();
        assert!(made.success());
        let candidate = Candidate { path: "pipe.py".to_owned(), full, size: 3, mtime_ns: 0 };
        assert_eq!(read(&candidate, &Config::default()).unwrap_err(), Reason::NotRegular);
    }
}
