//! Labels of nodes and types of relationships.

use super::{Checker, syntax};
use crate::cypher::error::{Error, ErrorKind, Span, nearest};
use crate::cypher::graph::{LabelId, Names, PropertyId, TypeId};
use crate::cypher::ir::LabelTest;
use crate::cypher::parse::span;
use crate::cypher::types::Type;
use anyhow::Result;
use open_cypher::ast::{LabelExpression, LabelExpressionKind};

/// What a label expression may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Node,
    Rel,
    Either,
}

impl Checker<'_> {
    /// A test of labels or of a type.
    pub(super) fn label_test(&self, labels: &LabelExpression, of: Of) -> Result<LabelTest> {
        Ok(match &labels.kind {
            LabelExpressionKind::Name(name) => {
                let schema = self.graph.schema();
                let text = &name.kind.text;
                let label = schema.labels.find(text).filter(|_| of != Of::Rel).map(LabelId);
                let kind = schema.types.find(text).filter(|_| of != Of::Node).map(TypeId);
                if schema.is_strict && label.is_none() && kind.is_none() {
                    let at = span(name.span);
                    return Err(match of {
                        Of::Rel => unknown("UnknownType", "relationship type", text, &schema.types, at),
                        Of::Node | Of::Either => unknown("UnknownLabel", "label", text, &schema.labels, at),
                    });
                }
                LabelTest::Name(label, kind)
            }
            LabelExpressionKind::Wildcard => LabelTest::Any,
            LabelExpressionKind::Not(inner) => LabelTest::Not(Box::new(self.label_test(inner, of)?)),
            LabelExpressionKind::And(all) => {
                LabelTest::And(all.iter().map(|each| self.label_test(each, of)).collect::<Result<_>>()?)
            }
            LabelExpressionKind::Or(all) => {
                LabelTest::Or(all.iter().map(|each| self.label_test(each, of)).collect::<Result<_>>()?)
            }
            LabelExpressionKind::Parenthesized(inner) => self.label_test(inner, of)?,
            _ => return Err(syntax("UnexpectedSyntax", "this is no label", span(labels.span))),
        })
    }

    /// The types that a test lets pass, in the order that they are written, else in the schema's.
    pub(super) fn types(&self, labels: &LabelExpression) -> Result<Vec<TypeId>> {
        let test = self.label_test(labels, Of::Rel)?;
        let mut written = Vec::new();
        if names_only(&test, &mut written) {
            written.sort_unstable();
            written.dedup();
            return Ok(written);
        }
        let all = self.graph.schema().types.all().len();
        Ok((0..all)
            .filter_map(|kind| u16::try_from(kind).ok().map(TypeId))
            .filter(|kind| passes(&test, *kind))
            .collect())
    }

    /// A property of the schema. A graph that knows all its properties takes no other for nodes and relationships.
    pub(super) fn property_key(&self, name: &str, base: Type, at: Span) -> Result<Option<PropertyId>> {
        let schema = self.graph.schema();
        let found = schema.properties.find(name).map(PropertyId);
        let is_entity = base.is(Type::NODE.or(Type::REL).or(Type::NULL));
        if found.is_none() && schema.is_strict && is_entity {
            return Err(unknown("UnknownProperty", "property", name, &schema.properties, at));
        }
        Ok(found)
    }
}

fn unknown(detail: &'static str, what: &str, name: &str, known: &Names, at: Span) -> anyhow::Error {
    let error = Error::compile(ErrorKind::Syntax, detail, format!("there is no {what} {name}")).at(at);
    let meant = nearest(name, known.all().iter().map(|name| &**name));
    match meant {
        Some(meant) => error.help(format!("did you mean {meant}?")),
        None => error.help(format!("there are {}", known.all().join(", "))),
    }
    .into()
}

/// True for names joined by "or"; collects those that are types.
fn names_only(test: &LabelTest, out: &mut Vec<TypeId>) -> bool {
    match test {
        LabelTest::Name(_, kind) => {
            out.extend(*kind);
            true
        }
        LabelTest::Or(all) => all.iter().all(|each| names_only(each, out)),
        LabelTest::Any | LabelTest::Not(_) | LabelTest::And(_) => false,
    }
}

/// True when a relationship of that type passes.
fn passes(test: &LabelTest, kind: TypeId) -> bool {
    match test {
        LabelTest::Name(_, wanted) => *wanted == Some(kind),
        LabelTest::Any => true,
        LabelTest::Not(inner) => !passes(inner, kind),
        LabelTest::And(all) => all.iter().all(|each| passes(each, kind)),
        LabelTest::Or(all) => all.iter().any(|each| passes(each, kind)),
    }
}
