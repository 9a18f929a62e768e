//! How large the index is, for those who watch it.

use super::Context;
use crate::error::Kind;
use crate::index::report::disk_bytes;
use anyhow::Result;

/// How large the index is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Totals {
    /// Projects.
    pub projects: u64,
    /// Symbols.
    pub symbols: u64,
    /// Edges.
    pub edges: u64,
    /// Chunks of text, each of which has a vector.
    pub chunks: u64,
    /// The newest generation; 0 when nothing was ever indexed.
    pub generation: u64,
    /// When a project was last indexed, seconds since 1970; 0 for never.
    pub indexed_at: u64,
    /// Bytes of the store.
    pub store_bytes: u64,
    /// Bytes of the files with vectors.
    pub vector_bytes: u64,
    /// Bytes that are free on the disk of the data folder; nothing when the system does not tell.
    pub free_bytes: Option<u64>,
}

impl Totals {
    /// Looks at the newest generation and at the data folder.
    ///
    /// # Errors
    /// When the index cannot be read; that there is none is no error.
    pub fn of(cx: &Context) -> Result<Self> {
        let mut sizes = Self {
            store_bytes: disk_bytes(&cx.data.join("rocks.db")),
            vector_bytes: disk_bytes(&cx.data.join("vector")),
            free_bytes: crate::backup::free(&cx.data),
            ..Self::default()
        };
        let snapshot = match cx.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) if Kind::of(&error) == Kind::NoIndex => return Ok(sizes),
            Err(error) => return Err(error),
        };
        sizes.generation = snapshot.generation();
        for project in snapshot.view().projects()? {
            sizes.projects += 1;
            sizes.symbols += project.counts.symbols;
            sizes.edges += project.counts.edges;
            sizes.chunks += project.counts.chunks;
            sizes.indexed_at = sizes.indexed_at.max(project.indexed_at);
        }
        Ok(sizes)
    }
}
