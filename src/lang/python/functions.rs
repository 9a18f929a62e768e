//! Syntax tree to facts: functions, their parameters and decorators.

use super::walk::{Frame, FrameKind, Walker};
use crate::lang::Fields as _;
use crate::facts::{DefFlags, DefIx, DefSpec, Expr, ExprIx, Literal, LocalKind, ScopeKind};
use crate::model::{Role, SymbolKind};
use tree_sitter::Node;

/// What the decorators of a definition say.
#[derive(Debug, Default)]
pub(super) struct Decorators {
    /// Bits of [`DefFlags`].
    pub(super) flags: u32,
    pub(super) is_property: bool,
    is_overload: bool,
    /// `@x.setter`, `@x.deleter`: another face of the property `x`.
    pub(super) is_setter: bool,
    pub(super) is_static: bool,
    pub(super) is_class: bool,
}

/// A parameter before it is bound.
struct Parameter<'s> {
    name: &'s str,
    ty: ExprIx,
    init: ExprIx,
}

/// The parameters of a function.
#[derive(Default)]
struct Parameters<'s> {
    list: Vec<Parameter<'s>>,
    receiver: Option<&'s str>,
    receiver_type: Option<&'s str>,
    required: u8,
    variadic: bool,
}

impl<'s> Walker<'_, 's> {
    /// A function or class with its decorators.
    pub(super) fn decorated(&mut self, node: Node<'_>) {
        match node.field("definition") {
            Some(inner) if inner.kind() == "function_definition" => self.function(inner, node),
            Some(inner) if inner.kind() == "class_definition" => self.class(inner, node),
            _ => {}
        }
    }

    /// What the names of the decorators say, without looking them up.
    pub(super) fn read_decorators(&self, whole: Node<'_>) -> Decorators {
        let mut found = Decorators::default();
        let mut cursor = whole.walk();
        for decorator in whole.named_children(&mut cursor).filter(|child| child.kind() == "decorator") {
            let Some(expression) = decorator.named_child(0) else { continue };
            let named = expression.field("function").unwrap_or(expression);
            let last = named.field("attribute").unwrap_or(named);
            match self.b.text(last) {
                "setter" | "deleter" => found.is_setter = true,
                "getter" => found.is_property = true,
                "staticmethod" => found.is_static = true,
                "classmethod" => found.is_class = true,
                "abstractmethod" => found.flags |= DefFlags::ABSTRACT,
                "overload" => {
                    found.is_overload = true;
                    found.flags |= DefFlags::DECLARATION;
                }
                "override" => found.flags |= DefFlags::OVERRIDE,
                "dataclass" | "attrs" | "define" | "frozen" | "total_ordering" | "wraps" | "final"
                | "lru_cache" | "cache" | "contextmanager" | "asynccontextmanager" | "runtime_checkable"
                | "unique" | "no_type_check" | "deprecated" => {}
                name if name.ends_with("property") => found.is_property = true,
                _ => found.flags |= DefFlags::DECORATED,
            }
        }
        if found.is_property || found.is_setter {
            found.flags |= DefFlags::ACCESSOR;
        }
        found
    }

    /// The decorators of a definition: each is called with it, from the body around it.
    pub(super) fn decorators(&mut self, whole: Node<'_>, def: DefIx) {
        let mut cursor = whole.walk();
        for decorator in whole.named_children(&mut cursor).filter(|child| child.kind() == "decorator") {
            let Some(expression) = decorator.named_child(0) else { continue };
            let (callee, name) = if expression.kind() == "call" {
                let named = expression.field("function").unwrap_or(expression);
                (self.visit(expression), named.field("attribute").unwrap_or(named))
            } else {
                let (callee, name) = self.callee(expression);
                (callee, name.unwrap_or(expression))
            };
            if callee != 0 {
                let arg = self.b.expr(Expr::Def(def), decorator);
                let call = self.b.expr(Expr::Call { callee, args: vec![arg] }, decorator);
                self.b.uses_with(callee, Role::Decorator, name, 1, call);
            }
        }
    }

    /// A function; `whole` is the definition with its decorators.
    pub(super) fn function(&mut self, node: Node<'_>, whole: Node<'_>) {
        let Some(name) = node.field("name") else { return };
        let decorators = self.read_decorators(whole);
        let text = self.b.text(name);
        let body = node.field("body");
        let in_class = matches!(self.top_kind(), FrameKind::Class | FrameKind::Enum);
        let kind = match text {
            "__init__" if in_class => SymbolKind::Constructor,
            _ if in_class && (decorators.is_property || decorators.is_setter) => SymbolKind::Property,
            _ if in_class => SymbolKind::Method,
            _ => SymbolKind::Function,
        };
        let is_static = decorators.is_static || text == "__new__";
        let is_class = decorators.is_class || matches!(text, "__init_subclass__" | "__class_getitem__");
        let mut flags = decorators.flags | self.stub_flags();
        if in_class && (is_static || is_class) {
            flags |= DefFlags::STATIC;
        }
        if node.child(0).is_some_and(|child| child.kind() == "async") {
            flags |= DefFlags::ASYNC;
        }
        let is_test_class = self.frames.last().is_some_and(|frame| frame.is_test);
        if text.starts_with("test_") && (!in_class || is_test_class) {
            flags |= DefFlags::TEST;
        }
        let visibility = self.visibility(text);
        // Overloads and the function behind them are one definition; so are a property and its setter.
        let open = self.top().and_then(|frame| frame.open.remove(text));
        let def = match open {
            Some(def) if !decorators.is_property => {
                self.b.extend(def, whole);
                if !decorators.is_overload && !decorators.is_setter {
                    self.b.def_mut(def).flags.set(DefFlags::DECLARATION, self.is_stub);
                }
                def
            }
            _ => {
                let def = self.b.define(DefSpec { kind, name, whole, body, visibility, flags });
                self.stand_in(def, text);
                def
            }
        };
        let goes_on = decorators.is_overload || decorators.is_property || decorators.is_setter;
        if goes_on && let Some(frame) = self.top() {
            frame.open.insert(text, def);
        }
        if open != Some(def) || !(decorators.is_overload || decorators.is_setter) {
            self.head(def, node, whole, body);
        }
        self.decorators(whole, def);

        // Annotations and defaults are looked up outside of the function, and belong to it.
        let mark = self.b.n_uses();
        let type_params = self.type_parameters(def, node);
        let takes_receiver = in_class && !decorators.is_static;
        let parameters = node.field("parameters");
        let parameters =
            parameters.map_or_else(Parameters::default, |list| self.parameters(list, takes_receiver));
        let is_type = is_class || text == "__new__";
        let mut result = 0;
        if let Some(ty) = node.field("return_type") {
            let returns_self = parameters.receiver_type.is_some_and(|of| of == self.b.text(ty))
                || matches!(self.b.text(ty), "Self" | "\"Self\"" | "typing.Self" | "t.Self");
            result = self.ty(ty);
            if returns_self && in_class {
                let scope = self.b.scope();
                result = self.b.expr(Expr::SelfType { scope }, ty);
            }
        }
        self.b.own_uses_since(mark, def);

        let scope = self.b.enter(def, ScopeKind::Function);
        let mut frame: Frame<'s> = Self::frame(FrameKind::Function, def, scope);
        frame.receiver = parameters.receiver.map(|name| (name, is_type));
        frame.self_variable = parameters.receiver_type;
        self.frames.push(frame);
        let first = self.b.n_locals();
        for each in parameters.list {
            let local = self.b.local(each.name, 0, LocalKind::Param, each.ty, each.init);
            self.parameter_is(each.name, local);
        }
        let last = self.b.n_locals();
        if !decorators.is_setter {
            let it = self.b.def_mut(def);
            it.params = (first, last);
            it.required = parameters.required;
            it.flags.set(DefFlags::VARIADIC, parameters.variadic);
            let before = it.ty;
            let ty = if open == Some(def) { self.b.union(vec![before, result]) } else { result };
            self.b.def_mut(def).ty = ty;
        }
        if let Some(body) = body {
            self.outer_names(body);
            self.hoist(body);
            self.statements(body);
        }
        self.errors(node);
        self.close_flow();
        if let Some(frame) = self.frames.pop() {
            let init = if frame.yields.is_empty() {
                self.b.union(frame.returns)
            } else {
                let element = self.b.union(frame.yields);
                let base = self.global_name("Generator");
                self.b.expr_at_byte(Expr::Generic { base, args: vec![element] }, 0)
            };
            if self.b.def(def).ty == 0 && !decorators.is_setter {
                self.b.def_mut(def).init = init;
            }
        }
        self.b.leave();
        if type_params {
            self.b.close_scope();
        }
    }

    /// Parts of a definition that could not be read as such.
    pub(super) fn errors(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(Node::is_error) {
            self.statement(child);
        }
    }

    /// Doc comment, and a signature without the decorators.
    pub(super) fn head(&mut self, def: DefIx, node: Node<'_>, whole: Node<'_>, body: Option<Node<'_>>) {
        if let Some(doc) = body.and_then(|body| self.docstring(body)) {
            self.b.doc(def, &doc);
        }
        let end = body.map_or(node.end_byte(), |body| body.start_byte());
        let head = self.b.source().get(node.start_byte()..end).unwrap_or("");
        let head = head.split("#").next().unwrap_or(head).trim_end().trim_end_matches(':');
        if node.id() != whole.id() || body.is_some() {
            self.b.signature(def, head);
        }
    }

    /// `[T: Bound]`: opens a scope that holds the type parameters; false when there are none.
    pub(super) fn type_parameters(&mut self, def: DefIx, node: Node<'_>) -> bool {
        let Some(list) = node.field("type_parameters") else { return false };
        self.b.open_scope(ScopeKind::Block);
        let mut cursor = list.walk();
        for each in list.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            let written = self.b.text(each);
            let name = written.split([':', '=']).next().unwrap_or("").trim().trim_start_matches('*');
            let name_sid = self.b.intern(name);
            let bound = self.bound_of_parameter(each);
            self.b.local(name, 0, LocalKind::TypeParam, bound, 0);
            self.b.def_mut(def).type_params.push(name_sid);
        }
        true
    }

    fn bound_of_parameter(&mut self, node: Node<'_>) -> ExprIx {
        let constrained =
            if node.kind() == "type" { node.named_child(0) } else { Some(node) };
        match constrained {
            Some(inner) if inner.kind() == "constrained_type" => {
                inner.named_child(1).map_or(0, |bound| self.ty(bound))
            }
            _ => 0,
        }
    }

    fn parameters(&mut self, list: Node<'_>, takes_receiver: bool) -> Parameters<'s> {
        let mut found = Parameters::default();
        let mut keyword_only = false;
        let mut cursor = list.walk();
        for (nth, node) in list.named_children(&mut cursor).filter(|child| !child.is_extra()).enumerate() {
            match node.kind() {
                "keyword_separator" => {
                    keyword_only = true;
                    continue;
                }
                "positional_separator" => continue,
                _ => {}
            }
            let ty_node = node.field("type");
            let name_node = match node.kind() {
                "typed_parameter" => node.named_child(0),
                "default_parameter" | "typed_default_parameter" => node.field("name"),
                _ => Some(node),
            };
            let Some(name_node) = name_node else { continue };
            let spread = match name_node.kind() {
                "list_splat_pattern" => "list",
                "dictionary_splat_pattern" => "dict",
                _ => "",
            };
            let name_node = if spread.is_empty() { name_node } else { name_node.named_child(0).unwrap_or(name_node) };
            if name_node.kind() != "identifier" {
                continue;
            }
            let name = self.b.text(name_node);
            if nth == 0 && takes_receiver && spread.is_empty() {
                found.receiver = Some(name);
                if let Some(ty) = ty_node {
                    self.ty(ty);
                    let text = self.b.text(ty).trim_matches(['"', '\'']);
                    let inner = text.strip_prefix("Type[").or_else(|| text.strip_prefix("type["));
                    let text = inner.map_or(text, |inner| inner.trim_end_matches(']'));
                    let text = text.trim_matches(['"', '\'']);
                    if text.chars().all(|c| c.is_alphanumeric() || c == '_') {
                        found.receiver_type = Some(text);
                    }
                }
                continue;
            }
            let mut ty = ty_node.map_or(0, |ty| self.ty(ty));
            let init = node.field("value").map_or(0, |value| self.visit(value));
            if !spread.is_empty() {
                found.variadic = true;
                keyword_only = true;
                if ty != 0 {
                    let base = self.global_name(spread);
                    let args = if spread == "dict" {
                        let key = self.b.expr(Expr::Lit(Literal::Str), node);
                        vec![key, ty]
                    } else {
                        vec![ty]
                    };
                    ty = self.b.expr(Expr::Generic { base, args }, node);
                } else {
                    let literal = if spread == "dict" { Literal::Map } else { Literal::List };
                    ty = self.b.expr(Expr::Lit(literal), node);
                }
            } else if node.field("value").is_none() && !keyword_only {
                found.required = found.required.saturating_add(1);
            }
            found.list.push(Parameter { name, ty, init });
        }
        found
    }

    /// Reads the `global` and `nonlocal` statements of a body before its other statements.
    fn outer_names(&mut self, body: Node<'_>) {
        let mut cursor = body.walk();
        if !cursor.goto_first_child() {
            return;
        }
        loop {
            let node = cursor.node();
            let mut enter = false;
            match node.kind() {
                "global_statement" | "nonlocal_statement" => {
                    let mut inner = node.walk();
                    for name in node.named_children(&mut inner).filter(|child| child.kind() == "identifier") {
                        let text = self.b.text(name);
                        let is_global = node.kind() == "global_statement";
                        if let Some(frame) = self.top() {
                            if is_global { &mut frame.globals } else { &mut frame.nonlocals }.insert(text);
                        }
                    }
                }
                "block" | "if_statement" | "elif_clause" | "else_clause" | "for_statement" | "while_statement"
                | "try_statement" | "except_clause" | "finally_clause" | "with_statement" | "match_statement"
                | "case_clause" => enter = true,
                _ => {}
            }
            if enter && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// `lambda a, b: value`.
    pub(super) fn lambda(&mut self, node: Node<'_>) -> ExprIx {
        let parameters = node
            .field("parameters")
            .map_or_else(Parameters::default, |list| self.parameters(list, false));
        self.b.open_scope(ScopeKind::Function);
        for each in parameters.list {
            self.b.local(each.name, 0, LocalKind::Param, each.ty, each.init);
        }
        let result = node.field("body").map_or(0, |body| self.visit(body));
        self.b.close_scope();
        self.b.expr(Expr::Function { result }, node)
    }

    /// The name of the receiver parameter around this place, as an expression; `None` when `name` is something else.
    pub(super) fn receiver(&mut self, node: Node<'_>) -> Option<ExprIx> {
        let name = self.b.text(node);
        let mut found = None;
        for frame in self.frames.iter().rev() {
            if frame.kind == FrameKind::Function {
                if let Some((receiver, is_type)) = frame.receiver
                    && receiver == name
                {
                    found = Some(is_type);
                    break;
                }
                if frame.flow.is_local(name) {
                    return None;
                }
            }
        }
        let is_type = found?;
        let scope = self.b.scope();
        Some(self.b.expr(if is_type { Expr::SelfType { scope } } else { Expr::SelfRef { scope } }, node))
    }

    /// Notes what a function returns.
    pub(super) fn returns(&mut self, value: ExprIx) {
        if let Some(frame) = self.top().filter(|_| value != 0) {
            frame.returns.push(value);
        }
    }

    /// Notes what a generator gives.
    pub(super) fn yields(&mut self, value: ExprIx) {
        if let Some(frame) = self.top() {
            frame.yields.push(value);
        }
    }

    /// The index of the frame of the class whose method is around this place.
    pub(super) fn class_frame(&self) -> Option<usize> {
        let method = self.frames.iter().rposition(|frame| frame.receiver.is_some())?;
        method.checked_sub(1)
    }
}
