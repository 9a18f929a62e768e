//! What a route takes and gives, written once: the OpenAPI document tells it, and every request is held against it.

use super::schema::{self, Wrong};
use crate::http::call::{Call, Reply};
use crate::http::routes::{Params, decoded};
use serde_json::{Map, Value, json};

/// What a route takes and gives.
#[derive(Debug, Clone, Default)]
pub(in crate::http) struct Doc {
    /// What it is about, for the document's chapters.
    pub tag: &'static str,
    /// What may follow the `?`.
    pub query: Vec<Field>,
    /// The schema of a JSON body; nothing when it takes none.
    pub body: Option<Value>,
    /// Status and schema of what it answers when all is well.
    pub answer: (u16, Value),
    /// Problems besides those that any route may have.
    pub problems: &'static [u16],
}

/// A part of the query.
#[derive(Debug, Clone)]
pub(in crate::http) struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// Its schema: a string, an integer or a boolean, with a default unless it may be missing.
    pub schema: Value,
    /// It must be there.
    pub is_needed: bool,
}

impl Field {
    /// A field that may be missing.
    pub(super) const fn new(name: &'static str, about: &'static str, schema: Value) -> Self {
        Self { name, about, schema, is_needed: false }
    }
}

impl Doc {
    /// True when a body must be there.
    pub(super) fn needs_body(&self) -> bool {
        let required = self.body.as_ref().map(|body| &body["required"]);
        required.and_then(Value::as_array).is_some_and(|names| !names.is_empty())
    }

    /// Reads and checks query and body; defaults are filled in.
    ///
    /// # Errors
    /// The problem, with each field that is wrong.
    pub(in crate::http) fn check(&self, call: &Call, params: &mut Params) -> Result<(), Reply> {
        let mut wrong = Vec::new();
        params.query = self.read_query(&call.query, &mut wrong);
        if let Some(schema) = &self.body {
            let value = match call.body.trim_ascii() {
                [] => json!({}),
                bytes => serde_json::from_slice(bytes)
                    .map_err(|error| refused(&[Wrong::new("", format!("the body is no JSON: {error}"))]))?,
            };
            schema::check(schema, &Value::Null, &value, "", &mut wrong);
            params.body = with_defaults(schema, value);
        }
        if wrong.is_empty() { Ok(()) } else { Err(refused(&wrong)) }
    }

    fn read_query(&self, query: &str, wrong: &mut Vec<Wrong>) -> Map<String, Value> {
        let mut given: Map<String, Value> = Map::new();
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, text) = part.split_once('=').unwrap_or((part, ""));
            let plain = |text: &str| decoded(&text.replace('+', " "));
            let (Some(name), Some(text)) = (plain(name), plain(text)) else {
                wrong.push(Wrong::new(name, "it is not percent-encoded UTF-8"));
                continue;
            };
            let Some(field) = self.query.iter().find(|field| field.name == name) else {
                let names: Vec<&str> = self.query.iter().map(|field| field.name).collect();
                let names = if names.is_empty() { "there are none".to_owned() } else { names.join(", ") };
                wrong.push(Wrong::new(&name, format!("it is not known; known are: {names}")));
                continue;
            };
            if given.contains_key(&name) {
                wrong.push(Wrong::new(&name, "it is there twice"));
                continue;
            }
            let value = typed(&field.schema, text);
            schema::check(&field.schema, &Value::Null, &value, &name, wrong);
            given.insert(name, value);
        }
        for field in &self.query {
            if !given.contains_key(field.name) {
                if field.is_needed {
                    wrong.push(Wrong::new(field.name, "it is missing"));
                }
                if let Some(default) = field.schema.get("default") {
                    given.insert(field.name.to_owned(), default.clone());
                }
            }
        }
        given
    }
}

/// The problem of a request whose fields are wrong.
pub(super) fn refused(wrong: &[Wrong]) -> Reply {
    let detail = match wrong {
        [one] if one.field.is_empty() => one.message.clone(),
        [one] => format!("`{}`: {}", one.field, one.message),
        many => format!("{} fields are wrong", many.len()),
    };
    let errors: Vec<Value> = wrong.iter().map(Wrong::json).collect();
    Reply::problem(400, "usage", detail).member("errors", errors)
}

/// A text as the value that a schema wants, where it is one.
fn typed(schema: &Value, text: String) -> Value {
    let value = match schema["type"].as_str() {
        Some("integer") => text.parse::<i64>().map(Value::from).ok(),
        Some("boolean") => text.parse::<bool>().map(Value::from).ok(),
        _ => None,
    };
    value.unwrap_or(Value::String(text))
}

fn with_defaults(schema: &Value, mut value: Value) -> Value {
    if let Value::Object(fields) = &mut value {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(default) = property.get("default").filter(|_| !fields.contains_key(name)) {
                fields.insert(name.clone(), default.clone());
            }
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc() -> Doc {
        Doc {
            query: vec![
                Field { is_needed: true, ..Field::new("q", "", json!({ "type": "string", "minLength": 1 })) },
                Field::new(
                    "limit",
                    "",
                    json!({ "type": "integer", "minimum": 1, "maximum": 9, "default": 5 }),
                ),
                Field::new("all", "", json!({ "type": "boolean" })),
            ],
            ..Doc::default()
        }
    }

    fn read(query: &str) -> (Value, Vec<String>) {
        let mut wrong = Vec::new();
        let read = doc().read_query(query, &mut wrong);
        (Value::Object(read), wrong.into_iter().map(|each| each.field).collect())
    }

    #[test]
    fn a_query_becomes_values_with_defaults() {
        assert_eq!(
            read("q=a+b%2B%C3%A4&all=true"),
            (json!({ "q": "a b+ä", "all": true, "limit": 5 }), vec![])
        );
        assert_eq!(read("limit=9&q=%26%3D"), (json!({ "q": "&=", "limit": 9 }), vec![]));
        assert_eq!(read("&q==&"), (json!({ "q": "=", "limit": 5 }), vec![]));
    }

    #[test]
    fn what_is_wrong_in_a_query_is_named() {
        for (query, fields) in [
            ("", vec!["q"]),
            ("q=", vec!["q"]),
            ("q=a&q=b", vec!["q"]),
            ("q=a&limit=0", vec!["limit"]),
            ("q=a&limit=10", vec!["limit"]),
            ("q=a&limit=1e0", vec!["limit"]),
            ("q=a&limit=99999999999999999999", vec!["limit"]),
            ("q=a&all=1&x=2", vec!["all", "x"]),
            ("q=%ff", vec!["q", "q"]),
            ("q=a&%zz=1", vec!["%zz"]),
        ] {
            assert_eq!(read(query).1, fields, "{query}");
        }
    }
}
