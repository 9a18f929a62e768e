//! What the parameters of a function are given: by the calls of its own file, or by the one call whose result is asked
//! for. Only for languages in which parameters mostly have no declared type ([`crate::lang::Rules::infers_parameters`]).

use super::linker::Linker;
use super::table::Loc;
use super::value::{TypeRef, Value};
use crate::facts::{Def, DefFlags, Expr, ExprIx, FileFacts, LocalIx, LocalKind, Sid};
use crate::model::{FileId, Role, SymbolKind};
use rustc_hash::FxHashMap;

/// Most calls of one function whose arguments are looked at.
const MAX_CALLS: usize = 32;

/// The arguments of a call, and the file that they stand in.
#[derive(Clone, Copy)]
pub(super) struct Passed<'a> {
    pub(super) file: FileId,
    pub(super) facts: &'a FileFacts,
    pub(super) args: &'a [ExprIx],
}

impl Linker<'_> {
    /// What the calls of this file pass for a parameter of this file. Other files' calls are not asked: the type of a
    /// parameter would change with each of them.
    pub(super) fn passed(&self, local: LocalIx) -> Value {
        if let Some(value) = self.passed.borrow().get(&local) {
            return value.clone();
        }
        // A parameter that is met again while it is looked for adds nothing.
        self.passed.borrow_mut().insert(local, Value::Unknown);
        let value = self.find_passed(local).unwrap_or(Value::Unknown);
        self.passed.borrow_mut().insert(local, value.clone());
        value
    }

    fn find_passed(&self, local: LocalIx) -> Option<Value> {
        let facts = self.facts;
        let this = facts.locals.get(local as usize)?;
        let at = facts.scopes.get(this.scope as usize)?.owner;
        let def = facts.defs.get(at as usize)?;
        let nth = local.checked_sub(def.params.0).filter(|_| local < def.params.1)? as usize;
        let loc = Loc { file: self.file, def: at };
        // A constructor is called by the name of its type.
        let of_type = facts.defs.get(def.parent as usize).filter(|_| def.kind == SymbolKind::Constructor);
        let mut values = Vec::new();
        let names = [Some(def.name), of_type.map(|ty| ty.name)];
        // A callee without a name of its own may be it as well: `make()(x)`.
        let names = names.into_iter().flatten().chain([Sid::EMPTY]);
        for used in names.flat_map(|name| self.calls_named(facts, name)).take(MAX_CALLS) {
            let used = &facts.uses[used as usize];
            let Some(Expr::Call { args, .. } | Expr::New { args, .. }) = facts.exprs.get(used.call as usize)
            else {
                continue;
            };
            if !self.is_called(&self.eval(self.file, used.expr, None), loc, def) {
                continue;
            }
            let shift = usize::from(self.is_unbound(facts, used.expr, def));
            if let Some(arg) = argument(facts, args, nth + shift, facts.str(this.name)) {
                values.push(self.eval(self.file, arg, None).held());
            }
        }
        Some(Value::one_of(values))
    }

    /// The calls of this file whose callee ends in a name; those of other callees under the empty name.
    fn calls_named(&self, facts: &FileFacts, name: Sid) -> Vec<u32> {
        let by_name = self.calls_by_name.get_or_init(|| {
            let mut by_name: FxHashMap<Sid, Vec<u32>> = FxHashMap::default();
            for (at, used) in (0_u32..).zip(&facts.uses) {
                if used.call != 0 && matches!(used.role, Role::Call | Role::New | Role::Decorator) {
                    let name = match facts.exprs.get(used.expr as usize) {
                        Some(Expr::Name { name, .. } | Expr::Member { name, .. }) => *name,
                        _ => Sid::EMPTY,
                    };
                    by_name.entry(name).or_default().push(at);
                }
            }
            by_name
        });
        by_name.get(&name).cloned().unwrap_or_default()
    }

    fn is_called(&self, value: &Value, loc: Loc, def: &Def) -> bool {
        match value {
            Value::Callable(found, _) => *found == loc,
            Value::Type(ty) => {
                def.kind == SymbolKind::Constructor && ty.loc == Loc { file: loc.file, def: def.parent }
            }
            Value::Union(parts) => parts.iter().any(|part| self.is_called(part, loc, def)),
            _ => false,
        }
    }

    /// True for `Type.method(value, …)`: the receiver is passed as the first argument.
    fn is_unbound(&self, facts: &FileFacts, callee: ExprIx, def: &Def) -> bool {
        if def.flags.has(DefFlags::STATIC)
            || !matches!(def.kind, SymbolKind::Method | SymbolKind::Constructor)
        {
            return false;
        }
        match facts.exprs.get(callee as usize) {
            Some(Expr::Member { base, .. }) => matches!(self.eval(self.file, *base, None), Value::Type(_)),
            _ => false,
        }
    }

    /// What a call gives whose callee gives back one of its arguments; `None` when it gives something else.
    pub(super) fn returned(&self, loc: Loc, through: Option<&TypeRef>, call: Passed<'_>) -> Option<Value> {
        if !self.rules_of(loc.file).infers_parameters() || call.args.is_empty() {
            return None;
        }
        let facts = self.facts_of(loc.file)?;
        let def = facts.defs.get(loc.def as usize)?;
        if def.kind == SymbolKind::Constructor {
            return None;
        }
        if def.ty != 0 {
            return self.returned_as_declared(facts, def, call);
        }
        let one = [def.init];
        let parts: &[ExprIx] = match facts.exprs.get(def.init as usize)? {
            Expr::Union(parts) => parts,
            _ => &one,
        };
        let param = |part: ExprIx| match facts.exprs.get(part as usize) {
            Some(Expr::Local(local)) if (def.params.0..def.params.1).contains(local) => Some(*local),
            _ => None,
        };
        if !parts.iter().any(|&part| param(part).is_some()) {
            return None;
        }
        let value = |&part: &ExprIx| match param(part) {
            Some(local) => self.argument_value(facts, def, local, call).unwrap_or(Value::Unknown),
            None => self.eval(loc.file, part, through).held(),
        };
        Some(Value::one_of(parts.iter().map(value).collect()))
    }

    fn argument_value(
        &self,
        facts: &FileFacts,
        def: &Def,
        local: LocalIx,
        call: Passed<'_>,
    ) -> Option<Value> {
        let name = facts.str(facts.locals.get(local as usize)?.name);
        let arg = argument(call.facts, call.args, (local - def.params.0) as usize, name)?;
        Some(self.eval(call.file, arg, None).held())
    }

    /// `def f(x: T) -> T`, `def f(c: Type[T]) -> T`, `def f(xs: Iterable[T]) -> T`: the type variable stands for what is
    /// passed.
    fn returned_as_declared(&self, facts: &FileFacts, def: &Def, call: Passed<'_>) -> Option<Value> {
        let variable = variable_of(facts, def.ty)?;
        for local in def.params.0..def.params.1 {
            let ty = facts.locals.get(local as usize)?.ty;
            if variable_of(facts, ty) == Some(variable) {
                return self.argument_value(facts, def, local, call).filter(is_known);
            }
            let Some(Expr::Generic { base, args }) = facts.exprs.get(ty as usize) else { continue };
            if args.len() != 1 || variable_of(facts, args[0]) != Some(variable) {
                continue;
            }
            let value = self.argument_value(facts, def, local, call)?;
            let is_type =
                facts.last_name(*base).is_some_and(|name| self.rules_of(call.file).type_of_types(name));
            let value = if is_type { value.into_instance() } else { self.element(call.file, value) };
            return Some(value).filter(is_known);
        }
        None
    }
}

fn is_known(value: &Value) -> bool {
    !matches!(value, Value::Unknown | Value::External(_))
}

/// The name of a type expression that is a bare name or a type parameter.
fn variable_of(facts: &FileFacts, ty: ExprIx) -> Option<Sid> {
    match facts.exprs.get(ty as usize)? {
        Expr::Name { name, .. } => Some(*name),
        Expr::Local(local) => {
            let local = facts.locals.get(*local as usize)?;
            (local.kind == LocalKind::TypeParam).then_some(local.name)
        }
        _ => None,
    }
}

/// The argument for parameter number `nth`, or the one that is passed by its name.
fn argument(facts: &FileFacts, args: &[ExprIx], nth: usize, name: &str) -> Option<ExprIx> {
    let mut place = 0;
    for &arg in args {
        match facts.exprs.get(arg as usize) {
            Some(Expr::Named { name: of, value }) => {
                if facts.str(*of) == name {
                    return Some(*value);
                }
            }
            _ => {
                if place == nth {
                    return Some(arg);
                }
                place += 1;
            }
        }
    }
    None
}
