//! `doctor`: what is damaged in a data folder, and what can be made again.

use super::show::{STRONG, WARN, bytes, count};
use super::{Context, Effect, Operation, Page, Response};
use crate::backup::{self, Folder};
use crate::error::{Kind, ResultExt as _, message};
use crate::index;
use crate::store::{Diagnosis, ProjectRow, Snapshot, Store, View, check, diagnose, mend};
use crate::vector::{self, Space, VectorFile};
use anyhow::{Context as _, Result};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Look for damage in the index, and repair what can be made again
///
/// Without a flag it opens everything; with `--check-data` it reads every row and holds the rows against each other, and
/// every byte of the vector files. `--repair` makes again what is derived from something sound: the live database, which
/// checkpoint is the newest, vector files. It says what only a restore or a new index brings back.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Doctor {
    /// Read every row and every byte
    #[arg(long)]
    pub check_data: bool,
    /// Make again what can be made again
    #[arg(long)]
    pub repair: bool,
}

/// What to do about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Remedy {
    /// `codegraph doctor --repair`.
    Repair,
    /// `codegraph restore`, or a new index.
    Restore,
    /// Nothing, or what the sentence says.
    None,
}

/// Something that is wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Finding {
    /// `store`, `live`, `project`, `vectors` or `backup`.
    part: Cow<'static, str>,
    /// What is wrong, in a sentence.
    text: String,
    /// What helps.
    remedy: Remedy,
}

/// What a look at a data folder showed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Health {
    data_dir: PathBuf,
    /// The newest generation that can be read; absent when there is none.
    generation: Option<u64>,
    projects: u64,
    /// Rows that were read; absent without `--check-data`.
    rows: Option<u64>,
    /// Digest of all rows; absent without `--check-data`.
    digest: Option<String>,
    findings: Vec<Finding>,
    /// What was made again, in sentences.
    repaired: Vec<String>,
    /// What is good to know, in sentences.
    notes: Vec<String>,
}

impl Operation for Doctor {
    const NAME: &'static str = "doctor";
    const EFFECT: Effect = Effect::Admin;
    const IS_JOB: bool = true;
    type Response = Health;

    fn run(self, cx: &Context) -> Result<Health> {
        let snapshots = cx.data.join("snapshots");
        let is_there =
            snapshots.try_exists().with_context(|| format!("cannot look into {}", cx.data.display()));
        if !is_there.kind(Kind::Denied)? {
            let text = format!("there is no index in {}", cx.data.display());
            return Err(anyhow::anyhow!(text)).kind(Kind::NoIndex).hint("run `codegraph index` first");
        }
        let mut repaired = Vec::new();
        if self.repair {
            repaired = repair(cx)?;
        }
        let mut health = self.look(cx)?;
        health.repaired = repaired;
        Ok(health)
    }

    fn apart(&self, _: &Context) -> Result<Option<Vec<Value>>> {
        // It works beside the daemon.
        Ok(None)
    }

    fn told(answer: Value) -> Result<Health> {
        Ok(serde_json::from_value(answer)?)
    }
}

/// Makes again what can be made again, as the holder of the writer's lock.
fn repair(cx: &Context) -> Result<Vec<String>> {
    let mut repaired = mend(&cx.data, &cx.cancel)?;
    // Opening takes care of the live database; it fails where only a restore helps, and then looking tells so.
    match Store::open_waiting(&cx.data, "doctor", &cx.loaded.config.database) {
        Err(error) if Kind::of(&error) == Kind::Corrupt => {}
        store => {
            let store = store?;
            match index::mend(&store, &cx.loaded.config) {
                Err(error) if Kind::of(&error) == Kind::Corrupt => {}
                mended => {
                    let of = |name: String| format!("the vector file of {name} was made again");
                    repaired.extend(mended?.into_iter().map(of));
                }
            }
        }
    }
    Ok(repaired)
}

impl Doctor {
    fn look(&self, cx: &Context) -> Result<Health> {
        let mut health = Health {
            data_dir: cx.data.clone(),
            generation: None,
            projects: 0,
            rows: None,
            digest: None,
            findings: Vec::new(),
            repaired: Vec::new(),
            notes: Vec::new(),
        };
        let Diagnosis { current, live, writer } = diagnose(&cx.data, self.check_data, &cx.cancel)?;
        if let Some(writer) = writer {
            health.notes.push(format!("the live database was not looked at: {writer}"));
        }
        for text in current {
            health.tell("store", text, Remedy::Repair);
        }
        for text in live {
            health.tell("live", text, Remedy::Repair);
        }
        match Snapshot::newest(&cx.data) {
            Ok(snapshot) => {
                health.generation = Some(snapshot.generation());
                self.generation(cx, snapshot.view(), &mut health)?;
            }
            Err(error) if matches!(Kind::of(&error), Kind::Format | Kind::NoIndex) => return Err(error),
            Err(error) if health.findings.is_empty() => {
                health.tell("store", message(&error), Remedy::Restore);
            }
            Err(error) => health.notes.push(message(&error)),
        }
        surroundings(cx, &mut health)?;
        Ok(health)
    }

    /// Looks at the newest generation.
    fn generation(&self, cx: &Context, view: &View, health: &mut Health) -> Result<()> {
        let projects = match view.projects() {
            Err(error) if Kind::of(&error) == Kind::Corrupt => {
                health.tell("store", message(&error), Remedy::Restore);
                return Ok(());
            }
            projects => projects?,
        };
        health.projects = projects.len() as u64;
        cx.progress.phase("check", projects.len() as u64);
        if self.check_data {
            match check::content(view, &cx.cancel) {
                Ok(content) => (health.rows, health.digest) = (Some(content.rows), Some(content.digest)),
                Err(error) if Kind::of(&error) == Kind::Corrupt => {
                    health.tell("store", message(&error), Remedy::Restore);
                }
                Err(error) => return Err(error),
            }
        }
        for project in &projects {
            self.project(cx, view, project, health)?;
            cx.progress.advance(1);
        }
        Ok(())
    }

    fn project(&self, cx: &Context, view: &View, project: &ProjectRow, health: &mut Health) -> Result<()> {
        let name = &project.name;
        let space = match Space::of(view, project) {
            Ok(space) => space,
            Err(error) => {
                health.tell("project", format!("{name}: {}", message(&error)), Remedy::Restore);
                return Ok(());
            }
        };
        if self.check_data {
            match check::project(view, project, space.number, &cx.cancel) {
                Ok(faults) => {
                    for text in &faults.told {
                        health.tell("project", format!("{name}: {text}"), Remedy::Restore);
                    }
                    let more = faults.count - faults.told.len() as u64;
                    if more > 0 {
                        health.tell("project", format!("{name}: and {more} more"), Remedy::Restore);
                    }
                }
                Err(error) if Kind::of(&error) == Kind::Corrupt => {
                    health.tell("project", format!("{name}: {}", message(&error)), Remedy::Restore);
                }
                Err(error) => return Err(error),
            }
        }
        let path = vector::folder(&cx.data, project.id).join(&project.vectors.file);
        if !path.exists() {
            // It is derived, and was removed or never made here: a checkpoint has none.
            health.notes.push(format!(
                "the vector file of {name} is not there; the next index or `codegraph doctor --repair` makes it"
            ));
            return Ok(());
        }
        let metric = vector::metric_of(project);
        let opened = VectorFile::open(&path, &space.about.id, space.about.dimension, metric);
        let checked = opened.and_then(|file| if self.check_data { file.check() } else { Ok(()) });
        if let Err(error) = checked {
            // Search reads the store then: it is slower, and right all the same.
            health.tell("vectors", format!("{name}: {}", message(&error)), Remedy::Repair);
        }
        Ok(())
    }
}

/// What lies in and beside the data folder.
fn surroundings(cx: &Context, health: &mut Health) -> Result<()> {
    let mut kept: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(&cx.data)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.starts_with("pre-restore-") {
            kept.push(name);
        }
    }
    kept.sort_unstable();
    for name in kept {
        let path = cx.data.join(&name);
        health.notes.push(format!(
            "{} holds what was there before a restore; remove it when it is of no use",
            path.display()
        ));
    }
    let folder = cx.backups();
    if !folder.join("generations").exists() {
        return Ok(());
    }
    let mut newest = None;
    for (id, manifest) in backup::list(&Folder::new(&folder))? {
        match manifest {
            Ok(manifest) if manifest.only.is_some() => {}
            Ok(_) => newest = Some(id),
            Err(error) => health.tell("backup", message(&error), Remedy::None),
        }
    }
    if let Some(id) = newest {
        health.notes.push(format!("the newest backup of all projects in {} is {id}", folder.display()));
    }
    if let Some(free) = backup::free(existing(&cx.data)) {
        health.notes.push(format!("{} are free on the disk", bytes(free)));
    }
    Ok(())
}

fn existing(path: &Path) -> &Path {
    path.ancestors().find(|each| each.exists()).unwrap_or(path)
}

impl Health {
    fn tell(&mut self, part: &'static str, text: String, remedy: Remedy) {
        self.findings.push(Finding { part: part.into(), text, remedy });
    }

    fn needs(&self, remedy: Remedy) -> bool {
        self.findings.iter().any(|finding| finding.remedy == remedy)
    }
}

impl Response for Health {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        for each in &self.repaired {
            writeln!(page, "{each}")?;
        }
        for finding in &self.findings {
            writeln!(page, "{WARN}{}: {}{WARN:#}", finding.part, finding.text)?;
        }
        for note in &self.notes {
            writeln!(page, "{note}")?;
        }
        let data = self.data_dir.display();
        if self.findings.is_empty() {
            let read = self.rows.map_or(String::new(), |rows| format!(", {} read", count(rows, "row")));
            let projects = count(self.projects, "project");
            writeln!(page, "{STRONG}{data}{STRONG:#} is sound: {projects}{read}")?;
            return Ok(());
        }
        let things = count(self.findings.len() as u64, "thing");
        writeln!(page, "{STRONG}{data}{STRONG:#} is damaged: {things} found")?;
        if self.needs(Remedy::Repair) {
            writeln!(page, "`codegraph doctor --repair` makes again what is derived")?;
        }
        if self.needs(Remedy::Restore) {
            writeln!(
                page,
                "`codegraph restore` brings a backup back; else remove the data folder and index again"
            )?;
        }
        Ok(())
    }

    fn verdict(&self) -> Option<Kind> {
        (!self.findings.is_empty()).then_some(Kind::Corrupt)
    }
}
