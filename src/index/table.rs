//! The project's names as the resolver asks for them: new facts of this run over what the store holds.

use crate::facts::{Brief, FileFacts};
use crate::lang::rules::ManifestKey;
use crate::model::{FileId, ProjectId};
use crate::resolve::{Loc, Named, SymbolTable, folder_of, name_of};
use crate::store::View;
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use xxhash_rust::xxh3::xxh3_64;

/// What is known of a file number.
#[derive(Default)]
struct Entry {
    /// `None` for a number that no file has now.
    path: Option<Arc<str>>,
    /// True for files that this run read, or that are gone: the store's rows of them are out of date.
    is_fresh: bool,
    /// Set from the start for fresh files, for others when they are first asked for.
    facts: OnceLock<Option<Arc<FileFacts>>>,
}

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
    /// By number.
    files: Vec<Entry>,
    ids: FxHashMap<Arc<str>, FileId>,
    names: FxHashMap<u64, Vec<Named>>,
    impls: FxHashMap<u64, Vec<Loc>>,
    manifests: Vec<(String, ManifestKey, String)>,
    places: OnceLock<Places>,
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
            files: Vec::new(),
            ids: FxHashMap::default(),
            names: FxHashMap::default(),
            impls: FxHashMap::default(),
            manifests,
            places: OnceLock::new(),
            failed: Mutex::default(),
        };
        for (id, path) in files {
            table.ids.insert(Arc::clone(&path), id);
            table.entry(id).path = Some(path);
        }
        let mut read: Vec<(Arc<str>, FileId, Arc<FileFacts>)> = Vec::with_capacity(fresh.len());
        let mut fresh: Vec<(FileId, Option<Arc<FileFacts>>)> = fresh.into_iter().collect();
        fresh.sort_unstable_by_key(|(id, _)| *id);
        for (id, facts) in fresh {
            let entry = table.entry(id);
            entry.is_fresh = true;
            if let (Some(path), Some(facts)) = (&entry.path, &facts) {
                read.push((Arc::clone(path), id, Arc::clone(facts)));
            }
            entry.facts = OnceLock::from(facts);
        }
        read.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (_, file, facts) in read {
            let hashes: Vec<u64> = facts.strings.iter().map(|(_, name)| xxh3_64(name.as_bytes())).collect();
            for (at, def) in (0..).zip(&facts.defs).skip(1) {
                let loc = Loc { file, def: at };
                if let Some(&hash) = hashes.get(def.name.0 as usize) {
                    let brief = Brief::of(&facts, at, def);
                    table.names.entry(hash).or_default().push(Named { loc, brief });
                }
            }
            for (at, each) in (0..).zip(&facts.impls) {
                if let Some(name) = facts.last_name(each.ty) {
                    let loc = Loc { file, def: at };
                    table.impls.entry(xxh3_64(name.as_bytes())).or_default().push(loc);
                }
            }
        }
        table
    }

    /// The entry of a file number, made when it is not there.
    fn entry(&mut self, file: FileId) -> &mut Entry {
        let at = file.0 as usize;
        if self.files.len() <= at {
            self.files.resize_with(at + 1, Entry::default);
        }
        &mut self.files[at]
    }

    fn of(&self, file: FileId) -> Option<&Entry> {
        self.files.get(file.0 as usize)
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

    /// True when what the store says of a file still holds.
    fn is_stored(&self, file: FileId) -> bool {
        self.of(file).is_none_or(|entry| !entry.is_fresh)
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
    fn facts(&self, file: FileId) -> Option<&FileFacts> {
        let load = || {
            let (view, project) = self.base?;
            self.note(view.facts(project, file)).map(Arc::new)
        };
        self.of(file)?.facts.get_or_init(load).as_deref()
    }

    fn path(&self, file: FileId) -> &str {
        self.of(file).and_then(|entry| entry.path.as_deref()).unwrap_or("")
    }

    fn named(&self, name: &str) -> Cow<'_, [Named]> {
        let fresh = self.names.get(&xxh3_64(name.as_bytes())).map_or(&[][..], Vec::as_slice);
        let Some((view, project)) = self.base else { return fresh.into() };
        let stored = self.note(view.briefs_named(project, name)).into_iter();
        let mut all: Vec<Named> = stored
            .filter(|(file, _)| self.is_stored(*file))
            .map(|(file, brief)| Named { loc: Loc { file, def: brief.def }, brief })
            .collect();
        all.extend_from_slice(fresh);
        all.sort_by(|a, b| (self.path(a.loc.file), a.loc.def).cmp(&(self.path(b.loc.file), b.loc.def)));
        all.into()
    }

    fn impls_named(&self, name: &str) -> Vec<Loc> {
        let mut locs = self.impls.get(&xxh3_64(name.as_bytes())).cloned().unwrap_or_default();
        if let Some((view, project)) = self.base {
            let stored = self.note(view.impls_named(project, name));
            let stored = stored.into_iter().filter(|(file, _)| self.is_stored(*file));
            locs.extend(stored.map(|(file, at)| Loc { file, def: at }));
            locs.sort_by(|a, b| (self.path(a.file), a.def).cmp(&(self.path(b.file), b.def)));
        }
        locs
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
