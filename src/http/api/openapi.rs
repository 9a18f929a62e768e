//! The OpenAPI document (3.1), made of the table of routes and of the registry.

use super::input::Doc;
use super::{route, shape, shapes};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Params, Route, Routes, Run, Scope};
use crate::service::{Entry, Format};
use anyhow::Result;
use serde_json::{Map, Value, json};
use tiny_http::Method;

/// What no text in an address has: requests with it are refused before they are read.
const NO_NUL: &str = "^[^\\u0000]*$";
/// The same for a part of a path, which is also no step up or in place: those go before an address is sent.
const PART: &str = "^([^\\u0000.]|\\.[^\\u0000.]|\\.\\.[^\\u0000])[^\\u0000]*$";

pub(super) fn routes() -> Vec<Route> {
    vec![route(
        Method::Get,
        "/openapi.json",
        "openapi",
        "Describes all routes, in OpenAPI 3.1",
        document,
        Doc { tag: "operations", answer: (200, json!({ "type": "object" })), ..Doc::default() },
    )]
}

/// What an operation's route takes and gives.
pub(in crate::http) fn of_operation(entry: &Entry) -> Doc {
    Doc {
        tag: if entry.name == "search" { "search" } else { "questions" },
        body: Some(entry.strict_schema()),
        answer: (200, shapes::of_operation(entry)),
        problems: &[404],
        ..Doc::default()
    }
}

/// What the route takes and gives that makes tokens.
pub(in crate::http) fn of_token() -> Doc {
    Doc {
        tag: "tokens",
        body: Some(json!({
            "type": "object",
            "additionalProperties": false,
            "properties": {
                "scope": { "type": "string", "enum": ["read", "write", "admin"], "description": "Without it, that of the key" },
                "expires_in": { "type": "integer", "minimum": 1, "maximum": 1_000_000_000, "description": "Seconds; at most security.jwt_expiration" },
            },
        })),
        answer: (200, shape("Token")),
        problems: &[404],
        ..Doc::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn document(state: &State, _: &Call, _: &Params) -> Result<Reply> {
    let bytes = state.api.document.get_or_init(|| {
        let config = &state.loaded.config;
        made(&Routes::new(config), &config.security.api_key_header.0).to_string().into_bytes()
    });
    Ok(Reply::bytes("application/json", bytes.clone()))
}

/// The document of some routes, whose key comes in a header.
fn made(routes: &Routes, header: &str) -> Value {
    let key = if header.eq_ignore_ascii_case("Authorization") {
        json!({ "type": "http", "scheme": "bearer" })
    } else {
        json!({ "type": "apiKey", "in": "header", "name": header })
    };
    let mut paths = Map::new();
    for route in routes.all() {
        if let Some(doc) = &route.doc {
            let at = paths.entry(route.path.clone()).or_insert_with(|| json!({}));
            at[route.method.to_string().to_lowercase()] = operation(route, doc);
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "CodeGraph",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Search indexed code by words and meaning, and ask who calls what.",
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "security": [{ "key": [] }],
        "paths": paths,
        "components": {
            "schemas": shapes::all(),
            "responses": {
                "Problem": {
                    "description": "What went wrong (RFC 9457)",
                    "content": { "application/problem+json": { "schema": shape("Problem") } },
                },
            },
            "securitySchemes": { "key": key },
        },
    })
}

fn operation(route: &Route, doc: &Doc) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    for part in route.path.split('/') {
        if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            parameters.push(json!({
                "name": name,
                "in": "path",
                "required": true,
                "schema": { "type": "string", "minLength": 1, "pattern": PART },
            }));
        }
    }
    for field in &doc.query {
        let mut schema = field.schema.clone();
        if schema["type"] == "string" && schema["enum"].is_null() {
            schema["pattern"] = NO_NUL.into();
        }
        parameters.push(json!({
            "name": field.name,
            "in": "query",
            "required": field.is_needed,
            "description": field.about,
            "schema": schema,
        }));
    }
    let (status, schema) = &doc.answer;
    let mut responses = Map::new();
    let mut content = Map::new();
    let formats = if let Run::Operation(entry) = &route.run { entry.formats } else { &[Format::Json] };
    for format in formats {
        let kind = format.media_type().split(';').next().unwrap_or_default();
        let schema = if *format == Format::Json { json!({ "schema": schema }) } else { json!({}) };
        content.insert(kind.to_owned(), schema);
    }
    responses.insert(status.to_string(), json!({ "description": "It is done", "content": content }));
    let problem = json!({ "$ref": "#/components/responses/Problem" });
    let mut problems = vec![400, 405];
    if route.scope != Scope::Open {
        problems.extend([401, 403, 429]);
    }
    problems.push(503);
    problems.extend(doc.problems);
    for status in problems {
        responses.insert(status.to_string(), problem.clone());
    }
    responses.insert("default".to_owned(), problem);
    // Health is told in one shape, whether all is well or not.
    if route.name == "health_of_parts" {
        responses.insert(
            "503".to_owned(),
            json!({ "description": "A part is not well", "content": { "application/json": { "schema": schema } } }),
        );
    }
    let mut operation = json!({
        "operationId": match &route.run {
            // The names of operations are those of the command line, of which some are also the names of routes.
            Run::Operation(entry) => format!("ask_{}", entry.name.replace('-', "_")),
            Run::Handler(_) => route.name.to_owned(),
        },
        "summary": route.about,
        "tags": [doc.tag],
        "parameters": parameters,
        "responses": responses,
        "x-codegraph-scope": route.scope.name(),
    });
    if let Some(body) = &doc.body {
        operation["requestBody"] = json!({
            "required": doc.needs_body(),
            "content": { "application/json": { "schema": body } },
        });
    }
    if route.scope == Scope::Open {
        operation["security"] = json!([]);
    }
    operation
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn every_documented_route_is_in_the_document_once_with_a_name_of_its_own() {
        let routes = Routes::new(&Config::default());
        let document = made(&routes, "Authorization");
        let mut names = Vec::new();
        let mut n = 0;
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                n += 1;
                names.push(operation["operationId"].as_str().unwrap().to_owned());
                let is_it = |route: &&Route| {
                    route.path == *path && route.method.to_string().to_lowercase() == *method
                };
                let route = routes.all().iter().find(is_it).unwrap();
                let is_open = operation["security"] == json!([]);
                assert_eq!(is_open, route.scope == Scope::Open, "{path}");
                let summary = operation["summary"].as_str().unwrap();
                assert!(!summary.is_empty() && !summary.ends_with('.'), "{path}: {summary}");
            }
        }
        assert_eq!(n, routes.all().iter().filter(|route| route.doc.is_some()).count());
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_shape_is_referred_to() {
        let document = made(&Routes::new(&Config::default()), "Authorization");
        let text = document.to_string();
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for part in text.split("\"#/components/schemas/").skip(1) {
            let name = part.split('"').next().unwrap();
            assert!(schemas.contains_key(name), "{name}");
        }
        for name in schemas.keys() {
            assert!(text.contains(&format!("\"#/components/schemas/{name}\"")), "{name}");
        }
    }
}
