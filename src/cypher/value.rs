//! A value of the language, cheap to clone.

use super::graph::{NodeId, Rel};
use super::temporal::{Component, Date, DateTime, Duration, Instant, LocalDateTime, LocalTime, Time};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A map: entries in the order of their keys.
pub type Map = BTreeMap<Rc<str>, Value>;

/// A value.
///
/// It has no `PartialEq`: the language has three notions of sameness, and they are functions of [`super::compare`].
#[derive(Debug, Clone, Default)]
pub enum Value {
    /// No value, or an unknown one.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number of double precision.
    Float(f64),
    /// A string.
    Str(Rc<str>),
    /// A list; its elements may be of any types.
    List(Rc<Vec<Value>>),
    /// A map.
    Map(Rc<Map>),
    /// A node of the graph.
    Node(NodeId),
    /// A relationship of the graph.
    Rel(Rel),
    /// A path through the graph.
    Path(Rc<Path>),
    /// A date, a time, or both, with or without a zone.
    Instant(Rc<Instant>),
    /// A duration.
    Duration(Rc<Duration>),
}

/// What a value has too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    /// It is too large.
    Bytes,
    /// Lists and maps are nested too deep in it.
    Nesting,
}

/// Nodes and the relationships between them: one node more than relationships.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path {
    /// In order of the walk.
    pub nodes: Vec<NodeId>,
    /// In order of the walk; one may be walked against its direction.
    pub rels: Vec<Rel>,
}

impl Value {
    /// A string.
    #[must_use]
    pub fn str(text: &str) -> Self {
        Self::Str(Rc::from(text))
    }

    /// A list.
    #[must_use]
    pub fn list(elements: Vec<Self>) -> Self {
        Self::List(Rc::new(elements))
    }

    /// A map.
    #[must_use]
    pub fn map(entries: Map) -> Self {
        Self::Map(Rc::new(entries))
    }

    /// True for null.
    #[must_use]
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// What messages call its type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "an integer",
            Self::Float(_) => "a float",
            Self::Str(_) => "a string",
            Self::List(_) => "a list",
            Self::Map(_) => "a map",
            Self::Node(_) => "a node",
            Self::Rel(_) => "a relationship",
            Self::Path(_) => "a path",
            Self::Instant(instant) => match **instant {
                Instant::Date(_) => "a date",
                Instant::LocalTime(_) => "a local time",
                Instant::Time(_) => "a time",
                Instant::LocalDateTime(_) => "a local datetime",
                Instant::DateTime(_) => "a datetime",
            },
            Self::Duration(_) => "a duration",
        }
    }

    /// About how many bytes it holds, what is shared with others counted in full.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.measure(usize::MAX, usize::MAX).unwrap_or(usize::MAX)
    }

    /// About how many bytes it holds, as [`Self::bytes`]. No more of it is looked at than those limits allow, so that a
    /// small value which shares one part many times over costs no more time than a large one.
    ///
    /// # Errors
    /// Which limit it is over.
    pub fn measure(&self, most_bytes: usize, most_nesting: usize) -> Result<usize, Excess> {
        let mut bytes = size_of::<Self>();
        match self {
            Self::Str(text) => bytes += text.len(),
            Self::List(elements) => {
                let nesting = most_nesting.checked_sub(1).ok_or(Excess::Nesting)?;
                for element in elements.iter() {
                    bytes += element.measure(most_bytes.saturating_sub(bytes), nesting)?;
                }
            }
            Self::Map(entries) => {
                let nesting = most_nesting.checked_sub(1).ok_or(Excess::Nesting)?;
                for (key, value) in entries.iter() {
                    bytes += 32 + key.len();
                    bytes += value.measure(most_bytes.saturating_sub(bytes), nesting)?;
                }
            }
            Self::Instant(_) => bytes += size_of::<Instant>(),
            Self::Duration(_) => bytes += size_of::<Duration>(),
            Self::Path(path) => {
                bytes += path.nodes.len() * size_of::<NodeId>() + path.rels.len() * size_of::<Rel>();
            }
            _ => {}
        }
        if bytes > most_bytes { Err(Excess::Bytes) } else { Ok(bytes) }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Float(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::str(value)
    }
}

impl From<Option<bool>> for Value {
    /// A truth value, where nothing is null.
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Null, Self::Bool)
    }
}

macro_rules! from_temporal {
    ($($name:ident)*) => {$(
        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                Self::Instant(Rc::new(Instant::$name(value)))
            }
        }
    )*};
}

from_temporal! { Date LocalTime Time LocalDateTime DateTime }

impl From<Component> for Value {
    fn from(value: Component) -> Self {
        match value {
            Component::Number(number) => Self::Int(number),
            Component::Text(text) => Self::str(&text),
        }
    }
}

impl From<Instant> for Value {
    fn from(value: Instant) -> Self {
        Self::Instant(Rc::new(value))
    }
}

impl From<Duration> for Value {
    fn from(value: Duration) -> Self {
        Self::Duration(Rc::new(value))
    }
}
