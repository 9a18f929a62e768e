//! A graph over rows, for projects with so many that looking at all takes too long.
//!
//! It is built with `hnsw_rs` (Malkov and Yashunin 2018) and kept as the links of its lowest layer, side by side, and its
//! *hubs*: the rows of the upper layers. A search compares the hubs with the question, starts at the best of them and
//! follows links. That finds what going down the upper layers finds, and needs no more than mapped memory.

use hnsw_rs::prelude::{Distance, Hnsw};
use rayon::prelude::*;

/// Layers of the graph.
const MAX_LAYERS: usize = 16;
/// Most hubs.
const MAX_HUBS: usize = 4_096;
/// Most links of a row.
pub(super) const MAX_LINKS: usize = 128;

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

/// One minus the cosine of rows of signed bytes. A zero row is one away from all.
struct Cosine;

impl Distance<u8> for Cosine {
    fn eval(&self, a: &[u8], b: &[u8]) -> f32 {
        let (mut ab, mut aa, mut bb) = (0i32, 0i32, 0i32);
        for (&x, &y) in a.iter().zip(b) {
            let (x, y) = (i32::from(x.cast_signed()), i32::from(y.cast_signed()));
            ab = ab.wrapping_add(x.wrapping_mul(y));
            aa = aa.wrapping_add(x.wrapping_mul(x));
            bb = bb.wrapping_add(y.wrapping_mul(y));
        }
        #[expect(clippy::cast_precision_loss, reason = "24 bits of 31 are kept")]
        let (ab, aa, bb) = (ab as f32, aa as f32, bb as f32);
        if aa == 0.0 || bb == 0.0 { 1.0 } else { (1.0 - ab / (aa.sqrt() * bb.sqrt())).max(0.0) }
    }
}

impl Graph {
    /// Builds a graph over rows of signed bytes that lie one after the other, on all cores.
    pub(super) fn build(rows: &[u8], dimension: usize, options: GraphOptions) -> Self {
        let n = rows.len() / dimension.max(1);
        if n == 0 || dimension == 0 {
            return Self::default();
        }
        let m = options.m.clamp(2, MAX_LINKS / 2);
        let hnsw = Hnsw::<u8, Cosine>::new(m, n, MAX_LAYERS, options.ef_construction.max(m), Cosine);
        rows.par_chunks_exact(dimension).enumerate().for_each(|(at, row)| hnsw.insert_slice((row, at)));
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
    use super::{Cosine, Graph, GraphOptions};
    use hnsw_rs::prelude::Distance as _;

    #[test]
    fn distance_is_one_minus_the_cosine() {
        let bytes = |row: &[i8]| row.iter().map(|x| x.cast_unsigned()).collect::<Vec<_>>();
        let (a, b) = (bytes(&[100, -50, 0]), bytes(&[50, -25, 0]));
        assert!(Cosine.eval(&a, &b).abs() < 1e-6);
        assert!((Cosine.eval(&a, &bytes(&[0, 0, 7])) - 1.0).abs() < 1e-6);
        assert!((Cosine.eval(&a, &bytes(&[-100, 50, 0])) - 2.0).abs() < 1e-6);
        assert_eq!(Cosine.eval(&a, &bytes(&[0, 0, 0])), 1.0);
    }

    #[test]
    fn every_row_has_links_to_other_rows_and_there_are_hubs() {
        let rows: Vec<u8> = (0..600u32).flat_map(|n| [n, n * 7, n * 13, n * 29].map(|x| x as u8)).collect();
        let graph = Graph::build(&rows, 4, GraphOptions { m: 8, ef_construction: 50 });
        assert_eq!(graph.offsets.len(), 601);
        assert_eq!(graph.offsets.last().map(|&end| end as usize), Some(graph.links.len()));
        assert!(graph.links.iter().all(|&row| row < 600));
        assert!(!graph.hubs.is_empty() && graph.hubs.iter().all(|&row| row < 600));
        let lonely = graph.offsets.windows(2).filter(|at| at[0] == at[1]).count();
        assert!(lonely < 6, "{lonely} rows have no links");
        assert_eq!(Graph::build(&[], 4, GraphOptions { m: 8, ef_construction: 50 }), Graph::default());
    }
}
