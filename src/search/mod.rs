//! "Find me code by words and meaning."
//!
//! A question becomes terms; every signal gives chunks or files a value from 0 to 1; the best chunks of each signal
//! are candidates; a weighted sum orders them. What search reads comes through [`Source`], so it can be tested in
//! memory and cannot write.

mod corpus;
mod lexical;
mod meaning;
#[cfg(test)]
mod memory;
mod names;
mod paths;
mod present;
mod question;
mod rank;

pub use rank::{Signal, Weights};

use crate::embed::Embedder;
use crate::model::{FileId, SymbolKind};
use anyhow::Result;
use globset::GlobSet;
use serde::{Deserialize, Serialize};

/// One version of one file, as search shows it. Written once, when the doc is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocRow {
    /// The file.
    pub file: FileId,
    /// Its path in the project, with `/`.
    pub path: String,
    /// Index of its language; `None` for plain text.
    pub language: Option<u8>,
    /// Its chunks, in order.
    pub chunks: Vec<ChunkRow>,
    /// Its symbols for which [`is_ranked`] holds, by first line.
    pub symbols: Vec<SymbolRow>,
}

/// A chunk of a doc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkRow {
    /// First line, 0-based.
    pub start_line: u32,
    /// Last line, 0-based, inclusive.
    pub end_line: u32,
    /// See [`crate::embed::passage_key`].
    pub embedding: [u8; 16],
}

/// A symbol of a doc.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SymbolRow {
    /// Slot of the symbol in its file.
    pub slot: u32,
    /// What it is.
    pub kind: SymbolKind,
    /// Its own name.
    pub name: String,
    /// The chunk in which it starts.
    pub chunk: u32,
    /// First line, 0-based.
    pub start_line: u32,
    /// Last line, 0-based, inclusive.
    pub end_line: u32,
}

/// True for the kinds whose names count in ranking: types, modules, callables, properties and constants. Fields,
/// variables and members of enumerations are found as text.
#[must_use]
pub const fn is_ranked(kind: SymbolKind) -> bool {
    kind.is_callable()
        || counts_as_type(kind)
        || matches!(kind, SymbolKind::Property | SymbolKind::Constant | SymbolKind::Variable)
}

/// True for the kinds whose names weigh as those of types.
#[must_use]
pub const fn counts_as_type(kind: SymbolKind) -> bool {
    kind.is_type() || matches!(kind, SymbolKind::Module)
}

/// A symbol found by its exact name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    /// The doc that holds it.
    pub doc: u32,
    /// The chunk in which it starts.
    pub chunk: u32,
    /// Its own name, in its own spelling.
    pub name: String,
    /// Its name with its containers, as the language writes it; may equal `name`.
    pub qualified: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its slot in its file.
    pub slot: u32,
}

/// How much of the vectors a source could compare with a question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Compared {
    /// There are no vectors.
    None,
    /// Every vector was given.
    All,
    /// Only the nearest ones were given; the mean cosine is an estimate.
    Nearest {
        /// Mean cosine over all vectors.
        mean: f32,
    },
}

/// What search reads: one generation of one project.
pub trait Source {
    /// One past the largest doc number.
    fn n_docs(&self) -> u32;

    /// True for a doc whose file was changed or removed since.
    fn is_dead(&self, doc: u32) -> bool;

    /// Gives the posting blocks of a term, upwards, each with its base.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn postings(&self, term: &str, each: &mut dyn FnMut(u32, &[u8])) -> Result<()>;

    /// Gives the blocks of lengths of all docs, upwards, each with its base.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn lengths(&self, each: &mut dyn FnMut(u32, &[u8])) -> Result<()>;

    /// The row of a doc.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn doc(&self, doc: u32) -> Result<Option<DocRow>>;

    /// Symbols of living docs whose name, in ASCII lower case, is `folded`; at most `limit`, by doc.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn definitions(&self, folded: &str, limit: usize) -> Result<Vec<Definition>>;

    /// Gives doc, chunk and cosine of the vectors that are compared with the question's.
    ///
    /// # Errors
    /// When the vectors cannot be read.
    fn similar(&self, query: &[f32], each: &mut dyn FnMut(u32, u32, f32)) -> Result<Compared>;
}

/// Which hits are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filters {
    /// Indices of languages; empty for all, plain text included.
    pub languages: Vec<u8>,
    /// Kinds of which a hit's symbol must be; empty for all.
    pub kinds: Vec<SymbolKind>,
    /// Globs of which the path must match one.
    pub paths: Option<GlobSet>,
    /// Leave test code out.
    pub no_tests: bool,
}

impl Filters {
    /// True when everything passes.
    fn is_open(&self) -> bool {
        self.languages.is_empty() && self.kinds.is_empty() && self.paths.is_none() && !self.no_tests
    }

    /// True when a doc may hold hits.
    fn admits(&self, doc: &DocRow) -> bool {
        (self.languages.is_empty() || doc.language.is_some_and(|index| self.languages.contains(&index)))
            && self.paths.as_ref().is_none_or(|globs| globs.is_match(&doc.path))
            && !(self.no_tests && paths::is_test(&doc.path))
    }
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
    /// Weights other than the usual ones: for measuring.
    pub weights: Option<Weights>,
}

impl<'q> Request<'q> {
    /// Asks for the ten best hits of all kinds.
    #[must_use]
    pub fn new(text: &'q str) -> Self {
        Self { text, limit: 10, filters: Filters::default(), weights: None }
    }
}

/// One place that answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    /// The file.
    pub file: FileId,
    /// Its path, with `/`.
    pub path: String,
    /// First line, 1-based.
    pub start_line: u32,
    /// Last line, 1-based, inclusive.
    pub end_line: u32,
    /// How good it is; comparable within one answer only.
    pub score: f32,
    /// The symbol that the lines belong to, if any.
    pub symbol: Option<SymbolRow>,
    /// The question is the exact name of the symbol.
    pub is_exact: bool,
    /// What each signal added, and what the path took off; for explaining.
    pub parts: Vec<Part>,
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
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Answer {
    /// At most as many as asked for.
    pub hits: Vec<Hit>,
    /// Chunks that were looked at closely.
    pub n_candidates: usize,
    /// Meaning was compared too; false when there are no vectors or the question has no known word.
    pub by_meaning: bool,
}

/// Answers a question.
///
/// # Errors
/// When the source cannot be read. Vectors that cannot be read are no error: see [`Answer::by_meaning`].
pub fn run(source: &dyn Source, embedder: Option<&dyn Embedder>, request: &Request<'_>) -> Result<Answer> {
    let question = question::Question::new(request.text);
    if question.terms.is_empty() || request.limit == 0 {
        return Ok(Answer::default());
    }
    let weights = request.weights.unwrap_or_else(|| Weights::of(question.is_symbol));
    let corpus = corpus::Corpus::read(source, &question)?;
    let lexical = lexical::score(source, &corpus, &question)?;
    let meaning = meaning::score(source, &corpus, embedder, request.text);
    let mut docs = rank::Docs::new(source);
    let exact = names::exact(source, &corpus, &question, &mut docs)?;
    let mut ranking = rank::Ranking {
        corpus: &corpus,
        lexical: &lexical,
        meaning: &meaning,
        exact: &exact,
        question: &question,
        weights: &weights,
        filters: &request.filters,
    };
    let candidates = ranking.candidates(&mut docs)?;
    let n_candidates = candidates.len();
    let scored = ranking.order(candidates, &mut docs)?;
    let hits = present::hits(scored, &corpus, &question, request, &mut docs)?;
    Ok(Answer { hits, n_candidates, by_meaning: meaning.is_some() })
}
