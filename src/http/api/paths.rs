//! Which folders a client may have indexed.

use super::input::refused;
use super::schema::Wrong;
use crate::error::{self, Kind};
use crate::http::State;
use crate::http::call::{Call, Reply};
use std::path::{Path, PathBuf};

/// The folder that a client names, links followed.
///
/// # Errors
/// The reply when it is no folder, or none that the client may name.
pub(super) fn folder(state: &State, call: &Call, typed: &str) -> Result<PathBuf, Reply> {
    let wrong = |message: String| refused(&[Wrong::new("path", message)]);
    match state.doors.allowed(&call.caller, Path::new(typed)) {
        Ok(path) if path.is_dir() => Ok(path),
        Ok(_) => Err(wrong("it is no folder".to_owned())),
        Err(error) if Kind::of(&error) == Kind::Denied => Err(Reply::error(&error)),
        Err(error) => Err(wrong(error::message(&error))),
    }
}
