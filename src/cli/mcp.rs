//! `mcp`: answers an agent over standard input and output, and tells agents how to start that. No operation: it is a
//! surface of its own.

use super::output::Console;
use super::{output, settings};
use crate::config::load::environment;
use crate::error::{Kind, ResultExt as _};
use crate::mcp::Server;
use crate::mcp::install::{Done, HOSTS, Host, Launch};
use anyhow::{Context as _, Result};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};
use std::path::PathBuf;
use std::sync::Arc;

/// The command's name.
pub(super) const NAME: &str = "mcp";

/// The command.
pub(super) fn command() -> Command {
    let install = Command::new("install")
        .about("Show how agents and editors are told to start it, or tell them")
        .long_about(
            "Show how agents and editors are told to start it, or tell them\n\nWithout --write it prints the entry and the file for each; with it, \
             the entry is added and everything else in the file stays as it is.",
        )
        .arg(
            Arg::new("host")
                .value_name("HOST")
                .num_args(0..)
                .value_parser(PossibleValuesParser::new(HOSTS.iter().map(|host| host.name)))
                .help("Agents and editors; without any, all are shown"),
        )
        .arg(
            Arg::new("write")
                .long("write")
                .action(ArgAction::SetTrue)
                .requires("host")
                .help("Add the entry to the files"),
        )
        .arg(project());
    Command::new(NAME)
        .about("Answer an agent over the Model Context Protocol, on standard input and output")
        .long_about(
            "Answer an agent over the Model Context Protocol, on standard input and output\n\nAn agent or editor starts this by itself, \
             once it is told to: see `codegraph mcp install`. The project is the one that holds the working folder, or a root that the \
             client names. Ends when standard input ends.",
        )
        .args_conflicts_with_subcommands(true)
        .arg(project())
        .subcommand(install)
}

/// The project that is asked when a call names none.
pub(super) fn project() -> Arg {
    Arg::new("project").long("project").value_name("NAME").help(
        "Project that is asked when the agent names none; without it, the one that holds the working folder",
    )
}

/// Does what the command line asks for.
pub(super) fn run(matches: &ArgMatches, console: &Arc<Console>) -> Result<()> {
    match matches.subcommand() {
        Some((_, below)) => install(below, console),
        None => answer(matches, console),
    }
}

/// Answers until standard input ends.
pub(super) fn answer(matches: &ArgMatches, console: &Arc<Console>) -> Result<()> {
    let (loaded, data) = settings(matches, console)?;
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let project = matches.get_one::<String>("project").cloned();
    let server = Server::new(data, Arc::new(loaded), Arc::default(), Arc::default()).at(here, project);
    server.serve(std::io::stdin().lock(), output::stdout())
}

fn install(matches: &ArgMatches, console: &Arc<Console>) -> Result<()> {
    let launch = launch(matches)?;
    let (environment, here) = (environment(), std::env::current_dir()?);
    let named: Vec<&String> = matches.get_many("host").into_iter().flatten().collect();
    let hosts: Vec<&Host> =
        HOSTS.iter().filter(|host| named.is_empty() || named.iter().any(|name| *name == host.name)).collect();
    let mut said = Vec::new();
    for host in hosts {
        let file = host.file(&environment, &here);
        if !matches.get_flag("write") {
            let place =
                file.map_or_else(|| "not on this system".to_owned(), |file| file.display().to_string());
            said.push(format!("{} ({}): {place}\n\n{}", host.title, host.name, host.snippet(&launch)?));
            continue;
        }
        let file = file
            .with_context(|| format!("{} has no known file for this on this system", host.title))
            .kind(Kind::Usage)?;
        let done = match host.write(&file, &launch)? {
            Done::Written => "added to",
            Done::Unchanged => "is already in",
        };
        said.push(format!("{} {done} {}\n", host.title, file.display()));
    }
    let gap = if matches.get_flag("write") { "" } else { "\n" };
    console.raw(said.join(gap).as_bytes())
}

/// What agents start: this program, with the folders that were named for it.
fn launch(matches: &ArgMatches) -> Result<Launch> {
    let mut args = vec![NAME.to_owned()];
    for flag in ["data-dir", "config"] {
        if let Some(path) = matches.get_one::<PathBuf>(flag) {
            let path = std::path::absolute(path)?;
            let path =
                path.to_str().with_context(|| format!("{} is no text", path.display())).kind(Kind::Usage)?;
            args.extend([format!("--{flag}"), path.to_owned()]);
        }
    }
    if let Some(project) = matches.get_one::<String>("project") {
        args.extend(["--project".to_owned(), project.clone()]);
    }
    Ok(Launch { program: std::env::current_exe()?, args })
}
