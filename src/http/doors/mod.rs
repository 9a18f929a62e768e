//! Who may come in: whose request it is, under which names and from which pages it may come, how often, and what its
//! sender may do.

mod caller;
mod keys;
mod origins;
mod rates;
mod roots;
mod tokens;

pub(super) use caller::Caller;
pub use keys::{SCOPES, new_key};
pub(super) use tokens::make as token;

use super::call::{Call, Reply};
use super::routes::{Class, Found, Scope};
use crate::config::{Config, Level, Loaded, Network};
use crate::error::{Kind, ResultExt as _};
use anyhow::Result;
use keys::{Hash, Keys};
use origins::Origins;
use rates::{Guesses, Limits, Minutes, Rates, Verdict};
use roots::Roots;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tiny_http::Method;
use tokens::Signer;

/// The usual header with a key.
const AUTHORIZATION: &str = "Authorization";
/// What asks for a key (RFC 6750, section 3).
const CHALLENGE: &str = "WWW-Authenticate";
/// Parameters that clients use for keys. Addresses end up in logs and histories, so a key in one is refused.
const KEY_PARAMETERS: &[&str] = &[
    "api_key",
    "apikey",
    "api-key",
    "access_token",
    "auth_token",
    "token",
    "jwt",
    "bearer",
    "authorization",
];

/// What the doors say of a request.
pub(super) struct Ruling {
    /// The answer, when they give it themselves.
    pub reply: Option<Reply>,
    /// Headers of the answer, whoever gives it.
    pub headers: Vec<(&'static str, String)>,
}

/// Keys and tokens, as they were read last.
#[derive(Default)]
struct Pass {
    keys: Keys,
    signer: Option<Signer>,
}

/// All that decides who may come in.
pub(super) struct Doors {
    loaded: Arc<Loaded>,
    data: PathBuf,
    pass: RwLock<Arc<Pass>>,
    /// The key of the command line on this machine.
    local: (String, Hash),
    origins: Origins,
    proxies: Vec<Network>,
    roots: Roots,
    rates: Option<Rates>,
    agents: Minutes,
    guesses: Guesses,
}

impl Doors {
    /// Opens the doors of a daemon at an address. Gives what its operator should know: warnings, and where the key is
    /// that was made.
    ///
    /// # Errors
    /// [`Kind::Denied`] when anybody could come in and nobody said that this is meant (`is_open`); [`Kind::Usage`] for
    /// settings that do not go together or name what cannot be read.
    pub(super) fn open(
        data: &Path,
        loaded: &Arc<Loaded>,
        address: IpAddr,
        is_open: bool,
    ) -> Result<(Self, Vec<(Level, String)>)> {
        let config = &loaded.config;
        let (security, is_loopback) = (&config.security, address.to_canonical().is_loopback());
        if !security.api_key_required && !is_loopback && !is_open {
            return Err(anyhow::anyhow!(
                "the daemon does not listen on {address}: it asks for no key, and others can reach it"
            ))
            .kind(Kind::Denied)
            .hint(
                "set security.api_key_required to true, use `--host 127.0.0.1`, or say `--insecure-no-auth` if \
                 everybody who reaches it may read all that is indexed",
            );
        }
        if !security.api_key_required && config.server.cors_origins.iter().any(crate::config::Origin::is_any)
        {
            return Err(anyhow::anyhow!(
                "server.cors_origins is \"*\" and no key is asked for: any page on the web could read what is indexed"
            ))
            .kind(Kind::Usage)
            .hint("name the origins, or set security.api_key_required to true");
        }
        let mut warnings = Vec::new();
        let (pass, generated) = pass(data, config, &mut warnings)?;
        let mut notes: Vec<(Level, String)> =
            warnings.into_iter().map(|warning| (Level::Warn, warning)).collect();
        if let Some(path) = generated {
            let path = std::path::absolute(&path).unwrap_or(path);
            notes.push((Level::Info, format!("requests need the key in {}", path.display())));
        }
        if !security.api_key_required && !is_loopback {
            notes.push((Level::Warn, "nobody needs a key (--insecure-no-auth)".to_owned()));
        }
        let local = keys::fresh()?;
        let hash = keys::hash(&local);
        let limits = Limits {
            per_minute: security.max_requests_per_minute,
            per_hour: security.max_requests_per_hour,
            burst: security.burst_size,
        };
        let doors = Self {
            data: data.to_owned(),
            pass: RwLock::new(Arc::new(pass)),
            local: (local, hash),
            origins: Origins::new(config, !security.api_key_required && is_loopback),
            proxies: config.server.trusted_proxies.clone(),
            roots: Roots::new(config, is_loopback),
            rates: security.rate_limiting.then(|| Rates::new(limits)),
            agents: Minutes::new(),
            guesses: Guesses::new(),
            loaded: Arc::clone(loaded),
        };
        Ok((doors, notes))
    }

    /// Reads the keys and the secret of tokens anew, from the settings, the files that variables name and the file with
    /// keys. Requests meanwhile see the old ones or the new ones, whole. Gives the number of keys, and warnings.
    ///
    /// # Errors
    /// As when the daemon starts; the old ones stay.
    pub(super) fn reload(&self) -> Result<(usize, Vec<String>)> {
        let loaded = self.loaded.again()?;
        let mut notes = Vec::new();
        let mut config = self.loaded.config.clone();
        let (new, old) = (&loaded.config.security, &mut config.security);
        old.api_key.clone_from(&new.api_key);
        old.admin_api_key.clone_from(&new.admin_api_key);
        old.api_keys_file.clone_from(&new.api_keys_file);
        old.jwt_secret.clone_from(&new.jwt_secret);
        let (pass, _) = pass(&self.data, &config, &mut notes)?;
        let n = pass.keys.len();
        *self.pass.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(pass);
        Ok((n, notes))
    }

    fn pass(&self) -> Arc<Pass> {
        Arc::clone(&self.pass.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A key that counts until the daemon ends, for a file that only its owner may read: who has it is the owner. It is
    /// not limited.
    pub(super) fn local_key(&self) -> &str {
        &self.local.0
    }

    /// The real path of what a client names on this machine.
    ///
    /// # Errors
    /// [`Kind::Usage`] for what is no absolute path, [`Kind::NotFound`] for what is not there, [`Kind::Denied`] for what
    /// lies in no folder of `parsing.allowed_roots`.
    pub(super) fn allowed(&self, caller: &Caller, path: &Path) -> Result<PathBuf> {
        if caller.is_local { roots::anywhere(path) } else { self.roots.allowed(path) }
    }

    /// Decides on a request whose sender is known.
    pub(super) fn admit(&self, call: &Call, found: &Found<'_>) -> Ruling {
        let mut headers = self.origins.headers(call);
        let reply = self.refuse(call, found, &mut headers).err().map(|reply| *reply);
        Ruling { reply, headers }
    }

    fn refuse(
        &self,
        call: &Call,
        found: &Found<'_>,
        headers: &mut Vec<(&'static str, String)>,
    ) -> Result<(), Box<Reply>> {
        self.origins.admit(call)?;
        let (scope, class) = match found {
            Found::Route(route, _) => (route.scope, route.class),
            // What is there is for those to know who may ask.
            Found::OtherMethods(_) | Found::Nothing => (Scope::Read, Class::Plain),
        };
        match (&call.method, found) {
            (Method::Options, Found::OtherMethods(methods)) => {
                return Err(self.origins.options(call, methods).into());
            }
            (Method::Options, _) => return Ok(()),
            _ => {}
        }
        if has_key(&call.query, &self.loaded.config.security.api_key_header.0) {
            let detail = "a key does not belong into an address, which others log and remember";
            let hint = "send it as `Authorization: Bearer KEY`, and replace it: it may be known by now";
            return Err(Reply::problem(400, "usage", detail).hint(hint).into());
        }
        if class != Class::Probe {
            self.limit(call, class, headers)?;
        }
        if scope == Scope::Open || !self.loaded.config.security.api_key_required {
            return Ok(());
        }
        self.authorize(&call.caller, scope)
    }

    /// Lets those pass who may do what needs a scope.
    fn authorize(&self, caller: &Caller, needed: Scope) -> Result<(), Box<Reply>> {
        if let Some(wrong) = caller.wrong {
            return Err(wrong.reply().into());
        }
        if caller.name.is_none() {
            let header = &self.loaded.config.security.api_key_header.0;
            let form = if header.eq_ignore_ascii_case(AUTHORIZATION) {
                "Authorization: Bearer KEY".to_owned()
            } else {
                format!("{header}: KEY")
            };
            return Err(Reply::problem(401, "no_key", "this needs a key")
                .hint(format!("send it as `{form}`"))
                .with(CHALLENGE, "Bearer realm=\"codegraph\"")
                .into());
        }
        if caller.scope < needed {
            let needed = needed.name();
            let detail = format!("this needs a key of the scope {needed}");
            let challenge =
                format!("Bearer realm=\"codegraph\", error=\"insufficient_scope\", scope=\"{needed}\"");
            return Err(Reply::problem(403, "denied", detail)
                .member("scope", needed)
                .with(CHALLENGE, challenge)
                .into());
        }
        Ok(())
    }

    /// Counts a request against the limits of its sender.
    fn limit(
        &self,
        call: &Call,
        class: Class,
        headers: &mut Vec<(&'static str, String)>,
    ) -> Result<(), Box<Reply>> {
        if call.caller.is_local {
            return Ok(());
        }
        let (client, now) = (call.caller.client(), call.passage.began);
        if let Some(verdict) = self.rates.as_ref().and_then(|rates| rates.count(&client, now)) {
            let Verdict { limit, remaining, reset, wait } = verdict;
            headers.push(("RateLimit-Limit", limit.to_string()));
            headers.push(("RateLimit-Remaining", remaining.to_string()));
            headers.push(("RateLimit-Reset", seconds_of(reset).to_string()));
            if let Some(wait) = wait {
                let hint =
                    "the settings are security.max_requests_per_minute, max_requests_per_hour and burst_size";
                return Err(too_many("this client asks too often", wait).hint(hint).into());
            }
        }
        if class == Class::Agent {
            let limit = self.loaded.config.mcp.rate_limit;
            self.agents.count(&client, limit, now).map_err(|wait| {
                let detail = format!("a client may send {limit} messages a minute");
                too_many(&detail, wait).hint("the setting is mcp.rate_limit")
            })?;
        }
        Ok(())
    }
}

fn too_many(detail: &str, wait: Duration) -> Reply {
    Reply::problem(429, "rate_limited", detail).with("Retry-After", seconds_of(wait).to_string())
}

/// Whole seconds after which a time is over.
fn seconds_of(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

/// The keys that settings name, and the file of the one that was made when they name none.
fn pass(data: &Path, config: &Config, notes: &mut Vec<String>) -> Result<(Pass, Option<PathBuf>)> {
    let security = &config.security;
    let keys = Keys::named(security, notes)?;
    let (keys, generated) =
        if security.api_key_required { keys.or_generated(data, notes)? } else { (keys, None) };
    Ok((Pass { keys, signer: Signer::new(&security.jwt_secret) }, generated))
}

/// True when a parameter of a query has a name that is one of keys.
fn has_key(query: &str, header: &str) -> bool {
    query.split('&').filter(|part| !part.is_empty()).any(|part| {
        let name = part.split('=').next().unwrap_or_default();
        let name = super::routes::decoded(name).unwrap_or_default();
        KEY_PARAMETERS.iter().any(|known| known.eq_ignore_ascii_case(&name))
            || header.eq_ignore_ascii_case(&name)
    })
}

/// Headers that every answer has, unless it has others of the same name.
pub(super) fn common(reply: &Reply) -> impl Iterator<Item = (&'static str, String)> {
    [
        ("Server", "codegraph"),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
    ]
    .into_iter()
    .filter(|(name, _)| !reply.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)))
    .map(|(name, value)| (name, value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::call::Body;
    use super::super::edge::Passage;
    use super::super::routes::{Routes, Run};
    use super::*;
    use crate::config::keys::KEYS;
    use crate::config::load;
    use crate::observe::Cancel;
    use crate::service::Effect;
    use std::time::{Instant, SystemTime};
    use tiny_http::Header;

    const READ: &str = "the-key-that-may-read-0001";
    const WRITE: &str = "the-key-that-may-write-002";
    const ADMIN: &str = "the-key-that-may-all-00003";
    const SECRET: &str = "a secret of thirty-two bytes or more";
    const LOCAL: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);
    const FAR: [u8; 4] = [192, 0, 2, 1];

    struct House {
        doors: Doors,
        routes: Routes,
        _folder: tempfile::TempDir,
    }

    /// A daemon with three keys and settings.
    fn house(settings: &[(&str, &str)]) -> House {
        house_at(LOCAL, settings, false).unwrap().0
    }

    fn house_at(
        address: IpAddr,
        settings: &[(&str, &str)],
        is_open: bool,
    ) -> Result<(House, Vec<(Level, String)>)> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("keys");
        std::fs::write(&file, format!("r read {READ}\nw write {WRITE}\na admin {ADMIN}\n")).unwrap();
        keys::allow(&file, 0o600);
        let mut loaded = load::load(None, &std::collections::BTreeMap::default()).unwrap();
        let file = ("security.api_keys_file", file.to_str().unwrap());
        let usual = [("security.jwt_secret", SECRET), ("security.rate_limiting", "false"), file];
        for (name, value) in usual.iter().chain(settings) {
            let key = KEYS.iter().find(|key| key.path() == *name).unwrap();
            (key.set)(&mut loaded.config, &toml_text(value)).unwrap();
        }
        let loaded = Arc::new(loaded);
        let (doors, notes) = Doors::open(&folder.path().join("data"), &loaded, address, is_open)?;
        Ok((House { doors, routes: Routes::new(&loaded.config), _folder: folder }, notes))
    }

    fn toml_text(text: &str) -> toml::Value {
        toml::Value::String(text.to_owned())
    }

    fn call(method: &str, path: &str, headers: &[(&str, &str)]) -> Call {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let header = |(name, value): &(&str, &str)| Header::from_bytes(*name, *value).unwrap();
        Call {
            method: method.parse().unwrap(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.iter().map(header).collect(),
            body: Vec::new(),
            passage: Arc::new(passage(LOCAL, Instant::now())),
            caller: Caller::at(LOCAL),
            trail: Default::default(),
        }
    }

    fn passage(peer: IpAddr, began: Instant) -> Passage {
        Passage { peer, id: String::new(), began, cancel: Cancel::default() }
    }

    impl House {
        /// The reply of the doors; 200 when they let a request pass.
        fn ask(&self, mut call: Call) -> (Caller, Reply) {
            call.caller = self.doors.meet(&call);
            let ruling = self.doors.admit(&call, &self.routes.find(&call.method, &call.path));
            let mut reply = ruling.reply.unwrap_or_else(|| Reply::empty(200));
            reply.headers.extend(ruling.headers);
            (call.caller, reply)
        }

        fn status(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> u16 {
            let mut all = vec![("Host", "localhost:8000")];
            all.extend_from_slice(headers);
            self.ask(call(method, path, &all)).1.status
        }

        fn token(&self, name: &str, scope: Scope, begins: i64, lasts: u64) -> String {
            let pass = self.doors.pass();
            let now = tokens::seconds(SystemTime::now()).checked_add_signed(begins).unwrap();
            let key = pass.keys.of_name(name).unwrap();
            pass.signer.as_ref().unwrap().token(key, scope, now, Duration::from_secs(lasts))
        }
    }

    fn header<'r>(reply: &'r Reply, name: &str) -> Option<&'r str> {
        reply.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// What may be had without a key: probes, metrics and the page.
    fn is_open_to_all(path: &str) -> bool {
        ["/health", "/ready", "/api/v1/health", "/metrics"].contains(&path)
            || (!path.starts_with("/api") && path != "/mcp")
    }

    #[test]
    fn every_route_is_open_to_those_and_only_those_that_it_is_for() {
        let house = house(&[]);
        let bearer = |key: &str| format!("Bearer {key}");
        let forged = {
            let config = [("security.jwt_secret", "another secret of thirty-two bytes")];
            self::house(&config).token("a", Scope::Admin, 0, 60)
        };
        let none = "eyJhbGciOiJub25lIn0.eyJzY29wZSI6ImFkbWluIiwiZXhwIjo5OTk5OTk5OTk5fQ.";
        // Who asks, and the scope that that is; nothing for what never counts.
        let callers: Vec<(&str, Option<String>, Option<Scope>)> = vec![
            ("nobody", None, None),
            ("an empty key", Some("Bearer ".to_owned()), None),
            ("a wrong key", Some(bearer("the-key-that-may-all-00004")), None),
            ("a bare key", Some(ADMIN.to_owned()), None),
            ("a key by another scheme", Some(format!("Basic {ADMIN}")), None),
            ("a reader", Some(bearer(READ)), Some(Scope::Read)),
            ("a writer", Some(bearer(WRITE)), Some(Scope::Write)),
            ("an administrator", Some(bearer(ADMIN)), Some(Scope::Admin)),
            ("a token to read", Some(bearer(&house.token("a", Scope::Read, 0, 60))), Some(Scope::Read)),
            ("a token to write", Some(bearer(&house.token("a", Scope::Write, 0, 60))), Some(Scope::Write)),
            ("a token for all", Some(bearer(&house.token("a", Scope::Admin, 0, 60))), Some(Scope::Admin)),
            (
                "a token above its key",
                Some(bearer(&house.token("r", Scope::Admin, 0, 60))),
                Some(Scope::Read),
            ),
            ("an old token", Some(bearer(&house.token("a", Scope::Admin, -61, 60))), None),
            ("a forged token", Some(bearer(&forged)), None),
            ("a token that nothing signs", Some(bearer(none)), None),
        ];
        let mut n = 0;
        for route in house.routes.all() {
            if let Run::Operation(entry) = &route.run {
                assert!(entry.effect == Effect::Read || route.scope >= Scope::Write, "{}", route.path);
            }
            assert!(route.scope > Scope::Open || is_open_to_all(&route.path), "{}", route.path);
            let path = route.path.replace(['{', '}'], "");
            for (who, key, has) in &callers {
                let headers: Vec<(&str, &str)> =
                    key.iter().map(|key| ("Authorization", key.as_str())).collect();
                let wanted = match has {
                    _ if route.scope == Scope::Open => 200,
                    None => 401,
                    Some(has) if *has < route.scope => 403,
                    Some(_) => 200,
                };
                let status = house.status(&route.method.to_string(), &path, &headers);
                assert_eq!(status, wanted, "{who}: {} {path}", route.method);
                n += 1;
            }
        }
        assert!(n > 300, "{n}");
    }

    #[test]
    fn who_is_refused_is_told_what_is_needed() {
        let house = house(&[]);
        let ask = |key: &str| {
            let headers = [("Host", "localhost"), ("Authorization", key)];
            house.ask(call("POST", "/api/v1/search", if key.is_empty() { &headers[..1] } else { &headers }))
        };
        let (_, reply) = ask("");
        assert_eq!((reply.status, header(&reply, CHALLENGE)), (401, Some("Bearer realm=\"codegraph\"")));
        let (_, reply) = ask("Bearer wrong");
        assert!(header(&reply, CHALLENGE).unwrap().contains("invalid_token"));
        let (caller, reply) = ask(&format!("Bearer {}", house.token("a", Scope::Admin, -10, 5)));
        assert!(matches!(&reply.body, Body::Problem(problem) if problem.code == "expired_token"));
        assert_eq!(caller.name, None);
        let (caller, _) = ask(&format!("bearer {READ}"));
        assert_eq!((caller.key.as_deref(), caller.scope), (Some("r"), Scope::Read));
        let (caller, _) = ask(&format!("Bearer {}", house.token("w", Scope::Read, 0, 60)));
        assert_eq!((caller.key, caller.name.as_deref()), (None, Some("w")));
    }

    #[test]
    fn what_is_not_there_is_told_to_those_who_have_a_key() {
        let house = house(&[]);
        let key = format!("Bearer {READ}");
        for (method, path) in [("GET", "/nothing"), ("GET", "/api/v1/nothing"), ("DELETE", "/api/v1/search")]
        {
            assert_eq!(house.status(method, path, &[]), 401, "{path}");
            assert_eq!(house.status(method, path, &[("Authorization", &key)]), 200, "{path}");
        }
    }

    #[test]
    fn a_key_stands_in_the_header_of_the_settings_and_never_in_an_address() {
        let house = house(&[("security.api_key_header", "X-API-Key")]);
        let bearer = format!("Bearer {READ}");
        for (headers, wanted) in [
            (vec![("X-API-Key", READ)], 200),
            (vec![("x-api-key", READ)], 200),
            (vec![("Authorization", bearer.as_str())], 200),
            (vec![("Authorization", "Basic eDp5"), ("X-API-Key", READ)], 200),
            (vec![("X-API-Key", "wrong"), ("Authorization", &bearer)], 401),
            (vec![("X-API-Key", READ), ("X-API-Key", READ)], 401),
            (vec![("Authorization", READ)], 401),
            (vec![], 401),
        ] {
            assert_eq!(house.status("POST", "/api/v1/search", &headers), wanted, "{headers:?}");
        }
        for query in ["api_key=x", "a=b&ACCESS_TOKEN=x", "x-api-key=x", "api%5Fkey=x", "token", "&&jwt="] {
            let path = format!("/api/v1/search?{query}");
            assert_eq!(house.status("POST", &path, &[("X-API-Key", READ)]), 400, "{query}");
        }
        assert_eq!(house.status("POST", "/api/v1/search?project=token", &[("X-API-Key", READ)]), 200);
    }

    #[test]
    fn others_reach_a_daemon_only_with_keys_or_when_that_is_meant() {
        let any = IpAddr::from([0, 0, 0, 0]);
        assert!(house_at(any, &[], false).is_ok());
        let open = [("security.api_key_required", "false")];
        for far in [any, IpAddr::from(FAR), "::".parse().unwrap(), "2001:db8::1".parse().unwrap()] {
            let error = house_at(far, &open, false).err().unwrap();
            assert_eq!(Kind::of(&error), Kind::Denied);
            let (house, notes) = house_at(far, &open, true).unwrap();
            assert_eq!(notes.len(), 1);
            assert_eq!(house.status("POST", "/api/v1/search", &[]), 200);
        }
        for near in ["127.0.0.1", "::1", "::ffff:127.0.0.1"] {
            let (house, notes) = house_at(near.parse().unwrap(), &open, false).unwrap();
            assert!(notes.is_empty());
            assert_eq!(house.status("POST", "/api/v1/search", &[("Authorization", "Bearer x")]), 200);
        }
        let all = [open[0], ("server.cors_origins", "*")];
        assert_eq!(Kind::of(&house_at(LOCAL, &all, false).err().unwrap()), Kind::Usage);
    }

    #[test]
    fn pages_and_names_are_ours_or_listed_or_refused() {
        const PAGE: &str = "https://code.example.com";
        let listed = ("server.cors_origins", "https://code.example.com, https://two.example.com");
        let open = ("security.api_key_required", "false");
        let key = format!("Bearer {READ}");
        // Settings, Host, Origin: is it let in, and does the answer name the page?
        for (settings, host, origin, passes, named) in [
            (vec![], "localhost:8000", "", true, false),
            (vec![], "codegraph.internal", "", true, false),
            (vec![], "codegraph.internal:8000", "http://codegraph.internal:8000", true, false),
            (vec![], "codegraph.internal", "https://codegraph.internal", true, false),
            (vec![], "127.0.0.1:8000", "http://localhost:3000", true, false),
            (vec![], "127.0.0.1:8000", PAGE, false, false),
            (vec![], "127.0.0.1:8000", "null", false, false),
            (vec![], "127.0.0.1:8000", "https://127.0.0.1.evil.example", false, false),
            (vec![], "127.0.0.1:8000", "127.0.0.1", false, false),
            (vec![listed], "127.0.0.1:8000", PAGE, true, true),
            (vec![listed], "127.0.0.1:8000", "https://two.example.com", true, true),
            (vec![listed], "127.0.0.1:8000", "http://code.example.com", false, false),
            (vec![listed], "127.0.0.1:8000", "https://code.example.com.evil.example", false, false),
            (vec![listed, ("security.cors_enabled", "false")], "127.0.0.1:8000", PAGE, false, false),
            (vec![open], "localhost:8000", "", true, false),
            (vec![open], "localhost:8000", "http://127.0.0.1:8000", true, false),
            (vec![open], "evil.example", "", false, false),
            (vec![open], "evil.example", "http://evil.example", false, false),
            (vec![open], "localhost", "http://evil.example", false, false),
            (vec![open], "localhost", PAGE, false, false),
            (vec![open, listed], "localhost", PAGE, true, true),
            (vec![open, listed], "evil.example", PAGE, false, true),
        ] {
            let house = house(&settings);
            let mut headers = vec![("Host", host), ("Authorization", key.as_str())];
            if !origin.is_empty() {
                headers.push(("Origin", origin));
            }
            let (_, reply) = house.ask(call("POST", "/api/v1/search", &headers));
            assert_eq!(reply.status, if passes { 200 } else { 403 }, "{settings:?} {host} {origin}");
            let echoed = header(&reply, "Access-Control-Allow-Origin");
            assert_eq!(echoed, named.then_some(origin), "{settings:?} {host} {origin}");
            let is_told =
                settings.contains(&listed) && !settings.iter().any(|(name, _)| name.contains("cors_enabled"));
            assert_eq!(header(&reply, "Vary"), is_told.then_some("Origin"), "{settings:?}");
            assert_eq!(header(&reply, "Access-Control-Allow-Credentials"), None);
        }
    }

    #[test]
    fn a_browser_that_asks_first_needs_no_key_and_is_not_limited() {
        let settings = [
            ("server.cors_origins", "https://code.example.com"),
            ("security.cors_max_age", "600"),
            ("security.api_key_header", "X-API-Key"),
            ("security.rate_limiting", "true"),
            ("security.burst_size", "1"),
        ];
        let house = house(&settings);
        let first = |origin| {
            house.ask(call(
                "OPTIONS",
                "/api/v1/search",
                &[("Host", "h"), ("Origin", origin), ("Access-Control-Request-Method", "POST")],
            ))
        };
        for _ in 0..5 {
            let (_, reply) = first("https://code.example.com");
            assert_eq!(reply.status, 204);
            assert_eq!(header(&reply, "Access-Control-Allow-Origin"), Some("https://code.example.com"));
            assert_eq!(header(&reply, "Access-Control-Allow-Methods"), Some("GET, POST"));
            assert_eq!(header(&reply, "Access-Control-Max-Age"), Some("600"));
            let may_send = header(&reply, "Access-Control-Allow-Headers").unwrap();
            assert!(may_send.contains("X-API-Key") && may_send.contains("Authorization"), "{may_send}");
        }
        assert_eq!(first("https://evil.example").1.status, 403);
        let (_, bare) = house.ask(call("OPTIONS", "/api/v1/search", &[("Host", "h")]));
        assert_eq!((bare.status, header(&bare, "Allow")), (204, Some("GET, POST, OPTIONS")));
        assert_eq!(header(&bare, "Access-Control-Allow-Methods"), None);
    }

    #[test]
    fn any_page_may_ask_when_all_are_listed_and_no_cookie_helps_it() {
        let house = house(&[("server.cors_origins", "*")]);
        let key = format!("Bearer {READ}");
        let headers = [("Host", "h"), ("Origin", "https://any.example"), ("Authorization", &key)];
        let (_, reply) = house.ask(call("POST", "/api/v1/search", &headers));
        assert_eq!(reply.status, 200);
        assert_eq!(header(&reply, "Access-Control-Allow-Origin"), Some("*"));
        assert_eq!(header(&reply, "Access-Control-Allow-Credentials"), None);
    }

    #[test]
    fn a_client_is_its_key_or_its_address_and_what_probes_is_never_limited() {
        let limited = [
            ("security.rate_limiting", "true"),
            ("security.max_requests_per_minute", "60"),
            ("security.burst_size", "5"),
            ("server.trusted_proxies", "127.0.0.1"),
        ];
        let house = house(&limited);
        let [read, write] = [READ, WRITE].map(|key| format!("Bearer {key}"));
        let start = Instant::now();
        let ask = |path: &str, headers: &[(&str, &str)]| {
            let mut all = vec![("Host", "localhost")];
            all.extend_from_slice(headers);
            let mut call = call(if path == "/health" { "GET" } else { "POST" }, path, &all);
            call.passage = Arc::new(passage(LOCAL, start));
            house.ask(call).1
        };
        let search = |headers: &[(&str, &str)]| ask("/api/v1/search", headers);
        let by_read: Vec<u16> = (0..6).map(|_| search(&[("Authorization", &read)]).status).collect();
        assert_eq!(by_read, [200, 200, 200, 200, 200, 429]);
        let sixth = search(&[("Authorization", &read)]);
        for (name, value) in [
            ("Retry-After", "1"),
            ("RateLimit-Limit", "5"),
            ("RateLimit-Remaining", "0"),
            ("RateLimit-Reset", "5"),
        ] {
            assert_eq!(header(&sixth, name), Some(value), "{name}");
        }
        // A token of that key is that client; another key, and who has none, are others.
        let token = format!("Bearer {}", house.token("r", Scope::Read, 0, 600));
        assert_eq!(search(&[("Authorization", &token)]).status, 429);
        assert_eq!(search(&[("Authorization", &write)]).status, 200);
        assert_eq!(header(&search(&[("Authorization", &write)]), "RateLimit-Remaining"), Some("3"));
        let from = |address: &'static str| [("X-Forwarded-For", address)];
        let nobody: Vec<u16> = (0..6).map(|_| search(&from("192.0.2.7")).status).collect();
        assert_eq!(nobody, [401, 401, 401, 401, 401, 429]);
        assert_eq!(search(&from("192.0.2.8")).status, 401);
        for _ in 0..50 {
            assert_eq!(ask("/health", &from("192.0.2.7")).status, 200);
        }
        let local = format!("Bearer {}", house.doors.local_key());
        for _ in 0..50 {
            assert_eq!(search(&[("Authorization", &local)]).status, 200);
        }
    }

    #[test]
    fn agents_have_a_limit_of_their_own() {
        let house = house(&[("mcp.rate_limit", "3")]);
        let key = format!("Bearer {READ}");
        let all: Vec<u16> =
            (0..4).map(|_| house.status("POST", "/mcp", &[("Authorization", &key)])).collect();
        assert_eq!(all, [200, 200, 200, 429]);
        assert_eq!(house.status("POST", "/api/v1/search", &[("Authorization", &key)]), 200);
        let other = format!("Bearer {WRITE}");
        assert_eq!(house.status("POST", "/mcp", &[("Authorization", &other)]), 200);
    }

    #[test]
    fn who_tries_twenty_keys_may_not_try_another_one() {
        let house = house(&[("server.trusted_proxies", "127.0.0.0/8")]);
        let ask = |from: &str, key: &str| {
            let key = format!("Bearer {key}");
            house.status("POST", "/api/v1/search", &[("Authorization", &key), ("X-Forwarded-For", from)])
        };
        // A key that was withdrawn is no guess, and neither is a token whose time is over.
        let old = house.token("a", Scope::Admin, -100, 5);
        for _ in 0..50 {
            assert_eq!((ask("192.0.2.1", "withdrawn"), ask("192.0.2.1", &old)), (401, 401));
        }
        for n in 0..19 {
            assert_eq!(ask("192.0.2.1", &format!("guess-{n}")), 401, "{n}");
        }
        assert_eq!(ask("192.0.2.1", "guess-19"), 429);
        assert_eq!(ask("192.0.2.1", READ), 429, "else the guess that is right would still be told");
        assert_eq!(ask("192.0.2.2", READ), 200);
        assert_eq!(house.status("GET", "/health", &[("X-Forwarded-For", "192.0.2.1")]), 200);
    }

    #[test]
    fn only_trusted_proxies_say_where_a_request_comes_from() {
        let ask = |proxies: &str, peer: &str, said: &[&str]| {
            let house = house(&[("server.trusted_proxies", proxies)]);
            let headers: Vec<(&str, &str)> = said.iter().map(|said| ("X-Forwarded-For", *said)).collect();
            let mut call = call("GET", "/health", &headers);
            call.passage = Arc::new(passage(peer.parse().unwrap(), Instant::now()));
            house.doors.meet(&call).address.to_string()
        };
        for (proxies, peer, said, wanted) in [
            ("", "10.0.0.1", vec!["192.0.2.1"], "10.0.0.1"),
            ("10.0.0.0/8", "10.0.0.1", vec!["192.0.2.1"], "192.0.2.1"),
            ("10.0.0.0/8", "::ffff:10.0.0.1", vec!["192.0.2.1"], "192.0.2.1"),
            ("10.0.0.0/8", "11.0.0.1", vec!["192.0.2.1"], "11.0.0.1"),
            // What the client wrote itself stands on the left.
            ("10.0.0.0/8", "10.0.0.1", vec!["6.6.6.6, 192.0.2.1"], "192.0.2.1"),
            ("10.0.0.0/8", "10.0.0.1", vec!["6.6.6.6, 192.0.2.1, 10.0.0.2"], "192.0.2.1"),
            ("10.0.0.0/8", "10.0.0.1", vec!["6.6.6.6", "192.0.2.1", "10.0.0.2"], "192.0.2.1"),
            ("10.0.0.0/8", "10.0.0.1", vec!["192.0.2.1, junk, 10.0.0.2"], "10.0.0.2"),
            ("10.0.0.0/8", "10.0.0.1", vec!["10.0.0.3"], "10.0.0.3"),
            ("10.0.0.0/8", "10.0.0.1", vec!["192.0.2.1:5123"], "192.0.2.1"),
            ("::1", "::1", vec!["[2001:db8::1]:80"], "2001:db8::1"),
            ("10.0.0.0/8", "10.0.0.1", vec![], "10.0.0.1"),
        ] {
            assert_eq!(ask(proxies, peer, &said), wanted, "{proxies} {peer} {said:?}");
        }
    }

    #[test]
    fn keys_are_read_anew_while_requests_are_answered() {
        let house = house(&[]);
        let file = house.doors.loaded.config.security.api_keys_file.clone();
        let ask = |key: &str| {
            house.status("POST", "/api/v1/search", &[("Authorization", &format!("Bearer {key}"))])
        };
        // The settings that are read anew name no file with keys, so the one that is made counts; what cannot be read
        // changes nothing.
        assert_eq!((ask(READ), ask(ADMIN)), (200, 200));
        let (n, _) = house.doors.reload().unwrap();
        assert_eq!((n, ask(READ)), (1, 401));
        let made = std::fs::read_to_string(house.doors.data.join("api_key")).unwrap();
        assert_eq!(ask(made.trim()), 200);
        assert!(Path::new(&file).exists());
    }
}
