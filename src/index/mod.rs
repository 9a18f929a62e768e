//! "Make the store true again." One run, in ten steps: open, scan, compare, read and parse, resolve, write, publish.
//!
//! Law: what an incremental run leaves equals what a run from scratch would leave. It holds because the edges of a file
//! are a function of its facts and of the answers to the look-ups that the resolver noted, and a file whose look-ups may
//! answer differently is resolved again.

mod batch;
mod plan;
pub mod report;
mod rows;
pub mod table;
mod text;

pub use report::Report;

use crate::config::Config;
use crate::error::{Kind, ResultExt as _};
use crate::facts::FileFacts;
use crate::lang::rules::ManifestKey;
use crate::model::FileId;
use crate::observe::{Cancel, Progress};
use crate::resolve::{changed_look_ups, link};
use crate::scan;
use crate::store::{Changes, Counts, FileRow, LinkRow, ProjectRow, Store, VectorBase};
use anyhow::{Context as _, Result};
use batch::Fresh;
use plan::Plan;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use table::ProjectTable;

/// What to index, and how.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The folder.
    pub root: PathBuf,
    /// The project's name; the folder's when absent.
    pub name: Option<String>,
    /// Read every file again.
    pub force: bool,
    /// Also hidden files.
    pub hidden: bool,
    /// Also ignored files.
    pub no_ignore: bool,
}

/// Indexes a folder: brings the store in line with what is on disk, and publishes the result.
///
/// # Errors
/// [`Kind::Locked`] while another process writes; [`Kind::Interrupted`] when cancelled. The store then stays at its
/// last generation.
pub fn run(
    data: &Path,
    config: &Config,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Report> {
    let mut store = Store::open_waiting(data, "index")?;
    run_in(&mut store, config, options, progress, cancel)
}

/// As [`run`], in a store that is open already.
///
/// # Errors
/// As [`run`].
pub fn run_in(
    store: &mut Store,
    config: &Config,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Report> {
    let started = Instant::now();
    let scanned_at_ns = now_ns();
    let root = options.root.canonicalize();
    let root = root.with_context(|| format!("cannot open the folder {}", options.root.display())).kind(Kind::NotFound)?;
    let mut project = plan::project(store, &root, options.name.as_deref())?;
    let mut report = Report { project: project.name.clone(), root: project.root.clone(), ..Report::default() };

    progress.phase("scan", 0);
    let scan = scan::walk::scan(&root, config, options.hidden, options.no_ignore, cancel)?;
    let settings = plan::fingerprint(config, options);
    let again = options.force || settings != project.settings;
    let plan = plan::compare(store.view(), &project, scan, again)?;
    cancel.check()?;
    if plan.is_empty() && !again && project.generation > 0 {
        report.unchanged = plan.kept.len() as u64;
        report.generation = project.generation;
        report.counts = project.counts.clone();
        report.skipped = plan.skipped;
        return Ok(finish(report, store, started));
    }
    project.settings = settings;
    project.scanned_at_ns = scanned_at_ns;
    let outcome = apply(store, &mut project, config, plan, progress, cancel, &mut report)?;
    project.manifests = outcome;
    project.generation = store.next_generation();
    project.indexed_at = scanned_at_ns / 1_000_000_000;
    progress.phase("publish", 0);
    cancel.check()?;
    store.put_project(&project)?;
    report.generation = store.commit()?;
    text::sweep_vectors(store, &project)?;
    report.counts = project.counts.clone();
    Ok(finish(report, store, started))
}

/// Steps 4 to 9: reads and parses what changed, resolves what depends on it, writes both.
fn apply(
    store: &mut Store,
    project: &mut ProjectRow,
    config: &Config,
    plan: Plan,
    progress: &dyn Progress,
    cancel: &Cancel,
    report: &mut Report,
) -> Result<Vec<(String, ManifestKey, String)>> {
    let pid = project.pid();
    let old_dead = project.dead_docs.len();
    report.skipped.clone_from(&plan.skipped);
    let from_scratch = plan.kept.is_empty();
    let mut writer = batch::Writer::new(store);

    // 4, 5, 6. Read, parse, write facts.
    progress.phase("parse", plan.read.len() as u64);
    let mut fresh: Vec<Fresh> = Vec::with_capacity(plan.read.len());
    let mut postings = text::Postings::new(pid);
    for group in batch::groups(&plan.read) {
        cancel.check()?;
        let mut parsed = batch::read_all(group, project, config, progress, cancel)?;
        for each in &mut parsed {
            each.note(report);
            writer.add(std::mem::take(&mut each.changes))?;
            postings.add(each);
        }
        fresh.extend(parsed);
    }
    project.next_file = plan.next_file;
    project.next_doc = plan.next_doc;
    cancel.check()?;

    // 7, 8. Which look-ups answer differently now, and which files asked them.
    let mut rows: FxHashMap<FileId, FileRow> = plan.kept.into_iter().collect();
    let mut facts: FxHashMap<FileId, Option<Arc<FileFacts>>> = FxHashMap::default();
    let mut changed: FxHashSet<u64> = FxHashSet::default();
    for each in &fresh {
        let Some(new) = &each.facts else { continue };
        facts.insert(each.id, Some(Arc::clone(new)));
        if let Some(old) = &each.old_facts {
            changed.extend(changed_look_ups(&each.row.path, Some(old), Some(new)));
            writer.with(|changes| rows::delete_facts(changes, pid, each.id, old))?;
            writer.with(|changes| batch::put_again(changes, pid, each))?;
        } else if !from_scratch {
            changed.extend(changed_look_ups(&each.row.path, None, Some(new)));
        }
    }
    for each in &fresh {
        if let Some(doc) = each.dead_doc {
            project.dead_docs.push(doc);
        }
        if each.row.path.is_empty() {
            continue;
        }
        rows.insert(each.id, each.row.clone());
    }
    let mut gone: Vec<(FileId, String)> = plan.gone.iter().map(|(id, row)| (*id, row.path.clone())).collect();
    gone.extend(fresh.iter().filter(|each| each.row.path.is_empty()).filter_map(|each| each.was.clone()));
    for (id, path) in &gone {
        let old = writer.view().facts(pid, *id)?;
        changed.extend(changed_look_ups(path, old.as_ref(), None));
        facts.insert(*id, None);
        let links = writer.view().links(pid, *id)?;
        if let Some(row) = writer.view().file(pid, *id)? {
            project.dead_docs.push(row.doc);
        }
        writer.with(|changes| {
            if let Some(old) = &old {
                rows::delete_facts(changes, pid, *id, old)?;
            }
            rows::put_links(changes, pid, *id, links.as_ref(), None)?;
            batch::delete_file(changes, pid, *id, path);
            Ok(())
        })?;
        rows.remove(id);
    }
    report.removed = gone.len() as u64;

    let manifests = plan.manifests;
    if manifests != project.manifests {
        changed.insert(crate::resolve::LookUp::Manifest.key(""));
    }
    let mut relink: FxHashSet<FileId> = FxHashSet::default();
    if !from_scratch {
        let mut keys: Vec<u64> = changed.into_iter().collect();
        keys.sort_unstable();
        for key in keys {
            relink.extend(writer.view().dependents(pid, key)?);
        }
    }
    let mut to_link: Vec<FileId> =
        relink.into_iter().filter(|id| rows.contains_key(id) && !facts.contains_key(id)).collect();
    report.relinked = to_link.len() as u64;
    to_link.extend(facts.iter().filter(|(_, facts)| facts.is_some()).map(|(id, _)| *id));
    to_link.sort_unstable();

    // 8, 9. Resolve, write edges.
    progress.phase("resolve", to_link.len() as u64);
    let base = writer.view().clone();
    let paths = rows.iter().map(|(id, row)| (*id, Arc::<str>::from(row.path.as_str())));
    let base_of_table = if from_scratch { None } else { Some((&base, pid)) };
    let table = ProjectTable::new(base_of_table, paths, facts, manifests.clone());
    for group in to_link.chunks(batch::LINK_GROUP) {
        cancel.check()?;
        let linked: Vec<(FileId, FileRow, Changes)> = group
            .par_iter()
            .map(|&id| link_file(&table, &base, from_scratch, project, &rows, id, progress))
            .collect::<Result<_>>()?;
        for (id, row, changes) in linked {
            writer.add(changes)?;
            rows.insert(id, row);
        }
    }
    table.check()?;
    drop(table);

    // 9. Words and vectors.
    progress.phase("words", 0);
    cancel.check()?;
    project.dead_docs.sort_unstable();
    project.dead_docs.dedup();
    project.dead_docs.retain(|&doc| doc != plan::NO_DOC);
    let _: usize = old_dead;
    count(project, &rows);
    text::write(&mut writer, project, postings, &rows, from_scratch)?;
    writer.flush()?;
    Ok(manifests)
}

fn link_file(
    table: &ProjectTable<'_>,
    base: &crate::store::View,
    from_scratch: bool,
    project: &ProjectRow,
    rows: &FxHashMap<FileId, FileRow>,
    id: FileId,
    progress: &dyn Progress,
) -> Result<(FileId, FileRow, Changes)> {
    use crate::resolve::SymbolTable as _;
    let pid = project.pid();
    let mut row = rows.get(&id).cloned().unwrap_or_default();
    let mut changes = Changes::default();
    let old: Option<LinkRow> = if from_scratch { None } else { base.links(pid, id)? };
    if let Some(facts) = table.facts(id) {
        let links = link(table, id, &facts);
        let links_row = rows::link_row(table, &facts, &links);
        row.edges = u32::try_from(links_row.edges.len()).unwrap_or(u32::MAX);
        row.resolved = links.n_resolved;
        row.unresolved = links.n_unresolved;
        rows::put_links(&mut changes, pid, id, old.as_ref(), Some(&links_row))?;
    }
    batch::put_file(&mut changes, pid, id, &row)?;
    progress.advance(1);
    Ok((id, row, changes))
}

/// Sums up the rows.
fn count(project: &mut ProjectRow, rows: &FxHashMap<FileId, FileRow>) {
    let mut counts = Counts::default();
    let mut languages: FxHashMap<&str, (u64, u64, u64)> = FxHashMap::default();
    let mut ordered: Vec<&FileRow> = rows.values().collect();
    ordered.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    for row in ordered {
        counts.files += 1;
        counts.lines += u64::from(row.lines);
        counts.bytes += row.size;
        counts.symbols += u64::from(row.symbols);
        // Every symbol is contained in another one.
        counts.edges += u64::from(row.edges) + u64::from(row.symbols);
        counts.resolved += u64::from(row.resolved);
        counts.unresolved += u64::from(row.unresolved);
        counts.chunks += u64::from(row.chunks);
        let each = languages.entry(&row.language_name).or_default();
        each.0 += 1;
        each.1 += u64::from(row.lines);
        each.2 += row.size;
    }
    let mut list: Vec<(String, u64, u64, u64)> =
        languages.into_iter().map(|(name, (files, lines, bytes))| (name.to_owned(), files, lines, bytes)).collect();
    list.sort_unstable_by(|a, b| b.3.cmp(&a.3).then_with(|| a.0.cmp(&b.0)));
    project.counts = counts;
    project.languages = list;
    if project.vectors == VectorBase::default() {
        project.vectors = VectorBase::default();
    }
}

fn finish(mut report: Report, store: &Store, started: Instant) -> Report {
    report.seconds = started.elapsed().as_secs_f64();
    (report.cpu_seconds, report.peak_memory_bytes) = report::usage();
    report.disk_bytes = report::disk_bytes(store.data());
    report
}

fn now_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
