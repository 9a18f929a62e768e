//! Calls of procedures.

use super::{Next, Row, Run};
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::graph::{Flow, Procedure};
use crate::cypher::ir::{Expr, Slot};
use crate::cypher::plan::Plan;
use crate::cypher::types::Type;
use crate::cypher::value::Value;
use anyhow::Result;

/// A procedure with what it is given and what is taken of its rows.
pub(super) struct Call<'p> {
    pub(super) number: usize,
    pub(super) arguments: &'p [Expr],
    pub(super) yields: &'p [(usize, Slot)],
}

impl Run<'_> {
    pub(super) fn call(&self, input: &Plan, call: &Call<'_>, row: &mut Row, next: Next<'_>) -> Result<Flow> {
        let Some(procedure) = self.graph.procedures().get(call.number) else {
            return Ok(Flow::Continue(()));
        };
        self.drive(input, row, &mut |row| {
            let mut arguments = Vec::with_capacity(call.arguments.len());
            for (argument, declared) in call.arguments.iter().zip(&procedure.arguments) {
                arguments.push(accept(self.eval(argument, row)?, declared.kind, procedure)?);
            }
            let mut found = false;
            let flow = self.graph.call(call.number, &arguments, &mut |yielded| {
                self.budget.step()?;
                found = true;
                for (column, slot) in call.yields {
                    row[*slot] = yielded.get(*column).cloned().unwrap_or_default();
                }
                next(row)
            })?;
            // A procedure without columns passes its row on.
            if found || !procedure.yields.is_empty() { Ok(flow) } else { next(row) }
        })
    }
}

/// A value as a procedure's argument.
fn accept(value: Value, kind: Type, procedure: &Procedure) -> Result<Value> {
    if value.is_null() || Type::of(&value).fits(kind) {
        return Ok(value);
    }
    match value {
        Value::Int(number) if kind.may_be(Type::FLOAT) => Ok(Value::Float(number as f64)),
        other => {
            let message = format!("{} takes {}, not {}", procedure.name, kind.name(), other.type_name());
            Err(Error::run(ErrorKind::Type, "InvalidArgumentType", message).into())
        }
    }
}
