//! A doc as ranking reads it: its symbols are found by chunk.

use crate::model::SymbolKind;
use crate::store::{DocRow, SymbolRow};
use std::ops::Deref;

/// The row of a doc, and where what stands in it.
#[derive(Debug)]
pub struct Doc {
    row: DocRow,
    /// By chunk: its first symbol; one more at the end. Symbols are in the order of their chunks.
    starts: Vec<u32>,
    /// Symbols whose names weigh as those of types.
    types: Vec<u32>,
}

impl Deref for Doc {
    type Target = DocRow;

    fn deref(&self) -> &DocRow {
        &self.row
    }
}

impl Doc {
    /// Looks at all symbols once.
    #[must_use]
    pub fn new(row: DocRow) -> Self {
        let mut starts = Vec::with_capacity(row.chunks.len() + 1);
        let mut types = Vec::new();
        for (at, symbol) in (0u32..).zip(&row.symbols) {
            while starts.len() <= (symbol.chunk as usize).min(row.chunks.len()) {
                starts.push(at);
            }
            if counts_as_type(symbol) {
                types.push(at);
            }
        }
        starts.resize(row.chunks.len() + 1, u32::try_from(row.symbols.len()).unwrap_or(u32::MAX));
        Self { row, starts, types }
    }

    /// The symbols that start in a chunk, with their places.
    pub(super) fn of_chunk(&self, chunk: usize) -> impl Iterator<Item = (usize, &SymbolRow)> {
        let start = |chunk: usize| self.starts.get(chunk).map_or(0, |&start| start as usize);
        let (start, end) = (start(chunk), start(chunk + 1));
        (start..).zip(self.row.symbols.get(start..end).unwrap_or_default())
    }

    /// Those of them whose names count.
    pub(super) fn landmarks(&self, chunk: usize) -> impl Iterator<Item = (usize, &SymbolRow)> {
        self.of_chunk(chunk).filter(|(_, symbol)| symbol.kind.is_landmark())
    }

    /// The symbols whose names weigh as those of types, with their places.
    pub(super) fn types(&self) -> impl Iterator<Item = (usize, &SymbolRow)> {
        self.types.iter().filter_map(|&at| Some((at as usize, self.row.symbols.get(at as usize)?)))
    }

    /// True for a chunk of tests: all that starts in it is test code or, where nothing starts, what starts before it.
    pub(super) fn is_test(&self, chunk: usize) -> bool {
        let mut own = self.of_chunk(chunk).peekable();
        if own.peek().is_some() {
            return own.all(|(_, symbol)| symbol.is_test);
        }
        let before = self.starts.get(chunk).and_then(|start| start.checked_sub(1));
        before.and_then(|before| self.row.symbols.get(before as usize)).is_some_and(|symbol| symbol.is_test)
    }
}

/// True for a symbol whose name weighs as that of a type.
pub(super) const fn counts_as_type(symbol: &SymbolRow) -> bool {
    symbol.kind.is_type() || matches!(symbol.kind, SymbolKind::Module)
}

#[cfg(test)]
mod tests {
    use super::Doc;
    use crate::search::Source as _;
    use crate::search::memory::Memory;

    #[test]
    fn symbols_are_found_by_the_chunk_in_which_they_start() {
        let mut memory = Memory::default();
        let chunks =
            ["import x", "class A: pass\ndef f(): pass", "x = 1", "def g(): pass\nclass B: pass", "y = 2"];
        memory.add("a.py", "python", &chunks);
        let doc = memory.doc(0).expect("memory does not fail").expect("a doc");
        let names = |chunk: usize| -> Vec<&str> {
            doc.of_chunk(chunk).map(|(_, symbol)| symbol.name.as_str()).collect()
        };
        for chunk in 0..8 {
            let all = doc.symbols.iter().filter(|symbol| symbol.chunk as usize == chunk);
            assert_eq!(names(chunk), all.map(|symbol| symbol.name.as_str()).collect::<Vec<_>>());
        }
        assert_eq!((names(1), names(3)), (vec!["A", "f"], vec!["g", "B"]));
        assert!(doc.of_chunk(3).all(|(at, symbol)| doc.symbols[at] == *symbol));
        let types: Vec<&str> = doc.types().map(|(_, symbol)| symbol.name.as_str()).collect();
        assert_eq!(types, ["A", "B"]);
    }

    #[test]
    fn a_chunk_without_symbols_belongs_to_what_starts_before() {
        let mut memory = Memory::default();
        memory.add("a.py", "python", &["x = 1", "def f(): pass", "y = 2", "def g(): pass\ndef h(): pass"]);
        let mut row = (**memory.doc(0).expect("memory does not fail").expect("a doc")).clone();
        for symbol in &mut row.symbols {
            symbol.is_test = symbol.name != "h";
        }
        let doc = Doc::new(row);
        assert_eq!([0, 1, 2, 3, 9].map(|chunk| doc.is_test(chunk)), [false, true, true, false, false]);
    }
}
