//! Type expressions, structs, unions, enums, typedefs.

use super::decl::{find, name_parts};
use super::walk::{At, Walker};
use crate::lang::Fields as _;
use crate::facts::{DefFlags, DefIx, DefSpec, Expr, ExprIx, LocalKind, ScopeKind};
use crate::model::{Role, SymbolKind, Visibility};
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// A type expression with its uses; `hint` is the name that an anonymous type of a declaration goes by.
    pub fn type_of(&mut self, node: Node<'_>, hint: Option<Node<'_>>) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let ty = self.type_at(node, hint);
        self.b.ascend();
        ty
    }

    fn type_at(&mut self, node: Node<'_>, hint: Option<Node<'_>>) -> ExprIx {
        match node.kind() {
            "primitive_type" | "sized_type_specifier" => self.b.name(node),
            "type_descriptor" => {
                let base = node.field("type").map_or(0, |ty| self.type_of(ty, hint));
                match node.field("declarator") {
                    Some(declarator) => self.wrap(declarator, base, None),
                    None => base,
                }
            }
            "struct_specifier" | "union_specifier" | "class_specifier" => {
                if node.field("body").is_some() {
                    let def = self.record(node, node, None, hint);
                    return def.map_or(0, |def| self.put(Expr::Def(def), node));
                }
                node.field("name").map_or(0, |name| self.type_of(name, None))
            }
            "enum_specifier" => {
                if node.field("body").is_some() {
                    let def = self.enumeration(node, node, hint);
                    return def.map_or(0, |def| self.put(Expr::Def(def), node));
                }
                node.field("name").map_or(0, |name| self.type_of(name, None))
            }
            "macro_type_specifier" => node.field("type").map_or(0, |ty| self.type_of(ty, None)),
            "dependent_type" | "type_requirement" => {
                node.named_child(0).map_or(0, |ty| self.type_of(ty, None))
            }
            "placeholder_type_specifier" | "auto" => 0,
            "decltype" => {
                self.each(node);
                0
            }
            "type_identifier"
            | "identifier"
            | "qualified_identifier"
            | "template_type"
            | "template_function" => {
                let (ty, name) = self.type_name(node);
                if let Some((expr, name)) = name {
                    self.b.uses(expr, Role::Type, name);
                }
                ty
            }
            _ => self.item(node),
        }
    }

    /// A named type: its expression, and the expression and place of its last name, of which no use was added yet.
    pub fn type_name<'t>(&mut self, node: Node<'t>) -> (ExprIx, Option<(ExprIx, Node<'t>)>) {
        let (base, last) = self.target(node);
        let mut bare = base;
        while let Expr::Generic { base, .. } = *self.b.expr_at(bare) {
            bare = base;
        }
        (base, last.map(|last| (bare, last)))
    }

    /// A struct, union or class: its body, or a forward declaration. Gives its definition.
    pub fn record(
        &mut self,
        node: Node<'_>,
        whole: Node<'_>,
        template: Option<Node<'_>>,
        hint: Option<Node<'_>>,
    ) -> Option<DefIx> {
        let body = node.field("body");
        let written = node.field("name");
        if self.at == At::Body && body.is_none() {
            if let Some(name) = written {
                self.type_of(name, None);
            }
            return None;
        }
        let (scopes, last) = match written.or(hint) {
            Some(name) => name_parts(name),
            None => {
                if let Some(body) = body {
                    self.items(body);
                }
                return None;
            }
        };
        let name = self.name_text(last);
        if name.is_empty() {
            if let Some(body) = body {
                self.items(body);
            }
            return None;
        }
        let is_typedef = whole.kind() == "type_definition";
        let named: std::borrow::Cow<'_, str> =
            if written.is_none() && !is_typedef { format!("(anonymous {name})").into() } else { name };
        let kind = if node.kind() == "class_specifier" { SymbolKind::Class } else { SymbolKind::Struct };
        let flags = self.type_flags(body.is_none());
        let visibility = if self.at == At::Type { self.access } else { Visibility::Public };
        let spec = DefSpec { kind, name: last, whole, body, visibility, flags };
        let outer = self.tag_scope();
        let def = self.b.define_named(&named, spec);
        self.give_doc(def);
        if let Some(outer) = outer {
            self.b.def_mut(def).declared_in = outer;
        }
        if !scopes.is_empty() {
            let mut receiver = 0;
            for scope in scopes {
                let name = scope.field("name").unwrap_or(scope);
                receiver = if receiver == 0 { self.b.name(name) } else { self.b.member(receiver, name) };
            }
            self.b.def_mut(def).receiver = receiver;
        }
        let Some(body) = body else {
            if template.is_some() {
                self.b.enter(def, ScopeKind::Type);
                self.type_params(def, template);
                self.b.leave();
            }
            return Some(def);
        };
        let access = std::mem::replace(
            &mut self.access,
            if kind == SymbolKind::Class { Visibility::Private } else { Visibility::Public },
        );
        let at = std::mem::replace(&mut self.at, At::Type);
        self.types.push(named.into_owned());
        self.b.enter(def, ScopeKind::Type);
        self.type_params(def, template);
        self.template_arguments(last);
        self.bases(def, node);
        self.items(body);
        self.b.leave();
        self.types.pop();
        self.at = at;
        self.access = access;
        Some(def)
    }

    /// An enumeration with its members. Gives its definition; an anonymous one has none.
    pub fn enumeration(&mut self, node: Node<'_>, whole: Node<'_>, hint: Option<Node<'_>>) -> Option<DefIx> {
        let body = node.field("body");
        let written = node.field("name");
        if body.is_none() && self.at == At::Body {
            if let Some(name) = written {
                self.type_of(name, None);
            }
            return None;
        }
        let named = written.or_else(|| hint.filter(|_| whole.kind() == "type_definition"));
        let outer = self.tag_scope().unwrap_or_else(|| self.b.scope());
        let def = named.map(|name| {
            let (_, last) = name_parts(name);
            let text = self.name_text(last);
            let flags = self.type_flags(body.is_none());
            let visibility = if self.at == At::Type { self.access } else { Visibility::Public };
            let spec = DefSpec { kind: SymbolKind::Enum, name: last, whole, body, visibility, flags };
            let def = self.b.define_named(&text, spec);
            self.give_doc(def);
            self.b.def_mut(def).declared_in = outer;
            def
        });
        let Some(body) = body else { return def };
        let mut cursor = node.walk();
        let scoped = node.children(&mut cursor).any(|child| matches!(child.kind(), "class" | "struct"));
        if let Some(def) = def {
            self.b.enter(def, ScopeKind::Type);
            if let Some(base) = node.field("base") {
                self.type_of(base, None);
            }
        }
        self.enumerators(body, def, if scoped { None } else { Some(outer) });
        if def.is_some() {
            self.b.leave();
        }
        def
    }

    fn enumerators(&mut self, body: Node<'_>, of: Option<DefIx>, outer: Option<u32>) {
        let mut cursor = body.walk();
        for member in body.named_children(&mut cursor) {
            match member.kind() {
                "enumerator" => {
                    let Some(name) = member.field("name") else { continue };
                    let spec = DefSpec {
                        kind: SymbolKind::EnumMember,
                        name,
                        whole: member,
                        body: None,
                        visibility: if self.at == At::Type { self.access } else { Visibility::Public },
                        flags: if self.hidden > 0 { DefFlags::FILE_LOCAL } else { 0 },
                    };
                    let def = self.b.define(spec);
                    let ty = of.map_or(0, |of| self.put(Expr::Def(of), member));
                    self.b.def_mut(def).ty = ty;
                    if let Some(outer) = outer {
                        self.b.def_mut(def).declared_in = outer;
                    }
                    if let Some(value) = member.field("value") {
                        self.item(value);
                    }
                }
                kind if (kind.starts_with("preproc_") || kind == "ERROR") && self.b.descend(member) => {
                    self.enumerators(member, of, outer);
                    self.b.ascend();
                }
                _ => {}
            }
        }
    }

    /// `typedef` in all its forms. A type without a tag goes by the name that the typedef gives it.
    pub fn typedef(&mut self, node: Node<'_>) {
        let doc = self.doc;
        let Some(written) = node.field("type") else { return self.each(node) };
        let mut cursor = node.walk();
        let declarators: Vec<Node<'_>> = node.children_by_field_name("declarator", &mut cursor).collect();
        let plain = declarators.iter().copied().find(|at| at.kind() == "type_identifier");
        let tag = written.field("name");
        let has_body = written.field("body").is_some();
        let record = matches!(written.kind(), "struct_specifier" | "union_specifier" | "class_specifier");
        let is_enum = written.kind() == "enum_specifier";
        let mut given = tag.map(|tag| self.b.text(tag));
        let base = if (record || is_enum) && has_body {
            let hint = plain.or_else(|| declarators.first().and_then(|&at| find(at)).map(|found| found.name));
            if tag.is_none() {
                given = plain.map(|name| self.b.text(name));
            }
            let def = if record {
                self.record(written, node, None, hint)
            } else {
                self.enumeration(written, node, hint)
            };
            def.map_or(0, |def| self.put(Expr::Def(def), written))
        } else if let (true, true, Some(name)) =
            (record || is_enum, given == plain.map(|at| self.b.text(at)), plain)
        {
            // `typedef struct T T;`: what is behind the name is found by the tag.
            if self.at != At::Body {
                self.alias(name, node, 0);
            }
            0
        } else {
            self.type_of(written, None)
        };
        for declarator in declarators {
            let Some(found) = find(declarator) else { continue };
            let text = self.b.text(found.name).trim();
            // `typedef struct T { … } T;` makes two names, of which the second is the one that is used; a type without
            // a tag has only the second.
            if text.is_empty() || (Some(text) == given && Some(found.name) == plain && (tag.is_none() || !has_body)) {
                continue;
            }
            let ty = self.wrap(declarator, base, None);
            self.doc = doc;
            self.alias(found.name, node, ty);
        }
    }

    /// Defines another name of a type.
    pub fn alias(&mut self, name: Node<'_>, whole: Node<'_>, ty: ExprIx) -> DefIx {
        let spec = DefSpec {
            kind: SymbolKind::TypeAlias,
            name,
            whole,
            body: None,
            visibility: if self.at == At::Type { self.access } else { Visibility::Public },
            flags: self.type_flags(false),
        };
        let def = self.b.define(spec);
        self.give_doc(def);
        self.b.def_mut(def).ty = ty;
        def
    }

    /// Binds the parameters of a template in the scope of its definition.
    pub fn type_params(&mut self, def: DefIx, template: Option<Node<'_>>) {
        let Some(params) = template else { return };
        let mut cursor = params.walk();
        for param in params.named_children(&mut cursor) {
            match param.kind() {
                "type_parameter_declaration"
                | "variadic_type_parameter_declaration"
                | "optional_type_parameter_declaration"
                | "template_template_parameter_declaration" => {
                    let name = param.field("name").or_else(|| last_name(param));
                    let default =
                        param.field("default_type").map_or(0, |ty| self.type_of(ty, None));
                    let text = name.map_or("", |name| self.b.text(name));
                    self.b.local(text, 0, LocalKind::TypeParam, default, 0);
                    let text = self.b.intern(text);
                    self.b.def_mut(def).type_params.push(text);
                }
                "parameter_declaration"
                | "optional_parameter_declaration"
                | "variadic_parameter_declaration" => {
                    let ty = param.field("type").map_or(0, |ty| self.type_of(ty, None));
                    let name = param.field("declarator").and_then(find);
                    self.field(param, "default_value");
                    let text = name.map_or("", |found| self.b.text(found.name));
                    self.b.local(text, 0, LocalKind::Variable, ty, 0);
                    let text = self.b.intern(text);
                    self.b.def_mut(def).type_params.push(text);
                }
                _ => {}
            }
        }
    }

    /// Types named in the arguments of a specialisation.
    fn template_arguments(&mut self, name: Node<'_>) {
        if let Some(args) = name.field("arguments") {
            self.generic_arguments(args);
        }
    }

    /// In C a struct within a struct is visible outside: the scope it belongs to.
    fn tag_scope(&self) -> Option<u32> {
        if self.cpp || self.at != At::Type {
            return None;
        }
        Some(self.b.nearest_scope(if self.b.in_function() { ScopeKind::Block } else { ScopeKind::File }))
    }

    fn type_flags(&self, declaration: bool) -> u32 {
        let mut flags = if declaration { DefFlags::DECLARATION } else { 0 };
        if self.hidden > 0 && self.at == At::Top {
            flags |= DefFlags::FILE_LOCAL;
        }
        flags
    }
}

/// The last identifier among the children.
fn last_name(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    let found = node.named_children(&mut cursor).filter(|child| !child.kind().ends_with("list")).last()?;
    if found.kind() == "type_identifier" { Some(found) } else { last_name_in(found) }
}

fn last_name_in(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| child.kind() == "type_identifier").last()
}
