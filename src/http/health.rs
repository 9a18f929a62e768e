//! Whether the daemon lives, and whether it can answer.

use super::State;
use super::call::{Call, Reply};
use super::routes::Params;
use anyhow::Result;
use serde_json::json;

/// `GET /health`: the process answers. It touches no file.
#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn health(_: &State, _: &Call, _: &Params) -> Result<Reply> {
    Ok(Reply::json(&json!({ "status": "healthy", "version": env!("CARGO_PKG_VERSION") })))
}

/// `GET /ready`: there is an index to answer from, and the daemon is not about to end.
pub(super) fn ready(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    if state.stop.is_cancelled() {
        return Ok(Reply::problem(503, "draining", "the daemon is about to end"));
    }
    Ok(match state.context(call).snapshot() {
        Ok(snapshot) => Reply::json(&json!({ "status": "ready", "generation": snapshot.generation() })),
        Err(error) => Reply::error(&error).status(503),
    })
}
