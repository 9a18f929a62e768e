//! A daemon that is asked by the command line: the same bytes and the same exit code as without one.

use crate::support::{Daemon, KEY, write};
use codegraph::service::{Entry, OPERATIONS, Surface};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// What each operation is asked; its name, then arguments besides the project. Several lines are several questions.
const QUESTIONS: &[(&str, &[&str])] = &[
    ("search", &["total of orders"]),
    ("search", &["nothingiscalledthat kind:struct"]),
    ("search", &["pricce"]),
    ("search", &["re:/(/"]),
    ("definition", &["total"]),
    ("definition", &["price"]),
    ("references", &["Order"]),
    ("callers", &["Order.price"]),
    ("callers", &["price"]),
    ("callers", &["nobody"]),
    ("callees", &["total"]),
    ("implementations", &["Priced"]),
    ("hierarchy", &["Order"]),
    ("imports", &["Shop.java"]),
    ("importers", &["Order.java"]),
    ("impact", &["Order.price"]),
    ("path", &["Shop.total", "Order.price"]),
    ("explain", &["Shop.total", "Order.price"]),
    ("outline", &["Shop.java"]),
    ("outline", &["Missing.java"]),
    ("cycles", &[]),
    ("dependencies", &[]),
    ("unused", &[]),
    ("stats", &[]),
    ("cypher", &["MATCH (m:Method) RETURN m.name ORDER BY m.name"]),
    ("cypher", &["MATCH (m:Method RETURN m"]),
    ("schema", &[]),
    ("export", &[]),
    ("status", &["--no-scan"]),
    ("show", &["parsing"]),
    ("list", &[]),
];

/// Operations that take no project.
const OF_ALL: &[&str] = &["schema", "show", "list"];

struct Shop {
    data: PathBuf,
    root: PathBuf,
    _temp: tempfile::TempDir,
}

fn shop() -> Shop {
    let temp = tempfile::tempdir().unwrap();
    let root = temp.path().canonicalize().unwrap().join("shop");
    let files = [
        ("Shop.java", "class Shop { int total(Order o) { return o.price(); } }\n"),
        ("Order.java", "class Order implements Priced { public int price() { return 3; } }\n"),
        ("Priced.java", "interface Priced { int price(); }\n"),
    ];
    write(&root, &files.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    let data = temp.path().join("data");
    let shop = Shop { data, root, _temp: temp };
    assert!(shop.run(&["-q", "index", "--name", "shop", "."], &[]).status.success());
    shop
}

impl Shop {
    /// Runs a command line in the project's folder.
    fn run(&self, args: &[&str], environment: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codegraph"));
        command.current_dir(&self.root).args(args).env("CODEGRAPH_DATABASE_PATH", &self.data);
        for name in ["CODEGRAPH_REMOTE", "CODEGRAPH_API_KEY", "CODEGRAPH_CONFIG", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        command.envs(environment.iter().copied()).output().unwrap()
    }
}

/// The words of a command line that asks an operation in a form.
fn asked<'a>(entry: &'a Entry, args: &[&'a str], format: &'a str) -> Vec<&'a str> {
    let mut words: Vec<&str> = entry.group.command().map(|(group, _)| group).into_iter().collect();
    words.push(entry.name);
    words.extend_from_slice(&["--format", format, "--color", "always"]);
    if !OF_ALL.contains(&entry.name) {
        words.extend_from_slice(&["--project", "shop"]);
    }
    words.extend_from_slice(args);
    words
}

/// What a run said, without what differs between two runs of the same thing.
fn said(output: &Output) -> (Option<i32>, String, String) {
    let plain = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let took = regex::Regex::new(r#"("took_ms":|rows? in |"disk_bytes":|data: )[\d.]+"#).unwrap();
        took.replace_all(&text, "${1}0").into_owned()
    };
    (output.status.code(), plain(&output.stdout), plain(&output.stderr))
}

#[test]
fn a_daemon_here_or_elsewhere_changes_no_byte_and_no_exit_code_in_any_form() {
    let shop = shop();
    assert!(shop.run(&["-q", "backup"], &[]).status.success());
    let is_asked = |entry: &&Entry| {
        !entry.is_job && [Surface::Cli, Surface::Http].iter().all(|surface| entry.surfaces.contains(surface))
    };
    let mut asked_for = Vec::new();
    for entry in OPERATIONS.iter().filter(is_asked) {
        let questions: Vec<_> = QUESTIONS.iter().filter(|(name, _)| *name == entry.name).collect();
        assert!(!questions.is_empty(), "{} is asked nothing", entry.name);
        for (_, args) in questions {
            asked_for.extend(entry.formats.iter().map(|format| asked(entry, args, format.name())));
        }
    }
    let alone: Vec<_> = asked_for.iter().map(|words| said(&shop.run(words, &[]))).collect();
    let daemon = Daemon::start(&shop.data, &[]);
    let remote = [("CODEGRAPH_REMOTE", daemon.address.as_str()), ("CODEGRAPH_API_KEY", KEY)];
    for (words, alone) in asked_for.iter().zip(&alone) {
        for environment in [&[][..], &remote] {
            assert_eq!(&said(&shop.run(words, environment)), alone, "{words:?} {environment:?}");
        }
    }
}

/// The report of a run without what differs between two runs of the same thing.
fn report(output: &Output) -> (Option<i32>, serde_json::Value, String) {
    let mut report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    if let Some(fields) = report.as_object_mut() {
        for name in ["seconds", "cpu_seconds", "phases", "peak_memory_bytes", "disk_bytes", "generation"] {
            fields.remove(name);
        }
    }
    (output.status.code(), report, String::from_utf8_lossy(&output.stderr).into_owned())
}

fn jobs(daemon: &Daemon) -> Vec<(String, String)> {
    let jobs = daemon.get("/api/v1/jobs").json();
    let text = |job: &serde_json::Value, name: &str| job[name].as_str().unwrap().to_owned();
    jobs["data"].as_array().unwrap().iter().map(|job| (text(job, "type"), text(job, "status"))).collect()
}

#[test]
fn what_writes_is_done_by_the_daemon_that_lives_on_the_data_folder() {
    let shop = shop();
    let index = ["index", "--format", "json", "--force", "--color", "never"];
    let remove = ["remove", "shop", "--format", "json"];
    let missing = ["index", "nowhere", "--format", "json"];
    let unknown = ["remove", "nobody"];
    let run = || {
        let all = [&index[..], &missing, &unknown, &remove];
        let outputs = all.map(|words| shop.run(words, &[]));
        assert!(shop.run(&["-q", "index", "--name", "shop", "."], &[]).status.success());
        outputs.map(|output| report(&output))
    };
    let alone = run();
    assert_eq!(alone.each_ref().map(|(code, ..)| *code), [Some(0), Some(2), Some(2), Some(0)]);
    let daemon = Daemon::start(&shop.data, &[]);
    assert_eq!(run(), alone);
    // A folder that is not there is no job.
    let done = |name: &str, status: &str| (name.to_owned(), status.to_owned());
    let wanted =
        [done("index", "done"), done("remove", "done"), done("remove", "failed"), done("index", "done")];
    assert_eq!(jobs(&daemon), wanted);
}

/// Commands that keep the index, in this order, and how each ends. In between a file is added, which a restore takes away.
const KEEPING: &[(&[&str], i32)] = &[
    (&["backup", "list"], 1),
    (&["backup", "prune"], 1),
    (&["restore", "--dry-run"], 1),
    (&["backup"], 0),
    (&["backup", "--format", "json"], 0),
    (&["backup", "-q"], 0),
    (&["backup", "--project", "shop"], 0),
    (&["backup", "--project", "nobody"], 2),
    (&["backup", "list"], 0),
    (&["backup", "list", "--format", "json"], 0),
    (&["backup", "verify"], 0),
    (&["backup", "verify", "--test-restore", "--format", "json"], 0),
    (&["backup", "verify", "--generation", "none"], 2),
    (&["backup", "prune", "--keep-last", "2", "--dry-run"], 0),
    (&["backup", "prune", "--keep-last", "1", "--format", "json"], 0),
    (&["backup", "prune", "--retention", "soon"], 2),
    (&["doctor"], 0),
    (&["doctor", "--check-data", "--repair", "--format", "json"], 0),
    (&["restore", "--dry-run"], 0),
    (&["restore", "--generation", "none"], 2),
    (&["restore", "--project", "nobody"], 2),
    (&["restore", "--project", "shop", "--format", "json"], 0),
    (&["restore"], 0),
    (&["doctor", "--check-data"], 0),
];

/// What [`KEEPING`] says, without what differs from one data folder and one second to the next.
fn kept(shop: &Shop, environment: &[(&str, &str)]) -> Vec<(Option<i32>, String, String)> {
    let plain = |bytes: &[u8]| {
        let text = String::from_utf8_lossy(bytes).replace(shop.data.to_str().unwrap(), "DATA");
        let text = text.replace(shop.root.to_str().unwrap(), "ROOT");
        let differs = regex::Regex::new(
            r#"\d{12}-\d{12}|[0-9a-f]{32,64}|[\d.,]+ [kKMGT]?i?B\b|pre-restore-\d+|"(made_at|bytes|new_bytes|removed_bytes|waiting_bytes)":\d+"#,
        );
        differs.unwrap().replace_all(&text, "#").into_owned()
    };
    let ask = |(words, code): &(&[&str], i32)| {
        if words[0] == "restore" && *code == 0 {
            std::fs::write(shop.root.join("Parcel.java"), "class Parcel { int weight() { return 1; } }\n")
                .unwrap();
            assert!(shop.run(&["-q", "index", "."], &[]).status.success());
        }
        let output = shop.run(words, environment);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(*code), "{words:?} {environment:?}: {text}");
        assert!(!text.contains("LOCK"), "{text}");
        (output.status.code(), plain(&output.stdout), plain(&output.stderr))
    };
    KEEPING.iter().map(ask).collect()
}

fn knows_parcels(daemon: &Daemon) -> bool {
    daemon.post("/api/v1/query/definition", r#"{"symbol": "Parcel.weight", "project": "shop"}"#).status == 200
}

#[test]
fn what_keeps_the_index_says_the_same_with_a_daemon_here_and_one_elsewhere() {
    let alone = kept(&shop(), &[]);
    let beside = shop();
    let daemon = Daemon::start(&beside.data, &[]);
    assert_eq!(kept(&beside, &[]), alone);
    assert!(!knows_parcels(&daemon), "the daemon answers from what was restored");
    drop(daemon);
    let elsewhere = shop();
    let daemon = Daemon::start(&elsewhere.data, &[]);
    let remote = [("CODEGRAPH_REMOTE", daemon.address.as_str()), ("CODEGRAPH_API_KEY", KEY)];
    assert_eq!(kept(&elsewhere, &remote), alone);
    assert!(!knows_parcels(&daemon));
}

#[test]
fn a_restore_is_done_while_indexing_is_paused_and_the_daemon_goes_over_to_it() {
    let shop = shop();
    let daemon = Daemon::start(&shop.data, &[]);
    assert!(shop.run(&["-q", "backup"], &[]).status.success());
    std::fs::write(shop.root.join("Parcel.java"), "class Parcel { int weight() { return 1; } }\n").unwrap();
    assert!(shop.run(&["-q", "index"], &[]).status.success());
    assert!(knows_parcels(&daemon));
    assert!(daemon.post("/api/v1/admin/pause-indexing", "").status < 300);
    let output = shop.run(&["restore"], &[]);
    assert!(output.status.success(), "{output:?}");
    assert!(!knows_parcels(&daemon));
    assert_eq!(jobs(&daemon)[0], ("restore".to_owned(), "done".to_owned()));
}

#[test]
fn from_elsewhere_only_what_lies_in_the_backup_folder_is_reached() {
    let shop = shop();
    let daemon = Daemon::start(&shop.data, &[]);
    let remote = [("CODEGRAPH_REMOTE", daemon.address.as_str()), ("CODEGRAPH_API_KEY", KEY)];
    let outside = shop.root.join("outside");
    let outside = outside.to_str().unwrap();
    for (words, code) in [
        (&["backup", "--to", outside][..], 14),
        (&["backup", "--to", "../outside"], 14),
        (&["backup", "--archive", "x.tar.zst"], 2),
        (&["backup", "--to", "inside"], 0),
        (&["backup", "list", "--to", "inside"], 0),
        (&["backup", "list", "--to", outside], 14),
        (&["backup", "list", "--to", "missing"], 1),
        (&["backup", "verify", "--to", "inside"], 0),
        (&["backup", "verify", "--to", "/etc/passwd"], 14),
        (&["backup", "prune", "--to", outside, "--keep-last", "1"], 14),
        (&["restore", "--from", outside], 14),
        (&["restore", "--from", "missing"], 1),
        (&["restore", "--from", "inside", "--into", outside], 2),
        (&["restore", "--from", "inside"], 0),
    ] {
        let output = shop.run(words, &remote);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{words:?}: {text}");
        assert!(code < 2 || text.contains("hint:"), "{words:?}: {text}");
    }
    assert!(!shop.root.join("outside").exists() && !shop.data.join("backups/missing").exists());
    assert!(shop.data.join("backups/inside/generations").is_dir());
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_whose_name_is_no_text_is_indexed_beside_the_daemon() {
    use std::os::unix::ffi::OsStrExt as _;
    let shop = shop();
    let _daemon = Daemon::start(&shop.data, &[]);
    let folder = shop.root.join(std::ffi::OsStr::from_bytes(b"d\xe9r"));
    std::fs::create_dir(&folder).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegraph"));
    let output =
        command.arg("index").arg(&folder).env("CODEGRAPH_DATABASE_PATH", &shop.data).output().unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_data_folder_that_cannot_be_entered_is_told_as_that_and_not_as_damage() {
    let shop = shop();
    let file = shop.root.join("Shop.java");
    for words in [&["status"][..], &["search", "x"], &["backup"]] {
        let mut all = vec!["--data-dir", file.to_str().unwrap()];
        all.extend_from_slice(words);
        let output = shop.run(&all, &[]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(14), "{words:?}: {text}");
        assert!(text.contains("--data-dir"), "{text}");
    }
}

#[test]
fn who_stops_the_command_stops_the_job() {
    let shop = shop();
    let daemon = Daemon::start(&shop.data, &[]);
    assert!(daemon.post("/api/v1/admin/pause-indexing", "").status < 300);
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegraph"));
    command.current_dir(&shop.root).arg("index").env("CODEGRAPH_DATABASE_PATH", &shop.data);
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    let end = Instant::now() + Duration::from_secs(20);
    while jobs(&daemon).is_empty() {
        assert!(Instant::now() < end, "the job never came");
        std::thread::yield_now();
    }
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(jobs(&daemon), [("index".to_owned(), "cancelled".to_owned())]);
}

#[test]
fn a_daemon_that_was_killed_is_passed_over() {
    let shop = shop();
    let mut daemon = Daemon::start(&shop.data, &[]);
    let file = shop.data.join("daemon.json");
    assert!(file.exists());
    daemon.signal("KILL");
    daemon.wait();
    assert!(file.exists());
    assert!(shop.run(&["-q", "index"], &[]).status.success());
    assert!(!file.exists());
    let mut daemon = Daemon::start(&shop.data, &[]);
    daemon.signal("TERM");
    assert_eq!(daemon.wait().code(), Some(0));
    assert!(!file.exists());
}

#[test]
fn a_folder_of_the_daemons_machine_is_indexed_from_elsewhere_when_it_is_allowed() {
    let shop = shop();
    let daemon =
        Daemon::start(&shop.data, &[("CODEGRAPH_PARSING_ALLOWED_ROOTS", shop.root.to_str().unwrap())]);
    let ask = |path: &str| {
        let words = ["--remote", &daemon.address, "--api-key", KEY, "index", "--format", "json", path];
        shop.run(&words, &[])
    };
    let root = shop.root.to_str().unwrap();
    let indexed = ask(root);
    assert_eq!(report(&indexed).1["project"], "shop", "{indexed:?}");
    assert_eq!(ask(shop.data.to_str().unwrap()).status.code(), Some(14));
    assert_eq!(ask("relative").status.code(), Some(2));
}

#[test]
fn a_watching_daemon_indexes_what_changes() {
    let shop = shop();
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegraph"));
    command.args(["serve", "--port", "0", "--watch"]);
    command.env("CODEGRAPH_DATABASE_PATH", &shop.data).env("CODEGRAPH_API_KEY", KEY);
    // It is asked without a pause, for as long as a busy machine takes.
    command.env("CODEGRAPH_SECURITY_RATE_LIMITING", "false");
    let daemon = Daemon::of(command);
    let end = Instant::now() + Duration::from_secs(30);
    // The first run is the one at its start: from then on it watches.
    while !jobs(&daemon).contains(&("index".to_owned(), "done".to_owned())) {
        assert!(Instant::now() < end, "it never looked");
        std::thread::yield_now();
    }
    std::fs::write(shop.root.join("Parcel.java"), "class Parcel { int weight() { return 1; } }\n").unwrap();
    let body = r#"{"symbol": "Parcel.weight", "project": "shop"}"#;
    while daemon.post("/api/v1/query/definition", body).status != 200 {
        assert!(Instant::now() < end, "the new file was not seen");
        std::thread::yield_now();
    }
}

#[test]
fn an_answer_of_a_daemon_elsewhere_goes_into_a_file_too() {
    let shop = shop();
    let daemon = Daemon::start(&shop.data, &[]);
    let words = ["export", "--format", "scip", "--project", "shop", "--output"];
    let mut here = words.to_vec();
    here.push("here.scip");
    assert!(shop.run(&here, &[]).status.success());
    let mut there = vec!["--remote", &daemon.address, "--api-key", KEY];
    there.extend_from_slice(&words);
    there.push("there.scip");
    let output = shop.run(&there, &[]);
    assert!(output.status.success(), "{output:?}");
    let read = |name: &str| std::fs::read(shop.root.join(name)).unwrap();
    assert_eq!(read("there.scip"), read("here.scip"));
}

#[test]
fn a_daemon_elsewhere_wants_a_key_that_it_knows() {
    let shop = shop();
    let daemon = Daemon::start(&shop.data, &[]);
    let words = ["--remote", &daemon.address, "status"];
    for (key, code) in [(KEY, 0), ("no-such-key-0123456789", 14), ("", 14)] {
        let output = shop.run(&words, &[("CODEGRAPH_API_KEY", key)]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{key}: {text}");
        assert!(code == 0 || text.contains("--api-key-file") && !text.contains("no-such-key"), "{text}");
    }
}

#[test]
fn text_for_others_has_no_styles() {
    let shop = shop();
    let daemon = Daemon::start(&shop.data, &[]);
    let body = r#"{"symbol": "Order.price", "project": "shop"}"#;
    let ask = |accept: &str| daemon.send("POST", "/api/v1/query/callers", &[("Accept", accept)], body);
    let plain = ask("text/plain");
    assert_eq!(plain.header("Content-Type"), Some("text/plain; charset=utf-8"));
    assert!(plain.body.contains("Shop.total") && !plain.body.contains('\x1b'), "{}", plain.body);
    let styled = ask("text/html, text/plain; q=0.5; style=ansi");
    assert!(styled.body.contains("\x1b["), "{}", styled.body);
    assert_eq!(ask("text/vnd.mermaid").header("Content-Type"), Some("text/vnd.mermaid; charset=utf-8"));
    for accept in ["*/*", "application/json", "text/csv", "image/png", ""] {
        assert_eq!(ask(accept).header("Content-Type"), Some("application/json"), "{accept}");
    }
}

#[test]
fn what_only_this_machine_can_do_is_not_sent_elsewhere() {
    let shop = shop();
    let nowhere = ["--remote", "127.0.0.1:1"];
    for words in
        [&["key", "new", "x"][..], &["verify", "--oracle", "x"], &["config", "check"], &["serve"], &["mcp"]]
    {
        let mut all = nowhere.to_vec();
        all.extend_from_slice(words);
        let output = shop.run(&all, &[]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {text}");
        assert!(text.contains("machine"), "{words:?}: {text}");
    }
}

#[test]
fn who_cannot_be_reached_is_told_with_what_to_do() {
    let shop = shop();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let output = shop.run(&["--remote", &free, "status"], &[]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(
        text.contains(&format!("cannot reach the daemon at http://{free}")) && text.contains("hint:"),
        "{text}"
    );
}

/// A server that answers one request with this; gives its address.
fn answering(reply: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 4096];
        let _ = stream.read(&mut head).unwrap();
        stream.write_all(reply.as_bytes()).unwrap();
    });
    address
}

#[test]
fn refusals_of_a_daemon_are_told_in_words_of_their_own() {
    let shop = shop();
    let problem = |status: &str, headers: &str, body: &str| -> &'static str {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/problem+json\r\nContent-Length: {length}\r\n{headers}Connection: close\r\n\r\n{body}"
        )
        .leak()
    };
    for (reply, code, wanted) in [
        (
            problem("401 Unauthorized", "", r#"{"code":"no_key","detail":"this needs a key"}"#),
            14,
            "--api-key-file",
        ),
        (
            problem("403 Forbidden", "", r#"{"code":"denied","detail":"needs admin"}"#),
            14,
            "does not allow that: needs admin",
        ),
        (
            problem(
                "429 Too Many Requests",
                "Retry-After: 7\r\n",
                r#"{"code":"rate_limited","detail":"slow down"}"#,
            ),
            14,
            "ask again in 7 s",
        ),
        (problem("503 Service Unavailable", "", r#"{"code":"locked","detail":"busy"}"#), 11, "busy"),
        (problem("502 Bad Gateway", "", "<html>"), 2, "not as codegraph does"),
        (problem("200 OK", "", "{}"), 2, "not as codegraph does"),
        (problem("302 Found", "Location: http://127.0.0.1:1/\r\n", ""), 2, "not as codegraph does"),
    ] {
        let output = shop.run(&["--remote", &answering(reply), "--api-key", "k", "status"], &[]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{reply}: {text}");
        assert!(text.contains(wanted), "{reply}: {text}");
    }
}

#[test]
fn a_key_comes_from_a_file_too_and_is_never_printed() {
    let shop = shop();
    let key = "k-0123456789";
    std::fs::write(shop.root.join("key"), format!("{key}\n")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = vec![0; 4096];
        let n = stream.read(&mut head).unwrap();
        stream.write_all(b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
        String::from_utf8_lossy(&head[..n]).into_owned()
    });
    let output = shop.run(&["-v", "--remote", &address, "--api-key-file", "key", "status"], &[]);
    let head = asked.join().unwrap();
    assert!(head.to_ascii_lowercase().contains(&format!("authorization: bearer {key}")), "{head}");
    let told =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(!told.contains(key), "{told}");
}
