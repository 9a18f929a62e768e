//! Stems that are looked for in texts.

use super::{identifiers, split, stem};

/// Stems that are looked for. A word begins with the first two letters of its stem, and most words begin as none that is
/// asked for: that is seen before any is copied.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stems {
    stems: Vec<String>,
    /// By the last five bits of a first letter, in whatever case: those of the second letters, a bit each.
    starts: [u32; 32],
}

impl Stems {
    /// Takes stems as [`stem`] makes them.
    #[must_use]
    pub fn new(stems: Vec<String>) -> Self {
        let mut starts = [0; 32];
        for each in &stems {
            let first = each.bytes().next().map_or(0, |first| usize::from(first % 32));
            if let Some(seconds) = starts.get_mut(first) {
                *seconds |= each.as_bytes().get(1).map_or(u32::MAX, |&second| 1 << (second % 32));
            }
        }
        Self { stems, starts }
    }

    /// The stems.
    #[must_use]
    pub fn all(&self) -> &[String] {
        &self.stems
    }

    /// False when no word of a text has one of the stems.
    #[must_use]
    pub fn may_stand_in(&self, text: &str) -> bool {
        // What a word has come before it: nothing, a letter of another kind, or anything before a capital.
        let kind = |byte: u8| match byte {
            b'a'..=b'z' => 1,
            b'A'..=b'Z' => 2,
            b'0'..=b'9' => 3,
            _ => 0,
        };
        let mut before = 0;
        let bytes = text.as_bytes();
        bytes.iter().enumerate().any(|(at, &byte)| {
            let now = kind(byte);
            let is_start = match now {
                0 => false,
                1 => before == 0 || before == 3,
                2 => true,
                _ => before != 3,
            };
            before = now;
            is_start && self.may_begin(byte, bytes.get(at + 1).copied())
        })
    }

    /// Gives the parts of identifiers that have one of the stems, each with the place of the stem.
    pub fn find<'t>(&self, text: &'t str, each: &mut impl FnMut(&'t str, usize)) {
        if !self.may_stand_in(text) {
            return;
        }
        let mut buffer = String::new();
        for part in identifiers(text).flat_map(split) {
            let mut bytes = part.bytes();
            if bytes.next().is_some_and(|first| self.may_begin(first, bytes.next())) {
                buffer.clear();
                buffer.push_str(part);
                buffer.make_ascii_lowercase();
                stem(&mut buffer);
                if let Some(at) = self.stems.iter().position(|stem| *stem == buffer) {
                    each(part, at);
                }
            }
        }
    }

    /// A part without a second letter may be one that is looked for as a whole.
    fn may_begin(&self, first: u8, second: Option<u8>) -> bool {
        let seconds = self.starts.get(usize::from(first % 32)).copied().unwrap_or_default();
        seconds & second.map_or(u32::MAX, |second| 1 << (second % 32)) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::Stems;
    use crate::text::{identifiers, split, stem};

    /// Every part of every line of the fixture, looked for in every line, by comparing all parts.
    #[test]
    fn what_is_found_is_what_comparing_every_part_finds() {
        let lines: Vec<&str> = include_str!("expected_terms.tsv")
            .lines()
            .filter_map(|line| line.split('\t').next())
            .chain(["HTTPs nation nations abies skies ties x x1 x86_64 1x größeN ABcD ___ Éa", "n", ""])
            .collect();
        let stemmed = |part: &str| {
            let mut word = part.to_ascii_lowercase();
            stem(&mut word);
            word
        };
        let mut n = 0;
        for asked in &lines {
            let mut stems: Vec<String> = identifiers(asked).flat_map(split).map(stemmed).collect();
            stems.sort();
            stems.dedup();
            let looked_for = Stems::new(stems);
            for line in &lines {
                let expected: Vec<(&str, String)> = identifiers(line)
                    .flat_map(split)
                    .map(|part| (part, stemmed(part)))
                    .filter(|(_, stem)| looked_for.all().contains(stem))
                    .collect();
                let mut found = Vec::new();
                looked_for.find(line, &mut |part, at| found.push((part, looked_for.all()[at].clone())));
                assert_eq!(found, expected, "{asked} in {line}");
                assert!(found.is_empty() || looked_for.may_stand_in(line));
                n += usize::from(!looked_for.may_stand_in(line));
            }
        }
        // Most are told apart without a look at their words.
        assert!(n * 2 > lines.len() * lines.len(), "{n} of {}", lines.len() * lines.len());
    }
}
