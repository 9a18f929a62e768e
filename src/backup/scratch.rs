//! Folders for work that is thrown away.

use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// Names that are tried for a temporary folder.
const MAX_NAMES: u32 = 100;

/// A folder that goes when it is dropped.
#[derive(Debug)]
pub struct Scratch(PathBuf);

impl Scratch {
    /// A new folder that only its owner may enter; its name begins and ends as told. Others may write where it lies, so what
    /// is there already is never used.
    ///
    /// # Errors
    /// When it cannot be made.
    pub(super) fn new(base: &Path, begin: &str, end: &str) -> Result<Self> {
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        for n in 0..MAX_NAMES {
            let path = base.join(format!("{begin}-{}-{n}{end}", std::process::id()));
            match builder.create(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                made => {
                    made.with_context(|| format!("cannot make the folder {}", path.display()))?;
                    return Ok(Self(path));
                }
            }
        }
        anyhow::bail!("no name is free for a folder in {}", base.display())
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

#[cfg(test)]
mod tests {
    use super::Scratch;

    #[test]
    #[cfg(unix)]
    fn a_folder_or_link_that_waits_under_the_name_of_a_temporary_one_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let (base, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let name = |n: u32| base.path().join(format!("work-{}-{n}.new", std::process::id()));
        std::fs::create_dir(name(0)).unwrap();
        std::os::unix::fs::symlink(outside.path(), name(1)).unwrap();
        let scratch = Scratch::new(base.path(), "work", ".new").unwrap();
        assert_eq!(scratch.0, name(2));
        assert_eq!(std::fs::metadata(&scratch.0).unwrap().permissions().mode() & 0o777, 0o700);
        let made = scratch.0.clone();
        drop(scratch);
        assert!(!made.exists() && name(0).exists() && name(1).exists());
    }
}
