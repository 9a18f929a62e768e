//! One writer: an advisory lock on `<data>/writer.lock`, with the holder's name in it.

use super::snapshot::{is_out_of_reach, out_of_reach};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How long a second writer waits for the first.
pub const WAIT: Duration = Duration::from_secs(5);

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Process number.
    pub pid: u32,
    /// What it does: `index`, `remove`, `restore`.
    pub what: String,
    /// Since when, seconds since 1970.
    pub since: u64,
}

/// The lock; given back when dropped or when the process ends in whatever way.
#[derive(Debug)]
pub struct WriterLock {
    file: File,
}

impl WriterLock {
    /// Takes the lock of a data folder, waiting up to `wait` for another holder.
    ///
    /// # Errors
    /// [`Kind::Locked`] with the holder's name when it stays taken.
    pub fn take(data: &Path, what: &str, wait: Duration) -> Result<Self> {
        let path = data.join("writer.lock");
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = match opened.with_context(|| format!("cannot open the lock {}", path.display())) {
            Err(error) if is_out_of_reach(&error) => return out_of_reach(error),
            opened => opened?,
        };
        let end = Instant::now() + wait;
        let mut pause = Duration::from_millis(1);
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => {
                    return Err(error).with_context(|| format!("cannot lock {}", path.display()));
                }
                Err(TryLockError::WouldBlock) if Instant::now() >= end => {
                    return Err(locked(&mut file, data)).kind(Kind::Locked);
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
            }
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let holder = Holder { pid: std::process::id(), what: what.to_owned(), since };
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(serde_json::to_string(&holder)?.as_bytes())?;
        file.flush()?;
        Ok(Self { file })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        // The next holder must not read our name while it waits for nobody; a failure here changes nothing.
        if self.file.set_len(0).is_err() {
            return;
        }
        drop(self.file.unlock());
    }
}

fn locked(file: &mut File, data: &Path) -> anyhow::Error {
    let mut text = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut text));
    let holder: Option<Holder> = read.ok().and_then(|_| serde_json::from_str(&text).ok());
    match holder {
        Some(holder) => {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
            anyhow::anyhow!(
                "the store {} is being written by `{}` (process {}), since {} s",
                data.display(),
                holder.what,
                holder.pid,
                now.saturating_sub(holder.since)
            )
        }
        None => anyhow::anyhow!("the store {} is being written by another process", data.display()),
    }
}
