//! Functions of strings. Places and lengths count characters (code points), from 0.

use super::{Context, Function, function, int, null_of_null, out_of_range, text, too_large, wrong};
use crate::cypher::types::Type;
use crate::cypher::value::Value;
use anyhow::Result;

const STR: Type = Type::STR;

pub(super) const FUNCTIONS: &[Function] = &[
    function(("toLower", "text"), &[STR], STR, "A string in lower case.", lower),
    function(("lower", "text"), &[STR], STR, "A string in lower case.", lower),
    function(("toUpper", "text"), &[STR], STR, "A string in upper case.", upper),
    function(("upper", "text"), &[STR], STR, "A string in upper case.", upper),
    function(("trim", "text"), &[STR], STR, "A string without blanks at its ends.", trim),
    function(
        ("btrim", "text [, characters]"),
        &[STR],
        STR,
        "A string without blanks, or the given characters, at its ends.",
        trim,
    ),
    function(
        ("lTrim", "text [, characters]"),
        &[STR],
        STR,
        "A string without blanks, or the given characters, at its beginning.",
        trim_start,
    ),
    function(
        ("rTrim", "text [, characters]"),
        &[STR],
        STR,
        "A string without blanks, or the given characters, at its end.",
        trim_end,
    ),
    function(("left", "text, length"), &[STR, Type::INT], STR, "The first characters of a string.", left),
    function(("right", "text, length"), &[STR, Type::INT], STR, "The last characters of a string.", right),
    function(
        ("substring", "text, start [, length]"),
        &[STR, Type::INT, Type::INT],
        STR,
        "A part of a string: from a place, counted from 0, to its end, or so many characters.",
        substring,
    ),
    function(
        ("replace", "text, search, replacement"),
        &[STR],
        STR,
        "A string in which another stands for each occurrence of one.",
        replace,
    ),
    function(
        ("split", "text, delimiter"),
        &[STR, STR.or(Type::LIST)],
        Type::list_of(STR),
        "The parts of a string between a delimiter, or between any of a list of them.",
        split,
    ),
    function(("char_length", "text"), &[STR], Type::INT, "How many characters a string has.", char_length),
    function(
        ("character_length", "text"),
        &[STR],
        Type::INT,
        "How many characters a string has.",
        char_length,
    ),
];

fn lower(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    Ok(Value::str(&text("toLower", &arguments[0])?.to_lowercase()))
}

fn upper(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    Ok(Value::str(&text("toUpper", &arguments[0])?.to_uppercase()))
}

/// Whether a character is to go from an end.
fn goes<'a>(arguments: &'a [Value], function: &str) -> Result<impl Fn(char) -> bool + use<'a>> {
    let characters = arguments.get(1).map(|given| text(function, given)).transpose()?;
    Ok(move |c: char| characters.map_or(c.is_whitespace(), |characters| characters.contains(c)))
}

fn trim(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let goes = goes(arguments, "trim")?;
    Ok(Value::str(text("trim", &arguments[0])?.trim_matches(goes)))
}

fn trim_start(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let goes = goes(arguments, "lTrim")?;
    Ok(Value::str(text("lTrim", &arguments[0])?.trim_start_matches(goes)))
}

fn trim_end(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let goes = goes(arguments, "rTrim")?;
    Ok(Value::str(text("rTrim", &arguments[0])?.trim_end_matches(goes)))
}

/// A number of characters; past all characters that there can be it is as large as any.
fn length(function: &str, value: &Value) -> Result<usize> {
    let number = int(function, value)?;
    if number < 0 {
        return Err(out_of_range(format!("{function}() takes no negative number, and {number} is one")));
    }
    Ok(usize::try_from(number).unwrap_or(usize::MAX))
}

/// The byte where a character begins; the text's end when it has fewer.
fn place(text: &str, character: usize) -> usize {
    text.char_indices().nth(character).map_or(text.len(), |(at, _)| at)
}

fn left(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let text = text("left", &arguments[0])?;
    Ok(Value::str(&text[..place(text, length("left", &arguments[1])?)]))
}

fn right(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let text = text("right", &arguments[0])?;
    let before = text.chars().count().saturating_sub(length("right", &arguments[1])?);
    Ok(Value::str(&text[place(text, before)..]))
}

fn substring(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let text = text("substring", &arguments[0])?;
    let rest = &text[place(text, length("substring", &arguments[1])?)..];
    let end = match arguments.get(2) {
        Some(count) => place(rest, length("substring", count)?),
        None => rest.len(),
    };
    Ok(Value::str(&rest[..end]))
}

fn replace(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let [whole, search, replacement] = [&arguments[0], &arguments[1], &arguments[2]];
    let whole = text("replace", whole)?;
    let (search, replacement) = (text("replace", search)?, text("replace", replacement)?);
    if search.is_empty() {
        return Ok(Value::str(whole));
    }
    let count = whole.matches(search).count();
    if count.saturating_mul(replacement.len()).saturating_add(whole.len()) > context.most_bytes() {
        return Err(too_large("replace", context));
    }
    Ok(Value::str(&whole.replace(search, replacement)))
}

fn split(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let mut rest = text("split", &arguments[0])?;
    let delimiters: Vec<&str> = match &arguments[1] {
        Value::Str(delimiter) => vec![delimiter],
        Value::List(list) if list.iter().any(Value::is_null) => return Ok(Value::Null),
        Value::List(list) => list.iter().map(|each| text("split", each)).collect::<Result<_>>()?,
        other => return Err(wrong("split", "a string or a list of strings as delimiter", other)),
    };
    if delimiters.iter().any(|delimiter| delimiter.is_empty()) {
        let letters: Vec<Value> = rest.chars().map(|c| Value::str(c.encode_utf8(&mut [0; 4]))).collect();
        return Ok(Value::list(if letters.is_empty() { vec![Value::str("")] } else { letters }));
    }
    let mut parts = Vec::new();
    // The delimiter that comes first ends a part, the longest of those that begin there.
    while let Some((at, delimiter)) = delimiters
        .iter()
        .filter_map(|delimiter| rest.find(delimiter).map(|at| (at, *delimiter)))
        .min_by_key(|(at, delimiter)| (*at, usize::MAX - delimiter.len()))
    {
        parts.push(Value::str(&rest[..at]));
        rest = &rest[at + delimiter.len()..];
    }
    parts.push(Value::str(rest));
    Ok(Value::list(parts))
}

fn char_length(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let count = text("char_length", &arguments[0])?.chars().count();
    Ok(Value::Int(count.cast_signed() as i64))
}
