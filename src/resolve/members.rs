//! Members of types: own ones, those written outside the type, inherited ones.

use super::linker::{Binding, Candidate, Linker};
use super::table::{Loc, LookUp, folder_of};
use super::value::{Module, TypeRef, Value};
use crate::facts::{Expr, FileFacts, LocalKind, NONE, ScopeIx, ScopeKind};
use crate::lang::{PackageScope, Through};
use crate::model::{FileId, Role, Rule, SymbolKind};
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Most supertypes that are walked for one member.
const MAX_SUPERS: usize = 64;
/// Deepest inheritance of which an order is made.
const MAX_LINEAR: usize = 24;
/// Most alternatives of a union that are looked into.
const MAX_UNION: usize = 6;

impl Linker<'_> {
    /// The members of a type with this name: own ones, else the nearest inherited ones.
    pub(super) fn members_of(&self, ty: &TypeRef, name: &str) -> Rc<[Candidate]> {
        let key: (Loc, Rc<str>) = (ty.loc, name.into());
        if ty.args.is_empty()
            && let Some(found) = self.members.borrow().get(&key)
        {
            return Rc::clone(found);
        }
        let found: Rc<[Candidate]> = self.find_members(ty, name).into();
        if ty.args.is_empty() {
            self.members.borrow_mut().insert(key, Rc::clone(&found));
        }
        found
    }

    fn find_members(&self, ty: &TypeRef, name: &str) -> Vec<Candidate> {
        if self.rules_of(ty.loc.file).is_linear() {
            return self.find_linear(ty, name, 0);
        }
        let mut level = vec![ty.clone()];
        let mut seen: FxHashSet<Loc> = FxHashSet::default();
        let mut rule = Rule::DeclaredType;
        let all = self.named(name);
        while !level.is_empty() && seen.len() < MAX_SUPERS {
            let mut found: Vec<Candidate> = Vec::new();
            let mut next = Vec::new();
            for each in level {
                if !seen.insert(each.loc) {
                    continue;
                }
                let own = self.own_members(&each, &all);
                if own.is_empty() {
                    next.extend(self.supers_of(&each));
                } else {
                    found.extend(own.into_iter().map(|loc| Candidate {
                        loc,
                        rule,
                        through: Some(each.clone()),
                    }));
                }
            }
            if !found.is_empty() {
                return found;
            }
            level = next;
            rule = Rule::Inherited;
        }
        Vec::new()
    }

    /// The members of the first type that has any, in the order of the supertypes; the first `skip` are left out.
    fn find_linear(&self, ty: &TypeRef, name: &str, skip: usize) -> Vec<Candidate> {
        let all = self.named(name);
        for (nth, each) in self.linear(ty, 0).iter().enumerate().skip(skip) {
            let own = self.own_members(each, &all);
            if !own.is_empty() {
                let rule = if nth == 0 { Rule::DeclaredType } else { Rule::Inherited };
                let of = |loc| Candidate { loc, rule, through: Some(each.clone()) };
                return own.into_iter().map(of).collect();
            }
        }
        Vec::new()
    }

    /// A type and its supertypes in the order in which members are looked up: C3 where it exists, else depth first.
    pub(super) fn linear(&self, ty: &TypeRef, depth: usize) -> Rc<[TypeRef]> {
        if ty.args.is_empty()
            && let Some(known) = self.linear.borrow().get(&ty.loc)
        {
            return Rc::clone(known);
        }
        let mut order = vec![ty.clone()];
        if depth < MAX_LINEAR {
            let supers = self.supers_of(ty);
            let mut rows: Vec<Vec<TypeRef>> =
                supers.iter().map(|of| self.linear(of, depth + 1).to_vec()).collect();
            rows.push(supers);
            merge(rows, &mut order);
        }
        order.truncate(MAX_SUPERS);
        let order: Rc<[TypeRef]> = order.into();
        if ty.args.is_empty() && depth == 0 {
            self.linear.borrow_mut().insert(ty.loc, Rc::clone(&order));
        }
        order
    }

    /// True when a supertype of the type is not the project's, so that it may have any member.
    fn has_outer_supers(&self, ty: &TypeRef) -> bool {
        self.linear(ty, 0).iter().any(|each| {
            let supers = self.def(each.loc, |_, def| def.supers.clone()).unwrap_or_default();
            supers.iter().any(|&(_, of)| {
                !matches!(self.eval_type(each.loc.file, of, None), Value::Type(_) | Value::Instance(_))
            })
        })
    }

    /// Those of `all` that are members of the very type: written in it, or outside with it as their receiver.
    fn own_members(&self, ty: &TypeRef, all: &[Loc]) -> Vec<Loc> {
        let Some(type_name) = self.def(ty.loc, |facts, def| facts.str(def.name).to_owned()) else {
            return Vec::new();
        };
        let mut own = Vec::new();
        for &loc in all {
            let is_own = self.def(loc, |facts, def| {
                if def.receiver == 0 {
                    return loc.file == ty.loc.file && def.parent == ty.loc.def && loc.def != ty.loc.def;
                }
                facts.last_name(def.receiver) == Some(type_name.as_str())
                    && self.is_receiver(loc, def.receiver, ty.loc)
            });
            if is_own == Some(true) {
                own.push(loc);
            }
        }
        own
    }

    /// True when the receiver expression of a definition means the type at `ty`. Blocks of one open type in several
    /// files (partial classes, namespaces of the same name) count as one.
    fn is_receiver(&self, loc: Loc, receiver: u32, ty: Loc) -> bool {
        match self.eval(loc.file, receiver, None) {
            Value::Type(found) | Value::Instance(found) => {
                found.loc == ty || self.is_same_open_type(found.loc, ty)
            }
            Value::Wrapped(inner) => match &*inner {
                Value::Type(found) | Value::Instance(found) => {
                    found.loc == ty || self.is_same_open_type(found.loc, ty)
                }
                _ => false,
            },
            Value::Callable(found, _) => found == ty,
            _ => false,
        }
    }

    fn is_same_open_type(&self, a: Loc, b: Loc) -> bool {
        let whole = |loc: Loc| {
            self.def(loc, |facts, def| {
                (def.kind, facts.str(def.name).to_owned(), Self::package_of(facts, loc))
            })
        };
        let is_near = || {
            // Where a folder is the package, the types are those of one for several systems.
            self.rules_of(a.file).package_scope() != PackageScope::Folder
                || folder_of(&self.table.path(a.file)) == folder_of(&self.table.path(b.file))
        };
        a.file != b.file && self.kind(a).is_type() && whole(a) == whole(b) && is_near()
    }

    /// The direct supertypes of a type that belong to the project.
    pub(super) fn supers_of(&self, ty: &TypeRef) -> Vec<TypeRef> {
        let Some(facts) = self.facts_of(ty.loc.file) else { return Vec::new() };
        let Some(def) = facts.defs.get(ty.loc.def as usize) else { return Vec::new() };
        let name = facts.str(def.name);
        self.depends(LookUp::Name, name);
        let mut supers = Vec::new();
        let mut add = |value: Value| match value {
            Value::Type(found) | Value::Instance(found) if found.loc != ty.loc => supers.push(found),
            _ => {}
        };
        for &(_, expr) in &def.supers {
            add(self.eval_type(ty.loc.file, expr, Some(ty)));
        }
        self.depends(LookUp::Impl, name);
        for each in self.table.impls_named(name) {
            let Some(facts) = self.facts_of(each.file) else { continue };
            let Some(entry) = facts.impls.get(each.def as usize) else { continue };
            let of_this = matches!(self.eval_type(each.file, entry.ty, None), Value::Type(t) | Value::Instance(t) if t.loc == ty.loc);
            if of_this {
                add(self.eval_type(each.file, entry.of, Some(ty)));
            }
        }
        supers
    }

    /// The type that a scope belongs to: the type around it, or the receiver type of the method around it.
    pub(super) fn type_of_scope(&self, file: FileId, facts: &FileFacts, scope: ScopeIx) -> Option<TypeRef> {
        let this = facts.scopes.get(scope as usize)?;
        let mut at = this.owner;
        if this.kind == ScopeKind::Type && !facts.defs.get(at as usize)?.kind.is_type() {
            // The scope of an `impl` block: any member knows its receiver.
            let member = facts.defs.iter().find(|def| def.declared_in == scope && def.receiver != 0)?;
            return self.receiver_type(file, member.receiver);
        }
        while at != 0 {
            let def = facts.defs.get(at as usize)?;
            if def.receiver != 0 {
                return self.receiver_type(file, def.receiver);
            }
            if def.kind.is_type() {
                return Some(TypeRef::plain(Loc { file, def: at }));
            }
            at = def.parent;
        }
        None
    }

    fn receiver_type(&self, file: FileId, receiver: u32) -> Option<TypeRef> {
        match self.eval_type(file, receiver, None) {
            Value::Type(ty) | Value::Instance(ty) => Some(ty),
            Value::Wrapped(inner) => match &*inner {
                Value::Type(ty) | Value::Instance(ty) => Some(ty.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// What the innermost enclosing scope that has a type belongs to.
    pub(super) fn self_type(&self, file: FileId, scope: ScopeIx) -> Option<TypeRef> {
        let facts = self.facts_of(file)?;
        let mut look = scope;
        while look != NONE {
            if let Some(ty) = self.type_of_scope(file, &facts, look) {
                return Some(ty);
            }
            look = facts.scopes.get(look as usize)?.parent;
        }
        None
    }

    /// The members that `name` may mean on the value of the expression `base`; see [`Linker::members_on`].
    pub(super) fn members_at(
        &self,
        file: FileId,
        facts: &FileFacts,
        base: u32,
        value: &Value,
        name: &str,
    ) -> Option<Vec<Candidate>> {
        let is_linear = self.rules_of(file).is_linear();
        if is_linear && let Some(Expr::SuperRef { scope }) = facts.exprs.get(base as usize) {
            let ty = self.self_type(file, *scope)?;
            // What no supertype of the project has belongs to a library's, or to all types.
            let found = self.find_linear(&ty, name, 1);
            return if found.is_empty() { None } else { Some(found) };
        }
        let found = self.members_on(file, value, name, self.receiver_rule(facts, base))?;
        if found.is_empty()
            && is_linear
            && let Value::Type(ty) | Value::Instance(ty) = value
            && self.has_outer_supers(ty)
        {
            return None;
        }
        Some(found)
    }

    /// The members that `name` may mean on a value. `None`: the value is a library's, so nothing of the project is meant.
    pub(super) fn members_on(
        &self,
        file: FileId,
        base: &Value,
        name: &str,
        rule: Rule,
    ) -> Option<Vec<Candidate>> {
        match base {
            Value::Unknown | Value::Callable(..) | Value::Function(..) => Some(Vec::new()),
            Value::External | Value::Map(_) | Value::Tuple(_) => None,
            Value::Type(ty) => Some(with_rule(self.members_of_alias(ty, name), Rule::Qualified)),
            Value::Instance(ty) => Some(with_rule(self.members_of_alias(ty, name), rule)),
            Value::Module(module) => match self.export_of(module, name, 0) {
                Binding::Defs(found) => {
                    Some(found.iter().map(|c| Candidate { rule: module_rule(c.rule), ..c.clone() }).collect())
                }
                Binding::External => None,
                Binding::Module(_) | Binding::Unbound => Some(Vec::new()),
            },
            Value::Library { name: type_name, args, .. } => {
                let through = self.rules_of(file).transparent(type_name)?;
                let inner = args.get(usize::from(through))?;
                self.members_on(file, inner, name, rule)
            }
            Value::Wrapped(inner) => self.members_on(file, inner, name, rule),
            Value::Union(parts) => {
                let mut found: Vec<Candidate> = Vec::new();
                let mut external = true;
                for part in parts.iter().take(MAX_UNION) {
                    if let Some(more) = self.members_on(file, part, name, rule) {
                        external = false;
                        for each in more {
                            if !found.iter().any(|c| c.loc == each.loc) {
                                found.push(each);
                            }
                        }
                    }
                }
                if external { None } else { Some(found) }
            }
        }
    }

    /// Members of a type, through aliases.
    fn members_of_alias(&self, ty: &TypeRef, name: &str) -> Vec<Candidate> {
        let found = self.members_of(ty, name);
        if !found.is_empty() || self.kind(ty.loc) != SymbolKind::TypeAlias {
            return found.to_vec();
        }
        let aliased = self.def(ty.loc, |_, def| def.ty).unwrap_or(0);
        if aliased == 0 || !self.deeper() {
            return Vec::new();
        }
        let value = self.eval_type(ty.loc.file, aliased, Some(ty));
        let found = self.members_on(ty.loc.file, &value, name, Rule::DeclaredType).unwrap_or_default();
        self.back();
        found
    }

    /// What a method of a library's type gives.
    pub(super) fn through_library(&self, file: FileId, base: &Value, method: &str) -> Option<Value> {
        match base {
            Value::Library { name, args, .. } => self.through_args(file, name, args, base, method),
            Value::Map(inner) => {
                let args = [Value::Unknown, (**inner).clone()];
                self.through_args(file, "{}", &args, base, method)
            }
            Value::Tuple(parts) => {
                let args = [Value::one_of(parts.to_vec())];
                self.through_args(file, "[]", &args, base, method)
            }
            Value::Wrapped(inner) => self.through_library(file, inner, method),
            Value::Union(parts) => {
                let found: Vec<Value> =
                    parts.iter().filter_map(|part| self.through_library(file, part, method)).collect();
                if found.is_empty() { None } else { Some(Value::one_of(found)) }
            }
            _ => None,
        }
    }

    fn through_args(
        &self,
        file: FileId,
        name: &str,
        args: &[Value],
        base: &Value,
        method: &str,
    ) -> Option<Value> {
        let list =
            |element: Value| Value::Library { name: "[]".into(), args: Rc::new([element]), instance: true };
        match self.rules_of(file).through(name, method)? {
            Through::Argument(n) => Some(args.get(usize::from(n))?.clone()),
            Through::Same => Some(base.clone()),
            Through::Pairs => Some(list(Value::Tuple(args.to_vec().into()))),
            Through::Values => Some(list(args.get(1)?.clone())),
        }
    }

    /// The rule by which a member of this receiver expression is known.
    pub(super) fn receiver_rule(&self, facts: &FileFacts, base: u32) -> Rule {
        match facts.exprs.get(base as usize) {
            Some(Expr::SelfRef { .. } | Expr::SuperRef { .. } | Expr::SelfType { .. }) => Rule::SelfMember,
            Some(Expr::Local(local))
                if facts.locals.get(*local as usize).is_some_and(|l| l.kind == LocalKind::Receiver) =>
            {
                Rule::SelfMember
            }
            Some(Expr::Local(local)) if facts.locals.get(*local as usize).is_some_and(|l| l.ty != 0) => {
                Rule::DeclaredType
            }
            Some(Expr::Member { base, .. })
                if matches!(facts.exprs.get(*base as usize), Some(Expr::SelfRef { .. })) =>
            {
                Rule::DeclaredType
            }
            _ => Rule::InferredType,
        }
    }

    /// The role with which `sub` names `of`: extends or implements, by what the two are.
    pub(super) fn inherit_role(&self, written: Role, of: Loc) -> Role {
        match self.kind(of) {
            SymbolKind::Trait => Role::Implements,
            _ => written,
        }
    }
}

/// Merges the orders of supertypes by C3; what has no such order is taken as it comes.
fn merge(mut rows: Vec<Vec<TypeRef>>, order: &mut Vec<TypeRef>) {
    loop {
        rows.retain(|row| !row.is_empty());
        let Some(first) = rows.first().and_then(|row| row.first()) else { return };
        let is_free =
            |ty: &TypeRef| !rows.iter().any(|row| row.iter().skip(1).any(|each| each.loc == ty.loc));
        let heads = rows.iter().filter_map(|row| row.first());
        let next = heads.into_iter().find(|head| is_free(head)).unwrap_or(first).clone();
        for row in &mut rows {
            row.retain(|each| each.loc != next.loc);
        }
        if !order.iter().any(|each| each.loc == next.loc) {
            order.push(next);
        }
    }
}

fn with_rule(found: Vec<Candidate>, rule: Rule) -> Vec<Candidate> {
    found
        .into_iter()
        .map(|c| Candidate { rule: if c.rule == Rule::Inherited { Rule::Inherited } else { rule }, ..c })
        .collect()
}

const fn module_rule(rule: Rule) -> Rule {
    match rule {
        Rule::ReExport => Rule::ReExport,
        _ => Rule::Qualified,
    }
}

/// Keeps the module of a binding.
pub(super) fn module_value(module: &Rc<Module>) -> Value {
    Value::Module(Rc::clone(module))
}
