//! What is there to rank: every living doc with its path, language and lengths, and every chunk by number.

use super::Source;
use crate::text::{DocLengthsRef, postings};
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::OnceLock;

/// Words of the directories that count, nearest to the file.
const N_DIR_WORDS: usize = 2;

/// Bytes of the path, language and words of a doc, and its chunks, as most repositories have them.
const WORDS_EACH: usize = 160;
const CHUNKS_EACH: usize = 20;

/// A doc that is not in the corpus.
const NONE: u32 = u32::MAX;

/// A part of [`Corpus::words`].
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
    stem: Slice,
    dirs: Slice,
    terms: u32,
    names: u32,
}

/// Living docs and their chunks, numbered upwards without gaps: *doc positions* and *chunk numbers*.
#[derive(Debug, Default)]
pub struct Corpus {
    heads: Vec<Head>,
    words: String,
    /// By doc: its position, or [`NONE`].
    positions: Vec<u32>,
    /// By doc position: its first chunk number; one more at the end.
    starts: Vec<u32>,
    /// By chunk number: terms of its text and path.
    chunk_terms: Vec<u16>,
    /// By chunk number: terms of the names that it defines.
    chunk_names: Vec<u16>,
    means: Means,
    path_words: OnceLock<PathWords>,
    newest: OnceLock<FxHashMap<String, u32>>,
}

/// The words of all paths, each once.
#[derive(Debug, Default)]
struct PathWords {
    /// Separated by blanks.
    vocabulary: String,
    /// Numbers in the vocabulary, doc after doc: those of the stem, then those of the directories, nearest first.
    numbers: Vec<u32>,
    /// By doc position: where its stem ends in the numbers, and where its directories do.
    ends: Vec<(u32, u32)>,
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
        corpus.words.reserve(n_docs as usize * WORDS_EACH);
        corpus.chunk_terms.reserve(n_docs as usize * CHUNKS_EACH);
        corpus.chunk_names.reserve(n_docs as usize * CHUNKS_EACH);
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
        corpus.starts.push(narrow(corpus.chunk_terms.len()));
        corpus.means = corpus.measure();
        Ok(corpus)
    }

    fn add(&mut self, doc: u32, lengths: &DocLengthsRef<'_>) {
        let first = self.chunk_terms.len();
        let mut terms = lengths.path_terms;
        for chunk in lengths.chunks() {
            self.chunk_terms.push(small(chunk.terms.saturating_add(lengths.path_terms)));
            self.chunk_names.push(small(chunk.names));
            terms = terms.saturating_add(chunk.terms);
        }
        if let Some(position) = self.positions.get_mut(doc as usize) {
            *position = narrow(self.heads.len());
        }
        self.starts.push(narrow(first));
        let head = Head {
            doc,
            path: self.keep(lengths.path),
            language: self.keep(lengths.language),
            stem: self.keep(lengths.stem),
            dirs: self.keep(lengths.dirs),
            terms,
            names: lengths.names,
        };
        self.heads.push(head);
    }

    fn keep(&mut self, text: &str) -> Slice {
        let start = narrow(self.words.len());
        self.words.push_str(text);
        Slice { start, len: narrow(text.len()) }
    }

    fn measure(&self) -> Means {
        let chunks = self.n_chunks();
        let files = self.n_docs();
        Means {
            chunk_terms: mean(self.chunk_terms.iter().map(|&n| n.into()), chunks),
            chunk_names: mean(self.chunk_names.iter().map(|&n| n.into()), chunks),
            file_terms: mean(self.heads.iter().map(|head| head.terms), files),
            file_names: mean(self.heads.iter().map(|head| head.names), files),
        }
    }

    fn text(&self, slice: Slice) -> &str {
        let start = slice.start as usize;
        self.words.get(start..start + slice.len as usize).unwrap_or_default()
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
        self.chunk_terms.len()
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

    /// The terms of file stems and of the [`N_DIR_WORDS`] nearest directories, each once; their places are the numbers that
    /// [`Self::stem_words`] and [`Self::near_words`] give.
    pub(super) fn path_vocabulary(&self) -> impl Iterator<Item = &str> {
        self.path_words().vocabulary.split_terminator(' ')
    }

    /// The terms of the file stem of the doc at a position, as places in the vocabulary.
    pub(super) fn stem_words(&self, position: usize) -> &[u32] {
        self.numbers(position, |(stem, _)| stem)
    }

    /// The same and the terms of its nearest directories.
    pub(super) fn near_words(&self, position: usize) -> &[u32] {
        self.numbers(position, |(_, dirs)| dirs)
    }

    fn numbers(&self, position: usize, end: impl Fn((u32, u32)) -> u32) -> &[u32] {
        let PathWords { numbers, ends, .. } = self.path_words();
        let at = |position: usize| ends.get(position).copied().unwrap_or_default();
        let start = if position == 0 { 0 } else { at(position - 1).1 };
        numbers.get(start as usize..end(at(position)) as usize).unwrap_or_default()
    }

    fn path_words(&self) -> &PathWords {
        self.path_words.get_or_init(|| {
            let PathWords { mut vocabulary, mut numbers, mut ends } = PathWords::default();
            let mut known: FxHashMap<&str, u32> = FxHashMap::default();
            let mut number = |word| {
                let next = narrow(known.len());
                *known.entry(word).or_insert_with(|| {
                    vocabulary.push_str(word);
                    vocabulary.push(' ');
                    next
                })
            };
            for head in &self.heads {
                numbers.extend(self.words_of(head.stem).map(&mut number));
                let stem_end = narrow(numbers.len());
                numbers.extend(self.words_of(head.dirs).rev().take(N_DIR_WORDS).map(&mut number));
                ends.push((stem_end, narrow(numbers.len())));
            }
            PathWords { vocabulary, numbers, ends }
        })
    }

    fn words_of(&self, slice: Slice) -> impl DoubleEndedIterator<Item = &str> {
        self.text(slice).split(' ').filter(|word| !word.is_empty())
    }

    /// The newest version in each directory that has any: see [`super::paths::Versions`].
    pub(super) fn newest_versions(&self) -> &FxHashMap<String, u32> {
        self.newest.get_or_init(|| {
            super::paths::newest_versions((0..self.n_docs()).map(|position| self.path(position)))
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

    /// Terms of a chunk, its path included.
    pub(super) fn chunk_terms(&self, chunk: usize) -> u32 {
        self.chunk_terms.get(chunk).copied().unwrap_or(0).into()
    }

    /// Terms of the names that a chunk defines.
    pub(super) fn chunk_names(&self, chunk: usize) -> u32 {
        self.chunk_names.get(chunk).copied().unwrap_or(0).into()
    }
}

#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a mean of small counts")]
fn mean(values: impl Iterator<Item = u32>, n: usize) -> f32 {
    let sum: u64 = values.map(u64::from).sum();
    if n == 0 { 1.0 } else { (sum as f64 / n as f64).max(1e-9) as f32 }
}

/// A chunk has at most 4,000 bytes, so its terms are far fewer.
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
        let words: Vec<&str> = corpus.path_vocabulary().collect();
        let spelt = |numbers: &[u32]| -> Vec<&str> { numbers.iter().map(|&at| words[at as usize]).collect() };
        assert_eq!(words, ["a", "src", "http", "client", "net", "lib"]);
        assert_eq!(spelt(corpus.stem_words(0)), ["a"]);
        assert_eq!(spelt(corpus.stem_words(1)), ["http", "client"]);
        assert_eq!(spelt(corpus.near_words(1)), ["http", "client", "net", "lib"]);
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
