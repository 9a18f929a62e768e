//! Written types, type parameters and attributes.

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::written::{Types, Written};
use crate::facts::{Builder, Expr, ExprIx, LocalIx, LocalKind};
use crate::model::Role;
use tree_sitter::Node;

impl<'s> Types<'s> for Walker<'_, 's> {
    fn builder(&mut self) -> &mut Builder<'s> {
        self.b
    }

    // `var` and `void` are no types. A nullable type is as its own type: the members are the same.
    fn read_type<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let none = Written::unnamed(0, node);
        match node.kind() {
            "identifier" => {
                let head = self.name(node);
                Written::named(head, node)
            }
            "predefined_type" if self.b.text(node) != "void" => {
                Written::unnamed(self.b.name(node), node)
            }
            "generic_name" => self.generic_name(node, 0),
            "qualified_name" => {
                let base = node.field("qualifier").map_or(0, |qualifier| self.ty(qualifier));
                let Some(name) = node.field("name").filter(|_| base != 0) else { return none };
                if name.kind() == "generic_name" {
                    return self.generic_name(name, base);
                }
                let head = self.member(base, name);
                Written::named(head, name)
            }
            "alias_qualified_name" => {
                let Some(name) = node.field("name") else { return none };
                let alias = node.field("alias").filter(|alias| self.b.text(*alias) != "global");
                let Some(alias) = alias else { return self.ty_unused(name) };
                let base = self.ty(alias);
                if name.kind() == "generic_name" {
                    return self.generic_name(name, base);
                }
                let head = self.member(base, name);
                Written::named(head, name)
            }
            "array_type" => {
                let element = node.field("type").map_or(none, |element| self.ty_unused(element));
                if let Some(rank) = node.field("rank") {
                    self.members(rank);
                }
                if element.whole == 0 {
                    return element;
                }
                Written { whole: self.b.expr(Expr::Wrapped { base: element.whole }, node), ..element }
            }
            "pointer_type" | "nullable_type" | "ref_type" | "scoped_type" | "primary_constructor_base_type" => {
                node.field("type").map_or(none, |inner| self.ty_unused(inner))
            }
            "tuple_type" => {
                let mut parts = Vec::new();
                let mut cursor = node.walk();
                for element in node.named_children(&mut cursor).filter(|child| child.kind() == "tuple_element") {
                    parts.push(element.field("type").map_or(0, |ty| self.ty(ty)));
                }
                Written { whole: self.b.expr(Expr::Tuple(parts), node), ..none }
            }
            "function_pointer_type" => {
                let mut cursor = node.walk();
                for part in node.named_children(&mut cursor).filter(|it| it.kind() == "function_pointer_parameter") {
                    if let Some(ty) = part.field("type") {
                        self.ty(ty);
                    }
                }
                let result = node.field("returns").map_or(0, |returns| self.ty(returns));
                Written { whole: self.b.expr(Expr::Function { result }, node), ..none }
            }
            _ => none,
        }
    }
}

impl Walker<'_, '_> {
    /// `Name<Arguments>`, perhaps as a member of `base`.
    pub(super) fn generic_name<'t>(&mut self, node: Node<'t>, base: ExprIx) -> Written<'t> {
        let mut written = Written::unnamed(0, node);
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "identifier" => {
                    let head = if base == 0 { self.name(child) } else { self.member(base, child) };
                    written = Written::named(head, child);
                }
                "type_argument_list" => {
                    let args = self.type_arguments(child);
                    if written.whole != 0 && !args.is_empty() {
                        written.whole = self.b.expr(Expr::Generic { base: written.whole, args }, node);
                    }
                }
                _ => {}
            }
        }
        written
    }

    /// The arguments of a generic type or call.
    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> Vec<ExprIx> {
        let mut args = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor).filter(|child| !child.is_extra()) {
            args.push(self.ty(child));
        }
        args
    }

    /// The type parameters of a declaration, with their bounds, as locals of the innermost scope.
    pub(super) fn type_parameters(&mut self, declaration: Node<'_>) {
        let mut found: Vec<(&str, LocalIx)> = Vec::new();
        let mut names = Vec::new();
        let mut cursor = declaration.walk();
        for child in declaration.named_children(&mut cursor) {
            match child.kind() {
                "type_parameter_list" => {
                    let mut inner = child.walk();
                    for parameter in child.named_children(&mut inner) {
                        let Some(name) = parameter.field("name") else { continue };
                        self.attributes(parameter);
                        let text = self.ident(name);
                        names.push(self.b.intern(text));
                        found.push((text, self.b.local(text, 0, LocalKind::TypeParam, 0, 0)));
                    }
                }
                "type_parameter_constraints_clause" => self.constraints(child, &found),
                _ => {}
            }
        }
        let owner = self.b.owner();
        self.b.def_mut(owner).type_params = names;
    }

    /// `where T : Bound, new()`.
    fn constraints(&mut self, node: Node<'_>, found: &[(&str, LocalIx)]) {
        let mut name = "";
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "identifier" => name = self.ident(child),
                "type_parameter_constraint" => {
                    let Some(bound) = child.field("type") else { continue };
                    let bound = self.ty(bound);
                    let local = found.iter().find(|(each, _)| *each == name).map(|&(_, local)| local);
                    if let Some(local) = local.filter(|_| bound != 0) {
                        let local = self.b.local_mut(local);
                        if local.ty == 0 {
                            local.ty = bound;
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The attributes written before a declaration.
    pub(super) fn attributes(&mut self, declaration: Node<'_>) {
        let mut cursor = declaration.walk();
        for child in declaration.named_children(&mut cursor) {
            match child.kind() {
                "attribute_list" => self.attribute_list(child),
                "preproc_if_in_attribute_list" | "comment" => {}
                _ => break,
            }
        }
    }

    /// `[Name(arguments), Other]`: `Name` means a class of that name or `NameAttribute`.
    pub(super) fn attribute_list(&mut self, list: Node<'_>) {
        let mut cursor = list.walk();
        for attribute in list.named_children(&mut cursor).filter(|child| child.kind() == "attribute") {
            if let Some(name) = attribute.field("name") {
                let written = self.ty_as(name, Role::Decorator);
                let text = self.ident(written.name);
                if !text.ends_with("Attribute") && written.head != 0 {
                    let long = self.b.intern_owned(&format!("{text}Attribute"));
                    let expr = match *self.b.expr_at(written.head) {
                        Expr::Member { base, .. } => Expr::Member { base, name: long },
                        _ => Expr::Name { name: long, scope: self.b.scope() },
                    };
                    let expr = self.b.expr(expr, written.name);
                    self.b.uses(expr, Role::Decorator, written.name);
                }
            }
            let mut inner = attribute.walk();
            for arguments in attribute.named_children(&mut inner) {
                if arguments.kind() != "attribute_argument_list" {
                    continue;
                }
                let mut each = arguments.walk();
                for argument in arguments.named_children(&mut each) {
                    let name = argument.field("name").map(|name| name.id());
                    let mut parts = argument.walk();
                    for part in argument.named_children(&mut parts).filter(|part| Some(part.id()) != name) {
                        self.visit(part);
                    }
                }
            }
        }
    }
}
