//! "Keep it, bring it back." One published generation as a verified copy, and back.
//!
//! A backup folder holds *generations*: content-addressed files, and a manifest that names them with sizes and SHA-256.
//!
//! ```text
//! <to>/objects/ab/ab12…        one file's bytes, named by their SHA-256
//! <to>/generations/<id>.json   a manifest, written last: a generation without one does not exist
//! <to>/unreferenced.json       objects that no manifest names, since when; see `prune`
//! <to>/lock                    held shared by who reads or adds, alone by who removes objects
//! ```
//!
//! A file that is already there is not written again, so a second backup costs what changed. What is copied is the
//! newest checkpoint that a writer published: it never changes, and a shared lock keeps it in place, so a backup needs
//! nobody's permission and stops nobody. All its rows are read first, so a damaged store is never backed up as if it were
//! sound, and every file is read back before its manifest is written: a generation that is listed was verified once.

mod archive;
mod blob;
mod manifest;
mod origin;
mod place;
mod prune;
mod restore;
mod room;
mod schedule;
mod squeeze;

pub use archive::Archive;
pub use blob::{Blob, Folder, Hold};
pub use manifest::{Entry, MANIFEST_FORMAT, Manifest, Project};
pub use origin::{Finding, Origin, Wrong, verify};
pub use place::{Place, below, checkpoint_below, within};
pub use prune::{Keep, Pruned, prune};
pub use restore::{Restored, restore, restore_project, test_restore};
pub use room::{free, is_read_only};
pub use schedule::{Due, GRACE, due, run_if_due};

use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress, step};
use crate::store::{Snapshot, check};
use anyhow::{Context as _, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// What a backup did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The id of the new generation.
    pub id: String,
    /// Where it is.
    pub place: String,
    /// The store's generation that it holds.
    pub generation: u64,
    /// Files in it.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files that had to be written.
    pub new_files: u64,
    /// Bytes that had to be written.
    pub new_bytes: u64,
    /// SHA-256 of the text of its manifest.
    pub manifest_sha256: String,
}

/// Copies the newest published generation of a data folder.
///
/// # Errors
/// [`Kind::NoIndex`] when nothing was ever published; [`Kind::Corrupt`] when the store is damaged; [`Kind::NoSpace`];
/// [`Kind::Interrupted`] when cancelled; otherwise when a file cannot be read or written. The folder then lists no new
/// generation, and what was written is used by the next run.
pub fn create(data: &Path, to: &dyn Blob, progress: &dyn Progress, cancel: &Cancel) -> Result<Created> {
    cancel.check()?;
    let snapshot = Snapshot::newest(data)?;
    let mut manifest = describe(&snapshot, progress, cancel)?;
    let names = names(&snapshot)?;
    progress.phase("backup", names.len() as u64);
    let (mut new_files, mut new_bytes) = (0, 0);
    to.prepare()?;
    let _hold = to.hold()?;
    let put = |name: String| {
        cancel.check()?;
        let path = snapshot.path().join(&name);
        let put = to.put_file(&path).with_context(|| format!("cannot back up {}", path.display()))?;
        progress.advance(1);
        Ok((name, put))
    };
    for (path, put) in names.into_par_iter().map(put).collect::<Result<Vec<_>>>()? {
        if put.is_new {
            new_files += 1;
            new_bytes += put.bytes;
        }
        manifest.files.push(Entry { path, bytes: put.bytes, sha256: put.sha256 });
    }
    step("backup.copied");
    let last = to.manifests().ok().and_then(|ids| ids.last().cloned());
    while last.as_ref().is_some_and(|last| *last >= manifest.id()) {
        // The clock was set back, or two backups were made in one second: the newest has the greatest id all the same.
        let before =
            last.as_deref().and_then(|id| id.split('-').next()?.parse::<u64>().ok()).unwrap_or_default();
        manifest.made_at = manifest.made_at.max(before).saturating_add(1);
    }
    let text = manifest.encode()?;
    to.put_manifest(&manifest.id(), &text)?;
    step("backup.done");
    Ok(created(&manifest, to.name(), (new_files, new_bytes), &text))
}

/// As [`create`], into the folder that a client names below a root; see [`below`].
///
/// # Errors
/// As [`below`] and [`create`]; [`Kind::Usage`] for a folder that holds something else than backups.
pub fn create_below(
    data: &Path,
    (root, path): (&Path, Option<&str>),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Created> {
    let folder = Folder::at(below(root, path)?);
    // Below the root itself lies what clients name.
    if path.is_some_and(|path| !path.is_empty()) && !folder.is_fit()? {
        return Err(anyhow::anyhow!("{} holds something else than backups", folder.name()))
            .kind(Kind::Usage)
            .hint("name a folder that is empty, or not there yet, or holds backups");
    }
    create(data, &folder, progress, cancel)
}

/// Copies the newest published generation of a data folder into one file.
///
/// # Errors
/// As [`create`]; there is no file then.
pub fn create_archive(
    data: &Path,
    to: &Archive,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Created> {
    let snapshot = Snapshot::newest(data)?;
    let mut manifest = describe(&snapshot, progress, cancel)?;
    let names = names(&snapshot)?;
    progress.phase("backup", 2 * names.len() as u64);
    let hash = |path: String| {
        cancel.check()?;
        let whole = snapshot.path().join(&path);
        let mut file = File::open(&whole).with_context(|| format!("cannot read {}", whole.display()))?;
        let (bytes, sha256) = blob::hash(&mut file, u64::MAX, &mut std::io::sink())?;
        progress.advance(1);
        Ok(Entry { path, bytes, sha256 })
    };
    manifest.files = names.into_par_iter().map(hash).collect::<Result<Vec<_>>>()?;
    let written = to.write(&manifest, snapshot.path(), (progress, cancel))?;
    let text = manifest.encode()?;
    Ok(created(&manifest, to.name(), (manifest.files.len() as u64, written), &text))
}

fn created(manifest: &Manifest, place: String, (new_files, new_bytes): (u64, u64), text: &[u8]) -> Created {
    use sha2::Digest as _;
    Created {
        id: manifest.id(),
        place,
        generation: manifest.generation,
        files: manifest.files.len() as u64,
        bytes: manifest.bytes(),
        new_files,
        new_bytes,
        manifest_sha256: manifest::hex(&sha2::Sha256::digest(text)),
    }
}

/// The files of a checkpoint, sorted.
fn names(snapshot: &Snapshot) -> Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(snapshot.path())? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// A manifest without files. Reads every row.
fn describe(snapshot: &Snapshot, progress: &dyn Progress, cancel: &Cancel) -> Result<Manifest> {
    progress.phase("check", 0);
    let content = check::content(snapshot.view(), cancel)
        .context("the store is damaged, and nothing was backed up")
        .hint("see `codegraph doctor --check-data`")?;
    let state = snapshot.view().state()?;
    let projects = snapshot.view().projects()?;
    Ok(Manifest {
        format: MANIFEST_FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        store_format: state.format,
        generation: snapshot.generation(),
        made_at: now(),
        rows: content.rows,
        digest: content.digest,
        projects: projects.iter().map(Project::of).collect(),
        files: Vec::new(),
    })
}

/// Seconds since 1970.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}

/// The id and the manifest of each generation of a place, oldest first; an error for a manifest that is damaged.
///
/// # Errors
/// [`Kind::Usage`] when it is no backup folder.
pub fn list(from: &dyn Blob) -> Result<Vec<(String, Result<Manifest>)>> {
    let ids = from.manifests()?;
    let read = |id: String| {
        let manifest = from.manifest(&id).and_then(|text| Manifest::decode(&id, &text));
        (id, manifest)
    };
    Ok(ids.into_iter().map(read).collect())
}

/// The generation of an id, or the newest one.
///
/// # Errors
/// [`Kind::Usage`] when there is none, or none of that id; [`Kind::Corrupt`] when its manifest is damaged.
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
    let manifest = from.manifest(found).and_then(|text| Manifest::decode(found, &text));
    Ok((
        found.clone(),
        manifest.hint("choose another with `--generation`; `codegraph backup list` shows them")?,
    ))
}
