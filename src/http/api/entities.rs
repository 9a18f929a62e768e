//! One symbol by its id: what it is, what it needs and who needs it.

use super::input::{Doc, Field};
use super::{ask_in, data, find, in_data, project_field, projects, question, route, search, shape};
use crate::http::State;
use crate::http::call::{Call, Reply};
use crate::http::routes::{Class, Params, Route};
use crate::service::Group;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
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
                Field::new("include_refs", "List who needs it", flag.clone()),
                Field::new(
                    "context",
                    "Show the line of each place, as far as its file is as it was indexed",
                    flag,
                ),
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
        "column": definition["column"],
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
            let (mut rows, is_cut) = neighbours(state, call, &project, id, pattern, depth)?;
            if params.is("context") {
                show_lines(state, call, &project, &mut rows)?;
            }
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
         RETURN n.id, n.qualified_name, n.kind, n.file, n.line, type(r), r.file, r.line, r.column, r.confidence \
         ORDER BY n.file, n.line, n.id, type(r) LIMIT {}",
        MAX_NEIGHBOURS + 1
    );
    let mut seen = BTreeSet::from([id.to_owned()]);
    let mut front = vec![id.to_owned()];
    let mut rows = Vec::new();
    for step in 1..=depth {
        let body = json!({ "project": project, "query": query, "param": [format!("ids={}", json!(front))] });
        let answer = ask_in(state, call, &cx, Group::Query, "cypher", &body)?;
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
                "site": { "file": row[6], "line": row[7], "column": row[8] },
                "confidence": row[9],
                "depth": step,
            }));
        }
        if front.is_empty() {
            break;
        }
    }
    Ok((rows, false))
}

/// Adds the line of each place; null where its file changed or is gone.
fn show_lines(state: &State, call: &Call, project: &str, rows: &mut [Value]) -> Result<()> {
    let mut by_file: BTreeMap<String, Vec<&mut Value>> = BTreeMap::new();
    for row in rows {
        let site = &mut row["site"];
        if let Some(file) = site["file"].as_str() {
            by_file.entry(file.to_owned()).or_default().push(site);
        }
    }
    for (file, sites) in by_file {
        let lines = || sites.iter().filter_map(|site| site["line"].as_u64());
        let from = lines().min().unwrap_or(1);
        let body =
            json!({ "project": project, "file": file, "from": from, "to": lines().max().unwrap_or(from) });
        let shown = find(state, call, Group::Top, "source", &body)?.unwrap_or_default();
        // Lines of a notebook are counted in its cells.
        let is_current = shown["stale"] == false && shown["cells"].is_null();
        let text: Vec<&str> =
            shown["text"].as_str().filter(|_| is_current).unwrap_or_default().lines().collect();
        for site in sites {
            let at = site["line"].as_u64().and_then(|line| usize::try_from(line - from).ok());
            site["context"] = at.and_then(|at| text.get(at)).copied().into();
        }
    }
    Ok(())
}
