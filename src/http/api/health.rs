//! Whether the daemon lives, whether it can answer, and how its parts are.

use super::input::Doc;
use super::{route, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Class, Params, Route, Scope};
use crate::observe::clock;
use crate::observe::metrics::process;
use crate::service::{Part, Probe, probe};
use anyhow::Result;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tiny_http::Method;

/// How long what a look at all parts gave is told again.
const FRESH: Duration = Duration::from_secs(5);

/// What the last look gave.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<(Instant, Arc<Probe>)>>);

pub(super) fn routes() -> Vec<Route> {
    let parts = route(
        Method::Get,
        "/health",
        "health_of_parts",
        "Tells how the parts of the daemon are, from a real read and a real search at most 5 seconds ago",
        health_of_parts,
        Doc { tag: "health", answer: (200, shape("HealthOfParts")), ..Doc::default() },
    );
    vec![Route { scope: Scope::Open, class: Class::Probe, ..parts }]
}

/// A time as people write it: `3d4h`, `5m0s`.
fn span(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}s"),
        (0, 0, _) => format!("{minutes}m{}s", seconds % 60),
        (0, ..) => format!("{hours}h{minutes}m"),
        _ => format!("{days}d{hours}h"),
    }
}

/// `GET /health`: the process answers. It touches no file.
#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(in crate::http) fn health(state: &State, _: &Call, _: &Params) -> Result<Reply> {
    let mut features = vec!["graph", "vector"];
    features.extend(state.loaded.config.mcp.enabled.then_some("mcp"));
    let mut told = json!({
        "status": "healthy",
        "version": env!("CARGO_PKG_VERSION"),
        "uptime": span(state.api.began.elapsed()),
        "features": features,
    });
    tell_shortcomings(state, &mut told);
    Ok(Reply::json(&told))
}

/// Adds what is not as it should be, if anything is.
fn tell_shortcomings(state: &State, told: &mut Value) {
    let degraded = state.shortcomings();
    if !degraded.is_empty() {
        told["degraded"] = json!(degraded);
    }
}

/// `GET /ready`: requests can be answered, and the daemon is not about to end. That nothing was indexed yet is no reason
/// to send nobody here, since clients can have something indexed.
pub(in crate::http) fn ready(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    if state.stop.is_cancelled() {
        return Ok(Reply::problem(503, "draining", "the daemon is about to end"));
    }
    let ready = |generation: Option<u64>| {
        let mut told = json!({ "status": "ready", "generation": generation });
        tell_shortcomings(state, &mut told);
        Reply::json(&told)
    };
    Ok(match state.context(call).snapshot() {
        Ok(snapshot) => ready(Some(snapshot.generation())),
        Err(error) if crate::error::Kind::of(&error) == crate::error::Kind::NoIndex => ready(None),
        Err(error) => Reply::error(&error).status(503),
    })
}

/// Looks at all parts, or tells what was seen less than [`FRESH`] ago.
fn look(state: &State, call: &Call) -> Arc<Probe> {
    // Who comes meanwhile waits for the one that looks.
    let mut kept = state.api.health.0.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((at, probe)) = kept.as_ref()
        && at.elapsed() < FRESH
    {
        return Arc::clone(probe);
    }
    let probe = Arc::new(probe(&state.context(call)));
    *kept = Some((Instant::now(), Arc::clone(&probe)));
    probe
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn health_of_parts(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    let probe = look(state, call);
    let is_known = call.caller.scope > Scope::Open;
    let is_whole = [&probe.database, &probe.vectors].iter().all(|part| part.problem.is_none());
    let word = |is_well: bool| if is_well { "healthy" } else { "unhealthy" };
    let part = |part: &Part, more: Value| {
        let ms = (part.took.as_secs_f64() * 10_000.0).round() / 10.0;
        let mut told = json!({ "status": word(part.problem.is_none()), "response_time_ms": ms });
        for (name, value) in more.as_object().into_iter().flatten().filter(|_| is_known) {
            told[name] = value.clone();
        }
        // Errors name paths, and other figures say what is indexed here: not for everybody.
        if let Some(problem) = part.problem.as_ref().filter(|_| is_known) {
            told["problem"] = problem.as_str().into();
        }
        told
    };
    let components = json!({
        "database": part(&probe.database, json!({ "generation": probe.generation, "projects": probe.projects })),
        "vector_search": part(
            &probe.vectors,
            json!({ "index_size": probe.vectors_stored, "documents": probe.documents }),
        ),
    });
    let mut components = components;
    components["memory"] = json!({ "status": word(!state.pressure.is_high()) });
    if is_known {
        let (most, used) = (state.loaded.config.performance.max_memory_usage.0, process::resident_bytes());
        components["memory"]["used"] = used.into();
        components["memory"]["available"] = used.map(|used| most.saturating_sub(used)).into();
        components["memory"]["usage_percent"] =
            used.map(|used| (used as f64 * 1_000.0 / most.max(1) as f64).round() / 10.0).into();
    }
    let mut told = json!({
        "status": word(is_whole),
        "timestamp": clock::rfc3339(clock::now()),
        "components": components,
    });
    if is_known {
        told["version"] = env!("CARGO_PKG_VERSION").into();
        told["uptime"] = span(state.api.began.elapsed()).into();
    }
    tell_shortcomings(state, &mut told);
    Ok(Reply::json(&told).status(if is_whole { 200 } else { 503 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_in_its_two_largest_units() {
        let told = [0, 59, 60, 3_599, 3_600, 86_399, 86_400, 200_000].map(|s| span(Duration::from_secs(s)));
        assert_eq!(told, ["0s", "59s", "1m0s", "59m59s", "1h0m", "23h59m", "1d0h", "2d7h"]);
    }
}
