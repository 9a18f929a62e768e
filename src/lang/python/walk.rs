//! Syntax tree to facts: the state of a walk, modules and their values.

use super::flow::{self, Bound, Flow};
use crate::facts::{
    Builder, DefFlags, DefIx, DefSpec, Expr, ExprIx, NONE, ScopeIx, Sid,
};
use crate::model::{Role, SymbolKind, Visibility};
use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

/// Most values that are kept of what a name is set to; the resolver looks at no more.
const MAX_VALUES: usize = 8;

/// Walks a file.
pub(super) fn walk(b: &mut Builder<'_>, root: Node<'_>) {
    let file = b.def(0).name;
    let is_stub = b.str(file).ends_with(".pyi");
    b.keep_called_locals();
    let bound = flow::bound_names(b.source(), root);
    let mut walker = Walker {
        b,
        frames: Vec::new(),
        module_names: FxHashSet::default(),
        imported: FxHashSet::default(),
        type_variables: FxHashSet::default(),
        exports: Vec::new(),
        entries: Vec::new(),
        in_main: false,
        in_fallback: false,
        is_stub,
    };
    for each in &bound {
        walker.module_names.insert(each.name);
        if each.is_import {
            walker.imported.insert(each.name);
        }
    }
    walker.module(root);
}

/// What kind of body is being walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FrameKind {
    /// The module's.
    Module,
    /// A class's.
    Class,
    /// A class's whose assignments are members of an enumeration.
    Enum,
    /// A function's.
    Function,
}

/// A body that is being walked.
pub(super) struct Frame<'s> {
    pub(super) kind: FrameKind,
    pub(super) def: DefIx,
    pub(super) scope: ScopeIx,
    /// Variables of a module, fields of a class: what is known so far of each.
    held: Vec<Held>,
    held_by_name: FxHashMap<&'s str, usize>,
    /// The name of the receiver parameter, and whether it is the type itself.
    pub(super) receiver: Option<(&'s str, bool)>,
    /// A type variable that stands for the receiver's type.
    pub(super) self_variable: Option<&'s str>,
    /// Names declared `global`.
    pub(super) globals: FxHashSet<&'s str>,
    /// Names declared `nonlocal`.
    pub(super) nonlocals: FxHashSet<&'s str>,
    /// Local variables of a function.
    pub(super) flow: Flow<'s>,
    pub(super) returns: Vec<ExprIx>,
    pub(super) yields: Vec<ExprIx>,
    /// The class is one of tests.
    pub(super) is_test: bool,
    /// Functions whose definition goes on below: overloads, and properties with their setters.
    pub(super) open: FxHashMap<&'s str, DefIx>,
}

/// A variable of a module or a field of a class.
struct Held {
    def: DefIx,
    values: Vec<ExprIx>,
    /// It is set to a list, set or dictionary display: what is added to it is seen.
    is_collection: bool,
}

/// The state of a walk.
pub(super) struct Walker<'b, 's> {
    /// Where the facts go.
    pub(super) b: &'b mut Builder<'s>,
    /// Bodies around the place, outermost first.
    pub(super) frames: Vec<Frame<'s>>,
    /// All names that are bound at module level: builtins of these names are hidden.
    pub(super) module_names: FxHashSet<&'s str>,
    /// Names that an import binds at module level.
    imported: FxHashSet<&'s str>,
    /// Variables of the module that `TypeVar(…)` made.
    pub(super) type_variables: FxHashSet<&'s str>,
    /// What `__all__` lists.
    exports: Vec<Sid>,
    /// Functions that are called under `if __name__ == "__main__"`.
    pub(super) entries: Vec<Sid>,
    pub(super) in_main: bool,
    /// In the handler of an import that failed: what is defined there stands in for what is imported.
    pub(super) in_fallback: bool,
    /// The file declares what another one defines.
    pub(super) is_stub: bool,
}

impl<'s> Walker<'_, 's> {
    fn module(&mut self, root: Node<'_>) {
        self.frames.push(Self::frame(FrameKind::Module, 0, 0));
        if let Some(doc) = self.docstring(root) {
            self.b.doc(0, &doc);
        }
        self.statements(root);
        self.close_held();
        self.frames.pop();
        self.mark_exports();
    }

    pub(super) fn frame(kind: FrameKind, def: DefIx, scope: ScopeIx) -> Frame<'s> {
        Frame {
            kind,
            def,
            scope,
            held: Vec::new(),
            held_by_name: FxHashMap::default(),
            receiver: None,
            self_variable: None,
            globals: FxHashSet::default(),
            nonlocals: FxHashSet::default(),
            flow: Flow::default(),
            returns: Vec::new(),
            yields: Vec::new(),
            is_test: false,
            open: FxHashMap::default(),
        }
    }

    /// The innermost body.
    pub(super) fn top(&mut self) -> Option<&mut Frame<'s>> {
        self.frames.last_mut()
    }

    pub(super) fn top_kind(&self) -> FrameKind {
        self.frames.last().map_or(FrameKind::Module, |frame| frame.kind)
    }

    /// Flags of the definitions of stubs: they are bodies elsewhere.
    pub(super) const fn stub_flags(&self) -> u32 {
        if self.is_stub { DefFlags::DECLARATION } else { 0 }
    }

    /// Who may name it, by the customs of underscores.
    pub(super) fn visibility(&self, name: &str) -> Visibility {
        let in_class = matches!(self.top_kind(), FrameKind::Class | FrameKind::Enum);
        if name.starts_with("__") && name.ends_with("__") && name.len() > 4 {
            Visibility::Public
        } else if name.starts_with("__") && in_class {
            Visibility::Private
        } else if name.starts_with('_') {
            if in_class { Visibility::Protected } else { Visibility::Private }
        } else {
            Visibility::Public
        }
    }

    /// Adds what `__all__` lists.
    pub(super) fn exports(&mut self, value: Node<'_>) {
        let mut cursor = value.walk();
        for each in value.named_children(&mut cursor) {
            let mut inner = each.walk();
            for content in each.named_children(&mut inner).filter(|it| it.kind() == "string_content") {
                let name = self.b.text(content);
                let name = self.b.intern(name);
                self.exports.push(name);
            }
        }
    }

    fn mark_exports(&mut self) {
        let exports: FxHashSet<Sid> = self.exports.iter().copied().collect();
        let entries: FxHashSet<Sid> = self.entries.iter().copied().collect();
        for at in 1..self.b.defs().len() {
            let at = narrow(at);
            let def = self.b.def_mut(at);
            if def.parent != 0 {
                continue;
            }
            if exports.contains(&def.name) {
                def.visibility = Visibility::Public;
                def.flags.set(DefFlags::EXPORTED, true);
            }
            if entries.contains(&def.name) && def.kind.is_callable() {
                def.flags.set(DefFlags::ENTRY, true);
            }
        }
    }

    // ---- variables of modules, fields of classes -------------------------------------------------------------------

    /// Sets a variable of the module or a field of the class whose frame is number `frame`. The first time it is a
    /// definition, later a write. `ty` is a type expression or 0.
    pub(super) fn hold(&mut self, frame: usize, name: Node<'_>, whole: Node<'_>, ty: ExprIx, value: ExprIx) {
        let text = self.b.text(name);
        if let Some(&at) = self.frames.get(frame).and_then(|frame| frame.held_by_name.get(text)) {
            let held = &mut self.frames[frame].held[at];
            add_value(&mut held.values, value);
            let def = held.def;
            if ty != 0 && self.b.def(def).ty == 0 {
                self.b.def_mut(def).ty = ty;
            }
            let target = self.b.expr(Expr::Def(def), name);
            self.b.uses(target, Role::Write, name);
            return;
        }
        let Some((kind, is_field)) = self.frames.get(frame).map(|frame| (frame.kind, frame.kind != FrameKind::Module))
        else {
            return;
        };
        // `try: import x` … `except ImportError: x = None`: the import is what the name means.
        if !is_field && self.imported.contains(text) && self.is_nothing(value) && ty == 0 {
            return;
        }
        let (owner, scope) = (self.frames[frame].def, self.frames[frame].scope);
        let is_inner = frame + 1 != self.frames.len();
        let visibility = self.visibility_in(kind, text);
        let kind = match kind {
            FrameKind::Enum if !is_inner && ty == 0 && !text.starts_with('_') => SymbolKind::EnumMember,
            FrameKind::Class | FrameKind::Enum => SymbolKind::Field,
            _ if is_constant(text) => SymbolKind::Constant,
            _ => SymbolKind::Variable,
        };
        let flags = self.stub_flags() | if is_field && !is_inner { DefFlags::STATIC } else { 0 };
        let def = self.b.define(DefSpec { kind, name, whole, body: None, visibility, flags });
        let it = self.b.def_mut(def);
        if is_inner {
            // Set from inside a function: it belongs to the class or module all the same.
            it.parent = owner;
            it.flags.set(DefFlags::NESTED, false);
            it.declared_in = if is_field { NONE } else { scope };
        }
        it.ty = ty;
        let mut values = Vec::new();
        add_value(&mut values, value);
        let is_collection = self.is_collection(value);
        let frame = &mut self.frames[frame];
        frame.held_by_name.insert(text, frame.held.len());
        frame.held.push(Held { def, values, is_collection });
    }

    /// Adds to what a variable or field holds, when it is a list, set or dictionary.
    pub(super) fn add_to_held(&mut self, frame: usize, name: &str, contents: ExprIx) {
        let Some(frame) = self.frames.get_mut(frame) else { return };
        if let Some(&at) = frame.held_by_name.get(name)
            && frame.held[at].is_collection
        {
            add_value(&mut frame.held[at].values, contents);
        }
    }

    fn visibility_in(&self, kind: FrameKind, name: &str) -> Visibility {
        if kind == self.top_kind() {
            return self.visibility(name);
        }
        if kind == FrameKind::Module {
            return if name.starts_with('_') { Visibility::Private } else { Visibility::Public };
        }
        match name.strip_prefix('_') {
            Some(rest) if rest.starts_with('_') && !name.ends_with("__") => Visibility::Private,
            Some(_) if !name.ends_with("__") => Visibility::Protected,
            _ => Visibility::Public,
        }
    }

    /// What stands in for an import that failed is not what its name means.
    pub(super) fn stand_in(&mut self, def: DefIx, name: &str) {
        if self.in_fallback && self.frames.len() == 1 && self.imported.contains(name) {
            let def = self.b.def_mut(def);
            def.declared_in = NONE;
            def.flags.set(DefFlags::NESTED, true);
        }
    }

    /// True for a value that stands in for something that could not be imported.
    fn is_nothing(&self, value: ExprIx) -> bool {
        match self.b.expr_at(value) {
            Expr::Unknown | Expr::Lit(_) => true,
            Expr::Name { name, .. } => matches!(self.b.str(*name), "object" | "Any"),
            _ => false,
        }
    }

    /// Gives every variable or field of the innermost body what it is set to.
    pub(super) fn close_held(&mut self) {
        let Some(frame) = self.frames.last_mut() else { return };
        let held = std::mem::take(&mut frame.held);
        frame.held_by_name.clear();
        for each in held {
            let init = self.b.union(each.values);
            let def = self.b.def_mut(each.def);
            if def.init == 0 {
                def.init = init;
            }
        }
    }

    /// True for a display of a list, set or dictionary, or an empty one that is made by a call.
    pub(super) fn is_collection(&self, value: ExprIx) -> bool {
        match self.b.expr_at(value) {
            Expr::Tuple(_) | Expr::MapOf { .. } => true,
            Expr::Lit(literal) => {
                matches!(literal, crate::facts::Literal::List | crate::facts::Literal::Map)
            }
            Expr::Call { callee, .. } => match self.b.expr_at(*callee) {
                Expr::Name { name, .. } => matches!(
                    self.b.str(*name),
                    "list" | "dict" | "set" | "deque" | "defaultdict" | "OrderedDict" | "WeakKeyDictionary"
                ),
                _ => false,
            },
            _ => false,
        }
    }

    // ---- docs ------------------------------------------------------------------------------------------------------

    /// The string that a body starts with.
    pub(super) fn docstring(&self, body: Node<'_>) -> Option<String> {
        let mut cursor = body.walk();
        let first = body.named_children(&mut cursor).find(|child| child.kind() != "comment")?;
        self.string_statement(first)
    }

    /// The text of a statement that is nothing but a string.
    pub(super) fn string_statement(&self, node: Node<'_>) -> Option<String> {
        if node.kind() != "expression_statement" {
            return None;
        }
        let string = node.named_child(0)?;
        if string.kind() == "concatenated_string" {
            let mut cursor = string.walk();
            let parts: Vec<String> =
                string.named_children(&mut cursor).filter_map(|part| self.plain_string(part)).collect();
            return Some(clean_doc(&parts.concat()));
        }
        self.plain_string(string).map(|text| clean_doc(&text))
    }

    fn plain_string(&self, string: Node<'_>) -> Option<String> {
        if string.kind() != "string" {
            return None;
        }
        let start = string.named_child(0)?;
        if self.b.text(start).contains(['f', 'F', 'b', 'B']) {
            return None;
        }
        let end = string.child(string.child_count().checked_sub(1)?)?;
        self.b.source().get(start.end_byte()..end.start_byte()).map(str::to_owned)
    }

    /// Names bound in a body.
    pub(super) fn bound_names(&self, body: Node<'_>) -> Vec<Bound<'s>> {
        flow::bound_names(self.b.source(), body)
    }

    /// True when a bare name means the builtin of that name.
    pub(super) fn is_builtin(&self, name: &str) -> bool {
        !self.module_names.contains(name)
            && !self.frames.iter().any(|frame| {
                frame.kind == FrameKind::Function && frame.flow.is_local(name)
            })
    }

    /// A name that does not stand in the source, looked up at module level.
    pub(super) fn global_name(&mut self, name: &str) -> ExprIx {
        let name = self.b.intern_owned(name);
        self.b.expr_at_byte(Expr::Name { name, scope: 0 }, 0)
    }
}

fn add_value(values: &mut Vec<ExprIx>, value: ExprIx) {
    if value != 0 && values.len() < MAX_VALUES && !values.contains(&value) {
        values.push(value);
    }
}

/// `MAX_SIZE`, as opposed to `size` and `Size`.
fn is_constant(name: &str) -> bool {
    name.len() > 1
        && name.contains(|c: char| c.is_ascii_uppercase())
        && !name.contains(|c: char| c.is_lowercase())
}

/// A docstring without its indentation.
fn clean_doc(text: &str) -> String {
    let indent = text
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut out = String::with_capacity(text.len());
    for (nth, line) in text.lines().enumerate() {
        let line = if nth == 0 { line.trim_start() } else { line.get(indent..).unwrap_or_else(|| line.trim_start()) };
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.trim().to_owned()
}

/// Files are limited to less than 4 GiB.
pub(super) fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
