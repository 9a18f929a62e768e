//! Aggregates, one value at a time.

use crate::cypher::compare::{Key, order};
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::ir::{Aggregate, AggregateKind};
use crate::cypher::temporal::Duration;
use crate::cypher::value::Value;
use anyhow::Result;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;

/// What one aggregate knows of one group.
pub(super) struct Accumulator {
    kind: AggregateKind,
    /// Values that were seen, for `DISTINCT`.
    seen: Option<FxHashSet<Key>>,
    state: State,
}

enum State {
    Count(i64),
    Sum(Sum),
    /// The least or the greatest so far.
    Best(Option<Value>),
    Values(Vec<Value>),
    Percentile {
        values: Vec<Value>,
        share: f64,
    },
    /// Number, mean and sum of squared distances from it (Welford 1962).
    Spread {
        n: u64,
        mean: f64,
        squares: f64,
    },
}

/// A sum that is whole as long as all it adds is.
#[derive(Default)]
struct Sum {
    n: u64,
    ints: i64,
    /// Set by the first float.
    floats: Option<f64>,
    durations: Option<Duration>,
}

impl Accumulator {
    pub(super) fn new(aggregate: &Aggregate) -> Self {
        let state = match aggregate.kind {
            AggregateKind::Count => State::Count(0),
            AggregateKind::Sum | AggregateKind::Avg => State::Sum(Sum::default()),
            AggregateKind::Min | AggregateKind::Max => State::Best(None),
            AggregateKind::Collect => State::Values(Vec::new()),
            AggregateKind::PercentileCont | AggregateKind::PercentileDisc => {
                State::Percentile { values: Vec::new(), share: 0.0 }
            }
            AggregateKind::StDev | AggregateKind::StDevP => State::Spread { n: 0, mean: 0.0, squares: 0.0 },
        };
        Self { kind: aggregate.kind, seen: aggregate.is_distinct.then(FxHashSet::default), state }
    }

    /// Adds a value; null is passed over. Gives how many bytes are held for it.
    pub(super) fn add(&mut self, value: Value, second: Option<Value>) -> Result<usize> {
        if value.is_null() {
            return Ok(0);
        }
        let mut held = 0;
        if let Some(seen) = &mut self.seen {
            if !seen.insert(Key(value.clone())) {
                return Ok(0);
            }
            held += value.bytes();
        }
        match &mut self.state {
            State::Count(count) => *count += 1,
            State::Sum(sum) => sum.add(&value)?,
            State::Best(best) => {
                let wanted = if self.kind == AggregateKind::Min { Ordering::Less } else { Ordering::Greater };
                if best.as_ref().is_none_or(|best| order(&value, best) == wanted) {
                    *best = Some(value);
                }
            }
            State::Values(values) => {
                held += value.bytes();
                values.push(value);
            }
            State::Percentile { values, share } => {
                *share = percentile(second)?;
                number(&value)?;
                held += size_of::<Value>();
                values.push(value);
            }
            State::Spread { n, mean, squares } => {
                let value = number(&value)?;
                *n += 1;
                let distance = value - *mean;
                *mean += distance / *n as f64;
                *squares += distance * (value - *mean);
            }
        }
        Ok(held)
    }

    /// The value of the group.
    pub(super) fn finish(self) -> Result<Value> {
        Ok(match self.state {
            State::Count(count) => Value::Int(count),
            State::Sum(sum) if self.kind == AggregateKind::Avg => sum.mean()?,
            State::Sum(sum) => sum.whole(),
            State::Best(best) => best.unwrap_or_default(),
            State::Values(values) => Value::list(values),
            State::Percentile { mut values, share } => {
                values.sort_by(order);
                if self.kind == AggregateKind::PercentileDisc {
                    discrete(&values, share)
                } else {
                    continuous(&values, share)?
                }
            }
            State::Spread { n, squares, .. } => {
                let by = if self.kind == AggregateKind::StDev { n.saturating_sub(1) } else { n };
                Value::Float(if by == 0 { 0.0 } else { (squares / by as f64).sqrt() })
            }
        })
    }
}

impl Sum {
    fn add(&mut self, value: &Value) -> Result<()> {
        self.n += 1;
        match value {
            Value::Int(int) => match &mut self.floats {
                Some(floats) => *floats += *int as f64,
                None => {
                    self.ints = self.ints.checked_add(*int).ok_or_else(|| {
                        Error::run(
                            ErrorKind::Arithmetic,
                            "NumberOutOfRange",
                            "the sum does not fit into 64 bits",
                        )
                    })?;
                }
            },
            Value::Float(float) => *self.floats.get_or_insert(self.ints as f64) += float,
            Value::Duration(duration) => {
                let sum = match self.durations {
                    Some(sum) => sum.plus(**duration).map_err(|why| {
                        Error::run(ErrorKind::Arithmetic, "NumberOutOfRange", why.to_string())
                    })?,
                    None => **duration,
                };
                self.durations = Some(sum);
            }
            other => return Err(no_number(other)),
        }
        Ok(())
    }

    fn whole(&self) -> Value {
        match (self.durations, self.floats) {
            (Some(duration), _) => Value::from(duration),
            (None, Some(float)) => Value::Float(float),
            (None, None) => Value::Int(self.ints),
        }
    }

    fn mean(&self) -> Result<Value> {
        if self.n == 0 {
            return Ok(Value::Null);
        }
        let n = self.n as f64;
        Ok(match (self.durations, self.floats) {
            (Some(duration), _) => Value::from(
                duration
                    .times(1.0 / n)
                    .map_err(|why| Error::run(ErrorKind::Arithmetic, "NumberOutOfRange", why.to_string()))?,
            ),
            (None, Some(float)) => Value::Float(float / n),
            (None, None) => Value::Float(self.ints as f64 / n),
        })
    }
}

fn no_number(value: &Value) -> anyhow::Error {
    let message = format!("this aggregate takes numbers, not {}", value.type_name());
    Error::run(ErrorKind::Type, "InvalidArgumentType", message).into()
}

fn number(value: &Value) -> Result<f64> {
    match value {
        Value::Int(int) => Ok(*int as f64),
        Value::Float(float) => Ok(*float),
        other => Err(no_number(other)),
    }
}

fn percentile(value: Option<Value>) -> Result<f64> {
    let share = number(&value.unwrap_or_default())?;
    if (0.0..=1.0).contains(&share) {
        return Ok(share);
    }
    let message = format!("a percentile is between 0 and 1, not {share}");
    Err(Error::run(ErrorKind::Argument, "NumberOutOfRange", message).into())
}

/// The value of the least rank that is not below the percentile.
fn discrete(sorted: &[Value], share: f64) -> Value {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).cloned().unwrap_or_default()
}

/// Between the two nearest ranks, in proportion.
fn continuous(sorted: &[Value], share: f64) -> Result<Value> {
    let Some(last) = sorted.len().checked_sub(1) else { return Ok(Value::Null) };
    let rank = share * last as f64;
    let below = number(&sorted[(rank.floor() as usize).min(last)])?;
    let above = number(&sorted[(rank.ceil() as usize).min(last)])?;
    Ok(Value::Float(below + (above - below) * rank.fract()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cypher::Span;

    fn run(kind: AggregateKind, values: &[Value], second: Option<f64>) -> Value {
        let span = Span::default();
        let aggregate = Aggregate { slot: 0, kind, is_distinct: false, argument: None, second: None, span };
        let mut accumulator = Accumulator::new(&aggregate);
        for value in values {
            accumulator.add(value.clone(), second.map(Value::Float)).unwrap();
        }
        accumulator.finish().unwrap()
    }

    #[test]
    fn aggregates_agree_with_their_definitions() {
        let numbers: Vec<Value> = [10, 20, 30, 40].map(Value::Int).to_vec();
        let is = |value: Value, wanted: f64| {
            assert!((number(&value).unwrap() - wanted).abs() < 1e-9, "{value:?} is not {wanted}");
        };
        is(run(AggregateKind::Avg, &numbers, None), 25.0);
        is(run(AggregateKind::Sum, &numbers, None), 100.0);
        is(run(AggregateKind::StDevP, &numbers, None), 125.0_f64.sqrt());
        is(run(AggregateKind::StDev, &numbers, None), (500.0_f64 / 3.0).sqrt());
        is(run(AggregateKind::PercentileCont, &numbers, Some(0.5)), 25.0);
        is(run(AggregateKind::PercentileDisc, &numbers, Some(0.5)), 20.0);
        is(run(AggregateKind::PercentileDisc, &numbers, Some(1.0)), 40.0);
        is(run(AggregateKind::PercentileDisc, &numbers, Some(0.0)), 10.0);
        assert!(run(AggregateKind::Avg, &[Value::Null], None).is_null());
        assert!(run(AggregateKind::Max, &[], None).is_null());
        is(run(AggregateKind::Sum, &[], None), 0.0);
        is(run(AggregateKind::StDev, &numbers[..1], None), 0.0);
    }

    #[test]
    fn a_sum_that_is_too_large_is_an_error() {
        let span = Span::default();
        let kind = AggregateKind::Sum;
        let aggregate = Aggregate { slot: 0, kind, is_distinct: false, argument: None, second: None, span };
        let mut accumulator = Accumulator::new(&aggregate);
        accumulator.add(Value::Int(i64::MAX), None).unwrap();
        assert!(accumulator.add(Value::Int(1), None).is_err());
    }
}
