//! The operations of the registry, each a `POST` whose JSON body has its arguments.

use super::call::{Call, Reply, Wish};
use super::routes::{Class, Params, Route, Run, Scope, get, of_registry};
use super::{State, api};
use crate::service::{Effect, Entry};
use anyhow::Result;
use serde_json::{Value, json};
use tiny_http::Method;

/// A route for each operation.
pub(super) fn routes() -> impl Iterator<Item = Route> {
    of_registry().map(|entry| Route {
        method: Method::Post,
        path: entry.path(),
        name: entry.name,
        about: entry.command().get_about().map(ToString::to_string).unwrap_or_default(),
        scope: if entry.effect == Effect::Admin { Scope::Admin } else { Scope::Read },
        class: if entry.name == "search" { Class::Search } else { Class::Query },
        doc: Some(api::of_operation(entry)),
        run: Run::Operation(entry),
        ..get()
    })
}

/// Runs an operation with the arguments of a body.
pub(super) fn run(state: &State, call: &Call, entry: &Entry) -> Result<Reply> {
    let body = match call.body.trim_ascii() {
        [] => Value::Null,
        body => match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(error) => {
                return Ok(Reply::problem(400, "usage", format!("the body is no JSON: {error}")));
            }
        },
    };
    let project = body["project"].as_str();
    let answered = entry.from_json(&body).and_then(|request| request.run(&state.context(call)));
    let wish = Wish::of(call.header("Accept"), entry.formats);
    let reply = answered.and_then(|answer| Reply::answer(&*answer, wish));
    Ok(reply.unwrap_or_else(|error| Reply::error(&error)).about(project))
}

/// `GET /api/v1`: every operation with its path and its fields, from the same metadata that makes `--help`.
#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn list(_: &State, _: &Call, _: &Params) -> Result<Reply> {
    let operation = |entry: &'static Entry| {
        json!({
            "method": "POST",
            "path": entry.path(),
            "about": entry.command().get_about().map(ToString::to_string),
            "body": entry.schema(),
        })
    };
    Ok(Reply::json(&json!({ "operations": of_registry().map(operation).collect::<Vec<_>>() })))
}
