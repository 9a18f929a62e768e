//! Lines that anybody can cause, such as those of wrong keys: so many in a while, and the number of the others.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Lets some events of a while pass and counts the others.
#[derive(Debug)]
pub struct Throttle {
    most: u32,
    during: Duration,
    state: Mutex<Option<While>>,
}

#[derive(Debug)]
struct While {
    since: Instant,
    passed: u32,
    held: u64,
}

impl Throttle {
    /// Lets so many pass in each while.
    #[must_use]
    pub const fn new(most: u32, during: Duration) -> Self {
        Self { most, during, state: Mutex::new(None) }
    }

    /// Whether an event is told: with the number of those that were not since the last that was.
    pub fn pass(&self, now: Instant) -> Option<u64> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let current = state.get_or_insert(While { since: now, passed: 0, held: 0 });
        if now.saturating_duration_since(current.since) >= self.during {
            (current.since, current.passed) = (now, 0);
        }
        if current.passed >= self.most {
            current.held += 1;
            return None;
        }
        current.passed += 1;
        Some(std::mem::take(&mut current.held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_pass_in_a_while_and_the_next_one_tells_how_many_did_not() {
        let (throttle, start) = (Throttle::new(2, Duration::from_secs(60)), Instant::now());
        let at = |seconds| throttle.pass(start + Duration::from_secs(seconds));
        assert_eq!([at(0), at(1), at(2), at(59)], [Some(0), Some(0), None, None]);
        assert_eq!([at(60), at(61), at(62)], [Some(2), Some(0), None]);
        assert_eq!(at(200), Some(1));
    }
}
