//! What `config/deploy` says of the program is what the program says of itself: settings, metrics, commands, versions.
//! `tests/deploy/run` has the outside tools read and run the same files.

use crate::support::Daemon;
use codegraph::config::{KEYS, load};
use codegraph::observe::metrics::Family;
use codegraph::{cli, config};
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `config/deploy`, with its text.
fn files() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join("config/deploy")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.insert(name, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

/// What an expression finds in a text, its first group if it has one.
fn all<'t>(expression: &str, text: &'t str) -> BTreeSet<&'t str> {
    let expression = Regex::new(expression).unwrap();
    expression
        .captures_iter(text)
        .map(|found| found.get(1).or_else(|| found.get(0)).unwrap().as_str())
        .collect()
}

#[test]
fn every_variable_in_the_deployment_files_is_one_of_a_setting_or_of_compose() {
    let mut known: BTreeSet<String> = BTreeSet::from(["CODEGRAPH_CONFIG".to_owned()]);
    for key in KEYS {
        let names = key.aliases.iter().map(|&alias| alias.to_owned()).chain([key.variable()]);
        for name in names {
            if key.is_secret {
                known.insert(format!("{name}_FILE"));
            }
            known.insert(name);
        }
    }
    let compose = read("config/deploy/docker/docker-compose.yml");
    // What compose itself fills in.
    known.extend(all(r"\$\{([A-Z_]+):", &compose).into_iter().map(str::to_owned));
    let mut unknown = Vec::new();
    for (name, text) in files() {
        for variable in all(r"\bCODEGRAPH_[A-Z0-9_]*[A-Z0-9]\b", &text) {
            if !known.contains(variable) {
                unknown.push(format!("{name}: {variable}"));
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn every_metric_of_alerts_and_dashboard_is_one_of_the_daemon() {
    let known: BTreeSet<&str> = Family::ALL.iter().map(|family| family.name()).collect();
    let mut unknown = Vec::new();
    for path in ["prometheus/codegraph_rules.yml", "grafana/dashboards/codegraph.json"] {
        let text = read(&format!("config/deploy/{path}"));
        let named = all(r"\b(?:codegraph|process|http)_[a-z_]+\b", &text);
        assert!(named.len() > 5, "{path}");
        for name in named {
            let whole = ["_bucket", "_sum", "_count"].iter().find_map(|end| name.strip_suffix(end));
            let is_file = name == "codegraph_rules";
            if !is_file && !known.contains(name) && !whole.is_some_and(|whole| known.contains(whole)) {
                unknown.push(format!("{path}: {name}"));
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn every_variable_of_the_env_file_has_an_effect_in_compose_and_the_other_way_round() {
    let example = read("config/deploy/docker/.env.example");
    let compose = read("config/deploy/docker/docker-compose.yml");
    assert_eq!(all(r"(?m)^([A-Z_]+)=", &example), all(r"\$\{([A-Z_]+):", &compose));
}

#[test]
fn the_template_of_settings_is_right_and_is_that_of_the_config_map() {
    let path = root().join("config/deploy/config/config.toml");
    let loaded = load(Some(&path), &BTreeMap::new()).unwrap();
    assert_eq!(loaded.warnings, Vec::<String>::new());
    assert_eq!(config::data_dir(None, &loaded.config, &BTreeMap::new()).unwrap(), PathBuf::from("/app/data"));
    let text = std::fs::read_to_string(&path).unwrap();
    let indented: String = text
        .lines()
        .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") })
        .collect();
    let map = read("config/deploy/kubernetes/single/configmap.yaml");
    assert!(map.ends_with(&format!("  config.toml: |\n{indented}")), "the ConfigMap is another file");
}

#[test]
fn every_image_and_label_has_the_version_of_the_program() {
    let wanted = format!("v{}", env!("CARGO_PKG_VERSION"));
    for (name, text) in files() {
        for found in all(r"(?:codegraph/api:|app\.kubernetes\.io/version: )(v[0-9.]*[0-9])", &text) {
            assert_eq!(found, wanted, "{name}");
        }
    }
}

/// The lines of the guide that are typed: those of blocks of `sh`, with lines that go on joined.
fn typed() -> Vec<String> {
    let guide = read("config/deploy/README.md");
    let blocks = Regex::new(r"(?s)```sh\n(.*?)```").unwrap();
    let blocks = blocks.captures_iter(&guide).map(|found| found[1].replace("\\\n", " "));
    blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

#[test]
fn every_command_of_the_guide_is_one_of_the_command_line() {
    let call = Regex::new(r"(?:^(?:[A-Z_]+=\S+ )*|/app/)codegraph ([a-z-].*)$").unwrap();
    let (mut n, mut wrong) = (0, Vec::new());
    for line in typed() {
        for found in call.captures_iter(&line) {
            n += 1;
            let words = found[1].split_whitespace().map(|word| word.trim_matches(['"', '\'']));
            let argv = std::iter::once("codegraph").chain(words);
            if let Err(error) = cli::command().try_get_matches_from(argv)
                && error.use_stderr()
            {
                wrong.push(format!("{line}: {error}"));
            }
        }
    }
    assert!(n > 10, "{n} commands are hardly all");
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn the_guide_names_only_files_that_there_are() {
    let guide = read("config/deploy/README.md");
    let folder = root().join("config/deploy");
    let linked = all(r"\]\(([^)#:]+)\)", &guide);
    let typed = typed().join("\n");
    let named = all(r"config/deploy/([A-Za-z0-9_./-]*[A-Za-z0-9])", &typed);
    // The guide copies the example to it.
    let is_there = |path: &str| folder.join(path.replace("secrets.yaml", "secrets.example.yaml")).exists();
    let missing: Vec<&str> = linked.into_iter().chain(named).filter(|path| !is_there(path)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_alert_has_a_chapter_and_a_test() {
    let rules = read("config/deploy/prometheus/codegraph_rules.yml");
    let guide = read("config/deploy/README.md");
    let anchors: BTreeSet<String> = all(r"(?m)^#+ (.+)$", &guide)
        .into_iter()
        .map(|title| title.to_lowercase().replace(' ', "-"))
        .collect();
    let runbooks = all(r"README\.md#([a-z-]+)", &rules);
    assert_eq!(
        runbooks.iter().filter(|anchor| !anchors.contains(**anchor)).collect::<Vec<_>>(),
        Vec::<&&str>::new()
    );
    let tests = read("config/deploy/prometheus/tests/codegraph_rules_test.yml");
    let alerts = all(r"- alert: (\w+)", &rules);
    assert!(!alerts.is_empty());
    assert_eq!(alerts, all(r"alertname: (\w+)", &tests));
}

#[test]
fn every_difference_from_the_first_guide_has_its_reason() {
    let guide = read("config/deploy/README.md");
    let told = all(r"(?m)^\| (X[0-9]+) \|", &guide);
    let wanted: Vec<String> = (1..=47).map(|n| format!("X{n}")).collect();
    assert_eq!(told, wanted.iter().map(String::as_str).collect());
}

#[test]
fn the_health_check_of_the_image_says_what_the_daemon_says() {
    let temp = tempfile::tempdir().unwrap();
    let check = |arguments: &[&str], variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codegraph"));
        command.args(arguments).env_remove("CODEGRAPH_CONFIG").envs(variables.iter().copied());
        command.current_dir(temp.path()).output().unwrap().status.code()
    };
    let mut daemon = Daemon::start(temp.path(), &[]);
    let port = daemon.address.rsplit_once(':').unwrap().1.to_owned();
    assert_eq!(check(&["--health-check", &daemon.address], &[]), Some(0));
    for host in ["127.0.0.1", "0.0.0.0"] {
        let settings = [("CODEGRAPH_PORT", port.as_str()), ("CODEGRAPH_HOST", host)];
        assert_eq!(check(&["--health-check"], &settings), Some(0), "{host}");
    }
    daemon.signal("TERM");
    daemon.wait();
    assert_ne!(check(&["--health-check", &daemon.address], &[]), Some(0));
    assert_eq!(check(&["--health-check", "ftp://x"], &[]), Some(2));
    assert_eq!(check(&["--check-config"], &[]), Some(0));
}

/// The steps of `tests/deploy/run` that are quick and load nothing, with the tools that this machine has; the others say
/// that they are left out. The guide's commands want nothing that is not everywhere.
#[test]
fn the_tools_that_are_here_accept_the_deployment_files_and_the_guides_commands_run() {
    if !["python3", "curl"].iter().all(|tool| Command::new(tool).arg("--version").output().is_ok()) {
        return;
    }
    let steps = "rules yaml dockerfile compose kubernetes kustomize nginx units scripts-style dashboard workflows template guide";
    let mut run = Command::new(root().join("tests/deploy/run"));
    run.args(["--program", env!("CARGO_BIN_EXE_codegraph")]).args(steps.split(' '));
    let ended = run.output().unwrap();
    let told = String::from_utf8_lossy(&ended.stdout);
    assert!(ended.status.success(), "{told}{}", String::from_utf8_lossy(&ended.stderr));
    assert!(told.contains("ok      guide") && told.contains("ok      template"), "{told}");
}
