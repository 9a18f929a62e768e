//! Items: functions, types, traits, `impl` blocks, modules, constants, macros.

use super::walk::{Holder, Walker, narrow};
use crate::lang::Fields as _;
use crate::facts::{ANY_TYPE, DefFlags, DefIx, DefSpec, Expr, ExprIx, Import, ImportKind, LocalKind, ScopeKind, place_of};
use crate::lang::comments;
use crate::model::{Role, SymbolKind, Visibility};
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// An item; false when `node` is none.
    pub(super) fn item(&mut self, node: Node<'_>, attributes: &[Node<'_>]) -> bool {
        match node.kind() {
            "function_item" | "function_signature_item" => self.function(node, attributes),
            "struct_item" | "union_item" => self.structure(node, attributes),
            "enum_item" => self.enumeration(node, attributes),
            "trait_item" => self.trait_item(node, attributes),
            "impl_item" => self.impl_item(node, attributes),
            "mod_item" => self.module(node, attributes),
            "const_item" | "static_item" => self.constant(node, attributes),
            "type_item" | "associated_type" => self.alias(node, attributes),
            "foreign_mod_item" => self.foreign(node),
            "use_declaration" => self.use_declaration(node),
            "extern_crate_declaration" => self.extern_crate(node),
            "macro_definition" => self.macro_definition(node, attributes),
            "empty_statement" => {}
            _ => return false,
        }
        true
    }

    fn visibility(&self, node: Node<'_>) -> Visibility {
        let mut cursor = node.walk();
        let modifier = node.children(&mut cursor).find(|child| child.kind() == "visibility_modifier");
        match (modifier.map(|modifier| self.b.text(modifier)), self.holder) {
            (Some("pub"), _) | (None, Holder::Impl { of_trait: true, .. }) => Visibility::Public,
            (Some("pub(self)"), _) => Visibility::Private,
            (Some(_), _) => Visibility::Internal,
            (None, Holder::Trait(visibility)) => visibility,
            (None, Holder::None | Holder::Impl { .. } | Holder::Foreign) => Visibility::Private,
        }
    }

    /// Declares what `node` defines; attributes belong to it.
    fn define(
        &mut self,
        kind: SymbolKind,
        name: Node<'_>,
        node: Node<'_>,
        body: Option<Node<'_>>,
        attributes: &[Node<'_>],
        more_flags: u32,
    ) -> DefIx {
        let doc = self.doc.take();
        let visibility = self.visibility(node);
        let said = self.attributes(attributes);
        let mut flags = said.flags | more_flags;
        if visibility == Visibility::Public {
            flags |= DefFlags::EXPORTED;
        }
        let mut receiver = 0;
        match self.holder {
            Holder::Impl { receiver: of, of_trait } => {
                receiver = of;
                if of_trait {
                    flags |= DefFlags::TRAIT_IMPL;
                }
            }
            Holder::Foreign => flags |= DefFlags::DECLARATION,
            Holder::None | Holder::Trait(_) => {}
        }
        let def = self.b.define(DefSpec { kind, name, whole: node, body, visibility, flags });
        comments::attach(self.b, def, doc);
        if let Some((feature, on)) = said.feature {
            self.b.condition(def, &feature, on);
        }
        let this = self.b.def_mut(def);
        this.receiver = receiver;
        if let Some(first) = attributes.first() {
            this.span.start = narrow(first.start_byte());
            this.start_line = narrow(first.start_position().row);
        }
        def
    }

    fn function(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name").filter(|name| name.kind() == "identifier") else {
            return;
        };
        let body = node.field("body");
        let parameters = node.field("parameters");
        let is_member = matches!(self.holder, Holder::Impl { .. } | Holder::Trait(_));
        let mut flags = 0;
        if is_member && !parameters.is_some_and(takes_self) {
            flags |= DefFlags::STATIC;
        }
        if body.is_none() && matches!(self.holder, Holder::Trait(_)) {
            flags |= DefFlags::ABSTRACT;
        }
        let mut cursor = node.walk();
        if let Some(modifiers) = node.children(&mut cursor).find(|child| child.kind() == "function_modifiers")
            && self.b.text(modifiers).split_whitespace().any(|word| word == "async")
        {
            flags |= DefFlags::ASYNC;
        }
        if !is_member && self.b.text(name) == "main" && self.modules.is_empty() && !self.b.in_function() {
            flags |= DefFlags::ENTRY;
        }
        let kind = if is_member { SymbolKind::Method } else { SymbolKind::Function };
        let def = self.define(kind, name, node, body, attributes, flags);
        let n_type_params = (self.type_params.len(), self.projections.len());
        self.b.enter(def, ScopeKind::Function);
        self.attribute_uses(attributes);
        self.generics(node, Some(def));
        if let Some(parameters) = parameters {
            self.parameters(parameters, def);
        }
        if let Some(result) = node.field("return_type") {
            let ty = self.ty(result);
            self.b.def_mut(def).ty = ty;
        }
        self.where_clause(node);
        if let Some(body) = body {
            let holder = std::mem::replace(&mut self.holder, Holder::None);
            self.returns.push(Vec::new());
            self.members(body);
            self.returns.pop();
            self.holder = holder;
        }
        self.b.leave();
        self.forget_type_params(n_type_params);
    }

    fn parameters(&mut self, node: Node<'_>, def: DefIx) {
        let first = self.b.n_locals();
        let mut patterns = Vec::new();
        let mut variadic = false;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            let (pattern, ty) = match child.kind() {
                "parameter" => {
                    let ty = child.field("type").map_or(0, |ty| self.ty(ty));
                    (child.field("pattern"), ty)
                }
                "variadic_parameter" => {
                    variadic = true;
                    continue;
                }
                "self_parameter" | "attribute_item" | "line_comment" | "block_comment" | "ERROR" => continue,
                _ => (None, self.ty(child)),
            };
            if pattern.is_some_and(|pattern| pattern.kind() == "self") {
                continue;
            }
            let name = pattern.map(plain_name).filter(|name| name.kind() == "identifier");
            let text = name.map_or("", |name| self.b.text(name));
            let local = self.b.local(text, 0, LocalKind::Param, ty, 0);
            if let (None, Some(pattern)) = (name, pattern) {
                patterns.push((pattern, local));
            }
        }
        let last = self.b.n_locals();
        let this = self.b.def_mut(def);
        this.params = (first, last);
        this.required = u8::try_from(last - first).unwrap_or(u8::MAX);
        this.flags.set(DefFlags::VARIADIC, variadic);
        for (pattern, local) in patterns {
            let value = self.b.expr(Expr::Local(local), pattern);
            self.bound_from = 0;
            self.pattern(pattern, value);
        }
    }

    fn structure(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name") else { return };
        let body = node.field("body");
        let def = self.define(SymbolKind::Struct, name, node, body, attributes, 0);
        let n_type_params = (self.type_params.len(), self.projections.len());
        self.b.enter(def, ScopeKind::Type);
        self.attribute_uses(attributes);
        self.generics(node, Some(def));
        self.where_clause(node);
        if let Some(body) = body {
            self.fields(body);
        }
        self.b.leave();
        self.forget_type_params(n_type_params);
    }

    /// Named fields, or fields that are named after their place: `0`, `1`.
    fn fields(&mut self, body: Node<'_>) {
        let holder = std::mem::replace(&mut self.holder, Holder::None);
        let mut attributes = Vec::new();
        let mut visibility = Visibility::Private;
        let mut nth = 0_usize;
        let mut cursor = body.walk();
        for child in body.named_children(&mut cursor) {
            match child.kind() {
                "line_comment" | "block_comment" => self.doc.comment(self.b, child),
                "attribute_item" => attributes.push(child),
                "visibility_modifier" => {
                    let is_public = self.b.text(child) == "pub";
                    visibility = if is_public { Visibility::Public } else { Visibility::Internal };
                }
                "field_declaration" => {
                    if let Some(name) = child.field("name") {
                        let def = self.define(SymbolKind::Field, name, child, None, &attributes, 0);
                        self.attribute_uses(&attributes);
                        let ty = child.field("type").map_or(0, |ty| self.ty(ty));
                        self.b.def_mut(def).ty = ty;
                    }
                    attributes.clear();
                    self.doc.clear();
                }
                "ERROR" => {}
                _ => {
                    let flags = if visibility == Visibility::Public { DefFlags::EXPORTED } else { 0 };
                    let kind = SymbolKind::Field;
                    let spec = DefSpec { kind, name: child, whole: child, body: None, visibility, flags };
                    let def = self.b.define_named(&nth.to_string(), spec);
                    comments::attach(self.b, def, self.doc.take());
                    let ty = self.ty(child);
                    self.b.def_mut(def).ty = ty;
                    nth += 1;
                    visibility = Visibility::Private;
                    attributes.clear();
                }
            }
        }
        self.holder = holder;
    }

    fn enumeration(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name") else { return };
        let body = node.field("body");
        let def = self.define(SymbolKind::Enum, name, node, body, attributes, 0);
        let visibility = self.b.def(def).visibility;
        let n_type_params = (self.type_params.len(), self.projections.len());
        self.b.enter(def, ScopeKind::Type);
        self.attribute_uses(attributes);
        self.generics(node, Some(def));
        self.where_clause(node);
        if let Some(body) = body {
            let holder = std::mem::replace(&mut self.holder, Holder::Trait(visibility));
            let mut attributes = Vec::new();
            let mut cursor = body.walk();
            for child in body.named_children(&mut cursor) {
                match child.kind() {
                    "line_comment" | "block_comment" => self.doc.comment(self.b, child),
                    "attribute_item" => attributes.push(child),
                    "enum_variant" => {
                        self.variant(child, &attributes);
                        attributes.clear();
                        self.doc.clear();
                    }
                    _ => {}
                }
            }
            self.holder = holder;
        }
        self.b.leave();
        self.forget_type_params(n_type_params);
    }

    fn variant(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name") else { return };
        let def = self.define(SymbolKind::EnumMember, name, node, None, attributes, 0);
        self.b.enter(def, ScopeKind::Type);
        self.attribute_uses(attributes);
        if let Some(body) = node.field("body") {
            self.fields(body);
        }
        if let Some(value) = node.field("value") {
            self.visit(value);
        }
        self.b.leave();
    }

    fn trait_item(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name") else { return };
        let body = node.field("body");
        let def = self.define(SymbolKind::Trait, name, node, body, attributes, 0);
        let visibility = self.b.def(def).visibility;
        let n_type_params = (self.type_params.len(), self.projections.len());
        self.b.enter(def, ScopeKind::Type);
        self.attribute_uses(attributes);
        self.generics(node, Some(def));
        if let Some(bounds) = node.field("bounds") {
            let mut supers = Vec::new();
            for bound in self.bounds_as(bounds, Role::Extends) {
                supers.push((Role::Extends, bound));
            }
            self.b.def_mut(def).supers = supers;
        }
        self.where_clause(node);
        if let Some(body) = body {
            let holder = std::mem::replace(&mut self.holder, Holder::Trait(visibility));
            self.inner_doc(body, def);
            self.members(body);
            self.holder = holder;
        }
        self.b.leave();
        self.forget_type_params(n_type_params);
    }

    fn impl_item(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        self.doc.clear();
        let Some(of) = node.field("type") else { return };
        let n_type_params = (self.type_params.len(), self.projections.len());
        let said = self.attributes(attributes);
        let is_test = DefFlags(said.flags).has(DefFlags::TEST);
        let first_def = self.b.defs().len();
        self.b.open_scope(ScopeKind::Type);
        self.generics(node, None);
        let receiver = self.ty(of);
        let trait_node = node.field("trait");
        if let Some(trait_node) = trait_node {
            let written = self.ty_as(trait_node, Role::Implements);
            let mut cursor = node.walk();
            // `impl !Send for T` says that it does not.
            let negative = node.children(&mut cursor).any(|child| child.kind() == "!");
            if receiver != 0 && written.whole != 0 && !negative {
                if self.is_type_param(receiver) {
                    let any = self.around(ANY_TYPE, vec![receiver], of);
                    self.b.implements(any, written.whole, Role::Implements, written.name);
                }
                self.b.implements(receiver, written.whole, Role::Implements, written.name);
            }
        }
        self.where_clause(node);
        if let Some(body) = node.field("body") {
            let of_trait = trait_node.is_some();
            let holder = std::mem::replace(&mut self.holder, Holder::Impl { receiver, of_trait });
            self.members(body);
            self.holder = holder;
        }
        self.b.close_scope();
        self.forget_type_params(n_type_params);
        for def in first_def..self.b.defs().len() {
            if is_test {
                self.b.def_mut(narrow(def)).flags.set(DefFlags::TEST, true);
            }
            if let Some((feature, on)) = &said.feature {
                self.b.condition(narrow(def), feature, *on);
            }
        }
    }

    fn module(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name") else { return };
        let Some(body) = node.field("body") else {
            if let Some(path) = self.attributes(attributes).path {
                self.module_at(name, &path);
            }
            self.define(SymbolKind::Module, name, node, None, attributes, DefFlags::DECLARATION);
            return;
        };
        let def = self.define(SymbolKind::Module, name, node, Some(body), attributes, 0);
        let scope = self.b.enter(def, ScopeKind::Module);
        self.attribute_uses(attributes);
        self.modules.push((self.b.text(name), scope));
        let holder = std::mem::replace(&mut self.holder, Holder::None);
        self.inner_doc(body, def);
        self.members(body);
        self.holder = holder;
        self.modules.pop();
        self.b.leave();
    }

    /// `#[path = "x.rs"] mod name;`: an import says where the body is.
    fn module_at(&mut self, name: Node<'_>, path: &str) {
        let path = self.b.intern_owned(&format!("#{path}"));
        let text = self.b.text(name);
        let bound = self.b.intern(text);
        let import = Import {
            kind: ImportKind::Root,
            path,
            name: crate::facts::Sid::EMPTY,
            bound,
            scope: self.b.scope(),
            re_export: true,
            of_members: false,
            place: place_of(name),
        };
        self.b.import(import);
    }

    fn constant(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name") else { return };
        let mut cursor = node.walk();
        let is_mut = node.children(&mut cursor).any(|child| child.kind() == "mutable_specifier");
        let value = node.field("value");
        if self.b.text(name) == "_" {
            // `const _: () = ..` is checked by the compiler and has no name.
            let holder = std::mem::replace(&mut self.holder, Holder::None);
            if let Some(value) = value {
                self.visit(value);
            }
            self.holder = holder;
            return;
        }
        let kind = if is_mut { SymbolKind::Variable } else { SymbolKind::Constant };
        let flags = if value.is_none() && matches!(self.holder, Holder::Trait(_)) { DefFlags::ABSTRACT } else { 0 };
        let def = self.define(kind, name, node, None, attributes, flags);
        self.b.enter(def, ScopeKind::Block);
        self.attribute_uses(attributes);
        let ty = node.field("type").map_or(0, |ty| self.ty(ty));
        let holder = std::mem::replace(&mut self.holder, Holder::None);
        let init = value.map_or(0, |value| self.visit(value));
        self.holder = holder;
        self.b.leave();
        let this = self.b.def_mut(def);
        this.ty = ty;
        this.init = init;
    }

    fn alias(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name") else { return };
        let written = node.field("type");
        let flags = if written.is_none() { DefFlags::ABSTRACT } else { 0 };
        let def = self.define(SymbolKind::TypeAlias, name, node, None, attributes, flags);
        let n_type_params = (self.type_params.len(), self.projections.len());
        self.b.enter(def, ScopeKind::Type);
        self.attribute_uses(attributes);
        self.generics(node, Some(def));
        let ty = match (written, node.field("bounds")) {
            (Some(written), _) => self.ty(written),
            (None, Some(bounds)) => {
                let bounds_of = self.bounds_as(bounds, Role::Type);
                self.b.union(bounds_of)
            }
            (None, None) => 0,
        };
        self.where_clause(node);
        self.b.leave();
        self.forget_type_params(n_type_params);
        self.b.def_mut(def).ty = ty;
    }

    fn foreign(&mut self, node: Node<'_>) {
        let Some(body) = node.field("body") else { return };
        let holder = std::mem::replace(&mut self.holder, Holder::Foreign);
        self.members(body);
        self.holder = holder;
    }

    fn macro_definition(&mut self, node: Node<'_>, attributes: &[Node<'_>]) {
        let Some(name) = node.field("name") else { return };
        let holder = std::mem::replace(&mut self.holder, Holder::None);
        let mut cursor = node.walk();
        let first_rule = node.named_children(&mut cursor).find(|child| child.kind() == "macro_rule");
        let def = self.define(SymbolKind::Macro, name, node, first_rule, attributes, 0);
        let text = format!("macro_rules! {}", self.b.text(name));
        self.b.signature(def, &text);
        let this = self.b.def_mut(def);
        if this.flags.has(DefFlags::EXPORTED) {
            this.visibility = Visibility::Public;
        }
        self.holder = holder;
    }

    /// The type parameters of an item, as locals of the innermost scope.
    fn generics(&mut self, node: Node<'_>, def: Option<DefIx>) {
        let Some(parameters) = node.field("type_parameters") else { return };
        let names = self.type_parameters(parameters);
        if let Some(def) = def {
            self.b.def_mut(def).type_params = names;
        }
    }

    fn forget_type_params(&mut self, (params, projections): (usize, usize)) {
        self.type_params.truncate(params);
        self.projections.truncate(projections);
    }

    /// `where I::Item: Bound`: what paths with this start have, and what iterating over `I` gives.
    fn projected(&mut self, path: &str, bounds: &[ExprIx], node: Node<'_>) {
        let bound = self.b.union(bounds.to_vec());
        if bound == 0 {
            return;
        }
        let path: String = path.split_whitespace().collect();
        if let Some(of) = path.strip_suffix("::Item") {
            let param = self.type_params.iter().rev().find(|(param, _)| *param == of).map(|&(_, local)| local);
            if let Some(local) = param {
                let elements = self.around("Iterator", vec![bound], node);
                let before = self.b.local_mut(local).ty;
                let both = self.b.union(vec![before, elements]);
                self.b.local_mut(local).ty = both;
            }
        }
        self.projections.push((path, bound));
    }

    /// True for the name of a type parameter.
    fn is_type_param(&self, ty: ExprIx) -> bool {
        let Expr::Name { name, .. } = self.b.expr_at(ty) else { return false };
        self.type_params.iter().any(|(param, _)| *param == self.b.str(*name))
    }

    /// `where` adds bounds to type parameters.
    fn where_clause(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let Some(clause) = node.named_children(&mut cursor).find(|child| child.kind() == "where_clause") else {
            return;
        };
        let mut cursor = clause.walk();
        for predicate in clause.named_children(&mut cursor) {
            let left = predicate.field("left");
            if let Some(left) = left {
                self.ty(left);
            }
            let Some(bounds) = predicate.field("bounds") else { continue };
            let mut all = self.bounds_as(bounds, Role::Type);
            let name = left.map_or("", |left| self.b.text(left));
            let param = self.type_params.iter().rev().find(|(param, _)| *param == name).map(|&(_, local)| local);
            if param.is_none() && name.contains("::") {
                self.projected(name, &all, bounds);
            }
            if let Some(local) = param {
                let before = self.b.local_mut(local).ty;
                all.insert(0, before);
                let bound = self.b.union(all);
                self.b.local_mut(local).ty = bound;
            }
        }
    }

    /// A block with a scope of its own; gives the value of its last expression.
    pub(super) fn block(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Block);
        let value = self.members(node);
        self.b.close_scope();
        value
    }
}

/// True when the first parameter is `self`.
fn takes_self(parameters: Node<'_>) -> bool {
    let mut cursor = parameters.walk();
    parameters.named_children(&mut cursor).any(|child| {
        child.kind() == "self_parameter"
            || child.field("pattern").is_some_and(|pattern| pattern.kind() == "self")
    })
}

/// The pattern inside `mut x`, `ref x`, `&x`.
fn plain_name(pattern: Node<'_>) -> Node<'_> {
    let mut at = pattern;
    while matches!(at.kind(), "mut_pattern" | "ref_pattern" | "reference_pattern") {
        let Some(inner) = at.named_child(narrow(at.named_child_count()).saturating_sub(1)) else { break };
        at = inner;
    }
    at
}
