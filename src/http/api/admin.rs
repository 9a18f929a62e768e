//! What operators need: figures, upkeep, and a brake for jobs.

use super::input::Doc;
use super::{data, in_data, projects, route, search, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Class, Params, Route, Scope};
use crate::jobs::{Kind, Order};
use crate::service::sizes;
use anyhow::Result;
use serde_json::{Value, json};
use tiny_http::Method;

pub(super) fn routes() -> Vec<Route> {
    let doc = |answer| Doc { tag: "admin", answer, ..Doc::default() };
    let job = || {
        (
            202,
            in_data(json!({
                "type": "object",
                "required": ["job"],
                "properties": { "job": shape("Job") },
            })),
        )
    };
    let paused = || {
        (
            200,
            in_data(json!({
                "type": "object",
                "required": ["paused"],
                "properties": { "paused": { "type": "boolean" } },
            })),
        )
    };
    let routes = vec![
        route(
            Method::Get,
            "/admin/stats",
            "admin_stats",
            "Tells what the index takes, what is kept in memory, and how the jobs stand",
            stats,
            doc((200, shape("AdminStats"))),
        ),
        route(
            Method::Get,
            "/admin/vector/stats",
            "admin_vector_stats",
            "Tells of the vectors of each project",
            vector_stats,
            doc((200, in_data(json!({ "type": "array", "items": shape("VectorStats") })))),
        ),
        route(
            Method::Post,
            "/admin/vector/rebuild",
            "admin_vector_rebuild",
            "Makes the vector files anew from the stored embeddings, as a job",
            rebuild,
            Doc {
                body: Some(json!({
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "project_id": { "type": "string", "minLength": 1, "description": "Only this project" },
                    },
                })),
                problems: &[404],
                ..doc(job())
            },
        ),
        route(
            Method::Post,
            "/admin/compact",
            "admin_compact",
            "Rewrites what is stored, so that removed rows take no room, as a job",
            compact,
            doc(job()),
        ),
        route(
            Method::Post,
            "/admin/pause-indexing",
            "admin_pause_indexing",
            "Lets no job begin; the one that runs goes on",
            pause,
            doc(paused()),
        ),
        route(
            Method::Post,
            "/admin/resume-indexing",
            "admin_resume_indexing",
            "Lets jobs begin again",
            resume,
            doc(paused()),
        ),
    ];
    let plain = routes.into_iter().map(|route| Route { class: Class::Plain, ..route });
    let kept = keeping().into_iter().map(|route| Route { class: Class::Backup, ..route });
    plain.chain(kept).map(|route| Route { scope: Scope::Admin, ..route }).collect()
}

/// What writes copies of the index below `database.backup_path`.
fn keeping() -> Vec<Route> {
    let doc = |about: &str, answer| Doc {
        tag: "admin",
        body: Some(json!({
            "type": "object",
            "additionalProperties": false,
            "properties": { "path": { "type": "string", "minLength": 1, "description": about } },
        })),
        answer: (200, in_data(answer)),
        problems: &[404, 507],
        ..Doc::default()
    };
    vec![
        route(
            Method::Post,
            "/admin/backup",
            "admin_backup",
            "Copies the newest state of all projects into the backup folder, and reads it back",
            backup,
            doc(
                "Folder inside the backup folder, relative or absolute; the backup folder itself when absent",
                shape("Backup"),
            ),
        ),
        route(
            Method::Post,
            "/admin/checkpoint",
            "admin_checkpoint",
            "Writes the newest state of all projects as a data folder that opens as it is",
            checkpoint,
            doc("Empty or new folder inside the backup folder; a new one when absent", shape("Checkpoint")),
        ),
    ]
}

/// What a backup runs in: until the client leaves, since it may take longer than a question.
fn unhurried(state: &State, call: &Call) -> crate::service::Context {
    let mut context = state.context(call);
    context.cancel = call.passage.cancel.clone();
    context
}

fn backup(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    Ok(data(json!(crate::service::back_up(&unhurried(state, call), params.body["path"].as_str())?)))
}

fn checkpoint(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    Ok(data(json!(crate::service::checkpoint(&unhurried(state, call), params.body["path"].as_str())?)))
}

fn stats(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    let sizes = sizes(&state.context(call))?;
    let jobs = state.api.jobs.list();
    let mut by_state = json!({});
    for state in crate::jobs::State::ALL {
        by_state[state.name()] = jobs.iter().filter(|job| job.status == *state).count().into();
    }
    Ok(Reply::json(&json!({
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": state.api.began.elapsed().as_secs(),
        "database": {
            "generation": sizes.generation,
            "disk_bytes": sizes.disk_bytes,
            "families": sizes.families,
            "block_cache": sizes.block_cache,
        },
        "vectors": { "disk_bytes": sizes.vector_bytes },
        "projects": projects::records(state, call)?.len(),
        "jobs": { "paused": state.api.jobs.is_paused(), "by_status": by_state },
    })))
}

fn vector_stats(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    Ok(data(json!(crate::service::vectors(&state.context(call))?)))
}

fn rebuild(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let project = params.body["project_id"].as_str();
    if let Some(missing) = search::unknown(state, call, project)? {
        return Ok(missing);
    }
    Ok(submitted(state, Kind::Vectors, project.map(str::to_owned), json!({ "project": project })))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn compact(state: &State, _: &Call, _: &Params) -> Result<Reply> {
    Ok(submitted(state, Kind::Compact, None, json!({})))
}

fn submitted(state: &State, kind: Kind, project: Option<String>, body: Value) -> Reply {
    match projects::submit(state, Order { kind, project, body, is_guest: false }) {
        Ok(job) => projects::accepted(&job, json!({ "job": job })),
        Err(refused) => refused,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn pause(state: &State, _: &Call, _: &Params) -> Result<Reply> {
    state.api.jobs.pause();
    Ok(data(json!({ "paused": state.api.jobs.is_paused() })))
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn resume(state: &State, _: &Call, _: &Params) -> Result<Reply> {
    state.api.jobs.resume();
    Ok(data(json!({ "paused": state.api.jobs.is_paused() })))
}
