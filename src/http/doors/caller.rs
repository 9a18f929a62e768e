//! Whose request it is: the address, behind proxies too, and the key or token that came along.

use super::super::call::{Call, Reply};
use super::super::routes::Scope;
use super::rates::Client;
use super::tokens::{self, Fault};
use super::{AUTHORIZATION, CHALLENGE, Doors, keys, too_many};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use subtle::ConstantTimeEq as _;

/// Most addresses that are read of a header that proxies add to.
const MAX_HOPS: usize = 32;
/// Most characters of the name that another issuer gives somebody.
const MAX_SUBJECT: usize = 64;

/// Who sent a request.
#[derive(Debug, Clone)]
pub(in super::super) struct Caller {
    /// Where it comes from; behind trusted proxies, what they say.
    pub(in super::super) address: IpAddr,
    /// The name of the key that it has.
    pub(in super::super) key: Option<Arc<str>>,
    /// What logs call the sender: the name of a key, or whose a token is.
    pub(in super::super) name: Option<Arc<str>>,
    /// What the sender may do.
    pub(in super::super) scope: Scope,
    /// The sender may read what is private in the data folder.
    pub(in crate::http) is_local: bool,
    /// What is wrong with the key or token that came along.
    pub(super) wrong: Option<Wrong>,
}

/// Why a key or token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// There are two, or it is unknown.
    Unknown,
    /// It was one, or will be.
    Token(Fault),
    /// Too many were tried from that address.
    Guessed(Duration),
}

impl Caller {
    /// Somebody at an address, of whom nothing else is known.
    pub(in super::super) const fn at(address: IpAddr) -> Self {
        Self { address, key: None, name: None, scope: Scope::Open, is_local: false, wrong: None }
    }

    pub(super) fn client(&self) -> Client {
        match &self.name {
            Some(name) => Client::Key(Arc::clone(name)),
            None => Client::at(self.address),
        }
    }
}

impl Wrong {
    /// The answer to who may not come in for it.
    pub(super) fn reply(self) -> Reply {
        let bad = |code, detail: &str| {
            let challenge = format!(
                "Bearer realm=\"codegraph\", error=\"invalid_token\", error_description=\"{detail}\""
            );
            Reply::problem(401, code, detail).with(CHALLENGE, challenge)
        };
        match self {
            Self::Unknown => bad("bad_key", "this key is unknown"),
            Self::Token(Fault::Expired) => bad("expired_token", "the time of this token is over"),
            Self::Token(Fault::Early) => bad("bad_token", "the time of this token has not come"),
            Self::Token(Fault::Forged | Fault::Void) => bad("bad_token", "this token does not count here"),
            Self::Guessed(wait) => too_many("too many wrong keys came from this address", wait),
        }
    }
}

impl Doors {
    /// Tells who sent a request.
    pub(in super::super) fn meet(&self, call: &Call) -> Caller {
        let mut caller = Caller::at(self.address(call));
        if !self.loaded.config.security.api_key_required {
            caller.scope = Scope::Admin;
        }
        match self.given(call) {
            Ok(None) => {}
            Ok(Some(given)) => self.recognize(&mut caller, given, call.passage.began),
            Err(wrong) => caller.wrong = Some(wrong),
        }
        caller
    }

    fn recognize(&self, caller: &mut Caller, given: &str, now: Instant) {
        let hash = keys::hash(given);
        if bool::from(hash.ct_eq(&self.local.1)) {
            caller.name = Some("local".into());
            (caller.scope, caller.is_local) = (Scope::Admin, true);
            return;
        }
        if let Some(wait) = self.guesses.wait(caller.address, now) {
            caller.wrong = Some(Wrong::Guessed(wait));
            return;
        }
        let pass = self.pass();
        if let Some(key) = pass.keys.find(&hash) {
            (caller.key, caller.name) = (Some(Arc::clone(&key.name)), Some(Arc::clone(&key.name)));
            caller.scope = caller.scope.max(key.scope);
            return;
        }
        let read = pass.signer.as_ref().filter(|_| given.contains('.'));
        match read.map(|signer| signer.read(given, &pass.keys, tokens::seconds(SystemTime::now()))) {
            Some(Ok(bearer)) => {
                let name: String = bearer.name.chars().take(MAX_SUBJECT).collect();
                caller.name = Some(name.into());
                caller.scope = caller.scope.max(bearer.scope);
            }
            Some(Err(fault)) if fault != Fault::Forged => caller.wrong = Some(Wrong::Token(fault)),
            Some(Err(_)) | None => {
                let [a, b, c, d, e, f, g, h, ..] = hash;
                self.guesses.note(caller.address, u64::from_be_bytes([a, b, c, d, e, f, g, h]), now);
                caller.wrong = Some(Wrong::Unknown);
            }
        }
    }

    /// The key or token that came along: in the header of the settings, or after `Authorization: Bearer`.
    fn given<'c>(&self, call: &'c Call) -> Result<Option<&'c str>, Wrong> {
        let one = |name: &str| {
            let mut values = call
                .headers
                .iter()
                .filter(|header| header.field.as_str().as_str().eq_ignore_ascii_case(name))
                .map(|header| header.value.as_str().trim());
            match (values.next(), values.next()) {
                (Some(_), Some(_)) => Err(Wrong::Unknown),
                (first, _) => Ok(first.filter(|value| !value.is_empty())),
            }
        };
        let own = &self.loaded.config.security.api_key_header.0;
        if !own.eq_ignore_ascii_case(AUTHORIZATION) {
            let bare = one(own)?;
            if bare.is_some() {
                return Ok(bare);
            }
        }
        let bearer = |value: &'c str| {
            let (scheme, key) = value.split_once(' ')?;
            scheme.eq_ignore_ascii_case("Bearer").then(|| key.trim()).filter(|key| !key.is_empty())
        };
        Ok(one(AUTHORIZATION)?.and_then(bearer))
    }

    /// Where a request comes from. What a header says of it is believed as far as proxies that we trust wrote it.
    fn address(&self, call: &Call) -> IpAddr {
        let mut address = call.passage.peer.to_canonical();
        let named = call.headers.iter().filter(|header| header.field.equiv("X-Forwarded-For"));
        let named: Vec<&str> = named.flat_map(|header| header.value.as_str().split(',')).collect();
        for hop in named.iter().rev().take(MAX_HOPS) {
            if !self.proxies.iter().any(|proxy| proxy.holds(address)) {
                break;
            }
            let Some(before) = address_of(hop) else { break };
            address = before;
        }
        address
    }
}

/// An address as proxies write it, maybe with a port.
fn address_of(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse::<IpAddr>().ok().or_else(|| Some(hop.parse::<std::net::SocketAddr>().ok()?.ip()));
    Some(address?.to_canonical())
}
