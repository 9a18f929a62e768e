//! English words that say little in a question about code.

/// Sorted, lower case.
const STOP_WORDS: &[&str] = &[
    "a", "about", "after", "all", "also", "an", "and", "any", "are", "as", "at", "based", "be", "before",
    "between", "by", "can", "could", "do", "does", "during", "each", "for", "from", "has", "have", "how",
    "if", "in", "into", "is", "it", "its", "not", "of", "on", "only", "or", "other", "over", "per", "should",
    "so", "such", "than", "that", "the", "their", "them", "then", "these", "they", "this", "those",
    "through", "to", "under", "use", "used", "uses", "using", "via", "was", "were", "what", "when", "where",
    "which", "while", "who", "why", "will", "with", "within", "without", "would",
];

/// True for a word, in any case, that a query drops unless nothing else is left.
#[must_use]
pub fn is_stop_word(word: &str) -> bool {
    word.len() <= 7 && STOP_WORDS.binary_search(&word.to_ascii_lowercase().as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{STOP_WORDS, is_stop_word};

    #[test]
    fn the_list_is_sorted_and_its_words_are_short() {
        assert!(STOP_WORDS.is_sorted());
        assert!(STOP_WORDS.iter().all(|word| word.len() <= 7));
    }

    #[test]
    fn case_does_not_matter() {
        assert!(is_stop_word("How") && is_stop_word("through") && is_stop_word("a"));
        assert!(!is_stop_word("parser") && !is_stop_word(""));
    }
}
