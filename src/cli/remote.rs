//! A daemon elsewhere that answers what the command line asks (`--remote`): the request goes there as JSON, the answer
//! comes back as it is to be printed.

use crate::config::Secret;
use crate::config::keys::Server;
use crate::config::load::environment;
use crate::error::{Kind, Refusal, ResultExt as _};
use crate::http::{NOTES, VERDICT, decoded, presence};
use crate::observe::{Cancel, Progress};
use crate::service::{Answer, Choices, Entry, Format, Page, Surface};
use anyhow::{Context as _, Result, anyhow};
use clap::ArgMatches;
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;
use ureq::http::{Method, Request, Response, Uri, header};
use ureq::{Agent, Body};

/// The variable that names a daemon elsewhere.
const VARIABLE: &str = "CODEGRAPH_REMOTE";
/// The variable with the key to send.
const KEY_VARIABLE: &str = "CODEGRAPH_API_KEY";
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a daemon on this machine may take to say that it is there.
const PROBE: Duration = Duration::from_secs(2);
/// How long a daemon may take to say that it is well.
const HEALTH: Duration = Duration::from_secs(5);
/// How long is waited before a job is asked for again, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const PAUSE: Duration = Duration::from_millis(400);
/// The phases of jobs, and those of which the steps are files.
const PHASES: &[&str] = &[
    "scan",
    "parse",
    "embed",
    "resolve",
    "words",
    "publish",
    "excerpt",
    "backup",
    "verify",
    "restore",
    "test restore",
    "vectors",
    "check",
];
const FILES: &[&str] = &["parse", "backup", "verify", "restore", "test restore"];
/// Longest description of a job, in bytes.
const MAX_JOB: u64 = 16 << 20;

/// A daemon to ask.
pub(super) struct Remote {
    agent: Agent,
    /// Its address without a slash at the end.
    base: String,
    key: Secret,
}

/// An answer as it came.
struct Told {
    bytes: Vec<u8>,
    verdict: Option<Kind>,
    notes: Vec<String>,
}

impl Answer for Told {
    fn write(&self, _: Format, page: &mut Page<'_>) -> Result<()> {
        Ok(page.write_all(&self.bytes)?)
    }

    fn verdict(&self) -> Option<Kind> {
        self.verdict
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }
}

impl Remote {
    /// The daemon that the command line or the environment names, if any.
    ///
    /// # Errors
    /// [`Kind::Usage`] when that is no address, or the key cannot be read.
    pub(super) fn named(matches: &ArgMatches) -> Result<Option<Self>> {
        let environment = environment();
        let variable = |name: &str| environment.get(name).filter(|value| !value.is_empty()).cloned();
        let flag = |name: &str| matches.get_one::<String>(name).cloned();
        let Some(address) = flag("remote").or_else(|| variable(VARIABLE)) else { return Ok(None) };
        let key = match matches.get_one::<PathBuf>("api-key-file") {
            Some(path) => {
                let text = std::fs::read_to_string(path);
                text.with_context(|| format!("cannot read the key in {}", path.display()))
                    .kind(Kind::Usage)?
            }
            None => flag("api-key").or_else(|| variable(KEY_VARIABLE)).unwrap_or_default(),
        };
        Self::at(&address, key.trim()).map(Some)
    }

    /// The daemon at an address.
    fn at(address: &str, key: &str) -> Result<Self> {
        let typed = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
        let uri: Uri =
            typed.parse().with_context(|| format!("`{address}` is no address")).kind(Kind::Usage)?;
        let is_known = uri.scheme_str().is_some_and(|scheme| matches!(scheme, "http" | "https"));
        let has_more =
            uri.query().is_some() || uri.authority().is_some_and(|name| name.as_str().contains('@'));
        if !is_known || has_more || uri.host().is_none_or(str::is_empty) {
            return Err(anyhow!("`{address}` is no address of a daemon"))
                .kind(Kind::Usage)
                .hint("write it as `https://code.example.com` or `http://127.0.0.1:8000`");
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(anyhow!("the key has a sign that no key has")).kind(Kind::Usage);
        }
        let is_here =
            uri.host().is_some_and(|host| host == "localhost" || host.starts_with("127.") || host == "[::1]");
        let builder = Agent::config_builder();
        // What is on this machine is asked without the proxy that the environment names.
        let builder = if is_here { builder.proxy(None) } else { builder };
        // The daemon has limits of its own; how long an answer may take is up to it. The key goes nowhere else.
        let agent = builder
            .timeout_connect(Some(CONNECT))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("codegraph/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Ok(Self { agent, base: typed.trim_end_matches('/').to_owned(), key: Secret::new(key.to_owned()) })
    }

    /// Asks an operation for an answer in a form.
    ///
    /// # Errors
    /// What the daemon says is wrong, with the kind that it would have here; [`Kind::Usage`] for an operation that is
    /// not asked over HTTP.
    pub(super) fn ask(&self, entry: &Entry, request: &Value, format: Format) -> Result<Box<dyn Answer>> {
        if !entry.surfaces.contains(&Surface::Http) {
            return Err(anyhow!(
                "`{}` reads and writes files of this machine, so no daemon elsewhere does it",
                entry.name
            ))
            .kind(Kind::Usage)
            .hint("run it where the daemon runs, or without `--remote` and CODEGRAPH_REMOTE");
        }
        let accept = match format {
            Format::Text => "text/plain; style=ansi",
            _ => format.media_type(),
        };
        let reply = self.send(&Method::POST, &entry.path(), Some(request), accept)?;
        let header =
            |name: &str| reply.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let verdict = Kind::ALL.iter().copied().find(|kind| kind.name() == header(VERDICT));
        let notes = header(NOTES).split(',').filter(|note| !note.is_empty()).filter_map(decoded).collect();
        let is_wanted = header("content-type").split(';').next() == format.media_type().split(';').next();
        if !is_wanted {
            return Err(self.strange(&format!("with `{}`", header("content-type"))));
        }
        let mut body = reply.into_body();
        let bytes = body.with_config().limit(u64::MAX).read_to_vec();
        let bytes = bytes.with_context(|| format!("the answer of {} broke off", self.base))?;
        Ok(Box::new(Told { bytes, verdict, notes }))
    }

    /// The daemon that `serve` with these settings would be, or the one at an address.
    ///
    /// # Errors
    /// [`Kind::Usage`] when that is no address, or the settings take any free port.
    pub(super) fn of_settings(address: Option<&str>, server: &Server) -> Result<Self> {
        if let Some(address) = address {
            return Self::at(address, "");
        }
        if server.port == 0 {
            return Err(anyhow!("the settings take any free port"))
                .kind(Kind::Usage)
                .hint("name the address");
        }
        // Who listens on all addresses is here too.
        let host = match server.host.as_str() {
            "0.0.0.0" => "127.0.0.1".to_owned(),
            "::" | "[::]" => "[::1]".to_owned(),
            host if host.contains(':') && !host.starts_with('[') => format!("[{host}]"),
            host => host.to_owned(),
        };
        Self::at(&format!("{host}:{}", server.port), "")
    }

    /// Asks the daemon whether it lives, and waits for [`HEALTH`] at most.
    ///
    /// # Errors
    /// When it does not answer, or says no.
    pub(super) fn check_health(&self) -> Result<()> {
        let asked = self.agent.get(format!("{}/health", self.base));
        let reply = asked.config().timeout_global(Some(HEALTH)).build().call();
        let status = reply.with_context(|| format!("{} does not answer", self.base))?.status();
        if status.is_success() { Ok(()) } else { Err(anyhow!("{} answers {status}", self.base)) }
    }

    /// The daemon that lives on a data folder and answers, if one does.
    pub(super) fn living(data: &Path) -> Option<Self> {
        let living = presence::living(data)?;
        let own = Self::at(&living.address.to_string(), living.key.reveal()).ok()?;
        // It may listen where this process cannot reach it, as in a container: then it is as if there was none.
        let jobs = own.agent.get(format!("{}/api/v1/jobs?limit=1", own.base));
        let jobs = jobs.header(header::AUTHORIZATION, format!("Bearer {}", own.key.reveal()));
        let reply = jobs.config().timeout_global(Some(PROBE)).build().call().ok()?;
        reply.status().is_success().then_some(own)
    }

    /// Has an operation that writes done as a job, and waits for what it answers. A cancellation is passed on.
    ///
    /// # Errors
    /// What the job failed for; [`Kind::Interrupted`] when it was cancelled.
    pub(super) fn work(
        &self,
        entry: &Entry,
        body: &Value,
        progress: &dyn Progress,
        cancel: &Cancel,
    ) -> Result<Value> {
        let mut job = self.job(&Method::POST, &entry.path(), Some(body))?;
        let path = format!("/api/v1/jobs/{}", job["id"].as_str().context("a job has a name")?);
        let (mut pause, mut seen, mut is_cancelled) = (FIRST_PAUSE, Seen::default(), false);
        while matches!(job["status"].as_str(), Some("queued" | "running")) {
            if cancel.is_cancelled() && !is_cancelled {
                is_cancelled = true;
                // It may have ended just now, and then it is told how.
                drop(self.job(&Method::DELETE, &path, None));
            }
            seen.tell(&job["progress"], progress);
            std::thread::sleep(pause);
            pause = (pause * 3 / 2).min(PAUSE);
            job = self.job(&Method::GET, &path, None)?;
        }
        if job["status"] == "done" {
            return Ok(job["result"].take());
        }
        if is_cancelled && job["status"] == "cancelled" {
            return Err(anyhow!("interrupted")).kind(Kind::Interrupted);
        }
        let text = |name: &str| job["error"][name].as_str();
        let kind = Kind::ALL.iter().copied().find(|kind| Some(kind.name()) == text("code"));
        let failed = Err(anyhow!("{}", text("detail").unwrap_or("the job failed")))
            .kind(kind.unwrap_or(Kind::Internal));
        match text("hint") {
            Some(hint) => failed.hint(hint),
            None => failed,
        }
    }

    /// A job, as the daemon tells of it.
    fn job(&self, method: &Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let mut reply = self.send(method, path, body, Format::Json.media_type())?;
        let bytes = reply.body_mut().with_config().limit(MAX_JOB).read_to_vec();
        let mut answer: Value = serde_json::from_slice(&bytes.context("the daemon broke off")?)?;
        Ok(answer["data"].take())
    }

    /// Sends a request and gives the answer when it is none of an error.
    fn send(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        accept: &str,
    ) -> Result<Response<Body>> {
        let request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let request = request.header(header::ACCEPT, accept);
        let request = match self.key.reveal() {
            "" => request,
            key => request.header(header::AUTHORIZATION, format!("Bearer {key}")),
        };
        let sent = match body {
            Some(body) => {
                let request = request.header(header::CONTENT_TYPE, "application/json");
                self.agent.run(request.body(body.to_string())?)
            }
            None => self.agent.run(request.body(())?),
        };
        let reply = sent
            .with_context(|| format!("cannot reach the daemon at {}", self.base))
            .hint("is it running, and is that its address?")?;
        if reply.status().is_success() { Ok(reply) } else { Err(self.problem(reply)) }
    }

    /// The error that an answer tells.
    fn problem(&self, reply: Response<Body>) -> anyhow::Error {
        let (status, base) = (reply.status().as_u16(), &self.base);
        let Refusal { wait, said } = Refusal::of(reply);
        let problem: Value = serde_json::from_slice(&said).unwrap_or_default();
        let text = |name: &str| problem[name].as_str();
        let Some(detail) = text("detail") else { return self.strange(&format!("{status}")) };
        let (code, hint) = (text("code").unwrap_or_default(), text("hint"));
        let error = |kind: Kind, message: String, hint: Option<&str>| {
            let error: Result<()> = Err(anyhow!(message)).kind(kind);
            match (error, hint) {
                (Err(error), None) => error,
                (error, Some(hint)) => error.hint(hint).err().unwrap_or_else(|| anyhow!("{detail}")),
                (Ok(()), None) => anyhow!("{detail}"),
            }
        };
        match status {
            401 => error(
                Kind::Denied,
                format!("the daemon at {base} wants a key: {detail}"),
                Some("give it with `--api-key-file FILE`, `--api-key KEY` or CODEGRAPH_API_KEY"),
            ),
            403 => error(Kind::Denied, format!("the daemon at {base} does not allow that: {detail}"), hint),
            429 => {
                let wait = wait.map(|wait| format!("ask again in {} s", wait.as_secs()));
                error(
                    Kind::Denied,
                    format!("the daemon at {base} is asked too often: {detail}"),
                    wait.as_deref().or(hint),
                )
            }
            404 | 405
                if text("hint").is_some_and(|hint| hint.starts_with("GET /api/v1")) || status == 405 =>
            {
                error(
                    Kind::Usage,
                    format!("the daemon at {base} does not know that: {detail}"),
                    Some("it may be of another version: see its `/health`"),
                )
            }
            _ => {
                let kind = Kind::ALL.iter().copied().find(|kind| kind.name() == code);
                let told = error(kind.unwrap_or(Kind::Internal), detail.to_owned(), hint);
                match problem.get("choices") {
                    Some(choices) => told.context(Choices(choices.clone())),
                    None => told,
                }
            }
        }
    }

    fn strange(&self, how: &str) -> anyhow::Error {
        anyhow!("{} answers {how}, and not as codegraph does: is it the address of a daemon?", self.base)
    }
}

/// How far a job was when it was asked last.
#[derive(Default)]
struct Seen {
    phase: &'static str,
    files: u64,
}

impl Seen {
    /// Tells what is new.
    fn tell(&mut self, now: &Value, progress: &dyn Progress) {
        let Some(phase) = PHASES.iter().find(|phase| now["phase"] == **phase) else { return };
        let number = |name: &str| now[name].as_u64().unwrap_or(0);
        if *phase != self.phase {
            *self = Self { phase, files: 0 };
            progress.phase(phase, if FILES.contains(phase) { number("total_files") } else { 0 });
        }
        let files = number("processed_files");
        if FILES.contains(phase) && files > self.files {
            progress.advance(files - self.files);
            self.files = files;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_lack_its_scheme_and_has_neither_name_nor_question() {
        let base = |address: &str| Remote::at(address, "").map(|remote| remote.base);
        for (typed, wanted) in [
            ("127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://h:1/", "http://h:1"),
            ("https://code.example.com/graph/", "https://code.example.com/graph"),
            ("[::1]:8000", "http://[::1]:8000"),
        ] {
            assert_eq!(base(typed).unwrap(), wanted);
        }
        for typed in ["", "ftp://h", "http://u:p@h", "http://h?q", "http://", "a b", "http:///x"] {
            assert_eq!(base(typed).map_err(|error| Kind::of(&error)), Err(Kind::Usage), "{typed}");
        }
        assert!(Remote::at("h", "two words").is_err());
    }
}
