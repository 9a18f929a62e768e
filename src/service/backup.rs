//! `backup` and `restore`: one published generation as a verified copy, and back.

use super::show::{DIM, STRONG, WARN, ago, bytes, count};
use super::{Context, Effect, Group, Operation, Page, Response, back_up};
use crate::backup::{
    self, Archive, Created, Finding, Folder, Keep, Manifest, Origin, Pruned, Restored, Which, Wrong,
};
use crate::config::Time;
use crate::error::{Kind, ResultExt as _, message};
use crate::index;
use crate::store::{Store, View};
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Copy the newest state of all projects, or of one, into a backup folder or an archive
///
/// Works beside a running `index` and daemon. Files that are in the folder already are not written again, and all that was
/// written is read back. A daemon elsewhere writes into its own backup folder, or into a folder inside it.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Create {
    /// Backup folder; made when it is not there [default: the setting `database.backup_path`]
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Write one file instead, which ends in .tar.zst or .tar.gz
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    pub archive: Option<PathBuf>,
    /// Copy this project alone; written anew whenever it changed, where a copy of all costs what changed
    #[arg(long, value_name = "NAME")]
    pub project: Option<String>,
}

/// The folder of backups: the one that is named, else that of the settings. A guest names one inside that.
fn folder(cx: &Context, named: Option<&Path>) -> Result<Folder> {
    match (named, cx.is_guest) {
        (None, _) => Ok(Folder::new(&cx.backups())),
        (Some(path), false) => Ok(Folder::new(path)),
        (Some(path), true) => Ok(Folder::at(backup::within(&cx.backups(), Some(text(path)?))?)),
    }
}

/// The same, when it is to be there.
fn existing(cx: &Context, named: Option<&Path>) -> Result<Folder> {
    let own = cx.backups();
    if named.is_none() && !own.exists() {
        return Err(anyhow!("there is no backup in {}", own.display()))
            .kind(Kind::NotFound)
            .hint("make one with `codegraph backup`");
    }
    folder(cx, named)
}

/// A generation of that folder, or of an archive.
fn origin(cx: &Context, named: Option<&Path>, which: Which<'_>) -> Result<Origin> {
    match named {
        Some(path) if !cx.is_guest => Origin::open_the(path, which),
        _ => Origin::kept(Box::new(existing(cx, named)?), which),
    }
}

fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is no text", path.display())).kind(Kind::Usage)
}

/// What a guest cannot have.
fn not_for_guests<T>(what: &str, hint: &str) -> Result<T> {
    Err(anyhow!("a daemon elsewhere {what}")).kind(Kind::Usage).hint(hint)
}

impl Operation for Create {
    const NAME: &'static str = "backup";
    const EFFECT: Effect = Effect::Keep;
    type Response = Created;

    fn run(self, cx: &Context) -> Result<Created> {
        let only = self.project.as_deref();
        match (&self.archive, &self.to) {
            (Some(_), _) if cx.is_guest => {
                not_for_guests("writes no archive", "leave `--archive` out: it writes into its backup folder")
            }
            (Some(path), _) => {
                backup::create_archive(&cx.data, only, &Archive::new(path), &*cx.progress, &cx.cancel)
            }
            (None, Some(path)) if cx.is_guest => back_up(cx, only, Some(text(path)?)),
            (None, to) => {
                backup::create(&cx.data, only, &folder(cx, to.as_deref())?, &*cx.progress, &cx.cancel)
            }
        }
    }

    fn apart(&self, _: &Context) -> Result<Option<Vec<Value>>> {
        // It works beside the daemon.
        Ok(None)
    }

    fn told(answer: Value) -> Result<Created> {
        Ok(serde_json::from_value(answer)?)
    }
}

impl Response for Created {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let what = self.project.as_ref().map_or(String::new(), |name| format!("{name}, "));
        Ok(writeln!(
            page,
            "backed up {what}generation {} as {STRONG}{}{STRONG:#} in {}: {} ({}), {} written ({}), verified",
            self.generation,
            self.id,
            self.place,
            count(self.files, "file"),
            bytes(self.bytes),
            self.new_files,
            bytes(self.new_bytes),
        )?)
    }
}

/// List the generations of a backup folder
#[derive(Debug, Clone, Args, Serialize)]
pub struct List {
    /// Backup folder [default: the setting `database.backup_path`]
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
}

impl Operation for List {
    const NAME: &'static str = "list";
    const GROUP: Group = Group::Backup;
    const EFFECT: Effect = Effect::Admin;
    type Response = Listed;

    fn run(self, cx: &Context) -> Result<Listed> {
        let mut listed = Listed { generations: Vec::new(), damaged: Vec::new() };
        for (id, manifest) in backup::list(&existing(cx, self.to.as_deref())?)? {
            match manifest {
                Ok(manifest) => listed.generations.push(Generation::of(id, &manifest)),
                Err(error) => listed.damaged.push(message(&error)),
            }
        }
        Ok(listed)
    }
}

/// The generations of a backup folder, oldest first.
#[derive(Debug, Clone, Serialize)]
pub struct Listed {
    generations: Vec<Generation>,
    /// Manifests that cannot be read, a sentence each.
    damaged: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
struct Generation {
    id: String,
    /// Generation of the store inside.
    generation: u64,
    /// Seconds since 1970.
    made_at: u64,
    /// The project that it is of alone; absent when it is of all.
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<String>,
    projects: Vec<String>,
    files: u64,
    bytes: u64,
}

impl Generation {
    fn of(id: String, manifest: &Manifest) -> Self {
        Self {
            id,
            generation: manifest.generation,
            made_at: manifest.made_at,
            project: manifest.only.clone(),
            projects: manifest.projects.iter().map(|project| project.name.clone()).collect(),
            files: manifest.files.len() as u64,
            bytes: manifest.bytes(),
        }
    }
}

impl Response for Listed {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        for each in &self.generations {
            let alone = if each.project.is_some() { " alone" } else { "" };
            writeln!(
                page,
                "{STRONG}{}{STRONG:#}  {}, {}  {DIM}{}{alone}{DIM:#}",
                each.id,
                ago(each.made_at),
                bytes(each.bytes),
                each.projects.join(", ")
            )?;
        }
        for each in &self.damaged {
            writeln!(page, "{WARN}{each}{WARN:#}")?;
        }
        Ok(())
    }

    fn verdict(&self) -> Option<Kind> {
        match (self.damaged.is_empty(), self.generations.is_empty()) {
            (false, _) => Some(Kind::Corrupt),
            (true, true) => Some(Kind::NotFound),
            (true, false) => None,
        }
    }
}

/// Read every file of a generation and compare it with its manifest
///
/// In four stages: the seal of the manifest, the list of files, the bytes of each file, and with `--test-restore` the
/// store that they make, opened and read in a temporary folder.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Verify {
    /// Backup folder, or an archive [default: the setting `database.backup_path`]
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Id of the generation; the newest when absent
    #[arg(long, value_name = "ID")]
    pub generation: Option<String>,
    /// Also restore it into a temporary folder, and read every row there
    #[arg(long)]
    pub test_restore: bool,
}

impl Operation for Verify {
    const NAME: &'static str = "verify";
    const GROUP: Group = Group::Backup;
    const EFFECT: Effect = Effect::Admin;
    const IS_JOB: bool = true;
    type Response = Verified;

    fn run(self, cx: &Context) -> Result<Verified> {
        let origin = origin(cx, self.to.as_deref(), Which::of(self.generation.as_deref()))?;
        let findings = backup::verify(&origin, &*cx.progress, &cx.cancel)?;
        let is_tested = self.test_restore && findings.is_empty();
        if is_tested {
            backup::test_restore(&origin, &*cx.progress, &cx.cancel)?;
        }
        let manifest = &origin.manifest;
        Ok(Verified {
            id: origin.id.clone(),
            place: origin.place(),
            files: manifest.files.len() as u64,
            bytes: manifest.bytes(),
            rows: is_tested.then_some(manifest.rows),
            findings,
        })
    }

    fn apart(&self, _: &Context) -> Result<Option<Vec<Value>>> {
        // It works beside the daemon.
        Ok(None)
    }

    fn told(answer: Value) -> Result<Verified> {
        Ok(serde_json::from_value(answer)?)
    }
}

/// What reading a generation showed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Verified {
    id: String,
    place: String,
    files: u64,
    bytes: u64,
    /// Rows that were read in the restored store; absent when it was not restored.
    rows: Option<u64>,
    /// What is wrong, by file.
    findings: Vec<Finding>,
}

impl Response for Verified {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        for each in &self.findings {
            writeln!(page, "{WARN}{}{WARN:#}", each.text)?;
        }
        let (files, size) = (count(self.files, "file"), bytes(self.bytes));
        if self.findings.is_empty() {
            write!(page, "{STRONG}{}{STRONG:#} is whole: {files} ({size}) read", self.id)?;
            if let Some(rows) = self.rows {
                write!(page, ", restored for a test with {}", count(rows, "row"))?;
            }
            return Ok(writeln!(page)?);
        }
        let of = |wrong: Wrong| self.findings.iter().filter(|each| each.wrong == wrong).count();
        Ok(writeln!(
            page,
            "{STRONG}{}{STRONG:#} is damaged: {} missing, {} changed, {} extra, of {files}",
            self.id,
            of(Wrong::Missing),
            of(Wrong::Changed),
            of(Wrong::Extra),
        )?)
    }

    fn verdict(&self) -> Option<Kind> {
        (!self.findings.is_empty()).then_some(Kind::Corrupt)
    }
}

/// Remove old generations of a backup folder, and files that no generation needs
///
/// A generation stays when any rule keeps it. The newest one always stays, and is read and compared first: nothing is
/// removed while it is damaged. Generations of one project alone are counted apart, for each project. Without a rule, those
/// older than the setting `database.backup_retention` go.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Prune {
    /// Backup folder [default: the setting `database.backup_path`]
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
    /// Keep so many of the newest generations
    #[arg(long, value_name = "N")]
    pub keep_last: Option<u64>,
    /// Keep the newest generation of each of the last N days that have one
    #[arg(long, value_name = "N")]
    pub keep_daily: Option<u64>,
    /// Keep the newest generation of each of the last N weeks that have one
    #[arg(long, value_name = "N")]
    pub keep_weekly: Option<u64>,
    /// Keep all generations that are younger, such as 30d
    #[arg(long, value_name = "TIME")]
    pub retention: Option<String>,
    /// Time for which files stay that no generation needs, after the first prune that saw them; 24h when absent
    #[arg(long, value_name = "TIME")]
    pub grace: Option<String>,
    /// Only tell what would be removed
    #[arg(long)]
    pub dry_run: bool,
}

/// A time that was typed.
fn time(text: &str, flag: &str) -> Result<Duration> {
    let time = Time::parse(text).map_err(|wrong| anyhow::anyhow!("{flag}: {wrong}"));
    Ok(time.kind(Kind::Usage)?.0)
}

impl Operation for Prune {
    const NAME: &'static str = "prune";
    const GROUP: Group = Group::Backup;
    const EFFECT: Effect = Effect::Keep;
    type Response = Done;

    fn run(self, cx: &Context) -> Result<Done> {
        let mut keep = Keep {
            last: self.keep_last.unwrap_or_default(),
            daily: self.keep_daily.unwrap_or_default(),
            weekly: self.keep_weekly.unwrap_or_default(),
            younger: self.retention.as_deref().map(|text| time(text, "--retention")).transpose()?,
        };
        if (self.keep_last, self.keep_daily, self.keep_weekly) == (None, None, None) && keep.younger.is_none()
        {
            keep.younger = Some(cx.loaded.config.database.backup_retention.0);
        }
        let grace = self.grace.as_deref().map(|text| time(text, "--grace")).transpose()?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let place = Box::new(existing(cx, self.to.as_deref())?);
        let times = (grace.unwrap_or(backup::GRACE), now);
        let pruned = backup::prune(place, &keep, times, self.dry_run, (&*cx.progress, &cx.cancel))?;
        Ok(Done { pruned, dry_run: self.dry_run })
    }

    fn apart(&self, _: &Context) -> Result<Option<Vec<Value>>> {
        // It works beside the daemon.
        Ok(None)
    }

    fn told(answer: Value) -> Result<Done> {
        Ok(serde_json::from_value(answer)?)
    }
}

/// What a prune did, or would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Done {
    #[serde(flatten)]
    pruned: Pruned,
    dry_run: bool,
}

impl Response for Done {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let pruned = &self.pruned;
        for id in &pruned.removed {
            writeln!(page, "{DIM}{id}{DIM:#}")?;
        }
        let verb = if self.dry_run { "would remove" } else { "removed" };
        write!(
            page,
            "{verb} {} and {} ({}), {} stay",
            count(pruned.removed.len() as u64, "generation"),
            count(pruned.removed_objects, "file"),
            bytes(pruned.removed_bytes),
            count(pruned.kept, "generation"),
        )?;
        if pruned.waiting_objects > 0 {
            let why = if pruned.is_busy {
                "another process uses the folder"
            } else {
                "a later prune may remove them"
            };
            let waiting = count(pruned.waiting_objects, "file");
            write!(page, "; {waiting} ({}) of no generation: {why}", bytes(pruned.waiting_bytes))?;
        }
        Ok(writeln!(page)?)
    }
}

/// Replace the index by a generation of a backup folder or an archive
///
/// Every byte is compared with the manifest, and every row with its digest, before anything changes; the data that was
/// there before is kept beside. A generation of one project alone replaces that project, and the others stay. A daemon on the data folder does it between two runs of indexing, and answers from it then;
/// one elsewhere restores from its own backup folder, or from a folder inside it.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Restore {
    /// Backup folder, or an archive [default: the setting `database.backup_path`]
    #[arg(long, value_name = "PLACE")]
    pub from: Option<PathBuf>,
    /// Id of the generation; when absent the newest of all projects, or with `--project` the newest with that one
    #[arg(long, value_name = "ID")]
    pub generation: Option<String>,
    /// Restore into this data folder, which must be empty or not there yet
    #[arg(long, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// Restore this project alone; all others stay as they are, and what it was before is not kept
    #[arg(long, value_name = "NAME", conflicts_with = "dry_run")]
    pub project: Option<String>,
    /// Only verify the generation
    #[arg(long)]
    pub dry_run: bool,
}

impl Operation for Restore {
    const NAME: &'static str = "restore";
    const EFFECT: Effect = Effect::Write;
    type Response = Outcome;

    fn run(self, cx: &Context) -> Result<Outcome> {
        if cx.is_guest && self.into.is_some() {
            return not_for_guests("restores into no other folder than its own", "leave `--into` out");
        }
        let which = match (&self.generation, &self.project) {
            (Some(id), _) => Which::Id(id),
            (None, Some(name)) => Which::NewestWith(name),
            (None, None) => Which::NewestOfAll,
        };
        let origin = origin(cx, self.from.as_deref(), which)?;
        let data = self.into.as_ref().unwrap_or(&cx.data);
        let holds = |path: &Path| std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
        if self.into.as_deref().is_some_and(holds) {
            return Err(anyhow::anyhow!("{} is not empty", data.display()))
                .kind(Kind::Usage)
                .hint("name a folder that is empty, or not there yet");
        }
        if self.dry_run {
            let wrong = backup::verify(&origin, &*cx.progress, &cx.cancel)?;
            if let Some(first) = wrong.first() {
                return Err(anyhow::anyhow!("the backup {} cannot be restored: {}", origin.id, first.text))
                    .kind(Kind::Corrupt)
                    .hint("see `codegraph backup verify`, and choose another with `--generation`");
            }
        }
        let (progress, cancel, config) = (&*cx.progress, &cx.cancel, &cx.loaded.config);
        let manifest = &origin.manifest;
        let vectors = |view: &View, data: &Path| index::complete_vectors(view, data, config).map(drop);
        let restored = if self.dry_run {
            None
        } else {
            let restored = match self.project.as_ref().or(manifest.only.as_ref()) {
                None => backup::restore(data, &origin, &vectors, progress, cancel)?,
                Some(name) => {
                    let of = (data.as_path(), &config.database);
                    backup::restore_project(of, (&origin, name), &vectors, progress, cancel)?
                }
            };
            index::mend(&Store::open_waiting(data, "restore", &config.database)?, config)?;
            Some(restored)
        };
        let all = || manifest.projects.iter().map(|project| project.name.clone()).collect();
        let projects = restored.as_ref().map_or_else(all, |restored| restored.projects.clone());
        Ok(Outcome { id: origin.id.clone(), projects, bytes: manifest.bytes(), restored })
    }

    fn apart(&self, cx: &Context) -> Result<Option<Vec<Value>>> {
        if self.into.is_some() || self.dry_run {
            return Ok(None);
        }
        let from = self.from.clone().unwrap_or_else(|| cx.backups());
        // What is not there is told without the daemon, and a name that is no text has no place in JSON.
        let Some(real) = from.canonicalize().ok().filter(|real| real.to_str().is_some()) else {
            return Ok(None);
        };
        Ok(Some(vec![serde_json::to_value(Self { from: Some(real), ..self.clone() })?]))
    }

    fn told(answer: Value) -> Result<Outcome> {
        Ok(serde_json::from_value(answer)?)
    }
}

/// What a restore did, or would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Outcome {
    id: String,
    projects: Vec<String>,
    bytes: u64,
    /// Absent when it was only tried.
    restored: Option<Restored>,
}

impl Response for Outcome {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let what = format!("{} ({})", count(self.projects.len() as u64, "project"), bytes(self.bytes));
        let Some(restored) = &self.restored else {
            writeln!(page, "{STRONG}{}{STRONG:#} is whole and would restore {what}", self.id)?;
            return Ok(());
        };
        writeln!(page, "restored {what} from {STRONG}{}{STRONG:#}", self.id)?;
        if let Some(kept) = &restored.kept {
            writeln!(page, "the data that was there before is kept in {}", kept.display())?;
        }
        Ok(())
    }
}
