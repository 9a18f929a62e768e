//! Incremental equals from scratch: after any edits, what an incremental run leaves is what a fresh run would leave.

use crate::support::{dump, index, write};
use std::collections::BTreeMap;
use std::path::Path;

/// A small project in several languages whose files use each other.
pub fn project() -> BTreeMap<String, String> {
    let files: &[(&str, &str)] = &[
        ("app/__init__.py", "from .shop import Order\nfrom .price import total as full_price\n"),
        (
            "app/shop.py",
            "from app.price import total\nfrom app import util\n\n\nclass Base:\n    def name(self):\n        return util.clean('x')\n\n\nclass Order(Base):\n    def __init__(self, lines):\n        self.lines = lines\n\n    def cost(self):\n        return total(self.lines)\n\n    def label(self):\n        return self.name() + str(self.cost())\n",
        ),
        (
            "app/price.py",
            "from app.util import clean\n\nRATE = 3\n\n\ndef total(lines):\n    clean('y')\n    return sum(lines) * RATE\n",
        ),
        ("app/util.py", "def clean(text):\n    return text.strip()\n"),
        (
            "app/main.py",
            "from app import Order\nimport app.util as u\n\n\ndef main():\n    order = Order([1])\n    u.clean(order.label())\n    return order.cost()\n",
        ),
        (
            "src/lib.rs",
            "pub mod shape;\npub mod area;\nuse crate::shape::Square;\n\npub fn run() -> u32 {\n    let s = Square::new(2);\n    area::of(&s) + s.side()\n}\n",
        ),
        (
            "src/shape.rs",
            "pub trait Side { fn side(&self) -> u32; fn twice(&self) -> u32 { self.side() * 2 } }\npub struct Square { side: u32 }\nimpl Square { pub fn new(side: u32) -> Self { Self { side } } }\nimpl Side for Square { fn side(&self) -> u32 { self.side } }\n",
        ),
        (
            "src/area.rs",
            "use crate::shape::{Side, Square};\npub fn of(s: &Square) -> u32 { s.side() * s.twice() }\n",
        ),
        ("web/index.ts", "export * from './cart';\nexport { format as show } from './text';\n"),
        (
            "web/cart.ts",
            "import { format } from './text';\nexport class Cart {\n  private items: string[] = [];\n  add(item: string): void { this.items.push(format(item)); }\n  size(): number { return this.items.length; }\n}\n",
        ),
        (
            "web/text.ts",
            "export function format(s: string): string { return trim(s); }\nfunction trim(s: string): string { return s.trim(); }\n",
        ),
        (
            "web/app.ts",
            "import { Cart, show } from './index';\nconst cart = new Cart();\nexport function start(): string { cart.add(show('a')); return String(cart.size()); }\n",
        ),
        ("go.mod", "module example.com/m\n"),
        (
            "m/main.go",
            "package m\n\nimport \"example.com/m/store\"\n\nfunc Run() int {\n\ts := store.New()\n\treturn s.Size() + helper()\n}\n",
        ),
        ("m/helper.go", "package m\n\nfunc helper() int { return 1 }\n"),
        (
            "store/store.go",
            "package store\n\ntype Store struct{ n int }\n\nfunc New() *Store { return &Store{} }\n\nfunc (s *Store) Size() int { return s.n }\n",
        ),
        ("j/a/Shape.java", "package a;\n\npublic interface Shape { int area(); }\n"),
        (
            "j/a/Box.java",
            "package a;\n\npublic class Box implements Shape {\n    private final int side;\n    public Box(int side) { this.side = side; }\n    public int area() { return side * Maths.twice(side); }\n}\n",
        ),
        ("j/a/Maths.java", "package a;\n\nclass Maths { static int twice(int x) { return x + x; } }\n"),
        (
            "j/b/Use.java",
            "package b;\n\nimport a.Box;\nimport a.*;\n\nclass Use { int run() { Shape s = new Box(2); return s.area() + new Box(3).area(); } }\n",
        ),
        ("c/list.h", "struct list { int n; };\nint list_size(struct list *l);\n"),
        (
            "c/list.c",
            "#include \"list.h\"\nstatic int check(struct list *l) { return l->n; }\nint list_size(struct list *l) { return check(l); }\n",
        ),
        ("c/main.c", "#include \"list.h\"\nint main(void) { struct list l; return list_size(&l); }\n"),
        ("README.md", "# Shop\n\nCounts prices.\n"),
    ];
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// A small generator of numbers; the seed is printed when a case fails.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// Words that an edit swaps for each other: definitions get renamed, calls led elsewhere, imports broken and mended.
const WORDS: &[&str] = &[
    "total",
    "clean",
    "Order",
    "Base",
    "cost",
    "name",
    "Square",
    "side",
    "twice",
    "format",
    "trim",
    "Cart",
    "add",
    "size",
    "New",
    "Size",
    "helper",
    "Box",
    "area",
    "Maths",
    "list_size",
    "check",
    "Shape",
];

fn edit(files: &mut BTreeMap<String, String>, random: &mut Random) -> String {
    let paths: Vec<String> = files.keys().cloned().collect();
    let path = paths[random.below(paths.len())].clone();
    match random.below(7) {
        0 => {
            files.remove(&path);
            format!("remove {path}")
        }
        1 => {
            let text = files.remove(&path).unwrap();
            let to =
                format!("{}_moved.{}", path.rsplit_once('.').unwrap().0, path.rsplit_once('.').unwrap().1);
            files.insert(to.clone(), text);
            format!("move {path} to {to}")
        }
        2 => {
            // Puts back what an earlier edit took away.
            let all = project();
            let back: Vec<&String> = all.keys().collect();
            let path = back[random.below(back.len())].clone();
            files.insert(path.clone(), all[&path].clone());
            format!("restore {path}")
        }
        3 => {
            let text = files.get_mut(&path).unwrap();
            *text = format!("\n{text}");
            format!("shift {path}")
        }
        4 => {
            let text = files.get_mut(&path).unwrap();
            let lines: Vec<&str> = text.lines().collect();
            let at = random.below(lines.len().max(1));
            *text = lines
                .iter()
                .enumerate()
                .filter(|(n, _)| *n != at)
                .map(|(_, line)| format!("{line}\n"))
                .collect();
            format!("drop line {at} of {path}")
        }
        _ => {
            let (from, to) = (WORDS[random.below(WORDS.len())], WORDS[random.below(WORDS.len())]);
            let text = files.get_mut(&path).unwrap();
            *text = text.replace(from, to);
            format!("replace {from} by {to} in {path}")
        }
    }
}

fn sync(root: &Path, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        std::fs::remove_file(root.join(path)).unwrap();
    }
    let changed = after.iter().filter(|(path, text)| before.get(*path) != Some(text));
    write(root, &changed.map(|(path, text)| (path.clone(), text.clone())).collect());
}

#[test]
fn random_edits_leave_what_a_fresh_run_would_leave() {
    for seed in 0..6u64 {
        let mut random = Random(seed);
        let work = tempfile::tempdir().unwrap();
        let (root, data) = (work.path().join("root"), work.path().join("data"));
        let mut files = project();
        write(&root, &files);
        index(&data, &root);
        let mut log = Vec::new();
        for round in 0..8 {
            let before = files.clone();
            for _ in 0..=random.below(3) {
                log.push(edit(&mut files, &mut random));
            }
            sync(&root, &before, &files);
            index(&data, &root);
            let fresh = work.path().join(format!("fresh{round}"));
            index(&fresh, &root);
            let (incremental, scratch) = (dump(&data), dump(&fresh));
            assert!(!scratch.contains("GONE"), "seed {seed}: {log:#?}\n{scratch}");
            assert_eq!(incremental, scratch, "seed {seed}, edits {log:#?}");
        }
    }
}

#[test]
fn an_edit_inside_a_body_relinks_no_other_file() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    let mut files = project();
    write(&root, &files);
    index(&data, &root);
    let before = files.clone();
    let text = files.get_mut("app/util.py").unwrap();
    *text = text.replace("return text.strip()", "text = text.strip()\n    return text.lower()");
    sync(&root, &before, &files);
    let report = index(&data, &root);
    assert_eq!((report.changed, report.relinked), (1, 0), "{report:#?}");
}
