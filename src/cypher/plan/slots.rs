//! Which slots operators read and write.

use super::uses::of_expr;
use super::{Hop, Op, Plan, SeekBy};
use crate::cypher::ir::{Aggregation, Expr, Slot};
use std::collections::BTreeSet;

/// The slots that an operator itself reads.
pub(super) fn reads(op: &Op, subqueries: &[Vec<Slot>]) -> BTreeSet<Slot> {
    let mut found = BTreeSet::new();
    let mut exprs: Vec<&Expr> = Vec::new();
    match op {
        Op::Argument | Op::CountStore { .. } | Op::Skip { .. } | Op::Limit { .. } => {}
        Op::Seek { by, .. } => match by {
            SeekBy::All | SeekBy::Label(_) => {}
            SeekBy::Property { value: expr, .. }
            | SeekBy::Prefix { prefix: expr, .. }
            | SeekBy::Each { values: expr, .. }
            | SeekBy::Id(expr) => exprs.push(expr),
        },
        Op::Expand { hop, .. } | Op::Walk { hop, .. } => {
            found.insert(hop.from);
            found.extend(hop.is_into.then_some(hop.to));
            found.extend(&hop.unlike);
            exprs.extend(hop_filters(hop));
        }
        Op::Member { slot, hop, .. } => {
            found.insert(*slot);
            exprs.extend(hop_filters(hop));
        }
        Op::Ends { rel, left, right, unlike, .. } => {
            found.extend([rel.slot, left.0, right.0]);
            found.extend(unlike);
            exprs.extend(rel.length.iter().flat_map(|length| &length.filters));
        }
        Op::Relationships { unlike, .. } => found.extend(unlike),
        Op::IsNode { slot, .. } => {
            found.insert(*slot);
        }
        Op::Shortest { left, right, rel, .. } => {
            found.extend([*left, *right]);
            exprs.extend(rel.length.iter().flat_map(|length| &length.filters));
        }
        Op::Filter { all, .. } => exprs.extend(all),
        Op::Path { nodes, rels, .. } => found.extend(nodes.iter().chain(rels)),
        Op::Optional { inner, .. } => all_reads(inner, subqueries, &mut found),
        Op::Unwind { list, .. } => exprs.push(list),
        Op::Project { items, .. } => exprs.extend(items.iter().map(|(_, item)| item)),
        Op::Aggregate { aggregation, .. } => exprs.extend(grouping(aggregation)),
        Op::Distinct { slots, .. } => found.extend(slots),
        Op::Sort { by, keep, .. } => {
            found.extend(keep);
            exprs.extend(by.iter().map(|sort| &sort.expr));
        }
        Op::Union { branches, .. } => branches.iter().for_each(|(_, columns)| found.extend(columns)),
        Op::Call { arguments, .. } => exprs.extend(arguments),
    }
    for expr in exprs {
        found.extend(of_expr(expr, subqueries));
    }
    found
}

fn hop_filters(hop: &Hop) -> impl Iterator<Item = &Expr> {
    hop.rel.length.iter().flat_map(|length| &length.filters)
}

fn grouping(aggregation: &Aggregation) -> impl Iterator<Item = &Expr> {
    let keys = aggregation.keys.iter().map(|(_, key)| key);
    keys.chain(aggregation.aggregates.iter().flat_map(|each| each.argument.iter().chain(&each.second)))
}

fn all_reads(plan: &Plan, subqueries: &[Vec<Slot>], out: &mut BTreeSet<Slot>) {
    out.extend(reads(&plan.op, subqueries));
    for input in plan.op.inputs() {
        all_reads(input, subqueries, out);
    }
}

/// The slots that an operator and its inputs write.
pub(super) fn writes(plan: &Plan) -> BTreeSet<Slot> {
    let mut found = BTreeSet::new();
    let mut open = vec![plan];
    while let Some(plan) = open.pop() {
        open.extend(plan.op.inputs());
        match &plan.op {
            Op::Argument
            | Op::IsNode { .. }
            | Op::Filter { .. }
            | Op::Member { .. }
            | Op::Distinct { .. }
            | Op::Sort { .. }
            | Op::Skip { .. }
            | Op::Limit { .. } => {}
            Op::Seek { slot, .. }
            | Op::Path { slot, .. }
            | Op::Unwind { slot, .. }
            | Op::CountStore { slot, .. } => {
                found.insert(*slot);
            }
            Op::Expand { hop, .. } | Op::Walk { hop, .. } => found.extend([hop.to, hop.rel.slot]),
            Op::Relationships { rel, left, right, .. } => found.extend([rel.slot, *left, *right]),
            Op::Ends { left, right, .. } => found.extend([left.0, right.0]),
            Op::Shortest { rel, path, .. } => {
                found.insert(rel.slot);
                found.extend(path);
            }
            Op::Optional { nulls, .. } => found.extend(nulls),
            Op::Project { items, .. } => found.extend(items.iter().map(|(slot, _)| slot)),
            Op::Aggregate { aggregation, .. } => {
                found.extend(aggregation.keys.iter().map(|(slot, _)| slot));
                found.extend(aggregation.aggregates.iter().map(|each| each.slot));
            }
            Op::Union { slots, .. } => found.extend(slots),
            Op::Call { yields, .. } => found.extend(yields.iter().map(|(_, slot)| slot)),
        }
    }
    found
}
