//! The state of resolving one file, and what it notes: every question it asks becomes a dependence of its edges.

use super::table::{Loc, LookUp, Named, SymbolTable};
use super::value::{Module, TypeRef, Value};
use crate::facts::{Def, ExprIx, FileFacts, LocalIx, ScopeIx, Sid};
use crate::lang::rules::ManifestKey;
use crate::lang::{self, Language, Printable, Rules, Tree};
use crate::model::{FileId, Rule, SymbolKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::ops::Deref;
use std::rc::Rc;

/// Deepest chain of evaluations: types of types of types.
const MAX_DEPTH: u32 = 40;
/// Most evaluations for one file; past it everything else is unknown. A file of 100,000 uses needs less.
const MAX_STEPS: u64 = 4_000_000;

/// A definition that a use may mean, and how we know.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The definition; definition 0 is a file.
    pub loc: Loc,
    /// How it was found.
    pub rule: Rule,
    /// The type through which a member was found.
    pub through: Option<TypeRef>,
}

/// What a bare name is bound to.
#[derive(Debug, Clone, PartialEq)]
pub enum Binding {
    /// These definitions.
    Defs(Rc<[Candidate]>),
    /// A module.
    Module(Rc<Module>),
    /// Something outside the project.
    External,
    /// Nothing that we can find.
    Unbound,
}

/// The definitions of a name: those of the table, or some of them.
#[derive(Debug, Clone)]
pub enum Names<'t> {
    /// As the table keeps them.
    Shared(&'t [Named]),
    /// Picked out.
    Own(Rc<[Named]>),
}

impl Names<'_> {
    /// Where the definitions are.
    pub fn locs(&self) -> impl Iterator<Item = Loc> {
        self.iter().map(|named| named.loc)
    }
}

impl Deref for Names<'_> {
    type Target = [Named];

    fn deref(&self) -> &[Named] {
        match self {
            Self::Shared(all) => all,
            Self::Own(all) => all,
        }
    }
}

/// An impl for every type, its type parameter, and members of its trait.
pub(super) type ImplForAny = (Loc, ExprIx, Rc<[Candidate]>);

/// For a type and a name the members that were found.
type Members = FxHashMap<(Loc, Rc<str>), Rc<[Candidate]>>;

/// The printable name of what an import brings from outside the project, if it does.
type Outside = Option<Rc<Printable>>;

/// The state of resolving one file.
pub struct Linker<'t> {
    pub(super) table: &'t dyn SymbolTable,
    pub(super) file: FileId,
    pub(super) facts: &'t FileFacts,
    pub(super) deps: RefCell<FxHashSet<u64>>,
    pub(super) values: RefCell<FxHashMap<(FileId, ExprIx), Value>>,
    pub(super) bindings: RefCell<FxHashMap<(FileId, ScopeIx, Sid, bool), Binding>>,
    pub(super) modules: RefCell<FxHashMap<(FileId, u32), Binding>>,
    pub(super) members: RefCell<Members>,
    /// By name: the impls for every type whose trait has such a member.
    pub(super) for_any: RefCell<FxHashMap<u64, Rc<[ImplForAny]>>>,
    /// By name and number of arguments: the only method of that name.
    pub(super) only: RefCell<FxHashMap<(u64, u8), Option<Loc>>>,
    pub(super) passed: RefCell<FxHashMap<LocalIx, Value>>,
    pub(super) calls_by_name: OnceCell<FxHashMap<Sid, Vec<u32>>>,
    pub(super) linear: RefCell<FxHashMap<Loc, Rc<[TypeRef]>>>,
    /// Direct supertypes of types without arguments.
    pub(super) supers: RefCell<FxHashMap<Loc, Rc<[TypeRef]>>>,
    /// By file: for each scope that methods outside their type are declared in, the receiver of the first.
    pub(super) receivers: RefCell<FxHashMap<FileId, Rc<FxHashMap<ScopeIx, ExprIx>>>>,
    /// By file: for each scope of a lambda with a receiver, the local that is this receiver.
    pub(super) lambdas: RefCell<FxHashMap<FileId, Rc<FxHashMap<ScopeIx, LocalIx>>>>,
    pub(super) names: RefCell<FxHashMap<u64, Names<'t>>>,
    /// By file: itself and all that it includes.
    pub(super) included: RefCell<FxHashMap<FileId, Rc<[FileId]>>>,
    /// By file and number of an import: the printable name of what it brings from outside the project.
    pub(super) outside: RefCell<FxHashMap<(FileId, u32), Outside>>,
    /// By the name that they bind: the numbers of the file's imports.
    pub(super) imports_by_name: OnceCell<FxHashMap<Sid, Vec<usize>>>,
    /// The printable name that is being made.
    pub(super) name_buffer: RefCell<Printable>,
    /// The file includes something from outside the project, directly or not.
    pub(super) sees_library: OnceCell<bool>,
    pub(super) busy: RefCell<FxHashSet<(FileId, ExprIx)>>,
    pub(super) depth: RefCell<u32>,
    /// Something was left unknown because it lies too deep, since the innermost evaluation began.
    pub(super) cut: Cell<bool>,
    /// An expression was met while it was evaluated, since [`Linker::wholly`] began.
    pub(super) met: Cell<bool>,
    steps: RefCell<u64>,
}

impl<'t> Linker<'t> {
    /// Starts resolving a file.
    pub fn new(table: &'t dyn SymbolTable, file: FileId, facts: &'t FileFacts) -> Self {
        Self {
            table,
            file,
            facts,
            deps: RefCell::default(),
            values: RefCell::default(),
            bindings: RefCell::default(),
            modules: RefCell::default(),
            members: RefCell::default(),
            for_any: RefCell::default(),
            only: RefCell::default(),
            passed: RefCell::default(),
            calls_by_name: OnceCell::new(),
            linear: RefCell::default(),
            supers: RefCell::default(),
            receivers: RefCell::default(),
            lambdas: RefCell::default(),
            names: RefCell::default(),
            included: RefCell::default(),
            outside: RefCell::default(),
            imports_by_name: OnceCell::new(),
            name_buffer: RefCell::default(),
            sees_library: OnceCell::new(),
            busy: RefCell::default(),
            depth: RefCell::new(0),
            cut: Cell::new(false),
            met: Cell::new(false),
            steps: RefCell::new(0),
        }
    }

    /// Notes a question.
    pub(super) fn depends(&self, look_up: LookUp, subject: &str) {
        self.deps.borrow_mut().insert(look_up.key(subject));
    }

    /// The hashes of all questions asked so far, sorted.
    pub fn take_dependences(&self) -> Vec<u64> {
        let mut keys: Vec<u64> = self.deps.borrow_mut().drain().collect();
        keys.sort_unstable();
        keys
    }

    /// The facts of a file.
    pub(super) fn facts_of(&self, file: FileId) -> Option<&'t FileFacts> {
        if file == self.file { Some(self.facts) } else { self.table.facts(file) }
    }

    /// Calls `with` with a definition and its file's facts.
    pub(super) fn def<T>(&self, loc: Loc, with: impl FnOnce(&FileFacts, &Def) -> T) -> Option<T> {
        let facts = self.facts_of(loc.file)?;
        let def = facts.defs.get(loc.def as usize)?;
        Some(with(facts, def))
    }

    /// The kind of a definition.
    pub(super) fn kind(&self, loc: Loc) -> SymbolKind {
        self.def(loc, |_, def| def.kind).unwrap_or(SymbolKind::Variable)
    }

    pub(super) fn language_of(&self, file: FileId) -> &'static Language {
        lang::language(self.facts_of(file).map_or(self.facts.language, |facts| facts.language))
    }

    pub(super) fn rules_of(&self, file: FileId) -> &'static dyn Rules {
        self.language_of(file).rules
    }

    /// The definitions of a name in this family of languages.
    pub(super) fn named(&self, name: &str) -> Names<'t> {
        let key = LookUp::Name.key(name);
        if let Some(names) = self.names.borrow().get(&key) {
            return names.clone();
        }
        self.deps.borrow_mut().insert(key);
        let family = lang::family(self.facts.language);
        let is_family = |named: &Named| lang::family(named.brief.language) == family;
        let names = match self.table.named(name) {
            Cow::Borrowed(all) if all.iter().all(is_family) => Names::Shared(all),
            all => Names::Own(all.iter().copied().filter(is_family).collect()),
        };
        self.names.borrow_mut().insert(key, names.clone());
        names
    }

    /// Makes something out of evaluations, and tells whether it is the same wherever it is asked for: nothing lay too deep,
    /// and no expression was met while it was evaluated.
    pub(super) fn wholly<T>(&self, make: impl FnOnce() -> T) -> (T, bool) {
        let (was_cut, was_met) = (self.cut.replace(false), self.met.replace(false));
        let made = make();
        let is_whole = !self.cut.get() && !self.met.get();
        self.cut.set(self.cut.get() || was_cut);
        self.met.set(self.met.get() || was_met);
        (made, is_whole)
    }

    /// Goes one evaluation deeper; false when it is deep or long enough.
    pub(super) fn deeper(&self) -> bool {
        let mut steps = self.steps.borrow_mut();
        *steps += 1;
        let mut depth = self.depth.borrow_mut();
        if *depth >= MAX_DEPTH || *steps > MAX_STEPS {
            return false;
        }
        *depth += 1;
        true
    }

    /// Comes back from [`Linker::deeper`].
    pub(super) fn back(&self) {
        *self.depth.borrow_mut() -= 1;
    }
}

/// The file tree as rules see it; each question is noted.
pub(super) struct NotedTree<'l, 't>(pub &'l Linker<'t>);

impl Tree for NotedTree<'_, '_> {
    fn has(&self, path: &str) -> bool {
        self.0.depends(LookUp::Path, path);
        self.0.table.file_at(path).is_some()
    }

    fn files_in(&self, folder: &str) -> Vec<String> {
        self.0.depends(LookUp::Folder, folder);
        self.0.table.files_in(folder)
    }

    fn named(&self, file_name: &str) -> Vec<String> {
        self.0.depends(LookUp::FileName, file_name);
        self.0.table.files_named(file_name)
    }

    fn folders_named(&self, name: &str) -> Vec<String> {
        self.0.depends(LookUp::FolderName, name);
        self.0.table.folders_named(name)
    }

    fn packages_in(&self, folder: &str) -> Vec<String> {
        let mut packages: Vec<String> = Vec::new();
        for path in self.files_in(folder) {
            self.0.depends(LookUp::Imports, &path);
            let facts = self.0.table.file_at(&path).and_then(|file| self.0.facts_of(file));
            let package = facts.map(|facts| facts.str(facts.package).to_owned()).unwrap_or_default();
            if !package.is_empty() && !packages.contains(&package) {
                packages.push(package);
            }
        }
        packages.sort_unstable();
        packages
    }

    fn manifest(&self, path: &str, key: ManifestKey) -> Option<(String, String)> {
        self.0.depends(LookUp::Manifest, "");
        let mut best: Option<&(String, ManifestKey, String)> = None;
        for each in self.0.table.manifests() {
            let (folder, stated, _) = each;
            if *stated != key {
                continue;
            }
            let above = folder.is_empty()
                || path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
            if above && best.is_none_or(|(b, ..)| b.len() < folder.len()) {
                best = Some(each);
            }
        }
        best.map(|(folder, _, value)| (folder.clone(), value.clone()))
    }

    fn stating(&self, key: ManifestKey, value: &str) -> Option<String> {
        self.0.depends(LookUp::Manifest, "");
        let mut all = self.0.table.manifests().iter();
        all.find(|(_, stated, of)| *stated == key && of == value).map(|(folder, ..)| folder.clone())
    }

    fn manifests(&self, key: ManifestKey) -> Vec<(String, String)> {
        self.0.depends(LookUp::Manifest, "");
        let all = self.0.table.manifests().iter();
        all.filter(|(_, stated, _)| *stated == key)
            .map(|(folder, _, value)| (folder.clone(), value.clone()))
            .collect()
    }
}
