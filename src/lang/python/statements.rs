//! Syntax tree to facts: statements, assignments and their targets.

use super::flow::{Outcome, captures};
use super::walk::{FrameKind, Walker};
use crate::lang::Fields as _;
use crate::facts::{Expr, ExprIx, LocalKind};
use crate::model::Role;
use tree_sitter::Node;

/// What a target is set to.
#[derive(Clone, Copy)]
pub(super) struct Assigned<'t> {
    /// The whole statement.
    pub(super) whole: Node<'t>,
    /// The byte from which the name holds the value.
    pub(super) from: usize,
    /// How the value gets there: [`LocalKind::Variable`] or [`LocalKind::Element`].
    pub(super) kind: LocalKind,
    /// Type expression, or 0.
    pub(super) ty: ExprIx,
    /// The value, or 0.
    pub(super) value: ExprIx,
}

impl<'s> Walker<'_, 's> {
    /// The statements of a body.
    pub(super) fn statements(&mut self, body: Node<'_>) {
        let mut cursor = body.walk();
        let mut last = None;
        let mut comment: Option<String> = None;
        for child in body.named_children(&mut cursor) {
            if child.kind() == "comment" {
                // `#: text` documents the variable below it.
                match (self.b.text(child).strip_prefix("#:"), &mut comment) {
                    (Some(text), Some(doc)) => {
                        doc.push('\n');
                        doc.push_str(text.trim());
                    }
                    (Some(text), None) => comment = Some(text.trim().to_owned()),
                    (None, _) => comment = None,
                }
                continue;
            }
            if let Some(def) = last.take()
                && let Some(doc) = self.string_statement(child)
            {
                self.b.doc(def, &doc);
                continue;
            }
            let before = self.b.defs().len();
            self.statement(child);
            if self.top_kind() != FrameKind::Function
                && self.b.defs().len() == before + 1
                && child.kind() == "expression_statement"
            {
                let def = super::walk::narrow(before);
                if let Some(doc) = comment.take() {
                    self.b.doc(def, &doc);
                }
                last = Some(def);
            }
            comment = None;
        }
    }

    pub(super) fn statement(&mut self, node: Node<'_>) {
        if !self.b.descend(node) {
            return;
        }
        match node.kind() {
            "function_definition" => self.function(node, node),
            "class_definition" => self.class(node, node),
            "decorated_definition" => self.decorated(node),
            "import_statement" => self.import(node),
            "import_from_statement" => self.import_from(node),
            "future_import_statement" | "pass_statement" | "break_statement" | "continue_statement"
            | "global_statement" | "nonlocal_statement" => {}
            "return_statement" => {
                let value = node.named_child(0).map_or(0, |value| self.visit(value));
                self.returns(value);
                self.stop();
            }
            "raise_statement" => {
                self.visit_all(node);
                self.stop();
            }
            "assert_statement" => {
                self.visit_all(node);
                if let Some(condition) = node.named_child(0) {
                    self.narrow_by(condition, true, node.end_byte());
                }
            }
            "delete_statement" => self.visit_all(node),
            "if_statement" => self.if_statement(node),
            "for_statement" => self.for_statement(node),
            "while_statement" => self.while_statement(node),
            "try_statement" => self.try_statement(node),
            "with_statement" => self.with_statement(node),
            "match_statement" => self.match_statement(node),
            "type_alias_statement" => self.type_alias(node),
            "block" | "else_clause" | "finally_clause" | "module" => self.statements(node),
            "ERROR" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| child.kind() != "identifier") {
                    self.statement(child);
                }
            }
            "expression_statement" => {
                let mut cursor = node.walk();
                for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
                    match child.kind() {
                        "assignment" => {
                            self.assignment(child);
                        }
                        "augmented_assignment" => self.augmented(child),
                        _ => {
                            self.visit(child);
                        }
                    }
                }
            }
            _ => {
                self.visit(node);
            }
        }
        self.b.ascend();
    }

    fn stop(&mut self) {
        if let Some(frame) = self.top() {
            frame.flow.dead = true;
        }
    }

    /// Everything directly in a node, for its uses alone.
    pub(super) fn visit_all(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra() || child.is_error()) {
            self.visit(child);
        }
    }

    // ---- branches --------------------------------------------------------------------------------------------------

    fn if_statement(&mut self, node: Node<'_>) {
        let Some(condition) = node.field("condition") else { return };
        let is_main = self.top_kind() == FrameKind::Module && is_main_test(self.b.text(condition));
        let before = self.in_main;
        self.in_main |= is_main;
        self.visit(condition);
        let mut outcomes = Vec::new();
        if let Some(body) = node.field("consequence") {
            outcomes.push(self.branch(body.end_byte(), |walker| {
                walker.narrow_by(condition, true, body.start_byte());
                walker.statements(body);
            }));
        }
        self.in_main = before;
        let mut has_else = false;
        let mut cursor = node.walk();
        for clause in node.children_by_field_name("alternative", &mut cursor) {
            if clause.kind() == "else_clause" {
                has_else = true;
                outcomes.push(self.branch(clause.end_byte(), |walker| {
                    walker.narrow_by(condition, false, clause.start_byte());
                    walker.clause_body(clause);
                }));
                continue;
            }
            let test = clause.field("condition");
            if let Some(test) = test {
                self.visit(test);
            }
            outcomes.push(self.branch(clause.end_byte(), |walker| {
                let Some(body) = clause.field("consequence") else { return };
                if let Some(test) = test {
                    walker.narrow_by(test, true, body.start_byte());
                }
                walker.statements(body);
            }));
        }
        let leaves = outcomes.len() == 1 && outcomes[0].is_dead();
        self.join(&outcomes, !has_else, node.end_byte());
        if leaves {
            // `if not isinstance(x, T): return`: from here on it is one.
            self.narrow_by(condition, false, node.end_byte());
        }
    }

    fn clause_body(&mut self, clause: Node<'_>) {
        let mut cursor = clause.walk();
        for child in clause.named_children(&mut cursor) {
            if child.kind() == "block" {
                self.statements(child);
            }
        }
    }

    fn for_statement(&mut self, node: Node<'_>) {
        let right = node.field("right");
        let over = right.map_or(0, |right| self.visit(right));
        let from = right.map_or(0, |right| right.end_byte());
        let Some(body) = node.field("body") else { return };
        let outcome = self.branch(node.end_byte(), |walker| {
            let around = walker.enter_loop(node, body);
            if let Some(left) = node.field("left") {
                let assigned = Assigned { whole: left, from, kind: LocalKind::Element, ty: 0, value: over };
                walker.assign(left, assigned);
            }
            walker.statements(body);
            walker.come_around(&around);
        });
        self.join(&[outcome], true, node.end_byte());
        if let Some(otherwise) = node.field("alternative") {
            self.clause_body(otherwise);
        }
    }

    fn while_statement(&mut self, node: Node<'_>) {
        let Some(condition) = node.field("condition") else { return };
        let Some(body) = node.field("body") else { return };
        let outcome = self.branch(node.end_byte(), |walker| {
            let around = walker.enter_loop(node, condition);
            walker.visit(condition);
            walker.narrow_by(condition, true, body.start_byte());
            walker.statements(body);
            walker.come_around(&around);
        });
        self.join(&[outcome], true, node.end_byte());
        if let Some(otherwise) = node.field("alternative") {
            self.clause_body(otherwise);
        }
    }

    fn try_statement(&mut self, node: Node<'_>) {
        let Some(body) = node.field("body") else { return };
        let mut clauses = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            clauses.push(child);
        }
        let mut whole = self.branch(body.end_byte(), |walker| walker.statements(body));
        // A handler starts somewhere in the middle of the body.
        let is_dead = whole.set_dead(false);
        let mut outcomes: Vec<Outcome<'s>> = Vec::new();
        for clause in clauses.iter().filter(|clause| clause.kind() == "except_clause") {
            let start = clause.start_byte();
            let body_changes = whole.clone();
            outcomes.push(self.branch(clause.end_byte(), |walker| {
                walker.join(&[body_changes], true, start);
                walker.except(*clause);
            }));
        }
        whole.set_dead(is_dead);
        let after = clauses.iter().find(|clause| clause.kind() == "else_clause" && !whole.is_dead());
        if let Some(clause) = after {
            whole = self.branch(clause.end_byte(), |walker| {
                walker.join(&[whole], false, clause.start_byte());
                walker.clause_body(*clause);
            });
        }
        outcomes.push(whole);
        self.join(&outcomes, false, node.end_byte());
        for clause in clauses.iter().filter(|clause| clause.kind() == "finally_clause") {
            let dead = self.top().is_some_and(|frame| std::mem::take(&mut frame.flow.dead));
            self.clause_body(*clause);
            if dead {
                self.stop();
            }
        }
    }

    fn except(&mut self, clause: Node<'_>) {
        let value = clause.field("value");
        let alias = clause.field("alias");
        let (class, target) = match value {
            Some(pattern) if pattern.kind() == "as_pattern" => {
                (pattern.named_child(0), pattern.field("alias"))
            }
            _ => (value, alias),
        };
        if let Some(class) = class {
            self.visit(class);
            if let Some(target) = target {
                let mark = self.b.n_uses();
                let ty = self.class_tuple(class);
                self.b.forget_uses(mark);
                let target = if target.kind() == "as_pattern_target" { target.named_child(0) } else { Some(target) };
                if let Some(target) = target {
                    let assigned =
                        Assigned { whole: target, from: target.end_byte(), kind: LocalKind::Variable, ty, value: 0 };
                    self.assign(target, assigned);
                }
            }
        }
        let before = self.in_fallback;
        self.in_fallback |= class.is_some_and(|class| {
            let text = self.b.text(class);
            text.contains("ImportError") || text.contains("ModuleNotFoundError")
        });
        self.clause_body(clause);
        self.in_fallback = before;
    }

    fn with_statement(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for clause in node.named_children(&mut cursor).filter(|child| child.kind() == "with_clause") {
            let mut inner = clause.walk();
            for item in clause.named_children(&mut inner).filter(|child| child.kind() == "with_item") {
                if let Some(value) = item.field("value") {
                    self.with_item(value);
                }
            }
        }
        if let Some(body) = node.field("body") {
            self.statements(body);
        }
    }

    fn with_item(&mut self, value: Node<'_>) {
        let value = match value.named_child(0) {
            Some(inner) if value.kind() == "parenthesized_expression" && inner.kind() == "as_pattern" => inner,
            _ => value,
        };
        if value.kind() != "as_pattern" {
            self.visit(value);
            return;
        }
        let manager = value.named_child(0).map_or(0, |manager| self.visit(manager));
        let Some(target) = value.field("alias").and_then(|alias| alias.named_child(0)) else {
            return;
        };
        // What `__enter__` gives; the awaited one of an asynchronous manager is declared alike.
        let entered = if manager == 0 {
            0
        } else {
            let enter = |walker: &mut Self, name: &str| {
                let name = walker.b.intern_owned(name);
                let callee = walker.b.expr(Expr::Member { base: manager, name }, value);
                walker.b.expr(Expr::Call { callee, args: Vec::new() }, value)
            };
            let parts = vec![enter(self, "__enter__"), enter(self, "__aenter__")];
            self.b.union(parts)
        };
        let assigned =
            Assigned { whole: target, from: value.end_byte(), kind: LocalKind::Variable, ty: 0, value: entered };
        self.assign(target, assigned);
    }

    fn match_statement(&mut self, node: Node<'_>) {
        let mut subjects = Vec::new();
        let mut cursor = node.walk();
        for subject in node.children_by_field_name("subject", &mut cursor) {
            subjects.push((self.b.text(subject), self.visit(subject)));
        }
        let Some(body) = node.field("body") else { return };
        let subject = match subjects.as_slice() {
            [one] => *one,
            _ => ("", 0),
        };
        let mut outcomes = Vec::new();
        let mut inner = body.walk();
        for clause in body.named_children(&mut inner).filter(|child| child.kind() == "case_clause") {
            outcomes.push(self.branch(clause.end_byte(), |walker| walker.case(clause, subject)));
        }
        self.join(&outcomes, true, node.end_byte());
    }

    fn case(&mut self, clause: Node<'_>, (subject, value): (&'s str, ExprIx)) {
        let mut cursor = clause.walk();
        for pattern in clause.named_children(&mut cursor).filter(|child| child.kind() == "case_pattern") {
            let ty = self.case_pattern(pattern);
            let plain = pattern.named_child(0);
            let from = pattern.end_byte();
            captures(pattern, &mut |name| {
                // `case C() as x` and `case x` bind the whole subject, all others a part of it.
                let whole = plain.is_some_and(|plain| {
                    plain.id() == name.id()
                        || plain.kind() == "dotted_name"
                        || (plain.kind() == "as_pattern" && name.parent().is_some_and(|up| up.id() == plain.id()))
                });
                let (ty, value) = if whole { (ty, value) } else { (0, 0) };
                let assigned = Assigned { whole: name, from, kind: LocalKind::Variable, ty, value };
                self.assign(name, assigned);
            });
            if ty != 0 && !subject.is_empty() {
                self.narrow_key(subject, ty, from);
            }
        }
        if let Some(guard) = clause.field("guard") {
            self.visit_all(guard);
        }
        if let Some(body) = clause.field("consequence") {
            self.statements(body);
        }
    }

    /// Uses of the names in a pattern; gives the class that the whole pattern tests for, if any.
    fn case_pattern(&mut self, pattern: Node<'_>) -> ExprIx {
        if !self.b.descend(pattern) {
            return 0;
        }
        let mut ty = 0;
        let mut cursor = pattern.walk();
        match pattern.kind() {
            "class_pattern" => {
                for (nth, part) in pattern.named_children(&mut cursor).enumerate() {
                    if nth == 0 {
                        ty = self.dotted_value(part, Role::Type);
                    } else {
                        self.case_pattern(part);
                    }
                }
            }
            "dotted_name" if pattern.named_child_count() > 1 => {
                self.dotted_value(pattern, Role::Read);
            }
            "case_pattern" | "as_pattern" => {
                for part in pattern.named_children(&mut cursor) {
                    let inner = self.case_pattern(part);
                    if ty == 0 {
                        ty = inner;
                    }
                }
            }
            "union_pattern" => {
                let mut parts = Vec::new();
                for part in pattern.named_children(&mut cursor) {
                    parts.push(self.case_pattern(part));
                }
                if parts.iter().all(|&part| part != 0) {
                    ty = self.b.union(parts);
                }
            }
            _ => {
                for part in pattern.named_children(&mut cursor) {
                    self.case_pattern(part);
                }
            }
        }
        self.b.ascend();
        ty
    }

    /// `a.b.c` in a pattern or after `@`.
    fn dotted_value(&mut self, node: Node<'_>, role: Role) -> ExprIx {
        let mut value = 0;
        let mut last = node;
        let mut cursor = node.walk();
        for (nth, part) in node.named_children(&mut cursor).enumerate() {
            if nth > 0 {
                self.b.uses(value, Role::Read, last);
            }
            value = if nth == 0 { self.b.name(part) } else { self.b.member(value, part) };
            last = part;
        }
        self.b.uses(value, role, last);
        value
    }

    fn type_alias(&mut self, node: Node<'_>) {
        let (Some(left), Some(right)) = (node.field("left"), node.field("right")) else {
            return;
        };
        let ty = self.ty(right);
        let mut name = left;
        while name.kind() != "identifier" {
            match name.named_child(0) {
                Some(inner) => name = inner,
                None => return,
            }
        }
        self.define_alias(name, node, ty);
    }

    // ---- assignments -----------------------------------------------------------------------------------------------

    /// `target = value`, `target: T = value`, `a = b = value`; gives the value.
    pub(super) fn assignment(&mut self, node: Node<'_>) -> ExprIx {
        let Some(left) = node.field("left") else { return 0 };
        let right = node.field("right");
        let ty_node = node.field("type");
        let at_top = self.top_kind() != FrameKind::Function;
        if left.kind() == "identifier" && at_top {
            if self.b.text(left) == "__all__"
                && let Some(right) = right
            {
                self.exports(right);
            }
            if self.alias_statement(node, left, ty_node, right) {
                return 0;
            }
        }
        let ty = ty_node.map_or(0, |ty| self.ty(ty));
        let value = match right {
            None => 0,
            Some(right) => self.visit(right),
        };
        let value = match right {
            Some(right) if value != 0 && left.kind() == "identifier" => self.type_variable(left, right, value),
            _ => value,
        };
        let assigned = Assigned { whole: node, from: node.end_byte(), kind: LocalKind::Variable, ty, value };
        self.assign(left, assigned);
        value
    }

    /// `X = Union[A, B]`, `X: TypeAlias = …`: another name of a type.
    fn alias_statement(
        &mut self,
        node: Node<'_>,
        name: Node<'_>,
        ty: Option<Node<'_>>,
        right: Option<Node<'_>>,
    ) -> bool {
        let Some(right) = right else { return false };
        let declared = ty.map_or("", |ty| self.b.text(ty));
        let says_so = declared.ends_with("TypeAlias");
        let shows = ty.is_none() && right.kind() == "subscript" && {
            let value = right.field("value").map_or("", |value| self.b.text(value));
            let last = value.rsplit('.').next().unwrap_or(value);
            is_type_constructor(last)
        };
        if !(says_so || shows) {
            return false;
        }
        if let Some(ty) = ty {
            self.ty(ty);
        }
        let alias = self.ty(right);
        self.define_alias(name, node, alias);
        true
    }

    /// `T = TypeVar("T", bound=Foo)`: a value of the bound, as far as annotations go.
    fn type_variable(&mut self, name: Node<'_>, right: Node<'_>, value: ExprIx) -> ExprIx {
        if right.kind() != "call" {
            return value;
        }
        let function = right.field("function").map_or("", |function| self.b.text(function));
        if !matches!(function.rsplit('.').next(), Some("TypeVar" | "ParamSpec" | "TypeVarTuple")) {
            return value;
        }
        self.type_variables.insert(self.b.text(name));
        let Some(arguments) = right.field("arguments") else { return value };
        let mut cursor = arguments.walk();
        for argument in arguments.named_children(&mut cursor).filter(|it| it.kind() == "keyword_argument") {
            let name = argument.field("name").map_or("", |name| self.b.text(name));
            if name == "bound"
                && let Some(bound) = argument.field("value")
            {
                let mark = self.b.n_uses();
                let ty = self.ty(bound);
                if bound.kind() != "string" {
                    self.b.forget_uses(mark);
                }
                return if ty == 0 { value } else { self.b.expr(Expr::Typed { ty }, bound) };
            }
        }
        value
    }

    fn augmented(&mut self, node: Node<'_>) {
        let Some(left) = node.field("left") else { return };
        let right = node.field("right");
        if left.kind() == "identifier"
            && self.b.text(left) == "__all__"
            && let Some(right) = right
        {
            self.exports(right);
        }
        if let Some(right) = right {
            self.visit(right);
        }
        // The name keeps what it is: `x += y` gives a value of the type of `x`.
        match left.kind() {
            "identifier" => {
                if self.receiver(left).is_none() {
                    let name = self.b.name(left);
                    self.b.uses(name, Role::Write, left);
                }
            }
            "attribute" => {
                let base = left.field("object").map_or(0, |base| self.visit(base));
                if let Some(name) = left.field("attribute") {
                    let member = self.b.member(base, name);
                    self.b.uses(member, Role::Write, name);
                }
            }
            _ => {
                self.visit(left);
            }
        }
    }

    /// Sets a target.
    pub(super) fn assign(&mut self, target: Node<'_>, assigned: Assigned<'_>) {
        if !self.b.descend(target) {
            return;
        }
        match target.kind() {
            "identifier" => self.assign_name(target, assigned),
            "attribute" => self.assign_attribute(target, assigned),
            "subscript" => self.assign_item(target, assigned),
            "list_splat_pattern" | "list_splat" => {
                if let Some(inner) = target.named_child(0) {
                    let value = self.element_of(assigned);
                    let value = self.list_of(value, target);
                    self.assign(inner, Assigned { kind: LocalKind::Variable, ty: 0, value, ..assigned });
                }
            }
            "tuple_pattern" | "list_pattern" | "pattern_list" | "tuple" | "list" => {
                let whole = match assigned.kind {
                    LocalKind::Element => self.element_of(assigned),
                    _ => assigned.value,
                };
                let mut cursor = target.walk();
                let mut spread = false;
                for (index, part) in (0_u32..).zip(target.named_children(&mut cursor)) {
                    if part.kind().starts_with("list_splat") {
                        spread = true;
                        self.assign(part, Assigned { kind: LocalKind::Variable, value: whole, ..assigned });
                        continue;
                    }
                    let value = match whole {
                        0 => 0,
                        base if spread => self.b.expr(Expr::Element { base }, part),
                        base => self.b.expr(Expr::Part { base, index }, part),
                    };
                    self.assign(part, Assigned { kind: LocalKind::Variable, ty: 0, value, ..assigned });
                }
            }
            "parenthesized_expression" => {
                if let Some(inner) = target.named_child(0) {
                    self.assign(inner, assigned);
                }
            }
            _ => {
                self.visit(target);
            }
        }
        self.b.ascend();
    }

    fn element_of(&mut self, assigned: Assigned<'_>) -> ExprIx {
        match assigned.value {
            0 => 0,
            base => self.b.expr(Expr::Element { base }, assigned.whole),
        }
    }

    /// The value that a name or attribute gets: an element when the target runs over a collection.
    fn plain_value(&mut self, assigned: Assigned<'_>) -> ExprIx {
        match assigned.kind {
            LocalKind::Element => self.element_of(assigned),
            _ => assigned.value,
        }
    }

    fn assign_name(&mut self, name: Node<'_>, assigned: Assigned<'_>) {
        let text = self.b.text(name);
        let Some(frame) = self.frames.last() else { return };
        match frame.kind {
            FrameKind::Function if frame.globals.contains(text) => {
                let value = self.plain_value(assigned);
                self.hold(0, name, assigned.whole, assigned.ty, value);
            }
            FrameKind::Function if frame.nonlocals.contains(text) => {
                let name_expr = self.b.name(name);
                self.b.uses(name_expr, Role::Write, name);
            }
            FrameKind::Function => {
                let Assigned { from, kind, ty, value, .. } = assigned;
                // A declared type stays when the variable is set again.
                let ty = if ty == 0 && kind == LocalKind::Variable { self.declared_type(text) } else { ty };
                self.assign_local(text, from, kind, ty, value);
            }
            FrameKind::Module | FrameKind::Class | FrameKind::Enum => {
                let value = self.plain_value(assigned);
                let at = self.frames.len() - 1;
                self.hold(at, name, assigned.whole, assigned.ty, value);
            }
        }
    }

    /// The written type of a variable that was annotated before.
    fn declared_type(&self, name: &str) -> ExprIx {
        let Some(local) = self.local_now(name) else { return 0 };
        if self.is_narrowing(local) { 0 } else { self.b.local_at(local).ty }
    }

    fn assign_attribute(&mut self, target: Node<'_>, assigned: Assigned<'_>) {
        let (Some(object), Some(name)) =
            (target.field("object"), target.field("attribute"))
        else {
            return;
        };
        let is_receiver = object.kind() == "identifier" && self.receiver(object).is_some();
        if is_receiver && let Some(class) = self.class_frame() {
            let value = self.plain_value(assigned);
            self.hold(class, name, assigned.whole, assigned.ty, value);
            return;
        }
        let base = self.visit(object);
        let member = self.b.member(base, name);
        self.b.uses(member, Role::Write, name);
    }

    /// `d[key] = value` adds to what `d` holds.
    fn assign_item(&mut self, target: Node<'_>, assigned: Assigned<'_>) {
        self.visit(target);
        let value = self.plain_value(assigned);
        if let Some(object) = target.field("value")
            && value != 0
        {
            let contents = self.b.expr(Expr::MapOf { value }, target);
            self.add_contents(object, contents);
        }
    }

    /// Adds to what a variable or field holds, when it is a list, set or dictionary.
    pub(super) fn add_contents(&mut self, object: Node<'_>, contents: ExprIx) {
        match object.kind() {
            "identifier" => {
                let text = self.b.text(object);
                if self.top_kind() == FrameKind::Function && !self.is_module_level(text) {
                    self.add_to_local(text, contents);
                } else {
                    let at = if self.top_kind() == FrameKind::Function { 0 } else { self.frames.len() - 1 };
                    self.add_to_held(at, text, contents);
                }
            }
            "attribute" => {
                let base = object.field("object");
                let is_receiver = base.is_some_and(|it| it.kind() == "identifier" && self.receiver(it).is_some());
                if is_receiver
                    && let Some(class) = self.class_frame()
                    && let Some(name) = object.field("attribute")
                {
                    let text = self.b.text(name);
                    self.add_to_held(class, text, contents);
                }
            }
            _ => {}
        }
    }

    /// True when no function around this place has a variable of this name.
    fn is_module_level(&self, name: &str) -> bool {
        !self.frames.iter().any(|frame| frame.kind == FrameKind::Function && frame.flow.is_local(name))
    }
}

/// `__name__ == "__main__"`, either way round.
fn is_main_test(condition: &str) -> bool {
    condition.contains("__name__") && condition.contains("__main__")
}

/// Names of `typing` whose subscripts are types.
fn is_type_constructor(name: &str) -> bool {
    matches!(
        name,
        "Union" | "Optional" | "List" | "Dict" | "Set" | "FrozenSet" | "Tuple" | "Callable" | "Type" | "Sequence"
            | "Iterable" | "Iterator" | "Mapping" | "MutableMapping" | "Literal" | "Annotated" | "Awaitable"
            | "Generator" | "AsyncIterator" | "AsyncGenerator" | "Coroutine" | "DefaultDict" | "Deque" | "Collection"
    )
}
