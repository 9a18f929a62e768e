//! From what the user typed to symbols.
//!
//! In this order: a printed symbol (`src/a.rs#T::f@1f09c2aa`, also without its slot); `path:line`, the innermost
//! definition that holds the line (a notebook's is `path:cell:line`); the path of a file; a name with any number of its
//! containers before it (`f`, `T::f`, `T.f`, `pkg.mod.T.f`), first as it is typed, then in any case; the end of a path;
//! the name of something outside the project, or of what holds it (`requests.get`, `requests`), which `external:` before
//! it says at once.
//!
//! Several symbols are one target when a question can be answered for all of them: overloads (one name in one
//! container), a declaration and its definition, blocks of one namespace or partial type. A type stands for its
//! constructors of the same name. A question about calls means callables and types rather than fields of that name, one
//! about hierarchies types and methods. Otherwise the choices are listed: see [`Ambiguous`].

use super::answer::FoundKind;
use super::external::{PREFIX, is_external};
use super::graph::{Graph, container, shown_line};
use crate::error::{Kind, ResultExt as _};
use crate::facts::DefFlags;
use crate::lang::{self, PackageScope};
use crate::model::{FileId, Printed, Symbol, SymbolId, SymbolKind};
use crate::store::FileRow;
use crate::store::view::fold;
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::fmt;
use std::rc::Rc;

/// Most symbols of one name that are looked at.
const MAX_CANDIDATES: usize = 5_000;
/// Most names that are compared with an unknown one.
const MAX_NEAR_ROWS: usize = 50_000;
/// Most symbols of a name in other places than what was typed.
const MAX_ELSEWHERE: usize = 500;
/// Most near names that are given.
const MAX_NEAR: usize = 3;
/// Longest name for which near ones are sought, in characters.
const MAX_NEAR_LENGTH: usize = 64;
/// Most choices that an error lists.
const MAX_CHOICES: usize = 20;

/// Symbols that are one target, the definition first.
#[derive(Debug, Clone)]
pub(super) struct Target {
    /// Never empty.
    pub(super) ids: Vec<SymbolId>,
    /// The first of them.
    pub(super) symbol: Rc<Symbol>,
}

impl Target {
    /// The first symbol.
    pub(super) fn first(&self) -> SymbolId {
        self.ids.first().copied().unwrap_or(SymbolId::of_file(FileId(0)))
    }
}

/// One symbol that an ambiguous name may mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// Qualified name.
    pub symbol: String,
    /// The printed symbol: give this instead.
    pub id: String,
    /// What it is.
    pub kind: FoundKind,
    /// Path of its file; empty for something outside the project.
    pub path: String,
    /// Line of its name, 1-based; 0 for something outside the project.
    pub line: u32,
}

/// What was typed means several symbols. Found in an error by `downcast_ref`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ambiguous {
    /// What was typed.
    pub symbol: String,
    /// What it may mean, by path and line, at most 20; last what has the name and is outside the project.
    pub choices: Vec<Choice>,
    /// How many there are in all.
    pub total: usize,
}

impl fmt::Display for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is ambiguous: {} symbols have that name", self.symbol, self.total)
    }
}

impl std::error::Error for Ambiguous {}

/// What was typed means nothing that is indexed. Found in an error by `downcast_ref`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// What was typed.
    pub symbol: String,
    /// Names that look like it, nearest first.
    pub near: Vec<String>,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no symbol or file `{}` in the index", self.symbol)
    }
}

impl std::error::Error for Unknown {}

/// The one target that was typed.
///
/// # Errors
/// [`Ambiguous`] of kind [`Kind::Usage`]; [`Unknown`] of kind [`Kind::NotFound`].
pub(super) fn one(graph: &Graph<'_>, typed: &str) -> Result<Target> {
    one_of(graph, typed, |_| true)
}

/// The one target that was typed; of several those to which the question applies, if there are any.
///
/// # Errors
/// As [`one`].
pub(super) fn one_of(graph: &Graph<'_>, typed: &str, applies: impl Fn(&Symbol) -> bool) -> Result<Target> {
    let mut targets = all(graph, typed)?;
    if targets.iter().any(|target| applies(&target.symbol)) {
        targets.retain(|target| applies(&target.symbol));
    }
    if targets.len() == 1
        && let Some(target) = targets.pop()
    {
        return Ok(target);
    }
    let mut total = targets.len();
    let mut choices =
        targets.iter().take(MAX_CHOICES).map(|target| choice(graph, target)).collect::<Result<Vec<_>>>()?;
    if graph.uses_external(typed)? {
        total += 1;
        choices.push(Choice {
            symbol: typed.to_owned(),
            id: format!("{PREFIX}{typed}"),
            kind: FoundKind::External,
            path: String::new(),
            line: 0,
        });
    }
    let mut hint = "give one of these instead:".to_owned();
    for each in &choices {
        hint.push_str(&format!("\n  {}  {}", each.id, each.kind.name()));
        if !each.path.is_empty() {
            hint.push_str(&format!(" at {}:{}", each.path, each.line));
        }
    }
    if total > choices.len() {
        hint.push_str(&format!("\n  and {} more", total - choices.len()));
    }
    Err(anyhow::Error::new(Ambiguous { symbol: typed.to_owned(), choices, total }))
        .kind(Kind::Usage)
        .hint(hint)
}

fn choice(graph: &Graph<'_>, target: &Target) -> Result<Choice> {
    let id = target.first();
    let row = graph.file(id.file)?;
    let path = row.as_deref().map(|row| row.path.clone()).unwrap_or_default();
    Ok(Choice {
        symbol: target.symbol.qualified.clone(),
        id: Printed::new(&path, &target.symbol.qualified, id).to_string(),
        kind: FoundKind::Symbol(target.symbol.kind),
        line: row.as_deref().map_or(0, |row| shown_line(row, target.symbol.place.line).1),
        path,
    })
}

/// Every target that was typed, by path and line.
///
/// # Errors
/// [`Unknown`] of kind [`Kind::NotFound`] when there is none.
pub(super) fn all(graph: &Graph<'_>, typed: &str) -> Result<Vec<Target>> {
    let typed = typed.trim();
    let mut found = candidates(graph, typed)?;
    if let [one] = found.as_slice()
        && is_external(*one)
        && let Some(symbol) = graph.symbol(*one)?
    {
        return Ok(vec![Target { ids: found, symbol }]);
    }
    if let [one] = found.as_slice() {
        found = with_other_half(graph, *one)?;
    }
    if found.is_empty() {
        let near = near(graph, typed)?;
        let hint = if near.is_empty() {
            "`codegraph search` finds code by words and meaning".to_owned()
        } else {
            format!("did you mean `{}`?", near.join("`, `"))
        };
        return Err(anyhow::Error::new(Unknown { symbol: typed.to_owned(), near }))
            .kind(Kind::NotFound)
            .hint(hint);
    }
    group(graph, found)
}

/// A file, given by its path, the end of its path, or a symbol in it.
///
/// # Errors
/// As [`one`].
pub(super) fn file(graph: &Graph<'_>, typed: &str) -> Result<FileId> {
    let typed = typed.trim();
    let path = typed.strip_prefix("./").unwrap_or(typed);
    if let Some(id) = graph.view.file_at(graph.pid, path)? {
        return Ok(id);
    }
    let found = one(graph, typed)?.first();
    if is_external(found) { Err(no_definition(typed)) } else { Ok(found.file) }
}

/// What is outside the project has no definition that could be shown.
pub(super) fn no_definition(typed: &str) -> anyhow::Error {
    let unknown: Result<()> = Err(anyhow::Error::new(Unknown { symbol: typed.to_owned(), near: Vec::new() }));
    let hint = format!("it is outside the project: `codegraph query references {typed}` tells who uses it");
    match unknown.kind(Kind::NotFound).hint(hint) {
        Err(error) => error,
        Ok(()) => anyhow::anyhow!("there is no definition of `{typed}`"),
    }
}

/// The symbols that were typed, ungrouped.
fn candidates(graph: &Graph<'_>, typed: &str) -> Result<Vec<SymbolId>> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(printed) = Printed::parse(typed) {
        let found = by_printed(graph, &printed)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    if let Some(name) = typed.strip_prefix(PREFIX) {
        let is_used = graph.uses_external(name)?;
        return Ok(if is_used { vec![graph.external(name)] } else { Vec::new() });
    }
    let path = typed.strip_prefix("./").unwrap_or(typed);
    if let Some(id) = graph.view.file_at(graph.pid, path)? {
        return Ok(vec![SymbolId::of_file(id)]);
    }
    if let Some(found) = by_place(graph, path)? {
        return Ok(found);
    }
    let found = by_name(graph, typed)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let files = files_ending(graph, path)?;
    if files.is_empty() && graph.uses_external(typed)? {
        return Ok(vec![graph.external(typed)]);
    }
    Ok(files.into_iter().map(SymbolId::of_file).collect())
}

/// A declaration with its definitions, a definition with its declarations: calls are bound to one of them.
fn with_other_half(graph: &Graph<'_>, id: SymbolId) -> Result<Vec<SymbolId>> {
    let mut found = vec![id];
    let Some(symbol) = graph.symbol(id)?.filter(|symbol| id.slot != 0 && symbol.kind.is_callable()) else {
        return Ok(found);
    };
    let language = graph.file(id.file)?.map_or(FileRow::TEXT, |row| row.language);
    let declares =
        language != FileRow::TEXT && lang::language(language).rules.package_scope() == PackageScope::Includes;
    if !declares && !has(&symbol, DefFlags::DECLARATION) {
        return Ok(found);
    }
    let mut halves = Vec::new();
    for row in graph.view.symbols_named(graph.pid, &symbol.name)?.into_iter().take(MAX_CANDIDATES) {
        if row.id.file == id.file || row.kind != symbol.kind || row.name != symbol.name {
            continue;
        }
        let Some(other) = graph.symbol(row.id)? else { continue };
        let no_body = DefFlags::DECLARATION | DefFlags::ABSTRACT;
        let is_half = (other.flags & no_body == 0) != (symbol.flags & no_body == 0);
        if is_half && other.qualified == symbol.qualified && is_one(graph, id, &symbol, row.id, &other)? {
            halves.push((row.id, parameters(&other)));
        }
    }
    // Of overloads the half with the same parameters, else with as many.
    let own = parameters(&symbol);
    if halves.iter().any(|(_, of)| *of == own) {
        halves.retain(|(_, of)| *of == own);
    } else if halves.iter().any(|(_, of)| of.len() == own.len()) {
        halves.retain(|(_, of)| of.len() == own.len());
    }
    found.extend(halves.into_iter().map(|(id, _)| id));
    Ok(found)
}

/// The parameters of a callable as its signature writes them, without their names and default values.
fn parameters(symbol: &Symbol) -> Vec<String> {
    let text = symbol.signature.as_str();
    let after = text.find(&format!("{}(", symbol.name)).map_or(0, |at| at + symbol.name.len());
    let Some((_, list)) = text.get(after..).and_then(|text| text.split_once('(')) else { return Vec::new() };
    let (mut all, mut depth) = (vec![String::new()], 0_usize);
    for letter in list.chars() {
        match letter {
            ')' if depth == 0 => break,
            ',' if depth == 0 => all.push(String::new()),
            _ => {
                match letter {
                    '(' | '<' | '[' | '{' => depth += 1,
                    ')' | '>' | ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                if let Some(last) = all.last_mut() {
                    last.push(letter);
                }
            }
        }
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let typed = |written: &String| {
        let written = written.split('=').next().unwrap_or_default().trim();
        let without = written.trim_end_matches(is_word).trim_end();
        // A lone word is a type without a name.
        let ty = if without.contains(is_word) { without } else { written };
        ty.chars().filter(|c| !c.is_whitespace()).collect::<String>()
    };
    all.iter().map(typed).filter(|ty| !ty.is_empty() && ty != "void").collect()
}

fn by_printed(graph: &Graph<'_>, printed: &Printed) -> Result<Vec<SymbolId>> {
    let Some(file) = graph.view.file_at(graph.pid, &printed.path)? else { return Ok(Vec::new()) };
    if let Some(slot) = printed.slot {
        let id = SymbolId { file, slot };
        if graph.symbol(id)?.is_some_and(|symbol| symbol.qualified == printed.qualified) {
            return Ok(vec![id]);
        }
    }
    let symbols = graph.view.symbols_of(graph.pid, file)?;
    Ok(symbols.into_iter().filter(|(_, s)| s.qualified == printed.qualified).map(|(id, _)| id).collect())
}

/// `path:line`, `path:line:column`, or `path:cell:line` of a notebook: the innermost definition that holds the line.
/// `None` when it does not read as such, or no file of that path is there.
fn by_place(graph: &Graph<'_>, typed: &str) -> Result<Option<Vec<SymbolId>>> {
    let Some(lines) = lines(graph, typed)? else { return Ok(None) };
    lines.into_iter().map(|(file, line)| innermost(graph, file, line)).collect::<Result<_>>().map(Some)
}

/// The files and lines (0-based) of a typed place.
pub(super) fn lines(graph: &Graph<'_>, typed: &str) -> Result<Option<Vec<(FileId, u32)>>> {
    let mut numbers: Vec<u32> = Vec::new();
    let mut path = typed;
    while numbers.len() < 2
        && let Some((head, tail)) = path.rsplit_once(':')
        && let Ok(number) = tail.parse::<u32>()
    {
        numbers.insert(0, number);
        path = head;
    }
    if numbers.is_empty() {
        return Ok(None);
    }
    let files = match graph.view.file_at(graph.pid, path)? {
        Some(id) => vec![id],
        None => files_ending(graph, path)?,
    };
    let mut found = Vec::new();
    for &file in &files {
        let Some(row) = graph.file(file)? else { continue };
        let line = match numbers.as_slice() {
            [cell, line] if !row.cells.is_empty() => {
                let first = row.cells.iter().find(|(_, number)| number == cell).map(|(first, _)| *first);
                first.map(|first| first + line.saturating_sub(1))
            }
            [line, ..] => Some(line.saturating_sub(1)),
            [] => None,
        };
        let Some(line) = line else { continue };
        found.push((file, line));
    }
    Ok((!files.is_empty()).then_some(found))
}

/// The smallest definition that holds a line (0-based), else the file.
fn innermost(graph: &Graph<'_>, file: FileId, line: u32) -> Result<SymbolId> {
    let symbols = graph.view.symbols_of(graph.pid, file)?;
    let holding = symbols.iter().filter(|(_, s)| s.start_line <= line && line <= s.end_line);
    let best = holding.min_by_key(|(id, s)| {
        let n_lines = s.end_line - s.start_line;
        // Of two that take the same lines, the one that is named on this line, else the one that starts last.
        (n_lines, s.place.line != line, std::cmp::Reverse(s.place.byte), id.slot)
    });
    Ok(best.map_or(SymbolId::of_file(file), |(id, _)| *id))
}

/// Files whose path ends in whole segments like this; a file name alone will do.
fn files_ending(graph: &Graph<'_>, end: &str) -> Result<Vec<FileId>> {
    let end = end.trim_start_matches('/');
    if end.is_empty() {
        return Ok(Vec::new());
    }
    let ends = |path: &str| path.strip_suffix(end).is_some_and(|head| head.is_empty() || head.ends_with('/'));
    Ok(graph
        .view
        .paths(graph.pid, "")?
        .into_iter()
        .filter(|(path, _)| ends(path))
        .map(|(_, id)| id)
        .collect())
}

/// The parts of a qualified name, whatever the language writes between them.
fn segments(name: &str) -> Vec<&str> {
    name.split("::")
        .flat_map(|part| {
            // A dot at the start belongs to what follows (`.5`), as does one alone.
            part.split(['.', '/'])
        })
        .filter(|part| !part.is_empty())
        .collect()
}

fn by_name(graph: &Graph<'_>, typed: &str) -> Result<Vec<SymbolId>> {
    // `f()` means `f`; operators keep their parentheses.
    let bare = typed.strip_suffix("()").filter(|bare| !bare.ends_with("operator")).unwrap_or(typed);
    let found = named(graph, &[], bare)?;
    if !found.is_empty() {
        return Ok(found);
    }
    let mut parts = segments(bare);
    let Some(name) = parts.pop() else { return Ok(Vec::new()) };
    let found = named(graph, &parts, name)?;
    if !found.is_empty() || parts.len() < 2 {
        return Ok(found);
    }
    // The whole name of something outside the project says more than a part of it.
    if graph.uses_external(bare)? {
        return Ok(vec![graph.external(bare)]);
    }
    // The first part may name the whole project (`crate::a::f`), which no symbol's name tells.
    parts.remove(0);
    named(graph, &parts, name)
}

/// Symbols of this name, in this case if there are any, whose containers end in `outer`.
fn named(graph: &Graph<'_>, outer: &[&str], name: &str) -> Result<Vec<SymbolId>> {
    let rows = graph.view.symbols_named(graph.pid, name)?;
    for exact in [true, false] {
        let mut found = Vec::new();
        for row in rows.iter().filter(|row| !exact || row.name == name).take(MAX_CANDIDATES) {
            if outer.is_empty() || is_inside(graph, row.id, outer, exact)? {
                found.push(row.id);
            }
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

/// True when the containers of a symbol (types and modules, then file and folders) end in `outer`.
fn is_inside(graph: &Graph<'_>, id: SymbolId, outer: &[&str], exact: bool) -> Result<bool> {
    let Some(symbol) = graph.symbol(id)? else { return Ok(false) };
    let same = |a: &str, b: &str| if exact { a == b } else { fold(a) == fold(b) };
    let containers = symbol.qualified.strip_suffix(symbol.name.as_str()).unwrap_or_default();
    let containers = segments(containers);
    let ends_in = |all: &[&str], end: &[&str]| {
        all.len() >= end.len() && all.iter().rev().zip(end.iter().rev()).all(|(a, b)| same(a, b))
    };
    if ends_in(&containers, outer) {
        return Ok(true);
    }
    // The rest must name the file: by its folders, with or without its own name.
    let Some(rest) = outer.len().checked_sub(containers.len()).and_then(|n| outer.get(..n)) else {
        return Ok(false);
    };
    if !ends_in(outer, &containers) {
        return Ok(false);
    }
    let Some(row) = graph.file(id.file)? else { return Ok(false) };
    let mut places: Vec<&str> = row.path.split('/').collect();
    let file = places.pop().unwrap_or_default();
    if ends_in(&places, rest) {
        return Ok(true);
    }
    places.push(file.split('.').next().unwrap_or_default());
    Ok(ends_in(&places, rest))
}

/// Puts symbols together that are one target.
fn group(graph: &Graph<'_>, found: Vec<SymbolId>) -> Result<Vec<Target>> {
    let mut rows = Vec::with_capacity(found.len());
    for id in found {
        let (Some(symbol), Some(row)) = (graph.symbol(id)?, graph.file(id.file)?) else { continue };
        rows.push(((has(&symbol, DefFlags::DECLARATION), row.path.clone(), symbol.place.byte), id, symbol));
    }
    rows.sort_by(|a, b| (&a.0, a.1.slot).cmp(&(&b.0, b.1.slot)));
    // A type stands for its constructors of the same name.
    let types: FxHashSet<String> = rows
        .iter()
        .filter(|(_, _, symbol)| symbol.kind.is_type())
        .map(|(_, _, symbol)| symbol.qualified.clone())
        .collect();
    rows.retain(|(_, _, symbol)| {
        symbol.kind != SymbolKind::Constructor
            || !container(symbol).is_some_and(|outer| types.contains(outer))
    });
    let mut targets: Vec<Target> = Vec::new();
    let mut by_name: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    for (_, id, symbol) in rows {
        let named = by_name.entry(symbol.qualified.clone()).or_default();
        let mut same = None;
        for &at in named.iter() {
            if is_one(graph, targets[at].first(), &targets[at].symbol, id, &symbol)? {
                same = Some(at);
                break;
            }
        }
        match same {
            Some(at) => targets[at].ids.push(id),
            None => {
                named.push(targets.len());
                targets.push(Target { ids: vec![id], symbol });
            }
        }
    }
    Ok(targets)
}

fn has(symbol: &Symbol, flag: u32) -> bool {
    DefFlags(symbol.flags).has(flag)
}

/// True when two symbols of one qualified name are one target.
fn is_one(graph: &Graph<'_>, a: SymbolId, left: &Symbol, b: SymbolId, right: &Symbol) -> Result<bool> {
    let alike = left.kind == right.kind || (left.kind.is_callable() && right.kind.is_callable());
    if a.file == b.file {
        // Overloads, or a property with a getter and a setter; but not a type and a function of one name.
        return Ok(alike || (!left.kind.is_type() && !right.kind.is_type()));
    }
    let (Some(here), Some(there)) = (graph.file(a.file)?, graph.file(b.file)?) else { return Ok(false) };
    if !alike || here.language == FileRow::TEXT || there.language == FileRow::TEXT {
        return Ok(false);
    }
    if lang::family(here.language) != lang::family(there.language) {
        return Ok(false);
    }
    let scope = lang::language(here.language).rules.package_scope();
    let is_half = |symbol: &Symbol| {
        // A pure virtual method may have a body of its own.
        has(symbol, DefFlags::DECLARATION)
            || (scope == PackageScope::Includes && has(symbol, DefFlags::ABSTRACT))
    };
    if is_half(left) || is_half(right) {
        // A header goes with any file, a stub with the file of its name.
        let is_pair = scope == PackageScope::Includes || stem(&here.path) == stem(&there.path);
        return Ok(is_pair && !has(left, DefFlags::FILE_LOCAL) && !has(right, DefFlags::FILE_LOCAL));
    }
    // Namespaces and types that are written in several blocks.
    let is_open = match scope {
        PackageScope::Declared => left.kind == SymbolKind::Module || left.kind.is_type(),
        PackageScope::Includes => left.kind == SymbolKind::Module,
        PackageScope::None | PackageScope::Folder => false,
    };
    Ok(is_open && graph.package(a.file)? == graph.package(b.file)?)
}

/// A path without the endings of its file name.
fn stem(path: &str) -> &str {
    let start = path.rfind('/').map_or(0, |at| at + 1);
    let end = path.get(start..).and_then(|name| name.find('.')).map_or(path.len(), |at| start + at);
    path.get(..end).unwrap_or(path)
}

/// Names that look like an unknown one: equal at the start, or a few letters away.
fn near(graph: &Graph<'_>, typed: &str) -> Result<Vec<String>> {
    let last = segments(typed).last().copied().unwrap_or(typed);
    let folded = fold(last);
    // The name is there, but not in what was typed before it.
    let mut elsewhere: Vec<String> = Vec::new();
    for row in graph.view.symbols_named(graph.pid, last)?.into_iter().take(MAX_ELSEWHERE) {
        if let Some(symbol) = graph.symbol(row.id)?
            && !elsewhere.contains(&symbol.qualified)
        {
            elsewhere.push(symbol.qualified.clone());
        }
    }
    if !elsewhere.is_empty() {
        let wanted: Vec<char> = fold(typed).chars().take(MAX_NEAR_LENGTH).collect();
        let far = |name: &String| {
            let name: Vec<char> = fold(name).chars().take(MAX_NEAR_LENGTH).collect();
            edits(&wanted, &name, 2 * MAX_NEAR_LENGTH)
        };
        elsewhere.sort_by_cached_key(|name| (far(name), name.clone()));
        elsewhere.truncate(MAX_NEAR);
        return Ok(elsewhere);
    }
    let length = folded.chars().count();
    if !(2..=MAX_NEAR_LENGTH).contains(&length) {
        return Ok(Vec::new());
    }
    let most = (length / 3).max(1);
    let mut best: Vec<(usize, String)> = Vec::new();
    let first: String = folded.chars().take(1).collect();
    let wanted: Vec<char> = folded.chars().collect();
    for row in graph.view.symbols_prefixed(graph.pid, &first, MAX_NEAR_ROWS)? {
        let name: Vec<char> = fold(&row.name).chars().collect();
        let distance = if name.len() > length && name.starts_with(&wanted) {
            Some(1)
        } else {
            edits(&wanted, &name, most)
        };
        if let Some(distance) = distance
            && !best.iter().any(|(_, each)| *each == row.name)
        {
            best.push((distance, row.name));
            best.sort_by(|a, b| (a.0, a.1.chars().count(), &a.1).cmp(&(b.0, b.1.chars().count(), &b.1)));
            best.truncate(MAX_NEAR);
        }
    }
    Ok(best.into_iter().map(|(_, name)| name).collect())
}

/// How many letters must be put in, taken out, replaced or swapped with their neighbour to get from one word to the
/// other; `None` when more than `most` (optimal string alignment).
fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        if row.iter().all(|&cost| cost > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|&distance| distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distance(a: &str, b: &str) -> Option<usize> {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        edits(&a, &b, 2)
    }

    #[test]
    fn a_swapped_missing_or_wrong_letter_is_one_edit() {
        for (a, b, expected) in [
            ("total", "total", Some(0)),
            ("toatl", "total", Some(1)),
            ("totl", "total", Some(1)),
            ("totel", "total", Some(1)),
            ("ttal", "totel", Some(2)),
            ("abc", "xyz", None),
            ("", "ab", Some(2)),
            ("", "abc", None),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn names_fall_into_the_same_parts_whatever_stands_between() {
        assert_eq!(segments("a::b.c/d"), ["a", "b", "c", "d"]);
        assert_eq!(segments("::a"), ["a"]);
        assert!(segments("..").is_empty());
    }
}
