//! Macro calls: their arguments are read again as expressions, statements or items, where they stand.

use super::RUST;
use super::walk::Walker;
use crate::facts::{Expr, ExprIx, Literal};
use crate::model::{Role, SymbolKind};
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
        let value = self.macro_arguments(arguments, self.holds_items(node));
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
        let Some(path) = node.child_by_field_name("macro") else { return "" };
        let last = path.child_by_field_name("name").unwrap_or(path);
        let name = self.b.text(last);
        if path.kind() == "identifier" {
            let is_own = |def: &crate::facts::Def| def.kind == SymbolKind::Macro && self.b.str(def.name) == name;
            if !is_standard(name) || self.b.defs().iter().any(is_own) {
                let of = self.b.name(last);
                self.b.uses(of, Role::Call, last);
            }
        } else if path.child_by_field_name("path").is_some_and(|base| self.b.text(base).ends_with("crate")) {
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
