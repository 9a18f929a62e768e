//! Whether the store and the vectors can really be read, and what they hold.

use super::{Context, disk};
use crate::error;
use crate::index::report::disk_bytes;
use crate::search::Source as _;
use crate::store::{FamilySize, Live, ProjectRow, live, tickers};
use crate::vector;
use anyhow::{Result, ensure};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// What a look at one part gave.
#[derive(Debug, Clone)]
pub struct Part {
    /// What is wrong; nothing when all is well.
    pub problem: Option<String>,
    /// How long the look took.
    pub took: Duration,
}

/// What a look at all parts gave.
#[derive(Debug, Clone)]
pub struct Probe {
    /// A read of the store.
    pub database: Part,
    /// A search by one vector.
    pub vectors: Part,
    /// The generation that was read; nothing when nothing was ever indexed, which is no problem.
    pub generation: Option<u64>,
    /// Projects.
    pub projects: u64,
    /// Files of all projects.
    pub documents: u64,
    /// Vectors of all projects.
    pub vectors_stored: u64,
}

fn look(at: impl FnOnce() -> Result<()>) -> Part {
    let began = Instant::now();
    let problem = at().err().map(|error| error::message(&error));
    Part { problem, took: began.elapsed() }
}

/// Reads every project's record, and searches by a stored vector of the first project that has one.
#[must_use]
pub fn probe(cx: &Context) -> Probe {
    let mut found = None;
    let mut has_index = true;
    let database = look(|| {
        let snapshot = match cx.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) if error::Kind::of(&error) == error::Kind::NoIndex => {
                has_index = false;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        found = Some((snapshot.generation(), snapshot.view().projects()?));
        Ok(())
    });
    let (generation, projects) =
        found.map_or((None, Vec::new()), |(generation, rows)| (Some(generation), rows));
    let is_readable = database.problem.is_none();
    let vectors = look(|| {
        ensure!(is_readable, "the database cannot be read");
        let Some(project) = projects.iter().find(|project| project.counts.chunks > 0) else { return Ok(()) };
        if !has_index {
            return Ok(());
        }
        let source = disk::source(cx, cx.snapshot()?.view(), project);
        for number in (0..source.n_docs()).filter(|number| !source.is_dead(*number)) {
            let Some(doc) = source.doc(number)? else { continue };
            let Some(chunk) = doc.chunks.first() else { continue };
            let vector = source.vector(chunk)?;
            let Some(vector) = vector else { anyhow::bail!("a chunk of {} has no vector", project.name) };
            let mut n = 0;
            source.similar(&vector, Some(&[number]), &mut |_, _, _| n += 1)?;
            ensure!(n > 0, "the search by a stored vector did not find it");
            break;
        }
        Ok(())
    });
    Probe {
        database,
        vectors,
        generation,
        projects: projects.len() as u64,
        documents: projects.iter().map(|project| project.counts.files).sum(),
        vectors_stored: projects.iter().map(|project| project.counts.chunks).sum(),
    }
}

/// What the store takes.
#[derive(Debug, Serialize)]
pub struct Sizes {
    /// The newest generation; nothing when nothing was ever indexed.
    pub generation: Option<u64>,
    /// Bytes of the data folder, files with several names counted once.
    pub disk_bytes: u64,
    /// Bytes of its vector files.
    pub vector_bytes: u64,
    /// What each family of the newest generation holds.
    pub families: Vec<FamilySize>,
    /// Bytes of blocks that are kept in memory, and the most that may be.
    pub block_cache: CacheSize,
    /// What RocksDB tells of the newest generation, by its own names.
    pub properties: BTreeMap<&'static str, u64>,
    /// What RocksDB counted since the process began; nothing unless `database.enable_statistics` is set.
    pub tickers: Option<BTreeMap<&'static str, u64>>,
    /// What is written now.
    pub live: Live,
    /// The projects, the largest first, at most [`MAX_PROJECTS`].
    pub projects: Vec<ProjectSize>,
    /// All projects.
    pub n_projects: u64,
}

/// Projects that are told one by one.
const MAX_PROJECTS: usize = 50;

/// What a project holds.
#[derive(Debug, Serialize)]
pub struct ProjectSize {
    /// The project.
    pub id: String,
    /// Files.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
    /// Symbols.
    pub symbols: u64,
    /// Edges.
    pub edges: u64,
    /// Chunks of text, each of which has a vector.
    pub vectors: u64,
}

impl ProjectSize {
    fn of(row: ProjectRow) -> Self {
        let counts = row.counts;
        Self {
            id: row.name,
            files: counts.files,
            bytes: counts.bytes,
            symbols: counts.symbols,
            edges: counts.edges,
            vectors: counts.chunks,
        }
    }
}

/// A cache.
#[derive(Debug, Default, Serialize)]
pub struct CacheSize {
    /// Bytes that are used.
    pub used_bytes: u64,
    /// Bytes that may be.
    pub capacity_bytes: u64,
}

/// Looks up what the store takes.
///
/// # Errors
/// When there is an index that cannot be read.
pub fn sizes(cx: &Context) -> Result<Sizes> {
    let snapshot = match cx.snapshot() {
        Ok(snapshot) => Some(snapshot),
        Err(error) if error::Kind::of(&error) == error::Kind::NoIndex => None,
        Err(error) => return Err(error),
    };
    let mut sizes = Sizes {
        generation: snapshot.map(|snapshot| snapshot.generation()),
        disk_bytes: disk_bytes(&cx.data),
        vector_bytes: disk_bytes(&cx.data.join("vector")),
        families: Vec::new(),
        block_cache: CacheSize::default(),
        properties: BTreeMap::new(),
        tickers: tickers(&cx.loaded.config.database).map(|told| told.into_iter().collect()),
        live: live(),
        projects: Vec::new(),
        n_projects: 0,
    };
    if let Some(snapshot) = snapshot {
        sizes.families = snapshot.view().family_sizes()?;
        let (used_bytes, capacity_bytes) = snapshot.view().cache_size()?;
        sizes.block_cache = CacheSize { used_bytes, capacity_bytes };
        sizes.properties = snapshot.view().properties()?.into_iter().collect();
        let mut rows = snapshot.view().projects()?;
        sizes.n_projects = rows.len() as u64;
        rows.sort_by_key(|row| Reverse(row.counts.symbols));
        rows.truncate(MAX_PROJECTS);
        sizes.projects = rows.into_iter().map(ProjectSize::of).collect();
    }
    Ok(sizes)
}

/// The vectors of a project.
#[derive(Debug, Serialize)]
pub struct VectorSize {
    /// The project.
    pub project_id: String,
    /// How many there are.
    pub vectors: u64,
    /// Numbers of each.
    pub dimension: usize,
    /// The model that made them.
    pub model: String,
    /// What makes them near.
    pub metric: &'static str,
    /// Bytes of their file.
    pub file_bytes: u64,
}

/// Tells of the vectors of each project.
///
/// # Errors
/// When there is an index that cannot be read.
pub fn vectors(cx: &Context) -> Result<Vec<VectorSize>> {
    let snapshot = match cx.snapshot() {
        Ok(snapshot) => snapshot,
        Err(error) if error::Kind::of(&error) == error::Kind::NoIndex => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut told = Vec::new();
    for project in snapshot.view().projects()? {
        let about = vector::Space::of(snapshot.view(), &project)?.about;
        told.push(VectorSize {
            vectors: project.counts.chunks,
            dimension: about.dimension,
            model: about.to_string(),
            metric: vector::metric_of(&project).name(),
            file_bytes: disk_bytes(&vector::folder(&cx.data, project.id)),
            project_id: project.name,
        });
    }
    Ok(told)
}
