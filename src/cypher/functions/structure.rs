//! Functions of nodes, relationships and paths.

use super::{Context, Function, function, wrong};
use crate::cypher::types::Type;
use crate::cypher::value::{Map, Value};
use anyhow::Result;

const ENTITY: Type = Type::NODE.or(Type::REL);
const ENTITY_OR_MAP: Type = ENTITY.or(Type::MAP);

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        ("id", "entity"),
        &[ENTITY],
        Type::INT,
        "The number of a node; of a relationship, a number that is its own among those of the query's graph.",
        id,
    ),
    function(("elementId", "entity"), &[ENTITY], Type::STR, "What id() gives, as a string.", element_id),
    function(("labels", "node"), &[Type::NODE], Type::list_of(Type::STR), "The labels of a node.", labels),
    function(("type", "relationship"), &[Type::REL], Type::STR, "The type of a relationship.", type_of),
    function(
        ("keys", "entity"),
        &[ENTITY_OR_MAP],
        Type::list_of(Type::STR),
        "The keys of a map, or of the properties of a node or relationship.",
        keys,
    ),
    function(
        ("properties", "entity"),
        &[ENTITY_OR_MAP],
        Type::MAP,
        "The properties of a node or relationship as a map.",
        properties,
    ),
    function(
        ("startNode", "relationship"),
        &[Type::REL],
        Type::NODE,
        "The node where a relationship starts.",
        start_node,
    ),
    function(
        ("endNode", "relationship"),
        &[Type::REL],
        Type::NODE,
        "The node where a relationship ends.",
        end_node,
    ),
    function(
        ("nodes", "path"),
        &[Type::PATH],
        Type::list_of(Type::NODE),
        "The nodes of a path, in order.",
        nodes,
    ),
    function(
        ("relationships", "path"),
        &[Type::PATH],
        Type::list_of(Type::REL),
        "The relationships of a path, in order.",
        relationships,
    ),
    function(("length", "path"), &[Type::PATH], Type::INT, "How many relationships a path has.", length),
];

fn id(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => Ok(Value::Int(node.0.cast_signed())),
        Value::Rel(rel) => {
            // The ends, the type and the number, mixed into one: the same for the same relationship.
            let mut mixed = rel.from.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31);
            mixed = (mixed ^ rel.to.0).wrapping_mul(0xc2b2_ae3d_27d4_eb4f).rotate_left(29);
            mixed ^= u64::from(rel.kind.0) << 32 | u64::from(rel.ordinal);
            Ok(Value::Int(mixed.cast_signed()))
        }
        other => Err(wrong("id", "a node or a relationship", other)),
    }
}

fn element_id(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    Ok(match id(context, arguments)? {
        Value::Int(number) => Value::str(&number.to_string()),
        other => other,
    })
}

fn labels(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Node(node) => {
            let names = &context.graph.schema().labels;
            let labels = context.graph.labels(*node)?;
            Ok(Value::list(labels.into_iter().map(|label| Value::Str(names.name(label.0))).collect()))
        }
        other => Err(wrong("labels", "a node", other)),
    }
}

fn type_of(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Rel(rel) => Ok(Value::Str(context.graph.schema().types.name(rel.kind.0))),
        other => Err(wrong("type", "a relationship", other)),
    }
}

fn keys(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let names = &context.graph.schema().properties;
    let keys = match &arguments[0] {
        Value::Null => return Ok(Value::Null),
        Value::Map(map) => {
            return Ok(Value::list(map.keys().map(|key| Value::Str(key.clone())).collect()));
        }
        Value::Node(node) => context.graph.keys(*node)?,
        Value::Rel(rel) => context.graph.rel_keys(*rel)?,
        other => return Err(wrong("keys", "a node, a relationship or a map", other)),
    };
    Ok(Value::list(keys.into_iter().map(|key| Value::Str(names.name(key.0))).collect()))
}

fn properties(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let names = &context.graph.schema().properties;
    let mut map = Map::new();
    match &arguments[0] {
        Value::Null => return Ok(Value::Null),
        Value::Map(_) => return Ok(arguments[0].clone()),
        Value::Node(node) => {
            for key in context.graph.keys(*node)? {
                map.insert(names.name(key.0), context.graph.property(*node, key)?);
            }
        }
        Value::Rel(rel) => {
            for key in context.graph.rel_keys(*rel)? {
                map.insert(names.name(key.0), context.graph.rel_property(*rel, key)?);
            }
        }
        other => return Err(wrong("properties", "a node, a relationship or a map", other)),
    }
    Ok(Value::map(map))
}

fn start_node(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Rel(rel) => Ok(Value::Node(rel.from)),
        other => Err(wrong("startNode", "a relationship", other)),
    }
}

fn end_node(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Rel(rel) => Ok(Value::Node(rel.to)),
        other => Err(wrong("endNode", "a relationship", other)),
    }
}

fn nodes(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Path(path) => Ok(Value::list(path.nodes.iter().copied().map(Value::Node).collect())),
        other => Err(wrong("nodes", "a path", other)),
    }
}

fn relationships(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Path(path) => Ok(Value::list(path.rels.iter().copied().map(Value::Rel).collect())),
        other => Err(wrong("relationships", "a path", other)),
    }
}

fn length(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    match &arguments[0] {
        Value::Null => Ok(Value::Null),
        Value::Path(path) => Ok(Value::Int(path.rels.len().cast_signed() as i64)),
        other => Err(wrong("length", "a path", other)),
    }
}
