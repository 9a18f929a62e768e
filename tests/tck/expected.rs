//! Values as the TCK writes them in its tables: `(:A {k: 1})`, `[:T]`, `<(:A)-[:T]->()>`, `[1, 'a']`, `{k: null}`.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// A value without identity: two are the same when they are written alike.
#[derive(Debug, Clone, PartialEq)]
pub enum Expected {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    /// A string; also any temporal value, which the TCK writes as one.
    Text(String),
    List(Vec<Expected>),
    Map(BTreeMap<String, Expected>),
    /// Labels in alphabetical order.
    Node(Vec<String>, BTreeMap<String, Expected>),
    Rel(String, BTreeMap<String, Expected>),
    /// A node, then for each step the relationship, whether it is walked along its direction, and the next node.
    Path(Box<Expected>, Vec<(Expected, bool, Expected)>),
}

impl Expected {
    /// Puts the elements of all lists in one order, for results that say nothing of it.
    pub fn with_lists_sorted(self) -> Self {
        match self {
            Self::List(each) => {
                let mut each: Vec<Self> = each.into_iter().map(Self::with_lists_sorted).collect();
                each.sort_by_key(ToString::to_string);
                Self::List(each)
            }
            Self::Map(map) => {
                Self::Map(map.into_iter().map(|(key, value)| (key, value.with_lists_sorted())).collect())
            }
            Self::Node(labels, map) => {
                let map = map.into_iter().map(|(key, value)| (key, value.with_lists_sorted())).collect();
                Self::Node(labels, map)
            }
            other => other,
        }
    }
}

/// One spelling for each value: keys and labels in alphabetical order.
impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            // Both zeros are the same number.
            Self::Float(value) if *value == 0.0 => f.write_str("0.0"),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(text) => {
                f.write_char('\'')?;
                for c in text.chars() {
                    match c {
                        '\'' | '\\' => write!(f, "\\{c}")?,
                        '\n' => f.write_str("\\n")?,
                        other => f.write_char(other)?,
                    }
                }
                f.write_char('\'')
            }
            Self::List(each) => {
                f.write_char('[')?;
                for (at, value) in each.iter().enumerate() {
                    write!(f, "{}{value}", if at == 0 { "" } else { ", " })?;
                }
                f.write_char(']')
            }
            Self::Map(map) => write_map(f, map),
            Self::Node(labels, map) => {
                f.write_char('(')?;
                for label in labels {
                    write!(f, ":{label}")?;
                }
                if !map.is_empty() {
                    f.write_str(if labels.is_empty() { "" } else { " " })?;
                    write_map(f, map)?;
                }
                f.write_char(')')
            }
            Self::Rel(kind, map) => {
                write!(f, "[:{kind}")?;
                if !map.is_empty() {
                    f.write_char(' ')?;
                    write_map(f, map)?;
                }
                f.write_char(']')
            }
            Self::Path(start, steps) => {
                write!(f, "<{start}")?;
                for (rel, is_along, node) in steps {
                    let (before, after) = if *is_along { ("-", "->") } else { ("<-", "-") };
                    write!(f, "{before}{rel}{after}{node}")?;
                }
                f.write_char('>')
            }
        }
    }
}

fn write_map(f: &mut fmt::Formatter<'_>, map: &BTreeMap<String, Expected>) -> fmt::Result {
    f.write_char('{')?;
    for (at, (key, value)) in map.iter().enumerate() {
        write!(f, "{}{key}: {value}", if at == 0 { "" } else { ", " })?;
    }
    f.write_char('}')
}

/// Reads a value.
///
/// # Errors
/// What was expected, and what is there instead.
pub fn read(text: &str) -> Result<Expected, String> {
    let mut reader = Reader { rest: text.trim() };
    let value = reader.value()?;
    if reader.rest.trim().is_empty() { Ok(value) } else { Err(format!("more than a value: {}", reader.rest)) }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start();
        let after = rest.strip_prefix(token);
        self.rest = after.unwrap_or(rest);
        after.is_some()
    }

    fn want(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(format!("{token} expected, not {:?}", self.rest)) }
    }

    fn word(&mut self) -> Result<String, String> {
        let rest = self.rest.trim_start();
        if let Some(quoted) = rest.strip_prefix('`') {
            let (name, after) = quoted.split_once('`').ok_or("a back-tick without an end")?;
            self.rest = after;
            return Ok(name.to_owned());
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        self.rest = after;
        if word.is_empty() { Err(format!("a name expected, not {rest:?}")) } else { Ok(word.to_owned()) }
    }

    fn value(&mut self) -> Result<Expected, String> {
        let rest = self.rest.trim_start();
        self.rest = rest;
        match rest.chars().next().ok_or("a value expected, not the end")? {
            '\'' => self.text(),
            '{' => Ok(Expected::Map(self.map()?)),
            '(' => self.node(),
            '<' => self.path(),
            '[' if rest[1..].trim_start().starts_with(':') => self.rel(),
            '[' => self.list(),
            '-' | '.' | '0'..='9' => self.number(),
            _ => match self.word()?.as_str() {
                "null" => Ok(Expected::Null),
                "true" => Ok(Expected::Bool(true)),
                "false" => Ok(Expected::Bool(false)),
                "NaN" => Ok(Expected::Float(f64::NAN)),
                "Inf" => Ok(Expected::Float(f64::INFINITY)),
                other => Err(format!("no value: {other}")),
            },
        }
    }

    fn number(&mut self) -> Result<Expected, String> {
        if self.take("-Inf") {
            return Ok(Expected::Float(f64::NEG_INFINITY));
        }
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (number, after) = self.rest.split_at(end);
        self.rest = after;
        let is_float = number.contains(['.', 'e', 'E']);
        let value = if is_float {
            number.parse().map(Expected::Float).ok()
        } else {
            number.parse().map(Expected::Int).ok()
        };
        value.ok_or_else(|| format!("no number: {number}"))
    }

    fn text(&mut self) -> Result<Expected, String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '\'' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(Expected::Text(text));
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, escaped)) => text.push(escaped),
                    None => break,
                },
                other => text.push(other),
            }
        }
        Err(format!("a string without an end: {}", self.rest))
    }

    fn list(&mut self) -> Result<Expected, String> {
        self.want("[")?;
        let mut each = Vec::new();
        while !self.take("]") {
            if !each.is_empty() {
                self.want(",")?;
            }
            each.push(self.value()?);
        }
        Ok(Expected::List(each))
    }

    fn map(&mut self) -> Result<BTreeMap<String, Expected>, String> {
        self.want("{")?;
        let mut map = BTreeMap::new();
        while !self.take("}") {
            if !map.is_empty() {
                self.want(",")?;
            }
            let key = self.word()?;
            self.want(":")?;
            map.insert(key, self.value()?);
        }
        Ok(map)
    }

    fn map_if_any(&mut self) -> Result<BTreeMap<String, Expected>, String> {
        if self.rest.trim_start().starts_with('{') { self.map() } else { Ok(BTreeMap::new()) }
    }

    fn node(&mut self) -> Result<Expected, String> {
        self.want("(")?;
        let mut labels = Vec::new();
        while self.take(":") {
            labels.push(self.word()?);
        }
        labels.sort();
        let map = self.map_if_any()?;
        self.want(")")?;
        Ok(Expected::Node(labels, map))
    }

    fn rel(&mut self) -> Result<Expected, String> {
        self.want("[")?;
        self.want(":")?;
        let kind = self.word()?;
        let map = self.map_if_any()?;
        self.want("]")?;
        Ok(Expected::Rel(kind, map))
    }

    fn path(&mut self) -> Result<Expected, String> {
        self.want("<")?;
        let start = self.node()?;
        let mut steps = Vec::new();
        while !self.take(">") {
            let is_against = self.take("<-");
            if !is_against {
                self.want("-")?;
            }
            let rel = self.rel()?;
            self.want(if is_against { "-" } else { "->" })?;
            steps.push((rel, !is_against, self.node()?));
        }
        Ok(Expected::Path(Box::new(start), steps))
    }
}

#[test]
fn values_are_read_and_written_in_one_spelling() {
    for (text, spelling) in [
        ("null", "null"),
        ("true", "true"),
        ("-12", "-12"),
        ("1.50", "1.5"),
        ("-0.0", "0.0"),
        ("1e9", "1000000000.0"),
        ("NaN", "NaN"),
        ("-Inf", "-inf"),
        (r"'it\'s \\ 1'", r"'it\'s \\ 1'"),
        ("[ 1,'a' , [] ]", "[1, 'a', []]"),
        ("{b: 1, a: [null]}", "{a: [null], b: 1}"),
        ("(:B:A {k: 1})", "(:A:B {k: 1})"),
        ("({k: 1})", "({k: 1})"),
        ("()", "()"),
        ("[:T]", "[:T]"),
        ("[:T {k: 'v'}]", "[:T {k: 'v'}]"),
        ("<(:A)-[:T]->()<-[:S {n: 1}]-({x: 2})>", "<(:A)-[:T]->()<-[:S {n: 1}]-({x: 2})>"),
        ("<()>", "<()>"),
        ("[(:A), [:T]]", "[(:A), [:T]]"),
    ] {
        assert_eq!(read(text).unwrap().to_string(), spelling, "{text}");
    }
}

#[test]
fn what_is_no_value_is_an_error() {
    for text in ["", "nul", "'open", "[1", "{a}", "(:A", "[:T", "<(:A)-[:T]-()>", "1 2", "1.2.3", "<(:A"] {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn lists_can_be_compared_without_their_order_at_any_depth() {
    let sorted = |text: &str| read(text).unwrap().with_lists_sorted().to_string();
    assert_eq!(sorted("[2, [3, 1]]"), sorted("[[1, 3], 2]"));
    assert_eq!(sorted("{a: [2, 1]}"), sorted("{a: [1, 2]}"));
    assert_ne!(sorted("[1, 1]"), sorted("[1]"));
}
