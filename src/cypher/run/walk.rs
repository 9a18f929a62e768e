//! Relationships over a variable length: depth first, none twice on one path.

use super::find::{is_among, is_impossible, node};
use super::{Next, Row, Run};
use crate::cypher::graph::{Flow, NodeId, Rel};
use crate::cypher::ir::{Expr, Length, Slot};
use crate::cypher::plan::{Hop, Plan, Search, Walk, types};
use crate::cypher::value::Value;
use anyhow::Result;

/// A relationship and where it leads.
type Step = (Rel, NodeId);

impl Run<'_> {
    pub(super) fn walk(
        &self,
        input: &Plan,
        hop: &Hop,
        walk: &Walk,
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let Some(length) = &hop.rel.length else { return Ok(Flow::Continue(())) };
        if walk.search == Search::Together {
            return self.reach_together(input, (hop, length), row, next);
        }
        self.drive(input, row, &mut |row| {
            let Some(from) = node(&row[hop.from])? else { return Ok(Flow::Continue(())) };
            let end = if hop.is_into { node(&row[hop.to])? } else { None };
            if hop.is_into && end.is_none() {
                return Ok(Flow::Continue(()));
            }
            if walk.search == Search::Each {
                return self.reach((from, end), (hop, length), row, next);
            }
            self.walk_from((from, end), (hop, walk, length), row, next)
        })
    }

    /// All walks from a node. The stack is one of ours, so that a long path needs none of the thread's.
    fn walk_from(
        &self,
        (from, end): (NodeId, Option<NodeId>),
        (hop, walk, length): (&Hop, &Walk, &Length),
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let charge = self.budget.charge();
        // What leads on from each node of the path that is walked now, last first.
        let mut frames: Vec<Vec<Step>> = Vec::new();
        let mut trail: Vec<Rel> = Vec::new();
        let mut here = from;
        loop {
            // A node is reached: it is a result, then a place to go on from.
            let steps = trail.len() as u64;
            if steps >= length.least && end.is_none_or(|end| end == here) {
                row[hop.rel.slot] = match walk {
                    Walk { is_listed: false, .. } => Value::Null,
                    Walk { is_reversed: true, .. } => {
                        Value::list(trail.iter().rev().copied().map(Value::Rel).collect())
                    }
                    _ => Value::list(trail.iter().copied().map(Value::Rel).collect()),
                };
                if end.is_none() {
                    row[hop.to] = Value::Node(here);
                }
                if next(row)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            let mut frame = Vec::new();
            if length.most.is_none_or(|most| steps < most) && !is_impossible(&hop.rel) {
                frame = self.steps(here, &trail, hop, length, row)?;
                if !frame.is_empty() {
                    self.budget.depth(steps)?;
                }
            }
            charge.add(frame.len() * size_of::<Step>())?;
            frames.push(frame);
            // On to the next node, back where nothing is left.
            loop {
                let Some(frame) = frames.last_mut() else { return Ok(Flow::Continue(())) };
                if let Some((rel, other)) = frame.pop() {
                    charge.release(size_of::<Step>());
                    trail.truncate(frames.len() - 1);
                    trail.push(rel);
                    here = other;
                    break;
                }
                frames.pop();
            }
        }
    }

    /// What leads on from a node, last first.
    fn steps(
        &self,
        here: NodeId,
        trail: &[Rel],
        hop: &Hop,
        length: &Length,
        row: &mut Row,
    ) -> Result<Vec<Step>> {
        let mut frame = Vec::new();
        let _: Flow = self.graph.expand(here, hop.direction, types(&hop.rel), &mut |rel, other| {
            self.budget.step()?;
            if !trail.contains(&rel)
                && !is_among(row, &hop.unlike, rel)
                && self.each(&length.filters, length.each, rel, row)?
            {
                frame.push((rel, other));
            }
            Ok(Flow::Continue(()))
        })?;
        frame.reverse();
        Ok(frame)
    }

    /// True when a relationship of a variable length fulfils what each must.
    pub(super) fn each(&self, filters: &[Expr], slot: Slot, rel: Rel, row: &mut Row) -> Result<bool> {
        if filters.is_empty() {
            return Ok(true);
        }
        row[slot] = Value::Rel(rel);
        for filter in filters {
            if self.test(filter, row)? != Some(true) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
