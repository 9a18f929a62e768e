//! The page at `/`: files that are part of the program, hand-written, and served as they are.
//!
//! They name no host but ours and need no build. What they may do is said by [`POLICY`], so that neither a name nor the
//! source that they show can become code: scripts and styles come from these files only, and the answers of the daemon
//! are inserted as text.

use super::State;
use super::call::{Call, Reply};
use super::routes::{Params, Route, Run, Scope, get};
use anyhow::Result;
use xxhash_rust::xxh3::xxh3_64;

/// What the page may do.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the page.
struct File {
    name: &'static str,
    bytes: &'static [u8],
}

macro_rules! files {
    ($($name:literal)*) => { &[$(File { name: $name, bytes: include_bytes!($name) },)*] };
}

/// Every file; the first is the page itself.
static FILES: &[File] = files! {
    "index.html" "style.css" "theme.js" "app.js" "api.js" "dom.js" "route.js" "states.js" "tokens.js" "search.js"
    "source.js" "graph.js" "layout.js"
};

/// The routes of the page. They are open: what is asked of the daemon from there needs a key like anything else.
pub(super) fn routes() -> [Route; 2] {
    let open = |path: &str, name, about: &str, handler| Route {
        path: path.to_owned(),
        name,
        about: about.to_owned(),
        scope: Scope::Open,
        run: Run::Handler(handler),
        ..get()
    };
    [
        open("/", "page", "Shows the page for people", |_, call, _| Ok(sent(FILES.first(), call))),
        open("/page/{file}", "page_file", "Gives a script or the styles of the page", file),
    ]
}

#[expect(clippy::unnecessary_wraps, reason = "all handlers are of one type")]
fn file(_: &State, call: &Call, params: &Params) -> Result<Reply> {
    Ok(sent(FILES.iter().skip(1).find(|file| file.name == params.get("file")), call))
}

fn sent(file: Option<&File>, call: &Call) -> Reply {
    let Some(file) = file else {
        return Reply::problem(404, "not_found", "the page has no such file").hint("the page is at /");
    };
    let tag = format!("\"{:016x}\"", xxh3_64(file.bytes));
    let has_it = call.header("If-None-Match").is_some_and(|tags| is_among(tags, &tag));
    let reply =
        if has_it { Reply::empty(304) } else { Reply::bytes(media_type(file.name), file.bytes.to_vec()) };
    reply
        .with("ETag", tag)
        .with("Cache-Control", "no-cache")
        .with("Content-Security-Policy", POLICY)
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "no-referrer")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Cross-Origin-Resource-Policy", "same-origin")
}

/// True when a list of tags has one, weak or not (RFC 9110, section 13.1.2).
fn is_among(tags: &str, tag: &str) -> bool {
    let mut tags = tags.split(',').map(|each| each.trim().trim_start_matches("W/"));
    tags.any(|each| each == "*" || each == tag)
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "html")) => "text/html; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        _ => "text/javascript; charset=utf-8",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_found_in_a_list_and_as_a_weak_one() {
        for tags in ["\"a\"", "W/\"a\"", "\"b\", W/\"a\"", "*"] {
            assert!(is_among(tags, "\"a\""), "{tags}");
        }
        for tags in ["", "a", "\"b\"", "\"a", "\"ab\""] {
            assert!(!is_among(tags, "\"a\""), "{tags}");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/page");
        let mut there: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "mod.rs")
            .collect();
        let mut served: Vec<&str> = FILES.iter().map(|file| file.name).collect();
        there.sort_unstable();
        served.sort_unstable();
        assert_eq!(served, there);
        assert_eq!(FILES.first().map(|file| file.name), Some("index.html"));
    }
}
