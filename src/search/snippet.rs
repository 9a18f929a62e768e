//! Which lines of a hit to show, and what to light up in them.

use super::{Hit, Pattern};
use crate::text;
use std::ops::Range;

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

    /// A line without its end, by its number from 0.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let line = self.text.get(*self.starts.get(number)?..*self.starts.get(number + 1)?)?;
        let Some(line) = line.strip_suffix('\n') else { return Some(line) };
        Some(line.strip_suffix('\r').unwrap_or(line))
    }
}

/// One line of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Number, 1-based.
    pub number: u32,
    /// Its text without the line end, at most 400 bytes.
    pub text: String,
    /// Byte ranges of the words that the question has too and of what it asks for literally, in order, without overlap.
    pub highlights: Vec<Range<usize>>,
    /// It belongs to the hit, not to the context around it.
    pub in_hit: bool,
}

/// The lines of a hit in the text of its file, with `context` lines before and after. `max_lines` bounds the lines of
/// the hit itself: of a longer one, the run of lines with most words of the question is taken.
///
/// The text must be what was indexed; the caller compares its hash with that of the file's row.
#[must_use]
pub fn snippet(
    hit: &Hit,
    text: &Lines,
    question: &str,
    patterns: &[Pattern],
    context: u32,
    max_lines: u32,
) -> Vec<Line> {
    let words = words(question);
    let start = hit.start_line.saturating_sub(context).max(1);
    let mut lines: Vec<Line> = (start..=hit.end_line.saturating_add(context))
        .map_while(|number| Some((number, text.get(number as usize - 1)?)))
        .map(|(number, whole)| {
            let text = cut(whole).trim_end();
            let in_hit = (hit.start_line..=hit.end_line).contains(&number);
            Line { number, text: text.to_owned(), highlights: highlights(text, &words, patterns), in_hit }
        })
        .collect();
    let n_hit = lines.iter().filter(|line| line.in_hit).count();
    if n_hit > max_lines as usize && max_lines > 0 {
        let range = best_run(&lines, max_lines);
        let keep = range.start.saturating_sub(context)..range.end.saturating_add(context);
        lines.retain(|line| keep.contains(&line.number));
        for line in &mut lines {
            line.in_hit &= range.contains(&line.number);
        }
    }
    lines
}

/// Numbers of the run of `n` lines of the hit that has most highlights; of equal ones the first.
fn best_run(lines: &[Line], n: u32) -> Range<u32> {
    let hit: Vec<&Line> = lines.iter().filter(|line| line.in_hit).collect();
    let weight = |run: &[&Line]| -> usize { run.iter().map(|line| line.highlights.len().min(3)).sum() };
    let mut best: Option<(usize, u32)> = None;
    for run in hit.windows(n as usize) {
        let weight = weight(run);
        if let Some(first) = run.first()
            && best.is_none_or(|(most, _)| weight > most)
        {
            best = Some((weight, first.number));
        }
    }
    let start = best.map_or(0, |(_, start)| start);
    start..start.saturating_add(n)
}

/// A line as far as it is looked at.
pub(super) fn cut(line: &str) -> &str {
    line.get(..line.floor_char_boundary(MAX_LINE)).unwrap_or(line)
}

/// The stemmed words of a question.
pub(super) fn words(question: &str) -> Vec<String> {
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
fn highlights(line: &str, words: &[String], patterns: &[Pattern]) -> Vec<Range<usize>> {
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
fn word_ranges(line: &str, words: &[String]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let base = line.as_ptr().addr();
    matches(line, words, &mut |part, _| {
        let start = part.as_ptr().addr() - base;
        match ranges.last_mut() {
            Some(last) if last.end == start => last.end = start + part.len(),
            _ => ranges.push(start..start + part.len()),
        }
    });
    ranges
}

/// Gives the parts of identifiers that are among the words, each with the place of its word.
pub(super) fn matches<'l>(line: &'l str, words: &[impl AsRef<str>], each: &mut impl FnMut(&'l str, usize)) {
    let mut buffer = String::new();
    // A stem begins as its word does, and most words begin as none that is asked for.
    let bit = |word: &str| 1u64 << (word.bytes().next().unwrap_or_default().to_ascii_lowercase() % 64);
    let firsts = words.iter().fold(0, |firsts, word| firsts | bit(word.as_ref()));
    let begins = |part: &str| firsts & bit(part) != 0;
    for part in text::identifiers(line).flat_map(text::split).filter(|part| begins(part)) {
        buffer.clear();
        buffer.push_str(part);
        buffer.make_ascii_lowercase();
        text::stem(&mut buffer);
        if let Some(word) = words.iter().position(|word| word.as_ref() == buffer) {
            each(part, word);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};
    use crate::model::FileId;
    use crate::search::Hit;
    use crate::search::Pattern;

    fn hit(start_line: u32, end_line: u32) -> Hit {
        Hit {
            file: FileId(1),
            path: "a.rs".to_owned(),
            language: "rust".to_owned(),
            start_line,
            end_line,
            score: 1.0,
            symbol: None,
            choices: Vec::new(),
            is_exact: false,
            parts: Vec::new(),
        }
    }

    fn snippet(
        hit: &Hit,
        text: &str,
        question: &str,
        patterns: &[Pattern],
        context: u32,
        most: u32,
    ) -> Vec<Line> {
        super::snippet(hit, &Lines::of(text.to_owned()), question, patterns, context, most)
    }

    #[test]
    fn lines_are_those_of_the_text() {
        for text in ["", "a", "a\n", "\n", "a\r\n\nb\r", "ä\n\n\nö\n", "a\r\nb"] {
            let lines = Lines::of(text.to_owned());
            let got: Vec<&str> = (0..).map_while(|number| lines.get(number)).collect();
            assert_eq!(got, text.lines().collect::<Vec<_>>(), "{text:?}");
        }
    }

    fn shown(lines: &[Line]) -> Vec<String> {
        lines
            .iter()
            .map(|line| {
                let marks: Vec<&str> =
                    line.highlights.iter().map(|range| &line.text[range.clone()]).collect();
                format!("{}{} {}", line.number, if line.in_hit { "" } else { "-" }, marks.join("|"))
            })
            .collect()
    }

    const TEXT: &str =
        "use x;\n\nfn readHttpRequest() {\n    // Requests are read here.\n    parse(reader)\n}\n";

    #[test]
    fn words_of_the_question_light_up_in_any_form_and_inside_names() {
        let lines = snippet(&hit(3, 5), TEXT, "how is the http request read", &[], 0, 10);
        assert_eq!(shown(&lines), ["3 readHttpRequest", "4 Requests|read", "5 "]);
    }

    #[test]
    fn context_is_marked_and_stays_inside_the_file() {
        let lines = snippet(&hit(1, 1), TEXT, "use", &[], 1, 10);
        assert_eq!(shown(&lines), ["1 use", "2- "]);
        let lines = snippet(&hit(6, 6), TEXT, "x", &[], 3, 10);
        assert_eq!(lines.len(), 4);
        assert!(snippet(&hit(90, 95), TEXT, "x", &[], 1, 10).is_empty());
    }

    #[test]
    fn of_a_long_hit_the_best_run_is_shown() {
        let text = (1..=40).map(|n| if n == 30 { "cache hit\n" } else { "nothing\n" }).collect::<String>();
        let lines = snippet(&hit(1, 40), &text, "cache", &[], 0, 5);
        assert_eq!(lines.iter().map(|line| line.number).collect::<Vec<_>>(), [26, 27, 28, 29, 30]);
    }

    #[test]
    fn endless_lines_are_cut_at_characters() {
        let lines = snippet(&hit(1, 1), &"ä".repeat(10_000), "x", &[], 0, 5);
        assert!(lines[0].text.len() <= 400);
    }
}
