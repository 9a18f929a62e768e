//! Documentation comments without their markers, for the languages that write `/** … */` and `///`.

use crate::facts::{Builder, DefIx};
use tree_sitter::Node;

/// The documentation comment that stands directly before the next definition, while a walker goes over siblings.
#[derive(Debug, Default)]
pub struct Pending {
    range: Option<(usize, usize)>,
    line: usize,
}

impl Pending {
    /// Notes a comment node: a doc comment is kept, several `///` lines in a row are kept together, any other comment
    /// changes nothing.
    pub fn comment(&mut self, b: &Builder<'_>, node: Node<'_>) {
        let text = b.text(node);
        let row = node.start_position().row;
        if text.starts_with("/**") && text.len() > 4 {
            self.range = Some((node.start_byte(), node.end_byte()));
        } else if text.starts_with("///") {
            self.range = match self.range {
                Some((start, _)) if self.line + 1 == row => Some((start, node.end_byte())),
                _ => Some((node.start_byte(), node.end_byte())),
            };
        }
        self.line = row;
    }

    /// Takes the comment for the definition that follows.
    pub fn take(&mut self) -> Option<(usize, usize)> {
        self.range.take()
    }

    /// Forgets the comment: what followed was no definition.
    pub fn clear(&mut self) {
        self.range = None;
    }
}

/// Gives a definition the comment that [`Pending::take`] returned.
pub fn attach(b: &mut Builder<'_>, def: DefIx, range: Option<(usize, usize)>) {
    if let Some((start, end)) = range {
        let text = clean(b.source().get(start..end).unwrap_or(""));
        b.doc(def, &text);
    }
}

/// Takes the markers off a comment.
#[must_use]
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        let markers = ["/**", "///", "//!", "/*!"];
        let line = markers.iter().find_map(|marker| line.strip_prefix(marker)).unwrap_or(line);
        let line = line.strip_suffix("*/").unwrap_or(line).trim();
        let line = line.strip_prefix('*').unwrap_or(line).trim();
        let line = line.strip_prefix("<summary>").unwrap_or(line);
        let line = line.strip_suffix("</summary>").unwrap_or(line).trim();
        if line.is_empty() && (out.is_empty() || out.ends_with("\n\n")) {
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::clean;

    #[test]
    fn markers_are_taken_off_block_and_line_comments() {
        assert_eq!(clean("/**\n * Adds.\n *\n * @param a one\n */"), "Adds.\n\n@param a one");
        assert_eq!(clean("/** Short. */"), "Short.");
        assert_eq!(clean("/// <summary>\n/// Adds.\n/// </summary>"), "Adds.");
    }
}
