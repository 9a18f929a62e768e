//! The tools: operations that only read, few enough that an agent can keep them all in mind.
//!
//! Fields and their words come from the registry. What is written here is which operations a tool stands for, which of
//! their fields it shows (it takes all of them), and what an agent must know beyond that.

use super::page::{self, Cursor};
use super::rpc::{INVALID_PARAMS, Problem};
use super::text;
use crate::error::{Kind, ResultExt as _};
use crate::service::{Answers, Context, Effect, Entry, Group, OPERATIONS, Surface, Trail, error_body, told};
use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use xxhash_rust::xxh3::xxh3_64;

/// Tokens of an answer when nothing else is asked for.
const BUDGET: u64 = 2_000;
/// Tokens that may be asked for.
const BUDGETS: std::ops::RangeInclusive<u64> = 100..=50_000;
/// Lines of a text (a snippet, a doc comment) that are told.
const MAX_LINES: usize = 16;
/// Questions that are about many definitions: of a text one line is told.
const OVERVIEWS: &[&str] = &["outline", "unused"];
/// Bytes from which what a question does is cut at a comma.
const LONG: usize = 60;
/// The name of the tool that has many questions.
const GRAPH: &str = "graph";

/// A tool.
pub(super) struct Tool {
    name: &'static str,
    title: &'static str,
    /// What an agent must know beyond the words of the registry.
    hint: &'static str,
    /// The fields that are shown: of the operations, and our own.
    shown: &'static [&'static str],
    /// Results that are asked for beyond where a page begins, and the most that the operation gives.
    window: (u64, u64),
}

/// All of them, in the order in which they are listed.
pub(super) const TOOLS: &[Tool] = &[
    Tool {
        name: "search",
        title: "Search code",
        hint: "The query may hold \"a phrase\", re:/regex/, -word, lang:, path:, kind:. Exact names come first.",
        shown: &["query", "similar", "no_tests", "project", "all", "budget", "cursor"],
        window: (20, 1_000),
    },
    Tool {
        name: GRAPH,
        title: "Ask the graph of code",
        hint: "Ask the graph of code. Edges were checked against compilers; confidence is the share that is right. \
               Questions, with their fields:",
        shown: &["symbol", "file", "from", "to", "depth", "include_guesses", "project", "budget", "cursor"],
        window: (1_000, 100_000),
    },
    Tool {
        name: "cypher",
        title: "Query the graph in openCypher",
        hint: "The question `schema` of the tool graph shows labels, relationship types and properties.",
        shown: &["query", "project", "budget", "cursor"],
        window: (0, 0),
    },
    Tool { name: "status", title: "Show what is indexed", hint: "", shown: &["project"], window: (0, 0) },
];

/// A tool by its name.
pub(super) fn find(name: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.name == name)
}

/// What a tool answers, before it is put in words.
pub(super) struct Answer {
    /// For programs.
    pub(super) structured: Value,
    /// For models.
    pub(super) text: String,
    pub(super) is_error: bool,
}

/// Operations that only read and are offered to others than the command line.
fn offered() -> impl Iterator<Item = &'static Entry> {
    OPERATIONS.iter().filter(|entry| entry.effect == Effect::Read && entry.surfaces.contains(&Surface::Http))
}

/// What a question gives, from what it does: `List the callers; …` gives `the callers`.
fn brief(about: &str) -> &str {
    let first = about.split([';', ':']).next().unwrap_or_default();
    let first = if first.len() > LONG { first.split(',').next().unwrap_or_default() } else { first };
    first.split_once(' ').map_or(first, |(_, rest)| rest)
}

/// The fields of an operation, as its schema tells them.
fn properties_of(entry: &Entry) -> Map<String, Value> {
    match entry.schema() {
        Value::Object(mut schema) => match schema.remove("properties") {
            Some(Value::Object(properties)) => properties,
            _ => Map::new(),
        },
        _ => Map::new(),
    }
}

/// What a tool runs in, answers that are given again, and who learns whether its own is one.
pub(super) type Place<'p> = (&'p Context, &'p Answers<Arc<Value>>, &'p Trail);

impl Tool {
    /// The operations that it stands for: one, or the questions.
    fn entries(&self) -> Vec<&'static Entry> {
        let is_own = |entry: &&Entry| match self.name {
            GRAPH => entry.group == Group::Query && TOOLS.iter().all(|tool| tool.name != entry.name),
            name => entry.name == name && matches!(entry.group, Group::Top | Group::Query),
        };
        offered().filter(is_own).collect()
    }

    fn shows(&self, field: &str) -> bool {
        self.shown.contains(&field)
    }

    /// As `tools/list` tells it.
    pub(super) fn described(&self) -> Value {
        json!({
            "name": self.name,
            "title": self.title,
            "description": self.description(),
            "inputSchema": self.schema(),
            "annotations": { "readOnlyHint": true, "openWorldHint": false },
        })
    }

    fn description(&self) -> String {
        let about = |entry: &Entry| entry.command().get_about().map(ToString::to_string).unwrap_or_default();
        if self.name != GRAPH {
            let about = self.entries().first().map(|entry| about(entry)).unwrap_or_default();
            let about = about.split(';').next().unwrap_or_default().to_owned();
            return if self.hint.is_empty() { about } else { format!("{about}. {}", self.hint) };
        }
        let mut text = self.hint.to_owned();
        for entry in self.entries() {
            let command = entry.command();
            let needed: Vec<String> = command
                .get_arguments()
                .filter(|arg| arg.is_positional() && arg.is_required_set())
                .map(|arg| format!(" {}", arg.get_id()))
                .collect();
            let about = about(entry);
            text.push_str(&format!("\n{}{}: {}", entry.name, needed.concat(), brief(&about)));
        }
        text
    }

    /// The fields of the operations that it shows, and its own.
    fn schema(&self) -> Value {
        let entries = self.entries();
        let mut properties = Map::new();
        if self.name == GRAPH {
            let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
            properties.insert("question".to_owned(), json!({ "type": "string", "enum": names }));
        }
        for entry in &entries {
            for (name, property) in properties_of(entry) {
                if !self.shows(&name) {
                    continue;
                }
                let property = trimmed(property, entry, &name);
                match properties.get_mut(&name) {
                    // What differs between questions is not said of all.
                    Some(known) if known["default"] != property["default"] => {
                        known.as_object_mut().map(|known| known.remove("default"));
                    }
                    Some(_) => {}
                    None => {
                        properties.insert(name, property);
                    }
                }
            }
        }
        let budget = json!({ "type": "integer", "default": BUDGET, "description": "Tokens of the answer" });
        let cursor = json!({ "type": "string", "description": "From `next` of a page" });
        for (name, property) in [("budget", budget), ("cursor", cursor)] {
            if self.shows(name) {
                properties.insert(name.to_owned(), property);
            }
        }
        let required = match (self.name, entries.as_slice()) {
            (GRAPH, _) => json!(["question"]),
            (_, [entry]) => entry.schema()["required"].take(),
            _ => json!([]),
        };
        json!({ "type": "object", "properties": properties, "required": required })
    }

    /// Runs it. What is wrong with the arguments is an answer too: whoever asked can ask again.
    pub(super) fn call(
        &self,
        arguments: Map<String, Value>,
        project: Option<&str>,
        place: Place<'_>,
    ) -> Result<Answer> {
        match self.answer(arguments, project, place) {
            Ok(answer) => Ok(answer),
            Err(error) if Kind::of(&error) == Kind::Interrupted => Err(error),
            Err(error) => Ok(failed(&error)),
        }
    }

    fn answer(
        &self,
        arguments: Map<String, Value>,
        project: Option<&str>,
        (cx, kept, trail): Place<'_>,
    ) -> Result<Answer> {
        let mut body = arguments.clone();
        let budget = budget(body.remove("budget"))?;
        let cursor = body.remove("cursor");
        let asked = xxh3_64(format!("{} {}", self.name, Value::Object(body.clone())).as_bytes()) as u32;
        let generation = cx.snapshot()?.generation();
        let (offset, is_moved) = match cursor {
            None | Some(Value::Null) => (0, false),
            Some(cursor) => {
                let cursor = cursor.as_str().and_then(Cursor::parse).filter(|cursor| cursor.asked == asked);
                let cursor = cursor
                    .context("the cursor is not one of this question")
                    .kind(Kind::Usage)
                    .hint("repeat the call that `next` showed as it stands")?;
                (cursor.offset, cursor.generation != generation)
            }
        };
        let entry = self.entry(&mut body)?;
        let fields = properties_of(entry);
        let is_for_all = body.get("all") == Some(&Value::Bool(true));
        if let Some(project) = project.filter(|_| fields.contains_key("project") && !is_for_all) {
            body.entry("project").or_insert_with(|| project.into());
        }
        let (window, most) = self.window;
        let limit = (offset as u64).saturating_add(window).min(most);
        let is_open = fields.contains_key("limit") && !body.contains_key("limit");
        if is_open {
            body.insert("limit".to_owned(), limit.into());
        }
        let (answer, mut notes) = told(kept, cx, entry, &Value::Object(body), trail)?;
        let Value::Object(mut fields) = Arc::unwrap_or_clone(answer) else {
            anyhow::bail!("the answer is no object");
        };
        if is_moved {
            notes
                .push("the index changed since the last page: items may be missing or come again".to_owned());
        }
        if !notes.is_empty() {
            fields.insert("notes".to_owned(), notes.into());
        }
        let n_results = fields.get("results").and_then(Value::as_array).map_or(0, Vec::len) as u64;
        let max_lines = if OVERVIEWS.contains(&entry.name) { 1 } else { MAX_LINES };
        let told = page::cut(fields, offset, budget as usize, max_lines);
        let may_go_on = is_open && n_results >= limit && limit < most;
        let next = (told.left > 0 || may_go_on).then(|| {
            let mut arguments = arguments;
            let cursor = Cursor { offset: told.end, generation, asked };
            arguments.insert("cursor".to_owned(), cursor.print().into());
            arguments
        });
        Ok(self.page(told, next))
    }

    /// The operation that is asked for.
    fn entry(&self, body: &mut Map<String, Value>) -> Result<&'static Entry> {
        let entries = self.entries();
        if self.name != GRAPH {
            return entries.first().copied().context("there is no such operation");
        }
        let question = body.remove("question");
        let named = question.as_ref().and_then(Value::as_str).unwrap_or_default();
        let names: Vec<&str> = entries.iter().map(|entry| entry.name).collect();
        entries
            .iter()
            .find(|entry| entry.name == named)
            .copied()
            .with_context(|| format!("there is no question `{named}`"))
            .kind(Kind::Usage)
            .hint(format!("the questions are {}", names.join(", ")))
    }

    /// A page in both forms, with the call that gets the next one.
    fn page(&self, told: page::Told, next: Option<Map<String, Value>>) -> Answer {
        let mut structured = told.answer;
        let mut text = text::page(&structured);
        if told.left > 0 {
            structured.insert("left".to_owned(), told.left.into());
            text.push_str(&format!("left: {}\n", told.left));
        }
        if let Some(arguments) = next {
            let arguments = Value::Object(arguments);
            text.push_str(&format!("next: {} {arguments}\n", self.name));
            structured.insert("next".to_owned(), json!({ "tool": self.name, "arguments": arguments }));
        }
        Answer { structured: structured.into(), text, is_error: false }
    }
}

/// What is wrong, and what to do.
fn failed(error: &anyhow::Error) -> Answer {
    let body = error_body(error)["error"].take();
    let mut fields: Map<String, Value> = match body {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        _ => Map::new(),
    };
    if fields.contains_key("choices")
        && let Some(Value::String(hint)) = fields.get_mut("hint")
    {
        // The hint goes on with the choices, in words.
        *hint = hint.lines().next().unwrap_or_default().to_owned();
    }
    let told = page::cut(fields, 0, BUDGET as usize, MAX_LINES);
    Answer { text: text::page(&told.answer), structured: told.answer.into(), is_error: true }
}

fn budget(asked: Option<Value>) -> Result<u64> {
    let asked = match asked {
        None | Some(Value::Null) => return Ok(BUDGET),
        Some(asked) => asked,
    };
    asked
        .as_u64()
        .filter(|budget| BUDGETS.contains(budget))
        .with_context(|| format!("`budget`: `{asked}` is no value for it"))
        .kind(Kind::Usage)
        .hint(format!("give a whole number of tokens from {} to {}", BUDGETS.start(), BUDGETS.end()))
}

/// A property without what an agent does not need.
fn trimmed(property: Value, entry: &Entry, name: &str) -> Value {
    let Value::Object(mut fields) = property else { return property };
    if fields.get("default") == Some(&Value::Bool(false)) {
        fields.remove("default");
    }
    let command = entry.command();
    let is_positional = command.get_arguments().any(|arg| arg.get_id() == name && arg.is_positional());
    if is_positional && fields.get("type") == Some(&json!("array")) {
        // The words of a question are one text for an agent; a body takes both.
        fields.remove("items");
        fields.insert("type".to_owned(), json!("string"));
    }
    if let Some(Value::String(about)) = fields.get_mut("description")
        && let Some((first, _)) = about.split_once(';')
    {
        *about = first.to_owned();
    }
    Value::Object(fields)
}

/// The arguments of a call.
pub(super) fn arguments(params: &Map<String, Value>) -> Result<(&'static Tool, Map<String, Value>), Problem> {
    let name = params.get("name").and_then(Value::as_str);
    let name = name.ok_or_else(|| Problem::new(INVALID_PARAMS, "`name` is the name of a tool"))?;
    let tool = find(name).ok_or_else(|| Problem::new(INVALID_PARAMS, format!("Unknown tool: {name}")))?;
    match params.get("arguments") {
        None | Some(Value::Null) => Ok((tool, Map::new())),
        Some(Value::Object(arguments)) => Ok((tool, arguments.clone())),
        Some(_) => Err(Problem::new(INVALID_PARAMS, "`arguments` is an object")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of all tools together, as `tools/list` tells them.
    const MAX_BYTES: usize = 4_000;

    #[test]
    fn all_tools_together_take_less_than_four_kilobytes() {
        let tools: Vec<Value> = TOOLS.iter().map(Tool::described).collect();
        let bytes = Value::from(tools).to_string().len();
        assert!(bytes < MAX_BYTES, "{bytes} bytes");
    }

    #[test]
    fn every_field_of_a_tool_is_one_of_its_operations_and_in_their_words() {
        for tool in TOOLS {
            let entries = tool.entries();
            assert_eq!(entries.len() > 1, tool.name == GRAPH, "{}", tool.name);
            let described = tool.described();
            let properties = described["inputSchema"]["properties"].as_object().unwrap();
            for (name, property) in properties {
                if ["question", "budget", "cursor"].contains(&name.as_str()) {
                    continue;
                }
                let of = |entry: &&&Entry| entry.schema()["properties"][name.as_str()].is_object();
                let known =
                    entries.iter().find(of).unwrap_or_else(|| panic!("{} {name}", tool.name)).schema();
                let known = &known["properties"][name.as_str()];
                let about = property["description"].as_str().unwrap();
                assert!(known["description"].as_str().unwrap().starts_with(about), "{} {name}", tool.name);
                assert_eq!(property["enum"], known["enum"]);
            }
            for shown in tool.shown {
                assert!(properties.contains_key(*shown), "{} {shown}", tool.name);
            }
        }
    }

    #[test]
    fn every_question_to_the_graph_is_asked_by_one_tool() {
        let asked: Vec<&str> = TOOLS.iter().flat_map(Tool::entries).map(|entry| entry.name).collect();
        for entry in offered().filter(|entry| entry.group == Group::Query) {
            assert_eq!(asked.iter().filter(|name| **name == entry.name).count(), 1, "{}", entry.name);
        }
    }

    #[test]
    fn the_syntax_that_is_hinted_at_is_that_of_search() {
        let search = find("search").unwrap();
        let syntax = search.entries()[0].command().get_after_help().unwrap().to_string();
        for typed in ["\"a phrase\"", "re:/", "-word", "lang:", "path:", "kind:"] {
            assert!(search.hint.contains(typed) && syntax.contains(typed), "{typed}");
        }
    }
}
