//! Who may ask a daemon: the whole program, its keys in files and variables, and what it tells of them.

use crate::support::{Answer, Daemon, KEY};
use serde_json::{Value, json};
use std::fs::File;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

const OTHER: &str = "another-key-of-the-tests-fedcba9876543210";
const SECRET: &str = "a-secret-that-signs-tokens-0123456789";

struct House {
    temp: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        Self { temp: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.temp.path().join(name)
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// `codegraph` with nothing but these settings.
    fn command(&self, args: &[&str], settings: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codegraph"));
        command.arg("--data-dir").arg(self.path("data")).args(args).current_dir(self.temp.path());
        command.env_remove("CODEGRAPH_CONFIG").envs(settings.iter().copied());
        command
    }

    /// A daemon with nothing but these settings, and what it tells in a file.
    fn daemon(&self, settings: &[(&str, &str)]) -> Daemon {
        let mut command = self.command(&["serve", "--port", "0"], settings);
        let told = File::options().append(true).create(true).open(self.path("told")).unwrap();
        command.stderr(Stdio::from(told));
        Daemon::of(command)
    }

    fn told(&self) -> String {
        std::fs::read_to_string(self.path("told")).unwrap()
    }

    /// Waits until it has told something.
    fn wait_until_told(&self, text: &str) {
        while !self.told().contains(text) {
            std::thread::yield_now();
        }
    }

    fn fails(&self, args: &[&str], settings: &[(&str, &str)]) -> (Option<i32>, String) {
        let Output { status, stderr, .. } = self.command(args, settings).output().unwrap();
        (status.code(), String::from_utf8(stderr).unwrap())
    }
}

/// The answer to a request with nothing but this `Authorization`.
fn asked(daemon: &Daemon, method: &str, path: &str, authorization: &str, body: &str) -> Answer {
    daemon.send_bare(method, path, &[("Authorization", authorization)], body)
}

/// The status of a question with a key.
fn ask(daemon: &Daemon, key: &str) -> u16 {
    asked(daemon, "GET", "/api/v1", &format!("Bearer {key}"), "").status
}

#[test]
fn a_first_start_without_keys_is_closed_and_tells_where_its_key_is() {
    let house = House::new();
    let daemon = house.daemon(&[]);
    let path = house.path("data").join("api_key");
    let key = std::fs::read_to_string(&path).unwrap().trim().to_owned();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(house.told().contains(path.to_str().unwrap()), "{}", house.told());
    assert_eq!((ask(&daemon, &key), ask(&daemon, ""), ask(&daemon, "guess")), (200, 401, 401));
    assert_eq!(daemon.send_bare("GET", "/health", &[], "").status, 200);
    drop(daemon);
    let again = house.daemon(&[("CODEGRAPH_API_KEY", "")]);
    assert_eq!((ask(&again, &key), ask(&again, "")), (200, 401));
    drop(again);
    let other = house.daemon(&[("CODEGRAPH_API_KEY", OTHER)]);
    assert_eq!((ask(&other, &key), ask(&other, OTHER)), (401, 200));
    drop(other);
    assert!(!house.told().contains(&key) && !house.told().contains(OTHER), "{}", house.told());
}

#[test]
fn keys_come_from_variables_and_files() {
    let house = House::new();
    let mounted = house.write("mounted", &format!("{OTHER}\n"));
    let many: String = (0..64).map(|n| format!("team-{n} read key-of-team-number-{n}\n")).collect();
    let many = house.write("keys", &many);
    for name in ["CODEGRAPH_API_KEY_FILE", "CODEGRAPH_SECURITY_API_KEY_FILE", "ADMIN_API_KEY_FILE"] {
        let daemon = house.daemon(&[(name, &mounted), ("CODEGRAPH_SECURITY_API_KEYS_FILE", &many)]);
        assert_eq!(ask(&daemon, OTHER), 200, "{name}");
        for n in [0, 31, 63] {
            assert_eq!(ask(&daemon, &format!("key-of-team-number-{n}")), 200);
        }
        assert_eq!(ask(&daemon, "key-of-team-number-64"), 401);
    }
    let daemon =
        house.daemon(&[("CODEGRAPH_API_KEY", OTHER), ("CODEGRAPH_SECURITY_API_KEY_HEADER", "X-API-Key")]);
    assert_eq!(daemon.send_bare("GET", "/api/v1", &[("X-API-Key", OTHER)], "").status, 200);
    let broken = house.write("broken", "team all some-key-of-a-team\n");
    let (code, said) =
        house.fails(&["serve", "--port", "0"], &[("CODEGRAPH_SECURITY_API_KEYS_FILE", &broken)]);
    assert!(code == Some(2) && said.contains("line 1") && !said.contains("some-key"), "{said}");
}

#[test]
fn a_daemon_that_anybody_could_ask_does_not_start_unless_that_is_meant() {
    let house = House::new();
    let open = [("CODEGRAPH_SECURITY_API_KEY_REQUIRED", "false")];
    let args = ["serve", "--host", "0.0.0.0", "--port", "0"];
    let (code, said) = house.fails(&args, &open);
    assert!(code == Some(14) && said.contains("--insecure-no-auth"), "{said}");
    let daemon = Near::of(house.command(&[&args[..], &["--insecure-no-auth"]].concat(), &open));
    assert_eq!(daemon.status("/api/v1"), 200);
    let closed = Near::of(house.command(&args, &[("CODEGRAPH_API_KEY", OTHER)]));
    assert_eq!(closed.status("/api/v1"), 401);
}

/// A daemon that listens on all addresses, asked on the loopback one.
struct Near {
    _daemon: Daemon,
    port: String,
}

impl Near {
    fn of(command: Command) -> Self {
        let daemon = Daemon::of(command);
        let port = daemon.address.rsplit_once(':').unwrap().1.to_owned();
        Self { _daemon: daemon, port }
    }

    fn status(&self, path: &str) -> u16 {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(format!("127.0.0.1:{}", self.port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: code.example.com\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }
}

#[test]
fn a_token_is_made_from_a_key_and_counts_as_it() {
    let house = House::new();
    let keys = house.write("keys", &format!("reader read {OTHER}\n"));
    let settings = [
        ("CODEGRAPH_API_KEY", KEY),
        ("CODEGRAPH_SECURITY_API_KEYS_FILE", &keys),
        ("CODEGRAPH_JWT_SECRET", SECRET),
        ("CODEGRAPH_SECURITY_JWT_EXPIRATION", "2m"),
    ];
    let daemon = house.daemon(&settings);
    let make =
        |key: &str, wish: &str| asked(&daemon, "POST", "/api/v1/auth/token", &format!("Bearer {key}"), wish);
    let made = make(OTHER, "");
    assert_eq!((made.status, made.header("Cache-Control")), (200, Some("no-store")), "{made:?}");
    let made: Value = made.json();
    assert_eq!(
        (&made["expires_in"], &made["scope"], &made["token_type"]),
        (&json!(120), &json!("read"), &json!("Bearer"))
    );
    let token = made["access_token"].as_str().unwrap();
    assert_eq!(ask(&daemon, token), 200);
    assert_eq!(make(token, "").status, 403);
    assert_eq!(make(OTHER, r#"{"scope": "admin"}"#).status, 403);
    assert_eq!(make(OTHER, r#"{"scope": "all"}"#).status, 400);
    assert_eq!(make(OTHER, r#"{"expires": 1}"#).status, 400);
    assert_eq!(make("guess", "").status, 401);
    // Its key is gone, and so is the token.
    std::fs::write(&keys, "").unwrap();
    daemon.signal("HUP");
    while ask(&daemon, OTHER) == 200 {}
    assert_eq!(ask(&daemon, token), 401);
    drop(daemon);
    let without = house.daemon(&[("CODEGRAPH_API_KEY", KEY)]);
    let refused = without.post("/api/v1/auth/token", "");
    assert!(refused.status == 404 && refused.body.contains("security.jwt_secret"), "{refused:?}");
    assert_eq!(ask(&without, token), 401);
    for bad in ["your-secure-jwt-secret", "short"] {
        assert_eq!(house.fails(&["serve"], &[("CODEGRAPH_JWT_SECRET", bad)]).0, Some(2), "{bad}");
    }
}

#[test]
fn keys_are_changed_without_a_failed_request() {
    let house = House::new();
    let line = |name: &str, key: &str| format!("{name} read {key}\n");
    let keys = house.write("keys", &line("stays", KEY));
    let daemon = house.daemon(&[
        ("CODEGRAPH_SECURITY_API_KEYS_FILE", &keys),
        ("CODEGRAPH_SECURITY_RATE_LIMITING", "false"),
    ]);
    let (done, failed, asked) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    failed.fetch_add(usize::from(daemon.get("/api/v1").status != 200), Ordering::Relaxed);
                    asked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..4 {
            let comes = round % 2 == 0;
            let new = if comes { line("new", OTHER) } else { String::new() };
            // A file is replaced as a whole, as tools do it.
            let beside = house.write("beside", &(line("stays", KEY) + &new));
            std::fs::rename(beside, &keys).unwrap();
            daemon.signal("HUP");
            let wanted = if comes { 200 } else { 401 };
            while ask(&daemon, OTHER) != wanted {}
        }
        done.store(true, Ordering::Relaxed);
    });
    assert_eq!(failed.load(Ordering::Relaxed), 0);
    assert!(asked.load(Ordering::Relaxed) > 20);
    // A file that cannot be read changes nothing.
    std::fs::write(&keys, "nonsense\n").unwrap();
    daemon.signal("HUP");
    house.wait_until_told("the keys stay as they are");
    assert_eq!(ask(&daemon, KEY), 200);
}

#[test]
fn a_new_key_is_added_to_the_file_and_counts_from_the_next_signal_on() {
    let house = House::new();
    let keys = house.path("keys");
    let keys = keys.to_str().unwrap();
    let file = [("CODEGRAPH_SECURITY_API_KEYS_FILE", keys)];
    let new = |args: &[&str]| {
        let made = house.command(&[&["key", "new"], args].concat(), &file).output().unwrap();
        (made.status.code(), String::from_utf8(made.stdout).unwrap())
    };
    let (code, first) = new(&["first"]);
    assert_eq!((code, first.lines().count()), (Some(0), 1));
    let text = std::fs::read_to_string(keys).unwrap();
    assert!(text.starts_with("first read sha256:") && !text.contains(first.trim()), "{text}");
    assert_eq!(Path::new(keys).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let daemon = house.daemon(&file);
    assert_eq!(ask(&daemon, first.trim()), 200);
    let (_, second) = new(&["second", "--scope", "admin"]);
    assert_eq!(new(&["second"]).0, Some(2), "there is one of that name");
    daemon.signal("HUP");
    while ask(&daemon, second.trim()) != 200 {}
    assert_eq!(ask(&daemon, first.trim()), 200);
    let bare = house.command(&["key", "new", "third"], &[]).output().unwrap();
    let bare = String::from_utf8(bare.stdout).unwrap();
    assert_eq!((bare.lines().count(), bare.contains("third read sha256:")), (2, true), "{bare}");
}

#[test]
fn every_answer_has_the_headers_that_keep_browsers_careful() {
    let house = House::new();
    let daemon = house.daemon(&[("CODEGRAPH_API_KEY", KEY)]);
    for (method, path) in [
        ("GET", "/health"),
        ("GET", "/api/v1"),
        ("GET", "/nothing"),
        ("DELETE", "/api/v1"),
        ("OPTIONS", "/api/v1"),
    ] {
        for answer in [daemon.send(method, path, &[], ""), daemon.send_bare(method, path, &[], "")] {
            assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"), "{answer:?}");
            assert_eq!(answer.header("Referrer-Policy"), Some("no-referrer"), "{answer:?}");
            assert_eq!(answer.header("Cache-Control"), Some("no-store"), "{answer:?}");
            assert!(answer.header("Server").is_none_or(|server| !server.contains('/')), "{answer:?}");
        }
    }
    let limited = daemon.get("/api/v1");
    for name in ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"] {
        assert!(
            limited.header(name).is_some_and(|value| value.parse::<u64>().is_ok()),
            "{name}: {limited:?}"
        );
    }
}

#[test]
fn no_key_is_in_anything_that_is_told() {
    let house = House::new();
    let keys = house.write("keys", &format!("reader read {OTHER}\n"));
    let settings = [
        ("CODEGRAPH_API_KEY", KEY),
        ("CODEGRAPH_SECURITY_API_KEYS_FILE", &keys),
        ("CODEGRAPH_JWT_SECRET", SECRET),
        ("CODEGRAPH_LOGGING_LEVEL", "trace"),
    ];
    let daemon = house.daemon(&settings);
    let token = daemon.post("/api/v1/auth/token", "").json()["access_token"].as_str().unwrap().to_owned();
    let mut answers = String::new();
    for key in [KEY, OTHER, &token, SECRET] {
        for path in ["/api/v1", "/nothing"] {
            let path = format!("{path}?api_key={key}");
            answers += &format!("{:?}", daemon.send_bare("GET", &path, &[], ""));
        }
        let bearer = format!("Bearer {key}");
        for answer in [
            asked(&daemon, "GET", "/api/v1", &bearer, ""),
            asked(&daemon, "POST", "/api/v1/search", &bearer, "{"),
            asked(&daemon, "GET", "/api/v1", key, ""),
            asked(&daemon, "GET", "/api/v1", &format!("Basic {key}"), ""),
        ] {
            answers += &format!("{answer:?}");
        }
    }
    daemon.signal("HUP");
    house.wait_until_told("keys read anew");
    drop(daemon);
    let shown = house.command(&["config", "show", "--format", "json"], &settings).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("security.jwt_secret"), "{shown}");
    for (place, text) in
        [("the answers", &answers), ("what it told", &house.told()), ("the settings", &shown)]
    {
        for secret in [KEY, OTHER, &token, SECRET] {
            assert!(!text.contains(secret), "{secret} is in {place}");
        }
    }
    let mut files = vec![house.path("data")];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else { continue };
        for secret in [KEY, OTHER, &token, SECRET] {
            let is_in = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!is_in, "{secret} is in {}", path.display());
        }
    }
}

#[test]
fn a_file_in_the_working_folder_opens_no_door() {
    let house = House::new();
    let text = format!("[security]\napi_key_required = false\napi_key = \"{OTHER}\"\n");
    house.write("codegraph.toml", &text);
    let daemon = house.daemon(&[("CODEGRAPH_API_KEY", KEY)]);
    assert_eq!((ask(&daemon, KEY), ask(&daemon, OTHER), ask(&daemon, "")), (200, 401, 401));
    assert!(house.told().contains("does not count"), "{}", house.told());
    daemon.signal("HUP");
    house.wait_until_told("keys read anew");
    assert_eq!((ask(&daemon, KEY), ask(&daemon, OTHER)), (200, 401));
    drop(daemon);
    let named = house.path("codegraph.toml");
    let named = Path::new(&named).to_str().unwrap();
    let daemon = Daemon::of(house.command(&["serve", "--port", "0", "--config", named], &[]));
    assert_eq!(ask(&daemon, ""), 200);
}
