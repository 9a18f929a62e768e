//! Backups that a daemon makes by itself.

use super::{Blob, Created, Folder, Keep, Manifest, Pruned, create, now, prune};
use crate::error::Kind;
use crate::observe::{Cancel, Progress};
use anyhow::Result;
use std::path::Path;
use std::time::Duration;

/// How long an object that nobody names is kept after the first prune that saw it so.
pub const GRACE: Duration = Duration::from_secs(86_400);

/// When the next backup is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// When the last one of all projects was made that is listed and whole of manifest, seconds since 1970.
    pub last: Option<u64>,
    /// Bytes of that one.
    pub bytes: u64,
    /// How long to wait; zero when it is due now.
    pub wait: Duration,
}

/// Tells when the next backup of a place is due: an interval after the last one of all projects, whichever process made
/// it.
///
/// # Errors
/// When the place cannot be read.
pub fn due(place: &dyn Blob, interval: Duration) -> Result<Due> {
    let ids = match place.manifests() {
        Err(error) if Kind::of(&error) == Kind::Usage => Vec::new(),
        ids => ids?,
    };
    let manifest = |id: &String| Manifest::decode(id, &place.manifest(id).ok()?).ok();
    let newest = ids.iter().rev().filter_map(manifest).find(|manifest| manifest.only.is_none());
    let last = newest.as_ref().map(|manifest| manifest.made_at);
    let now = now();
    let wait = match last {
        // A time from the future is a clock that was wrong, and must not put backups off.
        Some(last) if last <= now => interval.saturating_sub(Duration::from_secs(now - last)),
        _ => Duration::ZERO,
    };
    Ok(Due { last, bytes: newest.map_or(0, |manifest| manifest.bytes()), wait })
}

/// Makes a backup when one is due, then removes generations older than `retention`, of which the newest stays whatever
/// its age. Nothing when it is not due, or nothing was ever indexed.
///
/// # Errors
/// As [`create`] and [`prune`].
pub fn run_if_due(
    data: &Path,
    to: &Folder,
    (interval, retention): (Duration, Duration),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<(Created, Pruned)>> {
    if !due(to, interval)?.wait.is_zero() {
        return Ok(None);
    }
    let created = match create(data, None, to, progress, cancel) {
        Err(error) if Kind::of(&error) == Kind::NoIndex => return Ok(None),
        created => created?,
    };
    let keep = Keep { younger: Some(retention), ..Keep::default() };
    let pruned = prune(Box::new(to.clone()), &keep, (GRACE, now()), false, (progress, cancel))?;
    Ok(Some((created, pruned)))
}
