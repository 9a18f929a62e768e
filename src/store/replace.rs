//! Another store's content as the next generation of this one.
//!
//! What comes in is built in `temp/incoming`, where nobody looks. It takes effect by the protocol of every commit: its
//! state gets the next generation number, it becomes the live database, and the live database is published. So readers
//! go over from one generation to the next, a daemon too; and a process that ends at any step leaves the old content or
//! the new, since the next writer rolls a live database forward whose state is newer than what was published.

use super::lock::{self, WriterLock};
use super::open;
use super::schema::{FORMAT_VERSION, Family};
use super::snapshot::{folder, generations, newest_generation};
use super::view::{View, project_key};
use super::writer::{Store, empty_dir, make_dir, make_folders};
use crate::config::keys::Database;
use crate::error::{Kind, ResultExt as _};
use crate::observe::step;
use anyhow::{Context as _, Result, ensure};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// A store's content on its way into a data folder. Dropped before [`Replacement::commit`], it leaves nothing behind.
pub struct Replacement {
    data: PathBuf,
    incoming: PathBuf,
    is_done: bool,
    lock: Option<WriterLock>,
}

impl Replacement {
    /// Begins to bring content into a data folder, which may be missing, or damaged.
    ///
    /// # Errors
    /// [`crate::error::Kind::Locked`] while another process writes.
    pub fn begin(data: &Path) -> Result<Self> {
        make_folders(data)?;
        let lock = WriterLock::take(data, "restore", lock::WAIT)?;
        empty_dir(&data.join("temp"))?;
        let incoming = data.join("temp").join("incoming");
        make_dir(&incoming).with_context(|| format!("cannot make the folder {}", incoming.display()))?;
        Ok(Self { data: data.to_owned(), incoming, is_done: false, lock: Some(lock) })
    }

    /// The folder that takes the files of the generation.
    #[must_use]
    pub fn incoming(&self) -> &Path {
        &self.incoming
    }

    /// What has come in.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when it does not open.
    pub fn view(&self) -> Result<View> {
        View::of_files(&self.incoming, &self.data.join("temp"))
    }

    /// True when nothing was ever published in the data folder.
    ///
    /// # Errors
    /// When that cannot be told, because what lies there is damaged.
    pub fn is_first(&self) -> Result<bool> {
        Ok(newest_generation(&self.data)?.is_none() && generations(&self.data)?.is_empty())
    }

    /// Opens the store that is there, for writing, while what has come in stays where it is.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_beside(&mut self, settings: &Database) -> Result<Store> {
        let lock = self.lock.take().context("a replacement holds the lock")?;
        Store::open_locked(&self.data, lock, settings)
    }

    /// Makes what has come in the newest generation. `vectors` may write the vector files of what it is given into the data
    /// folder, under the names that its projects have now. Returns the number, and where a data folder with the content
    /// before is kept, if there was any.
    ///
    /// # Errors
    /// When the disk is full or fails; the newest generation is then the one that it was.
    pub fn commit(mut self, vectors: &dyn Fn(&View, &Path) -> Result<()>) -> Result<(u64, Option<PathBuf>)> {
        let next = self.stamp()?;
        step("replace.stamped");
        vectors(&self.view()?, &self.data)?;
        step("replace.vectors");
        let kept = self.keep_old()?;
        step("replace.kept");
        if newest_generation(&self.data).is_err() {
            // It is damaged; all of it was set aside.
            fs::remove_dir_all(self.data.join("snapshots"))?;
            make_dir(&self.data.join("snapshots"))?;
        }
        let live = self.data.join("rocks.db");
        if live.exists() {
            fs::remove_dir_all(&live).with_context(|| format!("cannot remove {}", live.display()))?;
        }
        step("replace.cleared");
        fs::rename(&self.incoming, &live)
            .with_context(|| format!("cannot put {} in place", self.incoming.display()))?;
        File::open(&self.data)?.sync_all()?;
        step("replace.live");
        self.is_done = true;
        let lock = self.lock.take().context("a replacement holds the lock")?;
        // Publishes, since the state is newer than what was published.
        if let Err(error) = Store::open_locked(&self.data, lock, &Database::default()) {
            // Nobody is to roll forward what was told as failed.
            drop(fs::remove_dir_all(&live));
            return Err(error);
        }
        Ok((next, kept))
    }

    /// Gives the incoming state a generation number that none here had, and the vector files of its projects names that none
    /// here had, durably: what lies here under the names that they had may be of another store.
    fn stamp(&self) -> Result<u64> {
        let last = generations(&self.data)?.last().copied().unwrap_or_default();
        let view =
            View::new(open::for_writing(&self.incoming, &self.data.join("temp"), &Database::default())?);
        let mut state = view.state()?;
        ensure!(!state.unfinished, "what is restored was never finished");
        state.format = FORMAT_VERSION;
        state.generation = state.generation.max(last + 1);
        let value = postcard::to_stdvec(&state)?;
        view.db().put_cf(view.family(Family::Meta)?, b"state", value).map_err(open::failed)?;
        for mut project in view.projects()? {
            project.vectors.file = format!("{:012}.vec", state.generation);
            project.vectors.docs = project.next_doc;
            let value = postcard::to_stdvec(&project)?;
            view.db()
                .put_cf(view.family(Family::Meta)?, project_key(&project.name), value)
                .map_err(open::failed)?;
        }
        view.db().flush_wal(true).map_err(open::failed)?;
        Ok(state.generation)
    }

    /// Sets the content before aside, as a data folder of its own, by hard links.
    fn keep_old(&self) -> Result<Option<PathBuf>> {
        let all = generations(&self.data)?;
        if all.is_empty() {
            return Ok(None);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let names = (now..).map(|at| self.data.join(format!("pre-restore-{at}")));
        let kept = names.into_iter().find(|path| !path.exists()).context("there is a free name")?;
        let building = self.data.join("temp").join("kept");
        make_folders(&building)?;
        for generation in all {
            link_files(&folder(&self.data, generation), &folder(&building, generation))?;
        }
        for entry in fs::read_dir(self.data.join("vector"))? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                link_files(&entry.path(), &building.join("vector").join(entry.file_name()))?;
            }
        }
        let current = self.data.join("snapshots").join("CURRENT");
        if current.exists() {
            fs::copy(&current, building.join("snapshots").join("CURRENT"))?;
        }
        fs::rename(&building, &kept).with_context(|| format!("cannot keep {}", kept.display()))?;
        File::open(&self.data)?.sync_all()?;
        Ok(Some(kept))
    }
}

impl Drop for Replacement {
    fn drop(&mut self) {
        if !self.is_done {
            drop(fs::remove_dir_all(&self.incoming));
        }
    }
}

/// The files of a folder once more in another.
fn link_files(from: &Path, to: &Path) -> Result<()> {
    make_dir(to).with_context(|| format!("cannot make the folder {}", to.display()))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        link_or_copy(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(File::open(to)?.sync_all()?)
}

/// The same bytes under another name: a hard link, or a copy where there are none.
fn link_or_copy(from: &Path, to: &Path) -> Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(File::open(to)?.sync_all()?)
}

/// Writes the newest generation of a data folder as a data folder of its own, which opens as it is: hard links where the
/// file system has them. `to` must be missing or empty.
///
/// # Errors
/// [`Kind::NoIndex`] when nothing was published; [`Kind::Usage`] when `to` holds something.
pub fn checkpoint(data: &Path, to: &Path) -> Result<u64> {
    let snapshot = super::Snapshot::newest(data)?;
    let is_empty = fs::read_dir(to).map(|mut entries| entries.next().is_none()).unwrap_or(true);
    if !is_empty {
        return Err(anyhow::anyhow!("{} is not empty", to.display()))
            .kind(Kind::Usage)
            .hint("name a folder that is empty, or not there yet");
    }
    make_folders(to)?;
    link_files(snapshot.path(), &folder(to, snapshot.generation()))?;
    super::snapshot::publish(to, snapshot.generation())?;
    Ok(snapshot.generation())
}
