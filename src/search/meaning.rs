//! What is near in meaning: how near the vector of every chunk is to that of the question, mostly as a cosine.
//!
//! A chunk scores (value − mean) / (largest − mean), at least 0: the mean is that of all chunks, the largest value that of
//! the chunks that filters admit. A file scores the mean of its three best chunks; missing ones count 0.

use super::corpus::Corpus;
use super::scores::{Scores, Sums};
use super::sieve::Sieve;
use super::{Compared, Filters, Request, Source};
use crate::embed::Embedder;
use crate::error::Kind;
use anyhow::Result;

/// Chunks of a file that count.
const BEST: usize = 3;

/// Files whose chunks are all compared, when only the nearest chunks were: those of which these promise most.
const PROMISING: usize = 50;

/// The chunk that is so near is about the nearest one that may not have been compared: a graph or lists are asked for no
/// more, and of what outlines put first the rest is there to be on the safe side.
const SURE: usize = 256;

/// How near chunks and files are to the question; 0 to 1 each.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    /// By chunk number, when all chunks were compared.
    pub(super) all: Sums,
    /// Those that are known, when only the nearest and those of some docs were compared.
    pub(super) some: Option<Nearest>,
    /// By doc position; of docs that were not compared as a whole it may be too little.
    pub(super) files: Vec<f32>,
}

/// What is known when only some chunks were compared.
#[derive(Debug)]
pub(super) struct Nearest {
    /// How near they are; chunks that are farther than most are left out as well.
    pub(super) chunks: Scores,
    /// By doc position: all its chunks were compared.
    whole: Vec<bool>,
    query: Vec<f32>,
    mean: f32,
    /// By what values above the mean are divided.
    range: f32,
    /// About the most that a chunk can be worth that was not compared.
    rest: f32,
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
    let mut given: Vec<(u32, f32)> = Vec::new();
    let is_wanted = |doc: u32| wanted.is_none_or(|wanted| wanted.binary_search(&doc).is_ok());
    let compared = source
        .similar(query, wanted, &mut |doc, chunk, value| given.extend(numbered(corpus, doc, chunk, value)));
    let mean = match compared {
        Ok(Compared::All) => None,
        Ok(Compared::Some { mean }) => Some(mean),
        Err(error) if Kind::of(&error) == Kind::Corrupt => return Err(error),
        Err(_) => return Ok(None),
    };
    let Some(mean) = mean else { return Ok(of_all(corpus, &given, wanted)) };
    if wanted.is_some() {
        given.retain(|&(chunk, _)| is_wanted(corpus.doc(corpus.position_of_chunk(chunk as usize))));
    }
    let largest =
        given.iter().map(|&(_, value)| value).filter(|value| value.is_finite()).fold(mean, f32::max);
    let Some(range) = range(mean, largest, wanted.is_some()) else { return Ok(None) };
    let n_docs = corpus.n_docs();
    let chunks = Scores::default();
    let rest = ((worst(&given).unwrap_or(mean) - mean) / range).max(0.0);
    let some = Nearest { chunks, whole: vec![false; n_docs], query: query.to_vec(), mean, range, rest };
    let mut meaning = Meaning { some: Some(some), files: vec![0.0; n_docs], ..Meaning::default() };
    let mut docs = meaning.take_in(corpus, given);
    docs.sort_unstable_by(|a, b| meaning.file(*b).total_cmp(&meaning.file(*a)).then(a.cmp(b)));
    docs.truncate(PROMISING);
    meaning.complete(source, corpus, docs)?;
    Ok(Some(meaning))
}

/// What is said of chunks that were all compared, as far as their docs are wanted.
fn of_all(corpus: &Corpus, given: &[(u32, f32)], wanted: Option<&[u32]>) -> Option<Meaning> {
    let mut values = vec![f32::NAN; corpus.n_chunks()];
    for &(chunk, value) in given {
        if let Some(slot) = values.get_mut(chunk as usize) {
            *slot = value;
        }
    }
    let mean = mean(&values)?;
    if let Some(wanted) = wanted {
        for position in 0..corpus.n_docs() {
            if wanted.binary_search(&corpus.doc(position)).is_err() {
                values.get_mut(corpus.chunks(position)).unwrap_or_default().fill(f32::NAN);
            }
        }
    }
    let largest = values.iter().copied().filter(|value| value.is_finite()).fold(mean, f32::max);
    let range = range(mean, largest, wanted.is_some())?;
    let all: Vec<f32> = values.into_iter().map(|value| ((value - mean) / range).max(0.0)).collect();
    let files = (0..corpus.n_docs())
        .map(|position| best(all.get(corpus.chunks(position)).unwrap_or_default().iter().copied()))
        .collect();
    Some(Meaning { all: Sums::of(all), some: None, files })
}

/// The least value of the [`SURE`] greatest.
fn worst(given: &[(u32, f32)]) -> Option<f32> {
    let mut values: Vec<f32> = given.iter().map(|&(_, value)| value).collect();
    let at = values.len().checked_sub(1)?.min(SURE - 1);
    Some(*values.select_nth_unstable_by(at, |a, b| b.total_cmp(a)).1)
}

/// By what values above the mean are divided; nothing when they say nothing of the question.
fn range(mean: f32, largest: f32, is_filtered: bool) -> Option<f32> {
    let range = largest - mean;
    // What is farther than most counts nothing, even where nothing else is wanted.
    if range > 0.0 { Some(range) } else { is_filtered.then_some(f32::INFINITY) }
}

/// The value of a chunk by its number; nothing when its doc is dead.
fn numbered(corpus: &Corpus, doc: u32, chunk: u32, value: f32) -> Option<(u32, f32)> {
    let chunks = corpus.chunks(corpus.position(doc)?);
    let number = chunks.start + chunk as usize;
    (number < chunks.end).then_some(())?;
    Some((u32::try_from(number).ok()?, value))
}

impl Meaning {
    fn file(&self, position: usize) -> f32 {
        self.files.get(position).copied().unwrap_or(0.0)
    }

    /// About the most that a chunk of a doc can be worth that is not known; 0 when all are.
    pub(super) fn rest(&self, position: usize) -> f32 {
        let some = self.some.as_ref().filter(|some| some.whole.get(position) == Some(&false));
        some.map_or(0.0, |some| some.rest)
    }

    /// About the most that a doc can be worth; what it is worth when all its chunks were compared.
    pub(super) fn file_bound(&self, corpus: &Corpus, position: usize) -> f32 {
        let rest = self.rest(position);
        let Some(some) = self.some.as_ref().filter(|_| rest > 0.0) else { return self.file(position) };
        let chunks = corpus.chunks(position);
        let n = chunks.len().min(BEST);
        best(some.chunks.within(chunks).map(|(_, score)| score).chain(std::iter::repeat_n(rest, n)))
    }

    /// Compares all chunks of some docs where that was not done yet.
    ///
    /// # Errors
    /// When the vectors cannot be read.
    pub(super) fn complete(
        &mut self,
        source: &dyn Source,
        corpus: &Corpus,
        mut positions: Vec<usize>,
    ) -> Result<()> {
        let Some(some) = &mut self.some else { return Ok(()) };
        positions.sort_unstable();
        positions.dedup();
        positions.retain(|&position| {
            some.whole.get_mut(position).is_some_and(|whole| !std::mem::replace(whole, true))
        });
        let docs: Vec<u32> = positions.iter().map(|&position| corpus.doc(position)).collect();
        let (mut given, mean, range) = (Vec::new(), some.mean, some.range);
        source.similar_in(&some.query, &docs, &mut |doc, chunk, value| {
            // What is farther than most counts nothing.
            let score = (value - mean) / range;
            if score > 0.0 {
                given.extend(numbered(corpus, doc, chunk, score));
            }
        })?;
        if !given.is_sorted_by(|a, b| a.0 < b.0) {
            // A source that finds its file damaged half way gives all once more.
            put_in_order(&mut given);
        }
        self.add(corpus, given, &positions);
        Ok(())
    }

    /// Takes in values of chunks; of those that are known already what is known stays. Gives the docs that they are of,
    /// upwards.
    fn take_in(&mut self, corpus: &Corpus, mut given: Vec<(u32, f32)>) -> Vec<usize> {
        let Some(some) = &mut self.some else { return Vec::new() };
        put_in_order(&mut given);
        for (_, value) in &mut given {
            *value = (*value - some.mean) / some.range;
        }
        given.retain(|&(_, score)| score > 0.0);
        let chunks = given.iter().map(|&(chunk, _)| chunk as usize);
        let mut docs: Vec<usize> = corpus.with_positions(chunks).map(|(position, _)| position).collect();
        docs.dedup();
        self.add(corpus, given, &docs);
        docs
    }

    /// Adds scores above 0 of chunks, which are given upwards, each once, and of these docs, upwards. Of those that are
    /// known already what is known stays.
    fn add(&mut self, corpus: &Corpus, given: Vec<(u32, f32)>, docs: &[usize]) {
        let Some(some) = &mut self.some else { return };
        some.chunks.join(given.into_iter(), |known, _| known);
        let mut walk = some.chunks.walk();
        for &position in docs {
            if let Some(file) = self.files.get_mut(position) {
                *file = best(walk.within(corpus.chunks(position)).iter().map(|&(_, score)| score));
            }
        }
    }
}

/// Puts values of chunks in the order of these, each once: what is given twice is finer the second time.
fn put_in_order(given: &mut Vec<(u32, f32)>) {
    given.reverse();
    given.sort_by_key(|&(chunk, _)| chunk);
    given.dedup_by_key(|&mut (chunk, _)| chunk);
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
fn best(scores: impl Iterator<Item = f32>) -> f32 {
    let mut best = [0.0f32; BEST];
    for mut score in scores {
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
        let all: Vec<f32> = meaning.all.of_range(0..3).collect();
        assert!((all[0] - 1.0).abs() < 1e-6);
        assert!(all.iter().all(|&d| (0.0..=1.0).contains(&d)));
        assert_eq!(all.iter().filter(|&&d| d == 0.0).count(), 2);
        assert!((meaning.files[0] - (1.0 + all[1]) / 3.0).abs() < 1e-6);
        assert!(asked(Some(table), "qqqqxz").expect("a table does not fail").is_none());
        assert!(asked(None, "parse json").expect("nobody is asked").is_none());
    }

    #[test]
    fn a_file_is_as_good_as_its_three_best_chunks() {
        let best = |scores: &[f32]| best(scores.iter().copied());
        assert!((best(&[0.1, 0.9, 0.5, 0.6]) - 2.0 / 3.0).abs() < 1e-6);
        assert!((best(&[0.9]) - 0.3).abs() < 1e-6);
        assert_eq!(best(&[]), 0.0);
    }

    #[test]
    fn what_is_known_of_the_nearest_and_of_whole_docs_is_what_all_say() {
        let mut memory = Memory::default();
        let words = ["parse", "json", "read", "canvas", "fill", "number", "socket", "array", "draw"];
        for file in 0..130usize {
            let chunks: Vec<String> = (0..1 + file % 6)
                .map(|at| {
                    format!(
                        "fn {}_{}() {{ {} }}",
                        words[file % 9],
                        words[(file + at) % 9],
                        words[at * file % 9]
                    )
                })
                .collect();
            let chunks: Vec<&str> = chunks.iter().map(String::as_str).collect();
            memory.add(&format!("src/f{file}.rs"), "rust", &chunks);
        }
        memory.kill(3);
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        let table = StaticTable::builtin();
        let mut asked = |nearest, begins_anew| {
            (memory.nearest, memory.begins_anew) = (nearest, begins_anew);
            let request = Request::new("parse a json number");
            let meaning = score(&memory, &corpus, Some(table), &request, None).expect("memory does not fail");
            let mut meaning = meaning.expect("known words");
            meaning.complete(&memory, &corpus, vec![120, 2, 2, 119]).expect("memory does not fail");
            meaning
        };
        let (all, some) = (asked(None, false), asked(Some(40), false));
        let anew = asked(Some(40), true);
        let known = |meaning: &super::Meaning| meaning.some.as_ref().map(|some| some.chunks.clone());
        assert_eq!((known(&anew), &anew.files), (known(&some), &some.files));
        for position in 0..corpus.n_docs() {
            let bound = some.file_bound(&corpus, position);
            assert!(bound >= some.files[position] && bound >= all.files[position] - 0.1, "{position}");
        }
        let known = some.some.expect("only the nearest");
        let near = |a: f32, b: f32| (a - b).abs() < 1e-4;
        for position in 0..corpus.n_docs() {
            if known.whole[position] {
                assert!(near(some.files[position], all.files[position]), "{position}");
                let mut chunks = corpus.chunks(position);
                assert!(chunks.all(|chunk| near(known.chunks.get(chunk), all.all.get(chunk))), "{position}");
            }
        }
        assert!([2, 119, 120].iter().all(|&position| known.whole[position]));
        let mut order: Vec<usize> = (0..corpus.n_chunks()).collect();
        order.sort_by(|&a, &b| all.all.get(b).total_cmp(&all.all.get(a)));
        assert!(order.iter().take(40).all(|&chunk| near(known.chunks.get(chunk), all.all.get(chunk))));
        let best = |files: &[f32]| {
            let mut order: Vec<usize> = (0..files.len()).collect();
            order.sort_by(|&a, &b| files[b].total_cmp(&files[a]).then(a.cmp(&b)));
            order.truncate(8);
            order
        };
        assert_eq!(best(&some.files), best(&all.files));
    }
}
