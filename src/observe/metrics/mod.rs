//! What the daemon counts and measures, and its text for Prometheus.
//!
//! Numbers are atomic, so that no request waits for another one to be counted. Labels have few values, all known when
//! the daemon starts: an endpoint is the template of a route, never a path that a client has sent.
//!
//! Our own, of about 400 lines: crates for this (`prometheus`, `metrics`) keep families in locked maps by their labels,
//! and let a name be used anywhere.

mod families;
mod histogram;
mod page;
pub mod process;

pub use families::{Family, Kind};
pub use histogram::{Histogram, LONG};
pub use page::Page;

use super::clock;
use crate::error;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Statuses of HTTP: 100 to 599.
const STATUSES: std::ops::Range<u16> = 100..600;
/// Seconds of the window in which requests are counted for their number in a second.
const WINDOW: u64 = 60;
/// Slots of that window; more than its seconds, so that a slot is used again only when it no longer counts.
const SLOTS: usize = 64;

/// A choice of label values that is counted by itself.
macro_rules! label {
    ($(#[doc = $doc:literal])+ $label:ident { $($(#[doc = $of:literal])+ $variant:ident $name:literal,)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $label { $($(#[doc = $of])+ $variant,)* }

        impl $label {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its value as a label.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
        }
    };
}

label! {
    /// Why a request was turned away.
    Rejection {
        /// The client asks too often.
        RateLimit "rate_limit",
        /// It has no key, a wrong one, or one that may not.
        Auth "auth",
        /// Too much is being answered.
        Overload "overload",
        /// It is too large.
        TooLarge "too_large",
        /// It makes no sense.
        BadRequest "bad_request",
        /// It, or its answer, took too long.
        Timeout "timeout",
    }
}

label! {
    /// What was asked.
    Question {
        /// A search by words and meaning.
        Text "text",
        /// Code like other code.
        Vector "vector",
        /// The graph.
        Graph "graph",
    }
}

label! {
    /// Why nobody was let in.
    Intrusion {
        /// There is no key.
        Missing "missing",
        /// It is none of ours.
        Unknown "unknown",
        /// It was one.
        Expired "expired",
        /// It may not do this.
        Scope "scope",
        /// The page or the name that it comes from.
        Origin "origin",
    }
}

/// A number that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts one.
    pub fn add(&self, n: u64) {
        self.0.fetch_add(n, Ordering::Relaxed);
    }

    /// How many there were.
    #[must_use]
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A counter for each value of a label.
#[derive(Debug)]
struct Counters<const N: usize>([Counter; N]);

impl<const N: usize> Default for Counters<N> {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Counter::default()))
    }
}

/// What one route is asked.
#[derive(Debug)]
struct Endpoint {
    method: String,
    path: String,
    by_status: Box<[Counter]>,
    time: Histogram,
}

/// The number of a route in [`Metrics`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(usize);

/// All that is counted.
#[derive(Debug)]
pub struct Metrics {
    /// The routes, and at the end what is at none.
    endpoints: Vec<Endpoint>,
    in_flight: AtomicU64,
    connections: AtomicU64,
    workers: AtomicU64,
    /// The second in the upper half, requests that ended in it in the lower.
    seconds: [AtomicU64; SLOTS],
    rejections: Counters<{ Rejection::ALL.len() }>,
    intrusions: Counters<{ Intrusion::ALL.len() }>,
    questions: [Histogram; Question::ALL.len()],
    /// How often was tidied up.
    pub tidied: Counter,
    backups: Histogram,
    backup_failures: Counter,
    /// The last backup could not be made.
    backup_failed: AtomicBool,
    /// When the last backup was made that was asked for here, seconds since 1970; 0 for never.
    backed_up_at: AtomicU64,
    began: Instant,
    /// Seconds since 1970.
    started_at: f64,
}

impl Metrics {
    /// Counts nothing yet. `routes`: method and template of each.
    #[must_use]
    pub fn new<'r>(routes: impl Iterator<Item = (String, &'r str)>, buckets: &[f64]) -> Self {
        let endpoint = |method: String, path: &str| Endpoint {
            method,
            path: path.to_owned(),
            by_status: STATUSES.map(|_| Counter::default()).collect(),
            time: Histogram::new(buckets),
        };
        let mut endpoints: Vec<Endpoint> = routes.map(|(method, path)| endpoint(method, path)).collect();
        endpoints.push(endpoint(Family::OTHER.to_owned(), Family::OTHER));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            endpoints,
            in_flight: AtomicU64::new(0),
            connections: AtomicU64::new(0),
            workers: AtomicU64::new(0),
            seconds: [const { AtomicU64::new(0) }; SLOTS],
            rejections: Counters::default(),
            intrusions: Counters::default(),
            questions: std::array::from_fn(|_| Histogram::new(buckets)),
            tidied: Counter::default(),
            backups: Histogram::new(LONG),
            backup_failures: Counter::default(),
            backup_failed: AtomicBool::new(false),
            backed_up_at: AtomicU64::new(0),
            began: Instant::now(),
            started_at: now.as_secs_f64(),
        }
    }

    /// The place of a route; that of what is none when it is unknown.
    #[must_use]
    pub fn place(&self, method: &str, path: &str) -> Place {
        let known = self.endpoints.iter().position(|each| each.method == method && each.path == path);
        known.map_or_else(|| self.elsewhere(), Place)
    }

    /// The place of what is no route.
    #[must_use]
    pub const fn elsewhere(&self) -> Place {
        Place(self.endpoints.len() - 1)
    }

    /// A request is being answered till what this gives is dropped.
    pub fn enter(&self) -> Inside<'_> {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        Inside(self)
    }

    /// So many connections are open.
    pub fn connected(&self, n: usize) {
        self.connections.store(n as u64, Ordering::Relaxed);
    }

    /// So many requests can be answered at the same time.
    pub fn works(&self, n: usize) {
        self.workers.store(n as u64, Ordering::Relaxed);
    }

    /// A request was answered.
    pub fn answered(&self, place: Place, status: u16, time: Duration) {
        if let Some(endpoint) = self.endpoints.get(place.0) {
            let at = status.clamp(STATUSES.start, STATUSES.end - 1) - STATUSES.start;
            endpoint.by_status[usize::from(at)].add(1);
            endpoint.time.observe(time);
        }
        self.tick(self.began.elapsed().as_secs());
    }

    /// A question was answered.
    pub fn question(&self, what: Question, time: Duration) {
        self.questions[what as usize].observe(time);
    }

    /// A request was turned away.
    pub fn rejected(&self, why: Rejection) {
        self.rejections.0[why as usize].add(1);
    }

    /// Counts a backup that was tried from a moment on, of all projects or of one. What asked for the impossible, and what
    /// was stopped, is no failure to make one. Only one of all tells how things stand: of one project nobody else is safe.
    pub fn tried_backup(&self, began: Instant, is_of_all: bool, outcome: Result<(), &anyhow::Error>) {
        match outcome.map_err(error::Kind::of) {
            Ok(()) => {
                self.backups.observe(began.elapsed());
                if is_of_all {
                    self.backed_up_at.fetch_max(clock::now(), Ordering::Relaxed);
                    self.backup_failed.store(false, Ordering::Relaxed);
                }
            }
            Err(
                error::Kind::Usage | error::Kind::Denied | error::Kind::NoIndex | error::Kind::Interrupted,
            ) => {}
            Err(_) => {
                self.backup_failures.add(1);
                self.backup_failed.fetch_or(is_of_all, Ordering::Relaxed);
            }
        }
    }

    /// True when the last backup that was tried could not be made.
    #[must_use]
    pub fn is_backup_missing(&self) -> bool {
        self.backup_failed.load(Ordering::Relaxed)
    }

    /// Backups that were made, those that could not be made, and when the last one was made, in seconds since 1970; 0 for
    /// never.
    #[must_use]
    pub fn backups(&self) -> (u64, u64, u64) {
        let made = self.backups.cumulative().1;
        (made, self.backup_failures.get(), self.backed_up_at.load(Ordering::Relaxed))
    }

    /// Somebody was not let in.
    pub fn intruded(&self, why: Intrusion) {
        self.intrusions.0[why as usize].add(1);
    }

    /// Counts a request that ended in a second since the start.
    fn tick(&self, second: u64) {
        let stamped = |n: u64| (second + 1) << 32 | n;
        let slot = &self.seconds[second as usize % SLOTS];
        let next = |seen: u64| Some(if seen >> 32 == second + 1 { seen + 1 } else { stamped(1) });
        let updated = slot.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
        debug_assert!(updated.is_ok(), "there is always a next value");
    }

    /// Requests that ended in the last minute, in a second.
    fn per_second(&self, second: u64) -> f64 {
        let of = |slot: &AtomicU64| {
            let seen = slot.load(Ordering::Relaxed);
            let age = (second + 1).checked_sub(seen >> 32);
            if seen > 0 && age.is_some_and(|age| age < WINDOW) { seen & 0xffff_ffff } else { 0 }
        };
        self.seconds.iter().map(of).sum::<u64>() as f64 / WINDOW as f64
    }

    /// Writes what was counted.
    pub fn write(&self, page: &mut Page) {
        page.begin(Family::RequestsTotal);
        for each in &self.endpoints {
            for (status, counter) in STATUSES.zip(&each.by_status) {
                // A counter is there from the start, or the first thing that happens is no growth.
                if counter.get() > 0 || status == 200 {
                    let labels = [each.method.as_str(), each.path.as_str(), &status.to_string()];
                    page.value(&labels, counter.get() as f64);
                }
            }
        }
        page.begin(Family::RequestDuration);
        for each in &self.endpoints {
            page.histogram(&[&each.method, &each.path], &each.time);
        }
        page.one(Family::RequestsPerSecond, self.per_second(self.began.elapsed().as_secs()));
        page.one(Family::RequestsInFlight, self.in_flight.load(Ordering::Relaxed) as f64);
        page.one(Family::ActiveConnections, self.connections.load(Ordering::Relaxed) as f64);
        page.one(Family::Workers, self.workers.load(Ordering::Relaxed) as f64);
        let each = |page: &mut Page, family, names: &mut dyn Iterator<Item = (&'static str, u64)>| {
            page.begin(family);
            names.for_each(|(name, n)| page.value(&[name], n as f64));
        };
        let rejections =
            Rejection::ALL.iter().map(|why| (why.name(), self.rejections.0[*why as usize].get()));
        each(page, Family::RejectedRequests, &mut { rejections });
        let intrusions =
            Intrusion::ALL.iter().map(|why| (why.name(), self.intrusions.0[*why as usize].get()));
        each(page, Family::AuthFailures, &mut { intrusions });
        page.begin(Family::QueryDuration);
        for what in Question::ALL {
            page.histogram(&[what.name()], &self.questions[*what as usize]);
        }
        page.one(Family::GcRuns, self.tidied.get() as f64);
        let (made, failed, _) = self.backups();
        page.one(Family::Backups, made as f64);
        page.one(Family::BackupFailures, failed as f64);
        page.begin(Family::BackupDuration);
        page.histogram(&[], &self.backups);
    }

    /// When the daemon began, in seconds since 1970.
    #[must_use]
    pub const fn started_at(&self) -> f64 {
        self.started_at
    }
}

/// A request that is being answered.
pub struct Inside<'m>(&'m Metrics);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_in_a_second_are_those_of_the_last_minute() {
        let metrics = Metrics::new(std::iter::empty(), &[1.0]);
        let about = |second| (metrics.per_second(second) * WINDOW as f64).round() as u64;
        assert_eq!(about(0), 0);
        for second in 0..10 {
            (0..6).for_each(|_| metrics.tick(second));
        }
        assert_eq!(
            [about(9), about(59), about(60), about(64), about(69), about(500)],
            [60, 60, 54, 30, 0, 0]
        );
        metrics.tick(128);
        assert_eq!((about(128), about(187), about(188)), (1, 1, 0));
    }

    #[test]
    fn an_unknown_route_or_status_is_counted_where_others_are() {
        let routes = [("GET".to_owned(), "/a/{id}")];
        let metrics = Metrics::new(routes.into_iter(), &[1.0]);
        assert_eq!(metrics.place("POST", "/a/{id}"), metrics.elsewhere());
        metrics.answered(metrics.place("GET", "/a/{id}"), 200, Duration::ZERO);
        metrics.answered(metrics.place("GET", "/a/17"), 999, Duration::ZERO);
        let mut page = Page::new(true, true);
        metrics.write(&mut page);
        let text = page.text();
        let count = |method: &str, path: &str, status: u16| {
            let name = "codegraph_requests_total";
            text.contains(&format!(
                "{name}{{method=\"{method}\",endpoint=\"{path}\",status=\"{status}\"}} 1\n"
            ))
        };
        assert!(count("GET", "/a/{id}", 200) && count("other", "other", 599), "{text}");
    }

    #[test]
    fn threads_that_count_together_lose_nothing() {
        let metrics = Metrics::new(std::iter::empty(), &[0.001, 1.0]);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..5_000 {
                        let _inside = metrics.enter();
                        metrics.answered(metrics.elsewhere(), 200, Duration::from_millis(2));
                    }
                });
            }
        });
        let mut page = Page::new(true, true);
        metrics.write(&mut page);
        let text = page.text();
        for wanted in [
            "codegraph_requests_total{method=\"other\",endpoint=\"other\",status=\"200\"} 20000\n",
            "codegraph_request_duration_seconds_bucket{method=\"other\",endpoint=\"other\",le=\"0.001\"} 0\n",
            "codegraph_request_duration_seconds_bucket{method=\"other\",endpoint=\"other\",le=\"1\"} 20000\n",
            "codegraph_request_duration_seconds_bucket{method=\"other\",endpoint=\"other\",le=\"+Inf\"} 20000\n",
            "codegraph_request_duration_seconds_sum{method=\"other\",endpoint=\"other\"} 40\n",
            "codegraph_requests_in_flight 0\n",
        ] {
            assert!(text.contains(wanted), "{wanted}{text}");
        }
    }
}
