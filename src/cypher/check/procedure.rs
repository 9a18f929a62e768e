//! `CALL` of a procedure.

use super::scope::Variable;
use super::{Checker, syntax};
use crate::cypher::error::{Error, ErrorKind, Span, nearest};
use crate::cypher::graph::Procedure;
use crate::cypher::ir::{Clause, Expr};
use crate::cypher::parse::span;
use crate::cypher::types::Type;
use anyhow::Result;
use open_cypher::ast::{self, CallTarget, ExprKind, ProjectionItemKind};
use std::rc::Rc;

impl Checker<'_> {
    /// Checks a call, and gives the columns that it binds. One that stands alone may leave out its arguments, which
    /// then are parameters, and gives all columns.
    pub(super) fn call(
        &mut self,
        call: &ast::CallClause,
        at: Span,
        is_alone: bool,
        out: &mut Vec<Clause>,
    ) -> Result<Vec<Variable>> {
        let CallTarget::Procedure { name, arguments } = &call.target else {
            return Err(syntax("UnexpectedSyntax", "this calls no procedure", at));
        };
        let parts: Vec<&str> = name.parts.iter().map(|part| part.kind.text.as_str()).collect();
        let name_at = span(name.span);
        let name = parts.join(".");
        let known = self.graph.procedures();
        let Some(number) = known.iter().position(|procedure| *procedure.name == *name) else {
            let message = format!("there is no procedure {name}");
            let error = Error::compile(ErrorKind::Procedure, "ProcedureNotFound", message).at(name_at);
            let error = match nearest(&name, known.iter().map(|procedure| &*procedure.name)) {
                Some(meant) => error.help(format!("did you mean {meant}?")),
                None => error,
            };
            return Err(error.into());
        };
        let procedure = &known[number];
        let arguments = match arguments {
            Some(arguments) => self.written_arguments(procedure, arguments, at)?,
            None if is_alone => self.implicit_arguments(procedure, at)?,
            None if procedure.arguments.is_empty() => Vec::new(),
            None => {
                let message = format!("only a call that stands alone may leave out the arguments of {name}");
                return Err(syntax("InvalidArgumentPassingMode", message, at));
            }
        };
        let (yields, columns) = self.yields(procedure, call.yield_clause.as_ref(), is_alone)?;
        out.push(Clause::Call { procedure: number, arguments, yields });
        if let Some(filter) = call.yield_clause.as_ref().and_then(|found| found.where_clause.as_ref()) {
            let filter = self.predicate(filter)?;
            out.push(Clause::Filter(filter));
        }
        Ok(columns)
    }

    fn written_arguments(
        &mut self,
        procedure: &Procedure,
        arguments: &[ast::Expr],
        at: Span,
    ) -> Result<Vec<Expr>> {
        let wanted = &procedure.arguments;
        let least = wanted.iter().filter(|argument| argument.default.is_none()).count();
        if arguments.len() < least || arguments.len() > wanted.len() {
            let message =
                format!("{} takes {} arguments, not {}", procedure.name, wanted.len(), arguments.len());
            return Err(syntax("InvalidNumberOfArguments", message, at));
        }
        let mut checked = Vec::with_capacity(wanted.len());
        for (place, argument) in wanted.iter().enumerate() {
            let Some(written) = arguments.get(place) else {
                checked.push(Expr::Value(argument.default.clone().unwrap_or_default()));
                continue;
            };
            let (expr, kind) = self.expr(written)?;
            let is_widened = kind.may_be(Type::INT) && argument.kind.may_be(Type::FLOAT);
            if !is_widened {
                let what = format!("the argument {} of {}", argument.name, procedure.name);
                self.wants(kind, argument.kind, &what, span(written.span))?;
            }
            checked.push(expr);
        }
        Ok(checked)
    }

    fn implicit_arguments(&self, procedure: &Procedure, at: Span) -> Result<Vec<Expr>> {
        let value = |argument: &crate::cypher::graph::Argument| {
            self.parameters
                .get(&argument.name)
                .or(argument.default.as_ref())
                .cloned()
                .map(Expr::Value)
                .ok_or_else(|| {
                    let message = format!("the parameter ${} has no value", argument.name);
                    let error = Error::compile(ErrorKind::ParameterMissing, "MissingParameter", message);
                    error.at(at).into()
                })
        };
        procedure.arguments.iter().map(value).collect()
    }

    #[expect(clippy::type_complexity, reason = "two lists that are built together")]
    fn yields(
        &mut self,
        procedure: &Procedure,
        clause: Option<&ast::YieldClause>,
        is_alone: bool,
    ) -> Result<(Vec<(usize, usize)>, Vec<Variable>)> {
        // Which yields, under which names.
        let mut chosen: Vec<(usize, Rc<str>, Span)> = Vec::new();
        match clause {
            Some(clause) if clause.all && !is_alone => {
                let message = "YIELD * is only for a call that stands alone";
                return Err(syntax("UnexpectedSyntax", message, span(clause.span)));
            }
            Some(clause) if !clause.all => {
                for item in &clause.items {
                    let at = span(item.span);
                    let ProjectionItemKind::Expression { expression, alias } = &item.kind else {
                        return Err(syntax("UnexpectedSyntax", "YIELD takes names", at));
                    };
                    let ExprKind::Variable(column) = &expression.kind else {
                        return Err(syntax("UnexpectedSyntax", "YIELD takes names", at));
                    };
                    let column = &column.kind.text;
                    let Some(place) = procedure.yields.iter().position(|(name, _)| **name == **column) else {
                        let names: Vec<&str> = procedure.yields.iter().map(|(name, _)| &**name).collect();
                        let message = format!("{} has no column {column}", procedure.name);
                        let error = Error::compile(ErrorKind::Syntax, "UndefinedVariable", message).at(at);
                        return Err(error.help(format!("it has {}", names.join(", "))).into());
                    };
                    let name = alias.as_ref().map_or(column, |alias| &alias.kind.text);
                    chosen.push((place, Rc::from(name.as_str()), at));
                }
            }
            None if !is_alone => {}
            _ => {
                for (place, (name, _)) in procedure.yields.iter().enumerate() {
                    chosen.push((place, Rc::clone(name), Span::default()));
                }
            }
        }
        let (mut yields, mut columns) = (Vec::new(), Vec::new());
        for (place, name, at) in chosen {
            if self.scope.find(&name).is_some() {
                return Err(syntax("VariableAlreadyBound", format!("{name} is already a variable"), at));
            }
            let slot = self.slot(&name);
            let kind = procedure.yields[place].1;
            self.scope.add(&name, slot, kind);
            yields.push((place, slot));
            columns.push(Variable { name, slot, kind });
        }
        Ok((yields, columns))
    }
}
