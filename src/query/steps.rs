//! What leads from one symbol to the next, for each question that walks.

use super::external::{is_external, is_use};
use super::graph::{Graph, dispatched, holds_code, may_dispatch};
use super::walk::{Step, Steps};
use crate::facts::DefFlags;
use crate::model::{EdgeKind, Symbol, SymbolId};
use anyhow::Result;

/// A question that walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// Who calls it, through the methods that it overrides too.
    Callers,
    /// What it calls, and what may stand in for that by overriding it.
    Callees,
    /// Who depends on it.
    Dependents,
    /// What it depends on.
    Dependencies,
    /// Whose dependency it is: [`Relation::Dependencies`] backwards.
    Users,
    /// What extends, implements or overrides it.
    Subtypes,
    /// What it extends, implements or overrides.
    Supertypes,
    /// Files that import it.
    Importers,
    /// Files that it imports.
    Imports,
}

impl Relation {
    /// True when a step goes from the end of an edge to its start.
    pub(super) const fn is_backward(self) -> bool {
        matches!(self, Self::Callers | Self::Dependents | Self::Users | Self::Subtypes | Self::Importers)
    }
}

/// The steps of one relation in a graph.
pub(super) struct Along<'g, 'v> {
    pub(super) graph: &'g Graph<'v>,
    pub(super) relation: Relation,
    /// Edges below this are not followed, in percent.
    pub(super) cut: u8,
}

impl Steps for Along<'_, '_> {
    fn steps(&self, of: SymbolId, out: &mut Vec<Step>) -> Result<()> {
        let Some(symbol) = self.graph.symbol(of)? else { return Ok(()) };
        // What is outside the project leads nowhere.
        if is_external(of) && !self.relation.is_backward() {
            return Ok(());
        }
        match self.relation {
            Relation::Callers => self.callers(of, &symbol, out),
            Relation::Callees => self.callees(of, out),
            Relation::Dependents => self.dependents(of, &symbol, out),
            Relation::Dependencies => self.dependencies(of, out),
            Relation::Users => {
                let start = out.len();
                self.dependents(of, &symbol, out)?;
                for at in start..out.len() {
                    let actor = self.graph.actor(out[at].next)?;
                    if actor != out[at].next {
                        out.push(Step { next: actor, ..out[at] });
                    }
                }
                Ok(())
            }
            Relation::Subtypes => {
                self.graph.heirs(of, |step| {
                    out.push(step);
                    Ok(())
                })?;
                out.extend(self.graph.structural_subtypes(of)?);
                Ok(())
            }
            Relation::Supertypes => {
                out.extend(self.graph.outbound(of)?.into_iter().filter(|step| is_inheritance(step.kind)));
                out.extend(self.graph.structural_supertypes(of)?);
                let outside = self.graph.external_outbound(of)?;
                out.extend(outside.into_iter().filter(|step| is_inheritance(step.kind)));
                Ok(())
            }
            Relation::Importers => self.graph.inbound(of, |step| {
                if step.kind == EdgeKind::Imports {
                    out.push(Step { next: SymbolId::of_file(step.site), ..step });
                }
                Ok(())
            }),
            Relation::Imports => {
                let steps = self.graph.outbound(SymbolId::of_file(of.file))?;
                out.extend(steps.into_iter().filter(|step| {
                    step.kind == EdgeKind::Imports && step.next.slot == 0 && step.next.file != of.file
                }));
                Ok(())
            }
        }
    }

    fn order(&self, of: SymbolId) -> Result<(String, u32, u32)> {
        self.graph.order(of)
    }
}

impl Along<'_, '_> {
    fn callers(&self, of: SymbolId, symbol: &Symbol, out: &mut Vec<Step>) -> Result<()> {
        // What has code behind it but is read like a field is called by being read.
        let by_reading = DefFlags(symbol.flags).has(DefFlags::ACCESSOR);
        let is_call =
            |kind: EdgeKind| kind == EdgeKind::Calls || (by_reading && kind == EdgeKind::References);
        let mut direct = vec![of];
        direct.extend(self.graph.constructors(of)?);
        for target in direct {
            self.graph.inbound(target, |step| {
                if is_call(step.kind) {
                    out.push(Step { next: self.graph.actor(step.next)?, ..step });
                }
                Ok(())
            })?;
        }
        if holds_code(symbol) {
            for above in self.graph.overridden(of, self.cut)? {
                self.graph.inbound(above, |step| {
                    if is_call(step.kind) && may_dispatch(&step) {
                        out.push(dispatched(step, self.graph.actor(step.next)?));
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    fn callees(&self, of: SymbolId, out: &mut Vec<Step>) -> Result<()> {
        for step in self.graph.acts(of)? {
            if step.kind != EdgeKind::Calls || step.confidence < self.cut {
                continue;
            }
            out.push(step);
            if !may_dispatch(&step) {
                continue;
            }
            for &below in self.graph.overriding(step.next, self.cut)?.iter() {
                out.push(dispatched(step, below));
            }
        }
        let outside = self.graph.external_acts(of)?;
        out.extend(outside.into_iter().filter(|step| step.kind == EdgeKind::Calls));
        Ok(())
    }

    fn dependents(&self, of: SymbolId, symbol: &Symbol, out: &mut Vec<Step>) -> Result<()> {
        let mut direct = vec![of];
        direct.extend(self.graph.constructors(of)?);
        for target in direct {
            self.graph.inbound(target, |step| {
                if is_dependence(step.kind) {
                    out.push(step);
                }
                Ok(())
            })?;
        }
        out.extend(self.graph.structural_subtypes(of)?);
        if holds_code(symbol) {
            for above in self.graph.overridden(of, self.cut)? {
                self.graph.inbound(above, |step| {
                    if step.kind == EdgeKind::Calls && may_dispatch(&step) {
                        out.push(dispatched(step, step.next));
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }

    fn dependencies(&self, of: SymbolId, out: &mut Vec<Step>) -> Result<()> {
        let mut steps = self.graph.acts(of)?;
        steps.extend(self.graph.outbound(of)?);
        steps.sort_unstable();
        steps.dedup();
        for step in steps {
            if step.confidence < self.cut || !is_dependence(step.kind) {
                continue;
            }
            out.push(step);
            if step.kind == EdgeKind::Calls && may_dispatch(&step) {
                for &below in self.graph.overriding(step.next, self.cut)?.iter() {
                    out.push(dispatched(step, below));
                }
            }
        }
        let mut outside = self.graph.external_acts(of)?;
        outside.extend(self.graph.external_outbound(of)?);
        outside.sort_unstable();
        outside.dedup();
        out.extend(outside.into_iter().filter(|step| is_use(step.kind)));
        Ok(())
    }
}

/// True for what makes a type or method depend on another by inheriting from it.
pub(super) const fn is_inheritance(kind: EdgeKind) -> bool {
    matches!(kind, EdgeKind::Extends | EdgeKind::Implements | EdgeKind::Overrides)
}

/// True for calls, references and inheritance.
pub(super) const fn is_dependence(kind: EdgeKind) -> bool {
    matches!(kind, EdgeKind::Calls | EdgeKind::References) || is_inheritance(kind)
}
