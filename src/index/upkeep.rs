//! What keeps the store in shape without looking at files.

use super::text;
use crate::config::Config;
use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Progress};
use crate::store::Store;
use crate::vector::{self, Space};
use anyhow::Result;

/// Makes the vector file of a project anew from its stored embeddings, or those of all projects, and tells of which.
///
/// # Errors
/// [`Kind::Locked`] while another process writes; [`Kind::Usage`] for a name that there is not, or when the settings name
/// another metric than the project was indexed with.
pub fn make_vectors(
    data: &std::path::Path,
    name: Option<&str>,
    config: &Config,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Vec<String>> {
    let store = Store::open_waiting(data, "vectors", &config.database)?;
    let mut projects = store.view().projects()?;
    projects.retain(|project| name.is_none_or(|name| name == project.name));
    if let Some(name) = name.filter(|_| projects.is_empty()) {
        return Err(anyhow::anyhow!("there is no project `{name}`")).kind(Kind::Usage);
    }
    progress.phase("vectors", projects.len() as u64);
    let mut made = Vec::with_capacity(projects.len());
    for project in projects {
        cancel.check()?;
        if vector::metric_of(&project) != config.vector.metric {
            return Err(anyhow::anyhow!("the settings name another metric than {} has", project.name))
                .kind(Kind::Usage)
                .hint("run `codegraph index`, which makes its vector file for it");
        }
        text::make_vectors(
            (store.view(), store.data()),
            &project,
            &Space::of(store.view(), &project)?,
            &config.vector,
        )?;
        progress.advance(1);
        made.push(project.name);
    }
    Ok(made)
}

/// Rewrites what is stored of all projects, so that removed rows take no room, and publishes that. Tells of which
/// projects, and the generation. The generation before is kept for its readers, so its room is free after the next.
///
/// # Errors
/// [`Kind::Locked`] while another process writes.
pub fn compact(
    data: &std::path::Path,
    config: &Config,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<(Vec<String>, u64)> {
    let mut store = Store::open_waiting(data, "compact", &config.database)?;
    store.begin()?;
    let projects = store.view().projects()?;
    progress.phase("compact", projects.len() as u64);
    let mut names = Vec::with_capacity(projects.len());
    for project in projects {
        cancel.check()?;
        store.compact_project(project.pid())?;
        progress.advance(1);
        names.push(project.name);
    }
    progress.phase("publish", 0);
    Ok((names, store.commit()?))
}
