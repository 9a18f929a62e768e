//! Every definition and edge of a project as JSON lines, for programs that want the whole graph.
//!
//! One object a line, files in the order of their paths, in a file first definitions and then edges, both in the order
//! of their places. Lines are 1-based, columns 1-based bytes. The first line is the only one of kind `meta`.
//!
//! ```text
//! {"kind":"def","file":F,"line":L,"col":C,"name":N,"dk":"function","start":L,"end":L,"parent":{"file","line","name"}}
//! {"kind":"call","from":{"file","site","col"},"caller":{"name","line"},"to":{"file","line","name"},"rule":R,
//!  "confidence":0.94}
//! {"kind":"ref", as call}                     every use that is no call; naming a type that is constructed or extended,
//!                                             or a symbol in an import that runs as a statement, is one
//! {"kind":"access", as call}                  every use of a field that no declaration names (`this.x` of JavaScript)
//! {"kind":"inherit","from":{"file","name","line","site","col"}, as call}      from the subtype to the supertype
//! {"kind":"override", as inherit}             from the method to the one that it overrides
//! {"kind":"import", as call, "to":{"file"}}   file to file, or to the folder (`dir`) that is a package
//! {"kind":"import-symbol", as call}           file to the symbol that it imports
//! {"kind":"external","from":{"file","site","col"},"caller":{"name","line"},"to":{"name","package"},"edge":"calls",
//!  "rule":R,"confidence":0.97}                use of what is outside the project, by its printable name
//! ```
//!
//! `dk` is the kind of definition; `decl` marks a declaration without a body that wants one elsewhere, `abstract` a
//! method without one, `test` test code. The `from` of a call or reference is the place of the use, `site` its line;
//! `caller` is the innermost callable around it with the line of its definition, and missing where there is none: the
//! use then stands at module level. The `edge` of an external use says how the two relate (`calls`, `references`,
//! `imports`, `extends`, `implements`), and `package` is missing where it is not known. In a notebook, lines count inside a cell, whose number is `cell`. Guesses are left
//! out, as everywhere.

use super::cycles::unit;
use super::graph::{Graph, shown_line};
use crate::facts::DefFlags;
use crate::lang::LANGUAGES;
use crate::model::{Confidence, EdgeKind, FileId, Symbol, SymbolId, SymbolKind};
use crate::store::{EdgeRow, ExternalRow, ExternalUse, FileRow, ProjectRow, View};
use anyhow::Result;
use rustc_hash::FxHashSet;
use serde::Serialize;
use std::io::Write;

/// Version of the lines: it grows when a key changes its meaning or goes.
pub const EXPORT_VERSION: u32 = 1;

#[derive(Serialize)]
struct Meta<'a> {
    kind: &'static str,
    version: u32,
    project: &'a str,
    generation: u64,
    files: u64,
}

#[derive(Serialize)]
struct DefLine<'a> {
    kind: &'static str,
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<u32>,
    line: u32,
    col: u32,
    name: &'a str,
    dk: &'static str,
    start: u32,
    end: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<End<'a>>,
    #[serde(skip_serializing_if = "is_false")]
    decl: bool,
    #[serde(rename = "abstract", skip_serializing_if = "is_false")]
    is_abstract: bool,
    #[serde(skip_serializing_if = "is_false")]
    test: bool,
}

#[derive(Serialize)]
struct EdgeLine<'a> {
    kind: &'static str,
    from: Start<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<Caller<'a>>,
    to: End<'a>,
    rule: &'static str,
    confidence: f64,
}

#[derive(Serialize)]
struct ExternalLine<'a> {
    kind: &'static str,
    from: Start<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<Caller<'a>>,
    to: Outside<'a>,
    edge: &'static str,
    rule: &'static str,
    confidence: f64,
}

/// Something outside the project.
#[derive(Serialize)]
struct Outside<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    package: &'a str,
}

/// Where an edge starts.
#[derive(Serialize)]
struct Start<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<u32>,
    site: u32,
    col: u32,
}

/// The callable around a use.
#[derive(Serialize)]
struct Caller<'a> {
    name: &'a str,
    line: u32,
}

/// Where an edge ends: a definition, or a file or folder alone.
#[derive(Serialize)]
struct End<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    dir: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// Writes every definition and edge of a project. Memory is bounded by the number of files and the largest of them.
///
/// # Errors
/// When the store cannot be read or `out` not be written.
pub fn export(view: &View, project: &ProjectRow, out: &mut dyn Write) -> Result<()> {
    let graph = Graph::new(view, project);
    let meta = Meta {
        kind: "meta",
        version: EXPORT_VERSION,
        project: &project.name,
        generation: project.generation,
        files: project.counts.files,
    };
    line(out, &meta)?;
    for (path, id) in view.paths(project.pid(), "")? {
        let Some(row) = graph.file(id)? else { continue };
        definitions(&graph, id, &path, &row, out)?;
        edges(&graph, id, &row, out)?;
        externals(&graph, id, &row, out)?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}

fn definitions(graph: &Graph<'_>, id: FileId, path: &str, row: &FileRow, out: &mut dyn Write) -> Result<()> {
    let mut symbols = graph.view.symbols_of(graph.pid, id)?;
    symbols.sort_unstable_by_key(|(id, symbol)| (symbol.place, id.slot));
    for (_, symbol) in symbols.iter().filter(|(_, symbol)| !is_anonymous(&symbol.name)) {
        let parent = if symbol.parent == 0 {
            None
        } else {
            graph.symbol(SymbolId { file: id, slot: symbol.parent })?
        };
        let (cell, at) = shown_line(row, symbol.place.line);
        let flags = DefFlags(symbol.flags);
        line(
            out,
            &DefLine {
                kind: "def",
                file: path,
                cell,
                line: at,
                col: symbol.place.column + 1,
                name: &symbol.name,
                dk: dk(symbol),
                start: shown_line(row, symbol.start_line).1,
                end: shown_line(row, symbol.end_line).1,
                parent: parent.as_deref().map(|parent| End {
                    file: path,
                    line: Some(shown_line(row, parent.place.line).1),
                    name: Some(&parent.name),
                    dir: false,
                }),
                decl: flags.has(DefFlags::DECLARATION),
                is_abstract: flags.has(DefFlags::ABSTRACT),
                test: flags.has(DefFlags::TEST),
            },
        )?;
    }
    Ok(())
}

/// True for the name that we give a type without one: `$1`, `(anonymous member)`.
fn is_anonymous(name: &str) -> bool {
    name.starts_with("(anonymous")
        || name
            .strip_prefix('$')
            .is_some_and(|n| !n.is_empty() && n.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The kind of a definition, in the words of the graph bench.
fn dk(symbol: &Symbol) -> &'static str {
    match symbol.kind {
        SymbolKind::Module => "namespace",
        SymbolKind::EnumMember => "enummember",
        SymbolKind::Constant => "const",
        SymbolKind::TypeAlias => "typealias",
        SymbolKind::Function | SymbolKind::Method | SymbolKind::Property
            if DefFlags(symbol.flags).has(DefFlags::ACCESSOR) =>
        {
            "accessor"
        }
        kind => kind.name(),
    }
}

fn edges(graph: &Graph<'_>, id: FileId, row: &FileRow, out: &mut dyn Write) -> Result<()> {
    let links = graph.view.links(graph.pid, id)?.unwrap_or_default();
    let mut shown: Vec<&EdgeRow> =
        links.edges.iter().filter(|edge| edge.confidence >= Confidence::SHOWN.0).collect();
    shown.sort_by_key(|edge| (edge.line, edge.column));
    let mut imported: FxHashSet<String> = FxHashSet::default();
    for edge in shown {
        let Some(there) = graph.file(edge.to.file)? else { continue };
        if edge.kind == EdgeKind::Imports && edge.to.slot == 0 {
            let (unit, dir) = unit(&there);
            if edge.to.file != id && imported.insert(unit.to_owned()) {
                let to = End { file: unit, line: None, name: None, dir };
                put_edge(graph, row, id, edge, "import", to, out)?;
            }
            continue;
        }
        let Some(target) = graph.symbol(edge.to)?.filter(|_| edge.to.slot != 0) else { continue };
        let end = |symbol: &Symbol| shown_line(&there, symbol.place.line).1;
        let to = End { file: &there.path, line: Some(end(&target)), name: Some(&target.name), dir: false };
        let kind = match edge.kind {
            EdgeKind::Calls if target.kind.is_callable() || target.kind.is_type() => "call",
            EdgeKind::References if DefFlags(target.flags).has(DefFlags::IMPLICIT) => "access",
            EdgeKind::Calls | EdgeKind::References => "ref",
            EdgeKind::Extends | EdgeKind::Implements => "inherit",
            EdgeKind::Overrides => "override",
            EdgeKind::Imports => "import-symbol",
            EdgeKind::Contains => continue,
        };
        put_edge(graph, row, id, edge, kind, to, out)?;
        // To construct a value is to name its type; to extend a type is to name it.
        let class = match (kind, target.kind) {
            ("inherit", _) => Some(target),
            ("import-symbol", _) if import_reads(row) => Some(target),
            ("call", SymbolKind::Constructor) => graph
                .symbol(SymbolId { slot: target.parent, ..edge.to })?
                .filter(|class| class.kind.is_type()),
            ("call", kind) if kind.is_type() => Some(target),
            _ => None,
        };
        if let Some(class) = class {
            let to = End { file: &there.path, line: Some(end(&class)), name: Some(&class.name), dir: false };
            put_edge(graph, row, id, edge, "ref", to, out)?;
        }
    }
    Ok(())
}

/// Uses of what is outside the project, in the order of their places.
fn externals(graph: &Graph<'_>, id: FileId, row: &FileRow, out: &mut dyn Write) -> Result<()> {
    let links = graph.view.links(graph.pid, id)?.unwrap_or_default();
    let uses = links.externals.iter().flat_map(|of| of.uses.iter().map(move |used| (used, of)));
    let mut uses: Vec<(&ExternalUse, &ExternalRow)> = uses.collect();
    uses.sort_by_key(|(used, of)| (used.line, used.column, &of.name));
    for (used, of) in uses {
        let caller = graph.callable(SymbolId { file: id, slot: used.from })?;
        let caller = graph.symbol(caller)?.filter(|symbol| symbol.kind != SymbolKind::File);
        let (cell, site) = shown_line(row, used.line);
        let col = used.column + 1;
        line(
            out,
            &ExternalLine {
                kind: "external",
                from: Start { file: &row.path, name: None, line: None, cell, site, col },
                caller: caller
                    .as_deref()
                    .map(|symbol| Caller { name: &symbol.name, line: shown_line(row, symbol.place.line).1 }),
                to: Outside { name: &of.name, package: of.package() },
                edge: used.kind.name(),
                rule: used.rule.name(),
                confidence: used.rule.confidence().fraction(),
            },
        )?;
    }
    Ok(())
}

/// True when naming a symbol in an import is a use of it.
fn import_reads(row: &FileRow) -> bool {
    LANGUAGES.get(usize::from(row.language)).is_some_and(|language| language.rules.import_reads())
}

fn put_edge(
    graph: &Graph<'_>,
    row: &FileRow,
    id: FileId,
    edge: &EdgeRow,
    kind: &'static str,
    to: End<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let is_use = matches!(kind, "call" | "ref" | "access");
    let from = SymbolId { file: id, slot: edge.from };
    let from = if is_use { graph.callable(from)? } else { from };
    let from = graph.symbol(from)?.filter(|symbol| symbol.kind != SymbolKind::File);
    let named = from
        .as_deref()
        .map(|symbol| Caller { name: &symbol.name, line: shown_line(row, symbol.place.line).1 });
    let (caller, start) = if is_use { (named, None) } else { (None, named) };
    let (cell, site) = shown_line(row, edge.line);
    let from = Start {
        file: &row.path,
        name: start.as_ref().map(|start| start.name),
        line: start.as_ref().map(|start| start.line),
        cell,
        site,
        col: edge.column + 1,
    };
    let rule = edge.rule.name();
    line(out, &EdgeLine { kind, from, caller, to, rule, confidence: Confidence(edge.confidence).fraction() })
}
