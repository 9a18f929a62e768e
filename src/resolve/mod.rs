//! "What does this name mean?" From the facts of a file, and what the table says of all others, to edges. Pure: the
//! same facts and the same answers give the same edges, on any number of threads, from memory or from the store.

mod calls;
mod eval;
mod external;
mod generics;
mod interface;
mod linker;
mod members;
mod names;
mod overload;
mod passed;
pub mod table;
mod value;

pub use external::{External, Externals};
pub use interface::changed_look_ups;
pub use table::{Loc, LookUp, Named, SymbolTable, folder_of, name_of};

use crate::facts::{DefIx, Expr, FileFacts, Import, ImportKind, Use};
use crate::lang::PackageScope;
use crate::model::{Confidence, Doubt, EdgeKind, FileId, Place, Role, Rule, SymbolKind};
use linker::{Binding, Candidate, Linker};
use rustc_hash::FxHashMap;
use value::{Module, Value};

/// An edge from a definition of the file that was resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The definition where it starts; 0 is the file.
    pub from: DefIx,
    /// How the two relate.
    pub kind: EdgeKind,
    /// Where it ends; definition 0 is a file.
    pub to: Loc,
    /// What the use does.
    pub role: Role,
    /// How we know.
    pub rule: Rule,
    /// How sure, in percent.
    pub confidence: u8,
    /// Where the use stands.
    pub place: Place,
}

/// What resolving one file gives.
#[derive(Debug, Clone, Default)]
pub struct Links {
    /// Edges; containment is not among them, since every symbol names its container.
    pub links: Vec<Link>,
    /// Uses of what is outside the project, as far as their names are known.
    pub externals: Externals,
    /// Hashes of the questions whose answers went into them, sorted.
    pub depends_on: Vec<u64>,
    /// Names of calls that could not be resolved, with their counts, sorted.
    pub unresolved: Vec<(String, u32)>,
    /// Uses that are bound to the project.
    pub n_resolved: u32,
    /// Uses of which nothing is known; what is known to be a library's is not counted.
    pub n_unresolved: u32,
    /// Uses of libraries that have a printable name.
    pub n_external: u32,
}

/// Resolves one file.
#[must_use]
pub fn link(table: &dyn SymbolTable, file: FileId, facts: &FileFacts) -> Links {
    let linker = Linker::new(table, file, facts);
    let mut links = Links::default();
    linker.imports(&mut links);
    let mut unresolved: FxHashMap<String, u32> = FxHashMap::default();
    for (at, used) in facts.uses.iter().enumerate() {
        let is_base = || is_on_the_way(facts, used, facts.uses.get(at + 1));
        match linker.resolve(used) {
            Resolved::To(found, doubt) => {
                links.n_resolved += 1;
                linker.edges_of(used, &found, doubt, &mut links);
            }
            Resolved::External if is_base() => {}
            Resolved::Unknown if is_base() && linker.is_external_root(used) => {}
            Resolved::External => links.n_external += u32::from(linker.external_use(used, &mut links)),
            Resolved::Unknown if !is_base() && linker.external_use(used, &mut links) => {
                links.n_external += 1;
            }
            Resolved::Unknown => {
                links.n_unresolved += 1;
                if matches!(used.role, Role::Call | Role::New)
                    && let Some(name) = facts.last_name(used.expr)
                {
                    *unresolved.entry(name.to_owned()).or_insert(0) += 1;
                }
            }
        }
    }
    linker.impls(&mut links);
    linker.overrides(&mut links);
    links.depends_on = linker.take_dependences();
    links.unresolved = unresolved.into_iter().collect();
    links.unresolved.sort_unstable();
    links
}

/// True for a use that is only on the way to the next one, which is that of a member: `requests` in `requests.get`.
fn is_on_the_way(facts: &FileFacts, used: &Use, next: Option<&Use>) -> bool {
    let member = |used: &Use| match facts.exprs.get(used.expr as usize) {
        Some(Expr::Member { base, .. }) => Some(*base),
        Some(Expr::Generic { base, .. }) => match facts.exprs.get(*base as usize) {
            Some(Expr::Member { base, .. }) => Some(*base),
            _ => None,
        },
        _ => None,
    };
    // The last written name may stand for several things, but hardly for two that follow each other.
    next.and_then(member).is_some_and(|base| {
        base == used.expr
            || facts.last_name(base).is_some_and(|name| facts.last_name(used.expr) == Some(name))
    })
}

/// What a use means.
enum Resolved {
    /// These definitions, several of which are as likely, and what makes the choice less sure.
    To(Vec<Candidate>, Doubt),
    /// A library's.
    External,
    /// Nobody knows.
    Unknown,
}

impl Linker<'_> {
    /// Import edges: from the file to the files it imports, and to the symbols it names.
    fn imports(&self, links: &mut Links) {
        let facts = self.facts;
        let includes = self.rules_of(self.file).package_scope() == PackageScope::Includes;
        for (at, import) in facts.imports.iter().enumerate() {
            if import.kind == ImportKind::Root {
                continue;
            }
            let binding = self.near(self.file, self.follow(self.file, facts, at, 0));
            let mut files: Vec<FileId> = Vec::new();
            match &binding {
                Binding::Module(module) => files = Self::files_of(module),
                // `using a::T;` names no file: what brings the file is the include.
                Binding::Defs(found) if includes => {
                    let mut found = found.to_vec();
                    self.prefer_definitions(&mut found);
                    links.links.extend(found.iter().map(|each| import_link(each.loc, import, each.rule)));
                }
                Binding::Defs(found) => {
                    for each in found.iter() {
                        links.links.push(import_link(each.loc, import, each.rule));
                        files.push(self.imported_file(each, import));
                    }
                }
                Binding::External | Binding::Unbound => {}
            }
            if files.is_empty()
                && matches!(binding, Binding::Module(_) | Binding::External | Binding::Unbound)
            {
                self.external_import(at, import, links);
            }
            files.dedup();
            for to in files {
                if to != self.file {
                    links.links.push(import_link(Loc { file: to, def: 0 }, import, Rule::Import));
                }
            }
        }
    }

    /// The file that an import statement names, which for a re-exported symbol is not the file that defines it.
    fn imported_file(&self, candidate: &Candidate, import: &Import) -> FileId {
        if candidate.rule != Rule::ReExport {
            return candidate.loc.file;
        }
        let module = Import { kind: ImportKind::Wildcard, ..import.clone() };
        match self.follow_import(self.file, self.facts, &module, 0) {
            Binding::Module(module) => match &*module {
                Module::Files(files) => files.first().copied().unwrap_or(candidate.loc.file),
                Module::Inline(loc) => loc.file,
                Module::Package(_) => candidate.loc.file,
            },
            _ => candidate.loc.file,
        }
    }

    fn files_of(module: &Module) -> Vec<FileId> {
        match module {
            Module::Files(files) => files.first().copied().into_iter().collect(),
            Module::Inline(loc) => vec![loc.file],
            // A package is no file: which of its files are meant is seen from the names that are used.
            Module::Package(_) => Vec::new(),
        }
    }

    /// Edges from the types of this file to supertypes that are written apart from them, in whatever file.
    fn impls(&self, links: &mut Links) {
        let facts = self.facts;
        for (at, def) in facts.defs.iter().enumerate().skip(1).filter(|(_, def)| def.kind.is_type()) {
            let name = facts.str(def.name);
            self.depends(LookUp::Impl, name);
            for each in self.table.impls_named(name) {
                let Some(there) = self.facts_of(each.file) else { continue };
                let Some(entry) = there.impls.get(each.def as usize) else { continue };
                let sub = self.eval_type(each.file, entry.ty, None);
                let of = self.eval_type(each.file, entry.of, None);
                let Value::Instance(sub) = sub else { continue };
                if sub.loc != (Loc { file: self.file, def: narrow(at) }) {
                    continue;
                }
                // A place is one of this file; an impl elsewhere is shown at the type.
                let place = if each.file == self.file { entry.place } else { def.place };
                let Value::Instance(of) = of else {
                    self.external_impl(narrow(at), (each.file, entry.of), entry.role, place, links);
                    continue;
                };
                if of.loc == sub.loc {
                    continue;
                }
                links.links.push(Link {
                    from: narrow(at),
                    kind: if entry.role == Role::Extends { EdgeKind::Extends } else { EdgeKind::Implements },
                    to: of.loc,
                    role: entry.role,
                    rule: Rule::Syntax,
                    // Both names are resolved as written types are.
                    confidence: Rule::DeclaredType.confidence().0,
                    place,
                });
            }
        }
    }

    /// Methods that override a method of a supertype.
    fn overrides(&self, links: &mut Links) {
        let facts = self.facts;
        for (at, def) in facts.defs.iter().enumerate().skip(1) {
            if def.kind != SymbolKind::Method {
                continue;
            }
            let scope = if def.receiver == 0 { def.declared_in } else { def.scope };
            let scope = if scope == crate::facts::NONE { def.declared_in } else { scope };
            let Some(ty) = self.self_type(self.file, scope) else { continue };
            let name = facts.str(def.name);
            let me = Loc { file: self.file, def: narrow(at) };
            let mut found: Vec<Loc> = Vec::new();
            for of in self.supers_of(&ty).iter() {
                for each in self.members_of(of, name).iter() {
                    if each.loc != me && self.kind(each.loc).is_callable() && !found.contains(&each.loc) {
                        found.push(each.loc);
                    }
                }
            }
            let fits = self.by_written_types_of(def, self.by_arity_of(def, &found));
            for to in fits {
                links.links.push(Link {
                    from: narrow(at),
                    kind: EdgeKind::Overrides,
                    to,
                    role: Role::Read,
                    rule: Rule::Inherited,
                    confidence: Rule::Inherited.confidence().0,
                    place: def.place,
                });
            }
        }
    }

    /// The edges that a use makes.
    fn edges_of(&self, used: &Use, found: &[Candidate], doubt: Doubt, links: &mut Links) {
        let kinds: Vec<EdgeKind> = found.iter().map(|each| self.edge_kind(used, each)).collect();
        // The definitions of a name for several systems are all meant, each on its own.
        let are_variants = self.are_variants(found);
        let are_alternatives = self.are_alternatives(found);
        for (each, &kind) in found.iter().zip(&kinds) {
            let is_alone = are_variants || kinds.iter().filter(|&&other| other == kind).count() < 2;
            let doubt = match (is_alone, are_alternatives) {
                (true, _) => doubt,
                (false, true) => Doubt::OneOf,
                (false, false) => Doubt::Several,
            };
            let rule =
                if used.in_macro && each.rule != Rule::NameOnly { Rule::MacroArgument } else { each.rule };
            let role = match kind {
                EdgeKind::Extends | EdgeKind::Implements => self.inherit_role(used.role, each.loc),
                _ => used.role,
            };
            links.links.push(Link {
                from: used.owner,
                kind: match role {
                    Role::Implements if kind == EdgeKind::Extends => EdgeKind::Implements,
                    _ => kind,
                },
                to: each.loc,
                role,
                rule,
                confidence: Confidence::of(rule, doubt).0,
                place: used.place,
            });
        }
    }

    /// True for the definitions of one name in several files of a folder that is a package: each is the one that is
    /// meant when the program is built for its system.
    fn are_variants(&self, found: &[Candidate]) -> bool {
        if self.language_of(self.file).rules.package_scope() != PackageScope::Folder {
            return false;
        }
        let what = |each: &Candidate| {
            self.def(each.loc, |facts, def| {
                let receiver = facts.receiver_name(each.loc.def).unwrap_or_default().to_owned();
                let folder = folder_of(self.table.path(each.loc.file)).to_owned();
                (def.kind, def.parent, receiver, folder)
            })
        };
        let mut files: Vec<FileId> = found.iter().map(|each| each.loc.file).collect();
        files.sort_unstable();
        files.dedup();
        let first = found.first().and_then(what);
        files.len() == found.len()
            && first.as_ref().is_some_and(|(_, parent, ..)| *parent == 0)
            && found.iter().all(|each| what(each) == first)
    }

    fn is_type_def(&self, def: DefIx) -> bool {
        self.facts.defs.get(def as usize).is_some_and(|def| def.kind.is_type())
    }

    fn edge_kind(&self, used: &Use, to: &Candidate) -> EdgeKind {
        let kind = self.kind(to.loc);
        match used.role {
            Role::Call if kind.is_callable() => EdgeKind::Calls,
            // Where types are not constructed by calling them, `T(x)` is a conversion.
            Role::Call if kind.is_type() && self.rules_of(self.file).calls_construct() => EdgeKind::Calls,
            Role::New => EdgeKind::Calls,
            // A decorator that is a function is called with what it decorates.
            Role::Decorator if matches!(kind, SymbolKind::Function | SymbolKind::Method) => EdgeKind::Calls,
            // What stands apart from its type (`impl T for S`) is told by the type's own edges.
            Role::Extends | Role::Implements if !self.is_type_def(used.owner) => EdgeKind::References,
            Role::Extends => EdgeKind::Extends,
            Role::Implements => EdgeKind::Implements,
            Role::Import => EdgeKind::Imports,
            Role::Call | Role::Read | Role::Write | Role::Type | Role::Decorator => EdgeKind::References,
        }
    }
}

fn import_link(to: Loc, import: &Import, rule: Rule) -> Link {
    Link {
        from: 0,
        kind: EdgeKind::Imports,
        to,
        role: Role::Import,
        rule,
        confidence: rule.confidence().0,
        place: import.place,
    }
}

/// Files are limited to less than 4 GiB, so every index fits.
fn narrow(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
