//! Nodes that a variable length reaches, each once: breadth first.
//!
//! A start is a result when no relationship is needed, or when a trail leads to it. With a direction that is any walk.
//! Without one, going back over the same relationship is no trail, so a cycle is looked for: two nodes that were
//! reached over different first relationships and have a relationship between them which neither was reached by. The
//! shortest such cycle has the sum of their distances, plus one.

use super::find::{is_impossible, node};
use super::limits::Charge;
use super::{Next, Row, Run};
use crate::cypher::graph::{Direction, Flow, NodeId, Rel, Seek};
use crate::cypher::ir::{Length, Slot};
use crate::cypher::plan::{Hop, Plan, types};
use crate::cypher::value::Value;
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::rc::Rc;

/// What an operator knows of what a search reaches.
#[derive(Clone)]
pub(super) enum Reached {
    /// Answering row by row took so many steps.
    Steps(u64),
    /// All that is reached.
    All(Rc<FxHashSet<NodeId>>),
}

/// How a node was reached first, without a direction.
#[derive(Clone, Copy)]
struct Way {
    distance: u64,
    /// The relationship that leads into it, and the first one on the way there; nothing at the start.
    by: Option<(Rel, Rel)>,
}

/// Takes a node that was reached.
type Take<'t> = &'t mut dyn FnMut(NodeId, &mut Row) -> Result<Flow>;

impl Run<'_> {
    /// What is reached from one node; only whether `end` is, when that is given.
    pub(super) fn reach(
        &self,
        (from, end): (NodeId, Option<NodeId>),
        (hop, length): (&Hop, &Length),
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let mut flow = Flow::Continue(());
        let mut take = |node: NodeId, row: &mut Row| -> Result<Flow> {
            if end.is_some_and(|end| end != node) {
                return Ok(Flow::Continue(()));
            }
            row[hop.rel.slot] = Value::Null;
            row[hop.to] = Value::Node(node);
            flow = next(row)?;
            // One that was looked for is found once.
            Ok(if end.is_some() { Flow::Break(()) } else { flow })
        };
        if hop.direction == Direction::Both && length.least > 0 {
            self.search_undirected(from, (hop, length), row, &mut take)?;
        } else {
            self.search_directed(vec![from], (hop, length), row, &mut take)?;
        }
        Ok(flow)
    }

    /// What is reached from any of the input's nodes. Nothing above asks from which.
    pub(super) fn reach_together(
        &self,
        input: &Plan,
        (hop, length): (&Hop, &Length),
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let charge = self.budget.charge();
        let starts = self.starts(input, hop.from, &charge, row)?;
        let mut flow = Flow::Continue(());
        self.search_directed(starts, (hop, length), row, &mut |node, row| {
            row[hop.rel.slot] = Value::Null;
            row[hop.to] = Value::Node(node);
            flow = next(row)?;
            Ok(flow)
        })?;
        Ok(flow)
    }

    /// Passes a row on when the node in a slot is reached from one of `sources`.
    pub(super) fn member(
        &self,
        slot: Slot,
        (direct, sources): (&Plan, &Plan),
        hop: &Hop,
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let Some(length) = &hop.rel.length else { return Ok(Flow::Continue(())) };
        let known = self.reached.borrow().get(&direct.id).cloned().unwrap_or(Reached::Steps(0));
        let all = match known {
            Reached::Steps(steps) if steps < self.search_steps(hop) => {
                let before = self.budget.steps();
                let flow = self.drive(direct, row, next)?;
                let spent = u64::from(self.budget.steps().wrapping_sub(before));
                self.reached.borrow_mut().insert(direct.id, Reached::Steps(steps + spent + 1));
                return Ok(flow);
            }
            Reached::Steps(_) => {
                // It is held to the end of the run.
                let mut all = FxHashSet::default();
                let starts = self.starts(sources, hop.from, &self.budget.charge(), row)?;
                self.search_directed(starts, (hop, length), row, &mut |node, _| {
                    self.budget.hold(2 * size_of::<NodeId>())?;
                    all.insert(node);
                    Ok(Flow::Continue(()))
                })?;
                let all = Rc::new(all);
                self.reached.borrow_mut().insert(direct.id, Reached::All(Rc::clone(&all)));
                all
            }
            Reached::All(all) => all,
        };
        match node(&row[slot])? {
            Some(node) if all.contains(&node) => next(row),
            _ => Ok(Flow::Continue(())),
        }
    }

    /// How many steps row by row are worth as much as a search of the whole graph, of which a quarter is waited for.
    fn search_steps(&self, hop: &Hop) -> u64 {
        let nodes = self.graph.estimate(&Seek::All) as f64;
        (nodes * (1.0 + self.graph.fan_out(types(&hop.rel), hop.direction)) / 4.0) as u64
    }

    /// The different nodes in a slot of a plan's rows.
    fn starts(&self, plan: &Plan, slot: Slot, charge: &Charge<'_, '_>, row: &mut Row) -> Result<Vec<NodeId>> {
        let mut seen = FxHashSet::default();
        let mut starts = Vec::new();
        let _: Flow = self.drive(plan, row, &mut |row| {
            if let Some(node) = node(&row[slot])?
                && seen.insert(node)
            {
                charge.add(3 * size_of::<NodeId>())?;
                starts.push(node);
            }
            Ok(Flow::Continue(()))
        })?;
        Ok(starts)
    }

    /// All that is reached from different starts: with a direction, or with none needed.
    fn search_directed(
        &self,
        starts: Vec<NodeId>,
        (hop, length): (&Hop, &Length),
        row: &mut Row,
        take: Take<'_>,
    ) -> Result<()> {
        let charge = self.budget.charge();
        let mut seen: FxHashSet<NodeId> = starts.iter().copied().collect();
        // Starts to which no way was found yet.
        let mut due: FxHashSet<NodeId> = FxHashSet::default();
        if length.least > 0 {
            due.clone_from(&seen);
        } else {
            for start in &starts {
                if take(*start, row)?.is_break() {
                    return Ok(());
                }
            }
        }
        if is_impossible(&hop.rel) {
            return Ok(());
        }
        let mut level = starts;
        let mut distance = 0;
        while !level.is_empty() && length.most.is_none_or(|most| distance < most) {
            self.budget.depth(distance)?;
            distance += 1;
            let mut following = Vec::new();
            for here in level {
                let mut arrived = Vec::new();
                let _: Flow =
                    self.graph.expand(here, hop.direction, types(&hop.rel), &mut |rel, other| {
                        self.budget.step()?;
                        let is_new = !seen.contains(&other);
                        if !is_new && !due.contains(&other)
                            || !self.each(&length.filters, length.each, rel, row)?
                        {
                            return Ok(Flow::Continue(()));
                        }
                        if is_new {
                            charge.add(3 * size_of::<NodeId>())?;
                            seen.insert(other);
                            following.push(other);
                        } else {
                            due.remove(&other);
                        }
                        arrived.push(other);
                        Ok(Flow::Continue(()))
                    })?;
                for node in arrived {
                    if take(node, row)?.is_break() {
                        return Ok(());
                    }
                }
            }
            level = following;
        }
        Ok(())
    }

    /// All that is reached from a node over at least one relationship, without a direction.
    fn search_undirected(
        &self,
        from: NodeId,
        (hop, length): (&Hop, &Length),
        row: &mut Row,
        take: Take<'_>,
    ) -> Result<()> {
        if is_impossible(&hop.rel) {
            return Ok(());
        }
        let charge = self.budget.charge();
        let mut ways: FxHashMap<NodeId, Way> = FxHashMap::default();
        ways.insert(from, Way { distance: 0, by: None });
        let mut is_start_due = true;
        let mut level = vec![from];
        let mut distance = 0;
        while !level.is_empty() && length.most.is_none_or(|most| distance < most) {
            self.budget.depth(distance)?;
            distance += 1;
            let mut following = Vec::new();
            for here in level {
                let Some(way) = ways.get(&here).copied() else { continue };
                let mut arrived = Vec::new();
                let _: Flow =
                    self.graph.expand(here, hop.direction, types(&hop.rel), &mut |rel, other| {
                        self.budget.step()?;
                        if !self.each(&length.filters, length.each, rel, row)? {
                            return Ok(Flow::Continue(()));
                        }
                        match ways.entry(other) {
                            Entry::Vacant(entry) => {
                                charge.add(2 * size_of::<(NodeId, Way)>())?;
                                let first = way.by.map_or(rel, |(_, first)| first);
                                entry.insert(Way { distance, by: Some((rel, first)) });
                                following.push(other);
                                arrived.push(other);
                            }
                            Entry::Occupied(entry) => {
                                if is_start_due && closes(rel, way, *entry.get(), length.most) {
                                    is_start_due = false;
                                    arrived.push(from);
                                }
                            }
                        }
                        Ok(Flow::Continue(()))
                    })?;
                for node in arrived {
                    if take(node, row)?.is_break() {
                        return Ok(());
                    }
                }
            }
            level = following;
        }
        Ok(())
    }
}

/// True when a relationship between two nodes that were reached closes a cycle through the start.
fn closes(rel: Rel, here: Way, there: Way, most: Option<u64>) -> bool {
    let is_way = |way: Way| way.by.is_some_and(|(into, _)| into == rel);
    let first = |way: Way| way.by.map(|(_, first)| first);
    let is_loop = here.by.is_none() && there.by.is_none();
    (is_loop || first(here) != first(there))
        && !is_way(here)
        && !is_way(there)
        && most.is_none_or(|most| here.distance + there.distance < most)
}
