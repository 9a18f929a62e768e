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
