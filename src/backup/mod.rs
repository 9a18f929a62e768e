//! "Keep it, bring it back." One published generation as a verified copy, and back.
//!
//! A backup folder holds *generations*: content-addressed files, and a manifest that names them with sizes and SHA-256.
//!
//! ```text
//! <to>/objects/ab/ab12…        one file's bytes, named by their SHA-256
//! <to>/generations/<id>.json   a manifest, written last: a generation without one does not exist
//! ```
//!
//! A file that is already there is not written again, so a second backup costs what changed. What is copied is the
//! newest checkpoint that a writer published: it never changes, and a shared lock keeps it in place, so a backup needs
//! nobody's permission and stops nobody.

mod blob;
mod manifest;
mod restore;

pub use blob::{Blob, Folder};
pub use manifest::{Entry, MANIFEST_FORMAT, Manifest, Project};
pub use restore::{Restored, restore};

use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress};
use crate::store::Snapshot;
use anyhow::{Context as _, Result};
use serde::Serialize;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a backup did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Created {
    /// The id of the new generation.
    pub id: String,
    /// The store's generation that it holds.
    pub generation: u64,
    /// Files in it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that had to be written.
    pub new_files: u64,
    /// Their bytes.
    pub new_bytes: u64,
}

/// Copies the newest published generation of a data folder.
///
/// # Errors
/// [`Kind::NoIndex`] when nothing was ever published; [`Kind::Interrupted`] when cancelled; otherwise when a file
/// cannot be read or written. The folder then lists no new generation, and what was written is used by the next run.
pub fn create(data: &Path, to: &dyn Blob, progress: &dyn Progress, cancel: &Cancel) -> Result<Created> {
    let snapshot = Snapshot::newest(data)?;
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(snapshot.path())? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    progress.phase("backup", names.len() as u64);
    let mut files = Vec::with_capacity(names.len());
    let (mut new_files, mut new_bytes) = (0, 0);
    for name in names {
        cancel.check()?;
        let path = snapshot.path().join(&name);
        let put = to.put_file(&path).with_context(|| format!("cannot back up {}", path.display()))?;
        if put.is_new {
            new_files += 1;
            new_bytes += put.bytes;
        }
        files.push(Entry { path: name, bytes: put.bytes, sha256: put.sha256 });
        progress.advance(1);
    }
    let made_at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let state = snapshot.view().state()?;
    let projects = snapshot.view().projects()?;
    let manifest = Manifest {
        format: MANIFEST_FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        store_format: state.format,
        generation: snapshot.generation(),
        made_at,
        projects: projects.iter().map(Project::of).collect(),
        files,
    };
    let id = manifest.id();
    to.put_manifest(&id, &manifest.encode()?)?;
    Ok(Created {
        id,
        generation: manifest.generation,
        files: manifest.files.len() as u64,
        bytes: manifest.bytes(),
        new_files,
        new_bytes,
    })
}

/// All generations of a backup folder, oldest first.
///
/// # Errors
/// [`Kind::Usage`] when it is no backup folder; [`Kind::Corrupt`] for a manifest that is damaged.
pub fn list(from: &dyn Blob) -> Result<Vec<(String, Manifest)>> {
    let ids = from.manifests()?;
    ids.into_iter()
        .map(|id| {
            let manifest = Manifest::decode(&id, &from.manifest(&id)?)?;
            Ok((id, manifest))
        })
        .collect()
}

/// The generation of an id, or the newest one.
///
/// # Errors
/// [`Kind::Usage`] when there is none, or none of that id.
pub fn find(from: &dyn Blob, id: Option<&str>) -> Result<(String, Manifest)> {
    let ids = from.manifests()?;
    let found = match id {
        Some(id) => ids.iter().find(|each| *each == id),
        None => ids.last(),
    };
    let Some(found) = found else {
        let text = match id {
            Some(id) => format!("there is no generation {id} in {}", from.name()),
            None => format!("there is no generation in {}", from.name()),
        };
        return Err(anyhow::anyhow!(text))
            .kind(Kind::Usage)
            .hint("list what is there with `codegraph backup list --to DIR`");
    };
    Ok((found.clone(), Manifest::decode(found, &from.manifest(found)?)?))
}

/// Reads every file of a generation and compares it with the manifest. Returns what is wrong, a sentence a file.
///
/// # Errors
/// [`Kind::Interrupted`] when cancelled.
pub fn verify(
    from: &dyn Blob,
    manifest: &Manifest,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    progress.phase("verify", manifest.files.len() as u64);
    for entry in &manifest.files {
        cancel.check()?;
        if let Err(error) = from.copy_to(entry, &mut std::io::sink()) {
            wrong.push(crate::error::message(&error));
        }
        progress.advance(1);
    }
    Ok(wrong)
}
