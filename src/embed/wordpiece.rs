//! Text to the pieces of words that BERT models know.
//!
//! As BERT was trained (Devlin and others 2019, and the code that came with it): the text is cleaned, split at white
//! space and punctuation, and each word is cut from its start into the longest pieces of the vocabulary. A word of which
//! a part is in no piece, or that is too long, is one unknown piece. The special pieces' names (`[SEP]`) mean nothing
//! when they stand in a text: they are words like others.

use anyhow::{Context as _, Result, bail, ensure};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization as _;
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory as _};

/// What is before every piece that does not begin a word, where the files say nothing else.
const CONTINUING: &str = "##";

/// How a text is cleaned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cleaning {
    /// Letters become small ones.
    pub(super) lower_case: bool,
    /// Accents are taken off.
    pub(super) strip_accents: bool,
    /// Control characters are taken out.
    pub(super) clean_text: bool,
    /// Each Chinese character is a word.
    pub(super) split_chinese: bool,
}

impl Cleaning {
    /// As the first models do it: accents go with the capital letters.
    pub(super) const fn usual(lower_case: bool) -> Self {
        Self { lower_case, strip_accents: lower_case, clean_text: true, split_chinese: true }
    }
}

/// Cuts text into pieces.
#[derive(Debug)]
pub(super) struct WordPiece {
    /// Pieces that begin a word.
    starts: FxHashMap<Box<str>, u32>,
    /// Pieces that go on with one, without their mark.
    continuations: FxHashMap<Box<str>, u32>,
    unknown: u32,
    first: u32,
    last: u32,
    /// Letters of the longest word that is looked up.
    longest_word: usize,
    cleaning: Cleaning,
}

/// What is read of `tokenizer.json`.
#[derive(Deserialize)]
struct TokenizerFile {
    normalizer: Option<NormalizerPart>,
    model: ModelPart,
}

/// The kind of a tokenizer whose vocabulary is another than that of ours.
#[derive(Deserialize)]
struct OtherFile {
    model: OtherModel,
}

#[derive(Deserialize)]
struct OtherModel {
    #[serde(rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct NormalizerPart {
    #[serde(rename = "type")]
    kind: String,
    clean_text: Option<bool>,
    handle_chinese_chars: Option<bool>,
    strip_accents: Option<bool>,
    lowercase: Option<bool>,
}

#[derive(Deserialize)]
struct ModelPart {
    #[serde(rename = "type")]
    kind: Option<String>,
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
    max_input_chars_per_word: Option<usize>,
    vocab: FxHashMap<String, u32>,
}

impl WordPiece {
    /// Reads `tokenizer.json`.
    ///
    /// # Errors
    /// When it describes another kind of tokenizer, or lacks a piece that every text needs.
    pub(super) fn from_json(text: &str) -> Result<Self> {
        let known = |kind: &str| {
            ensure!(kind == "WordPiece", "its tokenizer is of the kind {kind}; only WordPiece is known");
            Ok(())
        };
        let file = serde_json::from_str(text).map_err(|error| {
            let other: Option<OtherFile> = serde_json::from_str(text).ok();
            other.and_then(|other| known(&other.model.kind).err()).unwrap_or_else(|| error.into())
        });
        let file: TokenizerFile = file?;
        known(file.model.kind.as_deref().unwrap_or("WordPiece"))?;
        let cleaning = match file.normalizer {
            Some(part) if part.kind == "BertNormalizer" => {
                let lower_case = part.lowercase.unwrap_or(true);
                Cleaning {
                    lower_case,
                    strip_accents: part.strip_accents.unwrap_or(lower_case),
                    clean_text: part.clean_text.unwrap_or(true),
                    split_chinese: part.handle_chinese_chars.unwrap_or(true),
                }
            }
            Some(part) => bail!("its text is cleaned by {}; only BertNormalizer is known", part.kind),
            None => {
                Cleaning { lower_case: false, strip_accents: false, clean_text: false, split_chinese: false }
            }
        };
        let prefix = file.model.continuing_subword_prefix.as_deref().unwrap_or(CONTINUING);
        let unknown = file.model.unk_token.as_deref().unwrap_or("[UNK]");
        let mut pieces = Self::new(file.model.vocab, prefix, unknown, cleaning)?;
        pieces.longest_word = file.model.max_input_chars_per_word.unwrap_or(pieces.longest_word);
        Ok(pieces)
    }

    /// Reads `vocab.txt`: a piece a line, numbered from 0.
    ///
    /// # Errors
    /// When it lacks a piece that every text needs.
    pub(super) fn from_list(text: &str, lower_case: bool) -> Result<Self> {
        let vocab = (0..).zip(text.lines()).map(|(number, piece)| (piece.trim_end().to_owned(), number));
        Self::new(vocab, CONTINUING, "[UNK]", Cleaning::usual(lower_case))
    }

    fn new(
        vocab: impl IntoIterator<Item = (String, u32)>,
        prefix: &str,
        unknown: &str,
        cleaning: Cleaning,
    ) -> Result<Self> {
        let mut pieces = Self {
            starts: FxHashMap::default(),
            continuations: FxHashMap::default(),
            unknown: 0,
            first: 0,
            last: 0,
            longest_word: 100,
            cleaning,
        };
        for (piece, number) in vocab {
            match piece.strip_prefix(prefix).filter(|rest| !rest.is_empty()) {
                Some(rest) => pieces.continuations.insert(rest.into(), number),
                None => pieces.starts.insert(piece.into(), number),
            };
        }
        let number = |piece: &str| pieces.starts.get(piece).copied();
        let needed = |piece: &str| number(piece).with_context(|| format!("its vocabulary lacks {piece}"));
        (pieces.unknown, pieces.first, pieces.last) = (needed(unknown)?, needed("[CLS]")?, needed("[SEP]")?);
        Ok(pieces)
    }

    /// One past the largest number of a piece.
    pub(super) fn n_pieces(&self) -> usize {
        let numbers = self.starts.values().chain(self.continuations.values());
        numbers.max().map_or(0, |&largest| largest as usize + 1)
    }

    /// The numbers of a text's pieces, at most `most` (at least 2) with those that begin and end it.
    pub(super) fn pieces(&self, text: &str, most: usize) -> Vec<u32> {
        let mut numbers = vec![self.first];
        let room = most.saturating_sub(1).max(1);
        // A word has a piece for each of its characters at most, so what lies far behind the last piece is not read.
        self.words(text, &mut |word| {
            self.cut(word, &mut numbers);
            numbers.len() < room
        });
        numbers.truncate(room);
        numbers.push(self.last);
        numbers
    }

    /// Gives the words of a text until it is told that there are enough.
    fn words(&self, text: &str, each: &mut dyn FnMut(&str) -> bool) {
        let mut word = String::new();
        // A control character is taken out, even one that is white space: what stands around it is one word.
        let is_space = |c: char| c.is_whitespace() && !(self.cleaning.clean_text && is_control(c));
        for part in text.split(is_space).filter(|part| !part.is_empty()) {
            let clean: String;
            let part = if part.is_ascii() && !part.bytes().any(|byte| byte.is_ascii_control()) {
                if self.cleaning.lower_case {
                    clean = part.to_ascii_lowercase();
                    &clean
                } else {
                    part
                }
            } else {
                clean = self.clean(part);
                &clean
            };
            for c in part.chars() {
                let is_alone = is_punctuation(c);
                if is_alone || c.is_whitespace() {
                    if !word.is_empty() && !each(&word) {
                        return;
                    }
                    word.clear();
                }
                if is_alone {
                    if !each(c.encode_utf8(&mut [0; 4])) {
                        return;
                    }
                } else if !c.is_whitespace() {
                    word.push(c);
                }
            }
            if !word.is_empty() && !each(&word) {
                return;
            }
            word.clear();
        }
    }

    /// A part of a text without what is not looked at.
    fn clean(&self, part: &str) -> String {
        let how = self.cleaning;
        let mut clean = String::with_capacity(part.len());
        for c in part.chars() {
            if how.clean_text && (c == '\0' || c == char::REPLACEMENT_CHARACTER || is_control(c)) {
                continue;
            }
            if how.split_chinese && is_chinese(c) {
                clean.extend([' ', c, ' ']);
            } else {
                clean.push(c);
            }
        }
        if how.strip_accents {
            let is_accent = |c: &char| c.general_category() == GeneralCategory::NonspacingMark;
            clean = clean.nfd().filter(|c| !is_accent(c)).collect();
        }
        if how.lower_case { clean.chars().flat_map(char::to_lowercase).collect() } else { clean }
    }

    /// Adds the pieces of a word.
    fn cut(&self, word: &str, numbers: &mut Vec<u32>) {
        let before = numbers.len();
        let mut rest = word;
        let is_short = word.len() <= self.longest_word || word.chars().count() <= self.longest_word;
        while is_short && !rest.is_empty() {
            let pieces = if numbers.len() == before { &self.starts } else { &self.continuations };
            let ends = rest.char_indices().rev().map(|(at, c)| at + c.len_utf8());
            let found = ends.map(|end| rest.split_at(end)).find_map(|(piece, more)| {
                let number = pieces.get(piece)?;
                Some((*number, more))
            });
            let Some((number, more)) = found else { break };
            numbers.push(number);
            rest = more;
        }
        if !rest.is_empty() {
            numbers.truncate(before);
            numbers.push(self.unknown);
        }
    }
}

/// True for what is no text: control and format characters, but not white space.
fn is_control(c: char) -> bool {
    !matches!(c, '\t' | '\n' | '\r')
        && matches!(
            c.general_category(),
            GeneralCategory::Control | GeneralCategory::Format | GeneralCategory::PrivateUse
        )
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || (!c.is_ascii() && c.general_category_group() == GeneralCategoryGroup::Punctuation)
}

/// True for the ideographs that Chinese writes without spaces between words.
const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2a6df}' | '\u{2a700}'..='\u{2ceaf}' | '\u{2f800}'..='\u{2fa1f}')
}

#[cfg(test)]
mod tests {
    use super::{Cleaning, WordPiece};
    use proptest::prelude::*;

    const LIST: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nun\n##aff\n##able\n##a\ncafe\n(\n)\n.\nread\n##er\n中\n文\nCafe\n";

    fn pieces(text: &str) -> Vec<String> {
        let model = WordPiece::from_list(LIST, true).unwrap();
        let list: Vec<&str> = LIST.lines().collect();
        model.pieces(text, 128).into_iter().map(|number| list[number as usize].to_owned()).collect()
    }

    #[test]
    fn the_longest_pieces_are_taken_from_the_start_and_a_word_is_known_whole_or_not_at_all() {
        assert_eq!(pieces("unaffable"), ["[CLS]", "un", "##aff", "##able", "[SEP]"]);
        assert_eq!(pieces("unx una"), ["[CLS]", "[UNK]", "un", "##a", "[SEP]"]);
        assert_eq!(pieces("Reader.read()"), ["[CLS]", "read", "##er", ".", "read", "(", ")", "[SEP]"]);
        assert_eq!(pieces(""), ["[CLS]", "[SEP]"]);
        assert_eq!(pieces(&"read".repeat(26)), ["[CLS]", "[UNK]", "[SEP]"]);
    }

    #[test]
    fn accents_capitals_controls_and_chinese_are_as_in_training() {
        assert_eq!(
            pieces("CAFÉ cafe\u{301} ca\u{200b}fe ca\u{c}fe"),
            ["[CLS]", "cafe", "cafe", "cafe", "cafe", "[SEP]"]
        );
        assert_eq!(pieces("中文read"), ["[CLS]", "中", "文", "read", "[SEP]"]);
        assert_eq!(pieces("read\u{a0}read—read"), ["[CLS]", "read", "read", "[UNK]", "read", "[SEP]"]);
    }

    #[test]
    fn names_of_special_pieces_are_words_like_others() {
        assert_eq!(pieces("[SEP]"), ["[CLS]", "[UNK]", "[UNK]", "[UNK]", "[SEP]"]);
    }

    #[test]
    fn a_long_text_ends_at_the_limit() {
        let model = WordPiece::from_list(LIST, true).unwrap();
        let numbers = model.pieces(&"unaffable ".repeat(100), 8);
        assert_eq!(numbers, [2, 5, 6, 7, 5, 6, 7, 3]);
        assert_eq!(model.pieces("read", 2), [2, 3]);
    }

    #[test]
    fn a_json_file_says_how_text_is_cleaned_and_other_kinds_are_refused() {
        let json = |normalizer: &str, kind: &str| {
            format!(
                r###"{{"normalizer": {normalizer}, "model": {{"type": "{kind}", "unk_token": "[UNK]", "vocab":
                {{"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "Cafe": 3, "cafe": 4, "##x": 5}}}}}}"###
            )
        };
        let bert = r#"{"type": "BertNormalizer", "lowercase": false, "strip_accents": true}"#;
        let model = WordPiece::from_json(&json(bert, "WordPiece")).unwrap();
        assert_eq!(model.pieces("Café Cafex", 9), [1, 3, 3, 5, 2]);
        assert_eq!(model.n_pieces(), 6);
        let model = WordPiece::from_json(&json("null", "WordPiece")).unwrap();
        assert_eq!(model.pieces("Café", 9), [1, 0, 2]);
        assert!(WordPiece::from_json(&json(bert, "BPE")).unwrap_err().to_string().contains("BPE"));
        let unigram = r#"{"model": {"type": "Unigram", "vocab": [["a", -1.0]]}}"#;
        assert!(WordPiece::from_json(unigram).unwrap_err().to_string().contains("Unigram"));
        let other = r#"{"type": "Precompiled"}"#;
        assert!(WordPiece::from_json(&json(other, "WordPiece")).unwrap_err().to_string().contains("Precomp"));
        assert!(WordPiece::from_list("a\nb\n", true).unwrap_err().to_string().contains("[UNK]"));
    }

    proptest! {
        #[test]
        fn any_text_gives_pieces_of_the_vocabulary_within_the_limit(text in ".{0,60}", most in 2..20usize) {
            let model = WordPiece::from_list(LIST, true).unwrap();
            let numbers = model.pieces(&text, most);
            prop_assert!((2..=most).contains(&numbers.len()));
            prop_assert!(numbers.iter().all(|&number| (number as usize) < model.n_pieces()));
        }
    }

    #[test]
    fn accents_go_with_capitals_unless_the_file_says_otherwise() {
        assert!(Cleaning::usual(true).strip_accents && !Cleaning::usual(false).strip_accents);
    }
}
