//! The JSON Schema of a request, from the same clap metadata that validates it.

use super::request::{arguments, is_list};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, Command};
use serde_json::{Map, Value, json};
use std::any::TypeId;

/// The schema of a body.
pub(super) fn of(command: &Command) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for arg in arguments(command) {
        let mut property = property(arg);
        let one = if is_list(arg) { &mut property["items"] } else { &mut property };
        if one["type"] == "string" && one["enum"].is_null() && !takes_nothing(command, arg) {
            one["minLength"] = json!(1);
        }
        properties.insert(arg.get_id().to_string(), property);
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

/// The schema of a body as it is really taken: with the ranges of numbers, which clap does not tell and which are found by
/// trying, and with `null` for what is not given, and
/// one text where a list of texts is taken.
pub(super) fn strict(command: &Command) -> Value {
    let mut schema = of(command);
    for arg in arguments(command).filter(|arg| !arg.is_required_set()) {
        let property = &mut schema["properties"][arg.get_id().as_str()];
        let is_list_of_texts =
            is_list(arg) && kind(arg) == "string" && property["items"].get("enum").is_none();
        property["type"] = if is_list_of_texts {
            json!(["array", "string", "null"])
        } else {
            json!([property["type"], "null"])
        };
        if let Some(choices) = property.get_mut("enum").and_then(Value::as_array_mut) {
            choices.push(Value::Null);
        }
    }
    for arg in arguments(command).filter(|arg| kind(arg) == "integer") {
        let Some(long) = arg.get_long() else { continue };
        let (least, most) = range(command, long);
        let property = &mut schema["properties"][arg.get_id().as_str()];
        let property = if is_list(arg) { &mut property["items"] } else { property };
        property["minimum"] = least.into();
        property["maximum"] = most.into();
    }
    schema
}

/// Least and most of a number that has one range, in which 1 lies.
fn range(command: &Command, long: &str) -> (u64, u64) {
    let takes = |n: u64| {
        let command = command.clone().no_binary_name(true).disable_help_flag(true);
        let tried = command.try_get_matches_from([format!("--{long}={n}")]);
        !tried.is_err_and(|error| error.kind() == ErrorKind::ValueValidation)
    };
    // More than this no number in JSON is, exactly.
    let (mut most, mut beyond) = (1, 1 << 53);
    while beyond - most > 1 {
        let middle = most + (beyond - most) / 2;
        if takes(middle) {
            most = middle;
        } else {
            beyond = middle;
        }
    }
    (u64::from(!takes(0)), most)
}

/// True when an empty text is one of the texts that an argument can be.
fn takes_nothing(command: &Command, arg: &Arg) -> bool {
    let words: Vec<String> = match (arg.get_long(), arg.get_index()) {
        (Some(long), _) => vec![format!("--{long}=")],
        (None, index) => {
            let before = index.unwrap_or(1).saturating_sub(1);
            std::iter::repeat_n("x".to_owned(), before).chain([String::new()]).collect()
        }
    };
    let command = command.clone().no_binary_name(true).disable_help_flag(true);
    !command.try_get_matches_from(words).is_err_and(|error| error.kind() == ErrorKind::InvalidValue)
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

#[cfg(test)]
mod tests {
    use super::super::OPERATIONS;
    use serde_json::json;
    use std::collections::BTreeSet;

    #[test]
    fn ranges_are_those_that_are_held() {
        for entry in OPERATIONS {
            let strict = entry.strict_schema();
            for (name, property) in strict["properties"].as_object().unwrap() {
                let Some(most) = property["maximum"].as_u64() else { continue };
                let least = property["minimum"].as_u64().unwrap();
                let says = |n: u64| {
                    let error = entry.from_json(&json!({ name: n })).err();
                    error.is_some_and(|error| format!("{error:#}").contains("is not in"))
                };
                assert!(!says(least) && !says(most), "{} {name}", entry.name);
                assert!(least == 0 || says(least - 1), "{} {name}", entry.name);
                assert!(most == (1 << 53) - 1 || says(most + 1), "{} {name}", entry.name);
            }
        }
        let of = |name: &str, field: &str| {
            let entry = OPERATIONS.iter().find(|entry| entry.name == name).unwrap();
            entry.strict_schema()["properties"][field].clone()
        };
        assert_eq!(of("search", "limit")["maximum"], 1_000);
        assert_eq!(of("search", "context")["minimum"], 0);
        assert_eq!(of("callers", "limit")["minimum"], 1);
    }

    /// Whether an operation takes an empty text there as far as its type goes.
    #[test]
    fn what_is_never_empty_says_so_and_other_texts_may_be() {
        let mut never = BTreeSet::new();
        for entry in OPERATIONS {
            for (name, property) in entry.schema()["properties"].as_object().unwrap() {
                if property["type"] != json!("string") || !property["enum"].is_null() {
                    continue;
                }
                let error = entry.from_json(&json!({ name: "" })).err();
                let is_refused =
                    error.is_some_and(|error| format!("{error:#}").contains("a value is required"));
                assert_eq!(property["minLength"] == 1, is_refused, "{} {name}", entry.name);
                never.extend(is_refused.then(|| name.clone()));
            }
        }
        let never: Vec<&str> = never.iter().map(String::as_str).collect();
        assert!(never.contains(&"to") && never.contains(&"from") && never.contains(&"project"), "{never:?}");
    }
}
