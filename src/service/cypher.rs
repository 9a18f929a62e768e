//! `query cypher`: any question to the graph, in openCypher.

use super::search::ranked_symbols;
use super::show::STRONG;
use super::table::{Cell, Table};
use super::{Context, Format, Group, Operation, Page, Response};
use crate::cypher::{self, Limits, Map, Mode, Value};
use crate::error::{Kind, ResultExt as _};
use crate::query::cypher::{CodeGraph, Label, Property, Term, Type};
use anyhow::{Context as _, Result};
use clap::Args;
use serde::Serialize;
use std::io::Write as _;
use std::ops::ControlFlow;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// Ask the graph in openCypher; `codegraph query schema` shows what it knows
#[derive(Debug, Clone, Args, Serialize)]
#[command(after_help = EXAMPLES)]
pub struct Cypher {
    /// A query, such as 'MATCH (f:Function)-[:CALLS]->(g) RETURN f.name, g.name LIMIT 5'
    #[arg(value_name = "QUERY")]
    pub query: String,
    /// Value of a parameter `$NAME` of the query: a number, `true`, `false`, `null`, JSON, or else text
    #[arg(long, value_name = "NAME=VALUE")]
    pub param: Vec<String>,
    /// Show how it was answered: each step with the rows that were expected and that there were
    #[arg(long)]
    pub explain: bool,
    /// Project to ask; without one, the project that holds the working folder
    #[arg(long)]
    pub project: Option<String>,
    /// Follow guesses too: edges of which several targets, or only the name, are known
    #[arg(long)]
    pub include_guesses: bool,
}

const EXAMPLES: &str = "\
Labels, relationship types and properties: `codegraph query schema`.
Where to start from words: CALL codegraph.search('retry upload', 20) YIELD symbol, score";

/// The value that a parameter is given in words.
fn value(text: &str) -> Result<Value> {
    match serde_json::from_str(text) {
        Ok(json) => from_json(json),
        Err(_) => Ok(Value::str(text)),
    }
}

fn from_json(json: serde_json::Value) -> Result<Value> {
    Ok(match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(value) => Value::Bool(value),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => Value::Int(whole),
            (None, Some(real)) => Value::Float(real),
            (None, None) => return Err(anyhow::anyhow!("{number} is too large")).kind(Kind::Usage),
        },
        serde_json::Value::String(text) => Value::str(&text),
        serde_json::Value::Array(items) => {
            Value::list(items.into_iter().map(from_json).collect::<Result<_>>()?)
        }
        serde_json::Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, item)| Ok((Rc::from(key), from_json(item)?)));
            Value::map(entries.collect::<Result<_>>()?)
        }
    })
}

impl Operation for Cypher {
    const NAME: &'static str = "cypher";
    const GROUP: Group = Group::Query;
    const FORMATS: &'static [Format] = &[Format::Text, Format::Json, Format::Jsonl, Format::Csv];
    type Response = Table;

    fn run(self, cx: &Context) -> Result<Table> {
        let started = Instant::now();
        let project = cx.project(self.project.as_deref())?;
        let view = cx.snapshot()?.view();
        let mut parameters = Map::new();
        for typed in &self.param {
            let (name, text) = typed
                .split_once('=')
                .filter(|(name, _)| !name.is_empty())
                .with_context(|| format!("the parameter `{typed}` has no value"))
                .kind(Kind::Usage)
                .hint("write a name, `=` and a value: --param name=main")?;
            parameters.insert(Rc::from(name.trim_start_matches('$')), value(text)?);
        }
        let search = |words: &str, limit: usize| ranked_symbols(cx, &project, words, limit);
        let graph = CodeGraph::new(view, &project, self.include_guesses, &search);
        let settings = &cx.loaded.config.query;
        let limits = Limits {
            rows: settings.max_rows,
            depth: settings.max_depth,
            memory_bytes: settings.max_memory.0,
            // The context has a time for all of the operation.
            time: Duration::MAX,
        };
        let prepared = cypher::prepare(&self.query, &graph, &parameters)?;
        cx.seen.note_plan(prepared.explain(&graph, None).into_iter().map(|step| step.name).collect());
        let columns = prepared.columns().iter().map(ToString::to_string).collect();
        let mut table = Table { columns, ..Table::default() };
        let counts = if prepared.mode() == Mode::Explain {
            None
        } else {
            let sink: cypher::Sink<'_> = &mut |row| {
                table.rows.push(row.iter().map(|value| Cell::of(&graph, value)).collect::<Result<_>>()?);
                Ok(ControlFlow::Continue(()))
            };
            Some(prepared.run(&graph, &limits, &cx.cancel, sink).map_err(with_setting)?)
        };
        if self.explain || prepared.mode() != Mode::Run {
            let steps = prepared.explain(&graph, counts.as_deref());
            table.plan = Some(steps.into_iter().map(Into::into).collect());
        }
        table.took_ms = started.elapsed().as_millis() as u64;
        Ok(table)
    }
}

/// Says which setting an error means that a limit made.
fn with_setting(error: anyhow::Error) -> anyhow::Error {
    let limit = error.downcast_ref::<cypher::Error>().filter(|error| error.kind == cypher::ErrorKind::Limit);
    let setting = limit.and_then(|error| match error.detail {
        "rows" => Some("query.max_rows"),
        "depth" => Some("query.max_depth"),
        "memory_bytes" => Some("query.max_memory"),
        _ => None,
    });
    let Some(setting) = setting else { return error };
    let hint = format!("ask for less, or raise the setting {setting}");
    Err::<(), _>(error)
        .kind(Kind::Usage)
        .hint(hint)
        .map_or_else(|error| error, |()| anyhow::anyhow!("no error"))
}

/// Show what queries in openCypher know: labels, relationship types, properties and functions
#[derive(Debug, Clone, Args, Serialize)]
pub struct Schema {}

/// What queries in openCypher know.
#[derive(Debug, Clone, Serialize)]
pub struct Known {
    labels: &'static [Term],
    relationship_types: &'static [Term],
    properties: &'static [Term],
    functions: Vec<Signature>,
}

/// A function as it is documented.
#[derive(Debug, Clone, Serialize)]
struct Signature {
    /// With its arguments.
    name: String,
    /// What it gives.
    doc: &'static str,
}

impl Operation for Schema {
    const NAME: &'static str = "schema";
    const GROUP: Group = Group::Query;
    type Response = Known;

    fn run(self, _cx: &Context) -> Result<Known> {
        let functions = cypher::functions::all()
            .map(|each| Signature { name: each.signature(), doc: each.about })
            .collect();
        Ok(Known {
            labels: Label::TERMS,
            relationship_types: Type::TERMS,
            properties: Property::TERMS,
            functions,
        })
    }
}

impl Response for Known {
    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        for (what, terms) in [
            ("labels", self.labels),
            ("relationship types", self.relationship_types),
            ("properties", self.properties),
        ] {
            writeln!(page, "{what}:")?;
            let width = terms.iter().map(|term| term.name.len()).max().unwrap_or(0);
            for term in terms {
                writeln!(page, "  {STRONG}{:width$}{STRONG:#}  {}", term.name, term.doc)?;
            }
        }
        writeln!(page, "functions:")?;
        let width = self.functions.iter().map(|each| each.name.len()).max().unwrap_or(0);
        for each in &self.functions {
            writeln!(page, "  {STRONG}{:width$}{STRONG:#}  {}", each.name, each.doc)?;
        }
        Ok(())
    }
}
