//! Macro calls: their arguments are read again as expressions, statements or items, where they stand.

use super::RUST;
use super::walk::{Walker, narrow};
use crate::lang::Fields as _;
use crate::facts::{Expr, ExprIx, Literal, place_of};
use crate::model::{Place, Role, SymbolKind};
use std::cell::RefCell;
use tree_sitter::{Node, Parser, Point, Range, Tree};

/// Macros in macros in macros are followed to this depth.
const MAX_MACROS: u32 = 12;
/// Longer arguments are data, not code; in bytes.
const MAX_ARGUMENTS: usize = 200_000;

impl<'s> Walker<'_, 's> {
    /// `name!(..)`, `name![..]`, `name! {..}`; gives its value when that is known.
    pub(super) fn macro_call(&mut self, node: Node<'_>) -> ExprIx {
        let name = self.macro_name(node);
        let mut cursor = node.walk();
        let Some(arguments) = node.named_children(&mut cursor).find(|child| child.kind() == "token_tree") else {
            return 0;
        };
        let formats = std::mem::replace(&mut self.formats, is_formatting(name));
        let value = self.macro_arguments(arguments, self.holds_items(node));
        self.formats = formats;
        match name {
            "vec" => {
                // Read again, `[a, b]` is an array: its elements are the vector's.
                let args = match self.b.expr_at(value) {
                    Expr::Generic { args, .. } => args.clone(),
                    _ => Vec::new(),
                };
                self.around("Vec", args, node)
            }
            "format" => self.around("String", Vec::new(), node),
            "concat" | "stringify" | "include_str" | "env" => self.b.expr(Expr::Lit(Literal::Str), node),
            "matches" | "cfg" => self.b.expr(Expr::Lit(Literal::Bool), node),
            "try" | "ready" if value != 0 => self.b.expr(Expr::Unwrap { base: value }, node),
            "dbg" => value,
            // A project's macro around one value mostly takes it out of something, or gives it as it is.
            _ if value != 0 && !is_standard(name) => self.b.expr(Expr::Unwrap { base: value }, node),
            _ => 0,
        }
    }

    /// True where the macro stands among items: not in a function, not in an expression.
    fn holds_items(&self, node: Node<'_>) -> bool {
        let parent = node.parent().filter(|parent| parent.kind() == "expression_statement").unwrap_or(node);
        !self.b.in_function()
            && parent.parent().is_some_and(|at| matches!(at.kind(), "source_file" | "declaration_list" | "block"))
    }

    /// The use of the macro itself; gives its last name.
    fn macro_name(&mut self, node: Node<'_>) -> &'s str {
        let Some(path) = node.field("macro") else { return "" };
        let last = path.field("name").unwrap_or(path);
        let name = self.b.text(last);
        if path.kind() == "identifier" {
            let is_own = |def: &crate::facts::Def| def.kind == SymbolKind::Macro && self.b.str(def.name) == name;
            if !is_standard(name) || self.b.defs().iter().any(is_own) {
                let of = self.b.name(last);
                self.b.uses(of, Role::Call, last);
            }
        } else if path.field("path").is_some_and(|base| self.b.text(base).ends_with("crate")) {
            // Exported macros are known by their bare name in all of the crate.
            let of = self.b.name(last);
            self.b.uses(of, Role::Call, last);
        } else {
            let written = self.path(path);
            self.b.uses(written.head, Role::Call, written.name);
        }
        name
    }

    /// Reads the arguments again and walks them.
    fn macro_arguments(&mut self, arguments: Node<'_>, items: bool) -> ExprIx {
        let size = arguments.end_byte() - arguments.start_byte();
        if self.macro_depth >= MAX_MACROS || !(3..=MAX_ARGUMENTS).contains(&size) {
            return 0;
        }
        let text = self.b.text(arguments);
        let is_block = text.starts_with('{');
        let text = if items { without_markers(text) } else { text.to_owned() };
        let Some(tree) = read_again(&text, arguments) else { return 0 };
        let root = tree.root_node();
        self.macro_depth += 1;
        self.b.enter_macro();
        let value = match root.named_child(0).map(block_in) {
            Some(block) if items && is_block && block.kind() == "block" => {
                self.doc.clear();
                self.members(block)
            }
            // Where items may stand, words that are no items mean something to that macro alone.
            _ if items => 0,
            _ => self.members_of_call(root),
        };
        self.b.leave_macro();
        self.macro_depth -= 1;
        value
    }

    /// The names that a format string reads: `{name}`, `{name:?}`, and `{:width$}` in what follows the colon.
    pub(super) fn names_in_format(&mut self, node: Node<'_>) {
        if !self.formats {
            return;
        }
        let text = self.b.text(node);
        let start = place_of(node);
        // Line and column of the byte `counted`.
        let (mut counted, mut line, mut column) = (0, start.line, start.column);
        for (at, name) in format_names(text) {
            for &byte in text.as_bytes().get(counted..at).unwrap_or_default() {
                (line, column) = if byte == b'\n' { (line + 1, 0) } else { (line, column + 1) };
            }
            counted = at;
            let byte = start.byte + narrow(at);
            let (name, scope) = (self.b.intern(name), self.b.scope());
            let read = self.b.expr_at_byte(Expr::Name { name, scope }, byte);
            self.b.uses_at(read, Role::Read, Place { byte, line, column });
        }
    }

    /// The value of what was read again, when it is one.
    fn members_of_call(&mut self, root: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut cursor = root.walk();
        for child in root.named_children(&mut cursor) {
            let inner = child.named_child(0).filter(|_| child.kind() == "expression_statement").unwrap_or(child);
            value = self.visit(inner);
        }
        value
    }
}

/// The names in a format string with the bytes where they start, in order.
fn format_names(text: &str) -> Vec<(usize, &str)> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let mut names = Vec::new();
    let mut at = 0;
    while let Some(open) = text.get(at..).and_then(|rest| rest.find('{')) {
        at += open + 1;
        let rest = text.get(at..).unwrap_or_default();
        if rest.starts_with('{') {
            at += 1;
            continue;
        }
        let Some(close) = rest.find('}') else { break };
        let inside = rest.get(..close).unwrap_or_default();
        let (name, spec) = inside.split_once(':').unwrap_or((inside, ""));
        let shown = name.trim_end();
        if is_name(shown) {
            names.push((at, shown));
        }
        let mut from = at + name.len() + 1;
        for part in spec.split_inclusive('$') {
            if let Some(part) = part.strip_suffix('$') {
                let before = part.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_');
                // A leading 0 asks for zeros.
                let width = part.get(before.len()..).unwrap_or_default();
                let width = width.strip_prefix('0').unwrap_or(width);
                if is_name(width) {
                    names.push((from + part.len() - width.len(), width));
                }
            }
            from += part.len();
        }
        at += close + 1;
    }
    names
}

/// True for macros whose strings read names: those of the standard library and of well-known crates.
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "anyhow" | "assert" | "assert_eq" | "assert_ne" | "bail" | "debug" | "debug_assert" | "debug_assert_eq"
            | "debug_assert_ne" | "ensure" | "eprint" | "eprintln" | "error" | "format" | "format_args" | "info"
            | "panic" | "print" | "println" | "todo" | "trace" | "unimplemented" | "unreachable" | "warn" | "write"
            | "writeln"
    )
}

/// The block of an expression statement.
fn block_in(node: Node<'_>) -> Node<'_> {
    node.named_child(0).filter(|_| node.kind() == "expression_statement").unwrap_or(node)
}

/// Parses the text of a macro's arguments, delimiters included, so that all places are those of the file: `(a, b)` is
/// a tuple, `[a, b]` an array, `{ .. }` a block.
fn read_again(text: &str, arguments: Node<'_>) -> Option<Tree> {
    thread_local! {
        static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
    }
    let start = arguments.start_byte();
    let end_point = arguments.end_position();
    let range = Range {
        start_byte: start,
        end_byte: start + text.len() + 1,
        start_point: arguments.start_position(),
        end_point: Point { row: end_point.row, column: end_point.column + 1 },
    };
    PARSER.with_borrow_mut(|slot| {
        let parser = match slot {
            Some(parser) => parser,
            None => {
                let mut parser = Parser::new();
                parser.set_language(&(RUST.grammar)()).ok()?;
                slot.insert(parser)
            }
        };
        parser.set_included_ranges(&[range]).ok()?;
        let mut read = |at: usize, _: Point| {
            let bytes = text.as_bytes();
            match at.checked_sub(start) {
                // What ends the statement does not stand in the file.
                Some(at) if at == bytes.len() => b";".as_slice(),
                Some(at) => bytes.get(at..).unwrap_or_default(),
                None => &[],
            }
        };
        parser.parse_with_options(&mut read, None, None)
    })
}

/// The arguments without what only the macro understands: lines that start with `@`, and the `ref` of `static ref`.
fn without_markers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with('@') {
            // As many bytes as before, so that all places stay.
            out.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        } else {
            out.push_str(&line.replace("static ref ", "static     "));
        }
    }
    out
}

/// Macros of the standard library.
fn is_standard(name: &str) -> bool {
    matches!(
        name,
        "addr_of" | "addr_of_mut" | "assert" | "assert_eq" | "assert_ne" | "cfg" | "column" | "compile_error"
            | "concat" | "dbg" | "debug_assert" | "debug_assert_eq" | "debug_assert_ne" | "env" | "eprint"
            | "eprintln" | "file" | "format" | "format_args" | "include" | "include_bytes" | "include_str" | "line"
            | "matches" | "module_path" | "option_env" | "panic" | "print" | "println" | "ready" | "stringify"
            | "thread_local" | "todo" | "try" | "unimplemented" | "unreachable" | "vec" | "write" | "writeln"
    )
}
