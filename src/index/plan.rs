//! Which project, and which of its files are to be read.

use super::Options;
use crate::config::Config;
use crate::error::{Kind, ResultExt as _};
use crate::lang::rules::ManifestKey;
use crate::model::FileId;
use crate::scan::walk::{Candidate, Scan};
use crate::store::{FileRow, ProjectRow, Store, View};
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::path::Path;
use xxhash_rust::xxh3::xxh3_64;

/// A file whose time stamp is this close to the last scan may have changed after it was read: it is looked at again.
const RACY_NS: u64 = 2_000_000_000;

/// One file to read.
#[derive(Debug, Clone)]
pub struct ToRead {
    /// What the walk saw.
    pub candidate: Candidate,
    /// Its number.
    pub id: FileId,
    /// The doc that its text becomes.
    pub doc: u32,
    /// Its row, when it was indexed before.
    pub old: Option<FileRow>,
}

/// What a run has to do.
#[derive(Debug, Default)]
pub struct Plan {
    /// Files that are as they were.
    pub kept: Vec<(FileId, FileRow)>,
    /// Files to read, by path.
    pub read: Vec<ToRead>,
    /// Files that are gone.
    pub gone: Vec<(FileId, FileRow)>,
    /// Files left out, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Manifests: folder, key, value.
    pub manifests: Vec<(String, ManifestKey, String)>,
    /// Manifests say something else than at the last run.
    pub manifests_changed: bool,
    /// What could not be read besides files: path and why.
    pub problems: Vec<(String, String)>,
    /// Files may be left for the next run when time is short. What was indexed before in another way is replaced as a
    /// whole.
    pub may_be_cut: bool,
    /// The next file number after this run.
    pub next_file: u32,
    /// The next doc number after this run.
    pub next_doc: u32,
}

impl Plan {
    /// True when nothing is to be read, nothing is gone, and manifests say what they said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.read.is_empty() && self.gone.is_empty() && !self.manifests_changed
    }
}

/// The project of a root: the one that was indexed from it before, else a new one under its folder's name.
///
/// # Errors
/// [`Kind::Usage`] when the name belongs to another root.
pub fn project(store: &mut Store, root: &Path, name: Option<&str>) -> Result<ProjectRow> {
    let root = root.to_string_lossy().into_owned();
    let all = store.view().projects()?;
    let same_root = all.iter().find(|project| project.root == root);
    if let Some(project) = same_root
        && name.is_none_or(|name| name == project.name)
    {
        return Ok(project.clone());
    }
    let folder = Path::new(&root).file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.map(str::to_owned).or(folder).unwrap_or_else(|| "root".to_owned());
    if let Some(other) = all.iter().find(|project| project.name == name) {
        return Err(anyhow::anyhow!("the project name `{name}` belongs to {}", other.root))
            .kind(Kind::Usage)
            .hint("choose another name with `--name NAME`");
    }
    let id = store.new_project().0;
    Ok(ProjectRow { id, name, root, ..ProjectRow::default() })
}

/// A hash of all that decides what is indexed, but for the embedding model, of which the project's record tells: when it
/// changes, every file is read again.
#[must_use]
pub fn fingerprint(config: &Config, options: &Options) -> u64 {
    // What clients may have indexed decides nothing of how it is.
    let mut parsing = config.parsing.clone();
    parsing.general.allowed_roots.clear();
    let text = format!(
        "{} {:?} {} {} {}",
        env!("CARGO_PKG_VERSION"),
        parsing,
        options.hidden,
        options.no_ignore,
        crate::store::schema::FORMAT_VERSION,
    );
    xxh3_64(text.as_bytes())
}

/// Compares what the walk saw with what the store holds.
///
/// # Errors
/// When the store cannot be read.
pub fn compare(view: &View, project: &ProjectRow, scan: Scan) -> Result<Plan> {
    let mut stored: FxHashMap<String, (FileId, FileRow)> = FxHashMap::default();
    if project.generation > 0 {
        stored =
            view.files(project.pid())?.into_iter().map(|(id, row)| (row.path.clone(), (id, row))).collect();
    }
    let mut plan = Plan {
        skipped: scan.skipped,
        manifests_changed: scan.manifests != project.manifests,
        manifests: scan.manifests,
        problems: scan.problems,
        next_file: project.next_file,
        next_doc: project.next_doc,
        ..Plan::default()
    };
    let racy = project.scanned_at_ns.saturating_sub(RACY_NS);
    for candidate in scan.files {
        let old = stored.remove(&candidate.path);
        let (id, old) = match old {
            Some((id, row)) => {
                if row.size == candidate.size && row.mtime_ns == candidate.mtime_ns && row.mtime_ns < racy {
                    plan.kept.push((id, row));
                    continue;
                }
                (id, Some(row))
            }
            None => {
                plan.next_file += 1;
                (FileId(plan.next_file), None)
            }
        };
        let doc = plan.next_doc;
        plan.next_doc += 1;
        plan.read.push(ToRead { candidate, id, doc, old });
    }
    plan.gone = stored.into_values().collect();
    plan.gone.sort_unstable_by(|a, b| a.1.path.cmp(&b.1.path));
    Ok(plan)
}
