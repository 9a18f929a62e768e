//! Ruby: symbols.

#[cfg(test)]
mod tests;

use super::symbols::{self, Comments, Head, Means, New, Next, NoRules, Shape, Walk, child};
use super::{Fields as _, Language};
use crate::facts::DefFlags;
use crate::model::{SymbolKind, Visibility};
use std::sync::OnceLock;
use tree_sitter::Node;

/// Ruby.
pub static RUBY: Language = Language {
    name: "ruby",
    label: "Ruby",
    extensions: &["rb", "rake", "gemspec", "ru", "podspec"],
    file_names: &[
        "gemfile",
        "rakefile",
        "guardfile",
        "vagrantfile",
        "podfile",
        "brewfile",
        "fastfile",
        "capfile",
    ],
    interpreters: &["ruby", "jruby"],
    separator: "::",
    grammar: || tree_sitter_ruby::LANGUAGE.into(),
    walk: |b, root| symbols::walk(b, root, &SHAPE),
    is_test_path,
    rules: &NoRules,
    has_uses: false,
};

static SHAPE: Shape = Shape {
    nodes: &[
        ("comment", Means::Comment),
        ("module", Means::Read(|walk, node| scoped(walk, node, SymbolKind::Module))),
        ("class", Means::Read(|walk, node| scoped(walk, node, SymbolKind::Class))),
        ("singleton_class", Means::Read(|_, _| Next::Among(DefFlags::STATIC, String::new()))),
        ("method", Means::Def(SymbolKind::Function, "name")),
        ("singleton_method", Means::Read(singleton)),
        ("alias", Means::Def(SymbolKind::Function, "name")),
        ("assignment", Means::Read(assignment)),
        ("call", Means::Read(call)),
        ("identifier", Means::Read(modifier)),
    ],
    attributes: &[],
    bodies: &["body"],
    comments: &Comments {
        docs: &[],
        go_on: false,
        trail: false,
        starts: &["=begin", "=end", "##", "#"],
        ends: &[],
    },
    refine,
    by_number: OnceLock::new(),
};

fn refine(walk: &Walk<'_, '_>, node: Node<'_>, name: &str, head: &mut Head) {
    let container = walk.container();
    let holds = container.is_type() || container == SymbolKind::Module;
    if head.kind == SymbolKind::Function && holds {
        head.kind = SymbolKind::Method;
    }
    let is_singleton = node.kind() == "singleton_method";
    if is_singleton {
        head.flags |= DefFlags::STATIC;
        if head.visibility != Visibility::Private || walk.frame().is_some_and(|frame| frame.visibility == Visibility::Private) {
            // `private` alone does not reach methods of the class itself.
            head.visibility = Visibility::Public;
        }
    }
    if !head.kind.is_callable() && head.kind != SymbolKind::Property {
        head.visibility = Visibility::Public;
    }
    if head.kind == SymbolKind::Method && name == "initialize" && !is_singleton {
        head.kind = SymbolKind::Constructor;
    }
    if head.kind == SymbolKind::Method && name.starts_with("test_") {
        head.flags |= DefFlags::TEST;
    }
}

/// A class or module, whose name may have containers before it.
fn scoped(walk: &mut Walk<'_, '_>, node: Node<'_>, kind: SymbolKind) -> Next {
    let Some(name) = node.field("name") else { return Next::Into };
    let (at, container) = match name.kind() {
        "scope_resolution" => (
            name.field("name").unwrap_or(name),
            name.field("scope").map(|scope| walk.text(scope).trim_start_matches("::")),
        ),
        _ => (name, None),
    };
    let name = walk.text(at);
    walk.define_inside(New::named(kind, node, at, name).within(container.unwrap_or_default()))
}

/// `def self.name`, `def Type.name`.
fn singleton(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("name") else { return Next::Into };
    let object = node.field("object").map(|object| walk.text(object)).unwrap_or_default();
    let is_own = object == "self" || walk.b.str(walk.b.def(walk.b.owner()).name) == object;
    let name = walk.text(at);
    let container = if is_own { "" } else { object };
    walk.define_inside(New::named(SymbolKind::Function, node, at, name).within(container))
}

/// `NAME = value`, `Name = Struct.new(:field) do … end`.
fn assignment(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(at) = node.field("left").filter(|left| left.kind() == "constant") else { return Next::Into };
    let name = walk.text(at);
    let right = node.field("right").filter(|right| right.kind() == "call");
    let made = right.and_then(|call| {
        let receiver = walk.text(call.field("receiver")?);
        let method = walk.text(call.field("method")?);
        match (receiver.trim_start_matches("::"), method) {
            ("Struct", "new") | ("Data", "define") => Some((SymbolKind::Struct, call)),
            ("Class", "new") => Some((SymbolKind::Class, call)),
            ("Module", "new") => Some((SymbolKind::Module, call)),
            _ => None,
        }
    });
    let kind = made.map_or(SymbolKind::Constant, |(kind, _)| kind);
    walk.define_inside(New::named(kind, node, at, name))
}

/// Calls that define something or say who may name it.
fn call(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let Some(method) = node.field("method") else { return Next::Into };
    let arguments = node.field("arguments");
    if let Some(receiver) = node.field("receiver") {
        let makes = matches!((walk.text(receiver), walk.text(method)), ("Struct", "new") | ("Data", "define"));
        if makes && walk.container() == SymbolKind::Struct {
            each_name(walk, arguments, |walk, at, name| {
                walk.define(New::named(SymbolKind::Field, at, at, name));
            });
        }
        return Next::Into;
    }
    if walk.container().is_callable() {
        return Next::Into;
    }
    match walk.text(method) {
        "attr_reader" | "attr_writer" | "attr_accessor" | "attr" => {
            each_name(walk, arguments, |walk, at, name| {
                walk.define(New::named(SymbolKind::Property, node, at, name));
            });
        }
        "define_method" | "define_singleton_method" | "alias_method" => {
            let first = arguments.and_then(|arguments| arguments.named_child(0));
            if let Some((at, name)) = first.and_then(|first| symbol(walk, first)) {
                let kind = SymbolKind::Function;
                return walk.define_inside(New::named(kind, node, at, name));
            }
        }
        "private" | "private_class_method" | "private_constant" => {
            visibility(walk, arguments, Visibility::Private);
        }
        "protected" => visibility(walk, arguments, Visibility::Protected),
        "public" | "public_class_method" | "module_function" => {
            visibility(walk, arguments, Visibility::Public);
        }
        _ => {}
    }
    Next::Into
}

/// `private` and its like without arguments: from here on.
fn modifier(walk: &mut Walk<'_, '_>, node: Node<'_>) -> Next {
    let text = walk.text(node);
    let visibility = match text {
        "private" => Visibility::Private,
        "protected" => Visibility::Protected,
        "public" | "module_function" => Visibility::Public,
        _ => return Next::Over,
    };
    let container = walk.container();
    let is_statement = node.parent().is_some_and(|parent| matches!(parent.kind(), "body_statement" | "program"));
    if (container.is_type() || container == SymbolKind::Module)
        && is_statement
        && let Some(frame) = walk.frame_mut()
    {
        frame.visibility = visibility;
        if text == "module_function" {
            frame.flags |= DefFlags::STATIC;
        }
    }
    Next::Over
}

/// `private :name`, `private def name`.
fn visibility(walk: &mut Walk<'_, '_>, arguments: Option<Node<'_>>, visibility: Visibility) {
    if arguments.is_some_and(|arguments| child(arguments, &["method", "singleton_method", "call"]).is_some()) {
        walk.once = Some(visibility);
        return;
    }
    let owner = walk.b.owner();
    each_name(walk, arguments, |walk, _, name| {
        let named = |def: &crate::facts::Def| def.parent == owner && walk.b.str(def.name) == name;
        if let Some(at) = walk.b.defs().iter().rposition(named)
            && let Ok(def) = u32::try_from(at)
        {
            walk.b.def_mut(def).visibility = visibility;
        }
    });
}

/// Calls `take` with each symbol or string among arguments.
fn each_name<'s>(
    walk: &mut Walk<'_, 's>,
    arguments: Option<Node<'_>>,
    mut take: impl FnMut(&mut Walk<'_, 's>, Node<'_>, &'s str),
) {
    let Some(arguments) = arguments else { return };
    let mut cursor = arguments.walk();
    for argument in arguments.named_children(&mut cursor) {
        if let Some((at, name)) = symbol(walk, argument) {
            take(walk, at, name);
        }
    }
}

/// The name that a symbol or string stands for.
fn symbol<'t, 's>(walk: &Walk<'_, 's>, node: Node<'t>) -> Option<(Node<'t>, &'s str)> {
    match node.kind() {
        "simple_symbol" => Some((node, walk.text(node).trim_start_matches(':'))),
        "string" => child(node, &["string_content"]).map(|at| (at, walk.text(at))),
        _ => None,
    }
}

fn is_test_path(path: &str) -> bool {
    let stem = symbols::stem(path);
    symbols::in_folder(path, &["test", "tests", "spec", "specs", "features"])
        || stem.ends_with("_test")
        || stem.ends_with("_spec")
        || stem.starts_with("test_")
}
