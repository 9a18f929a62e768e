//! "Which embeddings are near?" An exact scan over rows of signed bytes; for very large projects a graph over them, or
//! lists of them.
//!
//! The truth is in the store, by content hash. A vector file holds the rows of one project once more, side by side. It
//! is derived: when it is missing or damaged, search reads the store instead, and the next index run makes it again.
//! Docs that are newer than the file are read from the store as well.

mod file;
mod graph;
mod layout;
mod lists;
mod metric;
mod near;
mod rows;
mod scan;
mod space;

pub use file::VectorFile;
pub use graph::GraphOptions;
pub use metric::Measure;
pub use rows::{Rows, Target};
pub use space::{Space, metric_of, model_of};

use crate::config::Metric;
use std::path::{Path, PathBuf};

/// What spares a search looking at all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Index {
    /// Nothing.
    Flat,
    /// A graph: links of rows to rows that are near.
    Hnsw(GraphOptions),
    /// Lists of rows around centres.
    Ivf,
}

/// How a vector file is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Design {
    /// What near means.
    pub metric: Metric,
    /// What spares looking at all rows.
    pub index: Index,
}

/// The folder of a project's vector files in a data folder.
#[must_use]
pub fn folder(data: &Path, project: u32) -> PathBuf {
    data.join("vector").join(project.to_string())
}
