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
//!
//! One project alone is first written as a store of its own ([`crate::store::excerpt`]), which is then kept like any other.

mod archive;
mod blob;
mod manifest;
mod origin;
mod place;
mod prune;
mod restore;
mod room;
mod schedule;
mod scratch;
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
pub use scratch::Scratch;

use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress, step};
use crate::store::{Snapshot, check, excerpt, named};
use anyhow::{Context as _, Result};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

/// What to do when the store is damaged.
const DAMAGED: &str = "see `codegraph doctor --check-data`";
/// Where to look for generations.
const LIST: &str = "list what is there with `codegraph backup list --to DIR`";

/// What a backup did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The id of the new generation.
    pub id: String,
    /// Where it is.
    pub place: String,
    /// The store's generation that it holds; the project's when it is of one alone.
    pub generation: u64,
    /// The project that it is of alone; absent when it is of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<String>,
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

/// Copies the newest published generation of a data folder: of all projects, or of one alone.
///
/// # Errors
/// [`Kind::NoIndex`] when nothing was ever published; [`Kind::Usage`] when there is no such project; [`Kind::Corrupt`] when
/// the store is damaged; [`Kind::NoSpace`]; [`Kind::Interrupted`] when cancelled; otherwise when a file cannot be read or
/// written. The folder then lists no new generation, and what was written is used by the next run.
pub fn create(
    data: &Path,
    only: Option<&str>,
    to: &dyn Blob,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Created> {
    cancel.check()?;
    let snapshot = Snapshot::newest(data)?;
    let Some(name) = only else { return keep(&snapshot, None, to, progress, cancel) };
    named(snapshot.view(), name)?;
    to.prepare()?;
    let _hold = to.hold()?;
    let scratch = to.scratch()?;
    let alone = cut_out(&snapshot, name, &scratch, progress, cancel)?;
    keep(&alone, only, to, progress, cancel)
}

/// A project as a store of its own, in a folder that goes later than it.
fn cut_out(
    snapshot: &Snapshot,
    name: &str,
    scratch: &Scratch,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Snapshot> {
    progress.phase("excerpt", 0);
    let written = excerpt(snapshot.view(), name, scratch.path(), cancel).context("nothing was backed up");
    match written {
        Err(error) if Kind::of(&error) == Kind::Corrupt => Err(error).hint(DAMAGED)?,
        written => written?,
    }
    step("backup.excerpt");
    Snapshot::newest(scratch.path())
}

/// Keeps a generation: its files, then its manifest.
fn keep(
    snapshot: &Snapshot,
    only: Option<&str>,
    to: &dyn Blob,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Created> {
    let mut manifest = describe(snapshot, only, progress, cancel)?;
    to.prepare()?;
    let _hold = to.hold()?;
    let (mut new_files, mut new_bytes) = (0, 0);
    if let Some(files) = kept_before(&manifest, to)? {
        manifest.files = files;
    } else {
        let names = names(snapshot)?;
        progress.phase("backup", names.len() as u64);
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

/// The files of an earlier generation of the same project with the same rows, when all of them are whole. A project that is
/// written as a store of its own makes other files each time, since RocksDB marks each that it makes.
fn kept_before(manifest: &Manifest, to: &dyn Blob) -> Result<Option<Vec<Entry>>> {
    if manifest.only.is_none() {
        return Ok(None);
    }
    let ids = match to.manifests() {
        Err(error) if Kind::of(&error) == Kind::Usage => Vec::new(),
        ids => ids?,
    };
    let read = |id: &String| Manifest::decode(id, &to.manifest(id).ok()?).ok();
    let has_the_same = |old: &Manifest| {
        (&old.only, old.store_format, old.rows, &old.digest)
            == (&manifest.only, manifest.store_format, manifest.rows, &manifest.digest)
    };
    let Some(same) = ids.iter().rev().filter_map(read).find(has_the_same) else { return Ok(None) };
    let is_whole = |entry: &Entry| to.copy_to(entry, &mut std::io::sink()).is_ok();
    Ok(same.files.par_iter().all(is_whole).then_some(same.files))
}

/// As [`create`], into the folder that a client names below a root; see [`below`].
///
/// # Errors
/// As [`below`] and [`create`]; [`Kind::Usage`] for a folder that holds something else than backups.
pub fn create_below(
    data: &Path,
    only: Option<&str>,
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
    create(data, only, &folder, progress, cancel)
}

/// Copies the newest published generation of a data folder into one file: of all projects, or of one alone.
///
/// # Errors
/// As [`create`]; there is no file then.
pub fn create_archive(
    data: &Path,
    only: Option<&str>,
    to: &Archive,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Created> {
    to.check_name()?;
    let snapshot = Snapshot::newest(data)?;
    let Some(name) = only else { return pack(&snapshot, None, to, progress, cancel) };
    named(snapshot.view(), name)?;
    let scratch = to.scratch()?;
    let alone = cut_out(&snapshot, name, &scratch, progress, cancel)?;
    pack(&alone, only, to, progress, cancel)
}

/// Packs a generation into one file.
fn pack(
    snapshot: &Snapshot,
    only: Option<&str>,
    to: &Archive,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Created> {
    let mut manifest = describe(snapshot, only, progress, cancel)?;
    let names = names(snapshot)?;
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
        project: manifest.only.clone(),
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
fn describe(
    snapshot: &Snapshot,
    only: Option<&str>,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Manifest> {
    progress.phase("check", 0);
    let content = check::content(snapshot.view(), cancel)
        .context("the store is damaged, and nothing was backed up")
        .hint(DAMAGED)?;
    let state = snapshot.view().state()?;
    let projects = snapshot.view().projects()?;
    Ok(Manifest {
        format: Manifest::format_of(only),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        store_format: state.format,
        generation: snapshot.generation(),
        made_at: now(),
        rows: content.rows,
        digest: content.digest,
        only: only.map(str::to_owned),
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

/// Which generation is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'w> {
    /// The one of an id.
    Id(&'w str),
    /// The newest.
    Newest,
    /// The newest of all projects.
    NewestOfAll,
    /// The newest that has a project, alone or among others.
    NewestWith(&'w str),
}

impl<'w> Which<'w> {
    /// The one of an id, else the newest.
    #[must_use]
    pub fn of(id: Option<&'w str>) -> Self {
        id.map_or(Self::Newest, Self::Id)
    }

    fn is(self, id: &str, manifest: &Manifest) -> bool {
        match self {
            Self::Id(wanted) => wanted == id,
            Self::Newest => true,
            Self::NewestOfAll => manifest.only.is_none(),
            Self::NewestWith(name) => manifest.projects.iter().any(|project| project.name == name),
        }
    }
}

/// The generation that is meant. What is newer than it must be readable too, since it might be the one.
///
/// # Errors
/// [`Kind::Usage`] when there is none such; [`Kind::Corrupt`] when its manifest is damaged.
pub fn find(from: &dyn Blob, which: Which<'_>) -> Result<(String, Manifest)> {
    let mut ids = from.manifests()?;
    if let Which::Id(wanted) = which {
        ids.retain(|id| id == wanted);
    }
    for id in ids.into_iter().rev() {
        let manifest = from.manifest(&id).and_then(|text| Manifest::decode(&id, &text));
        let manifest =
            manifest.hint("choose another with `--generation`; `codegraph backup list` shows them")?;
        if which.is(&id, &manifest) {
            return Ok((id, manifest));
        }
    }
    let place = from.name();
    let (text, hint) = match which {
        Which::Id(id) => (format!("there is no generation {id} in {place}"), LIST),
        Which::Newest => (format!("there is no generation in {place}"), LIST),
        Which::NewestOfAll => (
            format!("there is no generation of all projects in {place}"),
            "name a project with `--project`; `codegraph backup list --to DIR` shows what is there",
        ),
        Which::NewestWith(name) => {
            (format!("there is no generation with the project `{name}` in {place}"), LIST)
        }
    };
    Err(anyhow::anyhow!(text)).kind(Kind::Usage).hint(hint)
}
