//! Builds a [`FileFacts`] while a walker goes down a syntax tree.
//!
//! The builder keeps the stack of scopes and owners; a walker only says what it meets. Local bindings may be declared
//! before or after their uses: [`Builder::finish`] binds every [`Expr::Name`] that means a local and drops the uses of
//! locals, since they are no edges.

use super::{
    Def, DefFlags, DefIx, DefText, Expr, ExprIx, FileFacts, Impl, Import, Literal, Local, LocalIx, LocalKind,
    NONE, Problem, Scope, ScopeIx, ScopeKind, Sid, Use,
};
use crate::model::{Place, Role, Span, SymbolKind, Visibility};
use rustc_hash::FxHashMap;
use tree_sitter::Node;
use xxhash_rust::xxh3::xxh3_64;

/// Deepest nesting that a walker follows; below it the file is read as text only.
const MAX_DEPTH: u32 = 400;
/// Longest signature, in bytes.
const MAX_SIGNATURE: usize = 400;
/// Longest doc comment that is kept, in bytes.
const MAX_DOC: usize = 2_000;
/// Most definitions of one file; more are counted as a problem by being left out.
const MAX_DEFS: usize = 200_000;

/// What a walker says of a definition when it meets it.
#[derive(Debug, Clone, Copy)]
pub struct DefSpec<'t> {
    /// What it is.
    pub kind: SymbolKind,
    /// The node of its name.
    pub name: Node<'t>,
    /// The whole definition, with decorators and attributes.
    pub whole: Node<'t>,
    /// The body, if any: the signature ends where it starts.
    pub body: Option<Node<'t>>,
    /// Who may name it.
    pub visibility: Visibility,
    /// See [`DefFlags`].
    pub flags: u32,
}

/// Collects the facts of one file.
pub struct Builder<'s> {
    source: &'s str,
    facts: FileFacts,
    texts: Vec<DefText>,
    names: FxHashMap<&'s str, Sid>,
    more_names: FxHashMap<String, Sid>,
    /// For each expression the byte where it stands; only names need it.
    at: Vec<u32>,
    scopes: Vec<ScopeIx>,
    owners: Vec<DefIx>,
    depth: u32,
    macro_depth: u32,
    keep_called_locals: bool,
}

impl<'s> Builder<'s> {
    /// Starts the facts of a file: definition 0 and scope 0 are the file itself.
    #[must_use]
    pub fn new(language: u8, source: &'s str, file_name: &'s str, is_test: bool) -> Self {
        let mut facts = FileFacts { language, ..FileFacts::default() };
        facts.exprs.push(Expr::Unknown);
        facts.scopes.push(Scope { parent: NONE, kind: ScopeKind::File, owner: 0 });
        let mut builder = Self {
            source,
            facts,
            texts: vec![DefText::default()],
            names: FxHashMap::default(),
            more_names: FxHashMap::default(),
            at: vec![0],
            scopes: vec![0],
            owners: vec![0],
            depth: 0,
            macro_depth: 0,
            keep_called_locals: false,
        };
        let name = builder.intern(file_name);
        let lines = source.bytes().filter(|&byte| byte == b'\n').count();
        let mut flags = DefFlags::default();
        flags.set(DefFlags::TEST, is_test);
        builder.facts.defs.push(Def {
            kind: SymbolKind::File,
            name,
            slot: 0,
            parent: 0,
            declared_in: 0,
            scope: 0,
            place: Place::default(),
            span: Span { start: 0, end: narrow(source.len()) },
            start_line: 0,
            end_line: narrow(lines),
            visibility: Visibility::Public,
            flags,
            ty: 0,
            init: 0,
            receiver: 0,
            params: (0, 0),
            required: 0,
            supers: Vec::new(),
            type_params: Vec::new(),
        });
        builder
    }

    // ---- text and names ----------------------------------------------------------------------------------------

    /// The file's text.
    #[must_use]
    pub const fn source(&self) -> &'s str {
        self.source
    }

    /// The text of a node.
    #[must_use]
    pub fn text(&self, node: Node<'_>) -> &'s str {
        self.source.get(node.byte_range()).unwrap_or("")
    }

    /// Interns a slice of the source.
    pub fn intern(&mut self, name: &'s str) -> Sid {
        if name.is_empty() {
            return Sid::EMPTY;
        }
        if let Some(&sid) = self.names.get(name) {
            return sid;
        }
        let sid = match self.more_names.get(name) {
            Some(&sid) => sid,
            None => self.facts.strings.push(name),
        };
        self.names.insert(name, sid);
        sid
    }

    /// Interns a name that does not stand in the source as it is.
    pub fn intern_owned(&mut self, name: &str) -> Sid {
        if name.is_empty() {
            return Sid::EMPTY;
        }
        if let Some(&sid) = self.names.get(name).or_else(|| self.more_names.get(name)) {
            return sid;
        }
        let sid = self.facts.strings.push(name);
        self.more_names.insert(name.to_owned(), sid);
        sid
    }

    /// The text of an interned name.
    #[must_use]
    pub fn str(&self, sid: Sid) -> &str {
        self.facts.strings.get(sid)
    }

    /// Keeps the calls of local variables, for languages in which a variable often holds a function.
    pub fn keep_called_locals(&mut self) {
        self.keep_called_locals = true;
    }

    /// Declares the package, namespace or module of the whole file.
    pub fn package(&mut self, name: &str) {
        self.facts.package = self.intern_owned(name);
    }

    // ---- depth, macros, problems -------------------------------------------------------------------------------

    /// Goes one level deeper; false when the nesting is too deep, and then the walker must not go on (and must not
    /// call [`Builder::ascend`]).
    pub fn descend(&mut self, node: Node<'_>) -> bool {
        if self.depth >= MAX_DEPTH {
            let line = narrow(node.start_position().row);
            if !self.facts.problems.iter().any(|p| matches!(p, Problem::TooDeep { .. })) {
                self.facts.problems.push(Problem::TooDeep { line });
            }
            return false;
        }
        self.depth += 1;
        true
    }

    /// Comes back from [`Builder::descend`].
    pub fn ascend(&mut self) {
        self.depth -= 1;
    }

    /// Enters the arguments of a macro: uses found there are marked.
    pub fn enter_macro(&mut self) {
        self.macro_depth += 1;
    }

    /// Leaves the arguments of a macro.
    pub fn leave_macro(&mut self) {
        self.macro_depth -= 1;
    }

    /// Notes a problem.
    pub fn problem(&mut self, problem: Problem) {
        self.facts.problems.push(problem);
    }

    // ---- scopes and definitions --------------------------------------------------------------------------------

    /// The innermost scope.
    #[must_use]
    pub fn scope(&self) -> ScopeIx {
        self.scopes.last().copied().unwrap_or(0)
    }

    /// The scope around a scope; [`NONE`] for the file's.
    #[must_use]
    pub fn scope_parent(&self, scope: ScopeIx) -> ScopeIx {
        self.facts.scopes[scope as usize].parent
    }

    /// The innermost definition: where uses start.
    #[must_use]
    pub fn owner(&self) -> DefIx {
        self.owners.last().copied().unwrap_or(0)
    }

    /// True inside a function or lambda body.
    #[must_use]
    pub fn in_function(&self) -> bool {
        self.scopes.iter().any(|&scope| self.facts.scopes[scope as usize].kind == ScopeKind::Function)
    }

    /// Declares a definition in the innermost scope, contained in the innermost owner. Its own scope is opened by
    /// [`Builder::enter`].
    pub fn define(&mut self, spec: DefSpec<'_>) -> DefIx {
        let name = self.text(spec.name).trim();
        self.define_named(name, spec)
    }

    /// As [`Builder::define`], with a name other than the text of its node.
    pub fn define_named(&mut self, name: &str, spec: DefSpec<'_>) -> DefIx {
        let name = self.intern_owned(name);
        let mut flags = DefFlags(spec.flags);
        flags.set(DefFlags::NESTED, flags.has(DefFlags::NESTED) || self.in_function());
        let owner = self.owner();
        if self.facts.defs[owner as usize].flags.has(DefFlags::TEST) {
            flags.set(DefFlags::TEST, true);
        }
        let def = Def {
            kind: spec.kind,
            name,
            slot: 0,
            parent: owner,
            declared_in: self.scope(),
            scope: NONE,
            place: place_of(spec.name),
            span: span_of(spec.whole),
            start_line: narrow(spec.whole.start_position().row),
            end_line: narrow(end_row(spec.whole)),
            visibility: spec.visibility,
            flags,
            ty: 0,
            init: 0,
            receiver: 0,
            params: (0, 0),
            required: 0,
            supers: Vec::new(),
            type_params: Vec::new(),
        };
        let stop = spec.body.map_or_else(|| spec.whole.end_byte(), |body| body.start_byte());
        let signature = one_line(self.source.get(spec.whole.start_byte()..stop).unwrap_or(""), MAX_SIGNATURE);
        if self.facts.defs.len() >= MAX_DEFS {
            return self.owner();
        }
        let ix = narrow(self.facts.defs.len());
        self.facts.defs.push(def);
        self.texts.push(DefText { signature, doc: String::new() });
        ix
    }

    /// A definition that was declared before, to add types, parameters, flags or supertypes.
    pub fn def_mut(&mut self, def: DefIx) -> &mut Def {
        &mut self.facts.defs[def as usize]
    }

    /// A definition that was declared before.
    #[must_use]
    pub fn def(&self, def: DefIx) -> &Def {
        &self.facts.defs[def as usize]
    }

    /// Makes a definition reach to the end of `node`: it is written in several pieces, as overloads.
    pub fn extend(&mut self, def: DefIx, node: Node<'_>) {
        let def = &mut self.facts.defs[def as usize];
        def.span.end = narrow(node.end_byte());
        def.end_line = narrow(end_row(node));
    }

    /// Says that a definition is part of the program only when an option of the build is on (or off).
    pub fn condition(&mut self, def: DefIx, option: &str, on: bool) {
        let option = self.intern_owned(option);
        self.facts.conditions.push((def, option, on));
    }

    /// All definitions so far.
    #[must_use]
    pub fn defs(&self) -> &[Def] {
        &self.facts.defs
    }

    /// Sets the doc comment (markers already taken off) of a definition.
    pub fn doc(&mut self, def: DefIx, doc: &str) {
        let doc = doc.trim();
        if !doc.is_empty() {
            self.texts[def as usize].doc = cut(doc, MAX_DOC).to_owned();
        }
    }

    /// Replaces the signature that [`Builder::define`] took from the source.
    pub fn signature(&mut self, def: DefIx, signature: &str) {
        self.texts[def as usize].signature = one_line(signature, MAX_SIGNATURE);
    }

    /// Opens the scope of a definition and makes it the owner of what follows.
    pub fn enter(&mut self, def: DefIx, kind: ScopeKind) -> ScopeIx {
        self.owners.push(def);
        let scope = self.open_scope(kind);
        self.facts.defs[def as usize].scope = scope;
        scope
    }

    /// Closes what [`Builder::enter`] opened.
    pub fn leave(&mut self) {
        self.owners.pop();
        self.scopes.pop();
    }

    /// Opens a scope without a definition of its own: blocks, lambdas, `impl` blocks.
    pub fn open_scope(&mut self, kind: ScopeKind) -> ScopeIx {
        let parent = self.scope();
        let owner = self.owner();
        let scope = narrow(self.facts.scopes.len());
        self.facts.scopes.push(Scope { parent, kind, owner });
        self.scopes.push(scope);
        scope
    }

    /// Closes what [`Builder::open_scope`] opened.
    pub fn close_scope(&mut self) {
        self.scopes.pop();
    }

    /// Binds a local name in the innermost scope, visible from byte `from` (0: in the whole scope, also before).
    pub fn local(
        &mut self,
        name: &'s str,
        from: usize,
        kind: LocalKind,
        ty: ExprIx,
        init: ExprIx,
    ) -> LocalIx {
        let scope = self.scope();
        self.local_in(scope, name, from, kind, ty, init)
    }

    /// Binds a local name in a given scope (hoisted declarations).
    pub fn local_in(
        &mut self,
        scope: ScopeIx,
        name: &'s str,
        from: usize,
        kind: LocalKind,
        ty: ExprIx,
        init: ExprIx,
    ) -> LocalIx {
        let name = self.intern(name);
        let from = narrow(from);
        let ix = narrow(self.facts.locals.len());
        self.facts.locals.push(Local { name, scope, from, kind, ty, init });
        ix
    }

    /// A local that was bound before.
    pub fn local_mut(&mut self, local: LocalIx) -> &mut Local {
        &mut self.facts.locals[local as usize]
    }

    /// A local that was bound before.
    #[must_use]
    pub fn local_at(&self, local: LocalIx) -> &Local {
        &self.facts.locals[local as usize]
    }

    /// How many locals there are: to note the range of a callable's parameters.
    #[must_use]
    pub fn n_locals(&self) -> LocalIx {
        narrow(self.facts.locals.len())
    }

    /// A scope that was opened before.
    #[must_use]
    pub fn scope_info(&self, scope: ScopeIx) -> &Scope {
        &self.facts.scopes[scope as usize]
    }

    /// The open scopes from the innermost outwards.
    pub fn scopes_outwards(&self) -> impl Iterator<Item = ScopeIx> + '_ {
        self.scopes.iter().rev().copied()
    }

    /// The innermost scope of a kind, from the innermost scope outwards; the file's scope when there is none.
    #[must_use]
    pub fn nearest_scope(&self, kind: ScopeKind) -> ScopeIx {
        self.scopes
            .iter()
            .rev()
            .copied()
            .find(|&scope| self.facts.scopes[scope as usize].kind == kind)
            .unwrap_or(0)
    }

    // ---- expressions and uses ----------------------------------------------------------------------------------

    /// Adds an expression that stands at `node`.
    pub fn expr(&mut self, expr: Expr, node: Node<'_>) -> ExprIx {
        self.expr_at_byte(expr, narrow(node.start_byte()))
    }

    /// Adds an expression that stands at a byte, where no node of its own is: in a quoted annotation, or made up of
    /// others.
    pub fn expr_at_byte(&mut self, expr: Expr, byte: u32) -> ExprIx {
        if expr == Expr::Unknown {
            return 0;
        }
        let ix = narrow(self.facts.exprs.len());
        self.facts.exprs.push(expr);
        self.at.push(byte);
        ix
    }

    /// An expression that was added before.
    #[must_use]
    pub fn expr_at(&self, expr: ExprIx) -> &Expr {
        &self.facts.exprs[expr as usize]
    }

    /// Adds an expression made of others, which stands nowhere.
    pub fn add_expr(&mut self, expr: Expr) -> ExprIx {
        let ix = narrow(self.facts.exprs.len());
        self.facts.exprs.push(expr);
        self.at.push(0);
        ix
    }

    /// An expression that was added before, to complete it.
    pub fn expr_mut(&mut self, expr: ExprIx) -> &mut Expr {
        &mut self.facts.exprs[expr as usize]
    }

    /// A bare name at `node`, looked up from the innermost scope. Adds no use.
    pub fn name(&mut self, node: Node<'_>) -> ExprIx {
        self.name_as(self.text(node), node)
    }

    /// As [`Builder::name`], with a name other than the text of its node.
    pub fn name_as(&mut self, name: &'s str, node: Node<'_>) -> ExprIx {
        let name = self.intern(name);
        let scope = self.scope();
        if name.is_empty() { 0 } else { self.expr(Expr::Name { name, scope }, node) }
    }

    /// The member named by `node` of `base`. Adds no use.
    pub fn member(&mut self, base: ExprIx, node: Node<'_>) -> ExprIx {
        self.member_as(base, self.text(node), node)
    }

    /// As [`Builder::member`], with a name other than the text of its node.
    pub fn member_as(&mut self, base: ExprIx, name: &'s str, node: Node<'_>) -> ExprIx {
        let name = self.intern(name);
        if name.is_empty() { 0 } else { self.expr(Expr::Member { base, name }, node) }
    }

    /// A literal at `node`.
    pub fn literal(&mut self, literal: Literal, node: Node<'_>) -> ExprIx {
        self.expr(Expr::Lit(literal), node)
    }

    /// One of several, without those of which nothing is known and without the same twice in a row: 0 when none is
    /// left, and one that is alone stays as it is.
    pub fn union(&mut self, mut parts: Vec<ExprIx>) -> ExprIx {
        parts.retain(|&part| part != 0);
        parts.dedup();
        match parts.as_slice() {
            [] => 0,
            [one] => *one,
            _ => self.add_expr(Expr::Union(parts)),
        }
    }

    /// Adds a use of `expr`, which is written at `name` (the node of the last segment).
    pub fn uses(&mut self, expr: ExprIx, role: Role, name: Node<'_>) {
        self.uses_with(expr, role, name, Use::UNKNOWN_ARGS, 0);
    }

    /// Adds a use that passes `argc` arguments; `call` is the call expression (0 when there is none).
    pub fn uses_with(&mut self, expr: ExprIx, role: Role, name: Node<'_>, argc: u8, call: ExprIx) {
        self.push_use(expr, role, place_of(name), argc, call);
    }

    /// Adds a use that is written at a place which no node has: a name in a quoted annotation.
    pub fn uses_at(&mut self, expr: ExprIx, role: Role, place: Place) {
        self.push_use(expr, role, place, Use::UNKNOWN_ARGS, 0);
    }

    fn push_use(&mut self, expr: ExprIx, role: Role, place: Place, argc: u8, call: ExprIx) {
        if expr != 0 {
            let (owner, in_macro) = (self.owner(), self.macro_depth > 0);
            self.facts.uses.push(Use { expr, role, owner, place, argc, in_macro, call });
        }
    }

    /// Gives the uses added since `mark` to `def`: they are looked up outside of it, but belong to it, as the
    /// annotations and defaults of its parameters.
    pub fn own_uses_since(&mut self, mark: usize, def: DefIx) {
        for used in self.facts.uses.iter_mut().skip(mark) {
            used.owner = def;
        }
    }

    /// Adds an import bound in the innermost scope.
    pub fn import(&mut self, import: Import) {
        self.facts.imports.push(import);
    }

    /// Adds a supertype that is written apart from its type; `name` is the node of the supertype's last segment.
    pub fn implements(&mut self, ty: ExprIx, of: ExprIx, role: Role, name: Node<'_>) {
        self.facts.impls.push(Impl { ty, of, role, place: place_of(name) });
    }

    /// How many uses there are so far.
    #[must_use]
    pub fn n_uses(&self) -> usize {
        self.facts.uses.len()
    }

    /// Takes back the uses added since `mark`: for syntax that turns out to be something else.
    pub fn forget_uses(&mut self, mark: usize) {
        self.facts.uses.truncate(mark);
    }

    // ---- the end -----------------------------------------------------------------------------------------------

    /// Binds names to locals, drops the uses of locals, gives every definition its slot.
    #[must_use]
    pub fn finish(mut self) -> (FileFacts, Vec<DefText>) {
        self.bind_locals();
        self.give_slots();
        let facts = &mut self.facts;
        let exprs = &facts.exprs;
        let keep_calls = self.keep_called_locals;
        facts.uses.retain(|used| match exprs[used.expr as usize] {
            Expr::Local(_) => keep_calls && matches!(used.role, Role::Call | Role::New),
            Expr::SelfRef { .. } | Expr::SuperRef { .. } => false,
            _ => true,
        });
        facts.uses.sort_by_key(|used| used.place.byte);
        (self.facts, self.texts)
    }

    /// Turns every bare name that means a local binding into [`Expr::Local`]. Within a scope the last binding that is
    /// visible at the place of use counts; failing that the first one of the scope when it is hoisted (`from` 0).
    fn bind_locals(&mut self) {
        let facts = &mut self.facts;
        let mut by_name: FxHashMap<(ScopeIx, Sid), Vec<LocalIx>> = FxHashMap::default();
        for (ix, local) in facts.locals.iter().enumerate() {
            by_name.entry((local.scope, local.name)).or_default().push(narrow(ix));
        }
        let mut defined: FxHashMap<(ScopeIx, Sid), ()> = FxHashMap::default();
        for def in facts.defs.iter().skip(1) {
            defined.insert((def.declared_in, def.name), ());
        }
        let mut imported: FxHashMap<(ScopeIx, Sid), ()> = FxHashMap::default();
        for import in &facts.imports {
            if !import.bound.is_empty() && import.scope != 0 {
                imported.insert((import.scope, import.bound), ());
            }
        }
        for (ix, expr) in facts.exprs.iter_mut().enumerate() {
            let Expr::Name { name, scope } = *expr else { continue };
            let at = self.at[ix];
            let mut look = scope;
            while look != NONE && look != 0 {
                if let Some(locals) = by_name.get(&(look, name)) {
                    let visible = locals.iter().rev().find(|&&local| facts.locals[local as usize].from <= at);
                    if let Some(&local) = visible {
                        *expr = Expr::Local(local);
                        break;
                    }
                }
                if defined.contains_key(&(look, name)) || imported.contains_key(&(look, name)) {
                    break;
                }
                look = facts.scopes[look as usize].parent;
            }
        }
    }

    /// Slot = hash of kind, path of names and ordinal among equals: it stays when other definitions come and go. Two
    /// that collide are told apart by trying the next number, in order of appearance.
    fn give_slots(&mut self) {
        let mut ordinals: FxHashMap<u64, u32> = FxHashMap::default();
        let mut taken: FxHashMap<u32, ()> = FxHashMap::default();
        taken.insert(0, ());
        for ix in 1..self.facts.defs.len() {
            let mut key = String::new();
            key.push(char::from(self.facts.defs[ix].kind as u8));
            for name in self.facts.path_of(narrow(ix)) {
                key.push('\u{1}');
                key.push_str(name);
            }
            let base = xxh3_64(key.as_bytes());
            let ordinal = ordinals.entry(base).or_insert(0);
            let mut hash = base.wrapping_add(u64::from(*ordinal).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            *ordinal += 1;
            let mut slot = (hash >> 32) as u32;
            while taken.contains_key(&slot) {
                hash = hash.wrapping_add(1 << 32);
                slot = (hash >> 32) as u32;
            }
            taken.insert(slot, ());
            self.facts.defs[ix].slot = slot;
        }
    }
}

/// The place of a node's start.
#[must_use]
pub fn place_of(node: Node<'_>) -> Place {
    let at = node.start_position();
    Place { byte: narrow(node.start_byte()), line: narrow(at.row), column: narrow(at.column) }
}

fn span_of(node: Node<'_>) -> Span {
    Span { start: narrow(node.start_byte()), end: narrow(node.end_byte()) }
}

/// Last line of a node: a node that ends in column 0 does not reach into that line.
fn end_row(node: Node<'_>) -> usize {
    let end = node.end_position();
    if end.column == 0 && end.row > node.start_position().row { end.row - 1 } else { end.row }
}

/// Files are limited to less than 4 GiB, so every offset and count fits.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Collapses white space and cuts at `limit` bytes, on a character border.
fn one_line(text: &str, limit: usize) -> String {
    let mut line = String::with_capacity(text.len().min(limit));
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() >= limit {
            break;
        }
    }
    let end = cut(&line, limit).len();
    line.truncate(end);
    line
}

/// The longest head of `text` of at most `limit` bytes that ends on a character border.
fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let mut end = limit;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}
