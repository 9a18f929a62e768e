//! Vectors in two bytes a number: a coarse one that says nearly all, and a fine one that says the rest.

/// Fine steps in a coarse one.
pub const FINE_STEPS: f32 = 254.0;

/// A vector as it is kept: the value of a coarse step, f32 little-endian; then the coarse signed bytes; then the fine
/// ones. A number of the vector is step · (coarse + fine / 254).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantised<'b> {
    /// The value of a coarse step; 0 for a zero vector.
    pub step: f32,
    /// −127 to 127 each.
    pub coarse: &'b [u8],
    /// −127 to 127 each, of which 254 make a coarse step.
    pub fine: &'b [u8],
}

/// Rounds a vector, whose largest number becomes 127 or −127 coarse steps; gives it as it is kept. It is off by less than
/// a 65,000th of its largest number.
#[must_use]
pub fn quantise(vector: &[f32]) -> Vec<u8> {
    let largest = vector.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    let mut bytes = Vec::with_capacity(Quantised::bytes(vector.len()));
    let step = largest / 127.0;
    if step <= 0.0 || !vector.iter().all(|x| x.is_finite()) {
        bytes.resize(Quantised::bytes(vector.len()), 0);
        return bytes;
    }
    bytes.extend_from_slice(&step.to_le_bytes());
    #[expect(clippy::cast_possible_truncation, reason = "rounded to at most 127 in either direction")]
    let byte = |x: f32| (x.round().clamp(-127.0, 127.0) as i8).cast_unsigned();
    bytes.extend(vector.iter().map(|x| byte(x / step)));
    bytes.extend(vector.iter().map(|x| {
        let steps = x / step;
        byte((steps - steps.round().clamp(-127.0, 127.0)) * FINE_STEPS)
    }));
    bytes
}

impl<'b> Quantised<'b> {
    /// Bytes of a vector of so many numbers.
    #[must_use]
    pub const fn bytes(dimension: usize) -> usize {
        4 + 2 * dimension
    }

    /// Reads a vector; `None` when these are the bytes of none.
    #[must_use]
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let (step, numbers) = bytes.split_first_chunk()?;
        let (coarse, fine) = numbers.split_at(numbers.len() / 2);
        (coarse.len() == fine.len()).then(|| Self { step: f32::from_le_bytes(*step), coarse, fine })
    }

    /// The vector.
    #[must_use]
    pub fn vector(&self) -> Vec<f32> {
        let number = |(&coarse, &fine): (&u8, &u8)| {
            self.step * (f32::from(coarse.cast_signed()) + f32::from(fine.cast_signed()) / FINE_STEPS)
        };
        self.coarse.iter().zip(self.fine).map(number).collect()
    }

    /// How long the vector is.
    #[must_use]
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "24 bits of a length are kept"
    )]
    pub fn length(&self) -> f32 {
        let square = |(&coarse, &fine): (&u8, &u8)| {
            let fine_steps = 254 * i32::from(coarse.cast_signed()) + i32::from(fine.cast_signed());
            i64::from(fine_steps * fine_steps)
        };
        let sum: i64 = self.coarse.iter().zip(self.fine).map(square).sum();
        ((sum as f64).sqrt() * f64::from(self.step) / f64::from(FINE_STEPS)) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::{Quantised, quantise};

    #[test]
    fn rounding_is_off_by_half_a_fine_step_at_most() {
        let vector: Vec<f32> = (0..257).map(|n| ((n * 37 % 257) as f32 - 128.0) / 7.0).collect();
        for vector in [vec![0.5, -0.25, 0.125, 0.0, -0.499], vector, vec![3e-30, 1e-30]] {
            let bytes = quantise(&vector);
            assert_eq!(bytes.len(), Quantised::bytes(vector.len()));
            let read = Quantised::read(&bytes).expect("a vector");
            for (x, y) in vector.iter().zip(read.vector()) {
                assert!((x - y).abs() <= read.step / 254.0 * 0.51, "{x} {y}");
            }
            let length = vector.iter().map(|x| f64::from(x * x)).sum::<f64>().sqrt();
            assert!(length < 1e-20 || (f64::from(read.length()) / length - 1.0).abs() < 1e-4);
        }
        assert_eq!(Quantised::read(&quantise(&[0.5, -0.5])).expect("a vector").coarse, [127, 129]);
    }

    #[test]
    fn zero_and_broken_vectors_become_zero() {
        for vector in [vec![0.0; 4], vec![f32::INFINITY, 1.0], vec![f32::NAN, 1.0], Vec::new()] {
            let bytes = quantise(&vector);
            let read = Quantised::read(&bytes).expect("a vector");
            assert_eq!((read.step, read.length()), (0.0, 0.0));
            assert_eq!(read.vector(), vec![0.0; vector.len()]);
        }
        assert_eq!(Quantised::read(&[1, 2, 3]), None);
        assert_eq!(Quantised::read(&[0; 7]), None);
    }
}
