//! From a checked query to a tree of operators.
//!
//! Clauses become operators one by one. What a `MATCH` becomes is decided by what the graph estimates: see `pattern`.

mod explain;
mod pattern;
mod reach;
mod slots;
mod uses;

pub(super) use pattern::types;

use super::check::Checked;
use super::graph::{Direction, Graph, LabelId, NodeId, PropertyId, Seek, TypeId};
use super::ir::{self, Aggregation, Clause, Count, Expr, Query, RelPattern, Shortest, Slot, Sort, Subquery};
use anyhow::Result;
use std::rc::Rc;

pub use explain::Step;

/// An operator with its inputs.
pub(super) struct Plan {
    /// Where its rows are counted.
    pub(super) id: usize,
    /// About how many rows it gives, each time that it runs.
    pub(super) estimate: f64,
    pub(super) op: Op,
}

type Input = Box<Plan>;

/// What an operator does. Its rows are those of its input, each with more slots bound.
pub(super) enum Op {
    /// The one row that is there.
    Argument,
    /// Nodes by a seek.
    Seek {
        input: Input,
        slot: Slot,
        by: SeekBy,
    },
    /// The relationships of a node, one at a time. With `is_into` the other end is bound already.
    Expand {
        input: Input,
        hop: Hop,
    },
    /// The same over a variable length.
    Walk {
        input: Input,
        hop: Hop,
        walk: Walk,
    },
    /// The row, if a node of it is among those that a search from `sources` over `hop` reaches. They are found once a
    /// run, as soon as `direct` has cost enough.
    Member {
        slot: Slot,
        direct: Input,
        sources: Input,
        hop: Hop,
    },
    /// All relationships of some types with both ends; those of the same pattern are others.
    Relationships {
        input: Input,
        rel: RelPattern,
        left: Slot,
        right: Slot,
        unlike: Vec<Slot>,
    },
    /// The ends of a relationship, or of a list of them, that is bound already.
    Ends {
        input: Input,
        rel: RelPattern,
        left: (Slot, bool),
        right: (Slot, bool),
        unlike: Vec<Slot>,
    },
    /// Rows where a slot holds a node.
    IsNode {
        input: Input,
        slot: Slot,
    },
    Shortest {
        input: Input,
        left: Slot,
        right: Slot,
        rel: RelPattern,
        path: Option<Slot>,
        kind: Shortest,
    },
    Filter {
        input: Input,
        all: Vec<Expr>,
    },
    /// A path from the slots of its elements.
    Path {
        input: Input,
        slot: Slot,
        nodes: Vec<Slot>,
        rels: Vec<Slot>,
    },
    /// The inner rows for each row, or that row with nulls.
    Optional {
        input: Input,
        inner: Input,
        nulls: Vec<Slot>,
    },
    Unwind {
        input: Input,
        list: Expr,
        slot: Slot,
    },
    Project {
        input: Input,
        items: Vec<(Slot, Expr)>,
    },
    Aggregate {
        input: Input,
        aggregation: Aggregation,
    },
    /// One number from the graph's own count.
    CountStore {
        input: Input,
        slot: Slot,
        types: Vec<TypeId>,
    },
    Distinct {
        input: Input,
        slots: Vec<Slot>,
    },
    /// All rows in order; with a limit only the first are kept meanwhile.
    Sort {
        input: Input,
        by: Vec<Sort>,
        keep: Vec<Slot>,
        skip: Option<Rc<Count>>,
        limit: Option<Rc<Count>>,
    },
    Skip {
        input: Input,
        count: Rc<Count>,
    },
    Limit {
        input: Input,
        count: Rc<Count>,
    },
    Union {
        branches: Vec<(Plan, Vec<Slot>)>,
        slots: Vec<Slot>,
        is_distinct: bool,
    },
    Call {
        input: Input,
        procedure: usize,
        arguments: Vec<Expr>,
        yields: Vec<(usize, Slot)>,
    },
}

/// A step from one node to another.
#[derive(Clone)]
pub(super) struct Hop {
    pub(super) from: Slot,
    pub(super) to: Slot,
    /// True when the other end is bound already.
    pub(super) is_into: bool,
    pub(super) rel: RelPattern,
    /// Seen from `from`.
    pub(super) direction: Direction,
    /// Relationships of the same pattern, which must be others.
    pub(super) unlike: Vec<Slot>,
}

/// What a variable length needs besides.
pub(super) struct Walk {
    /// True when it starts at the right end of the pattern: its list is turned round.
    pub(super) is_reversed: bool,
    /// True when the list of relationships is needed.
    pub(super) is_listed: bool,
    /// Whether each node that is reached is wanted once, however many paths lead there.
    pub(super) search: Search,
}

/// How the nodes that a variable length reaches are looked for: see `reach`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Search {
    /// By walking all paths.
    None,
    /// Each once for each start.
    Each,
    /// Each once for all starts together.
    Together,
}

/// How nodes are found, with values that may differ from row to row.
pub(super) enum SeekBy {
    All,
    Label(LabelId),
    Property {
        label: Option<LabelId>,
        key: PropertyId,
        value: Expr,
    },
    Prefix {
        label: Option<LabelId>,
        key: PropertyId,
        prefix: Expr,
    },
    Id(Expr),
    /// One for each element of a list.
    Each {
        label: Option<LabelId>,
        key: PropertyId,
        values: Expr,
    },
}

/// A planned query.
pub(super) struct Planned {
    pub(super) root: Plan,
    pub(super) columns: Vec<(Rc<str>, Slot)>,
    /// Nested queries of expressions, each with its first column.
    pub(super) subplans: Vec<(Plan, Option<Slot>)>,
    /// How long a row is.
    pub(super) slots: usize,
    /// How many operators there are.
    pub(super) operators: usize,
    /// Names of the slots; empty where there is none.
    pub(super) names: Vec<Rc<str>>,
}

/// Plans a query for a graph.
pub(super) fn plan(checked: Checked, graph: &dyn Graph) -> Result<Planned> {
    let free = uses::of_subqueries(&checked.subqueries);
    let mut planner = Planner { graph, free, next: 0 };
    let columns = checked.query.columns.clone();
    let mut root = planner.query(checked.query)?;
    planner.relax(&mut root, false, columns.iter().map(|(_, slot)| *slot).collect());
    let mut subplans = Vec::with_capacity(checked.subqueries.len());
    for (kind, query, _) in checked.subqueries {
        let column = query.columns.first().map(|(_, slot)| *slot);
        let mut subplan = planner.query(query)?;
        planner.relax(&mut subplan, kind == Subquery::Exists, column.into_iter().collect());
        subplans.push((planner.member(subplan, kind), column));
    }
    let (operators, slots) = (planner.next, checked.names.len());
    Ok(Planned { root, columns, subplans, slots, operators, names: checked.names })
}

struct Planner<'g> {
    graph: &'g dyn Graph,
    /// For each nested query the slots that it takes from around it.
    free: Vec<Vec<Slot>>,
    next: usize,
}

impl Planner<'_> {
    fn node(&mut self, estimate: f64, op: Op) -> Plan {
        self.next += 1;
        Plan { id: self.next - 1, estimate, op }
    }

    fn query(&mut self, query: Query) -> Result<Plan> {
        let slots: Vec<Slot> = query.columns.iter().map(|(_, slot)| *slot).collect();
        let mut branches = Vec::with_capacity(query.branches.len());
        let is_union = query.branches.len() > 1;
        for branch in query.branches {
            let mut plan = self.node(1.0, Op::Argument);
            for clause in branch.clauses {
                plan = self.clause(plan, clause)?;
            }
            branches.push((plan, branch.columns));
        }
        if !is_union && let Some((plan, _)) = branches.pop() {
            return Ok(plan);
        }
        let estimate = branches.iter().map(|(plan, _)| plan.estimate).sum();
        Ok(self.node(estimate, Op::Union { branches, slots, is_distinct: query.is_distinct }))
    }

    fn clause(&mut self, input: Plan, clause: Clause) -> Result<Plan> {
        let before = input.estimate;
        Ok(match clause {
            Clause::Match(found) => self.match_clause(input, found)?,
            Clause::Unwind { list, slot } => {
                let each = match &list {
                    Expr::Value(crate::cypher::Value::List(items)) => items.len() as f64,
                    _ => 10.0,
                };
                self.node(before * each, Op::Unwind { input: Box::new(input), list, slot })
            }
            Clause::Filter(filter) => self.filter(input, vec![filter]),
            Clause::Project(projection) => self.projection(input, *projection),
            Clause::Call { procedure, arguments, yields } => {
                let op = Op::Call { input: Box::new(input), procedure, arguments, yields };
                self.node(before * 10.0, op)
            }
        })
    }

    fn filter(&mut self, input: Plan, mut all: Vec<Expr>) -> Plan {
        if all.is_empty() {
            return input;
        }
        // What asks a nested query costs most, so it comes last.
        all.sort_by_key(has_subquery);
        let share: f64 = all.iter().map(|each| self.share(each)).product();
        self.node(input.estimate * share, Op::Filter { input: Box::new(input), all })
    }

    /// About which share of rows a condition lets pass.
    fn share(&self, condition: &Expr) -> f64 {
        match condition {
            Expr::Compare { op: ir::Compare::Equal, .. } => 0.1,
            Expr::Labels { test: ir::LabelTest::Name(Some(label), _), .. } => {
                let all = self.graph.estimate(&Seek::All).max(1) as f64;
                (self.graph.estimate(&Seek::Label(*label)) as f64 / all).min(1.0)
            }
            Expr::Labels { test: ir::LabelTest::Name(None, None), .. } => 0.0,
            Expr::Text { .. } => 0.1,
            Expr::And(all) => all.iter().map(|each| self.share(each)).product(),
            Expr::Not(inner) => 1.0 - self.share(inner),
            _ => 0.5,
        }
    }

    fn projection(&mut self, input: Plan, projection: ir::Projection) -> Plan {
        let mut columns: Vec<Slot> = projection.items.iter().map(|(slot, _)| *slot).collect();
        let mut plan = input;
        if let Some(aggregation) = projection.aggregation {
            columns.extend(aggregation.keys.iter().map(|(slot, _)| *slot));
            plan = self.aggregate(plan, aggregation);
        }
        let before = plan.estimate;
        if !projection.items.is_empty() {
            plan = self.node(before, Op::Project { input: Box::new(plan), items: projection.items });
        }
        if projection.is_distinct {
            let estimate = if before > 1.0 { before * 0.5 } else { before };
            plan = self.node(estimate, Op::Distinct { input: Box::new(plan), slots: columns.clone() });
        }
        let mut kept = columns;
        if let Some(filter) = &projection.filter {
            kept.extend(uses::of_expr(filter, &self.free));
            kept.sort_unstable();
            kept.dedup();
        }
        let skip = projection.skip.map(Rc::new);
        let limit = projection.limit.map(Rc::new);
        if !projection.order.is_empty() {
            let estimate = plan.estimate;
            let (skip, limit) = (skip.clone(), limit.clone());
            plan = self.node(
                estimate,
                Op::Sort { input: Box::new(plan), by: projection.order, keep: kept, skip, limit },
            );
        }
        if let Some(count) = skip {
            let estimate = (plan.estimate - number(&count).unwrap_or(0.0)).max(0.0);
            plan = self.node(estimate, Op::Skip { input: Box::new(plan), count });
        }
        if let Some(count) = limit {
            let estimate = plan.estimate.min(number(&count).unwrap_or(f64::INFINITY));
            plan = self.node(estimate, Op::Limit { input: Box::new(plan), count });
        }
        match projection.filter {
            Some(filter) => self.filter(plan, vec![filter]),
            None => plan,
        }
    }

    /// Grouping. A count of all relationships of a type is asked from the graph.
    fn aggregate(&mut self, input: Plan, aggregation: Aggregation) -> Plan {
        if let Some((slot, types)) = counted(&input, &aggregation) {
            // A fresh argument: nothing of the scan is needed.
            let input = Box::new(self.node(1.0, Op::Argument));
            return self.node(1.0, Op::CountStore { input, slot, types });
        }
        let groups = if aggregation.keys.is_empty() { 1.0 } else { input.estimate.sqrt().max(1.0) };
        self.node(groups, Op::Aggregate { input: Box::new(input), aggregation })
    }
}

/// True when an expression asks a nested query.
fn has_subquery(expr: &Expr) -> bool {
    let mut found = matches!(expr, Expr::Subquery { .. });
    expr.children(&mut |child| found |= has_subquery(child));
    found
}

/// The number of a count, if it is written.
fn number(count: &Count) -> Option<f64> {
    match &count.expr {
        Expr::Value(crate::cypher::Value::Int(number)) => Some(*number as f64),
        _ => None,
    }
}

/// The slot and types when all that is asked is how many relationships there are.
fn counted(input: &Plan, aggregation: &Aggregation) -> Option<(Slot, Vec<TypeId>)> {
    let [aggregate] = aggregation.aggregates.as_slice() else { return None };
    let Op::Relationships { input, rel, left, right, .. } = &input.op else { return None };
    let counts_all = match &aggregate.argument {
        None => true,
        // None of these is ever null.
        Some(Expr::Slot(slot)) => !aggregate.is_distinct && [rel.slot, *left, *right].contains(slot),
        Some(_) => false,
    };
    let fits = aggregation.keys.is_empty()
        && aggregate.kind == ir::AggregateKind::Count
        && counts_all
        && rel.direction != Direction::Both
        && matches!(input.op, Op::Argument);
    fits.then(|| (aggregate.slot, rel.types.clone().unwrap_or_default()))
        // An empty list of types means all to the graph, but none to the pattern.
        .filter(|(_, types)| rel.types.is_none() || !types.is_empty())
}

/// A node number of an expression that is written.
fn written_id(expr: &Expr) -> Option<NodeId> {
    match expr {
        Expr::Value(crate::cypher::Value::Int(number)) => u64::try_from(*number).ok().map(NodeId),
        _ => None,
    }
}
