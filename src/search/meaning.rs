//! What is near in meaning: cosines between the question and every chunk.
//!
//! A chunk scores (cosine − mean) / (largest − mean) over all chunks, at least 0. A file scores the mean of its three
//! best chunks; missing ones count 0.

use super::corpus::Corpus;
use super::{Compared, Request, Source};
use crate::embed::Embedder;
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

/// Compares a question with all chunks, or with those that are near when there are very many and no filter asks for a
/// few of them; none when there are no vectors, they cannot be read or are of another model, or the embedder knows no
/// word of the question.
///
/// # Errors
/// When the embedder fails.
pub(super) fn score(
    source: &dyn Source,
    corpus: &Corpus,
    embedder: Option<&dyn Embedder>,
    request: &Request<'_>,
) -> Result<Option<Meaning>> {
    let Some(embedder) = embedder.filter(|embedder| embedder.id() == source.model()) else { return Ok(None) };
    let query = embedder.embed_query(request.text)?;
    if query.iter().all(|&x| x == 0.0) {
        return Ok(None);
    }
    Ok(compare(source, corpus, &query, !request.filters.is_open()))
}

/// Compares the vector of a question; with all chunks, when `all` is set.
pub(super) fn compare(source: &dyn Source, corpus: &Corpus, query: &[f32], all: bool) -> Option<Meaning> {
    let mut cosines = vec![f32::NAN; corpus.n_chunks()];
    let compared = source.similar(query, all, &mut |doc, chunk, cosine| {
        if let Some(position) = corpus.position(doc) {
            let chunks = corpus.chunks(position);
            let number = chunks.start + chunk as usize;
            if number < chunks.end
                && let Some(slot) = cosines.get_mut(number)
            {
                *slot = cosine;
            }
        }
    });
    let mean = match compared {
        Ok(Compared::All) => mean(&cosines)?,
        Ok(Compared::Nearest { mean }) => mean,
        Err(_) => return None,
    };
    let largest = cosines.iter().copied().filter(|cosine| cosine.is_finite()).fold(mean, f32::max);
    let range = largest - mean;
    if range <= 0.0 {
        return None;
    }
    let chunks: Vec<f32> = cosines.into_iter().map(|cosine| ((cosine - mean) / range).max(0.0)).collect();
    let files = (0..corpus.n_docs())
        .map(|position| best(chunks.get(corpus.chunks(position)).unwrap_or_default()))
        .collect();
    Some(Meaning { chunks, files })
}

/// The mean of the cosines that are known.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "a mean of numbers from −1 to 1"
)]
fn mean(cosines: &[f32]) -> Option<f32> {
    let known = cosines.iter().copied().filter(|cosine| cosine.is_finite());
    let (sum, n) = known.fold((0.0f64, 0usize), |(sum, n), cosine| (sum + f64::from(cosine), n + 1));
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
        let asked = |embedder, question| score(&memory, &corpus, embedder, &Request::new(question));
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
