//! A daemon that is asked by the command line: the same bytes and the same exit code as without one.

use crate::support::{Daemon, KEY, write};
use codegraph::service::{Effect, Entry, OPERATIONS, Surface};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};

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
];

/// Operations that take no project.
const OF_ALL: &[&str] = &["schema", "show"];

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
        for name in ["CODEGRAPH_REMOTE", "CODEGRAPH_API_KEY", "CODEGRAPH_CONFIG"] {
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
        let took = regex::Regex::new(r#"("took_ms":|rows? in )\d+"#).unwrap();
        took.replace_all(&text, "${1}0").into_owned()
    };
    (output.status.code(), plain(&output.stdout), plain(&output.stderr))
}

#[test]
fn a_daemon_elsewhere_gives_the_same_bytes_and_exit_codes_in_every_form() {
    let shop = shop();
    let daemon = Daemon::start(&shop.data, &[]);
    let remote = [("CODEGRAPH_REMOTE", daemon.address.as_str()), ("CODEGRAPH_API_KEY", KEY)];
    let is_asked = |entry: &&Entry| {
        entry.effect != Effect::Write
            && [Surface::Cli, Surface::Http].iter().all(|surface| entry.surfaces.contains(surface))
    };
    for entry in OPERATIONS.iter().filter(is_asked) {
        let questions: Vec<_> = QUESTIONS.iter().filter(|(name, _)| *name == entry.name).collect();
        assert!(!questions.is_empty(), "{} is asked nothing", entry.name);
        for (_, args) in questions {
            for format in entry.formats {
                let words = asked(entry, args, format.name());
                let (here, there) = (shop.run(&words, &[]), shop.run(&words, &remote));
                assert_eq!(said(&there), said(&here), "{words:?}");
            }
        }
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
    for words in [
        &["backup", "--to", "x"][..],
        &["verify", "--oracle", "x"],
        &["config", "check"],
        &["serve"],
        &["mcp"],
    ] {
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
