//! `search`: find code by words and meaning.

use super::context::listed;
use super::disk::source;
use super::hits::{Files, Results};
use super::place::place;
use super::show::count;
use super::{Context, Format, Operation};
use crate::embed::Embedder;
use crate::error::{Kind, ResultExt as _};
use crate::lang::LANGUAGES;
use crate::lang::text::TEXT_KINDS;
use crate::model::{SymbolId, SymbolKind};
use crate::search::snippet::Lights;
use crate::search::{self, Example, Filters, Hit, Kin, Order, PathSet, SYNTAX, StoreSource, Typed};
use crate::store::{ProjectRow, View};
use anyhow::{Context as _, Result};
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::Serialize;
use std::time::Instant;

/// What is told when a question cannot be looked for.
const NO_WORD: &str =
    "the query has no word to look for; give words with letters from a to z, or the name of a symbol";

/// Find code by words and meaning
#[derive(Debug, Clone, Default, Args, Serialize)]
#[command(after_help = syntax())]
pub struct Search {
    /// Words, a sentence, or the name of a symbol; and what is below
    pub query: Vec<String>,
    /// Find code like that at a place, such as `src/a.rs:42`, or of a symbol; the query then holds filters only
    #[arg(long, value_name = "PLACE")]
    pub similar: Option<String>,
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

/// What the query takes besides words.
fn syntax() -> String {
    let width = SYNTAX.iter().map(|(typed, _)| typed.chars().count()).max().unwrap_or(0);
    let rows = SYNTAX.iter().map(|(typed, meaning)| {
        let gap = " ".repeat(width - typed.chars().count() + 2);
        format!("\n  {typed}{gap}{meaning}")
    });
    let rows: String = rows.collect();
    format!(
        "In the query (quote it for the shell, and write `--` before a query that begins with `-`):{rows}"
    )
}

/// Names of languages and kinds of text; an ending of a language's files stands for its name.
pub(super) fn languages() -> impl TypedValueParser<Value = String> {
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

pub(super) fn kinds() -> impl TypedValueParser<Value = SymbolKind> {
    PossibleValuesParser::new(SymbolKind::ALL.iter().map(|kind| kind.name()))
        .try_map(|name| SymbolKind::from_name(&name).ok_or("there is no such kind"))
}

impl Operation for Search {
    const NAME: &'static str = "search";
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json, Format::Jsonl];
    type Response = Results;

    fn run(self, cx: &Context) -> Result<Results> {
        self.answer(cx, None)
    }
}

impl Search {
    /// Code that is like a text, which need not stand anywhere.
    pub(super) fn like(self, cx: &Context, code: &str) -> Result<Results> {
        self.answer(cx, Some(code))
    }

    fn answer(self, cx: &Context, code: Option<&str>) -> Result<Results> {
        let started = Instant::now();
        let view = cx.snapshot()?.view();
        let question = self.query.join(" ");
        let typed = Typed::read(&question)?;
        let projects = self.projects(cx, view, &typed)?;
        let mut wanted = self.wanted(&typed)?;
        let example = self.example(cx, &typed)?;
        if example.is_none() && code.is_none() && self.query.is_empty() && wanted.filters.is_empty() {
            return Err(anyhow::anyhow!("there is no query"))
                .kind(Kind::Usage)
                .hint("give words, a filter such as `kind:struct`, or `--similar path:line`");
        }
        let sources: Vec<StoreSource> = projects.iter().map(|project| source(cx, view, project)).collect();
        // What is lit up where a text is the example, whose telling words differ from project to project.
        let mut lit = String::new();
        let mut ask = |request: &search::Request<'_>| -> Result<Found> {
            let mut found = Found::default();
            for (at, (project, source)) in projects.iter().zip(&sources).enumerate() {
                cx.cancel.check()?;
                let answer = match (&example, code) {
                    (None, Some(code)) => {
                        like(cx, project, source, code, request, (&mut found.notes, &mut lit))?
                    }
                    (Some((home, example)), _) => {
                        let kin = Kin {
                            is_own_project: home.id == project.id,
                            has_own_model: home.model == project.model,
                        };
                        search::similar(source, example, kin, request)?
                    }
                    (None, None) => run(cx, project, source, request, &mut found.notes)?,
                };
                found.add(at, answer);
            }
            Ok(found)
        };
        let mut found = ask(&wanted)?;
        let Respelt { question: instead, near } =
            respell(&sources, wanted.text, &found.unknown.take().unwrap_or_default())?;
        if let Some(instead) = &instead {
            wanted.text = instead;
            found = ask(&wanted)?;
        }
        cx.cancel.check()?;
        found.sort(projects.len(), self.limit as usize);
        let mut files = Files::new(cx, view);
        files.read(found.hits.iter().filter_map(|(at, hit)| projects.get(*at).zip(Some(hit))))?;
        let words = match (&example, wanted.order) {
            (Some((_, example)), _) => example.words.as_str(),
            (None, _) if code.is_some() => lit.as_str(),
            (None, Order::Ranked) => wanted.text,
            (None, Order::Matches | Order::Listed) => "",
        };
        let lights = Lights::new(words, &wanted.patterns.with);
        let mut results = Vec::with_capacity(found.hits.len());
        for (at, hit) in found.hits {
            let project = projects.get(at).context("a hit of no project")?;
            results.push(files.shown(project, hit, &self, &lights)?);
        }
        let is_ranked = wanted.order == Order::Ranked && wanted.patterns.with.is_empty();
        let is_told = is_ranked && example.is_none() && code.is_none();
        let hint = (results.is_empty() && is_told && !search::has_word(wanted.text)).then_some(NO_WORD);
        Ok(Results {
            results,
            total: found.total,
            took_ms: started.elapsed().as_millis() as u64,
            hint,
            notes: found.notes,
            files_read: found.n_read,
            changed_files: found.n_changed,
            did_you_mean: near,
            answered: instead.clone(),
            lights,
            context: self.context,
        })
    }
}

impl Search {
    /// The projects that are asked.
    fn projects(&self, cx: &Context, view: &View, typed: &Typed) -> Result<Vec<ProjectRow>> {
        let wish = &typed.projects;
        if self.project.is_some() || !self.all && wish.is_empty() {
            let one = cx.project(self.project.as_deref())?;
            return Self::chosen(vec![one], typed);
        }
        Self::chosen(view.projects()?, typed)
    }

    /// Those of some projects that the question asks for.
    fn chosen(all: Vec<ProjectRow>, typed: &Typed) -> Result<Vec<ProjectRow>> {
        let wish = &typed.projects;
        if wish.is_empty() {
            return Ok(all);
        }
        let mut chosen = Vec::new();
        for project in &all {
            let is = |typed: &String| search::names(typed, &project.name);
            let mut wanted = wish.with.is_empty();
            for typed in &wish.with {
                wanted |= is(typed)?;
            }
            for typed in &wish.without {
                wanted &= !is(typed)?;
            }
            if wanted {
                chosen.push(project.clone());
            }
        }
        if chosen.is_empty() {
            let hint = format!("the projects are {}", listed(&all));
            return Err(anyhow::anyhow!("no project has a name that the query asks for"))
                .kind(Kind::Usage)
                .hint(hint);
        }
        Ok(chosen)
    }

    /// The code that others shall be like, and its project.
    fn example(&self, cx: &Context, asked: &Typed) -> Result<Option<(ProjectRow, Example)>> {
        let Some(typed) = &self.similar else { return Ok(None) };
        if asked.has_words {
            return Err(anyhow::anyhow!("words and `--similar` do not go together"))
                .kind(Kind::Usage)
                .hint("beside `--similar` the query may hold filters, such as `lang:rust` or `-path:test`");
        }
        let view = cx.snapshot()?.view();
        let project = cx.project(self.project.as_deref())?;
        let (file, line) = place(cx, view, &project, typed)?;
        let row = view.file(project.pid(), file)?.context("a file without a row")?;
        if line >= row.lines {
            let n = count(u64::from(row.lines), "line");
            return Err(anyhow::anyhow!("`{}` has {n}", row.path)).kind(Kind::Usage);
        }
        let example = Example::at(&source(cx, view, &project), &row.path, line)?;
        Ok(Some((project, example)))
    }

    /// What the flags and the search box ask for together.
    fn wanted<'q>(&self, typed: &'q Typed) -> Result<search::Request<'q>> {
        let languages = self.lang.iter().chain(&typed.languages.with).cloned().collect();
        let filters = Filters {
            languages,
            kinds: self.kind.iter().chain(&typed.kinds.with).copied().collect(),
            paths: PathSet::new(&self.path, &typed.paths.with)?,
            no_tests: self.no_tests,
            not_languages: typed.languages.without.clone(),
            not_kinds: typed.kinds.without.clone(),
            not_paths: PathSet::new(&[], &typed.paths.without)?,
        };
        let order = match typed.order() {
            Order::Ranked if typed.words.trim().is_empty() && !filters.is_empty() => Order::Listed,
            order => order,
        };
        let mut request = search::Request::new(&typed.words);
        request.limit = self.limit as usize;
        request.filters = filters;
        request.patterns = typed.patterns.clone();
        request.order = order;
        Ok(request)
    }
}

/// One question to one project, with the model of its index.
fn run(
    cx: &Context,
    project: &ProjectRow,
    source: &StoreSource,
    request: &search::Request<'_>,
    notes: &mut Vec<String>,
) -> Result<search::Answer> {
    if request.order != Order::Ranked {
        return search::run(source, None, request);
    }
    let asked = cx.models.of_project(cx.snapshot()?.view(), project, &cx.loaded.config.vector)?;
    let embedder = asked.embedder.as_deref().map(|model| model as &dyn Embedder);
    let answer = search::run(source, embedder, request)?;
    let problem = answer.problem.as_ref();
    let problem = problem.map(|problem| format!("{problem}; the answer comes from words alone"));
    for note in asked.note.into_iter().chain(problem) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    Ok(answer)
}

/// What is like a text in one project, by the model of its index. What stands out in it is added to `lit`.
fn like(
    cx: &Context,
    project: &ProjectRow,
    source: &StoreSource,
    code: &str,
    request: &search::Request<'_>,
    (notes, lit): (&mut Vec<String>, &mut String),
) -> Result<search::Answer> {
    let asked = cx.models.of_project(cx.snapshot()?.view(), project, &cx.loaded.config.vector)?;
    notes.extend(asked.note.into_iter().filter(|note| !notes.contains(note)).collect::<Vec<_>>());
    let example = Example::of(source, asked.embedder.as_deref(), code)?;
    lit.push(' ');
    lit.push_str(&example.words);
    search::similar(source, &example, Kin { is_own_project: false, has_own_model: true }, request)
}

/// The symbols of the best hits with their scores, best first, each once: what [`Search`] without flags tells. A hit in no
/// definition is its file.
pub(super) fn ranked_symbols(
    cx: &Context,
    project: &ProjectRow,
    words: &str,
    limit: usize,
) -> Result<Vec<(SymbolId, f64)>> {
    let view = cx.snapshot()?.view();
    let typed = Typed::read(words)?;
    let search = Search { query: vec![words.to_owned()], limit: u32::try_from(limit)?, ..Search::default() };
    let answer = run(cx, project, &source(cx, view, project), &search.wanted(&typed)?, &mut Vec::new())?;
    let mut files = Files::new(cx, view);
    let mut found: Vec<(SymbolId, f64)> = Vec::new();
    let lights = Lights::new(&typed.words, &[]);
    for mut hit in answer.hits {
        files.label(project, &mut hit, &lights)?;
        let slot = hit.symbol.map_or(0, |symbol| symbol.slot);
        let id = SymbolId { file: hit.file, slot };
        if !found.iter().any(|(known, _)| *known == id) {
            found.push((id, f64::from(hit.score)));
        }
    }
    Ok(found)
}

/// What all projects gave.
#[derive(Default)]
struct Found {
    /// Place of the project, and hit.
    hits: Vec<(usize, Hit)>,
    total: u64,
    n_changed: u64,
    n_read: u64,
    /// Words that no project knows; none before the first was asked.
    unknown: Option<Vec<String>>,
    /// What is odd about the answers.
    notes: Vec<String>,
}

impl Found {
    fn add(&mut self, at: usize, answer: search::Answer) {
        self.total += answer.n_candidates as u64;
        self.n_changed += answer.n_changed as u64;
        self.n_read += answer.n_read as u64;
        self.hits.extend(answer.hits.into_iter().map(|hit| (at, hit)));
        match &mut self.unknown {
            Some(unknown) => unknown.retain(|word| answer.unknown.contains(word)),
            None => self.unknown = Some(answer.unknown),
        }
    }

    /// Brings the hits of several projects into one order.
    fn sort(&mut self, n_projects: usize, limit: usize) {
        if n_projects > 1 {
            self.hits.sort_by(|(_, a), (_, b)| {
                b.is_exact
                    .cmp(&a.is_exact)
                    .then_with(|| b.score.total_cmp(&a.score))
                    .then_with(|| a.path.cmp(&b.path))
            });
            self.hits.truncate(limit);
        }
    }
}

/// A question with names in place of misspelt words.
#[derive(Default)]
struct Respelt {
    /// The question with the nearest names; nothing when no name is near.
    question: Option<String>,
    /// The names, nearest first, for one word after the other.
    near: Vec<String>,
}

/// Looks for the names that unknown words of a question may mean.
fn respell(sources: &[StoreSource], question: &str, unknown: &[String]) -> Result<Respelt> {
    let mut respelt = Respelt::default();
    for word in unknown {
        let mut near = Vec::new();
        for source in sources {
            near.extend(search::near(source, word)?);
        }
        let near = search::nearest(near);
        if let Some(best) = near.first() {
            let so_far = respelt.question.as_deref().unwrap_or(question);
            respelt.question = Some(search::respelt(so_far, word, &best.name));
        }
        respelt.near.extend(near.into_iter().map(|near| near.name));
    }
    Ok(respelt)
}
