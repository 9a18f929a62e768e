//! Resources over the operations: projects, jobs, searches, entities, questions, files, and what operators need. Each
//! route has its description beside it, which the OpenAPI document tells and requests are held against.

mod admin;
mod entities;
mod files;
mod graph;
mod health;
mod input;
mod jobs;
mod openapi;
mod paths;
mod projects;
mod schema;
mod search;
mod shapes;
mod work;

pub(super) use health::{health, ready};
pub(super) use input::Doc;
pub(super) use openapi::{of_operation, of_token};

use super::State;
use super::call::{Call, Reply};
use super::routes::{Class, Params, Scope};
use super::routes::{ROOT, Route, Run, get};
use crate::config::Loaded;
use crate::error::Kind;
use crate::jobs::{Jobs, Place};
use crate::observe::Metrics;
use crate::service::{Context, Group, Models, OPERATIONS, told};
use anyhow::{Context as _, Result};
use input::Field;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Instant;
use tiny_http::Method;

/// What resources share.
pub(super) struct Shared {
    /// Work that was asked for.
    pub(super) jobs: Jobs,
    /// When the daemon began.
    began: Instant,
    health: health::Kept,
    document: OnceLock<Vec<u8>>,
}

impl Shared {
    pub(super) fn new(
        data: PathBuf,
        loaded: Arc<Loaded>,
        models: Arc<Models>,
        metrics: Arc<Metrics>,
    ) -> Self {
        Self {
            jobs: Jobs::new(Place { data, loaded, models, metrics }),
            began: Instant::now(),
            health: health::Kept::default(),
            document: OnceLock::new(),
        }
    }
}

/// Every route of a resource.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = projects::routes();
    for more in [
        files::routes(),
        jobs::routes(),
        search::routes(),
        entities::routes(),
        graph::routes(),
        health::routes(),
        admin::routes(),
        work::routes(),
        openapi::routes(),
    ] {
        routes.extend(more);
    }
    routes
}

type Handler = fn(&State, &Call, &Params) -> Result<Reply>;

/// A route below [`ROOT`] that needs the right to read, and to do more where it does more than tell.
fn route(method: Method, path: &str, name: &'static str, about: &str, handler: Handler, doc: Doc) -> Route {
    let scope = if method == Method::Get { Scope::Read } else { Scope::Write };
    Route {
        method,
        path: format!("{ROOT}{path}"),
        name,
        about: about.to_owned(),
        scope,
        run: Run::Handler(handler),
        doc: Some(doc),
        ..get()
    }
}

/// The same as a question, with the limits of one.
fn question(route: Route, class: Class) -> Route {
    Route { scope: Scope::Read, class, ..route }
}

/// What an operation answers to a body.
fn ask(state: &State, call: &Call, group: Group, name: &str, body: &Value) -> Result<Value> {
    ask_in(state, call, &state.context(call), group, name, body)
}

fn ask_in(state: &State, call: &Call, cx: &Context, group: Group, name: &str, body: &Value) -> Result<Value> {
    let entry = OPERATIONS.iter().find(|entry| entry.group == group && entry.name == name);
    let entry = entry.with_context(|| format!("there is no operation `{name}`"))?;
    let (data, _) = told(&state.told, cx, entry, body, &call.trail)?;
    Ok(Arc::unwrap_or_clone(data))
}

/// An answer in its envelope.
fn data(value: impl Into<Value>) -> Reply {
    Reply::json(&json!({ "data": value.into() }))
}

/// The same as [`ask`]; nothing for what there is not.
fn find(state: &State, call: &Call, group: Group, name: &str, body: &Value) -> Result<Option<Value>> {
    match ask(state, call, group, name, body) {
        Err(error) if matches!(Kind::of(&error), Kind::NotFound | Kind::NoIndex) => Ok(None),
        other => other.map(Some),
    }
}

/// A part of a path, as it stands in one.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The schema of a reference to one of the document's shapes.
fn shape(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The schema of an answer in its envelope.
fn in_data(schema: Value) -> Value {
    json!({ "type": "object", "required": ["data"], "properties": { "data": schema } })
}

/// The query's field for a project.
fn project_field() -> Field {
    Field::new("project_id", "Project to ask; without one, every project", json!({ "type": "string" }))
}
