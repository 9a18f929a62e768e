//! What a `MATCH` becomes.
//!
//! The pattern is a graph of nodes and relationships, of which some are bound already. The planner binds the rest one
//! by one, each time by what is expected to make the fewest rows: a relationship between two bound nodes first, then
//! one that leads out of a bound node, then the start that a seek finds the fewest of. Conditions are tested as soon as
//! all that they name is bound.

use super::{Hop, Op, Plan, Planner, Search, SeekBy, Walk, uses, written_id};
use crate::cypher::graph::{Direction, LabelId, PropertyId, Seek, SeekBy as Index, TypeId};
use crate::cypher::ir::{Compare, Expr, LabelTest, Match, Part, RelPattern, Slot, TextTest};
use crate::cypher::value::Value;
use anyhow::Result;
use std::collections::BTreeSet;

/// How far a variable length without an end is expected to go.
const USUAL_LENGTH: u64 = 3;
/// How many nodes a seek for a value that is not known yet is expected to find.
const UNKNOWN_MATCHES: f64 = 10.0;

/// A condition that is not tested yet, with the slots that it needs.
struct Pending {
    expr: Expr,
    needs: Vec<Slot>,
}

/// A relationship that is not bound yet.
struct Edge {
    rel: RelPattern,
    left: Slot,
    right: Slot,
}

/// What is left to do.
struct State {
    bound: BTreeSet<Slot>,
    pending: Vec<Pending>,
    edges: Vec<Edge>,
    /// Nodes of parts that are single nodes, bound ones too.
    singles: Vec<Slot>,
    shortest: Vec<Part>,
    /// Paths to build: slot, nodes, relationships.
    paths: Vec<(Slot, Vec<Slot>, Vec<Slot>)>,
    /// Relationships of this pattern that are bound, to keep others apart from them.
    walked: Vec<RelPattern>,
}

/// A way to find nodes, and which conditions it makes true.
struct Start {
    by: SeekBy,
    estimate: f64,
    covers: Vec<usize>,
}

/// What to do next.
enum Next {
    Hop { edge: usize, from_left: bool, is_into: bool, growth: f64 },
    Seek { slot: Slot, start: Start },
    Scan { edge: usize, estimate: f64 },
}

impl Planner<'_> {
    pub(super) fn match_clause(&mut self, input: Plan, found: Match) -> Result<Plan> {
        let is_optional = found.is_optional;
        let introduced = found.introduced.clone();
        if !is_optional {
            return self.pattern(input, found);
        }
        let argument = self.node(1.0, Op::Argument);
        let inner = Box::new(self.pattern(argument, found)?);
        let estimate = input.estimate * inner.estimate.max(1.0);
        Ok(self.node(estimate, Op::Optional { input: Box::new(input), inner, nulls: introduced }))
    }

    /// The nodes that fulfil some conditions.
    pub(super) fn nodes_that(&mut self, slot: Slot, filters: Vec<Expr>) -> Result<Plan> {
        let part = Part { nodes: vec![slot], rels: Vec::new(), path: None, shortest: None };
        let (introduced, bound) = (vec![slot], Vec::new());
        let argument = self.node(1.0, Op::Argument);
        self.pattern(argument, Match { is_optional: false, parts: vec![part], filters, introduced, bound })
    }

    fn pattern(&mut self, input: Plan, found: Match) -> Result<Plan> {
        let mut state = State {
            bound: found.bound.iter().copied().collect(),
            pending: found
                .filters
                .into_iter()
                .map(as_membership)
                .map(|expr| Pending { needs: uses::of_expr(&expr, &self.free), expr })
                .collect(),
            edges: Vec::new(),
            singles: Vec::new(),
            shortest: Vec::new(),
            paths: Vec::new(),
            walked: Vec::new(),
        };
        let introduced: BTreeSet<Slot> = found.introduced.iter().copied().collect();
        // Slots that are neither bound nor to be bound are of loops inside the expression itself.
        for pending in &mut state.pending {
            pending.needs.retain(|slot| introduced.contains(slot));
        }
        for part in found.parts {
            if part.shortest.is_some() {
                state.shortest.push(part);
                continue;
            }
            if let Some(slot) = part.path {
                let rels = part.rels.iter().map(|rel| rel.slot).collect();
                state.paths.push((slot, part.nodes.clone(), rels));
            }
            if part.rels.is_empty() {
                state.singles.extend(&part.nodes);
            }
            for (place, rel) in part.rels.into_iter().enumerate() {
                state.edges.push(Edge { rel, left: part.nodes[place], right: part.nodes[place + 1] });
            }
        }
        let mut plan = input;
        // Nodes that are bound already may be null, or no nodes.
        for slot in std::mem::take(&mut state.singles) {
            if state.bound.contains(&slot) {
                let estimate = plan.estimate;
                plan = self.node(estimate, Op::IsNode { input: Box::new(plan), slot });
            } else {
                state.singles.push(slot);
            }
        }
        plan = self.bound_edges(plan, &mut state);
        loop {
            plan = self.test(plan, &mut state);
            plan = self.shortest(plan, &mut state);
            let Some(next) = self.next_step(&state) else { break };
            plan = self.step(plan, next, &mut state);
        }
        Ok(self.test(plan, &mut state))
    }

    /// Relationships that an earlier clause bound give their ends.
    fn bound_edges(&mut self, mut plan: Plan, state: &mut State) -> Plan {
        let edges = std::mem::take(&mut state.edges);
        let (bound, free): (Vec<Edge>, Vec<Edge>) = edges.into_iter().partition(|edge| edge.rel.is_bound);
        state.edges = free;
        for edge in bound {
            let left = (edge.left, state.bound.contains(&edge.left));
            let right = (edge.right, state.bound.contains(&edge.right) || edge.right == edge.left);
            state.bound.extend([edge.left, edge.right]);
            let unlike = unlike(&edge.rel, state);
            state.walked.push(edge.rel.clone());
            let estimate = plan.estimate;
            plan =
                self.node(estimate, Op::Ends { input: Box::new(plan), rel: edge.rel, left, right, unlike });
            plan = self.test(plan, state);
        }
        plan
    }

    /// Tests what can be tested now, and builds the paths whose elements are bound.
    fn test(&mut self, mut plan: Plan, state: &mut State) -> Plan {
        loop {
            let ready =
                |needs: &[Slot], bound: &BTreeSet<Slot>| needs.iter().all(|slot| bound.contains(slot));
            let pending = std::mem::take(&mut state.pending);
            let (now, later): (Vec<Pending>, Vec<Pending>) =
                pending.into_iter().partition(|pending| ready(&pending.needs, &state.bound));
            state.pending = later;
            plan = self.filter(plan, now.into_iter().map(|pending| pending.expr).collect());
            let place = state
                .paths
                .iter()
                .position(|(_, nodes, rels)| ready(nodes, &state.bound) && ready(rels, &state.bound));
            let Some(place) = place else { return plan };
            let (slot, nodes, rels) = state.paths.remove(place);
            state.bound.insert(slot);
            let estimate = plan.estimate;
            plan = self.node(estimate, Op::Path { input: Box::new(plan), slot, nodes, rels });
        }
    }

    /// Shortest paths whose ends are bound.
    fn shortest(&mut self, mut plan: Plan, state: &mut State) -> Plan {
        loop {
            let place = state
                .shortest
                .iter()
                .position(|part| part.nodes.iter().all(|slot| state.bound.contains(slot)));
            let Some(place) = place else { return plan };
            let part = state.shortest.remove(place);
            let (Some(kind), Some(rel)) = (part.shortest, part.rels.into_iter().next()) else { continue };
            state.bound.insert(rel.slot);
            state.bound.extend(part.path);
            let (left, right) = (part.nodes[0], part.nodes[1]);
            let estimate = plan.estimate;
            let op = Op::Shortest { input: Box::new(plan), left, right, rel, path: part.path, kind };
            plan = self.node(estimate, op);
            plan = self.test(plan, state);
        }
    }

    /// The cheapest next step; nothing when all is bound.
    fn next_step(&self, state: &State) -> Option<Next> {
        let mut best: Option<Next> = None;
        let mut least = f64::INFINITY;
        for (place, edge) in state.edges.iter().enumerate() {
            let left = state.bound.contains(&edge.left);
            let right = state.bound.contains(&edge.right);
            let is_into = left && right;
            for (from_left, is_bound) in [(true, left), (false, right)] {
                if !is_bound {
                    continue;
                }
                let growth = self.growth(edge, from_left);
                // Both ends known: few are left, whatever the fan-out.
                let to = if from_left { edge.right } else { edge.left };
                let rank = if is_into { growth.min(1.0) * 0.01 } else { growth * self.passes(to, state) };
                if rank < least {
                    least = rank;
                    best = Some(Next::Hop { edge: place, from_left, is_into, growth });
                }
            }
        }
        if best.is_some() {
            return best;
        }
        // A new start: all nodes that are not bound.
        let mut slots: Vec<Slot> = state.singles.clone();
        slots.extend(state.edges.iter().flat_map(|edge| [edge.left, edge.right]));
        slots.extend(state.shortest.iter().flat_map(|part| part.nodes.iter().copied()));
        let mut seen = BTreeSet::new();
        for slot in slots {
            if state.bound.contains(&slot) || !seen.insert(slot) {
                continue;
            }
            let start = self.start(slot, state);
            // A node with relationships costs looking at those, too.
            let out = state.edges.iter().filter(|edge| edge.left == slot || edge.right == slot);
            let fan_out: f64 = out.map(|edge| self.growth(edge, edge.left == slot)).fold(0.0, f64::max);
            let cost = start.estimate * (1.0 + fan_out);
            if cost < least {
                least = cost;
                best = Some(Next::Seek { slot, start });
            }
        }
        for (place, edge) in state.edges.iter().enumerate() {
            if edge.rel.length.is_some() || edge.left == edge.right {
                continue;
            }
            let all = self.graph.estimate(&Seek::All) as f64;
            let estimate = all * self.graph.fan_out(types(&edge.rel), Direction::Out);
            if estimate < least {
                least = estimate;
                best = Some(Next::Scan { edge: place, estimate });
            }
        }
        best
    }

    fn step(&mut self, plan: Plan, next: Next, state: &mut State) -> Plan {
        match next {
            Next::Hop { edge, from_left, is_into, growth } => {
                let Edge { rel, left, right } = state.edges.remove(edge);
                let (from, to) = if from_left { (left, right) } else { (right, left) };
                let direction = if from_left { rel.direction } else { rel.direction.reversed() };
                let unlike = unlike(&rel, state);
                let is_listed = rel.is_used || state.edges.iter().any(|edge| may_be_same(&edge.rel, &rel));
                let estimate = plan.estimate * if is_into { growth.min(1.0) } else { growth };
                state.bound.extend([to, rel.slot]);
                state.walked.push(rel.clone());
                let is_walk = rel.length.is_some();
                let hop = Hop { from, to, is_into, rel, direction, unlike };
                let input = Box::new(plan);
                let op = if is_walk {
                    Op::Walk {
                        input,
                        hop,
                        walk: Walk { is_reversed: !from_left, is_listed, search: Search::None },
                    }
                } else {
                    Op::Expand { input, hop }
                };
                self.node(estimate, op)
            }
            Next::Seek { slot, start } => {
                let mut place = 0;
                state.pending.retain(|_| {
                    place += 1;
                    !start.covers.contains(&(place - 1))
                });
                state.singles.retain(|single| *single != slot);
                state.bound.insert(slot);
                let estimate = plan.estimate * start.estimate;
                self.node(estimate, Op::Seek { input: Box::new(plan), slot, by: start.by })
            }
            Next::Scan { edge, estimate } => {
                let Edge { rel, left, right } = state.edges.remove(edge);
                state.bound.extend([left, right, rel.slot]);
                let unlike = unlike(&rel, state);
                state.walked.push(rel.clone());
                let estimate = plan.estimate * estimate;
                self.node(estimate, Op::Relationships { input: Box::new(plan), rel, left, right, unlike })
            }
        }
    }

    /// How many rows one row becomes.
    fn growth(&self, edge: &Edge, from_left: bool) -> f64 {
        let direction = if from_left { edge.rel.direction } else { edge.rel.direction.reversed() };
        let once = self.graph.fan_out(types(&edge.rel), direction);
        let Some(length) = &edge.rel.length else { return once };
        let most = length.most.unwrap_or(length.least.max(USUAL_LENGTH)).min(length.least.max(USUAL_LENGTH));
        let (mut all, mut level) = (0.0, 1.0);
        for steps in 0..=most.min(32) {
            if steps >= length.least {
                all += level;
            }
            level *= once;
        }
        all
    }

    /// Which share of nodes passes the conditions on one slot alone.
    fn passes(&self, slot: Slot, state: &State) -> f64 {
        let own = state.pending.iter().filter(|pending| pending.needs == [slot]);
        own.map(|pending| self.share(&pending.expr)).product()
    }

    /// The seek that finds the fewest nodes for a slot.
    fn start(&self, slot: Slot, state: &State) -> Start {
        // With the place of the condition that a label makes true.
        let mut labels: Vec<(Option<usize>, LabelId)> = Vec::new();
        for (place, pending) in state.pending.iter().enumerate() {
            let Expr::Labels { base, test } = &pending.expr else { continue };
            if !matches!(**base, Expr::Slot(of) if of == slot) {
                continue;
            }
            if let LabelTest::Or(any) = test {
                labels.extend(self.covering(any).map(|label| (None, label)));
            } else if let LabelTest::Name(label, _) = test {
                let Some(label) = label else {
                    // No node has that label.
                    return Start { by: SeekBy::All, estimate: 0.0, covers: Vec::new() };
                };
                labels.push((Some(place), *label));
            }
        }
        let all = self.graph.estimate(&Seek::All) as f64;
        let mut best = Start { by: SeekBy::All, estimate: all, covers: Vec::new() };
        for (place, label) in &labels {
            let estimate = self.graph.estimate(&Seek::Label(*label)) as f64;
            if estimate <= best.estimate {
                best = Start { by: SeekBy::Label(*label), estimate, covers: place.iter().copied().collect() };
            }
        }
        for (place, pending) in state.pending.iter().enumerate() {
            // What it is compared with must be known before.
            if pending.needs.iter().any(|need| *need != slot && !state.bound.contains(need)) {
                continue;
            }
            if let Some(start) = self.index_start(slot, place, &pending.expr, &labels)
                && start.estimate <= best.estimate
            {
                best = start;
            }
        }
        best
    }

    /// A label that all nodes have which have any of some labels.
    fn covering(&self, any: &[LabelTest]) -> Option<LabelId> {
        let name = |test: &LabelTest| if let LabelTest::Name(label, _) = test { *label } else { None };
        let labels: Vec<LabelId> = any.iter().map(name).collect::<Option<_>>()?;
        self.graph.covering(&labels)
    }

    /// The seek that a condition allows.
    fn index_start(
        &self,
        slot: Slot,
        place: usize,
        condition: &Expr,
        labels: &[(Option<usize>, LabelId)],
    ) -> Option<Start> {
        match condition {
            Expr::Compare { op: Compare::Equal, left, right } => {
                for (one, other) in [(left, right), (right, left)] {
                    if uses::of_expr(other, &self.free).contains(&slot) {
                        continue;
                    }
                    if is_id(one, slot) {
                        let estimate =
                            written_id(other).map_or(1.0, |id| self.graph.estimate(&Seek::Id(id)) as f64);
                        return Some(Start {
                            by: SeekBy::Id((**other).clone()),
                            estimate,
                            covers: vec![place],
                        });
                    }
                    let Some(key) = property_of(one, slot) else { continue };
                    let found = self.with_label(labels, |label| {
                        self.graph.seekable(label, key, Index::Equality).then(|| {
                            let value = match &**other {
                                Expr::Value(value) if !value.is_null() => value.clone(),
                                _ => return UNKNOWN_MATCHES,
                            };
                            self.graph.estimate(&Seek::Property { label, key, value }) as f64
                        })
                    });
                    if let Some((label, covered, estimate)) = found {
                        let by = SeekBy::Property { label, key, value: (**other).clone() };
                        return Some(Start {
                            by,
                            estimate,
                            covers: covered.into_iter().chain([place]).collect(),
                        });
                    }
                }
                None
            }
            Expr::Text { op: TextTest::StartsWith, left, right, .. } => {
                let key = property_of(left, slot)?;
                if uses::of_expr(right, &self.free).contains(&slot) {
                    return None;
                }
                let (label, covered, estimate) = self.with_label(labels, |label| {
                    self.graph.seekable(label, key, Index::Prefix).then(|| match &**right {
                        Expr::Value(Value::Str(prefix)) => {
                            self.graph.estimate(&Seek::Prefix { label, key, prefix: prefix.clone() }) as f64
                        }
                        _ => UNKNOWN_MATCHES,
                    })
                })?;
                let by = SeekBy::Prefix { label, key, prefix: (**right).clone() };
                Some(Start { by, estimate, covers: covered.into_iter().chain([place]).collect() })
            }
            Expr::In { item, list, .. } => {
                let key = property_of(item, slot)?;
                if uses::of_expr(list, &self.free).contains(&slot) {
                    return None;
                }
                let (label, covered, estimate) = self.with_label(labels, |label| {
                    self.graph.seekable(label, key, Index::Equality).then(|| match &**list {
                        Expr::Value(Value::List(values)) => values
                            .iter()
                            .filter(|value| !value.is_null())
                            .map(|value| {
                                self.graph.estimate(&Seek::Property { label, key, value: value.clone() })
                                    as f64
                            })
                            .sum(),
                        _ => UNKNOWN_MATCHES * 5.0,
                    })
                })?;
                let by = SeekBy::Each { label, key, values: (**list).clone() };
                Some(Start { by, estimate, covers: covered.into_iter().chain([place]).collect() })
            }
            _ => None,
        }
    }

    /// The best of an index of one label or of all nodes: the label, the condition that it makes true, and the
    /// estimate.
    fn with_label(
        &self,
        labels: &[(Option<usize>, LabelId)],
        estimate: impl Fn(Option<LabelId>) -> Option<f64>,
    ) -> Option<(Option<LabelId>, Option<usize>, f64)> {
        let mut best: Option<(Option<LabelId>, Option<usize>, f64)> = None;
        let of_labels = labels.iter().map(|(place, label)| (Some(*label), *place));
        for (label, covered) in of_labels.chain([(None, None)]) {
            if let Some(found) = estimate(label)
                && best.as_ref().is_none_or(|(.., least)| found < *least)
            {
                best = Some((label, covered, found));
            }
        }
        best
    }
}

/// The types of a pattern as the graph takes them.
pub(in crate::cypher) fn types(rel: &RelPattern) -> &[TypeId] {
    rel.types.as_deref().unwrap_or_default()
}

/// The bound relationships of this pattern that may be the same as one that is bound next.
fn unlike(rel: &RelPattern, state: &State) -> Vec<Slot> {
    state.walked.iter().filter(|other| may_be_same(other, rel)).map(|other| other.slot).collect()
}

/// False when the types of two patterns tell that no relationship is in both.
fn may_be_same(a: &RelPattern, b: &RelPattern) -> bool {
    match (&a.types, &b.types) {
        (Some(a), Some(b)) => a.iter().any(|kind| b.contains(kind)),
        _ => true,
    }
}

/// `x.key = a OR x.key = b` as `x.key IN [a, b]`, which says the same, unknowns included, and can be sought.
fn as_membership(condition: Expr) -> Expr {
    let Expr::Or(all) = &condition else { return condition };
    let mut sought: Option<(&Expr, (Slot, PropertyId))> = None;
    let mut values = Vec::with_capacity(all.len());
    for each in all {
        let Expr::Compare { op: Compare::Equal, left, right } = each else { return condition };
        let key = |expr: &Expr| match expr {
            Expr::Property { base, id: Some(id), .. } => match **base {
                Expr::Slot(slot) => Some((slot, *id)),
                _ => None,
            },
            _ => None,
        };
        let (property, key, value) = match (key(left), key(right)) {
            (Some(key), _) => (left, key, right),
            (None, Some(key)) => (right, key, left),
            (None, None) => return condition,
        };
        if sought.is_some_and(|(_, other)| other != key) {
            return condition;
        }
        sought = Some((property, key));
        values.push((**value).clone());
    }
    let Some((item @ Expr::Property { span, .. }, _)) = sought else { return condition };
    let constant = |value: &Expr| match value {
        Expr::Value(value) => Some(value.clone()),
        _ => None,
    };
    let constants: Option<Vec<Value>> = values.iter().map(constant).collect();
    let list = constants.map_or(Expr::List(values), |constants| Expr::Value(Value::list(constants)));
    Expr::In { item: Box::new(item.clone()), list: Box::new(list), span: *span }
}

fn is_id(expr: &Expr, slot: Slot) -> bool {
    match expr {
        Expr::Call { function, arguments, .. } => {
            function.name == "id" && matches!(arguments.as_slice(), [Expr::Slot(of)] if *of == slot)
        }
        _ => false,
    }
}

fn property_of(expr: &Expr, slot: Slot) -> Option<PropertyId> {
    match expr {
        Expr::Property { base, id, .. } if matches!(**base, Expr::Slot(of) if of == slot) => *id,
        _ => None,
    }
}
