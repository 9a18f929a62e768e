//! Syntax tree to facts: calls, object creation, arguments and lambdas.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::written::Types as _;
use crate::facts::{Expr, ExprIx, Literal, LocalKind, ScopeKind};
use crate::model::Role;
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// `f(…)`, `a.f(…)`, `a?.f<T>(…)`.
    pub(super) fn call(&mut self, node: Node<'_>) -> ExprIx {
        let Some(function) = node.field("function") else { return self.members(node) };
        let arguments = node.field("arguments");
        if function.kind() == "identifier" && self.b.text(function) == "nameof" {
            if let Some(arguments) = arguments {
                self.arguments(arguments, None);
            }
            return self.b.expr(Expr::Lit(Literal::Str), node);
        }
        self.type_args = 0;
        let (callee, name, base) = self.callee(function);
        let generic = std::mem::take(&mut self.type_args);
        let input = name.filter(|_| base != 0).and_then(|name| element_input(self.ident(name)));
        let input = input.map(|kind| (kind, base));
        let (args, argc) = arguments.map_or((Vec::new(), 0), |list| self.arguments(list, input));
        if callee == 0 {
            return 0;
        }
        let called = if generic == 0 { callee } else { generic };
        let call = self.b.expr(Expr::Call { callee: called, args }, node);
        if let Some(name) = name {
            self.b.uses_with(callee, Role::Call, name, argc, call);
        }
        call
    }

    /// What is called, where its name stands, and what it is taken from.
    fn callee<'t>(&mut self, node: Node<'t>) -> (ExprIx, Option<Node<'t>>, ExprIx) {
        match node.kind() {
            "identifier" => (self.name(node), Some(node), 0),
            "generic_name" => {
                let written = self.generic_name(node, 0);
                self.type_args = written.whole;
                (written.head, Some(written.name), 0)
            }
            "member_access_expression" | "conditional_access_expression" | "qualified_name" => {
                if !self.b.descend(node) {
                    return (0, None, 0);
                }
                let parts = self.access(node);
                self.b.ascend();
                parts
            }
            _ => (self.visit(node), None, 0),
        }
    }

    /// `base.name`, `base?.name`, `base.name<T>`: no use of the name yet.
    pub(super) fn access<'t>(&mut self, node: Node<'t>) -> (ExprIx, Option<Node<'t>>, ExprIx) {
        let base = node
            .field("expression")
            .or_else(|| node.field("condition"))
            .or_else(|| node.field("qualifier"));
        let base = base.map_or(0, |base| self.visit(base));
        let mut name = node.field("name");
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "member_binding_expression" => name = child.field("name"),
                "element_binding_expression" => {
                    self.members(child);
                    let element = if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, node) };
                    return (element, None, 0);
                }
                _ => {}
            }
        }
        let Some(name) = name else { return (base, None, 0) };
        if name.kind() == "generic_name" {
            let mut last = name;
            let mut args = Vec::new();
            let mut inner = name.walk();
            for child in name.named_children(&mut inner) {
                match child.kind() {
                    "identifier" => last = child,
                    "type_argument_list" => args = self.type_arguments(child),
                    _ => {}
                }
            }
            let member = self.member(base, last);
            if member != 0 && !args.is_empty() {
                self.type_args = self.b.expr(Expr::Generic { base: member, args }, name);
            }
            return (member, Some(last), base);
        }
        (self.member(base, name), Some(name), base)
    }

    /// Arguments, and how many; a lambda among them is given `input`.
    pub(super) fn arguments(&mut self, node: Node<'_>, input: Option<(LocalKind, ExprIx)>) -> (Vec<ExprIx>, u8) {
        let mut args = Vec::new();
        let mut cursor = node.walk();
        for argument in node.named_children(&mut cursor).filter(|child| child.kind() == "argument") {
            let name = argument.field("name").map(|name| name.id());
            let mut value = 0;
            let mut inner = argument.walk();
            for part in argument.children(&mut inner) {
                let is_value = part.is_named() || matches!(part.kind(), "this" | "base");
                if is_value && !part.is_extra() && Some(part.id()) != name {
                    if part.kind() == "lambda_expression" {
                        self.lambda_input = input;
                    }
                    value = self.visit_expecting(part, 0);
                }
            }
            args.push(value);
        }
        let argc = u8::try_from(args.len()).unwrap_or(u8::MAX);
        (args, argc)
    }

    /// Visits a value whose type is declared: `new()` makes one of it.
    pub(super) fn visit_expecting(&mut self, node: Node<'_>, ty: ExprIx) -> ExprIx {
        let before = std::mem::replace(&mut self.expected, ty);
        let value = self.visit(node);
        self.expected = before;
        value
    }

    /// `new T(…) { A = 1 }`.
    pub(super) fn creation(&mut self, node: Node<'_>) -> ExprIx {
        let Some(ty) = node.field("type") else { return self.members(node) };
        let written = self.ty_unused(ty);
        let arguments = node.field("arguments");
        let (args, argc) = arguments.map_or((Vec::new(), 0), |list| self.arguments(list, None));
        let new = self.b.expr(Expr::New { ty: written.whole, args }, node);
        self.b.uses_with(written.head, Role::New, written.name, argc, new);
        if let Some(initializer) = node.field("initializer") {
            self.object_initializer(initializer, new);
        }
        new
    }

    /// `new(…)`: of the type that is expected.
    pub(super) fn implicit_creation(&mut self, node: Node<'_>) -> ExprIx {
        let ty = std::mem::take(&mut self.expected);
        let mut passed = (Vec::new(), 0);
        let mut initializer = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "argument_list" => passed = self.arguments(child, None),
                "initializer_expression" => initializer = Some(child),
                _ => {}
            }
        }
        let new = if ty == 0 { 0 } else { self.b.expr(Expr::New { ty, args: passed.0 }, node) };
        let mut head = ty;
        while let Expr::Generic { base, .. } = *self.b.expr_at(head) {
            head = base;
        }
        self.b.uses_with(head, Role::New, node, passed.1, new);
        if let Some(initializer) = initializer {
            self.object_initializer(initializer, new);
        }
        new
    }

    /// `{ A = 1, B = { C = 2 } }` sets members of `object`; `{ a, b }` adds elements.
    fn object_initializer(&mut self, node: Node<'_>, object: ExprIx) {
        if !self.b.descend(node) {
            return;
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            let left = child.field("left");
            let right = child.field("right");
            let (Some(left), Some(right)) = (left, right) else {
                self.visit_expecting(child, 0);
                continue;
            };
            if child.kind() != "assignment_expression" || left.kind() != "identifier" || object == 0 {
                self.visit_expecting(child, 0);
                continue;
            }
            let member = self.member(object, left);
            self.b.uses(member, Role::Write, left);
            if right.kind() == "initializer_expression" {
                self.object_initializer(right, member);
            } else {
                self.visit_expecting(right, 0);
            }
        }
        self.b.ascend();
    }

    /// `value with { A = 1 }`.
    pub(super) fn with(&mut self, node: Node<'_>) -> ExprIx {
        let mut object = 0;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.kind() == "with_initializer" {
                let mut parts = child.walk();
                for (nth, part) in child.named_children(&mut parts).enumerate() {
                    if nth == 0 && object != 0 && part.kind() == "identifier" {
                        let member = self.member(object, part);
                        self.b.uses(member, Role::Write, part);
                    } else if nth > 0 {
                        self.visit_expecting(part, 0);
                    }
                }
            } else if child.is_named() || child.kind() == "this" {
                object = self.visit(child);
            }
        }
        object
    }

    /// `new { A = 1, b.C }`: what stands before `=` is no name of this project.
    pub(super) fn anonymous_object(&mut self, node: Node<'_>) -> ExprIx {
        let mut waiting: Option<Node<'_>> = None;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "=" => waiting = None,
                _ if child.is_extra() || !(child.is_named() || child.kind() == "this") => {}
                _ => {
                    if let Some(before) = waiting.replace(child) {
                        self.visit_expecting(before, 0);
                    }
                }
            }
        }
        if let Some(last) = waiting {
            self.visit_expecting(last, 0);
        }
        0
    }

    /// `x => …`, `(a, b) => …`, `delegate (T a) { … }`.
    pub(super) fn lambda(&mut self, node: Node<'_>) -> ExprIx {
        let input = self.lambda_input.take();
        self.b.open_scope(ScopeKind::Function);
        let mut result = node.field("type").map_or(0, |ty| self.ty(ty));
        let (kind, init) = input.unwrap_or((LocalKind::Param, 0));
        let mut block = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "implicit_parameter" => {
                    let text = self.ident(child);
                    self.b.local(text, 0, kind, 0, init);
                }
                "parameter_list" if input.is_some() && child.named_child_count() == 1 => {
                    let before = self.b.n_locals();
                    self.parameters(child, 0);
                    if self.b.n_locals() > before {
                        let local = self.b.local_mut(before);
                        local.kind = kind;
                        local.init = init;
                    }
                }
                "parameter_list" => self.parameters(child, 0),
                "attribute_list" => self.attribute_list(child),
                "block" => block = Some(child),
                _ => {}
            }
        }
        if let Some(body) = node.field("body").or(block) {
            let value = self.body(body, 0);
            if result == 0 {
                result = value;
            }
        }
        self.b.close_scope();
        self.b.expr(Expr::Function { result }, node)
    }
}

/// What the lambda of a query method is given: an element of the receiver.
fn element_input(method: &str) -> Option<LocalKind> {
    matches!(
        method,
        "Select" | "SelectMany" | "Where" | "Any" | "All" | "First" | "FirstOrDefault" | "Last" | "LastOrDefault"
            | "Single" | "SingleOrDefault" | "OrderBy" | "OrderByDescending" | "ThenBy" | "ThenByDescending"
            | "GroupBy" | "ToDictionary" | "ToLookup" | "Sum" | "Max" | "Min" | "Average" | "Count" | "ForEach"
            | "Find" | "FindAll" | "FindIndex" | "FindLast" | "Exists" | "RemoveAll" | "TrueForAll" | "SkipWhile"
            | "TakeWhile" | "MaxBy" | "MinBy" | "DistinctBy" | "ConvertAll"
    )
    .then_some(LocalKind::Element)
}
