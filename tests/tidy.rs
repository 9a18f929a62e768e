//! The house is in order: no file that nothing reads, no text that points nowhere, no mark of unfinished work.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files below a folder with one of these endings, sorted.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|each| ending == *each)) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

/// The file that declares a module's file: its folder's `mod.rs`, else the crate's root.
fn parent_of(file: &Path) -> PathBuf {
    let is_folder = file.file_name().is_some_and(|name| name == "mod.rs");
    let folder = if is_folder { file.parent().and_then(Path::parent) } else { file.parent() };
    let folder = folder.unwrap();
    ["mod.rs", "lib.rs", "main.rs"]
        .map(|name| folder.join(name))
        .into_iter()
        .find(|candidate| candidate.exists() && candidate != file)
        .unwrap_or_else(|| panic!("{} has no parent", file.display()))
}

#[test]
fn every_source_file_is_a_module_of_its_parent() {
    let mut orphans = Vec::new();
    for folder in ["src", "tests"] {
        for file in files(&root().join(folder), &["rs"]) {
            let name = file.file_stem().unwrap().to_str().unwrap();
            let is_root = file.parent().is_some_and(|parent| parent == root().join(folder))
                && matches!(name, "lib" | "main");
            // The bench is a program of its own.
            if is_root || file.ends_with("bench/main.rs") {
                continue;
            }
            let module = if name == "mod" {
                file.parent().unwrap().file_name().unwrap().to_str().unwrap()
            } else {
                name
            };
            let parent = read(&parent_of(&file));
            let declared = parent.lines().any(|line| {
                line.trim().rsplit_once("mod ").is_some_and(|(before, name)| {
                    name == format!("{module};") && (before.is_empty() || before.starts_with("pub"))
                })
            });
            // The languages are declared by their table.
            let in_table = parent.contains("languages! {") && parent.contains(&format!("    {module}::"));
            if !declared && !in_table {
                orphans.push(relative(&file));
            }
        }
    }
    assert_eq!(orphans, Vec::<String>::new());
}

#[test]
fn every_source_file_begins_by_saying_what_it_is() {
    let silent: Vec<String> = files(&root().join("src"), &["rs"])
        .iter()
        .filter(|file| !read(file).starts_with("//! "))
        .map(|file| relative(file))
        .collect();
    assert_eq!(silent, Vec::<String>::new());
}

#[test]
fn nothing_is_unfinished() {
    // Spelt apart, so that this file is not its own find.
    let marks =
        [["TO", "DO"], ["FIX", "ME"], ["XX", "X"], ["todo", "!("], ["unimple", "mented!("], ["#[ign", "ore"]];
    let mut found = Vec::new();
    for folder in ["src", "tests"] {
        for file in files(&root().join(folder), &["rs"]) {
            for (at, line) in read(&file).lines().enumerate() {
                let is_marked = marks.iter().any(|mark| {
                    let mark = mark.concat();
                    let is_word = |at: usize| {
                        let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
                        !letter(line[..at].chars().next_back())
                            && !letter(line[at + mark.len()..].chars().next())
                    };
                    line.match_indices(&mark).any(|(at, _)| mark.contains(['!', '#']) || is_word(at))
                });
                if is_marked {
                    found.push(format!("{}:{}", relative(&file), at + 1));
                }
            }
        }
    }
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn every_folder_of_the_source_has_its_paragraph() {
    let text = read(&root().join("ARCHITECTURE.md"));
    let mut missing = Vec::new();
    for entry in std::fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if !matches!(name, "lib" | "main") && !text.contains(&format!("\n**{name}**:")) {
            missing.push(name.to_owned());
        }
    }
    assert_eq!(missing, Vec::<String>::new());
}

#[test]
fn links_in_texts_lead_somewhere() {
    let mut dead = Vec::new();
    for text in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"] {
        for (_, rest) in read(&root().join(text)).split("](").map(|part| ((), part)).skip(1) {
            let target = rest.split([')', '#']).next().unwrap();
            if !target.is_empty() && !target.contains("://") && !root().join(target).exists() {
                dead.push(format!("{text}: {target}"));
            }
        }
    }
    assert_eq!(dead, Vec::<String>::new());
}

#[test]
fn tests_that_the_architecture_names_exist() {
    let all: String = ["src", "tests"]
        .iter()
        .flat_map(|folder| files(&root().join(folder), &["rs"]))
        .map(|file| read(&file))
        .collect();
    let text = read(&root().join("ARCHITECTURE.md"));
    let named: BTreeSet<&str> = text
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| {
            word.matches('_').count() >= 3
                && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
        })
        .collect();
    let missing: Vec<&&str> = named.iter().filter(|name| !all.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_fixture_is_read_by_a_test() {
    let tests: String = files(&root().join("tests"), &["rs"]).iter().map(|file| read(file)).collect();
    let mut unread = Vec::new();
    for language in std::fs::read_dir(root().join("fixtures")).unwrap() {
        let language = language.unwrap().path();
        let name = language.file_name().unwrap().to_str().unwrap().to_owned();
        for case in std::fs::read_dir(&language).unwrap() {
            let case = case.unwrap().file_name().to_str().unwrap().to_owned();
            // A language's own tests read its folder `walk`.
            let is_walked = case == "walk" && root().join("src/lang").join(&name).join("tests.rs").exists();
            if !is_walked && !tests.contains(&format!("{name}/{case}")) {
                unread.push(format!("{name}/{case}"));
            }
        }
    }
    assert_eq!(unread, Vec::<String>::new());
}
