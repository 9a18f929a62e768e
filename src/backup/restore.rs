//! Back from a generation: extract beside the old data, open and compare, swap by rename, keep the old.

use super::{Blob, Manifest};
use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress};
use crate::store::{Replacement, Snapshot};
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::fs::File;
use std::path::{Path, PathBuf};

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// The store's generation that is in force now.
    pub generation: u64,
    /// Its projects.
    pub projects: Vec<String>,
    /// Bytes that were copied.
    pub bytes: u64,
    /// Where the data that was there before is kept; absent when there was none.
    pub kept: Option<PathBuf>,
}

/// Replaces the data folder by a generation. Every byte is compared with the manifest before anything changes; on any
/// error the data folder is as it was.
///
/// # Errors
/// [`Kind::Corrupt`] when the backup is damaged, [`Kind::Locked`] while another process writes,
/// [`Kind::Interrupted`] when cancelled.
pub fn restore(
    data: &Path,
    from: &dyn Blob,
    manifest: &Manifest,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Restored> {
    let replacement = Replacement::begin(data, manifest.generation)?;
    progress.phase("restore", manifest.files.len() as u64);
    for entry in &manifest.files {
        cancel.check()?;
        let path = replacement.checkpoint().join(&entry.path);
        let mut file = File::options()
            .write(true)
            .create_new(true)
            .open(&path)
            .with_context(|| format!("cannot write {}", path.display()))?;
        from.copy_to(entry, &mut file)?;
        file.sync_all()?;
        progress.advance(1);
    }
    replacement.publish()?;
    compare(replacement.path(), manifest)?;
    cancel.check()?;
    let kept = replacement.swap()?;
    Ok(Restored {
        generation: manifest.generation,
        projects: manifest.projects.iter().map(|project| project.name.clone()).collect(),
        bytes: manifest.bytes(),
        kept,
    })
}

/// Opens what was extracted and holds its projects against the manifest.
fn compare(data: &Path, manifest: &Manifest) -> Result<()> {
    let snapshot = Snapshot::newest(data).context("the extracted store does not open")?;
    let projects: Vec<super::Project> = snapshot.view().projects()?.iter().map(super::Project::of).collect();
    if snapshot.view().state()?.generation != manifest.generation || projects != manifest.projects {
        return Err(anyhow::anyhow!("the extracted store differs from what the manifest says"))
            .kind(Kind::Corrupt);
    }
    Ok(())
}
