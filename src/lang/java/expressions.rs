//! Syntax tree to facts: statements and expressions.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::classes;
use crate::lang::operators::{self, Chain, operator_of};
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
                // A block that stands in a class body is an initialiser.
                let is_initializer = self.b.scope() == self.b.nearest_scope(ScopeKind::Type);
                let in_type = is_initializer && self.b.scope() != 0;
                self.b.open_scope(if in_type { ScopeKind::Function } else { ScopeKind::Block });
                self.members(node);
                self.b.close_scope();
                0
            }
            "local_variable_declaration" => {
                self.local_variables(node);
                0
            }
            "enhanced_for_statement" => {
                self.enhanced_for(node);
                0
            }
            "for_statement" | "try_with_resources_statement" => {
                self.b.open_scope(ScopeKind::Block);
                self.members(node);
                self.b.close_scope();
                0
            }
            "resource" => {
                self.resource(node);
                0
            }
            "catch_clause" => {
                self.catch(node);
                0
            }
            "return_statement" => {
                let value = self.only_child(node);
                if let Some(returns) = self.returns.last_mut().filter(|_| value != 0) {
                    returns.push(value);
                }
                0
            }
            "yield_statement" => {
                let value = self.only_child(node);
                if let Some(yields) = self.yields.last_mut().filter(|_| value != 0) {
                    yields.push(value);
                }
                0
            }
            "labeled_statement" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).skip(1) {
                    self.visit(child);
                }
                0
            }
            "break_statement" | "continue_statement" | "line_comment" | "block_comment" => 0,
            "ERROR" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if !matches!(child.kind(), "identifier" | "type_identifier" | "modifiers") {
                        self.visit(child);
                    }
                }
                0
            }
            _ => self.expression(node),
        }
    }

    /// Visits all children and gives the value of the only one that is an expression.
    fn only_child(&mut self, node: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !child.is_extra() {
                value = self.visit(child);
            }
        }
        value
    }

    fn local_variables(&mut self, node: Node<'_>) {
        self.annotations(node);
        let written = node.field("type").map_or(0, |ty| self.declared_type(ty));
        let mut cursor = node.walk();
        for declarator in node.children_by_field_name("declarator", &mut cursor) {
            let ty = self.dimensions(written, declarator);
            let init = declarator.field("value").map_or(0, |value| self.visit(value));
            if let Some(name) = declarator.field("name") {
                let from = declarator.end_byte();
                self.b.local(self.b.text(name), from, LocalKind::Variable, ty, init);
            }
        }
    }

    fn enhanced_for(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        self.annotations(node);
        let written = node.field("type").map_or(0, |ty| self.declared_type(ty));
        let ty = self.dimensions(written, node);
        let over = node.field("value");
        let init = over.map_or(0, |value| self.visit(value));
        if let Some(name) = node.field("name") {
            let from = over.map_or(0, |value| value.end_byte());
            self.b.local(self.b.text(name), from, LocalKind::Element, ty, init);
        }
        if let Some(body) = node.field("body") {
            self.visit(body);
        }
        self.b.close_scope();
    }

    fn resource(&mut self, node: Node<'_>) {
        let Some(name) = node.field("name") else {
            self.only_child(node);
            return;
        };
        let ty = node.field("type").map_or(0, |ty| self.declared_type(ty));
        let init = node.field("value").map_or(0, |value| self.visit(value));
        self.b.local(self.b.text(name), node.end_byte(), LocalKind::Variable, ty, init);
    }

    fn catch(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() != "catch_formal_parameter" {
                self.visit(child);
                continue;
            }
            let mut types = Vec::new();
            let mut inner = child.walk();
            for part in child.named_children(&mut inner).filter(|part| part.kind() == "catch_type") {
                self.supertypes(part, Role::Type, &mut types);
            }
            let types: Vec<ExprIx> = types.into_iter().map(|(_, ty)| ty).collect();
            let ty = self.b.union(types);
            if let Some(name) = child.field("name") {
                self.b.local(self.b.text(name), 0, LocalKind::Variable, ty, 0);
            }
        }
        self.b.close_scope();
    }

    /// A number whose suffix says its type.
    fn of_primitive(&mut self, name: &'static str, node: Node<'_>) -> ExprIx {
        let (name, scope) = (self.b.intern_owned(name), self.b.scope());
        let ty = self.b.expr(Expr::Name { name, scope }, node);
        self.b.expr(Expr::Typed { ty }, node)
    }

    fn expression(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => {
                let value = self.b.name(node);
                self.b.uses(value, Role::Read, node);
                value
            }
            "this" => {
                let scope = self.b.scope();
                self.b.expr(Expr::SelfRef { scope }, node)
            }
            "super" => {
                let scope = self.b.scope();
                self.b.expr(Expr::SuperRef { scope }, node)
            }
            "decimal_integer_literal" | "hex_integer_literal" | "octal_integer_literal"
            | "binary_integer_literal" => {
                let is_long = self.b.text(node).ends_with(['l', 'L']);
                if is_long { self.of_primitive("long", node) } else { self.b.literal(Literal::Int, node) }
            }
            "decimal_floating_point_literal" | "hex_floating_point_literal" => {
                let is_float = self.b.text(node).ends_with(['f', 'F']);
                if is_float { self.of_primitive("float", node) } else { self.b.literal(Literal::Float, node) }
            }
            "true" | "false" => self.b.literal(Literal::Bool, node),
            "character_literal" => self.b.literal(Literal::Char, node),
            "null_literal" => self.b.literal(Literal::Null, node),
            "string_literal" => {
                if node.named_child_count() > 1 {
                    self.members(node);
                }
                self.b.literal(Literal::Str, node)
            }
            "string_fragment" | "multiline_string_fragment" | "escape_sequence" => 0,
            "parenthesized_expression" | "expression_statement" => self.only_child(node),
            "field_access" => self.field_access(node, Role::Read),
            "method_invocation" => self.call(node),
            "explicit_constructor_invocation" => self.constructor_call(node),
            "object_creation_expression" => self.creation(node),
            "array_creation_expression" => self.array_creation(node),
            "array_initializer" | "element_value_array_initializer" => {
                self.members(node);
                self.b.literal(Literal::List, node)
            }
            "array_access" => {
                let base = node.field("array").map_or(0, |array| self.visit(array));
                if let Some(index) = node.field("index") {
                    self.visit(index);
                }
                if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, node) }
            }
            "assignment_expression" => self.assignment(node),
            "update_expression" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.target(child);
                }
                self.b.literal(Literal::Int, node)
            }
            "binary_expression" => {
                Chain::of(node).fold(self, Self::visit, |walker, operator, left, right, each| {
                    operators::arithmetic(walker.b, operator, left, right, each)
                })
            }
            "unary_expression" => {
                let operand = node.field("operand").map_or(0, |operand| self.visit(operand));
                if operator_of(node) == "!" { self.b.literal(Literal::Bool, node) } else { operand }
            }
            "ternary_expression" => {
                if let Some(condition) = node.field("condition") {
                    self.visit(condition);
                }
                let yes = node.field("consequence").map_or(0, |yes| self.visit(yes));
                let no = node.field("alternative").map_or(0, |no| self.visit(no));
                self.b.union(vec![yes, no])
            }
            "cast_expression" => {
                let mut ty = 0;
                let mut cursor = node.walk();
                for written in node.children_by_field_name("type", &mut cursor) {
                    let each = self.ty(written);
                    if ty == 0 {
                        ty = each;
                    }
                }
                let value = node.field("value").map_or(0, |value| self.visit(value));
                if ty == 0 { value } else { self.b.expr(Expr::Typed { ty }, node) }
            }
            "instanceof_expression" => self.instance_of(node),
            "type_pattern" | "record_pattern_component" => {
                self.typed_pattern(node);
                0
            }
            "record_pattern" => {
                self.record_pattern(node);
                0
            }
            "lambda_expression" => self.lambda(node),
            "method_reference" => self.method_reference(node),
            "class_literal" => {
                let mut of = 0;
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    of = self.ty(child);
                }
                let name = self.b.intern("Class");
                let scope = self.b.scope();
                let base = self.b.expr(Expr::Name { name, scope }, node);
                let ty = self.b.expr(Expr::Generic { base, args: vec![of] }, node);
                self.b.expr(Expr::Typed { ty }, node)
            }
            "switch_expression" => self.switch(node),
            "switch_label" => {
                self.switch_label(node);
                0
            }
            "marker_annotation" | "annotation" => {
                self.annotation(node);
                0
            }
            "type_identifier" | "scoped_type_identifier" | "generic_type" | "array_type" | "annotated_type" => {
                self.ty(node);
                0
            }
            "modifiers" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.visit(child);
                }
                0
            }
            _ => {
                self.members(node);
                0
            }
        }
    }

    /// `object.field`, `Outer.this`, `Outer.super.field`.
    fn field_access(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let (Some(object), Some(field)) =
            (node.field("object"), node.field("field"))
        else {
            return self.only_child(node);
        };
        let base = self.visit(object);
        if field.kind() == "this" {
            return if base == 0 { 0 } else { self.b.expr(Expr::Typed { ty: base }, node) };
        }
        if base == 0 {
            return 0;
        }
        let member = self.b.member(base, field);
        self.b.uses(member, role, field);
        member
    }

    /// What is assigned to.
    fn target(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => {
                let value = self.b.name(node);
                self.b.uses(value, Role::Write, node);
                value
            }
            "field_access" => self.field_access(node, Role::Write),
            _ => self.visit(node),
        }
    }

    fn assignment(&mut self, node: Node<'_>) -> ExprIx {
        let target = node.field("left").map_or(0, |left| self.target(left));
        let value = node.field("right").map_or(0, |right| self.visit(right));
        if target == 0 { value } else { target }
    }

    /// Arguments, and how many; a lambda among them is given an element of `input`.
    pub(super) fn arguments(&mut self, node: Node<'_>, input: Option<ExprIx>) -> (Vec<ExprIx>, u8) {
        let mut args = Vec::with_capacity(node.named_child_count());
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.is_extra() {
                continue;
            }
            if child.kind() == "lambda_expression" {
                self.lambda_input = input;
            }
            args.push(self.visit(child));
        }
        let argc = u8::try_from(args.len()).unwrap_or(u8::MAX);
        (args, argc)
    }

    fn call(&mut self, node: Node<'_>) -> ExprIx {
        let Some(name) = node.field("name") else { return self.only_child(node) };
        let mut input = None;
        let callee = match node.field("object") {
            Some(object) => {
                let base = self.visit(object);
                input = Some(base).filter(|&base| base != 0 && takes_elements(self.b.text(name)));
                // `Interface.super.method()`: the method of that interface.
                let mut cursor = node.walk();
                let of_interface = object.kind() != "super"
                    && node.named_children(&mut cursor).any(|child| child.kind() == "super");
                let base = if of_interface && base != 0 {
                    self.b.expr(Expr::Typed { ty: base }, object)
                } else {
                    base
                };
                // A receiver of which nothing is known still gives a call by name.
                self.b.member(base, name)
            }
            None => self.method_name(name),
        };
        if let Some(types) = node.field("type_arguments") {
            self.type_arguments(types);
        }
        let (args, argc) =
            node.field("arguments").map_or((Vec::new(), 0), |list| self.arguments(list, input));
        if callee == 0 {
            return 0;
        }
        let call = self.b.expr(Expr::Call { callee, args }, node);
        self.b.uses_with(callee, Role::Call, name, argc, call);
        call
    }

    /// `this(…)` and `super(…)` at the head of a constructor.
    fn constructor_call(&mut self, node: Node<'_>) -> ExprIx {
        if let Some(object) = node.field("object") {
            self.visit(object);
        }
        let passed = node.field("arguments").map_or((Vec::new(), 0), |list| self.arguments(list, None));
        if let (Some(which), Some(frame)) = (node.field("constructor"), self.frames.last()) {
            classes::constructor_call(self.b, frame.names, passed, which, node);
        }
        0
    }

    /// `new T(…)`, `outer.new T(…)`, `new T(…) { … }`.
    fn creation(&mut self, node: Node<'_>) -> ExprIx {
        let Some(ty) = node.field("type") else { return self.only_child(node) };
        let mut body = None;
        let mut outer = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "class_body" => body = Some(child),
                "marker_annotation" | "annotation" => self.annotation(child),
                "type_arguments" | "argument_list" => {}
                _ if child.start_byte() < ty.start_byte() && !child.is_extra() => outer = self.visit(child),
                _ => {}
            }
        }
        let written = self.ty_unused(ty);
        let (mut whole, mut head) = (written.whole, written.head);
        if outer != 0 && head == whole {
            head = self.b.member(outer, written.name);
            whole = head;
        }
        let (args, argc) =
            node.field("arguments").map_or((Vec::new(), 0), |list| self.arguments(list, None));
        let new = self.b.expr(Expr::New { ty: whole, args }, node);
        self.b.uses_with(head, Role::New, written.name, argc, new);
        if let Some(body) = body {
            self.anonymous_class(written.name, node, body, whole);
        }
        new
    }

    fn array_creation(&mut self, node: Node<'_>) -> ExprIx {
        let mut ty = node.field("type").map_or(0, |ty| self.ty(ty));
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "dimensions_expr" => {
                    self.members(child);
                    if ty != 0 {
                        ty = self.b.expr(Expr::Wrapped { base: ty }, child);
                    }
                }
                "dimensions" => {
                    for _ in self.b.text(child).bytes().filter(|&byte| byte == b'[') {
                        if ty != 0 {
                            ty = self.b.expr(Expr::Wrapped { base: ty }, child);
                        }
                    }
                }
                "array_initializer" => self.members(child),
                _ => {}
            }
        }
        if ty == 0 { 0 } else { self.b.expr(Expr::Typed { ty }, node) }
    }

    fn instance_of(&mut self, node: Node<'_>) -> ExprIx {
        if let Some(left) = node.field("left") {
            self.visit(left);
        }
        if let Some(right) = node.field("right") {
            let ty = self.ty(right);
            if let Some(name) = node.field("name") {
                self.b.local(self.b.text(name), node.end_byte(), LocalKind::Pattern, ty, 0);
            }
        }
        if let Some(pattern) = node.field("pattern") {
            self.visit(pattern);
        }
        self.b.literal(Literal::Bool, node)
    }

    /// `Type name` in a pattern.
    fn typed_pattern(&mut self, node: Node<'_>) {
        let mut ty = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "identifier" => {
                    self.b.local(self.b.text(child), child.start_byte(), LocalKind::Pattern, ty, 0);
                }
                "underscore_pattern" => {}
                _ => ty = self.declared_type(child),
            }
        }
    }

    fn record_pattern(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "identifier" | "type_identifier" | "generic_type" => {
                    self.ty(child);
                }
                _ => {
                    self.visit(child);
                }
            }
        }
    }

    fn lambda(&mut self, node: Node<'_>) -> ExprIx {
        let input = self.lambda_input.take();
        let kind = if input.is_some() { LocalKind::Element } else { LocalKind::Param };
        let init = input.unwrap_or(0);
        self.b.open_scope(ScopeKind::Function);
        if let Some(parameters) = node.field("parameters") {
            match parameters.kind() {
                "formal_parameters" => {
                    self.parameters(parameters, 0);
                }
                "inferred_parameters" => {
                    let alone = parameters.named_child_count() == 1;
                    let (kind, init) = if alone { (kind, init) } else { (LocalKind::Param, 0) };
                    let mut cursor = parameters.walk();
                    for name in parameters.named_children(&mut cursor) {
                        self.b.local(self.b.text(name), 0, kind, 0, init);
                    }
                }
                _ => {
                    self.b.local(self.b.text(parameters), 0, kind, 0, init);
                }
            }
        }
        let mut result = 0;
        if let Some(body) = node.field("body") {
            if body.kind() == "block" {
                self.returns.push(Vec::new());
                self.members(body);
                let returned = self.returns.pop().unwrap_or_default();
                result = self.b.union(returned);
            } else {
                result = self.visit(body);
            }
        }
        self.b.close_scope();
        self.b.expr(Expr::Function { result }, node)
    }

    /// `Type::name`, `value::name`, `Type::new`.
    fn method_reference(&mut self, node: Node<'_>) -> ExprIx {
        let mut base = 0;
        let mut name = None;
        let mut constructs = false;
        let mut cursor = node.walk();
        for (nth, child) in node.children(&mut cursor).filter(|child| !child.is_extra()).enumerate() {
            match child.kind() {
                _ if nth == 0 => match child.kind() {
                    "type_identifier" | "scoped_type_identifier" | "generic_type" | "array_type"
                    | "integral_type" | "floating_point_type" | "boolean_type" | "annotated_type" => {
                        base = self.ty(child);
                    }
                    _ => {
                        base = self.visit(child);
                    }
                },
                "type_arguments" => {
                    self.type_arguments(child);
                }
                "new" => constructs = true,
                "identifier" => name = Some(child),
                _ => {}
            }
        }
        if base == 0 {
            return 0;
        }
        if constructs {
            let result = self.b.expr(Expr::New { ty: base, args: Vec::new() }, node);
            return self.b.expr(Expr::Function { result }, node);
        }
        let Some(name) = name else { return 0 };
        let callee = self.b.member(base, name);
        self.b.uses(callee, Role::Read, name);
        let result = self.b.expr(Expr::Call { callee, args: Vec::new() }, node);
        self.b.expr(Expr::Function { result }, node)
    }

    fn switch(&mut self, node: Node<'_>) -> ExprIx {
        let selector = node.field("condition").map_or(0, |condition| self.visit(condition));
        let Some(body) = node.field("body") else { return 0 };
        self.selectors.push(selector);
        self.yields.push(Vec::new());
        self.b.open_scope(ScopeKind::Block);
        let mut cursor = body.walk();
        for child in body.named_children(&mut cursor) {
            if child.kind() != "switch_rule" {
                self.visit(child);
                continue;
            }
            self.b.open_scope(ScopeKind::Block);
            let mut inner = child.walk();
            for part in child.named_children(&mut inner) {
                let value = self.visit(part);
                if let Some(yields) = self.yields.last_mut().filter(|_| part.kind() == "expression_statement") {
                    yields.push(value);
                }
            }
            self.b.close_scope();
        }
        self.b.close_scope();
        self.selectors.pop();
        let yields = self.yields.pop().unwrap_or_default();
        self.b.union(yields)
    }

    /// A bare name in a label is a constant in scope or, mostly, a member of the enumeration that is looked at.
    fn switch_label(&mut self, node: Node<'_>) {
        let selector = self.selectors.last().copied().unwrap_or(0);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            let is_name = child.kind() == "identifier";
            if is_name && self.b.text(child) == "default" {
                continue;
            }
            if is_name && selector != 0 {
                let member = self.b.member(selector, child);
                self.b.uses(member, Role::Read, child);
            }
            self.visit(child);
        }
    }
}

/// Methods of the standard library that give each element of their receiver to a lambda.
fn takes_elements(method: &str) -> bool {
    matches!(
        method,
        "forEach" | "map" | "filter" | "anyMatch" | "allMatch" | "noneMatch" | "flatMap" | "mapToInt" | "mapToLong"
            | "mapToDouble" | "mapToObj" | "peek" | "removeIf" | "ifPresent" | "ifPresentOrElse" | "takeWhile"
            | "dropWhile" | "forEachOrdered" | "mapMulti"
    )
}
