//! "Is what is kept what was written?" Reads every row of a generation, by checked iterators.

use super::schema::{
    DocRow, Family, FileRow, HEAD, Inbound, Key, LinkRow, NameValue, ProjectRow, Table, u32_at,
};
use super::view::{ROWS_A_LOOK, View, after, decode};
use crate::error::{Kind, ResultExt as _};
use crate::facts::FileFacts;
use crate::model::{FileId, Symbol, SymbolId};
use crate::observe::Cancel;
use anyhow::Result;
use rayon::prelude::*;
use rocksdb::{Direction, IteratorMode};
use rustc_hash::{FxHashMap, FxHashSet};

/// Bytes of rows that are gathered before they are hashed.
const HASHED_BYTES: usize = 128 << 10;
/// Sentences that are told of one project; all are counted.
const MAX_TOLD: usize = 20;

/// All rows of a generation, in a few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Rows.
    pub rows: u64,
    /// Hex of the first 16 bytes of a BLAKE3 hash over all families, keys and values.
    pub digest: String,
}

/// What is wrong with a project's rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Faults {
    /// How many things are wrong.
    pub count: u64,
    /// The first of them, a sentence each.
    pub told: Vec<String>,
}

impl Faults {
    fn tell(&mut self, text: impl FnOnce() -> String) {
        self.count += 1;
        if self.told.len() < MAX_TOLD {
            self.told.push(text());
        }
    }
}

/// Reads all rows, so that every block is held against its checksum, and hashes them.
///
/// # Errors
/// [`Kind::Corrupt`] when a block is damaged, with its file's name; [`Kind::Interrupted`] when cancelled.
pub fn content(view: &View, cancel: &Cancel) -> Result<Content> {
    let of = |family: Family| -> Result<(u64, blake3::Hash)> {
        let (mut hasher, mut rows) = (blake3::Hasher::new(), 0_u64);
        // Hashed in large parts, which is five times as fast as row by row, and in parts of a power of two, which are not
        // split again to fit into the hash's tree.
        let mut gathered = Vec::with_capacity(2 * HASHED_BYTES);
        sweep(view, family, &[], cancel, |key, value| {
            for part in [key, value] {
                gathered.extend_from_slice(&(part.len() as u64).to_be_bytes());
                gathered.extend_from_slice(part);
            }
            if let Some((part, rest)) = gathered.split_at_checked(HASHED_BYTES) {
                hasher.update(part);
                let left = rest.len();
                gathered.copy_within(HASHED_BYTES.., 0);
                gathered.truncate(left);
            }
            rows += 1;
            Ok(())
        })?;
        hasher.update(&gathered);
        Ok((rows, hasher.finalize()))
    };
    let parts: Vec<(u64, blake3::Hash)> = Family::ALL.into_par_iter().map(of).collect::<Result<Vec<_>>>()?;
    let mut whole = blake3::Hasher::new();
    for (_, hash) in &parts {
        whole.update(hash.as_bytes());
    }
    let digest = whole.finalize().to_hex();
    Ok(Content {
        rows: parts.iter().map(|(rows, _)| rows).sum(),
        digest: digest.get(..32).unwrap_or_default().to_owned(),
    })
}

/// Calls `each` with all rows whose key starts with `prefix`; keeps nothing of them in the cache.
pub(super) fn sweep(
    view: &View,
    family: Family,
    prefix: &[u8],
    cancel: &Cancel,
    mut each: impl FnMut(&[u8], &[u8]) -> Result<()>,
) -> Result<()> {
    let mut options = View::reading_once();
    if let Some(end) = after(prefix) {
        options.set_iterate_upper_bound(end);
    }
    let mode = IteratorMode::From(prefix, Direction::Forward);
    for (n, row) in (0_u64..).zip(view.db().iterator_cf_opt(view.family(family)?, options, mode)) {
        if n.is_multiple_of(ROWS_A_LOOK) {
            cancel.check()?;
        }
        let (key, value) = row.map_err(anyhow::Error::from).kind(Kind::Corrupt)?;
        each(&key, &value)?;
    }
    Ok(())
}

/// Reads all rows of a project, decodes them and holds them against each other: every edge has two ends, every name a
/// symbol, every chunk its embedding, and the counts are those of the record. `model` is the number of its embedding
/// model.
///
/// # Errors
/// When rows cannot be read or decoded at all; [`Kind::Interrupted`] when cancelled.
pub fn project(view: &View, project: &ProjectRow, model: u16, cancel: &Cancel) -> Result<Faults> {
    let mut check = Check {
        view,
        project,
        cancel,
        faults: Faults::default(),
        files: FxHashMap::default(),
        symbols: FxHashSet::default(),
    };
    check.files()?;
    check.symbols()?;
    check.names()?;
    check.edges()?;
    let chunks = check.docs(model)?;
    check.embeddings(chunks)?;
    Ok(check.faults)
}

/// One pass over a project.
struct Check<'c> {
    view: &'c View,
    project: &'c ProjectRow,
    cancel: &'c Cancel,
    faults: Faults,
    files: FxHashMap<FileId, FileRow>,
    symbols: FxHashSet<SymbolId>,
}

impl Check<'_> {
    fn each(&self, table: Table, each: impl FnMut(&[u8], &[u8]) -> Result<()>) -> Result<()> {
        let prefix = Key::new(self.project.pid(), table).0;
        sweep(self.view, table.family(), &prefix, self.cancel, each)
    }

    fn has(&self, id: SymbolId) -> bool {
        if id.slot == 0 { self.files.contains_key(&id.file) } else { self.symbols.contains(&id) }
    }

    fn files(&mut self) -> Result<()> {
        let mut files = FxHashMap::default();
        self.each(Table::Files, |key, value| {
            files.insert(FileId(u32_at(key, HEAD)), decode::<FileRow>(value)?);
            Ok(())
        })?;
        let mut faults = std::mem::take(&mut self.faults);
        let mut n_paths = 0;
        self.each(Table::Paths, |key, value| {
            let path = String::from_utf8_lossy(key.get(HEAD..).unwrap_or_default());
            n_paths += 1;
            if files.get(&FileId(u32_at(value, 0))).is_none_or(|row| row.path != path) {
                faults.tell(|| format!("the path {path} leads to no file of that path"));
            }
            Ok(())
        })?;
        self.each(Table::Facts, |key, value| {
            decode::<FileFacts>(value)?;
            let file = FileId(u32_at(key, HEAD));
            if !files.contains_key(&file) {
                faults.tell(|| format!("there are facts of the file number {}, which is not there", file.0));
            }
            Ok(())
        })?;
        let counts = &self.project.counts;
        let sum = |of: fn(&FileRow) -> u64| files.values().map(of).sum::<u64>();
        for (what, is, said) in [
            ("files", files.len() as u64, counts.files),
            ("paths", n_paths, counts.files),
            ("lines", sum(|row| u64::from(row.lines)), counts.lines),
            ("bytes", sum(|row| row.size), counts.bytes),
            ("symbols", sum(|row| u64::from(row.symbols)), counts.symbols),
            ("edges", sum(|row| u64::from(row.edges) + u64::from(row.symbols)), counts.edges),
            ("chunks", sum(|row| u64::from(row.chunks)), counts.chunks),
        ] {
            if is != said {
                faults.tell(|| format!("there are {is} {what}, and its record says {said}"));
            }
        }
        (self.faults, self.files) = (faults, files);
        Ok(())
    }

    fn symbols(&mut self) -> Result<()> {
        let mut symbols = FxHashSet::default();
        let mut of: FxHashMap<FileId, u32> = FxHashMap::default();
        self.each(Table::Symbols, |key, value| {
            decode::<Symbol>(value)?;
            let id = SymbolId { file: FileId(u32_at(key, HEAD)), slot: u32_at(key, HEAD + 4) };
            symbols.insert(id);
            *of.entry(id.file).or_default() += 1;
            Ok(())
        })?;
        self.symbols = symbols;
        let mut files: Vec<(&FileId, &FileRow)> = self.files.iter().collect();
        files.sort_unstable_by(|a, b| a.1.path.cmp(&b.1.path));
        for (id, row) in files {
            let n = of.remove(id).unwrap_or_default();
            if n != row.symbols {
                self.faults
                    .tell(|| format!("{} has {n} symbols, and its record says {}", row.path, row.symbols));
            }
        }
        if !of.is_empty() {
            self.faults.tell(|| format!("{} files that are not there have symbols", of.len()));
        }
        Ok(())
    }

    fn names(&mut self) -> Result<()> {
        let mut faults = std::mem::take(&mut self.faults);
        self.each(Table::Names, |key, value| {
            decode::<NameValue<'_>>(value)?;
            let end = key.len().saturating_sub(8);
            let id = SymbolId { file: FileId(u32_at(key, end)), slot: u32_at(key, end + 4) };
            if !self.has(id) {
                let name = String::from_utf8_lossy(key.get(HEAD..end.saturating_sub(1)).unwrap_or_default());
                faults.tell(|| format!("the name {name} leads to no symbol"));
            }
            Ok(())
        })?;
        self.faults = faults;
        Ok(())
    }

    fn edges(&mut self) -> Result<()> {
        let mut faults = std::mem::take(&mut self.faults);
        let (mut n_out, mut n_in) = (0_u64, 0_u64);
        self.each(Table::Links, |key, value| {
            let links: LinkRow = decode(value)?;
            let file = FileId(u32_at(key, HEAD));
            let row = self.files.get(&file);
            let path = row.map_or("a file that is not there", |row| row.path.as_str());
            if row.is_none_or(|row| u64::from(row.edges) != links.edges.len() as u64) {
                faults.tell(|| {
                    format!("{path} has {} edges, and its record says otherwise", links.edges.len())
                });
            }
            for edge in &links.edges {
                n_out += 1;
                if !self.has(SymbolId { file, slot: edge.from }) || !self.has(edge.to) {
                    faults
                        .tell(|| format!("an edge of {path}:{} has an end that is not there", edge.line + 1));
                }
            }
            Ok(())
        })?;
        self.each(Table::Inbound, |key, value| {
            let edges: Vec<Inbound> = decode(value)?;
            let to = SymbolId { file: FileId(u32_at(key, HEAD)), slot: u32_at(key, HEAD + 4) };
            let from = FileId(u32_at(key, HEAD + 9));
            n_in += edges.len() as u64;
            if !self.has(to) || edges.iter().any(|edge| !self.has(SymbolId { file: from, slot: edge.from })) {
                faults.tell(|| format!("an edge to file {} has an end that is not there", to.file.0));
            }
            Ok(())
        })?;
        if n_out != n_in {
            faults.tell(|| format!("{n_out} edges start somewhere, and {n_in} end"));
        }
        self.faults = faults;
        Ok(())
    }

    /// The keys of the embeddings of all docs that are not dead, sorted.
    fn docs(&mut self, model: u16) -> Result<Vec<[u8; 18]>> {
        let mut faults = std::mem::take(&mut self.faults);
        let mut docs: FxHashSet<u32> = FxHashSet::default();
        let mut chunks = Vec::new();
        let [high, low] = model.to_be_bytes();
        self.each(Table::Docs, |key, value| {
            let doc = u32_at(key, HEAD);
            let row: DocRow = decode(value)?;
            docs.insert(doc);
            if self.project.dead_docs.binary_search(&doc).is_ok() {
                return Ok(());
            }
            for chunk in &row.chunks {
                let mut key = [0; 18];
                let (start, rest) = key.split_at_mut(2);
                start.copy_from_slice(&[high, low]);
                rest.copy_from_slice(&chunk.embedding);
                chunks.push(key);
            }
            Ok(())
        })?;
        for table in [Table::Terms, Table::Lengths, Table::Trigrams] {
            self.each(table, |_, _| Ok(()))?;
        }
        let mut files: Vec<&FileRow> = self.files.values().collect();
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        for row in files {
            if !docs.contains(&row.doc) {
                faults.tell(|| format!("the words of {} are not there", row.path));
            }
        }
        self.faults = faults;
        chunks.sort_unstable();
        chunks.dedup();
        Ok(chunks)
    }

    fn embeddings(&mut self, wanted: Vec<[u8; 18]>) -> Result<()> {
        let mut missing = 0_u64;
        let mut wanted = wanted.into_iter().peekable();
        sweep(self.view, Family::Embeddings, &[], self.cancel, |key, _| {
            while wanted.next_if(|wanted| wanted.as_slice() < key).is_some() {
                missing += 1;
            }
            wanted.next_if(|wanted| wanted.as_slice() == key);
            Ok(())
        })?;
        missing += wanted.count() as u64;
        if missing > 0 {
            self.faults.tell(|| format!("{missing} embeddings are not there"));
        }
        Ok(())
    }
}
