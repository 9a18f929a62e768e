//! openCypher, read only, over any graph: parse, check, plan, run.
//!
//! It knows nothing of code, files or stores: what it asks of a graph is the trait [`Graph`].

pub mod compare;
pub mod error;
pub mod functions;
pub mod graph;
pub mod temporal;
pub mod types;
pub mod value;

pub use error::{Error, ErrorKind, Phase, Span};
pub use graph::{
    Argument, Direction, Flow, Graph, LabelId, NodeId, Procedure, PropertyId, Rel, Schema, Seek, SeekBy,
    TypeId,
};
pub use types::Type;
pub use value::{Map, Path, Value};
