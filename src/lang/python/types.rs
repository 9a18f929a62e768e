//! Syntax tree to facts: annotations, also those in quotes.

use super::walk::{Walker, narrow};
use crate::lang::Fields as _;
use crate::facts::{Expr, ExprIx, Literal, place_of};
use crate::model::{Place, Role};
use tree_sitter::Node;

/// Deepest nesting of a quoted annotation.
const MAX_QUOTED_DEPTH: u32 = 32;

impl Walker<'_, '_> {
    /// A type expression with its uses.
    pub(super) fn ty(&mut self, node: Node<'_>) -> ExprIx {
        if !self.b.descend(node) {
            return 0;
        }
        let ty = self.ty_in(node);
        self.b.ascend();
        ty
    }

    fn ty_in(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "type" | "parenthesized_expression" | "type_parameter" => {
                node.named_child(0).map_or(0, |inner| self.ty(inner))
            }
            "identifier" => {
                if matches!(self.b.text(node), "Self") {
                    let scope = self.b.scope();
                    return self.b.expr(Expr::SelfType { scope }, node);
                }
                let name = self.b.name(node);
                self.b.uses(name, Role::Type, node);
                name
            }
            "attribute" => {
                let base = node.field("object").map_or(0, |base| self.ty_base(base));
                let Some(name) = node.field("attribute") else { return 0 };
                let member = self.b.member(base, name);
                self.b.uses(member, Role::Type, name);
                member
            }
            "member_type" => {
                let (base, name) = (node.named_child(0), node.named_child(1));
                let base = base.map_or(0, |base| self.ty(base));
                let Some(name) = name else { return base };
                let member = self.b.member(base, name);
                self.b.uses(member, Role::Type, name);
                member
            }
            "subscript" => {
                let Some(value) = node.field("value") else { return 0 };
                let head = self.ty(value);
                let mut arguments = Vec::new();
                let mut cursor = node.walk();
                for argument in node.children_by_field_name("subscript", &mut cursor) {
                    arguments.push(argument);
                }
                self.generic(node, value, head, &arguments)
            }
            "generic_type" => {
                let Some(value) = node.named_child(0) else { return 0 };
                let head = self.ty(value);
                let mut arguments = Vec::new();
                if let Some(list) = node.named_child(1) {
                    let mut cursor = list.walk();
                    arguments.extend(list.named_children(&mut cursor).filter(|child| !child.is_extra()));
                }
                self.generic(node, value, head, &arguments)
            }
            "binary_operator" | "union_type" => {
                let mut parts = Vec::new();
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    parts.push(self.ty(part));
                }
                self.b.union(parts)
            }
            "string" => self.quoted(node),
            "concatenated_string" | "none" | "ellipsis" => 0,
            "list" | "tuple" | "expression_list" => {
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    self.ty(part);
                }
                0
            }
            "true" | "false" | "integer" | "float" => 0,
            _ => self.visit(node),
        }
    }

    /// What stands before the dot of a type: a module or an outer class.
    fn ty_base(&mut self, node: Node<'_>) -> ExprIx {
        if node.kind() == "identifier" {
            let name = self.b.name(node);
            self.b.uses(name, Role::Read, node);
            return name;
        }
        self.ty(node)
    }

    /// `Head[arguments]`.
    fn generic(&mut self, node: Node<'_>, value: Node<'_>, head: ExprIx, arguments: &[Node<'_>]) -> ExprIx {
        let written = self.b.text(value);
        let last = written.rsplit('.').next().unwrap_or(written).trim();
        // The arguments of one subscript may come as one tuple.
        let mut parts: Vec<Node<'_>> = Vec::new();
        for argument in arguments {
            let inner = if argument.kind() == "type" { argument.named_child(0).unwrap_or(*argument) } else { *argument };
            if inner.kind() == "tuple" || inner.kind() == "expression_list" {
                let mut cursor = inner.walk();
                parts.extend(inner.named_children(&mut cursor).filter(|child| !child.is_extra()));
            } else {
                parts.push(inner);
            }
        }
        if last == "Literal" {
            return self.b.expr(Expr::Lit(Literal::Str), node);
        }
        if last == "Annotated" {
            let ty = parts.first().map_or(0, |first| self.ty(*first));
            for rest in parts.iter().skip(1) {
                self.visit(*rest);
            }
            return ty;
        }
        let is_open = parts.last().is_some_and(|part| self.b.text(*part) == "...");
        let args: Vec<ExprIx> = parts.iter().map(|part| self.ty(*part)).collect();
        self.apply(last, head, args, is_open, node.start_byte())
    }

    /// A well-known type constructor with its arguments; `is_open` when the last argument is `...`.
    fn apply(&mut self, last: &str, head: ExprIx, args: Vec<ExprIx>, is_open: bool, at: usize) -> ExprIx {
        let at = narrow(at);
        let first = args.first().copied().unwrap_or(0);
        match last {
            "Optional" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "InitVar" | "Unpack"
            | "TypeGuard" => first,
            "Union" => self.b.union(args),
            "Tuple" | "tuple" if !is_open => self.b.expr_at_byte(Expr::Tuple(args), at),
            "Callable" => {
                let result = args.get(1).copied().unwrap_or(0);
                let result = if result == 0 { 0 } else { self.b.expr_at_byte(Expr::Typed { ty: result }, at) };
                self.b.expr_at_byte(Expr::Function { result }, at)
            }
            _ if head == 0 => 0,
            _ => self.b.expr_at_byte(Expr::Generic { base: head, args }, at),
        }
    }

    // ---- annotations in quotes -------------------------------------------------------------------------------------

    /// `"Foo"`: a type that is written as a string.
    pub(super) fn quoted(&mut self, node: Node<'_>) -> ExprIx {
        let mut cursor = node.walk();
        let contents: Vec<Node<'_>> =
            node.named_children(&mut cursor).filter(|child| child.kind() == "string_content").collect();
        let [content] = contents.as_slice() else { return 0 };
        let text = self.b.text(*content);
        if text.len() > 1_000 || content.named_child_count() > 0 {
            return 0;
        }
        let mut reader = Quoted { text, at: 0, start: place_of(*content), depth: 0 };
        let ty = self.quoted_union(&mut reader);
        reader.skip_blanks();
        if reader.at == text.len() { ty } else { 0 }
    }

    fn quoted_union(&mut self, reader: &mut Quoted<'_>) -> ExprIx {
        if reader.depth > MAX_QUOTED_DEPTH {
            return 0;
        }
        reader.depth += 1;
        let mut parts = vec![self.quoted_one(reader)];
        while reader.take('|') {
            parts.push(self.quoted_one(reader));
        }
        reader.depth -= 1;
        self.b.union(parts)
    }

    fn quoted_one(&mut self, reader: &mut Quoted<'_>) -> ExprIx {
        if reader.take('[') {
            self.quoted_arguments(reader);
            return 0;
        }
        if reader.take('(') {
            let ty = self.quoted_union(reader);
            reader.take(')');
            return ty;
        }
        for quote in ['\'', '"'] {
            if reader.take(quote) {
                let ty = self.quoted_union(reader);
                reader.take(quote);
                return ty;
            }
        }
        if reader.take('.') {
            reader.take('.');
            reader.take('.');
            return 0;
        }
        let Some((name, place)) = reader.word() else { return 0 };
        if name == "None" {
            return 0;
        }
        let mut last = name.to_owned();
        let scope = self.b.scope();
        let at = narrow(place.byte as usize);
        let mut head = if name == "Self" {
            self.b.expr_at_byte(Expr::SelfType { scope }, at)
        } else {
            let name = self.b.intern_owned(name);
            self.b.expr_at_byte(Expr::Name { name, scope }, at)
        };
        let mut role_place = place;
        loop {
            let before = reader.at;
            if !reader.take('.') {
                break;
            }
            let Some((name, place)) = reader.word() else {
                reader.at = before;
                break;
            };
            self.b.uses_at(head, Role::Read, role_place);
            name.clone_into(&mut last);
            let name = self.b.intern_owned(name);
            head = self.b.expr_at_byte(Expr::Member { base: head, name }, at);
            role_place = place;
        }
        self.b.uses_at(head, Role::Type, role_place);
        if reader.take('[') {
            if last == "Literal" || last == "Annotated" {
                reader.at = reader.text.len();
                return 0;
            }
            let (args, is_open) = self.quoted_arguments(reader);
            return self.apply(&last, head, args, is_open, place.byte as usize);
        }
        head
    }

    /// Arguments up to the closing bracket, and whether the last is `...`.
    fn quoted_arguments(&mut self, reader: &mut Quoted<'_>) -> (Vec<ExprIx>, bool) {
        let mut args = Vec::new();
        let mut is_open = false;
        while !reader.take(']') {
            let before = reader.at;
            is_open = reader.peek() == Some('.');
            args.push(self.quoted_union(reader));
            reader.take(',');
            if reader.at == before {
                break;
            }
        }
        (args, is_open)
    }
}

/// Reads the text of a quoted annotation.
struct Quoted<'t> {
    text: &'t str,
    at: usize,
    /// Where the text starts in the file.
    start: Place,
    depth: u32,
}

impl<'t> Quoted<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn peek(&mut self) -> Option<char> {
        self.skip_blanks();
        self.rest().chars().next()
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    /// A name and where it stands in the file.
    fn word(&mut self) -> Option<(&'t str, Place)> {
        self.skip_blanks();
        let rest = self.rest();
        let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let word = rest.get(..len)?;
        if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let before = self.text.get(..self.at)?;
        let lines = before.matches('\n').count();
        let column = match before.rfind('\n') {
            Some(newline) => narrow(before.len() - newline - 1),
            None => self.start.column + narrow(before.len()),
        };
        let place =
            Place { byte: self.start.byte + narrow(self.at), line: self.start.line + narrow(lines), column };
        self.at += len;
        Some((word, place))
    }
}
