//! Runs a scenario step by step.

use super::engine;
use super::expected::{self, Expected};
use super::gherkin::{Argument, Scenario, Step};
use super::graph::{Mood, TestGraph, value};
use super::setup;
use codegraph::cypher::error::{Error, Phase};
use codegraph::cypher::value::Map;
use codegraph::error::message;
use open_cypher::ast::visit::{Visitor, walk_clause};
use open_cypher::ast::{Clause, ClauseKind};
use open_cypher::{TokenKind, lex, parse};
use std::rc::Rc;

/// The text of a step's query.
fn query(step: &Step) -> Option<&str> {
    match &step.argument {
        Argument::Text(text) if step.text.starts_with("executing") => Some(text),
        _ => None,
    }
}

/// True when no query under test writes, so that the scenario is one for an engine that only reads.
pub fn only_reads(scenario: &Scenario) -> bool {
    !scenario.tags.iter().any(|tag| tag == "ignore")
        && scenario.steps.iter().filter_map(query).all(|text| !writes(text))
}

/// True when a query has a clause that writes.
fn writes(text: &str) -> bool {
    struct Search(bool);
    impl<'ast> Visitor<'ast> for Search {
        fn visit_clause(&mut self, clause: &'ast Clause) {
            use ClauseKind::{Create, Delete, Foreach, Insert, LoadCsv, Merge, Remove, Set};
            self.0 |= matches!(
                clause.kind,
                Create(_) | Delete(_) | Foreach(_) | Insert(_) | LoadCsv(_) | Merge(_) | Remove(_) | Set(_)
            );
            walk_clause(self, clause);
        }
    }
    match parse(text) {
        Ok(parsed) => {
            let mut search = Search(false);
            search.visit_program(&parsed.program);
            search.0
        }
        // What is no query is told by its words.
        Err(_) => lex(text).tokens.iter().any(|token| {
            let TokenKind::Keyword(word) = token.kind else { return false };
            let word = word.as_str().to_ascii_uppercase();
            ["CREATE", "DELETE", "DETACH", "MERGE", "REMOVE", "SET"].contains(&word.as_str())
        }),
    }
}

type Rows = (Vec<Rc<str>>, Vec<Vec<Expected>>);

#[derive(Default)]
struct World {
    graph: TestGraph,
    params: Map,
    outcome: Option<anyhow::Result<Rows>>,
}

/// Runs a scenario on a graph in a mood.
///
/// # Errors
/// What came out otherwise than it should.
pub fn run(scenario: &Scenario, mood: Mood) -> Result<(), String> {
    let mut world = World::default();
    world.graph.mood = mood;
    scenario.steps.iter().try_for_each(|step| world.step(step))
}

impl World {
    fn step(&mut self, step: &Step) -> Result<(), String> {
        let text = step.text.as_str();
        match (text, &step.argument) {
            // Nothing can change: a query only gets a graph to read.
            ("no side effects", Argument::None) | ("an empty graph" | "any graph", Argument::None) => Ok(()),
            ("having executed:", Argument::Text(script)) => setup::run(script, &mut self.graph),
            ("parameters are:", Argument::Table(rows)) => {
                for row in rows {
                    self.params.insert(Rc::from(row[0].as_str()), value(&expected::read(&row[1])?));
                }
                Ok(())
            }
            ("executing query:" | "executing control query:", Argument::Text(query)) => {
                self.outcome = Some(self.query(query));
                Ok(())
            }
            ("the result should be empty", Argument::None) => self.compare(&[], false, false),
            (_, Argument::Table(rows)) if text.starts_with("the result should be") => {
                let is_in_order = text.contains("in order");
                self.compare(rows, is_in_order, text.contains("ignoring element order for lists"))
            }
            _ => self.other(text, &step.argument),
        }
    }

    /// The steps that name something in their text.
    fn other(&mut self, text: &str, argument: &Argument) -> Result<(), String> {
        if let Some(signature) = text.strip_prefix("there exists a procedure ") {
            let rows = if let Argument::Table(rows) = argument { &rows[..] } else { &[] };
            return self.graph.add_procedure(signature, rows);
        }
        if let Some(name) = text.strip_prefix("the ").and_then(|rest| rest.strip_suffix(" graph")) {
            return setup::run(&super::named_graph(name), &mut self.graph);
        }
        if let Some((kind, rest)) =
            text.strip_prefix("a ").and_then(|rest| rest.split_once(" should be raised at "))
        {
            let (phase, detail) = rest.split_once(": ").ok_or("an error without a detail")?;
            return self.fails(kind, phase, detail);
        }
        Err(format!("an unknown step: {text}"))
    }

    fn query(&self, text: &str) -> anyhow::Result<Rows> {
        let (columns, rows) = engine::query(&self.graph, text, &self.params)?;
        let described = |row: &Vec<_>| row.iter().map(|value| self.graph.describe(value)).collect();
        Ok((columns, rows.iter().map(described).collect()))
    }

    fn compare(
        &self,
        table: &[Vec<String>],
        is_in_order: bool,
        any_element_order: bool,
    ) -> Result<(), String> {
        let (columns, rows) = match self.outcome.as_ref().ok_or("no query was run")? {
            Ok(found) => found,
            Err(error) => return Err(format!("an error: {}", message(error))),
        };
        let (head, wanted) = table.split_first().map_or((&[][..], &[][..]), |(head, rows)| (&head[..], rows));
        if !head.iter().map(String::as_str).eq(columns.iter().map(|name| &**name)) && !table.is_empty() {
            return Err(format!("the columns are {}, not {}", columns.join(", "), head.join(", ")));
        }
        let spelling = |value: Expected| {
            if any_element_order { value.with_lists_sorted().to_string() } else { value.to_string() }
        };
        let mut found: Vec<String> = rows
            .iter()
            .map(|row| row.iter().cloned().map(spelling).collect::<Vec<_>>().join(" | "))
            .collect();
        let mut wanted: Vec<String> = wanted
            .iter()
            .map(|row| {
                let cells: Result<Vec<String>, String> =
                    row.iter().map(|cell| Ok(spelling(expected::read(cell)?))).collect();
                Ok(cells?.join(" | "))
            })
            .collect::<Result<_, String>>()?;
        if !is_in_order {
            found.sort();
            wanted.sort();
        }
        if found == wanted {
            return Ok(());
        }
        let some = |rows: &[String]| {
            let more = if rows.len() > 5 { format!(" and {} more", rows.len() - 5) } else { String::new() };
            rows.iter().take(5).map(String::as_str).collect::<Vec<_>>().join("; ") + &more
        };
        Err(format!(
            "found {} rows: {} -- not {}: {}",
            found.len(),
            some(&found),
            wanted.len(),
            some(&wanted)
        ))
    }

    fn fails(&self, kind: &str, phase: &str, detail: &str) -> Result<(), String> {
        let error = match self.outcome.as_ref().ok_or("no query was run")? {
            Ok((_, rows)) => return Err(format!("{} rows, not an error: {kind}, {detail}", rows.len())),
            Err(error) => error,
        };
        let Some(found) = error.downcast_ref::<Error>() else {
            return Err(format!("another error: {}", message(error)));
        };
        let found_phase = match found.phase {
            Phase::Compile => "compile time",
            Phase::Run => "runtime",
        };
        let is_same = found.kind.name() == kind
            && (phase == "any time" || found_phase == phase)
            && (detail == "*" || found.detail == detail);
        if is_same {
            return Ok(());
        }
        let name = found.kind.name();
        let error = message(error);
        Err(format!("{name} at {found_phase}: {} ({error}), not {kind} at {phase}: {detail}", found.detail))
    }
}

#[test]
fn a_query_that_writes_is_told_from_one_that_reads() {
    assert!(writes("MATCH (n) WHERE n.set = 1 SET n.x = 2"));
    assert!(writes("MATCH (n) CALL { CREATE (m) RETURN m } RETURN m"));
    assert!(writes("CREATE (n {)"));
    assert!(!writes("MATCH (n) RETURN n.set, 'CREATE' AS `merge`"));
    assert!(!writes("MATCH (n RETURN n"));
}
