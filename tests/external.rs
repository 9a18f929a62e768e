//! Uses of what is outside the project: which are found and how they are named, in files that say so themselves.
//!
//! A line of a fixture ends in `//~` or `#~` and what it uses, as `edge name`, parted by semicolons. Lines without a
//! mark use nothing outside the project that has a name.

use crate::support::{index, write};
use codegraph::query::{self, Limits, Question};
use codegraph::store::Snapshot;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// What stands in for real projects, one a language; all are indexed together.
const FIXTURES: [&str; 10] = [
    "c/external",
    "cpp/external",
    "csharp/external",
    "go/external",
    "java/external",
    "javascript/external",
    "kotlin/external",
    "python/external",
    "rust/external",
    "typescript/external",
];

/// By file and line (1-based) what is used there, sorted.
type Marks = BTreeMap<(String, u64), Vec<String>>;

fn fixtures(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            fixtures(&path, &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

fn marked(files: &BTreeMap<String, String>) -> Marks {
    let mut marks = Marks::new();
    for (path, text) in files {
        for (line, text) in (1..).zip(text.lines()) {
            if let Some((_, uses)) = text.split_once("//~ ").or_else(|| text.split_once("#~ ")) {
                let mut uses: Vec<String> = uses.split("; ").map(|used| used.trim().to_owned()).collect();
                uses.sort();
                marks.insert((path.clone(), line), uses);
            }
        }
    }
    marks
}

fn found(lines: &[Value]) -> Marks {
    let mut marks = Marks::new();
    for line in lines.iter().filter(|line| line["kind"] == "external") {
        let at = (line["from"]["file"].as_str().unwrap().to_owned(), line["from"]["site"].as_u64().unwrap());
        let used = format!("{} {}", line["edge"].as_str().unwrap(), line["to"]["name"].as_str().unwrap());
        marks.entry(at).or_default().push(used);
    }
    marks.values_mut().for_each(|uses| uses.sort());
    marks
}

fn exported(data: &Path) -> Vec<Value> {
    let snapshot = Snapshot::newest(data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let mut out = Vec::new();
    query::export(snapshot.view(), &project, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn uses_of_libraries_are_named_as_they_are_marked_in_every_language() {
    let mut files = BTreeMap::new();
    for folder in FIXTURES {
        fixtures(&Path::new("fixtures").join(folder), &format!("{folder}/"), &mut files);
    }
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files);
    index(&data, &root);
    let (wanted, found) = (marked(&files), found(&exported(&data)));
    let mut wrong = String::new();
    let places: std::collections::BTreeSet<_> = wanted.keys().chain(found.keys()).collect();
    for at in places {
        let (wanted, found) = (wanted.get(at), found.get(at));
        if wanted != found {
            wrong.push_str(&format!("{}:{}\n  wanted {wanted:?}\n  found  {found:?}\n", at.0, at.1));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Indexes files as they are now and gives what the named question answers, as JSON.
fn ask(data: &Path, question: &Question) -> Value {
    let snapshot = Snapshot::newest(data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let answer = query::ask(snapshot.view(), &project, question, &Limits::default()).unwrap();
    serde_json::to_value(answer).unwrap()
}

fn texts(rows: &Value, key: &str) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap_or("-").to_owned()).collect()
}

const SHOP: &[(&str, &str)] = &[
    (
        "shop/web.py",
        "import requests\n\ndef load(url):\n    return requests.get(url)\n\ndef main():\n    load('x')\n",
    ),
    (
        "shop/more.py",
        "from requests import Session\n\nclass Mine(Session):\n    pass\n\ndef get():\n    s = Session()\n    return s.get('y')\n",
    ),
];

fn shop() -> (tempfile::TempDir, std::path::PathBuf, BTreeMap<String, String>) {
    let files: BTreeMap<String, String> =
        SHOP.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files);
    index(&data, &root);
    (work, data, files)
}

#[test]
fn who_uses_a_package_is_told_by_its_name_and_by_that_of_what_is_in_it() {
    let (_work, data, _) = shop();
    let callers = ask(&data, &Question::Callers { symbol: "requests.get".to_owned(), depth: 2 });
    assert_eq!(callers["id"], "external:requests.get");
    assert_eq!(texts(&callers["results"], "symbol"), ["load", "main"]);
    let all = ask(&data, &Question::References { symbol: "requests".to_owned() });
    assert_eq!(
        texts(&all["results"], "used"),
        [
            "requests.Session",
            "requests.Session",
            "requests.Session",
            "requests.Session.get",
            "-",
            "requests.get"
        ]
    );
    let below = ask(&data, &Question::Hierarchy { symbol: "requests.Session".to_owned() });
    assert_eq!(texts(&below["subtypes"], "symbol"), ["Mine"]);
    let impact = ask(&data, &Question::Impact { symbol: "requests.get".to_owned(), depth: 9 });
    assert_eq!(texts(&impact["results"], "symbol"), ["load", "main"]);
}

#[test]
fn what_is_outside_the_project_is_told_apart_in_answers() {
    let (_work, data, _) = shop();
    let callees = ask(&data, &Question::Callees { symbol: "load".to_owned(), depth: 1 });
    let row = &callees["results"][0];
    assert_eq!(row["symbol"], "requests.get");
    assert_eq!((&row["external"], &row["kind"]), (&Value::Bool(true), &Value::from("external")));
    assert!(row.get("path").is_none() && row.get("line").is_none(), "{row}");
    assert_eq!(row["site"]["line"], 4);
    assert_eq!(callees["unresolved"], 0);
    let above = ask(&data, &Question::Hierarchy { symbol: "Mine".to_owned() });
    assert_eq!(texts(&above["supertypes"], "id"), ["external:requests.Session"]);
    for to in ["requests", "requests.get"] {
        let why = ask(&data, &Question::Explain { from: "load".to_owned(), to: to.to_owned() });
        assert_eq!(
            (&why["results"][0]["edge"], &why["results"][0]["rule"]),
            (&"calls".into(), &"qualified".into())
        );
    }
    let path = ask(&data, &Question::Path { from: "main".to_owned(), to: "requests.get".to_owned() });
    assert_eq!(texts(&path["results"], "symbol"), ["load", "requests.get"]);
}

#[test]
fn a_name_of_the_project_comes_before_one_outside_and_tells_of_it() {
    let (_work, data, _) = shop();
    let own = ask(&data, &Question::Callers { symbol: "get".to_owned(), depth: 1 });
    assert_eq!(own["id"].as_str().map(|id| id.starts_with("shop/more.py#get")), Some(true));
    assert!(own.get("also").is_none());
    let files: BTreeMap<String, String> = [
        ("requests.js".to_owned(), "export function get() {}\nget();\n".to_owned()),
        ("a.py".to_owned(), "from get import got\ngot()\n".to_owned()),
    ]
    .into();
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files);
    index(&data, &root);
    let both = ask(&data, &Question::References { symbol: "get".to_owned() });
    assert_eq!(both["also"], "external:get");
    let outside = ask(&data, &Question::References { symbol: "external:get".to_owned() });
    assert_eq!(texts(&outside["results"], "used"), ["get.got", "get.got"]);
}

#[test]
fn dependencies_are_counted_for_the_project_and_for_a_part_of_it() {
    let (_work, data, _) = shop();
    let all = ask(&data, &Question::Dependencies { within: String::new() });
    let row = &all["results"][0];
    assert_eq!((row["package"].as_str(), row["language"].as_str()), (Some("requests"), Some("python")));
    assert_eq!(
        (row["uses"].as_u64(), row["files"].as_u64(), row["n_names"].as_u64()),
        (Some(6), Some(2), Some(4))
    );
    let one = ask(&data, &Question::Dependencies { within: "shop/web.py".to_owned() });
    assert_eq!((one["results"][0]["uses"].as_u64(), one["results"][0]["files"].as_u64()), (Some(2), Some(1)));
    let folder = ask(&data, &Question::Dependencies { within: "./shop/".to_owned() });
    assert_eq!(folder["results"], all["results"]);
    let none = ask(&data, &Question::Dependencies { within: "sho".to_owned() });
    assert_eq!(none["results"].as_array().map(Vec::len), Some(0));
}

#[test]
fn a_library_that_becomes_a_module_of_the_project_is_none_any_more() {
    let (work, data, mut files) = shop();
    let root = work.path().join("root");
    files
        .insert("requests.py".to_owned(), "def get(url):\n    pass\n\nclass Session:\n    pass\n".to_owned());
    write(&root, &files);
    index(&data, &root);
    let lines = exported(&data);
    assert_eq!(found(&lines), Marks::new());
    let callers = ask(&data, &Question::Callers { symbol: "requests.get".to_owned(), depth: 1 });
    assert_eq!(texts(&callers["results"], "symbol"), ["load"]);
    // And back again.
    std::fs::remove_file(root.join("requests.py")).unwrap();
    index(&data, &root);
    let fresh = work.path().join("fresh");
    index(&fresh, &root);
    assert_eq!(found(&exported(&data)), found(&exported(&fresh)));
    assert_eq!(found(&exported(&data)).len(), 6);
}

#[test]
fn a_namespace_that_becomes_the_projects_own_takes_its_names_back() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    let user = "namespace Acme { class A { B b; void F() { b.text.Append(1); } } }\n";
    let holder = "using System.Text;\nnamespace Acme { public class B { public StringBuilder text; } }\n";
    let mut files: BTreeMap<String, String> =
        [("A.cs".to_owned(), user.to_owned()), ("B.cs".to_owned(), holder.to_owned())].into();
    write(&root, &files);
    index(&data, &root);
    let before = found(&exported(&data));
    assert_eq!(before[&("A.cs".to_owned(), 1)], ["calls System.Text.StringBuilder.Append"]);
    files.insert("B.cs".to_owned(), format!("{holder}namespace System.Mine {{ class C {{}} }}\n"));
    write(&root, &files);
    index(&data, &root);
    let fresh = work.path().join("fresh");
    index(&fresh, &root);
    let after = found(&exported(&data));
    assert_eq!(after, found(&exported(&fresh)));
    assert!(!after.contains_key(&("B.cs".to_owned(), 1)), "{after:?}");
}
