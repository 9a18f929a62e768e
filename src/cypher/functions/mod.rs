//! The functions of the language, in one table. Aggregates are not here: they belong to projections.

pub mod arithmetic;
mod conversion;
mod instants;
mod lists;
mod numbers;
mod strings;
mod structure;

use super::error::{Error, ErrorKind, nearest};
use super::graph::Graph;
use super::types::Type;
use super::value::Value;
use anyhow::Result;

/// What a function may look at besides its arguments.
pub struct Context<'g> {
    /// The graph.
    pub graph: &'g dyn Graph,
    /// When the query began, in nanoseconds since 1970 UTC: one moment for the whole query.
    pub now_ns: i128,
    /// Most bytes that the query may hold, and so any value.
    pub memory_bytes: u64,
}

impl Context<'_> {
    /// Most bytes of a value.
    #[must_use]
    pub fn most_bytes(&self) -> usize {
        usize::try_from(self.memory_bytes).unwrap_or(usize::MAX)
    }
}

/// A function over values.
pub struct Function {
    /// As it is documented; calls may be written in any case. Parts of a name are joined by dots.
    pub name: &'static str,
    /// What its arguments are called, as documentation shows them: those that may be left out in brackets.
    pub arguments: &'static str,
    /// Fewest arguments.
    pub least: usize,
    /// Most arguments.
    pub most: usize,
    /// What the arguments may be besides null; the last stands for all that follow. Only what is known before the
    /// query runs is held against it, so a function still checks what it is given.
    pub takes: &'static [Type],
    /// What it gives besides null.
    pub gives: Type,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Does it. It is given as many arguments as it takes.
    pub run: Run,
}

impl Function {
    /// How it is called: `substring(text, start [, length])`.
    #[must_use]
    pub fn signature(&self) -> String {
        format!("{}({})", self.name, self.arguments)
    }
}

type Run = fn(&Context<'_>, &[Value]) -> Result<Value>;

/// How many arguments there may be when there is no limit.
const ANY_NUMBER: usize = usize::MAX;

/// A function; how many arguments it takes is read off their names, `...` standing for any number.
const fn function(
    (name, arguments): (&'static str, &'static str),
    takes: &'static [Type],
    gives: Type,
    about: &'static str,
    run: Run,
) -> Function {
    let (least, most) = count(arguments.as_bytes());
    Function { name, arguments, least, most, takes, gives, about, run }
}

/// Counts names: those outside brackets are the fewest.
const fn count(names: &[u8]) -> (usize, usize) {
    let (mut least, mut most, mut at) = (0, 0, 0);
    let mut is_optional = false;
    let mut is_in_name = false;
    while at < names.len() {
        let byte = names[at];
        if byte == b'[' {
            is_optional = true;
        }
        if byte == b'.' {
            return (least, ANY_NUMBER);
        }
        if byte.is_ascii_alphabetic() && !is_in_name {
            most += 1;
            if !is_optional {
                least += 1;
            }
        }
        is_in_name = byte.is_ascii_alphabetic();
        at += 1;
    }
    (least, most)
}

/// All functions, a page a topic.
const PAGES: &[&[Function]] = &[
    structure::FUNCTIONS,
    lists::FUNCTIONS,
    strings::FUNCTIONS,
    numbers::FUNCTIONS,
    numbers::FLOAT_FUNCTIONS,
    conversion::FUNCTIONS,
    instants::BY_TYPE,
    instants::FUNCTIONS,
];

/// Every function.
pub fn all() -> impl Iterator<Item = &'static Function> {
    PAGES.iter().flat_map(|page| page.iter())
}

/// The function of that name, in any case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name.eq_ignore_ascii_case(name))
}

/// The error that there is no function of that name; `others` are known as well, such as aggregates.
#[must_use]
pub fn unknown<'n>(name: &str, others: impl IntoIterator<Item = &'n str>) -> Error {
    let error =
        Error::compile(ErrorKind::Syntax, "UnknownFunction", format!("there is no function {name}()"));
    match nearest(name, all().map(|function| function.name).chain(others)) {
        Some(known) => error.help(format!("did you mean {known}()?")),
        None => error,
    }
}

/// The error that a function's result would be larger than the query may hold.
fn too_large(function: &str, context: &Context<'_>) -> anyhow::Error {
    let most = context.memory_bytes;
    let message = format!("{function}() would give more bytes than the limit memory_bytes = {most}");
    Error::run(ErrorKind::Limit, "memory_bytes", message).into()
}

/// The error that an argument has the wrong type.
fn wrong(function: &str, wants: &str, given: &Value) -> anyhow::Error {
    let message = format!("{function}() takes {wants}, not {}", given.type_name());
    Error::run(ErrorKind::Type, "InvalidArgumentValue", message).into()
}

/// The error that an argument is out of its range.
fn out_of_range(message: impl Into<String>) -> anyhow::Error {
    Error::run(ErrorKind::Argument, "NumberOutOfRange", message).into()
}

/// A whole number, for a function that takes one there.
fn int(function: &str, value: &Value) -> Result<i64> {
    match value {
        Value::Int(number) => Ok(*number),
        other => Err(wrong(function, "an integer", other)),
    }
}

/// A string, for a function that takes one there.
fn text<'v>(function: &str, value: &'v Value) -> Result<&'v str> {
    match value {
        Value::Str(text) => Ok(text),
        other => Err(wrong(function, "a string", other)),
    }
}

/// Leaves a function with null when an argument is null.
macro_rules! null_of_null {
    ($arguments:expr) => {
        if $arguments.iter().any(Value::is_null) {
            return Ok(Value::Null);
        }
    };
}
use null_of_null;

#[cfg(test)]
mod tests;
