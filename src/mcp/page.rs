//! An answer that fits an agent: what is worth its tokens, as much as the budget takes, and how to get the rest.
//!
//! An answer is some fields and some lists. The fields are always told; the items of the lists, one list after the
//! other, until the budget is used up. A cursor says where the next page begins. It is checked against what was asked,
//! so that it cannot lead into another answer.

use super::text;
use serde_json::{Map, Value, json};

/// Bytes of JSON that are taken for a token.
const BYTES_PER_TOKEN: usize = 4;
/// Lists that are told whole, because they are short and about the answer as a whole.
const WHOLE: &[&str] = &["columns", "notes", "did_you_mean", "symbols_only"];
/// Lists that come first, whatever their names.
const FIRST: &[&str] = &["results", "rows", "supertypes", "subtypes"];

/// Where a list stands among those of its answer.
pub(super) fn rank(list: &str) -> usize {
    FIRST.iter().position(|first| *first == list).unwrap_or(FIRST.len())
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    /// Items before it, of all lists together.
    pub(super) offset: usize,
    /// The generation that the page before came from.
    pub(super) generation: u64,
    /// What was asked.
    pub(super) asked: u32,
}

impl Cursor {
    pub(super) fn print(self) -> String {
        format!("{}.{}.{:08x}", self.offset, self.generation, self.asked)
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (offset, generation, asked) = (parts.next()?, parts.next()?, parts.next()?);
        let cursor = Self {
            offset: offset.parse().ok()?,
            generation: generation.parse().ok()?,
            asked: u32::from_str_radix(asked, 16).ok()?,
        };
        parts.next().is_none().then_some(cursor)
    }
}

/// What is told of an answer.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    /// The answer, cut.
    pub(super) answer: Map<String, Value>,
    /// Items up to and with the last one that is told.
    pub(super) end: usize,
    /// Items that there are after it.
    pub(super) left: usize,
}

/// Cuts an answer to what fits a budget in tokens. At least one item is told, however small the budget. Of a text (a
/// snippet, a doc comment) `max_lines` are told.
pub(super) fn cut(mut answer: Map<String, Value>, offset: usize, budget: usize, max_lines: usize) -> Told {
    let mut lists: Vec<(String, Vec<Value>)> = Vec::new();
    for (name, value) in &mut answer {
        if let Value::Array(items) = value
            && !WHOLE.contains(&name.as_str())
        {
            lists.push((name.clone(), std::mem::take(items)));
        }
    }
    lists.iter_mut().for_each(|(_, items)| without_what_all_say(items));
    lists.sort_by_key(|(name, _)| rank(name));
    let mut head = Map::new();
    for (name, value) in answer {
        if !lists.iter().any(|(list, _)| *list == name)
            && let Some(value) = lean(value, max_lines)
        {
            head.insert(name, value);
        }
    }
    let total: usize = lists.iter().map(|(_, items)| items.len()).sum();
    let room = budget.saturating_mul(BYTES_PER_TOKEN);
    let mut used = size(&head.clone().into());
    let mut at = 0;
    let mut end = offset.min(total);
    let mut is_full = false;
    for (name, items) in lists {
        let mut told = Vec::new();
        for item in items {
            at += 1;
            if at <= offset || is_full {
                continue;
            }
            let item = lean(item, max_lines).unwrap_or(Value::Null);
            let cost = size(&item) + 1;
            if end > offset && used + cost > room {
                is_full = true;
                continue;
            }
            used += cost;
            end = at;
            told.push(item);
        }
        // The main list is there even when it is empty: that is an answer, too.
        if !told.is_empty() || (offset == 0 && FIRST.contains(&name.as_str())) {
            head.insert(name, told.into());
        }
    }
    Told { answer: head, end, left: total - end }
}

/// Takes the project out of items that are all of one.
fn without_what_all_say(items: &mut [Value]) {
    let first = items.first().and_then(|item| item.get("project")).cloned();
    if first.is_some() && items.iter().all(|item| item.get("project") == first.as_ref()) {
        items.iter_mut().filter_map(Value::as_object_mut).for_each(|item| drop(item.remove("project")));
    }
}

/// Bytes of what is told of a value: its JSON or its text, whichever is longer.
fn size(value: &Value) -> usize {
    value.to_string().len().max(text::item(value).len())
}

/// A value without what costs tokens and says nothing: what is absent or false, what the id says already, digits of
/// scores. A place is one word, as it is typed. Nothing when nothing remains.
fn lean(value: Value, max_lines: usize) -> Option<Value> {
    match value {
        Value::Null | Value::Bool(false) => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(shortened(text, max_lines).into()),
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map(|number| json!((number * 1000.0).round() / 1000.0))
        }
        Value::Array(items) if items.is_empty() => None,
        // An item that says nothing stays, since its place may say something.
        Value::Array(items) => Some(
            items
                .into_iter()
                .map(|item| lean(item, max_lines).unwrap_or(Value::Null))
                .collect::<Vec<_>>()
                .into(),
        ),
        Value::Object(fields) => object(fields, max_lines),
        other => Some(other),
    }
}

fn object(mut fields: Map<String, Value>, max_lines: usize) -> Option<Value> {
    if let Some(place) = place(&fields) {
        return Some(place.into());
    }
    let id = fields.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let says = |fields: &Map<String, Value>, name: &str, of: &dyn Fn(&str) -> bool| {
        fields.get(name).and_then(Value::as_str).is_some_and(of)
    };
    if let Some((path, symbol)) = id.split_once('#') {
        let symbol = symbol.rsplit_once('@').map_or(symbol, |(symbol, _)| symbol);
        if says(&fields, "path", &|text| text == path) {
            fields.remove("path");
        }
        // The ending of the path tells it.
        fields.remove("language");
        // Who reads a line finds the name in it.
        for name in ["column", "symbol_column"] {
            fields.remove(name);
        }
        if fields.get("symbol_line") == fields.get("start_line") {
            fields.remove("symbol_line");
        }
        for name in ["symbol", "name"] {
            if says(&fields, name, &|text| text == symbol || symbol.ends_with(&format!(".{text}"))) {
                fields.remove(name);
            }
        }
    }
    // Lines and depths are told as they are; a number that is 0 where there is none is dropped by the answers.
    let lean: Map<String, Value> =
        fields.into_iter().filter_map(|(name, value)| Some((name, lean(value, max_lines)?))).collect();
    (!lean.is_empty()).then(|| lean.into())
}

/// `path:line`, or `path:cell:line` of a notebook, when that is all that an object says.
fn place(fields: &Map<String, Value>) -> Option<String> {
    let path = fields.get("path")?.as_str()?;
    let line = fields.get("line")?.as_u64()?;
    let is_place = |name: &str| matches!(name, "path" | "line" | "column" | "cell");
    if !fields.keys().all(|name| is_place(name)) {
        return None;
    }
    Some(match fields.get("cell").and_then(Value::as_u64) {
        Some(cell) => format!("{path}:{cell}:{line}"),
        None => format!("{path}:{line}"),
    })
}

/// The first lines of a text that has many.
fn shortened(text: String, max_lines: usize) -> String {
    let n = text.lines().count();
    if n <= max_lines {
        return text;
    }
    let kept: Vec<&str> = text.lines().take(max_lines).collect();
    let gap = if max_lines == 1 { ' ' } else { '\n' };
    format!("{}{gap}… {} more lines", kept.join("\n"), n - max_lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    /// The pages of an answer, put together again.
    fn pages(answer: &Map<String, Value>, budget: usize) -> (Vec<Value>, usize) {
        let (mut all, mut offset, mut n) = (Vec::new(), 0, 0);
        loop {
            let told = cut(answer.clone(), offset, budget, 16);
            assert!(told.end > offset || told.left == 0, "a page moves on");
            for name in ["results", "files"] {
                all.extend(told.answer.get(name).and_then(Value::as_array).cloned().unwrap_or_default());
            }
            n += 1;
            if told.left == 0 {
                return (all, n);
            }
            offset = told.end;
        }
    }

    #[test]
    fn the_pages_of_an_answer_are_the_answer_whatever_the_budget() {
        let rows: Vec<Value> = (0..57).map(|n| json!({ "at": n, "text": "x".repeat(n) })).collect();
        let files: Vec<Value> = (0..9).map(|n| json!({ "file": n })).collect();
        let answer = fields(json!({ "files": files, "results": rows, "total": 57 }));
        let wanted: Vec<Value> = rows.iter().chain(&files).cloned().collect();
        for budget in [0, 1, 40, 200, 100_000] {
            let (all, n) = pages(&answer, budget);
            assert_eq!(all.len(), wanted.len(), "{budget}");
            assert!(all.iter().zip(&wanted).all(|(a, b)| a["at"] == b["at"] && a["file"] == b["file"]));
            assert_eq!(n == 1, budget == 100_000);
        }
    }

    #[test]
    fn a_page_of_more_than_one_item_is_within_its_budget() {
        let rows: Vec<Value> =
            (0..200).map(|n| json!({ "at": n, "text": "line\n".repeat(n % 9 + 1) })).collect();
        let answer = fields(json!({ "results": rows, "total": 200 }));
        for budget in [50, 333, 1000] {
            let told = cut(answer.clone(), 0, budget, 16);
            assert!(told.end > 1 && told.left > 0);
            // The braces, the commas and the names of the lists are the only bytes that are not counted.
            assert!(Value::from(told.answer.clone()).to_string().len() <= budget * BYTES_PER_TOKEN + 40);
            assert!(text::page(&told.answer).len() <= budget * BYTES_PER_TOKEN + 40);
        }
    }

    #[test]
    fn what_the_id_says_is_not_told_again() {
        let row = json!({
            "id": "src/a.rs#T.f@0a1b2c3d", "path": "src/a.rs", "symbol": "T.f", "name": "f", "language": "rust", "line": 3, "confidence": 0.98765,
            "test": false, "via": null, "doc": "", "site": { "path": "src/b.rs", "line": 9, "column": 4 },
            "more_sites": [{ "path": "n.ipynb", "cell": 2, "line": 1 }],
        });
        let wanted = json!({
            "id": "src/a.rs#T.f@0a1b2c3d", "line": 3, "confidence": 0.988, "site": "src/b.rs:9",
            "more_sites": ["n.ipynb:2:1"],
        });
        assert_eq!(lean(row, 16), Some(wanted));
        let other = json!({ "id": "src/a.rs#T.f@0a1b2c3d", "path": "src/z.rs", "symbol": "U" });
        assert_eq!(lean(other.clone(), 16), Some(other));
    }

    #[test]
    fn a_project_is_told_where_there_are_several() {
        let told = |projects: [&str; 2]| {
            let rows = projects.map(|project| json!({ "id": "a.rs#f@1", "project": project }));
            Value::from(cut(fields(json!({ "results": rows })), 0, 100, 16).answer).to_string()
        };
        assert!(!told(["a", "a"]).contains("project"));
        assert_eq!(told(["a", "b"]).matches("project").count(), 2);
    }

    #[test]
    fn a_long_text_ends_after_some_lines_and_says_how_many_are_left() {
        let text = shortened("x\n".repeat(50), 16);
        assert_eq!((text.lines().count(), text.lines().last()), (17, Some("… 34 more lines")));
        assert_eq!(shortened("x\ny\nz".to_owned(), 1), "x … 2 more lines");
    }

    #[test]
    fn a_cursor_reads_back_and_anything_else_is_none() {
        let cursor = Cursor { offset: 20, generation: 7, asked: 0xbeef };
        assert_eq!(Cursor::parse(&cursor.print()), Some(cursor));
        for text in ["", "1", "1.2", "1.2.x", "1.2.3.4", "-1.2.3", "99999999999999999999.1.1"] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
    }
}
