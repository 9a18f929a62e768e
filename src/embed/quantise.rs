//! Vectors in one byte a number.

/// A vector as signed bytes and what one step of them is worth.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Quantised {
    /// −127 to 127.
    pub bytes: Vec<i8>,
    /// The value of one step; 0 for a zero vector.
    pub scale: f32,
}

/// Rounds a vector to signed bytes; the largest number becomes 127 or −127.
#[must_use]
pub fn quantise(vector: &[f32]) -> Quantised {
    let largest = vector.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
    if largest <= 0.0 || !largest.is_finite() {
        return Quantised { bytes: vec![0; vector.len()], scale: 0.0 };
    }
    let scale = largest / 127.0;
    #[expect(clippy::cast_possible_truncation, reason = "rounded to at most 127 in either direction")]
    let bytes = vector.iter().map(|x| (x / scale).round().clamp(-127.0, 127.0) as i8).collect();
    Quantised { bytes, scale }
}

#[cfg(test)]
mod tests {
    use super::quantise;

    #[test]
    fn rounding_is_off_by_half_a_step_at_most() {
        let vector = [0.5, -0.25, 0.125, 0.0, -0.499];
        let q = quantise(&vector);
        for (x, &byte) in vector.iter().zip(&q.bytes) {
            assert!((x - f32::from(byte) * q.scale).abs() <= q.scale / 2.0 + 1e-6);
        }
        assert_eq!(q.bytes[0], 127);
    }

    #[test]
    fn zero_and_broken_vectors_become_zero() {
        assert_eq!(quantise(&[0.0; 4]).scale, 0.0);
        assert_eq!(quantise(&[f32::INFINITY, 1.0]).bytes, [0, 0]);
        assert!(quantise(&[]).bytes.is_empty());
    }
}
