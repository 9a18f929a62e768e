//! Bare names and imports: from a name and a scope to what it is bound to.

use super::linker::{Binding, Candidate, Linker, Names, NotedTree};
use super::table::{Loc, LookUp, Named, folder_of};
use super::value::{Module, TypeRef, Value};
use crate::facts::{Def, DefFlags, FileFacts, Import, ImportKind, NONE, ScopeIx, ScopeKind, Sid, hash_of};
use crate::lang::{PackageScope, Target};
use crate::model::{FileId, Rule, SymbolKind};
use std::rc::Rc;

/// Longest chain of re-exports.
const MAX_REEXPORTS: u32 = 8;
/// Most files that are looked at to see whether one includes another.
const MAX_INCLUDED: usize = 256;
/// Most wildcard imports of a file that are followed.
const MAX_WILDCARDS: usize = 64;

impl Linker<'_> {
    /// What a bare name in a scope of a file is bound to.
    pub(super) fn bind(&self, file: FileId, scope: ScopeIx, sid: Sid) -> Binding {
        self.bind_to(file, scope, sid, false)
    }

    /// As [`Linker::bind`], but what is no type and no module is looked past: a property may be named as its type.
    pub(super) fn bind_type(&self, file: FileId, scope: ScopeIx, sid: Sid) -> Binding {
        match self.bind(file, scope, sid) {
            Binding::Defs(found) if !found.iter().any(|c| self.is_type_or_module(c)) => {
                match self.bind_to(file, scope, sid, true) {
                    Binding::Unbound => Binding::Defs(found),
                    binding => binding,
                }
            }
            binding => binding,
        }
    }

    fn is_type_or_module(&self, candidate: &Candidate) -> bool {
        let kind = self.kind(candidate.loc);
        kind.is_type() || kind == SymbolKind::Module
    }

    fn bind_to(&self, file: FileId, scope: ScopeIx, sid: Sid, types: bool) -> Binding {
        if let Some(binding) = self.bindings.borrow().get(&(file, scope, sid, types)) {
            return binding.clone();
        }
        if !self.deeper() {
            return Binding::Unbound;
        }
        let binding = match self.facts_of(file) {
            Some(facts) => self.near(file, self.bind_in(file, facts, scope, sid, types)),
            None => Binding::Unbound,
        };
        self.back();
        self.bindings.borrow_mut().insert((file, scope, sid, types), binding.clone());
        binding
    }

    /// Of definitions that stand for one another in several source sets (`expect` and `actual`, main and test) the nearest.
    pub(super) fn near(&self, file: FileId, binding: Binding) -> Binding {
        let Binding::Defs(found) = &binding else { return binding };
        if found.len() < 2 || self.rules_of(file).package_scope() != PackageScope::Declared {
            return binding;
        }
        let key = |c: &Candidate| {
            self.def(c.loc, |facts, def| {
                let is_part = def.flags.has(DefFlags::PART);
                let count = if def.kind.is_callable() { def.params.1 - def.params.0 + 1 } else { 0 };
                (!is_part).then(|| (facts.path_of(c.loc.def).join("."), count))
            })
            .flatten()
        };
        let keys: Vec<Option<(String, u32)>> = found.iter().map(key).collect();
        let path = self.table.path(file);
        let near: Vec<usize> =
            found.iter().map(|c| common_folders(path, self.table.path(c.loc.file))).collect();
        let is_nearest = |at: usize| {
            keys[at].is_none()
                || (0..found.len()).all(|other| {
                    keys[other] != keys[at]
                        || found[other].loc.file == found[at].loc.file
                        || near[other] <= near[at]
                })
        };
        Binding::Defs((0..found.len()).filter(|&at| is_nearest(at)).map(|at| found[at].clone()).collect())
    }

    fn bind_in(&self, file: FileId, facts: &FileFacts, scope: ScopeIx, sid: Sid, types: bool) -> Binding {
        let name = facts.str(sid);
        let rules = self.rules_of(file);
        let mut everywhere = self.named(name);
        if types {
            let is_type = |each: &Named| each.brief.kind.is_type() || each.brief.kind == SymbolKind::Module;
            everywhere = Names::Own(everywhere.iter().copied().filter(is_type).collect());
        }
        let here: Vec<Loc> = everywhere.locs().filter(|loc| loc.file == file).collect();
        // Where declarations repeat what is defined elsewhere, they only count when there is no definition.
        let mut declared: Option<Binding> = None;
        let mut look = scope;
        while look != NONE {
            let Some(this) = facts.scopes.get(look as usize) else { break };
            let visible = this.kind != ScopeKind::Type || look == scope || rules.members_are_in_scope();
            if visible {
                let found: Vec<Loc> =
                    here.iter().copied().filter(|loc| declared_in(facts, *loc, look)).collect();
                if !found.is_empty() {
                    let is_member = this.kind == ScopeKind::Type;
                    let found = self.enabled(found);
                    let repeated = self.are_declarations(&found);
                    let binding = defs(found, if is_member { Rule::SelfMember } else { Rule::Local });
                    if !repeated {
                        return binding;
                    }
                    declared.get_or_insert(binding);
                }
            }
            if !types && this.kind == ScopeKind::Function {
                let found = self.members_of_receivers(file, facts, look, name);
                if !found.is_empty() {
                    return Binding::Defs(found.into());
                }
            }
            if rules.members_are_in_scope()
                && matches!(this.kind, ScopeKind::Type | ScopeKind::Function)
                && let Some(ty) = self.type_of_scope(file, facts, look)
            {
                let members = self.members_of(&ty, name);
                let rule = |c: &Candidate| {
                    if c.rule == Rule::Inherited { Rule::Inherited } else { Rule::SelfMember }
                };
                let found: Rc<[Candidate]> = members
                    .iter()
                    .filter(|c| self.kind(c.loc) != SymbolKind::Constructor)
                    .filter(|c| !types || self.is_type_or_module(c))
                    .map(|c| Candidate { rule: rule(c), ..c.clone() })
                    .collect();
                if !found.is_empty() {
                    return Binding::Defs(found);
                }
            }
            if let Some(binding) = self.import_in_scope(file, facts, look, name) {
                return binding;
            }
            look = this.parent;
        }
        let package = self.in_package(file, facts, scope, &everywhere);
        if let Some(binding) = declared
            && (package.is_empty() || package.iter().all(|c| self.is_declaration(c.loc)))
        {
            return binding;
        }
        if !package.is_empty() {
            return Binding::Defs(package.into());
        }
        if let Some(binding) = self.by_wildcards(file, facts, scope, name) {
            return binding;
        }
        // Macros that are declared by their text are seen wherever that comes first, which no import tells.
        let is_macro = |each: &&Named| each.brief.kind == SymbolKind::Macro;
        let macros: Vec<Loc> = everywhere.iter().filter(is_macro).map(|each| each.loc).collect();
        if !macros.is_empty() {
            return defs(self.enabled(macros), Rule::Package);
        }
        match rules.implicit(name, &NotedTree(self)) {
            Some(target) => self.module(&target),
            None if rules.is_builtin(name) => Binding::External,
            None => Binding::Unbound,
        }
    }

    pub(super) fn is_declaration(&self, loc: Loc) -> bool {
        self.def(loc, |_, def| def.flags.has(DefFlags::DECLARATION)) == Some(true)
    }

    /// True for declarations in a language where others may define what they declare (C, C++).
    fn are_declarations(&self, found: &[Loc]) -> bool {
        found.iter().all(|&loc| {
            self.is_declaration(loc) && self.rules_of(loc.file).package_scope() == PackageScope::Includes
        })
    }

    /// Notes that the imports of a file are looked at, also when it has none yet.
    pub(super) fn depends_on_imports(&self, file: FileId) {
        // What the file itself says is no question: when it changes, all of its edges are made anew.
        if file != self.file {
            self.depends(LookUp::Imports, self.table.path(file));
        }
    }

    /// The import of a scope that binds `name`.
    fn import_in_scope(
        &self,
        file: FileId,
        facts: &FileFacts,
        scope: ScopeIx,
        name: &str,
    ) -> Option<Binding> {
        self.depends_on_imports(file);
        // The last import of a name wins, as an assignment would; an import that leads nowhere gives way to one that does.
        let mut outside = None;
        for (at, import) in facts.imports.iter().enumerate().rev() {
            if import.scope == scope && !import.bound.is_empty() && facts.str(import.bound) == name {
                match self.follow(file, facts, at, 0) {
                    Binding::Unbound | Binding::External => outside = Some(Binding::External),
                    binding => return Some(binding),
                }
            }
        }
        outside
    }

    /// Where import number `at` of a file leads.
    pub(super) fn follow(&self, file: FileId, facts: &FileFacts, at: usize, hops: u32) -> Binding {
        let key = (file, u32::try_from(at).unwrap_or(u32::MAX));
        if let Some(binding) = self.modules.borrow().get(&key) {
            return binding.clone();
        }
        // An import that is met again while it is followed leads nowhere: circular re-exports.
        self.modules.borrow_mut().insert(key, Binding::Unbound);
        let binding = match facts.imports.get(at) {
            Some(import) if hops < MAX_REEXPORTS => self.follow_import(file, facts, import, hops),
            _ => Binding::Unbound,
        };
        self.modules.borrow_mut().insert(key, binding.clone());
        binding
    }

    pub(super) fn follow_import(
        &self,
        file: FileId,
        facts: &FileFacts,
        import: &Import,
        hops: u32,
    ) -> Binding {
        let (path, name) = (facts.str(import.path), facts.str(import.name));
        let from = self.table.path(file);
        let rules = self.rules_of(file);
        let ask = |path: &str, name: &str| rules.target(import.kind, path, name, from, &NotedTree(self));
        match import.kind {
            ImportKind::Module => {
                // `import a.b.c` that binds `a` gives the outermost module.
                let bound = facts.str(import.bound);
                let outer = path.split('.').next().unwrap_or(path);
                let whole = if bound == outer && path.contains('.') && rules.submodule(outer, "x").is_some() {
                    outer
                } else {
                    path
                };
                self.module(&ask(whole, ""))
            }
            ImportKind::Symbol => {
                let module = self.module(&ask(path, name));
                let found = self.in_binding(&module, name, hops);
                if found != Binding::Unbound && found != Binding::External {
                    return found;
                }
                if !rules.imports_name_modules() {
                    return Binding::External;
                }
                if let Some(sub) = rules.submodule(path, name) {
                    let target = rules.target(ImportKind::Module, &sub, "", from, &NotedTree(self));
                    let binding = self.module(&target);
                    if matches!(binding, Binding::Module(_) | Binding::Defs(_)) {
                        return binding;
                    }
                }
                if module == Binding::External { Binding::External } else { found }
            }
            ImportKind::Default => {
                let module = self.module(&ask(path, ""));
                match &module {
                    Binding::Module(inner) => self.default_export(inner, hops).unwrap_or(module),
                    _ => module,
                }
            }
            ImportKind::Wildcard | ImportKind::Include | ImportKind::Effect | ImportKind::Root => {
                self.module(&ask(path, ""))
            }
        }
    }

    /// The module of a target, gone down to its `rest`.
    fn module(&self, target: &Target) -> Binding {
        match target {
            Target::External => Binding::External,
            Target::Package(name) => Binding::Module(Rc::new(Module::Package(name.clone()))),
            Target::Files { files, rest } => {
                let ids: Vec<FileId> = files.iter().filter_map(|path| self.table.file_at(path)).collect();
                if ids.is_empty() {
                    return Binding::External;
                }
                let mut binding = Binding::Module(Rc::new(Module::Files(ids)));
                for name in rest {
                    // On the way a module is meant, also where a module passes on something of its name.
                    let module = self.declared_module(&binding, name);
                    binding = module.unwrap_or_else(|| self.in_binding(&binding, name, 0));
                }
                binding
            }
        }
    }

    /// The module that the files of a module declare under a name.
    fn declared_module(&self, binding: &Binding, name: &str) -> Option<Binding> {
        let Binding::Module(module) = binding else { return None };
        let Module::Files(files) = &**module else { return None };
        let is_module = |Named { loc, brief }: &&Named| {
            brief.parent == 0 && brief.kind == SymbolKind::Module && files.contains(&loc.file)
        };
        let found: Vec<Loc> = self.named(name).iter().filter(is_module).map(|each| each.loc).collect();
        self.body_of_declared_modules(&self.enabled(found))
    }

    /// What `name` is inside a binding: a module's export, a type's member.
    pub(super) fn in_binding(&self, binding: &Binding, name: &str, hops: u32) -> Binding {
        match binding {
            Binding::Module(module) => self.export_of(module, name, hops),
            Binding::Defs(candidates) => {
                let mut found: Vec<Candidate> = Vec::new();
                for each in candidates.iter() {
                    if self.kind(each.loc) == SymbolKind::Module {
                        let inner = self.export_of(&Module::Inline(each.loc), name, hops);
                        if inner != Binding::Unbound {
                            return inner;
                        }
                    } else {
                        let members = self.members_of(&TypeRef::plain(each.loc), name);
                        found
                            .extend(members.iter().map(|c| Candidate { rule: Rule::Qualified, ..c.clone() }));
                    }
                }
                if found.is_empty() { Binding::Unbound } else { Binding::Defs(found.into()) }
            }
            Binding::External => Binding::External,
            Binding::Unbound => Binding::Unbound,
        }
    }

    /// What a module offers under a name: its own definitions, what it re-exports, its submodules.
    pub(super) fn export_of(&self, module: &Module, name: &str, hops: u32) -> Binding {
        match module {
            Module::Package(package) => self.in_named_package(package, name),
            Module::Inline(loc) => self.in_inline(*loc, name, hops),
            Module::Files(files) => {
                let all = self.named(name);
                let is_top = |Named { loc, brief }: &&Named| {
                    brief.parent == 0 && brief.is_top_level() && files.contains(&loc.file)
                };
                let found: Vec<Loc> = all.iter().filter(is_top).map(|each| each.loc).collect();
                let found = self.enabled(found);
                if let Some(binding) = self.body_of_declared_modules(&found) {
                    // A module may pass on something of its own name from inside a module of that name.
                    return match self.re_export_of(files, name, hops) {
                        Some(Binding::Defs(inner))
                            if inner.iter().any(|c| self.kind(c.loc).is_callable()) =>
                        {
                            Binding::Defs(inner)
                        }
                        _ => binding,
                    };
                }
                if !found.is_empty() {
                    return defs(found, Rule::Import);
                }
                self.re_export_of(files, name, hops)
                    .or_else(|| self.member_of_default(module, name, hops))
                    .unwrap_or(Binding::Unbound)
            }
        }
    }

    /// `mod name;`: the file that holds its body.
    pub(super) fn body_of_declared_modules(&self, found: &[Loc]) -> Option<Binding> {
        for loc in found {
            let facts = self.facts_of(loc.file)?;
            let def = facts.defs.get(loc.def as usize)?;
            if def.kind != SymbolKind::Module || !def.flags.has(DefFlags::DECLARATION) {
                continue;
            }
            let at = |import: &Import| {
                import.kind == ImportKind::Root && import.scope == def.declared_in && import.bound == def.name
            };
            self.depends_on_imports(loc.file);
            if let Some(at) = facts.imports.iter().position(at) {
                return Some(self.follow(loc.file, facts, at, 0));
            }
            let path = facts.path_of(loc.def);
            let (name, inside) = path.split_last()?;
            let from = self.table.path(loc.file);
            let body = self.rules_of(loc.file).module_file(name, inside, from, &NotedTree(self));
            if let Some(id) = body.and_then(|path| self.table.file_at(&path)) {
                return Some(Binding::Module(Rc::new(Module::Files(vec![id]))));
            }
        }
        None
    }

    /// Names that files import and offer again, by name or by wildcard.
    fn re_export_of(&self, files: &[FileId], name: &str, hops: u32) -> Option<Binding> {
        if hops >= MAX_REEXPORTS {
            return None;
        }
        for &file in files {
            let facts = self.facts_of(file)?;
            self.depends_on_imports(file);
            for (at, import) in facts.imports.iter().enumerate() {
                if import.scope == 0 && !import.bound.is_empty() && facts.str(import.bound) == name {
                    let binding = self.follow(file, facts, at, hops + 1);
                    if binding != Binding::Unbound {
                        return Some(re_exported(binding));
                    }
                }
            }
            for (at, import) in facts.imports.iter().enumerate() {
                if import.scope == 0 && import.kind == ImportKind::Wildcard && import.re_export {
                    let module = self.follow(file, facts, at, hops + 1);
                    match self.in_binding(&module, name, hops + 1) {
                        Binding::Unbound | Binding::External => {}
                        binding if !self.wildcard_takes(&module, &binding, name) => {}
                        binding => return Some(re_exported(binding)),
                    }
                }
            }
        }
        None
    }

    /// True when a wildcard import of a module brings what its name `name` is bound to.
    fn wildcard_takes(&self, module: &Binding, binding: &Binding, name: &str) -> bool {
        let rules = self.rules_of(self.file);
        if rules.wildcard_takes(name, Some(false)) {
            return true;
        }
        let Binding::Module(module) = module else { return true };
        let Module::Files(files) = &**module else { return true };
        let mut lists = false;
        for &file in files {
            self.depends_on_imports(file);
            let Some(facts) = self.facts_of(file) else { continue };
            lists |= facts.defs.iter().any(|def| def.flags.has(DefFlags::EXPORTED));
        }
        let own = match binding {
            Binding::Defs(found) => found.first().filter(|c| files.contains(&c.loc.file)),
            _ => None,
        };
        // What a module only passes on is not told apart from what it lists.
        let Some(own) = own else { return rules.wildcard_takes(name, None) };
        let listed = self.def(own.loc, |_, def| def.flags.has(DefFlags::EXPORTED)) == Some(true);
        rules.wildcard_takes(name, lists.then_some(listed))
    }

    /// The module `name` inside the package whose own file is `file`.
    pub(super) fn submodule_of(&self, file: FileId, path: &str, name: &str) -> Binding {
        let rules = self.rules_of(file);
        if rules.submodule("a", name).is_none() {
            return Binding::Unbound;
        }
        self.module(&rules.target(ImportKind::Module, &format!(".{name}"), "", path, &NotedTree(self)))
    }

    /// A member of the object that is the module's default export (`module.exports = { name }`).
    fn member_of_default(&self, module: &Module, name: &str, hops: u32) -> Option<Binding> {
        let Module::Files(files) = module else { return None };
        let file = *files.first()?;
        if name == "default" || hops >= MAX_REEXPORTS || !self.rules_of(file).values_are_called() {
            return None;
        }
        let Some(Binding::Defs(found)) = self.default_export(module, hops + 1) else { return None };
        let default = found.first().filter(|default| default.loc.file == file)?;
        if self.kind(default.loc).is_callable() || !self.deeper() {
            return None;
        }
        let value = self.value_of(default);
        let found = self.members_on(file, &value, name, Rule::Import).unwrap_or_default();
        let binding = if !found.is_empty() {
            Some(Binding::Defs(found.into_iter().map(|c| Candidate { rule: Rule::Import, ..c }).collect()))
        } else if let Value::Module(module) = self.object_value(&value, name, None) {
            Some(Binding::Module(module))
        } else {
            None
        };
        self.back();
        binding
    }

    fn default_export(&self, module: &Module, hops: u32) -> Option<Binding> {
        let Module::Files(files) = module else { return None };
        for &file in files {
            let facts = self.facts_of(file)?;
            let default = facts.defs.iter().position(|def| def.flags.has(DefFlags::DEFAULT_EXPORT));
            if let Some(at) = default {
                let def = u32::try_from(at).unwrap_or(0);
                self.depends(LookUp::Name, facts.str(facts.defs[at].name));
                return Some(defs(vec![Loc { file, def }], Rule::Import));
            }
            self.depends_on_imports(file);
        }
        self.re_export_of(files, "default", hops)
    }

    fn in_inline(&self, loc: Loc, name: &str, hops: u32) -> Binding {
        let Some(facts) = self.facts_of(loc.file) else { return Binding::Unbound };
        let all = self.named(name);
        let is_inside = |each: &&Named| {
            each.loc.file == loc.file && each.brief.parent == loc.def && each.brief.receiver == 0
        };
        let inside: Vec<Loc> = all.iter().filter(is_inside).map(|each| each.loc).collect();
        let inside = self.enabled(inside);
        if let Some(binding) = self.body_of_declared_modules(&inside) {
            return binding;
        }
        if !inside.is_empty() {
            return defs(inside, Rule::Import);
        }
        // A namespace is open: other blocks and other files add to it.
        let mut package = facts.package_of(loc.def).into_owned();
        if let Some(def) = facts.defs.get(loc.def as usize) {
            if !package.is_empty() {
                package.push('.');
            }
            package.push_str(&facts.str(def.name).replace("::", "."));
            let scope = def.scope;
            if scope != NONE {
                self.depends_on_imports(loc.file);
                for (at, import) in facts.imports.iter().enumerate() {
                    if import.scope == scope && facts.str(import.bound) == name {
                        let binding = self.follow(loc.file, facts, at, hops + 1);
                        if binding != Binding::Unbound {
                            return re_exported(binding);
                        }
                    }
                }
                for (at, import) in facts.imports.iter().enumerate() {
                    if import.scope == scope && import.kind == ImportKind::Wildcard && hops < MAX_REEXPORTS {
                        let module = self.follow(loc.file, facts, at, hops + 1);
                        match self.in_binding(&module, name, hops + 1) {
                            Binding::Unbound | Binding::External => {}
                            binding => return re_exported(binding),
                        }
                    }
                }
            }
        }
        if self.rules_of(loc.file).package_scope() == PackageScope::None {
            return Binding::Unbound;
        }
        self.in_named_package(&package, name)
    }

    /// What a declared package or namespace offers; when the name of the package ends in a type, that type's member.
    pub(super) fn in_named_package(&self, package: &str, name: &str) -> Binding {
        let mut found: Vec<Loc> = Vec::new();
        let mut is_namespace = false;
        let hash = hash_of(package);
        let all = self.named(name);
        let fits = |each: &&Named| {
            let Named { loc, brief } = each;
            brief.package == hash
                && self.def(*loc, |facts, _| facts.package_of(loc.def) == package) == Some(true)
        };
        let all: Vec<&Named> = all.iter().filter(fits).collect();
        // Alone, a name means what needs no receiver first.
        let has_plain = all.iter().any(|each| each.brief.receiver == 0);
        for Named { loc, brief } in all {
            if brief.receiver == 0 || !has_plain {
                is_namespace |= brief.kind == SymbolKind::Module;
                found.push(*loc);
            }
        }
        if !found.is_empty() {
            if is_namespace && found.iter().all(|&loc| self.kind(loc) == SymbolKind::Module) {
                return Binding::Module(Rc::new(Module::Package(join(package, name))));
            }
            found.retain(|&loc| self.kind(loc) != SymbolKind::Module);
            return defs(found, Rule::Import);
        }
        if let Some((outer, last)) = package.rsplit_once('.')
            && let Binding::Defs(types) = self.in_named_package(outer, last)
        {
            return self.in_binding(&Binding::Defs(types), name, 0);
        }
        Binding::Unbound
    }

    /// Names that are visible without an import.
    fn in_package(&self, file: FileId, facts: &FileFacts, scope: ScopeIx, all: &[Named]) -> Vec<Candidate> {
        let scope_kind = self.rules_of(file).package_scope();
        let mut found: Vec<Loc> = Vec::new();
        match scope_kind {
            PackageScope::None => {}
            PackageScope::Folder => {
                let path = self.table.path(file);
                let folder = folder_of(path);
                let is_one_package = |there: &FileFacts| there.str(there.package) == facts.str(facts.package);
                for Named { loc, .. } in all.iter().filter(|each| each.brief.is_top_level()) {
                    if folder_of(self.table.path(loc.file)) == folder
                        && self.facts_of(loc.file).is_some_and(is_one_package)
                    {
                        found.push(*loc);
                    }
                }
            }
            PackageScope::Declared | PackageScope::Includes => {
                found = self.by_namespaces(facts, scope, all);
                if scope_kind == PackageScope::Includes {
                    found = self.nearest(file, found);
                }
            }
        }
        found.into_iter().map(|loc| Candidate { loc, rule: Rule::Package, through: None }).collect()
    }

    /// Top-level definitions of the innermost enclosing namespace that has any.
    fn by_namespaces(&self, facts: &FileFacts, scope: ScopeIx, all: &[Named]) -> Vec<Loc> {
        let mut package = facts.scopes.get(scope as usize).map_or_else(String::new, |scope| {
            let owner = scope.owner;
            let mut package = facts.package_of(owner).into_owned();
            if let Some(def) = facts.defs.get(scope.owner as usize)
                && def.kind == SymbolKind::Module
            {
                package = join(&package, &facts.str(def.name).replace("::", "."));
            }
            package
        });
        let is_candidate = |each: &&Named| each.brief.is_top_level() && each.brief.receiver == 0;
        let candidates: Vec<&Named> = all.iter().filter(is_candidate).collect();
        loop {
            let hash = hash_of(&package);
            let is_in = |loc: Loc| self.def(loc, |facts, _| facts.package_of(loc.def) == package);
            let fits: Vec<Loc> = candidates
                .iter()
                .filter(|each| each.brief.package == hash && is_in(each.loc) == Some(true))
                .map(|each| each.loc)
                .collect();
            if !fits.is_empty() || package.is_empty() {
                return fits;
            }
            package = package.rsplit_once('.').map_or_else(String::new, |(outer, _)| outer.to_owned());
        }
    }

    /// C and C++: definitions before declarations, nothing that is private to another file unless that is included, what
    /// is included before what is not, then the nearest path.
    fn nearest(&self, file: FileId, mut found: Vec<Loc>) -> Vec<Loc> {
        let has = |loc: &Loc, bit: u32| self.def(*loc, |_, def: &Def| def.flags.has(bit)) == Some(true);
        found.retain(|loc| !has(loc, DefFlags::FILE_LOCAL) || self.included(file).contains(&loc.file));
        let (declared, defined): (Vec<Loc>, Vec<Loc>) =
            found.into_iter().partition(|loc| has(loc, DefFlags::DECLARATION));
        let is_defined = !defined.is_empty();
        let mut found = if is_defined { defined } else { declared.clone() };
        // A namespace is all of its parts, wherever they are.
        if found.len() > 1 && found.iter().all(|&loc| self.kind(loc) != SymbolKind::Module) {
            let included = self.included(file);
            let is_seen = |loc: &Loc| included.contains(&loc.file);
            // An overload that is declared there may be defined elsewhere.
            let may_be_elsewhere =
                is_defined && declared.iter().any(|loc| is_seen(loc) && self.kind(*loc).is_callable());
            if !may_be_elsewhere && found.iter().any(is_seen) {
                found.retain(is_seen);
            }
        }
        let path = self.table.path(file);
        let near = |loc: &Loc| common_folders(path, self.table.path(loc.file));
        if let Some(best) = found.iter().map(near).max() {
            found.retain(|loc| near(loc) == best);
        }
        found
    }

    /// A file and all that it includes, directly or through others.
    pub(super) fn included(&self, file: FileId) -> Rc<[FileId]> {
        if let Some(known) = self.included.borrow().get(&file) {
            return Rc::clone(known);
        }
        let mut reached = vec![file];
        let mut next = 0;
        while let Some(&at) = reached.get(next) {
            next += 1;
            let Some(facts) = self.facts_of(at) else { continue };
            self.depends_on_imports(at);
            let includes = facts.imports.iter().enumerate().filter(|(_, i)| i.kind == ImportKind::Include);
            for (nth, _) in includes {
                let Binding::Module(module) = self.follow(at, facts, nth, 0) else { continue };
                let Module::Files(files) = &*module else { continue };
                for &new in files {
                    if reached.len() < MAX_INCLUDED && !reached.contains(&new) {
                        reached.push(new);
                    }
                }
            }
        }
        let reached: Rc<[FileId]> = reached.into();
        self.included.borrow_mut().insert(file, Rc::clone(&reached));
        reached
    }

    /// Names that wildcard imports bring, those of the scopes around `scope`.
    fn by_wildcards(&self, file: FileId, facts: &FileFacts, scope: ScopeIx, name: &str) -> Option<Binding> {
        let mut around = vec![scope];
        let mut look = scope;
        while let Some(this) = facts.scopes.get(look as usize) {
            look = this.parent;
            around.push(look);
        }
        let is_seen = |import: &Import| import.kind == ImportKind::Wildcard && around.contains(&import.scope);
        let wildcards = facts.imports.iter().enumerate().filter(|(_, import)| is_seen(import));
        self.depends_on_imports(file);
        for (at, _) in wildcards.take(MAX_WILDCARDS) {
            let module = self.follow(file, facts, at, 0);
            match self.in_binding(&module, name, 1) {
                Binding::Unbound | Binding::External => {}
                binding if !self.wildcard_takes(&module, &binding, name) => {}
                binding => return Some(binding),
            }
        }
        None
    }
}

/// Definitions found by one rule.
pub(super) fn defs(found: Vec<Loc>, rule: Rule) -> Binding {
    Binding::Defs(found.into_iter().map(|loc| Candidate { loc, rule, through: None }).collect())
}

fn re_exported(binding: Binding) -> Binding {
    match binding {
        Binding::Defs(found) => {
            Binding::Defs(found.iter().map(|c| Candidate { rule: Rule::ReExport, ..c.clone() }).collect())
        }
        other => other,
    }
}

/// True when a definition is declared in this scope and meant by its bare name. A constructor is not: its name means
/// the type.
fn declared_in(facts: &FileFacts, loc: Loc, scope: ScopeIx) -> bool {
    facts.defs.get(loc.def as usize).is_some_and(|def| {
        def.declared_in == scope && def.receiver == 0 && def.kind != SymbolKind::Constructor
    })
}

fn join(package: &str, name: &str) -> String {
    if package.is_empty() { name.to_owned() } else { format!("{package}.{name}") }
}

/// How many leading folders two paths share; the same file shares most.
fn common_folders(a: &str, b: &str) -> usize {
    if a == b {
        return usize::MAX;
    }
    a.split('/').zip(b.split('/')).take_while(|(x, y)| x == y).count()
}
