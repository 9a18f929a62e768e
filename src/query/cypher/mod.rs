//! The graph of one project as openCypher asks for it.
//!
//! Relationships mean what the named questions mean: `CALLS` is what `callees` follows, from what holds the code, with
//! overrides that may be called instead; `IMPORTS` starts at files. Many uses between two nodes are one relationship,
//! which has the place of the surest. Nothing is stored for this: a relationship is made of the edges when it is asked for.

mod relations;
mod schema;
mod seek;

pub use schema::{Label, Property, Term, Type};

use super::external::is_external;
use super::graph::{Graph, shown_line};
use super::present::{is_test, printed};
use crate::cypher::graph::{EachNode, EachRel, EachRow};
use crate::cypher::{
    self, Argument, Direction, Flow, LabelId, NodeId, Procedure, PropertyId, Rel, Schema, Seek, SeekBy,
    TypeId, Value,
};
use crate::facts::DefFlags;
use crate::model::{Confidence, FileId, Symbol, SymbolId, SymbolKind};
use crate::store::{ProjectRow, View};
use anyhow::{Context as _, Result};
use relations::{Use, UseCache};
use std::cell::{Cell, RefCell};
use std::ops::ControlFlow;
use std::rc::Rc;

/// The node of the project itself.
const PROJECT: SymbolId = SymbolId { file: FileId(u32::MAX), slot: u32::MAX };
/// Most results of a search that a query asks for.
const MAX_FOUND: i64 = 1_000;

/// Answers a search: symbols with their scores, best first, at most as many as asked for.
pub type Search<'s> = dyn Fn(&str, usize) -> Result<Vec<(SymbolId, f64)>> + 's;

/// A project of one generation.
pub struct CodeGraph<'v> {
    graph: Graph<'v>,
    project: &'v ProjectRow,
    /// Edges below this are not there, in percent.
    cut: u8,
    schema: Schema,
    procedures: Vec<Procedure>,
    search: &'v Search<'v>,
    uses: RefCell<UseCache>,
    /// The definition that a seek gave last: its label is mostly asked for next.
    last: Cell<Option<(SymbolId, SymbolKind)>>,
}

/// The procedures, in the order of [`CodeGraph::procedures`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Call {
    Labels,
    Types,
    Keys,
    Schema,
    Search,
}

impl Call {
    const ALL: [Self; 5] = [Self::Labels, Self::Types, Self::Keys, Self::Schema, Self::Search];

    fn procedure(self) -> Procedure {
        let column = |name: &str, kind| (Rc::from(name), kind);
        let text = cypher::Type::STR;
        let (name, arguments, yields): (&str, Vec<Argument>, _) = match self {
            Self::Labels => ("db.labels", Vec::new(), vec![column("label", text)]),
            Self::Types => ("db.relationshipTypes", Vec::new(), vec![column("relationshipType", text)]),
            Self::Keys => ("db.propertyKeys", Vec::new(), vec![column("propertyKey", text)]),
            Self::Schema => {
                let columns = ["kind", "name", "description"].map(|name| column(name, text));
                ("db.schema", Vec::new(), columns.to_vec())
            }
            Self::Search => {
                let query = Argument { name: Rc::from("query"), kind: text, default: None };
                let limit = Argument {
                    name: Rc::from("limit"),
                    kind: cypher::Type::INT,
                    default: Some(Value::Int(10)),
                };
                let yields = vec![column("symbol", cypher::Type::NODE), column("score", cypher::Type::FLOAT)];
                ("codegraph.search", vec![query, limit], yields)
            }
        };
        Procedure { name: Rc::from(name), arguments, yields }
    }
}

impl<'v> CodeGraph<'v> {
    /// The graph of a project; `guesses` are edges of which several ends, or only the name, are known.
    #[must_use]
    pub fn new(view: &'v View, project: &'v ProjectRow, guesses: bool, search: &'v Search<'v>) -> Self {
        Self {
            graph: Graph::new(view, project),
            project,
            cut: if guesses { 0 } else { Confidence::SHOWN.0 },
            schema: schema::schema(),
            procedures: Call::ALL.map(Call::procedure).to_vec(),
            search,
            uses: RefCell::default(),
            last: Cell::default(),
        }
    }

    /// What a node is, as the named questions print it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn printed(&self, node: NodeId) -> Result<String> {
        let id = symbol_of(node);
        if id == PROJECT { Ok(self.project.name.clone()) } else { printed(&self.graph, id) }
    }

    fn symbol(&self, id: SymbolId) -> Result<Rc<Symbol>> {
        self.graph.symbol(id)?.context("a node without a symbol")
    }

    fn kind(&self, id: SymbolId) -> Result<SymbolKind> {
        match self.last.get() {
            Some((last, kind)) if last == id => Ok(kind),
            _ => Ok(self.symbol(id)?.kind),
        }
    }

    fn path(&self, file: FileId) -> Result<String> {
        Ok(self.graph.file(file)?.map(|row| row.path.clone()).unwrap_or_default())
    }

    fn project_property(&self, property: Property) -> Value {
        match property {
            Property::Name | Property::QualifiedName | Property::Id => Value::str(&self.project.name),
            Property::Kind => Value::str("project"),
            Property::File => Value::str(&self.project.root),
            _ => Value::Null,
        }
    }

    fn external_property(&self, id: SymbolId, property: Property) -> Result<Value> {
        let symbol = self.symbol(id)?;
        Ok(match property {
            Property::Name => Value::str(&symbol.name),
            Property::QualifiedName => Value::str(&symbol.qualified),
            Property::Kind => Value::str("external"),
            Property::Id => Value::str(&printed(&self.graph, id)?),
            _ => Value::Null,
        })
    }

    fn symbol_property(&self, id: SymbolId, property: Property) -> Result<Value> {
        let symbol = self.symbol(id)?;
        let row = self.graph.file(id.file)?.context("a definition without a file")?;
        let is_file = id.slot == 0;
        let line = |line: u32| Value::Int(i64::from(shown_line(&row, line).1));
        let some = |text: &str| if text.is_empty() { Value::Null } else { Value::str(text) };
        Ok(match property {
            Property::Name => Value::str(&symbol.name),
            Property::QualifiedName => Value::str(&symbol.qualified),
            Property::Kind => Value::str(symbol.kind.name()),
            Property::File => Value::str(&row.path),
            Property::Line => line(symbol.place.line),
            Property::Column => Value::Int(i64::from(symbol.place.column) + 1),
            Property::EndLine => line(symbol.end_line),
            Property::Signature => some(&symbol.signature),
            Property::Doc => some(&symbol.doc),
            Property::Visibility if is_file => Value::Null,
            Property::Visibility => Value::str(symbol.visibility.name()),
            Property::Language => Value::str(&row.language_name),
            Property::IsTest => {
                let own = row.is_test || DefFlags(symbol.flags).has(DefFlags::TEST);
                Value::Bool(own || is_test(&self.graph, id)?)
            }
            Property::Id => Value::str(&printed(&self.graph, id)?),
            Property::Rule | Property::Confidence | Property::Places => Value::Null,
        })
    }

    fn use_property(&self, found: &Use, property: Property) -> Result<Value> {
        Ok(match property {
            Property::File => Value::str(&self.path(found.best.site)?),
            Property::Line => {
                let row = self.graph.file(found.best.site)?;
                let line = row.map_or(found.best.line + 1, |row| shown_line(&row, found.best.line).1);
                Value::Int(i64::from(line))
            }
            Property::Column => Value::Int(i64::from(found.best.column) + 1),
            Property::Rule => Value::str(found.best.rule.name()),
            Property::Confidence => Value::Float(Confidence(found.best.confidence).fraction()),
            Property::Places => Value::Int(i64::from(found.places)),
            _ => Value::Null,
        })
    }
}

/// The node of a symbol.
#[must_use]
pub const fn node_of(id: SymbolId) -> NodeId {
    NodeId((id.file.0 as u64) << 32 | id.slot as u64)
}

/// The symbol of a node.
#[expect(clippy::cast_possible_truncation, reason = "two halves of a number")]
const fn symbol_of(node: NodeId) -> SymbolId {
    SymbolId { file: FileId((node.0 >> 32) as u32), slot: node.0 as u32 }
}

impl cypher::Graph for CodeGraph<'_> {
    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn nodes(&self, seek: &Seek, each: EachNode<'_>) -> Result<Flow> {
        self.seek(seek, each)
    }

    fn covering(&self, labels: &[LabelId]) -> Option<LabelId> {
        let is_definition = |label: &LabelId| {
            !matches!(Label::of(*label), None | Some(Label::Project | Label::File | Label::External))
        };
        labels.iter().all(is_definition).then_some(Label::Symbol.id())
    }

    fn seekable(&self, _label: Option<LabelId>, key: PropertyId, by: SeekBy) -> bool {
        Self::is_seekable(key, by)
    }

    fn estimate(&self, seek: &Seek) -> u64 {
        self.rows(seek)
    }

    fn fan_out(&self, types: &[TypeId], _direction: Direction) -> f64 {
        let each = |kind: Type| kind.each();
        if types.is_empty() {
            return self.all_types().map(each).sum();
        }
        types.iter().copied().filter_map(Type::of).map(each).sum()
    }

    fn labels(&self, node: NodeId) -> Result<Vec<LabelId>> {
        let id = symbol_of(node);
        Ok(match id {
            PROJECT => vec![Label::Project.id()],
            _ if is_external(id) => vec![Label::External.id()],
            _ if id.slot == 0 => vec![Label::File.id()],
            _ => {
                let own = Label::of_kind(self.kind(id)?).iter().map(|label| label.id());
                std::iter::once(Label::Symbol.id()).chain(own).collect()
            }
        })
    }

    fn has_label(&self, node: NodeId, label: LabelId) -> Result<bool> {
        let id = symbol_of(node);
        let Some(label) = Label::of(label) else { return Ok(false) };
        Ok(match id {
            PROJECT => label == Label::Project,
            _ if is_external(id) => label == Label::External,
            _ if id.slot == 0 => label == Label::File,
            _ => label.has(self.kind(id)?),
        })
    }

    fn property(&self, node: NodeId, key: PropertyId) -> Result<Value> {
        let id = symbol_of(node);
        let Some(property) = Property::of(key) else { return Ok(Value::Null) };
        match id {
            PROJECT => Ok(self.project_property(property)),
            _ if is_external(id) => self.external_property(id, property),
            _ => self.symbol_property(id, property),
        }
    }

    fn keys(&self, node: NodeId) -> Result<Vec<PropertyId>> {
        let mut keys = Vec::new();
        for property in self.all_properties() {
            if !self.property(node, property.id())?.is_null() {
                keys.push(property.id());
            }
        }
        Ok(keys)
    }

    fn expand(
        &self,
        node: NodeId,
        direction: Direction,
        types: &[TypeId],
        each: EachRel<'_>,
    ) -> Result<Flow> {
        let id = symbol_of(node);
        for kind in self.all_types().filter(|kind| types.is_empty() || types.contains(&kind.id())) {
            if direction != Direction::In {
                for found in self.uses(id, kind, true)?.iter() {
                    if each(rel(id, kind, found.other), node_of(found.other))?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
            if direction != Direction::Out {
                for found in self.uses(id, kind, false)?.iter() {
                    let is_twice = direction == Direction::Both && found.other == id;
                    if !is_twice && each(rel(found.other, kind, id), node_of(found.other))?.is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    fn relationships(&self, types: &[TypeId], each: EachRel<'_>) -> Result<Flow> {
        self.all_relationships(types, each)
    }

    fn count_relationships(&self, _types: &[TypeId]) -> Result<Option<u64>> {
        // The store counts edges, and several may be one relationship.
        Ok(None)
    }

    fn rel_property(&self, rel: Rel, key: PropertyId) -> Result<Value> {
        let (Some(kind), Some(property)) = (Type::of(rel.kind), Property::of(key)) else {
            return Ok(Value::Null);
        };
        let uses = self.uses(symbol_of(rel.from), kind, true)?;
        let other = symbol_of(rel.to);
        match uses.iter().find(|found| found.other == other) {
            Some(found) => self.use_property(found, property),
            None => Ok(Value::Null),
        }
    }

    fn rel_keys(&self, rel: Rel) -> Result<Vec<PropertyId>> {
        let mut keys = Vec::new();
        for property in self.all_properties() {
            if !self.rel_property(rel, property.id())?.is_null() {
                keys.push(property.id());
            }
        }
        Ok(keys)
    }

    fn procedures(&self) -> &[Procedure] {
        &self.procedures
    }

    fn call(&self, procedure: usize, arguments: &[Value], each: EachRow<'_>) -> Result<Flow> {
        let mut texts = |terms: &[Term]| -> Result<Flow> {
            for term in terms {
                if each(&[Value::str(term.name)])?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        };
        match Call::ALL.get(procedure).context("there is no such procedure")? {
            Call::Labels => texts(Label::TERMS),
            Call::Types => texts(Type::TERMS),
            Call::Keys => texts(Property::TERMS),
            Call::Schema => {
                for (kind, terms) in [
                    ("label", Label::TERMS),
                    ("relationship type", Type::TERMS),
                    ("property", Property::TERMS),
                ] {
                    for term in terms {
                        let row = [kind, term.name, term.doc].map(Value::str);
                        if each(&row)?.is_break() {
                            return Ok(ControlFlow::Break(()));
                        }
                    }
                }
                Ok(ControlFlow::Continue(()))
            }
            Call::Search => self.searched(arguments, each),
        }
    }
}

impl CodeGraph<'_> {
    fn searched(&self, arguments: &[Value], each: EachRow<'_>) -> Result<Flow> {
        let (Some(Value::Str(query)), Some(Value::Int(limit))) = (arguments.first(), arguments.get(1)) else {
            return Ok(ControlFlow::Continue(()));
        };
        let limit = usize::try_from((*limit).clamp(0, MAX_FOUND)).unwrap_or(0);
        for (id, score) in (self.search)(query, limit)? {
            if each(&[Value::Node(node_of(id)), Value::Float(score)])?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    fn all_types(&self) -> impl Iterator<Item = Type> + use<> {
        (0u16..).map_while(|place| Type::of(TypeId(place)))
    }

    #[expect(clippy::unused_self, reason = "reads like its neighbours")]
    fn all_properties(&self) -> impl Iterator<Item = Property> + use<> {
        (0u16..).map_while(|place| Property::of(PropertyId(place)))
    }
}

const fn rel(from: SymbolId, kind: Type, to: SymbolId) -> Rel {
    Rel { from: node_of(from), to: node_of(to), kind: kind.id(), ordinal: 0 }
}
