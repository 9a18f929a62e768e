//! "What do other tools make of it?" Our graph in their words: an index in the format
//! [SCIP](https://github.com/scip-code/scip), which editors and code-browsing sites read.

mod export;
mod names;
mod source;

pub use export::export;
