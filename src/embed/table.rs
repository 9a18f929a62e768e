//! The built-in embedding: a table of word vectors that is compiled into the program.
//!
//! `table.bin`, little-endian: `CGEM`; u32 words; u32 dimension; the words, sorted, each a length byte and its bytes;
//! one f32 scale per word; one row of signed bytes per word. The norm of a row is its weight. The rows were trained
//! from random start on doc comments and the code below them, from permissively licensed repositories.

use super::{Embedder, Passage, stem_and_dir};
use crate::text;
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::sync::OnceLock;

static TABLE: &[u8] = include_bytes!("table.bin");

/// A vector is the mean of its words' rows, each weighted 1 + ln(times it stands there).
#[derive(Debug, Default)]
pub struct StaticTable {
    bytes: &'static [u8],
    /// Where the length byte of each word stands.
    words: Vec<u32>,
    dimension: usize,
    scales: usize,
    rows: usize,
    /// The row of every word, made when the first passage is embedded: an index looks up millions of words, a question a
    /// few hundred.
    by_word: OnceLock<FxHashMap<&'static [u8], u32>>,
}

impl StaticTable {
    /// The model's number in keys of the store.
    pub const NUMBER: u16 = 1;
    /// The model's id.
    pub const ID: &str = "codegraph-static-12k-128";

    /// The table in the program; the first call takes some 50 µs to find where its words start.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static PARSED: OnceLock<StaticTable> = OnceLock::new();
        PARSED.get_or_init(|| Self::parse(TABLE).unwrap_or_default())
    }

    /// Reads the header of a table; `None` when it is damaged.
    fn parse(bytes: &'static [u8]) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?) as usize);
        if !bytes.starts_with(b"CGEM") {
            return None;
        }
        let (n, dimension) = (number(4)?, number(8)?);
        let mut words = Vec::with_capacity(n.min(bytes.len()));
        let mut at = 12;
        for _ in 0..n {
            words.push(u32::try_from(at).ok()?);
            at += 1 + usize::from(*bytes.get(at)?);
        }
        let (scales, rows) = (at, at.checked_add(n.checked_mul(4)?)?);
        let end = rows.checked_add(n.checked_mul(dimension)?)?;
        (end == bytes.len()).then(|| Self { bytes, words, dimension, scales, rows, by_word: OnceLock::new() })
    }

    fn word(&self, at: u32) -> &'static [u8] {
        let at = at as usize;
        let n = self.bytes.get(at).map_or(0, |&n| usize::from(n));
        self.bytes.get(at + 1..at + 1 + n).unwrap_or_default()
    }

    /// Makes the map that many look-ups are worth: for an index, and for a process that answers more than once.
    pub fn prepare(&self) -> &FxHashMap<&'static [u8], u32> {
        self.by_word.get_or_init(|| {
            let numbered = (0..).zip(&self.words);
            numbered.map(|(row, &at)| (self.word(at), row)).collect()
        })
    }

    /// True once looking up a word takes a look into that map.
    pub(super) fn is_prepared(&self) -> bool {
        self.by_word.get().is_some()
    }

    /// The number of a term's row, by that map.
    fn mapped_row(&self, term: &str) -> Option<usize> {
        self.prepare().get(term.as_bytes()).map(|&row| row as usize)
    }

    /// The number of a term's row, by the map if there is one, else by bisection.
    pub(super) fn row(&self, term: &str) -> Option<usize> {
        if let Some(map) = self.by_word.get() {
            return map.get(term.as_bytes()).map(|&row| row as usize);
        }
        self.words.binary_search_by(|&at| self.word(at).cmp(term.as_bytes())).ok()
    }

    /// Adds the row of a term that has one to a vector; gives its weight.
    fn add(&self, vector: &mut [f32], row: Option<usize>, tf: u32) -> f32 {
        row.map_or(0.0, |row| {
            let weight = weight_of(tf);
            self.add_row(vector, row, weight);
            weight
        })
    }

    /// Adds a row to a vector, so many times; a row that is not there adds nothing.
    pub(super) fn add_row(&self, vector: &mut [f32], row: usize, times: f32) {
        let scale = self.bytes.get(self.scales + 4 * row..).and_then(<[u8]>::first_chunk);
        let start = self.rows + row * self.dimension;
        let numbers = self.bytes.get(start..start + self.dimension);
        let (Some(scale), Some(numbers)) = (scale, numbers) else { return };
        let weight = f32::from_le_bytes(*scale) * times;
        for (sum, &byte) in vector.iter_mut().zip(numbers) {
            *sum += weight * f32::from(byte.cast_signed());
        }
    }

    /// The vector of a question.
    #[must_use]
    pub fn question(&self, query: &str) -> Vec<f32> {
        let mut vector = vec![0.0; self.dimension];
        let mut weight = self.add_text(&mut vector, query, true);
        if vector.iter().all(|&x| x == 0.0) {
            weight += self.add_text(&mut vector, query, false);
        }
        divide(&mut vector, weight);
        vector
    }

    /// The vector of a chunk.
    #[must_use]
    pub fn embed_passage(&self, passage: Passage<'_>) -> Vec<f32> {
        let (mut vector, mut weight) = (vec![0.0; self.dimension], 0.0);
        for count in passage.terms {
            if !count.term.starts_with('=') {
                weight += self.add(&mut vector, self.mapped_row(count.term), count.tf);
            }
        }
        let (stem, dir) = stem_and_dir(passage.path);
        weight += self.add_text(&mut vector, &format!("{stem} {dir}"), false);
        divide(&mut vector, weight);
        vector
    }

    /// Adds the terms of a short text; gives their weight.
    fn add_text(&self, vector: &mut [f32], text: &str, without_stop_words: bool) -> f32 {
        let mut counts: Vec<(String, u32)> = Vec::new();
        let mut buffer = String::new();
        for identifier in text::identifiers(text) {
            if without_stop_words && text::is_stop_word(identifier) {
                continue;
            }
            text::terms_of_identifier(identifier, &mut buffer, &mut |term| match counts
                .iter_mut()
                .find(|(known, _)| known == term)
            {
                Some((_, n)) => *n += 1,
                None => counts.push((term.to_owned(), 1)),
            });
        }
        counts.into_iter().map(|(term, tf)| self.add(vector, self.row(&term), tf)).sum()
    }
}

/// Makes a mean of a sum.
fn divide(sum: &mut [f32], weight: f32) {
    if weight > 0.0 {
        sum.iter_mut().for_each(|x| *x /= weight);
    }
}

/// 1 + ln(tf); small counts, which are nearly all, come from a table.
pub(super) fn weight_of(tf: u32) -> f32 {
    const SMALL: [f32; 9] =
        [0.0, 1.0, 1.693_147_2, 2.098_612_3, 2.386_294_4, 2.609_438, 2.791_759_5, 2.945_910_2, 3.079_441_5];
    match SMALL.get(tf as usize) {
        Some(&weight) => weight,
        #[expect(clippy::cast_precision_loss, reason = "a count, and its logarithm at that")]
        None => 1.0 + (tf as f32).ln(),
    }
}

impl Embedder for StaticTable {
    fn id(&self) -> &'static str {
        Self::ID
    }

    fn dimension(&self) -> usize {
        self.dimension
    }

    fn embed_query(&self, query: &str) -> Result<Vec<f32>> {
        Ok(self.question(query))
    }
}

#[cfg(test)]
mod tests {
    use super::{StaticTable, TABLE, weight_of};
    use crate::embed::{Embedder, Passage};
    use crate::text::TermReader;

    fn passage(path: &str, text: &str) -> Vec<f32> {
        let mut vector = Vec::new();
        TermReader::new().read(path, &[text], &[], |_, terms| {
            vector = StaticTable::builtin().embed_passage(Passage { path, text, terms });
        });
        vector
    }

    fn cosine(a: &[f32], b: &[f32]) -> f32 {
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        product(a, b) / (product(a, a) * product(b, b)).sqrt()
    }

    #[test]
    fn the_table_is_the_one_that_was_measured() {
        assert_eq!(
            blake3::hash(TABLE).to_hex().as_str(),
            "3d173bec10a743766eda316c1c674f92029c09cadf71255b293d4789435329a9"
        );
    }

    #[test]
    fn words_are_sorted_and_each_finds_its_row() {
        let table = StaticTable::builtin();
        assert_eq!((table.words.len(), table.dimension()), (12_000, 128));
        assert!(table.words.iter().map(|&at| table.word(at)).is_sorted());
        for (row, &at) in table.words.iter().enumerate() {
            let word = std::str::from_utf8(table.word(at)).expect("words are ASCII");
            assert_eq!(table.row(word), Some(row));
            assert_eq!(table.mapped_row(word), Some(row));
        }
        assert_eq!(table.row("no such word"), None);
        assert_eq!(table.mapped_row("no such word"), None);
    }

    #[test]
    fn a_question_is_nearer_to_the_code_that_answers_it() {
        let query = StaticTable::builtin().embed_query("how is the password of a user checked").unwrap();
        let near =
            passage("src/auth/login.rs", "fn verify(credentials: &Credentials) -> bool { hash(secret) }");
        let far = passage("src/ui/canvas.rs", "fn draw(pixels: &mut Image) { fill(color, rectangle) }");
        assert!(cosine(&query, &near) > cosine(&query, &far) + 0.1);
    }

    #[test]
    fn a_vector_is_the_mean_of_its_words_whatever_their_number() {
        let (one, two) = (passage("", "parser"), passage("", "canvas"));
        let both = passage("", "parser canvas");
        for ((x, y), mean) in one.iter().zip(&two).zip(both) {
            assert!((f32::midpoint(*x, *y) - mean).abs() < 1e-6);
        }
        let (often, once) = (passage("", "parser parser parser"), StaticTable::builtin().question("parser"));
        assert!(often.iter().zip(&one).zip(once).all(|((x, y), z)| (x - y).abs() < 1e-6 && *y == z));
    }

    #[test]
    fn unknown_words_give_zero() {
        assert!(StaticTable::builtin().embed_query("qqqqxz").unwrap().iter().all(|&x| x == 0.0));
        assert!(passage("", "— 12 —").iter().all(|&x| x == 0.0));
    }

    #[test]
    fn stop_words_count_only_when_nothing_else_is_asked() {
        let table = StaticTable::builtin();
        let of = |query| table.embed_query(query).unwrap();
        assert_eq!(of("where is the parser"), of("parser"));
        assert!(of("while").iter().any(|&x| x != 0.0));
    }

    #[test]
    fn small_counts_weigh_as_the_formula_says() {
        for tf in 1..12u8 {
            assert!((weight_of(u32::from(tf)) - (1.0 + f32::from(tf).ln())).abs() < 1e-6);
        }
    }

    #[test]
    fn damaged_tables_are_refused() {
        assert!(StaticTable::parse(b"").is_none());
        assert!(StaticTable::parse(b"CGEM\xff\xff\xff\xff\xff\xff\xff\xff").is_none());
        assert!(StaticTable::parse(&TABLE[..TABLE.len() - 1]).is_none());
    }
}
