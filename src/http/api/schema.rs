//! JSON Schema, as far as our documents use it: what is published is what is checked.

use serde_json::{Map, Value, json};

/// A field that is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// Its name, with those that lead to it: `filters.language`; empty for the whole.
    pub(super) field: String,
    /// What is wrong with it.
    pub(super) message: String,
}

impl Wrong {
    pub(super) fn new(field: &str, message: impl Into<String>) -> Self {
        Self { field: field.to_owned(), message: message.into() }
    }

    pub(super) fn json(&self) -> Value {
        json!({ "field": self.field, "message": self.message })
    }
}

/// Tells all that is wrong with a value. Of a schema are known: `type`, `enum`, `minimum`, `maximum`, `minLength`,
/// `maxLength` (in characters), `maxItems`, `items`, `properties`, `required`, `additionalProperties` as a truth value or
/// a schema, and `$ref` to one of `components`.
pub(super) fn check(schema: &Value, components: &Value, value: &Value, field: &str, wrong: &mut Vec<Wrong>) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix("#/components/schemas/").unwrap_or_default();
        return check(&components[name], components, value, field, wrong);
    }
    let mut say = |message: String| wrong.push(Wrong::new(field, message));
    if !has_type(&schema["type"], value) {
        return say(format!(
            "{} is given, where {} is wanted",
            with_article(kind(value)),
            wanted(&schema["type"])
        ));
    }
    if let Some(choices) = schema["enum"].as_array().filter(|choices| !choices.contains(value)) {
        let choices: Vec<String> = choices.iter().map(Value::to_string).collect();
        say(format!("it is none of {}", choices.join(", ")));
    }
    match value {
        Value::Number(number) => {
            let bound = |name: &str| schema[name].as_f64();
            let number = number.as_f64().unwrap_or(f64::NAN);
            if bound("minimum").is_some_and(|least| number < least) {
                say(format!("it is less than {}", schema["minimum"]));
            }
            if bound("maximum").is_some_and(|most| number > most) {
                say(format!("it is more than {}", schema["maximum"]));
            }
        }
        Value::String(text) => {
            let length = text.chars().count() as u64;
            if schema["minLength"].as_u64().is_some_and(|least| length < least) {
                say(format!("it has fewer characters than {}", schema["minLength"]));
            }
            if schema["maxLength"].as_u64().is_some_and(|most| length > most) {
                say(format!("it has more characters than {}", schema["maxLength"]));
            }
        }
        Value::Array(items) => {
            if schema["maxItems"].as_u64().is_some_and(|most| items.len() as u64 > most) {
                say(format!("it has more items than {}", schema["maxItems"]));
            }
            if let Some(of) = schema.get("items") {
                for (at, item) in items.iter().enumerate() {
                    check(of, components, item, &format!("{field}[{at}]"), wrong);
                }
            }
        }
        Value::Object(fields) => check_fields(schema, components, fields, field, wrong),
        Value::Null | Value::Bool(_) => {}
    }
}

fn check_fields(
    schema: &Value,
    components: &Value,
    fields: &Map<String, Value>,
    field: &str,
    wrong: &mut Vec<Wrong>,
) {
    let inner = |name: &str| if field.is_empty() { name.to_owned() } else { format!("{field}.{name}") };
    let known = schema["properties"].as_object();
    for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        if !fields.contains_key(name) {
            wrong.push(Wrong::new(&inner(name), "it is missing"));
        }
    }
    for (name, value) in fields {
        let other = &schema["additionalProperties"];
        match known.and_then(|known| known.get(name)) {
            Some(schema) => check(schema, components, value, &inner(name), wrong),
            None if other == false => {
                let names: Vec<&str> = known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                let names = if names.is_empty() { "there are none".to_owned() } else { names.join(", ") };
                wrong.push(Wrong::new(&inner(name), format!("it is not known; known are: {names}")));
            }
            None if other.is_object() => check(other, components, value, &inner(name), wrong),
            None => {}
        }
    }
}

/// True when a value is of a type, or of one of several.
fn has_type(types: &Value, value: &Value) -> bool {
    let is = |name: &str| match name {
        // A number without a fraction is whole however it is written.
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        name => kind(value) == name,
    };
    match types {
        Value::String(name) => is(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).any(is),
        _ => true,
    }
}

fn wanted(types: &Value) -> String {
    match types {
        Value::Array(names) => {
            names.iter().filter_map(Value::as_str).map(with_article).collect::<Vec<_>>().join(" or ")
        }
        name => with_article(name.as_str().unwrap_or_default()),
    }
}

/// The name of a type in a sentence.
fn with_article(name: &str) -> String {
    match name.chars().next() {
        _ if name == "null" => name.to_owned(),
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(schema: &Value, value: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let components = json!({ "Name": { "type": "string", "minLength": 2 } });
        check(schema, &components, value, "", &mut wrong);
        wrong.into_iter().map(|each| each.field).collect()
    }

    #[test]
    fn every_wrong_field_is_named_with_its_way() {
        let schema = json!({
            "type": "object",
            "required": ["a", "b"],
            "additionalProperties": false,
            "properties": {
                "a": { "type": "integer", "minimum": 1, "maximum": 9 },
                "b": { "$ref": "#/components/schemas/Name" },
                "c": { "type": "array", "maxItems": 2, "items": { "enum": ["x", "y"] } },
                "d": { "type": "object", "properties": { "e": { "type": ["string", "null"] } } },
                "f": { "type": "object", "additionalProperties": { "type": "boolean" } },
            },
        });
        for (value, fields) in [
            (json!({ "a": 1, "b": "xy" }), vec![]),
            (
                json!({ "a": 9.0, "b": "xy", "c": ["x"], "d": { "e": null, "z": 1 }, "f": { "g": true } }),
                vec![],
            ),
            (json!({}), vec!["a", "b"]),
            (json!([]), vec![""]),
            (json!({ "a": 0, "b": "ä" }), vec!["a", "b"]),
            (json!({ "a": 10, "b": "xyz" }), vec!["a"]),
            (json!({ "a": 1.5, "b": 1 }), vec!["a", "b"]),
            (json!({ "a": "1", "b": "xy", "c": ["x", "z", "y"] }), vec!["a", "c", "c[1]"]),
            (json!({ "a": 1, "b": "xy", "d": { "e": 1 }, "f": { "g": 1 }, "h": 1 }), vec!["d.e", "f.g", "h"]),
        ] {
            assert_eq!(wrong(&schema, &value), fields, "{value}");
        }
    }
}
