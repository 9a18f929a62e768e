//! The writer: takes the lock, makes the live database equal to what was last published, writes, publishes.
//!
//! Protocol of a commit, each step durable before the next:
//! 1. [`Store::begin`]: the live state says `unfinished`.
//! 2. [`Store::write`]: rows, in any number of calls, in any order.
//! 3. [`Store::commit`]: the state with the next generation and `unfinished` cleared; flush; checkpoint into
//!    `snapshots/<generation>`; `CURRENT` names it; older checkpoints go.
//!
//! A writer that dies before `CURRENT` is written has changed nothing that a reader sees, and the next writer throws the
//! live database away and takes the published one (hard links). A writer that dies after the state was written but
//! before `CURRENT` is rolled forward: the live database is complete and gets published.

use super::Changes;
use super::changes::Sorted;
use super::live::Shown;
use super::lock::{self, WriterLock};
use super::open::{self, Blocks};
use super::schema::{AboutRow, FORMAT_VERSION, Family, ModelRow, ProjectRow, StoreState, check_format};
use super::snapshot::{folder, newest_generation, publish, sweep};
use super::view::{View, about_key, after, model_key, project_key};
use crate::config::keys::Database;
use crate::error::Kind;
use crate::model::ProjectId;
use crate::observe::step;
use anyhow::{Context as _, Result, ensure};
use rayon::prelude::*;
use rocksdb::checkpoint::Checkpoint;
use rocksdb::{DB, FlushOptions, IngestExternalFileOptions, SstFileWriter, WriteBatch, WriteOptions};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Changes up to this size go through a write batch; larger ones are written as sorted files and ingested, which is
/// eight times cheaper and leaves nothing to compact.
const BATCH_BYTES: usize = 4 << 20;
/// A sorted file ends when it reaches this size.
const SST_BYTES: u64 = 64 << 20;

/// The store, open for writing.
pub struct Store {
    /// Goes before the view.
    _shown: Shown,
    view: View,
    state: StoreState,
    data: PathBuf,
    n_ingests: u64,
    /// A write failed: what the live database holds is not known any more.
    has_failed: bool,
    settings: Database,
    _lock: WriterLock,
}

impl Store {
    /// Opens the store of a data folder for writing; makes it when it is not there.
    ///
    /// # Errors
    /// [`crate::error::Kind::Locked`] when another writer works for longer than `wait`; [`crate::error::Kind::Format`] when another version wrote
    /// it.
    pub fn open(data: &Path, what: &str, wait: Duration) -> Result<Self> {
        Self::open_with(data, what, wait, &Database::default())
    }

    /// As [`Store::open`], with the settings of an operator.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(data: &Path, what: &str, wait: Duration, settings: &Database) -> Result<Self> {
        make_folders(data)?;
        let lock = WriterLock::take(data, what, wait)?;
        empty_dir(&data.join("temp"))?;
        Self::open_locked(data, lock, settings)
    }

    /// As [`Store::open`], for who holds the lock.
    pub(super) fn open_locked(data: &Path, lock: WriterLock, settings: &Database) -> Result<Self> {
        let live = data.join("rocks.db");
        let published = newest_generation(data)?;
        if published.is_some() && !live.join("CURRENT").exists() {
            take_published(data, published)?;
        }
        let (mut view, mut state) = match open_live(data, settings) {
            // Whatever is wrong with the live database, all that it has to hold was published.
            Err(error) if Kind::of(&error) == Kind::Corrupt && published.is_some() => {
                take_published(data, published)?;
                open_live(data, settings)?
            }
            opened => opened?,
        };
        check_format(&state, data)?;
        if state.unfinished || state.generation < published.unwrap_or(0) {
            drop(view);
            take_published(data, published)?;
            (view, state) = open_live(data, settings)?;
        }
        state.format = FORMAT_VERSION;
        let mut store = Self {
            _shown: Shown::new(&view),
            view,
            state,
            data: data.to_owned(),
            n_ingests: 0,
            has_failed: false,
            settings: settings.clone(),
            _lock: lock,
        };
        if store.state.generation > published.unwrap_or(0) {
            store.publish()?;
        }
        Ok(store)
    }

    /// As [`Store::open_with`], waiting as long as a second writer should.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_waiting(data: &Path, what: &str, settings: &Database) -> Result<Self> {
        Self::open_with(data, what, lock::WAIT, settings)
    }

    /// Typed reads of what is committed, and of what this writer wrote since.
    #[must_use]
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// The generation that the next commit publishes.
    #[must_use]
    pub const fn next_generation(&self) -> u64 {
        self.state.generation + 1
    }

    /// A project number that was never used.
    pub const fn new_project(&mut self) -> ProjectId {
        self.state.next_project += 1;
        ProjectId(self.state.next_project)
    }

    /// Has a store that is new go on from another's numbers: of the generation before its first, and of the last project.
    pub(super) const fn go_on_from(&mut self, generation: u64, project: ProjectId) {
        self.state.generation = generation;
        self.state.next_project = project.0;
    }

    /// Marks the live database as unfinished, durably. Nothing may be written before.
    ///
    /// # Errors
    /// When the mark cannot be written.
    pub fn begin(&mut self) -> Result<()> {
        ensure!(!self.has_failed, "the store failed before; it is as it was when it is opened again");
        if !self.state.unfinished {
            self.state.unfinished = true;
            self.put_state(true)?;
            step("store.begun");
        }
        Ok(())
    }

    /// Remembers a failure: nothing is written after a write that failed, however well the next one might go.
    fn note<T>(&mut self, result: Result<T>) -> Result<T> {
        self.has_failed |= result.is_err();
        result
    }

    /// Writes rows; of two writes to a key the later part's counts.
    ///
    /// # Errors
    /// When the disk is full or fails; the store then stays at its published generation.
    pub fn write(&mut self, parts: &[Changes]) -> Result<()> {
        self.begin()?;
        let bytes: usize = parts.iter().map(Changes::len_bytes).sum();
        let written = if bytes <= BATCH_BYTES { self.write_batch(parts) } else { self.ingest(parts) };
        step("store.written");
        self.note(written)
    }

    /// Removes all rows of a project but its record.
    ///
    /// # Errors
    /// When the rows cannot be removed.
    pub fn clear_project(&mut self, project: ProjectId) -> Result<()> {
        self.begin()?;
        let from = project.0.to_be_bytes();
        let to = after(&from).unwrap_or_default();
        for family in [Family::Graph, Family::Text] {
            self.db()
                .delete_range_cf(self.view.family(family)?, from.as_slice(), to.as_slice())
                .map_err(open::failed)?;
        }
        Ok(())
    }

    /// Rewrites what is stored around the rows of a project, so that removed ones take no room in the next generation.
    ///
    /// # Errors
    /// When there is no such family.
    pub fn compact_project(&self, project: ProjectId) -> Result<()> {
        let from = project.0.to_be_bytes();
        let to = after(&from).unwrap_or_default();
        for family in [Family::Graph, Family::Text] {
            self.db().compact_range_cf(self.view.family(family)?, Some(from.as_slice()), Some(to.as_slice()));
        }
        Ok(())
    }

    /// Writes a project's record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_project(&mut self, project: &ProjectRow) -> Result<()> {
        self.begin()?;
        let value = postcard::to_stdvec(project)?;
        self.db()
            .put_cf(self.view.family(Family::Meta)?, project_key(&project.name), value)
            .map_err(open::failed)
    }

    /// Writes what is told of a project.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_about(&mut self, name: &str, about: &AboutRow) -> Result<()> {
        self.begin()?;
        let value = postcard::to_stdvec(about)?;
        self.db().put_cf(self.view.family(Family::Meta)?, about_key(name), value).map_err(open::failed)
    }

    /// Writes an embedding model's record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn put_model(&mut self, model: &ModelRow) -> Result<()> {
        self.begin()?;
        let value = postcard::to_stdvec(model)?;
        self.db()
            .put_cf(self.view.family(Family::Meta)?, model_key(model.number), value)
            .map_err(open::failed)
    }

    /// Removes a project's record, and what is told of it.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn delete_project(&mut self, name: &str) -> Result<()> {
        self.begin()?;
        let family = self.view.family(Family::Meta)?;
        self.db().delete_cf(family, about_key(name)).map_err(open::failed)?;
        self.db().delete_cf(family, project_key(name)).map_err(open::failed)
    }

    /// Makes all that was written since [`Store::begin`] the newest generation, for every reader at once.
    ///
    /// # Errors
    /// When it cannot be made durable; readers then keep the generation before.
    pub fn commit(&mut self) -> Result<u64> {
        self.begin()?;
        self.state.generation += 1;
        self.state.unfinished = false;
        let done = self.put_state(false).and_then(|()| self.publish());
        self.note(done)?;
        Ok(self.state.generation)
    }

    fn publish(&mut self) -> Result<()> {
        let families =
            Family::ALL.iter().map(|&family| self.view.family(family)).collect::<Result<Vec<_>>>()?;
        let mut options = FlushOptions::default();
        options.set_wait(true);
        self.db().flush_cfs_opt(&families, &options).map_err(open::failed)?;
        step("store.flushed");
        let path = folder(&self.data, self.state.generation);
        let temp = self.data.join("snapshots").join("new");
        for each in [&temp, &path] {
            if each.exists() {
                // Without it the folder is no checkpoint, however much of it is left.
                drop(fs::remove_file(each.join("CURRENT")));
                fs::remove_dir_all(each)?;
            }
        }
        Checkpoint::new(self.db()).and_then(|new| new.create_checkpoint(&temp)).map_err(open::failed)?;
        step("store.checkpointed");
        publish(&self.data, self.state.generation)?;
        sweep(&self.data)
    }

    fn db(&self) -> &DB {
        self.view.db()
    }

    fn put_state(&self, sync: bool) -> Result<()> {
        let mut options = WriteOptions::default();
        options.set_sync(sync);
        let value = postcard::to_stdvec(&self.state)?;
        self.db().put_cf_opt(self.view.family(Family::Meta)?, b"state", value, &options).map_err(open::failed)
    }

    fn write_batch(&self, parts: &[Changes]) -> Result<()> {
        for family in Family::ALL {
            let sorted = Sorted::new(parts, family);
            if sorted.is_empty() {
                continue;
            }
            let handle = self.view.family(family)?;
            let mut batch = WriteBatch::default();
            for (key, value) in sorted.iter() {
                match value {
                    Some(value) => batch.put_cf(handle, key, value),
                    None => batch.delete_cf(handle, key),
                }
            }
            self.db().write(batch).map_err(open::failed)?;
        }
        Ok(())
    }

    fn ingest(&mut self, parts: &[Changes]) -> Result<()> {
        self.n_ingests += 1;
        let prefix = self.data.join("temp").join(self.n_ingests.to_string());
        let files =
            Family::ALL.into_par_iter().map(|family| sorted_files(&prefix, parts, family, &self.settings));
        for (family, files) in Family::ALL.into_iter().zip(files.collect::<Result<Vec<_>>>()?) {
            if !files.is_empty() {
                let mut ingest = IngestExternalFileOptions::default();
                ingest.set_move_files(true);
                self.db()
                    .ingest_external_file_cf_opts(self.view.family(family)?, &ingest, files)
                    .map_err(open::failed)?;
            }
        }
        Ok(())
    }
}

/// Writes the rows of one family as sorted files whose paths start with `prefix`.
fn sorted_files(
    prefix: &Path,
    parts: &[Changes],
    family: Family,
    settings: &Database,
) -> Result<Vec<PathBuf>> {
    let sorted = Sorted::new(parts, family);
    let mut files: Vec<PathBuf> = Vec::new();
    let options = open::sst(family, settings);
    let mut rows = sorted.iter().peekable();
    while rows.peek().is_some() {
        let path = prefix.with_extension(format!("{}-{}.sst", family.name(), files.len()));
        let mut writer = SstFileWriter::create(&options);
        writer.open(&path).map_err(open::failed)?;
        for (key, value) in rows.by_ref() {
            match value {
                Some(value) => writer.put(key, value),
                None => writer.delete(key),
            }
            .map_err(open::failed)?;
            if writer.file_size() >= SST_BYTES {
                break;
            }
        }
        writer.finish().map_err(open::failed)?;
        files.push(path);
    }
    Ok(files)
}

/// Makes the live database equal to the published one, or empty when nothing was published.
fn take_published(data: &Path, published: Option<u64>) -> Result<()> {
    let live = data.join("rocks.db");
    if live.exists() {
        fs::remove_dir_all(&live).with_context(|| format!("cannot remove {}", live.display()))?;
    }
    if let Some(generation) = published {
        let (path, logs) = (folder(data, generation), data.join("temp"));
        let opened = open::for_reading(&path, &logs, &Database::default(), Blocks::Read)?;
        Checkpoint::new(&opened).and_then(|new| new.create_checkpoint(&live)).map_err(open::failed)?;
    }
    Ok(())
}

/// Opens the live database and reads its state.
fn open_live(data: &Path, settings: &Database) -> Result<(View, StoreState)> {
    let view = View::new(open::for_writing(&data.join("rocks.db"), &data.join("temp"), settings)?);
    let state = view.state()?;
    Ok((view, state))
}

/// Makes the folders of a data folder.
pub(super) fn make_folders(data: &Path) -> Result<()> {
    for each in ["", "snapshots", "vector", "cache", "temp"] {
        let path = data.join(each);
        make_dir(&path).with_context(|| format!("cannot make the folder {}", path.display()))?;
    }
    Ok(())
}

/// Makes a folder that only its owner may enter, and those that lead to it, durably: what is synced in a folder is lost
/// with the folder when its own name is not.
///
/// # Errors
/// When it cannot be made.
pub fn make_dir(path: &Path) -> std::io::Result<()> {
    let is_missing = |each: &&Path| !each.as_os_str().is_empty() && !each.exists();
    let missing: Vec<&Path> = path.ancestors().take_while(is_missing).collect();
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    for each in missing {
        let above = each.parent().filter(|above| !above.as_os_str().is_empty());
        match fs::File::open(above.unwrap_or(Path::new("."))) {
            // A folder of others, which may be passed and not read: what happens to it is in the system's hands.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {}
            opened => opened?.sync_all()?,
        }
    }
    Ok(())
}

/// Removes all that lies in a folder.
pub(super) fn empty_dir(path: &Path) -> Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let gone = if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())
        } else {
            fs::remove_file(entry.path())
        };
        gone.with_context(|| format!("cannot remove {}", entry.path().display()))?;
    }
    Ok(())
}
