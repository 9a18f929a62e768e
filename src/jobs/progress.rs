//! How far a job is, told by those who do the work and read by those who ask.

use crate::observe::{Progress, clock};
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Lines that are kept of what a job tells; of more, the last ones.
const MAX_LINES: usize = 100;
/// The phases of an index run, in their order, with the percent at which each begins. How long a phase takes differs from
/// run to run: these are shares of a first run with the built-in table.
const PHASES: &[(&str, u64)] =
    &[("scan", 0), ("parse", 5), ("embed", 60), ("resolve", 65), ("words", 90), ("publish", 97)];
/// The phases whose steps are files.
const FILES: &[&str] = &["parse", "backup", "verify", "restore", "test restore"];
/// The phase that tells which file it reads.
const READING: &str = "parse";
/// Percent that must be done before it is told how long the rest takes.
const LEAST_PERCENT: u64 = 6;

/// What a job has told so far.
#[derive(Default)]
pub(super) struct Told {
    /// Steps of the phase that are done.
    steps: AtomicU64,
    rest: Mutex<Rest>,
}

#[derive(Default)]
struct Rest {
    phase: &'static str,
    total: u64,
    /// The file that was begun last.
    file: String,
    began: Option<Instant>,
    /// Files read and to be read, and the seconds that took, once that phase is over.
    files: Option<(u64, u64, f64)>,
    /// The largest percent that was told: it never falls.
    percent: u64,
    lines: VecDeque<Line>,
}

/// A line of what a job tells.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    at: String,
    message: String,
}

/// How far a job is.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Shown {
    /// What it does now.
    #[serde(skip_serializing_if = "str::is_empty")]
    phase: &'static str,
    /// A file that is being read: the one that was begun last.
    current_file: Option<String>,
    /// How much of it is done, from 0 to 100; an estimate, which never falls.
    percent: u64,
    /// Files that are read.
    processed_files: u64,
    /// Files to read.
    total_files: u64,
    /// Files that were read in a second.
    files_per_second: f64,
}

impl Shown {
    /// The seconds that are left when so many have passed, if the rest takes as long as what is done; nothing as long as
    /// hardly anything is.
    pub(super) fn seconds_left(&self, passed: u64) -> Option<u64> {
        (self.percent >= LEAST_PERCENT).then(|| passed * (100 - self.percent) / self.percent)
    }
}

impl Told {
    fn rest(&self) -> std::sync::MutexGuard<'_, Rest> {
        self.rest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a line.
    pub(super) fn say(&self, message: impl Into<String>) {
        self.rest().say(message.into());
    }

    /// The lines that are kept.
    pub(super) fn lines(&self) -> Vec<Line> {
        self.rest().lines.iter().cloned().collect()
    }

    /// How far it is; `is_over` when it works no more, `is_done` when it ended well.
    pub(super) fn shown(&self, is_over: bool, is_done: bool) -> Shown {
        let mut rest = self.rest();
        let steps = self.steps.load(Ordering::Relaxed).min(rest.total);
        let (processed_files, total_files, seconds) = rest.files(steps).unwrap_or_default();
        let percent = if is_done { 100 } else { rest.estimate(steps) };
        rest.percent = rest.percent.max(percent);
        #[expect(clippy::cast_precision_loss, reason = "a rate has few digits")]
        let rate = if seconds > 0.0 { processed_files as f64 / seconds } else { 0.0 };
        Shown {
            phase: rest.phase,
            current_file: (rest.phase == READING && !is_over).then(|| rest.file.clone()),
            percent: rest.percent,
            processed_files,
            total_files,
            files_per_second: (rate * 10.0).round() / 10.0,
        }
    }
}

impl Rest {
    fn say(&mut self, message: String) {
        if self.lines.len() == MAX_LINES {
            self.lines.pop_front();
        }
        self.lines.push_back(Line { at: clock::rfc3339(clock::now()), message });
    }

    /// Files read, to be read, and the seconds that took.
    fn files(&self, steps: u64) -> Option<(u64, u64, f64)> {
        let now = || Some((steps, self.total, self.began?.elapsed().as_secs_f64()));
        self.files.or_else(|| if FILES.contains(&self.phase) { now() } else { None })
    }

    fn estimate(&self, steps: u64) -> u64 {
        let Some(at) = PHASES.iter().position(|(name, _)| *name == self.phase) else {
            return steps.saturating_mul(100).checked_div(self.total).unwrap_or_default().min(99);
        };
        let (begin, end) = (PHASES[at].1, PHASES.get(at + 1).map_or(100, |(_, begin)| *begin));
        // What has no known length is told as begun.
        let done = ((end - begin) * steps).checked_div(self.total).unwrap_or_default();
        (begin + done).min(99)
    }
}

impl Progress for Told {
    fn phase(&self, name: &'static str, total: u64) {
        let mut rest = self.rest();
        let steps = self.steps.swap(0, Ordering::Relaxed).min(rest.total);
        rest.files = if FILES.contains(&name) { None } else { rest.files(steps) };
        rest.percent = rest.percent.max(rest.estimate(steps));
        (rest.phase, rest.total, rest.began) = (name, total, Some(Instant::now()));
        let message = if total == 0 { name.to_owned() } else { format!("{name}: {total}") };
        rest.say(message);
    }

    fn advance(&self, steps: u64) {
        self.steps.fetch_add(steps, Ordering::Relaxed);
    }

    fn file(&self, path: &str) {
        let mut rest = self.rest();
        rest.file.clear();
        rest.file.push_str(path);
    }

    fn done(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_rise_from_phase_to_phase_and_files_stay_counted() {
        let told = Told::default();
        assert_eq!(told.shown(false, false), Shown::default());
        let mut percents = Vec::new();
        for (phase, total) in [("scan", 0), ("parse", 4), ("resolve", 2), ("words", 0), ("publish", 0)] {
            told.phase(phase, total);
            percents.push(told.shown(false, false).percent);
            for _ in 0..total {
                told.advance(1);
                percents.push(told.shown(false, false).percent);
            }
        }
        assert!(percents.is_sorted(), "{percents:?}");
        assert_eq!((percents[0], percents.last()), (0, Some(&97)));
        let shown = told.shown(true, true);
        assert_eq!((shown.percent, shown.processed_files, shown.total_files), (100, 4, 4));
        assert!(shown.files_per_second > 0.0);
        // A second run in the same job begins before the first one's end, and nothing is taken back.
        told.phase("scan", 0);
        assert_eq!(told.shown(false, false).percent, 100);
    }

    #[test]
    fn the_rest_takes_as_long_as_what_is_done() {
        let left = |percent, passed| Shown { percent, ..Shown::default() }.seconds_left(passed);
        assert_eq!([left(50, 60), left(75, 60), left(99, 990), left(20, 0)], [60, 20, 10, 0].map(Some));
        assert_eq!((left(0, 60), left(5, 60)), (None, None));
    }

    #[test]
    fn of_many_lines_the_last_ones_are_kept() {
        let told = Told::default();
        (0..MAX_LINES + 7).for_each(|n| told.say(n.to_string()));
        let lines = told.lines();
        assert_eq!((lines.len(), lines[0].message.as_str()), (MAX_LINES, "7"));
    }

    #[test]
    fn what_others_count_too_much_is_not_told() {
        let told = Told::default();
        told.phase("parse", 3);
        told.advance(9);
        assert_eq!(told.shown(false, false).processed_files, 3);
        told.phase("no such phase", u64::MAX);
        assert_eq!(told.shown(false, false).processed_files, 3);
    }
}
