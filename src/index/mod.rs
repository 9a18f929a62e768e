//! "Make the store true again." One run, in ten steps: open, scan, compare, read and parse, resolve, write, publish.
//!
//! Law: what an incremental run leaves equals what a run from scratch would leave. It holds because the edges of a file
//! are a function of its facts and of the answers to the look-ups that the resolver noted, and a file whose look-ups may
//! answer differently is resolved again.

mod batch;
mod embeddings;
mod freshness;
mod journal;
mod plan;
pub mod report;
mod rows;
pub mod table;
mod text;
mod upkeep;

pub use freshness::{Freshness, options_of};
pub use report::Report;
pub use upkeep::{compact, make_vectors};

use crate::config::Config;
use crate::embed::{Embedder as _, Model};
use crate::error::{Kind, ResultExt as _};
use crate::facts::FileFacts;
use crate::model::{FileId, ProjectId};
use crate::observe::{Cancel, Progress};
use crate::resolve::{LookUp, SymbolTable as _, changed_look_ups, link};
use crate::scan;
use crate::store::{Changes, Counts, FileRow, LinkRow, ProjectRow, Store, View};
use crate::vector::{self, Space};
use anyhow::{Context as _, Result};
use batch::{Fresh, Outcome};
use embeddings::Waiting;
use journal::Journal;
use plan::Plan;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use table::ProjectTable;

/// Bytes of the stack of a thread that parses. As deep as a walker goes into a file, it took 2 MB in a build without
/// optimisation; what is not used of a stack is no memory.
pub const STACK_BYTES: usize = 16 << 20;

/// What a run gathers before it writes: rows, postings, embeddings that are taken over, and the files that are parsed
/// together with what they say.
pub const RUN_BYTES: usize =
    batch::SPILL_BYTES + text::SPILL_BYTES + embeddings::SPILL_BYTES + 4 * batch::GROUP_BYTES as usize;

/// Share of a run's time after which it reads no more files when it has a limit of time, so that what was read can be
/// resolved and published within the rest: for that first runs take 25 to 40 % of their time.
const READING_SHARE: f64 = 0.6;

/// Why a run ended before its work: time was short, what was read is published, and the next run goes on from there.
#[derive(Debug)]
pub struct Partly {
    /// Files that are left.
    left: u64,
    /// Files that the project has with them.
    of: u64,
}

impl std::fmt::Display for Partly {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} of {} files are left to be indexed", self.left, self.of)
    }
}

impl std::error::Error for Partly {}

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
    /// What the project is, in words of whoever indexes it; nothing leaves that as it is.
    pub description: Option<String>,
}

/// Indexes a folder: brings the store in line with what is on disk, and publishes the result.
///
/// # Errors
/// [`Kind::Locked`] while another process writes; [`Kind::Interrupted`] when cancelled, [`Kind::TimedOut`] when its time
/// is over. The store then stays at its last generation, but after [`Partly`], when some files were indexed.
pub fn run(
    data: &Path,
    config: &Config,
    options: &Options,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Report> {
    // Threads that this process started before keep the stack that they have.
    drop(rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build_global());
    let mut store = Store::open_waiting(data, "index", &config.database)?;
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
    let root = root
        .with_context(|| format!("cannot open the folder {}", options.root.display()))
        .kind(Kind::Usage)?;
    let mut project = plan::project(store, &root, options.name.as_deref())?;
    let mut report = Report::begin(&project.name, &project.root);
    let known: Vec<_> = Space::all(store.view())?.into_iter().map(|space| space.about).collect();
    let is_new = project.generation == 0;
    let mut about = store.view().about(&project.name)?;
    let is_described = options.description.as_ref().is_some_and(|text| *text != about.description);
    let choice = Model::open(&config.vector, &known, Some(cancel))?;
    let model = choice.model;
    report.notes.extend(choice.note);
    report.model = model.about().to_string();

    progress.phase("scan", 0);
    let scan = scan::walk::scan(&root, config, options.hidden, options.no_ignore, cancel)?;
    let settings = plan::fingerprint(config, options);
    let again = options.force || settings != project.settings || model.id() != project.model;
    if again && project.generation > 0 {
        // Nothing of it is to be trusted: it is made anew under its number.
        store.clear_project(project.pid())?;
        let (id, name, root) = (project.id, project.name.clone(), project.root.clone());
        project = ProjectRow { id, name, root, ..ProjectRow::default() };
    }
    let mut plan = plan::compare(store.view(), &project, scan)?;
    plan.may_be_cut = is_new || !again;
    for (path, problem) in &plan.problems {
        report.problem(path, problem.clone());
    }
    report.end_of_phase("scan");
    cancel.check()?;
    let has_metric = vector::metric_of(&project) == config.vector.metric;
    if plan.is_empty() && project.generation > 0 && has_metric && !is_described {
        text::mend_vectors((store.view(), store.data()), &project, &config.vector)?;
        report.unchanged = plan.kept.len() as u64;
        report.generation = project.generation;
        report.counts = project.counts.clone();
        report.skipped = plan.skipped;
        return Ok(finish(report, store, started));
    }
    project.settings = settings;
    project.scanned_at_ns = scanned_at_ns;
    let space = Space::for_model(store.view(), model.about())?;
    let embedder = Embedding { model: &model, space: &space };
    let is_changed = apply(store, &mut project, (config, embedder), plan, progress, cancel, &mut report)?;
    report.counts = project.counts.clone();
    if !is_changed && !is_described {
        text::mend_vectors((store.view(), store.data()), &project, &config.vector)?;
        report.generation = project.generation;
        return Ok(finish(report, store, started));
    }
    project.generation = store.next_generation();
    project.indexed_at = scanned_at_ns / 1_000_000_000;
    model.id().clone_into(&mut project.model);
    progress.phase("publish", 0);
    cancel.check()?;
    store.put_project(&project)?;
    if is_new {
        about.created_at = project.indexed_at;
    }
    if let Some(text) = &options.description {
        about.description.clone_from(text);
    }
    if is_new || is_described {
        store.put_about(&project.name, &about)?;
    }
    if let Some(row) = space.row() {
        store.put_model(&row)?;
    }
    report.generation = store.commit()?;
    Journal::remove(store.data(), &space.about.id)?;
    text::sweep_vectors(store, &project)?;
    report.end_of_phase("publish");
    if report.left > 0 {
        let partly = Partly { left: report.left, of: report.left + report.counts.files };
        return Err(anyhow::Error::new(partly))
            .kind(Kind::TimedOut)
            .hint("run it again: it goes on from there");
    }
    Ok(finish(report, store, started))
}

/// Removes a project with all that was indexed of it, and publishes the result. The files on disk stay. The generation
/// before is kept for its readers, so its room on disk is free after the next commit.
///
/// # Errors
/// [`Kind::Locked`] while another process writes.
pub fn remove(data: &Path, config: &Config, name: &str) -> Result<ProjectRow> {
    let mut store = Store::open_waiting(data, "remove", &config.database)?;
    let project = store.view().project(name)?;
    let project = project.ok_or_else(|| anyhow::anyhow!("there is no project `{name}`")).kind(Kind::Usage)?;
    store.clear_project(project.pid())?;
    store.delete_project(name)?;
    store.compact_project(project.pid())?;
    store.commit()?;
    let vectors = data.join("vector").join(project.id.to_string());
    if vectors.exists() {
        std::fs::remove_dir_all(&vectors).with_context(|| format!("cannot remove {}", vectors.display()))?;
    }
    Ok(project)
}

/// Makes the vector files in a data folder that are missing or damaged, for the projects of a view. Returns the names of
/// the projects whose files were made.
///
/// # Errors
/// When the store cannot be read or the disk fails.
pub fn complete_vectors(view: &View, data: &Path, config: &Config) -> Result<Vec<String>> {
    let mut made = Vec::new();
    for project in view.projects()? {
        if text::mend_vectors((view, data), &project, &config.vector)? {
            made.push(project.name);
        }
    }
    Ok(made)
}

/// As [`complete_vectors`], and removes those that nobody needs.
///
/// # Errors
/// As [`complete_vectors`].
pub fn mend(store: &Store, config: &Config) -> Result<Vec<String>> {
    let mended = complete_vectors(store.view(), store.data(), config)?;
    let projects = store.view().projects()?;
    for project in &projects {
        text::sweep_vectors(store, project)?;
    }
    for entry in std::fs::read_dir(store.data().join("vector"))? {
        let entry = entry?;
        let name = entry.file_name();
        if !projects.iter().any(|project| name.to_string_lossy() == project.id.to_string()) {
            let path = entry.path();
            let gone =
                if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            gone.with_context(|| format!("cannot remove {}", path.display()))?;
        }
    }
    Ok(mended)
}

/// The model of a run, and where its vectors lie.
#[derive(Clone, Copy)]
struct Embedding<'r> {
    model: &'r Model,
    space: &'r Space,
}

/// Steps 4 to 9: reads and parses what changed, resolves what depends on it, writes both. False when all that was read
/// is left out, as it was before: then nothing was written.
fn apply(
    store: &mut Store,
    project: &mut ProjectRow,
    (config, embedding): (&Config, Embedding<'_>),
    plan: Plan,
    progress: &dyn Progress,
    cancel: &Cancel,
    report: &mut Report,
) -> Result<bool> {
    let pid = project.pid();
    report.skipped.clone_from(&plan.skipped);
    report.unchanged = plan.kept.len() as u64;
    let has_metric = vector::metric_of(project) == config.vector.metric;
    let mut is_changed =
        project.generation == 0 || !plan.gone.is_empty() || plan.manifests_changed || !has_metric;
    let mut run = Run {
        from_scratch: plan.kept.is_empty()
            && plan.gone.is_empty()
            && plan.read.iter().all(|each| each.old.is_none()),
        rows: plan.kept.into_iter().collect(),
        facts: FxHashMap::default(),
        changed: FxHashSet::default(),
        writer: batch::Writer::new(store),
    };

    // 4, 5, 6. Read, parse, write facts.
    progress.phase("parse", plan.read.len() as u64);
    let mut postings = text::Postings::new();
    let mut waiting = Waiting::new(embedding, &config.vector);
    let mut gone: Vec<(FileId, FileRow)> = plan.gone;
    let base = (!run.from_scratch).then(|| run.writer.view().clone());
    let mut n_read = 0;
    for group in batch::groups(&plan.read, config.performance.index_batch_size) {
        if plan.may_be_cut && n_read > 0 && cancel.used() > READING_SHARE {
            break;
        }
        n_read += group.len();
        for mut fresh in
            batch::read_all(group, base.as_ref(), project, (config, embedding.model), progress, cancel)?
        {
            fresh.note(report);
            waiting.add(&mut fresh.words);
            if let Some(blocks) = postings.add(&mut fresh) {
                run.writer.add(blocks)?;
            }
            is_changed |= !matches!((&fresh.outcome, &fresh.old), (Outcome::Skipped(_), None));
            match (&fresh.outcome, &fresh.old) {
                (Outcome::Skipped(_), Some(old)) => gone.push((fresh.id, old.clone())),
                (Outcome::Skipped(_), None) => {}
                (Outcome::Read, Some(old)) => {
                    project.dead_docs.push(old.doc);
                    run.take(fresh)?;
                }
                (Outcome::Read, None) | (Outcome::Touched, _) => run.take(fresh)?,
            }
        }
    }
    report.left = run.leave(pid, plan.read.get(n_read..).unwrap_or_default())?;
    report.end_of_phase("parse");
    if !is_changed {
        return Ok(false);
    }
    if embedding.model.is_costly() {
        report.embedded = Some(waiting.embed(&mut run.writer, progress, cancel)?);
        report.end_of_phase("embed");
    }
    (project.next_file, project.next_doc) = (plan.next_file, plan.next_doc);
    report.removed = gone.len() as u64;
    for (id, row) in gone {
        project.dead_docs.push(row.doc);
        run.remove(pid, id, &row.path)?;
    }
    project.dead_docs.sort_unstable();

    // 7. Which look-ups answer differently now, and which files asked them.
    if plan.manifests_changed {
        run.changed.insert(LookUp::Manifest.key(""));
        project.manifests = plan.manifests;
    }
    let to_link = run.to_link(pid, report)?;

    // 8, 9. Resolve, write edges.
    progress.phase("resolve", to_link.len() as u64);
    let group = batch::group_size(config.performance.batch_size);
    run.link(project, to_link.chunks(group), progress, cancel)?;
    report.end_of_phase("resolve");

    // 9. Words and vectors.
    progress.phase("words", 0);
    cancel.check()?;
    count(project, &run.rows);
    let (n, most) = (project.counts.chunks, config.vector.max_elements);
    if n > most {
        return Err(anyhow::anyhow!("the project has {n} vectors, and vector.max_elements is {most}"))
            .kind(Kind::Usage)
            .hint("raise `vector.max_elements`, or leave files out with `parsing.ignore_patterns`");
    }
    text::write(&mut run.writer, project, postings, run.from_scratch, embedding.space, &config.vector)?;
    run.writer.flush()?;
    report.end_of_phase("words");
    Ok(true)
}

/// What a run knows while it goes on.
struct Run<'s> {
    /// Nothing was indexed before.
    from_scratch: bool,
    /// Rows of all files that the project has now.
    rows: FxHashMap<FileId, FileRow>,
    /// Facts of the files that were read; `None` for those that are gone.
    facts: FxHashMap<FileId, Option<Arc<FileFacts>>>,
    /// Look-ups that answer differently now.
    changed: FxHashSet<u64>,
    writer: batch::Writer<'s>,
}

impl Run<'_> {
    /// Takes over a file that was read or touched.
    fn take(&mut self, fresh: Fresh) -> Result<()> {
        self.changed.extend(fresh.changed);
        if let Some(facts) = fresh.facts {
            self.facts.insert(fresh.id, Some(facts));
        }
        self.rows.insert(fresh.id, fresh.row);
        self.writer.add(fresh.changes)
    }

    /// Leaves files for the next run. Those that were indexed before stay as they are, marked to be looked at again: the
    /// time of this run's scan says nothing of them.
    fn leave(&mut self, pid: ProjectId, files: &[plan::ToRead]) -> Result<u64> {
        for file in files {
            let Some(old) = &file.old else { continue };
            let row = FileRow { mtime_ns: 0, ..old.clone() };
            let mut changes = Changes::default();
            batch::put_file(&mut changes, pid, file.id, &row)?;
            self.writer.add(changes)?;
            self.rows.insert(file.id, row);
        }
        Ok(files.len() as u64)
    }

    /// Removes a file with all that starts in it.
    fn remove(&mut self, pid: ProjectId, id: FileId, path: &str) -> Result<()> {
        let old = self.writer.view().facts(pid, id)?;
        let links = self.writer.view().links(pid, id)?;
        self.changed.extend(changed_look_ups(path, old.as_ref(), None));
        let mut changes = Changes::default();
        if let Some(old) = &old {
            rows::delete_facts(&mut changes, pid, id, old)?;
        }
        rows::put_links(&mut changes, pid, id, links.as_ref(), None)?;
        batch::delete_file(&mut changes, pid, id, path);
        self.facts.insert(id, None);
        self.rows.remove(&id);
        self.writer.add(changes)
    }

    /// The files whose edges are to be made anew, sorted: those that were read, and those that asked a look-up that
    /// answers differently now.
    fn to_link(&self, pid: ProjectId, report: &mut Report) -> Result<Vec<FileId>> {
        let mut files: FxHashSet<FileId> = FxHashSet::default();
        let mut look_ups: Vec<u64> = self.changed.iter().copied().collect();
        look_ups.sort_unstable();
        for look_up in look_ups {
            files.extend(self.writer.view().dependents(pid, look_up)?);
        }
        files.retain(|id| self.rows.contains_key(id) && !self.facts.contains_key(id));
        report.relinked = files.len() as u64;
        let mut files: Vec<FileId> = files.into_iter().collect();
        files.extend(self.facts.iter().filter(|(_, facts)| facts.is_some()).map(|(id, _)| *id));
        files.sort_unstable();
        Ok(files)
    }

    /// Makes the edges of files, on all cores, and writes those of each group.
    fn link(
        &mut self,
        project: &ProjectRow,
        groups: std::slice::Chunks<'_, FileId>,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<()> {
        let pid = project.pid();
        let view = self.writer.view().clone();
        let base = (!self.from_scratch).then_some((&view, pid));
        let paths = self.rows.iter().map(|(id, row)| (*id, Arc::<str>::from(row.path.as_str())));
        let table =
            ProjectTable::new(base, paths, std::mem::take(&mut self.facts), project.manifests.clone());
        for group in groups {
            cancel.check()?;
            let rows = &self.rows;
            let linked: Vec<(FileId, FileRow, Changes)> = group
                .par_iter()
                .map(|&id| {
                    let row = rows.get(&id).cloned().unwrap_or_default();
                    let old = if base.is_some() { view.links(pid, id)? } else { None };
                    progress.advance(1);
                    link_file(&table, pid, id, row, old.as_ref())
                })
                .collect::<Result<_>>()?;
            for (id, row, changes) in linked {
                self.writer.add(changes)?;
                self.rows.insert(id, row);
            }
        }
        table.check()
    }
}

/// Makes the edges of one file.
fn link_file(
    table: &ProjectTable<'_>,
    pid: ProjectId,
    id: FileId,
    mut row: FileRow,
    old: Option<&LinkRow>,
) -> Result<(FileId, FileRow, Changes)> {
    let mut changes = Changes::default();
    if let Some(facts) = table.facts(id) {
        let links = link(table, id, facts);
        let linked = rows::link_row(table, facts, &links);
        row.edges = u32::try_from(linked.edges.len()).unwrap_or(u32::MAX);
        (row.resolved, row.unresolved) = (links.n_resolved, links.n_unresolved);
        row.external = links.n_external;
        rows::put_links(&mut changes, pid, id, old, Some(&linked))?;
    }
    batch::put_file(&mut changes, pid, id, &row)?;
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
        counts.external += u64::from(row.external);
        counts.chunks += u64::from(row.chunks);
        let each = languages.entry(&row.language_name).or_default();
        each.0 += 1;
        each.1 += u64::from(row.lines);
        each.2 += row.size;
    }
    let mut list: Vec<(String, u64, u64, u64)> = languages
        .into_iter()
        .map(|(name, (files, lines, bytes))| (name.to_owned(), files, lines, bytes))
        .collect();
    list.sort_unstable_by(|a, b| b.3.cmp(&a.3).then_with(|| a.0.cmp(&b.0)));
    project.counts = counts;
    project.languages = list;
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
