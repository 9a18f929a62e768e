//! Where the words of the question stand: Okapi BM25 over chunks, files and names, and how much of the question is
//! covered. Every BM25 is the sum of what [`postings`] say of the terms, divided by its maximum for the question.

use super::Source;
use super::corpus::Corpus;
use super::postings::{self, Postings};
use super::question::{Question, Term};
use super::scores::{Sums, largest};
use anyhow::Result;

/// The least weight of a term in shares of the question.
const MIN_IDF: f32 = 0.3;

/// The scores of a question; 0 to 1 each.
#[derive(Debug, Default)]
pub(super) struct Lexical {
    /// By chunk number: the text with its path.
    pub(super) words: Sums,
    /// By chunk number: the names that it defines.
    pub(super) names: Sums,
    /// By chunk number: share of the question that the names cover, by weight of the terms.
    pub(super) name_share: Sums,
    /// By doc position: the whole file.
    pub(super) file_words: Vec<f32>,
    /// By doc position: the names that it defines.
    pub(super) file_names: Vec<f32>,
    /// By doc position: share of the question that stands in it, by weight of the terms.
    pub(super) file_share: Vec<f32>,
    /// By doc position: share of the question that its names cover.
    pub(super) file_name_share: Vec<f32>,
    /// By term of the question: its weight among files; 0 for whole identifiers, which count by their parts.
    pub(super) weights: Vec<f32>,
    /// Terms of the question that stand nowhere.
    pub(super) unknown: Vec<String>,
    /// Sum of the weights; more than 0.
    pub(super) total_weight: f32,
}

/// Scores all chunks and docs.
pub(super) fn score(source: &dyn Source, corpus: &Corpus, question: &Question) -> Result<Lexical> {
    let (n_chunks, n_docs) = (corpus.n_chunks(), corpus.n_docs());
    let sums = || source.terms().map_or_else(|| Sums::new(n_chunks), |terms| terms.sums(n_chunks));
    let mut out = Lexical {
        words: sums(),
        names: sums(),
        name_share: sums(),
        file_words: vec![0.0; n_docs],
        file_names: vec![0.0; n_docs],
        file_share: vec![0.0; n_docs],
        file_name_share: vec![0.0; n_docs],
        weights: Vec::with_capacity(question.terms.len()),
        unknown: Vec::new(),
        total_weight: 0.0,
    };
    // One for all terms: memory that is given back and taken again has to be mapped again.
    let mut spare = Postings::default();
    for term in &question.terms {
        postings::with(source, corpus, &term.text, &mut spare, |found| out.take_in(term, found))?;
    }
    out.total_weight = out.total_weight.max(f32::MIN_POSITIVE);
    out.words.divide(out.words.largest());
    out.names.divide(out.names.largest());
    out.name_share.divide(out.total_weight);
    for scores in [&mut out.file_words, &mut out.file_names] {
        let most = largest(scores);
        divide(scores, most);
    }
    for shares in [&mut out.file_share, &mut out.file_name_share] {
        divide(shares, out.total_weight);
    }
    Ok(out)
}

impl Lexical {
    /// Gives memory back to a source that is asked more than once.
    pub(super) fn give_back(self, source: &dyn Source) {
        if let Some(terms) = source.terms() {
            [self.words, self.names, self.name_share].into_iter().for_each(|sums| terms.give_back(sums));
        }
    }

    /// Adds what one term is worth.
    fn take_in(&mut self, term: &Term, found: &Postings) {
        let count = term.count;
        // A whole identifier has no share: its parts have.
        let weight = if term.is_part { found.doc_idf.max(MIN_IDF) } else { 0.0 };
        self.words.add(found.chunks.iter().map(|&(chunk, value)| (chunk, count * value)));
        for &(chunk, value) in &found.chunk_names {
            self.names.add_one(chunk, count * value);
            self.name_share.add_one(chunk, weight);
        }
        for &(doc, value) in &found.docs {
            add(&mut self.file_words, doc, count * value);
            add(&mut self.file_share, doc, weight);
        }
        for &(doc, value) in &found.doc_names {
            add(&mut self.file_names, doc, count * value);
            add(&mut self.file_name_share, doc, weight);
        }
        if found.docs.is_empty() && found.doc_names.is_empty() {
            self.unknown.push(term.text.clone());
        }
        self.weights.push(weight);
        self.total_weight += weight;
    }
}

/// Gives the chunk numbers in whose text or path a term stands.
pub(super) fn chunks_with(
    source: &dyn Source,
    corpus: &Corpus,
    term: &str,
    each: &mut dyn FnMut(usize),
) -> Result<()> {
    postings::with(source, corpus, term, &mut Postings::default(), |found| {
        found.chunks.iter().for_each(|&(chunk, _)| each(chunk as usize));
    })
}

fn add(scores: &mut [f32], at: u32, value: f32) {
    if let Some(score) = scores.get_mut(at as usize) {
        *score += value;
    }
}

fn divide(scores: &mut [f32], by: f32) {
    if by > 0.0 {
        scores.iter_mut().for_each(|score| *score /= by);
    }
}

#[cfg(test)]
mod tests {
    use super::{Lexical, Sums, score};
    use crate::search::corpus::Corpus;
    use crate::search::memory::Memory;
    use crate::search::question::Question;
    use crate::text::{path_words, terms};

    const FILES: &[(&str, &[&str])] = &[
        ("src/cache.rs", &["fn get(key) { cache.lookup(key) }", "fn evict() { cache.remove(oldest) }"]),
        ("src/net/client.rs", &["fn get(url) { connect(url) }", "cache cache cache", "struct Client;"]),
        ("tests/cache_test.rs", &["fn gets_from_cache() { assert(cache.get(key)) }"]),
    ];

    fn scored(question: &str) -> (Corpus, Lexical) {
        let mut memory = Memory::default();
        memory.add("src/gone.rs", "rust", &["cache get evict client"]);
        for (path, chunks) in FILES {
            memory.add(path, "rust", chunks);
        }
        memory.kill(0);
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        let lexical = score(&memory, &corpus, &Question::new(question)).expect("memory does not fail");
        (corpus, lexical)
    }

    /// BM25 as it is written in books, over texts as lists of terms.
    fn plain(texts: &[Vec<String>], question: &[&str], k1: f64, b: f64) -> Vec<f64> {
        let n = texts.len() as f64;
        let mean = texts.iter().map(Vec::len).sum::<usize>() as f64 / n;
        let mut scores = vec![0.0; texts.len()];
        for term in question {
            let df = texts.iter().filter(|text| text.iter().any(|each| each == term)).count() as f64;
            let idf = (1.0 + (n - df + 0.5) / (df + 0.5)).ln();
            for (score, text) in scores.iter_mut().zip(texts) {
                let tf = text.iter().filter(|each| each == term).count() as f64;
                *score += idf * tf / (k1 * (1.0 - b + b * text.len() as f64 / mean) + tf);
            }
        }
        let largest = scores.iter().copied().fold(0.0, f64::max);
        scores.iter().map(|score| score / largest).collect()
    }

    fn all_terms(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        terms(text, &mut |term| all.push(term.to_owned()));
        all
    }

    fn all(sums: &Sums) -> Vec<f32> {
        sums.of_range(0..sums.sums().len()).collect()
    }

    fn near(got: &[f32], expected: &[f64]) {
        assert_eq!(got.len(), expected.len());
        for (got, expected) in got.iter().zip(expected) {
            assert!((f64::from(*got) - expected).abs() < 1e-5, "{got} {expected}");
        }
    }

    #[test]
    fn chunks_and_files_score_as_the_formula_says() {
        let (_, lexical) = scored("cache get");
        let path = |path: &str| {
            let (stem, dirs) = path_words(path);
            all_terms(&format!("{stem} {stem} {dirs}"))
        };
        let chunks: Vec<Vec<String>> = FILES
            .iter()
            .flat_map(|(file, chunks)| chunks.iter().map(|text| [all_terms(text), path(file)].concat()))
            .collect();
        near(&all(&lexical.words), &plain(&chunks, &["cach", "get"], 1.5, 0.75));
        let files: Vec<Vec<String>> = FILES
            .iter()
            .map(|(file, chunks)| {
                [chunks.iter().flat_map(|text| all_terms(text)).collect(), path(file)].concat()
            })
            .collect();
        near(&lexical.file_words, &plain(&files, &["cach", "get"], 1.2, 0.4));
    }

    #[test]
    fn names_score_apart_from_text() {
        let (_, lexical) = scored("cache get");
        let names: Vec<Vec<String>> = ["get", "evict", "get", "", "Client", "gets_from_cache"]
            .iter()
            .map(|name| all_terms(name))
            .collect();
        near(&all(&lexical.names), &plain(&names, &["cach", "get"], 0.8, 0.3));
        assert!(lexical.file_names[0] > 0.0 && lexical.file_names[1] > 0.0);
    }

    #[test]
    fn shares_are_parts_of_the_weight_of_the_question() {
        let (_, lexical) = scored("evict client zebra");
        assert!(lexical.weights.iter().all(|&weight| weight >= 0.3));
        assert!(lexical.file_share[0] > 0.0 && lexical.file_share[0] < 1.0);
        assert_eq!(lexical.file_share[2], 0.0);
        let evict = lexical.weights[0] / lexical.total_weight;
        assert!((lexical.name_share.get(1) - evict).abs() < 1e-6);
        assert_eq!(lexical.name_share.get(0), 0.0);
    }

    #[test]
    fn unknown_words_score_nothing() {
        let (_, lexical) = scored("zebra");
        assert!(all(&lexical.words).iter().chain(&lexical.file_words).all(|&score| score == 0.0));
    }
}
