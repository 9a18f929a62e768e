//! The daemon before clients that are slow, many, large, broken or gone.

use crate::support::{Daemon, write};
use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::time::{Duration, Instant};

/// A hundred million rows that are only counted: minutes in the builds that tests run.
const SLOW: &str =
    r#"{"query": "UNWIND range(1, 30000) AS a UNWIND range(1, 30000) AS b RETURN count(*) AS n"}"#;
const CYPHER: &str = "/api/v1/query/cypher";

struct Shop {
    daemon: Daemon,
    _temp: tempfile::TempDir,
}

fn shop(settings: &[(&str, &str)]) -> Shop {
    let (temp, data) = indexed();
    Shop { daemon: Daemon::start(&data, settings), _temp: temp }
}

fn indexed() -> (tempfile::TempDir, std::path::PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let (root, data) = (temp.path().join("shop"), temp.path().join("data"));
    write(&root, &BTreeMap::from([("a.py".to_owned(), "def price():\n    return 3\n".to_owned())]));
    let mut index = Command::new(env!("CARGO_BIN_EXE_codegraph"));
    assert!(index.arg("--data-dir").arg(&data).arg("index").arg(&root).output().unwrap().status.success());
    (temp, data)
}

impl Shop {
    fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.daemon.address).unwrap()
    }

    /// Sends bytes and leaves the connection open.
    fn begin(&self, bytes: &str) -> TcpStream {
        let mut stream = self.connect();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream
    }

    /// A request with the key of the tests, its body to follow.
    fn head(&self, method: &str, path: &str, more: &str) -> String {
        let key = crate::support::KEY;
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {key}\r\n{more}\r\n",
            self.daemon.address
        )
    }

    fn posted(&self, path: &str, body: &str) -> String {
        self.head("POST", path, &format!("Content-Length: {}\r\n", body.len())) + body
    }

    fn is_healthy(&self) -> bool {
        self.daemon.get("/health").status == 200
    }
}

/// All that comes until the daemon closes.
fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // What was sent and not taken may make the end a reset.
    drop(stream.read_to_end(&mut bytes));
    String::from_utf8(bytes).unwrap()
}

/// Reads one answer of a known length from a connection that stays open.
fn one(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        bytes.push(byte[0]);
    }
    let head = String::from_utf8(bytes).unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default()
}

#[test]
fn what_is_slow_to_come_is_cut_off_and_others_are_answered_meanwhile() {
    let shop = shop(&[("CODEGRAPH_SERVER_TIMEOUT", "2s")]);
    let began = Instant::now();
    let heads: Vec<TcpStream> =
        (0..60).map(|_| shop.begin("GET /health HTTP/1.1\r\nHost: x\r\nA: ")).collect();
    let bodies: Vec<TcpStream> = (0..60)
        .map(|_| shop.begin(&(shop.head("POST", "/api/v1/search", "Content-Length: 100\r\n") + "{")))
        .collect();
    assert!(shop.is_healthy());
    assert_eq!(shop.daemon.post("/api/v1/search", r#"{"query": ["price"]}"#).status, 200);
    for slow in heads.into_iter().chain(bodies) {
        assert_eq!(status(&rest(slow)), 408);
    }
    let took = began.elapsed();
    assert!(took >= Duration::from_millis(1900) && took < Duration::from_secs(20), "{took:?}");
    // Who says nothing at all is sent away without a word.
    assert_eq!(rest(shop.connect()), "");
}

#[test]
fn who_may_not_ask_is_told_so_before_a_byte_of_the_body() {
    let shop = shop(&[("CODEGRAPH_SECURITY_JWT_SECRET", "a secret of thirty-two bytes or more")]);
    let large = "Content-Length: 10485760\r\n";
    let expects = "Content-Length: 10485760\r\nExpect: 100-continue\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n";
    let bare = |path: &str, more: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", shop.daemon.address)
    };
    let known = |path: &str, more: &str| shop.head("POST", path, more);
    let elsewhere = format!("Origin: https://evil.example\r\n{expects}");
    // What is looked at of a token before its signature is nested as deep as it may be, on the thread of a connection.
    let deep = format!(r#"{{"alg":"HS256","typ":"JWT","crit":{}1{}}}"#, "[".repeat(120), "]".repeat(120));
    let token = format!("Authorization: Bearer {}.e30.e30\r\n{expects}", base64url(&deep));
    for (request, wanted) in [
        (bare("/mcp", expects), 401),
        (bare("/mcp", large), 401),
        (bare("/mcp", chunked), 401),
        (bare("/api/v1/search", expects), 401),
        (bare("/nothing", large), 401),
        (bare("/mcp", &token), 401),
        (known("/mcp", &elsewhere), 403),
        (known("/mcp?api_key=x", expects), 400),
        (known("/nothing", expects), 404),
        (known("/health", expects), 405),
        (known("/api/v1/search", expects), 413),
        (known("/mcp", "Content-Length: 999999999\r\nExpect: 100-continue\r\n"), 413),
    ] {
        let began = Instant::now();
        let answer = rest(shop.begin(&request));
        assert_eq!(status(&answer), wanted, "{request}: {answer}");
        assert!(answer.contains("Connection: close\r\n") && !answer.contains(" 100 "), "{request}: {answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{answer}");
        assert!(head.contains("\r\nDate: ") && head.contains("X-Content-Type-Options: nosniff"), "{answer}");
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert!(
            head.contains(&format!("X-Request-Id: {}", problem["request_id"].as_str().unwrap())),
            "{answer}"
        );
        assert!(began.elapsed() < Duration::from_secs(8), "it waits for the body: {request}");
    }
    // Who may is told to go on.
    let mut stream = shop.begin(&known("/mcp", "Content-Length: 2\r\nExpect: 100-continue\r\n"));
    let mut word = [0; 25];
    stream.read_exact(&mut word).unwrap();
    assert_eq!(&word, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"[]").unwrap();
    assert_eq!(status(&one(&mut stream)), 400);
}

#[test]
fn a_connection_goes_on_after_a_refusal_whose_body_came_along() {
    let shop = shop(&[]);
    let unknown = |body: &str| {
        let length = body.len();
        format!("POST /api/v1/search HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n{body}")
    };
    let mut stream = shop.begin(&(unknown("{}") + &unknown("") + &shop.posted("/api/v1/search", "{}")));
    let answers: Vec<u16> = (0..3).map(|_| status(&one(&mut stream))).collect();
    assert_eq!(answers, [401, 401, 400]);
    let head = shop.daemon.send_bare("HEAD", "/nothing", &[], "");
    assert_eq!((head.status, head.body.as_str()), (401, ""));
}

/// Base64url without padding (RFC 4648, section 5).
fn base64url(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = text.bytes().flat_map(|byte| (0..8).rev().map(move |n| byte >> n & 1)).collect();
    let digit = |six: &[u8]| (0..6).fold(0, |all, n| all << 1 | six.get(n).copied().unwrap_or(0));
    bits.chunks(6).map(|six| char::from(DIGITS[usize::from(digit(six))])).collect()
}

#[test]
fn an_answer_that_takes_too_long_is_given_up_and_its_worker_is_free_again() {
    let shop = shop(&[
        ("CODEGRAPH_SERVER_TIMEOUT", "1s"),
        ("CODEGRAPH_SERVER_WORKERS", "1"),
        ("CODEGRAPH_QUERY_TIMEOUT", "10m"),
    ]);
    let began = Instant::now();
    let answer = shop.daemon.post(CYPHER, SLOW);
    assert_eq!((answer.status, answer.json()["code"].as_str()), (503, Some("timeout")), "{answer:?}");
    assert!(began.elapsed() >= Duration::from_millis(900), "{:?}", began.elapsed());
    assert_eq!(shop.daemon.post(CYPHER, r#"{"query": "RETURN 1 AS n"}"#).status, 200);
}

#[test]
fn probes_are_answered_while_all_workers_are_busy_and_who_leaves_frees_one() {
    let shop = shop(&[
        ("CODEGRAPH_SERVER_WORKERS", "2"),
        ("CODEGRAPH_SERVER_TIMEOUT", "10m"),
        ("CODEGRAPH_QUERY_TIMEOUT", "10m"),
    ]);
    let busy: Vec<TcpStream> = (0..2).map(|_| shop.begin(&shop.posted(CYPHER, SLOW))).collect();
    // A question waits as soon as both workers have begun.
    let mut waiting = loop {
        let mut asked = shop.begin(&shop.posted(CYPHER, r#"{"query": "RETURN 1 AS n"}"#));
        asked.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
        if asked.read(&mut [0]).is_err() {
            break asked;
        }
    };
    assert!(shop.is_healthy() && shop.daemon.get("/ready").status == 200);
    waiting.set_read_timeout(None).unwrap();
    drop(busy);
    assert_eq!(status(&one(&mut waiting)), 200);
}

#[test]
fn more_requests_than_may_be_answered_at_once_are_turned_away() {
    let shop = shop(&[
        ("CODEGRAPH_PERFORMANCE_CONCURRENT_LIMIT", "1"),
        ("CODEGRAPH_SERVER_TIMEOUT", "10m"),
        ("CODEGRAPH_QUERY_TIMEOUT", "10m"),
    ]);
    let ask = || {
        let busy = shop.begin(&shop.posted(CYPHER, SLOW));
        busy.set_nonblocking(true).unwrap();
        busy
    };
    let mut busy = ask();
    let turned_away = loop {
        let answer = shop.daemon.post(CYPHER, r#"{"query": "RETURN 1 AS n"}"#);
        if answer.status != 200 {
            break answer;
        }
        // Whichever came first, the other one was turned away.
        if busy.peek(&mut [0]).is_ok() {
            busy = ask();
        }
    };
    assert_eq!(turned_away.json()["code"], "overloaded", "{turned_away:?}");
    assert_eq!((turned_away.status, turned_away.header("Retry-After")), (503, Some("1")));
    assert!(shop.is_healthy());
    drop(busy);
}

#[test]
fn one_connection_too_many_is_told_so_and_the_others_go_on() {
    let shop = shop(&[("CODEGRAPH_SERVER_MAX_CONNECTIONS", "3")]);
    let request = shop.head("GET", "/health", "");
    let mut open: Vec<TcpStream> = (0..3).map(|_| shop.begin(&request)).collect();
    assert!(open.iter_mut().all(|stream| status(&one(stream)) == 200));
    let answer = rest(shop.connect());
    assert_eq!(status(&answer), 503, "{answer}");
    for stream in &mut open {
        stream.write_all(request.as_bytes()).unwrap();
        assert_eq!(status(&one(stream)), 200);
    }
    open.pop();
    // Its place is free as soon as the daemon has seen it go.
    while status(&rest(shop.begin(&shop.head("GET", "/health", "Connection: close\r\n")))) != 200 {}
}

#[test]
fn an_idle_connection_is_used_again_and_then_closed() {
    let shop = shop(&[("CODEGRAPH_SERVER_KEEP_ALIVE", "1s")]);
    let request = shop.head("GET", "/health", "");
    let mut stream = shop.begin(&request);
    assert_eq!(status(&one(&mut stream)), 200);
    stream.write_all(request.as_bytes()).unwrap();
    let (answer, began) = (one(&mut stream), Instant::now());
    assert!(status(&answer) == 200 && !answer.contains("Connection: close"), "{answer}");
    assert_eq!(rest(stream), "");
    assert!(began.elapsed() >= Duration::from_millis(900) && began.elapsed() < Duration::from_secs(10));
}

#[test]
fn what_is_too_large_is_refused_before_it_is_read() {
    let shop = shop(&[]);
    for (request, wanted) in [
        (shop.head("GET", "/health", &format!("A: {}\r\n", "b".repeat(100_000))), 431),
        (shop.head("GET", "/health", &"A: b\r\n".repeat(101)), 431),
        (shop.head("GET", &format!("/{}", "a".repeat(9000)), ""), 414),
        (shop.head("POST", "/api/v1/search", "Content-Length: 100000000\r\n"), 413),
        (shop.head("POST", "/api/v1/search", "Content-Length: 70000000000000\r\n"), 413),
        (shop.head("POST", "/api/v1/search", "Content-Length: 100000000\r\nExpect: 100-continue\r\n"), 413),
    ] {
        let answer = rest(shop.begin(&request));
        assert_eq!(status(&answer), wanted, "{answer}");
        assert!(answer.contains("Connection: close\r\n"), "{answer}");
    }
    // A body without a length is read as far as its path allows.
    let mut stream = shop.begin(&shop.head("POST", "/api/v1/search", "Transfer-Encoding: chunked\r\n"));
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x1_0000));
    while stream.write_all(chunk.as_bytes()).is_ok() {}
    assert!(shop.is_healthy());
}

#[test]
fn large_requests_that_never_end_leave_room_for_others() {
    let shop = shop(&[("CODEGRAPH_MCP_MAX_REQUEST_SIZE", "20MB")]);
    let head = shop.head("POST", "/mcp", "Content-Length: 20000000\r\n");
    let part = |length: usize| {
        let mut stream = shop.begin(&head);
        stream.write_all(&vec![b' '; length]).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        stream
    };
    // Together a little more than 64 MiB besides the 16 KiB that each has anyway: whichever comes last has no room.
    let mut open = [19_000_000, 19_000_000, 19_000_000, 10_190_000].map(part);
    let end = Instant::now() + Duration::from_secs(60);
    let mut answer = [0; 12];
    while !open.iter_mut().any(|stream| stream.read_exact(&mut answer).is_ok()) {
        assert!(Instant::now() < end, "all four have room");
    }
    assert_eq!(&answer, b"HTTP/1.1 503");
    assert_eq!(shop.daemon.post("/api/v1/status", "{}").status, 200);
    // When they have gone there is room again.
    drop(open);
    let answered = || {
        let mut stream = shop.begin(&head);
        drop(stream.write_all(&vec![b' '; 20_000_000]));
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).is_ok() && &answer != b"HTTP/1.1 503"
    };
    while !answered() {
        assert!(Instant::now() < end, "the room is not given back");
    }
}

#[test]
fn what_others_could_read_differently_is_refused_and_nothing_after_it_is_read() {
    let shop = shop(&[]);
    let smuggled = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
    for request in [
        "GET /health HTTP/1.1\nHost: x\n\n".to_owned(),
        shop.head("POST", "/api/v1/search", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")
            + "0\r\n\r\n",
        shop.head("POST", "/api/v1/search", "Content-Length: 0\r\nContent-Length: 5\r\n"),
        shop.head("POST", "/api/v1/search", "Content-Length: -5\r\n"),
        shop.head("POST", "/api/v1/search", "Content-Length: 0x5\r\n"),
        shop.head("POST", "/api/v1/search", "Transfer-Encoding: chunked\r\n") + "-1\r\n",
        shop.head("POST", "/api/v1/search", "Transfer-Encoding: chunked\r\n") + "1\r\nab\r\n0\r\n\r\n",
        shop.head("POST", "/api/v1/search", "Transfer-Encoding: chunked\r\n") + "ffffffffffffffffff\r\n",
        shop.head("POST", "/api/v1/search", "Transfer-Encoding: chunked\r\n") + "1;" + &"x".repeat(300),
        shop.head("GET", "/health", "A: b\r\n c\r\n"),
        shop.head("GET", "/health", "A: \0\r\n"),
        shop.head("GET", "http://evil.example/health", ""),
        shop.head("GET", "/%2e%2e/health", ""),
        shop.head("GET", "//health", ""),
        "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\r\n\r\n".to_owned(),
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
    ] {
        let answer = rest(shop.begin(&(request.clone() + smuggled)));
        let head = answer.split("\r\n\r\n").next().unwrap_or_default();
        assert!(matches!(status(&answer), 400 | 413 | 505), "{request:?}: {answer}");
        assert!(head.contains("Connection: close"), "{request:?}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{request:?}: {answer}");
    }
    assert!(shop.is_healthy());
}

#[test]
fn requests_that_are_sent_all_at_once_are_answered_one_by_one_in_their_order() {
    const N: usize = 500;
    let shop = shop(&[]);
    let mut stream = shop.connect();
    let mut writer = stream.try_clone().unwrap();
    let all: String =
        (0..N).map(|n| shop.head("GET", "/health", &format!("X-Request-Id: r{n}\r\n"))).collect();
    std::thread::scope(|scope| {
        scope.spawn(move || writer.write_all(all.as_bytes()).unwrap());
        for n in 0..N {
            assert!(one(&mut stream).contains(&format!("X-Request-Id: r{n}\r\n")));
        }
    });
}

#[test]
fn a_body_may_come_in_chunks_or_wait_for_a_word() {
    let shop = shop(&[]);
    let chunks = "8;a=b\r\n{\"query\"\r\n2\r\n: \r\nA\r\n[\"price\"]}\r\n0\r\nTrailer: x\r\n\r\n";
    let head = shop.head("POST", "/api/v1/search", "Transfer-Encoding: chunked\r\n");
    let answer = one(&mut shop.begin(&(head + chunks)));
    assert!(status(&answer) == 200 && answer.contains("a.py"), "{answer}");

    let body = r#"{"query": ["price"]}"#;
    let more = format!("Content-Length: {}\r\nExpect: 100-continue\r\n", body.len());
    let mut stream = shop.begin(&shop.head("POST", "/api/v1/search", &more));
    let mut word = [0; 25];
    stream.read_exact(&mut word).unwrap();
    assert_eq!(&word, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(body.as_bytes()).unwrap();
    assert_eq!(status(&one(&mut stream)), 200);

    // The usual word of a proxy that offers another protocol changes nothing.
    let more = format!("Content-Length: {}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n", body.len());
    let answer = one(&mut shop.begin(&(shop.head("POST", "/api/v1/search", &more) + body)));
    assert_eq!(status(&answer), 200);
    let answer = rest(shop.begin(&shop.head("HEAD", "/health", "Connection: close\r\n")));
    assert!(status(&answer) == 200 && answer.ends_with("\r\n\r\n"), "{answer}");
    assert_eq!(rest(shop.begin("GET /health HTTP/1.0\r\n\r\n")).matches("HTTP/1.1 ").count(), 1);
}

#[test]
fn json_that_is_deep_or_broken_is_refused_at_once() {
    let shop = shop(&[]);
    for body in ["[".repeat(100_000), r#"{"query": NaN}"#.to_owned(), r#"{"query": ["\ud800"]}"#.to_owned()] {
        let began = Instant::now();
        let answer = shop.daemon.post("/api/v1/search", &body);
        assert_eq!(answer.status, 400, "{answer:?}");
        assert!(began.elapsed() < Duration::from_secs(2));
    }
}

#[test]
fn an_end_that_is_asked_for_leaves_nobody_without_an_answer() {
    let mut shop = shop(&[("CODEGRAPH_SERVER_WORKERS", "1")]);
    let body = r#"{"query": "UNWIND range(1, 1500) AS a UNWIND range(1, 1500) AS b RETURN count(*) AS n"}"#;
    let mut in_flight = shop.begin(&shop.posted(CYPHER, body));
    let mut queued = shop.begin(&shop.posted("/api/v1/search", r#"{"query": ["price"]}"#));
    let mut idle = shop.begin(&shop.head("GET", "/health", ""));
    assert_eq!(status(&one(&mut idle)), 200);
    shop.daemon.signal("TERM");
    assert_eq!(rest(idle), "");
    let answer = one(&mut in_flight);
    assert!(status(&answer) == 200 && answer.contains("2250000"), "{answer}");
    assert_eq!(status(&one(&mut queued)), 200);
    assert_eq!(shop.daemon.wait().code(), Some(0));
    assert!(TcpStream::connect(&shop.daemon.address).is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn running_out_of_descriptors_passes() {
    let (_temp, data) = indexed();
    let mut command = Command::new("sh");
    let serve = format!(
        "ulimit -n 60; exec {} --data-dir {} serve --port 0",
        env!("CARGO_BIN_EXE_codegraph"),
        data.display()
    );
    command.args(["-c", &serve]).env("CODEGRAPH_API_KEY", crate::support::KEY);
    let daemon = Daemon::of(command);
    let mut known = TcpStream::connect(&daemon.address).unwrap();
    let request = format!("GET /health HTTP/1.1\r\nHost: {}\r\n\r\n", daemon.address);
    known.write_all(request.as_bytes()).unwrap();
    assert_eq!(status(&one(&mut known)), 200);
    let many: Vec<TcpStream> = (0..100).map(|_| TcpStream::connect(&daemon.address).unwrap()).collect();
    known.write_all(request.as_bytes()).unwrap();
    assert_eq!(status(&one(&mut known)), 200, "who is in goes on");
    drop(many);
    assert_eq!(daemon.get("/health").status, 200);
}

#[cfg(target_os = "linux")]
#[test]
fn clients_that_break_off_leave_no_descriptor_behind() {
    let shop = shop(&[]);
    let folder = format!("/proc/{}/fd", shop.daemon.pid());
    let open = || std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(shop.daemon.post("/api/v1/search", r#"{"query": ["price"]}"#).status, 200);
    let before = open();
    for n in 0..300 {
        let text = shop.posted("/api/v1/search", r#"{"query": ["price"]}"#);
        let stream = shop.begin(&text[..text.len() * (n % 5) / 4]);
        // Unread bytes make the end a reset.
        drop(stream.shutdown(Shutdown::Read));
    }
    let began = Instant::now();
    while open() > before + 5 {
        assert!(began.elapsed() < Duration::from_secs(20), "{} open, {before} before", open());
        assert!(shop.is_healthy());
    }
}
