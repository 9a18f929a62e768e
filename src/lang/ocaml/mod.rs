//! OCaml: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child, has};
use super::{Fields as _, Language};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// OCaml.
pub static OCAML: Language = Language {
    name: "ocaml",
    label: "OCaml",
    extensions: &["ml"],
    file_names: &[],
    interpreters: &["ocaml"],
    separator: ".",
    grammar: || tree_sitter_ocaml::LANGUAGE_OCAML.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("value_definition", Means::Read(values)),
        ("value_specification", Means::Read(specification)),
        ("external", Means::Child(SymbolKind::Function, "value_name")),
        ("type_definition", Means::Read(|walk, node| only(walk, node, "type_binding", ty))),
        ("type_binding", Means::Read(|walk, node| ty(walk, node, node))),
        ("field_declaration", Means::Child(SymbolKind::Field, "field_name")),
        ("constructor_declaration", Means::Read(constructor)),
        ("exception_definition", Means::Read(exception)),
        ("module_definition", Means::Read(|walk, node| only(walk, node, "module_binding", module))),
        ("module_binding", Means::Read(|walk, node| module(walk, node, node))),
        ("module_type_definition", Means::Child(SymbolKind::Interface, "module_type_name")),
        ("class_definition", Means::Read(|walk, node| only(walk, node, "class_binding", class))),
        ("class_binding", Means::Read(|walk, node| class(walk, node, node))),
        ("class_type_binding", Means::Child(SymbolKind::Interface, "class_type_name")),
        ("method_definition", Means::Read(method)),
        ("method_specification", Means::Read(method)),
        ("instance_variable_definition", Means::Child(SymbolKind::Field, "instance_variable_name")),
    ],
    attributes: &[],
    bodies: &["signature", "class_body_type"],
    comments: &Comments {
        docs: &["(**"],
        go_on: false,
        trail: true,
        starts: &["(**", "(*", "*"],
        ends: &["*)"],
    },
    refine,
    by_number: OnceLock::new(),
};

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, _: &str, head: &mut Head) {
    if has(node, "private") {
        head.visibility = Visibility::Private;
    }
    let is_interface = walk.container() == SymbolKind::Interface;
    match node.kind() {
        "value_specification" | "method_specification" if is_interface => head.flags |= DefFlags::ABSTRACT,
        "value_specification" | "method_specification" | "external" => head.flags |= DefFlags::DECLARATION,
        _ => {}
    }
}

/// A definition of one part is the whole; of several (`and`) each part is one.
fn only<'t>(
    walk: &mut Walk<'_, '_>,
    node: Node<'t>,
    part: &str,
    read: fn(&mut Walk<'_, '_>, Node<'t>, Node<'t>) -> Next,
) -> Next {
    let mut cursor = node.walk();
    let parts: Vec<Node<'t>> = node.named_children(&mut cursor).filter(|child| child.kind() == part).collect();
    match parts.as_slice() {
        [one] => {
            let next = read(walk, node, *one);
            walk.is_read(*one);
            next
        }
        _ => Next::Into,
    }
}

/// `let f x = …`, `let rec f x = … and g x = …`. What they define inside is not looked at.
fn values(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let mut cursor = node.walk();
    let all: Vec<Node<'_>> =
        node.named_children(&mut cursor).filter(|child| child.kind() == "let_binding").collect();
    for binding in &all {
        let whole = if all.len() == 1 { node } else { *binding };
        let Some(pattern) = binding.field("pattern") else { continue };
        let body = binding.field("body");
        let ty = binding.field("type").map(|ty| ty.kind()).unwrap_or_default();
        let is_function = has(*binding, "parameter")
            || pattern.kind() == "parenthesized_operator"
            || ty == "function_type"
            || body.is_some_and(|body| matches!(body.kind(), "fun_expression" | "function_expression"));
        let kind = if is_function { SymbolKind::Function } else { SymbolKind::Constant };
        names(walk, pattern, &mut |walk, at, name| {
            walk.define(New::named(kind, whole, at, name).before(body));
        });
    }
    Next::Over
}

/// The names of a pattern: one, an operator, or those of a tuple.
fn names<'s, 't>(
    walk: &mut Walk<'_, 's>,
    pattern: Node<'t>,
    take: &mut dyn FnMut(&mut Walk<'_, 's>, Node<'t>, &'s str),
) {
    match pattern.kind() {
        "value_name" | "value_pattern" => take(walk, pattern, walk.text(pattern)),
        "parenthesized_operator" => {
            let name = walk.text(pattern).trim_matches(['(', ')', ' ']);
            take(walk, pattern, name);
        }
        "tuple_pattern" | "typed_pattern" | "parenthesized_pattern" => {
            let mut cursor = pattern.walk();
            for each in pattern.named_children(&mut cursor).filter(|each| each.kind() == "value_name") {
                take(walk, each, walk.text(each));
            }
        }
        _ => {}
    }
}

/// `val f : type`
fn specification(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let is_function = node.field("type").is_some_and(|ty| ty.kind() == "function_type");
    let kind = if is_function { SymbolKind::Function } else { SymbolKind::Constant };
    if let Some(pattern) = child(node, &["value_name", "parenthesized_operator"]) {
        names(walk, pattern, &mut |walk, at, name| {
            walk.define(New::named(kind, node, at, name));
        });
    }
    Next::Over
}

fn ty(walk: &mut Walk<'_, '_>, whole: Node<'_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("name") else { return Next::Into };
    let body = node.field("body");
    let (kind, body) = match body.map(|body| body.kind()) {
        Some("record_declaration") => (SymbolKind::Struct, body),
        Some("variant_declaration") => (SymbolKind::Enum, body),
        // What it stands for is part of the signature.
        _ => (SymbolKind::TypeAlias, None),
    };
    let name = walk.text(at).rsplit('.').next().unwrap_or_default();
    walk.define_inside(New::named(kind, whole, at, name).before(body))
}

fn constructor(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = child(node, &["constructor_name"]) else { return Next::Into };
    if walk.container() == SymbolKind::Enum {
        walk.define(New::named(SymbolKind::EnumMember, node, at, walk.text(at)));
    }
    Next::Into
}

fn exception(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let name = child(node, &["constructor_declaration"]).and_then(|inner| child(inner, &["constructor_name"]));
    let Some(at) = name else { return Next::Into };
    walk.define_inside(New::named(SymbolKind::Class, node, at, walk.text(at)))
}

fn module(walk: &mut Walk<'_, '_>, whole: Node<'_>, node: Node<'_>) -> Next {
    let Some(at) = child(node, &["module_name"]) else { return Next::Into };
    let body = node.field("body").filter(|body| body.kind() == "structure");
    walk.define_inside(New::named(SymbolKind::Module, whole, at, walk.text(at)).before(body))
}

fn class(walk: &mut Walk<'_, '_>, whole: Node<'_>, node: Node<'_>) -> Next {
    let Some(at) = child(node, &["class_name"]) else { return Next::Into };
    walk.define_inside(New::named(SymbolKind::Class, whole, at, walk.text(at)).before(node.field("body")))
}

fn method(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    if let Some(at) = child(node, &["method_name"]) {
        walk.define(New::named(SymbolKind::Method, node, at, walk.text(at)));
    }
    Next::Over
}

fn is_test_path(path: &str) -> bool {
    let stem = symbols::stem(path);
    symbols::in_folder(path, &["test", "tests"]) || stem.starts_with("test_") || stem.ends_with("_test")
}
