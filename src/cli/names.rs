//! Other ways to write what the command line has: those of container images, units and scripts.

use std::ffi::{OsStr, OsString};
use std::path::Path;

/// The program's second name, under which it is the daemon unless it is told what to do.
const DAEMON: &str = "codegraph-api";
/// The flag that gives a setting.
const SET: &str = "--set=";

/// The command line in its usual form. `--health-check` is `serve --health-check`, `--check-config` is `config check`,
/// and `codegraph-api` without a command is `codegraph serve`.
pub(super) fn usual(mut argv: Vec<OsString>) -> Vec<OsString> {
    let is_daemon =
        argv.first().is_some_and(|name| Path::new(name).file_name().is_some_and(|name| name == DAEMON));
    match argv.get(1).and_then(|word| word.to_str()) {
        Some("--health-check") => argv.insert(1, "serve".into()),
        Some("--check-config") => drop(argv.splice(1..2, ["config".into(), "check".into()])),
        Some("-h" | "--help" | "-V" | "--version") => {}
        Some(word) if is_daemon && word.starts_with('-') => argv.insert(1, "serve".into()),
        None if is_daemon => argv.insert(1, "serve".into()),
        _ => {}
    }
    gathered(argv)
}

/// The command line with each `--set KEY=VALUE` at its start, in their order: a flag that may be repeated and stand before
/// and behind the command's name would otherwise lose those before it.
fn gathered(mut argv: Vec<OsString>) -> Vec<OsString> {
    let end = argv.iter().position(|word| word == "--").unwrap_or(argv.len());
    let operands = argv.split_off(end);
    let mut words = argv.into_iter();
    let mut out: Vec<OsString> = words.by_ref().take(1).collect();
    let mut rest = Vec::new();
    while let Some(word) = words.next() {
        if word.as_encoded_bytes().starts_with(SET.as_bytes()) {
            out.push(word);
        } else if word == SET.trim_end_matches('=') {
            match words.next() {
                Some(value) => out.push([OsStr::new(SET), value.as_os_str()].into_iter().collect()),
                None => rest.push(word),
            }
        } else {
            rest.push(word);
        }
    }
    out.extend(rest);
    out.extend(operands);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual_of(typed: &str) -> String {
        let argv = usual(typed.split(' ').map(OsString::from).collect());
        argv.join(" ".as_ref()).into_string().unwrap()
    }

    #[test]
    fn other_ways_to_write_a_command_become_the_usual_one() {
        for (typed, meant) in [
            ("codegraph --health-check", "codegraph serve --health-check"),
            ("/app/codegraph --health-check http://a:1", "/app/codegraph serve --health-check http://a:1"),
            ("codegraph-api --check-config", "codegraph-api config check"),
            ("codegraph --check-config f.toml", "codegraph config check f.toml"),
            ("/usr/bin/codegraph-api", "/usr/bin/codegraph-api serve"),
            ("codegraph-api --port 9000", "codegraph-api serve --port 9000"),
            ("codegraph --set a.b=1 status --set=c.d=2 -v", "codegraph --set=a.b=1 --set=c.d=2 status -v"),
            ("codegraph-api --set a.b=1", "codegraph-api --set=a.b=1 serve"),
            ("codegraph --check-config --set a.b=1", "codegraph --set=a.b=1 config check"),
        ] {
            assert_eq!(usual_of(typed), meant);
        }
        for same in [
            "codegraph",
            "codegraph --data-dir d status",
            "codegraph-api --version",
            "codegraph-api search x",
            "codegraph status --set",
            "codegraph search -- --set a=b",
        ] {
            assert_eq!(usual_of(same), same);
        }
    }
}
