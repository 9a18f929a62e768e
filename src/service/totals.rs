//! How large the index is, and how it stands with its disk and its backups, for those who watch it.

use super::{Context, last_backup};
use crate::backup;
use crate::error::Kind;
use crate::index::report::disk_bytes;
use crate::store::{FamilySize, Live, live};
use anyhow::Result;
use std::path::Path;

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
    /// What each family of the newest generation takes.
    pub families: Vec<FamilySize>,
    /// Bytes of the store.
    pub store_bytes: u64,
    /// Bytes of the files with vectors.
    pub vector_bytes: u64,
    /// Bytes that are free on the disk of the data folder; nothing when the system does not tell.
    pub free_bytes: Option<u64>,
    /// The same of the folder of backups.
    pub backup_free_bytes: Option<u64>,
    /// When the newest backup was made, seconds since 1970; 0 for never.
    pub backed_up_at: u64,
    /// Bytes of that backup.
    pub backup_bytes: u64,
    /// What this process writes now.
    pub live: Live,
}

impl Totals {
    /// Looks at the data folder, at the backups and at the newest generation. What cannot be read stays as it was.
    ///
    /// # Errors
    /// When the index or the folder of backups cannot be read; that there is none is no error.
    pub fn look(&mut self, cx: &Context) -> Result<()> {
        let backups = cx.backups();
        self.store_bytes = disk_bytes(&cx.data.join("rocks.db"));
        self.vector_bytes = disk_bytes(&cx.data.join("vector"));
        self.free_bytes = backup::free(&cx.data);
        self.backup_free_bytes = existing(&backups).and_then(backup::free);
        self.live = live();
        let backed_up = last_backup(cx).map(|due| {
            (self.backed_up_at, self.backup_bytes) = (due.last.unwrap_or_default(), due.bytes);
        });
        self.look_inside(cx).and(backed_up)
    }

    fn look_inside(&mut self, cx: &Context) -> Result<()> {
        let snapshot = match cx.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) if Kind::of(&error) == Kind::NoIndex => return Ok(()),
            Err(error) => return Err(error),
        };
        let projects = snapshot.view().projects()?;
        let sum = |of: fn(&crate::store::Counts) -> u64| projects.iter().map(|row| of(&row.counts)).sum();
        self.families = snapshot.view().family_sizes()?;
        self.generation = snapshot.generation();
        self.projects = projects.len() as u64;
        self.symbols = sum(|counts| counts.symbols);
        self.edges = sum(|counts| counts.edges);
        self.chunks = sum(|counts| counts.chunks);
        self.indexed_at = projects.iter().map(|row| row.indexed_at).max().unwrap_or_default();
        Ok(())
    }
}

/// The folder itself, or the nearest one above it that is there.
fn existing(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|each| each.is_dir())
}
