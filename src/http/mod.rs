//! The daemon: the operations that only read, over HTTP as JSON and to agents, on the loopback address.
//!
//! There is no key yet, so two things stand in for one: the daemon listens on a loopback address only, and it answers
//! only requests whose `Host` (and `Origin`, when a browser sends one) is a loopback name, so that no web page reaches
//! it under a name of its own. Routes are derived from the registry; only the health checks are written by hand.

mod agents;
mod rates;
mod route;

use crate::config::Loaded;
use crate::error::{Kind, ResultExt as _};
use crate::mcp;
use crate::observe::Cancel;
use crate::service::{Context, Models, Readers};
use anyhow::{Context as _, Result};
use rates::Rates;
use route::{Reply, Route};
use socket2::SockRef;
use std::io::Read as _;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tiny_http::{Header, Method, Request, Response, Server};

/// Requests that are answered at the same time.
const WORKERS: usize = 4;
/// Most bytes of a body.
const MAX_BODY_BYTES: usize = 1 << 20;
/// How often an idle worker looks whether the daemon is to stop.
const POLL: Duration = Duration::from_millis(200);

/// What the daemon answers from.
pub struct Daemon {
    server: Server,
    data: PathBuf,
    loaded: Arc<Loaded>,
    cancel: Cancel,
    /// Models stay open between requests.
    models: Arc<Models>,
    readers: Arc<Readers>,
    /// What answers agents.
    agents: mcp::Server,
    rates: Rates,
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
        let (models, readers) = (Arc::<Models>::default(), Arc::<Readers>::default());
        let (kept_models, kept_readers) = (Arc::clone(&models), Arc::clone(&readers));
        let agents = mcp::Server::new(data.clone(), Arc::clone(&loaded), kept_models, kept_readers);
        Ok(Self { server, data, loaded, cancel, models, readers, agents, rates: Rates::default() })
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
                    while !self.cancel.is_cancelled() {
                        if let Ok(Some(request)) = self.server.recv_timeout(POLL) {
                            self.answer(request);
                        }
                    }
                });
            }
        });
    }

    fn answer(&self, mut request: Request) {
        if request.body_length().is_some_and(|length| length > self.max_body_bytes(request.url())) {
            // Dropping such a request would make the library read its body to the end, into memory. It is left to the
            // client to hang up.
            std::mem::forget(request);
            return;
        }
        let reply = self.reply(&mut request);
        let mut response = Response::from_data(reply.body).with_status_code(reply.status);
        let kind = if reply.status < 400 { "application/json" } else { "application/problem+json" };
        let mut headers = vec![("Server", "codegraph".to_owned()), ("Cache-Control", "no-store".to_owned())];
        if reply.status != 202 {
            headers.push(("Content-Type", reply.kind.unwrap_or(kind).to_owned()));
        }
        for (name, value) in headers.into_iter().chain(reply.headers) {
            if let Ok(header) = Header::from_bytes(name, value) {
                response.add_header(header);
            }
        }
        // A client that has gone does not want its answer.
        drop(request.respond(response));
    }

    fn reply(&self, request: &mut Request) -> Reply {
        if !is_local(request) {
            return Reply::problem(
                403,
                "denied",
                "the Host or Origin of the request is no loopback name",
                None,
            );
        }
        let path = request.url().split('?').next().unwrap_or_default().to_owned();
        if self.is_for_agents(&path) {
            return self.agent(request);
        }
        let Some(route) = Route::of(&path) else {
            return Reply::problem(
                404,
                "not_found",
                &format!("there is nothing at {path}"),
                Some("GET /api/v1 lists the operations"),
            );
        };
        let wanted = if route.has_body() { Method::Post } else { Method::Get };
        if *request.method() != wanted {
            return Reply::problem(405, "usage", &format!("{path} wants {wanted}"), None);
        }
        let Some(body) = body(request, MAX_BODY_BYTES) else {
            return Reply::problem(413, "usage", "the body does not end within a megabyte", None);
        };
        let mut context = Context::new(self.data.clone(), Arc::clone(&self.loaded));
        context.cancel = self.cancel.within(self.loaded.config.performance.query_timeout.0);
        context.models = Arc::clone(&self.models);
        context.readers = Some(Arc::clone(&self.readers));
        route.reply(&body, &context)
    }

    /// True for the path at which agents are answered.
    fn is_for_agents(&self, path: &str) -> bool {
        let settings = &self.loaded.config.mcp;
        settings.enabled && path == settings.endpoint
    }

    fn max_body_bytes(&self, url: &str) -> usize {
        let is_for_agents = self.is_for_agents(url.split('?').next().unwrap_or_default());
        let settings = self.loaded.config.mcp.max_request_size.0;
        if is_for_agents { usize::try_from(settings).unwrap_or(usize::MAX) } else { MAX_BODY_BYTES }
    }

    fn agent(&self, request: &mut Request) -> Reply {
        if *request.method() != Method::Post {
            return Reply::problem(405, "usage", "agents POST their messages here", None)
                .with("Allow", "POST");
        }
        let limit = self.loaded.config.mcp.rate_limit;
        let client = request.remote_addr().map(SocketAddr::ip);
        if let Some(Err(seconds)) = client.map(|client| self.rates.count(client, limit, Instant::now())) {
            let detail = format!("a client may send {limit} requests a minute");
            return Reply::problem(429, "usage", &detail, Some("the setting is mcp.rate_limit"))
                .with("Retry-After", seconds.to_string());
        }
        let most = self.max_body_bytes(request.url());
        let Some(body) = body(request, most) else {
            return Reply::problem(413, "usage", &format!("the body does not end within {most} bytes"), None);
        };
        let headers = agents::Headers(request.headers());
        agents::reply(&self.agents, &headers, &body, &self.cancel)
    }
}

/// The body of a request; nothing when it is longer than a limit, or breaks off.
fn body(request: &mut Request, most: usize) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    let read = request.as_reader().take((most as u64).saturating_add(1)).read_to_end(&mut body);
    (read.is_ok() && body.len() <= most).then_some(body)
}

/// True when every name that the request gives for us is a loopback name.
fn is_local(request: &Request) -> bool {
    let mut names = request.headers().iter().filter_map(name_given).peekable();
    names.peek().is_some() && names.all(is_loopback_name)
}

/// The name that a header gives for us.
fn name_given(header: &Header) -> Option<&str> {
    let value = header.value.as_str();
    if header.field.equiv("Host") {
        Some(value)
    } else if header.field.equiv("Origin") {
        Some(value.split_once("://").map_or("", |(_, host)| host))
    } else {
        None
    }
}

/// True for `localhost`, `127.0.0.1`, `[::1]`, with or without a port.
fn is_loopback_name(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback_name;

    #[test]
    fn only_loopback_names_are_ours() {
        for name in
            ["localhost", "localhost:8000", "LOCALHOST", "127.0.0.1:1", "127.8.8.8", "[::1]:8000", "[::1]"]
        {
            assert!(is_loopback_name(name), "{name}");
        }
        for name in
            ["", "evil.example", "localhost.evil.example:80", "10.0.0.1:8000", "[::2]:80", "127.0.0.1.nip.io"]
        {
            assert!(!is_loopback_name(name), "{name}");
        }
    }
}
