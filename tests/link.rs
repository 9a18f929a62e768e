//! Which definitions the uses in small programs lead to, held against what was worked out by hand.
//!
//! `fixtures/<language>/link/cases.txt` has the cases of a language. A case is a title (`=== title`) and its files (`-- path`
//! before each). What must be found stands below the code, in comments whose `^` points at the use, or whose `<` stands
//! for a use at the start of the line:
//!
//! - `^ defined: path:line` and, when it matters, `, rule`: the use leads there and nowhere else. Nothing after the colon:
//!   it leads nowhere in the project. Two places are separated by ` and `.
//! - `^ call from: name`: it is a call, and this function makes it; `<module>` when none does.
//! - `^ known failure: path:line`: it should lead there and does not. The test fails when it does, so that the case moves.
//!
//! Or it stands in sections after the files. `--- calls` lists all calls as `caller -> callee`, `--- edges` all edges of
//! the kinds that it names, as `kind path:line -> path:line name`, and a kind alone where there is no edge of it. There,
//! `!` marks what is known to be missing and `+` what is known to be too much.

use crate::support::{index, parts, write};
use codegraph::query;
use codegraph::store::Snapshot;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One small program and what is said of it.
struct Case<'t> {
    title: &'t str,
    files: BTreeMap<String, String>,
    /// Lines of the sections, by the section's name.
    sections: BTreeMap<&'t str, Vec<&'t str>>,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let of = |text| {
        let (title, rest) = str::split_once(text, '\n').unwrap();
        let mut pieces = rest.split("--- ");
        let code = pieces.next().unwrap();
        // Python's cases begin with the file that most of them have alone.
        let code = if code.starts_with("-- ") { code.to_owned() } else { format!("-- main.py\n{code}") };
        let sections = pieces.map(|piece| {
            let (name, lines) = piece.split_once('\n').unwrap();
            (name, lines.lines().map(str::trim).filter(|line| !line.is_empty()).collect())
        });
        Case { title, sections: sections.collect(), files: parts(&code) }
    };
    text.split("=== ").skip(1).map(of).collect()
}

/// Everything that is exported of a project.
fn exported(files: &BTreeMap<String, String>) -> Vec<Value> {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, files);
    index(&data, &root);
    let snapshot = Snapshot::newest(&data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let mut out = Vec::new();
    query::export(snapshot.view(), &project, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
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

/// All calls, as `caller -> callee`.
fn calls(lines: &[Value]) -> BTreeSet<String> {
    let key = |def: &Value| (text(&def["file"]), def["line"].as_u64().unwrap(), text(&def["name"]));
    let defs = lines.iter().filter(|line| line["kind"] == "def").map(|def| (key(def), def.clone())).collect();
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

/// All edges, as `kind path:line -> path:line name`.
fn edges(lines: &[Value]) -> BTreeSet<String> {
    let edges = lines.iter().filter(|line| line["from"].is_object() && line["to"]["file"].is_string());
    edges
        .map(|row| {
            let (from, to) = (&row["from"], &row["to"]);
            let start = format!("{} {}:{}", text(&row["kind"]), text(&from["file"]), from["site"]);
            match to["line"].as_u64() {
                None => format!("{start} -> {}", text(&to["file"])),
                Some(line) => format!("{start} -> {}:{line} {}", text(&to["file"]), text(&to["name"])),
            }
        })
        .collect()
}

/// What differs between what a section lists and what was found.
fn compare(listed: &[&str], found: &BTreeSet<String>, wrong: &mut Vec<String>) {
    let marked = |mark: char| -> BTreeSet<String> {
        let lines = listed.iter().filter_map(|line| line.strip_prefix(mark));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    let plain = listed.iter().filter(|line| !line.starts_with(['!', '+'])).map(|line| (*line).to_owned());
    let expected: BTreeSet<String> = plain.chain(marked('+')).collect();
    wrong.extend(expected.difference(found).map(|line| format!("missing {line}")));
    let healed = marked('!');
    for extra in found.difference(&expected) {
        wrong.push(format!("{} {extra}", if healed.contains(extra) { "healed" } else { "extra" }));
    }
}

/// Holds the annotations of one file against the edges.
fn annotations(path: &str, code: &str, lines: &[Value], wrong: &mut Vec<String>) -> usize {
    let (mut annotated, mut indent, mut n) = (0, 0, 0);
    for (at, line) in (1..).zip(code.lines()) {
        let mark = line.split_once("^ ").or_else(|| line.split_once("< ")).filter(|(before, rest)| {
            let is_comment = matches!(before.trim(), "//" | "#");
            is_comment
                && ["defined:", "call from:", "known failure:"].iter().any(|each| rest.starts_with(each))
        });
        let Some((before, rest)) = mark else {
            (annotated, indent) = (at, line.chars().take_while(|c| c.is_whitespace()).count() as u64);
            continue;
        };
        n += 1;
        let is_first = line.contains(&format!("< {rest}"));
        let column = if is_first { indent + 1 } else { before.chars().count() as u64 + 1 };
        let here: Vec<&Value> = lines
            .iter()
            .filter(|row| row["from"]["file"] == path && row["from"]["site"] == annotated)
            .filter(|row| row["from"]["col"] == column && row["kind"] != "override")
            // What lies outside the project has no place.
            .filter(|row| row["to"]["file"].is_string())
            .collect();
        // To construct a value is to name its type as well.
        let is_call = here.iter().any(|row| row["kind"] == "call");
        let here: Vec<&Value> = here.into_iter().filter(|row| !is_call || row["kind"] == "call").collect();
        let places: BTreeSet<String> =
            here.iter().map(|row| format!("{}:{}", text(&row["to"]["file"]), row["to"]["line"])).collect();
        let (what, said) = rest.split_once(':').unwrap();
        let (wanted, rule) = said.split_once(", ").unwrap_or((said, ""));
        let wanted: BTreeSet<String> =
            wanted.trim().split(" and ").filter(|place| !place.is_empty()).map(str::to_owned).collect();
        let is_right = match what {
            "defined" => {
                places == wanted && (rule.is_empty() || here.iter().any(|row| row["rule"] == rule.trim()))
            }
            "call from" => here.iter().any(|row| {
                let caller = if row["caller"].is_null() { "<module>" } else { &text(&row["caller"]["name"]) };
                row["kind"] == "call" && caller == said.trim()
            }),
            _ => places != wanted,
        };
        if !is_right {
            let found: Vec<String> =
                here.iter().map(|row| format!("{} {} {}", row["to"], row["rule"], row["caller"])).collect();
            wrong.push(format!("{path}:{annotated}:{column} {rest}; found {found:?}"));
        }
    }
    n
}

/// Holds all cases of a language against what is found.
fn check(text: &str) {
    let mut wrong = String::new();
    for case in cases(text) {
        let lines = exported(&case.files);
        let mut here = Vec::new();
        let mut said = case.sections.len();
        for (path, code) in &case.files {
            said += annotations(path, code, &lines, &mut here);
        }
        assert_ne!(said, 0, "{} says nothing", case.title);
        for (name, listed) in &case.sections {
            match *name {
                "calls" => compare(listed, &calls(&lines), &mut here),
                "edges" => {
                    let kind = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
                    let kinds: BTreeSet<String> = listed.iter().map(|line| kind(line)).collect();
                    let mut found = edges(&lines);
                    found.retain(|line| kinds.contains(&kind(line)));
                    // A kind alone says that there are no edges of it but those that are listed.
                    let listed: Vec<&str> =
                        listed.iter().copied().filter(|line| line.contains(' ')).collect();
                    compare(&listed, &found, &mut here);
                }
                other => panic!("{}: no section {other}", case.title),
            }
        }
        for each in here {
            wrong.push_str(&format!("{}: {each}\n", case.title));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

macro_rules! languages {
    ($($name:ident $path:literal)*) => {
        $(#[test]
        fn $name() {
            check(include_str!(concat!("../fixtures/", $path, "/cases.txt")));
        })*
    };
}

languages! {
    uses_of_c_lead_to_their_definitions "c/link"
    uses_of_cpp_lead_to_their_definitions "cpp/link"
    uses_of_csharp_lead_to_their_definitions "csharp/link"
    uses_of_go_lead_to_their_definitions "go/link"
    uses_of_java_lead_to_their_definitions "java/link"
    uses_of_javascript_lead_to_their_definitions "javascript/link"
    uses_of_kotlin_lead_to_their_definitions "kotlin/link"
    uses_of_python_lead_to_their_definitions "python/link"
    uses_of_rust_lead_to_their_definitions "rust/link"
    uses_of_typescript_lead_to_their_definitions "typescript/link"
}

#[test]
fn a_wrong_annotation_fails() {
    let wrong = |code: &str| {
        let files = parts(&format!("-- a.py\n{code}"));
        let mut wrong = Vec::new();
        let n = annotations("a.py", &files["a.py"], &exported(&files), &mut wrong);
        (n, wrong.len())
    };
    let code = |annotation: &str| format!("def f(): pass\ndef g():\n    f()\n#   ^ {annotation}\n");
    for right in ["defined: a.py:1", "defined: a.py:1, local", "call from: g", "known failure: a.py:2"] {
        assert_eq!(wrong(&code(right)), (1, 0), "{right}");
    }
    for not in
        ["defined: a.py:2", "defined:", "defined: a.py:1, import", "call from: f", "known failure: a.py:1"]
    {
        assert_eq!(wrong(&code(not)), (1, 1), "{not}");
    }
}
