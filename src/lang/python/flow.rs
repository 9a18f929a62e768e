//! Which value a local variable holds at a place: assignments in order, branches that are joined, loops that come
//! around, and type tests that narrow.

use super::walk::{FrameKind, Walker, narrow};
use crate::lang::Fields as _;
use crate::lang::operators::operator_of;
use crate::facts::{Expr, ExprIx, LocalIx, LocalKind};
use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

/// Most values that are joined for one variable; the resolver looks at no more.
const MAX_JOINED: usize = 8;

/// A name that a body binds, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bound<'s> {
    pub(super) byte: u32,
    pub(super) name: &'s str,
    /// An import binds it.
    pub(super) is_import: bool,
    /// It is a variable, not a function or class.
    pub(super) is_variable: bool,
}

/// The variables of a function while it is walked.
#[derive(Debug, Default)]
pub(super) struct Flow<'s> {
    /// What each variable is bound to now. Keys with a dot are attributes whose type a test has narrowed.
    now: FxHashMap<&'s str, LocalIx>,
    /// What was changed, with what was there before.
    log: Vec<(&'s str, Option<LocalIx>)>,
    /// Bindings that only narrow another one.
    narrowed: FxHashMap<LocalIx, Option<LocalIx>>,
    /// Nothing after this place is reached.
    pub(super) dead: bool,
    /// All variables that the body assigns, by their place.
    assigned: Vec<(u32, &'s str)>,
    /// For each variable the binding that stands for all of them, and they.
    hoisted: Vec<(LocalIx, Vec<LocalIx>)>,
    hoisted_by_name: FxHashMap<&'s str, usize>,
    /// Bindings of lists, sets and dictionaries, and what is added to them.
    contents: Vec<(LocalIx, Vec<ExprIx>)>,
}

impl Flow<'_> {
    /// True for a variable or parameter of the function.
    pub(super) fn is_local(&self, name: &str) -> bool {
        self.now.contains_key(name) || self.hoisted_by_name.contains_key(name)
    }
}

/// What a branch changed.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome<'s> {
    changes: Vec<(&'s str, LocalIx)>,
    dead: bool,
}

impl Outcome<'_> {
    /// True when the branch leaves the function.
    pub(super) const fn is_dead(&self) -> bool {
        self.dead
    }

    /// Sets whether the branch leaves the function, and gives what was set before.
    pub(super) const fn set_dead(&mut self, dead: bool) -> bool {
        std::mem::replace(&mut self.dead, dead)
    }
}

impl<'s> Walker<'_, 's> {
    /// Declares all variables that a function's body assigns, visible in all of it.
    pub(super) fn hoist(&mut self, body: Node<'_>) {
        let bound = self.bound_names(body);
        let Some(frame) = self.frames.last() else { return };
        let scope = frame.scope;
        let mut fresh: Vec<&'s str> = Vec::new();
        let mut seen: FxHashSet<&'s str> = FxHashSet::default();
        let mut assigned = Vec::new();
        for each in bound.iter().filter(|each| each.is_variable) {
            if frame.globals.contains(each.name) || frame.nonlocals.contains(each.name) {
                continue;
            }
            assigned.push((each.byte, each.name));
            if !frame.flow.now.contains_key(each.name) && seen.insert(each.name) {
                fresh.push(each.name);
            }
        }
        assigned.sort_unstable();
        let mut hoisted = Vec::new();
        for name in &fresh {
            hoisted.push((self.b.local_in(scope, name, 0, LocalKind::Pattern, 0, 0), Vec::new()));
        }
        if let Some(frame) = self.top() {
            frame.flow.assigned = assigned;
            frame.flow.hoisted_by_name = fresh.into_iter().zip(0..).collect();
            frame.flow.hoisted = hoisted;
        }
    }

    /// Notes a parameter.
    pub(super) fn parameter_is(&mut self, name: &'s str, local: LocalIx) {
        if let Some(frame) = self.top() {
            frame.flow.now.insert(name, local);
        }
    }

    /// Binds a variable of the innermost function from a byte on.
    pub(super) fn assign_local(&mut self, name: &'s str, from: usize, kind: LocalKind, ty: ExprIx, init: ExprIx) {
        let is_collection = ty == 0 && kind == LocalKind::Variable && self.is_collection(init);
        let Some(frame) = self.frames.last() else { return };
        let local = self.b.local_in(frame.scope, name, from, kind, ty, init);
        self.is_now(name, local);
        let Some(frame) = self.top() else { return };
        if let Some(&at) = frame.flow.hoisted_by_name.get(name) {
            frame.flow.hoisted[at].1.push(local);
        }
        if is_collection {
            frame.flow.contents.push((local, Vec::new()));
        }
    }

    fn is_now(&mut self, name: &'s str, local: LocalIx) {
        if let Some(frame) = self.top() {
            let before = frame.flow.now.insert(name, local);
            frame.flow.log.push((name, before));
        }
    }

    /// The binding of a variable of the innermost function at this place.
    pub(super) fn local_now(&self, name: &str) -> Option<LocalIx> {
        self.frames.last()?.flow.now.get(name).copied()
    }

    /// Adds to the contents of a variable, when it is a list, set or dictionary.
    pub(super) fn add_to_local(&mut self, name: &str, contents: ExprIx) {
        for frame in self.frames.iter_mut().rev().filter(|frame| frame.kind == FrameKind::Function) {
            if let Some(&local) = frame.flow.now.get(name) {
                let mut local = local;
                while let Some(Some(of)) = frame.flow.narrowed.get(&local) {
                    local = *of;
                }
                let entry = frame.flow.contents.iter_mut().find(|(of, _)| *of == local);
                if let Some((_, parts)) = entry.filter(|(_, parts)| parts.len() < MAX_JOINED) {
                    parts.push(contents);
                }
                return;
            }
        }
    }

    /// Ends the variables of the innermost function: hoisted bindings stand for all others of their name.
    pub(super) fn close_flow(&mut self) {
        let Some(frame) = self.top() else { return };
        let flow = std::mem::take(&mut frame.flow);
        for (local, parts) in flow.contents {
            if !parts.is_empty() {
                let mut all = vec![self.b.local_mut(local).init];
                all.extend(parts);
                let init = self.b.union(all);
                self.b.local_mut(local).init = init;
            }
        }
        for (local, mut all) in flow.hoisted {
            all.truncate(MAX_JOINED);
            let parts = all.into_iter().map(|each| self.b.expr_at_byte(Expr::Local(each), 0)).collect();
            let init = self.b.union(parts);
            self.b.local_mut(local).init = init;
        }
    }

    /// Walks a branch, which ends at byte `end`, and takes back what it changed.
    pub(super) fn branch(&mut self, end: usize, walk: impl FnOnce(&mut Self)) -> Outcome<'s> {
        let Some(frame) = self.top() else { return Outcome::default() };
        let mark = frame.flow.log.len();
        let before = std::mem::replace(&mut frame.flow.dead, false);
        walk(self);
        let Some(frame) = self.top() else { return Outcome::default() };
        let flow = &mut frame.flow;
        let mut outcome = Outcome { changes: Vec::new(), dead: std::mem::replace(&mut flow.dead, before) };
        let mut restored: Vec<(&'s str, Option<LocalIx>)> = Vec::new();
        while flow.log.len() > mark {
            let Some((name, before)) = flow.log.pop() else { break };
            let after = match before {
                Some(before) => flow.now.insert(name, before),
                None => flow.now.remove(name),
            };
            if let Some(after) = after
                && !outcome.changes.iter().any(|(of, _)| *of == name)
            {
                outcome.changes.push((name, after));
            }
            match restored.iter_mut().find(|(of, _)| *of == name) {
                Some((_, earliest)) => *earliest = before,
                None => restored.push((name, before)),
            }
        }
        outcome.changes.reverse();
        // The next branch sees what was there before this one.
        let scope = frame.scope;
        let hoisted = |name: &str| flow.hoisted_by_name.get(name).map(|&at| flow.hoisted[at].0);
        let back: Vec<(&'s str, Option<LocalIx>)> =
            restored.into_iter().map(|(name, before)| (name, before.or_else(|| hoisted(name)))).collect();
        for (name, before) in back {
            if let Some(before) = before.filter(|_| !name.contains('.')) {
                let init = self.b.expr_at_byte(Expr::Local(before), 0);
                self.b.local_in(scope, name, end, LocalKind::Variable, 0, init);
            }
        }
        outcome
    }

    /// Joins branches of which one is taken; with `or_none` perhaps none is. Bindings hold from byte `at` on.
    pub(super) fn join(&mut self, outcomes: &[Outcome<'s>], or_none: bool, at: usize) {
        let mut names: Vec<&'s str> = Vec::new();
        for (name, _) in outcomes.iter().flat_map(|outcome| &outcome.changes) {
            if !names.contains(name) {
                names.push(name);
            }
        }
        for name in names {
            self.join_name(name, outcomes, or_none, at);
        }
        if !or_none
            && !outcomes.is_empty()
            && outcomes.iter().all(|outcome| outcome.dead)
            && let Some(frame) = self.top()
        {
            frame.flow.dead = true;
        }
    }

    fn join_name(&mut self, name: &'s str, outcomes: &[Outcome<'s>], or_none: bool, at: usize) {
        let Some(frame) = self.top() else { return };
        let flow = &mut frame.flow;
        if name.contains('.') {
            return;
        }
        let before = flow.now.get(name).copied();
        let mut values: Vec<LocalIx> = Vec::new();
        let ends = outcomes.iter().filter(|outcome| !outcome.dead);
        let ends = ends.map(|outcome| outcome.changes.iter().find(|(of, _)| *of == name).map(|(_, v)| *v).or(before));
        for value in ends.chain(or_none.then_some(before)) {
            let mut value = value;
            while let Some(of) = value.and_then(|value| flow.narrowed.get(&value)) {
                value = *of;
            }
            if let Some(value) = value
                && !values.contains(&value)
            {
                values.push(value);
            }
        }
        values.truncate(MAX_JOINED);
        if values.is_empty() {
            return;
        }
        let scope = frame.scope;
        let collection = match values.as_slice() {
            [one] => frame.flow.contents.iter().position(|(of, _)| of == one),
            _ => None,
        };
        let parts = values.iter().map(|&value| self.b.expr_at_byte(Expr::Local(value), 0)).collect();
        let init = self.b.union(parts);
        let local = self.b.local_in(scope, name, at, LocalKind::Variable, 0, init);
        self.is_now(name, local);
        // What is still one and the same list goes on to be filled.
        if collection.is_some()
            && let Some(frame) = self.top()
            && let [one] = values.as_slice()
        {
            frame.flow.narrowed.insert(local, Some(*one));
        }
    }

    /// Enters a loop: variables that its body assigns may hold at its start what they hold at its end. Gives what
    /// [`Walker::come_around`] needs.
    pub(super) fn enter_loop(&mut self, node: Node<'_>, body: Node<'_>) -> Vec<(&'s str, LocalIx, LocalIx)> {
        let Some(frame) = self.frames.last() else { return Vec::new() };
        let flow = &frame.flow;
        let first = flow.assigned.partition_point(|(byte, _)| (*byte as usize) < node.start_byte());
        let mut entries = Vec::new();
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        for &(byte, name) in flow.assigned.get(first..).unwrap_or_default() {
            if byte as usize >= node.end_byte() {
                break;
            }
            if seen.insert(name)
                && let Some(&before) = flow.now.get(name)
            {
                entries.push((name, before));
            }
        }
        let scope = frame.scope;
        let mut around = Vec::new();
        for (name, before) in entries {
            let init = self.b.expr_at_byte(Expr::Local(before), 0);
            let from = body.start_byte().min(node.end_byte());
            let local = self.b.local_in(scope, name, from, LocalKind::Variable, 0, init);
            self.is_now(name, local);
            around.push((name, before, local));
        }
        around
    }

    /// Ends a loop's body: what its variables hold now is what they may hold at its start.
    pub(super) fn come_around(&mut self, around: &[(&'s str, LocalIx, LocalIx)]) {
        for &(name, before, start) in around {
            let Some(end) = self.local_now(name) else { continue };
            if end != start {
                let parts = vec![
                    self.b.expr_at_byte(Expr::Local(before), 0),
                    self.b.expr_at_byte(Expr::Local(end), 0),
                ];
                let init = self.b.union(parts);
                self.b.local_mut(start).init = init;
            }
        }
    }

    // ---- narrowing -------------------------------------------------------------------------------------------------

    /// Narrows what a condition says of types where it holds (or, with `holds` false, where it does not).
    pub(super) fn narrow_by(&mut self, condition: Node<'_>, holds: bool, from: usize) {
        for (key, ty) in self.tests_of(condition, holds) {
            self.narrow_to(key, ty, from);
        }
    }

    /// Narrows a name or dotted attribute to a type from a byte on.
    pub(super) fn narrow_key(&mut self, key: &'s str, ty: ExprIx, from: usize) {
        if key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.')) {
            self.narrow_to(key, ty, from);
        }
    }

    /// True for a binding that only narrows another one.
    pub(super) fn is_narrowing(&self, local: LocalIx) -> bool {
        self.frames.last().is_some_and(|frame| frame.flow.narrowed.contains_key(&local))
    }

    fn narrow_to(&mut self, key: &'s str, ty: ExprIx, from: usize) {
        let before = self.local_now(key);
        if before.is_none() && !key.contains('.') {
            return;
        }
        let Some(frame) = self.frames.last().filter(|frame| frame.kind == FrameKind::Function) else { return };
        let local = self.b.local_in(frame.scope, key, from, LocalKind::Variable, ty, 0);
        self.is_now(key, local);
        if let Some(frame) = self.top() {
            frame.flow.narrowed.insert(local, before);
        }
    }

    /// What `isinstance` tests of a condition say: names (or dotted attributes) and the type expressions that they have.
    pub(super) fn tests_of(&mut self, condition: Node<'_>, holds: bool) -> Vec<(&'s str, ExprIx)> {
        let mut found = Vec::new();
        self.collect_tests(condition, holds, &mut found);
        found
    }

    fn collect_tests(&mut self, condition: Node<'_>, holds: bool, found: &mut Vec<(&'s str, ExprIx)>) {
        let mut node = condition;
        let mut holds = holds;
        loop {
            match node.kind() {
                "parenthesized_expression" => match node.named_child(0) {
                    Some(inner) => node = inner,
                    None => return,
                },
                "not_operator" => match node.field("argument") {
                    Some(inner) => {
                        node = inner;
                        holds = !holds;
                    }
                    None => return,
                },
                "boolean_operator" => {
                    let operator = operator_of(node);
                    // Both sides of `and` hold where it holds; neither side of `or` where it does not.
                    if (operator == "and") != holds || !self.b.descend(node) {
                        return;
                    }
                    for side in ["left", "right"] {
                        if let Some(side) = node.field(side) {
                            self.collect_tests(side, holds, found);
                        }
                    }
                    self.b.ascend();
                    return;
                }
                "call" => {
                    if holds {
                        self.instance_test(node, found);
                    }
                    return;
                }
                _ => return,
            }
        }
    }

    fn instance_test(&mut self, call: Node<'_>, found: &mut Vec<(&'s str, ExprIx)>) {
        let function = call.field("function").map_or("", |function| self.b.text(function));
        let Some(arguments) = call.field("arguments") else { return };
        if !matches!(function, "isinstance" | "issubclass") {
            return;
        }
        let (Some(subject), Some(class)) = (arguments.named_child(0), arguments.named_child(1)) else { return };
        let is_key = match subject.kind() {
            "identifier" => true,
            "attribute" => subject.field("object").is_some_and(|it| it.kind() == "identifier"),
            _ => false,
        };
        if !is_key {
            return;
        }
        let mark = self.b.n_uses();
        let mut ty = self.class_tuple(class);
        self.b.forget_uses(mark);
        if function == "issubclass" && ty != 0 {
            let base = self.global_name("type");
            ty = self.b.expr_at_byte(Expr::Generic { base, args: vec![ty] }, 0);
        }
        if ty != 0 {
            found.push((self.b.text(subject), ty));
        }
    }

    /// `A` or `(A, B)` as a type.
    pub(super) fn class_tuple(&mut self, node: Node<'_>) -> ExprIx {
        if node.kind() != "tuple" {
            return self.ty(node);
        }
        let mut parts = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            parts.push(self.ty(child));
        }
        self.b.union(parts)
    }
}

/// The names that a body binds, its nested functions, classes and comprehensions left out; in order of their place.
pub(super) fn bound_names<'s>(source: &'s str, body: Node<'_>) -> Vec<Bound<'s>> {
    let mut found = Vec::new();
    let mut cursor = body.walk();
    if !cursor.goto_first_child() {
        return found;
    }
    loop {
        let node = cursor.node();
        let enter = bound_by(source, node, &mut found);
        if enter && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return found;
            }
        }
    }
}

/// Notes the names that a node binds; false when nothing inside it binds names of the same body.
fn bound_by<'s>(source: &'s str, node: Node<'_>, found: &mut Vec<Bound<'s>>) -> bool {
    let text = |node: Node<'_>| source.get(node.byte_range()).unwrap_or("");
    let mut add = |node: Node<'_>, is_import: bool, is_variable: bool| {
        found.push(Bound { byte: narrow(node.start_byte()), name: text(node), is_import, is_variable });
    };
    match node.kind() {
        "function_definition" | "class_definition" => {
            if let Some(name) = node.field("name") {
                add(name, false, false);
            }
            false
        }
        "lambda" | "list_comprehension" | "set_comprehension" | "dictionary_comprehension"
        | "generator_expression" | "string" | "comment" => false,
        "import_statement" | "import_from_statement" | "future_import_statement" => {
            let mut cursor = node.walk();
            for name in node.children_by_field_name("name", &mut cursor) {
                match name.field("alias") {
                    Some(alias) => add(alias, true, false),
                    None => {
                        if let Some(first) = name.named_child(0) {
                            add(first, true, false);
                        }
                    }
                }
            }
            false
        }
        "assignment" | "augmented_assignment" | "for_statement" => {
            if let Some(left) = node.field("left") {
                targets(left, &mut |name| add(name, false, true));
            }
            true
        }
        "named_expression" => {
            if let Some(name) = node.field("name") {
                add(name, false, true);
            }
            true
        }
        "as_pattern_target" | "except_clause" => {
            let target = if node.kind() == "except_clause" {
                node.field("alias")
            } else {
                node.named_child(0)
            };
            if let Some(target) = target {
                targets(target, &mut |name| add(name, false, true));
            }
            true
        }
        "case_pattern" => {
            captures(node, &mut |name| add(name, false, true));
            false
        }
        _ => true,
    }
}

/// Most nested patterns that are looked into.
const MAX_NESTED: u32 = 20;

/// The names of an assignment's target.
pub(super) fn targets(target: Node<'_>, add: &mut impl FnMut(Node<'_>)) {
    fn go(target: Node<'_>, depth: u32, add: &mut dyn FnMut(Node<'_>)) {
        match target.kind() {
            "identifier" => add(target),
            "pattern_list" | "tuple_pattern" | "list_pattern" | "list_splat_pattern" | "tuple" | "list"
                if depth < MAX_NESTED =>
            {
                let mut cursor = target.walk();
                for part in target.named_children(&mut cursor) {
                    go(part, depth + 1, add);
                }
            }
            _ => {}
        }
    }
    go(target, 0, add);
}

/// The names that a `case` pattern binds.
pub(super) fn captures(pattern: Node<'_>, add: &mut impl FnMut(Node<'_>)) {
    fn go(node: Node<'_>, depth: u32, add: &mut dyn FnMut(Node<'_>)) {
        if depth > MAX_NESTED {
            return;
        }
        let mut cursor = node.walk();
        match node.kind() {
            // A dotted name is a value; a plain one binds.
            "dotted_name" => {
                if node.named_child_count() == 1
                    && let Some(name) = node.named_child(0)
                {
                    add(name);
                }
            }
            "identifier" => add(node),
            "class_pattern" => {
                for part in node.named_children(&mut cursor).skip(1) {
                    go(part, depth + 1, add);
                }
            }
            "keyword_pattern" => {
                for part in node.named_children(&mut cursor).skip(1) {
                    go(part, depth + 1, add);
                }
            }
            _ => {
                for part in node.named_children(&mut cursor) {
                    go(part, depth + 1, add);
                }
            }
        }
    }
    go(pattern, 0, add);
}
