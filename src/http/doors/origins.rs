//! Browsers: under which names they may reach us, which pages may ask, and how they learn of it (CORS).

use super::super::call::{Call, Reply};
use super::AUTHORIZATION;
use crate::config::{Config, Origin};
use std::net::IpAddr;
use tiny_http::Method;

/// Headers that pages elsewhere may send, besides the one with the key.
const MAY_SEND: &str =
    "Content-Type, X-Request-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name, traceparent, If-None-Match";
/// Headers that pages elsewhere may read.
const MAY_READ: &str = "X-Request-Id, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, Location, \
                        WWW-Authenticate, X-CodeGraph-Generation, X-Cache, ETag";

/// What browsers are told.
pub(super) struct Origins {
    /// Pages elsewhere that may ask.
    listed: Vec<Origin>,
    /// Only loopback names are ours: nothing else keeps a page away that gives our address a name of its own.
    is_local: bool,
    may_send: String,
    max_age: u64,
}

impl Origins {
    /// Those of settings. `is_local` when nobody needs a key and only this machine reaches us.
    pub(super) fn new(config: &Config, is_local: bool) -> Self {
        let security = &config.security;
        let listed = if security.cors_enabled { config.server.cors_origins.clone() } else { Vec::new() };
        let mut may_send = format!("{AUTHORIZATION}, {MAY_SEND}");
        if !security.api_key_header.0.eq_ignore_ascii_case(AUTHORIZATION) {
            may_send = format!("{}, {may_send}", security.api_key_header.0);
        }
        Self { listed, is_local, may_send, max_age: security.cors_max_age }
    }

    /// Refuses what comes under the name of a stranger, or from the page of one.
    ///
    /// # Errors
    /// The answer to it.
    pub(super) fn admit(&self, call: &Call) -> Result<(), Box<Reply>> {
        let values = |name: &'static str| {
            call.headers
                .iter()
                .filter(move |header| header.field.equiv(name))
                .map(|header| header.value.as_str())
        };
        if self.is_local && !(call.header("Host").is_some() && values("Host").all(is_loopback_name)) {
            let detail = "the Host of the request is no loopback name, and nobody needs a key here";
            let hint = "ask for localhost (a proxy in front of the daemon sends such a Host), or set \
                        security.api_key_required to true";
            return Err(Reply::problem(403, "denied", detail).hint(hint).into());
        }
        let may_ask = |origin: &str| {
            Origin::of(origin).is_some_and(|origin| {
                let is_ours = || values("Host").any(|host| is_host_of(&origin, host));
                is_loopback_name(origin.host()) || self.lists(&origin) || (!self.is_local && is_ours())
            })
        };
        if values("Origin").all(may_ask) {
            return Ok(());
        }
        Err(Reply::problem(403, "denied", "the page that sends this request may not ask")
            .hint("the setting for pages elsewhere is server.cors_origins")
            .into())
    }

    fn lists(&self, origin: &Origin) -> bool {
        self.listed.iter().any(|listed| listed.is_any() || listed == origin)
    }

    /// The page that sends a request, when it is one elsewhere that may.
    fn listed<'c>(&self, call: &'c Call) -> Option<&'c str> {
        call.header("Origin").filter(|origin| Origin::of(origin).is_some_and(|origin| self.lists(&origin)))
    }

    /// What the answer to any request says of pages elsewhere.
    pub(super) fn headers(&self, call: &Call) -> Vec<(&'static str, String)> {
        if self.listed.is_empty() {
            return Vec::new();
        }
        let mut headers = vec![("Vary", "Origin".to_owned())];
        if let Some(origin) = self.listed(call) {
            // No cookie counts here, so there are no credentials that a browser would add by itself.
            let is_any = self.listed.iter().any(Origin::is_any);
            headers.push(("Access-Control-Allow-Origin", if is_any { "*" } else { origin }.to_owned()));
            headers.push(("Access-Control-Expose-Headers", MAY_READ.to_owned()));
        }
        headers
    }

    /// The answer to `OPTIONS`, which browsers ask before they let a page elsewhere ask.
    pub(super) fn options(&self, call: &Call, methods: &[Method]) -> Reply {
        let methods: Vec<String> = methods.iter().map(ToString::to_string).collect();
        let methods = methods.join(", ");
        let reply = Reply::empty(204).with("Allow", format!("{methods}, OPTIONS"));
        if self.listed(call).is_none() || call.header("Access-Control-Request-Method").is_none() {
            return reply;
        }
        reply
            .with("Access-Control-Allow-Methods", methods)
            .with("Access-Control-Allow-Headers", self.may_send.clone())
            .with("Access-Control-Max-Age", self.max_age.to_string())
    }
}

/// True when a page comes from the host that its request is for.
fn is_host_of(origin: &Origin, host: &str) -> bool {
    let given = origin.host();
    let bare = host.rsplit_once(':').filter(|(_, port)| matches!(*port, "80" | "443")).map(|(host, _)| host);
    given.eq_ignore_ascii_case(host) || bare.is_some_and(|host| given.eq_ignore_ascii_case(host))
}

/// True for `localhost`, `127.0.0.1`, `[::1]`, with or without a port.
pub(super) fn is_loopback_name(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn a_page_is_of_its_host_whatever_the_usual_port() {
        let is = |origin: &str, host: &str| is_host_of(&Origin::of(origin).unwrap(), host);
        assert!(is("https://code.example.com", "code.example.com"));
        assert!(is("https://code.example.com", "Code.Example.com:443"));
        assert!(is("http://10.0.0.1:8000", "10.0.0.1:8000"));
        assert!(!is("https://code.example.com", "code.example.com:8000"));
        assert!(!is("https://code.example.com:8000", "code.example.com"));
        assert!(!is("https://evil.example", "code.example.com"));
    }
}
