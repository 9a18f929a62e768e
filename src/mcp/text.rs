//! An answer as an agent reads it: one line an item, texts of several lines as they stand, no quotes and no escapes.

use super::page::rank;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Fields of an item that come first, in this order; all others follow by name.
const FIRST: &[&str] = &["id", "path", "symbol", "name", "kind", "line", "start_line", "end_line", "site"];
/// Before each line of a text that has several.
const INDENT: &str = "    ";

/// An answer: its fields, then its lists.
pub(super) fn page(answer: &Map<String, Value>) -> String {
    let mut out = String::new();
    for (name, value) in answer {
        match value {
            Value::Array(_) => {}
            Value::String(text) if text.contains('\n') => {
                let _ = writeln!(out, "{name}:");
                block(text, &mut out);
            }
            value => {
                let _ = writeln!(out, "{name}: {}", inline(value));
            }
        }
    }
    let mut lists: Vec<(&String, &Value)> = answer.iter().filter(|(_, value)| value.is_array()).collect();
    // What is one line, such as the names of columns, stands before what is many.
    lists.sort_by_key(|(name, value)| (value.as_array().is_some_and(|items| !is_line(items)), rank(name)));
    for (name, value) in lists {
        let Value::Array(items) = value else { continue };
        if is_line(items) {
            let _ = writeln!(out, "{name}: {}", inline(value));
            continue;
        }
        let _ = writeln!(out, "{name}:");
        for each in items {
            out.push_str(&item(each));
        }
    }
    out
}

/// True for a list that is told on one line.
fn is_line(items: &[Value]) -> bool {
    items.iter().all(|item| !item.is_array() && !item.is_object())
}

/// A text of several lines.
fn block(text: &str, out: &mut String) {
    for line in text.lines() {
        let _ = writeln!(out, "{INDENT}{line}");
    }
}

/// An item of a list, with the end of its line.
pub(super) fn item(value: &Value) -> String {
    let mut out = String::from("- ");
    match value {
        Value::Object(fields) => {
            let is_long = |value: &Value| value.as_str().is_some_and(|text| text.contains('\n'));
            let rank = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
            let mut short: Vec<(&String, &Value)> =
                fields.iter().filter(|(_, value)| !is_long(value)).collect();
            short.sort_by_key(|(name, _)| rank(name));
            let short: Vec<String> =
                short.into_iter().map(|(name, value)| format!("{name}: {}", inline(value))).collect();
            out.push_str(&short.join(", "));
            out.push('\n');
            for text in fields.values().filter(|value| is_long(value)).filter_map(Value::as_str) {
                block(text, &mut out);
            }
        }
        Value::Array(cells) => {
            let cells: Vec<String> = cells.iter().map(inline).collect();
            out.push_str(&cells.join(" | "));
            out.push('\n');
        }
        other => {
            out.push_str(&inline(other));
            out.push('\n');
        }
    }
    out
}

/// A value on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::String(text) => text.replace('\n', " "),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(fields) => {
            let fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}: {}", inline(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_main_list_comes_first_and_lines_of_an_error_stay_lines() {
        let answer = json!({ "files": [{ "path": "a" }], "results": [{ "id": "x" }], "message": "no\n  ^" });
        assert_eq!(
            page(answer.as_object().unwrap()),
            "message:\n    no\n      ^\nresults:\n- id: x\nfiles:\n- path: a\n"
        );
    }

    #[test]
    fn an_answer_is_lines_and_code_stands_as_it_is() {
        let answer = json!({
            "symbol": "T.f", "columns": ["a", "b"], "counts": { "rust": 3 },
            "results": [{ "confidence": 1, "id": "a.rs#T.f@1", "line": 3, "snippet": "fn f() {\n    \"x\"\n}" }, ["x", null]],
        });
        let wanted = "counts: {rust: 3}\nsymbol: T.f\ncolumns: [a, b]\nresults:\n- id: a.rs#T.f@1, line: 3, confidence: 1\n    fn f() {\n        \"x\"\n    }\n- x | null\n";
        assert_eq!(page(answer.as_object().unwrap()), wanted);
    }
}
