//! Written types, supertypes, type parameters and annotations.

use super::walk::Walker;
use crate::lang::written::{Types, Written};
use crate::facts::{Builder, Expr, ExprIx, IMPLICIT, LocalKind};
use crate::model::Role;
use tree_sitter::Node;

/// True for the node kinds of types.
pub(super) fn is_type(kind: &str) -> bool {
    matches!(kind, "user_type" | "nullable_type" | "function_type" | "non_nullable_type" | "parenthesized_type")
}

impl<'s> Types<'s> for Walker<'_, 's> {
    fn builder(&mut self) -> &mut Builder<'s> {
        self.b
    }

    // A nullable type is as its own type: the members are the same.
    fn read_type<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let mut written = Written::unnamed(0, node);
        match node.kind() {
            "identifier" => {
                let head = self.name(node);
                Written::named(head, node)
            }
            "user_type" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "identifier" => {
                            self.b.uses(written.head, Role::Type, written.name);
                            let head =
                                if written.whole == 0 { self.name(child) } else { self.member(written.whole, child) };
                            written = Written::named(head, child);
                        }
                        "type_arguments" => {
                            let args = self.type_arguments(child);
                            if written.whole != 0 {
                                written.whole = self.b.expr(Expr::Generic { base: written.whole, args }, node);
                            }
                        }
                        "type_modifiers" => self.annotations_in(child),
                        _ => {}
                    }
                }
                written
            }
            "nullable_type" | "parenthesized_type" | "non_nullable_type" | "type_projection" => {
                let mut first = true;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "type_modifiers" => self.annotations_in(child),
                        kind if is_type(kind) && first => {
                            written = self.ty_unused(child);
                            first = false;
                        }
                        kind if is_type(kind) => {
                            self.ty(child);
                        }
                        _ => {}
                    }
                }
                written
            }
            "function_type" => {
                let mut receiver = 0;
                let mut params = None;
                let mut result = 0;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "function_type_parameters" => {
                            let mut inner = child.walk();
                            let types = child.named_children(&mut inner).filter(|child| !child.is_extra());
                            params = Some(types.map(|parameter| self.parameter_type(parameter)).collect());
                        }
                        kind if is_type(kind) && params.is_none() => receiver = self.ty(child),
                        kind if is_type(kind) => result = self.ty(child),
                        _ => {}
                    }
                }
                written.whole = if receiver == 0 {
                    self.b.expr(Expr::Function { result }, node)
                } else {
                    let name = self.b.intern(IMPLICIT);
                    let mut params: Vec<ExprIx> = params.unwrap_or_default();
                    params.insert(0, self.b.expr(Expr::Named { name, value: receiver }, node));
                    self.b.expr(Expr::FunctionType { params, result }, node)
                };
                written
            }
            _ => written,
        }
    }
}

impl<'s> Walker<'_, 's> {
    /// The text of an identifier without the backticks.
    pub(super) fn ident(&self, node: Node<'_>) -> &'s str {
        self.b.text(node).trim_matches('`')
    }

    /// The bare name at `node`.
    pub(super) fn name(&mut self, node: Node<'_>) -> ExprIx {
        self.b.name_as(self.ident(node), node)
    }

    /// The member of `base` that is named at `node`.
    pub(super) fn member(&mut self, base: ExprIx, node: Node<'_>) -> ExprIx {
        self.b.member_as(base, self.ident(node), node)
    }

    /// The type of a `name: Type`, or a type alone.
    pub(super) fn parameter_type(&mut self, node: Node<'_>) -> ExprIx {
        if is_type(node.kind()) {
            return self.ty(node);
        }
        let mut ty = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| is_type(child.kind())) {
            ty = self.ty(child);
        }
        ty
    }

    /// The arguments of a generic type or call; 0 for `*`.
    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> Vec<ExprIx> {
        let mut args = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() == "type_projection") {
            args.push(self.ty(child));
        }
        args
    }

    /// Type parameters of the innermost definition, as locals of the innermost scope.
    pub(super) fn type_parameters(&mut self, node: Node<'_>) {
        let mut names = Vec::new();
        let mut cursor = node.walk();
        for parameter in node.named_children(&mut cursor).filter(|child| child.kind() == "type_parameter") {
            let mut name = None;
            let mut bound = 0;
            let mut inner = parameter.walk();
            for child in parameter.named_children(&mut inner) {
                match child.kind() {
                    "identifier" => name = Some(self.ident(child)),
                    kind if is_type(kind) => bound = self.ty(child),
                    _ => {}
                }
            }
            if let Some(name) = name {
                names.push(self.b.intern(name));
                self.b.local(name, 0, LocalKind::TypeParam, bound, 0);
            }
        }
        let owner = self.b.owner();
        self.b.def_mut(owner).type_params = names;
    }

    /// `where T : Bound`.
    pub(super) fn type_constraints(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for constraint in node.named_children(&mut cursor) {
            self.parameter_type(constraint);
        }
    }

    /// The annotations among modifiers.
    pub(super) fn annotations_in(&mut self, modifiers: Node<'_>) {
        let mut cursor = modifiers.walk();
        for child in modifiers.named_children(&mut cursor).filter(|child| child.kind() == "annotation") {
            self.annotation(child);
        }
    }

    /// `@Name(arguments)`.
    pub(super) fn annotation(&mut self, node: Node<'_>) {
        if !self.b.descend(node) {
            return;
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "constructor_invocation" => {
                    let mut inner = child.walk();
                    for part in child.named_children(&mut inner) {
                        match part.kind() {
                            "value_arguments" => {
                                self.arguments(part);
                            }
                            _ => {
                                self.ty_as(part, Role::Decorator);
                            }
                        }
                    }
                }
                kind if is_type(kind) => {
                    self.ty_as(child, Role::Decorator);
                }
                _ => {}
            }
        }
        self.b.ascend();
    }
}
