//! Room on a disk, asked for before much is written.

use crate::error::{Kind, ResultExt as _};
use anyhow::Result;
use std::path::Path;

/// Bytes that are left free besides what is written.
const SPARE_BYTES: u64 = 16 << 20;

/// Bytes that may still be written to the file system of a folder; nothing when the system does not tell.
#[must_use]
pub fn free(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let told = rustix::fs::statvfs(folder).ok()?;
        told.f_bavail.checked_mul(told.f_frsize)
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        None
    }
}

/// Sees that some bytes fit on the file system of a folder.
///
/// # Errors
/// [`Kind::NoSpace`] with both numbers when they do not.
pub fn ensure(folder: &Path, bytes: u64) -> Result<()> {
    match free(folder) {
        Some(free) if free < bytes.saturating_add(SPARE_BYTES) && bytes > 0 => {
            let needed = bytes.saturating_add(SPARE_BYTES);
            let folder = folder.display();
            Err(anyhow::anyhow!(
                "no room on the disk of {folder}: {needed} bytes are needed, {free} are free"
            ))
            .kind(Kind::NoSpace)
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{ensure, free};
    use crate::error::Kind;

    #[test]
    fn more_than_there_is_room_for_is_refused_with_both_numbers() {
        let temp = tempfile::tempdir().unwrap();
        let free = free(temp.path()).unwrap();
        assert!(ensure(temp.path(), 0).is_ok());
        let error = ensure(temp.path(), free).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::NoSpace);
        assert!(format!("{error:#}").contains("are free"), "{error:#}");
    }
}
