//! `status`: what is indexed, and how fresh it is.

use super::answer::harmless;
use super::show::{DIM, STRONG, WARN, ago, bytes, count, number};
use super::{Context, Operation, Page, Response};
use crate::config::EmbeddingModel;
use crate::index::{Freshness, options_of, report::disk_bytes};
use crate::store::{Counts, ProjectRow, View};
use crate::vector::Space;
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Show the indexed projects, how fresh each is and how large
#[derive(Debug, Clone, Args, Serialize)]
pub struct Status {
    /// Only this project
    #[arg(long)]
    pub project: Option<String>,
    /// Do not look at the projects' files, only at the index
    #[arg(long)]
    pub no_scan: bool,
}

impl Operation for Status {
    const NAME: &'static str = "status";
    type Response = Overview;

    fn run(self, cx: &Context) -> Result<Overview> {
        let snapshot = cx.snapshot()?;
        let rows = match &self.project {
            Some(name) => vec![cx.project(Some(name))?],
            None => snapshot.view().projects()?,
        };
        let mut projects = Vec::with_capacity(rows.len());
        for row in rows {
            projects.push(project(cx, snapshot.view(), row, self.no_scan)?);
        }
        Ok(Overview {
            data_dir: cx.data.clone(),
            disk_bytes: disk_bytes(&cx.data),
            generation: snapshot.generation(),
            projects,
        })
    }
}

fn project(cx: &Context, view: &View, row: ProjectRow, no_scan: bool) -> Result<Project> {
    let root_is_there = Path::new(&row.root).is_dir();
    let looked_at = root_is_there && !no_scan;
    let changes =
        if looked_at { Some(Freshness::of(view, &row, &cx.loaded.config, &cx.cancel)?) } else { None };
    let options = options_of(&row, &cx.loaded.config);
    let about = view.about(&row.name)?;
    let models = Space::all(view)?.into_iter().map(|space| space.about);
    let model = models.into_iter().find(|model| model.id == row.model);
    let languages = row.languages.into_iter();
    Ok(Project {
        name: row.name,
        description: about.description,
        created_at: (about.created_at > 0).then_some(about.created_at),
        embedding_model: model
            .map_or_else(|| EmbeddingModel::BuiltIn.name().to_owned(), |model| model.to_string()),
        root: row.root,
        root_is_there,
        generation: row.generation,
        indexed_at: row.indexed_at,
        counts: row.counts,
        languages: languages
            .map(|(name, files, lines, bytes)| Language { name, files, lines, bytes })
            .collect(),
        options: options.map(|options| How { hidden: options.hidden, no_ignore: options.no_ignore }),
        changes,
    })
}

/// The whole index.
#[derive(Debug, Serialize)]
pub struct Overview {
    data_dir: PathBuf,
    /// Size of the data folder; all projects.
    disk_bytes: u64,
    /// Newest generation.
    generation: u64,
    projects: Vec<Project>,
}

#[derive(Debug, Serialize)]
struct Project {
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    root: String,
    root_is_there: bool,
    /// Generation of its last change.
    generation: u64,
    /// When it was first indexed, seconds since 1970, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at: Option<u64>,
    /// Seconds since 1970.
    indexed_at: u64,
    /// The model that made its vectors.
    embedding_model: String,
    #[serde(flatten)]
    counts: Counts,
    languages: Vec<Language>,
    /// How it was indexed; nothing when the settings are no longer the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    options: Option<How>,
    /// What changed on disk since; nothing when it was not looked at.
    changes: Option<Freshness>,
}

#[derive(Debug, Serialize)]
struct How {
    hidden: bool,
    no_ignore: bool,
}

#[derive(Debug, Serialize)]
struct Language {
    name: String,
    files: u64,
    lines: u64,
    bytes: u64,
}

impl Response for Overview {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        for project in &self.projects {
            project.text(page)?;
        }
        let n = count(self.projects.len() as u64, "project");
        writeln!(page, "{n} in {}: {} on disk", self.data_dir.display(), bytes(self.disk_bytes))?;
        Ok(())
    }

    fn verdict(&self) -> Option<crate::error::Kind> {
        self.projects.is_empty().then_some(crate::error::Kind::NotFound)
    }
}

impl Project {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        writeln!(page, "{STRONG}{}{STRONG:#} ({})", self.name, self.root)?;
        for line in self.description.lines() {
            writeln!(page, "  {}", harmless(line))?;
        }
        let counts = &self.counts;
        writeln!(
            page,
            "  {}, {}, {}, {}",
            count(counts.files, "file"),
            count(counts.lines, "line"),
            count(counts.symbols, "symbol"),
            count(counts.edges, "edge"),
        )?;
        let languages: Vec<String> =
            self.languages.iter().map(|each| format!("{} {}", each.name, number(each.files))).collect();
        writeln!(page, "  {DIM}{}{DIM:#}", languages.join(", "))?;
        let indexed = format!("indexed {}", ago(self.indexed_at));
        match self.changes {
            None if !self.root_is_there => writeln!(page, "  {indexed}; {WARN}its folder is gone{WARN:#}")?,
            None => writeln!(page, "  {indexed}")?,
            Some(changes) if changes.is_fresh() => writeln!(page, "  {indexed}, up to date")?,
            Some(changes) => writeln!(page, "  {indexed}; since then {WARN}{}{WARN:#}", since(changes))?,
        }
        Ok(())
    }
}

fn since(changes: Freshness) -> String {
    let mut parts: Vec<String> =
        [(changes.added, "new"), (changes.changed, "changed"), (changes.removed, "removed")]
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{} {what}", number(*n)))
            .collect();
    if changes.settings_changed {
        parts.push("other settings".to_owned());
    }
    if changes.model_changed {
        parts.push("another embedding model".to_owned());
    }
    if changes.manifests_changed {
        parts.push("other manifests".to_owned());
    }
    parts.join(", ")
}
