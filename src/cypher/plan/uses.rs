//! Which slots an expression needs, those of nested queries included.

use crate::cypher::ir::{Clause, Expr, Match, Projection, Query, Slot, Subquery};

/// For each nested query the slots that it takes from around it.
pub(super) fn of_subqueries(subqueries: &[(Subquery, Query, Vec<Slot>)]) -> Vec<Vec<Slot>> {
    let mut found: Vec<Vec<Slot>> = Vec::with_capacity(subqueries.len());
    for (_, query, bound) in subqueries {
        // Those inside it were checked before it, so they are known already.
        let mut used = Vec::new();
        of_query(query, &found, &mut used);
        used.retain(|slot| bound.contains(slot));
        found.push(used);
    }
    found
}

/// The slots of an expression, ascending.
pub(super) fn of_expr(expr: &Expr, subqueries: &[Vec<Slot>]) -> Vec<Slot> {
    let mut used = Vec::new();
    collect(expr, subqueries, &mut used);
    used.sort_unstable();
    used.dedup();
    used
}

fn collect(expr: &Expr, subqueries: &[Vec<Slot>], out: &mut Vec<Slot>) {
    match expr {
        Expr::Slot(slot) => out.push(*slot),
        Expr::Subquery { number, .. } => {
            out.extend(subqueries.get(*number).into_iter().flatten());
        }
        _ => expr.children(&mut |child| collect(child, subqueries, out)),
    }
}

fn of_query(query: &Query, subqueries: &[Vec<Slot>], out: &mut Vec<Slot>) {
    for branch in &query.branches {
        for clause in &branch.clauses {
            match clause {
                Clause::Match(found) => of_match(found, subqueries, out),
                Clause::Unwind { list, .. } => collect(list, subqueries, out),
                Clause::Project(found) => of_projection(found, subqueries, out),
                Clause::Filter(filter) => collect(filter, subqueries, out),
                Clause::Call { arguments, .. } => {
                    arguments.iter().for_each(|argument| collect(argument, subqueries, out));
                }
            }
        }
    }
}

fn of_match(found: &Match, subqueries: &[Vec<Slot>], out: &mut Vec<Slot>) {
    for part in &found.parts {
        out.extend(&part.nodes);
        for rel in &part.rels {
            out.push(rel.slot);
            let each = rel.length.iter().flat_map(|length| &length.filters);
            each.for_each(|filter| collect(filter, subqueries, out));
        }
    }
    found.filters.iter().for_each(|filter| collect(filter, subqueries, out));
}

fn of_projection(found: &Projection, subqueries: &[Vec<Slot>], out: &mut Vec<Slot>) {
    let grouping = found.aggregation.iter();
    let keys = grouping.clone().flat_map(|aggregation| aggregation.keys.iter().map(|(_, key)| key));
    let aggregates = grouping.flat_map(|aggregation| {
        aggregation.aggregates.iter().flat_map(|each| each.argument.iter().chain(&each.second))
    });
    let sorts = found.order.iter().map(|sort| &sort.expr);
    let items = found.items.iter().map(|(_, item)| item);
    for expr in items.chain(keys).chain(aggregates).chain(sorts).chain(&found.filter) {
        collect(expr, subqueries, out);
    }
}
