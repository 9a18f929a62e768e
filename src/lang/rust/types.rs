//! Written types, bounds and type parameters.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::written::Written;
use crate::facts::{Expr, ExprIx, LocalKind, Sid};
use crate::model::Role;
use tree_sitter::Node;

/// The name under which arrays and slices are known to the rules: no definition can have it.
pub(super) const SLICE: &str = "[]";

impl Walker<'_, '_> {
    /// A type, with uses for all its names.
    pub(super) fn ty(&mut self, node: Node<'_>) -> ExprIx {
        self.ty_as(node, Role::Type).whole
    }

    /// A type whose outermost name is used in the given role.
    pub(super) fn ty_as<'t>(&mut self, node: Node<'t>, role: Role) -> Written<'t> {
        if !self.b.descend(node) {
            return Written::unnamed(0, node);
        }
        let written = self.ty_inner(node, role);
        self.b.ascend();
        written
    }

    fn ty_inner<'t>(&mut self, node: Node<'t>, role: Role) -> Written<'t> {
        let none = Written::unnamed(0, node);
        let whole_only = |whole: ExprIx| Written::unnamed(whole, node);
        match node.kind() {
            "type_identifier" | "identifier" if self.b.text(node) == "_" => none,
            "type_identifier" | "identifier" => {
                if self.b.text(node) == "Self" {
                    let scope = self.b.scope();
                    return whole_only(self.b.expr(Expr::SelfType { scope }, node));
                }
                let head = self.b.name(node);
                self.b.uses(head, role, node);
                Written::named(head, node)
            }
            "primitive_type" => whole_only(self.b.name(node)),
            "scoped_type_identifier" | "scoped_identifier" => {
                let written = self.path(node);
                self.b.uses(written.head, role, written.name);
                written
            }
            "generic_type" | "generic_type_with_turbofish" => {
                let Some(base) = node.field("type") else { return none };
                let written = self.ty_as(base, role);
                let Some(arguments) = node.field("type_arguments") else { return written };
                let args = self.type_arguments(arguments, binds_elements(self.b.text(written.name)));
                self.generic(written, args, node)
            }
            // References and pointers are looked through everywhere, so they need no node of their own.
            "reference_type" | "pointer_type" => {
                node.field("type").map_or(none, |inner| self.ty_as(inner, role))
            }
            "array_type" => {
                let element = node.field("element").map_or(0, |element| self.ty(element));
                if let Some(length) = node.field("length") {
                    self.visit(length);
                }
                whole_only(self.around(SLICE, vec![element], node))
            }
            "tuple_type" => {
                let parts = self.types_in(node);
                whole_only(self.b.expr(Expr::Tuple(parts), node))
            }
            "unit_type" => whole_only(self.b.expr(Expr::Tuple(Vec::new()), node)),
            "dynamic_type" | "abstract_type" => {
                let Some(inner) = node.field("trait") else { return none };
                self.ty_as(inner, role)
            }
            "bounded_type" | "higher_ranked_trait_bound" => {
                let parts = self.types_in(node);
                whole_only(self.b.union(parts))
            }
            "function_type" => {
                if let Some(parameters) = node.field("parameters") {
                    self.types_in(parameters);
                }
                let result = node.field("return_type").map_or(0, |result| self.ty(result));
                whole_only(self.b.expr(Expr::Function { result }, node))
            }
            "qualified_type" | "bracketed_type" => self.qualified(node),
            "macro_invocation" => {
                self.visit(node);
                none
            }
            _ => none,
        }
    }

    /// A generic type; a future is what it gives when it is awaited.
    pub(super) fn generic<'t>(
        &mut self,
        base: Written<'t>,
        args: Vec<ExprIx>,
        node: Node<'_>,
    ) -> Written<'t> {
        if args.is_empty() || base.whole == 0 {
            return base;
        }
        if matches!(self.b.text(base.name), "Future" | "BoxFuture" | "LocalBoxFuture") {
            return Written { whole: args[0], ..base };
        }
        Written { whole: self.b.expr(Expr::Generic { base: base.whole, args }, node), ..base }
    }

    /// `<T as Trait>`: the type where it has a name of its own, else the trait.
    fn qualified<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let mut at = node;
        while at.kind() == "bracketed_type" {
            let Some(inner) = at.named_child(0) else { break };
            at = inner;
        }
        let (Some(ty), Some(alias)) = (at.field("type"), at.field("alias")) else {
            let whole = if at.kind() == "bracketed_type" { 0 } else { self.ty(at) };
            return Written::unnamed(whole, node);
        };
        let whole = self.ty(ty);
        let of = self.ty(alias);
        let name = self.b.text(ty);
        let is_param = self.type_params.iter().any(|(param, _)| *param == name);
        let is_plain = matches!(ty.kind(), "type_identifier" | "scoped_type_identifier" | "generic_type");
        Written { whole: if is_plain && !is_param && whole != 0 { whole } else { of }, head: 0, name: node }
    }

    /// All types directly in a node.
    fn types_in(&mut self, node: Node<'_>) -> Vec<ExprIx> {
        let mut types = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "parameter" => types.push(child.field("type").map_or(0, |ty| self.ty(ty))),
                "lifetime" | "type_parameters" | "use_bounds" | "line_comment" | "block_comment" => {}
                _ => types.push(self.ty(child)),
            }
        }
        types
    }

    /// The arguments of a generic type or call. `with_bindings` takes `Item = T` as an argument.
    pub(super) fn type_arguments(&mut self, node: Node<'_>, with_bindings: bool) -> Vec<ExprIx> {
        let mut args = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "lifetime" | "line_comment" | "block_comment" => {}
                "type_binding" => {
                    let ty = child.field("type").map_or(0, |ty| self.ty(ty));
                    if with_bindings && args.is_empty() {
                        args.push(ty);
                    }
                }
                "trait_bounds" => {
                    self.bounds_as(child, Role::Type);
                }
                "block" => {
                    self.visit(child);
                    args.push(0);
                }
                kind if kind.ends_with("_literal") => args.push(0),
                _ => args.push(self.ty(child)),
            }
        }
        args
    }

    /// The bounds of a list, each used in the given role.
    pub(super) fn bounds_as(&mut self, node: Node<'_>, role: Role) -> Vec<ExprIx> {
        let mut bounds = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            let bound = match child.kind() {
                "lifetime" | "use_bounds" | "removed_trait_bound" | "line_comment" | "block_comment" => 0,
                "higher_ranked_trait_bound" => {
                    child.field("type").map_or(0, |ty| self.ty_as(ty, role).whole)
                }
                _ => self.ty_as(child, role).whole,
            };
            if bound != 0 {
                bounds.push(bound);
            }
        }
        bounds
    }

    /// Type parameters as locals of the innermost scope; gives their names, those of constants too.
    pub(super) fn type_parameters(&mut self, node: Node<'_>) -> Vec<Sid> {
        let mut names = Vec::new();
        let mut cursor = node.walk();
        for parameter in node.named_children(&mut cursor) {
            if !matches!(parameter.kind(), "type_parameter" | "const_parameter") {
                continue;
            }
            let Some(name) = parameter.field("name") else { continue };
            let text = self.b.text(name);
            names.push(self.b.intern(text));
            if parameter.kind() == "const_parameter" {
                let ty = parameter.field("type").map_or(0, |ty| self.ty(ty));
                self.b.local(text, 0, LocalKind::Param, ty, 0);
                continue;
            }
            // The name is known before its bounds, which may name it.
            let local = self.b.local(text, 0, LocalKind::TypeParam, 0, 0);
            self.type_params.push((text, local));
            let mut bounds = Vec::new();
            if let Some(written) = parameter.field("bounds") {
                bounds = self.bounds_as(written, Role::Type);
            }
            if let Some(default) = parameter.field("default_type") {
                self.ty(default);
            }
            let bound = self.b.union(bounds);
            self.b.local_mut(local).ty = bound;
        }
        names
    }
}

/// Library traits whose associated type stands for their argument.
fn binds_elements(name: &str) -> bool {
    matches!(
        name,
        "Iterator" | "IntoIterator" | "DoubleEndedIterator" | "ExactSizeIterator" | "Future" | "Stream" | "Deref"
            | "DerefMut" | "FusedIterator" | "IntoFuture"
    )
}
