//! What is wrong around the generations of a data folder, and putting it right.

use super::check;
use super::lock::WriterLock;
use super::schema::check_format;
use super::snapshot::{folder, generations, look_at_current, newest_generation, publish};
use super::view::View;
use crate::error::{Kind, message};
use crate::observe::{Cancel, step};
use anyhow::Result;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What is wrong, in sentences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diagnosis {
    /// About which generation is the newest.
    pub current: Vec<String>,
    /// About the live database.
    pub live: Vec<String>,
    /// Who writes, so that the live database was not looked at.
    pub writer: Option<String>,
}

/// Looks at what only writers and openers see of a data folder; reads all rows of the live database if wanted.
///
/// # Errors
/// [`Kind::Interrupted`] when cancelled, or when the folder cannot be read.
pub fn diagnose(data: &Path, reads_all: bool, cancel: &Cancel) -> Result<Diagnosis> {
    let mut told = Diagnosis::default();
    if let Err(error) = look_at_current(data) {
        told.current.push(message(&error));
    }
    let _lock = match WriterLock::take(data, "doctor", Duration::ZERO) {
        Ok(lock) => lock,
        Err(error) if Kind::of(&error) == Kind::Locked => {
            told.writer = Some(message(&error));
            return Ok(told);
        }
        Err(error) => return Err(error),
    };
    if data.join("rocks.db").exists()
        && let Err(error) = look(&data.join("rocks.db"), data, reads_all, cancel)
    {
        if matches!(Kind::of(&error), Kind::Interrupted | Kind::TimedOut | Kind::QueryTimeout) {
            return Err(error);
        }
        told.live.push(message(&error));
    }
    Ok(told)
}

/// Opens files of a store for reading; reads all rows if wanted. Gives the generation.
fn look(files: &Path, data: &Path, reads_all: bool, cancel: &Cancel) -> Result<u64> {
    let view = View::of_files(files, &data.join("temp"))?;
    let state = view.state()?;
    check_format(&state, data)?;
    if reads_all {
        check::content(&view, cancel)?;
    }
    Ok(state.generation)
}

/// Puts right which generation is the newest, and drops a live database that is damaged. Returns what was done, in
/// sentences.
///
/// # Errors
/// [`Kind::Locked`] while another process writes; when the disk fails.
pub fn mend(data: &Path, cancel: &Cancel) -> Result<Vec<String>> {
    let _lock = WriterLock::take(data, "doctor", super::lock::WAIT)?;
    let mut done = Vec::new();
    if look_at_current(data).is_err() {
        // An older one is another answer, and not for a repair to give.
        let newest = generations(data)?.last().copied().unwrap_or_default();
        // It must be what it is called, to its last row.
        match look(&folder(data, newest), data, true, cancel) {
            Ok(held) if held == newest => {
                step("mend.found");
                publish(data, newest)?;
                done.push(format!("the generation {newest} is the newest one again"));
            }
            Err(error) if Kind::of(&error) == Kind::Interrupted => return Err(error),
            _ => {}
        }
    }
    let live = data.join("rocks.db");
    if live.exists()
        && let Err(error) = look(&live, data, true, cancel)
    {
        if Kind::of(&error) == Kind::Interrupted {
            return Err(error);
        }
        let is_published = newest_generation(data)
            .ok()
            .flatten()
            .is_some_and(|generation| look(&folder(data, generation), data, true, cancel).is_ok());
        if is_published {
            fs::remove_dir_all(&live)?;
            step("mend.dropped");
            done.push("the live database is made again from what was published".to_owned());
        }
    }
    Ok(done)
}
