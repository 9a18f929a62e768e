//! Shortest paths between two nodes: breadth first, one level at a time.

use super::find::{is_impossible, node, other_end};
use super::limits::Charge;
use super::{Next, Row, Run};
use crate::cypher::graph::{Flow, NodeId, Rel};
use crate::cypher::ir::{RelPattern, Shortest, Slot};
use crate::cypher::plan::{Plan, types};
use crate::cypher::value::{Path, Value};
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Between which slots, and what is wanted of it.
pub(super) struct Ends {
    pub(super) left: Slot,
    pub(super) right: Slot,
    pub(super) path: Option<Slot>,
    pub(super) kind: Shortest,
}

/// How a node was reached first: at which level, and by which relationships from where.
struct Reached {
    level: u64,
    by: Vec<(Rel, NodeId)>,
}

/// What a search found: how each node was reached, and what leads into the end.
struct Found {
    reached: FxHashMap<NodeId, Reached>,
    last: Vec<(Rel, NodeId)>,
}

impl Run<'_> {
    pub(super) fn shortest(
        &self,
        input: &Plan,
        pattern: &RelPattern,
        ends: &Ends,
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let least = pattern.length.as_ref().map_or(1, |length| length.least);
        self.drive(input, row, &mut |row| {
            let (Some(from), Some(to)) = (node(&row[ends.left])?, node(&row[ends.right])?) else {
                return Ok(Flow::Continue(()));
            };
            if least == 0 && from == to {
                return deliver(from, Vec::new(), (pattern, ends), row, next);
            }
            if is_impossible(pattern) {
                return Ok(Flow::Continue(()));
            }
            let charge = self.budget.charge();
            let Some(found) = self.search((from, to), pattern, row, &charge)? else {
                return Ok(Flow::Continue(()));
            };
            // Backwards along the levels, depth first.
            let mut open: Vec<(NodeId, Vec<Rel>)> =
                found.last.iter().rev().map(|(rel, before)| (*before, vec![*rel])).collect();
            while let Some((here, rels)) = open.pop() {
                self.budget.step()?;
                if here == from {
                    let rels: Vec<Rel> = rels.into_iter().rev().collect();
                    let is_last = ends.kind == Shortest::One;
                    if deliver(from, rels, (pattern, ends), row, next)?.is_break() {
                        return Ok(Flow::Break(()));
                    }
                    if is_last {
                        break;
                    }
                    continue;
                }
                for (rel, before) in
                    found.reached.get(&here).iter().flat_map(|reached| reached.by.iter().rev())
                {
                    let mut longer = rels.clone();
                    longer.push(*rel);
                    charge.add(longer.len() * size_of::<Rel>())?;
                    open.push((*before, longer));
                }
            }
            Ok(Flow::Continue(()))
        })
    }

    /// Goes level by level until the end is met.
    fn search(
        &self,
        (from, to): (NodeId, NodeId),
        pattern: &RelPattern,
        row: &mut Row,
        charge: &Charge<'_, '_>,
    ) -> Result<Option<Found>> {
        let (least, most) =
            pattern.length.as_ref().map_or((1, Some(1)), |length| (length.least, length.most));
        let mut reached: FxHashMap<NodeId, Reached> = FxHashMap::default();
        reached.insert(from, Reached { level: 0, by: Vec::new() });
        let mut level = vec![from];
        let mut number = 0;
        while !level.is_empty() && most.is_none_or(|most| number < most) {
            self.budget.depth(number)?;
            number += 1;
            let (mut following, mut last) = (Vec::new(), Vec::new());
            for here in level {
                for (rel, other) in self.all_steps(here, pattern, row)? {
                    if other == to && number >= least {
                        last.push((rel, here));
                        continue;
                    }
                    charge.add(size_of::<(NodeId, Reached, Rel, NodeId)>())?;
                    let entry = reached.entry(other).or_insert_with(|| {
                        following.push(other);
                        Reached { level: number, by: Vec::new() }
                    });
                    if entry.level == number {
                        entry.by.push((rel, here));
                    }
                }
            }
            if !last.is_empty() {
                return Ok(Some(Found { reached, last }));
            }
            level = following;
        }
        Ok(None)
    }

    fn all_steps(&self, here: NodeId, pattern: &RelPattern, row: &mut Row) -> Result<Vec<(Rel, NodeId)>> {
        let mut steps = Vec::new();
        let _: Flow = self.graph.expand(here, pattern.direction, types(pattern), &mut |rel, other| {
            self.budget.step()?;
            let passes = match &pattern.length {
                Some(length) => self.each(&length.filters, length.each, rel, row)?,
                None => true,
            };
            if passes {
                steps.push((rel, other));
            }
            Ok(Flow::Continue(()))
        })?;
        Ok(steps)
    }
}

fn deliver(
    from: NodeId,
    rels: Vec<Rel>,
    (pattern, ends): (&RelPattern, &Ends),
    row: &mut Row,
    next: Next<'_>,
) -> Result<Flow> {
    row[pattern.slot] = match &pattern.length {
        Some(_) => Value::list(rels.iter().copied().map(Value::Rel).collect()),
        None => rels.first().copied().map_or(Value::Null, Value::Rel),
    };
    if let Some(slot) = ends.path {
        let mut nodes = vec![from];
        let mut here = from;
        for rel in &rels {
            here = other_end(*rel, here);
            nodes.push(here);
        }
        row[slot] = Value::Path(Rc::new(Path { nodes, rels }));
    }
    next(row)
}
