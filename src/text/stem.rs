//! A light stemmer.
//!
//! It takes plural and the commonest English endings off, so that `caches`, `cached` and `caching` meet. The built-in
//! embedding table was trained on words stemmed by exactly these rules: a change here needs a new table.

/// Stems a lower-case ASCII word in place.
pub fn stem(word: &mut String) {
    plural(word);
    if word.len() > 5 {
        ending(word);
    }
    if word.len() > 4 && word.ends_with('e') {
        cut(word, 1);
    }
}

/// `queries` to `query`, `classes` to `class`, `files` to `file`.
fn plural(word: &mut String) {
    if word.len() <= 4 {
        return;
    }
    if word.ends_with("ies") {
        cut(word, 3);
        word.push('y');
    } else if word.ends_with("sses") {
        cut(word, 2);
    } else if word.ends_with('s') && !["ss", "us", "is"].iter().any(|end| word.ends_with(end)) {
        cut(word, 1);
    }
}

/// Takes one derivational ending off a word of six letters or more.
fn ending(word: &mut String) {
    let n = word.len();
    if word.ends_with("ing") && has_vowel(word, n - 3) {
        cut(word, 3);
        undouble(word);
    } else if word.ends_with("ed") && has_vowel(word, n - 2) {
        cut(word, 2);
        undouble(word);
    } else if n > 6 && (word.ends_with("er") || word.ends_with("or")) {
        cut(word, 2);
    } else if word.ends_with("ation") {
        cut(word, 5);
    } else if n > 6 && word.ends_with("ion") {
        cut(word, 3);
    } else if word.ends_with("ly") {
        cut(word, 2);
    } else if n > 7 && word.ends_with("ment") {
        cut(word, 4);
    }
}

fn has_vowel(word: &str, end: usize) -> bool {
    word.bytes().take(end).any(|byte| matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'))
}

/// `stopp` to `stop`; doubled l, s and z stay.
fn undouble(word: &mut String) {
    if let [.., before, last] = word.as_bytes()
        && word.len() > 3
        && before == last
        && !matches!(last, b'l' | b's' | b'z')
    {
        cut(word, 1);
    }
}

/// Takes `n` bytes off the end.
fn cut(word: &mut String, n: usize) {
    for _ in 0..n {
        word.pop();
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_stem_begins_as_its_word_does() {
        let endings = ["", "s", "ies", "sses", "ing", "ed", "er", "or", "ation", "ion", "ly", "ment", "e"];
        for start in ["a", "b", "st", "qu", "aa", "xyz", "s", "e", "nn", "cache"] {
            for ending in endings {
                for last in endings {
                    let mut word = format!("{start}{ending}{last}");
                    super::stem(&mut word);
                    assert_eq!(word.bytes().next(), start.bytes().next(), "{start}{ending}{last}");
                }
            }
        }
    }

    #[test]
    fn forms_of_a_word_meet() {
        let stem = |word: &str| {
            let mut word = word.to_owned();
            super::stem(&mut word);
            word
        };
        for word in ["caches", "cached", "caching", "cache"] {
            assert_eq!(stem(word), "cach");
        }
        assert_eq!(stem("stopped"), "stop");
        assert_eq!(stem("falling"), "fall");
        assert_eq!(stem("queries"), "query");
        assert_eq!(stem("is"), "is");
        assert_eq!(stem(""), "");
    }
}
