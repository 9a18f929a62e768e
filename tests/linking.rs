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

const JAVA: &[(&str, &str)] = &[
    (
        "shop/Base.java",
        "package shop;\npublic class Base<T> {\n  public Base(T first) {}\n  public T first() { return null; }\n  public static <E> E same(E value) { return value; }\n}\n",
    ),
    (
        "shop/Item.java",
        "package shop;\npublic class Item extends Base<Tag> implements Comparable<Item> {\n  Item() { super(new Tag()); }\n  void add(int n) {}\n  void add(long n) {}\n  void add(Object o) {}\n  void add(CharSequence text) {}\n  void add(char[] chars) {}\n  void add(Object... all) {}\n  Item with(String name) { return this; }\n}\n",
    ),
    ("shop/Tag.java", "package shop;\npublic class Tag {\n  void show() {}\n}\n"),
    (
        "shop/Use.java",
        "package shop;\nclass Use {\n  void use(Item item, char[] chars) {\n    item.add(1);\n    item.add(2L);\n    item.add(\"text\");\n    item.add(item);\n    item.add(chars);\n    item.add(1, 2, 3);\n    item.add(String.valueOf(1));\n    item.first().show();\n    Base.same(item).with(\"a\").first().show();\n    shop.Item other = item;\n    other.with(\"b\");\n  }\n}\n",
    ),
];

#[test]
fn java_overloads_are_told_apart_by_the_types_of_arguments() {
    let calls = edges(JAVA, "call");
    let of_use: BTreeSet<String> = calls.into_iter().filter(|line| line.starts_with("shop/Use")).collect();
    assert_eq!(
        of_use,
        set(&[
            "shop/Use.java:10 -> shop/Item.java:7 add",
            "shop/Use.java:11 -> shop/Base.java:4 first",
            "shop/Use.java:11 -> shop/Tag.java:3 show",
            "shop/Use.java:12 -> shop/Base.java:4 first",
            "shop/Use.java:12 -> shop/Base.java:5 same",
            "shop/Use.java:12 -> shop/Item.java:10 with",
            "shop/Use.java:12 -> shop/Tag.java:3 show",
            "shop/Use.java:14 -> shop/Item.java:10 with",
            "shop/Use.java:4 -> shop/Item.java:4 add",
            "shop/Use.java:5 -> shop/Item.java:5 add",
            "shop/Use.java:6 -> shop/Item.java:7 add",
            "shop/Use.java:7 -> shop/Item.java:6 add",
            "shop/Use.java:8 -> shop/Item.java:8 add",
            "shop/Use.java:9 -> shop/Item.java:9 add",
        ])
    );
    assert_eq!(edges(JAVA, "inherit"), set(&["shop/Item.java:2 -> shop/Base.java:2 Base"]));
}

const CSHARP: &[(&str, &str)] = &[
    (
        "Form.cs",
        "namespace A.B {\n  public partial class Form {\n    public Form() { Init(); }\n    public Color Color { get; set; }\n  }\n}\n",
    ),
    (
        "Form.Designer.cs",
        "namespace A.B {\n  partial class Form {\n    void Init() {}\n    public void Show() {}\n  }\n}\n",
    ),
    ("Color.cs", "namespace A.B {\n  public class Color {\n    public void Mix() {}\n  }\n}\n"),
    (
        "Extensions.cs",
        "namespace A.B {\n  static class Extensions {\n    public static string Twice(this string text) { return text; }\n    public static int Twice(this int n) { return n; }\n    public static T Make<T>(this string text) { return default(T); }\n  }\n}\n",
    ),
    (
        "Use.cs",
        "using A.B;\nnamespace C {\n  class Use {\n    void Go() {\n      A.B.Form form = new A.B.Form();\n      form.Show();\n      form.Color.Mix();\n      \"a\".Twice();\n      1.Twice();\n      \"b\".Make<Color>().Mix();\n    }\n  }\n}\n",
    ),
];

#[test]
fn csharp_parts_are_one_type_and_extensions_go_by_their_receiver() {
    assert_eq!(
        edges(CSHARP, "call"),
        set(&[
            "Form.cs:3 -> Form.Designer.cs:3 Init",
            "Use.cs:10 -> Color.cs:3 Mix",
            "Use.cs:10 -> Extensions.cs:5 Make",
            "Use.cs:5 -> Form.cs:3 Form",
            "Use.cs:6 -> Form.Designer.cs:4 Show",
            "Use.cs:7 -> Color.cs:3 Mix",
            "Use.cs:8 -> Extensions.cs:3 Twice",
            "Use.cs:9 -> Extensions.cs:4 Twice",
        ])
    );
}

#[test]
fn java_overloads_are_told_apart_by_imported_library_types() {
    let printer = "import java.io.Reader;\nimport java.sql.ResultSet;\nclass Printer {\n  void print(CharSequence text) {}\n  void print(Reader from) {}\n  void print(ResultSet rows) {}\n  void go(Reader from, ResultSet rows) {\n    print(from);\n    print(rows);\n  }\n}\n";
    assert_eq!(
        edges(&[("Printer.java", printer)], "call"),
        set(&["Printer.java:8 -> Printer.java:5 print", "Printer.java:9 -> Printer.java:6 print"])
    );
}

const KOTLIN: &[(&str, &str)] = &[
    (
        "common/src/Lock.kt",
        "package a\nexpect class Lock() {\n  fun take(): Boolean\n}\nfun common(lock: Lock) = lock.take()\n",
    ),
    (
        "jvm/src/Lock.kt",
        "package a\nactual class Lock actual constructor() {\n  actual fun take(): Boolean = true\n}\nfun onJvm(lock: Lock) = lock.take()\n",
    ),
    (
        "common/src/Use.kt",
        "package a\nclass Box<T>(val value: T) {\n  constructor(a: T, b: T) : this(a)\n  fun open(): T = value\n}\nclass Name {\n  fun isShort() = true\n}\nfun <A> make(): Box<A> = throw Error()\nfun <A, B> make(): Box<B> = throw Error()\nfun use(name: Name) {\n  if (!name.isShort()) return\n  Box<Name>(name, name)\n  make<Int, Name>().open().isShort()\n}\n",
    ),
];

#[test]
fn kotlin_calls_follow_source_sets_type_arguments_and_constructors() {
    assert_eq!(
        edges(KOTLIN, "call"),
        set(&[
            "common/src/Lock.kt:5 -> common/src/Lock.kt:3 take",
            "common/src/Use.kt:12 -> common/src/Use.kt:7 isShort",
            "common/src/Use.kt:13 -> common/src/Use.kt:3 constructor",
            "common/src/Use.kt:14 -> common/src/Use.kt:10 make",
            "common/src/Use.kt:14 -> common/src/Use.kt:4 open",
            "common/src/Use.kt:14 -> common/src/Use.kt:7 isShort",
            "common/src/Use.kt:3 -> common/src/Use.kt:2 Box",
            "jvm/src/Lock.kt:5 -> jvm/src/Lock.kt:3 take",
        ])
    );
}

#[test]
fn the_name_of_an_object_literals_method_is_no_bare_name_inside_it() {
    let files: &[(&str, &str)] = &[(
        "a.js",
        "const timer = {\n  start(n) { return start(n); },\n  stop: () => stop(),\n  again: function again(n) { return again(n); },\n  size: function other() { return size + other(); },\n};\nfunction stop() {}\nfunction pick(shape) { return { shape: () => shape }; }\n",
    )];
    assert_eq!(
        edges(files, "call"),
        set(&["a.js:3 -> a.js:7 stop", "a.js:4 -> a.js:4 again", "a.js:5 -> a.js:5 size",])
    );
    assert_eq!(edges(files, "ref"), set(&[]));
}

#[test]
fn an_assignment_declares_a_field_in_javascript_and_means_a_declared_one_in_typescript() {
    let body = "  constructor() { super(); this.size = 1; this.go = this.go.bind(this); }\n  go() { return this.size; }\n}\n";
    let typed = format!("class Base {{\n  size = 0;\n}}\nclass Box extends Base {{\n{body}");
    let files: &[(&str, &str)] = &[("a.ts", &typed)];
    assert_eq!(
        edges(files, "ref"),
        set(&[
            "a.ts:4 -> a.ts:1 Base",
            "a.ts:5 -> a.ts:1 Base",
            "a.ts:5 -> a.ts:2 size",
            "a.ts:5 -> a.ts:6 go",
            "a.ts:6 -> a.ts:2 size",
        ])
    );
    assert_eq!(edges(files, "access"), set(&[]));
    let untyped = format!("class Base {{}}\nclass Box extends Base {{\n{body}");
    let files: &[(&str, &str)] = &[("a.js", &untyped)];
    assert!(edges(files, "access").contains("a.js:4 -> a.js:3 size"), "{:?}", edges(files, "access"));
}
