//! From a place or a symbol that was typed to one line of one file.

use super::Context;
use super::questions::in_project;
use crate::error::{Kind, ResultExt as _};
use crate::model::{FileId, Printed, SymbolId, SymbolKind};
use crate::query::{self, Limits};
use crate::store::{ProjectRow, View};
use anyhow::{Context as _, Result};

/// Choices that an error lists.
const MAX_CHOICES: usize = 20;

/// The file and line (0-based) of a typed place or symbol.
///
/// # Errors
/// [`Kind::Usage`] when it is none or may be several, [`Kind::NotFound`] for a symbol that there is not.
pub(super) fn place(cx: &Context, view: &View, project: &ProjectRow, typed: &str) -> Result<(FileId, u32)> {
    let typed = in_project(cx.here.as_deref(), project, typed);
    let several = |choices: &[String]| {
        let shown: Vec<String> = choices.iter().take(MAX_CHOICES).map(|each| format!("\n  {each}")).collect();
        Err(anyhow::anyhow!("`{typed}` is ambiguous: it may be one of {}", choices.len()))
            .kind(Kind::Usage)
            .hint(format!("give one of these instead:{}", shown.concat()))
    };
    if let Some(lines) = query::lines(view, project, &typed)? {
        if let [one] = lines.as_slice() {
            return Ok(*one);
        }
        let mut paths = Vec::new();
        for (file, line) in &lines {
            let row = view.file(project.pid(), *file)?;
            paths.extend(row.map(|row| format!("{}:{}", row.path, line + 1)));
        }
        if !paths.is_empty() {
            return several(&paths);
        }
    }
    let ends_in_number =
        typed.rsplit_once(':').is_some_and(|(_, tail)| !tail.is_empty() && tail.parse::<u64>().is_ok());
    if ends_in_number {
        return Err(anyhow::anyhow!("no file of `{typed}` is indexed"))
            .kind(Kind::Usage)
            .hint("run `codegraph index`, or `codegraph status` to see what is indexed");
    }
    let check = || cx.cancel.check();
    let limits = Limits { max_results: 1_000, include_guesses: false, check: &check };
    let question = query::Question::Definition { symbol: typed.clone() };
    let query::Answer::Definitions(found) = query::ask(view, project, &question, &limits)? else {
        anyhow::bail!("a definition was asked for and something else answered");
    };
    match found.results.as_slice() {
        [one] if one.kind == SymbolKind::File => Err(anyhow::anyhow!("`{typed}` is a whole file"))
            .kind(Kind::Usage)
            .hint("give a line: `path:line`"),
        [one] => {
            let file = view.file_at(project.pid(), &one.path)?.context("a definition in no file")?;
            let id = Printed::parse(&one.id).and_then(|printed| printed.slot);
            let symbol = id.map(|slot| view.symbol(project.pid(), SymbolId { file, slot })).transpose()?;
            Ok((file, symbol.flatten().map_or(0, |symbol| symbol.place.line)))
        }
        several_of => several(&several_of.iter().map(|each| each.id.clone()).collect::<Vec<_>>()),
    }
}
