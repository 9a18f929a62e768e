//! `export`: the whole graph, one object a line.

use super::{Answer, Context, Format, Operation, Page};
use crate::error::Kind;
use crate::query;
use crate::store::{ProjectRow, Snapshot};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::sync::Arc;

/// Write every definition and edge of a project, one JSON object a line
#[derive(Debug, Clone, Args, Serialize)]
pub struct Export {
    /// Project to export; without one, the project that holds the working folder
    #[arg(long)]
    pub project: Option<String>,
}

impl Operation for Export {
    const NAME: &'static str = "export";
    const FORMATS: &'static [Format] = &[Format::Jsonl];
    type Response = Exported;

    fn run(self, cx: &Context) -> Result<Exported> {
        let project = cx.project(self.project.as_deref())?;
        Ok(Exported { snapshot: Arc::clone(cx.snapshot()?), project })
    }
}

/// A project that is read while it is written out: it may be larger than memory.
pub struct Exported {
    snapshot: Arc<Snapshot>,
    project: ProjectRow,
}

impl Answer for Exported {
    fn write(&self, _: Format, page: &mut Page<'_>) -> Result<()> {
        query::export(self.snapshot.view(), &self.project, page)
    }

    fn verdict(&self) -> Option<Kind> {
        None
    }
}
