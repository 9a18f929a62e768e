//! Prompts: what a person may want an agent to find out with the tools.

use super::rpc::{INVALID_PARAMS, Problem};
use serde_json::{Map, Value, json};

struct Prompt {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    argument: &'static str,
    argument_about: &'static str,
    /// `{}` stands for the argument.
    text: &'static str,
}

const PROMPTS: &[Prompt] = &[
    Prompt {
        name: "explore",
        title: "Explore a topic",
        about: "Find out how something works in this code",
        argument: "topic",
        argument_about: "What to find out, such as: how are failed uploads retried",
        text: "Find out how this works in the code: {}\n\nBegin with the tool `search`. Of the symbols that matter, ask the tool `graph` for \
               `callers` and `callees`, by their ids, until the way through the code is clear. Then explain it, the most \
               important thing first, and name the places as path:line.",
    },
    Prompt {
        name: "change",
        title: "Prepare a change",
        about: "Find what a change of a symbol reaches",
        argument: "symbol",
        argument_about: "The symbol that shall change: a name, Type::method, path:line or an id",
        text: "I want to change `{}`. Ask the tool `graph` for its `definition`, its `references` and its `impact`. Then tell what the \
               change reaches, which places must change along with it, which tests cover it, and what is not sure: \
               unresolved uses and edges of low confidence.",
    },
];

/// As `prompts/list` tells them.
pub(super) fn list() -> Value {
    let described = |prompt: &Prompt| {
        json!({
            "name": prompt.name,
            "title": prompt.title,
            "description": prompt.about,
            "arguments": [{ "name": prompt.argument, "description": prompt.argument_about, "required": true }],
        })
    };
    json!({ "prompts": PROMPTS.iter().map(described).collect::<Vec<_>>() })
}

/// One of them, with its argument in place.
pub(super) fn get(params: &Map<String, Value>) -> Result<Value, Problem> {
    let name = params.get("name").and_then(Value::as_str).unwrap_or_default();
    let prompt = PROMPTS.iter().find(|prompt| prompt.name == name);
    let prompt =
        prompt.ok_or_else(|| Problem::new(INVALID_PARAMS, format!("there is no prompt `{name}`")))?;
    let argument =
        params.get("arguments").and_then(|given| given.get(prompt.argument)).and_then(Value::as_str);
    let argument = argument.filter(|text| !text.trim().is_empty()).ok_or_else(|| {
        Problem::new(INVALID_PARAMS, format!("the prompt `{name}` needs the argument `{}`", prompt.argument))
    })?;
    Ok(json!({
        "description": prompt.about,
        "messages": [{
            "role": "user",
            "content": { "type": "text", "text": prompt.text.replacen("{}", argument, 1) },
        }],
    }))
}
