//! Interfaces that a type implements by having their methods, without saying so.
//!
//! Where a language works like that, the resolver makes no edges: whether a type implements an interface depends on all
//! methods of both, wherever they are written. So it is found when asked. A type implements an interface when it has a
//! method for each of the interface's, its own or an embedded type's, with as many parameters and results; a method
//! that is private to its package only within the package.

use super::graph::{Graph, container};
use super::walk::Step;
use crate::facts::DefFlags;
use crate::lang;
use crate::model::{EdgeKind, FileId, Role, Rule, Symbol, SymbolId, SymbolKind};
use crate::store::FileRow;
use anyhow::Result;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Most definitions of one method name that are looked at.
const MAX_METHODS: usize = 5_000;
/// Most methods of a type or interface.
const MAX_MEMBERS: usize = 500;
/// Most types that embed one another.
const MAX_EMBEDDED: usize = 32;

/// The methods of one name by the package folder and the name of the type that has them.
pub(super) type Methods = BTreeMap<(String, String), SymbolId>;

/// A method and what must agree: its name, the numbers of its parameters and results, where it may be seen.
struct Wanted {
    name: String,
    shape: Option<(usize, usize)>,
    /// The folder outside of which it is another name.
    only_in: Option<String>,
}

impl Graph<'_> {
    /// True when types of this file's language implement interfaces without saying so.
    fn is_structural(&self, file: FileId) -> Result<bool> {
        Ok(self.file(file)?.is_some_and(|row| {
            row.language != FileRow::TEXT && lang::language(row.language).rules.implements_by_methods()
        }))
    }

    fn folder(&self, file: FileId) -> Result<String> {
        let row = self.file(file)?;
        let folder = row.as_deref().and_then(|row| row.path.rsplit_once('/'));
        Ok(folder.map(|(folder, _)| folder.to_owned()).unwrap_or_default())
    }

    /// The methods of a name.
    fn methods_named(&self, name: &str) -> Result<Rc<Methods>> {
        if let Some(found) = self.methods.borrow().get(name) {
            return Ok(Rc::clone(found));
        }
        let mut found = Methods::new();
        let rows = self.view.symbols_named(self.pid, name)?;
        for row in rows
            .into_iter()
            .filter(|row| row.name == name && row.kind == SymbolKind::Method)
            .take(MAX_METHODS)
        {
            if let Some(symbol) = self.symbol(row.id)?
                && let Some(holder) = container(&symbol)
                && self.is_structural(row.id.file)?
            {
                found.insert((self.folder(row.id.file)?, holder.to_owned()), row.id);
            }
        }
        let found = Rc::new(found);
        self.methods.borrow_mut().insert(name.to_owned(), Rc::clone(&found));
        Ok(found)
    }

    /// The type of a qualified name in a package folder.
    fn type_in(&self, folder: &str, qualified: &str) -> Result<Option<SymbolId>> {
        let name = qualified.rsplit('.').next().unwrap_or(qualified);
        for row in self.view.symbols_named(self.pid, name)? {
            if row.kind.is_type()
                && row.name == name
                && self.folder(row.id.file)? == folder
                && self.symbol(row.id)?.is_some_and(|symbol| symbol.qualified == qualified)
            {
                return Ok(Some(row.id));
            }
        }
        Ok(None)
    }

    fn wanted(&self, id: SymbolId, symbol: &Symbol) -> Result<Wanted> {
        let is_open = DefFlags(symbol.flags).has(DefFlags::EXPORTED);
        Ok(Wanted {
            name: symbol.name.clone(),
            shape: shape(symbol),
            only_in: if is_open { None } else { Some(self.folder(id.file)?) },
        })
    }

    /// The types that a type embeds, and an interface includes, itself first.
    fn embedded(&self, id: SymbolId) -> Result<Vec<SymbolId>> {
        let mut all = vec![id];
        let mut at = 0;
        while let Some(&of) = all.get(at) {
            at += 1;
            for step in self.outbound(of)? {
                let is_part = matches!(step.kind, EdgeKind::Extends | EdgeKind::Implements);
                if is_part && all.len() < MAX_EMBEDDED && !all.contains(&step.next) {
                    all.push(step.next);
                }
            }
        }
        Ok(all)
    }

    /// What an interface wants: its methods and those of the interfaces that it includes.
    fn wants(&self, interface: SymbolId) -> Result<Vec<Wanted>> {
        let mut wanted = Vec::new();
        for part in self.embedded(interface)? {
            for (id, symbol) in self.view.symbols_of(self.pid, part.file)? {
                let is_member = symbol.parent == part.slot && symbol.kind == SymbolKind::Method;
                if is_member && wanted.len() < MAX_MEMBERS {
                    wanted.push(self.wanted(id, &symbol)?);
                }
            }
        }
        Ok(wanted)
    }

    /// The method of a type, its own or an embedded one's, that fits.
    fn method_for(&self, ty: SymbolId, wanted: &Wanted) -> Result<Option<SymbolId>> {
        let methods = self.methods_named(&wanted.name)?;
        for part in self.embedded(ty)? {
            let Some(symbol) = self.symbol(part)? else { continue };
            let folder = self.folder(part.file)?;
            if wanted.only_in.as_ref().is_some_and(|only| *only != folder) {
                continue;
            }
            let Some(&id) = methods.get(&(folder, symbol.qualified.clone())) else { continue };
            let fits = self.symbol(id)?.is_some_and(|method| {
                wanted.shape.is_none() || shape(&method).is_none() || shape(&method) == wanted.shape
            });
            if fits {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    fn implements(&self, ty: SymbolId, wanted: &[Wanted]) -> Result<bool> {
        for each in wanted {
            if self.method_for(ty, each)?.is_none() {
                return Ok(false);
            }
        }
        Ok(!wanted.is_empty())
    }

    /// The types that implement an interface by their methods.
    fn implementers(&self, interface: SymbolId) -> Result<Vec<SymbolId>> {
        let is_interface = self.symbol(interface)?.is_some_and(|symbol| symbol.kind == SymbolKind::Interface);
        if !is_interface {
            return Ok(Vec::new());
        }
        let wanted = self.wants(interface)?;
        // The rarest method leaves the fewest types to look at.
        let mut rarest: Option<Rc<Methods>> = None;
        for each in &wanted {
            let methods = self.methods_named(&each.name)?;
            if rarest.as_ref().is_none_or(|best| methods.len() < best.len()) {
                rarest = Some(methods);
            }
        }
        let mut candidates: Vec<SymbolId> = Vec::new();
        let mut seen: FxHashSet<SymbolId> = FxHashSet::default();
        for (folder, holder) in rarest.iter().flat_map(|methods| methods.keys()) {
            if let Some(ty) = self.type_in(folder, holder)?
                && seen.insert(ty)
            {
                candidates.push(ty);
            }
        }
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(&ty) = candidates.get(at) {
            at += 1;
            // Who embeds it has its methods too.
            self.heirs(ty, |step| {
                if step.kind == EdgeKind::Extends && candidates.len() < MAX_METHODS && seen.insert(step.next)
                {
                    candidates.push(step.next);
                }
                Ok(())
            })?;
            let is_type = self.symbol(ty)?.is_some_and(|symbol| symbol.kind != SymbolKind::Interface);
            if is_type && self.implements(ty, &wanted)? {
                found.push(ty);
            }
        }
        Ok(found)
    }

    /// The interfaces that a type implements by its methods.
    fn implemented(&self, ty: SymbolId) -> Result<Vec<SymbolId>> {
        let Some(symbol) = self.symbol(ty)?.filter(|symbol| symbol.kind.is_type()) else {
            return Ok(Vec::new());
        };
        if symbol.kind == SymbolKind::Interface {
            return Ok(Vec::new());
        }
        let mut found: Vec<SymbolId> = Vec::new();
        let mut seen: FxHashSet<SymbolId> = FxHashSet::default();
        for part in self.embedded(ty)? {
            for member in self.contents(part)?.into_iter().take(MAX_MEMBERS) {
                let Some(method) = self.symbol(member)?.filter(|s| s.kind == SymbolKind::Method) else {
                    continue;
                };
                for interface in self.interfaces_with(&method.name)? {
                    if seen.insert(interface) && self.implements(ty, &self.wants(interface)?)? {
                        found.push(interface);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The interfaces that have a method of a name.
    fn interfaces_with(&self, name: &str) -> Result<Vec<SymbolId>> {
        let mut found = Vec::new();
        for &method in self.methods_named(name)?.values() {
            let holder = match self.symbol(method)? {
                Some(symbol) if symbol.parent != 0 => SymbolId { slot: symbol.parent, ..method },
                _ => continue,
            };
            if self.symbol(holder)?.is_some_and(|symbol| symbol.kind == SymbolKind::Interface) {
                found.push(holder);
            }
        }
        Ok(found)
    }

    /// What implements an interface, or a method of one, by methods alone.
    pub(super) fn structural_subtypes(&self, id: SymbolId) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        let Some(symbol) = self.symbol(id)?.filter(|_| id.slot != 0) else { return Ok(steps) };
        if !self.is_structural(id.file)? {
            return Ok(steps);
        }
        if symbol.kind == SymbolKind::Interface {
            for ty in self.implementers(id)? {
                steps.extend(self.structural_step(ty, ty, EdgeKind::Implements)?);
            }
        } else if symbol.kind == SymbolKind::Method && symbol.parent != 0 {
            let wanted = self.wanted(id, &symbol)?;
            for ty in self.implementers(SymbolId { slot: symbol.parent, ..id })? {
                if let Some(method) = self.method_for(ty, &wanted)? {
                    steps.extend(self.structural_step(method, method, EdgeKind::Overrides)?);
                }
            }
        }
        steps.sort_unstable();
        steps.dedup();
        Ok(steps)
    }

    /// The interfaces, or the methods of interfaces, that a type or method implements by methods alone.
    pub(super) fn structural_supertypes(&self, id: SymbolId) -> Result<Vec<Step>> {
        let mut steps = Vec::new();
        let Some(symbol) = self.symbol(id)?.filter(|_| id.slot != 0) else { return Ok(steps) };
        if !self.is_structural(id.file)? {
            return Ok(steps);
        }
        if symbol.kind.is_type() {
            for interface in self.implemented(id)? {
                steps.extend(self.structural_step(interface, id, EdgeKind::Implements)?);
            }
        } else if symbol.kind == SymbolKind::Method
            && let Some(holder) = container(&symbol)
            && let Some(ty) = self.type_in(&self.folder(id.file)?, holder)?
        {
            for interface in self.interfaces_with(&symbol.name)? {
                if interface == ty || !self.implements(ty, &self.wants(interface)?)? {
                    continue;
                }
                for (method, inside) in self.view.symbols_of(self.pid, interface.file)? {
                    if inside.parent == interface.slot && inside.name == symbol.name {
                        steps.extend(self.structural_step(method, id, EdgeKind::Overrides)?);
                    }
                }
            }
        }
        Ok(steps)
    }

    /// A step whose place is the name of the type or method that implements.
    fn structural_step(&self, next: SymbolId, at: SymbolId, kind: EdgeKind) -> Result<Option<Step>> {
        Ok(self.symbol(at)?.map(|symbol| Step {
            next,
            kind,
            role: Role::Implements,
            rule: Rule::Structural,
            confidence: Rule::Structural.confidence().0,
            site: at.file,
            line: symbol.place.line,
            column: symbol.place.column,
        }))
    }
}

/// How many parameters and results a method has, by its signature; `None` when it does not read as one.
fn shape(symbol: &Symbol) -> Option<(usize, usize)> {
    let start = format!("{}(", symbol.name);
    let signature = symbol.signature.as_str();
    let at = signature.match_indices(&start).map(|(at, _)| at).find(|&at| {
        let before = signature.get(..at).and_then(|head| head.chars().next_back());
        before.is_none_or(char::is_whitespace)
    })?;
    let (params, rest) = list(signature.get(at + start.len()..)?)?;
    let rest = rest.trim().trim_end_matches('{').trim_end();
    let results = match rest.strip_prefix('(') {
        Some(inner) => list(inner)?.0,
        None => usize::from(!rest.is_empty()),
    };
    Some((params, results))
}

/// The number of parts of a list up to its closing parenthesis, and what stands behind it.
fn list(text: &str) -> Option<(usize, &str)> {
    let (mut depth, mut parts, mut is_empty) = (0_u32, 1, true);
    for (at, c) in text.char_indices() {
        match c {
            ')' if depth == 0 => {
                return Some((if is_empty { 0 } else { parts }, text.get(at + 1..)?));
            }
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => parts += 1,
            _ => {}
        }
        is_empty &= c.is_whitespace();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Place, Visibility};

    #[test]
    fn a_signature_tells_the_numbers_of_parameters_and_results() {
        let of = |name: &str, signature: &str| {
            shape(&Symbol {
                kind: SymbolKind::Method,
                name: name.to_owned(),
                qualified: name.to_owned(),
                parent: 0,
                place: Place::default(),
                start_line: 0,
                end_line: 0,
                signature: signature.to_owned(),
                doc: String::new(),
                visibility: Visibility::Public,
                flags: 0,
            })
        };
        assert_eq!(of("Get", "Get(rp RemoteProvider) (io.Reader, error)"), Some((1, 2)));
        assert_eq!(of("Get", "func (g *Get) Get(a, b int, f func(x, y int) int) error"), Some((3, 1)));
        assert_eq!(of("Size", "func (Codec) Size()"), Some((0, 0)));
        assert_eq!(of("W", "W(m map[string][]int, v interface{}) <-chan bool"), Some((2, 1)));
        assert_eq!(of("Size", "func (s Store) Other() int"), None);
        assert_eq!(of("Size", "Size(a int"), None);
    }
}
