//! Bash: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Means, New, Next, NoRules, Shape, Walk, has};
use super::{Fields as _, Language};
use crate::model::SymbolKind;
use std::sync::OnceLock;
use tree_sitter::Node;

/// Bash.
pub static BASH: Language = Language {
    name: "bash",
    label: "Shell Script (Bash)",
    extensions: &["sh", "bash", "ksh", "bats", "ebuild", "command"],
    file_names: &[".bashrc", ".bash_profile", ".bash_aliases", ".profile", ".envrc", "pkgbuild", "apkbuild"],
    interpreters: &["sh", "bash", "dash", "ksh", "ash", "bats"],
    separator: ".",
    grammar: || tree_sitter_bash::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("function_definition", Means::Def(SymbolKind::Function, "name")),
        ("declaration_command", Means::Read(declaration)),
        ("variable_assignment", Means::Read(|walk, node| variable(walk, node, node, SymbolKind::Variable))),
        ("command", Means::Read(command)),
    ],
    attributes: &[],
    bodies: &["body"],
    comments: &Comments { docs: &[], go_on: false, trail: false, starts: &["###", "##", "#"], ends: &[] },
    refine: |_, _, _, _| {},
    by_number: OnceLock::new(),
};

/// `readonly NAME=value`, `export name=value`.
fn declaration(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let mut cursor = node.walk();
    let is_constant = has(node, "readonly")
        || node.children(&mut cursor).any(|word| {
            let text = walk.text(word);
            word.kind() == "word" && text.starts_with('-') && text.contains('r')
        });
    let kind = if is_constant { SymbolKind::Constant } else { SymbolKind::Variable };
    let mut cursor = node.walk();
    for each in node.named_children(&mut cursor).filter(|child| child.kind() == "variable_assignment") {
        variable(walk, node, each, kind);
    }
    Next::Over
}

/// The first assignment of a name defines it.
fn variable(walk: &mut Walk<'_, '_>, whole: Node<'_>, node: Node<'_>, kind: SymbolKind) -> Next {
    if let Some(at) = node.field("name").filter(|at| at.kind() == "variable_name")
        && walk.container() == SymbolKind::File
        && !walk.is_known(walk.text(at))
        && walk.define(New::named(kind, whole, at, walk.text(at))).is_some()
    {
        walk.may_go_on(0);
    }
    Next::Over
}

/// `alias name='…'`; of other commands nothing is looked at, for an assignment before one is for it alone.
fn command(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    if node.field("name").is_some_and(|name| walk.text(name) == "alias") {
        let mut cursor = node.walk();
        for at in node.children_by_field_name("argument", &mut cursor) {
            let (name, _) = walk.text(at).split_once('=').unwrap_or(("", ""));
            if !name.starts_with(['"', '\'', '-', '$']) {
                walk.define(New::named(SymbolKind::Macro, node, at, name));
            }
        }
    }
    Next::Over
}

fn is_test_path(path: &str) -> bool {
    symbols::in_folder(path, &["test", "tests", "spec"]) || path.ends_with(".bats")
}
