//! The operations of the registry, each a `POST` whose JSON body has its arguments.

use super::call::{Call, Reply, Wish};
use super::routes::{Class, Params, Route, Run, Scope, get, of_registry};
use super::{State, api};
use crate::service::{Context, Effect, Entry};
use anyhow::Result;
use serde_json::{Value, json};
use tiny_http::Method;

/// The operation that has a limit of time of its own.
const SEARCH: &str = "search";
/// The operation that writes the index and is for who runs the daemon.
const RESTORE: &str = "restore";

/// A route for each operation.
pub(super) fn routes() -> impl Iterator<Item = Route> {
    of_registry().map(|entry| Route {
        method: Method::Post,
        path: entry.path(),
        name: entry.name,
        about: entry.command().get_about().map(ToString::to_string).unwrap_or_default(),
        scope: scope(entry),
        class: if entry.name == SEARCH { Class::Search } else { Class::Query },
        doc: Some(api::of_operation(entry)),
        run: Run::Operation(entry),
        ..get()
    })
}

/// What a client must be allowed to do for an operation.
pub(super) fn scope(entry: &Entry) -> Scope {
    match entry.effect {
        Effect::Read => Scope::Read,
        // A restore changes every project at once.
        Effect::Write if entry.name == RESTORE => Scope::Admin,
        Effect::Write => Scope::Write,
        Effect::Keep | Effect::Admin => Scope::Admin,
    }
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
    let cx = if entry.name == SEARCH { state.search_context(call) } else { state.context(call) };
    let wish = Wish::of(call.header("Accept"), entry.formats);
    let reply = answer(state, call, &cx, entry, &body, wish);
    Ok(reply.unwrap_or_else(|error| Reply::error(&error)).about(project))
}

/// The answer, which may be one that was given before.
fn answer(
    state: &State,
    call: &Call,
    cx: &Context,
    entry: &Entry,
    body: &Value,
    wish: Wish,
) -> Result<Reply> {
    let (request, form) = (entry.from_json(body)?, format!("{wish:?}"));
    state.answers.answer(cx, entry, request, &form, &call.trail, |answer| {
        let reply = Reply::answer(answer, wish)?;
        let bytes = reply.bytes_held();
        Ok((reply, bytes))
    })
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
