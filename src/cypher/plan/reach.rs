//! Where only the ends of a variable length count, and each once, the walk over all paths becomes a search that looks
//! at each node once.
//!
//! How many paths lead to a node does not matter below `DISTINCT`, below aggregates of distinct values, and in
//! `EXISTS`. Paths are trails there: no relationship is on one twice. A node that some walk of at most n steps reaches
//! is reached by a trail of at most n steps too, namely by the shortest walk, which repeats no node. So from one
//! relationship on (or none), reaching a node and there being a trail to it are the same. The start itself is special:
//! see `run/reach.rs`.
//!
//! When nothing above asks where a search began, all starts are searched from together. And in `EXISTS`, what is
//! reached from the other end is the same for all rows, so it is found once and looked up.

use super::slots::{reads, writes};
use super::uses::of_expr;
use super::{Hop, Op, Plan, Planner, Search, Walk};
use crate::cypher::graph::Direction;
use crate::cypher::ir::{AggregateKind, Expr, Slot, Subquery};
use std::collections::BTreeSet;

impl Planner<'_> {
    /// Turns walks into searches where that gives the same. `is_free`: how often a row comes does not matter, only
    /// whether. `needed`: the slots that are read above.
    pub(super) fn relax(&self, plan: &mut Plan, is_free: bool, mut needed: BTreeSet<Slot>) {
        if is_free && let Op::Walk { input, hop, walk } = &mut plan.op {
            walk.search = self.search(input, hop, walk, &needed);
        }
        needed.extend(reads(&plan.op, &self.free));
        match &mut plan.op {
            Op::Argument | Op::Member { .. } => {}
            Op::Distinct { input, .. } => self.relax(input, true, needed),
            Op::Aggregate { input, aggregation } => {
                let is_free = aggregation.aggregates.iter().all(|aggregate| {
                    aggregate.is_distinct || matches!(aggregate.kind, AggregateKind::Min | AggregateKind::Max)
                });
                self.relax(input, is_free, needed);
            }
            Op::Skip { input, .. } | Op::Limit { input, .. } | Op::CountStore { input, .. } => {
                self.relax(input, false, needed);
            }
            Op::Sort { input, skip, limit, .. } => {
                self.relax(input, is_free && skip.is_none() && limit.is_none(), needed);
            }
            Op::Union { branches, is_distinct, .. } => {
                for (branch, _) in branches {
                    self.relax(branch, is_free || *is_distinct, needed.clone());
                }
            }
            Op::Optional { input, inner, .. } => {
                self.relax(inner, is_free, needed.clone());
                self.relax(input, is_free, needed);
            }
            Op::Seek { input, .. }
            | Op::Expand { input, .. }
            | Op::Walk { input, .. }
            | Op::Relationships { input, .. }
            | Op::Ends { input, .. }
            | Op::IsNode { input, .. }
            | Op::Shortest { input, .. }
            | Op::Filter { input, .. }
            | Op::Path { input, .. }
            | Op::Unwind { input, .. }
            | Op::Project { input, .. }
            | Op::Call { input, .. } => self.relax(input, is_free, needed),
        }
    }

    /// How a walk may be searched, where how often a row comes does not matter.
    fn search(&self, input: &Plan, hop: &Hop, walk: &Walk, needed: &BTreeSet<Slot>) -> Search {
        let Some(length) = &hop.rel.length else { return Search::None };
        if walk.is_listed || !hop.unlike.is_empty() || length.least > 1 {
            return Search::None;
        }
        let tells_start = writes(input).intersection(needed).next().is_some();
        if hop.is_into || tells_start || !self.may_join(hop) { Search::Each } else { Search::Together }
    }

    /// True when a search may begin at several nodes: its conditions are the same for all of them, and the way back
    /// to a start needs no care.
    fn may_join(&self, hop: &Hop) -> bool {
        let Some(length) = &hop.rel.length else { return false };
        let is_own = |filter: &Expr| of_expr(filter, &self.free).iter().all(|slot| *slot == length.each);
        (hop.direction != Direction::Both || length.least == 0) && length.filters.iter().all(is_own)
    }

    /// `EXISTS` of a search out of a node that is bound outside: what is reached from the other end is found once, if
    /// nothing else is needed from outside.
    pub(super) fn member(&mut self, direct: Plan, kind: Subquery) -> Plan {
        let (filters, walk): (&[Expr], &Plan) = match &direct.op {
            Op::Filter { input, all } => (all, input),
            _ => (&[], &direct),
        };
        let Op::Walk { input, hop, walk } = &walk.op else { return direct };
        let is_own = |filter: &Expr| of_expr(filter, &self.free).iter().all(|slot| *slot == hop.to);
        let fits = kind == Subquery::Exists
            && matches!(input.op, Op::Argument)
            && !hop.is_into
            && walk.search != Search::None
            && self.may_join(hop)
            && filters.iter().all(is_own);
        if !fits {
            return direct;
        }
        let (filters, mut hop) = (filters.to_vec(), hop.clone());
        (hop.from, hop.to, hop.direction) = (hop.to, hop.from, hop.direction.reversed());
        let slot = hop.to;
        let Ok(sources) = self.nodes_that(hop.from, filters) else { return direct };
        self.node(1.0, Op::Member { slot, direct: Box::new(direct), sources: Box::new(sources), hop })
    }
}
