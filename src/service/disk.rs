//! The files of a project as they are on disk, held against what was indexed.

use super::Context;
use super::answers::Seen;
use crate::config::{Config, Loaded};
use crate::observe::Cancel;
use crate::scan::read::{self, Source};
use crate::scan::walk::{Candidate, real_path};
use crate::search::{StoreSource, Texts};
use crate::store::{FileRow, ProjectRow, View};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A project as search reads it, texts included.
pub(super) fn source(cx: &Context, view: &View, project: &ProjectRow) -> StoreSource {
    let (loaded, seen, cancel) = (Arc::clone(&cx.loaded), Arc::clone(&cx.seen), cx.cancel.clone());
    let texts = Disk { view: view.clone(), project: project.clone(), loaded, seen, cancel };
    cx.source(view, project).with_texts(texts)
}

/// The file of a row as it is now; nothing when it is gone or cannot be read.
pub(super) fn read(project: &ProjectRow, row: &FileRow, config: &Config, seen: &Seen) -> Option<Source> {
    let full = real_path(Path::new(&project.root), &row.path);
    seen.note(&full);
    read_at(full, row, config)
}

/// The same, where its path is known and was noted.
pub(super) fn read_at(full: PathBuf, row: &FileRow, config: &Config) -> Option<Source> {
    let candidate = Candidate { path: row.path.clone(), full, size: row.size, mtime_ns: row.mtime_ns };
    read::read(&candidate, config).ok()
}

/// The texts of a project.
struct Disk {
    view: View,
    project: ProjectRow,
    loaded: Arc<Loaded>,
    seen: Arc<Seen>,
    cancel: Cancel,
}

impl Texts for Disk {
    fn text(&self, path: &str) -> Result<Option<String>> {
        // A pattern may ask for every file.
        self.cancel.check()?;
        let pid = self.project.pid();
        let Some(file) = self.view.file_at(pid, path)? else { return Ok(None) };
        let Some(row) = self.view.file(pid, file)? else { return Ok(None) };
        let source = read(&self.project, &row, &self.loaded.config, &self.seen);
        Ok(source.filter(|source| source.hash == row.hash).map(|source| source.text))
    }
}
