//! "Which words are in this?" Shared by index and search, so that both agree.
//!
//! A text becomes terms: identifiers are found, split into parts (camelCase, snake_case, acronyms, digits), lowered
//! and lightly stemmed; an identifier of several parts is one more term of its own, marked with `=`. [`postings`]
//! keeps, per file, which terms stand where.

pub mod lexicon;
pub mod postings;
pub mod split;
pub mod stem;
pub mod stems;
pub mod stop;
pub mod terms;
pub mod trigrams;
pub mod varint;

pub use lexicon::Lexicon;
pub use postings::{
    DocLengths, DocLengthsRef, Entry, FileTerms, Name, NameRank, TermCount, TermReader, member_term,
    name_term, path_words,
};
pub use split::split;
pub use stem::stem;
pub use stems::Stems;
pub use stop::is_stop_word;
pub use terms::{identifiers, terms, terms_of_identifier};
pub use trigrams::{may_have, trigram_filter, trigrams};
