//! The kernels: products of rows of signed bytes with one question, and with one another.

/// A question in whole numbers.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Query {
    numbers: Vec<i16>,
    /// The same in words of four, sixteen together, as far as they go.
    wide: Vec<[i64; LANES / 4]>,
    /// What one step is worth.
    scale: f32,
}

impl Query {
    /// Rounds a question so finely that the sum over a row still fits 32 bits.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "rounded to at most 32,767 in either direction"
    )]
    pub(super) fn new(query: &[f32]) -> Self {
        let largest = query.iter().fold(0.0f32, |largest, x| largest.max(x.abs()));
        let room = f64::from(i32::MAX) / (127.0 * query.len().max(1) as f64);
        let steps = room.min(f64::from(i16::MAX)).floor() as f32;
        if largest <= 0.0 || !largest.is_finite() || steps < 1.0 {
            return Self::of(vec![0; query.len()], 0.0);
        }
        let scale = largest / steps;
        Self::of(query.iter().map(|x| (x / scale).round() as i16).collect(), scale)
    }

    fn of(numbers: Vec<i16>, scale: f32) -> Self {
        let word = |four: &[i16; 4]| {
            four.iter().rev().fold(0u64, |word, x| word << 16 | u64::from(x.cast_unsigned())).cast_signed()
        };
        let mut wide = vec![[0; LANES / 4]; numbers.len() / LANES];
        for (to, four) in wide.iter_mut().flatten().zip(numbers.as_chunks().0) {
            *to = word(four);
        }
        Self { numbers, wide, scale }
    }

    /// The product with one row, whose own scale is left out.
    #[expect(clippy::cast_precision_loss, reason = "24 bits of 31 are kept")]
    pub(super) fn dot(&self, row: &[u8]) -> f32 {
        let mut product = 0;
        self.products(row, &mut |sum| product = sum);
        product as f32 * self.scale
    }

    /// Gives the product with each of the rows that lie one after the other.
    #[expect(clippy::cast_precision_loss, reason = "24 bits of 31 are kept")]
    pub(super) fn dots(&self, rows: &[u8], each: &mut impl FnMut(f32)) {
        self.products(rows, &mut |sum| each(sum as f32 * self.scale));
    }

    fn products(&self, rows: &[u8], each: &mut impl FnMut(i32)) {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            #[expect(unsafe_code, reason = "the processor was asked whether it has what the function needs")]
            // SAFETY: AVX2 is there, and the function is safe otherwise.
            unsafe {
                products_avx2(self, rows, each);
            }
            return;
        }
        products(&self.numbers, rows, each);
    }
}

/// A question for the outlines of rows, which say on which side of a middle each number lies.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rough {
    /// For every eight numbers two tables: what each of sixteen choices of four of them adds to the least, in steps.
    tables: Vec<[u8; 32]>,
    /// What a row is worth of which every number lies on the wrong side.
    least: f32,
    /// What one step is worth.
    step: f32,
}

impl Rough {
    /// Rounds what four numbers of a question add up to.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded to 0 to 255")]
    pub(super) fn new(query: &[f32]) -> Self {
        let total = |four: &[f32]| four.iter().map(|x| x.abs()).sum::<f32>();
        let most = query.chunks(4).map(total).fold(0.0, f32::max);
        let mut rough = Self { tables: vec![[0; 32]; query.len().div_ceil(8)], least: 0.0, step: 0.0 };
        if most <= 0.0 || !most.is_finite() {
            return rough;
        }
        rough.step = 2.0 * most / 255.0;
        let (tables, _) = rough.tables.as_flattened_mut().as_chunks_mut::<16>();
        for (table, four) in tables.iter_mut().zip(query.chunks(4)) {
            for (choice, steps) in table.iter_mut().enumerate() {
                let right = four.iter().enumerate().filter(|&(at, &x)| (choice >> at & 1 == 1) == (x > 0.0));
                let gained: f32 = right.map(|(_, x)| x.abs()).sum();
                *steps = (2.0 * gained / rough.step).round() as u8;
            }
            rough.least -= total(four);
        }
        rough
    }

    /// The products with 32 rows that have 1 for each bit that is set, and −1 for each other.
    #[expect(clippy::cast_precision_loss, reason = "a sum of at most 1,024 bytes")]
    pub(super) fn products(&self, sides: &[u8]) -> [f32; 32] {
        let mut products = [0.0; 32];
        for (product, steps) in products.iter_mut().zip(self.steps(sides.as_chunks().0)) {
            *product = steps as f32 * self.step + self.least;
        }
        products
    }

    fn steps(&self, sides: &[[u8; 32]]) -> [i32; 32] {
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            #[expect(
                unsafe_code,
                reason = "the processor was asked whether it has what the function needs"
            )]
            // SAFETY: AVX2 is there, and the function is safe otherwise.
            return unsafe { steps_avx2(&self.tables, sides) };
        }
        steps(&self.tables, sides)
    }
}

/// What 32 rows gather from tables.
fn steps(tables: &[[u8; 32]], sides: &[[u8; 32]]) -> [i32; 32] {
    let mut sums = [0; 32];
    let (tables, _) = tables.as_flattened().as_chunks::<16>();
    let (sides, _) = sides.as_flattened().as_chunks::<16>();
    for (table, sides) in tables.iter().zip(sides) {
        let (first, second) = sums.split_at_mut(16);
        for ((first, second), byte) in first.iter_mut().zip(second).zip(sides) {
            *first += i32::from(table[usize::from(byte & 15)]);
            *second += i32::from(table[usize::from(byte >> 4)]);
        }
    }
    sums
}

/// The same with tables in registers, in which all rows are looked up at once.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn steps_avx2(tables: &[[u8; 32]], sides: &[[u8; 32]]) -> [i32; 32] {
    use std::arch::x86_64::{
        __m256i, _mm_add_epi16, _mm_cvtsi128_si64, _mm_unpackhi_epi64, _mm256_add_epi16, _mm256_and_si256,
        _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_set_epi64x, _mm256_set1_epi8,
        _mm256_set1_epi16, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    };
    let load = |bytes: &[u8; 32]| -> __m256i {
        let (words, _) = bytes.as_chunks();
        let [a, b, c, d] = [0, 1, 2, 3].map(|at: usize| i64::from_le_bytes(words[at]));
        _mm256_set_epi64x(d, c, b, a)
    };
    let (low, even) = (_mm256_set1_epi8(15), _mm256_set1_epi16(255));
    let mut sums = [0; 32];
    for (tables, sides) in tables.chunks(PAIRS).zip(sides.chunks(PAIRS)) {
        // Rows 0, 2, … 14, then 1, 3, … 15, then 16, 18, … 30, then 17, 19, … 31; each twice, once for either table.
        let mut found = [_mm256_setzero_si256(); 4];
        for (table, sides) in tables.iter().zip(sides) {
            let (table, sides) = (load(table), load(sides));
            let first = _mm256_shuffle_epi8(table, _mm256_and_si256(sides, low));
            let second = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16::<4>(sides), low));
            found[0] = _mm256_add_epi16(found[0], _mm256_and_si256(first, even));
            found[1] = _mm256_add_epi16(found[1], _mm256_srli_epi16::<8>(first));
            found[2] = _mm256_add_epi16(found[2], _mm256_and_si256(second, even));
            found[3] = _mm256_add_epi16(found[3], _mm256_srli_epi16::<8>(second));
        }
        for (at, found) in found.into_iter().enumerate() {
            let both = _mm_add_epi16(_mm256_castsi256_si128(found), _mm256_extracti128_si256::<1>(found));
            let words = [_mm_cvtsi128_si64(both), _mm_cvtsi128_si64(_mm_unpackhi_epi64(both, both))];
            let bytes = words.map(i64::to_le_bytes);
            let rows = sums.iter_mut().skip(at / 2 * 16 + at % 2).step_by(2);
            for (sum, steps) in rows.zip(bytes.as_flattened().as_chunks().0) {
                *sum += i32::from(u16::from_le_bytes(*steps));
            }
        }
    }
    sums
}

/// The product of two rows.
pub(super) fn dot(a: &[u8], b: &[u8]) -> i32 {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "the processor was asked whether it has what the function needs")]
        // SAFETY: AVX2 is there, and the function is safe otherwise.
        return unsafe { dot_avx2(a, b) };
    }
    dot_of(a, b)
}

/// Sums that are kept side by side, so that the compiler can use wide registers. They never overflow ([`Query::new`]);
/// that they would wrap spares the checks of builds that look for it.
const LANES: usize = 16;

/// Pairs of tables whose bytes add up to no more than 16 bits hold, two of each pair together.
const PAIRS: usize = 128;

#[inline(always)]
fn products(query: &[i16], rows: &[u8], each: &mut impl FnMut(i32)) {
    let (wide_query, query_rest) = query.as_chunks::<LANES>();
    for row in rows.chunks_exact(query.len().max(1)) {
        let (wide_row, row_rest) = row.as_chunks::<LANES>();
        let mut sums = [0i32; LANES];
        for (x, q) in wide_row.iter().zip(wide_query) {
            for lane in 0..LANES {
                let product = i32::from(x[lane].cast_signed()).wrapping_mul(i32::from(q[lane]));
                sums[lane] = sums[lane].wrapping_add(product);
            }
        }
        let mut sum: i32 = sums.iter().sum();
        for (&x, &q) in row_rest.iter().zip(query_rest) {
            sum += i32::from(x.cast_signed()) * i32::from(q);
        }
        each(sum);
    }
}

/// The same with wider registers and products that are added in pairs, a third of the instructions.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn products_avx2(query: &Query, rows: &[u8], each: &mut impl FnMut(i32)) {
    use std::arch::x86_64::{
        _mm_add_epi32, _mm_cvtsi128_si32, _mm_set_epi64x, _mm_shuffle_epi32, _mm256_add_epi32,
        _mm256_castsi256_si128, _mm256_cvtepi8_epi16, _mm256_extracti128_si256, _mm256_madd_epi16,
        _mm256_set_epi64x, _mm256_setzero_si256,
    };
    let (_, query_rest) = query.numbers.as_chunks::<LANES>();
    for row in rows.chunks_exact(query.numbers.len().max(1)) {
        let (words, _) = row.as_chunks::<8>();
        let (pairs, _) = words.as_chunks::<2>();
        let (_, row_rest) = row.as_chunks::<LANES>();
        let mut sums = _mm256_setzero_si256();
        for ([low, high], q) in pairs.iter().zip(&query.wide) {
            let x = _mm_set_epi64x(i64::from_le_bytes(*high), i64::from_le_bytes(*low));
            let q = _mm256_set_epi64x(q[3], q[2], q[1], q[0]);
            sums = _mm256_add_epi32(sums, _mm256_madd_epi16(_mm256_cvtepi8_epi16(x), q));
        }
        let half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
        let quarter = _mm_add_epi32(half, _mm_shuffle_epi32::<0b01_00_11_10>(half));
        let mut sum = _mm_cvtsi128_si32(_mm_add_epi32(quarter, _mm_shuffle_epi32::<0b10_11_00_01>(quarter)));
        for (&x, &q) in row_rest.iter().zip(query_rest) {
            sum += i32::from(x.cast_signed()) * i32::from(q);
        }
        each(sum);
    }
}

#[inline(always)]
fn dot_of(a: &[u8], b: &[u8]) -> i32 {
    let ((wide_a, a_rest), (wide_b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0i32; LANES];
    for (x, y) in wide_a.iter().zip(wide_b) {
        for lane in 0..LANES {
            let product = i16::from(x[lane].cast_signed()).wrapping_mul(i16::from(y[lane].cast_signed()));
            sums[lane] = sums[lane].wrapping_add(i32::from(product));
        }
    }
    let rest = a_rest.iter().zip(b_rest);
    let rest: i32 = rest.map(|(x, y)| i32::from(x.cast_signed()) * i32::from(y.cast_signed())).sum();
    sums.iter().sum::<i32>() + rest
}

/// The same with wider registers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn dot_avx2(a: &[u8], b: &[u8]) -> i32 {
    dot_of(a, b)
}

#[cfg(test)]
mod tests {
    use super::{Query, Rough, dot, dot_of, products};

    #[test]
    fn products_of_rows_are_those_of_a_plain_computation() {
        for dimension in [0, 1, 15, 16, 33, 384, 4_096] {
            let row = |factor: usize| -> Vec<u8> {
                (0..dimension).map(|n| (((n * factor + 5) % 255) as i16 - 127) as i8 as u8).collect()
            };
            let (a, b) = (row(91), row(37));
            let plain: i32 = a.iter().zip(&b).map(|(&x, &y)| i32::from(x as i8) * i32::from(y as i8)).sum();
            assert_eq!((dot(&a, &b), dot_of(&a, &b)), (plain, plain));
        }
        let low = vec![(-128i8).cast_unsigned(); 64];
        assert_eq!(dot(&low, &low), 64 * 16_384);
    }

    #[test]
    fn products_are_those_of_a_plain_computation() {
        for dimension in [1, 3, 64, 128, 257, 1_024] {
            let query: Vec<f32> = (0..dimension).map(|n| ((n * 37 % 101) as f32 - 50.0) / 50.0).collect();
            let rows: Vec<u8> = (0..dimension * 5).map(|n| ((n * 91 + 7) % 255) as u8).collect();
            let read = Query::new(&query);
            let mut got = Vec::new();
            read.dots(&rows, &mut |dot| got.push(dot));
            assert_eq!(got.len(), 5);
            for (got, row) in got.iter().zip(rows.chunks(dimension)) {
                let plain: f64 =
                    row.iter().zip(&query).map(|(&x, &q)| f64::from(x as i8) * f64::from(q)).sum();
                let steps = (f64::from(i32::MAX) / (127.0 * dimension as f64)).min(32_767.0);
                let tolerance = 127.0 * dimension as f64 / steps;
                assert!((f64::from(*got) - plain).abs() <= tolerance, "{dimension}: {got} {plain}");
                assert_eq!(read.dot(row), *got);
            }
            let mut portable = Vec::new();
            products(&read.numbers, &rows, &mut |sum| portable.push(sum));
            let mut fast = Vec::new();
            read.products(&rows, &mut |sum| fast.push(sum));
            assert_eq!(portable, fast);
        }
    }

    #[test]
    fn rough_products_are_those_of_a_plain_computation() {
        for dimension in [1usize, 7, 8, 63, 128, 300, 4_096] {
            let query: Vec<f32> = (0..dimension).map(|n| ((n * 37 % 101) as f32 - 40.0) / 60.0).collect();
            let sides: Vec<[u8; 32]> = (0..dimension.div_ceil(8) as u64)
                .map(|n| std::array::from_fn(|at| (((n * 32 + at as u64 + 1) * 0x9e37_79b9) >> 13) as u8))
                .collect();
            let rough = Rough::new(&query);
            assert_eq!(super::steps(&rough.tables, &sides), rough.steps(&sides));
            let got = rough.products(sides.as_flattened());
            for (row, got) in got.into_iter().enumerate() {
                let is_set = |number: usize| {
                    let byte = sides.as_flattened()[number / 4 * 16 + row % 16];
                    byte >> (row / 16 * 4 + number % 4) & 1 == 1
                };
                let plain: f32 =
                    query.iter().enumerate().map(|(at, x)| if is_set(at) { *x } else { -x }).sum();
                // Every four numbers are off by half a step at most.
                let tolerance = 0.5 * rough.step * dimension.div_ceil(4) as f32 + 1e-3;
                assert!((got - plain).abs() <= tolerance, "{dimension} {row}: {got} {plain}");
            }
        }
        assert_eq!(Rough::new(&[0.0, 0.0]).products(&[3; 32]), [0.0; 32]);
        assert_eq!(Rough::new(&[f32::INFINITY]).products(&[3; 32]), [0.0; 32]);
        let all = Rough::new(&[1.0; 4_096]).products(&[255; 32 * 512]);
        assert!(all.iter().all(|product| (product - 4_096.0).abs() < 1.0), "{all:?}");
    }

    #[test]
    fn the_largest_numbers_do_not_overflow() {
        for dimension in [128, 4_096] {
            let read = Query::new(&vec![1.0; dimension]);
            let dot = read.dot(&vec![(-127i8).cast_unsigned(); dimension]);
            assert!((dot + 127.0 * dimension as f32).abs() / dot.abs() < 1e-3, "{dot}");
        }
        assert_eq!(Query::new(&[0.0, 0.0]).dot(&[5, 5]), 0.0);
        assert_eq!(Query::new(&[f32::NAN]).dot(&[5]), 0.0);
        Query::new(&[]).dots(&[1, 2], &mut |dot| assert_eq!(dot, 0.0));
    }
}
