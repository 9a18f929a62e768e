//! Scala: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child, has};
use super::{Fields as _, Language};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// Scala.
pub static SCALA: Language = Language {
    name: "scala",
    label: "Scala",
    extensions: &["scala", "sc", "sbt"],
    file_names: &[],
    interpreters: &["scala", "amm"],
    separator: ".",
    grammar: || tree_sitter_scala::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("block_comment", Means::Comment),
        ("package_clause", Means::Read(package)),
        ("package_object", Means::Def(SymbolKind::Module, "name")),
        ("class_definition", Means::Def(SymbolKind::Class, "name")),
        ("object_definition", Means::Def(SymbolKind::Class, "name")),
        ("trait_definition", Means::Def(SymbolKind::Trait, "name")),
        ("enum_definition", Means::Def(SymbolKind::Enum, "name")),
        ("simple_enum_case", Means::Def(SymbolKind::EnumMember, "name")),
        ("full_enum_case", Means::Def(SymbolKind::EnumMember, "name")),
        ("function_definition", Means::Def(SymbolKind::Function, "name")),
        ("function_declaration", Means::Def(SymbolKind::Function, "name")),
        ("type_definition", Means::Def(SymbolKind::TypeAlias, "name")),
        ("given_definition", Means::Def(SymbolKind::Constant, "name")),
        ("val_definition", Means::Read(|walk, node| value(walk, node, SymbolKind::Constant))),
        ("val_declaration", Means::Read(|walk, node| value(walk, node, SymbolKind::Constant))),
        ("var_definition", Means::Read(|walk, node| value(walk, node, SymbolKind::Variable))),
        ("var_declaration", Means::Read(|walk, node| value(walk, node, SymbolKind::Variable))),
        ("class_parameter", Means::Read(parameter)),
        ("extension_definition", Means::Read(extension)),
    ],
    attributes: &["annotation"],
    bodies: &["body", "value"],
    comments: &Comments::BLOCKS,
    refine,
    by_number: OnceLock::new(),
};

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, name: &str, head: &mut Head) {
    if head.kind == SymbolKind::Method && name == "this" {
        head.kind = SymbolKind::Constructor;
    }
    if head.kind == SymbolKind::Method && node.kind() == "function_declaration" {
        head.flags |= DefFlags::ABSTRACT;
    }
    if has(node, "annotation") {
        head.flags |= DefFlags::DECORATED;
    }
    let Some(modifiers) = child(node, &["modifiers"]) else { return };
    let mut cursor = modifiers.walk();
    for each in modifiers.children(&mut cursor) {
        match each.kind() {
            "access_modifier" => {
                let text = walk.text(each);
                head.visibility = match (text.starts_with("private"), text.contains('[')) {
                    (true, true) if !text.contains("[this]") => Visibility::Internal,
                    (true, _) => Visibility::Private,
                    (false, _) => Visibility::Protected,
                };
            }
            "override" => head.flags |= DefFlags::OVERRIDE,
            _ => {}
        }
    }
}

/// Several clauses in a row name one package; one with a body names that of what it contains.
fn package(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("name") else { return Next::Into };
    let name = walk.text(at);
    if node.field("body").is_some() {
        return walk.define_inside(New::named(SymbolKind::Module, node, at, name));
    }
    walk.b.package(name);
    Next::Over
}

/// `val name = value`, `val (a, b) = value`.
fn value(walk: &mut Walk<'_, '_>, node: Node<'_>, kind: SymbolKind) -> Next {
    let Some(pattern) = node.field("pattern").or_else(|| node.field("name")) else { return Next::Into };
    let kind = if walk.container().is_type() { SymbolKind::Field } else { kind };
    let new = |at, name| New::named(kind, node, at, name);
    if pattern.kind() == "identifier" {
        return walk.define_inside(new(pattern, walk.text(pattern)));
    }
    let mut cursor = pattern.walk();
    for at in pattern.named_children(&mut cursor).filter(|child| child.kind() == "identifier") {
        walk.define(new(at, walk.text(at)));
    }
    Next::Into
}

/// A parameter of a class that is a field as well: one of a case class, or one with `val` or `var`.
fn parameter(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("name") else { return Next::Into };
    let class = node.parent().and_then(|parameters| parameters.parent());
    if has(node, "val") || has(node, "var") || class.is_some_and(|class| has(class, "case")) {
        let name = walk.text(at);
        walk.define(New::named(SymbolKind::Field, node, at, name));
    }
    Next::Into
}

/// `extension (item: Item) def …`: its methods belong to the type of the parameter.
fn extension(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let parameter = node.field("parameters").and_then(|all| child(all, &["parameter"]));
    let ty = parameter.and_then(|parameter| parameter.field("type"));
    let ty = ty.map(|ty| if ty.kind() == "generic_type" { ty.field("type").unwrap_or(ty) } else { ty });
    let name = ty.map(|ty| walk.text(ty)).unwrap_or_default();
    Next::Among(DefFlags::EXTENSION, name.to_owned())
}

fn is_test_path(path: &str) -> bool {
    let stem = symbols::stem(path);
    symbols::in_folder(path, &["test", "tests", "it"])
        || ["Spec", "Suite", "Test", "Tests"].iter().any(|end| stem.ends_with(end))
}
