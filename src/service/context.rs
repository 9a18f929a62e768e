//! What an operation runs in: the data folder, the settings, the reader's place, who is told of progress.

use super::answers::Seen;
use super::hits::Texts;
use super::{Answer, Models, Readers};
use crate::config::Loaded;
use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress, Silent};
use crate::search::StoreSource;
use crate::store::{ProjectRow, Snapshot, View};
use anyhow::Result;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Projects that an error lists.
const MAX_LISTED: usize = 10;

/// Marks an error that is about the name of a project that there is not. It is no part of the message.
#[derive(Debug)]
struct UnknownProject;

impl fmt::Display for UnknownProject {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

/// True for an error that is about the name of a project that there is not.
#[must_use]
pub fn is_unknown_project(error: &anyhow::Error) -> bool {
    error.downcast_ref::<UnknownProject>().is_some()
}

type Emit = Box<dyn Fn(&dyn Answer) -> Result<()>>;

/// What an operation runs in.
pub struct Context {
    /// The data folder.
    pub data: PathBuf,
    /// The settings in force.
    pub loaded: Arc<Loaded>,
    /// The working folder of who asks, canonical; nothing for a daemon's client.
    pub here: Option<PathBuf>,
    /// Who asks may name no files of this machine but those inside the backup folder.
    pub is_guest: bool,
    /// Who is told of progress.
    pub progress: Arc<dyn Progress + Send + Sync>,
    /// Stops long work.
    pub cancel: Cancel,
    /// Embedding models that are open.
    pub models: Arc<Models>,
    /// What is kept open from one operation to the next, if anything is.
    pub readers: Option<Arc<Readers>>,
    /// Files of projects that were read.
    pub(super) seen: Arc<Seen>,
    emit: Option<Emit>,
    snapshot: OnceLock<Arc<Snapshot>>,
}

impl Context {
    /// A context that tells nobody and stands nowhere.
    #[must_use]
    pub fn new(data: PathBuf, loaded: Arc<Loaded>) -> Self {
        Self {
            data,
            loaded,
            here: None,
            is_guest: false,
            progress: Arc::new(Silent),
            cancel: Cancel::default(),
            models: Arc::default(),
            readers: None,
            seen: Arc::default(),
            emit: None,
            snapshot: OnceLock::new(),
        }
    }

    /// Where answers go that are ready before the last one.
    #[must_use]
    pub fn emitting(mut self, emit: impl Fn(&dyn Answer) -> Result<()> + 'static) -> Self {
        self.emit = Some(Box::new(emit));
        self
    }

    /// Hands over an answer, progress ended.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn emit(&self, answer: &dyn Answer) -> Result<()> {
        self.progress.done();
        self.emit.as_ref().map_or(Ok(()), |emit| emit(answer))
    }

    /// The newest generation; the same one during the whole operation.
    ///
    /// # Errors
    /// [`Kind::NoIndex`] when nothing was ever indexed.
    pub fn snapshot(&self) -> Result<&Arc<Snapshot>> {
        if let Some(snapshot) = self.snapshot.get() {
            return Ok(snapshot);
        }
        let opened = match &self.readers {
            Some(readers) => readers.snapshot(&self.data, &self.loaded.config.database)?,
            None => Arc::new(Snapshot::open(&self.data, &self.loaded.config.database)?),
        };
        Ok(self.snapshot.get_or_init(|| opened))
    }

    /// The folder of backups that the settings name.
    #[must_use]
    pub fn backups(&self) -> PathBuf {
        match self.loaded.config.database.backup_path.as_str() {
            "" => self.data.join("backups"),
            path => PathBuf::from(path),
        }
    }

    /// A project of that generation, as search reads it.
    pub(super) fn source(&self, view: &View, project: &ProjectRow) -> StoreSource {
        let source = match (&self.readers, self.snapshot.get()) {
            (Some(readers), Some(snapshot)) => readers.source(snapshot, view, project, &self.data),
            _ => StoreSource::open(view, project, &self.data),
        };
        source.with_nearest(self.loaded.config.vector.ef_search)
    }

    /// Texts of files that were shown, if any are kept.
    pub(super) fn texts(&self) -> Option<Arc<Texts>> {
        self.readers.as_ref()?.texts(self.snapshot.get()?)
    }

    /// All projects of that generation, by name.
    fn projects(&self) -> Result<Arc<[ProjectRow]>> {
        let snapshot = self.snapshot()?;
        match &self.readers {
            Some(readers) => readers.projects(snapshot),
            None => Ok(snapshot.view().projects()?.into()),
        }
    }

    /// The project that is asked: the one that is named, else the one that holds the working folder, else the only one
    /// when nobody stands anywhere.
    ///
    /// # Errors
    /// [`Kind::Usage`] for an unknown name, [`Kind::NoIndex`] when the working folder is in no project.
    pub fn project(&self, name: Option<&str>) -> Result<ProjectRow> {
        let view = self.snapshot()?.view();
        if let Some(name) = name {
            let found = match &self.readers {
                Some(_) => self.projects()?.iter().find(|project| project.name == name).cloned(),
                None => view.project(name)?,
            };
            if let Some(project) = found {
                return Ok(project);
            }
            return Err(anyhow::anyhow!("there is no project `{name}`").context(UnknownProject))
                .kind(Kind::Usage)
                .hint(format!("the projects are {}", listed(&self.projects()?)));
        }
        let all = self.projects()?;
        let Some(here) = &self.here else {
            return match &*all {
                [only] => Ok(only.clone()),
                [] => Err(anyhow::anyhow!("no project is indexed"))
                    .kind(Kind::NoIndex)
                    .hint("run `codegraph index` in the folder that you want to search"),
                all => Err(anyhow::anyhow!("no project is named")).kind(Kind::Usage).hint(format!(
                    "name one as `project`, on the command line with `--project`: {}",
                    listed(all)
                )),
            };
        };
        if let Some(project) = holding(&all, here) {
            return Ok(project.clone());
        }
        let error = Err(anyhow::anyhow!("the folder {} is in no indexed project", here.display()));
        let listed = listed(&all);
        error.kind(Kind::NoIndex).hint(if all.is_empty() {
            "run `codegraph index` in it".to_owned()
        } else {
            format!("run `codegraph index` in it, or name a project with `--project`: {listed}")
        })
    }

    /// The project whose root holds the working folder; nothing when there is none, or no index at all.
    ///
    /// # Errors
    /// When there is an index that cannot be read.
    pub fn project_here(&self) -> Result<Option<ProjectRow>> {
        let Some(here) = &self.here else { return Ok(None) };
        match self.snapshot() {
            Ok(snapshot) => Ok(holding(&snapshot.view().projects()?, here).cloned()),
            Err(error) if Kind::of(&error) == Kind::NoIndex => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The project with the longest root that holds a folder.
fn holding<'p>(projects: &'p [ProjectRow], folder: &Path) -> Option<&'p ProjectRow> {
    let holds = |project: &&ProjectRow| folder.starts_with(&project.root);
    projects.iter().filter(holds).max_by_key(|project| Path::new(&project.root).components().count())
}

/// The names of projects, as a hint shows them.
pub(super) fn listed(projects: &[ProjectRow]) -> String {
    let mut names: Vec<String> = projects
        .iter()
        .take(MAX_LISTED)
        .map(|project| format!("{} ({})", project.name, project.root))
        .collect();
    if projects.len() > MAX_LISTED {
        names.push(format!("and {} more; see `codegraph status`", projects.len() - MAX_LISTED));
    }
    names.join(", ")
}
