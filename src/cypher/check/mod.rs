//! From the syntax tree to a checked query: every name is found, types are held against each other as far as they
//! are known, and what makes no sense is an error before any row is made.

mod expr;
mod function;
mod labels;
mod literal;
mod pattern;
mod projection;
mod procedure;
mod scope;

use super::error::{Error, ErrorKind, Span, nearest};
use super::graph::Graph;
use super::ir::{self, Clause, Expr, Slot};
use super::parse::{refuse_writes, span};
use super::source::Source;
use super::types::Type;
use super::value::Map;
use anyhow::Result;
use open_cypher::ast::{self, ClauseKind, QueryKind, UnionOperator};
use scope::{Scope, Variable};
use std::rc::Rc;

/// Deepest nested expression.
const MAX_DEPTH: usize = 150;

/// Most clauses, those of nested queries included, and most nodes and relationships of patterns: each is an operator
/// that runs inside the next one.
const MAX_CLAUSES: usize = 150;
const MAX_ELEMENTS: usize = 400;

/// What checking gives.
pub(super) struct Checked {
    pub(super) query: ir::Query,
    /// Nested queries of expressions: what for, and the slots that are bound around them.
    pub(super) subqueries: Vec<(ir::Subquery, ir::Query, Vec<Slot>)>,
    /// Names of the slots that have one.
    pub(super) names: Vec<Rc<str>>,
}

/// Checks a query against a graph's schema and procedures.
pub(super) fn check(
    query: &ast::Query,
    source: &Source,
    graph: &dyn Graph,
    parameters: &Map,
) -> Result<Checked> {
    let mut checker = Checker {
        source,
        graph,
        parameters,
        scope: Scope::default(),
        names: Vec::new(),
        subqueries: Vec::new(),
        grouping: None,
        in_aggregate: false,
        in_loop: false,
        allows_pattern: false,
        depth: 0,
        n_clauses: 0,
        n_elements: 0,
    };
    let query = checker.query(query, Place::Top)?;
    Ok(Checked { query, subqueries: checker.subqueries, names: checker.names })
}

/// Where a query stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// It is the whole query.
    Top,
    /// In `EXISTS { … }` and its kin.
    Expression,
}

/// The state of one check.
struct Checker<'a> {
    source: &'a Source,
    graph: &'a dyn Graph,
    parameters: &'a Map,
    scope: Scope,
    names: Vec<Rc<str>>,
    subqueries: Vec<(ir::Subquery, ir::Query, Vec<Slot>)>,
    /// Set while a column with aggregates, or what sorts such columns, is checked.
    grouping: Option<projection::Grouping>,
    /// True inside an aggregate's arguments.
    in_aggregate: bool,
    /// True in what is computed for each element of a list.
    in_loop: bool,
    /// True where a pattern may stand for a truth value.
    allows_pattern: bool,
    depth: usize,
    n_clauses: usize,
    n_elements: usize,
}

fn syntax(detail: &'static str, message: impl Into<String>, at: Span) -> anyhow::Error {
    Error::compile(ErrorKind::Syntax, detail, message).at(at).into()
}

/// Something of the grammar that this engine does not do.
fn unsupported(what: &str, at: Span) -> anyhow::Error {
    syntax("UnsupportedSyntax", format!("{what} is not supported"), at)
}

impl Checker<'_> {
    fn slot(&mut self, name: &str) -> Slot {
        self.names.push(Rc::from(name));
        self.names.len() - 1
    }

    fn query(&mut self, query: &ast::Query, place: Place) -> Result<ir::Query> {
        let QueryKind::Regular(regular) = &query.kind else {
            return Err(syntax("UnexpectedSyntax", "this is no query", span(query.span)));
        };
        let outer = self.scope.clone();
        let is_alone = regular.unions.is_empty() && place == Place::Top;
        let (first, columns) = self.single(&regular.head, place, is_alone)?;
        let mut branches = vec![first];
        let mut is_distinct = false;
        for (at, branch) in regular.unions.iter().enumerate() {
            let distinct = branch.operator.kind != UnionOperator::All;
            if at > 0 && distinct != is_distinct {
                let message = "UNION and UNION ALL do not mix";
                return Err(syntax("InvalidClauseComposition", message, span(branch.operator.span)));
            }
            is_distinct = distinct;
            self.scope = outer.clone();
            let (mut single, other) = self.single(&branch.query, place, false)?;
            // Columns go by name, in the order of the first branch.
            let order: Option<Vec<Slot>> = columns
                .iter()
                .map(|column| other.iter().find(|each| each.name == column.name).map(|each| each.slot))
                .collect();
            match order {
                Some(order) if other.len() == columns.len() => single.columns = order,
                _ => {
                    let message = "both sides of UNION must have the same columns";
                    return Err(syntax("DifferentColumnsInUnion", message, span(branch.operator.span)));
                }
            }
            branches.push(single);
        }
        self.scope = outer;
        let mut slots: Vec<(Rc<str>, Slot)> = Vec::new();
        for column in columns {
            let slot = if branches.len() > 1 { self.slot(&column.name) } else { column.slot };
            slots.push((column.name, slot));
        }
        Ok(ir::Query { branches, is_distinct, columns: slots })
    }

    /// One branch, and its columns.
    fn single(
        &mut self,
        query: &ast::SingleQuery,
        place: Place,
        is_alone: bool,
    ) -> Result<(ir::Single, Vec<Variable>)> {
        refuse_writes(query)?;
        let asts = &query.kind.clauses;
        let mut clauses = Vec::new();
        let mut columns = Vec::new();
        let mut is_done = false;
        for (at, clause) in asts.iter().enumerate() {
            self.n_clauses += 1;
            if self.n_clauses > MAX_CLAUSES {
                let message = format!("a query has at most {MAX_CLAUSES} clauses");
                return Err(syntax("UnexpectedSyntax", message, span(clause.span)));
            }
            if is_done {
                let message = "nothing may follow RETURN";
                return Err(syntax("InvalidClauseComposition", message, span(clause.span)));
            }
            match &clause.kind {
                ClauseKind::Return(found) => {
                    let (projection, found) = self.project(&found.projection, None, true, place)?;
                    clauses.push(Clause::Project(Box::new(projection)));
                    columns = found;
                    is_done = true;
                }
                ClauseKind::Call(call) if is_alone && asts.len() == 1 => {
                    columns = self.call(call, span(clause.span), true, &mut clauses)?;
                    is_done = true;
                }
                _ => self.clause(clause, &mut clauses)?,
            }
            if at + 1 == asts.len() && !is_done && place != Place::Expression {
                let message = "a query ends with RETURN";
                return Err(syntax("InvalidClauseComposition", message, span(clause.span)));
            }
        }
        let slots = columns.iter().map(|column: &Variable| column.slot).collect();
        Ok((ir::Single { clauses, columns: slots }, columns))
    }

    fn clause(&mut self, clause: &ast::Clause, out: &mut Vec<Clause>) -> Result<()> {
        let at = span(clause.span);
        match &clause.kind {
            ClauseKind::Match(found) => {
                let found = self.match_clause(found)?;
                out.push(Clause::Match(found));
            }
            ClauseKind::Unwind(found) => {
                let (list, kind) = self.expr(&found.expression)?;
                let name = self.free_name(&found.variable)?;
                let slot = self.slot(&name);
                self.scope.add(&name, slot, kind.element());
                out.push(Clause::Unwind { list, slot });
            }
            ClauseKind::With(found) => {
                let (projection, columns) =
                    self.project(&found.projection, found.where_clause.as_ref(), false, Place::Top)?;
                out.push(Clause::Project(Box::new(projection)));
                self.scope = Scope::default();
                for column in columns {
                    self.scope.add(&column.name, column.slot, column.kind);
                }
            }
            ClauseKind::Call(call) => {
                self.call(call, at, false, out)?;
            }
            _ => return Err(unsupported("this clause", at)),
        }
        Ok(())
    }

    /// A query of an expression.
    fn subquery(&mut self, kind: ir::Subquery, query: ir::Query, bound: Vec<Slot>) -> Expr {
        self.subqueries.push((kind, query, bound));
        Expr::Subquery { kind, number: self.subqueries.len() - 1 }
    }

    /// A name that no variable has yet.
    fn free_name(&self, name: &ast::Name) -> Result<String> {
        let text = &name.kind.text;
        if self.scope.find(text).is_some() {
            let message = format!("{text} is already a variable");
            return Err(syntax("VariableAlreadyBound", message, span(name.span)));
        }
        Ok(text.clone())
    }

    /// The variable of that name.
    fn find(&self, name: &str, at: Span) -> Result<Variable> {
        if let Some(variable) = self.scope.find(name) {
            return Ok(variable.clone());
        }
        if let Some(grouping) = &self.grouping
            && grouping.hides(name)
        {
            let message = format!("{name} is neither grouped by nor inside an aggregate");
            let error = Error::compile(ErrorKind::Syntax, "AmbiguousAggregationExpression", message).at(at);
            return Err(error
                .help(format!("return {name} as a column of its own, or put WITH before"))
                .into());
        }
        let error = Error::compile(
            ErrorKind::Syntax,
            "UndefinedVariable",
            format!("no variable {name} is known here"),
        );
        let visible = self.scope.visible();
        let error = match nearest(name, visible.iter().map(|variable| &*variable.name)) {
            Some(meant) => error.help(format!("did you mean {meant}?")),
            None => error,
        };
        Err(error.at(at).into())
    }

    /// An expression that must be a truth value, where patterns are allowed.
    fn predicate(&mut self, expr: &ast::Expr) -> Result<Expr> {
        let before = std::mem::replace(&mut self.allows_pattern, true);
        let result = self.expr(expr);
        self.allows_pattern = before;
        let (checked, kind) = result?;
        self.wants(kind, Type::BOOL, "a condition", span(expr.span))?;
        Ok(checked)
    }

    /// An error when a type can never be what is wanted.
    fn wants(&self, kind: Type, wanted: Type, what: &str, at: Span) -> Result<()> {
        if kind.fits(wanted) {
            return Ok(());
        }
        let message = format!("{what} takes {}, not {}", wanted.name(), kind.name());
        Err(syntax("InvalidArgumentType", message, at))
    }
}
