//! Members of types: own ones, those written outside the type, inherited ones.

use super::linker::{Binding, Candidate, ImplForAny, Linker, NotedTree};
use super::table::{Loc, LookUp, Named, folder_of};
use super::value::{Module, TypeRef, Value, Written};
use crate::facts::{
    ANY_TYPE, DefFlags, Expr, ExprIx, FileFacts, IMPLICIT, Impl, Import, Local, LocalIx, LocalKind, NONE,
    ScopeIx, ScopeKind, hash_of,
};
use crate::lang::{PackageScope, Through};
use crate::model::{FileId, Role, Rule, SymbolKind};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;

/// Most supertypes that are walked for one member.
const MAX_SUPERS: usize = 64;
/// Deepest inheritance of which an order is made.
const MAX_LINEAR: usize = 24;
/// Deepest inheritance that is walked to see whether one type is another.
const MAX_SUBTYPES: u32 = 8;
/// Most impls of one type name that are looked into.
const MAX_IMPLS: usize = 128;
/// Most alternatives of a union that are looked into.
const MAX_UNION: usize = 6;

impl<'t> Linker<'t> {
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
                    next.extend(self.supers_of(&each).iter().cloned());
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
            rows.push(supers.to_vec());
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
    fn own_members(&self, ty: &TypeRef, all: &[Named]) -> Vec<Loc> {
        if all.is_empty() {
            return Vec::new();
        }
        let Some(facts) = self.facts_of(ty.loc.file) else { return Vec::new() };
        let Some(def) = facts.defs.get(ty.loc.def as usize) else { return Vec::new() };
        let type_name = facts.str(def.name);
        let receiver = hash_of(type_name);
        // What a function contains is no member of it.
        let is_callable = def.kind.is_callable();
        let is_part = def.flags.has(DefFlags::PART);
        let parts = self.parts_of(ty.loc);
        let mut own = Vec::new();
        for Named { loc, brief } in all {
            let is_own = if brief.receiver == 0 {
                let parent = Loc { file: loc.file, def: brief.parent };
                !is_callable
                    && *loc != ty.loc
                    && if is_part { parts.contains(&parent) } else { parent == ty.loc }
            } else {
                brief.receiver == receiver
                    && self.def(*loc, |facts, def| {
                        facts.last_name(def.receiver) == Some(type_name)
                            && self.is_receiver(*loc, def.receiver, ty.loc)
                    }) == Some(true)
            };
            if is_own {
                own.push(*loc);
            }
        }
        // A type's own methods come before those that it has as a trait.
        let is = |loc: &Loc, of_trait: bool| {
            self.def(*loc, |_, def| def.kind.is_callable() && def.flags.has(DefFlags::TRAIT_IMPL) == of_trait)
                == Some(true)
        };
        if own.len() > 1 && own.iter().any(|loc| is(loc, false)) {
            own.retain(|loc| !is(loc, true));
        }
        self.enabled(own)
    }

    /// Of several definitions of one name those that the build takes when nobody chooses its options; all when that
    /// leaves none.
    pub(super) fn enabled(&self, found: Vec<Loc>) -> Vec<Loc> {
        if found.len() < 2 {
            return found;
        }
        let is_off = |loc: &Loc| {
            let Some(facts) = self.facts_of(loc.file) else { return false };
            facts.conditions.iter().filter(|(def, ..)| *def == loc.def).any(|(_, option, on)| {
                let path = self.table.path(loc.file);
                let is_on = self.rules_of(loc.file).is_option_on(facts.str(*option), path, &NotedTree(self));
                is_on.is_some_and(|is_on| is_on != *on)
            })
        };
        let on: Vec<Loc> = found.iter().copied().filter(|loc| !is_off(loc)).collect();
        if on.is_empty() { found } else { on }
    }

    /// The parts of a type that is written in parts, else the type alone.
    pub(super) fn parts_of(&self, ty: Loc) -> Vec<Loc> {
        let whole = |loc: Loc| {
            self.def(loc, |facts, def| {
                (def.kind, facts.path_of(loc.def).join("."), facts.package_of(loc.def).into_owned())
            })
        };
        let is_part = |loc: Loc| self.def(loc, |_, def| def.flags.has(DefFlags::PART)) == Some(true);
        if !is_part(ty) {
            return vec![ty];
        }
        let name = self.def(ty, |facts, def| facts.str(def.name).to_owned()).unwrap_or_default();
        let this = whole(ty);
        self.named(&name)
            .iter()
            .filter(|each| each.brief.flags.has(DefFlags::PART) && whole(each.loc) == this)
            .map(|each| each.loc)
            .collect()
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

    pub(super) fn is_same_open_type(&self, a: Loc, b: Loc) -> bool {
        let whole = |loc: Loc| {
            self.def(loc, |facts, def| {
                let mut outer = Vec::new();
                let mut at = def.parent;
                while let Some(of) = facts.defs.get(at as usize).filter(|of| of.kind.is_type()) {
                    outer.push(facts.str(of.name).to_owned());
                    at = of.parent;
                }
                (def.kind, facts.str(def.name).to_owned(), outer, facts.package_of(loc.def).into_owned())
            })
        };
        let is_near = || {
            // Where a folder is the package, the types are those of one for several systems.
            self.rules_of(a.file).package_scope() != PackageScope::Folder
                || folder_of(self.table.path(a.file)) == folder_of(self.table.path(b.file))
        };
        a.file != b.file && self.kind(a).is_type() && whole(a) == whole(b) && is_near()
    }

    /// The direct supertypes of a type that belong to the project.
    pub(super) fn supers_of(&self, ty: &TypeRef) -> Rc<[TypeRef]> {
        let is_plain = ty.args.is_empty() && ty.outer.is_none();
        if is_plain && let Some(known) = self.supers.borrow().get(&ty.loc) {
            return Rc::clone(known);
        }
        let (supers, is_whole) = self.wholly(|| Rc::<[TypeRef]>::from(self.find_supers(ty)));
        if is_plain && is_whole {
            self.supers.borrow_mut().insert(ty.loc, Rc::clone(&supers));
        }
        supers
    }

    fn find_supers(&self, ty: &TypeRef) -> Vec<TypeRef> {
        let Some(facts) = self.facts_of(ty.loc.file) else { return Vec::new() };
        let Some(def) = facts.defs.get(ty.loc.def as usize) else { return Vec::new() };
        let name = facts.str(def.name);
        self.depends(LookUp::Name, name);
        let mut supers = Vec::new();
        let mut add = |value: Value| match value {
            Value::Type(found) | Value::Instance(found) if found.loc != ty.loc => supers.push(found),
            Value::Callable(found, _) if found != ty.loc => supers.push(TypeRef::plain(found)),
            Value::Union(parts) => {
                for part in parts.iter().take(MAX_UNION) {
                    if let Value::Type(found) | Value::Instance(found) = part
                        && found.loc != ty.loc
                    {
                        supers.push(found.clone());
                    }
                }
            }
            _ => {}
        };
        for part in self.parts_of(ty.loc) {
            let here = TypeRef { loc: part, ..ty.clone() };
            let written = self.def(part, |_, def| def.supers.clone()).unwrap_or_default();
            for (_, expr) in written {
                add(self.eval_type(part.file, expr, Some(&here)));
            }
        }
        for (at, _, entry) in self.impls_of(name) {
            let of_this = match self.eval_type(at.file, entry.ty, None) {
                Value::Type(found) | Value::Instance(found) => found.loc == ty.loc,
                Value::Callable(found, _) => found == ty.loc,
                _ => false,
            };
            if of_this {
                add(self.eval_type(at.file, entry.of, Some(ty)));
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
            let receiver = *self.receivers_of(file, facts).get(&scope)?;
            return self.receiver_type(file, receiver);
        }
        while at != 0 {
            let def = facts.defs.get(at as usize)?;
            let is_self = !def.flags.has(DefFlags::EXTENSION) || self.rules_of(file).extensions_have_self();
            if def.receiver != 0 && is_self {
                return self.receiver_type(file, def.receiver);
            }
            // An alias in a type is no type around its own text.
            if def.kind.is_type() && def.kind != SymbolKind::TypeAlias {
                return Some(TypeRef::plain(Loc { file, def: at }));
            }
            at = def.parent;
        }
        None
    }

    /// For each scope of a file in which methods outside their type are declared, the receiver of the first.
    fn receivers_of(&self, file: FileId, facts: &FileFacts) -> Rc<FxHashMap<ScopeIx, ExprIx>> {
        if let Some(known) = self.receivers.borrow().get(&file) {
            return Rc::clone(known);
        }
        let mut receivers: FxHashMap<ScopeIx, ExprIx> = FxHashMap::default();
        for def in facts.defs.iter().filter(|def| def.receiver != 0) {
            receivers.entry(def.declared_in).or_insert(def.receiver);
        }
        let receivers = Rc::new(receivers);
        self.receivers.borrow_mut().insert(file, Rc::clone(&receivers));
        receivers
    }

    /// The receivers of the lambdas around a scope, from within, up to the type or extension around them.
    pub(super) fn implicit_receivers(&self, file: FileId, facts: &FileFacts, scope: ScopeIx) -> Vec<LocalIx> {
        if !self.rules_of(file).members_are_in_scope() {
            return Vec::new();
        }
        let all = self.lambdas_of(file, facts);
        let mut around = Vec::new();
        let mut look = scope;
        while let Some(this) = facts.scopes.get(look as usize).filter(|_| !all.is_empty()) {
            around.extend(all.get(&look));
            let owner = facts.defs.get(this.owner as usize);
            let has_self = owner.is_some_and(|def| def.scope == look && def.receiver != 0);
            if this.kind == ScopeKind::Type || has_self {
                break;
            }
            look = this.parent;
        }
        around
    }

    fn lambdas_of(&self, file: FileId, facts: &FileFacts) -> Rc<FxHashMap<ScopeIx, LocalIx>> {
        if let Some(known) = self.lambdas.borrow().get(&file) {
            return Rc::clone(known);
        }
        let is_receiver =
            |local: &Local| local.kind == LocalKind::Receiver && facts.str(local.name) == IMPLICIT;
        let locals = facts.locals.iter().enumerate().filter(|(_, local)| is_receiver(local));
        let lambdas = Rc::new(locals.map(|(at, local)| (local.scope, super::narrow(at))).collect());
        self.lambdas.borrow_mut().insert(file, Rc::clone(&lambdas));
        lambdas
    }

    /// What a bare name means as a member of the receiver of a lambda around it.
    pub(super) fn members_of_receivers(
        &self,
        file: FileId,
        facts: &FileFacts,
        scope: ScopeIx,
        name: &str,
    ) -> Vec<Candidate> {
        for local in self.implicit_receivers(file, facts, scope) {
            let value = self.local(file, facts, local, None);
            let mut found = self.own_members_on(file, &value, name, Rule::SelfMember).unwrap_or_default();
            found.retain(|c| {
                let kind = self.kind(c.loc);
                kind.is_value() || (kind.is_callable() && kind != SymbolKind::Constructor)
            });
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    fn receiver_type(&self, file: FileId, receiver: u32) -> Option<TypeRef> {
        match self.eval_type(file, receiver, None) {
            Value::Type(ty) | Value::Instance(ty) => Some(ty),
            Value::Callable(loc, _) => Some(TypeRef::plain(loc)),
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
            if let Some(ty) = self.type_of_scope(file, facts, look) {
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

    /// The extensions that `name` may mean on a value in a file: what is imported under that name as another one, else
    /// those that have it.
    fn extensions_on(&self, file: FileId, base: &Value, name: &str) -> Vec<Candidate> {
        if matches!(base, Value::Unknown | Value::External(_) | Value::Module(_) | Value::Type(_)) {
            return Vec::new();
        }
        let found = self.renamed_extensions_on(file, base, name);
        if found.is_empty() { self.extensions_among(base, &self.named(name)) } else { found }
    }

    /// The extensions that a file imports under a name that is not their own, if they are for the value.
    fn renamed_extensions_on(&self, file: FileId, base: &Value, name: &str) -> Vec<Candidate> {
        let Some(facts) = self.facts_of(file) else { return Vec::new() };
        let is_renamed = |import: &&Import| {
            import.bound != import.name && !import.name.is_empty() && facts.str(import.bound) == name
        };
        self.depends_on_imports(file);
        let imports = facts.imports.iter().filter(is_renamed);
        imports
            .flat_map(|import| {
                let package = hash_of(facts.str(import.path));
                let all = self.named(facts.str(import.name));
                let own: Vec<Named> =
                    all.iter().copied().filter(|each| each.brief.package == package).collect();
                let found = self.extensions_among(base, &own);
                found.into_iter().map(|c| Candidate { rule: Rule::Import, ..c })
            })
            .collect()
    }

    /// Those of `all` that are extensions for a value: written outside its type, for it or for what it passes for.
    fn extensions_among(&self, base: &Value, all: &[Named]) -> Vec<Candidate> {
        let mut found: Vec<(i32, Candidate)> = Vec::new();
        for &Named { loc, brief } in all {
            if brief.receiver == 0 || !brief.flags.has(DefFlags::EXTENSION) {
                continue;
            }
            let Some(receiver) = self.def(loc, |_, def| def.receiver) else { continue };
            let wanted = self.eval_type(loc.file, receiver, None);
            let fits = self.passes(self.rules_of(loc.file), base, &wanted, 0);
            if let Some(score) = fits.filter(|&score| score > 0) {
                found.push((score, Candidate { loc, rule: Rule::InferredType, through: None }));
            }
        }
        let best = found.iter().map(|(score, _)| *score).max();
        found.into_iter().filter(|(score, _)| Some(*score) == best).map(|(_, c)| c).collect()
    }

    /// The members that `name` may mean on a value, extensions included; else as [`Linker::own_members_on`].
    pub(super) fn members_on(
        &self,
        file: FileId,
        base: &Value,
        name: &str,
        rule: Rule,
    ) -> Option<Vec<Candidate>> {
        match self.own_members_on(file, base, name, rule) {
            Some(found) if !found.is_empty() => Some(found),
            none if !self.rules_of(file).has_extensions() => none,
            none => {
                let found = self.extensions_on(file, base, name);
                if found.is_empty() { none } else { Some(found) }
            }
        }
    }

    /// The members that `name` may mean on a value. `None`: the value is a library's, so nothing of the project is meant.
    fn own_members_on(&self, file: FileId, base: &Value, name: &str, rule: Rule) -> Option<Vec<Candidate>> {
        match base {
            Value::Unknown | Value::Function(..) => Some(Vec::new()),
            Value::Callable(loc, _) => Some(self.members_of_function(*loc, name)),
            Value::Object(..) => Some(self.object_members(base, name, rule)),
            Value::External(_) | Value::Map(_) | Value::Tuple(_) => None,
            Value::Type(ty) => Some(with_rule(self.members_of_alias(ty, name), Rule::Qualified)),
            Value::Instance(ty) => {
                let found = self.members_of_alias(ty, name);
                let found = if found.is_empty() { self.members_beyond(file, ty, name) } else { found };
                Some(with_rule(found, rule))
            }
            Value::Module(module) => match self.export_of(module, name, 0) {
                Binding::Defs(found) => {
                    Some(found.iter().map(|c| Candidate { rule: module_rule(c.rule), ..c.clone() }).collect())
                }
                Binding::External => None,
                Binding::Module(_) | Binding::Unbound => Some(Vec::new()),
            },
            Value::Library { name: type_name, args, .. } => {
                let added = self.added_to_library(file, base, type_name, name);
                if !added.is_empty() {
                    return Some(added);
                }
                let through = self.rules_of(file).transparent(type_name)?;
                let inner = args.get(usize::from(through))?;
                self.own_members_on(file, inner, name, rule)
            }
            Value::Wrapped(inner) => self.own_members_on(file, inner, name, rule),
            Value::Union(parts) => {
                let mut found: Vec<Candidate> = Vec::new();
                let mut external = true;
                for part in parts.iter().take(MAX_UNION) {
                    if let Some(more) = self.own_members_on(file, part, name, rule) {
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

    /// Members that are written onto a function (`f.g = …`), and what else its module exports when it is the default.
    fn members_of_function(&self, loc: Loc, name: &str) -> Vec<Candidate> {
        let found = with_rule(self.members_of(&TypeRef::plain(loc), name).to_vec(), Rule::Qualified);
        let is_default = self.def(loc, |_, def| def.flags.has(DefFlags::DEFAULT_EXPORT)) == Some(true);
        if !found.is_empty() || !is_default {
            return found;
        }
        match self.export_of(&Module::Files(vec![loc.file]), name, 1) {
            Binding::Defs(found) => found.to_vec(),
            _ => Vec::new(),
        }
    }

    /// The function or type that an object holds under a name.
    fn object_members(&self, object: &Value, name: &str, rule: Rule) -> Vec<Candidate> {
        let Value::Object(file, expr) = object else { return Vec::new() };
        let Some(facts) = self.facts_of(*file) else { return Vec::new() };
        let Some(Expr::Object { members }) = facts.exprs.get(*expr as usize) else { return Vec::new() };
        if let Some(&(_, value)) = members.iter().rev().find(|(own, _)| facts.str(*own) == name) {
            if let Some(&Expr::Def(def)) = facts.exprs.get(value as usize) {
                self.depends(LookUp::Name, name);
                return vec![Candidate { loc: Loc { file: *file, def }, rule, through: None }];
            }
            return self.held(&self.eval(*file, value, None), rule);
        }
        let mut found = Vec::new();
        for &(_, spread) in members.iter().rev().filter(|(own, _)| own.is_empty()) {
            if found.is_empty() && self.deeper() {
                let value = self.eval(*file, spread, None);
                found = self.members_on(*file, &value, name, rule).unwrap_or_default();
                self.back();
            }
        }
        found
    }

    /// The functions and types that a value is.
    pub(super) fn held(&self, value: &Value, rule: Rule) -> Vec<Candidate> {
        match value {
            Value::Callable(loc, through) => {
                vec![Candidate { loc: *loc, rule, through: through.clone() }]
            }
            Value::Type(ty) => vec![Candidate { loc: ty.loc, rule, through: None }],
            Value::Union(parts) => {
                parts.iter().take(MAX_UNION).flat_map(|part| self.held(part, rule)).collect()
            }
            _ => Vec::new(),
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

    /// Members that a value has although its type has none of the name: of traits that hold for every type, and of what
    /// it is dereferenced to.
    fn members_beyond(&self, file: FileId, ty: &TypeRef, name: &str) -> Vec<Candidate> {
        let of_any = self.members_of_any(&Value::Instance(ty.clone()), name);
        if !of_any.is_empty() {
            return of_any;
        }
        let Some(target) = self.rules_of(file).target_type() else { return Vec::new() };
        if name == target || !self.deeper() {
            return Vec::new();
        }
        let found = match self.member_type(ty, target) {
            Value::Unknown => Vec::new(),
            value => self.members_on(file, &value, name, Rule::InferredType).unwrap_or_default(),
        };
        self.back();
        found
    }

    /// What a member type (an associated type) of a type stands for, as a value.
    pub(super) fn member_type(&self, ty: &TypeRef, member: &str) -> Value {
        match self.members_of(ty, member).first() {
            Some(found) if self.kind(found.loc) == SymbolKind::TypeAlias => {
                self.value_of(&Candidate { through: Some(ty.clone()), ..found.clone() }).into_instance()
            }
            _ => Value::Unknown,
        }
    }

    /// Members that the project gives to a library's type: methods written for it, and those of traits that it
    /// implements here. What the type has itself comes first.
    fn added_to_library(&self, file: FileId, value: &Value, type_name: &str, name: &str) -> Vec<Candidate> {
        let rules = self.rules_of(file);
        if self.named(name).is_empty() || rules.through(type_name, name).is_some() {
            return Vec::new();
        }
        let receiver = hash_of(type_name);
        let written_for = |loc: Loc| {
            self.def(loc, |facts, def| {
                facts.last_name(def.receiver) == Some(type_name)
                    && !matches!(facts.exprs.get(def.receiver as usize), Some(Expr::Local(_)))
            }) == Some(true)
        };
        let written: Vec<Candidate> = self
            .named(name)
            .iter()
            .filter(|each| each.brief.receiver == receiver)
            .map(|each| each.loc)
            .filter(|&loc| written_for(loc) && self.owner_type(loc).is_none())
            .map(|loc| Candidate { loc, rule: Rule::DeclaredType, through: None })
            .collect();
        if !written.is_empty() {
            return written;
        }
        if rules.common_methods().binary_search(&name).is_ok() {
            return Vec::new();
        }
        let of_this = self.members_by_impls(type_name, name);
        if of_this.is_empty() { self.members_of_any(value, name) } else { of_this }
    }

    /// The members of this name that impls for every type give to a value: those of which the bounds hold.
    fn members_of_any(&self, value: &Value, name: &str) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = Vec::new();
        for (each, param, members) in self.impls_for_any(name).iter() {
            let (each, param) = (*each, *param);
            if !self.facts_of(each.file).is_some_and(|facts| self.holds(each.file, facts, param, value)) {
                continue;
            }
            let here = |loc: &Loc| {
                loc.file == each.file && self.def(*loc, |_, def| def.receiver == param) == Some(true)
            };
            let candidate = |loc: Loc| Candidate { loc, rule: Rule::Inherited, through: None };
            match self.named(name).locs().find(here) {
                Some(loc) => found.push(candidate(loc)),
                None => found.extend(members.iter().map(|member| candidate(member.loc))),
            }
        }
        found
    }

    /// The impls for every type whose trait has a member of this name, the type parameter of each, and the members.
    fn impls_for_any(&self, name: &str) -> Rc<[ImplForAny]> {
        if self.named(name).is_empty() {
            return Rc::new([]);
        }
        let key = LookUp::Name.key(name);
        if let Some(known) = self.for_any.borrow().get(&key) {
            return Rc::clone(known);
        }
        let (found, is_whole) = self.wholly(|| Rc::<[ImplForAny]>::from(self.find_impls_for_any(name)));
        if is_whole {
            self.for_any.borrow_mut().insert(key, Rc::clone(&found));
        }
        found
    }

    fn find_impls_for_any(&self, name: &str) -> Vec<ImplForAny> {
        let mut found: Vec<ImplForAny> = Vec::new();
        for (at, facts, entry) in self.impls_of(ANY_TYPE).take(MAX_IMPLS) {
            let Value::Instance(of) = self.eval_type(at.file, entry.of, None) else { continue };
            let members = self.members_of(&of, name);
            if let Some(Expr::Generic { args, .. }) = facts.exprs.get(entry.ty as usize)
                && let Some(&param) = args.first()
                && !members.is_empty()
            {
                found.push((at, param, members));
            }
        }
        found
    }

    /// True when a value may stand for a type parameter, as far as its bounds tell.
    fn holds(&self, file: FileId, facts: &FileFacts, param: ExprIx, value: &Value) -> bool {
        let Some(Expr::Local(local)) = facts.exprs.get(param as usize) else { return false };
        let bound = facts.locals.get(*local as usize).map_or(0, |local| local.ty);
        if bound == 0 {
            return true;
        }
        let bounds: &[ExprIx] = match facts.exprs.get(bound as usize) {
            Some(Expr::Union(parts)) => parts,
            _ => &[bound],
        };
        bounds.iter().all(|&bound| match (self.eval_type(file, bound, None), value) {
            (Value::Instance(of), Value::Instance(ty)) => self.is_subtype(ty, of.loc, 0),
            (Value::Instance(of), Value::Library { name, .. }) => self.implements_here(name, of.loc),
            (Value::Function(..), _) => false,
            (Value::Library { name: of, .. }, Value::Library { name, .. }) => {
                let rules = self.rules_of(file);
                match rules.element_type() {
                    Some((_, iterator)) if *of == *iterator => rules.element(name).is_some(),
                    _ => true,
                }
            }
            (Value::Library { name: of, .. }, Value::Instance(ty)) => {
                match self.rules_of(file).element_type() {
                    Some((member, iterator)) if *of == *iterator => {
                        self.member_type(ty, member) != Value::Unknown
                    }
                    _ => true,
                }
            }
            _ => true,
        })
    }

    fn is_subtype(&self, ty: &TypeRef, of: Loc, depth: u32) -> bool {
        ty.loc == of
            || (depth < MAX_SUBTYPES
                && self.supers_of(ty).iter().any(|each| self.is_subtype(each, of, depth + 1)))
    }

    /// The impls whose subtype has this name, with the facts of their files.
    fn impls_of(&self, subtype: &str) -> impl Iterator<Item = (Loc, &'t FileFacts, &'t Impl)> {
        self.depends(LookUp::Impl, subtype);
        self.table.impls_named(subtype).into_iter().filter_map(|at| {
            let facts = self.facts_of(at.file)?;
            Some((at, facts, facts.impls.get(at.def as usize)?))
        })
    }

    /// True when the project implements a trait for a library's type.
    fn implements_here(&self, type_name: &str, of: Loc) -> bool {
        self.impls_of(type_name).take(MAX_IMPLS).any(|(at, _, entry)| {
            matches!(self.eval_type(at.file, entry.of, None), Value::Instance(ty) if ty.loc == of)
        })
    }

    /// The members of this name of the supertypes that impls give to a subtype of that name.
    fn members_by_impls(&self, subtype: &str, name: &str) -> Vec<Candidate> {
        if self.named(name).is_empty() {
            return Vec::new();
        }
        let mut found: Vec<Candidate> = Vec::new();
        for (at, _, entry) in self.impls_of(subtype).take(MAX_IMPLS) {
            let Value::Instance(of) = self.eval_type(at.file, entry.of, None) else { continue };
            for member in self.members_of(&of, name).iter() {
                if !found.iter().any(|c| c.loc == member.loc) {
                    found.push(Candidate { rule: Rule::Inherited, ..member.clone() });
                }
            }
        }
        found
    }

    /// The fields of a variant that is named by an expression: the variant is a value of its type, but its fields are
    /// its own.
    pub(super) fn members_of_variant(
        &self,
        file: FileId,
        facts: &FileFacts,
        base: ExprIx,
        name: &str,
    ) -> Option<Vec<Candidate>> {
        let variant = match facts.exprs.get(base as usize)? {
            Expr::Name { name, scope } => match self.bind(file, *scope, *name) {
                Binding::Defs(found) => found.first()?.loc,
                _ => return None,
            },
            Expr::Member { base, name } => {
                let value = self.eval(file, *base, None);
                self.members_on(file, &value, facts.str(*name), Rule::Qualified)?.first()?.loc
            }
            _ => return None,
        };
        if self.kind(variant) != SymbolKind::EnumMember {
            return None;
        }
        let is_field = |each: &&Named| each.loc.file == variant.file && each.brief.parent == variant.def;
        let fields = self.named(name);
        let field = |each: &Named| Candidate { loc: each.loc, rule: Rule::Qualified, through: None };
        Some(fields.iter().filter(is_field).map(field).collect())
    }

    /// What a method of a library's type gives.
    pub(super) fn through_library(
        &self,
        file: FileId,
        base: &Value,
        method: &str,
        passed: &[ExprIx],
    ) -> Option<Value> {
        match base {
            Value::Library { name, args, .. } => {
                let rules = self.rules_of(file);
                match rules.through(name, method) {
                    Some(through) => self.pass(file, base, args, through, passed),
                    None => {
                        let inner = args.get(usize::from(rules.transparent(name)?))?;
                        self.through_library(file, inner, method, passed)
                    }
                }
            }
            Value::Map(inner) => {
                let args: Rc<[Value]> = Rc::new([Value::Unknown, (**inner).clone()]);
                let through = self.rules_of(file).through("{}", method)?;
                self.pass(file, base, &args, through, passed)
            }
            Value::Tuple(parts) => {
                let args: Rc<[Value]> = Rc::new([Value::one_of(parts.to_vec())]);
                let through = self.rules_of(file).through("[]", method)?;
                self.pass(file, base, &args, through, passed)
            }
            Value::Wrapped(inner) => self.through_library(file, inner, method, passed),
            Value::Union(parts) => {
                let of = |part| self.through_library(file, part, method, passed);
                let found: Vec<Value> = parts.iter().filter_map(of).collect();
                if found.is_empty() { None } else { Some(Value::one_of(found)) }
            }
            _ => None,
        }
    }

    /// What a method gives that a type of the project does not have, but every type or every iterator has.
    pub(super) fn through_any(
        &self,
        file: FileId,
        base: &Value,
        method: &str,
        passed: &[ExprIx],
    ) -> Option<Value> {
        let rules = self.rules_of(file);
        if let Value::Type(ty) = base {
            let made = rules.through("", method) == Some(Through::Passed);
            return made.then(|| Value::Instance(ty.clone()));
        }
        let Value::Instance(ty) = base else { return None };
        if let Some((member, library)) = rules.element_type()
            && let Some(through) = rules.through(library, method)
        {
            let element = self.member_type(ty, member);
            if element != Value::Unknown {
                let args: Rc<[Value]> = Rc::new([element]);
                let at = Written::NOWHERE;
                let base =
                    Value::Library { name: library.into(), args: Rc::clone(&args), instance: true, at };
                return self.pass(file, &base, &args, through, passed);
            }
        }
        (rules.through("", method)? == Through::Same).then(|| base.clone())
    }

    /// What comes out of a library's value.
    fn pass(
        &self,
        file: FileId,
        base: &Value,
        args: &Rc<[Value]>,
        through: Through,
        passed: &[ExprIx],
    ) -> Option<Value> {
        let arg = |n: u8| args.get(usize::from(n)).cloned().unwrap_or(Value::Unknown);
        let around = |name: &str, arg: Value| Value::Library {
            name: name.into(),
            args: Rc::new([arg]),
            instance: true,
            at: Written::NOWHERE,
        };
        let pair = |a: Value, b: Value| Value::Tuple(Rc::new([a, b]));
        Some(match through {
            Through::Argument(n) => args.get(usize::from(n))?.clone(),
            Through::Same => base.clone(),
            Through::As(name) => {
                let (args, at) = (Rc::clone(args), Written::NOWHERE);
                Value::Library { name: name.into(), args, instance: true, at }
            }
            Through::Around(name, n) => around(name, arg(n)),
            Through::Pairs(name) => around(name, pair(arg(0), arg(1))),
            Through::Numbered(name) => around(name, pair(Value::Unknown, arg(0))),
            Through::Zipped(name) => {
                let other = passed.first().map_or(Value::Unknown, |&other| self.eval(file, other, None));
                around(name, pair(arg(0), self.element(file, other)))
            }
            Through::Mapped(name) => around(name, self.given(file, passed)),
            Through::Flat(name) => around(name, self.element(file, self.given(file, passed))),
            Through::Flattened(name) => around(name, self.element(file, arg(0))),
            Through::Given => self.given(file, passed),
            Through::Passed => self.eval(file, *passed.first()?, None).into_instance(),
        })
    }

    /// What the last function among the arguments of a call gives.
    fn given(&self, file: FileId, passed: &[ExprIx]) -> Value {
        for &each in passed.iter().rev() {
            let value = self.eval(file, each, None);
            if matches!(value, Value::Function(..) | Value::Callable(..) | Value::Type(_)) {
                return self.result_of(file, &value);
            }
        }
        Value::Unknown
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
