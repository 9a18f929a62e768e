//! `search`: find code by words and meaning.

use super::answer::harmless;
use super::show::{DIM, LINE, MATCH, PATH, STRONG, WARN};
use super::{Answer, Context, Format, Operation, Page};
use crate::embed::StaticTable;
use crate::error::Kind;
use crate::lang::LANGUAGES;
use crate::lang::text::TEXT_KINDS;
use crate::model::{Printed, SymbolId, SymbolKind};
use crate::query::shown_line;
use crate::scan::read;
use crate::scan::walk::{Candidate, real_path};
use crate::search::snippet::{Line, snippet};
use crate::search::{self, Filters, Hit, Part, StoreSource};
use crate::store::{FileRow, ProjectRow, View};
use anyhow::{Context as _, Result};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use std::collections::HashMap;
use std::io::Write as _;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

/// What is told when a question cannot be looked for.
const NO_WORD: &str =
    "the query has no word to look for; give words with letters from a to z, or the name of a symbol";
/// Lines of a hit that a snippet holds at most, context not counted.
const SNIPPET_LINES: u32 = 40;
/// Lines of a hit that text shows at most, context not counted.
const SHOWN_LINES: u32 = 5;

/// Find code by words and meaning
#[derive(Debug, Clone, Args, Serialize)]
pub struct Search {
    /// Words, a sentence, or the name of a symbol
    #[arg(required = true)]
    pub query: Vec<String>,
    /// Project to search; without one, the project that holds the working folder
    #[arg(long)]
    pub project: Option<String>,
    /// Search every project
    #[arg(long, conflicts_with = "project")]
    pub all: bool,
    /// Only files in these languages or kinds of text, such as `rust`, `py` or `markdown`
    #[arg(long, value_delimiter = ',', value_parser = languages(), hide_possible_values = true)]
    pub lang: Vec<String>,
    /// Only symbols of these kinds
    #[arg(long, value_delimiter = ',', value_parser = kinds())]
    pub kind: Vec<SymbolKind>,
    /// Only files whose path matches, such as `src/**/*.rs`
    #[arg(long, value_name = "GLOB")]
    pub path: Vec<String>,
    /// Leave test code out
    #[arg(long)]
    pub no_tests: bool,
    /// Most results
    #[arg(long, short = 'n', default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
    /// Tell how each score came about
    #[arg(long)]
    pub explain: bool,
    /// Lines to show around each matching line
    #[arg(long, short = 'C', value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub context: u32,
}

/// Names of languages and kinds of text; an ending of a language's files stands for its name.
fn languages() -> impl TypedValueParser<Value = String> {
    let mut values: Vec<PossibleValue> = Vec::new();
    for language in LANGUAGES {
        match values.last_mut().filter(|last| last.get_name() == language.name) {
            Some(last) => *last = last.clone().aliases(language.extensions),
            None => values.push(PossibleValue::new(language.name).aliases(language.extensions)),
        }
    }
    values.extend(TEXT_KINDS.iter().map(|kind| PossibleValue::new(kind.name)));
    PossibleValuesParser::new(values.clone()).map(move |typed| {
        let named = values.iter().find(|value| value.matches(&typed, false));
        named.map_or(typed, |value| value.get_name().to_owned())
    })
}

fn kinds() -> impl TypedValueParser<Value = SymbolKind> {
    PossibleValuesParser::new(SymbolKind::ALL.iter().map(|kind| kind.name()))
        .try_map(|name| SymbolKind::from_name(&name).ok_or("there is no such kind"))
}

impl Operation for Search {
    const NAME: &'static str = "search";
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json, Format::Jsonl];
    type Response = Results;

    fn run(self, cx: &Context) -> Result<Results> {
        let started = Instant::now();
        let view = cx.snapshot()?.view();
        let projects = if self.all { view.projects()? } else { vec![cx.project(self.project.as_deref())?] };
        let question = self.query.join(" ");
        let filters = self.filters()?;
        let mut found: Vec<(usize, Hit)> = Vec::new();
        let mut total = 0;
        for (at, project) in projects.iter().enumerate() {
            cx.cancel.check()?;
            let answer = ask(&cx.data, view, project, &question, &filters, self.limit as usize)?;
            total += answer.n_candidates as u64;
            found.extend(answer.hits.into_iter().map(|hit| (at, hit)));
        }
        if projects.len() > 1 {
            found.sort_by(|(_, a), (_, b)| {
                b.is_exact
                    .cmp(&a.is_exact)
                    .then_with(|| b.score.total_cmp(&a.score))
                    .then_with(|| a.path.cmp(&b.path))
            });
            found.truncate(self.limit as usize);
        }
        let mut files = Files { cx, view, read: HashMap::new() };
        let mut results = Vec::with_capacity(found.len());
        for (at, hit) in found {
            let project = projects.get(at).context("a hit of no project")?;
            results.push(files.shown(project, hit, &self, &question)?);
        }
        let hint = (!search::has_word(&question)).then_some(NO_WORD);
        Ok(Results { results, total, took_ms: started.elapsed().as_millis() as u64, hint })
    }
}

impl Search {
    fn filters(&self) -> Result<Filters> {
        Ok(Filters {
            languages: self.lang.clone(),
            kinds: self.kind.clone(),
            paths: search::path_patterns(&self.path)?,
            no_tests: self.no_tests,
        })
    }
}

/// One question to one project.
fn ask(
    data: &Path,
    view: &View,
    project: &ProjectRow,
    question: &str,
    filters: &Filters,
    limit: usize,
) -> Result<search::Answer> {
    let source = StoreSource::open(view, project, data);
    let mut request = search::Request::new(question);
    request.limit = limit;
    request.filters = filters.clone();
    search::run(&source, Some(StaticTable::builtin()), &request)
}

/// The files of hits, each read once.
struct Files<'c> {
    cx: &'c Context,
    view: &'c View,
    read: HashMap<(u32, u32), Option<Rc<Text>>>,
}

/// A file as it is on disk now.
#[derive(Debug)]
struct Text {
    text: String,
    /// Its content is no longer what was indexed.
    stale: bool,
    /// The file's row.
    row: FileRow,
}

impl Files<'_> {
    /// A hit with its lines; a file that is gone, cannot be read or changed since has none.
    fn shown(
        &mut self,
        project: &ProjectRow,
        mut hit: Hit,
        search: &Search,
        question: &str,
    ) -> Result<Shown> {
        let text = self.text(project, &hit)?;
        let current = text.as_deref().filter(|text| !text.stale);
        let own = current.map(|text| search::label(&mut hit, &text.text, question));
        let row = text.as_deref().map(|text| &text.row);
        let at = |line: u32| row.map_or((None, line), |row| shown_line(row, line.saturating_sub(1)));
        let (cell, start_line) = at(hit.start_line);
        let (_, end_line) = at(hit.end_line);
        let symbol_line = hit.symbol.as_ref().map(|symbol| symbol.start_line + 1);
        let lines = |hit: &Hit, most: u32| {
            current.map_or_else(Vec::new, |text| snippet(hit, &text.text, question, search.context, most))
        };
        let whole: Vec<String> = lines(&hit, SNIPPET_LINES).into_iter().map(|line| line.text).collect();
        let part = own.map(|own| Hit { start_line: *own.start(), end_line: *own.end(), ..hit.clone() });
        let marked = lines(part.as_ref().unwrap_or(&hit), SHOWN_LINES);
        let starts_inside = symbol_line.filter(|line| (hit.start_line..=hit.end_line).contains(line));
        let first_shown = || marked.iter().find(|line| line.in_hit).map(|line| line.number);
        let heading = at(starts_inside.or_else(first_shown).unwrap_or(hit.start_line));
        let marked: Vec<Line> =
            marked.into_iter().map(|line| Line { number: at(line.number).1, ..line }).collect();
        let (symbol, id) = self.symbol(project, &hit)?;
        Ok(Shown {
            path: hit.path,
            cell,
            start_line,
            end_line,
            score: hit.score,
            symbol,
            symbol_line: symbol_line.map(|line| at(line).1),
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

    /// The qualified name of a hit's symbol, and its printed form where it is one of the graph.
    fn symbol(&self, project: &ProjectRow, hit: &Hit) -> Result<(Option<String>, Option<String>)> {
        let Some(symbol) = &hit.symbol else { return Ok((None, None)) };
        let id = SymbolId { file: hit.file, slot: symbol.slot };
        let stored = if symbol.slot == 0 { None } else { self.view.symbol(project.pid(), id)? };
        Ok(match stored {
            Some(stored) => {
                let printed = Printed::new(&hit.path, &stored.qualified, id).to_string();
                (Some(stored.qualified), Some(printed))
            }
            None => (Some(symbol.name.clone()), None),
        })
    }

    fn text(&mut self, project: &ProjectRow, hit: &Hit) -> Result<Option<Rc<Text>>> {
        let key = (project.id, hit.file.0);
        if let Some(text) = self.read.get(&key) {
            return Ok(text.clone());
        }
        let row = self.view.file(project.pid(), hit.file)?;
        let text = row.and_then(|row| {
            let full = real_path(Path::new(&project.root), &row.path);
            let candidate =
                Candidate { path: row.path.clone(), full, size: row.size, mtime_ns: row.mtime_ns };
            let source = read::read(&candidate, &self.cx.loaded.config).ok()?;
            Some(Rc::new(Text { text: source.text, stale: source.hash != row.hash, row }))
        });
        self.read.insert(key, text.clone());
        Ok(text)
    }
}

/// What `search` answers.
#[derive(Debug, Serialize)]
pub struct Results {
    results: Vec<Shown>,
    /// Places that were ranked.
    total: u64,
    /// Milliseconds on the clock.
    took_ms: u64,
    /// Why nothing can be found.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
}

#[derive(Debug, Serialize)]
struct Shown {
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
    /// The symbol as questions to the graph take it.
    id: Option<String>,
    kind: Option<SymbolKind>,
    project: String,
    language: String,
    snippet: String,
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
            Format::Text | Format::Dot | Format::Mermaid | Format::Scip => self.text(page),
        }
    }

    fn verdict(&self) -> Option<Kind> {
        self.results.is_empty().then_some(Kind::NotFound)
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
