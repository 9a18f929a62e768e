//! The graph of a project as an index in the format SCIP.
//!
//! A message `Index` is its metadata and then documents, each with its length before it. So documents are written one
//! by one, and the bytes are those of the whole message.
//!
//! Each file with symbols is a document. Its occurrences are its definitions and its uses: every edge that is no
//! guess, as an occurrence of the symbol where it ends, also of one outside the project. Supertypes and overridden methods are relationships of
//! the subtype and of the method as well. Columns are bytes. Where a file is no longer what was indexed, or is gone,
//! a range is as long as the name of its symbol; else it covers what stands there, also an alias.
//!
//! Left out: notebooks, whose lines are those of no file; text without symbols; local variables, which are no symbols;
//! edges that are found when asked for (`dispatch`, `structural`).

use super::names::{Named, Names, Outside, has_places, is_anonymous};
use super::source::{Source, Text, address};
use crate::config::Config;
use crate::facts::DefFlags;
use crate::lang::LANGUAGES;
use crate::model::{Confidence, EdgeKind, FileId, Role, Symbol, SymbolKind};
use crate::store::{EdgeRow, FileRow, LinkRow, ProjectRow, View};
use anyhow::{Context as _, Result};
use protobuf::Message;
use rustc_hash::{FxHashMap, FxHashSet};
use scip::types::symbol_information::Kind;
use scip::types::{
    Document, Metadata, Occurrence, PositionEncoding, ProtocolVersion, Relationship, Signature,
    SymbolInformation, SymbolRole, TextEncoding, ToolInfo,
};
use std::collections::BTreeMap;
use std::io::Write;
use std::rc::Rc;

/// The tag of a field with a length before it.
const fn tag(field: u32) -> u8 {
    (field << 3) as u8 | 2
}

/// `Index.metadata`.
const METADATA: u8 = tag(1);
/// `Index.documents`.
const DOCUMENTS: u8 = tag(2);
/// `Index.external_symbols`.
const EXTERNAL_SYMBOLS: u8 = tag(3);

/// Writes the graph of a project. Memory is bounded by the number of files, the largest of them and the names of what is
/// used from outside.
///
/// # Errors
/// When the store cannot be read or `out` not be written.
pub fn export(view: &View, project: &ProjectRow, config: &Config, out: &mut dyn Write) -> Result<()> {
    message(out, METADATA, &metadata(project))?;
    let (names, outside) = (Names::new(view, project), Outside::read(view, project)?);
    let exporter = Exporter { view, project, config, names, outside };
    for (_, id) in view.paths(project.pid(), "")? {
        let Some(row) = view.file(project.pid(), id)?.filter(has_places) else { continue };
        message(out, DOCUMENTS, &exporter.document(id, &row)?)?;
    }
    // Two languages may write one name in two ways.
    let outside: BTreeMap<Rc<str>, Rc<str>> = exporter
        .outside
        .names()
        .map(|name| exporter.outside.named(name))
        .map(|named| (named.symbol, named.written))
        .collect();
    for (symbol, written) in outside {
        let (symbol, display_name) = (symbol.to_string(), written.to_string());
        let information = SymbolInformation { symbol, display_name, ..SymbolInformation::default() };
        message(out, EXTERNAL_SYMBOLS, &information)?;
    }
    Ok(())
}

fn message(out: &mut dyn Write, tag: u8, message: &impl Message) -> Result<()> {
    let bytes = message.write_to_bytes().context("a document does not fit the format")?;
    let mut head = vec![tag];
    let mut length = bytes.len();
    while length >= 0x80 {
        head.push((length & 0x7f) as u8 | 0x80);
        length >>= 7;
    }
    head.push(length as u8);
    out.write_all(&head)?;
    Ok(out.write_all(&bytes)?)
}

fn metadata(project: &ProjectRow) -> Metadata {
    Metadata {
        version: ProtocolVersion::UnspecifiedProtocolVersion.into(),
        tool_info: Some(ToolInfo {
            name: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..ToolInfo::default()
        })
        .into(),
        project_root: address(&project.root),
        text_document_encoding: TextEncoding::UTF8.into(),
        ..Metadata::default()
    }
}

struct Exporter<'v> {
    view: &'v View,
    project: &'v ProjectRow,
    config: &'v Config,
    names: Names<'v>,
    outside: Outside,
}

impl Exporter<'_> {
    fn document(&self, id: FileId, row: &FileRow) -> Result<Document> {
        let pid = self.project.pid();
        let source = Source::read(&self.project.root, row, self.config);
        let mut symbols = self.view.symbols_of(pid, id)?;
        symbols.sort_unstable_by_key(|(id, symbol)| (symbol.place, id.slot));
        let links = self.view.links(pid, id)?.unwrap_or_default();
        let edges = &links.edges;
        let language = language(row);
        let names = self.names.of_file(row, &symbols);
        let mut places = Places { text: source.text(), found: BTreeMap::new() };
        places.file(&names.file.symbol);
        let mut relations = self.relations(&links)?;
        let mut told = vec![SymbolInformation {
            symbol: names.file.symbol.to_string(),
            kind: Kind::File.into(),
            display_name: row.path.rsplit('/').next().unwrap_or_default().to_owned(),
            ..SymbolInformation::default()
        }];
        for (id, symbol) in &symbols {
            let Some(named) = names.of(id.slot) else { continue };
            if !is_anonymous(&symbol.name) {
                places.definition(symbol, named);
            }
            let parent = names.of(symbol.parent).filter(|_| symbol.parent != 0);
            let mut information = information(symbol, &language);
            information.symbol = named.symbol.to_string();
            information.enclosing_symbol = parent.map(|parent| parent.symbol.to_string()).unwrap_or_default();
            information.relationships = relations.remove(&id.slot).unwrap_or_default();
            told.push(information);
        }
        // Where an import names a symbol, the symbol is meant, not the file that holds it.
        let named: FxHashSet<(u32, u32)> = edges
            .iter()
            .filter(|edge| is_use(edge) && edge.to.slot != 0)
            .map(|edge| (edge.line, edge.column))
            .collect();
        for edge in edges.iter().filter(|edge| is_use(edge)) {
            if edge.to.slot == 0 && named.contains(&(edge.line, edge.column)) {
                continue;
            }
            if let Some(named) = self.names.of(edge.to)? {
                places.add(edge.line, edge.column, &named, roles(edge.kind, edge.role));
            }
        }
        for outside in &links.externals {
            let named = self.outside.named(&outside.name);
            for used in outside.uses.iter().filter(|used| used.rule.confidence() >= Confidence::SHOWN) {
                places.add(used.line, used.column, &named, roles(used.kind, used.role));
            }
        }
        Ok(Document {
            language,
            relative_path: row.path.clone(),
            occurrences: places.occurrences(),
            symbols: told,
            position_encoding: PositionEncoding::UTF8CodeUnitOffsetFromLineStart.into(),
            ..Document::default()
        })
    }

    /// What the definitions of a file extend, implement and override, by slot, without doubles.
    fn relations(&self, links: &LinkRow) -> Result<FxHashMap<u32, Vec<Relationship>>> {
        let mut all: FxHashMap<u32, Vec<Relationship>> = FxHashMap::default();
        let mut relate = |from: u32, kind: EdgeKind, to: &Named| {
            let of = all.entry(from).or_default();
            if of.iter().all(|other| other.symbol != *to.symbol) {
                of.push(Relationship {
                    symbol: to.symbol.to_string(),
                    is_implementation: true,
                    is_reference: kind == EdgeKind::Overrides,
                    ..Relationship::default()
                });
            }
        };
        let is_above = |kind| matches!(kind, EdgeKind::Extends | EdgeKind::Implements | EdgeKind::Overrides);
        let shown = links.edges.iter().filter(|edge| edge.confidence >= Confidence::SHOWN.0);
        for edge in shown.filter(|edge| edge.from != 0 && is_above(edge.kind)) {
            if let Some(named) = self.names.of(edge.to)? {
                relate(edge.from, edge.kind, &named);
            }
        }
        for outside in &links.externals {
            for used in outside.uses.iter().filter(|used| used.from != 0 && is_above(used.kind)) {
                relate(used.from, used.kind, &self.outside.named(&outside.name));
            }
        }
        Ok(all)
    }
}

/// True for an edge that stands where something is used.
fn is_use(edge: &EdgeRow) -> bool {
    edge.confidence >= Confidence::SHOWN.0 && !matches!(edge.kind, EdgeKind::Contains | EdgeKind::Overrides)
}

fn roles(kind: EdgeKind, role: Role) -> i32 {
    match (kind, role) {
        (EdgeKind::Imports, _) | (_, Role::Import) => SymbolRole::Import as i32,
        (_, Role::Read) => SymbolRole::ReadAccess as i32,
        (_, Role::Write) => SymbolRole::WriteAccess as i32,
        _ => 0,
    }
}

/// The occurrences of a document: line, column, length and symbol to roles, in this order.
struct Places<'t> {
    text: Option<&'t Text>,
    found: BTreeMap<(u32, u32, u32, Rc<str>), i32>,
}

impl Places<'_> {
    /// The file itself is defined before its first character.
    fn file(&mut self, name: &Rc<str>) {
        self.found.insert((0, 0, 0, Rc::clone(name)), SymbolRole::Definition as i32);
    }

    fn definition(&mut self, symbol: &Symbol, named: &Named) {
        let is_test = DefFlags(symbol.flags).has(DefFlags::TEST);
        let test = if is_test { SymbolRole::Test as i32 } else { 0 };
        let roles = SymbolRole::Definition as i32 | test;
        self.add(symbol.place.line, symbol.place.column, named, roles);
    }

    fn add(&mut self, line: u32, column: u32, named: &Named, roles: i32) {
        let length = match self.text {
            Some(text) => text.length(line, column, &named.written),
            None => u32::try_from(named.written.len().max(1)).ok(),
        };
        if let Some(length) = length {
            *self.found.entry((line, column, length, Rc::clone(&named.symbol))).or_default() |= roles;
        }
    }

    fn occurrences(self) -> Vec<Occurrence> {
        let number = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
        let occurrence =
            |((line, column, length, name), roles): ((u32, u32, u32, Rc<str>), i32)| Occurrence {
                range: vec![number(line), number(column), number(column.saturating_add(length))],
                symbol: name.to_string(),
                symbol_roles: roles,
                ..Occurrence::default()
            };
        self.found.into_iter().map(occurrence).collect()
    }
}

fn information(symbol: &Symbol, language: &str) -> SymbolInformation {
    let signature =
        Signature { language: language.to_owned(), text: symbol.signature.clone(), ..Signature::default() };
    SymbolInformation {
        documentation: Some(symbol.doc.clone()).into_iter().filter(|doc| !doc.is_empty()).collect(),
        kind: kind(symbol).into(),
        display_name: symbol.name.clone(),
        signature_documentation: Some(signature).filter(|signature| !signature.text.is_empty()).into(),
        ..SymbolInformation::default()
    }
}

fn kind(symbol: &Symbol) -> Kind {
    let has = |mask| DefFlags(symbol.flags).has(mask);
    match symbol.kind {
        SymbolKind::File => Kind::File,
        SymbolKind::Module => Kind::Module,
        SymbolKind::Class => Kind::Class,
        SymbolKind::Struct => Kind::Struct,
        SymbolKind::Trait => Kind::Trait,
        SymbolKind::Interface => Kind::Interface,
        SymbolKind::Enum => Kind::Enum,
        SymbolKind::EnumMember => Kind::EnumMember,
        SymbolKind::Function | SymbolKind::Method if has(DefFlags::ACCESSOR) => Kind::Accessor,
        SymbolKind::Function => Kind::Function,
        SymbolKind::Method if has(DefFlags::ABSTRACT) => Kind::AbstractMethod,
        SymbolKind::Method if has(DefFlags::STATIC) => Kind::StaticMethod,
        SymbolKind::Method => Kind::Method,
        SymbolKind::Constructor => Kind::Constructor,
        SymbolKind::Field if has(DefFlags::STATIC) => Kind::StaticField,
        SymbolKind::Field => Kind::Field,
        SymbolKind::Property => Kind::Property,
        SymbolKind::Constant => Kind::Constant,
        SymbolKind::Variable => Kind::Variable,
        SymbolKind::TypeAlias => Kind::TypeAlias,
        SymbolKind::Macro => Kind::Macro,
    }
}

/// The language of a file by the name that the format gives it: that for people in letters (`CPP`, `ShellScript`), and
/// another one for files whose ending says that they hold markup too.
fn language(row: &FileRow) -> String {
    let label = LANGUAGES.get(usize::from(row.language)).map_or(row.language_name.as_str(), |one| one.label);
    let base = label.split(" (").next().unwrap_or(label);
    let is_react = [".jsx", ".tsx"].iter().any(|ending| row.path.ends_with(ending));
    format!(
        "{}{}",
        base.replace('+', "P").replace('#', "Sharp").replace(' ', ""),
        if is_react { "React" } else { "" }
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use protobuf::Enum as _;

    #[test]
    fn every_language_has_a_name_that_the_format_knows() {
        for (at, language) in LANGUAGES.iter().enumerate() {
            for ending in language.extensions {
                let row = FileRow {
                    path: format!("a.{ending}"),
                    language: u8::try_from(at).unwrap(),
                    ..FileRow::default()
                };
                let name = super::language(&row);
                assert!(scip::types::Language::from_str(&name).is_some(), "{ending}: {name}");
            }
        }
    }
}
