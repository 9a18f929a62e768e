//! Parts of values: properties, elements, slices, map projections, labels.

use super::{Row, Run};
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::functions::arithmetic as temporal;
use crate::cypher::graph::PropertyId;
use crate::cypher::ir::{Expr, LabelTest};
use crate::cypher::value::{Map, Value};
use anyhow::Result;
use std::rc::Rc;

fn wrong(detail: &'static str, message: String) -> anyhow::Error {
    Error::run(ErrorKind::Type, detail, message).into()
}

impl Run<'_> {
    /// `x.key`.
    pub(super) fn property(&self, base: &Value, key: &str, id: Option<PropertyId>) -> Result<Value> {
        match base {
            Value::Null => Ok(Value::Null),
            Value::Node(node) => id.map_or(Ok(Value::Null), |id| self.graph.property(*node, id)),
            Value::Rel(rel) => id.map_or(Ok(Value::Null), |id| self.graph.rel_property(*rel, id)),
            Value::Map(map) => Ok(map.get(key).cloned().unwrap_or_default()),
            other => temporal::component(other, key).unwrap_or_else(|| {
                Err(wrong("InvalidArgumentType", format!("{} has no properties", other.type_name())))
            }),
        }
    }

    /// `x[index]`.
    pub(super) fn index(&self, base: &Value, index: &Value) -> Result<Value> {
        match (base, index) {
            (Value::Null, _)
            | (Value::List(_) | Value::Map(_) | Value::Node(_) | Value::Rel(_), Value::Null) => {
                Ok(Value::Null)
            }
            (Value::List(list), Value::Int(index)) => {
                let place =
                    if *index < 0 { index.checked_add_unsigned(list.len() as u64) } else { Some(*index) };
                let place = place.and_then(|place| usize::try_from(place).ok());
                Ok(place.and_then(|place| list.get(place)).cloned().unwrap_or_default())
            }
            (Value::Map(map), Value::Str(key)) => Ok(map.get(key).cloned().unwrap_or_default()),
            (Value::Node(_) | Value::Rel(_), Value::Str(key)) => {
                let id = self.graph.schema().properties.find(key).map(PropertyId);
                self.property(base, key, id)
            }
            (Value::List(_), other) => {
                let message = format!("the index of a list is an integer, not {}", other.type_name());
                Err(wrong("InvalidArgumentType", message))
            }
            (Value::Map(_) | Value::Node(_) | Value::Rel(_), other) => {
                let message = format!("a key is a string, not {}", other.type_name());
                Err(wrong("MapElementAccessByNonString", message))
            }
            (other, _) => Err(wrong("InvalidArgumentType", format!("{} has no elements", other.type_name()))),
        }
    }

    /// `x[from..to]`.
    pub(super) fn slice(&self, base: &Value, from: Option<&Value>, to: Option<&Value>) -> Result<Value> {
        let list = match base {
            Value::Null => return Ok(Value::Null),
            Value::List(list) => list,
            other => {
                return Err(wrong("InvalidArgumentType", format!("{} is no list", other.type_name())));
            }
        };
        let mut bounds = [0, list.len()];
        for (bound, value) in bounds.iter_mut().zip([from, to]) {
            match value {
                None => {}
                Some(Value::Null) => return Ok(Value::Null),
                Some(Value::Int(place)) => {
                    let place =
                        if *place < 0 { place.saturating_add_unsigned(list.len() as u64) } else { *place };
                    *bound = usize::try_from(place.max(0)).unwrap_or(usize::MAX).min(list.len());
                }
                Some(other) => {
                    let message = format!("a bound of a slice is an integer, not {}", other.type_name());
                    return Err(wrong("InvalidArgumentType", message));
                }
            }
        }
        Ok(Value::list(list.get(bounds[0]..bounds[1]).unwrap_or_default().to_vec()))
    }

    /// `x {.key, .*, name: value}`.
    pub(super) fn map_projection(
        &self,
        base: &Value,
        all: bool,
        entries: &[(Rc<str>, Expr)],
        row: &mut Row,
    ) -> Result<Value> {
        let names = &self.graph.schema().properties;
        let mut map = Map::new();
        match base {
            Value::Null => return Ok(Value::Null),
            Value::Node(node) if all => {
                for key in self.graph.keys(*node)? {
                    map.insert(names.name(key.0), self.graph.property(*node, key)?);
                }
            }
            Value::Rel(rel) if all => {
                for key in self.graph.rel_keys(*rel)? {
                    map.insert(names.name(key.0), self.graph.rel_property(*rel, key)?);
                }
            }
            Value::Map(whole) if all => map.clone_from(whole),
            Value::Node(_) | Value::Rel(_) | Value::Map(_) => {}
            other => {
                return Err(wrong("InvalidArgumentType", format!("{} has no properties", other.type_name())));
            }
        }
        let charge = self.budget.charge();
        for (key, entry) in entries {
            let value = self.eval(entry, row)?;
            charge.hold(&value)?;
            map.insert(Rc::clone(key), value);
        }
        Ok(Value::map(map))
    }

    /// `x:Label`; nothing for null.
    pub(super) fn has_labels(&self, base: &Value, test: &LabelTest) -> Result<Option<bool>> {
        Ok(Some(match (test, base) {
            (_, Value::Null) => return Ok(None),
            (LabelTest::Name(label, _), Value::Node(node)) => match label {
                Some(label) => self.graph.has_label(*node, *label)?,
                None => false,
            },
            (LabelTest::Name(_, kind), Value::Rel(rel)) => *kind == Some(rel.kind),
            (LabelTest::Any, Value::Node(node)) => !self.graph.labels(*node)?.is_empty(),
            (LabelTest::Any, Value::Rel(_)) => true,
            (LabelTest::Not(inner), _) => return Ok(self.has_labels(base, inner)?.map(|has| !has)),
            (LabelTest::And(all), _) => {
                for each in all {
                    if self.has_labels(base, each)? != Some(true) {
                        return Ok(Some(false));
                    }
                }
                true
            }
            (LabelTest::Or(all), _) => {
                for each in all {
                    if self.has_labels(base, each)? == Some(true) {
                        return Ok(Some(true));
                    }
                }
                false
            }
            (_, other) => {
                return Err(wrong("InvalidArgumentType", format!("{} has no labels", other.type_name())));
            }
        }))
    }
}
