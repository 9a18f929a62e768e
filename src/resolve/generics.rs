//! What the type parameters of a generic callable stand for in one call: written, or read off the arguments.

use super::linker::{Candidate, Linker};
use super::table::Loc;
use super::value::{TypeRef, Value};
use crate::facts::{DefFlags, Expr, ExprIx, FileFacts, LocalKind, Sid};
use crate::model::FileId;
use std::rc::Rc;

/// Deepest type that is compared with an argument.
const MAX_DEPTH: u32 = 6;

/// The type parameters of a callable and what is known of them.
struct Bindings<'f> {
    file: FileId,
    facts: &'f FileFacts,
    names: &'f [Sid],
    values: Vec<Value>,
}

impl Linker<'_> {
    /// The surroundings in which the types of a called definition are evaluated: its type parameters with what they stand
    /// for, and the type through which it was reached. `explicit` are written type arguments.
    pub(super) fn instantiated(
        &self,
        file: FileId,
        called: &Candidate,
        args: &[ExprIx],
        explicit: &Rc<[Value]>,
        within: Option<&TypeRef>,
    ) -> Option<TypeRef> {
        let facts = self.facts_of(called.loc.file)?;
        let def = facts.defs.get(called.loc.def as usize)?;
        if def.type_params.is_empty() {
            return called.through.clone();
        }
        let outer = called.through.clone().map(Rc::new);
        if !explicit.is_empty() {
            return Some(TypeRef { loc: called.loc, args: Rc::clone(explicit), outer });
        }
        let mut bindings = Bindings {
            file: called.loc.file,
            facts,
            names: &def.type_params,
            values: vec![Value::Unknown; def.type_params.len()],
        };
        let last = (def.params.1 - def.params.0).saturating_sub(1);
        let variadic = def.flags.has(DefFlags::VARIADIC);
        for (at, &arg) in (0_u32..).zip(args) {
            let Some(param) = facts.locals.get((def.params.0 + at.min(last)) as usize) else { break };
            if at > last && !variadic {
                break;
            }
            let value = self.eval(file, arg, within);
            let rest = variadic && at >= last && !matches!(value, Value::Wrapped(_));
            match facts.exprs.get(param.ty as usize) {
                Some(Expr::Wrapped { base }) if rest => self.unify(&mut bindings, *base, &value, 0),
                _ => self.unify(&mut bindings, param.ty, &value, 0),
            }
        }
        Some(TypeRef { loc: called.loc, args: bindings.values.into(), outer })
    }

    /// Reads type parameters off a value that is passed where `ty` is written.
    fn unify(&self, bindings: &mut Bindings<'_>, ty: ExprIx, value: &Value, depth: u32) {
        if depth > MAX_DEPTH || matches!(value, Value::Unknown | Value::External(_)) {
            return;
        }
        match bindings.facts.exprs.get(ty as usize) {
            Some(Expr::Local(local)) => {
                let Some(local) = bindings.facts.locals.get(*local as usize) else { return };
                let at = bindings.names.iter().position(|name| *name == local.name);
                if let Some(at) = at.filter(|_| local.kind == LocalKind::TypeParam)
                    && bindings.values[at] == Value::Unknown
                {
                    bindings.values[at] = value.clone().into_instance();
                }
            }
            Some(Expr::Wrapped { base }) => match value {
                Value::Wrapped(inner) => self.unify(bindings, *base, inner, depth + 1),
                _ => self.unify(bindings, *base, value, depth + 1),
            },
            Some(Expr::Generic { base, args }) => {
                let args = args.clone();
                let found: Rc<[Value]> = match value {
                    Value::Library { args, .. } => Rc::clone(args),
                    Value::Instance(given) => match self.eval(bindings.file, *base, None) {
                        Value::Type(wanted) => match self.as_supertype(given, wanted.loc, 0) {
                            Some(of) => of.args,
                            None => return,
                        },
                        _ => return,
                    },
                    _ => return,
                };
                for (&arg, value) in args.iter().zip(found.iter()) {
                    self.unify(bindings, arg, value, depth + 1);
                }
            }
            Some(Expr::Function { result }) => {
                if let Value::Function(file, body) = value {
                    let given = self.eval(*file, *body, None).into_instance();
                    self.unify(bindings, *result, &given, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// A type seen as one of its supertypes, with the arguments that it has as such.
    fn as_supertype(&self, ty: &TypeRef, wanted: Loc, depth: u32) -> Option<TypeRef> {
        if ty.loc == wanted {
            return Some(ty.clone());
        }
        if depth > MAX_DEPTH {
            return None;
        }
        self.supers_of(ty).iter().find_map(|of| self.as_supertype(of, wanted, depth + 1))
    }
}
