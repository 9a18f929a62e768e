//! Words and vectors of an index run: postings, lengths, docs, embeddings.
//!
//! A run from scratch writes each term's postings as blocks of about 4 KiB. Later runs add blocks of the docs that are
//! new; a doc that is no longer current is only listed as dead. When the dead or the new ones pass a fifth, all blocks
//! are written anew without the dead.

use super::batch::{Fresh, Writer};
use crate::config::{self, IndexType};
use crate::embed::{self, Embedder as _, Model, Passage, StaticTable, passage_text};
use crate::facts::{DefFlags, DefText};
use crate::model::{FileId, ProjectId, SymbolKind};
use crate::observe::Cancel;
use crate::parse::{ChunkSpan, Parsed};
use crate::store::schema::{Family, HEAD, Key, u32_at};
use crate::store::view::embedding_key;
use crate::store::{
    Changes, ChunkRow, DocRow, FileRow, ProjectRow, Store, SymbolRow, Table, VectorBase, View,
};
use crate::text::postings::{self, FileTerms, LENGTHS_DOCS, Name, NameRank, TermReader};
use crate::text::trigram_filter;
use crate::vector::{self, Design, GraphOptions, Index, Rows, Space, Target, VectorFile};
use anyhow::{Context as _, Result};
use rayon::prelude::*;
use std::cell::RefCell;
use std::path::Path;

/// Bytes of a posting block.
const BLOCK_BYTES: usize = 4 << 10;
/// Fewer dead or new docs than this are never worth writing all blocks anew.
const MIN_MERGE: usize = 512;
/// Names of enclosing code that count in a chunk, the innermost ones.
const MAX_ENCLOSING: usize = 4;
/// Fewer vectors than this are not worth a thread of their own.
const LEAST_SHARE: usize = 1_024;
/// Postings are turned into blocks when they hold this much memory.
pub const SPILL_BYTES: usize = 128 << 20;

/// The words of one file.
#[derive(Default)]
pub struct Words {
    /// Signatures and docs, on their way from the parser to the symbol rows.
    pub texts: Option<Vec<DefText>>,
    terms: FileTerms,
    /// A row of each term with its entry, and the doc's lengths: made of the terms by [`put_doc`].
    rows: Changes,
    lengths: Vec<u8>,
    chunks: Vec<ChunkRow>,
    symbols: Vec<SymbolRow>,
    /// Of the built-in table, as the store keeps them.
    embeddings: Vec<Vec<u8>>,
    trigrams: Vec<u8>,
    /// For any other model: content hash and text of each chunk.
    pub to_embed: Vec<([u8; 16], String)>,
}

/// Reads the words of a file, finds its names and embeds its chunks. With the built-in table embedding a chunk anew is
/// cheaper than looking up whether the store has it; for another model the texts are kept.
///
/// # Errors
/// When a chunk lies outside the text, which a chunker never makes.
pub fn words(path: &str, language: &str, source: &str, parsed: &Parsed, model: &Model) -> Result<Words> {
    thread_local! {
        static READER: RefCell<TermReader> = RefCell::default();
    }
    let texts: Vec<&str> = parsed
        .chunks
        .iter()
        .map(|chunk| source.get(chunk.start_byte..chunk.end_byte))
        .collect::<Option<_>>()
        .context("a chunk lies outside its file")?;
    let symbols = symbols(parsed);
    let names = names(&parsed.chunks, &symbols);
    let table = StaticTable::builtin();
    let mut words = Words::default();
    let (chunks, embeddings, to_embed) = (&mut words.chunks, &mut words.embeddings, &mut words.to_embed);
    let mut terms = READER.with_borrow_mut(|reader| {
        reader.read(path, &texts, &names, |at, counts| {
            let (Some(chunk), Some(&text)) = (parsed.chunks.get(at), texts.get(at)) else { return };
            let (start_line, end_line) = trimmed(chunk, text);
            let embedding = embed::passage_key(model.id(), path, text);
            chunks.push(ChunkRow { start_line, end_line, embedding });
            if model.is_costly() {
                to_embed.push((embedding, passage_text(path, text)));
            } else {
                embeddings.push(embed::quantise(&table.embed_passage(Passage { path, text, terms: counts })));
            }
        })
    });
    language.clone_into(&mut terms.lengths.language);
    words.terms = terms;
    words.symbols = symbols;
    words.trigrams = trigram_filter(source);
    Ok(words)
}

/// The names that count in each chunk: those that are defined in it, and those of the innermost code around it that
/// began before it.
fn names<'s>(chunks: &[ChunkSpan], symbols: &'s [SymbolRow]) -> Vec<Name<'s>> {
    let mut names = Vec::with_capacity(symbols.len() + chunks.len());
    let mut open: Vec<&SymbolRow> = Vec::new();
    let mut rest = symbols;
    for (chunk, span) in (0u32..).zip(chunks) {
        open.retain(|symbol| symbol.end_line >= span.start_line);
        let enclosing = open.iter().skip(open.len().saturating_sub(MAX_ENCLOSING));
        names.extend(enclosing.map(|symbol| Name { chunk, text: &symbol.name, rank: NameRank::Enclosing }));
        let (here, later) = rest.split_at(rest.partition_point(|symbol| symbol.chunk <= chunk));
        rest = later;
        for symbol in here {
            names.push(Name { chunk, text: &symbol.name, rank: rank(symbol.kind) });
            if symbol.kind.is_landmark() {
                open.push(symbol);
            }
        }
    }
    names
}

/// How the name of a symbol counts.
const fn rank(kind: SymbolKind) -> NameRank {
    if kind.is_type() || matches!(kind, SymbolKind::Module) {
        NameRank::Type
    } else if kind.is_landmark() {
        NameRank::Plain
    } else {
        NameRank::Member
    }
}

/// The lines of a chunk, 0-based and inclusive, without blank ones at its ends.
fn trimmed(chunk: &ChunkSpan, text: &str) -> (u32, u32) {
    let newlines = |text: &str| memchr::memchr_iter(b'\n', text.as_bytes()).count();
    let lines = |n: usize| u32::try_from(n).unwrap_or(0);
    let start =
        chunk.start_line + lines(newlines(text.get(..text.len() - text.trim_start().len()).unwrap_or("")));
    let end = start + lines(newlines(text.trim()));
    (start, end)
}

/// The definitions of a file by chunk: those of its facts, or those that were found without a grammar.
fn symbols(parsed: &Parsed) -> Vec<SymbolRow> {
    let chunk_at = |byte: usize| {
        let after = parsed.chunks.partition_point(|chunk| chunk.start_byte <= byte);
        u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
    };
    let facts = &parsed.facts;
    let mut symbols: Vec<SymbolRow> = Vec::with_capacity(facts.defs.len() + parsed.outline.len());
    for (at, def) in (0u32..).zip(&facts.defs).skip(1) {
        let holder = facts.defs.get(def.parent as usize).filter(|_| def.parent != 0);
        let container = facts.receiver_name(at).or_else(|| holder.map(|holder| facts.str(holder.name)));
        symbols.push(SymbolRow {
            slot: def.slot,
            kind: def.kind,
            name: facts.str(def.name).to_owned(),
            container: container.unwrap_or_default().to_owned(),
            chunk: chunk_at(def.place.byte as usize),
            start_line: def.start_line,
            end_line: def.end_line,
            is_test: def.flags.has(DefFlags::TEST),
        });
    }
    symbols.extend(parsed.outline.iter().map(|def| SymbolRow {
        slot: 0,
        kind: def.kind,
        name: def.name.clone(),
        container: def.container.clone(),
        chunk: chunk_at(def.byte),
        start_line: def.start_line,
        end_line: def.end_line,
        is_test: false,
    }));
    symbols.sort_by_key(|symbol| (symbol.chunk, symbol.start_line));
    symbols
}

/// Writes the embedding of a content hash.
pub fn put_embedding(changes: &mut Changes, model: u16, hash: &[u8; 16], vector: &[u8]) {
    changes.put(Family::Embeddings, &Key(embedding_key(model, hash)), vector);
}

/// Writes a file's doc, and its embeddings where they are those of the built-in table.
///
/// # Errors
/// When a row cannot be encoded.
pub fn put_doc(
    changes: &mut Changes,
    pid: ProjectId,
    row: &FileRow,
    file: FileId,
    words: &mut Words,
) -> Result<()> {
    for (chunk, vector) in words.chunks.iter().zip(&words.embeddings) {
        put_embedding(changes, StaticTable::NUMBER, &chunk.embedding, vector);
    }
    let mut key = Key::new(pid, Table::Terms);
    let terms = std::mem::take(&mut words.terms);
    words.lengths = terms.lengths.encode();
    for (term, entry) in terms.iter() {
        key.0.truncate(HEAD);
        key = key.str(term).end().u32(row.doc);
        words.rows.put(Family::Text, &key, entry);
    }
    let doc = DocRow {
        file,
        path: row.path.clone(),
        language: row.language_name.clone(),
        chunks: std::mem::take(&mut words.chunks),
        symbols: std::mem::take(&mut words.symbols),
    };
    changes.put(Family::Text, &Key::new(pid, Table::Trigrams).u32(row.doc), &words.trigrams);
    changes.put_value(Family::Text, &Key::new(pid, Table::Docs).u32(row.doc), &doc)
}

/// The postings, lengths and vectors of the files that a run reads; vectors of the built-in table only.
pub struct Postings {
    vectors: Rows,
    rows: Vec<Changes>,
    bytes: usize,
    lengths: Vec<(u32, Vec<u8>)>,
}

impl Postings {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let vectors = Rows::new(StaticTable::builtin().dimension());
        Self { vectors, rows: Vec::new(), bytes: 0, lengths: Vec::new() }
    }

    /// Takes over a file's words; returns finished blocks when many are held.
    pub fn add(&mut self, fresh: &mut Fresh) -> Option<Changes> {
        if fresh.facts.is_some() {
            let doc = fresh.row.doc;
            let rows = std::mem::take(&mut fresh.words.rows);
            self.bytes += rows.len_bytes();
            self.rows.push(rows);
            self.lengths.push((doc, std::mem::take(&mut fresh.words.lengths)));
            for (chunk, vector) in (0u32..).zip(std::mem::take(&mut fresh.words.embeddings)) {
                self.vectors.push(doc, chunk, &vector);
            }
        }
        (self.bytes > SPILL_BYTES).then(|| self.blocks())
    }

    /// All postings held, as blocks.
    fn blocks(&mut self) -> Changes {
        let mut out = Changes::default();
        let mut block = Block::default();
        let sorted = crate::store::changes::Sorted::new(&self.rows, Family::Text);
        for (key, entry) in sorted.iter() {
            let (term, doc) = key.split_at(key.len() - 4);
            block.add(term, u32_at(doc, 0), entry.unwrap_or_default(), &mut out);
        }
        block.end(&mut out);
        drop(sorted);
        self.rows.clear();
        self.bytes = 0;
        out
    }
}

/// A posting block that is being filled.
#[derive(Default)]
struct Block {
    /// Key up to the doc.
    term: Vec<u8>,
    base: u32,
    last: u32,
    bytes: Vec<u8>,
}

impl Block {
    fn add(&mut self, term: &[u8], doc: u32, entry: &[u8], out: &mut Changes) {
        if self.term != term || self.bytes.len() + entry.len() > BLOCK_BYTES {
            self.end(out);
            self.term.clear();
            self.term.extend_from_slice(term);
            (self.base, self.last) = (doc, doc);
        }
        postings::put_entry(&mut self.bytes, self.last, doc, entry);
        self.last = doc;
    }

    fn end(&mut self, out: &mut Changes) {
        if !self.bytes.is_empty() {
            out.put(Family::Text, &Key(self.term.clone()).u32(self.base), &self.bytes);
            self.bytes.clear();
        }
    }
}

/// Writes what a run's files add to words and vectors; writes all anew when too much is dead or scattered.
///
/// # Errors
/// When the store fails.
pub fn write(
    writer: &mut Writer<'_>,
    project: &mut ProjectRow,
    mut postings: Postings,
    from_scratch: bool,
    space: &Space,
    settings: &config::keys::Vector,
) -> Result<()> {
    let blocks = postings.blocks();
    writer.add(blocks)?;
    put_lengths(writer, project.pid(), &postings.lengths)?;
    let live = (project.next_doc as usize).saturating_sub(project.dead_docs.len());
    let new = project.next_doc.saturating_sub(project.vectors.docs) as usize;
    let limit = (live / 5).max(MIN_MERGE);
    if from_scratch && space.number == StaticTable::NUMBER {
        put_vectors(writer, project, &postings.vectors, space, settings)?;
    } else if from_scratch {
        writer.flush()?;
        let vectors = stored_vectors(writer.view(), project, space)?;
        put_vectors(writer, project, &vectors, space, settings)?;
    } else if project.dead_docs.len() > limit || new > limit {
        writer.flush()?;
        merge(writer, project)?;
        writer.flush()?;
        let vectors = stored_vectors(writer.view(), project, space)?;
        put_vectors(writer, project, &vectors, space, settings)?;
    } else if !has_vectors(writer.data(), project, space, settings) {
        writer.flush()?;
        let vectors = stored_vectors(writer.view(), project, space)?;
        put_vectors(writer, project, &vectors, space, settings)?;
    }
    Ok(())
}

/// Writes a new vector file for the generation that this run will publish.
fn put_vectors(
    writer: &Writer<'_>,
    project: &mut ProjectRow,
    vectors: &Rows,
    space: &Space,
    settings: &config::keys::Vector,
) -> Result<()> {
    let name = format!("{:012}.vec", writer.next_generation());
    let design = design(settings, vectors.len());
    let folder = vector::folder(writer.data(), project.id);
    let (folder, name_of, model) = (folder.as_path(), name.as_str(), space.about.id.as_str());
    vectors.write(&Target { folder, name: name_of, model, docs: project.next_doc, design })?;
    let metric = settings.metric.name().to_owned();
    project.vectors = VectorBase { file: name, docs: project.next_doc, metric };
    Ok(())
}

/// The vectors of all living docs, as the store has them, in any order. They are read in the order of their hashes, in
/// which they lie in the store, by several threads.
fn stored_vectors(view: &View, project: &ProjectRow, space: &Space) -> Result<Rows> {
    let mut chunks: Vec<([u8; 16], u32, u32)> = Vec::new();
    view.docs_from(project.pid(), 0, |number, doc| {
        if project.dead_docs.binary_search(&number).is_err() {
            chunks.extend((0u32..).zip(&doc.chunks).map(|(at, chunk)| (chunk.embedding, number, at)));
        }
        Ok(())
    })?;
    chunks.par_sort_unstable();
    let read = |part: &[([u8; 16], u32, u32)]| -> Result<Rows> {
        let mut rows = Rows::new(space.about.dimension);
        let of_one: Vec<_> = part.chunk_by(|a, b| a.0 == b.0).collect();
        let wanted: Vec<[u8; 16]> = of_one.iter().filter_map(|chunks| Some(chunks.first()?.0)).collect();
        view.embeddings(space.number, &wanted, &Cancel::default(), |at, stored| {
            for &(_, doc, chunk) in of_one.get(at).copied().unwrap_or_default() {
                rows.push(doc, chunk, stored);
            }
            Ok(())
        })?;
        Ok(rows)
    };
    let share = chunks.len().div_ceil(rayon::current_num_threads()).max(LEAST_SHARE);
    let mut parts = chunks.par_chunks(share).map(read).collect::<Result<Vec<Rows>>>()?.into_iter();
    let mut rows = parts.next().unwrap_or_else(|| Rows::new(space.about.dimension));
    parts.for_each(|part| rows.append(part));
    Ok(rows)
}

/// How the settings want a file of so many vectors: flat when looking at all of them is as good.
fn design(settings: &config::keys::Vector, n: usize) -> Design {
    let size = |n: u64| u32::try_from(n).unwrap_or(u32::MAX) as usize;
    let index = match settings.index_type {
        _ if n == 0 || (n as u64) < settings.min_vectors => Index::Flat,
        IndexType::Flat => Index::Flat,
        IndexType::Hnsw => {
            Index::Hnsw(GraphOptions { m: size(settings.m), ef_construction: size(settings.ef_construction) })
        }
        IndexType::Ivf => Index::Ivf,
    };
    Design { metric: settings.metric, index }
}

/// True when the project's vector file is as the settings want it, and every byte of it as it was written.
fn has_vectors(data: &Path, project: &ProjectRow, space: &Space, settings: &config::keys::Vector) -> bool {
    let path = vector::folder(data, project.id).join(&project.vectors.file);
    VectorFile::open(&path, &space.about.id, space.about.dimension, settings.metric)
        .is_ok_and(|file| file.check().is_ok() && file.design() == design(settings, file.len()))
}

/// Makes the vector file of a project that has not changed again, under its old name, when it is missing or damaged, or
/// the settings want it otherwise. True when it was made.
///
/// # Errors
/// When the store cannot be read or the disk fails.
pub fn mend_vectors(
    (view, data): (&View, &Path),
    project: &ProjectRow,
    settings: &config::keys::Vector,
) -> Result<bool> {
    let space = Space::of(view, project)?;
    if has_vectors(data, project, &space, settings) {
        return Ok(false);
    }
    make_vectors((view, data), project, &space, settings)?;
    Ok(true)
}

/// Makes the vector file of a project from what is stored, under its old name.
///
/// # Errors
/// When the store cannot be read or the disk fails.
pub fn make_vectors(
    (view, data): (&View, &Path),
    project: &ProjectRow,
    space: &Space,
    settings: &config::keys::Vector,
) -> Result<()> {
    let rows = stored_vectors(view, project, space)?;
    let folder = vector::folder(data, project.id);
    rows.write(&Target {
        folder: &folder,
        name: &project.vectors.file,
        model: &space.about.id,
        docs: project.next_doc,
        design: design(settings, rows.len()),
    })
}

fn put_lengths(writer: &mut Writer<'_>, pid: ProjectId, lengths: &[(u32, Vec<u8>)]) -> Result<()> {
    let mut sorted: Vec<&(u32, Vec<u8>)> = lengths.iter().collect();
    sorted.sort_unstable_by_key(|(doc, _)| *doc);
    let mut changes = Changes::default();
    for group in sorted.chunk_by(|a, b| a.0 / LENGTHS_DOCS == b.0 / LENGTHS_DOCS) {
        let Some(first) = group.first() else { continue };
        let number = first.0 / LENGTHS_DOCS;
        let mut block = writer.view().lengths_block(pid, number)?.unwrap_or_default();
        let base = number * LENGTHS_DOCS;
        let mut last = postings::entries(base, &block).last().map_or(base, |(doc, _)| doc);
        for (doc, entry) in group {
            postings::put_entry(&mut block, last, *doc, entry);
            last = *doc;
        }
        changes.put(Family::Text, &Key::new(pid, Table::Lengths).u32(number), &block);
    }
    writer.add(changes)
}

/// Writes all blocks anew, without the dead docs.
fn merge(writer: &mut Writer<'_>, project: &mut ProjectRow) -> Result<()> {
    let pid = project.pid();
    let dead = std::mem::take(&mut project.dead_docs);
    let is_dead = |doc: u32| dead.binary_search(&doc).is_ok();
    let (mut old, mut new) = (Changes::default(), Changes::default());
    let mut block = Block::default();
    let view = writer.view().clone();
    view.scan(Family::Text, &Key::new(pid, Table::Terms).0, |key, value| {
        old.delete(Family::Text, &Key(key.to_vec()));
        let (term, base) = key.split_at(key.len().saturating_sub(4));
        for (doc, entry) in postings::entries(u32_at(base, 0), value).filter(|(doc, _)| !is_dead(*doc)) {
            block.add(term, doc, entry, &mut new);
        }
        Ok(true)
    })?;
    block.end(&mut new);
    view.scan(Family::Text, &Key::new(pid, Table::Lengths).0, |key, value| {
        let base = u32_at(key, HEAD) * LENGTHS_DOCS;
        let mut kept = Vec::with_capacity(value.len());
        let mut last = base;
        for (doc, entry) in postings::entries(base, value).filter(|(doc, _)| !is_dead(*doc)) {
            postings::put_entry(&mut kept, last, doc, entry);
            last = doc;
        }
        new.put(Family::Text, &Key(key.to_vec()), &kept);
        Ok(true)
    })?;
    for &doc in &dead {
        old.delete(Family::Text, &Key::new(pid, Table::Docs).u32(doc));
        old.delete(Family::Text, &Key::new(pid, Table::Trigrams).u32(doc));
    }
    // Deletions first: a block that is written again under its old key counts.
    writer.add(old)?;
    writer.add(new)
}

/// Removes vector files that the published generation does not name.
///
/// # Errors
/// When the folder cannot be read.
pub fn sweep_vectors(store: &Store, project: &ProjectRow) -> Result<()> {
    let folder = vector::folder(store.data(), project.id);
    if !folder.exists() {
        return Ok(());
    }
    for entry in std::fs::read_dir(&folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy() != project.vectors.file.as_str() {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::names;
    use crate::model::SymbolKind;
    use crate::parse::ChunkSpan;
    use crate::store::SymbolRow;
    use crate::text::NameRank;

    fn symbol(kind: SymbolKind, name: &str, chunk: u32, lines: (u32, u32)) -> SymbolRow {
        SymbolRow {
            slot: 1,
            kind,
            name: name.to_owned(),
            container: String::new(),
            chunk,
            start_line: lines.0,
            end_line: lines.1,
            is_test: false,
        }
    }

    #[test]
    fn a_chunk_has_the_names_in_it_and_those_of_the_code_that_goes_on_in_it() {
        let chunks: Vec<ChunkSpan> = [(0, 9), (10, 19), (20, 29), (30, 39)]
            .map(|(start_line, end_line)| ChunkSpan { start_byte: 0, end_byte: 0, start_line, end_line })
            .to_vec();
        let symbols = [
            symbol(SymbolKind::Class, "Outer", 0, (0, 29)),
            symbol(SymbolKind::Field, "field", 0, (1, 39)),
            symbol(SymbolKind::Method, "long", 0, (5, 12)),
            symbol(SymbolKind::Method, "short", 1, (15, 18)),
        ];
        let found: Vec<String> = names(&chunks, &symbols)
            .iter()
            .map(|name| {
                let mark = if name.rank == NameRank::Enclosing { "in " } else { "" };
                format!("{} {mark}{}", name.chunk, name.text)
            })
            .collect();
        assert_eq!(
            found,
            ["0 Outer", "0 field", "0 long", "1 in Outer", "1 in long", "1 short", "2 in Outer"]
        );
    }

    #[test]
    fn only_the_innermost_names_around_a_chunk_count() {
        let chunks = [ChunkSpan { start_byte: 0, end_byte: 0, start_line: 0, end_line: 0 }; 2];
        let symbols: Vec<SymbolRow> =
            (0..1000).map(|at| symbol(SymbolKind::Function, &format!("f{at}"), 0, (0, 9))).collect();
        let names = names(&chunks, &symbols);
        let around = names.iter().filter(|name| name.rank == NameRank::Enclosing);
        assert_eq!(around.map(|name| name.text).collect::<Vec<_>>(), ["f996", "f997", "f998", "f999"]);
    }
}
