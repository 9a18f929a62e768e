//! Reading beside a writer: whatever the writer does, every answer is that of a committed generation, whole.

use crate::support::write;
use codegraph::config::Config;
use codegraph::index::{self, Options};
use codegraph::model::FileId;
use codegraph::observe::{Cancel, Silent};
use codegraph::store::schema::{Family, Key};
use codegraph::store::{Changes, ProjectRow, Snapshot, Store, Table};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

/// Rows that one commit writes: enough to pass from batches to ingested files and back.
const ROWS: [u32; 4] = [100, 3_000, 40_000, 7];
/// Commits.
const COMMITS: u64 = 24;

/// Writes generation after generation; each replaces every row, so a reader that mixes two of them is found out.
fn write_generations(data: &Path, committed: &Mutex<BTreeMap<u64, (u32, u64)>>) {
    let mut store = Store::open(data, "test", Duration::from_secs(5)).unwrap();
    let pid = store.new_project();
    let mut last = 0;
    for round in 0..COMMITS {
        let rows = ROWS[usize::try_from(round).unwrap() % ROWS.len()];
        let mut changes = Changes::default();
        for n in 0..last.max(rows) {
            let key = Key::new(pid, Table::Facts).u32(n);
            if n < rows {
                let mut value = round.to_be_bytes().to_vec();
                value.resize(200, (n % 251) as u8);
                changes.put(Family::Graph, &key, &value);
            } else {
                changes.delete(Family::Graph, &key);
            }
        }
        last = rows;
        // Two writes a commit, so that a half of one could be seen if it were to be seen.
        store.write(&[changes]).unwrap();
        let project = ProjectRow {
            id: pid.0,
            name: "p".to_owned(),
            next_file: rows,
            settings: round,
            ..ProjectRow::default()
        };
        let generation = store.next_generation();
        // Noted first: a reader may be quicker than the return of `commit`.
        committed.lock().unwrap().insert(generation, (rows, round));
        store.put_project(&project).unwrap();
        assert_eq!(store.commit().unwrap(), generation);
    }
}

/// Reads everything of the newest generation and holds it against what was committed under its number.
fn check(data: &Path, committed: &Mutex<BTreeMap<u64, (u32, u64)>>) -> Option<u64> {
    let snapshot = Snapshot::newest(data).ok()?;
    let view = snapshot.view();
    let generation = snapshot.generation();
    let (rows, round) = committed.lock().unwrap()[&generation];
    assert_eq!(view.state().unwrap().generation, generation);
    let project = view.project("p").unwrap().unwrap();
    assert_eq!((project.next_file, project.settings), (rows, round), "the record of another generation");
    let mut seen = 0;
    view.scan(Family::Graph, &Key::new(project.pid(), Table::Facts).0, |_, value| {
        assert_eq!(value[..8], round.to_be_bytes(), "a row of another generation");
        seen += 1;
        Ok(true)
    })
    .unwrap();
    assert_eq!(seen, rows, "generation {generation} has rows missing");
    let last = Key::new(project.pid(), Table::Facts).u32(rows - 1);
    assert!(view.get(Family::Graph, &last.0).unwrap().is_some());
    Some(generation)
}

#[test]
fn readers_beside_a_writer_see_whole_generations_only() {
    let temp = tempfile::tempdir().unwrap();
    let data = temp.path().join("data");
    let committed = Mutex::new(BTreeMap::new());
    let done = Cancel::default();
    let seen: Vec<u64> = std::thread::scope(|scope| {
        let readers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut seen = Vec::new();
                    loop {
                        let is_last = done.is_cancelled();
                        if let Some(generation) = check(&data, &committed) {
                            assert!(seen.last().is_none_or(|&last| last <= generation), "it went back");
                            seen.push(generation);
                        }
                        if is_last {
                            return seen;
                        }
                    }
                })
            })
            .collect();
        write_generations(&data, &committed);
        done.cancel();
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    });
    assert_eq!(seen.iter().max(), Some(&COMMITS), "the last commit is seen");
    assert!(seen.len() > 3, "readers read while the writer wrote");
}

#[test]
fn a_reader_keeps_its_generation_while_newer_ones_are_published() {
    let temp = tempfile::tempdir().unwrap();
    let (root, data) = (temp.path().join("src"), temp.path().join("data"));
    let mut held = Vec::new();
    for n in 0..6 {
        let file = (format!("F{n}.java"), format!("class F{n} {{}}\n"));
        write(&root, &BTreeMap::from([file]));
        let options = Options { root: root.clone(), name: Some("p".to_owned()), ..Options::default() };
        index::run(&data, &Config::default(), &options, &Silent, &Cancel::default()).unwrap();
        held.push(Snapshot::newest(&data).unwrap());
    }
    for (n, snapshot) in held.iter().enumerate() {
        let project = snapshot.view().project("p").unwrap().unwrap();
        let files = snapshot.view().files(project.pid()).unwrap();
        assert_eq!(files.len(), n + 1);
        let newest = FileId(files.iter().map(|(id, _)| id.0).max().unwrap());
        let facts = snapshot.view().facts(project.pid(), newest).unwrap().unwrap();
        assert_eq!(facts.str(facts.defs[1].name), format!("F{n}"));
    }
}
