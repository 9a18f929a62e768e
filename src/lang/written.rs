//! Types as they are written, for walkers that use the outermost name of a type in a role of its own.

use crate::facts::{Builder, ExprIx};
use crate::model::Role;
use tree_sitter::Node;

/// A written type: the whole, and its outermost name with the node where that stands.
#[derive(Clone, Copy)]
pub(super) struct Written<'t> {
    /// The whole type expression.
    pub(super) whole: ExprIx,
    /// The name without type arguments; 0 when there is none, or when the language defines it.
    pub(super) head: ExprIx,
    /// The node of the last segment of the name.
    pub(super) name: Node<'t>,
}

impl<'t> Written<'t> {
    /// A name without type arguments, whose last segment is `name`.
    pub(super) const fn named(head: ExprIx, name: Node<'t>) -> Self {
        Self { whole: head, head, name }
    }

    /// A type without a name to use; 0 for one of which nothing is known.
    pub(super) const fn unnamed(whole: ExprIx, node: Node<'t>) -> Self {
        Self { whole, head: 0, name: node }
    }
}

/// Reads types. A walker says what the node kinds of its language mean; the rest is the same for all.
pub(super) trait Types<'s> {
    /// Where the facts go.
    fn builder(&mut self) -> &mut Builder<'s>;

    /// The type at `node`, whose outermost name is not yet used; the names inside are.
    fn read_type<'t>(&mut self, node: Node<'t>) -> Written<'t>;

    /// A type, with uses for all its names.
    fn ty(&mut self, node: Node<'_>) -> ExprIx {
        self.ty_as(node, Role::Type).whole
    }

    /// A type whose outermost name is used in the given role.
    fn ty_as<'t>(&mut self, node: Node<'t>, role: Role) -> Written<'t> {
        let written = self.ty_unused(node);
        self.builder().uses(written.head, role, written.name);
        written
    }

    /// As [`Types::read_type`], as deep as may be.
    fn ty_unused<'t>(&mut self, node: Node<'t>) -> Written<'t> {
        if !self.builder().descend(node) {
            return Written::unnamed(0, node);
        }
        let written = self.read_type(node);
        self.builder().ascend();
        written
    }
}
