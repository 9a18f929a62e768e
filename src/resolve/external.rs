//! What a use of something outside the project is called: the printable name of a library's symbol, made of the paths
//! and imports that are written. What they do not tell is left out, never guessed: a member whose type is not known, or
//! a bare name that one of several wildcard imports may bring, has no name here.

use super::linker::{Binding, Linker, NotedTree};
use super::table::LookUp;
use super::value::{Module, TypeRef, Value, Written};
use super::{Links, narrow};
use crate::facts::{DefIx, Expr, ExprIx, FileFacts, Import, ImportKind, LocalKind, NONE, ScopeIx, Sid, Use};
use crate::lang::rules::Asker;
use crate::lang::{PackageScope, Printable, Target};
use crate::model::{EdgeKind, FileId, Place, Role, Rule};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Longest chain of names, types and re-exports that is followed for one printable name.
const MAX_DEPTH: u32 = 24;
/// Longest printable name in bytes; what is longer is no name that a person wrote.
const MAX_NAME: usize = 400;

/// A use of something outside the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    /// Number of its printable name in [`Externals::names`].
    pub named: u32,
    /// The definition where the use stands; 0 is the file.
    pub from: DefIx,
    /// How the two relate.
    pub kind: EdgeKind,
    /// What the use does.
    pub role: Role,
    /// How we know.
    pub rule: Rule,
    /// Where the use stands.
    pub place: Place,
}

/// All uses of what is outside the project in one file.
#[derive(Debug, Clone, Default)]
pub struct Externals {
    /// Printable names, each once.
    pub names: Vec<Printable>,
    /// Uses.
    pub uses: Vec<External>,
    numbers: FxHashMap<Box<str>, u32>,
}

impl Externals {
    /// The number of a name. Several ways may lead to one, of which some do not tell the package.
    fn number(&mut self, named: &Printable) -> u32 {
        if let Some(&number) = self.numbers.get(named.text.as_str()) {
            if let Some(known) = self.names.get_mut(number as usize) {
                known.package = known.package.max(named.package);
            }
            return number;
        }
        let number = narrow(self.names.len());
        self.numbers.insert(named.text.as_str().into(), number);
        self.names.push(named.clone());
        number
    }
}

impl Linker<'_> {
    /// Notes a use that means nothing of the project; false when nothing is known of it either.
    pub(super) fn external_use(&self, used: &Use, links: &mut Links) -> bool {
        let mut named = self.name_buffer.borrow_mut();
        named.begin(&Printable::default());
        let Some(rule) = self.external_of(used, &mut named) else { return false };
        if named.text.is_empty() || named.text.len() > MAX_NAME {
            return false;
        }
        let kind = match used.role {
            Role::Call | Role::New => EdgeKind::Calls,
            Role::Extends if self.is_type_def(used.owner) => EdgeKind::Extends,
            Role::Implements if self.is_type_def(used.owner) => EdgeKind::Implements,
            Role::Import => EdgeKind::Imports,
            _ => EdgeKind::References,
        };
        let rule = if used.in_macro { Rule::MacroArgument } else { rule };
        let named = links.externals.number(&named);
        let (from, role, place) = (used.owner, used.role, used.place);
        links.externals.uses.push(External { named, from, kind, role, rule, place });
        true
    }

    /// Notes an import that leads out of the project.
    pub(super) fn external_import(&self, at: usize, import: &Import, links: &mut Links) {
        let facts = self.facts;
        // `import a.b` imports `a.b` and binds `a`: two imports at one place.
        let is_whole = |other: &Import| other.kind == ImportKind::Effect && other.place == import.place;
        if import.kind == ImportKind::Module && facts.imports.iter().any(is_whole) {
            return;
        }
        if let Some(named) = self.import_name(self.file, facts, at, 0) {
            let named = links.externals.number(&named);
            links.externals.uses.push(External {
                named,
                from: 0,
                kind: EdgeKind::Imports,
                role: Role::Import,
                rule: Rule::Import,
                place: import.place,
            });
        }
    }

    /// Notes a supertype outside the project that is written apart from its type.
    pub(super) fn external_impl(
        &self,
        from: DefIx,
        (file, of): (FileId, ExprIx),
        role: Role,
        place: Place,
        links: &mut Links,
    ) {
        let mut named = Printable::default();
        if self.path(file, of, &mut named, 0) {
            let kind = if role == Role::Extends { EdgeKind::Extends } else { EdgeKind::Implements };
            let named = links.externals.number(&named);
            links.externals.uses.push(External { named, from, kind, role, rule: Rule::Syntax, place });
        }
    }

    /// Writes the printable name of what a use means, and tells how it is known.
    fn external_of(&self, used: &Use, out: &mut Printable) -> Option<Rule> {
        let facts = self.facts;
        let mut expr = used.expr;
        loop {
            match facts.exprs.get(expr as usize)? {
                Expr::Generic { base, .. } | Expr::Wrapped { base } | Expr::Typed { ty: base } => {
                    expr = *base
                }
                Expr::Name { name, scope } => {
                    let is_named = self.name_path(self.file, facts, *scope, *name, out, 0)
                        || (used.role == Role::Call && self.library_function(facts, *scope, *name, out));
                    return is_named.then_some(Rule::Import);
                }
                Expr::Member { base, name } => {
                    if used.in_macro && !self.is_sure_in_macro(facts, *base) {
                        return None;
                    }
                    // What is called on a value that has no such member is an extension that is imported by its name.
                    if self.rules_of(self.file).has_extensions()
                        && self.imported_name(self.file, facts, 0, *name, out, 0)
                    {
                        return Some(Rule::Import);
                    }
                    let is_named = self.base_path(self.file, *base, Some(*name), out, 0);
                    return is_named.then(|| self.external_rule(facts, *base));
                }
                _ => return None,
            }
        }
    }

    /// In the arguments of a macro a name that is bound to nothing may be one that the macro binds.
    fn is_sure_in_macro(&self, facts: &FileFacts, base: ExprIx) -> bool {
        let mut at = base;
        loop {
            match facts.exprs.get(at as usize) {
                Some(Expr::Member { base, .. } | Expr::Generic { base, .. }) => at = *base,
                Some(Expr::Name { name, scope }) => {
                    return self.bind(self.file, *scope, *name) != Binding::Unbound
                        || self.language_of(self.file).rules.is_library_root(facts.str(*name));
                }
                _ => return true,
            }
        }
    }

    fn external_rule(&self, facts: &FileFacts, base: ExprIx) -> Rule {
        match facts.exprs.get(base as usize) {
            Some(Expr::Name { .. } | Expr::Member { .. } | Expr::Generic { .. }) => {
                match self.eval(self.file, base, None) {
                    Value::Library { instance: true, .. } | Value::Instance(_) => {
                        self.receiver_rule(facts, base)
                    }
                    _ => Rule::Qualified,
                }
            }
            _ => self.receiver_rule(facts, base),
        }
    }

    /// Where an include brings what no file of the project defines: the bare name of a function that is called.
    fn library_function(&self, facts: &FileFacts, scope: ScopeIx, name: Sid, out: &mut Printable) -> bool {
        if self.rules_of(self.file).package_scope() != PackageScope::Includes
            || self.bind(self.file, scope, name) != Binding::Unbound
            || !self.named(facts.str(name)).is_empty()
        {
            return false;
        }
        let sees = *self.sees_library.get_or_init(|| {
            self.included(self.file).iter().any(|&file| {
                let Some(facts) = self.facts_of(file) else { return false };
                (0..facts.imports.len()).any(|at| self.import_name(file, facts, at, 0).is_some())
            })
        });
        if sees {
            out.text.push_str(facts.str(name));
        }
        sees
    }

    /// Writes the printable name of what an expression names; false when it names nothing outside the project.
    fn path(&self, file: FileId, expr: ExprIx, out: &mut Printable, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let Some(facts) = self.facts_of(file) else { return false };
        match facts.exprs.get(expr as usize) {
            Some(Expr::Name { name, scope }) => self.name_path(file, facts, *scope, *name, out, depth),
            Some(Expr::Member { base, name }) => self.base_path(file, *base, Some(*name), out, depth + 1),
            Some(Expr::Generic { base, .. } | Expr::Wrapped { base } | Expr::Typed { ty: base }) => {
                self.path(file, *base, out, depth + 1)
            }
            _ => false,
        }
    }

    /// Writes the name of what an expression is, or is a value of, and of its member.
    fn base_path(
        &self,
        file: FileId,
        base: ExprIx,
        member: Option<Sid>,
        out: &mut Printable,
        depth: u32,
    ) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let Some(facts) = self.facts_of(file) else { return false };
        let value = self.eval(file, base, None);
        if let (Value::Module(module), Some(member)) = (&value, member)
            && let Module::Files(files) = &**module
        {
            // What a module of the project passes on.
            return files.iter().any(|&file| self.passed_on(file, facts.str(member), out, depth + 1));
        }
        let is_path = matches!(
            facts.exprs.get(base as usize),
            Some(Expr::Name { .. } | Expr::Member { .. } | Expr::Generic { .. })
        );
        let is_named = match &value {
            Value::Module(_) if is_path && self.path(file, base, out, depth + 1) => true,
            Value::Unknown => match facts.exprs.get(base as usize) {
                Some(Expr::SuperRef { scope }) => {
                    self.self_type(file, *scope).is_some_and(|ty| self.outer_super(&ty, out, depth + 1))
                }
                _ => {
                    if is_path && self.root_path(facts, file, base, member, out) {
                        return true;
                    }
                    self.made_path(file, base, out, depth + 1)
                }
            },
            value => self.value_path(file, value, out, depth + 1),
        };
        if is_named && let Some(member) = member {
            out.text.push_str(self.language_of(file).separator);
            out.text.push_str(facts.str(member));
        }
        is_named
    }

    /// Writes the name of the library's type of which something is a value, or of the library's thing that it is.
    fn value_path(&self, file: FileId, value: &Value, out: &mut Printable, depth: u32) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        let rules = self.rules_of(file);
        match value {
            // A value of which its type says nothing.
            Value::Library { name, instance: true, .. } if rules.is_root_type(name) => false,
            Value::Library { name, args, at, instance } => {
                // Members are those of what it wraps.
                match rules.transparent(name).and_then(|n| args.get(usize::from(n))) {
                    Some(inner) if *instance => self.value_path(file, inner, out, depth + 1),
                    _ => self.written_path(*at, out, depth),
                }
            }
            Value::External(at) => self.written_path(*at, out, depth),
            Value::Module(module) => match &**module {
                Module::Package(package) => match self.facts_of(file) {
                    Some(facts) => {
                        let named = self.asking(file, facts, |asker| {
                            rules.external_name(ImportKind::Module, package, "", asker)
                        });
                        named.is_some_and(|named| out.begin(&named))
                    }
                    None => false,
                },
                Module::Files(_) | Module::Inline(_) => false,
            },
            Value::Wrapped(inner) if !rules.wrapped_has_members() => {
                self.value_path(file, inner, out, depth + 1)
            }
            Value::Instance(ty) | Value::Type(ty) if rules.is_linear() => {
                self.outer_super(ty, out, depth + 1)
            }
            Value::Union(parts) => {
                let mut found: Option<Printable> = None;
                for part in parts.iter() {
                    let mut named = Printable::default();
                    if self.value_path(file, part, &mut named, depth + 1) {
                        if found.as_ref().is_some_and(|found| found.text != named.text) {
                            return false;
                        }
                        found = Some(named);
                    }
                }
                found.is_some_and(|found| out.begin(&found))
            }
            _ => false,
        }
    }

    /// Writes the name of the library's type that is constructed by calling it where a variable is set.
    fn made_path(&self, file: FileId, expr: ExprIx, out: &mut Printable, depth: u32) -> bool {
        let Some(facts) = self.facts_of(file).filter(|_| depth <= MAX_DEPTH) else { return false };
        match facts.exprs.get(expr as usize) {
            Some(Expr::Local(local)) => {
                let init = facts.locals.get(*local as usize).filter(|local| local.ty == 0);
                let init = init.filter(|local| matches!(local.kind, LocalKind::Variable));
                init.is_some_and(|local| self.made_path(file, local.init, out, depth + 1))
            }
            Some(Expr::Name { name, scope }) => match self.bind(file, *scope, *name) {
                Binding::Defs(found) => match &*found {
                    [one] if self.kind(one.loc).is_value() => {
                        let init = self.def(one.loc, |_, def| if def.ty == 0 { def.init } else { 0 });
                        init.is_some_and(|init| self.made_path(one.loc.file, init, out, depth + 1))
                    }
                    _ => false,
                },
                _ => false,
            },
            Some(Expr::Call { callee, .. }) => {
                self.made_at(Written { file, expr: *callee }).expr != 0
                    && self.path(file, *callee, out, depth + 1)
            }
            _ => false,
        }
    }

    fn written_path(&self, at: Written, out: &mut Printable, depth: u32) -> bool {
        at.expr != 0 && self.path(at.file, at.expr, out, depth + 1)
    }

    /// Writes the name of the one supertype outside the project that a type has, directly or not; false for several.
    fn outer_super(&self, ty: &TypeRef, out: &mut Printable, depth: u32) -> bool {
        let mut found: Option<Printable> = None;
        for each in self.linear(ty, 0).iter() {
            let supers = self.def(each.loc, |_, def| def.supers.clone()).unwrap_or_default();
            for (_, of) in supers {
                let value = self.eval_type(each.loc.file, of, None);
                if matches!(value, Value::Type(_) | Value::Instance(_)) {
                    continue;
                }
                let mut named = Printable::default();
                if found.is_some() || !self.path(each.loc.file, of, &mut named, depth + 1) {
                    return false;
                }
                found = Some(named);
            }
        }
        found.is_some_and(|found| out.begin(&found))
    }

    /// Writes the name of what a bare name is bound to outside the project.
    fn name_path(
        &self,
        file: FileId,
        facts: &FileFacts,
        scope: ScopeIx,
        name: Sid,
        out: &mut Printable,
        depth: u32,
    ) -> bool {
        match self.bind(file, scope, name) {
            Binding::External | Binding::Module(_) => {}
            Binding::Unbound => {
                let rules = self.rules_of(file);
                let named = self.asking(file, facts, |asker| rules.library_name(facts.str(name), asker));
                return named.is_some_and(|named| out.begin(&named));
            }
            Binding::Defs(_) => return false,
        }
        if self.imported_name(file, facts, scope, name, out, depth) {
            return true;
        }
        let name = facts.str(name);
        self.rules_of(file).is_library_root(name) && out.begin(&Printable::new(name.to_owned(), name.len()))
    }

    /// Writes the name of what an import that is seen from a scope binds to a name.
    fn imported_name(
        &self,
        file: FileId,
        facts: &FileFacts,
        scope: ScopeIx,
        name: Sid,
        out: &mut Printable,
        depth: u32,
    ) -> bool {
        let binds = |at: &usize| facts.imports.get(*at).is_some_and(|import| import.bound == name);
        let elsewhere: Vec<usize>;
        let found: &[usize] = if file == self.file {
            let by_name = self.imports_by_name.get_or_init(|| {
                let mut by_name: FxHashMap<Sid, Vec<usize>> = FxHashMap::default();
                for (at, import) in facts.imports.iter().enumerate() {
                    by_name.entry(import.bound).or_default().push(at);
                }
                by_name
            });
            by_name.get(&name).map_or(&[], Vec::as_slice)
        } else {
            elsewhere = (0..facts.imports.len()).filter(binds).collect();
            &elsewhere
        };
        let mut look = scope;
        while look != NONE && !found.is_empty() {
            for &at in found.iter().rev() {
                if facts.imports.get(at).is_some_and(|import| import.scope == look)
                    && let Some(named) = self.import_name(file, facts, at, depth + 1)
                {
                    return out.begin(&named);
                }
            }
            look = facts.scopes.get(look as usize).map_or(NONE, |scope| scope.parent);
        }
        false
    }

    fn asking<T>(&self, file: FileId, facts: &FileFacts, ask: impl FnOnce(&Asker<'_>) -> T) -> T {
        let from = self.table.path(file);
        if file != self.file {
            self.depends(LookUp::Imports, from);
        }
        ask(&Asker { facts, from, tree: &NotedTree(self) })
    }

    /// True for a use of the root of a written path that is a library's.
    pub(super) fn is_external_root(&self, used: &Use) -> bool {
        let facts = self.facts;
        let mut named = Printable::default();
        self.root_path(facts, self.file, used.expr, None, &mut named)
            || self.external_of(used, &mut named).is_some()
    }

    /// Writes the path of an expression and of its member from the root, as it is written, when that root is a library's.
    fn root_path(
        &self,
        facts: &FileFacts,
        file: FileId,
        expr: ExprIx,
        member: Option<Sid>,
        out: &mut Printable,
    ) -> bool {
        let mut parts: Vec<&str> = member.map(|name| facts.str(name)).into_iter().collect();
        let mut at = expr;
        loop {
            match facts.exprs.get(at as usize) {
                Some(Expr::Member { base, name }) if parts.len() < MAX_DEPTH as usize => {
                    parts.push(facts.str(*name));
                    at = *base;
                }
                Some(Expr::Generic { base, .. }) => at = *base,
                Some(Expr::Name { name, scope }) => {
                    if self.bind(file, *scope, *name) != Binding::Unbound {
                        return false;
                    }
                    parts.push(facts.str(*name));
                    break;
                }
                _ => return false,
            }
        }
        parts.reverse();
        let language = self.language_of(file);
        let asked = self.asking(file, facts, |asker| language.rules.external_root(&parts, asker));
        let Some(n_package) = asked else { return false };
        for (nth, part) in parts.iter().enumerate() {
            if nth > 0 {
                out.text.push_str(language.separator);
            }
            out.text.push_str(part);
            if nth < n_package {
                out.package = narrow(out.text.len());
            }
        }
        true
    }

    /// The printable name of what an import brings from outside the project.
    fn import_name(&self, file: FileId, facts: &FileFacts, at: usize, depth: u32) -> Option<Rc<Printable>> {
        let key = (file, narrow(at));
        if let Some(known) = self.outside.borrow().get(&key) {
            return known.clone();
        }
        // An import that is met again while it is followed leads nowhere.
        self.outside.borrow_mut().insert(key, None);
        let import = facts.imports.get(at)?;
        let found =
            if depth > MAX_DEPTH { None } else { self.find_import_name(file, facts, at, import, depth) };
        let named = found.map(Rc::new);
        self.outside.borrow_mut().insert(key, named.clone());
        named
    }

    fn find_import_name(
        &self,
        file: FileId,
        facts: &FileFacts,
        at: usize,
        import: &Import,
        depth: u32,
    ) -> Option<Printable> {
        match import.kind {
            ImportKind::Root => return None,
            // Where these lead is known already.
            ImportKind::Module | ImportKind::Wildcard | ImportKind::Include | ImportKind::Effect => {
                if let Binding::Module(module) = self.follow(file, facts, at, 0)
                    && !matches!(&*module, Module::Package(_))
                {
                    return None;
                }
                return self.spelled(file, facts, import);
            }
            ImportKind::Symbol | ImportKind::Default => {}
        }
        let rules = self.rules_of(file);
        let (path, name) = (facts.str(import.path), facts.str(import.name));
        let from = self.table.path(file);
        self.depends(LookUp::Imports, from);
        let tree = NotedTree(self);
        match rules.target(import.kind, path, name, from, &tree) {
            Target::External | Target::Package(_) => self.spelled(file, facts, import),
            Target::Files { files, rest } if rest.is_empty() => {
                let name = if import.kind == ImportKind::Default { "default" } else { name };
                let mut named = Printable::default();
                files
                    .iter()
                    .filter_map(|path| self.table.file_at(path))
                    .any(|file| self.passed_on(file, name, &mut named, depth + 1))
                    .then_some(named)
            }
            Target::Files { .. } => None,
        }
    }

    /// The printable name of what an import names that leads to no file of the project.
    fn spelled(&self, file: FileId, facts: &FileFacts, import: &Import) -> Option<Printable> {
        let rules = self.rules_of(file);
        let (path, name) = (facts.str(import.path), facts.str(import.name));
        // What binds the outermost module of a path means that one.
        let outer = path.split('.').next().unwrap_or(path);
        let binds_outer = import.kind == ImportKind::Module
            && facts.str(import.bound) == outer
            && rules.submodule(outer, "x").is_some();
        let path = if binds_outer { outer } else { path };
        self.asking(file, facts, |asker| rules.external_name(import.kind, path, name, asker))
    }

    /// Writes the name of what a file of the project imports from outside and passes on under a name.
    fn passed_on(&self, file: FileId, name: &str, out: &mut Printable, depth: u32) -> bool {
        let Some(facts) = self.facts_of(file).filter(|_| !name.is_empty() && depth <= MAX_DEPTH) else {
            return false;
        };
        self.depends(LookUp::Imports, self.table.path(file));
        facts
            .imports
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, import)| import.scope == 0 && facts.str(import.bound) == name)
            .any(|(at, _)| self.import_name(file, facts, at, depth).is_some_and(|named| out.begin(&named)))
    }
}
