//! Relationships of a node, made of the edges of the store.

use super::super::external::{is_external, step};
use super::super::graph::{container, dispatched, holds_code, may_dispatch};
use super::super::walk::Step;
use super::{CodeGraph, PROJECT, Type, node_of, rel};
use crate::cypher::graph::EachRel;
use crate::cypher::{Flow, TypeId};
use crate::model::{EdgeKind, FileId, Role, Rule, Symbol, SymbolId};
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

/// Most relationships that are kept; past it all are forgotten and made again when asked for.
const MAX_KEPT: usize = 500_000;

/// One relationship, seen from one end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Use {
    /// The other end.
    pub(super) other: SymbolId,
    /// The surest use, of equal ones the first.
    pub(super) best: Step,
    /// In how many places it is written.
    pub(super) places: u32,
}

/// Relationships that were made, by node, type and direction.
#[derive(Default)]
pub(super) struct UseCache {
    by: FxHashMap<(SymbolId, u16, bool), Rc<Vec<Use>>>,
    n: usize,
}

impl CodeGraph<'_> {
    /// The relationships of a type that start at a node (`is_out`) or end at it: one for each other end, in the order in
    /// which they are written, those from other files by file.
    pub(super) fn uses(&self, id: SymbolId, kind: Type, is_out: bool) -> Result<Rc<Vec<Use>>> {
        let key = (id, kind.id().0, is_out);
        if let Some(found) = self.uses.borrow().by.get(&key) {
            return Ok(Rc::clone(found));
        }
        let found = Rc::new(self.made(id, kind, is_out)?);
        let mut kept = self.uses.borrow_mut();
        if kept.n > MAX_KEPT {
            *kept = UseCache::default();
        }
        kept.n += found.len() + 1;
        kept.by.insert(key, Rc::clone(&found));
        Ok(found)
    }

    fn made(&self, id: SymbolId, kind: Type, is_out: bool) -> Result<Vec<Use>> {
        let mut steps: Vec<Step> = Vec::new();
        if is_out { self.steps_out(id, kind, &mut steps) } else { self.steps_in(id, kind, &mut steps) }?;
        let mut uses: Vec<Use> = Vec::new();
        let mut place: FxHashMap<SymbolId, usize> = FxHashMap::default();
        let mut seen = rustc_hash::FxHashSet::default();
        for step in steps.into_iter().filter(|step| step.confidence >= self.cut) {
            let is_new = seen.insert((step.next, step.site, step.line, step.column));
            let at = *place.entry(step.next).or_insert(uses.len());
            match uses.get_mut(at) {
                None => uses.push(Use { other: step.next, best: step, places: 1 }),
                Some(found) => {
                    found.places += u32::from(is_new);
                    if step.confidence > found.best.confidence {
                        found.best = step;
                    }
                }
            }
        }
        Ok(uses)
    }

    fn steps_out(&self, id: SymbolId, kind: Type, out: &mut Vec<Step>) -> Result<()> {
        if id != PROJECT && is_external(id) || id == PROJECT && kind != Type::Contains {
            return Ok(());
        }
        let edge = kind.edge();
        match kind {
            Type::Contains => self.contained(id, out),
            Type::Calls => {
                for step in self.graph.acts(id)? {
                    if step.kind != EdgeKind::Calls || step.confidence < self.cut {
                        continue;
                    }
                    out.push(step);
                    if may_dispatch(&step) {
                        let below = self.graph.overriding(step.next, self.cut)?;
                        out.extend(below.iter().map(|&below| dispatched(step, below)));
                    }
                }
                let outside = self.graph.external_acts(id)?;
                out.extend(outside.into_iter().filter(|step| step.kind == EdgeKind::Calls));
                Ok(())
            }
            Type::Imports if id.slot != 0 => Ok(()),
            Type::Imports => {
                let links = self.graph.links(id.file)?;
                let mut slots: Vec<u32> = links.row.edges.iter().map(|edge| edge.from).collect();
                slots.extend(links.row.externals.iter().flat_map(|of| &of.uses).map(|used| used.from));
                slots.sort_unstable();
                slots.dedup();
                for slot in slots {
                    let from = SymbolId { file: id.file, slot };
                    let outside = self.graph.external_outbound(from)?;
                    let steps = self.graph.outbound(from)?.into_iter().chain(outside);
                    out.extend(steps.filter(|step| step.kind == edge && step.next != id));
                }
                Ok(())
            }
            Type::Extends | Type::Implements | Type::Overrides => {
                let steps = self.graph.outbound(id)?.into_iter();
                let structural = self.graph.structural_supertypes(id)?;
                let outside = self.graph.external_outbound(id)?;
                out.extend(steps.chain(structural).chain(outside).filter(|step| step.kind == edge));
                Ok(())
            }
            Type::References => {
                let outside = self.graph.external_outbound(id)?;
                let steps = self.graph.outbound(id)?.into_iter().chain(outside);
                out.extend(steps.filter(|step| step.kind == edge));
                Ok(())
            }
        }
    }

    fn steps_in(&self, id: SymbolId, kind: Type, out: &mut Vec<Step>) -> Result<()> {
        if id == PROJECT {
            return Ok(());
        }
        let edge = kind.edge();
        if is_external(id) {
            return self.outside_in(id, kind, out);
        }
        match kind {
            Type::Contains => self.containers(id, out),
            Type::Calls => {
                self.graph.inbound(id, |step| {
                    if step.kind == EdgeKind::Calls {
                        out.push(Step { next: self.graph.actor(step.next)?, ..step });
                    }
                    Ok(())
                })?;
                let Some(symbol) = self.graph.symbol(id)?.filter(|symbol| holds_code(symbol)) else {
                    return Ok(());
                };
                drop(symbol);
                for above in self.graph.overridden(id, self.cut)? {
                    self.graph.inbound(above, |step| {
                        if step.kind == EdgeKind::Calls && step.confidence >= self.cut && may_dispatch(&step)
                        {
                            out.push(dispatched(step, self.graph.actor(step.next)?));
                        }
                        Ok(())
                    })?;
                }
                Ok(())
            }
            Type::Imports => self.graph.inbound(id, |step| {
                let file = SymbolId::of_file(step.site);
                if step.kind == edge && file != id {
                    out.push(Step { next: file, ..step });
                }
                Ok(())
            }),
            Type::Extends | Type::Implements | Type::Overrides => {
                self.graph.heirs(id, |step| {
                    if step.kind == edge {
                        out.push(step);
                    }
                    Ok(())
                })?;
                let structural = self.graph.structural_subtypes(id)?;
                out.extend(structural.into_iter().filter(|step| step.kind == edge));
                Ok(())
            }
            Type::References => self.graph.inbound(id, |step| {
                if step.kind == edge {
                    out.push(step);
                }
                Ok(())
            }),
        }
    }

    /// Who uses what is outside the project, by exactly this name.
    fn outside_in(&self, id: SymbolId, kind: Type, out: &mut Vec<Step>) -> Result<()> {
        let Some(name) = self.graph.external_name(id) else { return Ok(()) };
        let mut files: Vec<FileId> = Vec::new();
        self.graph.view.externals(self.graph.pid, &name, |found, file, _, _| {
            if found == &*name {
                files.push(file);
            }
            Ok(true)
        })?;
        for file in files {
            let links = self.graph.links(file)?;
            let here = links.row.externals.iter().filter(|of| *of.name == *name);
            for used in here.flat_map(|of| &of.uses).filter(|used| used.kind == kind.edge()) {
                let from = SymbolId { file, slot: used.from };
                let next = match kind {
                    Type::Calls => self.graph.actor(from)?,
                    Type::Imports => SymbolId::of_file(file),
                    _ => from,
                };
                out.push(step(file, used, next));
            }
        }
        Ok(())
    }

    // ---- containment -----------------------------------------------------------------------------------------------

    fn contained(&self, id: SymbolId, out: &mut Vec<Step>) -> Result<()> {
        if id == PROJECT {
            for (_, file) in self.graph.view.paths(self.graph.pid, "")? {
                out.push(held(SymbolId::of_file(file), file, 0, 0));
            }
            return Ok(());
        }
        let mut inside: Vec<(SymbolId, Symbol)> = self.graph.view.symbols_of(self.graph.pid, id.file)?;
        inside.retain(|(each, symbol)| symbol.parent == id.slot && each.slot != 0);
        inside.sort_unstable_by_key(|(each, symbol)| (symbol.place.byte, each.slot));
        for (each, symbol) in &inside {
            out.push(held(*each, id.file, symbol.place.line, symbol.place.column));
        }
        let Some(ty) = self.graph.symbol(id)?.filter(|symbol| id.slot != 0 && symbol.kind.is_type()) else {
            return Ok(());
        };
        for each in self.graph.contents(id)? {
            if let Some(symbol) = self.graph.symbol(each)?
                && symbol.parent == 0
                && container(&symbol) == Some(ty.qualified.as_str())
            {
                out.push(held(each, each.file, symbol.place.line, symbol.place.column));
            }
        }
        Ok(())
    }

    fn containers(&self, id: SymbolId, out: &mut Vec<Step>) -> Result<()> {
        if id.slot == 0 {
            out.push(held(PROJECT, id.file, 0, 0));
            return Ok(());
        }
        let symbol = self.symbol(id)?;
        let (line, column) = (symbol.place.line, symbol.place.column);
        out.push(held(SymbolId { file: id.file, slot: symbol.parent }, id.file, line, column));
        let Some(outer) = container(&symbol).filter(|_| symbol.parent == 0) else { return Ok(()) };
        let last = outer.rsplit(['.', ':']).next().unwrap_or(outer);
        for row in self.graph.view.symbols_named(self.graph.pid, last)? {
            if row.kind.is_type()
                && row.name == last
                && self.symbol(row.id)?.qualified == outer
                && self.graph.contents(row.id)?.contains(&id)
            {
                out.push(held(row.id, id.file, line, column));
            }
        }
        Ok(())
    }

    // ---- all -------------------------------------------------------------------------------------------------------

    /// Every relationship of some types (of all, when none is given), file by file.
    pub(super) fn all_relationships(&self, types: &[TypeId], each: EachRel<'_>) -> Result<Flow> {
        let kinds: Vec<Type> =
            self.all_types().filter(|kind| types.is_empty() || types.contains(&kind.id())).collect();
        let mut all = |id: SymbolId| -> Result<Flow> {
            for &kind in &kinds {
                // Each is made once, so nothing is kept of it.
                for found in self.made(id, kind, true)? {
                    if each(rel(id, kind, found.other), node_of(found.other))?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            Ok(ControlFlow::Continue(()))
        };
        if kinds.contains(&Type::Contains) && all(PROJECT)?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        for (_, file) in self.graph.view.paths(self.graph.pid, "")? {
            let symbols = self.graph.symbols_of(file)?;
            if all(SymbolId::of_file(file))?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            for id in symbols {
                if id.slot != 0 && all(id)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

/// The step between a container and what it holds.
const fn held(next: SymbolId, site: FileId, line: u32, column: u32) -> Step {
    let (kind, rule) = (EdgeKind::Contains, Rule::Syntax);
    Step { next, kind, role: Role::Read, rule, confidence: rule.confidence().0, site, line, column }
}
