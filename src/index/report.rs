//! What an index run tells at its end.

use crate::store::Counts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Problems that are listed one by one; all are counted.
pub const MAX_PROBLEMS: usize = 200;

/// A problem with one file that was indexed all the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileProblem {
    /// Path relative to the root.
    pub path: String,
    /// What was noticed.
    pub problem: String,
}

/// The closing report of an index run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    /// Project.
    pub project: String,
    /// Root folder.
    pub root: String,
    /// Store generation that holds the result.
    pub generation: u64,
    /// Files that are new.
    pub added: u64,
    /// Files whose content changed.
    pub changed: u64,
    /// Files that are gone.
    pub removed: u64,
    /// Files that are as they were.
    pub unchanged: u64,
    /// Unchanged files whose edges were resolved again because of what changed elsewhere.
    pub relinked: u64,
    /// Totals of the project.
    #[serde(flatten)]
    pub counts: Counts,
    /// Files left out, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Files that could not be read; each is listed among the problems.
    pub unreadable: u64,
    /// Problems, at most [`MAX_PROBLEMS`].
    pub problems: Vec<FileProblem>,
    /// All problems.
    pub problems_total: u64,
    /// The embedding model.
    pub model: String,
    /// Texts that a model other than the built-in one embedded in this run; the others it had embedded before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedded: Option<u64>,
    /// What is odd but no error.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notes: Vec<String>,
    /// Seconds on the clock.
    pub seconds: f64,
    /// Seconds of processor time.
    pub cpu_seconds: f64,
    /// Seconds of processor time that the phases of this run took: `scan` with the comparison, `parse` with reading,
    /// words and embeddings of the built-in table, `embed` with any other model, `resolve` with writing the edges, `words`, `publish`. A run that finds nothing to do has
    /// the first alone.
    pub phases: BTreeMap<String, f64>,
    /// Files that are left for the next run, because the time of this one was short.
    #[serde(skip)]
    pub left: u64,
    /// Processor time when the phase began that goes on.
    #[serde(skip)]
    phase_began: f64,
    /// Most memory held at once, in bytes.
    pub peak_memory_bytes: u64,
    /// Size of the store on disk, in bytes; all projects.
    pub disk_bytes: u64,
}

impl Report {
    /// A report of a run that begins now.
    #[must_use]
    pub fn begin(project: &str, root: &str) -> Self {
        let (phase_began, _) = usage();
        Self { project: project.to_owned(), root: root.to_owned(), phase_began, ..Self::default() }
    }

    /// Notes that a phase is over and the next one begins.
    pub fn end_of_phase(&mut self, name: &str) {
        let (now, _) = usage();
        // The system counts hundredths.
        self.phases.insert(name.to_owned(), ((now - self.phase_began) * 100.0).round() / 100.0);
        self.phase_began = now;
    }

    /// Notes a problem.
    pub fn problem(&mut self, path: &str, problem: String) {
        self.problems_total += 1;
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(FileProblem { path: path.to_owned(), problem });
        }
    }
}

/// Processor time of this process so far, in seconds, and the most memory it held, in bytes; zero where the system does
/// not tell.
#[must_use]
pub fn usage() -> (f64, u64) {
    let ticks = std::fs::read_to_string("/proc/self/stat").ok().and_then(|stat| {
        // utime and stime are the 14th and 15th fields; the command's name may hold spaces and ends with ')'.
        let rest = stat.rsplit_once(')')?.1;
        let mut fields = rest.split_whitespace().skip(11);
        Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
    });
    let peak = std::fs::read_to_string("/proc/self/status").ok().and_then(|status| {
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse::<u64>().ok()
    });
    // Linux counts in hundredths of a second on every architecture we build for.
    (ticks.unwrap_or(0) as f64 / 100.0, peak.unwrap_or(0) * 1024)
}

/// Bytes of all files below a folder, hard links counted once.
#[must_use]
pub fn disk_bytes(folder: &std::path::Path) -> u64 {
    let mut seen = rustc_hash::FxHashSet::default();
    let mut folders = vec![folder.to_owned()];
    let mut bytes = 0;
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_dir() {
                folders.push(entry.path());
            } else if is_first_link(&meta, &mut seen) {
                bytes += meta.len();
            }
        }
    }
    bytes
}

#[cfg(unix)]
fn is_first_link(meta: &std::fs::Metadata, seen: &mut rustc_hash::FxHashSet<(u64, u64)>) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    seen.insert((meta.dev(), meta.ino()))
}

#[cfg(not(unix))]
fn is_first_link(_: &std::fs::Metadata, _: &mut rustc_hash::FxHashSet<(u64, u64)>) -> bool {
    true
}
