//! Functions of numbers.

use super::{Context, Function, function, int, null_of_null, out_of_range, text, wrong};
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::types::Type;
use crate::cypher::value::Value;
use anyhow::Result;
use std::f64::consts::{E, PI};
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

const NUMBER: Type = Type::NUMBER;
const FLOAT: Type = Type::FLOAT;

macro_rules! float_functions {
    ($($name:literal $about:literal $run:expr;)*) => {
        &[$(function(
            ($name, "number"),
            &[NUMBER],
            FLOAT,
            $about,
            |_, arguments| float($name, &arguments[0], $run),
        ),)*]
    };
}

/// Functions from a number to a float.
pub(super) const FLOAT_FUNCTIONS: &[Function] = float_functions! {
    "ceil" "The least whole number that is not less than a number, as a float." f64::ceil;
    "floor" "The greatest whole number that is not greater than a number, as a float." f64::floor;
    "sqrt" "The square root of a number." f64::sqrt;
    "exp" "Euler's number to the power of a number." f64::exp;
    "log" "The natural logarithm of a number." f64::ln;
    "log10" "The decimal logarithm of a number." f64::log10;
    "sin" "The sine of an angle in radians." f64::sin;
    "cos" "The cosine of an angle in radians." f64::cos;
    "tan" "The tangent of an angle in radians." f64::tan;
    "cot" "The cotangent of an angle in radians." |x| 1.0 / x.tan();
    "asin" "The angle in radians whose sine is a number." f64::asin;
    "acos" "The angle in radians whose cosine is a number." f64::acos;
    "atan" "The angle in radians whose tangent is a number." f64::atan;
    "sinh" "The hyperbolic sine of a number." f64::sinh;
    "cosh" "The hyperbolic cosine of a number." f64::cosh;
    "tanh" "The hyperbolic tangent of a number." f64::tanh;
    "coth" "The hyperbolic cotangent of a number." |x| 1.0 / x.tanh();
    "haversin" "Half of one minus the cosine of an angle in radians." |x| (1.0 - x.cos()) / 2.0;
    "degrees" "An angle in radians in degrees." f64::to_degrees;
    "radians" "An angle in degrees in radians." f64::to_radians;
};

pub(super) const FUNCTIONS: &[Function] = &[
    function(("abs", "number"), &[NUMBER], NUMBER, "A number without its sign.", abs),
    function(
        ("sign", "number"),
        &[NUMBER],
        Type::INT,
        "-1, 0 or 1: whether a number is negative, nothing or positive.",
        sign,
    ),
    function(
        ("round", "number [, precision, mode]"),
        &[NUMBER, Type::INT, Type::STR],
        FLOAT,
        "The nearest whole number, or number with so many digits after the point; halves go up, or as the mode \
         says: UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN or HALF_EVEN.",
        round,
    ),
    function(("isNaN", "number"), &[NUMBER], Type::BOOL, "Whether a float is not a number.", is_nan),
    function(
        ("atan2", "y, x"),
        &[NUMBER],
        FLOAT,
        "The angle in radians to a point, given by its two coordinates.",
        atan2,
    ),
    function(("e", ""), &[], FLOAT, "Euler's number.", |_, _| Ok(Value::Float(E))),
    function(("pi", ""), &[], FLOAT, "The ratio of a circle's length to its width.", |_, _| {
        Ok(Value::Float(PI))
    }),
    function(("rand", ""), &[], FLOAT, "A random number, at least 0 and less than 1.", rand),
    function(("randomUUID", ""), &[], Type::STR, "A random universally unique identifier.", random_uuid),
];

#[expect(clippy::cast_precision_loss, reason = "the language turns whole numbers into floats here")]
fn as_float(function: &str, value: &Value) -> Result<f64> {
    match value {
        Value::Int(number) => Ok(*number as f64),
        Value::Float(number) => Ok(*number),
        other => Err(wrong(function, "a number", other)),
    }
}

fn float(function: &str, value: &Value, run: fn(f64) -> f64) -> Result<Value> {
    if value.is_null() { Ok(Value::Null) } else { Ok(Value::Float(run(as_float(function, value)?))) }
}

fn abs(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Int(number) => match number.checked_abs() {
            Some(number) => Ok(Value::Int(number)),
            None => {
                let message = format!("{number} has no opposite among the integers of 64 bits");
                Err(Error::run(ErrorKind::Arithmetic, "IntegerOverflow", message).into())
            }
        },
        Value::Float(number) => Ok(Value::Float(number.abs())),
        other => Err(wrong("abs", "a number", other)),
    }
}

fn sign(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Int(number) => Ok(Value::Int(number.signum())),
        Value::Float(number) => Ok(Value::Int(i64::from(*number > 0.0) - i64::from(*number < 0.0))),
        other => Err(wrong("sign", "a number", other)),
    }
}

fn round(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let number = as_float("round", &arguments[0])?;
    let Some(precision) = arguments.get(1) else {
        // Halves go to the greater of both, also below zero.
        let below = number.floor();
        return Ok(Value::Float(if number - below >= 0.5 { below + 1.0 } else { below }));
    };
    let precision = int("round", precision)?;
    if !(0..=300).contains(&precision) {
        return Err(out_of_range(format!("the precision of round() is {precision}, not between 0 and 300")));
    }
    let mode = arguments.get(2).map_or(Ok("HALF_UP"), |mode| text("round", mode))?;
    let scale = 10_f64.powi(i32::try_from(precision).unwrap_or_default());
    let scaled = number * scale;
    if !scaled.is_finite() {
        // It has no digits that far behind the point, or is no number.
        return Ok(Value::Float(number));
    }
    let (below, above) = (scaled.floor(), scaled.ceil());
    // The digits that were written decide what a half is, not the binary fraction next to it.
    let fraction = scaled - below;
    let is_half = (fraction - 0.5).abs() <= scaled.abs().max(1.0) * f64::EPSILON * 2.0;
    let nearest = if fraction < 0.5 { below } else { above };
    let (toward_zero, away) = if scaled < 0.0 { (above, below) } else { (below, above) };
    let rounded = match mode.to_ascii_uppercase().as_str() {
        "UP" => away,
        "DOWN" => toward_zero,
        "CEILING" => above,
        "FLOOR" => below,
        "HALF_UP" if is_half => away,
        "HALF_DOWN" if is_half => toward_zero,
        "HALF_EVEN" if is_half => {
            if below % 2.0 == 0.0 {
                below
            } else {
                above
            }
        }
        "HALF_UP" | "HALF_DOWN" | "HALF_EVEN" => nearest,
        _ => return Err(out_of_range(format!("round() knows no mode {mode}"))),
    };
    Ok(Value::Float(rounded / scale))
}

fn is_nan(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    Ok(Value::Bool(as_float("isNaN", &arguments[0])?.is_nan()))
}

fn atan2(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    Ok(Value::Float(as_float("atan2", &arguments[0])?.atan2(as_float("atan2", &arguments[1])?)))
}

/// Random bits, from the keys that the standard library makes for its hash maps: another one each time.
fn random_bits() -> u64 {
    RandomState::new().build_hasher().finish()
}

fn rand(_: &Context<'_>, _: &[Value]) -> Result<Value> {
    // As many bits as a float of that size keeps.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    let number = (random_bits() >> 11) as f64 / (1_u64 << 53) as f64;
    Ok(Value::Float(number))
}

fn random_uuid(_: &Context<'_>, _: &[Value]) -> Result<Value> {
    let (high, low) = (random_bits(), random_bits());
    // Version 4 of RFC 9562: random but for six bits.
    Ok(Value::str(&format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )))
}
