//! Zig: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child, has};
use super::{Fields as _, Language};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// Zig.
pub static ZIG: Language = Language {
    name: "zig",
    label: "Zig",
    extensions: &["zig"],
    file_names: &[],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_zig::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("function_declaration", Means::Def(SymbolKind::Function, "name")),
        ("variable_declaration", Means::Read(variable)),
        ("container_field", Means::Read(field)),
        ("struct_declaration", Means::Read(unnamed)),
        ("union_declaration", Means::Read(unnamed)),
        ("enum_declaration", Means::Read(unnamed)),
        ("opaque_declaration", Means::Read(unnamed)),
        ("error_set_declaration", Means::Read(errors)),
        ("test_declaration", Means::Read(test)),
        ("comptime_declaration", Means::Read(|_, _| Next::Over)),
    ],
    attributes: &[],
    bodies: &["body"],
    comments: &Comments {
        docs: &["///"],
        go_on: false,
        trail: false,
        starts: &["///", "//!", "//"],
        ends: &[],
    },
    refine,
    by_number: OnceLock::new(),
};

/// Kinds of nodes that are types, and what they are.
const TYPES: &[(&str, SymbolKind)] = &[
    ("struct_declaration", SymbolKind::Struct),
    ("union_declaration", SymbolKind::Struct),
    ("opaque_declaration", SymbolKind::Struct),
    ("enum_declaration", SymbolKind::Enum),
    ("error_set_declaration", SymbolKind::Enum),
];

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, _: &str, head: &mut Head) {
    head.visibility = match head.kind {
        SymbolKind::Field | SymbolKind::EnumMember => walk.b.def(walk.b.owner()).visibility,
        _ if has(node, "pub") => Visibility::Public,
        _ => Visibility::Private,
    };
    if has(node, "export") {
        head.visibility = Visibility::Public;
        head.flags |= DefFlags::EXPORTED;
    }
    if head.kind == SymbolKind::Function && node.field("body").is_none() && node.kind() == "function_declaration" {
        head.flags |= DefFlags::DECLARATION;
    }
    if node.kind() == "test_declaration" {
        head.flags |= DefFlags::TEST;
    }
}

/// `const Name = struct { … }`, `pub const name = value`; imports define nothing.
fn variable(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = child(node, &["identifier"]) else { return Next::Into };
    let name = walk.text(at);
    if !has(node, "const") && !has(node, "var") {
        return Next::Into;
    }
    let n = u32::try_from(node.named_child_count()).unwrap_or(0);
    let value = node.named_child(n.saturating_sub(1)).filter(|value| value.id() != at.id());
    let kind = value.map(|value| value.kind()).unwrap_or_default();
    if let Some((_, kind)) = TYPES.iter().find(|(name, _)| *name == kind)
        && let Some(value) = value
    {
        if value.kind() != "error_set_declaration" {
            walk.is_read(value);
        }
        return walk.define_inside(New::named(*kind, node, at, name).before(Some(value)));
    }
    let is_builtin = |word: &str| value.is_some_and(|value| walk.text(value).starts_with(word));
    if is_builtin("@import(") || is_builtin("@This(") {
        return Next::Over;
    }
    let is_type = name.starts_with(|c: char| c.is_uppercase())
        && has(node, "const")
        && node.field("type").is_none()
        && matches!(kind, "identifier" | "field_expression" | "call_expression" | "builtin_type");
    let kind = match (is_type, has(node, "const")) {
        (true, _) => SymbolKind::TypeAlias,
        (false, true) => SymbolKind::Constant,
        (false, false) => SymbolKind::Variable,
    };
    walk.define_inside(New::named(kind, node, at, name))
}

fn field(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("name") else { return Next::Into };
    let is_member = walk.container() == SymbolKind::Enum;
    // In a struct a word alone is the type of a part without a name.
    if !is_member
        && node.field("type").is_none()
        && node.parent().is_some_and(|parent| parent.kind() == "struct_declaration")
    {
        return Next::Into;
    }
    let kind = if is_member { SymbolKind::EnumMember } else { SymbolKind::Field };
    walk.define_inside(New::named(kind, node, at, walk.text(at)))
}

/// A type without a name: what it holds belongs to the function that returns it, the field that has it.
fn unnamed(_: &mut Walk<'_, '_>, _: Node<'_>) -> Next {
    Next::Among(0, String::new())
}

/// The names in `error{ A, B }`.
fn errors(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    if walk.container() == SymbolKind::Enum {
        let mut cursor = node.walk();
        for at in node.named_children(&mut cursor).filter(|child| child.kind() == "identifier") {
            walk.define(New::named(SymbolKind::EnumMember, at, at, walk.text(at)));
        }
    }
    Next::Over
}

/// `test "what it shows" { … }`
fn test(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let string = child(node, &["string"]).and_then(|string| child(string, &["string_content"]));
    let Some(at) = string.or_else(|| child(node, &["identifier"])) else { return Next::Over };
    let body = child(node, &["block"]);
    walk.define_inside(New::named(SymbolKind::Function, node, at, walk.text(at)).before(body))
}

fn is_test_path(path: &str) -> bool {
    let stem = symbols::stem(path);
    symbols::in_folder(path, &["test", "tests"]) || stem.ends_with("_test") || stem.starts_with("test_")
}
