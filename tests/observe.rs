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
