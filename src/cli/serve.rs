//! `serve`: the daemon, from its start to its graceful end. No operation: it is a surface of its own.

use super::output::Console;
use super::remote::Remote;
use super::{mcp, settings_with, stop_on_signals};
use crate::config::{Flag, Level};
use crate::error::message;
use crate::http::Daemon;
use crate::http::presence::Presence;
use crate::observe::Cancel;
use crate::service::{Files, Memory, share_cache};
use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// The command's name.
pub(super) const NAME: &str = "serve";

/// The command.
pub(super) fn command() -> Command {
    Command::new(NAME)
        .about("Answer questions over HTTP")
        .long_about(
            "Answer questions over HTTP\n\nGET /health, GET /ready, GET /api/v1 for the list of operations, \
             POST /api/v1/search and the like with a JSON body whose fields are the flags. Requests send a key as `Authorization: Bearer KEY`; \
             when none is set, the first start writes one to `api_key` in the data folder. Ends on Ctrl-C or SIGTERM; SIGHUP reads the keys anew.",
        )
        .arg(Arg::new("host").long("host").value_name("HOST").help("Address to listen on"))
        .arg(
            Arg::new("port")
                .long("port")
                .value_name("PORT")
                .value_parser(value_parser!(u16))
                .help("Port to listen on; 0 takes a free one and prints it"),
        )
        .arg(
            Arg::new("insecure-no-auth")
                .long("insecure-no-auth")
                .action(ArgAction::SetTrue)
                .help("Ask nobody for a key, wherever the daemon can be reached from"),
        )
        .arg(
            Arg::new("watch")
                .long("watch")
                .action(ArgAction::SetTrue)
                .help("Index every project again whenever its files change"),
        )
        .arg(
            Arg::new("health-check")
                .long("health-check")
                .value_name("URL")
                .num_args(0..=1)
                .conflicts_with_all(["stdio", "watch", "insecure-no-auth"])
                .help("Only ask a daemon whether it is well, the one of these settings or the one at URL; exit code 0 says yes"),
        )
        .arg(
            Arg::new("stdio")
                .long("stdio")
                .action(ArgAction::SetTrue)
                .conflicts_with_all(["host", "port", "insecure-no-auth", "watch"])
                .help("Answer one agent over standard input and output instead, as `codegraph mcp` does"),
        )
        .arg(mcp::project().requires("stdio"))
}

/// What the flags of the command say of settings.
fn flags(matches: &ArgMatches) -> Vec<Flag> {
    let flag = |name, key: &str, value: String| Flag { name, key: key.to_owned(), value };
    let host = matches.get_one::<String>("host").map(|host| flag("--host", "server.host", host.clone()));
    let port = matches.get_one::<u16>("port").map(|port| flag("--port", "server.port", port.to_string()));
    let is_open = matches.get_flag("insecure-no-auth");
    let open = is_open.then(|| flag("--insecure-no-auth", "security.api_key_required", false.to_string()));
    [host, port, open].into_iter().flatten().collect()
}

/// Serves until a signal asks for the end.
pub(super) fn run(matches: &ArgMatches, console: &Arc<Console>) -> Result<()> {
    if matches.get_flag("stdio") {
        return mcp::answer(matches, console);
    }
    let (loaded, data) = settings_with(matches, console, flags(matches))?;
    if matches.contains_id("health-check") {
        let address = matches.get_one::<String>("health-check").map(String::as_str);
        return Remote::of_settings(address, &loaded.config.server)?.check_health();
    }
    let is_open = matches.get_flag("insecure-no-auth");
    let config = &loaded.config;
    let memory = Memory::of(config);
    memory.check()?;
    let files = Files::of(config).raise(config);
    share_cache(&config.database);
    let mut warnings = loaded.warnings.clone();
    warnings.extend(memory.warnings().into_iter().chain(files.warning()));
    let cancel = Cancel::default();
    stop_on_signals(&cancel)?;
    let hangup = Arc::<AtomicBool>::default();
    signal_hook::flag::register(signal_hook::consts::SIGHUP, Arc::clone(&hangup))?;
    let mut daemon = Daemon::bind(data.clone(), Arc::new(loaded), cancel, is_open)?;
    warnings.iter().for_each(|warning| daemon.log().say(Level::Warn, "config", warning, &[]));
    if matches.get_flag("watch") {
        daemon.watch();
    }
    let presence = Presence::announce(&data, daemon.address(), daemon.local_key());
    match &presence {
        Ok(Some(_)) => {}
        Ok(None) => {
            let text = "another daemon lives on this data folder; the command line goes on to ask that one";
            daemon.log().say(Level::Warn, "daemon", text, &[]);
        }
        Err(error) => daemon.log().say(Level::Warn, "daemon", &message(error), &[]),
    }
    let text = format!("listening on http://{}", daemon.address());
    // Where standard output is the log, each line of it is one of the log.
    if daemon.log().is_stdout() {
        daemon.log().say(Level::Info, "daemon", &text, &[]);
    } else {
        console.raw(format!("{text}\n").as_bytes())?;
    }
    daemon.run(|| {
        if hangup.swap(false, Ordering::Relaxed) {
            daemon.reload();
        }
    });
    daemon.log().say(Level::Info, "daemon", "ended", &[]);
    Ok(())
}
