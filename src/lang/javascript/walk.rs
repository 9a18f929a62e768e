//! Syntax tree to facts: statements and variables. Serves JavaScript and TypeScript alike.

use crate::lang::Fields as _;
use crate::lang::operators::operator_of;
use crate::facts::{
    Builder, DefFlags, DefIx, DefSpec, Expr, ExprIx, Literal, LocalIx, LocalKind, ScopeIx, ScopeKind, Sid,
};
use crate::lang::comments::{self, Pending};
use crate::model::{Role, SymbolKind, Visibility};
use rustc_hash::FxHashMap;
use tree_sitter::Node;

/// Walks a file of JavaScript, whose types are written in comments.
pub(super) fn walk(b: &mut Builder<'_>, root: Node<'_>) {
    walk_as(b, root, false);
}

/// Walks a file of TypeScript.
pub(in crate::lang) fn walk_typed(b: &mut Builder<'_>, root: Node<'_>) {
    walk_as(b, root, true);
}

fn walk_as(b: &mut Builder<'_>, root: Node<'_>, typed: bool) {
    b.keep_called_locals();
    let mut walker = Walker {
        b,
        typed,
        doc: Pending::default(),
        returns: Vec::new(),
        yields: Vec::new(),
        this: vec![This::Unknown],
        next_this: None,
        classes: Vec::new(),
        vars: FxHashMap::default(),
        assigned: Vec::new(),
        context: 0,
        export: 0,
        next_exports: false,
        exports: 0,
        whole_exports: 0,
        exports_read: Vec::new(),
        exported: Vec::new(),
    };
    walker.members(root);
    walker.finish();
}

/// What `this` is.
#[derive(Clone, Copy)]
pub(super) enum This {
    /// Nobody knows.
    Unknown,
    /// An instance of the class around.
    Instance,
    /// The class around.
    Class,
    /// This very expression.
    Value(ExprIx),
}

/// A variable of the walk: where its facts are.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Var {
    /// A local binding.
    Local(LocalIx),
    /// A definition.
    Def(DefIx),
}

/// A class whose body is being walked.
pub(super) struct Class {
    /// Its definition.
    pub(super) def: DefIx,
    /// The scope of its members.
    pub(super) scope: ScopeIx,
    /// Its superclass expression, or 0.
    pub(super) base: ExprIx,
    /// Fields that were declared or assigned so far.
    pub(super) fields: FxHashMap<Sid, DefIx>,
}

/// The state of a walk.
pub(super) struct Walker<'b, 's> {
    /// Where the facts go.
    pub(super) b: &'b mut Builder<'s>,
    /// Types are written in the code, not in comments.
    pub(super) typed: bool,
    /// Doc comment of the next definition.
    pub(super) doc: Pending,
    /// What the enclosing functions return.
    pub(super) returns: Vec<Vec<ExprIx>>,
    /// What the enclosing functions yield.
    pub(super) yields: Vec<Vec<ExprIx>>,
    /// What `this` is in the enclosing functions.
    pub(super) this: Vec<This>,
    /// What `this` is in the next function that is no arrow, when that is known from where it stands.
    pub(super) next_this: Option<This>,
    /// Enclosing classes.
    pub(super) classes: Vec<Class>,
    /// Variables by scope and name.
    pub(super) vars: FxHashMap<(ScopeIx, Sid), Var>,
    /// Values that variables are set to after their declaration.
    pub(super) assigned: Vec<(Var, ExprIx)>,
    /// What the next function or object literal is expected to be, as a type expression; 0 when nothing says so.
    pub(super) context: ExprIx,
    /// Flags of the declaration inside an `export` statement.
    pub(super) export: u32,
    /// The next object literal is what `module.exports` is set to.
    pub(super) next_exports: bool,
    /// The object that gets what is exported by name, or 0.
    pub(super) exports: ExprIx,
    /// What `module.exports` stands for wherever it is read; 0 until somebody asks.
    pub(super) whole_exports: ExprIx,
    /// Where the name `exports` is read.
    pub(super) exports_read: Vec<ExprIx>,
    /// Names that are exported apart from their declaration, and whether as the default.
    pub(super) exported: Vec<(Sid, bool)>,
}

/// How a variable is declared.
#[derive(Clone, Copy, PartialEq)]
enum Keyword {
    Const,
    Let,
    Var,
}

impl<'s> Walker<'_, 's> {
    /// Everything directly in `node`: a file, a block, a namespace.
    pub(super) fn members(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() == "comment" {
                self.doc.comment(self.b, child);
            } else {
                self.visit(child);
                self.doc.clear();
            }
        }
    }

    /// Sets what only the whole file says: names exported apart, values of variables that were set later.
    fn finish(&mut self) {
        for (var, value) in std::mem::take(&mut self.assigned) {
            let init = match var {
                Var::Local(local) => self.b.local_mut(local).init,
                Var::Def(def) => self.b.def(def).init,
            };
            if init == value || matches!(self.b.expr_at(init), Expr::Object { .. }) {
                continue;
            }
            let is_empty = matches!(self.b.expr_at(init), Expr::Unknown | Expr::Lit(Literal::Null));
            let union = if is_empty {
                value
            } else if let Expr::Union(parts) = self.b.expr_at(init) {
                let mut parts = parts.clone();
                parts.push(value);
                self.b.add_expr(Expr::Union(parts))
            } else {
                self.b.add_expr(Expr::Union(vec![init, value]))
            };
            match var {
                Var::Local(local) => self.b.local_mut(local).init = union,
                Var::Def(def) => self.b.def_mut(def).init = union,
            }
        }
        self.mark_exported();
        self.bind_exports();
    }

    /// A statement or an expression; gives the value of an expression, 0 for all else.
    pub(super) fn visit(&mut self, node: Node<'_>) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let context = std::mem::take(&mut self.context);
        let value = if self.statement(node) { 0 } else { self.expression(node, context) };
        self.b.ascend();
        value
    }

    /// As [`Walker::visit`], for a value that is expected to be of a type.
    pub(super) fn visit_as(&mut self, node: Node<'_>, context: ExprIx) -> ExprIx {
        self.context = context;
        let value = self.visit(node);
        self.context = 0;
        value
    }

    fn statement(&mut self, node: Node<'_>) -> bool {
        match node.kind() {
            "statement_block" | "switch_body" | "for_statement" => self.block(node),
            "lexical_declaration" | "variable_declaration" | "using_declaration" => self.variables(node),
            "function_declaration" | "generator_function_declaration" | "function_signature" => {
                self.function_declaration(node);
            }
            "class_declaration" | "abstract_class_declaration" => {
                self.class_declaration(node);
            }
            "interface_declaration" => self.interface(node),
            "type_alias_declaration" => self.type_alias(node),
            "enum_declaration" => self.enumeration(node),
            "module" | "internal_module" => self.namespace(node),
            "ambient_declaration" => self.ambient(node),
            "import_alias" => self.import_alias(node),
            "import_statement" => self.import(node),
            "export_statement" => self.export_statement(node),
            "for_in_statement" => self.for_in(node),
            "if_statement" => self.if_statement(node),
            "catch_clause" => self.catch(node),
            "return_statement" => self.return_statement(node),
            "labeled_statement" => {
                if let Some(body) = node.field("body") {
                    self.visit(body);
                }
            }
            "break_statement" | "continue_statement" | "comment" | "hash_bang_line" | "empty_statement"
            | "debugger_statement" => {}
            "ERROR" => self.damaged(node),
            _ => return false,
        }
        true
    }

    /// Of a damaged place only what can stand alone is read.
    fn damaged(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !matches!(child.kind(), "identifier" | "property_identifier" | "type_identifier") {
                self.visit(child);
            }
        }
    }

    pub(super) fn block(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        self.members(node);
        self.b.close_scope();
    }

    fn return_statement(&mut self, node: Node<'_>) {
        let context = self.return_context();
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            value = self.visit_as(child, context);
        }
        if let Some(returns) = self.returns.last_mut().filter(|_| value != 0) {
            returns.push(value);
        }
    }

    /// The declared return type of the function around.
    fn return_context(&self) -> ExprIx {
        let scope = self.b.scope_info(self.b.nearest_scope(ScopeKind::Function));
        let def = self.b.def(scope.owner);
        if def.scope == self.b.nearest_scope(ScopeKind::Function) { def.ty } else { 0 }
    }

    /// `if (x instanceof T) …`: inside, `x` is a `T`.
    fn if_statement(&mut self, node: Node<'_>) {
        let condition = node.field("condition");
        let mut narrowed = Vec::new();
        if let Some(condition) = condition {
            self.visit(condition);
            self.narrowed_by(condition, &mut narrowed, 0);
        }
        if let Some(yes) = node.field("consequence") {
            self.b.open_scope(ScopeKind::Block);
            for (name, ty) in narrowed {
                self.b.local(name, 0, LocalKind::Pattern, ty, 0);
            }
            self.visit(yes);
            self.b.close_scope();
        }
        if let Some(no) = node.field("alternative") {
            self.visit(no);
        }
    }

    /// Names whose type a condition tells when it is true.
    fn narrowed_by(&mut self, node: Node<'_>, into: &mut Vec<(&'s str, ExprIx)>, depth: u32) {
        let inner = match node.kind() {
            "parenthesized_expression" => node.named_child(0),
            "binary_expression" => {
                let operator = operator_of(node);
                let (left, right) = (node.field("left"), node.field("right"));
                match (operator, left, right) {
                    ("&&", Some(left), Some(right)) if depth < 16 => {
                        self.narrowed_by(left, into, depth + 1);
                        self.narrowed_by(right, into, depth + 1);
                    }
                    ("instanceof", Some(left), Some(right)) if left.kind() == "identifier" => {
                        let ty = self.path_expr(right);
                        if ty != 0 {
                            into.push((self.b.text(left), ty));
                        }
                    }
                    _ => {}
                }
                None
            }
            _ => None,
        };
        if let Some(inner) = inner.filter(|_| depth < 16) {
            self.narrowed_by(inner, into, depth + 1);
        }
    }

    /// The expression of a plain name or a chain of members, without uses; 0 for all else.
    pub(super) fn path_expr(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" | "type_identifier" => self.b.name(node),
            "this" => self.this_expr(node),
            "member_expression" | "nested_identifier" | "nested_type_identifier" => {
                let base = node
                    .field("object")
                    .or_else(|| node.field("module"))
                    .filter(|_| self.b.descend(node));
                let Some(base) = base else { return 0 };
                let base = self.path_expr(base);
                self.b.ascend();
                let name = node.field("property").or_else(|| node.field("name"));
                match name {
                    Some(name) if base != 0 => self.b.member(base, name),
                    _ => 0,
                }
            }
            _ => 0,
        }
    }

    fn for_in(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        let over = node.field("right").map_or(0, |right| self.visit(right));
        let of = node.field("operator").is_some_and(|operator| operator.kind() == "of");
        if let Some(left) = node.field("left") {
            match node.field("kind") {
                Some(kind) => {
                    let keyword = if kind.kind() == "var" { Keyword::Var } else { Keyword::Const };
                    let init = if of && over != 0 {
                        self.b.expr(Expr::Element { base: over }, node)
                    } else if of {
                        0
                    } else {
                        self.b.expr(Expr::Lit(Literal::Str), node)
                    };
                    self.bind_locals_of(left, init, keyword);
                }
                None => {
                    self.target(left);
                }
            }
        }
        if let Some(body) = node.field("body") {
            self.visit(body);
        }
        self.b.close_scope();
    }

    fn catch(&mut self, node: Node<'_>) {
        self.b.open_scope(ScopeKind::Block);
        if let Some(parameter) = node.field("parameter") {
            self.bind_locals_of(parameter, 0, Keyword::Let);
        }
        if let Some(body) = node.field("body") {
            self.visit(body);
        }
        self.b.close_scope();
    }

    // ---- variables ---------------------------------------------------------------------------------------------

    fn variables(&mut self, node: Node<'_>) {
        let doc = self.doc.take();
        let export = std::mem::take(&mut self.export);
        let keyword = match node.child(0).map_or("", |child| self.b.text(child)) {
            "var" => Keyword::Var,
            "const" => Keyword::Const,
            _ => Keyword::Let,
        };
        let mut cursor = node.walk();
        let declarators: Vec<Node<'_>> =
            node.named_children(&mut cursor).filter(|child| child.kind() == "variable_declarator").collect();
        let whole = if declarators.len() == 1 { Some(node) } else { None };
        for declarator in declarators {
            self.export = export;
            self.declarator(declarator, whole.unwrap_or(declarator), keyword, doc);
        }
        self.export = 0;
    }

    fn declarator(&mut self, node: Node<'_>, whole: Node<'_>, keyword: Keyword, doc: Option<(usize, usize)>) {
        let Some(name) = node.field("name") else { return };
        let export = std::mem::take(&mut self.export);
        let mut value = node.field("value");
        if let Some(value) = value
            && self.require_declaration(name, value)
        {
            return;
        }
        let exported = value.filter(|_| name.kind() == "identifier" && self.b.scope() == 0);
        let exported = exported.and_then(|value| self.exported_value(value));
        if exported.is_some() {
            let sid = self.b.intern(self.b.text(name));
            self.exported.push((sid, true));
            value = exported;
        }
        if name.kind() != "identifier" {
            let init = value.map_or(0, |value| self.visit(value));
            self.bind_pattern(name, init, keyword, export);
            return;
        }
        // A function or class that is kept in a variable is known by the variable's name.
        if let Some(value) = value.map(strip)
            && is_function_or_class(value)
        {
            let mut ty = node.field("type").map_or(0, |ty| self.annotation(ty));
            if ty == 0 {
                ty = self.doc_type(doc, name);
            }
            let def = if value.kind() == "class" {
                self.class(value, Some((name, self.b.text(name))), whole, export, doc)
            } else {
                let spec = FunctionName { node: name, text: self.b.text(name), kind: SymbolKind::Function };
                self.function(value, Some(spec), whole, export, (doc, ty))
            };
            if keyword == Keyword::Var {
                self.hoist(def);
            }
            self.declare(def);
            if exported.is_some() {
                let itself = self.b.expr(Expr::Def(def), name);
                self.pass_on(itself);
            }
            return;
        }
        let mut ty = node.field("type").map_or(0, |ty| self.annotation(ty));
        if ty == 0 {
            ty = self.doc_type(doc, name);
        }
        if self.b.in_function() {
            let init = value.map_or(0, |value| self.visit_as(value, ty));
            self.local(name, ty, init, keyword);
            return;
        }
        let kind = if keyword == Keyword::Const { SymbolKind::Constant } else { SymbolKind::Variable };
        let visibility = if export == 0 { Visibility::Internal } else { Visibility::Public };
        let def = self.b.define(DefSpec { kind, name, whole, body: None, visibility, flags: export });
        comments::attach(self.b, def, doc);
        self.b.def_mut(def).ty = ty;
        self.declare(def);
        self.b.enter(def, ScopeKind::Block);
        let init = value.map_or(0, |value| self.visit_as(value, ty));
        self.b.leave();
        self.b.def_mut(def).init = init;
        if exported.is_some() {
            self.export_whole(init);
        }
        if keyword == Keyword::Var {
            self.hoist(def);
        }
    }

    /// A `var` belongs to the function around, not to the block.
    fn hoist(&mut self, def: DefIx) {
        let scope = self.b.nearest_scope(ScopeKind::Function);
        if !matches!(self.b.scope_info(self.b.def(def).declared_in).kind, ScopeKind::Module | ScopeKind::File) {
            self.b.def_mut(def).declared_in = scope;
        }
    }

    /// Makes a definition known to later assignments.
    pub(super) fn declare(&mut self, def: DefIx) {
        let (scope, name) = (self.b.def(def).declared_in, self.b.def(def).name);
        self.vars.insert((scope, name), Var::Def(def));
    }

    fn local(&mut self, name: Node<'_>, ty: ExprIx, init: ExprIx, keyword: Keyword) {
        let scope = if keyword == Keyword::Var {
            self.b.nearest_scope(ScopeKind::Function)
        } else {
            self.b.scope()
        };
        let text = self.b.text(name);
        let local = self.b.local_in(scope, text, 0, LocalKind::Variable, ty, init);
        let sid = self.b.intern(text);
        self.vars.insert((scope, sid), Var::Local(local));
    }

    /// The variable that a name means here, as far as the walk has come.
    pub(super) fn var(&mut self, name: Node<'_>) -> Option<Var> {
        let sid = self.b.intern(self.b.text(name));
        self.b.scopes_outwards().find_map(|scope| self.vars.get(&(scope, sid)).copied())
    }

    /// What a variable was first set to.
    pub(super) fn init_of(&mut self, var: Var) -> ExprIx {
        match var {
            Var::Local(local) => self.b.local_mut(local).init,
            Var::Def(def) => self.b.def(def).init,
        }
    }

    fn bind_locals_of(&mut self, pattern: Node<'_>, init: ExprIx, keyword: Keyword) {
        if pattern.kind() == "identifier" {
            self.local(pattern, 0, init, keyword);
        } else {
            self.bind_pattern(pattern, init, keyword, 0);
        }
    }

    /// Every name of a destructuring parameter as a local.
    pub(super) fn bind_parameter(&mut self, pattern: Node<'_>, init: ExprIx) {
        self.bind_pattern(pattern, init, Keyword::Let, 0);
    }

    /// Every name of a destructuring pattern.
    fn bind_pattern(&mut self, pattern: Node<'_>, init: ExprIx, keyword: Keyword, export: u32) {
        if !self.b.descend(pattern) {
            return;
        }
        match pattern.kind() {
            "identifier" | "shorthand_property_identifier_pattern" => {
                self.bind_name(pattern, init, keyword, export);
            }
            "object_pattern" => {
                let mut cursor = pattern.walk();
                for part in pattern.named_children(&mut cursor) {
                    self.bind_property(part, init, keyword, export);
                }
            }
            "array_pattern" => {
                let mut index = 0;
                let mut cursor = pattern.walk();
                for part in pattern.children(&mut cursor) {
                    match part.kind() {
                        "," => index += 1,
                        "[" | "]" | "comment" => {}
                        _ => {
                            let part_init =
                                if init == 0 { 0 } else { self.b.expr(Expr::Part { base: init, index }, part) };
                            self.bind_pattern(part, part_init, keyword, export);
                        }
                    }
                }
            }
            "assignment_pattern" | "object_assignment_pattern" => {
                let fallback = pattern.field("right").map_or(0, |right| self.visit(right));
                let value = self.b.union(vec![init, fallback]);
                if let Some(left) = pattern.field("left") {
                    self.bind_pattern(left, value, keyword, export);
                }
            }
            "rest_pattern" => {
                if let Some(inner) = pattern.named_child(0) {
                    self.bind_pattern(inner, init, keyword, export);
                }
            }
            _ => {
                self.target(pattern);
            }
        }
        self.b.ascend();
    }

    fn bind_property(&mut self, part: Node<'_>, init: ExprIx, keyword: Keyword, export: u32) {
        match part.kind() {
            "pair_pattern" => {
                let key = part.field("key");
                if let Some(computed) = key.filter(|key| key.kind() == "computed_property_name") {
                    self.visit_children(computed);
                }
                let name = key.and_then(|key| self.key_name(key));
                let member = match name {
                    Some(name) if init != 0 => self.member_named(init, &name, part),
                    _ => 0,
                };
                if let Some(value) = part.field("value") {
                    self.bind_pattern(value, member, keyword, export);
                }
            }
            "shorthand_property_identifier_pattern" => {
                let member = if init == 0 { 0 } else { self.b.member(init, part) };
                self.bind_pattern(part, member, keyword, export);
            }
            "object_assignment_pattern" => {
                let left = part.field("left");
                let member = match left {
                    Some(left) if init != 0 => self.b.member(init, left),
                    _ => 0,
                };
                self.bind_pattern(part, member, keyword, export);
            }
            _ => self.bind_pattern(part, init, keyword, export),
        }
    }

    fn bind_name(&mut self, name: Node<'_>, init: ExprIx, keyword: Keyword, export: u32) {
        if self.b.in_function() || self.b.scope() != 0 {
            self.local(name, 0, init, keyword);
            return;
        }
        let kind = if keyword == Keyword::Const { SymbolKind::Constant } else { SymbolKind::Variable };
        let visibility = if export == 0 { Visibility::Internal } else { Visibility::Public };
        let def = self.b.define(DefSpec { kind, name, whole: name, body: None, visibility, flags: export });
        self.b.def_mut(def).init = init;
        self.declare(def);
    }

    /// The member of this name of `base`.
    pub(super) fn member_named(&mut self, base: ExprIx, name: &str, node: Node<'_>) -> ExprIx {
        let name = self.b.intern_owned(name);
        if name.is_empty() { 0 } else { self.b.expr(Expr::Member { base, name }, node) }
    }

    /// The name of a property key, quotes taken off; `None` when it is computed.
    pub(super) fn key_name(&self, key: Node<'_>) -> Option<String> {
        match key.kind() {
            "property_identifier" | "private_property_identifier" | "identifier" | "number"
            | "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
                Some(self.b.text(key).to_owned())
            }
            "string" => {
                let text = unquoted(self.b.text(key));
                (!text.is_empty()).then(|| text.to_owned())
            }
            _ => None,
        }
    }

    /// Visits everything inside a node.
    pub(super) fn visit_children(&mut self, node: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.kind() != "comment" {
                value = self.visit(child);
            }
        }
        value
    }

    /// A use of a name or member as what a role says.
    pub(super) fn read(&mut self, expr: ExprIx, name: Node<'_>) {
        self.b.uses(expr, Role::Read, name);
    }
}

/// The name that a function gets from where it stands.
#[derive(Clone, Copy)]
pub(super) struct FunctionName<'t, 'n> {
    /// The node of the name.
    pub(super) node: Node<'t>,
    /// The name.
    pub(super) text: &'n str,
    /// Function, method or constructor.
    pub(super) kind: SymbolKind,
}

/// The value inside parentheses, casts and assertions.
pub(super) fn strip(node: Node<'_>) -> Node<'_> {
    let mut at = node;
    loop {
        let inner = match at.kind() {
            "parenthesized_expression" | "as_expression" | "satisfies_expression" | "non_null_expression" => {
                at.named_child(0)
            }
            "type_assertion" => at.named_child(1),
            _ => None,
        };
        match inner {
            Some(inner) if inner.kind() != "comment" => at = inner,
            _ => return at,
        }
    }
}

/// True for function and class expressions.
pub(super) fn is_function_or_class(node: Node<'_>) -> bool {
    node.kind() == "class" || is_function(node)
}

/// True for function expressions.
pub(super) fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "arrow_function" | "function_expression" | "generator_function")
}

/// Text without the quotes around it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    ["\"", "'", "`"]
        .iter()
        .find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
}

/// Flags of an exported declaration.
pub(super) const EXPORTED: u32 = DefFlags::EXPORTED;
