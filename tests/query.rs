//! Questions to the graph of small projects, compared with answers that were worked out by hand.

use crate::support::{index, write};
use codegraph::query::{self, Limits, Question};
use codegraph::store::Snapshot;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// A project that is indexed.
struct Project {
    _work: tempfile::TempDir,
    data: PathBuf,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let work = tempfile::tempdir().unwrap();
        let (root, data) = (work.path().join("root"), work.path().join("data"));
        let files: BTreeMap<String, String> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        write(&root, &files);
        index(&data, &root);
        Self { _work: work, data }
    }

    fn try_ask(&self, question: &Question, limits: &Limits<'_>) -> anyhow::Result<Value> {
        let snapshot = Snapshot::newest(&self.data).unwrap();
        let project = snapshot.view().project("p").unwrap().unwrap();
        let answer = query::ask(snapshot.view(), &project, question, limits)?;
        Ok(serde_json::to_value(&answer).unwrap())
    }

    fn ask(&self, question: &Question) -> Value {
        self.try_ask(question, &Limits::default()).unwrap()
    }

    fn export(&self) -> Vec<Value> {
        let snapshot = Snapshot::newest(&self.data).unwrap();
        let project = snapshot.view().project("p").unwrap().unwrap();
        let mut out = Vec::new();
        query::export(snapshot.view(), &project, &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

const SHAPES: &[(&str, &str)] = &[
    ("j/a/Shape.java", "package a;\n\npublic interface Shape {\n    int area();\n}\n"),
    (
        "j/a/Box.java",
        "package a;\n\npublic class Box implements Shape {\n    private final int side;\n\n    public Box(int side) {\n        this.side = side;\n    }\n\n    @Override\n    public int area() {\n        return Maths.twice(side);\n    }\n}\n",
    ),
    (
        "j/a/Maths.java",
        "package a;\n\nclass Maths {\n    static int twice(int x) {\n        return twice(x, 1);\n    }\n\n    static int twice(int x, int n) {\n        return x * n * 2;\n    }\n\n    private static int forgotten() {\n        return 1;\n    }\n}\n",
    ),
    (
        "j/b/Use.java",
        "package b;\n\nimport a.Box;\nimport a.Shape;\nimport java.util.List;\n\nclass Use {\n    int run() {\n        Shape s = new Box(2);\n        return s.area();\n    }\n\n    int again() {\n        return run() + run();\n    }\n}\n",
    ),
    ("c/list.h", "struct list { int n; };\nint list_size(struct list *l);\n"),
    (
        "c/list.c",
        "#include \"list.h\"\nstatic int check(struct list *l) { return l->n; }\nint list_size(struct list *l) { return check(l); }\n",
    ),
    ("c/main.c", "#include \"list.h\"\nint main(void) { struct list l; return list_size(&l); }\n"),
];

/// `path:line name` of an end of an exported edge.
fn end(value: &Value) -> String {
    let text = |key: &str| value[key].as_str().unwrap_or("-").to_owned();
    format!("{}:{} {}", text("file"), value["line"], text("name"))
}

#[test]
fn export_gives_every_call_with_caller_and_site() {
    let lines = Project::new(SHAPES).export();
    let calls: BTreeSet<String> = lines
        .iter()
        .filter(|line| line["kind"] == "call")
        .map(|line| format!("{} @{} -> {}", end(&line["from"]), line["from"]["site"], end(&line["to"])))
        .collect();
    let expected = [
        "c/list.c:3 list_size @3 -> c/list.c:2 check",
        "c/main.c:2 main @2 -> c/list.c:3 list_size",
        "j/a/Box.java:11 area @12 -> j/a/Maths.java:4 twice",
        "j/a/Maths.java:4 twice @5 -> j/a/Maths.java:8 twice",
        "j/b/Use.java:13 again @14 -> j/b/Use.java:8 run",
        "j/b/Use.java:8 run @10 -> j/a/Shape.java:4 area",
        "j/b/Use.java:8 run @9 -> j/a/Box.java:6 Box",
    ];
    assert_eq!(calls, expected.iter().map(|call| (*call).to_owned()).collect());
    let others: BTreeSet<String> = lines
        .iter()
        .filter(|line| ["inherit", "import", "override"].iter().any(|kind| line["kind"] == *kind))
        .map(|line| {
            format!("{} {} -> {}", line["kind"].as_str().unwrap(), end(&line["from"]), end(&line["to"]))
        })
        .collect();
    let expected = [
        "import c/list.c:null - -> c/list.h:null -",
        "import c/main.c:null - -> c/list.h:null -",
        "import j/b/Use.java:null - -> j/a/Box.java:null -",
        "import j/b/Use.java:null - -> j/a/Shape.java:null -",
        "inherit j/a/Box.java:3 Box -> j/a/Shape.java:3 Shape",
        "override j/a/Box.java:11 area -> j/a/Shape.java:4 area",
    ];
    assert_eq!(others, expected.iter().map(|edge| (*edge).to_owned()).collect());
}

#[test]
fn both_ends_of_every_exported_edge_are_exported_and_paths_are_sorted() {
    let lines = Project::new(SHAPES).export();
    let defs: BTreeSet<String> = lines.iter().filter(|line| line["kind"] == "def").map(end).collect();
    let mut paths: Vec<&str> = Vec::new();
    for line in lines.iter().skip(1) {
        if line["kind"] == "def" {
            paths.push(line["file"].as_str().unwrap());
            continue;
        }
        paths.push(line["from"]["file"].as_str().unwrap());
        for each in [&line["from"], &line["to"]] {
            assert!(each["line"].is_null() || defs.contains(&end(each)), "{line}");
        }
        assert!(line["confidence"].as_f64().unwrap() >= 0.5, "{line}");
    }
    assert_eq!(lines[0]["kind"], "meta");
    assert!(paths.is_sorted());
    let box_def = lines.iter().find(|line| line["dk"] == "constructor").unwrap();
    assert_eq!(
        (
            box_def["line"].as_u64(),
            box_def["start"].as_u64(),
            box_def["end"].as_u64(),
            end(&box_def["parent"])
        ),
        (Some(6), Some(6), Some(8), "j/a/Box.java:3 Box".to_owned())
    );
}

fn callers(symbol: &str, depth: u32) -> Question {
    Question::Callers { symbol: symbol.to_owned(), depth }
}

/// The results as `depth symbol path:line @site rule`.
fn rows(answer: &Value) -> Vec<String> {
    let row = |row: &Value| {
        format!(
            "{} {} {}:{} @{} {}",
            row["depth"],
            row["symbol"].as_str().unwrap(),
            row["path"].as_str().unwrap(),
            row["line"],
            row["site"]["line"],
            row["rule"].as_str().unwrap()
        )
    };
    answer["results"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn callers_of_a_method_include_calls_through_the_interface_that_it_implements() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&callers("Box.area", 3));
    assert_eq!(
        rows(&answer),
        ["1 Use.run j/b/Use.java:8 @10 dispatch", "2 Use.again j/b/Use.java:13 @14 self"]
    );
    assert_eq!(answer["symbol"], "Box.area");
    assert_eq!(answer["unresolved"], 0);
    assert_eq!(answer["truncated"], false);
    assert_eq!(answer["results"][0]["kind"], "method");
    assert_eq!(answer["results"][0]["confidence"], 0.8);
    assert_eq!(answer["results"][1]["via"], answer["results"][0]["id"]);
    let direct = project.ask(&callers("Shape.area", 1));
    assert_eq!(rows(&direct), ["1 Use.run j/b/Use.java:8 @10 declared-type"]);
}
