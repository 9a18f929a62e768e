//! Syntax tree to facts: patterns, `switch` and queries.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::written::Types as _;
use crate::facts::{Expr, ExprIx, LocalKind, ScopeKind};
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// A pattern; false when `node` is none.
    pub(super) fn pattern(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "declaration_pattern" | "recursive_pattern" | "var_pattern" | "type_pattern" | "list_pattern" => {
                let ty = node.field("type").map_or(0, |ty| self.ty(ty));
                let name = node.field("name");
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    let is_type = node.field("type").is_some_and(|ty| ty.id() == child.id());
                    if !is_type && name.is_none_or(|name| name.id() != child.id()) {
                        self.visit(child);
                    }
                }
                if let Some(name) = name {
                    let text = self.ident(name);
                    self.b.local(text, name.start_byte(), LocalKind::Pattern, ty, 0);
                }
            }
            "parenthesized_variable_designation" | "tuple_pattern" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if child.kind() == "identifier" {
                        let text = self.ident(child);
                        self.b.local(text, child.start_byte(), LocalKind::Pattern, 0, 0);
                    } else {
                        self.visit(child);
                    }
                }
            }
            "subpattern" => {
                // `Name: pattern`: the name is that of a member of what is matched.
                let mut parts = Vec::new();
                let mut named = false;
                let mut cursor = node.walk();
                for child in node.children(&mut cursor) {
                    if child.kind() == ":" {
                        named = true;
                        parts.clear();
                    } else if child.is_named() && !child.is_extra() {
                        parts.push(child);
                    }
                }
                let skipped = usize::from(!named && parts.len() > 1);
                for part in parts.into_iter().skip(skipped) {
                    self.visit(part);
                }
            }
            "discard" => {}
            _ => return false,
        }
        true
    }

    /// `value switch { pattern => result, … }`.
    pub(super) fn switch_expression(&mut self, node: Node<'_>) -> ExprIx {
        let mut values = Vec::new();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.kind() == "switch_expression_arm" {
                self.b.open_scope(ScopeKind::Block);
                values.push(self.members(child));
                self.b.close_scope();
            } else if child.is_named() || child.kind() == "this" {
                self.visit(child);
            }
        }
        self.b.union(values)
    }

    /// `from x in xs where … select …`.
    pub(super) fn query(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Block);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            match child.kind() {
                "from_clause" | "join_clause" | "let_clause" => self.query_variable(child),
                "identifier" => {
                    let text = self.ident(child);
                    self.b.local(text, child.start_byte(), LocalKind::Pattern, 0, 0);
                }
                _ => {
                    self.members(child);
                }
            }
        }
        self.b.close_scope();
        0
    }

    /// `from T x in xs`, `join T x in xs on a equals b into c`, `let x = value`.
    fn query_variable(&mut self, node: Node<'_>) {
        let ty_node = node.field("type");
        let ty = ty_node.map_or(0, |ty| self.ty(ty));
        let mut name = None;
        let mut bound = false;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            let is_value = child.is_named() || matches!(child.kind(), "this" | "base");
            if !is_value || child.is_extra() || ty_node.is_some_and(|ty| ty.id() == child.id()) {
                continue;
            }
            if child.kind() == "join_into_clause" {
                let mut inner = child.walk();
                for into in child.named_children(&mut inner) {
                    let text = self.ident(into);
                    self.b.local(text, into.start_byte(), LocalKind::Pattern, 0, 0);
                }
                continue;
            }
            if name.is_none() {
                name = Some(self.ident(child));
                continue;
            }
            let value = self.visit(child);
            if let Some(name) = name.filter(|_| !bound) {
                let kind = if node.kind() == "let_clause" { LocalKind::Variable } else { LocalKind::Element };
                self.b.local(name, child.end_byte(), kind, ty, value);
                bound = true;
            }
        }
    }

    /// Binds `(a, (b, c))` to the parts of `value`.
    pub(super) fn destructure(&mut self, pattern: Node<'_>, from: usize, value: ExprIx) {
        if !self.b.descend(pattern) {
            return;
        }
        let mut cursor = pattern.walk();
        let parts = pattern.named_children(&mut cursor).filter(|child| !child.is_extra());
        for (index, part) in (0_u32..).zip(parts) {
            let init = if value == 0 { 0 } else { self.b.expr(Expr::Part { base: value, index }, part) };
            match part.kind() {
                "identifier" => {
                    let text = self.ident(part);
                    self.b.local(text, from, LocalKind::Pattern, 0, init);
                }
                "tuple_pattern" => self.destructure(part, from, init),
                _ => {}
            }
        }
        self.b.ascend();
    }
}
