//! Syntax tree to facts: declarations.

use crate::lang::Fields as _;
use crate::lang::written::Types as _;
use crate::facts::{Builder, DefFlags, DefIx, DefSpec, Expr, ExprIx, Import, ImportKind, LocalKind, ScopeKind, Sid};
use crate::lang::classes::{self, Names, modifiers_of};
use crate::lang::comments::{self, Pending};
use crate::model::{Role, SymbolKind, Visibility};
use tree_sitter::Node;

/// Walks a file.
pub(super) fn walk(b: &mut Builder<'_>, root: Node<'_>) {
    let mut walker = Walker {
        b,
        frames: Vec::new(),
        doc: Pending::default(),
        returns: Vec::new(),
        yields: Vec::new(),
        selectors: Vec::new(),
        lambda_input: None,
    };
    walker.members(root);
}

/// A type whose body is being walked.
pub(super) struct Frame<'s> {
    /// Its name and that of its superclass.
    pub(super) names: Names<'s>,
    /// Its definition.
    pub(super) def: DefIx,
    /// How many anonymous classes it holds so far.
    anonymous: u32,
    /// Members are public, and methods without a body abstract.
    interface: bool,
    /// Components of a record.
    components: Vec<(&'s str, ExprIx)>,
}

/// The state of a walk.
pub(super) struct Walker<'b, 's> {
    /// Where the facts go.
    pub(super) b: &'b mut Builder<'s>,
    /// Enclosing types.
    pub(super) frames: Vec<Frame<'s>>,
    /// Doc comment of the next definition.
    pub(super) doc: Pending,
    /// What the enclosing lambdas and methods return.
    pub(super) returns: Vec<Vec<ExprIx>>,
    /// What the enclosing `switch` expressions yield.
    pub(super) yields: Vec<Vec<ExprIx>>,
    /// What the enclosing `switch` expressions look at.
    pub(super) selectors: Vec<ExprIx>,
    /// Of what the next lambda is given an element.
    pub(super) lambda_input: Option<ExprIx>,
}

/// What the modifiers of a declaration say.
struct Modifiers {
    visibility: Visibility,
    flags: u32,
    is_final: bool,
    has_body: bool,
}

impl<'s> Walker<'_, 's> {
    /// Everything directly in `node`: a file, a class body, a block.
    pub(super) fn members(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "block_comment" | "line_comment" => self.doc.comment(self.b, child),
                _ => {
                    self.visit(child);
                    self.doc.clear();
                }
            }
        }
    }

    /// A declaration; false when `node` is none.
    pub(super) fn declaration(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "package_declaration" => self.package(node),
            "import_declaration" => self.import(node),
            "class_declaration" => self.type_declaration(node, SymbolKind::Class),
            "record_declaration" => self.type_declaration(node, SymbolKind::Class),
            "interface_declaration" | "annotation_type_declaration" => {
                self.type_declaration(node, SymbolKind::Interface);
            }
            "enum_declaration" => self.type_declaration(node, SymbolKind::Enum),
            "enum_constant" => self.enum_constant(node),
            "field_declaration" | "constant_declaration" => self.field(node),
            "method_declaration" | "annotation_type_element_declaration" => self.method(node, SymbolKind::Method),
            "constructor_declaration" | "compact_constructor_declaration" => {
                self.method(node, SymbolKind::Constructor);
            }
            "static_initializer" => {
                self.b.open_scope(ScopeKind::Function);
                self.members(node);
                self.b.close_scope();
            }
            "module_declaration" => self.module(node),
            _ => return false,
        }
        true
    }

    fn package(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "identifier" | "scoped_identifier" => {
                    let name = dotted(self.b.text(child));
                    self.b.package(&name);
                }
                "marker_annotation" | "annotation" => self.annotation(child),
                _ => {}
            }
        }
    }

    fn import(&mut self, node: Node<'_>) {
        let mut is_static = false;
        let mut wildcard = false;
        let mut name = None;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "static" => is_static = true,
                "asterisk" => wildcard = true,
                "identifier" | "scoped_identifier" => name = Some(child),
                _ => {}
            }
        }
        let Some(name) = name else { return };
        let text = dotted(self.b.text(name));
        let (path, symbol) = match text.rsplit_once('.') {
            Some((path, symbol)) if !wildcard => (path, symbol),
            _ => (text.as_str(), ""),
        };
        let place = name.field("name").filter(|_| !wildcard).unwrap_or(name);
        let kind = if wildcard { ImportKind::Wildcard } else { ImportKind::Symbol };
        let path = self.b.intern_owned(path);
        let symbol = self.b.intern_owned(symbol);
        let import = Import {
            kind,
            path,
            name: symbol,
            bound: symbol,
            scope: self.b.scope(),
            re_export: false,
            of_members: is_static,
            place: crate::facts::place_of(place),
        };
        self.b.import(import);
    }

    /// `module-info.java`.
    fn module(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else { return };
        let body = node.field("body");
        let text = dotted(self.b.text(name));
        let visibility = Visibility::Public;
        let spec = DefSpec { kind: SymbolKind::Module, name, whole: node, body, visibility, flags: 0 };
        let def = self.b.define_named(&text, spec);
        comments::attach(self.b, def, doc);
        let Some(body) = body else { return };
        self.b.enter(def, ScopeKind::Module);
        let mut cursor = body.walk();
        for directive in body.named_children(&mut cursor) {
            if matches!(directive.kind(), "uses_module_directive" | "provides_module_directive") {
                let mut inner = directive.walk();
                for child in directive.named_children(&mut inner) {
                    if matches!(child.kind(), "identifier" | "scoped_identifier") {
                        self.ty(child);
                    }
                }
            }
        }
        self.b.leave();
    }

    /// True directly in the body of an interface.
    fn in_interface(&self) -> bool {
        self.frames.last().is_some_and(|frame| frame.interface)
    }

    /// What stands before a declaration; annotations are walked by [`Walker::annotations`].
    fn modifiers(&self, node: Node<'_>) -> Modifiers {
        let visibility = if self.in_interface() { Visibility::Public } else { Visibility::Internal };
        let mut found = Modifiers { visibility, flags: 0, is_final: false, has_body: false };
        let Some(modifiers) = modifiers_of(node) else { return found };
        let mut cursor = modifiers.walk();
        for child in modifiers.children(&mut cursor) {
            match child.kind() {
                "public" => found.visibility = Visibility::Public,
                "protected" => found.visibility = Visibility::Protected,
                "private" => found.visibility = Visibility::Private,
                "static" => found.flags |= DefFlags::STATIC,
                "abstract" => found.flags |= DefFlags::ABSTRACT,
                "final" => found.is_final = true,
                "native" | "default" => found.has_body = true,
                "marker_annotation" | "annotation" => {
                    let name = child.field("name").map_or("", |name| self.b.text(name));
                    match name.rsplit('.').next().unwrap_or(name) {
                        "Override" => found.flags |= DefFlags::OVERRIDE,
                        "Test" | "ParameterizedTest" | "RepeatedTest" | "TestFactory" | "TestTemplate"
                        | "Before" | "After" | "BeforeEach" | "AfterEach" | "BeforeAll" | "AfterAll"
                        | "BeforeClass" | "AfterClass" | "BeforeMethod" | "AfterMethod" | "Property" => {
                            found.flags |= DefFlags::TEST | DefFlags::DECORATED;
                        }
                        "Deprecated" | "SuppressWarnings" | "FunctionalInterface" | "SafeVarargs" | "Nullable"
                        | "NonNull" | "NotNull" | "Nonnull" => {}
                        _ => found.flags |= DefFlags::DECORATED,
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// The annotations among the modifiers of a declaration.
    pub(super) fn annotations(&mut self, node: Node<'_>) {
        let Some(modifiers) = modifiers_of(node) else { return };
        let mut cursor = modifiers.walk();
        for child in modifiers.named_children(&mut cursor) {
            if matches!(child.kind(), "marker_annotation" | "annotation") {
                self.annotation(child);
            }
        }
    }

    /// `@Name(arguments)`.
    pub(super) fn annotation(&mut self, node: Node<'_>) {
        if !self.b.descend(node) {
            return;
        }
        if let Some(name) = node.field("name") {
            self.ty_as(name, Role::Decorator);
        }
        if let Some(arguments) = node.field("arguments") {
            let mut cursor = arguments.walk();
            for child in arguments.named_children(&mut cursor) {
                let value = child.field("value").filter(|_| child.kind() == "element_value_pair");
                self.visit(value.unwrap_or(child));
            }
        }
        self.b.ascend();
    }

    fn type_declaration(&mut self, node: Node<'_>, kind: SymbolKind) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else { return self.members(node) };
        let modifiers = self.modifiers(node);
        let body = node.field("body");
        let mut flags = modifiers.flags;
        let implicit_static = node.kind() != "class_declaration" || self.in_interface();
        if implicit_static && !self.frames.is_empty() {
            flags |= DefFlags::STATIC;
        }
        let visibility = modifiers.visibility;
        let def = self.b.define(DefSpec { kind, name, whole: node, body, visibility, flags });
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Type);
        self.annotations(node);
        if let Some(parameters) = node.field("type_parameters") {
            self.type_parameters(parameters);
        }
        let mut supers = Vec::new();
        let mut base = "";
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "superclass" => {
                    let mut inner = child.walk();
                    for ty in child.named_children(&mut inner).filter(|ty| !ty.is_extra()) {
                        let written = self.ty_as(ty, Role::Extends);
                        base = self.b.text(written.name);
                        if written.whole != 0 {
                            supers.push((Role::Extends, written.whole));
                        }
                    }
                }
                "super_interfaces" => self.supertypes(child, Role::Implements, &mut supers),
                "extends_interfaces" => self.supertypes(child, Role::Extends, &mut supers),
                "permits" => {
                    let mut permitted = Vec::new();
                    self.supertypes(child, Role::Type, &mut permitted);
                }
                _ => {}
            }
        }
        self.b.def_mut(def).supers = supers;
        self.frames.push(Frame {
            names: Names { own: self.b.text(name), base },
            def,
            anonymous: 0,
            interface: kind == SymbolKind::Interface,
            components: Vec::new(),
        });
        if node.kind() == "record_declaration" {
            self.components(node, def);
        }
        if let Some(body) = body {
            self.members(body);
        }
        self.frames.pop();
        self.b.leave();
    }

    /// The components of a record: fields that are read through a method of the same name.
    fn components(&mut self, node: Node<'_>, record: DefIx) {
        let Some(parameters) = node.field("parameters") else { return };
        let before = self.b.n_locals();
        let mut components = Vec::new();
        let mut cursor = parameters.walk();
        for parameter in parameters.named_children(&mut cursor) {
            let Some((name, ty, _)) = self.parameter_parts(parameter) else { continue };
            let spec = DefSpec {
                kind: SymbolKind::Field,
                name,
                whole: parameter,
                body: None,
                visibility: Visibility::Public,
                flags: DefFlags::ACCESSOR,
            };
            let def = self.b.define(spec);
            self.b.def_mut(def).ty = ty;
            components.push((self.b.text(name), ty));
        }
        self.b.def_mut(record).params = (before, before);
        if let Some(frame) = self.frames.last_mut() {
            frame.components = components;
        }
    }

    /// Name, type and "takes any number" of a parameter.
    fn parameter_parts<'t>(&mut self, parameter: Node<'t>) -> Option<(Node<'t>, ExprIx, bool)> {
        match parameter.kind() {
            "formal_parameter" => {
                self.annotations(parameter);
                let name = parameter.field("name")?;
                let ty = parameter.field("type").map_or(0, |ty| self.declared_type(ty));
                Some((name, self.dimensions(ty, parameter), false))
            }
            "spread_parameter" => {
                self.annotations(parameter);
                let mut ty = 0;
                let mut name = None;
                let mut cursor = parameter.walk();
                for child in parameter.named_children(&mut cursor) {
                    match child.kind() {
                        "modifiers" => {}
                        "variable_declarator" => name = child.field("name"),
                        "marker_annotation" | "annotation" => self.annotation(child),
                        _ => ty = self.ty(child),
                    }
                }
                let ty = if ty == 0 { 0 } else { self.b.expr(Expr::Wrapped { base: ty }, parameter) };
                Some((name?, ty, true))
            }
            _ => None,
        }
    }

    /// A declared type; 0 for `var`.
    pub(super) fn declared_type(&mut self, node: Node<'_>) -> ExprIx {
        if node.kind() == "type_identifier" && self.b.text(node) == "var" { 0 } else { self.ty(node) }
    }

    fn enum_constant(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else { return };
        let flags = self.modifiers(node).flags | DefFlags::STATIC;
        let spec = DefSpec {
            kind: SymbolKind::EnumMember,
            name,
            whole: node,
            body: node.field("body"),
            visibility: Visibility::Public,
            flags,
        };
        let def = self.b.define(spec);
        comments::attach(self.b, def, doc);
        let of = self.frames.last().map_or(0, |frame| frame.def);
        let ty = self.b.expr(Expr::Def(of), name);
        self.b.def_mut(def).ty = ty;
        self.b.enter(def, ScopeKind::Block);
        self.annotations(node);
        if let Some(arguments) = node.field("arguments") {
            let (args, argc) = self.arguments(arguments, None);
            let call = self.b.expr(Expr::New { ty, args }, name);
            self.b.uses_with(ty, Role::New, name, argc, call);
        }
        if let Some(body) = node.field("body") {
            self.anonymous_class(name, body, body, ty);
        }
        self.b.leave();
    }

    /// The body of `new T() { … }` or of an enum constant, named `$1`, `$2`, … after the type that encloses it.
    pub(super) fn anonymous_class(&mut self, name: Node<'_>, whole: Node<'_>, body: Node<'_>, of: ExprIx) {
        let n_before = self.frames.last_mut().map(|frame| &mut frame.anonymous);
        let def = classes::anonymous(self.b, n_before, name, whole, body);
        if of != 0 {
            self.b.def_mut(def).supers = vec![(Role::Extends, of)];
        }
        self.b.enter(def, ScopeKind::Type);
        let names = Names { own: "", base: self.b.text(name) };
        self.frames.push(Frame { names, def, anonymous: 0, interface: false, components: Vec::new() });
        self.members(body);
        self.frames.pop();
        self.b.leave();
    }

    fn field(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let modifiers = self.modifiers(node);
        let in_interface = self.in_interface();
        let is_static = in_interface || modifiers.flags & DefFlags::STATIC != 0;
        let is_constant = is_static && (in_interface || modifiers.is_final);
        let kind = if is_constant { SymbolKind::Constant } else { SymbolKind::Field };
        let flags = if is_static { modifiers.flags | DefFlags::STATIC } else { modifiers.flags };
        let visibility = modifiers.visibility;
        let mut written = 0;
        let mut first = true;
        let mut cursor = node.walk();
        for declarator in node.children_by_field_name("declarator", &mut cursor) {
            let Some(name) = declarator.field("name") else { continue };
            let def = self.b.define(DefSpec { kind, name, whole: node, body: None, visibility, flags });
            comments::attach(self.b, def, doc);
            self.b.enter(def, ScopeKind::Block);
            if first {
                first = false;
                self.annotations(node);
                written = node.field("type").map_or(0, |ty| self.ty(ty));
            }
            let ty = self.dimensions(written, declarator);
            let init = declarator.field("value").map_or(0, |value| self.visit(value));
            self.b.leave();
            let def = self.b.def_mut(def);
            def.ty = ty;
            def.init = init;
        }
    }

    fn method(&mut self, node: Node<'_>, kind: SymbolKind) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else { return self.members(node) };
        let modifiers = self.modifiers(node);
        let body = node.field("body");
        let mut flags = modifiers.flags;
        if body.is_none() && kind == SymbolKind::Method && !modifiers.has_body {
            flags |= DefFlags::ABSTRACT;
        }
        let is_entry = flags & DefFlags::STATIC != 0
            && self.b.text(name) == "main"
            && node.field("type").is_some_and(|ty| ty.kind() == "void_type");
        if is_entry {
            flags |= DefFlags::ENTRY;
        }
        let visibility = modifiers.visibility;
        let def = self.b.define(DefSpec { kind, name, whole: node, body, visibility, flags });
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Function);
        self.annotations(node);
        if let Some(parameters) = node.field("type_parameters") {
            self.type_parameters(parameters);
        }
        let ty = node.field("type").map_or(0, |ty| self.ty(ty));
        self.b.def_mut(def).ty = self.dimensions(ty, node);
        let before = self.b.n_locals();
        let mut required: u8 = 0;
        if let Some(parameters) = node.field("parameters") {
            required = self.parameters(parameters, def);
        } else if node.kind() == "compact_constructor_declaration" {
            let components = self.frames.last().map(|frame| frame.components.clone()).unwrap_or_default();
            for (name, ty) in components {
                self.b.local(name, 0, LocalKind::Param, ty, 0);
                required = required.saturating_add(1);
            }
        }
        let after = self.b.n_locals();
        let filled = self.b.def_mut(def);
        filled.params = (before, after);
        filled.required = required;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() == "throws" {
                self.supertypes(child, Role::Type, &mut Vec::new());
            }
        }
        if let Some(value) = node.field("value") {
            self.visit(value);
        }
        if let Some(body) = body {
            self.returns.push(Vec::new());
            self.members(body);
            self.returns.pop();
        }
        self.b.leave();
    }

    /// Parameters as locals of the innermost scope; gives how many must be passed.
    pub(super) fn parameters(&mut self, parameters: Node<'_>, def: DefIx) -> u8 {
        let mut required: u8 = 0;
        let mut cursor = parameters.walk();
        for parameter in parameters.named_children(&mut cursor) {
            let Some((name, ty, variadic)) = self.parameter_parts(parameter) else { continue };
            let text = self.b.text(name);
            self.b.local(text, 0, LocalKind::Param, ty, 0);
            if variadic {
                if def != 0 {
                    self.b.def_mut(def).flags.set(DefFlags::VARIADIC, true);
                }
            } else {
                required = required.saturating_add(1);
            }
        }
        required
    }

    /// The name of a method that is called without a receiver. Variables do not hide methods in Java, so the look-up
    /// starts at the enclosing type.
    pub(super) fn method_name(&mut self, node: Node<'_>) -> ExprIx {
        let name: Sid = self.b.intern(self.b.text(node));
        let scope = self.b.nearest_scope(ScopeKind::Type);
        if name.is_empty() { 0 } else { self.b.expr(Expr::Name { name, scope }, node) }
    }
}

/// A dotted name without white space and comments between its parts.
fn dotted(text: &str) -> String {
    text.split('.').map(|part| part.split_whitespace().next().unwrap_or("")).collect::<Vec<_>>().join(".")
}
