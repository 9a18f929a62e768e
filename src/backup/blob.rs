//! Where generations are kept. A folder today; anything that can put, get and list named bytes fits the trait.

use super::manifest::{Entry, MAX_MANIFEST_BYTES, hex};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

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

/// A place that keeps generations.
pub trait Blob {
    /// Its name for people.
    fn name(&self) -> String;

    /// Keeps the bytes of a file under their hash, durably; what is there already and whole is left alone.
    ///
    /// # Errors
    /// When the file cannot be read or the bytes cannot be kept.
    fn put_file(&self, path: &Path) -> Result<Put>;

    /// Keeps a manifest, durably, all of it or nothing. From then on its generation exists.
    ///
    /// # Errors
    /// When it cannot be kept, or one of that id is there.
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
}

impl Folder {
    /// A folder that need not be there yet.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    fn object(&self, sha256: &str) -> PathBuf {
        self.root.join("objects").join(sha256.get(..2).unwrap_or("00")).join(sha256)
    }

    fn generations(&self) -> PathBuf {
        self.root.join("generations")
    }
}

impl Blob for Folder {
    fn name(&self) -> String {
        self.root.display().to_string()
    }

    fn put_file(&self, path: &Path) -> Result<Put> {
        let (bytes, sha256) = hash(&mut File::open(path)?, u64::MAX, &mut std::io::sink())?;
        let object = self.object(&sha256);
        // What is there is read too: a damaged copy is replaced, not trusted.
        let there = File::open(&object).map_err(anyhow::Error::from);
        if there
            .and_then(|mut there| hash(&mut there, u64::MAX, &mut std::io::sink()))
            .is_ok_and(|(_, is)| is == sha256)
        {
            return Ok(Put { bytes, sha256, is_new: false });
        }
        let folder = object.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let write = |out: &mut File| {
            let (_, copied) = hash(&mut File::open(path)?, u64::MAX, out)?;
            anyhow::ensure!(copied == sha256, "{} changed while it was read", path.display());
            Ok(())
        };
        write_whole(&object, write)?;
        Ok(Put { bytes, sha256, is_new: true })
    }

    fn put_manifest(&self, id: &str, text: &[u8]) -> Result<()> {
        let folder = self.generations();
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let path = folder.join(format!("{id}.json"));
        write_whole(&path, |out| Ok(out.write_all(text)?))
    }

    fn manifests(&self) -> Result<Vec<String>> {
        let folder = self.generations();
        let entries = fs::read_dir(&folder)
            .with_context(|| format!("{} is no backup folder", self.root.display()))
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
        let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
        file.take(MAX_MANIFEST_BYTES).read_to_end(&mut text)?;
        Ok(text)
    }

    fn copy_to(&self, entry: &Entry, out: &mut dyn Write) -> Result<()> {
        let path = self.object(&entry.sha256);
        let what = || format!("the backup of {} at {}", entry.path, path.display());
        let mut file =
            File::open(&path).with_context(|| format!("{} cannot be read", what())).kind(Kind::Corrupt)?;
        let (bytes, sha256) = hash(&mut file, entry.bytes, out)?;
        let is_longer = file.read(&mut [0])? > 0;
        if bytes != entry.bytes || is_longer || sha256 != entry.sha256 {
            return Err(anyhow::anyhow!("{} is damaged", what())).kind(Kind::Corrupt);
        }
        Ok(())
    }
}

/// Copies up to `limit` bytes and hashes them: how many there were, and their SHA-256.
fn hash(from: &mut File, limit: u64, to: &mut dyn Write) -> Result<(u64, String)> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut from = from.take(limit);
    let mut bytes = 0;
    loop {
        let n = from.read(&mut buffer)?;
        let Some(read) = buffer.get(..n).filter(|read| !read.is_empty()) else { break };
        hasher.update(read);
        to.write_all(read)?;
        bytes += n as u64;
    }
    Ok((bytes, hex(&hasher.finalize())))
}

/// Makes a file that is there whole or not at all: written beside, synced, renamed, its folder synced.
fn write_whole(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    let temp = path.with_extension(format!("{}.new", std::process::id()));
    let done = (|| {
        let mut file = File::create(&temp).with_context(|| format!("cannot write {}", temp.display()))?;
        write(&mut file)?;
        file.sync_all()?;
        fs::rename(&temp, path)?;
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    })();
    if done.is_err() {
        drop(fs::remove_file(&temp));
    }
    done
}
