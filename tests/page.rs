//! The page at `/`, as far as it needs no browser; `tests/page/browser.py` drives it in one.

use crate::support::{Daemon, write};
use codegraph::lang::LANGUAGES;
use codegraph::lang::text::TEXT_KINDS;
use codegraph::model::{EdgeKind, SymbolKind};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http/page")
}

/// The files of the page that end like this, with their texts.
fn files(ending: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<(String, String)> = entries
        .filter(|path| path.extension().is_some_and(|found| ending.split(' ').any(|known| found == known)))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

fn daemon() -> (Daemon, tempfile::TempDir) {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    write(&temp.path().join("p"), &BTreeMap::from([("a.py".to_owned(), "def f(): pass\n".to_owned())]));
    crate::support::index(&data, &temp.path().join("p"));
    (Daemon::start(&data, &[]), temp)
}

#[test]
fn everybody_gets_the_page_under_a_policy_that_names_no_other_host() {
    let (daemon, _temp) = daemon();
    let mut places = vec!["/".to_owned()];
    places.extend(files("js css").into_iter().map(|(name, _)| format!("/page/{name}")));
    for place in places {
        let answer = daemon.send_bare("GET", &place, &[], "");
        assert_eq!(answer.status, 200, "{place}");
        let policy = answer.header("Content-Security-Policy").unwrap();
        let mut rules: Vec<&str> = policy.split(';').map(str::trim).collect();
        rules.sort_unstable();
        let wanted = [
            "base-uri 'none'",
            "connect-src 'self'",
            "default-src 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "img-src 'self' data:",
            "script-src 'self'",
            "style-src 'self'",
        ];
        assert_eq!(rules, wanted, "{place}");
        assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{place}");
        let kind = match place.rsplit_once('.') {
            Some((_, "js")) => "text/javascript; charset=utf-8",
            Some((_, "css")) => "text/css; charset=utf-8",
            _ => "text/html; charset=utf-8",
        };
        assert_eq!(answer.header("Content-Type"), Some(kind), "{place}");
        let name = if place == "/" { "index.html" } else { place.trim_start_matches("/page/") };
        assert_eq!(answer.body, text(name), "{place}");
    }
    assert_eq!(daemon.send_bare("GET", "/page/nothing.js", &[], "").status, 404);
    assert_eq!(daemon.send_bare("GET", "/page/index.html", &[], "").status, 404);
    assert_eq!(daemon.send_bare("GET", "/page/..%2fmod.rs", &[], "").status, 404);
}

#[test]
fn who_has_a_file_of_the_page_is_told_so() {
    let (daemon, _temp) = daemon();
    let first = daemon.send_bare("GET", "/page/app.js", &[], "");
    assert_eq!(first.header("Cache-Control"), Some("no-cache"));
    let tag = first.header("ETag").unwrap();
    let again = daemon.send_bare("GET", "/page/app.js", &[("If-None-Match", tag)], "");
    assert_eq!((again.status, again.body.as_str(), again.header("ETag")), (304, "", Some(tag)));
    let other = daemon.send_bare("GET", "/page/api.js", &[("If-None-Match", tag)], "");
    assert_eq!(other.status, 200);
}

#[test]
fn no_file_names_another_host_or_makes_markup_of_text() {
    let forbidden = [
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "new Function",
        "DOMParser",
        "createContextualFragment",
        "srcdoc",
        "javascript:",
        "@import",
        "localStorage.setItem(KEY",
    ];
    for (name, text) in files("js css html") {
        for word in forbidden {
            assert!(!text.contains(word), "{name}: {word}");
        }
        // The names of XML's vocabularies are no places to load from.
        let plain = text.replace("http://www.w3.org/2000/svg", "");
        for sign in ["://", "url(http", "url(//", "src=\"//", "href=\"//"] {
            assert!(!plain.contains(sign), "{name}: {sign}");
        }
        assert!(name != "index.html" || !text.contains("<script>") && !text.contains(" style="), "{name}");
    }
}

#[test]
fn every_script_is_a_whole_program_and_imports_what_is_there() {
    let index = LANGUAGES.iter().position(|language| language.name == "javascript").unwrap();
    let names: Vec<String> = files("js").into_iter().map(|(name, _)| name).collect();
    let mut imported = Vec::new();
    for (name, text) in files("js") {
        let tree = codegraph::parse::tree(&text, u8::try_from(index).unwrap()).unwrap();
        assert!(!tree.root_node().has_error(), "{name}: {}", broken(tree.root_node()));
        for line in text.lines().filter(|line| line.starts_with("import ")) {
            let from = line.split('"').nth(1).unwrap().trim_start_matches("./").to_owned();
            assert!(names.contains(&from), "{name}: {line}");
            imported.push(from);
        }
    }
    let page = text("index.html");
    for name in names {
        assert!(
            imported.contains(&name) || page.contains(&format!("src=\"page/{name}\"")),
            "{name} is unused"
        );
    }
}

/// Where a tree is broken first.
fn broken(node: tree_sitter::Node<'_>) -> String {
    let mut cursor = node.walk();
    let child = node.children(&mut cursor).find(tree_sitter::Node::has_error);
    child.map_or_else(|| format!("{} at {}", node.kind(), node.start_position()), broken)
}

#[test]
fn the_page_knows_every_language_kind_of_symbol_and_kind_of_edge() {
    let (tokens, search, graph) = (text("tokens.js"), text("search.js"), text("graph.js"));
    let families: String = tokens.split("const FAMILIES = [").nth(1).unwrap().to_owned();
    let known: Vec<&str> = families
        .lines()
        .filter_map(|line| line.trim().strip_prefix("[\"")?.split('"').next())
        .flat_map(|names| names.split(' '))
        .collect();
    for language in LANGUAGES {
        assert!(known.contains(&language.name), "{}", language.name);
    }
    for name in known {
        let is_language = LANGUAGES.iter().any(|language| language.name == name);
        assert!(is_language || TEXT_KINDS.iter().any(|kind| kind.name == name), "there is no {name}");
    }
    for kind in SymbolKind::ALL {
        assert!(search.contains(&format!("\"{}\"", kind.name())), "{}", kind.name());
        assert!(text("style.css").contains(&format!(".k-{}", kind.name())), "{}", kind.name());
    }
    for kind in EdgeKind::ALL.iter().filter(|kind| **kind != EdgeKind::Contains) {
        assert!(graph.contains(&format!("\"{}\"", kind.name())), "{}", kind.name());
    }
}

/// The light and the dark value of each name in the styles.
fn colours() -> BTreeMap<String, [String; 2]> {
    let text = text("style.css");
    let pairs = text.lines().filter_map(|line| {
        let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(")?;
        let (light, dark) = value.strip_suffix(");")?.split_once(", ")?;
        Some((name.to_owned(), [light.to_owned(), dark.to_owned()]))
    });
    pairs.collect()
}

/// Relative luminance (WCAG 2.2) of `#rrggbb`.
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
}

#[test]
fn text_stands_out_from_what_is_behind_it_in_both_themes() {
    let colours = colours();
    let behind = ["paper", "raised", "sunk", "wash"];
    let texts = ["ink", "soft", "accent", "comment", "string", "number", "keyword", "type", "call", "meta"];
    let tones = ["callable", "typed", "valued", "holder", "warn"];
    let contrast = |one: &str, other: &str| {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    };
    for theme in [0, 1] {
        for front in texts.iter().chain(&tones) {
            for back in behind {
                let ratio = contrast(&colours[*front][theme], &colours[back][theme]);
                assert!(ratio >= 4.5, "{front} on {back}, theme {theme}: {ratio:.2}");
            }
        }
        assert!(contrast(&colours["ink"][theme], &colours["mark"][theme]) >= 4.5);
        assert!(contrast(&colours["on-accent"][theme], &colours["accent"][theme]) >= 4.5);
        for back in behind {
            let ratio = contrast(&colours["strong-line"][theme], &colours[back][theme]);
            assert!(ratio >= 3.0, "the edge of a control on {back}, theme {theme}: {ratio:.2}");
        }
    }
}
