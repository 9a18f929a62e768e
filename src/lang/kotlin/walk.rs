//! Syntax tree to facts: declarations.

use super::clean;
use super::types::is_type;
use crate::lang::Fields as _;
use crate::lang::written::Types as _;
use crate::facts::{
    Builder, DefFlags, DefIx, DefSpec, Expr, ExprIx, Import, ImportKind, LocalKind, ScopeKind, place_of,
};
use crate::lang::classes::{self, Names, modifiers_of};
use crate::lang::comments::{self, Pending};
use crate::lang::parse_again;
use crate::model::{Role, SymbolKind, Visibility};
use tree_sitter::{Node, Tree};

/// Walks a file. When something in it is no Kotlin to the grammar, the text is parsed again without the annotations that
/// may be to blame.
pub(super) fn walk(b: &mut Builder<'_>, root: Node<'_>) {
    let clean = if root.has_error() { clean::without_annotations(b.source()) } else { None };
    let again = clean.and_then(|text| parse_again(&super::KOTLIN, &text));
    let root = again.as_ref().map_or(root, Tree::root_node);
    let mut walker = Walker {
        b,
        frames: Vec::new(),
        doc: Pending::default(),
        at: At::File,
        in_companion: false,
        smart_casts: false,
        given: Given::NOTHING,
    };
    walker.members(root);
}

/// A type whose body is being walked.
pub(super) struct Frame<'s> {
    /// Its name and that of its superclass.
    pub(super) names: Names<'s>,
    /// Its definition.
    pub(super) def: DefIx,
    /// How many anonymous objects it holds so far.
    anonymous: u32,
    /// Methods without a body are abstract.
    interface: bool,
    /// Parameters of the primary constructor that are no properties: initialisers see them.
    params: Vec<(&'s str, ExprIx)>,
}

/// What surrounds a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// The file.
    File,
    /// The body of a type.
    Type,
    /// The body of a function or initialiser.
    Body,
}

/// The state of a walk.
pub(super) struct Walker<'b, 's> {
    /// Where the facts go.
    pub(super) b: &'b mut Builder<'s>,
    /// Enclosing types.
    pub(super) frames: Vec<Frame<'s>>,
    /// Doc comment of the next definition.
    pub(super) doc: Pending,
    /// What surrounds the node.
    pub(super) at: At,
    /// Members go to the type that holds the companion object.
    in_companion: bool,
    /// A type test holds for what follows in the innermost scope.
    pub(super) smart_casts: bool,
    /// What the next lambda is given.
    pub(super) given: Given,
}

/// What a lambda is given by the function that it is passed to.
#[derive(Clone, Copy)]
pub(super) struct Given {
    /// Its one argument.
    pub(super) input: Option<(LocalKind, ExprIx)>,
    /// What `this` is in it, or 0.
    pub(super) receiver: ExprIx,
    /// It has an `it` when it names no parameter.
    pub(super) binds_it: bool,
}

impl Given {
    /// What a lambda has of which nothing is known.
    pub(super) const NOTHING: Self = Self { input: None, receiver: 0, binds_it: true };
}

/// What the modifiers of a declaration say.
#[derive(Default)]
pub(super) struct Modifiers {
    visibility: Visibility,
    flags: u32,
    is_enum: bool,
    is_const: bool,
    is_external: bool,
}

impl<'s> Walker<'_, 's> {
    /// Everything directly in `node`; gives the value of the last expression.
    pub(super) fn members(&mut self, node: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "block_comment" | "line_comment" => self.doc.comment(self.b, child),
                _ => {
                    value = self.visit(child);
                    self.doc.clear();
                }
            }
        }
        value
    }

    /// As [`Walker::members`], with other surroundings.
    pub(super) fn members_at(&mut self, at: At, node: Node<'_>) -> ExprIx {
        let before = std::mem::replace(&mut self.at, at);
        let value = self.members(node);
        self.at = before;
        value
    }

    /// Visits one node with other surroundings.
    pub(super) fn visit_at(&mut self, at: At, node: Node<'_>) -> ExprIx {
        let before = std::mem::replace(&mut self.at, at);
        let value = self.visit(node);
        self.at = before;
        value
    }

    /// A declaration; false when `node` is none.
    pub(super) fn declaration(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "package_header" => {
                let mut cursor = node.walk();
                for name in node.named_children(&mut cursor).filter(|it| it.kind() == "qualified_identifier") {
                    let name = self.dotted(name);
                    self.b.package(&name);
                }
            }
            "import" => self.import(node),
            "class_declaration" | "object_declaration" => self.type_declaration(node),
            "companion_object" => self.companion(node),
            "enum_entry" => self.enum_entry(node),
            "function_declaration" => self.function(node),
            "property_declaration" if self.at == At::Body => self.local_property(node),
            "property_declaration" => self.property(node),
            "secondary_constructor" => self.secondary_constructor(node),
            "anonymous_initializer" => {
                self.b.open_scope(ScopeKind::Function);
                self.constructor_params();
                self.members_at(At::Body, node);
                self.b.close_scope();
            }
            "type_alias" => self.type_alias(node),
            "file_annotation" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| is_type(child.kind())) {
                    self.ty_as(child, Role::Decorator);
                }
            }
            _ => return false,
        }
        true
    }

    fn dotted(&self, node: Node<'_>) -> String {
        let mut cursor = node.walk();
        let parts: Vec<&str> = node
            .named_children(&mut cursor)
            .filter(|child| child.kind() == "identifier")
            .map(|child| self.ident(child))
            .collect();
        parts.join(".")
    }

    fn import(&mut self, node: Node<'_>) {
        let mut name = None;
        let mut alias = None;
        let mut wildcard = false;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "qualified_identifier" => name = Some(child),
                "identifier" => alias = Some(child),
                "*" => wildcard = true,
                _ => {}
            }
        }
        let Some(name) = name else { return };
        let text = self.dotted(name);
        let (path, symbol) = match text.rsplit_once('.') {
            _ if wildcard => (text.as_str(), ""),
            Some((path, symbol)) => (path, symbol),
            None => ("", text.as_str()),
        };
        let last = u32::try_from(name.named_child_count()).unwrap_or(0).saturating_sub(1);
        let place = name.named_child(last).filter(|_| !wildcard).unwrap_or(name);
        let path = self.b.intern_owned(path);
        let symbol = self.b.intern_owned(symbol);
        let bound = alias.map_or(symbol, |alias| self.b.intern(self.ident(alias)));
        self.b.import(Import {
            kind: if wildcard { ImportKind::Wildcard } else { ImportKind::Symbol },
            path,
            name: symbol,
            bound,
            scope: self.b.scope(),
            re_export: false,
            of_members: false,
            place: place_of(place),
        });
    }

    /// True directly in the body of an interface.
    fn in_interface(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.interface) && !self.in_companion
    }

    /// The flags that modifiers give; annotations are walked by [`Walker::annotations`].
    pub(super) fn modifiers(&self, node: Node<'_>) -> Modifiers {
        let mut found = Modifiers { visibility: Visibility::Public, ..Modifiers::default() };
        let Some(modifiers) = modifiers_of(node) else { return found };
        let mut cursor = modifiers.walk();
        for child in modifiers.named_children(&mut cursor) {
            if child.kind() == "annotation" {
                let text = self.b.text(child);
                let name = text.split(['(', '<', '[']).next().unwrap_or(text);
                let name = name.rsplit(['.', ':', '@']).next().unwrap_or(name).trim();
                match name {
                    "Test" | "ParameterizedTest" | "RepeatedTest" | "TestFactory" | "Before" | "After"
                    | "BeforeTest" | "AfterTest" | "BeforeEach" | "AfterEach" | "BeforeAll" | "AfterAll"
                    | "BeforeClass" | "AfterClass" => found.flags |= DefFlags::TEST | DefFlags::DECORATED,
                    "JvmStatic" | "JvmOverloads" | "JvmName" | "JvmField" | "Suppress" | "Deprecated" | "OptIn"
                    | "Throws" => {}
                    _ => found.flags |= DefFlags::DECORATED,
                }
                continue;
            }
            match self.b.text(child) {
                "private" => found.visibility = Visibility::Private,
                "protected" => found.visibility = Visibility::Protected,
                "internal" => found.visibility = Visibility::Internal,
                "abstract" => found.flags |= DefFlags::ABSTRACT,
                "override" => found.flags |= DefFlags::OVERRIDE,
                "enum" => found.is_enum = true,
                "const" => found.is_const = true,
                "external" => found.is_external = true,
                "expect" => {
                    found.flags |= DefFlags::DECLARATION;
                    found.is_external = true;
                }
                _ => {}
            }
        }
        if self.in_companion {
            found.flags |= DefFlags::STATIC;
        }
        found
    }

    /// The annotations among the modifiers of a declaration.
    pub(super) fn annotations(&mut self, node: Node<'_>) {
        if let Some(modifiers) = modifiers_of(node) {
            self.annotations_in(modifiers);
        }
    }

    fn type_declaration(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else {
            self.members(node);
            return;
        };
        let modifiers = self.modifiers(node);
        let mut interface = false;
        let mut body = None;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "interface" => interface = true,
                "class_body" | "enum_class_body" => body = Some(child),
                _ => {}
            }
        }
        let kind = match (interface, modifiers.is_enum) {
            (true, _) => SymbolKind::Interface,
            (_, true) => SymbolKind::Enum,
            _ => SymbolKind::Class,
        };
        let mut flags = modifiers.flags;
        if node.kind() == "object_declaration" {
            flags |= DefFlags::STATIC;
        }
        let text = self.ident(name);
        let spec = DefSpec { kind, name, whole: node, body, visibility: modifiers.visibility, flags };
        let def = self.b.define_named(text, spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Type);
        self.type_inside(node, text, def, interface, body);
        self.b.leave();
    }

    /// What a type declaration holds, inside its own scope.
    fn type_inside(
        &mut self,
        node: Node<'_>,
        name: &'s str,
        def: DefIx,
        interface: bool,
        body: Option<Node<'_>>,
    ) {
        let in_companion = std::mem::replace(&mut self.in_companion, false);
        let names = Names { own: name, base: "" };
        self.frames.push(Frame { names, def, anonymous: 0, interface, params: Vec::new() });
        self.annotations(node);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "type_parameters" => self.type_parameters(child),
                "primary_constructor" => self.primary_constructor(child, name),
                "delegation_specifiers" => self.supertypes(child, def, interface),
                "type_constraints" => self.type_constraints(child),
                _ => {}
            }
        }
        if let Some(body) = body {
            self.members_at(At::Type, body);
        }
        self.frames.pop();
        self.in_companion = in_companion;
    }

    /// `: Base(arguments), Interface, Other by delegate`.
    fn supertypes(&mut self, node: Node<'_>, def: DefIx, interface: bool) {
        self.b.open_scope(ScopeKind::Block);
        self.constructor_params();
        let mut supers = Vec::new();
        let mut cursor = node.walk();
        for specifier in node.named_children(&mut cursor).filter(|it| it.kind() == "delegation_specifier") {
            let mut inner = specifier.walk();
            for child in specifier.named_children(&mut inner) {
                match child.kind() {
                    "annotation" => self.annotation(child),
                    "constructor_invocation" => {
                        let mut parts = child.walk();
                        let mut base = None;
                        for part in child.named_children(&mut parts) {
                            if part.kind() == "value_arguments" {
                                let (args, argc) = self.arguments(part);
                                if let Some((ty, head, name)) = base {
                                    let new = self.b.expr(Expr::New { ty, args }, child);
                                    self.b.uses_with(head, Role::New, name, argc, new);
                                }
                            } else if is_type(part.kind()) {
                                let written = self.ty_as(part, Role::Extends);
                                base = Some((written.whole, written.head, written.name));
                                supers.push((Role::Extends, written.whole));
                                let text = self.ident(written.name);
                                if let Some(frame) = self.frames.last_mut() {
                                    frame.names.base = text;
                                }
                            }
                        }
                    }
                    "explicit_delegation" => {
                        let mut parts = child.walk();
                        for part in child.named_children(&mut parts) {
                            if is_type(part.kind()) {
                                supers.push((Role::Implements, self.ty_as(part, Role::Implements).whole));
                            } else {
                                self.visit_at(At::Body, part);
                            }
                        }
                    }
                    kind if is_type(kind) => {
                        let role = if interface { Role::Extends } else { Role::Implements };
                        let written = self.ty_as(child, role);
                        supers.push((role, written.whole));
                    }
                    _ => {}
                }
            }
        }
        self.b.close_scope();
        supers.retain(|&(_, ty)| ty != 0);
        self.b.def_mut(def).supers = supers;
    }

    /// Makes the plain parameters of the primary constructor visible in the innermost scope.
    fn constructor_params(&mut self) {
        let params = self.frames.last().map(|frame| frame.params.clone()).unwrap_or_default();
        for (name, ty) in params {
            self.b.local(name, 0, LocalKind::Variable, ty, 0);
        }
    }

    fn primary_constructor(&mut self, node: Node<'_>, name: &str) {
        let modifiers = self.modifiers(node);
        let mut parts = Vec::new();
        let mut cursor = node.walk();
        for parameters in node.named_children(&mut cursor).filter(|it| it.kind() == "class_parameters") {
            let mut inner = parameters.walk();
            for parameter in parameters.named_children(&mut inner).filter(|it| it.kind() == "class_parameter") {
                parts.extend(self.class_parameter(parameter));
            }
        }
        let kind = SymbolKind::Constructor;
        let spec = DefSpec {
            kind,
            name: node,
            whole: node,
            body: None,
            visibility: modifiers.visibility,
            flags: modifiers.flags,
        };
        let def = self.b.define_named(name, spec);
        self.b.enter(def, ScopeKind::Function);
        self.annotations(node);
        let before = self.b.n_locals();
        let mut required: u8 = 0;
        for part in &parts {
            self.b.local(part.name, 0, LocalKind::Param, part.ty, 0);
            if part.variadic {
                self.b.def_mut(def).flags.set(DefFlags::VARIADIC, true);
            } else if part.default.is_none() {
                required = required.saturating_add(1);
            }
        }
        let after = self.b.n_locals();
        let filled = self.b.def_mut(def);
        filled.params = (before, after);
        filled.required = required;
        for (nth, part) in (before..).zip(&parts) {
            if let Some(default) = part.default {
                let init = self.visit_at(At::Body, default);
                self.b.local_mut(nth).init = init;
            }
        }
        self.b.leave();
        if let Some(frame) = self.frames.last_mut() {
            frame.params = parts.iter().filter(|it| !it.is_property).map(|it| (it.name, it.ty)).collect();
        }
    }

    /// A parameter of a primary constructor; defines its property.
    fn class_parameter<'t>(&mut self, node: Node<'t>) -> Option<Part<'s, 't>> {
        let mut name = None;
        let mut ty = 0;
        let mut default = None;
        let mut is_property = false;
        let mut variadic = false;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "modifiers" => variadic = self.b.text(child).split_whitespace().any(|word| word == "vararg"),
                "val" | "var" => is_property = true,
                "identifier" if name.is_none() => name = Some(child),
                kind if is_type(kind) && ty == 0 => ty = self.ty(child),
                _ if child.is_named() && !child.is_extra() => default = Some(child),
                _ => {}
            }
        }
        let name = name?;
        if variadic && ty != 0 {
            ty = self.b.expr(Expr::Wrapped { base: ty }, node);
        }
        let text = self.ident(name);
        if is_property {
            let modifiers = self.modifiers(node);
            let spec = DefSpec {
                kind: SymbolKind::Property,
                name,
                whole: node,
                body: None,
                visibility: modifiers.visibility,
                flags: modifiers.flags,
            };
            let def = self.b.define_named(text, spec);
            self.b.def_mut(def).ty = ty;
            self.b.enter(def, ScopeKind::Block);
            self.annotations(node);
            self.b.leave();
        } else {
            self.annotations(node);
        }
        Some(Part { name: text, ty, default, is_property, variadic })
    }

    fn secondary_constructor(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let modifiers = self.modifiers(node);
        let mut token = node;
        let mut parameters = None;
        let mut delegation = None;
        let mut body = None;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "constructor" => token = child,
                "function_value_parameters" => parameters = Some(child),
                "constructor_delegation_call" => delegation = Some(child),
                "block" => body = Some(child),
                _ => {}
            }
        }
        let spec = DefSpec {
            kind: SymbolKind::Constructor,
            name: token,
            whole: node,
            body,
            visibility: modifiers.visibility,
            flags: modifiers.flags,
        };
        let def = self.b.define_named("constructor", spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Function);
        self.annotations(node);
        if let Some(parameters) = parameters {
            self.parameters(parameters, Some(def));
        }
        if let Some(delegation) = delegation {
            self.constructor_delegation(delegation);
        }
        if let Some(body) = body {
            self.members_at(At::Body, body);
        }
        self.b.leave();
    }

    /// `: this(…)`, `: super(…)`.
    fn constructor_delegation(&mut self, node: Node<'_>) {
        let Some(which) = node.child(0) else { return };
        let mut passed = (Vec::new(), 0);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() == "value_arguments") {
            passed = self.arguments(child);
        }
        let Some(frame) = self.frames.last() else { return };
        classes::constructor_call(self.b, frame.names, passed, which, node);
    }

    /// The members of a companion object are members of the type that holds it: that is how they are named.
    fn companion(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let modifiers = self.modifiers(node);
        let mut body = None;
        let mut token = node;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "class_body" => body = Some(child),
                "companion" => token = child,
                _ => {}
            }
        }
        let written = node.field("name");
        let name = written.map_or("Companion", |name| self.ident(name));
        let spec = DefSpec {
            kind: SymbolKind::Class,
            name: written.unwrap_or(token),
            whole: node,
            body,
            visibility: modifiers.visibility,
            flags: modifiers.flags | DefFlags::STATIC,
        };
        let def = self.b.define_named(name, spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Type);
        self.type_inside(node, name, def, false, None);
        self.b.leave();
        if let Some(body) = body {
            let before = std::mem::replace(&mut self.in_companion, true);
            self.members_at(At::Type, body);
            self.in_companion = before;
        }
    }

    fn enum_entry(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let mut name = None;
        let mut arguments = None;
        let mut body = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "identifier" if name.is_none() => name = Some(child),
                "value_arguments" => arguments = Some(child),
                "class_body" => body = Some(child),
                _ => {}
            }
        }
        let Some(name) = name else { return };
        let spec = DefSpec {
            kind: SymbolKind::EnumMember,
            name,
            whole: node,
            body,
            visibility: Visibility::Public,
            flags: self.modifiers(node).flags | DefFlags::STATIC,
        };
        let def = self.b.define_named(self.ident(name), spec);
        comments::attach(self.b, def, doc);
        let of = self.frames.last().map_or(0, |frame| frame.def);
        let ty = self.b.expr(Expr::Def(of), name);
        self.b.def_mut(def).ty = ty;
        self.b.enter(def, ScopeKind::Block);
        self.annotations(node);
        if let Some(arguments) = arguments {
            let (args, argc) = self.arguments(arguments);
            let call = self.b.expr(Expr::New { ty, args }, name);
            self.b.uses_with(ty, Role::New, name, argc, call);
        }
        if let Some(body) = body {
            let object = self.anonymous_object(name, body, body);
            self.b.def_mut(object).supers = vec![(Role::Extends, ty)];
            self.b.enter(object, ScopeKind::Type);
            self.type_inside(body, "", object, false, Some(body));
            self.b.leave();
        }
        self.b.leave();
    }

    fn anonymous_object(&mut self, name: Node<'_>, whole: Node<'_>, body: Node<'_>) -> DefIx {
        let n_before = self.frames.last_mut().map(|frame| &mut frame.anonymous);
        classes::anonymous(self.b, n_before, name, whole, body)
    }

    /// `object : Base(), Interface { … }`, named `$1`, `$2`, … after the type that encloses it.
    pub(super) fn object_literal(&mut self, node: Node<'_>) -> ExprIx {
        let mut cursor = node.walk();
        let body = node.named_children(&mut cursor).find(|child| child.kind() == "class_body");
        let def = self.anonymous_object(node, node, body.unwrap_or(node));
        self.b.enter(def, ScopeKind::Type);
        self.type_inside(node, "", def, false, body);
        self.b.leave();
        let ty = self.b.expr(Expr::Def(def), node);
        self.b.expr(Expr::New { ty, args: Vec::new() }, node)
    }

    fn function(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else {
            self.members(node);
            return;
        };
        let modifiers = self.modifiers(node);
        let mut body = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| child.kind() == "function_body") {
            body = Some(child);
        }
        let mut flags = modifiers.flags;
        if self.at == At::Type && self.in_interface() && body.is_none() {
            flags |= DefFlags::ABSTRACT;
        }
        if self.at == At::File && self.b.text(name) == "main" {
            flags |= DefFlags::ENTRY;
        }
        if modifiers.is_external && body.is_none() {
            flags |= DefFlags::DECLARATION;
        }
        let kind = if self.at == At::Type { SymbolKind::Method } else { SymbolKind::Function };
        let spec = DefSpec { kind, name, whole: node, body, visibility: modifiers.visibility, flags };
        let def = self.b.define_named(self.ident(name), spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Function);
        self.annotations(node);
        let mut parameters = None;
        let mut ty = 0;
        let mut inner = node.walk();
        for child in node.named_children(&mut inner) {
            match child.kind() {
                "type_parameters" => self.type_parameters(child),
                "function_value_parameters" => parameters = Some(child),
                "type_constraints" => self.type_constraints(child),
                kind if is_type(kind) && child.end_byte() <= name.start_byte() => self.receiver(child, def),
                kind if is_type(kind) => ty = self.ty(child),
                _ => {}
            }
        }
        self.b.def_mut(def).ty = ty;
        if let Some(parameters) = parameters {
            self.parameters(parameters, Some(def));
        }
        if let Some(body) = body {
            let value = self.function_body(body);
            if ty == 0 {
                self.b.def_mut(def).init = value;
            }
        }
        self.b.leave();
    }

    fn receiver(&mut self, node: Node<'_>, def: DefIx) {
        let receiver = self.ty(node);
        let def = self.b.def_mut(def);
        def.receiver = receiver;
        def.flags.set(DefFlags::EXTENSION, true);
    }

    /// A body in the innermost scope; gives the value of `= expression`, 0 for a block.
    pub(super) fn function_body(&mut self, body: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut cursor = body.walk();
        for child in body.named_children(&mut cursor) {
            match child.kind() {
                "block" => {
                    self.members_at(At::Body, child);
                }
                _ if child.is_extra() => {}
                _ => value = self.visit_at(At::Body, child),
            }
        }
        value
    }

    /// Parameters as locals of the innermost scope, of a definition or of an anonymous function.
    pub(super) fn parameters(&mut self, node: Node<'_>, def: Option<DefIx>) {
        let before = self.b.n_locals();
        let mut required: u8 = 0;
        let mut variadic = false;
        let mut is_variadic = false;
        let mut last = None;
        let mut defaults = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "parameter_modifiers" => {
                    is_variadic = self.b.text(child).split_whitespace().any(|word| word == "vararg");
                    self.annotations_in(child);
                }
                "parameter" => {
                    let mut ty = self.parameter_type(child);
                    if is_variadic && ty != 0 {
                        ty = self.b.expr(Expr::Wrapped { base: ty }, child);
                    }
                    let mut inner = child.walk();
                    let name = child.named_children(&mut inner).find(|part| part.kind() == "identifier");
                    let name = name.map_or("", |name| self.ident(name));
                    last = Some(self.b.local(name, 0, LocalKind::Param, ty, 0));
                    if is_variadic {
                        variadic = true;
                    } else {
                        required = required.saturating_add(1);
                    }
                    is_variadic = false;
                }
                _ if child.is_extra() => {}
                _ => {
                    if let Some(last) = last.take() {
                        required = required.saturating_sub(1);
                        defaults.push((last, child));
                    }
                }
            }
        }
        let after = self.b.n_locals();
        if let Some(def) = def {
            let def = self.b.def_mut(def);
            def.params = (before, after);
            def.required = required;
            def.flags.set(DefFlags::VARIADIC, variadic);
        }
        for (local, default) in defaults {
            let init = self.visit_at(At::Body, default);
            self.b.local_mut(local).init = init;
        }
    }

    fn type_alias(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Some(name) = node.field("type") else { return };
        let modifiers = self.modifiers(node);
        let spec = DefSpec {
            kind: SymbolKind::TypeAlias,
            name,
            whole: node,
            body: None,
            visibility: modifiers.visibility,
            flags: modifiers.flags,
        };
        let def = self.b.define_named(self.ident(name), spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Type);
        self.annotations(node);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "type_parameters" => self.type_parameters(child),
                kind if is_type(kind) => {
                    let ty = self.ty(child);
                    self.b.def_mut(def).ty = ty;
                }
                _ => {}
            }
        }
        self.b.leave();
    }

    /// A property of a file or type.
    fn property(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let modifiers = self.modifiers(node);
        let mut parts = PropertyParts::default();
        parts.read(node);
        let kind = if modifiers.is_const {
            SymbolKind::Constant
        } else if self.at == At::Type || !parts.accessors.is_empty() || parts.delegate.is_some() {
            SymbolKind::Property
        } else {
            SymbolKind::Variable
        };
        let mut flags = modifiers.flags;
        if !parts.accessors.is_empty() || parts.delegate.is_some() {
            flags |= DefFlags::ACCESSOR;
        }
        let no_value = parts.value.is_none() && parts.accessors.is_empty() && parts.delegate.is_none();
        if self.at == At::Type && self.in_interface() && no_value {
            flags |= DefFlags::ABSTRACT;
        }
        for variable in &parts.variables {
            let mut inner = variable.walk();
            let Some(name) = variable.named_children(&mut inner).find(|it| it.kind() == "identifier") else {
                continue;
            };
            let spec = DefSpec {
                kind,
                name,
                whole: node,
                body: parts.value.or(parts.delegate).or(parts.accessors.first().copied()),
                visibility: modifiers.visibility,
                flags,
            };
            let def = self.b.define_named(self.ident(name), spec);
            comments::attach(self.b, def, doc);
            self.b.enter(def, ScopeKind::Block);
            self.annotations(node);
            if let Some(parameters) = parts.type_parameters {
                self.type_parameters(parameters);
            }
            if let Some(receiver) = parts.receiver {
                self.receiver(receiver, def);
            }
            if let Some(constraints) = parts.constraints {
                self.type_constraints(constraints);
            }
            let ty = self.parameter_type(*variable);
            self.b.def_mut(def).ty = ty;
            let mut init = 0;
            if parts.value.is_some() || parts.delegate.is_some() {
                self.b.open_scope(ScopeKind::Block);
                if self.at == At::Type && !self.in_companion {
                    self.constructor_params();
                }
                init = self.initial_value(&parts);
                self.b.close_scope();
            }
            for accessor in &parts.accessors {
                let value = self.accessor(*accessor, ty);
                if init == 0 && accessor.kind() == "getter" {
                    init = value;
                }
            }
            if parts.variables.len() == 1 {
                self.b.def_mut(def).init = init;
            }
            self.b.leave();
        }
    }

    fn initial_value(&mut self, parts: &PropertyParts<'_>) -> ExprIx {
        match (parts.value, parts.delegate) {
            (Some(value), _) => self.visit_at(At::Body, value),
            (None, Some(delegate)) => {
                let value = self.members_at(At::Body, delegate);
                self.delegated(value)
            }
            (None, None) => 0,
        }
    }

    /// What a property has that is delegated to `value`: for `lazy { … }` what the block gives.
    fn delegated(&self, value: ExprIx) -> ExprIx {
        let Expr::Call { callee, args } = self.b.expr_at(value) else { return 0 };
        let is_lazy = match *self.b.expr_at(*callee) {
            Expr::Name { name, .. } => self.b.str(name) == "lazy",
            _ => false,
        };
        match args.last().map(|&last| self.b.expr_at(last)) {
            Some(&Expr::Function { result }) if is_lazy => result,
            _ => 0,
        }
    }

    fn accessor(&mut self, node: Node<'_>, ty: ExprIx) -> ExprIx {
        self.b.open_scope(ScopeKind::Function);
        self.annotations(node);
        self.b.local("field", 0, LocalKind::Variable, ty, 0);
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "identifier" => {
                    let name = self.ident(child);
                    self.b.local(name, 0, LocalKind::Param, ty, 0);
                }
                "function_body" => value = self.function_body(child),
                kind if is_type(kind) => {
                    self.ty(child);
                }
                _ => {}
            }
        }
        self.b.close_scope();
        value
    }

    /// `val a = …` and `val (a, b) = …` in a function.
    fn local_property(&mut self, node: Node<'_>) {
        self.doc.clear();
        self.annotations(node);
        let mut parts = PropertyParts::default();
        parts.read(node);
        let init = self.initial_value(&parts);
        let from = parts.value.or(parts.delegate).map_or(node.end_byte(), |value| value.end_byte());
        for (nth, variable) in (0_u32..).zip(&parts.variables) {
            let (kind, init) = if parts.destructured {
                let init = if init == 0 { 0 } else { self.b.expr(Expr::Part { base: init, index: nth }, *variable) };
                (LocalKind::Pattern, init)
            } else {
                (LocalKind::Variable, init)
            };
            self.bind_variable(*variable, from, kind, init);
        }
        for accessor in parts.accessors {
            self.accessor(accessor, 0);
        }
    }

    /// Binds the name of a `variable_declaration` in the innermost scope.
    pub(super) fn bind_variable(&mut self, variable: Node<'_>, from: usize, kind: LocalKind, init: ExprIx) {
        let ty = self.parameter_type(variable);
        let mut cursor = variable.walk();
        if let Some(name) = variable.named_children(&mut cursor).find(|child| child.kind() == "identifier") {
            let name = self.ident(name);
            self.b.local(name, from, kind, ty, init);
        }
    }
}

/// A parameter of a primary constructor.
struct Part<'s, 't> {
    name: &'s str,
    ty: ExprIx,
    default: Option<Node<'t>>,
    is_property: bool,
    variadic: bool,
}

/// The pieces of a `property_declaration`.
#[derive(Default)]
struct PropertyParts<'t> {
    type_parameters: Option<Node<'t>>,
    receiver: Option<Node<'t>>,
    variables: Vec<Node<'t>>,
    destructured: bool,
    constraints: Option<Node<'t>>,
    value: Option<Node<'t>>,
    delegate: Option<Node<'t>>,
    accessors: Vec<Node<'t>>,
}

impl<'t> PropertyParts<'t> {
    fn read(&mut self, node: Node<'t>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "modifiers" => {}
                "type_parameters" => self.type_parameters = Some(child),
                "variable_declaration" => self.variables.push(child),
                "multi_variable_declaration" => {
                    self.destructured = true;
                    let mut inner = child.walk();
                    self.variables
                        .extend(child.named_children(&mut inner).filter(|it| it.kind() == "variable_declaration"));
                }
                "type_constraints" => self.constraints = Some(child),
                "property_delegate" => self.delegate = Some(child),
                "getter" | "setter" => self.accessors.push(child),
                kind if is_type(kind) && self.variables.is_empty() => self.receiver = Some(child),
                _ if child.is_extra() => {}
                _ if !self.variables.is_empty() => self.value = Some(child),
                _ => {}
            }
        }
    }
}
