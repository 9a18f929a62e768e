//! What operators need: figures, upkeep, and a brake for jobs.

use super::input::Doc;
use super::{data, in_data, projects, route, search, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Class, Params, Route, Scope};
use crate::jobs::{self, Jobs, Kind, Order};
use crate::observe::clock;
use crate::observe::metrics::process;
use crate::service::{Context, block_counts, last_backup, sizes};
use anyhow::Result;
use serde_json::{Value, json};
use std::time::Instant;
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
            "Tells what the index and the process take, what is kept in memory, and how jobs and backups stand",
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
    let text = |about: &str| json!({ "type": "string", "minLength": 1, "description": about });
    let doc = |fields: Value, answer| Doc {
        tag: "admin",
        body: Some(json!({ "type": "object", "additionalProperties": false, "properties": fields })),
        answer: (200, in_data(answer)),
        problems: &[404, 409, 507],
        ..Doc::default()
    };
    vec![
        route(
            Method::Post,
            "/admin/backup",
            "admin_backup",
            "Copies the newest state of all projects, or of one, into the backup folder, and reads it back",
            backup,
            doc(
                json!({
                    "path": text(
                        "Folder inside the backup folder, relative or absolute; the backup folder itself when absent",
                    ),
                    "project_id": text("Only this project"),
                }),
                shape("Backup"),
            ),
        ),
        route(
            Method::Post,
            "/admin/checkpoint",
            "admin_checkpoint",
            "Writes the newest state of all projects as a data folder that opens as it is",
            checkpoint,
            doc(
                json!({ "path": text("Empty or new folder inside the backup folder; a new one when absent") }),
                shape("Checkpoint"),
            ),
        ),
    ]
}

/// What a backup runs in: until the client leaves, since it may take longer than a question.
fn unhurried(state: &State, call: &Call) -> Context {
    let mut context = state.context(call);
    context.cancel = call.passage.cancel.clone();
    context
}

fn backup(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let project = params.body["project_id"].as_str();
    if let Some(missing) = search::unknown(state, call, project)? {
        return Ok(missing);
    }
    let began = Instant::now();
    let made = crate::service::back_up(&unhurried(state, call), project, params.body["path"].as_str());
    state.metrics.tried_backup(began, project.is_none(), made.as_ref().map(drop));
    Ok(data(json!(made?)))
}

fn checkpoint(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    Ok(data(json!(crate::service::checkpoint(&unhurried(state, call), params.body["path"].as_str())?)))
}

fn stats(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    let context = state.context(call);
    let sizes = sizes(&context)?;
    let blocks = block_counts(&state.loaded.config.database);
    let mut database = json!({
        "generation": sizes.generation,
        "disk_bytes": sizes.disk_bytes,
        "families": sizes.families,
        "block_cache": sizes.block_cache,
        "properties": sizes.properties,
        "writing": sizes.live,
    });
    let mut caches = json!({
        "query": cache(state.models.held(), state.models.counts()),
        "result": cache(state.results().0, state.results().1),
    });
    if let (Some(tickers), Some((hits, misses))) = (&sizes.tickers, blocks) {
        database["tickers"] = json!(tickers);
        caches["block"] = json!({ "bytes": sizes.block_cache.used_bytes, "hits": hits, "misses": misses });
    }
    Ok(Reply::json(&json!({
        "version": env!("CARGO_PKG_VERSION"),
        "uptime_seconds": state.api.began.elapsed().as_secs(),
        "database": database,
        "vectors": { "disk_bytes": sizes.vector_bytes },
        "projects": sizes.n_projects,
        "largest_projects": sizes.projects,
        "caches": caches,
        "jobs": job_stats(&state.api.jobs),
        "backups": backup_stats(state, &context)?,
        "memory": {
            "resident_bytes": process::resident_bytes(),
            "virtual_bytes": process::virtual_bytes(),
            "limit_bytes": state.loaded.config.performance.max_memory_usage.0,
            "pressure": state.pressure.is_high(),
        },
    })))
}

fn cache((entries, bytes): (usize, usize), (hits, misses): (u64, u64)) -> Value {
    json!({ "entries": entries, "bytes": bytes, "hits": hits, "misses": misses })
}

fn job_stats(jobs: &Jobs) -> Value {
    let (queued, _) = jobs.now();
    let listed = jobs.list();
    let (mut by_status, mut ended, mut files) = (json!({}), json!({}), json!({}));
    for state in jobs::State::ALL {
        by_status[state.name()] = listed.iter().filter(|job| job.status == *state).count().into();
    }
    for (kind, end, n) in jobs.tally().outcomes() {
        ended[kind.name()][end.name()] = n.into();
    }
    for (outcome, n) in jobs.tally().files() {
        files[outcome] = n.into();
    }
    let running: Vec<_> = listed.into_iter().filter(|job| job.status == jobs::State::Running).collect();
    json!({
        "paused": jobs.is_paused(),
        "queued": queued,
        "running": running,
        "by_status": by_status,
        "ended": ended,
        "files": files,
    })
}

fn backup_stats(state: &State, context: &Context) -> Result<Value> {
    let due = last_backup(context)?;
    let (made, failed, asked_for) = state.metrics.backups();
    let last = due.last.max(Some(asked_for).filter(|at| *at > 0));
    let is_scheduled = state.loaded.config.database.backup_enabled;
    Ok(json!({
        "last_success_at": last.map(clock::rfc3339),
        "last_bytes": due.last.map(|_| due.bytes),
        "next_in_seconds": is_scheduled.then_some(due.wait.as_secs()),
        "made": made,
        "failed": failed,
    }))
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
