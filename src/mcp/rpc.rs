//! JSON-RPC 2.0 as the protocol uses it: one message in, one message out.

use serde_json::{Map, Value, json};

/// No JSON.
pub(crate) const PARSE_ERROR: i64 = -32700;
/// No message of JSON-RPC.
pub(crate) const INVALID_REQUEST: i64 = -32600;
/// There is no such method.
pub(crate) const METHOD_NOT_FOUND: i64 = -32601;
/// The parameters make no sense.
pub(crate) const INVALID_PARAMS: i64 = -32602;
/// It failed for a reason of ours.
pub(crate) const INTERNAL_ERROR: i64 = -32603;
/// Headers and body of an HTTP request say different things.
pub(crate) const HEADER_MISMATCH: i64 = -32020;
/// The revision of the protocol is not one of ours.
pub(crate) const UNSUPPORTED_VERSION: i64 = -32022;
/// There is no such resource, in the revisions that have a code for it.
pub(crate) const RESOURCE_NOT_FOUND: i64 = -32002;

/// An error as JSON-RPC tells it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Problem {
    /// One of the codes above.
    pub(crate) code: i64,
    /// One sentence.
    pub(crate) message: String,
    /// More, for programs.
    pub(crate) data: Option<Value>,
}

impl Problem {
    pub(crate) fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    pub(crate) fn with(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }
}

/// A request: it has an id and wants an answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    /// A text or a whole number.
    pub(crate) id: Value,
    pub(crate) method: String,
    pub(crate) params: Map<String, Value>,
}

impl Request {
    /// A field of its `_meta`.
    pub(crate) fn meta(&self, name: &str) -> Option<&Value> {
        self.params.get("_meta").and_then(|meta| meta.get(name))
    }
}

/// What a client sends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Message {
    Request(Request),
    /// It wants no answer.
    Notification {
        method: String,
        params: Map<String, Value>,
    },
    /// An answer to a question of ours; nothing where that failed.
    Response {
        id: Value,
        result: Option<Value>,
    },
}

/// What stands on a line or in a body.
#[derive(Debug, PartialEq)]
pub(crate) enum Input {
    One(Value),
    /// Several messages, never none.
    Batch(Vec<Value>),
}

/// Reads JSON: a message, or a batch of at most so many.
pub(crate) fn read(bytes: &[u8], most: u64) -> Result<Input, Problem> {
    let value: Value = serde_json::from_slice(bytes)
        .map_err(|error| Problem::new(PARSE_ERROR, format!("the message is no JSON: {error}")))?;
    match value {
        Value::Array(messages) if messages.is_empty() => {
            Err(Problem::new(INVALID_REQUEST, "a batch has at least one message"))
        }
        Value::Array(messages) if messages.len() as u64 > most => {
            Err(Problem::new(INVALID_REQUEST, format!("a batch has at most {most} messages")))
        }
        Value::Array(messages) => Ok(Input::Batch(messages)),
        one => Ok(Input::One(one)),
    }
}

/// Reads a message. What is wrong with one comes with its id, null where there is none.
pub(crate) fn message(value: Value) -> Result<Message, (Value, Problem)> {
    let Value::Object(mut fields) = value else {
        return Err((Value::Null, Problem::new(INVALID_REQUEST, "a message is an object")));
    };
    let id = fields.remove("id");
    let is_id = |id: &Value| id.is_string() || id.is_i64() || id.is_u64();
    let told = id.clone().filter(is_id).unwrap_or(Value::Null);
    let wrong = |text: &str| (told.clone(), Problem::new(INVALID_REQUEST, text));
    if fields.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(wrong("`jsonrpc` is \"2.0\""));
    }
    if id.as_ref().is_some_and(|id| !is_id(id)) {
        return Err(wrong("`id` is a text or a whole number"));
    }
    let method = match fields.remove("method") {
        Some(Value::String(method)) => method,
        Some(_) => return Err(wrong("`method` is a text")),
        None => {
            return match id {
                Some(id) if fields.contains_key("result") || fields.contains_key("error") => {
                    Ok(Message::Response { id, result: fields.remove("result") })
                }
                _ => Err(wrong("there is no `method`")),
            };
        }
    };
    let params = match fields.remove("params") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => return Err((told, Problem::new(INVALID_PARAMS, "`params` is an object"))),
    };
    Ok(match id {
        Some(id) => Message::Request(Request { id, method, params }),
        None => Message::Notification { method, params },
    })
}

/// The answer to a request.
pub(crate) fn answer(id: &Value, outcome: Result<Value, Problem>) -> Value {
    match outcome {
        Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
        Err(Problem { code, message, data }) => {
            let mut error = json!({ "code": code, "message": message });
            if let (Some(data), Some(fields)) = (data, error.as_object_mut()) {
                fields.insert("data".to_owned(), data);
            }
            json!({ "jsonrpc": "2.0", "id": id, "error": error })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> i64 {
        match read(text.as_bytes(), 100) {
            Err(problem) => problem.code,
            Ok(Input::One(value)) => message(value).map_or_else(|(_, problem)| problem.code, |_| 0),
            Ok(Input::Batch(_)) => 1,
        }
    }

    #[test]
    fn what_is_no_message_has_the_code_that_says_so() {
        for (text, wanted) in [
            ("", PARSE_ERROR),
            ("{", PARSE_ERROR),
            ("\u{0}", PARSE_ERROR),
            ("[]", INVALID_REQUEST),
            ("3", INVALID_REQUEST),
            ("{}", INVALID_REQUEST),
            (r#"{"jsonrpc": "1.0", "id": 1, "method": "ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc": "2.0", "id": null, "method": "ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc": "2.0", "id": 1.5, "method": "ping"}"#, INVALID_REQUEST),
            (r#"{"jsonrpc": "2.0", "id": 1, "method": 7}"#, INVALID_REQUEST),
            (r#"{"jsonrpc": "2.0", "id": 1}"#, INVALID_REQUEST),
            (r#"{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}"#, INVALID_PARAMS),
            (r#"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"#, 0),
            (r#"{"jsonrpc": "2.0", "id": "a", "method": "ping", "params": null}"#, 0),
            (r#"{"jsonrpc": "2.0", "method": "notifications/initialized"}"#, 0),
            (r#"{"jsonrpc": "2.0", "id": 1, "result": {}}"#, 0),
            (r#"[{"jsonrpc": "2.0", "id": 1, "method": "ping"}]"#, 1),
        ] {
            assert_eq!(code(text), wanted, "{text}");
        }
        assert_eq!(code(&"[".repeat(100_000)), PARSE_ERROR);
        assert_eq!(code(&format!("[{}1]", "1,".repeat(100))), INVALID_REQUEST);
    }

    #[test]
    fn a_wrong_message_keeps_its_id() {
        let (id, _) = message(json!({ "jsonrpc": "2.0", "id": "x", "method": 1 })).unwrap_err();
        assert_eq!(id, json!("x"));
        let (id, _) = message(json!({ "jsonrpc": "2.0", "id": [], "method": "ping" })).unwrap_err();
        assert_eq!(id, Value::Null);
    }
}
