//! `export`: the whole graph, one object a line or as an index for other tools.

use super::{Answer, Context, Format, Operation, Page};
use crate::config::Loaded;
use crate::error::Kind;
use crate::store::{ProjectRow, Snapshot};
use crate::{exchange, query};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::sync::Arc;

/// Write every definition and edge of a project, one JSON object a line or as a SCIP index
#[derive(Debug, Clone, Args, Serialize)]
pub struct Export {
    /// Project to export; without one, the project that holds the working folder
    #[arg(long)]
    pub project: Option<String>,
}

impl Operation for Export {
    const NAME: &'static str = "export";
    const FORMATS: &'static [Format] = &[Format::Jsonl, Format::Scip];
    type Response = Exported;

    fn run(self, cx: &Context) -> Result<Exported> {
        let project = cx.project(self.project.as_deref())?;
        let (snapshot, loaded) = (Arc::clone(cx.snapshot()?), Arc::clone(&cx.loaded));
        Ok(Exported { snapshot, loaded, project })
    }
}

/// A project that is read while it is written out: it may be larger than memory.
pub struct Exported {
    snapshot: Arc<Snapshot>,
    loaded: Arc<Loaded>,
    project: ProjectRow,
}

impl Answer for Exported {
    fn write(&self, format: Format, page: &mut Page<'_>) -> Result<()> {
        let view = self.snapshot.view();
        match format {
            Format::Scip => exchange::export(view, &self.project, &self.loaded.config, page),
            _ => query::export(view, &self.project, page),
        }
    }

    fn verdict(&self) -> Option<Kind> {
        None
    }
}
