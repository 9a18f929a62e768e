//! What is near in meaning: how near the vector of every chunk is to that of the question, mostly as a cosine.
//!
//! A chunk scores (value − mean) / (largest − mean), at least 0: the mean is that of all chunks, the largest value that of
//! the chunks that filters admit. A file scores the mean of its three best chunks; missing ones count 0.

use super::corpus::Corpus;
use super::sieve::Sieve;
use super::{Compared, Filters, Request, Source};
use crate::embed::Embedder;
use crate::error::Kind;
use anyhow::Result;

/// Chunks of a file that count.
const BEST: usize = 3;

/// How near chunks and files are to the question; 0 to 1 each.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    /// By chunk number.
    pub(super) chunks: Vec<f32>,
    /// By doc position.
    pub(super) files: Vec<f32>,
}

/// Compares a question with all chunks that filters and patterns admit, or with those that are near when there are very
/// many; none when there are no vectors, they are of another model, or the embedder knows no word of the question.
///
/// # Errors
/// When the embedder fails; [`Kind::Corrupt`] when the store is damaged.
pub(super) fn score(
    source: &dyn Source,
    corpus: &Corpus,
    embedder: Option<&dyn Embedder>,
    request: &Request<'_>,
    sieve: Option<&Sieve>,
) -> Result<Option<Meaning>> {
    let Some(embedder) = embedder.filter(|embedder| embedder.id() == source.model()) else { return Ok(None) };
    let query = embedder.embed_query(request.text)?;
    if query.iter().all(|&x| x == 0.0) {
        return Ok(None);
    }
    let wanted = wanted(corpus, &request.filters, sieve);
    compare(source, corpus, &query, wanted.as_deref())
}

/// The docs that may have hits, upwards; none when all may.
pub(super) fn wanted(corpus: &Corpus, filters: &Filters, sieve: Option<&Sieve>) -> Option<Vec<u32>> {
    let sieve = sieve.filter(|sieve| !sieve.passes_all());
    if filters.is_open() && sieve.is_none() {
        return None;
    }
    let may_have = |position: &usize| {
        sieve.is_none_or(|sieve| corpus.chunks(*position).any(|chunk| sieve.passes(chunk)))
            && filters.admits(corpus.path(*position), corpus.language(*position))
    };
    Some((0..corpus.n_docs()).filter(may_have).map(|position| corpus.doc(position)).collect())
}

/// Compares the vector of a question; with the chunks of some docs, when these are given. Nothing when it cannot be
/// compared with them.
///
/// # Errors
/// [`Kind::Corrupt`] when the store is damaged: an answer by words alone would be another one.
pub(super) fn compare(
    source: &dyn Source,
    corpus: &Corpus,
    query: &[f32],
    wanted: Option<&[u32]>,
) -> Result<Option<Meaning>> {
    let mut values = vec![f32::NAN; corpus.n_chunks()];
    let compared = source.similar(query, wanted, &mut |doc, chunk, value| {
        if let Some(position) = corpus.position(doc) {
            let chunks = corpus.chunks(position);
            let number = chunks.start + chunk as usize;
            if number < chunks.end
                && let Some(slot) = values.get_mut(number)
            {
                *slot = value;
            }
        }
    });
    let mean = match compared {
        Ok(Compared::All) => match mean(&values) {
            Some(mean) => mean,
            None => return Ok(None),
        },
        Ok(Compared::Some { mean }) => mean,
        Err(error) if Kind::of(&error) == Kind::Corrupt => return Err(error),
        Err(_) => return Ok(None),
    };
    if let Some(wanted) = wanted {
        for position in 0..corpus.n_docs() {
            if wanted.binary_search(&corpus.doc(position)).is_err() {
                values.get_mut(corpus.chunks(position)).unwrap_or_default().fill(f32::NAN);
            }
        }
    }
    let largest = values.iter().copied().filter(|value| value.is_finite()).fold(mean, f32::max);
    let range = largest - mean;
    if range <= 0.0 && wanted.is_none() {
        return Ok(None);
    }
    // What is farther than most counts nothing, even where nothing else is wanted.
    let range = if range > 0.0 { range } else { f32::INFINITY };
    let chunks: Vec<f32> = values.into_iter().map(|value| ((value - mean) / range).max(0.0)).collect();
    let files = (0..corpus.n_docs())
        .map(|position| best(chunks.get(corpus.chunks(position)).unwrap_or_default()))
        .collect();
    Ok(Some(Meaning { chunks, files }))
}

/// The mean of the values that are known.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "24 bits of a mean are kept"
)]
fn mean(values: &[f32]) -> Option<f32> {
    let known = values.iter().copied().filter(|value| value.is_finite());
    let (sum, n) = known.fold((0.0f64, 0usize), |(sum, n), value| (sum + f64::from(value), n + 1));
    (n > 0).then(|| (sum / n as f64) as f32)
}

/// The mean of the best three.
fn best(scores: &[f32]) -> f32 {
    let mut best = [0.0f32; BEST];
    for &score in scores {
        let mut score = score;
        for slot in &mut best {
            if score > *slot {
                std::mem::swap(slot, &mut score);
            }
        }
    }
    best.iter().sum::<f32>() / 3.0
}

#[cfg(test)]
mod tests {
    use super::{best, score};
    use crate::embed::StaticTable;
    use crate::search::Request;
    use crate::search::corpus::Corpus;
    use crate::search::memory::Memory;

    #[test]
    fn the_nearest_chunk_scores_one_and_the_far_half_nothing() {
        let mut memory = Memory::default();
        memory.add("src/a.rs", "rust", &["fn parse_json(text) { read number string array }", "fn x() {}"]);
        memory.add("src/b.rs", "rust", &["fn draw(canvas) { fill color rectangle }"]);
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        let table = StaticTable::builtin();
        let asked = |embedder, question| score(&memory, &corpus, embedder, &Request::new(question), None);
        let meaning = asked(Some(table), "parse json").expect("a table does not fail").expect("known words");
        assert!((meaning.chunks[0] - 1.0).abs() < 1e-6);
        assert!(meaning.chunks.iter().all(|&d| (0.0..=1.0).contains(&d)));
        assert_eq!(meaning.chunks.iter().filter(|&&d| d == 0.0).count(), 2);
        assert!((meaning.files[0] - (1.0 + meaning.chunks[1]) / 3.0).abs() < 1e-6);
        assert!(asked(Some(table), "qqqqxz").expect("a table does not fail").is_none());
        assert!(asked(None, "parse json").expect("nobody is asked").is_none());
    }

    #[test]
    fn a_file_is_as_good_as_its_three_best_chunks() {
        assert!((best(&[0.1, 0.9, 0.5, 0.6]) - 2.0 / 3.0).abs() < 1e-6);
        assert!((best(&[0.9]) - 0.3).abs() < 1e-6);
        assert_eq!(best(&[]), 0.0);
    }
}
