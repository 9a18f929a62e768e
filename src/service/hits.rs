//! What `search` answers: hits with their lines.

use super::answer::harmless;
use super::answers::{FileState, Seen};
use super::kept::{Kept, Limits};
use super::search::Search;
use super::show::{DIM, LINE, MATCH, PATH, STRONG, WARN, count};
use super::{Answer, Context, Format, Page, disk};
use crate::config::Config;
use crate::error::Kind;
use crate::model::{FileId, Printed, Symbol, SymbolId, SymbolKind};
use crate::query::shown_line;
use crate::scan::walk::real_path;
use crate::search::snippet::{Lights, Line, Lines, snippet};
use crate::search::{self, Hit, Part};
use crate::store::{FileRow, ProjectRow, View};
use anyhow::Result;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::Write as _;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Lines of a hit that a snippet holds at most, context not counted.
const SNIPPET_LINES: u32 = 40;
/// Lines of a hit that text shows at most, context not counted.
const SHOWN_LINES: u32 = 5;

/// A file that was changed so shortly before it was read may have been changed again at what its clock calls the same
/// time.
const SETTLED: Duration = Duration::from_secs(2);

/// Texts by project and file, each with what its file was when it was read.
pub(super) type Texts = Kept<(u32, u32), (FileState, Arc<Text>)>;

/// Bytes of all texts that are kept for one generation.
pub(super) const MAX_TEXT_BYTES: usize = 16 << 20;

/// Bytes of a symbol that was shown, and of a text besides its lines, about.
const SYMBOL_BYTES: usize = 200;
const OTHER_BYTES: usize = 1_000;

/// Keeps no text yet.
pub(super) fn texts() -> Texts {
    Kept::new(Limits { values: usize::MAX, bytes: MAX_TEXT_BYTES, time: Duration::MAX })
}

/// A file as it is on disk now.
#[derive(Debug)]
pub(super) struct Text {
    lines: Lines,
    /// Its content is no longer what was indexed.
    stale: bool,
    /// The file's row.
    row: FileRow,
    /// Where it is.
    full: PathBuf,
    /// Symbols of the graph that were shown, by slot.
    symbols: Mutex<HashMap<u32, Option<Arc<Symbol>>>>,
}

/// What it takes to read the files of hits, on any thread.
struct Reader<'c> {
    view: &'c View,
    config: &'c Config,
    seen: &'c Seen,
    /// Texts that were read for other questions; none in a process that answers once.
    kept: Option<Arc<Texts>>,
}

impl Reader<'_> {
    /// The text of a file that was read before and is still what it was.
    fn known(&self, project: &ProjectRow, file: FileId) -> Option<Arc<Text>> {
        let is_same = |(state, text): &(FileState, Arc<Text>)| self.seen.note(&text.full) == *state;
        let kept = self.kept.as_ref()?;
        kept.get(&key(project, file), Instant::now(), is_same).map(|(_, text)| text)
    }

    /// Reads a file; nothing when it is gone or cannot be read.
    fn read(&self, project: &ProjectRow, file: FileId) -> Result<Option<Arc<Text>>> {
        let Some(row) = self.view.file(project.pid(), file)? else { return Ok(None) };
        let full = real_path(Path::new(&project.root), &row.path);
        let state = self.seen.note(&full);
        let Some(source) = disk::read_at(full.clone(), &row, self.config) else { return Ok(None) };
        let stale = source.hash != row.hash;
        let symbols = Mutex::default();
        let text = Arc::new(Text { lines: Lines::of(source.text), stale, row, full, symbols });
        if let Some(kept) = self.kept.as_ref().filter(|_| is_settled(state)) {
            // Few symbols of a file are ever shown, and never more than it has.
            let bytes = text.lines.bytes() + text.row.symbols as usize * SYMBOL_BYTES + OTHER_BYTES;
            kept.put(key(project, file), (state, Arc::clone(&text)), bytes, Instant::now());
        }
        Ok(Some(text))
    }
}

/// True when a file whose time is still the same will be the same.
fn is_settled(state: FileState) -> bool {
    let changed = state.and_then(|state| state.modified);
    let age = changed.and_then(|changed| SystemTime::now().duration_since(changed).ok());
    age.is_some_and(|age| age >= SETTLED)
}

/// The files of hits, each read once.
pub(super) struct Files<'c> {
    reader: Reader<'c>,
    /// By project and file.
    read: HashMap<(u32, u32), Option<Arc<Text>>>,
}

impl<'c> Files<'c> {
    /// None yet.
    pub(super) fn new(cx: &'c Context, view: &'c View) -> Self {
        let reader = Reader { view, config: &cx.loaded.config, seen: &cx.seen, kept: cx.texts() };
        Self { reader, read: HashMap::new() }
    }

    /// Reads the files of hits, several at once in a process that answers more than once.
    pub(super) fn read<'h>(&mut self, hits: impl Iterator<Item = (&'h ProjectRow, &'h Hit)>) -> Result<()> {
        if self.reader.kept.is_none() {
            return Ok(());
        }
        let mut unknown = Vec::new();
        for (project, hit) in hits {
            if let Entry::Vacant(entry) = self.read.entry(key(project, hit.file)) {
                let known = self.reader.known(project, hit.file);
                if known.is_none() {
                    unknown.push((project, hit.file));
                }
                entry.insert(known);
            }
        }
        let read = |(project, file)| Ok((key(project, file), self.reader.read(project, file)?));
        let read: Vec<_> = match unknown.len() {
            0 | 1 => unknown.into_iter().map(read).collect::<Result<_>>()?,
            _ => unknown.into_par_iter().map(read).collect::<Result<_>>()?,
        };
        self.read.extend(read);
        Ok(())
    }

    /// Chooses the symbol of a hit by the words in its lines, where these are known.
    pub(super) fn label(&mut self, project: &ProjectRow, hit: &mut Hit, lights: &Lights) -> Result<()> {
        let text = self.text(project, hit)?;
        if let Some(text) = text.filter(|text| !text.stale) {
            search::label(hit, &text.lines, lights);
        }
        Ok(())
    }

    /// A hit with its lines; a file that is gone, cannot be read or changed since has none.
    pub(super) fn shown(
        &mut self,
        project: &ProjectRow,
        mut hit: Hit,
        search: &Search,
        lights: &Lights,
    ) -> Result<Shown> {
        let text = self.text(project, &hit)?;
        let current = text.as_deref().filter(|text| !text.stale);
        let own = current.map(|text| search::label(&mut hit, &text.lines, lights));
        let lines = hit.start_line..=hit.end_line;
        let at = |line: u32| Text::shown_line(text.as_deref(), line);
        let (cell, start_line) = at(hit.start_line);
        let (_, end_line) = at(hit.end_line);
        let symbol_line = hit.symbol.as_ref().map(|symbol| symbol.start_line + 1);
        let whole = current.map_or_else(Vec::new, |text| {
            snippet(&lines, &text.lines, lights, search.context, SNIPPET_LINES)
        });
        let (symbol, id, column) = self.symbol(project, &hit, text.as_deref())?;
        let (before, after) = around(&whole);
        let whole: Vec<&str> = whole.iter().map(|line| line.text).collect();
        Ok(Shown {
            path: hit.path,
            cell,
            start_line,
            end_line,
            score: hit.score,
            symbol,
            symbol_line: symbol_line.map(|line| at(line).1),
            symbol_column: column,
            before,
            after,
            id,
            kind: hit.symbol.as_ref().map(|symbol| symbol.kind),
            project: project.name.clone(),
            language: hit.language,
            snippet: whole.join("\n"),
            stale: text.as_deref().is_some_and(|text| text.stale),
            explain: if search.explain { hit.parts } else { Vec::new() },
            root: project.root.clone(),
            heading: symbol_line.filter(|line| lines.contains(line)),
            own: own.unwrap_or(lines),
            text,
        })
    }

    /// The qualified name of a hit's symbol, its printed form where it is one of the graph, and the column of its name,
    /// from 1, where that stands on its first line.
    fn symbol(
        &self,
        project: &ProjectRow,
        hit: &Hit,
        text: Option<&Text>,
    ) -> Result<(Option<String>, Option<String>, Option<u32>)> {
        let Some(symbol) = &hit.symbol else { return Ok((None, None, None)) };
        let id = SymbolId { file: hit.file, slot: symbol.slot };
        let stored = || self.reader.view.symbol(project.pid(), id);
        let stored = match text {
            _ if symbol.slot == 0 => None,
            Some(text) => text.symbol(symbol.slot, stored)?,
            None => stored()?.map(Arc::new),
        };
        Ok(match stored {
            Some(stored) => {
                let printed = Printed::new(&hit.path, &stored.qualified, id).to_string();
                let is_there = symbol.slot != 0 && stored.place.line == symbol.start_line;
                (Some(stored.qualified.clone()), Some(printed), is_there.then_some(stored.place.column + 1))
            }
            None => (Some(symbol.name.clone()), None, None),
        })
    }

    fn text(&mut self, project: &ProjectRow, hit: &Hit) -> Result<Option<Arc<Text>>> {
        let key = key(project, hit.file);
        if let Some(text) = self.read.get(&key) {
            return Ok(text.clone());
        }
        let text = match self.reader.known(project, hit.file) {
            None => self.reader.read(project, hit.file)?,
            known => known,
        };
        self.read.insert(key, text.clone());
        Ok(text)
    }
}

impl Text {
    /// A symbol of the file, which is looked up once.
    fn symbol(
        &self,
        slot: u32,
        stored: impl FnOnce() -> Result<Option<Symbol>>,
    ) -> Result<Option<Arc<Symbol>>> {
        let known = || self.symbols.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(symbol) = known().get(&slot) {
            return Ok(symbol.clone());
        }
        let symbol = stored()?.map(Arc::new);
        known().insert(slot, symbol.clone());
        Ok(symbol)
    }

    /// The cell of a line, 1-based, where there are any, and its number there.
    fn shown_line(text: Option<&Self>, line: u32) -> (Option<u32>, u32) {
        text.map_or((None, line), |text| shown_line(&text.row, line.saturating_sub(1)))
    }
}

const fn key(project: &ProjectRow, file: FileId) -> (u32, u32) {
    (project.id, file.0)
}

/// The lines before the first one of a hit, and after the last.
fn around(lines: &[Line<'_>]) -> (Vec<String>, Vec<String>) {
    let text = |lines: &[Line<'_>]| lines.iter().map(|line| line.text.to_owned()).collect();
    let first = lines.iter().position(|line| line.in_hit).unwrap_or(0);
    let last = lines.iter().rposition(|line| line.in_hit).map_or(lines.len(), |at| at + 1);
    (text(&lines[..first]), text(&lines[last..]))
}

/// What `search` answers.
#[derive(Debug, Serialize)]
pub struct Results {
    pub(super) results: Vec<Shown>,
    /// Places that were ranked.
    pub(super) total: u64,
    /// Milliseconds on the clock.
    pub(super) took_ms: u64,
    /// Why nothing can be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hint: Option<&'static str>,
    /// What is odd about the answer, such as that meaning was not compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
    /// Files whose text was read to find phrases and matches.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) files_read: u64,
    /// Files that may hold what was asked for and were not looked at, because they changed since they were indexed.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) changed_files: u64,
    /// Names that are near to words of the query which look like names and stand nowhere.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) did_you_mean: Vec<String>,
    /// The words with the nearest of these names in them, which were looked for instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answered: Option<String>,
    /// What text lights up, and how many lines around a hit it shows.
    #[serde(skip)]
    pub(super) lights: Lights,
    #[serde(skip)]
    pub(super) context: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

#[derive(Debug, Serialize)]
pub(super) struct Shown {
    path: String,
    /// Number of the notebook cell, in which the lines are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<u32>,
    start_line: u32,
    end_line: u32,
    score: f32,
    /// Qualified name of the symbol that the lines belong to.
    symbol: Option<String>,
    /// First line of the symbol, which may lie before the lines, or below a comment that ends them.
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol_line: Option<u32>,
    /// Where in that line its name stands, in bytes, from 1; nothing when it stands on another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    symbol_column: Option<u32>,
    /// The symbol as questions to the graph take it.
    id: Option<String>,
    kind: Option<SymbolKind>,
    project: String,
    language: String,
    snippet: String,
    /// Lines of the snippet before those of the hit, and after them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    before: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    after: Vec<String>,
    /// The file changed since it was indexed: the lines may be elsewhere, and none are shown.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    stale: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    explain: Vec<Part>,
    #[serde(skip)]
    root: String,
    /// The line that text names first: where the symbol begins; when that is elsewhere, the first line shown.
    #[serde(skip)]
    heading: Option<u32>,
    /// Lines of the hit that belong to its symbol, of which text shows some.
    #[serde(skip)]
    own: RangeInclusive<u32>,
    #[serde(skip)]
    text: Option<Arc<Text>>,
}

impl Answer for Results {
    fn write(&self, format: Format, page: &mut Page<'_>) -> Result<()> {
        match format {
            Format::Json => page.json(self),
            Format::Jsonl => self.results.iter().try_for_each(|each| page.json(each)),
            _ => self.text(page),
        }
    }

    fn verdict(&self) -> Option<Kind> {
        self.results.is_empty().then_some(Kind::NotFound)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = self.notes.clone();
        if let Some(answered) = &self.answered {
            let names = self.did_you_mean.join("`, `");
            notes.push(format!("did you mean `{names}`? This is what was found for `{answered}`"));
        }
        if self.changed_files > 0 {
            let files = count(self.changed_files, "file");
            notes.push(format!(
                "{files} changed since the last index and were not looked at: run `codegraph index`"
            ));
        }
        notes
    }
}

impl Results {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.results.is_empty() {
            writeln!(page, "nothing found")?;
            if let Some(hint) = self.hint {
                writeln!(page, "hint: {hint}")?;
            }
        }
        let first = self.results.first().map(|each| &each.project);
        let several = self.results.iter().any(|each| Some(&each.project) != first);
        for (at, each) in self.results.iter().enumerate() {
            if at > 0 {
                writeln!(page)?;
            }
            each.text(page, several, self)?;
        }
        Ok(())
    }
}

impl Shown {
    fn text(&self, page: &mut Page<'_>, with_project: bool, of: &Results) -> Result<()> {
        let path = page.path(&self.root, &self.path);
        let text = self.text.as_deref();
        let lines = text.filter(|text| !text.stale).map_or_else(Vec::new, |text| {
            snippet(&self.own, &text.lines, &of.lights, of.context, SHOWN_LINES)
        });
        let first_shown = lines.iter().find(|line| line.in_hit).map(|line| line.number);
        let heading = self.heading.or(first_shown).unwrap_or(*self.own.start());
        let (cell, line) = Text::shown_line(text, heading);
        let cell = cell.map_or_else(String::new, |cell| format!("{cell}:"));
        write!(page, "{PATH}{path}{PATH:#}:{LINE}{cell}{line}{LINE:#}")?;
        if let (Some(kind), Some(symbol)) = (self.kind, &self.symbol) {
            write!(page, "  {} {STRONG}{}{STRONG:#}", kind.name(), harmless(symbol))?;
        }
        if with_project {
            write!(page, "  {DIM}in {}{DIM:#}", self.project)?;
        }
        if self.stale {
            write!(page, "  {WARN}changed since it was indexed{WARN:#}")?;
        }
        writeln!(page)?;
        if !self.explain.is_empty() {
            let parts: Vec<String> =
                self.explain.iter().map(|part| format!("{} {:.3}", part.name, part.value)).collect();
            writeln!(page, "  {DIM}score {:.3}: {}{DIM:#}", self.score, parts.join(", "))?;
        }
        lines.iter().try_for_each(|line| {
            let (_, number) = Text::shown_line(text, line.number);
            marked(page, &Line { number, ..*line }, &of.lights)
        })
    }
}

/// One line of a snippet; the words of the question stand out, lines around the hit stand back.
fn marked(page: &mut Page<'_>, line: &Line<'_>, lights: &Lights) -> Result<()> {
    let number = line.number;
    if !line.in_hit {
        return Ok(writeln!(page, "  {DIM}{number:>5}  {}{DIM:#}", harmless(line.text))?);
    }
    write!(page, "  {LINE}{number:>5}{LINE:#}  ")?;
    let mut at = 0;
    for range in lights.of(line.text) {
        let (before, word) = (line.text.get(at..range.start), line.text.get(range.clone()));
        write!(page, "{}{MATCH}", harmless(before.unwrap_or_default()))?;
        write!(page, "{}{MATCH:#}", harmless(word.unwrap_or_default()))?;
        at = range.end;
    }
    Ok(writeln!(page, "{}", harmless(line.text.get(at..).unwrap_or_default()))?)
}
