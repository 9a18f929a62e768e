//! "Code like this": a chunk as a question.
//!
//! What a chunk is about are its most telling terms, those that stand often in it and seldom elsewhere (tf · idf), and
//! its embedding, which the store has. Both go through the ranking of any other question, where only what speaks for
//! chunks counts: files are not like a chunk, and their paths name what it uses rather than what it is. A chunk of the
//! same text comes before all others.

use super::corpus::Corpus;
use super::question::{Question, Term};
use super::rank::Scored;
use super::sieve;
use super::{Answer, Ranked, Request, Source, Weights, Words, lexical, meaning, postings, present, ranked};
use crate::embed::Embedder;
use crate::error::{Kind, ResultExt as _};
use crate::store::ChunkRow;
use crate::text;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;

/// Terms of a chunk that are looked up, the most frequent first.
const MAX_LOOKED_UP: usize = 96;
/// Terms that are asked for.
const MAX_TERMS: usize = 24;
/// How quickly repetition loses weight.
const K1: f32 = 1.2;
/// Files that are read to find the same text.
const MAX_READ: usize = 64;

/// How the project that is searched relates to that of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kin {
    /// It is the same one.
    pub is_own_project: bool,
    /// Its embeddings come from the same model; others cannot be compared.
    pub has_own_model: bool,
}

/// A chunk that others may be like.
#[derive(Debug)]
pub struct Example {
    question: Question,
    /// Its most telling words, as they are written in it: what is lit up in hits.
    pub words: String,
    vector: Option<Vec<f32>>,
    /// Id of the model that made the vector.
    model: String,
    /// Its lines without blanks at their ends.
    lines: Vec<String>,
    path: String,
    chunk: ChunkRow,
}

impl Example {
    /// The chunk at a line (0-based) of the file at a path, or the next one when the line is blank.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the file has no such chunk or is no longer what was indexed; when the source cannot be read.
    pub fn at(source: &dyn Source, path: &str, line: u32) -> Result<Self> {
        let corpus = source.corpus()?;
        let position = (0..corpus.n_docs()).find(|&position| corpus.path(position) == path);
        let position = position.with_context(|| format!("`{path}` is not indexed")).kind(Kind::Usage)?;
        let doc = source.doc(corpus.doc(position))?.context("a doc without a row")?;
        let at = doc.chunks.partition_point(|chunk| chunk.end_line < line);
        let chunk = doc.chunks.get(at).or(doc.chunks.last()).copied();
        let chunk = chunk.with_context(|| format!("`{path}` has no text")).kind(Kind::Usage)?;
        let text = source.text(path)?;
        let text = text
            .with_context(|| format!("`{path}` changed since it was indexed"))
            .kind(Kind::Usage)
            .hint("run `codegraph index`")?;
        let lines = lines(&text, &chunk);
        let (question, words) = telling(source, &corpus, &lines.join("\n"))?;
        let vector = source.vector(&chunk)?;
        let model = source.model().to_owned();
        Ok(Self { question, words, vector, model, lines, path: path.to_owned(), chunk })
    }

    /// A text that need not stand anywhere.
    ///
    /// # Errors
    /// When the source cannot be read, or the embedder fails.
    pub fn of(source: &dyn Source, embedder: Option<&dyn Embedder>, text: &str) -> Result<Self> {
        let lines: Vec<String> = text.lines().map(|line| line.trim_end().to_owned()).collect();
        let (question, words) = telling(source, &*source.corpus()?, text)?;
        let embedder = embedder.filter(|embedder| embedder.id() == source.model());
        let vector = embedder.map(|embedder| embedder.embed_query(text)).transpose()?;
        let vector = vector.filter(|vector| vector.iter().any(|&x| x != 0.0));
        let model = source.model().to_owned();
        let chunk = ChunkRow { start_line: 0, end_line: 0, embedding: [0; 16] };
        Ok(Self { question, words, vector, model, lines, path: String::new(), chunk })
    }
}

/// The lines of a chunk without blanks at their ends.
fn lines(text: &str, chunk: &ChunkRow) -> Vec<String> {
    let n = (chunk.end_line - chunk.start_line) as usize + 1;
    text.lines().skip(chunk.start_line as usize).take(n).map(|line| line.trim_end().to_owned()).collect()
}

/// The most telling terms of a text as a question, and the words of which they come.
fn telling(source: &dyn Source, corpus: &Corpus, text: &str) -> Result<(Question, String)> {
    let mut counts: BTreeMap<String, (u32, usize, &str)> = BTreeMap::new();
    for (at, word) in text::identifiers(text).enumerate().filter(|(_, word)| !text::is_stop_word(word)) {
        text::terms(word, &mut |term| {
            counts.entry(term.to_owned()).or_insert((0, at, word)).0 += 1;
        });
    }
    let mut terms: Vec<(String, u32, usize, &str)> =
        counts.into_iter().map(|(term, (count, at, word))| (term, count, at, word)).collect();
    terms.sort_by(|a, b| b.1.cmp(&a.1).then(a.2.cmp(&b.2)));
    terms.truncate(MAX_LOOKED_UP);
    let mut weighed = Vec::with_capacity(terms.len());
    for (term, count, at, word) in terms {
        let mut n = 0;
        lexical::chunks_with(source, corpus, &term, &mut |_| n += 1)?;
        #[expect(clippy::cast_precision_loss, reason = "a count of terms in a chunk")]
        let tf = count as f32;
        weighed.push((tf / (tf + K1) * postings::idf(corpus.n_chunks(), n), at, term, word));
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then_with(|| a.2.cmp(&b.2)));
    weighed.truncate(MAX_TERMS);
    let mut words: Vec<&str> = Vec::new();
    let mut terms = Vec::with_capacity(weighed.len());
    for (_, _, term, word) in weighed {
        if !words.contains(&word) {
            words.push(word);
        }
        terms.push(Term { is_part: !term.starts_with('='), text: term, count: 1.0 });
    }
    Ok((Question::of_terms(terms), words.join(" ")))
}

/// The chunks that are most like an example, without itself.
///
/// # Errors
/// When the source cannot be read.
pub fn similar(source: &dyn Source, example: &Example, kin: Kin, request: &Request<'_>) -> Result<Answer> {
    if request.limit == 0 {
        return Ok(Answer::default());
    }
    let corpus = source.corpus()?;
    let mut sieve = sieve::sift(source, &corpus, &request.filters, &request.patterns)?;
    let own = |position: usize| kin.is_own_project && corpus.path(position) == example.path;
    if let Some(position) = (0..corpus.n_docs()).find(|&position| own(position))
        && let Some(doc) = source.doc(corpus.doc(position))?
    {
        for (number, _) in corpus.chunks(position).zip(&doc.chunks).filter(|(_, it)| **it == example.chunk) {
            sieve.leave_out(number);
        }
    }
    let (n_changed, n_read) = (sieve.n_changed, sieve.n_read);
    let is_comparable = kin.has_own_model && example.model == source.model();
    let meaning = match example.vector.as_ref().filter(|_| is_comparable) {
        None => None,
        Some(vector) => {
            let wanted = meaning::wanted(&corpus, &request.filters, Some(&sieve));
            meaning::compare(source, &corpus, vector, wanted.as_deref())?
        }
    };
    let by_meaning = meaning.is_some();
    let words = Words::read(source, &corpus, &example.question)?;
    let weights = request.weights.unwrap_or_else(Weights::of_chunks);
    let limit = request.limit;
    // Which hits are the best is known only once the same texts and the example itself are.
    let request = Request { text: "", weights: Some(weights), limit: usize::MAX, ..request.clone() };
    let Ranked { mut scored, n_candidates, .. } =
        ranked(source, &corpus, &request, &example.question, (words, meaning), Some(&sieve))?;
    let same = same_text(source, &corpus, example, &scored)?;
    for (each, _) in scored.iter_mut().zip(same).filter(|(_, is_same)| *is_same) {
        each.mark_same();
    }
    scored.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut hits = Vec::new();
    // A hit may grow to the whole of its symbol, and so over the example.
    let is_on = |hit: &super::Hit| {
        kin.is_own_project
            && hit.path == example.path
            && hit.start_line <= example.chunk.end_line + 1
            && hit.end_line > example.chunk.start_line
    };
    for hit in present::hits(source, scored, &corpus, &request)? {
        if hits.len() < limit && !is_on(&hit) {
            hits.push(hit);
        }
    }
    Ok(Answer { hits, n_candidates, by_meaning, n_changed, n_read, ..Answer::default() })
}

/// For each chunk whether it has the text of the example.
fn same_text(
    source: &dyn Source,
    corpus: &Corpus,
    example: &Example,
    scored: &[Scored],
) -> Result<Vec<bool>> {
    let mut read: BTreeMap<usize, Option<(String, Vec<ChunkRow>)>> = BTreeMap::new();
    let mut same = Vec::with_capacity(scored.len());
    for each in scored {
        let position = each.position;
        if !read.contains_key(&position) && read.len() < MAX_READ {
            let text = source.text(corpus.path(position))?;
            let doc = source.doc(corpus.doc(position))?;
            read.insert(position, text.zip(doc.map(|doc| doc.chunks.clone())));
        }
        let index = each.chunk - corpus.chunks(position).start;
        let is_same = read.get(&position).and_then(Option::as_ref).is_some_and(|(text, chunks)| {
            chunks.get(index).is_some_and(|chunk| lines(text, chunk) == example.lines)
        });
        same.push(is_same);
    }
    Ok(same)
}

#[cfg(test)]
mod tests {
    use super::{Example, Kin, similar};
    use crate::error::message;
    use crate::search::memory::Memory;
    use crate::search::{Filters, Part, Request};

    const KIN: Kin = Kin { is_own_project: true, has_own_model: true };

    fn memory() -> Memory {
        let mut memory = Memory::default();
        let chunk = "def read_config(path):\n    return parse_toml(open(path))";
        memory.add("src/a.py", "python", &[chunk, "def unrelated(): pass"]);
        memory.add("src/b.py", "python", &["def draw(canvas): fill(canvas)", chunk]);
        memory.add("src/c.py", "python", &["def load_settings(path):\n    return parse_toml(read(path))"]);
        memory.add("src/d.rs", "rust", &["fn zebra() {}", "fn config() { parse_toml(path) }"]);
        memory.add("src/e.py", "python", &[""]);
        memory
    }

    fn ask(memory: &Memory, path: &str, line: u32, filters: Filters) -> Vec<String> {
        let example = Example::at(memory, path, line).expect("an example");
        let request = Request { filters, ..Request::new("") };
        let answer = similar(memory, &example, KIN, &request).expect("memory does not fail");
        answer.hits.iter().map(|hit| format!("{}:{}", hit.path, hit.start_line)).collect()
    }

    #[test]
    fn the_same_text_comes_first_then_what_is_like_it_and_never_itself() {
        let hits = ask(&memory(), "src/a.py", 1, Filters::default());
        assert_eq!(hits[0], "src/b.py:2");
        let place = |hit: &str| hits.iter().position(|each| each == hit).unwrap_or(usize::MAX);
        assert!(place("src/c.py:1") < place("src/b.py:1").min(place("src/d.rs:1")), "{hits:?}");
        assert!(!hits.contains(&"src/a.py:1".to_owned()), "{hits:?}");
        assert_eq!(ask(&memory(), "src/b.py", 2, Filters::default())[0], "src/a.py:1");
    }

    #[test]
    fn an_example_of_another_project_is_no_hit_to_leave_out() {
        let memory = memory();
        let example = Example::at(&memory, "src/a.py", 0).expect("an example");
        let kin = Kin { is_own_project: false, has_own_model: false };
        let answer = similar(&memory, &example, kin, &Request::new("")).expect("memory does not fail");
        let first: Vec<&str> = answer.hits.iter().take(2).map(|hit| hit.path.as_str()).collect();
        assert!(first == ["src/a.py", "src/b.py"] && !answer.by_meaning, "{first:?}");
        for hit in &answer.hits {
            let (factors, sums): (Vec<&Part>, Vec<&Part>) =
                hit.parts.iter().partition(|it| it.name == "path-factor");
            let sum: f32 = sums.iter().map(|part| part.value).sum();
            assert!((sum * factors[0].value - hit.score).abs() < 1e-3, "{hit:?}");
        }
    }

    #[test]
    fn filters_hold_for_similar_code_too() {
        let filters = Filters { languages: vec!["rust".to_owned()], ..Filters::default() };
        let hits = ask(&memory(), "src/a.py", 0, filters);
        assert!(!hits.is_empty() && hits.iter().all(|hit| hit.starts_with("src/d.rs")), "{hits:?}");
    }

    #[test]
    fn what_is_not_there_is_told() {
        let told =
            |memory: &Memory, path: &str| message(&Example::at(memory, path, 0).expect_err("an error"));
        let mut memory = memory();
        assert_eq!(told(&memory, "src/z.py"), "`src/z.py` is not indexed");
        memory.change("src/a.py");
        assert_eq!(told(&memory, "src/a.py"), "`src/a.py` changed since it was indexed");
    }

    #[test]
    fn telling_words_are_those_that_are_rare_elsewhere() {
        let example = Example::at(&memory(), "src/c.py", 0).expect("an example");
        let words: Vec<&str> = example.words.split(' ').collect();
        assert!(words.contains(&"load_settings") && words[0] != "def", "{words:?}");
    }
}
