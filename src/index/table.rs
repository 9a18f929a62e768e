//! The project's names as the resolver asks for them: new facts of this run over what the store holds.

use crate::facts::FileFacts;
use crate::lang::rules::ManifestKey;
use crate::model::{FileId, ProjectId};
use crate::resolve::{Loc, SymbolTable, folder_of, name_of};
use crate::store::View;
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

/// Facts of the store that are kept decoded while resolving; beyond it they are decoded again.
const MAX_CACHED: usize = 20_000;

/// Folders by path and by name, files by name: made when first asked for.
struct Places {
    folders: BTreeMap<Arc<str>, Vec<Arc<str>>>,
    file_names: FxHashMap<Box<str>, Vec<Arc<str>>>,
    folder_names: FxHashMap<Box<str>, Vec<Arc<str>>>,
}

/// Names, paths and facts of a project.
pub struct ProjectTable<'v> {
    /// Where unchanged files are read; `None` when every file is new.
    base: Option<(&'v View, ProjectId)>,
    /// Facts of the files that this run read, by number; `None` for files that are gone.
    fresh: FxHashMap<FileId, Option<Arc<FileFacts>>>,
    paths: FxHashMap<FileId, Arc<str>>,
    ids: FxHashMap<Arc<str>, FileId>,
    names: FxHashMap<u64, Vec<Loc>>,
    impls: FxHashMap<u64, Vec<Loc>>,
    manifests: Vec<(String, ManifestKey, String)>,
    places: OnceLock<Places>,
    cache: Mutex<FxHashMap<FileId, Arc<FileFacts>>>,
    failed: Mutex<Option<anyhow::Error>>,
}

impl<'v> ProjectTable<'v> {
    /// A table of `files` (all that the project has now). `fresh` holds the facts of those that were read, and `None`
    /// for those that are gone; all others are read from `base`.
    #[must_use]
    pub fn new(
        base: Option<(&'v View, ProjectId)>,
        files: impl IntoIterator<Item = (FileId, Arc<str>)>,
        fresh: FxHashMap<FileId, Option<Arc<FileFacts>>>,
        manifests: Vec<(String, ManifestKey, String)>,
    ) -> Self {
        let mut table = Self {
            base,
            fresh,
            paths: FxHashMap::default(),
            ids: FxHashMap::default(),
            names: FxHashMap::default(),
            impls: FxHashMap::default(),
            manifests,
            places: OnceLock::new(),
            cache: Mutex::default(),
            failed: Mutex::default(),
        };
        for (id, path) in files {
            table.ids.insert(Arc::clone(&path), id);
            table.paths.insert(id, path);
        }
        let mut fresh: Vec<(&Arc<str>, FileId)> = table
            .fresh
            .iter()
            .filter_map(|(id, facts)| Some((table.paths.get(id)?, *id)).filter(|_| facts.is_some()))
            .collect();
        fresh.sort_unstable();
        for (_, file) in fresh {
            let Some(Some(facts)) = table.fresh.get(&file) else { continue };
            let hashes: Vec<u64> = facts.strings.iter().map(|(_, name)| xxh3_64(name.as_bytes())).collect();
            for (at, def) in facts.defs.iter().enumerate().skip(1) {
                let loc = Loc { file, def: u32::try_from(at).unwrap_or(u32::MAX) };
                if let Some(&hash) = hashes.get(def.name.0 as usize) {
                    table.names.entry(hash).or_default().push(loc);
                }
            }
            for (at, each) in facts.impls.iter().enumerate() {
                if let Some(name) = facts.last_name(each.ty) {
                    let loc = Loc { file, def: u32::try_from(at).unwrap_or(u32::MAX) };
                    table.impls.entry(xxh3_64(name.as_bytes())).or_default().push(loc);
                }
            }
        }
        table
    }

    /// The first failure to read the store, if any: the answers since then are not to be trusted.
    ///
    /// # Errors
    /// That failure.
    pub fn check(&self) -> Result<()> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).take().map_or(Ok(()), Err)
    }

    fn note<T: Default>(&self, result: Result<T>) -> T {
        result.unwrap_or_else(|error| {
            self.failed.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            T::default()
        })
    }

    /// What the store says of a name, without the files that were read anew or are gone.
    fn stored(&self, rows: Result<Vec<(FileId, u32)>>) -> Vec<(FileId, u32)> {
        let mut rows = self.note(rows);
        rows.retain(|(file, _)| !self.fresh.contains_key(file));
        rows
    }

    fn in_order(&self, mut locs: Vec<Loc>) -> Vec<Loc> {
        if self.base.is_some() {
            locs.sort_by(|a, b| (self.paths.get(&a.file), a.def).cmp(&(self.paths.get(&b.file), b.def)));
        }
        locs
    }

    fn places(&self) -> &Places {
        self.places.get_or_init(|| {
            let mut places = Places {
                folders: BTreeMap::new(),
                file_names: FxHashMap::default(),
                folder_names: FxHashMap::default(),
            };
            let mut paths: Vec<&Arc<str>> = self.ids.keys().collect();
            paths.sort_unstable();
            for path in paths {
                let folder = folder_of(path);
                match places.folders.get_mut(folder) {
                    Some(files) => files.push(Arc::clone(path)),
                    None => {
                        places.folders.insert(folder.into(), vec![Arc::clone(path)]);
                    }
                }
                places.file_names.entry(name_of(path).into()).or_default().push(Arc::clone(path));
            }
            for folder in places.folders.keys() {
                places.folder_names.entry(name_of(folder).into()).or_default().push(Arc::clone(folder));
            }
            places
        })
    }
}

fn strings(paths: Option<&Vec<Arc<str>>>) -> Vec<String> {
    paths.map_or_else(Vec::new, |paths| paths.iter().map(|path| path.to_string()).collect())
}

impl SymbolTable for ProjectTable<'_> {
    fn facts(&self, file: FileId) -> Option<Arc<FileFacts>> {
        if let Some(facts) = self.fresh.get(&file) {
            return facts.clone();
        }
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(facts) = cache.get(&file) {
            return Some(Arc::clone(facts));
        }
        let (view, project) = self.base?;
        let facts = Arc::new(self.note(view.facts(project, file))?);
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(file, Arc::clone(&facts));
        Some(facts)
    }

    fn path(&self, file: FileId) -> Arc<str> {
        self.paths.get(&file).map_or_else(|| Arc::from(""), Arc::clone)
    }

    fn named(&self, name: &str) -> Vec<Loc> {
        let mut locs = self.names.get(&xxh3_64(name.as_bytes())).cloned().unwrap_or_default();
        if let Some((view, project)) = self.base {
            let rows = view.symbols_named(project, name).map(|rows| {
                rows.into_iter()
                    .filter(|row| row.name == name)
                    .map(|row| (row.id.file, row.id.slot))
                    .collect()
            });
            for (file, slot) in self.stored(rows) {
                let facts = self.facts(file);
                let at = facts.and_then(|facts| facts.defs.iter().position(|def| def.slot == slot));
                if let Some(at) = at {
                    locs.push(Loc { file, def: u32::try_from(at).unwrap_or(u32::MAX) });
                }
            }
        }
        self.in_order(locs)
    }

    fn impls_named(&self, name: &str) -> Vec<Loc> {
        let mut locs = self.impls.get(&xxh3_64(name.as_bytes())).cloned().unwrap_or_default();
        if let Some((view, project)) = self.base {
            for (file, at) in self.stored(view.impls_named(project, name)) {
                locs.push(Loc { file, def: at });
            }
        }
        self.in_order(locs)
    }

    fn file_at(&self, path: &str) -> Option<FileId> {
        self.ids.get(path).copied()
    }

    fn files_in(&self, folder: &str) -> Vec<String> {
        strings(self.places().folders.get(folder))
    }

    fn files_named(&self, name: &str) -> Vec<String> {
        strings(self.places().file_names.get(name))
    }

    fn folders_named(&self, name: &str) -> Vec<String> {
        strings(self.places().folder_names.get(name))
    }

    fn manifests(&self) -> &[(String, ManifestKey, String)] {
        &self.manifests
    }
}
