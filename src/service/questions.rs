//! `query …`: questions to the graph of one project.

use super::answered::Answered;
use super::{Context, Format, Group, Operation};
use crate::query::{self, Dependence, Limits, Question};
use crate::store::ProjectRow;
use anyhow::Result;
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::path::{Component, Path, PathBuf};

/// Forms of an answer that is a graph.
const GRAPH: &[Format] = &[Format::Text, Format::Json, Format::Dot, Format::Mermaid];
/// Forms of an answer that is a list.
const LIST: &[Format] = &[Format::Text, Format::Json];

// What every question has. A doc comment here would become the help of each of them.
#[derive(Debug, Clone, Args, Serialize)]
pub struct Scope {
    /// Project to ask; without one, the project that holds the working folder
    #[arg(long)]
    pub project: Option<String>,
    /// Most results
    #[arg(long, short = 'n', default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub limit: u32,
    /// Follow guesses too: edges of which several targets, or only the name, are known
    #[arg(long)]
    pub include_guesses: bool,
}

impl Scope {
    /// Asks. `question` gets what translates a path as it was typed into one of the project.
    fn ask(
        &self,
        cx: &Context,
        heading: &'static str,
        question: impl FnOnce(&dyn Fn(&str) -> String) -> Question,
    ) -> Result<Answered> {
        let project = cx.project(self.project.as_deref())?;
        let question = question(&|typed| in_project(cx.here.as_deref(), &project, typed));
        let check = || cx.cancel.check();
        let limits =
            Limits { max_results: self.limit as usize, include_guesses: self.include_guesses, check: &check };
        let answer = query::ask(cx.snapshot()?.view(), &project, &question, &limits)?;
        Ok(Answered { heading, root: project.root, answer })
    }
}

/// A path, or `path:line`, as it was typed in the working folder, relative to the project's root. Anything else stays
/// as it was typed.
pub(super) fn in_project(here: Option<&Path>, project: &ProjectRow, typed: &str) -> String {
    let root = Path::new(&project.root);
    let Some(here) = here.filter(|here| here.starts_with(root)) else { return typed.to_owned() };
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut path = typed;
    while let Some((head, tail)) = path.rsplit_once(':')
        && is_number(tail)
    {
        path = head;
    }
    let full = plain(&here.join(path));
    let Some(inside) = full.strip_prefix(root).ok().and_then(Path::to_str) else { return typed.to_owned() };
    if path.is_empty() || !full.is_file() {
        return typed.to_owned();
    }
    format!(
        "{}{}",
        inside.replace(std::path::MAIN_SEPARATOR, "/"),
        typed.get(path.len()..).unwrap_or_default()
    )
}

/// A path without `.` and `..`, by its text alone.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => out.push(part),
        }
    }
    out
}

/// Help of an argument that is a symbol.
const SYMBOL: &str = "Symbol: a name, `Type::method`, `path:line` or the id that answers print";
/// Help of an argument that is a file.
const FILE: &str = "File: its path or the end of it";

/// Questions about one symbol that differ in their words only.
macro_rules! questions {
    ($(
        $(#[doc = $doc:literal])+
        $struct:ident $name:literal $heading:literal $forms:ident
            ($typed:ident $value:literal $typed_help:expr $(, depth $depth:literal)?);
    )*) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, Args, Serialize)]
            pub struct $struct {
                #[arg(value_name = $value, help = $typed_help)]
                pub $typed: String,
                $(
                    /// Steps to follow
                    #[arg(
                        long,
                        default_value_t = $depth,
                        value_parser = clap::value_parser!(u32).range(1..=i64::from(Limits::MAX_DEPTH))
                    )]
                    pub depth: u32,
                )?
                #[command(flatten)]
                #[serde(flatten)]
                pub scope: Scope,
            }

            impl Operation for $struct {
                const NAME: &'static str = $name;
                const GROUP: Group = Group::Query;
                const FORMATS: &'static [Format] = $forms;
                type Response = Answered;

                fn run(self, cx: &Context) -> Result<Answered> {
                    self.scope.ask(cx, $heading, |inside| Question::$struct {
                        $typed: inside(&self.$typed),
                        $(depth: questions!(@depth self $depth),)?
                    })
                }
            }
        )*
    };
    (@depth $self:ident $depth:literal) => { $self.depth };
}

questions! {
    /// Show where a symbol is defined, with its signature and documentation
    Definition "definition" "definitions of" LIST
        (symbol "SYMBOL" SYMBOL);
    /// List every use of a symbol
    References "references" "references to" GRAPH
        (symbol "SYMBOL" SYMBOL);
    /// List the functions that call a symbol
    Callers "callers" "callers of" GRAPH
        (symbol "SYMBOL" SYMBOL, depth 1);
    /// List what a symbol calls
    Callees "callees" "called by" GRAPH
        (symbol "SYMBOL" SYMBOL, depth 1);
    /// List what implements, extends or overrides a symbol
    Implementations "implementations" "implementations of" GRAPH
        (symbol "SYMBOL" SYMBOL);
    /// Show the types above and below a type, or the methods that a method overrides and that override it
    Hierarchy "hierarchy" "hierarchy of" GRAPH
        (symbol "SYMBOL" SYMBOL);
    /// List what a file imports
    Imports "imports" "imports of" GRAPH
        (file "FILE" FILE, depth 1);
    /// List the files that import a file or a symbol
    Importers "importers" "importers of" GRAPH
        (symbol "SYMBOL" "File or symbol", depth 1);
    /// List what may break when a symbol changes: all that reaches it, with files and tests
    Impact "impact" "impact of" GRAPH
        (symbol "SYMBOL" SYMBOL, depth 64);
    /// Show what is defined in a file
    Outline "outline" "outline of" LIST
        (file "FILE" FILE);
}

/// Show how one symbol reaches another, by calls if it can
#[derive(Debug, Clone, Args, Serialize)]
pub struct Way {
    /// Symbol to start from
    #[arg(value_name = "FROM")]
    pub from: String,
    /// Symbol to reach
    #[arg(value_name = "TO")]
    pub to: String,
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
}

impl Operation for Way {
    const NAME: &'static str = "path";
    const GROUP: Group = Group::Query;
    const FORMATS: &'static [Format] = GRAPH;
    type Response = Answered;

    fn run(self, cx: &Context) -> Result<Answered> {
        self.scope.ask(cx, "path", |inside| Question::Path { from: inside(&self.from), to: inside(&self.to) })
    }
}

/// Tell why there is an edge from one symbol to another, or why there is none
#[derive(Debug, Clone, Args, Serialize)]
pub struct Explain {
    /// Symbol that uses
    #[arg(value_name = "FROM")]
    pub from: String,
    /// Symbol that is used
    #[arg(value_name = "TO")]
    pub to: String,
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
}

impl Operation for Explain {
    const NAME: &'static str = "explain";
    const GROUP: Group = Group::Query;
    type Response = Answered;

    fn run(self, cx: &Context) -> Result<Answered> {
        self.scope
            .ask(cx, "explain", |inside| Question::Explain { from: inside(&self.from), to: inside(&self.to) })
    }
}

/// What makes one file depend on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Imports
    Import,
    /// Imports, calls, uses of names, inheritance
    Any,
}

/// Find files that depend on each other in a round
#[derive(Debug, Clone, Args, Serialize)]
pub struct Cycles {
    /// What counts as depending
    #[arg(long, value_enum, default_value_t = By::Import)]
    pub by: By,
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
}

impl Operation for Cycles {
    const NAME: &'static str = "cycles";
    const GROUP: Group = Group::Query;
    const FORMATS: &'static [Format] = GRAPH;
    type Response = Answered;

    fn run(self, cx: &Context) -> Result<Answered> {
        let by = match self.by {
            By::Import => Dependence::Import,
            By::Any => Dependence::Any,
        };
        self.scope.ask(cx, "cycles", |_| Question::Cycles { by })
    }
}

/// List the packages outside the project that it uses, with how often and in how many files
#[derive(Debug, Clone, Args, Serialize)]
pub struct Dependencies {
    /// Only those of this file or folder, relative to the project's root
    #[arg(value_name = "PATH")]
    pub within: Option<String>,
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
}

impl Operation for Dependencies {
    const NAME: &'static str = "dependencies";
    const GROUP: Group = Group::Query;
    type Response = Answered;

    fn run(self, cx: &Context) -> Result<Answered> {
        let within = self.within.unwrap_or_default();
        self.scope.ask(cx, "dependencies", |inside| Question::Dependencies { within: inside(&within) })
    }
}

/// List definitions that nothing reaches, the surest first; entry points do not count
#[derive(Debug, Clone, Args, Serialize)]
pub struct Unused {
    /// Also what only users of the project from outside may reach
    #[arg(long)]
    pub include_exports: bool,
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
}

impl Operation for Unused {
    const NAME: &'static str = "unused";
    const GROUP: Group = Group::Query;
    type Response = Answered;

    fn run(self, cx: &Context) -> Result<Answered> {
        let include_exports = self.include_exports;
        self.scope.ask(cx, "unused", |_| Question::Unused { include_exports })
    }
}

/// Count files, lines, symbols and edges by language and kind
#[derive(Debug, Clone, Args, Serialize)]
pub struct Stats {
    #[command(flatten)]
    #[serde(flatten)]
    pub scope: Scope,
}

impl Operation for Stats {
    const NAME: &'static str = "stats";
    const GROUP: Group = Group::Query;
    type Response = Answered;

    fn run(self, cx: &Context) -> Result<Answered> {
        self.scope.ask(cx, "stats", |_| Question::Stats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_typed_from_where_the_reader_stands() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("src/deep")).unwrap();
        std::fs::write(root.join("src/a.rs"), "fn a() {}\n").unwrap();
        let project = ProjectRow { root: root.to_str().unwrap().to_owned(), ..ProjectRow::default() };
        let deep = root.join("src/deep");
        for (here, typed, wanted) in [
            (&root, "src/a.rs", "src/a.rs"),
            (&root, "./src/a.rs:3", "src/a.rs:3"),
            (&deep, "../a.rs:3:7", "src/a.rs:3:7"),
            (&deep, "a.rs:3", "a.rs:3"),
            (&deep, "T::f", "T::f"),
            (&deep, "../..", "../.."),
            (&deep, ":3", ":3"),
            (&deep, "", ""),
        ] {
            assert_eq!(in_project(Some(here), &project, typed), wanted, "{typed}");
        }
        let full = root.join("src/a.rs");
        assert_eq!(in_project(Some(&root), &project, full.to_str().unwrap()), "src/a.rs");
        assert_eq!(in_project(Some(Path::new("/")), &project, "src/a.rs"), "src/a.rs");
        assert_eq!(in_project(None, &project, "../a.rs"), "../a.rs");
    }
}
