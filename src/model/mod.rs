//! "What do we know about code?" Plain data, no input or output.
//!
//! The nouns of the whole program: a [`SymbolKind`] says what a definition is, an [`EdgeKind`] how two symbols relate,
//! a [`Rule`] how we know, a [`Span`] where it stands.

pub mod edge;
pub mod id;
pub mod printed;
pub mod span;
pub mod symbol;

pub use edge::{Confidence, Doubt, EdgeKind, Role, Rule};
pub use id::{FileId, ProjectId, SymbolId};
pub use printed::Printed;
pub use span::{Place, Span};
pub use symbol::{Symbol, SymbolKind, Visibility};
