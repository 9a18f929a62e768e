//! A whole store put in the place of another: built beside it, swapped by rename, the old one kept.

use super::lock::{self, WriterLock};
use super::snapshot::{folder, publish};
use super::writer::make_dir;
use anyhow::{Context as _, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A store that is being built to replace another. Dropped before [`Replacement::swap`], it leaves nothing behind.
pub struct Replacement {
    data: PathBuf,
    new: PathBuf,
    generation: u64,
    is_done: bool,
    /// Held on the old store, so that nobody writes what is about to be set aside.
    _old: Option<WriterLock>,
    /// Held on the new one until the swap is over.
    _new: WriterLock,
}

impl Replacement {
    /// Begins a replacement of the store in `data`, which may be missing, by one whose only generation is `generation`.
    ///
    /// # Errors
    /// [`crate::error::Kind::Locked`] while another process writes.
    pub fn begin(data: &Path, generation: u64) -> Result<Self> {
        let old = if data.join("snapshots").exists() {
            Some(WriterLock::take(data, "restore", lock::WAIT)?)
        } else {
            None
        };
        let new = beside(data, "restoring");
        if new.exists() {
            // What an interrupted restore left.
            fs::remove_dir_all(&new).with_context(|| format!("cannot remove {}", new.display()))?;
        }
        for each in ["", "snapshots", "vector", "cache", "temp"] {
            let path = new.join(each);
            make_dir(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
        }
        let lock = WriterLock::take(&new, "restore", lock::WAIT)?;
        let this = Self { data: data.to_owned(), new, generation, is_done: false, _old: old, _new: lock };
        make_dir(&this.checkpoint())?;
        Ok(this)
    }

    /// The data folder that is being built.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.new
    }

    /// The folder that takes the files of the generation.
    #[must_use]
    pub fn checkpoint(&self) -> PathBuf {
        folder(&self.new, self.generation)
    }

    /// Makes the generation the one that readers of the new folder open.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub fn publish(&self) -> Result<()> {
        File::open(self.checkpoint())?.sync_all()?;
        publish(&self.new, self.generation)
    }

    /// Puts the new store in the place of the old one; returns where the old one is kept.
    ///
    /// # Errors
    /// When a rename fails; the old store is then in its place again.
    pub fn swap(mut self) -> Result<Option<PathBuf>> {
        let parent =
            self.data.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut kept = None;
        if self.data.exists() {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
            let old = beside(&self.data, &format!("before-restore-{now}"));
            fs::rename(&self.data, &old)
                .with_context(|| format!("cannot set {} aside", self.data.display()))?;
            kept = Some(old);
        }
        if let Err(error) = fs::rename(&self.new, &self.data) {
            if let Some(old) = &kept {
                fs::rename(old, &self.data)
                    .with_context(|| format!("cannot bring {} back", old.display()))?;
            }
            return Err(error).with_context(|| format!("cannot put {} in place", self.data.display()));
        }
        self.is_done = true;
        File::open(parent)?.sync_all()?;
        Ok(kept)
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.is_done {
            drop(fs::remove_dir_all(&self.new));
        }
    }
}

/// A folder beside another, on the same file system.
fn beside(data: &Path, what: &str) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{what}"));
    data.with_file_name(name)
}
