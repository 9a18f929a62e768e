//! Search over a real store: what was indexed is found, after any edit, and whatever happened to the vector files.

use crate::support::{index, write};
use codegraph::config::Metric;
use codegraph::embed::{Embedder as _, StaticTable};
use codegraph::search::{self, Order, Request, StoreSource, Texts, Typed};
use codegraph::store::Snapshot;
use codegraph::vector::VectorFile;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Path, lines, score and symbol of every hit.
fn ask(data: &Path, question: &str) -> Vec<String> {
    let snapshot = Snapshot::newest(data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let source = StoreSource::open(snapshot.view(), &project, data);
    let answer = search::run(&source, Some(StaticTable::builtin()), &Request::new(question)).unwrap();
    let show = |hit: &search::Hit| {
        let symbol = hit.symbol.as_ref().map_or("", |symbol| symbol.name.as_str());
        format!("{}:{}-{} {symbol} {:.3}", hit.path, hit.start_line, hit.end_line, hit.score)
    };
    answer.hits.iter().map(show).collect()
}

/// The files of a folder as they are.
struct Folder(PathBuf);

impl Texts for Folder {
    fn text(&self, path: &str) -> anyhow::Result<Option<String>> {
        Ok(std::fs::read_to_string(self.0.join(path)).ok())
    }
}

/// The hits of a question without words, and how many files were read.
fn matches(data: &Path, root: &Path, question: &str) -> (Vec<search::Hit>, usize) {
    let snapshot = Snapshot::newest(data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let source = StoreSource::open(snapshot.view(), &project, data).with_texts(Folder(root.to_owned()));
    let typed = Typed::read(question).unwrap();
    assert_eq!(typed.order(), Order::Matches);
    let request = Request {
        limit: 100_000,
        patterns: typed.patterns.clone(),
        order: Order::Matches,
        ..Request::new(&typed.words)
    };
    let answer = search::run(&source, None, &request).unwrap();
    (answer.hits, answer.n_read)
}

fn vector_file(data: &Path) -> PathBuf {
    let snapshot = Snapshot::newest(data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    data.join("vector").join(project.id.to_string()).join(project.vectors.file)
}

fn files() -> BTreeMap<String, String> {
    let files = [
        (
            "lib/cache.rb",
            "# Keeps answers.\nmodule Shop\n  class Cache\n    def evict_oldest(limit)\n      @rows.shift while @rows.size > limit\n    end\n  end\nend\n",
        ),
        ("lib/price.rb", "module Shop\n  def self.total(lines)\n    lines.sum\n  end\nend\n"),
        (
            "src/Cart.java",
            "package shop;\n\npublic class Cart {\n    /** Adds a line. */\n    public void addLine(Line line) {\n        lines.add(line);\n    }\n}\n",
        ),
        ("README.md", "# Shop\n\nHow the cache evicts the oldest rows.\n"),
    ];
    files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn names_are_found_in_code_with_a_grammar_and_without() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files());
    index(&data, &root);
    assert!(ask(&data, "addLine")[0].starts_with("src/Cart.java:5-7 addLine "));
    assert!(ask(&data, "Cart")[0].starts_with("src/Cart.java:3-8 Cart "));
    assert!(ask(&data, "evict_oldest")[0].starts_with("lib/cache.rb:4-6 evict_oldest "));
    assert!(ask(&data, "Cache.evict_oldest")[0].starts_with("lib/cache.rb:4-6 evict_oldest "));
    assert!(ask(&data, "remove old entries from the cache")[0].starts_with("lib/cache.rb:"));
}

#[test]
fn patterns_find_what_a_scan_of_all_files_finds() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) =
        (Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bench/rust/petgraph"), work.path());
    index(data, &root);
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                texts.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    for expression in [
        "fn .*edges?",
        "impl<.*> Visitable for",
        r"\bunion\b",
        "(?i)DIJKSTRA",
        "NodeIndex|EdgeIndex",
        "[xyz]{3}",
        r"self\.\w+\(\)$",
        "no such thing",
        r"^\s+let mut \w+ = ",
        "while let Some",
        "é",
        r"q[^u\n]",
        "unsafe",
    ] {
        let regex = regex::Regex::new(expression).unwrap();
        let mut expected: Vec<(String, u32)> = Vec::new();
        for (path, text) in &texts {
            let lines = (1u32..).zip(text.lines()).filter(|(_, line)| regex.is_match(line));
            expected.extend(lines.map(|(number, _)| (path.clone(), number)));
        }
        let (hits, n_read) = matches(data, &root, &format!("re:/{expression}/"));
        let mut found: Vec<(String, u32)> = Vec::new();
        for hit in &hits {
            let lines: Vec<&str> = texts[&hit.path].lines().collect();
            let is_match = |number: &u32| regex.is_match(lines[*number as usize - 1]);
            let numbers: Vec<u32> = (hit.start_line..=hit.end_line).filter(is_match).collect();
            assert!(
                numbers.first() == Some(&hit.start_line) && numbers.last() == Some(&hit.end_line),
                "{hit:?}"
            );
            found.extend(numbers.into_iter().map(|number| (hit.path.clone(), number)));
        }
        found.sort();
        assert_eq!(found, expected, "{expression}");
        let n_files = expected.chunk_by(|a, b| a.0 == b.0).count();
        assert!(n_read >= n_files && n_read <= texts.len(), "{expression}: {n_read}");
        if expression == "no such thing" {
            assert!(n_read * 2 < texts.len(), "{n_read} of {}", texts.len());
        }
    }
}

#[test]
fn after_edits_patterns_find_what_is_there_and_not_what_was() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    let mut files = files();
    write(&root, &files);
    index(&data, &root);
    let places = |question: &str| -> Vec<String> {
        let hits = matches(&data, &root, question).0;
        hits.iter().map(|hit| format!("{}:{}", hit.path, hit.start_line)).collect()
    };
    assert_eq!(places("\"evict_oldest\""), ["lib/cache.rb:4"]);
    let text = files.get_mut("lib/cache.rb").unwrap();
    *text = text.replace("evict_oldest", "drop_quickly");
    files.insert("lib/new.rb".to_owned(), "def evict_oldest\n  rows.pop\nend\n".to_owned());
    write(&root, &files);
    index(&data, &root);
    assert_eq!(places("re:/evict_\\w+st/"), ["lib/new.rb:1"]);
    assert_eq!(places("\"drop_quickly\""), ["lib/cache.rb:4"]);
}

/// Lines, label and lines of the label of the first hit in a file.
fn labelled(data: &Path, root: &Path, question: &str) -> (u32, u32, String, u32, u32) {
    let snapshot = Snapshot::newest(data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let source = StoreSource::open(snapshot.view(), &project, data);
    let answer = search::run(&source, Some(StaticTable::builtin()), &Request::new(question)).unwrap();
    let mut hit = answer.hits.into_iter().next().unwrap();
    let text = std::fs::read_to_string(root.join(&hit.path)).unwrap();
    let own = search::label(
        &mut hit,
        &search::snippet::Lines::of(text),
        &search::snippet::Lights::new(question, &[]),
    );
    let name = hit.symbol.map_or_else(String::new, |symbol| symbol.name);
    (hit.start_line, hit.end_line, name, *own.start(), *own.end())
}

#[test]
fn a_hit_is_named_after_the_function_whose_lines_answer() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    let filler = |n: usize| format!("    total = total + step_{n}(total, {n})\n");
    let long: String = (0..150)
        .map(|n| if n == 75 { "    total = feed(giraffe, zebra)\n".to_owned() } else { filler(n) })
        .collect();
    let text = format!(
        "class Zoo:\n    def show(self):\n        return self.name\n\n    # Counts the visitors of a day.\n    \
         def tally(self):\n        return show(self.day)\n\n\ndef work(total):\n{long}    return total\n"
    );
    write(&root, &BTreeMap::from([("zoo.py".to_owned(), text)]));
    index(&data, &root);
    let (start, end, name, own_start, own_end) = labelled(&data, &root, "feed the giraffe and the zebra");
    assert!(start > 10 && end < 162, "a chunk inside the function: {start}-{end}");
    assert_eq!((name.as_str(), own_start, own_end), ("work", start, end));
    let (start, _, name, own_start, own_end) = labelled(&data, &root, "show how many visitors a day has");
    assert_eq!((start, name.as_str(), own_start, own_end), (1, "tally", 5, 7));
    let (_, _, name, ..) = labelled(&data, &root, "show");
    assert_eq!(name, "show");
}

#[test]
fn after_edits_search_answers_as_after_a_fresh_run() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    let mut files = files();
    write(&root, &files);
    index(&data, &root);
    let text = files.get_mut("lib/cache.rb").unwrap();
    *text = text.replace("evict_oldest", "drop_oldest");
    files.insert("lib/new.rb".to_owned(), "def evict_newest\n  rows.pop\nend\n".to_owned());
    write(&root, &files);
    files.remove("README.md");
    std::fs::remove_file(root.join("README.md")).unwrap();
    index(&data, &root);
    let fresh = work.path().join("fresh");
    index(&fresh, &root);
    for question in
        ["evict_oldest", "drop_oldest", "evict the oldest rows of the cache", "total price", "Shop"]
    {
        assert_eq!(ask(&data, question), ask(&fresh, question), "{question}");
    }
    assert!(!ask(&data, "cache").iter().any(|hit| hit.contains("README") || hit.contains("evict_oldest")));
}

#[test]
fn a_damaged_or_missing_vector_file_changes_no_answer_and_is_made_again() {
    let work = tempfile::tempdir().unwrap();
    let (root, data) = (work.path().join("root"), work.path().join("data"));
    write(&root, &files());
    index(&data, &root);
    let path = vector_file(&data);
    let question = "how are old rows evicted";
    let (sound, answer) = (std::fs::read(&path).unwrap(), ask(&data, question));
    for at in [0, 17, 4_096, 4_200, sound.len() - 1] {
        let mut damaged = sound.clone();
        damaged[at] ^= 4;
        std::fs::write(&path, damaged).unwrap();
        assert_eq!(ask(&data, question), answer, "byte {at}");
    }
    let report = index(&data, &root);
    assert_eq!(report.unchanged, 4);
    let sound = |path: &Path| {
        VectorFile::open(path, StaticTable::builtin().id(), 128, Metric::Cosine).unwrap().check().is_ok()
    };
    let path = vector_file(&data);
    assert!(sound(&path));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(ask(&data, question), answer);
    let mut files = files();
    files.insert("x.md".to_owned(), "Nothing.\n".to_owned());
    write(&root, &files);
    index(&data, &root);
    assert!(sound(&vector_file(&data)));
}
