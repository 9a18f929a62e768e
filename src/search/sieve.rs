//! Which places have what must stand in them, and not what must not: phrases, expressions, words.
//!
//! The store keeps no text. The trigrams of each file tell which files may match; these are read from disk, all cores at
//! once, as far as they are still what was indexed. A place is a chunk: it passes when every wanted pattern matches in
//! its lines, no unwanted one does, and no unwanted word stands in it or in its path.

use super::corpus::Corpus;
use super::doc::Doc;
use super::lexical;
use super::present::{self, MAX_LINES};
use super::syntax::{Pattern, Patterns};
use super::{Answer, Filters, Hit, Part, Request, Source, Weights};
use crate::store::{DocRow, SymbolRow};
use crate::text;
use anyhow::Result;
use rayon::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Most lines between two matches that are one hit.
const MAX_GAP: u32 = 3;
/// Most lines between the beginning of a symbol, such as its attributes, and its name.
const MAX_HEAD: u32 = 3;
/// What a match scores.
const MATCH: f32 = 1.0;
/// What it scores more on a line that defines a symbol.
const DEFINITION: f32 = 1.0;

/// What passes.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    /// By chunk number.
    passes: Vec<bool>,
    /// Files in which wanted patterns match, by doc position.
    pub(super) matched: Vec<Matched>,
    /// Files that were to be read and are no longer what was indexed.
    pub(super) n_changed: usize,
    /// Files that were read.
    pub(super) n_read: usize,
}

/// Matches in one file.
#[derive(Debug)]
pub(super) struct Matched {
    position: usize,
    doc: Arc<Doc>,
    /// By chunk of the doc: it passes.
    passes: Vec<bool>,
    /// Lines of wanted matches in chunks that pass, upwards.
    lines: Vec<MatchLines>,
}

/// The lines of one match, or of several that overlap; 0-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct MatchLines {
    start: u32,
    end: u32,
    /// The name of a symbol that begins here stands in them.
    defines: bool,
}

impl Sieve {
    /// Lets a chunk not pass.
    pub(super) fn leave_out(&mut self, chunk: usize) {
        if let Some(passes) = self.passes.get_mut(chunk) {
            *passes = false;
        }
    }

    /// True when every chunk passes.
    pub(super) fn passes_all(&self) -> bool {
        !self.passes.contains(&false)
    }

    /// True when a chunk passes.
    pub(super) fn passes(&self, chunk: usize) -> bool {
        self.passes.get(chunk) == Some(&true)
    }
}

/// Looks at all places of files that the filters admit.
pub(super) fn sift(
    source: &dyn Source,
    corpus: &Corpus,
    filters: &Filters,
    patterns: &Patterns,
) -> Result<Sieve> {
    let is_wanted = !patterns.with.is_empty();
    let mut sieve = Sieve { passes: vec![!is_wanted; corpus.n_chunks()], ..Sieve::default() };
    if !patterns.with.is_empty() || !patterns.without.is_empty() {
        let (n_read, n_changed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let look = |position: usize| -> Result<Option<Matched>> {
            n_read.fetch_add(1, Ordering::Relaxed);
            let Some(text) = source.text(corpus.path(position))? else {
                n_changed.fetch_add(1, Ordering::Relaxed);
                return Ok(None);
            };
            let Some(found) = Found::new(&text, patterns) else { return Ok(None) };
            let doc = source.doc(corpus.doc(position))?;
            Ok(doc.map(|doc| found.in_chunks(position, doc, &text)))
        };
        let found: Vec<Option<Matched>> =
            to_read(source, corpus, filters, patterns)?.into_par_iter().map(look).collect::<Result<_>>()?;
        (sieve.n_read, sieve.n_changed) = (n_read.into_inner(), n_changed.into_inner());
        for matched in found.into_iter().flatten() {
            for (chunk, passes) in corpus.chunks(matched.position).zip(&matched.passes) {
                if let Some(slot) = sieve.passes.get_mut(chunk) {
                    *slot = *passes;
                }
            }
            sieve.matched.push(matched);
        }
    }
    for word in &patterns.without_words {
        let mut whole = None;
        text::terms(word, &mut |term| whole = Some(term.to_owned()));
        if let Some(term) = whole {
            lexical::chunks_with(source, corpus, &term, &mut |chunk| {
                if let Some(slot) = sieve.passes.get_mut(chunk) {
                    *slot = false;
                }
            })?;
        }
    }
    Ok(sieve)
}

/// Doc positions of the files in which a pattern may match that makes a difference, upwards.
fn to_read(
    source: &dyn Source,
    corpus: &Corpus,
    filters: &Filters,
    patterns: &Patterns,
) -> Result<Vec<usize>> {
    let may_match = |pattern: &Pattern, filter: &[u8]| pattern.plan.may_match(filter);
    let mut may: Vec<bool> = (0..corpus.n_docs())
        .map(|position| filters.admits(corpus.path(position), corpus.language(position)))
        .collect();
    source.trigrams(&mut |doc, filter| {
        if let Some(slot) = corpus.position(doc).and_then(|position| may.get_mut(position)) {
            *slot &= if patterns.with.is_empty() {
                patterns.without.iter().any(|pattern| may_match(pattern, filter))
            } else {
                patterns.with.iter().all(|pattern| may_match(pattern, filter))
            };
        }
    })?;
    Ok(may.iter().enumerate().filter(|(_, may)| **may).map(|(position, _)| position).collect())
}

/// Where patterns match in a text: lines from and to, upwards.
struct Found {
    with: Vec<Vec<(u32, u32)>>,
    without: Vec<(u32, u32)>,
}

impl Found {
    /// None when a wanted pattern matches nowhere, or when only unwanted ones are asked for and none matches.
    fn new(text: &str, patterns: &Patterns) -> Option<Self> {
        let mut with = Vec::with_capacity(patterns.with.len());
        for pattern in &patterns.with {
            let lines = lines(text, pattern);
            if lines.is_empty() {
                return None;
            }
            with.push(lines);
        }
        let without: Vec<(u32, u32)> =
            patterns.without.iter().flat_map(|pattern| lines(text, pattern)).collect();
        (!with.is_empty() || !without.is_empty()).then_some(Self { with, without })
    }

    fn in_chunks(self, position: usize, doc: Arc<Doc>, text: &str) -> Matched {
        let mut passes = vec![true; doc.chunks.len()];
        for lines in &self.with {
            let mut has = vec![false; doc.chunks.len()];
            mark(&doc, lines, &mut has, true);
            passes.iter_mut().zip(has).for_each(|(passes, has)| *passes &= has);
        }
        mark(&doc, &self.without, &mut passes, false);
        let mut all: Vec<(u32, u32)> = self.with.into_iter().flatten().collect();
        all.sort_unstable();
        let starts = line_starts(text);
        let mut begins: Vec<(u32, &str)> =
            doc.symbols.iter().map(|symbol| (symbol.start_line, symbol.name.as_str())).collect();
        begins.sort_unstable();
        let mut lines: Vec<MatchLines> = Vec::new();
        for (start, end) in all {
            let is_in = |at: usize| passes.get(at) == Some(&true);
            if !chunks_of(&doc, start, end).any(is_in) {
                continue;
            }
            match lines.last_mut() {
                Some(last) if last.end >= start => last.end = last.end.max(end),
                _ => lines.push(MatchLines { start, end, defines: false }),
            }
        }
        for each in &mut lines {
            let at = |line: u32| starts.get(line as usize).copied().unwrap_or(text.len());
            let first = begins.partition_point(|(line, _)| line + MAX_HEAD < each.start);
            let near = begins.get(first..).unwrap_or_default();
            // A symbol is named where its name stands first.
            let names = |&(line, name): &(u32, &str)| {
                let head = text.get(at(line)..at(each.end + 1)).unwrap_or_default();
                head.find(name).is_some_and(|found| at(line) + found >= at(each.start))
            };
            each.defines = near.iter().take_while(|(line, _)| *line <= each.end).any(names);
        }
        Matched { position, doc, passes, lines }
    }
}

/// The chunks of a doc that share a line with some lines.
fn chunks_of(doc: &DocRow, start: u32, end: u32) -> std::ops::Range<usize> {
    let first = doc.chunks.partition_point(|chunk| chunk.end_line < start);
    first..doc.chunks.partition_point(|chunk| chunk.start_line <= end).max(first)
}

fn mark(doc: &DocRow, lines: &[(u32, u32)], marks: &mut [bool], to: bool) {
    for &(start, end) in lines {
        if let Some(marks) = marks.get_mut(chunks_of(doc, start, end)) {
            marks.fill(to);
        }
    }
}

/// Where each line of a text begins.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect()
}

/// The lines of all matches of a pattern, 0-based, upwards; matches on one line are one. Blanks at the ends of a match
/// count only where there is nothing else in it: `^\s+fn` matches from an empty line on, and means the next one.
fn lines(text: &str, pattern: &Pattern) -> Vec<(u32, u32)> {
    let mut found: Vec<(u32, u32)> = Vec::new();
    let (mut line, mut counted) = (0u32, 0usize);
    let mut line_at = |to: usize| {
        let between = text.as_bytes().get(counted..to).unwrap_or_default();
        line += u32::try_from(memchr::memchr_iter(b'\n', between).count()).unwrap_or(0);
        counted = counted.max(to);
        line
    };
    let mut add = |one: &regex::Match<'_>| {
        let telling = one.as_str().trim();
        let (from, to) = if telling.is_empty() {
            (one.start(), one.end() - usize::from(one.as_str().ends_with('\n')))
        } else {
            let from = one.start() + (one.len() - one.as_str().trim_start().len());
            (from, from + telling.len())
        };
        let (start, end) = (line_at(from), line_at(to));
        match found.last_mut() {
            Some(last) if last.1 >= start => last.1 = end,
            _ => found.push((start, end)),
        }
    };
    if pattern.crosses_lines {
        pattern.regex.find_iter(text).for_each(|one| add(&one));
        return found;
    }
    // What else matches on a line tells nothing new.
    let mut at = 0;
    while let Some(one) = pattern.regex.find_at(text, at) {
        add(&one);
        match memchr::memchr(b'\n', text.as_bytes().get(one.end()..).unwrap_or_default()) {
            Some(next) => at = one.end() + next + 1,
            None => break,
        }
    }
    found
}

/// The matches as hits: definitions first, then by path, those in tests and their like later.
pub(super) fn hits(sieve: &Sieve, corpus: &Corpus, request: &Request<'_>) -> Answer {
    let mut groups: Vec<(f32, &Matched, MatchLines)> = Vec::new();
    for matched in &sieve.matched {
        let factor = factor(corpus, matched.position);
        let owners = owners(&matched.doc);
        let owner = |line: u32| owners.get(line as usize).copied().flatten();
        let chunks = corpus.chunks(matched.position);
        let passes =
            |start, end| chunks_of(&matched.doc, start, end).map(|at| sieve.passes(chunks.start + at));
        let first = groups.len();
        for &lines in &matched.lines {
            if !passes(lines.start, lines.end).any(|passes| passes) {
                continue;
            }
            let score = (MATCH + if lines.defines { DEFINITION } else { 0.0 }) * factor;
            match groups.get_mut(first..).and_then(<[_]>::last_mut) {
                Some((best, _, last))
                    if lines.start - last.end <= MAX_GAP
                        && lines.end - last.start < MAX_LINES
                        && (last.start..lines.start).all(|line| owner(line) == owner(lines.start))
                        && passes(last.end, lines.start).all(|passes| passes) =>
                {
                    last.end = lines.end;
                    last.defines |= lines.defines;
                    *best = best.max(score);
                }
                _ => groups.push((score, matched, lines)),
            }
        }
    }
    let path = |matched: &Matched| corpus.path(matched.position);
    groups.sort_by(|a, b| {
        b.0.total_cmp(&a.0).then_with(|| path(a.1).cmp(path(b.1))).then(a.2.start.cmp(&b.2.start))
    });
    let all = groups.into_iter().filter_map(|(score, matched, lines)| {
        let symbol = present::enclosing(&matched.doc, lines.start, lines.end);
        let symbol = symbol.or_else(|| beginning(&matched.doc, lines.start, lines.end));
        present::admits(request, symbol).then(|| hit(score, corpus, matched, lines, symbol))
    });
    let mut n_candidates = 0;
    let mut hits = Vec::new();
    for hit in all {
        n_candidates += 1;
        if hits.len() < request.limit {
            hits.push(hit);
        }
    }
    Answer { hits, n_candidates, ..Answer::default() }
}

/// What the path takes off.
fn factor(corpus: &Corpus, position: usize) -> f32 {
    corpus.traits(position).factor(false).powf(Weights::of(false).penalty)
}

fn hit(score: f32, corpus: &Corpus, matched: &Matched, lines: MatchLines, symbol: Option<&SymbolRow>) -> Hit {
    let mut parts = vec![Part { name: "match", value: MATCH }];
    if lines.defines {
        parts.push(Part { name: "definition", value: DEFINITION });
    }
    parts.push(Part { name: "path-factor", value: factor(corpus, matched.position) });
    Hit {
        start_line: lines.start + 1,
        end_line: lines.end.min(lines.start + MAX_LINES - 1) + 1,
        score,
        symbol: symbol.cloned(),
        parts,
        ..Hit::of(&matched.doc)
    }
}

/// The first symbol that begins in some lines.
fn beginning(doc: &DocRow, start: u32, end: u32) -> Option<&SymbolRow> {
    let begins = |symbol: &&SymbolRow| (start..=end).contains(&symbol.start_line);
    doc.symbols.iter().filter(begins).min_by_key(|symbol| symbol.start_line)
}

/// By line, the innermost symbol around it.
fn owners(doc: &DocRow) -> Vec<Option<usize>> {
    let n_lines = doc.chunks.last().map_or(0, |chunk| chunk.end_line as usize + 1);
    let mut owners = vec![None; n_lines];
    let mut order: Vec<usize> = (0..doc.symbols.len()).collect();
    let len = |at: &usize| doc.symbols.get(*at).map_or(0, |symbol| symbol.end_line - symbol.start_line);
    order.sort_by_key(|at| std::cmp::Reverse(len(at)));
    for at in order {
        let Some(symbol) = doc.symbols.get(at) else { continue };
        let end = (symbol.end_line as usize + 1).min(n_lines);
        if let Some(lines) = owners.get_mut((symbol.start_line as usize).min(end)..end) {
            lines.fill(Some(at));
        }
    }
    owners
}

/// All that the filters admit, by path and line: symbols when kinds are asked for, else chunks.
pub(super) fn listed(
    source: &dyn Source,
    corpus: &Corpus,
    sieve: Option<&Sieve>,
    request: &Request<'_>,
) -> Result<Answer> {
    let filters = &request.filters;
    let admits = |position: &usize| filters.admits(corpus.path(*position), corpus.language(*position));
    let mut positions: Vec<usize> = (0..corpus.n_docs()).filter(admits).collect();
    positions.sort_by_key(|position| corpus.path(*position));
    let mut answer = Answer::default();
    for position in positions {
        if answer.hits.len() >= request.limit {
            break;
        }
        let Some(doc) = source.doc(corpus.doc(position))? else { continue };
        let first = corpus.chunks(position).start;
        let passes = |chunk: usize| sieve.is_none_or(|sieve| sieve.passes(first + chunk));
        let mut places: Vec<(u32, u32, Option<&SymbolRow>)> = if filters.kinds.is_empty() {
            let chunks = doc.chunks.iter().enumerate().filter(|(at, _)| passes(*at));
            let place = |start: u32, end: u32| {
                let around = present::enclosing(&doc, start, end);
                (start, end, around.or_else(|| beginning(&doc, start, end)))
            };
            chunks.map(|(_, chunk)| place(chunk.start_line, chunk.end_line)).collect()
        } else {
            let symbols = doc.symbols.iter().filter(|symbol| passes(symbol.chunk as usize));
            symbols.map(|symbol| (symbol.start_line, symbol.end_line, Some(symbol))).collect()
        };
        places.sort_by_key(|(start, end, _)| (*start, *end));
        for (start, end, symbol) in places {
            if present::admits(request, symbol) {
                answer.n_candidates += 1;
                answer.hits.push(Hit {
                    start_line: start + 1,
                    end_line: end.clamp(start, start + MAX_LINES - 1) + 1,
                    symbol: symbol.cloned(),
                    ..Hit::of(&doc)
                });
            }
        }
    }
    answer.hits.truncate(request.limit);
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::lines;
    use crate::model::SymbolKind;
    use crate::search::memory::Memory;
    use crate::search::{Answer, Filters, Order, PathSet, Request, Typed, run};
    use proptest::prelude::*;

    fn memory() -> Memory {
        let mut memory = Memory::default();
        memory.add(
            "src/b.rs",
            "rust",
            &["fn open_door() {\n  door.open(key)\n}", "fn close() {\n  door.close()\n}"],
        );
        memory.add("tests/a.rs", "rust", &["fn open_door_works() {\n  open_door()\n}"]);
        memory.add("src/a.py", "python", &["class Door: pass\nx = 1\ny = 2\nz = 3\nw = 4\ndoor = Door()"]);
        memory.add("doc.md", "markdown", &["To open the door, turn the key."]);
        memory
    }

    fn ask(memory: &Memory, question: &str) -> Answer {
        let typed = Typed::read(question).expect("a question");
        let filters = Filters {
            languages: typed.languages.with.clone(),
            kinds: typed.kinds.with.clone(),
            paths: PathSet::new(&[], &typed.paths.with).expect("paths"),
            not_languages: typed.languages.without.clone(),
            not_kinds: typed.kinds.without.clone(),
            not_paths: PathSet::new(&[], &typed.paths.without).expect("paths"),
            ..Filters::default()
        };
        let request = Request {
            limit: 100,
            filters,
            patterns: typed.patterns.clone(),
            order: typed.order(),
            ..Request::new(&typed.words)
        };
        run(memory, None, &request).expect("memory does not fail")
    }

    fn shown(memory: &Memory, question: &str) -> Vec<String> {
        let hits = ask(memory, question).hits;
        let symbol =
            |hit: &crate::search::Hit| hit.symbol.as_ref().map_or("-".to_owned(), |s| s.name.clone());
        hits.iter()
            .map(|hit| format!("{}:{}-{} {}", hit.path, hit.start_line, hit.end_line, symbol(hit)))
            .collect()
    }

    #[test]
    fn definitions_come_first_and_tests_and_prose_last() {
        assert_eq!(
            shown(&memory(), "re:/open_door|Door/"),
            [
                "src/a.py:1-1 Door",
                "src/b.rs:1-1 open_door",
                "tests/a.rs:1-1 open_door_works",
                "src/a.py:6-6 -",
                "tests/a.rs:2-2 -",
            ]
        );
        assert_eq!(shown(&memory(), "\"open the DOOR\""), Vec::<String>::new());
        assert_eq!(shown(&memory(), "\"open the door\""), ["doc.md:1-1 -"]);
        assert_eq!(
            shown(&memory(), "\"door\" path:src/b"),
            ["src/b.rs:1-1 open_door", "src/b.rs:2-2 -", "src/b.rs:5-5 -"]
        );
    }

    #[test]
    fn all_that_is_wanted_and_nothing_unwanted_stands_in_the_same_place() {
        assert_eq!(shown(&memory(), "re:/door\\.\\w+/ -\"key\""), ["src/b.rs:5-5 -"]);
        assert_eq!(shown(&memory(), "\"door.\" \"key\""), ["src/b.rs:2-2 -"]);
        assert_eq!(shown(&memory(), "\"class\" \"close\""), Vec::<String>::new());
        assert_eq!(shown(&memory(), "\"door\" -key -test -lang:python -open"), ["src/b.rs:5-5 -"]);
        let ranked = shown(&memory(), "open door -key lang:rust");
        assert!(!ranked.is_empty() && !ranked.iter().any(|hit| hit.starts_with("src/b.rs:1")), "{ranked:?}");
        let ranked = shown(&memory(), "open re:/close/");
        assert_eq!(ranked, ["src/b.rs:4-6 -"]);
    }

    #[test]
    fn filters_alone_list_what_they_admit_by_path_and_line() {
        assert_eq!(
            shown(&memory(), "kind:class,function path:src"),
            ["src/a.py:1-1 Door", "src/b.rs:1-1 open_door", "src/b.rs:4-4 close",]
        );
        assert_eq!(shown(&memory(), "lang:rust -kind:function -path:tests"), Vec::<String>::new());
        assert_eq!(shown(&memory(), "-lang:rust"), ["doc.md:1-1 -", "src/a.py:1-6 Door"]);
        let answer = ask(&memory(), "kind:function path:src/b -close");
        assert_eq!(answer.hits.len(), 1);
        assert_eq!(answer.hits[0].symbol.as_ref().map(|symbol| symbol.kind), Some(SymbolKind::Function));
    }

    #[test]
    fn files_that_changed_are_counted_and_not_shown() {
        let mut memory = memory();
        memory.change("src/b.rs");
        let answer = ask(&memory, "re:/open_door/");
        assert_eq!(answer.n_changed, 1);
        assert!(answer.hits.iter().all(|hit| hit.path != "src/b.rs"));
        assert_eq!(ask(&memory, "\"class door\"").n_changed, 0);
    }

    #[test]
    fn files_that_cannot_match_are_not_read() {
        let answer = ask(&memory(), "re:/class \\w+/");
        // The last doc has no filter, so it is read to be sure.
        assert_eq!((answer.n_read, answer.hits.len()), (2, 1));
    }

    #[test]
    fn lines_of_a_match_are_those_that_it_touches() {
        let found = |expression: &str, text: &str| {
            let typed = Typed::read(&format!("re:/{expression}/")).expect("an expression");
            lines(text, &typed.patterns.with[0])
        };
        assert_eq!(found("b", "a\nb b\nc\nb"), [(1, 1), (3, 3)]);
        assert_eq!(found("a\\n", "a\nb\na\n"), [(0, 0), (2, 2)]);
        assert_eq!(found("a\\n", "a\na\nb"), [(0, 0), (1, 1)]);
        assert_eq!(found("a\\nb", "a\nb\na\nb"), [(0, 1), (2, 3)]);
        assert_eq!(found("b|c\\nd", "b c\nd"), [(0, 1)]);
        assert_eq!(found("^\\s+fn", "\n\n  fn\nfn"), [(2, 2)]);
        assert_eq!(found("b\\s+", "b\n\n\nb"), [(0, 0)]);
        assert_eq!(found("^\\s+$", "a\n \nb"), [(1, 1)]);
        assert_eq!(found("^", "a\n\nb"), [(0, 0), (1, 1), (2, 2)]);
        assert_eq!(found("x*", "a\n"), [(0, 0), (1, 1)]);
        assert_eq!(found("é$", "é\r\né"), [(0, 0), (1, 1)]);
    }

    const EXPRESSIONS: [&str; 8] = ["abc", "a.c", "(?:ab|ca)", "b+c", "[xy]z", "^qb", "cq$", "zz*y"];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]
        #[test]
        fn matches_are_those_of_a_scan_of_all_lines(
            texts in prop::collection::vec(prop::collection::vec("[abcxyz ]{1,8}", 1..6), 1..5),
            with in prop::sample::select(&EXPRESSIONS[..]),
            without in prop::sample::select(&EXPRESSIONS[..]),
            excludes in any::<bool>(),
        ) {
            let mut memory = Memory::default();
            for (at, lines) in texts.iter().enumerate() {
                // A chunk of two lines, then chunks of one.
                let lines: Vec<String> = lines.iter().map(|line| format!("q{line}q")).collect();
                let mut chunks = vec![lines.iter().take(2).cloned().collect::<Vec<_>>().join("\n")];
                chunks.extend(lines.into_iter().skip(2));
                let chunks: Vec<&str> = chunks.iter().map(String::as_str).collect();
                memory.add(&format!("f{at}.rs"), "rust", &chunks);
            }
            let question = if excludes { format!("re:/{with}/ -re:/{without}/") } else { format!("re:/{with}/") };
            let plain = |expression: &str, text: &str| {
                regex::Regex::new(&format!("(?m){expression}")).expect("an expression").is_match(text)
            };
            let mut expected: Vec<String> = Vec::new();
            for (at, lines) in texts.iter().enumerate() {
                let lines: Vec<String> = lines.iter().map(|line| format!("q{line}q")).collect();
                for (number, line) in lines.iter().enumerate() {
                    let chunk = if number < 2 { lines[..lines.len().min(2)].join("\n") } else { line.clone() };
                    if plain(with, line) && !(excludes && plain(without, &chunk)) {
                        expected.push(format!("f{at}.rs:{}", number + 1));
                    }
                }
            }
            let mut got: Vec<String> = Vec::new();
            for hit in ask(&memory, &question).hits {
                let lines = &texts[usize::try_from(hit.file.0).expect("few files")];
                for number in hit.start_line..=hit.end_line {
                    let line = format!("q{}q", lines[number as usize - 1]);
                    if plain(with, &line) && expected.contains(&format!("{}:{number}", hit.path)) {
                        got.push(format!("{}:{number}", hit.path));
                    }
                }
            }
            got.sort();
            expected.sort();
            prop_assert_eq!(got, expected);
        }
    }

    #[test]
    fn an_order_by_matches_without_any_lists_what_passes() {
        let request = Request { order: Order::Matches, limit: 2, ..Request::new("") };
        assert_eq!(run(&memory(), None, &request).expect("memory does not fail").hits.len(), 2);
    }
}
