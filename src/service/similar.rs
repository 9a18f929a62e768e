//! `similar`: code that is like a text.

use super::hits::Results;
use super::search::Search;
use super::{Context, Format, Operation, Surface};
use crate::error::{Kind, ResultExt as _};
use crate::model::SymbolKind;
use anyhow::{Result, anyhow};
use clap::Args;
use serde::Serialize;

/// Most bytes of code that others may be like.
const MAX_BYTES: usize = 100_000;

/// Find code that is like a piece of code
#[derive(Debug, Clone, Args, Serialize)]
pub struct Similar {
    /// The code
    pub code: String,
    /// Project to search; without one, every project
    #[arg(long)]
    pub project: Option<String>,
    /// Only files in these languages or kinds of text, such as `rust`, `py` or `markdown`
    #[arg(long, value_delimiter = ',', value_parser = super::search::languages(), hide_possible_values = true)]
    pub lang: Vec<String>,
    /// Only symbols of these kinds
    #[arg(long, value_delimiter = ',', value_parser = super::search::kinds())]
    pub kind: Vec<SymbolKind>,
    /// Only files whose path matches, such as `src/**/*.rs`
    #[arg(long, value_name = "GLOB")]
    pub path: Vec<String>,
    /// Leave test code out
    #[arg(long)]
    pub no_tests: bool,
    /// Most results
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub limit: u32,
}

impl Operation for Similar {
    const NAME: &'static str = "similar";
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json, Format::Jsonl];
    // The daemon has a route of its own for it; whoever types commands has `search --similar`.
    const SURFACES: &'static [Surface] = &[];
    type Response = Results;

    fn run(self, cx: &Context) -> Result<Results> {
        if self.code.len() > MAX_BYTES {
            return Err(anyhow!("the code has more than {MAX_BYTES} bytes")).kind(Kind::Usage);
        }
        let search = Search {
            all: self.project.is_none(),
            project: self.project,
            lang: self.lang,
            kind: self.kind,
            path: self.path,
            no_tests: self.no_tests,
            limit: self.limit,
            ..Search::default()
        };
        search.like(cx, &self.code)
    }
}
