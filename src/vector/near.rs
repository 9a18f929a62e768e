//! Rows by how near they are to a question.

use anyhow::Result;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A row and what it is worth for a question; the nearer is the greater.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near(pub(super) f32, pub(super) u32);

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(other.1.cmp(&self.1))
    }
}

/// The best rows so far.
pub(super) struct Best {
    n: usize,
    found: BinaryHeap<Reverse<Near>>,
    /// What is below this is not kept: nearly all rows of a scan.
    floor: f32,
}

impl Best {
    /// Keeps so many.
    pub(super) fn new(n: usize) -> Self {
        Self { n, found: BinaryHeap::with_capacity(n + 1), floor: f32::NEG_INFINITY }
    }

    /// True when a row would be kept.
    #[inline]
    pub(super) fn is_good_enough(&self, near: Near) -> bool {
        near.0 >= self.floor
            && (self.found.len() < self.n || self.found.peek().is_some_and(|Reverse(worst)| near > *worst))
    }

    /// Takes a row that is good enough.
    #[inline]
    pub(super) fn offer(&mut self, near: Near) {
        if self.is_good_enough(near) {
            self.keep(near);
        }
    }

    fn keep(&mut self, near: Near) {
        self.found.push(Reverse(near));
        if self.found.len() > self.n {
            self.found.pop();
            self.floor = self.found.peek().map_or(self.floor, |Reverse(worst)| worst.0);
        }
    }

    /// What was kept, the best first.
    pub(super) fn sorted(self) -> Vec<Near> {
        self.found.into_sorted_vec().into_iter().map(|Reverse(near)| near).collect()
    }
}

/// The best rows of very many, when it does not matter which of them is better.
pub(super) struct Most {
    n: usize,
    kept: Vec<Near>,
    /// What is below this is not looked at: it is not among them, if so many are found at all.
    floor: f32,
}

impl Most {
    /// Keeps so many, at least one, of those that are worth no less than a floor.
    pub(super) fn above(n: usize, floor: f32) -> Self {
        let n = n.max(1);
        Self { n, kept: Vec::with_capacity(2 * n), floor }
    }

    /// How many were kept so far, of which some may yet be thrown away.
    pub(super) const fn len(&self) -> usize {
        self.kept.len()
    }

    /// True when a row may be one of them.
    #[inline]
    pub(super) fn may_be(&self, value: f32) -> bool {
        value >= self.floor
    }

    /// What is below this is not among them.
    pub(super) const fn floor(&self) -> f32 {
        self.floor
    }

    /// Takes a row that may be one of them. Half of those that are kept are thrown away from time to time, which costs
    /// less than keeping them in order.
    pub(super) fn offer(&mut self, near: Near) {
        self.kept.push(near);
        if self.kept.len() >= 2 * self.n {
            self.narrow();
        }
    }

    fn narrow(&mut self) {
        if self.kept.len() > self.n {
            let (_, worst, _) = self.kept.select_nth_unstable_by(self.n - 1, |a, b| b.cmp(a));
            self.floor = worst.0;
            self.kept.truncate(self.n);
        }
    }

    /// What was kept, by row.
    pub(super) fn by_row(mut self) -> Vec<u32> {
        self.narrow();
        let mut rows: Vec<u32> = self.kept.into_iter().map(|Near(_, row)| row).collect();
        rows.sort_unstable();
        rows
    }
}

/// The best rows so far, and those whose links were not yet followed.
pub(super) struct Beam {
    open: BinaryHeap<Near>,
    best: Best,
}

impl Beam {
    /// Keeps so many.
    pub(super) fn new(n: usize) -> Self {
        Self { open: BinaryHeap::new(), best: Best::new(n) }
    }

    /// Takes a row that is good enough to lead on; it is kept when it may be an answer.
    pub(super) fn offer(&mut self, near: Near, is_wanted: impl Fn(u32) -> Result<bool>) -> Result<()> {
        if self.best.is_good_enough(near) {
            self.open.push(near);
            if is_wanted(near.1)? {
                self.best.keep(near);
            }
        }
        Ok(())
    }

    /// The best row whose links are to be followed; none when the rest cannot lead to better ones.
    pub(super) fn next(&mut self) -> Option<Near> {
        let best = self.open.pop()?;
        let worst = self.best.found.peek().map(|Reverse(worst)| *worst);
        let is_full = self.best.found.len() >= self.best.n;
        (!is_full || worst.is_none_or(|worst| best >= worst)).then_some(best)
    }

    /// What was kept, the best first.
    pub(super) fn sorted(self) -> Vec<Near> {
        self.best.sorted()
    }
}

#[cfg(test)]
mod tests {
    use super::{Beam, Best, Most, Near};

    #[test]
    fn the_best_are_kept_and_the_first_of_equal_ones() {
        let mut best = Best::new(3);
        for (row, value) in (0..).zip([0.5, 0.1, 0.9, 0.5, 0.7, 0.5]) {
            best.offer(Near(value, row));
        }
        assert_eq!(best.sorted(), [Near(0.9, 2), Near(0.7, 4), Near(0.5, 0)]);
    }

    #[test]
    fn most_keeps_what_best_keeps() {
        for n in [1, 7, 60, 500] {
            let (mut most, mut best) = (Most::above(n, f32::NEG_INFINITY), Best::new(n));
            for row in 0..300u16 {
                let near = Near(f32::from(row * 77 % 101), row.into());
                best.offer(near);
                if most.may_be(near.0) {
                    most.offer(near);
                }
            }
            let mut expected: Vec<u32> = best.sorted().into_iter().map(|near| near.1).collect();
            expected.sort_unstable();
            assert_eq!(most.by_row(), expected);
        }
    }

    #[test]
    fn what_is_not_wanted_leads_on_and_takes_no_place() {
        let mut beam = Beam::new(1);
        let wanted = |row| Ok(row != 1);
        beam.offer(Near(0.5, 0), wanted).expect("no disk");
        beam.offer(Near(0.9, 1), wanted).expect("no disk");
        assert_eq!(beam.next(), Some(Near(0.9, 1)));
        beam.offer(Near(0.1, 2), wanted).expect("no disk");
        assert_eq!(beam.next(), Some(Near(0.5, 0)));
        assert_eq!(beam.next(), None);
        assert_eq!(beam.sorted(), [Near(0.5, 0)]);
    }
}
