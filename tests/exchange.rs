//! Our graph as other tools read it, and theirs held against ours.

use crate::support::{index, write};
use codegraph::config::Config;
use codegraph::error::Kind;
use codegraph::exchange::{self, Row, Verdict};
use codegraph::model::{Confidence, EdgeKind};
use codegraph::store::Snapshot;
use protobuf::Message as _;
use scip::types::{self, PositionEncoding, SymbolRole};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// Several languages, with namesakes, overloads, aliases, overrides, and lines whose columns differ by unit.
const MIXED: &[(&str, &str)] = &[
    (
        "shop/Priced.java",
        "package shop;\n\n/** What costs. */\npublic interface Priced {\n    int cost();\n}\n",
    ),
    (
        "shop/Order.java",
        "package shop;\n\npublic class Order implements Priced {\n    private int n;\n    public Order(int n) { this.n = n; }\n    public int cost() { return twice(n); }\n    static int twice(int x) { return twice(x, 2); }\n    static int twice(int x, int y) { return x * y; }\n    static Order make() { return new Order(3); }\n}\n",
    ),
    (
        "web/text.ts",
        "export function format(s: string): string { return s; }\nexport const é = format('\u{1f600}');\n",
    ),
    (
        "web/view.tsx",
        "import { format as show, é } from './text';\nexport class View {\n  draw(): string { return '\u{1f600}' + show(é); }\n}\n",
    ),
    ("go/box.go", "package box\n\ntype Box struct { side int }\n"),
    (
        "go/area.go",
        "package box\n\nfunc (b *Box) Area() int { return b.side * side() }\nfunc side() int { return 1 }\n",
    ),
    (
        "src/lib.rs",
        "pub mod inner;\nuse inner::Shape;\nuse std::path::PathBuf;\npub struct Place(PathBuf);\npub struct Dot;\nimpl Shape for Dot {\n    fn area(&self) -> u32 { inner::unit() }\n}\n",
    ),
    (
        "src/inner.rs",
        "pub trait Shape {\n    fn area(&self) -> u32;\n}\npub fn unit() -> u32 { 1 }\n#[cfg(unix)]\npub struct Twin;\n#[cfg(not(unix))]\npub struct Twin;\n",
    ),
    ("lib/my list.h", "struct list { int n; };\nint list_size(struct list *l);\n"),
    (
        "lib/list.cpp",
        "#include \"my list.h\"\nstruct Ring { int next(); bool operator==(const Ring &o); };\nint Ring::next() { return 1; }\nint list_size(struct list *l) { Ring r; return r.next() + l->n; }\n",
    ),
    (
        "py/a.py",
        "class Base:\n    def run(self):\n        return 1\n\nclass Sub(Base):\n    def run(self):\n        return super().run()\n",
    ),
    (
        "py/b.py",
        "from a import Sub\nimport requests\n\ndef start():\n    '''Starts.'''\n    requests.get(1)\n    return Sub().run()\n\nclass Odd(requests.Session):\n    pass\n",
    ),
    ("notes.md", "# Nothing to see\n"),
];

/// A project that is indexed.
struct Project {
    work: tempfile::TempDir,
}

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self { work: tempfile::tempdir().unwrap() };
        let files: BTreeMap<String, String> =
            files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        write(&project.root(), &files);
        index(&project.data(), &project.root());
        project
    }

    fn root(&self) -> PathBuf {
        self.work.path().join("root")
    }

    fn data(&self) -> PathBuf {
        self.work.path().join("data")
    }

    fn export(&self) -> Vec<u8> {
        let snapshot = Snapshot::newest(&self.data()).unwrap();
        let project = snapshot.view().project("p").unwrap().unwrap();
        let mut out = Vec::new();
        exchange::export(snapshot.view(), &project, &Config::default(), &mut out).unwrap();
        out
    }

    fn verify(&self, oracle: &[u8]) -> anyhow::Result<Verdict> {
        let path = self.work.path().join("oracle.scip");
        std::fs::write(&path, oracle).unwrap();
        let snapshot = Snapshot::newest(&self.data()).unwrap();
        let project = snapshot.view().project("p").unwrap().unwrap();
        exchange::verify(snapshot.view(), &project, &Config::default(), &path, 100)
    }
}

fn is_definition(occurrence: &types::Occurrence) -> bool {
    occurrence.symbol_roles & SymbolRole::Definition as i32 != 0
}

/// The text of a range on one line.
fn text<'a>(file: &'a str, occurrence: &types::Occurrence) -> &'a str {
    let [line, start, end] = occurrence.range.as_slice() else { panic!("{occurrence:?}") };
    let at = |n: &i32| usize::try_from(*n).unwrap();
    file.split('\n').nth(at(line)).unwrap().get(at(start)..at(end)).unwrap()
}

#[test]
fn an_exported_index_is_read_by_the_formats_own_reader_and_every_symbol_in_it_too() {
    let project = Project::new(MIXED);
    let bytes = project.export();
    let index = types::Index::parse_from_bytes(&bytes).unwrap();
    assert_eq!(index.write_to_bytes().unwrap(), bytes, "what is written piece by piece is the whole message");
    assert_eq!(index.metadata.tool_info.name, "codegraph");
    let root = project.root().canonicalize().unwrap();
    assert_eq!(index.metadata.project_root, format!("file://{}", root.display()));
    let paths: Vec<&str> = index.documents.iter().map(|document| document.relative_path.as_str()).collect();
    let mut wanted: Vec<&str> =
        MIXED.iter().map(|(path, _)| *path).filter(|path| *path != "notes.md").collect();
    wanted.sort_unstable();
    assert_eq!(paths, wanted);
    let languages: BTreeSet<&str> =
        index.documents.iter().map(|document| document.language.as_str()).collect();
    assert_eq!(
        languages.into_iter().collect::<Vec<_>>(),
        ["C", "CPP", "Go", "Java", "Python", "Rust", "TypeScript", "TypeScriptReact"]
    );
    let mut defined = BTreeSet::new();
    for document in &index.documents {
        let mut places = BTreeSet::new();
        for occurrence in &document.occurrences {
            let read = scip::symbol::parse_symbol(&occurrence.symbol).unwrap();
            assert_eq!(scip::symbol::format_symbol(read), occurrence.symbol);
            assert!(places.insert((occurrence.range.clone(), occurrence.symbol.clone())), "{occurrence:?}");
        }
        for information in &document.symbols {
            scip::symbol::parse_symbol(&information.symbol).unwrap();
            assert!(defined.insert(information.symbol.clone()), "{} is there twice", information.symbol);
        }
    }
    for information in &index.external_symbols {
        scip::symbol::parse_symbol(&information.symbol).unwrap();
        assert!(defined.insert(information.symbol.clone()), "{} is there twice", information.symbol);
    }
    let all = index.documents.iter().flat_map(|document| &document.occurrences);
    for occurrence in all {
        assert!(defined.contains(&occurrence.symbol), "{} is told nowhere", occurrence.symbol);
    }
}

#[test]
fn every_definition_and_use_is_there_and_its_range_holds_the_name() {
    let project = Project::new(MIXED);
    let index = types::Index::parse_from_bytes(&project.export()).unwrap();
    let shown: BTreeMap<&str, &str> = index
        .documents
        .iter()
        .flat_map(|document| &document.symbols)
        .chain(&index.external_symbols)
        .map(|information| (information.symbol.as_str(), information.display_name.as_str()))
        .collect();
    let snapshot = Snapshot::newest(&project.data()).unwrap();
    let view = snapshot.view();
    let row = view.project("p").unwrap().unwrap();
    let mut odd = BTreeSet::new();
    for document in &index.documents {
        let path = document.relative_path.as_str();
        let file = MIXED.iter().find(|(other, _)| *other == path).unwrap().1;
        let id = view.file_at(row.pid(), path).unwrap().unwrap();
        let place = |occurrence: &types::Occurrence| (occurrence.range[0], occurrence.range[1]);
        let mut wanted = BTreeSet::from([(0, 0)]);
        for (_, symbol) in view.symbols_of(row.pid(), id).unwrap() {
            wanted.insert((symbol.place.line.cast_signed(), symbol.place.column.cast_signed()));
        }
        let definitions = document.occurrences.iter().filter(|occurrence| is_definition(occurrence));
        assert_eq!(definitions.map(place).collect::<BTreeSet<_>>(), wanted, "{path}");

        let links = view.links(row.pid(), id).unwrap().unwrap_or_default();
        let outside = links.externals.iter().flat_map(|row| &row.uses);
        let outside = outside.map(|used| (used.line.cast_signed(), used.column.cast_signed()));
        let used: BTreeSet<(i32, i32)> = links
            .edges
            .iter()
            .filter(|edge| !matches!(edge.kind, EdgeKind::Contains | EdgeKind::Overrides))
            .filter(|edge| edge.confidence >= Confidence::SHOWN.0)
            .map(|edge| (edge.line.cast_signed(), edge.column.cast_signed()))
            .chain(outside)
            .collect();
        let uses = document.occurrences.iter().filter(|occurrence| !is_definition(occurrence));
        assert_eq!(uses.map(place).collect::<BTreeSet<_>>(), used, "{path}");

        for occurrence in document.occurrences.iter().filter(|each| each.range[1] != each.range[2]) {
            let (text, name) = (text(file, occurrence), shown[occurrence.symbol.as_str()]);
            if text != name {
                odd.insert(format!("{path} {text} for {name}"));
            }
        }
    }
    // The path of a file that is imported, a field that has no name but a number, and an alias.
    assert_eq!(
        odd.into_iter().collect::<Vec<_>>(),
        [
            "lib/list.cpp \"my list.h\" for my list.h",
            "src/lib.rs PathBuf for 0",
            "web/view.tsx show for format"
        ]
    );
}

#[test]
fn a_symbol_tells_its_kind_its_doc_and_what_it_implements() {
    let index = types::Index::parse_from_bytes(&Project::new(MIXED).export()).unwrap();
    let of = |end: &str| {
        let mut all = index.documents.iter().flat_map(|document| &document.symbols);
        all.find(|information| information.symbol.ends_with(end)).unwrap_or_else(|| panic!("{end}"))
    };
    let related = |end: &str| -> Vec<(String, bool, bool)> {
        let name = |symbol: &str| symbol.rsplit('/').next().unwrap().to_owned();
        let all = &of(end).relationships;
        all.iter().map(|each| (name(&each.symbol), each.is_implementation, each.is_reference)).collect()
    };
    assert_eq!(of("/Priced#").documentation, ["What costs."]);
    assert_eq!(of("/Priced#").kind, types::symbol_information::Kind::Interface.into());
    assert_eq!(of("/Order#make().").kind, types::symbol_information::Kind::StaticMethod.into());
    assert_eq!(of("/Order#make().").signature_documentation.language, "Java");
    assert!(of("/Order#make().").enclosing_symbol.ends_with("/Order#"));
    assert_eq!(related("/Order#"), [("Priced#".to_owned(), true, false)]);
    assert_eq!(related("/Order#cost()."), [("Priced#cost().".to_owned(), true, true)]);
    assert_eq!(related("/Sub#"), [("Base#".to_owned(), true, false)]);
    let mut outside = index.external_symbols.iter().map(|information| information.symbol.as_str());
    assert!(outside.any(|symbol| symbol == "codegraph . requests . get."));
    assert_eq!(of("/Odd#").relationships[0].symbol, "codegraph . requests . Session.");
    // Overloads and twins are told apart, and a method that is written outside its type has the type in its name.
    of("/Order#twice().");
    of("/Order#twice(+1).");
    of("/Twin#");
    of("/Twin+1#");
    of("/Box#Area().");
    of("/Ring#next().");
}

#[test]
fn without_the_files_an_index_is_written_all_the_same() {
    let project = Project::new(MIXED);
    let whole = types::Index::parse_from_bytes(&project.export()).unwrap();
    std::fs::remove_dir_all(project.root()).unwrap();
    let blind = types::Index::parse_from_bytes(&project.export()).unwrap();
    let places = |index: &types::Index| -> Vec<(String, i32, i32)> {
        let all = index.documents.iter().flat_map(|document| &document.occurrences);
        all.map(|each| (each.symbol.clone(), each.range[0], each.range[1])).collect()
    };
    assert_eq!(places(&whole), places(&blind));
}

// ---- verify --------------------------------------------------------------------------------------------------------

const A: &str = "\
def one():
    return 1
def two():
    return one()
class Box:
    def run(self):
        return two()
";

/// The face takes 4 bytes, 2 units of UTF-16 and is one character.
const B: &str = "\
from a import one, Box
def use(x):
    '\u{1f600}'; one()
    b = Box()
    b.run()
    x.two()
";

/// A small oracle of `a.py` and `b.py`, written by hand. It is wrong in places, as told below.
struct Oracle {
    root: String,
    /// What its paths begin with.
    folder: &'static str,
    encoding: PositionEncoding,
}

impl Oracle {
    fn bytes(&self) -> Vec<u8> {
        let a = &[
            ("one().", 0, "one", 1),
            ("two().", 2, "two", 1),
            ("one().", 3, "one", 0),
            ("Box#", 4, "Box", 1),
            ("Box#run().", 5, "run", 1),
            ("Box#run().(self)", 5, "self", 1),
            // Not so: it is `two`.
            ("one().", 6, "two", 0),
            // We have no such definition.
            ("ghost.", 1, "1", 1),
        ];
        let b = &[
            ("one().", 0, "one", 2),
            // Nothing of the import of `Box`, nothing of the definition of `use`.
            ("local 1", 1, "x", 1),
            ("one().", 2, "one", 0),
            ("local 2", 3, "b", 1),
            ("Box#", 3, "Box", 0),
            ("local 2", 4, "b", 0),
            // Not so: it is a method of ours.
            ("other run().", 4, "run", 0),
            ("local 1", 5, "x", 0),
            ("ghost.", 5, "two", 0),
        ];
        let metadata = types::Metadata {
            project_root: self.root.clone(),
            tool_info: Some(types::ToolInfo { name: "hand".to_owned(), ..types::ToolInfo::default() }).into(),
            ..types::Metadata::default()
        };
        let documents = vec![self.document("a.py", A, a), self.document("b.py", B, b)];
        let index = types::Index { metadata: Some(metadata).into(), documents, ..types::Index::default() };
        index.write_to_bytes().unwrap()
    }

    /// A document; an occurrence is a symbol, a line, the text there and its roles.
    fn document(&self, path: &str, text: &str, all: &[(&str, usize, &str, i32)]) -> types::Document {
        let occurrence = |&(symbol, line, word, roles): &(&str, usize, &str, i32)| {
            let at = text.lines().nth(line).unwrap();
            let before = &at[..at.find(word).unwrap()];
            let column = match self.encoding {
                PositionEncoding::UTF16CodeUnitOffsetFromLineStart => before.encode_utf16().count(),
                PositionEncoding::UTF32CodeUnitOffsetFromLineStart => before.chars().count(),
                _ => before.len(),
            };
            let number = |n: usize| i32::try_from(n).unwrap();
            let symbol = match symbol.strip_prefix("other ") {
                Some(other) => format!("hand pip elsewhere 2 {other}"),
                None if symbol.starts_with("local ") => symbol.to_owned(),
                None => format!("hand pip here 1 {symbol}"),
            };
            types::Occurrence {
                range: vec![number(line), number(column), number(column + word.len())],
                symbol,
                symbol_roles: roles,
                ..types::Occurrence::default()
            }
        };
        types::Document {
            relative_path: format!("{}{path}", self.folder),
            position_encoding: self.encoding.into(),
            occurrences: all.iter().map(occurrence).collect(),
            ..types::Document::default()
        }
    }
}

/// `language kind|rule|confidence: right wrong unjudged found missed` of each row.
fn rows(rows: &[Row]) -> Vec<String> {
    let row = |row: &Row| {
        let confidence = row.confidence.map(|confidence| confidence.to_string());
        let name = row.kind.or(row.rule).map(str::to_owned).or(confidence).unwrap_or_default();
        let t = &row.tally;
        format!("{name}: {} {} {} {} {}", t.right, t.wrong, t.unjudged, t.found, t.missed)
    };
    rows.iter().map(row).collect()
}

const HAND: Oracle =
    Oracle { root: String::new(), folder: "", encoding: PositionEncoding::UTF8CodeUnitOffsetFromLineStart };

#[test]
fn the_counts_are_those_of_an_oracle_that_was_written_by_hand() {
    let project = Project::new(&[("a.py", A), ("b.py", B)]);
    let verdict = project.verify(&HAND.bytes()).unwrap();
    assert_eq!(verdict.oracle, "hand");
    assert_eq!(verdict.documents.compared, 2);
    assert_eq!(rows(&verdict.definitions), [": 4 1 0 4 1"]);
    assert_eq!(rows(&verdict.by_kind), ["call: 3 2 0 3 2", "import: 1 0 1 1 0"]);
    assert_eq!(rows(&verdict.by_rule), ["import: 3 0 1 3 0", "inferred-type: 0 1 0 0 0", "local: 1 1 0 1 0"]);
    assert_eq!(rows(&verdict.by_confidence), ["0.99: 4 1 1 0 0", "0.97: 0 1 0 0 0"]);
    assert_eq!(rows(std::slice::from_ref(&verdict.total)), [": 4 2 1 4 2"]);
    let near = |figure: Option<f64>, wanted: f64| (figure.unwrap() - wanted).abs() < 1e-9;
    let calls = &verdict.by_kind[0];
    assert!(near(calls.precision, 0.6) && near(calls.recall, 0.6) && near(calls.f1, 0.6), "{calls:?}");
    assert!(near(verdict.by_rule[0].recall, 0.5), "{:?}", verdict.by_rule[0]);
    assert_eq!(rows(&verdict.externals), [": 0 0 0 0 1"]);
    assert_eq!((verdict.left_out.lost, verdict.left_out.local), (0, 2));
    let told: Vec<String> = verdict
        .disagreements
        .iter()
        .map(|each| {
            let said = |said: &Option<String>| said.clone().unwrap_or_else(|| "-".to_owned());
            let place = format!("{}:{}:{}", each.path, each.line, each.column);
            format!("{} {place} {} | {} | {}", each.what, each.kind, said(&each.ours), said(&each.theirs))
        })
        .collect();
    assert_eq!(
        told,
        [
            "missed b.py:6:7 call | - | hand pip here 1 ghost.",
            "missed-definition a.py:2:12 definition | - | hand pip here 1 ghost.",
            "wrong a.py:7:16 call | a.py:3 two | hand pip here 1 one().",
            "wrong b.py:5:7 call | a.py:6 Box.run | hand pip elsewhere 2 run().",
            "wrong-definition b.py:2:5 function | use | -",
        ]
    );
}

#[test]
fn a_use_of_what_is_outside_is_right_where_the_oracle_has_no_definition_of_it() {
    let a =
        "import requests\nimport b\n\ndef go():\n    requests.get(1)\n    requests.put(2)\n    print(3)\n";
    let b = "def put():\n    pass\n";
    let project = Project::new(&[("a.py", a), ("b.py", b)]);
    let of_a = &[
        ("go().", 3, "go", 1),
        ("other get().", 4, "get", 0),
        // Not so: it is the library's.
        ("put().", 5, "put", 0),
        ("other print().", 6, "print", 0),
    ];
    let documents =
        vec![HAND.document("a.py", a, of_a), HAND.document("b.py", b, &[("put().", 0, "put", 1)])];
    let oracle = types::Index { documents, ..types::Index::default() }.write_to_bytes().unwrap();
    let verdict = project.verify(&oracle).unwrap();
    let [row] = verdict.externals.as_slice() else { panic!("{:?}", verdict.externals) };
    assert_eq!((row.tally.wrong, row.tally.right), (1, row.tally.found));
    let of = |what: &str| {
        let mut all =
            verdict.disagreements.iter().filter(|each| each.what == what && each.kind == "external");
        all.next().map(|each| (each.line, each.ours.as_deref(), each.theirs.as_deref().unwrap().to_owned()))
    };
    assert_eq!(of("wrong"), Some((6, Some("requests.put"), "hand pip here 1 put().".to_owned())));
    assert_eq!(
        of("missed").map(|(_, ours, theirs)| (ours, theirs)),
        Some((None, "hand pip elsewhere 2 print().".to_owned()))
    );
}

#[test]
fn columns_are_read_in_the_unit_that_the_oracle_states() {
    let project = Project::new(&[("a.py", A), ("b.py", B)]);
    let wanted = project.verify(&HAND.bytes()).unwrap();
    for encoding in [
        PositionEncoding::UTF16CodeUnitOffsetFromLineStart,
        PositionEncoding::UTF32CodeUnitOffsetFromLineStart,
    ] {
        assert_eq!(project.verify(&Oracle { encoding, ..HAND }.bytes()).unwrap(), wanted, "{encoding:?}");
    }
}

#[test]
fn an_oracle_of_a_folder_inside_or_around_the_project_is_matched_by_path() {
    let project = Project::new(&[("sub/a.py", A), ("sub/b.py", B), ("other/c.py", "def c():\n    pass\n")]);
    let root = project.root().canonicalize().unwrap();
    let address = |path: std::path::PathBuf| format!("file://{}", path.display());
    for (root, folder) in [
        (address(root.join("sub")), ""),
        (address(root.clone()), "sub/"),
        (address(root.parent().unwrap().to_owned()), "root/sub/"),
        ("file:///made/on/another/machine".to_owned(), ""),
        (String::new(), "sub/"),
        ("https://no.path".to_owned(), "./"),
    ] {
        let verdict = project.verify(&Oracle { root: root.clone(), folder, ..HAND }.bytes()).unwrap();
        assert_eq!(rows(&[verdict.total]), [": 4 2 1 4 2"], "{root} {folder}");
        assert_eq!(verdict.documents.not_in_oracle, 1, "{root} {folder}");
    }
    let error = Project::new(&[("c.py", "x = 1\n")]).verify(&HAND.bytes()).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Usage);
}

#[test]
fn what_is_defined_again_is_one_symbol_and_what_is_called_by_itself_is_not_judged() {
    let text = "\
import sys
if sys.platform == 'win32':
    def get():
        return 1
else:
    def get():
        return 2
class Tool:
    def __call__(self):
        return 3
def make():
    return Tool()
def use():
    return get() + make()()
";
    let project = Project::new(&[("a.py", text)]);
    let all = &[
        ("get().", 2, "get", 1),
        ("get().", 5, "get", 0),
        ("Tool#", 7, "Tool", 1),
        ("Tool#__call__().", 8, "__call__", 1),
        ("make().", 10, "make", 1),
        ("Tool#", 11, "Tool", 0),
        ("use().", 12, "use", 1),
        ("get().", 13, "get", 0),
        ("make().", 13, "make", 0),
    ];
    let documents = vec![HAND.document("a.py", text, all)];
    let oracle = types::Index { documents, ..types::Index::default() }.write_to_bytes().unwrap();
    let verdict = project.verify(&oracle).unwrap();
    assert_eq!(verdict.disagreements, []);
    assert_eq!(rows(&verdict.definitions), [": 6 0 0 6 0"]);
    let edges = rows(std::slice::from_ref(&verdict.total));
    assert_eq!(edges, [": 3 0 1 3 0"]);
}

#[test]
fn a_file_that_changed_is_named_and_what_leads_to_it_is_not_judged() {
    let project = Project::new(&[("a.py", A), ("b.py", B)]);
    std::fs::write(project.root().join("a.py"), format!("# more\n{A}")).unwrap();
    let verdict = project.verify(&HAND.bytes()).unwrap();
    assert_eq!(verdict.documents.changed.paths, ["a.py"]);
    assert_eq!(verdict.documents.compared, 1);
    // Only the call of a method that is said to be elsewhere is judged.
    assert_eq!(rows(&[verdict.total]), [": 0 1 4 0 0"]);
    // Indexed again, the oracle is the one that is old.
    index(&project.data(), &project.root());
    let short = "def one():\n    pass\n";
    std::fs::write(project.root().join("a.py"), short).unwrap();
    index(&project.data(), &project.root());
    let verdict = project.verify(&HAND.bytes()).unwrap();
    assert_eq!(verdict.documents.misfits.paths, ["a.py"]);
}

#[test]
fn our_own_index_agrees_with_the_graph_in_everything() {
    let project = Project::new(MIXED);
    let verdict = project.verify(&project.export()).unwrap();
    assert_eq!(verdict.documents.compared, 12);
    assert_eq!(verdict.disagreements, []);
    let total = &verdict.total;
    assert!(total.tally.right >= 20, "{total:?}");
    assert_eq!((total.tally.wrong, total.tally.unjudged, total.tally.missed), (0, 0, 0));
    let externals = &verdict.externals;
    assert!(externals.iter().any(|row| row.tally.right >= 3), "{externals:?}");
    for row in verdict.definitions.iter().chain(externals) {
        assert_eq!((row.precision, row.recall), (Some(1.0), Some(1.0)), "{row:?}");
    }
}

#[test]
fn what_is_no_index_is_an_error_and_never_believed() {
    let project = Project::new(&[("a.py", A), ("b.py", B)]);
    let kind = |bytes: &[u8]| project.verify(bytes).map_err(|error| Kind::of(&error)).err();
    let bytes = HAND.bytes();
    assert_eq!(kind(&bytes), None);
    assert_eq!(kind(&bytes[..bytes.len() - 1]), Some(Kind::Corrupt));
    assert_eq!(kind(b""), Some(Kind::Usage));
    assert_eq!(kind(b"{\"metadata\": {}}"), Some(Kind::Corrupt));
    let error = project.verify(&bytes[..bytes.len() / 2]).unwrap_err();
    let message = codegraph::error::message(&error);
    assert!(
        message.contains("oracle.scip is no whole SCIP index") && message.contains("document 1"),
        "{message}"
    );
}
