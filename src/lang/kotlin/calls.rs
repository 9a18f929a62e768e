//! Syntax tree to facts: calls, arguments, lambdas and callable references.

use super::types::is_type;
use super::walk::{At, Given, Walker};
use crate::lang::Fields as _;
use crate::lang::operators::operator_of;
use crate::lang::written::Types as _;
use crate::facts::{Expr, ExprIx, IMPLICIT, LAST, LocalKind, RECEIVER, ScopeKind, Use};
use crate::model::Role;
use tree_sitter::Node;

/// What is called: the expression, where its name stands and what it is taken from.
struct Callee<'t> {
    expr: ExprIx,
    name: Option<Node<'t>>,
    base: ExprIx,
}

impl<'s> Walker<'_, 's> {
    /// `f(…)`, `a.f(…) { … }`, `f<T> { … }`.
    pub(super) fn call(&mut self, node: Node<'_>) -> ExprIx {
        let mut callee = None;
        let mut types = Vec::new();
        let mut args = Vec::new();
        let mut argc = 0_u8;
        for child in call_parts(node) {
            match child.kind() {
                _ if callee.is_none() => callee = Some(self.callee(child)),
                "type_arguments" => types = self.type_arguments(child),
                "value_arguments" => {
                    let given = callee.as_ref().map_or(Given::NOTHING, |callee| self.given_by(callee, &[]));
                    (args, argc) = self.arguments_with(child, given);
                }
                "annotated_lambda" => {
                    let mut given =
                        callee.as_ref().map_or(Given::NOTHING, |callee| self.given_by(callee, &args));
                    if let Some(callee) = callee.as_ref().filter(|_| given.receiver == 0) {
                        given.receiver = self.receiver_of_last(callee);
                    }
                    let value = self.annotated_lambda(child, given);
                    args.push(value);
                    argc = argc.saturating_add(1);
                }
                _ => {}
            }
        }
        let Some(callee) = callee else { return 0 };
        if callee.expr == 0 {
            return 0;
        }
        let called = match callee.name {
            Some(name) if !types.is_empty() => {
                self.b.expr(Expr::Generic { base: callee.expr, args: types.clone() }, name)
            }
            _ => callee.expr,
        };
        let call = self.b.expr(Expr::Call { callee: called, args: args.clone() }, node);
        let Some(name) = callee.name else { return call };
        self.b.uses_with(callee.expr, Role::Call, name, argc, call);
        let text = self.ident(name);
        if let Some(builds) = built_by(text).filter(|_| !types.is_empty() && callee.base == 0) {
            let name_of = self.b.intern(builds);
            let scope = self.b.scope();
            let base = self.b.expr(Expr::Name { name: name_of, scope }, name);
            let ty = self.b.expr(Expr::Generic { base, args: types }, name);
            return self.b.expr(Expr::Typed { ty }, node);
        }
        // Scope functions give back what they are called on, or what their block gives.
        match text {
            "apply" | "also" | "takeIf" | "takeUnless" | "onEach" if callee.base != 0 && args.len() == 1 => callee.base,
            "let" | "run" if args.len() == 1 && (callee.base != 0 || text == "run") => self.result_of(&args, call),
            "with" if callee.base == 0 && args.len() == 2 => self.result_of(&args, call),
            _ => call,
        }
    }

    /// What the lambda gives that is passed last.
    fn result_of(&self, args: &[ExprIx], otherwise: ExprIx) -> ExprIx {
        match args.last().map(|&last| self.b.expr_at(last)) {
            Some(&Expr::Function { result }) if result != 0 => result,
            _ => otherwise,
        }
    }

    fn callee<'t>(&mut self, node: Node<'t>) -> Callee<'t> {
        match node.kind() {
            "identifier" => Callee { expr: self.name(node), name: Some(node), base: 0 },
            "navigation_expression" => {
                if !self.b.descend(node) {
                    return Callee { expr: 0, name: None, base: 0 };
                }
                let (base, name) = self.navigation_parts(node);
                self.b.ascend();
                let Some(name) = name else { return Callee { expr: base, name: None, base: 0 } };
                Callee { expr: self.member(base, name), name: Some(name), base }
            }
            // The grammar takes `!f(x)` for a call of `!f`.
            "unary_expression" if operator_of(node) == "!" => match node.field("argument") {
                Some(argument) if self.b.descend(node) => {
                    let callee = self.callee(argument);
                    self.b.ascend();
                    callee
                }
                _ => Callee { expr: 0, name: None, base: 0 },
            },
            _ => Callee { expr: self.visit(node), name: None, base: 0 },
        }
    }

    /// The base and the name of `base.name`.
    pub(super) fn navigation_parts<'t>(&mut self, node: Node<'t>) -> (ExprIx, Option<Node<'t>>) {
        let mut base = None;
        let mut name = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            if base.is_none() {
                // The grammar takes `!a.b` for the member `b` of `!a`.
                let negated = child.kind() == "unary_expression" && operator_of(child) == "!";
                let child = child.field("argument").filter(|_| negated).unwrap_or(child);
                base = Some(self.visit(child));
            } else {
                name = Some(child);
            }
        }
        (base.unwrap_or(0), name)
    }

    /// What a function gives the lambda that is passed to it after `args`.
    fn given_by(&self, callee: &Callee<'_>, args: &[ExprIx]) -> Given {
        let receiver = match (callee.name.map_or("", |name| self.ident(name)), args) {
            ("apply" | "run", []) => callee.base,
            ("with", &[of]) if callee.base == 0 => of,
            _ => 0,
        };
        Given { input: self.input_of(callee), receiver, binds_it: self.has_it(callee) }
    }

    /// What `this` is in the lambda that is passed last, as the type of the last parameter says: the linker knows it.
    fn receiver_of_last(&mut self, callee: &Callee<'_>) -> ExprIx {
        let Some(name) = callee.name.filter(|_| callee.expr != 0) else { return 0 };
        let of = self.b.expr(Expr::ParamOf { of: callee.expr, index: LAST }, name);
        self.b.expr(Expr::ParamOf { of, index: RECEIVER }, name)
    }

    /// What the lambda is given that is passed to a well-known function.
    fn input_of(&self, callee: &Callee<'_>) -> Option<(LocalKind, ExprIx)> {
        let name = callee.name.filter(|_| callee.base != 0)?;
        match self.ident(name) {
            "let" | "also" | "takeIf" | "takeUnless" => Some((LocalKind::Variable, callee.base)),
            "forEach" | "map" | "mapNotNull" | "filter" | "filterNot" | "any" | "all" | "none" | "first"
            | "firstOrNull" | "last" | "lastOrNull" | "find" | "findLast" | "single" | "singleOrNull" | "count"
            | "onEach" | "flatMap" | "sortedBy" | "sortedByDescending" | "sortBy" | "groupBy" | "associateBy"
            | "associateWith" | "associate" | "partition" | "sumOf" | "sumBy" | "maxBy" | "minBy" | "maxOf" | "minOf"
            | "maxByOrNull" | "minByOrNull" | "maxOfOrNull" | "minOfOrNull" | "joinToString" | "takeWhile"
            | "dropWhile" | "distinctBy" | "indexOfFirst" | "indexOfLast" | "removeAll" | "retainAll" | "removeIf"
            | "mapTo" | "filterTo" | "firstNotNullOf" | "firstNotNullOfOrNull" | "collect" => {
                Some((LocalKind::Element, callee.base))
            }
            _ => None,
        }
    }

    /// False for functions whose block has a receiver, or nothing at all, so that `it` means that of an outer block.
    fn has_it(&self, callee: &Callee<'_>) -> bool {
        let name = callee.name.map_or("", |name| self.ident(name));
        !matches!(
            name,
            "apply" | "run" | "with" | "lazy" | "buildString" | "buildList" | "buildMap" | "buildSet" | "launch"
                | "async" | "runBlocking" | "runTest" | "runCatching" | "coroutineScope" | "supervisorScope"
                | "withContext" | "withTimeout" | "withTimeoutOrNull" | "withLock" | "synchronized" | "flow"
                | "sequence" | "require" | "check" | "ifEmpty" | "ifBlank" | "getOrPut" | "measureTimeMillis"
                | "produce" | "actor" | "remember" | "orElse" | "thread" | "generateSequence" | "callbackFlow"
                | "channelFlow" | "assertFailsWith" | "assertThrows"
        )
    }

    /// Arguments, and how many.
    pub(super) fn arguments(&mut self, node: Node<'_>) -> (Vec<ExprIx>, u8) {
        self.arguments_with(node, Given::NOTHING)
    }

    fn arguments_with(&mut self, node: Node<'_>, given: Given) -> (Vec<ExprIx>, u8) {
        let smart = std::mem::replace(&mut self.smart_casts, false);
        let mut args = Vec::new();
        let mut spread = false;
        let mut cursor = node.walk();
        for argument in node.named_children(&mut cursor).filter(|child| child.kind() == "value_argument") {
            let mut named = false;
            let mut value = None;
            let mut inner = argument.walk();
            for part in argument.children(&mut inner) {
                match part.kind() {
                    "=" => named = true,
                    "*" => spread = true,
                    _ if part.is_extra() || !part.is_named() => {}
                    "spread_expression" => {
                        spread = true;
                        value = Some(part);
                    }
                    _ => value = Some(part),
                }
            }
            // `name =` without a value is what broken code looks like.
            let value = value.filter(|value| !named || value.kind() != "identifier" || value.prev_sibling().is_some());
            args.push(value.map_or(0, |value| {
                if value.kind() == "lambda_literal" {
                    self.given = given;
                }
                self.visit_at(At::Body, value)
            }));
        }
        self.smart_casts = smart;
        let argc = if spread { Use::UNKNOWN_ARGS } else { u8::try_from(args.len()).unwrap_or(u8::MAX) };
        (args, argc)
    }

    fn annotated_lambda(&mut self, node: Node<'_>, given: Given) -> ExprIx {
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "annotation" => self.annotation(child),
                "lambda_literal" => {
                    self.given = given;
                    value = self.visit(child);
                }
                _ => {}
            }
        }
        value
    }

    /// `{ a, b -> … }`; without parameters it has `it`.
    pub(super) fn lambda(&mut self, node: Node<'_>) -> ExprIx {
        let Given { input, receiver, binds_it } = std::mem::replace(&mut self.given, Given::NOTHING);
        let smart = std::mem::replace(&mut self.smart_casts, false);
        let at = std::mem::replace(&mut self.at, At::Body);
        self.b.open_scope(ScopeKind::Function);
        if receiver != 0 {
            self.b.local(IMPLICIT, 0, LocalKind::Receiver, 0, receiver);
        }
        let mut parameters = None;
        let mut arrow = false;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "lambda_parameters" => parameters = Some(child),
                "->" => arrow = true,
                _ => {}
            }
        }
        let (kind, init) = input.unwrap_or((LocalKind::Pattern, 0));
        match parameters {
            Some(parameters) => self.lambda_parameters(parameters, kind, init),
            None if binds_it && !arrow => {
                self.b.local("it", 0, kind, 0, init);
            }
            None => {}
        }
        let mut result = 0;
        let mut inner = node.walk();
        for child in node.named_children(&mut inner) {
            if child.kind() != "lambda_parameters" && !child.is_extra() {
                result = self.visit(child);
            }
        }
        self.b.close_scope();
        self.at = at;
        self.smart_casts = smart;
        self.b.expr(Expr::Function { result }, node)
    }

    fn lambda_parameters(&mut self, parameters: Node<'_>, kind: LocalKind, init: ExprIx) {
        let count = parameters.named_child_count();
        let (kind, init) = if count == 1 { (kind, init) } else { (LocalKind::Pattern, 0) };
        let mut cursor = parameters.walk();
        for parameter in parameters.named_children(&mut cursor) {
            match parameter.kind() {
                "variable_declaration" => self.bind_variable(parameter, 0, kind, init),
                "multi_variable_declaration" => {
                    let mut inner = parameter.walk();
                    for part in parameter.named_children(&mut inner) {
                        self.bind_variable(part, 0, LocalKind::Pattern, 0);
                    }
                }
                _ => {}
            }
        }
    }

    /// `fun(a: Int): Int { … }`.
    pub(super) fn anonymous_function(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Function);
        let mut result = 0;
        let mut seen_parameters = false;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "function_value_parameters" => {
                    seen_parameters = true;
                    self.parameters(child, None);
                }
                "type_constraints" => self.type_constraints(child),
                "function_body" => {
                    let value = self.function_body(child);
                    if result == 0 {
                        result = value;
                    }
                }
                kind if is_type(kind) => {
                    let ty = self.ty(child);
                    if seen_parameters {
                        result = ty;
                    }
                }
                _ => {}
            }
        }
        self.b.close_scope();
        self.b.expr(Expr::Function { result }, node)
    }

    /// `::f`, `Type::f`, `Type::class`.
    pub(super) fn callable_reference(&mut self, node: Node<'_>) -> ExprIx {
        let mut base = 0;
        let mut name = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                kind if is_type(kind) => base = self.ty(child),
                "identifier" => name = Some(child),
                _ => {}
            }
        }
        let Some(name) = name else { return 0 };
        let callee = if base == 0 { self.name(name) } else { self.member(base, name) };
        self.reference(callee, name)
    }

    /// A callable that is named without being called.
    pub(super) fn reference(&mut self, callee: ExprIx, name: Node<'_>) -> ExprIx {
        if callee == 0 || self.ident(name) == "class" {
            return 0;
        }
        self.b.uses(callee, Role::Read, name);
        let result = self.b.expr(Expr::Call { callee, args: Vec::new() }, name);
        self.b.expr(Expr::Function { result }, name)
    }
}

fn parts_of(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}

/// What a call is made of. The grammar takes `f(a) { … }` for a call of `f(a)`.
fn call_parts(node: Node<'_>) -> Vec<Node<'_>> {
    let parts = parts_of(node);
    if let [inner, lambda] = parts.as_slice()
        && (inner.kind(), lambda.kind()) == ("call_expression", "annotated_lambda")
    {
        let mut whole = parts_of(*inner);
        if whole.last().is_some_and(|last| last.kind() == "value_arguments") {
            whole.push(*lambda);
            return whole;
        }
    }
    parts
}

/// The type that a function of the standard library builds with the type arguments it is given.
fn built_by(function: &str) -> Option<&'static str> {
    Some(match function {
        "listOf" | "listOfNotNull" | "emptyList" | "buildList" | "mutableListOf" | "arrayListOf" => "List",
        "setOf" | "emptySet" | "buildSet" | "mutableSetOf" | "hashSetOf" | "linkedSetOf" | "sortedSetOf" => "Set",
        "mapOf" | "emptyMap" | "buildMap" | "mutableMapOf" | "hashMapOf" | "linkedMapOf" | "sortedMapOf" => "Map",
        "arrayOf" | "emptyArray" | "arrayOfNulls" => "Array",
        "sequenceOf" | "emptySequence" | "sequence" => "Sequence",
        "flow" | "flowOf" | "emptyFlow" | "channelFlow" | "callbackFlow" => "Flow",
        _ => return None,
    })
}
