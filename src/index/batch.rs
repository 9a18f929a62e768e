//! Reading and parsing on all cores; writing on one.

use super::plan::ToRead;
use super::report::Report;
use super::{rows, text};
use crate::config::Config;
use crate::embed::Model;
use crate::facts::FileFacts;
use crate::lang::{self, detect};
use crate::model::{FileId, ProjectId};
use crate::observe::{Cancel, Progress};
use crate::parse::{self, Leave};
use crate::resolve::changed_look_ups;
use crate::scan::read;
use crate::store::schema::{Family, Key};
use crate::store::{Changes, FileRow, ProjectRow, Store, Table, View};
use anyhow::Result;
use rayon::prelude::*;
use std::path::Path;
use std::sync::Arc;

/// Bytes of source that are parsed before the results go to the writer.
pub const GROUP_BYTES: u64 = 16 << 20;
/// Rows are written when they hold this much memory.
pub const SPILL_BYTES: usize = 96 << 20;

/// How a file came out of this run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is new, or its content changed.
    Read,
    /// Its time changed, its content did not.
    Touched,
    /// It is left out now, for this reason.
    Skipped(String),
}

/// What reading and parsing one file gave.
pub struct Fresh {
    /// Its number.
    pub id: FileId,
    /// Its row.
    pub row: FileRow,
    /// What it says, when it was read.
    pub facts: Option<Arc<FileFacts>>,
    /// Rows to write.
    pub changes: Changes,
    /// Look-ups that answer differently now.
    pub changed: Vec<u64>,
    /// Its words.
    pub words: text::Words,
    /// The row before this run.
    pub old: Option<FileRow>,
    /// How it came out.
    pub outcome: Outcome,
}

impl Fresh {
    /// Adds what is worth telling to the report.
    pub fn note(&self, report: &mut Report) {
        match (&self.outcome, &self.old) {
            (Outcome::Read, None) => report.added += 1,
            (Outcome::Read, Some(_)) => report.changed += 1,
            (Outcome::Touched, _) => report.unchanged += 1,
            (Outcome::Skipped(reason), _) => {
                *report.skipped.entry(reason.clone()).or_insert(0) += 1;
                if reason == read::UNREADABLE {
                    report.unreadable += 1;
                    report.problem(&self.row.path, reason.clone());
                }
            }
        }
        for problem in &self.row.problems {
            report.problem(&self.row.path, problem.clone());
        }
    }
}

/// Cuts the files to read into groups of about [`GROUP_BYTES`], and of at most so many files.
pub fn groups(files: &[ToRead], most: u64) -> impl Iterator<Item = &[ToRead]> {
    let most = group_size(most);
    let mut rest = files;
    std::iter::from_fn(move || {
        let mut bytes = 0;
        let full = |file: &ToRead| {
            bytes += file.candidate.size + 200;
            bytes > GROUP_BYTES
        };
        let n = rest.iter().position(full).map_or(rest.len(), |at| at.max(1)).min(most);
        let (group, more) = rest.split_at(n);
        rest = more;
        (!group.is_empty()).then_some(group)
    })
}

/// The number of files that a setting asks for, at least one.
pub fn group_size(setting: u64) -> usize {
    usize::try_from(setting).unwrap_or(usize::MAX).max(1)
}

/// Reads and parses files on all cores, in their order. Which look-ups answer differently is found out for a project
/// that has a `base`, its state before this run.
///
/// # Errors
/// When cancelled, or when the store cannot be read.
pub fn read_all(
    files: &[ToRead],
    base: Option<&View>,
    project: &ProjectRow,
    (config, model): (&Config, &Model),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Vec<Fresh>> {
    let each = |file: &ToRead| {
        cancel.check()?;
        progress.file(&file.candidate.path);
        let fresh = read_one(file, base, project.pid(), config, model);
        progress.advance(1);
        fresh
    };
    files.par_iter().with_max_len(8).map(each).collect()
}

fn read_one(
    file: &ToRead,
    base: Option<&View>,
    pid: ProjectId,
    config: &Config,
    model: &Model,
) -> Result<Fresh> {
    let row = FileRow {
        path: file.candidate.path.clone(),
        size: file.candidate.size,
        mtime_ns: file.candidate.mtime_ns,
        ..FileRow::default()
    };
    let mut fresh = Fresh {
        id: file.id,
        row,
        facts: None,
        changes: Changes::default(),
        changed: Vec::new(),
        words: text::Words::default(),
        old: file.old.clone(),
        outcome: Outcome::Read,
    };
    let source = match read::read(&file.candidate, config) {
        Ok(source) => source,
        Err(reason) => {
            fresh.outcome = Outcome::Skipped(reason.name().to_owned());
            return Ok(fresh);
        }
    };
    if let Some(old) = file.old.as_ref().filter(|old| old.hash == source.hash) {
        fresh.row = FileRow { size: fresh.row.size, mtime_ns: fresh.row.mtime_ns, ..old.clone() };
        put_file(&mut fresh.changes, pid, file.id, &fresh.row)?;
        fresh.outcome = Outcome::Touched;
        return Ok(fresh);
    }
    parse_one(file, &source, config, model, &mut fresh)?;
    if let (Some(_), Some(view)) = (&file.old, base) {
        let old = view.facts(pid, file.id)?;
        if let (Some(old), Some(new)) = (&old, &fresh.facts) {
            fresh.changed = changed_look_ups(&fresh.row.path, Some(old), Some(new));
            // Deletions first: what is written again comes later and counts.
            let mut changes = Changes::default();
            rows::delete_facts(&mut changes, pid, file.id, old)?;
            let texts = fresh.words.texts.take().unwrap_or_default();
            rows::put_facts(&mut changes, pid, file.id, new, &texts)?;
            fresh.changes = changes;
        }
    } else if let Some(new) = &fresh.facts {
        if base.is_some() {
            fresh.changed = changed_look_ups(&fresh.row.path, None, Some(new));
        }
        let texts = fresh.words.texts.take().unwrap_or_default();
        rows::put_facts(&mut fresh.changes, pid, file.id, new, &texts)?;
    }
    let key = Key::new(pid, Table::Paths).str(&fresh.row.path);
    fresh.changes.put(Family::Graph, &key, &file.id.0.to_be_bytes());
    text::put_doc(&mut fresh.changes, pid, &fresh.row, file.id, &mut fresh.words)?;
    Ok(fresh)
}

fn parse_one(
    file: &ToRead,
    source: &read::Source,
    config: &Config,
    model: &Model,
    fresh: &mut Fresh,
) -> Result<()> {
    let path = &file.candidate.path;
    let detected = detect::refine(detect::by_path(path), &source.text);
    let (index, kind, name) = match detected {
        detect::Detected::Code(index) => (Some(index), None, lang::language(index).name),
        detect::Detected::Text(kind) => (None, Some(kind), kind.name),
        detect::Detected::Unknown => (None, None, "text"),
    };
    let is_rust = index.is_some_and(|index| lang::language(index).extensions.contains(&"rs"));
    // Benchmarks count as tests elsewhere, but have a setting of their own.
    let is_benchmark = path.split('/').any(|folder| folder == "benches");
    let leave = Leave { tests: is_rust && !is_benchmark && !config.parsing.rust.parse_tests };
    let parsed = match kind {
        Some(_) => parse::text(path, &source.text, kind),
        None => parse::file(path, &source.text, index, leave),
    };
    let row = &mut fresh.row;
    row.language = index.unwrap_or(FileRow::TEXT);
    row.language_name = name.to_owned();
    row.hash = source.hash;
    row.lines = source.lines;
    row.doc = file.doc;
    row.cells.clone_from(&source.cells);
    row.symbols = u32::try_from(parsed.facts.defs.len().saturating_sub(1)).unwrap_or(u32::MAX);
    row.chunks = u32::try_from(parsed.chunks.len()).unwrap_or(u32::MAX);
    row.is_test = rows::is_test(&parsed.facts);
    row.problems = parsed.facts.problems.iter().map(rows::problem_text).collect();
    row.problems.extend(source.problem.iter().map(rows::problem_text));
    fresh.words = text::words(path, name, &source.text, &parsed, model)?;
    fresh.facts = Some(Arc::new(parsed.facts));
    fresh.words.texts = Some(parsed.texts);
    Ok(())
}

/// Writes a file's row.
///
/// # Errors
/// When it cannot be encoded.
pub fn put_file(changes: &mut Changes, pid: ProjectId, file: FileId, row: &FileRow) -> Result<()> {
    changes.put_value(Family::Graph, &Key::new(pid, Table::Files).u32(file.0), row)
}

/// Deletes a file's row and path.
pub fn delete_file(changes: &mut Changes, pid: ProjectId, file: FileId, path: &str) {
    changes.delete(Family::Graph, &Key::new(pid, Table::Files).u32(file.0));
    changes.delete(Family::Graph, &Key::new(pid, Table::Paths).str(path));
}

/// Gathers rows and hands them to the store when they grow large.
pub struct Writer<'s> {
    store: &'s mut Store,
    view: View,
    parts: Vec<Changes>,
    bytes: usize,
}

impl<'s> Writer<'s> {
    /// A writer to a store.
    pub fn new(store: &'s mut Store) -> Self {
        let view = store.view().clone();
        Self { store, view, parts: Vec::new(), bytes: 0 }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        self.store.data()
    }

    /// The generation that this run will publish.
    pub const fn next_generation(&self) -> u64 {
        self.store.next_generation()
    }

    /// Typed reads of the store.
    pub const fn view(&self) -> &View {
        &self.view
    }

    /// Adds rows; those added later count over those added earlier.
    ///
    /// # Errors
    /// When they have to be written and cannot.
    pub fn add(&mut self, changes: Changes) -> Result<()> {
        if !changes.is_empty() {
            self.bytes += changes.len_bytes();
            self.parts.push(changes);
        }
        if self.bytes > SPILL_BYTES { self.flush() } else { Ok(()) }
    }

    /// Writes what was gathered.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn flush(&mut self) -> Result<()> {
        self.store.write(&self.parts)?;
        self.parts.clear();
        self.bytes = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::walk::Candidate;

    #[test]
    fn a_group_ends_with_its_bytes_or_its_files() {
        let file = |size| ToRead {
            candidate: Candidate { path: String::new(), full: "".into(), size, mtime_ns: 0 },
            id: FileId(1),
            doc: 0,
            old: None,
        };
        let sizes = |files: &[ToRead], most| groups(files, most).map(<[ToRead]>::len).collect::<Vec<_>>();
        let small: Vec<ToRead> = (0..7).map(|_| file(10)).collect();
        assert_eq!(
            [sizes(&small, 3), sizes(&small, 0), sizes(&small, 100)],
            [vec![3, 3, 1], vec![1; 7], vec![7]]
        );
        let large: Vec<ToRead> = (0..3).map(|_| file(GROUP_BYTES)).collect();
        assert_eq!(sizes(&large, 100), [1, 1, 1]);
    }
}
