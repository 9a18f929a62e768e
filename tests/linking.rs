//! Edges between files, in languages where a folder or an include is what joins them.

use crate::support::{index, write};
use codegraph::query;
use codegraph::store::Snapshot;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The exported edges of one kind, as `file:line -> file:line name`.
fn edges(files: &[(&str, &str)], kind: &str) -> BTreeSet<String> {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    let files: BTreeMap<String, String> =
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    write(&root, &files);
    index(&data, &root);
    let snapshot = Snapshot::newest(&data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let mut out = Vec::new();
    query::export(snapshot.view(), &project, &mut out).unwrap();
    let lines = String::from_utf8(out).unwrap();
    let rows = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    rows.filter(|row| row["kind"] == kind)
        .map(|row| {
            let (from, to) = (&row["from"], &row["to"]);
            let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
            let site = format!("{}:{}", text(&from["file"]), from["site"]);
            if to["line"].is_null() {
                return format!("{site} -> {}", text(&to["file"]));
            }
            format!("{site} -> {}:{} {}", text(&to["file"]), to["line"], text(&to["name"]))
        })
        .collect()
}

fn set(lines: &[&str]) -> BTreeSet<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

const GO: &[(&str, &str)] = &[
    ("go.mod", "module example.com/shop\n"),
    (
        "main.go",
        "package main\n\nimport (\n\t\"fmt\"\n\t\"example.com/shop/stock\"\n)\n\nfunc main() {\n\tstore, err := stock.Open(1)\n\tfmt.Println(store.Name(), err)\n\tfor key, item := range store.Items {\n\t\tkey.Show()\n\t\titem.Sell()\n\t}\n\tvar s stock.Seller = store.Items[0]\n\ts.Sell()\n\tif it, ok := s.(*stock.Item); ok {\n\t\tit.Sell()\n\t}\n\tlock(kind(2))\n}\n\ntype kind int\n",
    ),
    ("lock_linux.go", "package main\n\nfunc lock(k kind) {}\n"),
    ("lock_windows.go", "package main\n\nfunc lock(k kind) {}\n"),
    (
        "stock/stock.go",
        "package stock\n\ntype Seller interface{ Sell() }\n\ntype Key string\n\nfunc (k Key) Show() {}\n\ntype Item struct{}\n\nfunc (i *Item) Sell() {}\n\ntype base struct{ Items Items }\n\nfunc (b *base) Name() string { return \"\" }\n\ntype Items map[Key]*Item\n\ntype Store struct{ *base }\n\nfunc Open(n int) (*Store, error) { return &Store{}, nil }\n",
    ),
    ("stock/stock_test.go", "package stock_test\n\nfunc Open(n int) {}\n\nfunc TestOpen() { Open(1) }\n"),
    (
        "other/other.go",
        "package main\n\nfunc lock(k int) {}\n\ntype Store struct{}\n\nfunc (s Store) Name() {}\n",
    ),
];

#[test]
fn go_calls_follow_packages_receivers_embedding_and_ranges() {
    assert_eq!(
        edges(GO, "call"),
        set(&[
            "main.go:10 -> stock/stock.go:15 Name",
            "main.go:12 -> stock/stock.go:7 Show",
            "main.go:13 -> stock/stock.go:11 Sell",
            "main.go:16 -> stock/stock.go:3 Sell",
            "main.go:18 -> stock/stock.go:11 Sell",
            "main.go:20 -> lock_linux.go:3 lock",
            "main.go:20 -> lock_windows.go:3 lock",
            "main.go:9 -> stock/stock.go:21 Open",
            "stock/stock_test.go:5 -> stock/stock_test.go:3 Open",
        ])
    );
    assert_eq!(edges(GO, "inherit"), set(&["stock/stock.go:19 -> stock/stock.go:13 base"]));
    assert_eq!(edges(GO, "import"), set(&["main.go:5 -> stock"]));
}

const CPP: &[(&str, &str)] = &[
    (
        "list.h",
        "#define EXPORT\nnamespace a {\nclass Node;\ntemplate <class T> class List {\n public:\n  class Iter { public: bool Valid() const; };\n  Node* head() { return head_; }\n  Node* head_;\n};\ntemplate <class T> bool List<T>::Iter::Valid() const { return true; }\n}\n",
    ),
    (
        "node.h",
        "namespace a {\nclass EXPORT Node {\n public:\n  Node();\n  Node(const Node&) = delete;\n  virtual ~Node();\n  void Link(Node* to) { Unlink(); }\n  void Unlink();\n};\nclass Iter { public: bool Valid() const; };\n}\n",
    ),
    (
        "node.cc",
        "#include \"list.h\"\n#include \"node.h\"\nnamespace a {\nvoid Node::Unlink() {}\nbool Iter::Valid() const { return false; }\nclass Leaf : public Node {};\nvoid use(List<int>* list, Iter* at) {\n  list->head()->Link(nullptr);\n  at->Valid();\n  List<int>::Iter inner;\n  inner.Valid();\n}\n}\n",
    ),
    ("main.cc", "#include \"node.h\"\nusing a::Node;\nvoid go(Node* n) { n->Unlink(); }\n"),
];

#[test]
fn cpp_declarations_stand_aside_for_definitions() {
    assert_eq!(
        edges(CPP, "call"),
        set(&[
            "main.cc:3 -> node.cc:4 Unlink",
            "node.cc:11 -> list.h:10 Valid",
            "node.cc:8 -> list.h:7 head",
            "node.cc:8 -> node.h:7 Link",
            "node.cc:9 -> node.cc:5 Valid",
            "node.h:7 -> node.cc:4 Unlink",
        ])
    );
    assert_eq!(edges(CPP, "inherit"), set(&["node.cc:6 -> node.h:2 Node"]));
    assert_eq!(
        edges(CPP, "import"),
        set(&["main.cc:1 -> node.h", "node.cc:1 -> list.h", "node.cc:2 -> node.h"])
    );
}

const C: &[(&str, &str)] = &[
    (
        "api.h",
        "#define P_(args) args\n#define API extern\ntypedef struct State State;\ntypedef struct Buf { int n; } Buf;\nAPI int f P_((State* s));\nAPI State *(make) (int n);\n",
    ),
    ("state.h", "#include \"api.h\"\nstruct State { Buf* buf; int (*hook)(void); };\n"),
    (
        "impl.c",
        "#include \"state.h\"\nint f(State* s) { return s->buf->n; }\nState *make(int n) { return 0; }\n#if 0\nint dead(void) { return f(0); }\n#endif\n",
    ),
    ("use.c", "#include \"api.h\"\nint run(void) { return f(make(1)); }\n"),
];

#[test]
fn c_names_mean_typedefs_and_prototypes_lead_to_bodies() {
    assert_eq!(edges(C, "call"), set(&["use.c:2 -> impl.c:2 f", "use.c:2 -> impl.c:3 make"]));
    let references = edges(C, "ref");
    for wanted in [
        "impl.c:2 -> api.h:3 State",
        "impl.c:2 -> state.h:2 buf",
        "impl.c:2 -> api.h:4 n",
        "state.h:2 -> api.h:4 Buf",
    ] {
        assert!(references.contains(wanted), "{wanted}: {references:#?}");
    }
}
