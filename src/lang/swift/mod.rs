//! Swift: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child, has};
use super::{Fields as _, Language};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// Swift.
pub static SWIFT: Language = Language {
    name: "swift",
    label: "Swift",
    extensions: &["swift"],
    file_names: &[],
    interpreters: &["swift"],
    separator: ".",
    grammar: || tree_sitter_swift::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("multiline_comment", Means::Comment),
        ("class_declaration", Means::Read(class)),
        ("protocol_declaration", Means::Def(SymbolKind::Interface, "name")),
        ("associatedtype_declaration", Means::Def(SymbolKind::TypeAlias, "name")),
        ("typealias_declaration", Means::Def(SymbolKind::TypeAlias, "name")),
        ("function_declaration", Means::Read(function)),
        ("protocol_function_declaration", Means::Read(function)),
        ("init_declaration", Means::Read(|walk, node| word(walk, node, "init"))),
        ("deinit_declaration", Means::Read(|walk, node| word(walk, node, "deinit"))),
        ("subscript_declaration", Means::Read(|walk, node| word(walk, node, "subscript"))),
        ("macro_declaration", Means::Read(macros)),
        ("property_declaration", Means::Read(property)),
        ("protocol_property_declaration", Means::Read(property)),
        ("enum_entry", Means::Read(entry)),
    ],
    attributes: &["attribute"],
    bodies: &["body", "computed_value", "value", "definition"],
    comments: &Comments::LINES_AND_BLOCKS,
    refine,
    by_number: OnceLock::new(),
};

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, name: &str, head: &mut Head) {
    head.visibility = Visibility::Internal;
    if walk.container() == SymbolKind::Interface || head.kind == SymbolKind::EnumMember {
        // As visible as what holds it.
        head.visibility = walk.b.def(walk.b.owner()).visibility;
        if head.kind.is_callable() {
            head.flags |= DefFlags::ABSTRACT;
        }
    }
    let is_test_class = ["Test", "Tests", "TestCase"]
        .iter()
        .any(|end| walk.b.str(walk.b.def(walk.b.owner()).name).ends_with(end));
    if head.kind == SymbolKind::Method && name.starts_with("test") && is_test_class {
        head.flags |= DefFlags::TEST;
    }
    if head.kind.is_callable() && has(node, "class") {
        head.flags |= DefFlags::STATIC;
    }
    let Some(modifiers) = child(node, &["modifiers"]) else { return };
    let mut cursor = modifiers.walk();
    for each in modifiers.children(&mut cursor) {
        match (each.kind(), walk.text(each)) {
            ("visibility_modifier", "public" | "open") => head.visibility = Visibility::Public,
            ("visibility_modifier", "private" | "fileprivate") => head.visibility = Visibility::Private,
            ("property_modifier", "static" | "class") => head.flags |= DefFlags::STATIC,
            ("member_modifier", "override") => head.flags |= DefFlags::OVERRIDE,
            ("attribute", "@Test") => head.flags |= DefFlags::TEST | DefFlags::DECORATED,
            ("attribute", text) if text.starts_with("@Test(") => {
                head.flags |= DefFlags::TEST | DefFlags::DECORATED;
            }
            ("attribute", _) => head.flags |= DefFlags::DECORATED,
            _ => {}
        }
    }
}

/// A class, struct, enum, actor, or an extension, whose members belong to the type that it extends.
fn class(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("name") else { return Next::Into };
    let kind = child(node, &["class", "struct", "enum", "actor", "extension"]).map(|word| word.kind());
    let kind = match kind {
        Some("extension") => {
            let name = walk.text(at).split('<').next().unwrap_or_default();
            return Next::Among(DefFlags::EXTENSION, name.to_owned());
        }
        Some("struct") => SymbolKind::Struct,
        Some("enum") => SymbolKind::Enum,
        _ => SymbolKind::Class,
    };
    walk.define_inside(New::named(kind, node, at, walk.text(at)))
}

/// A function, or an operator, whose name is no field.
fn function(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let name = node.field("name").filter(|name| name.kind() == "simple_identifier");
    let mut cursor = node.walk();
    let mut after = node.children(&mut cursor).skip_while(|child| child.kind() != "func").skip(1);
    let Some(at) = name.or_else(|| after.next()) else { return Next::Into };
    let name = walk.text(at).trim_matches('`');
    walk.define_inside(New::named(SymbolKind::Function, node, at, name))
}

/// What is named by a word of the language.
fn word(walk: &mut Walk<'_, '_>, node: Node<'_>, word: &'static str) -> Next {
    let Some(at) = child(node, &[word]) else { return Next::Into };
    let kind = if word == "init" { SymbolKind::Constructor } else { SymbolKind::Method };
    walk.define_inside(New::named(kind, node, at, word).before(child(node, &["computed_property"])))
}

fn macros(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = child(node, &["simple_identifier"]) else { return Next::Into };
    walk.define_inside(New::named(SymbolKind::Macro, node, at, walk.text(at)))
}

/// `var name: Type { … }`, `let (a, b) = …`.
fn property(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let block = child(node, &["protocol_property_requirements", "willset_didset_block"]);
    let has_code = node.field("computed_value").is_some() || block.is_some();
    let kind = match (walk.in_type(), has_code) {
        (_, true) => SymbolKind::Property,
        (true, false) => SymbolKind::Field,
        (false, false) if child(node, &["value_binding_pattern"]).is_some_and(|word| walk.text(word) == "let") => {
            SymbolKind::Constant
        }
        (false, false) => SymbolKind::Variable,
    };
    let mut cursor = node.walk();
    let patterns: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).collect();
    let [pattern] = patterns.as_slice() else {
        for pattern in patterns {
            names(walk, node, pattern, kind);
        }
        return Next::Into;
    };
    match pattern.field("bound_identifier") {
        Some(at) => {
            let name = walk.text(at).trim_matches('`');
            walk.define_inside(New::named(kind, node, at, name).before(block))
        }
        None => {
            names(walk, node, *pattern, kind);
            Next::Into
        }
    }
}

/// Each name of a pattern.
fn names(walk: &mut Walk<'_, '_>, whole: Node<'_>, pattern: Node<'_>, kind: SymbolKind) {
    let mut cursor = pattern.walk();
    for part in pattern.named_children(&mut cursor) {
        match part.kind() {
            "simple_identifier" => {
                walk.define(New::named(kind, whole, part, walk.text(part)));
            }
            "pattern" => {
                if let Some(at) = child(part, &["simple_identifier"]) {
                    walk.define(New::named(kind, whole, at, walk.text(at)));
                }
            }
            _ => {}
        }
    }
}

/// `case a, b(Int)`.
fn entry(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let mut cursor = node.walk();
    for at in node.children_by_field_name("name", &mut cursor) {
        let name = walk.text(at).trim_matches('`');
        walk.define(New::named(SymbolKind::EnumMember, node, at, name));
    }
    Next::Over
}

fn is_test_path(path: &str) -> bool {
    let stem = symbols::stem(path);
    symbols::in_folder(path, &["test", "tests", "Tests", "UITests"])
        || path.split('/').rev().skip(1).any(|part| part.ends_with("Tests"))
        || stem.ends_with("Tests")
        || stem.ends_with("Test")
}
