//! One function a question: locate, walk, show.

use super::Question;
use super::answer::{
    Answer, Arrow, Definitions, External, FileCount, FoundKind, Hierarchy, Impact, LanguageCount, Links,
    Outline, OutlineRow, Stats,
};
use super::cycles::{cycles, unit};
use super::explain::explain;
use super::external::{PREFIX, dependencies, is_external};
use super::graph::{Graph, holds_code};
use super::locate::{self, Target};
use super::path::path;
use super::present::{definition, found, printed, rows, site};
use super::steps::{Along, Relation};
use super::unused::unused;
use super::walk::{Limits, Plan, Reached, Step, Walk, walk};
use crate::model::{EdgeKind, FileId, Role, Symbol, SymbolId, SymbolKind};
use crate::store::ProjectRow;
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

pub(super) fn answer(
    graph: &Graph<'_>,
    project: &ProjectRow,
    question: &Question,
    limits: &Limits<'_>,
) -> Result<Answer> {
    match question {
        Question::Definition { symbol } => definitions(graph, symbol, limits),
        Question::References { symbol } => references(graph, symbol, limits),
        Question::Callers { symbol, depth } => links(graph, symbol, Relation::Callers, *depth, limits),
        Question::Callees { symbol, depth } => links(graph, symbol, Relation::Callees, *depth, limits),
        Question::Implementations { symbol } => {
            links(graph, symbol, Relation::Subtypes, Limits::MAX_DEPTH, limits)
        }
        Question::Hierarchy { symbol } => hierarchy(graph, symbol, limits),
        Question::Imports { file, depth } => imports(graph, file, *depth, limits),
        Question::Importers { symbol, depth } => importers(graph, symbol, *depth, limits),
        Question::Impact { symbol, depth } => impact(graph, symbol, *depth, limits),
        Question::Path { from, to } => path(graph, from, to, limits),
        Question::Explain { from, to } => explain(graph, from, to, limits),
        Question::Outline { file } => outline(graph, file),
        Question::Cycles { by } => cycles(graph, *by, limits),
        Question::Dependencies { within } => dependencies(graph, within, limits),
        Question::Unused { include_exports } => unused(graph, *include_exports, limits),
        Question::Stats => stats(graph, project, limits),
    }
}

fn definitions(graph: &Graph<'_>, symbol: &str, limits: &Limits<'_>) -> Result<Answer> {
    let ids: Vec<SymbolId> = locate::all(graph, symbol)?.into_iter().flat_map(|target| target.ids).collect();
    if ids.iter().all(|&id| is_external(id)) {
        return Err(locate::no_definition(symbol));
    }
    let truncated = ids.len() > limits.max_results;
    let mut results = Vec::new();
    for id in ids.into_iter().take(limits.max_results) {
        results.extend(definition(graph, id)?);
    }
    results.sort_by(|a, b| {
        (a.declaration, &a.path, a.cell, a.line).cmp(&(b.declaration, &b.path, b.cell, b.line))
    });
    Ok(Answer::Definitions(Definitions { symbol: symbol.to_owned(), results, truncated }))
}

/// Every use is a row of its own: who uses it, and where.
fn references(graph: &Graph<'_>, symbol: &str, limits: &Limits<'_>) -> Result<Answer> {
    let target = locate::one(graph, symbol)?;
    let mut uses: Vec<Step> = Vec::new();
    for &id in &target.ids {
        (limits.check)()?;
        let mut all = vec![id];
        all.extend(graph.constructors(id)?);
        for id in all {
            graph.inbound(id, |step| {
                if !matches!(step.kind, EdgeKind::Overrides | EdgeKind::Contains)
                    && step.confidence >= limits.cut()
                {
                    uses.push(step);
                }
                Ok(())
            })?;
        }
    }
    // A place that reaches both a type and its constructor names it once.
    uses.sort_unstable_by_key(|step| {
        (step.site, step.line, step.column, step.next, std::cmp::Reverse(step.confidence))
    });
    uses.dedup_by_key(|step| (step.site, step.line, step.column, step.next));
    let mut keyed = uses
        .into_iter()
        .map(|step| Ok((graph.order(SymbolId::of_file(step.site))?.0, step.line, step.column, step)))
        .collect::<Result<Vec<_>>>()?;
    keyed.sort_unstable();
    let truncated = keyed.len() > limits.max_results;
    keyed.truncate(limits.max_results);
    let mut results = Vec::with_capacity(keyed.len());
    for (_, _, _, step) in keyed {
        let reached = Reached { id: step.next, depth: 1, via: target.first(), own: 1, steps: vec![step] };
        results.extend(found(graph, &reached)?);
    }
    let mut answer = empty(graph, &target)?;
    let mut number: FxHashMap<&str, u32> = FxHashMap::default();
    for (at, row) in results.iter().enumerate() {
        let n = *number.entry(&row.id).or_insert(u32::try_from(at + 1)?);
        answer.arrows.push(Arrow { from: n, to: 0, kind: row.edge });
    }
    answer.arrows.sort_unstable();
    answer.arrows.dedup();
    answer.results = results;
    answer.truncated = truncated;
    Ok(Answer::Links(answer))
}

/// An answer about a target without results yet.
fn empty(graph: &Graph<'_>, target: &Target) -> Result<Links> {
    Ok(Links {
        symbol: target.symbol.qualified.clone(),
        id: printed(graph, target.first())?,
        results: Vec::new(),
        unresolved: unresolved(graph, target)?,
        external: Vec::new(),
        also: also(graph, target)?,
        symbols_only: graph.symbols_only(&target.ids)?,
        truncated: false,
        counts_calls: false,
        arrows: Vec::new(),
    })
}

/// What has the qualified name of a symbol of the project and is outside of it.
fn also(graph: &Graph<'_>, target: &Target) -> Result<Option<String>> {
    let name = &target.symbol.qualified;
    let is_used = !is_external(target.first()) && graph.uses_external(name)?;
    Ok(is_used.then(|| format!("{PREFIX}{name}")))
}

/// How many uses of the target's name nobody could resolve.
pub(super) fn unresolved(graph: &Graph<'_>, target: &Target) -> Result<u64> {
    if target.symbol.kind == SymbolKind::File {
        return Ok(0);
    }
    graph.view.unresolved(graph.pid, &target.symbol.name)
}

/// How many calls inside definitions nobody could resolve: calls without an edge of a name that is among the
/// unresolved ones of its file.
fn unresolved_inside(graph: &Graph<'_>, definitions: &[SymbolId]) -> Result<u64> {
    let mut by_file: BTreeMap<FileId, FxHashSet<u32>> = BTreeMap::new();
    for id in definitions {
        by_file.entry(id.file).or_default().insert(id.slot);
    }
    let mut count = 0;
    for (file, slots) in by_file {
        let links = graph.links(file)?;
        let is_unresolved =
            |name: &str| links.row.unresolved.binary_search_by(|(each, _)| each.as_str().cmp(name)).is_ok();
        if links.row.unresolved.is_empty() {
            continue;
        }
        let Some(facts) = graph.view.facts(graph.pid, file)? else { continue };
        let edges = links.row.edges.iter();
        let outside = links.row.externals.iter().flat_map(|of| &of.uses);
        let places: FxHashSet<(u32, u32)> = edges
            .map(|edge| (edge.line, edge.column))
            .chain(outside.map(|used| (used.line, used.column)))
            .collect();
        // Containers come before their contents.
        let mut inside: Vec<bool> = Vec::with_capacity(facts.defs.len());
        for def in &facts.defs {
            let in_container = inside.get(def.parent as usize).copied().unwrap_or_default();
            inside.push(in_container || slots.contains(&def.slot));
        }
        let calls = facts.uses.iter().filter(|used| {
            matches!(used.role, Role::Call | Role::New)
                && inside.get(used.owner as usize).copied().unwrap_or_default()
                && !places.contains(&(used.place.line, used.place.column))
                && facts.last_name(used.expr).is_some_and(is_unresolved)
        });
        count += calls.count() as u64;
    }
    Ok(count)
}

fn go(
    graph: &Graph<'_>,
    roots: &[SymbolId],
    relation: Relation,
    plan: Plan,
    limits: &Limits<'_>,
) -> Result<Walk> {
    walk(&Along { graph, relation, cut: limits.cut() }, roots, plan, limits)
}

fn links(
    graph: &Graph<'_>,
    symbol: &str,
    relation: Relation,
    depth: u32,
    limits: &Limits<'_>,
) -> Result<Answer> {
    let target = locate::one_of(graph, symbol, |symbol| match relation {
        Relation::Subtypes => can_inherit(symbol),
        _ => holds_code(symbol) || symbol.kind.is_type(),
    })?;
    let mut roots = target.ids.clone();
    let mut roots_count = matches!(relation, Relation::Callers | Relation::Callees);
    if relation == Relation::Callees && !holds_code(&target.symbol) {
        for &id in &target.ids {
            roots.extend(graph.contents(id)?);
        }
        roots_count = false;
    }
    let plan = Plan { depth, roots_count };
    let walk = go(graph, &roots, relation, plan, limits)?;
    let mut answer = empty(graph, &target)?;
    if relation == Relation::Callees {
        answer.unresolved = unresolved_inside(graph, &roots)?;
        answer.counts_calls = true;
    }
    (answer.results, answer.arrows) = rows(graph, &walk, relation.is_backward())?;
    answer.truncated = walk.truncated;
    Ok(Answer::Links(answer))
}

/// True for what may extend, implement or override.
fn can_inherit(symbol: &Symbol) -> bool {
    symbol.kind.is_type() || matches!(symbol.kind, SymbolKind::Method | SymbolKind::Property)
}

fn hierarchy(graph: &Graph<'_>, symbol: &str, limits: &Limits<'_>) -> Result<Answer> {
    let target = locate::one_of(graph, symbol, can_inherit)?;
    let plan = Plan { depth: Limits::MAX_DEPTH, ..Plan::default() };
    let above = go(graph, &target.ids, Relation::Supertypes, plan, limits)?;
    let below = go(graph, &target.ids, Relation::Subtypes, plan, limits)?;
    let (supertypes, mut arrows) = rows(graph, &above, false)?;
    let (subtypes, more) = rows(graph, &below, true)?;
    let shift = u32::try_from(supertypes.len())?;
    let moved = |n: u32| if n == 0 { 0 } else { n + shift };
    arrows.extend(more.iter().map(|arrow| Arrow { from: moved(arrow.from), to: moved(arrow.to), ..*arrow }));
    Ok(Answer::Hierarchy(Hierarchy {
        symbol: target.symbol.qualified.clone(),
        id: printed(graph, target.first())?,
        supertypes,
        subtypes,
        symbols_only: graph.symbols_only(&target.ids)?,
        truncated: above.truncated || below.truncated,
        arrows,
    }))
}

/// The files that are imported together with a file: its package folder where a folder is a package.
fn package_files(graph: &Graph<'_>, file: FileId) -> Result<Vec<SymbolId>> {
    let Some(row) = graph.file(file)? else { return Ok(Vec::new()) };
    let (here, is_folder) = unit(&row);
    if !is_folder {
        return Ok(vec![SymbolId::of_file(file)]);
    }
    let prefix = if here == "." { String::new() } else { format!("{here}/") };
    let mut files = Vec::new();
    for (_, id) in graph.view.paths(graph.pid, &prefix)? {
        if graph.file(id)?.is_some_and(|other| unit(&other) == (here, true)) {
            files.push(SymbolId::of_file(id));
        }
    }
    Ok(files)
}

fn imports(graph: &Graph<'_>, file: &str, depth: u32, limits: &Limits<'_>) -> Result<Answer> {
    let file = locate::file(graph, file)?;
    let id = SymbolId::of_file(file);
    let plan = Plan { depth, ..Plan::default() };
    let walk = go(graph, &[id], Relation::Imports, plan, limits)?;
    let (results, arrows) = rows(graph, &walk, false)?;
    let path = graph.symbol(id)?.map(|symbol| symbol.qualified.clone()).unwrap_or_default();
    Ok(Answer::Links(Links {
        symbol: path,
        id: printed(graph, id)?,
        results,
        unresolved: 0,
        external: external(graph, file)?,
        also: None,
        symbols_only: graph.symbols_only(&[id])?,
        truncated: walk.truncated,
        counts_calls: false,
        arrows,
    }))
}

/// The imports of a file from which no edge starts.
fn external(graph: &Graph<'_>, file: FileId) -> Result<Vec<External>> {
    let Some(facts) = graph.view.facts(graph.pid, file)? else { return Ok(Vec::new()) };
    let links = graph.links(file)?;
    let inside: FxHashSet<(u32, u32)> = links
        .row
        .edges
        .iter()
        .filter(|edge| edge.kind == EdgeKind::Imports)
        .map(|edge| (edge.line, edge.column))
        .collect();
    let mut found = Vec::new();
    for import in &facts.imports {
        if !inside.contains(&(import.place.line, import.place.column)) {
            found.push(External {
                module: facts.str(import.path).to_owned(),
                name: facts.str(import.name).to_owned(),
                site: site(graph, file, import.place.line, Some(import.place.column))?,
            });
        }
    }
    found.dedup();
    Ok(found)
}

fn importers(graph: &Graph<'_>, symbol: &str, depth: u32, limits: &Limits<'_>) -> Result<Answer> {
    let target = locate::one(graph, symbol)?;
    let mut roots = target.ids.clone();
    if target.symbol.kind == SymbolKind::File {
        roots = package_files(graph, target.first().file)?;
    }
    let plan = Plan { depth, ..Plan::default() };
    let walk = go(graph, &roots, Relation::Importers, plan, limits)?;
    let mut answer = empty(graph, &target)?;
    (answer.results, answer.arrows) = rows(graph, &walk, true)?;
    answer.truncated = walk.truncated;
    answer.unresolved = 0;
    Ok(Answer::Links(answer))
}

fn impact(graph: &Graph<'_>, symbol: &str, depth: u32, limits: &Limits<'_>) -> Result<Answer> {
    let target = locate::one(graph, symbol)?;
    let mut roots = target.ids.clone();
    for &id in &target.ids {
        roots.extend(graph.contents(id)?);
    }
    let plan = Plan { depth, ..Plan::default() };
    let walk = go(graph, &roots, Relation::Dependents, plan, limits)?;
    let (results, arrows) = rows(graph, &walk, true)?;
    let mut files: BTreeMap<String, FileCount> = BTreeMap::new();
    let mut tests: Vec<(String, u32, String)> = Vec::new();
    for row in &results {
        let fresh = || FileCount { path: row.path.clone(), symbols: 0, test: false };
        files.entry(row.path.clone()).or_insert_with(fresh).symbols += 1;
        if row.test && row.kind != FoundKind::Symbol(SymbolKind::File) {
            tests.push((row.path.clone(), row.line, row.id.clone()));
        }
    }
    for reached in &walk.reached {
        if let Some(row) = graph.file(reached.id.file)?
            && row.is_test
            && let Some(count) = files.get_mut(&row.path)
        {
            count.test = true;
        }
    }
    tests.sort_unstable();
    Ok(Answer::Impact(Impact {
        symbol: target.symbol.qualified.clone(),
        id: printed(graph, target.first())?,
        results,
        files: files.into_values().collect(),
        tests: tests.into_iter().map(|(_, _, id)| id).collect(),
        unresolved: unresolved(graph, &target)?,
        symbols_only: graph.symbols_only(&target.ids)?,
        truncated: walk.truncated,
        arrows,
    }))
}

fn outline(graph: &Graph<'_>, file: &str) -> Result<Answer> {
    let file = locate::file(graph, file)?;
    let Some(row) = graph.file(file)? else { anyhow::bail!("the index names a file that it does not hold") };
    let mut symbols = graph.view.symbols_of(graph.pid, file)?;
    symbols.sort_unstable_by_key(|(id, symbol)| (symbol.place, id.slot));
    // Children of each container in the order of their places; then down without recursion.
    let mut children: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    for (id, symbol) in symbols.iter().rev() {
        children.entry(symbol.parent).or_default().push(id.slot);
    }
    let mut open: Vec<(u32, u32)> =
        children.remove(&0).unwrap_or_default().into_iter().map(|slot| (slot, 0)).collect();
    let mut results = Vec::with_capacity(symbols.len());
    while let Some((slot, depth)) = open.pop() {
        let id = SymbolId { file, slot };
        if let (Some(symbol), Some(definition)) = (graph.symbol(id)?, definition(graph, id)?) {
            results.push(OutlineRow { depth, name: symbol.name.clone(), definition });
        }
        open.extend(children.remove(&slot).unwrap_or_default().into_iter().map(|slot| (slot, depth + 1)));
    }
    Ok(Answer::Outline(Outline {
        path: row.path.clone(),
        language: row.language_name.clone(),
        lines: row.lines,
        results,
        problems: row.problems.clone(),
    }))
}

fn stats(graph: &Graph<'_>, project: &ProjectRow, limits: &Limits<'_>) -> Result<Answer> {
    let mut languages: BTreeMap<String, LanguageCount> = BTreeMap::new();
    let mut edge_kinds: BTreeMap<&'static str, u64> = BTreeMap::new();
    for (id, row) in graph.view.files(graph.pid)? {
        (limits.check)()?;
        let each = languages.entry(row.language_name).or_default();
        each.files += 1;
        each.lines += u64::from(row.lines);
        each.bytes += row.size;
        each.symbols += u64::from(row.symbols);
        if row.edges > 0 {
            for edge in graph.view.links(graph.pid, id)?.unwrap_or_default().edges {
                *edge_kinds.entry(edge.kind.name()).or_default() += 1;
            }
        }
    }
    let mut kinds: BTreeMap<&'static str, u64> = BTreeMap::new();
    graph.view.kinds(graph.pid, |_, kind| {
        *kinds.entry(kind.name()).or_default() += 1;
        Ok(true)
    })?;
    let counts = &project.counts;
    edge_kinds.insert(EdgeKind::Contains.name(), counts.symbols);
    Ok(Answer::Stats(Stats {
        project: project.name.clone(),
        files: counts.files,
        lines: counts.lines,
        symbols: counts.symbols,
        edges: counts.edges,
        resolved: counts.resolved,
        unresolved: counts.unresolved,
        external: counts.external,
        languages,
        kinds,
        edge_kinds,
    }))
}
