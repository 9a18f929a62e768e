//! `query`: named questions below it, and openCypher where none is named: as an argument, from a file or a pipe, or typed
//! on a terminal.

use super::output::Console;
use super::repl;
use crate::error::{Kind, ResultExt as _};
use crate::service::{Entry, OPERATIONS, Request};
use anyhow::{Context as _, Result};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use std::ffi::OsString;
use std::fs::File;
use std::io::{IsTerminal as _, Read};
use std::path::PathBuf;
use std::sync::Arc;

/// The command's name.
pub(super) const NAME: &str = "query";
/// The operation that is meant where no question is named.
const USUAL: &str = "cypher";
/// Longest query that is read from a file or a pipe, in bytes.
const MAX_BYTES: u64 = 1 << 20;

/// The operation that is meant where no question is named.
pub(super) fn entry() -> Option<&'static Entry> {
    OPERATIONS.iter().find(|entry| entry.name == USUAL)
}

/// Lets an operation's query come from elsewhere than its argument.
pub(super) fn from_elsewhere(command: Command) -> Command {
    let help =
        "A query in openCypher; `-` reads it from standard input; without one, it is typed on the terminal";
    command.mut_arg("query", |arg| arg.required(false).num_args(0..).help(help)).arg(
        Arg::new("file")
            .long("file")
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .value_parser(value_parser!(PathBuf))
            .conflicts_with("query")
            .help("File to read the query from"),
    )
}

/// True when a command line means the usual operation.
pub(super) fn is_meant(matches: &ArgMatches) -> bool {
    matches.subcommand().is_none_or(|(name, _)| name == USUAL)
}

/// A single word is no query, so a question of that name was meant: clap's words for it.
pub(super) fn misnamed(matches: &ArgMatches, named: fn() -> Command) -> Option<clap::Error> {
    let Some((NAME, below)) = matches.subcommand() else { return None };
    if below.subcommand().is_some() {
        return None;
    }
    let typed: Vec<&String> = below.get_many("query")?.collect();
    let first = typed.first()?;
    let is_word = !first.is_empty()
        && first.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        && **first != "-";
    if !is_word {
        return None;
    }
    let argv = ["codegraph", NAME].into_iter().chain(typed.iter().map(|word| word.as_str()));
    named().try_get_matches_from(argv).err()
}

/// What the usual operation is asked, or nothing when it is to be typed.
pub(super) fn request(matches: &ArgMatches) -> Result<Option<Box<dyn Request>>> {
    text(matches)?.map(|text| asked(matches, &text)).transpose()
}

/// The usual operation with a text as its query, and all else as it was given on the command line.
pub(super) fn asked(matches: &ArgMatches, text: &str) -> Result<Box<dyn Request>> {
    let entry = entry().context("there is no such operation")?;
    let command = entry.command();
    let mut argv: Vec<OsString> = vec![command.get_name().into()];
    for arg in command.get_arguments() {
        let Some(long) = arg.get_long() else { continue };
        let id = arg.get_id().as_str();
        if matches!(arg.get_action(), ArgAction::SetTrue) {
            argv.extend(matches.get_flag(id).then(|| format!("--{long}").into()));
            continue;
        }
        for value in matches.get_raw(id).into_iter().flatten() {
            let mut whole = OsString::from(format!("--{long}="));
            whole.push(value);
            argv.push(whole);
        }
    }
    argv.extend(["--".into(), text.into()]);
    entry.from_args(&command.try_get_matches_from(argv)?)
}

/// The text of the query; nothing when it is to be typed.
fn text(matches: &ArgMatches) -> Result<Option<String>> {
    if let Some(path) = matches.get_one::<PathBuf>("file") {
        let cannot = || format!("cannot read {}", path.display());
        let file = File::open(path).with_context(cannot).kind(Kind::Usage)?;
        return read(file).with_context(cannot).map(Some);
    }
    let typed: Vec<&String> = matches.get_many("query").map(Iterator::collect).unwrap_or_default();
    match typed.as_slice() {
        [] if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() => Ok(None),
        [] => Err(anyhow::anyhow!("there is no query"))
            .kind(Kind::Usage)
            .hint("give one as an argument, name a `--file`, or write `-` to read standard input"),
        [only] if only.as_str() == "-" => {
            read(std::io::stdin().lock()).context("cannot read standard input").map(Some)
        }
        [only] => Ok(Some((*only).clone())),
        _ => Err(anyhow::anyhow!("a query is one argument"))
            .kind(Kind::Usage)
            .hint("put it in quotes: codegraph query 'MATCH (f:Function) RETURN f.name'"),
    }
}

fn read(from: impl Read) -> Result<String> {
    let mut text = String::new();
    from.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(anyhow::anyhow!("a query of more than a megabyte")).kind(Kind::Usage);
    }
    Ok(text)
}

/// Answers what is typed, line by line.
pub(super) fn typed(matches: &ArgMatches, console: &Arc<Console>) -> Result<()> {
    repl::run(matches, console)
}
