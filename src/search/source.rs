//! A published generation of one project as a [`Source`].

use super::{Compared, Source};
use crate::store::{DocRow, ProjectRow, View};
use crate::text::postings::LENGTHS_DOCS;
use anyhow::Result;

/// Number of the built-in model in keys.
const MODEL_NUMBER: u16 = 1;

/// Reads a project through a view of the store; keeps nothing but what it was opened with.
pub struct StoreSource<'v> {
    view: &'v View,
    project: &'v ProjectRow,
}

impl<'v> StoreSource<'v> {
    /// Opens a project of a generation.
    #[must_use]
    pub const fn open(view: &'v View, project: &'v ProjectRow) -> Self {
        Self { view, project }
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
        let mut any = false;
        self.view.docs_from(self.project.pid(), 0, |number, doc| {
            if self.is_dead(number) {
                return Ok(());
            }
            for (at, chunk) in (0u32..).zip(&doc.chunks) {
                if let Some(vector) = self.view.embedding(MODEL_NUMBER, &chunk.embedding)?
                    && let Some((scale, bytes)) = vector.split_first_chunk()
                {
                    let numbers = bytes.iter().map(|byte| f32::from(byte.cast_signed()));
                    let sum: f32 = numbers.zip(query).map(|(x, q)| x * q).sum();
                    each(number, at, sum * f32::from_le_bytes(*scale));
                    any = true;
                }
            }
            Ok(())
        })?;
        Ok(if any { Compared::All } else { Compared::None })
    }
}
