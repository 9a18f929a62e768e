//! The Model Context Protocol over HTTP: a message is a `POST`, its answer is JSON.
//!
//! There are no sessions, in any revision, so there is nothing to delete, and no stream to listen to: both are answered
//! 405, as the protocol wants it. Of the newest revision, what headers say must be what the body says.

use super::State;
use super::base64;
use super::call::{Call, JSON, Reply};
use super::routes::Params;
use crate::config::keys::Performance;
use crate::mcp::rpc::{
    self, HEADER_MISMATCH, INTERNAL_ERROR, INVALID_REQUEST, Input, METHOD_NOT_FOUND, Message, Problem,
};
use crate::mcp::{Revision, Server, VERSION_KEY, named_revision, speaks_for_itself, unsupported};
use crate::observe::{Cancel, Limit};
use anyhow::Result;
use serde_json::{Value, json};

/// The header that names the revision.
const VERSION: &str = "MCP-Protocol-Version";
const METHOD: &str = "Mcp-Method";
const NAME: &str = "Mcp-Name";

/// Answers what was posted.
#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
pub(super) fn answer(state: &State, call: &Call, _: &Params) -> Result<Reply> {
    let settings = &state.loaded.config.performance;
    Ok(reply(&state.agents, call, settings, &call.passage.cancel))
}

fn reply(server: &Server, call: &Call, settings: &Performance, cancel: &Cancel) -> Reply {
    let named = call.header(VERSION);
    let revision = named.map_or(Some(Revision::UNSAID), Revision::from_name);
    match (rpc::read(&call.body, u64::MAX), revision) {
        (Err(problem), _) => failed(400, &Value::Null, problem),
        (Ok(Input::One(value)), _) => one(server, call, value, revision, cancel),
        (Ok(Input::Batch(values)), Some(revision)) if revision.has_batches() => {
            let most = settings.max_batch_size;
            if values.len() as u64 > most {
                let text = format!("a batch has at most {most} messages");
                return said(413, &rpc::answer(&Value::Null, Err(Problem::new(INVALID_REQUEST, text))));
            }
            batch(server, call, values, revision, &cancel.within(settings.batch_timeout.0, Limit::Batch))
        }
        (Ok(Input::Batch(_)), _) => {
            let text = format!("revision {} has no batches", named.unwrap_or_default());
            failed(400, &Value::Null, Problem::new(INVALID_REQUEST, text))
        }
    }
}

/// The answer to one message. `revision` is the one that the header names; nothing when that is none of ours.
fn one(server: &Server, call: &Call, value: Value, revision: Option<Revision>, cancel: &Cancel) -> Reply {
    let request = match rpc::message(value) {
        Ok(Message::Request(request)) => request,
        Ok(Message::Notification { .. } | Message::Response { .. }) => return Reply::empty(202),
        Err((id, problem)) => return failed(400, &id, problem),
    };
    let id = &request.id;
    let is_stateless = speaks_for_itself(&request) || revision.is_some_and(Revision::is_stateless);
    let revision = if is_stateless {
        // What differs is told first: whichever is right, the other one is not.
        let named = request.meta(VERSION_KEY).and_then(Value::as_str);
        let agreed = named.map_or(Ok(()), |named| agrees(call, VERSION, named));
        match agreed
            .and_then(|()| named_revision(&request))
            .and_then(|named| agree(call, &request).map(|()| named))
        {
            Ok(revision) => revision,
            Err(problem) => return failed(400, id, problem),
        }
    } else if request.method == "initialize" {
        return said(200, &rpc::answer(id, Ok(Server::initialize(&request.params).1)));
    } else {
        match revision {
            Some(revision) => revision,
            None => return failed(400, id, unsupported(call.header(VERSION).unwrap_or_default())),
        }
    };
    if is_stateless && request.method == "subscriptions/listen" {
        return listened(id);
    }
    match server.answer(&request, revision, None, cancel, &call.trail) {
        None => failed(503, id, Problem::new(INTERNAL_ERROR, "the daemon is about to end")),
        Some(Err(problem)) if is_stateless && problem.code == METHOD_NOT_FOUND => failed(404, id, problem),
        Some(outcome) => said(200, &rpc::answer(id, outcome)),
    }
}

fn batch(server: &Server, call: &Call, values: Vec<Value>, revision: Revision, cancel: &Cancel) -> Reply {
    let mut answers = Vec::new();
    for value in values {
        match rpc::message(value) {
            Ok(Message::Request(request)) if cancel.check().is_err() && !cancel.is_cancelled() => {
                let text = "the batch took longer than performance.batch_timeout";
                answers.push(rpc::answer(&request.id, Err(Problem::new(INTERNAL_ERROR, text))));
            }
            Ok(Message::Request(request)) => {
                let outcome = server
                    .answer(&request, revision, None, cancel, &call.trail)
                    .unwrap_or_else(|| Err(Problem::new(INTERNAL_ERROR, "the daemon is about to end")));
                answers.push(rpc::answer(&request.id, outcome));
            }
            Ok(Message::Notification { .. } | Message::Response { .. }) => {}
            Err((id, problem)) => answers.push(rpc::answer(&id, Err(problem))),
        }
    }
    if answers.is_empty() { Reply::empty(202) } else { said(200, &answers.into()) }
}

/// Compares the headers that name what is asked for with the body.
fn agree(call: &Call, request: &rpc::Request) -> Result<(), Problem> {
    agrees(call, METHOD, &request.method)?;
    let field = match request.method.as_str() {
        "tools/call" | "prompts/get" => "name",
        "resources/read" => "uri",
        _ => return Ok(()),
    };
    let named = request.params.get(field).and_then(Value::as_str);
    named.map_or(Ok(()), |named| agrees(call, NAME, named))
}

/// Compares a header with what the body says.
fn agrees(call: &Call, header: &'static str, wanted: &str) -> Result<(), Problem> {
    let wrong = |text: String| Problem::new(HEADER_MISMATCH, format!("Header mismatch: {text}"));
    let given = call.header(header).ok_or_else(|| wrong(format!("there is no header {header}")))?;
    if plain(given).as_deref() == Some(wanted) {
        Ok(())
    } else {
        Err(wrong(format!("{header} is not what the body says, `{wanted}`")))
    }
}

/// The value of a header that may be Base64 between two marks; nothing when that is broken.
fn plain(value: &str) -> Option<String> {
    match value.strip_prefix("=?base64?").and_then(|rest| rest.strip_suffix("?=")) {
        Some(coded) => String::from_utf8(base64::decoded(coded)?).ok(),
        None => Some(value.to_owned()),
    }
}

/// A subscription, which is acknowledged and ends at once: nothing that we offer ever changes by itself.
fn listened(id: &Value) -> Reply {
    let meta = json!({ "io.modelcontextprotocol/subscriptionId": id });
    let acknowledged = json!({
        "jsonrpc": "2.0",
        "method": "notifications/subscriptions/acknowledged",
        "params": { "_meta": meta, "notifications": {} },
    });
    let over = rpc::answer(id, Ok(json!({ "resultType": "complete", "_meta": meta })));
    let events = format!("event: message\ndata: {acknowledged}\n\nevent: message\ndata: {over}\n\n");
    Reply::bytes("text/event-stream", events.into_bytes()).with("X-Accel-Buffering", "no")
}

fn said(status: u16, message: &Value) -> Reply {
    Reply::bytes(JSON, message.to_string().into_bytes()).status(status)
}

fn failed(status: u16, id: &Value, problem: Problem) -> Reply {
    said(status, &rpc::answer(id, Err(problem)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_it_stands_or_as_base64() {
        for (value, wanted) in [
            ("search", Some("search")),
            ("=?base64?SGVsbG8sIOS4lueVjA==?=", Some("Hello, 世界")),
            ("=?base64?IHBhZGRlZCA=?=", Some(" padded ")),
            ("=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?=", Some("=?base64?literal?=")),
            ("=?base64??=", Some("")),
            ("=?base64?A?=", None),
            ("=?base64?/w==?=", None),
        ] {
            assert_eq!(plain(value).as_deref(), wanted, "{value}");
        }
    }
}
