//! Incremental equals from scratch: after any edits, what an incremental run leaves is what a fresh run would leave.

use crate::support::{dump, index, parts, write};
use codegraph::config::Config;
use codegraph::error::Kind;
use codegraph::index::{self, Freshness, Options, Partly, Report};
use codegraph::observe::{Cancel, Limit, Silent};
use codegraph::store::Snapshot;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

/// A small project in every language, whose files use each other.
pub fn project() -> BTreeMap<String, String> {
    parts(include_str!("../fixtures/mixed/project.txt"))
}

/// A small generator of numbers; the seed is printed when a case fails.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// One language's part of the project: what its paths begin with, and words that an edit swaps for each other, so that
/// definitions get renamed, calls led elsewhere, supertypes changed, imports broken and mended.
struct Part {
    folders: &'static [&'static str],
    words: &'static [&'static str],
}

const PARTS: &[Part] = &[
    Part { folders: &["app/"], words: &["total", "clean", "Order", "Base", "cost", "name", "util", "price"] },
    Part { folders: &["src/"], words: &["Square", "side", "twice", "Side", "of", "new", "shape", "area"] },
    Part { folders: &["web/"], words: &["format", "trim", "Cart", "add", "size", "show", "cart", "text"] },
    Part {
        folders: &["m/", "store/", "go.mod"],
        words: &["New", "Size", "helper", "Store", "Run", "store", "m"],
    },
    Part { folders: &["j/"], words: &["Box", "area", "Maths", "Shape", "twice", "Use", "run", "a", "b"] },
    Part { folders: &["c/"], words: &["list_size", "check", "list", "main", "n", "list.h"] },
    Part {
        folders: &["cpp/"],
        words: &[
            "Shape", "Round", "area", "twice", "clamp", "grown", "geo", "Holder", "get", "round.h", "shape.h",
        ],
    },
    Part {
        folders: &["cs/"],
        words: &[
            "Form", "Panel", "Ink", "Show", "Init", "Limit", "Mix", "Paint", "IShown", "Forms", "Draw",
            "partial",
        ],
    },
    Part {
        folders: &["kt/"],
        words: &[
            "Shape", "Named", "Tile", "area", "scale", "label", "shout", "of", "name", "total", "draw",
            "tiles",
        ],
    },
    Part {
        folders: &["js/"],
        words: &[
            "Cart", "add", "count", "format", "Money", "Amount", "cents", "show", "open", "close", "Book",
            "read",
        ],
    },
    // Symbols only.
    Part {
        folders: &["symbols/"],
        words: &["Shop", "Item", "sell", "price", "name", "total", "private", "end", "function"],
    },
];

/// Changes one language's files in one way, and tells how.
fn edit(files: &mut BTreeMap<String, String>, part: &Part, random: &mut Random) -> String {
    let is_part = |path: &String| part.folders.iter().any(|folder| path.starts_with(folder));
    let paths: Vec<String> = files.keys().filter(|path| is_part(path)).cloned().collect();
    if paths.is_empty() {
        return restore(files, is_part, random);
    }
    let path = paths[random.below(paths.len())].clone();
    let lines: Vec<String> = files[&path].lines().map(str::to_owned).collect();
    match random.below(10) {
        0 => {
            files.remove(&path);
            format!("remove {path}")
        }
        1 => {
            let text = files.remove(&path).unwrap();
            let (stem, ending) = path.rsplit_once('.').unwrap();
            let to = format!("{stem}_moved.{ending}");
            files.insert(to.clone(), text);
            format!("move {path} to {to}")
        }
        2 | 3 => restore(files, is_part, random),
        4 => {
            files.insert(path.clone(), format!("\n{}", files[&path]));
            format!("shift {path}")
        }
        5 => {
            let at = random.below(lines.len().max(1));
            let kept = lines.iter().enumerate().filter(|(n, _)| *n != at);
            files.insert(path.clone(), kept.map(|(_, line)| format!("{line}\n")).collect());
            format!("drop line {at} of {path}")
        }
        6 => {
            // A definition, an import or a call of one file comes to stand in another.
            let from = &paths[random.below(paths.len())];
            let others: Vec<&str> = files[from].lines().collect();
            let Some(line) = others.get(random.below(others.len().max(1))) else { return String::new() };
            let (line, at) = ((*line).to_owned(), random.below(lines.len() + 1));
            let mut all = lines;
            all.insert(at, line.clone());
            files.insert(path.clone(), all.iter().map(|line| format!("{line}\n")).collect());
            format!("put {line:?} before line {at} of {path}")
        }
        _ => {
            let word = |random: &mut Random| part.words[random.below(part.words.len())];
            let (from, to) = (word(random), word(random));
            files.insert(path.clone(), files[&path].replace(from, to));
            format!("replace {from} by {to} in {path}")
        }
    }
}

/// Puts back what an earlier edit took away.
fn restore(
    files: &mut BTreeMap<String, String>,
    is_part: impl Fn(&String) -> bool,
    random: &mut Random,
) -> String {
    let mut all = project();
    all.retain(|path, _| is_part(path));
    let (path, text) = all.iter().nth(random.below(all.len())).unwrap();
    files.insert(path.clone(), text.clone());
    format!("restore {path}")
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
            for part in PARTS {
                for _ in 0..=random.below(2) {
                    log.push(format!("{round}: {}", edit(&mut files, part, &mut random)));
                }
            }
            sync(&root, &before, &files);
            index(&data, &root);
            let fresh = work.path().join(format!("fresh{round}"));
            index(&fresh, &root);
            let (incremental, scratch) = (dump(&data), dump(&fresh));
            assert!(!scratch.contains("GONE"), "seed {seed}: {log:#?}\n{scratch}");
            if incremental != scratch {
                panic!("seed {seed}, edits {log:#?}\n{}", difference(&incremental, &scratch));
            }
        }
    }
}

/// The lines that only one of two texts has.
fn difference(incremental: &str, scratch: &str) -> String {
    let only = |a: &str, b: &str, mark: &str| -> String {
        let known: BTreeSet<&str> = b.lines().collect();
        a.lines().filter(|line| !known.contains(line)).map(|line| format!("{mark} {line}\n")).collect()
    };
    only(incremental, scratch, "incremental") + &only(scratch, incremental, "scratch")
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

/// Indexes a project, changes one file, indexes again: what that leaves, and what a fresh run leaves.
fn after(files: &str, path: &str, text: &str) -> (String, String) {
    let work = tempfile::tempdir().unwrap();
    let (root, data, fresh) = (work.path().join("root"), work.path().join("data"), work.path().join("fresh"));
    let mut files = parts(files);
    write(&root, &files);
    index(&data, &root);
    let before = files.clone();
    files.insert(path.to_owned(), text.to_owned());
    sync(&root, &before, &files);
    index(&data, &root);
    index(&fresh, &root);
    (dump(&data), dump(&fresh))
}

#[test]
fn the_first_import_of_a_file_is_seen_by_the_files_that_look_through_it() {
    // A part of a class finds what the other part inherits, by that part's imports.
    let parts = "-- Panel.cs\nnamespace Draw { class Panel { protected int Limit(int n) { return n; } } }\n\
        -- Form.Parts.cs\npartial class Form { void Init() { Limit(3); } }\n\
        -- Form.cs\npartial class Form : Panel { }\n";
    let (incremental, scratch) = after(parts, "Form.cs", "using Draw;\npartial class Form : Panel { }\n");
    assert!(scratch.contains("Form.Init -> Panel.cs#Draw.Panel.Limit"), "{scratch}");
    assert_eq!(incremental, scratch);
    // A module passes on what it did not before.
    let passed = "-- text.ts\nexport function trim(s: string): string { return s; }\n\
        -- index.ts\nexport const width = 3;\n\
        -- app.ts\nimport { trim } from './index';\nexport function start() { return trim('a'); }\n";
    let (incremental, scratch) = after(passed, "index.ts", "export { trim } from './text';\n");
    assert!(scratch.contains("app.ts#start -> text.ts#trim"), "{scratch}");
    assert_eq!(incremental, scratch);
    // A module inside a file does.
    let inline = "-- src/lib.rs\nmod shape;\nmod user;\n\
        -- src/shape.rs\npub fn side() -> u32 { 1 }\npub mod sizes { pub const MOST: u32 = 3; }\n\
        -- src/user.rs\nuse crate::shape::sizes::side;\npub fn run() -> u32 { side() }\n";
    let now = "pub fn side() -> u32 { 1 }\npub mod sizes { pub use super::side; pub const MOST: u32 = 3; }\n";
    let (incremental, scratch) = after(inline, "src/shape.rs", now);
    assert!(scratch.contains("src/user.rs#run -> src/shape.rs#side"), "{scratch}");
    assert_eq!(incremental, scratch);
}

#[test]
fn an_import_that_moves_to_another_scope_is_seen() {
    let files = "-- src/lib.rs\nmod shape;\nmod user;\n\
        -- src/shape.rs\npub fn side() -> u32 { 1 }\npub mod a { pub use super::side; }\npub mod b {}\n\
        -- src/user.rs\nuse crate::shape::b::side;\npub fn run() -> u32 { side() }\n";
    let now = "pub fn side() -> u32 { 1 }\npub mod a {}\npub mod b { pub use super::side; }\n";
    let (incremental, scratch) = after(files, "src/shape.rs", now);
    assert!(scratch.contains("src/user.rs#run -> src/shape.rs#side"), "{scratch}");
    assert_eq!(incremental, scratch);
}

#[test]
fn other_include_folders_lead_includes_elsewhere_and_others_do_not_matter() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    let database = root.join("build/compile_commands.json");
    let tell = |options: &str| {
        let command = format!("cc {options} -c ../src/main.c");
        let entry =
            serde_json::json!({"directory": root.join("build"), "file": "../src/main.c", "command": command});
        std::fs::write(&database, serde_json::json!([entry]).to_string()).unwrap();
    };
    let files = "-- .gitignore\nbuild\n-- build/x\n\n-- src/alone.c\nint alone(void) { return 1; }\n\
        -- src/main.c\n#include <os.h>\nint main(void) { return ticks(); }\n\
        -- linux/os.h\nstatic int ticks(void) { return 1; }\n\
        -- windows/os.h\nstatic int ticks(void) { return 2; }\n";
    let files = parts(files);
    write(&root, &files);
    // So long ago that the next run need not look into them.
    let past = std::time::SystemTime::now() - std::time::Duration::from_secs(60);
    for path in files.keys() {
        let file = std::fs::File::options().write(true).open(root.join(path)).unwrap();
        file.set_modified(past).unwrap();
    }
    let is_fresh = || {
        let snapshot = Snapshot::newest(&data).unwrap();
        let project = snapshot.view().project("p").unwrap().unwrap();
        let fresh = Freshness::of(snapshot.view(), &project, &Config::default(), &Cancel::default());
        fresh.unwrap().is_fresh()
    };
    tell("-I../linux -I../windows");
    index(&data, &root);
    let linux = dump(&data);
    assert!(linux.contains("src/main.c#main -> linux/os.h#ticks"), "{linux}");
    // The same folders, otherwise another database: nothing is to do.
    tell("-DX=1 -I../linux -I/usr/include -I../windows/");
    assert!(is_fresh());
    let report = index(&data, &root);
    assert_eq!((report.generation, report.changed, report.relinked), (1, 0, 0), "{report:#?}");
    // Another order, while no file of the index changed.
    tell("-I../windows -I../linux");
    assert!(!is_fresh());
    let report = index(&data, &root);
    assert_eq!((report.generation, report.changed, report.relinked), (2, 0, 1), "{report:#?}");
    let windows = dump(&data);
    assert!(windows.contains("src/main.c#main -> windows/os.h#ticks"), "{windows}");
    let fresh = work.path().join("fresh");
    index(&fresh, &root);
    assert_eq!(windows, dump(&fresh));
    // One that is broken is told, again and again, and nothing is taken from it.
    std::fs::write(&database, "[{").unwrap();
    for generation in [3, 3] {
        let report = index(&data, &root);
        assert_eq!((report.generation, report.unreadable), (generation, 0), "{report:#?}");
        assert_eq!(report.problems[0].path, "build/compile_commands.json");
    }
    let fresh = work.path().join("again");
    index(&fresh, &root);
    assert_eq!(dump(&data), dump(&fresh));
}

/// Indexes as a run whose time has come to seven tenths, with half a minute left: it reads one group of files.
fn index_in_a_hurry(data: &Path, root: &Path, files: u64) -> anyhow::Result<Report> {
    let mut config = Config::default();
    config.performance.index_batch_size = files;
    let options = Options { root: root.to_owned(), name: Some("p".to_owned()), ..Options::default() };
    let cancel = Cancel::default().until(
        Instant::now() + Duration::from_secs(30),
        Duration::from_secs(100),
        Limit::Index,
    );
    index::run(data, &config, &options, &Silent, &cancel)
}

/// Writes files as if that had been so many seconds ago: what is younger than two seconds is read again by the next run.
fn write_long_ago(root: &Path, files: &BTreeMap<String, String>, seconds: u64) {
    write(root, files);
    for path in files.keys() {
        let file = std::fs::File::options().write(true).open(root.join(path)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
    }
}

/// The files that were left after each run that it took.
fn index_in_parts(data: &Path, root: &Path, files: u64) -> Vec<u64> {
    let mut left = Vec::new();
    loop {
        match index_in_a_hurry(data, root, files) {
            Ok(_) => return left,
            Err(error) => {
                assert_eq!(Kind::of(&error), Kind::TimedOut, "{error:?}");
                let said = error.downcast_ref::<Partly>().unwrap().to_string();
                left.push(said.split(' ').next().unwrap().parse().unwrap());
            }
        }
        assert!(left.len() < 100);
    }
}

#[test]
fn a_run_whose_time_is_short_publishes_what_it_read_and_the_next_one_goes_on_from_there() {
    let temp = tempfile::tempdir().unwrap();
    let (root, data, fresh) = (temp.path().join("p"), temp.path().join("data"), temp.path().join("fresh"));
    let mut files = project();
    write_long_ago(&root, &files, 7_200);
    let n = index(&fresh, &root).counts.files;
    let parts = index_in_parts(&data, &root, 9);
    let wanted: Vec<u64> = (1..).map(|run| n.saturating_sub(9 * run)).take_while(|left| *left > 0).collect();
    assert_eq!(parts, wanted);
    assert_eq!(dump(&data), dump(&fresh));
    // Files that changed and are left for the next run are not taken for read.
    for (path, text) in &mut files {
        if path.ends_with(".py") || path.ends_with(".ts") {
            *text = text.replace("return", "return  ");
        }
    }
    write_long_ago(&root, &files, 3_600);
    assert!(index_in_parts(&data, &root, 2).len() > 1);
    let again = temp.path().join("again");
    index(&again, &root);
    assert_eq!(dump(&data), dump(&again));
}

#[test]
fn what_is_made_anew_in_another_way_is_replaced_as_a_whole() {
    let temp = tempfile::tempdir().unwrap();
    let (root, data) = (temp.path().join("p"), temp.path().join("data"));
    write(&root, &project());
    let n = index(&data, &root).counts.files;
    let mut config = Config::default();
    config.performance.index_batch_size = 2;
    let name = Some("p".to_owned());
    let options = Options { root, name, force: true, ..Options::default() };
    let cancel = Cancel::default().until(
        Instant::now() + Duration::from_secs(30),
        Duration::from_secs(100),
        Limit::Index,
    );
    let report = index::run(&data, &config, &options, &Silent, &cancel).unwrap();
    assert_eq!((report.counts.files, report.added), (n, n));
}
