//! The JSON Schema of a request, from the same clap metadata that validates it.

use super::request::{arguments, is_list};
use clap::{Arg, ArgAction, Command};
use serde_json::{Map, Value, json};
use std::any::TypeId;

/// The schema of a body.
pub(super) fn of(command: &Command) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for arg in arguments(command) {
        properties.insert(arg.get_id().to_string(), property(arg));
        if arg.is_required_set() {
            required.push(arg.get_id().to_string());
        }
    }
    let about = command.get_about().map(ToString::to_string);
    json!({
        "type": "object",
        "description": about,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn property(arg: &Arg) -> Value {
    let mut one = Map::new();
    let kind = kind(arg);
    one.insert("type".to_owned(), json!(kind));
    let choices: Vec<String> =
        arg.get_possible_values().iter().map(|choice| choice.get_name().to_owned()).collect();
    if kind == "string" && !choices.is_empty() {
        one.insert("enum".to_owned(), json!(choices));
    }
    let mut property = if is_list(arg) {
        Map::from_iter([("type".to_owned(), json!("array")), ("items".to_owned(), Value::Object(one))])
    } else {
        one
    };
    if let Some(help) = arg.get_help() {
        property.insert("description".to_owned(), json!(help.to_string()));
    }
    if let Some(default) = default(arg, kind) {
        property.insert("default".to_owned(), default);
    }
    Value::Object(property)
}

/// The JSON type of one value.
fn kind(arg: &Arg) -> &'static str {
    if matches!(arg.get_action(), ArgAction::SetTrue) {
        return "boolean";
    }
    let parsed = arg.get_value_parser().type_id();
    let whole = [
        TypeId::of::<u8>(),
        TypeId::of::<u16>(),
        TypeId::of::<u32>(),
        TypeId::of::<u64>(),
        TypeId::of::<usize>(),
    ];
    if whole.iter().any(|id| parsed == *id) { "integer" } else { "string" }
}

fn default(arg: &Arg, kind: &str) -> Option<Value> {
    if kind == "boolean" {
        return Some(json!(false));
    }
    let text = arg.get_default_values().first()?.to_str()?;
    Some(if kind == "integer" { json!(text.parse::<u64>().ok()?) } else { json!(text) })
}
