//! Which folders a client may have indexed.

use crate::http::State;
use crate::http::call::Reply;
use std::path::{Path, PathBuf};

/// The folder that a client names, as the system knows it.
///
/// # Errors
/// The reply when it is no folder, or none that clients may name.
pub(super) fn folder(_: &State, typed: &str) -> Result<PathBuf, Reply> {
    let path = Path::new(typed);
    let wrong = |message: &str| super::input::refused(&[super::schema::Wrong::new("path", message)]);
    if !path.is_absolute() {
        return Err(wrong("it is not absolute"));
    }
    match path.canonicalize() {
        Ok(path) if path.is_dir() => Ok(path),
        Ok(_) => Err(wrong("it is no folder")),
        Err(_) => Err(wrong("there is no such folder, or it cannot be entered")),
    }
}
