//! Lua: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child, has};
use super::{Fields as _, Language};
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// Lua.
pub static LUA: Language = Language {
    name: "lua",
    label: "Lua",
    extensions: &["lua", "rockspec"],
    file_names: &[],
    interpreters: &["lua", "luajit"],
    separator: ".",
    grammar: || tree_sitter_lua::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("function_declaration", Means::Read(function)),
        ("variable_declaration", Means::Read(variables)),
        ("assignment_statement", Means::Read(|walk, node| assignment(walk, node, node))),
        ("field", Means::Read(field)),
    ],
    attributes: &[],
    bodies: &["body"],
    comments: &Comments {
        docs: &[],
        go_on: false,
        trail: false,
        starts: &["--[[", "---", "--", "]]"],
        ends: &["]]--", "--]]", "]]"],
    },
    refine,
    by_number: OnceLock::new(),
};

fn refine(_: &Walk<'_, '_>, node: Node<'_>, _: &str, head: &mut Head) {
    if has(node, "local") {
        head.visibility = Visibility::Private;
    }
}

/// `function f()`, `local function f()`, `function M.f()`, `function M:f()`.
fn function(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(name) = node.field("name") else { return Next::Into };
    let Some((at, container)) = parts(walk, name) else { return Next::Into };
    let is_method = name.kind() == "method_index_expression";
    let kind = if is_method { SymbolKind::Method } else { SymbolKind::Function };
    walk.define_inside(New::named(kind, node, at, walk.text(at)).within(container))
}

/// The last part of a name, and what stands before it.
fn parts<'t, 's>(walk: &Walk<'_, 's>, name: Node<'t>) -> Option<(Node<'t>, &'s str)> {
    let (field, table) = match name.kind() {
        "identifier" => return Some((name, "")),
        "dot_index_expression" => (name.field("field")?, name.field("table")?),
        "method_index_expression" => (name.field("method")?, name.field("table")?),
        "bracket_index_expression" => {
            let field = name.field("field").filter(|field| field.kind() == "string")?;
            (field.field("content")?, name.field("table")?)
        }
        _ => return None,
    };
    let is_plain = matches!(table.kind(), "identifier" | "dot_index_expression");
    is_plain.then(|| (field, walk.text(table)))
}

/// `local a, b = 1, 2`.
fn variables(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    match child(node, &["assignment_statement"]) {
        Some(inner) => {
            let next = assignment(walk, node, inner);
            walk.is_read(inner);
            next
        }
        None => Next::Into,
    }
}

/// `f = function() … end`, `M.f = function() … end`, `M.x = 1`; whole is the statement with `local` before it.
fn assignment(walk: &mut Walk<'_, '_>, whole: Node<'_>, node: Node<'_>) -> Next {
    let (Some(names), Some(values)) = (child(node, &["variable_list"]), child(node, &["expression_list"]))
    else {
        return Next::Into;
    };
    let is_single = names.named_child_count() == 1;
    let (mut cursor, mut other) = (names.walk(), values.walk());
    let mut next = Next::Into;
    let mut values = values.named_children(&mut other);
    for name in names.children_by_field_name("name", &mut cursor) {
        let value = values.next();
        let Some((at, container)) = parts(walk, name) else { continue };
        if container == "self" {
            continue;
        }
        let is_function = value.is_some_and(|value| value.kind() == "function_definition");
        let is_import = value.is_some_and(|value| {
            value.field("name").is_some_and(|callee| walk.text(callee) == "require")
        });
        if is_import {
            continue;
        }
        let kind = match (is_function, container.is_empty()) {
            (true, _) => SymbolKind::Function,
            (false, false) => SymbolKind::Field,
            (false, true) if has(names, "attribute") => SymbolKind::Constant,
            (false, true) => SymbolKind::Variable,
        };
        let body = value.filter(|_| is_function).and_then(|value| value.field("body"));
        let new = New::named(kind, whole, at, walk.text(at)).within(container).before(body);
        if let Some(def) = walk.define(new)
            && is_single
        {
            next = Next::Inside(def);
        }
    }
    next
}

/// A function in a table: `{ name = function() … end }`.
fn field(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let (Some(at), Some(value)) = (node.field("name"), node.field("value")) else { return Next::Into };
    if at.kind() != "identifier" || value.kind() != "function_definition" || walk.container().is_callable() {
        return Next::Into;
    }
    let new = New::named(SymbolKind::Function, node, at, walk.text(at));
    walk.define_inside(new.before(value.field("body")))
}

fn is_test_path(path: &str) -> bool {
    let stem = symbols::stem(path);
    symbols::in_folder(path, &["test", "tests", "spec", "specs"])
        || stem.ends_with("_spec")
        || stem.ends_with("_test")
        || stem.starts_with("test_")
}
