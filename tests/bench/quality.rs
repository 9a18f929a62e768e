//! How good search is, and what each signal is worth: NDCG@10 over questions with known answers, as it is and with each
//! signal switched off.
//!
//! `cargo bench -- quality CORPUS QUESTIONS…` reads files of JSON lines, one question each: `repo` (a folder in CORPUS),
//! `query`, `set`, and `targets`, each with `path` and, where lines count, `start` and `end`, and `cap`, the most lines
//! that a hit may have. A set's figure is the mean over repositories of the mean over their questions.

use super::index;
use codegraph::embed::StaticTable;
use codegraph::search::{self, Request, Signal, StoreSource, Weights, is_symbol_question};
use codegraph::store::Snapshot;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Hits that count.
const K: usize = 10;

/// One question.
struct Question {
    set: String,
    text: String,
    targets: Vec<Target>,
}

/// One right answer.
struct Target {
    path: String,
    lines: Option<(u64, u64)>,
    cap: Option<u64>,
}

/// A change to the weights and what to call it.
type Variant = (String, Box<dyn Fn(Weights) -> Weights>);

fn variants() -> Vec<Variant> {
    let mut all: Vec<Variant> = vec![("as it is".to_owned(), Box::new(|weights| weights))];
    for &signal in Signal::ALL {
        all.push((format!("without {}", signal.name()), Box::new(move |weights| weights.with(signal, 0.0))));
    }
    all.push((
        "without any fading in a file".to_owned(),
        Box::new(|mut weights| {
            weights.decay = 0.0;
            weights
        }),
    ));
    all.push((
        "without the path's factor".to_owned(),
        Box::new(|mut weights| {
            weights.penalty = 0.0;
            weights
        }),
    ));
    all
}

fn questions(files: &[String]) -> BTreeMap<String, Vec<Question>> {
    let mut all: BTreeMap<String, Vec<Question>> = BTreeMap::new();
    for file in files {
        for line in fs::read_to_string(file).unwrap().lines().filter(|line| !line.trim().is_empty()) {
            let row: Value = serde_json::from_str(line).unwrap();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let targets = row["targets"].as_array().map_or(&[][..], Vec::as_slice);
            let targets = targets.iter().map(|target| Target {
                path: text(&target["path"]),
                lines: target["start"].as_u64().zip(target["end"].as_u64()),
                cap: target["cap"].as_u64(),
            });
            let question =
                Question { set: text(&row["set"]), text: text(&row["query"]), targets: targets.collect() };
            all.entry(text(&row["repo"])).or_default().push(question);
        }
    }
    all
}

fn hits(target: &Target, hit: &search::Hit) -> bool {
    let (start, end) = (u64::from(hit.start_line), u64::from(hit.end_line));
    hit.path == target.path
        && target.cap.is_none_or(|cap| end - start < cap)
        && target.lines.is_none_or(|(first, last)| start <= last && end >= first)
}

/// NDCG@10 of one answer, every target worth the same.
fn ndcg(question: &Question, hits: &[search::Hit]) -> f64 {
    let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let found: BTreeSet<usize> = question
        .targets
        .iter()
        .filter_map(|target| hits.iter().take(K).position(|hit| self::hits(target, hit)))
        .collect();
    let ideal: f64 = (0..question.targets.len().min(K)).map(gain).sum();
    if ideal > 0.0 { found.into_iter().map(gain).sum::<f64>() / ideal } else { 0.0 }
}

/// Measures and prints the table.
pub(super) fn run(corpus: &str, files: &[String]) {
    let questions = questions(files);
    let variants = variants();
    // By variant and set: the mean of each repository.
    let mut means: Vec<BTreeMap<String, Vec<f64>>> = vec![BTreeMap::new(); variants.len()];
    for (repo, questions) in &questions {
        let tree = Path::new(corpus).join(repo);
        if !tree.is_dir() {
            continue;
        }
        let temp = tempfile::tempdir().unwrap();
        index(temp.path(), &tree, None);
        let snapshot = Snapshot::newest(temp.path()).unwrap();
        let view = snapshot.view();
        let project = view.projects().unwrap().remove(0);
        let source = StoreSource::open(view, &project, temp.path());
        for ((_, change), means) in variants.iter().zip(&mut means) {
            let mut sums: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
            for question in questions {
                let weights = Some(change(Weights::of(is_symbol_question(&question.text))));
                let request = Request { weights, ..Request::new(&question.text) };
                let answer = search::run(&source, Some(StaticTable::builtin()), &request).unwrap();
                let sum = sums.entry(&question.set).or_default();
                *sum = (sum.0 + ndcg(question, &answer.hits), sum.1 + 1);
            }
            for (set, (sum, n)) in sums {
                means.entry(set.to_owned()).or_default().push(sum / n as f64);
            }
        }
    }
    let sets: Vec<&String> = means.first().into_iter().flat_map(BTreeMap::keys).collect();
    println!("| NDCG@10 | {} |", sets.iter().map(|set| set.as_str()).collect::<Vec<_>>().join(" | "));
    println!("|---|{}", "---|".repeat(sets.len()));
    for ((name, _), means) in variants.iter().zip(&means) {
        let mean = |set: &String| {
            let each = means.get(set).map_or(&[][..], Vec::as_slice);
            format!("{:.3}", each.iter().sum::<f64>() / each.len().max(1) as f64)
        };
        println!("| {name} | {} |", sets.iter().map(|set| mean(set)).collect::<Vec<_>>().join(" | "));
    }
}
