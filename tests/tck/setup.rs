//! Runs the statements that fill a scenario's graph: `CREATE` and `DELETE` of relationships here, what they read by the
//! engine, in pieces: the rows that were made so far go into each piece as a parameter.

use super::engine;
use super::graph::TestGraph;
use codegraph::cypher::value::Map;
use codegraph::cypher::{NodeId, Value};
use codegraph::error::message;
use open_cypher::ast::{
    Clause, ClauseKind, CreateClause, Expr, ExprKind, LabelExpression, LabelExpressionKind, Name,
    PathFactorKind, QueryKind, RelationshipDirection, StatementKind,
};
use open_cypher::{Span, parse};
use std::collections::BTreeMap;
use std::rc::Rc;

type Row = BTreeMap<Rc<str>, Value>;

/// Runs statements that are separated by semicolons.
///
/// # Errors
/// What is wrong with them, or what is beyond this interpreter.
pub fn run(script: &str, graph: &mut TestGraph) -> Result<(), String> {
    for statement in script.split(';').filter(|statement| !statement.trim().is_empty()) {
        Setup { text: statement, rows: vec![Row::new()], graph }.statement()?;
    }
    Ok(())
}

struct Setup<'a> {
    text: &'a str,
    rows: Vec<Row>,
    graph: &'a mut TestGraph,
}

impl Setup<'_> {
    fn statement(&mut self) -> Result<(), String> {
        let program = parse(self.text).map_err(|errors| errors.render(self.text))?.program;
        let [statement] = &program.statements[..] else { return Err("not one statement".to_owned()) };
        let StatementKind::Query(query) = &statement.kind else { return Err("no query".to_owned()) };
        let QueryKind::Regular(query) = &query.query.kind else { return Err("no query".to_owned()) };
        if !query.unions.is_empty() {
            return Err("a union".to_owned());
        }
        let mut reading: Option<Span> = None;
        for clause in &query.head.kind.clauses {
            if let ClauseKind::Create(_) | ClauseKind::Delete(_) = &clause.kind {
                if let Some(span) = reading.take() {
                    self.read(span)?;
                }
                self.write(clause)?;
            } else {
                let start = reading.map_or(clause.span.start, |span| span.start);
                reading = Some(Span { start, end: clause.span.end });
            }
        }
        match reading {
            Some(span) => Err(format!("this makes nothing: {}", self.text(span))),
            None => Ok(()),
        }
    }

    fn text(&self, span: Span) -> &str {
        span.text(self.text).unwrap_or_default()
    }

    /// The rows as a parameter, and the clauses that bind them again.
    fn bound(&self, rows: &[Row]) -> (String, Map) {
        let names: Vec<Rc<str>> = rows.first().map(|row| row.keys().cloned().collect()).unwrap_or_default();
        let bind: Vec<String> = names.iter().map(|name| format!("row.`{name}` AS `{name}`")).collect();
        let mut text = "UNWIND $rows AS row ".to_owned();
        if !bind.is_empty() {
            text += &format!("WITH {} ", bind.join(", "));
        }
        let rows = rows.iter().map(|row| Value::map(row.clone())).collect();
        (text, Map::from([(Rc::from("rows"), Value::list(rows))]))
    }

    fn read(&mut self, span: Span) -> Result<(), String> {
        let (bind, params) = self.bound(&self.rows);
        let query = format!("{bind}{} RETURN *", self.text(span));
        let (columns, rows) = engine::query(self.graph, &query, &params).map_err(|error| message(&error))?;
        self.rows = rows
            .into_iter()
            .map(|row| columns.iter().cloned().zip(row).filter(|(name, _)| **name != *"row").collect())
            .collect();
        Ok(())
    }

    fn write(&mut self, clause: &Clause) -> Result<(), String> {
        let mut rows = std::mem::take(&mut self.rows);
        for row in &mut rows {
            match &clause.kind {
                ClauseKind::Create(create) => self.create(create, row)?,
                ClauseKind::Delete(delete) => {
                    for expr in &delete.expressions {
                        match self.value(expr, row)? {
                            Value::Rel(rel) => self.graph.remove_rel(rel),
                            other => return Err(format!("deletes {other:?}")),
                        }
                    }
                }
                _ => return Err(format!("not a clause of a setup: {}", self.text(clause.span))),
            }
        }
        self.rows = rows;
        Ok(())
    }

    fn create(&mut self, create: &CreateClause, row: &mut Row) -> Result<(), String> {
        for part in &create.pattern.parts {
            let mut last: Option<NodeId> = None;
            let mut between = None;
            for factor in &part.kind.path.kind.factors {
                match &factor.kind {
                    PathFactorKind::Node(node) => {
                        let bound = node.variable.as_ref().and_then(|name| row.get(name.kind.text.as_str()));
                        let id = match bound {
                            Some(Value::Node(id)) => *id,
                            Some(other) => return Err(format!("a node is bound to {other:?}")),
                            None => {
                                let properties = self.properties(node.properties.as_deref(), row)?;
                                let mut labels = Vec::new();
                                node.labels.iter().try_for_each(|each| names(each, &mut labels))?;
                                self.graph.add_node(&labels, &properties)
                            }
                        };
                        bind(node.variable.as_ref(), Value::Node(id), row);
                        if let (Some(from), Some(pattern)) = (last, between.take()) {
                            self.relate(pattern, from, id, row)?;
                        }
                        last = Some(id);
                    }
                    PathFactorKind::Relationship(pattern) => between = Some(pattern),
                    _ => return Err("a pattern that nothing is made of".to_owned()),
                }
            }
        }
        Ok(())
    }

    fn relate(
        &mut self,
        pattern: &open_cypher::ast::RelationshipPattern,
        left: NodeId,
        right: NodeId,
        row: &mut Row,
    ) -> Result<(), String> {
        let (from, to) = match pattern.direction.kind {
            RelationshipDirection::Right => (left, right),
            RelationshipDirection::Left => (right, left),
            _ => return Err("a relationship without a direction".to_owned()),
        };
        let mut kinds = Vec::new();
        pattern.labels.iter().try_for_each(|each| names(each, &mut kinds))?;
        let [kind] = kinds[..] else { return Err("a relationship without one type".to_owned()) };
        let properties = self.properties(pattern.properties.as_deref(), row)?;
        let rel = self.graph.add_rel(from, to, kind, &properties);
        bind(pattern.variable.as_ref(), Value::Rel(rel), row);
        Ok(())
    }

    fn properties(&self, expr: Option<&Expr>, row: &Row) -> Result<Map, String> {
        match expr.map(|expr| self.value(expr, row)).transpose()? {
            None => Ok(Map::new()),
            Some(Value::Map(map)) => Ok((*map).clone()),
            Some(other) => Err(format!("properties are {other:?}")),
        }
    }

    fn value(&self, expr: &Expr, row: &Row) -> Result<Value, String> {
        let text = self.text(expr.span);
        if let ExprKind::Variable(name) = &expr.kind
            && let Some(value) = row.get(name.kind.text.as_str())
        {
            return Ok(value.clone());
        }
        // Most are plain values, which both languages write alike but for strings in double quotes.
        if !text.contains(['"', '('])
            && let Ok(plain) = super::expected::read(text)
        {
            return Ok(super::graph::value(&plain));
        }
        let (bind, params) = self.bound(std::slice::from_ref(row));
        let query = format!("{bind}RETURN {text} AS value");
        let (_, rows) = engine::query(self.graph, &query, &params)
            .map_err(|error| format!("{query}: {}", message(&error)))?;
        rows.into_iter()
            .next()
            .and_then(|row| row.into_iter().next())
            .ok_or_else(|| format!("no value: {text}"))
    }
}

fn bind(name: Option<&Name>, value: Value, row: &mut Row) {
    if let Some(name) = name {
        row.insert(Rc::from(name.kind.text.as_str()), value);
    }
}

/// The labels or types of a pattern that is to be made.
fn names<'a>(labels: &'a LabelExpression, out: &mut Vec<&'a str>) -> Result<(), String> {
    match &labels.kind {
        LabelExpressionKind::Name(name) => {
            out.push(&name.kind.text);
            Ok(())
        }
        LabelExpressionKind::And(each) => each.iter().try_for_each(|each| names(each, out)),
        LabelExpressionKind::Parenthesized(inside) => names(inside, out),
        _ => Err("labels that nothing is made with".to_owned()),
    }
}

#[test]
fn a_setup_makes_nodes_and_relationships_once_for_each_row() {
    use codegraph::cypher::{Direction, Graph as _};
    use std::ops::ControlFlow::Continue;
    let mut graph = TestGraph::default();
    let script =
        "CREATE (a:A:B {name: 'x', none: null})-[:T {n: 1}]->(:C)<-[r:S]-(a), (a)-[:T]->(a); CREATE ()";
    run(script, &mut graph).unwrap();
    let shown = |id: u64| graph.describe(&Value::Node(NodeId(id))).to_string();
    assert_eq!([shown(0), shown(1), shown(2)], ["(:A:B {name: 'x'})", "(:C)", "()"]);
    let mut found = Vec::new();
    let flow = graph.expand(NodeId(0), Direction::Both, &[], &mut |rel, other| {
        found.push((graph.describe(&Value::Rel(rel)).to_string(), other.0));
        Ok(Continue(()))
    });
    assert_eq!(flow.unwrap(), Continue(()));
    let expected = [("[:T {n: 1}]", 1), ("[:S]", 1), ("[:T]", 0)].map(|(rel, other)| (rel.to_owned(), other));
    assert_eq!(found, expected);
    assert!(run("MERGE (n)", &mut graph).is_err() && run("CREATE ()-[:T]-()", &mut graph).is_err());
}
