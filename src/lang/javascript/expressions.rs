//! Syntax tree to facts: expressions.

use super::walk::{FunctionName, This, Var, Walker, is_function, is_function_or_class, strip, unquoted};
use crate::lang::Fields as _;
use crate::lang::operators::{Chain, operator_of};
use crate::facts::{DefFlags, DefIx, Expr, ExprIx, Literal, Sid, Use};
use crate::model::{Role, SymbolKind};
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// Gives the value of an expression. `context` is the type that is expected of it, or 0.
    pub(super) fn expression(&mut self, node: Node<'_>, context: ExprIx) -> ExprIx {
        match node.kind() {
            "identifier" => {
                let value = self.b.name(node);
                if self.is_module_exports(node) {
                    self.exports_read.push(value);
                } else {
                    self.read(value, node);
                }
                value
            }
            "this" => self.this_expr(node),
            "super" => self.super_expr(node),
            "number" => self.b.literal(Literal::Int, node),
            "true" | "false" => self.b.literal(Literal::Bool, node),
            "null" | "undefined" => self.b.literal(Literal::Null, node),
            "string" => self.b.literal(Literal::Str, node),
            "template_string" => {
                self.visit_children(node);
                self.b.literal(Literal::Str, node)
            }
            "regex" => self.library("RegExp", node),
            "string_fragment" | "escape_sequence" | "property_identifier" | "private_property_identifier"
            | "statement_identifier" | "jsx_text" | "meta_property" | "comment" => 0,
            "parenthesized_expression" => self.parenthesized(node, context),
            "sequence_expression" => self.visit_children(node),
            "expression_statement" => self.expression_statement(node),
            "member_expression" => self.member(node, Role::Read),
            "subscript_expression" => self.subscript(node, Role::Read),
            "call_expression" => self.call(node, context),
            "new_expression" => self.new_expression(node),
            "object" => self.object(node, context),
            "array" => self.array(node, context),
            "arrow_function" | "function_expression" | "generator_function" => self.lambda(node, context),
            "class" => {
                let doc = self.doc.take();
                let def = self.class(node, None, node, 0, doc);
                self.b.expr(Expr::Def(def), node)
            }
            "assignment_expression" => self.assignment(node, None),
            "augmented_assignment_expression" => self.augmented(node),
            "update_expression" => {
                if let Some(argument) = node.field("argument") {
                    self.target(argument);
                }
                self.b.literal(Literal::Int, node)
            }
            "binary_expression" => self.binary(node),
            "unary_expression" => {
                self.visit_children(node);
                let operator = operator_of(node);
                match operator {
                    "!" | "delete" => self.b.literal(Literal::Bool, node),
                    "typeof" => self.b.literal(Literal::Str, node),
                    "void" => 0,
                    _ => self.b.literal(Literal::Int, node),
                }
            }
            "ternary_expression" => {
                if let Some(condition) = node.field("condition") {
                    self.visit(condition);
                }
                let yes = node.field("consequence").map_or(0, |yes| self.visit_as(yes, context));
                let no = node.field("alternative").map_or(0, |no| self.visit_as(no, context));
                self.b.union(vec![yes, no])
            }
            "await_expression" => {
                let base = self.visit_children(node);
                if base == 0 { 0 } else { self.b.expr(Expr::Unwrap { base }, node) }
            }
            "yield_expression" => self.yield_expression(node),
            "as_expression" | "satisfies_expression" | "type_assertion" => self.cast(node),
            "non_null_expression" => node.named_child(0).map_or(0, |inner| self.visit_as(inner, context)),
            "instantiation_expression" => {
                if let Some(arguments) = node.field("type_arguments") {
                    self.type_arguments(arguments);
                }
                node.named_child(0).map_or(0, |inner| self.visit(inner))
            }
            "spread_element" => {
                self.visit_children(node);
                0
            }
            "decorator" => {
                self.decorator(node);
                0
            }
            "jsx_opening_element" | "jsx_self_closing_element" => self.jsx(node),
            "jsx_closing_element" => 0,
            "type_annotation" | "type_arguments" | "type_parameters" => {
                self.annotation(node);
                0
            }
            _ => {
                self.members(node);
                0
            }
        }
    }

    /// A value of a type of the language's library.
    pub(super) fn library(&mut self, name: &str, node: Node<'_>) -> ExprIx {
        let name = self.b.intern_owned(name);
        let ty = self.b.expr(Expr::Name { name, scope: 0 }, node);
        self.b.expr(Expr::Typed { ty }, node)
    }

    /// A generic type of the language's library.
    pub(super) fn generic(&mut self, name: &str, args: Vec<ExprIx>, node: Node<'_>) -> ExprIx {
        let name = self.b.intern_owned(name);
        let base = self.b.expr(Expr::Name { name, scope: 0 }, node);
        self.b.expr(Expr::Generic { base, args }, node)
    }

    pub(super) fn this_expr(&mut self, node: Node<'_>) -> ExprIx {
        let scope = self.b.scope();
        match self.this.last() {
            Some(This::Instance) => self.b.expr(Expr::SelfRef { scope }, node),
            Some(This::Class) => self.b.expr(Expr::SelfType { scope }, node),
            Some(This::Value(value)) => *value,
            _ => 0,
        }
    }

    fn super_expr(&mut self, node: Node<'_>) -> ExprIx {
        let scope = self.b.scope();
        match (self.this.last(), self.classes.last()) {
            (Some(This::Class), Some(class)) => class.base,
            _ => self.b.expr(Expr::SuperRef { scope }, node),
        }
    }

    /// Parentheses, in JavaScript perhaps after `/** @type {T} */`.
    fn parenthesized(&mut self, node: Node<'_>, context: ExprIx) -> ExprIx {
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "comment" => {}
                "type_annotation" => {
                    self.annotation(child);
                }
                _ => value = self.visit_as(child, context),
            }
        }
        let cast = node.prev_sibling().filter(|before| before.kind() == "comment");
        let ty = cast.map_or(0, |comment| {
            let range = comment.byte_range();
            self.doc_type(Some((range.start, range.end)), node)
        });
        if ty == 0 { value } else { self.b.expr(Expr::Typed { ty }, node) }
    }

    /// An assignment that is a statement may have a doc comment.
    fn expression_statement(&mut self, node: Node<'_>) -> ExprIx {
        let doc = self.doc.take();
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() != "comment") {
            value = if child.kind() == "assignment_expression" && self.b.descend(child) {
                let value = self.assignment(child, doc);
                self.b.ascend();
                value
            } else {
                self.visit(child)
            };
        }
        value
    }

    fn yield_expression(&mut self, node: Node<'_>) -> ExprIx {
        let value = self.visit_children(node);
        let delegates = node.child(1).is_some_and(|child| child.kind() == "*");
        let each = if delegates && value != 0 { self.b.expr(Expr::Element { base: value }, node) } else { value };
        if let Some(yields) = self.yields.last_mut().filter(|_| each != 0) {
            yields.push(each);
        }
        0
    }

    fn cast(&mut self, node: Node<'_>) -> ExprIx {
        let (value, ty) = if node.kind() == "type_assertion" {
            (node.named_child(1), node.named_child(0))
        } else {
            (node.named_child(0), node.named_child(1))
        };
        let ty_expr = match ty {
            Some(arguments) if arguments.kind() == "type_arguments" => {
                self.type_arguments(arguments).first().copied().unwrap_or(0)
            }
            Some(ty) => self.ty(ty),
            None => 0,
        };
        let value = value.map_or(0, |value| self.visit_as(value, ty_expr));
        // `as any` and `as const` say nothing about the type.
        if ty_expr == 0 || node.kind() == "satisfies_expression" {
            return value;
        }
        self.b.expr(Expr::Typed { ty: ty_expr }, node)
    }

    /// A function without a name of its own place: a callback, a returned closure, a part of an expression.
    fn lambda(&mut self, node: Node<'_>, context: ExprIx) -> ExprIx {
        let doc = self.doc.take();
        self.context = context;
        match node.field("name") {
            Some(name) => {
                let spec = FunctionName { node: name, text: self.b.text(name), kind: SymbolKind::Function };
                let def = self.function(node, Some(spec), node, 0, (doc, 0));
                self.hide(def);
                self.b.expr(Expr::Def(def), node)
            }
            None => self.function(node, None, node, 0, (doc, 0)),
        }
    }

    fn array(&mut self, node: Node<'_>, context: ExprIx) -> ExprIx {
        let expected = if context == 0 { 0 } else { self.b.expr(Expr::Element { base: context }, node) };
        let mut parts = Vec::new();
        let mut spread = false;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() != "comment") {
            if child.kind() == "spread_element" {
                spread = true;
                let base = self.visit_children(child);
                parts.push(if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, child) });
            } else {
                parts.push(self.visit_as(child, expected));
            }
        }
        if parts.is_empty() {
            return self.b.literal(Literal::List, node);
        }
        if spread || parts.len() > 8 {
            let each = self.b.union(parts);
            let list = self.generic("Array", vec![each], node);
            return self.b.expr(Expr::Typed { ty: list }, node);
        }
        self.b.expr(Expr::Tuple(parts), node)
    }

    // ---- members -----------------------------------------------------------------------------------------------

    /// `object.property`.
    fn member(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let (Some(object), Some(property)) =
            (node.field("object"), node.field("property"))
        else {
            return self.visit_children(node);
        };
        if self.is_module_exports(node) {
            return self.exports_value();
        }
        let base = self.visit(object);
        let member = self.b.member(base, property);
        self.b.uses(member, role, property);
        member
    }

    /// `object[index]`: with a known key a member, else an element.
    fn subscript(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let Some(object) = node.field("object") else { return self.visit_children(node) };
        let base = self.visit(object);
        let Some(index) = node.field("index") else { return 0 };
        match index.kind() {
            "string" => {
                let name = unquoted(self.b.text(index)).to_owned();
                let member = self.member_named(base, &name, index);
                self.b.uses(member, role, index);
                member
            }
            "number" => match self.b.text(index).parse::<u32>() {
                Ok(index) if base != 0 => self.b.expr(Expr::Part { base, index }, node),
                _ => 0,
            },
            _ => {
                self.visit(index);
                if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, node) }
            }
        }
    }

    /// What is assigned to.
    pub(super) fn target(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => {
                let value = self.b.name(node);
                self.b.uses(value, Role::Write, node);
                value
            }
            "member_expression" => self.member(node, Role::Write),
            "subscript_expression" => self.subscript(node, Role::Write),
            "object_pattern" | "array_pattern" | "pair_pattern" | "rest_pattern" | "parenthesized_expression"
            | "non_null_expression" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if self.b.descend(child) {
                        self.target(child);
                        self.b.ascend();
                    }
                }
                0
            }
            "shorthand_property_identifier_pattern" => {
                let value = self.b.name(node);
                self.b.uses(value, Role::Write, node);
                value
            }
            "assignment_pattern" | "object_assignment_pattern" => {
                if let Some(right) = node.field("right") {
                    self.visit(right);
                }
                node.field("left").map_or(0, |left| self.target(left))
            }
            "property_identifier" => 0,
            _ => self.visit(node),
        }
    }

    fn augmented(&mut self, node: Node<'_>) -> ExprIx {
        let target = node.field("left").map_or(0, |left| self.target(left));
        let value = node.field("right").map_or(0, |right| self.visit(right));
        if matches!(operator_of(node), "||=" | "??=" | "&&=") { self.b.union(vec![target, value]) } else { target }
    }

    fn binary(&mut self, node: Node<'_>) -> ExprIx {
        Chain::of(node).fold(self, Self::visit, |walker, operator, left, right, each| match operator {
            "||" | "??" => walker.b.union(vec![left, right]),
            "&&" => right,
            "+" => {
                let is_text = |value| *walker.b.expr_at(value) == Expr::Lit(Literal::Str);
                if is_text(left) || is_text(right) { walker.b.literal(Literal::Str, each) } else { 0 }
            }
            "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>" | ">>>" => {
                walker.b.literal(Literal::Int, each)
            }
            _ => walker.b.literal(Literal::Bool, each),
        })
    }

    // ---- assignments -------------------------------------------------------------------------------------------

    /// `left = right`. Functions that are assigned to a member or a variable become definitions of that name.
    pub(super) fn assignment(&mut self, node: Node<'_>, doc: Option<(usize, usize)>) -> ExprIx {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right"))
        else {
            return self.visit_children(node);
        };
        if self.is_module_exports(left) {
            return self.assign_exports(node, right, doc);
        }
        match left.kind() {
            "member_expression" => self.assign_member(node, left, right, doc),
            "subscript_expression" => self.assign_subscript(left, right),
            "identifier" => self.assign_variable(node, left, right, doc),
            _ => {
                let value = self.visit(right);
                self.target(left);
                value
            }
        }
    }

    fn assign_variable(
        &mut self,
        node: Node<'_>,
        left: Node<'_>,
        right: Node<'_>,
        doc: Option<(usize, usize)>,
    ) -> ExprIx {
        self.target(left);
        let var = self.var(left);
        let function = strip(right);
        let value = if is_function(function) {
            let spec = FunctionName { node: left, text: self.b.text(left), kind: SymbolKind::Function };
            let def = self.function(function, Some(spec), node, DefFlags::NESTED, (doc, 0));
            self.hide(def);
            self.b.expr(Expr::Def(def), left)
        } else {
            self.visit(right)
        };
        if let Some(var) = var.filter(|_| value != 0) {
            self.assigned.push((var, value));
        }
        value
    }

    fn assign_subscript(&mut self, left: Node<'_>, right: Node<'_>) -> ExprIx {
        self.subscript(left, Role::Write);
        let value = self.visit(right);
        let key = left.field("index").filter(|index| index.kind() == "string");
        let object = left.field("object");
        if let (Some(key), Some(object)) = (key, object) {
            let name = unquoted(self.b.text(key)).to_owned();
            let name = self.b.intern_owned(&name);
            if let Some(object) = self.object_of(object) {
                self.attach(object, name, value);
            }
        }
        value
    }

    /// The object literal that an expression stands for, as far as the walk knows.
    fn object_of(&mut self, node: Node<'_>) -> Option<ExprIx> {
        let value = match node.kind() {
            "identifier" => {
                let var = self.var(node);
                match var {
                    Some(var) => self.init_of(var),
                    None if self.b.text(node) == "exports" => self.exports,
                    None => 0,
                }
            }
            "this" => self.this_expr(node),
            "member_expression" if self.is_module_exports(node) => self.exports,
            _ => 0,
        };
        matches!(self.b.expr_at(value), Expr::Object { .. }).then_some(value)
    }

    /// Adds a member to an object literal.
    pub(super) fn attach(&mut self, object: ExprIx, name: Sid, value: ExprIx) {
        if let Expr::Object { members } = self.b.expr_mut(object)
            && value != 0
        {
            members.push((name, value));
        }
    }

    fn assign_member(
        &mut self,
        node: Node<'_>,
        left: Node<'_>,
        right: Node<'_>,
        doc: Option<(usize, usize)>,
    ) -> ExprIx {
        let (Some(object), Some(property)) =
            (left.field("object"), left.field("property"))
        else {
            return self.visit(right);
        };
        if self.is_module_exports(object) {
            return self.export_member(node, property, right, doc);
        }
        if self.b.text(property) == "prototype" {
            return self.assign_prototype(object, right);
        }
        let whole = node.parent().filter(|parent| parent.kind() == "expression_statement").unwrap_or(node);
        if is_function_or_class(strip(right)) {
            return self.member_function(whole, (object, property), strip(right), doc);
        }
        let target = self.member(left, Role::Write);
        let value = self.visit_as(right, target);
        if object.kind() == "this" && matches!(self.this.last(), Some(This::Instance)) {
            self.this_field(property, value, doc);
            return value;
        }
        let name = self.b.intern(self.b.text(property));
        if let Some(object) = self.object_of(object) {
            self.attach(object, name, value);
        } else if let Some(of) = self.constructed_by(object) {
            self.value_member(of, property, value, doc);
        }
        value
    }

    /// The constructor function whose values `this` is, as a receiver.
    fn constructed_by(&mut self, object: Node<'_>) -> Option<ExprIx> {
        if object.kind() != "this" {
            return None;
        }
        match self.this.last() {
            Some(&This::Value(value)) => match *self.b.expr_at(value) {
                Expr::Typed { ty } => Some(ty),
                _ => None,
            },
            _ => None,
        }
    }

    /// `this.name = value` in a constructor function: a field of what it makes.
    fn value_member(&mut self, of: ExprIx, property: Node<'_>, value: ExprIx, doc: Option<(usize, usize)>) {
        let name = self.b.intern(self.b.text(property));
        let known = self.b.defs().iter().any(|def| {
            def.name == name && def.receiver != 0 && self.b.expr_at(def.receiver) == self.b.expr_at(of)
        });
        if known {
            return;
        }
        let spec = crate::facts::DefSpec {
            kind: SymbolKind::Field,
            name: property,
            whole: property,
            body: None,
            visibility: crate::model::Visibility::Public,
            flags: DefFlags::IMPLICIT,
        };
        let ty = self.doc_type(doc, property);
        let def = self.b.define(spec);
        let filled = self.b.def_mut(def);
        (filled.ty, filled.init, filled.receiver) = (ty, value, of);
    }

    /// `object.property = function …`.
    fn member_function(
        &mut self,
        whole: Node<'_>,
        (object, property): (Node<'_>, Node<'_>),
        right: Node<'_>,
        doc: Option<(usize, usize)>,
    ) -> ExprIx {
        // The place where a member is defined is no use of it.
        let base = self.visit(object);
        let target = if self.object_of(object).is_some() { 0 } else { self.b.member(base, property) };
        let text = self.b.text(property);
        let sid = self.b.intern(text);
        if right.kind() == "class" {
            let def = self.class(right, Some((property, text)), whole, DefFlags::NESTED, doc);
            self.hide(def);
            let value = self.b.expr(Expr::Def(def), property);
            if let Some(object) = self.object_of(object) {
                self.attach(object, sid, value);
            }
            return value;
        }
        let (receiver, flags, this) = self.receiver_of(object);
        let spec = FunctionName { node: property, text, kind: SymbolKind::Method };
        let def = self.method_of_value(right, spec, whole, (flags, this), (doc, target));
        let value = self.b.expr(Expr::Def(def), property);
        if object.kind() == "this" && matches!(self.this.last(), Some(This::Instance)) {
            if let Some(class) = self.classes.last_mut() {
                let (of, scope) = (class.def, class.scope);
                class.fields.entry(sid).or_insert(def);
                let filled = self.b.def_mut(def);
                (filled.parent, filled.declared_in) = (of, scope);
                filled.flags.set(DefFlags::NESTED, false);
            }
            return value;
        }
        match self.object_of(object) {
            Some(of) => {
                self.attach(of, sid, value);
                self.own(object, def);
            }
            None => self.b.def_mut(def).receiver = receiver,
        }
        value
    }

    /// Makes a method that is written onto the object in a variable a part of it, as if it stood in the object, where
    /// both are written in the same body.
    fn own(&mut self, object: Node<'_>, method: DefIx) {
        if object.kind() == "identifier"
            && let Some(Var::Def(of)) = self.var(object)
            && self.b.def(of).parent == self.b.def(method).parent
        {
            self.b.def_mut(method).parent = of;
        }
    }

    /// For `object.m = function`: the receiver of `m`, its flags, and what `this` is in it.
    fn receiver_of(&mut self, object: Node<'_>) -> (ExprIx, u32, This) {
        if let Some(object) = self.object_of(object) {
            return (0, DefFlags::NESTED, This::Value(object));
        }
        if object.kind() == "this" {
            let this = self.this.last().copied().unwrap_or(This::Unknown);
            return (self.constructed_by(object).unwrap_or(0), DefFlags::NESTED, this);
        }
        if let Some(of) = prototype_of(object, self.b.source()) {
            let receiver = self.path_expr(of);
            let this = self.b.expr(Expr::Typed { ty: receiver }, object);
            return (receiver, 0, This::Value(this));
        }
        let var = if object.kind() == "identifier" { self.var(object) } else { None };
        let holds_members = match var {
            Some(Var::Def(_)) | None => matches!(object.kind(), "identifier" | "member_expression"),
            Some(Var::Local(_)) => false,
        };
        if !holds_members {
            return (0, DefFlags::NESTED, This::Unknown);
        }
        let receiver = self.path_expr(object);
        (receiver, DefFlags::STATIC, This::Value(receiver))
    }

    /// `F.prototype = value`: an object of methods, or what `F` inherits from.
    fn assign_prototype(&mut self, of: Node<'_>, right: Node<'_>) -> ExprIx {
        let receiver = self.path_expr(of);
        self.visit(of);
        let value = self.visit(right);
        if receiver == 0 || value == 0 {
            return value;
        }
        let members = match self.b.expr_at(value) {
            Expr::Object { members } => members.clone(),
            _ => {
                self.b.implements(receiver, value, Role::Extends, right);
                return value;
            }
        };
        for (name, member) in members {
            match *self.b.expr_at(member) {
                Expr::Def(def) if name != Sid::EMPTY => self.b.def_mut(def).receiver = receiver,
                _ if name == Sid::EMPTY => self.b.implements(receiver, member, Role::Extends, right),
                _ => {}
            }
        }
        value
    }

    // ---- calls -------------------------------------------------------------------------------------------------

    /// `context` is the type that is expected of the result: its arguments are taken for those of the function when
    /// none are written (`const m: Map<K, V> = make(…)`).
    fn call(&mut self, node: Node<'_>, context: ExprIx) -> ExprIx {
        let (Some(function), Some(arguments)) =
            (node.field("function"), node.field("arguments"))
        else {
            return self.visit_children(node);
        };
        if let Some(value) = self.module_call(node) {
            return value;
        }
        let written = node.field("type_arguments").map(|written| self.type_arguments(written));
        if function.kind() == "super" {
            return self.super_call(function, arguments);
        }
        if let Some(value) = self.object_call(function, arguments) {
            return value;
        }
        let (callee, name) = self.callee(function);
        let type_args = written.unwrap_or_else(|| match self.b.expr_at(context) {
            Expr::Generic { args, .. } => args.clone(),
            _ => Vec::new(),
        });
        let typed = if callee == 0 || type_args.is_empty() {
            callee
        } else {
            self.b.expr(Expr::Generic { base: callee, args: type_args }, node)
        };
        let (args, argc) = self.arguments(arguments, typed);
        if callee == 0 {
            return 0;
        }
        let call = self.b.expr(Expr::Call { callee: typed, args: args.clone() }, node);
        self.b.uses_with(callee, Role::Call, name, argc, call);
        self.called_through(callee, function, &args).unwrap_or(call)
    }

    /// `f.call(this, …)`, `f.apply(…)` and `f.bind(…)` are about `f`.
    fn called_through(&mut self, callee: ExprIx, function: Node<'_>, args: &[ExprIx]) -> Option<ExprIx> {
        let property = function.field("property")?;
        let object = function.field("object")?;
        let &Expr::Member { base, .. } = self.b.expr_at(callee) else { return None };
        let name = object.field("property").unwrap_or(object);
        match self.b.text(property) {
            "call" | "apply" if base != 0 => {
                let rest = args.get(1..).unwrap_or(&[]).to_vec();
                let call = self.b.expr(Expr::Call { callee: base, args: rest }, function);
                self.b.uses_with(base, Role::Call, name, Use::UNKNOWN_ARGS, call);
                Some(call)
            }
            "bind" if base != 0 => Some(base),
            _ => None,
        }
    }

    /// What is called, and the node at which it is named.
    fn callee<'t>(&mut self, function: Node<'t>) -> (ExprIx, Node<'t>) {
        match function.kind() {
            "identifier" => (self.b.name(function), function),
            "member_expression" => {
                let (Some(object), Some(property)) =
                    (function.field("object"), function.field("property"))
                else {
                    return (self.visit(function), function);
                };
                let base = self.visit(object);
                (self.b.member(base, property), property)
            }
            "subscript_expression" => {
                let mark = self.b.n_uses();
                let value = self.subscript(function, Role::Read);
                // The key names what is called; it is not read beforehand.
                let key = function.field("index").filter(|index| index.kind() == "string");
                if key.is_some() && self.b.n_uses() > mark {
                    self.b.forget_uses(self.b.n_uses() - 1);
                }
                (value, key.unwrap_or(function))
            }
            "parenthesized_expression" | "non_null_expression" | "instantiation_expression" => {
                match strip(function) {
                    inner if matches!(inner.kind(), "identifier" | "member_expression") => self.callee(inner),
                    _ => (self.visit(function), function),
                }
            }
            _ => (self.visit(function), function),
        }
    }

    /// Arguments, and how many there are.
    pub(super) fn arguments(&mut self, node: Node<'_>, callee: ExprIx) -> (Vec<ExprIx>, u8) {
        if node.kind() == "template_string" {
            self.visit(node);
            return (Vec::new(), Use::UNKNOWN_ARGS);
        }
        let named = match *self.b.expr_at(callee) {
            Expr::Generic { base, .. } => base,
            _ => callee,
        };
        let elements_of = match *self.b.expr_at(named) {
            Expr::Member { base, name } if base != 0 && takes_elements(self.b.str(name)) => Some(base),
            _ => None,
        };
        let mut args = Vec::new();
        let mut spread = false;
        let mut cursor = node.walk();
        for (index, child) in node.named_children(&mut cursor).filter(|c| c.kind() != "comment").enumerate() {
            spread |= child.kind() == "spread_element";
            let wants_context = matches!(strip(child).kind(), "object" | "array") || is_function(strip(child));
            let context = if !wants_context || callee == 0 {
                0
            } else if let Some(base) = elements_of.filter(|_| index == 0) {
                let each = self.b.expr(Expr::Element { base }, child);
                let reduces = matches!(self.b.expr_at(named), Expr::Member { name, .. }
                    if self.b.str(*name).starts_with("reduce"));
                let params = if reduces { vec![0, each] } else { vec![each] };
                self.b.expr(Expr::FunctionType { params, result: 0 }, child)
            } else {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                self.b.expr(Expr::ParamOf { of: callee, index }, child)
            };
            args.push(self.visit_as(child, context));
        }
        let argc = u8::try_from(args.len()).unwrap_or(Use::UNKNOWN_ARGS);
        (args, if spread { Use::UNKNOWN_ARGS } else { argc })
    }

    fn super_call(&mut self, node: Node<'_>, arguments: Node<'_>) -> ExprIx {
        let base = self.classes.last().map_or(0, |class| class.base);
        let (args, argc) = self.arguments(arguments, base);
        if base == 0 {
            return 0;
        }
        let call = self.b.expr(Expr::New { ty: base, args }, node);
        self.b.uses_with(base, Role::New, node, argc, call);
        call
    }

    /// `Object.create(o)`, `Object.assign(a, b, …)`, `Object.freeze(o)`, `Object.setPrototypeOf(a, b)`.
    fn object_call(&mut self, function: Node<'_>, arguments: Node<'_>) -> Option<ExprIx> {
        let object = function.field("object")?;
        let property = function.field("property")?;
        if object.kind() != "identifier" || self.b.text(object) != "Object" {
            return None;
        }
        let first = arguments.named_child(0).filter(|first| first.kind() != "comment")?;
        match self.b.text(property) {
            "create" | "assign" | "freeze" | "seal" | "preventExtensions" => {}
            "setPrototypeOf" => {
                let args = self.arguments(arguments, 0).0;
                let &[sub, of] = args.as_slice() else { return Some(0) };
                let target = prototype_of(first, self.b.source()).unwrap_or(first);
                let receiver = self.path_expr(target);
                if receiver != 0 && of != 0 && target.id() != first.id() {
                    self.b.implements(receiver, of, Role::Extends, first);
                } else if matches!(self.b.expr_at(sub), Expr::Object { .. }) {
                    self.attach(sub, Sid::EMPTY, of);
                }
                return Some(sub);
            }
            _ => return None,
        }
        let args = self.arguments(arguments, 0).0;
        match (self.b.text(property), args.as_slice()) {
            ("create", [of, ..]) => {
                let members = if *of == 0 { Vec::new() } else { vec![(Sid::EMPTY, *of)] };
                Some(self.b.expr(Expr::Object { members }, function))
            }
            ("assign", [into, rest @ ..]) => {
                let rest: Vec<ExprIx> = rest.iter().copied().filter(|&each| each != 0).collect();
                if let Some(object) = self.object_of(first) {
                    for each in rest {
                        self.attach(object, Sid::EMPTY, each);
                    }
                    return Some(object);
                }
                let parts = std::iter::once(*into).chain(rest).filter(|&each| each != 0);
                let members = parts.map(|each| (Sid::EMPTY, each)).collect();
                Some(self.b.expr(Expr::Object { members }, function))
            }
            (_, [value, ..]) => Some(*value),
            _ => Some(0),
        }
    }

    fn new_expression(&mut self, node: Node<'_>) -> ExprIx {
        let Some(constructor) = node.field("constructor") else { return self.visit_children(node) };
        let (ty, name) = match strip(constructor) {
            class if class.kind() == "class" => {
                let def = self.class(class, None, class, 0, None);
                let value = self.b.expr(Expr::Def(def), class);
                let name = class.field("name").unwrap_or(class);
                (value, name)
            }
            constructor => self.callee(constructor),
        };
        let mut written = ty;
        if let Some(arguments) = node.field("type_arguments") {
            let args = self.type_arguments(arguments);
            if ty != 0 && !args.is_empty() {
                written = self.b.expr(Expr::Generic { base: ty, args }, node);
            }
        }
        let (args, argc) = match node.field("arguments") {
            Some(arguments) => self.arguments(arguments, ty),
            None => (Vec::new(), 0),
        };
        if ty == 0 {
            return 0;
        }
        let call = self.b.expr(Expr::New { ty: written, args }, node);
        self.b.uses_with(ty, Role::New, name, argc, call);
        call
    }

    // ---- decorators and JSX ------------------------------------------------------------------------------------

    /// The decorators among the children of a node; gives how many there are.
    pub(super) fn decorators(&mut self, node: Node<'_>) -> usize {
        let mut count = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() == "decorator") {
            self.decorator(child);
            count += 1;
        }
        count
    }

    /// Decorators that stand before `export`.
    pub(super) fn export_decorators(&mut self, parent: Node<'_>) -> usize {
        if parent.kind() == "export_statement" { self.decorators(parent) } else { 0 }
    }

    /// `@name`, `@name(arguments)`.
    pub(super) fn decorator(&mut self, node: Node<'_>) {
        let Some(inner) = node.named_child(0) else { return };
        let call = (inner.kind() == "call_expression").then_some(inner);
        let function = call.and_then(|call| call.field("function")).unwrap_or(inner);
        let (callee, name) = self.callee(function);
        self.b.uses(callee, Role::Decorator, name);
        if let Some(arguments) = call.and_then(|call| call.field("arguments")) {
            let (args, argc) = self.arguments(arguments, callee);
            if callee != 0 {
                let call = self.b.expr(Expr::Call { callee, args }, inner);
                self.b.uses_with(callee, Role::Call, name, argc, call);
            }
        }
    }

    /// `<Component …>` calls the component.
    fn jsx(&mut self, node: Node<'_>) -> ExprIx {
        let name = node.field("name");
        if let Some(name) = name {
            let is_component = name.kind() != "identifier"
                || self.b.text(name).chars().next().is_some_and(|first| !first.is_lowercase());
            if is_component && matches!(name.kind(), "identifier" | "member_expression") {
                let (callee, at) = self.callee(name);
                self.b.uses_with(callee, Role::Call, at, Use::UNKNOWN_ARGS, 0);
            }
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if Some(child) != name {
                self.visit(child);
            }
        }
        0
    }
}

/// `F` of `F.prototype`.
fn prototype_of<'t>(node: Node<'t>, source: &str) -> Option<Node<'t>> {
    let property = node.field("property")?;
    (source.get(property.byte_range()) == Some("prototype")).then(|| node.field("object")).flatten()
}

/// Methods of the standard library that give each element of their receiver to a callback.
fn takes_elements(method: &str) -> bool {
    matches!(
        method,
        "forEach" | "map" | "filter" | "find" | "findIndex" | "findLast" | "findLastIndex" | "some" | "every"
            | "flatMap" | "reduce" | "reduceRight" | "sort" | "then" | "toSorted"
    )
}
