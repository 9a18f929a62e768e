//! PHP: symbols.

#[cfg(test)]
mod tests;

use super::Language;
use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child, has};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// PHP.
pub static PHP: Language = Language {
    name: "php",
    label: "PHP",
    extensions: &["php", "phtml", "php3", "php4", "php5", "php7"],
    file_names: &[],
    interpreters: &["php"],
    separator: "::",
    grammar: || tree_sitter_php::LANGUAGE_PHP.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("namespace_definition", Means::Read(namespace)),
        ("class_declaration", Means::Def(SymbolKind::Class, "name")),
        ("interface_declaration", Means::Def(SymbolKind::Interface, "name")),
        ("trait_declaration", Means::Def(SymbolKind::Trait, "name")),
        ("enum_declaration", Means::Def(SymbolKind::Enum, "name")),
        ("enum_case", Means::Def(SymbolKind::EnumMember, "name")),
        ("function_definition", Means::Def(SymbolKind::Function, "name")),
        ("method_declaration", Means::Def(SymbolKind::Method, "name")),
        ("property_declaration", Means::Each(SymbolKind::Field, "property_element", "name")),
        ("const_declaration", Means::Each(SymbolKind::Constant, "const_element", "name")),
        ("property_promotion_parameter", Means::Read(promoted)),
        ("anonymous_class", Means::Read(|walk, node| walk.anonymous(SymbolKind::Class, node))),
        ("function_call_expression", Means::Read(call)),
    ],
    attributes: &["attribute_list"],
    bodies: &["body"],
    comments: &Comments::BLOCKS,
    refine,
    by_number: OnceLock::new(),
};

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, name: &str, head: &mut Head) {
    if head.kind == SymbolKind::Method && name.eq_ignore_ascii_case("__construct") {
        head.kind = SymbolKind::Constructor;
    }
    let mut cursor = node.walk();
    for each in node.children(&mut cursor) {
        match each.kind() {
            "visibility_modifier" => {
                head.visibility = match walk.text(each).split('(').next().unwrap_or_default() {
                    "private" => Visibility::Private,
                    "protected" => Visibility::Protected,
                    _ => Visibility::Public,
                }
            }
            "static_modifier" => head.flags |= DefFlags::STATIC,
            "abstract_modifier" if head.kind.is_callable() => head.flags |= DefFlags::ABSTRACT,
            "attribute_list" => head.flags |= DefFlags::DECORATED,
            _ => {}
        }
    }
    if walk.container() == SymbolKind::Interface && head.kind.is_callable() {
        head.flags |= DefFlags::ABSTRACT;
    }
    if head.kind == SymbolKind::Constant && walk.container().is_type() {
        head.flags |= DefFlags::STATIC;
    }
}

fn namespace(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = child(node, &["namespace_name"]) else { return Next::Into };
    let name = walk.text(at);
    if has(node, "compound_statement") {
        return walk.define_inside(New::named(SymbolKind::Module, node, at, name));
    }
    walk.b.package(name);
    Next::Over
}

/// A parameter of a constructor that is a property as well.
fn promoted(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = child(node, &["variable_name"]) else { return Next::Into };
    let name = walk.text(at).trim_start_matches('$');
    walk.define_in_type(New::named(SymbolKind::Field, node, at, name));
    Next::Into
}

/// `define('NAME', value)`.
fn call(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let is_define = child(node, &["name"]).is_some_and(|name| walk.text(name) == "define");
    let first = child(node, &["arguments"]).and_then(|arguments| arguments.named_child(0));
    let string = first.and_then(|argument| child(argument, &["string", "encapsed_string"]));
    if is_define
        && let Some(at) = string.and_then(|string| child(string, &["string_content"]))
        && !walk.container().is_callable()
    {
        let name = walk.text(at);
        walk.define(New::named(SymbolKind::Constant, node, at, name));
    }
    Next::Into
}

fn is_test_path(path: &str) -> bool {
    symbols::in_folder(path, &["test", "tests", "Test", "Tests", "spec"])
        || symbols::stem(path).ends_with("Test")
        || path.ends_with(".phpt")
}
