//! The graph of one project in one generation: rows of the store, each read once and kept while there is room.

use super::external::{Names, is_external};
use super::steps::is_inheritance;
use super::structural::Methods;
use super::walk::Step;
use crate::facts::DefFlags;
use crate::lang::{self, PackageScope};
use crate::model::{
    Confidence, EdgeKind, FileId, Place, ProjectId, Rule, Symbol, SymbolId, SymbolKind, Visibility,
};
use crate::store::{EdgeRow, FileRow, Inbound, LinkRow, ProjectRow, View};
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Symbols that are kept; past it all are forgotten and read again when asked for.
const MAX_SYMBOLS: usize = 200_000;
/// Files that are kept.
const MAX_FILES: usize = 100_000;
/// Edge lists of files that are kept: one may hold 100,000 edges.
const MAX_LINKS: usize = 256;
/// Most containers of a definition: deeper nesting is left out by the walkers.
const MAX_NESTING: usize = 512;
/// Most methods that override one another.
const MAX_FAMILY: usize = 10_000;
/// Most files in which members of one type are sought.
const MAX_MEMBER_FILES: usize = 1_000;

/// What overrides a method, by the method and the least confidence.
type Overriding = FxHashMap<(SymbolId, u8), Rc<Vec<SymbolId>>>;

/// The edges that start in a file.
pub(super) struct FileLinks {
    /// Sorted by the slot where they start.
    pub(super) row: LinkRow,
    /// For each definition that does something, the slots whose edges are its own: see [`Graph::actor`].
    actors: OnceCell<FxHashMap<u32, Vec<u32>>>,
    /// Uses of what is outside the project, by the slot where they start.
    pub(super) externals: OnceCell<BTreeMap<u32, Vec<Step>>>,
}

impl FileLinks {
    /// The edges that start in a slot.
    pub(super) fn from(&self, slot: u32) -> &[EdgeRow] {
        let start = self.row.edges.partition_point(|edge| edge.from < slot);
        let end = self.row.edges.partition_point(|edge| edge.from <= slot);
        self.row.edges.get(start..end).unwrap_or_default()
    }
}

/// Reads one project of one generation.
pub(super) struct Graph<'v> {
    pub(super) view: &'v View,
    pub(super) pid: ProjectId,
    symbols: RefCell<FxHashMap<SymbolId, Option<Rc<Symbol>>>>,
    files: RefCell<FxHashMap<FileId, Option<Rc<FileRow>>>>,
    links: RefCell<FxHashMap<FileId, Rc<FileLinks>>>,
    /// Methods by name: see `structural.rs`.
    pub(super) methods: RefCell<FxHashMap<String, Rc<Methods>>>,
    /// What is outside the project: see `external.rs`.
    pub(super) external_names: RefCell<Names>,
    /// What overrides a method, by the least confidence: most callees are asked for many times.
    overriding: RefCell<Overriding>,
}

impl<'v> Graph<'v> {
    /// The graph of a project.
    pub(super) fn new(view: &'v View, project: &ProjectRow) -> Self {
        Self {
            view,
            pid: project.pid(),
            symbols: RefCell::default(),
            files: RefCell::default(),
            links: RefCell::default(),
            methods: RefCell::default(),
            external_names: RefCell::default(),
            overriding: RefCell::default(),
        }
    }

    /// A symbol. A file is one too: its name is the last part of its path, its qualified name the path.
    pub(super) fn symbol(&self, id: SymbolId) -> Result<Option<Rc<Symbol>>> {
        if let Some(found) = self.symbols.borrow().get(&id) {
            return Ok(found.clone());
        }
        let found = if is_external(id) {
            self.external_symbol(id)
        } else if id.slot == 0 {
            self.file(id.file)?.map(|row| file_symbol(&row))
        } else {
            self.view.symbol(self.pid, id)?
        };
        let found = found.map(Rc::new);
        let mut kept = self.symbols.borrow_mut();
        if kept.len() >= MAX_SYMBOLS {
            kept.clear();
        }
        kept.insert(id, found.clone());
        Ok(found)
    }

    /// The ids of the symbols of a file, read at once and kept.
    pub(super) fn symbols_of(&self, file: FileId) -> Result<Vec<SymbolId>> {
        let rows = self.view.symbols_of(self.pid, file)?;
        let ids = rows.iter().map(|(id, _)| *id).collect();
        let mut kept = self.symbols.borrow_mut();
        if kept.len() + rows.len() > MAX_SYMBOLS {
            kept.clear();
        }
        kept.extend(rows.into_iter().map(|(id, symbol)| (id, Some(Rc::new(symbol)))));
        Ok(ids)
    }

    /// A file.
    pub(super) fn file(&self, id: FileId) -> Result<Option<Rc<FileRow>>> {
        if let Some(found) = self.files.borrow().get(&id) {
            return Ok(found.clone());
        }
        let found = self.view.file(self.pid, id)?.map(Rc::new);
        let mut kept = self.files.borrow_mut();
        if kept.len() >= MAX_FILES {
            kept.clear();
        }
        kept.insert(id, found.clone());
        Ok(found)
    }

    /// The package or namespace that a file declares as a whole; empty when it declares none, or its language joins
    /// files in another way.
    pub(super) fn package(&self, id: FileId) -> Result<String> {
        let declares = self.file(id)?.is_some_and(|row| {
            row.language != FileRow::TEXT
                && lang::language(row.language).rules.package_scope() == PackageScope::Declared
        });
        let facts = if declares { self.view.facts(self.pid, id)? } else { None };
        Ok(facts.map(|facts| facts.str(facts.package).to_owned()).unwrap_or_default())
    }

    /// The language of one of these, when symbols are known of it and no uses.
    pub(super) fn symbols_only(&self, ids: &[SymbolId]) -> Result<Option<&'static str>> {
        for id in ids {
            let row = self.file(id.file)?;
            if let Some(language) = row.and_then(|row| lang::symbols_only(row.language)) {
                return Ok(Some(language));
            }
        }
        Ok(None)
    }

    /// The edges that start in a file.
    pub(super) fn links(&self, id: FileId) -> Result<Rc<FileLinks>> {
        if let Some(found) = self.links.borrow().get(&id) {
            return Ok(Rc::clone(found));
        }
        let row = self.view.links(self.pid, id)?.unwrap_or_default();
        let found = Rc::new(FileLinks { row, actors: OnceCell::new(), externals: OnceCell::new() });
        let mut kept = self.links.borrow_mut();
        if kept.len() >= MAX_LINKS {
            kept.clear();
        }
        kept.insert(id, Rc::clone(&found));
        Ok(found)
    }

    /// Who does what stands in a definition: the definition itself, or for a value without code of its own (a field, a
    /// constant) the innermost callable, type, module or file around it.
    pub(super) fn actor(&self, id: SymbolId) -> Result<SymbolId> {
        self.climb(id, |symbol| !symbol.kind.is_value() || holds_code(symbol))
    }

    /// The innermost callable that is or encloses a definition, else the file.
    pub(super) fn callable(&self, id: SymbolId) -> Result<SymbolId> {
        self.climb(id, holds_code)
    }

    fn climb(&self, id: SymbolId, wanted: impl Fn(&Symbol) -> bool) -> Result<SymbolId> {
        let mut at = id;
        for _ in 0..MAX_NESTING {
            match self.symbol(at)? {
                Some(symbol) if at.slot != 0 && !wanted(&symbol) => at.slot = symbol.parent,
                _ => break,
            }
        }
        Ok(at)
    }

    /// Path, byte and slot: the order of symbols in answers. What is outside the project comes last, by name.
    pub(super) fn order(&self, id: SymbolId) -> Result<(String, u32, u32)> {
        if let Some(name) = self.external_name(id) {
            return Ok((format!("{}{name}", char::MAX), 0, id.slot));
        }
        let path = self.file(id.file)?.map(|row| row.path.clone()).unwrap_or_default();
        Ok((path, self.symbol(id)?.map_or(0, |symbol| symbol.place.byte), id.slot))
    }

    // ---- edges -----------------------------------------------------------------------------------------------------

    /// The uses that end in a symbol.
    pub(super) fn inbound(&self, id: SymbolId, each: impl FnMut(Step) -> Result<()>) -> Result<()> {
        if let Some(name) = self.external_name(id) {
            return self.external_uses(&name, each);
        }
        steps_from(self.view.inbound(self.pid, id)?, each)
    }

    /// Those of [`Self::inbound`] by which something inherits from the symbol.
    pub(super) fn heirs(&self, id: SymbolId, mut each: impl FnMut(Step) -> Result<()>) -> Result<()> {
        if let Some(name) = self.external_name(id) {
            return self
                .external_uses(&name, |step| if is_inheritance(step.kind) { each(step) } else { Ok(()) });
        }
        steps_from(self.view.heirs(self.pid, id)?, each)
    }

    /// The uses that start in a symbol itself.
    pub(super) fn outbound(&self, id: SymbolId) -> Result<Vec<Step>> {
        Ok(self.links(id.file)?.from(id.slot).iter().map(|edge| step(id.file, edge)).collect())
    }

    /// The uses that a symbol does: its own, and those of the values in it that have no code of their own.
    pub(super) fn acts(&self, id: SymbolId) -> Result<Vec<Step>> {
        let links = self.links(id.file)?;
        if links.actors.get().is_none() {
            let mut actors: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
            let mut last = None;
            for edge in links.row.edges.iter() {
                if last.replace(edge.from) != Some(edge.from) {
                    let actor = self.actor(SymbolId { file: id.file, slot: edge.from })?;
                    actors.entry(actor.slot).or_default().push(edge.from);
                }
            }
            // Set once: nobody else can have come between.
            drop(links.actors.set(actors));
        }
        let slots = links.actors.get().and_then(|actors| actors.get(&id.slot));
        let slots = slots.map_or(&[] as &[u32], Vec::as_slice);
        Ok(slots.iter().flat_map(|&slot| links.from(slot)).map(|edge| step(id.file, edge)).collect())
    }

    /// The methods that a method overrides, directly or not.
    pub(super) fn overridden(&self, id: SymbolId, cut: u8) -> Result<Vec<SymbolId>> {
        self.family(id, |of| {
            let mut steps = self.outbound(of)?;
            steps.extend(self.structural_supertypes(of)?);
            Ok(steps.into_iter().filter(|step| is_override(step, cut)).map(|step| step.next).collect())
        })
    }

    /// The methods that override a method, directly or not.
    pub(super) fn overriding(&self, id: SymbolId, cut: u8) -> Result<Rc<Vec<SymbolId>>> {
        if let Some(found) = self.overriding.borrow().get(&(id, cut)) {
            return Ok(Rc::clone(found));
        }
        let found = Rc::new(self.family(id, |of| {
            let mut found = Vec::new();
            self.heirs(of, |step| {
                if is_override(&step, cut) {
                    found.push(step.next);
                }
                Ok(())
            })?;
            let structural = self.structural_subtypes(of)?;
            found.extend(structural.iter().filter(|step| is_override(step, cut)).map(|step| step.next));
            Ok(found)
        })?);
        let mut kept = self.overriding.borrow_mut();
        if kept.len() >= MAX_SYMBOLS {
            kept.clear();
        }
        kept.insert((id, cut), Rc::clone(&found));
        Ok(found)
    }

    fn family(
        &self,
        id: SymbolId,
        next: impl Fn(SymbolId) -> Result<Vec<SymbolId>>,
    ) -> Result<Vec<SymbolId>> {
        let mut found: Vec<SymbolId> = Vec::new();
        let mut seen: FxHashSet<SymbolId> = FxHashSet::from_iter([id]);
        let mut open = vec![id];
        while let Some(of) = open.pop() {
            for each in next(of)? {
                if found.len() < MAX_FAMILY && seen.insert(each) {
                    found.push(each);
                    open.push(each);
                }
            }
        }
        Ok(found)
    }

    // ---- contents --------------------------------------------------------------------------------------------------

    /// All definitions inside a type, module or file, itself left out: also those that are written outside it, in other
    /// files of its package or behind a declaration. Nothing for anything else.
    pub(super) fn contents(&self, id: SymbolId) -> Result<Vec<SymbolId>> {
        let Some(symbol) = self.symbol(id)? else { return Ok(Vec::new()) };
        let mut found: Vec<SymbolId> = Vec::new();
        if symbol.kind == SymbolKind::File {
            found.extend(self.view.symbols_of(self.pid, id.file)?.into_iter().map(|(id, _)| id));
            return Ok(found);
        }
        if !symbol.kind.is_type() && symbol.kind != SymbolKind::Module {
            return Ok(found);
        }
        let mut files = vec![id.file];
        if symbol.kind.is_type() {
            files.extend(self.member_files(id, &symbol)?);
        }
        let mut declared: Vec<Rc<Symbol>> = Vec::new();
        for file in files {
            for (each, inside) in self.view.symbols_of(self.pid, file)? {
                if each != id && is_within(&inside.qualified, &symbol.qualified) {
                    found.push(each);
                    if inside.kind.is_callable() && DefFlags(inside.flags).has(DefFlags::DECLARATION) {
                        declared.push(Rc::new(inside));
                    }
                }
            }
        }
        for member in declared {
            for row in self.view.symbols_named(self.pid, &member.name)? {
                let is_its = row.name == member.name
                    && row.kind.is_callable()
                    && self.symbol(row.id)?.is_some_and(|other| other.qualified == member.qualified);
                if is_its && !found.contains(&row.id) {
                    found.push(row.id);
                }
            }
        }
        Ok(found)
    }

    /// Files besides its own in which members of a type may be written, by the language's rules; none when the
    /// project has several types of that name.
    fn member_files(&self, id: SymbolId, symbol: &Symbol) -> Result<Vec<FileId>> {
        let mut files: FxHashSet<FileId> = FxHashSet::default();
        let Some(row) = self.file(id.file)? else { return Ok(Vec::new()) };
        let folder =
            |path: &str| path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
        if row.language != FileRow::TEXT
            && lang::language(row.language).rules.package_scope() == PackageScope::Folder
        {
            let here = folder(&row.path);
            let prefix = if here.is_empty() { String::new() } else { format!("{here}/") };
            for (path, file) in self.view.paths(self.pid, &prefix)? {
                if folder(&path) == here {
                    files.insert(file);
                }
            }
        } else {
            let named = self.view.symbols_named(self.pid, &symbol.name)?;
            if named.iter().filter(|row| row.kind.is_type() && row.name == symbol.name).count() == 1 {
                files
                    .extend(self.view.impls_named(self.pid, &symbol.name)?.into_iter().map(|(file, _)| file));
            }
        }
        files.remove(&id.file);
        let mut files: Vec<FileId> = files.into_iter().take(MAX_MEMBER_FILES).collect();
        files.sort_unstable();
        Ok(files)
    }

    /// The constructors of a type: those in its file, and those of its name that are written outside of it.
    pub(super) fn constructors(&self, id: SymbolId) -> Result<Vec<SymbolId>> {
        let Some(ty) = self.symbol(id)?.filter(|symbol| symbol.kind.is_type()) else { return Ok(Vec::new()) };
        let is_its = |symbol: &Symbol| {
            symbol.kind == SymbolKind::Constructor && container(symbol) == Some(ty.qualified.as_str())
        };
        let mut found: Vec<SymbolId> = Vec::new();
        for (each, symbol) in self.view.symbols_of(self.pid, id.file)? {
            if is_its(&symbol) {
                found.push(each);
            }
        }
        for row in self.view.symbols_named(self.pid, &ty.name)? {
            if row.kind != SymbolKind::Constructor || row.id.file == id.file || row.name != ty.name {
                continue;
            }
            let is_named = self.symbol(row.id)?.is_some_and(|symbol| is_its(&symbol));
            if is_named && self.package(row.id.file)? == self.package(id.file)? {
                found.push(row.id);
            }
        }
        Ok(found)
    }
}

fn steps_from(rows: Vec<(FileId, Vec<Inbound>)>, mut each: impl FnMut(Step) -> Result<()>) -> Result<()> {
    for (file, uses) in rows {
        for used in uses {
            each(Step {
                next: SymbolId { file, slot: used.from },
                kind: used.kind,
                role: used.role,
                rule: used.rule,
                confidence: used.confidence,
                site: file,
                line: used.line,
                column: used.column,
            })?;
        }
    }
    Ok(())
}

fn step(file: FileId, edge: &EdgeRow) -> Step {
    Step {
        next: edge.to,
        kind: edge.kind,
        role: edge.role,
        rule: edge.rule,
        confidence: edge.confidence,
        site: file,
        line: edge.line,
        column: edge.column,
    }
}

fn is_override(step: &Step, cut: u8) -> bool {
    step.kind == EdgeKind::Overrides && step.confidence >= cut
}

/// True for a use of a method in whose place an override may be called: not for `super.f()`.
pub(super) fn may_dispatch(step: &Step) -> bool {
    step.rule != Rule::SuperMember
}

/// The same use, of a method that an override may stand in for.
pub(super) fn dispatched(step: Step, to: SymbolId) -> Step {
    let Confidence(most) = Rule::Dispatch.confidence();
    Step { next: to, rule: Rule::Dispatch, confidence: step.confidence.min(most), ..step }
}

/// The qualified name of what contains a symbol; `None` at the top of a file.
pub(super) fn container(symbol: &Symbol) -> Option<&str> {
    let outer = symbol.qualified.strip_suffix(symbol.name.as_str())?;
    outer.strip_suffix("::").or_else(|| outer.strip_suffix('.'))
}

/// True when a qualified name is that of something inside `outer`.
fn is_within(qualified: &str, outer: &str) -> bool {
    qualified.strip_prefix(outer).is_some_and(|rest| rest.starts_with("::") || rest.starts_with('.'))
}

/// True when a definition runs code that is written in it: callables, and properties with code behind them.
pub(super) fn holds_code(symbol: &Symbol) -> bool {
    symbol.kind.is_callable() || DefFlags(symbol.flags).has(DefFlags::ACCESSOR)
}

/// The symbol that stands for a whole file.
fn file_symbol(row: &FileRow) -> Symbol {
    let name = row.path.rsplit('/').next().unwrap_or_default().to_owned();
    Symbol {
        kind: SymbolKind::File,
        name,
        qualified: row.path.clone(),
        parent: 0,
        place: Place::default(),
        start_line: 0,
        end_line: row.lines.saturating_sub(1),
        signature: String::new(),
        doc: String::new(),
        visibility: Visibility::Public,
        flags: if row.is_test { DefFlags::TEST } else { 0 },
    }
}

/// A line as it is shown: 1-based, and for a notebook the number of the cell and the line in it.
#[must_use]
pub fn shown_line(row: &FileRow, line: u32) -> (Option<u32>, u32) {
    let cell = row.cells.iter().rev().find(|(first, _)| *first <= line);
    cell.map_or((None, line + 1), |&(first, number)| (Some(number), line - first + 1))
}
