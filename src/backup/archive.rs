//! One generation in one file: a tar, compressed by zstd or gzip, with the manifest first.
//!
//! ```text
//! manifest.json        the manifest, as in a backup folder
//! files/<name>         each file of the manifest, once
//! ```
//!
//! Reading trusts nothing: the manifest is sealed, and what follows must be plain files that it names, each once, as long
//! as it says. Nothing else is opened, extended or followed, and no more is decompressed than the manifest's sizes.

use super::blob::{CannotWrite, hash, write_whole};
use super::manifest::{Entry, MAX_MANIFEST_BYTES, Manifest};
use super::origin::{Finding, Open, Tell, Wrong};
use super::scratch::Scratch;
use super::squeeze::{Method, Reader, Writer};
use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress};
use anyhow::{Context as _, Result, bail, ensure};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufReader, Read, Write};
use std::path::{Path, PathBuf};

const MANIFEST: &str = "manifest.json";
const FILES: &str = "files/";
/// Most members that are looked at although the manifest does not name them.
const MAX_EXTRA: usize = 100;

/// An archive that need not be there yet.
#[derive(Debug, Clone)]
pub struct Archive {
    path: PathBuf,
}

type Tar<'t> = tar::Entry<'t, Box<dyn Read>>;

impl Archive {
    /// The archive at a path.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Its name for people.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Sees that its name says how it is written.
    ///
    /// # Errors
    /// [`Kind::Usage`] when it ends in no known way.
    pub(super) fn check_name(&self) -> Result<()> {
        Method::of_name(&self.path).map(drop)
    }

    /// A folder for work beside it; it goes when it is dropped.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn scratch(&self) -> Result<Scratch> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        Scratch::new(folder.unwrap_or(Path::new(".")), &name, ".new")
    }

    /// Writes it: whole or not at all, and read back before it gets its name. Returns its length.
    ///
    /// # Errors
    /// [`Kind::Usage`] for a name that ends in no known way; when a file cannot be read, is not what the manifest says,
    /// or the archive cannot be written.
    pub(super) fn write(
        &self,
        manifest: &Manifest,
        from: &Path,
        (progress, cancel): (&dyn Progress, &Cancel),
    ) -> Result<u64> {
        let method = Method::of_name(&self.path)?;
        write_whole(&self.path, |out| {
            let mut tar = tar::Builder::new(Writer::new(method, &mut *out)?);
            tar.mode(tar::HeaderMode::Deterministic);
            let text = manifest.encode()?;
            tar.append(&header(MANIFEST, text.len() as u64, manifest.made_at)?, text.as_slice())?;
            for entry in &manifest.files {
                cancel.check()?;
                let path = from.join(&entry.path);
                let file = File::open(&path).with_context(|| format!("cannot read {}", path.display()))?;
                let name = format!("{FILES}{}", entry.path);
                tar.append(&header(&name, entry.bytes, manifest.made_at)?, file.take(entry.bytes))?;
                progress.advance(1);
            }
            tar.into_inner()?.finish()?;
            out.sync_all()?;
            Ok(())
        })?;
        let mut fail = |finding: Finding| finding.fail();
        let read_back = self.read(
            manifest,
            &|_| Ok(Box::new(std::io::sink())),
            &mut fail,
            (&crate::observe::Silent, cancel),
        );
        if let Err(error) = read_back {
            drop(std::fs::remove_file(&self.path));
            return Err(error).context("the archive does not read back as it was written");
        }
        Ok(std::fs::metadata(&self.path)?.len())
    }

    /// Its manifest.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when it is damaged, [`Kind::Usage`] when it is no archive of ours, [`Kind::Format`] when a newer
    /// program wrote it.
    pub(super) fn manifest(&self) -> Result<Manifest> {
        let mut tar = self.tar()?;
        self.first(&mut entries(&mut tar)?)
    }

    fn tar(&self) -> Result<tar::Archive<Box<dyn Read>>> {
        let file = File::open(&self.path).with_context(|| format!("cannot read {}", self.path.display()));
        let reader = Reader::open(BufReader::with_capacity(1 << 16, file.kind(Kind::Usage)?));
        let reader = reader.with_context(|| format!("{} is no backup archive", self.path.display()));
        let reader: Box<dyn Read> = Box::new(reader.kind(Kind::Usage)?);
        Ok(tar::Archive::new(reader))
    }

    fn damaged(&self) -> String {
        format!("the archive {} is damaged", self.path.display())
    }

    fn first<'t>(&self, entries: &mut impl Iterator<Item = std::io::Result<Tar<'t>>>) -> Result<Manifest> {
        let first = entries.next().with_context(|| self.damaged()).kind(Kind::Corrupt)?;
        let mut first = first.with_context(|| self.damaged()).kind(Kind::Corrupt)?;
        let is_ours = plain_name(&first).is_ok_and(|name| name == MANIFEST);
        if !is_ours {
            return Err(anyhow::anyhow!("{} does not begin with a manifest", self.path.display()))
                .kind(Kind::Usage)
                .hint("archives are made by `codegraph backup --archive`");
        }
        let mut text = Vec::new();
        (&mut first)
            .take(MAX_MANIFEST_BYTES)
            .read_to_end(&mut text)
            .with_context(|| self.damaged())
            .kind(Kind::Corrupt)?;
        Manifest::decode(&self.path.display().to_string(), &text)
    }

    /// Reads all files.
    pub(super) fn read(
        &self,
        manifest: &Manifest,
        open: &Open<'_>,
        tell: &mut Tell<'_>,
        (progress, cancel): (&dyn Progress, &Cancel),
    ) -> Result<()> {
        let mut tar = self.tar()?;
        let mut entries = entries(&mut tar)?;
        if self.first(&mut entries)? != *manifest {
            return Err(anyhow::anyhow!("{} changed while it was read", self.path.display()))
                .kind(Kind::Corrupt);
        }
        let mut wanted: BTreeMap<&str, &Entry> =
            manifest.files.iter().map(|entry| (entry.path.as_str(), entry)).collect();
        let mut n_extra = 0;
        let end = loop {
            cancel.check()?;
            let mut member = match entries.next() {
                None => break None,
                Some(Err(error)) => break Some(error),
                Some(Ok(member)) => member,
            };
            let text;
            let (name, wrong) = match plain_name(&member) {
                Ok(name) => match name.strip_prefix(FILES).and_then(|name| wanted.remove(name)) {
                    Some(entry) => {
                        if let Some(finding) = self.take(entry, &mut member, open)? {
                            tell(finding)?;
                        }
                        progress.advance(1);
                        continue;
                    }
                    None => (name, "the manifest does not name it, or it was there before"),
                },
                Err(error) => {
                    text = error.to_string();
                    (String::new(), text.as_str())
                }
            };
            let text = format!("{}: a member {name:?} is refused: {wrong}", self.damaged());
            tell(Finding { path: name, wrong: Wrong::Extra, text })?;
            n_extra += 1;
            // What it may hold is not even skipped, since that would decompress it.
            if member.header().entry_size().unwrap_or(u64::MAX) > 0 || n_extra > MAX_EXTRA {
                break None;
            }
        };
        for (path, _) in wanted {
            let text = match &end {
                Some(error) => format!("{}: {path} is not reached: {error}", self.damaged()),
                None => format!("{}: {path} is missing", self.damaged()),
            };
            tell(Finding { path: path.to_owned(), wrong: Wrong::Missing, text })?;
        }
        Ok(())
    }

    /// Hands over one file; tells what is wrong with it.
    fn take(&self, entry: &Entry, member: &mut Tar<'_>, open: &Open<'_>) -> Result<Option<Finding>> {
        let changed = |why: String| {
            let text = format!("{}: {} {why}", self.damaged(), entry.path);
            Ok(Some(Finding { path: entry.path.clone(), wrong: Wrong::Changed, text }))
        };
        let said = member.header().entry_size().unwrap_or(u64::MAX);
        if said != entry.bytes {
            return changed(format!("has {said} bytes, and its manifest says {}", entry.bytes));
        }
        let mut out = open(entry)?;
        match hash(member, entry.bytes, &mut *out) {
            Ok((bytes, sha256)) if bytes == entry.bytes && sha256 == entry.sha256 => {
                out.flush()?;
                Ok(None)
            }
            Ok(_) => changed("has other bytes than its manifest says".to_owned()),
            Err(error) if error.is::<CannotWrite>() => Err(error),
            Err(error) => changed(format!("cannot be read: {error:#}")),
        }
    }
}

/// The members as they stand: no extension is followed.
fn entries<'t>(
    tar: &'t mut tar::Archive<Box<dyn Read>>,
) -> Result<impl Iterator<Item = std::io::Result<Tar<'t>>>> {
    Ok(tar.entries().kind_of_damage()?.raw(true))
}

/// Damage where the tar itself cannot be read.
trait Damage<T> {
    fn kind_of_damage(self) -> Result<T>;
}

impl<T> Damage<T> for std::io::Result<T> {
    fn kind_of_damage(self) -> Result<T> {
        self.map_err(anyhow::Error::from).kind(Kind::Corrupt)
    }
}

/// The name of a member that is a plain file with nothing special about it.
fn plain_name(member: &Tar<'_>) -> Result<String> {
    let header = member.header();
    ensure!(header.entry_type() == tar::EntryType::Regular, "it is no plain file");
    ensure!(header.mode().is_ok_and(|mode| mode & 0o7000 == 0), "its mode is special");
    let name = std::str::from_utf8(&header.path_bytes()).context("its name is no text")?.to_owned();
    let segments = name.strip_prefix(FILES).unwrap_or(&name);
    if segments.is_empty() || segments == "." || segments == ".." || segments.contains(['/', '\\', '\0']) {
        bail!("its name {name:?} leads elsewhere");
    }
    Ok(name)
}

fn header(name: &str, bytes: u64, time: u64) -> Result<tar::Header> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name)?;
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(time);
    header.set_cksum();
    Ok(header)
}
