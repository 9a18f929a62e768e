//! Nodes that a variable length reaches, each once: breadth first.
//!
//! The start is a result when no relationship is needed, or when a trail leads back to it. With a direction that is
//! any walk back. Without one, going back over the same relationship is no trail, so a cycle is looked for: two nodes
//! that were reached over different first relationships and have a relationship between them which neither was reached
//! by. The shortest such cycle has the sum of their distances, plus one.

use super::find::is_impossible;
use super::{Next, Row, Run};
use crate::cypher::graph::{Direction, Flow, NodeId, Rel};
use crate::cypher::ir::Length;
use crate::cypher::plan::{Hop, types};
use crate::cypher::value::Value;
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// How a node was reached first.
#[derive(Clone, Copy)]
struct Reached {
    distance: u64,
    /// The relationship that leads into it, and the first one on the way there; nothing at the start.
    by: Option<(Rel, Rel)>,
}

impl Run<'_> {
    pub(super) fn reach(
        &self,
        (from, end): (NodeId, Option<NodeId>),
        (hop, length): (&Hop, &Length),
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        // What was said to the last result; nothing while the search goes on.
        let mut emit = |node: NodeId, row: &mut Row| -> Result<Option<Flow>> {
            if end.is_some_and(|end| end != node) {
                return Ok(None);
            }
            row[hop.rel.slot] = Value::Null;
            row[hop.to] = Value::Node(node);
            let flow = next(row)?;
            // One that was looked for is found once.
            Ok((flow.is_break() || end.is_some()).then_some(flow))
        };
        let mut is_start_due = length.least > 0;
        if !is_start_due && let Some(flow) = emit(from, row)? {
            return Ok(flow);
        }
        if is_impossible(&hop.rel) {
            return Ok(Flow::Continue(()));
        }
        let charge = self.budget.charge();
        let mut reached: FxHashMap<NodeId, Reached> = FxHashMap::default();
        reached.insert(from, Reached { distance: 0, by: None });
        let mut level = vec![from];
        let mut distance = 0;
        while !level.is_empty() && length.most.is_none_or(|most| distance < most) {
            self.budget.depth(distance)?;
            distance += 1;
            let mut following = Vec::new();
            for here in level {
                let Some(at_here) = reached.get(&here).copied() else { continue };
                let mut is_start_found = false;
                let _: Flow =
                    self.graph.expand(here, hop.direction, types(&hop.rel), &mut |rel, other| {
                        self.budget.step()?;
                        if !self.each(&length.filters, length.each, rel, row)? {
                            return Ok(Flow::Continue(()));
                        }
                        match reached.entry(other) {
                            Entry::Vacant(entry) => {
                                charge.add(2 * size_of::<(NodeId, Reached)>())?;
                                let first = at_here.by.map_or(rel, |(_, first)| first);
                                entry.insert(Reached { distance, by: Some((rel, first)) });
                                following.push(other);
                            }
                            Entry::Occupied(entry) if is_start_due && !is_start_found => {
                                let there = *entry.get();
                                is_start_found = if hop.direction == Direction::Both {
                                    closes(rel, at_here, there, length.most)
                                } else {
                                    other == from
                                };
                            }
                            Entry::Occupied(_) => {}
                        }
                        Ok(Flow::Continue(()))
                    })?;
                if is_start_found {
                    is_start_due = false;
                    if let Some(flow) = emit(from, row)? {
                        return Ok(flow);
                    }
                }
            }
            for node in &following {
                if let Some(flow) = emit(*node, row)? {
                    return Ok(flow);
                }
            }
            level = following;
        }
        Ok(Flow::Continue(()))
    }
}

/// True when a relationship between two nodes that were reached closes a cycle through the start.
fn closes(rel: Rel, here: Reached, there: Reached, most: Option<u64>) -> bool {
    let is_way = |reached: Reached| reached.by.is_some_and(|(into, _)| into == rel);
    let first = |reached: Reached| reached.by.map(|(_, first)| first);
    let is_loop = here.by.is_none() && there.by.is_none();
    (is_loop || first(here) != first(there))
        && !is_way(here)
        && !is_way(there)
        && most.is_none_or(|most| here.distance + there.distance < most)
}
