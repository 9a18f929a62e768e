//! Jobs: how they stand, and how one is stopped.

use super::input::{Doc, Field};
use super::{data, in_data, route, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Params, Route};
use crate::jobs::{self, Kind};
use anyhow::Result;
use serde_json::json;
use tiny_http::Method;

pub(super) fn routes() -> Vec<Route> {
    let names = |names: Vec<&str>| json!({ "type": "string", "enum": names });
    let doc = |answer| Doc { tag: "jobs", answer, ..Doc::default() };
    vec![
        route(
            Method::Get,
            "/jobs",
            "list_jobs",
            "Lists jobs that wait, run or are over, the newest first",
            list,
            Doc {
                query: vec![
                    Field::new(
                        "status",
                        "Only those that stand like this",
                        names(jobs::State::ALL.iter().map(|state| state.name()).collect()),
                    ),
                    Field::new(
                        "type",
                        "Only those that do this",
                        names(Kind::ALL.iter().map(|kind| kind.name()).collect()),
                    ),
                    Field::new("project_id", "Only those about this project", json!({ "type": "string" })),
                    Field::new(
                        "limit",
                        "Most jobs",
                        json!({ "type": "integer", "minimum": 1, "maximum": 1_000, "default": 100 }),
                    ),
                ],
                ..doc((
                    200,
                    json!({
                        "type": "object",
                        "required": ["data", "meta"],
                        "properties": {
                            "data": { "type": "array", "items": shape("Job") },
                            "meta": {
                                "type": "object",
                                "required": ["total", "limit", "paused"],
                                "properties": {
                                    "total": { "type": "integer" },
                                    "limit": { "type": "integer" },
                                    "paused": { "type": "boolean" },
                                },
                            },
                        },
                    }),
                ))
            },
        ),
        route(
            Method::Get,
            "/jobs/{id}",
            "get_job",
            "Tells of a job, with what it answered and the last lines that it told",
            show,
            Doc { problems: &[404], ..doc((200, in_data(shape("Job")))) },
        ),
        route(
            Method::Delete,
            "/jobs/{id}",
            "cancel_job",
            "Asks a job to stop; the index stays as it was before it",
            cancel,
            Doc { problems: &[404, 409], ..doc((202, in_data(shape("Job")))) },
        ),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn list(state: &State, _: &Call, params: &Params) -> Result<Reply> {
    let mut jobs = state.api.jobs.list();
    let is = |field: &str, value: &str| params.text(field).is_none_or(|wanted| wanted == value);
    jobs.retain(|job| {
        is("status", job.status.name())
            && is("type", job.kind.name())
            && is("project_id", job.project_id.as_deref().unwrap_or_default())
    });
    let (limit, total) = (params.number("limit"), jobs.len());
    jobs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Reply::json(&json!({
        "data": jobs,
        "meta": { "total": total, "limit": limit, "paused": state.api.jobs.is_paused() },
    })))
}

fn missing(id: &str) -> Reply {
    Reply::problem(404, "not_found", format!("there is no job `{id}`"))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn show(state: &State, _: &Call, params: &Params) -> Result<Reply> {
    let id = params.get("id");
    Ok(state.api.jobs.get(id).map_or_else(|| missing(id), |job| data(json!(job))))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn cancel(state: &State, _: &Call, params: &Params) -> Result<Reply> {
    let id = params.get("id");
    let Some(job) = state.api.jobs.get(id) else { return Ok(missing(id)) };
    if job.status.is_over() {
        let detail = format!("the job is over: {}", job.status.name());
        return Ok(Reply::problem(409, "conflict", detail));
    }
    let job = state.api.jobs.cancel(id);
    Ok(job.map_or_else(|| missing(id), |job| data(json!(job)).status(202)))
}
