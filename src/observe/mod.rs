//! "What is it doing?" Progress that others show, the flag that stops long work, and what the daemon tells of itself.

pub mod log;
pub mod metrics;
mod request;

pub use log::Log;
pub use metrics::Metrics;
pub use request::{request_id, trace_id};

pub mod clock;
mod step;

pub use step::step;

use crate::error::{Kind, ResultExt as _};
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Where long work tells how far it is. Called from many threads.
pub trait Progress: Sync {
    /// A phase begins; `total` is the number of steps, 0 when it is not known.
    fn phase(&self, name: &'static str, total: u64);
    /// That many steps of the phase are done.
    fn advance(&self, steps: u64);
    /// A file is being worked on, one of perhaps several.
    fn file(&self, _path: &str) {}
    /// The last phase is over: an answer follows.
    fn done(&self);
}

/// Tells nobody.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _name: &'static str, _total: u64) {}
    fn advance(&self, _steps: u64) {}
    fn done(&self) {}
}

macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $limit:ident $name:literal,)*) => {
        /// What bounds the time of a piece of work.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Limit { $($(#[doc = $doc])+ $limit,)* }

        impl Limit {
            /// What gives it more time: a setting, or a field of the question.
            const fn name(self) -> &'static str { match self { $(Self::$limit => $name,)* } }
        }
    };
}

limits! {
    /// Any question.
    Query "performance.query_timeout",
    /// A search of the daemon.
    Search "performance.search_timeout",
    /// A run that writes the index.
    Index "performance.index_timeout",
    /// A request of an agent.
    Agent "mcp.timeout",
    /// A batch of messages of an agent.
    Batch "performance.batch_timeout",
    /// What the question itself asks for.
    Asked "its timeout",
}

impl Limit {
    const fn kind(self) -> Kind {
        if matches!(self, Self::Index) { Kind::TimedOut } else { Kind::QueryTimeout }
    }
}

/// Stops long work between two steps; set by Ctrl-C, a deadline or a client that left.
#[derive(Debug, Default, Clone)]
pub struct Cancel {
    asked: Arc<AtomicBool>,
    deadline: Option<Deadline>,
}

#[derive(Debug, Clone, Copy)]
struct Deadline {
    /// When it is over.
    at: Instant,
    /// How long that was from its start.
    time: Duration,
    limit: Limit,
}

impl Cancel {
    /// The same, which ends by itself after some time, if it does not end before; no time is no limit.
    #[must_use]
    pub fn within(&self, time: Duration, limit: Limit) -> Self {
        let at = (!time.is_zero()).then(|| Instant::now().checked_add(time)).flatten();
        at.map_or_else(|| self.clone(), |at| self.until(at, time, limit))
    }

    /// The same, which ends by itself at a time that was so far away when the work began, if it does not end before.
    #[must_use]
    pub fn until(&self, at: Instant, time: Duration, limit: Limit) -> Self {
        let earlier = [Some(Deadline { at, time, limit }), self.deadline]
            .into_iter()
            .flatten()
            .min_by_key(|each| each.at);
        Self { asked: Arc::clone(&self.asked), deadline: earlier }
    }

    /// The share of its time that is over, from 0 to 1; 0 when there is no limit.
    #[must_use]
    pub fn used(&self) -> f64 {
        self.deadline.map_or(0.0, |Deadline { at, time, .. }| {
            let left = at.saturating_duration_since(Instant::now());
            (1.0 - left.as_secs_f64() / time.as_secs_f64().max(f64::MIN_POSITIVE)).clamp(0.0, 1.0)
        })
    }

    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// The flag itself, for a signal handler.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.asked)
    }

    /// True when the work was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// An error when the work was asked to stop, or its time is over.
    ///
    /// # Errors
    /// [`Kind::Interrupted`]; [`Kind::QueryTimeout`], of an indexing run [`Kind::TimedOut`].
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() {
            return Err(anyhow::anyhow!("interrupted")).kind(Kind::Interrupted);
        }
        match self.deadline {
            Some(Deadline { at, time, limit }) if Instant::now() >= at => {
                Err(anyhow::anyhow!("it took longer than {} ms", time.as_millis()))
                    .kind(limit.kind())
                    .hint(format!("ask for less, or give it more time: {}", limit.name()))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cancel, Kind, Limit};
    use crate::error;
    use std::time::Duration;

    #[test]
    fn work_ends_when_it_is_asked_to_or_its_time_is_over() {
        const NOW: Duration = Duration::from_nanos(1);
        const HOUR: Duration = Duration::from_secs(3_600);
        let cancel = Cancel::default();
        let (no_limit, over) =
            (cancel.within(Duration::ZERO, Limit::Query), cancel.within(NOW, Limit::Search));
        assert!(cancel.check().is_ok() && no_limit.check().is_ok());
        for late in [&over, &over.within(HOUR, Limit::Query), &over.within(Duration::ZERO, Limit::Query)] {
            let error = late.check().unwrap_err();
            assert_eq!(Kind::of(&error), Kind::QueryTimeout);
            assert!(error::hint(&error).is_some_and(|hint| hint.ends_with("performance.search_timeout")));
        }
        let run = cancel.within(HOUR, Limit::Query).within(NOW, Limit::Index);
        assert_eq!(run.check().map_err(|error| Kind::of(&error)), Err(Kind::TimedOut));
        assert!(cancel.within(HOUR, Limit::Query).used() < 0.02);
        assert!(over.used() >= 1.0 && cancel.used() <= 0.0);
        cancel.cancel();
        for each in [&cancel, &no_limit, &over] {
            assert_eq!(each.check().map_err(|error| Kind::of(&error)), Err(Kind::Interrupted));
        }
    }
}
