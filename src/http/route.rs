//! Which operation a path means, and its answer as JSON.

use crate::error::{self, Kind};
use crate::service::{Context, Effect, Entry, Format, Group, OPERATIONS, Page, Surface};
use anyhow::Result;
use serde_json::{Value, json};

/// Where the operations hang.
const ROOT: &str = "/api/v1";

/// What is at a path.
pub(super) enum Route {
    /// `GET /health`: the process answers.
    Health,
    /// `GET /ready`: there is an index to answer from.
    Ready,
    /// `GET /api/v1`: what can be asked.
    Operations,
    /// `POST /api/v1/…`: an operation.
    Operation(&'static Entry),
}

/// A status and a body.
#[derive(Default)]
pub(super) struct Reply {
    /// HTTP's status.
    pub status: u16,
    /// JSON, mostly.
    pub body: Vec<u8>,
    /// Its content type, when it is not that of an operation's answer.
    pub kind: Option<&'static str>,
    /// Headers besides.
    pub headers: Vec<(&'static str, String)>,
}

impl Reply {
    /// A problem document (RFC 9457).
    pub(super) fn problem(status: u16, title: &str, detail: &str, hint: Option<&str>) -> Self {
        let mut problem =
            json!({ "type": "about:blank", "title": title, "status": status, "detail": detail });
        if let (Some(hint), Some(fields)) = (hint, problem.as_object_mut()) {
            fields.insert("hint".to_owned(), hint.into());
        }
        Self { status, body: problem.to_string().into_bytes(), ..Self::default() }
    }

    /// Nothing needs to be said.
    pub(super) fn accepted() -> Self {
        Self { status: 202, ..Self::default() }
    }

    /// The same with one header more.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn json(value: &Value) -> Self {
        Self { status: 200, body: value.to_string().into_bytes(), ..Self::default() }
    }

    fn error(error: &anyhow::Error) -> Self {
        let kind = Kind::of(error);
        Self::problem(kind.http_status(), kind.name(), &error::message(error), error::hint(error))
    }
}

/// The operations that the daemon answers.
fn operations() -> impl Iterator<Item = &'static Entry> {
    OPERATIONS.iter().filter(|entry| entry.effect == Effect::Read && entry.surfaces.contains(&Surface::Http))
}

fn path_of(entry: &Entry) -> String {
    match entry.group.command() {
        Some((group, _)) if entry.group != Group::Top => format!("{ROOT}/{group}/{}", entry.name),
        _ => format!("{ROOT}/{}", entry.name),
    }
}

impl Route {
    /// What is at a path.
    pub(super) fn of(path: &str) -> Option<Self> {
        match path {
            "/health" => Some(Self::Health),
            "/ready" => Some(Self::Ready),
            ROOT => Some(Self::Operations),
            _ => operations().find(|entry| path_of(entry) == path).map(Self::Operation),
        }
    }

    /// True for what is asked with a body.
    pub(super) const fn has_body(&self) -> bool {
        matches!(self, Self::Operation(_))
    }

    /// The answer.
    pub(super) fn reply(&self, body: &[u8], context: &Context) -> Reply {
        match self {
            Self::Health => Reply::json(&json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") })),
            Self::Ready => match context.snapshot() {
                Ok(snapshot) => {
                    Reply::json(&json!({ "status": "ready", "generation": snapshot.generation() }))
                }
                Err(error) => Reply::problem(503, "not_ready", &error::message(&error), error::hint(&error)),
            },
            Self::Operations => Reply::json(&described()),
            Self::Operation(entry) => {
                answer(entry, body, context).unwrap_or_else(|error| Reply::error(&error))
            }
        }
    }
}

fn answer(entry: &Entry, body: &[u8], context: &Context) -> Result<Reply> {
    let body = match body.trim_ascii() {
        [] => Value::Null,
        body => match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(error) => {
                return Ok(Reply::problem(400, "usage", &format!("the body is no JSON: {error}"), None));
            }
        },
    };
    let answer = entry.from_json(&body)?.run(context)?;
    let mut out = Vec::new();
    answer.write(Format::Json, &mut Page::new(&mut out, None))?;
    Ok(Reply { status: 200, body: out, ..Reply::default() })
}

/// Every operation with its path and its fields, from the same metadata that makes `--help`.
fn described() -> Value {
    let operation = |entry: &'static Entry| {
        let command = entry.command();
        json!({
            "method": "POST",
            "path": path_of(entry),
            "about": command.get_about().map(ToString::to_string),
            "body": entry.schema(),
        })
    };
    json!({ "operations": operations().map(operation).collect::<Vec<_>>() })
}
