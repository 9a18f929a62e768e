//! What operators and properties make of points in time and durations.

use crate::cypher::error::{Error, ErrorKind, nearest};
use crate::cypher::temporal::{Duration, Instant, Invalid};
use crate::cypher::value::Value;
use anyhow::Result;

type Made<T> = std::result::Result<T, Invalid>;

/// `left + right`, when one is a duration and the other a duration or a point in time; nothing otherwise.
#[must_use]
pub fn sum(left: &Value, right: &Value) -> Option<Result<Value>> {
    match (left, right) {
        (Value::Instant(instant), Value::Duration(duration))
        | (Value::Duration(duration), Value::Instant(instant)) => Some(moved(instant, Ok(**duration))),
        (Value::Duration(left), Value::Duration(right)) => Some(made(left.plus(**right))),
        _ => None,
    }
}

/// `left - right`, when the right one is a duration and the left one a duration or a point in time.
#[must_use]
pub fn difference(left: &Value, right: &Value) -> Option<Result<Value>> {
    match (left, right) {
        (Value::Instant(instant), Value::Duration(duration)) => Some(moved(instant, duration.negated())),
        (Value::Duration(left), Value::Duration(right)) => {
            Some(made(right.negated().and_then(|right| left.plus(right))))
        }
        _ => None,
    }
}

/// `left * right`, when one is a duration and the other a number.
#[must_use]
pub fn product(left: &Value, right: &Value) -> Option<Result<Value>> {
    match (left, right) {
        (Value::Duration(duration), factor) | (factor, Value::Duration(duration)) => {
            Some(made(duration.times(number(factor)?)))
        }
        _ => None,
    }
}

/// `left / right`, when the left one is a duration and the right one a number.
#[must_use]
pub fn quotient(left: &Value, right: &Value) -> Option<Result<Value>> {
    let Value::Duration(duration) = left else { return None };
    let divisor = number(right)?;
    if divisor == 0.0 {
        let error = Error::run(ErrorKind::Arithmetic, "DivisionByZero", "a duration is divided by zero");
        return Some(Err(error.into()));
    }
    Some(made(duration.divided(divisor)))
}

/// `-value`, when it is a duration.
#[must_use]
pub fn negation(value: &Value) -> Option<Result<Value>> {
    match value {
        Value::Duration(duration) => Some(made(duration.negated())),
        _ => None,
    }
}

/// `value.name`, when it is a point in time or a duration.
#[must_use]
pub fn component(value: &Value, name: &str) -> Option<Result<Value>> {
    if !matches!(value, Value::Instant(_) | Value::Duration(_)) {
        return None;
    }
    Some(part(value, name).ok_or_else(|| {
        let message = format!("{} has no component {name}", value.type_name());
        let error = Error::run(ErrorKind::Type, "InvalidArgumentValue", message);
        let known = Instant::COMPONENTS.iter().chain(Duration::COMPONENTS);
        match nearest(name, known.filter(|known| part(value, known).is_some()).copied()) {
            Some(known) => error.help(format!("did you mean {known}?")).into(),
            None => error.into(),
        }
    }))
}

fn part(value: &Value, name: &str) -> Option<Value> {
    match value {
        Value::Instant(instant) => instant.component(name).map(Into::into),
        Value::Duration(duration) => duration.component(name).map(Value::Int),
        _ => None,
    }
}

fn moved(instant: &Instant, duration: Made<Duration>) -> Result<Value> {
    made(duration.and_then(|duration| instant.plus(duration)))
}

fn made<T: Into<Value>>(made: Made<T>) -> Result<Value> {
    made.map(Into::into)
        .map_err(|invalid| Error::run(ErrorKind::Arithmetic, "NumberOutOfRange", invalid.to_string()).into())
}

#[expect(clippy::cast_precision_loss, reason = "a duration times a number is as exact as a float")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}
