//! A JSON body is an argv in another spelling: clap is the only validator.

use crate::error::{Kind, ResultExt as _};
use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Map, Value};

/// The command by whose arguments bodies are parsed.
pub(super) fn of_bodies(command: Command) -> Command {
    command.no_binary_name(true).disable_help_flag(true)
}

/// Parses a body by the arguments of such a command.
///
/// # Errors
/// [`Kind::Usage`] when it is no object, has an unknown field, or clap refuses a value.
pub(super) fn matches(command: &mut Command, body: &Value) -> Result<ArgMatches> {
    let argv = argv(command, body).kind(Kind::Usage)?;
    command.try_get_matches_from_mut(argv).map_err(|error| anyhow::anyhow!(plain(&error))).kind(Kind::Usage)
}

/// The first sentence of clap's message: the part that is about the value, not about the command line.
fn plain(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    first.strip_prefix("error: ").unwrap_or(first).trim().replace("\n  ", " ")
}

/// The argv that a body spells.
fn argv(command: &Command, body: &Value) -> Result<Vec<String>> {
    let empty = Map::new();
    let fields = match body {
        Value::Null => &empty,
        Value::Object(fields) => fields,
        _ => anyhow::bail!("the body is no JSON object"),
    };
    if let Some(name) =
        fields.keys().find(|name| !arguments(command).any(|arg| arg.get_id() == name.as_str()))
    {
        let known: Vec<&str> = arguments(command).map(|arg| arg.get_id().as_str()).collect();
        anyhow::bail!("there is no field `{name}`; the fields are {}", known.join(", "));
    }
    let mut flags = Vec::new();
    let mut positionals = Vec::new();
    for arg in arguments(command) {
        let Some(value) = fields.get(arg.get_id().as_str()) else { continue };
        let texts = texts(arg, value)?;
        match arg.get_long() {
            None => positionals.extend(texts),
            Some(long) if matches!(arg.get_action(), ArgAction::SetTrue) => {
                if texts.first().is_some_and(|text| text == "true") {
                    flags.push(format!("--{long}"));
                }
            }
            Some(long) => flags.extend(texts.iter().map(|text| format!("--{long}={text}"))),
        }
    }
    flags.push("--".to_owned());
    flags.extend(positionals);
    Ok(flags)
}

/// The arguments that a body may give.
pub(super) fn arguments(command: &Command) -> impl Iterator<Item = &Arg> {
    command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version"))
}

/// True for an argument that takes a list.
pub(super) fn is_list(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
        || arg.get_num_args().is_some_and(|range| range.max_values() > 1)
}

fn texts(arg: &Arg, value: &Value) -> Result<Vec<String>> {
    let name = arg.get_id().as_str();
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(on) => Ok(on.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => {
            Err(anyhow::anyhow!("`{name}`: `{value}` is no value for it"))
        }
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) if is_list(arg) => items.iter().map(one).collect(),
        Value::Bool(_) if !matches!(arg.get_action(), ArgAction::SetTrue) => {
            anyhow::bail!("`{name}`: `{value}` is no value for it")
        }
        Value::String(_) | Value::Number(_) if matches!(arg.get_action(), ArgAction::SetTrue) => {
            anyhow::bail!("`{name}` is true or false")
        }
        other => Ok(vec![one(other)?]),
    }
}
