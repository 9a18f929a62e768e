//! Text to terms.

use super::{split, stem};

/// Longest part that is a term, in bytes; what is longer is cut.
const MAX_PART: usize = 64;
/// Longest identifier that is a term as a whole, in bytes.
pub(super) const MAX_WHOLE: usize = 120;

/// The identifiers of a text: an ASCII letter or underscore, then letters, digits and underscores.
#[must_use]
pub fn identifiers(text: &str) -> Identifiers<'_> {
    Identifiers { text, at: 0 }
}

/// Iterator of [`identifiers`].
#[derive(Debug, Clone)]
pub struct Identifiers<'t> {
    text: &'t str,
    at: usize,
}

/// What a byte may be in an identifier: 0 nothing, 1 not the first byte, 2 any byte.
const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        if byte.is_ascii_alphabetic() || byte == b'_' {
            class[byte as usize] = 2;
        } else if byte.is_ascii_digit() {
            class[byte as usize] = 1;
        }
        byte += 1;
    }
    class
};

impl<'t> Iterator for Identifiers<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let skip = rest.iter().position(|&byte| CLASS[usize::from(byte)] == 2)?;
        let rest = rest.get(skip..)?;
        let n = rest.iter().position(|&byte| CLASS[usize::from(byte)] == 0).unwrap_or(rest.len());
        let start = self.at + skip;
        self.at = start + n;
        self.text.get(start..start + n)
    }
}

/// Gives every term of a text in order: of each identifier the stemmed parts, then `=whole` when it has several.
pub fn terms(text: &str, each: &mut impl FnMut(&str)) {
    let mut buffer = String::new();
    for identifier in identifiers(text) {
        terms_of_identifier(identifier, &mut buffer, each);
    }
}

/// Gives the terms of one identifier; `buffer` is scratch space.
pub fn terms_of_identifier(identifier: &str, buffer: &mut String, each: &mut impl FnMut(&str)) {
    let mut n_parts = 0;
    for part in split(identifier) {
        n_parts += 1;
        fold(buffer, "", part.get(..MAX_PART).unwrap_or(part));
        stem(buffer);
        each(buffer);
    }
    if n_parts == 0 {
        fold(buffer, "", identifier.get(..MAX_PART).unwrap_or(identifier));
        each(buffer);
    } else if n_parts > 1 && identifier.len() <= MAX_WHOLE {
        fold(buffer, "=", identifier);
        each(buffer);
    }
}

/// Puts `mark` and the lowered word into the buffer.
fn fold(buffer: &mut String, mark: &str, word: &str) {
    buffer.clear();
    buffer.push_str(mark);
    buffer.push_str(word);
    buffer.make_ascii_lowercase();
}

#[cfg(test)]
mod tests {
    use super::{identifiers, terms};

    fn all(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        terms(text, &mut |term| all.push(term.to_owned()));
        all
    }

    /// The fixture was made by the tokenizer that the embedding table was trained with, its last lines by the one in
    /// `src/embed/training`, which is held against it too.
    #[test]
    fn terms_are_those_that_the_embedding_table_was_trained_with() {
        let mut n = 0;
        for line in include_str!("expected_terms.tsv").lines() {
            let (text, expected) = line.split_once('\t').expect("two columns");
            assert_eq!(all(text).join(" "), expected, "{text}");
            n += 1;
        }
        assert!(n > 400);
    }

    #[test]
    fn an_identifier_of_several_parts_is_a_term_of_its_own() {
        assert_eq!(
            all("let httpClient = new HTTPClient();"),
            ["let", "http", "client", "=httpclient", "new", "http", "client", "=httpclient"]
        );
    }

    #[test]
    fn digits_do_not_start_an_identifier_and_other_scripts_separate() {
        assert_eq!(identifiers("0x1F 12 größe").collect::<Vec<_>>(), ["x1F", "gr", "e"]);
        assert!(all("").is_empty() && all("12 + 3 — ß").is_empty());
    }

    #[test]
    fn endless_words_are_cut() {
        let long = "a".repeat(5_000);
        assert_eq!(all(&long), ["a".repeat(64)]);
        let wide = "ab_".repeat(1_000);
        assert!(all(&wide).iter().all(|term| term == "ab"));
    }
}
