//! How often a client may ask. What is counted is bounded, and the time is given, so that tests need no clock.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Clients that are counted at the same time; of more, the eighth that was seen least recently is forgotten.
pub(super) const MAX_CLIENTS: usize = 10_000;
/// Wrong keys that an address may try in a minute.
pub(super) const MAX_GUESSES: usize = 20;
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// Whom requests are counted for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Client {
    /// Who has a key of this name.
    Key(Arc<str>),
    /// Who has none: an address, of IPv6 the first half, since a client has all the second halves.
    Address(IpAddr),
}

impl Client {
    /// The client at an address.
    pub(super) fn at(address: IpAddr) -> Self {
        Self::Address(match address {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => IpAddr::from((address.to_bits() >> 64 << 64).to_be_bytes()),
        })
    }
}

/// Something for each client, with when it was seen last.
struct Table<V>(BTreeMap<Client, (Instant, V)>);

impl<V> Table<V> {
    const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// What there is for a client; `fresh` when it is new.
    fn of(&mut self, client: &Client, now: Instant, fresh: V) -> &mut V {
        if self.0.len() >= MAX_CLIENTS && !self.0.contains_key(client) {
            let mut seen: Vec<Instant> = self.0.values().map(|(seen, _)| *seen).collect();
            let (_, oldest, _) = seen.select_nth_unstable(MAX_CLIENTS / 8);
            let (oldest, mut n) = (*oldest, MAX_CLIENTS / 8);
            self.0.retain(|_, (seen, _)| {
                let goes = *seen <= oldest && n > 0;
                n -= usize::from(goes);
                !goes
            });
        }
        let (seen, value) = self.0.entry(client.clone()).or_insert((now, fresh));
        *seen = now;
        value
    }
}

/// A time that begins with the first request in it, and what was counted since.
#[derive(Clone, Copy)]
struct Window {
    since: Instant,
    n: u64,
}

impl Window {
    const fn new(now: Instant) -> Self {
        Self { since: now, n: 0 }
    }

    /// Begins anew when its time is over.
    fn turn(&mut self, length: Duration, now: Instant) {
        if now.duration_since(self.since) >= length {
            *self = Self::new(now);
        }
    }

    /// How long it still lasts.
    fn rest(self, length: Duration, now: Instant) -> Duration {
        length.saturating_sub(now.duration_since(self.since))
    }
}

/// What a limit says of a request, as its answer tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Requests that the limit lets pass when nothing was asked before.
    pub limit: u64,
    /// Requests that it still lets pass at once.
    pub remaining: u64,
    /// Until that is as much as it can be.
    pub reset: Duration,
    /// Until the next request may come; nothing when this one may.
    pub wait: Option<Duration>,
}

/// The limits of all requests.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// In a minute in the long run; 0 for any number.
    pub per_minute: u64,
    /// In an hour; 0 for any number.
    pub per_hour: u64,
    /// At once.
    pub burst: u64,
}

/// A client and its limits.
#[derive(Clone, Copy)]
struct Bucket {
    /// When the bucket is as full as it can be; not after now when it is.
    full: Instant,
    hour: Window,
}

/// Counts the requests of each client against two limits.
///
/// The limit of a minute is a token bucket of `burst` tokens that gets `per_minute` a minute, kept as the time at which
/// it is full again (the generic cell rate algorithm, ITU-T I.371, annex A). The limit of an hour is a window.
pub(super) struct Rates {
    limits: Limits,
    clients: Mutex<Table<Bucket>>,
}

impl Rates {
    /// Nothing is counted yet.
    pub(super) const fn new(limits: Limits) -> Self {
        Self { limits, clients: Mutex::new(Table::new()) }
    }

    /// Counts a request; one that may not come is not counted. Nothing when there is no limit.
    pub(super) fn count(&self, client: &Client, now: Instant) -> Option<Verdict> {
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let bucket = clients.of(client, now, Bucket { full: now, hour: Window::new(now) });
        bucket.hour.turn(HOUR, now);
        let (minute, hour) = (self.minute(*bucket, now), self.hour(*bucket, now));
        let wait = [minute, hour].into_iter().flatten().filter_map(|(_, verdict)| verdict.wait).max();
        if wait.is_none() {
            bucket.hour.n += 1;
            if let Some((full, _)) = minute {
                bucket.full = full;
            }
        }
        // The tighter one is told; of two alike the one that takes longer to give more.
        let told = [minute, hour].into_iter().flatten().map(|(_, verdict)| verdict);
        let told = told.min_by_key(|verdict| (verdict.remaining, std::cmp::Reverse(verdict.reset)));
        told.map(|verdict| Verdict { wait, ..verdict })
    }

    /// When the bucket would be full after one request more, and what that says.
    fn minute(&self, bucket: Bucket, now: Instant) -> Option<(Instant, Verdict)> {
        let Limits { per_minute, burst, .. } = self.limits;
        let apart = MINUTE.checked_div(u32::try_from(per_minute).unwrap_or(u32::MAX))?;
        let apart = apart.max(Duration::from_nanos(1));
        let limit = burst.clamp(1, u64::from(u32::MAX));
        let room = apart.saturating_mul(u32::try_from(limit).unwrap_or(u32::MAX));
        let used = bucket.full.saturating_duration_since(now);
        let wanted = used.saturating_add(apart);
        let fits = wanted <= room;
        let used = if fits { wanted } else { used };
        let remaining = room.saturating_sub(used).as_nanos() / apart.as_nanos();
        let verdict = Verdict {
            limit,
            remaining: u64::try_from(remaining).unwrap_or(u64::MAX),
            reset: used,
            wait: (!fits).then(|| wanted.saturating_sub(room)),
        };
        Some((now.checked_add(wanted).unwrap_or(now), verdict))
    }

    fn hour(&self, bucket: Bucket, now: Instant) -> Option<(Instant, Verdict)> {
        let limit = self.limits.per_hour;
        if limit == 0 {
            return None;
        }
        let rest = bucket.hour.rest(HOUR, now);
        let fits = bucket.hour.n < limit;
        let remaining = limit.saturating_sub(bucket.hour.n).saturating_sub(u64::from(fits));
        Some((now, Verdict { limit, remaining, reset: rest, wait: (!fits).then_some(rest) }))
    }
}

/// Counts requests in a minute that begins with the first.
pub(super) struct Minutes(Mutex<Table<Window>>);

impl Minutes {
    /// Nothing is counted yet.
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Table::new()))
    }

    /// Counts a request; a limit of 0 is none.
    ///
    /// # Errors
    /// How long to wait, when it is one too many.
    pub(super) fn count(&self, client: &Client, limit: u64, now: Instant) -> Result<(), Duration> {
        if limit == 0 {
            return Ok(());
        }
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = clients.of(client, now, Window::new(now));
        window.turn(MINUTE, now);
        if window.n >= limit {
            return Err(window.rest(MINUTE, now));
        }
        window.n += 1;
        Ok(())
    }
}

/// The wrong keys that each address tries in a minute. One that is tried again and again, as by a client whose key was
/// withdrawn, is no guess and counts once.
pub(super) struct Guesses(Mutex<Table<(Window, BTreeSet<u64>)>>);

impl Guesses {
    /// Nothing was tried yet.
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Table::new()))
    }

    /// How long an address is to wait before it tries a key; nothing when it may.
    pub(super) fn wait(&self, address: IpAddr, now: Instant) -> Option<Duration> {
        let clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (_, (window, tried)) = clients.0.get(&Client::at(address))?;
        let rest = window.rest(MINUTE, now);
        (tried.len() >= MAX_GUESSES && !rest.is_zero()).then_some(rest)
    }

    /// Counts a wrong key, told by a part of its hash.
    pub(super) fn note(&self, address: IpAddr, hash: u64, now: Instant) {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (window, tried) = clients.of(&Client::at(address), now, (Window::new(now), BTreeSet::new()));
        if window.rest(MINUTE, now).is_zero() {
            *window = Window::new(now);
            tried.clear();
        }
        if tried.len() < MAX_GUESSES {
            tried.insert(hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Client {
        Client::Key(name.into())
    }

    fn rates(per_minute: u64, per_hour: u64, burst: u64) -> Rates {
        Rates::new(Limits { per_minute, per_hour, burst })
    }

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_burst_passes_and_then_one_a_second() {
        let (rates, start) = (rates(60, 10_000, 5), Instant::now());
        for left in (0..5).rev() {
            let said = rates.count(&key("a"), start).unwrap();
            assert_eq!(said, Verdict { limit: 5, remaining: left, reset: seconds(5 - left), wait: None });
        }
        let sixth = rates.count(&key("a"), start).unwrap();
        assert_eq!(sixth, Verdict { limit: 5, remaining: 0, reset: seconds(5), wait: Some(seconds(1)) });
        // Another client has a bucket of its own.
        assert_eq!(rates.count(&key("b"), start).unwrap().wait, None);
        // What may not come takes nothing, and a second gives one.
        let early = rates.count(&key("a"), start + Duration::from_millis(400)).unwrap();
        assert_eq!(early.wait, Some(Duration::from_millis(600)));
        assert_eq!(rates.count(&key("a"), start + seconds(1)).unwrap().wait, None);
        assert!(rates.count(&key("a"), start + seconds(1)).unwrap().wait.is_some());
        // However long it waits, no more than a burst is there.
        for _ in 0..5 {
            assert_eq!(rates.count(&key("a"), start + seconds(1000)).unwrap().wait, None);
        }
        assert!(rates.count(&key("a"), start + seconds(1000)).unwrap().wait.is_some());
    }

    #[test]
    fn the_long_run_is_the_limit_of_a_minute() {
        let (rates, start) = (rates(1000, 0, 100), Instant::now());
        // Ten times as often as allowed for 6 seconds.
        let passed = (0..1000).filter(|n| {
            let now = start + Duration::from_millis(n * 6);
            rates.count(&key("a"), now).unwrap().wait.is_none()
        });
        let n = passed.count();
        assert!((199..=201).contains(&n), "a burst, and a tenth of a minute's number, not {n}");
    }

    #[test]
    fn the_limit_of_an_hour_counts_alone_too() {
        let (rates, start) = (rates(0, 3, 1), Instant::now());
        for left in (0..3).rev() {
            let said = rates.count(&key("a"), start + seconds(10)).unwrap();
            assert_eq!((said.limit, said.remaining, said.wait), (3, left, None));
        }
        let said = rates.count(&key("a"), start + seconds(110)).unwrap();
        assert_eq!((said.wait, said.reset), (Some(seconds(3500)), seconds(3500)));
        assert_eq!(rates.count(&key("a"), start + seconds(3610)).unwrap().remaining, 2);
        assert_eq!(rates.count(&key("b"), start + seconds(110)).unwrap().remaining, 2);
    }

    #[test]
    fn the_tighter_limit_is_told_and_the_longer_wait_counts() {
        let (rates, start) = (rates(60, 7, 5), Instant::now());
        assert_eq!(rates.count(&key("a"), start).unwrap().limit, 5);
        for n in 1..7 {
            assert_eq!(rates.count(&key("a"), start + seconds(n * 60)).unwrap().wait, None);
        }
        let said = rates.count(&key("a"), start + seconds(600)).unwrap();
        assert_eq!((said.limit, said.remaining, said.wait), (7, 0, Some(seconds(3000))));
    }

    #[test]
    fn no_limits_are_none_and_the_largest_are_no_trouble() {
        assert_eq!(rates(0, 0, 5).count(&key("a"), Instant::now()), None);
        let huge = rates(u64::MAX, u64::MAX, u64::MAX);
        let zero = rates(1, 1, 0);
        for _ in 0..3 {
            assert_eq!(huge.count(&key("a"), Instant::now()).unwrap().wait, None);
        }
        assert_eq!(zero.count(&key("a"), Instant::now()).unwrap().wait, None);
        assert!(zero.count(&key("a"), Instant::now()).unwrap().wait.is_some());
    }

    #[test]
    fn one_too_many_in_a_minute_waits_for_its_end_and_no_other_client_does() {
        let (minutes, start) = (Minutes::new(), Instant::now());
        for n in 0..100 {
            assert_eq!(minutes.count(&key("a"), 100, start + seconds(n / 2)), Ok(()));
        }
        assert_eq!(minutes.count(&key("a"), 100, start + seconds(50)), Err(seconds(10)));
        assert_eq!(minutes.count(&key("b"), 100, start + seconds(50)), Ok(()));
        assert_eq!(minutes.count(&key("a"), 0, start + seconds(50)), Ok(()));
        assert_eq!(minutes.count(&key("a"), 100, start + seconds(60)), Ok(()));
    }

    #[test]
    fn the_twentieth_wrong_key_closes_the_door_for_the_rest_of_a_minute() {
        let (guesses, start) = (Guesses::new(), Instant::now());
        let [one, other]: [IpAddr; 2] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse().unwrap());
        for n in 0..19 {
            guesses.note(one, n, start + seconds(n));
            // A key that was withdrawn is tried again and again.
            guesses.note(other, 7, start + seconds(n));
        }
        assert_eq!(guesses.wait(one, start + seconds(20)), None);
        guesses.note(one, 100, start + seconds(20));
        assert_eq!(guesses.wait(one, start + seconds(21)), Some(seconds(39)));
        assert_eq!(guesses.wait(other, start + seconds(21)), None);
        assert_eq!(guesses.wait(one, start + seconds(60)), None);
        guesses.note(one, 1, start + seconds(61));
        assert_eq!(guesses.wait(one, start + seconds(61)), None);
    }

    #[test]
    fn an_ipv6_client_is_its_first_half() {
        let at = |text: &str| Client::at(text.parse().unwrap());
        assert_eq!(at("2001:db8:1:2:3:4:5:6"), at("2001:db8:1:2::1"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_ne!(at("192.0.2.1"), at("192.0.2.2"));
    }

    #[test]
    fn clients_that_are_counted_have_a_limit_and_the_newest_stay() {
        let (minutes, start) = (Minutes::new(), Instant::now());
        let client = |n: u32| Client::at(IpAddr::from(n.to_be_bytes()));
        let n = MAX_CLIENTS as u32 + 50;
        for each in 0..n {
            assert_eq!(minutes.count(&client(each), 1, start + Duration::from_millis(each.into())), Ok(()));
        }
        assert!(minutes.0.lock().unwrap().0.len() <= MAX_CLIENTS);
        assert!(minutes.count(&client(n - 1), 1, start + seconds(11)).is_err());
        assert!(minutes.count(&client(MAX_CLIENTS as u32 / 2), 1, start + seconds(11)).is_err());
        assert_eq!(minutes.count(&client(0), 1, start + seconds(11)), Ok(()));
    }
}
