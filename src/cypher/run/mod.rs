//! Runs a plan.
//!
//! Rows are pushed: an operator drives its input, and hands each row on to the operator above it. There is one row,
//! whose slots are overwritten; only sorting and grouping copy what they need of it. An operator above says by
//! [`Flow`] whether it wants more.

mod aggregate;
mod eval;
mod find;
mod gather;
mod limits;
mod operate;
mod parts;
mod procedure;
mod reach;
mod shortest;
mod walk;

use super::error::{Error, ErrorKind};
use super::functions::Context;
use super::graph::{Flow, Graph};
use super::ir::{Count, Expr, Slot};
use super::plan::{Op, Plan, Planned};
use super::value::Value;
use crate::observe::Cancel;
use anyhow::Result;
use limits::Budget;
use reach::Reached;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

pub use limits::Limits;

/// A row: the values of all slots.
type Row = [Value];
/// Where an operator's rows go.
type Next<'n> = &'n mut dyn FnMut(&mut Row) -> Result<Flow>;
/// Where the rows of the result go.
pub type Sink<'s> = &'s mut dyn FnMut(&[Value]) -> Result<Flow>;

/// One run of a planned query.
struct Run<'r> {
    graph: &'r dyn Graph,
    planned: &'r Planned,
    context: Context<'r>,
    budget: Budget<'r>,
    /// How many rows each operator gave.
    rows: Vec<Cell<u64>>,
    /// For each operator that asks so what a search reaches, as soon as it has been asked often enough.
    reached: RefCell<FxHashMap<usize, Reached>>,
    /// The regular expression that was used last.
    regex: RefCell<Option<(Rc<str>, Regex)>>,
}

/// Runs a query; each row of its columns goes to the sink. Gives how many rows each operator gave.
pub(super) fn run(
    planned: &Planned,
    graph: &dyn Graph,
    (limits, cancel): (&Limits, &Cancel),
    now_ns: i128,
    sink: Sink<'_>,
) -> Result<Vec<u64>> {
    let run = Run {
        graph,
        planned,
        context: Context { graph, now_ns, memory_bytes: limits.memory_bytes },
        budget: Budget::new(limits, cancel),
        rows: vec![Cell::new(0); planned.operators],
        reached: RefCell::default(),
        regex: RefCell::new(None),
    };
    let mut row = vec![Value::Null; planned.slots];
    let slots: Vec<Slot> = planned.columns.iter().map(|(_, slot)| *slot).collect();
    let mut out: Vec<Value> = Vec::with_capacity(slots.len());
    let _: Flow = run.drive(&planned.root, &mut row, &mut |row| {
        run.budget.step()?;
        // A query without columns has no rows to show.
        if slots.is_empty() {
            return Ok(Flow::Continue(()));
        }
        run.budget.row()?;
        out.clear();
        out.extend(slots.iter().map(|slot| row[*slot].clone()));
        sink(&out)
    })?;
    Ok(run.rows.iter().map(Cell::get).collect())
}

impl Run<'_> {
    /// Runs an operator: each of its rows goes to `next`. `Break` when `next` wants no more.
    fn drive(&self, plan: &Plan, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        let rows = &self.rows[plan.id];
        let mut counted = |row: &mut Row| {
            rows.set(rows.get() + 1);
            next(row)
        };
        self.operator(&plan.op, row, &mut counted)
    }

    fn operator(&self, op: &Op, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        match op {
            Op::Argument => next(row),
            Op::Seek { input, slot, by } => self.seek(input, *slot, by, row, next),
            Op::Expand { input, hop } => self.expand(input, hop, row, next),
            Op::Walk { input, hop, walk } => self.walk(input, hop, walk, row, next),
            Op::Member { slot, direct, sources, hop } => {
                self.member(*slot, (direct, sources), hop, row, next)
            }
            Op::Relationships { input, rel, left, right, unlike } => {
                self.scan(input, rel, (*left, *right, unlike), row, next)
            }
            Op::Ends { input, rel, left, right, unlike } => {
                let sides = find::Sides { left: *left, right: *right, unlike };
                self.ends(input, rel, &sides, row, next)
            }
            Op::IsNode { input, slot } => self.is_node(input, *slot, row, next),
            Op::Shortest { input, left, right, rel, path, kind } => {
                let ends = shortest::Ends { left: *left, right: *right, path: *path, kind: *kind };
                self.shortest(input, rel, &ends, row, next)
            }
            Op::Filter { input, all } => self.filter(input, all, row, next),
            Op::Path { input, slot, nodes, rels } => self.path(input, *slot, (nodes, rels), row, next),
            Op::Optional { input, inner, nulls } => self.optional((input, inner), nulls, row, next),
            Op::Unwind { input, list, slot } => self.unwind(input, list, *slot, row, next),
            Op::Project { input, items } => self.project(input, items, row, next),
            Op::Aggregate { input, aggregation } => self.aggregate(input, aggregation, row, next),
            Op::CountStore { slot, types, .. } => self.count_store(*slot, types, row, next),
            Op::Distinct { input, slots } => self.distinct(input, slots, row, next),
            Op::Sort { input, by, keep, skip, limit } => {
                let most = self.most(skip.as_deref(), limit.as_deref(), row)?;
                self.sort(input, (by, keep), most, row, next)
            }
            Op::Skip { input, count } => self.skip(input, count, row, next),
            Op::Limit { input, count } => self.limit(input, count, row, next),
            Op::Union { branches, slots, is_distinct } => {
                self.union(branches, slots, *is_distinct, row, next)
            }
            Op::Call { input, procedure, arguments, yields } => {
                let call = procedure::Call { number: *procedure, arguments, yields };
                self.call(input, &call, row, next)
            }
        }
    }

    fn filter(&self, input: &Plan, all: &[Expr], row: &mut Row, next: Next<'_>) -> Result<Flow> {
        self.drive(input, row, &mut |row| {
            self.budget.step()?;
            for condition in all {
                if self.test(condition, row)? != Some(true) {
                    return Ok(Flow::Continue(()));
                }
            }
            next(row)
        })
    }

    fn project(&self, input: &Plan, items: &[(Slot, Expr)], row: &mut Row, next: Next<'_>) -> Result<Flow> {
        self.drive(input, row, &mut |row| {
            let charge = self.budget.charge();
            for (slot, item) in items {
                let value = self.eval(item, row)?;
                if eval::is_made(item) {
                    charge.hold(&value)?;
                }
                row[*slot] = value;
            }
            next(row)
        })
    }

    fn optional(
        &self,
        (input, inner): (&Plan, &Plan),
        nulls: &[Slot],
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        self.drive(input, row, &mut |row| {
            let mut found = false;
            let flow = self.drive(inner, row, &mut |row| {
                found = true;
                next(row)
            })?;
            if found || flow.is_break() {
                return Ok(flow);
            }
            for slot in nulls {
                row[*slot] = Value::Null;
            }
            next(row)
        })
    }

    fn unwind(&self, input: &Plan, list: &Expr, slot: Slot, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        self.drive(input, row, &mut |row| match self.eval(list, row)? {
            Value::Null => Ok(Flow::Continue(())),
            Value::List(items) => {
                let charge = self.budget.charge();
                if eval::is_made(list) {
                    charge.add(size_of_val(items.as_slice()))?;
                }
                for item in items.iter() {
                    self.budget.step()?;
                    row[slot] = item.clone();
                    if next(row)?.is_break() {
                        return Ok(Flow::Break(()));
                    }
                }
                Ok(Flow::Continue(()))
            }
            // A value that is no list is a list of itself.
            other => {
                row[slot] = other;
                next(row)
            }
        })
    }

    fn skip(&self, input: &Plan, count: &Count, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        let mut left = self.count(count, row)?;
        self.drive(input, row, &mut |row| {
            if left > 0 {
                left -= 1;
                return Ok(Flow::Continue(()));
            }
            next(row)
        })
    }

    fn limit(&self, input: &Plan, count: &Count, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        let mut left = self.count(count, row)?;
        if left == 0 {
            return Ok(Flow::Continue(()));
        }
        let mut flow = Flow::Continue(());
        let _: Flow = self.drive(input, row, &mut |row| {
            left -= 1;
            flow = next(row)?;
            Ok(if left == 0 { Flow::Break(()) } else { flow })
        })?;
        Ok(flow)
    }

    /// The number of `SKIP` or `LIMIT`.
    fn count(&self, count: &Count, row: &mut Row) -> Result<u64> {
        let (detail, given) = match self.eval(&count.expr, row)? {
            Value::Int(number) => match u64::try_from(number) {
                Ok(number) => return Ok(number),
                Err(_) => ("NegativeIntegerArgument", "a negative number"),
            },
            other => ("InvalidArgumentType", other.type_name()),
        };
        let message = format!("{} takes a whole number that is not negative, not {given}", count.what);
        Err(Error::run(ErrorKind::Syntax, detail, message).at(count.span).into())
    }

    /// How many rows a sort needs to keep.
    fn most(&self, skip: Option<&Count>, limit: Option<&Count>, row: &mut Row) -> Result<Option<u64>> {
        let skip = skip.map(|skip| self.count(skip, row)).transpose()?.unwrap_or(0);
        let limit = limit.map(|limit| self.count(limit, row)).transpose()?;
        Ok(limit.map(|limit| limit.saturating_add(skip)))
    }
}
