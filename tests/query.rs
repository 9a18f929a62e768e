//! Questions to the graph of small projects, compared with answers that were worked out by hand.

use crate::support::{index, write};
use codegraph::error::{Kind, hint};
use codegraph::query::{self, Ambiguous, Dependence, Limits, Question, Unknown};
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
        .map(|line| {
            let (from, caller) = (&line["from"], &line["caller"]);
            let name = caller["name"].as_str().unwrap_or("-");
            let file = from["file"].as_str().unwrap();
            format!("{file}:{} {name} @{} -> {}", caller["line"], from["site"], end(&line["to"]))
        })
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
fn constructed_types_supertypes_and_imports_by_statement_are_references() {
    let refs = |files: &[(&str, &str)]| -> BTreeSet<String> {
        let lines = Project::new(files).export();
        let refs = lines.iter().filter(|line| line["kind"] == "ref");
        refs.map(|line| {
            let from = &line["from"];
            format!("{} @{} -> {}", from["file"].as_str().unwrap(), from["site"], end(&line["to"]))
        })
        .collect()
    };
    let java = refs(SHAPES);
    assert!(java.contains("j/b/Use.java @9 -> j/a/Box.java:3 Box"), "{java:#?}");
    assert!(java.contains("j/a/Box.java @3 -> j/a/Shape.java:3 Shape"), "{java:#?}");
    assert!(
        !java.iter().any(|line| line.contains("@3 -> j/a/Box.java") || line.contains("@4 -> j/a/Shape")),
        "{java:#?}"
    );
    let python = refs(&[("a.py", "def f():\n    pass\n"), ("b.py", "from a import f\n")]);
    assert_eq!(python, BTreeSet::from([of("b.py @1 -> a.py:1 f")]));
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

fn of(symbol: &str) -> String {
    symbol.to_owned()
}

#[test]
fn callees_include_what_may_stand_in_for_an_interface_method() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&Question::Callees { symbol: of("Use.again"), depth: 2 });
    assert_eq!(
        rows(&answer),
        [
            "1 Use.run j/b/Use.java:8 @14 self",
            "2 Box.Box j/a/Box.java:6 @9 import",
            "2 Box.area j/a/Box.java:11 @10 dispatch",
            "2 Shape.area j/a/Shape.java:4 @10 declared-type",
        ]
    );
    // A type calls what the definitions in it call, itself left out.
    let answer = project.ask(&Question::Callees { symbol: of("Use"), depth: 1 });
    let symbols: Vec<&str> =
        answer["results"].as_array().unwrap().iter().map(|row| row["symbol"].as_str().unwrap()).collect();
    assert_eq!(symbols, ["Box.Box", "Box.area", "Shape.area"]);
}

#[test]
fn references_list_every_use_with_its_place() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&Question::References { symbol: of("Shape") });
    assert_eq!(
        rows(&answer),
        [
            "1 Box j/a/Box.java:3 @3 package",
            "1 j/b/Use.java j/b/Use.java:1 @4 import",
            "1 Use.run j/b/Use.java:8 @9 import",
        ]
    );
    let edges: Vec<&str> =
        answer["results"].as_array().unwrap().iter().map(|row| row["edge"].as_str().unwrap()).collect();
    assert_eq!(edges, ["implements", "imports", "references"]);
    // To construct a value is to use its type.
    let answer = project.ask(&Question::References { symbol: of("Box") });
    assert!(rows(&answer).contains(&of("1 Use.run j/b/Use.java:8 @9 import")), "{answer}");
}

#[test]
fn implementations_and_hierarchy_go_both_ways_for_types_and_methods() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&Question::Implementations { symbol: of("Shape") });
    assert_eq!(rows(&answer), ["1 Box j/a/Box.java:3 @3 package"]);
    let answer = project.ask(&Question::Implementations { symbol: of("Shape.area") });
    assert_eq!(rows(&answer), ["1 Box.area j/a/Box.java:11 @11 inherited"]);
    let answer = project.ask(&Question::Hierarchy { symbol: of("Box") });
    assert_eq!(answer["supertypes"][0]["symbol"], "Shape");
    assert_eq!(answer["supertypes"].as_array().unwrap().len(), 1);
    assert_eq!(answer["subtypes"], serde_json::json!([]));
}

#[test]
fn imports_tell_files_of_the_project_from_what_is_outside() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&Question::Imports { file: of("j/b/Use.java"), depth: 1 });
    assert_eq!(
        rows(&answer),
        ["1 j/a/Box.java j/a/Box.java:1 @3 import", "1 j/a/Shape.java j/a/Shape.java:1 @4 import"]
    );
    assert_eq!(answer["external"].as_array().unwrap().len(), 1);
    assert_eq!(
        answer["external"][0]["site"],
        serde_json::json!({"path": "j/b/Use.java", "line": 5, "column": 18})
    );
    let answer = project.ask(&Question::Importers { symbol: of("c/list.h"), depth: 1 });
    assert_eq!(rows(&answer), ["1 c/list.c c/list.c:1 @1 import", "1 c/main.c c/main.c:1 @1 import"]);
    let answer = project.ask(&Question::Importers { symbol: of("Shape"), depth: 1 });
    assert_eq!(rows(&answer), ["1 j/b/Use.java j/b/Use.java:1 @4 import"]);
}

#[test]
fn impact_follows_calls_through_interfaces_and_counts_files() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&Question::Impact { symbol: of("Maths.twice"), depth: 9 });
    assert_eq!(
        rows(&answer),
        [
            "1 Box.area j/a/Box.java:11 @12 qualified",
            "2 Use.run j/b/Use.java:8 @10 dispatch",
            "3 Use.again j/b/Use.java:13 @14 self",
        ]
    );
    let files =
        serde_json::json!([{"path": "j/a/Box.java", "symbols": 1}, {"path": "j/b/Use.java", "symbols": 2}]);
    assert_eq!(answer["files"], files);
    assert_eq!(answer["tests"], serde_json::json!([]));
}

#[test]
fn a_path_is_a_shortest_chain_of_calls() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&Question::Path { from: of("Use.again"), to: of("Maths.twice") });
    assert_eq!(
        rows(&answer),
        [
            "1 Use.run j/b/Use.java:8 @14 self",
            "2 Box.area j/a/Box.java:11 @10 dispatch",
            "3 Maths.twice j/a/Maths.java:4 @12 qualified",
        ]
    );
    let none = project.ask(&Question::Path { from: of("Maths.twice"), to: of("Use.again") });
    assert_eq!((&none["results"], &none["truncated"]), (&serde_json::json!([]), &Value::Bool(false)));
    let over_types = project.ask(&Question::Path { from: of("Box"), to: of("Shape") });
    assert_eq!(rows(&over_types), ["1 Shape j/a/Shape.java:3 @3 package"]);
}

#[test]
fn an_outline_is_in_the_order_of_the_text_with_depths() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&Question::Outline { file: of("Box.java") });
    let lines: Vec<String> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {}-{}",
                row["depth"],
                row["kind"].as_str().unwrap(),
                row["name"].as_str().unwrap(),
                row["line"],
                row["end_line"]
            )
        })
        .collect();
    assert_eq!(
        lines,
        ["0 class Box 3-14", "1 field side 4-4", "1 constructor Box 6-8", "1 method area 11-13"]
    );
    assert_eq!(answer["language"], "java");
}

#[test]
fn cycles_of_includes_are_found_with_a_way_round() {
    let project = Project::new(&[
        ("a.h", "#include \"b.h\"\nint a(void);\n"),
        ("b.h", "#include \"c.h\"\n"),
        ("c.h", "\n#include \"a.h\"\n#include \"d.h\"\n"),
        ("d.h", "int d(void);\n"),
    ]);
    let answer = project.ask(&Question::Cycles { by: Dependence::Import });
    assert_eq!(
        answer["results"],
        serde_json::json!([{
            "files": ["a.h", "b.h", "c.h"],
            "steps": [
                {"from": "a.h", "to": "b.h", "site": {"path": "a.h", "line": 1}},
                {"from": "b.h", "to": "c.h", "site": {"path": "b.h", "line": 1}},
                {"from": "c.h", "to": "a.h", "site": {"path": "c.h", "line": 2}},
            ],
        }])
    );
    assert_eq!(
        Project::new(SHAPES).ask(&Question::Cycles { by: Dependence::Any })["results"],
        serde_json::json!([])
    );
}

#[test]
fn unused_are_definitions_that_neither_code_nor_outsiders_reach() {
    let project = Project::new(SHAPES);
    let list = |answer: &Value| -> Vec<String> {
        let row = |row: &Value| {
            format!("{} {}", row["symbol"].as_str().unwrap(), row["certainty"].as_str().unwrap())
        };
        answer["results"].as_array().unwrap().iter().map(row).collect()
    };
    let answer = project.ask(&Question::Unused { include_exports: false });
    assert_eq!(list(&answer), ["Maths.forgotten certain", "Use likely"]);
    // Use is the only user of Box and Shape in the project, Box the only one of Maths.
    assert_eq!(answer["exports_left_out"], 3);
    let answer = project.ask(&Question::Unused { include_exports: true });
    assert_eq!(list(&answer), ["Use likely", "Box cannot-tell", "Maths cannot-tell", "Shape cannot-tell"]);
}

#[test]
fn an_override_never_stands_in_for_what_is_called_through_super() {
    let project = Project::new(&[(
        "a.ts",
        "class A { go() { return 1; } }\nclass B extends A { go() { return super.go(); } }\nclass C extends A { go() { return 2; } }\nfunction run(a: A) { return a.go(); }\n",
    )]);
    let names = |typed: &str| -> Vec<(String, String)> {
        let answer = project.ask(&Question::Callees { symbol: of(typed), depth: 1 });
        let row = |row: &Value| {
            (row["symbol"].as_str().unwrap().to_owned(), row["rule"].as_str().unwrap().to_owned())
        };
        answer["results"].as_array().unwrap().iter().map(row).collect()
    };
    let of_b = names("B.go");
    assert_eq!(of_b.len(), 1, "{of_b:?}");
    assert!(of_b[0].0.ends_with("A.go") && of_b[0].1 == "super", "{of_b:?}");
    assert_eq!(names("run").len(), 3, "{:?}", names("run"));
}

#[test]
fn a_header_s_own_constants_and_bodies_of_pure_methods_are_found_from_other_files() {
    let project = Project::new(&[
        (
            "db.h",
            "static const int kHeader = 7;\nclass Db {\n public:\n  virtual ~Db();\n  virtual int Put(int n) = 0;\n};\n",
        ),
        ("mid.h", "#include \"db.h\"\n"),
        ("db.cc", "#include \"db.h\"\nint Db::Put(int n) { return n; }\n"),
        ("use.cc", "#include \"mid.h\"\nint use(Db* db) { return db->Put(kHeader); }\n"),
        ("other.cc", "int apart() { return kHeader; }\n"),
    ]);
    let header = project.ask(&Question::References { symbol: of("kHeader") });
    let paths: Vec<&str> = header["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["site"]["path"].as_str().unwrap())
        .collect();
    assert_eq!(paths, ["use.cc"], "{header}");
    let callers = project.ask(&Question::Callers { symbol: of("Db::Put"), depth: 1 });
    let rows = callers["results"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{callers}");
    assert_eq!(rows[0]["site"]["path"], "use.cc");
}

#[test]
fn a_method_overrides_the_one_that_takes_the_same_types() {
    let project = Project::new(&[(
        "W.cs",
        "class W { public virtual void Put(int n) {} public virtual void Put(string s) {} }\nclass X : W { public override void Put(int n) {} }\n",
    )]);
    let answer = project.ask(&Question::Hierarchy { symbol: of("X.Put") });
    assert_eq!(answer["supertypes"].as_array().unwrap().len(), 1, "{answer}");
}

#[test]
fn what_stands_in_for_an_import_that_fails_is_not_surely_unused() {
    let project = Project::new(&[(
        "net.py",
        "def connect():\n    try:\n        from socks import Proxy\n    except ImportError:\n        def Proxy(url):\n            raise ValueError(url)\n    return Proxy('a')\n\n\nconnect()\n",
    )]);
    let answer = project.ask(&Question::Unused { include_exports: true });
    let rows = answer["results"].as_array().unwrap();
    let proxy = rows.iter().find(|row| row["symbol"].as_str().unwrap().ends_with("Proxy"));
    assert!(proxy.is_none_or(|row| row["certainty"] == "cannot-tell"), "{answer}");
}

/// Unused definitions as `symbol certainty`, by name, and the evidence of the first of them.
fn unused(files: &[(&str, &str)]) -> (Vec<String>, String) {
    let answer = Project::new(files).ask(&Question::Unused { include_exports: false });
    let rows = answer["results"].as_array().unwrap();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap().to_owned();
    let mut list: Vec<String> =
        rows.iter().map(|row| format!("{} {}", text(row, "symbol"), text(row, "certainty"))).collect();
    list.sort_unstable();
    (list, rows.first().map(|row| text(row, "evidence")).unwrap_or_default())
}

#[test]
fn what_its_file_names_without_a_known_meaning_is_not_told_as_unused() {
    let (list, evidence) = unused(&[(
        "a/Desk.java",
        "package a;\n\nimport lib.Thing;\n\npublic class Desk {\n    public void run(Thing t) {\n        t.named(t.inner.sorted);\n    }\n\n    private int sorted() {\n        return 1;\n    }\n\n    private int forgotten() {\n        return forgotten();\n    }\n}\n",
    )]);
    assert_eq!(list, ["Desk.forgotten certain", "Desk.sorted cannot-tell"]);
    assert_eq!(evidence, "only its own surroundings may name it, and they do not");
}

#[test]
fn what_only_unused_code_uses_is_no_surer_than_likely() {
    let (list, _) = unused(&[(
        "a/Desk.java",
        "package a;\n\npublic class Desk {\n    private int dead() {\n        return helper();\n    }\n\n    private int helper() {\n        return 1;\n    }\n\n    private int again() {\n        return again();\n    }\n}\n",
    )]);
    assert_eq!(list, ["Desk.again certain", "Desk.dead certain", "Desk.helper likely"]);
}

#[test]
fn what_serialization_calls_by_itself_comes_with_its_type() {
    let (list, _) = unused(&[(
        "a/Desk.java",
        "package a;\n\npublic class Desk implements java.io.Serializable {\n    private Object readResolve() {\n        return this;\n    }\n}\n",
    )]);
    assert_eq!(list, [""; 0]);
}

#[test]
fn a_type_without_a_name_is_used_where_it_stands() {
    let java = "package a;\n\npublic class Desk {\n    private final Runnable task = new Runnable() {\n        public void run() {\n            helped();\n        }\n    };\n\n    public Runnable other() {\n        return new Runnable() {\n            public void run() {\n                also();\n            }\n        };\n    }\n\n    private void helped() {}\n\n    private void also() {}\n\n    private void forgotten() {}\n}\n";
    assert_eq!(unused(&[("a/Desk.java", java)]).0, ["Desk.forgotten certain"]);
    let kotlin = "package a\n\nprivate fun helped() {}\n\nprivate fun forgotten() {}\n\nfun desk(): Runnable {\n    return object : Runnable {\n        override fun run() {\n            helped()\n        }\n    }\n}\n";
    assert_eq!(unused(&[("a/desk.kt", kotlin)]).0, ["forgotten certain"]);
}

#[test]
fn functions_that_are_values_are_not_surely_unused() {
    let (list, evidence) = unused(&[(
        "desk.js",
        "const desk = {\n  open() {\n    return 1;\n  },\n  shut: function shutting() {\n    return 2;\n  },\n};\n\nfunction forgotten() {\n  return 3;\n}\n\nregister(desk, function told() {\n  return 4;\n});\n",
    )]);
    assert_eq!(list, ["desk.open likely", "desk.shut likely", "forgotten likely", "told likely"]);
    assert_eq!(evidence, "no use was found; it may be handed on as a value");
}

#[test]
fn what_a_header_defines_for_its_own_use_is_not_surely_unused() {
    let (list, _) = unused(&[
        ("size.h", "static int in_header(void) { return 1; }\n"),
        ("part.c", "static int in_part(void) { return 2; }\n"),
        (
            "main.c",
            "#include \"part.c\"\nstatic int in_main(void) { return 3; }\nint main(void) { return 0; }\n",
        ),
    ]);
    assert_eq!(list, ["in_header likely", "in_main certain", "in_part likely"]);
}

#[test]
fn alternatives_are_reached_together_and_options_leave_a_doubt() {
    let python = "import sys\n\n\ndef run():\n    if sys.argv:\n        def go():\n            return 1\n    else:\n        def go():\n            return 2\n    return go()\n\n\nrun()\n";
    assert_eq!(unused(&[("go.py", python)]).0, [""; 0]);
    let rust = "fn main() {}\n\n#[cfg(feature = \"fast\")]\nfn quick() {}\n\n#[cfg(unix)]\nfn place() {}\n\n#[cfg(windows)]\nfn place() {}\n\nfn forgotten() {}\n";
    let files = [("Cargo.toml", "[package]\nname = \"p\"\n\n[features]\nfast = []\n"), ("src/main.rs", rust)];
    assert_eq!(unused(&files).0, ["forgotten certain", "place likely", "place likely", "quick likely"]);
}

#[test]
fn what_the_text_of_an_attribute_may_name_is_not_surely_unused() {
    let of = |derived: &str| {
        let text = format!(
            "fn main() {{\n    let _ = Desk {{ n: 1 }};\n}}\n\n#[derive({derived})]\nstruct Desk {{\n    #[serde(serialize_with = \"told\")]\n    n: u32,\n}}\n\nfn told() {{}}\n"
        );
        unused(&[("Cargo.toml", "[package]\nname = \"p\"\n"), ("src/main.rs", &text)]).0
    };
    assert_eq!(of("Clone, Serialize"), ["told likely"]);
    assert_eq!(of("Clone"), ["told certain"]);
}

#[test]
fn callees_count_the_calls_inside_that_could_not_be_resolved() {
    let project = Project::new(&[(
        "shop.py",
        "def total(order):\n    def part(each):\n        return each.cost()\n    return order.lines() + order.lines() + part(order)\n\n\ndef other(order):\n    return order.total() + total(order)\n\n\nclass Till:\n    def cost(self):\n        return 1\n\n    def lines(self):\n        return 2\n\n\nclass Bill:\n    def cost(self):\n        return 1\n\n    def lines(self):\n        return 2\n",
    )]);
    let callees = |symbol: &str| project.ask(&Question::Callees { symbol: of(symbol), depth: 1 });
    assert_eq!(callees("total")["unresolved"], 3);
    assert_eq!(callees("other")["unresolved"], 1);
    assert_eq!(callees("Till.cost")["unresolved"], 0);
}

#[test]
fn stats_count_by_language_and_kind() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&Question::Stats);
    assert_eq!((&answer["files"], &answer["languages"]["java"]["files"]), (&7.into(), &4.into()));
    assert_eq!(answer["languages"]["c"]["lines"], 7);
    assert_eq!(answer["kinds"]["interface"], 1);
    assert_eq!(answer["kinds"]["constructor"], 1);
    let sum = |counts: &Value| counts.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum::<u64>();
    assert_eq!(Some(sum(&answer["kinds"])), answer["symbols"].as_u64());
    assert_eq!(Some(sum(&answer["edge_kinds"])), answer["edges"].as_u64());
}

/// The symbols that a text means, as `symbol path:line`, or the error.
fn located(project: &Project, typed: &str) -> Result<Vec<String>, anyhow::Error> {
    let answer = project.try_ask(&Question::Definition { symbol: of(typed) }, &Limits::default())?;
    let row = |row: &Value| {
        format!("{} {}:{}", row["symbol"].as_str().unwrap(), row["path"].as_str().unwrap(), row["line"])
    };
    Ok(answer["results"].as_array().unwrap().iter().map(row).collect())
}

#[test]
fn a_symbol_is_found_in_whatever_way_it_is_typed() {
    let project = Project::new(SHAPES);
    let area = ["Box.area j/a/Box.java:11"];
    for typed in [
        "Box.area",
        "Box::area",
        "a.Box.area",
        "box.AREA",
        "Box.area()",
        "j/a/Box.java:12",
        "./j/a/Box.java:12:9",
        "Box.java:10",
        "j/a/Box.java#Box.area",
    ] {
        assert_eq!(located(&project, typed).unwrap(), area, "{typed}");
    }
    assert_eq!(
        located(&project, "area").unwrap(),
        ["Box.area j/a/Box.java:11", "Shape.area j/a/Shape.java:4"]
    );
    assert_eq!(located(&project, "Box").unwrap(), ["Box j/a/Box.java:3"]);
    assert_eq!(located(&project, "j/a/Box.java:5").unwrap(), ["Box j/a/Box.java:3"]);
    assert_eq!(located(&project, "j/a/Box.java:1").unwrap(), ["j/a/Box.java j/a/Box.java:1"]);
    assert_eq!(located(&project, "Use.java").unwrap(), ["j/b/Use.java j/b/Use.java:1"]);
    assert_eq!(located(&project, "list_size").unwrap(), ["list_size c/list.c:3", "list_size c/list.h:2"]);
    let id = project.ask(&Question::Definition { symbol: of("Maths.twice") })["results"][1]["id"].clone();
    assert_eq!(located(&project, id.as_str().unwrap()).unwrap(), ["Maths.twice j/a/Maths.java:8"]);
}

#[test]
fn an_ambiguous_name_lists_its_choices_each_of_which_is_an_answer() {
    let project = Project::new(SHAPES);
    let error = project.try_ask(&callers("area", 1), &Limits::default()).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Usage);
    let ambiguous = error.downcast_ref::<Ambiguous>().unwrap();
    assert_eq!(ambiguous.total, 2);
    let listed: Vec<String> =
        ambiguous.choices.iter().map(|each| format!("{} {}:{}", each.symbol, each.path, each.line)).collect();
    assert_eq!(listed, ["Box.area j/a/Box.java:11", "Shape.area j/a/Shape.java:4"]);
    for each in &ambiguous.choices {
        assert!(hint(&error).unwrap().contains(&each.id));
        assert_eq!(project.ask(&callers(&each.id, 1))["id"], each.id.as_str());
    }
}

#[test]
fn an_unknown_name_is_told_with_names_that_look_like_it() {
    let project = Project::new(SHAPES);
    let error = project.try_ask(&callers("twcie", 1), &Limits::default()).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::NotFound);
    assert_eq!(error.downcast_ref::<Unknown>().unwrap().near, ["twice"]);
    assert_eq!(hint(&error), Some("did you mean `twice`?"));
    let error = project.try_ask(&callers("Bax.area", 1), &Limits::default()).unwrap_err();
    assert_eq!(error.downcast_ref::<Unknown>().unwrap().near, ["Box.area", "Shape.area"]);
    for typed in ["", ".", "::", "nowhere.c:3", "a#b", "%", "zzzzzz", ":3", "j/a/Box.java#Nobody"] {
        let error = located(&project, typed).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::NotFound, "{typed}");
    }
}

#[test]
fn overloads_and_a_declaration_with_its_definition_are_one_target() {
    let project = Project::new(SHAPES);
    let answer = project.ask(&callers("Maths.twice", 1));
    // The first overload calls the second.
    assert_eq!(
        rows(&answer),
        ["1 Box.area j/a/Box.java:11 @12 qualified", "1 Maths.twice j/a/Maths.java:4 @5 self"]
    );
    let main = ["1 main c/main.c:2 @2 package"];
    for typed in ["list_size", "c/list.h:2", "c/list.c:3"] {
        assert_eq!(rows(&project.ask(&callers(typed, 1))), main, "{typed}");
    }
}

#[test]
fn an_answer_that_is_cut_says_so() {
    let project = Project::new(SHAPES);
    let limits = Limits { max_results: 1, ..Limits::default() };
    for question in [
        callers("Maths.twice", 3),
        Question::References { symbol: of("Shape") },
        Question::Impact { symbol: of("Maths.twice"), depth: 9 },
        Question::Definition { symbol: of("area") },
        Question::Unused { include_exports: true },
    ] {
        let answer = project.try_ask(&question, &limits).unwrap();
        assert_eq!(answer["truncated"], true, "{answer}");
        assert_eq!(answer["results"].as_array().unwrap().len(), 1, "{answer}");
    }
    let stop = || anyhow::bail!("enough");
    let limits = Limits { check: &stop, ..Limits::default() };
    for question in [callers("Maths.twice", 3), Question::Stats, Question::Unused { include_exports: false }]
    {
        assert_eq!(project.try_ask(&question, &limits).unwrap_err().to_string(), "enough");
    }
}

#[test]
fn an_edge_is_explained_by_its_place_and_rule_and_what_else_has_the_name() {
    let project = Project::new(SHAPES);
    let ask = |from: &str, to: &str| project.ask(&Question::Explain { from: of(from), to: of(to) });
    let answer = ask("Use.run", "Shape.area");
    let edge = &answer["results"][0];
    assert_eq!(answer["results"].as_array().unwrap().len(), 1);
    assert_eq!((&edge["rule"], &edge["site"]["line"]), (&"declared-type".into(), &10.into()));
    assert_eq!(edge["because"], "it is a member of the receiver's written type");
    assert_eq!(answer["rejected"][0]["symbol"], "Box.area");
    assert_eq!(answer["rejected"][0]["why"], "no rule leads to it");
    let answer = ask("Use", "Box.area");
    assert_eq!(answer["results"][0]["rule"], "dispatch");
    assert!(answer["results"][0]["through"].as_str().unwrap().starts_with("j/a/Shape.java#Shape.area@"));
    let answer = ask("Maths", "Use.run");
    assert_eq!((&answer["results"], &answer["unresolved"]), (&serde_json::json!([]), &0.into()));
}

const NOTEBOOK: &str = r##"{"cells": [
 {"cell_type": "markdown", "source": ["# Prices\n"]},
 {"cell_type": "code", "source": ["RATE = 3\n", "\n", "def total(n):\n", "    return n * RATE\n"]},
 {"cell_type": "code", "source": ["x = 1\n", "total(x)"]}
], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}"##;

#[test]
fn lines_of_a_notebook_count_inside_their_cells() {
    let project = Project::new(&[("prices.ipynb", NOTEBOOK)]);
    let answer = project.ask(&callers("total", 1));
    assert_eq!(
        answer["results"][0]["site"],
        serde_json::json!({"path": "prices.ipynb", "cell": 3, "line": 2, "column": 1})
    );
    let answer = project.ask(&Question::Definition { symbol: of("prices.ipynb:2:4") });
    let found = &answer["results"][0];
    assert_eq!((&found["symbol"], &found["cell"], &found["line"]), (&"total".into(), &2.into(), &3.into()));
    let call = project.export().into_iter().find(|line| line["kind"] == "call").unwrap();
    assert_eq!((&call["from"]["cell"], &call["from"]["site"]), (&3.into(), &2.into()));
    assert_eq!(call["to"]["line"], 3);
}

#[test]
fn tests_are_told_from_other_code_that_a_change_reaches() {
    let project = Project::new(&[
        ("shop.py", "def price(n):\n    return n\n\n\ndef total(n):\n    return price(n)\n"),
        ("test_shop.py", "from shop import total\n\n\ndef test_total():\n    assert total(1) == 1\n"),
    ]);
    let answer = project.ask(&Question::Impact { symbol: of("price"), depth: 9 });
    assert_eq!(rows(&answer), ["1 total shop.py:5 @6 local", "2 test_total test_shop.py:4 @5 import"]);
    assert_eq!(answer["tests"], serde_json::json!([answer["results"][1]["id"]]));
    assert_eq!(answer["results"][0].get("test"), None);
    assert_eq!(answer["files"][1], serde_json::json!({"path": "test_shop.py", "symbols": 1, "test": true}));
}

#[test]
fn an_overload_goes_with_its_own_declaration() {
    let project = Project::new(&[
        ("clamp.h", "int clamp(int value);\nint clamp(int value, int most = 9);\nint clamp(float of);\n"),
        (
            "clamp.cc",
            "#include \"clamp.h\"\nint clamp(int v) { return v; }\nint clamp(int v, int m) { return clamp(v); }\nint clamp(float) { return 1; }\n",
        ),
    ]);
    let to = |from: &str, to: &str| {
        let path = project.ask(&Question::Path { from: from.to_owned(), to: to.to_owned() });
        path["results"].as_array().unwrap().len()
    };
    assert_eq!((to("clamp.cc:3", "clamp.cc:2"), to("clamp.h:2", "clamp.h:1")), (1, 1));
    assert_eq!((to("clamp.cc:3", "clamp.cc:4"), to("clamp.cc:2", "clamp.cc:3")), (0, 0));
    let callers = |of: &str| rows(&project.ask(&callers(of, 1))).len();
    assert_eq!((callers("clamp.h:1"), callers("clamp.h:2"), callers("clamp.h:3")), (1, 0, 0));
}

#[test]
fn guesses_are_followed_only_when_asked_for() {
    // Two programs in one tree: which `go` is linked, nobody can see.
    let project = Project::new(&[
        ("a/go.c", "int go(void) { return 1; }\n"),
        ("b/go.c", "int go(void) { return 2; }\n"),
        ("c/run.c", "int run(void) { return go(); }\n"),
    ]);
    let question = callers("a/go.c:1", 1);
    let sure = project.try_ask(&question, &Limits::default()).unwrap();
    let all = project.try_ask(&question, &Limits { include_guesses: true, ..Limits::default() }).unwrap();
    assert_eq!(rows(&sure), [""; 0]);
    assert_eq!(all["results"][0]["symbol"], "run");
    assert!(all["results"][0]["confidence"].as_f64().unwrap() < 0.5, "{all}");
}

/// All callables of a project by their printed symbols, and for each what it calls, by `callees` at depth 1.
fn call_graph(project: &Project) -> BTreeMap<String, BTreeSet<String>> {
    let mut graph = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for def in project.export().iter().filter(|line| line["kind"] == "def") {
        let place = format!("{}:{}", def["file"].as_str().unwrap(), def["line"]);
        if !seen.insert(place.clone()) {
            continue;
        }
        let found = project.ask(&Question::Definition { symbol: place });
        let kind = found["results"][0]["kind"].as_str().unwrap();
        if !["function", "method", "constructor"].contains(&kind) {
            continue;
        }
        let id = found["results"][0]["id"].as_str().unwrap().to_owned();
        let callees = project.ask(&Question::Callees { symbol: id.clone(), depth: 1 });
        let ids = callees["results"].as_array().unwrap().iter();
        graph.insert(id, ids.map(|row| row["id"].as_str().unwrap().to_owned()).collect());
    }
    graph
}

#[test]
fn callers_callees_and_paths_agree_in_every_language() {
    let all = crate::incremental::project();
    let files: Vec<(&str, &str)> = all.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let project = Project::new(&files);
    let graph = call_graph(&project);
    assert!(graph.len() > 10, "{graph:#?}");
    for id in graph.keys() {
        let located = project.ask(&Question::Definition { symbol: id.clone() });
        assert_eq!(located["results"][0]["id"], id.as_str());
        let answer = project.ask(&callers(id, 1));
        let callers: BTreeSet<&String> =
            graph.iter().filter(|(_, to)| to.contains(id)).map(|(from, _)| from).collect();
        let found: BTreeSet<String> = answer["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned())
            .filter(|from| graph.contains_key(from))
            .collect();
        assert_eq!(found.iter().collect::<BTreeSet<_>>(), callers, "{id}");
        // Breadth first over single steps: how far away is everything?
        let mut depth: BTreeMap<&String, usize> = BTreeMap::from([(id, 0)]);
        let mut open = std::collections::VecDeque::from([id]);
        while let Some(at) = open.pop_front() {
            for next in graph.get(at).into_iter().flatten() {
                if !depth.contains_key(next) {
                    depth.insert(next, depth[at] + 1);
                    open.push_back(next);
                }
            }
        }
        // No path leads from one language to another, and each part of the project has its folder.
        let folder = |id: &str| id.split('/').next().map(str::to_owned);
        let asked =
            |other: &String| other != id && (depth.contains_key(other) || folder(other) == folder(id));
        for other in graph.keys().filter(|other| asked(other)) {
            let path = project.ask(&Question::Path { from: id.clone(), to: other.clone() });
            let steps = path["results"].as_array().unwrap();
            if let Some(&n) = depth.get(other) {
                assert_eq!(steps.len(), n, "{id} {other} {path}");
            }
            // Each step is one that its predecessor takes.
            if depth.contains_key(other) {
                let mut at = id.as_str();
                for step in steps {
                    let next = step["id"].as_str().unwrap();
                    assert!(graph[at].contains(next), "{at} {next}");
                    at = next;
                }
            }
        }
    }
}

#[test]
fn types_that_have_all_methods_of_an_interface_implement_it_where_the_language_says_so() {
    let project = Project::new(&[
        ("go.mod", "module example.com/m\n"),
        (
            "store/store.go",
            "package store\n\ntype Store interface {\n\tGet(key string) (string, error)\n\tSize() int\n}\n\nfunc Use(s Store) int {\n\treturn s.Size()\n}\n",
        ),
        (
            "mem/mem.go",
            "package mem\n\ntype Mem struct{ n int }\n\nfunc (m *Mem) Get(k string) (string, error) { return k, nil }\n\nfunc (m *Mem) Size() int { return m.n }\n\n// Half lacks Get.\ntype Half struct{}\n\nfunc (h Half) Size() int { return 1 }\n\n// Odd has another Get.\ntype Odd struct{}\n\nfunc (o Odd) Get() string { return \"\" }\n\nfunc (o Odd) Size() int { return 1 }\n\n// Wide embeds Mem.\ntype Wide struct{ Mem }\n",
        ),
    ]);
    let symbols = |answer: &Value, key: &str| -> Vec<String> {
        let list = answer[key].as_array().unwrap().iter();
        list.map(|row| {
            format!(
                "{} {} {}",
                row["symbol"].as_str().unwrap(),
                row["edge"].as_str().unwrap(),
                row["rule"].as_str().unwrap()
            )
        })
        .collect()
    };
    let answer = project.ask(&Question::Implementations { symbol: of("Store") });
    let found = symbols(&answer, "results");
    assert_eq!(found[..2], ["Mem implements structural", "Wide implements structural"], "{found:#?}");
    let answer = project.ask(&Question::Implementations { symbol: of("Store.Size") });
    assert_eq!(symbols(&answer, "results"), ["Mem.Size overrides structural"]);
    let answer = project.ask(&Question::Hierarchy { symbol: of("Mem") });
    assert_eq!(symbols(&answer, "supertypes"), ["Store implements structural"]);
    assert_eq!(rows(&project.ask(&callers("Mem.Size", 1))), ["1 Use store/store.go:8 @9 dispatch"]);
    assert_eq!(rows(&project.ask(&callers("Half.Size", 1))), [""; 0]);
}

#[test]
fn where_no_uses_are_known_an_empty_answer_says_so_and_nothing_is_told_as_unused() {
    let project = Project::new(&[
        (
            "lib/shop.rb",
            "class Shop\n  # Sells.\n  def sell(x)\n    price(x)\n  end\n\n  def price(x) = x\nend\n",
        ),
        (
            "a/Maths.java",
            "package a;\n\nclass Maths {\n    private static int forgotten() {\n        return 1;\n    }\n}\n",
        ),
    ]);
    let found = project.ask(&Question::Definition { symbol: of("Shop::sell") });
    assert_eq!(found["results"][0]["doc"], "Sells.");
    assert_eq!(found["results"][0]["signature"], "def sell(x)");
    for question in [
        callers("Shop.price", 1),
        Question::Callees { symbol: of("sell"), depth: 1 },
        Question::References { symbol: of("Shop") },
        Question::Importers { symbol: of("lib/shop.rb"), depth: 1 },
        Question::Imports { file: of("lib/shop.rb"), depth: 1 },
        Question::Hierarchy { symbol: of("Shop") },
        Question::Impact { symbol: of("Shop"), depth: 1 },
        Question::Path { from: of("sell"), to: of("price") },
        Question::Explain { from: of("sell"), to: of("price") },
    ] {
        assert_eq!(project.ask(&question)["symbols_only"], "ruby", "{question:?}");
    }
    assert!(project.ask(&callers("forgotten", 1)).get("symbols_only").is_none());
    let answer = project.ask(&Question::Unused { include_exports: true });
    assert_eq!(answer["symbols_only"], serde_json::json!(["ruby"]));
    let names: Vec<&str> =
        answer["results"].as_array().unwrap().iter().map(|row| row["symbol"].as_str().unwrap()).collect();
    assert_eq!(names, ["Maths"]);
    assert_eq!(answer["considered"], 2);
}
