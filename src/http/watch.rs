//! `serve --watch`: what is indexed stays as the files are. Each project has a watcher, and what it sees becomes a job.

use super::State;
use crate::config::Level;
use crate::error::message;
use crate::jobs::{Kind, Order};
use crate::observe::Cancel;
use crate::service::{Context, Tended};
use anyhow::Result;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often is looked which projects there are.
const LOOK: Duration = Duration::from_secs(2);
/// How long a project is left alone that cannot be watched.
const REST: Duration = Duration::from_secs(10);
/// How often the end is looked for.
const TICK: Duration = Duration::from_millis(100);

/// Watches every project until the daemon is to end: those that come, and no longer those that go.
pub(super) fn run(state: &State) {
    std::thread::scope(|scope| {
        let mut watched: Vec<(Tended, Cancel)> = Vec::new();
        loop {
            let projects = projects(state);
            watched.retain(|(known, cancel)| {
                let stays = projects.contains(known);
                if !stays {
                    cancel.cancel();
                }
                stays
            });
            for project in projects {
                if watched.iter().any(|(known, _)| *known == project) {
                    continue;
                }
                let cancel = Cancel::default();
                watched.push((project.clone(), cancel.clone()));
                scope.spawn(move || tend(state, &project, &cancel));
            }
            if is_over(state, &state.stop, LOOK) {
                break;
            }
        }
        watched.iter().for_each(|(_, cancel)| cancel.cancel());
    });
}

/// The projects; none while there is no index.
fn projects(state: &State) -> Vec<Tended> {
    let mut cx = Context::new(state.data.clone(), Arc::clone(&state.loaded));
    cx.readers = Some(Arc::clone(&state.readers));
    Tended::all(&cx).unwrap_or_default()
}

/// Watches one project. One that cannot be watched now may be later.
fn tend(state: &State, project: &Tended, cancel: &Cancel) {
    loop {
        match project.watch(&state.data, &state.loaded, cancel, || submit(state, project)) {
            Ok(()) => return,
            Err(error) => {
                let text = format!("`{}` is not watched: {}", project.project, message(&error));
                state.log.say(Level::Warn, "daemon", &text, &[]);
            }
        }
        if is_over(state, cancel, REST) {
            return;
        }
    }
}

/// Takes on a run. Of several that wait for the same project one is done.
fn submit(state: &State, project: &Tended) -> Result<()> {
    let order = Order {
        kind: Kind::Index,
        project: Some(project.project.clone()),
        body: project.body()?,
        is_guest: false,
    };
    state.api.jobs.submit(order).map(drop)
}

/// Waits for some time; true when it is over before.
fn is_over(state: &State, cancel: &Cancel, time: Duration) -> bool {
    let end = Instant::now() + time;
    while Instant::now() < end {
        if cancel.is_cancelled() || state.stop.is_cancelled() {
            return true;
        }
        std::thread::sleep(TICK);
    }
    false
}
