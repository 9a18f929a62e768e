//! The private sockets between the edge and those who answer: in a folder that only this user can enter.

use super::Lane;
use anyhow::{Context as _, Result};
use std::fs::{self, DirBuilder};
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

/// What the names of such folders begin with; the number of the process follows.
const PREFIX: &str = "sockets-";
/// The file of each lane.
const NAMES: [&str; Lane::COUNT] = ["work", "probe"];
/// Most bytes of a socket's path, the shortest of the systems' limits.
const MAX_PATH_BYTES: usize = 103;

/// The folder; it goes when this does.
pub(in crate::http) struct Sockets {
    folder: PathBuf,
}

impl Sockets {
    /// Makes the folder below the data folder, or among temporary files when that path is too long for a socket.
    /// Folders that dead daemons left behind are removed.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(in crate::http) fn new(data: &Path) -> Result<Self> {
        let name = format!("{PREFIX}{}", std::process::id());
        let is_short = data.join(&name).join(NAMES[1]).as_os_str().len() <= MAX_PATH_BYTES;
        let parent = if is_short { data.to_owned() } else { std::env::temp_dir() };
        let cannot = || format!("cannot make a folder for sockets in {}", parent.display());
        DirBuilder::new().recursive(true).mode(0o700).create(&parent).with_context(cannot)?;
        forget_the_dead(&parent);
        let folder = parent.join(if is_short { name } else { format!("codegraph-{name}") });
        DirBuilder::new().mode(0o700).create(&folder).with_context(cannot)?;
        Ok(Self { folder })
    }

    /// Where each lane's requests are taken.
    pub(in crate::http) fn paths(&self) -> [PathBuf; Lane::COUNT] {
        NAMES.map(|name| self.folder.join(name))
    }

    /// Listens on each.
    ///
    /// # Errors
    /// When one cannot be listened on.
    pub(in crate::http) fn listen(&self) -> Result<[UnixListener; Lane::COUNT]> {
        let [work, probe] = self.paths().map(|path| {
            UnixListener::bind(&path).with_context(|| format!("cannot listen on {}", path.display()))
        });
        Ok([work?, probe?])
    }
}

impl Drop for Sockets {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// Removes the folders on whose sockets nobody listens any more.
fn forget_the_dead(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().contains(PREFIX);
        if is_ours && UnixStream::connect(entry.path().join(NAMES[0])).is_err() {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dead_daemon_left_goes_and_what_a_living_one_uses_stays() {
        let data = tempfile::tempdir().unwrap();
        let (dead, living) = (data.path().join("sockets-1"), data.path().join("sockets-2"));
        fs::create_dir(&dead).unwrap();
        fs::create_dir(&living).unwrap();
        drop(UnixListener::bind(dead.join("work")).unwrap());
        let _listens = UnixListener::bind(living.join("work")).unwrap();
        let sockets = Sockets::new(data.path()).unwrap();
        let [work, _probe] = sockets.listen().unwrap();
        assert_eq!((dead.exists(), living.exists()), (false, true));
        let [path, _] = sockets.paths();
        assert!(UnixStream::connect(&path).is_ok());
        drop((sockets, work));
        assert!(!path.exists());
        let long = data.path().join("x".repeat(120));
        let elsewhere = Sockets::new(&long).unwrap();
        assert!(elsewhere.listen().is_ok());
    }
}
