//! Which definitions the question names: exactly, or by the words of their names.

use super::Source;
use super::corpus::Corpus;
use super::doc::{Doc, counts_as_type};
use super::lexical::Lexical;
use super::paths;
use super::postings::{self, Postings};
use super::question::{Name, Question, split_last};
use super::scores::Scores;
use crate::store::{DocRow, SymbolRow};
use crate::text::{self, Stems};
use anyhow::Result;

/// Factor of a name that is spelt with other capitals.
const OTHER_CASE: f32 = 0.7;
/// Factor of a definition that is no type or module.
const NO_TYPE: f32 = 0.75;
/// Factor of a name that equals the file stem.
const STEM: f32 = 1.5;

/// Parts of a name for which there is room from the beginning.
const PARTS: usize = 8;

/// The cosine of names or paths with the question that says nothing, and what a cosine must have more to say all.
const NEARNESS: (f32, f32) = (0.2, 0.6);

/// What the cosine of a name or path with the question is worth.
pub(super) fn nearness(cosine: f32) -> f32 {
    ((cosine - NEARNESS.0) / NEARNESS.1).clamp(0.0, 1.0)
}

/// Where the names of a question are defined, before any doc was read.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    /// For each name of the question, one over the square root of the number of files that define it.
    rarity: Vec<f32>,
    /// By chunk number: the most that a definition in it can be worth.
    pub(super) chunk_bound: Scores,
    /// By doc position: the same for the file.
    pub(super) file_bound: Vec<f32>,
    /// Chunk numbers that define the name that is all of the question, whatever its case, upwards.
    pub(super) whole: Vec<usize>,
}

/// Looks up the names of a question.
pub(super) fn definitions(source: &dyn Source, corpus: &Corpus, question: &Question) -> Result<Definitions> {
    let mut found = Definitions {
        rarity: Vec::with_capacity(question.names.len()),
        chunk_bound: Scores::default(),
        file_bound: vec![0.0; corpus.n_docs()],
        whole: Vec::new(),
    };
    let mut spare = Postings::default();
    for name in &question.names {
        let places = places(source, corpus, &name.term, &mut spare)?;
        let mut docs: Vec<usize> = places.iter().map(|&(position, _)| position).collect();
        docs.dedup();
        let rarity = rarity(docs.len());
        found.rarity.push(rarity);
        let is_whole = question.whole.as_ref().is_some_and(|(_, whole)| *whole == name.text);
        let mut bounds: Vec<(u32, f32)> = Vec::with_capacity(places.len());
        for of_doc in places.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(position, _)) = of_doc.first() else { continue };
            let bound = name.weight * rarity * stem_factor(corpus.path(position), &name.text);
            raise(&mut found.file_bound, position, bound);
            for &(_, chunk) in of_doc {
                bounds.push((u32::try_from(chunk)?, bound));
                if is_whole {
                    found.whole.push(chunk);
                }
            }
        }
        found.chunk_bound.join(bounds.into_iter(), f32::max);
        if is_whole && let Some(term) = text::member_term(&name.text) {
            let members = self::places(source, corpus, &term, &mut spare)?;
            found.whole.extend(members.into_iter().map(|(_, chunk)| chunk));
            found.whole.sort_unstable();
            found.whole.dedup();
        }
    }
    Ok(found)
}

/// Doc position and chunk number of each chunk that defines a name, upwards.
fn places(
    source: &dyn Source,
    corpus: &Corpus,
    term: &str,
    spare: &mut Postings,
) -> Result<Vec<(usize, usize)>> {
    postings::with(source, corpus, term, spare, |found| {
        let numbers = found.chunk_names.iter().map(|&(chunk, _)| chunk as usize);
        corpus.with_positions(numbers).collect()
    })
}

#[expect(clippy::cast_precision_loss, reason = "a count of files under a square root")]
fn rarity(n_files: usize) -> f32 {
    if n_files == 0 { 0.0 } else { 1.0 / (n_files as f32).sqrt() }
}

fn stem_factor(path: &str, name: &str) -> f32 {
    if paths::stem_is(path, name) { STEM } else { 1.0 }
}

fn raise(values: &mut [f32], at: usize, to: f32) {
    if let Some(value) = values.get_mut(at) {
        *value = value.max(to);
    }
}

impl Definitions {
    /// True when a name of the question is defined somewhere, in whatever case.
    pub(super) fn knows(&self, question: &Question, word: &str) -> bool {
        let named =
            question.names.iter().zip(&self.rarity).any(|(name, &rarity)| name.text == word && rarity > 0.0);
        let is_whole = question.whole.as_ref().is_some_and(|(_, name)| name == word);
        named || (is_whole && !self.whole.is_empty())
    }

    /// How much a symbol is worth as the exact definition of a name of the question.
    pub(super) fn value(&self, question: &Question, path: &str, symbol: &SymbolRow) -> f32 {
        let value = |(name, rarity): (&Name, &f32)| {
            if !symbol.name.eq_ignore_ascii_case(&name.text) {
                return 0.0;
            }
            let case = if symbol.name == name.text { 1.0 } else { OTHER_CASE };
            let kind = if counts_as_type(symbol) { 1.0 } else { NO_TYPE };
            name.weight * rarity * case * kind * stem_factor(path, &name.text)
        };
        question.names.iter().zip(&self.rarity).map(value).fold(0.0, f32::max)
    }
}

/// True when the question is the exact name of a symbol, as far as it says: a qualified name must name the container,
/// or the file of a symbol that has none.
pub(super) fn is_exact(question: &Question, doc: &DocRow, symbol: &SymbolRow) -> bool {
    let Some((qualifier, name)) = &question.whole else { return false };
    if symbol.name != *name {
        return false;
    }
    let (_, holder) = split_last(qualifier);
    holder.is_empty()
        || symbol.container == holder
        || (symbol.container.is_empty()
            && (paths::stem_is(&doc.path, holder)
                || doc.path.split('/').rev().skip(1).any(|dir| dir == holder)))
}

/// The most that the coverage of a name can be, when the names of a chunk or file cover a share of the question.
pub(super) fn coverage_bound(share: f32) -> f32 {
    share.max(0.0).sqrt()
}

/// Symbol coverage: matched parts of the name / parts of the name × √(share of the question's weight that they cover).
pub(super) fn coverage(name: &str, question: &Question, lexical: &Lexical) -> f32 {
    // The parts of the name, each once, one after the other; where each ends; and the terms that are among them.
    let (mut parts, mut ends) = (String::with_capacity(2 * name.len()), Vec::with_capacity(PARTS));
    let mut found = Vec::with_capacity(PARTS);
    ends.push(0);
    text::terms(name, &mut |term| {
        let mut known = ends.windows(2).map(|ends| parts.get(ends[0]..ends[1]));
        if !term.starts_with('=') && !known.any(|part| part == Some(term)) {
            parts.push_str(term);
            ends.push(parts.len());
            found.extend(question.terms.iter().position(|asked| asked.is_part && asked.text == term));
        }
    });
    if found.is_empty() {
        return 0.0;
    }
    // In the order of the question, so that equal sums are equal.
    found.sort_unstable();
    let (matched, n_parts) = (found.len(), ends.len() - 1);
    let weight: f32 = found.iter().filter_map(|&at| lexical.weights.get(at)).sum();
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    let share = matched as f32 / n_parts as f32;
    share * (weight / lexical.total_weight).sqrt()
}

/// False when no part of a name is among some words, which most have none of. A name without a letter is a part itself.
fn may_cover(name: &str, words: &Stems) -> bool {
    let mut has_any = !name.bytes().any(|byte| byte.is_ascii_alphanumeric());
    words.find(name, &mut |_, _| has_any = true);
    has_any
}

/// What the names of one doc are worth.
#[derive(Debug, Default)]
pub(super) struct DocNames {
    /// By symbol of the doc: its coverage, for types and in the chunks that were asked for.
    pub(super) coverage: Vec<f32>,
    /// By symbol of the doc: its worth as an exact definition.
    pub(super) definition: Vec<f32>,
    /// The best coverage by the name of a type.
    pub(super) type_coverage: f32,
    /// The best exact definition.
    pub(super) best_definition: f32,
}

/// Looks at the names of one doc, whose first chunk has the number `first`; of those that are no types, in the chunks that
/// are `asked`, upwards. Only chunks in whose names the question has a word are looked at closely.
pub(super) fn of_doc(
    doc: &Doc,
    (first, asked): (usize, &[usize]),
    question: &Question,
    lexical: &Lexical,
    definitions: &Definitions,
) -> DocNames {
    let none = vec![0.0; doc.symbols.len()];
    let mut names = DocNames { coverage: none.clone(), definition: none, ..DocNames::default() };
    let chunks = first..first + doc.chunks.len();
    let mut cover = |at: usize, symbol: &SymbolRow| {
        if names.coverage.get(at) == Some(&0.0) && may_cover(&symbol.name, &question.stems) {
            let coverage = coverage(&symbol.name, question, lexical);
            if counts_as_type(symbol) {
                names.type_coverage = names.type_coverage.max(coverage);
            }
            set(&mut names.coverage, at, coverage);
        }
    };
    for &chunk in asked.iter().filter(|&&chunk| lexical.name_share.get(chunk) > 0.0) {
        doc.landmarks(chunk - first).for_each(|(at, symbol)| cover(at, symbol));
    }
    for (at, symbol) in doc.types() {
        if symbol.kind.is_landmark() && lexical.name_share.get(first + symbol.chunk as usize) > 0.0 {
            cover(at, symbol);
        }
    }
    for (chunk, _) in definitions.chunk_bound.within(chunks).filter(|&(_, bound)| bound > 0.0) {
        for (at, symbol) in doc.landmarks(chunk - first) {
            let definition = definitions.value(question, &doc.path, symbol);
            names.best_definition = names.best_definition.max(definition);
            set(&mut names.definition, at, definition);
        }
    }
    names
}

fn set(values: &mut [f32], at: usize, to: f32) {
    if let Some(value) = values.get_mut(at) {
        *value = to;
    }
}

#[cfg(test)]
mod tests {
    use super::{coverage, definitions, is_exact, of_doc};
    use crate::search::Source as _;
    use crate::search::corpus::Corpus;
    use crate::search::lexical;
    use crate::search::memory::Memory;
    use crate::search::question::Question;

    fn memory() -> Memory {
        let mut memory = Memory::default();
        memory.add(
            "src/session.py",
            "python",
            &["class Session: pass", "def session(): pass\ndef get_all(): pass"],
        );
        memory.add("src/other.py", "python", &["class Session: pass"]);
        memory.add("src/third.py", "python", &["x = session()"]);
        memory
    }

    #[test]
    fn definitions_are_worth_less_in_many_files_in_other_case_and_when_no_type() {
        let memory = memory();
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        let question = Question::new("Session");
        let lexical = lexical::score(&memory, &corpus, &question).expect("memory does not fail");
        let found = definitions(&memory, &corpus, &question).expect("memory does not fail");
        let rarity = 1.0 / 2f32.sqrt();
        assert_eq!(
            [0, 1, 2, 3].map(|chunk| found.chunk_bound.get(chunk)),
            [1.5 * rarity, 1.5 * rarity, rarity, 0.0]
        );
        assert_eq!(found.whole, [0, 1, 2]);
        let doc = memory.doc(0).expect("memory does not fail").expect("a doc");
        let names = of_doc(&doc, (0, &[0, 1]), &question, &lexical, &found);
        let expected = [rarity * 1.5, rarity * 1.5 * 0.7 * 0.75, 0.0];
        for (got, expected) in names.definition.iter().zip(expected) {
            assert!((got - expected).abs() < 1e-6, "{names:?}");
        }
        assert!((names.best_definition - rarity * 1.5).abs() < 1e-6);
        assert!((names.type_coverage - 1.0).abs() < 1e-6);
        // The class and the function cover all of the question; only the class is looked at when nothing is asked for.
        assert_eq!(names.coverage, [1.0, 1.0, 0.0]);
        let types = of_doc(&doc, (0, &[]), &question, &lexical, &found);
        assert_eq!((types.coverage, types.type_coverage), (vec![1.0, 0.0, 0.0], 1.0));
        assert_eq!(types.definition, names.definition);
    }

    #[test]
    fn coverage_is_the_share_of_the_name_times_the_root_of_the_share_of_the_question() {
        let memory = memory();
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        let question = Question::new("get every session");
        let lexical = lexical::score(&memory, &corpus, &question).expect("memory does not fail");
        let get = lexical.weights[0] / lexical.total_weight;
        assert!((coverage("get_all", &question, &lexical) - 0.5 * get.sqrt()).abs() < 1e-6);
        assert_eq!(coverage("other", &question, &lexical), 0.0);
        assert_eq!(coverage("==", &question, &lexical), 0.0);
    }

    #[test]
    fn a_qualified_name_is_exact_only_in_its_container_or_file() {
        let mut memory = Memory::default();
        memory.add("src/session.py", "python", &["def get(): pass"]);
        let doc = memory.doc(0).expect("memory does not fail").expect("a doc");
        let mut doc = (*doc).clone();
        let exact = |question: &str, doc: &crate::store::DocRow| {
            is_exact(&Question::new(question), doc, &doc.symbols[0])
        };
        assert!(exact("get", &doc) && exact("session.get", &doc) && exact("src.get", &doc));
        assert!(!exact("Get", &doc) && !exact("other.get", &doc) && !exact("get it", &doc));
        doc.symbols[0].container = "Client".to_owned();
        assert!(exact("http.Client.get", &doc) && !exact("session.get", &doc));
    }
}
