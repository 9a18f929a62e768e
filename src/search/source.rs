//! A published generation of one project as a [`Source`].

use super::corpus::Corpus;
use super::{Compared, Doc, Source, Terms};
use crate::embed::{Quantised, StaticTable};
use crate::model::SymbolKind;
use crate::store::{ChunkRow, DocRow, ProjectRow, View};
use crate::text::postings::LENGTHS_DOCS;
use crate::vector::{self, Measure, Space, VectorFile};
use anyhow::{Context as _, Result, bail, ensure};
use rustc_hash::FxHashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Names that are looked at for those near to another.
const MAX_NAMES: usize = 1_000_000;
/// Rows that a graph or lists are asked for: more than any signal has candidates.
const NEAREST: usize = 256;
/// Fewest and most that may be asked for instead.
const NEAREST_RANGE: (usize, usize) = (8, 4_096);

/// Most chunks and symbols of the docs that are kept; past it all are forgotten.
const MAX_KEPT: usize = 100_000;

/// Rows of docs that were read.
#[derive(Default)]
struct Kept {
    docs: FxHashMap<u32, Option<Arc<Doc>>>,
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
    /// None in one that is asked once.
    terms: Option<Arc<Terms>>,
    /// None when no text can be read: then every file counts as changed.
    texts: Option<Box<dyn Texts>>,
    /// Rows that a graph or lists are asked for.
    nearest: usize,
}

impl StoreSource {
    /// Opens a project of a generation in a data folder. A vector file that cannot be used is no error: search is then
    /// slower, and right all the same.
    #[must_use]
    pub fn open(view: &View, project: &ProjectRow, data: &Path) -> Self {
        let path = vector::folder(data, project.id).join(&project.vectors.file);
        let space = Space::of(view, project).ok();
        let about = space.as_ref().map(|space| &space.about);
        let metric = vector::metric_of(project);
        let vectors = about
            .and_then(|about| VectorFile::open(&path, &about.id, about.dimension, metric).ok().map(Arc::new));
        let (view, project) = (view.clone(), project.clone());
        Self {
            view,
            project,
            vectors,
            space,
            corpus: Arc::default(),
            kept: Arc::default(),
            terms: None,
            texts: None,
            nearest: NEAREST,
        }
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
            terms: self.terms.clone(),
            texts: None,
            nearest: self.nearest,
        }
    }

    /// Keeps what it reads of terms, within [`Terms::MAX_BYTES`]: for who asks more than once.
    #[must_use]
    pub fn keeping(mut self) -> Self {
        StaticTable::builtin().prepare();
        if let Some(vectors) = &self.vectors {
            // What is damaged is found again by who asks for it.
            drop(vectors.prepare());
        }
        self.terms = Some(Arc::default());
        self
    }

    /// Reads texts where they are asked for.
    #[must_use]
    pub fn with_texts(mut self, texts: impl Texts + 'static) -> Self {
        self.texts = Some(Box::new(texts));
        self
    }

    /// Asks a graph or lists for another number of rows.
    #[must_use]
    pub fn with_nearest(mut self, n: u64) -> Self {
        let (least, most) = NEAREST_RANGE;
        self.nearest = usize::try_from(n).unwrap_or(most).clamp(least, most);
        self
    }

    /// Gives what the vector file has: of docs that are wanted their rows when they are fewer than half of all, or when
    /// nothing spares looking at them.
    fn filed(
        &self,
        file: &VectorFile,
        query: &[f32],
        wanted: Option<&[u32]>,
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<Compared> {
        let n_living = (self.project.next_doc as usize).saturating_sub(self.project.dead_docs.len());
        match wanted {
            None if file.is_plain() => {
                file.scan(query, each)?;
                Ok(Compared::All)
            }
            Some(docs) if file.is_plain() || docs.len() < n_living / 2 => {
                file.scan_docs(query, docs, each)?;
                Ok(Compared::Some { mean: file.mean(query)? })
            }
            _ => {
                let is_wanted = |doc: u32| {
                    !self.is_dead(doc) && wanted.is_none_or(|docs| docs.binary_search(&doc).is_ok())
                };
                let is_any = wanted.is_none() && self.project.dead_docs.is_empty();
                let mean = file.nearest(query, self.nearest, (!is_any).then_some(&is_wanted as _), each)?;
                Ok(Compared::Some { mean: mean.context("a plain file has no shorter way")? })
            }
        }
    }

    /// Gives the vectors of the docs from `from` on, as the store has them; of those that are wanted.
    fn stored(
        &self,
        from: u32,
        model: u16,
        measure: &Measure,
        wanted: Option<&[u32]>,
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<()> {
        if from >= self.project.next_doc {
            return Ok(());
        }
        let mut give = |number: u32, doc: &DocRow| -> Result<()> {
            for (at, chunk) in (0u32..).zip(&doc.chunks).filter(|_| !self.is_dead(number)) {
                let stored = self.view.embedding(model, &chunk.embedding)?;
                if let Some(value) = stored.and_then(|stored| measure.value(&stored)) {
                    each(number, at, value);
                }
            }
            Ok(())
        };
        let Some(wanted) = wanted else {
            return self.view.docs_from(self.project.pid(), from, |number, doc| give(number, &doc));
        };
        for &number in wanted.iter().filter(|&&number| number >= from) {
            if let Some(doc) = self.view.doc(self.project.pid(), number)? {
                give(number, &doc)?;
            }
        }
        Ok(())
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

    fn terms(&self) -> Option<&Terms> {
        self.terms.as_deref()
    }

    fn lengths(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        self.view.lengths(self.project.pid(), &mut |number, block| each(number * LENGTHS_DOCS, block))
    }

    fn doc(&self, doc: u32) -> Result<Option<Arc<Doc>>> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(row) = kept().docs.get(&doc) {
            return Ok(row.clone());
        }
        let row = self.view.doc(self.project.pid(), doc)?.map(|row| Arc::new(Doc::new(row)));
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
        Ok(stored.as_deref().and_then(Quantised::read).map(|row| row.vector()))
    }

    fn similar(
        &self,
        query: &[f32],
        wanted: Option<&[u32]>,
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<Compared> {
        let Some(space) = &self.space else {
            // Once more, for what is wrong.
            Space::of(&self.view, &self.project)?;
            bail!("nobody knows the model of the vectors");
        };
        ensure!(query.len() == space.about.dimension, "the question has another length than the vectors");
        let measure = Measure::new(vector::metric_of(&self.project), query);
        // A block that turns out to be damaged half way: what was given is right, and is given once more.
        if let Some(file) = &self.vectors
            && let Ok(compared) = self.filed(file, query, wanted, each)
        {
            self.stored(file.docs(), space.number, &measure, wanted, each)?;
            return Ok(compared);
        }
        // Only all of them together have a mean.
        self.stored(0, space.number, &measure, None, each)?;
        Ok(Compared::All)
    }

    fn similar_in(&self, query: &[f32], docs: &[u32], each: &mut dyn FnMut(u32, u32, f32)) -> Result<()> {
        let Some(space) = &self.space else { return Ok(()) };
        let measure = Measure::new(vector::metric_of(&self.project), query);
        let mut from = 0;
        if let Some(file) = &self.vectors
            && file.coarse_of_docs(query, docs, each).is_ok()
        {
            from = file.docs();
        }
        self.stored(from, space.number, &measure, Some(docs), each)
    }
}
