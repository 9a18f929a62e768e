//! Rows that are gathered for a vector file, and its writing.

use super::graph::{Graph, GraphRows};
use super::layout::{
    BLOCK, Head, OUTLINED, OUTLINES, OWNER, SPREADS, block_sums, bound_to, outlines_bytes, row_at, sum_of,
    u32_at,
};
use super::lists::Lists;
use super::metric;
use super::{Design, GraphOptions, Index};
use crate::config::Metric;
use crate::embed::Quantised;
use anyhow::{Context as _, Result};
use rayon::prelude::*;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Rows that one thread looks at in one go.
const AT_ONCE: usize = 4_096;

/// Rows that are gathered for a file.
#[derive(Debug, Default)]
pub struct Rows {
    dimension: usize,
    coarse: Vec<u8>,
    fine: Vec<u8>,
    owners: Vec<u8>,
    /// By row: the value of a coarse step.
    steps: Vec<f32>,
    /// By row: the length of the vector.
    lengths: Vec<f32>,
}

/// A file that is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Target<'t> {
    /// Where.
    pub folder: &'t Path,
    /// Under which name.
    pub name: &'t str,
    /// Id of the model that made the vectors.
    pub model: &'t str,
    /// One past the last doc that was looked at.
    pub docs: u32,
    /// How it is made.
    pub design: Design,
}

/// An index as it is written.
#[derive(Default)]
struct IndexBytes {
    bytes: Vec<u8>,
    n_links: usize,
    n_entries: usize,
}

impl Rows {
    /// None yet.
    #[must_use]
    pub fn new(dimension: usize) -> Self {
        Self { dimension, ..Self::default() }
    }

    /// Adds the vector of a chunk as the store has it; one of another dimension is left out.
    pub fn push(&mut self, doc: u32, chunk: u32, stored: &[u8]) {
        if let Some(row) = Quantised::read(stored).filter(|row| row.coarse.len() == self.dimension) {
            self.coarse.extend_from_slice(row.coarse);
            self.fine.extend_from_slice(row.fine);
            self.owners.extend_from_slice(&doc.to_le_bytes());
            self.owners.extend_from_slice(&chunk.to_le_bytes());
            self.steps.push(row.step);
            self.lengths.push(row.length());
        }
    }

    /// Adds all of others of the same dimension.
    pub fn append(&mut self, others: Self) {
        self.coarse.extend(others.coarse);
        self.fine.extend(others.fine);
        self.owners.extend(others.owners);
        self.steps.extend(others.steps);
        self.lengths.extend(others.lengths);
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.steps.len()
    }

    /// True when there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Writes them, whole or not at all. Building a graph takes about a thousand times longer than all else, building
    /// lists about ten times.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn write(&self, target: &Target<'_>) -> Result<()> {
        let owner = |&row: &usize| {
            let owner = self.owners.get(row_at(0, row, OWNER)).unwrap_or_default();
            (u32_at(owner, 0), u32_at(owner, 4))
        };
        let mut order: Vec<usize> = (0..self.len()).collect();
        let sorted = (!order.is_sorted_by_key(owner)).then(|| {
            order.par_sort_by_key(owner);
            self.ordered(&order)
        });
        let rows = sorted.as_ref().unwrap_or(self);
        let metric = target.design.metric;
        match target.design.index {
            Index::Flat if rows.len() >= OUTLINED => rows.write_with(target, &rows.outlines(metric)),
            Index::Flat => rows.write_with(target, &IndexBytes::default()),
            Index::Hnsw(options) => rows.write_with(target, &rows.graph(metric, options)),
            Index::Ivf => {
                let (order, index) = rows.lists(metric);
                rows.ordered(&order).write_with(target, &index)
            }
        }
    }

    /// The same rows in another order.
    fn ordered(&self, order: &[usize]) -> Self {
        let mut rows = Self::new(self.dimension);
        for &row in order {
            let numbers = row_at(0, row, self.dimension);
            rows.coarse.extend_from_slice(self.coarse.get(numbers.clone()).unwrap_or_default());
            rows.fine.extend_from_slice(self.fine.get(numbers).unwrap_or_default());
            rows.owners.extend_from_slice(self.owners.get(row_at(0, row, OWNER)).unwrap_or_default());
            rows.steps.extend(self.steps.get(row));
            rows.lengths.extend(self.lengths.get(row));
        }
        rows
    }

    /// The value of a coarse step of each row in the space that an index divides: of unit length for a cosine.
    fn scales(&self, metric: Metric) -> Vec<f32> {
        let of_row = |(&step, &length): (&f32, &f32)| match metric {
            Metric::Cosine => metric::weight(metric, step, length).0,
            Metric::L2 | Metric::InnerProduct => step,
        };
        self.steps.iter().zip(&self.lengths).map(of_row).collect()
    }

    fn graph(&self, metric: Metric, options: GraphOptions) -> IndexBytes {
        if self.is_empty() {
            return IndexBytes::default();
        }
        let rows = GraphRows::new(&self.coarse, self.dimension, self.scales(metric), metric);
        let graph = Graph::build(&rows, options);
        let (n_links, n_entries) = (graph.links.len(), graph.hubs.len());
        let numbers = [graph.offsets, graph.links, graph.hubs].concat();
        IndexBytes { bytes: numbers.iter().flat_map(|n| n.to_le_bytes()).collect(), n_links, n_entries }
    }

    /// On which side of the mean the numbers of each row lie.
    #[expect(clippy::cast_precision_loss, reason = "a mean over some numbers")]
    fn outlines(&self, metric: Metric) -> IndexBytes {
        let weights = self.weights(metric);
        let mean = self.mean(&weights);
        let each = outlines_bytes(self.dimension);
        let outlines = |(rows, weights): (&[u8], &[(f32, f32)])| {
            let mut bytes = vec![0; weights.len().div_ceil(OUTLINES) * each];
            let rows = rows.chunks_exact(self.dimension.max(1)).zip(weights);
            for (number, (row, &(scale, _))) in rows.enumerate() {
                let together = bytes.chunks_exact_mut(each).nth(number / OUTLINES).unwrap_or_default();
                let Some((spreads, sides)) = together.split_at_mut_checked(SPREADS) else { continue };
                let at = number % OUTLINES;
                let (half, shift) = (at % (OUTLINES / 2), 4 * (at / (OUTLINES / 2)));
                let mut spread = 0.0;
                // Four at a time and without a branch for each, which is ten times as fast.
                let fours = row.chunks(4).zip(mean.chunks(4));
                for (sides, (row, mean)) in sides.chunks_exact_mut(OUTLINES / 2).zip(fours) {
                    let mut four = 0;
                    for (number, (&x, &middle)) in row.iter().zip(mean).enumerate() {
                        let off = f32::from(x.cast_signed()) * scale - middle;
                        spread += off.abs();
                        four |= u8::from(off > 0.0) << number;
                    }
                    if let Some(byte) = sides.get_mut(half) {
                        *byte |= four << shift;
                    }
                }
                spread /= self.dimension.max(1) as f32;
                if let Some(slot) = spreads.as_chunks_mut().0.get_mut(at) {
                    *slot = spread.to_le_bytes();
                }
            }
            bytes
        };
        // All but the last part end with a group.
        const { assert!(AT_ONCE.is_multiple_of(OUTLINES)) };
        let rows = self.coarse.par_chunks(AT_ONCE * self.dimension.max(1)).zip(weights.par_chunks(AT_ONCE));
        let parts: Vec<Vec<u8>> = rows.map(outlines).collect();
        IndexBytes { bytes: parts.concat(), n_links: 0, n_entries: 0 }
    }

    /// Scale and offset of each row.
    fn weights(&self, metric: Metric) -> Vec<(f32, f32)> {
        let weight = |(&step, &length): (&f32, &f32)| metric::weight(metric, step, length);
        self.steps.iter().zip(&self.lengths).map(weight).collect()
    }

    /// The order in which rows of a list lie together, and the lists.
    fn lists(&self, metric: Metric) -> (Vec<usize>, IndexBytes) {
        let lists = Lists::build(&self.coarse, self.dimension, &self.scales(metric), metric);
        let mut order: Vec<usize> = (0..self.len()).collect();
        order.sort_by_key(|&row| lists.of_row.get(row));
        let mut by_owner = vec![0u32; self.len()];
        for (place, &row) in (0u32..).zip(&order) {
            if let Some(slot) = by_owner.get_mut(row) {
                *slot = place;
            }
        }
        let mut bytes: Vec<u8> = lists.centres.iter().flat_map(|x| x.to_le_bytes()).collect();
        let starts = lists.starts();
        let n_entries = starts.len().saturating_sub(1);
        bytes.extend(starts.iter().chain(&by_owner).flat_map(|n| n.to_le_bytes()));
        (order, IndexBytes { bytes, n_links: 0, n_entries })
    }

    fn write_with(&self, target: &Target<'_>, index: &IndexBytes) -> Result<()> {
        let &Target { folder, name, model, docs, design } = target;
        let weights = self.weights(design.metric);
        let scales: Vec<u8> = weights.iter().flat_map(|(scale, _)| scale.to_le_bytes()).collect();
        let has_offsets = design.metric == Metric::L2;
        let offsets: Vec<u8> =
            weights.iter().filter(|_| has_offsets).flat_map(|(_, offset)| offset.to_le_bytes()).collect();
        let mean: Vec<u8> = self.mean(&weights).iter().flat_map(|x| x.to_le_bytes()).collect();
        let body: [&[u8]; 7] =
            [&self.coarse, &scales, &offsets, &self.owners, &self.fine, &mean, &index.bytes];
        let n_bytes: usize = body.iter().map(|part| part.len()).sum();
        let n_blocks = 1 + n_bytes.div_ceil(BLOCK);
        let head = Head {
            dimension: self.dimension,
            n_rows: self.len(),
            docs,
            model: bound_to(model, &folder.join(name)),
            design,
            n_links: index.n_links,
            n_entries: index.n_entries,
        };
        let sums = block_sums(&body);
        let mut head = head.encode(n_blocks)?;
        head.extend_from_slice(&sum_of(&head, &sums).to_le_bytes());

        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let temp = folder.join(format!("{name}.new"));
        let file = File::create(&temp).with_context(|| format!("cannot write {}", temp.display()))?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        out.write_all(&head)?;
        for part in body {
            out.write_all(part)?;
        }
        out.write_all(&vec![0; (n_blocks - 1) * BLOCK - n_bytes])?;
        out.write_all(&sums)?;
        out.flush()?;
        out.get_ref().sync_all()?;
        fs::rename(&temp, folder.join(name))?;
        File::open(folder)?.sync_all()?;
        Ok(())
    }

    /// The mean of all rows and of their offsets: what it is worth for a question is the mean of what all are worth.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "24 bits of a mean are kept"
    )]
    fn mean(&self, weights: &[(f32, f32)]) -> Vec<f32> {
        let mut sums = vec![0.0f64; self.dimension + 1];
        for (row, &(scale, offset)) in self.coarse.chunks_exact(self.dimension.max(1)).zip(weights) {
            for (sum, &x) in sums.iter_mut().zip(row) {
                *sum += f64::from(x.cast_signed()) * f64::from(scale);
            }
            if let Some(sum) = sums.last_mut() {
                *sum += f64::from(offset);
            }
        }
        sums.iter().map(|sum| (sum / self.len().max(1) as f64) as f32).collect()
    }
}
