//! Settings: where values come from, what a check tells, and what changing one changes.

use crate::support::{Daemon, KEY, write};
use codegraph::config::{self, Flag, Loaded};
use codegraph::index::{self, Options};
use codegraph::observe::{Cancel, Silent};
use codegraph::store::Snapshot;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const CODEGRAPH: &str = env!("CARGO_BIN_EXE_codegraph");

/// A folder to run commands in, with a data folder beside it that is not there yet.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("work")).unwrap();
        Self { folder }
    }

    fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn put(&self, name: &str, text: &str) {
        write(&self.work(), &BTreeMap::from([(name.to_owned(), text.to_owned())]));
    }

    /// A command line in which no setting is given by the machine.
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(CODEGRAPH);
        command.args(args).arg("--data-dir").arg(self.data()).current_dir(self.work());
        command.env("XDG_CONFIG_HOME", self.folder.path());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CODEGRAPH_") {
                command.env_remove(name);
            }
        }
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// The answer of a check that gives an exit code, as JSON.
    fn checked(&self, args: &[&str], variables: &[(&str, &str)], code: i32) -> Value {
        let mut command = self.command(&[&["config", "check", "--format", "json"], args].concat());
        let output = command.envs(variables.iter().copied()).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn of<'a>(checked: &'a Value, key: &str) -> (&'a Value, &'a str) {
    let all = checked["settings"].as_array().unwrap();
    let one = all.iter().find(|one| one["key"] == key).unwrap();
    (&one["value"], one["source"].as_str().unwrap())
}

/// Settings that only flags give.
fn with(settings: &[(&str, &str)]) -> Loaded {
    let flag = |(key, value): &(&str, &str)| Flag {
        name: Flag::SET,
        key: (*key).to_owned(),
        value: (*value).to_owned(),
    };
    let flags: Vec<Flag> = settings.iter().map(flag).collect();
    config::load_with(None, &BTreeMap::new(), &flags).unwrap()
}

// ---- where values come from -------------------------------------------------------------------------------------------

fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load_text(text: &str, pairs: &[(&str, &str)]) -> anyhow::Result<Loaded> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    std::fs::write(&path, text).unwrap();
    config::load(Some(&path), &env(pairs))
}

/// Texts among which every key finds two that it can have.
const TEXTS: &[&str] = &[
    "true",
    "false",
    "1",
    "2",
    "18",
    "19",
    "99",
    "0.5",
    "3.5",
    "1s",
    "2s",
    "2MB",
    "3MB",
    "go",
    "rust",
    "error",
    "debug",
    "json",
    "pretty",
    "hnsw",
    "flat",
    "l2",
    "cosine",
    "lz4",
    "zstd",
    "none",
    "http",
    "built-in",
    "10.0.0.1",
    "::1",
    "https://a.example",
    "https://b.example",
    "X-One",
    "X-Two",
    "/one",
    "/two",
    "one-text-of-more-than-thirty-two-characters",
    "two-texts-of-more-than-thirty-two-characters",
];

fn flag(key: &config::Key, value: &str) -> Flag {
    Flag { name: Flag::SET, key: key.path(), value: value.to_owned() }
}

/// Two values of a key, as texts, each with the settings that it makes.
fn values(key: &config::Key) -> [(String, config::Config); 2] {
    let ends = key.range.into_iter().flat_map(|(low, high)| [low, high]);
    let mut found: Vec<(String, config::Config)> = Vec::new();
    for text in TEXTS.iter().copied().chain(ends) {
        if let Ok(loaded) = config::load_with(None, &env(&[]), &[flag(key, text)])
            && found.iter().all(|(_, config)| *config != loaded.config)
        {
            found.push((text.to_owned(), loaded.config));
        }
    }
    found.truncate(2);
    found.try_into().unwrap_or_else(|_| panic!("no two values for {}", key.path()))
}

/// A key with a value as a line of a file, as TOML of its kind.
fn line(key: &config::Key, text: &str) -> String {
    let quoted = toml::Value::String(text.to_owned()).to_string();
    let as_it_is = format!("[{}]\n{} = {text}\n", key.section, key.name);
    if load_text(&as_it_is, &[]).is_ok() {
        as_it_is
    } else if (key.default)().starts_with('[') {
        format!("[{}]\n{} = [{quoted}]\n", key.section, key.name)
    } else {
        format!("[{}]\n{} = {quoted}\n", key.section, key.name)
    }
}

#[test]
fn every_key_is_set_in_four_ways_and_the_later_one_wins() {
    for (at, key) in config::KEYS.iter().enumerate() {
        let [(low, low_config), (high, high_config)] = values(key);
        let canonical = key.variable();
        let file = load_text(&line(key, &low), &[]).unwrap();
        assert_eq!(file.config, low_config, "{}", key.path());
        assert!(matches!(file.sources[at], config::Source::File(_, 2)), "{}", key.path());
        for name in key.variables() {
            let loaded = load_text(&line(key, &low), &[(&name, &high)]).unwrap();
            assert_eq!(loaded.config, high_config, "{name}");
            assert_eq!(loaded.sources[at], config::Source::Variable(name.clone()));
            let loaded = config::load(None, &env(&[(&name, &high), (&canonical, &low)])).unwrap();
            assert_eq!(loaded.config, low_config, "{name}");
            let told = format!("the variables {name} and {canonical} differ; {canonical} counts");
            assert_eq!(loaded.warnings.contains(&told), name != canonical, "{:?}", loaded.warnings);
            let same = config::load(None, &env(&[(&name, &low), (&canonical, &low)])).unwrap();
            assert!(!same.warnings.iter().any(|warning| warning.contains("differ")));
        }
        let loaded = config::load_with(None, &env(&[(&canonical, &low)]), &[flag(key, &high)]).unwrap();
        assert_eq!((&loaded.config, &loaded.sources[at]), (&high_config, &config::Source::Flag("--set")));
        let twice = config::load_with(None, &env(&[]), &[flag(key, &low), flag(key, &high)]).unwrap();
        assert_eq!(twice.config, high_config, "{}", key.path());
        let others = loaded.sources.iter().filter(|source| **source != config::Source::Default);
        assert_eq!(others.count(), 1, "{}", key.path());
    }
}

#[test]
fn every_number_has_ends_and_what_lies_beyond_them_is_refused_with_its_place() {
    for key in config::KEYS {
        let Some((low, high)) = key.range else { continue };
        let set = |value: toml::Value| {
            let mut config = config::Config::default();
            (key.set)(&mut config, &value).map(|()| (key.show)(&config))
        };
        let shown = [low, high].map(|end| set(toml::Value::String(end.to_owned())).unwrap());
        assert_ne!(shown[0], shown[1], "{}", key.path());
        assert!(set(toml::Value::String("-1".to_owned())).is_err(), "{}", key.path());
        assert!(set(toml::Value::Integer(i64::MAX)).is_err(), "{}", key.path());
        assert!(set(toml::Value::String("1 parsec".to_owned())).is_err(), "{}", key.path());
    }
    for (text, wanted) in [
        (
            "[performance]\nmemory_pressure_threshold = 1.5\n",
            "c.toml:2: performance.memory_pressure_threshold: 1.5",
        ),
        ("[performance]\nmemory_pressure_threshold = 0\n", "0.0 is out of range, which is 0.001 to 1"),
        ("[server]\n\ntimeout = \"2d\"\n", "c.toml:3: server.timeout: \"2d\""),
        (
            "[database]\nlevel0_stop_writes_trigger = 20\n",
            "c.toml:2: database.level0_stop_writes_trigger: each",
        ),
        ("[mcp]\nendpoint = \"/metrics\"\n", "c.toml:2: mcp.endpoint: mcp.endpoint and metrics.endpoint"),
        ("[mcp]\nendpoint = \"/api/v1/search\"\n", "c.toml:2: mcp.endpoint: `/api/v1/search` is where"),
        ("[metrics]\nendpoint = \"metrics\"\n", "c.toml:2: metrics.endpoint: `metrics` is no path"),
    ] {
        let error = load_text(text, &[]).unwrap_err();
        assert!(codegraph::error::message(&error).contains(wanted), "{}", codegraph::error::message(&error));
        assert!(codegraph::error::hint(&error).is_some_and(|hint| hint.contains(": ")), "{text}");
    }
}

#[test]
fn a_check_tells_every_setting_with_its_source_and_what_a_daemon_takes() {
    let desk = Desk::new();
    desk.put("codegraph.toml", "# ours\n[server]\nport = 9001\n\n[vector]\nm = 8\n");
    let variables = [("CODEGRAPH_LOG_LEVEL", "warn"), ("CODEGRAPH_API_KEY", KEY), ("RUST_LOG", "")];
    let checked = desk.checked(&["--set", "vector.m=9", "--set", "metrics.enabled=false"], &variables, 0);
    assert_eq!(of(&checked, "server.port"), (&9001.into(), "codegraph.toml:3"));
    assert_eq!(of(&checked, "vector.m"), (&9.into(), "--set"));
    assert_eq!(of(&checked, "metrics.enabled"), (&false.into(), "--set"));
    assert_eq!(of(&checked, "logging.level"), (&"warn".into(), "$CODEGRAPH_LOG_LEVEL"));
    assert_eq!(of(&checked, "security.api_key"), (&"***".into(), "$CODEGRAPH_API_KEY"));
    assert_eq!(of(&checked, "vector.ef_construction"), (&200.into(), "default"));
    assert_eq!(checked["settings"].as_array().unwrap().len(), config::KEYS.len());
    let memory = &checked["memory"];
    let parts = memory["parts"].as_array().unwrap();
    let sum: u64 = parts.iter().map(|part| part["bytes"].as_u64().unwrap()).sum();
    assert_eq!(
        (memory["sum_bytes"].as_u64(), memory["limit_bytes"].as_u64()),
        (Some(sum), Some(4_000_000_000))
    );
    assert_eq!((&checked["files"]["needed"], &checked["error"]), (&2_576.into(), &Value::Null));
    let text = desk.command(&["--check-config"]).envs(variables).output().unwrap();
    let text = printed(&text);
    assert!(text.contains("block cache  database.cache_size") && text.contains("is right"), "{text}");
    assert!(!text.contains(KEY) && !desk.data().exists(), "nothing is opened or made");
}

#[test]
fn variables_of_one_setting_that_differ_are_told() {
    let desk = Desk::new();
    let both = [("CODEGRAPH_PORT", "9001"), ("CODEGRAPH_SERVER_PORT", "9002")];
    let checked = desk.checked(&[], &both, 0);
    assert_eq!(of(&checked, "server.port"), (&9002.into(), "$CODEGRAPH_SERVER_PORT"));
    let told = "the variables CODEGRAPH_PORT and CODEGRAPH_SERVER_PORT differ; CODEGRAPH_SERVER_PORT counts";
    assert!(checked["warnings"].as_array().unwrap().contains(&told.into()), "{}", checked["warnings"]);
}

#[test]
fn a_wrong_value_is_told_with_the_place_where_it_stands() {
    let desk = Desk::new();
    desk.put("wrong.toml", "[database]\n# in MiB\ncache_size = \"2GB\"\n");
    let output = desk.run(&["--config", "wrong.toml", "--check-config"]);
    assert_eq!(output.status.code(), Some(2));
    let output = desk.run(&["status", "--config", "wrong.toml"]);
    assert!(said(&output).contains("wrong.toml:3: database.cache_size: ") && said(&output).contains("MiB"));
    let output = desk.run(&["status", "--set", "vector.m=1000"]);
    assert!(
        output.status.code() == Some(2) && said(&output).contains("--set vector.m: 1000"),
        "{}",
        said(&output)
    );
    let output = desk.run(&["status", "--set", "vector.m"]);
    assert!(
        output.status.code() == Some(2) && said(&output).contains("SECTION.KEY=VALUE"),
        "{}",
        said(&output)
    );
    let output = desk.command(&["status"]).env("CODEGRAPH_VECTOR_M", "many").output().unwrap();
    assert!(said(&output).contains("the variable CODEGRAPH_VECTOR_M (vector.m): "), "{}", said(&output));
}

#[test]
fn the_file_of_the_deployment_guide_is_taken_key_by_key() {
    // The one key that is refused holds a secret that everybody knows.
    let refused = BTreeMap::from([("security.jwt_secret", "the text of an example")]);
    let text = include_str!("../fixtures/config/guide.toml");
    let table: toml_like::Table = toml_like::read(text);
    assert_eq!(table.len(), 85, "{:?}", table.keys());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("c.toml");
    let load = |text: &str| {
        std::fs::write(&path, text).unwrap();
        config::load(Some(&path), &BTreeMap::new()).map_err(|error| codegraph::error::message(&error))
    };
    for (key, line) in &table {
        let (section, _) = key.rsplit_once('.').unwrap();
        let loaded = load(&format!("[{section}]\n{line}\n"));
        match refused.get(key.as_str()) {
            None => assert!(loaded.is_ok(), "{key}: {:?}", loaded.err()),
            Some(why) => assert!(loaded.unwrap_err().contains(why), "{key}"),
        }
    }
    let whole = text.replace("jwt_secret", "# jwt_secret");
    let loaded = load(&whole).unwrap();
    assert_eq!(loaded.config.database.cache_size, 2048);
    let told = loaded.warnings.join("\n");
    assert!(told.contains("yourdomain.com") && told.contains("paranoid_checks"), "{told}");
    let desk = Desk::new();
    desk.put("guide.toml", &whole);
    let checked = desk.checked(&["guide.toml"], &[], 0);
    let told = checked["warnings"].to_string();
    assert!(told.contains("/app/models") && told.contains("vector.max_elements"), "{told}");
}

/// Keys of a file of settings with the text that sets them, read without the program's own reader.
mod toml_like {
    use std::collections::BTreeMap;

    pub(super) type Table = BTreeMap<String, String>;

    pub(super) fn read(text: &str) -> Table {
        let (mut table, mut section, mut open) = (Table::new(), String::new(), None::<String>);
        for line in text.lines() {
            if let Some(key) = &open {
                let entry = table.get_mut(key).unwrap();
                entry.push('\n');
                entry.push_str(line);
                if line == "]" {
                    open = None;
                }
            } else if let Some(name) = line.strip_prefix('[') {
                name.trim_end_matches(']').clone_into(&mut section);
            } else if let Some((name, value)) = line.split_once(" = ") {
                let key = format!("{section}.{name}");
                open = (value == "[").then(|| key.clone());
                table.insert(key, line.to_owned());
            }
        }
        table
    }
}

// ---- what the machine gives -------------------------------------------------------------------------------------------

#[test]
fn what_cannot_fit_is_refused_by_the_check_and_by_the_daemon() {
    let desk = Desk::new();
    let small = [("CODEGRAPH_MAX_MEMORY", "300MB")];
    let checked = desk.checked(&[], &small, 2);
    let error = checked["error"].as_str().unwrap();
    assert!(error.contains("performance.max_memory_usage is 300.0 MB"), "{error}");
    assert!(!checked["memory"]["parts"].as_array().unwrap().is_empty());
    let output = desk.command(&["serve", "--port", "0"]).envs(small).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains(error) && said(&output).contains("--check-config"), "{}", said(&output));
    // With just as much as the sum it starts.
    let sum = checked["memory"]["sum_bytes"].as_u64().unwrap();
    let limit = format!("performance.max_memory_usage={sum}B");
    desk.checked(&["--set", &limit], &[], 0);
    let mut command = desk.command(&["serve", "--port", "0", "--set", &limit]);
    command.env("CODEGRAPH_API_KEY", KEY);
    assert_eq!(Daemon::of(command).get("/health").status, 200);
    // Commands that are no daemon do not ask.
    assert_eq!(desk.command(&["status"]).envs(small).output().unwrap().status.code(), Some(10));
}

#[cfg(target_os = "linux")]
#[test]
fn a_daemon_asks_for_the_files_that_it_needs_and_tells_when_it_cannot_have_them() {
    let desk = Desk::new();
    let serve = |limit: &str| {
        let mut command = Command::new("sh");
        let line = format!("{limit}; exec {CODEGRAPH} --data-dir {} serve --port 0", desk.data().display());
        command.args(["-c", &line]).current_dir(desk.work()).env("CODEGRAPH_API_KEY", KEY);
        command
            .env("CODEGRAPH_DATABASE_MAX_OPEN_FILES", "100")
            .env("CODEGRAPH_SERVER_MAX_CONNECTIONS", "150");
        command.env("CODEGRAPH_LOGGING_OUTPUT", desk.work().join("log"));
        let daemon = Daemon::of(command);
        let scrape = daemon.get("/metrics").body;
        let most = scrape.lines().find_map(|line| line.strip_prefix("process_max_fds ")).unwrap().to_owned();
        drop(daemon);
        let log = std::fs::read_to_string(desk.work().join("log")).unwrap();
        std::fs::remove_file(desk.work().join("log")).unwrap();
        (most, log.contains("this process may open"))
    };
    // 100 + 2 x 150 + 64, and 100 more for a run of the index.
    assert_eq!(serve("ulimit -Sn 200"), ("564".to_owned(), false));
    assert_eq!(serve("ulimit -Sn 200; ulimit -Hn 400"), ("400".to_owned(), true));
    let mut command = Command::new("sh");
    let line = format!("ulimit -n 400; exec {CODEGRAPH} --check-config --set server.max_connections=150");
    let output = command.args(["-c", &line]).current_dir(desk.work()).output().unwrap();
    assert!(printed(&output).contains("this process may open 400 files"), "{}", printed(&output));
}

#[test]
fn an_error_has_a_backtrace_when_one_is_asked_for() {
    let desk = Desk::new();
    let status = |wanted: &str, code: i32| {
        let output = desk.command(&["status"]).env("RUST_BACKTRACE", wanted).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", said(&output));
        said(&output)
    };
    // That nothing was ever indexed is no fault of the program.
    assert!(!status("1", 10).contains("codegraph::cli::"), "{}", status("1", 10));
    desk.put("a.py", "def a():\n    pass\n");
    assert!(desk.run(&["index"]).status.success());
    std::fs::write(desk.data().join("snapshots").join("CURRENT"), "damaged").unwrap();
    assert!(status("1", 13).contains("codegraph::cli::"), "{}", status("1", 13));
    assert!(!status("0", 13).contains("codegraph::") && status("0", 13).starts_with("error:"));
}

#[test]
fn as_many_backups_are_written_at_once_as_may_be() {
    let desk = Desk::new();
    desk.put("a.py", "def a():\n    pass\n");
    assert!(desk.run(&["index"]).status.success());
    let backup = |most: &str| {
        let daemon = Daemon::start(&desk.data(), &[("CODEGRAPH_PERFORMANCE_MAX_CONCURRENT_BACKUPS", most)]);
        ["backup", "checkpoint"].map(|what| daemon.post(&format!("/api/v1/admin/{what}"), "{}"))
    };
    let refused = backup("0");
    for answer in &refused {
        assert_eq!((answer.status, answer.json()["code"].as_str()), (409, Some("busy")), "{}", answer.body);
    }
    assert_eq!(backup("1").map(|answer| answer.status), [200, 200]);
}

// ---- what is indexed --------------------------------------------------------------------------------------------------

/// Paths and names of symbols that are indexed of a folder under settings.
fn indexed(root: &Path, settings: &[(&str, &str)]) -> BTreeSet<String> {
    let data = tempfile::tempdir().unwrap();
    let options = Options { root: root.to_owned(), name: Some("p".to_owned()), ..Options::default() };
    let config = with(settings).config;
    index::run(data.path(), &config, &options, &Silent, &Cancel::default()).unwrap();
    let snapshot = Snapshot::newest(data.path()).unwrap();
    let view = snapshot.view();
    let project = view.project("p").unwrap().unwrap();
    let files = view.files(project.pid()).unwrap().into_iter().map(|(_, row)| row.path);
    let names = view.symbols_prefixed(project.pid(), "", usize::MAX).unwrap();
    files.chain(names.into_iter().map(|row| row.name)).collect()
}

fn rust_and_python(root: &Path) {
    let cell =
        r#"{"cells": [{"cell_type": "code", "source": ["def noted():\n", "    pass\n"]}], "nbformat": 4}"#;
    let files = [
        ("src/lib.rs", "pub fn kept() {}\n#[cfg(test)]\nmod checks {\n    #[test]\n    fn checked() {}\n}\n"),
        ("tests/it.rs", "fn integrated() {}\n"),
        ("benches/fast.rs", "fn timed() {}\n"),
        ("examples/demo.rs", "fn shown() {}\n"),
        ("main.py", "def ran():\n    pass\n"),
        ("notes.ipynb", cell),
        ("types.pyi", "def typed() -> int: ...\n"),
        ("cmd.go", "package cmd\n\nfunc Gone() {}\n"),
    ];
    write(root, &files.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
}

#[test]
fn what_is_left_out_of_rust_python_and_languages_is_what_is_said_and_nothing_else() {
    let work = tempfile::tempdir().unwrap();
    rust_and_python(work.path());
    let all = indexed(work.path(), &[]);
    for (key, value, gone) in [
        ("parsing.rust.parse_tests", "false", &["checks", "checked", "tests/it.rs", "integrated"][..]),
        ("parsing.rust.parse_benchmarks", "false", &["benches/fast.rs", "timed"]),
        ("parsing.rust.parse_examples", "false", &["examples/demo.rs", "shown"]),
        ("parsing.python.parse_notebooks", "false", &["notes.ipynb", "noted"]),
        ("parsing.python.parse_stubs", "false", &["types.pyi", "typed"]),
        ("parsing.languages", "rust,python", &["cmd.go", "Gone"]),
        ("parsing.ignore_patterns", "*.go,main.*", &["cmd.go", "Gone", "main.py", "ran"]),
    ] {
        let left = indexed(work.path(), &[(key, value)]);
        let missing: BTreeSet<&str> = all.difference(&left).map(String::as_str).collect();
        assert_eq!(missing, gone.iter().copied().collect(), "{key}");
        assert!(left.is_subset(&all), "{key}");
    }
}

#[test]
fn a_file_of_the_largest_size_is_read_and_one_byte_more_is_not() {
    let work = tempfile::tempdir().unwrap();
    let source = |length: usize| format!("def f():\n    pass\n#{}\n", "x".repeat(length - 20));
    let files = [("fits.py", source(1_000)), ("large.py", source(1_001))];
    assert_eq!(files[0].1.len(), 1_000);
    write(work.path(), &files.map(|(path, text)| (path.to_owned(), text)).into());
    let usual = indexed(work.path(), &[]);
    assert!(usual.contains("large.py"));
    let limited = indexed(work.path(), &[("parsing.max_file_size", "1KB")]);
    assert!(limited.contains("fits.py") && !limited.contains("large.py"), "{limited:?}");
}

#[test]
fn every_pattern_that_is_built_in_leaves_its_file_out() {
    let work = tempfile::tempdir().unwrap();
    let patterns = config::Config::default().parsing.ignore_patterns.clone();
    let places: Vec<String> = patterns
        .iter()
        .map(|pattern| match pattern.strip_suffix('/') {
            Some(folder) => format!("sub/{folder}/a.py"),
            None => format!("sub/{}", pattern.replace('*', "file.py")),
        })
        .collect();
    let text = "def a():\n    pass\n".to_owned();
    write(work.path(), &places.iter().map(|place| (place.clone(), text.clone())).collect());
    write(work.path(), &BTreeMap::from([("main.py".to_owned(), text)]));
    let options = |no_patterns: bool| {
        let data = tempfile::tempdir().unwrap();
        let mut config = with(&[]).config;
        if no_patterns {
            config.parsing.general.ignore_patterns.clear();
        }
        let options = Options { root: work.path().to_owned(), hidden: true, ..Options::default() };
        let report = index::run(data.path(), &config, &options, &Silent, &Cancel::default()).unwrap();
        report.counts.files
    };
    assert_eq!(options(false), 1, "of {patterns:?}");
    assert!(options(true) > 1);
}

#[test]
fn the_sizes_of_batches_change_no_answer() {
    let work = tempfile::tempdir().unwrap();
    rust_and_python(work.path());
    let dump = |settings: &[(&str, &str)]| {
        let data = tempfile::tempdir().unwrap();
        let options =
            Options { root: work.path().to_owned(), name: Some("p".to_owned()), ..Options::default() };
        index::run(data.path(), &with(settings).config, &options, &Silent, &Cancel::default()).unwrap();
        crate::support::dump(data.path())
    };
    let usual = dump(&[]);
    for key in ["performance.batch_size", "performance.index_batch_size"] {
        assert_eq!(dump(&[(key, "1")]), usual, "{key}");
    }
}

// ---- what is asked ----------------------------------------------------------------------------------------------------

#[test]
fn a_question_ends_when_its_time_is_over() {
    let desk = Desk::new();
    rust_and_python(&desk.work());
    assert!(desk.run(&["index"]).status.success());
    let question = "UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b RETURN sum(a * b)";
    let asked = desk.run(&["query", "cypher", question, "--set", "performance.query_timeout=20ms"]);
    assert_eq!(asked.status.code(), Some(15), "{}", said(&asked));
    let short = "UNWIND range(1, 3) AS a RETURN sum(a)";
    assert!(desk.run(&["query", "cypher", short]).status.success());
}

#[test]
fn backups_go_at_the_age_that_is_set_and_the_newest_stays() {
    let desk = Desk::new();
    desk.put("a.py", "def a():\n    pass\n");
    assert!(desk.run(&["index"]).status.success());
    let to = desk.folder.path().join("kept");
    let place = format!("database.backup_path={}", to.display());
    for _ in 0..2 {
        let output = desk.run(&["backup", "--set", &place]);
        assert!(output.status.success(), "{}", said(&output));
    }
    let kept = |retention: &str| {
        let retention = format!("database.backup_retention={retention}");
        let output = desk.run(&["backup", "prune", "--set", &place, "--set", &retention]);
        assert!(output.status.success(), "{}", said(&output));
        std::fs::read_dir(to.join("generations")).unwrap().count()
    };
    assert_eq!(kept("30d"), 2);
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while kept("1s") > 1 {
        assert!(std::time::Instant::now() < end, "the older one stays");
    }
    assert_eq!(kept("1s"), 1);
}

#[test]
fn as_many_of_the_nearest_vectors_are_looked_at_as_is_set() {
    let desk = Desk::new();
    let file =
        |n: u32| (format!("a{n}.py"), format!("def alpha_{n}(remote):\n    return fetch(remote, {n})\n"));
    write(&desk.work(), &(0..120).map(file).collect());
    let found = |index: &str, nearest: &str| {
        let kind = format!("vector.index_type={index}");
        let made = desk.run(&["index", "--set", &kind, "--set", "vector.min_vectors=1"]);
        assert!(made.status.success(), "{}", said(&made));
        let wanted = format!("vector.ef_search={nearest}");
        // No word of it stands anywhere, so what is found is found by meaning.
        let args = ["search", "download", "--limit", "100", "--format", "json", "--set", &wanted];
        let answer: Value = serde_json::from_slice(&desk.run(&args).stdout).unwrap();
        answer["results"].as_array().unwrap().len()
    };
    let [few, many] = ["8", "256"].map(|nearest| found("hnsw", nearest));
    assert!(few < many, "{few} and {many}");
    assert_eq!(found("flat", "8"), found("flat", "256"));
}

#[test]
fn a_client_has_as_many_requests_in_an_hour_as_are_set() {
    let temp = tempfile::tempdir().unwrap();
    let limit = [
        ("CODEGRAPH_SECURITY_RATE_LIMITING", "true"),
        ("CODEGRAPH_SECURITY_MAX_REQUESTS_PER_MINUTE", "0"),
        ("CODEGRAPH_SECURITY_MAX_REQUESTS_PER_HOUR", "3"),
    ];
    let daemon = Daemon::start(temp.path(), &limit);
    let asked = [(); 4].map(|()| daemon.get("/api/v1").status);
    assert_eq!(asked, [200, 200, 200, 429]);
    assert_eq!(daemon.get("/health").status, 200);
}
