//! "What do other tools make of it?" Our graph in their words, and theirs held against ours: indexes in the format
//! [SCIP](https://github.com/scip-code/scip), which compilers' indexers write and editors and code-browsing sites read.
//!
//! [`export()`] writes ours, [`verify()`] compares the graph with one that another tool made of the same tree.

mod export;
mod judge;
mod names;
mod oracle;
mod source;
mod tally;
mod verify;

pub use export::export;
pub use tally::{Disagreement, Row, Tally};
pub use verify::{Documents, LeftOut, Listed, Verdict, verify};
