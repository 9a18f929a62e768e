//! What the daemon does beside its answers: it throws away what is no longer needed, and looks how much memory it takes.

use super::State;
use crate::config::Level;
use crate::error;
use crate::observe::metrics::process;
use crate::service::is_read_only;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How often is looked whether something is to be done.
const TICK: Duration = Duration::from_millis(200);
/// How often is looked how much memory is taken.
const LOOK: Duration = Duration::from_secs(1);

/// True while more memory is taken than is meant.
#[derive(Default)]
pub(super) struct Pressure(AtomicBool);

impl Pressure {
    /// Whether it is so now.
    pub(super) fn is_high(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// So many may be inside at the same time.
pub(super) struct Gate {
    most: usize,
    inside: AtomicUsize,
}

/// One who is inside.
pub(super) struct Pass<'g>(&'g Gate);

impl Gate {
    pub(super) const fn new(most: usize) -> Self {
        Self { most, inside: AtomicUsize::new(0) }
    }

    /// Lets one in till what this gives is dropped; nothing when there is no room.
    pub(super) fn enter(&self) -> Option<Pass<'_>> {
        let room = |inside: usize| (inside < self.most).then_some(inside + 1);
        self.inside.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).ok().map(|_| Pass(self))
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Keeps house until the daemon ends.
pub(super) fn run(state: &State) {
    let interval = state.loaded.config.performance.gc_interval.0.max(TICK);
    let (mut looked, mut tidied) = (None::<Instant>, Instant::now());
    while !state.stop.is_cancelled() {
        if looked.is_none_or(|at| at.elapsed() >= LOOK) {
            look(state, process::resident_bytes());
            state.cannot_write.store(is_read_only(&state.data), Ordering::Relaxed);
            looked = Some(Instant::now());
        }
        if tidied.elapsed() >= interval {
            tidy(state, interval);
            tidied = Instant::now();
        }
        std::thread::sleep(TICK);
    }
}

/// Compares what is taken with what is meant.
fn look(state: &State, taken: Option<u64>) {
    let settings = &state.loaded.config.performance;
    let limit = settings.max_memory_usage.0 as f64 * settings.memory_pressure_threshold;
    let is_high = taken.is_some_and(|bytes| bytes as f64 > limit);
    let was_high = state.pressure.0.swap(is_high, Ordering::Relaxed);
    if is_high != was_high {
        state.answers.hold(is_high);
        state.told.hold(is_high);
    }
    if is_high && !was_high {
        state.models.clear();
        state.readers.clear();
    }
    if is_high != was_high {
        let (level, msg) = if is_high {
            (Level::Warn, "memory is short: nothing is kept, and no run of the index begins")
        } else {
            (Level::Info, "memory is no longer short")
        };
        state.log.say(level, "daemon", msg, &[("resident_bytes", taken.into())]);
    }
}

fn tidy(state: &State, interval: Duration) {
    state.answers.purge();
    state.told.purge();
    state.models.purge();
    let done = state.readers.purge(&state.data).and_then(|()| crate::service::tidy(&state.data, interval));
    if let Err(error) = done {
        let fields = [("error", error::message(&error).into())];
        state.log.say(Level::Warn, "daemon", "what is no longer needed could not be thrown away", &fields);
    }
    state.metrics.tidied.add(1);
}

#[cfg(test)]
mod tests {
    use super::Gate;

    #[test]
    fn so_many_are_let_in_and_who_leaves_makes_room() {
        let gate = Gate::new(2);
        let (first, second) = (gate.enter(), gate.enter());
        assert!(first.is_some() && second.is_some() && gate.enter().is_none());
        drop(first);
        assert!(gate.enter().is_some());
        assert!(Gate::new(0).enter().is_none());
    }
}
