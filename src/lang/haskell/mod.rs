//! Haskell: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child};
use super::{Fields as _, Language};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// Haskell.
pub static HASKELL: Language = Language {
    name: "haskell",
    label: "Haskell",
    extensions: &["hs"],
    file_names: &[],
    interpreters: &["runhaskell", "runghc"],
    separator: ".",
    grammar: || tree_sitter_haskell::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("haddock", Means::Comment),
        ("header", Means::Read(header)),
        ("data_type", Means::Read(data)),
        ("newtype", Means::Def(SymbolKind::Struct, "name")),
        ("type_synonym", Means::Def(SymbolKind::TypeAlias, "name")),
        ("type_family", Means::Def(SymbolKind::TypeAlias, "name")),
        ("data_family", Means::Def(SymbolKind::TypeAlias, "name")),
        ("class", Means::Def(SymbolKind::Interface, "name")),
        ("instance", Means::Read(instance)),
        ("record", Means::Read(constructor)),
        ("prefix", Means::Read(constructor)),
        ("infix", Means::Read(constructor)),
        ("newtype_constructor", Means::Read(constructor)),
        ("gadt_constructor", Means::Read(constructor)),
        ("field", Means::Each(SymbolKind::Field, "field_name", "")),
        ("default_signature", Means::Read(|_, _| Next::Over)),
        ("signature", Means::Read(signature)),
        ("function", Means::Read(equation)),
        ("bind", Means::Read(equation)),
        ("pattern_synonym", Means::Read(pattern)),
    ],
    attributes: &[],
    bodies: &["declarations", "match", "constructors"],
    comments: &Comments {
        docs: &[],
        go_on: false,
        trail: true,
        starts: &["-- |", "-- ^", "--|", "{-|", "{- |", "{-", "--", "-}"],
        ends: &["-}"],
    },
    refine,
    by_number: OnceLock::new(),
};

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, name: &str, head: &mut Head) {
    let container = walk.b.def(walk.b.owner());
    if container.kind.is_type() {
        head.visibility = container.visibility;
        if container.kind == SymbolKind::Interface && node.kind() == "signature" {
            head.flags |= DefFlags::ABSTRACT;
        }
    } else if let Some(exports) = &walk.exports
        && walk.frame().is_some_and(|frame| frame.def.is_some())
        && !exports.contains(&name)
    {
        head.visibility = Visibility::Private;
    }
}

/// `module A.B (exports) where`.
fn header(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    if let Some(module) = node.field("module") {
        let name = walk.text(module);
        walk.b.package(name);
        if let Some(exports) = node.field("exports") {
            let mut names = Vec::new();
            let mut is_whole = false;
            let mut cursor = exports.walk();
            for export in exports.named_children(&mut cursor) {
                if export.kind() == "module_export" {
                    is_whole |= export.field("module").is_some_and(|of| walk.text(of) == name);
                }
                names.extend(export.named_child(0).map(|at| walk.text(at).trim_matches(['(', ')'])));
            }
            walk.exports = (!is_whole).then_some(names);
        }
    }
    Next::Over
}

/// A type of several constructors is an enumeration.
fn data(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("name") else { return Next::Into };
    let constructors = node.field("constructors");
    let n = constructors.map_or(0, |all| {
        let mut cursor = all.walk();
        all.named_children(&mut cursor).filter(|child| child.kind().ends_with("constructor")).count()
    });
    let kind = if n > 1 { SymbolKind::Enum } else { SymbolKind::Struct };
    walk.define_inside(New::named(kind, node, at, walk.text(at)))
}

/// `instance Class Type`: its methods belong to the type.
fn instance(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let mut at = node.field("patterns").and_then(|patterns| patterns.named_child(0));
    while let Some(inner) = at.filter(|at| matches!(at.kind(), "parens" | "apply" | "list")) {
        at = inner.named_child(0);
    }
    let at = at.filter(|at| matches!(at.kind(), "name" | "qualified")).or_else(|| node.field("name"));
    let name = at.map(|at| walk.text(at)).unwrap_or_default();
    Next::Among(DefFlags::TRAIT_IMPL, name.to_owned())
}

fn constructor(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let container = walk.container();
    let name = node.field("name").or_else(|| node.field("operator"));
    let Some(at) = name.filter(|_| matches!(container, SymbolKind::Struct | SymbolKind::Enum)) else {
        return Next::Into;
    };
    if matches!(at.kind(), "constructor" | "constructor_operator" | "prefix_id") {
        let is_one = container == SymbolKind::Struct;
        let kind = if is_one { SymbolKind::Constructor } else { SymbolKind::EnumMember };
        let name = walk.text(at).trim_matches(['(', ')']);
        walk.define(New::named(kind, node, at, name));
    }
    Next::Into
}

/// `f, g :: type`: their equations follow.
fn signature(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(names) = node.field("names").or_else(|| node.field("name")) else { return Next::Into };
    let mut cursor = names.walk();
    let all: Vec<Node<'_>> = match names.kind() {
        "binding_list" => names.named_children(&mut cursor).collect(),
        _ => vec![names],
    };
    for at in all {
        let name = walk.text(at).trim_matches(['(', ')', ' ']);
        if walk.define(New::named(SymbolKind::Function, node, at, name)).is_some() {
            walk.may_go_on(0);
        }
    }
    Next::Over
}

/// An equation goes on with what its signature or the one before it defines. What it defines inside is not looked at.
fn equation(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let infix = child(node, &["infix"]).and_then(|infix| infix.field("operator"));
    let Some(at) = node.field("name").or(infix) else { return Next::Over };
    let name = walk.text(at).trim_matches(['(', ')', '`', ' ']);
    if let Some(def) = walk.again(name, 0, node) {
        // A method of a class that has a default.
        walk.b.def_mut(def).flags.set(DefFlags::ABSTRACT, false);
    } else if walk.define(New::named(SymbolKind::Function, node, at, name)).is_some()
    {
        walk.may_go_on(0);
    }
    Next::Over
}

/// `pattern P x = …`
fn pattern(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let inner = child(node, &["signature", "equation"]);
    let Some(at) = inner.and_then(|inner| inner.field("synonym")) else { return Next::Over };
    let at = if at.kind() == "constructor" { at } else { at.named_child(0).unwrap_or(at) };
    let name = walk.text(at);
    if walk.again(name, 0, node).is_none()
        && walk.define(New::named(SymbolKind::Constructor, node, at, name)).is_some()
    {
        walk.may_go_on(0);
    }
    Next::Over
}

fn is_test_path(path: &str) -> bool {
    let stem = symbols::stem(path);
    symbols::in_folder(path, &["test", "tests", "spec"]) || stem.ends_with("Spec") || stem.ends_with("Test")
}
