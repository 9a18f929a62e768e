//! Syntax tree to facts: expressions.

use super::walk::{FrameKind, Walker};
use crate::lang::Fields as _;
use crate::lang::operators::{Chain, operator_of};
use crate::facts::{DefFlags, DefSpec, Expr, ExprIx, Literal, LocalKind, ScopeKind};
use crate::model::{Role, SymbolKind};
use tree_sitter::Node;

/// Most parts of a display that are kept; the resolver looks at no more.
const MAX_PARTS: usize = 8;

impl Walker<'_, '_> {
    /// An expression with its uses; gives its value.
    pub(super) fn visit(&mut self, node: Node<'_>) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let value = self.expression(node);
        self.b.ascend();
        value
    }

    fn expression(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => self.identifier(node),
            "attribute" => self.attribute(node),
            "call" => self.call(node),
            "subscript" => self.subscript(node),
            "string" => {
                self.interpolations(node);
                self.b.literal(Literal::Str, node)
            }
            "concatenated_string" => {
                self.visit_all(node);
                self.b.literal(Literal::Str, node)
            }
            "integer" => self.b.literal(Literal::Int, node),
            "float" => self.b.literal(Literal::Float, node),
            "true" | "false" => self.b.literal(Literal::Bool, node),
            "none" => self.b.literal(Literal::Null, node),
            "ellipsis" | "comment" | "pass_statement" | "keyword_separator" => 0,
            "parenthesized_expression" => node.named_child(0).map_or(0, |inner| self.visit(inner)),
            "list" | "tuple" | "set" | "expression_list" | "pattern_list" => self.display(node),
            "dictionary" => self.dictionary(node),
            "list_comprehension" | "set_comprehension" | "generator_expression" | "dictionary_comprehension" => {
                self.comprehension(node)
            }
            "lambda" => self.lambda(node),
            "await" => {
                let base = node.named_child(0).map_or(0, |inner| self.visit(inner));
                if base == 0 { 0 } else { self.b.expr(Expr::Unwrap { base }, node) }
            }
            "conditional_expression" => self.conditional(node),
            "boolean_operator" => self.boolean(node),
            "binary_operator" => self.binary(node),
            "comparison_operator" | "not_operator" => {
                self.visit_all(node);
                self.b.literal(Literal::Bool, node)
            }
            "unary_operator" => node.field("argument").map_or(0, |inner| self.visit(inner)),
            "named_expression" => self.named(node),
            "yield" => {
                let from = node.child(1).is_some_and(|child| child.kind() == "from");
                let value = node.named_child(0).map_or(0, |inner| self.visit(inner));
                let given = if from && value != 0 {
                    self.b.expr(Expr::Element { base: value }, node)
                } else {
                    value
                };
                self.yields(given);
                0
            }
            "assignment" => self.assignment(node),
            "as_pattern" => node.named_child(0).map_or(0, |inner| self.visit(inner)),
            "type" => self.ty(node),
            "function_definition" | "class_definition" | "decorated_definition" | "block" | "if_statement" => {
                self.statements(node);
                0
            }
            _ => {
                self.visit_all(node);
                0
            }
        }
    }

    fn interpolations(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() == "interpolation") {
            self.visit_all(child);
        }
    }

    /// A bare name that is read.
    fn identifier(&mut self, node: Node<'_>) -> ExprIx {
        if let Some(receiver) = self.receiver(node) {
            return receiver;
        }
        if self.b.text(node) == "__class__" {
            let scope = self.b.scope();
            return self.b.expr(Expr::SelfType { scope }, node);
        }
        let name = self.b.name(node);
        self.b.uses(name, Role::Read, node);
        name
    }

    fn attribute(&mut self, node: Node<'_>) -> ExprIx {
        let (member, name) = self.callee(node);
        if let Some(name) = name {
            self.b.uses(member, Role::Read, name);
        }
        if node.field("object").is_some_and(|object| object.kind() == "identifier")
            && let Some(local) = self.local_now(self.b.text(node))
        {
            return self.b.expr(Expr::Local(local), node);
        }
        member
    }

    fn subscript(&mut self, node: Node<'_>) -> ExprIx {
        let base = node.field("value").map_or(0, |value| self.visit(value));
        let mut index = None;
        let mut is_slice = false;
        let mut n = 0;
        let mut cursor = node.walk();
        for subscript in node.children_by_field_name("subscript", &mut cursor) {
            n += 1;
            is_slice |= subscript.kind() == "slice";
            if subscript.kind() == "integer" {
                index = self.b.text(subscript).parse::<u32>().ok();
            }
            self.visit(subscript);
        }
        match (base, index) {
            (0, _) => 0,
            (base, _) if is_slice => base,
            (base, Some(index)) if n == 1 && self.is_tuple(base) => self.b.expr(Expr::Part { base, index }, node),
            (base, _) => self.b.expr(Expr::Element { base }, node),
        }
    }

    /// True for a value whose parts may be told apart by their index: all but what is surely one collection.
    fn is_tuple(&self, base: ExprIx) -> bool {
        matches!(self.b.expr_at(base), Expr::Tuple(_) | Expr::Name { .. } | Expr::Call { .. } | Expr::Local(_) | Expr::Member { .. } | Expr::Part { .. })
    }

    /// `[a, b]`, `(a, b)`, `{a, b}`.
    fn display(&mut self, node: Node<'_>) -> ExprIx {
        let mut parts = Vec::new();
        let mut spread = false;
        let mut plain = true;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            let value = if matches!(child.kind(), "list_splat" | "parenthesized_list_splat") {
                spread = true;
                let value = self.splat(child);
                if value == 0 { 0 } else { self.b.expr(Expr::Element { base: value }, child) }
            } else {
                self.visit(child)
            };
            if parts.len() < MAX_PARTS {
                plain &= matches!(self.b.expr_at(value), Expr::Unknown | Expr::Lit(_));
                parts.push(value);
            }
        }
        if plain && node.kind() != "expression_list" && node.kind() != "tuple" {
            return self.b.literal(Literal::List, node);
        }
        if spread {
            let element = self.b.union(parts);
            return self.list_of(element, node);
        }
        self.b.expr(Expr::Tuple(parts), node)
    }

    pub(super) fn splat(&mut self, node: Node<'_>) -> ExprIx {
        node.named_child(0).map_or(0, |inner| self.visit(inner))
    }

    /// A list whose elements are `element`.
    pub(super) fn list_of(&mut self, element: ExprIx, node: Node<'_>) -> ExprIx {
        if element == 0 {
            return self.b.literal(Literal::List, node);
        }
        let base = self.global_name("list");
        self.b.expr(Expr::Generic { base, args: vec![element] }, node)
    }

    fn dictionary(&mut self, node: Node<'_>) -> ExprIx {
        let mut values: Vec<ExprIx> = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            let value = match child.kind() {
                "pair" => {
                    if let Some(key) = child.field("key") {
                        self.visit(key);
                    }
                    child.field("value").map_or(0, |value| self.visit(value))
                }
                _ => {
                    let base = self.splat(child);
                    if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, child) }
                }
            };
            if !matches!(self.b.expr_at(value), Expr::Unknown | Expr::Lit(_)) && values.len() < MAX_PARTS {
                values.push(value);
            }
        }
        let value = self.b.union(values);
        if value == 0 { self.b.literal(Literal::Map, node) } else { self.b.expr(Expr::MapOf { value }, node) }
    }

    fn comprehension(&mut self, node: Node<'_>) -> ExprIx {
        let mut clauses = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if matches!(child.kind(), "for_in_clause" | "if_clause") {
                clauses.push(child);
            }
        }
        // The first iterable is looked up outside.
        let first = clauses.first().and_then(|clause| clause.field("right"));
        let over = first.map_or(0, |right| self.visit(right));
        self.b.open_scope(ScopeKind::Block);
        for (nth, clause) in clauses.iter().enumerate() {
            if clause.kind() == "if_clause" {
                if let Some(condition) = clause.named_child(0) {
                    for (key, ty) in self.tests_of(condition, true) {
                        if !key.contains('.') {
                            self.b.local(key, 0, LocalKind::Variable, ty, 0);
                        }
                    }
                    self.visit(condition);
                }
                continue;
            }
            let right = clause.field("right");
            let value = if nth == 0 { over } else { right.map_or(0, |right| self.visit(right)) };
            if let Some(left) = clause.field("left") {
                self.bind_elements(left, value);
            }
        }
        let value = match node.field("body") {
            Some(pair) if pair.kind() == "pair" => {
                if let Some(key) = pair.field("key") {
                    self.visit(key);
                }
                let value = pair.field("value").map_or(0, |value| self.visit(value));
                if value == 0 {
                    self.b.literal(Literal::Map, node)
                } else {
                    self.b.expr(Expr::MapOf { value }, node)
                }
            }
            Some(body) => {
                let value = self.visit(body);
                self.list_of(value, node)
            }
            None => 0,
        };
        self.b.close_scope();
        value
    }

    /// Binds the targets of a comprehension's clause, seen in all of it.
    fn bind_elements(&mut self, left: Node<'_>, over: ExprIx) {
        if left.kind() == "identifier" {
            let name = self.b.text(left);
            self.b.local(name, 0, LocalKind::Element, 0, over);
            return;
        }
        let element = if over == 0 { 0 } else { self.b.expr(Expr::Element { base: over }, left) };
        self.bind_parts(left, element);
    }

    fn bind_parts(&mut self, pattern: Node<'_>, whole: ExprIx) {
        if !self.b.descend(pattern) {
            return;
        }
        let mut cursor = pattern.walk();
        for (index, part) in (0_u32..).zip(pattern.named_children(&mut cursor)) {
            let value = if whole == 0 { 0 } else { self.b.expr(Expr::Part { base: whole, index }, part) };
            match part.kind() {
                "identifier" => {
                    let name = self.b.text(part);
                    self.b.local(name, 0, LocalKind::Variable, 0, value);
                }
                "tuple_pattern" | "list_pattern" | "pattern_list" => self.bind_parts(part, value),
                "list_splat_pattern" => {
                    if let Some(name) = part.named_child(0).filter(|name| name.kind() == "identifier") {
                        let name = self.b.text(name);
                        self.b.local(name, 0, LocalKind::Pattern, 0, 0);
                    }
                }
                _ => {
                    self.visit(part);
                }
            }
        }
        self.b.ascend();
    }

    /// `a if condition else b`.
    fn conditional(&mut self, node: Node<'_>) -> ExprIx {
        let (Some(yes), Some(condition), Some(no)) = (node.named_child(0), node.named_child(1), node.named_child(2))
        else {
            self.visit_all(node);
            return 0;
        };
        let mut values = Vec::new();
        let taken = self.branch(yes.end_byte(), |walker| {
            walker.narrow_by(condition, true, yes.start_byte());
            values.push(walker.visit(yes));
        });
        self.join(&[taken], true, yes.end_byte());
        self.visit(condition);
        let other = self.branch(no.end_byte(), |walker| {
            walker.narrow_by(condition, false, no.start_byte());
            values.push(walker.visit(no));
        });
        self.join(&[other], true, no.end_byte());
        self.b.union(values)
    }

    /// `a and b`, `a or b`; long chains lean to the left.
    fn boolean(&mut self, node: Node<'_>) -> ExprIx {
        let (operands, operator) = spine(node);
        let is_and = operator == "and";
        let mut values = Vec::new();
        let Some((first, rest)) = operands.split_first() else { return 0 };
        values.push(self.visit(*first));
        let end = node.end_byte();
        let mut tested = vec![*first];
        let outcome = self.branch(end, |walker| {
            for operand in rest {
                if let Some(before) = tested.last() {
                    walker.narrow_by(*before, is_and, operand.start_byte());
                }
                values.push(walker.visit(*operand));
                tested.push(*operand);
            }
        });
        self.join(&[outcome], true, end);
        if is_and {
            // The left side is the value only where it is false: nothing, or empty.
            return values.last().copied().unwrap_or(0);
        }
        self.b.union(values)
    }

    /// Operators: the left operand's method of that name tells the type, of the first few in a chain.
    fn binary(&mut self, node: Node<'_>) -> ExprIx {
        let mut nth = 0;
        Chain::of(node).fold(self, Self::visit, |walker, operator, left, right, _| {
            nth += 1;
            let method = match operator {
                "+" => "__add__",
                "-" => "__sub__",
                "*" => "__mul__",
                "/" => "__truediv__",
                "//" => "__floordiv__",
                "%" => "__mod__",
                "|" => "__or__",
                "&" => "__and__",
                "@" => "__matmul__",
                _ => "",
            };
            match *walker.b.expr_at(left) {
                Expr::Unknown => 0,
                Expr::Lit(literal @ (Literal::Str | Literal::Int | Literal::Float)) if nth < 3 => {
                    walker.b.literal(literal, node)
                }
                _ if method.is_empty() || nth > 2 => 0,
                _ => {
                    let name = walker.b.intern_owned(method);
                    let callee = walker.b.expr(Expr::Member { base: left, name }, node);
                    walker.b.expr(Expr::Call { callee, args: vec![right] }, node)
                }
            }
        })
    }

    /// `name := value`.
    fn named(&mut self, node: Node<'_>) -> ExprIx {
        let (Some(name), Some(value)) = (node.field("name"), node.field("value")) else {
            return 0;
        };
        let value = self.visit(value);
        let assigned = super::statements::Assigned {
            whole: node,
            from: node.end_byte(),
            kind: LocalKind::Variable,
            ty: 0,
            value,
        };
        self.assign(name, assigned);
        value
    }

    /// Another name of a type.
    pub(super) fn define_alias(&mut self, name: Node<'_>, whole: Node<'_>, ty: ExprIx) {
        let text = self.b.text(name);
        let visibility = self.visibility(text);
        let flags = self.stub_flags();
        let kind = SymbolKind::TypeAlias;
        let def = self.b.define(DefSpec { kind, name, whole, body: None, visibility, flags });
        self.b.def_mut(def).ty = ty;
        if self.top_kind() == FrameKind::Class {
            self.b.def_mut(def).flags.set(DefFlags::STATIC, true);
        }
    }
}

/// The operands of a chain of boolean operators that leans to the left, in order, and the operator: a chain of both is
/// taken as one only as far as its operator is the same.
fn spine<'t>(node: Node<'t>) -> (Vec<Node<'t>>, &'t str) {
    let operator = operator_of(node);
    let mut operands = Vec::new();
    let mut at = node;
    loop {
        if at.kind() != "boolean_operator" || operator_of(at) != operator {
            operands.push(at);
            break;
        }
        if let Some(right) = at.field("right") {
            operands.push(right);
        }
        match at.field("left") {
            Some(left) => at = left,
            None => break,
        }
    }
    operands.reverse();
    (operands, operator)
}
