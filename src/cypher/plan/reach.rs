//! Where only the ends of a variable length count, and each once, the walk over all paths becomes a search that looks
//! at each node once.
//!
//! How many paths lead to a node does not matter below `DISTINCT`, below aggregates of distinct values, and in
//! `EXISTS`. Paths are trails there: no relationship is on one twice. A node that some walk of at most n steps reaches
//! is reached by a trail of at most n steps too, namely by the shortest walk, which repeats no node. So from one
//! relationship on (or none), reaching a node and there being a trail to it are the same. The start itself is special:
//! see `run/reach.rs`.

use super::{Op, Plan};
use crate::cypher::ir::{AggregateKind, Subquery};

/// Turns walks into searches in a query; `kind` says what a nested query is for.
pub(super) fn relax(plan: &mut Plan, kind: Option<Subquery>) {
    visit(plan, kind == Some(Subquery::Exists));
}

/// `is_free`: how often a row comes does not matter, only whether.
fn visit(plan: &mut Plan, is_free: bool) {
    if is_free
        && let Op::Walk { hop, walk, .. } = &mut plan.op
        && !walk.is_listed
        && hop.unlike.is_empty()
        && hop.rel.length.as_ref().is_some_and(|length| length.least <= 1)
    {
        walk.is_search = true;
    }
    match &mut plan.op {
        Op::Argument => {}
        Op::Distinct { input, .. } => visit(input, true),
        Op::Aggregate { input, aggregation } => {
            let is_free = aggregation.aggregates.iter().all(|aggregate| {
                aggregate.is_distinct || matches!(aggregate.kind, AggregateKind::Min | AggregateKind::Max)
            });
            visit(input, is_free);
        }
        Op::Skip { input, .. } | Op::Limit { input, .. } | Op::CountStore { input, .. } => {
            visit(input, false)
        }
        Op::Sort { input, skip, limit, .. } => visit(input, is_free && skip.is_none() && limit.is_none()),
        Op::Union { branches, is_distinct, .. } => {
            for (branch, _) in branches {
                visit(branch, is_free || *is_distinct);
            }
        }
        Op::Optional { input, inner, .. } => {
            visit(input, is_free);
            visit(inner, is_free);
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
        | Op::Call { input, .. } => visit(input, is_free),
    }
}
