//! How answers of the graph look to people.

use super::show::{DIM, LINE, PATH, STRONG, WARN, count, number};
use super::{Answer, Format, Page};
use crate::error::Kind;
use crate::query;
use crate::query::answer::{
    Cycles, Definition, Definitions, Dependencies, Explanation, Found, Hierarchy, Impact, Links, Outline,
    Path, Site, Stats, Unused,
};
use anyhow::{Context as _, Result};
use std::io::Write as _;

/// Confidence from which an edge is told without a mark.
const SURE: f64 = 0.5;
/// Lines of a doc comment that a definition shows.
const DOC_LINES: usize = 6;
/// Names of a package that are shown.
const NAMES: usize = 6;

/// The answer to a question, with what its text needs beside it.
pub struct Answered {
    /// What was asked, as a heading begins: `callers of`.
    pub(super) heading: &'static str,
    /// The project's root, to which paths are relative.
    pub(super) root: String,
    /// The answer.
    pub(super) answer: query::Answer,
}

impl Answer for Answered {
    fn write(&self, format: Format, page: &mut Page<'_>) -> Result<()> {
        match format {
            Format::Json => page.json(&self.answer),
            Format::Dot => drawn(query::draw::dot(&self.answer), page),
            Format::Mermaid => drawn(query::draw::mermaid(&self.answer), page),
            Format::Text => self.text(page),
            _ => anyhow::bail!("there is no such answer as {}", format.name()),
        }
    }

    fn verdict(&self) -> Option<Kind> {
        self.answer.is_empty().then_some(Kind::NotFound)
    }
}

impl Answered {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        match &self.answer {
            query::Answer::Definitions(answer) => self.definitions(answer, page),
            query::Answer::Links(answer) => self.links(answer, page),
            query::Answer::Hierarchy(answer) => self.hierarchy(answer, page),
            query::Answer::Impact(answer) => self.impact(answer, page),
            query::Answer::Path(answer) => self.path(answer, page),
            query::Answer::Explanation(answer) => self.explanation(answer, page),
            query::Answer::Outline(answer) => self.outline(answer, page),
            query::Answer::Cycles(answer) => self.cycles(answer, page),
            query::Answer::Dependencies(answer) => dependencies(answer, page),
            query::Answer::Unused(answer) => self.unused(answer, page),
            query::Answer::Stats(answer) => stats(answer, page),
        }
    }

    fn definitions(&self, answer: &Definitions, page: &mut Page<'_>) -> Result<()> {
        for each in &answer.results {
            let place = self.place(page, &each.path, each.cell, each.line);
            writeln!(page, "{place}  {} {STRONG}{}{STRONG:#}{}", each.kind.name(), each.symbol, marks(each))?;
            if !each.signature.is_empty() {
                writeln!(page, "    {}", each.signature)?;
            }
            for line in each.doc.lines().take(DOC_LINES) {
                writeln!(page, "    {DIM}{line}{DIM:#}")?;
            }
            if each.doc.lines().count() > DOC_LINES {
                writeln!(page, "    {DIM}…{DIM:#}")?;
            }
        }
        truncated(answer.truncated, page)
    }

    fn links(&self, answer: &Links, page: &mut Page<'_>) -> Result<()> {
        self.head(&answer.symbol, answer.results.len() + answer.external.len(), page)?;
        self.by_depth(&answer.results, page)?;
        for each in &answer.external {
            let place = self.site(page, &each.site);
            let name = if each.name.is_empty() { String::new() } else { format!(" ({})", each.name) };
            writeln!(page, "{place}  {}{name} {DIM}outside the project{DIM:#}", each.module)?;
        }
        if let Some(also) = &answer.also {
            writeln!(page, "{DIM}that name is used from outside the project too: ask for {also}{DIM:#}")?;
        }
        if answer.counts_calls {
            unresolved_inside(answer.unresolved, page)?;
        } else {
            unresolved(answer.unresolved, page)?;
        }
        symbols_only(answer.symbols_only, page)?;
        truncated(answer.truncated, page)
    }

    fn hierarchy(&self, answer: &Hierarchy, page: &mut Page<'_>) -> Result<()> {
        for (what, rows) in [("supertypes", &answer.supertypes), ("subtypes", &answer.subtypes)] {
            writeln!(page, "{what} of {STRONG}{}{STRONG:#}: {}", answer.symbol, number(rows.len() as u64))?;
            self.by_depth(rows, page)?;
        }
        symbols_only(answer.symbols_only, page)?;
        truncated(answer.truncated, page)
    }

    fn impact(&self, answer: &Impact, page: &mut Page<'_>) -> Result<()> {
        self.head(&answer.symbol, answer.results.len(), page)?;
        self.by_depth(&answer.results, page)?;
        if !answer.files.is_empty() {
            writeln!(page, "in {}:", count(answer.files.len() as u64, "file"))?;
            for file in &answer.files {
                let test = if file.test { " (test)" } else { "" };
                let path = page.path(&self.root, &file.path);
                writeln!(page, "  {PATH}{path}{PATH:#}{test}: {}", count(u64::from(file.symbols), "symbol"))?;
            }
        }
        if !answer.tests.is_empty() {
            writeln!(page, "tests among them: {}", number(answer.tests.len() as u64))?;
            for test in &answer.tests {
                writeln!(page, "  {test}")?;
            }
        }
        unresolved(answer.unresolved, page)?;
        symbols_only(answer.symbols_only, page)?;
        truncated(answer.truncated, page)
    }

    fn path(&self, answer: &Path, page: &mut Page<'_>) -> Result<()> {
        if answer.results.is_empty() {
            let sure = if answer.truncated { " within the limits" } else { "" };
            writeln!(page, "no path from {} to {}{sure}", answer.from, answer.to)?;
            return symbols_only(answer.symbols_only, page);
        }
        writeln!(page, "{STRONG}{}{STRONG:#}", answer.from)?;
        self.rows(&answer.results, page)
    }

    fn explanation(&self, answer: &Explanation, page: &mut Page<'_>) -> Result<()> {
        let (from, to) = (&answer.from, &answer.to);
        let n = number(answer.results.len() as u64);
        writeln!(page, "{STRONG}{from}{STRONG:#} → {STRONG}{to}{STRONG:#}: {n}")?;
        for each in &answer.results {
            let place = self.site(page, &each.site);
            let (edge, rule) = (each.edge.name(), each.rule.name());
            write!(page, "{place}  {edge}, {rule} {:.2}: {}", each.confidence, each.because)?;
            if let Some(through) = &each.through {
                write!(page, ", through {through}")?;
            }
            writeln!(page, "{}", if each.guess { format!(" {WARN}a guess{WARN:#}") } else { String::new() })?;
        }
        if !answer.rejected.is_empty() {
            writeln!(page, "{DIM}other definitions of that name:{DIM:#}")?;
        }
        for each in &answer.rejected {
            let place = self.place(page, &each.path, None, each.line);
            writeln!(
                page,
                "{place}  {} {STRONG}{}{STRONG:#}  {DIM}{}{DIM:#}",
                each.kind.name(),
                each.symbol,
                each.why
            )?;
        }
        symbols_only(answer.symbols_only, page)?;
        unresolved(u64::from(answer.unresolved), page)
    }

    fn outline(&self, answer: &Outline, page: &mut Page<'_>) -> Result<()> {
        let path = page.path(&self.root, &answer.path);
        let lines = count(u64::from(answer.lines), "line");
        writeln!(page, "{PATH}{path}{PATH:#}  {DIM}{}, {lines}{DIM:#}", answer.language)?;
        for row in &answer.results {
            let indent = "  ".repeat(row.depth as usize);
            let each = &row.definition;
            let place =
                each.cell.map_or_else(|| each.line.to_string(), |cell| format!("{cell}:{}", each.line));
            let kind = each.kind.name();
            write!(
                page,
                "{LINE}{place:>6}{LINE:#}  {indent}{DIM}{kind}{DIM:#} {STRONG}{}{STRONG:#}",
                row.name
            )?;
            writeln!(page, "{}", marks(each))?;
        }
        for problem in &answer.problems {
            writeln!(page, "{WARN}{problem}{WARN:#}")?;
        }
        Ok(())
    }

    fn cycles(&self, answer: &Cycles, page: &mut Page<'_>) -> Result<()> {
        if answer.results.is_empty() {
            writeln!(page, "no cycles")?;
        }
        for cycle in &answer.results {
            writeln!(page, "{STRONG}{}{STRONG:#}:", count(cycle.files.len() as u64, "file"))?;
            for step in &cycle.steps {
                let (from, to) = (page.path(&self.root, &step.from), page.path(&self.root, &step.to));
                let site = self.site(page, &step.site);
                writeln!(page, "  {from} → {to}  at {site}")?;
            }
        }
        truncated(answer.truncated, page)
    }

    fn unused(&self, answer: &Unused, page: &mut Page<'_>) -> Result<()> {
        let considered = number(answer.considered);
        writeln!(page, "{} of {considered} definitions looked at", number(answer.results.len() as u64))?;
        if answer.exports_left_out > 0 {
            let left_out = number(answer.exports_left_out);
            writeln!(page, "{DIM}{left_out} more may be used from outside: see --include-exports{DIM:#}")?;
        }
        if !answer.symbols_only.is_empty() {
            let languages = answer.symbols_only.join(", ");
            writeln!(page, "{DIM}left out, because uses are not known in it: {languages}{DIM:#}")?;
        }
        for row in &answer.results {
            let each = &row.definition;
            let place = self.place(page, &each.path, each.cell, each.line);
            let name = &each.symbol;
            let kind = each.kind.name();
            writeln!(page, "{place}  {kind} {STRONG}{name}{STRONG:#}  {DIM}{}{DIM:#}", row.evidence)?;
        }
        truncated(answer.truncated, page)
    }

    fn head(&self, symbol: &str, n: usize, page: &mut Page<'_>) -> Result<()> {
        Ok(writeln!(page, "{} {STRONG}{symbol}{STRONG:#}: {}", self.heading, number(n as u64))?)
    }

    /// Rows with a heading for each depth, when there are several.
    fn by_depth(&self, rows: &[Found], page: &mut Page<'_>) -> Result<()> {
        let deepest = rows.iter().map(|row| row.depth).max().unwrap_or(0);
        if deepest <= 1 {
            return self.rows(rows, page);
        }
        for group in rows.chunk_by(|a, b| a.depth == b.depth) {
            let depth = group.first().map_or(0, |row| row.depth);
            writeln!(page, "{DIM}{} away:{DIM:#}", count(u64::from(depth), "step"))?;
            self.rows(group, page)?;
        }
        Ok(())
    }

    fn rows(&self, rows: &[Found], page: &mut Page<'_>) -> Result<()> {
        for row in rows {
            let place = self.site(page, &row.site);
            let more = match row.more_sites.len() {
                0 => String::new(),
                n => format!(" and {}", count(n as u64, "more place")),
            };
            let test = if row.test { " (test)" } else { "" };
            let (edge, rule) = (row.edge.name(), row.rule.name());
            let sure = row.confidence;
            let guess = if sure < SURE { format!(" {WARN}a guess{WARN:#}") } else { String::new() };
            let kind = row.kind.name();
            let name = &row.symbol;
            write!(page, "{place}{more}  {kind} {STRONG}{name}{STRONG:#}{test}")?;
            if let Some(used) = &row.used {
                write!(page, " uses {used}")?;
            }
            writeln!(page, "  {DIM}{edge}, {rule} {sure:.2}{DIM:#}{guess}")?;
        }
        Ok(())
    }

    fn site(&self, page: &Page<'_>, site: &Site) -> String {
        self.place(page, &site.path, site.cell, site.line)
    }

    /// `path:line`, or `path:cell:line` of a notebook.
    fn place(&self, page: &Page<'_>, path: &str, cell: Option<u32>, line: u32) -> String {
        let path = page.path(&self.root, path);
        let cell = cell.map_or_else(String::new, |cell| format!("{cell}:"));
        format!("{PATH}{path}{PATH:#}:{LINE}{cell}{line}{LINE:#}")
    }
}

fn drawn(picture: Option<String>, page: &mut Page<'_>) -> Result<()> {
    let picture = picture.context("this answer is no graph")?;
    Ok(page.write_all(picture.as_bytes())?)
}

fn dependencies(answer: &Dependencies, page: &mut Page<'_>) -> Result<()> {
    let within = if answer.within.is_empty() { String::new() } else { format!(" of {}", answer.within) };
    writeln!(page, "dependencies{within}: {}", number(answer.results.len() as u64))?;
    for each in &answer.results {
        let package = if each.package.is_empty() { "(not known from where)" } else { &each.package };
        let (uses, files) = (count(each.uses, "use"), count(each.files, "file"));
        writeln!(page, "{STRONG}{package}{STRONG:#}  {DIM}{}{DIM:#} {uses} in {files}", each.language)?;
        let mut names = each.names.iter().filter(|of| of.name != each.package);
        let shown: Vec<String> = names
            .by_ref()
            .take(NAMES)
            .map(|of| {
                format!("{} {}", of.name.get(each.package.len()..).unwrap_or(&of.name), number(of.uses))
            })
            .collect();
        if !shown.is_empty() {
            let more = if names.next().is_some() { ", …" } else { "" };
            writeln!(page, "    {DIM}{}{more}{DIM:#}", shown.join(", "))?;
        }
    }
    truncated(answer.truncated, page)
}

fn stats(answer: &Stats, page: &mut Page<'_>) -> Result<()> {
    writeln!(page, "{STRONG}{}{STRONG:#}", answer.project)?;
    for (name, n) in [
        ("files", answer.files),
        ("lines", answer.lines),
        ("symbols", answer.symbols),
        ("edges", answer.edges),
        ("resolved uses", answer.resolved),
        ("unresolved uses", answer.unresolved),
        ("external uses", answer.external),
    ] {
        writeln!(page, "  {name:16} {:>12}", number(n))?;
    }
    writeln!(page, "{DIM}languages{DIM:#}")?;
    for (name, each) in &answer.languages {
        let (files, lines) = (count(each.files, "file"), count(each.lines, "line"));
        writeln!(page, "  {name:16} {files:>14} {lines:>16}")?;
    }
    for (what, counts) in [("symbols", &answer.kinds), ("edges", &answer.edge_kinds)] {
        writeln!(page, "{DIM}{what}{DIM:#}")?;
        for (name, n) in counts {
            writeln!(page, "  {name:16} {:>12}", number(*n))?;
        }
    }
    Ok(())
}

fn marks(definition: &Definition) -> String {
    let mut marks = String::new();
    if definition.declaration {
        marks.push_str(" (declaration)");
    }
    if definition.test {
        marks.push_str(" (test)");
    }
    marks
}

fn unresolved(n: u64, page: &mut Page<'_>) -> Result<()> {
    if n > 0 {
        let uses = count(n, "use");
        writeln!(
            page,
            "{DIM}{uses} of this name could not be resolved: the answer may lack some of them{DIM:#}"
        )?;
    }
    Ok(())
}

fn unresolved_inside(n: u64, page: &mut Page<'_>) -> Result<()> {
    if n > 0 {
        let calls = count(n, "call");
        writeln!(
            page,
            "{DIM}{calls} in its body could not be resolved: the answer may lack some of them{DIM:#}"
        )?;
    }
    Ok(())
}

fn symbols_only(language: Option<&str>, page: &mut Page<'_>) -> Result<()> {
    if let Some(language) = language {
        writeln!(
            page,
            "{DIM}calls, references and imports are not known in {language}, symbols only{DIM:#}"
        )?;
    }
    Ok(())
}

fn truncated(is: bool, page: &mut Page<'_>) -> Result<()> {
    if is {
        writeln!(page, "{DIM}there is more: raise --limit or --depth{DIM:#}")?;
    }
    Ok(())
}
