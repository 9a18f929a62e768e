//! `remove`: forget a project.

use super::show::STRONG;
use super::{Context, Effect, Operation, Page, Response};
use crate::index;
use anyhow::Result;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::Write as _;

/// Remove a project from the index; its files stay
///
/// The generation before is kept for those who read it: its room on disk is free after the next run of `index`.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Remove {
    /// Name of the project
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    pub project: String,
}

impl Operation for Remove {
    const NAME: &'static str = "remove";
    const EFFECT: Effect = Effect::Write;
    type Response = Removed;

    fn run(self, cx: &Context) -> Result<Removed> {
        // Asked of the published generation first, so that a wrong name neither waits for the writer nor makes a store.
        let project = cx.project(Some(&self.project))?;
        let removed = index::remove(&cx.data, &cx.loaded.config, &project.name)?;
        Ok(Removed { project: removed.name, root: removed.root, files: removed.counts.files })
    }

    fn told(answer: Value) -> Result<Removed> {
        Ok(serde_json::from_value(answer)?)
    }
}

/// What was removed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Removed {
    project: String,
    root: String,
    files: u64,
}

impl Response for Removed {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        Ok(writeln!(page, "removed {STRONG}{}{STRONG:#} ({}) from the index", self.project, self.root)?)
    }
}
