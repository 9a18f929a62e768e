//! An index that another tool made, read one document at a time and kept small: a symbol is a number, an occurrence
//! five of them.
//!
//! The file comes from outside. Every length in it is held against a limit before memory is taken, nothing in it can
//! make the reader recurse, and what does not fit the format is an error that says where.

use super::source::{Unit, path_of};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use protobuf::rt::{WireType, skip_field_for_tag};
use protobuf::{CodedInputStream, Message};
use rustc_hash::FxHashMap;
use scip::types::occurrence::Typed_range;
use scip::types::{self, Metadata, PositionEncoding, SymbolRole};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// Most bytes of one document.
const MAX_DOCUMENT_BYTES: u64 = 512 << 20;
/// Most bytes of the metadata.
const MAX_METADATA_BYTES: u64 = 16 << 20;
/// Most documents.
const MAX_DOCUMENTS: usize = 1_000_000;
/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 18;

/// `Index.metadata`, `Index.documents`.
const METADATA: u32 = 1;
const DOCUMENTS: u32 = 2;

/// An index.
pub(super) struct Oracle {
    /// Who made it: name and version.
    pub(super) tool: String,
    /// The folder that its paths are relative to; empty when it does not say.
    pub(super) root: String,
    /// When it was last written, nanoseconds since 1970.
    pub(super) mtime_ns: u64,
    /// Documents in order.
    pub(super) documents: Vec<Document>,
    /// Every symbol that occurs.
    pub(super) symbols: Vec<Symbol>,
}

/// A file as the index saw it.
pub(super) struct Document {
    /// Path below the root, with `/`.
    pub(super) path: String,
    /// What its columns count.
    pub(super) unit: Unit,
    /// In the order of the index.
    pub(super) occurrences: Vec<Occurrence>,
}

/// A symbol at a place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Occurrence {
    /// Line, 0-based.
    pub(super) line: u32,
    /// First column, in the unit of the document.
    pub(super) start: u32,
    /// Column past the last; past every column when the occurrence ends on another line.
    pub(super) end: u32,
    /// Index into [`Oracle::symbols`].
    pub(super) symbol: u32,
    /// The symbol is defined here.
    pub(super) is_definition: bool,
}

/// What kind of symbol it is, as far as its name tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Of one document: a local variable, as a rule.
    Local,
    /// A parameter or type parameter.
    Parameter,
    /// A namespace, module or file.
    Namespace,
    /// What the format has no word for: a Python module, a property of an object literal.
    Meta,
    /// Any other that can be named from elsewhere.
    Global,
}

impl Scope {
    /// True for what is no definition of its own to us: locals, parameters, properties of object literals.
    pub(super) const fn is_inner(self) -> bool {
        matches!(self, Self::Local | Self::Parameter | Self::Meta)
    }
}

/// A symbol of an index.
pub(super) struct Symbol {
    /// Its name.
    pub(super) name: Box<str>,
    /// What kind it is.
    pub(super) scope: Scope,
}

/// Reads an index.
///
/// # Errors
/// [`Kind::Usage`] when there is no such file or it is no index, [`Kind::Corrupt`] when it is damaged.
pub(super) fn read(path: &Path) -> Result<Oracle> {
    let shown = path.display();
    let file = File::open(path).with_context(|| format!("cannot read {shown}")).kind(Kind::Usage)?;
    let meta = file.metadata().with_context(|| format!("cannot read {shown}")).kind(Kind::Usage)?;
    if !meta.is_file() {
        return Err(anyhow::anyhow!("{shown} is no file")).kind(Kind::Usage);
    }
    let mtime = meta.modified().unwrap_or(UNIX_EPOCH);
    let mut file = BufReader::with_capacity(BUFFER_BYTES, file);
    let mut oracle = parse(&mut CodedInputStream::from_buf_read(&mut file))
        .with_context(|| format!("{shown} is no whole SCIP index"))
        .kind(Kind::Corrupt)
        .hint("make it again with the tool that wrote it")?;
    oracle.mtime_ns = nanoseconds(mtime);
    if oracle.documents.is_empty() {
        return Err(anyhow::anyhow!("{shown} holds no documents"))
            .kind(Kind::Usage)
            .hint("is it a SCIP index, and did the tool that wrote it find the sources?");
    }
    Ok(oracle)
}

fn nanoseconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

fn parse(input: &mut CodedInputStream<'_>) -> Result<Oracle> {
    let mut reader = Reader {
        oracle: Oracle {
            tool: String::new(),
            root: String::new(),
            mtime_ns: 0,
            documents: Vec::new(),
            symbols: Vec::new(),
        },
        by_name: FxHashMap::default(),
    };
    while let Some(tag) = input.read_raw_tag_or_eof()? {
        match (tag >> 3, WireType::new(tag & 7)) {
            (METADATA, Some(WireType::LengthDelimited)) => {
                let metadata: Metadata = message(input, MAX_METADATA_BYTES, "the metadata")?;
                let tool = metadata.tool_info.unwrap_or_default();
                reader.oracle.tool = format!("{} {}", tool.name, tool.version).trim().to_owned();
                reader.oracle.root = path_of(&metadata.project_root).unwrap_or_default().into_owned();
            }
            (DOCUMENTS, Some(WireType::LengthDelimited)) => {
                let n = reader.oracle.documents.len();
                anyhow::ensure!(n < MAX_DOCUMENTS, "it has more than {MAX_DOCUMENTS} documents");
                let what = format!("document {}", n + 1);
                let document: types::Document = message(input, MAX_DOCUMENT_BYTES, &what)?;
                let path = document.relative_path.clone();
                reader.document(document).with_context(|| format!("{what}, {path}"))?;
            }
            // A group may nest; no version of the format has one.
            (0, _) | (_, None | Some(WireType::StartGroup | WireType::EndGroup)) => {
                anyhow::bail!("byte {} begins no field", input.pos())
            }
            _ => skip_field_for_tag(tag, input)?,
        }
    }
    Ok(reader.oracle)
}

/// Reads a message that has its length before it.
fn message<M: Message>(input: &mut CodedInputStream<'_>, limit: u64, what: &str) -> Result<M> {
    let length = input.read_raw_varint64()?;
    anyhow::ensure!(length <= limit, "{what} is said to have {length} bytes, the most are {limit}");
    let outer = input.push_limit(length)?;
    let mut message = M::new();
    message.merge_from(input).with_context(|| what.to_owned())?;
    anyhow::ensure!(input.bytes_until_limit() == 0, "{what} is cut off");
    input.pop_limit(outer);
    Ok(message)
}

struct Reader {
    oracle: Oracle,
    by_name: FxHashMap<Box<str>, u32>,
}

impl Reader {
    fn document(&mut self, document: types::Document) -> Result<()> {
        let mut locals: FxHashMap<String, u32> = FxHashMap::default();
        let mut occurrences = Vec::with_capacity(document.occurrences.len());
        for each in document.occurrences {
            // Syntax highlighting alone.
            if each.symbol.is_empty() {
                continue;
            }
            let (line, start, end) = range(&each)?;
            let defines = SymbolRole::Definition as i32 | SymbolRole::ForwardDefinition as i32;
            let is_definition = each.symbol_roles & defines != 0;
            let symbol = self.symbol(each.symbol, &mut locals)?;
            occurrences.push(Occurrence { line, start, end, symbol, is_definition });
        }
        let path = document.relative_path.replace('\\', "/");
        let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
        let unit = unit(document.position_encoding.enum_value_or_default(), &path);
        self.oracle.documents.push(Document { path, unit, occurrences });
        Ok(())
    }

    fn symbol(&mut self, name: String, locals: &mut FxHashMap<String, u32>) -> Result<u32> {
        let scope = scope(&name);
        let known = if scope == Scope::Local { locals.get(&name) } else { self.by_name.get(&*name) };
        if let Some(&known) = known {
            return Ok(known);
        }
        let number = u32::try_from(self.oracle.symbols.len()).context("it has too many symbols")?;
        self.oracle.symbols.push(Symbol { name: name.as_str().into(), scope });
        if scope == Scope::Local {
            locals.insert(name, number);
        } else {
            self.by_name.insert(name.into_boxed_str(), number);
        }
        Ok(number)
    }
}

/// What the end of a name tells: the last descriptor.
fn scope(name: &str) -> Scope {
    if name.starts_with("local ") {
        return Scope::Local;
    }
    match name.as_bytes().last() {
        Some(b')' | b']') => Scope::Parameter,
        Some(b'/') => Scope::Namespace,
        Some(b':') => Scope::Meta,
        _ => Scope::Global,
    }
}

impl Symbol {
    /// Scheme, package manager, package and version; nothing for a local symbol.
    pub(super) fn package(&self) -> Option<&str> {
        let is_global = self.scope != Scope::Local;
        let end = self.name.match_indices(' ').nth(3).filter(|_| is_global)?.0;
        self.name.get(..end)
    }
}

/// Line, first column and the column past the last.
fn range(occurrence: &types::Occurrence) -> Result<(u32, u32, u32)> {
    let numbers = match (&occurrence.typed_range, occurrence.range.as_slice()) {
        (Some(Typed_range::SingleLineRange(range)), _) => {
            [range.line, range.start_character, range.line, range.end_character]
        }
        (Some(Typed_range::MultiLineRange(range)), _) => {
            [range.start_line, range.start_character, range.end_line, range.end_character]
        }
        (None, &[line, start, end]) => [line, start, line, end],
        (None, &[line, start, last, end]) => [line, start, last, end],
        (Some(_), _) => anyhow::bail!("a range is of a kind that is newer than this program"),
        (None, other) => anyhow::bail!("a range has {} numbers instead of 3 or 4", other.len()),
    };
    let numbers = numbers.map(u32::try_from);
    let [Ok(line), Ok(start), Ok(last), Ok(end)] = numbers else {
        anyhow::bail!("a range has a number below 0");
    };
    Ok((line, start, if last == line { end } else { u32::MAX }))
}

/// What the columns of a document count. When it does not say: bytes where indexers are written in their own language
/// that counts so, else units of UTF-16, as in the language server protocol.
fn unit(encoding: PositionEncoding, path: &str) -> Unit {
    let counts_bytes = [".rs", ".go", ".c", ".h", ".cc", ".cpp", ".cxx", ".hpp", ".hh"];
    match encoding {
        PositionEncoding::UTF8CodeUnitOffsetFromLineStart => Unit::Utf8,
        PositionEncoding::UTF16CodeUnitOffsetFromLineStart => Unit::Utf16,
        PositionEncoding::UTF32CodeUnitOffsetFromLineStart => Unit::Utf32,
        PositionEncoding::UnspecifiedPositionEncoding => {
            if counts_bytes.iter().any(|ending| path.ends_with(ending)) { Unit::Utf8 } else { Unit::Utf16 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protobuf::EnumOrUnknown;

    fn occurrence(symbol: &str, range: &[i32], roles: i32) -> types::Occurrence {
        types::Occurrence {
            symbol: symbol.to_owned(),
            range: range.to_vec(),
            symbol_roles: roles,
            ..types::Occurrence::default()
        }
    }

    fn index(occurrences: Vec<types::Occurrence>) -> types::Index {
        let document = types::Document {
            relative_path: "./src\\a.py".to_owned(),
            occurrences,
            position_encoding: EnumOrUnknown::from_i32(0),
            ..types::Document::default()
        };
        types::Index { documents: vec![document.clone(), document], ..types::Index::default() }
    }

    fn parsed(bytes: &[u8]) -> Result<Oracle> {
        parse(&mut CodedInputStream::from_bytes(bytes))
    }

    #[test]
    fn a_local_symbol_is_one_of_its_document_and_a_global_one_of_all() {
        let index = index(vec![
            occurrence("local 1", &[0, 1, 2], 1),
            occurrence("a . . . f().", &[0, 4, 9], 0),
            occurrence("local 1", &[1, 0, 2, 3], 0),
            occurrence("", &[3, 0, 2], 0),
        ]);
        let oracle = parsed(&index.write_to_bytes().unwrap()).unwrap();
        let numbers: Vec<Vec<u32>> = oracle
            .documents
            .iter()
            .map(|document| document.occurrences.iter().map(|each| each.symbol).collect())
            .collect();
        assert_eq!(numbers, [[0, 1, 0], [2, 1, 2]]);
        assert_eq!(oracle.documents[0].path, "src/a.py");
        assert_eq!(oracle.documents[0].unit, Unit::Utf16);
        assert_eq!(oracle.documents[0].occurrences[2].end, u32::MAX);
    }

    #[test]
    fn the_last_descriptor_tells_what_a_symbol_is() {
        for (name, wanted) in [
            ("local x", Scope::Local),
            ("a . . . f().(x)", Scope::Parameter),
            ("a . . . f().[T]", Scope::Parameter),
            ("a . . . f().", Scope::Global),
            ("a . . . `x.py`/", Scope::Namespace),
            ("a . . . x/__init__:", Scope::Meta),
        ] {
            assert_eq!(scope(name), wanted, "{name}");
        }
    }

    #[test]
    fn bad_ranges_are_errors_that_say_where() {
        for (range, wanted) in [(&[1, 2][..], "2 numbers"), (&[-1, 0, 2], "below 0")] {
            let bytes = index(vec![occurrence("a . . . f().", range, 0)]).write_to_bytes().unwrap();
            let error = format!("{:#}", parsed(&bytes).err().unwrap());
            assert!(error.contains(wanted) && error.contains("document 1, ./src"), "{error}");
        }
    }

    #[test]
    fn every_cut_and_every_flipped_byte_is_an_index_or_an_error() {
        let bytes =
            index(vec![occurrence("local 1", &[0, 1, 2], 1), occurrence("a . . . f().", &[0, 4, 9], 0)])
                .write_to_bytes()
                .unwrap();
        // Cut inside a document it is never taken for a whole one.
        let first = bytes.len() / 2;
        for cut in 1..bytes.len() {
            assert_eq!(parsed(&bytes[..cut]).is_ok(), cut == first, "{cut}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bad = bytes.clone();
                bad[at] ^= 1 << bit;
                drop(parsed(&bad));
            }
        }
    }

    #[test]
    fn a_length_beyond_the_limit_takes_no_memory() {
        let mut bytes = vec![0x12];
        bytes.extend_from_slice(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]);
        let error = format!("{:#}", parsed(&bytes).err().unwrap());
        assert!(error.contains("document 1 is said to have 9223372036854775807 bytes"), "{error}");
        // 400 MB in a document of 6 bytes.
        let error = parsed(&[0x12, 0x06, 0x0a, 0xff, 0xff, 0xff, 0xbf, 0x01]).err().unwrap();
        assert!(format!("{error:#}").contains("document 1"), "{error:#}");
    }
}
