//! A source in memory, for tests: chunks of text, indexed by the same code as files.

use super::corpus::Corpus;
use super::doc::Doc;
use super::{Compared, Source, Terms};
use crate::embed::{Passage, StaticTable, normalise};
use crate::model::{FileId, SymbolKind};
use crate::store::{ChunkRow, DocRow, SymbolRow};
use crate::text::postings::put_entry;
use crate::text::{Name, NameRank, TermReader, trigram_filter};
use anyhow::Result;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Docs in memory.
#[derive(Default)]
pub(super) struct Memory {
    docs: Vec<DocRow>,
    dead: BTreeSet<u32>,
    postings: BTreeMap<String, Vec<(u32, Vec<u8>)>>,
    lengths: Vec<(u32, Vec<u8>)>,
    vectors: Vec<(u32, u32, Vec<f32>)>,
    texts: BTreeMap<String, String>,
    changed: BTreeSet<String>,
    /// Gives so many of the nearest vectors, and not all.
    pub(super) nearest: Option<usize>,
    /// Gives some vectors of docs that are asked for and then all, as a source does that finds a part of them damaged.
    pub(super) begins_anew: bool,
    /// Keeps what it read of terms.
    pub(super) terms: Option<Terms>,
}

impl Memory {
    /// Adds a doc of some chunks, a line each unless they hold line breaks. `class`, `struct`, `def`, `fn` and `field` announce
    /// definitions.
    pub(super) fn add(&mut self, path: &str, language: &str, chunks: &[&str]) {
        let doc = u32::try_from(self.docs.len()).expect("few docs");
        let mut symbols = Vec::new();
        let mut rows = Vec::new();
        let mut line = 0;
        for (at, chunk) in (0u32..).zip(chunks) {
            let n = u32::try_from(chunk.lines().count().max(1)).expect("few lines");
            // The hash of an embedding is where it stands.
            let mut embedding = [0; 16];
            let number = u16::try_from(self.vectors.len() + rows.len()).expect("few chunks");
            embedding[..2].copy_from_slice(&number.to_be_bytes());
            rows.push(ChunkRow { start_line: line, end_line: line + n - 1, embedding });
            for (offset, text) in (0u32..).zip(chunk.lines()) {
                symbols.extend(symbol(text).map(|(kind, name)| SymbolRow {
                    slot: line + offset + 1,
                    kind,
                    name: name.to_owned(),
                    container: String::new(),
                    chunk: at,
                    start_line: line + offset,
                    end_line: line + offset,
                    is_test: name.starts_with("test_"),
                }));
            }
            line += n;
        }
        let names: Vec<Name<'_>> = symbols
            .iter()
            .map(|symbol| {
                let rank = match symbol.kind {
                    SymbolKind::Field => NameRank::Member,
                    kind if kind.is_type() => NameRank::Type,
                    _ => NameRank::Plain,
                };
                Name { chunk: symbol.chunk, text: &symbol.name, rank }
            })
            .collect();
        let table = StaticTable::builtin();
        let vectors = &mut self.vectors;
        let mut terms = TermReader::new().read(path, chunks, &names, |at, terms| {
            let text = chunks[at];
            let mut vector = table.embed_passage(Passage { path, text, terms });
            normalise(&mut vector);
            vectors.push((doc, u32::try_from(at).expect("few chunks"), vector));
        });
        let text: String = chunks.iter().map(|chunk| format!("{}\n", chunk.trim_end_matches('\n'))).collect();
        self.texts.insert(path.to_owned(), text);
        language.clone_into(&mut terms.lengths.language);
        for (term, entry) in terms.iter() {
            self.postings.entry(term.to_owned()).or_default().push((doc, entry.to_vec()));
        }
        self.lengths.push((doc, terms.lengths.encode()));
        let row = DocRow {
            file: FileId(doc),
            path: path.to_owned(),
            language: language.to_owned(),
            chunks: rows,
            symbols,
        };
        self.docs.push(row);
    }

    /// Changes the file of a path after it was indexed.
    pub(super) fn change(&mut self, path: &str) {
        self.changed.insert(path.to_owned());
    }

    /// Marks a doc as dead.
    pub(super) fn kill(&mut self, doc: u32) {
        self.dead.insert(doc);
    }
}

/// What a line of a test's code defines.
fn symbol(line: &str) -> Option<(SymbolKind, &str)> {
    let (keyword, rest) = line.trim().split_once(' ')?;
    let kind = match keyword {
        "class" => SymbolKind::Class,
        "struct" => SymbolKind::Struct,
        "def" | "fn" => SymbolKind::Function,
        "field" => SymbolKind::Field,
        _ => return None,
    };
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    Some((kind, &rest[..end]))
}

impl Source for Memory {
    fn n_docs(&self) -> u32 {
        u32::try_from(self.docs.len()).expect("few docs")
    }

    fn model(&self) -> &str {
        StaticTable::ID
    }

    fn is_dead(&self, doc: u32) -> bool {
        self.dead.contains(&doc)
    }

    fn postings(&self, term: &str, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        // Two docs a block, so that blocks meet their borders.
        for pair in self.postings.get(term).map(Vec::as_slice).unwrap_or_default().chunks(2) {
            block(pair, each);
        }
        Ok(())
    }

    fn terms(&self) -> Option<&Terms> {
        self.terms.as_ref()
    }

    fn lengths(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        for pair in self.lengths.chunks(2) {
            block(pair, each);
        }
        Ok(())
    }

    fn corpus(&self) -> Result<Arc<Corpus>> {
        Corpus::read(self).map(Arc::new)
    }

    fn doc(&self, doc: u32) -> Result<Option<Arc<Doc>>> {
        Ok(self.docs.get(doc as usize).cloned().map(|row| Arc::new(Doc::new(row))))
    }

    fn trigrams(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        // The last doc has no filter, as those of an older index.
        for (number, doc) in (0u32..).zip(&self.docs).take(self.docs.len().saturating_sub(1)) {
            each(number, &trigram_filter(self.texts.get(&doc.path).expect("a text")));
        }
        Ok(())
    }

    fn text(&self, path: &str) -> Result<Option<String>> {
        Ok(self.texts.get(path).filter(|_| !self.changed.contains(path)).cloned())
    }

    fn names(
        &self,
        accepts: &mut dyn FnMut(&str) -> bool,
        each: &mut dyn FnMut(&str, SymbolKind),
    ) -> Result<()> {
        let symbols = self.docs.iter().flat_map(|doc| &doc.symbols);
        symbols.filter(|it| accepts(&it.name.to_lowercase())).for_each(|it| each(&it.name, it.kind));
        Ok(())
    }

    fn vector(&self, chunk: &ChunkRow) -> Result<Option<Vec<f32>>> {
        let at = usize::from(chunk.embedding[0]) << 8 | usize::from(chunk.embedding[1]);
        Ok(self.vectors.get(at).map(|(_, _, vector)| vector.clone()))
    }

    fn similar(
        &self,
        query: &[f32],
        _wanted: Option<&[u32]>,
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<Compared> {
        let mut all = Vec::new();
        let docs: Vec<u32> = (0..self.n_docs()).collect();
        self.similar_in(query, &docs, &mut |doc, chunk, value| all.push((doc, chunk, value)))?;
        all.sort_by_key(|&(doc, chunk, _)| (doc, chunk));
        all.dedup_by_key(|(doc, chunk, _)| (*doc, *chunk));
        let Some(nearest) = self.nearest else {
            all.into_iter().for_each(|(doc, chunk, value)| each(doc, chunk, value));
            return Ok(Compared::All);
        };
        let mean = all.iter().map(|(_, _, value)| f64::from(*value)).sum::<f64>() / all.len() as f64;
        all.sort_by(|a, b| b.2.total_cmp(&a.2));
        all.into_iter().take(nearest).for_each(|(doc, chunk, value)| each(doc, chunk, value));
        Ok(Compared::Some { mean: mean as f32 })
    }

    fn similar_in(&self, query: &[f32], docs: &[u32], each: &mut dyn FnMut(u32, u32, f32)) -> Result<()> {
        let mut query = query.to_vec();
        normalise(&mut query);
        let n = if self.begins_anew { self.vectors.len() - self.vectors.len() / 8 } else { 0 };
        for (doc, chunk, vector) in self.vectors.iter().take(n).chain(&self.vectors) {
            if docs.contains(doc) && !self.is_dead(*doc) {
                each(*doc, *chunk, vector.iter().zip(&query).map(|(a, b)| a * b).sum());
            }
        }
        Ok(())
    }
}

fn block(entries: &[(u32, Vec<u8>)], each: &mut dyn FnMut(u32, &[u8])) {
    let base = entries[0].0;
    let mut bytes = Vec::new();
    let mut last = base;
    for (doc, entry) in entries {
        put_entry(&mut bytes, last, *doc, entry);
        last = *doc;
    }
    each(base, &bytes);
}
