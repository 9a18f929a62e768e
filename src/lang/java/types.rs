//! Written types, supertypes and type parameters.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::written::{Types, Written};
use crate::facts::{Builder, Expr, ExprIx, LocalKind};
use crate::model::Role;
use tree_sitter::Node;

impl<'s> Types<'s> for Walker<'_, 's> {
    fn builder(&mut self) -> &mut Builder<'s> {
        self.b
    }

    fn read_type<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let none = Written::unnamed(0, node);
        match node.kind() {
            "type_identifier" | "identifier" => {
                let head = self.b.name(node);
                Written::named(head, node)
            }
            "integral_type" | "floating_point_type" | "boolean_type" => {
                Written::unnamed(self.b.name(node), node)
            }
            "scoped_type_identifier" | "scoped_identifier" => {
                let mut base = 0;
                let mut last = none;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "marker_annotation" | "annotation" => self.annotation(child),
                        "type_identifier" | "identifier" if base != 0 => {
                            let head = self.b.member(base, child);
                            last = Written::named(head, child);
                        }
                        _ => {
                            let scope = self.ty_as(child, Role::Type);
                            base = scope.whole;
                        }
                    }
                }
                last
            }
            "generic_type" => {
                let mut written = none;
                let mut args = Vec::new();
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if child.kind() == "type_arguments" {
                        args = self.type_arguments(child);
                    } else {
                        written = self.ty_unused(child);
                    }
                }
                if written.whole != 0 && !args.is_empty() {
                    written.whole = self.b.expr(Expr::Generic { base: written.whole, args }, node);
                }
                written
            }
            "array_type" => {
                let element = node.field("element").map_or(none, |element| self.ty_unused(element));
                let whole = self.dimensions(element.whole, node);
                Written { whole, ..element }
            }
            "annotated_type" => {
                let mut written = none;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "marker_annotation" | "annotation" => self.annotation(child),
                        _ => written = self.ty_unused(child),
                    }
                }
                written
            }
            "wildcard" => {
                let mut written = none;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "marker_annotation" | "annotation" => self.annotation(child),
                        "super" => {}
                        _ => written = self.ty_unused(child),
                    }
                }
                written
            }
            _ => none,
        }
    }
}

impl Walker<'_, '_> {
    /// The arguments of a generic type or call.
    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> Vec<ExprIx> {
        let mut args = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !matches!(child.kind(), "line_comment" | "block_comment") {
                args.push(self.ty(child));
            }
        }
        args
    }

    /// `element` as often in an array as `node` (or its `dimensions`) says.
    pub(super) fn dimensions(&mut self, element: ExprIx, node: Node<'_>) -> ExprIx {
        let Some(dimensions) = node.field("dimensions") else { return element };
        let mut ty = element;
        for _ in self.b.text(dimensions).bytes().filter(|&byte| byte == b'[') {
            if ty != 0 {
                ty = self.b.expr(Expr::Wrapped { base: ty }, dimensions);
            }
        }
        ty
    }

    /// Type parameters of the innermost definition, as locals of the innermost scope.
    pub(super) fn type_parameters(&mut self, node: Node<'_>) {
        let mut names = Vec::new();
        let mut cursor = node.walk();
        for parameter in node.named_children(&mut cursor) {
            if parameter.kind() != "type_parameter" {
                continue;
            }
            let mut bound = 0;
            let mut name = None;
            let mut inner = parameter.walk();
            for child in parameter.named_children(&mut inner) {
                match child.kind() {
                    "marker_annotation" | "annotation" => self.annotation(child),
                    "type_identifier" | "identifier" => name = Some(child),
                    "type_bound" => {
                        let mut bounds = child.walk();
                        for each in child.named_children(&mut bounds) {
                            let ty = self.ty(each);
                            if bound == 0 {
                                bound = ty;
                            }
                        }
                    }
                    _ => {}
                }
            }
            if let Some(name) = name {
                let text = self.b.text(name);
                names.push(self.b.intern(text));
                self.b.local(text, 0, LocalKind::TypeParam, bound, 0);
            }
        }
        let owner = self.b.owner();
        self.b.def_mut(owner).type_params = names;
    }

    /// The types of a list of supertypes, in a given role.
    pub(super) fn supertypes(&mut self, list: Node<'_>, role: Role, into: &mut Vec<(Role, ExprIx)>) {
        let mut cursor = list.walk();
        for child in list.named_children(&mut cursor) {
            if child.kind() == "type_list" {
                self.supertypes(child, role, into);
            } else if !child.is_extra() {
                let ty = self.ty_as(child, role).whole;
                if ty != 0 {
                    into.push((role, ty));
                }
            }
        }
    }
}
