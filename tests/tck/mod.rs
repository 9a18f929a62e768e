//! openCypher's Technology Compatibility Kit: every scenario whose queries only read.

mod expected;
mod gherkin;

use std::path::{Path, PathBuf};

/// The feature files, in alphabetical order.
fn feature_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tck/features")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// The script that makes a graph which scenarios name.
fn named_graph(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tck/graphs").join(name);
    std::fs::read_to_string(folder.join(format!("{name}.cypher"))).unwrap()
}

#[test]
fn every_feature_of_the_kit_is_read() {
    let mut n_scenarios = 0;
    for path in feature_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        let feature = gherkin::read(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        // The feature's first word is the name of the file, so scenarios can be told by it.
        let stem = path.file_stem().unwrap().to_str();
        assert_eq!(feature.name.split_whitespace().next(), stem, "{}", path.display());
        for scenario in &feature.scenarios {
            let place = format!("{}:{} example {}", path.display(), scenario.line, scenario.example);
            assert!(scenario.steps.len() > 1, "{place}");
            for step in &scenario.steps {
                let named = step.text.strip_prefix("the ").and_then(|rest| rest.strip_suffix(" graph"));
                assert!(named.is_none_or(|name| named_graph(name).starts_with("CREATE ")), "{place}");
                let gherkin::Argument::Table(rows) = &step.argument else { continue };
                if step.text.starts_with("the result should be") {
                    for cell in rows[1..].iter().flatten() {
                        expected::read(cell).unwrap_or_else(|why| panic!("{place}: {why}"));
                    }
                }
            }
        }
        n_scenarios += feature.scenarios.len();
    }
    // Counted by another program.
    assert_eq!(n_scenarios, 3617);
}

#[test]
fn the_kit_comes_with_its_licence_and_says_where_it_is_from() {
    let read =
        |name: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    assert!(read("fixtures/tck/LICENSE").contains("Apache License"));
    assert!(read("fixtures/tck/NOTICE").contains("Neo4j Sweden AB"));
    assert!(read("fixtures/tck/README.md").contains("677cbafabb8c3c5eed458fd3b1ec0daec8d67d23"));
    for path in feature_files() {
        assert!(std::fs::read_to_string(&path).unwrap().contains("Licensed under the Apache License"));
    }
}
