//! What indexing and asking cost, each as a ratio against something measured in the same run.
//!
//! `cargo bench` measures the sources of the crates that this build fetched; `cargo bench -- FOLDER` measures a copy of
//! any other tree. Times are processor seconds of whole processes, so a busy machine blurs them less than a clock would.
//! `cargo bench -- quality CORPUS QUESTIONS…` measures how good search is: see `quality.rs`.
//! `cargo bench -- vectors N…` measures how nearest vectors are found: see `vectors.rs`.
//! `ctags` is measured when it is installed; a walk that reads every file and counts its lines always is.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "what fails ends the measurement; its result is what it prints"
)]

mod quality;
mod vectors;

use codegraph::cypher::{self, Map, Value};
use codegraph::embed::{self, Passage, StaticTable};
use codegraph::lang::detect::{self, Detected};
use codegraph::observe::Cancel;
use codegraph::parse::{self, Leave};
use codegraph::query::cypher::CodeGraph;
use codegraph::store::Snapshot;
use codegraph::text::TermReader;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The program that is measured.
const CODEGRAPH: &str = env!("CARGO_BIN_EXE_codegraph");
/// What is searched for by a process that ends then.
const QUESTION: &str = "read the next block of a compressed file";
/// What a daemon is asked, in turns.
const QUESTIONS: [&str; 20] = [
    QUESTION,
    "where is a failed request retried",
    "validate the configuration",
    "timeout of a pending request",
    "parse command line options",
    "check who may do what",
    "connection pool",
    "serialize a batch of records",
    "report metrics",
    "parse an expression",
    "write bytes to a buffer",
    "compare two versions",
    "iterate over the entries of a directory",
    "hash of a string",
    "lock that is released when it goes out of scope",
    "how are errors turned into text",
    "allocate memory for a table",
    "split a path into its parts",
    "wake a sleeping thread",
    "decode unicode escapes",
];
/// The key of that daemon.
const KEY: &str = "a-key-of-the-benchmark-0123456789abcdef";
/// Runs of what is over in milliseconds.
const REPEATS: u32 = 20;
/// Most bytes of the tree that is copied when no other is named.
const DEFAULT_BYTES: u64 = 60 << 20;

/// What one or several processes took.
#[derive(Clone, Copy, Default)]
struct Cost {
    cpu: f64,
    wall: Duration,
}

/// Processor seconds of the children that have ended, and of this process.
fn ticks() -> (f64, f64) {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name may hold spaces and ends with ')'; fields 14 to 17 follow, in hundredths of a second.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let field =
        |n: usize| rest.split_whitespace().nth(n).and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 100.0;
    (field(13) + field(14), field(11) + field(12))
}

/// Runs a command and returns what it printed and what it cost.
fn run(command: &mut Command) -> (String, Cost) {
    let (before, started) = (ticks().0, Instant::now());
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let cost = Cost { cpu: ticks().0 - before, wall: started.elapsed() };
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    (String::from_utf8_lossy(&output.stdout).into_owned(), cost)
}

/// The mean cost of [`REPEATS`] runs.
fn mean(command: impl Fn() -> Command) -> Cost {
    let mut total = Cost::default();
    for _ in 0..REPEATS {
        let (_, cost) = run(&mut command());
        total = Cost { cpu: total.cpu + cost.cpu, wall: total.wall + cost.wall };
    }
    Cost { cpu: total.cpu / f64::from(REPEATS), wall: total.wall / REPEATS }
}

fn codegraph(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(CODEGRAPH);
    command.arg("--data-dir").arg(data).args(args);
    command
}

fn index(data: &Path, tree: &Path, threads: Option<&str>) -> (serde_json::Value, Cost) {
    let mut command = codegraph(data, &["index", "--format", "json"]);
    command.arg(tree);
    if let Some(threads) = threads {
        command.env("RAYON_NUM_THREADS", threads);
    }
    let (text, cost) = run(&mut command);
    let text = text.trim();
    (serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in the report {text}")), cost)
}

/// Walks a tree and reads every file: what nobody who looks at all files can do without.
fn walk(tree: &Path) -> (u64, u64, Cost) {
    let (before, started) = (ticks().1, Instant::now());
    let (mut files, mut lines) = (0, 0);
    let mut bytes = Vec::new();
    for entry in ignore::Walk::new(tree).flatten() {
        if entry.file_type().is_some_and(|kind| kind.is_file()) {
            bytes.clear();
            if fs::File::open(entry.path()).and_then(|mut file| file.read_to_end(&mut bytes)).is_ok() {
                files += 1;
                lines += memchr::memchr_iter(b'\n', &bytes).count() as u64;
            }
        }
    }
    (files, lines, Cost { cpu: ticks().1 - before, wall: started.elapsed() })
}

/// Parses every file that has a language, one after the other, and nothing else: no words, no store.
fn parse_alone(tree: &Path) -> Cost {
    let (before, started) = (ticks().1, Instant::now());
    for entry in ignore::Walk::new(tree).flatten() {
        let path = entry.path().strip_prefix(tree).unwrap_or(entry.path()).to_string_lossy();
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        if let Detected::Code(index) = detect::refine(detect::by_path(&path), &text) {
            std::hint::black_box(parse::file(&path, &text, Some(index), Leave::default()));
        }
    }
    Cost { cpu: ticks().1 - before, wall: started.elapsed() }
}

/// Reads the words of every file that has a language, one after the other, and then embeds its chunks: what embedding
/// alone costs.
fn embed_alone(tree: &Path) -> Cost {
    let table = StaticTable::builtin();
    let mut reader = TermReader::new();
    let mut total = Cost::default();
    for entry in ignore::Walk::new(tree).flatten() {
        let path = entry.path().strip_prefix(tree).unwrap_or(entry.path()).to_string_lossy();
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        let Detected::Code(index) = detect::refine(detect::by_path(&path), &text) else { continue };
        let parsed = parse::file(&path, &text, Some(index), Leave::default());
        let chunks: Vec<&str> =
            parsed.chunks.iter().filter_map(|chunk| text.get(chunk.start_byte..chunk.end_byte)).collect();
        reader.read(&path, &chunks, &[], |at, terms| {
            let started = Instant::now();
            let passage = Passage { path: &path, text: chunks[at], terms };
            std::hint::black_box(embed::quantise(&table.embed_passage(passage)));
            total.wall += started.elapsed();
        });
    }
    // One thread that waits for nothing: its clock is its processor time.
    Cost { cpu: total.wall.as_secs_f64(), ..total }
}

/// The median of how long a daemon takes to answer one question after the other over one connection, when it has answered
/// each before and keeps no answers.
fn warm_search(data: &Path) -> Duration {
    let mut command = codegraph(data, &["serve", "--port", "0"]);
    command.env("CODEGRAPH_API_KEY", KEY).env("CODEGRAPH_PERFORMANCE_ENABLE_RESULT_CACHE", "false");
    command.env("CODEGRAPH_SECURITY_RATE_LIMITING", "false").stdout(Stdio::piped()).stderr(Stdio::null());
    let mut daemon = command.spawn().unwrap();
    let mut address = String::new();
    BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
    let address = address.trim().strip_prefix("listening on ").unwrap();
    let agent = ureq::agent();
    let ask = |question: &str| {
        let body = serde_json::json!({ "query": [question], "all": true }).to_string();
        let request =
            agent.post(format!("{address}/api/v1/search")).header("Content-Type", "application/json");
        let started = Instant::now();
        let mut answer = request.header("Authorization", format!("Bearer {KEY}")).send(body).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let took = started.elapsed();
        assert!(text.contains("\"snippet\""), "{text}");
        took
    };
    // In the first round the daemon reads what it keeps.
    let rounds = (0..=REPEATS).flat_map(|_| QUESTIONS).map(ask);
    let mut times: Vec<Duration> = rounds.skip(QUESTIONS.len()).collect();
    daemon.kill().unwrap();
    daemon.wait().unwrap();
    times.sort_unstable();
    times[times.len() / 2]
}

/// Medians of how long queries in openCypher take, each anew in a process that has the store open: one function by its
/// name, all within three calls of one, and the number of all calls.
fn warm_queries(data: &Path) -> [Duration; 3] {
    let snapshot = Snapshot::newest(data).unwrap();
    let project = snapshot.view().projects().unwrap().remove(0);
    let search = |_: &str, _: usize| Ok(Vec::new());
    let ask = |query: &str, parameters: &Map| -> (Duration, Vec<Vec<Value>>) {
        let started = Instant::now();
        let graph = CodeGraph::new(snapshot.view(), &project, false, &search);
        let prepared = cypher::prepare(query, &graph, parameters).unwrap();
        let mut rows = Vec::new();
        prepared
            .run(&graph, &cypher::Limits::default(), &Cancel::default(), &mut |row| {
                rows.push(row.to_vec());
                Ok(ControlFlow::Continue(()))
            })
            .unwrap();
        (started.elapsed(), rows)
    };
    let (_, all) = ask("MATCH (f:Function|Method)-[:CALLS]->() RETURN DISTINCT f.name, f.id", &Map::new());
    let some: Vec<&Vec<Value>> = all.iter().step_by(all.len() / 100 + 1).collect();
    let median = |query: &str, name: &str, column: usize| {
        let of = |row: &&Vec<Value>| ask(query, &Map::from([(name.into(), row[column].clone())])).0;
        let mut times: Vec<Duration> = some.iter().map(of).collect();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    [
        median("MATCH (f:Function|Method {name: $name}) RETURN f.file, f.line", "name", 0),
        median("MATCH (f {id: $id})-[:CALLS*1..3]->(g) RETURN count(DISTINCT g)", "id", 1),
        ask("MATCH ()-[r:CALLS]->() RETURN count(r)", &Map::new()).0,
    ]
}

/// Copies the source files of a tree, at most `limit` bytes, so that one of them can be edited.
fn copy(from: &Path, to: &Path, limit: u64) -> u64 {
    let mut bytes = 0;
    for entry in ignore::WalkBuilder::new(from).sort_by_file_path(Path::cmp).build().flatten() {
        let Ok(relative) = entry.path().strip_prefix(from) else { continue };
        let Some(meta) = entry.metadata().ok().filter(fs::Metadata::is_file) else { continue };
        if bytes + meta.len() > limit {
            continue;
        }
        let target = to.join(relative);
        fs::create_dir_all(target.parent().unwrap_or(to)).unwrap();
        bytes += fs::copy(entry.path(), &target).unwrap_or(0);
    }
    bytes
}

/// The sources of the crates that cargo fetched for this build.
fn fetched_crates() -> PathBuf {
    let home = std::env::vars().find(|(name, _)| name == "CARGO_HOME").map(|(_, home)| PathBuf::from(home));
    let home = home.unwrap_or_else(|| std::env::home_dir().unwrap_or_default().join(".cargo"));
    let registries = fs::read_dir(home.join("registry").join("src")).unwrap_or_else(|error| {
        panic!("name a folder: cargo bench -- FOLDER (no fetched crates in {}: {error})", home.display())
    });
    registries.flatten().map(|entry| entry.path()).next().unwrap()
}

/// A function of the tree that is called, to ask for its callers: the name that most definitions share is the dearest.
fn a_name(data: &Path, tree: &Path) -> String {
    let mut command = codegraph(data, &["export", "--format", "jsonl"]);
    command.current_dir(tree);
    let (text, _) = run(&mut command);
    let mut called = std::collections::BTreeMap::<String, u32>::new();
    for line in text.lines().filter(|line| line.contains("\"kind\":\"call\"")) {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        if let Some(id) = row["to"]["name"].as_str() {
            *called
                .entry(format!("{}:{}\t{id}", row["to"]["file"].as_str().unwrap(), row["to"]["line"]))
                .or_default() += 1;
        }
    }
    let most = called.into_iter().max_by_key(|(_, n)| *n).map(|(place, _)| place).unwrap_or_default();
    most.split('\t').next().unwrap_or_default().to_owned()
}

fn line(what: &str, value: &str, note: &str) {
    println!("{what:<34} {value:>18}  {note}");
}

fn seconds(what: &str, cost: Cost, note: &str) {
    line(
        what,
        &format!("{:.3} CPU s", cost.cpu),
        &format!("{:.2} s on the clock{note}", cost.wall.as_secs_f64()),
    );
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    if let [first, corpus, questions @ ..] = args.as_slice()
        && first == "quality"
    {
        return quality::run(corpus, questions);
    }
    if let [first, sizes @ ..] = args.as_slice()
        && first == "vectors"
    {
        return vectors::run(sizes);
    }
    let named = args.into_iter().next();
    let temp = tempfile::tempdir().unwrap();
    let (tree, data) = (temp.path().join("tree"), temp.path().join("data"));
    let bytes = match &named {
        Some(folder) => copy(Path::new(folder), &tree, u64::MAX),
        None => copy(&fetched_crates(), &tree, DEFAULT_BYTES),
    };
    let mb = bytes as f64 / 1e6;
    println!("tree: {} ({mb:.1} MB)\n", named.as_deref().unwrap_or("sources of fetched crates"));

    let (files, lines, walked) = walk(&tree);
    seconds("walk, read, count lines", walked, &format!(", {files} files, {lines} lines"));
    let ctags = Command::new("ctags").arg("--version").output().is_ok().then(|| {
        run(Command::new("ctags").args(["-R", "-f", "-", "."]).current_dir(&tree).stdout(Stdio::null())).1
    });
    if let Some(ctags) = ctags {
        seconds("ctags -R", ctags, "");
    }

    let (report, full) = index(&data, &tree, None);
    let number = |name: &str| report[name].as_f64().unwrap_or(0.0);
    let source_mb = number("bytes") / 1e6;
    seconds("full index", full, &format!(", {} symbols, {} edges", report["symbols"], report["edges"]));
    line(
        "  source per CPU second",
        &format!("{:.1} MB", source_mb / full.cpu),
        &format!("of {source_mb:.1} MB that was indexed"),
    );
    line("  against the walk", &format!("{:.1} x", full.cpu / walked.cpu), "");
    if let Some(ctags) = ctags {
        line("  against ctags", &format!("{:.1} x", full.cpu / ctags.cpu), "ctags finds definitions only");
    }
    let parsed = parse_alone(&tree);
    let phase = |name: &str| report["phases"][name].as_f64().unwrap_or(0.0);
    seconds("  parsing alone, on one thread", parsed, ", syntax trees, facts and chunks");
    line(
        "  phases: parse, resolve, words",
        &format!("{:.2} CPU s", phase("parse") + phase("resolve") + phase("words")),
        &format!("{:.2} + {:.2} + {:.2}", phase("parse"), phase("resolve"), phase("words")),
    );
    line(
        "  resolving against parsing",
        &format!("{:.2} x", phase("resolve") / parsed.cpu),
        "with writing the edges; to be at most 1",
    );
    let embedded = embed_alone(&tree);
    line(
        "  with embeddings against without",
        &format!("{:.2} x", full.cpu / (full.cpu - embedded.cpu)),
        &format!("embedding alone {:.2} CPU s; to be at most 1.3", embedded.cpu),
    );
    line("  peak memory", &format!("{:.0} MB", number("peak_memory_bytes") / 1e6), "");
    // A row of the embeddings: model and hash 18, step 4, values 256.
    let vectors = number("chunks") * 278.0;
    let per_line = |bytes: f64| format!("{:.3} kB", bytes / number("lines") / 1e3);
    line(
        "  on disk per line",
        &per_line(number("disk_bytes")),
        &format!("{:.1} MB in all", number("disk_bytes") / 1e6),
    );
    line("  without vectors", &per_line(number("disk_bytes") - vectors), "");

    let one = temp.path().join("one");
    let (_, single) = index(&one, &tree, Some("1"));
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let speed_up = single.wall.as_secs_f64() / full.wall.as_secs_f64();
    line("  speed-up by threads", &format!("{speed_up:.2} x"), &format!("on {cores} cores"));

    // The copies are as young as the first scan, so the second one reads them again to be sure; the third need not.
    index(&data, &tree, None);
    let (_, again) = index(&data, &tree, None);
    let per_10_000 = again.cpu * 10_000.0 / number("files").max(1.0);
    seconds("nothing changed", again, &format!(", {per_10_000:.3} CPU s per 10,000 files"));

    let name = a_name(&data, &tree);
    let edited = tree.join(name.split(':').next().unwrap_or_default());
    let mut text = fs::read(&edited).unwrap();
    text.extend_from_slice(b"\n");
    fs::write(&edited, text).unwrap();
    let (report, changed) = index(&data, &tree, None);
    assert_eq!(report["changed"].as_u64(), Some(1), "one file was edited");
    seconds("one file changed", changed, "");

    let search = mean(|| {
        let mut command = codegraph(&data, &["search", QUESTION, "--format", "json"]);
        command.current_dir(&tree);
        command
    });
    line(
        "cold search",
        &format!("{:.1} CPU ms", search.cpu * 1e3),
        &format!("{:.1} ms on the clock", search.wall.as_secs_f64() * 1e3),
    );
    line(
        "warm search",
        &format!("{:.2} ms", warm_search(&data).as_secs_f64() * 1e3),
        "median on the clock: one connection to a daemon, 20 questions in turns",
    );
    let queries = ["query by name", "query within 3 calls", "query count of calls"];
    for (what, time) in queries.iter().zip(warm_queries(&data)) {
        line(
            what,
            &format!("{:.2} ms", time.as_secs_f64() * 1e3),
            "warm, on the clock; a median but for the count",
        );
    }
    let callers = mean(|| {
        let mut command = codegraph(&data, &["query", "callers", &name, "--format", "json"]);
        command.current_dir(&tree);
        command
    });
    line(
        "cold query callers",
        &format!("{:.1} CPU ms", callers.cpu * 1e3),
        &format!("{:.1} ms on the clock", callers.wall.as_secs_f64() * 1e3),
    );
}
