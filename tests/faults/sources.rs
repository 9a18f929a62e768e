//! Sources that are nearly right, in every language: nothing crashes, hangs, or takes more memory than is said.

use super::mutate::mutated;
use super::{Desk, Dice, files, times};
use codegraph::store::Snapshot;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Files of a run of the program.
const BATCH: u64 = 150;
/// What a run may take besides what its files do, and for each byte of a file.
const MAX_BYTES: (u64, u64) = (200 << 20, 20);
/// The longest that a file may take on a busy machine.
const MAX_TIME: Duration = Duration::from_secs(5);

/// All fixtures that are sources, by the ending of their names.
fn corpus() -> BTreeMap<String, Vec<Vec<u8>>> {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut all: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
    for folder in std::fs::read_dir(fixtures).unwrap() {
        let folder = folder.unwrap().path().join("walk");
        if !folder.exists() {
            continue;
        }
        for path in files(&folder) {
            let ending = path.extension().unwrap().to_str().unwrap().to_owned();
            if ending != "facts" && ending != "symbols" {
                all.entry(ending).or_default().push(std::fs::read(path).unwrap());
            }
        }
    }
    assert!(all.len() >= 25, "{:?}", all.keys());
    all.insert("ipynb".to_owned(), vec![br##"{"cells": [{"cell_type": "code", "source": ["def a():\n", "  b()\n"]}, {"cell_type": "markdown", "source": "# A"}], "metadata": {"language_info": {"name": "python"}}, "nbformat": 4}"##.to_vec()]);
    for (ending, text) in [
        ("md", "# A\n\n```rust\nfn a() {}\n```\n\n| a | b |\n|---|---|\n"),
        ("json", "{\"a\": [1, {\"b\": null}], \"name\": \"x\"}\n"),
        ("toml", "[package]\nname = \"x\"\n[dependencies]\na = { version = \"1\" }\n"),
        ("yaml", "a:\n  - b: &x 1\n    c: *x\n"),
        ("html", "<html><script>function a() { b(); }</script></html>\n"),
        ("sql", "CREATE TABLE a (b INT); SELECT b FROM a;\n"),
        ("vue", "<template></template>\n<script>export default {}</script>\n"),
    ] {
        all.insert(ending.to_owned(), vec![text.as_bytes().to_vec()]);
    }
    all
}

/// Memory that a process held at most, so far.
fn peak_bytes(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() * 1_024
}

#[test]
fn sources_that_are_nearly_right_crash_nothing_and_take_bounded_memory() {
    let desk = Desk::new();
    let corpus = corpus();
    let endings: Vec<&String> = corpus.keys().collect();
    let mut dice = Dice(79);
    let (mut n_files, mut most, mut slowest) = (0, 0, Duration::ZERO);
    for batch in 0..2 * times() {
        let root = desk.path("src");
        std::fs::remove_dir_all(&root).unwrap();
        std::fs::create_dir(&root).unwrap();
        std::fs::write(root.join("Good.java"), "class Good { int price() { return 3; } }\n").unwrap();
        let mut sizes = Vec::new();
        for n in 0..BATCH {
            let ending = endings[usize::try_from(batch * BATCH + n).unwrap() % endings.len()];
            let bytes = mutated(&mut dice, &corpus[ending]);
            sizes.push(bytes.len() as u64);
            std::fs::write(root.join(format!("m{n}.{ending}")), bytes).unwrap();
        }
        let data = desk.path("data");
        let mut command = desk.command(&data, &["index", "--name", "p"]);
        let started = Instant::now();
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut peak = 0;
        let status = loop {
            peak = peak.max(peak_bytes(child.id()));
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            if started.elapsed() > MAX_TIME * u32::try_from(BATCH).unwrap() {
                child.kill().unwrap();
                panic!("batch {batch} does not end: {}", keep(&root));
            }
            std::thread::yield_now();
        };
        assert_eq!(status.code(), Some(0), "batch {batch}: {status:?}: {}", keep(&root));
        sizes.sort_unstable();
        // As many files are read at once as there are processors.
        let at_once = std::thread::available_parallelism().unwrap().get();
        let bound = MAX_BYTES.0 + MAX_BYTES.1 * sizes.iter().rev().take(at_once).sum::<u64>();
        assert!(peak <= bound, "batch {batch} took {peak} bytes of {bound}: {}", keep(&root));
        let snapshot = Snapshot::newest(&data).unwrap();
        let project = snapshot.view().project("p").unwrap().unwrap();
        assert!(!snapshot.view().symbols_named(project.pid(), "price").unwrap().is_empty(), "batch {batch}");
        drop(snapshot);
        if batch % 8 == 0 {
            desk.must(&data, &["doctor", "--check-data"]);
        }
        std::fs::remove_dir_all(&data).unwrap();
        n_files += BATCH;
        most = most.max(peak);
        slowest = slowest.max(started.elapsed());
    }
    println!(
        "{n_files} malformed sources in {} forms: 0 crashes, 0 hangs, {} MB of memory at most, {BATCH} files in {:.1} s at \
         most",
        endings.len(),
        most >> 20,
        slowest.as_secs_f64()
    );
}

/// Keeps the sources of a batch that went wrong, and tells where.
fn keep(root: &Path) -> String {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sources-{}", std::process::id()));
    super::copy(root, &kept);
    PathBuf::from(&kept).display().to_string()
}
