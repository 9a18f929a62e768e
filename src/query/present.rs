//! From symbols and walks to the rows of an answer.

use super::answer::{Arrow, Definition, Found, FoundKind, Site};
use super::external::{PREFIX, is_external};
use super::graph::{Graph, shown_line};
use super::walk::{Reached, Step, Walk};
use crate::facts::DefFlags;
use crate::model::{Confidence, FileId, Printed, SymbolId, SymbolKind};
use anyhow::Result;
use std::cmp::Reverse;

/// The printed form of a symbol.
pub(super) fn printed(graph: &Graph<'_>, id: SymbolId) -> Result<String> {
    if let Some(name) = graph.external_name(id) {
        return Ok(format!("{PREFIX}{name}"));
    }
    let path = graph.file(id.file)?.map(|row| row.path.clone()).unwrap_or_default();
    let symbol = graph.symbol(id)?;
    let qualified = symbol.as_deref().map_or("", |symbol| symbol.qualified.as_str());
    Ok(Printed::new(&path, qualified, id).to_string())
}

/// A place as it is shown; line and column are 0-based.
pub(super) fn site(graph: &Graph<'_>, file: FileId, line: u32, column: Option<u32>) -> Result<Site> {
    let column = column.map(|column| column + 1);
    let Some(row) = graph.file(file)? else {
        return Ok(Site { path: String::new(), cell: None, line: line + 1, column });
    };
    let (cell, line) = shown_line(&row, line);
    Ok(Site { path: row.path.clone(), cell, line, column })
}

/// A definition as it is shown; `None` when it is not there.
pub(super) fn definition(graph: &Graph<'_>, id: SymbolId) -> Result<Option<Definition>> {
    let (Some(symbol), Some(row)) = (graph.symbol(id)?, graph.file(id.file)?) else { return Ok(None) };
    let (cell, line) = shown_line(&row, symbol.place.line);
    let flags = DefFlags(symbol.flags);
    Ok(Some(Definition {
        symbol: symbol.qualified.clone(),
        id: Printed::new(&row.path, &symbol.qualified, id).to_string(),
        kind: symbol.kind,
        path: row.path.clone(),
        cell,
        line,
        column: symbol.place.column + 1,
        start_line: shown_line(&row, symbol.start_line).1,
        end_line: shown_line(&row, symbol.end_line).1,
        language: row.language_name.clone(),
        signature: symbol.signature.clone(),
        doc: symbol.doc.clone(),
        visibility: symbol.visibility,
        declaration: flags.has(DefFlags::DECLARATION),
        test: row.is_test || flags.has(DefFlags::TEST),
    }))
}

/// The row of a symbol that a walk reached.
pub(super) fn found(graph: &Graph<'_>, reached: &Reached) -> Result<Option<Found>> {
    let Some(symbol) = graph.symbol(reached.id)? else { return Ok(None) };
    let row = graph.file(reached.id.file)?;
    let external = is_external(reached.id);
    if row.is_none() && !external {
        return Ok(None);
    }
    let best = |step: &&Step| (Reverse(step.confidence), step.kind, step.site, step.line, step.column);
    let Some(first) = reached.steps.iter().take(reached.own).min_by_key(best) else { return Ok(None) };
    let at = site(graph, first.site, first.line, Some(first.column))?;
    let place = |step: &Step| (step.site, step.line, step.column);
    let mut places: Vec<(FileId, u32, u32)> = reached.steps.iter().map(place).collect();
    places.sort_unstable();
    // One place a line, its first.
    places.dedup_by_key(|(file, line, _)| (*file, *line));
    places.retain(|&(file, line, _)| (file, line) != (first.site, first.line));
    let mut more_sites = places
        .into_iter()
        .map(|(file, line, column)| site(graph, file, line, Some(column)))
        .collect::<Result<Vec<_>>>()?;
    more_sites.sort();
    more_sites.truncate(Found::MAX_SITES);
    let (cell, line) = row.as_deref().map_or((None, 0), |row| shown_line(row, symbol.place.line));
    let used = match graph.external_name(reached.via) {
        Some(outer) => graph.external_at(first, &outer)?,
        None => None,
    };
    Ok(Some(Found {
        symbol: symbol.qualified.clone(),
        id: printed(graph, reached.id)?,
        kind: if external { FoundKind::External } else { FoundKind::Symbol(symbol.kind) },
        external,
        path: row.map(|row| row.path.clone()).unwrap_or_default(),
        cell,
        line,
        site: at,
        more_sites,
        edge: first.kind,
        rule: first.rule,
        confidence: Confidence(first.confidence).fraction(),
        depth: reached.depth,
        used,
        via: if reached.depth > 1 { Some(printed(graph, reached.via)?) } else { None },
        test: is_test(graph, reached.id)?,
    }))
}

/// The rows of a walk, and its arrows in the direction of the relation.
pub(super) fn rows(graph: &Graph<'_>, walk: &Walk, is_backward: bool) -> Result<(Vec<Found>, Vec<Arrow>)> {
    let mut rows = Vec::with_capacity(walk.reached.len());
    for reached in &walk.reached {
        rows.extend(found(graph, reached)?);
    }
    let arrow = |&(near, far, kind): &(u32, u32, _)| {
        let (from, to) = if is_backward { (far, near) } else { (near, far) };
        Arrow { from, to, kind }
    };
    Ok((rows, walk.arrows.iter().map(arrow).collect()))
}

/// True for test code: by its own marks or those of what contains it, or because its whole file is.
pub(super) fn is_test(graph: &Graph<'_>, id: SymbolId) -> Result<bool> {
    if graph.file(id.file)?.is_some_and(|row| row.is_test) {
        return Ok(true);
    }
    let mut at = id;
    // Nesting is limited by the walkers.
    for _ in 0..512 {
        let Some(symbol) = graph.symbol(at)? else { break };
        if DefFlags(symbol.flags).has(DefFlags::TEST) {
            return Ok(true);
        }
        if symbol.kind == SymbolKind::File {
            break;
        }
        at.slot = symbol.parent;
    }
    Ok(false)
}
