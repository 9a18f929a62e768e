//! A graph in memory, with the procedures that a scenario asks for.

use super::expected::Expected;
use anyhow::Result;
use codegraph::cypher::compare::{equals, order};
use codegraph::cypher::graph::{EachNode, EachRel, EachRow, SeekBy};
use codegraph::cypher::value::Map;
use codegraph::cypher::{
    Argument, Direction, Flow, Graph, LabelId, NodeId, Procedure, PropertyId, Rel, Schema, Seek, Type,
    TypeId, Value,
};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::ControlFlow::{Break, Continue};
use std::rc::Rc;

type Properties = BTreeMap<PropertyId, Value>;

/// What a graph tells of itself. Plans differ by it, results must not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// True numbers; what has a label can be sought.
    #[default]
    Honest,
    /// The rarer a thing the more of it there is said to be, and nothing can be sought or is counted.
    Contrary,
}

#[derive(Default)]
pub struct TestGraph {
    pub mood: Mood,
    schema: Schema,
    /// By their numbers.
    nodes: Vec<(Vec<LabelId>, Properties)>,
    /// In the order in which they were made.
    rels: Vec<(Rel, Properties)>,
    next_ordinal: u32,
    procedures: Vec<Procedure>,
    /// What each procedure gives: its arguments, then its columns.
    tables: Vec<Vec<Vec<Value>>>,
}

impl TestGraph {
    pub fn add_node(&mut self, labels: &[&str], properties: &Map) -> NodeId {
        let mut labels: Vec<LabelId> =
            labels.iter().map(|label| LabelId(self.schema.labels.intern(label).unwrap())).collect();
        labels.sort();
        labels.dedup();
        let properties = self.interned(properties);
        self.nodes.push((labels, properties));
        NodeId(self.nodes.len() as u64 - 1)
    }

    pub fn add_rel(&mut self, from: NodeId, to: NodeId, kind: &str, properties: &Map) -> Rel {
        let kind = TypeId(self.schema.types.intern(kind).unwrap());
        let properties = self.interned(properties);
        self.next_ordinal += 1;
        let rel = Rel { from, to, kind, ordinal: self.next_ordinal };
        self.rels.push((rel, properties));
        rel
    }

    pub fn remove_rel(&mut self, rel: Rel) {
        self.rels.retain(|(each, _)| *each != rel);
    }

    fn interned(&mut self, properties: &Map) -> Properties {
        let present = properties.iter().filter(|(_, value)| !value.is_null());
        present
            .map(|(key, value)| (PropertyId(self.schema.properties.intern(key).unwrap()), value.clone()))
            .collect()
    }

    /// Adds a procedure as a step writes it: `name(in :: INTEGER?, …) :: (out :: STRING?, …)`, with its table.
    pub fn add_procedure(&mut self, signature: &str, rows: &[Vec<String>]) -> Result<(), String> {
        let (name, rest) = signature.split_once('(').ok_or("no arguments")?;
        let (arguments, rest) = rest.split_once(')').ok_or("no end of the arguments")?;
        let yields = rest.split_once('(').and_then(|(_, rest)| rest.split_once(')')).ok_or("no columns")?.0;
        let arguments = columns(arguments)?;
        let arguments =
            arguments.into_iter().map(|(name, kind)| Argument { name, kind, default: None }).collect();
        self.procedures.push(Procedure { name: name.trim().into(), arguments, yields: columns(yields)? });
        let values =
            |row: &Vec<String>| row.iter().map(|cell| Ok(value(&super::expected::read(cell)?))).collect();
        let table = rows.iter().skip(1).map(values).collect::<Result<_, String>>()?;
        self.tables.push(table);
        Ok(())
    }

    fn found(&self, seek: &Seek, node: NodeId) -> bool {
        let Some((labels, properties)) = self.nodes.get(node.0 as usize) else { return false };
        let has = |label: &Option<LabelId>| label.is_none_or(|label| labels.contains(&label));
        match seek {
            Seek::All => true,
            Seek::Label(label) => labels.contains(label),
            Seek::Property { label, key, value } => {
                has(label) && properties.get(key).is_some_and(|each| equals(each, value) == Some(true))
            }
            Seek::Prefix { label, key, prefix } => {
                let begins = |each: &Value| matches!(each, Value::Str(text) if text.starts_with(&**prefix));
                has(label) && properties.get(key).is_some_and(begins)
            }
            Seek::Id(id) => node == *id,
        }
    }

    /// A value as the TCK would write it.
    pub fn describe(&self, value: &Value) -> Expected {
        let named = |properties: &Properties| {
            let name = |key: &PropertyId| self.schema.properties.name(key.0).to_string();
            properties.iter().map(|(key, value)| (name(key), self.describe(value))).collect()
        };
        match value {
            Value::Null => Expected::Null,
            Value::Bool(value) => Expected::Bool(*value),
            Value::Int(number) => Expected::Int(*number),
            Value::Float(number) => Expected::Float(*number),
            Value::Str(text) => Expected::Text(text.to_string()),
            Value::List(list) => Expected::List(list.iter().map(|each| self.describe(each)).collect()),
            Value::Map(map) => Expected::Map(
                map.iter().map(|(key, value)| (key.to_string(), self.describe(value))).collect(),
            ),
            Value::Node(node) => {
                let (labels, properties) = &self.nodes[node.0 as usize];
                let mut labels: Vec<String> =
                    labels.iter().map(|label| self.schema.labels.name(label.0).to_string()).collect();
                labels.sort();
                Expected::Node(labels, named(properties))
            }
            Value::Rel(rel) => {
                let properties = self.properties_of(*rel).map(named).unwrap_or_default();
                Expected::Rel(self.schema.types.name(rel.kind.0).to_string(), properties)
            }
            Value::Path(path) => {
                let node = |at: usize| self.describe(&Value::Node(path.nodes[at]));
                let step = |(at, rel): (usize, &Rel)| {
                    let is_along = rel.from == path.nodes[at] && rel.to == path.nodes[at + 1];
                    (self.describe(&Value::Rel(*rel)), is_along, node(at + 1))
                };
                Expected::Path(Box::new(node(0)), path.rels.iter().enumerate().map(step).collect())
            }
            Value::Instant(instant) => Expected::Text(instant.to_string()),
            Value::Duration(duration) => Expected::Text(duration.to_string()),
        }
    }

    fn properties_of(&self, rel: Rel) -> Option<&Properties> {
        self.rels.iter().find(|(each, _)| *each == rel).map(|(_, properties)| properties)
    }
}

/// `in :: INTEGER?, out :: STRING?`.
fn columns(text: &str) -> Result<Vec<(Rc<str>, Type)>, String> {
    let column = |column: &str| {
        let (name, kind) = column.split_once("::").ok_or("a column without a type")?;
        let kind = match kind.trim().trim_end_matches('?') {
            "INTEGER" => Type::INT,
            "FLOAT" => Type::FLOAT,
            "NUMBER" => Type::NUMBER,
            "STRING" => Type::STR,
            other => return Err(format!("no type: {other}")),
        };
        Ok((Rc::from(name.trim()), kind))
    };
    text.split(',').filter(|each| !each.trim().is_empty()).map(column).collect()
}

/// A value without nodes and relationships.
pub fn value(expected: &Expected) -> Value {
    match expected {
        Expected::Null => Value::Null,
        Expected::Bool(value) => Value::Bool(*value),
        Expected::Int(number) => Value::Int(*number),
        Expected::Float(number) => Value::Float(*number),
        Expected::Text(text) => Value::str(text),
        Expected::List(list) => Value::list(list.iter().map(value).collect()),
        Expected::Map(map) => {
            Value::map(map.iter().map(|(key, each)| (Rc::from(key.as_str()), value(each))).collect())
        }
        Expected::Node(..) | Expected::Rel(..) | Expected::Path(..) => {
            panic!("{expected} stands for no value")
        }
    }
}

impl Graph for TestGraph {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn nodes(&self, seek: &Seek, each: EachNode<'_>) -> Result<Flow> {
        for node in (0..self.nodes.len() as u64).map(NodeId) {
            if self.found(seek, node) && each(node)? == Break(()) {
                return Ok(Break(()));
            }
        }
        Ok(Continue(()))
    }

    fn seekable(&self, label: Option<LabelId>, _: PropertyId, _: SeekBy) -> bool {
        self.mood == Mood::Honest && label.is_some()
    }

    fn estimate(&self, seek: &Seek) -> u64 {
        let count =
            (0..self.nodes.len() as u64).filter(|node| self.found(seek, NodeId(*node))).count() as u64;
        match self.mood {
            Mood::Honest => count,
            Mood::Contrary => 1_000_000 / (count + 1),
        }
    }

    fn fan_out(&self, types: &[TypeId], direction: Direction) -> f64 {
        let is_of = |rel: &Rel| types.is_empty() || types.contains(&rel.kind);
        let count = self.rels.iter().filter(|(rel, _)| is_of(rel)).count() as f64;
        let ways = if direction == Direction::Both { 2.0 } else { 1.0 };
        let mean = ways * count / self.nodes.len().max(1) as f64;
        match self.mood {
            Mood::Honest => mean,
            Mood::Contrary => 10.0 / (mean + 0.1),
        }
    }

    fn labels(&self, node: NodeId) -> Result<Vec<LabelId>> {
        Ok(self.nodes[node.0 as usize].0.clone())
    }

    fn has_label(&self, node: NodeId, label: LabelId) -> Result<bool> {
        Ok(self.nodes[node.0 as usize].0.contains(&label))
    }

    fn property(&self, node: NodeId, key: PropertyId) -> Result<Value> {
        Ok(self.nodes[node.0 as usize].1.get(&key).cloned().unwrap_or_default())
    }

    fn keys(&self, node: NodeId) -> Result<Vec<PropertyId>> {
        Ok(self.nodes[node.0 as usize].1.keys().copied().collect())
    }

    fn expand(
        &self,
        node: NodeId,
        direction: Direction,
        types: &[TypeId],
        each: EachRel<'_>,
    ) -> Result<Flow> {
        let (out, back) = (direction != Direction::In, direction != Direction::Out);
        for (rel, _) in &self.rels {
            if !types.is_empty() && !types.contains(&rel.kind) {
                continue;
            }
            let other = if out && rel.from == node {
                rel.to
            } else if back && rel.to == node {
                rel.from
            } else {
                continue;
            };
            if each(*rel, other)? == Break(()) {
                return Ok(Break(()));
            }
        }
        Ok(Continue(()))
    }

    fn relationships(&self, types: &[TypeId], each: EachRel<'_>) -> Result<Flow> {
        for (rel, _) in self.rels.iter().filter(|(rel, _)| types.is_empty() || types.contains(&rel.kind)) {
            if each(*rel, rel.to)? == Break(()) {
                return Ok(Break(()));
            }
        }
        Ok(Continue(()))
    }

    fn count_relationships(&self, types: &[TypeId]) -> Result<Option<u64>> {
        if self.mood == Mood::Contrary {
            return Ok(None);
        }
        let is_of = |rel: &Rel| types.is_empty() || types.contains(&rel.kind);
        Ok(Some(self.rels.iter().filter(|(rel, _)| is_of(rel)).count() as u64))
    }

    fn rel_property(&self, rel: Rel, key: PropertyId) -> Result<Value> {
        Ok(self.properties_of(rel).and_then(|properties| properties.get(&key).cloned()).unwrap_or_default())
    }

    fn rel_keys(&self, rel: Rel) -> Result<Vec<PropertyId>> {
        Ok(self.properties_of(rel).map(|properties| properties.keys().copied().collect()).unwrap_or_default())
    }

    fn procedures(&self) -> &[Procedure] {
        &self.procedures
    }

    fn call(&self, procedure: usize, arguments: &[Value], each: EachRow<'_>) -> Result<Flow> {
        for row in &self.tables[procedure] {
            let (given, yields) = row.split_at(arguments.len());
            let is_asked = given.iter().zip(arguments).all(|(a, b)| order(a, b) == Ordering::Equal);
            if is_asked && each(yields)? == Break(()) {
                return Ok(Break(()));
            }
        }
        Ok(Continue(()))
    }
}
