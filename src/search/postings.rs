//! Where a term stands among the living docs of a generation, and what it is worth there: the same for every question.
//!
//! Okapi BM25 (Robertson and Zaragoza 2009, §3.2) is a sum over the terms of the question, and nothing of a summand
//! depends on the other terms:
//! ln(1 + (N − df + ½) / (df + ½)) · tf / (k1 · (1 − b + b · length / mean) + tf).
//! So a process that answers more than once keeps the summands of the terms that were asked for last.

use super::Source;
use super::corpus::Corpus;
use super::paths::Fit;
use super::scores::Sums;
use crate::text::{Entry, postings};
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How quickly repetition and length lose weight.
#[derive(Debug, Clone, Copy)]
struct Bm25 {
    k1: f32,
    b: f32,
}

const CHUNK_WORDS: Bm25 = Bm25 { k1: 1.5, b: 0.75 };
const CHUNK_NAMES: Bm25 = Bm25 { k1: 0.8, b: 0.3 };
const FILE_WORDS: Bm25 = Bm25 { k1: 1.2, b: 0.4 };
const FILE_NAMES: Bm25 = Bm25 { k1: 0.8, b: 0.5 };

impl Bm25 {
    /// Makes of how often a term stands in each of some texts what it is worth there; gives the weight of the term.
    fn weigh(self, found: &mut [(u32, f32)], n: usize, mean: f32, length: impl Fn(usize) -> u32) -> f32 {
        let idf = idf(n, found.len());
        for (text, tf) in found {
            let share = real(length(*text as usize)) / mean;
            *tf = idf * (*tf / (self.k1 * (1.0 - self.b + self.b * share) + *tf));
        }
        idf
    }
}

/// Where one term stands; what it is worth there is that of one occurrence in the question.
#[derive(Debug, Default)]
pub struct Postings {
    /// By chunk number: its text with its path.
    pub(super) chunks: Vec<(u32, f32)>,
    /// By chunk number: the names that it defines.
    pub(super) chunk_names: Vec<(u32, f32)>,
    /// By doc position: the whole file, its path once.
    pub(super) docs: Vec<(u32, f32)>,
    /// By doc position: the names that it defines.
    pub(super) doc_names: Vec<(u32, f32)>,
    /// The weight of the term among files.
    pub(super) doc_idf: f32,
}

/// Gives where a term stands; `spare` is memory that may be used for it.
pub(super) fn with<T>(
    source: &dyn Source,
    corpus: &Corpus,
    term: &str,
    spare: &mut Postings,
    each: impl FnOnce(&Postings) -> T,
) -> Result<T> {
    let Some(terms) = source.terms() else {
        spare.read(source, corpus, term)?;
        return Ok(each(spare));
    };
    if let Some(known) = terms.postings.get(term) {
        return Ok(each(&known));
    }
    let mut found = Postings::default();
    found.read(source, corpus, term)?;
    for list in [&mut found.chunks, &mut found.chunk_names, &mut found.docs, &mut found.doc_names] {
        list.shrink_to_fit();
    }
    let bytes = found.bytes();
    Ok(each(&terms.postings.put(term, found, bytes)))
}

impl Postings {
    /// Reads where a term stands among living docs.
    fn read(&mut self, source: &dyn Source, corpus: &Corpus, term: &str) -> Result<()> {
        for list in [&mut self.chunks, &mut self.chunk_names, &mut self.docs, &mut self.doc_names] {
            list.clear();
        }
        source.postings(term, &mut |base, block| {
            for (doc, bytes) in postings::entries(base, block) {
                if let (Some(position), Some(entry)) = (corpus.position(doc), Entry::decode(bytes)) {
                    self.add(corpus, position, &entry);
                }
            }
        })?;
        let (n_chunks, n_docs, means) = (corpus.n_chunks(), corpus.n_docs(), corpus.means());
        CHUNK_WORDS.weigh(&mut self.chunks, n_chunks, means.chunk_terms, |chunk| corpus.chunk_terms(chunk));
        CHUNK_NAMES
            .weigh(&mut self.chunk_names, n_chunks, means.chunk_names, |chunk| corpus.chunk_names(chunk));
        FILE_NAMES.weigh(&mut self.doc_names, n_docs, means.file_names, |doc| corpus.file_names(doc));
        self.doc_idf =
            FILE_WORDS.weigh(&mut self.docs, n_docs, means.file_terms, |doc| corpus.file_terms(doc));
        Ok(())
    }

    fn add(&mut self, corpus: &Corpus, position: usize, entry: &Entry<'_>) {
        let chunks = corpus.chunks(position);
        let path_tf = entry.path_tf();
        let mut total = path_tf;
        let mut next = chunks.start;
        for each in entry.occurrences() {
            let chunk = chunks.start + each.chunk as usize;
            if chunk >= chunks.end {
                break;
            }
            if path_tf > 0 {
                self.chunks.extend((next..chunk).map(|between| (narrow(between), real(path_tf))));
            }
            next = chunk + 1;
            if each.tf + path_tf > 0 {
                self.chunks.push((narrow(chunk), real(each.tf + path_tf)));
            }
            if each.name_tf > 0 {
                self.chunk_names.push((narrow(chunk), real(each.name_tf)));
            }
            total = total.saturating_add(each.tf);
        }
        if path_tf > 0 {
            self.chunks.extend((next..chunks.end).map(|after| (narrow(after), real(path_tf))));
        }
        if total > 0 {
            self.docs.push((narrow(position), real(total)));
        }
        if entry.names > 0 {
            self.doc_names.push((narrow(position), real(entry.names)));
        }
    }

    fn bytes(&self) -> usize {
        let lists = [&self.chunks, &self.chunk_names, &self.docs, &self.doc_names];
        lists.iter().map(|list| size_of_val(list.as_slice())).sum()
    }
}

/// The weight of a term that stands in `df` of `n` texts.
pub(super) fn idf(n: usize, df: usize) -> f32 {
    let (n, df) = (real(narrow(n)), real(narrow(df)));
    (1.0 + (n - df + 0.5) / (df + 0.5)).ln()
}

fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "counts lose nothing that matters to a score")]
const fn real(n: u32) -> f32 {
    n as f32
}

/// What a process that answers more than once keeps of the terms of a generation that were asked for last.
#[derive(Debug, Default)]
pub struct Terms {
    postings: Memo<Postings>,
    /// How the words of paths fit a term.
    pub(super) fits: Memo<Vec<Fit>>,
    /// Memory for sums by chunk, with nothing in it.
    sums: Mutex<Vec<Sums>>,
}

impl Terms {
    /// Bytes of all that is kept, at most.
    pub const MAX_BYTES: usize = 2 * Memo::<()>::MAX_BYTES + Self::MAX_SUMS;
    /// Bytes of memory for sums.
    const MAX_SUMS: usize = 4 << 20;

    /// Memory for the sums of so many chunks.
    pub(super) fn sums(&self, n: usize) -> Sums {
        let known = self.sums.lock().unwrap_or_else(PoisonError::into_inner).pop();
        known.filter(|sums| sums.len() == n).unwrap_or_else(|| Sums::new(n))
    }

    /// Takes such memory back.
    pub(super) fn give_back(&self, sums: Sums) {
        let n = (Self::MAX_SUMS / size_of::<f32>()).checked_div(sums.len()).unwrap_or_default();
        let sums = sums.cleared();
        let mut kept = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < n {
            kept.push(sums);
        }
    }
}

/// What was made of terms, those that were asked for last. What was not asked for while half of the room was filled makes
/// room for the next half.
#[derive(Debug)]
pub(super) struct Memo<V>(Mutex<Halves<V>>);

#[derive(Debug)]
struct Halves<V> {
    young: FxHashMap<String, (Arc<V>, usize)>,
    old: FxHashMap<String, (Arc<V>, usize)>,
    /// Bytes of the young.
    bytes: usize,
}

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self(Mutex::new(Halves { young: FxHashMap::default(), old: FxHashMap::default(), bytes: 0 }))
    }
}

impl<V> Memo<V> {
    /// Bytes of both halves, at most.
    const MAX_BYTES: usize = 8 << 20;
    /// Bytes that a term takes besides.
    const ENTRY: usize = 128;

    /// What is known of a term.
    pub(super) fn get(&self, term: &str) -> Option<Arc<V>> {
        let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((value, _)) = halves.young.get(term) {
            return Some(Arc::clone(value));
        }
        let (term, (value, bytes)) = halves.old.remove_entry(term)?;
        halves.put(term, Arc::clone(&value), bytes);
        Some(value)
    }

    /// Keeps what takes so many bytes, unless that is too many.
    pub(super) fn put(&self, term: &str, value: V, bytes: usize) -> Arc<V> {
        let (value, bytes) = (Arc::new(value), bytes + term.len() + Self::ENTRY);
        if bytes <= Self::MAX_BYTES / 4 {
            let mut halves = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            halves.put(term.to_owned(), Arc::clone(&value), bytes);
        }
        value
    }
}

impl<V> Halves<V> {
    fn put(&mut self, term: String, value: Arc<V>, bytes: usize) {
        if self.bytes + bytes > Memo::<V>::MAX_BYTES / 2 {
            self.old = std::mem::take(&mut self.young);
            self.bytes = 0;
        }
        let before = self.young.insert(term, (value, bytes));
        self.bytes += bytes;
        self.bytes -= before.map_or(0, |(_, bytes)| bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::{Memo, Postings, with};
    use crate::search::corpus::Corpus;
    use crate::search::memory::Memory;

    #[test]
    fn what_was_asked_for_last_is_kept_within_its_room() {
        let memo: Memo<usize> = Memo::default();
        let each = Memo::<usize>::MAX_BYTES / 40;
        for n in 0..200usize {
            memo.put(&n.to_string(), n, each);
            assert_eq!(memo.get("0").as_deref(), Some(&0), "it is asked for all the time");
            let halves = memo.0.lock().expect("nobody panicked");
            let bytes = |half: &rustc_hash::FxHashMap<String, (std::sync::Arc<usize>, usize)>| -> usize {
                half.values().map(|(_, bytes)| bytes).sum()
            };
            assert_eq!(bytes(&halves.young), halves.bytes);
            assert!(bytes(&halves.young) + bytes(&halves.old) <= Memo::<usize>::MAX_BYTES);
        }
        assert_eq!(memo.get("199").as_deref(), Some(&199));
        assert_eq!(memo.get("100"), None);
        memo.put("large", 7, Memo::<usize>::MAX_BYTES / 2);
        assert_eq!(memo.get("large"), None);
    }

    #[test]
    fn a_term_that_is_kept_says_what_the_store_says() {
        let mut memory = Memory::default();
        memory.add("src/cache.rs", "rust", &["fn get(key) { cache.lookup(key) }", "fn evict() {}"]);
        memory.add("src/net/client.rs", "rust", &["fn get(url) { connect(url) }", "cache cache cache"]);
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        let mut asked = |term: &str| {
            with(&memory, &corpus, term, &mut Postings::default(), |found| format!("{found:?}"))
                .expect("memory does not fail")
        };
        let once = ["cach", "get", "=evict", "zebra"].map(&mut asked);
        memory.terms = Some(super::Terms::default());
        let mut asked = |term: &str| {
            with(&memory, &corpus, term, &mut Postings::default(), |found| format!("{found:?}"))
                .expect("memory does not fail")
        };
        for _ in 0..2 {
            assert_eq!(["cach", "get", "=evict", "zebra"].map(&mut asked), once);
        }
    }
}
