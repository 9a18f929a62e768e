//! "Which embeddings are near?" An exact scan over rows of signed bytes; for very large projects a graph over them.
//!
//! The truth is in the store, by content hash. A vector file holds the rows of one project once more, side by side and
//! in the order of docs and chunks, so that a scan reads one run of memory. It is derived: when it is missing or damaged,
//! search reads the store instead, and the next index run makes it again. Docs that are newer than the file are read
//! from the store as well.

mod file;
mod graph;
mod scan;
mod space;

pub use file::{Rows, VectorFile};
pub use graph::GraphOptions;
pub use space::{Space, model_of};

use std::path::{Path, PathBuf};

/// The folder of a project's vector files in a data folder.
#[must_use]
pub fn folder(data: &Path, project: u32) -> PathBuf {
    data.join("vector").join(project.to_string())
}
