//! Cuts a file into the pieces that are ranked and embedded.
//!
//! Syntax nodes that fit are kept whole and neighbours are merged while they fit; a node that does not fit is cut
//! between its children. Cuts stand at line starts. A comment stays with what follows it. Text without a tree is cut
//! between paragraphs, then between lines.

use tree_sitter::{Node, TreeCursor};

/// The size that a chunk should have, in bytes.
const TARGET: usize = 750;
/// The size that no chunk passes, in bytes.
const MAX_BYTES: usize = 4_000;
/// Most chunks of one file; what lies beyond them is left out.
const MAX_CHUNKS: usize = 20_000;
/// Deepest node whose children are looked at.
const MAX_DEPTH: usize = 400;

/// One piece of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkSpan {
    /// First byte.
    pub start_byte: usize,
    /// One past the last byte.
    pub end_byte: usize,
    /// First line, 0-based.
    pub start_line: u32,
    /// Last line, 0-based, inclusive.
    pub end_line: u32,
}

/// Cuts code into chunks that cover it without gaps; blank text has none.
#[must_use]
pub fn of_code(source: &str, root: Node<'_>) -> Vec<ChunkSpan> {
    chunks(source, |lines, target| syntax_borders(root, lines, target))
}

/// Cuts text without a tree into chunks that cover it without gaps; blank text has none. `leads` are the bytes at which
/// a definition starts with what stands before it, in order; they are better places to cut than blank lines.
#[must_use]
pub fn of_text(source: &str, leads: &[usize]) -> Vec<ChunkSpan> {
    chunks(source, |lines, target| text_borders(source, lines, leads, target))
}

fn chunks(source: &str, borders: impl FnOnce(&[usize], usize) -> Vec<usize>) -> Vec<ChunkSpan> {
    if source.trim().is_empty() {
        return Vec::new();
    }
    let target = TARGET.max(source.len() / (MAX_CHUNKS / 2)).min(MAX_BYTES);
    let lines = line_starts(source);
    let borders = borders(&lines, target);
    let mut pieces = Pieces { source, lines: &lines, target, out: Vec::new() };
    let mut start = 0;
    for &border in borders.iter().chain([&source.len()]) {
        if border > start {
            pieces.add(start, border);
            start = border;
        }
    }
    pieces.finish()
}

/// The index of the chunk in which a 0-based line starts; 0 when there are none.
#[must_use]
pub fn chunk_of_line(chunks: &[ChunkSpan], line: u32) -> u32 {
    let after = chunks.partition_point(|chunk| chunk.start_line <= line);
    u32::try_from(after.saturating_sub(1)).unwrap_or(u32::MAX)
}

/// The byte at which every line starts.
fn line_starts(source: &str) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(b'\n', source.as_bytes()).map(|at| at + 1));
    starts
}

/// Line starts at which a node of at most `target` bytes starts whose parent is larger.
fn syntax_borders(root: Node<'_>, lines: &[usize], target: usize) -> Vec<usize> {
    let mut borders = Vec::new();
    let mut cursor = root.walk();
    let mut depth = 0;
    let mut glued = false;
    let mut last_row = None;
    loop {
        let node = cursor.node();
        let row = node.start_position().row;
        if !glued && let Some(&start) = lines.get(row) {
            borders.push(start);
        }
        let is_first_on_line = last_row != Some(row);
        last_row = Some(node.end_position().row);
        glued = false;
        if node.byte_range().len() > target && depth < MAX_DEPTH && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        glued = is_first_on_line && leads(node);
        if !advance(&mut cursor, &mut depth) {
            break;
        }
    }
    borders.sort_unstable();
    borders.dedup();
    borders
}

/// Goes to the next node that is not below this one; false at the end.
fn advance(cursor: &mut TreeCursor<'_>, depth: &mut usize) -> bool {
    loop {
        if cursor.goto_next_sibling() {
            return true;
        }
        if *depth == 0 || !cursor.goto_parent() {
            return false;
        }
        *depth -= 1;
    }
}

/// True for what belongs to the node that follows it: comments, attributes, decorators.
fn leads(node: Node<'_>) -> bool {
    let kind = node.kind();
    ["comment", "attribute", "annotation", "decorator"].iter().any(|word| kind.contains(word))
}

/// Where definitions start; between two of them that lie too far apart, where paragraphs start.
fn text_borders(source: &str, lines: &[usize], leads: &[usize], target: usize) -> Vec<usize> {
    let paragraphs = paragraph_borders(source, lines);
    let mut borders = Vec::with_capacity(leads.len() + paragraphs.len());
    let mut rest = paragraphs.as_slice();
    let mut start = 0;
    for &lead in leads.iter().chain([&source.len()]) {
        let (inside, after) = rest.split_at(rest.partition_point(|&at| at < lead));
        if lead.saturating_sub(start) > target {
            borders.extend_from_slice(inside);
        }
        borders.push(lead);
        (rest, start) = (after, lead);
    }
    borders
}

/// Starts of the lines that follow a blank one.
fn paragraph_borders(source: &str, lines: &[usize]) -> Vec<usize> {
    let is_blank = |from: usize, to: usize| source.get(from..to).is_some_and(|line| line.trim().is_empty());
    lines
        .windows(3)
        .filter_map(|at| match at {
            &[before, here, after] if is_blank(before, here) && !is_blank(here, after) => Some(here),
            _ => None,
        })
        .collect()
}

/// Merges spans between borders into chunks.
struct Pieces<'s> {
    source: &'s str,
    lines: &'s [usize],
    target: usize,
    /// Finished chunks, and the one that still grows at the end.
    out: Vec<ChunkSpan>,
}

impl Pieces<'_> {
    /// Adds the next span: to the chunk before when both fit, else as a chunk of its own; cut when it is too large.
    fn add(&mut self, start: usize, end: usize) {
        if self.grow(end) {
            return;
        }
        if end - start <= self.target {
            self.push(start, end);
            return;
        }
        let mut from = start;
        while from < end {
            let to = self.cut(from, end);
            if !self.grow(to) {
                self.push(from, to);
            }
            from = to;
        }
    }

    /// Lets the last chunk reach to `end` if it then still fits.
    fn grow(&mut self, end: usize) -> bool {
        match self.out.last_mut() {
            Some(last) if end - last.start_byte <= self.target => {
                last.end_byte = end;
                true
            }
            _ => false,
        }
    }

    fn push(&mut self, start: usize, end: usize) {
        self.out.push(ChunkSpan { start_byte: start, end_byte: end, start_line: 0, end_line: 0 });
    }

    /// Where to cut a span that is too large: after the last line that fits, else within the line.
    fn cut(&self, from: usize, end: usize) -> usize {
        if end - from <= self.target {
            return end;
        }
        let after = self.lines.partition_point(|&line| line <= from + self.target);
        if let Some(&line) = self.lines.get(after.wrapping_sub(1))
            && line > from
        {
            return line.min(end);
        }
        let line_end = self.lines.get(after).copied().unwrap_or(end).min(end);
        if line_end - from <= MAX_BYTES {
            line_end
        } else {
            self.source.floor_char_boundary(from + MAX_BYTES)
        }
    }

    /// Gives every chunk its lines.
    fn finish(mut self) -> Vec<ChunkSpan> {
        self.out.truncate(MAX_CHUNKS);
        let lines = self.lines;
        let mut line = 0;
        let mut line_of = |byte: usize| {
            while lines.get(line + 1).is_some_and(|&next| next <= byte) {
                line += 1;
            }
            u32::try_from(line).unwrap_or(u32::MAX)
        };
        for chunk in &mut self.out {
            chunk.start_line = line_of(chunk.start_byte);
            chunk.end_line = line_of(chunk.end_byte.saturating_sub(1).max(chunk.start_byte));
        }
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::{ChunkSpan, MAX_BYTES, MAX_CHUNKS, TARGET, chunk_of_line, of_code, of_text};
    use tree_sitter::Parser;

    fn rust(source: &str) -> Vec<ChunkSpan> {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_rust::LANGUAGE.into()).expect("a grammar of this version");
        let tree = parser.parse(source, None).expect("no limits are set");
        check(source, of_code(source, tree.root_node()))
    }

    fn plain(source: &str) -> Vec<ChunkSpan> {
        check(source, of_text(source, &[]))
    }

    /// What holds for all chunks: they cover the text, are no larger than allowed and know their lines.
    fn check(source: &str, chunks: Vec<ChunkSpan>) -> Vec<ChunkSpan> {
        let mut at = 0;
        let mut line = 0;
        let newlines =
            |from: usize, to: usize| source.as_bytes()[from..to].iter().filter(|&&b| b == b'\n').count();
        for chunk in &chunks {
            assert_eq!(chunk.start_byte, at);
            assert!(chunk.end_byte > at && chunk.end_byte - at <= MAX_BYTES);
            assert_eq!(chunk.start_line as usize, line);
            assert_eq!(chunk.end_line as usize, line + newlines(at, chunk.end_byte - 1));
            line += newlines(at, chunk.end_byte);
            at = chunk.end_byte;
        }
        assert!(chunks.is_empty() || at == source.len());
        chunks
    }

    fn function(name: &str, n_lines: usize) -> String {
        let body =
            (0..n_lines).map(|at| format!("    let value_{at} = compute({at});\n")).collect::<String>();
        format!("/// Does {name}.\nfn {name}() {{\n{body}}}\n\n")
    }

    #[test]
    fn small_functions_share_a_chunk_and_none_is_cut() {
        let source = (0..12).map(|at| function(&format!("task_{at}"), 6)).collect::<String>();
        let chunks = rust(&source);
        assert!(chunks.len() > 3, "{chunks:?}");
        for chunk in &chunks {
            let text = &source[chunk.start_byte..chunk.end_byte];
            assert!(text.len() <= TARGET);
            assert!(text.starts_with("/// Does"), "a comment stays with its function: {text}");
            assert_eq!(text.matches("fn ").count(), text.matches("\n}").count());
        }
    }

    #[test]
    fn a_large_function_is_cut_between_its_statements() {
        let source = function("all", 200);
        let chunks = rust(&source);
        assert!(chunks.len() >= source.len() / TARGET);
        for chunk in &chunks {
            assert!(chunk.end_byte - chunk.start_byte <= TARGET);
            assert!(source[..chunk.start_byte].is_empty() || source[..chunk.start_byte].ends_with('\n'));
        }
    }

    #[test]
    fn text_is_cut_between_paragraphs() {
        let paragraph = "Words about something that matter to somebody.\n".repeat(9);
        let source = format!("{paragraph}\n{paragraph}\n\n{paragraph}");
        let chunks = plain(&source);
        assert_eq!(chunks.len(), 3);
        assert!(chunks.iter().all(|chunk| source[chunk.start_byte..].starts_with("Words")));
        let lines: Vec<(u32, u32)> = chunks.iter().map(|chunk| (chunk.start_line, chunk.end_line)).collect();
        assert_eq!(lines, [(0, 9), (10, 20), (21, 29)]);
    }

    #[test]
    fn text_is_cut_before_definitions_rather_than_between_paragraphs() {
        let body = "  one\n\n  two\n\n".repeat(20);
        let source = (0..4).map(|at| format!("# Says {at}.\ndef f{at}\n{body}end\n")).collect::<String>();
        let leads: Vec<usize> = source.match_indices("# Says").map(|(at, _)| at).collect();
        let chunks = check(&source, of_text(&source, &leads));
        assert_eq!(chunks.iter().map(|chunk| chunk.start_byte).collect::<Vec<_>>(), [leads[0], leads[2]]);
        let long = format!("# Says.\ndef f\n{}end\n", "  some words\n\n".repeat(100));
        let chunks = check(&long, of_text(&long, &[0]));
        assert!(
            chunks.len() > 1
                && chunks.iter().skip(1).all(|chunk| long[chunk.start_byte..].starts_with("  some"))
        );
    }

    #[test]
    fn endless_lines_are_cut_at_characters() {
        let source = "ä—".repeat(40_000);
        let chunks = plain(&source);
        assert!(chunks.len() >= source.len() / MAX_BYTES);
        assert!(chunks.iter().all(|chunk| source.get(chunk.start_byte..chunk.end_byte).is_some()));
        assert_eq!(rust(&source).len(), chunks.len());
    }

    #[test]
    fn blank_text_has_no_chunks_and_short_text_has_one() {
        assert!(plain("").is_empty() && plain(" \n\n\t\n").is_empty());
        assert_eq!(plain("one"), [ChunkSpan { start_byte: 0, end_byte: 3, start_line: 0, end_line: 0 }]);
        assert_eq!(rust("fn f() {}\n").len(), 1);
    }

    #[test]
    fn a_huge_file_has_no_more_chunks_than_allowed() {
        let source = "let a = 1;\n".repeat(1_500_000);
        let chunks = plain(&source);
        assert!(chunks.len() <= MAX_CHUNKS && chunks.len() > MAX_CHUNKS / 4, "{}", chunks.len());
    }

    #[test]
    fn deep_nesting_and_broken_code_are_survived() {
        let deep = format!("fn f() {{ {} }}", "(\n".repeat(20_000));
        assert!(!rust(&deep).is_empty());
        assert!(!rust("fn f( { ]] }} struct\n\u{0}\u{1}").is_empty());
    }

    #[test]
    fn a_line_finds_its_chunk() {
        let source = (0..12).map(|at| function(&format!("task_{at}"), 6)).collect::<String>();
        let chunks = rust(&source);
        for (at, chunk) in chunks.iter().enumerate() {
            assert_eq!(chunk_of_line(&chunks, chunk.start_line) as usize, at);
            assert_eq!(chunk_of_line(&chunks, chunk.end_line) as usize, at);
        }
        assert_eq!(chunk_of_line(&[], 7), 0);
    }
}
