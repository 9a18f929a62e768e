//! A published generation of one project as a [`Source`].

use super::corpus::Corpus;
use super::{Compared, Source};
use crate::model::SymbolKind;
use crate::store::{ChunkRow, DocRow, ProjectRow, View};
use crate::text::postings::LENGTHS_DOCS;
use crate::vector::{self, Space, VectorFile};
use anyhow::{Context as _, Result, ensure};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Names that are looked at for those near to another.
const MAX_NAMES: usize = 1_000_000;
/// Rows that a graph is asked for: more than any signal has candidates.
const NEAREST: usize = 256;

/// Most chunks and symbols of the docs that are kept; past it all are forgotten.
const MAX_KEPT: usize = 100_000;

/// Rows of docs that were read.
#[derive(Default)]
struct Kept {
    docs: FxHashMap<u32, Option<Arc<DocRow>>>,
    /// Chunks and symbols in them.
    n: usize,
}

/// Gives the texts of a project's files as they are on disk.
pub trait Texts: Send + Sync {
    /// The text of the file at a path; nothing when it is gone, cannot be read, or is no longer what was indexed.
    /// Called from many threads.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn text(&self, path: &str) -> Result<Option<String>>;
}

/// Reads a project through a view of the store. Whoever asks more than once keeps it: the second question finds the
/// corpus read, and the vectors checked.
pub struct StoreSource {
    view: View,
    project: ProjectRow,
    /// None when it is missing or damaged: then all vectors are read from the store.
    vectors: Option<Arc<VectorFile>>,
    /// Where the vectors lie; none when the store does not know the project's model.
    space: Option<Space>,
    corpus: Arc<OnceLock<Arc<Corpus>>>,
    kept: Arc<Mutex<Kept>>,
    /// None when no text can be read: then every file counts as changed.
    texts: Option<Box<dyn Texts>>,
}

impl StoreSource {
    /// Opens a project of a generation in a data folder. A vector file that cannot be used is no error: search is then
    /// slower, and right all the same.
    #[must_use]
    pub fn open(view: &View, project: &ProjectRow, data: &Path) -> Self {
        let path = vector::folder(data, project.id).join(&project.vectors.file);
        let space = Space::of(view, project).ok();
        let about = space.as_ref().map(|space| &space.about);
        let vectors =
            about.and_then(|about| VectorFile::open(&path, &about.id, about.dimension).ok().map(Arc::new));
        let (view, project) = (view.clone(), project.clone());
        Self { view, project, vectors, space, corpus: Arc::default(), kept: Arc::default(), texts: None }
    }

    /// The same once more, for another question: what was read and checked for one is there for the other. It reads no
    /// texts.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            view: self.view.clone(),
            project: self.project.clone(),
            vectors: self.vectors.clone(),
            space: self.space.clone(),
            corpus: Arc::clone(&self.corpus),
            kept: Arc::clone(&self.kept),
            texts: None,
        }
    }

    /// Reads texts where they are asked for.
    #[must_use]
    pub fn with_texts(mut self, texts: impl Texts + 'static) -> Self {
        self.texts = Some(Box::new(texts));
        self
    }

    /// Gives the vectors of the docs from `from` on, as the store has them.
    fn stored(
        &self,
        from: u32,
        model: u16,
        query: &[f32],
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<()> {
        self.view.docs_from(self.project.pid(), from, |number, doc| {
            if self.is_dead(number) {
                return Ok(());
            }
            for (at, chunk) in (0u32..).zip(&doc.chunks) {
                if let Some(vector) = self.view.embedding(model, &chunk.embedding)?
                    && let Some((scale, numbers)) = vector.split_first_chunk()
                {
                    let numbers = numbers.iter().map(|byte| f32::from(byte.cast_signed()));
                    let sum: f32 = numbers.zip(query).map(|(x, q)| x * q).sum();
                    each(number, at, sum * f32::from_le_bytes(*scale));
                }
            }
            Ok(())
        })
    }
}

impl Source for StoreSource {
    fn n_docs(&self) -> u32 {
        self.project.next_doc
    }

    fn model(&self) -> &str {
        vector::model_of(&self.project)
    }

    fn is_dead(&self, doc: u32) -> bool {
        self.project.dead_docs.binary_search(&doc).is_ok()
    }

    fn corpus(&self) -> Result<Arc<Corpus>> {
        if let Some(corpus) = self.corpus.get() {
            return Ok(Arc::clone(corpus));
        }
        let corpus = Arc::new(Corpus::read(self)?);
        Ok(Arc::clone(self.corpus.get_or_init(|| corpus)))
    }

    fn postings(&self, term: &str, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        self.view.postings(self.project.pid(), term, each)
    }

    fn lengths(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        self.view.lengths(self.project.pid(), &mut |number, block| each(number * LENGTHS_DOCS, block))
    }

    fn doc(&self, doc: u32) -> Result<Option<Arc<DocRow>>> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = kept().docs.get(&doc) {
            return Ok(row.clone());
        }
        let row = self.view.doc(self.project.pid(), doc)?.map(Arc::new);
        let mut kept = kept();
        if kept.n > MAX_KEPT {
            *kept = Kept::default();
        }
        kept.n += 1 + row.as_ref().map_or(0, |row| row.chunks.len() + row.symbols.len());
        kept.docs.insert(doc, row.clone());
        Ok(row)
    }

    fn trigrams(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        self.view.trigrams(self.project.pid(), each)
    }

    fn text(&self, path: &str) -> Result<Option<String>> {
        self.texts.as_ref().map_or(Ok(None), |texts| texts.text(path))
    }

    fn names(
        &self,
        accepts: &mut dyn FnMut(&str) -> bool,
        each: &mut dyn FnMut(&str, SymbolKind),
    ) -> Result<()> {
        self.view.names_like(self.project.pid(), MAX_NAMES, accepts, &mut |row| each(&row.name, row.kind))
    }

    fn vector(&self, chunk: &ChunkRow) -> Result<Option<Vec<f32>>> {
        let Some(space) = &self.space else { return Ok(None) };
        let stored = self.view.embedding(space.number, &chunk.embedding)?;
        Ok(stored.as_deref().and_then(<[u8]>::split_first_chunk).map(|(scale, numbers)| {
            let scale = f32::from_le_bytes(*scale);
            numbers.iter().map(|byte| f32::from(byte.cast_signed()) * scale).collect()
        }))
    }

    fn similar(&self, query: &[f32], all: bool, each: &mut dyn FnMut(u32, u32, f32)) -> Result<Compared> {
        let space = self.space.as_ref().context("nobody knows the model of the vectors")?;
        ensure!(query.len() == space.about.dimension, "the question has another length than the vectors");
        // A block that turns out to be damaged half way: what was given is right, and is given once more.
        let mut from = 0;
        let mut compared = Compared::All;
        if let Some(file) = &self.vectors {
            if !all && let Ok(Some(mean)) = file.nearest(query, NEAREST, &|doc| self.is_dead(doc), each) {
                (from, compared) = (file.docs(), Compared::Nearest { mean });
            } else if file.scan(query, each).is_ok() {
                from = file.docs();
            }
        }
        self.stored(from, space.number, query, each)?;
        Ok(compared)
    }
}
