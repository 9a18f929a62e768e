//! openCypher's Technology Compatibility Kit: every scenario whose queries only read.
//!
//! `UPDATE_EXPECT=1 cargo test tck` writes the list of those that fail anew, each with the reason that it had;
//! `cargo test tck -- --nocapture` prints the numbers.

mod engine;
mod expected;
mod gherkin;
mod graph;
mod scenario;
mod setup;

use gherkin::Scenario;
use std::collections::BTreeMap;
use std::fmt::Write as _;
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

/// Lines of scenarios below lines of reasons, which begin with `# `.
const KNOWN_FAILURES: &str = "fixtures/tck/known-failures.txt";
/// What stands for a reason until somebody knows it.
const NO_REASON: &str = "not looked at yet";

/// The scenarios that are known to fail, with the reasons.
fn known_failures() -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(KNOWN_FAILURES);
    let mut known = BTreeMap::new();
    let mut reason = NO_REASON;
    let text = std::fs::read_to_string(path).unwrap();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("# ") {
            Some(found) => reason = found,
            None => {
                assert_eq!(known.insert(line.to_owned(), reason.to_owned()), None, "{line} is listed twice")
            }
        }
    }
    known
}

fn write_known_failures(failed: &[String], known: &BTreeMap<String, String>) {
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in failed {
        by_reason.entry(known.get(name).map_or(NO_REASON, |reason| reason)).or_default().push(name);
    }
    let groups: Vec<String> =
        by_reason.into_iter().map(|(reason, names)| format!("# {reason}\n{}\n", names.join("\n"))).collect();
    std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(KNOWN_FAILURES), groups.join("\n")).unwrap();
}

/// What came out of a scenario, a panic included.
fn outcome(scenario: &Scenario) -> Result<(), String> {
    catch_unwind(AssertUnwindSafe(|| scenario::run(scenario))).unwrap_or_else(|cause| {
        let text =
            cause.downcast_ref::<String>().map(String::as_str).or(cause.downcast_ref::<&str>().copied());
        Err(format!("a panic: {}", text.unwrap_or("without a text")))
    })
}

#[test]
fn every_scenario_that_only_reads_passes_but_for_the_listed_ones() {
    let mut failed: Vec<(String, String)> = Vec::new();
    let mut by_folder: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for path in feature_files() {
        let feature = gherkin::read(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let folder = path.parent().and_then(Path::file_name).unwrap().to_str().unwrap();
        for scenario in feature.scenarios.iter().filter(|scenario| scenario::only_reads(scenario)) {
            let outcome = outcome(scenario);
            by_folder.entry(folder.to_owned()).or_default()[usize::from(outcome.is_err())] += 1;
            if let Err(why) = outcome {
                let example =
                    if scenario.example > 0 { format!(" ({})", scenario.example) } else { String::new() };
                failed.push((format!("{stem} {}{example}", scenario.name), why));
            }
        }
    }
    let mut report = String::new();
    let mut all = [0, 0];
    for (folder, [passed, wrong]) in &by_folder {
        writeln!(report, "{folder:<24} {:>5} passed {:>5} failed", passed, wrong).unwrap();
        all = [all[0] + passed, all[1] + wrong];
    }
    println!("{report}{:<24} {:>5} passed {:>5} failed", "all", all[0], all[1]);
    // The other 39 write, or the kit itself has them ignored.
    assert_eq!(all[0] + all[1], 3578);
    let known = known_failures();
    let names: Vec<String> = failed.iter().map(|(name, _)| name.clone()).collect();
    for (name, why) in &failed {
        println!("{name}: {why}");
    }
    if std::env::vars_os().any(|(name, _)| name == "UPDATE_EXPECT") {
        write_known_failures(&names, &known);
        return;
    }
    let new: Vec<String> = failed
        .iter()
        .filter(|(name, _)| !known.contains_key(name))
        .map(|(name, why)| format!("{name}: {why}"))
        .collect();
    let shown = new[..new.len().min(20)].join("\n");
    assert!(new.is_empty(), "{} fail and are not listed in {KNOWN_FAILURES}:\n{shown}", new.len());
    let healed: Vec<&String> = known.keys().filter(|name| !names.contains(name)).collect();
    let unknown: Vec<&String> =
        known.iter().filter(|(_, why)| *why == NO_REASON).map(|(name, _)| name).collect();
    assert!(unknown.is_empty(), "find out why these fail: {unknown:#?}");
    assert!(healed.is_empty(), "these pass: take them out of {KNOWN_FAILURES}: {healed:#?}");
}
