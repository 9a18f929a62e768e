//! Patterns of paths, as they are typed.

use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Paths that match a glob or hold a text.
#[derive(Debug, Clone)]
pub struct PathSet {
    globs: GlobSet,
    parts: Vec<Part>,
}

/// A text that stands in a path or a name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    text: String,
    /// Capitals do not count.
    folds: bool,
}

impl Part {
    fn new(typed: &str) -> Self {
        Self { text: typed.to_owned(), folds: is_without_capital(typed) }
    }

    fn stands_in(&self, text: &str) -> bool {
        if self.folds { text.to_lowercase().contains(&self.text) } else { text.contains(&self.text) }
    }
}

/// True for a text without a capital: what is typed so is meant in any case.
pub(super) fn is_without_capital(typed: &str) -> bool {
    !typed.chars().any(char::is_uppercase)
}

/// True for a text that is a glob.
fn is_glob(typed: &str) -> bool {
    typed.contains(['*', '?', '[', '{'])
}

impl PathSet {
    /// The paths that one of the globs means, or one of the texts; `None` when there are neither. In a glob `*` stays
    /// in a folder, `**` does not; one without a folder is found in all of them, and a folder is all that is below it.
    /// A text with a character of globs is a glob; another one stands somewhere in the path. Capitals count in globs,
    /// and in texts that have one.
    ///
    /// # Errors
    /// [`Kind::Usage`] when one is no glob.
    pub fn new(globs: &[String], texts: &[String]) -> Result<Option<Self>> {
        if globs.is_empty() && texts.is_empty() {
            return Ok(None);
        }
        let mut set = GlobSetBuilder::new();
        let mut parts = Vec::new();
        for typed in globs {
            add(&mut set, typed, false)?;
        }
        for typed in texts {
            if is_glob(typed) {
                add(&mut set, typed, is_without_capital(typed))?;
            } else {
                parts.push(Part::new(typed.strip_prefix("./").unwrap_or(typed)));
            }
        }
        Ok(Some(Self { globs: set.build()?, parts }))
    }

    /// True for a path that is meant.
    #[must_use]
    pub fn admits(&self, path: &str) -> bool {
        self.globs.is_match(path) || self.parts.iter().any(|part| part.stands_in(path))
    }
}

/// Adds what a glob means.
fn add(set: &mut GlobSetBuilder, typed: &str, folds: bool) -> Result<()> {
    let bare = typed.strip_prefix("./").unwrap_or(typed).trim_end_matches('/');
    let anywhere = if bare.contains('/') { bare.to_owned() } else { format!("**/{bare}") };
    for glob in [format!("{anywhere}/**"), anywhere] {
        let glob = GlobBuilder::new(&glob).literal_separator(true).case_insensitive(folds).build();
        set.add(glob.with_context(|| format!("`{typed}` is no pattern")).kind(Kind::Usage)?);
    }
    Ok(())
}

/// True when a text stands in a name or is a glob that matches all of it. Capitals count when the text has one.
///
/// # Errors
/// [`Kind::Usage`] when it is no glob.
pub fn names(typed: &str, name: &str) -> Result<bool> {
    if !is_glob(typed) {
        return Ok(Part::new(typed).stands_in(name));
    }
    let glob = GlobBuilder::new(typed).case_insensitive(is_without_capital(typed)).build();
    let glob = glob.with_context(|| format!("`{typed}` is no pattern")).kind(Kind::Usage)?;
    Ok(glob.compile_matcher().is_match(name))
}

#[cfg(test)]
mod tests {
    use super::{PathSet, names};

    #[test]
    fn a_name_alone_is_found_in_every_folder_and_a_folder_is_all_below_it() {
        let admits = |typed: &str, path: &str| {
            PathSet::new(&[typed.to_owned()], &[]).unwrap().is_some_and(|set| set.admits(path))
        };
        assert!(admits("*.rs", "src/a/b.rs") && admits("*.rs", "b.rs") && !admits("*.rs", "b.rst"));
        assert!(
            admits("src/", "src/a/b.rs") && admits("./src/a", "src/a/b.rs") && !admits("src/a", "src/ab.rs")
        );
        assert!(admits("src/*.rs", "src/b.rs") && !admits("src/*.rs", "src/a/b.rs"));
        assert!(admits("src/**/*.rs", "src/b.rs") && admits("tests", "a/tests/x.py"));
        assert!(PathSet::new(&["[".to_owned()], &[]).is_err() && PathSet::new(&[], &[]).unwrap().is_none());
    }

    #[test]
    fn a_text_stands_somewhere_in_a_path_and_counts_capitals_when_it_has_one() {
        let admits = |typed: &str, path: &str| {
            PathSet::new(&[], &[typed.to_owned()]).unwrap().is_some_and(|set| set.admits(path))
        };
        assert!(admits("src/net", "src/net/a.rs") && admits("src/net", "lib/src/network.rs"));
        assert!(admits("net", "src/Net.java") && !admits("Net", "src/net.rs") && admits("./src", "src/a.rs"));
        assert!(admits("*.RS", "a.RS") && !admits("*.RS", "a.rs") && admits("*.rs", "src/A.RS"));
        assert!(PathSet::new(&[], &["[".to_owned()]).is_err());
    }

    #[test]
    fn a_project_is_named_by_a_part_or_a_glob() {
        assert!(names("red", "redis").unwrap() && names("RED*", "REDis").unwrap());
        assert!(!names("Red", "redis").unwrap() && !names("red?", "redis").unwrap());
        assert!(names("[", "x").is_err());
    }
}
