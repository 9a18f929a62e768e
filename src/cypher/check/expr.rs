//! Operators, access to parts of values, conditions, and all expressions that bind a variable of their own.

use super::{Checker, Place, literal, syntax, unsupported};
use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::ir::{self, Arithmetic, Compare, Expr, Quantifier, Subquery, TextTest};
use crate::cypher::parse::span;
use crate::cypher::types::Type;
use crate::cypher::value::Value;
use anyhow::Result;
use open_cypher::ast::{self, BinaryOperator as Op, ExprKind, IsPredicate, LiteralKind, UnaryOperator};
use std::rc::Rc;

type Typed = (Expr, Type);

fn boxed(typed: Typed) -> Box<Expr> {
    Box::new(typed.0)
}

impl Checker<'_> {
    /// Checks an expression.
    pub(super) fn expr(&mut self, expr: &ast::Expr) -> Result<Typed> {
        if self.depth >= super::MAX_DEPTH {
            let message = format!("an expression may be nested {} deep", super::MAX_DEPTH);
            return Err(syntax("UnexpectedSyntax", message, span(expr.span)));
        }
        if let Some(found) = self.grouped(expr)? {
            return Ok(found);
        }
        self.depth += 1;
        let passes_on = matches!(
            &expr.kind,
            ExprKind::Parenthesized(_)
                | ExprKind::Pattern(_)
                | ExprKind::Unary { .. }
                | ExprKind::Binary { .. }
        );
        let before = self.allows_pattern;
        self.allows_pattern &= passes_on;
        let result = self.any_expr(expr);
        self.allows_pattern = before;
        self.depth -= 1;
        result
    }

    fn any_expr(&mut self, expr: &ast::Expr) -> Result<Typed> {
        let at = span(expr.span);
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal, false),
            ExprKind::Variable(name) => {
                let variable = self.find(&name.kind.text, at)?;
                Ok((Expr::Slot(variable.slot), variable.kind))
            }
            ExprKind::Parameter(parameter) => Ok((Expr::Value(self.parameter(parameter, at)?), Type::ANY)),
            ExprKind::Parenthesized(inner) => self.expr(inner),
            ExprKind::List(items) => self.list(items),
            ExprKind::Map(entries) => {
                let entries = self.entries(entries)?;
                Ok((Expr::Map(entries), Type::MAP))
            }
            ExprKind::MapProjection(projection) => self.map_projection(projection, at),
            ExprKind::Unary { operator, operand } => self.unary(operator.kind, operand, at),
            ExprKind::Binary { .. } => self.binary(expr),
            ExprKind::Is { expression, negated, predicate } => self.is(expression, *negated, predicate, at),
            ExprKind::Property { expression, key } => self.property(expression, key, at),
            ExprKind::Index { expression, index } => self.index(expression, index, at),
            ExprKind::Slice { expression, lower, upper } => {
                let (base, kind) = self.expr(expression)?;
                self.wants(kind, Type::LIST, "a slice", at)?;
                let from = lower.as_ref().map(|lower| self.expr(lower)).transpose()?.map(boxed);
                let to = upper.as_ref().map(|upper| self.expr(upper)).transpose()?.map(boxed);
                Ok((Expr::Slice { base: Box::new(base), from, to, span: at }, kind))
            }
            ExprKind::Function(call) => self.function(call, at),
            ExprKind::Case(case) => self.case(case),
            ExprKind::ListComprehension(found) => self.comprehension(found, at),
            ExprKind::PatternComprehension(found) => self.pattern_comprehension(found, at),
            ExprKind::Reduce(found) => self.reduce(found, at),
            ExprKind::QuantifiedPredicate(found) => self.quantifier(found, at),
            ExprKind::Subquery(found) => self.subquery_expr(found, at),
            ExprKind::Pattern(pattern) => self.pattern_predicate(pattern, at),
            _ => Err(syntax("UnexpectedSyntax", "this expression makes no sense here", at)),
        }
    }

    fn literal(&mut self, literal: &ast::Literal, is_negative: bool) -> Result<Typed> {
        let at = span(literal.span);
        Ok(match &literal.kind {
            LiteralKind::Null => (Expr::Value(Value::Null), Type::NULL),
            LiteralKind::Boolean(value) => (Expr::Value(Value::Bool(*value)), Type::BOOL),
            LiteralKind::Integer(value) => {
                (Expr::Value(Value::Int(literal::integer(value, is_negative, at)?)), Type::INT)
            }
            LiteralKind::Float(value) => {
                let value = literal::float(&value.text, at)?;
                // The language has no negative zero in writing.
                let value = if is_negative && value != 0.0 { -value } else { value };
                (Expr::Value(Value::Float(value)), Type::FLOAT)
            }
            LiteralKind::String(value) => (Expr::Value(Value::str(&value.value)), Type::STR),
            _ => return Err(syntax("UnexpectedSyntax", "this literal is not known", at)),
        })
    }

    fn list(&mut self, items: &[ast::Expr]) -> Result<Typed> {
        let mut checked = Vec::with_capacity(items.len());
        let mut elements: Option<Type> = None;
        for item in items {
            let (item, kind) = self.expr(item)?;
            elements = Some(elements.map_or(kind, |elements| elements.or(kind)));
            checked.push(item);
        }
        let is_constant = checked.iter().all(|item| matches!(item, Expr::Value(_)));
        let list = if is_constant {
            let values = checked.into_iter().filter_map(|item| match item {
                Expr::Value(value) => Some(value),
                _ => None,
            });
            Expr::Value(Value::list(values.collect()))
        } else {
            Expr::List(checked)
        };
        Ok((list, Type::list_of(elements.unwrap_or(Type::ANY))))
    }

    fn entries(&mut self, entries: &[ast::MapEntry]) -> Result<Vec<(Rc<str>, Expr)>> {
        entries
            .iter()
            .map(|entry| Ok((Rc::from(entry.key.kind.text.as_str()), self.expr(&entry.value)?.0)))
            .collect()
    }

    fn map_projection(&mut self, projection: &ast::MapProjection, at: crate::cypher::Span) -> Result<Typed> {
        let (base, kind) = self.expr(&projection.base)?;
        self.wants(kind, Type::NODE.or(Type::REL).or(Type::MAP), "a map projection", at)?;
        let (mut all, mut entries) = (false, Vec::new());
        for item in &projection.items {
            match &item.kind {
                ast::MapProjectionItemKind::AllProperties => all = true,
                ast::MapProjectionItemKind::Property(key) => {
                    let name: Rc<str> = Rc::from(key.kind.text.as_str());
                    let at = span(key.span);
                    let id = self.property_key(&name, kind, at)?;
                    let value =
                        Expr::Property { base: Box::new(base.clone()), key: Rc::clone(&name), id, span: at };
                    entries.push((name, value));
                }
                ast::MapProjectionItemKind::Variable(name) => {
                    let variable = self.find(&name.kind.text, span(name.span))?;
                    entries.push((variable.name, Expr::Slot(variable.slot)));
                }
                ast::MapProjectionItemKind::Entry(entry) => {
                    entries.push((Rc::from(entry.key.kind.text.as_str()), self.expr(&entry.value)?.0));
                }
                _ => return Err(syntax("UnexpectedSyntax", "this is no entry of a map", span(item.span))),
            }
        }
        Ok((Expr::Projection { base: Box::new(base), all, entries, span: at }, Type::MAP))
    }

    fn unary(&mut self, op: UnaryOperator, operand: &ast::Expr, at: crate::cypher::Span) -> Result<Typed> {
        if op == UnaryOperator::Not {
            let (operand, kind) = self.expr(operand)?;
            self.wants(kind, Type::BOOL, "NOT", at)?;
            return Ok((Expr::Not(Box::new(operand)), Type::BOOL));
        }
        if let (UnaryOperator::Minus, ExprKind::Literal(literal)) = (op, &operand.kind)
            && matches!(literal.kind, LiteralKind::Integer(_) | LiteralKind::Float(_))
        {
            return self.literal(literal, true);
        }
        let (operand, kind) = self.expr(operand)?;
        self.wants(kind, Type::NUMBER.or(Type::DURATION), "a sign", at)?;
        if op == UnaryOperator::Minus {
            return Ok((Expr::Negate(Box::new(operand), at), kind));
        }
        Ok((operand, kind))
    }

    /// A run of operators that bind to the left is walked in a loop, so that a long one needs no stack.
    fn binary(&mut self, expr: &ast::Expr) -> Result<Typed> {
        let mut links = Vec::new();
        let mut first = expr;
        let mut found = None;
        while let ExprKind::Binary { left, operator, right } = &first.kind {
            links.push((operator.kind, right, span(first.span), is_chain(first)));
            first = left;
            found = self.grouped(first)?;
            if found.is_some() {
                break;
            }
        }
        let mut left = match found {
            Some(found) => found,
            None => self.expr(first)?,
        };
        // Comparisons are chains: `a < b < c` is `a < b AND b < c`.
        let mut middle: Option<Expr> = None;
        for (op, right, at, is_chain) in links.into_iter().rev() {
            let allowed = self.allows_pattern;
            self.allows_pattern &= matches!(op, Op::And | Op::Or | Op::Xor);
            let right = self.expr(right);
            self.allows_pattern = allowed;
            let right = right?;
            let Some(op) = compare(op) else {
                left = self.operate(op, left, right, at)?;
                continue;
            };
            let link = |begin, end| Expr::Compare { op, left: Box::new(begin), right: Box::new(end) };
            let next = right.0.clone();
            left.0 = match (middle.take().filter(|_| is_chain), left.0) {
                (Some(begin), before) => join(Op::And, before, link(begin, right.0)),
                (None, begin) => link(begin, right.0),
            };
            left.1 = Type::BOOL;
            middle = Some(next);
        }
        Ok(left)
    }

    fn operate(&mut self, op: Op, left: Typed, right: Typed, at: crate::cypher::Span) -> Result<Typed> {
        let (left, left_kind) = left;
        let (right, right_kind) = right;
        let arithmetic = match op {
            Op::And | Op::Or | Op::Xor => {
                let name = match op {
                    Op::And => "AND",
                    Op::Or => "OR",
                    _ => "XOR",
                };
                self.wants(left_kind, Type::BOOL, name, at)?;
                self.wants(right_kind, Type::BOOL, name, at)?;
                return Ok((join(op, left, right), Type::BOOL));
            }
            Op::In => {
                self.wants(right_kind, Type::LIST, "IN", at)?;
                let checked = Expr::In { item: Box::new(left), list: Box::new(right), span: at };
                return Ok((checked, Type::BOOL));
            }
            Op::StartsWith | Op::EndsWith | Op::Contains | Op::RegexMatch => {
                let op = match op {
                    Op::StartsWith => TextTest::StartsWith,
                    Op::EndsWith => TextTest::EndsWith,
                    Op::Contains => TextTest::Contains,
                    _ => TextTest::Matches,
                };
                let checked = Expr::Text { op, left: Box::new(left), right: Box::new(right), span: at };
                return Ok((checked, Type::BOOL));
            }
            Op::Add | Op::Concat => Arithmetic::Add,
            Op::Subtract => Arithmetic::Subtract,
            Op::Multiply => Arithmetic::Multiply,
            Op::Divide => Arithmetic::Divide,
            Op::Remainder => Arithmetic::Remainder,
            Op::Power => Arithmetic::Power,
            _ => return Err(syntax("UnexpectedSyntax", "this operator is not known", at)),
        };
        let kind = self.arithmetic_type(arithmetic, left_kind, right_kind, at)?;
        let checked =
            Expr::Arithmetic { op: arithmetic, left: Box::new(left), right: Box::new(right), span: at };
        Ok((checked, kind))
    }

    fn arithmetic_type(
        &self,
        op: Arithmetic,
        left: Type,
        right: Type,
        at: crate::cypher::Span,
    ) -> Result<Type> {
        if op == Arithmetic::Add {
            if left.is(Type::LIST) || right.is(Type::LIST) {
                return Ok(Type::LIST);
            }
            if left.is(Type::STR) || right.is(Type::STR) {
                return Ok(Type::STR);
            }
        } else {
            let wanted = match op {
                Arithmetic::Subtract => Type::NUMBER.or(Type::TEMPORAL).or(Type::DURATION),
                Arithmetic::Multiply | Arithmetic::Divide => Type::NUMBER.or(Type::DURATION),
                _ => Type::NUMBER,
            };
            self.wants(left, wanted, "this operator", at)?;
            self.wants(right, wanted, "this operator", at)?;
        }
        let is_known = left.is(Type::NUMBER) && right.is(Type::NUMBER);
        Ok(match op {
            _ if !is_known => Type::ANY,
            Arithmetic::Power => Type::FLOAT,
            _ if left.is(Type::INT) && right.is(Type::INT) => Type::INT,
            _ => Type::NUMBER,
        })
    }

    fn is(
        &mut self,
        base: &ast::Expr,
        negated: bool,
        predicate: &IsPredicate,
        at: crate::cypher::Span,
    ) -> Result<Typed> {
        let (base, kind) = self.expr(base)?;
        let base = Box::new(base);
        let checked = match predicate {
            IsPredicate::Null => return Ok((Expr::IsNull { base, negated }, Type::BOOL)),
            IsPredicate::Label(labels) => {
                self.wants(kind, Type::NODE.or(Type::REL), "a test of labels", at)?;
                let of = if kind.is(Type::NODE) {
                    super::labels::Of::Node
                } else if kind.is(Type::REL) {
                    super::labels::Of::Rel
                } else {
                    super::labels::Of::Either
                };
                Expr::Labels { base, test: self.label_test(labels, of)? }
            }
            _ => return Err(unsupported("IS with a type or NORMALIZED", at)),
        };
        Ok((if negated { Expr::Not(Box::new(checked)) } else { checked }, Type::BOOL))
    }

    fn property(&mut self, base: &ast::Expr, key: &ast::Name, at: crate::cypher::Span) -> Result<Typed> {
        let (base, kind) = self.expr(base)?;
        let owners = Type::NODE.or(Type::REL).or(Type::MAP).or(Type::TEMPORAL).or(Type::DURATION);
        if !kind.fits(owners) {
            let message = format!("{} has no properties", kind.name());
            let class = if kind.is(Type::PATH) { ErrorKind::Syntax } else { ErrorKind::Type };
            return Err(Error::compile(class, "InvalidArgumentType", message).at(at).into());
        }
        let name: Rc<str> = Rc::from(key.kind.text.as_str());
        let id = self.property_key(&name, kind, span(key.span))?;
        Ok((Expr::Property { base: Box::new(base), key: name, id, span: span(key.span) }, Type::ANY))
    }

    fn index(&mut self, base: &ast::Expr, index: &ast::Expr, at: crate::cypher::Span) -> Result<Typed> {
        let (base, kind) = self.expr(base)?;
        let (index, index_kind) = self.expr(index)?;
        let owners = Type::NODE.or(Type::REL).or(Type::MAP).or(Type::LIST);
        let wrong = if !kind.fits(owners) {
            Some(format!("{} has no elements", kind.name()))
        } else if kind.is(Type::LIST) && !index_kind.fits(Type::INT) {
            Some(format!("the index of a list is an integer, not {}", index_kind.name()))
        } else {
            None
        };
        if let Some(message) = wrong {
            return Err(Error::compile(ErrorKind::Type, "InvalidArgumentType", message).at(at).into());
        }
        let element = if kind.is(Type::LIST) { kind.element() } else { Type::ANY };
        Ok((Expr::Index { base: Box::new(base), index: Box::new(index), span: at }, element))
    }

    fn case(&mut self, case: &ast::CaseExpression) -> Result<Typed> {
        let operand = case.operand.as_ref().map(|operand| self.expr(operand)).transpose()?.map(boxed);
        let (mut arms, mut kind): (Vec<_>, Option<Type>) = (Vec::new(), None);
        for arm in &case.alternatives {
            let mut when = Vec::new();
            for each in &arm.when {
                when.push(if operand.is_some() { self.expr(each)?.0 } else { self.predicate(each)? });
            }
            let (then, given) = self.expr(&arm.then)?;
            kind = Some(kind.map_or(given, |kind| kind.or(given)));
            arms.push((when, then));
        }
        let otherwise = case.else_expression.as_ref().map(|otherwise| self.expr(otherwise)).transpose()?;
        let last = otherwise.as_ref().map_or(Type::NULL, |(_, kind)| *kind);
        let kind = kind.map_or(last, |kind| kind.or(last));
        Ok((Expr::Case { operand, arms, otherwise: otherwise.map(boxed) }, kind))
    }

    /// Checks what is computed for each element of a list: no aggregate may be in it.
    fn in_loop<T>(&mut self, check: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let before = std::mem::replace(&mut self.in_loop, true);
        let checked = check(self);
        self.in_loop = before;
        checked
    }

    fn comprehension(&mut self, found: &ast::ListComprehension, at: crate::cypher::Span) -> Result<Typed> {
        let (list, kind) = self.expr(&found.list)?;
        self.wants(kind, Type::LIST, "a list comprehension", at)?;
        let depth = self.scope.len();
        let slot = self.slot(&found.variable.kind.text);
        self.scope.add(&found.variable.kind.text, slot, kind.element());
        let (filter, item) = self.in_loop(|checker| {
            let filter = found.predicate.as_ref().map(|filter| checker.predicate(filter)).transpose()?;
            let item = found.projection.as_ref().map(|item| checker.expr(item)).transpose()?;
            Ok((filter.map(Box::new), item))
        })?;
        self.scope.truncate(depth);
        let given = item.as_ref().map_or(kind.element(), |(_, kind)| *kind);
        let item = item.map(boxed);
        Ok((Expr::Comprehension { slot, list: Box::new(list), filter, item, span: at }, Type::list_of(given)))
    }

    fn reduce(&mut self, found: &ast::ReduceExpression, at: crate::cypher::Span) -> Result<Typed> {
        let (start, _) = self.expr(&found.initial)?;
        let (list, kind) = self.expr(&found.list)?;
        self.wants(kind, Type::LIST, "reduce", at)?;
        let depth = self.scope.len();
        let sum = self.slot(&found.accumulator.kind.text);
        self.scope.add(&found.accumulator.kind.text, sum, Type::ANY);
        let slot = self.slot(&found.variable.kind.text);
        self.scope.add(&found.variable.kind.text, slot, kind.element());
        let (step, _) = self.in_loop(|checker| checker.expr(&found.expression))?;
        self.scope.truncate(depth);
        let (start, list, step) = (Box::new(start), Box::new(list), Box::new(step));
        Ok((Expr::Reduce { sum, start, slot, list, step, span: at }, Type::ANY))
    }

    fn quantifier(&mut self, found: &ast::QuantifiedPredicate, at: crate::cypher::Span) -> Result<Typed> {
        let (list, kind) = self.expr(&found.list)?;
        self.wants(kind, Type::LIST, "a quantifier", at)?;
        let depth = self.scope.len();
        let slot = self.slot(&found.variable.kind.text);
        self.scope.add(&found.variable.kind.text, slot, kind.element());
        let filter = self.in_loop(|checker| checker.predicate(&found.predicate))?;
        self.scope.truncate(depth);
        let kind = match found.kind.kind {
            ast::QuantifiedPredicateKind::All => Quantifier::All,
            ast::QuantifiedPredicateKind::Any => Quantifier::Any,
            ast::QuantifiedPredicateKind::None => Quantifier::None,
            ast::QuantifiedPredicateKind::Single => Quantifier::Single,
            _ => return Err(syntax("UnexpectedSyntax", "this quantifier is not known", at)),
        };
        Ok((
            Expr::Quantifier { kind, slot, list: Box::new(list), filter: Box::new(filter), span: at },
            Type::BOOL,
        ))
    }

    fn subquery_expr(&mut self, found: &ast::SubqueryExpression, at: crate::cypher::Span) -> Result<Typed> {
        let bound = self.scope.slots();
        let grouping = self.grouping.take();
        let query = self.query(&found.query, Place::Expression);
        self.grouping = grouping;
        let query: ir::Query = query?;
        let (kind, gives) = match found.kind.kind {
            ast::SubqueryExpressionKind::Exists => (Subquery::Exists, Type::BOOL),
            ast::SubqueryExpressionKind::Count => (Subquery::Count, Type::INT),
            _ => (Subquery::Collect, Type::LIST),
        };
        if kind == Subquery::Collect && query.columns.len() != 1 {
            return Err(syntax("InvalidClauseComposition", "COLLECT { … } returns one column", at));
        }
        Ok((self.subquery(kind, query, bound), gives))
    }
}

const fn compare(op: Op) -> Option<Compare> {
    Some(match op {
        Op::Equal => Compare::Equal,
        Op::NotEqual => Compare::NotEqual,
        Op::Less => Compare::Less,
        Op::LessEqual => Compare::LessEqual,
        Op::Greater => Compare::Greater,
        Op::GreaterEqual => Compare::GreaterEqual,
        _ => return None,
    })
}

/// True when the left side of a comparison is one too, without brackets.
fn is_chain(expr: &ast::Expr) -> bool {
    let ExprKind::Binary { left, .. } = &expr.kind else { return false };
    matches!(&left.kind, ExprKind::Binary { operator, .. } if compare(operator.kind).is_some())
}

/// Joins two conditions, so that a run of the same operator is one list.
fn join(op: Op, left: Expr, right: Expr) -> Expr {
    match (op, left) {
        (Op::And, Expr::And(mut all)) => {
            all.push(right);
            Expr::And(all)
        }
        (Op::And, left) => Expr::And(vec![left, right]),
        (Op::Or, Expr::Or(mut all)) => {
            all.push(right);
            Expr::Or(all)
        }
        (Op::Or, left) => Expr::Or(vec![left, right]),
        (_, Expr::Xor(mut all)) => {
            all.push(right);
            Expr::Xor(all)
        }
        (_, left) => Expr::Xor(vec![left, right]),
    }
}
