//! Operations that write or take long, asked for with the body that they have on the command line, and done as jobs.

use super::input::Doc;
use super::{in_data, projects, route, shape};
use crate::error::{Kind as ErrorKind, ResultExt as _};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::operations::scope;
use crate::http::routes::{Params, ROOT, Route};
use crate::jobs::{Kind, Order};
use crate::service::{Effect, Entry, Surface};
use anyhow::{Context as _, Result, anyhow};
use serde_json::{Value, json};
use std::path::Path;
use tiny_http::Method;

/// The jobs that a client may ask for as operations.
fn operations() -> impl Iterator<Item = (Kind, &'static Entry)> {
    Kind::ALL.iter().filter_map(|kind| {
        let entry = kind.operation().ok()?;
        entry.surfaces.contains(&Surface::Http).then_some((*kind, entry))
    })
}

pub(super) fn routes() -> Vec<Route> {
    let one = |(_, entry): (Kind, &'static Entry)| {
        let about = entry.command().get_about().map(ToString::to_string).unwrap_or_default();
        let doc = Doc {
            tag: if entry.effect == Effect::Write { "jobs" } else { "admin" },
            body: Some(entry.strict_schema()),
            answer: (202, in_data(shape("Job"))),
            problems: &[403, 404, 503],
            ..Doc::default()
        };
        let path = entry.path();
        let path = path.strip_prefix(ROOT).unwrap_or(&path);
        Route { scope: scope(entry), ..route(Method::Post, path, entry.name, &about, start, doc) }
    };
    operations().map(one).collect()
}

/// Takes on a job for the operation of a path.
fn start(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let (kind, entry) = operations()
        .find(|(_, entry)| entry.path() == call.path)
        .with_context(|| format!("there is no operation at {}", call.path))?;
    let mut body = params.body.clone();
    // What clap refuses is refused now, and not when its turn has come.
    entry.from_json(&body)?;
    if kind == Kind::Index {
        body["paths"] = json!([folder(state, call, &body["paths"])?]);
    }
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let project = text("project").or_else(|| text("name"));
    let is_guest = !call.caller.is_local && !kind.is_indexing();
    Ok(match projects::submit(state, Order { kind, project, body, is_guest }) {
        Ok(job) => projects::accepted(&job, json!(job)),
        Err(refused) => refused,
    })
}

/// The one folder that is named, links followed, when the client may name it.
fn folder(state: &State, call: &Call, paths: &Value) -> Result<Value> {
    let named = paths.as_array().map(Vec::as_slice).unwrap_or_default();
    let [Value::String(path)] = named else {
        return Err(anyhow!("a request indexes one folder"))
            .kind(ErrorKind::Usage)
            .hint("name one by its whole path on the machine on which the daemon runs");
    };
    let path = state.doors.allowed(&call.caller, Path::new(path))?;
    Ok(path.to_str().context("the path of the folder is no text").kind(ErrorKind::Usage)?.into())
}
