//! The daemon: the operations that only read, over HTTP as JSON and to agents.
//!
//! Who may ask is decided at the doors, before anything is run. Routes are derived from the registry; only a few are
//! written by hand.

mod agents;
mod api;
mod backups;
mod base64;
mod call;
mod doors;
mod edge;
mod metrics;
mod observed;
mod operations;
mod page;
pub mod presence;
mod routes;
mod tidy;
mod watch;

use crate::config::{Level, Loaded};
use crate::error::{Kind, ResultExt as _, message};
use crate::mcp;
use crate::observe::log::Throttle;
use crate::observe::{Cancel, Limit, Log, Metrics};
use crate::service::{self, Answers, Context, Models, Readers};
use anyhow::{Context as _, Result};
use call::{Call, Reply};
pub use call::{NOTES, VERDICT};
use doors::Doors;
pub use doors::{SCOPES, new_key};
use edge::{Admitted, Answer, Desk, Edge, Head, Lane, Limits, PASSAGE, Passage, Passages, Refusal, Sockets};
pub use routes::decoded;
use routes::{Class, Found, Routes};
use serde_json::Value;
use socket2::SockRef;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tiny_http::{Method, Request, Response, Server};

/// Requests in a minute that are told by themselves when they are not let in.
const INTRUDERS: u32 = 20;
/// How often is looked for signals.
const POLL: Duration = Duration::from_millis(100);
/// What answers in flight may take longer than a request, when the daemon ends.
const GRACE: Duration = Duration::from_secs(2);

/// The daemon: where it listens, and what it answers from.
pub struct Daemon {
    edge: Edge,
    /// Those that take the requests which the edge lets through, one for each lane.
    servers: [Server; Lane::COUNT],
    passages: Passages<Guest>,
    routes: Routes,
    state: State,
    /// Projects are kept as their files are.
    watches: bool,
    /// Goes last.
    _sockets: Sockets,
}

/// A request that was let in, and the headers that its answer has for it.
struct Guest {
    call: Call,
    headers: Vec<(&'static str, String)>,
}

/// What requests are answered from.
struct State {
    data: PathBuf,
    loaded: Arc<Loaded>,
    /// Set when the daemon is to end.
    stop: Cancel,
    /// Models stay open between requests.
    models: Arc<Models>,
    readers: Arc<Readers>,
    /// What answers agents.
    agents: mcp::Server,
    doors: Doors,
    log: Arc<Log>,
    /// What the resources share.
    api: api::Shared,
    metrics: Arc<Metrics>,
    looked: metrics::Looked,
    /// Answers of operations that are given again.
    answers: Answers<Reply>,
    /// The same for resources and agents, as data.
    told: Arc<Answers<Arc<Value>>>,
    /// Questions that are being answered.
    questions: tidy::Gate,
    /// Backups and checkpoints that are being written.
    backing_up: tidy::Gate,
    pressure: tidy::Pressure,
    /// The system lets nothing be written into the data folder.
    cannot_write: AtomicBool,
    /// Tells of those who are not let in, without letting them fill the log.
    intruders: Throttle,
}

impl State {
    fn new(
        data: PathBuf,
        loaded: Arc<Loaded>,
        stop: Cancel,
        log: Log,
        doors: Doors,
        routes: &Routes,
    ) -> Self {
        let performance = &loaded.config.performance;
        let (models, readers) = (Arc::new(Models::new(performance)), Arc::<Readers>::default());
        let (kept_models, kept_readers) = (Arc::clone(&models), Arc::clone(&readers));
        let told = Arc::new(Answers::new(performance));
        let agents = mcp::Server::new(data.clone(), Arc::clone(&loaded), kept_models, kept_readers)
            .sharing(Arc::clone(&told));
        let places = routes.all().iter().map(|route| (route.method.to_string(), route.path.as_str()));
        let metrics = Arc::new(Metrics::new(places, &loaded.config.metrics.histogram_buckets.0));
        let api =
            api::Shared::new(data.clone(), Arc::clone(&loaded), Arc::clone(&models), Arc::clone(&metrics));
        Self {
            answers: Answers::new(performance),
            told,
            questions: tidy::Gate::new(count(performance.max_concurrent_queries)),
            backing_up: tidy::Gate::new(count(performance.max_concurrent_backups)),
            pressure: tidy::Pressure::default(),
            cannot_write: AtomicBool::new(false),
            intruders: Throttle::new(INTRUDERS, Duration::from_secs(60)),
            data,
            loaded,
            stop,
            models,
            readers,
            agents,
            doors,
            log: Arc::new(log),
            metrics,
            api,
            looked: metrics::Looked::default(),
        }
    }

    /// Answers that are kept, their bytes, and how often one was found and how often not, in both forms.
    fn results(&self) -> ((usize, usize), (u64, u64)) {
        let (sent, told) = (self.answers.held(), self.told.held());
        let (asked, others) = (self.answers.counts(), self.told.counts());
        ((sent.0 + told.0, sent.1 + told.1), (asked.0 + others.0, asked.1 + others.1))
    }

    /// True while nothing can be written into the data folder.
    fn is_read_only(&self) -> bool {
        self.cannot_write.load(Ordering::Relaxed) || self.api.jobs.tally().is_full()
    }

    /// What is not as it should be though requests are answered, in words for programs.
    fn shortcomings(&self) -> Vec<&'static str> {
        let all = [
            ("read_only", self.is_read_only()),
            ("backup_failed", self.metrics.is_backup_missing()),
            ("memory_pressure", self.pressure.is_high()),
        ];
        all.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| name).collect()
    }

    /// What a search runs in that a request asks for.
    fn search_context(&self, call: &Call) -> Context {
        let mut context = self.context(call);
        context.cancel =
            context.cancel.within(self.loaded.config.performance.search_timeout.0, Limit::Search);
        context
    }

    /// What an operation runs in that a request asks for.
    fn context(&self, call: &Call) -> Context {
        let mut context = Context::new(self.data.clone(), Arc::clone(&self.loaded));
        context.cancel =
            call.passage.cancel.within(self.loaded.config.performance.query_timeout.0, Limit::Query);
        context.models = Arc::clone(&self.models);
        context.readers = Some(Arc::clone(&self.readers));
        context.is_guest = !call.caller.is_local;
        context
    }
}

/// What to do when an address cannot be had: who has it, or which settings name another one.
fn way_out(address: SocketAddr, data: &Path) -> String {
    match presence::living(data).filter(|living| living.address.port() == address.port()) {
        Some(presence::Living { pid, address, .. }) => {
            format!("a daemon answers for this index at http://{address} already, as process {pid}")
        }
        None => "`--port` and `--host` give another address; port 0 is any that is free".to_owned(),
    }
}

impl Daemon {
    /// Takes the address that the settings name. `is_open`: that others reach it without a key is meant.
    ///
    /// # Errors
    /// [`Kind::Denied`] for an address that others can reach without a key; otherwise when the address or the keys
    /// cannot be had.
    pub fn bind(data: PathBuf, loaded: Arc<Loaded>, stop: Cancel, is_open: bool) -> Result<Self> {
        let settings = &loaded.config.server;
        let name = format!("{}:{}", settings.host, settings.port);
        let address = (settings.host.as_str(), settings.port)
            .to_socket_addrs()
            .with_context(|| format!("`{}` is no address", settings.host))
            .kind(Kind::Usage)?
            .next()
            .with_context(|| format!("`{}` has no address", settings.host))
            .kind(Kind::Usage)?;
        let (doors, notes) = Doors::open(&data, &loaded, address.ip(), is_open)?;
        let listener = TcpListener::bind(address)
            .with_context(|| format!("cannot listen on {name}"))
            .or_else(|error| Err(error).hint(way_out(address, &data)))?;
        // Connections have it from the listener. Without it the end of an answer waits for the client's word that it has
        // the start, which most clients put off by 40 ms.
        SockRef::from(&listener).set_tcp_nodelay(true).context("cannot set TCP_NODELAY")?;
        let limits = Limits {
            connections: count(settings.max_connections),
            requests: count(loaded.config.performance.concurrent_limit),
            bodies: count(service::bodies(&loaded.config)),
            request: limit(settings.timeout.0),
            idle: limit(settings.keep_alive.0),
        };
        let log = Log::open(&loaded.config.logging)?;
        notes.iter().for_each(|(level, note)| log.say(*level, "daemon", note, &[]));
        let routes = Routes::new(&loaded.config);
        let sockets = Sockets::new(&data)?;
        let [work, probe] = sockets.listen()?.map(|listener| {
            Server::from_listener(listener, None)
                .map_err(|error| anyhow::anyhow!("cannot take requests from the edge: {error}"))
        });
        Ok(Self {
            edge: Edge::new(listener, limits, sockets.paths())?,
            servers: [work?, probe?],
            passages: Passages::default(),
            state: State::new(data, loaded, stop, log, doors, &routes),
            routes,
            watches: false,
            _sockets: sockets,
        })
    }

    /// Has every project indexed again whenever its files change.
    pub const fn watch(&mut self) {
        self.watches = true;
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.edge.address()
    }

    /// What it tells of itself.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.state.log
    }

    /// A key that counts until the daemon ends and may do everything, for a file that only its owner may read.
    #[must_use]
    pub fn local_key(&self) -> &str {
        self.state.doors.local_key()
    }

    /// Opens the log and reads the keys anew; requests meanwhile are answered. What cannot be read leaves the keys as they
    /// are.
    pub fn reload(&self) {
        let log = &self.state.log;
        if let Err(error) = log.reopen() {
            log.say(Level::Error, "daemon", &format!("the log stays where it is: {}", message(&error)), &[]);
        }
        match self.state.doors.reload() {
            Ok((n_keys, notes)) => {
                notes.iter().for_each(|note| log.say(Level::Warn, "config", note, &[]));
                log.audit("keys read anew", &[("keys", n_keys.into())]);
            }
            Err(error) => {
                let text = format!("the keys stay as they are: {}", message(&error));
                log.say(Level::Error, "config", &text, &[]);
            }
        }
    }

    /// Answers until it is asked to stop; what is being answered then is answered to its end. `look` is called ten times a
    /// second meanwhile, to look for signals.
    pub fn run(&self, mut look: impl FnMut()) {
        let [work, probe] = &self.servers;
        let workers = self.workers();
        self.state.metrics.works(workers);
        std::thread::scope(|scope| {
            for server in std::iter::repeat_n(work, workers).chain([probe]) {
                scope.spawn(|| {
                    while let Ok(request) = server.recv() {
                        self.answer(request);
                    }
                });
            }
            scope.spawn(|| self.edge.run(scope, &self.passages, self));
            if self.watches {
                scope.spawn(|| watch::run(&self.state));
            }
            scope.spawn(|| backups::keep(&self.state));
            scope.spawn(|| tidy::run(&self.state));
            while !self.state.stop.is_cancelled() {
                look();
                std::thread::sleep(POLL);
            }
            self.edge.drain();
            self.state.api.jobs.drain();
            self.edge.wait(limit(self.state.loaded.config.server.timeout.0).saturating_add(GRACE));
            for server in std::iter::repeat_n(work, workers).chain([probe]) {
                server.unblock();
            }
        });
    }

    /// Requests that are answered at the same time.
    fn workers(&self) -> usize {
        count(service::workers(&self.state.loaded.config))
    }

    /// Answers what the edge has let through.
    fn answer(&self, mut request: Request) {
        let number = request.headers().iter().find(|header| header.field.equiv(PASSAGE));
        let number = number.and_then(|header| header.value.as_str().parse().ok());
        // Without a guest the client has gone, or nobody waited any longer.
        let Some(Guest { mut call, headers }) = number.and_then(|number| self.passages.take(number)) else {
            return drop(request.respond(Response::empty(503)));
        };
        if request.as_reader().read_to_end(&mut call.body).is_err() {
            return;
        }
        let reply = catch_unwind(AssertUnwindSafe(|| self.reply(&call, headers)));
        let reply = reply.unwrap_or_else(|_| mistake());
        let answer = reply.written(&call.passage.id, Some(&call.path), call.method == Method::Head);
        // In one piece, which the library would make two of; a client that has gone does not want its answer.
        let mut to = request.into_writer();
        drop(to.write_all(&answer.bytes_with("")).and_then(|()| to.flush()));
    }

    /// The reply to a request that was let in.
    fn reply(&self, call: &Call, headers: Vec<(&'static str, String)>) -> Reply {
        let _inside = self.state.metrics.enter();
        let found = self.routes.find(&call.method, &call.path);
        let mut reply = self.routed(call, &found);
        reply.headers.extend(headers);
        observed::answered(&self.state, call, &found, &reply);
        reply
    }

    /// Lets a request in, of which the head has been read: who sends it, what is there, and whether the client may.
    ///
    /// # Errors
    /// The answer, when the body is not needed for one.
    fn let_in(&self, mut call: Call) -> Result<Admitted<Guest>, Answer> {
        self.state.metrics.connected(self.edge.connections());
        call.caller = self.state.doors.meet(&call);
        let found = self.routes.find(&call.method, &call.path);
        let ruling = self.state.doors.admit(&call, &found);
        let (headers, max_body) = (ruling.headers, found.max_body());
        let mut reply = match (ruling.reply, max_body) {
            (Some(reply), _) => reply,
            (None, None) => self.routed(&call, &found),
            (None, Some(max_body)) => {
                let lane = if self.routes.is_probe(&call.path) { Lane::Probe } else { Lane::Work };
                return Ok(Admitted { guest: Guest { call, headers }, lane, max_body });
            }
        };
        reply.headers.extend(headers);
        observed::answered(&self.state, &call, &found, &reply);
        Err(reply.written(&call.passage.id, Some(&call.path), call.method == Method::Head))
    }

    fn routed(&self, call: &Call, found: &Found<'_>) -> Reply {
        let class = match found {
            Found::Route(route, _) => route.class,
            Found::OtherMethods(_) | Found::Nothing => Class::Plain,
        };
        let is_question = matches!(class, Class::Query | Class::Search | Class::Agent);
        let _pass = match is_question.then(|| self.state.questions.enter()) {
            Some(None) => {
                return Reply::problem(503, "overloaded", "too many questions are being answered")
                    .hint("the setting is performance.max_concurrent_queries")
                    .with("Retry-After", "1");
            }
            pass => pass.flatten(),
        };
        let _turn = match (class == Class::Backup).then(|| self.state.backing_up.enter()) {
            Some(None) => {
                return Reply::problem(409, "busy", "as many backups are being written as may be")
                    .hint("try again when one is done; the setting is performance.max_concurrent_backups");
            }
            turn => turn.flatten(),
        };
        match found {
            Found::Route(route, params) => route.answer(&self.state, call, params),
            Found::OtherMethods(methods) => {
                let names: Vec<String> = methods.iter().map(ToString::to_string).collect();
                let names = names.join(", ");
                Reply::problem(405, "method_not_allowed", format!("{} wants {names}", call.path))
                    .with("Allow", names)
            }
            Found::Nothing => Reply::problem(404, "not_found", format!("there is nothing at {}", call.path))
                .hint("GET /api/v1 lists the operations"),
        }
    }
}

/// The reply when a thread panicked.
fn mistake() -> Reply {
    Reply::problem(500, "failed", "the daemon made a mistake; its log says where")
}

impl Desk for Daemon {
    type Guest = Guest;

    fn admit(&self, head: &Head, passage: &Arc<Passage>) -> Result<Admitted<Guest>, Answer> {
        catch_unwind(AssertUnwindSafe(|| self.let_in(Call::of(head, passage))))
            .unwrap_or_else(|_| Err(mistake().written(&passage.id, None, head.method == "HEAD")))
    }

    fn answer_to(&self, refusal: &Refusal<'_>) -> Answer {
        let reply = Reply::problem(refusal.status, refusal.code, refusal.detail);
        let reply = if refusal.status == 503 { reply.with("Retry-After", "1") } else { reply };
        reply.written(refusal.id, None, false)
    }

    fn refused(&self, refusal: &Refusal<'_>) {
        observed::refused(&self.state, refusal);
    }
}

/// A limit of time; none is a year.
const fn limit(time: Duration) -> Duration {
    if time.is_zero() { Duration::from_secs(365 * 24 * 60 * 60) } else { time }
}

fn count(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}
