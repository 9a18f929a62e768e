//! The Model Context Protocol: the operations that only read, as tools for agents. A surface beside the command line and
//! HTTP; it owns no logic.
//!
//! Two eras are spoken. Since revision 2026-07-28 each request says by itself which revision it is of (`_meta`), and
//! nothing is kept between requests. Before, `initialize` agrees on a revision for a connection. A client that sends
//! what the first one asks for gets the first one; all others are legacy clients.
//!
//! [`Server`] answers one request; `stdio` is the transport over pipes. The transport over HTTP is a route of
//! [`crate::http`].

mod edit;
pub mod install;
mod page;
mod prompts;
mod resources;
pub(crate) mod rpc;
mod stdio;
mod text;
mod tools;

use crate::config::Loaded;
use crate::error::{self, Kind};
use crate::observe::{Cancel, Limit};
use crate::service::{Answers, Context, Models, Readers, Trail};
use anyhow::Result;
use rpc::{INTERNAL_ERROR, INVALID_PARAMS, METHOD_NOT_FOUND, Problem, Request, UNSUPPORTED_VERSION};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What an agent is told about the tools as a whole.
const INSTRUCTIONS: &str = "An index of source code: search it by words and meaning, and ask its graph who calls, uses, implements \
     or imports what. Prefer it to reading many files. Answers give ids (path#Name@slot) and places (path:line); give either to the \
     next question. An answer is cut to `budget` tokens; `next` is the call that gets the rest.";
/// Milliseconds for which a client may keep what does not change while the server runs.
const STABLE_MS: u64 = 3_600_000;
/// What names the revision of a request.
pub(crate) const VERSION_KEY: &str = "io.modelcontextprotocol/protocolVersion";
const CAPABILITIES_KEY: &str = "io.modelcontextprotocol/clientCapabilities";
const LOG_LEVEL_KEY: &str = "io.modelcontextprotocol/logLevel";
const LOG_LEVELS: &[&str] =
    &["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"];

macro_rules! revisions {
    ($($(#[doc = $doc:literal])+ $name:ident $text:literal,)*) => {
        /// A revision of the protocol that is spoken, oldest first.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Revision { $($(#[doc = $doc])+ $name,)* }

        impl Revision {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The date that names it.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
        }
    };
}

revisions! {
    /// The first.
    Y2024M11 "2024-11-05",
    /// Batches; HTTP with one address.
    Y2025M03 "2025-03-26",
    /// Structured answers; no batches any more.
    Y2025M06 "2025-06-18",
    /// The last that begins with `initialize`.
    Y2025M11 "2025-11-25",
    /// Each request stands for itself.
    Y2026M07 "2026-07-28",
}

impl Revision {
    /// The newest that `initialize` can agree on.
    pub(crate) const NEWEST_LEGACY: Self = Self::Y2025M11;
    /// What a request over HTTP is of that does not say so.
    pub(crate) const UNSAID: Self = Self::Y2025M03;

    /// The revision of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|revision| revision.name() == name)
    }

    /// True when requests stand for themselves.
    pub(crate) fn is_stateless(self) -> bool {
        self >= Self::Y2026M07
    }

    pub(crate) fn has_batches(self) -> bool {
        self <= Self::Y2025M03
    }

    fn has_structured_answers(self) -> bool {
        self >= Self::Y2025M06
    }
}

/// What answers.
pub struct Server {
    data: PathBuf,
    loaded: Arc<Loaded>,
    /// The folder in which it was started; nothing for a daemon.
    here: Option<PathBuf>,
    /// The project that is asked when a call names none.
    project: Option<String>,
    models: Arc<Models>,
    readers: Arc<Readers>,
    /// Answers that are given again: pages of one are cut from the same.
    told: Arc<Answers<Arc<Value>>>,
}

impl Server {
    /// A server of the projects in a data folder.
    #[must_use]
    pub fn new(data: PathBuf, loaded: Arc<Loaded>, models: Arc<Models>, readers: Arc<Readers>) -> Self {
        let told = Arc::new(Answers::new(&loaded.config.performance));
        Self { data, loaded, here: None, project: None, models, readers, told }
    }

    /// The same, with answers that others keep too.
    #[must_use]
    pub fn sharing(mut self, told: Arc<Answers<Arc<Value>>>) -> Self {
        self.told = told;
        self
    }

    /// The same, for who stands in a folder, or wants one project.
    #[must_use]
    pub fn at(mut self, here: Option<PathBuf>, project: Option<String>) -> Self {
        (self.here, self.project) = (here, project);
        self
    }

    fn context(&self, here: Option<&Path>, cancel: &Cancel) -> Context {
        let config = &self.loaded.config;
        let mut cx = Context::new(self.data.clone(), Arc::clone(&self.loaded));
        cx.here = here.map(Path::to_owned);
        cx.cancel = cancel
            .within(config.performance.query_timeout.0, Limit::Query)
            .within(config.mcp.timeout.0, Limit::Agent);
        cx.models = Arc::clone(&self.models);
        cx.readers = Some(Arc::clone(&self.readers));
        cx
    }

    /// Agrees on a revision: the one that the client names, else the newest of that era.
    pub(crate) fn initialize(params: &Map<String, Value>) -> (Revision, Value) {
        let asked = params.get("protocolVersion").and_then(Value::as_str).and_then(Revision::from_name);
        let revision = asked.filter(|revision| !revision.is_stateless()).unwrap_or(Revision::NEWEST_LEGACY);
        let result = json!({
            "protocolVersion": revision.name(),
            "capabilities": capabilities(),
            "serverInfo": about(),
            "instructions": INSTRUCTIONS,
        });
        (revision, result)
    }

    /// The answer to a request; nothing when it was cancelled. `initialize` is not among them. `trail` learns whether
    /// it had been given before.
    pub(crate) fn answer(
        &self,
        request: &Request,
        revision: Revision,
        here: Option<&Path>,
        cancel: &Cancel,
        trail: &Trail,
    ) -> Option<Result<Value, Problem>> {
        let cx = self.context(here, cancel);
        let params = &request.params;
        // What a client may keep, in milliseconds, and whether others may have it.
        let mut keep = None;
        let mut kept = |time: u64, scope: &'static str| keep = Some((time, scope));
        let outcome = match (request.method.as_str(), revision.is_stateless()) {
            ("server/discover", true) => {
                kept(STABLE_MS, "public");
                Ok(discovered())
            }
            ("ping", false) => Ok(json!({})),
            ("tools/list", _) => {
                kept(STABLE_MS, "public");
                Ok(json!({ "tools": tools::TOOLS.iter().map(tools::Tool::described).collect::<Vec<_>>() }))
            }
            ("tools/call", _) => self.call(params, revision, &cx, trail)?,
            ("resources/list", _) => {
                kept(0, "private");
                resources::list(params, &cx)
            }
            ("resources/templates/list", _) => {
                kept(STABLE_MS, "public");
                Ok(resources::templates())
            }
            ("resources/read", _) => {
                kept(0, "private");
                let stateless = revision.is_stateless();
                let not_found = if stateless { INVALID_PARAMS } else { rpc::RESOURCE_NOT_FOUND };
                resources::read(params, not_found, &cx)
            }
            ("prompts/list", _) => {
                kept(STABLE_MS, "public");
                Ok(prompts::list())
            }
            ("prompts/get", _) => prompts::get(params),
            (method, _) => Err(Problem::new(
                METHOD_NOT_FOUND,
                format!("there is no method `{method}` in revision {}", revision.name()),
            )),
        };
        Some(outcome.map(|mut result| {
            if let (true, Some(fields)) = (revision.is_stateless(), result.as_object_mut()) {
                fields.insert("resultType".to_owned(), "complete".into());
                fields.insert("_meta".to_owned(), json!({ "io.modelcontextprotocol/serverInfo": about() }));
                if let Some((time, scope)) = keep {
                    fields.insert("ttlMs".to_owned(), time.into());
                    fields.insert("cacheScope".to_owned(), scope.into());
                }
            }
            result
        }))
    }

    /// Calls a tool; nothing when it was cancelled.
    fn call(
        &self,
        params: &Map<String, Value>,
        revision: Revision,
        cx: &Context,
        trail: &Trail,
    ) -> Option<Result<Value, Problem>> {
        let (tool, arguments) = match tools::arguments(params) {
            Ok(call) => call,
            Err(problem) => return Some(Err(problem)),
        };
        let answer = match tool.call(arguments, self.project.as_deref(), (cx, &self.told, trail)) {
            Ok(answer) => answer,
            Err(error) if Kind::of(&error) == Kind::Interrupted => return None,
            Err(error) => return Some(Err(Problem::new(INTERNAL_ERROR, error::message(&error)))),
        };
        let mut result = json!({
            "content": [{ "type": "text", "text": answer.text }],
            "isError": answer.is_error,
        });
        if revision.has_structured_answers() {
            result["structuredContent"] = answer.structured;
        }
        Some(Ok(result))
    }
}

/// True when a request says by itself which revision it is of.
pub(crate) fn speaks_for_itself(request: &Request) -> bool {
    request.meta(VERSION_KEY).is_some() || request.method == "server/discover"
}

/// The revision that such a request names.
///
/// # Errors
/// When it names none of ours, or lacks what each request has.
pub(crate) fn named_revision(request: &Request) -> Result<Revision, Problem> {
    let wrong = |text: &str| Problem::new(INVALID_PARAMS, text);
    let named = request.meta(VERSION_KEY).and_then(Value::as_str);
    let named = named.ok_or_else(|| wrong(&format!("`_meta` has no text `{VERSION_KEY}`")))?;
    let revision = Revision::from_name(named).filter(|revision| revision.is_stateless());
    let revision = revision.ok_or_else(|| unsupported(named))?;
    if !request.meta(CAPABILITIES_KEY).is_some_and(Value::is_object) {
        return Err(wrong(&format!("`_meta` has no object `{CAPABILITIES_KEY}`")));
    }
    match request.meta(LOG_LEVEL_KEY) {
        Some(level) if !level.as_str().is_some_and(|level| LOG_LEVELS.contains(&level)) => {
            Err(wrong(&format!("`{LOG_LEVEL_KEY}`: {level} is no level")))
        }
        _ => Ok(revision),
    }
}

/// The error for a revision that is none of those in which requests stand for themselves.
pub(crate) fn unsupported(named: &str) -> Problem {
    Problem::new(UNSUPPORTED_VERSION, "Unsupported protocol version")
        .with(json!({ "supported": stateless_revisions(), "requested": named }))
}

fn stateless_revisions() -> Vec<&'static str> {
    Revision::ALL.iter().filter(|each| each.is_stateless()).map(|each| each.name()).collect()
}

fn discovered() -> Value {
    json!({
        "supportedVersions": stateless_revisions(),
        "capabilities": capabilities(),
        "instructions": INSTRUCTIONS,
    })
}

fn capabilities() -> Value {
    json!({ "tools": {}, "resources": {}, "prompts": {} })
}

/// Who we are.
fn about() -> Value {
    json!({ "name": "codegraph", "title": "CodeGraph", "version": env!("CARGO_PKG_VERSION") })
}
