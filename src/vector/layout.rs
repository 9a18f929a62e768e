//! Where what stands in a vector file.
//!
//! Little-endian, in blocks of 4 KiB. Each block after the first has a checksum (xxh3, 64 bits) in a table at the end,
//! and is checked when it is first read; the head's checksum covers the head and that table. So a damaged byte is an
//! error before anything that depends on it is said.
//!
//! | at | what |
//! |---|---|
//! | 0 | `CGVECTOR`, u32 version, u32 dimension, u64 rows, u64 docs, 16 bytes of the model's hash, u64 blocks |
//! | 56 | u32 each: metric, index, m, `ef_construction` |
//! | 72 | u64 links, u64 entries: hubs of a graph, or lists |
//! | 4088 | u64 checksum of the bytes before and of the table |
//! | 4096 | coarse numbers: dimension × i8 a row; scales: f32 a row; with l2 offsets: f32 a row; owners: u32 doc, u32 chunk a row; fine numbers: dimension × i8 a row |
//! | then | the mean of all rows: dimension × f32, and its offset |
//! | then, flat of at least 8,192 rows | outlines, 32 rows together: the spread of each, f32; then, for every four numbers, 16 bytes of four bits a row: the low ones of the first 16 rows, the high ones of the others |
//! | then, hnsw | where the links of each row start, and one more: u32; links; hubs: u32 |
//! | then, ivf | for each list: its centre, dimension × f32, and its offset; where the rows of each list start, and one more: u32; rows by owner: u32 |
//! | blocks × 4096 | table: u64 for each block from the second on |

use super::{Design, GraphOptions, Index};
use crate::config::Metric;
use anyhow::{Context as _, Result, bail, ensure};
use std::ops::Range;
use std::path::Path;
use xxhash_rust::xxh3::Xxh3;

const MAGIC: &[u8; 8] = b"CGVECTOR";
/// Version of the format. History: 1, signed bytes; 2, fine numbers, metrics and lists; 3, bound to their names;
/// 4, outlines; 5, of 32 rows together.
const VERSION: u32 = 5;
/// Bytes of a block, and of the head.
pub(super) const BLOCK: usize = 4096;
/// Where the head's checksum stands.
pub(super) const SUM_AT: usize = BLOCK - 8;
/// Bytes of an owner.
pub(super) const OWNER: usize = 8;
/// Rows from which on a flat file has outlines: comparing fewer takes no longer than all else of a search.
pub(super) const OUTLINED: usize = 8_192;

/// What the head says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) dimension: usize,
    pub(super) n_rows: usize,
    pub(super) docs: u32,
    pub(super) model: [u8; 16],
    pub(super) design: Design,
    pub(super) n_links: usize,
    pub(super) n_entries: usize,
}

/// Where each part begins. Numbers that are too large for a file become those of one that nobody has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Places {
    pub(super) scales: usize,
    pub(super) offsets: usize,
    pub(super) owners: usize,
    pub(super) fine: usize,
    pub(super) mean: usize,
    /// Of hnsw: where links start, links, hubs. Of ivf: centres, where rows start, rows by owner. Of flat: outlines.
    pub(super) index: [usize; 3],
    pub(super) end: usize,
}

impl Head {
    /// The head up to its checksum.
    pub(super) fn encode(&self, n_blocks: usize) -> Result<Vec<u8>> {
        let mut head = Vec::with_capacity(BLOCK);
        head.extend_from_slice(MAGIC);
        let number = |n: usize| u32::try_from(n);
        let (index, m, ef) = match self.design.index {
            Index::Flat => (0, 0, 0),
            Index::Hnsw(options) => (1, number(options.m)?, number(options.ef_construction)?),
            Index::Ivf => (2, 0, 0),
        };
        let metric = match self.design.metric {
            Metric::Cosine => 0,
            Metric::L2 => 1,
            Metric::InnerProduct => 2,
        };
        head.extend([VERSION, number(self.dimension)?].iter().flat_map(|n| n.to_le_bytes()));
        head.extend([self.n_rows as u64, u64::from(self.docs)].iter().flat_map(|n| n.to_le_bytes()));
        head.extend_from_slice(&self.model);
        head.extend_from_slice(&(n_blocks as u64).to_le_bytes());
        head.extend([metric, index, m, ef].iter().flat_map(|n| n.to_le_bytes()));
        head.extend([self.n_links, self.n_entries].iter().flat_map(|&n| (n as u64).to_le_bytes()));
        head.resize(SUM_AT, 0);
        Ok(head)
    }

    /// Reads a head, and how many blocks the file has.
    pub(super) fn decode(head: &[u8]) -> Result<(Self, usize)> {
        ensure!(head.starts_with(MAGIC), "it is no vector file");
        ensure!(u32_at(head, 8) == Some(VERSION), "it has another version");
        let long =
            |at: usize| u64_at(head, at).and_then(|n| usize::try_from(n).ok()).context("it ends early");
        let short = |at: usize| u32_at(head, at).map(|n| n as usize).context("it ends early");
        let metric = match short(56)? {
            0 => Metric::Cosine,
            1 => Metric::L2,
            2 => Metric::InnerProduct,
            _ => bail!("it has a metric that is not known"),
        };
        let index = match short(60)? {
            0 => Index::Flat,
            1 => Index::Hnsw(GraphOptions { m: short(64)?, ef_construction: short(68)? }),
            2 => Index::Ivf,
            _ => bail!("it has an index that is not known"),
        };
        let model = head.get(32..).and_then(<[u8]>::first_chunk).copied().context("it ends early")?;
        let head = Self {
            dimension: short(12)?,
            n_rows: long(16)?,
            docs: u32::try_from(long(24)?)?,
            model,
            design: Design { metric, index },
            n_links: long(72)?,
            n_entries: long(80)?,
        };
        Ok((head, long(48)?))
    }

    /// True for a file that tells of each row on which side of the mean its numbers lie.
    pub(super) const fn has_outlines(&self) -> bool {
        matches!(self.design.index, Index::Flat) && self.n_rows >= OUTLINED
    }

    /// Where each part begins.
    pub(super) fn places(&self) -> Places {
        let times = |n: usize, each: usize| n.saturating_mul(each);
        let mut at = BLOCK;
        let mut next = |bytes: usize| {
            at = at.saturating_add(bytes);
            at
        };
        let (rows, dimension) = (self.n_rows, self.dimension);
        let has_offsets = matches!(self.design.metric, Metric::L2);
        let scales = next(times(rows, dimension));
        let offsets = next(times(rows, 4));
        let owners = next(if has_offsets { times(rows, 4) } else { 0 });
        let fine = next(times(rows, OWNER));
        let mean = next(times(rows, dimension));
        let index = next(centre_bytes(dimension));
        let entries = self.n_entries;
        let (index, end) = match self.design.index {
            Index::Flat if self.has_outlines() => {
                ([index; 3], next(times(rows.div_ceil(OUTLINES), outlines_bytes(dimension))))
            }
            Index::Flat => ([index; 3], index),
            Index::Hnsw(_) => {
                let links = next(times(rows.saturating_add(1), 4));
                let hubs = next(times(self.n_links, 4));
                ([index, links, hubs], next(times(entries, 4)))
            }
            Index::Ivf => {
                let starts = next(times(entries, centre_bytes(dimension)));
                let by_owner = next(times(entries.saturating_add(1), 4));
                ([index, starts, by_owner], next(times(rows, 4)))
            }
        };
        Places { scales, offsets, owners, fine, mean, index, end }
    }
}

/// Bytes of a mean or centre with its offset.
pub(super) const fn centre_bytes(dimension: usize) -> usize {
    dimension.saturating_add(1).saturating_mul(4)
}

/// Rows whose outlines lie together: as many as a table of sixteen entries is looked up for at once.
pub(super) const OUTLINES: usize = 32;

/// Bytes of the spreads of such rows: how far the numbers of each lie from those of the mean, on average.
pub(super) const SPREADS: usize = 4 * OUTLINES;

/// Bytes of the outlines of such rows: the spreads, and for each number of each row a bit, whether it is greater than
/// that of the mean. Eight numbers after the other, which take as many bytes as there are rows.
pub(super) const fn outlines_bytes(dimension: usize) -> usize {
    SPREADS + OUTLINES * dimension.div_ceil(8)
}

/// The bytes of one row of a part that has so many for each.
pub(super) const fn row_at(part: usize, row: usize, bytes: usize) -> Range<usize> {
    part + row * bytes..part + (row + 1) * bytes
}

/// The checksum of a head and the table of the others.
pub(super) fn sum_of(head: &[u8], table: &[u8]) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(head);
    hasher.update(table);
    hasher.digest()
}

/// Checksums of the blocks of a body, the last one padded with zeros.
pub(super) fn block_sums(body: &[&[u8]]) -> Vec<u8> {
    let mut sums = Vec::new();
    let mut hasher = Xxh3::new();
    let mut filled = 0;
    for part in body {
        let mut rest = *part;
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(BLOCK - filled));
            hasher.update(now);
            filled += now.len();
            rest = later;
            if filled == BLOCK {
                sums.extend_from_slice(&hasher.digest().to_le_bytes());
                hasher.reset();
                filled = 0;
            }
        }
    }
    if filled > 0 {
        hasher.update(&vec![0; BLOCK - filled]);
        sums.extend_from_slice(&hasher.digest().to_le_bytes());
    }
    sums
}

/// The hash of a model's id, and of the file's name with that of its folder, which is the project's number: the file of
/// another generation or project in its place is none.
pub(super) fn bound_to(model: &str, path: &Path) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(model.as_bytes());
    for name in [path.parent().and_then(Path::file_name), path.file_name()] {
        hasher.update(&[0]).update(name.unwrap_or_default().to_string_lossy().as_bytes());
    }
    let mut hash = [0; 16];
    hasher.finalize_xof().fill(&mut hash);
    hash
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The numbers of a part, as they lie there.
pub(super) fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.as_chunks().0.iter().map(|bytes| f32::from_le_bytes(*bytes))
}

/// The numbers of a part, as they lie there.
pub(super) fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes))
}
