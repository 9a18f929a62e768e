//! How many were at most so long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Upper ends for what takes seconds to hours: runs of the index, backups.
pub const LONG: &[f64] = &[0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0];

/// Times, counted by buckets.
#[derive(Debug)]
pub struct Histogram {
    /// Upper ends in seconds, rising.
    ends: Box<[f64]>,
    /// One for each end, and one for what is longer.
    buckets: Box<[AtomicU64]>,
    nanoseconds: AtomicU64,
}

impl Histogram {
    /// With upper ends in seconds, rising.
    #[must_use]
    pub fn new(ends: &[f64]) -> Self {
        let buckets = (0..=ends.len()).map(|_| AtomicU64::new(0)).collect();
        Self { ends: ends.into(), buckets, nanoseconds: AtomicU64::new(0) }
    }

    /// Counts a time.
    pub fn observe(&self, time: Duration) {
        let seconds = time.as_secs_f64();
        let at = self.ends.partition_point(|end| *end < seconds);
        self.buckets[at].fetch_add(1, Ordering::Relaxed);
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
    }

    /// How many were at most as long as each end, and how many there were in all.
    #[must_use]
    pub fn cumulative(&self) -> (Vec<(f64, u64)>, u64) {
        let mut sum = 0;
        let mut upto = |bucket: &AtomicU64| {
            sum += bucket.load(Ordering::Relaxed);
            sum
        };
        let ends = self.ends.iter().zip(&self.buckets).map(|(end, bucket)| (*end, upto(bucket))).collect();
        (ends, self.buckets.last().map_or(0, upto))
    }

    /// The sum of all times, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        Duration::from_nanos(self.nanoseconds.load(Ordering::Relaxed)).as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_counts_in_the_first_bucket_that_it_fits_in() {
        let histogram = Histogram::new(&[0.1, 1.0]);
        for ms in [0, 100, 101, 1000, 1001, 60_000] {
            histogram.observe(Duration::from_millis(ms));
        }
        assert_eq!(histogram.cumulative(), (vec![(0.1, 2), (1.0, 4)], 6));
        assert!((histogram.seconds() - 62.202).abs() < 1e-9);
    }
}
