//! What a daemon does by itself, and what its clients may have written: backups and checkpoints below one folder.

use super::Context;
use crate::backup::{self, Created, Due, Folder};
use anyhow::Result;
use serde::Serialize;
use std::time::Instant;

/// A backup that was made because it was due.
#[derive(Debug, Clone, Serialize)]
pub struct BackedUp {
    /// The backup.
    #[serde(flatten)]
    pub created: Created,
    /// Generations that were too old and went.
    pub removed: Vec<String>,
    /// How long it took.
    pub seconds: f64,
}

/// Makes a backup when the last one is older than `database.backup_interval`, and removes what is older than
/// `database.backup_retention`. Nothing when it is not due.
///
/// # Errors
/// As [`backup::run_if_due`].
pub fn back_up_if_due(cx: &Context) -> Result<Option<BackedUp>> {
    let started = Instant::now();
    let settings = &cx.loaded.config.database;
    let times = (settings.backup_interval.0, settings.backup_retention.0);
    let done = backup::run_if_due(&cx.data, &Folder::new(&cx.backups()), times, &*cx.progress, &cx.cancel)?;
    let backed_up = |(created, pruned): (Created, backup::Pruned)| BackedUp {
        created,
        removed: pruned.removed,
        seconds: started.elapsed().as_secs_f64(),
    };
    Ok(done.map(backed_up))
}

/// The last backup of all projects in the folder of the settings, whichever process made it, and how long it is until the next.
///
/// # Errors
/// When the folder cannot be read.
pub fn last_backup(cx: &Context) -> Result<Due> {
    backup::due(&Folder::new(&cx.backups()), cx.loaded.config.database.backup_interval.0)
}

/// Makes a backup for a client, of all projects or of one, in the folder of the settings or in one below it.
///
/// # Errors
/// As [`backup::create_below`].
pub fn back_up(cx: &Context, only: Option<&str>, path: Option<&str>) -> Result<Created> {
    backup::create_below(&cx.data, only, (&cx.backups(), path), &*cx.progress, &cx.cancel)
}

/// A checkpoint that was written: a data folder that opens as it is.
#[derive(Debug, Clone, Serialize)]
pub struct Checkpointed {
    /// Where it is.
    pub path: String,
    /// The generation in it.
    pub generation: u64,
}

/// Writes a checkpoint for a client, into a new or empty folder below that of the settings.
///
/// # Errors
/// As [`backup::checkpoint_below`].
pub fn checkpoint(cx: &Context, path: Option<&str>) -> Result<Checkpointed> {
    let (path, generation) = backup::checkpoint_below(&cx.data, &cx.backups(), path)?;
    Ok(Checkpointed { path: path.display().to_string(), generation })
}
