//! Syntax tree to facts: imports.

use super::walk::{FrameKind, Walker};
use crate::lang::Fields as _;
use crate::facts::{Import, ImportKind, Sid, place_of};
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// `import a.b`, `import a.b as c`.
    pub(super) fn import(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for each in node.children_by_field_name("name", &mut cursor) {
            let alias = each.field("alias");
            let name = each.field("name").unwrap_or(each);
            let path = self.dotted(name);
            let bound = match (alias, name.named_child(0)) {
                (Some(bound), _) | (None, Some(bound)) => bound,
                (None, None) => continue,
            };
            let bound_text = self.b.text(bound);
            let import = Import {
                kind: ImportKind::Module,
                path,
                name: Sid::EMPTY,
                bound: self.b.intern(bound_text),
                scope: self.b.scope(),
                re_export: self.is_re_export(),
                of_members: false,
                place: place_of(name),
            };
            let inner = alias.is_none() && name.named_child_count() > 1;
            self.b.import(import.clone());
            if inner {
                // Binds the outermost package alone, but the innermost module is loaded.
                self.b.import(Import { kind: ImportKind::Effect, bound: Sid::EMPTY, ..import });
            }
        }
    }

    /// `from a import b as c, d`, `from . import x`, `from a import *`.
    pub(super) fn import_from(&mut self, node: Node<'_>) {
        let Some(module) = node.field("module_name") else { return };
        let path = self.dotted(module);
        let scope = self.b.scope();
        let mut cursor = node.walk();
        for each in node.named_children(&mut cursor).filter(|child| child.id() != module.id()) {
            let (kind, name, bound, place) = match each.kind() {
                "wildcard_import" => (ImportKind::Wildcard, Sid::EMPTY, Sid::EMPTY, module),
                "dotted_name" => {
                    let name = self.dotted(each);
                    (ImportKind::Symbol, name, name, each)
                }
                "aliased_import" => {
                    let Some(name) = each.field("name") else { continue };
                    let bound = each.field("alias").map_or("", |alias| self.b.text(alias));
                    let bound = self.b.intern(bound);
                    (ImportKind::Symbol, self.dotted(name), bound, name)
                }
                _ => continue,
            };
            let re_export = self.is_re_export();
            let place = place_of(place);
            self.b.import(Import { kind, path, name, bound, scope, re_export, of_members: false, place });
        }
    }

    /// A dotted name without the blanks that may stand in it.
    fn dotted(&mut self, node: Node<'_>) -> Sid {
        let text = self.b.text(node);
        if text.contains(|c: char| c.is_whitespace() || c == '\\') {
            let plain: String = text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect();
            return self.b.intern_owned(&plain);
        }
        self.b.intern(text)
    }

    /// Others may import from here what a module imports at its top.
    fn is_re_export(&self) -> bool {
        self.top_kind() == FrameKind::Module
    }
}
