//! Syntax tree to facts: statements.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::written::Types as _;
use crate::facts::{Expr, ExprIx, LocalKind, ScopeKind};
use crate::model::Role;
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// Anything; gives the value of an expression, 0 for all else.
    pub(super) fn visit(&mut self, node: Node<'_>) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let value = if self.declaration(node) || self.statement(node) { 0 } else { self.expression(node) };
        self.b.ascend();
        value
    }

    /// A statement; false when `node` is none.
    fn statement(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "block" | "if_statement" | "for_statement" | "expression_switch_statement" | "select_statement"
            | "expression_case" | "default_case" | "communication_case" => {
                self.b.open_scope(ScopeKind::Block);
                self.members(node);
                self.b.close_scope();
            }
            "type_switch_statement" => self.type_switch(node),
            "short_var_declaration" => {
                let names = listed(node.field("left"));
                let inits = self.initialisers(names.len(), node.field("right"));
                self.bind_locals(&names, 0, &inits, node);
            }
            "receive_statement" => self.receive(node),
            "range_clause" => self.range(node),
            "assignment_statement" => {
                for target in listed(node.field("left")) {
                    self.target(target);
                }
                if let Some(right) = node.field("right") {
                    self.members(right);
                }
            }
            "inc_statement" | "dec_statement" => {
                if let Some(target) = node.named_child(0) {
                    self.target(target);
                }
            }
            "labeled_statement" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).skip(1) {
                    self.visit(child);
                }
            }
            "break_statement" | "continue_statement" | "goto_statement" | "fallthrough_statement"
            | "empty_statement" | "comment" => {}
            "ERROR" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if !child.kind().ends_with("identifier") {
                        self.visit(child);
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// What is assigned to.
    fn target(&mut self, node: Node<'_>) {
        match node.kind() {
            "identifier" => {
                let value = self.b.name(node);
                if self.b.text(node) != "_" {
                    self.b.uses(value, Role::Write, node);
                }
            }
            "selector_expression" => {
                self.selector(node, Role::Write);
            }
            _ => {
                self.visit(node);
            }
        }
    }

    /// `v := <-c`, `v, ok := <-c`, `v = <-c`, `<-c` in a `select`.
    fn receive(&mut self, node: Node<'_>) {
        let value = node.field("right").map_or(0, |right| self.visit(right));
        let left = listed(node.field("left"));
        if has_define(node) {
            self.bind_locals(&left, 0, &[value], node);
        } else {
            for target in left {
                self.target(target);
            }
        }
    }

    /// `k, v := range x`. The first is the key of a map and the element of a channel; of a slice it is a number, on
    /// which no method is called.
    fn range(&mut self, node: Node<'_>) {
        let over = node.field("right").map_or(0, |right| self.visit(right));
        let left = listed(node.field("left"));
        if !has_define(node) {
            for target in left {
                self.target(target);
            }
            return;
        }
        let from = node.end_byte();
        for (at, name) in left.into_iter().enumerate() {
            let text = self.b.text(name);
            if text == "_" || over == 0 {
                self.b.local(text, from, LocalKind::Variable, 0, 0);
            } else if at == 0 {
                let key = self.b.expr(Expr::Part { base: over, index: 0 }, node);
                self.b.local(text, from, LocalKind::Variable, 0, key);
            } else {
                self.b.local(text, from, LocalKind::Element, 0, over);
            }
        }
    }

    /// `switch v := x.(type) { case T: … }`: in each clause `v` has the type that the clause names.
    fn type_switch(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        if let Some(initializer) = node.field("initializer") {
            self.visit(initializer);
        }
        let value = node.field("value").map_or(0, |value| self.visit(value));
        let alias = listed(node.field("alias")).into_iter().next();
        let mut cursor = node.walk();
        for clause in node.named_children(&mut cursor) {
            if !matches!(clause.kind(), "type_case" | "default_case") {
                continue;
            }
            self.b.open_scope(ScopeKind::Block);
            let mut inner = clause.walk();
            let types: Vec<Node<'_>> =
                clause.children_by_field_name("type", &mut inner).filter(Node::is_named).collect();
            let written: Vec<ExprIx> = types.iter().map(|&ty| self.ty(ty)).collect();
            if let Some(alias) = alias {
                let (ty, init) = if let [one] = written.as_slice() { (*one, 0) } else { (0, value) };
                self.b.local(self.b.text(alias), 0, LocalKind::Variable, ty, init);
            }
            let mut inner = clause.walk();
            for child in clause.named_children(&mut inner) {
                if !types.contains(&child) && child.kind() != "comment" {
                    self.visit(child);
                }
            }
            self.b.close_scope();
        }
        self.b.close_scope();
    }
}

/// The expressions of a list.
fn listed(list: Option<Node<'_>>) -> Vec<Node<'_>> {
    let Some(list) = list else { return Vec::new() };
    if list.kind() != "expression_list" {
        return vec![list];
    }
    let mut cursor = list.walk();
    list.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

/// True when the names on the left are declared.
fn has_define(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|child| child.kind() == ":=")
}
