//! Elixir: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child};
use super::{Fields as _, Language};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// Elixir.
pub static ELIXIR: Language = Language {
    name: "elixir",
    label: "Elixir",
    extensions: &["ex", "exs"],
    file_names: &[],
    interpreters: &["elixir"],
    separator: ".",
    grammar: || tree_sitter_elixir::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("call", Means::Read(call)),
        ("unary_operator", Means::Read(attribute)),
    ],
    attributes: &[],
    bodies: &[],
    comments: &Comments { docs: &[], go_on: false, trail: false, starts: &["#"], ends: &[] },
    refine,
    by_number: OnceLock::new(),
};

/// Attributes of a module that are no constants of it.
const RESERVED: &[&str] = &[
    "after_compile",
    "before_compile",
    "behaviour",
    "compile",
    "deprecated",
    "derive",
    "describetag",
    "dialyzer",
    "doc",
    "enforce_keys",
    "external_resource",
    "impl",
    "moduledoc",
    "moduletag",
    "on_definition",
    "on_load",
    "optional_callbacks",
    "since",
    "spec",
    "tag",
    "typedoc",
    "vsn",
];

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, _: &str, head: &mut Head) {
    let Some(word) = keyword(walk, node) else { return };
    if matches!(word, "defp" | "defmacrop" | "defguardp" | "typep") || head.kind == SymbolKind::Constant {
        head.visibility = Visibility::Private;
    }
    let is_protocol = walk.container() == SymbolKind::Interface;
    if word.ends_with("callback") || (is_protocol && head.kind.is_callable()) {
        head.flags |= DefFlags::ABSTRACT;
    }
}

/// The first word of a call, or of an attribute behind its `@`.
fn keyword<'s>(walk: &Walk<'_, 's>, node: Node<'_>) -> Option<&'s str> {
    let call = node.field("operand").unwrap_or(node);
    call.field("target").filter(|target| target.kind() == "identifier").map(|target| walk.text(target))
}

/// Everything that Elixir defines is the call of a macro.
fn call(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(word) = keyword(walk, node) else { return Next::Into };
    let Some(arguments) = child(node, &["arguments"]) else { return Next::Into };
    let Some(first) = arguments.named_child(0) else { return Next::Into };
    match word {
        "defmodule" => module(walk, node, first, SymbolKind::Module),
        "defprotocol" => module(walk, node, first, SymbolKind::Interface),
        "defimpl" => implementation(walk, node, first, arguments),
        "def" | "defp" | "defdelegate" => function(walk, node, first, SymbolKind::Function),
        "defmacro" | "defmacrop" | "defguard" | "defguardp" => function(walk, node, first, SymbolKind::Macro),
        "defstruct" | "defexception" => {
            fields(walk, first);
            Next::Into
        }
        _ => Next::Into,
    }
}

/// `defmodule A.B do`: `B` in `A`.
fn module(walk: &mut Walk<'_, '_>, node: Node<'_>, at: Node<'_>, kind: SymbolKind) -> Next {
    if at.kind() != "alias" {
        return Next::Into;
    }
    let (container, name) = walk.text(at).rsplit_once('.').unwrap_or(("", walk.text(at)));
    let new = New::named(kind, node, at, name).within(container);
    walk.define_inside(new.before(child(node, &["do_block"])))
}

/// `defimpl Protocol, for: Type do`: the module `Protocol.Type`.
fn implementation(walk: &mut Walk<'_, '_>, node: Node<'_>, protocol: Node<'_>, arguments: Node<'_>) -> Next {
    let pairs = child(arguments, &["keywords"]);
    let target = pairs.and_then(|pairs| child(pairs, &["pair"])).and_then(|pair| pair.field("value"));
    let Some(target) = target.filter(|target| target.kind() == "alias") else {
        return module(walk, node, protocol, SymbolKind::Class);
    };
    let (before, name) = walk.text(target).rsplit_once('.').unwrap_or(("", walk.text(target)));
    let dot = if before.is_empty() { "" } else { "." };
    let container = format!("{}{dot}{before}", walk.text(protocol));
    let new = New::named(SymbolKind::Class, node, target, name).within(&container);
    walk.define_inside(new.before(child(node, &["do_block"])))
}

/// Clauses of one name and number of parameters are one function.
fn function(walk: &mut Walk<'_, '_>, node: Node<'_>, first: Node<'_>, kind: SymbolKind) -> Next {
    let mut head = first;
    if head.kind() == "binary_operator"
        && head.field("operator").is_some_and(|operator| walk.text(operator) == "when")
        && let Some(left) = head.field("left")
    {
        head = left;
    }
    let (at, number) = match head.kind() {
        "identifier" => (head, 0),
        "call" => {
            let Some(target) = head.field("target").filter(|target| target.kind() == "identifier") else {
                return Next::Into;
            };
            (target, child(head, &["arguments"]).map_or(0, |arguments| arguments.named_child_count()))
        }
        "binary_operator" | "unary_operator" => match head.field("operator") {
            Some(operator) => (operator, if head.kind() == "binary_operator" { 2 } else { 1 }),
            None => return Next::Into,
        },
        _ => return Next::Into,
    };
    let name = walk.text(at);
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    if let Some(def) = walk.again(name, number, node) {
        return Next::Inside(def);
    }
    let body = child(node, &["do_block"]).or_else(|| {
        let arguments = child(node, &["arguments"])?;
        child(arguments, &["keywords"])
    });
    let next = walk.define_inside(New::named(kind, node, at, name).before(body));
    walk.may_go_on(number);
    next
}

/// `defstruct [:name, size: 1]`.
fn fields(walk: &mut Walk<'_, '_>, list: Node<'_>) {
    let mut cursor = list.walk();
    for each in list.named_children(&mut cursor) {
        match each.kind() {
            "atom" => {
                let name = walk.text(each).trim_start_matches(':');
                walk.define(New::named(SymbolKind::Field, each, each, name));
            }
            "keywords" => fields(walk, each),
            "pair" => {
                if let Some(at) = each.field("key") {
                    let name = walk.text(at).trim_end().trim_end_matches(':');
                    walk.define(New::named(SymbolKind::Field, each, at, name));
                }
            }
            _ => {}
        }
    }
}

/// `@doc "…"`, `@type t :: …`, `@limit 16`.
fn attribute(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(call) = node.field("operand").filter(|_| walk.text(node).starts_with('@')) else {
        return Next::Into;
    };
    let Some(word) = keyword(walk, node) else { return Next::Into };
    let argument = child(call, &["arguments"]).and_then(|arguments| arguments.named_child(0));
    let Some(argument) = argument else { return Next::Into };
    match word {
        "doc" | "typedoc" => {
            walk.doc = written(walk, argument);
            walk.leads(node);
        }
        "moduledoc" => {
            if let Some(doc) = written(walk, argument) {
                let owner = walk.b.owner();
                walk.b.doc(owner, &doc);
            }
        }
        "type" | "typep" | "opaque" => typed(walk, node, argument, SymbolKind::TypeAlias),
        "callback" => typed(walk, node, argument, SymbolKind::Function),
        "macrocallback" => typed(walk, node, argument, SymbolKind::Macro),
        "spec" | "impl" | "deprecated" => walk.leads(node),
        _ if RESERVED.contains(&word) || walk.container() == SymbolKind::File => {}
        _ => {
            if let Some(at) = call.field("target") {
                let doc = walk.doc.take();
                walk.define(New::named(SymbolKind::Constant, node, at, word));
                walk.doc = doc;
            }
        }
    }
    Next::Over
}

/// `name(parameters) :: type`.
fn typed(walk: &mut Walk<'_, '_>, node: Node<'_>, argument: Node<'_>, kind: SymbolKind) {
    let mut head = argument;
    while head.kind() == "binary_operator"
        && let Some(left) = head.field("left")
    {
        head = left;
    }
    let at = head.field("target").unwrap_or(head);
    if at.kind() == "identifier" {
        walk.define(New::named(kind, node, at, walk.text(at)));
    }
}

/// The text of a string or sigil.
fn written(walk: &Walk<'_, '_>, node: Node<'_>) -> Option<String> {
    if !matches!(node.kind(), "string" | "sigil") {
        return None;
    }
    let text = walk.text(node).trim_start_matches(['~', 's', 'S']).trim_matches('"');
    Some(text.lines().map(str::trim).collect::<Vec<_>>().join("\n"))
}

fn is_test_path(path: &str) -> bool {
    symbols::in_folder(path, &["test", "tests"]) || symbols::stem(path).ends_with("_test")
}
