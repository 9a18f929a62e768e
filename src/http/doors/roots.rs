//! Folders of this machine that clients may name.

use crate::config::Config;
use crate::error::{Kind, ResultExt as _};
use anyhow::Result;
use std::path::{Component, Path, PathBuf};

/// Most bytes of a path that a client names.
const MAX_PATH: usize = 4096;

/// The folders below which a path may lie.
#[derive(Debug)]
pub(super) struct Roots(Vec<PathBuf>);

impl Roots {
    /// Those of settings; without any, the folder in which we were started, if only this machine reaches us.
    pub(super) fn new(config: &Config, is_loopback: bool) -> Self {
        let named: Vec<PathBuf> = config.parsing.allowed_roots.iter().map(PathBuf::from).collect();
        if named.is_empty() && is_loopback {
            return Self(std::env::current_dir().into_iter().collect());
        }
        Self(named)
    }

    /// The folder or file that a path leads to, links followed, if it lies in one of the folders.
    ///
    /// # Errors
    /// [`Kind::Usage`] for what is no absolute path, [`Kind::NotFound`] for what would lie in one of the folders but is
    /// not there, [`Kind::Denied`] for all else, there or not.
    pub(super) fn allowed(&self, path: &Path) -> Result<PathBuf> {
        let text = resolvable(path)?;
        let roots: Vec<PathBuf> = self.0.iter().filter_map(|root| root.canonicalize().ok()).collect();
        match text.canonicalize() {
            Ok(real) if roots.iter().any(|root| real.starts_with(root)) => Ok(real),
            Err(_) if self.0.iter().chain(&roots).any(|root| is_written_below(text, root)) => {
                Err(anyhow::anyhow!("there is no {}", text.display())).kind(Kind::NotFound)
            }
            _ => Err(anyhow::anyhow!("{} lies in no folder that clients may name", text.display()))
                .kind(Kind::Denied)
                .hint("the setting is parsing.allowed_roots"),
        }
    }
}

/// The real path of a folder or file, wherever it lies.
///
/// # Errors
/// [`Kind::Usage`] for what is no absolute path, [`Kind::NotFound`] for what is not there.
pub(super) fn anywhere(path: &Path) -> Result<PathBuf> {
    let path = resolvable(path)?;
    let real = path.canonicalize().map_err(|error| anyhow::anyhow!("{}: {error}", path.display()));
    real.kind(Kind::NotFound)
}

/// A path that may be looked up.
fn resolvable(path: &Path) -> Result<&Path> {
    let bytes = path.as_os_str().as_encoded_bytes();
    if !path.is_absolute() || bytes.len() > MAX_PATH || bytes.contains(&0) {
        return Err(anyhow::anyhow!("a path is absolute, and has at most {MAX_PATH} bytes and no NUL"))
            .kind(Kind::Usage);
    }
    Ok(path)
}

/// True when a path lies in a folder as it is written, without a way up.
fn is_written_below(path: &Path, root: &Path) -> bool {
    path.starts_with(root) && !path.components().any(|part| part == Component::ParentDir)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error;

    fn roots(paths: &[&Path]) -> Roots {
        Roots(paths.iter().map(|path| path.to_path_buf()).collect())
    }

    #[test]
    #[cfg(unix)]
    fn a_path_is_allowed_by_where_it_leads() {
        use std::os::unix::fs::symlink;
        let temp = tempfile::tempdir().unwrap();
        let base = temp.path().canonicalize().unwrap();
        let (inside, outside) = (base.join("in"), base.join("out"));
        for folder in [&inside, &outside, &base.join("in-too"), &inside.join("a/b")] {
            std::fs::create_dir_all(folder).unwrap();
        }
        symlink(&outside, inside.join("leak")).unwrap();
        symlink(inside.join("a"), outside.join("back")).unwrap();
        symlink(&inside, base.join("alias")).unwrap();
        for root in [&inside, &base.join("alias")] {
            let roots = roots(&[root]);
            let kind = |path: &Path| roots.allowed(path).map_err(|error| Kind::of(&error));
            assert_eq!(kind(&inside), Ok(inside.clone()));
            assert_eq!(kind(&inside.join("a/../a/b")), Ok(inside.join("a/b")));
            assert_eq!(kind(&outside.join("back/b")), Ok(inside.join("a/b")));
            assert_eq!(kind(&base.join("alias/a")), Ok(inside.join("a")));
            assert_eq!(kind(&root.join("nothing")), Err(Kind::NotFound));
            for denied in [
                &outside,
                &base.join("in-too"),
                &inside.join("leak"),
                &inside.join(".."),
                &inside.join("../out"),
                &inside.join("../nothing"),
                &outside.join("nothing"),
                Path::new("/"),
                Path::new("/nothing/at/all"),
            ] {
                assert_eq!(kind(denied), Err(Kind::Denied), "{}", denied.display());
            }
            for bad in ["", "in", "./in", "../in", &format!("/{}", "x".repeat(5000)), "/a\0b"] {
                assert_eq!(kind(Path::new(bad)), Err(Kind::Usage), "{bad}");
            }
        }
        assert!(roots(&[]).allowed(&inside).is_err());
        assert_eq!(anywhere(&outside.join("back")).unwrap(), inside.join("a"));
        let hint = error::hint(&roots(&[]).allowed(&inside).unwrap_err()).map(str::to_owned);
        assert!(hint.unwrap().contains("parsing.allowed_roots"));
    }

    #[test]
    fn without_settings_it_is_where_we_were_started_if_only_this_machine_reaches_us() {
        let config = Config::default();
        let here = std::env::current_dir().unwrap();
        assert!(Roots::new(&config, true).allowed(&here).is_ok());
        assert!(Roots::new(&config, false).allowed(&here).is_err());
    }
}
