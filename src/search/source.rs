//! A published generation of one project as a [`Source`].

use super::{Compared, Source};
use crate::embed::{Embedder as _, StaticTable};
use crate::store::{DocRow, ProjectRow, View};
use crate::text::postings::LENGTHS_DOCS;
use crate::vector::{self, VectorFile};
use anyhow::Result;
use std::path::Path;

/// Reads a project through a view of the store.
pub struct StoreSource<'v> {
    view: &'v View,
    project: &'v ProjectRow,
    /// None when it is missing or damaged: then all vectors are read from the store.
    vectors: Option<VectorFile>,
}

impl<'v> StoreSource<'v> {
    /// Opens a project of a generation in a data folder. A vector file that cannot be used is no error: search is then
    /// slower, and right all the same.
    #[must_use]
    pub fn open(view: &'v View, project: &'v ProjectRow, data: &Path) -> Self {
        let path = vector::folder(data, project.id).join(&project.vectors.file);
        let model = StaticTable::builtin();
        let vectors = VectorFile::open(&path, model.id(), model.dimension()).ok();
        Self { view, project, vectors }
    }

    /// Gives the vectors of the docs from `from` on, as the store has them.
    fn stored(&self, from: u32, query: &[f32], each: &mut dyn FnMut(u32, u32, f32)) -> Result<()> {
        self.view.docs_from(self.project.pid(), from, |number, doc| {
            if self.is_dead(number) {
                return Ok(());
            }
            for (at, chunk) in (0u32..).zip(&doc.chunks) {
                if let Some(vector) = self.view.embedding(StaticTable::NUMBER, &chunk.embedding)?
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

impl Source for StoreSource<'_> {
    fn n_docs(&self) -> u32 {
        self.project.next_doc
    }

    fn is_dead(&self, doc: u32) -> bool {
        self.project.dead_docs.binary_search(&doc).is_ok()
    }

    fn postings(&self, term: &str, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        self.view.postings(self.project.pid(), term, each)
    }

    fn lengths(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()> {
        self.view.lengths(self.project.pid(), &mut |number, block| each(number * LENGTHS_DOCS, block))
    }

    fn doc(&self, doc: u32) -> Result<Option<DocRow>> {
        self.view.doc(self.project.pid(), doc)
    }

    fn similar(&self, query: &[f32], each: &mut dyn FnMut(u32, u32, f32)) -> Result<Compared> {
        // A block that turns out to be damaged half way: what was given is right, and is given once more.
        let from = match &self.vectors {
            Some(file) if file.scan(query, each).is_ok() => file.docs(),
            _ => 0,
        };
        self.stored(from, query, each)?;
        Ok(Compared::All)
    }
}
