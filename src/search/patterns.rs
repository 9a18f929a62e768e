//! Patterns of paths, as they are typed.

use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Matches the paths that one of the patterns means; `None` when there is no pattern. `*` stays in a folder, `**` does
/// not; a pattern without a folder is found in all of them, and a folder is all that is below it.
///
/// # Errors
/// [`Kind::Usage`] when one is no pattern.
pub fn path_patterns(typed: &[String]) -> Result<Option<GlobSet>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let mut globs = GlobSetBuilder::new();
    for typed in typed {
        let bare = typed.strip_prefix("./").unwrap_or(typed).trim_end_matches('/');
        let anywhere = if bare.contains('/') { bare.to_owned() } else { format!("**/{bare}") };
        for glob in [format!("{anywhere}/**"), anywhere] {
            let glob = GlobBuilder::new(&glob).literal_separator(true).build();
            globs.add(glob.with_context(|| format!("`{typed}` is no pattern")).kind(Kind::Usage)?);
        }
    }
    Ok(Some(globs.build()?))
}

#[cfg(test)]
mod tests {
    use super::path_patterns;

    #[test]
    fn a_name_alone_is_found_in_every_folder_and_a_folder_is_all_below_it() {
        let admits = |typed: &str, path: &str| {
            path_patterns(&[typed.to_owned()]).unwrap().is_some_and(|globs| globs.is_match(path))
        };
        assert!(admits("*.rs", "src/a/b.rs") && admits("*.rs", "b.rs") && !admits("*.rs", "b.rst"));
        assert!(
            admits("src/", "src/a/b.rs") && admits("./src/a", "src/a/b.rs") && !admits("src/a", "src/ab.rs")
        );
        assert!(admits("src/*.rs", "src/b.rs") && !admits("src/*.rs", "src/a/b.rs"));
        assert!(admits("src/**/*.rs", "src/b.rs") && admits("tests", "a/tests/x.py"));
        assert!(path_patterns(&["[".to_owned()]).is_err() && path_patterns(&[]).unwrap().is_none());
    }
}
