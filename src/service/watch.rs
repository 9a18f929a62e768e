//! Projects that are kept as their files are, by whoever stays.

use super::Context;
use crate::config::Loaded;
use crate::index::options_of;
use crate::observe::Cancel;
use crate::scan::watch::{Wake, Watched, Watcher};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// A project that can be watched, indexed as it was the last time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tended {
    /// Its name.
    pub project: String,
    root: PathBuf,
    hidden: bool,
    no_ignore: bool,
}

impl Tended {
    /// Every project of the newest generation.
    ///
    /// # Errors
    /// When there is no index, or it cannot be read.
    pub fn all(cx: &Context) -> Result<Vec<Self>> {
        let one = |row: crate::store::ProjectRow| {
            let options = options_of(&row, &cx.loaded.config);
            Self {
                hidden: options.as_ref().is_some_and(|options| options.hidden),
                no_ignore: options.as_ref().is_some_and(|options| options.no_ignore),
                root: PathBuf::from(row.root),
                project: row.name,
            }
        };
        Ok(cx.snapshot()?.view().projects()?.into_iter().map(one).collect())
    }

    /// The body of `index` that brings it up to date.
    ///
    /// # Errors
    /// When its path is no text.
    pub fn body(&self) -> Result<Value> {
        let root = self.root.to_str().context("the path of the folder is no text")?;
        Ok(json!({
            "paths": [root], "name": self.project, "hidden": self.hidden, "no_ignore": self.no_ignore,
        }))
    }

    /// Calls `changed` at the start and whenever files may have changed, until it is cancelled.
    ///
    /// # Errors
    /// When the folder cannot be watched, and what `changed` fails for.
    pub fn watch(
        &self,
        data: &Path,
        loaded: &Loaded,
        cancel: &Cancel,
        changed: impl Fn() -> Result<()>,
    ) -> Result<()> {
        let root = self.root.canonicalize();
        let root = root.with_context(|| format!("cannot open the folder {}", self.root.display()))?;
        // It watches before it indexes, so that no change falls between the two.
        let mut watcher = Watcher::new(Watched {
            root,
            data: data.canonicalize().unwrap_or_else(|_| data.to_owned()),
            config: loaded.config.clone(),
            hidden: self.hidden,
            no_ignore: self.no_ignore,
        })?;
        changed()?;
        while watcher.wait(cancel)? == Wake::Changed {
            changed()?;
        }
        Ok(())
    }
}
