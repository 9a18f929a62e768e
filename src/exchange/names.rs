//! The name of a definition in an index: one string that no other definition has.
//!
//! ```text
//! codegraph . shop . src/shop/`order.rs`/Order#total(+1).
//! └ scheme    └ package └─ file ───────┘ └ type └ method, the second of that name
//! ```
//!
//! The grammar is that of `scip.proto`: scheme, package manager, package and version with a space after each (`.` for
//! none), then descriptors from the outside to the inside, whose last character tells what each is. The file is part
//! of the name, since names are unique in a file and a package may be spread over many.

use crate::facts::DefFlags;
use crate::lang::LANGUAGES;
use crate::model::{FileId, ProjectId, Symbol, SymbolId, SymbolKind};
use crate::store::{FileRow, ProjectRow, View};
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;

/// The scheme: who made the name.
pub(super) const SCHEME: &str = "codegraph";
/// Names that are kept; past it all are forgotten and made again when asked for.
const MAX_NAMES: usize = 200_000;

/// A symbol as it is named.
#[derive(Clone)]
pub(super) struct Named {
    /// In an index.
    pub(super) symbol: Rc<str>,
    /// In code; empty for a file, which has many names there.
    pub(super) written: Rc<str>,
}

/// The names of one file.
pub(super) struct FileNames {
    /// The file itself.
    pub(super) file: Named,
    slots: FxHashMap<u32, Named>,
}

impl FileNames {
    /// The definition in a slot; 0 is the file.
    pub(super) fn of(&self, slot: u32) -> Option<&Named> {
        if slot == 0 { Some(&self.file) } else { self.slots.get(&slot) }
    }
}

/// The names of a project, each file's made once and kept while there is room.
pub(super) struct Names<'v> {
    view: &'v View,
    pid: ProjectId,
    package: String,
    kept: RefCell<FxHashMap<FileId, Option<Rc<FileNames>>>>,
    n_kept: RefCell<usize>,
}

impl<'v> Names<'v> {
    pub(super) fn new(view: &'v View, project: &ProjectRow) -> Self {
        let package = format!("{SCHEME} . {} . ", word(&project.name));
        Self { view, pid: project.pid(), package, kept: RefCell::default(), n_kept: RefCell::default() }
    }

    /// The name of a symbol; nothing for one that has no place in an index: its file is gone, is a notebook or has no
    /// symbols.
    pub(super) fn of(&self, id: SymbolId) -> Result<Option<Named>> {
        if let Some(names) = self.kept.borrow().get(&id.file) {
            return Ok(names.as_ref().and_then(|names| names.of(id.slot).cloned()));
        }
        let names = match self.view.file(self.pid, id.file)? {
            Some(row) if has_places(&row) => {
                Some(self.of_file(&row, &self.view.symbols_of(self.pid, id.file)?))
            }
            _ => None,
        };
        let found = names.as_ref().and_then(|names| names.of(id.slot).cloned());
        let mut n_kept = self.n_kept.borrow_mut();
        let mut kept = self.kept.borrow_mut();
        if *n_kept >= MAX_NAMES {
            kept.clear();
            *n_kept = 0;
        }
        *n_kept += 1 + names.as_ref().map_or(0, |names| names.slots.len());
        kept.insert(id.file, names);
        Ok(found)
    }

    /// The names of the definitions in a file.
    pub(super) fn of_file(&self, row: &FileRow, symbols: &[(SymbolId, Symbol)]) -> Rc<FileNames> {
        let mut file = self.package.clone();
        for part in row.path.split('/') {
            describe(&mut file, part, SymbolKind::File, "");
        }
        let separator = LANGUAGES.get(usize::from(row.language)).map_or(".", |language| language.separator);
        let mut naming = Naming {
            file: &file,
            separator,
            by_slot: symbols.iter().map(|(id, symbol)| (id.slot, symbol)).collect(),
            done: FxHashMap::default(),
            taken: FxHashSet::default(),
            next: FxHashMap::default(),
        };
        let mut order: Vec<&(SymbolId, Symbol)> = symbols.iter().collect();
        order.sort_unstable_by_key(|(id, symbol)| (symbol.place, id.slot));
        for (id, _) in order {
            naming.name(id.slot);
        }
        let slots = naming.done;
        Rc::new(FileNames { slots, file: Named { symbol: file.as_str().into(), written: "".into() } })
    }
}

/// True for a file whose lines and columns are those of its text on disk, and that has symbols.
pub(super) fn has_places(row: &FileRow) -> bool {
    row.language != FileRow::TEXT && row.cells.is_empty() && !row.path.ends_with(".ipynb")
}

/// The definitions of a file while they are named.
struct Naming<'s> {
    file: &'s str,
    separator: &'static str,
    by_slot: FxHashMap<u32, &'s Symbol>,
    done: FxHashMap<u32, Named>,
    taken: FxHashSet<Rc<str>>,
    /// For a name that is taken, the number to try next.
    next: FxHashMap<Rc<str>, u32>,
}

impl Naming<'_> {
    /// Names a definition and before it what contains it.
    fn name(&mut self, slot: u32) {
        let mut open = Vec::new();
        let mut at = slot;
        // A chain of containers is shorter than the file has definitions.
        while at != 0 && !self.done.contains_key(&at) && open.len() <= self.by_slot.len() {
            let Some(symbol) = self.by_slot.get(&at) else { break };
            open.push((at, *symbol));
            at = symbol.parent;
        }
        for (slot, symbol) in open.into_iter().rev() {
            let parent = self.by_slot.get(&symbol.parent).copied();
            let outer = self.done.get(&symbol.parent).map_or(self.file, |named| &*named.symbol);
            let mut outer = outer.to_owned();
            if let Some(receiver) = self.receiver(symbol, parent) {
                describe(&mut outer, receiver, SymbolKind::Class, "");
            }
            let named = Named { symbol: self.unique(&outer, symbol), written: symbol.name.as_str().into() };
            self.done.insert(slot, named);
        }
    }

    /// The type of a method that is written outside of it.
    fn receiver<'a>(&self, symbol: &'a Symbol, parent: Option<&Symbol>) -> Option<&'a str> {
        let outer = symbol.qualified.strip_suffix(symbol.name.as_str())?;
        let outer = outer.strip_suffix(self.separator)?;
        match parent {
            None => Some(outer),
            Some(parent) => outer.strip_prefix(parent.qualified.as_str())?.strip_prefix(self.separator),
        }
        .filter(|receiver| !receiver.is_empty())
    }

    fn unique(&mut self, outer: &str, symbol: &Symbol) -> Rc<str> {
        let numbered = |n: u32| {
            let mut name = outer.to_owned();
            let number = if n == 0 { String::new() } else { format!("+{n}") };
            describe(&mut name, &symbol.name, symbol.kind, &number);
            Rc::<str>::from(name)
        };
        let first = numbered(0);
        if self.taken.insert(Rc::clone(&first)) {
            return first;
        }
        let mut n = self.next.get(&first).copied().unwrap_or(1);
        let name = loop {
            let name = numbered(n);
            n += 1;
            if self.taken.insert(Rc::clone(&name)) {
                break name;
            }
        };
        self.next.insert(first, n);
        name
    }
}

/// Adds a descriptor. Only methods have a place for a number that tells namesakes apart; with others it is part of the
/// name.
fn describe(out: &mut String, name: &str, kind: SymbolKind, number: &str) {
    let is_method = matches!(kind, SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor);
    let number_in_name = if is_method { "" } else { number };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-' | '$');
    if !name.is_empty() && name.chars().all(is_plain) {
        out.push_str(name);
        out.push_str(number_in_name);
    } else {
        // Writing to a string cannot fail.
        let _ = write!(out, "`{}{number_in_name}`", name.replace('`', "``"));
    }
    match kind {
        SymbolKind::File | SymbolKind::Module => out.push('/'),
        SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor => {
            let _ = write!(out, "({number}).");
        }
        SymbolKind::Macro => out.push('!'),
        kind if kind.is_type() => out.push('#'),
        _ => out.push('.'),
    }
}

/// A name as one word, as the grammar wants a package.
fn word(name: &str) -> String {
    let word: String = name.chars().map(|c| if c.is_whitespace() { '_' } else { c }).collect();
    if word.is_empty() { ".".to_owned() } else { word }
}

/// True for the name that we give a definition without one: `$1`, `(anonymous member)`.
pub(super) fn is_anonymous(name: &str) -> bool {
    name.starts_with("(anonymous")
        || name
            .strip_prefix('$')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}

/// True when a definition is a declaration whose body stands elsewhere.
pub(super) fn is_declaration(symbol: &Symbol) -> bool {
    DefFlags(symbol.flags).has(DefFlags::DECLARATION)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use scip::types::descriptor::Suffix;

    proptest! {
        #[test]
        fn every_name_is_read_back_by_the_formats_own_reader(
            package in "\\PC{0,12}",
            parts in prop::collection::vec(("\\PC{1,12}", 0..SymbolKind::ALL.len(), 0u32..3), 1..5),
        ) {
            let mut name = format!("{SCHEME} . {} . ", word(&package));
            for (part, kind, n) in &parts {
                let number = if *n == 0 { String::new() } else { format!("+{n}") };
                describe(&mut name, part, SymbolKind::ALL[*kind], &number);
            }
            let read = scip::symbol::parse_symbol(&name).unwrap();
            prop_assert_eq!(&read.scheme, SCHEME);
            prop_assert_eq!(read.descriptors.len(), parts.len());
            for (descriptor, (part, kind, n)) in read.descriptors.iter().zip(&parts) {
                let is_method = descriptor.suffix == Suffix::Method.into();
                let number = if *n == 0 { String::new() } else { format!("+{n}") };
                let shown = if is_method { part.clone() } else { format!("{part}{number}") };
                prop_assert_eq!(&descriptor.name, &shown, "{:?}", SymbolKind::ALL[*kind]);
                prop_assert_eq!(&descriptor.disambiguator, if is_method { &number } else { "" });
            }
        }
    }
}
