//! Definitions that nothing reaches.
//!
//! What runs or may be named from outside is reached to begin with: code at module level, entry points, tests, exports,
//! what is decorated. From there every edge is followed, guesses too, so that a doubt never makes something unused. A
//! method that overrides a reached one is reached, since it may be dispatched to; what a type defines for others to
//! call (constructors, fields, overrides, methods with a special name) is reached with its type; a member reaches its
//! type. A declaration and its definition reach each other, and so do several definitions of one name in one container
//! (alternatives of a condition), unless the language tells them apart as overloads. A type without a name is a value
//! where it stands: what contains it reaches it, with all that others may call of it.
//!
//! Asked are functions, methods, types with a name, macros, and constants and variables of modules. Members of an
//! unused type are not listed beside it.
//!
//! Surely unused is only what nothing outside its file may name, in a file of which all names are bound: see
//! [`Net::judge`].

use super::answer::{Answer, Certainty, Unused, UnusedRow};
use super::graph::Graph;
use super::present::definition;
use super::walk::Limits;
use crate::facts::{DefFlags, Expr, ExprIx, FileFacts, Sid};
use crate::lang::{self, PackageScope};
use crate::model::{Confidence, EdgeKind, FileId, Role, Symbol, SymbolId, SymbolKind, Visibility};
use crate::store::FileRow;
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
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
    /// A type without a name of its own.
    is_anonymous: bool,
    /// Its container defines the name more than once.
    has_twin: bool,
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
    /// Another file includes it as it is.
    is_included: bool,
    /// Its language, when no uses are known of it.
    symbols_only: Option<&'static str>,
    /// Files of its language include one another.
    includes: bool,
    /// See [`lang::Rules::values_are_called`].
    values_are_called: bool,
    /// Its language tells definitions of one name apart by their parameters.
    overloads: bool,
}

/// What the facts of a file tell about doubts, kept while its definitions are judged.
struct FileWords {
    file: FileId,
    facts: FileFacts,
    /// Names that are used in the file without an edge that says what they mean.
    unbound: FxHashSet<Sid>,
    /// Decorators whose text may name definitions.
    has_decorations: bool,
}

pub(super) fn unused(graph: &Graph<'_>, include_exports: bool, limits: &Limits<'_>) -> Result<Answer> {
    let net = Net::read(graph, limits)?;
    let whole = net.reached(true);
    let strict = if include_exports { net.reached(false) } else { whole.clone() };
    let exports_left_out = if include_exports { 0 } else { net.n_only_outside(&whole) };
    let mut results = Vec::new();
    let mut words: Option<FileWords> = None;
    let used = net.used_by_unreached(&strict);
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
            let (certainty, evidence) = net.judge(graph, at, (whole[at], used[at]), &mut words)?;
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
    let symbols_only: BTreeSet<&'static str> =
        net.files.values().filter_map(|file| file.symbols_only).collect();
    let symbols_only = symbols_only.into_iter().collect();
    Ok(Answer::Unused(Unused { results, considered, exports_left_out, symbols_only, truncated }))
}

impl Net {
    fn read(graph: &Graph<'_>, limits: &Limits<'_>) -> Result<Self> {
        let mut net =
            Self { nodes: Vec::new(), reaches: Vec::new(), overrides: Vec::new(), files: BTreeMap::new() };
        let mut number: FxHashMap<SymbolId, usize> = FxHashMap::default();
        // Declarations and definitions of one qualified name.
        let mut by_name: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
        let mut parents: Vec<u32> = Vec::new();
        // Container and qualified name of what may be defined twice.
        let mut named: Vec<(SymbolId, u64, usize)> = Vec::new();
        for (file, row) in graph.view.files(graph.pid)? {
            let flags = FileFlags::of(&row);
            net.files.insert(file, flags);
            if row.language == FileRow::TEXT || flags.symbols_only.is_some() {
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
                is_anonymous: false,
                has_twin: false,
            });
        }
        graph.view.symbols(graph.pid, |id, symbol| {
            if net.nodes.len().is_multiple_of(CHECK_EVERY) {
                (limits.check)()?;
            }
            if let Some(flags) = net.files.get_mut(&id.file) {
                if flags.symbols_only.is_some() {
                    return Ok(true);
                }
                flags.has_macros |= symbol.kind == SymbolKind::Macro;
                flags.has_decorations |= DefFlags(symbol.flags).has(DefFlags::DECORATED);
            }
            let hash = xxh3_64(symbol.qualified.as_bytes());
            if symbol.kind.is_callable() || symbol.kind.is_type() {
                by_name.entry(hash).or_default().push(net.nodes.len());
            }
            if can_have_twin(&symbol) {
                named.push((SymbolId { slot: symbol.parent, ..id }, hash, net.nodes.len()));
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
        named.sort_unstable();
        for twins in named.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            net.join_twins(twins);
        }
        for at in 0..net.nodes.len() {
            if net.nodes[at].is_anonymous {
                net.reaches[net.nodes[at].parent].push(at);
            }
        }
        let files: Vec<FileId> = net.files.keys().copied().collect();
        for (n, file) in files.into_iter().enumerate() {
            if n.is_multiple_of(CHECK_EVERY) {
                (limits.check)()?;
            }
            for edge in graph.view.links(graph.pid, file)?.unwrap_or_default().edges {
                if edge.kind == EdgeKind::Imports && edge.to.slot == 0 && edge.to.file != file {
                    net.include(file, edge.to.file);
                }
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

    /// Marks definitions of one name in one container. Where they are no overloads, one stands in for the other.
    fn join_twins(&mut self, twins: &[(SymbolId, u64, usize)]) {
        let [(first, ..), _, ..] = twins else { return };
        let overloads = self.files.get(&first.file).is_some_and(|flags| flags.overloads);
        for pair in twins.windows(2) {
            let (a, b) = (pair[0].2, pair[1].2);
            self.nodes[a].has_twin = true;
            self.nodes[b].has_twin = true;
            if !overloads {
                self.reaches[a].push(b);
                self.reaches[b].push(a);
            }
        }
    }

    fn include(&mut self, from: FileId, to: FileId) {
        let includes = self.files.get(&from).is_some_and(|flags| flags.includes);
        if let Some(flags) = self.files.get_mut(&to) {
            flags.is_included |= includes;
        }
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
            // A value does not use what holds it.
            let own = (reached[at] && !self.nodes[at].is_anonymous).then_some(parent);
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
            || node.flags.0 & (DefFlags::OVERRIDE | DefFlags::ACCESSOR) != 0
            || (self.nodes[node.parent].is_anonymous && node.visibility != Visibility::Private);
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
            kind => kind.is_type() && !node.is_anonymous,
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

    /// For each definition whether one that is not reached either uses it, from outside of it.
    fn used_by_unreached(&self, reached: &[bool]) -> Vec<bool> {
        let mut used = vec![false; self.nodes.len()];
        for (from, node) in self.nodes.iter().enumerate() {
            if reached[from] || node.flags.has(DefFlags::DECLARATION) {
                continue;
            }
            for &to in &self.reaches[from] {
                used[to] |= !self.any_container(from, |around| around.id == self.nodes[to].id);
            }
        }
        used
    }

    /// How sure it is, and why. `words` are those of the file that was asked for last.
    fn judge(
        &self,
        graph: &Graph<'_>,
        at: usize,
        (only_outside, is_used): (bool, bool),
        words: &mut Option<FileWords>,
    ) -> Result<(Certainty, String)> {
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
        if words.as_ref().is_none_or(|words| words.file != node.id.file) {
            *words = FileWords::read(graph, node.id.file)?;
        }
        let words = words.as_ref();
        if words.is_some_and(|words| words.imports(&name)) {
            let text = format!("it stands in for an imported `{name}`, whose uses may mean it");
            return Ok((Certainty::CannotTell, text));
        }
        if words.is_some_and(|words| words.has_unbound(&name)) {
            let text = format!("a `{name}` is used in its file, and what it means is not known");
            return Ok((Certainty::CannotTell, text));
        }
        if is_used {
            let text = "what uses it seems to be unused itself".to_owned();
            return Ok((Certainty::Likely, text));
        }
        if let Some(doubt) = self.doubt(at, words) {
            return Ok((Certainty::Likely, format!("no use was found{doubt}")));
        }
        Ok((Certainty::Certain, "only its own surroundings may name it, and they do not".to_owned()))
    }

    /// Why it is not sure that a definition is unused of which no use was found.
    fn doubt(&self, at: usize, words: Option<&FileWords>) -> Option<&'static str> {
        let node = &self.nodes[at];
        let file = self.files.get(&node.id.file).copied().unwrap_or_default();
        let has_decorations = file.has_decorations || words.is_some_and(|words| words.has_decorations);
        let is_hidden = node.visibility == Visibility::Private
            || node.flags.has(DefFlags::FILE_LOCAL)
            || node.flags.has(DefFlags::NESTED);
        let is_value = match node.kind {
            SymbolKind::Function => !self.is_module_level(at) || node.flags.has(DefFlags::NESTED),
            SymbolKind::Method => !self.nodes[node.parent].kind.is_type(),
            _ => false,
        };
        let doubts = [
            (file.has_problems, ", but not all of its file could be read"),
            (file.has_macros, "; macros of its file may hide one"),
            (has_decorations, "; a decoration in its file may name it"),
            (file.values_are_called && is_value, "; it may be handed on as a value"),
            (
                file.is_included && node.flags.has(DefFlags::FILE_LOCAL),
                "; files that include its own may use it",
            ),
            (
                words.is_some_and(|words| words.is_conditional(node.id.slot)),
                "; it is part of some builds only",
            ),
            (node.has_twin, "; there is another of its name beside it"),
            (!is_hidden, " in the project"),
        ];
        doubts.into_iter().find_map(|(holds, doubt)| holds.then_some(doubt))
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

impl FileFlags {
    fn of(row: &FileRow) -> Self {
        let flags = Self { has_problems: !row.problems.is_empty(), ..Self::default() };
        if row.language == FileRow::TEXT {
            return flags;
        }
        let rules = lang::language(row.language).rules;
        let includes = rules.package_scope() == PackageScope::Includes;
        Self {
            includes,
            is_included: includes && is_header(&row.path),
            values_are_called: rules.values_are_called(),
            overloads: rules.types_are_checked(),
            symbols_only: lang::symbols_only(row.language),
            ..flags
        }
    }
}

impl FileWords {
    fn read(graph: &Graph<'_>, file: FileId) -> Result<Option<Self>> {
        let Some(facts) = graph.view.facts(graph.pid, file)? else { return Ok(None) };
        let links = graph.links(file)?;
        let shown = links.row.edges.iter().filter(|edge| edge.confidence >= Confidence::SHOWN.0);
        let places: FxHashSet<(u32, u32)> = shown.map(|edge| (edge.line, edge.column)).collect();
        let is_bound = |line: u32, column: u32| places.contains(&(line, column));
        let bound = facts.uses.iter().filter(|used| is_bound(used.place.line, used.place.column));
        let mut known: FxHashSet<ExprIx> = bound.map(|used| used.expr).collect();
        // To say whose method it is does not use a type.
        let receivers =
            facts.defs.iter().map(|def| def.receiver).chain(facts.impls.iter().map(|each| each.ty));
        known.extend(receivers.map(|of| named(&facts, of)));
        let mut unbound: FxHashSet<Sid> = FxHashSet::default();
        for (at, expr) in facts.exprs.iter().enumerate() {
            if let Expr::Name { name, .. } | Expr::Member { name, .. } = expr
                && !known.contains(&u32::try_from(at)?)
            {
                unbound.insert(*name);
            }
        }
        let rules = lang::language(facts.language).rules;
        let mut decorators = facts.uses.iter().filter(|used| used.role == Role::Decorator);
        let has_decorations = decorators
            .any(|used| facts.last_name(used.expr).is_some_and(|name| rules.decorator_may_name(name)));
        Ok(Some(Self { file, facts, unbound, has_decorations }))
    }

    /// True for a name that the file imports: the definition is taken when the import fails.
    fn imports(&self, name: &str) -> bool {
        self.facts.imports.iter().any(|import| self.facts.str(import.bound) == name)
    }

    fn has_unbound(&self, name: &str) -> bool {
        self.unbound.iter().any(|&sid| self.facts.str(sid) == name)
    }

    /// True when the definition or one that contains it depends on an option of the build.
    fn is_conditional(&self, slot: u32) -> bool {
        let facts = &self.facts;
        if facts.conditions.is_empty() {
            return false;
        }
        let mut at = facts.defs.iter().position(|def| def.slot == slot).unwrap_or(0);
        for _ in 0..MAX_NESTING {
            if facts.conditions.iter().any(|&(def, ..)| def as usize == at) {
                return true;
            }
            match facts.defs.get(at) {
                Some(def) if at != 0 => at = def.parent as usize,
                _ => break,
            }
        }
        false
    }
}

/// The name inside a type expression, through wrappers and generics.
fn named(facts: &FileFacts, of: ExprIx) -> ExprIx {
    let mut at = of;
    while let Some(Expr::Wrapped { base } | Expr::Generic { base, .. } | Expr::Typed { ty: base }) =
        facts.exprs.get(at as usize)
    {
        at = *base;
    }
    at
}

/// True for the names of files that are written to be included.
fn is_header(path: &str) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
    matches!(ending, "h" | "hh" | "hpp" | "hxx" | "h++" | "inl" | "ipp" | "tpp" | "inc")
}

/// True for what a container may define several times, one in place of the other.
fn can_have_twin(symbol: &Symbol) -> bool {
    let flags = DefFlags(symbol.flags);
    let kind = symbol.kind.is_callable()
        || symbol.kind.is_type()
        || matches!(symbol.kind, SymbolKind::Constant | SymbolKind::Variable | SymbolKind::Macro);
    kind && !flags.has(DefFlags::DECLARATION) && !flags.has(DefFlags::ABSTRACT)
}

/// True for the names that walkers give to types without one: `$1`, `(anonymous field)`.
fn is_anonymous(symbol: &Symbol) -> bool {
    let is_number = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    symbol.kind.is_type()
        && (symbol.name.strip_prefix('$').is_some_and(is_number) || symbol.name.starts_with("(anonymous"))
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
        is_anonymous: is_anonymous(symbol),
        has_twin: false,
    }
}

/// True for names of methods that are called by no name: by an operator, at the end of a value's life, by a protocol of
/// the language (Python's `__len__`, Java's `readResolve`).
fn is_special(name: &str) -> bool {
    let is_operator = name
        .strip_prefix("operator")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'));
    let is_protocol = name.len() > 4 && name.starts_with("__") && name.ends_with("__");
    let is_serialization =
        matches!(name, "readObject" | "readObjectNoData" | "readResolve" | "writeObject" | "writeReplace");
    is_operator || is_protocol || is_serialization || name.starts_with('~')
}
