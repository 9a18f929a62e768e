//! argv and terminal. The command tree comes from the registry of operations; what is written here by hand are the
//! global options, the commands that are no operations, and how answers and errors reach a person.

mod key;
mod mcp;
mod names;
mod output;
mod progress;
mod query;
mod remote;
mod repl;
mod serve;

use crate::config::{self, Flag, Loaded};
use crate::error::{Kind, ResultExt as _};
use crate::observe::{Cancel, Limit, Progress, Silent};
use crate::service::{Answer, Check, Context, Effect, Entry, Format, Group, OPERATIONS, Request, Surface};
use anyhow::{Context as _, Result};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use clap_complete::Shell;
use output::{Console, Verbosity};
use remote::Remote;
use serde_json::Value;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Runs a command line; the program's `main`.
#[must_use]
pub fn run(argv: Vec<OsString>) -> ExitCode {
    let argv = names::usual(argv);
    let json = asks_for_json(&argv);
    let known = alone(&argv).and_then(|command| command.try_get_matches_from(&argv).ok());
    let matches = match known.map_or_else(|| command().try_get_matches_from(&argv), Ok) {
        Ok(matches) => matches,
        Err(error) => return misused(&error, json),
    };
    if let Some(error) = query::misnamed(&matches, command_of_names) {
        return misused(&error, json);
    }
    let console = Arc::new(Console::new(choice(&matches), verbosity(&matches), json));
    let code = match dispatch(&matches, &console) {
        Ok(None) => 0,
        Ok(Some(kind)) => kind.exit_code(),
        Err(error) if output::is_broken_pipe(&error) => 0,
        Err(error) => {
            console.error(&error);
            Kind::of(&error).exit_code()
        }
    };
    ExitCode::from(code)
}

/// What clap says of a command line that it does not run: help, version, or an error.
fn misused(error: &clap::Error, json: bool) -> ExitCode {
    let told = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => return output::help(error),
        _ if json => output::misuse_as_json(error),
        _ => output::misuse(error),
    };
    drop(told);
    ExitCode::from(Kind::Usage.exit_code())
}

/// The command line with nothing but the operation that it begins with: making all others takes longer than a short
/// question. What it does not take is for the whole command line to judge, and so are help and groups of operations.
fn alone(argv: &[OsString]) -> Option<Command> {
    let name = argv.get(1)?.to_str()?;
    let entry = operations(Group::Top).find(|entry| entry.name == name)?;
    let is_group = Group::ALL.into_iter().any(|group| is_command_of(group, name));
    (!is_group).then(|| Command::new("codegraph").args(global()).subcommand(subcommand(entry)))
}

/// The whole command line.
#[must_use]
pub fn command() -> Command {
    let mut command = Command::new("codegraph")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Index source code into a graph; search it by words and meaning; ask who calls what")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .args(global());
    for entry in operations(Group::Top) {
        let group = Group::ALL.into_iter().find(|group| is_command_of(*group, entry.name));
        command = command.subcommand(match group {
            Some(group) => nest(subcommand(entry).args_conflicts_with_subcommands(true), group),
            None => subcommand(entry),
        });
    }
    for group in Group::ALL {
        let Some((name, about)) = group.command() else { continue };
        if operations(Group::Top).any(|entry| entry.name == name) {
            continue;
        }
        let usual = query::entry().filter(|_| name == query::NAME);
        let below = match usual {
            Some(entry) => query::from_elsewhere(subcommand(entry))
                .name(name)
                .about(about)
                .args_conflicts_with_subcommands(true),
            None => Command::new(name).about(about).subcommand_required(true).arg_required_else_help(true),
        };
        command = command.subcommand(nest(below, group));
    }
    command
        .subcommand(serve::command())
        .subcommand(mcp::command())
        .subcommand(key::command())
        .subcommand(completions())
}

/// Hangs the operations of a group below a command.
fn nest(command: Command, group: Group) -> Command {
    operations(group).fold(command, |command, entry| {
        let is_usual = query::entry().is_some_and(|usual| std::ptr::eq(usual, entry));
        let own = subcommand(entry);
        command.subcommand(if is_usual { query::from_elsewhere(own) } else { own })
    })
}

/// The command line as if every question had to be named.
fn command_of_names() -> Command {
    let strict = Command::new(query::NAME).subcommand_required(true);
    Command::new("codegraph").subcommand(nest(strict, Group::Query))
}

fn is_command_of(group: Group, name: &str) -> bool {
    group.command().is_some_and(|(command, _)| command == name)
}

/// `completions`, which is no operation: it is about the command line itself.
fn completions() -> Command {
    Command::new("completions").about("Print the completions of a shell").arg(
        Arg::new("shell")
            .value_name("SHELL")
            .required(true)
            .value_parser(value_parser!(Shell))
            .help("Shell to complete in"),
    )
}

/// The completions of a shell.
#[must_use]
pub fn completions_of(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "codegraph", &mut script);
    script
}

/// The operations of a group that the command line offers.
fn operations(group: Group) -> impl Iterator<Item = &'static Entry> {
    OPERATIONS.iter().filter(move |entry| entry.group == group && entry.surfaces.contains(&Surface::Cli))
}

/// An operation as a command: its own arguments and the form of the answer.
fn subcommand(entry: &Entry) -> Command {
    let names = entry.formats.iter().map(|format| match format {
        // What rows and columns look like in text has a name of its own elsewhere.
        Format::Text => PossibleValue::new(format.name()).alias("table"),
        format => PossibleValue::new(format.name()),
    });
    let usual = entry.formats.first().map_or(Format::Text, |format| *format);
    let command = entry.command().arg(
        Arg::new("format")
            .long("format")
            .value_name("FORMAT")
            .help("Form of the answer")
            .value_parser(PossibleValuesParser::new(names))
            .default_value(usual.name()),
    );
    if !entry.formats.iter().any(|format| format.is_binary()) {
        return command;
    }
    command.arg(
        Arg::new("output")
            .long("output")
            .short('o')
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .value_parser(value_parser!(PathBuf))
            .help("File to write instead of standard output; replaced when the answer is whole"),
    )
}

fn global() -> Vec<Arg> {
    let global = |id: &'static str| Arg::new(id).long(id).global(true).help_heading("Global options");
    vec![
        global("data-dir")
            .value_name("DIR")
            .value_hint(ValueHint::DirPath)
            .value_parser(value_parser!(PathBuf))
            .help("Folder that holds the index"),
        global("config")
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .value_parser(value_parser!(PathBuf))
            .help("File with settings"),
        global("set")
            .value_name("SECTION.KEY=VALUE")
            .action(ArgAction::Append)
            .value_parser(Flag::parse)
            .help("Give a setting this value, whatever the file and the environment say; may be repeated"),
        global("remote").value_name("URL").value_hint(ValueHint::Url).help(
            "Ask the daemon at this address instead of the index on this machine [env: CODEGRAPH_REMOTE]",
        ),
        global("api-key")
            .value_name("KEY")
            .help("Key for that daemon; others on this machine may see it [env: CODEGRAPH_API_KEY]"),
        global("api-key-file")
            .value_name("FILE")
            .value_hint(ValueHint::FilePath)
            .value_parser(value_parser!(PathBuf))
            .conflicts_with("api-key")
            .help("File with that key"),
        global("color")
            .value_name("WHEN")
            .value_parser(["auto", "always", "never"])
            .default_value("auto")
            .help("Use colours; auto: on a terminal, unless NO_COLOR is set"),
        global("verbose")
            .short('v')
            .action(ArgAction::SetTrue)
            .conflicts_with("quiet")
            .help("Say more about what is done, on standard error"),
        global("quiet").short('q').action(ArgAction::SetTrue).help("Say nothing but answers and errors"),
    ]
}

/// Runs what was parsed. Gives the kind that the exit code tells although there is no error.
fn dispatch(matches: &ArgMatches, console: &Arc<Console>) -> Result<Option<Kind>> {
    let Some((name, below)) = matches.subcommand() else { return Ok(None) };
    if let ("completions", Some(&shell)) = (name, below.try_get_one::<Shell>("shell").ok().flatten()) {
        console.raw(&completions_of(shell))?;
        return Ok(None);
    }
    let is_elsewhere = below.get_one::<String>("remote").is_some();
    match name {
        serve::NAME | mcp::NAME if is_elsewhere => {
            return Err(anyhow::anyhow!(
                "`{name}` answers from the index on this machine, and asks no daemon elsewhere"
            ))
            .kind(Kind::Usage)
            .hint("agents reach a daemon at its own address, below `/mcp`");
        }
        key::NAME if is_elsewhere => {
            return Err(anyhow::anyhow!("`{name}` writes a file of this machine"))
                .kind(Kind::Usage)
                .hint("run it where the daemon runs, or without `--remote`");
        }
        _ => {}
    }
    if name == serve::NAME {
        serve::run(below, console)?;
        return Ok(None);
    }
    if name == key::NAME {
        key::run(below, console)?;
        return Ok(None);
    }
    if name == mcp::NAME {
        mcp::run(below, console)?;
        return Ok(None);
    }
    if name == query::NAME && query::is_meant(below) {
        let entry = query::entry().context("there is no such operation")?;
        let below = below.subcommand().map_or(below, |(_, deeper)| deeper);
        return match query::request(below)? {
            Some(request) => operate(entry, request, below, console),
            None => query::typed(below, console).map(|()| None),
        };
    }
    let group = Group::ALL.into_iter().find(|group| is_command_of(*group, name));
    let (entry, matches) = match (group, below.subcommand()) {
        (Some(group), Some((name, deeper))) => (operations(group).find(|entry| entry.name == name), deeper),
        _ => (operations(Group::Top).find(|entry| entry.name == name), below),
    };
    let entry = entry.with_context(|| format!("there is no command `{name}`")).kind(Kind::Usage)?;
    operate(entry, entry.from_args(matches)?, matches, console)
}

/// Runs an operation and shows its answer.
fn operate(
    entry: &Entry,
    request: Box<dyn Request>,
    matches: &ArgMatches,
    console: &Arc<Console>,
) -> Result<Option<Kind>> {
    let format = matches
        .get_one::<String>("format")
        .and_then(|name| entry.formats.iter().copied().find(|format| format.name() == name));
    let format = format.unwrap_or(Format::Text);
    let output = matches.try_get_one::<PathBuf>("output").ok().flatten().cloned();
    if format.is_binary() && output.is_none() && output::is_terminal() {
        return Err(anyhow::anyhow!("an answer as {} is no text for a terminal", format.name()))
            .kind(Kind::Usage)
            .hint(format!("write it to a file: `--output index.{}`", format.name()));
    }
    let is_work = entry.is_job && entry.surfaces.contains(&Surface::Http);
    if let Some(remote) = Remote::named(matches)? {
        let show = shown(entry, console, format, output, None);
        let answer = if is_work {
            let cancel = Cancel::default();
            stop_on_signals(&cancel)?;
            let progress = progress(console);
            let told = remote.work(entry, &request.json()?, &*progress, &cancel);
            progress.done();
            entry.told(told?)?
        } else {
            remote.ask(entry, &request.json()?, format)?
        };
        show(&*answer)?;
        return Ok(answer.verdict());
    }
    let cx = context(entry, matches, console, format, output)?;
    if is_work
        && let Some(daemon) = Remote::living(&cx.data)
        && let Some(parts) = request.apart(&cx)?
    {
        return through(&daemon, entry, &parts, &cx);
    }
    let answer = request.run(&cx)?;
    cx.emit(&*answer)?;
    Ok(answer.verdict())
}

/// Has the daemon on the same data folder do what writes: it has one writer, and others wait for their turn there.
fn through(daemon: &Remote, entry: &Entry, parts: &[Value], cx: &Context) -> Result<Option<Kind>> {
    let mut verdict = None;
    for part in parts {
        let told = daemon.work(entry, part, &*cx.progress, &cx.cancel);
        cx.progress.done();
        let answer = entry.told(told?)?;
        cx.emit(&*answer)?;
        verdict = answer.verdict();
    }
    Ok(verdict)
}

/// Who is told how far work is.
fn progress(console: &Arc<Console>) -> Arc<dyn Progress + Send + Sync> {
    if console.shows_progress() {
        Arc::new(progress::Bar::new())
    } else if console.is_verbose() {
        Arc::new(progress::Lines::new(Arc::clone(console)))
    } else {
        Arc::new(Silent)
    }
}

/// What shows answers: on standard output, or in a file; and what stands beside them.
fn shown(
    entry: &Entry,
    console: &Arc<Console>,
    format: Format,
    output: Option<PathBuf>,
    here: Option<PathBuf>,
) -> impl Fn(&dyn Answer) -> Result<()> + use<> {
    let emitter = Arc::clone(console);
    // What was done is no answer: a quiet command that went well says nothing.
    let is_done = matches!(entry.effect, Effect::Write | Effect::Keep);
    let is_told = !is_done || format != Format::Text || !console.is_quiet();
    move |answer| {
        match &output {
            Some(file) => output::file(file, format, here.as_deref(), answer),
            None if is_told => emitter.answer(format, here.as_deref(), answer),
            None => Ok(()),
        }?;
        answer.notes().iter().for_each(|note| emitter.note(note));
        Ok(())
    }
}

/// The settings in force and the data folder.
fn settings(matches: &ArgMatches, console: &Console) -> Result<(Loaded, PathBuf)> {
    let (loaded, data) = settings_with(matches, console, Vec::new())?;
    loaded.warnings.iter().for_each(|warning| console.warn(warning));
    Ok((loaded, data))
}

/// As [`settings`], with what a command's own flags say of them. Warnings are left to the caller.
fn settings_with(matches: &ArgMatches, console: &Console, own: Vec<Flag>) -> Result<(Loaded, PathBuf)> {
    let environment = config::load::environment();
    let mut flags: Vec<Flag> = matches.get_many("set").into_iter().flatten().cloned().collect();
    flags.extend(own);
    let file = matches.get_one::<PathBuf>("config").map(PathBuf::as_path);
    let loaded = config::load_with(file, &environment, &flags)?;
    let flag = matches.get_one::<PathBuf>("data-dir");
    let data = config::data_dir(flag.map(PathBuf::as_path), &loaded.config, &environment)?;
    if let Some(file) = &loaded.file {
        console.detail(&format!("settings from {}", file.display()));
    }
    console.detail(&format!("data folder {}", data.display()));
    Ok((loaded, data))
}

/// What an operation runs in, when it is asked for from a terminal.
fn context(
    entry: &Entry,
    matches: &ArgMatches,
    console: &Arc<Console>,
    format: Format,
    output: Option<PathBuf>,
) -> Result<Context> {
    let (loaded, data) = if Check::is(entry) {
        settings_with(matches, console, Vec::new())?
    } else {
        settings(matches, console)?
    };
    let here = std::env::current_dir().and_then(|here| here.canonicalize()).ok();
    let mut cx = Context::new(data, Arc::new(loaded));
    cx.here.clone_from(&here);
    cx = cx.emitting(shown(entry, console, format, output, here));
    if entry.effect != Effect::Read {
        cx.progress = progress(console);
        stop_on_signals(&cx.cancel)?;
    } else {
        cx.cancel = cx.cancel.within(cx.loaded.config.performance.query_timeout.0, Limit::Query);
    }
    Ok(cx)
}

/// The first Ctrl-C or SIGTERM asks the work to stop, the second ends the program.
fn stop_on_signals(cancel: &Cancel) -> Result<()> {
    let asked: Arc<AtomicBool> = cancel.flag();
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        let code = i32::from(Kind::Interrupted.exit_code());
        signal_hook::flag::register_conditional_shutdown(signal, code, Arc::clone(&asked))?;
        signal_hook::flag::register(signal, Arc::clone(&asked))?;
    }
    Ok(())
}

fn choice(matches: &ArgMatches) -> anstream::ColorChoice {
    match matches.get_one::<String>("color").map(String::as_str) {
        Some("always") => anstream::ColorChoice::Always,
        Some("never") => anstream::ColorChoice::Never,
        _ => anstream::ColorChoice::Auto,
    }
}

fn verbosity(matches: &ArgMatches) -> Verbosity {
    let (_, mut deepest) = matches.subcommand().unwrap_or(("", matches));
    while let Some((_, deeper)) = deepest.subcommand() {
        deepest = deeper;
    }
    match (deepest.get_flag("quiet"), deepest.get_flag("verbose")) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Usual,
    }
}

/// True when a command line asks for JSON, also when it is wrong in another way.
fn asks_for_json(argv: &[OsString]) -> bool {
    let is = |text: &OsString| text == "json" || text == "jsonl";
    argv.iter().any(|arg| arg == "--format=json" || arg == "--format=jsonl")
        || argv.windows(2).any(|pair| pair[0] == "--format" && is(&pair[1]))
}
