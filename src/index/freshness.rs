//! How far a project's index is from what is on disk.

use super::{Options, plan};
use crate::config::Config;
use crate::embed::{Embedder as _, Model};
use crate::observe::Cancel;
use crate::scan::{self, read};
use crate::store::{ProjectRow, View};
use crate::vector::{Space, model_of};
use anyhow::Result;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// What changed since a project was indexed, by size and time of its files and by what its manifests say. Only new files
/// are read, to tell those that an index leaves out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Freshness {
    /// Files that came.
    pub added: u64,
    /// Files whose size or time differs.
    pub changed: u64,
    /// Files that went.
    pub removed: u64,
    /// The settings that decide what is indexed are others now: the next run reads every file again.
    pub settings_changed: bool,
    /// The settings name another embedding model, or none that can be used: the next run embeds every file with it.
    pub model_changed: bool,
    /// Manifests, or the include folders of the build, say something else: the next run makes edges anew.
    pub manifests_changed: bool,
}

impl Freshness {
    /// Looks at every file of a project.
    ///
    /// # Errors
    /// When the root or the store cannot be read.
    pub fn of(view: &View, project: &ProjectRow, config: &Config, cancel: &Cancel) -> Result<Self> {
        let used = options_of(project, config);
        let settings_changed = used.is_none();
        let options = used.unwrap_or_default();
        let root = PathBuf::from(&project.root);
        let scan = scan::walk::scan(&root, config, options.hidden, options.no_ignore, cancel)?;
        let plan = plan::compare(view, project, scan)?;
        let mut fresh = Self {
            removed: plan.gone.len() as u64,
            settings_changed,
            model_changed: !is_model_of(view, project, config)?,
            manifests_changed: plan.manifests_changed,
            ..Self::default()
        };
        for file in plan.read {
            let seen = (file.candidate.size, file.candidate.mtime_ns);
            match file.old {
                None => fresh.added += u64::from(read::read(&file.candidate, config).is_ok()),
                Some(old) => fresh.changed += u64::from((old.size, old.mtime_ns) != seen),
            }
        }
        Ok(fresh)
    }

    /// True when nothing changed.
    #[must_use]
    pub fn is_fresh(self) -> bool {
        self == Self::default()
    }
}

/// True when the settings name the model that the project was embedded with.
fn is_model_of(view: &View, project: &ProjectRow, config: &Config) -> Result<bool> {
    let known: Vec<_> = Space::all(view)?.into_iter().map(|space| space.about).collect();
    let choice = Model::open(&config.vector, &known, None);
    Ok(choice.is_ok_and(|choice| choice.model.id() == model_of(project)))
}

/// The options with which a project was indexed; nothing when the settings are no longer the same.
#[must_use]
pub fn options_of(project: &ProjectRow, config: &Config) -> Option<Options> {
    [(false, false), (true, false), (false, true), (true, true)]
        .into_iter()
        .map(|(hidden, no_ignore)| Options { hidden, no_ignore, ..Options::default() })
        .find(|options| plan::fingerprint(config, options) == project.settings)
}
