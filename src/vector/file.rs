//! The vector file of a project: format, writing, reading.
//!
//! Little-endian, in blocks of 4 KiB. Each block after the first has a checksum (xxh3, 64 bits) in a table at the end,
//! and is checked when it is first read; the head's checksum covers the head and that table. So a damaged byte is an
//! error before anything that depends on it is said.
//!
//! | at | what |
//! |---|---|
//! | 0 | `CGVECTOR`, u32 version, u32 dimension, u64 rows, u64 docs, 16 bytes of the model's hash, u64 blocks |
//! | 56 | u64 links, u64 hubs: 0 without a graph |
//! | 4088 | u64 checksum of the bytes before and of the table |
//! | 4096 | rows: dimension × i8 each; then scales: f32 each; then owners: u32 doc, u32 chunk each |
//! | then | with a graph: the mean of all vectors: dimension × f32; offsets: u32 for each row and one more; links, hubs: u32 each |
//! | blocks × 4096 | table: u64 for each block from the second on |

use super::graph::{Graph, GraphOptions, MAX_LINKS};
use super::scan::Query;
use crate::embed::{MAX_DIMENSION, Quantised};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result, bail, ensure};
use memmap2::Mmap;
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{self, AtomicU64};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

const MAGIC: &[u8; 8] = b"CGVECTOR";
/// Version of the format. History: 1, first release.
const VERSION: u32 = 1;
/// Bytes of a block, and of the head.
const BLOCK: usize = 4096;
/// Where the head's checksum stands.
const SUM_AT: usize = BLOCK - 8;
/// Bytes of an owner.
const OWNER: usize = 8;
/// Rows that are checked and compared in one go.
const STEP: usize = 512;

/// Rows that are gathered for a file.
#[derive(Debug, Default)]
pub struct Rows {
    dimension: usize,
    numbers: Vec<u8>,
    scales: Vec<u8>,
    owners: Vec<u8>,
}

impl Rows {
    /// None yet.
    #[must_use]
    pub fn new(dimension: usize) -> Self {
        Self { dimension, ..Self::default() }
    }

    /// Adds the vector of a chunk; one of another dimension is left out.
    pub fn push(&mut self, doc: u32, chunk: u32, vector: &Quantised) {
        if vector.bytes.len() == self.dimension {
            self.numbers.extend(vector.bytes.iter().map(|byte| byte.cast_unsigned()));
            self.put(doc, chunk, vector.scale);
        }
    }

    /// Adds the vector of a chunk as the store has it: scale, then numbers.
    pub fn push_stored(&mut self, doc: u32, chunk: u32, stored: &[u8]) {
        if let Some((scale, numbers)) = stored.split_first_chunk()
            && numbers.len() == self.dimension
        {
            self.numbers.extend_from_slice(numbers);
            self.put(doc, chunk, f32::from_le_bytes(*scale));
        }
    }

    fn put(&mut self, doc: u32, chunk: u32, scale: f32) {
        self.scales.extend_from_slice(&scale.to_le_bytes());
        self.owners.extend_from_slice(&doc.to_le_bytes());
        self.owners.extend_from_slice(&chunk.to_le_bytes());
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.scales.len() / 4
    }

    /// True when there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.scales.is_empty()
    }

    /// Writes them as the file `name` of a folder, whole or not at all. `docs` is one past the last doc that was looked
    /// at. With options a graph is built, which takes about a thousand times longer than all else.
    ///
    /// # Errors
    /// When the disk fails.
    pub fn write(
        &self,
        folder: &Path,
        name: &str,
        model: &str,
        docs: u32,
        options: Option<GraphOptions>,
    ) -> Result<()> {
        let graph = options.filter(|_| !self.is_empty()).map(|options| self.graph(options));
        let graph = graph.unwrap_or_default();
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let temp = folder.join(format!("{name}.new"));
        let file = File::create(&temp).with_context(|| format!("cannot write {}", temp.display()))?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let body: [&[u8]; 4] = [&self.numbers, &self.scales, &self.owners, &graph.bytes];
        let n_bytes: usize = body.iter().map(|part| part.len()).sum();
        let n_blocks = 1 + n_bytes.div_ceil(BLOCK);
        let sums = block_sums(&body);
        let mut head = Vec::with_capacity(BLOCK);
        head.extend_from_slice(MAGIC);
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&u32::try_from(self.dimension)?.to_le_bytes());
        for number in [self.len() as u64, u64::from(docs)] {
            head.extend_from_slice(&number.to_le_bytes());
        }
        head.extend_from_slice(&model_hash(model));
        for number in [n_blocks, graph.n_links, graph.n_hubs] {
            head.extend_from_slice(&(number as u64).to_le_bytes());
        }
        head.resize(SUM_AT, 0);
        head.extend_from_slice(&sum_of(&head, &sums).to_le_bytes());
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
}

/// A graph as it is written.
#[derive(Default)]
struct GraphBytes {
    bytes: Vec<u8>,
    n_links: usize,
    n_hubs: usize,
}

impl Rows {
    fn graph(&self, options: GraphOptions) -> GraphBytes {
        let graph = Graph::build(&self.numbers, self.dimension, options);
        let mut bytes: Vec<u8> = self.mean().iter().flat_map(|x| x.to_le_bytes()).collect();
        for list in [&graph.offsets, &graph.links, &graph.hubs] {
            bytes.extend(list.iter().flat_map(|number| number.to_le_bytes()));
        }
        GraphBytes { bytes, n_links: graph.links.len(), n_hubs: graph.hubs.len() }
    }

    /// The mean of all vectors: its product with a question is the mean of all products.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        reason = "a mean of numbers from −1 to 1"
    )]
    fn mean(&self) -> Vec<f32> {
        let mut sums = vec![0.0f64; self.dimension];
        for (row, scale) in self.numbers.chunks_exact(self.dimension.max(1)).zip(self.scales.as_chunks().0) {
            let scale = f64::from(f32::from_le_bytes(*scale));
            for (sum, &x) in sums.iter_mut().zip(row) {
                *sum += f64::from(x.cast_signed()) * scale;
            }
        }
        sums.iter().map(|sum| (sum / self.len().max(1) as f64) as f32).collect()
    }
}

/// Checksums of the blocks of a body, the last one padded with zeros.
fn block_sums(body: &[&[u8]]) -> Vec<u8> {
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

fn sum_of(head: &[u8], table: &[u8]) -> u64 {
    let mut hasher = Xxh3::new();
    hasher.update(head);
    hasher.update(table);
    hasher.digest()
}

fn model_hash(model: &str) -> [u8; 16] {
    let mut hash = [0; 16];
    blake3::Hasher::new().update(model.as_bytes()).finalize_xof().fill(&mut hash);
    hash
}

/// A vector file, open for reading.
#[derive(Debug)]
pub struct VectorFile {
    map: Mmap,
    dimension: usize,
    n_rows: usize,
    docs: u32,
    n_blocks: usize,
    n_links: usize,
    n_hubs: usize,
    /// A bit for each block that was found sound.
    sound: Vec<AtomicU64>,
}

impl VectorFile {
    /// Opens a file; its head is checked now, its rows when they are read.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when it is missing, damaged, or of another model, dimension or version.
    pub fn open(path: &Path, model: &str, dimension: usize) -> Result<Self> {
        Self::try_open(path, model, dimension)
            .with_context(|| format!("cannot use the vector file {}", path.display()))
            .kind(Kind::Corrupt)
    }

    fn try_open(path: &Path, model: &str, dimension: usize) -> Result<Self> {
        let file = File::open(path)?;
        #[expect(unsafe_code, reason = "mapping a file is unsafe because somebody may cut it meanwhile")]
        // SAFETY: vector files are written under another name and renamed, and never changed or cut afterwards.
        let map = unsafe { Mmap::map(&file) }?;
        let head = map.get(..BLOCK).context("it ends early")?;
        ensure!(head.starts_with(MAGIC), "it is no vector file");
        ensure!(u32_at(head, 8) == Some(VERSION), "it has another version");
        let number =
            |at: usize| u64_at(head, at).and_then(|n| usize::try_from(n).ok()).context("it ends early");
        let (n_rows, docs, n_blocks) = (number(16)?, number(24)?, number(48)?);
        ensure!(
            dimension <= MAX_DIMENSION && u32_at(head, 12).is_some_and(|d| d as usize == dimension),
            "its vectors have another length"
        );
        ensure!(head.get(32..48) == Some(model_hash(model).as_slice()), "it is of another model");
        let (n_links, n_hubs) = (number(56)?, number(64)?);
        let mut n_bytes = n_rows.checked_mul(dimension + 4 + OWNER).context("it ends early")?;
        if n_hubs > 0 {
            let numbers =
                [dimension, n_rows + 1, n_links, n_hubs].into_iter().try_fold(0, usize::checked_add);
            let graph = numbers.and_then(|numbers| numbers.checked_mul(4));
            n_bytes = graph.and_then(|graph| n_bytes.checked_add(graph)).context("it ends early")?;
        }
        ensure!(n_blocks == 1 + n_bytes.div_ceil(BLOCK), "its parts do not fit together");
        let table = map.get(n_blocks * BLOCK..).context("it ends early")?;
        ensure!(table.len() == (n_blocks - 1) * 8, "its parts do not fit together");
        let sum = u64_at(head, SUM_AT);
        ensure!(sum == head.get(..SUM_AT).map(|head| sum_of(head, table)), "its checksum is wrong");
        let sound = (0..n_blocks.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok(Self { dimension, n_rows, docs: u32::try_from(docs)?, n_blocks, n_links, n_hubs, sound, map })
    }

    /// Rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.n_rows
    }

    /// True without rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.n_rows == 0
    }

    /// Docs below this are in the file; later ones are to be read from the store.
    #[must_use]
    pub const fn docs(&self) -> u32 {
        self.docs
    }

    /// True when it holds a graph, so that [`VectorFile::nearest`] need not look at all rows.
    #[must_use]
    pub const fn has_graph(&self) -> bool {
        self.n_hubs > 0
    }

    /// Checks every byte.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when one is damaged.
    pub fn check(&self) -> Result<()> {
        self.body(BLOCK..self.n_blocks * BLOCK).map(drop)
    }

    /// Gives doc, chunk and product with the question of every row, in order.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when a byte that is needed is damaged; what was given till then is right.
    pub fn scan(&self, query: &[f32], each: &mut dyn FnMut(u32, u32, f32)) -> Result<()> {
        ensure!(query.len() == self.dimension, "the question has another length than the vectors");
        let query = Query::new(query);
        let (scales_at, owners_at) = (self.scales_at(), self.owners_at());
        for start in (0..self.n_rows).step_by(STEP) {
            let end = (start + STEP).min(self.n_rows);
            let rows = self.body(BLOCK + start * self.dimension..BLOCK + end * self.dimension)?;
            let scales = self.body(scales_at + start * 4..scales_at + end * 4)?;
            let owners = self.body(owners_at + start * OWNER..owners_at + end * OWNER)?;
            let mut of_rows = scales.as_chunks::<4>().0.iter().zip(owners.as_chunks::<OWNER>().0);
            query.dots(rows, &mut |dot| {
                if let Some((scale, &[a, b, c, d, e, f, g, h])) = of_rows.next() {
                    let (doc, chunk) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
                    each(doc, chunk, dot * f32::from_le_bytes(*scale));
                }
            });
        }
        Ok(())
    }

    /// Gives doc, chunk and product with the question of about the `n` nearest rows of docs that are not dead, in no
    /// order, and returns the mean product over all rows, the dead ones too. Dead rows take no places, but lead on to
    /// others. A file without a graph gives nothing and has no mean.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when a byte that is needed is damaged.
    pub fn nearest(
        &self,
        query: &[f32],
        n: usize,
        is_dead: &dyn Fn(u32) -> bool,
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<Option<f32>> {
        ensure!(query.len() == self.dimension, "the question has another length than the vectors");
        if !self.has_graph() {
            return Ok(None);
        }
        let mean_at = self.owners_at() + self.n_rows * OWNER;
        let mean = self.body(mean_at..mean_at + 4 * self.dimension)?;
        let mean = mean.as_chunks().0.iter().zip(query).map(|(x, q)| f32::from_le_bytes(*x) * q).sum();
        let found = self.follow(&Query::new(query), n.max(1), mean_at + 4 * self.dimension, is_dead)?;
        for Near(product, row) in found {
            let owner = self.owner(row)?;
            if let (Some(doc), Some(chunk)) = (u32_at(owner, 0), u32_at(owner, 4)) {
                each(doc, chunk, product);
            }
        }
        Ok(Some(mean))
    }

    /// The best rows that links lead to from the best hubs; `n` that are not dead are kept while looking.
    fn follow(
        &self,
        query: &Query,
        n: usize,
        graph_at: usize,
        is_dead: &dyn Fn(u32) -> bool,
    ) -> Result<Vec<Near>> {
        // Asked only of rows that are good enough: their owners lie far from their numbers.
        let is_live = |row: u32| anyhow::Ok(!u32_at(self.owner(row)?, 0).is_some_and(is_dead));
        let links_at = graph_at + 4 * (self.n_rows + 1);
        let hubs_at = links_at + 4 * self.n_links;
        let hubs = self.body(hubs_at..hubs_at + 4 * self.n_hubs)?;
        let mut seen = vec![0u64; self.n_rows.div_ceil(64)];
        let mut search = Beam::new(n);
        let mut entries: Vec<Near> = Vec::with_capacity(self.n_hubs);
        for hub in hubs.as_chunks().0 {
            let hub = u32::from_le_bytes(*hub);
            entries.push(Near(self.product(query, hub)?, hub));
        }
        entries.sort_unstable_by(|a, b| b.cmp(a));
        for entry in entries.into_iter().take(MAX_LINKS) {
            if first_time(&mut seen, entry.1) {
                search.offer(entry, is_live)?;
            }
        }
        while let Some(Near(_, row)) = search.next() {
            let at = graph_at + 4 * row as usize;
            let ends = self.body(at..at + 8)?;
            let end = |at: usize| u32_at(ends, at).map_or(0, |end| (end as usize).min(self.n_links));
            let (start, end) = (end(0), end(4));
            if start < end {
                for link in self.body(links_at + 4 * start..links_at + 4 * end)?.as_chunks().0 {
                    let link = u32::from_le_bytes(*link);
                    if first_time(&mut seen, link) {
                        search.offer(Near(self.product(query, link)?, link), is_live)?;
                    }
                }
            }
        }
        Ok(search.found.into_iter().map(|Reverse(near)| near).collect())
    }

    /// The product of a question with one row.
    fn product(&self, query: &Query, row: u32) -> Result<f32> {
        let row = row as usize;
        ensure!(row < self.n_rows, "a link leads out of the vector file");
        let at = BLOCK + row * self.dimension;
        let dot = query.dot(self.body(at..at + self.dimension)?);
        let at = self.scales_at() + 4 * row;
        let scale = self.body(at..at + 4)?.first_chunk().copied().map_or(0.0, f32::from_le_bytes);
        Ok(dot * scale)
    }

    /// Doc and chunk of a row.
    fn owner(&self, row: u32) -> Result<&[u8]> {
        let at = self.owners_at() + row as usize * OWNER;
        self.body(at..at + OWNER)
    }

    const fn scales_at(&self) -> usize {
        BLOCK + self.n_rows * self.dimension
    }

    const fn owners_at(&self) -> usize {
        self.scales_at() + self.n_rows * 4
    }

    /// Bytes of the body, after the blocks that hold them were found sound.
    fn body(&self, range: Range<usize>) -> Result<&[u8]> {
        for block in range.start / BLOCK..range.end.div_ceil(BLOCK) {
            let (word, bit) = (block / 64, 1u64 << (block % 64));
            let Some(word) = self.sound.get(word) else { bail!("a block lies outside the vector file") };
            if word.load(atomic::Ordering::Relaxed) & bit == 0 {
                let sum = self.map.get(block * BLOCK..(block + 1) * BLOCK).map(xxh3_64);
                let expected = u64_at(&self.map, self.n_blocks * BLOCK + (block - 1) * 8);
                if sum.is_none() || sum != expected {
                    return Err(anyhow::anyhow!("block {block} of a vector file is damaged"))
                        .kind(Kind::Corrupt)
                        .hint("run `codegraph index`: it makes the file again");
                }
                word.fetch_or(bit, atomic::Ordering::Relaxed);
            }
        }
        self.map.get(range).context("a block lies outside the vector file")
    }
}

/// A row and its product with the question; the nearer is the greater.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Near(f32, u32);

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(&other.0).then(other.1.cmp(&self.1))
    }
}

/// The best rows so far, and those whose links were not yet followed.
struct Beam {
    n: usize,
    open: BinaryHeap<Near>,
    found: BinaryHeap<Reverse<Near>>,
}

impl Beam {
    fn new(n: usize) -> Self {
        Self { n, open: BinaryHeap::new(), found: BinaryHeap::with_capacity(n + 1) }
    }

    fn is_good_enough(&self, near: Near) -> bool {
        self.found.len() < self.n || self.found.peek().is_some_and(|Reverse(worst)| near > *worst)
    }

    fn offer(&mut self, near: Near, is_live: impl Fn(u32) -> Result<bool>) -> Result<()> {
        if self.is_good_enough(near) {
            self.open.push(near);
            if is_live(near.1)? {
                self.found.push(Reverse(near));
                if self.found.len() > self.n {
                    self.found.pop();
                }
            }
        }
        Ok(())
    }

    /// The best row whose links are to be followed; none when the rest cannot lead to better ones.
    fn next(&mut self) -> Option<Near> {
        let best = self.open.pop()?;
        let worst = self.found.peek().map(|Reverse(worst)| *worst);
        (self.found.len() < self.n || worst.is_none_or(|worst| best >= worst)).then_some(best)
    }
}

/// Marks a row as seen; false when it was before, or is none.
fn first_time(seen: &mut [u64], row: u32) -> bool {
    let (word, bit) = (row as usize / 64, 1u64 << (row % 64));
    seen.get_mut(word).is_some_and(|word| {
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    })
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, GraphOptions, Rows, VectorFile};
    use crate::embed::quantise;
    use crate::error::Kind;
    use std::path::Path;

    const MODEL: &str = "some-model";

    /// Vectors that look random and are the same every time.
    fn vector(seed: u32, dimension: usize) -> Vec<f32> {
        let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        (0..dimension)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5
            })
            .collect()
    }

    const GRAPH: GraphOptions = GraphOptions { m: 8, ef_construction: 60 };

    fn written(folder: &Path, n: u32, dimension: usize) -> std::path::PathBuf {
        written_with(folder, n, dimension, None)
    }

    fn written_with(
        folder: &Path,
        n: u32,
        dimension: usize,
        graph: Option<GraphOptions>,
    ) -> std::path::PathBuf {
        let mut rows = Rows::new(dimension);
        for row in 0..n {
            rows.push(row / 3, row % 3, &quantise(&vector(row, dimension)));
        }
        rows.push(9, 9, &quantise(&vec![1.0; dimension + 1]));
        assert_eq!(rows.len(), n as usize);
        rows.write(folder, "1.vec", MODEL, 77, graph).expect("a disk");
        folder.join("1.vec")
    }

    fn scanned(path: &Path, query: &[f32]) -> anyhow::Result<Vec<(u32, u32, f32)>> {
        let file = VectorFile::open(path, MODEL, query.len())?;
        let mut all = Vec::new();
        file.scan(query, &mut |doc, chunk, cosine| all.push((doc, chunk, cosine)))?;
        Ok(all)
    }

    #[test]
    fn a_scan_equals_a_plain_computation() {
        let folder = tempfile::tempdir().expect("a disk");
        for (n, dimension) in [(1_300, 128), (700, 30), (1, 1), (0, 128)] {
            let path = written(folder.path(), n, dimension);
            let file = VectorFile::open(&path, MODEL, dimension).expect("sound");
            assert_eq!((file.len(), file.is_empty(), file.docs()), (n as usize, n == 0, 77));
            file.check().expect("sound");
            let query = vector(1_000_000, dimension);
            let all = scanned(&path, &query).expect("sound");
            assert_eq!(all.len(), n as usize);
            for (row, &(doc, chunk, got)) in (0..n).zip(&all) {
                assert_eq!((doc, chunk), (row / 3, row % 3));
                let q = quantise(&vector(row, dimension));
                let exact = |x: &[f64]| x.iter().zip(&query).map(|(x, q)| x * f64::from(*q)).sum::<f64>();
                let rounded: Vec<f64> =
                    q.bytes.iter().map(|&byte| f64::from(byte) * f64::from(q.scale)).collect();
                let original: Vec<f64> = vector(row, dimension).into_iter().map(f64::from).collect();
                assert!((f64::from(got) - exact(&rounded)).abs() < 1e-3, "{got} {}", exact(&rounded));
                assert!((f64::from(got) - exact(&original)).abs() < 0.05);
            }
        }
    }

    /// Vectors in clusters, as those of code are.
    fn clustered(row: u32, dimension: usize) -> Vec<f32> {
        let (centre, noise) = (vector(row % 61, dimension), vector(row + 1_000, dimension));
        centre.iter().zip(&noise).map(|(c, n)| c + 0.5 * n).collect()
    }

    #[test]
    fn a_graph_finds_what_a_scan_finds() {
        let folder = tempfile::tempdir().expect("a disk");
        let (n, dimension) = (4_000, 32);
        let mut rows = Rows::new(dimension);
        for row in 0..n {
            rows.push(row, 0, &quantise(&clustered(row, dimension)));
        }
        rows.write(folder.path(), "1.vec", MODEL, n, Some(GRAPH)).expect("a disk");
        let file = VectorFile::open(&folder.path().join("1.vec"), MODEL, dimension).expect("sound");
        assert!(file.has_graph());
        file.check().expect("sound");
        let (mut hits, mut wanted) = (0, 0);
        for question in 0..50 {
            let query = clustered(question * 977 + 500_000, dimension);
            let mut all: Vec<(f32, u32)> = Vec::new();
            file.scan(&query, &mut |doc, _, product| all.push((product, doc))).expect("sound");
            let mean: f32 = all.iter().map(|(product, _)| product).sum::<f32>() / all.len() as f32;
            all.sort_by(|a, b| b.0.total_cmp(&a.0));
            let mut near: Vec<(f32, u32)> = Vec::new();
            let got = file.nearest(&query, 100, &|_| false, &mut |doc, _, product| near.push((product, doc)));
            assert!((got.expect("sound").expect("a graph") - mean).abs() < 1e-3);
            assert!(near.len() <= 100 && near.iter().all(|each| all.contains(each)));
            hits += all[..10].iter().filter(|each| near.contains(each)).count();
            wanted += 10;
        }
        assert!(hits * 100 >= wanted * 99, "{hits} of {wanted}");
    }

    #[test]
    fn dead_rows_take_no_places_among_the_nearest() {
        let folder = tempfile::tempdir().expect("a disk");
        let (n, dimension) = (4_000, 32);
        let mut rows = Rows::new(dimension);
        for row in 0..n {
            rows.push(row, 0, &quantise(&clustered(row, dimension)));
        }
        rows.write(folder.path(), "1.vec", MODEL, n, Some(GRAPH)).expect("a disk");
        let file = VectorFile::open(&folder.path().join("1.vec"), MODEL, dimension).expect("sound");
        let (mut hits, mut wanted) = (0, 0);
        for question in 0..20 {
            let query = clustered(question * 977 + 500_000, dimension);
            let mut all: Vec<(f32, u32)> = Vec::new();
            file.scan(&query, &mut |doc, _, product| all.push((product, doc))).expect("sound");
            all.sort_by(|a, b| b.0.total_cmp(&a.0));
            // As many of the nearest are dead as are asked for.
            let (dead, living) = all.split_at(100);
            let is_dead = |doc: u32| dead.iter().any(|each| each.1 == doc);
            let mut near: Vec<(f32, u32)> = Vec::new();
            let mut each = |doc: u32, _, product| near.push((product, doc));
            file.nearest(&query, 100, &is_dead, &mut each).expect("sound").expect("a graph");
            assert!(!near.iter().any(|each| is_dead(each.1)));
            hits += living[..10].iter().filter(|each| near.contains(each)).count();
            wanted += 10;
        }
        assert!(hits * 100 >= wanted * 95, "{hits} of {wanted}");
    }

    #[test]
    fn a_damaged_graph_is_an_error() {
        let folder = tempfile::tempdir().expect("a disk");
        let path = written_with(folder.path(), 100, 16, Some(GRAPH));
        let sound = std::fs::read(&path).expect("a file");
        let query = vector(5, 16);
        let ask = || {
            let file = VectorFile::open(&path, MODEL, 16)?;
            let mut near = Vec::new();
            file.nearest(&query, 20, &|_| false, &mut |doc, chunk, product| {
                near.push((doc, chunk, product))
            })?;
            anyhow::Ok(near)
        };
        let answer = ask().expect("sound");
        assert!(answer.len() >= 15);
        for at in (0..sound.len()).step_by(11) {
            let mut damaged = sound.clone();
            damaged[at] ^= 0x10;
            std::fs::write(&path, &damaged).expect("a disk");
            assert!(ask().is_err() || ask().is_ok_and(|got| got == answer), "byte {at}");
        }
        let path = written(folder.path(), 3, 16);
        let file = VectorFile::open(&path, MODEL, 16).expect("sound");
        assert_eq!(file.nearest(&query, 5, &|_| false, &mut |_, _, _| {}).expect("sound"), None);
    }

    #[test]
    fn every_damaged_byte_is_an_error_or_changes_nothing() {
        let folder = tempfile::tempdir().expect("a disk");
        let path = written(folder.path(), 40, 128);
        let sound = std::fs::read(&path).expect("a file");
        let query = vector(5, 128);
        let answer = scanned(&path, &query).expect("sound");
        let mut refused = 0;
        for at in (0..sound.len()).step_by(7).chain([0, 8, 12, 16, 24, 32, 48, BLOCK - 1, sound.len() - 1]) {
            let mut damaged = sound.clone();
            damaged[at] ^= 1 << (at % 8);
            std::fs::write(&path, &damaged).expect("a disk");
            match scanned(&path, &query) {
                Ok(got) => assert_eq!(got, answer, "byte {at}"),
                Err(error) => {
                    assert_eq!(Kind::of(&error), Kind::Corrupt, "byte {at}");
                    refused += 1;
                }
            }
            let whole = VectorFile::open(&path, MODEL, 128).and_then(|file| file.check());
            assert!(whole.is_err(), "byte {at} is covered by a checksum");
        }
        assert!(refused > 1_000);
    }

    #[test]
    fn cut_and_foreign_files_are_refused() {
        let folder = tempfile::tempdir().expect("a disk");
        let path = written(folder.path(), 40, 128);
        assert!(VectorFile::open(&path, "another-model", 128).is_err());
        assert!(VectorFile::open(&path, MODEL, 127).is_err());
        assert!(VectorFile::open(&folder.path().join("none.vec"), MODEL, 128).is_err());
        let sound = std::fs::read(&path).expect("a file");
        for n in [0, 7, 100, BLOCK, BLOCK + 1, sound.len() - 1] {
            std::fs::write(&path, &sound[..n]).expect("a disk");
            assert!(VectorFile::open(&path, MODEL, 128).is_err(), "{n} bytes");
        }
        std::fs::write(&path, [&sound[..], b"x"].concat()).expect("a disk");
        assert!(VectorFile::open(&path, MODEL, 128).is_err());
    }
}
