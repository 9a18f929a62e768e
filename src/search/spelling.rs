//! Misspelt names: words that look like names and stand nowhere, and the names that are near to them.
//!
//! Words of longer questions that do not look like names are never taken for misspelt ones: other words and their
//! meaning answer, and nothing has to be looked up.

use super::Source;
use super::lexical::Lexical;
use super::names::Definitions;
use super::question::{Question, has_name_shape};
use crate::model::SymbolKind;
use crate::store::view::fold;
use crate::text;
use anyhow::Result;
use rustc_hash::FxHashSet;

/// Shortest word that is taken for a misspelt one, in letters.
const MIN_LENGTH: usize = 4;
/// Longest such word.
const MAX_LENGTH: usize = 64;
/// From this length on two letters may differ; below, one.
const LONG: usize = 8;
/// Misspelt words of a question that are looked for.
const MAX_WORDS: usize = 4;
/// Names that are given for a word.
const MAX_NEAR: usize = 3;

/// A name that is near to a word.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Near {
    /// How many letters must be put in, taken out, replaced or swapped with their neighbour.
    pub distance: usize,
    /// It begins with another letter.
    other_start: bool,
    /// It is the name of a field, a variable or the like.
    is_minor: bool,
    /// The name.
    pub name: String,
}

/// The words of a question that look like names although a term of them stands nowhere, in order.
pub(super) fn unknown_words(
    text: &str,
    question: &Question,
    lexical: &Lexical,
    definitions: &Definitions,
) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    if lexical.unknown.is_empty() {
        return words;
    }
    for word in text::identifiers(text).filter(|word| (MIN_LENGTH..=MAX_LENGTH).contains(&word.len())) {
        let is_name = question.whole.is_some() || has_name_shape(word);
        if !is_name || text::is_stop_word(word) || words.iter().any(|known| known == word) {
            continue;
        }
        let mut is_unknown = false;
        text::terms(word, &mut |term| {
            // A whole name counts when nothing else is asked for: its parts may well stand elsewhere.
            let counts = question.is_symbol || !term.starts_with('=');
            is_unknown |= counts && lexical.unknown.iter().any(|each| each == term);
        });
        if is_unknown && words.len() < MAX_WORDS && !definitions.knows(question, word) {
            words.push(word.to_owned());
        }
    }
    words
}

/// The names of a project that are nearest to a word, nearest first.
///
/// # Errors
/// When the source cannot be read.
pub fn near(source: &dyn Source, word: &str) -> Result<Vec<Near>> {
    let folded = fold(word);
    let most = if folded.chars().count() < LONG { 1 } else { 2 };
    let (n_bytes, letters) = (folded.len(), letters(&folded));
    let mut accepts = |name: &str| {
        // A letter more or less changes at most one bit of the letters, a replaced one two.
        name.len().abs_diff(n_bytes) <= most * char::MAX.len_utf8()
            && (self::letters(name) ^ letters).count_ones() as usize <= 2 * most
            && strsim::osa_distance(name, &folded) <= most
    };
    let mut found: Vec<Near> = Vec::new();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let start = folded.chars().next();
    source.names(&mut accepts, &mut |name, kind: SymbolKind| {
        let lower = fold(name);
        if lower != folded && seen.insert(name.to_owned()) {
            found.push(Near {
                distance: strsim::osa_distance(&lower, &folded),
                other_start: lower.chars().next() != start,
                is_minor: !kind.is_landmark(),
                name: name.to_owned(),
            });
        }
    })?;
    Ok(nearest(found))
}

/// The nearest of several names, nearest first.
#[must_use]
pub fn nearest(mut all: Vec<Near>) -> Vec<Near> {
    all.sort();
    all.dedup_by(|a, b| a.name == b.name);
    all.truncate(MAX_NEAR);
    all
}

/// A bit for each letter and digit of a name.
fn letters(name: &str) -> u64 {
    name.chars().fold(0, |set, c| set | 1 << (u32::from(c) & 63))
}

/// A question with another word wherever one stands.
#[must_use]
pub fn respelt(question: &str, word: &str, instead: &str) -> String {
    let base = question.as_ptr().addr();
    let mut out = String::with_capacity(question.len());
    let mut at = 0;
    for found in text::identifiers(question).filter(|found| *found == word) {
        let start = found.as_ptr().addr() - base;
        out.push_str(question.get(at..start).unwrap_or_default());
        out.push_str(instead);
        at = start + found.len();
    }
    out.push_str(question.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::{near, respelt};
    use crate::search::memory::Memory;
    use crate::search::{Request, run};
    use proptest::prelude::*;

    fn memory() -> Memory {
        let mut memory = Memory::default();
        memory.add("src/a.py", "python", &["class HttpClient: pass", "def send_request(url): pass"]);
        memory.add("src/b.py", "python", &["class TokenStore: pass", "field retry_count"]);
        memory.add("src/c.py", "python", &["def httpClients(): pass", "store = Elsewhere(token)"]);
        memory
    }

    fn unknown(question: &str) -> Vec<String> {
        run(&memory(), None, &Request::new(question)).expect("memory does not fail").unknown
    }

    fn near_to(word: &str) -> Vec<String> {
        near(&memory(), word).expect("memory does not fail").into_iter().map(|near| near.name).collect()
    }

    #[test]
    fn names_that_stand_nowhere_are_unknown_and_plain_words_of_longer_questions_never() {
        assert_eq!(unknown("HttpClinet"), ["HttpClinet"]);
        assert_eq!(unknown("HttpClinet.send_request"), ["HttpClinet"]);
        assert_eq!(unknown("where is HttpClinet made"), ["HttpClinet"]);
        assert_eq!(unknown("clinet"), ["clinet"]);
        // Both parts stand somewhere, not together: a question that is a name misses it, another one does not.
        assert_eq!(unknown("store_token"), ["store_token"]);
        assert!(unknown("what does store_token do").is_empty());
        for known in
            ["HttpClient", "httpclient", "Elsewhere", "store token", "where is the clinet", "foo", "a"]
        {
            assert!(unknown(known).is_empty(), "{known}");
        }
    }

    #[test]
    fn near_names_are_one_letter_away_or_two_when_they_are_long() {
        assert_eq!(near_to("HttpClinet"), ["HttpClient", "httpClients"]);
        assert_eq!(near_to("TokenStroe"), ["TokenStore"]);
        assert_eq!(near_to("retry_cuont"), ["retry_count"]);
        assert!(near_to("HttpClient").iter().all(|name| name != "HttpClient"));
        assert!(near_to("Tokens").is_empty() && near_to("Giraffe").is_empty());
    }

    #[test]
    fn a_word_is_replaced_wherever_it_stands_whole() {
        assert_eq!(respelt("fooo and fooo.x but foooo", "fooo", "foo"), "foo and foo.x but foooo");
        assert_eq!(respelt("é fooo", "fooo", "Foo"), "é Foo");
        assert_eq!(respelt("none", "fooo", "foo"), "none");
    }

    /// Optimal string alignment as it is defined, without memory.
    fn naive(a: &[u8], b: &[u8]) -> usize {
        let (Some((x, a_rest)), Some((y, b_rest))) = (a.split_last(), b.split_last()) else {
            return a.len().max(b.len());
        };
        let mut best = naive(a_rest, b_rest) + usize::from(x != y);
        best = best.min(naive(a_rest, b) + 1).min(naive(a, b_rest) + 1);
        if a.len() > 1 && b.len() > 1 && a[a.len() - 2] == *y && *x == b[b.len() - 2] {
            best = best.min(naive(&a[..a.len() - 2], &b[..b.len() - 2]) + 1);
        }
        best
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]
        #[test]
        fn names_within_the_distance_are_found_and_no_others(
            word in "[ab]{4,7}",
            names in prop::collection::btree_set("[abc]{3,7}", 1..4),
        ) {
            let mut memory = Memory::default();
            let lines: Vec<String> = names.iter().map(|name| format!("class {name}: pass")).collect();
            memory.add("a.py", "python", &lines.iter().map(String::as_str).collect::<Vec<_>>());
            let got: Vec<String> =
                near(&memory, &word).expect("memory does not fail").into_iter().map(|near| near.name).collect();
            let mut expected: Vec<String> = names
                .into_iter()
                .filter(|name| *name != word && naive(name.as_bytes(), word.as_bytes()) <= 1)
                .collect();
            expected.sort();
            let mut sorted = got;
            sorted.sort();
            prop_assert_eq!(sorted, expected);
        }
    }
}
