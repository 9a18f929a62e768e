//! What came of all jobs since the daemon began, for those who watch it.

use super::{Kind, State};
use crate::error::Kind as ErrorKind;
use crate::observe::metrics::{Counter, Histogram, LONG};
use anyhow::Result;
use serde_json::Value;
use std::array::from_fn;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What becomes of a file that a run comes by.
const FILES: [&str; 4] = ["parsed", "unchanged", "skipped", "failed"];

/// What came of jobs.
#[derive(Debug)]
pub struct Tally {
    /// By kind, then by state.
    ended: [[Counter; State::ALL.len()]; Kind::ALL.len()],
    files: [Counter; FILES.len()],
    took: Histogram,
    /// The last job that wrote the store found no room.
    is_full: AtomicBool,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            ended: from_fn(|_| from_fn(|_| Counter::default())),
            files: from_fn(|_| Counter::default()),
            took: Histogram::new(LONG),
            is_full: AtomicBool::new(false),
        }
    }
}

impl Tally {
    /// A job ended, whether it ever ran or not.
    pub(super) fn ended(&self, kind: Kind, state: State) {
        self.ended[kind as usize][state as usize].add(1);
    }

    /// Looks at what a job gave that ran.
    pub(super) fn ran(&self, kind: Kind, outcome: &Result<Value>) {
        let is_full = outcome.as_ref().is_err_and(|error| ErrorKind::of(error) == ErrorKind::NoSpace);
        if (kind.is_indexing() || kind == Kind::Restore) && (outcome.is_ok() || is_full) {
            self.is_full.store(is_full, Ordering::Relaxed);
        }
        if let (Kind::Index, Ok(report)) = (kind, outcome) {
            if let Some(Ok(time)) = report["seconds"].as_f64().map(Duration::try_from_secs_f64) {
                self.took.observe(time);
            }
            self.files.iter().zip(files(report)).for_each(|(counter, n)| counter.add(n));
        }
    }

    /// How many jobs ended, by kind and state.
    pub fn outcomes(&self) -> impl Iterator<Item = (Kind, State, u64)> {
        let ends = |kind: Kind| State::ALL.iter().map(move |state| (kind, *state));
        let all = Kind::ALL.iter().flat_map(move |kind| ends(*kind)).filter(|(_, state)| state.is_over());
        all.map(|(kind, state)| (kind, state, self.ended[kind as usize][state as usize].get()))
    }

    /// Files that runs of the index came by, by what became of them.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, u64)> {
        FILES.into_iter().zip(self.files.iter().map(Counter::get))
    }

    /// The time that runs of the index took which ended well.
    #[must_use]
    pub const fn took(&self) -> &Histogram {
        &self.took
    }

    /// True when the last job that wrote the store found no room.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.is_full.load(Ordering::Relaxed)
    }
}

/// The files of the report of a run, in the order of [`FILES`].
fn files(report: &Value) -> [u64; FILES.len()] {
    let of = |field: &str| report[field].as_u64().unwrap_or(0);
    // What could not be read is among what was left out.
    let left_out = report["skipped"].as_object().into_iter().flatten();
    let left_out: u64 = left_out.filter_map(|(_, n)| n.as_u64()).sum();
    let failed = of("unreadable");
    [of("added") + of("changed"), of("unchanged"), left_out.saturating_sub(failed), failed]
}
