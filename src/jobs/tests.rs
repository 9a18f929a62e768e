//! Jobs against a model: what may follow what, whatever is asked for in whatever order.

use super::*;
use proptest::prelude::*;
use serde_json::json;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How the job that runs is to end.
#[derive(Debug, Clone, Copy)]
enum End {
    Well,
    Badly,
    Late,
    Panicking,
}

/// Jobs whose work ends when the test says so.
fn jobs(at_once: u64) -> (Jobs, Sender<End>) {
    let (sender, receiver) = channel();
    let receiver = Mutex::new(receiver);
    let work = move |order: &Order, _: &Arc<Told>, cancel: &Cancel| loop {
        let end = receiver.lock().unwrap().recv_timeout(Duration::from_millis(1));
        match end {
            Ok(End::Well) => return Ok(order.body.clone()),
            Ok(End::Badly) => return Err(anyhow!("no luck")),
            Ok(End::Late) => return Err(anyhow!("too long")).kind(ErrorKind::TimedOut),
            Ok(End::Panicking) => std::panic::resume_unwind(Box::new("a mistake")),
            Err(RecvTimeoutError::Timeout) => cancel.check()?,
            Err(RecvTimeoutError::Disconnected) => return Err(anyhow!("the test is over")),
        }
    };
    (Jobs::with(at_once, work), sender)
}

fn order(n: usize) -> Order {
    Order { kind: Kind::Index, project: Some(format!("p{n}")), body: json!({ "n": n }), is_guest: false }
}

/// Waits until jobs are as they should be.
fn settle(jobs: &Jobs, wanted: &[State]) {
    let mut book = jobs.shared.book();
    for _ in 0..1_000 {
        let states: Vec<State> = book.jobs.values().map(|job| job.state).collect();
        if states == wanted {
            return;
        }
        book = jobs.shared.bell.wait_timeout(book, Duration::from_millis(10)).unwrap().0;
    }
    let states: Vec<State> = book.jobs.values().map(|job| job.state).collect();
    assert_eq!(states, wanted);
}

#[derive(Debug, Clone)]
enum Step {
    Submit,
    Cancel(usize),
    End(End),
    Pause,
    Resume,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let end = prop_oneof![Just(End::Well), Just(End::Badly), Just(End::Late), Just(End::Panicking)];
    let step = prop_oneof![
        4 => Just(Step::Submit),
        2 => (0..8usize).prop_map(Step::Cancel),
        3 => end.prop_map(Step::End),
        1 => Just(Step::Pause),
        2 => Just(Step::Resume),
    ];
    prop::collection::vec(step, 1..20)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn one_job_runs_at_a_time_in_order_and_what_is_over_stays_so(steps in steps()) {
        let (jobs, end) = jobs(5);
        // The model: states in the order of submission.
        let (mut states, mut is_paused): (Vec<State>, bool) = (Vec::new(), false);
        let mut ids: Vec<String> = Vec::new();
        for step in steps {
            let running = states.iter().position(|state| *state == State::Running);
            match step {
                Step::Submit => {
                    ids.push(jobs.submit(order(states.len())).unwrap().id);
                    states.push(State::Queued);
                }
                Step::Cancel(n) => {
                    if let Some(id) = ids.get(n) {
                        prop_assert!(jobs.cancel(id).is_some());
                        if !states[n].is_over() {
                            states[n] = State::Cancelled;
                        }
                    }
                }
                Step::End(how) => {
                    if let Some(running) = running {
                        end.send(how).unwrap();
                        states[running] = match how {
                            End::Well => State::Done,
                            End::Badly | End::Panicking => State::Failed,
                            End::Late => State::TimedOut,
                        };
                    }
                }
                Step::Pause => {
                    jobs.pause();
                    is_paused = true;
                }
                Step::Resume => {
                    jobs.resume();
                    is_paused = false;
                }
            }
            if !is_paused && !states.contains(&State::Running)
                && let Some(next) = states.iter().position(|state| *state == State::Queued) {
                states[next] = State::Running;
            }
            settle(&jobs, &states);
            prop_assert_eq!(jobs.is_paused(), is_paused);
        }
        let counted = |wanted: State| states.iter().filter(|state| **state == wanted).count() as u64;
        prop_assert_eq!(jobs.now(), (counted(State::Queued), counted(State::Running)));
        for (kind, state, n) in jobs.tally().outcomes() {
            prop_assert_eq!(n, if kind == Kind::Index { counted(state) } else { 0 });
        }
        let listed: Vec<State> = jobs.list().iter().rev().map(|job| job.status).collect();
        prop_assert_eq!(&listed, &states);
        for (n, id) in ids.iter().enumerate() {
            let job = jobs.get(id).unwrap();
            prop_assert_eq!(job.result.is_some(), states[n] == State::Done);
            prop_assert_eq!(job.error.is_some(), states[n].is_over() && states[n] != State::Done);
            prop_assert_eq!(job.finished_at.is_some(), states[n].is_over());
        }
        jobs.drain();
        prop_assert!(jobs.list().iter().all(|job| job.status.is_over()));
        prop_assert!(jobs.submit(order(0)).is_err());
    }
}

#[test]
fn the_same_order_twice_in_the_queue_is_one_job() {
    let (jobs, end) = jobs(1);
    jobs.pause();
    let one = jobs.submit(order(1)).unwrap();
    assert_eq!(jobs.submit(order(1)).unwrap().id, one.id);
    assert_ne!(jobs.submit(order(2)).unwrap().id, one.id);
    jobs.resume();
    settle(&jobs, &[State::Running, State::Queued]);
    // One that runs may have passed what the order is about: it is done once more.
    assert_ne!(jobs.submit(order(1)).unwrap().id, one.id);
    end.send(End::Well).unwrap();
    settle(&jobs, &[State::Done, State::Running, State::Queued]);
    assert_eq!(jobs.get(&one.id).unwrap().result, Some(json!({ "n": 1 })));
}

#[test]
fn what_works_beside_indexing_waits_for_none_of_it() {
    let (jobs, end) = jobs(1);
    jobs.pause();
    jobs.submit(order(1)).unwrap();
    let backup = Order { kind: Kind::Backup, ..order(2) };
    jobs.submit(backup.clone()).unwrap();
    settle(&jobs, &[State::Queued, State::Running]);
    // They wait for each other.
    assert_ne!(jobs.submit(Order { kind: Kind::Doctor, ..backup }).unwrap().kind, Kind::Backup);
    end.send(End::Well).unwrap();
    settle(&jobs, &[State::Queued, State::Done, State::Running]);
}

#[test]
fn a_job_that_runs_tells_its_file_and_when_it_will_be_over() {
    use crate::observe::{Progress as _, clock};
    let (go, gone) = channel::<()>();
    let gone = Mutex::new(gone);
    let work = move |_: &Order, told: &Arc<Told>, _: &Cancel| {
        told.phase("parse", 4);
        told.file("src/a.rs");
        told.advance(2);
        gone.lock().unwrap().recv().unwrap();
        Ok(json!({}))
    };
    let jobs = Jobs::with(1, work);
    let id = jobs.submit(order(1)).unwrap().id;
    let shown = |id: &str| serde_json::to_value(jobs.get(id).unwrap()).unwrap();
    while shown(&id)["progress"]["processed_files"] != 2 {
        std::thread::yield_now();
    }
    let running = shown(&id);
    assert_eq!(running["progress"]["current_file"], "src/a.rs");
    // It began less than ten seconds ago, and a third of it is done.
    let soon = [clock::now(), clock::now() + 30].map(clock::rfc3339);
    let estimated = running["estimated_completion"].as_str().unwrap();
    assert!(*soon[0] <= *estimated && *estimated <= *soon[1], "{running}");
    go.send(()).unwrap();
    settle(&jobs, &[State::Done]);
    let over = shown(&id);
    assert_eq!(
        (&over["progress"]["current_file"], &over["estimated_completion"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn none_at_once_runs_none() {
    let (jobs, _end) = jobs(0);
    jobs.submit(order(1)).unwrap();
    jobs.resume();
    assert!(jobs.is_paused());
    settle(&jobs, &[State::Queued]);
}

#[test]
fn what_waits_and_what_is_over_is_bounded() {
    let (jobs, _end) = jobs(1);
    jobs.pause();
    let mut first = None;
    for n in 0..MAX_QUEUED + MAX_OVER + 5 {
        let job = jobs.submit(order(n)).unwrap();
        if n < MAX_OVER + 5 {
            jobs.cancel(&job.id).unwrap();
        }
        first.get_or_insert(job.id);
    }
    let error = jobs.submit(order(usize::MAX)).unwrap_err();
    assert_eq!(ErrorKind::of(&error), ErrorKind::Locked);
    assert_eq!(jobs.list().len(), MAX_OVER + MAX_QUEUED);
    assert!(jobs.get(&first.unwrap()).is_none());
    for id in ["", "-", "1", "-1", "x-1", "ffff-99999999999999999999"] {
        assert!(jobs.get(id).is_none() && jobs.cancel(id).is_none(), "{id}");
    }
}

#[test]
fn files_of_runs_are_counted_by_what_became_of_them_and_no_room_is_remembered_until_there_is_some() {
    let tally = Tally::default();
    let full: Result<Value> = Err(anyhow!("no room")).kind(ErrorKind::NoSpace);
    let report = json!({
        "added": 5, "changed": 2, "unchanged": 90, "seconds": 1.5, "unreadable": 1,
        "skipped": { "too large": 3, "unreadable": 1 },
    });
    tally.ran(Kind::Index, &full);
    assert!(tally.is_full());
    tally.ran(Kind::Index, &Err(anyhow!("no luck")));
    tally.ran(Kind::Backup, &Ok(json!({})));
    assert!(tally.is_full());
    tally.ran(Kind::Index, &Ok(report.clone()));
    tally.ran(Kind::Remove, &Ok(report));
    assert!(!tally.is_full());
    let files: Vec<_> = tally.files().collect();
    assert_eq!(files, [("parsed", 7), ("unchanged", 90), ("skipped", 3), ("failed", 1)]);
    assert_eq!(tally.took().cumulative().1, 1);
}
