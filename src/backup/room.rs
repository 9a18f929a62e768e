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

/// True when the system lets this process write nothing into a folder that is there: its file system is mounted for
/// reading, or it belongs to others.
#[must_use]
pub fn is_read_only(folder: &Path) -> bool {
    #[cfg(unix)]
    {
        use rustix::io::Errno;
        let told = rustix::fs::access(folder, rustix::fs::Access::WRITE_OK);
        matches!(told, Err(Errno::ROFS | Errno::ACCESS | Errno::PERM))
    }
    #[cfg(not(unix))]
    {
        std::fs::metadata(folder).is_ok_and(|about| about.permissions().readonly())
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
    use super::{ensure, free, is_read_only};
    use crate::error::Kind;

    #[cfg(unix)]
    #[test]
    fn a_folder_that_may_not_be_written_is_told_from_one_that_is_not_there() {
        use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
        let temp = tempfile::tempdir().unwrap();
        assert!(!is_read_only(temp.path()) && !is_read_only(&temp.path().join("nothing")));
        std::fs::set_permissions(temp.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
        // Rights are no limit to the system's administrator.
        let is_administrator = std::fs::metadata(temp.path()).unwrap().uid() == 0;
        assert_eq!(is_read_only(temp.path()), !is_administrator);
        std::fs::set_permissions(temp.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    }

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
