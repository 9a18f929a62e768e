//! Restores to an empty machine, while the one that was backed up is asked and written: the same answers to everything.

use super::daemon::{Done, all};
use super::damage::difference;
use super::{Desk, times};
use crate::support::{Daemon, KEY, dump, write};
use codegraph::config::{self, Loaded};
use codegraph::service::{Context, Format, OPERATIONS, Page};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A hundred questions: by words, by meaning, by name, through the graph.
fn questions() -> Vec<(&'static str, Value)> {
    let mut all = Vec::new();
    for n in 0..24 {
        all.push(("search", json!({ "query": format!("helper{n} counts"), "project": "p", "limit": 20 })));
        all.push(("callees", json!({ "symbol": format!("helper{n}"), "project": "p", "depth": 3 })));
    }
    for n in 0..12 {
        all.push(("callers", json!({ "symbol": format!("step{n}"), "project": "p", "depth": 3 })));
        all.push(("impact", json!({ "symbol": format!("step{n}"), "project": "p" })));
    }
    for n in 0..16 {
        let query = format!("what does part number {n} add up");
        all.push(("search", json!({ "query": query, "project": "p", "limit": 10 })));
    }
    for n in 0..8 {
        all.push(("outline", json!({ "file": format!("src/p{n}/Part{n}.java"), "project": "p" })));
    }
    all.push(("export", json!({ "project": "p" })));
    all.push(("unused", json!({ "project": "p" })));
    all.push(("cypher", json!({ "query": "MATCH (a)-[:CALLS]->(b) RETURN a.name, b.name ORDER BY a.name, b.name", "project": "p" })));
    all.push(("path", json!({ "from": "last", "to": "step5", "project": "p" })));
    assert_eq!(all.len(), 100);
    all
}

/// What a store answers, without clocks and numbers of generations.
fn answers(loaded: &Arc<Loaded>, data: &Path, questions: &[(&str, Value)]) -> Vec<String> {
    let cx = Context::new(data.to_owned(), Arc::clone(loaded));
    let answer = |(name, body): &(&str, Value)| {
        let entry = OPERATIONS.iter().find(|entry| entry.name == *name).unwrap();
        let format = if *name == "export" { Format::Jsonl } else { Format::Json };
        let mut page = Vec::new();
        let answer = entry
            .from_json(body)
            .unwrap()
            .run(&cx)
            .unwrap_or_else(|error| panic!("{name} {body}: {error:#}"));
        answer.write(format, &mut Page::new(&mut page, None)).unwrap();
        let text = String::from_utf8(page).unwrap();
        let is_answer = |part: &&str| !part.contains("took_ms") && !part.contains("generation");
        text.split(',').filter(is_answer).collect::<Vec<_>>().join(",")
    };
    questions.iter().map(answer).collect()
}

#[test]
fn a_restore_to_an_empty_machine_under_load_answers_a_hundred_questions_as_its_source_did() {
    let desk = Desk::new();
    let data = desk.store("data");
    let loaded = Arc::new(config::load(None, &BTreeMap::new()).unwrap());
    let (to, other) = (desk.path("backups"), desk.path("other"));
    let arg = to.to_str().unwrap();
    write(&other, &super::sources(0));
    let mut command = desk.command(&data, &["serve", "--port", "0"]);
    command.env("CODEGRAPH_API_KEY", KEY).stderr(Stdio::null());
    command.env("CODEGRAPH_SERVER_RATE_LIMIT", "0").env("CODEGRAPH_SECURITY_RATE_LIMITING", "false");
    let daemon = Daemon::of(command);
    let questions = questions();
    let (done, asked, indexed) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
    let restores = 2 * times().min(10);
    std::thread::scope(|scope| {
        let _done = Done(&done);
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                asked.fetch_add(all(&daemon).len() as u64, Ordering::Relaxed);
            }
        });
        scope.spawn(|| {
            // Another project, whose generations come between those that are backed up.
            for n in 0.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                std::fs::write(other.join("Again.java"), format!("class Again{n} {{}}\n")).unwrap();
                desk.must(&data, &["index", "--name", "other", other.to_str().unwrap()]);
                indexed.fetch_add(1, Ordering::Relaxed);
            }
        });
        for turn in 0..restores {
            let state = usize::try_from((turn + 1) % 2).unwrap();
            desk.lay(state);
            desk.must(&data, &["index", "--name", "p"]);
            let at_the_source = answers(&loaded, &data, &questions);
            desk.must(&data, &["backup", "--to", arg]);
            let empty = desk.path("empty");
            desk.must(&data, &["restore", "--from", arg, "--into", empty.to_str().unwrap()]);
            assert_eq!(dump(&empty), desk.dumps[state]);
            let restored = answers(&loaded, &empty, &questions);
            for ((is, was), question) in restored.iter().zip(&at_the_source).zip(&questions) {
                if let Some(difference) = difference(is, was) {
                    panic!("restore {turn}: {question:?}: {difference}");
                }
            }
            desk.must(&empty, &["doctor", "--check-data"]);
            std::fs::remove_dir_all(&empty).unwrap();
        }
    });
    println!(
        "{restores} restores to an empty machine, beside {} answers and {} runs of another project: {} of {} answers are \
         those of the source",
        asked.into_inner(),
        indexed.into_inner(),
        restores * 100,
        restores * 100
    );
}
