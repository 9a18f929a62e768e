//! `<data>/daemon.json`: that a daemon lives on a data folder, where it listens, and the key with which the same user's
//! command line comes in.
//!
//! The daemon holds an advisory lock on the file as long as it lives, so one that was left behind by a daemon that was
//! killed is known by its lock being free: it is passed over and removed. Only its owner can read it.

use crate::config::Secret;
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The file in a data folder.
const FILE: &str = "daemon.json";
/// How often the lock is tried: a command line that looks holds it for a moment.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(25);
/// Longest file that is read, in bytes.
const MAX_BYTES: u64 = 1 << 16;

#[derive(Serialize, Deserialize)]
struct Said {
    /// Process number.
    pid: u32,
    /// Seconds since 1970.
    started_at: u64,
    version: String,
    /// Where the command line reaches it.
    address: SocketAddr,
    key: String,
}

/// The file of a daemon that lives; removed at its end.
#[derive(Debug)]
pub struct Presence {
    path: PathBuf,
    /// Holds the lock.
    _file: File,
}

/// A daemon that lives.
#[derive(Debug)]
pub struct Living {
    /// Process number.
    pub pid: u32,
    /// Where it listens, as seen from this machine.
    pub address: SocketAddr,
    /// What opens its doors.
    pub key: Secret,
}

impl Presence {
    /// Writes the file. Gives nothing when another daemon lives on the data folder: that one stays announced.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn announce(data: &Path, address: SocketAddr, key: &str) -> Result<Option<Self>> {
        let path = data.join(FILE);
        let cannot = || format!("cannot write {}", path.display());
        for _ in 0..TRIES {
            let mut open = OpenOptions::new();
            open.read(true).write(true).create(true).truncate(false).mode(0o600);
            let mut file = open.open(&path).with_context(cannot)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    std::thread::sleep(PAUSE);
                    continue;
                }
                Err(TryLockError::Error(error)) => return Err(error).with_context(cannot),
            }
            // Who found it left behind may have removed it meanwhile.
            if !is_at(&file, &path) {
                continue;
            }
            file.set_permissions(Permissions::from_mode(0o600)).with_context(cannot)?;
            let said = Said {
                pid: std::process::id(),
                started_at: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
                version: env!("CARGO_PKG_VERSION").to_owned(),
                address: from_here(address),
                key: key.to_owned(),
            };
            file.set_len(0).with_context(cannot)?;
            file.write_all(serde_json::to_string(&said)?.as_bytes()).with_context(cannot)?;
            return Ok(Some(Self { path, _file: file }));
        }
        Ok(None)
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        // What stays behind is known as such by its lock.
        drop(std::fs::remove_file(&self.path));
    }
}

/// The daemon that lives on a data folder, if one does. A file that was left behind is removed.
#[must_use]
pub fn living(data: &Path) -> Option<Living> {
    let path = data.join(FILE);
    for _ in 0..TRIES {
        let file = File::open(&path).ok()?;
        match file.try_lock_shared() {
            Ok(()) => {
                if is_at(&file, &path) {
                    drop(std::fs::remove_file(&path));
                }
                return None;
            }
            Err(TryLockError::Error(_)) => return None,
            Err(TryLockError::WouldBlock) => {}
        }
        let mut text = String::new();
        file.take(MAX_BYTES).read_to_string(&mut text).ok()?;
        // It is written after the lock is taken.
        if let Ok(said) = serde_json::from_str::<Said>(&text) {
            return Some(Living { pid: said.pid, address: said.address, key: Secret::new(said.key) });
        }
        std::thread::sleep(PAUSE);
    }
    None
}

/// True when an open file is the one at a path.
fn is_at(file: &File, path: &Path) -> bool {
    let number = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    let [own, there] = [file.metadata(), path.metadata()].map(|metadata| metadata.ok().map(number));
    own.is_some() && own == there
}

/// An address to which this machine can connect: who listens on all of them is asked at the loopback one.
fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_daemon_is_seen_while_it_lives_and_only_by_its_owner() {
        let temp = tempfile::tempdir().unwrap();
        assert!(living(temp.path()).is_none());
        let presence = Presence::announce(temp.path(), address("0.0.0.0:81"), "secret").unwrap().unwrap();
        let seen = living(temp.path()).unwrap();
        assert_eq!((seen.pid, seen.address), (std::process::id(), address("127.0.0.1:81")));
        assert_eq!(seen.key.reveal(), "secret");
        assert!(!format!("{seen:?}").contains("secret"));
        let path = temp.path().join(FILE);
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        // A second one does not take its place.
        assert!(Presence::announce(temp.path(), address("127.0.0.1:82"), "other").unwrap().is_none());
        assert_eq!(living(temp.path()).unwrap().address.port(), 81);
        drop(presence);
        assert!(living(temp.path()).is_none() && !path.exists());
    }

    #[test]
    fn what_was_left_behind_is_removed_and_the_next_daemon_takes_its_place() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join(FILE);
        for text in [r#"{"pid":1,"started_at":0,"version":"0","address":"127.0.0.1:9","key":"k"}"#, "{", ""] {
            std::fs::write(&path, text).unwrap();
            assert!(living(temp.path()).is_none());
            assert!(!path.exists(), "{text}");
        }
        std::fs::write(&path, "of long ago, and longer than what comes now: ".repeat(20)).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        let _presence = Presence::announce(temp.path(), address("[::]:83"), "k").unwrap().unwrap();
        assert_eq!(living(temp.path()).unwrap().address, address("[::1]:83"));
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
    }
}
