//! Patterns: what they bind, and what each bound name holds.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::facts::{Expr, ExprIx, LocalKind};
use crate::model::Role;
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// Binds the names of a pattern that is matched against `value`.
    pub(super) fn pattern(&mut self, node: Node<'_>, value: ExprIx) {
        if !self.b.descend(node) {
            return;
        }
        self.pattern_inner(node, value);
        self.b.ascend();
    }

    fn pattern_inner(&mut self, node: Node<'_>, value: ExprIx) {
        match node.kind() {
            "identifier" | "shorthand_field_identifier" => self.name_pattern(node, value),
            "mut_pattern" | "ref_pattern" | "reference_pattern" | "match_pattern" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if child.kind() != "mutable_specifier" {
                        self.pattern(child, value);
                    }
                }
            }
            "captured_pattern" | "or_pattern" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.pattern(child, value);
                }
            }
            "tuple_pattern" => {
                let mut exact = true;
                let mut cursor = node.walk();
                let parts = node.named_children(&mut cursor).filter(|child| !child.is_extra());
                for (index, child) in (0_u32..).zip(parts) {
                    let part = if value != 0 && exact {
                        self.b.expr(Expr::Part { base: value, index }, child)
                    } else {
                        0
                    };
                    exact &= child.kind() != "remaining_field_pattern";
                    self.pattern(child, part);
                }
            }
            "slice_pattern" => {
                let element = if value == 0 { 0 } else { self.b.expr(Expr::Element { base: value }, node) };
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.pattern(child, element);
                }
            }
            "tuple_struct_pattern" => self.tuple_struct_pattern(node, value),
            "struct_pattern" => self.struct_pattern(node, value),
            "scoped_identifier" => {
                let written = self.path(node);
                self.b.uses(written.head, Role::Read, written.name);
            }
            "generic_pattern" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if child.kind() == "type_arguments" {
                        self.type_arguments(child, false);
                    } else {
                        self.pattern(child, value);
                    }
                }
            }
            "range_pattern" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.visit(child);
                }
            }
            "const_block" | "macro_invocation" => {
                self.visit(node);
            }
            _ => {}
        }
    }

    /// A bare name binds, but for constants and variants, which are told by their spelling.
    fn name_pattern(&mut self, node: Node<'_>, value: ExprIx) {
        let text = self.b.text(node);
        if text.starts_with(|c: char| c.is_uppercase()) {
            let name = self.b.name(node);
            self.b.uses(name, Role::Read, node);
        } else if text != "_" {
            self.b.local(text, self.bound_from, LocalKind::Variable, 0, value);
        }
    }

    fn tuple_struct_pattern(&mut self, node: Node<'_>, value: ExprIx) {
        let Some(ty) = node.field("type") else { return };
        let written = match ty.kind() {
            "generic_type" => self.ty_as(ty, Role::Read),
            _ => {
                let written = self.path(ty);
                self.b.uses(written.head, Role::Read, written.name);
                written
            }
        };
        let name = self.b.text(written.name);
        let mut exact = true;
        let mut cursor = node.walk();
        let parts = node.named_children(&mut cursor).skip(1).filter(|child| !child.is_extra());
        for (nth, child) in (0_u32..).zip(parts) {
            let part = match name {
                _ if !exact => 0,
                "Some" | "Ok" | "Ready" | "Continue" if value != 0 => {
                    self.b.expr(Expr::Unwrap { base: value }, child)
                }
                "Err" if value != 0 => self.error_of(value, child),
                _ => self.field_of(written.whole, value, &nth.to_string(), child),
            };
            exact &= child.kind() != "remaining_field_pattern";
            self.pattern(child, part);
        }
    }

    fn struct_pattern(&mut self, node: Node<'_>, value: ExprIx) {
        let Some(ty) = node.field("type") else { return };
        let written = self.ty_as(ty, Role::Read);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() == "field_pattern") {
            let Some(name) = child.field("name") else { continue };
            let text = self.b.text(name);
            let part = self.field_of(written.whole, value, text, name);
            let member = self.b.member(written.whole, name);
            self.b.uses(member, Role::Read, name);
            match child.field("pattern") {
                Some(pattern) => self.pattern(pattern, part),
                None => self.name_pattern(name, part),
            }
        }
    }

    /// What `Err(error)` binds.
    fn error_of(&mut self, value: ExprIx, node: Node<'_>) -> ExprIx {
        let name = self.b.intern_owned("unwrap_err");
        let callee = self.b.expr(Expr::Member { base: value, name }, node);
        self.b.expr(Expr::Call { callee, args: Vec::new() }, node)
    }

    /// A field of what is matched: of the value, which knows its type arguments, and of the named struct or variant.
    fn field_of(&mut self, ty: ExprIx, value: ExprIx, field: &str, node: Node<'_>) -> ExprIx {
        let name = self.b.intern_owned(field);
        let mut parts = Vec::with_capacity(2);
        for base in [value, ty] {
            if base != 0 {
                parts.push(self.b.expr(Expr::Member { base, name }, node));
            }
        }
        self.b.union(parts)
    }
}
