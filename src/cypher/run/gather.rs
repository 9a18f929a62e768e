//! Operators that hold rows: grouping, `DISTINCT`, sorting, `UNION`.

use super::aggregate::Accumulator;
use super::{Next, Row, Run};
use crate::cypher::compare::{Key, order};
use crate::cypher::graph::Flow;
use crate::cypher::ir::{Aggregation, Expr, Slot, Sort};
use crate::cypher::plan::Plan;
use crate::cypher::value::Value;
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;

/// About what an entry of a map or list costs besides its values.
const ENTRY_BYTES: usize = 48;

/// One group: its key is in the map.
struct Group {
    keys: Vec<Value>,
    accumulators: Vec<Accumulator>,
}

/// A row that waits to be sorted.
struct Waiting {
    by: Vec<Value>,
    kept: Vec<Value>,
}

impl Run<'_> {
    pub(super) fn aggregate(
        &self,
        input: &Plan,
        aggregation: &Aggregation,
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let charge = self.budget.charge();
        let fresh = || -> Vec<Accumulator> { aggregation.aggregates.iter().map(Accumulator::new).collect() };
        let mut places: FxHashMap<Vec<Key>, usize> = FxHashMap::default();
        let mut groups: Vec<Group> = Vec::new();
        if aggregation.keys.is_empty() {
            places.insert(Vec::new(), 0);
            groups.push(Group { keys: Vec::new(), accumulators: fresh() });
        }
        let mut key: Vec<Key> = Vec::with_capacity(aggregation.keys.len());
        let _: Flow = self.drive(input, row, &mut |row| {
            self.budget.step()?;
            key.clear();
            for (_, expr) in &aggregation.keys {
                key.push(Key(self.eval(expr, row)?));
            }
            let place = match places.get(key.as_slice()) {
                Some(place) => *place,
                None => {
                    let bytes: usize = key.iter().map(|key| key.0.bytes()).sum();
                    charge.add(
                        2 * bytes + ENTRY_BYTES + aggregation.aggregates.len() * size_of::<Accumulator>(),
                    )?;
                    let keys = key.iter().map(|key| key.0.clone()).collect();
                    groups.push(Group { keys, accumulators: fresh() });
                    places.insert(key.clone(), groups.len() - 1);
                    groups.len() - 1
                }
            };
            let accumulators = groups[place].accumulators.iter_mut();
            for (accumulator, aggregate) in accumulators.zip(&aggregation.aggregates) {
                let value = match &aggregate.argument {
                    Some(argument) => self.eval(argument, row)?,
                    None => Value::Bool(true),
                };
                let second = aggregate.second.as_ref().map(|second| self.eval(second, row)).transpose()?;
                let held = accumulator
                    .add(value, second)
                    .map_err(|e| crate::cypher::error::place(e, aggregate.span))?;
                if held > 0 {
                    charge.add(held)?;
                }
            }
            Ok(Flow::Continue(()))
        })?;
        drop(places);
        for group in groups {
            for ((slot, _), value) in aggregation.keys.iter().zip(group.keys) {
                row[*slot] = value;
            }
            for (aggregate, accumulator) in aggregation.aggregates.iter().zip(group.accumulators) {
                row[aggregate.slot] = accumulator.finish()?;
            }
            if next(row)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    pub(super) fn distinct(
        &self,
        input: &Plan,
        slots: &[Slot],
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let charge = self.budget.charge();
        let mut seen: FxHashSet<Vec<Key>> = FxHashSet::default();
        let mut key: Vec<Key> = Vec::with_capacity(slots.len());
        self.drive(input, row, &mut |row| {
            self.budget.step()?;
            key.clear();
            key.extend(slots.iter().map(|slot| Key(row[*slot].clone())));
            if seen.contains(key.as_slice()) {
                return Ok(Flow::Continue(()));
            }
            let bytes: usize = key.iter().map(|key| key.0.bytes()).sum();
            charge.add(bytes + ENTRY_BYTES)?;
            seen.insert(key.clone());
            next(row)
        })
    }

    /// All rows in order. Of rows that sort alike the earlier comes first. With a limit, never more than twice as
    /// many rows are held.
    pub(super) fn sort(
        &self,
        input: &Plan,
        (by, keep): (&[Sort], &[Slot]),
        most: Option<u64>,
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let charge = self.budget.charge();
        let most = most.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
        if most == Some(0) {
            return Ok(Flow::Continue(()));
        }
        let mut rows: Vec<Waiting> = Vec::new();
        let cut = |rows: &mut Vec<Waiting>, most: usize| {
            rows.sort_by(|a, b| in_order(by, a, b));
            let cut = rows.split_off(most.min(rows.len()));
            charge.release(cut.iter().map(Waiting::bytes).sum());
        };
        let _: Flow = self.drive(input, row, &mut |row| {
            self.budget.step()?;
            let mut keys = Vec::with_capacity(by.len());
            for sort in by {
                keys.push(self.eval(&sort.expr, row)?);
            }
            let waiting = Waiting { by: keys, kept: keep.iter().map(|slot| row[*slot].clone()).collect() };
            charge.add(waiting.bytes())?;
            rows.push(waiting);
            if let Some(most) = most
                && rows.len() >= most.saturating_mul(2).saturating_add(64)
            {
                cut(&mut rows, most);
            }
            Ok(Flow::Continue(()))
        })?;
        cut(&mut rows, most.unwrap_or(usize::MAX));
        for waiting in rows {
            for (slot, value) in keep.iter().zip(waiting.kept) {
                row[*slot] = value;
            }
            if next(row)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    pub(super) fn union(
        &self,
        branches: &[(Plan, Vec<Slot>)],
        slots: &[Slot],
        is_distinct: bool,
        row: &mut Row,
        next: Next<'_>,
    ) -> Result<Flow> {
        let charge = self.budget.charge();
        let mut seen: FxHashSet<Vec<Key>> = FxHashSet::default();
        for (branch, columns) in branches {
            let flow = self.drive(branch, row, &mut |row| {
                for (slot, column) in slots.iter().zip(columns) {
                    row[*slot] = row[*column].clone();
                }
                if is_distinct {
                    let key: Vec<Key> = slots.iter().map(|slot| Key(row[*slot].clone())).collect();
                    let bytes: usize = key.iter().map(|key| key.0.bytes()).sum();
                    if !seen.insert(key) {
                        return Ok(Flow::Continue(()));
                    }
                    charge.add(bytes + ENTRY_BYTES)?;
                }
                next(row)
            })?;
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(Flow::Continue(()))
    }

    /// The values of the one column of a nested query.
    pub(super) fn collect(&self, plan: &Plan, column: Slot, row: &mut Row) -> Result<Value> {
        let charge = self.budget.charge();
        let mut found = Vec::new();
        let _: Flow = self.drive(plan, row, &mut |row| {
            charge.add(row[column].bytes())?;
            found.push(row[column].clone());
            Ok(Flow::Continue(()))
        })?;
        Ok(Value::list(found))
    }

    /// Values of an expression for each element of a list.
    pub(super) fn each_element(
        &self,
        list: &[Value],
        slot: Slot,
        (filter, item): (Option<&Expr>, Option<&Expr>),
        row: &mut Row,
    ) -> Result<Vec<Value>> {
        let charge = self.budget.charge();
        let mut found = Vec::new();
        for element in list {
            self.budget.step()?;
            row[slot] = element.clone();
            if let Some(filter) = filter
                && self.test(filter, row)? != Some(true)
            {
                continue;
            }
            let value = match item {
                Some(item) => self.eval(item, row)?,
                None => element.clone(),
            };
            charge.hold(&value)?;
            found.push(value);
        }
        Ok(found)
    }
}

impl Waiting {
    fn bytes(&self) -> usize {
        ENTRY_BYTES + self.by.iter().chain(&self.kept).map(Value::bytes).sum::<usize>()
    }
}

fn in_order(by: &[Sort], a: &Waiting, b: &Waiting) -> Ordering {
    for (sort, (a, b)) in by.iter().zip(a.by.iter().zip(&b.by)) {
        let found = if sort.is_descending { order(b, a) } else { order(a, b) };
        if found != Ordering::Equal {
            return found;
        }
    }
    Ordering::Equal
}
