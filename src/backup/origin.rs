//! Where a generation comes from: a place that keeps many, or an archive with one.

use super::archive::Archive;
use super::manifest::{Entry, Manifest};
use super::{Blob, Folder, Which, find};
use crate::error::{Kind, ResultExt as _, message};
use crate::observe::{Cancel, Progress};
use anyhow::Result;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::Path;

/// What is wrong with a file of a generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Wrong {
    /// The manifest names it, and it is not there.
    Missing,
    /// Its bytes are not those of the manifest.
    Changed,
    /// The manifest does not name it.
    Extra,
}

/// A file of a generation that is not as the manifest says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The file's name in the generation.
    pub path: String,
    /// What is wrong.
    pub wrong: Wrong,
    /// The same as a sentence.
    pub text: String,
}

impl Finding {
    /// The finding as an error.
    ///
    /// # Errors
    /// Always.
    pub(super) fn fail(self) -> Result<()> {
        Err(anyhow::anyhow!(self.text)).kind(Kind::Corrupt)
    }
}

/// Where the bytes of a file go. Several threads may ask at once.
pub(super) type Open<'o> = dyn Fn(&Entry) -> Result<Box<dyn Write>> + Sync + 'o;
/// Who is told of a file that is wrong; an error ends the reading.
pub(super) type Tell<'t> = dyn FnMut(Finding) -> Result<()> + 't;

/// A generation that can be read.
pub struct Origin {
    /// Its id.
    pub id: String,
    /// What it consists of.
    pub manifest: Manifest,
    from: From,
}

enum From {
    Place(Box<dyn Blob>),
    Archive(Archive),
}

impl Origin {
    /// A generation of a backup folder, the newest when none is named, or the one of an archive.
    ///
    /// # Errors
    /// [`Kind::Usage`] when there is no such generation; [`Kind::Corrupt`] when its manifest is damaged;
    /// [`Kind::Format`] when a newer program wrote it.
    pub fn open(path: &Path, generation: Option<&str>) -> Result<Self> {
        Self::open_the(path, Which::of(generation))
    }

    /// As [`Origin::open`]. An archive has one generation, which is the one of any project in it.
    ///
    /// # Errors
    /// As [`Origin::open`].
    pub fn open_the(path: &Path, which: Which<'_>) -> Result<Self> {
        if !path.is_file() {
            return Self::kept(Box::new(Folder::new(path)), which);
        }
        let archive = Archive::new(path);
        let manifest = archive.manifest()?;
        let id = manifest.id();
        if matches!(which, Which::Id(wanted) if wanted != id) {
            return Err(anyhow::anyhow!("{} holds the generation {id}", path.display())).kind(Kind::Usage);
        }
        Ok(Self { id, manifest, from: From::Archive(archive) })
    }

    /// A generation of a place.
    ///
    /// # Errors
    /// As [`find`].
    pub fn kept(place: Box<dyn Blob>, which: Which<'_>) -> Result<Self> {
        let (id, manifest) = find(&*place, which)?;
        Ok(Self { id, manifest, from: From::Place(place) })
    }

    /// Where it is, for people.
    #[must_use]
    pub fn place(&self) -> String {
        match &self.from {
            From::Place(place) => place.name(),
            From::Archive(archive) => archive.name(),
        }
    }

    /// The place that keeps it; nothing for an archive.
    pub(super) fn into_place(self) -> Option<Box<dyn Blob>> {
        match self.from {
            From::Place(place) => Some(place),
            From::Archive(_) => None,
        }
    }

    /// Reads every byte, hands it to what `open` gives and compares it with the manifest. Never hands over more bytes of a
    /// file than the manifest says.
    ///
    /// # Errors
    /// When `open` or `tell` fails, or something cannot be written; [`Kind::Interrupted`] when cancelled.
    pub(super) fn read(
        &self,
        open: &Open<'_>,
        tell: &mut Tell<'_>,
        (progress, cancel): (&dyn Progress, &Cancel),
    ) -> Result<()> {
        match &self.from {
            From::Archive(archive) => archive.read(&self.manifest, open, tell, (progress, cancel)),
            From::Place(place) => {
                let _hold = place.hold()?;
                let read = |entry| {
                    cancel.check()?;
                    let found = take(&**place, entry, open)?;
                    progress.advance(1);
                    Ok(found)
                };
                let found = self.manifest.files.par_iter().map(read).collect::<Result<Vec<_>>>()?;
                found.into_iter().flatten().try_for_each(tell)
            }
        }
    }
}

/// Hands over one file of a place; tells what is wrong with it.
fn take(place: &dyn Blob, entry: &Entry, open: &Open<'_>) -> Result<Option<Finding>> {
    let mut out = open(entry)?;
    let error = match place.copy_to(entry, &mut *out) {
        Err(error) if Kind::of(&error) == Kind::Corrupt => error,
        copied => {
            copied?;
            out.flush()?;
            return Ok(None);
        }
    };
    let is_not_found = |cause: &(dyn std::error::Error + 'static)| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    };
    let wrong = if error.chain().any(is_not_found) { Wrong::Missing } else { Wrong::Changed };
    Ok(Some(Finding { path: entry.path.clone(), wrong, text: message(&error) }))
}

/// Reads every file of a generation and compares it with the manifest. Returns what is wrong, by file.
///
/// # Errors
/// [`Kind::Interrupted`] when cancelled.
pub fn verify(origin: &Origin, progress: &dyn Progress, cancel: &Cancel) -> Result<Vec<Finding>> {
    let mut wrong = Vec::new();
    progress.phase("verify", origin.manifest.files.len() as u64);
    origin.read(
        &|_| Ok(Box::new(std::io::sink())),
        &mut |finding| {
            wrong.push(finding);
            Ok(())
        },
        (progress, cancel),
    )?;
    Ok(wrong)
}
