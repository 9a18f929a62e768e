//! Functions from one type to another.

use super::{Function, function, wrong};
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::types::Type;
use crate::cypher::value::Value;
use anyhow::Result;

const BOOLEAN_LIKE: Type = Type::BOOL.or(Type::STR).or(Type::INT);
const NUMBER_LIKE: Type = Type::NUMBER.or(Type::STR);
const INTEGER_LIKE: Type = NUMBER_LIKE.or(Type::BOOL);
const PRINTABLE: Type = INTEGER_LIKE.or(Type::TEMPORAL).or(Type::DURATION);

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        ("toBoolean", "value"),
        &[BOOLEAN_LIKE],
        Type::BOOL,
        "The truth value that a string names; of an integer, whether it is not 0; null when it names none.",
        |_, arguments| strict("toBoolean", "a boolean, a string or an integer", &arguments[0], boolean),
    ),
    function(
        ("toBooleanOrNull", "value"),
        &[Type::ANY],
        Type::BOOL,
        "What toBoolean() gives, and null where that is an error.",
        |_, arguments| Ok(lenient(&arguments[0], boolean)),
    ),
    function(
        ("toBooleanList", "list"),
        &[Type::LIST],
        Type::list_of(Type::BOOL),
        "What toBooleanOrNull() gives of each element of a list.",
        |_, arguments| list("toBooleanList", &arguments[0], boolean),
    ),
    function(
        ("toInteger", "value"),
        &[INTEGER_LIKE],
        Type::INT,
        "A number without its fraction, or the number that a string is; null when it is none.",
        |_, arguments| strict("toInteger", "a number, a string or a boolean", &arguments[0], integer),
    ),
    function(
        ("toIntegerOrNull", "value"),
        &[Type::ANY],
        Type::INT,
        "What toInteger() gives, and null where that is an error.",
        |_, arguments| Ok(lenient(&arguments[0], integer)),
    ),
    function(
        ("toIntegerList", "list"),
        &[Type::LIST],
        Type::list_of(Type::INT),
        "What toIntegerOrNull() gives of each element of a list.",
        |_, arguments| list("toIntegerList", &arguments[0], integer),
    ),
    function(
        ("toFloat", "value"),
        &[NUMBER_LIKE],
        Type::FLOAT,
        "A number as a float, or the number that a string is; null when it is none.",
        |_, arguments| strict("toFloat", "a number or a string", &arguments[0], float),
    ),
    function(
        ("toFloatOrNull", "value"),
        &[Type::ANY],
        Type::FLOAT,
        "What toFloat() gives, and null where that is an error.",
        |_, arguments| Ok(lenient(&arguments[0], float)),
    ),
    function(
        ("toFloatList", "list"),
        &[Type::LIST],
        Type::list_of(Type::FLOAT),
        "What toFloatOrNull() gives of each element of a list.",
        |_, arguments| list("toFloatList", &arguments[0], float),
    ),
    function(
        ("toString", "value"),
        &[PRINTABLE],
        Type::STR,
        "A number, a truth value, a point in time or a duration as a string.",
        |_, arguments| {
            let wants = "a string, a number, a boolean, a point in time or a duration";
            strict("toString", wants, &arguments[0], string)
        },
    ),
    function(
        ("toStringOrNull", "value"),
        &[Type::ANY],
        Type::STR,
        "What toString() gives, and null where that is an error.",
        |_, arguments| Ok(lenient(&arguments[0], string)),
    ),
    function(
        ("toStringList", "list"),
        &[Type::LIST],
        Type::list_of(Type::STR),
        "What toStringOrNull() gives of each element of a list.",
        |_, arguments| list("toStringList", &arguments[0], string),
    ),
];

/// What becomes of a value.
enum Converted {
    /// This.
    Into(Value),
    /// Nothing: the type is right, but the value says none.
    Nothing,
    /// It is a number that the type does not have.
    TooLarge,
    /// Its type is not converted.
    WrongType,
}

type Convert = fn(&Value) -> Converted;

fn strict(function: &str, wants: &str, value: &Value, convert: Convert) -> Result<Value> {
    match convert(value) {
        Converted::Into(value) => Ok(value),
        Converted::Nothing => Ok(Value::Null),
        Converted::TooLarge => {
            let message = format!("{function}() is given a number that no integer of 64 bits is");
            Err(Error::run(ErrorKind::Arithmetic, "IntegerOverflow", message).into())
        }
        Converted::WrongType if value.is_null() => Ok(Value::Null),
        Converted::WrongType => Err(wrong(function, wants, value)),
    }
}

fn lenient(value: &Value, convert: Convert) -> Value {
    match convert(value) {
        Converted::Into(value) => value,
        Converted::Nothing | Converted::TooLarge | Converted::WrongType => Value::Null,
    }
}

fn list(function: &str, value: &Value, convert: Convert) -> Result<Value> {
    match value {
        Value::Null => Ok(Value::Null),
        Value::List(list) => Ok(Value::list(list.iter().map(|each| lenient(each, convert)).collect())),
        other => Err(wrong(function, "a list", other)),
    }
}

fn boolean(value: &Value) -> Converted {
    match value {
        Value::Bool(_) => Converted::Into(value.clone()),
        Value::Int(number) => Converted::Into(Value::Bool(*number != 0)),
        Value::Str(text) => {
            let text = text.trim();
            if text.eq_ignore_ascii_case("true") {
                Converted::Into(Value::Bool(true))
            } else if text.eq_ignore_ascii_case("false") {
                Converted::Into(Value::Bool(false))
            } else {
                Converted::Nothing
            }
        }
        _ => Converted::WrongType,
    }
}

fn integer(value: &Value) -> Converted {
    match value {
        Value::Int(_) => Converted::Into(value.clone()),
        Value::Bool(value) => Converted::Into(Value::Int((*value).into())),
        Value::Float(number) => whole(*number),
        Value::Str(text) => match text.trim().parse() {
            Ok(number) => Converted::Into(Value::Int(number)),
            Err(_) => number(text).map_or(Converted::Nothing, whole),
        },
        _ => Converted::WrongType,
    }
}

/// A float without its fraction.
fn whole(number: f64) -> Converted {
    // The first float past all whole numbers of 64 bits.
    const PAST: f64 = 9_223_372_036_854_775_808.0;
    if number.is_nan() {
        Converted::Nothing
    } else if (-PAST..PAST).contains(&number) {
        #[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
        let number = number as i64;
        Converted::Into(Value::Int(number))
    } else {
        Converted::TooLarge
    }
}

fn float(value: &Value) -> Converted {
    match value {
        #[expect(clippy::cast_precision_loss, reason = "the language says so")]
        Value::Int(number) => Converted::Into(Value::Float(*number as f64)),
        Value::Float(_) => Converted::Into(value.clone()),
        Value::Str(text) => match (number(text), text.trim()) {
            (Some(number), _) => Converted::Into(Value::Float(number)),
            (None, "NaN") => Converted::Into(Value::Float(f64::NAN)),
            (None, "Infinity") => Converted::Into(Value::Float(f64::INFINITY)),
            (None, "-Infinity") => Converted::Into(Value::Float(f64::NEG_INFINITY)),
            _ => Converted::Nothing,
        },
        _ => Converted::WrongType,
    }
}

/// The number that a text is, written with digits.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let has_only = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
    if text.chars().all(has_only) { text.parse().ok() } else { None }
}

fn string(value: &Value) -> Converted {
    let text = match value {
        Value::Str(_) => return Converted::Into(value.clone()),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) if number.is_infinite() => {
            if *number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned()
        }
        // With a point, so that it is read back as a float.
        Value::Float(number) => format!("{number:?}"),
        Value::Instant(instant) => instant.to_string(),
        Value::Duration(duration) => duration.to_string(),
        _ => return Converted::WrongType,
    };
    Converted::Into(Value::str(&text))
}
