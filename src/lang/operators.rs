//! Binary operators: what stands beside them, and what they give.

use super::Fields as _;
use crate::facts::{Builder, Expr, ExprIx, Literal};
use tree_sitter::Node;

/// A chain of binary operators that leans to the left: `a + b - c`. It is taken apart and walked in a loop, since
/// generated code has very long ones.
pub(super) struct Chain<'t> {
    /// The operand at its left end; `None` where the grammar found none.
    pub(super) first: Option<Node<'t>>,
    /// The operations, the innermost one first.
    pub(super) operations: Vec<Node<'t>>,
}

impl<'t> Chain<'t> {
    /// The chain of which `node` is the outermost operation; all are of its kind.
    pub(super) fn of(node: Node<'t>) -> Self {
        let mut operations = Vec::new();
        let mut left = Some(node);
        while let Some(operation) = left.filter(|left| left.kind() == node.kind()) {
            operations.push(operation);
            left = operation.field("left");
        }
        operations.reverse();
        Self { first: left, operations }
    }

    /// The value of the whole. `visit` gives that of an operand, and `operate` that of an operation: it gets the
    /// operator, the values on its left and right, and the node.
    pub(super) fn fold<W>(
        self,
        walker: &mut W,
        visit: impl Fn(&mut W, Node<'t>) -> ExprIx,
        mut operate: impl FnMut(&mut W, &'t str, ExprIx, ExprIx, Node<'t>) -> ExprIx,
    ) -> ExprIx {
        let mut value = self.first.map_or(0, |first| visit(walker, first));
        for each in self.operations {
            let right = each.field("right").map_or(0, |right| visit(walker, right));
            value = operate(walker, operator_of(each), value, right, each);
        }
        value
    }
}

/// The operator of an operation, as it is written; empty where there is none.
pub(super) fn operator_of<'t>(node: Node<'t>) -> &'t str {
    node.field("operator").map_or("", |operator| operator.kind())
}

/// What an operation gives where numbers are made as wide as the wider operand and `+` joins text, as in Java and C#.
pub(super) fn arithmetic(
    b: &mut Builder<'_>,
    operator: &str,
    left: ExprIx,
    right: ExprIx,
    node: Node<'_>,
) -> ExprIx {
    let is = |literal: Literal, value: ExprIx| *b.expr_at(value) == Expr::Lit(literal);
    let either = |literal: Literal| is(literal, left) || is(literal, right);
    match operator {
        "==" | "!=" | "<" | ">" | "<=" | ">=" | "&&" | "||" => b.literal(Literal::Bool, node),
        "+" if either(Literal::Str) => b.literal(Literal::Str, node),
        "<<" | ">>" | ">>>" => left,
        _ if left == 0 || right == 0 => 0,
        _ if either(Literal::Float) => b.literal(Literal::Float, node),
        _ if is(Literal::Int, left) => right,
        _ => left,
    }
}
