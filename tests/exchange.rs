//! Our graph as other tools read it, and theirs held against ours.

use crate::support::{index, write};
use codegraph::config::Config;
use codegraph::exchange;
use codegraph::model::{Confidence, EdgeKind};
use codegraph::store::Snapshot;
use protobuf::Message as _;
use scip::types::{self, SymbolRole};
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
        "pub mod inner;\nuse inner::Shape;\npub struct Dot;\nimpl Shape for Dot {\n    fn area(&self) -> u32 { inner::unit() }\n}\n",
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
    ("py/b.py", "from a import Sub\n\ndef start():\n    '''Starts.'''\n    return Sub().run()\n"),
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

        let edges = view.links(row.pid(), id).unwrap().unwrap_or_default().edges;
        let used: BTreeSet<(i32, i32)> = edges
            .iter()
            .filter(|edge| !matches!(edge.kind, EdgeKind::Contains | EdgeKind::Overrides))
            .filter(|edge| edge.confidence >= Confidence::SHOWN.0)
            .map(|edge| (edge.line.cast_signed(), edge.column.cast_signed()))
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
    // The path of a file that is imported, and an alias.
    assert_eq!(
        odd.into_iter().collect::<Vec<_>>(),
        ["lib/list.cpp \"my list.h\" for my list.h", "web/view.tsx show for format"]
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
