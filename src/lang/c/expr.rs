//! Expressions: names, calls, members, initialisers.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::operators::{Chain, operator_of};
use crate::facts::{Expr, ExprIx, Literal, Use};
use crate::model::Role;
use tree_sitter::Node;

/// Most literals of one initialiser list that become expressions.
const MAX_VALUES: usize = 32;

impl Walker<'_, '_> {
    /// An expression with its uses. What is no expression is walked child by child.
    pub fn expr(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier"
            | "field_identifier"
            | "qualified_identifier"
            | "template_function"
            | "field_expression" => self.named(node, Role::Read),
            "type_identifier"
            | "template_type"
            | "type_descriptor"
            | "dependent_type"
            | "decltype"
            | "sized_type_specifier" => self.type_of(node, None),
            "primitive_type" => self.b.name(node),
            "this" => {
                let scope = self.b.scope();
                self.put(Expr::SelfRef { scope }, node)
            }
            "call_expression" => self.call(node),
            "number_literal" => {
                let text = self.b.text(node);
                let hex = text.starts_with("0x") || text.starts_with("0X");
                let float = !hex && text.bytes().any(|c| matches!(c, b'.' | b'e' | b'E' | b'f'));
                self.put(Expr::Lit(if float { Literal::Float } else { Literal::Int }), node)
            }
            "string_literal" | "raw_string_literal" => self.put(Expr::Lit(Literal::Str), node),
            "concatenated_string" => {
                self.each(node);
                self.put(Expr::Lit(Literal::Str), node)
            }
            "char_literal" => self.put(Expr::Lit(Literal::Char), node),
            "true" | "false" => self.put(Expr::Lit(Literal::Bool), node),
            "null" => self.put(Expr::Lit(Literal::Null), node),
            "user_defined_literal" | "literal_suffix" => 0,
            "parenthesized_expression" | "comma_expression" | "extension_expression" | "condition_clause" => {
                self.last_of(node)
            }
            "conditional_expression" => {
                self.field(node, "condition");
                let yes = self.field(node, "consequence");
                let no = self.field(node, "alternative");
                match (yes, no) {
                    (0, one) | (one, 0) => one,
                    _ => self.put(Expr::Union(vec![yes, no]), node),
                }
            }
            "assignment_expression" => {
                let left = node.field("left").map_or(0, |left| self.written(left));
                self.field(node, "right");
                left
            }
            "update_expression" => node.field("argument").map_or(0, |arg| self.written(arg)),
            "pointer_expression" => {
                let base = self.field(node, "argument");
                let star = operator_of(node) == "*";
                match base {
                    0 => 0,
                    _ if star => self.put(Expr::Unwrap { base }, node),
                    _ => self.put(Expr::Wrapped { base }, node),
                }
            }
            "unary_expression" => {
                let base = self.field(node, "argument");
                match operator_of(node) {
                    "!" | "not" => self.put(Expr::Lit(Literal::Bool), node),
                    _ => base,
                }
            }
            "binary_expression" => self.binary(node),
            "cast_expression" => {
                let ty = node.field("type").map_or(0, |ty| self.type_of(ty, None));
                self.field(node, "value");
                if ty == 0 { 0 } else { self.put(Expr::Typed { ty }, node) }
            }
            "sizeof_expression" | "alignof_expression" => {
                self.each(node);
                self.put(Expr::Lit(Literal::Int), node)
            }
            "offsetof_expression" => {
                let ty = node.field("type").map_or(0, |ty| self.type_of(ty, None));
                if let Some(member) = node.field("member") {
                    let base = if ty == 0 { 0 } else { self.put(Expr::Typed { ty }, node) };
                    let member_of = self.b.member(base, member);
                    self.b.uses(member_of, Role::Read, member);
                }
                self.put(Expr::Lit(Literal::Int), node)
            }
            "subscript_expression" => {
                let base = self.field(node, "argument");
                self.field(node, "index");
                self.field(node, "indices");
                if base == 0 { 0 } else { self.put(Expr::Element { base }, node) }
            }
            "compound_literal_expression" => self.compound_literal(node),
            "initializer_list" => {
                self.list(node, 0);
                self.put(Expr::Lit(Literal::List), node)
            }
            "argument_list" => {
                self.arguments(node);
                0
            }
            "goto_statement" | "break_statement" | "continue_statement" | "escape_sequence" => 0,
            _ => {
                if self.cpp
                    && let Some(expr) = self.cpp_expr(node)
                {
                    return expr;
                }
                self.each(node);
                0
            }
        }
    }

    /// The value of the last child; all are walked.
    fn last_of(&mut self, node: Node<'_>) -> ExprIx {
        let mut cursor = node.walk();
        let mut last = 0;
        for child in node.named_children(&mut cursor) {
            last = self.item(child);
        }
        last
    }

    /// The value of a chain of binary operators: that of its first operand, if anything is known of it.
    fn binary(&mut self, node: Node<'_>) -> ExprIx {
        let chain = Chain::of(node);
        let first = chain.first.map_or(0, |first| self.item(first));
        let mut second = 0;
        for right in chain.operations.into_iter().filter_map(|each| each.field("right")) {
            second = self.item(right);
        }
        match operator_of(node) {
            "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" | "and" | "or" | "not_eq" => {
                self.put(Expr::Lit(Literal::Bool), node)
            }
            _ if first != 0 && !matches!(self.b.expr_at(first), Expr::Lit(_)) => first,
            _ if matches!(self.b.expr_at(second), Expr::Lit(_)) && first != 0 => first,
            _ => second,
        }
    }

    /// The left side of an assignment.
    fn written(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" | "field_expression" | "qualified_identifier" => self.named(node, Role::Write),
            "parenthesized_expression" if node.named_child_count() == 1 => {
                node.named_child(0).map_or(0, |inside| self.written(inside))
            }
            _ => self.item(node),
        }
    }

    /// A name or member with a use of it.
    pub fn named(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let (expr, last) = self.target(node);
        if let Some(last) = last {
            let bare = self.bare(expr);
            self.b.uses(bare, role, last);
        }
        expr
    }

    /// The expression without type arguments.
    pub fn bare(&self, expr: ExprIx) -> ExprIx {
        let mut bare = expr;
        while let Expr::Generic { base, .. } = *self.b.expr_at(bare) {
            bare = base;
        }
        bare
    }

    /// A name that the grammar took for a type but that stands for a value.
    pub fn value_name(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "type_identifier" | "identifier" | "qualified_identifier" => self.named(node, Role::Read),
            _ => self.item(node),
        }
    }

    /// The expression of a name, qualified name or member, and the node of its last part, of which no use was added.
    /// For other expressions the node is `None`.
    pub fn target<'t>(&mut self, node: Node<'t>) -> (ExprIx, Option<Node<'t>>) {
        if !self.b.descend(node) {
            return (0, None);
        }
        let target = self.target_at(node);
        self.b.ascend();
        target
    }

    fn target_at<'t>(&mut self, node: Node<'t>) -> (ExprIx, Option<Node<'t>>) {
        match node.kind() {
            "identifier" | "field_identifier" | "type_identifier" | "namespace_identifier" => {
                let expr = self.b.name(node);
                (expr, Some(node))
            }
            "parenthesized_expression" if node.named_child_count() == 1 => {
                node.named_child(0).map_or((0, None), |inside| self.target(inside))
            }
            "qualified_identifier" => self.qualified(node),
            "template_function" | "template_type" | "template_method" => self.part(None, node),
            "operator_name" | "destructor_name" | "dependent_name" => self.part(None, node),
            "field_expression" => {
                let base = self.field(node, "argument");
                match node.field("field") {
                    Some(field) if field.kind() == "qualified_identifier" => self.qualified(field),
                    Some(field) => self.part(Some(base), field),
                    None => (0, None),
                }
            }
            _ => (self.item(node), None),
        }
    }

    /// `a::b::c`: every part but the last is read.
    fn qualified<'t>(&mut self, node: Node<'t>) -> (ExprIx, Option<Node<'t>>) {
        let mut base: Option<ExprIx> = None;
        let mut at = node;
        for _ in 0..64 {
            match at.field("scope") {
                Some(scope) if scope.kind() == "decltype" => {
                    self.item(scope);
                    base = Some(0);
                }
                Some(scope) => {
                    let (expr, last) = self.part(base, scope);
                    if let Some(last) = last {
                        let bare = self.bare(expr);
                        self.b.uses(bare, Role::Read, last);
                    }
                    base = Some(expr);
                }
                // `::name` starts outside all scopes.
                None => {}
            }
            let Some(name) = at.field("name") else { return (base.unwrap_or(0), None) };
            if name.kind() == "qualified_identifier" {
                at = name;
                continue;
            }
            if base.is_none() && matches!(name.kind(), "identifier" | "type_identifier") {
                let text = self.b.text(name);
                let text = self.b.intern(text);
                return (self.put(Expr::Name { name: text, scope: 0 }, name), Some(name));
            }
            return self.part(base, name);
        }
        (0, None)
    }

    /// One part of a chain: a name, or a member of `base`.
    fn part<'t>(&mut self, base: Option<ExprIx>, node: Node<'t>) -> (ExprIx, Option<Node<'t>>) {
        match node.kind() {
            "template_function" | "template_method" | "template_type" => {
                let Some(name) = node.field("name") else { return (0, None) };
                let (of, last) = self.part(base, name);
                let args = node
                    .field("arguments")
                    .map_or_else(Vec::new, |args| self.generic_arguments(args));
                let expr = if of == 0 { 0 } else { self.put(Expr::Generic { base: of, args }, node) };
                (expr, last)
            }
            "dependent_name" => node.named_child(0).map_or((0, None), |name| self.part(base, name)),
            "operator_name" | "operator_cast" | "destructor_name" => {
                let text = self.name_text(node);
                let name = self.b.intern_owned(&text);
                let scope = self.b.scope();
                let expr = match base {
                    Some(base) => self.put(Expr::Member { base, name }, node),
                    None => self.put(Expr::Name { name, scope }, node),
                };
                (expr, Some(node))
            }
            _ => {
                let expr = match base {
                    Some(base) => self.b.member(base, node),
                    None => self.b.name(node),
                };
                (expr, Some(node))
            }
        }
    }

    /// Type arguments between `<` and `>`.
    pub fn generic_arguments(&mut self, node: Node<'_>) -> Vec<ExprIx> {
        let mut cursor = node.walk();
        let mut args = Vec::new();
        for arg in node.named_children(&mut cursor) {
            if arg.kind() != "comment" {
                args.push(if arg.kind() == "type_descriptor" {
                    self.type_of(arg, None)
                } else {
                    self.item(arg)
                });
            }
        }
        args
    }

    /// The arguments of a call and how many there are.
    pub fn arguments(&mut self, node: Node<'_>) -> (Vec<ExprIx>, u8) {
        let mut cursor = node.walk();
        let mut args = Vec::new();
        let mut spread = false;
        for arg in node.named_children(&mut cursor) {
            if arg.kind() == "comment" {
                continue;
            }
            spread |= arg.kind() == "parameter_pack_expansion";
            args.push(self.item(arg));
        }
        let argc =
            if spread { Use::UNKNOWN_ARGS } else { u8::try_from(args.len()).unwrap_or(Use::UNKNOWN_ARGS) };
        (args, argc)
    }

    fn call(&mut self, node: Node<'_>) -> ExprIx {
        let Some(function) = node.field("function") else {
            self.each(node);
            return 0;
        };
        let (callee, last) = self.target(function);
        let (args, argc) = match node.field("arguments") {
            Some(list) => self.arguments(list),
            None => (Vec::new(), 0),
        };
        if function.kind() == "primitive_type" {
            return self.put(Expr::Typed { ty: callee }, node);
        }
        if self.cpp
            && let Some(last) = last
            && let Some(known) = self.known_call(callee, last, &args, argc, node)
        {
            // What is known to give its argument, or a new value, is called all the same.
            let scope = function.field("scope");
            if scope.is_some_and(|scope| self.b.text(scope) == "std") {
                let bare = self.bare(callee);
                self.b.uses_with(bare, Role::Call, last, argc, 0);
            }
            return known;
        }
        if callee == 0 {
            return 0;
        }
        let call = self.put(Expr::Call { callee, args }, node);
        if let Some(last) = last {
            let bare = self.bare(callee);
            self.b.uses_with(bare, Role::Call, last, argc, call);
        }
        call
    }

    /// `(T){..}` and `T{..}`.
    fn compound_literal(&mut self, node: Node<'_>) -> ExprIx {
        let Some(written) = node.field("type") else {
            self.each(node);
            return 0;
        };
        let ty = if self.cpp && written.kind() != "type_descriptor" {
            self.type_name(written).0
        } else {
            self.type_of(written, None)
        };
        let args = node.field("value").map_or_else(Vec::new, |value| self.list(value, ty));
        if ty == 0 {
            return 0;
        }
        let argc = u8::try_from(args.len()).unwrap_or(Use::UNKNOWN_ARGS);
        let new = self.put(Expr::New { ty, args }, node);
        if self.cpp {
            self.new_use(ty, written, argc, new);
        }
        new
    }

    /// An initialiser list of a value of type `ty` (0: not known). Designators are written fields of that type.
    pub fn list(&mut self, node: Node<'_>, ty: ExprIx) -> Vec<ExprIx> {
        if !self.b.descend(node) {
            return Vec::new();
        }
        let element = match *self.b.expr_at(ty) {
            Expr::Wrapped { base } => base,
            _ => 0,
        };
        let mut values = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "comment" => {}
                // Tables of numbers and texts: nobody asks for the type of the hundredth.
                "number_literal" | "char_literal" | "string_literal" if values.len() >= MAX_VALUES => {}
                "initializer_list" => {
                    self.list(child, element);
                    values.push(0);
                }
                "initializer_pair" => {
                    let inside = self.designators(child, ty, element);
                    match child.field("value") {
                        Some(value) if value.kind() == "initializer_list" => {
                            self.list(value, inside);
                            values.push(0);
                        }
                        Some(value) => {
                            let value = self.item(value);
                            values.push(value);
                        }
                        None => {}
                    }
                }
                _ => {
                    let value = self.item(child);
                    values.push(value);
                }
            }
        }
        self.b.ascend();
        values
    }

    /// `.a.b[1] = `: gives the type expression of what is designated, when it is an element.
    fn designators(&mut self, pair: Node<'_>, ty: ExprIx, element: ExprIx) -> ExprIx {
        let mut base = if ty == 0 { 0 } else { self.put(Expr::Typed { ty }, pair) };
        let mut inside = 0;
        let mut cursor = pair.walk();
        let designators: Vec<Node<'_>> = pair.children_by_field_name("designator", &mut cursor).collect();
        for designator in designators {
            match designator.kind() {
                "field_designator" | "field_identifier" => {
                    let name = designator.named_child(0).unwrap_or(designator);
                    base = self.b.member(base, name);
                    self.b.uses(base, Role::Write, name);
                    inside = 0;
                }
                _ => {
                    self.each(designator);
                    base = if base == 0 { 0 } else { self.put(Expr::Element { base }, designator) };
                    inside = element;
                }
            }
        }
        inside
    }
}
