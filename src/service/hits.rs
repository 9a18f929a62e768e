//! What `search` answers: hits with their lines.

use super::answer::harmless;
use super::answers::Seen;
use super::search::Search;
use super::show::{DIM, LINE, MATCH, PATH, STRONG, WARN, count};
use super::{Answer, Context, Format, Page, disk};
use crate::config::Config;
use crate::error::Kind;
use crate::model::{FileId, Printed, SymbolId, SymbolKind};
use crate::query::shown_line;
use crate::search::snippet::{Line, Lines, snippet};
use crate::search::{self, Hit, Part, Pattern};
use crate::store::{FileRow, ProjectRow, View};
use anyhow::Result;
use rayon::prelude::*;
use serde::Serialize;
use std::collections::HashMap;
use std::io::Write as _;
use std::sync::Arc;

/// Lines of a hit that a snippet holds at most, context not counted.
const SNIPPET_LINES: u32 = 40;
/// Lines of a hit that text shows at most, context not counted.
const SHOWN_LINES: u32 = 5;

/// What stands out in the lines of hits.
pub(super) struct Lights<'l> {
    /// Words of this text, in any form.
    pub(super) words: &'l str,
    /// What these match.
    pub(super) patterns: &'l [Pattern],
}

/// The files of hits, each read once.
pub(super) struct Files<'c> {
    cx: &'c Context,
    view: &'c View,
    /// By project and file.
    read: HashMap<(u32, u32), Option<Arc<Text>>>,
}

/// A file as it is on disk now.
#[derive(Debug)]
pub(super) struct Text {
    lines: Lines,
    /// Its content is no longer what was indexed.
    stale: bool,
    /// The file's row.
    row: FileRow,
}

impl<'c> Files<'c> {
    /// None yet.
    pub(super) fn new(cx: &'c Context, view: &'c View) -> Self {
        Self { cx, view, read: HashMap::new() }
    }

    /// Reads the files of hits, several at once in a process that answers more than once.
    pub(super) fn read<'h>(&mut self, hits: impl Iterator<Item = (&'h ProjectRow, &'h Hit)>) -> Result<()> {
        if self.cx.readers.is_none() {
            return Ok(());
        }
        let mut wanted: Vec<_> = hits.map(|(project, hit)| (key(project, hit), project, hit.file)).collect();
        wanted.sort_unstable_by_key(|&(key, ..)| key);
        wanted.dedup_by_key(|&mut (key, ..)| key);
        let (view, config, seen) = (self.view, &self.cx.loaded.config, &*self.cx.seen);
        let read = |(key, project, file)| Ok((key, text(view, config, seen, project, file)?));
        self.read = wanted.into_par_iter().map(read).collect::<Result<_>>()?;
        Ok(())
    }

    /// Chooses the symbol of a hit by the words in its lines, where these are known.
    pub(super) fn label(&mut self, project: &ProjectRow, hit: &mut Hit, words: &str) -> Result<()> {
        let text = self.text(project, hit)?;
        if let Some(text) = text.filter(|text| !text.stale) {
            search::label(hit, &text.lines, words);
        }
        Ok(())
    }

    /// A hit with its lines; a file that is gone, cannot be read or changed since has none.
    pub(super) fn shown(
        &mut self,
        project: &ProjectRow,
        mut hit: Hit,
        search: &Search,
        lights: &Lights<'_>,
    ) -> Result<Shown> {
        let text = self.text(project, &hit)?;
        let current = text.as_deref().filter(|text| !text.stale);
        let own = current.map(|text| search::label(&mut hit, &text.lines, lights.words));
        let row = text.as_deref().map(|text| &text.row);
        let at = |line: u32| row.map_or((None, line), |row| shown_line(row, line.saturating_sub(1)));
        let (cell, start_line) = at(hit.start_line);
        let (_, end_line) = at(hit.end_line);
        let symbol_line = hit.symbol.as_ref().map(|symbol| symbol.start_line + 1);
        let lines = |hit: &Hit, most: u32| {
            current.map_or_else(Vec::new, |text| {
                snippet(hit, &text.lines, lights.words, lights.patterns, search.context, most)
            })
        };
        let whole = lines(&hit, SNIPPET_LINES);
        let part = own.map(|own| Hit { start_line: *own.start(), end_line: *own.end(), ..hit.clone() });
        let marked = lines(part.as_ref().unwrap_or(&hit), SHOWN_LINES);
        let starts_inside = symbol_line.filter(|line| (hit.start_line..=hit.end_line).contains(line));
        let first_shown = || marked.iter().find(|line| line.in_hit).map(|line| line.number);
        let heading = at(starts_inside.or_else(first_shown).unwrap_or(hit.start_line));
        let marked: Vec<Line> =
            marked.into_iter().map(|line| Line { number: at(line.number).1, ..line }).collect();
        let (symbol, id, column) = self.symbol(project, &hit)?;
        let (before, after) = around(&whole);
        let whole: Vec<String> = whole.into_iter().map(|line| line.text).collect();
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
            heading,
            marked,
        })
    }

    /// The qualified name of a hit's symbol, its printed form where it is one of the graph, and the column of its name,
    /// from 1, where that stands on its first line.
    fn symbol(
        &self,
        project: &ProjectRow,
        hit: &Hit,
    ) -> Result<(Option<String>, Option<String>, Option<u32>)> {
        let Some(symbol) = &hit.symbol else { return Ok((None, None, None)) };
        let id = SymbolId { file: hit.file, slot: symbol.slot };
        let stored = if symbol.slot == 0 { None } else { self.view.symbol(project.pid(), id)? };
        Ok(match stored {
            Some(stored) => {
                let printed = Printed::new(&hit.path, &stored.qualified, id).to_string();
                let is_there = symbol.slot != 0 && stored.place.line == symbol.start_line;
                (Some(stored.qualified), Some(printed), is_there.then_some(stored.place.column + 1))
            }
            None => (Some(symbol.name.clone()), None, None),
        })
    }

    fn text(&mut self, project: &ProjectRow, hit: &Hit) -> Result<Option<Arc<Text>>> {
        let key = key(project, hit);
        if let Some(text) = self.read.get(&key) {
            return Ok(text.clone());
        }
        let text = text(self.view, &self.cx.loaded.config, &self.cx.seen, project, hit.file)?;
        self.read.insert(key, text.clone());
        Ok(text)
    }
}

const fn key(project: &ProjectRow, hit: &Hit) -> (u32, u32) {
    (project.id, hit.file.0)
}

/// Reads a file; nothing when it is gone or cannot be read.
fn text(
    view: &View,
    config: &Config,
    seen: &Seen,
    project: &ProjectRow,
    file: FileId,
) -> Result<Option<Arc<Text>>> {
    let row = view.file(project.pid(), file)?;
    Ok(row.and_then(|row| {
        let source = disk::read(project, &row, config, seen)?;
        Some(Arc::new(Text { lines: Lines::of(source.text), stale: source.hash != row.hash, row }))
    }))
}

/// The lines before the first one of a hit, and after the last.
fn around(lines: &[Line]) -> (Vec<String>, Vec<String>) {
    let text = |lines: &[Line]| lines.iter().map(|line| line.text.clone()).collect();
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
    /// Cell and line that text names first: where the symbol begins or, when that is elsewhere, the first line shown.
    #[serde(skip)]
    heading: (Option<u32>, u32),
    #[serde(skip)]
    marked: Vec<Line>,
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
            each.text(page, several)?;
        }
        Ok(())
    }
}

impl Shown {
    fn text(&self, page: &mut Page<'_>, with_project: bool) -> Result<()> {
        let path = page.path(&self.root, &self.path);
        let (cell, line) = self.heading;
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
        self.marked.iter().try_for_each(|line| marked(page, line))
    }
}

/// One line of a snippet; the words of the question stand out, lines around the hit stand back.
fn marked(page: &mut Page<'_>, line: &Line) -> Result<()> {
    let number = line.number;
    if !line.in_hit {
        return Ok(writeln!(page, "  {DIM}{number:>5}  {}{DIM:#}", harmless(&line.text))?);
    }
    write!(page, "  {LINE}{number:>5}{LINE:#}  ")?;
    let mut at = 0;
    for range in &line.highlights {
        let (before, word) = (line.text.get(at..range.start), line.text.get(range.clone()));
        write!(page, "{}{MATCH}", harmless(before.unwrap_or_default()))?;
        write!(page, "{}{MATCH:#}", harmless(word.unwrap_or_default()))?;
        at = range.end;
    }
    Ok(writeln!(page, "{}", harmless(line.text.get(at..).unwrap_or_default()))?)
}
