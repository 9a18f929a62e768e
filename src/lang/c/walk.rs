//! Syntax tree to facts: files, blocks, statements and the preprocessor.

use super::clean;
use crate::lang::{Fields as _, Language, parse_again};
use crate::facts::{
    Builder, DefFlags, DefIx, DefSpec, Expr, ExprIx, Import, LocalKind, ScopeKind, Sid, place_of,
};
use crate::model::{Role, SymbolKind, Visibility};
use rustc_hash::FxHashSet;
use tree_sitter::{Node, Tree};

/// Where the walker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lang) enum At {
    /// In a file or a namespace.
    Top,
    /// In the body of a type.
    Type,
    /// In the body of a function or a lambda.
    Body,
}

/// Walks the syntax tree of a C or C++ file.
pub(in crate::lang) struct Walker<'a, 's> {
    /// Takes the facts.
    pub b: &'a mut Builder<'s>,
    /// True for C++.
    pub cpp: bool,
    /// Where we stand.
    pub at: At,
    /// The access level of members that come next.
    pub access: Visibility,
    /// Names of the enclosing types, innermost last.
    pub types: Vec<String>,
    /// Names of the namespaces that this file opens.
    pub namespaces: FxHashSet<&'s str>,
    /// How many anonymous namespaces enclose this place.
    pub hidden: u32,
    /// Bytes of the comment right before the item that is walked.
    pub doc: Option<(usize, usize)>,
    /// What the enclosing functions and lambdas return, innermost last.
    pub returns: Vec<Vec<ExprIx>>,
}

/// Walks a file. When macros stand where the grammar knows no macros, the text is parsed again without them.
pub(in crate::lang) fn run(
    b: &mut Builder<'_>,
    root: Node<'_>,
    cpp: bool,
    language: &Language,
) {
    let mut best: Option<Tree> = None;
    let mut damage = damage(root, 0);
    for flatten in [false, true] {
        if flatten && damage == 0 {
            break;
        }
        let Some(text) = clean::without_macros(b.source(), flatten) else { continue };
        // Without damage on either side the text without macros is still the better one: `class EXPORT Name {` can
        // be read as a function.
        if let Some(tree) = parse_again(language, &text) {
            let left = self::damage(tree.root_node(), 0);
            if left < damage || (left == damage && !flatten) {
                damage = left;
                best = Some(tree);
            }
        }
    }
    let root = best.as_ref().map_or(root, Tree::root_node);
    Walker::new(b, cpp).file(root);
}

/// How many bytes of a tree the grammar could not make sense of, nested ones counted again.
fn damage(node: Node<'_>, depth: u32) -> usize {
    if !node.has_error() || depth > 200 {
        return 0;
    }
    let own =
        if node.is_error() { node.end_byte() - node.start_byte() } else { usize::from(node.is_missing()) };
    let mut cursor = node.walk();
    own + node.children(&mut cursor).map(|child| damage(child, depth + 1)).sum::<usize>()
}

impl<'a, 's> Walker<'a, 's> {
    fn new(b: &'a mut Builder<'s>, cpp: bool) -> Self {
        Self {
            b,
            cpp,
            at: At::Top,
            access: Visibility::Public,
            types: Vec::new(),
            namespaces: FxHashSet::default(),
            hidden: 0,
            doc: None,
            returns: Vec::new(),
        }
    }

    /// Walks a file; of a badly damaged one the root itself is an error.
    fn file(&mut self, root: Node<'_>) {
        if root.kind() == "ERROR" { self.broken(root) } else { self.items(root) }
    }

    /// Walks the children of a container in order; a comment right before an item is its doc comment.
    pub fn items(&mut self, node: Node<'_>) {
        self.items_but(node, None);
    }

    /// As [`Walker::items`], without one child.
    fn items_but(&mut self, node: Node<'_>, but: Option<Node<'_>>) {
        let mut cursor = node.walk();
        let mut comment: Option<(usize, usize, usize)> = None;
        let mut last_row = usize::MAX;
        let mut test = None;
        for child in node.named_children(&mut cursor) {
            let row = child.start_position().row;
            if Some(child) == but {
                continue;
            }
            if child.kind() == "comment" {
                let (start, end, end_row) = (child.start_byte(), child.end_byte(), child.end_position().row);
                comment = match comment {
                    _ if row == last_row => None,
                    Some((first, _, last)) if row <= last + 1 => Some((first, end, end_row)),
                    _ => Some((start, end, end_row)),
                };
                continue;
            }
            self.doc = comment.take().filter(|doc| doc.2 + 1 >= row).map(|doc| (doc.0, doc.1));
            last_row = child.end_position().row;
            if self.at == At::Top && self.is_test_head(child) {
                test = Some(child);
                continue;
            }
            match test.take() {
                Some(head) if child.kind() == "compound_statement" => self.test_case(head, child),
                Some(head) => {
                    self.item(head);
                    self.item(child);
                }
                None => {
                    self.item(child);
                }
            }
        }
        if let Some(head) = test {
            self.item(head);
        }
        self.doc = None;
    }

    /// Walks all named children, as items.
    pub fn each(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            self.item(child);
        }
    }

    /// Walks the child in a field, if it is there.
    pub fn field(&mut self, node: Node<'_>, name: &'static str) -> ExprIx {
        node.field(name).map_or(0, |child| self.item(child))
    }

    /// Walks an item, a statement or an expression. Gives the expression's index, else 0.
    pub fn item(&mut self, node: Node<'_>) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let expr = self.item_at(node);
        self.b.ascend();
        expr
    }

    fn item_at(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "comment"
            | "attribute_specifier"
            | "attribute_declaration"
            | "ms_declspec_modifier"
            | "ms_call_modifier"
            | "preproc_call"
            | "access_specifier"
            | "statement_identifier"
            | "storage_class_specifier"
            | "virtual_specifier"
            | "gnu_asm_clobber_list" => {
                if node.kind() == "access_specifier" && self.at == At::Type {
                    self.access = access(self.b.text(node));
                }
            }
            "function_definition" => self.function(node, node, None),
            "declaration" => self.declaration(node, node, None),
            "field_declaration" => self.declaration(node, node, None),
            "type_definition" => self.typedef(node),
            "preproc_include" => self.include(node),
            "preproc_def" | "preproc_function_def" => self.define_macro(node),
            "preproc_if" | "preproc_ifdef" | "preproc_elif" | "preproc_elifdef" | "preproc_else" => {
                self.conditional(node);
            }
            "struct_specifier" | "union_specifier" | "class_specifier" => {
                self.record(node, node, None, None);
            }
            "enum_specifier" => {
                self.enumeration(node, node, None);
            }
            "linkage_specification" => self.field_items(node),
            "translation_unit" | "declaration_list" | "field_declaration_list" => self.items(node),
            "ERROR" if self.at != At::Body => self.broken(node),
            "ERROR" => self.items(node),
            "compound_statement" => {
                self.b.open_scope(ScopeKind::Block);
                self.items(node);
                self.b.close_scope();
            }
            "if_statement" | "while_statement" | "for_statement" | "switch_statement" | "do_statement" => {
                self.b.open_scope(ScopeKind::Block);
                self.each(node);
                self.b.close_scope();
            }
            "labeled_statement" => self.labeled(node),
            "return_statement" | "co_return_statement" => {
                let mut cursor = node.walk();
                let mut value = 0;
                for child in node.named_children(&mut cursor) {
                    value = self.item(child);
                }
                if let (true, Some(returns)) = (value != 0, self.returns.last_mut()) {
                    returns.push(value);
                }
            }
            _ => {
                if !(self.cpp && self.cpp_item(node)) {
                    return self.expr(node);
                }
            }
        }
        0
    }

    /// `extern "C"` with a block or one declaration.
    fn field_items(&mut self, node: Node<'_>) {
        if let Some(body) = node.field("body") {
            self.item(body);
        }
    }

    /// A label. In a body that was damaged by macros, access levels look like labels.
    fn labeled(&mut self, node: Node<'_>) {
        let label = node.field("label");
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if Some(child) != label {
                self.item(child);
            }
        }
    }

    // ---- doc comments ------------------------------------------------------------------------------------------

    /// Gives the comment before the current item to a definition.
    pub fn give_doc(&mut self, def: DefIx) {
        if let Some((start, end)) = self.doc.take() {
            let text = self.b.source().get(start..end).unwrap_or("");
            let doc = bare_comment(text);
            self.b.doc(def, &doc);
        }
    }

    // ---- the preprocessor --------------------------------------------------------------------------------------

    fn include(&mut self, node: Node<'_>) {
        let Some(path) = node.field("path") else { return };
        if !matches!(path.kind(), "string_literal" | "system_lib_string") {
            self.item(path);
            return;
        }
        let text = self.b.text(path).trim().trim_matches('"');
        if text.is_empty() {
            return;
        }
        let text = self.b.intern(text);
        let scope = self.b.scope();
        self.b.import(Import {
            kind: crate::facts::ImportKind::Include,
            path: text,
            name: Sid::EMPTY,
            bound: Sid::EMPTY,
            scope,
            re_export: true,
            of_members: false,
            place: place_of(path),
        });
    }

    fn define_macro(&mut self, node: Node<'_>) {
        let Some(name) = node.field("name") else { return };
        let text = self.b.text(name);
        let value = node.field("value");
        if value.is_none() && is_guard(self.b, node, text) {
            return;
        }
        let params = node.field("parameters");
        let literal = value.map_or(0, |value| literal(self.b, value));
        let kind = match (params, literal) {
            (None, literal) if literal != 0 => SymbolKind::Constant,
            _ => SymbolKind::Macro,
        };
        let spec = DefSpec { kind, name, whole: node, body: None, visibility: Visibility::Public, flags: 0 };
        let def = self.b.define(spec);
        // A macro is visible in the whole file, wherever it is written.
        self.b.def_mut(def).declared_in = 0;
        self.b.def_mut(def).init = literal;
        self.give_doc(def);
        let Some(params) = params else { return };
        self.b.enter(def, ScopeKind::Function);
        let first = self.b.n_locals();
        let mut variadic = false;
        let mut cursor = params.walk();
        for param in params.children(&mut cursor) {
            match param.kind() {
                "identifier" => {
                    let name = self.b.text(param);
                    self.b.local(name, 0, LocalKind::Param, 0, 0);
                }
                "..." => variadic = true,
                _ => {}
            }
        }
        let last = self.b.n_locals();
        let of = self.b.def_mut(def);
        of.params = (first, last);
        of.required = u8::try_from(last - first).unwrap_or(u8::MAX);
        of.flags.set(DefFlags::VARIADIC, variadic);
        self.b.leave();
    }

    /// Both sides of a condition are walked: which one counts is not known.
    fn conditional(&mut self, node: Node<'_>) {
        let name = node.field("name");
        if let Some(name) = name {
            let text = self.b.text(name);
            let mut cursor = node.walk();
            let guard = node.named_children(&mut cursor).any(|child| {
                child.kind() == "preproc_def"
                    && child.field("name").is_some_and(|name| self.b.text(name) == text)
            });
            if !guard {
                let expr = self.b.name(name);
                self.b.uses(expr, Role::Read, name);
            }
        }
        let condition = node.field("condition");
        if let Some(condition) = condition {
            self.item(condition);
        }
        self.items_but(node, name.or(condition));
    }

    /// A new expression at a node.
    pub fn put(&mut self, expr: Expr, node: Node<'_>) -> ExprIx {
        self.b.expr(expr, node)
    }
}

/// True when a `#define` without a value only guards a header against being read twice.
fn is_guard(b: &Builder<'_>, node: Node<'_>, name: &str) -> bool {
    node.parent().is_some_and(|parent| {
        parent.kind() == "preproc_ifdef"
            && parent.field("name").is_some_and(|guard| b.text(guard) == name)
    })
}

/// The literal that a macro stands for, or 0.
fn literal(b: &mut Builder<'_>, value: Node<'_>) -> ExprIx {
    use crate::facts::Literal;
    let text = b.text(value).trim().trim_start_matches(['(', '-', '+']).trim_end_matches(')');
    let first = text.bytes().next().unwrap_or(b' ');
    let literal = match first {
        b'"' if text.ends_with('"') && text.len() > 1 => Literal::Str,
        b'\'' if text.ends_with('\'') && text.len() > 1 => Literal::Char,
        b'0'..=b'9' if text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'\'')) => {
            if text.contains('.') { Literal::Float } else { Literal::Int }
        }
        _ => return 0,
    };
    b.expr(Expr::Lit(literal), value)
}

/// The access level that a keyword states.
pub(in crate::lang) fn access(text: &str) -> Visibility {
    match text.trim() {
        "private" => Visibility::Private,
        "protected" => Visibility::Protected,
        _ => Visibility::Public,
    }
}

/// Takes the markers off a comment.
fn bare_comment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let line = line.trim();
        let line = line.strip_suffix("*/").unwrap_or(line).trim_end_matches('*');
        let line = line.trim_start_matches('/');
        let line = line.trim_start_matches(['*', '!', '<']).trim();
        if line.bytes().all(|c| matches!(c, b'=' | b'-' | b'*' | b'/' | b'#')) && line.len() > 3 {
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out.trim().to_owned()
}
