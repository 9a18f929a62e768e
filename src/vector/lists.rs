//! Rows in lists around centres, of which a search looks at those that are nearest to the question.
//!
//! The centres are found by k-means (Lloyd 1982) over an even sample, as those of an inverted file are (Sivic and
//! Zisserman 2003; Jégou, Douze and Schmid 2011). Nothing in it is left to chance: the same rows give the same lists on
//! any number of threads.

use super::scan::Query;
use crate::config::Metric;
use crate::embed::normalise;
use rayon::prelude::*;

/// Most lists.
const MAX_LISTS: usize = 4_096;
/// Rows of the sample for each list.
const SAMPLE: usize = 64;
/// How often the centres are moved.
const ROUNDS: usize = 8;
/// Rows that are compared with all centres in one go.
const STEP: usize = 256;
/// A search looks at one list of so many, but at [`FEWEST`].
const SHARE: usize = 8;
/// The fewest lists that a search looks at.
const FEWEST: usize = 48;

/// How many lists there are of so many rows: four times as many as rows of a list.
const fn lists_of(n: usize) -> usize {
    let lists = n.isqrt() * 2;
    let lists = if lists > n { n } else { lists };
    if lists > MAX_LISTS { MAX_LISTS } else { lists }
}

/// How many of so many lists a search looks at.
pub(super) fn looked_at(n_lists: usize) -> usize {
    n_lists.div_ceil(SHARE).max(FEWEST)
}

/// Rows by list.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Lists {
    /// By row: its list.
    pub(super) of_row: Vec<u32>,
    /// By list: the centre and an offset. The product with a question and the offset say how near it is.
    pub(super) centres: Vec<f32>,
    n: usize,
}

/// Rows whose numbers are signed bytes times a scale.
#[derive(Clone, Copy)]
struct Part<'r> {
    rows: &'r [u8],
    scales: &'r [f32],
    dimension: usize,
}

impl Lists {
    /// Divides rows of signed bytes that lie one after the other, each with its scale.
    pub(super) fn build(rows: &[u8], dimension: usize, scales: &[f32], metric: Metric) -> Self {
        let n = lists_of(scales.len());
        if n == 0 || dimension == 0 {
            return Self::default();
        }
        let all = Part { rows, scales, dimension };
        let size = (n * SAMPLE).min(scales.len());
        let (mut some, mut some_scales) = (Vec::with_capacity(size * dimension), Vec::with_capacity(size));
        for row in (0..size).map(|at| at * scales.len() / size) {
            some.extend_from_slice(all.row(row));
            some_scales.extend(scales.get(row));
        }
        let sample = Part { rows: &some, scales: &some_scales, dimension };
        let mut centres: Vec<Vec<f32>> = (0..n).map(|at| sample.vector(at * size / n)).collect();
        for _ in 0..ROUNDS {
            let of_row = sample.nearest(&centres);
            sample.move_centres(&mut centres, &of_row, metric);
        }
        let of_row = all.nearest(&centres);
        let is_l2 = metric == Metric::L2;
        let entry = |centre: &Vec<f32>| {
            let offset = if is_l2 { -square(centre) } else { 0.0 };
            let stretch = if is_l2 { 2.0 } else { 1.0 };
            centre.iter().map(|x| x * stretch).chain([offset]).collect::<Vec<_>>()
        };
        Self { of_row, centres: centres.iter().flat_map(entry).collect(), n }
    }

    /// Where the rows of each list start when they lie in the order of lists; one more at the end.
    pub(super) fn starts(&self) -> Vec<u32> {
        let mut starts = vec![0u32; self.n + 1];
        for &list in &self.of_row {
            if let Some(count) = starts.get_mut(list as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        starts
    }
}

impl<'r> Part<'r> {
    fn row(self, at: usize) -> &'r [u8] {
        self.rows.get(at * self.dimension..(at + 1) * self.dimension).unwrap_or_default()
    }

    fn vector(self, at: usize) -> Vec<f32> {
        let scale = self.scales.get(at).copied().unwrap_or_default();
        self.row(at).iter().map(|x| f32::from(x.cast_signed()) * scale).collect()
    }

    /// The number of the nearest centre of each row, the first of equal ones.
    fn nearest(self, centres: &[Vec<f32>]) -> Vec<u32> {
        let centres: Vec<(Query, f32)> =
            centres.par_iter().map(|centre| (Query::new(centre), square(centre))).collect();
        let groups = self.rows.par_chunks(STEP * self.dimension).zip(self.scales.par_chunks(STEP));
        let of_group = groups.map(|(rows, scales)| {
            let mut best = vec![(f32::NEG_INFINITY, 0u32); scales.len()];
            for (list, (query, square)) in (0u32..).zip(&centres) {
                let mut slots = best.iter_mut().zip(scales);
                query.dots(rows, &mut |dot| {
                    if let Some((slot, scale)) = slots.next() {
                        let value = 2.0 * dot * scale - square;
                        if value > slot.0 {
                            *slot = (value, list);
                        }
                    }
                });
            }
            best.into_iter().map(|(_, list)| list).collect::<Vec<_>>()
        });
        of_group.collect::<Vec<_>>().concat()
    }

    /// Moves each centre into the middle of its rows; one without rows stays.
    fn move_centres(self, centres: &mut [Vec<f32>], of_row: &[u32], metric: Metric) {
        let mut sums = vec![(0.0f64, vec![0.0f64; self.dimension]); centres.len()];
        for (at, &list) in of_row.iter().enumerate() {
            let scale = f64::from(self.scales.get(at).copied().unwrap_or_default());
            if let Some((n, sum)) = sums.get_mut(list as usize) {
                *n += 1.0;
                for (sum, &x) in sum.iter_mut().zip(self.row(at)) {
                    *sum += f64::from(x.cast_signed()) * scale;
                }
            }
        }
        for (centre, (n, sum)) in centres.iter_mut().zip(sums) {
            if n > 0.0 {
                #[expect(clippy::cast_possible_truncation, reason = "24 bits of a mean are kept")]
                centre.iter_mut().zip(sum).for_each(|(x, sum)| *x = (sum / n) as f32);
                if metric == Metric::Cosine {
                    normalise(centre);
                }
            }
        }
    }
}

fn square(vector: &[f32]) -> f32 {
    vector.iter().map(|x| x * x).sum()
}

#[cfg(test)]
mod tests {
    use super::{Lists, Part};
    use crate::config::Metric;

    /// Rows around a few points, in an order that says nothing of them.
    fn rows(n: usize, dimension: usize) -> (Vec<u8>, Vec<f32>) {
        let byte = |row: usize, at: usize| {
            let centre = (row * 7 % 11 * 31 + at * 53) % 200;
            ((centre + (row * 13 + at * 29) % 40) as i64 - 120) as i8
        };
        let rows = (0..n).flat_map(|row| (0..dimension).map(move |at| byte(row, at).cast_unsigned()));
        (rows.collect(), (0..n).map(|row| 0.01 + 0.001 * (row % 5) as f32).collect())
    }

    #[test]
    fn every_row_is_in_the_list_of_its_nearest_centre() {
        let (n, dimension) = (1_000, 12);
        let (bytes, scales) = rows(n, dimension);
        for metric in [Metric::Cosine, Metric::L2, Metric::InnerProduct] {
            let lists = Lists::build(&bytes, dimension, &scales, metric);
            let starts = lists.starts();
            assert_eq!((starts.len(), starts[0], starts.last()), (63, 0, Some(&1_000)));
            assert_eq!(lists.centres.len(), 62 * (dimension + 1));
            let part = Part { rows: &bytes, scales: &scales, dimension };
            for row in (0..n).step_by(7) {
                let vector = part.vector(row);
                let stretch = if metric == Metric::L2 { 2.0 } else { 1.0 };
                let distance = |centre: &[f32]| -> f32 {
                    centre.iter().zip(&vector).map(|(c, x)| (c / stretch - x) * (c / stretch - x)).sum()
                };
                let own = lists.of_row[row] as usize;
                let all: Vec<f32> =
                    lists.centres.chunks(dimension + 1).map(|entry| distance(&entry[..dimension])).collect();
                let least = all.iter().copied().fold(f32::INFINITY, f32::min);
                assert!(all[own] <= least * 1.001 + 1e-3, "{row}: {} {least}", all[own]);
            }
        }
    }

    #[test]
    fn lists_do_not_depend_on_the_number_of_threads() {
        let (bytes, scales) = rows(700, 16);
        let made = [1, 3].map(|n| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(n).build().expect("threads");
            pool.install(|| Lists::build(&bytes, 16, &scales, Metric::Cosine))
        });
        assert_eq!(made[0], made[1]);
        assert_eq!(Lists::build(&[], 16, &[], Metric::Cosine), Lists::default());
    }
}
