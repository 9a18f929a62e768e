//! Typed reads. The same for a published checkpoint and for the writer's own database.

use super::open::{self, Blocks};
use super::schema::{
    AboutRow, BUILT_IN_MODEL, DocRow, Family, FileRow, HEAD, Inbound, Key, LinkRow, ModelRow, NameValue,
    ProjectRow, StoreState, Table, u32_at,
};
use crate::config::keys::Database;
use crate::error::{Kind, ResultExt as _};
use crate::facts::{Brief, FileFacts};
use crate::model::{FileId, ProjectId, Symbol, SymbolId, SymbolKind};
use crate::observe::Cancel;
use anyhow::{Context as _, Result};
use rocksdb::{DB, Direction, IteratorMode, ReadOptions};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::path::Path;
use std::sync::{Arc, Weak};

/// A database that is open, for reading.
#[derive(Clone)]
pub struct View {
    db: Arc<DB>,
}

/// A name row: the symbol, its kind and its exact name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameRow {
    /// The symbol.
    pub id: SymbolId,
    /// Its kind.
    pub kind: SymbolKind,
    /// Its exact name.
    pub name: String,
}

/// Bytes that are read ahead of a scan of much.
const AHEAD_BYTES: usize = 2 << 20;
/// Rows between two looks at whether the work is still wanted.
pub(super) const ROWS_A_LOOK: u64 = 4_096;
/// When not one of so many embeddings is wanted, each is looked up: a block has about as many.
const SPARSE: u128 = 32;

/// Properties of the whole database.
const SHARED_PROPERTIES: &[&str] = &[
    "rocksdb.block-cache-capacity",
    "rocksdb.block-cache-usage",
    "rocksdb.block-cache-pinned-usage",
    "rocksdb.background-errors",
    "rocksdb.is-write-stopped",
    "rocksdb.num-running-compactions",
    "rocksdb.num-running-flushes",
];
/// Properties that each family has.
const SUMMED_PROPERTIES: &[&str] = &[
    "rocksdb.estimate-live-data-size",
    "rocksdb.live-sst-files-size",
    "rocksdb.total-sst-files-size",
    "rocksdb.estimate-table-readers-mem",
    "rocksdb.cur-size-all-mem-tables",
    "rocksdb.estimate-pending-compaction-bytes",
    "rocksdb.num-files-at-level0",
    "rocksdb.num-files-at-level1",
    "rocksdb.num-files-at-level2",
    "rocksdb.num-files-at-level3",
    "rocksdb.num-files-at-level4",
    "rocksdb.num-files-at-level5",
    "rocksdb.num-files-at-level6",
];

/// What a family takes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FamilySize {
    /// Its name.
    pub name: &'static str,
    /// Rows in its files; one that was written again and not yet merged counts twice.
    pub rows: u64,
    /// Bytes of its files.
    pub bytes: u64,
}

impl View {
    pub(super) fn new(db: DB) -> Self {
        Self { db: Arc::new(db) }
    }

    /// The files of a checkpoint that lie anywhere; `logs` takes RocksDB's own log.
    ///
    /// # Errors
    /// When they do not open.
    pub fn of_files(files: &Path, logs: &Path) -> Result<Self> {
        Ok(Self::new(open::for_reading(files, logs, &Database::default(), Blocks::Read)?))
    }

    pub(super) fn db(&self) -> &DB {
        &self.db
    }

    /// The database, for who looks at it while it is open and does not keep it so.
    pub(super) fn looked_at(&self) -> Weak<DB> {
        Arc::downgrade(&self.db)
    }

    /// A property of RocksDB of a family, such as `rocksdb.block-cache-usage`; nothing when there is none of that name.
    ///
    /// # Errors
    /// When it cannot be told.
    pub fn property(&self, family: Family, name: &str) -> Result<Option<String>> {
        Ok(self.db().property_value_cf(self.family(family)?, name)?)
    }

    pub(super) fn family(&self, family: Family) -> Result<&rocksdb::ColumnFamily> {
        self.db()
            .cf_handle(family.name())
            .with_context(|| format!("the store lacks the family {}", family.name()))
    }

    /// Reads one value as it is.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn get(&self, family: Family, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.db().get_cf(self.family(family)?, key).map_err(anyhow::Error::from).kind(Kind::Corrupt)
    }

    fn value<T: DeserializeOwned>(&self, family: Family, key: &[u8]) -> Result<Option<T>> {
        let pinned = self
            .db()
            .get_pinned_cf(self.family(family)?, key)
            .map_err(anyhow::Error::from)
            .kind(Kind::Corrupt)?;
        match pinned {
            Some(bytes) => Ok(Some(decode(&bytes)?)),
            None => Ok(None),
        }
    }

    /// Calls `each` with all rows whose key starts with `prefix`, in key order from `from` on, until it says false. The
    /// iterator is a checked one: a damaged block is an error, never a short answer.
    ///
    /// # Errors
    /// When the store cannot be read, or `each` fails.
    pub fn scan_from(
        &self,
        family: Family,
        prefix: &[u8],
        from: &[u8],
        each: impl FnMut(&[u8], &[u8]) -> Result<bool>,
    ) -> Result<()> {
        self.scan_with(ReadOptions::default(), family, prefix, from, each)
    }

    fn scan_with(
        &self,
        mut options: ReadOptions,
        family: Family,
        prefix: &[u8],
        from: &[u8],
        mut each: impl FnMut(&[u8], &[u8]) -> Result<bool>,
    ) -> Result<()> {
        if let Some(end) = after(prefix) {
            options.set_iterate_upper_bound(end);
        }
        let mode = IteratorMode::From(from, Direction::Forward);
        for row in self.db().iterator_cf_opt(self.family(family)?, options, mode) {
            let (key, value) = row.map_err(anyhow::Error::from).kind(Kind::Corrupt)?;
            if !key.starts_with(prefix) || !each(&key, &value)? {
                break;
            }
        }
        Ok(())
    }

    /// How what is looked at once is read: far ahead, and kept out of the cache.
    pub(super) fn reading_once() -> ReadOptions {
        let mut options = ReadOptions::default();
        options.fill_cache(false);
        options.set_readahead_size(AHEAD_BYTES);
        options
    }

    /// As [`View::scan_from`], from the first row of the prefix.
    ///
    /// # Errors
    /// When the store cannot be read, or `each` fails.
    pub fn scan(
        &self,
        family: Family,
        prefix: &[u8],
        each: impl FnMut(&[u8], &[u8]) -> Result<bool>,
    ) -> Result<()> {
        self.scan_from(family, prefix, prefix, each)
    }

    /// What each family takes.
    ///
    /// # Errors
    /// When RocksDB does not tell.
    pub fn family_sizes(&self) -> Result<Vec<FamilySize>> {
        let of = |&family: &Family| {
            Ok(FamilySize {
                name: family.name(),
                rows: self.rows(family)?,
                bytes: self.number(family, "rocksdb.total-sst-files-size")?,
            })
        };
        Family::ALL.iter().map(of).collect()
    }

    /// Rows in the files of a family, as the files tell: RocksDB's estimate is 0 after opening, since looking at every
    /// file then is more work than that of a short question.
    fn rows(&self, family: Family) -> Result<u64> {
        let told = self.property(family, "rocksdb.aggregated-table-properties")?.unwrap_or_default();
        let field = |name: &str| {
            let text = told.split(';').find_map(|field| field.trim().strip_prefix(name))?;
            text.parse::<u64>().ok()
        };
        let (all, deletions) = (field("# entries="), field("# deletions="));
        // A deletion is a row, and takes one away.
        Ok(all.unwrap_or(0).saturating_sub(2 * deletions.unwrap_or(0)))
    }

    /// What RocksDB tells of itself, by its own names; of what each family has, the sum.
    ///
    /// # Errors
    /// When it does not tell.
    pub fn properties(&self) -> Result<Vec<(&'static str, u64)>> {
        let shared = SHARED_PROPERTIES.iter().map(|name| Ok((*name, self.number(Family::Meta, name)?)));
        let summed = SUMMED_PROPERTIES.iter().map(|name| {
            let of = |family: &Family| {
                // Files of a level are told as text.
                let told = self.property(*family, name)?;
                Ok(told.and_then(|told| told.parse::<u64>().ok()).unwrap_or(0))
            };
            Ok((*name, Family::ALL.iter().map(of).sum::<Result<u64>>()?))
        });
        shared.chain(summed).collect()
    }

    /// Bytes of blocks that are kept in memory, and the most that may be; all families share them.
    ///
    /// # Errors
    /// When RocksDB does not tell.
    pub fn cache_size(&self) -> Result<(u64, u64)> {
        let of = |name| self.number(Family::Graph, name);
        Ok((of("rocksdb.block-cache-usage")?, of("rocksdb.block-cache-capacity")?))
    }

    /// A property that is a number; 0 when there is none of that name.
    ///
    /// # Errors
    /// When RocksDB does not tell.
    pub fn number(&self, family: Family, name: &str) -> Result<u64> {
        Ok(self.db().property_int_value_cf(self.family(family)?, name)?.unwrap_or(0))
    }

    // ---- store and projects --------------------------------------------------------------------------------------

    /// The store's state; the default when it is new.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn state(&self) -> Result<StoreState> {
        Ok(self.value(Family::Meta, b"state")?.unwrap_or_default())
    }

    /// A project by name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn project(&self, name: &str) -> Result<Option<ProjectRow>> {
        self.value(Family::Meta, &project_key(name))
    }

    /// What is told of the project of a name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn about(&self, name: &str) -> Result<AboutRow> {
        Ok(self.value(Family::Meta, &about_key(name))?.unwrap_or_default())
    }

    /// All projects, by name.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn projects(&self) -> Result<Vec<ProjectRow>> {
        let mut rows = Vec::new();
        self.scan(Family::Meta, b"project/", |_, value| {
            rows.push(decode(value)?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// The embedding models that are no built-in ones, by number.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn models(&self) -> Result<Vec<ModelRow>> {
        let mut rows = Vec::new();
        self.scan(Family::Meta, b"model/", |_, value| {
            rows.push(decode(value)?);
            Ok(true)
        })?;
        Ok(rows)
    }

    /// The number of an embedding model by its id; one that has no record is the built-in one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn model_number(&self, id: &str) -> Result<u16> {
        let row = self.models()?.into_iter().find(|row| row.id == id);
        Ok(row.map_or(BUILT_IN_MODEL, |row| row.number))
    }

    // ---- files -----------------------------------------------------------------------------------------------------

    /// A file by number.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file(&self, project: ProjectId, file: FileId) -> Result<Option<FileRow>> {
        self.value(Family::Graph, &Key::new(project, Table::Files).u32(file.0).0)
    }

    /// A file's number by path.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn file_at(&self, project: ProjectId, path: &str) -> Result<Option<FileId>> {
        let bytes = self.get(Family::Graph, &Key::new(project, Table::Paths).str(path).0)?;
        Ok(bytes.map(|bytes| FileId(u32_at(&bytes, 0))))
    }

    /// All files, by number.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn files(&self, project: ProjectId) -> Result<Vec<(FileId, FileRow)>> {
        let mut rows = Vec::new();
        self.scan(Family::Graph, &Key::new(project, Table::Files).0, |key, value| {
            rows.push((FileId(u32_at(key, HEAD)), decode(value)?));
            Ok(true)
        })?;
        Ok(rows)
    }

    /// Paths that start with `prefix`, sorted, with their numbers.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn paths(&self, project: ProjectId, prefix: &str) -> Result<Vec<(String, FileId)>> {
        let mut rows = Vec::new();
        self.scan(Family::Graph, &Key::new(project, Table::Paths).str(prefix).0, |key, value| {
            let path = String::from_utf8_lossy(key.get(HEAD..).unwrap_or_default()).into_owned();
            rows.push((path, FileId(u32_at(value, 0))));
            Ok(true)
        })?;
        Ok(rows)
    }

    /// What a file says by itself.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn facts(&self, project: ProjectId, file: FileId) -> Result<Option<FileFacts>> {
        self.value(Family::Graph, &Key::new(project, Table::Facts).u32(file.0).0)
    }

    // ---- symbols ---------------------------------------------------------------------------------------------------

    /// A symbol; slot 0 has no row of its own.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn symbol(&self, project: ProjectId, id: SymbolId) -> Result<Option<Symbol>> {
        self.value(Family::Graph, &Key::new(project, Table::Symbols).symbol(id).0)
    }

    /// All symbols of a file, in the order of their slots.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn symbols_of(&self, project: ProjectId, file: FileId) -> Result<Vec<(SymbolId, Symbol)>> {
        let mut rows = Vec::new();
        self.scan(Family::Graph, &Key::new(project, Table::Symbols).u32(file.0).0, |key, value| {
            rows.push((SymbolId { file, slot: u32_at(key, HEAD + 4) }, decode(value)?));
            Ok(true)
        })?;
        Ok(rows)
    }

    /// Calls `each` with every symbol of a project.
    ///
    /// # Errors
    /// When they cannot be read, or `each` fails.
    pub fn symbols(
        &self,
        project: ProjectId,
        mut each: impl FnMut(SymbolId, Symbol) -> Result<bool>,
    ) -> Result<()> {
        self.scan(Family::Graph, &Key::new(project, Table::Symbols).0, |key, value| {
            let id = SymbolId { file: FileId(u32_at(key, HEAD)), slot: u32_at(key, HEAD + 4) };
            each(id, decode(value)?)
        })
    }

    /// Symbols whose name equals `name` when both are folded to lower case.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn symbols_named(&self, project: ProjectId, name: &str) -> Result<Vec<NameRow>> {
        self.names(&Key::new(project, Table::Names).str(&fold(name)).end().0, usize::MAX)
    }

    /// The definitions with exactly this name, by their files.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn briefs_named(&self, project: ProjectId, name: &str) -> Result<Vec<(FileId, Brief)>> {
        let folded = fold(name);
        let prefix = Key::new(project, Table::Names).str(&folded).end().0;
        let mut rows = Vec::new();
        self.scan(Family::Graph, &prefix, |key, value| {
            let value: NameValue<'_> = decode(value)?;
            if name == if value.exact.is_empty() { &folded } else { value.exact } {
                rows.push((FileId(u32_at(key, prefix.len())), value.brief));
            }
            Ok(true)
        })?;
        Ok(rows)
    }

    /// Symbols whose folded name starts with the folded `prefix`, at most `limit`.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn symbols_prefixed(&self, project: ProjectId, prefix: &str, limit: usize) -> Result<Vec<NameRow>> {
        self.names(&Key::new(project, Table::Names).str(&fold(prefix)).0, limit)
    }

    /// Gives the symbols whose folded name is accepted, by name. `accepts` is asked once a name, for the names of the
    /// first `limit` symbols.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn names_like(
        &self,
        project: ProjectId,
        limit: usize,
        accepts: &mut dyn FnMut(&str) -> bool,
        each: &mut dyn FnMut(NameRow),
    ) -> Result<()> {
        let (mut last, mut is_accepted, mut n) = (Vec::new(), false, 0);
        self.scan(Family::Graph, &Key::new(project, Table::Names).0, |key, value| {
            let folded = key.get(HEAD..key.len().saturating_sub(9)).unwrap_or_default();
            if folded != last.as_slice() {
                last.clear();
                last.extend_from_slice(folded);
                is_accepted = std::str::from_utf8(folded).is_ok_and(&mut *accepts);
            }
            if is_accepted && let Some(row) = name_row(key, value)? {
                each(row);
            }
            n += 1;
            Ok(n < limit)
        })
    }

    fn names(&self, prefix: &[u8], limit: usize) -> Result<Vec<NameRow>> {
        let mut rows = Vec::new();
        self.scan(Family::Graph, prefix, |key, value| {
            rows.extend(name_row(key, value)?);
            Ok(rows.len() < limit)
        })?;
        Ok(rows)
    }

    /// Gives every symbol with its kind, by name, files left out; `each` says whether it wants more.
    ///
    /// # Errors
    /// When they cannot be read, or `each` fails.
    pub fn kinds(
        &self,
        project: ProjectId,
        mut each: impl FnMut(SymbolId, SymbolKind) -> Result<bool>,
    ) -> Result<()> {
        self.scan(Family::Graph, &Key::new(project, Table::Names).0, |key, value| {
            let Some(end) = key.len().checked_sub(8) else { return Ok(true) };
            let id = SymbolId { file: FileId(u32_at(key, end)), slot: u32_at(key, end + 4) };
            each(id, decode::<NameValue<'_>>(value)?.brief.kind)
        })
    }

    /// Where supertypes are written apart from a type of this name: file, and index into its impls.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn impls_named(&self, project: ProjectId, name: &str) -> Result<Vec<(FileId, u32)>> {
        let prefix = Key::new(project, Table::Impls).str(name).end().0;
        let mut rows = Vec::new();
        self.scan(Family::Graph, &prefix, |key, _| {
            rows.push((FileId(u32_at(key, prefix.len())), u32_at(key, prefix.len() + 4)));
            Ok(true)
        })?;
        Ok(rows)
    }

    // ---- edges -----------------------------------------------------------------------------------------------------

    /// All edges that start in a file.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn links(&self, project: ProjectId, file: FileId) -> Result<Option<LinkRow>> {
        self.value(Family::Graph, &Key::new(project, Table::Links).u32(file.0).0)
    }

    /// All edges that end in a symbol, inheritance first, then by the file where they start.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn inbound(&self, project: ProjectId, id: SymbolId) -> Result<Vec<(FileId, Vec<Inbound>)>> {
        self.inbound_in(&Key::new(project, Table::Inbound).symbol(id))
    }

    /// Those of [`View::inbound`] by which something inherits from the symbol.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn heirs(&self, project: ProjectId, id: SymbolId) -> Result<Vec<(FileId, Vec<Inbound>)>> {
        self.inbound_in(&Key::new(project, Table::Inbound).symbol(id).byte(Inbound::HEIRS))
    }

    fn inbound_in(&self, prefix: &Key) -> Result<Vec<(FileId, Vec<Inbound>)>> {
        let mut rows = Vec::new();
        self.scan(Family::Graph, &prefix.0, |key, value| {
            rows.push((FileId(u32_at(key, HEAD + 9)), decode(value)?));
            Ok(true)
        })?;
        Ok(rows)
    }

    /// The files whose edges depend on the answer to a look-up.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn dependents(&self, project: ProjectId, look_up: u64) -> Result<Vec<FileId>> {
        let mut files = Vec::new();
        self.scan(Family::Graph, &Key::new(project, Table::Dependents).u64(look_up).0, |key, _| {
            files.push(FileId(u32_at(key, HEAD + 8)));
            Ok(true)
        })?;
        Ok(files)
    }

    /// How many uses of a name could not be resolved.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn unresolved(&self, project: ProjectId, name: &str) -> Result<u64> {
        let mut count = 0;
        self.scan(Family::Graph, &Key::new(project, Table::Unresolved).str(name).end().0, |_, value| {
            count += postcard::from_bytes::<u64>(value).unwrap_or(0);
            Ok(true)
        })?;
        Ok(count)
    }

    /// Gives the names outside the project that are `name` or lie in it, with the files that use them, how often, and
    /// how many bytes of the name are the package's. The empty name gives all.
    ///
    /// # Errors
    /// When they cannot be read, or `each` fails.
    pub fn externals(
        &self,
        project: ProjectId,
        name: &str,
        mut each: impl FnMut(&str, FileId, u32, u32) -> Result<bool>,
    ) -> Result<()> {
        let prefix = Key::new(project, Table::Externals).str(name).0;
        self.scan(Family::Graph, &prefix, |key, value| {
            let end = key.len().saturating_sub(5);
            let found = String::from_utf8_lossy(key.get(HEAD..end).unwrap_or_default());
            if !is_in(&found, name) {
                return Ok(true);
            }
            let (uses, package) = decode(value)?;
            each(&found, FileId(u32_at(key, end + 1)), uses, package)
        })
    }

    // ---- text ------------------------------------------------------------------------------------------------------

    /// Gives the posting blocks of a term with their first docs, upwards.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn postings(&self, project: ProjectId, term: &str, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        let prefix = Key::new(project, Table::Terms).str(term).end().0;
        self.scan(Family::Text, &prefix, |key, value| {
            if key.len() == prefix.len() + 4 {
                each(u32_at(key, prefix.len()), value);
            }
            Ok(true)
        })
    }

    /// Gives the lengths blocks with their numbers, upwards. Whoever reads them keeps what they say, so RocksDB need not:
    /// memory that it takes for one of its blocks serves the next.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn lengths(&self, project: ProjectId, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        let mut options = ReadOptions::default();
        options.fill_cache(false);
        let prefix = Key::new(project, Table::Lengths).0;
        self.scan_with(options, Family::Text, &prefix, &prefix, |key, value| {
            each(u32_at(key, HEAD), value);
            Ok(true)
        })
    }

    /// One lengths block.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn lengths_block(&self, project: ProjectId, block: u32) -> Result<Option<Vec<u8>>> {
        self.get(Family::Text, &Key::new(project, Table::Lengths).u32(block).0)
    }

    /// A doc.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn doc(&self, project: ProjectId, doc: u32) -> Result<Option<DocRow>> {
        self.value(Family::Text, &Key::new(project, Table::Docs).u32(doc).0)
    }

    /// Gives the docs from number `from` on, upwards.
    ///
    /// # Errors
    /// When they cannot be read, or `each` fails.
    pub fn docs_from(
        &self,
        project: ProjectId,
        from: u32,
        mut each: impl FnMut(u32, DocRow) -> Result<()>,
    ) -> Result<()> {
        let prefix = Key::new(project, Table::Docs);
        let start = prefix.clone().u32(from);
        self.scan_from(Family::Text, &prefix.0, &start.0, |key, value| {
            each(u32_at(key, HEAD), decode(value)?)?;
            Ok(true)
        })
    }

    /// Gives the trigram filters of docs with their numbers, upwards.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn trigrams(&self, project: ProjectId, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        self.scan(Family::Text, &Key::new(project, Table::Trigrams).0, |key, value| {
            each(u32_at(key, HEAD), value);
            Ok(true)
        })
    }

    /// An embedding by model number and content hash, as `embed::quantise` makes it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn embedding(&self, model: u16, hash: &[u8; 16]) -> Result<Option<Vec<u8>>> {
        self.get(Family::Embeddings, &embedding_key(model, hash))
    }

    /// Gives the embeddings of a model number whose content hashes are wanted, in their order, each with the place of its
    /// hash in `wanted`, which is sorted and names none twice. What is not there is passed over. Many are read in one pass
    /// over all, which keeps nothing in the cache.
    ///
    /// # Errors
    /// When the store cannot be read, or `each` fails; [`Kind::Interrupted`] when cancelled.
    pub fn embeddings(
        &self,
        model: u16,
        wanted: &[[u8; 16]],
        cancel: &Cancel,
        mut each: impl FnMut(usize, &[u8]) -> Result<()>,
    ) -> Result<()> {
        let (Some(first), Some(last)) = (wanted.first(), wanted.last()) else { return Ok(()) };
        if is_sparse(wanted.len(), self.rows(Family::Embeddings)?, first, last) {
            for (at, hash) in wanted.iter().enumerate() {
                cancel.check()?;
                if let Some(vector) = self.embedding(model, hash)? {
                    each(at, &vector)?;
                }
            }
            return Ok(());
        }
        let (mut at, mut n) = (0, 0_u64);
        let (prefix, from) = (model.to_be_bytes(), embedding_key(model, first));
        self.scan_with(Self::reading_once(), Family::Embeddings, &prefix, &from, |key, value| {
            if n.is_multiple_of(ROWS_A_LOOK) {
                cancel.check()?;
            }
            n += 1;
            let hash = key.get(prefix.len()..).unwrap_or_default();
            at += wanted.iter().skip(at).take_while(|wanted| wanted.as_slice() < hash).count();
            if wanted.get(at).is_some_and(|wanted| wanted.as_slice() == hash) {
                each(at, value)?;
                at += 1;
            }
            Ok(at < wanted.len())
        })
    }

    /// True when there is an embedding of a model number and a content hash.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn has_embedding(&self, model: u16, hash: &[u8; 16]) -> Result<bool> {
        let found = self.db().get_pinned_cf(self.family(Family::Embeddings)?, embedding_key(model, hash));
        Ok(found.map_err(anyhow::Error::from).kind(Kind::Corrupt)?.is_some())
    }
}

/// True when, of so many embeddings, few of those between two hashes are wanted; hashes lie evenly.
fn is_sparse(wanted: usize, rows: u64, first: &[u8; 16], last: &[u8; 16]) -> bool {
    let high = |hash: &[u8; 16]| u128::from_be_bytes(*hash) >> 64;
    let between = (u128::from(rows) * (high(last) - high(first).min(high(last)))) >> 64;
    (wanted as u128) < between / SPARSE
}

/// The key of a project's record.
#[must_use]
pub fn project_key(name: &str) -> Vec<u8> {
    [b"project/", name.as_bytes()].concat()
}

/// The key of what is told of a project.
#[must_use]
pub fn about_key(name: &str) -> Vec<u8> {
    [b"about/", name.as_bytes()].concat()
}

/// The key of an embedding model.
#[must_use]
pub fn model_key(number: u16) -> Vec<u8> {
    [b"model/".as_slice(), &number.to_be_bytes()].concat()
}

/// The key of an embedding.
#[must_use]
pub fn embedding_key(model: u16, hash: &[u8; 16]) -> Vec<u8> {
    let mut key = model.to_be_bytes().to_vec();
    key.extend_from_slice(hash);
    key
}

/// True when the printable name of something outside the project is `outer` or that of something in it; all is in the
/// empty name.
#[must_use]
pub fn is_in(name: &str, outer: &str) -> bool {
    let within = |rest: &str| rest.is_empty() || rest.starts_with(['.', '/']) || rest.starts_with("::");
    outer.is_empty() || name.strip_prefix(outer).is_some_and(within)
}

/// Folds a name for look-ups that ignore case.
#[must_use]
pub fn fold(name: &str) -> String {
    name.to_lowercase()
}

/// Decodes a value; damage is an error of kind [`Kind::Corrupt`].
pub(super) fn decode<'b, T: Deserialize<'b>>(bytes: &'b [u8]) -> Result<T> {
    postcard::from_bytes(bytes)
        .context("a stored value does not decode")
        .kind(Kind::Corrupt)
        .hint("restore a backup, or remove the data folder (`codegraph config show --format json` names it) and index again")
}

/// The name row of a key and value of [`Table::Names`].
fn name_row(key: &[u8], value: &[u8]) -> Result<Option<NameRow>> {
    let Some(end) = key.len().checked_sub(8) else { return Ok(None) };
    let folded = key.get(HEAD..end.saturating_sub(1)).unwrap_or_default();
    let NameValue { brief, exact } = decode(value)?;
    let name = if exact.is_empty() { String::from_utf8_lossy(folded).into_owned() } else { exact.to_owned() };
    let id = SymbolId { file: FileId(u32_at(key, end)), slot: u32_at(key, end + 4) };
    Ok(Some(NameRow { id, kind: brief.kind, name }))
}

/// The smallest key after all keys that start with `prefix`.
pub(super) fn after(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}
