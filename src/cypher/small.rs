//! A small graph in memory, for tests.

use super::graph::{
    Direction, EachNode, EachRel, EachRow, Flow, Graph, LabelId, NodeId, Procedure, PropertyId, Rel, Schema,
    Seek, SeekBy, TypeId,
};
use super::value::Value;
use anyhow::Result;

type Properties = Vec<(PropertyId, Value)>;

/// Nodes with labels and properties, relationships with properties. Every property of a node is indexed.
#[derive(Default)]
pub(super) struct Small {
    pub(super) schema: Schema,
    nodes: Vec<(Vec<LabelId>, Properties)>,
    rels: Vec<(Rel, Properties)>,
    procedures: Vec<Procedure>,
}

impl Small {
    /// Adds a node.
    pub(super) fn node(&mut self, labels: &[&str], properties: &[(&str, Value)]) -> NodeId {
        let labels = labels.iter().map(|name| LabelId(self.schema.labels.intern(name).unwrap())).collect();
        let properties = self.keys(properties);
        self.nodes.push((labels, properties));
        NodeId(self.nodes.len() as u64 - 1)
    }

    /// Adds a relationship.
    pub(super) fn rel(&mut self, from: NodeId, kind: &str, to: NodeId, properties: &[(&str, Value)]) {
        let kind = TypeId(self.schema.types.intern(kind).unwrap());
        let properties = self.keys(properties);
        let ordinal = self.rels.len() as u32;
        self.rels.push((Rel { from, to, kind, ordinal }, properties));
    }

    fn keys(&mut self, properties: &[(&str, Value)]) -> Properties {
        properties
            .iter()
            .map(|(key, value)| (PropertyId(self.schema.properties.intern(key).unwrap()), value.clone()))
            .collect()
    }

    fn fits(&self, node: usize, seek: &Seek) -> bool {
        let (labels, properties) = &self.nodes[node];
        match seek {
            Seek::All => true,
            Seek::Label(label) => labels.contains(label),
            Seek::Property { label, key, value } => {
                label.is_none_or(|label| labels.contains(&label))
                    && properties
                        .iter()
                        .any(|(k, v)| k == key && super::compare::equals(v, value) == Some(true))
            }
            Seek::Prefix { label, key, prefix } => {
                label.is_none_or(|label| labels.contains(&label))
                    && properties.iter().any(|(k, v)| {
                        k == key && matches!(v, Value::Str(text) if text.starts_with(&**prefix))
                    })
            }
            Seek::Id(id) => id.0 == node as u64,
        }
    }
}

impl Graph for Small {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn nodes(&self, seek: &Seek, each: EachNode<'_>) -> Result<Flow> {
        for node in (0..self.nodes.len()).filter(|node| self.fits(*node, seek)) {
            if each(NodeId(node as u64))?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    fn seekable(&self, _: Option<LabelId>, _: PropertyId, _: SeekBy) -> bool {
        true
    }

    fn estimate(&self, seek: &Seek) -> u64 {
        (0..self.nodes.len()).filter(|node| self.fits(*node, seek)).count() as u64
    }

    fn fan_out(&self, types: &[TypeId], direction: Direction) -> f64 {
        let count = self.rels.iter().filter(|(rel, _)| types.is_empty() || types.contains(&rel.kind)).count();
        let ways = if direction == Direction::Both { 2.0 } else { 1.0 };
        ways * count as f64 / self.nodes.len().max(1) as f64
    }

    fn labels(&self, node: NodeId) -> Result<Vec<LabelId>> {
        Ok(self.nodes[node.0 as usize].0.clone())
    }

    fn has_label(&self, node: NodeId, label: LabelId) -> Result<bool> {
        Ok(self.nodes[node.0 as usize].0.contains(&label))
    }

    fn property(&self, node: NodeId, key: PropertyId) -> Result<Value> {
        let properties = &self.nodes[node.0 as usize].1;
        Ok(properties
            .iter()
            .find(|(each, _)| *each == key)
            .map(|(_, value)| value.clone())
            .unwrap_or_default())
    }

    fn keys(&self, node: NodeId) -> Result<Vec<PropertyId>> {
        Ok(self.nodes[node.0 as usize].1.iter().map(|(key, _)| *key).collect())
    }

    fn expand(
        &self,
        node: NodeId,
        direction: Direction,
        types: &[TypeId],
        each: EachRel<'_>,
    ) -> Result<Flow> {
        for (rel, _) in &self.rels {
            if !types.is_empty() && !types.contains(&rel.kind) {
                continue;
            }
            let is_out = rel.from == node && direction != Direction::In;
            let is_in = rel.to == node && direction != Direction::Out && !(is_out && rel.from == rel.to);
            for (is_met, other) in [(is_out, rel.to), (is_in, rel.from)] {
                if is_met && each(*rel, other)?.is_break() {
                    return Ok(Flow::Break(()));
                }
            }
        }
        Ok(Flow::Continue(()))
    }

    fn relationships(&self, types: &[TypeId], each: EachRel<'_>) -> Result<Flow> {
        for (rel, _) in &self.rels {
            if (types.is_empty() || types.contains(&rel.kind)) && each(*rel, rel.to)?.is_break() {
                return Ok(Flow::Break(()));
            }
        }
        Ok(Flow::Continue(()))
    }

    fn count_relationships(&self, types: &[TypeId]) -> Result<Option<u64>> {
        let count = self.rels.iter().filter(|(rel, _)| types.is_empty() || types.contains(&rel.kind)).count();
        Ok(Some(count as u64))
    }

    fn rel_property(&self, rel: Rel, key: PropertyId) -> Result<Value> {
        let found = self.rels.iter().find(|(each, _)| *each == rel);
        let value = found.and_then(|(_, properties)| properties.iter().find(|(each, _)| *each == key));
        Ok(value.map(|(_, value)| value.clone()).unwrap_or_default())
    }

    fn rel_keys(&self, rel: Rel) -> Result<Vec<PropertyId>> {
        let found = self.rels.iter().find(|(each, _)| *each == rel);
        Ok(found.iter().flat_map(|(_, properties)| properties.iter().map(|(key, _)| *key)).collect())
    }

    fn procedures(&self) -> &[Procedure] {
        &self.procedures
    }

    fn call(&self, _: usize, _: &[Value], _: EachRow<'_>) -> Result<Flow> {
        Ok(Flow::Continue(()))
    }
}
