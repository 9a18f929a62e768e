//! Syntax tree to facts: the state of the walk, attributes, and what stands in a file or a block.

use crate::lang::Fields as _;
use crate::facts::{Builder, DefFlags, DefIx, Expr, ExprIx, LocalIx, ScopeIx};
use crate::lang::comments::{self, Pending};
use crate::model::{Role, Visibility};
use tree_sitter::Node;

use super::paths::Leaf;

/// Walks a file.
pub(super) fn walk(b: &mut Builder<'_>, root: Node<'_>) {
    let mut walker = Walker {
        b,
        doc: Pending::default(),
        modules: Vec::new(),
        holder: Holder::None,
        type_params: Vec::new(),
        projections: Vec::new(),
        returns: Vec::new(),
        closure_input: None,
        leaves: Vec::new(),
        roots: Vec::new(),
        expected: 0,
        bound_from: 0,
        macro_depth: 0,
        formats: false,
    };
    walker.inner_doc(root, 0);
    walker.members(root);
    walker.bind_imports();
}

/// What the definitions that are being walked belong to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder {
    /// A file, module or block.
    None,
    /// An `impl` block: the type that is implemented, and whether it is for a trait.
    Impl {
        /// Type expression.
        receiver: ExprIx,
        /// `impl Trait for Type`.
        of_trait: bool,
    },
    /// A trait, which is seen by these.
    Trait(Visibility),
    /// An `extern` block.
    Foreign,
}

/// The state of a walk.
pub(super) struct Walker<'b, 's> {
    /// Where the facts go.
    pub(super) b: &'b mut Builder<'s>,
    /// Doc comment of the next definition.
    pub(super) doc: Pending,
    /// Names and scopes of the enclosing inline modules.
    pub(super) modules: Vec<(&'s str, ScopeIx)>,
    /// What surrounds the next definition.
    pub(super) holder: Holder,
    /// Type parameters in scope, to which `where` adds bounds.
    pub(super) type_params: Vec<(&'s str, LocalIx)>,
    /// Bounds of `T::Name` in scope, from `where`.
    pub(super) projections: Vec<(String, ExprIx)>,
    /// What the enclosing closures and functions return.
    pub(super) returns: Vec<Vec<ExprIx>>,
    /// Of what the next closure is given elements, and what it starts with.
    pub(super) closure_input: Option<Input>,
    /// Names that `use` declarations bring, until it is known what the file itself declares.
    pub(super) leaves: Vec<Leaf<'s>>,
    /// Roots of paths (`crate`, `super`) that have an import already: scope and spelling.
    pub(super) roots: Vec<(ScopeIx, String)>,
    /// The type that the next call is expected to give, or 0.
    pub(super) expected: ExprIx,
    /// The byte from which what the next pattern binds is visible; 0: in all of its scope.
    pub(super) bound_from: usize,
    /// How many macros are around.
    pub(super) macro_depth: u32,
    /// Strings are arguments of a macro that reads names in them: `"{name}"`.
    pub(super) formats: bool,
}

/// What a library's method passes to the closure that is its argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    /// Each parameter is an element of this.
    pub(super) of: ExprIx,
    /// But the first one is this, when it is not 0.
    pub(super) first: ExprIx,
    /// Two parameters are the two parts of an element.
    pub(super) parts: bool,
}

/// What the attributes of an item say.
#[derive(Debug, Default)]
pub(super) struct Attributes {
    /// See [`DefFlags`].
    pub(super) flags: u32,
    /// The feature of a `cfg`, and whether it must be on.
    pub(super) feature: Option<(String, bool)>,
    /// The value of `#[path = ".."]`.
    pub(super) path: Option<String>,
}

impl<'s> Walker<'_, 's> {
    /// Everything directly in `node`: a file, the body of a module, a block. Gives the value of a last expression.
    pub(super) fn members(&mut self, node: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut attributes = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "line_comment" | "block_comment" => self.doc.comment(self.b, child),
                "attribute_item" => attributes.push(child),
                "inner_attribute_item" => self.inner_attribute(child),
                _ => {
                    let this = self.visit_with(child, &attributes);
                    value = if ends_with_semicolon(child) { 0 } else { this };
                    attributes.clear();
                    self.doc.clear();
                }
            }
        }
        value
    }

    /// Anything; gives the value of an expression, 0 for all else.
    pub(super) fn visit(&mut self, node: Node<'_>) -> ExprIx {
        self.visit_with(node, &[])
    }

    fn visit_with(&mut self, node: Node<'_>, attributes: &[Node<'_>]) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let value = if self.item(node, attributes) { 0 } else { self.expression(node) };
        self.b.ascend();
        value
    }

    /// `//!` and `/*! */` at the start of a file or module.
    pub(super) fn inner_doc(&mut self, node: Node<'_>, def: DefIx) {
        let mut text = String::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "line_comment" | "block_comment" => {
                    let comment = self.b.text(child);
                    if comment.starts_with("//!") || comment.starts_with("/*!") {
                        text.push_str(comment);
                        if !comment.ends_with('\n') {
                            text.push('\n');
                        }
                    }
                }
                "inner_attribute_item" => {}
                _ => break,
            }
        }
        if !text.is_empty() {
            self.b.doc(def, &comments::clean(&text));
        }
    }

    /// `#![cfg(test)]` makes the file test code.
    fn inner_attribute(&mut self, node: Node<'_>) {
        let mut said = Attributes::default();
        self.attribute(node, &mut said);
        let owner = self.b.owner();
        if DefFlags(said.flags).has(DefFlags::TEST) {
            self.b.def_mut(owner).flags.set(DefFlags::TEST, true);
        }
    }

    /// What the attributes before an item say.
    pub(super) fn attributes(&mut self, nodes: &[Node<'_>]) -> Attributes {
        let mut said = Attributes::default();
        for &node in nodes {
            self.attribute(node, &mut said);
        }
        said
    }

    fn attribute(&mut self, node: Node<'_>, said: &mut Attributes) {
        let Some(attribute) = node.named_child(0) else { return };
        let Some(path) = attribute.named_child(0) else { return };
        let path = self.b.text(path);
        let arguments = attribute.field("arguments").map_or("", |node| self.b.text(node));
        match path.rsplit("::").next().unwrap_or(path) {
            "test" | "bench" | "rstest" | "test_case" | "quickcheck" | "wasm_bindgen_test" | "proptest"
            | "test_matrix" | "googletest" | "fixture" => said.flags |= DefFlags::TEST | DefFlags::DECORATED,
            "cfg" => {
                if is_for_tests(arguments) {
                    said.flags |= DefFlags::TEST;
                }
                said.feature = feature(arguments).or_else(|| said.feature.take());
            }
            "no_mangle" | "export_name" | "panic_handler" | "global_allocator" | "start" | "proc_macro"
            | "proc_macro_derive" | "proc_macro_attribute" => said.flags |= DefFlags::ENTRY,
            "unsafe" if arguments.contains("no_mangle") || arguments.contains("export_name") => {
                said.flags |= DefFlags::ENTRY;
            }
            "macro_export" => said.flags |= DefFlags::EXPORTED,
            "path" => {
                let value = attribute.field("value").map_or("", |node| self.b.text(node));
                said.path = Some(value.trim_matches('"').to_owned());
            }
            _ if is_inert(path) => {}
            _ => said.flags |= DefFlags::DECORATED,
        }
    }

    /// Names in attributes: derived traits, and macros that are no part of the language.
    pub(super) fn attribute_uses(&mut self, nodes: &[Node<'_>]) {
        for &node in nodes {
            let Some(attribute) = node.named_child(0) else { continue };
            let Some(path) = attribute.named_child(0) else { continue };
            if self.b.text(path) == "derive" {
                if let Some(arguments) = attribute.field("arguments") {
                    self.derives(arguments);
                }
            } else if path.kind() == "identifier" && !is_inert(self.b.text(path)) {
                let name = self.b.name(path);
                self.b.uses(name, Role::Decorator, path);
            }
        }
    }

    fn derives(&mut self, arguments: Node<'_>) {
        let mut in_path = false;
        let mut cursor = arguments.walk();
        for child in arguments.children(&mut cursor) {
            match child.kind() {
                "identifier" if !in_path && child.next_sibling().is_none_or(|next| next.kind() != "::") => {
                    let name = self.b.name(child);
                    self.b.uses(name, Role::Decorator, child);
                }
                _ => {}
            }
            in_path = child.kind() == "::";
        }
    }

    /// A bare name that does not stand in the source as such.
    pub(super) fn named(&mut self, name: &str, node: Node<'_>) -> ExprIx {
        let name = self.b.intern_owned(name);
        let scope = self.b.scope();
        self.b.expr(Expr::Name { name, scope }, node)
    }

    /// A library's type around something, such as `Option` around the value of `Some(value)`.
    pub(super) fn around(&mut self, name: &str, args: Vec<ExprIx>, node: Node<'_>) -> ExprIx {
        let base = self.named(name, node);
        self.b.expr(Expr::Generic { base, args }, node)
    }
}

/// `x;` has no value.
fn ends_with_semicolon(node: Node<'_>) -> bool {
    let last = node.child(node.child_count().saturating_sub(1));
    node.kind() == "expression_statement" && last.is_some_and(|last| last.kind() == ";")
}

/// True for a `cfg` that holds in tests alone.
fn is_for_tests(arguments: &str) -> bool {
    let words = |text: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == "test")
    };
    words(arguments) && !arguments.contains("not") && !arguments.contains("any")
}

/// The feature of `(feature = "x")` and of `(not(feature = "x"))`.
fn feature(arguments: &str) -> Option<(String, bool)> {
    let inner = arguments.strip_prefix('(')?.strip_suffix(')')?.trim();
    let (condition, on) = match inner.strip_prefix("not") {
        Some(rest) => (rest.trim().strip_prefix('(')?.strip_suffix(')')?.trim(), false),
        None => (inner, true),
    };
    let value = condition.strip_prefix("feature")?.trim_start().strip_prefix('=')?.trim();
    let name = value.strip_prefix('"')?.strip_suffix('"')?;
    (!name.contains('"')).then(|| (name.to_owned(), on))
}

/// Attributes that register nothing.
fn is_inert(path: &str) -> bool {
    matches!(
        path,
        "allow" | "warn" | "deny" | "expect" | "forbid" | "inline" | "cold" | "must_use" | "doc" | "derive" | "cfg"
            | "cfg_attr" | "repr" | "deprecated" | "non_exhaustive" | "track_caller" | "automatically_derived"
            | "default" | "ignore" | "should_panic" | "rustfmt::skip" | "rustfmt" | "clippy" | "macro_use" | "feature"
            | "target_feature" | "link" | "link_name" | "link_section" | "used" | "unsafe" | "test" | "bench" | "path"
            | "macro_export" | "no_mangle" | "export_name" | "recursion_limit" | "diagnostic" | "stable" | "unstable"
            | "rustc_const_stable" | "serde" | "error" | "from" | "source" | "transparent"
    )
}

/// Files are limited to less than 4 GiB.
pub(super) fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
