//! How many requests a client may send in a minute.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Clients that are counted at the same time; of more, the one that was counted first is forgotten.
const MAX_CLIENTS: usize = 10_000;
const MINUTE: Duration = Duration::from_secs(60);

/// Requests of each client since its minute began.
#[derive(Default)]
pub(super) struct Rates(Mutex<BTreeMap<IpAddr, (Instant, u64)>>);

impl Rates {
    /// Counts a request.
    ///
    /// # Errors
    /// The seconds to wait, when it is one too many.
    pub(super) fn count(&self, client: IpAddr, limit: u64, now: Instant) -> Result<(), u64> {
        if limit == 0 {
            return Ok(());
        }
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= MAX_CLIENTS && !clients.contains_key(&client) {
            clients.retain(|_, (since, _)| now.duration_since(*since) < MINUTE);
            let first = clients.iter().min_by_key(|(_, (since, _))| *since).map(|(client, _)| *client);
            if let Some(first) = first.filter(|_| clients.len() >= MAX_CLIENTS) {
                clients.remove(&first);
            }
        }
        let (since, n) = clients.entry(client).or_insert((now, 0));
        if now.duration_since(*since) >= MINUTE {
            (*since, *n) = (now, 0);
        }
        if *n >= limit {
            return Err((MINUTE.saturating_sub(now.duration_since(*since))).as_secs() + 1);
        }
        *n += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_too_many_in_a_minute_waits_for_its_end_and_no_other_client_does() {
        let (rates, start) = (Rates::default(), Instant::now());
        let [one, other] = ["127.0.0.1", "::1"].map(|text| text.parse::<IpAddr>().unwrap());
        let late = |seconds| start + Duration::from_secs(seconds);
        for n in 0..100 {
            assert_eq!(rates.count(one, 100, late(n / 2)), Ok(()));
        }
        assert_eq!(rates.count(one, 100, late(50)), Err(11));
        assert_eq!(rates.count(other, 100, late(50)), Ok(()));
        assert_eq!(rates.count(one, 0, late(50)), Ok(()));
        assert_eq!(rates.count(one, 100, late(60)), Ok(()));
    }

    #[test]
    fn clients_that_are_counted_have_a_limit() {
        let (rates, start) = (Rates::default(), Instant::now());
        for n in 0..(MAX_CLIENTS as u32 + 50) {
            assert_eq!(rates.count(IpAddr::from(n.to_be_bytes()), 5, start), Ok(()));
        }
        assert_eq!(rates.0.lock().unwrap().len(), MAX_CLIENTS);
    }
}
