//! The graph of a project held against an index that another tool made of the same tree.
//!
//! Documents are matched by path, definitions by the place where their name begins, uses by theirs. First all
//! definitions are read, so that it is known which symbols of the oracle are defined in the tree and which of ours they
//! are; then all uses. What the oracle says nothing of is in no figure: it may not have looked there. What it says of
//! other files than ours is not compared; neither are files that changed since they were indexed.

use super::judge::{Judge, Pair};
use super::names::{has_places, is_anonymous, is_declaration};
use super::oracle::{self, Document, Occurrence, Oracle, Scope};
use super::source::{Source, Text};
use super::tally::{Disagreement, Row, Tallies, Tally};
use crate::config::Config;
use crate::error::{Kind, ResultExt as _};
use crate::lang::LANGUAGES;
use crate::model::{FileId, Symbol, SymbolId};
use crate::store::{FileRow, ProjectRow, View};
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use std::path::Path;

/// Paths that a list names; all are counted.
const MAX_LISTED: usize = 100;
/// Documents whose paths are looked for to find the folder that the oracle's paths begin in.
const MAX_PROBES: usize = 200;

/// How far the oracle and the graph agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// The project.
    pub project: String,
    /// The tool that made the oracle.
    pub oracle: String,
    /// Which files were compared.
    pub documents: Documents,
    /// Definitions by language. For them `found` and `right` are the same.
    pub definitions: Vec<Row>,
    /// All edges.
    pub total: Row,
    /// Edges by language and kind.
    pub by_kind: Vec<Row>,
    /// Edges by language and rule.
    pub by_rule: Vec<Row>,
    /// Edges by confidence, guesses too, which are in no other figure.
    pub by_confidence: Vec<Row>,
    /// Uses of what is outside the tree, by language: right where the oracle has no definition of it either. They are in
    /// no other figure.
    pub externals: Vec<Row>,
    /// Uses that the oracle tells and that are in no figure.
    pub left_out: LeftOut,
    /// Samples.
    pub disagreements: Vec<Disagreement>,
}

/// Which files were compared, and why not the others.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Documents {
    /// Compared.
    pub compared: u64,
    /// Documents of files that are not in our index, or have no symbols there.
    pub unknown: Listed,
    /// Files that changed or went since they were indexed.
    pub changed: Listed,
    /// Documents with places that the file does not have: it changed since the oracle was made.
    pub misfits: Listed,
    /// Files that are younger than the oracle: compared, but they may have changed since.
    pub younger: Listed,
    /// Files of ours with symbols of which the oracle has no document.
    pub not_in_oracle: u64,
}

/// Some paths, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Listed {
    /// All.
    pub count: u64,
    /// The first hundred.
    pub paths: Vec<String>,
}

impl Listed {
    fn add(&mut self, path: &str) {
        self.count += 1;
        if self.paths.len() < MAX_LISTED {
            self.paths.push(path.to_owned());
        }
    }
}

/// Uses that are no misses, because the graph has nothing that they could lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LeftOut {
    /// Of what is defined in the tree, nobody knows where.
    pub lost: u64,
    /// Of local variables and parameters.
    pub local: u64,
    /// Of namespaces, on the way to what is in them.
    pub namespace: u64,
}

/// Where the symbols of the oracle are defined, by their numbers.
#[derive(Default)]
pub(super) struct Targets {
    ours: FxHashMap<u32, Vec<SymbolId>>,
    /// Symbols of the tree whose place is not known: they are defined in files that are not compared, or the oracle does
    /// not tell where, as with what a macro makes.
    lost: FxHashSet<u32>,
}

impl Targets {
    /// The definitions of ours that stand where the oracle has a symbol's.
    pub(super) fn of(&self, symbol: u32) -> &[SymbolId] {
        self.ours.get(&symbol).map_or(&[], Vec::as_slice)
    }

    /// True for a symbol that the oracle has a definition of.
    pub(super) fn is_defined(&self, symbol: u32) -> bool {
        self.ours.contains_key(&symbol)
    }

    /// True for a symbol that is defined in the tree, nobody knows where.
    pub(super) fn is_lost(&self, symbol: u32) -> bool {
        self.lost.contains(&symbol)
    }

    /// Finds the symbols that are of a package of the tree and that no document defines.
    fn find_lost(&mut self, oracle: &Oracle) {
        let package = |symbol: u32| oracle.symbols.get(symbol as usize).and_then(oracle::Symbol::package);
        let defined = self.ours.keys().chain(&self.lost);
        let packages: FxHashSet<&str> = defined.filter_map(|&symbol| package(symbol)).collect();
        for number in 0..u32::try_from(oracle.symbols.len()).unwrap_or(u32::MAX) {
            let is_of_tree = package(number).is_some_and(|package| packages.contains(package));
            if is_of_tree && !self.ours.contains_key(&number) {
                self.lost.insert(number);
            }
        }
    }
}

/// Compares a project with an oracle. Keeps at most `n_samples` samples of each kind of disagreement.
///
/// # Errors
/// [`Kind::Usage`] when the oracle is no index or of another tree, [`Kind::Corrupt`] when it is damaged, or when the
/// store cannot be read.
pub fn verify(
    view: &View,
    project: &ProjectRow,
    config: &Config,
    oracle: &Path,
    n_samples: usize,
) -> Result<Verdict> {
    let mut oracle = oracle::read(oracle)?;
    let mut comparison = Comparison {
        view,
        project,
        config,
        documents: Documents::default(),
        targets: Targets::default(),
        tallies: Tallies::new(n_samples),
    };
    let files = comparison.files(&oracle)?;
    let mut pairs: Vec<Option<File>> = Vec::with_capacity(files.len());
    let mut documents = std::mem::take(&mut oracle.documents);
    for (document, file) in documents.iter_mut().zip(files) {
        pairs.push(comparison.definitions(&oracle, document, file)?);
    }
    let Comparison { documents: about, mut targets, mut tallies, .. } = comparison;
    targets.find_lost(&oracle);
    let mut left_out = LeftOut::default();
    let pid = project.pid();
    let mut judge = Judge {
        view,
        pid,
        oracle: &oracle,
        targets: &targets,
        tallies: &mut tallies,
        left_out: &mut left_out,
    };
    for (document, file) in documents.iter().zip(&pairs) {
        let Some(file) = file else { continue };
        let File { id, path, language } = file;
        judge.uses(&Pair { file: *id, path, language, occurrences: &document.occurrences })?;
    }
    Ok(Verdict {
        project: project.name.clone(),
        oracle: oracle.tool,
        documents: about,
        definitions: tallies.definitions(),
        total: tallies.total(),
        by_kind: tallies.by_kind(),
        by_rule: tallies.by_rule(),
        by_confidence: tallies.by_confidence(),
        externals: tallies.externals(),
        left_out,
        disagreements: tallies.into_samples(),
    })
}

/// A file that is compared.
struct File {
    id: FileId,
    path: String,
    language: &'static str,
}

struct Comparison<'a> {
    view: &'a View,
    project: &'a ProjectRow,
    config: &'a Config,
    documents: Documents,
    targets: Targets,
    tallies: Tallies,
}

impl Comparison<'_> {
    /// The file of each document, if we have it.
    fn files(&mut self, oracle: &Oracle) -> Result<Vec<Option<(FileId, FileRow)>>> {
        let pid = self.project.pid();
        let all: FxHashMap<String, FileId> = self.view.paths(pid, "")?.into_iter().collect();
        let begin = Beginning::find(&self.project.root, oracle, &all);
        let mut files = Vec::with_capacity(oracle.documents.len());
        let mut met: FxHashSet<FileId> = FxHashSet::default();
        for document in &oracle.documents {
            let id = begin.path(&document.path).and_then(|path| all.get(&path)).copied();
            let row = id.map(|id| self.view.file(pid, id)).transpose()?.flatten();
            let file = id.zip(row).filter(|(_, row)| has_places(row));
            // A second document of a file would count everything twice.
            let file = file.filter(|(id, _)| met.insert(*id));
            if file.is_none() {
                self.documents.unknown.add(&document.path);
            }
            files.push(file);
        }
        if met.is_empty() {
            return Err(anyhow::anyhow!("no document of the oracle is a file of `{}`", self.project.name))
                .kind(Kind::Usage)
                .hint(format!(
                    "the project is {}, the oracle's paths begin in {}",
                    self.project.root,
                    if oracle.root.is_empty() { "a folder that it does not tell" } else { &oracle.root }
                ));
        }
        for (_, row) in self.view.files(pid)? {
            self.documents.not_in_oracle += u64::from(has_places(&row) && row.symbols > 0);
        }
        for (_, row) in files.iter().flatten() {
            self.documents.not_in_oracle -= u64::from(row.symbols > 0);
            if row.mtime_ns > oracle.mtime_ns {
                self.documents.younger.add(&row.path);
            }
        }
        Ok(files)
    }

    /// Compares the definitions of a document, notes which of ours its symbols are, and turns its columns into bytes.
    fn definitions(
        &mut self,
        oracle: &Oracle,
        document: &mut Document,
        file: Option<(FileId, FileRow)>,
    ) -> Result<Option<File>> {
        let Some((id, row)) = file else {
            self.leave(document);
            return Ok(None);
        };
        let source = Source::read(&self.project.root, &row, self.config);
        let fits = source.text().is_some_and(|text| to_bytes(document, text));
        if !fits {
            let list = match source.text() {
                Some(_) => &mut self.documents.misfits,
                None => &mut self.documents.changed,
            };
            list.add(&row.path);
            self.leave(document);
            return Ok(None);
        }
        let language = LANGUAGES.get(usize::from(row.language)).map_or("", |language| language.name);
        let symbols = self.view.symbols_of(self.project.pid(), id)?;
        let mut ours: FxHashMap<(u32, u32), Vec<SymbolId>> = FxHashMap::default();
        for (id, symbol) in &symbols {
            ours.entry((symbol.place.line, symbol.place.column)).or_default().push(*id);
        }
        self.note(oracle, document, id, &ours);
        self.note_again(document, &ours, &symbols);
        let file = File { id, path: row.path, language };
        self.compare(oracle, document, &file, &symbols);
        self.documents.compared += 1;
        Ok(Some(file))
    }

    /// Notes the symbols of a document that is not compared.
    fn leave(&mut self, document: &Document) {
        let defined = document.occurrences.iter().filter(|each| each.is_definition);
        self.targets.lost.extend(defined.map(|each| each.symbol));
    }

    /// Notes which of our definitions the symbols are that a document defines.
    fn note(
        &mut self,
        oracle: &Oracle,
        document: &Document,
        file: FileId,
        ours: &FxHashMap<(u32, u32), Vec<SymbolId>>,
    ) {
        for each in document.occurrences.iter().filter(|each| each.is_definition) {
            let targets = self.targets.ours.entry(each.symbol).or_default();
            targets.extend(ours.get(&(each.line, each.start)).into_iter().flatten());
            if is_file(oracle, each) {
                targets.push(SymbolId::of_file(file));
            }
        }
    }

    /// Notes what is defined again: where the oracle has a use of a symbol, and we a second definition of the same name.
    /// Some tools call only the first one a definition, of overloads or of what depends on the platform.
    fn note_again(
        &mut self,
        document: &mut Document,
        ours: &FxHashMap<(u32, u32), Vec<SymbolId>>,
        symbols: &[(SymbolId, Symbol)],
    ) {
        let names: FxHashMap<SymbolId, &str> =
            symbols.iter().map(|(id, symbol)| (*id, symbol.qualified.as_str())).collect();
        for each in document.occurrences.iter_mut().filter(|each| !each.is_definition) {
            let (Some(here), Some(targets)) =
                (ours.get(&(each.line, each.start)), self.targets.ours.get_mut(&each.symbol))
            else {
                continue;
            };
            let is_again = |id: &SymbolId| {
                let name = names.get(id);
                name.is_some() && targets.iter().any(|target| target != id && names.get(target) == name)
            };
            let again: Vec<SymbolId> = here.iter().copied().filter(is_again).collect();
            each.is_definition = !again.is_empty();
            targets.extend(again);
        }
    }

    fn compare(&mut self, oracle: &Oracle, document: &Document, file: &File, symbols: &[(SymbolId, Symbol)]) {
        let language = file.language;
        let mut theirs: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        for each in document.occurrences.iter().filter(|each| each.is_definition) {
            theirs.insert((each.line, each.start), each.symbol);
        }
        let mut placed: FxHashSet<(u32, u32)> = FxHashSet::default();
        for (_, symbol) in symbols {
            let place = (symbol.place.line, symbol.place.column);
            placed.insert(place);
            if is_anonymous(&symbol.name) {
                continue;
            }
            if theirs.contains_key(&place) {
                self.tallies.definition(language, Tally { right: 1, found: 1, ..Tally::default() });
                continue;
            }
            if is_declaration(symbol) {
                self.tallies.definition(language, Tally { unjudged: 1, ..Tally::default() });
                continue;
            }
            self.tallies.definition(language, Tally { wrong: 1, ..Tally::default() });
            self.tallies.sample(Disagreement {
                what: "wrong-definition",
                language,
                kind: symbol.kind.name(),
                rule: None,
                path: file.path.clone(),
                line: place.0 + 1,
                column: place.1 + 1,
                ours: Some(symbol.qualified.clone()),
                theirs: None,
            });
        }
        for each in document.occurrences.iter().filter(|each| each.is_definition) {
            let Some(symbol) = oracle.symbols.get(each.symbol as usize) else { continue };
            if symbol.scope.is_inner() || is_file(oracle, each) || !placed.insert((each.line, each.start)) {
                continue;
            }
            self.tallies.definition(language, Tally { missed: 1, ..Tally::default() });
            self.tallies.sample(Disagreement {
                what: "missed-definition",
                language,
                kind: "definition",
                rule: None,
                path: file.path.clone(),
                line: each.line + 1,
                column: each.start + 1,
                ours: None,
                theirs: Some(symbol.name.to_string()),
            });
        }
    }
}

/// True for the definition of a whole file: a module or namespace that begins where the file does.
fn is_file(oracle: &Oracle, each: &Occurrence) -> bool {
    let scope = oracle.symbols.get(each.symbol as usize).map(|symbol| symbol.scope);
    let is_module = matches!(scope, Some(Scope::Namespace | Scope::Meta));
    each.is_definition && (each.line, each.start) == (0, 0) && is_module
}

/// Turns the columns of a document into bytes. False when the text lacks one of its places.
fn to_bytes(document: &mut Document, text: &Text) -> bool {
    for each in &mut document.occurrences {
        let Some(start) = text.column(each.line, each.start, document.unit) else { return false };
        // An end on another line stays past every column.
        let end = text.column(each.line, each.end, document.unit).unwrap_or(u32::MAX);
        (each.start, each.end) = (start, end);
    }
    true
}

/// What is to be put before the oracle's paths, or taken from them, to make paths of the project.
#[derive(Debug, PartialEq, Eq)]
enum Beginning {
    Put(String),
    Take(String),
}

impl Beginning {
    /// Finds it: what the roots of both say, nothing, or a folder below which most documents are; the first of these
    /// that gives most files.
    fn find(root: &str, oracle: &Oracle, all: &FxHashMap<String, FileId>) -> Self {
        let mut choices = Vec::new();
        let below = |outer: &str, inner: &str| {
            let rest = inner.strip_prefix(outer.trim_end_matches('/'))?;
            (rest.is_empty() || rest.starts_with('/')).then(|| match rest.trim_matches('/') {
                "" => String::new(),
                rest => format!("{rest}/"),
            })
        };
        if !oracle.root.is_empty() {
            choices.extend(below(root, &oracle.root).map(Self::Put));
            choices.extend(below(&oracle.root, root).map(Self::Take));
        }
        choices.push(Self::Put(String::new()));
        choices.extend(Self::guess(oracle, all).map(Self::Put));
        let n_files = |choice: &Self| {
            let paths = oracle.documents.iter().filter_map(|document| choice.path(&document.path));
            paths.filter(|path| all.contains_key(path)).count()
        };
        let mut best = (0, Self::Put(String::new()));
        for choice in choices {
            let n = n_files(&choice);
            if n > best.0 {
                best = (n, choice);
            }
        }
        best.1
    }

    /// The folder in which most of the first documents are found by the end of their paths.
    fn guess(oracle: &Oracle, all: &FxHashMap<String, FileId>) -> Option<String> {
        let probes: FxHashSet<&str> =
            oracle.documents.iter().take(MAX_PROBES).map(|document| document.path.as_str()).collect();
        let mut votes: std::collections::BTreeMap<&str, u32> = std::collections::BTreeMap::new();
        let mut paths: Vec<&String> = all.keys().collect();
        paths.sort_unstable();
        for path in paths {
            for (at, _) in path.match_indices('/') {
                let (folder, rest) = path.split_at(at + 1);
                if probes.contains(rest) {
                    *votes.entry(folder).or_default() += 1;
                }
            }
        }
        let best = votes.iter().max_by_key(|(folder, n)| (**n, std::cmp::Reverse(folder.len())));
        best.map(|(folder, _)| (*folder).to_owned())
    }

    /// The path in the project of a path of the oracle.
    fn path(&self, path: &str) -> Option<String> {
        match self {
            Self::Put(before) => Some(format!("{before}{path}")),
            Self::Take(before) => path.strip_prefix(before.as_str()).map(str::to_owned),
        }
    }
}
