//! Files of a project: their lines and what they define.

use super::input::{Doc, Field};
use super::{ask, data, in_data, projects, route, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Params, Route};
use crate::service::Group;
use anyhow::Result;
use serde_json::json;
use tiny_http::Method;

pub(super) fn routes() -> Vec<Route> {
    let line = |name, about| {
        Field::new(name, about, json!({ "type": "integer", "minimum": 1, "maximum": 1_000_000_000 }))
    };
    let doc =
        |answer| Doc { tag: "files", problems: &[404], answer: (200, in_data(answer)), ..Doc::default() };
    vec![
        route(
            Method::Get,
            "/projects/{id}/files/{path}",
            "get_file",
            "Shows lines of an indexed file, as they are on disk now; a slash in the path is written %2F",
            source,
            Doc {
                query: vec![
                    line("from", "First line; without one, 1"),
                    line("to", "Last line; without one, as many as an answer takes: 5,000 or 1 MiB"),
                ],
                ..doc(shape("File"))
            },
        ),
        route(
            Method::Get,
            "/projects/{id}/files/{path}/outline",
            "get_outline",
            "Shows what is defined in a file",
            outline,
            doc(shape("Outline")),
        ),
    ]
}

fn source(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let id = params.get("id");
    if let Err(missing) = projects::record(state, call, id)? {
        return Ok(missing);
    }
    let mut body = json!({ "project": id, "file": params.get("path") });
    for field in ["from", "to"] {
        if let Some(line) = params.query.get(field) {
            body[field] = line.clone();
        }
    }
    Ok(data(ask(state, call, Group::Top, "source", &body)?))
}

fn outline(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let (id, path) = (params.get("id"), params.get("path"));
    if let Err(missing) = projects::record(state, call, id)? {
        return Ok(missing);
    }
    // The question takes the end of a path too; here a file has one address.
    let answer = ask(state, call, Group::Query, "outline", &json!({ "project": id, "file": path }))?;
    if answer["path"] != path {
        return Ok(Reply::problem(404, "not_found", format!("no file `{path}` is indexed")));
    }
    Ok(data(answer))
}
