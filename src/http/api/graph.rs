//! Questions to the graph: by name, in openCypher, or as a pattern, which becomes openCypher.

use super::input::{Doc, refused};
use super::schema::Wrong;
use super::{ask_in, data, in_data, question, route, search, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Class, Params, Route};
use crate::observe::Limit;
use crate::service::{Group, OPERATIONS};
use anyhow::Result;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};
use tiny_http::Method;

/// Most rows that an answer shows.
const MAX_LIMIT: u64 = 10_000;
/// The ways to ask, of which a request has one.
const FORMS: [&str; 3] = ["cypher", "question", "pattern"];
/// Fields of the request that are no fields of a question.
const OWN: &[&str] = &[
    "project_id",
    "limit",
    "timeout",
    "include_guesses",
    "cypher",
    "parameters",
    "explain",
    "question",
    "pattern",
    "start_entities",
];

/// The questions that have a name, besides openCypher.
fn named() -> impl Iterator<Item = &'static str> {
    let is_question = |entry: &&crate::service::Entry| {
        entry.group == Group::Query && !matches!(entry.name, "cypher" | "schema")
    };
    OPERATIONS.iter().filter(is_question).map(|entry| entry.name)
}

pub(super) fn routes() -> Vec<Route> {
    let text =
        |about: &str| json!({ "type": "string", "minLength": 1, "maxLength": 10_000, "description": about });
    let mut properties = json!({
        "project_id": text("Project to ask; needed when there are several"),
        "limit": { "type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": 1_000, "description": "Most results" },
        "timeout": {
            "type": "integer", "minimum": 1, "maximum": 3_600_000,
            "description": "The longest that it may take, in milliseconds, if performance.query_timeout is not shorter",
        },
        "include_guesses": {
            "type": "boolean", "default": false,
            "description": "Follow guesses too: edges of which several targets, or only the name, are known",
        },
        "cypher": { "type": "string", "minLength": 1, "maxLength": 100_000, "description": "A query in openCypher that reads" },
        "parameters": { "type": "object", "description": "Values of the query's parameters" },
        "explain": { "type": "boolean", "default": false, "description": "Show how a query was answered" },
        "question": { "type": "string", "enum": named().collect::<Vec<_>>(), "description": "A question by its name" },
        "start_entities": {
            "type": "array", "maxItems": 1_000, "items": { "type": "string", "minLength": 1 },
            "description": "Ids of symbols that the first node of the pattern may be; none: any",
        },
        "pattern": {
            "type": "object",
            "required": ["match"],
            "additionalProperties": false,
            "description": "A pattern that becomes a query: MATCH, WHERE and RETURN in openCypher, where a relationship may be written `-[calls]->` for `-[:CALLS]->`",
            "properties": {
                "match": text("Such as `(start:Function)-[calls]->(dep:Function)`"),
                "where": text("A condition"),
                "return": { "type": "array", "maxItems": 50, "items": text("An expression"), "description": "What is answered; without it, the named nodes" },
            },
        },
    });
    for (name, property) in fields_of_questions() {
        properties[name] = property;
    }
    let ask = route(
        Method::Post,
        "/graph/query",
        "query_graph",
        "Asks the graph: a question by its name, a query in openCypher, or a pattern",
        query,
        Doc {
            tag: "graph",
            body: Some(json!({
                "type": "object",
                "additionalProperties": false,
                "properties": properties,
                "oneOf": FORMS.iter().map(|form| json!({ "required": [form] })).collect::<Vec<_>>(),
            })),
            problems: &[404],
            answer: (200, in_data(shape("GraphAnswer"))),
            ..Doc::default()
        },
    );
    vec![question(ask, Class::Query)]
}

/// The fields of all named questions, without defaults, which differ.
fn fields_of_questions() -> Map<String, Value> {
    let mut fields = Map::new();
    for entry in OPERATIONS.iter().filter(|entry| entry.group == Group::Query) {
        if matches!(entry.name, "cypher" | "schema") {
            continue;
        }
        for (name, mut property) in entry.strict_schema()["properties"].take_object() {
            if !OWN.contains(&name.as_str()) && name != "project" && !fields.contains_key(&name) {
                if let Some(property) = property.as_object_mut() {
                    property.remove("default");
                }
                fields.insert(name, property);
            }
        }
    }
    fields
}

/// Takes an object out of a value; an empty one when it is none.
trait TakeObject {
    fn take_object(&mut self) -> Map<String, Value>;
}

impl TakeObject for Value {
    fn take_object(&mut self) -> Map<String, Value> {
        match self.take() {
            Self::Object(fields) => fields,
            _ => Map::new(),
        }
    }
}

fn query(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let began = Instant::now();
    let body = &params.body;
    let given: Vec<&str> = FORMS.iter().copied().filter(|form| !body[*form].is_null()).collect();
    let [form] = given[..] else {
        let message = "one of `cypher`, `question` and `pattern` is wanted";
        let field = given.get(1).copied().unwrap_or_default();
        return Ok(refused(&[Wrong::new(field, message)]));
    };
    if let Some(missing) = search::unknown(state, call, body["project_id"].as_str())? {
        return Ok(missing);
    }
    let mut cx = state.context(call);
    if let Some(ms) = body["timeout"].as_u64() {
        let most = state.loaded.config.performance.query_timeout.0;
        let wanted = Duration::from_millis(ms);
        if most.is_zero() || wanted < most {
            cx.cancel = cx.cancel.within(wanted, Limit::Asked);
        }
    }
    let limit = usize::try_from(body["limit"].as_u64().unwrap_or(MAX_LIMIT)).unwrap_or(usize::MAX);
    let mut asked = match form {
        "question" => {
            let mut asked = Map::new();
            for (name, value) in body.as_object().into_iter().flatten() {
                if !OWN.contains(&name.as_str()) {
                    asked.insert(name.clone(), value.clone());
                }
            }
            asked.insert("limit".to_owned(), body["limit"].clone());
            Value::Object(asked)
        }
        _ => {
            let (query, parameters) = match form {
                "pattern" => pattern(&body["pattern"], &body["start_entities"], limit),
                _ => (body["cypher"].as_str().unwrap_or_default().to_owned(), body["parameters"].clone()),
            };
            let parameters = parameters.as_object().cloned().unwrap_or_default();
            let params: Vec<String> =
                parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
            json!({ "query": query, "param": params, "explain": body["explain"] })
        }
    };
    asked["include_guesses"] = body["include_guesses"].clone();
    if body["project_id"].is_string() {
        asked["project"] = body["project_id"].clone();
    }
    let name = if form == "question" { body["question"].as_str().unwrap_or_default() } else { "cypher" };
    let mut answer = ask_in(state, call, &cx, Group::Query, name, &asked)?;
    let (results, total) = if form == "question" {
        match answer["results"].take() {
            Value::Array(results) => (results, None),
            // A question whose answer is one thing.
            _ => (vec![answer.take()], Some(1)),
        }
    } else {
        rows(&mut answer, limit)
    };
    let took = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let total = total.unwrap_or(results.len());
    let mut told = json!({ "results": results, "total": total, "execution_time": took });
    for (field, value) in answer.take_object() {
        if !matches!(field.as_str(), "results" | "rows" | "took_ms") {
            told[field] = value;
        }
    }
    Ok(data(told))
}

/// The rows of a table, each with the names of its columns, and how many there are.
fn rows(answer: &mut Value, limit: usize) -> (Vec<Value>, Option<usize>) {
    let columns: Vec<String> = answer["columns"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect();
    let rows = match answer["rows"].take() {
        Value::Array(rows) => rows,
        _ => Vec::new(),
    };
    let total = rows.len();
    if total > limit {
        answer["truncated"] = true.into();
    }
    let named = rows.into_iter().take(limit).map(|row| {
        let mut named = Map::new();
        let cells = match row {
            Value::Array(cells) => cells,
            _ => Vec::new(),
        };
        for (name, cell) in columns.iter().zip(cells) {
            named.insert(name.clone(), cell);
        }
        Value::Object(named)
    });
    (named.collect(), Some(total))
}

/// The query that a pattern stands for, and its parameters.
fn pattern(pattern: &Value, start: &Value, limit: usize) -> (String, Value) {
    let text = |field: &str| pattern[field].as_str().unwrap_or_default();
    let (matched, names) = (typed(text("match")), variables(text("match")));
    let mut conditions = Vec::new();
    let mut parameters = json!({});
    let ids = start.as_array().filter(|ids| !ids.is_empty());
    if let (Some(ids), Some(first)) = (ids, names.first()) {
        conditions.push(format!("{first}.id IN $start_entities"));
        parameters["start_entities"] = ids.clone().into();
    }
    if !text("where").is_empty() {
        conditions.push(format!("({})", text("where")));
    }
    let wanted: Vec<&str> =
        pattern["return"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let wanted = if wanted.is_empty() { names.join(", ") } else { wanted.join(", ") };
    let wanted = if wanted.is_empty() { "count(*)".to_owned() } else { wanted };
    let conditions =
        if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
    (format!("MATCH {matched}{conditions} RETURN {wanted} LIMIT {limit}"), parameters)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// A pattern whose relationships are openCypher's: `[calls]` is `[:CALLS]`, `[calls|imports*1..3]` likewise.
fn typed(matched: &str) -> String {
    let mut out = String::with_capacity(matched.len());
    let mut rest = matched;
    while let Some((before, after)) = rest.split_once("-[") {
        out.push_str(before);
        out.push_str("-[");
        let Some((inner, tail)) = after.split_once(']') else {
            rest = after;
            continue;
        };
        let (types, length) = inner.find('*').map_or((inner, ""), |at| inner.split_at(at));
        let types = types.trim();
        if !types.is_empty() && types.split('|').all(|each| is_word(each.trim())) {
            out.push(':');
            out.push_str(&types.to_uppercase());
            out.push_str(length);
        } else {
            out.push_str(inner);
        }
        out.push(']');
        rest = tail;
    }
    out.push_str(rest);
    out
}

/// The names of a pattern's nodes, in their order, each once.
fn variables(matched: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for part in matched.split('(').skip(1) {
        let name = part.split([':', ')', '{', ' ']).next().unwrap_or_default();
        if is_word(name) && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_a_query() {
        for (asked, start, wanted) in [
            (
                json!({ "match": "(start:Function)-[calls]->(dep:Function)" }),
                json!(["a.rs#f@00000001"]),
                "MATCH (start:Function)-[:CALLS]->(dep:Function) WHERE start.id IN $start_entities RETURN start, dep LIMIT 7",
            ),
            (
                json!({ "match": "(a)<-[calls|references*1..3]-(b {name: 'x'})", "where": "a.is_test", "return": ["b.name", "count(a)"] }),
                json!([]),
                "MATCH (a)<-[:CALLS|REFERENCES*1..3]-(b {name: 'x'}) WHERE (a.is_test) RETURN b.name, count(a) LIMIT 7",
            ),
            (
                json!({ "match": "(a)-[:CALLS]->()-[r:IMPORTS]-(a)" }),
                Value::Null,
                "MATCH (a)-[:CALLS]->()-[r:IMPORTS]-(a) RETURN a LIMIT 7",
            ),
            (json!({ "match": "()-[" }), Value::Null, "MATCH ()-[ RETURN count(*) LIMIT 7"),
        ] {
            assert_eq!(pattern(&asked, &start, 7).0, wanted);
        }
    }

    #[test]
    fn the_fields_of_a_question_do_not_hide_those_of_the_request() {
        let fields = fields_of_questions();
        assert!(fields.contains_key("symbol") && fields.contains_key("depth"));
        assert!(OWN.iter().all(|own| !fields.contains_key(*own)));
        assert!(!fields.contains_key("project"));
    }
}
