//! What the walkers of Java, Kotlin and C# say alike about classes.

use crate::facts::{Builder, DefIx, DefSpec, Expr, ExprIx};
use crate::model::{Role, SymbolKind, Visibility};
use tree_sitter::Node;

/// The names that constructors are called by: those of a class and of the class above it. Empty where there is none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Names<'s> {
    /// Its own.
    pub(super) own: &'s str,
    /// The last one of its superclass.
    pub(super) base: &'s str,
}

/// `this(…)` and `super(…)` (or `base(…)`, which is `which`): a constructor calls one of the same class or of that above.
pub(super) fn constructor_call<'s>(
    b: &mut Builder<'s>,
    names: Names<'s>,
    (args, argc): (Vec<ExprIx>, u8),
    which: Node<'_>,
    node: Node<'_>,
) {
    let scope = b.scope();
    let (class, name) = match which.kind() {
        "this" => (Expr::SelfRef { scope }, names.own),
        _ => (Expr::SuperRef { scope }, names.base),
    };
    if name.is_empty() {
        return;
    }
    let class = b.expr(class, which);
    let callee = b.member_as(class, name, which);
    let call = b.expr(Expr::Call { callee, args }, node);
    b.uses_with(callee, Role::Call, which, argc, call);
}

/// Declares a class without a name: `$1`, `$2`, … after the type that encloses it, which holds `n_before` until now.
pub(super) fn anonymous(
    b: &mut Builder<'_>,
    n_before: Option<&mut u32>,
    name: Node<'_>,
    whole: Node<'_>,
    body: Node<'_>,
) -> DefIx {
    let number = n_before.map_or(0, |n| {
        *n += 1;
        *n
    });
    let visibility = Visibility::Private;
    let spec = DefSpec { kind: SymbolKind::Class, name, whole, body: Some(body), visibility, flags: 0 };
    b.define_named(&format!("${number}"), spec)
}

/// The `modifiers` of a declaration: always its first child, unless a comment stands before.
pub(super) fn modifiers_of(node: Node<'_>) -> Option<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).take(3).find(|child| child.kind() == "modifiers")
}
