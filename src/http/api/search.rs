//! Searches by words, and by a piece of code.

use super::input::{Doc, Field};
use super::{ask, data, in_data, project_field, question, route, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Class, Params, Route};
use crate::service::{Group, OPERATIONS};
use anyhow::Result;
use serde_json::{Value, json};
use tiny_http::Method;

/// Most results of one answer.
const MAX_LIMIT: u64 = 100;
/// Results that can be paged through: the operation gives 1,000 at most.
const MAX_OFFSET: u64 = 900;
/// Most bytes of code that others may be like.
const MAX_CODE: u64 = 100_000;

/// The names that a field of an operation takes.
pub(super) fn choices(operation: &str, field: &str) -> Value {
    let entry = OPERATIONS.iter().find(|entry| entry.group == Group::Top && entry.name == operation);
    entry.map_or(Value::Null, |entry| entry.schema()["properties"][field]["items"]["enum"].clone())
}

pub(super) fn routes() -> Vec<Route> {
    let language = json!({ "type": "string", "enum": choices("search", "lang") });
    let kinds = choices("search", "kind");
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 10 });
    let doc = |name: &str| Doc {
        tag: "search",
        problems: &[404],
        answer: (200, in_data(shape(name))),
        ..Doc::default()
    };
    let words = route(
        Method::Get,
        "/search",
        "search_code",
        "Finds code by words and meaning",
        search,
        Doc {
            query: vec![
                Field {
                    is_needed: true,
                    ..Field::new(
                        "q",
                        "Words, a sentence, or the name of a symbol; with the operators of the command `search`",
                        json!({ "type": "string", "minLength": 1, "maxLength": 2_000 }),
                    )
                },
                project_field(),
                Field::new("language", "Only files in this language or kind of text", language.clone()),
                Field::new(
                    "file_type",
                    "Only files with this ending, such as `rs`",
                    json!({ "type": "string", "minLength": 1, "maxLength": 32 }),
                ),
                Field::new(
                    "entity_type",
                    "Only symbols of this kind",
                    json!({ "type": "string", "enum": kinds.clone() }),
                ),
                Field::new(
                    "context",
                    "Lines to show before and after those of a result",
                    json!({ "type": "integer", "minimum": 0, "maximum": 20, "default": 0 }),
                ),
                Field::new("tests", "Test code too", json!({ "type": "boolean", "default": true })),
                Field::new("limit", "Most results", limit.clone()),
                Field::new(
                    "offset",
                    "Results to pass over",
                    json!({ "type": "integer", "minimum": 0, "maximum": MAX_OFFSET, "default": 0 }),
                ),
            ],
            ..doc("SearchResults")
        },
    );
    let code = route(
        Method::Post,
        "/similar",
        "similar_code",
        "Finds code that is like a piece of code",
        similar,
        Doc {
            body: Some(json!({
                "type": "object",
                "required": ["code"],
                "additionalProperties": false,
                "properties": {
                    "code": { "type": "string", "minLength": 1, "maxLength": MAX_CODE / 4, "description": "The code" },
                    "project_id": {
                        "type": "string", "minLength": 1,
                        "description": "Project to search; without one, every project",
                    },
                    "limit": limit,
                    "filters": {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": {
                            "language": language,
                            "entity_types": {
                                "type": "array", "maxItems": 20,
                                "items": { "type": "string", "enum": kinds },
                            },
                            "tests": { "type": "boolean", "default": true },
                        },
                    },
                },
            })),
            ..doc("SimilarResults")
        },
    );
    vec![question(words, Class::Search), question(code, Class::Search)]
}

/// A glob for files with an ending, whatever characters that has.
fn ending(text: &str) -> String {
    let escaped: String = text
        .trim_start_matches('.')
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '_' || c == '.' { c.to_string() } else { format!("[{c}]") })
        .collect();
    format!("**/*.{escaped}")
}

/// The reply for a project that there is not; nothing when there is, or none is named.
pub(super) fn unknown(state: &State, call: &Call, id: Option<&str>) -> Result<Option<Reply>> {
    let Some(id) = id else { return Ok(None) };
    Ok(super::projects::record(state, call, id)?.err())
}

fn search(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let project = params.text("project_id");
    if let Some(missing) = unknown(state, call, project)? {
        return Ok(missing);
    }
    let (limit, offset) = (params.number("limit"), params.number("offset"));
    let mut body = json!({
        "query": [params.text("q")],
        "limit": limit + offset,
        "context": params.number("context"),
        "no_tests": !params.is("tests"),
    });
    scope(&mut body, project);
    for (field, of) in [("lang", "language"), ("kind", "entity_type")] {
        if let Some(text) = params.text(of) {
            body[field] = json!([text]);
        }
    }
    if let Some(file_type) = params.text("file_type") {
        body["path"] = json!([ending(file_type)]);
    }
    let answer = ask(state, call, Group::Top, "search", &body)?;
    let hits = answer["results"].as_array().into_iter().flatten();
    let results: Vec<Value> =
        hits.skip(usize::try_from(offset).unwrap_or(usize::MAX)).map(|hit| shown(hit, "score")).collect();
    Ok(data(told(&answer, results)))
}

fn similar(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let body = &params.body;
    let project = body["project_id"].as_str();
    if let Some(missing) = unknown(state, call, project)? {
        return Ok(missing);
    }
    let filters = &body["filters"];
    let mut asked = json!({
        "code": body["code"],
        "limit": body["limit"],
        "no_tests": filters["tests"] == false,
    });
    if let Some(project) = project {
        asked["project"] = project.into();
    }
    if filters["language"].is_string() {
        asked["lang"] = json!([filters["language"]]);
    }
    if filters["entity_types"].is_array() {
        asked["kind"] = filters["entity_types"].clone();
    }
    let answer = ask(state, call, Group::Top, "similar", &asked)?;
    let hits = answer["results"].as_array().into_iter().flatten();
    Ok(data(told(&answer, hits.map(|hit| shown(hit, "similarity")).collect())))
}

/// The project that is asked, else all.
fn scope(body: &mut Value, project: Option<&str>) {
    match project {
        Some(project) => body["project"] = project.into(),
        None => body["all"] = true.into(),
    }
}

/// An answer as it is told, with what is odd about it.
fn told(answer: &Value, results: Vec<Value>) -> Value {
    let mut told = json!({ "results": results, "total": answer["total"], "took": answer["took_ms"] });
    for field in ["notes", "hint", "did_you_mean", "answered"] {
        if !answer[field].is_null() {
            told[field] = answer[field].clone();
        }
    }
    told
}

/// A hit as it is told.
fn shown(hit: &Value, score: &str) -> Value {
    let line = if hit["symbol_line"].is_null() { &hit["start_line"] } else { &hit["symbol_line"] };
    let lines = |field: &str| -> Vec<&str> {
        hit[field].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
    };
    let (before, after) = (lines("before"), lines("after"));
    let snippet: Vec<&str> = hit["snippet"].as_str().unwrap_or_default().split('\n').collect();
    let own = snippet.get(before.len()..snippet.len().saturating_sub(after.len())).unwrap_or_default();
    let mut shown = json!({
        "id": hit["id"],
        score: hit["score"],
        "file": hit["path"],
        "line": line,
        "column": hit["symbol_column"],
        "start_line": hit["start_line"],
        "end_line": hit["end_line"],
        "language": hit["language"],
        "entity_type": hit["kind"],
        "entity_name": hit["symbol"],
        "context": { "before": before.join("\n"), "match": own.join("\n"), "after": after.join("\n") },
        "project": { "id": hit["project"], "name": hit["project"] },
    });
    for field in ["cell", "stale"] {
        if !hit[field].is_null() {
            shown[field] = hit[field].clone();
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::ending;

    #[test]
    fn an_ending_is_no_pattern() {
        assert_eq!(ending("rs"), "**/*.rs");
        assert_eq!(ending(".tar.gz"), "**/*.tar.gz");
        assert_eq!(ending("{a,b}*"), "**/*.[{]a[,]b[}][*]");
    }
}
