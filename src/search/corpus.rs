//! What is there to rank: every living doc with its path, language and lengths, and every chunk by number.

use super::Source;
use super::paths::Traits;
use crate::text::{DocLengthsRef, postings};
use anyhow::Result;
use memchr::{memchr_iter, memmem};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

/// Words of the directories that count, nearest to the file.
const N_DIR_WORDS: usize = 2;

/// Bytes of the path and language of a doc, of its words, and its chunks, as most repositories have them.
const TEXT_EACH: usize = 100;
const WORDS_EACH: usize = 40;
const CHUNKS_EACH: usize = 20;

/// A doc that is not in the corpus.
const NONE: u32 = u32::MAX;

/// A part of [`Corpus::texts`].
#[derive(Debug, Clone, Copy, Default)]
struct Slice {
    start: u32,
    len: u32,
}

/// What ranking needs of one doc.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    doc: u32,
    path: Slice,
    language: Slice,
    /// Where its words start in [`Corpus::words`].
    words: u32,
    /// Where those of its stem end there.
    stem_end: u32,
    terms: u32,
    names: u32,
}

/// A word of the path of a doc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PathWord<'c> {
    /// Doc position.
    pub(super) position: usize,
    /// It stands in the file stem, and not in one of the [`N_DIR_WORDS`] nearest directories.
    pub(super) in_stem: bool,
    /// Where it stands among the words of all paths.
    pub(super) at: usize,
    /// The word.
    pub(super) word: &'c [u8],
}

/// Living docs and their chunks, numbered upwards without gaps: *doc positions* and *chunk numbers*.
#[derive(Debug, Default)]
pub struct Corpus {
    heads: Vec<Head>,
    /// Paths and languages.
    texts: Vec<u8>,
    /// Terms of file stems and of the [`N_DIR_WORDS`] nearest directories, doc after doc: a blank before each, and one
    /// at the end.
    words: Vec<u8>,
    /// By doc: its position, or [`NONE`].
    positions: Vec<u32>,
    /// By doc position: its first chunk number; one more at the end.
    starts: Vec<u32>,
    /// By chunk number: its lengths.
    chunk_lengths: Vec<Lengths>,
    means: Means,
    newest: OnceLock<FxHashMap<String, u32>>,
    /// By doc position: [`Traits`] that were looked at, or 0.
    traits: Vec<AtomicU8>,
}

/// Lengths of one chunk. It has at most 4,000 bytes, so its terms are far fewer.
#[derive(Debug, Clone, Copy, Default)]
struct Lengths {
    /// Terms of its text and path.
    terms: u16,
    /// Terms of the names that it defines.
    names: u16,
}

/// Mean lengths.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Means {
    /// Terms of a chunk, its path included.
    pub(super) chunk_terms: f32,
    /// Terms of the names that a chunk defines.
    pub(super) chunk_names: f32,
    /// Terms of a file, its path included once.
    pub(super) file_terms: f32,
    /// Weights of the names that a file defines.
    pub(super) file_names: f32,
}

impl Corpus {
    /// Reads what a source has.
    pub(super) fn read(source: &dyn Source) -> Result<Self> {
        let n_docs = source.n_docs();
        let mut corpus = Self { positions: vec![NONE; n_docs as usize], ..Self::default() };
        // As much as there will be, about: what grows is copied.
        corpus.heads.reserve(n_docs as usize);
        corpus.starts.reserve(n_docs as usize + 1);
        corpus.texts.reserve(n_docs as usize * TEXT_EACH);
        corpus.words.reserve(n_docs as usize * WORDS_EACH);
        corpus.chunk_lengths.reserve(n_docs as usize * CHUNKS_EACH);
        source.lengths(&mut |base, block| {
            for (doc, entry) in postings::entries(base, block) {
                if doc < n_docs
                    && !source.is_dead(doc)
                    && let Some(lengths) = DocLengthsRef::decode(entry)
                {
                    corpus.add(doc, &lengths);
                }
            }
        })?;
        corpus.words.push(b' ');
        corpus.starts.push(narrow(corpus.chunk_lengths.len()));
        corpus.means = corpus.measure();
        corpus.traits.resize_with(corpus.heads.len(), AtomicU8::default);
        Ok(corpus)
    }

    fn add(&mut self, doc: u32, lengths: &DocLengthsRef<'_>) {
        let first = self.chunk_lengths.len();
        let mut terms = lengths.path_terms;
        for chunk in lengths.chunks() {
            let all = chunk.terms.saturating_add(lengths.path_terms);
            self.chunk_lengths.push(Lengths { terms: small(all), names: small(chunk.names) });
            terms = terms.saturating_add(chunk.terms);
        }
        let words = narrow(self.words.len());
        self.keep_words(lengths.stem);
        let stem_end = narrow(self.words.len());
        self.keep_words(last_words(lengths.dirs));
        if let Some(position) = self.positions.get_mut(doc as usize) {
            *position = narrow(self.heads.len());
        }
        self.starts.push(narrow(first));
        let head = Head {
            doc,
            path: self.keep(lengths.path),
            language: self.keep(lengths.language),
            words,
            stem_end,
            terms,
            names: lengths.names,
        };
        self.heads.push(head);
    }

    fn keep(&mut self, text: &[u8]) -> Slice {
        let start = narrow(self.texts.len());
        self.texts.extend_from_slice(text);
        Slice { start, len: narrow(text.len()) }
    }

    fn keep_words(&mut self, words: &[u8]) {
        if !words.is_empty() {
            self.words.push(b' ');
            self.words.extend_from_slice(words);
        }
    }

    fn measure(&self) -> Means {
        let chunks = self.n_chunks();
        let files = self.n_docs();
        Means {
            chunk_terms: mean(self.chunk_lengths.iter().map(|chunk| chunk.terms.into()), chunks),
            chunk_names: mean(self.chunk_lengths.iter().map(|chunk| chunk.names.into()), chunks),
            file_terms: mean(self.heads.iter().map(|head| head.terms), files),
            file_names: mean(self.heads.iter().map(|head| head.names), files),
        }
    }

    fn text(&self, slice: Slice) -> &str {
        let start = slice.start as usize;
        let bytes = self.texts.get(start..start + slice.len as usize).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    fn head(&self, position: usize) -> Head {
        self.heads.get(position).copied().unwrap_or_default()
    }

    /// How many docs live.
    pub(super) const fn n_docs(&self) -> usize {
        self.heads.len()
    }

    /// How many chunks they have.
    pub(super) const fn n_chunks(&self) -> usize {
        self.chunk_lengths.len()
    }

    /// Mean lengths.
    pub(super) const fn means(&self) -> Means {
        self.means
    }

    /// The position of a doc; none when it is dead.
    pub(super) fn position(&self, doc: u32) -> Option<usize> {
        self.positions.get(doc as usize).filter(|&&at| at != NONE).map(|&at| at as usize)
    }

    /// The doc at a position.
    pub(super) fn doc(&self, position: usize) -> u32 {
        self.head(position).doc
    }

    /// The path of the doc at a position.
    pub(super) fn path(&self, position: usize) -> &str {
        self.text(self.head(position).path)
    }

    /// The language or kind of text of the doc at a position.
    pub(super) fn language(&self, position: usize) -> &str {
        self.text(self.head(position).language)
    }

    /// Gives those terms of file stems and of the [`N_DIR_WORDS`] nearest directories that begin with some bytes and are
    /// worth more than 0, with what they are worth: doc after doc, those of its stem first.
    pub(super) fn path_words<'c>(
        &'c self,
        start: &[u8],
        worth: impl Fn(&[u8]) -> f32,
        mut each: impl FnMut(PathWord<'c>, f32),
    ) {
        let needle = [b" ", start].concat();
        let mut position = 0;
        for blank in memmem::find_iter(&self.words, &needle) {
            let at = blank + 1;
            let rest = self.words.get(at..).unwrap_or_default();
            let word = memchr::memchr(b' ', rest).and_then(|end| rest.get(..end)).unwrap_or_default();
            let value = if word.is_empty() { 0.0 } else { worth(word) };
            if value <= 0.0 {
                continue;
            }
            while self.heads.get(position + 1).is_some_and(|next| next.words as usize <= blank) {
                position += 1;
            }
            let in_stem = blank < self.head(position).stem_end as usize;
            each(PathWord { position, in_stem, at, word }, value);
        }
    }

    /// How many terms the file stem of the doc at a position has.
    pub(super) fn n_stem_words(&self, position: usize) -> usize {
        let head = self.head(position);
        let words = self.words.get(head.words as usize..head.stem_end as usize).unwrap_or_default();
        words.split(|&byte| byte == b' ').filter(|word| !word.is_empty()).count()
    }

    /// The newest version in each directory that has any: see [`super::paths::Versions`].
    pub(super) fn newest_versions(&self) -> &FxHashMap<String, u32> {
        self.newest.get_or_init(|| {
            super::paths::newest_versions((0..self.n_docs()).map(|position| self.path(position)))
        })
    }

    /// What the path of the doc at a position says, whatever the question.
    pub(super) fn traits(&self, position: usize) -> Traits {
        let slot = self.traits.get(position);
        slot.and_then(|slot| Traits::read(slot.load(Ordering::Relaxed))).unwrap_or_else(|| {
            let traits = Traits::of(self.path(position), self.language(position));
            if let Some(slot) = slot {
                slot.store(traits.stored(), Ordering::Relaxed);
            }
            traits
        })
    }

    /// Terms of a file, its path included once.
    pub(super) fn file_terms(&self, position: usize) -> u32 {
        self.head(position).terms
    }

    /// Weights of the names that a file defines.
    pub(super) fn file_names(&self, position: usize) -> u32 {
        self.head(position).names
    }

    /// The chunk numbers of the doc at a position.
    pub(super) fn chunks(&self, position: usize) -> Range<usize> {
        let at = |index: usize| self.starts.get(index).map_or(0, |&start| start as usize);
        at(position)..at(position + 1)
    }

    /// The doc position of a chunk number.
    pub(super) fn position_of_chunk(&self, chunk: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= chunk).saturating_sub(1)
    }

    /// Gives chunk numbers, which are given upwards, each after the doc position that it belongs to.
    pub(super) fn with_positions(
        &self,
        chunks: impl Iterator<Item = usize>,
    ) -> impl Iterator<Item = (usize, usize)> {
        let (mut position, mut range) = (0, 0..0);
        chunks.map(move |chunk| {
            if !range.contains(&chunk) {
                position = self.position_of_chunk(chunk);
                range = self.chunks(position);
            }
            (position, chunk)
        })
    }

    /// Terms of a chunk, its path included.
    pub(super) fn chunk_terms(&self, chunk: usize) -> u32 {
        self.chunk_lengths.get(chunk).map_or(0, |chunk| chunk.terms.into())
    }

    /// Terms of the names that a chunk defines.
    pub(super) fn chunk_names(&self, chunk: usize) -> u32 {
        self.chunk_lengths.get(chunk).map_or(0, |chunk| chunk.names.into())
    }
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a mean of small counts")]
fn mean(values: impl Iterator<Item = u32>, n: usize) -> f32 {
    let sum: u64 = values.map(u64::from).sum();
    if n == 0 { 1.0 } else { (sum as f64 / n as f64).max(1e-9) as f32 }
}

/// The [`N_DIR_WORDS`] last words.
fn last_words(words: &[u8]) -> &[u8] {
    let start = memchr_iter(b' ', words).rev().nth(N_DIR_WORDS - 1).map_or(0, |blank| blank + 1);
    words.get(start..).unwrap_or_default()
}

fn small(n: u32) -> u16 {
    u16::try_from(n).unwrap_or(u16::MAX)
}

/// A project has fewer than 2³² chunks, and its paths fewer bytes.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Corpus;
    use crate::search::memory::Memory;

    #[test]
    fn living_docs_are_numbered_without_gaps() {
        let mut memory = Memory::default();
        memory.add("src/a.rs", "rust", &["fn one() {}", "fn two() {}"]);
        memory.add("src/dead.rs", "rust", &["fn three() {}"]);
        memory.add("lib/net/http_client.py", "python", &["def get(): pass"]);
        memory.kill(1);
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        assert_eq!((corpus.n_docs(), corpus.n_chunks()), (2, 3));
        assert_eq!((corpus.position(0), corpus.position(1), corpus.position(2)), (Some(0), None, Some(1)));
        assert_eq!((corpus.chunks(0), corpus.chunks(1)), (0..2, 2..3));
        assert_eq!([0, 1, 2].map(|chunk| corpus.position_of_chunk(chunk)), [0, 0, 1]);
        assert_eq!((corpus.path(1), corpus.language(1)), ("lib/net/http_client.py", "python"));
        assert_eq!((corpus.n_stem_words(0), corpus.n_stem_words(1)), (1, 2));
        let words = |start: &[u8]| {
            let mut words = Vec::new();
            corpus.path_words(
                start,
                |_| 1.0,
                |found, _| {
                    words.push((found.position, found.in_stem, String::from_utf8_lossy(found.word)));
                },
            );
            words
        };
        assert_eq!(
            words(b""),
            [
                (0, true, "a".into()),
                (0, false, "src".into()),
                (1, true, "http".into()),
                (1, true, "client".into()),
                (1, false, "lib".into()),
                (1, false, "net".into()),
            ]
        );
        assert_eq!(words(b"cli"), [(1, true, "client".into())]);
        assert!(words(b"lient").is_empty());
        // `fn one` and the path: stem `a` twice, directory `src` once.
        assert_eq!(corpus.chunk_terms(0), 2 + 3);
        assert_eq!(corpus.file_terms(0), 4 + 3);
        assert!((corpus.means().file_terms - (7.0 + 3.0 + 8.0) / 2.0).abs() < 1e-6);
    }

    #[test]
    fn nothing_is_a_corpus_too() {
        let corpus = Corpus::read(&Memory::default()).expect("memory does not fail");
        assert_eq!((corpus.n_docs(), corpus.n_chunks()), (0, 0));
    }
}
