//! A damaged file is an error or changes nothing: no different answer, no crash.

use super::{Desk, Dice, copy, files, times};
use crate::support::dump;
use codegraph::config::{self, Config};
use codegraph::error::Kind;
use codegraph::index::{self, Options};
use codegraph::observe::{Cancel, Silent};
use codegraph::service::{Context, Format, OPERATIONS, Page};
use serde_json::json;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a store answers to questions that together read all kinds of rows: the whole graph, words, meanings.
fn answers(data: &Path) -> anyhow::Result<String> {
    let loaded = Arc::new(config::load(None, &BTreeMap::new())?);
    let mut out = Vec::new();
    for (name, body, format) in [
        ("export", json!({"project": "p"}), Format::Jsonl),
        ("search", json!({"query": "counts parts helper7", "project": "p", "limit": 20}), Format::Json),
        ("callers", json!({"symbol": "helper3", "project": "p", "depth": 3}), Format::Json),
    ] {
        let entry = OPERATIONS.iter().find(|entry| entry.name == name).unwrap();
        let cx = Context::new(data.to_owned(), Arc::clone(&loaded));
        let answer = entry.from_json(&body)?.run(&cx)?;
        let mut page = Vec::new();
        answer.write(format, &mut Page::new(&mut page, None))?;
        let text = String::from_utf8(page)?;
        // Clocks and the numbers of generations are no part of an answer here.
        let parts = text.split(',').filter(|part| !part.contains("took_ms") && !part.contains("generation"));
        out.extend(parts.map(str::to_owned));
    }
    Ok(out.join(","))
}

/// The first difference between two answers. Scores may differ in the fourth digit: without a vector file all vectors are
/// compared by their fine numbers, with one only the nearest.
pub fn difference(is: &str, was: &str) -> Option<String> {
    let score = |part: &str| part.strip_prefix("\"score\":").and_then(|score| score.parse::<f64>().ok());
    let is_same = |is: &str, was: &str| match (score(is), score(was)) {
        (Some(is), Some(was)) => (is - was).abs() < 0.0005,
        _ => is == was,
    };
    let (mut is, mut was) = (is.split(','), was.split(','));
    loop {
        match (is.next(), was.next()) {
            (None, None) => return None,
            (Some(is), Some(was)) if is_same(is, was) => {}
            (is, was) => return Some(format!("{is:?} was {was:?}")),
        }
    }
}

/// What is done to a file.
#[derive(Debug, Clone)]
enum Damage {
    Flip(usize, u8),
    Cut(usize),
    Delete,
    Swap(PathBuf),
}

impl Damage {
    fn inflict(&self, path: &Path) {
        let bytes = std::fs::read(path).unwrap();
        // Links to the same bytes elsewhere are no concern of the one that is damaged.
        std::fs::remove_file(path).unwrap();
        match self {
            Self::Flip(at, bit) => {
                let mut bytes = bytes;
                bytes[*at] ^= 1 << bit;
                std::fs::write(path, bytes).unwrap();
            }
            Self::Cut(at) => std::fs::write(path, &bytes[..*at]).unwrap(),
            Self::Delete => {}
            Self::Swap(other) => {
                std::fs::copy(other, path).unwrap();
            }
        }
    }
}

/// What may happen to a file: flips at random places, cuts, its end, and files like it from elsewhere.
fn damages(path: &Path, like: &[PathBuf], dice: &mut Dice, flips: u64) -> Vec<Damage> {
    let bytes = std::fs::read(path).unwrap();
    let mut all = vec![Damage::Delete];
    if !bytes.is_empty() {
        all.extend([0, bytes.len() / 2, bytes.len() - 1].map(Damage::Cut));
        let flip =
            |dice: &mut Dice| Damage::Flip(dice.next(bytes.len()), u8::try_from(dice.next(8)).unwrap());
        all.extend((0..flips).map(|_| flip(dice)));
    }
    let is_other = |other: &&PathBuf| std::fs::read(other).unwrap() != bytes;
    all.extend(like.iter().filter(is_other).cloned().map(Damage::Swap));
    all
}

/// The kind of a file: its name without numbers.
fn kind_of(path: &Path) -> String {
    let name = path.file_name().unwrap().to_string_lossy();
    name.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// A store with two generations: the second is the newest.
fn two_generations(desk: &Desk) -> PathBuf {
    let data = desk.store("two");
    desk.lay(1);
    desk.must(&data, &["index", "--name", "p"]);
    data
}

#[test]
fn no_damaged_file_of_a_store_becomes_another_answer() {
    let desk = Desk::new();
    let sound = two_generations(&desk);
    let clean = answers(&sound).unwrap();
    let other = desk.path("fresh");
    let mut dice = Dice(7);
    let mut counts: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    let all = files(&sound);
    let watched = |path: &Path| {
        let below = path.strip_prefix(&sound).unwrap();
        below.starts_with("snapshots") || below.starts_with("vector")
    };
    for file in all.iter().filter(|path| watched(path)) {
        let below = file.strip_prefix(&sound).unwrap();
        // Files of the same kind: of the other generation, of the live database, of another store.
        let like: Vec<PathBuf> = all
            .iter()
            .chain(&files(&other))
            .filter(|path| *path != file && kind_of(path) == kind_of(file))
            .take(4)
            .cloned()
            .collect();
        for damage in damages(file, &like, &mut dice, 4 * times()) {
            let data = desk.path("damaged");
            copy(&sound, &data);
            damage.inflict(&data.join(below));
            let answered = catch_unwind(AssertUnwindSafe(|| answers(&data)));
            let answered = answered.unwrap_or_else(|_| panic!("{} {damage:?}: a crash", below.display()));
            let count = counts.entry(kind_of(file)).or_default();
            match answered {
                Ok(answer) => {
                    if let Some(difference) = difference(&answer, &clean) {
                        panic!("{} {damage:?}: another answer: {difference}", below.display());
                    }
                    count[0] += 1;
                }
                Err(error) => {
                    let kind = Kind::of(&error);
                    assert!(
                        matches!(kind, Kind::Corrupt | Kind::Format | Kind::Internal),
                        "{} {damage:?}: {kind:?} {error:#}",
                        below.display()
                    );
                    count[1] += 1;
                }
            }
            std::fs::remove_dir_all(&data).unwrap();
        }
    }
    println!("file: same answer, error\n{counts:#?}");
}

#[test]
fn a_run_after_damage_to_the_live_database_ends_as_usual_or_in_an_error() {
    let desk = Desk::new();
    let sound = desk.store("sound");
    desk.lay(1);
    let mut dice = Dice(11);
    let all = files(&sound);
    let (mut done, mut failed) = (0, 0);
    for file in all.iter().filter(|path| path.strip_prefix(&sound).unwrap().starts_with("rocks.db")) {
        let below = file.strip_prefix(&sound).unwrap();
        let like: Vec<PathBuf> = files(&desk.path("fresh"))
            .into_iter()
            .filter(|path| kind_of(path) == kind_of(file))
            .take(2)
            .collect();
        for damage in damages(file, &like, &mut dice, 3 * times()) {
            let data = desk.path("damaged");
            copy(&sound, &data);
            damage.inflict(&data.join(below));
            let options =
                Options { root: desk.path("src"), name: Some("p".to_owned()), ..Options::default() };
            let run = || index::run(&data, &Config::default(), &options, &Silent, &Cancel::default());
            let run = catch_unwind(AssertUnwindSafe(run));
            let run = run.unwrap_or_else(|_| panic!("{} {damage:?}: a crash", below.display()));
            let what = format!("{} {damage:?}", below.display());
            if run.is_ok() {
                assert_eq!(dump(&data), desk.dumps[1], "{what}");
                done += 1;
            } else {
                // Readers never open the live database, and a repair makes it again from what they open.
                assert_eq!(dump(&data), desk.dumps[0], "{what}");
                desk.must(&data, &["doctor", "--repair", "--check-data"]);
                desk.finish(&data, 1, &what);
                failed += 1;
            }
            std::fs::remove_dir_all(&data).unwrap();
        }
    }
    println!("done {done}, failed {failed}");
}

#[test]
fn the_doctor_names_what_is_damaged_and_repairs_what_is_derived() {
    let desk = Desk::new();
    let sound = two_generations(&desk);
    let look = |data: &Path, args: &[&str]| {
        let output = desk.run(data, &[&["doctor", "--check-data", "--format", "json"], args].concat());
        let health: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), health)
    };
    let (code, health) = look(&sound, &[]);
    assert_eq!((code, &health["findings"]), (Some(0), &json!([])), "{health}");
    assert!(health["rows"].as_u64().unwrap() > 100);
    for (folder, part, is_derived) in
        [("vector", "vectors", true), ("rocks.db", "live", true), ("snapshots", "store", false)]
    {
        let data = desk.path("damaged");
        copy(&sound, &data);
        let newest = files(&data.join(folder));
        let largest = |ending: &str| {
            let of = newest.iter().filter(|path| path.to_string_lossy().ends_with(ending));
            of.max_by_key(|path| (path.parent().map(Path::to_owned), std::fs::metadata(path).unwrap().len()))
                .unwrap()
        };
        let file = if folder == "vector" { largest(".vec") } else { largest(".sst") };
        Damage::Flip(usize::try_from(std::fs::metadata(file).unwrap().len()).unwrap() / 3, 2).inflict(file);
        let (code, health) = look(&data, &[]);
        assert_eq!(code, Some(13), "{folder}");
        let findings = health["findings"].as_array().unwrap();
        assert!(findings.iter().any(|each| each["part"] == part), "{folder}: {health}");
        let (code, health) = look(&data, &["--repair"]);
        assert_eq!(code, Some(if is_derived { 0 } else { 13 }), "{folder}: {health}");
        if is_derived {
            assert_eq!(health["repaired"].as_array().unwrap().len(), 1, "{health}");
            assert_eq!(dump(&data), desk.dumps[1]);
        } else {
            assert_eq!(health["findings"][0]["remedy"], "restore");
        }
        std::fs::remove_dir_all(&data).unwrap();
    }
}
