//! One symbol by its id: what it is, what it needs and who needs it.

use super::input::{Doc, Field};
use super::{ask_in, data, find, in_data, project_field, projects, question, route, search, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Class, Params, Route};
use crate::service::Group;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tiny_http::Method;

/// Neighbours that one answer lists in each direction.
const MAX_NEIGHBOURS: usize = 1_000;

pub(super) fn routes() -> Vec<Route> {
    let flag = json!({ "type": "boolean", "default": false });
    let one = route(
        Method::Get,
        "/entities/{id}",
        "get_entity",
        "Tells of a symbol by the `id` that answers print, percent-encoded",
        entity,
        Doc {
            tag: "graph",
            query: vec![
                project_field(),
                Field::new("include_deps", "List what it needs", flag.clone()),
                Field::new("include_refs", "List who needs it", flag),
                Field::new(
                    "depth",
                    "Steps to follow for these",
                    json!({ "type": "integer", "minimum": 1, "maximum": 5, "default": 1 }),
                ),
            ],
            problems: &[404, 409],
            answer: (200, in_data(shape("Entity"))),
            ..Doc::default()
        },
    );
    vec![question(one, Class::Query)]
}

fn entity(state: &State, call: &Call, params: &Params) -> Result<Reply> {
    let id = params.get("id");
    let project = params.text("project_id");
    if let Some(missing) = search::unknown(state, call, project)? {
        return Ok(missing);
    }
    let names: Vec<String> = match project {
        Some(name) => vec![name.to_owned()],
        None => projects::records(state, call)?
            .iter()
            .filter_map(|record| record["name"].as_str().map(str::to_owned))
            .collect(),
    };
    let mut found: Vec<(String, Value)> = Vec::new();
    for name in names {
        let body = json!({ "project": name, "symbol": id });
        let Some(answer) = find(state, call, Group::Query, "definition", &body)? else { continue };
        let exact = answer["results"].as_array().into_iter().flatten();
        found.extend(exact.filter(|each| each["id"] == id).map(|each| (name.clone(), each.clone())));
    }
    let (project, definition) = match <[(String, Value); 1]>::try_from(found) {
        Ok([one]) => one,
        Err(none) if none.is_empty() => {
            return Ok(Reply::problem(404, "not_found", format!("there is no symbol `{id}`"))
                .hint("an id is what answers print as `id`; GET /api/v1/search finds symbols"));
        }
        Err(several) => {
            let names: Vec<Value> = several.into_iter().map(|(name, _)| name.into()).collect();
            return Ok(Reply::problem(409, "conflict", "several projects have such a symbol")
                .hint("name one as `project_id`")
                .member("choices", names));
        }
    };
    let mut entity = json!({
        "id": definition["id"],
        "name": definition["symbol"],
        "type": definition["kind"],
        "language": definition["language"],
        "file": definition["path"],
        "line": definition["line"],
        "start_line": definition["start_line"],
        "end_line": definition["end_line"],
        "signature": definition["signature"],
        "documentation": definition["doc"],
        "visibility": definition["visibility"],
        "project": { "id": project, "name": project },
    });
    let depth = params.number("depth");
    for (wanted, field, pattern) in [
        ("include_deps", "dependencies", "MATCH (s)-[r]->(n)"),
        ("include_refs", "references", "MATCH (s)<-[r]-(n)"),
    ] {
        if params.is(wanted) {
            let (rows, is_cut) = neighbours(state, call, &project, id, pattern, depth)?;
            entity[field] = rows.into();
            if is_cut {
                entity["truncated"] = true.into();
            }
        }
    }
    Ok(data(entity))
}

/// The symbols that a relationship other than containment leads to, each once, nearest first; true when there are more.
fn neighbours(
    state: &State,
    call: &Call,
    project: &str,
    id: &str,
    pattern: &str,
    depth: u64,
) -> Result<(Vec<Value>, bool)> {
    let cx = state.context(call);
    let query = format!(
        "{pattern} WHERE s.id IN $ids AND type(r) <> 'CONTAINS' AND n.id IS NOT NULL \
         RETURN n.id, n.qualified_name, n.kind, n.file, n.line, type(r), r.file, r.line, r.confidence \
         ORDER BY n.file, n.line, n.id, type(r) LIMIT {}",
        MAX_NEIGHBOURS + 1
    );
    let mut seen = BTreeSet::from([id.to_owned()]);
    let mut front = vec![id.to_owned()];
    let mut rows = Vec::new();
    for step in 1..=depth {
        let body = json!({ "project": project, "query": query, "param": [format!("ids={}", json!(front))] });
        let answer = ask_in(&cx, Group::Query, "cypher", &body)?;
        front.clear();
        let before = seen.clone();
        for row in answer["rows"].as_array().into_iter().flatten() {
            let Some(id) = row[0].as_str().filter(|id| !before.contains(*id)) else { continue };
            if rows.len() == MAX_NEIGHBOURS {
                return Ok((rows, true));
            }
            if seen.insert(id.to_owned()) {
                front.push(id.to_owned());
            }
            rows.push(json!({
                "id": id,
                "name": row[1],
                "type": row[2],
                "file": row[3],
                "line": row[4],
                "relationship": row[5].as_str().map(str::to_lowercase),
                "site": { "file": row[6], "line": row[7] },
                "confidence": row[8],
                "depth": step,
            }));
        }
        if front.is_empty() {
            break;
        }
    }
    Ok((rows, false))
}
