//! Syntax tree to facts: statements and expressions.

use super::types::is_type;
use super::walk::{At, Walker};
use crate::lang::Fields as _;
use crate::lang::operators::{Chain, operator_of};
use crate::lang::written::Types as _;
use crate::facts::{Expr, ExprIx, Literal, LocalKind, ScopeKind};
use crate::model::Role;
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// Anything; gives the value of an expression, 0 for all else.
    pub(super) fn visit(&mut self, node: Node<'_>) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let value = if self.declaration(node) { 0 } else { self.statement(node) };
        self.b.ascend();
        value
    }

    fn statement(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "block" => {
                self.b.open_scope(ScopeKind::Block);
                let value = self.members_at(At::Body, node);
                self.b.close_scope();
                value
            }
            "for_statement" => {
                self.for_loop(node);
                0
            }
            "while_statement" => {
                self.b.open_scope(ScopeKind::Block);
                if let Some(condition) = node.field("condition") {
                    self.condition(condition);
                }
                self.rest(node, "condition");
                self.b.close_scope();
                0
            }
            "do_while_statement" | "finally_block" => {
                self.members(node);
                0
            }
            "assignment" => {
                if let Some(left) = node.field("left") {
                    self.target(left);
                }
                if let Some(right) = node.field("right") {
                    self.visit(right);
                }
                0
            }
            "catch_block" => self.catch(node),
            "line_comment" | "block_comment" | "label" | "shebang" => 0,
            "ERROR" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if !matches!(child.kind(), "identifier" | "modifiers") {
                        self.visit(child);
                    }
                }
                0
            }
            _ => self.expression(node),
        }
    }

    /// Visits the children of `node` other than that of a field.
    fn rest(&mut self, node: Node<'_>, field: &'static str) -> ExprIx {
        let mut value = 0;
        let skipped = node.field(field).map(|child| child.id());
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if Some(child.id()) != skipped && !child.is_extra() {
                value = self.visit(child);
            }
        }
        value
    }

    /// A condition in which a type test holds for what follows it.
    fn condition(&mut self, node: Node<'_>) {
        let before = std::mem::replace(&mut self.smart_casts, true);
        self.visit(node);
        self.smart_casts = before;
    }

    fn for_loop(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        let mut variable = None;
        let mut over = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "variable_declaration" | "multi_variable_declaration" if over.is_none() => variable = Some(child),
                "annotation" => self.annotation(child),
                "label" => {}
                _ if child.is_extra() => {}
                _ if over.is_none() => {
                    let init = self.visit(child);
                    over = Some(init);
                    let Some(variable) = variable else { continue };
                    if variable.kind() == "variable_declaration" {
                        self.bind_variable(variable, child.end_byte(), LocalKind::Element, init);
                        continue;
                    }
                    let element = if init == 0 { 0 } else { self.b.expr(Expr::Element { base: init }, variable) };
                    let mut inner = variable.walk();
                    for (nth, part) in (0_u32..).zip(variable.named_children(&mut inner)) {
                        let init =
                            if element == 0 { 0 } else { self.b.expr(Expr::Part { base: element, index: nth }, part) };
                        self.bind_variable(part, child.end_byte(), LocalKind::Pattern, init);
                    }
                }
                _ => {
                    self.visit_at(At::Body, child);
                }
            }
        }
        self.b.close_scope();
    }

    fn catch(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Block);
        let mut value = 0;
        let mut name = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "annotation" => self.annotation(child),
                "identifier" => name = Some(child),
                kind if is_type(kind) => {
                    let ty = self.ty(child);
                    if let Some(name) = name {
                        let name = self.ident(name);
                        self.b.local(name, 0, LocalKind::Variable, ty, 0);
                    }
                }
                _ => value = self.visit(child),
            }
        }
        self.b.close_scope();
        value
    }

    fn expression(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => match self.b.text(node) {
                "true" | "false" => self.b.literal(Literal::Bool, node),
                "null" => self.b.literal(Literal::Null, node),
                "break" | "continue" => 0,
                _ => {
                    let value = self.name(node);
                    self.b.uses(value, Role::Read, node);
                    value
                }
            },
            "number_literal" => self.b.literal(Literal::Int, node),
            "float_literal" => self.b.literal(Literal::Float, node),
            "character_literal" => self.b.literal(Literal::Char, node),
            "string_literal" | "multiline_string_literal" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|it| it.kind() == "interpolation") {
                    self.members(child);
                }
                self.b.literal(Literal::Str, node)
            }
            "collection_literal" => {
                self.members(node);
                self.b.literal(Literal::List, node)
            }
            "this_expression" => self.this(node),
            "super_expression" => {
                let mut cursor = node.walk();
                let named = node.named_children(&mut cursor).find(|child| is_type(child.kind()));
                let scope = self.b.scope();
                match named.map_or(0, |named| self.ty(named)) {
                    0 => self.b.expr(Expr::SuperRef { scope }, node),
                    ty => self.b.expr(Expr::Typed { ty }, node),
                }
            }
            "parenthesized_expression" | "throw_expression" => self.members(node),
            "labeled_expression" | "annotated_expression" => {
                let mut value = 0;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    match child.kind() {
                        "annotation" => self.annotation(child),
                        _ => value = self.visit(child),
                    }
                }
                value
            }
            "return_expression" => {
                self.rest(node, "label");
                0
            }
            "navigation_expression" => self.navigation(node, Role::Read),
            "call_expression" => self.call(node),
            "infix_expression" => self.infix(node),
            "index_expression" => {
                let mut base = None;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    let value = self.visit(child);
                    if base.is_none() && !child.is_extra() {
                        base = Some(value);
                    }
                }
                match base {
                    None | Some(0) => 0,
                    Some(base) => self.b.expr(Expr::Element { base }, node),
                }
            }
            "binary_expression" => self.binary(node),
            "unary_expression" => self.unary(node),
            "in_expression" | "range_expression" | "range_test" => {
                self.members(node);
                if node.kind() == "range_expression" { 0 } else { self.b.literal(Literal::Bool, node) }
            }
            "is_expression" => self.type_test(node),
            "as_expression" => {
                let value = node.field("left").map_or(0, |left| self.visit(left));
                let ty = node.field("right").map_or(0, |right| self.ty(right));
                if ty == 0 { value } else { self.b.expr(Expr::Typed { ty }, node) }
            }
            "spread_expression" => self.members(node),
            "if_expression" => self.if_expression(node),
            "when_expression" => self.when(node),
            "try_expression" => {
                let mut values = Vec::new();
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    let value = self.visit(child);
                    if child.kind() != "finally_block" {
                        values.push(value);
                    }
                }
                self.b.union(values)
            }
            "lambda_literal" => self.lambda(node),
            "anonymous_function" => self.anonymous_function(node),
            "object_literal" => self.object_literal(node),
            "callable_reference" => self.callable_reference(node),
            "annotation" => {
                self.annotation(node);
                0
            }
            kind if is_type(kind) => {
                self.ty(node);
                0
            }
            _ => {
                self.members(node);
                0
            }
        }
    }

    /// `this`, `this@Type`; what a label of a lambda means is not known.
    fn this(&mut self, node: Node<'_>) -> ExprIx {
        let mut cursor = node.walk();
        match node.named_children(&mut cursor).find(|child| child.kind() == "identifier") {
            Some(label) if self.ident(label).starts_with(char::is_uppercase) => {
                let ty = self.name(label);
                if ty == 0 { 0 } else { self.b.expr(Expr::Typed { ty }, node) }
            }
            Some(_) => 0,
            None => {
                let scope = self.b.scope();
                self.b.expr(Expr::SelfRef { scope }, node)
            }
        }
    }

    /// `base.name`, `base?.name`, `base::name`.
    fn navigation(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let (base, name) = self.navigation_parts(node);
        let Some(name) = name.filter(|_| base != 0) else { return 0 };
        let mut cursor = node.walk();
        let is_reference = node.children(&mut cursor).any(|child| child.kind() == "::");
        // Members of a companion object are members of its type.
        if self.ident(name) == "Companion" {
            return base;
        }
        let member = self.member(base, name);
        if is_reference {
            return self.reference(member, name);
        }
        self.b.uses(member, role, name);
        member
    }

    /// What is assigned to.
    fn target(&mut self, node: Node<'_>) {
        match node.kind() {
            "identifier" => {
                let value = self.name(node);
                self.b.uses(value, Role::Write, node);
            }
            "navigation_expression" => {
                if self.b.descend(node) {
                    self.navigation(node, Role::Write);
                    self.b.ascend();
                }
            }
            _ => {
                self.visit(node);
            }
        }
    }

    /// `a name b`: a call of the member `name`.
    fn infix(&mut self, node: Node<'_>) -> ExprIx {
        let mut parts = Vec::with_capacity(3);
        let mut cursor = node.walk();
        parts.extend(node.named_children(&mut cursor).filter(|child| !child.is_extra()));
        let &[left, name, right] = parts.as_slice() else {
            for part in parts {
                self.visit(part);
            }
            return 0;
        };
        let base = self.visit(left);
        let argument = self.visit(right);
        let callee = self.member(base, name);
        let call = self.b.expr(Expr::Call { callee, args: vec![argument] }, node);
        self.b.uses_with(callee, Role::Call, name, 1, call);
        call
    }

    /// A type test holds for what follows as long as nothing but `&&` joins them.
    fn binary(&mut self, node: Node<'_>) -> ExprIx {
        let chain = Chain::of(node);
        let before = self.smart_casts;
        self.smart_casts &= chain.operations.iter().all(|&each| operator_of(each) == "&&");
        let value = chain.fold(self, Self::visit, Self::operation);
        self.smart_casts = before;
        value
    }

    fn operation(&mut self, operator: &str, left: ExprIx, right: ExprIx, node: Node<'_>) -> ExprIx {
        let is = |literal: Literal, value: ExprIx| *self.b.expr_at(value) == Expr::Lit(literal);
        match operator {
            "?:" => self.b.union(vec![left, right]),
            "==" | "!=" | "===" | "!==" | "<" | ">" | "<=" | ">=" | "&&" | "||" => {
                self.b.literal(Literal::Bool, node)
            }
            "+" if is(Literal::Str, left) => self.b.literal(Literal::Str, node),
            _ if left == 0 || right == 0 => 0,
            _ if is(Literal::Int, left) => right,
            _ if is(Literal::Int, right) || is(Literal::Float, right) => left,
            _ => 0,
        }
    }

    fn unary(&mut self, node: Node<'_>) -> ExprIx {
        let Some(argument) = node.field("argument") else { return self.members(node) };
        match operator_of(node) {
            "!" => {
                let before = std::mem::replace(&mut self.smart_casts, false);
                self.visit(argument);
                self.smart_casts = before;
                self.b.literal(Literal::Bool, node)
            }
            "++" | "--" => {
                self.target(argument);
                self.b.literal(Literal::Int, node)
            }
            _ => self.visit(argument),
        }
    }

    /// `x is T`: in a condition `x` is a `T` from here on.
    fn type_test(&mut self, node: Node<'_>) -> ExprIx {
        let left = node.field("left");
        if let Some(left) = left {
            self.visit(left);
        }
        let ty = node.field("right").map_or(0, |right| self.ty(right));
        let mut cursor = node.walk();
        let holds = node.children(&mut cursor).any(|child| child.kind() == "is");
        if let Some(left) = left.filter(|left| holds && self.smart_casts && left.kind() == "identifier") {
            self.narrow(left, node.end_byte(), ty);
        }
        self.b.literal(Literal::Bool, node)
    }

    /// The variable at `name` has a narrower type from a byte on.
    fn narrow(&mut self, name: Node<'_>, from: usize, ty: ExprIx) {
        if ty != 0 {
            let name = self.ident(name);
            self.b.local(name, from, LocalKind::Pattern, ty, 0);
        }
    }

    fn if_expression(&mut self, node: Node<'_>) -> ExprIx {
        let condition = node.field("condition");
        self.b.open_scope(ScopeKind::Block);
        if let Some(condition) = condition {
            self.condition(condition);
        }
        let mut narrowed = true;
        let mut values = Vec::new();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "else" => {
                    narrowed = false;
                    self.b.close_scope();
                }
                _ if !child.is_named() || child.is_extra() => {}
                _ if condition.is_some_and(|condition| condition.id() == child.id()) => {}
                _ => values.push(self.visit_at(At::Body, child)),
            }
        }
        if narrowed {
            self.b.close_scope();
        }
        self.b.union(values)
    }

    fn when(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Block);
        let mut subject = None;
        let mut has_subject = false;
        let mut values = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "when_subject" => {
                    has_subject = true;
                    subject = self.when_subject(child);
                }
                "when_entry" => values.push(self.when_entry(child, subject, has_subject)),
                _ => {}
            }
        }
        self.b.close_scope();
        self.b.union(values)
    }

    /// Gives the name that is looked at, if it is one.
    fn when_subject<'t>(&mut self, node: Node<'t>) -> Option<Node<'t>> {
        let mut variable = None;
        let mut subject = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "annotation" => self.annotation(child),
                "variable_declaration" => variable = Some(child),
                _ if child.is_extra() => {}
                _ => {
                    let value = self.visit(child);
                    subject = Some(child);
                    if let Some(variable) = variable {
                        self.bind_variable(variable, child.end_byte(), LocalKind::Variable, value);
                        let mut inner = variable.walk();
                        subject = variable.named_children(&mut inner).find(|it| it.kind() == "identifier");
                    }
                }
            }
        }
        subject.filter(|subject| subject.kind() == "identifier")
    }

    fn when_entry(&mut self, node: Node<'_>, subject: Option<Node<'_>>, has_subject: bool) -> ExprIx {
        self.b.open_scope(ScopeKind::Block);
        let mut conditions = node.walk();
        let count = node.children_by_field_name("condition", &mut conditions).filter(Node::is_named).count();
        let mut value = 0;
        let mut in_body = false;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "->" => in_body = true,
                _ if !child.is_named() || child.is_extra() => {}
                _ if in_body => value = self.visit_at(At::Body, child),
                "type_test" => {
                    let mut inner = child.walk();
                    let mut holds = false;
                    for part in child.children(&mut inner) {
                        if part.kind() == "is" {
                            holds = true;
                        } else if is_type(part.kind()) {
                            let ty = self.ty(part);
                            if let Some(subject) = subject.filter(|_| holds && count == 1) {
                                self.narrow(subject, part.end_byte(), ty);
                            }
                        }
                    }
                }
                _ if !has_subject && count == 1 => self.condition(child),
                _ => {
                    self.visit(child);
                }
            }
        }
        self.b.close_scope();
        value
    }
}
