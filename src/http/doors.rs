//! Who may come in: the names that a request may give for us, and how often a client may ask.

use super::State;
use super::call::{Call, Reply};
use super::routes::Class;
use tiny_http::Header;

/// Lets a request in.
///
/// # Errors
/// The reply to a request that stays out.
pub(super) fn admit(state: &State, call: &Call, class: Class) -> Result<(), Reply> {
    if !is_local(call) {
        let detail = "the Host or Origin of the request is no loopback name";
        return Err(Reply::problem(403, "denied", detail));
    }
    if class == Class::Agent {
        let limit = state.loaded.config.mcp.rate_limit;
        if let Err(seconds) = state.rates.count(call.passage.peer, limit, call.passage.began) {
            let detail = format!("a client may send {limit} requests a minute");
            return Err(Reply::problem(429, "rate_limited", detail)
                .hint("the setting is mcp.rate_limit")
                .with("Retry-After", seconds.to_string()));
        }
    }
    Ok(())
}

/// True when every name that the request gives for us is a loopback name.
fn is_local(call: &Call) -> bool {
    let mut names = call.headers.iter().filter_map(name_given).peekable();
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
