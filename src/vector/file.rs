//! The vector file of a project, open for reading. [`layout`](super::layout) says where what stands in it.

use super::graph::MAX_LINKS;
use super::layout::{
    BLOCK, Head, OUTLINES, OWNER, Places, SPREADS, SUM_AT, bound_to, centre_bytes, floats, numbers,
    outlines_bytes, row_at, sum_of, u32_at, u64_at,
};
use super::near::{Beam, Best, Most, Near};
use super::scan::{Query, Rough, places, prefetch};
use super::{Design, Index, lists, metric};
use crate::config::Metric;
use crate::embed::{FINE_STEPS, MAX_DIMENSION};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result, bail, ensure};
use memmap2::Mmap;
use std::fs::File;
use std::ops::Range;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{self, AtomicU64};
use xxhash_rust::xxh3::xxh3_64;

/// One of so many groups of outlines tells what to expect of all.
const SAMPLED: usize = 16;
/// Rows that are looked at before one that is brought near.
const AHEAD: usize = 6;
/// Rows that are checked and compared in one go.
const STEP: usize = 512;
/// The best rows, whose fine numbers are looked at too.
pub const REFINED: usize = 64;
/// Rows that are compared after a look at all outlines: so many, or one of so many when that is more.
const CONSIDERED: (usize, usize) = (512, 256);

/// Whose rows may be found; none when those of every doc may.
pub type Wanted<'w> = Option<&'w dyn Fn(u32) -> bool>;

fn wants(wanted: Wanted<'_>, doc: u32) -> bool {
    wanted.is_none_or(|is_wanted| is_wanted(doc))
}

/// A vector file, open for reading.
#[derive(Debug)]
pub struct VectorFile {
    map: Mmap,
    head: Head,
    at: Places,
    n_blocks: usize,
    /// A bit for each block that was found sound.
    sound: Vec<AtomicU64>,
    /// By doc: its first place in the order of owners; one more at the end. Made for who asks more than once.
    starts: OnceLock<Vec<u32>>,
}

impl VectorFile {
    /// Opens a file; its head is checked now, its rows when they are read.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when it is missing, damaged, or of another model, dimension, metric or version.
    pub fn open(path: &Path, model: &str, dimension: usize, metric: Metric) -> Result<Self> {
        Self::try_open(path, model, dimension, metric)
            .with_context(|| format!("cannot use the vector file {}", path.display()))
            .kind(Kind::Corrupt)
    }

    fn try_open(path: &Path, model: &str, dimension: usize, metric: Metric) -> Result<Self> {
        let file = File::open(path)?;
        #[expect(unsafe_code, reason = "mapping a file is unsafe because somebody may cut it meanwhile")]
        // SAFETY: vector files are written under another name and renamed, and never changed or cut afterwards.
        let map = unsafe { Mmap::map(&file) }?;
        let bytes = map.get(..BLOCK).context("it ends early")?;
        let (head, n_blocks) = Head::decode(bytes)?;
        ensure!(dimension <= MAX_DIMENSION && head.dimension == dimension, "its vectors have another length");
        ensure!(head.model == bound_to(model, path), "it is of another model, generation or project");
        ensure!(head.design.metric == metric, "it has another metric");
        let at = head.places();
        ensure!(at.end < usize::MAX && n_blocks == at.end.div_ceil(BLOCK), "its parts do not fit together");
        let table = map.get(n_blocks * BLOCK..).context("it ends early")?;
        ensure!(table.len() == (n_blocks - 1) * 8, "its parts do not fit together");
        let sum = u64_at(bytes, SUM_AT);
        ensure!(sum == bytes.get(..SUM_AT).map(|head| sum_of(head, table)), "its checksum is wrong");
        let sound = (0..n_blocks.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Ok(Self { map, head, at, n_blocks, sound, starts: OnceLock::new() })
    }

    /// Rows.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.head.n_rows
    }

    /// True without rows.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.head.n_rows == 0
    }

    /// Docs below this are in the file; later ones are to be read from the store.
    #[must_use]
    pub const fn docs(&self) -> u32 {
        self.head.docs
    }

    /// How it was made.
    #[must_use]
    pub const fn design(&self) -> Design {
        self.head.design
    }

    /// Checks every byte.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when one is damaged.
    pub fn check(&self) -> Result<()> {
        self.body(BLOCK..self.n_blocks * BLOCK).map(drop)
    }

    /// Gives doc, chunk and value of every row; then, once more and finer, of the [`REFINED`] nearest.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when a byte that is needed is damaged; what was given till then is right.
    pub fn scan(&self, query: &[f32], each: &mut dyn FnMut(u32, u32, f32)) -> Result<()> {
        let query = Query::new(&self.question(query)?);
        let mut best = Best::new(REFINED);
        self.values(&query, 0..self.len(), &mut |near, doc, chunk| {
            best.offer(near);
            each(doc, chunk, near.0);
        })?;
        self.refine(&query, best.sorted(), each)
    }

    /// As [`VectorFile::scan`], for the rows of some docs only, which are given upwards; tells how many rows it compared.
    ///
    /// # Errors
    /// As [`VectorFile::scan`].
    pub fn scan_docs(
        &self,
        query: &[f32],
        docs: &[u32],
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<usize> {
        let query = Query::new(&self.question(query)?);
        let mut best = Best::new(REFINED);
        let mut n = 0;
        self.values_in(&query, docs, &mut |near: Near, doc, chunk| {
            n += 1;
            best.offer(near);
            each(doc, chunk, near.0);
        })?;
        self.refine(&query, best.sorted(), each)?;
        Ok(n)
    }

    /// Gives doc, chunk and value of the rows of some docs, which are given upwards, each once and from the coarse numbers
    /// alone.
    ///
    /// # Errors
    /// As [`VectorFile::scan`].
    pub fn coarse_of_docs(
        &self,
        query: &[f32],
        docs: &[u32],
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<()> {
        let query = Query::new(&self.question(query)?);
        self.values_in(&query, docs, &mut |near: Near, doc, chunk| each(doc, chunk, near.0))
    }

    /// Finds where the rows of each doc lie: looking at all owners once spares looking for those of a few hundred docs for
    /// each question.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when a byte that is needed is damaged.
    pub fn prepare(&self) -> Result<()> {
        if self.starts.get().is_some() {
            return Ok(());
        }
        let mut starts = Vec::new();
        for place in 0..self.len() {
            let (doc, _) = self.owner(self.row_of(place)?)?;
            ensure!(doc < self.docs() && starts.len() <= doc as usize + 1, "its rows are not in order");
            starts.resize(doc as usize + 1, u32::try_from(place)?);
        }
        starts.resize(self.docs() as usize + 1, u32::try_from(self.len())?);
        self.starts.get_or_init(|| starts);
        Ok(())
    }

    /// True when nothing spares a search looking at all rows.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        matches!(self.head.design.index, Index::Flat) && !self.head.has_outlines()
    }

    /// Gives doc, chunk and value of about the `n` nearest rows of docs that are wanted, in no order, and returns the mean
    /// value of all rows. Rows that are not wanted take no places, but those of a graph lead on to others. By outlines
    /// more than `n` may be found, which are given too. A plain file gives nothing and has no answer.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when a byte that is needed is damaged.
    pub fn nearest(
        &self,
        query: &[f32],
        n: usize,
        is_wanted: Wanted<'_>,
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<Option<f32>> {
        let question = self.question(query)?;
        let query = Query::new(&question);
        let mut found = match self.head.design.index {
            Index::Flat if self.is_plain() => return Ok(None),
            Index::Flat => self.sift(&question, &query, n, is_wanted)?,
            Index::Hnsw(_) => self.follow(&query, n.max(1), is_wanted)?,
            Index::Ivf => self.look_up(&question, &query, n.max(1), is_wanted)?,
        };
        let further = found.split_off(found.len().min(REFINED));
        self.refine(&query, found, each)?;
        for Near(value, row) in further {
            let (doc, chunk) = self.owner(row)?;
            each(doc, chunk, value);
        }
        self.mean_of(&question).map(Some)
    }

    /// The mean value of all rows, those of dead docs too.
    ///
    /// # Errors
    /// [`Kind::Corrupt`] when a byte that is needed is damaged.
    pub fn mean(&self, query: &[f32]) -> Result<f32> {
        self.mean_of(&self.question(query)?)
    }

    fn mean_of(&self, question: &[f32]) -> Result<f32> {
        Ok(worth(question, self.body(row_at(self.at.mean, 0, centre_bytes(self.head.dimension)))?))
    }

    fn question(&self, query: &[f32]) -> Result<Vec<f32>> {
        ensure!(query.len() == self.head.dimension, "the question has another length than the vectors");
        Ok(metric::question(self.head.design.metric, query))
    }

    /// Gives each row of a range with its value and its owner.
    fn values(
        &self,
        query: &Query,
        range: Range<usize>,
        each: &mut impl FnMut(Near, u32, u32),
    ) -> Result<()> {
        let (at, dimension) = (self.at, self.head.dimension);
        let mut values: Vec<f32> = Vec::with_capacity(STEP);
        for start in range.clone().step_by(STEP) {
            let end = (start + STEP).min(range.end);
            let part = |part: usize, bytes: usize| self.body(part + start * bytes..part + end * bytes);
            values.clear();
            query.dots(part(BLOCK, dimension)?, &mut |dot| values.push(dot));
            values.iter_mut().zip(floats(part(at.scales, 4)?)).for_each(|(value, scale)| *value *= scale);
            if self.has_offsets() {
                let offsets = floats(part(at.offsets, 4)?);
                values.iter_mut().zip(offsets).for_each(|(value, offset)| *value += offset);
            }
            let owners = part(at.owners, OWNER)?.as_chunks::<OWNER>().0;
            for ((row, &value), &[a, b, c, d, e, f, g, h]) in
                (u32::try_from(start)?..).zip(&values).zip(owners)
            {
                let (doc, chunk) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
                each(Near(value, row), doc, chunk);
            }
        }
        Ok(())
    }

    /// Gives the rows of some docs.
    fn values_in(&self, query: &Query, docs: &[u32], each: &mut impl FnMut(Near, u32, u32)) -> Result<()> {
        // Places in the order of owners; those of docs that follow each other are one run.
        let mut run = 0..0;
        for &doc in docs {
            let start = self.first_of(doc, run.end)?;
            let end = self.first_of(doc.saturating_add(1), start)?;
            if start == run.end {
                run.end = end;
            } else if start < end {
                self.values_of(query, std::mem::replace(&mut run, start..end), each)?;
            }
        }
        self.values_of(query, run, each)
    }

    /// As [`VectorFile::values`], of places in the order of owners.
    fn values_of(
        &self,
        query: &Query,
        range: Range<usize>,
        each: &mut impl FnMut(Near, u32, u32),
    ) -> Result<()> {
        if self.head.design.index != Index::Ivf {
            return self.values(query, range, each);
        }
        for place in range {
            let row = self.row_of(place)?;
            let (doc, chunk) = self.owner(row)?;
            each(Near(self.value(query, row)?, row), doc, chunk);
        }
        Ok(())
    }

    /// Gives rows with the values that their fine numbers make of those that are known.
    fn refine(&self, query: &Query, best: Vec<Near>, each: &mut dyn FnMut(u32, u32, f32)) -> Result<()> {
        for Near(value, row) in best {
            let fine = self.body(row_at(self.at.fine, row as usize, self.head.dimension))?;
            let (doc, chunk) = self.owner(row)?;
            each(doc, chunk, (query.dot(fine) / FINE_STEPS).mul_add(self.scale(row)?, value));
        }
        Ok(())
    }

    /// The first place in the order of owners, at or after one, whose doc is not below `doc`: found in few steps when it
    /// is near.
    fn first_of(&self, doc: u32, from: usize) -> Result<usize> {
        if let Some(start) = self.starts.get().and_then(|starts| starts.get(doc as usize)) {
            return Ok(*start as usize);
        }
        let is_below = |place: usize| {
            Ok::<_, anyhow::Error>(place < self.len() && self.owner(self.row_of(place)?)?.0 < doc)
        };
        let (mut low, mut step) = (from, 1);
        while is_below(low + step - 1)? {
            low += step;
            step *= 2;
        }
        let mut high = (low + step - 1).min(self.len());
        while low < high {
            let middle = low.midpoint(high);
            if is_below(middle)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// The row at a place in the order of owners.
    fn row_of(&self, place: usize) -> Result<u32> {
        if self.head.design.index != Index::Ivf {
            return Ok(u32::try_from(place)?);
        }
        let [_, _, by_owner] = self.at.index;
        let row = u32_at(self.body(row_at(by_owner, place, 4))?, 0).context("it ends early")?;
        ensure!((row as usize) < self.len(), "a list leads out of the vector file");
        Ok(row)
    }

    /// The best of the wanted rows whose outlines are nearest, the [`REFINED`] best of them first. A row is about the mean,
    /// and as far from it as its spread in every number, on the side where that lies: what this is worth for the question is
    /// off by much less than what rows are worth differs.
    fn sift(&self, question: &[f32], query: &Query, n: usize, is_wanted: Wanted<'_>) -> Result<Vec<Near>> {
        let (rough, dimension) = (Rough::new(question), self.head.dimension);
        let mean = self.body(row_at(self.at.mean, 0, centre_bytes(dimension)))?;
        let middle: f32 = floats(mean).zip(question).map(|(x, q)| x * q).sum();
        let (least, share) = CONSIDERED;
        let n = n.max(least).max(self.len() / share);
        let floor = if is_wanted.is_none() && !self.has_offsets() {
            self.likely_floor(&rough, middle, n)?
        } else {
            f32::NEG_INFINITY
        };
        let mut most = Most::above(n, floor);
        self.offer_outlined(&rough, middle, is_wanted, &mut most)?;
        if most.len() < n && floor > f32::NEG_INFINITY {
            most = Most::above(n, f32::NEG_INFINITY);
            self.offer_outlined(&rough, middle, is_wanted, &mut most)?;
        }
        let rows = most.by_row();
        let mut found = Vec::with_capacity(rows.len());
        let mut ahead = rows.iter().skip(AHEAD);
        for &row in &rows {
            if let Some(&next) = ahead.next() {
                // Rows lie far from each other, and what is known of them too.
                let parts = [(BLOCK, dimension), (self.at.scales, 4), (self.at.owners, OWNER)];
                for (part, bytes) in parts {
                    prefetch(self.map.get(row_at(part, next as usize, bytes)).unwrap_or_default());
                }
            }
            found.push(Near(self.value(query, row)?, row));
        }
        if found.len() > REFINED {
            found.select_nth_unstable_by(REFINED, |a, b| b.cmp(a));
        }
        Ok(found)
    }

    /// What about three times `n` rows are worth no less than, as some groups of outlines let expect.
    fn likely_floor(&self, rough: &Rough, middle: f32, n: usize) -> Result<f32> {
        let each = outlines_bytes(self.head.dimension);
        let mut sample = Vec::with_capacity(self.len() / SAMPLED + OUTLINES);
        for group in (0..self.len() / OUTLINES).step_by(SAMPLED) {
            let outlines = self.body(row_at(self.at.index[0], group, each))?;
            let Some(parts) = outlines.split_first_chunk::<SPREADS>() else { continue };
            sample.extend(rough.values(parts, middle, f32::INFINITY).0);
        }
        let at = 3 * n / SAMPLED;
        if at >= sample.len() {
            return Ok(f32::NEG_INFINITY);
        }
        let floor = *sample.select_nth_unstable_by(at, |a, b| b.total_cmp(a)).1;
        Ok(if floor.is_finite() { floor } else { f32::NEG_INFINITY })
    }

    /// Offers the wanted rows with what their outlines are worth.
    fn offer_outlined(
        &self,
        rough: &Rough,
        middle: f32,
        is_wanted: Wanted<'_>,
        most: &mut Most,
    ) -> Result<()> {
        let [outlines, _, _] = self.at.index;
        let each = outlines_bytes(self.head.dimension);
        for start in (0..self.len()).step_by(STEP) {
            let end = (start + STEP).min(self.len());
            let groups = start / OUTLINES * each..end.div_ceil(OUTLINES) * each;
            let part = self.body(outlines + groups.start..outlines + groups.end)?;
            let offsets = if self.has_offsets() {
                self.body(self.at.offsets + start * 4..self.at.offsets + end * 4)?.as_chunks().0
            } else {
                &[]
            };
            let mut offsets = offsets.iter().map(|offset| f32::from_le_bytes(*offset));
            for (first, outlines) in (start..).step_by(OUTLINES).zip(part.chunks_exact(each)) {
                let Some(parts) = outlines.split_first_chunk::<SPREADS>() else { continue };
                // Where rows have offsets, they decide which are worth a look.
                let floor = if self.has_offsets() { f32::NEG_INFINITY } else { most.floor() };
                let (mut values, mask) = rough.values(parts, middle, floor);
                values.iter_mut().zip(offsets.by_ref()).for_each(|(value, offset)| *value += offset);
                for at in places(mask) {
                    let (row, value) = (first + at, values[at]);
                    // The last ones of the last group are no rows.
                    if row < end && most.may_be(value) {
                        let row = u32::try_from(row)?;
                        // Where a row's owner stands is far from where its outline does.
                        if is_wanted.is_none() || wants(is_wanted, self.owner(row)?.0) {
                            most.offer(Near(value, row));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The best wanted rows of the lists whose centres are nearest.
    fn look_up(&self, question: &[f32], query: &Query, n: usize, is_wanted: Wanted<'_>) -> Result<Vec<Near>> {
        let [centres, starts, _] = self.at.index;
        let n_lists = self.head.n_entries;
        let bytes = centre_bytes(self.head.dimension);
        let entries = self.body(centres..centres + n_lists * bytes)?.chunks_exact(bytes);
        let mut order: Vec<Near> =
            (0u32..).zip(entries).map(|(list, entry)| Near(worth(question, entry), list)).collect();
        order.sort_unstable_by(|a, b| b.cmp(a));
        let mut best = Best::new(n);
        for Near(_, list) in order.into_iter().take(lists::looked_at(n_lists)) {
            let ends =
                self.body(row_at(starts, list as usize, 4).start..row_at(starts, list as usize + 1, 4).end)?;
            let end = |at: usize| u32_at(ends, at).map_or(0, |end| (end as usize).min(self.len()));
            self.values(query, end(0)..end(4), &mut |near, doc, _| {
                if best.is_good_enough(near) && wants(is_wanted, doc) {
                    best.offer(near);
                }
            })?;
        }
        Ok(best.sorted())
    }

    /// The best wanted rows that links lead to from the best hubs.
    fn follow(&self, query: &Query, n: usize, is_wanted: Wanted<'_>) -> Result<Vec<Near>> {
        // Asked only of rows that are good enough: their owners lie far from their numbers.
        let is_wanted = |row: u32| self.owner(row).map(|(doc, _)| wants(is_wanted, doc));
        let [starts, links, hubs] = self.at.index;
        let mut seen = vec![0u64; self.len().div_ceil(64)];
        let mut search = Beam::new(n);
        let mut entries: Vec<Near> = Vec::with_capacity(self.head.n_entries);
        for hub in numbers(self.body(hubs..hubs + 4 * self.head.n_entries)?) {
            entries.push(Near(self.value(query, hub)?, hub));
        }
        entries.sort_unstable_by(|a, b| b.cmp(a));
        for entry in entries.into_iter().take(MAX_LINKS) {
            if first_time(&mut seen, entry.1) {
                search.offer(entry, is_wanted)?;
            }
        }
        while let Some(Near(_, row)) = search.next() {
            let at = starts + 4 * row as usize;
            let ends = self.body(at..at + 8)?;
            let end = |at: usize| u32_at(ends, at).map_or(0, |end| (end as usize).min(self.head.n_links));
            let (start, end) = (end(0), end(4));
            if start < end {
                for link in numbers(self.body(links + 4 * start..links + 4 * end)?) {
                    if first_time(&mut seen, link) {
                        search.offer(Near(self.value(query, link)?, link), is_wanted)?;
                    }
                }
            }
        }
        Ok(search.sorted())
    }

    /// The value of one row.
    fn value(&self, query: &Query, row: u32) -> Result<f32> {
        ensure!((row as usize) < self.len(), "a link leads out of the vector file");
        let dot = query.dot(self.body(row_at(BLOCK, row as usize, self.head.dimension))?);
        let offset = if self.has_offsets() {
            floats(self.body(row_at(self.at.offsets, row as usize, 4))?).next().unwrap_or_default()
        } else {
            0.0
        };
        Ok(dot * self.scale(row)? + offset)
    }

    const fn has_offsets(&self) -> bool {
        self.at.offsets < self.at.owners
    }

    fn scale(&self, row: u32) -> Result<f32> {
        Ok(floats(self.body(row_at(self.at.scales, row as usize, 4))?).next().unwrap_or_default())
    }

    /// Doc and chunk of a row.
    fn owner(&self, row: u32) -> Result<(u32, u32)> {
        let owner = self.body(row_at(self.at.owners, row as usize, OWNER))?;
        u32_at(owner, 0).zip(u32_at(owner, 4)).context("it ends early")
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

/// What a mean or centre with its offset is worth for a question.
fn worth(question: &[f32], entry: &[u8]) -> f32 {
    floats(entry).zip(question.iter().chain(&[1.0])).map(|(x, q)| x * q).sum()
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

#[cfg(test)]
mod tests {
    use super::{BLOCK, REFINED, VectorFile};
    use crate::config::Metric;
    use crate::embed::quantise;
    use crate::error::Kind;
    use crate::vector::{Design, GraphOptions, Index, Rows, Target};
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

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

    const GRAPH: Index = Index::Hnsw(GraphOptions { m: 8, ef_construction: 60 });
    const METRICS: [Metric; 3] = [Metric::Cosine, Metric::L2, Metric::InnerProduct];

    fn flat(metric: Metric) -> Design {
        Design { metric, index: Index::Flat }
    }

    fn write(rows: &Rows, folder: &Path, docs: u32, design: Design) -> PathBuf {
        rows.write(&Target { folder, name: "1.vec", model: MODEL, docs, design }).expect("a disk");
        folder.join("1.vec")
    }

    fn written(folder: &Path, n: u32, dimension: usize, design: Design) -> PathBuf {
        let mut rows = Rows::new(dimension);
        for row in 0..n {
            rows.push(row / 3, row % 3, &quantise(&vector(row, dimension)));
        }
        rows.push(9, 9, &quantise(&vec![1.0; dimension + 1]));
        assert_eq!(rows.len(), n as usize);
        write(&rows, folder, 77, design)
    }

    /// Doc and chunk with the value that was given last, and how often one was given.
    #[derive(Default)]
    struct Given(BTreeMap<(u32, u32), f32>, usize);

    impl Given {
        fn take(&mut self, doc: u32, chunk: u32, value: f32) {
            self.0.insert((doc, chunk), value);
            self.1 += 1;
        }

        /// The docs of the best, best first.
        fn best(&self, n: usize) -> Vec<u32> {
            let mut all: Vec<(f32, u32)> = self.0.iter().map(|(&(doc, _), &value)| (value, doc)).collect();
            all.sort_by(|a, b| b.0.total_cmp(&a.0));
            all.into_iter().take(n).map(|(_, doc)| doc).collect()
        }
    }

    fn scanned(path: &Path, query: &[f32], metric: Metric) -> anyhow::Result<Given> {
        let file = VectorFile::open(path, MODEL, query.len(), metric)?;
        let mut given = Given::default();
        file.scan(query, &mut |doc, chunk, value| given.take(doc, chunk, value))?;
        Ok(given)
    }

    /// How near two vectors are, in f64 and by the definition.
    fn exact(metric: Metric, query: &[f32], vector: &[f32]) -> f64 {
        let pairs = || query.iter().zip(vector).map(|(q, x)| (f64::from(*q), f64::from(*x)));
        let (product, q, x) =
            pairs().fold((0.0, 0.0, 0.0), |s, (q, x)| (s.0 + q * x, s.1 + q * q, s.2 + x * x));
        match metric {
            Metric::Cosine => product / (q * x).sqrt(),
            Metric::L2 => q - pairs().map(|(q, x)| (q - x) * (q - x)).sum::<f64>(),
            Metric::InnerProduct => product,
        }
    }

    #[test]
    fn a_scan_equals_a_plain_computation_under_every_metric() {
        let folder = tempfile::tempdir().expect("a disk");
        for (n, dimension) in [(1_300, 128), (700, 30), (1, 1), (0, 128)] {
            for metric in METRICS {
                let path = written(folder.path(), n, dimension, flat(metric));
                let file = VectorFile::open(&path, MODEL, dimension, metric).expect("sound");
                assert_eq!((file.len(), file.is_empty(), file.docs()), (n as usize, n == 0, 77));
                file.check().expect("sound");
                let query = vector(1_000_000, dimension);
                let given = scanned(&path, &query, metric).expect("sound");
                let rows = |row: u32| (row / 3, row % 3);
                assert_eq!(given.0.keys().copied().collect::<Vec<_>>(), (0..n).map(rows).collect::<Vec<_>>());
                assert_eq!(given.1, n as usize + REFINED.min(n as usize));
                let mut off: Vec<(f64, f64)> = Vec::new();
                for row in 0..n {
                    let exact = exact(metric, &query, &vector(row, dimension));
                    off.push((exact, (f64::from(given.0[&rows(row)]) - exact).abs()));
                }
                // The nearest are known as finely as the question is rounded.
                off.sort_by(|a, b| b.0.total_cmp(&a.0));
                assert!(off.iter().all(|(_, off)| *off < 0.05), "{metric:?}: {off:?}");
                assert!(off.iter().take(32).all(|(_, off)| *off < 1e-3), "{metric:?}: {:?}", &off[..32]);
                let mean = off.iter().map(|(exact, _)| exact).sum::<f64>() / f64::from(n.max(1));
                assert!((f64::from(file.mean(&query).expect("sound")) - mean).abs() < 1e-2);
            }
        }
    }

    #[test]
    fn a_file_of_another_metric_is_refused() {
        let folder = tempfile::tempdir().expect("a disk");
        let path = written(folder.path(), 10, 8, flat(Metric::L2));
        assert_eq!(VectorFile::open(&path, MODEL, 8, Metric::L2).expect("sound").design(), flat(Metric::L2));
        let error = VectorFile::open(&path, MODEL, 8, Metric::Cosine).expect_err("another metric");
        assert_eq!(Kind::of(&error), Kind::Corrupt);
    }

    #[test]
    fn the_head_says_how_a_file_was_made() {
        let folder = tempfile::tempdir().expect("a disk");
        for metric in METRICS {
            for index in [Index::Flat, GRAPH, Index::Ivf] {
                let design = Design { metric, index };
                let path = written(folder.path(), 30, 8, design);
                let file = VectorFile::open(&path, MODEL, 8, metric).expect("sound");
                file.check().expect("sound");
                assert_eq!(file.design(), design);
            }
        }
    }

    /// Vectors in clusters, as those of code are, of different lengths.
    fn clustered(row: u32, dimension: usize) -> Vec<f32> {
        let (centre, noise) = (vector(row % 61, dimension), vector(row + 1_000, dimension));
        let length = 0.7 + 0.06 * (row * 7 % 11) as f32;
        centre.iter().zip(&noise).map(|(c, n)| length * (c + 0.5 * n)).collect()
    }

    fn clusters(n: u32, dimension: usize) -> Rows {
        let mut rows = Rows::new(dimension);
        for row in 0..n {
            rows.push(row, 0, &quantise(&clustered(row, dimension)));
        }
        rows
    }

    #[test]
    fn graphs_and_lists_find_what_an_exact_scan_finds_under_every_metric() {
        let folder = tempfile::tempdir().expect("a disk");
        let (n, dimension) = (2_500, 24);
        let rows = clusters(n, dimension);
        let mut answers = Vec::new();
        for metric in METRICS {
            let wanted: Vec<(Vec<f32>, Vec<u32>)> = (0..25)
                .map(|question| {
                    let query = clustered(question * 977 + 500_000, dimension);
                    let mut all: Vec<(f64, u32)> =
                        (0..n).map(|row| (exact(metric, &query, &clustered(row, dimension)), row)).collect();
                    all.sort_by(|a, b| b.0.total_cmp(&a.0));
                    (query, all.into_iter().take(10).map(|(_, row)| row).collect())
                })
                .collect();
            for index in [Index::Flat, GRAPH, Index::Ivf] {
                let path = write(&rows, folder.path(), n, Design { metric, index });
                let file = VectorFile::open(&path, MODEL, dimension, metric).expect("sound");
                let mut hits = 0;
                for (query, nearest) in &wanted {
                    let mut given = Given::default();
                    let mut each = |doc, chunk, value| given.take(doc, chunk, value);
                    let mean = file.nearest(query, 100, None, &mut each).expect("sound");
                    if index == Index::Flat {
                        assert_eq!(mean, None);
                        file.scan(query, &mut each).expect("sound");
                    } else {
                        assert_eq!(mean, Some(file.mean(query).expect("sound")));
                        assert!(given.1 <= 100);
                    }
                    let found = given.best(10);
                    hits += nearest.iter().filter(|row| found.contains(row)).count();
                }
                assert!(hits >= 247, "{metric:?} {index:?}: {hits} of 250");
            }
            answers.push(wanted);
        }
        assert!(answers[0] != answers[1] && answers[1] != answers[2] && answers[0] != answers[2]);
    }

    #[test]
    fn outlines_lead_to_the_nearest_under_every_metric() {
        let folder = tempfile::tempdir().expect("a disk");
        let n = 8_192;
        for (metric, dimension) in [(Metric::Cosine, 128), (Metric::L2, 96), (Metric::InnerProduct, 96)] {
            let path = write(&clusters(n, dimension), folder.path(), n, flat(metric));
            let file = VectorFile::open(&path, MODEL, dimension, metric).expect("sound");
            assert!(!file.is_plain());
            let mut hits = 0;
            for question in 0..10 {
                let query = clustered(question * 977 + 500_000, dimension);
                let all = scanned(&path, &query, metric).expect("sound");
                let mut given = Given::default();
                let mut each = |doc, chunk, value| given.take(doc, chunk, value);
                // A third of the docs is not wanted.
                let mean = file.nearest(&query, 100, Some(&|doc| doc % 3 > 0), &mut each).expect("sound");
                assert_eq!(mean, Some(file.mean(&query).expect("sound")));
                assert_eq!(given.0.len(), 512);
                let wanted = all.best(300).into_iter().filter(|doc| doc % 3 > 0).take(20);
                hits += wanted.filter(|&doc| given.0.contains_key(&(doc, 0))).count();
                for (at, value) in &given.0 {
                    // Other rows may be known finely.
                    assert!(at.0 % 3 > 0 && (value - all.0[at]).abs() < 0.2, "{metric:?} {at:?}");
                }
            }
            assert!(hits >= 198, "{metric:?}: {hits} of 200");
        }
        let path = write(&clusters(8_191, 8), folder.path(), n, flat(Metric::Cosine));
        let file = VectorFile::open(&path, MODEL, 8, Metric::Cosine).expect("sound");
        let query = clustered(1, 8);
        let none = file.nearest(&query, 100, None, &mut |_, _, _| panic!("a row")).expect("sound");
        assert!(file.is_plain() && none.is_none());
    }

    #[test]
    fn what_some_outlines_let_expect_leaves_out_no_row() {
        let folder = tempfile::tempdir().expect("a disk");
        let (n, dimension) = (16_384, 64);
        let query = clustered(500_000, dimension);
        let near = |row: u32| {
            let noise = clustered(row * 31 + 7, dimension);
            query.iter().zip(noise).map(|(x, y)| x + 0.3 * y).collect::<Vec<f32>>()
        };
        // Those that are looked at first are near, and all others far; none of them is; every third row is.
        let is_sampled = |row: u32| (row / 32).is_multiple_of(16);
        for is_near in [is_sampled, |row: u32| row / 32 % 16 == 5, |row: u32| row.is_multiple_of(3)] {
            let mut rows = Rows::new(dimension);
            for row in 0..n {
                let far: Vec<f32> = clustered(row * 131 + 1, dimension).iter().map(|x| -x.abs()).collect();
                rows.push(row, 0, &quantise(&if is_near(row) { near(row) } else { far }));
            }
            let path = write(&rows, folder.path(), n, flat(Metric::Cosine));
            let file = VectorFile::open(&path, MODEL, dimension, Metric::Cosine).expect("sound");
            let given = |wanted| {
                let mut given = Given::default();
                let mut each = |doc, chunk, value| given.take(doc, chunk, value);
                file.nearest(&query, 100, wanted, &mut each).expect("sound");
                given.0
            };
            // With a filter that every doc passes, nothing is expected.
            assert_eq!(given(None), given(Some(&|_| true)));
            assert_eq!(given(None).len(), 512);
        }
    }

    #[test]
    fn a_damaged_outline_is_an_error() {
        let folder = tempfile::tempdir().expect("a disk");
        let (n, dimension) = (8_192, 16);
        let path = write(&clusters(n, dimension), folder.path(), n, flat(Metric::Cosine));
        let sound = std::fs::read(&path).expect("a file");
        let query = clustered(500_000, dimension);
        let ask = || {
            let file = VectorFile::open(&path, MODEL, dimension, Metric::Cosine)?;
            file.nearest(&query, 10, None, &mut |_, _, _| ())
        };
        ask().expect("sound");
        let n_bytes = 8_192 / 32 * super::outlines_bytes(dimension);
        let outlines = sound.len() - sound.len() / BLOCK * 8 - n_bytes;
        for at in (outlines..outlines + n_bytes - BLOCK).step_by(4_501) {
            let mut damaged = sound.clone();
            damaged[at] ^= 0x10;
            std::fs::write(&path, &damaged).expect("a disk");
            assert_eq!(Kind::of(&ask().expect_err("damage")), Kind::Corrupt, "byte {at}");
        }
    }

    #[test]
    fn dead_rows_take_no_places_among_the_nearest() {
        let folder = tempfile::tempdir().expect("a disk");
        let (n, dimension) = (4_000, 32);
        // Lists are a worse way around a whole cluster that is dead.
        for (index, least) in [(GRAPH, 190), (Index::Ivf, 175)] {
            let design = Design { metric: Metric::Cosine, index };
            let path = write(&clusters(n, dimension), folder.path(), n, design);
            let file = VectorFile::open(&path, MODEL, dimension, Metric::Cosine).expect("sound");
            let mut hits = 0;
            for question in 0..20 {
                let query = clustered(question * 977 + 500_000, dimension);
                let all = scanned(&path, &query, Metric::Cosine).expect("sound").best(110);
                // As many of the nearest are dead as are asked for.
                let (dead, living) = all.split_at(100);
                let mut given = Given::default();
                let mut each = |doc, chunk, value| given.take(doc, chunk, value);
                file.nearest(&query, 100, Some(&|doc| !dead.contains(&doc)), &mut each).expect("sound");
                assert!(!given.0.keys().any(|(doc, _)| dead.contains(doc)));
                hits += living.iter().filter(|&&doc| given.0.contains_key(&(doc, 0))).count();
            }
            assert!(hits >= least, "{index:?}: {hits} of 200");
        }
    }

    #[test]
    fn only_rows_of_wanted_docs_are_compared_and_have_the_values_of_a_whole_scan() {
        let folder = tempfile::tempdir().expect("a disk");
        let (n, dimension) = (1_500u32, 32);
        let query = vector(1_000_000, dimension);
        let some: [&[u32]; 7] = [
            &[],
            &[0],
            &[499],
            &[3, 4, 5, 9, 200, 201, 450],
            &[7, 5_000, u32::MAX],
            &(0..500).step_by(2).collect::<Vec<_>>(),
            &(0..500).collect::<Vec<_>>(),
        ];
        for index in [Index::Flat, GRAPH, Index::Ivf] {
            let mut rows = Rows::new(dimension);
            (0..n).for_each(|row| rows.push(row / 3, row % 3, &quantise(&vector(row, dimension))));
            let path = write(&rows, folder.path(), 600, Design { metric: Metric::L2, index });
            let file = VectorFile::open(&path, MODEL, dimension, Metric::L2).expect("sound");
            let all = scanned(&path, &query, Metric::L2).expect("sound");
            for (at, docs) in some.into_iter().chain(some).enumerate() {
                if at == some.len() {
                    file.prepare().expect("sound");
                }
                let mut given = Given::default();
                let mut each = |doc, chunk, value| given.take(doc, chunk, value);
                let compared = file.scan_docs(&query, docs, &mut each).expect("sound");
                let known = docs.iter().filter(|&&doc| doc < 500).count();
                assert_eq!(compared, 3 * known, "{index:?} {docs:?}");
                assert_eq!((given.0.len(), given.1), (compared, compared + compared.min(REFINED)));
                for (at, value) in &given.0 {
                    assert!(docs.contains(&at.0) && (value - all.0[at]).abs() < 0.02, "{at:?}");
                }
                let wanted: Vec<u32> =
                    all.best(1_500).into_iter().filter(|doc| docs.contains(doc)).take(5).collect();
                assert_eq!(given.best(5), wanted, "{index:?} {docs:?}");
            }
        }
    }

    #[test]
    fn rows_may_come_in_any_order() {
        let folder = tempfile::tempdir().expect("a disk");
        let mut rows = Rows::new(8);
        for row in [5, 3, 9, 0, 7] {
            rows.push(row, 1, &quantise(&vector(row, 8)));
        }
        let path = write(&rows, folder.path(), 10, flat(Metric::Cosine));
        let file = VectorFile::open(&path, MODEL, 8, Metric::Cosine).expect("sound");
        let mut given = Given::default();
        let compared = file.scan_docs(&vector(3, 8), &[3, 7], &mut |d, c, value| given.take(d, c, value));
        assert_eq!(compared.expect("sound"), 2);
        assert!((given.0[&(3, 1)] - 1.0).abs() < 1e-3);
    }

    #[test]
    fn a_damaged_index_is_an_error() {
        let folder = tempfile::tempdir().expect("a disk");
        for index in [GRAPH, Index::Ivf] {
            let path = written(folder.path(), 100, 16, Design { metric: Metric::Cosine, index });
            let sound = std::fs::read(&path).expect("a file");
            let query = vector(5, 16);
            let ask = || {
                let file = VectorFile::open(&path, MODEL, 16, Metric::Cosine)?;
                let mut given = Given::default();
                file.nearest(&query, 20, None, &mut |doc, chunk, value| given.take(doc, chunk, value))?;
                file.scan_docs(&query, &[1, 17, 30], &mut |doc, chunk, value| given.take(doc, chunk, value))?;
                anyhow::Ok(given.0)
            };
            let answer = ask().expect("sound");
            assert!(answer.len() >= 15);
            for at in (0..sound.len()).step_by(11) {
                let mut damaged = sound.clone();
                damaged[at] ^= 0x10;
                std::fs::write(&path, &damaged).expect("a disk");
                assert!(ask().is_err() || ask().is_ok_and(|got| got == answer), "{index:?} byte {at}");
            }
        }
    }

    #[test]
    fn every_damaged_byte_is_an_error_or_changes_nothing() {
        let folder = tempfile::tempdir().expect("a disk");
        let path = written(folder.path(), 40, 128, flat(Metric::Cosine));
        let sound = std::fs::read(&path).expect("a file");
        let query = vector(5, 128);
        let answer = scanned(&path, &query, Metric::Cosine).expect("sound").0;
        let mut refused = 0;
        for at in (0..sound.len()).step_by(7).chain([0, 8, 12, 16, 24, 32, 48, BLOCK - 1, sound.len() - 1]) {
            let mut damaged = sound.clone();
            damaged[at] ^= 1 << (at % 8);
            std::fs::write(&path, &damaged).expect("a disk");
            match scanned(&path, &query, Metric::Cosine) {
                Ok(got) => assert_eq!(got.0, answer, "byte {at}"),
                Err(error) => {
                    assert_eq!(Kind::of(&error), Kind::Corrupt, "byte {at}");
                    refused += 1;
                }
            }
            let whole = VectorFile::open(&path, MODEL, 128, Metric::Cosine).and_then(|file| file.check());
            assert!(whole.is_err(), "byte {at} is covered by a checksum");
        }
        assert!(refused > 1_000);
    }

    #[test]
    fn cut_and_foreign_files_are_refused() {
        let folder = tempfile::tempdir().expect("a disk");
        let path = written(folder.path(), 40, 128, flat(Metric::Cosine));
        assert!(VectorFile::open(&path, "another-model", 128, Metric::Cosine).is_err());
        assert!(VectorFile::open(&path, MODEL, 127, Metric::Cosine).is_err());
        assert!(VectorFile::open(&folder.path().join("none.vec"), MODEL, 128, Metric::Cosine).is_err());
        let sound = std::fs::read(&path).expect("a file");
        for n in [0, 7, 100, BLOCK, BLOCK + 1, sound.len() - 1] {
            std::fs::write(&path, &sound[..n]).expect("a disk");
            assert!(VectorFile::open(&path, MODEL, 128, Metric::Cosine).is_err(), "{n} bytes");
        }
        std::fs::write(&path, [&sound[..], b"x"].concat()).expect("a disk");
        assert!(VectorFile::open(&path, MODEL, 128, Metric::Cosine).is_err());
    }
}
