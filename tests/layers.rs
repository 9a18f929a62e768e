//! The layers are those of the table in ARCHITECTURE.md: nothing names a module or a crate that it does not grant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

struct Row {
    may_name: BTreeSet<String>,
    crates: BTreeSet<String>,
}

fn table() -> Vec<(String, Row)> {
    let text =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    let start = text.find("| module | may name |").expect("ARCHITECTURE.md has the table of layers");
    let mut rows: Vec<(String, Row)> = Vec::new();
    for line in text[start..].lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let list = |cell: &str| -> BTreeSet<String> {
            cell.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
        };
        let may_name = match cells[1] {
            "all above" => rows.iter().map(|(name, _)| name.clone()).collect(),
            cell => list(cell),
        };
        rows.push((cells[0].to_owned(), Row { may_name, crates: list(cells[2]) }));
    }
    rows
}

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            out.push(path);
        }
    }
}

/// The code of a file: comments and its tests left out.
fn code(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap().to_owned();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

/// The modules that a text names by `crate::x` or `crate::{x, y::z}`.
fn named(text: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        if before == '$' || before.is_alphanumeric() || before == '_' {
            continue;
        }
        let rest = &text[at + "crate::".len()..];
        let first = |part: &str| {
            part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
        };
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut part = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => {
                        names.insert(first(&part));
                        part.clear();
                        continue;
                    }
                    _ => {}
                }
                part.push(c);
            }
            names.insert(first(&part));
        } else {
            names.insert(first(rest));
        }
    }
    names
}

#[test]
fn every_module_names_only_what_the_table_grants() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let rows = table();
    let modules: BTreeSet<&String> = rows.iter().map(|(name, _)| name).collect();
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    let mut all = Vec::new();
    sources(&src, &mut all);
    for path in all {
        let inside = path.strip_prefix(&src).unwrap();
        let first = inside.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
        let module = first.trim_end_matches(".rs").to_owned();
        if module != "lib" && module != "main" {
            found.entry(module).or_default().push(path);
        }
    }
    let on_disk: BTreeSet<&String> = found.keys().collect();
    assert_eq!(on_disk, modules, "the table lists the folders of src/");
    let mut wrong = Vec::new();
    for (module, row) in &rows {
        for path in &found[module] {
            let text = code(path);
            for name in named(&text) {
                if modules.contains(&name) && name != *module && !row.may_name.contains(&name) {
                    wrong.push(format!("{}: {module} may not name {name}", path.display()));
                }
            }
            for (other, theirs) in &rows {
                for each in theirs.crates.iter().filter(|each| other != module && !row.crates.contains(*each))
                {
                    if text.contains(&format!("{each}::")) {
                        wrong.push(format!("{}: only {other} may name the crate {each}", path.display()));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
