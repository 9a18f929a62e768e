//! What the daemon tells of itself: its log, and which settings change it.

use crate::support::{Daemon, KEY, index, write};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// An index of one small project, and the place of a log.
struct Place {
    temp: tempfile::TempDir,
    data: PathBuf,
    log: String,
}

impl Place {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        let (root, data) = (temp.path().join("shop"), temp.path().join("data"));
        write(
            &root,
            &BTreeMap::from([
                (
                    "Shop.java".to_owned(),
                    "class Shop { int total(Order o) { return o.price(); } }\n".to_owned(),
                ),
                ("Order.java".to_owned(), "class Order { int price() { return 3; } }\n".to_owned()),
            ]),
        );
        index(&data, &root);
        let log = temp.path().join("codegraph.log").to_str().unwrap().to_owned();
        Self { temp, data, log }
    }

    /// A daemon whose log is the file, as JSON.
    fn daemon(&self, settings: &[(&str, &str)]) -> Daemon {
        let mut all = vec![("CODEGRAPH_LOGGING_OUTPUT", self.log.as_str()), ("CODEGRAPH_LOG_FORMAT", "json")];
        all.extend_from_slice(settings);
        Daemon::start(&self.data, &all)
    }

    /// The lines of the log, each of which is JSON.
    fn lines(&self) -> Vec<Value> {
        lines(Path::new(&self.log))
    }

    /// The lines of one target.
    fn of(&self, target: &str) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["target"] == target).collect()
    }
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
}

#[test]
fn each_request_is_a_line_with_its_name_and_none_has_a_key_or_a_question() {
    let place = Place::new();
    let daemon = place.daemon(&[]);
    let headers = [
        ("X-Request-Id", "mine-1"),
        ("User-Agent", "agent/8 (x) level=error"),
        ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
    ];
    let answer =
        daemon.send("POST", "/api/v1/search", &headers, r#"{"query": ["sekret question"], "project": "p"}"#);
    assert_eq!((answer.status, answer.header("X-Request-Id")), (200, Some("mine-1")), "{}", answer.body);
    let other = daemon.get("/there/is/nothing?word=sekret");
    let made = other.header("X-Request-Id").unwrap().to_owned();
    assert_eq!((other.status, other.json()["request_id"].as_str()), (404, Some(made.as_str())));
    let told = place.of("http");
    let first = &told[0];
    assert!(first["ts"].as_str().unwrap().ends_with('Z') && first["response_time_ms"].is_number(), "{first}");
    for (name, value) in [
        ("level", "info"),
        ("msg", "POST /api/v1/search 200"),
        ("request_id", "mine-1"),
        ("trace_id", "0af7651916cd43dd8448eb211c80319c"),
        ("method", "POST"),
        ("endpoint", "/api/v1/search"),
        ("client", "127.0.0.1"),
        ("project", "p"),
    ] {
        assert_eq!(first[name], value, "{first}");
    }
    assert_eq!((&first["status"], &first["bytes"]), (&200.into(), &answer.body.len().into()), "{first}");
    assert_eq!((&told[1]["endpoint"], &told[1]["request_id"]), (&"other".into(), &made.into()));
    let text = std::fs::read_to_string(&place.log).unwrap();
    assert!(!text.contains(KEY) && !text.contains("sekret") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn what_is_told_of_a_request_and_how_is_set() {
    let place = Place::new();
    let ask = |settings: &[(&str, &str)]| {
        drop(std::fs::remove_file(&place.log));
        let daemon = place.daemon(settings);
        assert_eq!(daemon.send("GET", "/api/v1", &[("User-Agent", "probe/1")], "").status, 200);
        assert_eq!(daemon.get("/health").status, 200);
        std::fs::read_to_string(&place.log).unwrap()
    };
    let usual = ask(&[]);
    for (variable, field) in [
        ("CODEGRAPH_LOGGING_INCLUDE_REQUEST_ID", "request_id"),
        ("CODEGRAPH_LOGGING_INCLUDE_USER_AGENT", "user_agent"),
        ("CODEGRAPH_LOGGING_INCLUDE_RESPONSE_TIME", "response_time_ms"),
    ] {
        assert!(usual.contains(field) && !ask(&[(variable, "false")]).contains(field), "{field}");
    }
    let n_requests = |text: &str| text.lines().filter(|line| line.contains("/api/v1 200")).count();
    let n_probes = |text: &str| text.lines().filter(|line| line.contains("/health 200")).count();
    assert_eq!((n_requests(&usual), n_probes(&usual)), (1, 0));
    for (level, rust_log, wanted) in [
        ("debug", "", (1, 1)),
        ("warn", "", (0, 0)),
        ("warn,http=debug", "", (1, 1)),
        ("debug", "codegraph=info,tokio=warn,hyper=warn", (1, 0)),
        ("warn", "codegraph::http=trace", (1, 1)),
        ("info", "no=such=level", (1, 0)),
    ] {
        let text = ask(&[("CODEGRAPH_LOG_LEVEL", level), ("RUST_LOG", rust_log)]);
        assert_eq!((n_requests(&text), n_probes(&text)), wanted, "{level} {rust_log}: {text}");
    }
    let pretty = ask(&[("CODEGRAPH_LOG_FORMAT", "pretty")]);
    let line = pretty.lines().find(|line| line.contains("GET /api/v1 200")).unwrap();
    assert!(line.contains(" INFO  http: ") && line.contains(" user_agent=probe/1"), "{line}");
}

#[test]
fn a_log_turns_over_while_requests_come_and_no_line_is_lost_or_cut() {
    let place = Place::new();
    let settings = [("CODEGRAPH_LOGGING_MAX_FILE_SIZE", "10KB"), ("CODEGRAPH_LOGGING_MAX_FILES", "3")];
    let daemon = place.daemon(&settings);
    std::thread::scope(|scope| {
        for client in 0..4 {
            let daemon = &daemon;
            scope.spawn(move || {
                for n in 0..40 {
                    let id = format!("c{client}-{n:03}");
                    assert_eq!(daemon.send("GET", "/api/v1", &[("X-Request-Id", &id)], "").status, 200);
                }
            });
        }
    });
    let mut files: Vec<PathBuf> = std::fs::read_dir(place.temp.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with("codegraph.log"))
        .collect();
    files.sort_unstable();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|file| std::fs::metadata(file).unwrap().len() <= 10_000));
    // The oldest lines go with their file. Of each client, the others are there without a gap to the last.
    let all: Vec<Value> = files.iter().rev().flat_map(|file| lines(file)).collect();
    for client in 0..4 {
        let prefix = format!("c{client}-");
        let ids = all.iter().filter_map(|line| line["request_id"].as_str()?.strip_prefix(&prefix));
        let ids: Vec<u32> = ids.map(|n| n.parse().unwrap()).collect();
        let first = ids.first().copied().unwrap_or(40);
        assert_eq!(ids, (first..40).collect::<Vec<_>>());
    }
}

#[test]
fn where_the_log_is_standard_output_it_has_nothing_else() {
    let place = Place::new();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_codegraph"));
    command.arg("--data-dir").arg(&place.data).args(["serve", "--port", "0"]);
    command.env("CODEGRAPH_API_KEY", KEY).env("CODEGRAPH_LOGGING_OUTPUT", "stdout");
    command.env("CODEGRAPH_LOG_FORMAT", "json").stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    std::io::BufRead::read_line(&mut out, &mut first).unwrap();
    let first: Value = serde_json::from_str(&first).unwrap();
    assert!(first["msg"].as_str().unwrap().starts_with("listening on http://127.0.0.1:"), "{first}");
    assert!(std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut out, &mut rest).unwrap();
    child.wait().unwrap();
    for line in rest.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
    assert!(rest.contains("ended"), "{rest}");
}

// ---- metrics -----------------------------------------------------------------------------------------------------------

/// A family as a scrape gives it.
#[derive(Debug, Default)]
struct Told {
    kind: String,
    samples: Vec<Sample>,
}

#[derive(Debug)]
struct Sample {
    name: String,
    labels: Vec<(String, String)>,
    value: f64,
}

impl Sample {
    fn label(&self, name: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The labels but one.
    fn without(&self, name: &str) -> Vec<&(String, String)> {
        self.labels.iter().filter(|(known, _)| known != name).collect()
    }
}

/// Reads the text format 0.0.4 as its documentation describes it, and takes nothing else.
fn scraped(text: &str) -> BTreeMap<String, Told> {
    assert!(text.ends_with('\n'));
    let mut families = BTreeMap::<String, Told>::new();
    let mut current = String::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').unwrap();
            assert!(!help.is_empty() && is_name(name), "{line}");
            current = name.to_owned();
            assert!(families.insert(current.clone(), Told::default()).is_none(), "twice: {line}");
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').unwrap();
            assert!(name == current && ["counter", "gauge", "histogram"].contains(&kind), "{line}");
            let told = families.get_mut(name).unwrap();
            assert!(told.kind.is_empty() && told.samples.is_empty(), "{line}");
            told.kind = kind.to_owned();
        } else {
            let sample = sample(line);
            let told = families.get_mut(&current).unwrap();
            let suffixes: &[&str] =
                if told.kind == "histogram" { &["_bucket", "_sum", "_count"] } else { &[""] };
            assert!(suffixes.iter().any(|suffix| sample.name == format!("{current}{suffix}")), "{line}");
            let same = |other: &Sample| other.name == sample.name && other.labels == sample.labels;
            assert!(!told.samples.iter().any(same), "twice: {line}");
            told.samples.push(sample);
        }
    }
    families.values().filter(|told| told.kind == "histogram").for_each(check_histogram);
    families
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn sample(line: &str) -> Sample {
    let (head, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = match head.split_once('{') {
        None => (head, ""),
        Some((name, rest)) => (name, rest.strip_suffix('}').unwrap()),
    };
    assert!(is_name(name), "{line}");
    let mut sample = Sample { name: name.to_owned(), labels: Vec::new(), value: value.parse().unwrap() };
    let mut rest = labels.chars().peekable();
    while rest.peek().is_some() {
        let label: String = rest.by_ref().take_while(|c| *c != '=').collect();
        assert!(is_name(&label) && rest.next() == Some('"'), "{line}");
        let mut value = String::new();
        loop {
            match rest.next().unwrap() {
                '"' => break,
                '\\' => value.push(match rest.next().unwrap() {
                    'n' => '\n',
                    c @ ('"' | '\\') => c,
                    c => panic!("\\{c} in {line}"),
                }),
                c => value.push(c),
            }
        }
        sample.labels.push((label, value));
        assert!(matches!(rest.next(), None | Some(',')), "{line}");
    }
    sample
}

/// Buckets rise, the last one has all, and there are a sum and a number.
fn check_histogram(told: &Told) {
    let counts: Vec<&Sample> = told.samples.iter().filter(|sample| sample.name.ends_with("_count")).collect();
    assert!(!counts.is_empty());
    for count in counts {
        let buckets: Vec<&Sample> = told
            .samples
            .iter()
            .filter(|s| s.label("le").is_some() && s.without("le") == count.without("le"))
            .collect();
        let ends: Vec<f64> =
            buckets.iter().map(|bucket| bucket.label("le").unwrap().parse().unwrap()).collect();
        assert!(ends.is_sorted_by(|a, b| a < b) && ends.last() == Some(&f64::INFINITY), "{ends:?}");
        let n: Vec<f64> = buckets.iter().map(|bucket| bucket.value).collect();
        assert!(n.is_sorted() && n.last() == Some(&count.value), "{n:?} {count:?}");
        let sums = told.samples.iter().filter(|s| s.name.ends_with("_sum") && s.labels == count.labels);
        assert_eq!(sums.count(), 1);
    }
}

/// The value of a sample that has some labels among its own.
fn value(families: &BTreeMap<String, Told>, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
    let has = |sample: &&Sample| {
        sample.name == name && labels.iter().all(|(label, wanted)| sample.label(label) == Some(wanted))
    };
    families.values().flat_map(|told| &told.samples).find(has).map(|sample| sample.value)
}

fn scrape(daemon: &Daemon) -> BTreeMap<String, Told> {
    // Whoever scrapes has no key.
    let answer = daemon.send_bare("GET", "/metrics", &[], "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("Content-Type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    scraped(&answer.body)
}

fn search(daemon: &Daemon, question: &str) -> crate::support::Answer {
    daemon.post("/api/v1/search", &format!(r#"{{"query": ["{question}"]}}"#))
}

#[test]
fn metrics_are_right_text_and_count_what_was_asked() {
    use codegraph::observe::metrics::Family;
    let place = Place::new();
    let daemon = place.daemon(&[]);
    let before = scrape(&daemon);
    for question in ["order", "price", "order"] {
        assert_eq!(search(&daemon, question).status, 200);
    }
    assert_eq!(daemon.post("/api/v1/query/callers", r#"{"symbol": "Order.price"}"#).status, 200);
    assert_eq!(daemon.post("/api/v1/query/callers", "{").status, 400);
    assert_eq!(daemon.get("/there/is/nothing/17").status, 404);
    let after = scrape(&daemon);
    let grown = |name: &str, labels: &[(&str, &str)]| {
        value(&after, name, labels).unwrap_or(0.0) - value(&before, name, labels).unwrap_or(0.0)
    };
    let callers = ("endpoint", "/api/v1/query/callers");
    for (name, labels, wanted) in [
        (
            "codegraph_requests_total",
            vec![("endpoint", "/api/v1/search"), ("method", "POST"), ("status", "200")],
            3.0,
        ),
        ("codegraph_requests_total", vec![callers, ("status", "200")], 1.0),
        ("codegraph_requests_total", vec![callers, ("status", "400")], 1.0),
        ("codegraph_requests_total", vec![("endpoint", "other"), ("status", "404")], 1.0),
        ("codegraph_requests_total", vec![("endpoint", "/metrics"), ("status", "200")], 1.0),
        ("codegraph_request_duration_seconds_count", vec![callers], 2.0),
        ("codegraph_query_duration_seconds_count", vec![("kind", "text")], 3.0),
        ("codegraph_query_duration_seconds_count", vec![("kind", "graph")], 1.0),
        ("codegraph_rejected_requests_total", vec![("reason", "bad_request")], 1.0),
        ("codegraph_cache_hits_total", vec![("cache", "result")], 1.0),
        ("codegraph_cache_misses_total", vec![("cache", "result")], 3.0),
    ] {
        assert!((grown(name, &labels) - wanted).abs() < 0.1, "{name} {labels:?}: {}", grown(name, &labels));
    }
    assert!(value(&after, "http_requests_per_second", &[]).unwrap() >= 6.0 / 60.0);
    for (name, wanted) in
        [("codegraph_projects", 1.0), ("codegraph_entities", 4.0), ("codegraph_generation", 1.0)]
    {
        assert!((value(&after, name, &[]).unwrap() - wanted).abs() < 0.1, "{name}");
    }
    for name in ["codegraph_database_size_bytes", "codegraph_workers", "process_resident_memory_bytes"] {
        assert!(value(&after, name, &[]).unwrap() > 0.0, "{name}");
    }
    assert!(value(&after, "codegraph_requests_in_flight", &[]).unwrap() >= 1.0);
    // No path of a client is a label.
    assert!(after.values().flat_map(|told| &told.samples).all(|s| !format!("{:?}", s.labels).contains("17")));
    // All families of the table are there, with their labels, and no other.
    for family in Family::ALL.iter().filter(|family| cfg!(target_os = "linux") || !family.is_system()) {
        let told = after.get(family.name()).unwrap_or_else(|| panic!("there is no {}", family.name()));
        assert_eq!(told.kind, family.kind().name());
        for sample in &told.samples {
            let named: Vec<&str> = sample.without("le").iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(named, family.labels(), "{}", family.name());
        }
    }
    assert!(after.keys().all(|name| Family::ALL.iter().any(|family| family.name() == name)));
    // Counters never fall.
    for (name, told) in before.iter().filter(|(_, told)| told.kind == "counter") {
        for sample in &told.samples {
            let labels: Vec<(&str, &str)> =
                sample.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            assert!(value(&after, name, &labels).unwrap() >= sample.value, "{name}");
        }
    }
}

#[test]
fn what_is_measured_and_where_it_is_told_is_set() {
    let place = Place::new();
    let off = place.daemon(&[("CODEGRAPH_METRICS_ENABLED", "false")]);
    assert_eq!(off.get("/metrics").status, 404);
    let moved = place.daemon(&[("CODEGRAPH_METRICS_ENDPOINT", "/internal/numbers")]);
    assert_eq!((moved.get("/metrics").status, moved.get("/internal/numbers").status), (404, 200));
    let closed = place.daemon(&[("CODEGRAPH_METRICS_REQUIRE_KEY", "true")]);
    let asked = [closed.send_bare("GET", "/metrics", &[], "").status, closed.get("/metrics").status];
    assert_eq!(asked, [401, 200]);
    let names = |settings: &[(&str, &str)]| scrape(&place.daemon(settings)).into_keys().collect::<Vec<_>>();
    let custom = names(&[("CODEGRAPH_METRICS_INCLUDE_SYSTEM_METRICS", "false")]);
    assert!(custom.iter().all(|name| !name.starts_with("process_")) && custom.len() > 20, "{custom:?}");
    let system = names(&[("CODEGRAPH_METRICS_INCLUDE_CUSTOM_METRICS", "false")]);
    assert!(system.iter().all(|name| name.starts_with("process_")) && !system.is_empty(), "{system:?}");
    let families = scrape(&place.daemon(&[("CODEGRAPH_METRICS_HISTOGRAM_BUCKETS", "0.25,1,2.5")]));
    let ends: Vec<&str> = families["codegraph_query_duration_seconds"]
        .samples
        .iter()
        .filter(|sample| sample.label("kind") == Some("text"))
        .filter_map(|sample| sample.label("le"))
        .collect();
    assert_eq!(ends, ["0.25", "1", "2.5", "+Inf"]);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_codegraph"));
    command.arg("--data-dir").arg(&place.data).args(["serve", "--port", "0"]);
    let refused = command.env("CODEGRAPH_METRICS_HISTOGRAM_BUCKETS", "1,0.5").output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("HISTOGRAM_BUCKETS"));
}

#[test]
fn sizes_are_as_old_as_they_may_be() {
    let place = Place::new();
    let [old, new] = ["1h", "1ms"].map(|age| place.daemon(&[("CODEGRAPH_METRICS_COLLECTION_INTERVAL", age)]));
    let projects = |daemon| value(&scrape(daemon), "codegraph_projects", &[]).unwrap().round() as u64;
    assert_eq!([projects(&old), projects(&new)], [1, 1]);
    let second = place.temp.path().join("second");
    write(&second, &BTreeMap::from([("a.py".to_owned(), "def a():\n    pass\n".to_owned())]));
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_codegraph"));
    assert!(
        command
            .arg("--data-dir")
            .arg(&place.data)
            .arg("index")
            .arg(&second)
            .output()
            .unwrap()
            .status
            .success()
    );
    assert_eq!([projects(&old), projects(&new)], [1, 2]);
}

// ---- what is kept, and limits ------------------------------------------------------------------------------------------

#[test]
fn an_answer_is_given_again_until_the_index_or_a_file_changes() {
    let place = Place::new();
    let daemon = place.daemon(&[]);
    let ask = |daemon: &Daemon| {
        let answer = search(daemon, "price");
        (answer.header("X-Cache").map(str::to_owned), answer.body.contains("return 3"), answer.body)
    };
    let (first, second) = (ask(&daemon), ask(&daemon));
    assert_eq!((first.0.as_deref(), second.0.as_deref()), (Some("miss"), Some("hit")));
    assert_eq!(first.2, second.2);
    // Another question, or the same with another limit, is another one.
    assert_eq!(search(&daemon, "total").header("X-Cache"), Some("miss"));
    let root = place.temp.path().join("shop");
    let order = |text: &str| write(&root, &BTreeMap::from([("Order.java".to_owned(), text.to_owned())]));
    order("class Order { int price() { return 4; } }\n// more\n");
    assert_eq!(ask(&daemon).0.as_deref(), Some("miss"));
    index(&place.data, &root);
    let fresh = ask(&daemon);
    assert_eq!((fresh.0.as_deref(), fresh.1, fresh.2.contains("return 4")), (Some("miss"), false, true));
    assert_eq!(ask(&daemon).0.as_deref(), Some("hit"));
    // What is of the moment is never kept.
    assert_eq!(daemon.post("/api/v1/status", "{}").header("X-Cache"), None);
    let cypher = |query: &str| daemon.post("/api/v1/query/cypher", &format!(r#"{{"query": "{query}"}}"#));
    assert_eq!(cypher("RETURN datetime() AS now").header("X-Cache"), None);
    assert_eq!(cypher("RETURN 1 AS one").header("X-Cache"), Some("miss"));
    let off = place.daemon(&[("CODEGRAPH_PERFORMANCE_ENABLE_RESULT_CACHE", "false")]);
    assert_eq!((ask(&off).0, ask(&off).0), (None, None));
    let brief = place.daemon(&[("CODEGRAPH_PERFORMANCE_RESULT_CACHE_TTL", "0s")]);
    assert_eq!((ask(&brief).0.as_deref(), ask(&brief).0.as_deref()), (Some("miss"), Some("miss")));
}

#[test]
fn what_a_model_made_of_a_question_is_kept_as_it_is_set() {
    let place = Place::new();
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/models/tiny");
    let of_model = [
        ("CODEGRAPH_VECTOR_EMBEDDING_MODEL", "sentence-transformers"),
        ("CODEGRAPH_VECTOR_MODEL_PATH", model),
    ];
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_codegraph"));
    command
        .arg("--data-dir")
        .arg(&place.data)
        .arg("index")
        .arg(place.temp.path().join("shop"))
        .envs(of_model);
    assert!(command.args(["--name", "p"]).output().unwrap().status.success());
    let found = |settings: &[(&str, &str)]| {
        let mut all = of_model.to_vec();
        all.push(("CODEGRAPH_PERFORMANCE_ENABLE_RESULT_CACHE", "false"));
        all.extend_from_slice(settings);
        let daemon = place.daemon(&all);
        for question in ["order", "price", "order"] {
            assert_eq!(search(&daemon, question).status, 200);
        }
        let families = scrape(&daemon);
        let of = |name: &str| value(&families, name, &[("cache", "query")]).unwrap().round() as u64;
        (of("codegraph_cache_hits_total"), of("codegraph_cache_misses_total"))
    };
    assert_eq!(found(&[]), (1, 2));
    assert_eq!(found(&[("CODEGRAPH_PERFORMANCE_QUERY_CACHE_SIZE", "1")]), (0, 3));
    assert_eq!(found(&[("CODEGRAPH_PERFORMANCE_QUERY_CACHE_TTL", "0s")]), (0, 3));
    assert_eq!(found(&[("CODEGRAPH_PERFORMANCE_ENABLE_QUERY_CACHE", "false")]), (0, 0));
}

#[test]
fn more_questions_at_once_than_are_allowed_are_told_to_come_later() {
    let place = Place::new();
    let daemon = place.daemon(&[("CODEGRAPH_PERFORMANCE_MAX_CONCURRENT_QUERIES", "0")]);
    let refused = search(&daemon, "price");
    assert_eq!((refused.status, refused.header("Retry-After")), (503, Some("1")));
    assert_eq!(refused.json()["code"], "overloaded");
    assert_eq!([daemon.get("/health").status, daemon.get("/api/v1").status], [200, 200]);
    let families = scrape(&daemon);
    assert!(value(&families, "codegraph_rejected_requests_total", &[("reason", "overload")]).unwrap() > 0.0);
}

#[test]
fn questions_of_agents_are_counted_and_named_in_the_log() {
    let place = Place::new();
    let daemon = place.daemon(&[]);
    let call = |id: u64, name: &str, arguments: Value| {
        let params = serde_json::json!({ "name": name, "arguments": arguments });
        let message =
            serde_json::json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
        daemon.send("POST", "/mcp", &[("Accept", "application/json")], &message.to_string())
    };
    let words = call(1, "search", serde_json::json!({ "query": "order" }));
    assert_eq!(
        (words.status, words.json()["result"]["isError"].as_bool()),
        (200, Some(false)),
        "{}",
        words.body
    );
    let graph = serde_json::json!({ "question": "callers", "symbol": "Order.price" });
    assert_eq!(call(2, "graph", graph).status, 200);
    let families = scrape(&daemon);
    let count = |kind: &str| value(&families, "codegraph_query_duration_seconds_count", &[("kind", kind)]);
    assert_eq!([count("text"), count("graph")], [Some(1.0), Some(1.0)]);
    let told = place.of("http");
    let named: Vec<_> = told.iter().filter_map(|line| line["operation"].as_str()).collect();
    assert_eq!(named, ["search", "callers"]);
}

#[test]
fn a_query_that_takes_too_long_ends_and_the_log_tells_its_plan_but_not_its_text() {
    let place = Place::new();
    let daemon = place.daemon(&[("CODEGRAPH_PERFORMANCE_QUERY_TIMEOUT", "1100ms")]);
    let query = "UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b \
                 MATCH (sekret:Function {name: 'price'}) WHERE a + b < 0 RETURN sekret.name";
    let body = serde_json::json!({ "query": query, "project": "p" }).to_string();
    let late = daemon.post("/api/v1/query/cypher", &body);
    let told = late.json();
    assert_eq!((late.status, told["code"].as_str()), (503, Some("query_timeout")), "{}", late.body);
    assert!(told["hint"].as_str().is_some_and(|hint| hint.contains("performance.query_timeout")), "{told}");
    let slow = place.of("slow");
    let [line] = &slow[..] else { panic!("{slow:?}") };
    assert_eq!(
        (&line["level"], &line["operation"], &line["project"]),
        (&"warn".into(), &"cypher".into(), &"p".into())
    );
    let ms = line["response_time_ms"].as_u64().unwrap();
    assert!((1_100..1_600).contains(&ms), "{line}");
    assert!(
        line["plan"].as_str().is_some_and(|plan| plan.contains("Unwind") && plan.contains(" < ")),
        "{line}"
    );
    assert!(!line.to_string().contains("sekret") && !line.to_string().contains("price"), "{line}");
}

#[test]
fn a_search_ends_when_its_time_is_over_and_other_questions_have_more() {
    let place = Place::new();
    let daemon = place.daemon(&[("CODEGRAPH_PERFORMANCE_SEARCH_TIMEOUT", "1ms")]);
    let late = search(&daemon, "price");
    assert_eq!((late.status, late.json()["code"].as_str()), (503, Some("query_timeout")), "{}", late.body);
    assert!(
        late.json()["hint"].as_str().is_some_and(|hint| hint.contains("search_timeout")),
        "{}",
        late.body
    );
    assert_eq!(daemon.post("/api/v1/query/callers", r#"{"symbol": "Order.price"}"#).status, 200);
}

#[test]
fn a_batch_of_messages_has_a_size_and_a_time() {
    let place = Place::new();
    let batch = |n: usize| {
        let call = r#"{"jsonrpc": "2.0", "id": ID, "method": "tools/list"}"#;
        let calls: Vec<String> = (0..n).map(|id| call.replace("ID", &id.to_string())).collect();
        format!("[{}]", calls.join(","))
    };
    let post =
        |daemon: &Daemon, body: &str| daemon.send("POST", "/mcp", &[("Accept", "application/json")], body);
    let daemon = place.daemon(&[("CODEGRAPH_PERFORMANCE_MAX_BATCH_SIZE", "3")]);
    let (fits, large) = (post(&daemon, &batch(3)), post(&daemon, &batch(4)));
    assert_eq!(
        (fits.status, fits.json().as_array().unwrap().len(), large.status),
        (200, 3, 413),
        "{}",
        fits.body
    );
    let brief = place.daemon(&[
        ("CODEGRAPH_PERFORMANCE_BATCH_TIMEOUT", "1ms"),
        ("CODEGRAPH_PERFORMANCE_MAX_BATCH_SIZE", "10000"),
    ]);
    let answered = post(&brief, &batch(2_000));
    let answered = answered.json();
    let answers = answered.as_array().unwrap();
    assert_eq!(answers.len(), 2_000);
    assert!(
        answers[1_999]["error"]["message"].as_str().unwrap().contains("batch_timeout"),
        "{}",
        answers[1_999]
    );
}

#[test]
fn the_daemon_throws_away_what_is_no_longer_needed() {
    let place = Place::new();
    let stale = place.data.join("temp").join("left-behind");
    std::fs::create_dir_all(stale.parent().unwrap()).unwrap();
    std::fs::write(&stale, "x").unwrap();
    let [idle, busy] =
        ["1h", "1s"].map(|interval| place.daemon(&[("CODEGRAPH_PERFORMANCE_GC_INTERVAL", interval)]));
    let runs =
        |daemon: &Daemon| value(&scrape(daemon), "codegraph_gc_runs_total", &[]).unwrap().round() as u64;
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while stale.exists() || runs(&busy) < 2 {
        assert!(std::time::Instant::now() < end, "nothing was thrown away");
    }
    assert_eq!(runs(&idle), 0);
}

#[test]
fn memory_that_runs_short_is_told_and_nothing_is_kept() {
    let place = Place::new();
    let daemon = place.daemon(&[("CODEGRAPH_PERFORMANCE_MEMORY_PRESSURE_THRESHOLD", "0.001")]);
    let pressure =
        |daemon: &Daemon| value(&scrape(daemon), "codegraph_memory_pressure", &[]).unwrap().round() as u64;
    let end = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while pressure(&daemon) == 0 {
        assert!(std::time::Instant::now() < end, "the pressure is not told");
    }
    assert_eq!((search(&daemon, "price").header("X-Cache"), place.of("daemon").len()), (None, 1));
    let job = daemon.post("/api/v1/index", "{}");
    assert_ne!(job.status, 202, "{}", job.body);
    let usual = place.daemon(&[]);
    assert_eq!((pressure(&usual), search(&usual, "price").header("X-Cache")), (0, Some("miss")));
    let limit = place.daemon(&[("CODEGRAPH_MAX_MEMORY", "3GB")]);
    assert!((value(&scrape(&limit), "codegraph_memory_limit_bytes", &[]).unwrap() - 3e9).abs() < 1.0);
}

// ---- what is done beside answers ---------------------------------------------------------------------------------------

/// A number of a scrape that there is.
fn number(daemon: &Daemon, name: &str, labels: &[(&str, &str)]) -> u64 {
    let families = scrape(daemon);
    let value = value(&families, name, labels);
    value.unwrap_or_else(|| panic!("there is no {name} {labels:?}")).round() as u64
}

/// Waits until something is so.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let end = std::time::Instant::now() + std::time::Duration::from_secs(120);
    while !is_so() {
        assert!(std::time::Instant::now() < end, "{what}");
    }
}

/// Sizes are looked at for each scrape.
const AT_ONCE: (&str, &str) = ("CODEGRAPH_METRICS_COLLECTION_INTERVAL", "0s");

#[test]
fn jobs_are_counted_from_the_queue_to_their_ends_with_the_files_that_they_came_by() {
    let place = Place::new();
    let roots = place.temp.path().canonicalize().unwrap();
    let roots = serde_json::json!([roots]).to_string();
    let daemon = place.daemon(&[AT_ONCE, ("CODEGRAPH_PARSING_ALLOWED_ROOTS", &roots)]);
    let root = place.temp.path().join("shop").canonicalize().unwrap();
    let submit = |force: bool| {
        let body = serde_json::json!({ "paths": [root], "name": "p", "force": force });
        let answer = daemon.post("/api/v1/index", &body.to_string());
        assert_eq!(answer.status, 202, "{}", answer.body);
        answer.json()["data"]["id"].as_str().unwrap().to_owned()
    };
    let ended = |kind: &str, outcome: &str| {
        number(&daemon, "codegraph_jobs_finished_total", &[("type", kind), ("outcome", outcome)])
    };
    let files = |outcome: &str| number(&daemon, "codegraph_indexed_files_total", &[("outcome", outcome)]);
    assert_eq!([ended("index", "done"), files("parsed"), files("unchanged")], [0, 0, 0]);
    assert_eq!(daemon.post("/api/v1/admin/pause-indexing", "").status, 200);
    let (_first, second) = (submit(false), submit(true));
    let queue = || {
        [
            number(&daemon, "codegraph_indexing_queue_depth", &[]),
            number(&daemon, "codegraph_index_jobs", &[("state", "queued")]),
            number(&daemon, "codegraph_index_jobs", &[("state", "running")]),
        ]
    };
    assert_eq!(queue(), [2, 2, 0]);
    assert_eq!(daemon.send("DELETE", &format!("/api/v1/jobs/{second}"), &[], "").status / 100, 2);
    assert_eq!((queue(), ended("index", "cancelled")), ([1, 1, 0], 1));
    assert_eq!(daemon.post("/api/v1/admin/resume-indexing", "").status, 200);
    until("the first job is done", || ended("index", "done") == 1);
    assert_eq!((queue(), files("unchanged"), files("parsed")), ([0, 0, 0], 2, 0));
    let order = "class Order { int price() { return 4; } }\n// more\n";
    write(&root, &BTreeMap::from([("Order.java".to_owned(), order.to_owned())]));
    std::fs::write(root.join("large.java"), "x".repeat(100)).unwrap();
    submit(false);
    until("the third job is done", || ended("index", "done") == 2);
    assert_eq!((files("unchanged"), files("parsed")), (3, 2));
    assert_eq!(number(&daemon, "codegraph_index_duration_seconds_count", &[]), 2);
    std::fs::remove_dir_all(&root).unwrap();
    let removed = daemon.send("DELETE", "/api/v1/projects/p?force=true", &[], "");
    assert_eq!(removed.status, 202, "{}", removed.body);
    until("the project is gone", || ended("remove", "done") == 1);
    assert_eq!(number(&daemon, "codegraph_projects", &[]), 0);
    assert_eq!([ended("index", "failed"), ended("index", "timed_out"), files("failed")], [0, 0, 0]);
    let asked = place.of("http").into_iter().filter(|line| line["endpoint"] == "/api/v1/index");
    assert!(asked.into_iter().all(|line| line["project"] == "p"));
    let stats = daemon.get("/api/v1/admin/stats").json();
    assert_eq!(stats["jobs"]["ended"]["index"]["done"], 2, "{stats}");
    assert_eq!((&stats["jobs"]["files"]["parsed"], &stats["jobs"]["queued"]), (&2.into(), &0.into()));
}

#[test]
fn backups_are_told_whoever_makes_them_and_so_is_one_that_could_not_be_made() {
    let place = Place::new();
    let to = place.temp.path().join("kept");
    let folder = ("CODEGRAPH_DATABASE_BACKUP_PATH", to.to_str().unwrap());
    let daemon = place.daemon(&[AT_ONCE, folder]);
    let told = || {
        [
            "codegraph_backups_total",
            "codegraph_backup_failures_total",
            "codegraph_backup_duration_seconds_count",
            "codegraph_backup_last_success_timestamp_seconds",
            "codegraph_backup_size_bytes",
        ]
        .map(|name| number(&daemon, name, &[]))
    };
    assert_eq!(told(), [0; 5]);
    assert!(number(&daemon, "codegraph_disk_free_bytes", &[("volume", "backup")]) > 0);
    // Another process makes one beside the daemon.
    let now = || std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let before = now();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_codegraph"));
    command.arg("--data-dir").arg(&place.data).args(["backup", "--format", "json"]).env(folder.0, folder.1);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let [n, failed, timed, at, bytes] = told();
    assert_eq!(([n, failed, timed], Some(bytes)), ([0; 3], made["bytes"].as_u64()));
    assert!((before..=now()).contains(&at), "{before} {at}");
    let stats = daemon.get("/api/v1/admin/stats").json();
    assert!(stats["backups"]["next_in_seconds"].as_u64().unwrap() > 86_000, "{stats}");
    // A client has one made, in a folder of its own.
    let before = now();
    assert_eq!(daemon.post("/api/v1/admin/backup", r#"{"path": "nightly"}"#).status, 200);
    assert_eq!(daemon.post("/api/v1/admin/backup", r#"{"path": "/elsewhere"}"#).status, 403);
    let [n, failed, timed, at, _] = told();
    assert_eq!([n, failed, timed], [1, 0, 1]);
    assert!((before..=now()).contains(&at), "{before} {at}");
    assert_eq!(number(&daemon, "codegraph_corruption_detected_total", &[]), 0);
    // A client has one made as a job.
    assert_eq!(daemon.post("/api/v1/backup", "{}").status, 202);
    let done = [("type", "backup"), ("outcome", "done")];
    until("the job is done", || number(&daemon, "codegraph_jobs_finished_total", &done) == 1);
    assert_eq!(told()[..3], [2, 0, 2]);
    // What is damaged is not backed up, also where the daemon has it in memory as it was: each scrape reads the projects.
    let generation = place.data.join("snapshots/000000000001");
    let has_projects = |bytes: &[u8]| bytes.windows(8).any(|window| window == b"project/");
    let paths = std::fs::read_dir(&generation).unwrap().map(|entry| entry.unwrap().path());
    let tables = paths.filter(|path| path.extension().is_some_and(|ending| ending == "sst"));
    let damaged = tables.filter_map(|path| Some((std::fs::read(&path).ok()?, path)));
    let damaged = damaged.filter(|(bytes, _)| has_projects(bytes)).map(|(mut bytes, path)| {
        bytes.iter_mut().take(40).for_each(|byte| *byte ^= 0x5a);
        std::fs::write(path, bytes).unwrap();
    });
    assert_eq!(damaged.count(), 1);
    assert_eq!(number(&daemon, "codegraph_projects", &[]), 1);
    let refused = daemon.post("/api/v1/admin/backup", "{}");
    assert_eq!((refused.status, refused.json()["code"].as_str()), (503, Some("corrupt")), "{}", refused.body);
    assert_eq!(told()[..3], [2, 1, 2]);
    assert_eq!(daemon.get("/health").json()["degraded"], serde_json::json!(["backup_failed"]));
    assert!(number(&daemon, "codegraph_corruption_detected_total", &[]) > 0);
}

#[test]
fn backups_that_the_daemon_makes_by_itself_are_counted() {
    let place = Place::new();
    let daemon = place.daemon(&[AT_ONCE, ("CODEGRAPH_DATABASE_BACKUP_INTERVAL", "1s")]);
    until("two backups are made", || number(&daemon, "codegraph_backups_total", &[]) >= 2);
    let at = number(&daemon, "codegraph_backup_last_success_timestamp_seconds", &[]);
    assert!(at > 1_700_000_000 && place.data.join("backups/generations").is_dir());
}

#[test]
fn what_the_store_holds_and_counts_is_told_when_it_counts() {
    let place = Place::new();
    let daemon = place.daemon(&[AT_ONCE, ("CODEGRAPH_DATABASE_ENABLE_STATISTICS", "true")]);
    let misses = || number(&daemon, "codegraph_cache_misses_total", &[("cache", "block")]);
    let first = misses();
    let cached = number(&daemon, "codegraph_block_cache_bytes", &[]);
    assert_eq!(search(&daemon, "price").status, 200);
    assert!(misses() > first, "{first}");
    assert!(number(&daemon, "codegraph_block_cache_bytes", &[]) > cached);
    for family in ["default", "graph", "text", "embeddings"] {
        assert!(number(&daemon, "codegraph_column_family_size_bytes", &[("family", family)]) > 0, "{family}");
    }
    let stats = daemon.get("/api/v1/admin/stats").json();
    let database = &stats["database"];
    assert!(database["tickers"]["rocksdb.block.cache.miss"].as_u64() > Some(first), "{stats}");
    assert_eq!(database["properties"]["rocksdb.block-cache-capacity"], 64 << 20, "{stats}");
    assert!(database["properties"]["rocksdb.live-sst-files-size"].as_u64() > Some(0), "{stats}");
    let rows = |family: &Value| family["rows"].as_u64() > Some(0);
    assert!(database["families"].as_array().unwrap().iter().all(rows), "{stats}");
    assert_eq!((&stats["projects"], &stats["largest_projects"][0]["symbols"]), (&1.into(), &4.into()));
    assert_eq!(stats["caches"]["result"]["entries"], 1, "{stats}");
    assert!(stats["caches"]["result"]["bytes"].as_u64() > Some(0), "{stats}");
    assert!(stats["memory"]["resident_bytes"].as_u64() > Some(1 << 20), "{stats}");
    // Counters go on with the next generation, though another database is read then.
    let before = misses();
    write(
        &place.temp.path().join("shop"),
        &BTreeMap::from([("New.java".to_owned(), "class New {}\n".to_owned())]),
    );
    index(&place.data, &place.temp.path().join("shop"));
    assert_eq!(number(&daemon, "codegraph_generation", &[]), 2);
    assert!(misses() >= before);
    let plain = place.daemon(&[]);
    assert_eq!(value(&scrape(&plain), "codegraph_cache_misses_total", &[("cache", "block")]), None);
    assert!(plain.get("/api/v1/admin/stats").json()["database"]["tickers"].is_null());
}

#[cfg(unix)]
#[test]
fn a_daemon_that_finds_no_room_says_that_it_can_only_be_read() {
    let place = Place::new();
    let root = place.temp.path().join("shop").canonicalize().unwrap();
    let start = |blocks: &str| {
        let mut command = std::process::Command::new("sh");
        // Without the trap the system would end the process instead of refusing the write.
        let limited = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        command.args(["-c", &limited, "sh", env!("CARGO_BIN_EXE_codegraph"), "--data-dir"]).arg(&place.data);
        command.args(["serve", "--port", "0"]).env_remove("CODEGRAPH_CONFIG").env("CODEGRAPH_API_KEY", KEY);
        command.env("CODEGRAPH_PARSING_ALLOWED_ROOTS", serde_json::json!([root]).to_string());
        Daemon::of(command)
    };
    write(&root, &BTreeMap::from([("New.java".to_owned(), "class New {}\n".repeat(99))]));
    let read_only = |daemon: &Daemon| number(daemon, "codegraph_read_only", &[]);
    let outcome = |daemon: &Daemon, outcome: &str| {
        assert_eq!(read_only(daemon), 0);
        let body = serde_json::json!({ "paths": [root], "name": "p" }).to_string();
        assert_eq!(daemon.post("/api/v1/index", &body).status, 202);
        let labels = [("type", "index"), ("outcome", outcome)];
        until(outcome, || number(daemon, "codegraph_jobs_finished_total", &labels) == 1);
        // It answers all the same, and says so wherever it is asked how it is.
        let told = ["/health", "/ready", "/api/v1/health"].map(|path| daemon.send_bare("GET", path, &[], ""));
        assert!(told.iter().all(|answer| answer.status == 200), "{told:?}");
        (read_only(daemon), told.map(|answer| answer.json()["degraded"].take()))
    };
    let words = serde_json::json!(["read_only"]);
    assert_eq!(outcome(&start("8"), "failed"), (1, [words.clone(), words.clone(), words]));
    assert_eq!(outcome(&start("unlimited"), "done"), (0, [Value::Null, Value::Null, Value::Null]));
}
