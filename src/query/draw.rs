//! Answers as pictures: the text of a graph for Graphviz or Mermaid. Pure functions of the answer.
//!
//! Arrows go in the direction of the relation: a caller points to what it calls, a subtype to its supertype, a file to
//! what it imports. Calls and imports are solid, references dotted, inheritance bold. What was asked for is marked.

use super::answer::{Answer, Arrow, Found};
use crate::model::EdgeKind;
use rustc_hash::FxHashMap;
use std::fmt::Write as _;

/// Most nodes that are drawn; a comment says how many were left out.
pub const MAX_NODES: usize = 2_000;

struct Node {
    name: String,
    place: String,
    is_asked_for: bool,
}

/// What is drawn.
#[derive(Default)]
struct Picture {
    nodes: Vec<Node>,
    by_id: FxHashMap<String, usize>,
    arrows: Vec<(usize, usize, EdgeKind)>,
    left_out: usize,
}

impl Picture {
    /// The number of a node; the same id is the same node.
    fn node(&mut self, id: &str, name: &str, place: String, is_asked_for: bool) -> Option<usize> {
        if let Some(&at) = self.by_id.get(id) {
            return Some(at);
        }
        if self.nodes.len() >= MAX_NODES {
            self.left_out += 1;
            return None;
        }
        let at = self.nodes.len();
        self.by_id.insert(id.to_owned(), at);
        self.nodes.push(Node { name: name.to_owned(), place, is_asked_for });
        Some(at)
    }

    fn found(&mut self, row: &Found) -> Option<usize> {
        self.node(&row.id, &row.symbol, place(row), false)
    }

    /// Rows and the arrows between them; number 0 is what was asked for.
    fn rows<'a>(symbol: &str, id: &str, rows: impl Iterator<Item = &'a Found>, arrows: &[Arrow]) -> Self {
        let mut picture = Self::default();
        let mut numbers = vec![picture.node(id, symbol, String::new(), true)];
        for row in rows {
            numbers.push(picture.found(row));
        }
        let at = |n: u32| numbers.get(n as usize).copied().flatten();
        for arrow in arrows {
            if let (Some(from), Some(to)) = (at(arrow.from), at(arrow.to)) {
                picture.arrows.push((from, to, arrow.kind));
            }
        }
        picture
    }

    /// The picture of an answer; `None` when a graph is not the answer.
    fn of(answer: &Answer) -> Option<Self> {
        let mut picture = match answer {
            Answer::Links(links) => Self::rows(&links.symbol, &links.id, links.results.iter(), &links.arrows),
            Answer::Impact(impact) => {
                Self::rows(&impact.symbol, &impact.id, impact.results.iter(), &impact.arrows)
            }
            Answer::Hierarchy(types) => {
                let rows = types.supertypes.iter().chain(&types.subtypes);
                Self::rows(&types.symbol, &types.id, rows, &types.arrows)
            }
            Answer::Path(path) => {
                let mut picture = Self::default();
                let mut last = picture.node(&path.from, &path.from, String::new(), true);
                for row in &path.results {
                    let next = picture.found(row);
                    if let (Some(from), Some(to)) = (last, next) {
                        picture.arrows.push((from, to, row.edge));
                    }
                    last = next;
                }
                picture
            }
            Answer::Cycles(cycles) => {
                let mut picture = Self::default();
                for step in cycles.results.iter().flat_map(|cycle| &cycle.steps) {
                    let from = picture.node(&step.from, &step.from, String::new(), false);
                    let to = picture.node(&step.to, &step.to, String::new(), false);
                    if let (Some(from), Some(to)) = (from, to) {
                        picture.arrows.push((from, to, EdgeKind::Imports));
                    }
                }
                picture
            }
            Answer::Definitions(_)
            | Answer::Explanation(_)
            | Answer::Outline(_)
            | Answer::Dependencies(_)
            | Answer::Unused(_)
            | Answer::Stats(_) => {
                return None;
            }
        };
        picture.arrows.sort_unstable();
        picture.arrows.dedup();
        Some(picture)
    }
}

/// Where a row is defined; nothing for a file, whose name says it.
fn place(row: &Found) -> String {
    if row.external || row.symbol == row.path {
        return String::new();
    }
    let cell = row.cell.map(|cell| format!("{cell}:")).unwrap_or_default();
    format!("{}:{cell}{}", row.path, row.line)
}

/// The answer for Graphviz; `None` when a graph is not the answer.
#[must_use]
pub fn dot(answer: &Answer) -> Option<String> {
    let picture = Picture::of(answer)?;
    let mut out = String::from(
        "digraph codegraph {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n",
    );
    for (at, node) in picture.nodes.iter().enumerate() {
        let mut label = dot_text(&node.name);
        if !node.place.is_empty() {
            label.push_str("\\n");
            label.push_str(&dot_text(&node.place));
        }
        let mark = if node.is_asked_for { ", penwidth=2" } else { "" };
        // Writing to a string cannot fail, here and below.
        let _ = writeln!(out, "  n{at} [label=\"{label}\"{mark}];");
    }
    for &(from, to, kind) in &picture.arrows {
        let style = match style(kind) {
            Style::Solid => "",
            Style::Dotted => " [style=dotted]",
            Style::Bold => " [style=bold, arrowhead=empty]",
        };
        let _ = writeln!(out, "  n{from} -> n{to}{style};");
    }
    if picture.left_out > 0 {
        let _ = writeln!(out, "  // {} more are not drawn", picture.left_out);
    }
    out.push_str("}\n");
    Some(out)
}

/// The answer for Mermaid; `None` when a graph is not the answer.
#[must_use]
pub fn mermaid(answer: &Answer) -> Option<String> {
    let picture = Picture::of(answer)?;
    let mut out = String::from("flowchart LR\n");
    for (at, node) in picture.nodes.iter().enumerate() {
        let mut label = mermaid_text(&node.name);
        if !node.place.is_empty() {
            label.push_str("<br/>");
            label.push_str(&mermaid_text(&node.place));
        }
        let (open, close) = if node.is_asked_for { ("[[", "]]") } else { ("[", "]") };
        let _ = writeln!(out, "  n{at}{open}\"{label}\"{close}");
    }
    for &(from, to, kind) in &picture.arrows {
        let arrow = match style(kind) {
            Style::Solid => "-->",
            Style::Dotted => "-.->",
            Style::Bold => "==>",
        };
        let _ = writeln!(out, "  n{from} {arrow} n{to}");
    }
    if picture.left_out > 0 {
        let _ = writeln!(out, "  %% {} more are not drawn", picture.left_out);
    }
    Some(out)
}

enum Style {
    Solid,
    Dotted,
    Bold,
}

const fn style(kind: EdgeKind) -> Style {
    match kind {
        EdgeKind::Calls | EdgeKind::Imports | EdgeKind::Contains => Style::Solid,
        EdgeKind::References => Style::Dotted,
        EdgeKind::Extends | EdgeKind::Implements | EdgeKind::Overrides => Style::Bold,
    }
}

/// Text inside the quotes of a label.
fn dot_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Text inside the quotes of a label: all that Mermaid gives a meaning becomes a character code.
fn mermaid_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '#' | '&' | '<' | '>' | '`' | ';' | '\\' | '*' | '_' | '~' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Rule, SymbolKind};
    use crate::query::answer::{FoundKind, Links, Site};

    fn row(symbol: &str, line: u32) -> Found {
        Found {
            symbol: symbol.to_owned(),
            id: format!("a.rs#{symbol}"),
            kind: FoundKind::Symbol(SymbolKind::Function),
            external: false,
            path: "a.rs".to_owned(),
            cell: None,
            line,
            site: Site { path: "a.rs".to_owned(), cell: None, line, column: None },
            more_sites: Vec::new(),
            edge: EdgeKind::Calls,
            rule: Rule::Local,
            confidence: 0.98,
            depth: 1,
            used: None,
            via: None,
            test: false,
        }
    }

    fn answer() -> Answer {
        let arrow = |from, to, kind| Arrow { from, to, kind };
        Answer::Links(Links {
            symbol: "f".to_owned(),
            id: "a.rs#f".to_owned(),
            results: vec![row("operator\"\\x<T>", 3), row("f", 1)],
            unresolved: 0,
            external: Vec::new(),
            also: None,
            symbols_only: None,
            truncated: false,
            counts_calls: false,
            arrows: vec![
                arrow(1, 0, EdgeKind::Calls),
                arrow(2, 0, EdgeKind::Calls),
                arrow(1, 2, EdgeKind::References),
            ],
        })
    }

    #[test]
    fn a_drawing_names_each_symbol_once_and_escapes_it() {
        assert_eq!(
            dot(&answer()).unwrap(),
            "digraph codegraph {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n\
             \x20 n0 [label=\"f\", penwidth=2];\n  n1 [label=\"operator\\\"\\\\x<T>\\na.rs:3\"];\n\
             \x20 n0 -> n0;\n  n1 -> n0;\n  n1 -> n0 [style=dotted];\n}\n"
        );
        assert_eq!(
            mermaid(&answer()).unwrap(),
            "flowchart LR\n  n0[[\"f\"]]\n  n1[\"operator#34;#92;x#60;T#62;<br/>a.rs:3\"]\n\
             \x20 n0 --> n0\n  n1 --> n0\n  n1 -.-> n0\n"
        );
    }
}
