//! Scores of chunks: those of which most have none, and those of which many have some.

use std::ops::Range;

/// Scores by chunk number, 0 for all but a few: memory that holds nothing but zeros would have to be made and gone
/// through, which for a hundred thousand chunks costs more than the sums.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Scores {
    /// Chunk numbers, upwards, with their scores.
    some: Vec<(u32, f32)>,
}

impl Scores {
    /// The score of a chunk; 0 when there is none.
    pub(super) fn get(&self, chunk: usize) -> f32 {
        let at = self.some.binary_search_by_key(&chunk, |&(number, _)| number as usize);
        at.ok().and_then(|at| self.some.get(at)).map_or(0.0, |&(_, score)| score)
    }

    /// Takes in scores of other chunks or of the same, given upwards; `with` makes one of the old and the new.
    pub(super) fn join(
        &mut self,
        more: impl ExactSizeIterator<Item = (u32, f32)>,
        with: impl Fn(f32, f32) -> f32,
    ) {
        let mut joined = Vec::with_capacity(self.some.len() + more.len());
        let mut old = std::mem::take(&mut self.some).into_iter().peekable();
        for (number, score) in more {
            while let Some(before) = old.next_if(|&(known, _)| known < number) {
                joined.push(before);
            }
            let same = old.next_if(|&(known, _)| known == number);
            joined.push((number, same.map_or(score, |(_, known)| with(known, score))));
        }
        joined.extend(old);
        self.some = joined;
    }

    /// Those that there are with their numbers, upwards.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, f32)> {
        self.some.iter().map(|&(number, score)| (number as usize, score))
    }

    /// The chunks of a range that have a score, with it, upwards.
    pub(super) fn within(&self, chunks: Range<usize>) -> impl Iterator<Item = (usize, f32)> {
        let start = self.some.partition_point(|&(number, _)| (number as usize) < chunks.start);
        let rest = self.some.get(start..).unwrap_or_default().iter();
        rest.map(|&(number, score)| (number as usize, score))
            .take_while(move |&(number, _)| number < chunks.end)
    }

    /// Goes through them upwards.
    pub(super) fn walk(&self) -> Walk<'_> {
        Walk { rest: &self.some }
    }
}

/// Scores from some chunk on: looking for ranges that are given upwards begins where the last one ended.
#[derive(Debug, Clone)]
pub(super) struct Walk<'s> {
    rest: &'s [(u32, f32)],
}

impl<'s> Walk<'s> {
    /// The chunks of a range that have a score, with it, upwards; the range begins after the one before.
    pub(super) fn within(&mut self, chunks: Range<usize>) -> &'s [(u32, f32)] {
        self.take_below(chunks.start);
        self.take_below(chunks.end)
    }

    fn take_below(&mut self, end: usize) -> &'s [(u32, f32)] {
        let is_below = |&(number, _): &(u32, f32)| (number as usize) < end;
        let mut step = 1;
        while self.rest.get(step - 1).is_some_and(is_below) {
            step *= 2;
        }
        // All up to the half of the last step are below.
        let known = step / 2;
        let ahead = self.rest.get(known..step.min(self.rest.len())).unwrap_or_default();
        let (found, rest) = self.rest.split_at(known + ahead.partition_point(is_below));
        self.rest = rest;
        found
    }
}

/// Scores by chunk number, of which many have some; they are divided when they are read, which few are.
#[derive(Debug, Default, Clone)]
pub(super) struct Sums {
    sums: Vec<f32>,
    /// The largest of every [`BLOCK`] that follow each other, or 0: most of them are not worth a look.
    tops: Vec<f32>,
    /// By what they are divided.
    by: f32,
}

/// Sums of which the largest is known.
pub(super) const BLOCK: usize = 64;

impl Sums {
    /// None of so many yet.
    pub(super) fn new(n: usize) -> Self {
        Self { sums: vec![0.0; n], tops: vec![0.0; n.div_ceil(BLOCK)], by: 1.0 }
    }

    /// The same memory with nothing in it: clearing what was used takes less time than taking new memory.
    pub(super) fn cleared(mut self) -> Self {
        for (top, sums) in self.tops.iter_mut().zip(self.sums.chunks_mut(BLOCK)) {
            if *top != 0.0 {
                *top = 0.0;
                sums.fill(0.0);
            }
        }
        self.by = 1.0;
        self
    }

    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.sums.len()
    }

    /// Scores that are not divided.
    pub(super) fn of(sums: Vec<f32>) -> Self {
        let tops = sums.chunks(BLOCK).map(largest).collect();
        Self { sums, tops, by: 1.0 }
    }

    /// Adds to the sums of some chunks what is not negative.
    pub(super) fn add(&mut self, more: impl Iterator<Item = (u32, f32)>) {
        more.for_each(|(chunk, value)| self.add_one(chunk, value));
    }

    /// Adds to the sum of one.
    pub(super) fn add_one(&mut self, chunk: u32, value: f32) {
        let top = self.tops.get_mut(chunk as usize / BLOCK);
        if let Some((sum, top)) = self.sums.get_mut(chunk as usize).zip(top) {
            *sum += value;
            *top = if *sum > *top { *sum } else { *top };
        }
    }

    /// The largest sum, or 0.
    pub(super) fn largest(&self) -> f32 {
        largest(&self.tops)
    }

    /// Divides all by a number above 0; by another nothing happens.
    pub(super) const fn divide(&mut self, by: f32) {
        self.by = if by > 0.0 { by } else { 1.0 };
    }

    /// What they are before they are divided, which is in the same order.
    pub(super) fn sums(&self) -> &[f32] {
        &self.sums
    }

    /// The same in blocks, each with its largest or 0, and the number of its first chunk.
    pub(super) fn blocks(&self) -> impl Iterator<Item = (f32, usize, &[f32])> {
        let numbered = (0..).step_by(BLOCK).zip(self.sums.chunks(BLOCK));
        self.tops.iter().zip(numbered).map(|(&top, (first, sums))| (top, first, sums))
    }

    /// The score of a chunk; 0 when there is none.
    pub(super) fn get(&self, chunk: usize) -> f32 {
        self.sums.get(chunk).map_or(0.0, |sum| sum / self.by)
    }

    /// The scores of chunks that follow each other.
    pub(super) fn of_range(&self, chunks: Range<usize>) -> impl Iterator<Item = f32> {
        self.sums.get(chunks).unwrap_or_default().iter().map(|sum| sum / self.by)
    }
}

/// Numbers that are compared side by side, so that the compiler can use wide registers.
const LANES: usize = 16;

/// The largest of many, or 0.
pub(super) fn largest(values: &[f32]) -> f32 {
    let (wide, rest) = values.as_chunks::<LANES>();
    let mut best = [0.0f32; LANES];
    for group in wide {
        for (best, &value) in best.iter_mut().zip(group) {
            *best = if value > *best { value } else { *best };
        }
    }
    best.into_iter().chain(rest.iter().copied()).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::{Scores, Sums, largest};

    #[test]
    fn scores_are_those_of_a_plain_array() {
        let mut plain = [0.0f32; 120];
        let mut scores = Scores::default();
        for round in 1..12u16 {
            let with = |old: f32, new: f32| if round % 3 == 0 { old.max(new) } else { old + new };
            let more: Vec<(u32, f32)> = (0..40)
                .filter(|n| n % (round % 5 + 1) == round % 2)
                .map(|n| (u32::from(n) * 3, f32::from(n % 7 + round)))
                .collect();
            for &(number, score) in &more {
                plain[number as usize] = with(plain[number as usize], score);
            }
            scores.join(more.into_iter(), with);
        }
        let expected: Vec<(usize, f32)> =
            plain.into_iter().enumerate().filter(|(_, value)| *value != 0.0).collect();
        assert_eq!(scores.iter().collect::<Vec<_>>(), expected);
        assert_eq!((scores.get(0), scores.get(1), scores.get(1_000)), (expected[0].1, 0.0, 0.0));
    }

    #[test]
    fn a_walk_finds_in_ranges_what_looking_for_each_finds() {
        let mut scores = Scores::default();
        scores.join(
            (0..400u16)
                .filter(|n| n % 7 < 3 || n % 90 == 5)
                .map(|n| (n.into(), n.into()))
                .collect::<Vec<_>>()
                .into_iter(),
            |a, _| a,
        );
        for width in [1, 2, 9, 50] {
            for skip in [0, 1, 13, 120] {
                let mut walk = scores.walk();
                for start in (3..500).step_by(width + skip) {
                    let range = start..start + width;
                    let expected: Vec<(usize, f32)> = scores.within(range.clone()).collect();
                    let found = walk.within(range).iter().map(|&(number, score)| (number as usize, score));
                    assert_eq!(found.collect::<Vec<_>>(), expected);
                }
            }
        }
    }

    #[test]
    fn sums_are_divided_when_they_are_read() {
        let mut sums = Sums::new(4);
        sums.add([(1, 2.0), (3, 1.0)].into_iter());
        sums.add([(3, 4.0), (1, 1.0), (9, 50.0)].into_iter());
        assert_eq!(sums.largest(), 5.0);
        sums.divide(sums.largest());
        assert_eq!((sums.get(1), sums.get(0), sums.get(9)), (0.6, 0.0, 0.0));
        assert_eq!(sums.of_range(1..4).collect::<Vec<_>>(), [0.6, 0.0, 1.0]);
        assert_eq!((sums.of_range(3..9).count(), sums.sums()), (0, [0.0, 3.0, 0.0, 5.0].as_slice()));
        sums.divide(0.0);
        assert_eq!(sums.get(1), 3.0);
    }

    #[test]
    fn blocks_know_their_largest() {
        let mut sums = Sums::new(300);
        for round in 1..20u16 {
            sums.add((0..300u16).filter(|n| n * 7 % (round + 2) == 1).map(|n| (n.into(), f32::from(n % 9))));
        }
        for sums in [Sums::of(sums.sums().to_vec()), sums] {
            let mut n = 0;
            for (top, first, block) in sums.blocks() {
                assert_eq!((first, top), (n, block.iter().copied().fold(0.0, f32::max)));
                assert_eq!(block, &sums.sums()[n..n + block.len()]);
                n += block.len();
            }
            assert_eq!(n, sums.len());
            assert_eq!(sums.largest(), largest(sums.sums()));
            let cleared = sums.cleared();
            assert_eq!((cleared.sums(), cleared.largest()), ([0.0; 300].as_slice(), 0.0));
        }
    }

    #[test]
    fn the_largest_is_found_wherever_it_stands() {
        assert_eq!((largest(&[]), largest(&[-1.0, f32::NAN])), (0.0, 0.0));
        for at in 0..40 {
            let mut values = vec![0.25; 40];
            values[at] = 0.75;
            assert_eq!(largest(&values), 0.75);
        }
    }
}
