//! Published checkpoints: `snapshots/<generation>/`, and `snapshots/CURRENT` which names the newest.
//!
//! A reader holds a shared lock on the checkpoint's folder; the writer removes old checkpoints only when it gets the
//! exclusive one. So a reader never loses its files, and nobody waits for readers.
//!
//! `CURRENT` has a checksum behind the number. `CURRENT.new` is there, durable, before a checkpoint's folder gets its
//! name: a folder that is newer than `CURRENT` although nobody was about to publish it means that `CURRENT` is damaged,
//! and is never answered by an older generation.

use super::{
    open::{self, Blocks},
    schema::check_format,
    view::View,
};
use crate::config::keys::Database;
use crate::error::{Kind, ResultExt as _};
use crate::observe::step;
use anyhow::{Context as _, Result, ensure};
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

/// Checkpoints that are kept besides those in use.
const KEEP: usize = 2;
/// Tries to open the newest checkpoint while a writer replaces it.
const TRIES: usize = 20;
/// What to do about a damaged store.
pub(super) const DAMAGED: &str =
    "see `codegraph doctor`; `codegraph restore` brings a backup back, and an index can always be made anew";

/// A published generation, open for reading.
pub struct Snapshot {
    view: View,
    generation: u64,
    path: PathBuf,
    _lock: File,
}

impl Snapshot {
    /// Opens the newest published generation of a data folder. What is read of it is read from disk, whatever the process
    /// has in memory.
    ///
    /// # Errors
    /// [`Kind::NoIndex`] when nothing was ever published there; [`Kind::Format`] when another version wrote it.
    pub fn newest(data: &Path) -> Result<Self> {
        Self::opened(data, &Database::default(), Blocks::Read)
    }

    /// As [`Snapshot::newest`], with the settings of an operator, and with the blocks that the process keeps.
    ///
    /// # Errors
    /// As [`Snapshot::newest`].
    pub fn open(data: &Path, settings: &Database) -> Result<Self> {
        Self::opened(data, settings, Blocks::Kept)
    }

    fn opened(data: &Path, settings: &Database, blocks: Blocks) -> Result<Self> {
        let mut last = None;
        for _ in 0..TRIES {
            match Self::try_newest(data, settings, blocks) {
                Ok(Some(snapshot)) => return Ok(snapshot),
                Ok(None) => {
                    let text = format!("there is no index in {}", data.display());
                    return Err(anyhow::anyhow!(text))
                        .kind(Kind::NoIndex)
                        .hint("run `codegraph index` in the folder that you want to search");
                }
                Err(error) if Kind::of(&error) == Kind::Format => return Err(error),
                Err(error) if is_out_of_reach(&error) => return out_of_reach(error),
                // A checkpoint may be removed between reading CURRENT and locking it; then there is a newer one.
                Err(error) => last = Some(error),
            }
            std::thread::yield_now();
        }
        let error = last.unwrap_or_else(|| anyhow::anyhow!("no published generation could be opened"));
        Err(error).kind(Kind::Corrupt).hint(DAMAGED)
    }

    /// True when nothing newer was published since.
    ///
    /// # Errors
    /// When what is newest cannot be read.
    pub fn is_newest(&self, data: &Path) -> Result<bool> {
        Ok(newest_generation(data)? == Some(self.generation))
    }

    fn try_newest(data: &Path, settings: &Database, blocks: Blocks) -> Result<Option<Self>> {
        let Some(generation) = newest_generation(data)? else { return Ok(None) };
        let path = folder(data, generation);
        let lock = File::open(&path).with_context(|| format!("cannot open {}", path.display()))?;
        lock.lock_shared().with_context(|| format!("cannot lock {}", path.display()))?;
        if !path.join("CURRENT").exists() {
            anyhow::bail!("the generation {generation} was removed while it was being opened");
        }
        guard(data, generation)?;
        let opened = open::for_reading(&path, &data.join("temp"), settings, blocks)
            .with_context(|| format!("the generation {generation} in {} does not open", data.display()))?;
        let view = View::new(opened);
        let state = view.state()?;
        check_format(&state, data)?;
        if state.generation != generation || state.unfinished {
            let text = format!("{} holds the generation {}", path.display(), state.generation);
            return Err(anyhow::anyhow!(text)).kind(Kind::Corrupt).hint(DAMAGED);
        }
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

/// True when the system does not let us at a file, which is no damage.
pub(super) fn is_out_of_reach(error: &anyhow::Error) -> bool {
    let mut kinds = error.chain().filter_map(|cause| cause.downcast_ref().map(std::io::Error::kind));
    kinds.any(|kind| matches!(kind, ErrorKind::PermissionDenied | ErrorKind::NotADirectory))
}

/// The error for it.
pub(super) fn out_of_reach<T>(error: anyhow::Error) -> Result<T> {
    Err(error)
        .kind(Kind::Denied)
        .hint("run it as who made the data folder, or name another folder with `--data-dir`")
}

/// The folder of a generation.
pub(super) fn folder(data: &Path, generation: u64) -> PathBuf {
    data.join("snapshots").join(format!("{generation:012}"))
}

/// The generation that `CURRENT` names; nothing in a folder where none was ever published.
pub(super) fn newest_generation(data: &Path) -> Result<Option<u64>> {
    let path = data.join("snapshots").join("CURRENT");
    let named = named_by(&path)?;
    if named.is_none()
        && !generations(data)?.is_empty()
        && !data.join("snapshots").join("CURRENT.new").exists()
    {
        return Err(anyhow::anyhow!("{} is gone", path.display())).kind(Kind::Corrupt).hint(DAMAGED);
    }
    Ok(named)
}

/// The generation that a file names; nothing when there is no such file.
fn named_by(path: &Path) -> Result<Option<u64>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::InvalidData => String::new(),
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let number = text.split([' ', '\n']).next().unwrap_or_default();
    match number.parse() {
        // The first releases wrote no checksum.
        Ok(generation) if text == sealed(generation) || text == format!("{generation}\n") => {
            Ok(Some(generation))
        }
        _ => Err(anyhow::anyhow!("{} is damaged", path.display())).kind(Kind::Corrupt).hint(DAMAGED),
    }
}

/// What `CURRENT` says of a generation.
fn sealed(generation: u64) -> String {
    let number = generation.to_string();
    format!("{number} {:016x}\n", xxh3_64(number.as_bytes()))
}

/// The generations whose checkpoints are complete, upwards.
pub(super) fn generations(data: &Path) -> Result<Vec<u64>> {
    let entries = match fs::read_dir(data.join("snapshots")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut generations: Vec<u64> = Vec::new();
    for entry in entries {
        let entry = entry?;
        if let Some(generation) = entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok())
            && entry.path().join("CURRENT").exists()
        {
            generations.push(generation);
        }
    }
    generations.sort_unstable();
    Ok(generations)
}

/// Sees that `CURRENT` names a generation that is there, and that none is newer.
///
/// # Errors
/// [`Kind::Corrupt`] with what is wrong.
pub(super) fn look_at_current(data: &Path) -> Result<()> {
    let Some(generation) = newest_generation(data)? else { return Ok(()) };
    guard(data, generation)?;
    if !generations(data)?.contains(&generation) {
        let current = data.join("snapshots").join("CURRENT");
        let text = format!("{} names the generation {generation}, which is not there", current.display());
        return Err(anyhow::anyhow!(text)).kind(Kind::Corrupt).hint(DAMAGED);
    }
    Ok(())
}

/// Sees that no generation is newer than the one that `CURRENT` names, but one that is about to be published.
fn guard(data: &Path, generation: u64) -> Result<()> {
    let Some(newer) = generations(data)?.into_iter().rfind(|&each| each > generation) else { return Ok(()) };
    let snapshots = data.join("snapshots");
    let is_coming = named_by(&snapshots.join("CURRENT.new")).ok().flatten() == Some(newer);
    ensure!(
        is_coming || newest_generation(data)? == Some(newer),
        "{} names the generation {generation}, and {newer} was published",
        snapshots.join("CURRENT").display()
    );
    Ok(())
}

/// Makes `generation` the one that readers open. Its checkpoint is `snapshots/new`, or lies in its place already.
pub(super) fn publish(data: &Path, generation: u64) -> Result<()> {
    let snapshots = data.join("snapshots");
    let temp = snapshots.join("CURRENT.new");
    let mut file = File::create(&temp).with_context(|| format!("cannot write {}", temp.display()))?;
    std::io::Write::write_all(&mut file, sealed(generation).as_bytes())?;
    file.sync_all()?;
    File::open(&snapshots)?.sync_all()?;
    step("publish.named");
    let new = snapshots.join("new");
    if new.exists() {
        fs::rename(&new, folder(data, generation))?;
        File::open(&snapshots)?.sync_all()?;
    }
    step("publish.placed");
    fs::rename(&temp, snapshots.join("CURRENT"))?;
    File::open(&snapshots)?.sync_all()?;
    step("publish.done");
    Ok(())
}

/// Removes checkpoints that are neither among the newest nor in use.
pub(super) fn sweep(data: &Path) -> Result<()> {
    let newest = newest_generation(data)?.unwrap_or(0);
    let generations = generations(data)?;
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
