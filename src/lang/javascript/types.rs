//! Written types, and the declarations that only TypeScript has.

use super::functions::Tokens;
use super::walk::{FunctionName, This, Walker, unquoted};
use crate::lang::Fields as _;
use crate::facts::{DefFlags, DefIx, DefSpec, Expr, ExprIx, Literal, LocalKind, ScopeKind, Sid};
use crate::lang::comments::{self, Pending};
use crate::model::{Role, SymbolKind, Visibility};
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// The type of an annotation (`: T`), or of whatever wraps one.
    pub(super) fn annotation(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "type_annotation" | "constraint" | "default_type" | "opting_type_annotation"
            | "omitting_type_annotation" | "adding_type_annotation" | "rest_type" | "optional_type" => {
                let mut cursor = node.walk();
                let inner = node.named_children(&mut cursor).find(|child| child.kind() != "comment");
                inner.map_or(0, |inner| self.ty(inner))
            }
            "type_predicate_annotation" | "asserts_annotation" | "asserts" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if matches!(child.kind(), "type_predicate" | "asserts") {
                        self.annotation(child);
                    }
                }
                self.b.literal(Literal::Bool, node)
            }
            "type_predicate" => {
                if let Some(ty) = node.field("type") {
                    self.ty(ty);
                }
                self.b.literal(Literal::Bool, node)
            }
            "type_arguments" => self.type_arguments(node).first().copied().unwrap_or(0),
            "type_parameters" => {
                self.type_parameters(node);
                0
            }
            _ => self.ty(node),
        }
    }

    /// A type, with uses for all its names.
    pub(super) fn ty(&mut self, node: Node<'_>) -> ExprIx {
        self.ty_as(node, Role::Type)
    }

    /// A type whose outermost name is used in the given role.
    pub(super) fn ty_as(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let ty = self.ty_inner(node, role);
        self.b.ascend();
        ty
    }

    fn ty_inner(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        match node.kind() {
            "type_identifier" | "identifier" => {
                let name = self.b.name(node);
                self.b.uses(name, role, node);
                name
            }
            "nested_type_identifier" | "nested_identifier" | "member_expression" => {
                let ty = self.path_expr(node);
                let base = node.field("module").or_else(|| node.field("object"));
                if let Some(base) = base {
                    self.ty_as(base, Role::Read);
                }
                let name = node.field("name").or_else(|| node.field("property"));
                self.b.uses(ty, role, name.unwrap_or(node));
                ty
            }
            "generic_type" => self.generic_type(node, role),
            "predefined_type" => match self.b.text(node) {
                "any" | "unknown" | "void" | "never" | "object" => 0,
                "string" => self.b.literal(Literal::Str, node),
                "number" => self.b.literal(Literal::Int, node),
                "boolean" => self.b.literal(Literal::Bool, node),
                _ => self.b.name(node),
            },
            "literal_type" => match node.named_child(0).map_or("", |child| child.kind()) {
                "string" => self.b.literal(Literal::Str, node),
                "number" | "unary_expression" => self.b.literal(Literal::Int, node),
                "true" | "false" => self.b.literal(Literal::Bool, node),
                _ => 0,
            },
            "template_literal_type" => {
                self.inner_types(node);
                self.b.literal(Literal::Str, node)
            }
            "index_type_query" => {
                self.inner_types(node);
                self.b.literal(Literal::Str, node)
            }
            "template_type" | "mapped_type_clause" => {
                self.inner_types(node);
                0
            }
            "union_type" | "intersection_type" => {
                let parts = self.inner_types(node);
                self.b.union(parts)
            }
            "parenthesized_type" | "readonly_type" | "optional_type" | "rest_type" | "flow_maybe_type" => {
                self.inner_types(node).into_iter().next().unwrap_or(0)
            }
            "array_type" => {
                let each = self.inner_types(node).into_iter().next().unwrap_or(0);
                self.generic("Array", vec![each], node)
            }
            "tuple_type" => self.tuple_type(node),
            "function_type" | "constructor_type" => self.function_type(node),
            "object_type" => self.object_type(node),
            "type_query" => node.named_child(0).map_or(0, |value| self.type_query(value)),
            "lookup_type" => self.lookup_type(node),
            "conditional_type" => {
                for field in ["left", "right"] {
                    if let Some(side) = node.field(field) {
                        self.ty(side);
                    }
                }
                let yes = node.field("consequence").map_or(0, |yes| self.ty(yes));
                let no = node.field("alternative").map_or(0, |no| self.ty(no));
                self.b.union(vec![yes, no])
            }
            "this_type" | "this" => {
                let scope = self.b.scope();
                self.b.expr(Expr::SelfRef { scope }, node)
            }
            "infer_type" => {
                if let Some(name) = node.named_child(0).filter(|name| name.kind() == "type_identifier") {
                    self.b.local(self.b.text(name), 0, LocalKind::TypeParam, 0, 0);
                }
                0
            }
            "type_predicate" | "asserts" => self.annotation(node),
            "required_parameter" | "optional_parameter" => {
                node.field("type").map_or(0, |ty| self.annotation(ty))
            }
            "call_expression" | "instantiation_expression" | "subscript_expression" => self.visit(node),
            "extends_clause" | "type_annotation" => self.annotation(node),
            _ => 0,
        }
    }

    fn inner_types(&mut self, node: Node<'_>) -> Vec<ExprIx> {
        let mut types = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !matches!(child.kind(), "comment" | "string_fragment" | "escape_sequence") {
                types.push(self.ty(child));
            }
        }
        types
    }

    fn generic_type(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let Some(name) = node.field("name") else { return 0 };
        let base = self.ty_as(name, role);
        let args = node.field("type_arguments").map_or(Vec::new(), |args| self.type_arguments(args));
        let first = args.first().copied().unwrap_or(0);
        match self.b.text(name) {
            "Partial" | "Required" | "Readonly" | "NonNullable" | "Exclude" | "Extract" | "Omit" | "Pick"
            | "NoInfer" | "ThisType" => first,
            "Awaited" if first != 0 => self.b.expr(Expr::Unwrap { base: first }, node),
            "Record" => match args.get(1) {
                Some(&value) if value != 0 => self.b.expr(Expr::MapOf { value }, node),
                _ => base,
            },
            "ReturnType" if first != 0 => {
                let call = self.b.expr(Expr::Call { callee: first, args: Vec::new() }, node);
                self.b.expr(Expr::Typed { ty: call }, node)
            }
            "InstanceType" if first != 0 => self.b.expr(Expr::New { ty: first, args: Vec::new() }, node),
            _ if base == 0 || args.is_empty() => base,
            _ => self.b.expr(Expr::Generic { base, args }, node),
        }
    }

    /// The arguments of a generic type or call.
    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> Vec<ExprIx> {
        self.inner_types(node)
    }

    fn tuple_type(&mut self, node: Node<'_>) -> ExprIx {
        let mut rest = false;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            rest |= child.kind() == "rest_type";
        }
        let parts = self.inner_types(node);
        if rest || parts.is_empty() {
            let each = self.b.union(parts);
            return self.generic("Array", vec![each], node);
        }
        self.b.expr(Expr::Tuple(parts), node)
    }

    /// `(a: A) => R`, `new (a: A) => R`, and the signatures of callable interfaces.
    fn function_type(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Block);
        if let Some(parameters) = node.field("type_parameters") {
            self.type_parameters(parameters);
        }
        let mut params = Vec::new();
        if let Some(list) = node.field("parameters") {
            let mut cursor = list.walk();
            for parameter in list.named_children(&mut cursor).filter(|child| child.kind() != "comment") {
                let pattern = parameter.field("pattern");
                if pattern.is_some_and(|pattern| pattern.kind() == "this") {
                    self.parameter_type(parameter);
                    continue;
                }
                params.push(self.parameter_type(parameter));
            }
        }
        let result = node.field("return_type").or_else(|| node.field("type"));
        let result = result.map_or(0, |result| self.annotation(result));
        self.b.close_scope();
        self.b.expr(Expr::FunctionType { params, result }, node)
    }

    fn parameter_type(&mut self, parameter: Node<'_>) -> ExprIx {
        parameter.field("type").map_or(0, |ty| self.annotation(ty))
    }

    /// `{ a: A; m(): R }` where no name is given to it: members by name, no definitions.
    fn object_type(&mut self, node: Node<'_>) -> ExprIx {
        let mut members: Vec<(Sid, ExprIx)> = Vec::new();
        let mut elements = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "property_signature" => {
                    let ty = child.field("type").map_or(0, |ty| self.annotation(ty));
                    self.type_member(child, ty, &mut members);
                }
                "method_signature" => {
                    let ty = self.function_type(child);
                    self.type_member(child, ty, &mut members);
                }
                "call_signature" | "construct_signature" => {
                    let ty = self.function_type(child);
                    if node.named_child_count() == 1 {
                        return ty;
                    }
                }
                "index_signature" => elements = self.index_signature(child),
                _ => {}
            }
        }
        if members.is_empty() && elements != 0 {
            return self.b.expr(Expr::MapOf { value: elements }, node);
        }
        self.b.expr(Expr::Object { members }, node)
    }

    fn type_member(&mut self, node: Node<'_>, ty: ExprIx, into: &mut Vec<(Sid, ExprIx)>) {
        let name = node.field("name").and_then(|name| self.key_name(name));
        if let Some(name) = name.filter(|_| ty != 0) {
            let sid = self.b.intern_owned(&name);
            let value = self.b.expr(Expr::Typed { ty }, node);
            into.push((sid, value));
        }
    }

    /// `[key: K]: V`, also of mapped types; gives `V`.
    pub(super) fn index_signature(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Block);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() == "mapped_type_clause") {
            if let Some(name) = child.field("name") {
                self.b.local(self.b.text(name), 0, LocalKind::TypeParam, 0, 0);
            }
            self.inner_types(child);
        }
        if let Some(key) = node.field("index_type") {
            self.ty(key);
        }
        let value = node.field("type").map_or(0, |ty| self.annotation(ty));
        self.b.close_scope();
        value
    }

    /// `typeof value` as a type: what the value is.
    fn type_query(&mut self, value: Node<'_>) -> ExprIx {
        match value.kind() {
            "identifier" | "member_expression" => self.ty_as(value, Role::Read),
            _ => self.visit(value),
        }
    }

    /// `T["member"]`, `T[number]`.
    fn lookup_type(&mut self, node: Node<'_>) -> ExprIx {
        let (Some(of), Some(key)) = (node.named_child(0), node.named_child(1)) else { return 0 };
        let base = self.ty(of);
        if base == 0 {
            self.ty(key);
            return 0;
        }
        let literal = key.named_child(0).filter(|inner| inner.kind() == "string");
        match literal {
            Some(name) => {
                let name = unquoted(self.b.text(name)).to_owned();
                let base = self.b.expr(Expr::Typed { ty: base }, of);
                self.member_named(base, &name, node)
            }
            None => {
                self.ty(key);
                let base = self.b.expr(Expr::Typed { ty: base }, of);
                self.b.expr(Expr::Element { base }, node)
            }
        }
    }

    /// Type parameters as locals of the innermost scope.
    pub(super) fn type_parameters(&mut self, node: Node<'_>) -> Vec<Sid> {
        let mut names = Vec::new();
        let mut cursor = node.walk();
        for parameter in node.named_children(&mut cursor).filter(|child| child.kind() == "type_parameter") {
            let Some(name) = parameter.field("name") else { continue };
            let bound = parameter.field("constraint").map_or(0, |bound| self.annotation(bound));
            if let Some(default) = parameter.field("value") {
                self.annotation(default);
            }
            let mut text = self.b.text(name);
            // The grammar takes the variance (`in`, `out`) for the name, and the name for an error.
            if matches!(text, "in" | "out")
                && let Some(error) = error_after(parameter)
            {
                text = self.b.text(error).split_whitespace().last().unwrap_or(text);
            }
            names.push(self.b.intern(text));
            self.b.local(text, 0, LocalKind::TypeParam, bound, 0);
        }
        names
    }

    // ---- declarations ------------------------------------------------------------------------------------------

    fn type_definition(&mut self, node: Node<'_>, kind: SymbolKind, body: Option<Node<'_>>) -> Option<DefIx> {
        let doc = self.doc.take();
        let flags = std::mem::take(&mut self.export);
        let name = node.field("name")?;
        let visibility = if flags == 0 { Visibility::Internal } else { Visibility::Public };
        let def = self.b.define(DefSpec { kind, name, whole: node, body, visibility, flags });
        comments::attach(self.b, def, doc);
        Some(def)
    }

    pub(super) fn interface(&mut self, node: Node<'_>) {
        let body = node.field("body");
        let Some(def) = self.type_definition(node, SymbolKind::Interface, body) else { return };
        self.b.enter(def, ScopeKind::Type);
        if let Some(parameters) = node.field("type_parameters") {
            self.b.def_mut(def).type_params = Vec::new();
            let names = self.type_parameters(parameters);
            self.b.def_mut(def).type_params = names;
        }
        let mut supers = Vec::new();
        let mut cursor = node.walk();
        for clause in node.named_children(&mut cursor).filter(|child| child.kind() == "extends_type_clause") {
            let mut inner = clause.walk();
            for ty in clause.named_children(&mut inner).filter(|ty| ty.kind() != "comment") {
                let ty = self.ty_as(ty, Role::Extends);
                if ty != 0 {
                    supers.push((Role::Extends, ty));
                }
            }
        }
        self.b.def_mut(def).supers = supers;
        if let Some(body) = body {
            self.type_members(body, def);
        }
        self.b.leave();
    }

    /// The members of an interface or of an object type that has a name.
    fn type_members(&mut self, body: Node<'_>, of: DefIx) {
        let mut pending = Pending::default();
        let mut cursor = body.walk();
        for child in body.named_children(&mut cursor) {
            match child.kind() {
                "comment" => {
                    pending.comment(self.b, child);
                    continue;
                }
                "property_signature" => self.property_signature(child, pending.take()),
                "method_signature" => {
                    let doc = pending.take();
                    let name = child.field("name");
                    let text = name.and_then(|name| self.key_name(name));
                    if let (Some(node), Some(text)) = (name, text) {
                        let mut flags = DefFlags::ABSTRACT;
                        if Tokens::of(child, self.b.source()).is_accessor() {
                            flags |= DefFlags::ACCESSOR;
                        }
                        self.next_this = Some(This::Instance);
                        let spec = FunctionName { node, text: &text, kind: SymbolKind::Method };
                        self.function(child, Some(spec), child, flags, (doc, 0));
                    }
                }
                "call_signature" | "construct_signature" => {
                    let ty = self.function_type(child);
                    if self.b.def(of).init == 0 {
                        self.b.def_mut(of).init = ty;
                    }
                }
                "index_signature" => {
                    self.index_signature(child);
                }
                _ => {
                    self.visit(child);
                }
            }
            pending.clear();
        }
    }

    fn property_signature(&mut self, node: Node<'_>, doc: Option<(usize, usize)>) {
        let Some(name) = node.field("name") else { return };
        let Some(text) = self.key_name(name) else {
            if let Some(ty) = node.field("type") {
                self.annotation(ty);
            }
            return;
        };
        let spec = DefSpec {
            kind: SymbolKind::Field,
            name,
            whole: node,
            body: None,
            visibility: Visibility::Public,
            flags: 0,
        };
        let def = self.b.define_named(&text, spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Block);
        let ty = node.field("type").map_or(0, |ty| self.annotation(ty));
        self.b.leave();
        self.b.def_mut(def).ty = ty;
    }

    pub(super) fn type_alias(&mut self, node: Node<'_>) {
        let value = node.field("value");
        let Some(def) = self.type_definition(node, SymbolKind::TypeAlias, value) else { return };
        self.b.enter(def, ScopeKind::Type);
        if let Some(parameters) = node.field("type_parameters") {
            let names = self.type_parameters(parameters);
            self.b.def_mut(def).type_params = names;
        }
        match value {
            Some(value) if value.kind() == "object_type" && !is_mapped(value) => self.type_members(value, def),
            Some(value) if value.kind() == "intersection_type" && has_object(value) => {
                self.intersection_members(value, def);
            }
            Some(value) => {
                let ty = self.ty(value);
                self.b.def_mut(def).ty = ty;
            }
            None => {}
        }
        self.b.leave();
    }

    /// `A & { m(): R }`: the members of the object, and `A` to inherit from.
    fn intersection_members(&mut self, node: Node<'_>, def: DefIx) {
        if !self.b.descend(node) {
            return;
        }
        let mut cursor = node.walk();
        for part in node.named_children(&mut cursor) {
            match part.kind() {
                "comment" => {}
                "intersection_type" => self.intersection_members(part, def),
                "object_type" if !is_mapped(part) => self.type_members(part, def),
                _ => {
                    let ty = self.ty(part);
                    if ty != 0 {
                        self.b.def_mut(def).supers.push((Role::Extends, ty));
                    }
                }
            }
        }
        self.b.ascend();
    }

    pub(super) fn enumeration(&mut self, node: Node<'_>) {
        let body = node.field("body");
        let Some(def) = self.type_definition(node, SymbolKind::Enum, body) else { return };
        self.declare(def);
        self.b.enter(def, ScopeKind::Type);
        let mut pending = Pending::default();
        if let Some(body) = body {
            let mut cursor = body.walk();
            for child in body.named_children(&mut cursor) {
                if child.kind() == "comment" {
                    pending.comment(self.b, child);
                    continue;
                }
                let name = child.field("name").unwrap_or(child);
                if let Some(text) = self.key_name(name) {
                    let spec = DefSpec {
                        kind: SymbolKind::EnumMember,
                        name,
                        whole: child,
                        body: None,
                        visibility: Visibility::Public,
                        flags: DefFlags::STATIC,
                    };
                    let member = self.b.define_named(&text, spec);
                    comments::attach(self.b, member, pending.take());
                }
                if let Some(value) = child.field("value") {
                    self.visit(value);
                }
                pending.clear();
            }
        }
        self.b.leave();
    }

    /// `namespace a.b { … }`, `declare module "x" { … }`.
    pub(super) fn namespace(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let flags = std::mem::take(&mut self.export);
        let Some(name) = node.field("name") else { return };
        let body = node.field("body");
        let text = unquoted(self.b.text(name)).split_whitespace().collect::<String>();
        let visibility = if flags == 0 { Visibility::Internal } else { Visibility::Public };
        let spec = DefSpec { kind: SymbolKind::Module, name, whole: node, body, visibility, flags };
        let def = self.b.define_named(&text, spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Module);
        if let Some(body) = body {
            self.members(body);
        }
        self.b.leave();
    }

    /// `declare …`.
    pub(super) fn ambient(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "comment" | "property_identifier" => {}
                "statement_block" => self.members(child),
                _ => {
                    self.visit(child);
                }
            }
        }
    }

    /// `import a = b.c`.
    pub(super) fn import_alias(&mut self, node: Node<'_>) {
        let (Some(name), Some(value)) = (node.named_child(0), node.named_child(1)) else { return };
        let spec = DefSpec {
            kind: SymbolKind::Constant,
            name,
            whole: node,
            body: None,
            visibility: Visibility::Internal,
            flags: 0,
        };
        let def = self.b.define(spec);
        let init = self.ty_as(value, Role::Read);
        self.b.def_mut(def).init = init;
    }
}

/// What the grammar could not read inside a node or directly after it.
fn error_after(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let inside = node.children(&mut cursor).find(Node::is_error);
    inside.or_else(|| node.next_sibling().filter(Node::is_error))
}

/// True for `{ [K in T]: … }`.
fn is_mapped(node: Node<'_>) -> bool {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).any(|child| child.kind() == "index_signature") && node.named_child_count() == 1
}

fn has_object(node: Node<'_>) -> bool {
    let mut at = node;
    for _ in 0..64 {
        let mut cursor = at.walk();
        let mut next = None;
        for part in at.named_children(&mut cursor) {
            match part.kind() {
                "object_type" => return true,
                "intersection_type" => next = Some(part),
                _ => {}
            }
        }
        match next {
            Some(inner) => at = inner,
            None => return false,
        }
    }
    false
}
