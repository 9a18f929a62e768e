//! What is generated is what is committed: man pages, completions, the file of settings. `UPDATE_EXPECT=1 cargo test`
//! rewrites them.

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};
use codegraph::cli;
use codegraph::config::render;
use codegraph::error::Kind;
use codegraph::lang::LANGUAGES;
use codegraph::model::{Doubt, Rule};
use codegraph::observe::metrics::Family;
use codegraph::query::cypher::{Label, Property, Term, Type};
use codegraph::search::SYNTAX;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Compares the files of a folder with what they should be; rewrites them when told to.
fn check(folder: &str, wanted: &BTreeMap<String, Vec<u8>>, mine: impl Fn(&str) -> bool) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let update = std::env::vars_os().any(|(name, _)| name == "UPDATE_EXPECT");
    let listed =
        |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let present: Vec<String> = std::fs::read_dir(&folder)
        .map(|entries| entries.map(listed).filter(|name| mine(name)).collect())
        .unwrap_or_default();
    if update {
        std::fs::create_dir_all(&folder).unwrap();
        for name in present.iter().filter(|name| !wanted.contains_key(*name)) {
            std::fs::remove_file(folder.join(name)).unwrap();
        }
        for (name, bytes) in wanted {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        return;
    }
    let mut wrong: Vec<PathBuf> = Vec::new();
    for (name, bytes) in wanted {
        let path = folder.join(name);
        if std::fs::read(&path).ok().as_ref() != Some(bytes) {
            wrong.push(path);
        }
    }
    wrong.extend(present.iter().filter(|name| !wanted.contains_key(*name)).map(|name| folder.join(name)));
    assert!(wrong.is_empty(), "run `UPDATE_EXPECT=1 cargo test generated`: {wrong:?}");
}

/// Every command that can be run or that holds others, with the name of its page.
fn pages(command: &Command, name: String, out: &mut Vec<(String, Command)>) {
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        pages(below, format!("{name}-{}", below.get_name()), out);
    }
    let invocation = name.replace('-', " ");
    out.push((name.clone(), command.clone().display_name(name).bin_name(invocation)));
}

fn page(name: &str, command: Command) -> Vec<u8> {
    let source = format!("codegraph {}", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command).title(name.to_uppercase()).source(source).manual("CodeGraph Manual");
    let mut bytes = Vec::new();
    man.render_title(&mut bytes).unwrap();
    man.render_name_section(&mut bytes).unwrap();
    man.render_synopsis_section(&mut bytes).unwrap();
    man.render_description_section(&mut bytes).unwrap();
    man.render_options_section(&mut bytes).unwrap();
    man.render_subcommands_section(&mut bytes).unwrap();
    sections(name).to_writer(&mut bytes).unwrap();
    bytes
}

/// What every page ends with: exit codes, and on the main page the settings and the environment.
fn sections(name: &str) -> Roff {
    let mut roff = Roff::new();
    let item = |roff: &mut Roff, term: String, text: &str| {
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(text.to_owned())]);
    };
    roff.control("SH", ["EXIT STATUS"]);
    item(&mut roff, "0".to_owned(), "It is done; something was found.");
    let mut codes: BTreeMap<u8, Vec<&str>> = BTreeMap::new();
    for kind in Kind::ALL {
        codes.entry(kind.exit_code()).or_default().push(kind.doc().trim());
    }
    for (code, docs) in codes {
        item(&mut roff, code.to_string(), &docs.join(" "));
    }
    if name == "codegraph-search" {
        roff.control("SH", ["QUERY"]);
        roff.text([roman(
            "Besides words a query takes the following. Quote it for the shell; before a query that begins with a \
             minus stands --.",
        )]);
        for (typed, meaning) in SYNTAX {
            item(&mut roff, (*typed).to_owned(), meaning);
        }
    }
    if name == "codegraph" {
        roff.control("SH", ["CONFIGURATION"]);
        roff.text([roman(
            "Settings are read from the file that --config or CODEGRAPH_CONFIG names, else from the first of these \
             that is there: codegraph.toml in the working folder, codegraph/config.toml in XDG_CONFIG_HOME (or \
             ~/.config), /etc/codegraph/config.toml, /app/config/config.toml. A variable wins over the file, a flag \
             over both.",
        )]);
        for (key, text) in render::manual() {
            item(&mut roff, key, &text);
        }
        roff.control("SH", ["ENVIRONMENT"]);
        for (variable, text) in [
            ("CODEGRAPH_<SECTION>_<KEY>", "Sets a setting, as listed under CONFIGURATION."),
            ("CODEGRAPH_CONFIG", "File with settings."),
            (
                "XDG_DATA_HOME",
                "The index is kept in its folder codegraph; without it, in ~/.local/share/codegraph.",
            ),
            ("XDG_CONFIG_HOME", "Where the user's file with settings is looked for."),
            ("NO_COLOR", "Not empty: no colours, unless --color always."),
            ("CLICOLOR_FORCE", "Not empty and not 0: colours also where there is no terminal."),
        ] {
            item(&mut roff, variable.to_owned(), text);
        }
    }
    roff
}

#[test]
fn the_readme_lists_what_a_query_takes() {
    let readme = include_str!("../README.md");
    for (typed, meaning) in SYNTAX {
        assert!(readme.contains(&format!("| `{typed}` | {meaning} |\n")), "{typed} | {meaning}");
    }
}

#[test]
fn man_pages_are_those_of_the_command_line() {
    let mut command = cli::command();
    command.build();
    let mut all = Vec::new();
    pages(&command, "codegraph".to_owned(), &mut all);
    let wanted = all.into_iter().map(|(name, command)| (format!("{name}.1"), page(&name, command))).collect();
    check("man", &wanted, |_| true);
}

#[test]
fn completions_are_those_of_the_command_line() {
    let files = [
        (Shell::Bash, "codegraph.bash"),
        (Shell::Zsh, "_codegraph"),
        (Shell::Fish, "codegraph.fish"),
        (Shell::Elvish, "codegraph.elv"),
        (Shell::PowerShell, "_codegraph.ps1"),
    ];
    let wanted = files.map(|(shell, name)| (name.to_owned(), cli::completions_of(shell)));
    check("completions", &wanted.into(), |_| true);
}

#[test]
fn the_file_of_settings_is_the_table() {
    let wanted = BTreeMap::from([("codegraph.toml".to_owned(), render::template().into_bytes())]);
    check("config", &wanted, |name| name == "codegraph.toml");
}

#[test]
fn the_file_of_settings_can_be_read_with_every_key_switched_on() {
    let text: String = render::template()
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if setting.contains(" = ") => format!("{setting}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("codegraph.toml");
    std::fs::write(&path, text).unwrap();
    let loaded = codegraph::config::load(Some(&path), &BTreeMap::new()).unwrap();
    assert_eq!(loaded.config, codegraph::config::Config::default());
}

/// A row of a table of confidences: its name, what it promises and, of how many calls, what was measured, in percent.
type Promise = (String, f64, Option<(u32, f64)>);

#[test]
fn the_tables_of_rules_and_doubts_are_those_of_the_code() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/ARCHITECTURE.md")).unwrap();
    let percent = |cell: &str| (cell.parse::<f64>().unwrap() * 100.0).round();
    let rows = |head: &str| -> Vec<Promise> {
        let table = text.split_once(head).unwrap().1;
        let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
        lines
            .map(|line| {
                let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
                let measured = (!cells[3].is_empty()).then(|| (cells[3].parse().unwrap(), percent(cells[4])));
                (cells[0].to_owned(), percent(cells[2]), measured)
            })
            .collect()
    };
    let written: BTreeMap<String, f64> =
        rows("| rule | meaning | confidence | calls | right |").iter().map(|r| (r.0.clone(), r.1)).collect();
    let rules = Rule::ALL.iter().map(|rule| (rule.name().to_owned(), f64::from(rule.confidence().0)));
    assert_eq!(written, rules.collect());
    let written: BTreeMap<String, f64> =
        rows("| doubt | meaning | at most | calls | right |").iter().map(|r| (r.0.clone(), r.1)).collect();
    let doubts = Doubt::ALL.iter().filter(|doubt| **doubt != Doubt::None);
    assert_eq!(written, doubts.map(|doubt| (doubt.name().to_owned(), f64::from(doubt.most().0))).collect());
    // What was measured on enough calls is what is promised, within five of a hundred.
    let all = rows("| rule | meaning | confidence | calls | right |").into_iter();
    for (name, promised, measured) in all.chain(rows("| doubt | meaning | at most | calls | right |")) {
        if let Some((n, right)) = measured.filter(|(n, _)| *n >= 100) {
            assert!((promised - right).abs() <= 5.0, "{name}: {promised} promised, {right} of {n} measured");
        }
    }
}

/// Head and rows of the table of languages.
fn languages() -> (&'static str, Vec<String>) {
    let cell = |items: &[&str]| items.iter().map(|item| format!("`{item}`")).collect::<Vec<_>>().join(" ");
    let mut rows: Vec<(String, String)> = LANGUAGES
        .iter()
        .map(|language| {
            let endings: Vec<String> =
                language.extensions.iter().map(|ending| format!(".{ending}")).collect();
            let mut files: Vec<&str> = endings.iter().map(String::as_str).collect();
            files.extend(language.file_names);
            let uses = if language.has_uses { "yes" } else { "no" };
            (language.label.to_lowercase(), format!("| {} | {} | {uses} |\n", language.label, cell(&files)))
        })
        .collect();
    rows.sort();
    (
        "| language | files | calls, references, imports |\n|---|---|---|\n",
        rows.into_iter().map(|(_, row)| row).collect(),
    )
}

/// Head and rows of the table of what a query in openCypher knows.
fn terms() -> (&'static str, Vec<String>) {
    let row = |(sign, term): (&str, &Term)| format!("| `{sign}{}` | {} |\n", term.name, term.doc);
    let labels = Label::TERMS.iter().map(|term| (":", term));
    let kinds = Type::TERMS.iter().map(|term| ("-[:", term));
    let properties = Property::TERMS.iter().map(|term| (".", term));
    let rows = labels.map(row).chain(kinds.map(row).map(|row| row.replacen("` |", "]->` |", 1)));
    ("| in a query | meaning |\n|---|---|\n", rows.chain(properties.map(row)).collect())
}

/// The metrics of the daemon.
fn metrics() -> (&'static str, Vec<String>) {
    let row = |family: &Family| {
        let (labels, doc) = (family.labels().join(", "), family.doc().trim());
        format!("| `{}` | {} | {labels} | {doc} |\n", family.name(), family.kind().name())
    };
    ("| metric | kind | labels | what it is |\n|---|---|---|---|\n", Family::ALL.iter().map(row).collect())
}

#[test]
fn the_tables_of_the_readme_are_those_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    for (head, rows) in [languages(), terms(), metrics()] {
        let wanted = format!("{head}{}", rows.concat());
        let text = std::fs::read_to_string(path).unwrap();
        let (before, rest) = text.split_once(head).unwrap();
        let lines = rest.lines().take_while(|line| line.starts_with('|'));
        let length: usize = lines.map(|line| line.len() + 1).sum();
        if std::env::vars_os().any(|(name, _)| name == "UPDATE_EXPECT") {
            std::fs::write(path, format!("{before}{wanted}{}", &rest[length..])).unwrap();
            continue;
        }
        let own = format!("{head}{}", &rest[..length]);
        assert_eq!(own, wanted, "run `UPDATE_EXPECT=1 cargo test generated`");
    }
}
