//! Statements and expressions.

use super::types::SLICE;
use crate::lang::written::Written;
use super::walk::{Input, Walker, narrow};
use crate::lang::Fields as _;
use crate::lang::operators::Chain;
use crate::facts::{Expr, ExprIx, Literal, LocalKind, ScopeKind};
use crate::model::Role;
use tree_sitter::Node;

impl Walker<'_, '_> {
    /// A statement or expression; gives its value.
    pub(super) fn expression(&mut self, node: Node<'_>) -> ExprIx {
        match node.kind() {
            "identifier" => self.identifier(node, Role::Read),
            "self" => {
                let scope = self.b.scope();
                self.b.expr(Expr::SelfRef { scope }, node)
            }
            "scoped_identifier" => {
                let written = self.path(node);
                self.b.uses(written.head, Role::Read, written.name);
                written.whole
            }
            "generic_function" => self.turbofish(node, Role::Read).whole,
            "integer_literal" => self.b.literal(Literal::Int, node),
            "float_literal" => self.b.literal(Literal::Float, node),
            "boolean_literal" => self.b.literal(Literal::Bool, node),
            "char_literal" => self.b.literal(Literal::Char, node),
            "string_literal" | "raw_string_literal" => {
                self.names_in_format(node);
                self.b.literal(Literal::Str, node)
            }
            "field_expression" => self.field(node, Role::Read).whole,
            "call_expression" => self.call(node),
            "macro_invocation" => self.macro_call(node),
            "struct_expression" => self.struct_expression(node),
            "let_declaration" => self.let_declaration(node),
            "block" => self.block(node),
            "unsafe_block" | "const_block" | "try_block" | "gen_block" | "parenthesized_expression"
            | "expression_statement" | "else_clause" | "reference_expression" => self.last_value(node),
            "async_block" => self.async_block(node),
            "if_expression" => self.if_expression(node),
            "let_condition" => {
                let value = node.field("value").map_or(0, |value| self.visit(value));
                if let Some(pattern) = node.field("pattern") {
                    self.bound_from = node.end_byte();
                    self.pattern(pattern, value);
                }
                0
            }
            "match_expression" => self.match_expression(node),
            "while_expression" | "loop_expression" => {
                self.b.open_scope(ScopeKind::Block);
                self.last_value(node);
                self.b.close_scope();
                0
            }
            "for_expression" => self.for_expression(node),
            "closure_expression" => self.closure(node),
            "return_expression" => {
                let value = self.last_value(node);
                if let Some(returns) = self.returns.last_mut().filter(|_| value != 0) {
                    returns.push(value);
                }
                0
            }
            "await_expression" => self.last_value(node),
            "try_expression" => {
                let base = self.last_value(node);
                if base == 0 { 0 } else { self.b.expr(Expr::Unwrap { base }, node) }
            }
            "unary_expression" => self.last_value(node),
            "binary_expression" => self.binary(node),
            "assignment_expression" | "compound_assignment_expr" => {
                if let Some(left) = node.field("left") {
                    self.target(left);
                }
                if let Some(right) = node.field("right") {
                    self.visit(right);
                }
                0
            }
            "index_expression" => self.index(node),
            "array_expression" => self.array(node),
            "tuple_expression" => {
                let mut parts = Vec::new();
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    if !child.is_extra() && child.kind() != "attribute_item" {
                        parts.push(self.visit(child));
                    }
                }
                self.b.expr(Expr::Tuple(parts), node)
            }
            "type_cast_expression" => {
                if let Some(value) = node.field("value") {
                    self.visit(value);
                }
                let ty = node.field("type").map_or(0, |ty| self.ty(ty));
                if ty == 0 { 0 } else { self.b.expr(Expr::Typed { ty }, node) }
            }
            "range_expression" => {
                self.last_value(node);
                0
            }
            "ERROR" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor) {
                    // A bare word in damaged code may be anything.
                    if !matches!(child.kind(), "identifier" | "type_identifier" | "attribute_item") {
                        self.visit(child);
                    }
                }
                0
            }
            "token_tree" | "label" | "lifetime" | "mutable_specifier" | "line_comment" | "block_comment"
            | "visibility_modifier" | "escape_sequence" | "string_content" | "metavariable" | "crate" | "super" => 0,
            "type_identifier" | "generic_type" | "scoped_type_identifier" | "reference_type" | "pointer_type"
            | "array_type" | "tuple_type" | "dynamic_type" | "abstract_type" | "function_type" => {
                self.ty(node);
                0
            }
            _ => {
                self.last_value(node);
                0
            }
        }
    }

    /// An expression of which a type is expected.
    fn visit_as(&mut self, node: Node<'_>, ty: ExprIx) -> ExprIx {
        // Only the expression itself: what stands inside it is expected to be something else.
        self.expected = if node.kind() == "call_expression" { ty } else { 0 };
        let value = self.visit(node);
        self.expected = 0;
        value
    }

    /// Visits all children; gives the value of the last one.
    fn last_value(&mut self, node: Node<'_>) -> ExprIx {
        let mut value = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !child.is_extra() && child.kind() != "attribute_item" {
                value = self.visit(child);
            }
        }
        value
    }

    fn identifier(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        if self.b.text(node) == "Self" {
            let scope = self.b.scope();
            return self.b.expr(Expr::SelfType { scope }, node);
        }
        let value = self.b.name(node);
        self.b.uses(value, role, node);
        value
    }

    // ---- calls --------------------------------------------------------------------------------------------------

    fn call(&mut self, node: Node<'_>) -> ExprIx {
        let Some(function) = node.field("function") else { return self.last_value(node) };
        let arguments = node.field("arguments");
        let mut types = None;
        let mut callee_node = function;
        if function.kind() == "generic_function" {
            types = function.field("type_arguments");
            callee_node = function.field("function").unwrap_or(function);
        }
        let callee = match callee_node.kind() {
            "identifier" => {
                let text = self.b.text(callee_node);
                if text == "Self" {
                    // `Self` names nothing: what it stands for is written above.
                    let scope = self.b.scope();
                    let whole = self.b.expr(Expr::SelfType { scope }, callee_node);
                    Written::unnamed(whole, callee_node)
                } else {
                    let whole = self.b.name(callee_node);
                    Written { whole, head: whole, name: callee_node }
                }
            }
            "scoped_identifier" if self.expected != 0 && self.b.text(callee_node) == "Default::default" => {
                self.default_of(callee_node)
            }
            "scoped_identifier" => self.path(callee_node),
            "field_expression" => self.member_of(callee_node),
            _ => {
                let whole = self.visit(callee_node);
                Written::unnamed(whole, callee_node)
            }
        };
        self.expected = 0;
        let type_args = types.map_or_else(Vec::new, |types| self.type_arguments(types, false));
        let name = self.b.text(callee.name);
        let input = match callee_node.kind() {
            "field_expression" => self.receiver_of(callee.whole),
            _ => None,
        };
        let (args, argc) = arguments.map_or((Vec::new(), 0), |list| self.arguments(list, input, name));
        if callee.whole == 0 {
            return 0;
        }
        let first = args.first().copied().unwrap_or(0);
        let call = self.b.expr(Expr::Call { callee: callee.whole, args: args.clone() }, node);
        self.b.uses_with(callee.head, Role::Call, callee.name, argc, call);
        match (callee_node.kind(), name) {
            ("identifier" | "scoped_identifier", "Some") => self.around("Option", args, node),
            ("identifier" | "scoped_identifier", "Ok") => self.around("Result", args, node),
            ("identifier" | "scoped_identifier", "Err") => self.around("Result", vec![0, first], node),
            ("scoped_identifier", "new" | "from" | "pin" | "clone") => {
                self.wrapped_new(callee.whole, name, first, node).unwrap_or(call)
            }
            ("scoped_identifier", "replace" | "take")
                if self.b.text(callee_node).ends_with(&format!("mem::{name}")) =>
            {
                first
            }
            ("scoped_identifier", "max" | "min")
                if self.b.text(callee_node).ends_with(&format!("cmp::{name}")) =>
            {
                self.b.union(args)
            }
            ("field_expression", "collect" | "parse" | "sum" | "product" | "into" | "try_into")
                if !type_args.is_empty() =>
            {
                let elements = input.unwrap_or(0);
                let ty = self.filled(type_args[0], elements, node);
                self.b.expr(Expr::Typed { ty }, node)
            }
            ("field_expression", "downcast_ref" | "downcast_mut" | "downcast") if !type_args.is_empty() => {
                self.around("Option", type_args, node)
            }
            _ => call,
        }
    }

    /// `Vec<_>` of what is collected from `from`: its elements; `HashMap<_, _>`: their parts.
    fn filled(&mut self, ty: ExprIx, from: ExprIx, node: Node<'_>) -> ExprIx {
        let Expr::Generic { base, args } = self.b.expr_at(ty).clone() else { return ty };
        if from == 0 || args.iter().any(|&arg| arg != 0) {
            return ty;
        }
        let element = self.b.expr(Expr::Element { base: from }, node);
        let args = match args.len() {
            1 => vec![element],
            2 => (0..2).map(|index| self.b.expr(Expr::Part { base: element, index }, node)).collect(),
            _ => return ty,
        };
        self.b.expr(Expr::Generic { base, args }, node)
    }

    /// `Default::default` where a type is expected: that type's.
    fn default_of<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let none = Written::named(0, node);
        let Some(name) = node.field("name") else { return none };
        let head = self.b.member(self.expected, name);
        Written::named(head, name)
    }

    /// The receiver of a method call.
    fn receiver_of(&self, callee: ExprIx) -> Option<ExprIx> {
        match self.b.expr_at(callee) {
            Expr::Member { base, .. } => Some(*base),
            _ => None,
        }
    }

    /// `Rc::new(value)` holds the value; `Rc::clone(&value)` is one more of it.
    fn wrapped_new(&mut self, callee: ExprIx, method: &str, value: ExprIx, node: Node<'_>) -> Option<ExprIx> {
        let Expr::Member { base, .. } = *self.b.expr_at(callee) else { return None };
        let Expr::Name { name, .. } = *self.b.expr_at(base) else { return None };
        let is_pointer = matches!(self.b.str(name), "Box" | "Rc" | "Arc" | "Cow" | "Pin" | "Reverse");
        let is_cell = matches!(self.b.str(name), "RefCell" | "Cell" | "Mutex" | "RwLock" | "OnceCell");
        if value == 0 || !(is_pointer || is_cell) {
            return None;
        }
        if method == "clone" {
            return Some(value);
        }
        Some(self.b.expr(Expr::Generic { base, args: vec![value] }, node))
    }

    /// Arguments, and how many; a closure among them is given what the method `name` passes to it.
    fn arguments(&mut self, node: Node<'_>, receiver: Option<ExprIx>, name: &str) -> (Vec<ExprIx>, u8) {
        let mut args: Vec<ExprIx> = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.is_extra() || child.kind() == "attribute_item" {
                continue;
            }
            if child.kind() == "closure_expression" {
                let first = args.first().copied().unwrap_or(0);
                self.closure_input = receiver.and_then(|of| closure_input(name, of, first));
            }
            args.push(self.visit(child));
        }
        let argc = u8::try_from(args.len()).unwrap_or(u8::MAX);
        (args, argc)
    }

    /// `f::<T>` without a call.
    fn turbofish<'t>(&mut self, node: Node<'t>, role: Role) -> Written<'t> {
        let function = node.field("function").unwrap_or(node);
        let written = match function.kind() {
            "field_expression" => self.member_of(function),
            _ => self.path(function),
        };
        self.b.uses(written.head, role, written.name);
        if let Some(types) = node.field("type_arguments") {
            self.type_arguments(types, false);
        }
        written
    }

    /// `value.field`, with a use.
    fn field<'t>(&mut self, node: Node<'t>, role: Role) -> Written<'t> {
        let written = self.member_of(node);
        self.b.uses(written.head, role, written.name);
        written
    }

    /// `value.name`, not yet used.
    fn member_of<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let base = node.field("value").map_or(0, |value| self.visit(value));
        let Some(name) = node.field("field") else { return Written::named(0, node) };
        // A receiver of which nothing is known still gives a call by name.
        let head = self.b.member(base, name);
        if name.kind() == "integer_literal" && base != 0 {
            let index = self.b.text(name).parse().unwrap_or(0);
            let part = self.b.expr(Expr::Part { base, index }, node);
            let whole = self.b.union(vec![head, part]);
            // A place in a tuple is no name.
            return Written { whole, head: 0, name };
        }
        Written::named(head, name)
    }

    fn struct_expression(&mut self, node: Node<'_>) -> ExprIx {
        let Some(name) = node.field("name") else { return self.last_value(node) };
        let written = self.ty_as(name, Role::New);
        if let Some(body) = node.field("body") {
            let mut cursor = body.walk();
            for child in body.named_children(&mut cursor) {
                match child.kind() {
                    "field_initializer" => {
                        if let Some(field) = child.field("field") {
                            let member = self.b.member(written.whole, field);
                            self.b.uses(member, Role::Write, field);
                        }
                        if let Some(value) = child.field("value") {
                            self.visit(value);
                        }
                    }
                    "shorthand_field_initializer" => {
                        let mut inner = child.walk();
                        for field in child.named_children(&mut inner).filter(|each| each.kind() == "identifier") {
                            let member = self.b.member(written.whole, field);
                            self.b.uses(member, Role::Write, field);
                            self.identifier(field, Role::Read);
                        }
                    }
                    "base_field_initializer" => {
                        if let Some(base) = child.named_child(0) {
                            self.visit_as(base, written.whole);
                        }
                    }
                    _ => {
                        self.visit(child);
                    }
                }
            }
        }
        if written.whole == 0 {
            return 0;
        }
        self.b.expr(Expr::New { ty: written.whole, args: Vec::new() }, node)
    }

    // ---- statements ---------------------------------------------------------------------------------------------

    fn let_declaration(&mut self, node: Node<'_>) -> ExprIx {
        let ty = node.field("type").map_or(0, |ty| self.ty(ty));
        let init = node.field("value").map_or(0, |value| self.visit_as(value, ty));
        if let Some(alternative) = node.field("alternative") {
            self.visit(alternative);
        }
        let Some(pattern) = node.field("pattern") else { return 0 };
        let value = if ty == 0 {
            init
        } else {
            let ty = self.filled(ty, init, pattern);
            self.b.expr(Expr::Typed { ty }, pattern)
        };
        self.bound_from = node.end_byte();
        self.pattern(pattern, value);
        0
    }

    fn if_expression(&mut self, node: Node<'_>) -> ExprIx {
        self.b.open_scope(ScopeKind::Block);
        if let Some(condition) = node.field("condition") {
            self.visit(condition);
        }
        let yes = node.field("consequence").map_or(0, |yes| self.visit(yes));
        self.b.close_scope();
        let no = node.field("alternative").map_or(0, |no| self.visit(no));
        self.b.union(vec![yes, no])
    }

    fn match_expression(&mut self, node: Node<'_>) -> ExprIx {
        let value = node.field("value").map_or(0, |value| self.visit(value));
        let Some(body) = node.field("body") else { return 0 };
        let mut values = Vec::new();
        let mut cursor = body.walk();
        for arm in body.named_children(&mut cursor) {
            if arm.kind() != "match_arm" {
                continue;
            }
            self.b.open_scope(ScopeKind::Block);
            if let Some(pattern) = arm.field("pattern") {
                let condition = pattern.field("condition");
                let mut inner = pattern.walk();
                self.bound_from = 0;
                for child in pattern.named_children(&mut inner) {
                    if Some(child) != condition && !child.is_extra() {
                        self.pattern(child, value);
                    }
                }
                if let Some(condition) = condition {
                    self.visit(condition);
                }
            }
            if let Some(result) = arm.field("value") {
                values.push(self.visit(result));
            }
            self.b.close_scope();
        }
        self.b.union(values)
    }

    fn for_expression(&mut self, node: Node<'_>) -> ExprIx {
        let over = node.field("value").map_or(0, |value| self.visit(value));
        self.b.open_scope(ScopeKind::Block);
        if let Some(pattern) = node.field("pattern") {
            let element = if over == 0 { 0 } else { self.b.expr(Expr::Element { base: over }, pattern) };
            self.bound_from = node.field("value").unwrap_or(node).end_byte();
            self.pattern(pattern, element);
        }
        if let Some(body) = node.field("body") {
            self.visit(body);
        }
        self.b.close_scope();
        0
    }

    /// What is assigned to.
    fn target(&mut self, node: Node<'_>) {
        match node.kind() {
            "identifier" => {
                self.identifier(node, Role::Write);
            }
            "field_expression" => {
                self.field(node, Role::Write);
            }
            _ => {
                self.visit(node);
            }
        }
    }

    // ---- closures -----------------------------------------------------------------------------------------------

    fn closure(&mut self, node: Node<'_>) -> ExprIx {
        let input = self.closure_input.take();
        self.b.open_scope(ScopeKind::Function);
        if let Some(parameters) = node.field("parameters") {
            self.closure_parameters(parameters, input);
        }
        let declared = node.field("return_type").map_or(0, |ty| self.ty(ty));
        self.returns.push(Vec::new());
        let value = node.field("body").map_or(0, |body| self.visit(body));
        let mut results = self.returns.pop().unwrap_or_default();
        results.insert(0, value);
        self.b.close_scope();
        let result = if declared == 0 {
            self.b.union(results)
        } else {
            self.b.expr(Expr::Typed { ty: declared }, node)
        };
        self.b.expr(Expr::Function { result }, node)
    }

    fn closure_parameters(&mut self, node: Node<'_>, input: Option<Input>) {
        let mut cursor = node.walk();
        let parameters: Vec<Node<'_>> = node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect();
        for (nth, parameter) in parameters.iter().enumerate() {
            let (pattern, ty) = if parameter.kind() == "parameter" {
                let ty = parameter.field("type").map_or(0, |ty| self.ty(ty));
                (parameter.field("pattern"), ty)
            } else {
                (Some(*parameter), 0)
            };
            let Some(pattern) = pattern else { continue };
            let passed = match input {
                Some(Input { first, .. }) if nth == 0 && first != 0 => first,
                Some(Input { of, parts, .. }) => {
                    let element = self.b.expr(Expr::Element { base: of }, *parameter);
                    if parts && parameters.len() == 2 {
                        self.b.expr(Expr::Part { base: element, index: narrow(nth) }, *parameter)
                    } else {
                        element
                    }
                }
                None => 0,
            };
            let ty = self.filled(ty, passed, *parameter);
            let value = if ty == 0 { passed } else { self.b.expr(Expr::Typed { ty }, *parameter) };
            match pattern.kind() {
                "identifier" => {
                    self.b.local(self.b.text(pattern), 0, LocalKind::Variable, ty, value);
                }
                _ => {
                    self.bound_from = 0;
                    self.pattern(pattern, value);
                }
            }
        }
    }

    /// Its value is what awaiting it gives.
    fn async_block(&mut self, node: Node<'_>) -> ExprIx {
        self.returns.push(Vec::new());
        let value = self.last_value(node);
        self.returns.pop();
        value
    }

    // ---- operators ----------------------------------------------------------------------------------------------

    fn binary(&mut self, node: Node<'_>) -> ExprIx {
        Chain::of(node).fold(self, Self::visit, |walker, operator, left, right, each| match operator {
            "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => walker.b.literal(Literal::Bool, each),
            _ if left != 0 => left,
            _ => right,
        })
    }

    /// `base[i]` is what `base.index(i)` gives; a range of a slice is a slice.
    fn index(&mut self, node: Node<'_>) -> ExprIx {
        let mut cursor = node.walk();
        let parts: Vec<Node<'_>> = node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect();
        let base = parts.first().map_or(0, |base| self.visit(*base));
        let mut is_range = false;
        for part in parts.iter().skip(1) {
            is_range |= part.kind() == "range_expression";
            self.visit(*part);
        }
        if base == 0 || is_range {
            return base;
        }
        let name = self.b.intern_owned("index");
        let callee = self.b.expr(Expr::Member { base, name }, node);
        self.b.expr(Expr::Call { callee, args: Vec::new() }, node)
    }

    /// `[a, b]`, `[a; n]`.
    fn array(&mut self, node: Node<'_>) -> ExprIx {
        let length = node.field("length");
        let mut element = 0;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.is_extra() || child.kind() == "attribute_item" {
                continue;
            }
            let value = self.visit(child);
            if element == 0 && Some(child) != length {
                element = value;
            }
        }
        self.around(SLICE, vec![element], node)
    }
}

/// What a method of the standard library passes to a closure: the elements of its receiver `of`; some pass on what they
/// start with, or keep, as the first parameter.
fn closure_input(method: &str, of: ExprIx, start: ExprIx) -> Option<Input> {
    let elements = Input { of, first: 0, parts: false };
    match method {
        "fold" | "try_fold" | "rfold" | "scan" => Some(Input { first: start, ..elements }),
        "retain" | "retain_mut" => Some(Input { parts: true, ..elements }),
        "all" | "and_then" | "any" | "binary_search_by" | "binary_search_by_key" | "chunk_by" | "dedup_by"
        | "dedup_by_key" | "filter" | "filter_map" | "find" | "find_map" | "flat_map" | "for_each" | "inspect"
        | "is_none_or" | "is_ok_and" | "is_some_and" | "map" | "map_or" | "map_or_else" | "map_while" | "max_by"
        | "max_by_key" | "min_by" | "min_by_key" | "partition" | "partition_point" | "position" | "reduce"
        | "rfind" | "rposition" | "skip_while" | "sort_by" | "sort_by_cached_key" | "sort_by_key"
        | "sort_unstable_by" | "sort_unstable_by_key" | "split" | "take_if" | "take_while" | "try_for_each"
        | "update" | "and_modify" | "then_with" | "zip_with" | "extract_if" => Some(elements),
        _ => None,
    }
}
