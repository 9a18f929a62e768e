//! `WITH` and `RETURN`: columns, grouping, order.
//!
//! A projection with aggregates groups by its columns that have none. Inside the others, and in what sorts them, only
//! what is grouped by may stand outside an aggregate: variables and their properties that are columns themselves.

use super::function::{aggregate_kind, has_aggregate};
use super::scope::{Scope, Variable};
use super::{Checker, Place, syntax};
use crate::cypher::error::{Error, ErrorKind, Span};
use crate::cypher::ir::{Aggregate, Aggregation, Count, Expr, Projection, Slot, Sort};
use crate::cypher::parse::span;
use crate::cypher::types::Type;
use anyhow::Result;
use open_cypher::ast::{self, ExprKind, ProjectionItemKind, SetQuantifier, SortDirection};
use std::rc::Rc;

/// An expression of a column, by its text.
struct Known {
    print: String,
    slot: Slot,
    kind: Type,
    /// A variable or a property of one.
    is_simple: bool,
}

/// What may stand outside an aggregate.
pub(super) struct Grouping {
    /// Columns that are grouped by; when sorting, all columns.
    known: Vec<Known>,
    aggregates: Vec<Aggregate>,
    /// For each aggregate its text.
    prints: Vec<(String, Slot, Type)>,
    /// What is visible inside aggregates.
    inside: Scope,
    is_sorting: bool,
    /// True when what is sorted by has an aggregate: then only simple columns count.
    is_strict: bool,
}

impl Grouping {
    /// True when a variable is there, but not for use outside an aggregate.
    pub(super) fn hides(&self, name: &str) -> bool {
        !self.is_sorting && self.inside.find(name).is_some()
    }
}

/// An expression by its words, so that spaces and brackets around it make no difference.
fn print(text: &str, expr: &ast::Expr) -> String {
    let mut expr = expr;
    while let ExprKind::Parenthesized(inner) = &expr.kind {
        expr = inner;
    }
    let part = expr.span.text(text).unwrap_or_default();
    let mut words = String::with_capacity(part.len());
    for token in open_cypher::lex(part).tokens.into_iter().filter(|token| !token.is_trivia()) {
        words.push_str(token.text(part).unwrap_or_default());
        words.push(' ');
    }
    words
}

fn is_simple(expr: &ast::Expr) -> bool {
    match &expr.kind {
        ExprKind::Variable(_) => true,
        ExprKind::Property { expression, .. } => is_simple(expression),
        _ => false,
    }
}

/// A column as it is written.
struct Column<'p> {
    name: Rc<str>,
    expr: Option<&'p ast::Expr>,
    /// Of `*`.
    variable: Option<Variable>,
    has_aggregate: bool,
}

impl Projection {
    /// Columns and nothing else.
    pub(super) const fn of(items: Vec<(Slot, Expr)>) -> Self {
        Self {
            items,
            aggregation: None,
            is_distinct: false,
            order: Vec::new(),
            skip: None,
            limit: None,
            filter: None,
        }
    }
}

impl Checker<'_> {
    /// Checks a projection; gives its columns too. The scope stays that before it.
    pub(super) fn project(
        &mut self,
        clause: &ast::ProjectionClause,
        filter: Option<&ast::Expr>,
        is_return: bool,
        place: Place,
    ) -> Result<(Projection, Vec<Variable>)> {
        let columns = self.columns(clause, is_return, place)?;
        // Told last: what is wrong with the expression itself says more.
        let unnamed = clause.items.iter().find_map(|item| match &item.kind {
            ProjectionItemKind::Expression { expression, alias: None }
                if !matches!(expression.kind, ExprKind::Variable(_)) =>
            {
                Some(span(item.span))
            }
            _ => None,
        });
        let before = self.scope.clone();
        let has_aggregate = columns.iter().any(|column| column.has_aggregate);
        let mut projection = Projection::of(Vec::new());
        projection.is_distinct =
            clause.quantifier.as_ref().is_some_and(|quantifier| quantifier.kind == SetQuantifier::Distinct);

        // Columns without an aggregate are all, or what is grouped by.
        let mut variables: Vec<Option<Variable>> = Vec::new();
        let mut known = Vec::new();
        let mut keys = Scope::default();
        for column in &columns {
            let (expr, kind) = match (&column.variable, column.expr) {
                (Some(variable), _) => (Expr::Slot(variable.slot), variable.kind),
                (None, Some(expr)) if !column.has_aggregate => self.expr(expr)?,
                _ => {
                    variables.push(None);
                    continue;
                }
            };
            let slot = self.slot(&column.name);
            match column.expr {
                Some(expr) => {
                    if let ExprKind::Variable(name) = &expr.kind {
                        keys.add(&name.kind.text, slot, kind);
                    }
                    let print = print(self.source.parsed(), expr);
                    known.push(Known { print, slot, kind, is_simple: is_simple(expr) });
                }
                None => keys.add(&column.name, slot, kind),
            }
            projection.items.push((slot, expr));
            variables.push(Some(Variable { name: Rc::clone(&column.name), slot, kind }));
        }

        let mut grouping = Grouping {
            known,
            aggregates: Vec::new(),
            prints: Vec::new(),
            inside: before.clone(),
            is_sorting: false,
            is_strict: true,
        };
        if has_aggregate {
            let grouped = std::mem::take(&mut projection.items);
            self.scope = keys;
            self.grouping = Some(grouping);
            let mut items = Vec::new();
            let mut whole = Vec::new();
            for (column, variable) in columns.iter().zip(&mut variables) {
                let (None, Some(expr)) = (&variable, column.expr) else { continue };
                let (checked, kind) = self.expr(expr)?;
                let slot = self.slot(&column.name);
                items.push((slot, checked));
                whole.push(Known { print: print(self.source.parsed(), expr), slot, kind, is_simple: false });
                *variable = Some(Variable { name: Rc::clone(&column.name), slot, kind });
            }
            let Some(done) = self.grouping.take() else {
                return Err(syntax("InvalidAggregation", "columns have no group", span(clause.span)));
            };
            grouping = done;
            projection.items = items;
            let aggregates = std::mem::take(&mut grouping.aggregates);
            projection.aggregation = Some(Aggregation { keys: grouped, aggregates });
            grouping.known.append(&mut whole);
        }
        let variables: Vec<Variable> = variables.into_iter().flatten().collect();

        // What follows the columns sees them, and what was there before unless rows were merged.
        let is_merged = has_aggregate || projection.is_distinct;
        self.scope = if is_merged { Scope::default() } else { before.clone() };
        for variable in &variables {
            self.scope.add(&variable.name, variable.slot, variable.kind);
        }
        grouping.is_sorting = true;
        grouping.inside = self.scope.clone();
        let mut grouping = self.order(clause, &mut projection, grouping, is_merged, has_aggregate)?;
        if let Some(filter) = filter {
            grouping.is_strict = false;
            self.grouping = is_merged.then_some(grouping);
            let filter = self.predicate(filter);
            self.grouping = None;
            projection.filter = Some(filter?);
        }
        self.scope = before;
        if let Some(at) = unnamed.filter(|_| !is_return) {
            return Err(syntax("NoExpressionAlias", "this column of WITH needs a name: … AS name", at));
        }
        projection.skip = self.count(clause.skip.as_ref().or(clause.offset.as_ref()), "SKIP")?;
        projection.limit = self.count(clause.limit.as_ref(), "LIMIT")?;
        Ok((projection, variables))
    }

    fn columns<'p>(
        &self,
        clause: &'p ast::ProjectionClause,
        is_return: bool,
        place: Place,
    ) -> Result<Vec<Column<'p>>> {
        let mut columns: Vec<Column<'p>> = Vec::new();
        for item in &clause.items {
            let at = span(item.span);
            let ProjectionItemKind::Expression { expression, alias } = &item.kind else {
                let visible = self.scope.visible();
                if visible.is_empty() && is_return && place == Place::Top {
                    return Err(syntax("NoVariablesInScope", "there is no variable that * could mean", at));
                }
                for variable in visible {
                    let name = Rc::clone(&variable.name);
                    columns.push(Column { name, expr: None, variable: Some(variable), has_aggregate: false });
                }
                continue;
            };
            let name = match (alias, &expression.kind) {
                (Some(alias), _) => Rc::from(alias.kind.text.as_str()),
                (None, ExprKind::Variable(name)) => Rc::from(name.kind.text.as_str()),
                (None, _) => Rc::from(self.source.written(span(expression.span)).trim()),
            };
            if columns.iter().any(|column| column.name == name) {
                return Err(syntax("ColumnNameConflict", format!("there are two columns {name}"), at));
            }
            let has_aggregate = has_aggregate(expression);
            columns.push(Column { name, expr: Some(expression), variable: None, has_aggregate });
        }
        Ok(columns)
    }

    fn order(
        &mut self,
        clause: &ast::ProjectionClause,
        projection: &mut Projection,
        mut grouping: Grouping,
        is_merged: bool,
        is_aggregating: bool,
    ) -> Result<Grouping> {
        let Some(order) = &clause.order_by else { return Ok(grouping) };
        for item in &order.items {
            let expr = &item.expression;
            let has_aggregate = has_aggregate(expr);
            if has_aggregate && !is_aggregating {
                let message = "columns have no aggregate, so there is none to sort by";
                return Err(syntax("InvalidAggregation", message, span(expr.span)));
            }
            let words = print(self.source.parsed(), expr);
            let same = grouping.known.iter().find(|known| known.print == words);
            let is_variable = matches!(expr.kind, ExprKind::Variable(_));
            let checked = match same {
                // The very expression of a column; a bare name means the column of that name first.
                Some(known) if !is_variable => Expr::Slot(known.slot),
                _ if is_merged => {
                    grouping.is_strict = has_aggregate;
                    self.grouping = Some(grouping);
                    let checked = self.expr(expr);
                    let Some(back) = self.grouping.take() else {
                        return Err(syntax("InvalidAggregation", "columns have no group", span(expr.span)));
                    };
                    grouping = back;
                    checked?.0
                }
                _ => self.expr(expr)?.0,
            };
            projection.order.push(Sort {
                expr: checked,
                is_descending: item
                    .direction
                    .as_ref()
                    .is_some_and(|direction| direction.kind == SortDirection::Descending),
            });
        }
        Ok(grouping)
    }

    /// What an expression means while a group is looked at: an aggregate or a column. Nothing when it is neither.
    pub(super) fn grouped(&mut self, expr: &ast::Expr) -> Result<Option<(Expr, Type)>> {
        let Some(grouping) = &self.grouping else { return Ok(None) };
        let at = span(expr.span);
        if let ExprKind::Function(call) = &expr.kind
            && aggregate_kind(call).is_some()
        {
            if self.in_loop {
                // It would be one for each element.
                return Ok(None);
            }
            let words = print(self.source.parsed(), expr);
            if let Some((_, slot, kind)) = grouping.prints.iter().find(|(each, ..)| *each == words) {
                return Ok(Some((Expr::Slot(*slot), *kind)));
            }
            let Some(mut grouping) = self.grouping.take() else { return Ok(None) };
            let outside = std::mem::replace(&mut self.scope, grouping.inside.clone());
            let checked = self.aggregate(call, at);
            self.scope = outside;
            if grouping.is_sorting && checked.is_ok() {
                let message = "only aggregates that are in a column can be sorted or filtered by";
                return Err(syntax("InvalidAggregation", message, at));
            }
            let result = checked.map(|(aggregate, kind)| {
                let slot = aggregate.slot;
                grouping.prints.push((words, slot, kind));
                grouping.aggregates.push(aggregate);
                Some((Expr::Slot(slot), kind))
            });
            self.grouping = Some(grouping);
            return result;
        }
        // Names are found in the scope, which has only what is grouped by.
        if matches!(expr.kind, ExprKind::Variable(_) | ExprKind::Literal(_) | ExprKind::Parameter(_)) {
            return Ok(None);
        }
        let words = print(self.source.parsed(), expr);
        let Some(known) = grouping.known.iter().find(|known| known.print == words) else { return Ok(None) };
        if grouping.is_strict && !known.is_simple {
            let message =
                "beside an aggregate stand only variables and properties that are columns themselves";
            let error = Error::compile(ErrorKind::Syntax, "AmbiguousAggregationExpression", message).at(at);
            return Err(error.help("compute it in a WITH before").into());
        }
        Ok(Some((Expr::Slot(known.slot), known.kind)))
    }

    /// The number of `SKIP` or `LIMIT`: no variable may be in it.
    fn count(&mut self, expr: Option<&ast::Expr>, what: &'static str) -> Result<Option<Count>> {
        let Some(expr) = expr else { return Ok(None) };
        let at: Span = span(expr.span);
        let scope = std::mem::take(&mut self.scope);
        let checked = self.expr(expr);
        self.scope = scope;
        let (checked, kind) = match checked {
            Err(error)
                if error.downcast_ref::<Error>().is_some_and(|error| error.detail == "UndefinedVariable") =>
            {
                let message = format!("{what} takes a number that is the same for all rows");
                return Err(syntax("NonConstantExpression", message, at));
            }
            checked => checked?,
        };
        self.wants(kind, Type::INT, what, at)?;
        if let Expr::Value(crate::cypher::Value::Int(number)) = &checked
            && *number < 0
            && !matches!(expr.kind, ExprKind::Parameter(_))
        {
            return Err(syntax("NegativeIntegerArgument", format!("{what} takes no negative number"), at));
        }
        Ok(Some(Count { expr: checked, what, span: at }))
    }
}
