//! A graph over rows, for projects with so many that looking at all takes too long.
//!
//! It is built with `hnsw_rs` (Malkov and Yashunin 2018) and kept as the links of its lowest layer, side by side, and its
//! *hubs*: the rows of the upper layers. A search compares the hubs with the question, starts at the best of them and
//! follows links. That finds what going down the upper layers finds, and needs no more than mapped memory.

use super::scan::dot;
use crate::config::Metric;
use hnsw_rs::prelude::{Distance, Hnsw};
use rayon::prelude::*;

/// Layers of the graph.
const MAX_LAYERS: usize = 16;
/// Most hubs.
const MAX_HUBS: usize = 4_096;
/// Most links of a row.
pub(super) const MAX_LINKS: usize = 128;
/// Most rows that are considered for the links of a new one.
const MAX_CONSIDERED: usize = 4_096;

/// How a graph is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GraphOptions {
    /// Links of a row in the upper layers; twice as many in the lowest. 2 to 64.
    pub m: usize,
    /// Rows that are considered for the links of a new one.
    pub ef_construction: usize,
}

/// The lowest layer of a graph, and where to enter it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Graph {
    /// By row: where its links start; one more at the end.
    pub(super) offsets: Vec<u32>,
    /// Rows that rows are linked to.
    pub(super) links: Vec<u32>,
    /// Rows to start at.
    pub(super) hubs: Vec<u32>,
}

/// Rows as a graph is built over them: signed bytes with three numbers at the end, f32 each. The scale of the row; what
/// it has in a further dimension; and the square of its length with that.
pub(super) struct GraphRows<'r> {
    rows: &'r [u8],
    dimension: usize,
    scales: Vec<f32>,
    /// The square of the length that all rows are given by the further dimension; none has one when it is 0.
    common: f32,
}

/// Bytes of the numbers at the end of a row.
const TAIL: usize = 12;

impl<'r> GraphRows<'r> {
    /// Rows of signed bytes that lie one after the other, each with its scale.
    ///
    /// For the inner product all rows are made equally long in a further dimension, where the question has nothing: then
    /// the nearest are those with the greatest product (Bachrach and others, "Speeding up the Xbox recommender system
    /// using a Euclidean transformation for inner-product spaces", 2014).
    pub(super) fn new(rows: &'r [u8], dimension: usize, scales: Vec<f32>, metric: Metric) -> Self {
        let mut all = Self { rows, dimension, scales, common: 0.0 };
        if metric == Metric::InnerProduct {
            all.common = (0..all.scales.len()).map(|at| all.square(at)).fold(0.0, f32::max);
        }
        all
    }

    fn row(&self, at: usize) -> &'r [u8] {
        self.rows.get(at * self.dimension..(at + 1) * self.dimension).unwrap_or_default()
    }

    fn scale(&self, at: usize) -> f32 {
        self.scales.get(at).copied().unwrap_or_default()
    }

    #[expect(clippy::cast_precision_loss, reason = "24 bits of 31 are kept")]
    fn square(&self, at: usize) -> f32 {
        let row = self.row(at);
        dot(row, row) as f32 * self.scale(at) * self.scale(at)
    }

    fn with_tail(&self, at: usize) -> Vec<u8> {
        let square = self.square(at);
        let (further, square) = if self.common > 0.0 {
            ((self.common - square).max(0.0).sqrt(), self.common)
        } else {
            (0.0, square)
        };
        let mut bytes = Vec::with_capacity(self.dimension + TAIL);
        bytes.extend_from_slice(self.row(at));
        bytes.extend([self.scale(at), further, square].iter().flat_map(|x| x.to_le_bytes()));
        bytes
    }
}

/// The square of the distance between rows of [`GraphRows`].
struct Euclidean;

impl Distance<u8> for Euclidean {
    #[expect(clippy::cast_precision_loss, reason = "24 bits of 31 are kept")]
    fn eval(&self, a: &[u8], b: &[u8]) -> f32 {
        let parts = |row: &'_ [u8]| {
            let (numbers, tail) = row.split_last_chunk::<TAIL>()?;
            let &[a, b, c, d, e, f, g, h, i, j, k, l] = tail;
            let floats = [[a, b, c, d], [e, f, g, h], [i, j, k, l]].map(f32::from_le_bytes);
            Some((numbers.len(), floats))
        };
        let (Some((n, [a_scale, a_further, a_square])), Some((_, [b_scale, b_further, b_square]))) =
            (parts(a), parts(b))
        else {
            return 0.0;
        };
        let product = dot(a.get(..n).unwrap_or_default(), b.get(..n).unwrap_or_default()) as f32;
        let product = (product * a_scale).mul_add(b_scale, a_further * b_further);
        (a_square + b_square - 2.0 * product).max(0.0)
    }
}

impl Graph {
    /// Builds a graph over rows, on all cores.
    pub(super) fn build(rows: &GraphRows<'_>, options: GraphOptions) -> Self {
        let n = rows.scales.len();
        if n == 0 || rows.dimension == 0 {
            return Self::default();
        }
        let m = options.m.clamp(2, MAX_LINKS / 2);
        let ef_construction = options.ef_construction.clamp(m, MAX_CONSIDERED);
        let hnsw = Hnsw::<u8, Euclidean>::new(m, n, MAX_LAYERS, ef_construction, Euclidean);
        (0..n).into_par_iter().for_each(|at| hnsw.insert_slice((&rows.with_tail(at), at)));
        let mut linked: Vec<Vec<u32>> = vec![Vec::new(); n];
        let mut layers: Vec<(usize, u32)> = Vec::new();
        for point in hnsw.get_point_indexation() {
            let Ok(row) = u32::try_from(point.get_origin_id()) else { continue };
            let neighbours = point.get_neighborhood_id().into_iter().next().unwrap_or_default();
            if let Some(links) = linked.get_mut(row as usize) {
                links.extend(neighbours.iter().filter_map(|each| u32::try_from(each.get_origin_id()).ok()));
                links.sort_unstable();
                links.dedup();
                links.truncate(MAX_LINKS);
            }
            layers.push((usize::from(point.get_point_id().0), row));
        }
        let mut graph = Self { hubs: hubs(layers), ..Self::default() };
        graph.offsets.push(0);
        for links in linked {
            graph.links.extend(links);
            graph.offsets.push(u32::try_from(graph.links.len()).unwrap_or(u32::MAX));
        }
        graph
    }
}

/// The rows of the lowest layer that has few enough, sorted; the first row when there is no such layer.
fn hubs(layers: Vec<(usize, u32)>) -> Vec<u32> {
    let mut hubs: Vec<u32> = Vec::new();
    for lowest in 1..MAX_LAYERS {
        hubs = layers.iter().filter(|(layer, _)| *layer >= lowest).map(|(_, row)| *row).collect();
        if hubs.len() <= MAX_HUBS {
            break;
        }
    }
    if hubs.is_empty() {
        hubs.push(0);
    }
    hubs.sort_unstable();
    hubs.truncate(MAX_HUBS);
    hubs
}

#[cfg(test)]
mod tests {
    use super::{Euclidean, Graph, GraphOptions, GraphRows};
    use crate::config::Metric;
    use hnsw_rs::prelude::Distance as _;

    /// Vectors of three numbers, and their bytes and scales.
    fn rows() -> (Vec<[f32; 3]>, Vec<u8>, Vec<f32>) {
        let bytes: Vec<[i8; 3]> = vec![[100, -50, 0], [50, -25, 0], [0, 0, 7], [-100, 50, 0], [0, 0, 0]];
        let scales = vec![0.01, 0.04, 0.1, 0.02, 0.5];
        let vectors =
            bytes.iter().zip(&scales).map(|(row, scale)| row.map(|x| f32::from(x) * scale)).collect();
        (vectors, bytes.iter().flatten().map(|x| x.cast_unsigned()).collect(), scales)
    }

    fn product(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn distance_is_that_of_the_vectors() {
        let (vectors, bytes, scales) = rows();
        let rows = GraphRows::new(&bytes, 3, scales, Metric::L2);
        for (at, a) in vectors.iter().enumerate() {
            for (other, b) in vectors.iter().enumerate() {
                let expected: f32 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
                let got = Euclidean.eval(&rows.with_tail(at), &rows.with_tail(other));
                assert!((got - expected).abs() < 1e-4, "{at} {other}: {got} {expected}");
            }
        }
        assert_eq!(Euclidean.eval(&[1], &[2]), 0.0);
    }

    #[test]
    fn for_products_all_rows_are_equally_long() {
        let (vectors, bytes, scales) = rows();
        let rows = GraphRows::new(&bytes, 3, scales, Metric::InnerProduct);
        let longest = vectors.iter().map(|x| product(x, x)).fold(0.0, f32::max);
        let further = |x: &[f32]| (longest - product(x, x)).max(0.0).sqrt();
        for (at, a) in vectors.iter().enumerate() {
            for (other, b) in vectors.iter().enumerate() {
                let expected = 2.0 * (longest - product(a, b) - further(a) * further(b));
                let got = Euclidean.eval(&rows.with_tail(at), &rows.with_tail(other));
                assert!((got - expected).abs() < 1e-3, "{at} {other}: {got} {expected}");
            }
        }
    }

    #[test]
    fn every_row_has_links_to_other_rows_and_there_are_hubs() {
        let bytes: Vec<u8> = (0..600u32).flat_map(|n| [n, n * 7, n * 13, n * 29].map(|x| x as u8)).collect();
        let options = GraphOptions { m: 8, ef_construction: 50 };
        let graph = Graph::build(&GraphRows::new(&bytes, 4, vec![1.0; 600], Metric::L2), options);
        assert_eq!(graph.offsets.len(), 601);
        assert_eq!(graph.offsets.last().map(|&end| end as usize), Some(graph.links.len()));
        assert!(graph.links.iter().all(|&row| row < 600));
        assert!(!graph.hubs.is_empty() && graph.hubs.iter().all(|&row| row < 600));
        let lonely = graph.offsets.windows(2).filter(|at| at[0] == at[1]).count();
        assert!(lonely < 6, "{lonely} rows have no links");
        let none = Graph::build(&GraphRows::new(&[], 4, Vec::new(), Metric::Cosine), options);
        assert_eq!(none, Graph::default());
    }
}
