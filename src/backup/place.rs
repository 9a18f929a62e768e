//! Folders that a client names: below one root, whatever links stand in the way.

use super::now;
use crate::error::{Kind, ResultExt as _};
use crate::store;
use anyhow::{Context as _, Result};
use std::path::{Component, Path, PathBuf};

/// Most bytes of a path that a client names.
const MAX_PATH: usize = 4_096;

/// A folder below a root, open: it stays the same one, whatever is renamed or linked meanwhile.
#[derive(Debug)]
pub struct Place {
    shown: PathBuf,
    reached: PathBuf,
    #[cfg(target_os = "linux")]
    _fd: std::os::fd::OwnedFd,
}

impl Place {
    /// Its path for people.
    #[must_use]
    pub fn shown(&self) -> &Path {
        &self.shown
    }

    /// The path by which it is used.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.reached
    }
}

/// Opens the folder that `path` names below `root`; both it and the root are made when they are missing. The path is
/// relative to the root, or absolute and inside it. No link below the root is followed. Without a path it is the root.
///
/// # Errors
/// [`Kind::Denied`] for a path that leads elsewhere; [`Kind::Usage`] for one that is none.
pub fn below(root: &Path, path: Option<&str>) -> Result<Place> {
    reach(root, path, true)
}

/// The same for a folder that is to be there.
///
/// # Errors
/// As [`below`]; [`Kind::NotFound`] for one that is missing.
pub fn within(root: &Path, path: Option<&str>) -> Result<Place> {
    reach(root, path, false)
}

fn reach(root: &Path, path: Option<&str>, makes: bool) -> Result<Place> {
    store::make_private(root).with_context(|| format!("cannot make the folder {}", root.display()))?;
    let real = root.canonicalize().with_context(|| format!("cannot open the folder {}", root.display()))?;
    let path = path.unwrap_or_default();
    if path.len() > MAX_PATH || path.contains('\0') {
        return Err(anyhow::anyhow!("the path is none: it has a null byte, or more than {MAX_PATH} bytes"))
            .kind(Kind::Usage);
    }
    let given = Path::new(path);
    let relative = match given.is_absolute() {
        false => Some(given),
        true => given.strip_prefix(&real).or_else(|_| given.strip_prefix(root)).ok(),
    };
    let outside = || {
        let text = format!("the path {path} is not inside {}", root.display());
        Err(anyhow::anyhow!(text)).kind(Kind::Denied).hint("name one inside `database.backup_path`, or none")
    };
    let Some(relative) = relative else { return outside() };
    let mut names = Vec::new();
    for component in relative.components() {
        match component {
            Component::Normal(name) => names.push(name),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return outside(),
        }
    }
    open(root, &real, &names, makes)
}

fn missing(folder: &Path) -> Result<Place> {
    Err(anyhow::anyhow!("there is no {}", folder.display())).kind(Kind::NotFound)
}

#[cfg(target_os = "linux")]
fn open(root: &Path, real: &Path, names: &[&std::ffi::OsStr], makes: bool) -> Result<Place> {
    use rustix::fs::{Mode, OFlags, mkdirat, openat};
    use rustix::io::Errno;
    use std::os::fd::AsRawFd as _;

    let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
    let mut shown = root.to_owned();
    let mut fd = rustix::fs::open(real, flags, Mode::empty())
        .with_context(|| format!("cannot open the folder {}", root.display()))?;
    for name in names {
        shown.push(name);
        let made = if makes { mkdirat(&fd, *name, Mode::from_raw_mode(0o700)) } else { Ok(()) };
        match made {
            Ok(()) | Err(Errno::EXIST) => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot make the folder {}", shown.display()));
            }
        }
        fd = match openat(&fd, *name, flags, Mode::empty()) {
            Err(Errno::LOOP | Errno::NOTDIR) => {
                return Err(anyhow::anyhow!("{} is no folder, or a link to one", shown.display()))
                    .kind(Kind::Denied);
            }
            Err(Errno::NOENT) => return missing(&shown),
            opened => opened.with_context(|| format!("cannot open the folder {}", shown.display()))?,
        };
    }
    Ok(Place { shown, reached: PathBuf::from(format!("/proc/self/fd/{}", fd.as_raw_fd())), _fd: fd })
}

#[cfg(not(target_os = "linux"))]
fn open(root: &Path, real: &Path, names: &[&std::ffi::OsStr], makes: bool) -> Result<Place> {
    let mut reached = real.to_owned();
    let mut shown = root.to_owned();
    for name in names {
        reached.push(name);
        shown.push(name);
        if !makes && !reached.exists() {
            return missing(&shown);
        }
        match std::fs::create_dir(&reached) {
            Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => return Err(error.into()),
            _ => {}
        }
        if !std::fs::symlink_metadata(&reached)?.is_dir() {
            return Err(anyhow::anyhow!("{} is no folder, or a link to one", shown.display()))
                .kind(Kind::Denied);
        }
    }
    Ok(Place { shown, reached })
}

/// Writes a checkpoint of a data folder into a folder that a client names, which must be empty; without a path, into a new
/// one. Returns where it is and the generation in it.
///
/// # Errors
/// As [`below`]; [`Kind::Usage`] when the folder holds something, [`Kind::NoIndex`] when nothing was ever indexed.
pub fn checkpoint_below(data: &Path, root: &Path, path: Option<&str>) -> Result<(PathBuf, u64)> {
    let chosen = format!("checkpoint-{}", now());
    let place = below(root, Some(path.unwrap_or(&chosen)))?;
    let generation = store::checkpoint(data, place.path())
        .with_context(|| format!("cannot make a checkpoint in {}", place.shown().display()))?;
    Ok((place.shown().to_owned(), generation))
}

#[cfg(test)]
mod tests {
    use super::{below, within};
    use crate::error::Kind;
    use std::path::Path;

    fn kind(root: &Path, path: &str) -> Option<Kind> {
        below(root, Some(path)).err().map(|error| Kind::of(&error))
    }

    #[test]
    fn paths_inside_the_root_are_made_and_all_others_are_refused() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("backups");
        let inside = root.join("x/y");
        for path in ["", ".", "a", "a/b", "./a/./c", inside.to_str().unwrap()] {
            assert_eq!(kind(&root, path), None, "{path}");
        }
        assert!(root.join("a/b").is_dir() && inside.is_dir());
        let outside = temp.path().join("outside");
        for path in ["..", "../outside", "a/../../outside", "/etc", outside.to_str().unwrap()] {
            assert_eq!(kind(&root, path), Some(Kind::Denied), "{path}");
        }
        for path in ["a\0b", &"x/".repeat(3_000)] {
            assert_eq!(kind(&root, path), Some(Kind::Usage));
        }
        assert!(!outside.exists());
        let listed = std::fs::read_dir(temp.path()).unwrap().count();
        assert_eq!(listed, 1, "nothing was written beside the root");
    }

    #[test]
    fn a_folder_that_is_to_be_there_is_not_made() {
        let temp = tempfile::tempdir().unwrap();
        let root = temp.path().join("backups");
        std::fs::create_dir_all(root.join("a")).unwrap();
        let kind = |path: &str| within(&root, Some(path)).err().map(|error| Kind::of(&error));
        assert_eq!(["a", "", "b", "../x"].map(kind), [None, None, Some(Kind::NotFound), Some(Kind::Denied)]);
        assert!(!root.join("b").exists());
    }

    #[test]
    #[cfg(unix)]
    fn no_link_below_the_root_is_followed_though_the_root_may_be_one() {
        let temp = tempfile::tempdir().unwrap();
        let (root, outside) = (temp.path().join("backups"), temp.path().join("outside"));
        std::fs::create_dir_all(root.join("real")).unwrap();
        std::fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, root.join("link")).unwrap();
        std::os::unix::fs::symlink(&root, temp.path().join("alias")).unwrap();
        std::fs::write(root.join("file"), "x").unwrap();
        for path in ["link", "link/deeper", "real/../link", "file", "file/x"] {
            assert_eq!(kind(&root, path), Some(Kind::Denied), "{path}");
        }
        assert_eq!(kind(&temp.path().join("alias"), "real"), None);
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thousand_swaps_of_a_folder_for_a_link_write_nothing_outside() {
        use std::sync::atomic::{AtomicBool, Ordering};
        let temp = tempfile::tempdir().unwrap();
        let (root, outside) = (temp.path().join("backups"), temp.path().join("outside"));
        std::fs::create_dir_all(root.join("a/b")).unwrap();
        std::fs::create_dir(&outside).unwrap();
        std::os::unix::fs::symlink(&outside, root.join("link")).unwrap();
        let is_over = AtomicBool::new(false);
        let (mut refused, mut written) = (0, 0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    // The name is a folder, then a link, then a folder again.
                    drop(std::fs::rename(root.join("a"), root.join("aside")));
                    drop(std::fs::rename(root.join("link"), root.join("a")));
                    drop(std::fs::rename(root.join("a"), root.join("link")));
                    drop(std::fs::rename(root.join("aside"), root.join("a")));
                }
            });
            for n in 0..1_000 {
                match below(&root, Some("a/b")) {
                    Ok(place) => {
                        std::fs::write(place.path().join(n.to_string()), "x").unwrap();
                        written += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
            is_over.store(true, Ordering::Relaxed);
        });
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0, "{written} written, {refused} refused");
        assert!(written > 0);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn a_folder_that_is_swapped_for_a_link_is_still_the_one_that_was_opened() {
        let temp = tempfile::tempdir().unwrap();
        let (root, outside) = (temp.path().join("backups"), temp.path().join("outside"));
        std::fs::create_dir(&outside).unwrap();
        let place = below(&root, Some("a")).unwrap();
        std::fs::rename(root.join("a"), root.join("b")).unwrap();
        std::os::unix::fs::symlink(&outside, root.join("a")).unwrap();
        std::fs::write(place.path().join("x"), "x").unwrap();
        assert!(root.join("b/x").exists() && !outside.join("x").exists());
    }
}
