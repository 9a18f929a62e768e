//! Syntax tree to facts: functions, classes and object literals.

use super::walk::{Class, EXPORTED, FunctionName, This, Walker, is_function, strip};
use crate::facts::{NONE, DefFlags, DefIx, DefSpec, Expr, ExprIx, LocalKind, ScopeKind, Sid};
use crate::lang::Fields as _;
use crate::lang::comments::{self, Pending};
use crate::model::{Role, SymbolKind, Visibility};
use rustc_hash::FxHashMap;
use tree_sitter::Node;

/// The doc comment of a definition and the type that was written for the variable that holds it.
pub(super) type Written = (Option<(usize, usize)>, ExprIx);

/// What a property of an object literal is called.
enum Key {
    /// Known.
    Name(String),
    /// Computed.
    Computed,
}

impl<'s> Walker<'_, 's> {
    // ---- functions ---------------------------------------------------------------------------------------------

    pub(super) fn function_declaration(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let export = std::mem::take(&mut self.export);
        let Some(name) = node.field("name") else {
            // `export default function () {}`
            let spec = FunctionName { node, text: "default", kind: SymbolKind::Function };
            self.function(node, Some(spec), node, export, (doc, 0));
            return;
        };
        let spec = FunctionName { node: name, text: self.b.text(name), kind: SymbolKind::Function };
        let def = self.function(node, Some(spec), node, export, (doc, 0));
        self.declare(def);
    }

    /// A function of any form. With a name it becomes a definition; without one only its body is read.
    pub(super) fn function(
        &mut self,
        node: Node<'_>,
        name: Option<FunctionName<'_, '_>>,
        whole: Node<'_>,
        flags: u32,
        written: Written,
    ) -> DefIx {
        let (doc, ty) = written;
        let body = node.field("body");
        let mut flags = flags;
        let tokens = Tokens::of(node, self.b.source());
        if tokens.is_async || tokens.generator {
            flags |= DefFlags::ASYNC;
        }
        if body.is_none() {
            flags |= if flags & DefFlags::ABSTRACT == 0 { DefFlags::DECLARATION } else { 0 };
        }
        let def = name.map(|name| {
            let visibility = visibility_of(name.text, &tokens, flags, name.kind);
            let spec = DefSpec { kind: name.kind, name: name.node, whole, body, visibility, flags };
            let def = self.b.define_named(name.text, spec);
            comments::attach(self.b, def, doc);
            self.b.enter(def, ScopeKind::Function);
            def
        });
        if def.is_none() {
            self.b.open_scope(ScopeKind::Function);
        }
        let pushed = self.push_this(node, def, name.map(|name| name.text));
        let mut context = std::mem::take(&mut self.context);
        if context == 0 {
            context = ty;
        }
        self.own_name(node, def, name.map(|name| name.text));
        let result = self.signature_and_body(node, def.unwrap_or(0), (doc, context), &tokens);
        if pushed {
            self.this.pop();
        }
        match def {
            Some(def) => {
                self.b.leave();
                def
            }
            None => {
                self.b.close_scope();
                result
            }
        }
    }

    /// A function expression sees itself under its own name, whatever holds it.
    fn own_name(&mut self, node: Node<'_>, def: Option<DefIx>, known_as: Option<&str>) {
        if !is_named_expression(node) {
            return;
        }
        if let (Some(own), Some(def)) = (node.field("name"), def) {
            let text = self.b.text(own);
            if Some(text) != known_as {
                let itself = self.b.expr(Expr::Def(def), own);
                self.b.local(text, 0, LocalKind::Variable, 0, itself);
            }
        }
    }

    /// `this` of a function that is no arrow: what the caller said, or of a constructor function the value that it makes.
    fn push_this(&mut self, node: Node<'_>, def: Option<DefIx>, name: Option<&str>) -> bool {
        let next = self.next_this.take();
        if node.kind() == "arrow_function" {
            return false;
        }
        if let Some(this) = next {
            self.this.push(this);
            return true;
        }
        let constructs = name.is_some_and(|name| name.chars().next().is_some_and(char::is_uppercase));
        let this = match def {
            Some(def) if constructs => {
                let ty = self.b.expr(Expr::Def(def), node);
                This::Value(self.b.expr(Expr::Typed { ty }, node))
            }
            _ => This::Unknown,
        };
        self.this.push(this);
        true
    }

    /// Type parameters, parameters, return type and body of a function whose scope is open. Gives a lambda as a value.
    fn signature_and_body(
        &mut self,
        node: Node<'_>,
        def: DefIx,
        (doc, context): Written,
        tokens: &Tokens,
    ) -> ExprIx {
        if let Some(parameters) = node.field("type_parameters") {
            let names = self.type_parameters(parameters);
            if def != 0 {
                self.b.def_mut(def).type_params = names;
            }
        }
        let before = self.b.n_locals();
        let required = self.parameters(node, def, (doc, context));
        let after = if def == 0 { before } else { self.b.def(def).params.1.max(before) };
        let mut ty = node.field("return_type").map_or(0, |ty| self.annotation(ty));
        if ty == 0 {
            ty = self.doc_returns(doc, node);
        }
        if def != 0 {
            let filled = self.b.def_mut(def);
            filled.params = (before, after);
            filled.required = required;
            filled.ty = ty;
        }
        let expected = match (ty, context) {
            (0, 0) => 0,
            (0, context) => self.result_of_context(context, node),
            (ty, _) => ty,
        };
        let result = node.field("body").map_or(0, |body| self.body(body, expected, tokens));
        if def != 0 {
            if ty == 0 {
                let init = self.b.union(vec![expected, result]);
                self.b.def_mut(def).init = init;
            }
            return 0;
        }
        let result = if ty == 0 { result } else { self.b.expr(Expr::Typed { ty }, node) };
        self.b.expr(Expr::Function { result }, node)
    }

    /// What a function returns, as its body says.
    fn body(&mut self, body: Node<'_>, ty: ExprIx, tokens: &Tokens) -> ExprIx {
        if body.kind() != "statement_block" {
            return self.visit_as(body, ty);
        }
        self.returns.push(Vec::new());
        self.yields.push(Vec::new());
        self.members(body);
        let returned = self.returns.pop().unwrap_or_default();
        let yielded = self.yields.pop().unwrap_or_default();
        if tokens.generator {
            let each = self.b.union(yielded);
            return self.generic("Generator", vec![each], body);
        }
        self.b.union(returned)
    }

    /// The result that a context (a function type) promises; written so that the resolver looks it up.
    fn result_of_context(&mut self, context: ExprIx, node: Node<'_>) -> ExprIx {
        let callee = self.b.expr(Expr::Typed { ty: context }, node);
        self.b.expr(Expr::Call { callee, args: Vec::new() }, node)
    }

    /// Parameters as locals of the innermost scope; gives how many must be passed. The names inside patterns come after
    /// the parameters themselves, which stand in a row.
    fn parameters(&mut self, node: Node<'_>, def: DefIx, (doc, context): Written) -> u8 {
        if let Some(single) = node.field("parameter") {
            let init = self.expected_param(context, 0, single);
            let text = self.b.text(single);
            self.b.local(text, 0, LocalKind::Param, 0, init);
            self.set_params_end(def);
            return 1;
        }
        let Some(list) = node.field("parameters") else { return 0 };
        let mut required: u8 = 0;
        let mut optional = false;
        let mut patterns = Vec::new();
        let mut cursor = list.walk();
        let mut index = 0;
        for parameter in list.named_children(&mut cursor).filter(|child| child.kind() != "comment") {
            let Some(found) = self.parameter(parameter, doc) else { continue };
            let init = if found.ty == 0 && found.init == 0 {
                self.expected_param(context, index, parameter)
            } else {
                found.init
            };
            let text = if found.pattern.kind() == "identifier" { self.b.text(found.pattern) } else { "" };
            let local = self.b.local(text, 0, LocalKind::Param, found.ty, init);
            if text.is_empty() {
                patterns.push((found.pattern, local));
            }
            index += 1;
            if found.rest {
                if def != 0 {
                    self.b.def_mut(def).flags.set(DefFlags::VARIADIC, true);
                }
            } else if found.optional {
                optional = true;
            } else if !optional {
                required = required.saturating_add(1);
            }
        }
        self.set_params_end(def);
        for (pattern, local) in patterns {
            let value = self.b.expr(Expr::Local(local), pattern);
            self.bind_parameter(pattern, value);
        }
        required
    }

    fn set_params_end(&mut self, def: DefIx) {
        if def != 0 {
            let end = self.b.n_locals();
            self.b.def_mut(def).params.1 = end;
        }
    }

    /// The type of parameter `index` as the context says, as a value.
    fn expected_param(&mut self, context: ExprIx, index: u32, node: Node<'_>) -> ExprIx {
        if context == 0 { 0 } else { self.b.expr(Expr::ParamOf { of: context, index }, node) }
    }

    fn parameter<'t>(&mut self, node: Node<'t>, doc: Option<(usize, usize)>) -> Option<Parameter<'t>> {
        let mut found = Parameter { pattern: node, ty: 0, init: 0, optional: false, rest: false };
        match node.kind() {
            "required_parameter" | "optional_parameter" => {
                self.decorators(node);
                found.pattern = node.field("pattern")?;
                found.ty = node.field("type").map_or(0, |ty| self.annotation(ty));
                let value = node.field("value");
                found.init = value.map_or(0, |value| self.visit_as(value, found.ty));
                found.optional = value.is_some() || node.kind() == "optional_parameter";
            }
            "assignment_pattern" => {
                found.pattern = node.field("left")?;
                found.init = node.field("right").map_or(0, |right| self.visit(right));
                found.optional = true;
            }
            _ => {}
        }
        if found.pattern.kind() == "this" {
            // `this: T` is no parameter; it says what `this` is.
            if found.ty != 0 {
                let value = self.b.expr(Expr::Typed { ty: found.ty }, node);
                if let Some(this) = self.this.last_mut() {
                    *this = This::Value(value);
                }
            }
            return None;
        }
        if found.pattern.kind() == "rest_pattern" {
            found.rest = true;
            found.pattern = found.pattern.named_child(0)?;
        }
        if found.ty == 0 && found.pattern.kind() == "identifier" {
            let name = self.b.text(found.pattern);
            found.ty = self.doc_param(doc, name, node);
        }
        Some(found)
    }

    // ---- classes -----------------------------------------------------------------------------------------------

    pub(super) fn class_declaration(&mut self, node: Node<'_>) -> DefIx {
        let doc = self.doc.take();
        let export = std::mem::take(&mut self.export);
        let mut flags = export;
        if node.kind() == "abstract_class_declaration" {
            flags |= DefFlags::ABSTRACT;
        }
        let name = node.field("name").map(|name| (name, self.b.text(name)));
        let def = self.class(node, name, node, flags, doc);
        self.declare(def);
        def
    }

    /// A class of any form; without a name it is called after its superclass or after nothing.
    pub(super) fn class(
        &mut self,
        node: Node<'_>,
        name: Option<(Node<'_>, &str)>,
        whole: Node<'_>,
        flags: u32,
        doc: Option<(usize, usize)>,
    ) -> DefIx {
        let body = node.field("body");
        let visibility = if flags & EXPORTED == 0 { Visibility::Internal } else { Visibility::Public };
        let own = node.field("name");
        let (at, text) = match (name, own) {
            (Some(name), _) => name,
            (None, Some(own)) => (own, self.b.text(own)),
            (None, None) => (node, if flags & DefFlags::DEFAULT_EXPORT == 0 { "<class>" } else { "default" }),
        };
        let spec = DefSpec { kind: SymbolKind::Class, name: at, whole, body, visibility, flags };
        let def = self.b.define_named(text, spec);
        comments::attach(self.b, def, doc);
        let heritage = {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).find(|child| child.kind() == "class_heritage")
        };
        // What is extended may be an expression with functions in it, which stand outside the class.
        let called = heritage.and_then(|heritage| self.heritage_call(heritage));
        let scope = self.b.enter(def, ScopeKind::Type);
        if name.is_none() && own.is_some() && node.kind() == "class" {
            self.hide(def);
        }
        if self.decorators(node) + node.parent().map_or(0, |parent| self.export_decorators(parent)) > 0 {
            self.b.def_mut(def).flags.set(DefFlags::DECORATED, true);
        }
        if let Some(parameters) = node.field("type_parameters") {
            let names = self.type_parameters(parameters);
            self.b.def_mut(def).type_params = names;
        }
        let base = heritage.map_or(0, |heritage| self.heritage(heritage, def, called));
        self.classes.push(Class { def, scope, base, fields: FxHashMap::default() });
        self.this.push(This::Instance);
        if let Some(body) = body {
            self.class_body(body);
        }
        self.this.pop();
        self.classes.pop();
        self.b.leave();
        def
    }

    /// A superclass that is the result of a call (`extends mixin(Base)`), walked outside the class.
    fn heritage_call(&mut self, heritage: Node<'_>) -> Option<ExprIx> {
        let mut node = heritage;
        if let Some(clause) = heritage.named_child(0).filter(|child| child.kind() == "extends_clause") {
            node = clause;
        }
        let value = node.field("value").or_else(|| node.named_child(0))?;
        let is_path = matches!(value.kind(), "identifier" | "member_expression" | "implements_clause" | "extends_clause");
        (!is_path).then(|| self.visit(value))
    }

    /// `extends` and `implements`; gives the superclass.
    fn heritage(&mut self, heritage: Node<'_>, def: DefIx, called: Option<ExprIx>) -> ExprIx {
        let mut supers = Vec::new();
        let mut base = 0;
        let mut cursor = heritage.walk();
        for child in heritage.named_children(&mut cursor) {
            match child.kind() {
                "extends_clause" => {
                    let mut inner = child.walk();
                    for value in child.children_by_field_name("value", &mut inner) {
                        base = self.superclass(value, called);
                    }
                    if let Some(arguments) = child.field("type_arguments") {
                        let args = self.type_arguments(arguments);
                        if base != 0 && !args.is_empty() {
                            base = self.b.expr(Expr::Generic { base, args }, child);
                        }
                    }
                }
                "implements_clause" => {
                    let mut inner = child.walk();
                    for ty in child.named_children(&mut inner).filter(|ty| !ty.is_extra()) {
                        let ty = self.ty_as(ty, Role::Implements);
                        if ty != 0 {
                            supers.push((Role::Implements, ty));
                        }
                    }
                }
                "comment" => {}
                _ => base = self.superclass(child, called),
            }
        }
        if base != 0 {
            supers.insert(0, (Role::Extends, base));
        }
        self.b.def_mut(def).supers = supers;
        base
    }

    fn superclass(&mut self, value: Node<'_>, called: Option<ExprIx>) -> ExprIx {
        if let Some(called) = called {
            return called;
        }
        let expr = self.path_expr(value);
        let name = value.field("property").unwrap_or(value);
        if let Some(object) = value.field("object") {
            self.visit(object);
        }
        self.b.uses(expr, Role::Extends, name);
        expr
    }

    fn class_body(&mut self, body: Node<'_>) {
        let mut pending = Pending::default();
        let mut decorated = false;
        let mut cursor = body.walk();
        for child in body.named_children(&mut cursor) {
            let mut flags = if decorated { DefFlags::DECORATED } else { 0 };
            match child.kind() {
                "comment" => {
                    pending.comment(self.b, child);
                    continue;
                }
                "decorator" => {
                    self.decorator(child);
                    decorated = true;
                    continue;
                }
                "method_definition" | "method_signature" | "abstract_method_signature" => {
                    if self.decorators(child) > 0 {
                        flags |= DefFlags::DECORATED;
                    }
                    self.method(child, flags, pending.take());
                }
                "public_field_definition" | "field_definition" => {
                    if self.decorators(child) > 0 {
                        flags |= DefFlags::DECORATED;
                    }
                    self.field(child, flags, pending.take());
                }
                "class_static_block" => {
                    self.b.open_scope(ScopeKind::Function);
                    self.this.push(This::Class);
                    self.visit_children(child);
                    self.this.pop();
                    self.b.close_scope();
                }
                "index_signature" => {
                    self.index_signature(child);
                }
                _ => {
                    self.visit(child);
                }
            }
            pending.clear();
            decorated = false;
        }
    }

    fn method(&mut self, node: Node<'_>, flags: u32, doc: Option<(usize, usize)>) {
        let Some(name) = node.field("name") else { return };
        let Some(text) = self.key_name(name) else {
            self.visit_children(name);
            self.next_this = Some(This::Instance);
            self.function(node, None, node, flags, (doc, 0));
            return;
        };
        let mut flags = flags | Tokens::of(node, self.b.source()).flags();
        if node.kind() == "abstract_method_signature" {
            flags |= DefFlags::ABSTRACT;
        }
        let is_static = flags & DefFlags::STATIC != 0;
        let kind = if text == "constructor" && !is_static {
            SymbolKind::Constructor
        } else {
            SymbolKind::Method
        };
        self.next_this = Some(if is_static { This::Class } else { This::Instance });
        let spec = FunctionName { node: name, text: &text, kind };
        let def = self.function(node, Some(spec), node, flags, (doc, 0));
        if kind == SymbolKind::Constructor {
            self.parameter_properties(node, def);
        }
        if let Some(class) = self.classes.last_mut() {
            let sid = self.b.def(def).name;
            class.fields.entry(sid).or_insert(def);
        }
    }

    /// `constructor(private x: T)` declares a field.
    fn parameter_properties(&mut self, node: Node<'_>, constructor: DefIx) {
        let Some(list) = node.field("parameters") else { return };
        let (first, end) = self.b.def(constructor).params;
        let mut cursor = list.walk();
        for parameter in list.named_children(&mut cursor).filter(|child| child.kind() != "comment") {
            let tokens = Tokens::of(parameter, self.b.source());
            let name = parameter.field("pattern").filter(|name| name.kind() == "identifier");
            if let Some(name) = name
                && (tokens.visibility.is_some() || tokens.readonly)
            {
                // By name: what is damaged is no parameter, so their numbers may differ.
                let sid = self.b.intern(self.b.text(name));
                let ty = (first..end).find(|&local| self.b.local_mut(local).name == sid);
                let ty = ty.map_or(0, |local| self.b.local_mut(local).ty);
                let visibility = tokens.visibility.unwrap_or(Visibility::Public);
                let spec =
                    DefSpec { kind: SymbolKind::Field, name, whole: parameter, body: None, visibility, flags: 0 };
                let def = self.b.define(spec);
                self.b.def_mut(def).ty = ty;
                self.note_field(def);
            }
        }
    }

    fn note_field(&mut self, def: DefIx) {
        let sid = self.b.def(def).name;
        if let Some(class) = self.classes.last_mut() {
            class.fields.entry(sid).or_insert(def);
        }
    }

    fn field(&mut self, node: Node<'_>, flags: u32, doc: Option<(usize, usize)>) {
        let name = node.field("name").or_else(|| node.field("property"));
        let Some(name) = name else { return };
        let value = node.field("value");
        let tokens = Tokens::of(node, self.b.source());
        let flags = flags | tokens.flags();
        let this = if flags & DefFlags::STATIC == 0 { This::Instance } else { This::Class };
        self.this.push(this);
        let Some(text) = self.key_name(name) else {
            self.visit_children(name);
            if let Some(value) = value {
                self.visit(value);
            }
            self.this.pop();
            return;
        };
        let mut ty = node.field("type").map_or(0, |ty| self.annotation(ty));
        if ty == 0 {
            ty = self.doc_type(doc, name);
        }
        if let Some(function) = value.map(strip).filter(|value| is_function(*value)) {
            let spec = FunctionName { node: name, text: &text, kind: SymbolKind::Method };
            self.next_this = Some(this);
            let def = self.function(function, Some(spec), node, flags, (doc, ty));
            self.note_field(def);
        } else {
            let visibility = visibility_of(&text, &tokens, flags, SymbolKind::Field);
            let spec = DefSpec { kind: SymbolKind::Field, name, whole: node, body: None, visibility, flags };
            let def = self.b.define_named(&text, spec);
            comments::attach(self.b, def, doc);
            self.note_field(def);
            self.b.def_mut(def).ty = ty;
            self.b.enter(def, ScopeKind::Block);
            let init = value.map_or(0, |value| self.visit_as(value, ty));
            self.b.leave();
            self.b.def_mut(def).init = init;
        }
        self.this.pop();
    }

    /// `this.name = value` in a class: declares a field unless one is there.
    pub(super) fn this_field(&mut self, name: Node<'_>, value: ExprIx, doc: Option<(usize, usize)>) {
        let text = self.b.text(name);
        let sid = self.b.intern(text);
        let ty = self.doc_type(doc, name);
        let Some(class) = self.classes.last() else { return };
        let (of, scope) = (class.def, class.scope);
        if let Some(&def) = class.fields.get(&sid) {
            if value != 0 && self.b.def(def).ty == 0 && self.b.def(def).kind == SymbolKind::Field {
                self.assigned.push((super::walk::Var::Def(def), value));
            }
            return;
        }
        // Where types are written, every field is declared: one that is not declared here is a supertype's, or a method.
        if self.typed {
            return;
        }
        let visibility = if text.starts_with('#') { Visibility::Private } else { Visibility::Public };
        let flags = DefFlags::IMPLICIT;
        let spec = DefSpec { kind: SymbolKind::Field, name, whole: name, body: None, visibility, flags };
        let def = self.b.define(spec);
        comments::attach(self.b, def, doc);
        let filled = self.b.def_mut(def);
        (filled.ty, filled.init, filled.parent, filled.declared_in) = (ty, value, of, scope);
        filled.flags.set(DefFlags::NESTED, false);
        self.note_field(def);
    }

    /// Makes a definition invisible to bare names outside itself.
    pub(super) fn hide(&mut self, def: DefIx) {
        let own = self.b.def(def).scope;
        self.b.def_mut(def).declared_in = own;
    }

    // ---- object literals ---------------------------------------------------------------------------------------

    /// `{ … }`: an object whose members are known by name; its methods become definitions.
    pub(super) fn object(&mut self, node: Node<'_>, context: ExprIx) -> ExprIx {
        let object = self.b.expr(Expr::Object { members: Vec::new() }, node);
        if std::mem::take(&mut self.next_exports) {
            self.exports = object;
        }
        let mut pending = Pending::default();
        let mut members: Vec<(Sid, ExprIx)> = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() == "comment" {
                pending.comment(self.b, child);
                continue;
            }
            let doc = pending.take();
            if let Some(member) = self.object_member(child, object, context, doc) {
                members.push(member);
            }
        }
        if let Expr::Object { members: filled } = self.b.expr_mut(object) {
            // Members that were attached meanwhile come after.
            members.append(filled);
            *filled = members;
        }
        object
    }

    fn object_member(
        &mut self,
        node: Node<'_>,
        object: ExprIx,
        context: ExprIx,
        doc: Option<(usize, usize)>,
    ) -> Option<(Sid, ExprIx)> {
        match node.kind() {
            "pair" => {
                let key = self.key(node.field("key")?);
                let value = node.field("value")?;
                let Key::Name(name) = key else {
                    self.visit(value);
                    return None;
                };
                let expected = if context == 0 { 0 } else { self.member_named(context, &name, node) };
                let value = if is_function(strip(value)) {
                    let at = node.field("key")?;
                    self.object_method(strip(value), (at, &name), node, (object, expected), doc)
                } else {
                    self.visit_as(value, expected)
                };
                Some((self.b.intern_owned(&name), value))
            }
            "method_definition" => {
                let at = node.field("name")?;
                match self.key(at) {
                    Key::Name(name) => {
                        let expected = if context == 0 { 0 } else { self.member_named(context, &name, node) };
                        let value = self.object_method(node, (at, &name), node, (object, expected), doc);
                        Some((self.b.intern_owned(&name), value))
                    }
                    Key::Computed => {
                        self.next_this = Some(This::Value(object));
                        self.function(node, None, node, 0, (doc, 0));
                        None
                    }
                }
            }
            "shorthand_property_identifier" => {
                let value = self.b.name(node);
                // To export a name is no use of it.
                if object != self.exports {
                    self.read(value, node);
                }
                let name = self.b.text(node);
                Some((self.b.intern(name), value))
            }
            "spread_element" => {
                let value = node.named_child(0).map_or(0, |inner| self.visit(inner));
                Some((Sid::EMPTY, value))
            }
            _ => {
                self.visit(node);
                None
            }
        }
    }

    fn key(&mut self, key: Node<'_>) -> Key {
        match self.key_name(key) {
            Some(name) => Key::Name(name),
            None => {
                if key.kind() == "computed_property_name" {
                    self.visit_children(key);
                }
                Key::Computed
            }
        }
    }

    /// A function that is a member of an object; gives it as a value.
    pub(super) fn object_method(
        &mut self,
        function: Node<'_>,
        (at, name): (Node<'_>, &str),
        whole: Node<'_>,
        (object, context): (ExprIx, ExprIx),
        doc: Option<(usize, usize)>,
    ) -> ExprIx {
        let flags = DefFlags::NESTED | Tokens::of(function, self.b.source()).flags();
        let spec = FunctionName { node: at, text: name, kind: SymbolKind::Method };
        let this = if object == 0 { This::Unknown } else { This::Value(object) };
        let def = self.method_of_value(function, spec, whole, (flags, this), (doc, context));
        self.b.expr(Expr::Def(def), at)
    }

    /// A function that a value holds under a name: no bare name means it, not even inside it unless it has that name
    /// itself, and `this` is that value.
    pub(super) fn method_of_value(
        &mut self,
        function: Node<'_>,
        name: FunctionName<'_, '_>,
        whole: Node<'_>,
        (flags, this): (u32, This),
        written: Written,
    ) -> DefIx {
        self.next_this = Some(this);
        let own = function.field("name").filter(|_| is_named_expression(function));
        let is_own = own.is_some_and(|own| self.b.text(own) == name.text);
        let def = self.function(function, Some(name), whole, flags, written);
        self.hide(def);
        if !is_own {
            self.b.def_mut(def).declared_in = NONE;
        }
        def
    }
}

/// True for a function that may have a name which only itself sees; the name of a method is no such one.
fn is_named_expression(node: Node<'_>) -> bool {
    matches!(node.kind(), "function_expression" | "generator_function")
}

/// One parameter.
struct Parameter<'t> {
    pattern: Node<'t>,
    ty: ExprIx,
    init: ExprIx,
    optional: bool,
    rest: bool,
}

/// The words before a name.
#[derive(Default)]
pub(super) struct Tokens {
    is_async: bool,
    generator: bool,
    is_static: bool,
    accessor: bool,
    overrides: bool,
    readonly: bool,
    is_abstract: bool,
    visibility: Option<Visibility>,
}

impl Tokens {
    /// Reads the tokens that stand before the name or the parameters of a node.
    pub(super) fn of(node: Node<'_>, source: &str) -> Self {
        let mut found = Self::default();
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "async" => found.is_async = true,
                "*" => found.generator = true,
                "static" | "static get" => found.is_static = true,
                "get" | "set" => found.accessor = true,
                "override_modifier" => found.overrides = true,
                "readonly" => found.readonly = true,
                "abstract" => found.is_abstract = true,
                "accessibility_modifier" => {
                    found.visibility = match source.get(child.byte_range()) {
                        Some("private") => Some(Visibility::Private),
                        Some("protected") => Some(Visibility::Protected),
                        _ => Some(Visibility::Public),
                    };
                }
                "function" | "decorator" | "comment" | "declare" => {}
                _ => break,
            }
        }
        found
    }

    /// `get` or `set`.
    pub(super) const fn is_accessor(&self) -> bool {
        self.accessor
    }

    fn flags(&self) -> u32 {
        let bit = |on: bool, bit: u32| if on { bit } else { 0 };
        bit(self.is_static, DefFlags::STATIC)
            | bit(self.accessor, DefFlags::ACCESSOR)
            | bit(self.overrides, DefFlags::OVERRIDE)
            | bit(self.is_abstract, DefFlags::ABSTRACT)
    }
}

fn visibility_of(name: &str, tokens: &Tokens, flags: u32, kind: SymbolKind) -> Visibility {
    match tokens.visibility {
        Some(visibility) => visibility,
        None if name.starts_with('#') => Visibility::Private,
        None if kind != SymbolKind::Function || flags & EXPORTED != 0 => Visibility::Public,
        None => Visibility::Internal,
    }
}
