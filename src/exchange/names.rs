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
use std::collections::BTreeMap;
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

/// What is outside the project and used in it: how many bytes of each name are the package's, in the order of names.
pub(super) struct Outside {
    packages: BTreeMap<Rc<str>, u32>,
}

impl Outside {
    /// Reads all of a project. Files may know different things of one name: the longest package counts for all.
    pub(super) fn read(view: &View, project: &ProjectRow) -> Result<Self> {
        let mut packages: BTreeMap<Rc<str>, u32> = BTreeMap::new();
        view.externals(project.pid(), "", |name, _, _, package| {
            match packages.get_mut(name) {
                Some(known) => *known = package.max(*known),
                None => drop(packages.insert(name.into(), package)),
            }
            Ok(true)
        })?;
        Ok(Self { packages })
    }

    /// A name as a symbol: the package where it is known, and the rest as one term, since nothing tells what the parts
    /// of it are. A package by itself is a meta symbol, which no symbol of the project is.
    pub(super) fn named(&self, name: &str) -> Named {
        let package = self.packages.get(name).copied().unwrap_or(0) as usize;
        let (package, rest) = name.split_at_checked(package).unwrap_or(("", name));
        let is_mark = |c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '@' | '<');
        let rest = rest.trim_start_matches(is_mark);
        let mut symbol = format!("{SCHEME} . {} . ", word(package));
        if rest.is_empty() {
            escape(&mut symbol, package);
            symbol.push(':');
        } else {
            describe(&mut symbol, rest, SymbolKind::Variable, "");
        }
        let last = name.rsplit(is_mark).next().filter(|last| !last.is_empty()).unwrap_or(name);
        Named { symbol: symbol.into(), written: last.into() }
    }

    /// Every name, sorted.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.packages.keys().map(|name| &**name)
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
    if is_method || number.is_empty() {
        escape(out, name);
    } else {
        escape(out, &format!("{name}{number}"));
    }
    match kind {
        SymbolKind::File | SymbolKind::Module => out.push('/'),
        SymbolKind::Function | SymbolKind::Method | SymbolKind::Constructor => {
            // Writing to a string cannot fail.
            let _ = write!(out, "({number}).");
        }
        SymbolKind::Macro => out.push('!'),
        kind if kind.is_type() => out.push('#'),
        _ => out.push('.'),
    }
}

/// Adds a name, in back-ticks where it is more than a plain word.
fn escape(out: &mut String, name: &str) {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '-' | '$');
    if !name.is_empty() && name.chars().all(is_plain) {
        out.push_str(name);
    } else {
        out.push('`');
        out.push_str(&name.replace('`', "``"));
        out.push('`');
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

    #[test]
    fn what_is_outside_has_its_package_and_the_rest_of_its_name() {
        let packages =
            [("requests", 8), ("requests.get", 8), ("<stdio.h>", 9), ("github.com/a/b.C", 14), ("f", 0)];
        let outside = Outside { packages: packages.into_iter().map(|(name, n)| (name.into(), n)).collect() };
        for (name, symbol, written) in [
            ("requests", "codegraph . requests . requests:", "requests"),
            ("requests.get", "codegraph . requests . get.", "get"),
            ("<stdio.h>", "codegraph . <stdio.h> . `<stdio.h>`:", "<stdio.h>"),
            ("github.com/a/b.C", "codegraph . github.com/a/b . C.", "C"),
            ("f", "codegraph . . . f.", "f"),
            ("std::io::Read", "codegraph . . . `std::io::Read`.", "Read"),
        ] {
            let named = outside.named(name);
            assert_eq!((&*named.symbol, &*named.written), (symbol, written));
            scip::symbol::parse_symbol(symbol).unwrap();
        }
    }

    proptest! {
        #[test]
        fn every_name_outside_is_read_back(name in "\\PC{1,16}", package in 0u32..16) {
            let outside = Outside { packages: BTreeMap::from([(name.as_str().into(), package)]) };
            let symbol = outside.named(&name).symbol;
            let read = scip::symbol::parse_symbol(&symbol).unwrap();
            prop_assert_eq!(read.descriptors.len(), 1, "{}", symbol);
        }

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
