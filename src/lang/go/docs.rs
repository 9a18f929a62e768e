//! Documentation comments: the lines directly above a declaration, or behind a field or constant.

use crate::facts::{Builder, DefFlags, DefIx};
use tree_sitter::Node;

/// The comment that stands before the next declaration, while a walker goes over siblings.
#[derive(Debug, Default)]
pub(super) struct Docs {
    /// Bytes of the comment lines so far.
    range: Option<(usize, usize)>,
    /// Row in which the last of them ends.
    row: usize,
    /// Row in which the last thing that is no comment ends.
    code_row: Option<usize>,
    /// Definitions without a comment of their own that end in `code_row`.
    bare: Vec<DefIx>,
}

impl Docs {
    /// Notes a comment node.
    pub(super) fn comment(&mut self, b: &mut Builder<'_>, node: Node<'_>) {
        let (start, end) = (node.start_position().row, node.end_position().row);
        if self.code_row == Some(start) {
            let text = clean(b.text(node));
            for def in self.bare.drain(..) {
                b.doc(def, &text);
            }
            return;
        }
        self.range = match self.range {
            Some((first, _)) if self.row + 1 == start => Some((first, node.end_byte())),
            _ => Some((node.start_byte(), node.end_byte())),
        };
        self.row = end;
    }

    /// Notes that something other than a comment was walked.
    pub(super) fn code(&mut self, node: Node<'_>) {
        self.range = None;
        self.code_row = Some(node.end_position().row);
    }

    /// Takes the comment that ends in the row above `node`.
    pub(super) fn take(&mut self, node: Node<'_>) -> Option<(usize, usize)> {
        self.bare.clear();
        let range = self.range.take();
        range.filter(|_| self.row + 1 == node.start_position().row)
    }

    /// Gives a definition the comment that [`Docs::take`] returned, and what its directives say.
    pub(super) fn attach(&mut self, b: &mut Builder<'_>, def: DefIx, range: Option<(usize, usize)>) {
        let Some((start, end)) = range else {
            self.bare.push(def);
            return;
        };
        let text = b.source().get(start..end).unwrap_or("");
        for line in text.lines() {
            if line.starts_with("//export ") {
                b.def_mut(def).flags.set(DefFlags::ENTRY, true);
            } else if line.starts_with("//go:linkname ") {
                b.def_mut(def).flags.set(DefFlags::DECORATED, true);
            }
        }
        let text = clean(text);
        b.doc(def, &text);
    }
}

/// Takes the markers off a comment and leaves out the lines that speak to tools.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        if is_directive(line) {
            continue;
        }
        let line = line.strip_prefix("//").or_else(|| line.strip_prefix("/*")).unwrap_or(line);
        out.push_str(line.strip_suffix("*/").unwrap_or(line).trim());
        out.push('\n');
    }
    out.trim().to_owned()
}

/// `//go:build x`, `//nolint:x`, `//export f`, `// +build x`.
fn is_directive(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("//") else { return false };
    let word = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or("");
    let after = rest.get(word.len()..).unwrap_or("");
    let tool = !word.is_empty() && after.starts_with(':') && !after.starts_with(": ");
    (tool && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
        || rest.starts_with("export ")
        || rest.starts_with("line ")
        || rest == "nolint"
        || rest.trim_start().starts_with("+build ")
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn markers_and_lines_for_tools_are_left_out() {
        assert_eq!(clean("// Run starts it.\n//\n//   a\n//go:noinline"), "Run starts it.\n\na");
        assert_eq!(clean("/* Run starts it.\n   At once. */"), "Run starts it.\nAt once.");
        assert_eq!(clean("//nolint:errcheck // no\n// Note: kept"), "Note: kept");
        assert_eq!(clean("//export go_run\n//NOTE: kept"), "NOTE: kept");
    }
}
