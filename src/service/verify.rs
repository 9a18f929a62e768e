//! `verify`: the graph held against an index that another tool made.

use super::answer::harmless;
use super::show::{DIM, STRONG, WARN, count, number};
use super::{Context, Operation, Page, Response, Surface};
use crate::error::Kind;
use crate::exchange::{self, Disagreement, Listed, Row, Verdict};
use anyhow::Result;
use clap::Args;
use serde::Serialize;
use std::io::Write as _;
use std::path::PathBuf;

/// Paths that text names of a list.
const SHOWN_PATHS: usize = 3;

/// Compare the graph with a SCIP index that another tool made of the same tree
///
/// Tells precision and recall by language, kind of edge, rule and confidence. Where the oracle says nothing, nothing is
/// counted; SCIP does not tell calls from other uses, so the kinds are ours.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Verify {
    /// The SCIP index to compare with
    #[arg(long, value_name = "FILE")]
    pub oracle: PathBuf,
    /// Project to compare; without one, the project that holds the working folder
    #[arg(long)]
    pub project: Option<String>,
    /// Disagreements to show of each kind
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    pub errors: u32,
    /// Fail when fewer of the judged edges are right, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_precision: Option<u8>,
    /// Fail when fewer of the oracle's uses are found, in percent
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    pub min_recall: Option<u8>,
}

impl Operation for Verify {
    const NAME: &'static str = "verify";
    const SURFACES: &'static [Surface] = &[Surface::Cli];
    type Response = Verified;

    fn run(self, cx: &Context) -> Result<Verified> {
        let project = cx.project(self.project.as_deref())?;
        let (view, config) = (cx.snapshot()?.view(), &cx.loaded.config);
        let verdict = exchange::verify(view, &project, config, &self.oracle, self.errors as usize)?;
        let is_below = |figure: Option<f64>, floor: Option<u8>| {
            floor.is_some_and(|floor| figure.unwrap_or(0.0) * 100.0 < f64::from(floor))
        };
        let below_floor = is_below(verdict.total.precision, self.min_precision)
            || is_below(verdict.total.recall, self.min_recall);
        Ok(Verified { verdict, below_floor })
    }
}

/// A comparison, and whether it is good enough.
#[derive(Debug, Serialize)]
pub struct Verified {
    #[serde(flatten)]
    verdict: Verdict,
    /// A figure is below what was asked for.
    below_floor: bool,
}

impl Response for Verified {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let verdict = &self.verdict;
        let documents = &verdict.documents;
        let (project, oracle) = (harmless(&verdict.project), harmless(&verdict.oracle));
        let compared = count(documents.compared, "file");
        writeln!(page, "{STRONG}{project}{STRONG:#} and the index of {oracle}: {compared} compared")?;
        for (list, what) in [
            (&documents.unknown, "of the oracle that the index lacks"),
            (&documents.changed, "changed or gone since they were indexed"),
            (&documents.misfits, "changed since the oracle was made"),
            (&documents.younger, "younger than the oracle, compared all the same"),
        ] {
            listed(page, list, what)?;
        }
        if documents.not_in_oracle > 0 {
            writeln!(page, "  {DIM}{} of ours alone{DIM:#}", count(documents.not_in_oracle, "file"))?;
        }
        table(page, "definitions", &verdict.definitions, |_| String::new())?;
        table(page, "edges by kind", &verdict.by_kind, |row| row.kind.unwrap_or_default().to_owned())?;
        table(page, "", std::slice::from_ref(&verdict.total), |_| String::new())?;
        table(page, "edges by rule", &verdict.by_rule, |row| row.rule.unwrap_or_default().to_owned())?;
        table(page, "edges by confidence", &verdict.by_confidence, |row| {
            format!("{:.2}", row.confidence.unwrap_or_default())
        })?;
        table(page, "uses of what is outside", &verdict.externals, |_| String::new())?;
        let left_out = &verdict.left_out;
        writeln!(
            page,
            "\n{DIM}not counted: {} of local variables and parameters, {} of namespaces on the way to a name, {} of \
             what the oracle has no place for{DIM:#}",
            count(left_out.local, "use"),
            number(left_out.namespace),
            number(left_out.lost),
        )?;
        verdict.disagreements.iter().try_for_each(|each| disagreement(page, each))?;
        if self.below_floor {
            writeln!(page, "\n{WARN}below what was asked for{WARN:#}")?;
        }
        Ok(())
    }

    fn verdict(&self) -> Option<Kind> {
        self.below_floor.then_some(Kind::Internal)
    }
}

fn listed(page: &mut Page<'_>, list: &Listed, what: &str) -> Result<()> {
    if list.count == 0 {
        return Ok(());
    }
    let shown: Vec<&str> = list.paths.iter().take(SHOWN_PATHS).map(String::as_str).collect();
    let more = if list.count > shown.len() as u64 { ", …" } else { "" };
    let shown = shown.join(", ");
    Ok(writeln!(page, "  {WARN}{} {what}:{WARN:#} {}{more}", count(list.count, "file"), harmless(&shown))?)
}

/// Rows of figures under a head; without a title the row of all.
fn table(page: &mut Page<'_>, title: &str, rows: &[Row], name: impl Fn(&Row) -> String) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    if !title.is_empty() {
        writeln!(
            page,
            "\n{STRONG}{title:<32}{STRONG:#}{:>9}{:>9}{:>9}{:>9}{:>11}{:>8}{:>8}",
            "right", "wrong", "unjudged", "missed", "precision", "recall", "F1"
        )?;
    }
    for row in rows {
        let language = row.language.unwrap_or(if title.is_empty() { "all" } else { "" });
        let name = name(row);
        let first = if language.is_empty() { name } else { format!("{language:<12}{name}") };
        let tally = &row.tally;
        writeln!(
            page,
            "  {first:<30}{:>9}{:>9}{:>9}{:>9}{:>11}{:>8}{:>8}",
            number(tally.right),
            number(tally.wrong),
            number(tally.unjudged),
            number(tally.missed),
            figure(row.precision),
            figure(row.recall),
            figure(row.f1),
        )?;
    }
    Ok(())
}

fn figure(figure: Option<f64>) -> String {
    figure.map_or_else(|| "–".to_owned(), |figure| format!("{figure:.3}"))
}

fn disagreement(page: &mut Page<'_>, each: &Disagreement) -> Result<()> {
    let rule = each.rule.map(|rule| format!(" ({rule})")).unwrap_or_default();
    let say = |said: &Option<String>| harmless(said.as_deref().unwrap_or("nothing")).into_owned();
    writeln!(
        page,
        "\n{}:{}:{} {STRONG}{}{STRONG:#} {} {}{rule}",
        harmless(&each.path),
        each.line,
        each.column,
        each.what,
        each.language,
        each.kind
    )?;
    Ok(writeln!(page, "  ours    {}\n  theirs  {}", say(&each.ours), say(&each.theirs))?)
}
