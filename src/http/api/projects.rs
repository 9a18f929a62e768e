//! Projects: what is indexed, and how it comes, changes and goes.

use super::input::{Doc, Field};
use super::schema::Wrong;
use super::{ask, data, encoded, in_data, input, paths, route, shape};
use crate::error::Kind;
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Params, ROOT, Route};
use crate::jobs::{self, Order};
use crate::observe::clock;
use crate::service::{Group, MAX_DESCRIPTION};
use anyhow::Result;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::path::Path;
use tiny_http::Method;

/// Most characters of a project's name that a client gives.
const MAX_NAME: u64 = 200;

pub(super) fn routes() -> Vec<Route> {
    let options = |more: Value| {
        let mut properties = json!({
            "force": { "type": "boolean", "default": false, "description": "Read every file again" },
            "hidden": { "type": "boolean", "description": "Index hidden files too" },
            "no_ignore": {
                "type": "boolean",
                "description": "Index what .gitignore, .ignore and `ignore_patterns` leave out too",
            },
            "description": {
                "type": "string",
                "maxLength": MAX_DESCRIPTION,
                "description": "What the project is; without it, what was said before",
            },
        });
        for (name, property) in more.as_object().into_iter().flatten() {
            properties[name] = property.clone();
        }
        json!({ "type": "object", "additionalProperties": false, "properties": properties })
    };
    let mut new = options(json!({
        "path": {
            "type": "string",
            "minLength": 1,
            "maxLength": 4096,
            "pattern": "^/",
            "description": "The folder, absolute",
        },
        "name": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_NAME,
            "description": "Name of the project; without one, the folder's",
        },
    }));
    new["required"] = json!(["path"]);
    let doc = |answer| Doc { tag: "projects", answer, ..Doc::default() };
    let job = json!({ "oneOf": [shape("Job"), { "type": "null" }] });
    let accepted = |name: &str| {
        in_data(json!({
            "type": "object",
            "required": ["id", "name", "status", name],
            "properties": {
                "id": { "type": "string" },
                "name": { "type": "string" },
                "status": { "type": "string" },
                name: shape("Job"),
            },
        }))
    };
    vec![
        route(
            Method::Get,
            "/projects",
            "list_projects",
            "Lists the projects, a page at a time",
            list,
            Doc {
                query: vec![
                    Field::new(
                        "page",
                        "Which page",
                        json!({ "type": "integer", "minimum": 1, "maximum": 1_000_000, "default": 1 }),
                    ),
                    Field::new(
                        "limit",
                        "Projects of a page",
                        json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 }),
                    ),
                    Field::new(
                        "sort",
                        "What they are sorted by",
                        json!({ "type": "string", "enum": ["name", "created_at", "updated_at"], "default": "name" }),
                    ),
                    Field::new(
                        "order",
                        "In which direction",
                        json!({ "type": "string", "enum": ["asc", "desc"], "default": "asc" }),
                    ),
                    Field::new(
                        "search",
                        "Only those whose name or path has this, in any case",
                        json!({ "type": "string" }),
                    ),
                ],
                ..doc((
                    200,
                    json!({
                        "type": "object",
                        "required": ["data", "meta"],
                        "properties": {
                            "data": { "type": "array", "items": shape("Project") },
                            "meta": shape("Page"),
                        },
                    }),
                ))
            },
        ),
        route(
            Method::Post,
            "/projects",
            "create_project",
            "Indexes a folder as a project, as a job",
            create,
            Doc { body: Some(new), problems: &[409], ..doc((202, accepted("indexing_job"))) },
        ),
        route(
            Method::Get,
            "/projects/{id}",
            "get_project",
            "Tells of a project",
            show,
            Doc {
                query: vec![Field::new(
                    "scan",
                    "Look at the files too, and tell how fresh the index is",
                    json!({ "type": "boolean", "default": false }),
                )],
                problems: &[404],
                ..doc((200, in_data(shape("Project"))))
            },
        ),
        route(
            Method::Put,
            "/projects/{id}",
            "update_project",
            "Changes how a project is indexed and described; it is indexed again when that is another way than before",
            update,
            Doc {
                body: Some(options(json!({}))),
                problems: &[404],
                ..doc((
                    200,
                    in_data(json!({
                        "type": "object",
                        "required": ["id", "updated_at", "reindex_job"],
                        "properties": {
                            "id": { "type": "string" },
                            "updated_at": { "type": "string" },
                            "reindex_job": job,
                        },
                    })),
                ))
            },
        ),
        route(
            Method::Delete,
            "/projects/{id}",
            "delete_project",
            "Forgets a project, as a job; its files stay",
            delete,
            Doc {
                query: vec![Field::new(
                    "force",
                    "Also while it is being indexed: that is stopped",
                    json!({ "type": "boolean", "default": false }),
                )],
                problems: &[404, 409],
                ..doc((
                    202,
                    in_data(json!({
                        "type": "object",
                        "required": ["id", "deletion_job"],
                        "properties": { "id": { "type": "string" }, "deletion_job": shape("Job") },
                    })),
                ))
            },
        ),
        route(
            Method::Get,
            "/projects/{id}/stats",
            "project_stats",
            "Counts files, lines, symbols and edges of a project by language and kind",
            stats,
            Doc { problems: &[404], ..doc((200, in_data(shape("Stats")))) },
        ),
        route(
            Method::Post,
            "/projects/{id}/index",
            "index_project",
            "Brings the index of a project up to date, as a job",
            index,
            Doc { body: Some(options(json!({}))), problems: &[404], ..doc((202, accepted("indexing_job"))) },
        ),
    ]
}

/// The records of projects, as the operation `status` tells them; none when nothing was ever indexed.
pub(super) fn records(state: &State, call: &Call) -> Result<Vec<Value>> {
    match ask(state, call, Group::Top, "status", &json!({ "no_scan": true })) {
        Ok(mut overview) => match overview["projects"].take() {
            Value::Array(records) => Ok(records),
            _ => Ok(Vec::new()),
        },
        Err(error) if Kind::of(&error) == Kind::NoIndex => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// The record of a project.
///
/// # Errors
/// Inside: the reply when there is none.
pub(super) fn record(state: &State, call: &Call, id: &str) -> Result<Result<Value, Reply>> {
    let found = records(state, call)?.into_iter().find(|record| record["name"] == id);
    Ok(found.ok_or_else(|| {
        Reply::problem(404, "not_found", format!("there is no project `{id}`"))
            .hint(format!("GET {ROOT}/projects lists them"))
    }))
}

/// A project as it is told.
fn shown(state: &State, record: &Value, jobs: &[jobs::Shown]) -> Value {
    let name = record["name"].as_str().unwrap_or_default();
    let of_project = |job: &&jobs::Shown| job.project_id.as_deref() == Some(name);
    let busy = jobs.iter().filter(of_project).find(|job| !job.status.is_over());
    let status = match busy.map(|job| (job.status, job.kind)) {
        Some((jobs::State::Queued, _)) => "queued",
        Some((_, jobs::Kind::Remove)) => "deleting",
        Some(_) => "indexing",
        None if record["root_is_there"] == false => "missing",
        None => "ready",
    };
    let languages = record["languages"].as_array().into_iter().flatten();
    json!({
        "id": name,
        "name": name,
        "description": record["description"].as_str().unwrap_or_default(),
        "path": record["root"],
        "languages": languages.map(|language| language["name"].clone()).collect::<Vec<_>>(),
        "status": status,
        "created_at": record["created_at"].as_u64().map(clock::rfc3339),
        "updated_at": clock::rfc3339(record["indexed_at"].as_u64().unwrap_or_default()),
        "generation": record["generation"],
        "options": record["options"],
        "config": {
            "enable_vector_search": true,
            "embedding_model": record["embedding_model"],
            "ignore_patterns": state.loaded.config.parsing.general.ignore_patterns,
        },
        "stats": {
            "files": record["files"],
            "lines_of_code": record["lines"],
            "bytes": record["bytes"],
            "symbols": record["symbols"],
            "edges": record["edges"],
        },
    })
}

fn list(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let jobs = state.api.jobs.list();
    let mut projects: Vec<Value> =
        records(state, call)?.iter().map(|record| shown(state, record, &jobs)).collect();
    if let Some(wanted) = params.text("search") {
        let wanted = wanted.to_lowercase();
        let has = |field: &Value| field.as_str().is_some_and(|text| text.to_lowercase().contains(&wanted));
        projects.retain(|project| has(&project["name"]) || has(&project["path"]));
    }
    let by = params.text("sort").unwrap_or("name");
    let key = |project: &Value| project[by].as_str().unwrap_or_default().to_owned();
    projects.sort_by(|a, b| {
        let order = key(a).cmp(&key(b));
        if params.text("order") == Some("desc") { order.reverse() } else { order }
            .then_with(|| a["name"].as_str().cmp(&b["name"].as_str()))
    });
    let (page, limit, total) = (params.number("page"), params.number("limit").max(1), projects.len() as u64);
    let pages = total.div_ceil(limit);
    let first = (page.max(1) - 1).saturating_mul(limit);
    let on_page: Vec<Value> = projects
        .into_iter()
        .skip(usize::try_from(first).unwrap_or(usize::MAX))
        .take(usize::try_from(limit).unwrap_or(usize::MAX))
        .collect();
    Ok(Reply::json(&json!({
        "data": on_page,
        "meta": {
            "page": page,
            "limit": limit,
            "total": total,
            "total_pages": pages,
            "has_next": page.cmp(&pages) == Ordering::Less,
            "has_previous": page > 1,
        },
    })))
}

fn show(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let id = params.get("id");
    let record = match record(state, call, id)? {
        Ok(record) => record,
        Err(missing) => return Ok(missing),
    };
    let jobs = state.api.jobs.list();
    let mut project = shown(state, &record, &jobs);
    let mut last_error = Value::Null;
    let mut over = jobs.iter().filter(|job| job.project_id.as_deref() == Some(id) && job.status.is_over());
    if let Some(last) = over.next() {
        last_error = serde_json::to_value(last)?["error"].take();
    }
    let mut health = json!({ "index_status": "unknown", "last_error": last_error });
    if params.is("scan") {
        let mut scanned = ask(state, call, Group::Top, "status", &json!({ "project": id }))?;
        let changes = scanned["projects"][0]["changes"].take();
        let is_fresh = changes
            .as_object()
            .map(|changes| changes.values().all(|value| value == &json!(0) || value == &json!(false)));
        health["index_status"] = match is_fresh {
            Some(true) => json!("fresh"),
            Some(false) => json!("stale"),
            None => json!("unknown"),
        };
        health["changes"] = changes;
    }
    project["health"] = health;
    Ok(data(project))
}

fn stats(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let id = params.get("id");
    if let Err(missing) = record(state, call, id)? {
        return Ok(missing);
    }
    let stats = ask(state, call, Group::Query, "stats", &json!({ "project": id }))?;
    let body = json!({ "project": id, "limit": 100_000 });
    let outside = ask(state, call, Group::Query, "dependencies", &body)?;
    let uses = stats["resolved"].as_u64().unwrap_or(0) + stats["unresolved"].as_u64().unwrap_or(0);
    #[expect(clippy::cast_precision_loss, reason = "a share has few digits")]
    let share = (uses > 0).then(|| stats["resolved"].as_u64().unwrap_or(0) as f64 / uses as f64);
    Ok(data(json!({
        "files": { "total": stats["files"], "by_language": stats["languages"] },
        "code": { "lines": stats["lines"] },
        "entities": { "total": stats["symbols"], "by_kind": stats["kinds"] },
        "edges": { "total": stats["edges"], "by_kind": stats["edge_kinds"] },
        "references": {
            "resolved": stats["resolved"],
            "unresolved": stats["unresolved"],
            "external": stats["external"],
            "resolved_share": share,
        },
        "dependencies": { "external": outside["results"].as_array().map_or(0, Vec::len) },
    })))
}

/// The order for an indexing run; what the body leaves open stays as the project has it.
fn order(name: Option<&str>, root: &str, options: &Value, body: &Value) -> Order {
    let of = |option: &str| match &body[option] {
        Value::Bool(given) => *given,
        _ => options[option] == true,
    };
    let mut fields = json!({
        "paths": [root],
        "force": body["force"] == true,
        "hidden": of("hidden"),
        "no_ignore": of("no_ignore"),
    });
    let project = name.map_or_else(
        || Path::new(root).file_name().map(|name| name.to_string_lossy().into_owned()),
        |name| Some(name.to_owned()),
    );
    if body["description"].is_string() {
        fields["description"] = body["description"].clone();
    }
    if let Some(name) = &project {
        fields["name"] = name.as_str().into();
    }
    Order { kind: jobs::Kind::Index, project, body: fields, is_guest: false }
}

/// Says that a job was taken on.
pub(super) fn accepted(job: &jobs::Shown, answer: Value) -> Reply {
    let place = format!("{ROOT}/jobs/{}", encoded(&job.id));
    data(answer).status(202).with("Location", place)
}

/// Takes on a job.
///
/// # Errors
/// Inside: the reply when too many wait.
pub(super) fn submit(state: &State, order: Order) -> Result<jobs::Shown, Reply> {
    if state.pressure.is_high() {
        let detail = "memory is short, so no job begins";
        return Err(Reply::problem(503, "overloaded", detail)
            .hint("the settings are performance.max_memory_usage and memory_pressure_threshold")
            .with("Retry-After", "60"));
    }
    state.api.jobs.submit(order).map_err(|error| Reply::error(&error).with("Retry-After", "5"))
}

fn create(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let body = &params.body;
    let root = match paths::folder(state, call, body["path"].as_str().unwrap_or_default()) {
        Ok(root) => root,
        Err(refused) => return Ok(refused),
    };
    let Some(root) = root.to_str() else {
        return Ok(input::refused(&[Wrong::new("path", "it is no UTF-8")]));
    };
    let name = body["name"].as_str();
    if name.is_some_and(|name| name.trim() != name || name.chars().any(char::is_control)) {
        let message = "it has control characters, or blanks at its ends";
        return Ok(input::refused(&[Wrong::new("name", message)]));
    }
    let records = records(state, call)?;
    let known = records
        .iter()
        .find(|record| record["root"] == root && name.is_none_or(|name| record["name"] == name));
    let name = name.or_else(|| known.and_then(|record| record["name"].as_str()));
    let options = known.map_or(&Value::Null, |record| &record["options"]);
    let order = order(name, root, options, body);
    let taken = records.iter().find(|record| record["name"].as_str() == order.project.as_deref());
    if taken.is_some_and(|record| record["root"] != root) {
        let name = order.project.unwrap_or_default();
        return Ok(Reply::problem(409, "conflict", format!("the name `{name}` belongs to another folder"))
            .hint("give another `name`"));
    }
    let name = order.project.clone();
    let job = match submit(state, order) {
        Ok(job) => job,
        Err(refused) => return Ok(refused),
    };
    let status = if known.is_some() { "indexing" } else { "initializing" };
    let answer = json!({ "id": name, "name": name, "status": status, "indexing_job": job });
    Ok(accepted(&job, answer))
}

fn index(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let (record, job) = match again(state, call, params, true)? {
        Ok((record, Some(job))) => (record, job),
        Ok((_, None)) => return Ok(Reply::empty(204)),
        Err(refused) => return Ok(refused),
    };
    let answer = json!({
        "id": record["name"],
        "name": record["name"],
        "status": "indexing",
        "indexing_job": job,
    });
    Ok(accepted(&job, answer))
}

fn update(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let (record, job) = match again(state, call, params, false)? {
        Ok(both) => both,
        Err(refused) => return Ok(refused),
    };
    let reply = data(json!({
        "id": record["name"],
        "updated_at": clock::rfc3339(record["indexed_at"].as_u64().unwrap_or_default()),
        "reindex_job": job,
    }));
    Ok(match job {
        Some(job) => reply.with("Location", format!("{ROOT}/jobs/{}", encoded(&job.id))),
        None => reply,
    })
}

type Again = Result<(Value, Option<jobs::Shown>), Reply>;

/// Has a project indexed again; unless it must be, only when that would be done in another way than before.
fn again(state: &State, call: &Call, params: &Params, must: bool) -> Result<Again> {
    let record = match record(state, call, params.get("id"))? {
        Ok(record) => record,
        Err(missing) => return Ok(Err(missing)),
    };
    let root = record["root"].as_str().unwrap_or_default().to_owned();
    // The settings may no longer allow what they allowed once.
    if let Err(refused) = paths::folder(state, call, &root) {
        return Ok(Err(refused));
    }
    let order = order(record["name"].as_str(), &root, &record["options"], &params.body);
    let differs = |option: &str| order.body[option] != record["options"][option];
    let described = record["description"].as_str().unwrap_or_default();
    let is_other = params.body["description"].as_str().is_some_and(|text| text != described);
    let is_wanted =
        must || is_other || order.body["force"] == true || differs("hidden") || differs("no_ignore");
    if !is_wanted {
        return Ok(Ok((record, None)));
    }
    Ok(submit(state, order).map(|job| (record, Some(job))))
}

fn delete(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let id = params.get("id");
    if let Err(missing) = record(state, call, id)? {
        return Ok(missing);
    }
    let busy: Vec<jobs::Shown> = state
        .api
        .jobs
        .list()
        .into_iter()
        .filter(|job| job.project_id.as_deref() == Some(id) && job.kind == jobs::Kind::Index)
        .filter(|job| !job.status.is_over())
        .collect();
    if !busy.is_empty() && !params.is("force") {
        return Ok(Reply::problem(409, "conflict", format!("`{id}` is being indexed"))
            .hint("wait for the job, or give `force=true`, which stops it"));
    }
    for job in busy {
        state.api.jobs.cancel(&job.id);
    }
    let order = Order {
        kind: jobs::Kind::Remove,
        project: Some(id.to_owned()),
        body: json!({ "project": id }),
        is_guest: false,
    };
    Ok(match submit(state, order) {
        Ok(job) => accepted(&job, json!({ "id": id, "deletion_job": job })),
        Err(refused) => refused,
    })
}
