//! Facts and links to rows of the store.

use super::table::ProjectTable;
use crate::facts::{Brief, DefFlags, DefText, FileFacts, Problem};
use crate::lang::{self, Printable};
use crate::model::{FileId, ProjectId, Symbol, SymbolId};
use crate::resolve::{Externals, Link, Links, SymbolTable as _};
use crate::store::schema::{Family, Key, NameValue};
use crate::store::view::fold;
use crate::store::{Changes, EdgeRow, ExternalRow, ExternalUse, Inbound, LinkRow, Table};
use anyhow::Result;
use std::collections::BTreeMap;

/// Writes what a file says by itself: facts, symbols, names, impls.
///
/// # Errors
/// When a row cannot be encoded.
pub fn put_facts(
    changes: &mut Changes,
    project: ProjectId,
    file: FileId,
    facts: &FileFacts,
    texts: &[DefText],
) -> Result<()> {
    changes.put_value(Family::Graph, &Key::new(project, Table::Facts).u32(file.0), facts)?;
    let separator = lang::language(facts.language).separator;
    for (at, def) in facts.defs.iter().enumerate().skip(1) {
        let narrow = u32::try_from(at)?;
        let id = SymbolId { file, slot: def.slot };
        let text = texts.get(at);
        let symbol = Symbol {
            kind: def.kind,
            name: facts.str(def.name).to_owned(),
            qualified: facts.path_of(narrow).join(separator),
            parent: facts.defs.get(def.parent as usize).map_or(0, |parent| parent.slot),
            place: def.place,
            start_line: def.start_line,
            end_line: def.end_line,
            signature: text.map(|text| text.signature.clone()).unwrap_or_default(),
            doc: text.map(|text| text.doc.clone()).unwrap_or_default(),
            visibility: def.visibility,
            flags: def.flags.0,
        };
        changes.put_value(Family::Graph, &Key::new(project, Table::Symbols).symbol(id), &symbol)?;
        let folded = fold(&symbol.name);
        let name = NameValue {
            brief: Brief::of(facts, narrow, def),
            exact: if folded == symbol.name { "" } else { &symbol.name },
        };
        let key = Key::new(project, Table::Names).str(&folded).end().symbol(id);
        changes.put_value(Family::Graph, &key, &name)?;
    }
    for (at, each) in facts.impls.iter().enumerate() {
        if let Some(name) = facts.last_name(each.ty) {
            let key = Key::new(project, Table::Impls).str(name).end().u32(file.0).u32(u32::try_from(at)?);
            changes.put(Family::Graph, &key, &[]);
        }
    }
    Ok(())
}

/// Deletes what [`put_facts`] wrote for a file.
///
/// # Errors
/// When the file has more impls than a number holds.
pub fn delete_facts(
    changes: &mut Changes,
    project: ProjectId,
    file: FileId,
    facts: &FileFacts,
) -> Result<()> {
    changes.delete(Family::Graph, &Key::new(project, Table::Facts).u32(file.0));
    for def in facts.defs.iter().skip(1) {
        let id = SymbolId { file, slot: def.slot };
        changes.delete(Family::Graph, &Key::new(project, Table::Symbols).symbol(id));
        let folded = fold(facts.str(def.name));
        changes.delete(Family::Graph, &Key::new(project, Table::Names).str(&folded).end().symbol(id));
    }
    for (at, each) in facts.impls.iter().enumerate() {
        if let Some(name) = facts.last_name(each.ty) {
            let key = Key::new(project, Table::Impls).str(name).end().u32(file.0).u32(u32::try_from(at)?);
            changes.delete(Family::Graph, &key);
        }
    }
    Ok(())
}

/// The row of a file's links: definitions become slots.
#[must_use]
pub fn link_row(table: &ProjectTable<'_>, facts: &FileFacts, links: &Links) -> LinkRow {
    let slot = |facts: &FileFacts, def: u32| facts.defs.get(def as usize).map_or(0, |def| def.slot);
    let edge = |link: &Link| {
        let there = table.facts(link.to.file);
        EdgeRow {
            from: slot(facts, link.from),
            kind: link.kind,
            to: SymbolId { file: link.to.file, slot: there.map_or(0, |there| slot(there, link.to.def)) },
            role: link.role,
            rule: link.rule,
            confidence: link.confidence,
            line: link.place.line,
            column: link.place.column,
        }
    };
    let mut edges: Vec<EdgeRow> = links.links.iter().map(edge).collect();
    edges.sort_unstable();
    edges.dedup();
    LinkRow {
        edges,
        depends_on: links.depends_on.clone(),
        unresolved: links.unresolved.clone(),
        externals: external_rows(facts, &links.externals),
    }
}

/// Uses of what is outside the project, by name.
fn external_rows(facts: &FileFacts, externals: &Externals) -> Vec<ExternalRow> {
    let row = |named: &Printable| ExternalRow {
        name: named.text.clone(),
        package: named.package,
        uses: Vec::new(),
    };
    let mut rows: Vec<ExternalRow> = externals.names.iter().map(row).collect();
    for each in &externals.uses {
        let used = ExternalUse {
            from: facts.defs.get(each.from as usize).map_or(0, |def| def.slot),
            kind: each.kind,
            role: each.role,
            rule: each.rule,
            line: each.place.line,
            column: each.place.column,
        };
        if let Some(row) = rows.get_mut(each.named as usize) {
            row.uses.push(used);
        }
    }
    for row in &mut rows {
        row.uses.sort_unstable();
        row.uses.dedup();
    }
    rows.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    rows
}

/// Writes a file's links, and all rows that are found by their other end; takes back those of `old` that are gone.
///
/// # Errors
/// When a row cannot be encoded.
pub fn put_links(
    changes: &mut Changes,
    project: ProjectId,
    file: FileId,
    old: Option<&LinkRow>,
    new: Option<&LinkRow>,
) -> Result<()> {
    let empty = LinkRow::default();
    if let Some(old) = old {
        delete_links(changes, project, file, old, new.unwrap_or(&empty));
    }
    let Some(new) = new else { return Ok(()) };
    changes.put_value(Family::Graph, &Key::new(project, Table::Links).u32(file.0), new)?;
    for (to, inbound) in by_target(new) {
        changes.put_value(Family::Graph, &inbound_key(project, to, file), &inbound)?;
    }
    let before: &[u64] = old.map_or(&[], |old| &old.depends_on);
    for look_up in new.depends_on.iter().filter(|key| before.binary_search(key).is_err()) {
        changes.put(Family::Graph, &Key::new(project, Table::Dependents).u64(*look_up).u32(file.0), &[]);
    }
    for (name, count) in &new.unresolved {
        let key = Key::new(project, Table::Unresolved).str(name).end().u32(file.0);
        changes.put_value(Family::Graph, &key, &u64::from(*count))?;
    }
    for each in &new.externals {
        let uses = u32::try_from(each.uses.len()).unwrap_or(u32::MAX);
        changes.put_value(Family::Graph, &external_key(project, each, file), &(uses, each.package))?;
    }
    Ok(())
}

fn external_key(project: ProjectId, row: &ExternalRow, file: FileId) -> Key {
    Key::new(project, Table::Externals).str(&row.name).end().u32(file.0)
}

fn delete_links(changes: &mut Changes, project: ProjectId, file: FileId, old: &LinkRow, new: &LinkRow) {
    let kept = by_target(new);
    for to in by_target(old).into_keys().filter(|to| !kept.contains_key(to)) {
        changes.delete(Family::Graph, &inbound_key(project, to, file));
    }
    for look_up in old.depends_on.iter().filter(|key| new.depends_on.binary_search(key).is_err()) {
        changes.delete(Family::Graph, &Key::new(project, Table::Dependents).u64(*look_up).u32(file.0));
    }
    for (name, _) in &old.unresolved {
        if new.unresolved.binary_search_by(|(each, _)| each.cmp(name)).is_err() {
            changes.delete(Family::Graph, &Key::new(project, Table::Unresolved).str(name).end().u32(file.0));
        }
    }
    for each in &old.externals {
        if new.externals.binary_search_by(|other| other.name.cmp(&each.name)).is_err() {
            changes.delete(Family::Graph, &external_key(project, each, file));
        }
    }
    changes.delete(Family::Graph, &Key::new(project, Table::Links).u32(file.0));
}

fn inbound_key(project: ProjectId, (to, group): (SymbolId, u8), file: FileId) -> Key {
    Key::new(project, Table::Inbound).symbol(to).byte(group).u32(file.0)
}

/// Edges by where they end and by their group.
fn by_target(links: &LinkRow) -> BTreeMap<(SymbolId, u8), Vec<Inbound>> {
    let mut by: BTreeMap<(SymbolId, u8), Vec<Inbound>> = BTreeMap::new();
    for edge in &links.edges {
        by.entry((edge.to, Inbound::group(edge.kind))).or_default().push(Inbound {
            from: edge.from,
            kind: edge.kind,
            role: edge.role,
            rule: edge.rule,
            confidence: edge.confidence,
            line: edge.line,
            column: edge.column,
        });
    }
    by
}

/// A problem as it is shown: 1-based line, or 0 for the whole file.
#[must_use]
pub fn problem_text(problem: &Problem) -> String {
    match problem {
        Problem::Syntax { line } => format!("line {}: syntax that the grammar does not know", line + 1),
        Problem::TooDeep { line } => {
            format!("line {}: nested too deep, what is inside was left out", line + 1)
        }
        Problem::TimedOut => "parsing took too long, indexed as text".to_owned(),
        Problem::Encoding => "bytes that are not UTF-8 were replaced".to_owned(),
    }
}

/// True when a file is test code.
#[must_use]
pub fn is_test(facts: &FileFacts) -> bool {
    facts.defs.first().is_some_and(|file| file.flags.has(DefFlags::TEST))
}
