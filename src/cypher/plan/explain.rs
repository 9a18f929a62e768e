//! A plan as lines of text.

use super::{Hop, Op, Plan, Planned, Search, SeekBy};
use crate::cypher::graph::{Direction, Graph, LabelId, PropertyId};
use crate::cypher::ir::{RelPattern, Slot};

/// One operator of a plan, as it is shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// How deep it is: its inputs are one deeper.
    pub depth: usize,
    /// What it does.
    pub name: &'static str,
    /// To what.
    pub about: String,
    /// About how many rows it gives.
    pub estimate: f64,
    /// How many rows it gave, if it ran.
    pub rows: Option<u64>,
}

impl Planned {
    /// The operators, each before its inputs; those of nested queries of expressions come last.
    pub(in crate::cypher) fn explain(&self, graph: &dyn Graph, rows: Option<&[u64]>) -> Vec<Step> {
        let mut out = Vec::new();
        let shown = Shown { planned: self, graph, rows };
        shown.plan(&self.root, 0, &mut out);
        for (plan, _) in &self.subplans {
            let estimate = plan.estimate;
            out.push(Step {
                depth: 0,
                name: "Subquery",
                about: String::new(),
                estimate,
                rows: shown.rows(plan),
            });
            shown.plan(plan, 1, &mut out);
        }
        out
    }
}

struct Shown<'p> {
    planned: &'p Planned,
    graph: &'p dyn Graph,
    rows: Option<&'p [u64]>,
}

impl Shown<'_> {
    fn rows(&self, plan: &Plan) -> Option<u64> {
        self.rows.and_then(|rows| rows.get(plan.id)).copied()
    }

    fn plan(&self, plan: &Plan, depth: usize, out: &mut Vec<Step>) {
        let (name, about) = self.text(&plan.op);
        out.push(Step { depth, name, about, estimate: plan.estimate, rows: self.rows(plan) });
        for input in plan.op.inputs() {
            // A bare argument says nothing.
            if !matches!(input.op, Op::Argument) {
                self.plan(input, depth + 1, out);
            }
        }
    }

    fn slot(&self, slot: Slot) -> String {
        match self.planned.names.get(slot) {
            Some(name) if !name.is_empty() => name.to_string(),
            _ => format!("_{slot}"),
        }
    }

    fn slots(&self, slots: impl IntoIterator<Item = Slot>) -> String {
        slots.into_iter().map(|slot| self.slot(slot)).collect::<Vec<_>>().join(", ")
    }

    fn label(&self, label: Option<LabelId>) -> String {
        label.map(|label| format!(":{}", self.graph.schema().labels.name(label.0))).unwrap_or_default()
    }

    fn key(&self, key: PropertyId) -> String {
        self.graph.schema().properties.name(key.0).to_string()
    }

    fn rel(&self, from: Slot, rel: &RelPattern, direction: Direction, to: Slot) -> String {
        let schema = self.graph.schema();
        let types = match &rel.types {
            None => String::new(),
            Some(types) => {
                let names: Vec<String> =
                    types.iter().map(|kind| schema.types.name(kind.0).to_string()).collect();
                format!(":{}", names.join("|"))
            }
        };
        let length = rel.length.as_ref().map_or_else(String::new, |length| {
            format!("*{}..{}", length.least, length.most.map(|most| most.to_string()).unwrap_or_default())
        });
        let (before, after) = match direction {
            Direction::Out => ("-", "->"),
            Direction::In => ("<-", "-"),
            Direction::Both => ("-", "-"),
        };
        let name = if rel.is_used { self.slot(rel.slot) } else { String::new() };
        format!("({}){before}[{name}{types}{length}]{after}({})", self.slot(from), self.slot(to))
    }

    fn hop(&self, hop: &Hop) -> String {
        self.rel(hop.from, &hop.rel, hop.direction, hop.to)
    }

    fn text(&self, op: &Op) -> (&'static str, String) {
        match op {
            Op::Argument => ("Argument", String::new()),
            Op::Seek { slot, by, .. } => {
                let slot = self.slot(*slot);
                match by {
                    SeekBy::All => ("AllNodes", slot),
                    SeekBy::Label(label) => ("NodesByLabel", format!("{slot}{}", self.label(Some(*label)))),
                    SeekBy::Property { label, key, .. } => {
                        ("NodeSeek", format!("{slot}{}.{} =", self.label(*label), self.key(*key)))
                    }
                    SeekBy::Prefix { label, key, .. } => {
                        ("NodeSeek", format!("{slot}{}.{} STARTS WITH", self.label(*label), self.key(*key)))
                    }
                    SeekBy::Each { label, key, .. } => {
                        ("NodeSeek", format!("{slot}{}.{} IN", self.label(*label), self.key(*key)))
                    }
                    SeekBy::Id(_) => ("NodeById", slot),
                }
            }
            Op::Expand { hop, .. } if hop.is_into => ("ExpandInto", self.hop(hop)),
            Op::Expand { hop, .. } => ("Expand", self.hop(hop)),
            Op::Walk { hop, walk, .. } if walk.search == Search::Each && hop.is_into => {
                ("ReachInto", self.hop(hop))
            }
            Op::Walk { hop, walk, .. } if walk.search == Search::Together => ("ReachTogether", self.hop(hop)),
            Op::Walk { hop, walk, .. } if walk.search == Search::Each => ("Reach", self.hop(hop)),
            Op::Member { hop, .. } => ("Member", self.hop(hop)),
            Op::Walk { hop, .. } if hop.is_into => ("WalkInto", self.hop(hop)),
            Op::Walk { hop, .. } => ("Walk", self.hop(hop)),
            Op::Relationships { rel, left, right, .. } => {
                ("Relationships", self.rel(*left, rel, rel.direction, *right))
            }
            Op::Ends { rel, left, right, .. } => ("Ends", self.rel(left.0, rel, rel.direction, right.0)),
            Op::IsNode { slot, .. } => ("IsNode", self.slot(*slot)),
            Op::Shortest { left, right, rel, .. } => {
                ("ShortestPath", self.rel(*left, rel, rel.direction, *right))
            }
            Op::Filter { all, .. } if all.len() == 1 => ("Filter", "1 condition".to_owned()),
            Op::Filter { all, .. } => ("Filter", format!("{} conditions", all.len())),
            Op::Path { slot, .. } => ("Path", self.slot(*slot)),
            Op::Optional { nulls, .. } => ("Optional", self.slots(nulls.iter().copied())),
            Op::Unwind { slot, .. } => ("Unwind", self.slot(*slot)),
            Op::Project { items, .. } => ("Project", self.slots(items.iter().map(|(slot, _)| *slot))),
            Op::Aggregate { aggregation, .. } => {
                ("Aggregate", self.slots(aggregation.keys.iter().map(|(slot, _)| *slot)))
            }
            Op::CountStore { .. } => ("CountStore", String::new()),
            Op::Distinct { slots, .. } => ("Distinct", self.slots(slots.iter().copied())),
            Op::Sort { limit: Some(_), .. } => ("Top", String::new()),
            Op::Sort { .. } => ("Sort", String::new()),
            Op::Skip { .. } => ("Skip", String::new()),
            Op::Limit { .. } => ("Limit", String::new()),
            Op::Union { is_distinct: true, .. } => ("Union", String::new()),
            Op::Union { .. } => ("UnionAll", String::new()),
            Op::Call { procedure, .. } => {
                let name =
                    self.graph.procedures().get(*procedure).map(|procedure| procedure.name.to_string());
                ("Call", name.unwrap_or_default())
            }
        }
    }
}

impl Op {
    /// The operators that it reads from.
    pub(super) fn inputs(&self) -> Vec<&Plan> {
        match self {
            Self::Argument => Vec::new(),
            Self::Optional { input, inner, .. } => vec![input, inner],
            Self::Member { direct, sources, .. } => vec![direct, sources],
            Self::Union { branches, .. } => branches.iter().map(|(plan, _)| plan).collect(),
            Self::Seek { input, .. }
            | Self::Expand { input, .. }
            | Self::Walk { input, .. }
            | Self::Relationships { input, .. }
            | Self::Ends { input, .. }
            | Self::IsNode { input, .. }
            | Self::Shortest { input, .. }
            | Self::Filter { input, .. }
            | Self::Path { input, .. }
            | Self::Unwind { input, .. }
            | Self::Project { input, .. }
            | Self::Aggregate { input, .. }
            | Self::CountStore { input, .. }
            | Self::Distinct { input, .. }
            | Self::Sort { input, .. }
            | Self::Skip { input, .. }
            | Self::Limit { input, .. }
            | Self::Call { input, .. } => vec![input],
        }
    }
}
