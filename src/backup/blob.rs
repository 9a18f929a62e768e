//! Where generations are kept. A folder today; anything that can put, get and list named bytes fits the trait.

use super::manifest::{Entry, MAX_MANIFEST_BYTES, hex, is_hash};
use super::place::Place;
use super::room;
use super::scratch::Scratch;
use crate::error::{Kind, ResultExt as _};
use crate::observe::step;
use crate::store::make_private;
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are read at a time.
const BUFFER_BYTES: usize = 1 << 20;

/// A file that was put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Its length.
    pub bytes: u64,
    /// Hex SHA-256 of its bytes.
    pub sha256: String,
    /// It was not there before.
    pub is_new: bool,
}

/// Held by who uses a place, so that nothing is removed meanwhile; given back when dropped or when the process ends.
#[derive(Debug)]
pub struct Hold {
    _file: Option<File>,
}

/// A place that keeps generations. Several threads may use it at once.
pub trait Blob: Send + Sync {
    /// Its name for people.
    fn name(&self) -> String;

    /// Makes the place when it is not there yet.
    ///
    /// # Errors
    /// When it cannot be made.
    fn prepare(&self) -> Result<()>;

    /// A folder for work that is thrown away, with as much room as the place has; it goes when it is dropped. Only for who
    /// holds the place.
    ///
    /// # Errors
    /// When it cannot be made.
    fn scratch(&self) -> Result<Scratch>;

    /// Keeps objects from being removed as long as the hold lives. Waits for who removes some.
    ///
    /// # Errors
    /// When the place cannot be used.
    fn hold(&self) -> Result<Hold>;

    /// As [`Blob::hold`], for who removes objects; nothing while another holds the place.
    ///
    /// # Errors
    /// When the place cannot be used.
    fn hold_alone(&self) -> Result<Option<Hold>>;

    /// Keeps the bytes of a file under their hash, durably, and reads them back; what is there already and whole is left
    /// alone.
    ///
    /// # Errors
    /// When the file cannot be read or the bytes cannot be kept; [`Kind::NoSpace`] when there is no room.
    fn put_file(&self, path: &Path) -> Result<Put>;

    /// Keeps a manifest, durably, all of it or nothing. From then on its generation exists.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn put_manifest(&self, id: &str, text: &[u8]) -> Result<()>;

    /// The ids of all manifests, oldest first.
    ///
    /// # Errors
    /// [`Kind::Usage`] when nothing was ever kept here.
    fn manifests(&self) -> Result<Vec<String>>;

    /// The text of a manifest.
    ///
    /// # Errors
    /// When it cannot be read.
    fn manifest(&self, id: &str) -> Result<Vec<u8>>;

    /// Removes a manifest: its generation is no more. One that is not there is no error.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn remove_manifest(&self, id: &str) -> Result<()>;

    /// All objects by their hash, with their lengths.
    ///
    /// # Errors
    /// When they cannot be listed.
    fn objects(&self) -> Result<BTreeMap<String, u64>>;

    /// Removes an object. One that is not there is no error.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn remove_object(&self, sha256: &str) -> Result<()>;

    /// Removes what interrupted work left, which is no object and no manifest. Only for who holds the place alone.
    ///
    /// # Errors
    /// When it cannot be removed.
    fn sweep(&self) -> Result<()>;

    /// A note of that name; nothing when there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    fn note(&self, name: &str) -> Result<Option<Vec<u8>>>;

    /// Keeps a note, all of it or nothing.
    ///
    /// # Errors
    /// When it cannot be kept.
    fn put_note(&self, name: &str, text: &[u8]) -> Result<()>;

    /// Writes the bytes of a file to `out` and compares them with what the manifest says; never writes more bytes than
    /// it says.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when they differ or are not there; then what was written is worth nothing.
    fn copy_to(&self, entry: &Entry, out: &mut dyn Write) -> Result<()>;
}

/// A folder on a file system.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    shown: PathBuf,
    /// Keeps the folder open that a client named.
    _place: Option<Arc<Place>>,
}

impl Folder {
    /// A folder that need not be there yet.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), shown: root.to_owned(), _place: None }
    }

    /// The folder that a client named.
    #[must_use]
    pub fn at(place: Place) -> Self {
        let (root, shown) = (place.path().to_owned(), place.shown().to_owned());
        Self { root, shown, _place: Some(Arc::new(place)) }
    }

    /// True when it may take a generation: it is missing, empty, or a backup folder already.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_fit(&self) -> Result<bool> {
        Ok(listed(&self.root)?.is_empty()
            || ["objects", "lock"].iter().any(|each| self.root.join(each).exists()))
    }

    /// Where an object is.
    pub(super) fn object(&self, sha256: &str) -> PathBuf {
        self.root.join("objects").join(sha256.get(..2).unwrap_or("00")).join(sha256)
    }

    fn generations(&self) -> PathBuf {
        self.root.join("generations")
    }

    /// The file that is locked: shared by who reads and adds, alone by who removes.
    fn lock(&self) -> Option<File> {
        let path = self.root.join("lock");
        let made = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        // In a place that cannot be written nobody removes anything.
        made.or_else(|_| File::open(&path)).ok()
    }

    /// The folders of objects, by name.
    fn shelves(&self) -> Result<Vec<PathBuf>> {
        let mut shelves = Vec::new();
        for entry in listed(&self.root.join("objects"))? {
            if entry.file_type()?.is_dir() {
                shelves.push(entry.path());
            }
        }
        shelves.sort_unstable();
        Ok(shelves)
    }
}

/// What is in a folder; nothing when it is not there.
fn listed(folder: &Path) -> Result<Vec<fs::DirEntry>> {
    match fs::read_dir(folder) {
        Ok(entries) => Ok(entries.collect::<std::io::Result<Vec<_>>>()?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("cannot read the folder {}", folder.display())),
    }
}

/// Removes a file; one that is not there is no error.
fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}

impl Blob for Folder {
    fn name(&self) -> String {
        self.shown.display().to_string()
    }

    fn prepare(&self) -> Result<()> {
        if self.root.is_dir() {
            return Ok(());
        }
        make_private(&self.root).with_context(|| format!("cannot make the folder {}", self.name()))
    }

    fn scratch(&self) -> Result<Scratch> {
        Scratch::new(&self.root, "excerpt", ".new")
    }

    fn hold(&self) -> Result<Hold> {
        let file = self.lock();
        if let Some(file) = &file {
            // A file system without locks has none to wait for; then only the time between marking and removing helps.
            drop(file.lock_shared());
        }
        Ok(Hold { _file: file })
    }

    fn hold_alone(&self) -> Result<Option<Hold>> {
        let Some(file) = self.lock() else { return Ok(None) };
        match file.try_lock() {
            Ok(()) => Ok(Some(Hold { _file: Some(file) })),
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => Ok(None),
        }
    }

    fn put_file(&self, path: &Path) -> Result<Put> {
        let (bytes, sha256) = hash(&mut File::open(path)?, u64::MAX, &mut std::io::sink())?;
        let object = self.object(&sha256);
        // What is there is read too: a damaged copy is replaced, not trusted.
        if has(&object, &sha256) {
            return Ok(Put { bytes, sha256, is_new: false });
        }
        let folder = object.parent().unwrap_or(&self.root);
        make_private(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        room::ensure(folder, bytes)?;
        // The system copies by itself, on some file systems without moving a byte; reading back tells whether it is right.
        write_whole(&object, |out| Ok(std::io::copy(&mut File::open(path)?, out).map(drop)?))?;
        step("backup.object");
        if !has(&object, &sha256) {
            return Err(anyhow::anyhow!("{} does not read back as it was written", object.display()))
                .kind(Kind::Corrupt);
        }
        Ok(Put { bytes, sha256, is_new: true })
    }

    fn put_manifest(&self, id: &str, text: &[u8]) -> Result<()> {
        let folder = self.generations();
        make_private(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let path = folder.join(format!("{id}.json"));
        write_whole(&path, |out| Ok(out.write_all(text)?))
    }

    fn manifests(&self) -> Result<Vec<String>> {
        let folder = self.generations();
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("{} is no backup folder", self.name()))
            .kind(Kind::Usage)?;
        let mut ids = Vec::new();
        for entry in entries {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if let Some(id) = name.strip_suffix(".json") {
                ids.push(id.to_owned());
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }

    fn manifest(&self, id: &str) -> Result<Vec<u8>> {
        let path = self.generations().join(format!("{id}.json"));
        let mut text = Vec::new();
        let file = open_plain(&path).with_context(|| format!("cannot read {}", path.display()))?;
        file.take(MAX_MANIFEST_BYTES).read_to_end(&mut text)?;
        Ok(text)
    }

    fn remove_manifest(&self, id: &str) -> Result<()> {
        remove(&self.generations().join(format!("{id}.json")))?;
        Ok(File::open(self.generations())?.sync_all()?)
    }

    fn objects(&self) -> Result<BTreeMap<String, u64>> {
        let mut objects = BTreeMap::new();
        for shelf in self.shelves()? {
            for entry in listed(&shelf)? {
                let name = entry.file_name().to_string_lossy().into_owned();
                if is_hash(&name) {
                    objects.insert(name, entry.metadata()?.len());
                }
            }
        }
        Ok(objects)
    }

    fn remove_object(&self, sha256: &str) -> Result<()> {
        remove(&self.object(sha256))
    }

    fn sweep(&self) -> Result<()> {
        let mut folders = self.shelves()?;
        folders.extend([self.generations(), self.root.clone()]);
        for folder in folders {
            for entry in listed(&folder)? {
                if entry.path().extension().is_none_or(|ending| ending != "new") {
                    continue;
                }
                if entry.file_type()?.is_dir() {
                    fs::remove_dir_all(entry.path())
                        .with_context(|| format!("cannot remove {}", entry.path().display()))?;
                } else {
                    remove(&entry.path())?;
                }
            }
        }
        Ok(())
    }

    fn note(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match open_plain(&self.root.join(name)) {
            Ok(file) => {
                let mut text = Vec::new();
                file.take(MAX_MANIFEST_BYTES).read_to_end(&mut text)?;
                Ok(Some(text))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn put_note(&self, name: &str, text: &[u8]) -> Result<()> {
        write_whole(&self.root.join(name), |out| Ok(out.write_all(text)?))
    }

    fn copy_to(&self, entry: &Entry, out: &mut dyn Write) -> Result<()> {
        let path = self.object(&entry.sha256);
        let what = || format!("the backup of {} at {}", entry.path, path.display());
        let mut file = match open_plain(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("{} is missing", what())).kind(Kind::Corrupt);
            }
            file => file.with_context(|| format!("{} cannot be read", what())).kind(Kind::Corrupt)?,
        };
        let (bytes, sha256) = match hash(&mut file, entry.bytes, out) {
            Err(error) if error.is::<CannotWrite>() => return Err(error),
            hashed => hashed.with_context(|| format!("{} cannot be read", what())).kind(Kind::Corrupt)?,
        };
        let is_longer = file.read(&mut [0])? > 0;
        if bytes != entry.bytes || is_longer || sha256 != entry.sha256 {
            return Err(anyhow::anyhow!("{} is damaged", what())).kind(Kind::Corrupt);
        }
        Ok(())
    }
}

/// True when a file holds the bytes with a hash.
fn has(path: &Path, sha256: &str) -> bool {
    open_plain(path)
        .map_err(anyhow::Error::from)
        .and_then(|mut file| hash(&mut file, u64::MAX, &mut std::io::sink()))
        .is_ok_and(|(_, is)| is == sha256)
}

/// Marks an error of the side that is written, so that it does not count as damage of what is read.
#[derive(Debug)]
pub(super) struct CannotWrite;

impl std::fmt::Display for CannotWrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cannot write")
    }
}

/// Copies up to `limit` bytes and hashes them: how many there were, and their SHA-256. An error of `to` is marked as
/// [`CannotWrite`].
pub(super) fn hash(from: &mut dyn Read, limit: u64, to: &mut dyn Write) -> Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut from = from.take(limit);
    let mut bytes = 0;
    loop {
        let n = from.read(&mut buffer)?;
        let Some(read) = buffer.get(..n).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        to.write_all(read).context(CannotWrite)?;
        bytes += n as u64;
    }
    Ok((bytes, hex(&hasher.finalize())))
}

/// Makes a file that is there whole or not at all: written beside, synced, renamed, its folder synced. Two threads may make
/// the same one.
pub(super) fn write_whole(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}-{}.new", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
    let temp = path.with_file_name(name);
    let done = (|| {
        let mut file = private(&temp).with_context(|| format!("cannot write {}", temp.display()))?;
        write(&mut file).with_context(|| format!("cannot write {}", path.display()))?;
        file.sync_all().with_context(|| format!("cannot write {}", path.display()))?;
        step("whole.written");
        fs::rename(&temp, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    })();
    if done.is_err() {
        drop(fs::remove_file(&temp));
    }
    done
}

/// A new file that only its owner may read: what is in it is source code. What has its name is replaced, and not written
/// to, since it may be a link to a file elsewhere.
fn private(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            fs::remove_file(path)?;
            options.open(path)
        }
        opened => opened,
    }
}

/// Opens a regular file. A pipe or a device in a backup that came from elsewhere would keep its reader waiting for ever.
pub(super) fn open_plain(path: &Path) -> std::io::Result<File> {
    let mut options = File::options();
    options.read(true);
    #[cfg(unix)]
    {
        let flags = rustix::fs::OFlags::NONBLOCK.bits();
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            &mut options,
            i32::try_from(flags).unwrap_or_default(),
        );
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() {
        return Ok(file);
    }
    Err(std::io::Error::new(std::io::ErrorKind::InvalidInput, "it is no regular file"))
}
