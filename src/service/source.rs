//! `source`: lines of an indexed file, as they are on disk now.

use super::show::{LINE, WARN};
use super::{Context, Operation, Page, Response, Surface, disk};
use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result, anyhow};
use clap::Args;
use serde::Serialize;
use std::io::Write as _;

/// Most lines of an answer.
const MAX_LINES: usize = 5_000;
/// Most bytes of an answer's text; a line that does not fit is left out, with all that follow.
const MAX_BYTES: usize = 1 << 20;

/// Show lines of an indexed file
#[derive(Debug, Clone, Args, Serialize)]
pub struct Source {
    /// Path of the file, relative to the project's root
    pub file: String,
    /// Project that has the file; without one, the project that holds the working folder
    #[arg(long)]
    pub project: Option<String>,
    /// First line
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub from: u32,
    /// Last line; without one, as many as an answer takes
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    pub to: Option<u32>,
}

impl Operation for Source {
    const NAME: &'static str = "source";
    // Whoever types commands has the file.
    const SURFACES: &'static [Surface] = &[Surface::Http];
    type Response = Lines;

    fn run(self, cx: &Context) -> Result<Lines> {
        let project = cx.project(self.project.as_deref())?;
        let view = cx.snapshot()?.view();
        let file = view.file_at(project.pid(), &self.file)?;
        let file =
            file.with_context(|| format!("no file `{}` is indexed", self.file)).kind(Kind::NotFound)?;
        let row = view.file(project.pid(), file)?.context("a file without a row")?;
        let source = disk::read(&project, &row, &cx.loaded.config, &cx.seen);
        let source = source
            .ok_or_else(|| anyhow!("`{}` is gone, or can no longer be read", self.file))
            .kind(Kind::NotFound)
            .hint("run `codegraph index`")?;
        let lines: Vec<&str> = source.text.lines().collect();
        let first = (self.from as usize - 1).min(lines.len());
        let last = self.to.map_or(lines.len(), |to| (to as usize).min(lines.len())).max(first);
        let mut text = String::new();
        let mut n = 0;
        for line in lines[first..last].iter().take(MAX_LINES) {
            if text.len() + line.len() + 1 > MAX_BYTES {
                break;
            }
            text.push_str(line);
            text.push('\n');
            n += 1;
        }
        Ok(Lines {
            project: project.name,
            path: row.path,
            language: row.language_name,
            lines: lines.len() as u64,
            from: first as u64 + 1,
            to: (first + n) as u64,
            truncated: first + n < last,
            stale: source.hash != row.hash,
            cells: row
                .cells
                .iter()
                .map(|&(line, number)| Cell { line: u64::from(line) + 1, number })
                .collect(),
            text,
        })
    }
}

/// Lines of a file.
#[derive(Debug, Serialize)]
pub struct Lines {
    project: String,
    path: String,
    language: String,
    /// Lines of the whole file.
    lines: u64,
    /// First line of the text.
    from: u64,
    /// Last line of the text; one before the first when there is none.
    to: u64,
    /// More was asked for than an answer takes.
    truncated: bool,
    /// The file changed since it was indexed: what answers tell of its lines may be elsewhere.
    stale: bool,
    /// Where the cells of a notebook begin. Other answers count lines in cells, this one in all of them together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cells: Vec<Cell>,
    text: String,
}

#[derive(Debug, Serialize)]
struct Cell {
    line: u64,
    number: u32,
}

impl Response for Lines {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        if self.stale {
            writeln!(page, "{WARN}changed since it was indexed{WARN:#}")?;
        }
        for (number, line) in (self.from..).zip(self.text.lines()) {
            writeln!(page, "{LINE}{number:>5}{LINE:#}  {}", super::answer::harmless(line))?;
        }
        Ok(())
    }
}
