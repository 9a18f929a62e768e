//! What is told of a request: its name in the answer, a line in the log, a second one when it was slow.

use super::State;
use super::call::{Body, Call, Reply};
use super::edge::Refusal;
use super::routes::{Class, Found};
use crate::config::Level;
use crate::observe::log::Served;
use crate::observe::trace_id;
use serde_json::json;
use std::time::Duration;

/// The route of what is at none.
const OTHER: &str = "other";
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
        Body::Problem(_) => reply.content(call).1.len(),
    };
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
        is_probe,
    };
    state.log.request(&served);
    if served.time >= SLOW {
        let ms = served.time.as_millis() as u64;
        let fields = [
            ("request_id", served.request_id.into()),
            ("endpoint", endpoint.into()),
            ("response_time_ms", ms.into()),
            ("project", json!(served.project)),
        ];
        state.log.say(Level::Warn, "slow", "a request took more than a second", &fields);
    }
}

/// Tells of a request that was refused before anybody was asked.
pub(super) fn refused(state: &State, refusal: &Refusal<'_>) {
    state.log.request(&Served {
        request_id: refusal.id,
        method: OTHER,
        endpoint: OTHER,
        status: refusal.status,
        time: refusal.took,
        client: refusal.peer.to_string(),
        ..Served::default()
    });
}
