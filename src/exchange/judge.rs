//! One file held against the oracle's document of it: each use that the oracle tells against our edges at its place.
//!
//! A place is where the name of what is used begins. Where the oracle has a symbol there that is defined in the tree,
//! our edge is right when it leads to that definition. Three differences of habit count as right: a type and its
//! constructor, a declaration and its definition, and a file and the module that it is. SCIP does not tell calls from
//! other uses, so the kind of a use is that of our edge, and where we have none, what our walker saw there.
//!
//! Not judged is an edge where the oracle has nothing, only a definition, a symbol of the tree without a definition, or a
//! variable or called field by another name than that of our target: the oracle says which one it is, and we what it
//! holds. Nor is an import for which the oracle has a local symbol: it tells what is bound, not what is imported.

use super::names::is_declaration;
use super::oracle::{Occurrence, Oracle, Scope};
use super::tally::{Disagreement, Tallies, Tally};
use super::verify::{LeftOut, Targets};
use crate::facts::{FileFacts, ImportKind, Use};
use crate::model::{Confidence, EdgeKind, FileId, ProjectId, Role, Symbol, SymbolId, SymbolKind};
use crate::store::{EdgeRow, ExternalRow, View};
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// The kind of a use at whose place our walker saw none.
const UNSEEN: &str = "unseen";
/// The kind of a use of what is outside the tree.
const EXTERNAL: &str = "external";
/// The kind of what an import names.
const IMPORT: &str = "import";

/// A line and a column in bytes, 0-based.
type Place = (u32, u32);

/// What the oracle says of one place.
#[derive(Default)]
struct Site {
    /// All symbols there.
    symbols: Vec<u32>,
    /// Those that are used there, not defined: a tuple field is defined where its type is used.
    used: Vec<u32>,
    /// Column past the last.
    end: u32,
}

/// What our edges are at a place of the oracle's.
enum Met {
    /// One of them is right.
    Right,
    /// None is; the kind of the first.
    Wrong(&'static str),
}

/// A document of the oracle and the file that it is.
pub(super) struct Pair<'a> {
    pub(super) file: FileId,
    pub(super) path: &'a str,
    pub(super) language: &'static str,
    /// Columns in bytes.
    pub(super) occurrences: &'a [Occurrence],
}

/// Compares documents.
pub(super) struct Judge<'a> {
    pub(super) view: &'a View,
    pub(super) pid: ProjectId,
    pub(super) oracle: &'a Oracle,
    pub(super) targets: &'a Targets,
    pub(super) tallies: &'a mut Tallies,
    pub(super) left_out: &'a mut LeftOut,
}

impl Judge<'_> {
    /// Compares the uses in one document.
    pub(super) fn uses(&mut self, pair: &Pair<'_>) -> Result<()> {
        let mut sites: BTreeMap<Place, Site> = BTreeMap::new();
        for each in pair.occurrences {
            let site = sites.entry((each.line, each.start)).or_default();
            if !each.is_definition && !site.used.contains(&each.symbol) {
                site.used.push(each.symbol);
            }
            site.end = site.end.max(each.end);
            if !site.symbols.contains(&each.symbol) {
                site.symbols.push(each.symbol);
            }
        }
        let links = self.view.links(self.pid, pair.file)?.unwrap_or_default();
        let edges = by_place(&links.edges);
        let seen = Seen::new(self.view.facts(self.pid, pair.file)?.unwrap_or_default());
        let mut found: FxHashMap<Place, Met> = FxHashMap::default();
        for (&place, edges) in &edges {
            let at = self.site_of(&sites, place, edges);
            let site = at.and_then(|at| sites.get(&at));
            let mut is_found = false;
            for (edge, verdict) in self.verdicts(site, edges, &seen)? {
                self.count(pair, edge, verdict, &mut is_found);
                if verdict == Some(false) && edge.confidence >= Confidence::SHOWN.0 {
                    self.wrong(pair, edge, site)?;
                }
            }
            let shown = edges.iter().find(|edge| edge.confidence >= Confidence::SHOWN.0);
            // One place of theirs may be that of several edges of ours: one that is right is enough.
            match (at, shown) {
                (Some(at), _) if is_found => drop(found.insert(at, Met::Right)),
                (Some(at), Some(edge)) => drop(found.entry(at).or_insert(Met::Wrong(kind(edge.kind)))),
                _ => {}
            }
        }
        let outside = self.externals(pair, &sites, &links.externals);
        self.missed(pair, &sites, &found, &outside, &seen);
        Ok(())
    }

    /// The place of the oracle's that is meant by a place of ours: the same, or for an imported file one on its line that
    /// tells this file, since a path has several parts, and some count its quotes.
    fn site_of(&self, sites: &BTreeMap<Place, Site>, place: Place, edges: &[EdgeRow]) -> Option<Place> {
        let same = sites.contains_key(&place).then_some(place);
        if edges.iter().any(|edge| edge.to.slot != 0) {
            return same;
        }
        let before = sites.range(..place).next_back();
        let holding = before.filter(|((line, _), site)| *line == place.0 && place.1 < site.end);
        let after = sites.range(place..).take_while(|(at, _)| at.0 == place.0);
        let tells = |site: &Site| {
            let mut targets = site.symbols.iter().flat_map(|&symbol| self.targets.of(symbol));
            targets.any(|target| edges.iter().any(|edge| edge.to == *target))
        };
        let told = holding.into_iter().chain(after).find(|(_, site)| tells(site));
        told.or(holding.filter(|_| same.is_none())).map(|(&at, _)| at).or(same)
    }

    /// Whether the edges at one place are right. Beside one that is, an edge to something of another name is what the
    /// language does there by itself, as when the result of a call is called: the oracle has no place for it.
    fn verdicts<'e>(
        &self,
        site: Option<&Site>,
        edges: &'e [EdgeRow],
        seen: &Seen,
    ) -> Result<Vec<(&'e EdgeRow, Option<bool>)>> {
        let mut verdicts = Vec::with_capacity(edges.len());
        for edge in edges {
            verdicts.push((edge, self.verdict(site, edge, seen)?));
        }
        let is = |wanted: bool| move |(_, verdict): &&(_, Option<bool>)| *verdict == Some(wanted);
        let right = verdicts.iter().find(is(true)).map(|(edge, _)| edge.to);
        let Some(right) = right.filter(|_| verdicts.iter().any(|each| is(false)(&each))) else {
            return Ok(verdicts);
        };
        let name = |id: SymbolId| Ok::<_, anyhow::Error>(self.symbol(id)?.map(|symbol| symbol.name));
        let written = name(right)?;
        for (edge, verdict) in &mut verdicts {
            if *verdict == Some(false) && name(edge.to)? != written {
                *verdict = None;
            }
        }
        Ok(verdicts)
    }

    /// Whether an edge is right; nothing where the oracle says nothing.
    fn verdict(&self, site: Option<&Site>, edge: &EdgeRow, seen: &Seen) -> Result<Option<bool>> {
        let Some(site) = site else { return Ok(None) };
        for symbol in &site.symbols {
            for &target in self.targets.of(*symbol) {
                if target == edge.to || self.is_same(edge.to, target)? {
                    return Ok(Some(true));
                }
            }
        }
        if site.used.is_empty() || self.is_lost(site) {
            return Ok(None);
        }
        let are_local =
            !site.used.iter().any(|&symbol| self.is_counted(symbol) || !self.scope(symbol).is_inner());
        if are_local && edge.kind == EdgeKind::Imports {
            return Ok(None);
        }
        if (are_local || edge.kind == EdgeKind::Calls && self.are_values(site)?)
            && let Some(written) = seen.name((edge.line, edge.column))
        {
            let is_name = self.symbol(edge.to)?.is_some_and(|target| target.name == written);
            return Ok(is_name.then_some(false));
        }
        Ok(Some(false))
    }

    /// True where all that the oracle has are fields, variables and the like of ours.
    fn are_values(&self, site: &Site) -> Result<bool> {
        let mut has_any = false;
        for &target in site.used.iter().flat_map(|&symbol| self.targets.of(symbol)) {
            has_any = true;
            if !self.symbol(target)?.is_some_and(|symbol| symbol.kind.is_value()) {
                return Ok(false);
            }
        }
        Ok(has_any)
    }

    /// True where the oracle has a symbol of the tree without its place.
    fn is_lost(&self, site: &Site) -> bool {
        site.used.iter().any(|&symbol| self.targets.is_lost(symbol))
    }

    /// True for two definitions that are one to a user: a type and its constructor, a declaration and its definition.
    fn is_same(&self, ours: SymbolId, theirs: SymbolId) -> Result<bool> {
        let Some(ours_is) = self.symbol(ours)? else { return Ok(false) };
        let Some(theirs_is) = self.symbol(theirs)? else {
            let path = self.view.file(self.pid, theirs.file)?.map(|row| row.path).unwrap_or_default();
            return Ok(is_declaration(&ours_is) && is_module_file(&path, &ours_is));
        };
        let constructs = |one: &Symbol, id: SymbolId, other: SymbolId| {
            one.kind == SymbolKind::Constructor && id.file == other.file && one.parent == other.slot
        };
        let declares = ours_is.name == theirs_is.name
            && ours_is.qualified == theirs_is.qualified
            && (is_declaration(&ours_is) || is_declaration(&theirs_is));
        Ok(declares || constructs(&ours_is, ours, theirs) || constructs(&theirs_is, theirs, ours))
    }

    fn symbol(&self, id: SymbolId) -> Result<Option<Symbol>> {
        if id.slot == 0 { Ok(None) } else { self.view.symbol(self.pid, id) }
    }

    fn count(&mut self, pair: &Pair<'_>, edge: &EdgeRow, verdict: Option<bool>, is_found: &mut bool) {
        let mut tally = Tally::default();
        match verdict {
            Some(true) => tally.right = 1,
            Some(false) => tally.wrong = 1,
            None => tally.unjudged = 1,
        }
        self.tallies.confidence(edge.confidence, tally);
        if edge.confidence < Confidence::SHOWN.0 {
            return;
        }
        if verdict == Some(true) && !*is_found {
            *is_found = true;
            tally.found = 1;
        }
        self.tallies.edge((pair.language, kind(edge.kind), edge.rule.name()), tally);
    }

    fn wrong(&mut self, pair: &Pair<'_>, edge: &EdgeRow, site: Option<&Site>) -> Result<()> {
        let kind = kind(edge.kind);
        if !self.tallies.wants("wrong", pair.language, kind) {
            return Ok(());
        }
        let theirs = site.map(|site| self.said(site));
        let ours = Some(self.told(edge.to)?);
        self.tallies.sample(Disagreement {
            what: "wrong",
            language: pair.language,
            kind,
            rule: Some(edge.rule.name()),
            path: pair.path.to_owned(),
            line: edge.line + 1,
            column: edge.column + 1,
            ours,
            theirs,
        });
        Ok(())
    }

    /// Counts the uses that the oracle tells and no edge of ours has right.
    fn missed(
        &mut self,
        pair: &Pair<'_>,
        sites: &BTreeMap<Place, Site>,
        found: &FxHashMap<Place, Met>,
        outside: &FxHashSet<Place>,
        seen: &Seen,
    ) {
        for (place, site) in sites.iter().filter(|(_, site)| !site.used.is_empty()) {
            let (kind, is_told) = match found.get(place) {
                Some(Met::Right) => continue,
                Some(Met::Wrong(kind)) => (*kind, true),
                None => (seen.kind(*place), false),
            };
            if self.is_lost(site) {
                self.left_out.lost += 1;
            } else if self.is_outside(site) {
                if !outside.contains(place) {
                    self.missed_external(pair, *place, site, is_told);
                }
            } else if !self.has_counted(site) {
                self.left_out.local += 1;
            } else if kind != IMPORT && site.used.iter().all(|&symbol| self.is_module(symbol)) {
                self.left_out.namespace += 1;
            } else {
                self.tallies.missed(pair.language, kind);
                // Where we say something else, that is told with our edge.
                if !is_told {
                    self.tell_missed(pair, kind, *place, site);
                }
            }
        }
    }

    /// Compares the uses of what is outside the tree. Gives the places of those that are right.
    fn externals(
        &mut self,
        pair: &Pair<'_>,
        sites: &BTreeMap<Place, Site>,
        externals: &[ExternalRow],
    ) -> FxHashSet<Place> {
        let mut right: FxHashSet<Place> = FxHashSet::default();
        for (row, used) in externals.iter().flat_map(|row| row.uses.iter().map(move |used| (row, used))) {
            let place = (used.line, used.column);
            let mut tally = Tally::default();
            match sites.get(&place) {
                Some(site) if self.is_outside(site) => {
                    tally.right = 1;
                    tally.found = u64::from(right.insert(place));
                }
                Some(site) if !self.is_lost(site) && self.has_counted(site) => {
                    tally.wrong = 1;
                    self.tallies.sample(Disagreement {
                        what: "wrong",
                        language: pair.language,
                        kind: EXTERNAL,
                        rule: Some(used.rule.name()),
                        path: pair.path.to_owned(),
                        line: used.line + 1,
                        column: used.column + 1,
                        ours: Some(row.name.clone()),
                        theirs: Some(self.said(site)),
                    });
                }
                _ => tally.unjudged = 1,
            }
            self.tallies.external(pair.language, tally);
        }
        right
    }

    fn missed_external(&mut self, pair: &Pair<'_>, place: Place, site: &Site, is_told: bool) {
        self.tallies.external(pair.language, Tally { missed: 1, ..Tally::default() });
        if !is_told {
            self.tell_missed(pair, EXTERNAL, place, site);
        }
    }

    /// Keeps a use that only the oracle tells as an example, as long as there are few of its kind.
    fn tell_missed(&mut self, pair: &Pair<'_>, kind: &'static str, place: Place, site: &Site) {
        if self.tallies.wants("missed", pair.language, kind) {
            let theirs = Some(self.said(site));
            self.tallies.sample(Disagreement {
                what: "missed",
                language: pair.language,
                kind,
                rule: None,
                path: pair.path.to_owned(),
                line: place.0 + 1,
                column: place.1 + 1,
                ours: None,
                theirs,
            });
        }
    }

    /// True where what the oracle has is defined nowhere in the tree.
    fn is_outside(&self, site: &Site) -> bool {
        let mut symbols = site.used.iter();
        !self.is_lost(site)
            && !symbols.clone().any(|&symbol| self.targets.is_defined(symbol))
            && symbols.any(|&symbol| self.scope(symbol) != Scope::Local)
    }

    fn has_counted(&self, site: &Site) -> bool {
        site.used.iter().any(|&symbol| self.is_counted(symbol))
    }

    fn is_module(&self, symbol: u32) -> bool {
        matches!(self.scope(symbol), Scope::Namespace | Scope::Meta)
    }

    /// True for a symbol that is defined in the tree, and is no local variable or parameter, unless we have it.
    fn is_counted(&self, symbol: u32) -> bool {
        let is_ours = !self.targets.of(symbol).is_empty();
        self.targets.is_defined(symbol) && (is_ours || !self.scope(symbol).is_inner())
    }

    fn scope(&self, symbol: u32) -> Scope {
        self.oracle.symbols.get(symbol as usize).map_or(Scope::Global, |symbol| symbol.scope)
    }

    /// What the oracle says of a place, in its own names.
    fn said(&self, site: &Site) -> String {
        let name = |&symbol: &u32| self.oracle.symbols.get(symbol as usize).map(|symbol| &*symbol.name);
        site.symbols.iter().filter_map(name).collect::<Vec<_>>().join(", ")
    }

    /// A target of ours: `path:line name`.
    fn told(&self, id: SymbolId) -> Result<String> {
        let path = self.view.file(self.pid, id.file)?.map(|row| row.path).unwrap_or_default();
        Ok(match self.symbol(id)? {
            Some(symbol) => format!("{path}:{} {}", symbol.place.line + 1, symbol.qualified),
            None => path,
        })
    }
}

/// True for the file that a declared module is: `x.rs` or `x/mod.rs` of `x`.
fn is_module_file(path: &str, module: &Symbol) -> bool {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let last = |path: &str| path.rsplit('/').next().map(str::to_owned);
    let outer = stem.rsplit_once('/').and_then(|(outer, _)| last(outer));
    module.kind == SymbolKind::Module
        && [last(stem), outer].into_iter().flatten().any(|name| name == module.name)
}

/// What our walker saw at each place of a file.
struct Seen {
    facts: FileFacts,
    uses: FxHashMap<Place, usize>,
    imports: FxHashSet<Place>,
}

impl Seen {
    fn new(facts: FileFacts) -> Self {
        let place = |place: crate::model::Place| (place.line, place.column);
        let uses = facts.uses.iter().enumerate().map(|(at, used)| (place(used.place), at)).collect();
        let imports = facts.imports.iter().filter(|import| import.kind != ImportKind::Root);
        let imports = imports.map(|import| place(import.place)).collect();
        Self { facts, uses, imports }
    }

    fn used(&self, place: Place) -> Option<&Use> {
        self.uses.get(&place).and_then(|&at| self.facts.uses.get(at))
    }

    /// The kind of use at a place.
    fn kind(&self, place: Place) -> &'static str {
        if self.imports.contains(&place) {
            return IMPORT;
        }
        self.used(place).map_or(UNSEEN, |used| of_role(used.role))
    }

    /// The name that is written at a place.
    fn name(&self, place: Place) -> Option<&str> {
        self.facts.last_name(self.used(place)?.expr)
    }
}

/// Our edges by the place of the use, of each target the first in the order of kinds. Where an import names a symbol,
/// the edge to the file that holds it is no claim of its own.
fn by_place(edges: &[EdgeRow]) -> BTreeMap<Place, Vec<EdgeRow>> {
    let mut all: BTreeMap<Place, Vec<EdgeRow>> = BTreeMap::new();
    for edge in edges {
        if !matches!(edge.kind, EdgeKind::Contains | EdgeKind::Overrides) {
            all.entry((edge.line, edge.column)).or_default().push(edge.clone());
        }
    }
    for edges in all.values_mut() {
        edges.sort_by_key(|edge| (order(edge.kind), u8::MAX - edge.confidence, edge.to));
        let mut targets: FxHashSet<SymbolId> = FxHashSet::default();
        edges.retain(|edge| targets.insert(edge.to));
        if edges.iter().any(|edge| edge.to.slot != 0) {
            edges.retain(|edge| edge.to.slot != 0);
        }
    }
    all
}

const fn order(kind: EdgeKind) -> u8 {
    match kind {
        EdgeKind::Calls => 0,
        EdgeKind::Extends | EdgeKind::Implements => 1,
        EdgeKind::Imports => 2,
        EdgeKind::References | EdgeKind::Contains | EdgeKind::Overrides => 3,
    }
}

const fn kind(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Calls => "call",
        EdgeKind::Extends | EdgeKind::Implements => "inheritance",
        EdgeKind::Imports => IMPORT,
        EdgeKind::References | EdgeKind::Contains | EdgeKind::Overrides => "reference",
    }
}

const fn of_role(role: Role) -> &'static str {
    match role {
        Role::Call | Role::New => "call",
        Role::Extends | Role::Implements => "inheritance",
        Role::Import => IMPORT,
        Role::Read | Role::Write | Role::Type | Role::Decorator => "reference",
    }
}
