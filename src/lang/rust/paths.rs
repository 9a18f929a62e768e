//! Paths in code and in `use` declarations.

use crate::lang::written::Written;
use super::walk::Walker;
use crate::lang::Fields as _;
use crate::facts::{Def, Expr, Import, ImportKind, NONE, ScopeIx, Sid, place_of};
use crate::model::{Place, Role, SymbolKind};
use tree_sitter::Node;

/// One name that a `use` declaration brings.
pub(super) struct Leaf<'s> {
    /// The written path, the name included; for a wildcard the module alone.
    segments: Vec<&'s str>,
    /// The name it is bound to; empty for a wildcard and for `as _`.
    bound: &'s str,
    wildcard: bool,
    re_export: bool,
    scope: ScopeIx,
    place: Place,
    /// Names of the inline modules around it.
    inside: Vec<&'s str>,
}

impl<'s> Walker<'_, 's> {
    /// A path of several segments. The last one is not yet used; the ones before it are.
    pub(super) fn path<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let none = Written::named(0, node);
        if !self.b.descend(node) {
            return none;
        }
        let written = self.path_inner(node).unwrap_or(none);
        self.b.ascend();
        written
    }

    fn path_inner<'t>(&mut self, node: Node<'t>) -> Option<Written<'t>> {
        match node.kind() {
            "scoped_identifier" | "scoped_type_identifier" => {
                let name = node.field("name")?;
                let Some(path) = node.field("path") else {
                    // `::name` names a crate.
                    let head = self.b.name(name);
                    return Some(Written::named(head, name));
                };
                if name.kind() == "super" {
                    return Some(self.root(node));
                }
                let base = self.path_base(path);
                if base == 0 {
                    return None;
                }
                let head = self.b.member(base, name);
                Some(Written::named(head, name))
            }
            "crate" | "self" | "super" => Some(self.root(node)),
            "identifier" | "type_identifier" => {
                if self.b.text(node) == "Self" {
                    let scope = self.b.scope();
                    let whole = self.b.expr(Expr::SelfType { scope }, node);
                    return Some(Written::unnamed(whole, node));
                }
                let head = self.b.name(node);
                Some(Written::named(head, node))
            }
            _ => {
                let whole = self.ty(node);
                Some(Written::unnamed(whole, node))
            }
        }
    }

    /// What a path is taken from.
    fn path_base(&mut self, node: Node<'_>) -> u32 {
        let written = self.path(node);
        // Modules are no types, and a use of a module is no edge.
        let names_type = self.b.text(written.name).starts_with(|c: char| c.is_uppercase());
        if names_type {
            self.b.uses(written.head, Role::Type, written.name);
        }
        let text = self.b.text(node);
        let bound = self.projections.iter().rev().find(|(path, _)| path == text).map(|&(_, bound)| bound);
        match bound {
            // Its bounds tell more than the trait that declares it.
            Some(bound) => self.b.union(vec![written.whole, bound]),
            None => written.whole,
        }
    }

    /// `crate`, `self`, `super`, `super::super`: a name that an import of its own binds.
    fn root<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let text: String = self.b.text(node).split_whitespace().collect();
        let scope = if text == "crate" { 0 } else { self.modules.last().map_or(0, |&(_, scope)| scope) };
        if !self.roots.iter().any(|(of, name)| *of == scope && *name == text) {
            let inside: Vec<&str> = self.modules.iter().map(|(name, _)| *name).collect();
            let segments: Vec<&str> = text.split("::").collect();
            let path = self.b.intern_owned(&from_file(&segments, &inside).join("::"));
            let bound = self.b.intern_owned(&text);
            let import = Import {
                kind: ImportKind::Root,
                path,
                name: Sid::EMPTY,
                bound,
                scope,
                re_export: false,
                of_members: false,
                place: place_of(node),
            };
            self.b.import(import);
            self.roots.push((scope, text.clone()));
        }
        Written { whole: self.named(&text, node), head: 0, name: node }
    }

    // ---- imports ------------------------------------------------------------------------------------------------

    /// `use a::{b, c::*, d as e};`
    pub(super) fn use_declaration(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let re_export = node.children(&mut cursor).any(|child| child.kind() == "visibility_modifier");
        if let Some(argument) = node.field("argument") {
            self.use_tree(argument, &[], re_export);
        }
    }

    fn use_tree(&mut self, node: Node<'_>, before: &[&'s str], re_export: bool) {
        if !self.b.descend(node) {
            return;
        }
        match node.kind() {
            "use_list" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    self.use_tree(child, before, re_export);
                }
            }
            "scoped_use_list" => {
                let mut path = before.to_vec();
                if let Some(prefix) = node.field("path") {
                    self.segments(prefix, &mut path);
                }
                if let Some(list) = node.field("list") {
                    self.use_tree(list, &path, re_export);
                }
            }
            "use_as_clause" => {
                let alias = node.field("alias").map_or("", |alias| self.b.text(alias));
                if let Some(path) = node.field("path") {
                    self.use_leaf(path, before, Some(alias), false, re_export);
                }
            }
            "use_wildcard" => match node.named_child(0) {
                Some(path) => self.use_leaf(path, before, None, true, re_export),
                None => self.use_leaf(node, before, None, true, re_export),
            },
            "identifier" | "crate" | "self" | "super" | "scoped_identifier" => {
                self.use_leaf(node, before, None, false, re_export);
            }
            _ => {}
        }
        self.b.ascend();
    }

    fn use_leaf(
        &mut self,
        node: Node<'_>,
        before: &[&'s str],
        alias: Option<&'s str>,
        wildcard: bool,
        re_export: bool,
    ) {
        let mut segments = before.to_vec();
        // `a::{self}` is `a`.
        let is_self = node.kind() == "self" && !before.is_empty();
        if !is_self && node.kind() != "use_wildcard" {
            self.segments(node, &mut segments);
        }
        let Some(&last) = segments.last() else { return };
        let bound = match alias {
            _ if wildcard => "",
            Some("_") => "",
            Some(alias) => alias,
            None => last,
        };
        let name = node.field("name").filter(|_| !wildcard).unwrap_or(node);
        let scope = self.b.scope();
        let inside = self.modules.iter().map(|(name, _)| *name).collect();
        let place = place_of(name);
        self.leaves.push(Leaf { segments, bound, wildcard, re_export, scope, place, inside });
    }

    /// The segments of a path, outermost first.
    fn segments(&mut self, node: Node<'_>, into: &mut Vec<&'s str>) {
        let mut names = Vec::new();
        let mut at = node;
        while at.kind() == "scoped_identifier" {
            if let Some(name) = at.field("name") {
                names.push(self.b.text(name));
            }
            let Some(path) = at.field("path") else { break };
            at = path;
        }
        if at.kind() != "scoped_identifier" {
            names.push(self.b.text(at));
        }
        into.extend(names.into_iter().rev());
    }

    /// `extern crate a as b;`
    pub(super) fn extern_crate(&mut self, node: Node<'_>) {
        let Some(name) = node.field("name") else { return };
        let text = self.b.text(name);
        let alias = node.field("alias").map_or(text, |alias| self.b.text(alias));
        let mut cursor = node.walk();
        let re_export = node.children(&mut cursor).any(|child| child.kind() == "visibility_modifier");
        let segments = if text == "self" { vec!["crate"] } else { vec![text] };
        let bound = if alias == "_" { "" } else { alias };
        let (scope, place) = (self.b.scope(), place_of(name));
        self.leaves.push(Leaf { segments, bound, wildcard: false, re_export, scope, place, inside: Vec::new() });
    }

    /// At the end, when all names of the file are known: turns what `use` declarations bring into imports.
    pub(super) fn bind_imports(&mut self) {
        let leaves = std::mem::take(&mut self.leaves);
        let mut imports = Vec::with_capacity(leaves.len());
        for (at, leaf) in leaves.iter().enumerate() {
            let mut segments = leaf.segments.clone();
            let first = segments.first().copied().unwrap_or("");
            let is_root = matches!(first, "crate" | "self" | "super");
            if !is_root && self.is_own_name(first, leaf, at, &leaves) {
                segments.insert(0, "self");
            }
            imports.push(from_file(&segments, &leaf.inside));
        }
        for (leaf, mut segments) in leaves.into_iter().zip(imports) {
            let name = if leaf.wildcard || segments.len() < 2 { None } else { segments.pop() };
            let kind = match name {
                Some(_) => ImportKind::Symbol,
                None if leaf.wildcard => ImportKind::Wildcard,
                None => ImportKind::Module,
            };
            let path = self.b.intern_owned(&segments.join("::"));
            let name = self.b.intern_owned(name.unwrap_or(""));
            let bound = self.b.intern(leaf.bound);
            self.b.import(Import {
                kind,
                path,
                name,
                bound,
                scope: leaf.scope,
                // Modules below see all that a module imports by a wildcard, public or not.
                re_export: leaf.re_export || leaf.wildcard,
                of_members: false,
                place: leaf.place,
            });
        }
    }

    /// True when the first segment of a `use` path means something that the file itself declares or imports.
    fn is_own_name(&self, first: &str, leaf: &Leaf<'_>, at: usize, leaves: &[Leaf<'_>]) -> bool {
        // Crates and modules are written in lower case: anything else came through a wildcard.
        if first.starts_with(|c: char| c.is_uppercase()) {
            return true;
        }
        let sees = |scope: ScopeIx| {
            let mut look = leaf.scope;
            while look != NONE {
                if look == scope {
                    return true;
                }
                look = self.b.scope_parent(look);
            }
            false
        };
        let defined = |def: &Def| {
            def.kind == SymbolKind::Module && self.b.str(def.name) == first && sees(def.declared_in)
        };
        self.b.defs().iter().skip(1).any(defined)
            || leaves.iter().enumerate().any(|(other, each)| {
                other != at && each.bound == first && each.segments.len() > 1 && sees(each.scope)
            })
    }
}

/// A path seen from the file, not from the inline modules in which it stands.
fn from_file<'s>(segments: &[&'s str], inside: &[&'s str]) -> Vec<&'s str> {
    let mut up = 0;
    let mut rest = segments;
    match segments.first() {
        Some(&"self") => rest = &segments[1..],
        Some(&"super") => {
            while rest.first() == Some(&"super") {
                up += 1;
                rest = &rest[1..];
            }
        }
        _ => return segments.to_vec(),
    }
    let mut path: Vec<&str> = Vec::with_capacity(segments.len() + inside.len());
    if up > inside.len() {
        path.extend(std::iter::repeat_n("super", up - inside.len()));
    } else {
        path.push("self");
        path.extend(&inside[..inside.len() - up]);
    }
    path.extend(rest);
    path
}
