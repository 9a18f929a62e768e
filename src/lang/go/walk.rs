//! Syntax tree to facts: declarations.

use super::docs::Docs;
use super::imports::Imported;
use crate::lang::Fields as _;
use crate::lang::written::Types as _;
use crate::facts::{Builder, DefFlags, DefIx, DefSpec, Expr, ExprIx, LocalKind, ScopeKind};
use crate::model::{Role, SymbolKind, Visibility};
use rustc_hash::FxHashSet;
use tree_sitter::Node;

/// Walks a file.
pub(super) fn walk(b: &mut Builder<'_>, root: Node<'_>) {
    let mut walker = Walker {
        b,
        docs: Docs::default(),
        qualifiers: FxHashSet::default(),
        imports: Vec::new(),
        n_anonymous: 0,
        is_main: false,
    };
    walker.members(root);
    walker.bind_imports();
}

/// The state of a walk.
pub(super) struct Walker<'b, 's> {
    /// Where the facts go.
    pub(super) b: &'b mut Builder<'s>,
    /// The comment before the next declaration.
    pub(super) docs: Docs,
    /// Names that something is taken from (`x` in `x.y`): those that are nothing else are packages.
    pub(super) qualifiers: FxHashSet<&'s str>,
    /// Import declarations, bound when all qualifiers are known.
    pub(super) imports: Vec<Imported<'s>>,
    /// Types without a name in the top-level declaration that is being walked.
    pub(super) n_anonymous: u32,
    /// The file is of package `main`.
    is_main: bool,
}

/// Everybody or the package: the first letter decides.
pub(super) fn visibility_of(name: &str) -> (Visibility, u32) {
    if name.chars().next().is_some_and(char::is_uppercase) {
        (Visibility::Public, DefFlags::EXPORTED)
    } else {
        (Visibility::Internal, 0)
    }
}

impl<'s> Walker<'_, 's> {
    /// Everything directly in `node`: a file, a block, a list.
    pub(super) fn members(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() == "comment" {
                self.docs.comment(self.b, child);
            } else {
                self.visit(child);
                self.docs.code(child);
            }
        }
    }

    /// A declaration; false when `node` is none.
    pub(super) fn declaration(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "package_clause" => self.package(node),
            "import_declaration" => self.import_declaration(node),
            "function_declaration" | "method_declaration" => self.function(node),
            "type_declaration" => self.group(node, Self::type_spec),
            "var_declaration" => self.group(node, Self::var_spec),
            "const_declaration" => self.constants(node),
            _ => return false,
        }
        true
    }

    fn package(&mut self, node: Node<'_>) {
        if let Some(name) = node.named_child(0) {
            let name = self.b.text(name);
            self.is_main = name == "main";
            self.b.package(name);
        }
    }

    /// The specs of a declaration. `spec` is given the spec and, when it stands alone, the whole declaration.
    fn group(&mut self, node: Node<'_>, spec: fn(&mut Self, Node<'_>, Option<Node<'_>>)) {
        if self.b.owner() == 0 {
            self.n_anonymous = 0;
        }
        let is_group = has_token(node, "(");
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "comment" => self.docs.comment(self.b, child),
                "var_spec_list" => self.group(child, spec),
                _ => {
                    spec(self, child, (!is_group).then_some(node));
                    self.docs.code(child);
                }
            }
        }
    }

    // ---- functions ---------------------------------------------------------------------------------------------

    fn function(&mut self, node: Node<'_>) {
        self.n_anonymous = 0;
        let doc = self.docs.take(node);
        let Some(name) = node.field("name") else { return self.members(node) };
        let text = self.b.text(name);
        let receiver = node.field("receiver");
        let body = node.field("body");
        let (visibility, mut flags) = visibility_of(text);
        if receiver.is_none() {
            if text == "init" || (text == "main" && self.is_main) {
                flags |= DefFlags::ENTRY;
            }
            if self.b.def(0).flags.has(DefFlags::TEST) && is_test_name(text) {
                flags |= DefFlags::TEST | DefFlags::ENTRY;
            }
        }
        if body.is_none() {
            // The body is in assembly.
            flags |= DefFlags::ENTRY;
        }
        let kind = if receiver.is_some() { SymbolKind::Method } else { SymbolKind::Function };
        let def = self.b.define(DefSpec { kind, name, whole: node, body, visibility, flags });
        self.docs.attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Function);
        if let Some(receiver) = receiver {
            let ty = self.receiver(receiver);
            self.b.def_mut(def).receiver = ty;
        }
        if let Some(parameters) = node.field("type_parameters") {
            self.type_parameters(parameters);
        }
        self.signature(node, def);
        if let Some(body) = body {
            self.members(body);
        }
        self.b.leave();
    }

    /// Parameters and result of a callable whose scope is open.
    pub(super) fn signature(&mut self, node: Node<'_>, def: DefIx) {
        let first = self.b.n_locals();
        let (required, variadic) = self.parameters(node);
        let last = self.b.n_locals();
        let ty = self.result(node);
        let def = self.b.def_mut(def);
        def.params = (first, last);
        def.required = required;
        def.flags.set(DefFlags::VARIADIC, variadic);
        def.ty = ty;
    }

    /// Binds the receiver and the names of its type's parameters; gives its type.
    fn receiver(&mut self, list: Node<'_>) -> ExprIx {
        let mut cursor = list.walk();
        let parameter = list.named_children(&mut cursor).find(|child| child.kind() == "parameter_declaration");
        let Some(parameter) = parameter else { return 0 };
        let Some(written) = parameter.field("type") else { return 0 };
        self.receiver_type_parameters(written);
        let ty = self.ty(written);
        if let Some(name) = parameter.field("name") {
            self.b.local(self.b.text(name), 0, LocalKind::Receiver, ty, 0);
        }
        ty
    }

    /// `T` and `U` in `func (m *Map[T, U]) …` are declared there.
    fn receiver_type_parameters(&mut self, node: Node<'_>) {
        let mut at = node;
        while matches!(at.kind(), "pointer_type" | "parenthesized_type") {
            let Some(inner) = at.named_child(0) else { return };
            at = inner;
        }
        let Some(arguments) = at.field("type_arguments") else { return };
        let mut cursor = arguments.walk();
        for child in arguments.named_children(&mut cursor) {
            let text = self.b.text(child);
            if !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_') {
                self.b.local(text, 0, LocalKind::TypeParam, 0, 0);
            }
        }
    }

    /// Binds the parameters of `node`; gives how many must be passed, and whether any number may be.
    pub(super) fn parameters(&mut self, node: Node<'_>) -> (u8, bool) {
        let Some(list) = node.field("parameters") else { return (0, false) };
        let mut required = 0_u8;
        let mut variadic = false;
        let mut cursor = list.walk();
        for parameter in list.named_children(&mut cursor) {
            let Some(written) = parameter.field("type") else { continue };
            let mut ty = self.ty(written);
            if parameter.kind() == "variadic_parameter_declaration" {
                variadic = true;
                ty = self.library("[]", vec![ty], parameter);
            }
            let mut inner = parameter.walk();
            let names: Vec<Node<'_>> = parameter.children_by_field_name("name", &mut inner).collect();
            let names = names.iter().filter(|name| name.kind() == "identifier").map(|&name| self.b.text(name));
            let mut names: Vec<&str> = names.collect();
            if names.is_empty() {
                names.push("");
            }
            for name in names {
                self.b.local(name, 0, LocalKind::Param, ty, 0);
                required = required.saturating_add(u8::from(!variadic));
            }
        }
        (required, variadic)
    }

    /// The type of what a callable gives; several make a tuple. Named results are bound.
    pub(super) fn result(&mut self, node: Node<'_>) -> ExprIx {
        let Some(result) = node.field("result") else { return 0 };
        if result.kind() != "parameter_list" {
            return self.ty(result);
        }
        let mut types = Vec::new();
        let mut cursor = result.walk();
        for parameter in result.named_children(&mut cursor) {
            let Some(written) = parameter.field("type") else { continue };
            let ty = self.ty(written);
            let mut inner = parameter.walk();
            let names: Vec<Node<'_>> = parameter
                .children_by_field_name("name", &mut inner)
                .filter(|name| name.kind() == "identifier")
                .collect();
            for name in &names {
                self.b.local(self.b.text(*name), 0, LocalKind::Variable, ty, 0);
            }
            types.extend(std::iter::repeat_n(ty, names.len().max(1)));
        }
        match types.as_slice() {
            [] => 0,
            [one] => *one,
            _ => {
                let parts = types.into_iter().map(|ty| self.typed(ty, result)).collect();
                self.b.expr(Expr::Tuple(parts), result)
            }
        }
    }

    /// A value of a type; 0 for no type.
    pub(super) fn typed(&mut self, ty: ExprIx, node: Node<'_>) -> ExprIx {
        if ty == 0 { 0 } else { self.b.expr(Expr::Typed { ty }, node) }
    }

    // ---- types -------------------------------------------------------------------------------------------------

    fn type_spec(&mut self, node: Node<'_>, alone: Option<Node<'_>>) {
        let whole = alone.unwrap_or(node);
        let doc = self.docs.take(whole);
        let (Some(name), Some(written)) = (node.field("name"), node.field("type"))
        else {
            return self.members(node);
        };
        let (kind, body, own) = match written.kind() {
            "struct_type" => (SymbolKind::Struct, written.named_child(0), 0),
            "interface_type" => (SymbolKind::Interface, token(written, "{"), 0),
            _ if node.kind() == "type_alias" => (SymbolKind::TypeAlias, None, 0),
            _ => (SymbolKind::TypeAlias, None, DefFlags::DISTINCT),
        };
        let (visibility, flags) = visibility_of(self.b.text(name));
        let def = self.b.define(DefSpec { kind, name, whole, body, visibility, flags: flags | own });
        if alone.is_none() {
            let stop = body.map_or(node.end_byte(), |body| body.start_byte());
            let head = self.b.source().get(node.start_byte()..stop).unwrap_or("");
            self.b.signature(def, &format!("type {head}"));
        }
        self.docs.attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Type);
        if let Some(parameters) = node.field("type_parameters") {
            self.type_parameters(parameters);
        }
        match written.kind() {
            "struct_type" => self.fields(written, def),
            "interface_type" => self.elements(written, def),
            _ => {
                let ty = self.ty(written);
                self.b.def_mut(def).ty = ty;
            }
        }
        self.b.leave();
    }

    /// The fields of a struct whose scope is open. Their types are looked up from a scope of their own, since a field
    /// may have the name of a type.
    pub(super) fn fields(&mut self, node: Node<'_>, owner: DefIx) {
        let Some(list) = node.named_child(0).filter(|list| list.kind() == "field_declaration_list") else {
            return;
        };
        let scope = self.b.scope();
        self.b.open_scope(ScopeKind::Block);
        let mut cursor = list.walk();
        for child in list.named_children(&mut cursor) {
            match child.kind() {
                "comment" => self.docs.comment(self.b, child),
                "field_declaration" => {
                    self.field(child, owner, scope);
                    self.docs.code(child);
                }
                _ => {}
            }
        }
        self.b.close_scope();
    }

    fn field(&mut self, node: Node<'_>, owner: DefIx, scope: u32) {
        let doc = self.docs.take(node);
        let Some(written) = node.field("type") else { return };
        let mut cursor = node.walk();
        let names: Vec<Node<'_>> = node
            .children_by_field_name("name", &mut cursor)
            .filter(|name| name.kind() == "field_identifier")
            .collect();
        let mut defs = Vec::with_capacity(1);
        if names.is_empty() {
            let embedded = self.ty_as(written, Role::Extends);
            if embedded.whole == 0 {
                return;
            }
            self.b.def_mut(owner).supers.push((Role::Extends, embedded.whole));
            let pointer = node.child(0).is_some_and(|first| first.kind() == "*");
            let of = embedded.whole;
            let ty = if pointer { self.b.expr(Expr::Wrapped { base: of }, node) } else { of };
            defs.push((self.define_field(embedded.name, node, scope), ty));
        } else {
            let ty = self.ty(written);
            for name in names {
                defs.push((self.define_field(name, node, scope), ty));
            }
        }
        for (def, ty) in defs {
            self.b.def_mut(def).ty = ty;
            self.docs.attach(self.b, def, doc);
        }
    }

    fn define_field(&mut self, name: Node<'_>, whole: Node<'_>, scope: u32) -> DefIx {
        let (visibility, flags) = visibility_of(self.b.text(name));
        let kind = SymbolKind::Field;
        let def = self.b.define(DefSpec { kind, name, whole, body: None, visibility, flags });
        self.b.def_mut(def).declared_in = scope;
        def
    }

    /// The methods and embedded interfaces of an interface whose scope is open.
    pub(super) fn elements(&mut self, node: Node<'_>, owner: DefIx) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "comment" => {
                    self.docs.comment(self.b, child);
                    continue;
                }
                "method_elem" => self.abstract_method(child),
                "type_elem" => self.element(child, owner),
                _ => {}
            }
            self.docs.code(child);
        }
    }

    fn abstract_method(&mut self, node: Node<'_>) {
        let doc = self.docs.take(node);
        let Some(name) = node.field("name") else { return };
        let (visibility, flags) = visibility_of(self.b.text(name));
        let flags = flags | DefFlags::ABSTRACT;
        let kind = SymbolKind::Method;
        let def = self.b.define(DefSpec { kind, name, whole: node, body: None, visibility, flags });
        self.docs.attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Function);
        self.signature(node, def);
        self.b.leave();
    }

    /// An embedded interface, or the union of a constraint.
    fn element(&mut self, node: Node<'_>, owner: DefIx) {
        let only = node.named_child(0).filter(|_| node.named_child_count() == 1);
        match only {
            Some(one) if matches!(one.kind(), "type_identifier" | "qualified_type" | "generic_type") => {
                let of = self.ty_as(one, Role::Extends);
                if of.whole != 0 {
                    self.b.def_mut(owner).supers.push((Role::Extends, of.whole));
                }
            }
            _ => {
                self.ty(node);
            }
        }
    }

    // ---- variables and constants -------------------------------------------------------------------------------

    fn var_spec(&mut self, node: Node<'_>, alone: Option<Node<'_>>) {
        let whole = alone.unwrap_or(node);
        let doc = self.docs.take(whole);
        let names = names_of(node);
        let ty = node.field("type").map_or(0, |ty| self.ty(ty));
        let values = node.field("value");
        if ty != 0 && self.b.owner() == 0 {
            self.assertion(&names, ty, node);
        }
        if self.b.in_function() {
            let inits = self.initialisers(names.len(), values);
            self.bind_locals(&names, ty, &inits, node);
            return;
        }
        let defs = self.define_values(SymbolKind::Variable, &names, whole, doc);
        // What the initialiser uses is used by the variable.
        let owner = defs.first().and_then(|&(_, def)| def);
        if let Some(owner) = owner {
            self.b.enter(owner, ScopeKind::Block);
        }
        let inits = self.initialisers(names.len(), values);
        if owner.is_some() {
            self.b.leave();
        }
        self.set_values(&defs, ty, &inits);
    }

    /// `const ( A T = iota; B; C )`: a constant without a value repeats type and value of the one before.
    fn constants(&mut self, node: Node<'_>) {
        self.n_anonymous = 0;
        let is_group = has_token(node, "(");
        let mut repeated: (ExprIx, Vec<ExprIx>) = (0, Vec::new());
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "comment" => {
                    self.docs.comment(self.b, child);
                    continue;
                }
                "const_spec" => {
                    let whole = if is_group { child } else { node };
                    let doc = self.docs.take(whole);
                    let names = names_of(child);
                    if let Some(values) = child.field("value") {
                        let ty = child.field("type").map_or(0, |ty| self.ty(ty));
                        repeated = (ty, self.initialisers(names.len(), Some(values)));
                    }
                    if self.b.in_function() {
                        self.bind_locals(&names, repeated.0, &repeated.1, child);
                    } else {
                        let defs = self.define_values(SymbolKind::Constant, &names, whole, doc);
                        self.set_values(&defs, repeated.0, &repeated.1);
                    }
                }
                _ => {
                    self.visit(child);
                }
            }
            self.docs.code(child);
        }
    }

    fn define_values(
        &mut self,
        kind: SymbolKind,
        names: &[Node<'_>],
        whole: Node<'_>,
        doc: Option<(usize, usize)>,
    ) -> Vec<(usize, Option<DefIx>)> {
        let mut defs = Vec::with_capacity(names.len());
        for (at, &name) in names.iter().enumerate() {
            let text = self.b.text(name);
            if text == "_" {
                defs.push((at, None));
                continue;
            }
            let (visibility, flags) = visibility_of(text);
            let def = self.b.define(DefSpec { kind, name, whole, body: None, visibility, flags });
            self.docs.attach(self.b, def, doc);
            defs.push((at, Some(def)));
        }
        defs
    }

    fn set_values(&mut self, defs: &[(usize, Option<DefIx>)], ty: ExprIx, inits: &[ExprIx]) {
        for &(at, def) in defs {
            if let Some(def) = def {
                let init = inits.get(at).copied().unwrap_or(0);
                let def = self.b.def_mut(def);
                def.ty = ty;
                def.init = init;
            }
        }
    }

    /// Binds names of a function's body, visible behind `node`.
    pub(super) fn bind_locals(&mut self, names: &[Node<'_>], ty: ExprIx, inits: &[ExprIx], node: Node<'_>) {
        let from = node.end_byte();
        for (at, &name) in names.iter().enumerate() {
            let text = self.b.text(name);
            if text != "_" {
                let init = inits.get(at).copied().unwrap_or(0);
                self.b.local(text, from, LocalKind::Variable, ty, init);
            }
        }
    }

    /// The values that `n` names are set to: one each, or the parts of a single one.
    pub(super) fn initialisers(&mut self, n: usize, list: Option<Node<'_>>) -> Vec<ExprIx> {
        let Some(list) = list else { return Vec::new() };
        let values: Vec<Node<'_>> = match list.kind() {
            "expression_list" => {
                let mut cursor = list.walk();
                list.named_children(&mut cursor).filter(|value| !value.is_extra()).collect()
            }
            _ => vec![list],
        };
        match values.as_slice() {
            [one] if n > 1 => {
                let value = self.visit(*one);
                self.parts(value, n, *one)
            }
            _ => values.into_iter().map(|value| self.visit(value)).collect(),
        }
    }

    /// `v, ok := …` of an index, a type assertion or a receive; else the results of a call.
    fn parts(&mut self, value: ExprIx, n: usize, node: Node<'_>) -> Vec<ExprIx> {
        let mut at = node;
        while at.kind() == "parenthesized_expression" {
            let Some(inner) = at.named_child(0) else { break };
            at = inner;
        }
        if matches!(at.kind(), "index_expression" | "type_assertion_expression" | "unary_expression") {
            return vec![value];
        }
        if value == 0 {
            return Vec::new();
        }
        (0..).take(n).map(|index| self.b.expr(Expr::Part { base: value, index }, node)).collect()
    }

    /// `var _ I = (*T)(nil)` says that `T` implements `I`.
    fn assertion(&mut self, names: &[Node<'_>], of: ExprIx, node: Node<'_>) {
        let blank = matches!(names, [one] if self.b.text(*one) == "_");
        let value = node.field("value").and_then(|list| list.named_child(0));
        let (true, Some(value), Some(name)) = (blank, value, node.field("type")) else { return };
        if let Some(ty) = self.asserted(value) {
            let ty = self.ty_unused(ty).whole;
            if ty != 0 {
                self.b.implements(ty, of, Role::Implements, name);
            }
        }
    }

    /// `T` in `T{}`, `&T{}`, `(*T)(nil)` and `new(T)`.
    fn asserted<'t>(&self, value: Node<'t>) -> Option<Node<'t>> {
        let mut at = value;
        loop {
            at = match at.kind() {
                "unary_expression" => at.field("operand")?,
                "parenthesized_expression" | "parenthesized_type" | "pointer_type" => at.named_child(0)?,
                "composite_literal" | "type_conversion_expression" => at.field("type")?,
                "call_expression" => {
                    let callee = at.field("function")?;
                    match callee.kind() {
                        "parenthesized_expression" => callee,
                        "identifier" if self.b.text(callee) == "new" => {
                            at.field("arguments")?.named_child(0)?
                        }
                        _ => return None,
                    }
                }
                "identifier" | "type_identifier" | "qualified_type" | "generic_type" => return Some(at),
                _ => return None,
            }
        }
    }
}

/// The names that a spec declares.
fn names_of(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children_by_field_name("name", &mut cursor).filter(|name| name.kind() == "identifier").collect()
}

/// The direct child that is this token.
fn token<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|child| child.kind() == kind)
}

fn has_token(node: Node<'_>, kind: &str) -> bool {
    token(node, kind).is_some()
}

/// `TestX`, `BenchmarkX`, `ExampleX`, `FuzzX`: what `go test` calls.
fn is_test_name(name: &str) -> bool {
    ["Test", "Benchmark", "Example", "Fuzz"].iter().any(|prefix| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| !rest.chars().next().is_some_and(char::is_lowercase))
    })
}
