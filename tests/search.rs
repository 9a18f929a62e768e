//! Search over a real store: what was indexed is found, after any edit, and whatever happened to the vector files.

use crate::support::{index, write};
use codegraph::embed::{Embedder as _, StaticTable};
use codegraph::search::{self, Request, StoreSource};
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

/// Lines, label and lines of the label of the first hit in a file.
fn labelled(data: &Path, root: &Path, question: &str) -> (u32, u32, String, u32, u32) {
    let snapshot = Snapshot::newest(data).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let source = StoreSource::open(snapshot.view(), &project, data);
    let answer = search::run(&source, Some(StaticTable::builtin()), &Request::new(question)).unwrap();
    let mut hit = answer.hits.into_iter().next().unwrap();
    let text = std::fs::read_to_string(root.join(&hit.path)).unwrap();
    let own = search::label(&mut hit, &text, question);
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
    let sound =
        |path: &Path| VectorFile::open(path, StaticTable::builtin().id(), 128).unwrap().check().is_ok();
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
