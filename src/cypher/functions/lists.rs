//! Functions of lists, and of any values.

use super::{Context, Function, function, int, null_of_null, out_of_range, too_large, wrong};
use crate::cypher::compare::equals;
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::types::Type;
use crate::cypher::value::Value;
use anyhow::Result;

const SIZED: Type = Type::LIST.or(Type::STR);

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        ("coalesce", "value, ..."),
        &[Type::ANY],
        Type::ANY,
        "The first of its arguments that is not null.",
        coalesce,
    ),
    function(
        ("nullIf", "value, other"),
        &[Type::ANY],
        Type::ANY,
        "Null when both are equal, otherwise the first.",
        null_if,
    ),
    function(("exists", "value"), &[Type::ANY], Type::BOOL, "Whether a value is not null.", exists),
    function(
        ("size", "list"),
        &[SIZED],
        Type::INT,
        "How many elements a list has, or characters a string.",
        size,
    ),
    function(
        ("isEmpty", "list"),
        &[SIZED.or(Type::MAP)],
        Type::BOOL,
        "Whether a list, a string or a map has nothing in it.",
        is_empty,
    ),
    function(
        ("head", "list"),
        &[Type::LIST],
        Type::ANY,
        "The first element of a list; null when it has none.",
        head,
    ),
    function(
        ("last", "list"),
        &[Type::LIST],
        Type::ANY,
        "The last element of a list; null when it has none.",
        last,
    ),
    function(("tail", "list"), &[Type::LIST], Type::LIST, "All elements of a list but the first.", tail),
    function(
        ("reverse", "list"),
        &[SIZED],
        SIZED,
        "A list or a string from its end to its beginning.",
        reverse,
    ),
    function(
        ("range", "start, end [, step]"),
        &[Type::ANY],
        Type::list_of(Type::INT),
        "The whole numbers from a start to an end, which is one of them, by steps of 1 or of what is given.",
        range,
    ),
];

fn coalesce(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(arguments.iter().find(|value| !value.is_null()).cloned().unwrap_or_default())
}

fn null_if(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let is_same = equals(&arguments[0], &arguments[1]) == Some(true);
    Ok(if is_same { Value::Null } else { arguments[0].clone() })
}

fn exists(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(Value::Bool(!arguments[0].is_null()))
}

fn size(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let size = match &arguments[0] {
        Value::Null => return Ok(Value::Null),
        Value::List(list) => list.len(),
        Value::Str(text) => text.chars().count(),
        other => return Err(wrong("size", "a list or a string", other)),
    };
    Ok(Value::Int(size.cast_signed() as i64))
}

fn is_empty(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(Value::Bool(match &arguments[0] {
        Value::Null => return Ok(Value::Null),
        Value::List(list) => list.is_empty(),
        Value::Str(text) => text.is_empty(),
        Value::Map(map) => map.is_empty(),
        other => return Err(wrong("isEmpty", "a list, a string or a map", other)),
    }))
}

fn head(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::List(list) => Ok(list.first().cloned().unwrap_or_default()),
        other => Err(wrong("head", "a list", other)),
    }
}

fn last(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::List(list) => Ok(list.last().cloned().unwrap_or_default()),
        other => Err(wrong("last", "a list", other)),
    }
}

fn tail(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::List(list) => Ok(Value::list(list.iter().skip(1).cloned().collect())),
        other => Err(wrong("tail", "a list", other)),
    }
}

fn reverse(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::List(list) => Ok(Value::list(list.iter().rev().cloned().collect())),
        Value::Str(text) => Ok(Value::str(&text.chars().rev().collect::<String>())),
        other => Err(wrong("reverse", "a list or a string", other)),
    }
}

fn range(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    if let Some(other) = arguments.iter().find(|value| !matches!(value, Value::Int(_))) {
        let message = format!("range() takes integers, not {}", other.type_name());
        return Err(Error::run(ErrorKind::Argument, "InvalidArgumentType", message).into());
    }
    let (start, end) = (i128::from(int("range", &arguments[0])?), i128::from(int("range", &arguments[1])?));
    let step = arguments.get(2).map_or(Ok(1), |step| int("range", step))?;
    if step == 0 {
        return Err(out_of_range("the step of range() is 0"));
    }
    let steps = (end - start) / i128::from(step);
    if (end - start) * i128::from(step) < 0 {
        return Ok(Value::list(Vec::new()));
    }
    if steps >= (context.most_bytes() / size_of::<Value>()) as i128 {
        return Err(too_large("range", context));
    }
    let mut numbers = Vec::new();
    let mut next = start;
    for _ in 0..=steps {
        // Between both ends, which are whole numbers of 64 bits.
        numbers.push(Value::Int(i64::try_from(next).unwrap_or_default()));
        next += i128::from(step);
    }
    Ok(Value::list(numbers))
}
