//! openCypher's Technology Compatibility Kit: every scenario whose queries only read.
//!
//! `cargo test tck -- --nocapture` prints the numbers by feature.

mod brute;
mod engine;
mod expected;
mod gherkin;
mod graph;
mod hostile;
mod scenario;
mod setup;

use gherkin::Scenario;
use graph::Mood;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
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

/// What came out of a scenario, a panic included, whatever the graph tells the planner.
fn outcome(scenario: &Scenario) -> Result<(), String> {
    run_in(scenario, Mood::Honest)?;
    run_in(scenario, Mood::Contrary).map_err(|why| format!("by another plan: {why}"))
}

fn run_in(scenario: &Scenario, mood: Mood) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| scenario::run(scenario, mood))).unwrap_or_else(|cause| {
        let text =
            cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied());
        Err(format!("a panic: {}", text.unwrap_or("without a text")))
    })
}

#[test]
fn every_scenario_that_only_reads_passes() {
    let mut failed: Vec<String> = Vec::new();
    let mut by_folder: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for path in feature_files() {
        let feature = gherkin::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let folder = path.parent().and_then(Path::file_name).unwrap().to_str().unwrap();
        for scenario in feature.scenarios.iter().filter(|scenario| scenario::only_reads(scenario)) {
            let outcome = outcome(scenario);
            by_folder.entry(folder.to_owned()).or_default()[usize::from(outcome.is_err())] += 1;
            if let Err(why) = outcome {
                failed.push(format!("{stem} {} ({}): {why}", scenario.name, scenario.example));
            }
        }
    }
    let mut n_run = 0;
    for (folder, [n_passed, n_failed]) in &by_folder {
        println!("{folder:<24} {n_passed:>5} passed {n_failed:>5} failed");
        n_run += n_passed + n_failed;
    }
    assert!(failed.is_empty(), "{} of {n_run} scenarios fail:\n{}", failed.len(), failed.join("\n"));
    // The other 39 of the kit write, or the kit itself has them ignored.
    assert_eq!(n_run, 3578);
}
