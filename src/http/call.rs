//! A request as handlers see it, and the reply that they give.

use super::doors::{self, Caller};
use super::edge::{Answer as Written, Head, Passage};
use crate::error::{self, Kind};
use crate::observe::clock;
use crate::service::{self, Answer, Format, Page, Trail};
use anstream::adapter::strip_bytes;
use anyhow::Result;
use serde_json::{Value, json};
use std::sync::Arc;
use tiny_http::{Header, Method};

/// A request.
pub(super) struct Call {
    /// Its method.
    pub method: Method,
    /// The path as it was sent, without the query.
    pub path: String,
    /// What follows the `?`, as it was sent.
    pub query: String,
    /// Its headers.
    pub headers: Vec<Header>,
    /// Its body, not longer than its route allows; empty until it has been read.
    pub body: Vec<u8>,
    /// Where it comes from, what it is called, when it began, and whether somebody waits for the answer.
    pub passage: Arc<Passage>,
    /// Who sent it, as the doors say.
    pub caller: Caller,
    /// What was asked for it, and whether that had been answered before.
    pub trail: Trail,
}

impl Call {
    /// The request of a head, from somebody of whom nothing is known yet.
    pub(super) fn of(head: &Head, passage: &Arc<Passage>) -> Self {
        let (path, query) = head.target.split_once('?').unwrap_or((&head.target, ""));
        let header =
            |(name, value): &(String, String)| Header::from_bytes(name.as_str(), value.as_str()).ok();
        Self {
            // A method that is no word of ASCII does not get here.
            method: head.method.parse().unwrap_or(Method::Get),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: head.headers.iter().filter_map(header).collect(),
            body: Vec::new(),
            caller: Caller::at(passage.peer),
            passage: Arc::clone(passage),
            trail: Trail::default(),
        }
    }

    /// The value of the first header of a name.
    pub(super) fn header(&self, name: &'static str) -> Option<&str> {
        self.headers.iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
    }
}

/// A status, headers and a body.
#[derive(Debug, Default, Clone)]
pub(super) struct Reply {
    /// HTTP's status.
    pub status: u16,
    /// Headers besides those that every answer has.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Body,
    /// The project that the request names, for the log.
    pub project: Option<String>,
}

/// What a reply says.
#[derive(Debug, Default, Clone)]
pub(super) enum Body {
    /// Nothing.
    #[default]
    Empty,
    /// Bytes of a content type.
    Bytes(&'static str, Vec<u8>),
    /// What went wrong; the request's name is added when it is sent.
    Problem(Problem),
}

/// What went wrong, for a problem document (RFC 9457).
#[derive(Debug, Default, Clone)]
pub(super) struct Problem {
    /// The name of the kind of problem.
    pub code: &'static str,
    /// What went wrong this time.
    pub detail: String,
    /// What to do next.
    pub hint: Option<String>,
    /// Members besides.
    pub more: Vec<(&'static str, Value)>,
}

/// The header that tells what the exit code of the command line tells of an answer that is no error.
pub const VERDICT: &str = "Codegraph-Verdict";
/// The header with what stands beside an answer, in sentences: percent-encoded, with commas between them.
pub const NOTES: &str = "Codegraph-Notes";
/// Most bytes of that header.
const MAX_NOTES: usize = 4_096;

/// The form in which an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Wish {
    /// Form.
    pub format: Format,
    /// Text keeps its styles, as ANSI sequences.
    pub styled: bool,
}

impl Wish {
    /// What `Accept` asks for: the first form that it names among those that there are, else JSON or, where
    /// there is none, the usual form (RFC 9110, section 12.5.1, lets a server disregard it). `text/plain; style=ansi` keeps styles.
    pub(super) fn of(accept: Option<&str>, formats: &[Format]) -> Self {
        let named = accept.unwrap_or_default().split(',').find_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let name = parts.next()?;
            let is = |format: &&Format| {
                format.media_type().split(';').next().is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            let format = *formats.iter().find(is)?;
            Some(Self { format, styled: parts.any(|part| part.eq_ignore_ascii_case("style=ansi")) })
        });
        let usual = if formats.contains(&Format::Json) { None } else { formats.first().copied() };
        named.unwrap_or(Self { format: usual.unwrap_or(Format::Json), styled: false })
    }
}

/// Percent-encodes what a header cannot hold, and commas (RFC 3986, section 2.1).
pub(super) fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~ ".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// JSON's content type.
pub(super) const JSON: &str = "application/json";

impl Reply {
    /// JSON, with 200.
    pub(super) fn json(value: &Value) -> Self {
        Self::bytes(JSON, value.to_string().into_bytes())
    }

    /// Bytes, with 200.
    pub(super) fn bytes(kind: &'static str, bytes: Vec<u8>) -> Self {
        Self { status: 200, body: Body::Bytes(kind, bytes), ..Self::default() }
    }

    /// No body.
    pub(super) fn empty(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    /// The answer of an operation, as the command line prints it. What is no part of its body is told by headers.
    pub(super) fn answer(answer: &dyn Answer, wish: Wish) -> Result<Self> {
        let Wish { format, styled } = wish;
        let mut out = Vec::new();
        answer.write(format, &mut Page::new(&mut out, None))?;
        if !styled && !format.is_binary() {
            out = strip_bytes(&out).into_vec();
        }
        let mut reply = Self::bytes(format.media_type(), out).with("Vary", "Accept");
        if let Some(verdict) = answer.verdict() {
            reply = reply.with(VERDICT, verdict.name());
        }
        // JSON has fields for them.
        if format != Format::Json {
            let notes: String =
                answer.notes().iter().flat_map(|note| [encoded(note), ",".to_owned()]).collect();
            let notes = notes.trim_end_matches(',');
            if !notes.is_empty() && notes.len() <= MAX_NOTES {
                reply = reply.with(NOTES, notes);
            }
        }
        Ok(reply)
    }

    /// A problem.
    pub(super) fn problem(status: u16, code: &'static str, detail: impl Into<String>) -> Self {
        let problem = Problem { code, detail: detail.into(), ..Problem::default() };
        Self { status, body: Body::Problem(problem), ..Self::default() }
    }

    /// What an error says.
    pub(super) fn error(error: &anyhow::Error) -> Self {
        let kind = Kind::of(error);
        // Who names what there is not has made a mistake, and the name of the mistake stays that.
        let status = if service::is_unknown_project(error) { 404 } else { kind.http_status() };
        let reply = Self::problem(status, kind.name(), error::message(error));
        let reply = match service::choices(error) {
            Some(choices) => reply.member("choices", choices),
            None => reply,
        };
        match error::hint(error) {
            Some(hint) => reply.hint(hint),
            None => reply,
        }
    }

    /// The same with what to do next, if it is a problem.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        if let Body::Problem(problem) = &mut self.body {
            problem.hint = Some(hint.into());
        }
        self
    }

    /// The same with one more member, if it is a problem.
    pub(super) fn member(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        if let Body::Problem(problem) = &mut self.body {
            problem.more.push((name, value.into()));
        }
        self
    }

    /// The same with another status.
    pub(super) const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The same with one header more.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// About how much memory it takes.
    pub(super) fn bytes_held(&self) -> usize {
        let body = match &self.body {
            Body::Empty | Body::Problem(_) => 0,
            Body::Bytes(_, bytes) => bytes.len(),
        };
        body + self.headers.iter().map(|(_, value)| value.len() + 48).sum::<usize>()
    }

    /// The same with the project that the request names.
    pub(super) fn about(mut self, project: Option<&str>) -> Self {
        self.project = project.map(str::to_owned);
        self
    }

    /// Content type and bytes, for the request of a name at a path, as far as that is known.
    pub(super) fn content(&self, id: &str, path: Option<&str>) -> (Option<&'static str>, Vec<u8>) {
        match &self.body {
            Body::Empty => (None, Vec::new()),
            Body::Bytes(kind, bytes) => (Some(kind), bytes.clone()),
            Body::Problem(problem) => {
                let document = problem.document(self.status, id, path).to_string().into_bytes();
                (Some("application/problem+json"), document)
            }
        }
    }

    /// All headers but those of the connection, and the body.
    pub(super) fn sent(&self, id: &str, path: Option<&str>) -> (Vec<(&'static str, String)>, Vec<u8>) {
        let (kind, bytes) = self.content(id, path);
        let mut headers: Vec<_> = doors::common(self).collect();
        headers.extend(kind.map(|kind| ("Content-Type", kind.to_owned())));
        headers.extend(self.headers.iter().cloned());
        (headers, bytes)
    }

    /// The same as it is sent. `is_head`: the body is left out, its length is not.
    pub(super) fn written(&self, id: &str, path: Option<&str>, is_head: bool) -> Written {
        let (mut headers, mut body) = self.sent(id, path);
        headers.push(("Date", clock::http_date(clock::now())));
        if self.status != 204 {
            headers.push(("Content-Length", body.len().to_string()));
        }
        if is_head {
            body.clear();
        }
        let is_plain = |text: &str| text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        let lines = headers.iter().filter(|(_, value)| is_plain(value));
        let headers = lines.map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        Written { status: self.status, headers, body }
    }
}

impl Problem {
    fn document(&self, status: u16, id: &str, path: Option<&str>) -> Value {
        let mut document = json!({
            "type": format!("urn:codegraph:problem:{}", self.code),
            "title": self.code.replace('_', " "),
            "code": self.code,
            "status": status,
            "detail": self.detail,
            "request_id": id,
        });
        if let Some(path) = path {
            document["instance"] = path.into();
        }
        if let Some(hint) = &self.hint {
            document["hint"] = hint.as_str().into();
        }
        for (name, value) in &self.more {
            document[*name] = value.clone();
        }
        document
    }
}
