//! Published checkpoints: `snapshots/<generation>/`, and `snapshots/CURRENT` which names the newest.
//!
//! A reader holds a shared lock on the checkpoint's folder; the writer removes old checkpoints only when it gets the
//! exclusive one. So a reader never loses its files, and nobody waits for readers.

use super::{open, schema::check_format, view::View};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Checkpoints that are kept besides those in use.
const KEEP: usize = 2;
/// Tries to open the newest checkpoint while a writer replaces it.
const TRIES: usize = 20;

/// A published generation, open for reading.
pub struct Snapshot {
    view: View,
    generation: u64,
    path: PathBuf,
    _lock: File,
}

impl Snapshot {
    /// Opens the newest published generation of a data folder.
    ///
    /// # Errors
    /// [`Kind::NoIndex`] when nothing was ever published there; [`Kind::Format`] when another version wrote it.
    pub fn newest(data: &Path) -> Result<Self> {
        let mut last = None;
        for _ in 0..TRIES {
            match Self::try_newest(data) {
                Ok(Some(snapshot)) => {
                    check_format(&snapshot.view.state()?, data)?;
                    return Ok(snapshot);
                }
                Ok(None) => {
                    let text = format!("there is no index in {}", data.display());
                    return Err(anyhow::anyhow!(text))
                        .kind(Kind::NoIndex)
                        .hint("run `codegraph index` in the folder that you want to search");
                }
                Err(error) => last = Some(error),
            }
            // Only a checkpoint that was removed between reading CURRENT and locking it is worth another try.
            if newest_generation(data)?.is_some_and(|generation| folder(data, generation).exists()) {
                std::thread::yield_now();
            }
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("no published generation could be opened")))
            .kind(Kind::Corrupt)
    }

    /// True when nothing newer was published since.
    ///
    /// # Errors
    /// When what is newest cannot be read.
    pub fn is_newest(&self, data: &Path) -> Result<bool> {
        Ok(newest_generation(data)? == Some(self.generation))
    }

    fn try_newest(data: &Path) -> Result<Option<Self>> {
        let Some(generation) = newest_generation(data)? else { return Ok(None) };
        let path = folder(data, generation);
        let lock = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        lock.lock_shared().with_context(|| format!("cannot lock {}", path.display()))?;
        if !path.join("CURRENT").exists() {
            anyhow::bail!("the generation {generation} was removed while it was being opened");
        }
        let db = open::for_reading(&path, &data.join("temp"))?;
        let view = View::new(Arc::new(db));
        Ok(Some(Self { view, generation, path, _lock: lock }))
    }

    /// Typed reads.
    #[must_use]
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// The generation.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// The checkpoint's folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The folder of a generation.
pub(super) fn folder(data: &Path, generation: u64) -> PathBuf {
    data.join("snapshots").join(format!("{generation:012}"))
}

/// The generation that `CURRENT` names.
pub(super) fn newest_generation(data: &Path) -> Result<Option<u64>> {
    let path = data.join("snapshots").join("CURRENT");
    match fs::read_to_string(&path) {
        Ok(text) => {
            let generation = text.trim().parse();
            let generation = generation.with_context(|| format!("{} is damaged", path.display()));
            Ok(Some(generation.kind(Kind::Corrupt)?))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// Makes `generation` the one that readers open. The checkpoint's folder must be complete.
pub(super) fn publish(data: &Path, generation: u64) -> Result<()> {
    let snapshots = data.join("snapshots");
    let temp = snapshots.join("CURRENT.new");
    let mut file = File::create(&temp).with_context(|| format!("cannot write {}", temp.display()))?;
    std::io::Write::write_all(&mut file, format!("{generation}\n").as_bytes())?;
    file.sync_all()?;
    fs::rename(&temp, snapshots.join("CURRENT"))?;
    File::open(&snapshots)?.sync_all()?;
    Ok(())
}

/// Removes checkpoints that are neither among the newest nor in use.
pub(super) fn sweep(data: &Path) -> Result<()> {
    let newest = newest_generation(data)?.unwrap_or(0);
    let mut generations: Vec<u64> = Vec::new();
    for entry in fs::read_dir(data.join("snapshots"))? {
        let name = entry?.file_name();
        if let Some(generation) = name.to_str().and_then(|name| name.parse::<u64>().ok()) {
            generations.push(generation);
        }
    }
    generations.sort_unstable();
    let older = generations.iter().filter(|&&generation| generation < newest).count();
    for &generation in generations.iter().take(older.saturating_sub(KEEP - 1)) {
        let path = folder(data, generation);
        let lock = File::open(&path)?;
        if lock.try_lock().is_ok() {
            // CURRENT goes first: who locks the folder after us sees that it is gone.
            drop(fs::remove_file(path.join("CURRENT")));
            fs::remove_dir_all(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(())
}
