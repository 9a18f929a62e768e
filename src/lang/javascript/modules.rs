//! Imports and exports: ES modules and CommonJS.

use super::walk::{EXPORTED, FunctionName, This, Walker, is_function, strip, unquoted};
use crate::lang::Fields as _;
use crate::facts::{
    DefFlags, DefSpec, Expr, ExprIx, Import, ImportKind, NONE, ScopeIx, ScopeKind, Sid, place_of,
};
use crate::lang::comments;
use crate::model::{SymbolKind, Visibility};
use rustc_hash::FxHashSet;
use tree_sitter::Node;

/// The flags of a module's default export.
const DEFAULT: u32 = DefFlags::DEFAULT_EXPORT | EXPORTED;

impl<'s> Walker<'_, 's> {
    // ---- ES modules --------------------------------------------------------------------------------------------

    pub(super) fn import(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let parts: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        if let Some(required) = parts.iter().find(|part| part.kind() == "import_require_clause") {
            if let (Some(name), Some(source)) = (required.named_child(0), required.field("source")) {
                self.add_import(ImportKind::Default, source, "", self.b.text(name), name, false);
            }
            return;
        }
        let Some(source) = node.field("source") else { return };
        let Some(clause) = parts.into_iter().find(|part| part.kind() == "import_clause") else {
            self.add_import(ImportKind::Effect, source, "", "", source, false);
            return;
        };
        let mut cursor = clause.walk();
        for part in clause.named_children(&mut cursor) {
            match part.kind() {
                "identifier" => {
                    self.add_import(ImportKind::Default, source, "", self.b.text(part), part, false);
                }
                "namespace_import" => {
                    if let Some(name) = part.named_child(0) {
                        self.add_import(ImportKind::Module, source, "", self.b.text(name), name, false);
                    }
                }
                "named_imports" => {
                    let mut inner = part.walk();
                    for each in part.named_children(&mut inner).filter(|each| each.kind() == "import_specifier") {
                        self.specifier(each, Some(source), false);
                    }
                }
                _ => {}
            }
        }
    }

    /// `name` or `name as alias` in an import or in an export with a source.
    fn specifier(&mut self, node: Node<'_>, source: Option<Node<'_>>, re_export: bool) {
        let Some(name) = node.field("name") else { return };
        let bound = node.field("alias").unwrap_or(name);
        let (text, bound) = (unquoted(self.b.text(name)), unquoted(self.b.text(bound)));
        let kind = if text == "default" { ImportKind::Default } else { ImportKind::Symbol };
        let symbol = if kind == ImportKind::Default { "" } else { text };
        match source {
            Some(source) => self.add_import(kind, source, symbol, bound, name, re_export),
            None => self.export_name(name, text, bound),
        }
    }

    fn add_import(
        &mut self,
        kind: ImportKind,
        source: Node<'_>,
        name: &str,
        bound: &str,
        at: Node<'_>,
        re_export: bool,
    ) {
        let path = unquoted(self.b.text(source)).to_owned();
        let import = Import {
            kind,
            path: self.b.intern_owned(&path),
            name: self.b.intern_owned(name),
            bound: self.b.intern_owned(bound),
            scope: self.b.scope(),
            re_export,
            of_members: false,
            place: place_of(at),
        };
        self.b.import(import);
    }

    /// Makes a name of this file known to others under another one: an import from the file itself.
    fn alias(&mut self, name: &str, bound: &str, at: Node<'_>) {
        let import = Import {
            kind: ImportKind::Symbol,
            path: Sid::EMPTY,
            name: self.b.intern_owned(name),
            bound: self.b.intern_owned(bound),
            scope: 0,
            re_export: true,
            of_members: false,
            place: place_of(at),
        };
        self.b.import(import);
    }

    /// A name of this file that is exported as `bound`.
    fn export_name(&mut self, at: Node<'_>, name: &str, bound: &str) {
        let sid = self.b.intern_owned(name);
        let value = self.b.name(at);
        self.read(value, at);
        self.exported.push((sid, bound == "default"));
        if bound != name && bound != "default" {
            self.alias(name, bound, at);
        }
    }

    pub(super) fn export_statement(&mut self, node: Node<'_>) {
        let mut is_default = false;
        let mut wildcard = None;
        let mut assigned = false;
        let mut clause = None;
        let mut namespace = None;
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            match child.kind() {
                "default" => is_default = true,
                "*" => wildcard = Some(child),
                "=" => assigned = true,
                "export_clause" => clause = Some(child),
                "namespace_export" => namespace = child.named_child(0),
                _ => {}
            }
        }
        let source = node.field("source");
        if let Some(source) = source {
            match (wildcard, namespace) {
                (_, Some(name)) => {
                    self.add_import(ImportKind::Module, source, "", unquoted(self.b.text(name)), name, true);
                }
                (Some(at), None) => self.add_import(ImportKind::Wildcard, source, "", "", at, true),
                (None, None) => {}
            }
        }
        if let Some(clause) = clause {
            let mut inner = clause.walk();
            for each in clause.named_children(&mut inner).filter(|each| each.kind() == "export_specifier") {
                self.specifier(each, source, true);
            }
        }
        if let Some(declaration) = node.field("declaration") {
            self.export = if is_default { DEFAULT } else { EXPORTED };
            self.visit(declaration);
            self.export = 0;
            return;
        }
        let value = node.field("value").or_else(|| if assigned { node.named_child(0) } else { None });
        if let Some(value) = value {
            let doc = self.doc.take();
            self.default_value(node, value, ("default", doc));
        }
    }

    /// The value that is the module's default export.
    fn default_value(&mut self, whole: Node<'_>, value: Node<'_>, named: (&str, Option<(usize, usize)>)) -> ExprIx {
        let (text, doc) = named;
        let inner = strip(value);
        let own = inner.field("name");
        if inner.kind() == "class" {
            let name = own.map_or((value, text), |own| (own, self.b.text(own)));
            let def = self.class(inner, Some(name), whole, DEFAULT, doc);
            return self.b.expr(Expr::Def(def), value);
        }
        if is_function(inner) {
            let spec = FunctionName {
                node: own.unwrap_or(value),
                text: own.map_or(text, |own| self.b.text(own)),
                kind: SymbolKind::Function,
            };
            let def = self.function(inner, Some(spec), whole, DEFAULT, (doc, 0));
            return self.b.expr(Expr::Def(def), value);
        }
        if inner.kind() == "identifier" {
            let sid = self.b.intern(self.b.text(inner));
            self.exported.push((sid, true));
            return self.visit(value);
        }
        if let Some(source) = self.required(inner) {
            self.add_import(ImportKind::Default, source, "", "default", source, true);
            return 0;
        }
        let spec = DefSpec {
            kind: SymbolKind::Variable,
            name: whole,
            whole,
            body: None,
            visibility: Visibility::Public,
            flags: DEFAULT,
        };
        let def = self.b.define_named(text, spec);
        comments::attach(self.b, def, doc);
        let ty = self.doc_type(doc, whole);
        self.b.enter(def, ScopeKind::Block);
        let init = self.visit_as(value, ty);
        self.b.leave();
        self.hide(def);
        self.b.def_mut(def).init = init;
        init
    }

    /// Sets the flags of what `export { … }` and `module.exports` name.
    pub(super) fn mark_exported(&mut self) {
        for (name, is_default) in std::mem::take(&mut self.exported) {
            let mut last = None;
            for def in 1..u32::try_from(self.b.defs().len()).unwrap_or(0) {
                let this = self.b.def_mut(def);
                if this.declared_in == 0 && this.name == name {
                    this.flags.set(EXPORTED, true);
                    this.visibility = Visibility::Public;
                    if !this.flags.has(DefFlags::DECLARATION) || last.is_none() {
                        last = Some(def);
                    }
                }
            }
            match last {
                Some(def) if is_default => self.b.def_mut(def).flags.set(DefFlags::DEFAULT_EXPORT, true),
                Some(_) => {}
                None if is_default => {
                    let import = Import {
                        kind: ImportKind::Symbol,
                        path: Sid::EMPTY,
                        name,
                        bound: self.b.intern_owned("default"),
                        scope: 0,
                        re_export: true,
                        of_members: false,
                        place: self.b.def(0).place,
                    };
                    self.b.import(import);
                }
                None => {}
            }
        }
    }

    // ---- CommonJS ----------------------------------------------------------------------------------------------

    /// The path of `require("path")` or `import("path")`.
    fn required<'t>(&mut self, node: Node<'t>) -> Option<Node<'t>> {
        if node.kind() != "call_expression" {
            return None;
        }
        let function = node.field("function")?;
        let is_require = function.kind() == "identifier" && self.b.text(function) == "require";
        if !(is_require || function.kind() == "import") || (is_require && self.var(function).is_some()) {
            return None;
        }
        node.field("arguments")?.named_child(0).filter(|path| path.kind() == "string")
    }

    /// `require("path")` and `import("path")` inside an expression: the module under a name that no variable has.
    pub(super) fn module_call(&mut self, node: Node<'_>) -> Option<ExprIx> {
        let source = self.required(node)?;
        let dynamic = node.field("function").is_some_and(|function| function.kind() == "import");
        let kind = if dynamic { ImportKind::Module } else { ImportKind::Default };
        let path = unquoted(self.b.text(source)).to_owned();
        if path.is_empty() {
            return Some(0);
        }
        self.add_import(kind, source, "", &path, source, false);
        let name = self.b.intern_owned(&path);
        let scope = self.b.scope();
        Some(self.b.expr(Expr::Name { name, scope }, node))
    }

    /// `const x = require("y")`, `const {a, b: c} = require("y")`, `const x = require("y").a`: imports. False when it is
    /// anything else.
    pub(super) fn require_declaration(&mut self, name: Node<'_>, value: Node<'_>) -> bool {
        let mut value = strip(value);
        if value.kind() == "await_expression"
            && let Some(inner) = value.named_child(0)
        {
            value = strip(inner);
        }
        let mut member = None;
        if value.kind() == "member_expression" {
            member = value.field("property");
            match value.field("object") {
                Some(object) => value = strip(object),
                None => return false,
            }
        }
        let Some(source) = self.required(value) else { return false };
        let dynamic = value.field("function").is_some_and(|function| function.kind() == "import");
        match (name.kind(), member) {
            ("identifier", None) => {
                let kind = if dynamic { ImportKind::Module } else { ImportKind::Default };
                self.add_import(kind, source, "", self.b.text(name), source, false);
                self.read_imported(name);
                true
            }
            ("identifier", Some(member)) => {
                let symbol = self.b.text(member);
                let kind = if symbol == "default" { ImportKind::Default } else { ImportKind::Symbol };
                let symbol = if symbol == "default" { "" } else { symbol };
                self.add_import(kind, source, symbol, self.b.text(name), member, false);
                self.read_imported(name);
                true
            }
            ("object_pattern", None) => self.require_pattern(name, source),
            _ => false,
        }
    }

    fn require_pattern(&mut self, pattern: Node<'_>, source: Node<'_>) -> bool {
        let mut names: Vec<(String, String, Node<'_>)> = Vec::new();
        let mut cursor = pattern.walk();
        for part in pattern.named_children(&mut cursor) {
            match part.kind() {
                "shorthand_property_identifier_pattern" => {
                    let text = self.b.text(part).to_owned();
                    names.push((text.clone(), text, part));
                }
                "pair_pattern" => {
                    let (Some(key), Some(value)) =
                        (part.field("key"), part.field("value"))
                    else {
                        return false;
                    };
                    match self.key_name(key) {
                        Some(key) if value.kind() == "identifier" => {
                            names.push((key, self.b.text(value).to_owned(), value));
                        }
                        _ => return false,
                    }
                }
                "comment" => {}
                _ => return false,
            }
        }
        if names.is_empty() {
            self.add_import(ImportKind::Effect, source, "", "", source, false);
        }
        for (name, bound, at) in names {
            if name == "default" {
                self.add_import(ImportKind::Default, source, "", &bound, at, false);
            } else {
                self.add_import(ImportKind::Symbol, source, &name, &bound, at, false);
            }
            self.read_imported(at);
        }
        true
    }

    /// A variable that is set to what another module offers reads it.
    fn read_imported(&mut self, name: Node<'_>) {
        let value = self.b.name(name);
        self.read(value, name);
    }

    /// `module.exports`, or `exports` where it stands for the whole.
    pub(super) fn is_module_exports(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "identifier" => self.b.text(node) == "exports" && self.var(node).is_none(),
            "member_expression" => {
                let (Some(object), Some(property)) =
                    (node.field("object"), node.field("property"))
                else {
                    return false;
                };
                object.kind() == "identifier"
                    && self.b.text(object) == "module"
                    && self.b.text(property) == "exports"
                    && self.var(object).is_none()
            }
            _ => false,
        }
    }

    /// `module.exports = value`.
    pub(super) fn assign_exports(
        &mut self,
        node: Node<'_>,
        right: Node<'_>,
        doc: Option<(usize, usize)>,
    ) -> ExprIx {
        if strip(right).kind() == "assignment_expression" {
            return self.visit(right);
        }
        let whole = node.parent().filter(|parent| parent.kind() == "expression_statement").unwrap_or(node);
        self.next_exports = strip(right).kind() == "object";
        let value = self.default_value(whole, right, ("exports", doc));
        self.next_exports = false;
        self.hide_default(value);
        let object = match *self.b.expr_at(value) {
            Expr::Name { .. } => self.object_named(right).unwrap_or(value),
            _ => value,
        };
        if !self.is_module_exports(strip(right)) {
            self.export_whole(object);
        }
        value
    }

    /// Makes a value the module's default export; of an object what it offers is exported too.
    pub(super) fn export_whole(&mut self, value: ExprIx) {
        if matches!(self.b.expr_at(value), Expr::Object { .. }) {
            self.exports = value;
            self.export_members(value);
        }
        self.pass_on(value);
    }

    /// What `module.exports` stands for, however and wherever in the file it is set: the object that it is set to, or
    /// one with what is exported by name, which passes on what else it is set to.
    pub(super) fn exports_value(&mut self) -> ExprIx {
        if self.exports == 0 {
            self.exports = self.b.add_expr(Expr::Object { members: Vec::new() });
        }
        if self.whole_exports == 0 {
            self.whole_exports = self.exports;
        }
        self.whole_exports
    }

    /// Lets `module.exports` stand for a value that it is set to.
    pub(super) fn pass_on(&mut self, value: ExprIx) {
        let whole = self.exports_value();
        if value != whole {
            self.attach(whole, Sid::EMPTY, value);
        }
    }

    /// Lets the name `exports` stand for what is exported, where no parameter and no variable has it.
    pub(super) fn bind_exports(&mut self) {
        let read = std::mem::take(&mut self.exports_read);
        if read.is_empty() || self.exports == 0 {
            return;
        }
        let whole = self.exports_value();
        let name = self.b.intern("exports");
        let locals = (0..self.b.n_locals()).map(|local| self.b.local_at(local));
        let mut taken: FxHashSet<ScopeIx> =
            locals.filter(|local| local.name == name).map(|local| local.scope).collect();
        taken.extend(self.b.defs().iter().filter(|def| def.name == name).map(|def| def.declared_in));
        for each in read {
            let Expr::Name { scope, .. } = *self.b.expr_at(each) else { continue };
            let mut look = scope;
            while look != NONE && !taken.contains(&look) {
                look = self.b.scope_parent(look);
            }
            if look == NONE {
                *self.b.expr_mut(each) = Expr::Object { members: vec![(Sid::EMPTY, whole)] };
            }
        }
    }

    /// A function or class that `module.exports` is set to is no name of the file.
    fn hide_default(&mut self, value: ExprIx) {
        if let Expr::Def(def) = *self.b.expr_at(value) {
            self.hide(def);
        }
    }

    /// What a variable is set to that is the module's default export as well (`const a = module.exports = {}`): the
    /// variable is the export then.
    pub(super) fn exported_value<'t>(&mut self, value: Node<'t>) -> Option<Node<'t>> {
        let mut inner = strip(value);
        while inner.kind() == "assignment_expression" {
            let left = inner.field("left")?;
            if !self.is_module_exports(left) {
                return None;
            }
            inner = strip(inner.field("right")?);
        }
        (inner != strip(value) && self.required(inner).is_none()).then_some(inner)
    }

    fn object_named(&mut self, node: Node<'_>) -> Option<ExprIx> {
        let var = self.var(strip(node))?;
        let init = self.init_of(var);
        matches!(self.b.expr_at(init), Expr::Object { .. }).then_some(init)
    }

    /// Names that an exported object offers are exported.
    fn export_members(&mut self, object: ExprIx) {
        let Expr::Object { members } = self.b.expr_at(object) else { return };
        for (name, value) in members.clone() {
            if matches!(*self.b.expr_at(value), Expr::Name { name: meant, .. } if meant == name) {
                self.exported.push((name, false));
            }
        }
    }

    /// `exports.name = value`.
    pub(super) fn export_member(
        &mut self,
        node: Node<'_>,
        property: Node<'_>,
        right: Node<'_>,
        doc: Option<(usize, usize)>,
    ) -> ExprIx {
        let text = self.b.text(property);
        let sid = self.b.intern(text);
        let inner = strip(right);
        let whole = node.parent().filter(|parent| parent.kind() == "expression_statement").unwrap_or(node);
        let flags = if text == "default" { DEFAULT } else { EXPORTED };
        let value = if inner.kind() == "class" {
            let def = self.class(inner, Some((property, text)), whole, flags, doc);
            self.hide(def);
            self.b.expr(Expr::Def(def), property)
        } else if is_function(inner) {
            let spec = FunctionName { node: property, text, kind: SymbolKind::Function };
            if !text.starts_with(char::is_uppercase) {
                self.next_this = Some(This::Value(self.exports_value()));
            }
            let def = self.function(inner, Some(spec), whole, flags, (doc, 0));
            self.hide(def);
            self.b.expr(Expr::Def(def), property)
        } else if let Some(source) = self.required(inner) {
            let kind = ImportKind::Default;
            self.add_import(kind, source, "", text, source, true);
            0
        } else if inner.kind() == "identifier" {
            let name = self.b.text(inner);
            let own = self.b.intern(name);
            self.exported.push((own, text == "default"));
            if name != text && text != "default" {
                self.alias(name, text, inner);
            }
            self.visit(right)
        } else if matches!(inner.kind(), "undefined" | "null")
            || (inner.kind() == "unary_expression" && self.b.text(inner).starts_with("void"))
        {
            // What compilers write first: the value comes later.
            self.visit(right);
            return 0;
        } else if inner.kind() == "assignment_expression" {
            self.exported.push((sid, false));
            let value = self.visit(right);
            self.export_variable(property, (whole, flags), doc, value)
        } else {
            let value = self.visit(right);
            self.export_variable(property, (whole, flags), doc, value)
        };
        self.exports_value();
        self.attach(self.exports, sid, value);
        value
    }

    fn export_variable(
        &mut self,
        property: Node<'_>,
        (whole, flags): (Node<'_>, u32),
        doc: Option<(usize, usize)>,
        value: ExprIx,
    ) -> ExprIx {
        let spec = DefSpec {
            kind: SymbolKind::Variable,
            name: property,
            whole,
            body: None,
            visibility: Visibility::Public,
            flags,
        };
        let def = self.b.define(spec);
        comments::attach(self.b, def, doc);
        self.b.enter(def, ScopeKind::Block);
        self.b.leave();
        self.hide(def);
        let ty = self.doc_type(doc, property);
        let filled = self.b.def_mut(def);
        (filled.ty, filled.init) = (ty, value);
        value
    }
}
