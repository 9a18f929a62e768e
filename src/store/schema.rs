//! THE table of what is kept: families, tables, key bytes, values.
//!
//! Every key starts with the project (4 bytes) and a table byte, so a project is one range of a family and a table one
//! range of a project. Integers in keys are big-endian: byte order is number order. Values are `postcard` unless the
//! table says otherwise.
//!
//! | family | table | key after project and table byte | value |
//! |---|---|---|---|
//! | meta | – | `state` (no project) | [`StoreState`] |
//! | meta | – | `project/` name (no project) | [`ProjectRow`] |
//! | meta | – | `about/` name (no project) | [`AboutRow`] |
//! | meta | – | `model/` number 2 (no project) | [`ModelRow`] |
//! | graph | [`Table::Files`] | file 4 | [`FileRow`] |
//! | graph | [`Table::Paths`] | path | file 4 |
//! | graph | [`Table::Facts`] | file 4 | [`crate::facts::FileFacts`] |
//! | graph | [`Table::Symbols`] | file 4, slot 4 | [`crate::model::Symbol`] |
//! | graph | [`Table::Names`] | folded name, 0, file 4, slot 4 | [`NameValue`] |
//! | graph | [`Table::Links`] | file 4 | [`LinkRow`]: all edges that start in the file |
//! | graph | [`Table::Inbound`] | file 4, slot 4, [`Inbound::group`] 1, from-file 4 | list of [`Inbound`] |
//! | graph | [`Table::Dependents`] | key hash 8, file 4 | empty |
//! | graph | [`Table::Unresolved`] | name, 0, file 4 | count, LEB128 |
//! | graph | [`Table::Impls`] | subtype's last name, 0, file 4, index 4 | empty |
//! | graph | [`Table::Externals`] | printable name, 0, file 4 | uses, bytes of the package: LEB128 |
//! | text | [`Table::Terms`] | term, 0, first doc 4 | postings block: see `text::postings` |
//! | text | [`Table::Lengths`] | doc / 256, 4 | lengths block: see `text::postings` |
//! | text | [`Table::Docs`] | doc 4 | [`DocRow`] |
//! | text | [`Table::Trigrams`] | doc 4 | filter: see `text::trigrams` |
//! | embeddings | – | model 2, content hash 16 (no project) | a vector: see `embed::quantise` |

use crate::error::{Kind, ResultExt as _};
use crate::facts::Brief;
use crate::model::{EdgeKind, FileId, ProjectId, Role, Rule, SymbolId, SymbolKind};
use anyhow::{Result, anyhow};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Version of everything on this page. History: 1, signed bytes; 2, fine numbers of vectors, and their metric.
pub const FORMAT_VERSION: u32 = 2;

/// The number of the built-in embedding model, which has no record.
pub const BUILT_IN_MODEL: u16 = 1;

/// The column families, in the order in which they are opened.
pub const FAMILIES: &[&str] = &["default", "graph", "text", "embeddings"];

/// A column family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Family {
    /// Store and project records.
    Meta,
    /// Files, facts, symbols, edges.
    Graph,
    /// Postings, lengths, docs.
    Text,
    /// Embeddings by content.
    Embeddings,
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 4] = [Self::Meta, Self::Graph, Self::Text, Self::Embeddings];

    /// Its name in RocksDB.
    #[must_use]
    pub const fn name(self) -> &'static str {
        FAMILIES[self as usize]
    }
}

/// A table of the graph or text family; the number is its byte in keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Table {
    /// File rows.
    Files = 1,
    /// Path to file.
    Paths = 2,
    /// What each file says by itself.
    Facts = 3,
    /// Symbols as they are shown.
    Symbols = 4,
    /// Names to symbols.
    Names = 5,
    /// Edges by the file where they start.
    Links = 6,
    /// Edges by the symbol where they end.
    Inbound = 7,
    /// Who must be resolved again when an answer changes.
    Dependents = 8,
    /// Uses that could not be resolved, by name.
    Unresolved = 9,
    /// Supertypes written apart from their types, by the subtype's name.
    Impls = 10,
    /// Uses of what is outside the project, by printable name.
    Externals = 11,
    /// Postings.
    Terms = 16,
    /// Lengths for BM25.
    Lengths = 17,
    /// Docs: one version of one file's text.
    Docs = 18,
    /// Trigrams of the docs.
    Trigrams = 19,
}

impl Table {
    /// The family that holds it.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Terms | Self::Lengths | Self::Docs | Self::Trigrams => Family::Text,
            _ => Family::Graph,
        }
    }
}

/// Builds a key.
#[derive(Debug, Clone, Default)]
pub struct Key(pub Vec<u8>);

impl Key {
    /// Starts a key of a table.
    #[must_use]
    pub fn new(project: ProjectId, table: Table) -> Self {
        let mut bytes = Vec::with_capacity(24);
        bytes.extend_from_slice(&project.0.to_be_bytes());
        bytes.push(table as u8);
        Self(bytes)
    }

    /// Appends four bytes.
    #[must_use]
    pub fn u32(mut self, n: u32) -> Self {
        self.0.extend_from_slice(&n.to_be_bytes());
        self
    }

    /// Appends eight bytes.
    #[must_use]
    pub fn u64(mut self, n: u64) -> Self {
        self.0.extend_from_slice(&n.to_be_bytes());
        self
    }

    /// Appends a text as it is.
    #[must_use]
    pub fn str(mut self, text: &str) -> Self {
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    /// Appends the byte that ends a text of any length.
    #[must_use]
    pub fn end(mut self) -> Self {
        self.0.push(0);
        self
    }

    /// Appends one byte.
    #[must_use]
    pub fn byte(mut self, byte: u8) -> Self {
        self.0.push(byte);
        self
    }

    /// Appends a symbol.
    #[must_use]
    pub fn symbol(self, id: SymbolId) -> Self {
        self.u32(id.file.0).u32(id.slot)
    }
}

/// Length of the part that every key of a project's table starts with.
pub const HEAD: usize = 5;

/// Reads four bytes of a key.
#[must_use]
pub fn u32_at(key: &[u8], at: usize) -> u32 {
    key.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// Looks whether a store has the format of this program; one that was never written has none.
///
/// # Errors
/// [`Kind::Format`] when it has not.
pub fn check_format(state: &StoreState, data: &Path) -> Result<()> {
    let hint = match state.format {
        0 | FORMAT_VERSION => return Ok(()),
        1..FORMAT_VERSION => {
            "remove the data folder (`codegraph config show --format json` names it) and index again"
        }
        _ => "install a newer version of codegraph",
    };
    let (data, format) = (data.display(), state.format);
    Err(anyhow!("the store {data} has format {format}, this program knows {FORMAT_VERSION}"))
        .kind(Kind::Format)
        .hint(hint)
}

/// The state of the whole store.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StoreState {
    /// [`FORMAT_VERSION`] of the writer.
    pub format: u32,
    /// Counts commits; the published checkpoint bears it as its name.
    pub generation: u64,
    /// A commit has begun and not ended: what lies here is to be thrown away.
    pub unfinished: bool,
    /// The next project number.
    pub next_project: u32,
}

/// Numbers that describe a project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Files that are indexed.
    pub files: u64,
    /// Their lines.
    pub lines: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Symbols, files not counted.
    pub symbols: u64,
    /// Edges.
    pub edges: u64,
    /// Uses that are bound to a symbol of the project.
    pub resolved: u64,
    /// Uses that are not.
    pub unresolved: u64,
    /// Uses that are bound to something outside the project.
    pub external: u64,
    /// Chunks.
    pub chunks: u64,
}

/// The vector file on which newer docs are added at query time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VectorBase {
    /// File name in the project's vector folder; empty when there is none.
    pub file: String,
    /// Docs below this are in the file.
    pub docs: u32,
    /// The metric of the vectors, by its name in settings.
    pub metric: String,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ProjectRow {
    /// Number in keys.
    pub id: u32,
    /// Name.
    pub name: String,
    /// Absolute path of the root when it was indexed.
    pub root: String,
    /// Fingerprint of the settings that decide what is indexed.
    pub settings: u64,
    /// Store generation of its last commit.
    pub generation: u64,
    /// When that was, seconds since 1970.
    pub indexed_at: u64,
    /// The start of the scan that led to it, nanoseconds since 1970: a file changed after it is looked at again.
    pub scanned_at_ns: u64,
    /// The next file number.
    pub next_file: u32,
    /// The next doc number.
    pub next_doc: u32,
    /// Docs that are no longer current, sorted.
    pub dead_docs: Vec<u32>,
    /// Totals.
    pub counts: Counts,
    /// Files by language name, then lines, then bytes.
    pub languages: Vec<(String, u64, u64, u64)>,
    /// Manifests: folder, key, value.
    pub manifests: Vec<(String, crate::lang::rules::ManifestKey, String)>,
    /// Id of the embedding model; empty before the first run.
    pub model: String,
    /// Vector file.
    pub vectors: VectorBase,
}

impl ProjectRow {
    /// The project's number.
    #[must_use]
    pub const fn pid(&self) -> ProjectId {
        ProjectId(self.id)
    }
}

/// What is told of a project besides what was indexed. A project of which nothing is told has none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AboutRow {
    /// When it was first indexed, seconds since 1970; 0 when that is not known.
    pub created_at: u64,
    /// What it is, in words of whoever indexed it.
    pub description: String,
}

/// An embedding model, other than the built-in one. It stays as long as its embeddings do, which is for ever.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ModelRow {
    /// Its number in keys.
    pub number: u16,
    /// Names the model and its version.
    pub id: String,
    /// What kind of model it is, as the setting says it.
    pub kind: String,
    /// Its name, for people.
    pub name: String,
    /// The folder that it was read from, or the address where it was asked.
    pub source: String,
    /// Numbers of a vector.
    pub dimension: u32,
    /// Size and time (nanoseconds since 1970) of the file with its weights, when it is in a folder.
    pub stamp: (u64, u64),
    /// First 16 bytes of the blake3 hash of that file.
    pub hash: [u8; 16],
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FileRow {
    /// Path relative to the project's root, with `/`.
    pub path: String,
    /// Index into [`crate::lang::LANGUAGES`]; 255 for text without symbols.
    pub language: u8,
    /// Name of the language or text kind.
    pub language_name: String,
    /// Size in bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: u64,
    /// First 16 bytes of the blake3 hash of its bytes.
    pub hash: [u8; 16],
    /// Lines.
    pub lines: u32,
    /// Its current doc.
    pub doc: u32,
    /// Symbols, the file not counted.
    pub symbols: u32,
    /// Edges that start here.
    pub edges: u32,
    /// Uses bound to a symbol of the project.
    pub resolved: u32,
    /// Uses that are not.
    pub unresolved: u32,
    /// Uses bound to something outside the project.
    pub external: u32,
    /// Chunks.
    pub chunks: u32,
    /// Problems as text.
    pub problems: Vec<String>,
    /// Test code.
    pub is_test: bool,
    /// For a notebook: the first line of each code cell in the text that was indexed (0-based), and the cell's number.
    pub cells: Vec<(u32, u32)>,
}

impl FileRow {
    /// [`FileRow::language`] of a file without symbols.
    pub const TEXT: u8 = u8::MAX;
}

/// One edge, seen from the file where it starts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EdgeRow {
    /// Slot of the symbol where it starts; 0 is the file.
    pub from: u32,
    /// How the two relate.
    pub kind: EdgeKind,
    /// Where it ends.
    pub to: SymbolId,
    /// What the use does.
    pub role: Role,
    /// How we know.
    pub rule: Rule,
    /// How sure, in percent.
    pub confidence: u8,
    /// Line of the use, 0-based.
    pub line: u32,
    /// Column of the use in bytes, 0-based.
    pub column: u32,
}

/// All that resolving one file gave.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LinkRow {
    /// Edges, sorted.
    pub edges: Vec<EdgeRow>,
    /// Hashes of the look-ups whose answers went into it, sorted.
    pub depends_on: Vec<u64>,
    /// Names that could not be resolved, with their counts, sorted.
    pub unresolved: Vec<(String, u32)>,
    /// What is used of what is outside the project, sorted by name.
    pub externals: Vec<ExternalRow>,
}

/// Something outside the project that a file uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalRow {
    /// Its printable name: `requests.get`.
    pub name: String,
    /// How many bytes of the name are the package's; 0 when that is not known.
    pub package: u32,
    /// Its uses, sorted.
    pub uses: Vec<ExternalUse>,
}

impl ExternalRow {
    /// The package, module or header that is depended on; empty when that is not known.
    #[must_use]
    pub fn package(&self) -> &str {
        self.name.get(..self.package as usize).unwrap_or_default()
    }
}

/// One use of something outside the project. How sure it is says the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ExternalUse {
    /// Slot of the symbol where it starts; 0 is the file.
    pub from: u32,
    /// How the two relate.
    pub kind: EdgeKind,
    /// What the use does.
    pub role: Role,
    /// How we know.
    pub rule: Rule,
    /// Line of the use, 0-based.
    pub line: u32,
    /// Column of the use in bytes, 0-based.
    pub column: u32,
}

/// One edge, seen from the symbol where it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// Slot of the symbol where it starts, in the from-file of the key.
    pub from: u32,
    /// How the two relate.
    pub kind: EdgeKind,
    /// What the use does.
    pub role: Role,
    /// How we know.
    pub rule: Rule,
    /// How sure, in percent.
    pub confidence: u8,
    /// Line of the use, 0-based.
    pub line: u32,
    /// Column of the use, 0-based.
    pub column: u32,
}

impl Inbound {
    /// The group of inheritance. A method may have thousands of uses and a few overrides, and those are asked for at each
    /// of its calls.
    pub const HEIRS: u8 = 0;

    /// Edges of one kind end up in one group, and those of a group lie together: [`Self::HEIRS`], or 1 for all others.
    #[must_use]
    pub const fn group(kind: EdgeKind) -> u8 {
        match kind {
            EdgeKind::Extends | EdgeKind::Implements | EdgeKind::Overrides => Self::HEIRS,
            EdgeKind::Contains | EdgeKind::Calls | EdgeKind::Imports | EdgeKind::References => 1,
        }
    }
}

/// One version of one file's text, as ranking and search results need it. Written once, when the doc is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocRow {
    /// The file.
    pub file: FileId,
    /// Its path in the project, with `/`.
    pub path: String,
    /// Name of its language or kind of text.
    pub language: String,
    /// Its chunks, in order.
    pub chunks: Vec<ChunkRow>,
    /// Its definitions by chunk, then by first line.
    pub symbols: Vec<SymbolRow>,
}

/// A chunk of a doc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkRow {
    /// First line that is not blank, 0-based.
    pub start_line: u32,
    /// Last line that is not blank, 0-based, inclusive.
    pub end_line: u32,
    /// Content hash of its embedding.
    pub embedding: [u8; 16],
}

/// What is kept of a definition under its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameValue<'n> {
    /// What resolving asks first.
    pub brief: Brief,
    /// The exact name, empty when it is the folded one.
    pub exact: &'n str,
}

/// A definition of a doc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SymbolRow {
    /// Slot of the symbol in its file; 0 for a definition that was found in text without a grammar and is no symbol of
    /// the graph.
    pub slot: u32,
    /// What it is.
    pub kind: SymbolKind,
    /// Its own name.
    pub name: String,
    /// The name of the type or module that holds it; empty when nothing does.
    pub container: String,
    /// The chunk in which its name stands.
    pub chunk: u32,
    /// First line, 0-based.
    pub start_line: u32,
    /// Last line, 0-based, inclusive.
    pub end_line: u32,
    /// It is test code.
    pub is_test: bool,
}

/// The file of a number in a key.
#[must_use]
pub const fn file_id(n: u32) -> FileId {
    FileId(n)
}
