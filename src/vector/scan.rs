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

    /// The values of 32 rows: the product with a row that has 1 for each bit that is set, and −1 for each other, times
    /// the row's spread, and what is common to all. And a bit for each that is no less than a floor: of most groups none
    /// is, which is seen of many at once.
    pub(super) fn values(
        &self,
        (spreads, sides): (&[u8; 128], &[u8]),
        common: f32,
        floor: f32,
    ) -> ([f32; 32], u32) {
        let (sides, _) = sides.as_chunks();
        #[cfg(target_arch = "x86_64")]
        if std::arch::is_x86_feature_detected!("avx2") {
            #[expect(
                unsafe_code,
                reason = "the processor was asked whether it has what the function needs"
            )]
            // SAFETY: AVX2 is there, and the function is safe otherwise.
            return unsafe { values_avx2(self, (spreads, sides), common, floor) };
        }
        self.plain_values((spreads, sides), common, floor)
    }

    #[expect(clippy::cast_precision_loss, reason = "a sum of at most 1,024 bytes")]
    fn plain_values(
        &self,
        (spreads, sides): (&[u8; 128], &[[u8; 32]]),
        common: f32,
        floor: f32,
    ) -> ([f32; 32], u32) {
        let mut values = [0.0; 32];
        let rows = steps(&self.tables, sides).into_iter().zip(spreads.as_chunks().0);
        for (value, (steps, spread)) in values.iter_mut().zip(rows) {
            *value = (steps as f32 * self.step + self.least) * f32::from_le_bytes(*spread) + common;
        }
        let mask = (0..).zip(&values).fold(0, |mask, (at, &value)| mask | u32::from(value >= floor) << at);
        (values, mask)
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

/// [`Rough::values`] with tables in registers, in which all rows are looked up at once.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn values_avx2(
    rough: &Rough,
    (spreads, sides): (&[u8; 128], &[[u8; 32]]),
    common: f32,
    floor: f32,
) -> ([f32; 32], u32) {
    use std::arch::x86_64::{
        __m128i, __m256i, _CMP_GE_OQ, _mm_add_epi16, _mm_unpackhi_epi16, _mm_unpacklo_epi16,
        _mm256_add_epi16, _mm256_add_epi32, _mm256_add_ps, _mm256_and_si256, _mm256_castsi256_ps,
        _mm256_castsi256_si128, _mm256_cmp_ps, _mm256_cvtepi32_ps, _mm256_cvtepu16_epi32,
        _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_movemask_ps, _mm256_mul_ps, _mm256_set1_epi8,
        _mm256_set1_epi16, _mm256_set1_ps, _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
        _mm256_storeu_ps,
    };
    let load = |bytes: &[u8; 32]| -> __m256i {
        #[expect(unsafe_code, reason = "it reads the 32 bytes of an array that has as many")]
        // SAFETY: the array is there, and any place will do.
        unsafe {
            _mm256_loadu_si256(bytes.as_ptr().cast())
        }
    };
    let (low, even) = (_mm256_set1_epi8(15), _mm256_set1_epi16(255));
    let mut sums = [_mm256_setzero_si256(); 4];
    for (tables, sides) in rough.tables.chunks(PAIRS).zip(sides.chunks(PAIRS)) {
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
        let both = |found| _mm_add_epi16(_mm256_castsi256_si128(found), _mm256_extracti128_si256::<1>(found));
        let [a, b, c, d] = found.map(both);
        let in_order: [__m128i; 4] = [
            _mm_unpacklo_epi16(a, b),
            _mm_unpackhi_epi16(a, b),
            _mm_unpacklo_epi16(c, d),
            _mm_unpackhi_epi16(c, d),
        ];
        for (sum, steps) in sums.iter_mut().zip(in_order) {
            *sum = _mm256_add_epi32(*sum, _mm256_cvtepu16_epi32(steps));
        }
    }
    let (step, least) = (_mm256_set1_ps(rough.step), _mm256_set1_ps(rough.least));
    let (common, floor) = (_mm256_set1_ps(common), _mm256_set1_ps(floor));
    let (mut values, mut mask) = ([0.0f32; 32], 0u32);
    for ((to, sum), spread) in values.as_chunks_mut::<8>().0.iter_mut().zip(sums).zip(spreads.as_chunks().0) {
        let product = _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(sum), step), least);
        let value = _mm256_add_ps(_mm256_mul_ps(product, _mm256_castsi256_ps(load(spread))), common);
        let bits = _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GE_OQ>(value, floor)).cast_unsigned();
        mask = mask >> 8 | bits << 24;
        #[expect(unsafe_code, reason = "it writes the eight numbers of an array that has as many")]
        // SAFETY: the array is there, and any place will do.
        unsafe {
            _mm256_storeu_ps(to.as_mut_ptr(), value);
        }
    }
    (values, mask)
}

/// The places of bits that are set, upwards.
pub(super) fn places(mut mask: u32) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        (at < u32::BITS).then_some(at as usize)
    })
}

/// Has bytes brought near that are soon to be read.
pub(super) fn prefetch(bytes: &[u8]) {
    #[cfg(target_arch = "x86_64")]
    for line in bytes.chunks(64) {
        #[expect(unsafe_code, reason = "it reads nothing, whatever the place")]
        // SAFETY: a hint, which is told where bytes are that are there.
        unsafe {
            std::arch::x86_64::_mm_prefetch::<{ std::arch::x86_64::_MM_HINT_T0 }>(line.as_ptr().cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = bytes;
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
    use super::{Query, Rough, dot, dot_of, places, products};

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

    /// Spreads of 32 rows.
    const ONES: [u8; 128] = {
        let (mut ones, mut at) = ([0; 128], 0);
        while at < 128 {
            (ones[at + 2], ones[at + 3]) = (128, 63);
            at += 4;
        }
        ones
    };

    #[test]
    fn rough_products_are_those_of_a_plain_computation() {
        for dimension in [1usize, 7, 8, 63, 128, 300, 4_096] {
            let query: Vec<f32> = (0..dimension).map(|n| ((n * 37 % 101) as f32 - 40.0) / 60.0).collect();
            let sides: Vec<[u8; 32]> = (0..dimension.div_ceil(8) as u64)
                .map(|n| std::array::from_fn(|at| (((n * 32 + at as u64 + 1) * 0x9e37_79b9) >> 13) as u8))
                .collect();
            let rough = Rough::new(&query);
            let (got, _) = rough.values((&ONES, sides.as_flattened()), 0.0, 0.0);
            for floor in [f32::NEG_INFINITY, got[3], got[9], 0.0, f32::INFINITY] {
                let (values, mask) = rough.values((&ONES, sides.as_flattened()), 0.0, floor);
                assert_eq!(rough.plain_values((&ONES, &sides), 0.0, floor), (values, mask));
                let above = (0..32).filter(|&at| got[at] >= floor);
                assert_eq!((values, places(mask).collect::<Vec<_>>()), (got, above.collect()));
            }
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
        let all_of = |query: &[f32], common| Rough::new(query).values((&ONES, &[3; 32]), common, 0.0);
        assert_eq!(all_of(&[0.0, 0.0], 0.5), ([0.5; 32], u32::MAX));
        assert_eq!(all_of(&[f32::INFINITY], -0.5), ([-0.5; 32], 0));
        let mut spreads = ONES;
        spreads[4..8].copy_from_slice(&0.5f32.to_le_bytes());
        let (all, _) = Rough::new(&[1.0; 4_096]).values((&spreads, &[255; 32 * 512]), 7.0, 0.0);
        for (row, value) in all.into_iter().enumerate() {
            let expected = if row == 1 { 2_055.0 } else { 4_103.0 };
            assert!((value - expected).abs() < 1.0, "{all:?}");
        }
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
