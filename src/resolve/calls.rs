//! From a use to the definitions it means: which kind of definition fits the role, and which overload the arguments.

use super::Resolved;
use super::linker::{Binding, Candidate, Linker};
use super::table::{Loc, LookUp, Named};
use super::value::{TypeRef, Value};
use crate::facts::{Def, DefFlags, Expr, ExprIx, FileFacts, ScopeIx, Sid, Use, hash_of};
use crate::lang::PackageScope;
use crate::model::{Doubt, Role, Rule, SymbolKind};

/// More equally likely definitions than this are none.
const MAX_CANDIDATES: usize = 4;

impl Linker<'_> {
    /// What a use of this file means.
    pub(super) fn resolve(&self, used: &Use) -> Resolved {
        let facts = self.facts;
        let found = match facts.exprs.get(used.expr as usize) {
            Some(Expr::Name { name, scope }) => match self.bind_as(used.role, *scope, *name) {
                Binding::Defs(found) => found.to_vec(),
                // A module is named on the way to something inside it.
                Binding::Module(_) | Binding::External => return Resolved::External,
                Binding::Unbound => Vec::new(),
            },
            Some(Expr::Def(def)) => {
                vec![Candidate { loc: Loc { file: self.file, def: *def }, rule: Rule::Local, through: None }]
            }
            Some(Expr::Member { base, name }) => {
                match self.resolve_member(facts, *base, facts.str(*name), used) {
                    Some(found) => found,
                    None => return Resolved::External,
                }
            }
            Some(Expr::Generic { base, .. } | Expr::Wrapped { base } | Expr::Typed { ty: base }) => {
                return self.resolve(&Use { expr: *base, ..used.clone() });
            }
            Some(expr) if is_computed(expr) && matches!(used.role, Role::Call | Role::Decorator) => {
                let called = self.called(&self.eval(self.file, used.expr, None));
                if called.is_empty() {
                    return Resolved::External;
                }
                called
            }
            Some(Expr::SelfType { scope }) => match self.self_type(self.file, *scope) {
                Some(ty) => vec![Candidate { loc: ty.loc, rule: Rule::SelfMember, through: None }],
                None => Vec::new(),
            },
            _ => {
                // The result of a call, an element, a local variable: what it holds is called.
                let calls = matches!(used.role, Role::Call | Role::New);
                if !calls || !self.rules_of(self.file).values_are_called() {
                    return Resolved::External;
                }
                let found = self.held(&self.eval(self.file, used.expr, None), Rule::InferredType);
                if found.is_empty() {
                    return Resolved::External;
                }
                found
            }
        };
        if found.is_empty() {
            return Resolved::Unknown;
        }
        if let [default] = found.as_slice()
            && self.is_module_object(default.loc)
        {
            return Resolved::External;
        }
        if self.rules_of(self.file).values_are_called() {
            let found = self.through_values(used, found);
            return self.choose(facts, used, found);
        }
        // A variable or field that holds a function: both are named.
        if used.role == Role::Call && !found.iter().any(|c| self.fits_role(Role::Call, c.loc)) {
            let called: Vec<Candidate> = found.iter().flat_map(|c| self.called(&self.value_of(c))).collect();
            if let Resolved::To(mut fits, doubt) = self.choose(facts, used, called) {
                fits.extend(found);
                return Resolved::To(fits, doubt);
            }
        }
        self.choose(facts, used, found)
    }

    /// The definitions that calling a value calls.
    fn called(&self, value: &Value) -> Vec<Candidate> {
        match value {
            Value::Callable(loc, through) => {
                vec![Candidate { loc: *loc, rule: Rule::InferredType, through: through.clone() }]
            }
            Value::Type(ty) => vec![Candidate { loc: ty.loc, rule: Rule::InferredType, through: None }],
            Value::Instance(ty) => {
                let member = self.rules_of(self.file).call_member();
                member.map_or_else(Vec::new, |name| self.members_of(ty, name).to_vec())
            }
            Value::Union(parts) => parts.iter().flat_map(|part| self.called(part)).collect(),
            _ => Vec::new(),
        }
    }

    /// True for the object that stands for a whole module (`module.exports = { … }`): it is named on the way to
    /// something inside it.
    fn is_module_object(&self, loc: Loc) -> bool {
        let is_default = self
            .def(loc, |_, def| def.kind == SymbolKind::Variable && def.flags.has(DefFlags::DEFAULT_EXPORT));
        is_default == Some(true)
    }

    /// Calling what a variable or field holds calls that, as far as the value is known.
    fn through_values(&self, used: &Use, found: Vec<Candidate>) -> Vec<Candidate> {
        if !matches!(used.role, Role::Call | Role::New) {
            return found;
        }
        let mut out: Vec<Candidate> = Vec::with_capacity(found.len());
        for each in found {
            if !self.kind(each.loc).is_value() {
                out.push(each);
                continue;
            }
            let held = self.held(&self.value_of(&each), each.rule);
            if held.is_empty() {
                out.push(each);
            } else {
                out.extend(held);
            }
        }
        out
    }

    fn bind_as(&self, role: Role, scope: ScopeIx, name: Sid) -> Binding {
        match role {
            Role::New | Role::Type | Role::Extends | Role::Implements => {
                self.bind_type(self.file, scope, name)
            }
            Role::Call | Role::Read | Role::Write | Role::Decorator | Role::Import => {
                self.bind(self.file, scope, name)
            }
        }
    }

    fn resolve_member(
        &self,
        facts: &FileFacts,
        base: ExprIx,
        name: &str,
        used: &Use,
    ) -> Option<Vec<Candidate>> {
        let value = self.eval(self.file, base, None);
        if let Value::Instance(ty) = &value
            && self.kind(ty.loc) == SymbolKind::Enum
            && let Some(fields) = self.members_of_variant(self.file, facts, base, name)
            && !fields.is_empty()
        {
            return Some(fields);
        }
        if let Some(found) = self.by_first_argument(facts, &value, name, used) {
            return Some(found);
        }
        if let Some(found) = self.in_written_package(self.file, facts, base, &value, name) {
            return Some(found.iter().map(|c| Candidate { rule: Rule::Qualified, ..c.clone() }).collect());
        }
        let mut found = self.members_at(self.file, facts, base, &value, name)?;
        if !found.is_empty() {
            if let Some(Expr::SuperRef { .. }) = facts.exprs.get(base as usize) {
                found.iter_mut().for_each(|each| each.rule = Rule::SuperMember);
            }
            return Some(found);
        }
        if used.role == Role::Call
            && let Some(Expr::SelfRef { .. } | Expr::SuperRef { .. }) = facts.exprs.get(base as usize)
        {
            // `this(…)` and `super(…)`: the name of a type as its own member means its constructors.
            let types = self.types_named(&value, name);
            if !types.is_empty() {
                return Some(types);
            }
        }
        if let Value::Module(module) = &value {
            // A module inside a module is no symbol of its own.
            let inside = self.submodule(module, name);
            return if matches!(inside, Value::Module(_)) { None } else { Some(Vec::new()) };
        }
        if let Some(Expr::Name { name, .. }) = facts.exprs.get(base as usize)
            && self.rules_of(self.file).is_library_root(facts.str(*name))
        {
            return None;
        }
        if matches!(value, Value::Unknown) && used.role == Role::Call {
            return Some(self.only_method_named(name, used));
        }
        if let Value::Instance(ty) = &value
            && self.rules_of(self.file).is_linear()
        {
            return Some(self.in_subtypes(ty, name));
        }
        Some(Vec::new())
    }

    /// `Trait::method(value, ..)`: the method that the type of the first argument has.
    fn by_first_argument(
        &self,
        facts: &FileFacts,
        base: &Value,
        name: &str,
        used: &Use,
    ) -> Option<Vec<Candidate>> {
        let Value::Type(of) = base else { return None };
        let Expr::Call { args, .. } = facts.exprs.get(used.call as usize)? else { return None };
        if self.kind(of.loc) != SymbolKind::Trait {
            return None;
        }
        let declared = self.members_of(of, name);
        let takes_self =
            |c: &Candidate| self.def(c.loc, |_, def| !def.flags.has(DefFlags::STATIC)) == Some(true);
        if !declared.iter().all(takes_self) {
            return None;
        }
        let Value::Instance(ty) = self.eval(self.file, *args.first()?, None) else { return None };
        let found = self.members_of(&ty, name);
        (!found.is_empty()).then(|| found.to_vec())
    }

    /// What a base class leaves to its subclasses without declaring it.
    fn in_subtypes(&self, ty: &TypeRef, name: &str) -> Vec<Candidate> {
        let is_sub = |loc: Loc| {
            self.owner_type(loc).is_some_and(|of| {
                of.loc != ty.loc && self.linear(&of, 0).iter().any(|each| each.loc == ty.loc)
            })
        };
        let all = self.named(name);
        let found = all.locs().filter(|&loc| self.is_method(loc) && is_sub(loc));
        found.map(|loc| Candidate { loc, rule: Rule::Dispatch, through: None }).collect()
    }

    fn types_named(&self, value: &Value, name: &str) -> Vec<Candidate> {
        match value {
            Value::Instance(ty)
                if self.def(ty.loc, |facts, def| facts.str(def.name) == name) == Some(true) =>
            {
                vec![Candidate { loc: ty.loc, rule: Rule::SelfMember, through: None }]
            }
            Value::Union(parts) => parts.iter().flat_map(|part| self.types_named(part, name)).collect(),
            _ => Vec::new(),
        }
    }

    /// The one method of the project that has this name, when the name is no library's: a guess.
    fn only_method_named(&self, name: &str, used: &Use) -> Vec<Candidate> {
        if self.rules_of(self.file).common_methods().binary_search(&name).is_ok() {
            return Vec::new();
        }
        let key = (LookUp::Name.key(name), used.argc);
        let known = self.only.borrow().get(&key).copied();
        let only = known.unwrap_or_else(|| {
            let only = self.find_only_method(name, used.argc);
            self.only.borrow_mut().insert(key, only);
            only
        });
        only.map(|loc| Candidate { loc, rule: Rule::NameOnly, through: None }).into_iter().collect()
    }

    fn find_only_method(&self, name: &str, argc: u8) -> Option<Loc> {
        let all = self.named(name);
        let is_method = |each: &&Named| each.brief.kind == SymbolKind::Method && self.is_method(each.loc);
        let methods: Vec<Loc> = all.iter().filter(is_method).map(|each| each.loc).collect();
        let fits = self.by_argc(argc, &methods);
        // Overrides of one method are one method; the one that they override stands for them.
        let mut roots =
            fits.iter().copied().filter(|&loc| fits.len() == 1 || !self.overrides_any(loc, &fits));
        let first = roots.next()?;
        roots.next().is_none().then_some(first)
    }

    fn is_method(&self, loc: Loc) -> bool {
        self.def(loc, |facts, def| {
            def.kind == SymbolKind::Method
                && (def.receiver != 0
                    || facts.defs.get(def.parent as usize).is_some_and(|p| p.kind.is_type()))
        }) == Some(true)
    }

    /// True when the type of `loc` inherits from the type of one of `others`.
    fn overrides_any(&self, loc: Loc, others: &[Loc]) -> bool {
        let Some(ty) = self.owner_type(loc) else { return false };
        let Some(name) = self.def(loc, |facts, def| facts.str(def.name).to_owned()) else { return false };
        self.supers_of(&ty)
            .iter()
            .any(|of| self.members_of(of, &name).iter().any(|c| c.loc != loc && others.contains(&c.loc)))
    }

    /// The type that a method belongs to.
    pub(super) fn owner_type(&self, loc: Loc) -> Option<TypeRef> {
        let (receiver, parent) = self.def(loc, |_, def| (def.receiver, def.parent))?;
        if receiver == 0 {
            let parent = Loc { file: loc.file, def: parent };
            return self.kind(parent).is_type().then(|| TypeRef::plain(parent));
        }
        match self.eval_type(loc.file, receiver, None) {
            Value::Instance(ty) => Some(ty),
            Value::Wrapped(inner) => match &*inner {
                Value::Instance(ty) => Some(ty.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Of several candidates those that fit the role, then those that fit the arguments.
    fn choose(&self, facts: &FileFacts, used: &Use, found: Vec<Candidate>) -> Resolved {
        let mut fits: Vec<Candidate> =
            found.iter().filter(|c| self.fits_role(used.role, c.loc)).cloned().collect();
        if fits.is_empty() {
            fits = found;
        }
        if self.rules_of(self.file).is_linear() {
            self.prefer_definitions(&mut fits);
        }
        self.one_part_each(&mut fits);
        if matches!(used.role, Role::Type | Role::Read) {
            self.prefer_typedefs(&mut fits);
        }
        if used.role == Role::Read {
            self.prefer_values(facts, used, &mut fits);
        }
        if used.role == Role::Type {
            fits = fits.into_iter().map(|each| self.declared_member_type(each)).collect();
        }
        let mut doubt = Doubt::None;
        if matches!(used.role, Role::Call | Role::New) {
            let all = fits.clone();
            fits = self.constructed(used, fits);
            if !self.are_alternatives(&fits) {
                let args: &[ExprIx] = match facts.exprs.get(used.call as usize) {
                    Some(Expr::Call { args, .. } | Expr::New { args, .. }) => args,
                    _ => &[],
                };
                (fits, doubt) = self.overload(self.file, args, used.argc, n_types(facts, used), fits);
            }
            self.lead_to_bodies(used, &all, &mut fits);
        } else if fits.len() > 1 && self.rules_of(self.file).is_linear() && self.are_one(&fits) {
            // A name that is bound again and again in one body: getter, setter, deleter.
            fits.truncate(1);
        }
        self.prefer_definitions(&mut fits);
        fits.sort_by_key(|c| c.loc);
        fits.dedup_by_key(|c| c.loc);
        if fits.len() > MAX_CANDIDATES { Resolved::Unknown } else { Resolved::To(fits, doubt) }
    }

    /// Replaces declarations by the definitions of what they declare: an overload is chosen by its declaration, which
    /// alone states default arguments. `all` is what the name may mean.
    fn lead_to_bodies(&self, used: &Use, all: &[Candidate], fits: &mut [Candidate]) {
        if self.rules_of(self.file).package_scope() != PackageScope::Includes
            || !fits.iter().any(|c| self.is_declaration(c.loc))
        {
            return;
        }
        // Which number of arguments is passed says nothing of the definition.
        let any_number = Use { argc: Use::UNKNOWN_ARGS, ..used.clone() };
        let all = self.constructed(&any_number, all.to_vec());
        let bodies: Vec<(Loc, Vec<String>)> = all
            .iter()
            .filter(|c| self.kind(c.loc).is_callable() && !self.is_declaration(c.loc))
            .map(|c| (c.loc, self.parameter_names(c.loc)))
            .collect();
        for each in fits.iter_mut().filter(|c| self.is_declaration(c.loc)) {
            let wanted = self.parameter_names(each.loc);
            let exact = bodies.iter().find(|(_, given)| *given == wanted);
            let mut alike = bodies.iter().filter(|(_, given)| given.len() == wanted.len());
            let only = alike.next().filter(|_| alike.next().is_none());
            if let Some(&(loc, _)) = exact.or(only) {
                each.loc = loc;
            }
        }
    }

    /// The last names of the written types of a callable's parameters.
    pub(super) fn parameter_names(&self, loc: Loc) -> Vec<String> {
        let names = self.def(loc, |facts, def| {
            let locals = (def.params.0..def.params.1).filter_map(|at| facts.locals.get(at as usize));
            locals.map(|local| facts.last_name(local.ty).unwrap_or_default().to_owned()).collect()
        });
        names.unwrap_or_default()
    }

    /// Where tags have names of their own, a bare name means the typedef and not the tag.
    fn prefer_typedefs(&self, fits: &mut Vec<Candidate>) {
        let is_alias = |c: &Candidate| self.kind(c.loc) == SymbolKind::TypeAlias;
        if fits.len() > 1
            && self.rules_of(self.file).package_scope() == PackageScope::Includes
            && fits.iter().all(|c| self.kind(c.loc).is_type())
            && fits.iter().any(is_alias)
        {
            fits.retain(is_alias);
        }
    }

    /// Where a field and a method may have one name, a name that is not called means the field; taken from a type it means
    /// the method, which is passed on (`Type::method`), since a type has no fields of its values.
    fn prefer_values(&self, facts: &FileFacts, used: &Use, fits: &mut Vec<Candidate>) {
        let is_method = |c: &Candidate| matches!(self.kind(c.loc), SymbolKind::Function | SymbolKind::Method);
        if self.rules_of(self.file).is_linear()
            || !fits.iter().any(|c| self.kind(c.loc).is_value())
            || !fits.iter().any(is_method)
        {
            return;
        }
        let base = match facts.exprs.get(used.expr as usize) {
            Some(Expr::Member { base, .. }) => self.eval(self.file, *base, None),
            _ => Value::Unknown,
        };
        if matches!(base, Value::Type(_) | Value::Module(_)) {
            let of_values =
                |_: &FileFacts, def: &Def| def.kind == SymbolKind::Field && !def.flags.has(DefFlags::STATIC);
            fits.retain(|c| self.def(c.loc, of_values) != Some(true));
        } else {
            fits.retain(|c| !is_method(c));
        }
    }

    /// True when all are definitions of one name in one body.
    fn are_one(&self, found: &[Candidate]) -> bool {
        let key = |c: &Candidate| self.def(c.loc, |_, def| (c.loc.file, def.parent, def.name));
        found.windows(2).all(|pair| key(&pair[0]) == key(&pair[1]))
    }

    /// True when each of several may be called in turn, since a value may be of several types; as opposed to overloads,
    /// of which one is meant.
    pub(super) fn are_alternatives(&self, found: &[Candidate]) -> bool {
        found.len() > 1 && self.rules_of(self.file).is_linear() && !self.are_one(found)
    }

    /// Of the parts of one type the one with the shortest path: it is the main one by custom.
    fn one_part_each(&self, fits: &mut Vec<Candidate>) {
        let Some(first) = fits.first().filter(|_| fits.len() > 1) else { return };
        let parts = self.parts_of(first.loc);
        if fits.iter().all(|c| parts.contains(&c.loc)) {
            fits.sort_by_key(|c| (self.table.path(c.loc.file).len(), c.loc));
            fits.truncate(1);
        }
    }

    /// A member type that an impl states is named as its trait declares it.
    fn declared_member_type(&self, found: Candidate) -> Candidate {
        let of_trait = self.def(found.loc, |facts, def| {
            let is_member = def.kind == SymbolKind::TypeAlias && def.flags.has(DefFlags::TRAIT_IMPL);
            is_member.then(|| facts.str(def.name).to_owned())
        });
        let Some(name) = of_trait.flatten() else { return found };
        let Some(ty) = self.owner_type(found.loc) else { return found };
        for of in self.supers_of(&ty).iter() {
            for each in self.members_of(of, &name).iter() {
                if each.loc != found.loc && self.kind(each.loc) == SymbolKind::TypeAlias {
                    return Candidate { rule: Rule::Inherited, ..each.clone() };
                }
            }
        }
        found
    }

    fn fits_role(&self, role: Role, loc: Loc) -> bool {
        let kind = self.kind(loc);
        match role {
            Role::Call => kind.is_callable() || kind.is_type() || kind == SymbolKind::EnumMember,
            Role::New => kind.is_type() || kind == SymbolKind::EnumMember || kind == SymbolKind::Constructor,
            Role::Type | Role::Extends | Role::Implements => kind.is_type(),
            Role::Write => kind.is_value(),
            Role::Read | Role::Decorator | Role::Import => true,
        }
    }

    /// A type that is constructed stands for its constructor, when it has one that is written.
    fn constructed(&self, used: &Use, fits: Vec<Candidate>) -> Vec<Candidate> {
        let mut out: Vec<Candidate> = Vec::with_capacity(fits.len());
        for each in fits {
            if self.kind(each.loc).is_type() {
                let ctors = self.constructors_of(each.loc, used.argc);
                if ctors.is_empty() {
                    out.push(each);
                } else {
                    let through = Some(TypeRef::plain(each.loc));
                    let of = |loc| Candidate { loc, rule: each.rule, through: through.clone() };
                    out.extend(ctors.into_iter().map(of));
                }
            } else {
                out.push(each);
            }
        }
        out
    }

    /// The constructors of a type that take this many arguments; all of them when none does.
    fn constructors_of(&self, ty: Loc, argc: u8) -> Vec<Loc> {
        let Some(facts) = self.facts_of(ty.file) else { return Vec::new() };
        let mut ctors: Vec<Loc> = Vec::new();
        for part in self.parts_of(ty) {
            let Some(facts) = self.facts_of(part.file) else { continue };
            for (at, def) in facts.defs.iter().enumerate() {
                if def.kind == SymbolKind::Constructor && def.parent == part.def {
                    ctors.push(Loc { file: part.file, def: super::narrow(at) });
                }
            }
        }
        for ctor in &ctors {
            let name = self.def(*ctor, |facts, def| facts.str(def.name).to_owned()).unwrap_or_default();
            self.depends(super::LookUp::Name, &name);
        }
        let name = facts.defs.get(ty.def as usize).map_or("", |def| facts.str(def.name));
        // A constructor is declared in the type and may be defined elsewhere (`T::T`).
        let receiver = hash_of(name);
        for &Named { loc, brief } in self.named(name).iter() {
            if brief.kind != SymbolKind::Constructor || brief.receiver != receiver {
                continue;
            }
            let outside = self.def(loc, |facts, def| facts.last_name(def.receiver) == Some(name));
            if outside == Some(true) && self.owner_type(loc).is_some_and(|of| of.loc == ty) {
                ctors.push(loc);
            }
        }
        self.by_argc(argc, &ctors)
    }

    /// Those that take this many arguments; all when the number is unknown or none fits.
    pub(super) fn by_argc(&self, argc: u8, all: &[Loc]) -> Vec<Loc> {
        if argc == Use::UNKNOWN_ARGS || all.len() < 2 {
            return all.to_vec();
        }
        let fits = |loc: &Loc| self.def(*loc, |_, def| takes(def, argc)) == Some(true);
        let fitting: Vec<Loc> = all.iter().copied().filter(fits).collect();
        if fitting.is_empty() { all.to_vec() } else { fitting }
    }

    /// Those that take as many parameters as `def`.
    pub(super) fn by_arity_of(&self, def: &Def, all: &[Loc]) -> Vec<Loc> {
        let n = def.params.1 - def.params.0;
        let same: Vec<Loc> = all
            .iter()
            .copied()
            .filter(|&loc| self.def(loc, |_, d| d.params.1 - d.params.0 == n) == Some(true))
            .collect();
        if same.is_empty() { all.to_vec() } else { same }
    }

    /// Those whose parameters are written with types of the same names as those of `def` in this file; all when none is.
    pub(super) fn by_written_types_of(&self, def: &Def, all: Vec<Loc>) -> Vec<Loc> {
        if all.len() < 2 {
            return all;
        }
        let types = |facts: &FileFacts, def: &Def| -> Vec<Option<String>> {
            let params = def.params.0..def.params.1;
            let ty = |at: u32| facts.locals.get(at as usize).and_then(|local| facts.last_name(local.ty));
            params.map(|at| ty(at).map(str::to_owned)).collect()
        };
        let wanted = types(self.facts, def);
        let same: Vec<Loc> = all
            .iter()
            .copied()
            .filter(|&loc| self.def(loc, |facts, def| types(facts, def) == wanted) == Some(true))
            .collect();
        if same.is_empty() { all } else { same }
    }

    /// A body is meant rather than a prototype, a concrete method rather than nothing.
    pub(super) fn prefer_definitions(&self, fits: &mut Vec<Candidate>) {
        let has = |c: &Candidate, bit: u32| self.def(c.loc, |_, def| def.flags.has(bit)) == Some(true);
        // A method without a body may have one outside its type, which then is the same method.
        let is_outside = |c: &Candidate| self.def(c.loc, |_, def| def.receiver != 0) == Some(true);
        let bodies: Vec<Option<TypeRef>> =
            fits.iter().filter(|c| is_outside(c)).map(|c| c.through.clone()).collect();
        let declared = |c: &Candidate| {
            has(c, DefFlags::DECLARATION)
                || (has(c, DefFlags::ABSTRACT) && !is_outside(c) && bodies.contains(&c.through))
        };
        if fits.len() > 1 && fits.iter().any(|c| !declared(c)) {
            fits.retain(|c| !declared(c));
        }
    }
}

/// True for an expression that no name stands for, but which may be called.
const fn is_computed(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Local(_)
            | Expr::Call { .. }
            | Expr::Element { .. }
            | Expr::Part { .. }
            | Expr::Unwrap { .. }
            | Expr::Union(_)
    )
}

/// How many type arguments are written in a call.
fn n_types(facts: &FileFacts, used: &Use) -> usize {
    let Some(Expr::Call { callee, .. }) = facts.exprs.get(used.call as usize) else { return 0 };
    match facts.exprs.get(*callee as usize) {
        Some(Expr::Generic { args, .. }) => args.len(),
        _ => 0,
    }
}

/// True when a callable takes this many arguments.
fn takes(def: &Def, argc: u8) -> bool {
    let most = def.params.1 - def.params.0;
    argc >= def.required && (def.flags.has(DefFlags::VARIADIC) || u32::from(argc) <= most)
}
