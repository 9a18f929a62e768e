//! Syntax tree to facts: declarations.

use crate::lang::Fields as _;
use crate::lang::written::Types as _;
use crate::facts::{
    Builder, DefFlags, DefIx, DefSpec, Expr, ExprIx, Import, ImportKind, LocalKind, ScopeKind, place_of,
};
use crate::lang::classes::{self, Names};
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
        expected: 0,
        lambda_input: None,
        type_args: 0,
    };
    walker.file(root);
}

/// A type whose body is being walked.
pub(super) struct Frame<'s> {
    /// Its name and that of its base class.
    pub(super) names: Names<'s>,
    /// Members are public, and methods without a body abstract.
    interface: bool,
}

/// The state of a walk.
pub(super) struct Walker<'b, 's> {
    /// Where the facts go.
    pub(super) b: &'b mut Builder<'s>,
    /// Enclosing types.
    pub(super) frames: Vec<Frame<'s>>,
    /// Doc comment of the next definition.
    pub(super) doc: Pending,
    /// What the enclosing functions and lambdas return.
    pub(super) returns: Vec<Vec<ExprIx>>,
    /// The type that `new()` stands for.
    pub(super) expected: ExprIx,
    /// What the next lambda is given.
    pub(super) lambda_input: Option<(LocalKind, ExprIx)>,
    /// The callee that was just walked with its written type arguments; 0 when it has none.
    pub(super) type_args: ExprIx,
}

/// What the modifiers and attributes of a declaration say.
struct Modifiers {
    visibility: Visibility,
    flags: u32,
    is_constant: bool,
    is_extern: bool,
}

impl<'s> Walker<'_, 's> {
    /// The text of an identifier without the `@` that makes a name of a keyword.
    pub(super) fn ident(&self, node: Node<'_>) -> &'s str {
        self.b.text(node).trim_start_matches('@')
    }

    /// The bare name at `node`.
    pub(super) fn name(&mut self, node: Node<'_>) -> ExprIx {
        self.b.name_as(self.ident(node), node)
    }

    /// The member of `base` that is named at `node`.
    pub(super) fn member(&mut self, base: ExprIx, node: Node<'_>) -> ExprIx {
        self.b.member_as(base, self.ident(node), node)
    }

    /// Statements at the head of a file make up one function without a name.
    fn file(&mut self, root: Node<'_>) {
        let mut in_statements = false;
        let mut cursor = root.walk();
        for child in root.named_children(&mut cursor) {
            // A part that could not be read may count as an extra too.
            if child.is_extra() && !child.is_error() {
                self.extra(child);
                continue;
            }
            let is_statement = child.kind() == "global_statement";
            if is_statement != in_statements {
                if is_statement {
                    self.b.open_scope(ScopeKind::Function);
                } else {
                    self.b.close_scope();
                }
                in_statements = is_statement;
            }
            self.visit(child);
            self.doc.clear();
        }
        if in_statements {
            self.b.close_scope();
        }
    }

    fn extra(&mut self, node: Node<'_>) {
        if node.kind() == "comment" {
            self.doc.comment(self.b, node);
        }
    }

    /// Everything directly in `node`; gives the value of the last expression.
    pub(super) fn members(&mut self, node: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.is_extra() && !child.is_error() {
                self.extra(child);
            } else if child.is_named() || matches!(child.kind(), "this" | "base") {
                value = self.visit(child);
                self.doc.clear();
            }
        }
        value
    }

    /// A declaration; false when `node` is none.
    pub(super) fn declaration(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "using_directive" => self.using(node),
            "namespace_declaration" => self.namespace(node),
            "file_scoped_namespace_declaration" => {
                if let Some(name) = node.field("name") {
                    let name = dotted(self.b.text(name));
                    self.b.package(&name);
                }
            }
            "class_declaration" => self.type_declaration(node, SymbolKind::Class),
            "struct_declaration" => self.type_declaration(node, SymbolKind::Struct),
            "interface_declaration" => self.type_declaration(node, SymbolKind::Interface),
            "enum_declaration" => self.type_declaration(node, SymbolKind::Enum),
            "record_declaration" => {
                let mut cursor = node.walk();
                let is_struct = node.children(&mut cursor).any(|child| child.kind() == "struct");
                self.type_declaration(node, if is_struct { SymbolKind::Struct } else { SymbolKind::Class });
            }
            "delegate_declaration" => self.delegate(node),
            "enum_member_declaration" => self.enum_member(node),
            "field_declaration" | "event_field_declaration" => self.field(node),
            "property_declaration" | "event_declaration" | "indexer_declaration" => self.property(node),
            "method_declaration" => self.method(node, SymbolKind::Method),
            "constructor_declaration" => self.method(node, SymbolKind::Constructor),
            "destructor_declaration" | "operator_declaration" | "conversion_operator_declaration" => {
                self.method(node, SymbolKind::Method);
            }
            // After a conditional directive an `else if` looks like one.
            "local_function_statement" if is_function_name(node, self.b.source()) => {
                self.method(node, SymbolKind::Function);
            }
            "global_attribute" => self.attribute_list(node),
            "extern_alias_directive" => {}
            _ => return false,
        }
        true
    }

    /// `using A.B;`, `using static A.B.C;`, `using X = A.B.C;`, with or without `global`.
    fn using(&mut self, node: Node<'_>) {
        let alias = node.field("name");
        let mut of_members = false;
        let mut re_export = false;
        let mut path = None;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "static" => of_members = true,
                "global" => re_export = true,
                _ if !child.is_named() || child.is_extra() || Some(child.id()) == alias.map(|it| it.id()) => {}
                _ => path = Some(child),
            }
        }
        let Some(path) = path else { return };
        let text = dotted(self.b.text(path));
        let text = text.split(['<', '(', '[']).next().unwrap_or("");
        let text = text.strip_prefix("global::").unwrap_or(text);
        let (module, name) = match text.rsplit_once('.') {
            _ if alias.is_none() => (text, ""),
            Some((module, name)) => (module, name),
            None => ("", text),
        };
        let import = Import {
            kind: if alias.is_none() { ImportKind::Wildcard } else { ImportKind::Symbol },
            path: self.b.intern_owned(module),
            name: self.b.intern_owned(name),
            bound: alias.map_or(crate::facts::Sid::EMPTY, |alias| self.b.intern(self.ident(alias))),
            scope: self.b.scope(),
            re_export,
            of_members,
            place: place_of(path.field("name").unwrap_or(path)),
        };
        self.b.import(import);
    }

    fn namespace(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else {
            self.members(node);
            return;
        };
        let body = node.field("body");
        let text = dotted(self.b.text(name));
        let visibility = Visibility::Public;
        let spec = DefSpec { kind: SymbolKind::Module, name, whole: node, body, visibility, flags: 0 };
        let def = self.b.define_named(&text, spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Module);
        if let Some(body) = body {
            self.members(body);
        }
        self.b.leave();
    }

    fn modifiers(&self, node: Node<'_>) -> Modifiers {
        let frame = self.frames.last();
        let mut found = Modifiers {
            visibility: match frame {
                None => Visibility::Internal,
                Some(frame) if frame.interface => Visibility::Public,
                Some(_) => Visibility::Private,
            },
            flags: 0,
            is_constant: false,
            is_extern: false,
        };
        let mut is_static = false;
        let mut protected = false;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "attribute_list" => self.attribute_flags(child, &mut found.flags),
                "modifier" => match self.b.text(child) {
                    "public" => found.visibility = Visibility::Public,
                    "protected" => protected = true,
                    "internal" => found.visibility = Visibility::Internal,
                    "private" => found.visibility = Visibility::Private,
                    "static" => {
                        is_static = true;
                        found.flags |= DefFlags::STATIC;
                    }
                    "abstract" => found.flags |= DefFlags::ABSTRACT,
                    "override" => found.flags |= DefFlags::OVERRIDE,
                    "partial" => found.flags |= DefFlags::PART,
                    "const" => {
                        found.is_constant = true;
                        found.flags |= DefFlags::STATIC;
                    }
                    "readonly" => found.is_constant |= is_static,
                    "extern" => found.is_extern = true,
                    _ => {}
                },
                "comment" | "preproc_if_in_attribute_list" => {}
                _ => break,
            }
        }
        if protected {
            found.visibility = Visibility::Protected;
        }
        found
    }

    fn attribute_flags(&self, list: Node<'_>, flags: &mut u32) {
        let mut cursor = list.walk();
        for attribute in list.named_children(&mut cursor) {
            let Some(name) = attribute.field("name") else { continue };
            let text = self.b.text(name);
            match text.rsplit('.').next().unwrap_or(text) {
                "Test" | "TestCase" | "TestCaseSource" | "Fact" | "Theory" | "TestMethod" | "DataTestMethod"
                | "SetUp" | "TearDown" | "OneTimeSetUp" | "OneTimeTearDown" | "TestInitialize" | "TestCleanup"
                | "TestFixture" | "TestClass" | "ClassInitialize" => {
                    *flags |= DefFlags::TEST | DefFlags::DECORATED;
                }
                "Obsolete" | "Serializable" | "Flags" | "SuppressMessage" | "DebuggerStepThrough" | "MethodImpl"
                | "CLSCompliant" | "EditorBrowsable" | "DebuggerDisplay" => {}
                _ => *flags |= DefFlags::DECORATED,
            }
        }
    }

    fn type_declaration(&mut self, node: Node<'_>, kind: SymbolKind) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else {
            self.members(node);
            return;
        };
        let modifiers = self.modifiers(node);
        let body = node.field("body");
        let text = self.ident(name);
        let Modifiers { visibility, flags, .. } = modifiers;
        let def = self.b.define_named(text, DefSpec { kind, name, whole: node, body, visibility, flags });
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Type);
        let returns = std::mem::take(&mut self.returns);
        self.attributes(node);
        self.type_parameters(node);
        let interface = kind == SymbolKind::Interface;
        self.frames.push(Frame { names: Names { own: text, base: "" }, interface });
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "parameter_list" => {
                    self.primary_constructor(child, text, visibility, node.kind() == "record_declaration");
                }
                "base_list" => self.bases(child, def, kind),
                _ => {}
            }
        }
        if let Some(body) = body {
            self.members(body);
        }
        self.frames.pop();
        self.returns = returns;
        self.b.leave();
    }

    /// `: Base(arguments), IOther`. Which of them is the class is told by the usual spelling of interfaces.
    fn bases(&mut self, node: Node<'_>, def: DefIx, kind: SymbolKind) {
        let mut supers = Vec::new();
        let mut last = None;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            if child.kind() == "argument_list" {
                self.base_arguments(child, last);
                continue;
            }
            let written = self.ty_unused(child);
            let text = self.ident(written.name);
            let role = match kind {
                SymbolKind::Interface => Role::Extends,
                SymbolKind::Class if supers.is_empty() && !is_interface_name(text) => Role::Extends,
                _ => Role::Implements,
            };
            self.b.uses(written.head, role, written.name);
            if written.whole != 0 && kind != SymbolKind::Enum {
                supers.push((role, written.whole));
            }
            if let Some(frame) = self.frames.last_mut().filter(|_| role == Role::Extends) {
                frame.names.base = text;
            }
            last = Some(written);
            let mut inner = child.walk();
            for arguments in child.named_children(&mut inner).filter(|it| it.kind() == "argument_list") {
                self.base_arguments(arguments, last);
            }
        }
        self.b.def_mut(def).supers = supers;
    }

    fn base_arguments(&mut self, node: Node<'_>, base: Option<crate::lang::written::Written<'_>>) {
        let (args, argc) = self.arguments(node, None);
        if let Some(base) = base {
            let new = self.b.expr(Expr::New { ty: base.whole, args }, node);
            self.b.uses_with(base.head, Role::New, base.name, argc, new);
        }
    }

    /// The parameters after the name of a type: properties of a record, else seen by all members.
    fn primary_constructor(&mut self, node: Node<'_>, name: &str, visibility: Visibility, record: bool) {
        let spec = DefSpec {
            kind: SymbolKind::Constructor,
            name: node,
            whole: node,
            body: None,
            visibility,
            flags: 0,
        };
        let def = self.b.define_named(name, spec);
        self.b.enter(def, ScopeKind::Function);
        self.parameters(node, def);
        self.b.leave();
        let mut ty = def_params(self.b, def).into_iter();
        let mut cursor = node.walk();
        for parameter in node.named_children(&mut cursor).filter(|child| child.kind() == "parameter") {
            let Some(name) = parameter.field("name") else { continue };
            let ty = ty.next().unwrap_or(0);
            let text = self.ident(name);
            if !record {
                self.b.local(text, 0, LocalKind::Variable, ty, 0);
                continue;
            }
            let spec = DefSpec {
                kind: SymbolKind::Property,
                name,
                whole: parameter,
                body: None,
                visibility: Visibility::Public,
                flags: 0,
            };
            let property = self.b.define_named(text, spec);
            self.b.def_mut(property).ty = ty;
        }
    }

    fn delegate(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else { return };
        let Modifiers { visibility, flags, .. } = self.modifiers(node);
        let kind = SymbolKind::TypeAlias;
        let spec = DefSpec { kind, name, whole: node, body: None, visibility, flags };
        let def = self.b.define_named(self.ident(name), spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Function);
        self.attributes(node);
        self.type_parameters(node);
        let result = node.field("type").map_or(0, |ty| self.ty(ty));
        let ty = self.b.expr(Expr::Function { result }, node);
        if let Some(parameters) = node.field("parameters") {
            self.parameters(parameters, def);
        }
        self.b.def_mut(def).ty = ty;
        self.b.leave();
    }

    fn enum_member(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Some(name) = node.field("name") else { return };
        let spec = DefSpec {
            kind: SymbolKind::EnumMember,
            name,
            whole: node,
            body: None,
            visibility: Visibility::Public,
            flags: DefFlags::STATIC,
        };
        let of = self.b.owner();
        let def = self.b.define_named(self.ident(name), spec);
        comments::attach(self.b, def, doc);
        let ty = self.b.expr(Expr::Def(of), name);
        self.b.def_mut(def).ty = ty;
        self.b.enter(def, ScopeKind::Block);
        self.attributes(node);
        if let Some(value) = node.field("value") {
            self.visit(value);
        }
        self.b.leave();
    }

    fn field(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let Modifiers { visibility, flags, is_constant, .. } = self.modifiers(node);
        let kind = if is_constant { SymbolKind::Constant } else { SymbolKind::Field };
        let mut cursor = node.walk();
        let declaration = node.named_children(&mut cursor).find(|child| child.kind() == "variable_declaration");
        let Some(declaration) = declaration else { return };
        let mut ty = 0;
        let mut first = true;
        let mut inner = declaration.walk();
        for declarator in declaration.named_children(&mut inner).filter(|it| it.kind() == "variable_declarator") {
            let Some(name) = declarator.field("name") else { continue };
            let spec = DefSpec { kind, name, whole: node, body: None, visibility, flags };
            let def = self.b.define_named(self.ident(name), spec);
            comments::attach(self.b, def, doc);
            self.b.enter(def, ScopeKind::Block);
            if first {
                first = false;
                self.attributes(node);
                ty = declaration.field("type").map_or(0, |ty| self.ty(ty));
            }
            let init = self.declarator_value(declarator, ty);
            self.b.leave();
            let def = self.b.def_mut(def);
            def.ty = ty;
            def.init = init;
        }
    }

    /// The initial value of a `variable_declarator`.
    pub(super) fn declarator_value(&mut self, declarator: Node<'_>, ty: ExprIx) -> ExprIx {
        let mut value = 0;
        let mut seen = false;
        let mut cursor = declarator.walk();
        for child in declarator.children(&mut cursor) {
            match child.kind() {
                "=" => seen = true,
                "bracketed_argument_list" => {
                    self.members(child);
                }
                _ if seen && !child.is_extra() => value = self.visit_expecting(child, ty),
                _ => {}
            }
        }
        value
    }

    /// Properties, indexers and events with accessors.
    fn property(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let modifiers = self.modifiers(node);
        let accessors = node.field("accessors");
        let value = node.field("value");
        let is_indexer = node.kind() == "indexer_declaration";
        let mut cursor = node.walk();
        let this = node.children(&mut cursor).find(|child| child.kind() == "this");
        let Some(name) = node.field("name").or(this) else { return };
        let text = if is_indexer { "this[]" } else { self.ident(name) };
        let kind = if node.kind() == "event_declaration" { SymbolKind::Field } else { SymbolKind::Property };
        let mut flags = modifiers.flags;
        let arrow = value.is_some_and(|value| value.kind() == "arrow_expression_clause");
        if arrow || accessors.is_some_and(has_bodies) {
            flags |= DefFlags::ACCESSOR;
        } else if self.frames.last().is_some_and(|frame| frame.interface) {
            flags |= DefFlags::ABSTRACT;
        }
        let spec = DefSpec {
            kind,
            name,
            whole: node,
            body: accessors.or(value),
            visibility: modifiers.visibility,
            flags,
        };
        let def = self.b.define_named(text, spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, if is_indexer { ScopeKind::Function } else { ScopeKind::Block });
        self.attributes(node);
        self.explicit_interface(node);
        let ty = node.field("type").map_or(0, |ty| self.ty(ty));
        self.b.def_mut(def).ty = ty;
        if let Some(parameters) = node.field("parameters") {
            self.parameters(parameters, def);
        }
        if let Some(accessors) = accessors {
            let mut inner = accessors.walk();
            for accessor in accessors.named_children(&mut inner).filter(|it| it.kind() == "accessor_declaration") {
                self.b.open_scope(ScopeKind::Function);
                self.attributes(accessor);
                let which = accessor.field("name").map_or("", |name| self.b.text(name));
                if which != "get" {
                    self.b.local("value", 0, LocalKind::Param, ty, 0);
                }
                if let Some(body) = accessor.field("body") {
                    self.body(body, 0);
                }
                self.b.close_scope();
            }
        }
        if let Some(value) = value {
            let init = if arrow {
                self.b.open_scope(ScopeKind::Function);
                let before = std::mem::replace(&mut self.expected, ty);
                let init = self.members(value);
                self.expected = before;
                self.b.close_scope();
                init
            } else {
                self.visit_expecting(value, ty)
            };
            self.b.def_mut(def).init = init;
        }
        self.b.leave();
    }

    /// `IName.` before the name of a member that implements just that interface's.
    fn explicit_interface(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|it| it.kind() == "explicit_interface_specifier") {
            let mut inner = child.walk();
            for name in child.named_children(&mut inner) {
                self.ty(name);
            }
        }
    }

    fn method(&mut self, node: Node<'_>, kind: SymbolKind) {
        let doc = self.doc.take();
        let modifiers = self.modifiers(node);
        let ty_node = node.field("returns").or_else(|| node.field("type"));
        let name = node.field("name");
        let operator = node.field("operator");
        let Some(place) = name.or(operator).or(ty_node) else {
            self.members(node);
            return;
        };
        let text = match (node.kind(), name) {
            ("destructor_declaration", Some(name)) => format!("~{}", self.ident(name)),
            (_, Some(name)) => self.ident(name).to_owned(),
            _ => format!("operator {}", self.b.text(place)),
        };
        let body = node.field("body");
        let mut flags = modifiers.flags;
        let in_interface = self.frames.last().is_some_and(|frame| frame.interface);
        if body.is_none() && modifiers.is_extern {
            flags |= DefFlags::DECLARATION;
        } else if body.is_none() && in_interface {
            flags |= DefFlags::ABSTRACT;
        }
        if text == "Main" && flags & DefFlags::STATIC != 0 && kind == SymbolKind::Method {
            flags |= DefFlags::ENTRY;
        }
        let visibility = modifiers.visibility;
        let spec = DefSpec { kind, name: place, whole: node, body, visibility, flags };
        let def = self.b.define_named(&text, spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Function);
        self.attributes(node);
        self.explicit_interface(node);
        self.type_parameters(node);
        let ty = ty_node.map_or(0, |ty| self.ty(ty));
        self.b.def_mut(def).ty = ty;
        if let Some(parameters) = node.field("parameters") {
            self.parameters(parameters, def);
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|it| it.kind() == "constructor_initializer") {
            self.constructor_initializer(child);
        }
        if let Some(body) = body {
            self.body(body, ty);
        }
        self.b.leave();
    }

    /// A block or `=> expression`, in the innermost scope; gives what it returns.
    pub(super) fn body(&mut self, body: Node<'_>, ty: ExprIx) -> ExprIx {
        if body.kind() == "block" {
            self.returns.push(Vec::new());
            self.members(body);
            let returned = self.returns.pop().unwrap_or_default();
            return self.b.union(returned);
        }
        let before = std::mem::replace(&mut self.expected, ty);
        let value = if body.kind() == "arrow_expression_clause" { self.members(body) } else { self.visit(body) };
        self.expected = before;
        value
    }

    /// `: this(…)`, `: base(…)`.
    fn constructor_initializer(&mut self, node: Node<'_>) {
        let mut which = None;
        let mut passed = (Vec::new(), 0);
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "this" | "base" => which = Some(child),
                "argument_list" => passed = self.arguments(child, None),
                _ => {}
            }
        }
        let (Some(which), Some(frame)) = (which, self.frames.last()) else { return };
        classes::constructor_call(self.b, frame.names, passed, which, node);
    }

    /// Parameters as locals of the innermost scope. The `this` parameter of an extension is its receiver.
    pub(super) fn parameters(&mut self, node: Node<'_>, def: DefIx) {
        let mut before = self.b.n_locals();
        let mut required: u8 = 0;
        let mut variadic = None;
        let mut defaults = Vec::new();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "params" => variadic = Some(0),
                "parameter" => {
                    self.attributes(child);
                    let ty = child.field("type").map_or(0, |ty| self.ty(ty));
                    let Some(name) = child.field("name") else { continue };
                    let text = self.ident(name);
                    let mut is_this = false;
                    let mut default = None;
                    let mut seen = false;
                    let mut inner = child.walk();
                    for part in child.children(&mut inner) {
                        match part.kind() {
                            "modifier" => is_this |= self.b.text(part) == "this",
                            "=" => seen = true,
                            _ if seen && part.is_named() && !part.is_extra() => default = Some(part),
                            _ => {}
                        }
                    }
                    let local = self.b.local(text, 0, LocalKind::Param, ty, 0);
                    if is_this && def != 0 {
                        before = self.b.n_locals();
                        let def = self.b.def_mut(def);
                        def.receiver = ty;
                        def.flags.set(DefFlags::EXTENSION, true);
                    } else if let Some(default) = default {
                        defaults.push((local, default, ty));
                    } else {
                        required = required.saturating_add(1);
                    }
                }
                // `params T[] name` is written without a node of its own.
                "identifier" if variadic.is_some() => {
                    let text = self.ident(child);
                    self.b.local(text, 0, LocalKind::Param, variadic.unwrap_or(0), 0);
                }
                _ if variadic.is_some() && child.is_named() && !child.is_extra() => variadic = Some(self.ty(child)),
                _ => {}
            }
        }
        let after = self.b.n_locals();
        if def != 0 {
            let def = self.b.def_mut(def);
            def.params = (before, after);
            def.required = required;
            def.flags.set(DefFlags::VARIADIC, variadic.is_some());
        }
        for (local, default, ty) in defaults {
            let init = self.visit_expecting(default, ty);
            self.b.local_mut(local).init = init;
        }
    }
}

/// The types of the parameters of a definition.
fn def_params(b: &mut Builder<'_>, def: DefIx) -> Vec<ExprIx> {
    let (from, to) = b.def(def).params;
    (from..to).map(|local| b.local_mut(local).ty).collect()
}

/// False where the grammar takes a statement for a local function.
fn is_function_name(node: Node<'_>, source: &str) -> bool {
    let name = node.field("name").and_then(|name| source.get(name.byte_range()));
    !matches!(name, Some("if" | "while" | "for" | "foreach" | "switch" | "catch" | "using" | "lock"))
}

/// `IName`.
fn is_interface_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next() == Some('I') && letters.next().is_some_and(char::is_uppercase)
}

/// True when one of the accessors has code.
fn has_bodies(accessors: Node<'_>) -> bool {
    let mut cursor = accessors.walk();
    accessors.named_children(&mut cursor).any(|accessor| accessor.field("body").is_some())
}

/// A dotted name without white space between its parts.
fn dotted(text: &str) -> String {
    text.split_whitespace().collect()
}
