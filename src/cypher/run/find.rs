//! Nodes by seeks, relationships of nodes, and the ends of relationships.

use super::{Next, Row, Run};
use crate::cypher::compare::Key;
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::graph::{Direction, Flow, NodeId, Rel, Seek, TypeId};
use crate::cypher::ir::{RelPattern, Slot};
use crate::cypher::plan::{Hop, Plan, SeekBy, types};
use crate::cypher::value::{Path, Value};
use anyhow::Result;
use std::rc::Rc;

/// The ends of a relationship that is bound: each slot with whether it is bound too.
pub(super) struct Sides<'p> {
    pub(super) left: (Slot, bool),
    pub(super) right: (Slot, bool),
    pub(super) unlike: &'p [Slot],
}

/// True when a pattern admits no type at all: the graph takes an empty list as all types.
pub(super) fn is_impossible(rel: &RelPattern) -> bool {
    rel.types.as_ref().is_some_and(Vec::is_empty)
}

/// True when a relationship is one of those that slots hold.
pub(super) fn is_among(row: &Row, slots: &[Slot], rel: Rel) -> bool {
    slots.iter().any(|slot| match &row[*slot] {
        Value::Rel(other) => *other == rel,
        Value::List(list) => list.iter().any(|other| matches!(other, Value::Rel(other) if *other == rel)),
        _ => false,
    })
}

/// The node in a slot; nothing for null.
pub(super) fn node(value: &Value) -> Result<Option<NodeId>> {
    match value {
        Value::Node(node) => Ok(Some(*node)),
        Value::Null => Ok(None),
        other => Err(mismatch("a node", other)),
    }
}

fn mismatch(wanted: &str, value: &Value) -> anyhow::Error {
    let message = format!("the pattern needs {wanted}, but is given {}", value.type_name());
    Error::run(ErrorKind::Type, "InvalidArgumentType", message).into()
}

impl Run<'_> {
    pub(super) fn seek(
        &self,
        input: &Plan,
        slot: Slot,
        by: &SeekBy,
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        self.drive(input, row, &mut |row| {
            let seek = match by {
                SeekBy::All => Seek::All,
                SeekBy::Label(label) => Seek::Label(*label),
                SeekBy::Property { label, key, value } => match self.eval(value, row)? {
                    Value::Null => return Ok(Flow::Continue(())),
                    value => Seek::Property { label: *label, key: *key, value },
                },
                SeekBy::Prefix { label, key, prefix } => match self.eval(prefix, row)? {
                    Value::Str(prefix) => Seek::Prefix { label: *label, key: *key, prefix },
                    _ => return Ok(Flow::Continue(())),
                },
                SeekBy::Id(id) => match self.eval(id, row)? {
                    Value::Int(id) => Seek::Id(NodeId(id.cast_unsigned())),
                    _ => return Ok(Flow::Continue(())),
                },
                SeekBy::Each { label, key, values } => {
                    let values = match self.eval(values, row)? {
                        Value::List(values) => values,
                        Value::Null => return Ok(Flow::Continue(())),
                        other => return Err(mismatch("a list", &other)),
                    };
                    let mut sought: Vec<Key> = Vec::new();
                    for value in values.iter().filter(|value| !value.is_null()) {
                        // Twice in the list is still one node.
                        let value = Key(value.clone());
                        if sought.contains(&value) {
                            continue;
                        }
                        let seek = Seek::Property { label: *label, key: *key, value: value.0.clone() };
                        if self.found(&seek, slot, row, next)?.is_break() {
                            return Ok(Flow::Break(()));
                        }
                        sought.push(value);
                    }
                    return Ok(Flow::Continue(()));
                }
            };
            self.found(&seek, slot, row, next)
        })
    }

    fn found(&self, seek: &Seek, slot: Slot, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        self.graph.nodes(seek, &mut |node| {
            self.budget.step()?;
            row[slot] = Value::Node(node);
            next(row)
        })
    }

    pub(super) fn is_node(&self, input: &Plan, slot: Slot, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        self.drive(input, row, &mut |row| match node(&row[slot])? {
            Some(_) => next(row),
            None => Ok(Flow::Continue(())),
        })
    }

    pub(super) fn expand(&self, input: &Plan, hop: &Hop, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        let types = types(&hop.rel);
        if is_impossible(&hop.rel) {
            return Ok(Flow::Continue(()));
        }
        self.drive(input, row, &mut |row| {
            let Some(from) = node(&row[hop.from])? else { return Ok(Flow::Continue(())) };
            let end = if hop.is_into { node(&row[hop.to])? } else { None };
            if hop.is_into && end.is_none() {
                return Ok(Flow::Continue(()));
            }
            self.graph.expand(from, hop.direction, types, &mut |rel, other| {
                self.budget.step()?;
                if end.is_some_and(|end| end != other) || is_among(row, &hop.unlike, rel) {
                    return Ok(Flow::Continue(()));
                }
                row[hop.rel.slot] = Value::Rel(rel);
                if end.is_none() {
                    row[hop.to] = Value::Node(other);
                }
                next(row)
            })
        })
    }

    pub(super) fn scan(
        &self,
        input: &Plan,
        pattern: &RelPattern,
        (left, right, unlike): (Slot, Slot, &[Slot]),
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let types = types(pattern);
        if is_impossible(pattern) {
            return Ok(Flow::Continue(()));
        }
        self.drive(input, row, &mut |row| {
            self.graph.relationships(types, &mut |rel, _| {
                self.budget.step()?;
                if is_among(row, unlike, rel) {
                    return Ok(Flow::Continue(()));
                }
                let ways = match pattern.direction {
                    Direction::In => [Some((rel.to, rel.from)), None],
                    Direction::Both if rel.from != rel.to => {
                        [Some((rel.from, rel.to)), Some((rel.to, rel.from))]
                    }
                    Direction::Out | Direction::Both => [Some((rel.from, rel.to)), None],
                };
                for (first, second) in ways.into_iter().flatten() {
                    row[pattern.slot] = Value::Rel(rel);
                    row[left] = Value::Node(first);
                    row[right] = Value::Node(second);
                    if next(row)?.is_break() {
                        return Ok(Flow::Break(()));
                    }
                }
                Ok(Flow::Continue(()))
            })
        })
    }

    pub(super) fn count_store(
        &self,
        slot: Slot,
        types: &[TypeId],
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let count = match self.graph.count_relationships(types)? {
            Some(count) => count,
            None => {
                let mut count = 0;
                let _: Flow = self.graph.relationships(types, &mut |_, _| {
                    self.budget.step()?;
                    count += 1;
                    Ok(Flow::Continue(()))
                })?;
                count
            }
        };
        row[slot] = Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
        next(row)
    }

    /// The ends of a relationship, or of a list of them, that an earlier clause bound.
    pub(super) fn ends(
        &self,
        input: &Plan,
        pattern: &RelPattern,
        sides: &Sides<'_>,
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        self.drive(input, row, &mut |row| {
            let Some(rels) = bound_rels(&row[pattern.slot], pattern.length.is_some())? else {
                return Ok(Flow::Continue(()));
            };
            let types = pattern.types.as_ref();
            let length = rels.len() as u64;
            let fits = types.is_none_or(|types| rels.iter().all(|rel| types.contains(&rel.kind)))
                && pattern.length.as_ref().is_none_or(|wanted| {
                    length >= wanted.least && wanted.most.is_none_or(|most| length <= most)
                });
            if !fits || rels.iter().any(|rel| is_among(row, sides.unlike, *rel)) {
                return Ok(Flow::Continue(()));
            }
            if let Some(length) = &pattern.length {
                for rel in &rels {
                    if !self.each(&length.filters, length.each, *rel, row)? {
                        return Ok(Flow::Continue(()));
                    }
                }
            }
            for (start, end) in routes(&rels, pattern.direction, row, sides)? {
                let mut is_other = false;
                for ((slot, is_bound), end) in [(sides.left, start), (sides.right, end)] {
                    if is_bound {
                        // The right one may be the same variable as the left one, which was just bound.
                        is_other |= node(&row[slot])? != Some(end);
                    } else {
                        row[slot] = Value::Node(end);
                    }
                }
                if !is_other && next(row)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
            Ok(Flow::Continue(()))
        })
    }

    pub(super) fn path(
        &self,
        input: &Plan,
        slot: Slot,
        (nodes, rels): (&[Slot], &[Slot]),
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        self.drive(input, row, &mut |row| {
            row[slot] = build(nodes, rels, row);
            next(row)
        })
    }
}

/// The relationships of a variable; nothing when it is null.
fn bound_rels(value: &Value, is_list: bool) -> Result<Option<Vec<Rel>>> {
    Ok(match value {
        Value::Null => None,
        Value::Rel(rel) if !is_list => Some(vec![*rel]),
        Value::List(list) if is_list => {
            let mut rels = Vec::with_capacity(list.len());
            for each in list.iter() {
                match each {
                    Value::Rel(rel) => rels.push(*rel),
                    Value::Null => return Ok(None),
                    other => return Err(mismatch("a relationship", other)),
                }
            }
            Some(rels)
        }
        other => {
            let wanted = if is_list { "a list of relationships" } else { "a relationship" };
            return Err(mismatch(wanted, other));
        }
    })
}

/// The ends between which a chain of relationships leads, in each direction that a pattern allows.
fn routes(rels: &[Rel], direction: Direction, row: &Row, sides: &Sides<'_>) -> Result<Vec<(NodeId, NodeId)>> {
    let Some(first) = rels.first() else {
        // No relationship: both ends are the same node, which must be known.
        for (slot, is_bound) in [sides.left, sides.right] {
            if is_bound && let Some(node) = node(&row[slot])? {
                return Ok(vec![(node, node)]);
            }
        }
        return Ok(Vec::new());
    };
    let starts = match direction {
        Direction::Out => vec![first.from],
        Direction::In => vec![first.to],
        Direction::Both if first.from == first.to => vec![first.from],
        Direction::Both => vec![first.from, first.to],
    };
    let mut found = Vec::new();
    for start in starts {
        let mut here = Some(start);
        for rel in rels {
            here = here.and_then(|here| match direction {
                Direction::Out => (rel.from == here).then_some(rel.to),
                Direction::In => (rel.to == here).then_some(rel.from),
                Direction::Both if rel.from == here => Some(rel.to),
                Direction::Both => (rel.to == here).then_some(rel.from),
            });
        }
        found.extend(here.map(|end| (start, end)));
    }
    Ok(found)
}

/// A path of the elements in slots; null when one of them is.
fn build(nodes: &[Slot], rels: &[Slot], row: &Row) -> Value {
    let mut path = Path { nodes: Vec::with_capacity(nodes.len()), rels: Vec::with_capacity(rels.len()) };
    let Some(Value::Node(start)) = nodes.first().map(|slot| &row[*slot]) else { return Value::Null };
    path.nodes.push(*start);
    let mut here = *start;
    for slot in rels {
        let all = match &row[*slot] {
            one @ Value::Rel(_) => std::slice::from_ref(one),
            Value::List(list) => list.as_slice(),
            _ => return Value::Null,
        };
        for each in all {
            let Value::Rel(rel) = each else { return Value::Null };
            here = other_end(*rel, here);
            path.rels.push(*rel);
            path.nodes.push(here);
        }
    }
    Value::Path(Rc::new(path))
}

/// The end of a relationship that is not here.
pub(super) fn other_end(rel: Rel, here: NodeId) -> NodeId {
    if rel.from == here { rel.to } else { rel.from }
}
