//! Syntax tree to facts: calls, their arguments, and builtins whose results are known.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::facts::{Expr, ExprIx, Literal, Use};
use crate::model::Role;
use tree_sitter::Node;

/// The arguments of a call.
#[derive(Default)]
struct Arguments<'t> {
    /// Values in order; those that are passed by name follow.
    values: Vec<ExprIx>,
    /// How many are passed by position.
    positional: usize,
    /// The nodes of those that are passed by position.
    nodes: Vec<Node<'t>>,
    /// What is passed as `key`.
    key: Option<(ExprIx, Node<'t>)>,
    /// How many are passed; [`Use::UNKNOWN_ARGS`] when some are spread.
    argc: u8,
}

impl Walker<'_, '_> {
    /// What is called or named: the value, and the node of its last name. Adds no use of the name.
    pub(super) fn callee<'t>(&mut self, node: Node<'t>) -> (ExprIx, Option<Node<'t>>) {
        match node.kind() {
            "identifier" => match self.receiver(node) {
                Some(receiver) => (receiver, None),
                None => (self.b.name(node), Some(node)),
            },
            "attribute" => {
                if !self.b.descend(node) {
                    return (0, None);
                }
                let base = node.field("object").map_or(0, |object| self.visit(object));
                self.b.ascend();
                match node.field("attribute") {
                    Some(name) => (self.b.member(base, name), Some(name)),
                    None => (0, None),
                }
            }
            "parenthesized_expression" => match node.named_child(0) {
                Some(inner) if matches!(inner.kind(), "identifier" | "attribute") => self.callee(inner),
                _ => (self.visit(node), None),
            },
            _ => (self.visit(node), None),
        }
    }

    /// `f(…)`.
    pub(super) fn call(&mut self, node: Node<'_>) -> ExprIx {
        let Some(function) = node.field("function") else {
            self.visit_all(node);
            return 0;
        };
        let list = node.field("arguments");
        let is_bare = function.kind() == "identifier";
        if is_bare && self.b.text(function) == "super" && self.is_builtin("super") {
            if let Some(list) = list {
                self.visit_all(list);
            }
            let scope = self.b.scope();
            return self.b.expr(Expr::SuperRef { scope }, node);
        }
        let (callee, name) = self.callee(function);
        let arguments = list.map_or_else(Arguments::default, |list| self.arguments(list));
        if is_bare && self.in_main && self.frames.len() == 1 {
            let entry = self.b.text(function);
            let entry = self.b.intern(entry);
            self.entries.push(entry);
        }
        self.called_back(function, &arguments);
        let known = self.known_call(node, function, &arguments);
        self.filled(function, &arguments);
        if callee == 0 {
            return known.unwrap_or(0);
        }
        let argc = arguments.argc;
        let call = self.b.expr(Expr::Call { callee, args: arguments.values }, node);
        self.b.uses_with(callee, Role::Call, name.unwrap_or(function), argc, call);
        known.unwrap_or(call)
    }

    fn arguments<'t>(&mut self, list: Node<'t>) -> Arguments<'t> {
        let mut found = Arguments::default();
        let mut named = Vec::new();
        if list.kind() == "generator_expression" {
            let value = self.visit(list);
            return Arguments { values: vec![value], positional: 1, nodes: vec![list], key: None, argc: 1 };
        }
        let mut spread = false;
        let mut cursor = list.walk();
        for child in list.named_children(&mut cursor).filter(|child| !child.is_extra() || child.is_error()) {
            match child.kind() {
                "keyword_argument" => {
                    let passed = child.field("value");
                    let value = passed.map_or(0, |value| self.visit(value));
                    if let Some(name) = child.field("name") {
                        let name = self.b.text(name);
                        if name == "key" {
                            found.key = passed.map(|passed| (value, passed));
                        }
                        let name = self.b.intern(name);
                        named.push(self.b.expr(Expr::Named { name, value }, child));
                    }
                }
                "list_splat" | "dictionary_splat" | "parenthesized_list_splat" => {
                    spread = true;
                    self.splat(child);
                    if child.kind() != "dictionary_splat" && named.is_empty() {
                        found.values.push(0);
                    }
                }
                _ => {
                    let value = self.visit(child);
                    found.values.push(value);
                    found.nodes.push(child);
                }
            }
        }
        found.positional = found.values.len();
        found.values.extend(named);
        found.argc = if spread {
            Use::UNKNOWN_ARGS
        } else {
            u8::try_from(found.values.len()).unwrap_or(Use::UNKNOWN_ARGS)
        };
        found
    }

    /// The result of a builtin or library function whose type follows from its arguments.
    fn known_call(&mut self, node: Node<'_>, function: Node<'_>, arguments: &Arguments<'_>) -> Option<ExprIx> {
        let written = self.b.text(function);
        let (module, name) = written.rsplit_once('.').unwrap_or(("", written));
        let is_builtin = match module {
            "" => self.is_builtin(name) || matches!(name, "cast" | "partial" | "copy" | "deepcopy" | "chain"),
            "typing" | "t" | "functools" | "copy" | "itertools" => true,
            _ => false,
        };
        if !is_builtin {
            return None;
        }
        let value = |at: usize| arguments.values.get(at).copied().filter(|_| at < arguments.positional).unwrap_or(0);
        let first = value(0);
        Some(match (name, arguments.positional) {
            ("cast", 2) => {
                let mark = self.b.n_uses();
                let ty = self.ty(*arguments.nodes.first()?);
                if arguments.nodes.first()?.kind() != "string" {
                    self.b.forget_uses(mark);
                }
                if ty == 0 { 0 } else { self.b.expr(Expr::Typed { ty }, node) }
            }
            ("type", 1) => match self.b.expr_at(first) {
                Expr::SelfRef { scope } | Expr::SelfType { scope } => {
                    let scope = *scope;
                    self.b.expr(Expr::SelfType { scope }, node)
                }
                _ => return None,
            },
            ("getattr", 2 | 3) => {
                let attribute = arguments.nodes.get(1).filter(|it| it.kind() == "string")?;
                let content = attribute.named_child(1).filter(|it| it.kind() == "string_content")?;
                let member = self.b.member(first, content);
                self.b.uses(member, Role::Read, content);
                if arguments.positional == 3 { self.b.union(vec![member, value(2)]) } else { member }
            }
            ("next" | "max" | "min", 1 | 2) if first != 0 => {
                if arguments.positional == 2 && name != "next" {
                    self.b.union(vec![first, value(1)])
                } else {
                    self.b.expr(Expr::Element { base: first }, node)
                }
            }
            ("partial" | "copy" | "deepcopy", n) if n > 0 => first,
            ("list" | "tuple" | "set" | "frozenset" | "sorted" | "reversed" | "iter", 1) if first != 0 => {
                let element = self.b.expr(Expr::Element { base: first }, node);
                self.list_of(element, node)
            }
            ("filter", 2) if value(1) != 0 => {
                let element = self.b.expr(Expr::Element { base: value(1) }, node);
                self.list_of(element, node)
            }
            ("map", 2) if first != 0 => {
                let element =
                    if value(1) == 0 { 0 } else { self.b.expr(Expr::Element { base: value(1) }, node) };
                let result = self.b.expr(Expr::Call { callee: first, args: vec![element] }, node);
                self.list_of(result, node)
            }
            ("enumerate", 1 | 2) if first != 0 => {
                let number = self.b.expr(Expr::Lit(Literal::Int), node);
                let element = self.b.expr(Expr::Element { base: first }, node);
                let pair = self.b.expr(Expr::Tuple(vec![number, element]), node);
                self.list_of(pair, node)
            }
            ("zip", n) if n > 0 => {
                let mut parts = Vec::new();
                for at in 0..n {
                    let base = value(at);
                    parts.push(if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, node) });
                }
                let tuple = self.b.expr(Expr::Tuple(parts), node);
                self.list_of(tuple, node)
            }
            ("chain", n) if n > 0 => {
                let mut parts = Vec::new();
                for at in 0..n {
                    let base = value(at);
                    parts.push(if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, node) });
                }
                let element = self.b.union(parts);
                self.list_of(element, node)
            }
            ("dict", 1) if first != 0 => first,
            _ => return None,
        })
    }

    /// `map(f, …)`, `filter(f, …)` and `sorted(…, key=f)` call what they are given.
    fn called_back(&mut self, function: Node<'_>, arguments: &Arguments<'_>) {
        let name = self.b.text(function);
        if function.kind() != "identifier" || !self.is_builtin(name) {
            return;
        }
        let called = match name {
            "map" | "filter" if arguments.argc != Use::UNKNOWN_ARGS => arguments.nodes.first().map(|node| (arguments.values[0], *node)),
            "sorted" | "min" | "max" => arguments.key,
            _ => None,
        };
        if let Some((value, node)) = called
            && matches!(self.b.expr_at(value), Expr::Name { .. } | Expr::Member { .. })
        {
            let name = node.field("attribute").unwrap_or(node);
            self.b.uses(value, Role::Call, name);
        }
    }

    /// `x.append(value)` adds to what `x` holds.
    fn filled(&mut self, function: Node<'_>, arguments: &Arguments<'_>) {
        if function.kind() != "attribute" {
            return;
        }
        let method = function.field("attribute").map_or("", |name| self.b.text(name));
        let at = match method {
            "append" | "add" | "appendleft" => 0,
            "insert" | "setdefault" => 1,
            _ => return,
        };
        let (Some(object), Some(&value)) = (function.field("object"), arguments.values.get(at)) else {
            return;
        };
        if value == 0 || at >= arguments.positional {
            return;
        }
        let contents = if method == "setdefault" {
            self.b.expr(Expr::MapOf { value }, function)
        } else {
            self.b.expr(Expr::Tuple(vec![value]), function)
        };
        self.add_contents(object, contents);
    }
}
