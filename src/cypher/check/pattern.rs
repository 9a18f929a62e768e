//! Patterns: `MATCH`, patterns as truth values, and pattern comprehensions.

use super::labels::Of;
use super::{Checker, MAX_ELEMENTS, literal, syntax, unsupported};
use crate::cypher::error::{Error, ErrorKind, Span};
use crate::cypher::graph::Direction;
use crate::cypher::ir::{
    self, Clause, Compare, Expr, LabelTest, Length, Match, Part, Projection, RelPattern, Shortest, Slot,
    Subquery,
};
use crate::cypher::parse::span;
use crate::cypher::types::Type;
use anyhow::Result;
use open_cypher::ast::{
    self, ExprKind, NodePattern, PathFactorKind, PathMode, PathSelector, QuantifierKind,
    RelationshipDirection, RelationshipPattern,
};
use std::rc::Rc;

/// What a pattern binds, as it is collected.
#[derive(Default)]
struct Collected<'p> {
    parts: Vec<Part>,
    introduced: Vec<Slot>,
    /// Relationship variables of this pattern: none may stand twice.
    rels: Vec<String>,
    nodes: Vec<(Slot, &'p NodePattern)>,
    /// With the place of the part and of the relationship in it.
    edges: Vec<(usize, usize, &'p RelationshipPattern)>,
    wheres: Vec<&'p ast::Expr>,
}

/// The least of a single-relationship shortest path.
const SHORTEST: &str = "a shortest path has one relationship with a node at each end";

impl Checker<'_> {
    pub(super) fn match_clause(&mut self, found: &ast::MatchClause) -> Result<Match> {
        if let Some(mode) = &found.mode
            && mode.kind != PathMode::Trail
        {
            return Err(unsupported("a path mode other than TRAIL", span(mode.span)));
        }
        let bound = self.scope.slots();
        let (parts, introduced, mut filters) = self.pattern(&found.pattern, true)?;
        if let Some(predicate) = &found.where_clause {
            let predicate = self.predicate(predicate)?;
            split(predicate, &mut filters);
        }
        Ok(Match { is_optional: found.optional, parts, filters, introduced, bound })
    }

    /// A pattern that is true when it matches. It binds nothing.
    pub(super) fn pattern_predicate(&mut self, pattern: &ast::Pattern, at: Span) -> Result<(Expr, Type)> {
        if !self.allows_pattern {
            let message = "a pattern is a condition: it stands in WHERE or EXISTS";
            return Err(syntax("UnexpectedSyntax", message, at));
        }
        let bound = self.scope.slots();
        let grouping = self.grouping.take();
        let found = self.pattern(pattern, false);
        self.grouping = grouping;
        let (parts, introduced, filters) = found?;
        let found = Match { is_optional: false, parts, filters, introduced, bound: bound.clone() };
        let query = only(vec![Clause::Match(found)], Vec::new());
        Ok((self.subquery(Subquery::Exists, query, bound), Type::BOOL))
    }

    pub(super) fn pattern_comprehension(
        &mut self,
        found: &ast::PatternComprehension,
        at: Span,
    ) -> Result<(Expr, Type)> {
        let bound = self.scope.slots();
        let depth = self.scope.len();
        let grouping = self.grouping.take();
        let result = self.comprehension_query(found, at, bound.clone());
        self.grouping = grouping;
        self.scope.truncate(depth);
        let (query, kind) = result?;
        Ok((self.subquery(Subquery::Collect, query, bound), Type::list_of(kind)))
    }

    fn comprehension_query(
        &mut self,
        found: &ast::PatternComprehension,
        at: Span,
        bound: Vec<Slot>,
    ) -> Result<(ir::Query, Type)> {
        let (mut parts, mut introduced, mut filters) = self.pattern(&found.pattern, true)?;
        if let Some(binding) = &found.binding {
            let name = self.free_name(binding)?;
            let slot = self.slot(&name);
            self.scope.add(&name, slot, Type::PATH);
            introduced.push(slot);
            let Some(part) = parts.first_mut() else {
                return Err(syntax("UnexpectedSyntax", "there is no path here", at));
            };
            part.path = Some(slot);
            part.rels.iter_mut().for_each(|rel| rel.is_used = true);
        }
        if let Some(predicate) = &found.predicate {
            let predicate = self.predicate(predicate)?;
            split(predicate, &mut filters);
        }
        let (item, kind) = self.expr(&found.projection)?;
        let slot = self.slot("");
        let found = Match { is_optional: false, parts, filters, introduced, bound };
        let clauses =
            vec![Clause::Match(found), Clause::Project(Box::new(Projection::of(vec![(slot, item)])))];
        Ok((only(clauses, vec![(Rc::from(""), slot)]), kind))
    }

    /// The parts of a pattern, the slots that it introduces, and what its elements must fulfil.
    fn pattern(
        &mut self,
        pattern: &ast::Pattern,
        may_bind: bool,
    ) -> Result<(Vec<Part>, Vec<Slot>, Vec<Expr>)> {
        let mut out = Collected::default();
        for part in &pattern.parts {
            self.part(part, may_bind, &mut out)?;
        }
        // Variables first, so that what elements must fulfil may name those that come later.
        let mut filters = Vec::new();
        for (slot, node) in std::mem::take(&mut out.nodes) {
            self.node_filters(slot, node, &mut filters)?;
        }
        for (part, place, rel) in std::mem::take(&mut out.edges) {
            let mut own = Vec::new();
            let pattern = &out.parts[part].rels[place];
            let slot = pattern.length.as_ref().map_or(pattern.slot, |length| length.each);
            self.rel_filters(slot, rel, &mut own)?;
            match &mut out.parts[part].rels[place].length {
                Some(length) => length.filters = own,
                None => filters.append(&mut own),
            }
        }
        for predicate in std::mem::take(&mut out.wheres) {
            let predicate = self.predicate(predicate)?;
            split(predicate, &mut filters);
        }
        Ok((out.parts, out.introduced, filters))
    }

    fn part<'p>(
        &mut self,
        part: &'p ast::PatternPart,
        may_bind: bool,
        out: &mut Collected<'p>,
    ) -> Result<()> {
        let mut shortest = match part.kind.selector.as_ref().map(|selector| (&selector.kind, selector.span)) {
            None | Some((PathSelector::All, _)) => None,
            Some((PathSelector::AnyShortest, _)) => Some(Shortest::One),
            Some((PathSelector::AllShortest, _)) => Some(Shortest::All),
            Some((_, at)) => return Err(unsupported("this path selector", span(at))),
        };
        let mut path = &part.kind.path;
        if let [factor] = path.kind.factors.as_slice()
            && let PathFactorKind::LegacyShortest { all, pattern } = &factor.kind
        {
            shortest = Some(if *all { Shortest::All } else { Shortest::One });
            path = pattern;
        }
        let number = out.parts.len();
        let mut found = Part { nodes: Vec::new(), rels: Vec::new(), path: None, shortest };
        self.factors(path, may_bind, number, &mut found, out)?;
        if found.nodes.len() != found.rels.len() + 1 {
            return Err(unsupported("this path pattern", span(path.span)));
        }
        if shortest.is_some() && found.rels.len() != 1 {
            return Err(syntax("UnexpectedSyntax", SHORTEST, span(path.span)));
        }
        if let Some(binding) = &part.kind.binding {
            if !may_bind {
                let message = "a pattern that is a condition binds no path";
                return Err(syntax("UnexpectedSyntax", message, span(binding.span)));
            }
            let name = self.free_name(binding)?;
            let slot = self.slot(&name);
            self.scope.add(&name, slot, Type::PATH);
            out.introduced.push(slot);
            found.path = Some(slot);
            found.rels.iter_mut().for_each(|rel| rel.is_used = true);
        }
        out.parts.push(found);
        Ok(())
    }

    fn factors<'p>(
        &mut self,
        path: &'p ast::PathPattern,
        may_bind: bool,
        number: usize,
        part: &mut Part,
        out: &mut Collected<'p>,
    ) -> Result<()> {
        for factor in &path.kind.factors {
            let at = span(factor.span);
            self.n_elements += 1;
            if self.n_elements > MAX_ELEMENTS {
                let message = format!("patterns have at most {MAX_ELEMENTS} nodes and relationships");
                return Err(syntax("UnexpectedSyntax", message, at));
            }
            match &factor.kind {
                PathFactorKind::Node(node) => {
                    if part.nodes.len() > part.rels.len() {
                        return Err(unsupported("two nodes without a relationship between them", at));
                    }
                    let slot = self.node(node, may_bind, out)?;
                    part.nodes.push(slot);
                    out.nodes.push((slot, node));
                }
                PathFactorKind::Relationship(rel) => {
                    if part.nodes.len() != part.rels.len() + 1 {
                        return Err(unsupported("two relationships without a node between them", at));
                    }
                    let found = self.rel(rel, may_bind, out)?;
                    out.edges.push((number, part.rels.len(), rel));
                    part.rels.push(found);
                }
                PathFactorKind::Parenthesized { pattern, where_clause, quantifier: None } => {
                    self.factors(pattern, may_bind, number, part, out)?;
                    out.wheres.extend(where_clause.as_deref());
                }
                PathFactorKind::LegacyShortest { .. } => {
                    return Err(syntax("UnexpectedSyntax", "a shortest path is a whole path", at));
                }
                _ => return Err(unsupported("a quantified or named part of a path", at)),
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &NodePattern, may_bind: bool, out: &mut Collected<'_>) -> Result<Slot> {
        let Some(name) = &node.variable else {
            let slot = self.slot("");
            out.introduced.push(slot);
            return Ok(slot);
        };
        let (text, at) = (&name.kind.text, span(name.span));
        if let Some(variable) = self.scope.find(text).cloned() {
            if !variable.kind.fits(Type::NODE) {
                return Err(conflict(text, "a node", variable.kind, at));
            }
            if variable.kind == Type::ANY {
                self.scope.set_kind(text, Type::NODE.or(Type::NULL));
            }
            return Ok(variable.slot);
        }
        if !may_bind {
            return self.find(text, at).map(|variable| variable.slot);
        }
        let slot = self.slot(text);
        self.scope.add(text, slot, Type::NODE);
        out.introduced.push(slot);
        Ok(slot)
    }

    fn rel(
        &mut self,
        rel: &RelationshipPattern,
        may_bind: bool,
        out: &mut Collected<'_>,
    ) -> Result<RelPattern> {
        let direction = match rel.direction.kind {
            RelationshipDirection::Left => Direction::In,
            RelationshipDirection::Right => Direction::Out,
            _ => Direction::Both,
        };
        let types = rel.labels.as_ref().map(|labels| self.types(labels)).transpose()?;
        let length = self.length(rel)?;
        let kind = if length.is_some() { Type::list_of(Type::REL) } else { Type::REL };
        let mut found = RelPattern { slot: 0, is_used: false, is_bound: false, types, direction, length };
        let Some(name) = &rel.variable else {
            found.slot = self.slot("");
            out.introduced.push(found.slot);
            return Ok(found);
        };
        let (text, at) = (&name.kind.text, span(name.span));
        found.is_used = true;
        if let Some(variable) = self.scope.find(text).cloned() {
            if !variable.kind.fits(kind) {
                return Err(conflict(text, "a relationship", variable.kind, at));
            }
            if out.rels.contains(text) {
                let message =
                    format!("{text} stands twice in one pattern, but relationships of a pattern differ");
                return Err(syntax("RelationshipUniquenessViolation", message, at));
            }
            found.slot = variable.slot;
            found.is_bound = true;
            return Ok(found);
        }
        if !may_bind {
            return Err(self.find(text, at).err().unwrap_or_else(|| unsupported("this variable", at)));
        }
        found.slot = self.slot(text);
        self.scope.add(text, found.slot, kind);
        out.introduced.push(found.slot);
        out.rels.push(text.clone());
        Ok(found)
    }

    fn length(&mut self, rel: &RelationshipPattern) -> Result<Option<Length>> {
        let (quantifier, is_legacy) = match (&rel.legacy_quantifier, &rel.graph_quantifier) {
            (Some(quantifier), None) => (quantifier, true),
            (None, Some(quantifier)) => (quantifier, false),
            (None, None) => return Ok(None),
            (Some(_), Some(quantifier)) => {
                let message = "a relationship has one length";
                return Err(syntax("InvalidRelationshipPattern", message, span(quantifier.span)));
            }
        };
        let at = span(quantifier.span);
        // `[*]` and `[*..3]` begin with one relationship, `->*` and `->{,3}` with none.
        let first = u64::from(is_legacy);
        let (least, most) = match &quantifier.kind {
            QuantifierKind::ZeroOrMore => (first, None),
            QuantifierKind::OneOrMore => (1, None),
            QuantifierKind::Optional => (0, Some(1)),
            QuantifierKind::Fixed(count) => {
                let count = literal::bound(count, at)?;
                (count, Some(count))
            }
            QuantifierKind::Range { lower, upper } => {
                let lower = lower.as_ref().map(|lower| literal::bound(lower, at)).transpose()?;
                (lower.unwrap_or(first), upper.as_ref().map(|upper| literal::bound(upper, at)).transpose()?)
            }
            _ => return Err(unsupported("this length", at)),
        };
        let each = self.slot("");
        Ok(Some(Length { least, most, each, filters: Vec::new() }))
    }

    fn node_filters(&mut self, slot: Slot, node: &NodePattern, filters: &mut Vec<Expr>) -> Result<()> {
        if let Some(labels) = &node.labels {
            let test = self.label_test(labels, Of::Node)?;
            let tests = if let LabelTest::And(all) = test { all } else { vec![test] };
            for test in tests {
                filters.push(Expr::Labels { base: Box::new(Expr::Slot(slot)), test });
            }
        }
        self.inline_filters(slot, node.properties.as_deref(), Type::NODE, filters)?;
        if let Some(predicate) = &node.where_clause {
            let predicate = self.predicate(predicate)?;
            split(predicate, filters);
        }
        Ok(())
    }

    fn rel_filters(&mut self, slot: Slot, rel: &RelationshipPattern, filters: &mut Vec<Expr>) -> Result<()> {
        self.inline_filters(slot, rel.properties.as_deref(), Type::REL, filters)?;
        if let Some(predicate) = &rel.where_clause {
            let predicate = self.predicate(predicate)?;
            split(predicate, filters);
        }
        Ok(())
    }

    /// `{key: value}` as conditions.
    fn inline_filters(
        &mut self,
        slot: Slot,
        properties: Option<&ast::Expr>,
        kind: Type,
        filters: &mut Vec<Expr>,
    ) -> Result<()> {
        let Some(properties) = properties else { return Ok(()) };
        let at = span(properties.span);
        match &properties.kind {
            ExprKind::Map(entries) => {
                for entry in entries {
                    let key: Rc<str> = Rc::from(entry.key.kind.text.as_str());
                    let key_at = span(entry.key.span);
                    let id = self.property_key(&key, kind, key_at)?;
                    let (value, _) = self.expr(&entry.value)?;
                    let left = Expr::Property { base: Box::new(Expr::Slot(slot)), key, id, span: key_at };
                    let op = Compare::Equal;
                    filters.push(Expr::Compare { op, left: Box::new(left), right: Box::new(value) });
                }
                Ok(())
            }
            ExprKind::Parameter(_) => {
                let error = Error::compile(
                    ErrorKind::Syntax,
                    "InvalidParameterUse",
                    "a parameter may not stand for the properties of a pattern",
                );
                Err(error.at(at).help("name the properties: {key: $value}").into())
            }
            _ => Err(syntax("UnexpectedSyntax", "the properties of a pattern are a map", at)),
        }
    }
}

fn conflict(name: &str, wanted: &str, kind: Type, at: Span) -> anyhow::Error {
    let message = format!("{name} is {}, so it cannot be {wanted}", kind.name());
    syntax("VariableTypeConflict", message, at)
}

/// A query of one branch.
fn only(clauses: Vec<Clause>, columns: Vec<(Rc<str>, Slot)>) -> ir::Query {
    let slots = columns.iter().map(|(_, slot)| *slot).collect();
    ir::Query { branches: vec![ir::Single { clauses, columns: slots }], is_distinct: false, columns }
}

/// The conjuncts of a condition, each on its own.
fn split(predicate: Expr, out: &mut Vec<Expr>) {
    match predicate {
        Expr::And(all) => all.into_iter().for_each(|each| split(each, out)),
        Expr::Labels { base, test: LabelTest::And(all) } => {
            out.extend(all.into_iter().map(|test| Expr::Labels { base: base.clone(), test }));
        }
        other => out.push(other),
    }
}
