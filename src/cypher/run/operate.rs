//! Operators over values.

use super::limits::{MAX_NESTING, over};
use crate::cypher::compare::{Comparison, compare, equals};
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::functions::{self, Context, arithmetic as temporal};
use crate::cypher::ir::{Arithmetic, Compare};
use crate::cypher::value::{Excess, Value};
use anyhow::Result;

/// `=`, `<` and their kin; nothing when it is unknown.
pub(super) fn holds(op: Compare, left: &Value, right: &Value) -> Option<bool> {
    match op {
        Compare::Equal => return equals(left, right),
        Compare::NotEqual => return equals(left, right).map(|equal| !equal),
        _ => {}
    }
    match compare(left, right) {
        Comparison::Unknown => None,
        Comparison::Unordered => Some(false),
        Comparison::Ordered(order) => Some(match op {
            Compare::Less => order.is_lt(),
            Compare::LessEqual => order.is_le(),
            Compare::Greater => order.is_gt(),
            _ => order.is_ge(),
        }),
    }
}

/// `x IN list`.
pub(super) fn contains(list: &[Value], item: &Value) -> Option<bool> {
    let mut result = Some(false);
    for element in list {
        match equals(element, item) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => result = None,
        }
    }
    result
}

fn overflow() -> anyhow::Error {
    Error::run(ErrorKind::Arithmetic, "NumberOutOfRange", "the result does not fit into 64 bits").into()
}

/// `-x`.
pub(super) fn negate(value: &Value) -> Result<Value> {
    Ok(match value {
        Value::Null => Value::Null,
        Value::Int(int) => Value::Int(int.checked_neg().ok_or_else(overflow)?),
        Value::Float(float) => Value::Float(-float),
        other => {
            if let Some(negated) = temporal::negation(other) {
                return negated;
            }
            let message = format!("a sign stands before a number, not {}", other.type_name());
            return Err(Error::run(ErrorKind::Type, "InvalidArgumentType", message).into());
        }
    })
}

/// `x + y` and its kin.
pub(super) fn arithmetic(
    op: Arithmetic,
    left: &Value,
    right: &Value,
    context: &Context<'_>,
) -> Result<Value> {
    if left.is_null() || right.is_null() {
        return Ok(Value::Null);
    }
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => ints(op, *a, *b),
        (Value::Int(a), Value::Float(b)) => Ok(floats(op, *a as f64, *b)),
        (Value::Float(a), Value::Int(b)) => Ok(floats(op, *a, *b as f64)),
        (Value::Float(a), Value::Float(b)) => Ok(floats(op, *a, *b)),
        _ => {
            let found = match op {
                Arithmetic::Add => add(left, right, context)?,
                Arithmetic::Subtract => temporal::difference(left, right).transpose()?,
                Arithmetic::Multiply => temporal::product(left, right).transpose()?,
                Arithmetic::Divide => temporal::quotient(left, right).transpose()?,
                Arithmetic::Remainder | Arithmetic::Power => None,
            };
            found.ok_or_else(|| {
                let message = format!("{} and {} cannot be combined so", left.type_name(), right.type_name());
                Error::run(ErrorKind::Type, "InvalidArgumentType", message).into()
            })
        }
    }
}

fn ints(op: Arithmetic, a: i64, b: i64) -> Result<Value> {
    let result = match op {
        Arithmetic::Add => a.checked_add(b),
        Arithmetic::Subtract => a.checked_sub(b),
        Arithmetic::Multiply => a.checked_mul(b),
        Arithmetic::Divide | Arithmetic::Remainder if b == 0 => {
            return Err(Error::run(ErrorKind::Arithmetic, "DivisionByZero", "a division by zero").into());
        }
        Arithmetic::Divide => a.checked_div(b),
        // The least number by -1 leaves nothing.
        Arithmetic::Remainder => Some(a.wrapping_rem(b)),
        Arithmetic::Power => return Ok(Value::Float((a as f64).powf(b as f64))),
    };
    result.map(Value::Int).ok_or_else(overflow)
}

fn floats(op: Arithmetic, a: f64, b: f64) -> Value {
    Value::Float(match op {
        Arithmetic::Add => a + b,
        Arithmetic::Subtract => a - b,
        Arithmetic::Multiply => a * b,
        Arithmetic::Divide => a / b,
        Arithmetic::Remainder => a % b,
        Arithmetic::Power => a.powf(b),
    })
}

/// Two lists in one.
fn joined(first: &[Value], second: &[Value], context: &Context<'_>) -> Result<Value> {
    let most = context.most_bytes();
    if size_of_val(first).saturating_add(size_of_val(second)) > most {
        return Err(over(Excess::Bytes, context.memory_bytes));
    }
    let list = Value::list(first.iter().chain(second).cloned().collect());
    // Both may share their elements, so that the whole is far larger than what it takes up.
    match list.measure(most, MAX_NESTING) {
        Ok(_) => Ok(list),
        Err(excess) => Err(over(excess, context.memory_bytes)),
    }
}

/// `+` where not both are numbers; nothing where it has no meaning.
fn add(left: &Value, right: &Value, context: &Context<'_>) -> Result<Option<Value>> {
    Ok(Some(match (left, right) {
        (Value::List(a), Value::List(b)) => joined(a, b, context)?,
        (Value::List(a), item) => joined(a, std::slice::from_ref(item), context)?,
        (item, Value::List(b)) => joined(std::slice::from_ref(item), b, context)?,
        (Value::Str(a), Value::Str(b)) => {
            if a.len() + b.len() > context.most_bytes() {
                return Err(over(Excess::Bytes, context.memory_bytes));
            }
            Value::str(&format!("{a}{b}"))
        }
        (Value::Str(_), Value::Int(_) | Value::Float(_) | Value::Bool(_))
        | (Value::Int(_) | Value::Float(_) | Value::Bool(_), Value::Str(_)) => {
            let text = |value: &Value| -> Result<Value> {
                match functions::find("toString") {
                    Some(function) => (function.run)(context, std::slice::from_ref(value)),
                    None => Ok(value.clone()),
                }
            };
            match (text(left)?, text(right)?) {
                (Value::Str(a), Value::Str(b)) => Value::str(&format!("{a}{b}")),
                _ => return Ok(None),
            }
        }
        _ => return temporal::sum(left, right).transpose(),
    }))
}
