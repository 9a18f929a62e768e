//! The value of an expression for a row.

use super::limits::Charge;
use super::{Row, Run, operate};
use crate::cypher::Span;
use crate::cypher::compare::equals;
use crate::cypher::error::{Error, ErrorKind, place};
use crate::cypher::functions::Function;
use crate::cypher::graph::Flow;
use crate::cypher::ir::{Expr, Quantifier, Slot, Subquery, TextTest};
use crate::cypher::value::{Map, Value};
use anyhow::Result;
use regex::Regex;
use std::rc::Rc;

/// Most bytes of a regular expression's compiled form.
const MAX_REGEX_BYTES: usize = 1 << 20;

fn wrong(message: String, at: Span) -> anyhow::Error {
    Error::run(ErrorKind::Type, "InvalidArgumentType", message).at(at).into()
}

/// True when an expression makes a value, and does not only name one that is there.
pub(super) const fn is_made(expr: &Expr) -> bool {
    !matches!(expr, Expr::Slot(_) | Expr::Value(_))
}

impl Run<'_> {
    /// The value of an expression. It may write slots of its own, those of loops inside it.
    pub(super) fn eval(&self, expr: &Expr, row: &mut Row) -> Result<Value> {
        match expr {
            Expr::Value(value) => Ok(value.clone()),
            Expr::Slot(slot) => Ok(row[*slot].clone()),
            Expr::Property { base, key, id, span } => self.read_property(base, key, *id, *span, row),
            Expr::And(_)
            | Expr::Or(_)
            | Expr::Xor(_)
            | Expr::Not(_)
            | Expr::Compare { .. }
            | Expr::In { .. }
            | Expr::Text { .. }
            | Expr::IsNull { .. }
            | Expr::Labels { .. }
            | Expr::Quantifier { .. } => Ok(Value::from(self.test(expr, row)?)),
            Expr::Arithmetic { .. } => self.arithmetic(expr, row),
            Expr::Negate(base, span) => {
                operate::negate(&self.eval(base, row)?).map_err(|error| place(error, *span))
            }
            Expr::Call { function, arguments, span } => self.function(function, arguments, *span, row),
            Expr::Subquery { kind, number } => self.subquery(*kind, *number, row),
            _ => self.compound(expr, row),
        }
    }

    /// Expressions that are made of several others.
    fn compound(&self, expr: &Expr, row: &mut Row) -> Result<Value> {
        match expr {
            Expr::List(items) => Ok(Value::list(self.values(items, row)?)),
            Expr::Map(entries) => {
                let charge = self.budget.charge();
                let mut map = Map::new();
                for (key, entry) in entries {
                    let value = self.eval(entry, row)?;
                    charge.hold(&value)?;
                    map.insert(Rc::clone(key), value);
                }
                Ok(Value::map(map))
            }
            Expr::Projection { base, all, entries, span } => {
                let base = self.eval(base, row)?;
                self.map_projection(&base, *all, entries, row).map_err(|error| place(error, *span))
            }
            Expr::Index { base, index, span } => {
                let (base, index) = (self.eval(base, row)?, self.eval(index, row)?);
                self.index(&base, &index).map_err(|error| place(error, *span))
            }
            Expr::Slice { base, from, to, span } => {
                let base = self.eval(base, row)?;
                let from = from.as_ref().map(|from| self.eval(from, row)).transpose()?;
                let to = to.as_ref().map(|to| self.eval(to, row)).transpose()?;
                self.slice(&base, from.as_ref(), to.as_ref()).map_err(|error| place(error, *span))
            }
            Expr::Case { operand, arms, otherwise } => {
                let operand = operand.as_ref().map(|operand| self.eval(operand, row)).transpose()?;
                for (when, then) in arms {
                    for each in when {
                        let is_met = match &operand {
                            Some(operand) => equals(operand, &self.eval(each, row)?),
                            None => self.test(each, row)?,
                        };
                        if is_met == Some(true) {
                            return self.eval(then, row);
                        }
                    }
                }
                otherwise.as_ref().map_or(Ok(Value::Null), |otherwise| self.eval(otherwise, row))
            }
            Expr::Comprehension { slot, list, filter, item, span } => {
                let charge = self.budget.charge();
                let Some(list) = self.list(list, *span, &charge, row)? else { return Ok(Value::Null) };
                let found = self.each_element(&list, *slot, (filter.as_deref(), item.as_deref()), row)?;
                Ok(Value::list(found))
            }
            Expr::Reduce { sum, start, slot, list, step, span } => {
                let start = self.eval(start, row)?;
                let charge = self.budget.charge();
                let Some(list) = self.list(list, *span, &charge, row)? else { return Ok(Value::Null) };
                row[*sum] = start;
                for element in list.iter() {
                    self.budget.step()?;
                    row[*slot] = element.clone();
                    row[*sum] = self.eval(step, row)?;
                }
                Ok(row[*sum].clone())
            }
            // All others are handled where it is called.
            _ => Ok(Value::Null),
        }
    }

    /// The values of several expressions, all held at once.
    fn values(&self, exprs: &[Expr], row: &mut Row) -> Result<Vec<Value>> {
        let charge = self.budget.charge();
        let mut values = Vec::with_capacity(exprs.len());
        for expr in exprs {
            let value = self.eval(expr, row)?;
            charge.hold(&value)?;
            values.push(value);
        }
        Ok(values)
    }

    /// A property; that of a variable without copying the variable.
    fn read_property(
        &self,
        base: &Expr,
        key: &str,
        id: Option<crate::cypher::PropertyId>,
        at: Span,
        row: &mut Row,
    ) -> Result<Value> {
        let found = match base {
            Expr::Slot(slot) => self.property(&row[*slot], key, id),
            base => {
                let base = self.eval(base, row)?;
                self.property(&base, key, id)
            }
        };
        found.map_err(|error| place(error, at))
    }

    /// A run of operators, from the left, without recursion.
    fn arithmetic(&self, expr: &Expr, row: &mut Row) -> Result<Value> {
        let mut links = Vec::new();
        let mut first = expr;
        while let Expr::Arithmetic { op, left, right, span } = first {
            links.push((*op, right, *span));
            first = left;
        }
        let mut value = self.eval(first, row)?;
        for (op, right, span) in links.into_iter().rev() {
            let right = self.eval(right, row)?;
            value =
                operate::arithmetic(op, &value, &right, &self.context).map_err(|error| place(error, span))?;
        }
        Ok(value)
    }

    fn function(&self, function: &Function, arguments: &[Expr], at: Span, row: &mut Row) -> Result<Value> {
        let result = match arguments {
            [one] => (function.run)(&self.context, &[self.eval(one, row)?]),
            _ => (function.run)(&self.context, &self.values(arguments, row)?),
        };
        result.map_err(|error| place(error, at))
    }

    fn subquery(&self, kind: Subquery, number: usize, row: &mut Row) -> Result<Value> {
        let Some((plan, column)) = self.planned.subplans.get(number) else { return Ok(Value::Null) };
        Ok(match kind {
            Subquery::Exists => {
                let mut found = false;
                let _: Flow = self.drive(plan, row, &mut |_| {
                    found = true;
                    Ok(Flow::Break(()))
                })?;
                Value::Bool(found)
            }
            Subquery::Count => {
                let mut count = 0;
                let _: Flow = self.drive(plan, row, &mut |_| {
                    count += 1;
                    Ok(Flow::Continue(()))
                })?;
                Value::Int(count)
            }
            Subquery::Collect => match column {
                Some(column) => self.collect(plan, *column, row)?,
                None => Value::list(Vec::new()),
            },
        })
    }

    /// A list, held by a charge when it is made here; nothing for null.
    fn list(
        &self,
        expr: &Expr,
        at: Span,
        charge: &Charge<'_, '_>,
        row: &mut Row,
    ) -> Result<Option<Rc<Vec<Value>>>> {
        match self.eval(expr, row)? {
            Value::List(list) => {
                if is_made(expr) {
                    charge.add(size_of_val(list.as_slice()))?;
                }
                Ok(Some(list))
            }
            Value::Null => Ok(None),
            other => Err(wrong(format!("this takes a list, not {}", other.type_name()), at)),
        }
    }

    /// The value of a condition; nothing when it is unknown.
    pub(super) fn test(&self, expr: &Expr, row: &mut Row) -> Result<Option<bool>> {
        match expr {
            Expr::And(all) => self.any_is(all, false, row),
            Expr::Or(all) => self.any_is(all, true, row),
            Expr::Xor(all) => {
                let mut result = Some(false);
                for each in all {
                    let each = self.test(each, row)?;
                    result = result.zip(each).map(|(a, b)| a != b);
                }
                Ok(result)
            }
            Expr::Not(inner) => Ok(self.test(inner, row)?.map(|value| !value)),
            Expr::Compare { op, left, right } => {
                let (left, right) = (self.eval(left, row)?, self.eval(right, row)?);
                Ok(operate::holds(*op, &left, &right))
            }
            Expr::In { item, list, span } => {
                let item = self.eval(item, row)?;
                let charge = self.budget.charge();
                Ok(self.list(list, *span, &charge, row)?.and_then(|list| operate::contains(&list, &item)))
            }
            Expr::IsNull { base, negated } => Ok(Some(self.eval(base, row)?.is_null() != *negated)),
            Expr::Text { op, left, right, span } => self.text_test(*op, (left, right), *span, row),
            Expr::Labels { base, test } => match &**base {
                Expr::Slot(slot) => self.has_labels(&row[*slot], test),
                base => {
                    let base = self.eval(base, row)?;
                    self.has_labels(&base, test)
                }
            },
            Expr::Quantifier { kind, slot, list, filter, span } => {
                let charge = self.budget.charge();
                let Some(list) = self.list(list, *span, &charge, row)? else { return Ok(None) };
                self.quantifier(*kind, &list, *slot, filter, row)
            }
            _ => match self.eval(expr, row)? {
                Value::Bool(value) => Ok(Some(value)),
                Value::Null => Ok(None),
                other => {
                    let message = format!("a condition is a boolean, not {}", other.type_name());
                    Err(Error::run(ErrorKind::Type, "InvalidArgumentType", message).into())
                }
            },
        }
    }

    /// `OR`, and `AND` with all turned round: decided by the first that is so, unknown when one is unknown.
    fn any_is(&self, all: &[Expr], wanted: bool, row: &mut Row) -> Result<Option<bool>> {
        let mut result = Some(!wanted);
        for each in all {
            match self.test(each, row)? {
                Some(value) if value == wanted => return Ok(Some(wanted)),
                Some(_) => {}
                None => result = None,
            }
        }
        Ok(result)
    }

    fn quantifier(
        &self,
        kind: Quantifier,
        list: &[Value],
        slot: Slot,
        filter: &Expr,
        row: &mut Row,
    ) -> Result<Option<bool>> {
        let (mut n_true, mut n_unknown) = (0_u64, 0_u64);
        for element in list {
            self.budget.step()?;
            row[slot] = element.clone();
            match (self.test(filter, row)?, kind) {
                (Some(false), Quantifier::All) => return Ok(Some(false)),
                (Some(true), Quantifier::Any) => return Ok(Some(true)),
                (Some(true), Quantifier::None) => return Ok(Some(false)),
                (Some(true), Quantifier::Single) if n_true == 1 => return Ok(Some(false)),
                (Some(true), _) => n_true += 1,
                (Some(false), _) => {}
                (None, _) => n_unknown += 1,
            }
        }
        Ok(match kind {
            _ if n_unknown > 0 => None,
            Quantifier::All | Quantifier::None => Some(true),
            Quantifier::Any => Some(false),
            Quantifier::Single => Some(n_true == 1),
        })
    }

    fn text_test(
        &self,
        op: TextTest,
        (left, right): (&Expr, &Expr),
        at: Span,
        row: &mut Row,
    ) -> Result<Option<bool>> {
        let (Value::Str(left), Value::Str(right)) = (self.eval(left, row)?, self.eval(right, row)?) else {
            return Ok(None);
        };
        Ok(Some(match op {
            TextTest::StartsWith => left.starts_with(&*right),
            TextTest::EndsWith => left.ends_with(&*right),
            TextTest::Contains => left.contains(&*right),
            TextTest::Matches => self.regex(&right, at)?.is_match(&left),
        }))
    }

    /// A regular expression for a whole string. The last one is kept: mostly it is the same for all rows.
    fn regex(&self, pattern: &Rc<str>, at: Span) -> Result<Regex> {
        if let Some((text, regex)) = &*self.regex.borrow()
            && text == pattern
        {
            return Ok(regex.clone());
        }
        let built =
            regex::RegexBuilder::new(&format!(r"\A(?:{pattern})\z")).size_limit(MAX_REGEX_BYTES).build();
        let regex = built.map_err(|error| {
            let message = format!("this is no regular expression: {error}");
            Error::run(ErrorKind::Argument, "InvalidArgumentValue", message).at(at)
        })?;
        *self.regex.borrow_mut() = Some((Rc::clone(pattern), regex.clone()));
        Ok(regex)
    }
}
