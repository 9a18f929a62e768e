//! Which lines of a hit to show, and what to light up in them.

use super::Pattern;
use crate::text::{self, Stems};
use std::ops::{Range, RangeInclusive};

/// Longest line that is shown, in bytes; what lies beyond is cut.
const MAX_LINE: usize = 400;

/// A text whose lines are found by number, without looking for their ends again.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    text: String,
    /// Where each line starts, and where the last one ends.
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the lines of a text.
    #[must_use]
    pub fn of(text: String) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end + 1));
        if starts.last() != Some(&text.len()) {
            starts.push(text.len());
        }
        Self { text, starts }
    }

    /// Bytes that they take.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.text.len() + size_of::<usize>() * self.starts.len()
    }

    /// A line without its end, by its number from 0.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let line = self.text.get(*self.starts.get(number)?..*self.starts.get(number + 1)?)?;
        let Some(line) = line.strip_suffix('\n') else { return Some(line) };
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

/// What stands out in lines.
#[derive(Debug, Clone, Default)]
pub struct Lights {
    /// Stems of words, each once.
    pub(super) words: Stems,
    patterns: Vec<Pattern>,
}

impl Lights {
    /// The words of a question in any form, and what patterns match.
    #[must_use]
    pub fn new(question: &str, patterns: &[Pattern]) -> Self {
        Self { words: Stems::new(words(question)), patterns: patterns.to_vec() }
    }

    /// Byte ranges of what stands out in a line, in order, without overlap.
    #[must_use]
    pub fn of(&self, line: &str) -> Vec<Range<usize>> {
        highlights(line, &self.words, &self.patterns)
    }
}

/// One line of a snippet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'t> {
    /// Number, 1-based.
    pub number: u32,
    /// Its text without the line end and blanks before it, at most 400 bytes.
    pub text: &'t str,
    /// It belongs to the hit, not to the context around it.
    pub in_hit: bool,
}

/// The lines of a hit, 1-based, in the text of its file, with `context` lines before and after. `max_lines` bounds the
/// lines of the hit itself: of a longer one, the run of lines in which most stands out is taken.
///
/// The text must be what was indexed; the caller compares its hash with that of the file's row.
#[must_use]
pub fn snippet<'t>(
    hit: &RangeInclusive<u32>,
    text: &'t Lines,
    lights: &Lights,
    context: u32,
    max_lines: u32,
) -> Vec<Line<'t>> {
    let start = hit.start().saturating_sub(context).max(1);
    let mut lines: Vec<Line<'t>> = (start..=hit.end().saturating_add(context))
        .map_while(|number| Some((number, text.get(number as usize - 1)?)))
        .map(|(number, whole)| Line { number, text: cut(whole).trim_end(), in_hit: hit.contains(&number) })
        .collect();
    let n_hit = lines.iter().filter(|line| line.in_hit).count();
    if n_hit > max_lines as usize && max_lines > 0 {
        let range = best_run(&lines, lights, max_lines);
        let keep = range.start.saturating_sub(context)..range.end.saturating_add(context);
        lines.retain(|line| keep.contains(&line.number));
        for line in &mut lines {
            line.in_hit &= range.contains(&line.number);
        }
    }
    lines
}

/// Numbers of the run of `n` lines of the hit in which most stands out; of equal ones the first.
fn best_run(lines: &[Line<'_>], lights: &Lights, n: u32) -> Range<u32> {
    let hit = lines.iter().filter(|line| line.in_hit);
    let first = hit.clone().next().map_or(0, |line| line.number);
    let weights: Vec<usize> = hit.map(|line| lights.of(line.text).len().min(3)).collect();
    let mut best = (0, 0);
    for (at, run) in (0u32..).zip(weights.windows(n as usize)) {
        let weight = run.iter().sum();
        if at == 0 || weight > best.0 {
            best = (weight, at);
        }
    }
    let start = first + best.1;
    start..start.saturating_add(n)
}

/// A line as far as it is looked at.
pub(super) fn cut(line: &str) -> &str {
    line.get(..line.floor_char_boundary(MAX_LINE)).unwrap_or(line)
}

/// The stemmed words of a question.
fn words(question: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut add = |keep_stop_words: bool| {
        for identifier in text::identifiers(question) {
            if keep_stop_words || !text::is_stop_word(identifier) {
                text::terms(identifier, &mut |term| {
                    if !term.starts_with('=') && !words.iter().any(|known| known == term) {
                        words.push(term.to_owned());
                    }
                });
            }
        }
        words.is_empty()
    };
    if add(false) {
        add(true);
    }
    words
}

/// Byte ranges of what patterns match, and of the parts of identifiers that are among the words; neighbours that touch
/// are one.
fn highlights(line: &str, words: &Stems, patterns: &[Pattern]) -> Vec<Range<usize>> {
    let mut ranges = word_ranges(line, words);
    if patterns.is_empty() {
        return ranges;
    }
    let matched = patterns.iter().flat_map(|pattern| pattern.regex.find_iter(line));
    ranges.extend(matched.map(|found| found.range()).filter(|range| !range.is_empty()));
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match joined.last_mut() {
            Some(last) if last.end >= range.start => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// Byte ranges of the parts of identifiers that are among the words; neighbours that touch are one.
fn word_ranges(line: &str, words: &Stems) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let base = line.as_ptr().addr();
    words.find(line, &mut |part, _| {
        let start = part.as_ptr().addr() - base;
        match ranges.last_mut() {
            Some(last) if last.end == start => last.end = start + part.len(),
            _ => ranges.push(start..start + part.len()),
        }
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::{Lights, Line, Lines};

    fn shown(hit: (u32, u32), text: &str, question: &str, context: u32, most: u32) -> Vec<String> {
        let (text, lights) = (Lines::of(text.to_owned()), Lights::new(question, &[]));
        let line = |line: &Line<'_>| {
            let marks: Vec<&str> =
                lights.of(line.text).iter().map(|range| &line.text[range.clone()]).collect();
            format!("{}{} {}", line.number, if line.in_hit { "" } else { "-" }, marks.join("|"))
        };
        super::snippet(&(hit.0..=hit.1), &text, &lights, context, most).iter().map(line).collect()
    }

    #[test]
    fn lines_are_those_of_the_text() {
        for text in ["", "a", "a\n", "\n", "a\r\n\nb\r", "ä\n\n\nö\n", "a\r\nb"] {
            let lines = Lines::of(text.to_owned());
            let got: Vec<&str> = (0..).map_while(|number| lines.get(number)).collect();
            assert_eq!(got, text.lines().collect::<Vec<_>>(), "{text:?}");
        }
    }

    const TEXT: &str =
        "use x;\n\nfn readHttpRequest() {\n    // Requests are read here.\n    parse(reader)\n}\n";

    #[test]
    fn words_of_the_question_light_up_in_any_form_and_inside_names() {
        let lines = shown((3, 5), TEXT, "how is the http request read", 0, 10);
        assert_eq!(lines, ["3 readHttpRequest", "4 Requests|read", "5 "]);
    }

    #[test]
    fn context_is_marked_and_stays_inside_the_file() {
        let lines = shown((1, 1), TEXT, "use", 1, 10);
        assert_eq!(lines, ["1 use", "2- "]);
        assert_eq!(shown((6, 6), TEXT, "x", 3, 10).len(), 4);
        assert!(shown((90, 95), TEXT, "x", 1, 10).is_empty());
    }

    #[test]
    fn of_a_long_hit_the_best_run_is_shown() {
        let text = (1..=40).map(|n| if n == 30 { "cache hit\n" } else { "nothing\n" }).collect::<String>();
        let lines = shown((1, 40), &text, "cache", 0, 5);
        assert_eq!(lines, ["26 ", "27 ", "28 ", "29 ", "30 cache"]);
    }

    #[test]
    fn endless_lines_are_cut_at_characters() {
        let text = Lines::of("ä".repeat(10_000));
        let lines = super::snippet(&(1..=1), &text, &Lights::default(), 0, 5);
        assert!(lines[0].text.len() <= 400);
    }
}
