//! A daemon that is asked all the time: backups and restores beside it change no answer but to what was restored.

use super::{Desk, files, times};
use crate::support::Daemon;
use crate::support::dump;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

const QUESTIONS: &[(&str, &str)] = &[
    ("/api/v1/search", r#"{"query": ["counts parts"], "project": "p", "limit": 10}"#),
    ("/api/v1/search", r#"{"query": ["odd helper3"], "project": "p", "limit": 10}"#),
    ("/api/v1/query/callers", r#"{"symbol": "helper3", "project": "p", "depth": 2}"#),
    ("/api/v1/query/callees", r#"{"symbol": "helper7", "project": "p"}"#),
    ("/api/v1/query/outline", r#"{"file": "src/p0/Part0.java", "project": "p"}"#),
];

/// What a daemon answers to a question, without its clock.
fn ask(daemon: &Daemon, at: usize) -> String {
    let (path, body) = QUESTIONS[at % QUESTIONS.len()];
    let answer = daemon.post(path, body);
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    let mut json = answer.json();
    strip(&mut json);
    json.to_string()
}

fn strip(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(fields) => {
            fields.retain(|name, _| !matches!(name.as_str(), "took_ms" | "generation"));
            fields.values_mut().for_each(strip);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
        // Without a vector file all vectors are compared by their fine numbers.
        serde_json::Value::Number(number) => {
            if let Some(n) = number.as_f64().filter(|_| number.is_f64()) {
                *json = format!("{n:.2}").into();
            }
        }
        _ => {}
    }
}

/// Ends the threads that look at a flag, also when the test fails.
pub struct Done<'d>(pub &'d AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// The answers to all questions.
pub fn all(daemon: &Daemon) -> Vec<String> {
    (0..QUESTIONS.len()).map(|at| ask(daemon, at)).collect()
}

#[test]
fn restores_under_load_give_the_answers_of_what_was_backed_up_and_no_others() {
    let desk = Desk::new();
    let data = desk.store("data");
    let to = desk.path("backups");
    let arg = to.to_str().unwrap();
    desk.must(&data, &["backup", "--to", arg]);
    let daemon = Daemon::start(&data, &[("CODEGRAPH_SERVER_RATE_LIMIT", "0")]);
    // The files are those of the second state from here on: what an answer reads off them stays the same.
    desk.lay(1);
    let old = all(&daemon);
    desk.must(&data, &["index", "--name", "p"]);
    let new = all(&daemon);
    assert!(old.iter().zip(&new).any(|(old, new)| old != new));
    let known: Vec<BTreeSet<&String>> =
        old.iter().zip(&new).map(|(old, new)| BTreeSet::from([old, new])).collect();
    let (done, asked) = (AtomicBool::new(false), AtomicU64::new(0));
    let restores = 2 * times();
    std::thread::scope(|scope| {
        let _done = Done(&done);
        scope.spawn(|| {
            for at in 0.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                let answer = ask(&daemon, at);
                assert!(known[at % QUESTIONS.len()].contains(&answer), "{}: {answer}", at % QUESTIONS.len());
                asked.fetch_add(1, Ordering::Relaxed);
            }
        });
        for _ in 0..restores {
            desk.must(&data, &["restore", "--from", arg]);
            assert_eq!(all(&daemon), old);
            assert_eq!(dump(&data), desk.dumps[0]);
            desk.must(&data, &["index", "--name", "p"]);
            assert_eq!(all(&daemon), new);
        }
    });
    println!("{restores} restores beside {} answers", asked.into_inner());
}

#[test]
fn a_daemon_makes_verified_backups_by_itself_where_that_is_wanted() {
    let desk = Desk::new();
    let (data, other) = (desk.store("data"), desk.store("other"));
    let to = desk.path("backups");
    let path = ("CODEGRAPH_DATABASE_BACKUP_PATH", to.to_str().unwrap());
    let every = ("CODEGRAPH_DATABASE_BACKUP_INTERVAL", "1s");
    let mut wanted = Daemon::start(&data, &[path, every]);
    let unwanted = Daemon::start(&other, &[every, ("CODEGRAPH_BACKUP_ENABLED", "false")]);
    let end = Instant::now() + Duration::from_secs(60);
    let listed = || to.join("generations").read_dir().map(Iterator::count).unwrap_or_default();
    while listed() < 2 {
        assert!(Instant::now() < end, "waited in vain for backups");
        std::thread::yield_now();
    }
    wanted.signal("TERM");
    assert!(wanted.wait().success());
    desk.must(&data, &["backup", "verify", "--to", to.to_str().unwrap(), "--test-restore"]);
    // The other one had as much time.
    assert!(!other.join("backups").exists());
    drop(unwanted);
    assert!(
        files(&data).iter().all(|path| !path.starts_with(data.join("backups"))),
        "only where it is told to"
    );
}
