//! `key new`: makes a key for the daemon. No operation: it touches no index.

use super::output::Console;
use super::settings;
use crate::error::{Kind, ResultExt as _};
use crate::http::{SCOPES, new_key};
use anyhow::{Context as _, Result};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, ValueHint, value_parser};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The command's name.
pub(super) const NAME: &str = "key";

/// The command.
pub(super) fn command() -> Command {
    let new = Command::new("new")
        .about("Make a key for the daemon, and add its hash to the file with keys")
        .long_about(
            "Make a key for the daemon, and add its hash to the file with keys\n\nThe key is printed and kept nowhere. The file is that of \
             --file, else of the setting security.api_keys_file; without either, the line for it is printed too. A daemon that runs \
             reads the file anew on SIGHUP.",
        )
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .required(true)
                .help("What logs call the key: 1 to 64 letters, digits and -_.@"),
        )
        .arg(
            Arg::new("scope")
                .long("scope")
                .value_name("SCOPE")
                .value_parser(PossibleValuesParser::new(SCOPES))
                .default_value("read")
                .help("What the key may do: read asks, write indexes too, admin may do everything"),
        )
        .arg(
            Arg::new("file")
                .long("file")
                .value_name("FILE")
                .value_hint(ValueHint::FilePath)
                .value_parser(value_parser!(PathBuf))
                .help("File with keys"),
        );
    Command::new(NAME)
        .about("Make keys for the daemon")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(new)
}

/// Does what the command line asks for.
pub(super) fn run(matches: &ArgMatches, console: &Console) -> Result<()> {
    let Some(("new", below)) = matches.subcommand() else { return Ok(()) };
    let text = |name: &str| below.get_one::<String>(name).map_or("", String::as_str);
    let set = settings(below, console)?.0.config.security.api_keys_file;
    let file = below.get_one::<PathBuf>("file").cloned().or_else(|| (!set.is_empty()).then(|| set.into()));
    let held = match &file {
        Some(file) if file.exists() => std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))
            .kind(Kind::Usage)?,
        _ => String::new(),
    };
    let (key, line) = new_key(text("name"), text("scope"), &held).kind(Kind::Usage)?;
    match file {
        Some(file) => {
            let gap = if held.is_empty() || held.ends_with('\n') { "" } else { "\n" };
            append(&file, &format!("{gap}{line}\n"))
                .with_context(|| format!("cannot write {}", file.display()))
                .kind(Kind::Usage)?;
            console.raw(format!("{key}\n").as_bytes())
        }
        None => console.raw(format!("{key}\n{line}\n").as_bytes()),
    }
}

/// Adds to a file, which only its owner may read if it is new.
fn append(file: &Path, text: &str) -> Result<()> {
    let mut options = File::options();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}
