//! Adds an entry to a file with settings and leaves every other byte as it is: comments, order, indents, trailing commas.
//!
//! JSON is read as editors write it, with comments and trailing commas.

use crate::error::{Kind, ResultExt as _};
use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

/// Blanks of an indent that we choose.
const INDENT: &str = "  ";

/// Sets the fields of the object `name` in the object `section` of a JSON text; what else the object has stays. Nothing
/// when they are set already.
///
/// # Errors
/// [`Kind::Usage`] when the text is no JSON, or something else stands in the place.
pub(super) fn json(
    text: &str,
    section: &str,
    name: &str,
    wanted: &Map<String, Value>,
) -> Result<Option<String>> {
    if text.trim().is_empty() {
        let mut all = Map::new();
        all.insert(section.to_owned(), serde_json::json!({ name: wanted }));
        return Ok(Some(format!("{:#}\n", Value::Object(all))));
    }
    let whole = value(text).context("it is no JSON").kind(Kind::Usage)?;
    anyhow::ensure!(whole.is_object(), "it is no JSON object");
    let scan = Scan { text };
    let root = scan.blank(usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8());
    let edited = match scan.member(root, section) {
        None => scan.insert(root, section, &serde_json::json!({ name: wanted })),
        Some((at, _)) => {
            anyhow::ensure!(whole[section].is_object(), "`{section}` in it is no object");
            match scan.member(at, name) {
                None => scan.insert(at, name, &Value::Object(wanted.clone())),
                Some((start, end)) => {
                    let old = &whole[section][name];
                    let mut new = old.as_object().cloned().unwrap_or_default();
                    new.extend(wanted.clone());
                    if *old == Value::Object(new.clone()) {
                        return Ok(None);
                    }
                    let new = indented(&Value::Object(new), scan.indent_of(start));
                    format!("{}{new}{}", scan.part(0, start), scan.part(end, text.len()))
                }
            }
        }
    };
    let made = value(&edited).context("the result would be no JSON")?;
    let fields = made[section][name].as_object().context("the result would lack the entry")?;
    anyhow::ensure!(
        wanted.iter().all(|(name, value)| fields.get(name) == Some(value)),
        "the result would lack a field"
    );
    Ok(Some(edited))
}

/// Adds the table `section.name` to a TOML text. Nothing when it is there with these fields.
///
/// # Errors
/// [`Kind::Usage`] when the text is no TOML, or another entry stands in the place.
pub(super) fn toml(
    text: &str,
    section: &str,
    name: &str,
    wanted: &Map<String, Value>,
) -> Result<Option<String>> {
    let parsed = |text: &str| text.parse::<toml::Table>();
    let wanted_toml = toml::Table::try_from(wanted).context("the entry is no TOML")?;
    let whole = parsed(text).context("it is no TOML").kind(Kind::Usage)?;
    let old = whole.get(section).and_then(|section| section.get(name));
    if let Some(old) = old {
        let is = |(name, value): (&String, &toml::Value)| old.get(name) == Some(value);
        if wanted_toml.iter().all(is) {
            return Ok(None);
        }
        return Err(anyhow::anyhow!("it has another entry [{section}.{name}]"))
            .kind(Kind::Usage)
            .hint("remove that entry first");
    }
    let gap = match text {
        "" => "",
        text if text.ends_with("\n\n") => "",
        text if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let edited = format!("{text}{gap}[{section}.{name}]\n{wanted_toml}");
    let made = parsed(&edited)
        .with_context(|| format!("[{section}.{name}] cannot be added at its end"))
        .kind(Kind::Usage)?;
    anyhow::ensure!(made[section][name].as_table() == Some(&wanted_toml), "the result would lack the entry");
    Ok(Some(edited))
}

/// A text as JSON, its comments and trailing commas left out.
fn value(text: &str) -> Result<Value> {
    let scan = Scan { text };
    let mut plain = String::with_capacity(text.len());
    let mut at = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    while at < text.len() {
        let next = scan.blank(at);
        if next > at {
            plain.push(' ');
            at = next;
            continue;
        }
        let end = match scan.byte(at) {
            Some(b'"') => scan.string(at),
            _ => at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8),
        };
        if scan.byte(at) == Some(b',') && matches!(scan.byte(scan.blank(end)), Some(b'}' | b']')) {
            at = end;
            continue;
        }
        plain.push_str(scan.part(at, end));
        at = end;
    }
    Ok(serde_json::from_str(&plain)?)
}

/// Finds its way through a text that is JSON with comments. On any other text its answers mean nothing, but they come.
struct Scan<'t> {
    text: &'t str,
}

impl Scan<'_> {
    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn part(&self, from: usize, to: usize) -> &str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The end of white space and comments.
    fn blank(&self, mut at: usize) -> usize {
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let step = match rest.as_bytes() {
                [b' ' | b'\t' | b'\n' | b'\r', ..] => 1,
                [b'/', b'/', ..] => rest.find('\n').unwrap_or(rest.len()),
                [b'/', b'*', ..] => {
                    rest.get(2..).and_then(|inner| inner.find("*/")).map_or(rest.len(), |end| end + 4)
                }
                _ => return at,
            };
            at += step;
        }
    }

    /// The end of the string that begins at a place.
    fn string(&self, at: usize) -> usize {
        let mut is_escaped = false;
        for (n, byte) in self.text.bytes().enumerate().skip(at + 1) {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => return n + 1,
                _ => {}
            }
        }
        self.text.len()
    }

    /// The end of the value that begins at a place.
    fn value(&self, mut at: usize) -> usize {
        let mut depth = 0_usize;
        loop {
            at = match self.byte(at) {
                None => return self.text.len(),
                Some(b'"') => self.string(at),
                Some(b'{' | b'[') => {
                    depth += 1;
                    at + 1
                }
                Some(b'}' | b']') => {
                    depth = depth.saturating_sub(1);
                    at + 1
                }
                Some(_) => {
                    let is_end = |byte: u8| {
                        matches!(byte, b',' | b'{' | b'}' | b'[' | b']' | b'"' | b'/')
                            || byte.is_ascii_whitespace()
                    };
                    let rest = self.text.as_bytes().get(at + 1..).unwrap_or_default();
                    at + 1 + rest.iter().position(|byte| is_end(*byte)).unwrap_or(rest.len())
                }
            };
            if depth == 0 {
                return at;
            }
            at = self.blank(at);
        }
    }

    /// Calls with the name of each member of the object that begins at a place, and where its value begins and ends.
    fn members(&self, object: usize, mut each: impl FnMut(&str, usize, usize)) {
        let mut at = self.blank(object + 1);
        while self.byte(at) == Some(b'"') {
            let end = self.string(at);
            let name: String = serde_json::from_str(self.part(at, end)).unwrap_or_default();
            let start = self.blank(self.blank(end) + 1);
            let end = self.value(start);
            each(&name, start, end);
            at = self.blank(end);
            if self.byte(at) == Some(b',') {
                at = self.blank(at + 1);
            }
        }
    }

    /// Where the value of a member begins and ends. Of several of one name the last counts, as for parsers.
    fn member(&self, object: usize, wanted: &str) -> Option<(usize, usize)> {
        let mut found = None;
        self.members(object, |name, start, end| {
            if name == wanted {
                found = Some((start, end));
            }
        });
        found
    }

    /// The blanks that the line of a place begins with.
    fn indent_of(&self, at: usize) -> &str {
        let line = self.part(0, at).rfind('\n').map_or(0, |end| end + 1);
        let blanks = self.part(line, at).bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        self.part(line, line + blanks)
    }

    /// The text with one member more at the end of the object that begins at a place.
    fn insert(&self, object: usize, name: &str, value: &Value) -> String {
        let close = self.value(object) - 1;
        let mut last = None;
        self.members(object, |_, start, end| last = Some((start, end)));
        let outer = self.indent_of(object);
        let inner = match last {
            Some((start, _)) if self.part(object, start).contains('\n') => self.indent_of(start).to_owned(),
            _ => format!("{outer}{INDENT}"),
        };
        // Behind whatever stands before the closing bracket, comments too.
        let end = self.part(0, close).trim_end().len();
        let (before, comma) = match last {
            Some((_, last)) if self.byte(self.blank(last)) != Some(b',') => (last, ","),
            _ => (end, ""),
        };
        let member = format!("{}: {}", Value::from(name), indented(value, &inner));
        let (first, second, gap) = (self.part(0, before), self.part(before, end), self.part(end, close));
        let gap = if gap.contains('\n') { gap.to_owned() } else { format!("\n{outer}") };
        format!("{first}{comma}{second}\n{inner}{member}{gap}{}", self.part(close, self.text.len()))
    }
}

/// A value over several lines, all but the first indented.
fn indented(value: &Value, indent: &str) -> String {
    format!("{value:#}").replace('\n', &format!("\n{indent}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wanted() -> Map<String, Value> {
        json!({ "command": "codegraph", "args": ["mcp"] }).as_object().unwrap().clone()
    }

    fn added(text: &str) -> String {
        json(text, "mcpServers", "codegraph", &wanted()).unwrap().unwrap()
    }

    #[test]
    fn an_entry_is_added_and_all_else_stays_and_the_second_time_nothing_changes() {
        for text in [
            "",
            "{}",
            "{ }",
            "{\"a\":1}",
            "{\n  \"a\": 1\n}\n",
            "\u{feff}{\n\t\"a\": [1, {\"mcpServers\": 3}], // one\n\t/* \"mcpServers\": {} */\n}\n",
            "// settings\n{\n    \"mcpServers\": {\n        // mine\n        \"x\": { \"command\": \"y\" } // \"codegraph\": {}\n    },\n    \"b\": \"}{\\\"\"\n}",
            "{ \"mcpServers\": {} }",
            "{\"mcpServers\":{\"x\":{},},}",
            "{\n  \"mcpServers\": {\n    \"codegraph\": { \"command\": \"old\", \"env\": { \"A\": \"b\" } }\n  }\n}\n",
        ] {
            let edited = added(text);
            let made = value(&edited).unwrap();
            let entry = &made["mcpServers"]["codegraph"];
            assert_eq!(
                (&entry["command"], &entry["args"]),
                (&json!("codegraph"), &json!(["mcp"])),
                "{edited}"
            );
            assert_eq!(json(&edited, "mcpServers", "codegraph", &wanted()).unwrap(), None, "{edited}");
            // What is not the entry is what it was.
            let mut without = made.clone();
            let mut before = if text.is_empty() { json!({}) } else { value(text).unwrap() };
            for all in [&mut without, &mut before] {
                if let Some(servers) = all.get_mut("mcpServers").and_then(Value::as_object_mut) {
                    servers.remove("codegraph");
                    if servers.is_empty() {
                        all.as_object_mut().unwrap().remove("mcpServers");
                    }
                }
            }
            assert_eq!(without, before, "{edited}");
            for comment in
                ["// one", "/* \"mcpServers\": {} */", "// settings", "// mine", "// \"codegraph\": {}"]
            {
                assert_eq!(edited.contains(comment), text.contains(comment), "{edited}");
            }
            assert_eq!(entry["env"]["A"] == "b", text.contains("env"));
        }
    }

    #[test]
    fn the_lines_of_a_file_keep_their_indents() {
        let text = "{\n    \"mcpServers\": {\n        \"x\": {} // mine\n    }\n}\n";
        let wanted = "{\n    \"mcpServers\": {\n        \"x\": {}, // mine\n        \"codegraph\": {\n          \"args\": [\n            \"mcp\"\n          ],\n          \"command\": \"codegraph\"\n        }\n    }\n}\n";
        assert_eq!(added(text), wanted);
    }

    #[test]
    fn what_is_no_settings_file_is_left_alone() {
        for text in
            ["{", "[]", "3", "{\"mcpServers\": []}", "{\"a\" 1}", "{'a': 1}", "\"\\", "/*", "{\"a\": /* }"]
        {
            assert!(json(text, "mcpServers", "codegraph", &wanted()).is_err(), "{text}");
        }
        for text in [
            "[",
            "a = ",
            "mcp_servers = 3\n",
            "mcp_servers = { x = {} }\n",
            "[mcp_servers.codegraph]\ncommand = \"other\"\n",
        ] {
            assert!(toml(text, "mcp_servers", "codegraph", &wanted()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_table_is_added_to_toml_once() {
        for text in ["", "model = \"x\" # mine\n", "[mcp_servers.other]\ncommand = \"y\"", "a = 1\n\n"] {
            let edited = toml(text, "mcp_servers", "codegraph", &wanted()).unwrap().unwrap();
            assert!(edited.starts_with(text), "{edited}");
            assert_eq!(toml(&edited, "mcp_servers", "codegraph", &wanted()).unwrap(), None);
        }
    }

    #[test]
    fn every_start_of_a_file_is_edited_or_refused() {
        let text =
            "\u{feff}// s\n{ \"mcpServers\": { /* é */ \"x\\\"\": [1, {\"a\": null}], }, \"b\": \"ü\" }\n";
        for (at, _) in text.char_indices() {
            if let Ok(Some(edited)) = json(&text[..at], "mcpServers", "codegraph", &wanted()) {
                assert!(value(&edited).is_ok(), "{edited}");
            }
        }
    }
}
