//! Declarations: functions through any nesting of declarators, variables, fields, parameters.

use super::walk::{At, Walker};
use crate::lang::Fields as _;
use crate::facts::{DefFlags, DefIx, DefSpec, Expr, ExprIx, LocalKind, ScopeKind, Use};
use crate::model::{Role, SymbolKind, Visibility};
use std::borrow::Cow;
use tree_sitter::Node;

/// The name that a declarator declares.
#[derive(Clone, Copy)]
pub(in crate::lang) struct Found<'t> {
    /// Its node.
    pub name: Node<'t>,
    /// The function declarator that holds the parameters, when a function of this name is declared.
    pub function: Option<Node<'t>>,
    /// True when a pointer stands somewhere before the name.
    pub pointer: bool,
}

/// Finds the name in a declarator.
pub(in crate::lang) fn find(declarator: Node<'_>) -> Option<Found<'_>> {
    let mut at = declarator;
    let mut function = None;
    let mut pointer = false;
    for _ in 0..64 {
        match at.kind() {
            "function_declarator" | "abstract_function_declarator" => {
                function = Some(at);
                at = inner(at)?;
                // No function gives a function: `API number (name) (int a)`, where API is a macro that was taken for the
                // type, and `number` for the name.
                if let Some(name) = wrapped_name(at) {
                    return Some(Found { name, function, pointer });
                }
            }
            "pointer_declarator" | "pointer_type_declarator" => {
                function = None;
                pointer = true;
                at = inner(at)?;
            }
            "array_declarator" | "reference_declarator" => {
                function = None;
                at = inner(at)?;
            }
            "parenthesized_declarator"
            | "attributed_declarator"
            | "init_declarator"
            | "variadic_declarator" => {
                at = inner(at)?;
            }
            "operator_cast" => {
                let function = at.field("declarator").and_then(innermost_abstract);
                return Some(Found { name: at, function, pointer });
            }
            "qualified_identifier" => {
                if let Some(cast) = qualified_cast(at) {
                    let function = cast.field("declarator").and_then(innermost_abstract);
                    return Some(Found { name: at, function, pointer });
                }
                return Some(Found { name: at, function, pointer });
            }
            "identifier"
            | "field_identifier"
            | "type_identifier"
            | "primitive_type"
            | "operator_name"
            | "destructor_name"
            | "template_function"
            | "template_method"
            | "structured_binding_declarator" => {
                return Some(Found { name: at, function, pointer });
            }
            _ => return None,
        }
    }
    None
}

/// The name alone between the parentheses of a declarator that looks like a function.
fn wrapped_name(declarator: Node<'_>) -> Option<Node<'_>> {
    let parameters = declarator.field("parameters").filter(|_| declarator.kind() == "function_declarator")?;
    let only = parameters.named_child(0).filter(|_| parameters.named_child_count() == 1)?;
    let name = only.field("type").filter(|_| only.named_child_count() == 1)?;
    (name.kind() == "type_identifier").then_some(name)
}

/// The declarator within a declarator.
pub(in crate::lang) fn inner(node: Node<'_>) -> Option<Node<'_>> {
    node.field("declarator").or_else(|| {
        let mut cursor = node.walk();
        node.named_children(&mut cursor).find(|child| {
            let kind = child.kind();
            kind.ends_with("declarator")
                || kind.ends_with("identifier")
                || kind.ends_with("_name")
                || kind == "template_function"
        })
    })
}

/// The conversion operator at the end of a qualified name.
fn qualified_cast(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    for _ in 0..64 {
        let name = at.field("name")?;
        match name.kind() {
            "qualified_identifier" => at = name,
            "operator_cast" => return Some(name),
            _ => return None,
        }
    }
    None
}

/// The abstract function declarator of a conversion operator.
fn innermost_abstract(node: Node<'_>) -> Option<Node<'_>> {
    let mut at = node;
    for _ in 0..64 {
        if at.kind() == "abstract_function_declarator" {
            return Some(at);
        }
        at = at.field("declarator").or_else(|| {
            let mut cursor = at.walk();
            at.named_children(&mut cursor).find(|child| child.kind().starts_with("abstract_"))
        })?;
    }
    None
}

/// Splits a written name into its qualifiers and its last part.
pub(in crate::lang) fn name_parts(name: Node<'_>) -> (Vec<Node<'_>>, Node<'_>) {
    let mut scopes = Vec::new();
    let mut at = name;
    for _ in 0..64 {
        if at.kind() != "qualified_identifier" {
            break;
        }
        if let Some(scope) = at.field("scope") {
            scopes.push(scope);
        }
        match at.field("name") {
            Some(name) => at = name,
            None => break,
        }
    }
    (scopes, at)
}

/// What stands before a declared name besides its type.
#[derive(Clone, Copy, Default)]
pub(in crate::lang) struct Specs {
    is_static: bool,
    is_extern: bool,
    is_const: bool,
    is_constexpr: bool,
    exported: bool,
    decorated: bool,
    pure: bool,
}

impl Specs {
    /// Reads the specifiers of a declaration or definition.
    pub fn of(walker: &Walker<'_, '_>, node: Node<'_>) -> Self {
        let mut specs = Self::default();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "storage_class_specifier" => match walker.b.text(child) {
                    "static" => specs.is_static = true,
                    "extern" => specs.is_extern = true,
                    _ => {}
                },
                "type_qualifier" => match walker.b.text(child) {
                    "const" => specs.is_const = true,
                    "constexpr" | "constinit" => specs.is_constexpr = true,
                    _ => {}
                },
                "attribute_specifier" | "attribute_declaration" => specs.decorated = true,
                "ms_declspec_modifier" => specs.exported |= walker.b.text(child).contains("dllexport"),
                "pure_virtual_clause" => specs.pure = true,
                "compound_statement" | "field_declaration_list" => break,
                _ => {}
            }
        }
        specs
    }
}

/// A function, as it is met.
struct Callable<'t> {
    found: Found<'t>,
    function: Node<'t>,
    /// The definition or declaration.
    node: Node<'t>,
    whole: Node<'t>,
    body: Option<Node<'t>>,
    template: Option<Node<'t>>,
    specs: Specs,
}

/// Macros that open a test case.
const TEST_MACROS: &[&str] = &[
    "BOOST_AUTO_TEST_CASE",
    "BOOST_FIXTURE_TEST_CASE",
    "CATCH_TEST_CASE",
    "DOCTEST_TEST_CASE",
    "FUZZ_TEST",
    "IN_PROC_BROWSER_TEST_F",
    "MU_TEST",
    "SCENARIO",
    "SUBCASE",
    "TEST",
    "TEST_CASE",
    "TEST_CASE_METHOD",
    "TEST_F",
    "TEST_METHOD",
    "TEST_P",
    "TYPED_TEST",
    "TYPED_TEST_P",
];

impl<'s> Walker<'_, 's> {
    /// A function with a body (or `= default`, `= delete`, `= 0`).
    pub fn function(&mut self, node: Node<'_>, whole: Node<'_>, template: Option<Node<'_>>) {
        let found = node.field("declarator").and_then(find);
        let body = node.field("body").or_else(|| {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).find(|child| child.kind() == "try_statement")
        });
        let Some((found, function)) = found.and_then(|found| Some((found, found.function?))) else {
            return self.each(node);
        };
        if self.at == At::Body || is_control(self.b.text(found.name)) {
            return self.macro_block(node, found, function, body);
        }
        let specs = Specs::of(self, node);
        self.callable(Callable { found, function, node, whole, body, template, specs });
    }

    /// `FOREACH(a, b) { .. }` in a body, or a broken `else if (..) {`: the grammar takes it for a function.
    fn macro_block(&mut self, node: Node<'_>, found: Found<'_>, function: Node<'_>, body: Option<Node<'_>>) {
        self.b.open_scope(ScopeKind::Block);
        for name in [node.field("type"), Some(found.name)].into_iter().flatten() {
            if name.kind().ends_with("identifier") && !is_control(self.b.text(name)) {
                let (expr, last) = self.target(name);
                if let Some(last) = last {
                    self.b.uses(expr, Role::Call, last);
                }
            }
        }
        self.values_of_parameters(function);
        if let Some(body) = body {
            self.item(body);
        }
        self.b.close_scope();
    }

    /// A declaration: prototypes, variables, fields.
    pub fn declaration(&mut self, node: Node<'_>, whole: Node<'_>, template: Option<Node<'_>>) {
        let specs = Specs::of(self, node);
        let doc = self.doc;
        let mut base = None;
        let mut cursor = node.walk();
        let mut any = false;
        let mut default = node.field("default_value");
        let declarators: Vec<Node<'_>> = node.children_by_field_name("declarator", &mut cursor).collect();
        for &declarator in &declarators {
            any = true;
            let Some(found) = find(declarator) else {
                self.item(declarator);
                continue;
            };
            if let (At::Body, true, Some(function)) = (self.at, self.cpp, found.function)
                && node
                    .field("type")
                    .is_some_and(|ty| matches!(self.b.text(ty), "emit" | "Q_EMIT"))
            {
                // A signal of Qt: `emit changed(x);`.
                let (expr, last) = self.target(found.name);
                self.values_of_parameters(function);
                if let Some(last) = last {
                    self.b.uses(expr, Role::Call, last);
                }
                continue;
            }
            if let Some(function) = found.function
                && !(self.at == At::Body && base.is_none() && self.is_construction(node, function))
            {
                if self.at == At::Body {
                    continue;
                }
                let mut specs = specs;
                specs.pure |= default.take().is_some();
                self.doc = doc;
                self.callable(Callable { found, function, node, whole, body: None, template, specs });
                continue;
            }
            let base = match base {
                Some(base) => base,
                None => {
                    let hint = Some(found.name);
                    self.doc = doc;
                    let ty = node.field("type").map_or(0, |ty| self.type_of(ty, hint));
                    base = Some(ty);
                    ty
                }
            };
            self.doc = doc;
            self.variable(node, declarator, found, base, specs);
        }
        if !any && let Some(ty) = node.field("type") {
            let member_of_outer = ty.field("name").is_none();
            match ty.field("body") {
                // An anonymous struct or union: its members belong to the type around it.
                Some(body) if member_of_outer && ty.kind() != "enum_specifier" => self.items(body),
                _ => {
                    self.item(ty);
                }
            }
        }
        if let Some(size) =
            node.named_child(u32::try_from(node.named_child_count()).unwrap_or(1).saturating_sub(1))
            && size.kind() == "bitfield_clause"
        {
            self.each(size);
        }
    }

    /// `Type name(a, b);` in a body: the grammar sees parameters, but types alone as parameters of a local are arguments.
    fn is_construction(&self, node: Node<'_>, function: Node<'_>) -> bool {
        if !self.cpp {
            return false;
        }
        let plain = node.field("type").is_some_and(|ty| {
            matches!(ty.kind(), "type_identifier" | "qualified_identifier" | "template_type")
        });
        let Some(params) = function.field("parameters") else { return false };
        let mut cursor = params.walk();
        let mut n = 0;
        let all = params.named_children(&mut cursor).all(|param| {
            n += 1;
            param.kind() == "parameter_declaration"
                && param.named_child_count() <= 2
                && param
                    .field("type")
                    .is_some_and(|ty| matches!(ty.kind(), "type_identifier" | "qualified_identifier"))
                && param
                    .field("declarator")
                    .is_none_or(|declarator| declarator.kind() == "abstract_function_declarator")
        });
        plain && all && n > 0
    }

    /// Builds the type of what a declarator declares, up to the function that is declared.
    pub fn wrap(&mut self, declarator: Node<'_>, base: ExprIx, stop: Option<Node<'_>>) -> ExprIx {
        let mut ty = base;
        let mut at = declarator;
        for _ in 0..64 {
            if Some(at) == stop {
                break;
            }
            match at.kind() {
                "pointer_declarator"
                | "pointer_type_declarator"
                | "abstract_pointer_declarator"
                | "array_declarator"
                | "abstract_array_declarator" => {
                    if ty != 0 {
                        ty = self.put(Expr::Wrapped { base: ty }, at);
                    }
                    if let Some(size) = at.field("size") {
                        self.item(size);
                    }
                }
                "function_declarator" | "abstract_function_declarator" => {
                    ty = self.put(Expr::Function { result: ty }, at);
                    if let Some(params) = at.field("parameters") {
                        self.parameter_types(params);
                    }
                }
                _ => {}
            }
            let next = at.field("declarator").or_else(|| {
                let mut cursor = at.walk();
                at.named_children(&mut cursor).find(|child| child.kind().ends_with("declarator"))
            });
            match next {
                Some(next) => at = next,
                None => break,
            }
        }
        ty
    }

    /// Walks parameters of which only the types count.
    fn parameter_types(&mut self, params: Node<'_>) {
        let mut cursor = params.walk();
        for param in params.named_children(&mut cursor) {
            if let Some(ty) = param.field("type") {
                let ty = self.type_of(ty, None);
                if let Some(declarator) = param.field("declarator") {
                    self.wrap(declarator, ty, None);
                }
            }
        }
    }

    // ---- functions ---------------------------------------------------------------------------------------------

    fn callable(&mut self, callable: Callable<'_>) {
        let Callable { found, function, node, whole, body, template, specs } = callable;
        let (scopes, last) = name_parts(found.name);
        let name = self.name_text(last);
        if name.is_empty() {
            return self.each(node);
        }
        let declared = node.field("type");
        let of_type = scopes.last().map(|&scope| self.bare_name(scope));
        let in_namespace = scopes.iter().all(|&scope| self.namespaces.contains(self.b.text(scope)));
        let outside = !scopes.is_empty() && !in_namespace && self.at != At::Type;
        let enclosing = if outside { of_type } else { self.types.last().map(String::as_str) };
        let member = outside || (self.at == At::Type && scopes.is_empty());
        let is_constructor = member && declared.is_none() && enclosing == Some(name.as_ref());
        let is_macro = declared.is_none()
            && !is_constructor
            && body.is_some()
            && found.name.kind() == "identifier"
            && is_upper(&name);
        if declared.is_none()
            && body.is_none()
            && !is_constructor
            && found.name.kind().ends_with("identifier")
            && is_upper(&name)
            && !is_complete(node)
        {
            // `DECLARE_X(y);`: a macro is called, nothing that we could name is declared.
            let expr = self.b.name(found.name);
            self.b.uses(expr, Role::Call, found.name);
            return self.values_of_parameters(function);
        }
        let test = is_macro && TEST_MACROS.contains(&name.as_ref());
        let kind = match (member, is_constructor) {
            (_, true) => SymbolKind::Constructor,
            (true, _) if !is_macro => SymbolKind::Method,
            _ => SymbolKind::Function,
        };
        let mut flags = 0;
        let mut mark = |flag: u32, on: bool| flags |= if on { flag } else { 0 };
        mark(DefFlags::DECLARATION, body.is_none() && !is_complete(node) && !specs.pure);
        mark(DefFlags::ABSTRACT, specs.pure);
        mark(DefFlags::STATIC, specs.is_static && self.at == At::Type);
        mark(DefFlags::EXPORTED, specs.exported);
        mark(DefFlags::DECORATED, specs.decorated);
        mark(DefFlags::TEST, test);
        let local = self.at == At::Top && (specs.is_static || self.hidden > 0);
        mark(DefFlags::FILE_LOCAL, local);
        mark(DefFlags::ENTRY, !member && matches!(name.as_ref(), "main" | "wmain" | "WinMain" | "wWinMain"));
        mark(DefFlags::OVERRIDE, has_child(function, "virtual_specifier"));
        let visibility = match self.at {
            At::Type => self.access,
            _ if local => Visibility::Private,
            _ => Visibility::Public,
        };
        // The type before `::` is looked up outside the function.
        let receiver = if outside { self.qualifier(&scopes) } else { 0 };
        let spec = DefSpec { kind, name: last, whole, body, visibility, flags };
        let def = if is_macro {
            let name = self.macro_name(&name, function, test);
            self.b.define_named(&name, spec)
        } else {
            self.b.define_named(&name, spec)
        };
        self.give_doc(def);
        self.b.def_mut(def).receiver = receiver;
        if !outside && let Some(module) = self.module_of(&scopes) {
            // Written outside, but a member of a namespace of this file.
            let scope = self.b.def(module).scope;
            let of = self.b.def_mut(def);
            of.parent = module;
            of.declared_in = scope;
        }

        self.b.enter(def, ScopeKind::Function);
        if let Some(&scope) = scopes.last().filter(|_| receiver != 0) {
            let name = scope.field("name").unwrap_or(scope);
            self.b.uses(receiver, Role::Type, name);
        }
        self.type_params(def, template);
        if let Some(declared) = declared.or_else(|| last.field("type")) {
            let base = self.type_of(declared, None);
            let outer = node.field("declarator").filter(|_| last.kind() != "operator_cast");
            let ty = match outer {
                Some(outer) => self.return_type(outer, function, base, found),
                None => base,
            };
            self.b.def_mut(def).ty = ty;
        }
        if let Some(trailing) = child_of_kind(function, "trailing_return_type")
            && let Some(ty) = trailing.named_child(0)
        {
            let ty = self.type_of(ty, None);
            self.b.def_mut(def).ty = ty;
        }
        if !is_macro && let Some(params) = function.field("parameters") {
            self.parameters(Some(def), params, node);
        }
        if let Some(body) = body {
            let (at, types) = (self.at, self.types.len());
            self.at = At::Body;
            if let (true, Some(name)) =
                (outside, scopes.last().map(|&scope| self.bare_name(scope).to_owned()))
            {
                self.types.push(name);
            }
            self.returns.push(Vec::new());
            if let Some(inits) = child_of_kind(node, "field_initializer_list")
                .or_else(|| child_of_kind(body, "field_initializer_list"))
            {
                self.initializers(inits);
            }
            self.items(body);
            let returns = self.returns.pop().unwrap_or_default();
            self.types.truncate(types);
            self.at = at;
            if self.b.def(def).ty == 0 && !returns.is_empty() {
                let init = if let [one] = returns[..] { one } else { self.put(Expr::Union(returns), body) };
                self.b.def_mut(def).init = init;
            }
        }
        self.b.leave();
    }

    /// The return type: what is wrapped round the function's own declarator.
    fn return_type(&mut self, outer: Node<'_>, function: Node<'_>, base: ExprIx, found: Found<'_>) -> ExprIx {
        if found.name.kind() == "qualified_identifier" && qualified_cast(found.name).is_some() {
            return base;
        }
        self.wrap(outer, base, Some(function))
    }

    /// Walks what the grammar could not make sense of, outside functions. The head of a function whose body is damaged
    /// still stands there, followed by its brace and its statements.
    pub fn broken(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.children(&mut cursor).collect();
        let outer = self.at;
        let mut open: Option<DefIx> = None;
        for (n, &child) in children.iter().enumerate() {
            let head = if child.kind().ends_with("declarator")
                && children.get(n + 1).is_some_and(|next| next.kind() == "{")
            {
                find(child).and_then(|found| Some((found, found.function?)))
            } else {
                None
            };
            if head.is_some() || child.kind() == "function_definition" {
                self.close_broken(&mut open, n.checked_sub(1).and_then(|last| children.get(last)), outer);
            }
            match head {
                Some((found, function)) => {
                    let before = children.get(n.saturating_sub(4)..n).unwrap_or_default();
                    open = self.open_broken(found, function, before);
                }
                None if child.is_named() => {
                    self.item(child);
                }
                None => {}
            }
        }
        self.close_broken(&mut open, children.last(), outer);
    }

    /// Defines a function of which only the head is whole, and enters it.
    fn open_broken(&mut self, found: Found<'_>, function: Node<'_>, before: &[Node<'_>]) -> Option<DefIx> {
        let (scopes, last) = name_parts(found.name);
        let name = self.name_text(last);
        if name.is_empty() || is_control(&name) {
            return None;
        }
        let outside =
            !scopes.is_empty() && !scopes.iter().all(|&scope| self.namespaces.contains(self.b.text(scope)));
        let is_static = before.iter().any(|&before| self.b.text(before) == "static") && self.at == At::Top;
        let spec = DefSpec {
            kind: if outside || self.at == At::Type { SymbolKind::Method } else { SymbolKind::Function },
            name: last,
            whole: function,
            body: None,
            visibility: if is_static { Visibility::Private } else { Visibility::Public },
            flags: if is_static || self.hidden > 0 { DefFlags::FILE_LOCAL } else { 0 },
        };
        let receiver = if outside { self.qualifier(&scopes) } else { 0 };
        let def = self.b.define_named(&name, spec);
        self.b.def_mut(def).receiver = receiver;
        self.b.enter(def, ScopeKind::Function);
        if let Some(params) = function.field("parameters") {
            self.parameters(Some(def), params, function);
        }
        self.at = At::Body;
        Some(def)
    }

    /// Leaves a function that [`Walker::open_broken`] entered; it reaches to the end of `last`.
    fn close_broken(&mut self, open: &mut Option<DefIx>, last: Option<&Node<'_>>, outer: At) {
        let Some(def) = open.take() else { return };
        if let Some(last) = last {
            let of = self.b.def_mut(def);
            of.span.end = of.span.end.max(u32::try_from(last.end_byte()).unwrap_or(u32::MAX));
            of.end_line = of.end_line.max(u32::try_from(last.end_position().row).unwrap_or(u32::MAX));
        }
        self.b.leave();
        self.at = outer;
    }

    /// True for `TEST_CASE("name")` without a semicolon: a body follows.
    pub fn is_test_head(&self, node: Node<'_>) -> bool {
        node.kind() == "expression_statement"
            && node.named_child(0).is_some_and(|call| {
                call.kind() == "call_expression"
                    && call
                        .field("function")
                        .is_some_and(|name| TEST_MACROS.contains(&self.b.text(name)))
            })
    }

    /// `TEST_CASE("name") { .. }`: a function that goes by the first argument.
    pub fn test_case(&mut self, head: Node<'_>, body: Node<'_>) {
        let list = head.named_child(0).and_then(|call| call.field("arguments"));
        let Some(name) = list.and_then(|list| list.named_child(0)) else {
            self.item(body);
            return;
        };
        let text = self.b.text(name).trim_matches('"').to_owned();
        let spec = DefSpec {
            kind: SymbolKind::Function,
            name,
            whole: body,
            body: Some(body),
            visibility: Visibility::Public,
            flags: DefFlags::TEST,
        };
        let def = self.b.define_named(&text, spec);
        self.give_doc(def);
        let start = crate::facts::place_of(head);
        let signature = self.b.text(head);
        self.b.signature(def, signature);
        let of = self.b.def_mut(def);
        of.start_line = start.line;
        of.span.start = start.byte;
        self.b.enter(def, ScopeKind::Function);
        let at = std::mem::replace(&mut self.at, At::Body);
        self.items(body);
        self.at = at;
        self.b.leave();
    }

    /// A name for a function that a macro makes: `TEST(A, B)` is `A.B`, `DEFINE_X(y)` is `DEFINE_X.y`.
    fn macro_name(&self, name: &str, function: Node<'_>, test: bool) -> String {
        let mut parts: Vec<&str> = if test { Vec::new() } else { vec![name] };
        if let Some(params) = function.field("parameters") {
            let mut cursor = params.walk();
            parts.extend(params.named_children(&mut cursor).map(|param| self.b.text(param)).take(4));
        }
        if parts.is_empty() { name.to_owned() } else { parts.join(".") }
    }

    /// Binds parameters as locals of the innermost scope; also for a definition.
    pub fn parameters(&mut self, def: Option<DefIx>, params: Node<'_>, node: Node<'_>) {
        struct Param<'s> {
            name: &'s str,
            ty: ExprIx,
            init: ExprIx,
            from: usize,
        }
        let mut list: Vec<Param<'s>> = Vec::new();
        let (mut required, mut variadic, mut optional) = (0_usize, false, false);
        let mut cursor = params.walk();
        for param in params.children(&mut cursor) {
            match param.kind() {
                "parameter_declaration"
                | "optional_parameter_declaration"
                | "variadic_parameter_declaration" => {
                    let declarator = param.field("declarator");
                    let written = param.field("type");
                    if declarator.is_none()
                        && list.is_empty()
                        && written.is_some_and(|ty| self.b.text(ty) == "void")
                    {
                        continue;
                    }
                    let base = written.map_or(0, |ty| self.type_of(ty, None));
                    let mut ty = declarator.map_or(base, |declarator| self.wrap(declarator, base, None));
                    let name = declarator.and_then(find).map_or("", |found| self.b.text(found.name));
                    let init = self.field(param, "default_value");
                    if param.kind() == "variadic_parameter_declaration" {
                        variadic = true;
                        if ty != 0 {
                            ty = self.put(Expr::Wrapped { base: ty }, param);
                        }
                    } else {
                        optional |= param.kind() == "optional_parameter_declaration";
                        required += usize::from(!optional);
                    }
                    list.push(Param { name, ty, init, from: param.end_byte() });
                }
                "variadic_parameter" | "..." => variadic = true,
                // Parameters in the old style: names here, types in declarations after the list.
                "identifier" => {
                    required += 1;
                    let ty = self.old_style_type(node, param);
                    list.push(Param { name: self.b.text(param), ty, init: 0, from: param.end_byte() });
                }
                _ => {}
            }
        }
        let first = self.b.n_locals();
        for param in list {
            self.b.local(param.name, param.from, LocalKind::Param, param.ty, param.init);
        }
        if let Some(def) = def {
            let last = self.b.n_locals();
            let of = self.b.def_mut(def);
            of.params = (first, last);
            of.required = u8::try_from(required).unwrap_or(u8::MAX);
            if variadic {
                of.flags.set(DefFlags::VARIADIC, true);
            }
        }
    }

    /// The type of an old style parameter.
    fn old_style_type(&mut self, function: Node<'_>, param: Node<'_>) -> ExprIx {
        let name = self.b.text(param);
        let mut cursor = function.walk();
        for declaration in function.named_children(&mut cursor) {
            if declaration.kind() != "declaration" {
                continue;
            }
            let mut inside = declaration.walk();
            let declarators: Vec<_> = declaration.children_by_field_name("declarator", &mut inside).collect();
            for declarator in declarators {
                if find(declarator).is_some_and(|found| self.b.text(found.name) == name) {
                    let base = declaration.field("type").map_or(0, |ty| self.type_of(ty, None));
                    return self.wrap(declarator, base, None);
                }
            }
        }
        0
    }

    // ---- variables and fields ----------------------------------------------------------------------------------

    fn variable(
        &mut self,
        node: Node<'_>,
        declarator: Node<'_>,
        found: Found<'_>,
        base: ExprIx,
        specs: Specs,
    ) {
        let value = if declarator.kind() == "init_declarator" {
            declarator.field("value")
        } else if self.at == At::Type {
            declarator.next_named_sibling().filter(|next| {
                node.field("default_value").is_some()
                    && !next.kind().ends_with("declarator")
                    && next.kind() != "field_identifier"
            })
        } else {
            None
        };
        let ty = self.wrap(declarator, base, found.function);
        if self.at == At::Body {
            return self.local_variable(node, found, ty, value);
        }
        let (scopes, last) = name_parts(found.name);
        let name = self.name_text(last);
        if name.is_empty() {
            return;
        }
        let constant = specs.is_constexpr || (specs.is_const && !found.pointer);
        let kind = match self.at {
            At::Type => SymbolKind::Field,
            _ if constant => SymbolKind::Constant,
            _ => SymbolKind::Variable,
        };
        let mut flags = 0;
        let mut mark = |flag: u32, on: bool| flags |= if on { flag } else { 0 };
        let local = self.at == At::Top && (specs.is_static || self.hidden > 0);
        mark(DefFlags::FILE_LOCAL, local);
        mark(DefFlags::STATIC, specs.is_static && self.at == At::Type);
        mark(DefFlags::DECLARATION, specs.is_extern && value.is_none());
        mark(DefFlags::DECORATED, specs.decorated);
        mark(DefFlags::EXPORTED, specs.exported);
        let visibility = match self.at {
            At::Type => self.access,
            _ if local => Visibility::Private,
            _ => Visibility::Public,
        };
        let outside = self.at == At::Top && !scopes.is_empty();
        let receiver = if outside { self.qualifier(&scopes) } else { 0 };
        let spec = DefSpec { kind, name: last, whole: node, body: value, visibility, flags };
        let def = self.b.define_named(&name, spec);
        self.give_doc(def);
        self.b.def_mut(def).receiver = receiver;
        self.b.def_mut(def).ty = ty;
        if let Some(value) = value {
            self.b.enter(def, ScopeKind::Block);
            let init = self.initial(node, ty, value);
            self.b.leave();
            self.b.def_mut(def).init = init;
            self.b.def_mut(def).scope = crate::facts::NONE;
        }
    }

    fn local_variable(&mut self, node: Node<'_>, found: Found<'_>, ty: ExprIx, value: Option<Node<'_>>) {
        let init = match (value, found.function) {
            (Some(value), _) => self.initial(node, ty, value),
            (None, Some(function)) => self.construction(node, ty, function),
            (None, None) => 0,
        };
        self.bind(found.name, ty, init, LocalKind::Variable);
    }

    /// Binds a local, or the parts of a structured binding.
    pub fn bind(&mut self, name: Node<'_>, ty: ExprIx, init: ExprIx, kind: LocalKind) {
        let from = name.end_byte();
        if name.kind() == "structured_binding_declarator" {
            let base = match (kind, init) {
                (LocalKind::Element, init) if init != 0 => self.put(Expr::Element { base: init }, name),
                (_, init) => init,
            };
            let mut cursor = name.walk();
            for (index, part) in (0..).zip(name.named_children(&mut cursor)) {
                let text = self.b.text(part);
                let init = if base == 0 { 0 } else { self.put(Expr::Part { base, index }, part) };
                self.b.local(text, from, LocalKind::Pattern, 0, init);
            }
            return;
        }
        let text = self.b.text(name);
        if !text.is_empty() {
            self.b.local(text, from, kind, ty, init);
        }
    }

    /// What a variable of type `ty` is set to: a value, `(args)` or `{args}`.
    fn initial(&mut self, node: Node<'_>, ty: ExprIx, value: Node<'_>) -> ExprIx {
        match value.kind() {
            "argument_list" => {
                let (args, argc) = self.arguments(value);
                self.constructs(node, ty, args, argc, value)
            }
            "initializer_list" => {
                let args = self.list(value, ty);
                let argc = u8::try_from(args.len()).unwrap_or(Use::UNKNOWN_ARGS);
                if self.cpp { self.constructs(node, ty, args, argc, value) } else { 0 }
            }
            _ => self.item(value),
        }
    }

    /// `Type name(a, b)` that the grammar took for a prototype.
    fn construction(&mut self, node: Node<'_>, ty: ExprIx, function: Node<'_>) -> ExprIx {
        let mut args = Vec::new();
        if let Some(params) = function.field("parameters") {
            let mut cursor = params.walk();
            for param in params.named_children(&mut cursor) {
                let arg = param.field("type").map_or(0, |name| self.value_name(name));
                match param.field("declarator") {
                    Some(call) => {
                        self.values_of_parameters(call);
                        args.push(if arg == 0 {
                            0
                        } else {
                            self.put(Expr::Call { callee: arg, args: Vec::new() }, param)
                        });
                    }
                    None => args.push(arg),
                }
            }
        }
        let argc = u8::try_from(args.len()).unwrap_or(Use::UNKNOWN_ARGS);
        self.constructs(node, ty, args, argc, function)
    }

    /// Arguments that the grammar took for parameters: what looks like a type is a value.
    fn values_of_parameters(&mut self, function: Node<'_>) {
        if let Some(params) = function.field("parameters") {
            let mut cursor = params.walk();
            for param in params.named_children(&mut cursor) {
                match param.field("type") {
                    Some(name) => {
                        self.value_name(name);
                    }
                    None => {
                        self.item(param);
                    }
                }
            }
        }
    }

    /// A construction of the declared type; the use stands at the type's name.
    fn constructs(
        &mut self,
        node: Node<'_>,
        ty: ExprIx,
        args: Vec<ExprIx>,
        argc: u8,
        at: Node<'_>,
    ) -> ExprIx {
        let Some(written) = node.field("type").filter(|_| ty != 0 && self.cpp) else {
            return 0;
        };
        if matches!(self.b.expr_at(ty), Expr::Wrapped { .. } | Expr::Function { .. }) {
            return 0;
        }
        let new = self.put(Expr::New { ty, args }, at);
        self.new_use(ty, written, argc, new);
        new
    }

    /// The use of a type by constructing it.
    pub fn new_use(&mut self, ty: ExprIx, written: Node<'_>, argc: u8, new: ExprIx) {
        if matches!(
            written.kind(),
            "type_identifier" | "qualified_identifier" | "template_type" | "identifier"
        ) {
            let mut expr = ty;
            while let Expr::Generic { base, .. } | Expr::Wrapped { base } = *self.b.expr_at(expr) {
                expr = base;
            }
            let (_, last) = name_parts(written);
            let last = last.field("name").unwrap_or(last);
            self.b.uses_with(expr, Role::New, last, argc, new);
        }
    }

    // ---- names -------------------------------------------------------------------------------------------------

    /// A declared name as it is kept: operators without spaces, conversions as `operator T`.
    pub fn name_text(&self, last: Node<'_>) -> Cow<'s, str> {
        match last.kind() {
            "operator_name" => {
                let text = self.b.text(last);
                let rest = text.strip_prefix("operator").unwrap_or(text).trim();
                let space = rest.starts_with(|c: char| c.is_alphabetic());
                let rest: String = rest.chars().filter(|c| !c.is_whitespace()).collect();
                Cow::Owned(format!("operator{}{rest}", if space { " " } else { "" }))
            }
            "operator_cast" => {
                let ty = last.field("type").map_or("", |ty| self.b.text(ty));
                let text = self.b.text(last);
                let stars = text.split('(').next().unwrap_or("").matches('*').count();
                Cow::Owned(format!("operator {ty}{}", "*".repeat(stars)))
            }
            "destructor_name" => {
                let text = self.b.text(last);
                if text.contains(char::is_whitespace) {
                    Cow::Owned(text.chars().filter(|c| !c.is_whitespace()).collect())
                } else {
                    Cow::Borrowed(text)
                }
            }
            "template_function" | "template_method" | "template_type" => {
                last.field("name").map_or(Cow::Borrowed(""), |name| self.name_text(name))
            }
            "dependent_name" => last.named_child(0).map_or(Cow::Borrowed(""), |name| self.name_text(name)),
            "structured_binding_declarator" => Cow::Borrowed(""),
            _ => Cow::Borrowed(self.b.text(last).trim()),
        }
    }

    /// The name of a qualifier without its template arguments.
    pub fn bare_name(&self, scope: Node<'_>) -> &'s str {
        let name = scope.field("name").unwrap_or(scope);
        self.b.text(name)
    }

    /// The namespace of this file that qualifiers name.
    fn module_of(&self, scopes: &[Node<'_>]) -> Option<DefIx> {
        let name = self.b.text(*scopes.last()?);
        let at = self.b.defs().iter().position(|def| {
            def.kind == SymbolKind::Module && def.scope != crate::facts::NONE && self.b.str(def.name) == name
        })?;
        DefIx::try_from(at).ok()
    }

    /// The type expression of a qualifier, template arguments left out. Adds no uses.
    fn qualifier(&mut self, scopes: &[Node<'_>]) -> ExprIx {
        let mut expr = 0;
        for &scope in scopes {
            let name = scope.field("name").unwrap_or(scope);
            expr = if expr == 0 { self.b.name(name) } else { self.b.member(expr, name) };
        }
        expr
    }
}

/// True for a definition without a body that is complete all the same: `= default`, `= delete`.
fn is_complete(node: Node<'_>) -> bool {
    has_child(node, "default_method_clause") || has_child(node, "delete_method_clause")
}

/// The first named child of a kind.
pub(in crate::lang) fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|child| child.kind() == kind)
}

fn has_child(node: Node<'_>, kind: &str) -> bool {
    child_of_kind(node, kind).is_some()
}

/// True for keywords that damage by macros may leave in the place of a function's name.
fn is_control(name: &str) -> bool {
    matches!(
        name,
        "if" | "while" | "for" | "switch" | "else" | "do" | "return" | "catch" | "sizeof" | "defined"
    )
}

/// True for names in capitals, as macros are written.
fn is_upper(name: &str) -> bool {
    name.len() > 2 && name.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'_')
}
