//! The transport over pipes: one message a line, in both directions.
//!
//! The thread that reads answers what costs nothing; a few others run tools and read resources, so that a long question
//! does not keep short ones waiting, and can be cancelled. When too much waits, nothing more is read until it is done:
//! the client then waits, and memory stays bounded.

use super::resources::decoded;
use super::rpc::{self, INTERNAL_ERROR, INVALID_REQUEST, Input, Message, Problem, Request};
use super::{Revision, Server, named_revision, speaks_for_itself};
use crate::observe::Cancel;
use crate::service::Trail;
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Requests that are answered at the same time.
const WORKERS: usize = 4;
/// Messages that wait, at most; with the bytes that one message may have as the other limit.
const MAX_WAITING: usize = 64;
/// Requests and subscriptions that are open, at most.
const MAX_OPEN: usize = 1_000;
/// The id of our own question.
const ROOTS_ID: &str = "codegraph-roots";

/// What came in one message and is answered in one.
struct Job {
    requests: Vec<(Request, Revision, Cancel)>,
    /// Answers to messages that needed no work, and errors.
    answers: Vec<Value>,
    is_batch: bool,
    bytes: usize,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    bytes: usize,
    is_over: bool,
}

/// One connection.
struct Connection<'s, W> {
    server: &'s Server,
    out: Mutex<W>,
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// What is being answered, by id; what is cancelled is there no more.
    open: Mutex<BTreeMap<String, Cancel>>,
    /// The folder of the client, once it told its roots.
    here: Mutex<Option<PathBuf>>,
    max_bytes: usize,
    max_batch: u64,
}

/// What the reading thread knows of its client.
struct Client {
    revision: Revision,
    has_roots: bool,
}

/// A line that was read.
enum Line {
    End,
    Whole,
    TooLong,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Server {
    /// Answers what comes until there is no more; what was asked by then is answered.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn serve(&self, input: impl BufRead, output: impl Write + Send) -> Result<()> {
        let connection = Connection {
            server: self,
            out: Mutex::new(output),
            waiting: Mutex::default(),
            changed: Condvar::new(),
            open: Mutex::default(),
            here: Mutex::new(self.here.clone()),
            max_bytes: usize::try_from(self.loaded.config.mcp.max_request_size.0).unwrap_or(usize::MAX),
            max_batch: self.loaded.config.performance.max_batch_size,
        };
        std::thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| connection.work());
            }
            let read = connection.read(input);
            lock(&connection.waiting).is_over = true;
            connection.changed.notify_all();
            read
        })
    }
}

impl<W: Write + Send> Connection<'_, W> {
    fn read(&self, mut input: impl BufRead) -> Result<()> {
        let mut client = Client { revision: Revision::NEWEST_LEGACY, has_roots: false };
        let mut line = Vec::new();
        loop {
            match next(&mut input, self.max_bytes, &mut line)? {
                Line::End => return Ok(()),
                Line::Whole if line.trim_ascii().is_empty() => {}
                Line::Whole => self.take(&line, &mut client),
                Line::TooLong => {
                    let text = format!("a message has at most {} bytes", self.max_bytes);
                    self.tell(&rpc::answer(&Value::Null, Err(Problem::new(INVALID_REQUEST, text))));
                }
            }
        }
    }

    /// Takes what stands on a line.
    fn take(&self, line: &[u8], client: &mut Client) {
        let (messages, is_batch) = match rpc::read(line, self.max_batch) {
            Ok(Input::One(message)) => (vec![message], false),
            Ok(Input::Batch(messages)) if client.revision.has_batches() => (messages, true),
            Ok(Input::Batch(_)) => {
                let text = format!("revision {} has no batches", client.revision.name());
                return self.tell(&rpc::answer(&Value::Null, Err(Problem::new(INVALID_REQUEST, text))));
            }
            Err(problem) => return self.tell(&rpc::answer(&Value::Null, Err(problem))),
        };
        let mut job = Job { requests: Vec::new(), answers: Vec::new(), is_batch, bytes: line.len() };
        for message in messages {
            match rpc::message(message) {
                Ok(Message::Request(request)) => self.request(request, client, &mut job),
                Ok(Message::Notification { method, params }) => self.notification(&method, &params, client),
                Ok(Message::Response { id, result }) => {
                    if let Some(result) = result.filter(|_| id == ROOTS_ID) {
                        self.roots(&result);
                    }
                }
                Err((id, problem)) => job.answers.push(rpc::answer(&id, Err(problem))),
            }
        }
        if job.requests.is_empty() {
            self.done(job);
        } else {
            self.put(job);
        }
    }

    fn request(&self, request: Request, client: &mut Client, job: &mut Job) {
        let mut say = |outcome| job.answers.push(rpc::answer(&request.id, outcome));
        if request.method == "initialize" && !speaks_for_itself(&request) {
            let (revision, result) = Server::initialize(&request.params);
            client.revision = revision;
            client.has_roots =
                request.params.get("capabilities").is_some_and(|all| all.get("roots").is_some());
            return say(Ok(result));
        }
        let revision = if speaks_for_itself(&request) {
            match named_revision(&request) {
                Ok(revision) => revision,
                Err(problem) => return say(Err(problem)),
            }
        } else {
            client.revision
        };
        let listens = request.method == "subscriptions/listen" && revision.is_stateless();
        let works = matches!(request.method.as_str(), "tools/call" | "resources/list" | "resources/read");
        if !listens && !works {
            if let Some(outcome) =
                self.server.answer(&request, revision, None, &Cancel::default(), &Trail::default())
            {
                say(outcome);
            }
            return;
        }
        let cancel = Cancel::default();
        let mut open = lock(&self.open);
        if open.len() >= MAX_OPEN {
            return say(Err(Problem::new(INVALID_REQUEST, "too many requests are open")));
        }
        let key = request.id.to_string();
        if open.contains_key(&key) {
            return say(Err(Problem::new(INVALID_REQUEST, "a request with this id is being answered")));
        }
        open.insert(key, cancel.clone());
        drop(open);
        if listens {
            // Nothing that we offer ever changes by itself, so nothing will follow.
            self.tell(&json!({
                "jsonrpc": "2.0",
                "method": "notifications/subscriptions/acknowledged",
                "params": {
                    "_meta": { "io.modelcontextprotocol/subscriptionId": request.id },
                    "notifications": {},
                },
            }));
        } else {
            job.requests.push((request, revision, cancel));
        }
    }

    fn notification(&self, method: &str, params: &Map<String, Value>, client: &Client) {
        match method {
            "notifications/cancelled" => {
                let id = params.get("requestId").map(ToString::to_string);
                if let Some(cancel) = id.and_then(|id| lock(&self.open).remove(&id)) {
                    cancel.cancel();
                }
            }
            "notifications/initialized" | "notifications/roots/list_changed"
                if client.has_roots && self.server.project.is_none() =>
            {
                self.tell(&json!({ "jsonrpc": "2.0", "id": ROOTS_ID, "method": "roots/list" }));
            }
            _ => {}
        }
    }

    /// Stands in the first root of the client that is in a project; in its first root when we stand in no project.
    fn roots(&self, told: &Value) {
        let roots = told.get("roots").and_then(Value::as_array).cloned().unwrap_or_default();
        let folders: Vec<PathBuf> = roots
            .iter()
            .filter_map(|root| root.get("uri")?.as_str()?.strip_prefix("file://"))
            .filter_map(decoded)
            .filter_map(|path| PathBuf::from(path).canonicalize().ok())
            .collect();
        let is_known = |folder: &PathBuf| {
            let cx = self.server.context(Some(folder), &Cancel::default());
            matches!(cx.project_here(), Ok(Some(_)))
        };
        let mut here = lock(&self.here);
        match folders.iter().find(|folder| is_known(folder)) {
            Some(folder) => *here = Some(folder.clone()),
            None if here.as_ref().is_some_and(is_known) => {}
            None => *here = folders.into_iter().next().or_else(|| here.clone()),
        }
    }

    /// Puts work where a worker finds it, when there is room.
    fn put(&self, job: Job) {
        let mut waiting = lock(&self.waiting);
        while !waiting.jobs.is_empty()
            && (waiting.jobs.len() >= MAX_WAITING || waiting.bytes + job.bytes > self.max_bytes)
        {
            waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        waiting.bytes += job.bytes;
        waiting.jobs.push_back(job);
        drop(waiting);
        self.changed.notify_all();
    }

    /// Works until there is no more work and none will come.
    fn work(&self) {
        loop {
            let mut waiting = lock(&self.waiting);
            let mut job = loop {
                if let Some(job) = waiting.jobs.pop_front() {
                    waiting.bytes -= job.bytes;
                    break job;
                }
                if waiting.is_over {
                    return;
                }
                waiting = self.changed.wait(waiting).unwrap_or_else(PoisonError::into_inner);
            };
            drop(waiting);
            self.changed.notify_all();
            for (request, revision, cancel) in std::mem::take(&mut job.requests) {
                let here = lock(&self.here).clone();
                // A bug in one answer must not end the others.
                let outcome = catch_unwind(AssertUnwindSafe(|| {
                    self.server.answer(&request, revision, here.as_deref(), &cancel, &Trail::default())
                }));
                let outcome = outcome
                    .unwrap_or_else(|_| Some(Err(Problem::new(INTERNAL_ERROR, "this request met a bug"))));
                let is_wanted = lock(&self.open).remove(&request.id.to_string()).is_some();
                if let Some(outcome) = outcome.filter(|_| is_wanted) {
                    job.answers.push(rpc::answer(&request.id, outcome));
                }
            }
            self.done(job);
        }
    }

    /// Tells what a message is answered with, if with anything.
    fn done(&self, job: Job) {
        if job.is_batch && !job.answers.is_empty() {
            return self.tell(&job.answers.into());
        }
        job.answers.iter().for_each(|answer| self.tell(answer));
    }

    /// Writes a message. A client that has gone does not want it; its end of the input ends us.
    fn tell(&self, message: &Value) {
        let mut line = message.to_string();
        line.push('\n');
        let mut out = lock(&self.out);
        drop(out.write_all(line.as_bytes()).and_then(|()| out.flush()));
    }
}

/// Reads a line without its end. Of one that is too long nothing is kept.
fn next(input: &mut impl BufRead, max_bytes: usize, line: &mut Vec<u8>) -> std::io::Result<Line> {
    line.clear();
    let mut is_long = false;
    let mut is_begun = false;
    loop {
        let chunk = match input.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() && !is_begun {
            return Ok(Line::End);
        }
        is_begun = true;
        let end = memchr::memchr(b'\n', chunk);
        let part = chunk.get(..end.unwrap_or(chunk.len())).unwrap_or_default();
        if is_long || line.len() + part.len() > max_bytes {
            is_long = true;
            *line = Vec::new();
        } else {
            line.extend_from_slice(part);
        }
        let (is_over, used) = (chunk.is_empty() || end.is_some(), end.map_or(chunk.len(), |end| end + 1));
        input.consume(used);
        if is_over {
            return Ok(if is_long { Line::TooLong } else { Line::Whole });
        }
    }
}
