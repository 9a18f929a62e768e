//! Syntax tree to facts: what C++ has beyond C.

use crate::lang::Fields as _;
use crate::facts::{DefIx, DefSpec, Expr, ExprIx, Import, ImportKind, LocalKind, ScopeKind, Sid, place_of};
use crate::lang::c::{At, Walker, child_of_kind, find, name_parts};
use crate::model::{Role, SymbolKind, Visibility};
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// Walks an item or statement that only C++ has; false when it is none.
    pub fn cpp_item(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "namespace_definition" => self.namespace(node),
            "namespace_alias_definition" => self.namespace_alias(node),
            "using_declaration" => self.using(node),
            "alias_declaration" => self.using_alias(node, node, None),
            "template_declaration" => self.template(node),
            "template_instantiation" => {
                if let Some(ty) = node.field("type") {
                    self.type_of(ty, None);
                }
            }
            "concept_definition" => self.concept(node, node, None),
            "friend_declaration" => self.friend(node),
            "for_range_loop" => self.range_loop(node),
            "catch_clause" => {
                self.b.open_scope(ScopeKind::Block);
                if let Some(params) = node.field("parameters") {
                    self.parameters(None, params, node);
                }
                self.field(node, "body");
                self.b.close_scope();
            }
            "base_class_clause" | "virtual" | "ref_qualifier" | "lambda_default_capture" => {}
            _ => return false,
        }
        true
    }

    /// An expression that only C++ has.
    pub fn cpp_expr(&mut self, node: Node<'_>) -> Option<ExprIx> {
        Some(match node.kind() {
            "new_expression" => self.new_expression(node),
            "lambda_expression" => self.lambda(node),
            "co_await_expression" => {
                let base = self.field(node, "argument");
                if base == 0 { 0 } else { self.put(Expr::Unwrap { base }, node) }
            }
            "parameter_pack_expansion" => self.field(node, "pattern"),
            "template_method" | "dependent_name" | "operator_name" | "destructor_name" => {
                self.named(node, Role::Read)
            }
            "requires_clause" | "requires_expression" => {
                self.b.open_scope(ScopeKind::Block);
                if let Some(params) = node.field("parameters") {
                    self.parameters(None, params, node);
                }
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if child.kind() != "parameter_list" {
                        self.item(child);
                    }
                }
                self.b.close_scope();
                0
            }
            _ => return None,
        })
    }

    // ---- namespaces --------------------------------------------------------------------------------------------

    fn namespace(&mut self, node: Node<'_>) {
        let Some(body) = node.field("body") else { return };
        let Some(name) = node.field("name") else {
            self.hidden += 1;
            self.items(body);
            self.hidden -= 1;
            return;
        };
        let mut names = Vec::new();
        collect(name, &mut names, 0);
        let is_inline = {
            let mut cursor = node.walk();
            node.children(&mut cursor).any(|child| child.kind() == "inline")
        };
        if is_inline && let Some(&last) = names.last() {
            self.import_wildcard(last);
        }
        let n = names.len();
        for name in names {
            let text = self.b.text(name);
            self.namespaces.insert(text);
            let spec = DefSpec {
                kind: SymbolKind::Module,
                name,
                whole: node,
                body: Some(body),
                visibility: Visibility::Public,
                flags: 0,
            };
            let def = self.b.define(spec);
            self.give_doc(def);
            self.b.enter(def, ScopeKind::Module);
        }
        self.items(body);
        for _ in 0..n {
            self.b.leave();
        }
    }

    /// The names of an inline namespace are visible in the one around it.
    fn import_wildcard(&mut self, name: Node<'_>) {
        let mut path: Vec<String> = Vec::new();
        let mut at = self.b.owner();
        while at != 0 {
            let def = self.b.def(at);
            path.push(self.b.str(def.name).to_owned());
            at = def.parent;
        }
        path.reverse();
        path.push(self.b.text(name).to_owned());
        let path = self.b.intern_owned(&path.join("::"));
        let scope = self.b.scope();
        self.b.import(Import {
            kind: ImportKind::Wildcard,
            path,
            name: Sid::EMPTY,
            bound: Sid::EMPTY,
            scope,
            re_export: true,
            of_members: false,
            place: place_of(name),
        });
    }

    fn namespace_alias(&mut self, node: Node<'_>) {
        let Some(name) = node.field("name") else { return };
        let mut cursor = node.walk();
        let Some(of) = node.named_children(&mut cursor).find(|child| *child != name) else { return };
        let path = self.spaceless(of);
        let bound = self.b.text(name);
        let bound = self.b.intern(bound);
        self.bring(ImportKind::Module, &path, Sid::EMPTY, bound, of);
    }

    fn using(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let whole = node.children(&mut cursor).any(|child| child.kind() == "namespace");
        let Some(name) = node.named_child(0) else { return };
        let (scopes, last) = name_parts(name);
        if whole {
            let path = self.spaceless(name);
            return self.bring(ImportKind::Wildcard, &path, Sid::EMPTY, Sid::EMPTY, last);
        }
        if scopes.is_empty() {
            return;
        }
        if self.at == At::Type {
            // Members of a base class are brought in: no import of another file.
            self.named(name, Role::Read);
            return;
        }
        let path = scopes.iter().map(|&scope| self.b.text(scope).trim()).collect::<Vec<_>>().join("::");
        let text = self.name_text(last);
        let bound = self.b.intern_owned(&text);
        self.bring(ImportKind::Symbol, &path, bound, bound, last);
    }

    fn bring(&mut self, kind: ImportKind, path: &str, name: Sid, bound: Sid, at: Node<'_>) {
        let path = self.b.intern_owned(path.trim_start_matches("::"));
        let scope = self.b.scope();
        let re_export = self.at == At::Top;
        let place = place_of(at);
        self.b.import(Import { kind, path, name, bound, scope, re_export, of_members: false, place });
    }

    fn spaceless(&self, node: Node<'_>) -> String {
        self.b.text(node).chars().filter(|c| !c.is_whitespace()).collect()
    }

    fn using_alias(&mut self, node: Node<'_>, whole: Node<'_>, template: Option<Node<'_>>) {
        let (Some(name), Some(of)) = (node.field("name"), node.field("type"))
        else {
            return self.each(node);
        };
        let def = self.alias(name, whole, 0);
        self.b.enter(def, ScopeKind::Block);
        self.type_params(def, template);
        let ty = self.type_of(of, Some(name));
        self.b.leave();
        self.b.def_mut(def).ty = ty;
        self.b.def_mut(def).scope = crate::facts::NONE;
    }

    // ---- templates, friends ------------------------------------------------------------------------------------

    fn template(&mut self, node: Node<'_>) {
        let params = node.field("parameters");
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                _ if Some(child) == params => {}
                "function_definition" => self.function(child, node, params),
                "declaration" => {
                    let inside = child.field("type");
                    match inside.filter(|_| child.field("declarator").is_none()) {
                        Some(ty) if ty.field("body").is_some() => {
                            self.record(ty, node, params, None);
                        }
                        _ => self.declaration(child, node, params),
                    }
                }
                "field_declaration" => self.declaration(child, node, params),
                "class_specifier" | "struct_specifier" | "union_specifier" => {
                    self.record(child, node, params, None);
                }
                "alias_declaration" => self.using_alias(child, node, params),
                "concept_definition" => self.concept(child, node, params),
                // `template <> template <>`: the inner one counts.
                "template_declaration" => {
                    self.item(child);
                }
                "friend_declaration" => self.friend(child),
                "requires_clause" => {
                    self.item(child);
                }
                _ => {}
            }
        }
    }

    fn concept(&mut self, node: Node<'_>, whole: Node<'_>, template: Option<Node<'_>>) {
        let Some(name) = node.field("name") else { return };
        let spec = DefSpec {
            kind: SymbolKind::TypeAlias,
            name,
            whole,
            body: None,
            visibility: Visibility::Public,
            flags: 0,
        };
        let def = self.b.define(spec);
        self.give_doc(def);
        self.b.enter(def, ScopeKind::Block);
        self.type_params(def, template);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child != name {
                self.item(child);
            }
        }
        self.b.leave();
    }

    /// A friend that is defined here belongs to the namespace around the type.
    fn friend(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "function_definition" => {
                    let n = self.b.defs().len();
                    let at = std::mem::replace(&mut self.at, At::Top);
                    self.function(child, node, None);
                    self.at = at;
                    let outer = self.outside_types();
                    if let Ok(def) = DefIx::try_from(n)
                        && self.b.defs().len() > n
                    {
                        self.b.def_mut(def).declared_in = outer;
                    }
                }
                "declaration" => {}
                _ => {
                    self.type_of(child, None);
                }
            }
        }
    }

    /// The innermost scope round the enclosing types.
    fn outside_types(&self) -> u32 {
        let module = self.b.nearest_scope(ScopeKind::Module);
        if module != 0 { module } else { self.b.nearest_scope(ScopeKind::File) }
    }

    // ---- classes -----------------------------------------------------------------------------------------------

    /// The supertypes in the head of a class.
    pub fn bases(&mut self, def: DefIx, node: Node<'_>) {
        let Some(clause) = child_of_kind(node, "base_class_clause") else { return };
        let mut cursor = clause.walk();
        for base in clause.named_children(&mut cursor) {
            if !matches!(base.kind(), "type_identifier" | "qualified_identifier" | "template_type") {
                continue;
            }
            let (ty, last) = self.type_name(base);
            if let Some((expr, last)) = last {
                self.b.uses(expr, Role::Extends, last);
            }
            if ty != 0 {
                self.b.def_mut(def).supers.push((Role::Extends, ty));
            }
        }
    }

    /// The member initialisers of a constructor: a base is constructed, a field is written.
    pub fn initializers(&mut self, list: Node<'_>) {
        let mut cursor = list.walk();
        for each in list.named_children(&mut cursor) {
            let Some(name) = each.named_child(0).filter(|_| each.kind() == "field_initializer") else {
                continue;
            };
            let (expr, last) = match name.kind() {
                "field_identifier" | "identifier" => (self.b.name(name), Some(name)),
                _ => self.target(name),
            };
            let mut inside = each.walk();
            let values = each
                .named_children(&mut inside)
                .find(|child| matches!(child.kind(), "argument_list" | "initializer_list"));
            let (args, argc) = values.map_or((Vec::new(), 0), |values| self.arguments(values));
            let Some(last) = last else { continue };
            let bare = self.bare(expr);
            if name.kind() != "field_identifier" || self.is_base(last) {
                let new = self.put(Expr::New { ty: expr, args }, each);
                self.b.uses_with(bare, Role::New, last, argc, new);
            } else {
                self.b.uses(bare, Role::Write, last);
            }
        }
    }

    /// True when an initialised name is a base or the type itself rather than a field.
    fn is_base(&self, name: Node<'_>) -> bool {
        let text = self.b.text(name);
        if self.types.last().is_some_and(|own| own == text) {
            return true;
        }
        let fields =
            self.b.defs().iter().any(|def| def.kind == SymbolKind::Field && self.b.str(def.name) == text);
        !fields && text.starts_with(|c: char| c.is_ascii_uppercase())
    }

    // ---- statements and expressions ----------------------------------------------------------------------------

    fn range_loop(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        self.field(node, "initializer");
        let over = self.field(node, "right");
        let base = node.field("type").map_or(0, |ty| self.type_of(ty, None));
        if let Some(declarator) = node.field("declarator") {
            let ty = self.wrap(declarator, base, None);
            if let Some(found) = find(declarator) {
                self.bind(found.name, ty, over, LocalKind::Element);
            }
        }
        self.field(node, "body");
        self.b.close_scope();
    }

    fn new_expression(&mut self, node: Node<'_>) -> ExprIx {
        self.field(node, "placement");
        let Some(written) = node.field("type") else { return 0 };
        let (ty, last) = match written.kind() {
            "type_identifier" | "qualified_identifier" | "template_type" => self.type_name(written),
            _ => (self.type_of(written, None), None),
        };
        self.field(node, "declarator");
        let (args, argc) = match node.field("arguments") {
            Some(list) => self.arguments(list),
            None => (Vec::new(), 0),
        };
        if ty == 0 {
            return 0;
        }
        let new = self.put(Expr::New { ty, args }, node);
        if let Some((expr, last)) = last {
            self.b.uses_with(expr, Role::New, last, argc, new);
        }
        self.put(Expr::Wrapped { base: new }, node)
    }

    fn lambda(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Function);
        if let Some(captures) = node.field("captures") {
            let mut cursor = captures.walk();
            for capture in captures.named_children(&mut cursor) {
                if capture.kind() == "lambda_capture_initializer" {
                    let init = self.field(capture, "right");
                    if let Some(left) = capture.field("left") {
                        self.bind(left, 0, init, LocalKind::Variable);
                    }
                } else {
                    self.item(capture);
                }
            }
        }
        if let Some(params) = node.field("template_parameters") {
            let mut cursor = params.walk();
            for param in params.named_children(&mut cursor) {
                if let Some(name) = param.named_child(0).filter(|name| name.kind() == "type_identifier") {
                    let text = self.b.text(name);
                    self.b.local(text, 0, LocalKind::TypeParam, 0, 0);
                }
            }
        }
        let mut result = 0;
        if let Some(declarator) = node.field("declarator") {
            if let Some(params) = declarator.field("parameters") {
                self.parameters(None, params, declarator);
            }
            if let Some(ty) =
                child_of_kind(declarator, "trailing_return_type").and_then(|ty| ty.named_child(0))
            {
                let ty = self.type_of(ty, None);
                result = if ty == 0 { 0 } else { self.put(Expr::Typed { ty }, node) };
            }
        }
        if let Some(body) = node.field("body") {
            let at = std::mem::replace(&mut self.at, At::Body);
            self.returns.push(Vec::new());
            self.items(body);
            let returns = self.returns.pop().unwrap_or_default();
            self.at = at;
            if result == 0 && !returns.is_empty() {
                result = if let [one] = returns[..] { one } else { self.put(Expr::Union(returns), node) };
            }
        }
        self.b.close_scope();
        self.put(Expr::Function { result }, node)
    }

    /// Calls of which the language or its library says what comes out.
    pub fn known_call(
        &mut self,
        callee: ExprIx,
        last: Node<'_>,
        args: &[ExprIx],
        argc: u8,
        node: Node<'_>,
    ) -> Option<ExprIx> {
        let first = |walker: &Self| match walker.b.expr_at(callee) {
            Expr::Generic { args, .. } => args.first().copied(),
            _ => None,
        };
        match self.b.text(last) {
            "static_cast"
            | "dynamic_cast"
            | "reinterpret_cast"
            | "const_cast"
            | "static_pointer_cast"
            | "dynamic_pointer_cast"
            | "any_cast"
            | "bit_cast" => {
                let ty = first(self)?;
                Some(if ty == 0 { 0 } else { self.put(Expr::Typed { ty }, node) })
            }
            "make_unique" | "make_shared" | "allocate_shared" => {
                let ty = first(self)?;
                if ty == 0 {
                    return Some(0);
                }
                let new = self.put(Expr::New { ty, args: args.to_vec() }, node);
                let written = last.next_named_sibling().and_then(|list| list.named_child(0))?;
                let written = written.field("type").unwrap_or(written);
                self.new_use(ty, written, argc, new);
                Some(self.put(Expr::Wrapped { base: new }, node))
            }
            "move" | "forward" | "ref" | "cref" | "as_const" | "launder" => {
                let qualified = last.parent().is_some_and(|parent| {
                    parent.kind() == "qualified_identifier" || parent.kind() == "template_function"
                });
                match args {
                    &[arg] if qualified => Some(arg),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// The names of `a::b::c`, outermost first.
fn collect<'t>(node: Node<'t>, names: &mut Vec<Node<'t>>, depth: u32) {
    if node.kind() != "nested_namespace_specifier" {
        names.push(node);
        return;
    }
    if depth < 64 {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            collect(child, names, depth + 1);
        }
    }
}
