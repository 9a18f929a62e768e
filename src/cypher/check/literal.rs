//! Numbers as they are written.

use crate::cypher::error::{Error, ErrorKind, Span};
use anyhow::Result;
use open_cypher::ast::{IntegerLiteral, IntegerRadix};

/// A whole number; the sign is part of it, so that the least one can be written.
pub(super) fn integer(literal: &IntegerLiteral, is_negative: bool, at: Span) -> Result<i64> {
    let digits: String = literal.text.chars().filter(|c| *c != '_').collect();
    let (digits, radix) = match literal.radix {
        IntegerRadix::Hexadecimal => (digits.get(2..).unwrap_or_default(), 16),
        IntegerRadix::Octal => (digits.trim_start_matches("0o").trim_start_matches("0O"), 8),
        _ => (digits.as_str(), 10),
    };
    let magnitude = u64::from_str_radix(digits, radix).ok().map(i128::from);
    magnitude
        .map(|magnitude| if is_negative { -magnitude } else { magnitude })
        .and_then(|value| i64::try_from(value).ok())
        .ok_or_else(|| {
            let message = "this whole number does not fit into 64 bits";
            Error::compile(ErrorKind::Syntax, "IntegerOverflow", message).at(at).into()
        })
}

/// A float.
pub(super) fn float(text: &str, at: Span) -> Result<f64> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let value: f64 = digits.trim_end_matches(['f', 'F', 'd', 'D']).parse().unwrap_or(f64::INFINITY);
    if value.is_infinite() {
        let message = "this float is too large";
        return Err(Error::compile(ErrorKind::Syntax, "FloatingPointOverflow", message).at(at).into());
    }
    Ok(value)
}

/// A bound of a variable length.
pub(super) fn bound(text: &str, at: Span) -> Result<u64> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    digits.parse().map_err(|_| {
        Error::compile(ErrorKind::Syntax, "InvalidRelationshipPattern", "this length is too large")
            .at(at)
            .into()
    })
}
