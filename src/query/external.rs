//! What is outside the project: libraries' symbols, which have a printable name and no file.
//!
//! In an answer such a symbol stands for itself; in a question its name also stands for all that is in it, so that
//! `requests` means every use of that package and `requests.get` those of that function. Inside this module it has a
//! symbol of a file that is not there; the slot is given out when the name is first met.

use super::answer::{Answer, Dependencies, Dependency, NameCount};
use super::graph::{FileLinks, Graph};
use super::walk::{Limits, Step};
use crate::lang::LANGUAGES;
use crate::model::{EdgeKind, FileId, Place, Symbol, SymbolId, SymbolKind, Visibility};
use crate::store::view::is_in;
use crate::store::{ExternalRow, ExternalUse};
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The file of everything that is outside the project.
const OUTSIDE: FileId = FileId(u32::MAX);
/// Written before a name to say that what is outside the project is meant.
pub(super) const PREFIX: &str = "external:";
/// Most names of one package that are listed.
const MAX_NAMES: usize = 20;

/// Names and the slots that were given to them.
#[derive(Default)]
pub(super) struct Names {
    slots: FxHashMap<String, u32>,
    names: Vec<Rc<str>>,
}

/// True for a symbol outside the project.
pub(super) fn is_external(id: SymbolId) -> bool {
    id.file == OUTSIDE
}

impl Graph<'_> {
    /// The symbol of a name outside the project.
    pub(super) fn external(&self, name: &str) -> SymbolId {
        let mut names = self.external_names.borrow_mut();
        if let Some(&slot) = names.slots.get(name) {
            return SymbolId { file: OUTSIDE, slot };
        }
        names.names.push(name.into());
        let slot = u32::try_from(names.names.len()).unwrap_or(u32::MAX);
        names.slots.insert(name.to_owned(), slot);
        SymbolId { file: OUTSIDE, slot }
    }

    /// The name of a symbol outside the project; `None` for one of the project.
    pub(super) fn external_name(&self, id: SymbolId) -> Option<Rc<str>> {
        let at = id.slot.checked_sub(1).filter(|_| is_external(id))?;
        self.external_names.borrow().names.get(at as usize).cloned()
    }

    /// A symbol outside the project. Of what kind it is nobody knows.
    pub(super) fn external_symbol(&self, id: SymbolId) -> Option<Symbol> {
        let name = self.external_name(id)?;
        let last = name.rsplit(['.', ':', '/']).next().unwrap_or_default();
        Some(Symbol {
            kind: SymbolKind::Module,
            name: last.to_owned(),
            qualified: name.to_string(),
            parent: 0,
            place: Place::default(),
            start_line: 0,
            end_line: 0,
            signature: String::new(),
            doc: String::new(),
            visibility: Visibility::Public,
            flags: 0,
        })
    }

    /// True when the project uses something outside it that is of this name or in it.
    pub(super) fn uses_external(&self, name: &str) -> Result<bool> {
        let mut is_used = false;
        if !name.is_empty() {
            self.view.externals(self.pid, name, |_, _, _, _| {
                is_used = true;
                Ok(false)
            })?;
        }
        Ok(is_used)
    }

    /// The uses of what is outside the project and of this name, or in it, by file.
    pub(super) fn external_uses(&self, name: &str, mut each: impl FnMut(Step) -> Result<()>) -> Result<()> {
        let mut files: Vec<FileId> = Vec::new();
        self.view.externals(self.pid, name, |_, file, _, _| {
            files.push(file);
            Ok(true)
        })?;
        files.sort_unstable();
        files.dedup();
        for file in files {
            let links = self.links(file)?;
            for used in links.row.externals.iter().filter(|of| is_in(&of.name, name)).flat_map(|of| &of.uses)
            {
                each(step(file, used, SymbolId { file, slot: used.from }))?;
            }
        }
        Ok(())
    }

    /// The uses of what is outside the project that start in a symbol itself.
    pub(super) fn external_outbound(&self, id: SymbolId) -> Result<Vec<Step>> {
        let links = self.links(id.file)?;
        Ok(self.externals_of(id.file, &links).get(&id.slot).cloned().unwrap_or_default())
    }

    /// The uses of what is outside the project that a symbol does: see [`Graph::acts`].
    pub(super) fn external_acts(&self, id: SymbolId) -> Result<Vec<Step>> {
        let links = self.links(id.file)?;
        let mut steps = Vec::new();
        for (&slot, uses) in self.externals_of(id.file, &links) {
            if self.actor(SymbolId { file: id.file, slot })? == id {
                steps.extend_from_slice(uses);
            }
        }
        Ok(steps)
    }

    fn externals_of<'l>(&self, file: FileId, links: &'l FileLinks) -> &'l BTreeMap<u32, Vec<Step>> {
        links.externals.get_or_init(|| {
            let mut by: BTreeMap<u32, Vec<Step>> = BTreeMap::new();
            for of in &links.row.externals {
                let next = self.external(&of.name);
                for used in &of.uses {
                    by.entry(used.from).or_default().push(step(file, used, next));
                }
            }
            by
        })
    }

    /// What is used at the place of a step to something that is in `outer`: its whole name, when that says more.
    pub(super) fn external_at(&self, used: &Step, outer: &str) -> Result<Option<String>> {
        let links = self.links(used.site)?;
        let is_here =
            |of: &&ExternalRow| of.uses.iter().any(|at| (at.line, at.column) == (used.line, used.column));
        let found = links.row.externals.iter().filter(|of| is_in(&of.name, outer)).find(is_here);
        Ok(found.map(|of| of.name.clone()).filter(|name| name != outer))
    }
}

/// The step of a use of what is outside the project.
pub(super) fn step(file: FileId, used: &ExternalUse, next: SymbolId) -> Step {
    Step {
        next,
        kind: used.kind,
        role: used.role,
        rule: used.rule,
        confidence: used.rule.confidence().0,
        site: file,
        line: used.line,
        column: used.column,
    }
}

/// What is counted of a package.
#[derive(Default)]
struct Tally {
    uses: u64,
    files: FxHashSet<FileId>,
    names: BTreeMap<String, u64>,
}

/// The packages, modules and headers outside the project that files use; `within` is a file or folder, empty for all.
pub(super) fn dependencies(graph: &Graph<'_>, within: &str, limits: &Limits<'_>) -> Result<Answer> {
    let within = within.trim().trim_start_matches("./").trim_end_matches('/');
    let is_inside = |path: &str| {
        matches!(within, "" | ".")
            || path.strip_prefix(within).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let inside: FxHashMap<FileId, u8> = graph
        .view
        .files(graph.pid)?
        .into_iter()
        .filter(|(_, row)| is_inside(&row.path))
        .map(|(id, row)| (id, row.language))
        .collect();
    let mut packages: BTreeMap<(u8, String), Tally> = BTreeMap::new();
    graph.view.externals(graph.pid, "", |name, file, uses, package| {
        (limits.check)()?;
        if let Some(&language) = inside.get(&file) {
            let package = name.get(..package as usize).unwrap_or_default().to_owned();
            let tally = packages.entry((language, package)).or_default();
            tally.uses += u64::from(uses);
            tally.files.insert(file);
            *tally.names.entry(name.to_owned()).or_default() += u64::from(uses);
        }
        Ok(true)
    })?;
    let mut results: Vec<Dependency> = packages
        .into_iter()
        .map(|((language, package), tally)| {
            let mut names: Vec<NameCount> =
                tally.names.into_iter().map(|(name, uses)| NameCount { name, uses }).collect();
            names.sort_by(|a, b| b.uses.cmp(&a.uses).then_with(|| a.name.cmp(&b.name)));
            let n_names = names.len() as u64;
            names.truncate(MAX_NAMES);
            let language = LANGUAGES.get(usize::from(language)).map_or("", |language| language.name);
            Dependency {
                package,
                language: language.to_owned(),
                uses: tally.uses,
                files: tally.files.len() as u64,
                n_names,
                names,
            }
        })
        .collect();
    results.sort_by(|a, b| {
        let key = |each: &Dependency| (std::cmp::Reverse((each.files, each.uses)), each.package.is_empty());
        key(a).cmp(&key(b)).then_with(|| (&a.package, &a.language).cmp(&(&b.package, &b.language)))
    });
    let truncated = results.len() > limits.max_results;
    results.truncate(limits.max_results);
    Ok(Answer::Dependencies(Dependencies { within: within.to_owned(), results, truncated }))
}

/// True for what a walk over what a symbol depends on may end in.
pub(super) const fn is_use(kind: EdgeKind) -> bool {
    !matches!(kind, EdgeKind::Imports | EdgeKind::Contains)
}
