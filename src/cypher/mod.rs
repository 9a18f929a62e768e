//! openCypher, read only, over any graph: parse, check, plan, run.
//!
//! It knows nothing of code, files or stores: what it asks of a graph is the trait [`Graph`].

mod check;
pub mod compare;
pub mod error;
pub mod functions;
pub mod graph;
mod ir;
mod parse;
mod plan;
mod run;
mod source;
pub mod temporal;
pub mod types;
pub mod value;

#[cfg(test)]
mod small;
#[cfg(test)]
mod tests;

pub use error::{Error, ErrorKind, Phase, Span};
pub use graph::{
    Argument, Direction, Flow, Graph, LabelId, NodeId, Procedure, PropertyId, Rel, Schema, Seek, SeekBy,
    TypeId,
};
pub use plan::Step;
pub use run::{Limits, Sink};
pub use types::Type;
pub use value::{Map, Path, Value};

use crate::observe::Cancel;
use anyhow::Result;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

/// What is asked about a query besides its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Its rows.
    Run,
    /// `EXPLAIN`: its plan, without running it.
    Explain,
    /// `PROFILE`: its plan with real numbers of rows.
    Profile,
}

/// A query that is ready to run on the graph that it was prepared for.
pub struct Prepared {
    source: source::Source,
    columns: Vec<Rc<str>>,
    planned: plan::Planned,
}

/// Parses, checks and plans a query.
///
/// # Errors
/// [`Error`] when it is no query, or makes no sense for the graph.
pub fn prepare(text: &str, graph: &dyn Graph, parameters: &Map) -> Result<Prepared> {
    let (statement, source) = parse::parse(text)?;
    let planned = check::check(&statement.query, &source, graph, parameters)
        .and_then(|checked| plan::plan(checked, graph))
        .map_err(|error| source.locate(error))?;
    let columns = planned.columns.iter().map(|(name, _)| Rc::clone(name)).collect();
    Ok(Prepared { source, columns, planned })
}

/// True for a whole query, whatever graph it asks.
#[must_use]
pub fn is_query(text: &str) -> bool {
    parse::parse(text).is_ok_and(|(statement, _)| parse::has_end(&statement))
}

impl Prepared {
    /// The names of the columns, in order.
    #[must_use]
    pub fn columns(&self) -> &[Rc<str>] {
        &self.columns
    }

    /// What the query's prefix asks for.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.source.mode()
    }

    /// Runs it: each row goes to the sink as soon as it is known. Gives how many rows each operator gave, for
    /// [`Prepared::explain`].
    ///
    /// # Errors
    /// [`Error`] when it fails while it runs, as the sink, as the graph, or when it was asked to stop.
    pub fn run(
        &self,
        graph: &dyn Graph,
        limits: &Limits,
        cancel: &Cancel,
        sink: Sink<'_>,
    ) -> Result<Vec<u64>> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now_ns = i128::try_from(now.as_nanos()).unwrap_or(i128::MAX);
        run::run(&self.planned, graph, (limits, cancel), now_ns, sink)
            .map_err(|error| self.source.locate(error))
    }

    /// Its operators with about how many rows each gives, and after a run how many it gave.
    #[must_use]
    pub fn explain(&self, graph: &dyn Graph, rows: Option<&[u64]>) -> Vec<Step> {
        self.planned.explain(graph, rows)
    }
}
