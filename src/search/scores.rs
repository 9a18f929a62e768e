//! Scores of chunks of which most have none.

/// Scores by chunk number, 0 for all but a few. Whoever goes through them goes through a list of these few: memory that
/// holds nothing but zeros is never touched, which for a hundred thousand chunks costs more than the sums.
#[derive(Debug, Default)]
pub(super) struct Scores {
    values: Vec<f32>,
    /// The numbers of those that are not 0, in the order in which they became so.
    some: Vec<u32>,
}

impl Scores {
    /// `n` times 0.
    pub(super) fn new(n: usize) -> Self {
        Self { values: vec![0.0; n], some: Vec::new() }
    }

    /// The score of a chunk; 0 when there is none.
    pub(super) fn get(&self, chunk: usize) -> f32 {
        self.values.get(chunk).copied().unwrap_or(0.0)
    }

    /// Changes the score of a chunk; what there is no chunk for is left out. A score never becomes 0 again.
    fn change(&mut self, chunk: usize, with: impl FnOnce(f32) -> f32) {
        if let (Some(value), Ok(number)) = (self.values.get_mut(chunk), u32::try_from(chunk)) {
            let before = std::mem::replace(value, with(*value));
            if before == 0.0 && *value != 0.0 {
                self.some.push(number);
            }
        }
    }

    /// Adds to the score of a chunk.
    pub(super) fn add(&mut self, chunk: u32, value: f32) {
        self.change(chunk as usize, |score| score + value);
    }

    /// Raises the score of a chunk to a value.
    pub(super) fn raise(&mut self, chunk: usize, to: f32) {
        self.change(chunk, |score| score.max(to));
    }

    /// Divides all by a number above 0; by another nothing happens.
    pub(super) fn divide(&mut self, by: f32) {
        if by > 0.0 {
            for &chunk in &self.some {
                if let Some(value) = self.values.get_mut(chunk as usize) {
                    *value /= by;
                }
            }
        }
    }

    /// Those that are not 0 with their numbers, upwards.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, f32)> {
        let mut some = self.some.clone();
        some.sort_unstable();
        some.into_iter().map(|chunk| (chunk as usize, self.get(chunk as usize)))
    }

    /// The largest, or 0.
    pub(super) fn largest(&self) -> f32 {
        self.some.iter().map(|&chunk| self.get(chunk as usize)).fold(0.0, f32::max)
    }
}

#[cfg(test)]
mod tests {
    use super::Scores;

    #[test]
    fn scores_are_those_of_a_plain_array() {
        let mut plain = [0.0f32; 40];
        let mut scores = Scores::new(plain.len());
        for n in 0..200u16 {
            let (at, value) = (usize::from(n * 7 % 13) * 3, f32::from(n % 5));
            if n % 3 == 0 {
                plain[at] = plain[at].max(value);
                scores.raise(at, value);
            } else {
                plain[at] += value;
                scores.add(u32::try_from(at).expect("small"), value);
            }
        }
        scores.add(40, 1.0);
        scores.divide(4.0);
        scores.divide(0.0);
        let expected: Vec<(usize, f32)> =
            plain.iter().map(|value| value / 4.0).enumerate().filter(|(_, value)| *value != 0.0).collect();
        assert_eq!(scores.iter().collect::<Vec<_>>(), expected);
        assert_eq!(scores.largest(), expected.iter().map(|(_, value)| *value).fold(0.0, f32::max));
        assert_eq!((scores.get(0), scores.get(1), scores.get(40)), (expected[0].1, 0.0, 0.0));
    }
}
