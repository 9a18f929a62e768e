//! What a process that answers more than once keeps open: the newest generation, and what search has read of it.

use super::hits::{self, MAX_TEXT_BYTES, Texts};
use crate::config::keys::Database;
use crate::search::{StoreSource, Terms};
use crate::store::{ProjectRow, Snapshot, View};
use anyhow::Result;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// Projects whose lists stay in memory, those that were asked last.
const MAX_OPEN: usize = 8;
/// Bytes of that when each is large: the lists of a project of 20,000 files are 5 MB, its 100,000 chunks and symbols that
/// were read last take about 100 bytes each, and what is known of terms has a limit of its own.
pub(super) const MAX_BYTES: usize = MAX_OPEN * ((16 << 20) + Terms::MAX_BYTES) + MAX_TEXT_BYTES;

/// Readers of the newest generation.
///
/// A generation that is no longer the newest is let go by the first request after that.
#[derive(Default)]
pub struct Readers(Mutex<Option<Open>>);

struct Open {
    snapshot: Arc<Snapshot>,
    /// By the number of the project, the one that was asked last first.
    sources: Vec<(u32, StoreSource)>,
    /// Texts of files that were shown.
    texts: Arc<Texts>,
    /// All projects, once somebody asked for one.
    projects: Option<Arc<[ProjectRow]>>,
}

impl Readers {
    /// Lets go of all that search has read.
    pub fn clear(&self) {
        if let Some(open) = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            open.sources.clear();
            open.texts.clear();
        }
    }

    /// Lets go of a generation that is no longer the newest, so that its files can be removed.
    ///
    /// # Errors
    /// When the data folder cannot be read.
    pub fn purge(&self, data: &Path) -> Result<()> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(current) = open.as_ref()
            && !current.snapshot.is_newest(data)?
        {
            *open = None;
        }
        Ok(())
    }

    /// The newest generation.
    ///
    /// # Errors
    /// As [`Snapshot::open`].
    pub(super) fn snapshot(&self, data: &Path, settings: &Database) -> Result<Arc<Snapshot>> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = open.as_ref()
            && open.snapshot.is_newest(data)?
        {
            return Ok(Arc::clone(&open.snapshot));
        }
        *open = None;
        let snapshot = Arc::new(Snapshot::open(data, settings)?);
        let texts = Arc::new(hits::texts());
        *open = Some(Open { snapshot: Arc::clone(&snapshot), sources: Vec::new(), texts, projects: None });
        Ok(snapshot)
    }

    /// All projects of a generation, by name.
    ///
    /// # Errors
    /// When they cannot be read.
    pub(super) fn projects(&self, snapshot: &Arc<Snapshot>) -> Result<Arc<[ProjectRow]>> {
        let open = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_same = |open: &&mut Open| Arc::ptr_eq(&open.snapshot, snapshot);
        let known = open().as_mut().filter(is_same).and_then(|open| open.projects.clone());
        if let Some(known) = known {
            return Ok(known);
        }
        let projects: Arc<[ProjectRow]> = snapshot.view().projects()?.into();
        if let Some(open) = open().as_mut().filter(is_same) {
            open.projects = Some(Arc::clone(&projects));
        }
        Ok(projects)
    }

    /// Texts of files that were shown while a generation is the newest.
    pub(super) fn texts(&self, snapshot: &Arc<Snapshot>) -> Option<Arc<Texts>> {
        let open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().filter(|open| Arc::ptr_eq(&open.snapshot, snapshot)).map(|open| Arc::clone(&open.texts))
    }

    /// A project of a generation, as search reads it.
    pub(super) fn source(
        &self,
        snapshot: &Arc<Snapshot>,
        view: &View,
        project: &ProjectRow,
        data: &Path,
    ) -> StoreSource {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A request that began before the last one was published reads its own generation.
        let Some(open) = open.as_mut().filter(|open| Arc::ptr_eq(&open.snapshot, snapshot)) else {
            return StoreSource::open(view, project, data);
        };
        let known = open.sources.iter().position(|(id, _)| *id == project.id);
        let kept = known.map_or_else(
            || (project.id, StoreSource::open(view, project, data).keeping()),
            |at| open.sources.remove(at),
        );
        let source = kept.1.again();
        open.sources.truncate(MAX_OPEN - 1);
        open.sources.insert(0, kept);
        source
    }
}
