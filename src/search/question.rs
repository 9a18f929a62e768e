//! What is asked: the terms of the question, and the names that it may mean.

use crate::text::{self, Stems};

/// Weight of a word that may be a name but does not look like one.
const PLAIN_WORD: f32 = 0.35;
/// Weight of two adjacent words joined to a name.
const JOINED_WORDS: f32 = 0.5;
/// Most words of a question that count; what lies beyond them is left out.
const MAX_WORDS: usize = 64;
/// Longest question that can be a name alone, in bytes.
const MAX_NAME: usize = 500;
/// What separates the parts of a qualified name.
const SEPARATORS: [&str; 5] = ["::", "->", ".", "\\", "#"];

/// A term of a question.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    /// The term.
    pub(super) text: String,
    /// How often it stands in the question.
    pub(super) count: f32,
    /// A part of an identifier, not a whole one.
    pub(super) is_part: bool,
}

/// A name that the question may mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Name {
    /// In the spelling of the question.
    pub(super) text: String,
    /// The term under which its definitions are found.
    pub(super) term: String,
    /// How likely it is a name, 0 to 1.
    pub(super) weight: f32,
}

/// A question, read.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Question {
    /// Distinct terms in the order of the question.
    pub(super) terms: Vec<Term>,
    /// Those that are no whole identifiers.
    pub(super) stems: Stems,
    /// Names that it may mean, by first occurrence.
    pub(super) names: Vec<Name>,
    /// It is nothing but a name, and looks like one.
    pub(super) is_symbol: bool,
    /// The only name of the question and what it is qualified with (empty when it is not); none when it is more than a
    /// name.
    pub(super) whole: Option<(String, String)>,
}

impl Question {
    /// Reads a question.
    pub(super) fn new(question: &str) -> Self {
        let question = question.trim();
        let question = question.strip_suffix("()").unwrap_or(question);
        let whole = whole_name(question);
        let is_symbol = whole.is_some_and(|(qualifier, name)| !qualifier.is_empty() || looks_like_name(name));
        let all: Vec<&str> = text::identifiers(question).take(MAX_WORDS).collect();
        let telling: Vec<&str> = all.iter().copied().filter(|word| !text::is_stop_word(word)).collect();
        let words = if telling.is_empty() { all } else { telling };
        let mut read = Self {
            is_symbol,
            whole: whole.map(|(qualifier, name)| (qualifier.to_owned(), name.to_owned())),
            ..Self::default()
        };
        for word in &words {
            text::terms(word, &mut |term| read.add_term(term));
        }
        for (at, qualified) in qualified_names(question).into_iter().enumerate() {
            read.add_qualified(qualified, at == 0);
        }
        if !is_symbol {
            for pair in words.windows(2) {
                if let &[first, second] = pair
                    && !(text::is_stop_word(first) && text::is_stop_word(second))
                {
                    read.add_name(format!("{first}{second}"), JOINED_WORDS);
                    read.add_name(format!("{first}_{second}"), JOINED_WORDS);
                }
            }
        }
        read.with_stems()
    }

    /// A question that names nothing.
    pub(super) fn of_terms(terms: Vec<Term>) -> Self {
        Self { terms, ..Self::default() }.with_stems()
    }

    fn with_stems(mut self) -> Self {
        self.stems = Stems::new(self.parts().map(str::to_owned).collect());
        self
    }

    /// The terms that are no whole identifiers.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        self.terms.iter().filter(|term| term.is_part).map(|term| term.text.as_str())
    }

    fn add_term(&mut self, term: &str) {
        match self.terms.iter_mut().find(|known| known.text == term) {
            Some(known) => known.count += 1.0,
            None => {
                self.terms.push(Term { text: term.to_owned(), count: 1.0, is_part: !term.starts_with('=') })
            }
        }
    }

    fn add_qualified(&mut self, qualified: &str, is_first: bool) {
        let (qualifier, name) = split_last(qualified);
        if text::is_stop_word(name) && !self.is_symbol {
            return;
        }
        let starts_high = name.starts_with(|c: char| c.is_ascii_uppercase());
        let is_name =
            self.is_symbol || !qualifier.is_empty() || has_name_shape(name) || (starts_high && !is_first);
        self.add_name(name.to_owned(), if is_name { 1.0 } else { PLAIN_WORD });
    }

    fn add_name(&mut self, name: String, weight: f32) {
        if name.len() < 3 && !self.is_symbol {
            return;
        }
        match self.names.iter_mut().find(|known| known.text == name) {
            Some(known) => known.weight = known.weight.max(weight),
            None => {
                if let Some(term) = text::name_term(&name) {
                    self.names.push(Name { text: name, term, weight });
                }
            }
        }
    }
}

/// The question as a name and what it is qualified with, if it is nothing else.
fn whole_name(question: &str) -> Option<(&str, &str)> {
    let is_part = |part: &str| {
        let first = part.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'$'));
        first && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'!' | b'?'))
    };
    if question.len() > MAX_NAME {
        return None;
    }
    let mut rest = question;
    loop {
        let (before, last) = split_last(rest);
        if !is_part(last) {
            return None;
        }
        if last.len() == rest.len() {
            return Some(split_last(question));
        }
        rest = before;
    }
}

/// A qualified name as what stands before the last separator, and its last part.
pub(super) fn split_last(qualified: &str) -> (&str, &str) {
    SEPARATORS
        .iter()
        .filter_map(|mark| qualified.rsplit_once(mark))
        .min_by_key(|(_, last)| last.len())
        .unwrap_or(("", qualified))
}

/// The runs of name characters and separators between name characters.
fn qualified_names(question: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$');
    let mut rest = question;
    while let Some(start) = rest.find(|c: char| is_name(c) && !c.is_ascii_digit()) {
        rest = rest.get(start..).unwrap_or_default();
        let mut end = 0;
        loop {
            let tail = rest.get(end..).unwrap_or_default();
            let part = tail.find(|c: char| !is_name(c)).unwrap_or(tail.len());
            end += part;
            let tail = rest.get(end..).unwrap_or_default();
            let mark = SEPARATORS.iter().find(|mark| {
                tail.strip_prefix(**mark)
                    .is_some_and(|after| after.starts_with(|c: char| is_name(c) && !c.is_ascii_digit()))
            });
            match mark {
                Some(mark) if names.len() < MAX_WORDS => end += mark.len(),
                _ => break,
            }
        }
        if names.len() >= MAX_WORDS {
            break;
        }
        let (name, after) = rest.split_at(end);
        names.push(name);
        rest = after;
    }
    names
}

/// True for a word with a capital or an underscore.
fn looks_like_name(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// True for a word whose inside shows that it is a name: an underscore, a capital after a small letter, or capitals
/// before a small letter.
pub(super) fn has_name_shape(word: &str) -> bool {
    let bytes = word.as_bytes();
    word.contains('_')
        || bytes.windows(2).any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase())
        || bytes.windows(3).any(|three| {
            three[0].is_ascii_uppercase() && three[1].is_ascii_uppercase() && three[2].is_ascii_lowercase()
        })
}

#[cfg(test)]
mod tests {
    use super::{Question, qualified_names};

    fn terms(question: &str) -> Vec<String> {
        Question::new(question).terms.into_iter().map(|term| term.text).collect()
    }

    fn names(question: &str) -> Vec<(String, f32)> {
        Question::new(question).names.into_iter().map(|name| (name.text, name.weight)).collect()
    }

    #[test]
    fn stop_words_go_unless_nothing_else_is_left() {
        assert_eq!(terms("where is the retry policy"), ["retry", "policy"]);
        assert_eq!(terms("where is it"), ["wher", "is", "it"]);
        assert!(terms("— 12").is_empty());
    }

    #[test]
    fn words_count_as_often_as_they_stand() {
        let question = Question::new("parse parser parsing");
        assert_eq!(question.terms.iter().map(|term| term.count).collect::<Vec<_>>(), [2.0, 1.0]);
        let question = Question::new("httpClient");
        assert_eq!(question.terms.iter().filter(|term| term.is_part).count(), 2);
    }

    #[test]
    fn a_name_alone_is_a_symbol() {
        for symbol in
            ["HTTPAdapter", "render_template", "Sinatra::Base", "a.b", "Foo()", "_x", "A\\B", "a->b"]
        {
            assert!(Question::new(symbol).is_symbol, "{symbol}");
        }
        for other in ["parser", "Retry policy", "how to x_y", "", "a. b", "x::", "::x"] {
            assert!(!Question::new(other).is_symbol, "{other}");
        }
        let whole = |text: &str| Question::new(text).whole;
        assert_eq!(whole("a.B::c"), Some(("a.B".to_owned(), "c".to_owned())));
        assert_eq!(whole("parser"), Some((String::new(), "parser".to_owned())));
        assert_eq!(whole("the parser"), None);
    }

    #[test]
    fn what_looks_like_a_name_weighs_more_than_a_plain_word() {
        assert_eq!(
            names("how does httpClient retry"),
            [
                ("httpClient".to_owned(), 1.0),
                ("retry".to_owned(), 0.35),
                ("httpClientretry".to_owned(), 0.5),
                ("httpClient_retry".to_owned(), 0.5),
            ]
        );
        assert_eq!(names("Retry with Session")[1], ("Session".to_owned(), 1.0));
        assert_eq!(names("Retry with Session")[0], ("Retry".to_owned(), 0.35));
        assert_eq!(names("Router.add"), [("add".to_owned(), 1.0)]);
        assert!(names("is of").is_empty());
    }

    #[test]
    fn qualified_names_are_found_in_prose() {
        assert_eq!(
            qualified_names("call Foo::bar, then x.y.z. Or 9to5"),
            ["call", "Foo::bar", "then", "x.y.z", "Or", "to5"]
        );
    }

    #[test]
    fn endless_questions_are_cut() {
        let long = "word_a ".repeat(100_000);
        assert_eq!(terms(&long).len(), 3);
        let dots = "a.".repeat(100_000);
        assert!(Question::new(&dots).names.len() <= 1);
    }
}
