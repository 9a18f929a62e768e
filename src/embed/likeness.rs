//! How near many short texts are to one question: their words are looked up once each.

use super::table::{StaticTable, weight_of};
use super::{normalise, stem_and_dir};
use crate::text;
use rustc_hash::FxHashMap;

/// Compares names and paths with a question, by the table in the program: it needs no vectors of them, and no model that
/// the user chose.
#[derive(Debug)]
pub struct Likeness {
    table: &'static StaticTable,
    query: Vec<f32>,
    /// The row of each word that was met, while looking it up takes a bisection; none for a word without one.
    rows: FxHashMap<String, Option<u32>>,
    /// Rows of the current text and how often each stands there.
    counts: Vec<(u32, u32)>,
    /// The path that was given last, and its rows: names of one file come one after the other.
    path: String,
    path_counts: Vec<(u32, u32)>,
    /// The sum of these rows.
    sum: Vec<f32>,
    buffer: String,
}

impl Likeness {
    /// `None` when the table knows no word of the question.
    #[must_use]
    pub fn new(question: &str) -> Option<Self> {
        let table = StaticTable::builtin();
        let mut query = table.question(question);
        normalise(&mut query);
        let is_known = query.iter().any(|&x| x != 0.0);
        let sum = vec![0.0; query.len()];
        is_known.then(|| Self {
            table,
            query,
            rows: FxHashMap::default(),
            counts: Vec::new(),
            path: String::new(),
            path_counts: Vec::new(),
            sum,
            buffer: String::new(),
        })
    }

    /// The cosine of the question and the words of some names under the path of their file, of which the stem and the
    /// nearest directory count; 0 when the table knows none of them.
    pub fn of(&mut self, path: &str, names: &[&str]) -> f32 {
        if self.path != path {
            self.counts.clear();
            let (stem, dir) = stem_and_dir(path);
            self.count(stem);
            self.count(dir);
            path.clone_into(&mut self.path);
            self.path_counts.clone_from(&self.counts);
        }
        self.counts.clear();
        names.iter().for_each(|name| self.count(name));
        for &(row, times) in &self.path_counts {
            add(&mut self.counts, row, times);
        }
        self.sum.fill(0.0);
        for &(row, times) in &self.counts {
            self.table.add_row(&mut self.sum, row as usize, weight_of(times));
        }
        let (product, square) = (product(&self.sum, &self.query), product(&self.sum, &self.sum));
        if square > 0.0 { product / square.sqrt() } else { 0.0 }
    }

    fn count(&mut self, text: &str) {
        let Self { table, rows, counts, buffer, .. } = self;
        for identifier in text::identifiers(text) {
            text::terms_of_identifier(identifier, buffer, &mut |term| {
                let looked_up = || table.row(term).and_then(|row| u32::try_from(row).ok());
                let row = if table.is_prepared() {
                    looked_up()
                } else {
                    rows.get(term).copied().unwrap_or_else(|| {
                        let row = looked_up();
                        rows.insert(term.to_owned(), row);
                        row
                    })
                };
                if let Some(row) = row {
                    add(counts, row, 1);
                }
            });
        }
    }
}

/// The product of two vectors, in sums that are kept side by side so that the compiler can use wide registers.
fn product(a: &[f32], b: &[f32]) -> f32 {
    const LANES: usize = 8;
    let ((wide_a, a), (wide_b, b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
    let mut sums = [0.0f32; LANES];
    for (a, b) in wide_a.iter().zip(wide_b) {
        for ((sum, x), y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    sums.iter().sum::<f32>() + a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>()
}

fn add(counts: &mut Vec<(u32, u32)>, row: u32, n: u32) {
    match counts.iter_mut().find(|(known, _)| *known == row) {
        Some((_, times)) => *times += n,
        None => counts.push((row, n)),
    }
}

#[cfg(test)]
mod tests {
    use super::Likeness;
    use crate::embed::{Passage, StaticTable, normalise};
    use crate::text::TermReader;

    #[test]
    fn a_name_is_as_near_as_a_passage_that_holds_nothing_else() {
        let question = "how is the password of a user checked";
        let mut likeness = Likeness::new(question).expect("known words");
        let table = StaticTable::builtin();
        let mut query = table.question(question);
        normalise(&mut query);
        for (path, text) in
            [("src/auth/login.rs", "verifyUser user_check Verifier"), ("a.rs", "canvas"), ("", "")]
        {
            let mut expected = 0.0;
            TermReader::new().read(path, &[text], &[], |_, terms| {
                let mut passage = table.embed_passage(Passage { path, text, terms });
                normalise(&mut passage);
                expected = passage.iter().zip(&query).map(|(a, b)| a * b).sum();
            });
            // A word that was met before gives what it gave.
            for _ in 0..2 {
                let got = likeness.of(path, &text.split(' ').collect::<Vec<_>>());
                assert!((got - expected).abs() < 1e-5, "{path} {text}: {got} {expected}");
            }
        }
    }

    #[test]
    fn without_a_known_word_there_is_nothing_to_compare() {
        assert!(Likeness::new("qqqqxz").is_none());
        assert_eq!(Likeness::new("parser").expect("a known word").of("", &["qqqqxz"]), 0.0);
    }
}
