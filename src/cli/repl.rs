//! Queries typed on a terminal, one after the other: with a history, and completion of what the graph knows.

use super::output::Console;
use super::query::{asked, entry};
use super::remote::Remote;
use super::{context, settings, shown};
use crate::cypher;
use crate::observe::{Cancel, Limit};
use crate::query::cypher::{Label, Property, Term, Type};
use crate::service::{Format, OPERATIONS};
use anyhow::{Context as _, Result};
use clap::ArgMatches;
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{CompletionType, Config, Editor, Helper};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// File in the data folder that keeps what was typed.
const HISTORY: &str = "query-history";
/// Queries that it keeps.
const MAX_HISTORY: usize = 1_000;
const GREETING: &str = "openCypher over the graph of this project. A query ends with `;`, or where it is whole. `:help` says more.\n";
const HELP: &str = "\
:schema   labels, relationship types and properties
:help     this
:quit     the end; so does Ctrl-D
Tab completes names, Ctrl-C stops a query. For example:
  MATCH (f:Function)-[:CALLS]->(g) RETURN g.name, count(*) AS calls ORDER BY calls DESC LIMIT 10;
";

/// Words that a query is made of.
const KEYWORDS: &[&str] = &[
    "ALL",
    "AND",
    "ANY",
    "AS",
    "ASC",
    "CALL",
    "CASE",
    "CONTAINS",
    "COUNT",
    "DESC",
    "DISTINCT",
    "ELSE",
    "END",
    "ENDS WITH",
    "EXISTS",
    "IN",
    "IS NOT NULL",
    "IS NULL",
    "LIMIT",
    "MATCH",
    "NONE",
    "NOT",
    "OPTIONAL MATCH",
    "OR",
    "ORDER BY",
    "RETURN",
    "SINGLE",
    "SKIP",
    "STARTS WITH",
    "THEN",
    "UNION",
    "UNWIND",
    "WHEN",
    "WHERE",
    "WITH",
    "XOR",
    "YIELD",
];

/// Knows when a query is whole, and what can stand where the cursor is.
struct Typist;

impl Completer for Typist {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(complete(line, at))
    }
}

/// The start of the word before a place, and what it may become.
fn complete(line: &str, at: usize) -> (usize, Vec<String>) {
    let before = line.get(..at).unwrap_or_default();
    let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_').map_or(0, |end| {
        end + before.get(end..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let word = before.get(start..).unwrap_or_default();
    let names = |terms: &'static [Term]| terms.iter().map(|term| term.name.to_owned());
    let all: Vec<String> = match before.get(..start).and_then(|text| text.chars().next_back()) {
        Some(':' | '|') if in_relationship(before) => names(Type::TERMS).collect(),
        Some(':') if start == 1 => ["help", "quit", "schema"].map(str::to_owned).to_vec(),
        Some(':' | '|') => names(Label::TERMS).collect(),
        Some('.') => names(Property::TERMS).collect(),
        _ => KEYWORDS
            .iter()
            .map(|word| (*word).to_owned())
            .chain(cypher::functions::all().map(|function| format!("{}(", function.name)))
            .collect(),
    };
    let fits = |name: &String| {
        name.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)) && name.len() > word.len()
    };
    (start, all.into_iter().filter(fits).collect())
}

/// True when the last bracket that is open is that of a relationship.
fn in_relationship(text: &str) -> bool {
    let mut open = Vec::new();
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => open.push(c),
            ')' | ']' | '}' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.last() == Some(&'[')
}

impl Hinter for Typist {
    type Hint = String;
}

impl Highlighter for Typist {}

impl Validator for Typist {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let whole = is_whole(context.input());
        Ok(if whole { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Helper for Typist {}

/// True when what was typed is to be answered: it ends with `;` or an empty line, or is a query already.
fn is_whole(text: &str) -> bool {
    let typed = text.trim();
    typed.is_empty()
        || typed.starts_with(':')
        || typed.ends_with(';')
        || text.ends_with('\n')
        || cypher::is_query(typed)
}

/// Answers until the end of the input.
pub(super) fn run(matches: &ArgMatches, console: &Arc<Console>) -> Result<()> {
    let (_, data) = settings(matches, console)?;
    let config = Config::builder()
        .max_history_size(MAX_HISTORY)?
        .history_ignore_space(true)
        .completion_type(CompletionType::List)
        .build();
    let mut editor: Editor<Typist, FileHistory> = Editor::with_config(config)?;
    editor.set_helper(Some(Typist));
    let history = data.join(HISTORY);
    // There is none before the first time.
    drop(editor.load_history(&history));
    // While a query runs Ctrl-C stops it, and not the program.
    let cancel = Cancel::default();
    signal_hook::flag::register(signal_hook::consts::SIGINT, cancel.flag())?;
    console.raw(GREETING.as_bytes())?;
    loop {
        match editor.readline("codegraph> ") {
            Ok(line) => {
                let text = line.trim().trim_end_matches(';').trim_end();
                if text.is_empty() {
                    continue;
                }
                editor.add_history_entry(line.trim())?;
                if matches!(text, ":quit" | ":exit" | ":q") {
                    break;
                }
                cancel.flag().store(false, Ordering::Relaxed);
                if let Err(error) = answer(text, matches, console, &cancel) {
                    console.error(&error);
                }
            }
            // What was typed is thrown away.
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error).context("cannot read from the terminal"),
        }
    }
    // A data folder that cannot be written keeps no history.
    drop(editor.save_history(&history));
    Ok(())
}

fn answer(text: &str, matches: &ArgMatches, console: &Arc<Console>, cancel: &Cancel) -> Result<()> {
    let no_operation = "there is no such operation";
    let (entry, request) = match text {
        ":help" => return console.raw(HELP.as_bytes()),
        ":schema" => {
            let schema = OPERATIONS.iter().find(|entry| entry.name == "schema").context(no_operation)?;
            (schema, schema.from_json(&serde_json::Value::Null)?)
        }
        text => (entry().context(no_operation)?, asked(matches, text)?),
    };
    if let Some(remote) = Remote::named(matches)? {
        return shown(entry, console, Format::Text, None, None)(&*remote.ask(
            entry,
            &request.json()?,
            Format::Text,
        )?);
    }
    let mut cx = context(entry, matches, console, Format::Text, None)?;
    cx.cancel = cancel.within(cx.loaded.config.performance.query_timeout.0, Limit::Query);
    let answer = request.run(&cx)?;
    cx.emit(&*answer)
}

#[cfg(test)]
mod tests {
    use super::{complete, is_whole};

    fn completed(line: &str) -> Vec<String> {
        complete(line, line.len()).1
    }

    #[test]
    fn what_may_follow_is_offered() {
        assert_eq!(completed("MATCH (f:Func"), ["Function"]);
        assert_eq!(completed("MATCH (f)-[:CALLS|IMP"), ["IMPORTS", "IMPLEMENTS"]);
        assert_eq!(completed("MATCH (f)-[:ca"), ["CALLS"]);
        assert_eq!(completed("RETURN f.qual"), ["qualified_name"]);
        assert_eq!(completed("opt"), ["OPTIONAL MATCH"]);
        assert_eq!(completed(":qu"), ["quit"]);
        assert!(completed("RETURN toUpp").contains(&"toUpper(".to_owned()));
        assert_eq!(complete("größe", 4), (0, Vec::new()));
    }

    #[test]
    fn a_query_is_whole_when_it_can_be_answered() {
        for text in ["RETURN 1", "MATCH (n) RETURN n", "MATCH (n", ""].map(|text| format!("{text};")) {
            assert!(is_whole(&text), "{text}");
        }
        assert!(is_whole("RETURN 1") && is_whole(":help") && is_whole("") && is_whole("MATCH (n)\n"));
        assert!(!is_whole("MATCH (n)") && !is_whole("MATCH (n:Function"));
    }
}
