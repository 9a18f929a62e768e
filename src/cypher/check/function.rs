//! Calls of functions and aggregates, and parameters.

use super::{Checker, syntax};
use crate::cypher::error::{Error, ErrorKind, Span};
use crate::cypher::functions;
use crate::cypher::ir::{Aggregate, AggregateKind, Expr};
use crate::cypher::parse::span;
use crate::cypher::types::Type;
use crate::cypher::value::Value;
use anyhow::Result;
use open_cypher::ast::visit::{Visitor, walk_expr};
use open_cypher::ast::{self, ExprKind, FunctionInvocation, ParameterName, SetQuantifier};

/// Names of aggregates, in lower case, with how many arguments each takes.
const AGGREGATES: &[(&str, AggregateKind, usize)] = &[
    ("avg", AggregateKind::Avg, 1),
    ("collect", AggregateKind::Collect, 1),
    ("count", AggregateKind::Count, 1),
    ("max", AggregateKind::Max, 1),
    ("min", AggregateKind::Min, 1),
    ("percentilecont", AggregateKind::PercentileCont, 2),
    ("percentiledisc", AggregateKind::PercentileDisc, 2),
    ("stdev", AggregateKind::StDev, 1),
    ("stdevp", AggregateKind::StDevP, 1),
    ("sum", AggregateKind::Sum, 1),
];

fn name_of(call: &FunctionInvocation) -> String {
    let parts: Vec<&str> = call.name.parts.iter().map(|part| part.kind.text.as_str()).collect();
    parts.join(".")
}

/// What aggregate a call is, if it is one, and how many arguments it takes.
pub(super) fn aggregate_kind(call: &FunctionInvocation) -> Option<(AggregateKind, usize)> {
    let name = name_of(call).to_lowercase();
    AGGREGATES.iter().find(|(each, ..)| *each == name).map(|(_, kind, arguments)| (*kind, *arguments))
}

/// True when an expression has an aggregate that is not inside a nested query.
pub(super) fn has_aggregate(expr: &ast::Expr) -> bool {
    struct Search(bool);
    impl<'ast> Visitor<'ast> for Search {
        fn visit_expr(&mut self, mut expr: &'ast ast::Expr) {
            while let ExprKind::Binary { left, right, .. } = &expr.kind {
                self.visit_expr(right);
                expr = left;
            }
            match &expr.kind {
                _ if self.0 => {}
                ExprKind::Function(call) if aggregate_kind(call).is_some() => self.0 = true,
                ExprKind::Subquery(_) => {}
                _ => walk_expr(self, expr),
            }
        }
    }
    let mut search = Search(false);
    search.visit_expr(expr);
    search.0
}

impl Checker<'_> {
    pub(super) fn function(&mut self, call: &FunctionInvocation, at: Span) -> Result<(Expr, Type)> {
        let name = name_of(call);
        if aggregate_kind(call).is_some() {
            if self.in_aggregate {
                let message = format!("{name}() is an aggregate, and may not be inside another one");
                return Err(syntax("NestedAggregation", message, at));
            }
            let message = format!("{name}() is an aggregate, which only a column of WITH or RETURN may have");
            return Err(syntax("InvalidAggregation", message, at));
        }
        if name.eq_ignore_ascii_case("exists")
            && let [argument] = call.arguments.as_slice()
        {
            if matches!(argument.kind, ExprKind::Pattern(_)) {
                let before = std::mem::replace(&mut self.allows_pattern, true);
                let result = self.expr(argument);
                self.allows_pattern = before;
                return result;
            }
            let (base, _) = self.expr(argument)?;
            return Ok((Expr::IsNull { base: Box::new(base), negated: true }, Type::BOOL));
        }
        let Some(function) = functions::find(&name) else {
            let error = functions::unknown(&name, AGGREGATES.iter().map(|(name, ..)| *name));
            return Err(error.at(at).into());
        };
        if let Some(quantifier) = &call.quantifier {
            let message = format!("{name}() is no aggregate, so it takes no DISTINCT or ALL");
            return Err(syntax("UnexpectedSyntax", message, span(quantifier.span)));
        }
        if self.in_aggregate && function.name == "rand" {
            let message = "an aggregate of random numbers makes no sense";
            return Err(syntax("NonConstantExpression", message, at));
        }
        let given = call.arguments.len();
        if given < function.least || given > function.most {
            let message = format!("{} does not take {given} arguments", function.signature());
            return Err(syntax("InvalidNumberOfArguments", message, at));
        }
        let mut arguments = Vec::with_capacity(given);
        for (place, argument) in call.arguments.iter().enumerate() {
            let (checked, kind) = self.expr(argument)?;
            if let Some(wanted) = function.takes.get(place).or(function.takes.last()) {
                self.wants(kind, *wanted, &format!("{}()", function.name), span(argument.span))?;
            }
            arguments.push(checked);
        }
        Ok((Expr::Call { function, arguments, span: at }, function.gives))
    }

    /// An aggregate; its arguments are checked in the scope that is set.
    pub(super) fn aggregate(&mut self, call: &FunctionInvocation, at: Span) -> Result<(Aggregate, Type)> {
        let name = name_of(call);
        let Some((kind, wanted)) = aggregate_kind(call) else {
            return Err(syntax("InvalidAggregation", format!("{name}() is no aggregate"), at));
        };
        let is_distinct =
            call.quantifier.as_ref().is_some_and(|quantifier| quantifier.kind == SetQuantifier::Distinct);
        let slot = self.slot("");
        let mut aggregate = Aggregate { slot, kind, is_distinct, argument: None, second: None, span: at };
        if let [argument] = call.arguments.as_slice()
            && matches!(argument.kind, ExprKind::Wildcard)
        {
            if kind != AggregateKind::Count {
                return Err(syntax("UnexpectedSyntax", format!("{name}(*) makes no sense"), at));
            }
            return Ok((aggregate, Type::INT));
        }
        if call.arguments.len() != wanted {
            let message = format!("{name}() takes {wanted} arguments, not {}", call.arguments.len());
            return Err(syntax("InvalidNumberOfArguments", message, at));
        }
        let before = std::mem::replace(&mut self.in_aggregate, true);
        let checked: Result<Vec<(Expr, Type)>> = call.arguments.iter().map(|each| self.expr(each)).collect();
        self.in_aggregate = before;
        let mut checked = checked?.into_iter();
        let mut given = Type::ANY;
        if let Some((argument, argument_kind)) = checked.next() {
            given = argument_kind;
            aggregate.argument = Some(argument);
        }
        aggregate.second = checked.next().map(|(second, _)| second);
        let gives = match kind {
            AggregateKind::Count => Type::INT,
            AggregateKind::Collect => Type::list_of(given),
            AggregateKind::Min | AggregateKind::Max => given.or(Type::NULL),
            AggregateKind::Sum if given.is(Type::INT) => Type::INT,
            AggregateKind::PercentileDisc => Type::NUMBER.or(Type::NULL),
            AggregateKind::StDev | AggregateKind::StDevP | AggregateKind::PercentileCont => {
                Type::FLOAT.or(Type::NULL)
            }
            AggregateKind::Avg | AggregateKind::Sum => Type::ANY,
        };
        Ok((aggregate, gives))
    }

    /// The value of a parameter. Its type is not looked at before the query runs.
    pub(super) fn parameter(&self, parameter: &ast::Parameter, at: Span) -> Result<Value> {
        let (ParameterName::Named(name) | ParameterName::Positional(name)) = &parameter.name else {
            return Err(syntax("UnexpectedSyntax", "this parameter has no name", at));
        };
        self.parameters.get(name.as_str()).cloned().ok_or_else(|| {
            let message = format!("the parameter ${name} has no value");
            Error::compile(ErrorKind::ParameterMissing, "MissingParameter", message).at(at).into()
        })
    }
}
