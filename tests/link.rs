//! Which calls are found in small programs, compared with what was worked out by hand.

use crate::support::{index, write};
use codegraph::query;
use codegraph::store::Snapshot;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One small program and its calls.
struct Case<'t> {
    title: &'t str,
    files: BTreeMap<String, String>,
    calls: BTreeSet<String>,
    known_missing: BTreeSet<String>,
    known_extra: BTreeSet<String>,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let of = |text| {
        let (title, rest) = str::split_once(text, '\n').unwrap();
        let (code, calls) = rest.split_once("--- calls\n").unwrap();
        let mut files = BTreeMap::new();
        let mut path = "main.py".to_owned();
        for line in code.lines() {
            if let Some(next) = line.strip_prefix("-- ") {
                next.clone_into(&mut path);
                files.entry(path.clone()).or_insert_with(String::new);
            } else {
                let file: &mut String = files.entry(path.clone()).or_default();
                file.push_str(line);
                file.push('\n');
            }
        }
        let marked = |mark: char| {
            let lines = calls.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.filter_map(|line| line.strip_prefix(mark)).map(|line| line.trim().to_owned()).collect()
        };
        let plain =
            calls.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['!', '+']));
        Case {
            title,
            files,
            calls: plain.map(str::to_owned).collect(),
            known_missing: marked('!'),
            known_extra: marked('+'),
        }
    };
    text.split("=== ").skip(1).map(of).collect()
}

/// `module.Class.method`, without the module for what `main` defines; `<module>` for a module.
fn qualified(defs: &BTreeMap<(String, u64, String), Value>, file: &str, line: u64, name: &str) -> String {
    let module = file.strip_suffix(".py").unwrap_or(file).replace("/__init__", "").replace('/', ".");
    let prefix = if module == "main" { String::new() } else { format!("{module}.") };
    let parent = defs.get(&(file.to_owned(), line, name.to_owned())).map(|def| &def["parent"]);
    match parent.and_then(|parent| Some((parent["line"].as_u64()?, parent["name"].as_str()?))) {
        Some((line, of)) => format!("{}.{name}", qualified(defs, file, line, of)),
        None => format!("{prefix}{name}"),
    }
}

fn calls(files: &BTreeMap<String, String>) -> BTreeSet<String> {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, files);
    index(&data, &root);
    let snapshot = Snapshot::newest(&data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let mut out = Vec::new();
    query::export(snapshot.view(), &project, &mut out).unwrap();
    let lines: Vec<Value> =
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let defs = lines
        .iter()
        .filter(|line| line["kind"] == "def")
        .map(|line| {
            ((text(&line["file"]), line["line"].as_u64().unwrap(), text(&line["name"])), line.clone())
        })
        .collect();
    let name =
        |file: &str, of: &Value| qualified(&defs, file, of["line"].as_u64().unwrap(), &text(&of["name"]));
    let edges = lines.iter().filter(|line| line["kind"] == "call");
    edges
        .map(|edge| {
            let file = text(&edge["from"]["file"]);
            let caller = if edge["caller"].is_null() {
                format!("<{}>", file.trim_end_matches(".py"))
            } else {
                name(&file, &edge["caller"])
            };
            format!("{caller} -> {}", name(&text(&edge["to"]["file"]), &edge["to"]))
        })
        .collect()
}

#[test]
fn python_calls_are_found_as_they_happen() {
    let mut wrong = String::new();
    for case in cases(include_str!("../fixtures/python/link/cases.txt")) {
        let found = calls(&case.files);
        let expected: BTreeSet<String> = case.calls.union(&case.known_extra).cloned().collect();
        for missing in expected.difference(&found) {
            wrong.push_str(&format!("{}: missing {missing}\n", case.title));
        }
        for extra in found.difference(&expected) {
            let healed = if case.known_missing.contains(extra) { "healed" } else { "extra" };
            wrong.push_str(&format!("{}: {healed} {extra}\n", case.title));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
