//! Which runs of three bytes a text has, as a small set that never forgets one.
//!
//! A filter is a Bloom filter with two hashes (Bloom 1970) over the trigrams of a text, ASCII letters lowered: bytes of
//! a power of two bits, at least three for each bit that is set before folding. A trigram of the text is always in it;
//! one that is not is in it in about one of thirty cases.

use std::cell::RefCell;

/// Bits before folding, as a power of two; also the most that a filter has.
const BITS: u32 = 18;
/// Bits of the smallest filter.
const MIN_BITS: usize = 64;
/// Bits of a filter for each bit that was set.
const SPACE: usize = 3;

/// The two bits of a trigram, before folding.
const fn bits(trigram: u32) -> [usize; 2] {
    let shift = u32::BITS - BITS;
    [
        (trigram.wrapping_mul(0x9E37_79B1) >> shift) as usize,
        (trigram.wrapping_mul(0x85EB_CA6B) >> shift) as usize,
    ]
}

/// The trigrams of some bytes in order, ASCII letters lowered.
pub fn trigrams(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes
        .windows(3)
        .map(|three| three.iter().fold(0, |number, byte| number << 8 | u32::from(byte.to_ascii_lowercase())))
}

/// The filter of a text.
#[must_use]
pub fn trigram_filter(text: &str) -> Vec<u8> {
    thread_local! {
        static WORDS: RefCell<Vec<u64>> = RefCell::new(vec![0; 1 << (BITS - 6)]);
    }
    WORDS.with_borrow_mut(|words| {
        words.fill(0);
        let mut number = 0u32;
        for (at, byte) in text.bytes().enumerate() {
            number = (number << 8 | u32::from(byte.to_ascii_lowercase())) & 0x00FF_FFFF;
            if at >= 2 {
                for bit in bits(number) {
                    words[bit >> 6] |= 1 << (bit & 63);
                }
            }
        }
        let set: usize = words.iter().map(|word| word.count_ones() as usize).sum();
        let wanted = (SPACE * set).max(MIN_BITS).next_power_of_two();
        let mut len = words.len();
        while len * 64 > wanted && len > 1 {
            len /= 2;
            let (low, high) = words.split_at_mut(len);
            for (to, from) in low.iter_mut().zip(high) {
                *to |= *from;
            }
        }
        words.iter().take(len).flat_map(|word| word.to_le_bytes()).collect()
    })
}

/// False when the text of a filter does not have a trigram for sure. An empty filter knows nothing.
#[must_use]
pub fn may_have(filter: &[u8], trigram: u32) -> bool {
    let n_bits = filter.len() * 8;
    if !n_bits.is_power_of_two() {
        return true;
    }
    bits(trigram).into_iter().all(|bit| {
        let bit = bit & (n_bits - 1);
        filter.get(bit >> 3).is_none_or(|byte| byte & 1 << (bit & 7) != 0)
    })
}

#[cfg(test)]
mod tests {
    use super::{may_have, trigram_filter, trigrams};
    use proptest::prelude::*;

    #[test]
    fn trigrams_are_lowered_runs_of_three_bytes() {
        let all: Vec<u32> = trigrams(b"aBc\xC3").collect();
        assert_eq!(all, [0x61_6263, 0x62_63C3]);
        assert_eq!(trigrams(b"ab").count(), 0);
    }

    #[test]
    fn few_trigrams_that_a_text_does_not_have_pass() {
        let text: String = (0..4_000).map(|n| format!("word{:x} ", n * 7_919 % 65_521)).collect();
        let filter = trigram_filter(&text);
        let has: std::collections::BTreeSet<u32> = trigrams(text.as_bytes()).collect();
        let others: Vec<u32> =
            (0..100_000u32).map(|n| n * 167 % 0x00FF_FFFF).filter(|n| !has.contains(n)).collect();
        let wrong = others.iter().filter(|trigram| may_have(&filter, **trigram)).count();
        assert!(wrong * 10 < others.len(), "{wrong} of {}", others.len());
        assert!(filter.len() < has.len() * 2, "{} bytes for {} trigrams", filter.len(), has.len());
    }

    #[test]
    fn no_filter_and_no_text_are_filters_too() {
        assert!(may_have(&[], 0x61_6263));
        assert_eq!(trigram_filter("").len(), 8);
        assert!(!may_have(&trigram_filter(""), 0x61_6263));
    }

    proptest! {
        #[test]
        fn every_trigram_of_a_text_is_in_its_filter(text in "\\PC{0,400}") {
            let filter = trigram_filter(&text);
            prop_assert!(trigrams(text.as_bytes()).all(|trigram| may_have(&filter, trigram)));
        }
    }
}
