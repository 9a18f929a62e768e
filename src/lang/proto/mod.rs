//! Protobuf: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Means, New, Next, NoRules, Shape, Walk, child};
use super::Language;
use crate::facts::DefFlags;
use crate::model::SymbolKind;
use std::sync::OnceLock;
use tree_sitter::Node;

/// Protobuf.
pub static PROTOBUF: Language = Language {
    name: "protobuf",
    label: "Protobuf",
    extensions: &["proto"],
    file_names: &[],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_proto::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("package", Means::Read(package)),
        ("message", Means::Child(SymbolKind::Struct, "message_name")),
        ("enum", Means::Child(SymbolKind::Enum, "enum_name")),
        ("service", Means::Child(SymbolKind::Interface, "service_name")),
        ("rpc", Means::Child(SymbolKind::Method, "rpc_name")),
        ("field", Means::Child(SymbolKind::Field, "identifier")),
        ("map_field", Means::Child(SymbolKind::Field, "identifier")),
        ("oneof_field", Means::Child(SymbolKind::Field, "identifier")),
        ("enum_field", Means::Child(SymbolKind::EnumMember, "identifier")),
        ("oneof", Means::Read(oneof)),
        ("extend", Means::Read(extend)),
    ],
    attributes: &[],
    bodies: &["{", "message_body", "enum_body"],
    comments: &Comments {
        docs: &[],
        go_on: false,
        trail: true,
        starts: &["///", "//", "/**", "/*", "*/", "*"],
        ends: &["*/"],
    },
    refine: |_, _, _, head| {
        if head.kind == SymbolKind::Method {
            head.flags |= DefFlags::ABSTRACT;
        }
    },
    by_number: OnceLock::new(),
};

fn package(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    if let Some(name) = child(node, &["full_ident"]) {
        let name = walk.text(name);
        walk.b.package(name);
    }
    Next::Over
}

/// A choice of fields, which belong to the message as others do.
fn oneof(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    if let Some(at) = child(node, &["identifier"]) {
        walk.define(New::named(SymbolKind::Field, node, at, walk.text(at)));
    }
    Next::Into
}

/// `extend Type { … }`: its fields belong to the type.
fn extend(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let name = child(node, &["full_ident"]).map(|name| walk.text(name)).unwrap_or_default();
    Next::Among(DefFlags::EXTENSION, name.to_owned())
}

fn is_test_path(path: &str) -> bool {
    symbols::in_folder(path, &["test", "tests", "testdata"])
}
