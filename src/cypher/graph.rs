//! What the language asks of a graph.

use super::types::Type;
use super::value::Value;
use anyhow::Result;
use rustc_hash::FxHashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

/// A node, by a number that the graph gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u64);

/// A label, by its place in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LabelId(pub u16);

/// A type of relationships, by its place in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TypeId(pub u16);

/// A property key, by its place in the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropertyId(pub u16);

/// A relationship: it is what its ends, its type and its number say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rel {
    /// Where it starts.
    pub from: NodeId,
    /// Where it ends.
    pub to: NodeId,
    /// Its type.
    pub kind: TypeId,
    /// Tells relationships of one type between the same nodes apart.
    pub ordinal: u32,
}

/// Which way relationships are followed, seen from a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From where they start to where they end.
    Out,
    /// Against that.
    In,
    /// Both ways. A relationship from a node to itself is followed once.
    Both,
}

impl Direction {
    /// The other way.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Out => Self::In,
            Self::In => Self::Out,
            Self::Both => Self::Both,
        }
    }
}

/// Whether whoever takes results wants more: `Break` ends the walk without an error.
pub type Flow = ControlFlow<()>;

/// A walk's callback for nodes.
pub type EachNode<'a> = &'a mut dyn FnMut(NodeId) -> Result<Flow>;
/// A walk's callback for relationships; the node is the other end.
pub type EachRel<'a> = &'a mut dyn FnMut(Rel, NodeId) -> Result<Flow>;
/// A procedure's callback for rows, as long as its yields.
pub type EachRow<'a> = &'a mut dyn FnMut(&[Value]) -> Result<Flow>;

/// How nodes are found.
#[derive(Debug, Clone)]
pub enum Seek {
    /// All nodes.
    All,
    /// Those with a label.
    Label(LabelId),
    /// Those whose property equals a value, of one label or of any.
    Property {
        /// Their label.
        label: Option<LabelId>,
        /// The property.
        key: PropertyId,
        /// Never null.
        value: Value,
    },
    /// Those whose property is a string that begins so.
    Prefix {
        /// Their label.
        label: Option<LabelId>,
        /// The property.
        key: PropertyId,
        /// How it begins.
        prefix: Rc<str>,
    },
    /// The one with that number, if it is there.
    Id(NodeId),
}

/// How a property may be sought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeekBy {
    /// By [`Seek::Property`].
    Equality,
    /// By [`Seek::Prefix`].
    Prefix,
}

/// The names of a kind of thing, each with its place.
#[derive(Debug, Clone, Default)]
pub struct Names {
    names: Vec<Rc<str>>,
    places: FxHashMap<Rc<str>, u16>,
}

impl Names {
    /// The place of a name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<u16> {
        self.places.get(name).copied()
    }

    /// The name at a place; empty when there is none.
    #[must_use]
    pub fn name(&self, place: u16) -> Rc<str> {
        self.names.get(usize::from(place)).cloned().unwrap_or_default()
    }

    /// All names in their order.
    #[must_use]
    pub fn all(&self) -> &[Rc<str>] {
        &self.names
    }

    /// The place of a name, which is given one when it has none. Nothing when 65,536 are taken.
    pub fn intern(&mut self, name: &str) -> Option<u16> {
        if let Some(place) = self.find(name) {
            return Some(place);
        }
        let place = u16::try_from(self.names.len()).ok()?;
        let name: Rc<str> = Rc::from(name);
        self.names.push(Rc::clone(&name));
        self.places.insert(name, place);
        Some(place)
    }
}

/// Which labels, types and properties there are.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// Labels of nodes.
    pub labels: Names,
    /// Types of relationships.
    pub types: Names,
    /// Property keys of both.
    pub properties: Names,
    /// True when a name that is not listed is a mistake, false when it matches nothing.
    pub is_strict: bool,
}

/// What a procedure takes.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Its name, which is also that of the parameter that is taken when a call writes no arguments.
    pub name: Rc<str>,
    /// What it may be, besides null.
    pub kind: Type,
    /// What it is when it is left out.
    pub default: Option<Value>,
}

/// A procedure: what `CALL` names.
#[derive(Debug, Clone)]
pub struct Procedure {
    /// With dots.
    pub name: Rc<str>,
    /// In order.
    pub arguments: Vec<Argument>,
    /// The columns of its rows; none when it gives no rows at all.
    pub yields: Vec<(Rc<str>, Type)>,
}

/// A graph that only is read. It does not change while a query runs, and gives the same in the same order each time.
pub trait Graph {
    /// Which labels, types and properties there are.
    fn schema(&self) -> &Schema;

    /// Goes over the nodes that a seek finds, each once.
    ///
    /// # Errors
    /// As the callback, or when the graph cannot be read.
    fn nodes(&self, seek: &Seek, each: EachNode<'_>) -> Result<Flow>;

    /// A label that every node has which has any of these labels, if the graph knows one: `A|B` is sought by it.
    fn covering(&self, _labels: &[LabelId]) -> Option<LabelId> {
        None
    }

    /// True when [`Graph::nodes`] finds such a property without reading all nodes.
    fn seekable(&self, label: Option<LabelId>, key: PropertyId, by: SeekBy) -> bool;

    /// About how many nodes a seek finds; cheap.
    fn estimate(&self, seek: &Seek) -> u64;

    /// About how many relationships of any of these types (of all, when none is given) a node has that way.
    fn fan_out(&self, types: &[TypeId], direction: Direction) -> f64;

    /// The labels of a node, in the schema's order.
    ///
    /// # Errors
    /// When the graph cannot be read.
    fn labels(&self, node: NodeId) -> Result<Vec<LabelId>>;

    /// True when a node has a label.
    ///
    /// # Errors
    /// When the graph cannot be read.
    fn has_label(&self, node: NodeId, label: LabelId) -> Result<bool>;

    /// A property of a node; null when it has none.
    ///
    /// # Errors
    /// When the graph cannot be read.
    fn property(&self, node: NodeId, key: PropertyId) -> Result<Value>;

    /// The properties that a node has, in the schema's order.
    ///
    /// # Errors
    /// When the graph cannot be read.
    fn keys(&self, node: NodeId) -> Result<Vec<PropertyId>>;

    /// Goes over the relationships of a node that way, of any of these types (of all, when none is given).
    ///
    /// # Errors
    /// As the callback, or when the graph cannot be read.
    fn expand(&self, node: NodeId, direction: Direction, types: &[TypeId], each: EachRel<'_>)
    -> Result<Flow>;

    /// Goes over all relationships of these types (of all, when none is given), each once; the node of the callback
    /// is where it ends.
    ///
    /// # Errors
    /// As the callback, or when the graph cannot be read.
    fn relationships(&self, types: &[TypeId], each: EachRel<'_>) -> Result<Flow>;

    /// How many relationships of these types (of all, when none is given) there are, if that is known without
    /// counting.
    ///
    /// # Errors
    /// When the graph cannot be read.
    fn count_relationships(&self, types: &[TypeId]) -> Result<Option<u64>>;

    /// A property of a relationship; null when it has none.
    ///
    /// # Errors
    /// When the graph cannot be read.
    fn rel_property(&self, rel: Rel, key: PropertyId) -> Result<Value>;

    /// The properties that a relationship has, in the schema's order.
    ///
    /// # Errors
    /// When the graph cannot be read.
    fn rel_keys(&self, rel: Rel) -> Result<Vec<PropertyId>>;

    /// The procedures that may be called.
    fn procedures(&self) -> &[Procedure];

    /// Calls a procedure, by its place in [`Graph::procedures`], with as many arguments as it takes, which are null
    /// or of their types.
    ///
    /// # Errors
    /// As the callback, or when the procedure fails.
    fn call(&self, procedure: usize, arguments: &[Value], each: EachRow<'_>) -> Result<Flow>;
}
