//! What is told of a request: its name in the answer, a line in the log, a second one when it was slow.

use super::State;
use super::call::{Body, Call, Reply};
use super::edge::Refusal;
use super::routes::{Class, Found, Scope};
use crate::config::Level;
use crate::observe::log::Served;
use crate::observe::metrics::{Family, Intrusion, Question, Rejection};
use crate::observe::trace_id;
use crate::service::{Asked, Group};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// The route of what is at none.
const OTHER: &str = Family::OTHER;
/// Operations of a request that are named.
const MAX_NAMED: usize = 8;
/// Operators of its plan that are told.
const MAX_STEPS: usize = 64;
/// What takes longer is told by itself.
const SLOW: Duration = Duration::from_secs(1);

/// Tells of a request whose reply is known.
pub(super) fn answered(state: &State, call: &Call, found: &Found<'_>, reply: &Reply) {
    let (endpoint, is_probe) = match found {
        Found::Route(route, _) => (route.path.as_str(), route.class == Class::Probe),
        Found::OtherMethods(_) | Found::Nothing => (OTHER, false),
    };
    let method = call.method.to_string();
    let bytes = match &reply.body {
        Body::Empty => 0,
        Body::Bytes(_, bytes) => bytes.len(),
        Body::Problem(_) => reply.content(&call.passage.id, Some(&call.path)).1.len(),
    };
    let asked = call.trail.asked();
    let operations = asked.iter().take(MAX_NAMED).map(|each| each.name).collect::<Vec<_>>().join(",");
    let served = Served {
        request_id: &call.passage.id,
        trace_id: call.header("traceparent").and_then(trace_id),
        method: if endpoint == OTHER { OTHER } else { &method },
        endpoint,
        status: reply.status,
        time: call.passage.began.elapsed(),
        user_agent: call.header("User-Agent"),
        client: call.caller.address.to_string(),
        key_id: call.caller.name.as_deref(),
        bytes: bytes as u64,
        project: reply.project.as_deref(),
        operation: (!operations.is_empty()).then_some(operations.as_str()),
        is_probe,
    };
    state.log.request(&served);
    let code = match &reply.body {
        Body::Problem(problem) => problem.code,
        Body::Empty | Body::Bytes(..) => "",
    };
    count(state, &served, code);
    if let Found::Route(route, _) = found
        && route.scope >= Scope::Write
        && reply.status < 400
    {
        let fields = [
            ("request_id", served.request_id.into()),
            ("method", served.method.into()),
            ("endpoint", served.endpoint.into()),
            ("status", served.status.into()),
            ("client", served.client.as_str().into()),
            ("key_id", json!(served.key_id)),
            ("project", json!(served.project)),
        ];
        state.log.audit("something was changed, or shown to an operator", &fields);
    }
    for each in &asked {
        if let (Some(question), Some(time)) = (question(each), each.time) {
            state.metrics.question(question, time);
        }
    }
    if served.time >= SLOW {
        let ms = served.time.as_millis() as u64;
        // Names of operators: nothing of what was asked.
        let plan: Vec<&str> =
            asked.iter().flat_map(|each| each.plan.iter().copied()).take(MAX_STEPS).collect();
        let fields = [
            ("request_id", served.request_id.into()),
            ("endpoint", endpoint.into()),
            ("response_time_ms", ms.into()),
            ("project", json!(served.project)),
            ("operation", json!(served.operation)),
            ("plan", if plan.is_empty() { Value::Null } else { plan.join(" < ").into() }),
        ];
        state.log.say(Level::Warn, "slow", "a request took more than a second", &fields);
    }
}

/// What kind of question an operation is.
fn question(asked: &Asked) -> Option<Question> {
    match (asked.group, asked.name) {
        (_, "similar") => Some(Question::Vector),
        (_, "search") => Some(Question::Text),
        (Group::Query, _) => Some(Question::Graph),
        _ => None,
    }
}

/// Counts a request that was answered.
fn count(state: &State, served: &Served<'_>, code: &str) {
    let metrics = &state.metrics;
    metrics.answered(metrics.place(served.method, served.endpoint), served.status, served.time);
    let intrusion = match (served.status, code) {
        (401, "no_key") => Some(Intrusion::Missing),
        (401, "expired_token") => Some(Intrusion::Expired),
        (401, _) => Some(Intrusion::Unknown),
        (403, _) if served.key_id.is_some() => Some(Intrusion::Scope),
        (403, _) => Some(Intrusion::Origin),
        _ => None,
    };
    let rejection = match (served.status, code) {
        (401 | 403, _) => Some(Rejection::Auth),
        (429, _) => Some(Rejection::RateLimit),
        (413 | 414 | 431, _) => Some(Rejection::TooLarge),
        (408, _) | (503, "timeout" | "timed_out" | "query_timeout") => Some(Rejection::Timeout),
        (503, "overloaded") => Some(Rejection::Overload),
        (400, _) => Some(Rejection::BadRequest),
        _ => None,
    };
    if let Some(why) = intrusion {
        metrics.intruded(why);
        if let Some(held) = state.intruders.pass(Instant::now()) {
            let fields = [
                ("request_id", served.request_id.into()),
                ("client", served.client.as_str().into()),
                ("endpoint", served.endpoint.into()),
                ("kind", why.name().into()),
                ("key_id", json!(served.key_id)),
                ("not_told", if held > 0 { held.into() } else { Value::Null }),
            ];
            state.log.audit("a request was not let in", &fields);
        }
    }
    rejection.into_iter().for_each(|why| metrics.rejected(why));
}

/// Tells of a request that the edge refused.
pub(super) fn refused(state: &State, refusal: &Refusal<'_>) {
    let served = Served {
        request_id: refusal.id,
        method: OTHER,
        endpoint: OTHER,
        status: refusal.status,
        time: refusal.took,
        client: refusal.peer.to_string(),
        ..Served::default()
    };
    state.log.request(&served);
    count(state, &served, refusal.code);
}
