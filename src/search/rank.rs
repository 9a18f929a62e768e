//! In what order: weights, candidates, and the sum that orders them.
//!
//! score = (C + F / (1 + decay · k)) · factor^penalty. C is the weighted sum of a chunk's signals, F that of its file's, k the
//! number of better chunks of the same file, and the factor is what its path says. Of a chunk of tests amid other code, C
//! loses what the path of a test loses. A chunk that defines the exact name that was asked for comes before all others.

use super::Source;
use super::corpus::Corpus;
use super::doc::Doc;
use super::lexical::Lexical;
use super::meaning::Meaning;
use super::names::{self, Definitions, DocNames};
use super::paths::{self, Paths, Versions};
use super::question::Question;
use super::scores::{Scores, Sums, Walk, largest};
use super::sieve::Sieve;
use super::{Filters, Part};
use crate::embed::Likeness;
use anyhow::Result;
use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::ops::Range;

/// Best chunks of each chunk signal that are candidates.
const TOP_CHUNKS: usize = 50;
/// Best files of each file signal whose best chunk is a candidate.
const TOP_FILES: usize = 25;
/// Docs that are looked at closely, the most promising first.
const MAX_DOCS: usize = 60;
/// More than sums of the same numbers in another order differ by.
const ROUNDING: f32 = 1e-4;
/// Values that are looked at together before each of them is.
const OFFERED: usize = 64;
/// What a chunk of the same text as the example scores more: more than all else, in whatever file it is.
const SAME_TEXT: f32 = 100.0;
/// How many times more of all these when hits must have a symbol of some kind.
const WIDER: usize = 4;

macro_rules! signals {
    ($($(#[doc = $doc:literal])+ $variant:ident $name:literal $usual:literal $symbol:literal,)*) => {
        /// One reason for a score.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Signal { $($(#[doc = $doc])+ $variant,)* }

        impl Signal {
            /// Every signal.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name that explanations show.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }
        }

        /// Weights for a question in words.
        const USUAL: [f32; Signal::ALL.len()] = [$($usual,)*];
        /// Weights for a question that is a name.
        const SYMBOL: [f32; Signal::ALL.len()] = [$($symbol,)*];
    };
}

signals! {
    /// Of a chunk: BM25 over its text and path.
    Words "words" 0.60 0.60,
    /// Of a chunk: nearness in meaning.
    Meaning "meaning" 0.20 0.20,
    /// Of a chunk: BM25 over the names that it defines.
    Names "names" 0.24 0.24,
    /// Of a chunk: how far its best name and the question cover each other.
    Coverage "coverage" 0.20 0.20,
    /// Of a chunk: it defines a name of the question.
    Definition "definition" 0.10 0.80,
    /// Of a chunk: nearness in meaning of its best name.
    NameMeaning "name-meaning" 0.30 0.30,
    /// Of a file: BM25 over all of it.
    FileWords "file-words" 0.275 0.275,
    /// Of a file: nearness in meaning of its best chunks.
    FileMeaning "file-meaning" 0.35 0.35,
    /// Of a file: it defines a name of the question.
    FileDefinition "file-definition" 0.27 0.27,
    /// Of a file: how much of its stem stands in the question.
    Stem "stem" 0.20 0.20,
    /// Of a file: how much of the question stands in its stem and directories.
    Path "path" 0.75 0.15,
    /// Of a file: BM25 over the names that it defines.
    FileNames "file-names" 0.05 0.05,
    /// Of a file: how much of the question stands in it.
    FileShare "file-share" 0.05 0.05,
    /// Of a file: coverage of its best type name.
    TypeCoverage "type-coverage" 0.05 0.05,
    /// Of a file: nearness in meaning of its stem and directory.
    PathMeaning "path-meaning" 0.20 0.20,
}

/// The signals of a chunk; the others are those of its file.
const CHUNK_SIGNALS: [Signal; 6] = [
    Signal::Words,
    Signal::Meaning,
    Signal::Names,
    Signal::Coverage,
    Signal::Definition,
    Signal::NameMeaning,
];
/// Where the meaning of names stands among them.
const NAME_MEANING: usize = CHUNK_SIGNALS.len() - 1;
/// The signals of a file.
const FILE_SIGNALS: [Signal; 9] = [
    Signal::FileWords,
    Signal::FileMeaning,
    Signal::FileDefinition,
    Signal::Stem,
    Signal::Path,
    Signal::FileNames,
    Signal::FileShare,
    Signal::TypeCoverage,
    Signal::PathMeaning,
];

/// How much each signal counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    signals: [f32; Signal::ALL.len()],
    /// How fast a file's signals fade for its further chunks: the one after k better ones gets 1 / (1 + decay · k).
    pub decay: f32,
    /// How strongly the path's factor counts: 0 not at all, 1 as it is.
    pub penalty: f32,
}

impl Weights {
    /// The usual weights for a question that is a name, or for one that is not. They were fitted on half of a public
    /// benchmark; the other half was kept back.
    #[must_use]
    pub const fn of(is_symbol: bool) -> Self {
        Self { signals: if is_symbol { SYMBOL } else { USUAL }, decay: 1.6, penalty: 0.5 }
    }

    /// Weights for a question that is a chunk: text, meaning and names of the chunks alone.
    #[must_use]
    pub(super) fn of_chunks() -> Self {
        let mut weights = Self::of(false).with(Signal::Meaning, 0.60);
        for signal in [Signal::Coverage, Signal::NameMeaning] {
            weights = weights.with(signal, 0.0);
        }
        for signal in FILE_SIGNALS {
            weights = weights.with(signal, 0.0);
        }
        weights
    }

    /// The weight of a signal.
    #[must_use]
    pub const fn get(&self, signal: Signal) -> f32 {
        self.signals[signal as usize]
    }

    /// The same weights but for one.
    #[must_use]
    pub const fn with(mut self, signal: Signal, weight: f32) -> Self {
        self.signals[signal as usize] = weight;
        self
    }
}

/// All that is known before doc rows are read.
pub(super) struct Ranking<'r> {
    pub(super) corpus: &'r Corpus,
    pub(super) lexical: &'r Lexical,
    pub(super) meaning: Option<Meaning>,
    pub(super) paths: &'r Paths,
    pub(super) versions: &'r Versions<'r>,
    pub(super) definitions: &'r Definitions,
    pub(super) question: &'r Question,
    pub(super) weights: Weights,
    pub(super) filters: &'r Filters,
    /// How many of the best are wanted.
    pub(super) limit: usize,
    /// Which chunks have the text that was asked for; none when none was.
    pub(super) sieve: Option<&'r Sieve>,
}

/// A chunk with its score.
#[derive(Debug, Clone)]
pub(super) struct Scored {
    /// Chunk number.
    pub(super) chunk: usize,
    /// Doc position.
    pub(super) position: usize,
    /// The whole score.
    pub(super) score: f32,
    /// Symbol of the doc that is exactly what was asked for.
    pub(super) exact: Option<usize>,
    /// Symbol of the doc that starts in the chunk and has the best name for the question.
    pub(super) best: Option<usize>,
    /// The text is that of the example.
    pub(super) is_same: bool,
    /// What each signal of the chunk added, then each of its file.
    of_chunk: [f32; CHUNK_SIGNALS.len()],
    of_file: [f32; FILE_SIGNALS.len()],
    /// What the path takes off.
    factor: f32,
}

impl Scored {
    /// Adds for a text that is that of the example.
    pub(super) fn mark_same(&mut self) {
        self.is_same = true;
        self.score += SAME_TEXT * self.factor;
    }

    /// What each reason added, and what the path took off.
    pub(super) fn parts(&self) -> Vec<Part> {
        let signals = CHUNK_SIGNALS.iter().chain(&FILE_SIGNALS).map(|signal| signal.name());
        let values = self.of_chunk.iter().chain(&self.of_file).copied();
        let same = self.is_same.then_some(Part { name: "same-text", value: SAME_TEXT });
        let parts = signals.zip(values).map(|(name, value)| Part { name, value });
        let factor = Part { name: "path-factor", value: self.factor };
        same.into_iter().chain(parts.filter(|part| part.value != 0.0)).chain([factor]).collect()
    }
}

/// The candidates of one doc.
struct Group<'c> {
    /// The most that one of them can score.
    promise: f32,
    /// Doc position.
    position: usize,
    /// Chunk numbers, upwards.
    chunks: &'c [usize],
    /// What the path takes off.
    factor: f32,
    /// How near in meaning the path is, once that was looked at.
    path_meaning: Option<f32>,
}

impl PartialEq for Group<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Group<'_> {}

impl PartialOrd for Group<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Group<'_> {
    /// The more promising is the greater.
    fn cmp(&self, other: &Self) -> Ordering {
        self.promise.total_cmp(&other.promise).then(other.position.cmp(&self.position))
    }
}

/// What a signal says of a chunk or file that it knows nothing of.
fn at(scores: &[f32], index: usize) -> f32 {
    scores.get(index).copied().unwrap_or(0.0)
}

impl Ranking<'_> {
    /// What orders the chunks by a signal of which many have some: its values, or what they grow with.
    fn plenty(&self, signal: Signal) -> Option<&Sums> {
        match signal {
            Signal::Words => Some(&self.lexical.words),
            Signal::Names => Some(&self.lexical.names),
            Signal::Coverage => Some(&self.lexical.name_share),
            Signal::Meaning => self.meaning.as_ref().map(|meaning| &meaning.all),
            _ => None,
        }
    }

    /// What orders the chunks by a signal of which most have nothing: its values, or what they grow with.
    fn few(&self, signal: Signal) -> Option<&Scores> {
        match signal {
            Signal::Meaning => self.meaning.as_ref()?.some.as_ref().map(|some| &some.chunks),
            Signal::Definition => Some(&self.definitions.chunk_bound),
            _ => None,
        }
    }

    /// The value of a chunk's signal; an upper bound where the doc's row is needed to know it.
    fn chunk_value(&self, signal: Signal, chunk: usize) -> f32 {
        let value = match self.few(signal) {
            Some(few) => few.get(chunk),
            None => self.plenty(signal).map_or(0.0, |sums| sums.get(chunk)),
        };
        if signal == Signal::Coverage { names::coverage_bound(value) } else { value }
    }

    /// What orders the files by a signal: its values, or what they grow with.
    fn of_files(&self, signal: Signal) -> &[f32] {
        match signal {
            Signal::FileWords => &self.lexical.file_words,
            Signal::FileMeaning => self.meaning.as_ref().map_or(&[], |meaning| &meaning.files),
            Signal::FileDefinition => &self.definitions.file_bound,
            Signal::Stem => &self.paths.stem,
            Signal::Path => &self.paths.share,
            Signal::FileNames => &self.lexical.file_names,
            Signal::FileShare => &self.lexical.file_share,
            Signal::TypeCoverage => &self.lexical.file_name_share,
            _ => &[],
        }
    }

    /// The value of a file's signal; an upper bound where the doc's row is needed to know it.
    fn file_value(&self, signal: Signal, position: usize) -> f32 {
        let value = at(self.of_files(signal), position);
        if signal == Signal::TypeCoverage { names::coverage_bound(value) } else { value }
    }

    /// The most that a chunk of a doc can score by itself; `rest` is the most that its meaning can be worth when it is not
    /// known.
    fn chunk_bound(&self, chunk: usize, rest: f32) -> f32 {
        let value = |signal| match self.chunk_value(signal, chunk) {
            0.0 if signal == Signal::Meaning => rest,
            value => value,
        };
        CHUNK_SIGNALS.iter().map(|&signal| self.weights.get(signal) * value(signal)).sum()
    }

    /// The same for each of some chunks that follow each other, which come after those before: nothing has to be looked
    /// up. `walks` has those signals of which most chunks have nothing.
    fn chunk_bounds(
        &self,
        walks: &mut [Option<Walk<'_>>],
        chunks: Range<usize>,
        rest: f32,
        bounds: &mut Vec<f32>,
    ) {
        let rest = self.weights.get(Signal::Meaning) * rest;
        bounds.clear();
        bounds.resize(chunks.len(), rest);
        for (signal, walk) in CHUNK_SIGNALS.into_iter().zip(walks) {
            let weight = self.weights.get(signal);
            let Some(walk) = walk else {
                let values = self.plenty(signal).into_iter().flat_map(|sums| sums.of_range(chunks.clone()));
                let is_coverage = signal == Signal::Coverage;
                for (bound, value) in bounds.iter_mut().zip(values).filter(|(_, value)| *value > 0.0) {
                    *bound += weight * if is_coverage { names::coverage_bound(value) } else { value };
                }
                continue;
            };
            for &(chunk, value) in walk.within(chunks.clone()) {
                if let Some(bound) = bounds.get_mut(chunk as usize - chunks.start) {
                    *bound += weight * value - if signal == Signal::Meaning { rest } else { 0.0 };
                }
            }
        }
    }

    fn file_bound(&self, position: usize) -> f32 {
        let value = |signal| match (&self.meaning, signal) {
            (Some(meaning), Signal::FileMeaning) => meaning.file_bound(self.corpus, position),
            _ => self.file_value(signal, position),
        };
        FILE_SIGNALS.iter().map(|&signal| self.weights.get(signal) * value(signal)).sum()
    }

    /// About the most that a chunk of a doc can be worth whose meaning is not known.
    fn rest(&self, position: usize) -> f32 {
        self.meaning.as_ref().map_or(0.0, |meaning| meaning.rest(position))
    }

    fn width(&self) -> usize {
        let is_any = self.filters.kinds.is_empty() && self.filters.not_kinds.is_empty();
        if is_any { 1 } else { WIDER }
    }

    /// The chunks that may be among the best: the best of each chunk signal, and the best chunk of the best files of
    /// each file signal. Upwards.
    pub(super) fn candidates(&self) -> Vec<usize> {
        let corpus = self.corpus;
        let admitted: Option<Vec<bool>> = (!self.filters.is_open()).then(|| {
            let admits = |position| self.filters.admits(corpus.path(position), corpus.language(position));
            (0..corpus.n_docs()).map(admits).collect()
        });
        let admits = |position: usize| admitted.as_ref().is_none_or(|all| all.get(position) == Some(&true));
        let passes = |chunk: usize| self.sieve.is_none_or(|sieve| sieve.passes(chunk));
        let mut chunks: Vec<usize> = Vec::new();
        for signal in CHUNK_SIGNALS {
            if self.weights.get(signal) != 0.0 {
                let mut top = Top::new(TOP_CHUNKS * self.width());
                let values = self.plenty(signal).map_or(&[][..], Sums::sums);
                if let Some(few) = self.few(signal) {
                    for (chunk, value) in few.iter() {
                        if passes(chunk) && (admitted.is_none() || admits(corpus.position_of_chunk(chunk))) {
                            top.offer(value, chunk);
                        }
                    }
                } else if self.sieve.is_some() {
                    for (chunk, &value) in values.iter().enumerate().filter(|(chunk, _)| passes(*chunk)) {
                        if admits(corpus.position_of_chunk(chunk)) {
                            top.offer(value, chunk);
                        }
                    }
                } else if admitted.is_none() {
                    let blocks = self.plenty(signal).into_iter().flat_map(Sums::blocks);
                    blocks.for_each(|(most, first, values)| top.offer_block(most, first, values));
                } else {
                    for position in (0..corpus.n_docs()).filter(|&position| admits(position)) {
                        let range = corpus.chunks(position);
                        top.offer_all(range.start, values.get(range).unwrap_or_default());
                    }
                }
                chunks.extend(top.ids());
            }
        }
        let mut files: Vec<usize> = Vec::new();
        for signal in FILE_SIGNALS {
            if self.weights.get(signal) != 0.0 {
                let mut top = Top::new(TOP_FILES * self.width());
                let values = self.of_files(signal);
                if admitted.is_none() {
                    top.offer_all(0, values);
                } else {
                    for (position, &value) in
                        values.iter().enumerate().filter(|(position, _)| admits(*position))
                    {
                        top.offer(value, position);
                    }
                }
                files.extend(top.ids());
            }
        }
        files.sort_unstable();
        files.dedup();
        let whole = self.definitions.whole.iter().copied();
        chunks.extend(whole.filter(|&chunk| passes(chunk) && admits(corpus.position_of_chunk(chunk))));
        let mut walks = CHUNK_SIGNALS.map(|signal| self.few(signal).map(Scores::walk));
        let mut bounds = Vec::new();
        for position in files {
            self.chunk_bounds(&mut walks, corpus.chunks(position), self.rest(position), &mut bounds);
            let best = corpus.chunks(position).zip(&bounds).filter(|&(chunk, _)| passes(chunk));
            chunks.extend(best.max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0))).map(|(chunk, _)| chunk));
        }
        chunks.sort_unstable();
        chunks.dedup();
        chunks
    }

    /// Scores candidates, best first. Only the docs that promise most are looked at: the meaning of all their chunks is
    /// compared, and they are read, but for those that cannot have one of the best.
    ///
    /// # Errors
    /// When the docs or the vectors cannot be read.
    pub(super) fn order(
        &mut self,
        source: &dyn Source,
        candidates: &[usize],
        mut likeness: Option<Likeness>,
    ) -> Result<Vec<Scored>> {
        let asks_for_tests = paths::asks_for_tests(self.question);
        let mut groups: Vec<Group<'_>> = Vec::new();
        let mut rest = candidates;
        while let Some(&first) = rest.first() {
            let position = self.corpus.position_of_chunk(first);
            let end = self.corpus.chunks(position).end;
            let (chunks, others) = rest.split_at(rest.partition_point(|&chunk| chunk < end).max(1));
            let factor = self.factor(position, asks_for_tests);
            let promise = self.promise(position, chunks, factor);
            groups.push(Group { promise, position, chunks, factor, path_meaning: None });
            rest = others;
        }
        groups.sort_unstable_by(|a, b| b.cmp(a));
        groups.truncate(MAX_DOCS * self.width());
        if let Some(meaning) = &mut self.meaning {
            let docs = groups.iter().map(|group| group.position).collect();
            meaning.complete(source, self.corpus, docs)?;
            for group in &mut groups {
                group.promise = self.promise(group.position, group.chunks, group.factor);
            }
        }
        // The most that names and paths can add by their meaning; what paths add is known without any row.
        let of_names = self.weights.get(Signal::NameMeaning) + ROUNDING;
        let of_paths = self.weights.get(Signal::PathMeaning);
        groups.iter_mut().for_each(|group| group.promise += (of_names + of_paths) * group.factor);
        let mut groups = BinaryHeap::from(groups);
        // Every doc has a hit, unless hits must be of some kind: so many best docs are enough.
        let n_best = if self.may_refuse() { usize::MAX } else { self.limit };
        // Scores of docs, best first.
        let mut best: Vec<f32> = Vec::new();
        let mut scored = Vec::new();
        while let Some(mut group) = groups.pop() {
            let worst =
                n_best.checked_sub(1).and_then(|at| best.get(at)).copied().unwrap_or(f32::NEG_INFINITY);
            if group.promise < worst {
                break;
            }
            let Some(path_meaning) = group.path_meaning else {
                let path = self.corpus.path(group.position);
                let nearness = likeness.as_mut().map_or(0.0, |all| names::nearness(all.of(path, &[])));
                group.promise -= of_paths * (1.0 - nearness) * group.factor;
                group.path_meaning = Some(nearness);
                groups.push(group);
                continue;
            };
            if let Some(doc) = source.doc(self.corpus.doc(group.position))? {
                let first = scored.len();
                self.score_doc(&doc, &group, (path_meaning, worst), likeness.as_mut(), &mut scored);
                let own = scored.get(first..).unwrap_or_default();
                let score = own.iter().map(|each| each.score).fold(0.0, f32::max);
                best.insert(best.partition_point(|&better| better >= score), score);
            }
        }
        scored.sort_by(|a, b| self.compare(a, b));
        Ok(scored)
    }

    /// True when a scored chunk may turn out to be no hit.
    const fn may_refuse(&self) -> bool {
        !self.filters.kinds.is_empty() || !self.filters.not_kinds.is_empty() || self.filters.no_tests
    }

    fn compare(&self, a: &Scored, b: &Scored) -> Ordering {
        let path = |scored: &Scored| self.corpus.path(scored.position);
        (b.exact.is_some().cmp(&a.exact.is_some()))
            .then(b.score.total_cmp(&a.score))
            .then_with(|| path(a).cmp(path(b)))
            .then(a.chunk.cmp(&b.chunk))
    }

    /// The most that a chunk of a doc can score without the meaning of names and paths; more when the doc may define the
    /// very name that was asked for.
    fn promise(&self, position: usize, chunks: &[usize], factor: f32) -> f32 {
        let rest = self.rest(position);
        let best = chunks.iter().map(|&chunk| self.chunk_bound(chunk, rest)).fold(0.0, f32::max);
        let bonus = if self.may_define(chunks) { 100.0 } else { 0.0 };
        (best + self.file_bound(position)) * factor + bonus
    }

    /// True when one of some chunks may define the very name that was asked for.
    fn may_define(&self, chunks: &[usize]) -> bool {
        chunks.iter().any(|chunk| self.definitions.whole.binary_search(chunk).is_ok())
    }

    /// What the path takes off.
    fn factor(&self, position: usize, asks_for_tests: bool) -> f32 {
        let traits = self.corpus.traits(position);
        let is_old = traits.has_version() && self.versions.is_superseded(self.corpus.path(position));
        let age = if is_old { paths::SUPERSEDED } else { 1.0 };
        (traits.factor(asks_for_tests) * age).powf(self.weights.penalty)
    }

    /// What a chunk of tests loses in a file of other code; in a file of tests, all of it has lost that already.
    fn factor_of_tests(&self, position: usize) -> f32 {
        let is_lifted = paths::asks_for_tests(self.question) || self.corpus.traits(position).is_test();
        if is_lifted { 1.0 } else { paths::TEST.powf(self.weights.penalty) }
    }

    fn score_doc(
        &self,
        doc: &Doc,
        group: &Group<'_>,
        (path_meaning, worst): (f32, f32),
        mut likeness: Option<&mut Likeness>,
        out: &mut Vec<Scored>,
    ) {
        let &Group { position, chunks, factor, .. } = group;
        let first = self.corpus.chunks(position).start;
        let names = names::of_doc(doc, (first, chunks), self.question, self.lexical, self.definitions);
        let file = FILE_SIGNALS.map(|signal| {
            let value = match signal {
                Signal::TypeCoverage => names.type_coverage,
                Signal::FileDefinition => names.best_definition,
                Signal::PathMeaning => path_meaning,
                _ => self.file_value(signal, position),
            };
            self.weights.get(signal) * value
        });
        let sum: f32 = file.iter().sum();
        let of_tests = self.factor_of_tests(position);
        // A chunk that comes first whatever its score is told how many others of its doc are better.
        let worst = if self.may_define(chunks) { f32::NEG_INFINITY } else { worst };
        let mut scored: Vec<(f32, Scored)> = chunks
            .iter()
            .map(|&chunk| {
                let index = chunk - first;
                // What the meaning of its names would have to add for it to be one of the best.
                let missing = worst / factor - sum;
                let likeness = likeness.as_deref_mut();
                let mut scored = self.score_chunk(doc, &names, group, (chunk, index), (likeness, missing));
                if of_tests < 1.0 && doc.is_test(index) {
                    scored.of_chunk = scored.of_chunk.map(|value| value * of_tests);
                }
                (scored.of_chunk.iter().sum(), scored)
            })
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.chunk.cmp(&b.1.chunk)));
        for (better, (own, mut scored)) in (0u16..=u16::MAX).zip(scored) {
            let share = 1.0 / self.weights.decay.mul_add(f32::from(better), 1.0);
            scored.of_file = file.map(|value| value * share);
            scored.score = (own + sum * share) * factor;
            out.push(scored);
        }
    }

    /// Scores what a chunk says by itself; `index` is its place in the doc. The meaning of its names is not looked at where
    /// all that it can be worth leaves the chunk below `missing`.
    fn score_chunk(
        &self,
        doc: &Doc,
        names: &DocNames,
        group: &Group<'_>,
        (chunk, index): (usize, usize),
        (likeness, missing): (Option<&mut Likeness>, f32),
    ) -> Scored {
        let (mut coverage, mut definition) = (0.0f32, 0.0f32);
        let (mut best, mut exact) = (None, None);
        let mut best_value = 0.0;
        for (at, symbol) in doc.of_chunk(index) {
            let (covered, defined) = (self::at(&names.coverage, at), self::at(&names.definition, at));
            coverage = coverage.max(covered);
            definition = definition.max(defined);
            if covered + defined > best_value {
                (best, best_value) = (Some(at), covered + defined);
            }
            if exact.is_none() && names::is_exact(self.question, doc, symbol) {
                exact = Some(at);
            }
        }
        let mut of_chunk = CHUNK_SIGNALS.map(|signal| {
            let value = match signal {
                Signal::Coverage => coverage,
                Signal::Definition => definition,
                Signal::NameMeaning => 0.0,
                _ => self.chunk_value(signal, chunk),
            };
            self.weights.get(signal) * value
        });
        let weight = self.weights.get(Signal::NameMeaning);
        let may_matter = exact.is_some() || of_chunk.iter().sum::<f32>() + weight + ROUNDING >= missing;
        if let Some(likeness) = likeness.filter(|_| weight != 0.0 && may_matter) {
            let mut meaning = 0.0f32;
            for (_, symbol) in doc.landmarks(index) {
                let cosine = likeness.of(&doc.path, &[&symbol.name, &symbol.container]);
                meaning = meaning.max(names::nearness(cosine));
            }
            of_chunk[NAME_MEANING] = weight * meaning;
        }
        let &Group { position, factor, .. } = group;
        let of_file = [0.0; FILE_SIGNALS.len()];
        Scored { chunk, position, score: 0.0, exact, best, is_same: false, of_chunk, of_file, factor }
    }
}

/// The best of many, by value; of equal ones the first that was offered.
struct Top {
    n: usize,
    /// What is worth no more is not among them: 0, then no more than the worst of the best.
    floor: f32,
    /// The best so far, and others that were offered since the floor was last looked for.
    kept: Vec<(f32, usize)>,
}

impl Top {
    fn new(n: usize) -> Self {
        Self { n: n.max(1), floor: 0.0, kept: Vec::with_capacity(2 * n.max(1)) }
    }

    /// Offers one, numbered higher than all before; values of 0 and less are no reason for anything. Half of those that are
    /// kept are thrown away from time to time, which costs less than keeping them in order.
    fn offer(&mut self, value: f32, id: usize) {
        if value > self.floor {
            self.kept.push((value, id));
            if self.kept.len() >= 2 * self.n {
                self.narrow();
            }
        }
    }

    fn narrow(&mut self) {
        if self.kept.len() > self.n {
            let order = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
            let (_, worst, _) = self.kept.select_nth_unstable_by(self.n - 1, order);
            self.floor = worst.0;
            self.kept.truncate(self.n);
        }
    }

    /// Offers several, numbered from `first` on. Most are not worth a look, which is seen of many at once.
    fn offer_all(&mut self, first: usize, values: &[f32]) {
        for (start, some) in (first..).step_by(OFFERED).zip(values.chunks(OFFERED)) {
            self.offer_block(largest(some), start, some);
        }
    }

    /// Offers several, of which the largest is known.
    fn offer_block(&mut self, most: f32, first: usize, values: &[f32]) {
        if most > self.floor {
            for (at, &value) in values.iter().enumerate() {
                self.offer(value, first + at);
            }
        }
    }

    fn ids(mut self) -> impl Iterator<Item = usize> {
        self.narrow();
        self.kept.into_iter().map(|(_, id)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::{Signal, Top, Weights};

    #[test]
    fn the_best_are_kept_and_of_equal_ones_the_first() {
        let mut top = Top::new(3);
        for (id, value) in [0.1, 0.5, 0.0, 0.5, 0.9, 0.5, -1.0].into_iter().enumerate() {
            top.offer(value, id);
        }
        let mut ids: Vec<usize> = top.ids().collect();
        ids.sort_unstable();
        assert_eq!(ids, [1, 3, 4]);
    }

    #[test]
    fn many_are_offered_as_one_by_one() {
        let values: Vec<f32> = (0..1_000u16).map(|n| f32::from(n * 37 % 101) / 100.0).collect();
        let (mut together, mut single) = (Top::new(20), Top::new(20));
        together.offer_all(3, &values);
        values.iter().enumerate().for_each(|(at, &value)| single.offer(value, at + 3));
        let sorted = |top: Top| {
            let mut ids: Vec<usize> = top.ids().collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(sorted(together), sorted(single));
    }

    #[test]
    fn weights_are_switched_one_by_one() {
        let weights = Weights::of(false).with(Signal::Path, 0.0);
        assert_eq!(weights.get(Signal::Path), 0.0);
        assert_eq!(weights.get(Signal::Words), Weights::of(false).get(Signal::Words));
        assert!(Weights::of(true).get(Signal::Definition) > Weights::of(false).get(Signal::Definition));
    }

    #[test]
    fn every_signal_has_a_name_of_its_own() {
        let mut names: Vec<&str> = Signal::ALL.iter().map(|signal| signal.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Signal::ALL.len());
        assert_eq!(super::CHUNK_SIGNALS.len() + super::FILE_SIGNALS.len(), Signal::ALL.len());
    }
}
