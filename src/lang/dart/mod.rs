//! Dart: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child, has};
use super::{Fields as _, Language};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// Dart.
pub static DART: Language = Language {
    name: "dart",
    label: "Dart",
    extensions: &["dart"],
    file_names: &[],
    interpreters: &["dart"],
    separator: ".",
    grammar: || tree_sitter_dart::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("documentation_comment", Means::Comment),
        ("class_declaration", Means::Def(SymbolKind::Class, "name")),
        ("mixin_declaration", Means::Def(SymbolKind::Trait, "name")),
        ("enum_declaration", Means::Def(SymbolKind::Enum, "name")),
        ("enum_entry", Means::Def(SymbolKind::EnumMember, "name")),
        ("extension_declaration", Means::Read(extension)),
        ("extension_type_declaration", Means::Read(extension_type)),
        ("extension_type_representation", Means::Def(SymbolKind::Field, "name")),
        ("type_alias", Means::Child(SymbolKind::TypeAlias, "type_identifier")),
        ("top_level_variable_declaration", Means::Read(|walk, node| variables(walk, node, node))),
        ("function_declaration", Means::Read(|walk, node| member(walk, node, node))),
        ("getter_declaration", Means::Read(|walk, node| member(walk, node, node))),
        ("setter_declaration", Means::Read(|walk, node| member(walk, node, node))),
        ("local_function_declaration", Means::Read(|walk, node| member(walk, node, node))),
        ("member_declaration", Means::Read(held)),
    ],
    attributes: &["annotation"],
    bodies: &["body", "function_body"],
    comments: &Comments::LINES_AND_BLOCKS,
    refine,
    by_number: OnceLock::new(),
};

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, name: &str, head: &mut Head) {
    if name.starts_with('_') {
        head.visibility = Visibility::Private;
    }
    // A member is wrapped in what it declares, and that in its signature.
    let inner = child(node, &["method_declaration", "declaration"]).unwrap_or(node);
    let signature = inner.field("signature").unwrap_or(inner);
    if has(inner, "static") || has(signature, "static") {
        head.flags |= DefFlags::STATIC;
    }
    for holder in [node, inner] {
        let mut cursor = holder.walk();
        for each in holder.children(&mut cursor).filter(|child| child.kind() == "annotation") {
            let is_override = walk.text(each) == "@override";
            head.flags |= if is_override { DefFlags::OVERRIDE } else { DefFlags::DECORATED };
        }
    }
    let is_bare = inner.kind() == "declaration" && !has(inner, "external");
    if is_bare && matches!(head.kind, SymbolKind::Method | SymbolKind::Property) {
        head.flags |= DefFlags::ABSTRACT;
    }
}

/// `extension Name on Type`, or one without a name, whose members belong to the type.
fn extension(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    if let Some(at) = node.field("name") {
        return walk.define_inside(New::named(SymbolKind::Class, node, at, walk.text(at)));
    }
    let ty = node.field("class").map(|ty| walk.text(ty)).unwrap_or_default();
    Next::Among(DefFlags::EXTENSION, ty.split('<').next().unwrap_or_default().to_owned())
}

/// `extension type Name(int value)`, which may name its constructor too.
fn extension_type(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("name").and_then(|name| child(name, &["identifier"])) else { return Next::Into };
    walk.define_inside(New::named(SymbolKind::Class, node, at, walk.text(at)))
}

/// A member of a type.
fn held(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    match child(node, &["method_declaration", "declaration"]) {
        Some(inner) => member(walk, node, inner),
        None => Next::Into,
    }
}

/// A function, accessor, operator or constructor by its signature, or else variables.
fn member(walk: &mut Walk<'_, '_>, whole: Node<'_>, node: Node<'_>) -> Next {
    let outer = node.field("signature").unwrap_or(node);
    let mut signature = outer;
    if !signature.kind().ends_with("_signature") || signature.kind() == "method_signature" {
        let mut cursor = outer.walk();
        let inner = outer.named_children(&mut cursor).find(|child| child.kind().ends_with("_signature"));
        match inner {
            Some(inner) => signature = inner,
            None => return variables(walk, whole, node),
        }
    }
    let mut cursor = signature.walk();
    let name = signature.children_by_field_name("name", &mut cursor).last();
    let Some(at) = name.or_else(|| signature.field("operator")) else { return Next::Into };
    let kind = match signature.kind() {
        "getter_signature" | "setter_signature" => SymbolKind::Property,
        kind if kind.contains("constructor") => SymbolKind::Constructor,
        _ => SymbolKind::Function,
    };
    let body = node.field("body").or_else(|| child(node, &["function_body"]));
    walk.define_inside(New::named(kind, whole, at, walk.text(at)).before(body))
}

/// `final a = 1, b = 2;`
fn variables(walk: &mut Walk<'_, '_>, whole: Node<'_>, node: Node<'_>) -> Next {
    let lists = ["static_final_declaration_list", "initialized_identifier_list", "identifier_list"];
    let Some(list) = child(node, &lists) else { return Next::Into };
    let head = walk.b.source().get(node.start_byte()..list.start_byte()).unwrap_or("");
    let is_constant = head.split_whitespace().any(|word| matches!(word, "const" | "final"));
    let kind = match (walk.in_type(), is_constant) {
        (true, _) => SymbolKind::Field,
        (false, true) => SymbolKind::Constant,
        (false, false) => SymbolKind::Variable,
    };
    let mut cursor = list.walk();
    for each in list.named_children(&mut cursor) {
        let at = each.field("name").unwrap_or(each);
        if at.kind() == "identifier" {
            walk.define(New::named(kind, whole, at, walk.text(at)));
        }
    }
    Next::Into
}

fn is_test_path(path: &str) -> bool {
    symbols::in_folder(path, &["test", "tests", "integration_test"]) || symbols::stem(path).ends_with("_test")
}
