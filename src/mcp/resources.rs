//! Resources: the state of each project, and the outline of each file. They are answers of operations, as JSON.

use super::rpc::{INTERNAL_ERROR, INVALID_PARAMS, Problem};
use crate::error::{self, Kind};
use crate::service::{Context, OPERATIONS, json_of};
use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};

const STATUS: &str = "codegraph://status/";
const OUTLINE: &str = "codegraph://outline/";
const MIME: &str = "application/json";
/// Resources that one page lists.
const PAGE: usize = 100;

/// The answer of an operation.
fn ask(name: &str, body: &Value, cx: &Context) -> Result<Value> {
    let entry = OPERATIONS.iter().find(|entry| entry.name == name).context("there is no such operation")?;
    Ok(serde_json::from_slice(&json_of(&*entry.from_json(body)?.run(cx)?)?)?)
}

/// As `resources/list` tells them: one a project.
pub(super) fn list(params: &Map<String, Value>, cx: &Context) -> Result<Value, Problem> {
    let offset = match params.get("cursor") {
        None | Some(Value::Null) => 0,
        Some(cursor) => cursor
            .as_str()
            .and_then(|text| text.parse::<usize>().ok())
            .ok_or_else(|| Problem::new(INVALID_PARAMS, "the cursor is none of ours"))?,
    };
    let overview = match ask("status", &json!({ "no_scan": true }), cx) {
        Ok(overview) => overview,
        // Without an index there is nothing to list, and that is no failure.
        Err(error) if Kind::of(&error) == Kind::NoIndex => json!({ "projects": [] }),
        Err(error) => return Err(Problem::new(INTERNAL_ERROR, error::message(&error))),
    };
    let projects = overview["projects"].as_array().cloned().unwrap_or_default();
    let described = |project: &Value| {
        let name = project["name"].as_str().unwrap_or_default();
        json!({
            "uri": format!("{STATUS}{}", encoded(name)),
            "name": name,
            "title": format!("Status of {name}"),
            "description": format!("What is indexed of {}, and how fresh it is", project["root"].as_str().unwrap_or_default()),
            "mimeType": MIME,
        })
    };
    let mut page = json!({
        "resources": projects.iter().skip(offset).take(PAGE).map(described).collect::<Vec<_>>(),
    });
    if projects.len() > offset.saturating_add(PAGE) {
        page["nextCursor"] = (offset + PAGE).to_string().into();
    }
    Ok(page)
}

/// As `resources/templates/list` tells them.
pub(super) fn templates() -> Value {
    json!({ "resourceTemplates": [
        {
            "uriTemplate": format!("{STATUS}{{project}}"),
            "name": "status",
            "title": "Status of a project",
            "description": "What is indexed, and how fresh it is",
            "mimeType": MIME,
        },
        {
            "uriTemplate": format!("{OUTLINE}{{project}}/{{+path}}"),
            "name": "outline",
            "title": "Outline of a file",
            "description": "What is defined in a file",
            "mimeType": MIME,
        },
    ] })
}

/// Reads one. `not_found` is the code for what there is not.
pub(super) fn read(params: &Map<String, Value>, not_found: i64, cx: &Context) -> Result<Value, Problem> {
    let uri = params.get("uri").and_then(Value::as_str);
    let uri = uri.ok_or_else(|| Problem::new(INVALID_PARAMS, "`uri` is the address of a resource"))?;
    let missing = |detail: &str| {
        Problem::new(not_found, format!("Resource not found: {detail}")).with(json!({ "uri": uri }))
    };
    let asked = if let Some(project) = uri.strip_prefix(STATUS) {
        decoded(project).map(|project| ("status", json!({ "project": project })))
    } else if let Some((project, path)) = uri.strip_prefix(OUTLINE).and_then(|rest| rest.split_once('/')) {
        decoded(project)
            .zip(decoded(path))
            .map(|(project, path)| ("outline", json!({ "project": project, "file": path })))
    } else {
        None
    };
    let (name, body) = asked.ok_or_else(|| missing("there is no such address"))?;
    let answer = ask(name, &body, cx).map_err(|error| match Kind::of(&error) {
        Kind::NotFound | Kind::Usage | Kind::NoIndex => missing(&error::message(&error)),
        _ => Problem::new(INTERNAL_ERROR, error::message(&error)),
    })?;
    Ok(json!({ "contents": [{ "uri": uri, "mimeType": MIME, "text": answer.to_string() }] }))
}

/// A name as a part of an address.
fn encoded(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A part of an address as a name; nothing when it is none.
pub(super) fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let (high, low) = (char::from(bytes.next()?), char::from(bytes.next()?));
            out.push((high.to_digit(16)? * 16 + low.to_digit(16)?) as u8);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_an_address_reads_back() {
        for name in ["shop", "a b/c", "grüße %41", "~x_.-"] {
            assert_eq!(decoded(&encoded(name)).as_deref(), Some(name));
        }
        for text in ["", "%", "%4", "%zz", "%ff"] {
            assert_eq!(decoded(text), None, "{text}");
        }
    }
}
