//! "Find me code by words and meaning."
//!
//! A question becomes terms; every signal gives chunks or files a value from 0 to 1; the best chunks of each signal
//! are candidates; a weighted sum orders them. What search reads comes through [`Source`], so it can be tested in
//! memory and cannot write.
//!
//! A caller opens [`StoreSource`] on a view, a project's record and the data folder, fills a [`Request`], and gives both to [`run`] with
//! the embedder of the project ([`crate::embed::Model`]). A [`Hit`] names lines of the text as it was
//! indexed; [`label`] chooses its symbol by the words in them and [`snippet::snippet`] shows them, once the caller has
//! found that the file's hash is still that of its row.

mod corpus;
mod doc;
mod label;
mod lexical;
mod meaning;
#[cfg(test)]
mod memory;
mod names;
pub mod paths;
mod patterns;
mod plan;
mod postings;
mod present;
mod question;
mod rank;
mod scores;
mod sieve;
mod similar;
pub mod snippet;
mod source;
mod spelling;
mod syntax;

pub use corpus::Corpus;
pub use doc::Doc;
pub use label::label;
pub use patterns::{PathSet, names};
pub use postings::{Postings, Terms};
pub use rank::{Signal, Weights};
pub use similar::{Example, Kin, similar};
pub use source::{StoreSource, Texts};
pub use spelling::{Near, near, nearest, respelt};
pub use syntax::{Pattern, Patterns, SYNTAX, Typed, Wish};

use crate::embed::{Embedder, Likeness};
use crate::error::{Kind, message};
use crate::model::{FileId, SymbolKind};
use crate::store::{ChunkRow, DocRow, SymbolRow};
use anyhow::Result;
use serde::Serialize;
use std::sync::Arc;

/// How much of the vectors a source could compare with a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Compared {
    /// Every vector was given.
    All,
    /// Only those near enough to matter were given, or those of docs that are wanted.
    Some {
        /// Mean value of all vectors.
        mean: f32,
    },
}

/// What search reads: one generation of one project.
pub trait Source: Sync {
    /// One past the largest doc number.
    fn n_docs(&self) -> u32;

    /// True for a doc whose file was changed or removed since.
    fn is_dead(&self, doc: u32) -> bool;

    /// Gives the posting blocks of a term, upwards, each with its base.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn postings(&self, term: &str, each: &mut dyn FnMut(u32, &[u8])) -> Result<()>;

    /// What is kept of terms; nothing in a source that is asked once.
    fn terms(&self) -> Option<&Terms> {
        None
    }

    /// Gives the blocks of lengths of all docs, upwards, each with its base.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn lengths(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()>;

    /// What there is to rank. A source that is asked more than once keeps it.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn corpus(&self) -> Result<Arc<Corpus>>;

    /// Id of the model that made the vectors.
    fn model(&self) -> &str;

    /// The row of a doc. A source that is asked more than once keeps some.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn doc(&self, doc: u32) -> Result<Option<Arc<Doc>>>;

    /// Gives the trigram filters of all docs with their numbers; a doc without one may have any text.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn trigrams(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()>;

    /// The text of the file at a path; nothing when it is no longer what was indexed. Called from many threads.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn text(&self, path: &str) -> Result<Option<String>>;

    /// Gives the names of all symbols whose folded form is accepted, each as it is written, with the kind of a symbol.
    /// A name may be given several times.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn names(
        &self,
        accepts: &mut dyn FnMut(&str) -> bool,
        each: &mut dyn FnMut(&str, SymbolKind),
    ) -> Result<()>;

    /// The embedding of a chunk; nothing when there is none.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn vector(&self, chunk: &ChunkRow) -> Result<Option<Vec<f32>>>;

    /// Gives doc, chunk and value of the vectors that are compared with the question's: how near they are, the nearer the
    /// greater. What is given twice is finer the second time. Docs that are wanted are given upwards; then others may
    /// be left out.
    ///
    /// # Errors
    /// When the vectors cannot be read.
    fn similar(
        &self,
        query: &[f32],
        wanted: Option<&[u32]>,
        each: &mut dyn FnMut(u32, u32, f32),
    ) -> Result<Compared>;

    /// Gives doc, chunk and value of the vectors of some docs, which are given upwards.
    ///
    /// # Errors
    /// When the vectors cannot be read.
    fn similar_in(&self, query: &[f32], docs: &[u32], each: &mut dyn FnMut(u32, u32, f32)) -> Result<()>;
}

/// Which hits are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Names of languages or kinds of text, of which a hit's must be one; empty for all.
    pub languages: Vec<String>,
    /// Kinds of which a hit's symbol must be; empty for all.
    pub kinds: Vec<SymbolKind>,
    /// What the path must be.
    pub paths: Option<PathSet>,
    /// Leave test code out.
    pub no_tests: bool,
    /// Names of languages or kinds of text, of which a hit's must be none.
    pub not_languages: Vec<String>,
    /// Kinds of which a hit's symbol must be none.
    pub not_kinds: Vec<SymbolKind>,
    /// What the path must not be.
    pub not_paths: Option<PathSet>,
}

impl Filters {
    /// True when every file passes.
    const fn is_open(&self) -> bool {
        self.languages.is_empty()
            && self.paths.is_none()
            && !self.no_tests
            && self.not_languages.is_empty()
            && self.not_paths.is_none()
    }

    /// True when every file and every symbol passes.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.is_open() && self.kinds.is_empty() && self.not_kinds.is_empty()
    }

    /// True when a file may hold hits.
    fn admits(&self, path: &str, language: &str) -> bool {
        (self.languages.is_empty() || self.languages.iter().any(|each| each == language))
            && !self.not_languages.iter().any(|each| each == language)
            && self.paths.as_ref().is_none_or(|set| set.admits(path))
            && !self.not_paths.as_ref().is_some_and(|set| set.admits(path))
            && !(self.no_tests && paths::is_test(path))
    }
}

/// What orders hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// How well they answer the words of the question.
    #[default]
    Ranked,
    /// Where the wanted patterns match: definitions first, tests and their like last, then by path.
    Matches,
    /// All that the filters admit, by path.
    Listed,
}

/// One question.
#[derive(Debug, Clone)]
pub struct Request<'q> {
    /// Words, identifiers or both.
    pub text: &'q str,
    /// Most hits.
    pub limit: usize,
    /// Which hits are wanted.
    pub filters: Filters,
    /// What must and must not stand in their lines.
    pub patterns: Patterns,
    /// What orders the hits.
    pub order: Order,
    /// Weights other than the usual ones: for measuring.
    pub weights: Option<Weights>,
}

impl<'q> Request<'q> {
    /// Asks for the ten best hits of all kinds.
    #[must_use]
    pub fn new(text: &'q str) -> Self {
        Self {
            text,
            limit: 10,
            filters: Filters::default(),
            patterns: Patterns::default(),
            order: Order::Ranked,
            weights: None,
        }
    }
}

/// One place that answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The file.
    pub file: FileId,
    /// Its path, with `/`.
    pub path: String,
    /// Its language or kind of text.
    pub language: String,
    /// First line, 1-based.
    pub start_line: u32,
    /// Last line, 1-based, inclusive.
    pub end_line: u32,
    /// How good it is; comparable within one answer only.
    pub score: f32,
    /// The symbol that the lines belong to, if any. It is no symbol of the graph when its slot is 0.
    pub symbol: Option<SymbolRow>,
    /// Symbols among which [`label`] chooses, as far as the filters admit them: those around or in the lines, and those
    /// that begin so shortly below that their comment may reach into them. By chunk, then by first line.
    pub choices: Vec<SymbolRow>,
    /// The question is the exact name of the symbol.
    pub is_exact: bool,
    /// What each signal added, and what the path took off; for explaining.
    pub parts: Vec<Part>,
}

impl Hit {
    /// A hit in a doc that says nothing but where it is.
    fn of(doc: &DocRow) -> Self {
        Self {
            file: doc.file,
            path: doc.path.clone(),
            language: doc.language.clone(),
            start_line: 1,
            end_line: 1,
            score: 0.0,
            symbol: None,
            choices: Vec::new(),
            is_exact: false,
            parts: Vec::new(),
        }
    }
}

/// One part of a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Part {
    /// The signal, or `path-factor`, by which the sum was multiplied.
    pub name: &'static str,
    /// What it added, weight included.
    pub value: f32,
}

/// The hits, best first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Answer {
    /// At most as many as asked for.
    pub hits: Vec<Hit>,
    /// Chunks that were looked at closely.
    pub n_candidates: usize,
    /// Meaning was compared too; false when there are no vectors or the question has no known word.
    pub by_meaning: bool,
    /// Files that may hold what was asked for and are no longer what was indexed: they were not looked at.
    pub n_changed: usize,
    /// Files whose text was read.
    pub n_read: usize,
    /// Words that look like names and stand nowhere: see [`near`].
    pub unknown: Vec<String>,
    /// Why meaning was not compared: what the embedder said.
    pub problem: Option<String>,
}

/// True when a question is nothing but a name and looks like one: then [`Weights::of`] a symbol are used.
#[must_use]
pub fn is_symbol_question(question: &str) -> bool {
    question::Question::new(question).is_symbol
}

/// True when a question has a word that can be looked for: one with a letter from a to z, or an underscore.
#[must_use]
pub fn has_word(question: &str) -> bool {
    !question::Question::new(question).terms.is_empty()
}

/// Answers a question.
///
/// # Errors
/// When the source cannot be read. Vectors that cannot be read, and an embedder that fails, are no error: see
/// [`Answer::by_meaning`] and [`Answer::problem`].
pub fn run(source: &dyn Source, embedder: Option<&dyn Embedder>, request: &Request<'_>) -> Result<Answer> {
    let question = question::Question::new(request.text);
    let patterns = &request.patterns;
    let order = match request.order {
        Order::Ranked if question.terms.is_empty() && !patterns.with.is_empty() => Order::Matches,
        order => order,
    };
    if request.limit == 0 || order == Order::Ranked && question.terms.is_empty() {
        return Ok(Answer::default());
    }
    let corpus = source.corpus()?;
    let sieve = if patterns.is_empty() {
        None
    } else {
        Some(sieve::sift(source, &corpus, &request.filters, patterns)?)
    };
    let (n_changed, n_read) = sieve.as_ref().map_or((0, 0), |sieve| (sieve.n_changed, sieve.n_read));
    let unranked = match (order, &sieve) {
        (Order::Ranked, _) => None,
        (Order::Matches, Some(sieve)) => Some(sieve::hits(sieve, &corpus, request)),
        (Order::Matches | Order::Listed, sieve) => {
            Some(sieve::listed(source, &corpus, sieve.as_ref(), request)?)
        }
    };
    if let Some(answer) = unranked {
        return Ok(Answer { n_changed, n_read, ..answer });
    }
    // One after the other: another thread is woken up too late, and finds what it needs in no cache.
    let words = Words::read(source, &corpus, &question)?;
    let meaning = meaning::score(source, &corpus, embedder, request, sieve.as_ref());
    let (meaning, problem) = match meaning {
        Ok(meaning) => (meaning, None),
        Err(error) if Kind::of(&error) == Kind::Corrupt => return Err(error),
        Err(error) => (None, Some(message(&error))),
    };
    let by_meaning = meaning.is_some();
    let Ranked { scored, n_candidates, unknown } =
        ranked(source, &corpus, request, &question, (words, meaning), sieve.as_ref())?;
    let hits = present::hits(source, scored, &corpus, request)?;
    Ok(Answer { hits, n_candidates, by_meaning, n_changed, n_read, unknown, problem })
}

/// What ranking gave.
struct Ranked {
    /// The best candidates in order.
    scored: Vec<rank::Scored>,
    n_candidates: usize,
    /// Words that look like names and stand nowhere.
    unknown: Vec<String>,
}

/// What the words of a question say.
struct Words {
    lexical: lexical::Lexical,
    paths: paths::Paths,
    definitions: names::Definitions,
}

impl Words {
    fn read(source: &dyn Source, corpus: &Corpus, question: &question::Question) -> Result<Self> {
        Ok(Self {
            lexical: lexical::score(source, corpus, question)?,
            paths: paths::score(source, corpus, question),
            definitions: names::definitions(source, corpus, question)?,
        })
    }
}

/// Ranks all chunks that pass.
fn ranked(
    source: &dyn Source,
    corpus: &Corpus,
    request: &Request<'_>,
    question: &question::Question,
    (words, meaning): (Words, Option<meaning::Meaning>),
    sieve: Option<&sieve::Sieve>,
) -> Result<Ranked> {
    let Words { lexical, paths, definitions } = &words;
    let versions = paths::Versions::new(corpus, request.text);
    let mut ranking = rank::Ranking {
        corpus,
        lexical,
        meaning,
        paths,
        versions: &versions,
        definitions,
        question,
        weights: request.weights.unwrap_or_else(|| Weights::of(question.is_symbol)),
        filters: &request.filters,
        limit: request.limit,
        sieve,
    };
    let candidates = ranking.candidates();
    let scored = ranking.order(source, &candidates, Likeness::new(request.text))?;
    let unknown = spelling::unknown_words(request.text, question, lexical, definitions);
    words.lexical.give_back(source);
    Ok(Ranked { scored, n_candidates: candidates.len(), unknown })
}

#[cfg(test)]
mod tests;
