//! Terms by number, for one thread.

use super::terms::{identifiers, terms_of_identifier};
use rustc_hash::FxHashMap;

/// Most identifiers that are remembered; then the lexicon starts anew.
const MAX_IDENTIFIERS: usize = 200_000;

/// Remembers the terms of every identifier that a thread has met, so that each is split and stemmed once.
///
/// Terms have numbers, good until the next [`Lexicon::tidy`].
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Identifier to its terms: a range of `runs`.
    identifiers: FxHashMap<Box<str>, (u32, u32)>,
    runs: Vec<u32>,
    numbers: FxHashMap<Box<str>, u32>,
    terms: Vec<Box<str>>,
    buffer: String,
}

impl Lexicon {
    /// An empty lexicon.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything when it has grown too large, and says whether it did; to be called between files.
    pub fn tidy(&mut self) -> bool {
        let full = self.identifiers.len() > MAX_IDENTIFIERS;
        if full {
            *self = Self::default();
        }
        full
    }

    /// The number of terms that have one.
    #[must_use]
    pub fn n_terms(&self) -> usize {
        self.terms.len()
    }

    /// The term of a number.
    #[must_use]
    pub fn term(&self, number: u32) -> &str {
        self.terms.get(number as usize).map_or("", |term| term)
    }

    /// Gives the numbers of all terms of a text, in order.
    pub fn read(&mut self, text: &str, each: &mut impl FnMut(u32)) {
        for identifier in identifiers(text) {
            let (start, end) = match self.identifiers.get(identifier) {
                Some(&run) => run,
                None => self.learn(identifier),
            };
            for &number in self.runs.get(start as usize..end as usize).unwrap_or_default() {
                each(number);
            }
        }
    }

    /// The number of a term, given as it is.
    pub fn number(&mut self, term: &str) -> u32 {
        number_of(&mut self.numbers, &mut self.terms, term)
    }

    #[cold]
    fn learn(&mut self, identifier: &str) -> (u32, u32) {
        let Self { identifiers, runs, numbers, terms, buffer } = self;
        let start = narrow(runs.len());
        terms_of_identifier(identifier, buffer, &mut |term| {
            runs.push(number_of(numbers, terms, term));
        });
        let run = (start, narrow(runs.len()));
        identifiers.insert(identifier.into(), run);
        run
    }
}

fn number_of(numbers: &mut FxHashMap<Box<str>, u32>, terms: &mut Vec<Box<str>>, term: &str) -> u32 {
    if let Some(&number) = numbers.get(term) {
        return number;
    }
    let number = narrow(terms.len());
    terms.push(term.into());
    numbers.insert(term.into(), number);
    number
}

/// Counts here stay far below 2³²: an identifier takes more than a byte of a text that is itself limited.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::Lexicon;
    use crate::text::terms;

    #[test]
    fn a_lexicon_gives_the_same_terms_as_a_plain_reading() {
        let text = include_str!("lexicon.rs");
        let mut lexicon = Lexicon::new();
        for _ in 0..2 {
            let mut numbers = Vec::new();
            lexicon.read(text, &mut |number| numbers.push(number));
            let by_number: Vec<&str> = numbers.iter().map(|&number| lexicon.term(number)).collect();
            let mut plain = Vec::new();
            terms(text, &mut |term| plain.push(term.to_owned()));
            assert_eq!(by_number, plain);
            assert!(lexicon.n_terms() < plain.len());
        }
    }
}
