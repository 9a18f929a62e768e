//! Faults, with oracles that know nothing of the store: sources in two states, and what a fresh index says of each.
//!
//! The short form runs with all other tests. `CODEGRAPH_FAULTS=N` repeats what is random N times as often, and prints
//! what was counted with `--nocapture`.

mod calls;
mod daemon;
mod damage;
mod full;
mod fuzz;
mod golden;
mod kill;
mod limits;
mod mutate;
mod power;
mod restores;
mod shim;
mod sources;

use crate::support::{dump, index, write};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// How many times as often as usual.
fn times() -> u64 {
    let named = std::env::vars_os().find(|(name, _)| name == "CODEGRAPH_FAULTS");
    named.and_then(|(_, value)| value.to_str()?.parse().ok()).unwrap_or(1)
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut n = self.0;
        n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((n ^ (n >> 31)) % below.max(1) as u64).unwrap()
    }
}

/// Two states of a project, and what a fresh index says of each.
struct Desk {
    temp: tempfile::TempDir,
    /// The store of the first state, to be copied.
    first: PathBuf,
    dumps: [String; 2],
}

/// Files of a state: the second has one file less, one more, and another body in a third of the rest.
fn sources(state: usize) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for n in 0..24 {
        let body = if n % 3 == 0 && state == 1 {
            format!("return helper{}(2);", (n + 1) % 24)
        } else {
            format!("return helper{}(1) + {n};", (n + 5) % 24)
        };
        let text = format!(
            "package p{n};\n\n/** Counts what number {n} counts. */\npublic class Part{n} {{\n    \
             static int helper{n}(int x) {{\n        {body}\n    }}\n}}\n"
        );
        files.insert(format!("src/p{n}/Part{n}.java"), text);
    }
    let steps: String = (0..12)
        .map(|n| format!("    int step{n}(int x) {{ return step{}(x) + {state}; }}\n", (n * 7 + 1) % 12))
        .collect();
    files.insert("src/chain/Chain.java".to_owned(), format!("package chain;\n\nclass Chain {{\n{steps}}}\n"));
    let last = "package chain;\n\nclass Last extends Chain {\n    int last() { return step3(1); }\n}\n";
    files.insert("src/chain/Last.java".to_owned(), last.to_owned());
    files.insert("notes.md".to_owned(), format!("# Notes\n\nState {state} of the counted parts.\n"));
    let odd = if state == 0 { "src/old/Old.java" } else { "src/new/New.java" };
    files.insert(odd.to_owned(), "class Odd { int odd() { return 1; } }\n".to_owned());
    files
}

impl Desk {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let mut desk = Self { first: temp.path().join("first"), temp, dumps: Default::default() };
        for state in [1, 0] {
            desk.lay(state);
            let data = if state == 0 { desk.first.clone() } else { desk.path("fresh") };
            index(&data, &desk.path("src"));
            desk.dumps[state] = dump(&data);
        }
        assert_ne!(desk.dumps[0], desk.dumps[1]);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    /// Brings the sources into a state.
    fn lay(&self, state: usize) {
        let root = self.path("src");
        if root.exists() {
            std::fs::remove_dir_all(&root).unwrap();
        }
        write(&root, &sources(state));
    }

    /// A copy of the store of the first state, under a name.
    fn store(&self, name: &str) -> PathBuf {
        let data = self.path(name);
        if data.exists() {
            std::fs::remove_dir_all(&data).unwrap();
        }
        copy(&self.first, &data);
        data
    }

    fn command(&self, data: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codegraph"));
        command.args(args).arg("--data-dir").arg(data).current_dir(self.path("src")).env_clear();
        command
            .env("HOME", self.temp.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, data: &Path, args: &[&str]) -> Output {
        self.command(data, args).output().unwrap()
    }

    /// Runs a command that must succeed.
    fn must(&self, data: &Path, args: &[&str]) -> Output {
        let output = self.run(data, args);
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output
    }

    /// Indexes to the end; the store must then say what a fresh one says.
    fn finish(&self, data: &Path, state: usize, what: &str) {
        self.must(data, &["index", "--name", "p"]);
        assert_eq!(dump(data), self.dumps[state], "{what}: after the next run");
        let health = self.run(data, &["doctor", "--check-data"]);
        assert!(health.status.success(), "{what}: {}", String::from_utf8_lossy(&health.stdout));
        let left: Vec<_> = std::fs::read_dir(data.join("temp"))
            .unwrap()
            .map(|entry| entry.unwrap())
            // RocksDB's own log.
            .filter(|entry| !entry.file_name().to_string_lossy().contains("LOG"))
            .collect();
        assert!(left.is_empty(), "{what}: {left:?}");
    }
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// The files below a folder, sorted.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}
