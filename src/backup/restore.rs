//! Back from a generation: extract where nobody looks, compare every byte and every row, then publish it as the next
//! generation of the store.

use super::scratch::Scratch;
use super::{Finding, Manifest, Origin, Project, room};
use crate::config::keys::Database;
use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress, step};
use crate::store::{Replacement, View, adopt, check, make_private, named};
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The store's generation that is in force now.
    pub generation: u64,
    /// Its projects.
    pub projects: Vec<String>,
    /// Bytes that were copied.
    pub bytes: u64,
    /// A data folder with what was there before; absent when there was nothing.
    pub kept: Option<PathBuf>,
}

/// Makes a generation the newest one of a data folder, which may be missing, or damaged. Every byte is compared with the
/// manifest, and every row with its digest, before anything changes; on any error the newest generation is the one that
/// it was. Readers go over to it as to any other generation. `vectors` may make the vector files of the store that it is
/// given, in the data folder, before readers see it.
///
/// # Errors
/// [`Kind::Corrupt`] when the backup is damaged, [`Kind::Locked`] while another process writes, [`Kind::NoSpace`],
/// [`Kind::Interrupted`] when cancelled.
pub fn restore(
    data: &Path,
    origin: &Origin,
    vectors: &dyn Fn(&View, &Path) -> Result<()>,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Restored> {
    cancel.check()?;
    let manifest = &origin.manifest;
    let there = data.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    room::ensure(there, manifest.bytes())?;
    let replacement = Replacement::begin(data)?;
    progress.phase("restore", manifest.files.len() as u64);
    extract(origin, replacement.incoming(), progress, cancel)?;
    step("restore.extracted");
    compare(&replacement.view().context("the extracted store does not open")?, manifest, cancel)?;
    cancel.check()?;
    let (generation, kept) = replacement.commit(vectors)?;
    Ok(Restored {
        generation,
        projects: manifest.projects.iter().map(|project| project.name.clone()).collect(),
        bytes: manifest.bytes(),
        kept,
    })
}

/// Brings one project of a generation back, into a store that stays as it is otherwise; its vector file is for the caller
/// to make. Where nothing was ever published, a generation of this project alone becomes the store, as by [`restore`].
///
/// # Errors
/// As [`restore`]; [`Kind::Usage`] when the generation has no such project.
pub fn restore_project(
    (data, settings): (&Path, &Database),
    (origin, name): (&Origin, &str),
    vectors: &dyn Fn(&View, &Path) -> Result<()>,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Restored> {
    cancel.check()?;
    let there = data.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    // Once as it was, and once as rows of the store that is there.
    room::ensure(there, origin.manifest.bytes().saturating_mul(2))?;
    let mut replacement = Replacement::begin(data)?;
    progress.phase("restore", origin.manifest.files.len() as u64);
    extract(origin, replacement.incoming(), progress, cancel)?;
    let view = replacement.view().context("the extracted store does not open")?;
    step("restore.extracted");
    compare(&view, &origin.manifest, cancel)?;
    let project = named(&view, name)?;
    if origin.manifest.only.is_some() && replacement.is_first()? {
        drop(view);
        cancel.check()?;
        let (generation, kept) = replacement.commit(vectors)?;
        return Ok(Restored {
            generation,
            projects: vec![project.name],
            bytes: origin.manifest.bytes(),
            kept,
        });
    }
    let mut store = replacement.open_beside(settings)?;
    let project = adopt(&mut store, &view, name, cancel)?;
    Ok(Restored {
        generation: project.generation,
        projects: vec![project.name],
        bytes: origin.manifest.bytes(),
        kept: None,
    })
}

/// Extracts a generation into a folder of its own, opens it there and reads every row; the folder goes afterwards.
///
/// # Errors
/// As [`restore`].
pub fn test_restore(origin: &Origin, progress: &dyn Progress, cancel: &Cancel) -> Result<()> {
    let base = std::env::temp_dir();
    room::ensure(&base, origin.manifest.bytes()).hint("name another folder for it in TMPDIR")?;
    let scratch = Scratch::new(&base, "codegraph-test-restore", "")?;
    for each in ["files", "logs"] {
        make_private(&scratch.path().join(each))?;
    }
    let files = scratch.path().join("files");
    progress.phase("test restore", origin.manifest.files.len() as u64);
    extract(origin, &files, progress, cancel)?;
    let view =
        View::of_files(&files, &scratch.path().join("logs")).context("the extracted store does not open")?;
    compare(&view, &origin.manifest, cancel)
}

/// Writes all files of a generation into an empty folder.
fn extract(origin: &Origin, into: &Path, progress: &dyn Progress, cancel: &Cancel) -> Result<()> {
    origin.read(
        &|entry| {
            let path = into.join(&entry.path);
            let mut options = File::options();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&path).with_context(|| format!("cannot write {}", path.display()))?;
            step("restore.file");
            Ok(Box::new(Synced(file)))
        },
        &mut Finding::fail,
        (progress, cancel),
    )?;
    Ok(File::open(into)?.sync_all()?)
}

/// A file whose flush makes it durable.
struct Synced(File);

impl Write for Synced {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.sync_all()
    }
}

/// Reads all rows of what was extracted and holds them against the manifest.
fn compare(view: &View, manifest: &Manifest, cancel: &Cancel) -> Result<()> {
    let differs = |what: &str| {
        Err(anyhow::anyhow!("the extracted store differs in its {what} from what the manifest says"))
            .kind(Kind::Corrupt)
    };
    let state = view.state()?;
    crate::store::schema::check_format(&state, Path::new("in the backup"))?;
    if state.generation != manifest.generation {
        return differs("generation");
    }
    let projects: Vec<Project> = view.projects()?.iter().map(Project::of).collect();
    let is_alone = |only: &String| matches!(projects.as_slice(), [project] if project.name == *only);
    if projects != manifest.projects || !manifest.only.as_ref().is_none_or(is_alone) {
        return differs("projects");
    }
    let content = check::content(view, cancel)?;
    if !manifest.digest.is_empty() && (content.rows, &content.digest) != (manifest.rows, &manifest.digest) {
        return differs("rows");
    }
    Ok(())
}
