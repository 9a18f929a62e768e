//! Runs a query by the engine.

use anyhow::Result;
use codegraph::cypher::value::Map;
use codegraph::cypher::{Graph, Limits, Value, prepare};
use codegraph::observe::Cancel;
use std::ops::ControlFlow::Continue;
use std::rc::Rc;

/// Names of columns, and rows.
pub type Answer = (Vec<Rc<str>>, Vec<Vec<Value>>);

pub fn query(graph: &dyn Graph, text: &str, params: &Map) -> Result<Answer> {
    let prepared = prepare(text, graph, params)?;
    let mut rows = Vec::new();
    prepared.run(graph, &Limits::default(), &Cancel::default(), &mut |row| {
        rows.push(row.to_vec());
        Ok(Continue(()))
    })?;
    Ok((prepared.columns().to_vec(), rows))
}
