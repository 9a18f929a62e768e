//! The daemon: the operations that only read, over HTTP as JSON and to agents, on the loopback address.
//!
//! There is no key yet, so two things stand in for one: the daemon listens on a loopback address only, and it answers
//! only requests whose `Host` (and `Origin`, when a browser sends one) is a loopback name, so that no web page reaches
//! it under a name of its own. Routes are derived from the registry; only the health checks are written by hand.

mod agents;
mod call;
mod doors;
mod health;
mod operations;
mod rates;
mod routes;

use crate::config::Loaded;
use crate::error::{Kind, ResultExt as _};
use crate::mcp;
use crate::observe::Cancel;
use crate::service::{Context, Models, Readers};
use anyhow::{Context as _, Result};
use call::{Call, Reply};
use rates::Rates;
use routes::{Class, Found, Routes, Run};
use socket2::SockRef;
use std::io::Read as _;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tiny_http::{Header, Request, Response, Server};

/// Requests that are answered at the same time.
const WORKERS: usize = 4;
/// How often an idle worker looks whether the daemon is to stop.
const POLL: Duration = Duration::from_millis(200);

/// The daemon: where it listens, and what it answers from.
pub struct Daemon {
    server: Server,
    routes: Routes,
    state: State,
}

/// What requests are answered from.
struct State {
    data: PathBuf,
    loaded: Arc<Loaded>,
    /// Set when the daemon is to end.
    cancel: Cancel,
    /// Models stay open between requests.
    models: Arc<Models>,
    readers: Arc<Readers>,
    /// What answers agents.
    agents: mcp::Server,
    rates: Rates,
}

impl State {
    fn new(data: PathBuf, loaded: Arc<Loaded>, cancel: Cancel) -> Self {
        let (models, readers) = (Arc::<Models>::default(), Arc::<Readers>::default());
        let (kept_models, kept_readers) = (Arc::clone(&models), Arc::clone(&readers));
        let agents = mcp::Server::new(data.clone(), Arc::clone(&loaded), kept_models, kept_readers);
        Self { data, loaded, cancel, models, readers, agents, rates: Rates::default() }
    }

    /// What an operation runs in that a request asks for.
    fn context(&self, _: &Call) -> Context {
        let mut context = Context::new(self.data.clone(), Arc::clone(&self.loaded));
        context.cancel = self.cancel.within(self.loaded.config.performance.query_timeout.0);
        context.models = Arc::clone(&self.models);
        context.readers = Some(Arc::clone(&self.readers));
        context
    }
}

impl Daemon {
    /// Takes the address that the settings name.
    ///
    /// # Errors
    /// [`Kind::Denied`] for an address that others can reach; otherwise when the address cannot be had.
    pub fn bind(data: PathBuf, loaded: Arc<Loaded>, cancel: Cancel) -> Result<Self> {
        let settings = &loaded.config.server;
        let name = format!("{}:{}", settings.host, settings.port);
        let address = (settings.host.as_str(), settings.port)
            .to_socket_addrs()
            .with_context(|| format!("`{}` is no address", settings.host))
            .kind(Kind::Usage)?
            .next()
            .with_context(|| format!("`{}` has no address", settings.host))
            .kind(Kind::Usage)?;
        if !address.ip().is_loopback() {
            return Err(anyhow::anyhow!(
                "the daemon does not listen on {name}: it has no keys, and others can reach it"
            ))
            .kind(Kind::Denied)
            .hint("use `--host 127.0.0.1`, and a proxy that asks for credentials in front of it");
        }
        let listener = TcpListener::bind(address).with_context(|| format!("cannot listen on {name}"))?;
        // Connections have it from the listener. Without it the end of an answer waits for the client's word that it has
        // the start, which most clients put off by 40 ms.
        SockRef::from(&listener).set_tcp_nodelay(true).context("cannot set TCP_NODELAY")?;
        let server = Server::from_listener(listener, None)
            .map_err(|error| anyhow::anyhow!("cannot listen on {name}: {error}"))?;
        let routes = Routes::new(&loaded.config);
        Ok(Self { server, routes, state: State::new(data, loaded, cancel) })
    }

    /// Where it listens; nothing on a socket that has no such address.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.server.server_addr().to_ip()
    }

    /// Answers until it is cancelled; what is being answered then is answered to its end.
    pub fn run(&self) {
        std::thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| {
                    while !self.state.cancel.is_cancelled() {
                        if let Ok(Some(request)) = self.server.recv_timeout(POLL) {
                            self.answer(request);
                        }
                    }
                });
            }
        });
    }

    fn answer(&self, mut request: Request) {
        let (path, query) = request.url().split_once('?').unwrap_or((request.url(), ""));
        let most = self.routes.max_body(path);
        if request.body_length().is_some_and(|length| length > most) {
            // Dropping such a request would make the library read its body to the end, into memory. It is left to the
            // client to hang up.
            std::mem::forget(request);
            return;
        }
        let mut call = Call {
            method: request.method().clone(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: request.headers().to_vec(),
            body: Vec::new(),
            peer: request.remote_addr().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), SocketAddr::ip),
            id: String::new(),
            began: Instant::now(),
        };
        let reply = match body(&mut request, most) {
            Some(body) => {
                call.body = body;
                self.reply(&call)
            }
            None => Reply::problem(413, "too_large", format!("the body does not end within {most} bytes")),
        };
        let (kind, bytes) = reply.content(&call);
        let mut response = Response::from_data(bytes).with_status_code(reply.status);
        let mut headers = vec![("Server", "codegraph".to_owned()), ("Cache-Control", "no-store".to_owned())];
        headers.extend(kind.map(|kind| ("Content-Type", kind.to_owned())));
        for (name, value) in headers.into_iter().chain(reply.headers) {
            if let Ok(header) = Header::from_bytes(name, value) {
                response.add_header(header);
            }
        }
        // A client that has gone does not want its answer.
        drop(request.respond(response));
    }

    /// The way of a request: what is there, whether the client may, and the answer.
    fn reply(&self, call: &Call) -> Reply {
        let found = self.routes.find(&call.method, &call.path);
        let class = match &found {
            Found::Route(route, _) => route.class,
            Found::OtherMethods(_) | Found::Nothing => Class::Plain,
        };
        if let Err(refused) = doors::admit(&self.state, call, class) {
            return refused;
        }
        match found {
            Found::Route(route, params) => match &route.run {
                Run::Handler(handler) => handler(&self.state, call, &params),
                Run::Operation(entry) => operations::run(&self.state, call, entry),
            }
            .unwrap_or_else(|error| Reply::error(&error)),
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

/// The body of a request; nothing when it is longer than a limit, or breaks off.
fn body(request: &mut Request, most: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let read = request.as_reader().take((most as u64).saturating_add(1)).read_to_end(&mut body);
    (read.is_ok() && body.len() <= most).then_some(body)
}
