//! Scores of chunks of which most have none.

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

    /// Divides all by a number above 0; by another nothing happens.
    pub(super) fn divide(&mut self, by: f32) {
        if by > 0.0 {
            self.some.iter_mut().for_each(|(_, score)| *score /= by);
        }
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

    /// The largest, or 0.
    pub(super) fn largest(&self) -> f32 {
        self.some.iter().map(|&(_, score)| score).fold(0.0, f32::max)
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
    use super::{Scores, largest};

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
        scores.divide(4.0);
        scores.divide(0.0);
        let expected: Vec<(usize, f32)> =
            plain.iter().map(|value| value / 4.0).enumerate().filter(|(_, value)| *value != 0.0).collect();
        assert_eq!(scores.iter().collect::<Vec<_>>(), expected);
        assert_eq!(scores.largest(), expected.iter().map(|(_, value)| *value).fold(0.0, f32::max));
        assert_eq!((scores.get(0), scores.get(1), scores.get(1_000)), (expected[0].1, 0.0, 0.0));
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
