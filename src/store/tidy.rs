//! What runs and readers left behind and nobody needs.

use super::lock::WriterLock;
use super::snapshot::sweep;
use crate::error::Kind;
use anyhow::Result;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Removes temporary files that were not touched for some time, and generations that nobody reads. While somebody
/// writes, it does nothing: that writer does it.
///
/// # Errors
/// When something cannot be removed.
pub fn tidy(data: &Path, age: Duration) -> Result<()> {
    let temp = data.join("temp");
    // Nothing was ever written, or no writer may write: there is nothing to tidy, and no folder is made for it.
    if !data.join("writer.lock").exists() || !temp.exists() {
        return Ok(());
    }
    let _lock = match WriterLock::take(data, "tidy", Duration::ZERO) {
        Err(error) if Kind::of(&error) == Kind::Locked => return Ok(()),
        other => other?,
    };
    let now = SystemTime::now();
    for entry in fs::read_dir(&temp)? {
        let entry = entry?;
        let about = entry.metadata()?;
        let touched = about.modified().ok().and_then(|at| now.duration_since(at).ok());
        if touched.is_some_and(|ago| ago >= age) {
            if about.is_dir() { fs::remove_dir_all(entry.path())? } else { fs::remove_file(entry.path())? }
        }
    }
    sweep(data)
}

#[cfg(test)]
mod tests {
    use super::super::Store;
    use super::*;

    #[test]
    fn what_was_left_goes_when_it_is_old_and_nobody_writes() {
        let folder = tempfile::tempdir().unwrap();
        let (data, left) = (folder.path(), folder.path().join("temp").join("left"));
        tidy(data, Duration::ZERO).unwrap();
        assert_eq!(fs::read_dir(data).unwrap().count(), 0);
        let store = Store::open(data, "test", Duration::ZERO).unwrap();
        fs::write(&left, "x").unwrap();
        tidy(data, Duration::ZERO).unwrap();
        assert!(left.exists());
        drop(store);
        tidy(data, Duration::from_secs(3600)).unwrap();
        assert!(left.exists());
        tidy(data, Duration::ZERO).unwrap();
        assert!(!left.exists());
    }
}
