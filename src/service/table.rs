//! Rows and columns: what a query in openCypher answers.

use super::answer::harmless;
use super::show::{DIM, LINE, PATH, STRONG, count};
use super::{Answer, Format, Page};
use crate::cypher::{Direction, Graph, NodeId, Rel, Step, Value};
use crate::error::Kind;
use crate::query::cypher::{CodeGraph, Property};
use anyhow::Result;
use serde::Serialize;
use serde_json::{Map, json};
use std::fmt::Write as _;
use std::io::Write as _;

/// Columns of text that a cell takes at most, the last of a row left out.
const MAX_WIDTH: usize = 60;

/// A value as it is shown: as JSON and in words.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Cell {
    json: serde_json::Value,
    #[serde(skip)]
    text: String,
}

impl Cell {
    /// A value of a query. Nodes and relationships are told by what finds them again.
    pub(super) fn of(graph: &CodeGraph<'_>, value: &Value) -> Result<Self> {
        let json = json(graph, value)?;
        let mut text = String::new();
        put(graph, value, true, &mut text)?;
        Ok(Self { json, text })
    }
}

fn property(graph: &CodeGraph<'_>, node: NodeId, property: Property) -> Result<serde_json::Value> {
    json(graph, &graph.property(node, property.id())?)
}

fn node(graph: &CodeGraph<'_>, node: NodeId) -> Result<serde_json::Value> {
    let schema = graph.schema();
    let labels: Vec<_> =
        graph.labels(node)?.into_iter().map(|label| schema.labels.name(label.0).to_string()).collect();
    let mut fields = Map::new();
    fields.insert("id".to_owned(), graph.printed(node)?.into());
    fields.insert("labels".to_owned(), labels.into());
    for each in [Property::Name, Property::QualifiedName, Property::File, Property::Line] {
        let value = property(graph, node, each)?;
        if !value.is_null() {
            fields.insert(each.name().to_owned(), value);
        }
    }
    Ok(fields.into())
}

fn relationship(graph: &CodeGraph<'_>, rel: Rel) -> Result<serde_json::Value> {
    let mut fields = Map::new();
    fields.insert("type".to_owned(), graph.schema().types.name(rel.kind.0).to_string().into());
    fields.insert("from".to_owned(), graph.printed(rel.from)?.into());
    fields.insert("to".to_owned(), graph.printed(rel.to)?.into());
    for each in [Property::File, Property::Line, Property::Rule, Property::Confidence, Property::Places] {
        let value = json(graph, &graph.rel_property(rel, each.id())?)?;
        if !value.is_null() {
            fields.insert(each.name().to_owned(), value);
        }
    }
    Ok(fields.into())
}

/// Values of JSON as they are; nodes, relationships and paths as objects; times and durations as text. A number that is
/// none, or infinite, is text too.
fn json(graph: &CodeGraph<'_>, value: &Value) -> Result<serde_json::Value> {
    Ok(match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(value) => json!(value),
        Value::Int(value) => json!(value),
        Value::Float(value) if value.is_finite() => json!(value),
        Value::Str(text) => json!(text.as_ref()),
        Value::List(items) => items.iter().map(|item| json(graph, item)).collect::<Result<Vec<_>>>()?.into(),
        Value::Map(entries) => {
            let fields = entries.iter().map(|(key, item)| Ok((key.to_string(), json(graph, item)?)));
            fields.collect::<Result<Map<_, _>>>()?.into()
        }
        Value::Node(id) => node(graph, *id)?,
        Value::Rel(rel) => relationship(graph, *rel)?,
        Value::Path(path) => json!({
            "nodes": path.nodes.iter().map(|id| node(graph, *id)).collect::<Result<Vec<_>>>()?,
            "relationships":
                path.rels.iter().map(|rel| relationship(graph, *rel)).collect::<Result<Vec<_>>>()?,
        }),
        Value::Float(value) => json!(value.to_string()),
        Value::Instant(instant) => json!(instant.to_string()),
        Value::Duration(duration) => json!(duration.to_string()),
    })
}

/// A value in words; a text that is all of a cell has no quotes.
fn put(graph: &CodeGraph<'_>, value: &Value, is_whole: bool, out: &mut String) -> Result<()> {
    match value {
        Value::Null => out.push_str("null"),
        Value::Str(text) if is_whole => out.push_str(text),
        Value::Str(text) => write!(out, "{text:?}")?,
        Value::Float(value) => write!(out, "{value:?}")?,
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                put(graph, item, false, out)?;
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (at, (key, item)) in entries.iter().enumerate() {
                write!(out, "{}{key}: ", if at > 0 { ", " } else { "" })?;
                put(graph, item, false, out)?;
            }
            out.push('}');
        }
        Value::Node(id) => write!(out, "({})", graph.printed(*id)?)?,
        Value::Rel(rel) => write!(out, "[:{}]", graph.schema().types.name(rel.kind.0))?,
        Value::Path(path) => {
            for (at, id) in path.nodes.iter().enumerate() {
                if let Some(rel) = at.checked_sub(1).and_then(|before| path.rels.get(before)) {
                    let kind = graph.schema().types.name(rel.kind.0);
                    let direction = if rel.to == *id { Direction::Out } else { Direction::In };
                    let (before, after) = if direction == Direction::Out { ("-", "->") } else { ("<-", "-") };
                    write!(out, "{before}[:{kind}]{after}")?;
                }
                write!(out, "({})", graph.printed(*id)?)?;
            }
        }
        Value::Bool(value) => write!(out, "{value}")?,
        Value::Int(value) => write!(out, "{value}")?,
        Value::Instant(instant) => write!(out, "{instant}")?,
        Value::Duration(duration) => write!(out, "{duration}")?,
    }
    Ok(())
}

/// One step of the way to an answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlanStep {
    /// How deep it is: what it reads from is one deeper.
    depth: usize,
    /// What it does.
    operator: String,
    /// To what.
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    /// About how many rows were expected.
    estimated_rows: f64,
    /// How many there were.
    rows: Option<u64>,
}

impl From<Step> for PlanStep {
    fn from(step: Step) -> Self {
        Self {
            depth: step.depth,
            operator: step.name.to_owned(),
            about: step.about,
            estimated_rows: step.estimate,
            rows: step.rows,
        }
    }
}

/// Rows and columns.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Table {
    /// Their names.
    pub(super) columns: Vec<String>,
    /// The rows, a value for each column.
    pub(super) rows: Vec<Vec<Cell>>,
    /// Milliseconds on the clock.
    pub(super) took_ms: u64,
    /// How it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) plan: Option<Vec<PlanStep>>,
}

impl Answer for Table {
    fn write(&self, format: Format, page: &mut Page<'_>) -> Result<()> {
        match format {
            Format::Json => page.json(self),
            Format::Jsonl => {
                for row in &self.rows {
                    let fields: Map<String, serde_json::Value> =
                        self.columns.iter().cloned().zip(row.iter().map(|cell| cell.json.clone())).collect();
                    page.json(&fields)?;
                }
                Ok(())
            }
            Format::Csv => self.csv(page),
            Format::Text => self.text(page),
            _ => anyhow::bail!("there is no such answer as {}", format.name()),
        }
    }

    fn verdict(&self) -> Option<Kind> {
        self.rows.is_empty().then_some(Kind::NotFound)
    }
}

impl Table {
    fn csv(&self, page: &mut Page<'_>) -> Result<()> {
        let mut out = csv::Writer::from_writer(page);
        out.write_record(&self.columns)?;
        for row in &self.rows {
            // What has no value is an empty field, as usual.
            out.write_record(
                row.iter().map(|cell| if cell.json.is_null() { "" } else { cell.text.as_str() }),
            )?;
        }
        Ok(out.flush()?)
    }

    fn text(&self, page: &mut Page<'_>) -> Result<()> {
        let shown: Vec<Vec<String>> = self
            .rows
            .iter()
            .map(|row| {
                let last = row.len().saturating_sub(1);
                let line = |cell: &Cell| harmless(&cell.text.replace('\n', " ")).into_owned();
                let shown = |(at, cell)| if at < last { short(line(cell)) } else { line(cell) };
                row.iter().enumerate().map(shown).collect()
            })
            .collect();
        let width = |at: usize, name: &str| {
            let cells = shown.iter().filter_map(|row| row.get(at)).map(|cell| cell.chars().count());
            cells.max().unwrap_or(0).max(name.chars().count())
        };
        let widths: Vec<usize> = self.columns.iter().enumerate().map(|(at, name)| width(at, name)).collect();
        let is_number = |at: usize| {
            let cells = || self.rows.iter().filter_map(|row| row.get(at));
            cells().all(|cell| cell.json.is_number() || cell.json.is_null())
                && cells().any(|cell| cell.json.is_number())
        };
        let right: Vec<bool> = (0..widths.len()).map(is_number).collect();
        let mut line = |cells: &[String], is_head: bool| -> Result<()> {
            let mut text = String::new();
            for (at, cell) in cells.iter().enumerate() {
                let (width, is_last) = (widths.get(at).copied().unwrap_or(0), at + 1 == cells.len());
                let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
                let gap = if at > 0 { "  " } else { "" };
                let (open, close) =
                    if is_head { (STRONG.to_string(), format!("{STRONG:#}")) } else { Default::default() };
                if right.get(at) == Some(&true) {
                    write!(text, "{gap}{pad}{open}{cell}{close}")?;
                } else {
                    write!(text, "{gap}{open}{cell}{close}{}", if is_last { "" } else { &pad })?;
                }
            }
            Ok(writeln!(page, "{text}")?)
        };
        line(&self.columns, true)?;
        for row in &shown {
            line(row, false)?;
        }
        writeln!(page, "{DIM}{} in {} ms{DIM:#}", count(self.rows.len() as u64, "row"), self.took_ms)?;
        if let Some(plan) = &self.plan {
            writeln!(page)?;
            for step in plan {
                let rows = step.rows.map_or_else(|| "-".to_owned(), |rows| rows.to_string());
                let pad = "  ".repeat(step.depth);
                writeln!(
                    page,
                    "{pad}{STRONG}{}{STRONG:#} {PATH}{}{PATH:#} {DIM}expected {:.0},{DIM:#} {LINE}rows {rows}{LINE:#}",
                    step.operator, step.about, step.estimated_rows
                )?;
            }
        }
        Ok(())
    }
}

/// A text of at most so many columns.
fn short(text: String) -> String {
    if text.chars().count() <= MAX_WIDTH {
        return text;
    }
    let kept: String = text.chars().take(MAX_WIDTH - 1).collect();
    format!("{kept}…")
}
