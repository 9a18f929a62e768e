//! Syntax tree to facts: expressions.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::operators::{Chain, operator_of};
use crate::lang::written::Types as _;
use crate::facts::{Expr, ExprIx, Literal, ScopeKind, Use};
use crate::model::Role;
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// The value of an expression; of anything else the children are walked.
    pub(super) fn expression(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => {
                if self.b.text(node) == "_" {
                    return 0;
                }
                let value = self.b.name(node);
                self.b.uses(value, Role::Read, node);
                value
            }
            "int_literal" | "imaginary_literal" | "iota" => self.b.literal(Literal::Int, node),
            "float_literal" => self.b.literal(Literal::Float, node),
            "rune_literal" => self.b.literal(Literal::Char, node),
            "true" | "false" => self.b.literal(Literal::Bool, node),
            "nil" => self.b.literal(Literal::Null, node),
            "interpreted_string_literal" | "raw_string_literal" => self.b.literal(Literal::Str, node),
            "parenthesized_expression" | "expression_statement" | "literal_element" | "variadic_argument" => {
                self.only_child(node)
            }
            "selector_expression" => self.selector(node, Role::Read),
            "call_expression" => self.call(node),
            "index_expression" => {
                let base = node.field("operand").map_or(0, |operand| self.visit(operand));
                if let Some(index) = node.field("index") {
                    self.visit(index);
                }
                if base == 0 { 0 } else { self.b.expr(Expr::Element { base }, node) }
            }
            "slice_expression" => {
                let base = node.field("operand").map_or(0, |operand| self.visit(operand));
                for bound in ["start", "end", "capacity"] {
                    if let Some(bound) = node.field(bound) {
                        self.visit(bound);
                    }
                }
                base
            }
            // A call of a generic function looks like a conversion to a generic type.
            "type_conversion_expression" if is_generic(node) => self.generic_call(node),
            "type_assertion_expression" | "type_conversion_expression" => {
                let value = node.field("operand").map_or(0, |operand| self.visit(operand));
                let ty = node.field("type").map_or(0, |ty| self.ty(ty));
                if ty == 0 { value } else { self.typed(ty, node) }
            }
            "type_instantiation_expression" => {
                let args = self.type_arguments(node);
                args.first().copied().unwrap_or(0)
            }
            "composite_literal" => self.composite(node),
            "func_literal" => self.closure(node),
            "unary_expression" => self.unary(node),
            "binary_expression" => self.binary(node),
            "slice_type" | "array_type" | "map_type" | "channel_type" | "pointer_type" | "function_type"
            | "struct_type" | "interface_type" | "qualified_type" | "generic_type" | "type_identifier" => {
                self.ty(node)
            }
            _ => {
                self.members(node);
                0
            }
        }
    }

    /// Visits all children and gives the value of the last.
    fn only_child(&mut self, node: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !child.is_extra() {
                value = self.visit(child);
            }
        }
        value
    }

    /// `x.y`, where `x` is a value or a package.
    pub(super) fn selector(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let Some((member, field)) = self.member_of(node) else { return 0 };
        self.b.uses(member, role, field);
        member
    }

    /// `x.y` without a use of `y`, and the node of `y`.
    fn member_of<'t>(&mut self, node: Node<'t>) -> Option<(ExprIx, Node<'t>)> {
        let operand = node.field("operand")?;
        if operand.kind() == "identifier" {
            self.qualifiers.insert(self.b.text(operand));
        }
        let base = self.visit(operand);
        let field = node.field("field")?;
        if base == 0 {
            return None;
        }
        Some((self.b.member(base, field), field))
    }

    fn binary(&mut self, node: Node<'_>) -> ExprIx {
        Chain::of(node).fold(self, Self::visit, |walker, operator, left, right, each| match operator {
            "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => walker.b.literal(Literal::Bool, each),
            "<<" | ">>" => left,
            // Both have the same type, and a literal takes that of the other.
            _ if left == 0 || matches!(walker.b.expr_at(left), Expr::Lit(_)) => right,
            _ => left,
        })
    }

    fn unary(&mut self, node: Node<'_>) -> ExprIx {
        let base = node.field("operand").map_or(0, |operand| self.visit(operand));
        match operator_of(node) {
            "!" => self.b.literal(Literal::Bool, node),
            _ if base == 0 => 0,
            "*" => self.b.expr(Expr::Unwrap { base }, node),
            "<-" => self.b.expr(Expr::Element { base }, node),
            // Members are the same on a value and on its address.
            _ => base,
        }
    }

    /// `func(…) … { … }` as a value.
    fn closure(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Function);
        self.parameters(node);
        let result = self.result(node);
        if let Some(body) = node.field("body") {
            self.members(body);
        }
        self.b.close_scope();
        let result = self.typed(result, node);
        self.b.expr(Expr::Function { result }, node)
    }

    // ---- calls -------------------------------------------------------------------------------------------------

    fn call(&mut self, node: Node<'_>) -> ExprIx {
        let Some(function) = node.field("function") else { return self.only_child(node) };
        if function.kind() == "identifier"
            && let Some(value) = self.builtin_call(self.b.text(function), node)
        {
            return value;
        }
        match function.kind() {
            // One type argument in brackets looks like an index.
            "index_expression" => {
                let operand = function.field("operand").filter(|operand| {
                    matches!(operand.kind(), "identifier" | "selector_expression")
                });
                let Some(operand) = operand else { return self.call_of_value(function, node) };
                let callee = self.callee(operand);
                if let Some(index) = function.field("index") {
                    self.visit(index);
                }
                let Some((callee, name)) = callee else {
                    self.call_arguments(node);
                    return 0;
                };
                let generic = self.finish_call(callee, name, node);
                let element = self.b.expr(Expr::Element { base: callee }, function);
                let indexed = self.b.expr(Expr::Call { callee: element, args: Vec::new() }, node);
                self.b.expr(Expr::Union(vec![generic, indexed]), node)
            }
            "type_instantiation_expression" => {
                let operand = function.field("type");
                let Some(operand) = operand else { return self.call_of_value(function, node) };
                let written = self.ty_unused(operand);
                let mut cursor = function.walk();
                for argument in function.named_children(&mut cursor).skip(1) {
                    self.ty(argument);
                }
                self.finish_call(written.head, written.name, node)
            }
            _ => match self.callee(function) {
                Some((callee, name)) => self.finish_call(callee, name, node),
                None => self.call_of_value(function, node),
            },
        }
    }

    /// `F[T](x)`: a call of a function, or a conversion to a type.
    fn generic_call(&mut self, node: Node<'_>) -> ExprIx {
        let Some(written) = node.field("type") else { return 0 };
        let callee = self.ty_unused(written);
        let value = node.field("operand").map_or(0, |operand| self.visit(operand));
        if callee.whole == 0 {
            return 0;
        }
        let call = self.b.expr(Expr::Call { callee: callee.whole, args: vec![value] }, node);
        self.b.uses_with(callee.head, Role::Call, callee.name, 1, call);
        call
    }

    /// What is called by name, and the node of its last segment.
    fn callee<'t>(&mut self, node: Node<'t>) -> Option<(ExprIx, Node<'t>)> {
        match node.kind() {
            "identifier" => Some((self.b.name(node), node)),
            "selector_expression" => self.member_of(node),
            _ => None,
        }
    }

    /// The call of something that was named.
    fn finish_call(&mut self, callee: ExprIx, name: Node<'_>, node: Node<'_>) -> ExprIx {
        let (args, argc) = self.call_arguments(node);
        if callee == 0 {
            return 0;
        }
        let call = self.b.expr(Expr::Call { callee, args }, node);
        self.b.uses_with(callee, Role::Call, name, argc, call);
        call
    }

    /// The call of a value without a name: a closure, the result of another call.
    fn call_of_value(&mut self, function: Node<'_>, node: Node<'_>) -> ExprIx {
        // A selector whose operand means nothing was walked already.
        let callee = if function.kind() == "selector_expression" { 0 } else { self.visit(function) };
        let (args, _) = self.call_arguments(node);
        if callee == 0 { 0 } else { self.b.expr(Expr::Call { callee, args }, node) }
    }

    fn call_arguments(&mut self, node: Node<'_>) -> (Vec<ExprIx>, u8) {
        if let Some(types) = node.field("type_arguments") {
            self.type_arguments(types);
        }
        let Some(list) = node.field("arguments") else { return (Vec::new(), 0) };
        let mut args = Vec::new();
        let mut spread = false;
        let mut cursor = list.walk();
        for child in list.named_children(&mut cursor) {
            if !child.is_extra() {
                spread |= child.kind() == "variadic_argument";
                args.push(self.visit(child));
            }
        }
        let argc = u8::try_from(args.len()).unwrap_or(Use::UNKNOWN_ARGS);
        (args, if spread { Use::UNKNOWN_ARGS } else { argc })
    }

    /// The value of a call of a function that the language itself defines and that nobody defines anew; `None` when it
    /// is another one.
    fn builtin_call(&mut self, name: &str, node: Node<'_>) -> Option<ExprIx> {
        match name {
            "new" | "make" => {
                let list = node.field("arguments")?;
                let mut ty = 0;
                let mut cursor = list.walk();
                for (at, child) in list.named_children(&mut cursor).filter(|child| !child.is_extra()).enumerate() {
                    if at == 0 {
                        ty = self.ty(child);
                    } else {
                        self.visit(child);
                    }
                }
                Some(self.typed(ty, node))
            }
            "append" => {
                let (args, _) = self.call_arguments(node);
                Some(args.first().copied().unwrap_or(0))
            }
            "len" | "cap" => {
                self.call_arguments(node);
                Some(self.b.literal(Literal::Int, node))
            }
            "panic" | "recover" => {
                self.call_arguments(node);
                Some(0)
            }
            _ => None,
        }
    }

    // ---- composite literals ------------------------------------------------------------------------------------

    fn composite(&mut self, node: Node<'_>) -> ExprIx {
        let Some(written) = node.field("type") else { return self.only_child(node) };
        let ty = self.ty(written);
        let value = if ty == 0 { 0 } else { self.b.expr(Expr::New { ty, args: Vec::new() }, node) };
        if let Some(body) = node.field("body") {
            self.literal_value(body, value, Some(written));
        }
        value
    }

    /// The elements of a literal of the value `of`, whose type is written at `written` when that is known.
    fn literal_value(&mut self, node: Node<'_>, of: ExprIx, written: Option<Node<'_>>) {
        if !self.b.descend(node) {
            return;
        }
        let has_fields = written.is_none_or(|written| {
            !matches!(written.kind(), "slice_type" | "array_type" | "implicit_length_array_type" | "map_type")
        });
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "comment" => {}
                "keyed_element" => {
                    let key = child.field("key").and_then(|key| key.named_child(0));
                    match key {
                        Some(name) if has_fields && name.kind() == "identifier" => {
                            // Of an unknown type the member is unknown, and makes no use.
                            let member = if of == 0 { 0 } else { self.b.member(of, name) };
                            self.b.uses(member, Role::Write, name);
                        }
                        Some(key) => self.literal_element(key, 0, None),
                        None => {}
                    }
                    if let Some(value) = child.field("value").and_then(|value| value.named_child(0)) {
                        self.literal_element(value, of, written);
                    }
                }
                _ => {
                    if let Some(value) = child.named_child(0).filter(|_| child.kind() == "literal_element") {
                        self.literal_element(value, of, written);
                    } else {
                        self.visit(child);
                    }
                }
            }
        }
        self.b.ascend();
    }

    /// One element; a nested literal without a type has that of the elements of `of`.
    fn literal_element(&mut self, node: Node<'_>, of: ExprIx, written: Option<Node<'_>>) {
        if node.kind() != "literal_value" {
            self.visit(node);
            return;
        }
        let element = written.and_then(|written| {
            let mut element =
                written.field("element").or_else(|| written.field("value"))?;
            if element.kind() == "pointer_type" {
                element = element.named_child(0)?;
            }
            Some(element)
        });
        let base = if of == 0 { 0 } else { self.b.expr(Expr::Element { base: of }, node) };
        self.literal_value(node, base, element);
    }
}

fn is_generic(node: Node<'_>) -> bool {
    node.field("type").is_some_and(|ty| ty.kind() == "generic_type")
}
