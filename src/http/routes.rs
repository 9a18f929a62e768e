//! THE table of routes. From it come the dispatch, the rights that a request needs, the labels of metrics and the
//! OpenAPI document.

use super::api::{self, Doc};
use super::call::{Call, Reply};
use super::{State, agents, doors, metrics, operations, page};
use crate::config::Config;
use crate::service::{Entry, OPERATIONS, Surface};
use anyhow::Result;
use serde_json::{Map, Value, json};
use tiny_http::Method;

/// Where the operations hang.
pub(super) const ROOT: &str = "/api/v1";
/// Most bytes of a body where no setting says it.
const MAX_BODY_BYTES: usize = 1 << 20;

/// What a client must be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    /// Anybody may.
    Open,
    /// To ask.
    Read,
    /// To index and to remove.
    Write,
    /// To run the daemon.
    Admin,
}

impl Scope {
    const ALL: [Self; 4] = [Self::Open, Self::Read, Self::Write, Self::Admin];

    /// Its name in files with keys, tokens and documents.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }

    /// The one with a name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// Which limits a request counts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// Probes and scrapes: never limited, and answered however busy the daemon is.
    Probe,
    /// Cheap, and of everybody.
    Plain,
    /// Questions.
    Query,
    /// Searches.
    Search,
    /// Backups.
    Backup,
    /// Agents.
    Agent,
}

/// What answers at a route.
pub(super) enum Run {
    /// A handler of its own.
    Handler(fn(&State, &Call, &Params) -> Result<Reply>),
    /// An operation of the registry, with a JSON body whose fields are its arguments.
    Operation(&'static Entry),
}

/// A route.
pub(super) struct Route {
    /// Its method.
    pub method: Method,
    /// Its path; a part in braces stands for one part of any path.
    pub path: String,
    /// Its name in the OpenAPI document.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: String,
    /// What a client must be allowed to do.
    pub scope: Scope,
    /// Which limits it counts for.
    pub class: Class,
    /// Most bytes of a body.
    pub max_body: usize,
    /// What it takes and gives; nothing for what is no part of the OpenAPI document.
    pub doc: Option<Doc>,
    /// What answers.
    pub run: Run,
}

impl Route {
    /// Answers a request, once what it gives is what the document says.
    pub(super) fn answer(&self, state: &State, call: &Call, params: &Params) -> Reply {
        let mut params = params.clone();
        if let Some(doc) = &self.doc
            && let Err(refused) = doc.check(call, &mut params)
        {
            return refused;
        }
        let reply = match &self.run {
            Run::Handler(handler) => {
                let reply = handler(state, call, &params).unwrap_or_else(|error| Reply::error(&error));
                reply.about(params.project(&self.path))
            }
            Run::Operation(entry) => {
                operations::run(state, call, entry).unwrap_or_else(|error| Reply::error(&error))
            }
        };
        match call.trail.word() {
            Some(word) if reply.status < 400 => reply.with("X-Cache", word),
            _ => reply,
        }
    }
}

/// What a request gives its route.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Params {
    /// The parts of the path that stand in braces in the route, in their order, percent-decoded.
    parts: Vec<(String, String)>,
    /// The query, checked and with defaults, where the route is documented.
    pub query: Map<String, Value>,
    /// The body, checked and with defaults, where the route's document has one.
    pub body: Value,
}

impl Params {
    /// The part of a name; empty when the route has none.
    pub(super) fn get(&self, name: &str) -> &str {
        self.parts.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// The project that a request names, as logs tell it.
    fn project(&self, route: &str) -> Option<&str> {
        let in_path = route.contains("/projects/{id}").then(|| self.get("id"));
        let in_body = || ["project_id", "project", "name"].iter().find_map(|name| self.body[*name].as_str());
        in_path.or_else(|| self.text("project_id")).or_else(in_body)
    }

    /// The text of a field of the query.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.query.get(name)?.as_str()
    }

    /// The number of a field of the query; 0 when it is not there.
    pub(super) fn number(&self, name: &str) -> u64 {
        self.query.get(name).and_then(Value::as_u64).unwrap_or(0)
    }

    /// True when a field of the query is.
    pub(super) fn is(&self, name: &str) -> bool {
        self.query.get(name).and_then(Value::as_bool).unwrap_or(false)
    }
}

/// What is at a path.
pub(super) enum Found<'r> {
    /// A route.
    Route(&'r Route, Params),
    /// Routes of other methods.
    OtherMethods(Vec<Method>),
    /// Nothing.
    Nothing,
}

impl Found<'_> {
    /// Most bytes that a body may have; nothing where none is read.
    pub(super) const fn max_body(&self) -> Option<usize> {
        match self {
            Self::Route(route, _) => Some(route.max_body),
            Self::OtherMethods(_) | Self::Nothing => None,
        }
    }
}

/// Every route.
pub(super) struct Routes(Vec<Route>);

impl Routes {
    /// The routes that settings want.
    pub(super) fn new(config: &Config) -> Self {
        let mut routes = vec![
            probe("/health", "health", "Tells that the process answers", api::health, "Health"),
            probe("/ready", "ready", "Tells whether requests can be answered", api::ready, "Ready"),
            Route {
                path: ROOT.to_owned(),
                name: "operations",
                about: "Lists the operations".to_owned(),
                doc: Some(Doc {
                    tag: "operations",
                    answer: (200, json!({ "$ref": "#/components/schemas/Operations" })),
                    ..Doc::default()
                }),
                run: Run::Handler(operations::list),
                ..get()
            },
        ];
        routes.extend(metrics::route(config));
        routes.extend(page::routes());
        routes.extend(api::routes());
        routes.extend(operations::routes());
        routes.push(Route {
            method: Method::Post,
            path: format!("{ROOT}/auth/token"),
            name: "token",
            doc: Some(api::of_token()),
            about: "Makes a token of the key that asks, which may do no more than the key".to_owned(),
            run: Run::Handler(doors::token),
            ..get()
        });
        if config.mcp.enabled {
            routes.push(Route {
                method: Method::Post,
                path: config.mcp.endpoint.clone(),
                name: "mcp",
                about: "Answers an agent, over the Model Context Protocol".to_owned(),
                class: Class::Agent,
                max_body: usize::try_from(config.mcp.max_request_size.0).unwrap_or(usize::MAX),
                run: Run::Handler(agents::answer),
                ..get()
            });
        }
        Self(routes)
    }

    /// All of them, in the order of the document.
    pub(super) fn all(&self) -> &[Route] {
        &self.0
    }

    /// What is at a path. `HEAD` is asked as `GET`.
    pub(super) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let method = if *method == Method::Head { &Method::Get } else { method };
        let mut others = Vec::new();
        for route in &self.0 {
            let Some(params) = matched(&route.path, path) else { continue };
            if route.method == *method {
                return Found::Route(route, params);
            }
            others.push(route.method.clone());
        }
        if others.is_empty() { Found::Nothing } else { Found::OtherMethods(others) }
    }

    /// True for the path of a probe.
    pub(super) fn is_probe(&self, path: &str) -> bool {
        self.0.iter().any(|route| route.class == Class::Probe && matched(&route.path, path).is_some())
    }
}

/// A `GET` that needs the right to read.
pub(super) fn get() -> Route {
    Route {
        method: Method::Get,
        path: String::new(),
        name: "",
        about: String::new(),
        scope: Scope::Read,
        class: Class::Plain,
        max_body: MAX_BODY_BYTES,
        doc: None,
        run: Run::Handler(api::health),
    }
}

fn probe(
    path: &str,
    name: &'static str,
    about: &str,
    handler: fn(&State, &Call, &Params) -> Result<Reply>,
    shape: &str,
) -> Route {
    let shape = json!({ "$ref": format!("#/components/schemas/{shape}") });
    Route {
        doc: Some(Doc { tag: "health", answer: (200, shape), ..Doc::default() }),
        path: path.to_owned(),
        name,
        about: about.to_owned(),
        scope: Scope::Open,
        class: Class::Probe,
        run: Run::Handler(handler),
        ..get()
    }
}

/// The operations that are answered at once: the others are jobs.
pub(super) fn of_registry() -> impl Iterator<Item = &'static Entry> {
    OPERATIONS.iter().filter(|entry| !entry.is_job && entry.surfaces.contains(&Surface::Http))
}

/// The parts in braces, when a path is one of a template.
fn matched(template: &str, path: &str) -> Option<Params> {
    let mut params = Vec::new();
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(Params { parts: params, ..Params::default() }),
            (Some(wanted), Some(given)) => match wanted.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
                Some(name) if !given.is_empty() => params.push((name.to_owned(), decoded(given)?)),
                None if wanted == given => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

/// Percent-decodes a header, a part of a path or a query (RFC 3986, section 2.1); nothing when that is no UTF-8 or breaks off.
pub fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        out.push(u8::try_from(high << 4 | low).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_in_braces_is_any_one_part() {
        let params = matched("/a/{id}/b", "/a/x%2Fy/b").unwrap();
        assert_eq!((params.get("id"), params.get("other")), ("x/y", ""));
        for path in ["/a//b", "/a/x", "/a/x/b/", "/a/x/c", "a/x/b", "/a/%ff/b", "/a/%2/b", "/a/x%/b"] {
            assert_eq!(matched("/a/{id}/b", path), None, "{path}");
        }
    }

    #[test]
    fn a_path_is_found_with_its_method_or_the_methods_that_it_has() {
        let routes = Routes::new(&Config::default());
        assert!(
            matches!(routes.find(&Method::Get, "/health"), Found::Route(route, _) if route.name == "health")
        );
        assert!(matches!(routes.find(&Method::Head, "/health"), Found::Route(..)));
        assert!(matches!(
            routes.find(&Method::Delete, "/health"),
            Found::OtherMethods(methods) if methods == [Method::Get]
        ));
        assert!(matches!(routes.find(&Method::Get, "/health/"), Found::Nothing));
    }

    #[test]
    fn no_two_routes_have_one_place_or_one_name() {
        let routes = Routes::new(&Config::default());
        let mut places: Vec<String> =
            routes.all().iter().map(|route| format!("{} {}", route.method, route.path)).collect();
        let mut names: Vec<&str> = routes.all().iter().map(|route| route.name).collect();
        let n = places.len();
        places.sort_unstable();
        places.dedup();
        names.sort_unstable();
        names.dedup();
        assert_eq!((places.len(), names.len()), (n, n));
    }
}
