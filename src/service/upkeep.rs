//! What keeps the store in shape: vector files made anew, removed rows that take no room.

use super::show::count;
use super::{Context, Effect, Operation, Page, Response, Surface};
use crate::index;
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::io::Write as _;

/// Make the vector file of a project anew from its embeddings, or those of all projects
#[derive(Debug, Clone, Args, Serialize)]
pub struct Vectors {
    /// Only this project
    #[arg(long)]
    pub project: Option<String>,
}

impl Operation for Vectors {
    const NAME: &'static str = "vectors";
    const EFFECT: Effect = Effect::Write;
    // A job of the daemon; the command `index` mends a file that is missing or damaged.
    const SURFACES: &'static [Surface] = &[];
    type Response = Tidied;

    fn run(self, cx: &Context) -> Result<Tidied> {
        // Asked of the published generation first, so that a wrong name neither waits for the writer nor makes a store.
        let project =
            self.project.map(|name| cx.project(Some(&name))).transpose()?.map(|project| project.name);
        let config = &cx.loaded.config;
        let projects = index::make_vectors(&cx.data, project.as_deref(), config, &*cx.progress, &cx.cancel)?;
        Ok(Tidied { projects, generation: None })
    }
}

/// Rewrite what is stored, so that removed rows take no room
#[derive(Debug, Clone, Args, Serialize)]
pub struct Compact {}

impl Operation for Compact {
    const NAME: &'static str = "compact";
    const EFFECT: Effect = Effect::Write;
    // A job of the daemon; every run of the command `index` has RocksDB merge what it wrote; this is for who operates a daemon.
    const SURFACES: &'static [Surface] = &[];
    type Response = Tidied;

    fn run(self, cx: &Context) -> Result<Tidied> {
        // Without an index there is nothing to do, and no store is made for it.
        cx.snapshot()?;
        let (projects, generation) = index::compact(&cx.data, &cx.loaded.config, &*cx.progress, &cx.cancel)?;
        Ok(Tidied { projects, generation: Some(generation) })
    }
}

/// What was put in order.
#[derive(Debug, Serialize)]
pub struct Tidied {
    projects: Vec<String>,
    /// The generation that was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u64>,
}

impl Response for Tidied {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        Ok(writeln!(page, "{}: {}", count(self.projects.len() as u64, "project"), self.projects.join(", "))?)
    }
}
