//! From expressions to what they stand for: types on demand, memoised, limited in depth.

use super::linker::{Binding, Candidate, Linker};
use super::members::module_value;
use super::passed::Passed;
use super::table::{Loc, LookUp, Named};
use super::value::{Module, TypeRef, Value, Written};
use crate::facts::{DefFlags, Expr, ExprIx, FileFacts, LAST, Literal, LocalKind, RECEIVER, ScopeIx};
use crate::lang::{self, PackageScope};
use crate::model::{FileId, Rule, SymbolKind};
use std::rc::Rc;

/// Most alternatives of a union or parts of a tuple that are evaluated.
const MAX_PARTS: usize = 8;
/// Longest chain of aliases of aliases.
const MAX_ALIASES: usize = 8;

impl Linker<'_> {
    /// What an expression of a file stands for. `within` gives the type arguments that its type parameters stand for.
    pub(super) fn eval(&self, file: FileId, expr: ExprIx, within: Option<&TypeRef>) -> Value {
        if expr == 0 {
            return Value::Unknown;
        }
        let plain = within.is_none_or(|ty| ty.args.is_empty() && ty.outer.is_none());
        if plain && let Some(value) = self.values.borrow().get(&(file, expr)) {
            return value.clone();
        }
        if !self.deeper() {
            self.cut.set(true);
            return Value::Unknown;
        }
        let was_cut = self.cut.replace(false);
        // A variable that is set to something made of itself has no type.
        if !self.busy.borrow_mut().insert((file, expr)) {
            self.cut.set(was_cut);
            self.met.set(true);
            self.back();
            return Value::Unknown;
        }
        let value = match self.facts_of(file) {
            Some(facts) => self.eval_in(file, facts, expr, within),
            None => Value::Unknown,
        };
        self.busy.borrow_mut().remove(&(file, expr));
        self.back();
        // What was cut short for its depth may be found from nearer by.
        if plain && !self.cut.get() {
            self.values.borrow_mut().insert((file, expr), value.clone());
        }
        self.cut.set(self.cut.get() || was_cut);
        value
    }

    /// A type expression, as a value of the type.
    pub(super) fn eval_type(&self, file: FileId, expr: ExprIx, within: Option<&TypeRef>) -> Value {
        if !self.deeper() {
            self.cut.set(true);
            return Value::Unknown;
        }
        let value = self.eval_type_in(file, expr, within);
        self.back();
        value
    }

    fn eval_type_in(&self, file: FileId, expr: ExprIx, within: Option<&TypeRef>) -> Value {
        let named = self.facts_of(file).and_then(|facts| self.named_type(file, facts, expr));
        let value = match named.unwrap_or_else(|| self.eval_head(file, expr, within)) {
            Value::Unknown => self.library_type(file, expr, within),
            value => value.into_instance(),
        };
        self.type_of_types(file, value)
    }

    /// What stands where a type is written: a bare name means a type, whatever else is of that name.
    fn eval_head(&self, file: FileId, expr: ExprIx, within: Option<&TypeRef>) -> Value {
        if let Some(facts) = self.facts_of(file)
            && let Some(Expr::Name { name, scope }) = facts.exprs.get(expr as usize)
            && let Binding::Defs(found) = self.bind(file, *scope, *name)
            && found.iter().all(|c| self.kind(c.loc).is_value())
            && let Binding::Defs(types) = self.bind_type(file, *scope, *name)
            && types != found
        {
            return self.value_of_all(&types);
        }
        self.eval(file, expr, within)
    }

    /// A value of `Type[T]` is the type `T` itself.
    fn type_of_types(&self, file: FileId, value: Value) -> Value {
        match value {
            Value::Library { ref name, ref args, .. } if self.rules_of(file).type_of_types(name) => {
                match args.first() {
                    Some(Value::Instance(ty)) => Value::Type(ty.clone()),
                    Some(Value::Union(parts)) => {
                        let of = |part: &Value| match part {
                            Value::Instance(ty) => Value::Type(ty.clone()),
                            _ => Value::External(Written::NOWHERE),
                        };
                        Value::one_of(parts.iter().map(of).collect())
                    }
                    _ => value,
                }
            }
            Value::Union(parts) if parts.iter().any(|part| matches!(part, Value::Library { .. })) => {
                let parts = parts.iter().map(|part| self.type_of_types(file, part.clone()));
                Value::one_of(parts.collect())
            }
            other => other,
        }
    }

    /// A written type that the project does not define is a library's.
    fn library_type(&self, file: FileId, expr: ExprIx, within: Option<&TypeRef>) -> Value {
        let Some(facts) = self.facts_of(file) else { return Value::Unknown };
        let at = Written { file, expr };
        match facts.exprs.get(expr as usize) {
            Some(Expr::Name { name, .. } | Expr::Member { name, .. }) => {
                Value::Library { name: facts.str(*name).into(), args: Rc::new([]), instance: true, at }
            }
            Some(Expr::Generic { base, args }) => match facts.last_name(*base) {
                Some(name) => {
                    let args = self.eval_types(file, args, within);
                    Value::Library { name: name.into(), args, instance: true, at }
                }
                None => Value::Unknown,
            },
            _ => Value::Unknown,
        }
    }

    fn eval_types(&self, file: FileId, exprs: &[ExprIx], within: Option<&TypeRef>) -> Rc<[Value]> {
        exprs.iter().take(MAX_PARTS).map(|&arg| self.eval_type(file, arg, within)).collect()
    }

    fn eval_in(&self, file: FileId, facts: &FileFacts, expr: ExprIx, within: Option<&TypeRef>) -> Value {
        let Some(node) = facts.exprs.get(expr as usize) else { return Value::Unknown };
        match node {
            Expr::Unknown => Value::Unknown,
            Expr::Name { name, scope } => match self.bind(file, *scope, *name) {
                Binding::Defs(found) => self.value_of_all(&found),
                Binding::Module(module) => module_value(&module),
                Binding::External => {
                    let at = Written { file, expr };
                    Value::Library { name: facts.str(*name).into(), args: Rc::new([]), instance: false, at }
                }
                Binding::Unbound if self.is_outer_type(file, facts.str(*name)) => {
                    let at = Written { file, expr };
                    Value::Library { name: facts.str(*name).into(), args: Rc::new([]), instance: false, at }
                }
                Binding::Unbound => Value::Unknown,
            },
            Expr::Local(local) => self.local(file, facts, *local, within),
            Expr::Def(def) => {
                self.value_of(&Candidate { loc: Loc { file, def: *def }, rule: Rule::Local, through: None })
            }
            Expr::SelfRef { scope } => {
                if let Some(&receiver) = self.implicit_receivers(file, facts, *scope).first() {
                    return self.local(file, facts, receiver, within);
                }
                match self.self_type(file, *scope) {
                    Some(ty) => Value::Instance(ty),
                    None => self.self_of_library(file, facts, *scope),
                }
            }
            Expr::SelfType { scope } => match (self.self_type(file, *scope), within) {
                // The same type, with its arguments known.
                (Some(ty), Some(known)) if ty.loc == known.loc => Value::Type(known.clone()),
                (Some(ty), _) => Value::Type(ty),
                (None, _) => self.self_of_library(file, facts, *scope),
            },
            Expr::SuperRef { scope } => match self.self_type(file, *scope) {
                Some(ty) => Value::one_of(self.supers_of(&ty).iter().cloned().map(Value::Instance).collect()),
                None => Value::Unknown,
            },
            Expr::Member { base, name } => {
                match self.member_value(file, facts, *base, facts.str(*name), within) {
                    Value::External(at) if at.expr == 0 => Value::External(Written { file, expr }),
                    value => value,
                }
            }
            Expr::Call { callee, args } => self.call_value(file, facts, *callee, args, within),
            Expr::New { ty, .. } => {
                let made = self.eval_type(file, *ty, within);
                self.made_by(file, made)
            }
            Expr::Typed { ty } => self.constructed_by_function(self.eval_type(file, *ty, within)),
            Expr::Element { base } => self.element(file, self.eval(file, *base, within)),
            Expr::Unwrap { base } => self.unwrapped(file, self.eval(file, *base, within)),
            Expr::Lit(literal) => literal_value(*literal),
            Expr::Generic { base, args } => {
                match self
                    .named_type(file, facts, *base)
                    .unwrap_or_else(|| self.eval_head(file, *base, within))
                {
                    Value::Type(ty) => Value::Type(TypeRef {
                        loc: ty.loc,
                        args: self.eval_types(file, args, within),
                        outer: None,
                    }),
                    Value::Library { name, args: of_alias, instance, at } => {
                        let mut args = self.eval_types(file, args, within).to_vec();
                        // What an alias says of the other arguments stays.
                        args.extend(of_alias.iter().skip(args.len()).cloned());
                        Value::Library { name, args: args.into(), instance, at }
                    }
                    Value::Unknown | Value::External(_) => self.library_type(file, expr, within),
                    other => other,
                }
            }
            Expr::Union(parts) => Value::one_of(
                parts.iter().take(MAX_PARTS).map(|&part| self.eval(file, part, within)).collect(),
            ),
            Expr::Tuple(parts) => Value::Tuple(
                parts.iter().take(MAX_PARTS).map(|&part| self.eval(file, part, within)).collect(),
            ),
            Expr::Part { base, index } => match self.underlying(self.eval(file, *base, within)) {
                Value::External(_) => Value::External(Written::NOWHERE),
                // A list that is filled in several places: any of them.
                Value::Union(parts) if parts.iter().any(|part| matches!(part, Value::Tuple(_))) => {
                    self.element(file, Value::Union(parts))
                }
                Value::Tuple(parts) => parts.get(*index as usize).cloned().unwrap_or(Value::Unknown),
                Value::Map(inner) => (*inner).clone(),
                Value::Instance(ty) => self.part_of_record(file, &ty, *index),
                Value::Library { name, args, .. } if self.rules_of(file).element(&name) == Some(0) => {
                    args.first().cloned().unwrap_or(Value::Unknown)
                }
                // Of a collection with one kind of element every part is one; else the arguments stand for the parts.
                value @ Value::Library { .. } if Self::is_collection(&value) => self.element(file, value),
                Value::Library { args, .. } => args.get(*index as usize).cloned().unwrap_or(Value::Unknown),
                Value::Wrapped(inner) => match &*inner {
                    Value::Tuple(parts) => parts.get(*index as usize).cloned().unwrap_or(Value::Unknown),
                    _ => Value::Unknown,
                },
                _ => Value::Unknown,
            },
            Expr::Wrapped { base } => Value::Wrapped(Rc::new(self.eval_type(file, *base, within))),
            Expr::MapOf { value } => Value::Map(Rc::new(match self.eval(file, *value, within) {
                Value::Unknown => self.library_type(file, *value, within),
                inner => inner,
            })),
            Expr::Function { result } => Value::Function(file, *result),
            Expr::Named { value, .. } => self.eval(file, *value, within),
            Expr::FunctionType { .. } => Value::Function(file, expr),
            Expr::ParamOf { of, index } => {
                let callable = self.with_type_arguments(file, facts, *of, within);
                // The type arguments of a call reach into the function types of its parameters.
                let around = match facts.exprs.get(*of as usize) {
                    Some(Expr::ParamOf { of: callee, .. }) => {
                        match self.with_type_arguments(file, facts, *callee, within) {
                            Value::Callable(_, through) => through,
                            Value::Type(ty) | Value::Instance(ty) => Some(ty),
                            _ => None,
                        }
                    }
                    _ => None,
                };
                self.param_of(&callable, *index, around.as_ref().or(within))
            }
            Expr::Object { .. } => Value::Object(file, expr),
        }
    }

    /// What `self` is in a method that is written for a library's type.
    fn self_of_library(&self, file: FileId, facts: &FileFacts, scope: ScopeIx) -> Value {
        let mut at = facts.scopes.get(scope as usize).map_or(0, |scope| scope.owner);
        while at != 0 {
            let Some(def) = facts.defs.get(at as usize) else { break };
            if def.receiver != 0 {
                return self.eval_type(file, def.receiver, None);
            }
            at = def.parent;
        }
        Value::Unknown
    }

    /// True for a name that is bound to nothing, where that must be a library's type: names are capital there, and all
    /// of the project's that are visible are known.
    fn is_outer_type(&self, file: FileId, name: &str) -> bool {
        let rules = self.rules_of(file);
        rules.package_scope() == PackageScope::Declared
            && (name.starts_with(|c: char| c.is_ascii_uppercase()) || rules.is_value_type(name))
    }

    /// What a name means after a dotted name that is bound to nothing: that of a package or namespace, from its root.
    pub(super) fn in_written_package(
        &self,
        file: FileId,
        facts: &FileFacts,
        base: ExprIx,
        base_value: &Value,
        name: &str,
    ) -> Option<Rc<[Candidate]>> {
        let is_open = matches!(
            base_value,
            Value::Unknown | Value::External(_) | Value::Library { instance: false, .. }
        );
        if !is_open || self.rules_of(file).package_scope() != PackageScope::Declared {
            return None;
        }
        let mut parts: Vec<&str> = Vec::new();
        let mut at = base;
        loop {
            match facts.exprs.get(at as usize)? {
                Expr::Member { base, name } if parts.len() < MAX_PARTS => {
                    parts.push(facts.str(*name));
                    at = *base;
                }
                Expr::Name { name, scope } if self.bind(file, *scope, *name) == Binding::Unbound => {
                    parts.push(facts.str(*name));
                    break;
                }
                _ => return None,
            }
        }
        parts.reverse();
        match self.near(file, self.in_named_package(&parts.join("."), name)) {
            Binding::Defs(found) => Some(found),
            _ => None,
        }
    }

    /// What a local binding holds.
    pub(super) fn local(
        &self,
        file: FileId,
        facts: &FileFacts,
        local: u32,
        within: Option<&TypeRef>,
    ) -> Value {
        let Some(this) = facts.locals.get(local as usize) else { return Value::Unknown };
        match this.kind {
            LocalKind::TypeParam => {
                let argument = within.and_then(|ty| self.type_argument(ty, facts.str(this.name)));
                match argument {
                    Some(value) => value,
                    None if this.ty != 0 => self.eval_type(file, this.ty, within),
                    None => Value::Unknown,
                }
            }
            LocalKind::Element => {
                if this.ty != 0 {
                    return self.eval_type(file, this.ty, within);
                }
                let of = self.eval(file, this.init, within);
                self.element(file, of)
            }
            LocalKind::Param | LocalKind::Variable | LocalKind::Receiver | LocalKind::Pattern => {
                if this.ty != 0 {
                    return self.eval_type(file, this.ty, within);
                }
                let value = self.eval(file, this.init, within).held();
                let is_param = this.kind == LocalKind::Param && file == self.file;
                if is_param && self.rules_of(file).infers_parameters() {
                    return Value::one_of(vec![value, self.passed(local)]);
                }
                value
            }
        }
    }

    /// What a type parameter of the type stands for.
    fn type_argument(&self, ty: &TypeRef, name: &str) -> Option<Value> {
        let at =
            self.def(ty.loc, |facts, def| def.type_params.iter().position(|&param| facts.str(param) == name));
        match (at.flatten(), &ty.outer) {
            (Some(at), _) => ty.args.get(at).filter(|value| **value != Value::Unknown).cloned(),
            (None, Some(outer)) => self.type_argument(outer, name),
            (None, None) => None,
        }
    }

    fn value_of_all(&self, found: &[Candidate]) -> Value {
        match found {
            [one] => self.value_of(one),
            // A field and a method of one name: what is called is chosen before.
            [_, ..] if found.iter().filter(|c| self.kind(c.loc).is_value()).count() == 1 => {
                let field = found.iter().find(|c| self.kind(c.loc).is_value());
                field.map_or(Value::Unknown, |field| self.value_of(field))
            }
            // Overloads and partial types: the first stands for all, a whole type rather than one that is only
            // declared or that is another name of it.
            [first, ..]
                if found.iter().all(|c| self.kind(c.loc).is_callable() || self.kind(c.loc).is_type()) =>
            {
                let types = found.iter().filter(|c| self.kind(c.loc).is_type());
                let ty = types.min_by_key(|c| {
                    let declared =
                        self.def(c.loc, |_, def| def.flags.has(DefFlags::DECLARATION)) == Some(true);
                    (declared, self.kind(c.loc) == SymbolKind::TypeAlias)
                });
                self.value_of(ty.unwrap_or(first))
            }
            _ => Value::one_of(found.iter().take(MAX_PARTS).map(|c| self.value_of(c)).collect()),
        }
    }

    /// What a definition stands for when it is named.
    pub(super) fn value_of(&self, candidate: &Candidate) -> Value {
        let loc = candidate.loc;
        if loc.def == 0 {
            return Value::Module(Rc::new(Module::Files(vec![loc.file])));
        }
        match self.kind(loc) {
            SymbolKind::Module => match self.body_of_declared_modules(&[loc]) {
                Some(Binding::Module(module)) => module_value(&module),
                _ => Value::Module(Rc::new(Module::Inline(loc))),
            },
            SymbolKind::EnumMember => match self.def(loc, |_, def| def.parent) {
                Some(parent) if parent != 0 => {
                    Value::Instance(TypeRef::plain(Loc { file: loc.file, def: parent }))
                }
                _ => Value::Unknown,
            },
            SymbolKind::TypeAlias => self.alias(loc, candidate.through.as_ref()),
            kind if kind.is_type() => Value::Type(TypeRef::plain(loc)),
            kind if kind.is_callable() => {
                if self.def(loc, |_, def| def.flags.has(DefFlags::ACCESSOR)) == Some(true) {
                    return self.return_of(loc, candidate.through.as_ref());
                }
                Value::Callable(loc, candidate.through.clone())
            }
            _ => self.type_of_value(loc, candidate.through.as_ref()),
        }
    }

    /// The type that an alias stands for; the alias itself when that is not the project's.
    fn alias(&self, loc: Loc, through: Option<&TypeRef>) -> Value {
        let Some((aliased, flags)) = self.def(loc, |_, def| (def.ty, def.flags)) else {
            return Value::Unknown;
        };
        if flags.has(DefFlags::DISTINCT) {
            return Value::Type(TypeRef::plain(loc));
        }
        match self.eval_type(loc.file, aliased, through) {
            Value::Instance(ty) => Value::Type(ty),
            value @ (Value::Library { .. }
            | Value::Wrapped(_)
            | Value::Map(_)
            | Value::Function(..)
            | Value::Object(..)
            | Value::Union(_)) => {
                if self.has_members(loc) {
                    Value::Type(TypeRef::plain(loc))
                } else {
                    value
                }
            }
            Value::Unknown => Value::Type(TypeRef::plain(self.tag_of(loc).unwrap_or(loc))),
            _ => Value::Type(TypeRef::plain(loc)),
        }
    }

    /// The type whose tag has the name of the alias (`typedef struct T T;`), in a language whose tags have names of
    /// their own.
    fn tag_of(&self, alias: Loc) -> Option<Loc> {
        if self.rules_of(alias.file).package_scope() != PackageScope::Includes {
            return None;
        }
        let name = self.def(alias, |facts, def| facts.str(def.name).to_owned())?;
        let all = self.named(&name);
        let is_whole = |Named { brief, .. }: &&Named| {
            brief.kind.is_type()
                && brief.kind != SymbolKind::TypeAlias
                && brief.receiver == 0
                && !brief.flags.has(DefFlags::DECLARATION)
        };
        let mut tags = all.iter().filter(is_whole).map(|each| each.loc);
        let first = tags.next()?;
        // Of several only one in the same file is surely meant.
        if tags.next().is_none() {
            Some(first)
        } else {
            all.iter().filter(is_whole).map(|each| each.loc).find(|loc| loc.file == alias.file)
        }
    }

    /// What a value of a type alias is made of: elements and results are those of the type behind it.
    fn underlying(&self, value: Value) -> Value {
        let mut value = value;
        for _ in 0..MAX_ALIASES {
            let Value::Instance(ty) = &value else { break };
            if self.kind(ty.loc) != SymbolKind::TypeAlias {
                break;
            }
            match self.def(ty.loc, |_, def| def.ty) {
                Some(aliased) if aliased != 0 => value = self.eval_type(ty.loc.file, aliased, Some(ty)),
                _ => break,
            }
        }
        value
    }

    /// True for a named type with methods of its own although it is written as another (`type T []int`).
    fn has_members(&self, loc: Loc) -> bool {
        let Some(facts) = self.facts_of(loc.file) else { return false };
        let Some(def) = facts.defs.get(loc.def as usize) else { return false };
        let name = facts.str(def.name);
        facts.defs.iter().any(|each| each.receiver != 0 && facts.last_name(each.receiver) == Some(name))
    }

    /// The type of a field, property, constant or variable.
    pub(super) fn type_of_value(&self, loc: Loc, through: Option<&TypeRef>) -> Value {
        let Some((ty, init)) = self.def(loc, |_, def| (def.ty, def.init)) else { return Value::Unknown };
        if ty != 0 {
            return self.eval_type(loc.file, ty, through);
        }
        self.eval(loc.file, init, through).held()
    }

    fn member_value(
        &self,
        file: FileId,
        facts: &FileFacts,
        base: ExprIx,
        name: &str,
        within: Option<&TypeRef>,
    ) -> Value {
        let base_value = self.eval(file, base, within);
        if let Value::Module(module) = &base_value {
            return match self.export_of(module, name, 0) {
                Binding::Defs(found) => self.value_of_all(&found),
                Binding::Module(module) => module_value(&module),
                Binding::External => Value::External(Written::NOWHERE),
                Binding::Unbound => self.submodule(module, name),
            };
        }
        if let Value::Instance(ty) = &base_value
            && self.kind(ty.loc) == SymbolKind::Enum
            && let Some(fields) = self.members_of_variant(file, facts, base, name)
            && !fields.is_empty()
        {
            return self.value_of_all(&fields);
        }
        if let Some(found) = self.in_written_package(file, facts, base, &base_value, name) {
            return self.value_of_all(&found);
        }
        let members = self.members_at(file, facts, base, &base_value, name);
        if let Some(found) = members.as_deref().filter(|found| !found.is_empty()) {
            return self.value_of_all(found);
        }
        let of_library = self
            .through_library(file, &base_value, name, &[])
            .or_else(|| self.library_result(file, &base_value, name, members.as_deref()));
        match of_library {
            Some(value) => value,
            None if members.is_some() => self.object_value(&base_value, name, within),
            None => Value::External(Written::NOWHERE),
        }
    }

    /// What an object literal holds under a name.
    pub(super) fn object_value(&self, base: &Value, name: &str, within: Option<&TypeRef>) -> Value {
        match base {
            Value::Object(file, expr) => {
                let Some(facts) = self.facts_of(*file) else { return Value::Unknown };
                let Some(Expr::Object { members }) = facts.exprs.get(*expr as usize) else {
                    return Value::Unknown;
                };
                if let Some(&(_, value)) = members.iter().rev().find(|(own, _)| facts.str(*own) == name) {
                    return self.eval(*file, value, within);
                }
                for &(_, spread) in members.iter().rev().filter(|(own, _)| own.is_empty()) {
                    let value = self.eval(*file, spread, within);
                    let found = self.members_on(*file, &value, name, Rule::InferredType).unwrap_or_default();
                    if !found.is_empty() {
                        return self.value_of_all(&found);
                    }
                    if self.deeper() {
                        let inner = self.object_value(&value, name, within);
                        self.back();
                        if inner != Value::Unknown {
                            return inner;
                        }
                    }
                }
                Value::Unknown
            }
            Value::Union(parts) => Value::one_of(
                parts.iter().take(MAX_PARTS).map(|part| self.object_value(part, name, within)).collect(),
            ),
            _ => Value::Unknown,
        }
    }

    /// What `new` gives: of a constructor function its value, of a constructor type its result.
    fn made_by(&self, file: FileId, made: Value) -> Value {
        match &made {
            Value::Function(..) => self.result_of(file, &made),
            Value::Instance(ty) if self.call_signature(ty).is_some() => self.result_of(file, &made),
            Value::Union(parts) => {
                Value::one_of(parts.iter().map(|part| self.made_by(file, part.clone())).collect())
            }
            _ => self.constructed_by_function(made),
        }
    }

    /// A function that is used as a type stands for the values that it constructs.
    fn constructed_by_function(&self, value: Value) -> Value {
        match value {
            Value::Callable(loc, _) if self.kind(loc) == SymbolKind::Function => {
                Value::Instance(TypeRef::plain(loc))
            }
            value => value,
        }
    }

    /// The definitions that a bare name or the member of a module means.
    fn definitions_named(&self, file: FileId, facts: &FileFacts, expr: ExprIx) -> Vec<Candidate> {
        let binding = match facts.exprs.get(expr as usize) {
            Some(Expr::Name { name, scope }) => self.bind(file, *scope, *name),
            Some(Expr::Member { base, name }) => match self.eval(file, *base, None) {
                Value::Module(module) => self.export_of(&module, facts.str(*name), 0),
                _ => Binding::Unbound,
            },
            _ => Binding::Unbound,
        };
        match binding {
            Binding::Defs(found) => found.to_vec(),
            Binding::Module(_) | Binding::External | Binding::Unbound => Vec::new(),
        }
    }

    /// The type that a name means where a type is wanted, when a value has the same name; else `None`.
    fn named_type(&self, file: FileId, facts: &FileFacts, expr: ExprIx) -> Option<Value> {
        if !self.rules_of(file).values_are_called() {
            return None;
        }
        let mut found = self.definitions_named(file, facts, expr);
        let all = found.len();
        found.retain(|c| self.kind(c.loc).is_type());
        (!found.is_empty() && found.len() < all).then(|| self.value_of_all(&found))
    }

    /// The value of an expression; of a function that is given type arguments, with these.
    fn with_type_arguments(
        &self,
        file: FileId,
        facts: &FileFacts,
        expr: ExprIx,
        within: Option<&TypeRef>,
    ) -> Value {
        let named = match facts.exprs.get(expr as usize) {
            Some(Expr::Generic { base, .. }) => *base,
            _ => expr,
        };
        let found = self.definitions_named(file, facts, named);
        let value = match found.iter().find(|c| self.kind(c.loc).is_callable()) {
            Some(callable) => Value::Callable(callable.loc, callable.through.clone()),
            None => self.eval(file, expr, within),
        };
        match (value, facts.exprs.get(expr as usize)) {
            (Value::Callable(loc, through), Some(Expr::Generic { args, .. })) => {
                let args = self.eval_types(file, args, within);
                Value::Callable(loc, Some(TypeRef { loc, args, outer: through.map(Rc::new) }))
            }
            (value, _) => value,
        }
    }

    /// The parameters and the result of a function type.
    fn function_type(&self, file: FileId, expr: ExprIx) -> Option<(Vec<ExprIx>, ExprIx)> {
        match self.facts_of(file)?.exprs.get(expr as usize)? {
            Expr::FunctionType { params, result } => Some((params.clone(), *result)),
            _ => None,
        }
    }

    /// The signature with which values of a type are called.
    fn call_signature(&self, ty: &TypeRef) -> Option<(Vec<ExprIx>, ExprIx)> {
        let (kind, init) = self.def(ty.loc, |_, def| (def.kind, def.init))?;
        if kind.is_type() && init != 0 { self.function_type(ty.loc.file, init) } else { None }
    }

    /// What a parameter of a callable or function type takes.
    fn param_of(&self, callable: &Value, index: u32, within: Option<&TypeRef>) -> Value {
        match callable {
            Value::Function(file, expr) => match self.function_type(*file, *expr) {
                Some((params, _)) => self.eval_type(*file, self.param_at(*file, &params, index), within),
                None => Value::Unknown,
            },
            Value::Callable(loc, through) => self.param_type(*loc, index, through.as_ref()),
            Value::Type(ty) | Value::Instance(ty) => {
                if let Some((params, _)) = self.call_signature(ty) {
                    let param = self.param_at(ty.loc.file, &params, index);
                    return self.eval_type(ty.loc.file, param, Some(ty));
                }
                let constructors = self.members_of(ty, "constructor");
                match constructors.iter().find(|c| self.kind(c.loc) == SymbolKind::Constructor) {
                    Some(constructor) => {
                        self.param_type(constructor.loc, index, constructor.through.as_ref())
                    }
                    None => Value::Unknown,
                }
            }
            Value::Union(parts) => Value::one_of(
                parts.iter().take(MAX_PARTS).map(|part| self.param_of(part, index, within)).collect(),
            ),
            _ => Value::Unknown,
        }
    }

    /// The type expression of a parameter of a function type, 0 where it has none; its receiver is no parameter.
    fn param_at(&self, file: FileId, params: &[ExprIx], index: u32) -> ExprIx {
        let Some(facts) = self.facts_of(file) else { return 0 };
        let receiver = params.first().and_then(|&first| match facts.exprs.get(first as usize) {
            Some(Expr::Named { value, .. }) => Some(*value),
            _ => None,
        });
        let rest = params.get(usize::from(receiver.is_some())..).unwrap_or(&[]);
        match index {
            RECEIVER => receiver.unwrap_or(0),
            LAST => rest.last().copied().unwrap_or(0),
            index => rest.get(index as usize).copied().unwrap_or(0),
        }
    }

    fn param_type(&self, loc: Loc, index: u32, through: Option<&TypeRef>) -> Value {
        let Some((params, variadic)) =
            self.def(loc, |_, def| (def.params, def.flags.has(DefFlags::VARIADIC)))
        else {
            return Value::Unknown;
        };
        if index == RECEIVER {
            return Value::Unknown;
        }
        let last = params.1.saturating_sub(1);
        let at = if index == LAST { last } else { params.0.saturating_add(index) };
        let is_rest = variadic && at >= last && index != LAST;
        let at = if is_rest { last } else { at };
        let Some(facts) = self.facts_of(loc.file) else { return Value::Unknown };
        let ty = if (params.0..params.1).contains(&at) {
            facts.locals.get(at as usize).map_or(0, |local| local.ty)
        } else {
            0
        };
        let value = self.eval_type(loc.file, ty, through);
        if is_rest { self.element(loc.file, value) } else { value }
    }

    /// True for a library's collection that has one type argument.
    fn is_collection(value: &Value) -> bool {
        matches!(value, Value::Library { name, args, .. }
            if args.len() == 1 && matches!(&**name, "Array" | "ReadonlyArray" | "Set" | "Iterable"))
    }

    /// `a.b` where `b` is a module inside the package `a`, by the language's path rule.
    pub(super) fn submodule(&self, module: &Rc<Module>, name: &str) -> Value {
        match &**module {
            Module::Package(package) => Value::Module(Rc::new(Module::Package(format!("{package}.{name}")))),
            Module::Files(files) => {
                let Some(&file) = files.first() else { return Value::Unknown };
                let path = self.table.path(file);
                let binding = self.submodule_of(file, path, name);
                match binding {
                    Binding::Module(module) => module_value(&module),
                    _ => Value::Unknown,
                }
            }
            Module::Inline(_) => Value::Unknown,
        }
    }

    fn call_value(
        &self,
        file: FileId,
        facts: &FileFacts,
        callee: ExprIx,
        args: &[ExprIx],
        within: Option<&TypeRef>,
    ) -> Value {
        let (named, types): (ExprIx, &[ExprIx]) = match facts.exprs.get(callee as usize) {
            Some(Expr::Generic { base, args }) => (*base, args),
            _ => (callee, &[]),
        };
        let mut found: Vec<Candidate> = Vec::new();
        let mut of: Option<(Value, &str)> = None;
        match facts.exprs.get(named as usize) {
            Some(Expr::Member { base, name }) => {
                let (base_value, name) = (self.eval(file, *base, within), facts.str(*name));
                if let Some(value) = self.through_library(file, &base_value, name, args) {
                    return value;
                }
                let members = self.members_at(file, facts, *base, &base_value, name);
                if let Some(value) = self.library_result(file, &base_value, name, members.as_deref()) {
                    return value;
                }
                found = members.unwrap_or_default();
                of = Some((base_value, name));
            }
            Some(Expr::Name { name, scope }) => {
                if let Binding::Defs(defs) = self.bind(file, *scope, *name) {
                    found = defs.to_vec();
                }
            }
            _ => {}
        }
        if self.are_alternatives(&found) {
            found.clear();
        }
        found.retain(|c| self.kind(c.loc).is_callable());
        let argc = u8::try_from(args.len()).unwrap_or(u8::MAX);
        let (found, _) = self.overload(file, args, argc, types.len(), found);
        let Some(meant) = found.first() else {
            return match (self.eval(file, callee, within), of) {
                (Value::Unknown, Some((base, name))) => {
                    self.through_any(file, &base, name, args).unwrap_or(Value::Unknown)
                }
                (value, _) => self.result_with(&value, Passed { file, facts, args }),
            };
        };
        let is_linear = self.rules_of(file).is_linear();
        match of {
            Some((base @ Value::Instance(_), _)) if self.returns_own_type(meant.loc) => base,
            Some((base @ Value::Type(_), _)) if is_linear && self.returns_own_type(meant.loc) => {
                base.into_instance()
            }
            _ => {
                let call = Passed { file, facts, args };
                if let Some(given) = self.returned(meant.loc, meant.through.as_ref(), call) {
                    return given;
                }
                let explicit = self.eval_types(file, types, within);
                let through = self.instantiated(file, meant, args, &explicit, within);
                self.return_of(meant.loc, through.as_ref())
            }
        }
    }

    /// What calling a value with these arguments gives.
    fn result_with(&self, value: &Value, call: Passed<'_>) -> Value {
        let given = match value {
            Value::Callable(loc, through) => self.returned(*loc, through.as_ref(), call),
            _ => None,
        };
        given.unwrap_or_else(|| self.result_of(call.file, value))
    }

    /// True for a method of a supertype that gives a value of the type on which it is called.
    fn returns_own_type(&self, loc: Loc) -> bool {
        self.def(loc, |facts, def| {
            let own = |expr: u32| match facts.exprs.get(expr as usize) {
                Some(Expr::SelfRef { .. }) => true,
                // `return cls()`
                Some(Expr::Call { callee, .. }) => {
                    matches!(facts.exprs.get(*callee as usize), Some(Expr::SelfType { .. }))
                }
                _ => false,
            };
            let declared = matches!(facts.exprs.get(def.ty as usize), Some(Expr::SelfType { .. }));
            def.receiver == 0 && (declared || (def.ty == 0 && own(def.init)))
        }) == Some(true)
    }

    /// What a method of a library's type, or one that every type has, gives.
    fn library_result(
        &self,
        file: FileId,
        base: &Value,
        method: &str,
        members: Option<&[Candidate]>,
    ) -> Option<Value> {
        let type_name = match (base, members) {
            (Value::Library { name, .. }, None) => name,
            (_, None | Some([])) => "",
            _ => return None,
        };
        let name = self.rules_of(file).library_result(type_name, method)?;
        let (args, at) = (Rc::new([]), Written::NOWHERE);
        Some(Value::Library { name: name.into(), args, instance: true, at })
    }

    /// Where a library's thing is written that was called: that names the type of the result when a type was called, as
    /// far as its name tells.
    pub(super) fn made_at(&self, at: Written) -> Written {
        let is_type = self.rules_of(at.file).calls_construct()
            && self.facts_of(at.file).is_some_and(|facts| {
                let name = facts.last_name(at.expr);
                name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()))
            });
        if is_type { at } else { Written::NOWHERE }
    }

    /// What calling a value gives.
    pub(super) fn result_of(&self, file: FileId, value: &Value) -> Value {
        match value {
            // A type that is called makes a value of it, be it by construction or by conversion.
            Value::Type(ty) => Value::Instance(ty.clone()),
            // An enum member or a tuple struct is called to make a value.
            Value::Instance(ty) if self.kind(ty.loc) == SymbolKind::Enum => value.clone(),
            Value::Instance(ty) if self.kind(ty.loc) == SymbolKind::TypeAlias => {
                match self.underlying(value.clone()) {
                    Value::Instance(_) => Value::Unknown,
                    behind => self.result_of(file, &behind),
                }
            }
            Value::Callable(loc, through) => self.return_of(*loc, through.as_ref()),
            Value::Function(of, result) => match self.function_type(*of, *result) {
                Some((_, result)) => self.eval_type(*of, result, None),
                None => self.eval(*of, *result, None).into_instance(),
            },
            Value::Instance(ty) if self.call_signature(ty).is_some() => {
                let result = self.call_signature(ty).map_or(0, |(_, result)| result);
                self.eval_type(ty.loc.file, result, Some(ty))
            }
            Value::Instance(ty) => {
                let member = self.rules_of(file).call_member();
                match member.and_then(|name| self.members_of(ty, name).first().cloned()) {
                    Some(called) => self.return_of(called.loc, called.through.as_ref()),
                    None => Value::Unknown,
                }
            }
            Value::Library { name, args, instance: false, at } => Value::Library {
                name: Rc::clone(name),
                args: Rc::clone(args),
                instance: true,
                at: self.made_at(*at),
            },
            Value::External(at) => Value::External(self.made_at(*at)),
            Value::Library { .. } => Value::External(Written::NOWHERE),
            Value::Union(parts) => {
                Value::one_of(parts.iter().take(MAX_PARTS).map(|part| self.result_of(file, part)).collect())
            }
            _ => Value::Unknown,
        }
    }

    /// What a callable returns: its declared type, else what its returns give.
    fn return_of(&self, loc: Loc, through: Option<&TypeRef>) -> Value {
        let Some((kind, ty, init)) = self.def(loc, |_, def| (def.kind, def.ty, def.init)) else {
            return Value::Unknown;
        };
        if kind == SymbolKind::Constructor {
            return match (through, self.def(loc, |_, def| def.parent)) {
                (Some(ty), _) => Value::Instance(ty.clone()),
                (None, Some(parent)) if parent != 0 => {
                    Value::Instance(TypeRef::plain(Loc { file: loc.file, def: parent }))
                }
                _ => Value::Unknown,
            };
        }
        if ty != 0 {
            return self.eval_type(loc.file, ty, through);
        }
        self.eval(loc.file, init, through).held()
    }

    /// One element of a value.
    pub(super) fn element(&self, file: FileId, value: Value) -> Value {
        match self.underlying(value) {
            Value::Map(inner) => (*inner).clone(),
            Value::Wrapped(inner) => match &*inner {
                // A reference to a collection is iterated like the collection.
                Value::Library { .. } | Value::Wrapped(_) | Value::Map(_) => {
                    let through = self.element(file, (*inner).clone());
                    if through == Value::Unknown { (*inner).clone() } else { through }
                }
                _ => (*inner).clone(),
            },
            Value::Library { name, args, .. } => {
                let rules = self.rules_of(file);
                let arg = |n: usize| args.get(n).cloned().unwrap_or(Value::Unknown);
                match (rules.element(&name), rules.transparent(&name)) {
                    (Some(_), _) if rules.elements_are_pairs(&name) => {
                        Value::Tuple(Rc::new([arg(0), arg(1)]))
                    }
                    (Some(n), _) => arg(usize::from(n)),
                    (None, Some(n)) => self.element(file, arg(usize::from(n))),
                    (None, None) => Value::External(Written::NOWHERE),
                }
            }
            Value::Tuple(parts) => Value::one_of(parts.to_vec()),
            Value::Object(of, expr) => self.any_member(of, expr),
            Value::Union(parts) => {
                let parts = parts.iter().take(MAX_PARTS).map(|part| self.element(file, part.clone()));
                Value::one_of(parts.collect())
            }
            Value::External(_) => Value::External(Written::NOWHERE),
            Value::Instance(ty) => match self.rules_of(file).element_type() {
                Some((member, _)) => self.member_type(&ty, member),
                None => self.element_of_type(file, &ty),
            },
            _ => Value::Unknown,
        }
    }

    /// Field number `index` of a type that is taken apart like a tuple (a named tuple); for any other type an element.
    fn part_of_record(&self, file: FileId, ty: &TypeRef, index: u32) -> Value {
        if self.is_record(ty) {
            let fields = self.record_fields(ty);
            let field = fields.get(index as usize);
            return field.map_or(Value::Unknown, |&loc| self.type_of_value(loc, Some(ty)));
        }
        self.element_of_type(file, ty)
    }

    fn is_record(&self, ty: &TypeRef) -> bool {
        let is = self.def(ty.loc, |facts, def| {
            let rules = lang::language(facts.language).rules;
            def.supers
                .iter()
                .any(|&(_, of)| facts.last_name(of).is_some_and(|name| rules.is_record_base(name)))
        });
        is == Some(true)
    }

    /// The fields of a type as they are written.
    fn record_fields(&self, ty: &TypeRef) -> Vec<Loc> {
        let Some(facts) = self.facts_of(ty.loc.file) else { return Vec::new() };
        let Some(of) = facts.defs.get(ty.loc.def as usize) else { return Vec::new() };
        self.depends(LookUp::Name, facts.str(of.name));
        let fields = facts.defs.iter().enumerate().filter(|(_, def)| {
            def.kind == SymbolKind::Field && def.parent == ty.loc.def && def.declared_in == of.scope
        });
        fields.map(|(at, _)| Loc { file: ty.loc.file, def: super::narrow(at) }).collect()
    }

    /// What iterating or indexing a value of the project's own type gives.
    fn element_of_type(&self, file: FileId, ty: &TypeRef) -> Value {
        for &(member, at_once) in self.rules_of(file).element_members() {
            let found = self.members_of(ty, member);
            if found.is_empty() || !self.deeper() {
                continue;
            }
            let result = self.result_of(file, &self.value_of_all(&found));
            let element = if at_once { result } else { self.element(file, result) };
            self.back();
            if element != Value::Unknown {
                return element;
            }
        }
        Value::Unknown
    }

    /// What an object holds under a name that is not known: any of its members.
    fn any_member(&self, file: FileId, object: ExprIx) -> Value {
        let Some(facts) = self.facts_of(file) else { return Value::Unknown };
        let Some(Expr::Object { members }) = facts.exprs.get(object as usize) else { return Value::Unknown };
        if members.len() > MAX_PARTS {
            return Value::Unknown;
        }
        let named = members.iter().filter(|(name, _)| !name.is_empty());
        Value::one_of(named.map(|&(_, value)| self.eval(file, value, None)).collect())
    }

    /// What a value wraps or promises; a value that wraps nothing is itself.
    fn unwrapped(&self, file: FileId, value: Value) -> Value {
        match value {
            Value::Wrapped(inner) => (*inner).clone(),
            Value::Library { name, args, instance, at } => {
                let rules = self.rules_of(file);
                let arg = |n: u8| args.get(usize::from(n)).cloned().unwrap_or(Value::Unknown);
                match (rules.unwrapped(&name), rules.transparent(&name)) {
                    (Some(n), _) => arg(n),
                    (None, Some(n)) if matches!(arg(n), Value::Library { .. }) => {
                        self.unwrapped(file, arg(n))
                    }
                    (None, _) => Value::Library { name, args, instance, at },
                }
            }
            Value::Union(parts) => Value::one_of(
                parts.iter().take(MAX_PARTS).map(|part| self.unwrapped(file, part.clone())).collect(),
            ),
            other => other,
        }
    }
}

fn literal_value(literal: Literal) -> Value {
    let name = match literal {
        Literal::Str => "\"\"",
        Literal::Char => "''",
        Literal::Int => "0",
        Literal::Float => "0.0",
        Literal::Bool => "true",
        Literal::Null => return Value::Unknown,
        Literal::List => "[]",
        Literal::Map => "{}",
    };
    Value::Library { name: name.into(), args: Rc::new([]), instance: true, at: Written::NOWHERE }
}
