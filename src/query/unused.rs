//! Definitions that nothing reaches.
//!
//! What runs or may be named from outside is reached to begin with: code at module level, entry points, tests, exports,
//! what is decorated. From there every edge is followed, guesses too, so that a doubt never makes something unused. A
//! method that overrides a reached one is reached, since it may be dispatched to; what a type defines for others to
//! call (constructors, fields, overrides, methods with a special name) is reached with its type; a member reaches its
//! type. A declaration and its definition reach each other.
//!
//! Asked are functions, methods, types, macros, and constants and variables of modules. Members of an unused type are
//! not listed beside it.

use super::answer::{Answer, Certainty, Unused, UnusedRow};
use super::graph::Graph;
use super::present::definition;
use super::walk::Limits;
use crate::facts::DefFlags;
use crate::model::{EdgeKind, FileId, Symbol, SymbolId, SymbolKind, Visibility};
use crate::store::FileRow;
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// How often [`Limits::check`] is asked: once in so many files or definitions.
const CHECK_EVERY: usize = 256;
/// Most containers of a definition.
const MAX_NESTING: usize = 512;

/// What is kept of a definition.
struct Node {
    id: SymbolId,
    kind: SymbolKind,
    flags: DefFlags,
    visibility: Visibility,
    /// Index of the container; its own for a file.
    parent: usize,
    /// The language calls methods of such a name by itself.
    is_special: bool,
    is_test: bool,
}

/// All definitions of a project with what they reach.
struct Net {
    nodes: Vec<Node>,
    /// What each reaches, as far as the edges say.
    reaches: Vec<Vec<usize>>,
    /// True for a method that overrides another.
    overrides: Vec<bool>,
    files: BTreeMap<FileId, FileFlags>,
}

/// What is kept of a file.
#[derive(Default, Clone, Copy)]
struct FileFlags {
    has_macros: bool,
    has_decorations: bool,
    has_problems: bool,
}

pub(super) fn unused(graph: &Graph<'_>, include_exports: bool, limits: &Limits<'_>) -> Result<Answer> {
    let net = Net::read(graph, limits)?;
    let whole = net.reached(true);
    let strict = if include_exports { net.reached(false) } else { whole.clone() };
    let exports_left_out = if include_exports { 0 } else { net.n_only_outside(&whole) };
    let mut results = Vec::new();
    let mut considered = 0;
    for (at, node) in net.nodes.iter().enumerate() {
        if at.is_multiple_of(CHECK_EVERY) {
            (limits.check)()?;
        }
        if !net.is_asked(at) {
            continue;
        }
        considered += 1;
        if strict[at] || net.is_in_unreached(at, &strict) {
            continue;
        }
        if let Some(definition) = definition(graph, node.id)? {
            let (certainty, evidence) = net.judge(graph, at, whole[at])?;
            let lines = definition.end_line.saturating_sub(definition.start_line) + 1;
            results.push(UnusedRow { definition, certainty, evidence, lines });
        }
    }
    results.sort_by(|a, b| {
        let key = |row: &UnusedRow| {
            (row.certainty, row.definition.path.clone(), row.definition.cell, row.definition.line)
        };
        key(a).cmp(&key(b))
    });
    let truncated = results.len() > limits.max_results;
    results.truncate(limits.max_results);
    Ok(Answer::Unused(Unused { results, considered, exports_left_out, truncated }))
}

impl Net {
    fn read(graph: &Graph<'_>, limits: &Limits<'_>) -> Result<Self> {
        let mut net =
            Self { nodes: Vec::new(), reaches: Vec::new(), overrides: Vec::new(), files: BTreeMap::new() };
        let mut number: FxHashMap<SymbolId, usize> = FxHashMap::default();
        // Declarations and definitions of one qualified name.
        let mut by_name: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        let mut parents: Vec<u32> = Vec::new();
        for (file, row) in graph.view.files(graph.pid)? {
            net.files
                .insert(file, FileFlags { has_problems: !row.problems.is_empty(), ..FileFlags::default() });
            if row.language == FileRow::TEXT {
                continue;
            }
            number.insert(SymbolId::of_file(file), net.nodes.len());
            parents.push(0);
            net.nodes.push(Node {
                id: SymbolId::of_file(file),
                kind: SymbolKind::File,
                flags: DefFlags::default(),
                visibility: Visibility::Public,
                parent: net.nodes.len(),
                is_special: false,
                is_test: row.is_test,
            });
        }
        graph.view.symbols(graph.pid, |id, symbol| {
            if net.nodes.len().is_multiple_of(CHECK_EVERY) {
                (limits.check)()?;
            }
            if let Some(flags) = net.files.get_mut(&id.file) {
                flags.has_macros |= symbol.kind == SymbolKind::Macro;
                flags.has_decorations |= DefFlags(symbol.flags).has(DefFlags::DECORATED);
            }
            if symbol.kind.is_callable() || symbol.kind.is_type() {
                by_name.entry(xxh3_64(symbol.qualified.as_bytes())).or_default().push(net.nodes.len());
            }
            number.insert(id, net.nodes.len());
            parents.push(symbol.parent);
            net.nodes.push(node(id, &symbol));
            Ok(true)
        })?;
        for (at, (node, parent)) in net.nodes.iter_mut().zip(parents).enumerate() {
            let container = SymbolId { slot: parent, ..node.id };
            node.parent = number.get(&container).copied().unwrap_or(at);
        }
        net.reaches = vec![Vec::new(); net.nodes.len()];
        net.overrides = vec![false; net.nodes.len()];
        let mut groups: Vec<Vec<usize>> = by_name.into_values().filter(|group| group.len() > 1).collect();
        groups.sort_unstable();
        for group in groups {
            net.join_declarations(&group);
        }
        let files: Vec<FileId> = net.files.keys().copied().collect();
        for (n, file) in files.into_iter().enumerate() {
            if n.is_multiple_of(CHECK_EVERY) {
                (limits.check)()?;
            }
            for edge in graph.view.links(graph.pid, file)?.unwrap_or_default().edges {
                let from = number.get(&SymbolId { file, slot: edge.from }).copied();
                let (Some(from), Some(to)) = (from, number.get(&edge.to).copied()) else { continue };
                if edge.kind == EdgeKind::Overrides {
                    net.overrides[from] = true;
                    net.reaches[to].push(from);
                } else if edge.kind != EdgeKind::Imports {
                    // That a name is imported does not use it; but who re-exports it may be outside.
                    net.reaches[from].push(to);
                }
            }
        }
        for at in 0..net.nodes.len() {
            if net.nodes[at].kind != SymbolKind::Method {
                continue;
            }
            // Methods of interfaces that are implemented without a word.
            for step in graph.structural_subtypes(net.nodes[at].id)? {
                if let Some(&method) = number.get(&step.next) {
                    net.overrides[method] = true;
                    net.reaches[at].push(method);
                }
            }
        }
        Ok(net)
    }

    fn join_declarations(&mut self, group: &[usize]) {
        let (declared, defined): (Vec<usize>, Vec<usize>) =
            group.iter().copied().partition(|&at| self.nodes[at].flags.has(DefFlags::DECLARATION));
        // A name that is declared all over the place is joined once: that is enough to reach all of them.
        for &declaration in &declared {
            if let Some(&first) = defined.first() {
                self.reaches[declaration].push(first);
                self.reaches[first].push(declaration);
            }
        }
        if !declared.is_empty() {
            for pair in defined.windows(2) {
                self.reaches[pair[0]].push(pair[1]);
                self.reaches[pair[1]].push(pair[0]);
            }
        }
    }

    /// For each definition whether it is reached. With `exports`, all that may be named from outside is.
    fn reached(&self, exports: bool) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        let mut open: Vec<usize> = Vec::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if node.parent != at && self.comes_with_type(at) {
                members[node.parent].push(at);
            }
            let is_root = matches!(node.kind, SymbolKind::File | SymbolKind::Module)
                || self.is_test(at)
                || node.flags.0 & (DefFlags::ENTRY | DefFlags::DECORATED) != 0
                || (exports && self.is_exported(at));
            if is_root {
                reached[at] = true;
                open.push(at);
            } else if self.is_module_level(at) && node.kind.is_value() {
                // Its initialiser runs, whether or not it is used itself.
                open.push(at);
            }
        }
        while let Some(at) = open.pop() {
            let parent = self.nodes[at].parent;
            let own = if reached[at] { Some(parent) } else { None };
            let with_type = if reached[at] { members[at].as_slice() } else { &[] };
            for &next in self.reaches[at].iter().chain(with_type).chain(&own) {
                if !reached[next] {
                    reached[next] = true;
                    open.push(next);
                }
            }
        }
        reached
    }

    /// True for what a type defines for others to call or the language to run.
    fn comes_with_type(&self, at: usize) -> bool {
        let node = &self.nodes[at];
        let in_type = self.nodes[node.parent].kind.is_type();
        let is_for_others = node.kind.is_value()
            || node.kind == SymbolKind::Constructor
            || node.is_special
            || self.overrides[at]
            || node.flags.0 & (DefFlags::OVERRIDE | DefFlags::ACCESSOR) != 0;
        node.flags.has(DefFlags::TRAIT_IMPL) || (in_type && is_for_others)
    }

    fn is_module_level(&self, at: usize) -> bool {
        matches!(self.nodes[self.nodes[at].parent].kind, SymbolKind::File | SymbolKind::Module)
    }

    /// True when the definition or one that contains it is test code.
    fn is_test(&self, at: usize) -> bool {
        self.any_container(at, |node| node.is_test)
    }

    /// True when nothing around a definition hides it from users of the project.
    fn is_exported(&self, at: usize) -> bool {
        let node = &self.nodes[at];
        let is_open = |node: &Node| {
            matches!(node.kind, SymbolKind::File | SymbolKind::Module)
                || node.flags.has(DefFlags::EXPORTED)
                || (matches!(node.visibility, Visibility::Public | Visibility::Protected)
                    && !node.flags.has(DefFlags::NESTED)
                    && !node.flags.has(DefFlags::FILE_LOCAL))
        };
        node.flags.has(DefFlags::EXPORTED) || !self.any_container(at, |node| !is_open(node))
    }

    fn any_container(&self, at: usize, holds: impl Fn(&Node) -> bool) -> bool {
        let mut at = at;
        for _ in 0..MAX_NESTING {
            let node = &self.nodes[at];
            if holds(node) {
                return true;
            }
            if node.parent == at {
                break;
            }
            at = node.parent;
        }
        false
    }

    /// True for the kinds that are asked for.
    fn is_asked(&self, at: usize) -> bool {
        let node = &self.nodes[at];
        let kind = match node.kind {
            SymbolKind::Function | SymbolKind::Method | SymbolKind::Macro => true,
            SymbolKind::Constant | SymbolKind::Variable => self.is_module_level(at),
            kind => kind.is_type(),
        };
        kind && !node.flags.has(DefFlags::DECLARATION) && !node.flags.has(DefFlags::ABSTRACT)
    }

    /// True when the type or function around a definition is unused itself.
    fn is_in_unreached(&self, at: usize, reached: &[bool]) -> bool {
        let mut at = self.nodes[at].parent;
        for _ in 0..MAX_NESTING {
            if !reached[at] {
                return true;
            }
            if self.nodes[at].parent == at {
                break;
            }
            at = self.nodes[at].parent;
        }
        false
    }

    /// How many definitions are reached as exports alone.
    fn n_only_outside(&self, whole: &[bool]) -> u64 {
        let strict = self.reached(false);
        let only = (0..self.nodes.len()).filter(|&at| {
            self.is_asked(at) && whole[at] && !strict[at] && !self.is_in_unreached(at, &strict)
        });
        only.count() as u64
    }

    /// How sure it is, and why.
    fn judge(&self, graph: &Graph<'_>, at: usize, only_outside: bool) -> Result<(Certainty, String)> {
        let node = &self.nodes[at];
        let name = graph.symbol(node.id)?.map(|symbol| symbol.name.clone()).unwrap_or_default();
        if only_outside {
            let text = "only users of the project from outside may reach it".to_owned();
            return Ok((Certainty::CannotTell, text));
        }
        let unresolved = graph.view.unresolved(graph.pid, &name)?;
        if unresolved > 0 {
            let calls = if unresolved == 1 { "call" } else { "calls" };
            let text = format!("{unresolved} {calls} of a `{name}` could not be resolved, which may mean it");
            return Ok((Certainty::CannotTell, text));
        }
        if node.kind == SymbolKind::Method && self.has_outside_supertype(graph, at)? {
            let text = "its type inherits from outside the project, from where it may be called".to_owned();
            return Ok((Certainty::CannotTell, text));
        }
        if Self::stands_in(graph, node, &name)? {
            let text = format!("it stands in for an imported `{name}`, whose uses may mean it");
            return Ok((Certainty::CannotTell, text));
        }
        let file = self.files.get(&node.id.file).copied().unwrap_or_default();
        let is_hidden = node.visibility == Visibility::Private
            || node.flags.has(DefFlags::FILE_LOCAL)
            || node.flags.has(DefFlags::NESTED);
        Ok(match (is_hidden, file) {
            (_, FileFlags { has_problems: true, .. }) => {
                (Certainty::Likely, "no use was found, but not all of its file could be read".to_owned())
            }
            (_, FileFlags { has_macros: true, .. }) => {
                (Certainty::Likely, "no use was found; macros of its file may hide one".to_owned())
            }
            (_, FileFlags { has_decorations: true, .. }) => {
                (Certainty::Likely, "no use was found; a decoration in its file may name it".to_owned())
            }
            (true, _) => {
                (Certainty::Certain, "only its own surroundings may name it, and they do not".to_owned())
            }
            (false, _) => (Certainty::Likely, "no use was found in the project".to_owned()),
        })
    }

    /// True for a definition whose file also imports its name: the one that is taken when the import fails.
    fn stands_in(graph: &Graph<'_>, node: &Node, name: &str) -> Result<bool> {
        let Some(facts) = graph.view.facts(graph.pid, node.id.file)? else { return Ok(false) };
        Ok(facts.imports.iter().any(|import| facts.str(import.bound) == name))
    }

    /// True when the type that holds a method names a supertype that is not in the project.
    fn has_outside_supertype(&self, graph: &Graph<'_>, at: usize) -> Result<bool> {
        let ty = &self.nodes[self.nodes[at].parent];
        if !ty.kind.is_type() {
            return Ok(false);
        }
        let Some(facts) = graph.view.facts(graph.pid, ty.id.file)? else { return Ok(false) };
        let Some(def) = facts.defs.iter().find(|def| def.slot == ty.id.slot) else { return Ok(false) };
        let inside = graph.outbound(ty.id)?;
        let inside =
            inside.iter().filter(|step| matches!(step.kind, EdgeKind::Extends | EdgeKind::Implements));
        Ok(def.supers.len() > inside.count())
    }
}

fn node(id: SymbolId, symbol: &Symbol) -> Node {
    let flags = DefFlags(symbol.flags);
    Node {
        id,
        kind: symbol.kind,
        flags,
        visibility: symbol.visibility,
        parent: 0,
        is_special: is_special(&symbol.name),
        is_test: flags.has(DefFlags::TEST),
    }
}

/// True for names of methods that are called by no name: by an operator, at the end of a value's life, by a protocol of
/// the language.
fn is_special(name: &str) -> bool {
    let is_operator = name
        .strip_prefix("operator")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    let is_protocol = name.len() > 4 && name.starts_with("__") && name.ends_with("__");
    is_operator || is_protocol || name.starts_with('~')
}
