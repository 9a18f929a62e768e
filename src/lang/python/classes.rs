//! Syntax tree to facts: classes.

use super::walk::{FrameKind, Walker};
use crate::lang::Fields as _;
use crate::facts::{DefFlags, DefSpec, Expr, ExprIx, LocalKind, ScopeKind};
use crate::model::{Role, SymbolKind};
use tree_sitter::Node;

/// A written supertype: its expression and the node of its last name.
struct Super<'t> {
    whole: ExprIx,
    head: ExprIx,
    name: Node<'t>,
}

impl<'s> Walker<'_, 's> {
    /// A class; `whole` is the definition with its decorators.
    pub(super) fn class(&mut self, node: Node<'_>, whole: Node<'_>) {
        let Some(name) = node.field("name") else { return };
        let text = self.b.text(name);
        let body = node.field("body");
        let bases = node.field("superclasses");
        let written = bases.map_or("", |bases| self.b.text(bases));
        let last_names = last_names(written);
        let has = |names: &[&str]| last_names.iter().any(|name| names.contains(name));
        let is_enum = has(&["Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"]);
        let kind = if is_enum {
            SymbolKind::Enum
        } else if has(&["Protocol"]) {
            SymbolKind::Interface
        } else {
            SymbolKind::Class
        };
        let is_test = last_names.iter().any(|name| name.ends_with("TestCase"));
        let mut flags = self.read_decorators(whole).flags | self.stub_flags();
        if is_test {
            flags |= DefFlags::TEST;
        }
        let visibility = self.visibility(text);
        let def = self.b.define(DefSpec { kind, name, whole, body, visibility, flags });
        self.stand_in(def, text);
        self.head(def, node, whole, body);
        self.decorators(whole, def);

        let mark = self.b.n_uses();
        let type_params = self.type_parameters(def, node);
        let mut supers = Vec::new();
        if let Some(bases) = bases {
            let mut cursor = bases.walk();
            for base in bases.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                if let Some(found) = self.supertype(base) {
                    supers.push(found);
                }
            }
        }
        self.b.own_uses_since(mark, def);
        // `class A(Generic[T])`: inside, `T` is a parameter of the class.
        let variables = if type_params { Vec::new() } else { self.type_variables(bases) };
        if !variables.is_empty() {
            self.b.open_scope(ScopeKind::Block);
            for &variable in &variables {
                let sid = self.b.intern(variable);
                let bound = self.b.expr_at_byte(Expr::Name { name: sid, scope: 0 }, 0);
                self.b.local(variable, 0, LocalKind::TypeParam, bound, 0);
                self.b.def_mut(def).type_params.push(sid);
            }
        }
        let scope = self.b.enter(def, ScopeKind::Type);
        for each in supers {
            self.b.uses(each.head, Role::Extends, each.name);
            self.b.def_mut(def).supers.push((Role::Extends, each.whole));
        }
        let frame_kind = if is_enum { FrameKind::Enum } else { FrameKind::Class };
        let mut frame = Self::frame(frame_kind, def, scope);
        frame.is_test = is_test || text.starts_with("Test");
        self.frames.push(frame);
        if let Some(body) = body {
            self.statements(body);
        }
        self.errors(node);
        self.close_held();
        self.frames.pop();
        self.b.leave();
        if type_params || !variables.is_empty() {
            self.b.close_scope();
        }
    }

    fn supertype<'t>(&mut self, base: Node<'t>) -> Option<Super<'t>> {
        match base.kind() {
            "keyword_argument" => {
                if let Some(value) = base.field("value") {
                    self.visit(value);
                }
                None
            }
            "identifier" | "attribute" => {
                let (head, name) = self.callee(base);
                (head != 0).then_some(Super { whole: head, head, name: name.unwrap_or(base) })
            }
            "subscript" => {
                let value = base.field("value")?;
                let (head, name) = self.callee(value);
                let mut args = Vec::new();
                let mut cursor = base.walk();
                for argument in base.children_by_field_name("subscript", &mut cursor) {
                    args.push(self.ty(argument));
                }
                let whole = self.b.expr(Expr::Generic { base: head, args }, base);
                (head != 0).then_some(Super { whole, head, name: name.unwrap_or(value) })
            }
            // A class that a call makes: `namedtuple(…)`, `with_metaclass(M, Base)`.
            "call" => {
                let value = self.visit(base);
                let arguments = base.field("arguments")?;
                let last = arguments.named_child(arguments.named_child_count().checked_sub(1)?.try_into().ok()?)?;
                let called = base.field("function").map_or("", |function| self.b.text(function));
                if called.ends_with("with_metaclass") && last.kind() == "identifier" {
                    let head = self.b.name(last);
                    return Some(Super { whole: head, head, name: last });
                }
                (value != 0).then_some(Super { whole: value, head: value, name: base })
            }
            _ => {
                self.visit(base);
                None
            }
        }
    }

    /// The type variables among the arguments of the bases: `Generic[K, V]`, `List[T]`.
    fn type_variables(&self, bases: Option<Node<'_>>) -> Vec<&'s str> {
        let mut found: Vec<&'s str> = Vec::new();
        let Some(bases) = bases else { return found };
        let mut cursor = bases.walk();
        for base in bases.named_children(&mut cursor).filter(|child| child.kind() == "subscript") {
            let value = base.field("value").map_or("", |value| self.b.text(value));
            let is_generic = matches!(value.rsplit('.').next(), Some("Generic" | "Protocol"));
            let mut inner = base.walk();
            for argument in base.children_by_field_name("subscript", &mut inner) {
                let name = self.b.text(argument);
                let is_variable = is_generic || self.is_type_variable(name);
                if argument.kind() == "identifier" && is_variable && !found.contains(&name) {
                    found.push(name);
                }
            }
        }
        found
    }

    /// True for a module's variable that was made by `TypeVar(…)`.
    pub(super) fn is_type_variable(&self, name: &str) -> bool {
        self.type_variables.contains(name)
    }
}

/// The last names of the bases as they are written: `a.Enum`, `Generic[T]`.
fn last_names(written: &str) -> Vec<&str> {
    written
        .trim_start_matches('(')
        .trim_end_matches(')')
        .split(',')
        .map(|base| base.split(['[', '(']).next().unwrap_or("").trim())
        .map(|base| base.rsplit('.').next().unwrap_or(base))
        .collect()
}
