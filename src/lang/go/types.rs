//! Written types and type parameters.
//!
//! Slices, maps and channels are generic types of the language, named `[]`, `map` and `chan`, so that indexing and
//! ranging over them gives their arguments; pointers are [`Expr::Wrapped`].

use super::walk::Walker;
use crate::lang::Fields as _;
use crate::lang::written::{Types, Written};
use crate::facts::{Builder, DefSpec, Expr, ExprIx, LocalKind, ScopeKind};
use crate::model::{SymbolKind, Visibility};
use tree_sitter::Node;

/// The types that the language itself defines; sorted.
const BUILTIN: &[&str] = &[
    "any",
    "bool",
    "byte",
    "comparable",
    "complex128",
    "complex64",
    "error",
    "float32",
    "float64",
    "int",
    "int16",
    "int32",
    "int64",
    "int8",
    "nil",
    "rune",
    "string",
    "uint",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "uintptr",
];

impl<'s> Types<'s> for Walker<'_, 's> {
    fn builder(&mut self) -> &mut Builder<'s> {
        self.b
    }

    fn read_type<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        let of = |whole| Written::unnamed(whole, node);
        match node.kind() {
            "type_identifier" | "identifier" => {
                let whole = self.b.name(node);
                let builtin = BUILTIN.binary_search(&self.b.text(node)).is_ok();
                Written { whole, head: if builtin { 0 } else { whole }, name: node }
            }
            "qualified_type" => {
                let (Some(package), Some(name)) =
                    (node.field("package"), node.field("name"))
                else {
                    return of(0);
                };
                self.qualifiers.insert(self.b.text(package));
                let base = self.b.name(package);
                let whole = self.b.member(base, name);
                Written { whole, head: whole, name }
            }
            "generic_type" => {
                let mut written =
                    node.field("type").map_or(of(0), |base| self.ty_unused(base));
                let arguments = node.field("type_arguments");
                let args = arguments.map_or_else(Vec::new, |list| self.type_arguments(list));
                if written.whole != 0 && !args.is_empty() {
                    written.whole = self.b.expr(Expr::Generic { base: written.whole, args }, node);
                }
                written
            }
            "pointer_type" => {
                let inner = node.named_child(0).map_or(of(0), |inner| self.ty_unused(inner));
                let base = inner.whole;
                let whole = if base == 0 { 0 } else { self.b.expr(Expr::Wrapped { base }, node) };
                Written { whole, ..inner }
            }
            "slice_type" | "array_type" | "implicit_length_array_type" => {
                if let Some(length) = node.field("length") {
                    self.visit(length);
                }
                let element = node.field("element").map_or(0, |element| self.ty(element));
                of(self.library("[]", vec![element], node))
            }
            "map_type" => {
                let key = node.field("key").map_or(0, |key| self.ty(key));
                let value = node.field("value").map_or(0, |value| self.ty(value));
                of(self.library("map", vec![key, value], node))
            }
            "channel_type" => {
                let value = node.field("value").map_or(0, |value| self.ty(value));
                of(self.library("chan", vec![value], node))
            }
            "function_type" => {
                self.b.open_scope(ScopeKind::Function);
                self.parameters(node);
                let result = self.result(node);
                self.b.close_scope();
                let result = self.typed(result, node);
                of(self.b.expr(Expr::Function { result }, node))
            }
            "struct_type" => of(self.anonymous(node, SymbolKind::Struct)),
            "interface_type" => of(self.anonymous(node, SymbolKind::Interface)),
            "parenthesized_type" | "negated_type" => {
                node.named_child(0).map_or(of(0), |inner| self.ty_unused(inner))
            }
            "type_elem" | "type_constraint" if node.named_child_count() == 1 => {
                node.named_child(0).map_or(of(0), |inner| self.ty_unused(inner))
            }
            "type_elem" | "type_constraint" => {
                let mut cursor = node.walk();
                for each in node.named_children(&mut cursor) {
                    self.ty(each);
                }
                of(0)
            }
            _ => of(0),
        }
    }
}

impl Walker<'_, '_> {
    /// A generic type of the language itself.
    pub(super) fn library(&mut self, name: &str, args: Vec<ExprIx>, node: Node<'_>) -> ExprIx {
        let name = self.b.intern_owned(name);
        let base = self.b.expr(Expr::Name { name, scope: 0 }, node);
        self.b.expr(Expr::Generic { base, args }, node)
    }

    /// `struct { … }` and `interface { … }` where a type is used: named `$1`, `$2`, … within a top-level declaration.
    fn anonymous(&mut self, node: Node<'_>, kind: SymbolKind) -> ExprIx {
        let body = node.named_child(0);
        let has_members = body.is_some_and(|body| body.kind() != "field_declaration_list" || body.named_child_count() > 0);
        if !has_members {
            return self.library("any", Vec::new(), node);
        }
        self.n_anonymous += 1;
        let name = format!("${}", self.n_anonymous);
        let spec = DefSpec { kind, name: node, whole: node, body, visibility: Visibility::Private, flags: 0 };
        let def = self.b.define_named(&name, spec);
        self.b.enter(def, ScopeKind::Type);
        if kind == SymbolKind::Struct {
            self.fields(node, def);
        } else {
            self.elements(node, def);
        }
        self.b.leave();
        self.b.expr(Expr::Def(def), node)
    }

    /// The arguments of a generic type or call.
    pub(super) fn type_arguments(&mut self, node: Node<'_>) -> Vec<ExprIx> {
        let mut args = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if !child.is_extra() {
                args.push(self.ty(child));
            }
        }
        args
    }

    /// Type parameters of the innermost definition, as locals of the innermost scope.
    pub(super) fn type_parameters(&mut self, node: Node<'_>) {
        let mut names = Vec::new();
        let mut cursor = node.walk();
        for parameter in node.named_children(&mut cursor) {
            if parameter.kind() != "type_parameter_declaration" {
                continue;
            }
            let bound = parameter.field("type").map_or(0, |bound| self.ty(bound));
            let mut inner = parameter.walk();
            for name in parameter.children_by_field_name("name", &mut inner) {
                if name.kind() == "identifier" {
                    let text = self.b.text(name);
                    names.push(self.b.intern(text));
                    self.b.local(text, 0, LocalKind::TypeParam, bound, 0);
                }
            }
        }
        let owner = self.b.owner();
        self.b.def_mut(owner).type_params = names;
    }
}

#[cfg(test)]
mod tests {
    use super::BUILTIN;

    #[test]
    fn built_in_types_are_sorted() {
        assert!(BUILTIN.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
