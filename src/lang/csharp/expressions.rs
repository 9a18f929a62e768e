//! Syntax tree to facts: statements and expressions.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::operators::{self, Chain};
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
        let known = self.declaration(node) || self.pattern(node) || self.statement(node);
        let value = if known { 0 } else { self.expression(node) };
        self.b.ascend();
        value
    }

    /// A statement; false when `node` is none.
    fn statement(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "block" | "for_statement" | "using_statement" | "fixed_statement" | "switch_section"
            | "catch_clause" | "switch_body" => {
                self.b.open_scope(ScopeKind::Block);
                self.members(node);
                self.b.close_scope();
            }
            "variable_declaration" => self.variables(node),
            "foreach_statement" => self.foreach(node),
            "catch_declaration" => {
                let ty = node.field("type").map_or(0, |ty| self.ty(ty));
                if let Some(name) = node.field("name") {
                    let text = self.ident(name);
                    self.b.local(text, 0, LocalKind::Variable, ty, 0);
                }
            }
            "return_statement" => {
                let value = self.members(node);
                if let Some(returns) = self.returns.last_mut().filter(|_| value != 0) {
                    returns.push(value);
                }
            }
            "labeled_statement" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).skip(1) {
                    self.visit(child);
                }
            }
            "goto_statement" => {
                let mut cursor = node.walk();
                if node.children(&mut cursor).any(|child| child.kind() == "case") {
                    self.members(node);
                }
            }
            "preproc_if" | "preproc_elif" => {
                let condition = node.field("condition").map(|condition| condition.id());
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if Some(child.id()) != condition {
                        self.visit(child);
                    }
                }
            }
            "preproc_else" => {
                self.members(node);
            }
            "break_statement" | "continue_statement" | "empty_statement" | "comment" | "modifier"
            | "explicit_interface_specifier" | "implicit_type" => {}
            kind if kind.starts_with("preproc_") => {}
            "ERROR" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| child.kind() != "identifier") {
                    self.visit(child);
                }
            }
            _ => return false,
        }
        true
    }

    /// The variables of a declaration in a function.
    fn variables(&mut self, node: Node<'_>) {
        let ty = node.field("type").map_or(0, |ty| self.ty(ty));
        let mut cursor = node.walk();
        for declarator in node.named_children(&mut cursor).filter(|it| it.kind() == "variable_declarator") {
            let init = self.declarator_value(declarator, ty);
            let from = declarator.end_byte();
            if let Some(name) = declarator.field("name") {
                let text = self.ident(name);
                self.b.local(text, from, LocalKind::Variable, ty, init);
                continue;
            }
            let mut inner = declarator.walk();
            for pattern in declarator.named_children(&mut inner).filter(|it| it.kind() == "tuple_pattern") {
                self.destructure(pattern, from, init);
            }
        }
    }

    fn foreach(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        let ty = node.field("type").map_or(0, |ty| self.ty(ty));
        let right = node.field("right");
        let over = right.map_or(0, |right| self.visit(right));
        let from = right.map_or(0, |right| right.end_byte());
        if let Some(left) = node.field("left") {
            match left.kind() {
                "identifier" => {
                    let text = self.ident(left);
                    self.b.local(text, from, LocalKind::Element, ty, over);
                }
                "tuple_pattern" => {
                    let element = if over == 0 { 0 } else { self.b.expr(Expr::Element { base: over }, left) };
                    self.destructure(left, from, element);
                }
                _ => {
                    self.visit(left);
                }
            }
        }
        if let Some(body) = node.field("body") {
            self.visit(body);
        }
        self.b.close_scope();
    }

    fn expression(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => {
                let value = self.name(node);
                self.b.uses(value, Role::Read, node);
                value
            }
            "generic_name" => {
                let written = self.generic_name(node, 0);
                self.b.uses(written.head, Role::Read, written.name);
                written.whole
            }
            "this" => {
                let scope = self.b.scope();
                self.b.expr(Expr::SelfRef { scope }, node)
            }
            "base" => {
                let scope = self.b.scope();
                self.b.expr(Expr::SuperRef { scope }, node)
            }
            "integer_literal" => self.b.literal(Literal::Int, node),
            "real_literal" => self.b.literal(Literal::Float, node),
            "boolean_literal" => self.b.literal(Literal::Bool, node),
            "character_literal" => self.b.literal(Literal::Char, node),
            "null_literal" => self.b.literal(Literal::Null, node),
            "string_literal" | "verbatim_string_literal" | "raw_string_literal" => {
                self.b.literal(Literal::Str, node)
            }
            "interpolated_string_expression" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|it| it.kind() == "interpolation") {
                    self.members(child);
                }
                self.b.literal(Literal::Str, node)
            }
            "member_access_expression" | "conditional_access_expression" | "qualified_name" => {
                self.member_access(node, Role::Read)
            }
            "alias_qualified_name" => self.ty_as(node, Role::Read).whole,
            "invocation_expression" => self.call(node),
            "object_creation_expression" => self.creation(node),
            "implicit_object_creation_expression" => self.implicit_creation(node),
            "with_expression" => self.with(node),
            "anonymous_object_creation_expression" => self.anonymous_object(node),
            "array_creation_expression" | "stackalloc_expression" => {
                let ty = node.field("type").map_or(0, |ty| self.ty(ty));
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|it| it.kind() == "initializer_expression") {
                    self.members(child);
                }
                if ty == 0 { 0 } else { self.b.expr(Expr::Typed { ty }, node) }
            }
            "implicit_array_creation_expression" => {
                let mut element = 0;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    let mut inner = child.walk();
                    for part in child.named_children(&mut inner).filter(|part| !part.is_extra()) {
                        let value = self.visit(part);
                        if element == 0 {
                            element = value;
                        }
                    }
                }
                if element == 0 { 0 } else { self.b.expr(Expr::Wrapped { base: element }, node) }
            }
            "initializer_expression" | "collection_expression" => {
                self.members(node);
                self.b.literal(Literal::List, node)
            }
            "element_access_expression" => {
                let base = node.field("expression").map_or(0, |base| self.visit(base));
                if let Some(subscript) = node.field("subscript") {
                    self.members(subscript);
                }
                if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, node) }
            }
            "argument" => {
                let name = node.field("name").map(|name| name.id());
                let mut value = 0;
                let mut cursor = node.walk();
                for child in node.children(&mut cursor) {
                    let is_value = child.is_named() || matches!(child.kind(), "this" | "base");
                    if is_value && !child.is_extra() && Some(child.id()) != name {
                        value = self.visit(child);
                    }
                }
                value
            }
            "declaration_expression" => {
                let ty = node.field("type").map_or(0, |ty| self.ty(ty));
                if let Some(name) = node.field("name") {
                    let text = self.ident(name);
                    self.b.local(text, node.start_byte(), LocalKind::Pattern, ty, 0);
                }
                ty
            }
            "tuple_expression" => {
                let mut parts = Vec::new();
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    parts.push(self.visit(child));
                }
                self.b.expr(Expr::Tuple(parts), node)
            }
            "assignment_expression" => self.assignment(node),
            "binary_expression" => {
                Chain::of(node).fold(self, Self::visit, |walker, operator, left, right, each| match operator {
                    "??" => walker.b.union(vec![left, right]),
                    _ => operators::arithmetic(walker.b, operator, left, right, each),
                })
            }
            "prefix_unary_expression" | "postfix_unary_expression" => self.unary(node),
            "conditional_expression" => {
                if let Some(condition) = node.field("condition") {
                    self.visit(condition);
                }
                let yes = node.field("consequence").map_or(0, |yes| self.visit(yes));
                let no = node.field("alternative").map_or(0, |no| self.visit(no));
                self.b.union(vec![yes, no])
            }
            "cast_expression" => {
                let ty = node.field("type").map_or(0, |ty| self.ty(ty));
                let value = node.field("value").map_or(0, |value| self.visit(value));
                if ty == 0 { value } else { self.b.expr(Expr::Typed { ty }, node) }
            }
            "as_expression" | "is_expression" => {
                let value = node.field("left").map_or(0, |left| self.visit(left));
                let ty = node.field("right").map_or(0, |right| self.ty(right));
                match (node.kind(), ty) {
                    ("is_expression", _) => self.b.literal(Literal::Bool, node),
                    (_, 0) => value,
                    _ => self.b.expr(Expr::Typed { ty }, node),
                }
            }
            "is_pattern_expression" => {
                self.members(node);
                self.b.literal(Literal::Bool, node)
            }
            "await_expression" => {
                let base = self.members(node);
                if base == 0 { 0 } else { self.b.expr(Expr::Unwrap { base }, node) }
            }
            "parenthesized_expression" | "checked_expression" | "ref_expression" | "expression_statement"
            | "arrow_expression_clause" | "global_statement" | "expression_element" | "constant_pattern" => {
                self.members(node)
            }
            "switch_expression" => self.switch_expression(node),
            "lambda_expression" | "anonymous_method_expression" => self.lambda(node),
            "query_expression" => self.query(node),
            "typeof_expression" | "sizeof_expression" => {
                if let Some(ty) = node.field("type") {
                    self.ty(ty);
                }
                0
            }
            "default_expression" => {
                let ty = node.field("type").map_or(0, |ty| self.ty(ty));
                if ty == 0 { 0 } else { self.b.expr(Expr::Typed { ty }, node) }
            }
            "attribute_list" => {
                self.attribute_list(node);
                0
            }
            "array_type" | "nullable_type" | "pointer_type" | "predefined_type" | "tuple_type" | "ref_type"
            | "scoped_type" | "function_pointer_type" => {
                self.ty(node);
                0
            }
            _ => {
                // The arms of a conditional expression and the like have a value of their own; the rest has none.
                self.members(node);
                0
            }
        }
    }

    /// `base.name`, `base?.name`, `base?[index]`.
    fn member_access(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let (value, name, base) = self.access(node);
        match name {
            Some(name) if base != 0 => {
                self.b.uses(value, role, name);
                value
            }
            // A static member of a built-in type (`string.Empty`): nothing is known of it.
            Some(_) => 0,
            None => value,
        }
    }

    /// What is assigned to.
    fn target(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => {
                let value = self.name(node);
                self.b.uses(value, Role::Write, node);
                value
            }
            "member_access_expression" => {
                if !self.b.descend(node) {
                    return 0;
                }
                let value = self.member_access(node, Role::Write);
                self.b.ascend();
                value
            }
            "tuple_expression" => {
                let mut cursor = node.walk();
                for argument in node.named_children(&mut cursor).filter(|it| it.kind() == "argument") {
                    let mut inner = argument.walk();
                    for part in argument.named_children(&mut inner) {
                        self.target(part);
                    }
                }
                0
            }
            _ => self.visit(node),
        }
    }

    fn assignment(&mut self, node: Node<'_>) -> ExprIx {
        let target = node.field("left").map_or(0, |left| self.target(left));
        let value = node.field("right").map_or(0, |right| {
            // `field = new()`: the type is that of what is assigned to.
            let ty = if right.kind() == "implicit_object_creation_expression" { target } else { 0 };
            if ty == 0 { self.visit_expecting(right, 0) } else { self.visit(right) }
        });
        if target == 0 { value } else { target }
    }

    fn unary(&mut self, node: Node<'_>) -> ExprIx {
        let mut operator = "";
        let mut operand = None;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.is_named() || matches!(child.kind(), "this" | "base") {
                operand = Some(child);
            } else {
                operator = child.kind();
            }
        }
        let Some(operand) = operand else { return 0 };
        match operator {
            "++" | "--" => self.target(operand),
            "!" if node.kind() == "prefix_unary_expression" => {
                self.visit(operand);
                self.b.literal(Literal::Bool, node)
            }
            _ => self.visit(operand),
        }
    }
}
