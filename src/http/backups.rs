//! The backups that the daemon makes by itself.

use super::{POLL, State};
use crate::config::Level;
use crate::error::{Kind, message};
use crate::service::{Context, back_up_if_due};
use serde_json::json;
use std::time::{Duration, Instant};

/// Longest time between two looks at whether a backup is due. The first look comes after it too, so that a daemon that is
/// started for a question makes none.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Makes backups when they are due, until the daemon is to end.
pub(super) fn keep(state: &State) {
    let settings = &state.loaded.config.database;
    if !settings.backup_enabled {
        return;
    }
    let wait = settings.backup_interval.0.min(LONGEST_WAIT).max(POLL);
    loop {
        let until = Instant::now() + wait;
        while Instant::now() < until {
            if state.stop.is_cancelled() {
                return;
            }
            std::thread::sleep(POLL);
        }
        // While clients have as many written as may be, it waits for the next look.
        let Some(_turn) = state.backing_up.enter() else { continue };
        let mut cx = Context::new(state.data.clone(), state.loaded.clone());
        cx.cancel = state.stop.clone();
        let began = Instant::now();
        let done = back_up_if_due(&cx);
        match &done {
            Ok(None) => {}
            Ok(Some(_)) => state.metrics.tried_backup(began, true, Ok(())),
            Err(error) => state.metrics.tried_backup(began, true, Err(error)),
        }
        match done {
            Ok(None) => {}
            Ok(Some(done)) => {
                let fields = [
                    ("id", json!(done.created.id)),
                    ("generation", json!(done.created.generation)),
                    ("bytes", json!(done.created.bytes)),
                    ("new_bytes", json!(done.created.new_bytes)),
                    ("removed", json!(done.removed)),
                    ("seconds", json!(done.seconds)),
                ];
                state.log.say(Level::Info, "backup", "made and verified", &fields);
            }
            Err(error) if Kind::of(&error) == Kind::Interrupted => {}
            Err(error) => state.log.say(Level::Error, "backup", &message(&error), &[]),
        }
    }
}
