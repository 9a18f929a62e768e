//! The daemon: the same answers as the command line, only to those who are here, and a clean end.

use crate::support::{Daemon, write};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

const CODEGRAPH: &str = env!("CARGO_BIN_EXE_codegraph");

/// An index of one small project, and a daemon over it.
struct Shop {
    daemon: Daemon,
    data: PathBuf,
    root: PathBuf,
    _temp: tempfile::TempDir,
}

fn shop() -> Shop {
    shop_with(&[])
}

fn shop_with(settings: &[(&str, &str)]) -> Shop {
    let temp = tempfile::tempdir().unwrap();
    let (root, data) = (temp.path().join("shop"), temp.path().join("data"));
    write(
        &root,
        &BTreeMap::from([
            ("Shop.java".to_owned(), "class Shop { int total(Order o) { return o.price(); } }\n".to_owned()),
            ("Order.java".to_owned(), "class Order { int price() { return 3; } }\n".to_owned()),
        ]),
    );
    assert!(command(&data).arg("index").arg(&root).output().unwrap().status.success());
    Shop { daemon: Daemon::start(&data, settings), data, root, _temp: temp }
}

fn command(data: &Path) -> Command {
    let mut command = Command::new(CODEGRAPH);
    command.arg("--data-dir").arg(data);
    command
}

impl Shop {
    /// Gives status and body.
    fn get(&self, path: &str) -> (u16, String) {
        let answer = self.daemon.get(path);
        (answer.status, answer.body)
    }

    fn post(&self, path: &str, body: &str) -> (u16, serde_json::Value) {
        let answer = self.daemon.post(path, body);
        (answer.status, answer.json())
    }
}

#[test]
fn the_daemon_answers_what_the_command_line_answers() {
    let shop = shop();
    assert_eq!(shop.get("/health").0, 200);
    let (status, ready) = shop.get("/ready");
    assert_eq!((status, ready.contains("\"generation\":1")), (200, true), "{ready}");

    let cli = command(&shop.data)
        .args(["query", "callers", "Order.price", "--format", "json"])
        .current_dir(&shop.root)
        .output()
        .unwrap();
    assert!(cli.status.success(), "{}", String::from_utf8_lossy(&cli.stderr));
    let cli: serde_json::Value = serde_json::from_slice(&cli.stdout).unwrap();
    assert!(cli["results"][0]["symbol"].as_str().unwrap().contains("total"), "{cli}");
    let (status, http) = shop.post("/api/v1/query/callers", r#"{"symbol": "Order.price"}"#);
    assert_eq!((status, &http), (200, &cli));
}

#[test]
fn what_is_kept_open_gives_way_to_a_newer_generation() {
    let shop = shop();
    let first = |question: &str| {
        let (status, answer) = shop.post("/api/v1/search", &format!(r#"{{"query": ["{question}"]}}"#));
        assert_eq!(status, 200, "{answer}");
        answer["results"][0]["path"].as_str().unwrap_or_default().to_owned()
    };
    // The second question finds what the first has read.
    assert_eq!([first("Order"), first("Order"), first("Shop")], ["Order.java", "Order.java", "Shop.java"]);
    let parcel = ("Parcel.java".to_owned(), "class Parcel { int weight() { return 1; } }\n".to_owned());
    write(&shop.root, &BTreeMap::from([parcel]));
    std::fs::remove_file(shop.root.join("Order.java")).unwrap();
    assert!(command(&shop.data).arg("index").arg(&shop.root).output().unwrap().status.success());
    assert_eq!([first("Parcel"), first("Shop")], ["Parcel.java", "Shop.java"]);
    assert_ne!(first("Order"), "Order.java");
}

#[test]
fn a_text_that_is_kept_is_shown_as_long_as_its_file_is_the_same() {
    let shop = shop_with(&[("CODEGRAPH_PERFORMANCE_ENABLE_RESULT_CACHE", "false")]);
    let order = shop.root.join("Order.java");
    let old = |text: &str, seconds: u64| {
        std::fs::write(&order, text).unwrap();
        let file = std::fs::File::options().write(true).open(&order).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).unwrap();
    };
    let shown = || {
        let (status, answer) = shop.post("/api/v1/search", r#"{"query": ["Order.price"]}"#);
        assert_eq!(status, 200, "{answer}");
        let first = &answer["results"][0];
        (first["snippet"].as_str().unwrap_or_default().contains("return 3"), first["stale"] == true)
    };
    let text = "class Order { int price() { return 3; } }\n";
    old(text, 3_600);
    assert_eq!([shown(), shown()], [(true, false); 2]);
    // Another text of the same length, then the first one again.
    old(&text.replace('3', "4"), 1_800);
    assert_eq!([shown(), shown()], [(false, true); 2]);
    old(text, 900);
    assert_eq!(shown(), (true, false));
    // Another text of the same length with the time of the first one, as tools make it that copy times.
    let time = std::fs::metadata(&order).unwrap().modified().unwrap();
    std::fs::write(&order, text.replace('3', "6")).unwrap();
    std::fs::File::options().write(true).open(&order).unwrap().set_modified(time).unwrap();
    assert_eq!(shown(), (false, true));
    old(text, 900);
    assert_eq!(shown(), (true, false));
    std::fs::remove_file(&order).unwrap();
    assert_eq!(shown(), (false, false));
    // What was changed right now may be changed again at the same time of its clock.
    old(text, 0);
    assert_eq!(shown(), (true, false));
    let now = std::fs::metadata(&order).unwrap().modified().unwrap();
    std::fs::write(&order, text.replace('3', "5")).unwrap();
    std::fs::File::options().write(true).open(&order).unwrap().set_modified(now).unwrap();
    assert_eq!(shown(), (false, true));
}

#[test]
fn every_operation_that_is_listed_is_there() {
    let shop = shop();
    let (status, listed) = shop.get("/api/v1");
    assert_eq!(status, 200);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let operations = listed["operations"].as_array().unwrap();
    assert!(operations.iter().any(|operation| operation["path"] == "/api/v1/search"), "{listed}");
    for operation in operations {
        let path = operation["path"].as_str().unwrap();
        let (status, problem) = shop.post(path, r#"{"no such field": 1}"#);
        assert_eq!((status, problem["code"].as_str()), (400, Some("usage")), "{path}: {problem}");
    }
}

#[test]
fn what_reads_and_writes_files_of_its_machine_is_not_there() {
    let shop = shop();
    for path in ["/api/v1/verify", "/api/v1/config/check"] {
        assert_eq!(shop.post(path, "{}").0, 404, "{path}");
    }
}

#[test]
fn a_wrong_request_gets_a_problem_that_says_why() {
    let shop = shop();
    assert_eq!(shop.get("/nothing").0, 404);
    assert_eq!(shop.get("/api/v1/query/callers").0, 405);
    let (status, problem) = shop.post("/api/v1/search", "{");
    assert_eq!(status, 400);
    assert!(problem["detail"].as_str().unwrap().contains("JSON"), "{problem}");
    let (status, problem) = shop.post("/api/v1/query/callers", r#"{"symbol": "nobody"}"#);
    assert_eq!((status, problem["code"].as_str()), (404, Some("not_found")), "{problem}");
}

#[test]
fn one_text_is_taken_where_a_list_of_texts_is() {
    let shop = shop();
    let answers = [r#"{"query": ["total"]}"#, r#"{"query": "total"}"#].map(|body| {
        let (status, mut answer) = shop.post("/api/v1/search", body);
        assert_eq!(status, 200, "{answer}");
        answer["results"].take()
    });
    assert_eq!(answers[0][0]["path"], "Shop.java");
    assert_eq!(answers[0], answers[1]);
    let (status, problem) = shop.post("/api/v1/search", r#"{"query": 7}"#);
    assert_eq!(status, 400, "{problem}");
    let message = problem["errors"][0]["message"].as_str().unwrap();
    assert_eq!(message, "a number is given, where an array or a string or null is wanted");
}

#[test]
fn who_has_the_address_is_told() {
    let shop = shop();
    let port = shop.daemon.address.rsplit_once(':').unwrap().1;
    let other = tempfile::tempdir().unwrap();
    for (data, says) in [(shop.data.as_path(), "a daemon answers for this index"), (other.path(), "--port")] {
        let ended = command(data).args(["serve", "--port", port]).output().unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(!ended.status.success() && told.contains("cannot listen") && told.contains(says), "{told}");
    }
}

#[test]
fn a_page_under_another_name_gets_nothing() {
    let shop = shop();
    let open = Daemon::start(&shop.data, &[("CODEGRAPH_SECURITY_API_KEY_REQUIRED", "false")]);
    for (daemon, head) in [
        (&open, "Host: evil.example".to_owned()),
        (&open, format!("Host: {}\r\nOrigin: https://evil.example", open.address)),
        (&open, format!("Host: {}\r\nOrigin: null", open.address)),
        (&shop.daemon, format!("Host: {}\r\nOrigin: https://evil.example", shop.daemon.address)),
        (&shop.daemon, format!("Host: {}\r\nOrigin: null", shop.daemon.address)),
    ] {
        let request = format!("GET /ready HTTP/1.1\r\n{head}\r\nConnection: close\r\n\r\n");
        let answer = daemon.raw(request.as_bytes());
        assert_eq!(answer.status, 403, "{head}: {answer:?}");
    }
    assert_eq!(open.send_bare("GET", "/api/v1", &[], "").status, 200);
}

#[test]
fn a_signal_ends_the_daemon_and_that_is_no_failure() {
    let mut shop = shop();
    shop.daemon.signal("TERM");
    assert_eq!(shop.daemon.wait().code(), Some(0));
}
