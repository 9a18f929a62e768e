//! The program from its command line: exit codes, messages, shapes of JSON, pipes, signals.

use crate::support::write;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A folder to index, a home of its own, and nothing of the environment but what the program needs.
struct Desk {
    folder: tempfile::TempDir,
}

const ORDER: &str = "\
package shop;

/** An order of the shop. */
public class Order implements Priced {
    private final int[] lines;

    public Order(int[] lines) {
        this.lines = lines;
    }

    public int cost() {
        return Prices.totalPrice(lines);
    }
}
";

const PRICES: &str = "\
package shop;

interface Priced {
    int cost();
}

public final class Prices {
    static int totalPrice(int[] lines) {
        return lines.length * 3;
    }

    public static int report(Order order) {
        return order.cost() + totalPrice(new int[0]);
    }
}
";

const MAIN: &str = "\
package shop;

class Main {
    static int run() {
        Order order = new Order(new int[] {1, 2});
        return Prices.report(order);
    }
}
";

impl Desk {
    /// A desk with a small project that is not indexed yet.
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap() };
        desk.put("shop/Order.java", ORDER);
        desk.put("shop/Prices.java", PRICES);
        desk.put("shop/Main.java", MAIN);
        desk.put("docs/guide.md", "# Guide\n\nHow to order wooden chairs.\n");
        desk
    }

    /// A desk whose project is indexed.
    fn indexed() -> Self {
        let desk = Self::new();
        let output = desk.run(&["index"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        desk
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn put(&self, path: &str, text: &str) {
        write(&self.root(), &BTreeMap::from([(path.to_owned(), text.to_owned())]));
    }

    fn command(&self, here: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_codegraph"));
        command.args(args).current_dir(here).env_clear().stdin(Stdio::null());
        command.env("HOME", self.folder.path()).env("XDG_DATA_HOME", self.folder.path().join("data"));
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.run_in(&self.root(), args)
    }

    fn run_in(&self, here: &Path, args: &[&str]) -> Output {
        self.command(here, args).output().unwrap()
    }

    /// Runs a command that must succeed with JSON.
    fn json(&self, args: &[&str]) -> Value {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Waits until a condition holds; the bound is far beyond what any machine needs.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "waited in vain: {what}");
        std::thread::yield_now();
    }
}

#[test]
fn a_report_tells_of_references_only_where_any_are_known() {
    let report = |path: &str, text: &str| {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        desk.put(path, text);
        stdout(&desk.run(&["index", "."]))
    };
    let ruby = report("cart.rb", "def total\n  price * 2\nend\n");
    assert!(ruby.contains("symbols     1") && !ruby.contains("references"), "{ruby}");
    let python = report("cart.py", "def total():\n    return price() * 2\n\ndef price():\n    return 1\n");
    assert!(python.contains("references  1 of 1 resolved (100.0 %)"), "{python}");
}

#[test]
fn index_reports_what_it_found_and_then_that_nothing_changed() {
    let desk = Desk::new();
    let report = desk.json(&["index", "--format", "json", "--name", "shop"]);
    assert_eq!(
        (&report["project"], &report["files"], &report["added"]),
        (&"shop".into(), &4.into(), &4.into())
    );
    let phases: Vec<&String> = report["phases"].as_object().unwrap().keys().collect();
    assert_eq!(phases, ["parse", "publish", "resolve", "scan", "words"]);
    assert!(
        report["symbols"].as_u64().unwrap() >= 5 && report["resolved"].as_u64().unwrap() >= 4,
        "{report}"
    );
    let again = desk.run(&["index", "--name", "shop"]);
    let text = stdout(&again);
    assert!(text.contains("4 unchanged") && text.contains("shop ("), "{text}");
    assert_eq!(stderr(&again), "", "nothing but answers in a pipe");
}

#[test]
fn a_run_that_leaves_out_what_was_left_out_before_makes_no_generation() {
    let desk = Desk::new();
    std::fs::write(desk.root().join("tool"), [0u8, 1, 2, 3]).unwrap();
    let hour_ago = std::time::SystemTime::now() - Duration::from_secs(3600);
    for path in ["tool", "shop/Order.java", "shop/Prices.java", "shop/Main.java", "docs/guide.md"] {
        let file = std::fs::File::options().append(true).open(desk.root().join(path)).unwrap();
        file.set_modified(hour_ago).unwrap();
    }
    let first = desk.json(&["index", "--format", "json"]);
    let second = desk.json(&["index", "--format", "json"]);
    assert_eq!((&second["generation"], &second["unchanged"]), (&first["generation"], &4.into()));
    assert_eq!((&second["skipped"]["binary"], &second["symbols"]), (&1.into(), &first["symbols"]));
}

#[test]
fn several_folders_are_reported_one_by_one_and_a_name_fits_only_one() {
    let desk = Desk::new();
    desk.put("a/X.java", "class X {}\n");
    desk.put("b/Y.java", "class Y {}\n");
    let output = desk.run(&["index", "a", "b", "--format=json"]);
    let names: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["project"].clone())
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(desk.run(&["index", "a", "b", "--name", "n"]).status.code(), Some(2));
}

#[test]
fn export_writes_definitions_and_edges_line_by_line() {
    let desk = Desk::indexed();
    let output = desk.run(&["export", "--format", "jsonl"]);
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let defined = |name: &str| lines.iter().any(|line| line["kind"] == "def" && line["name"] == name);
    assert!(defined("Order") && defined("totalPrice") && defined("run"), "{lines:?}");
    let called = |from: &str, to: &str| {
        lines.iter().any(|l| l["kind"] == "call" && l["caller"]["name"] == from && l["to"]["name"] == to)
    };
    assert!(called("cost", "totalPrice") && called("run", "report"), "{lines:?}");
}

#[test]
fn an_index_for_other_tools_goes_to_a_file_or_a_pipe_as_it_is() {
    let desk = Desk::indexed();
    let piped = desk.run(&["export", "--format", "scip"]);
    assert_eq!(piped.status.code(), Some(0), "{}", stderr(&piped));
    let file = desk.root().join("index.scip");
    std::fs::write(&file, "older").unwrap();
    let output = desk.run(&["export", "--format", "scip", "--output", "index.scip"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{}", stderr(&output));
    assert_eq!(std::fs::read(&file).unwrap(), piped.stdout);
    let index = <scip::types::Index as protobuf::Message>::parse_from_bytes(&piped.stdout).unwrap();
    assert_eq!(index.documents.len(), 3);
    let lines = desk.run(&["export", "-o", "graph.jsonl"]);
    assert_eq!((lines.status.code(), lines.stdout.len()), (Some(0), 0), "{}", stderr(&lines));
    let lines = std::fs::read_to_string(desk.root().join("graph.jsonl")).unwrap();
    assert!(lines.starts_with("{\"kind\":\"meta\"") && lines.contains("totalPrice"), "{lines}");
    let nowhere = desk.run(&["export", "--format", "scip", "--output", "no/such/folder/index.scip"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(
        stderr(&nowhere).starts_with("error: cannot write no/such/folder/index.scip"),
        "{}",
        stderr(&nowhere)
    );
    let left: Vec<_> = std::fs::read_dir(desk.root())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(".new"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn verify_compares_with_an_index_and_fails_below_the_floor() {
    let desk = Desk::indexed();
    assert_eq!(desk.run(&["export", "--format", "scip", "-o", "index.scip"]).status.code(), Some(0));
    let output =
        desk.run(&["verify", "--oracle", "index.scip", "--min-precision", "100", "--min-recall", "100"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.starts_with("project and the index of codegraph "), "{text}");
    assert!(text.contains("edges by rule") && text.contains("declared-type"), "{text}");
    let json = desk.json(&["verify", "--oracle", "index.scip", "--format", "json"]);
    assert_eq!(json["total"]["precision"], 1.0);
    assert_eq!(json["documents"]["compared"], 3);
    assert_eq!(json["below_floor"], false);

    // An index of one file alone: what we have elsewhere counts neither way.
    let bytes = std::fs::read(desk.root().join("index.scip")).unwrap();
    let mut index = <scip::types::Index as protobuf::Message>::parse_from_bytes(&bytes).unwrap();
    index.documents[0].occurrences.iter_mut().for_each(|each| each.symbol = "x . . . other#".to_owned());
    let bytes = protobuf::Message::write_to_bytes(&index).unwrap();
    std::fs::write(desk.root().join("index.scip"), bytes).unwrap();
    let output = desk.run(&["verify", "--oracle", "index.scip", "--min-precision", "99", "--errors", "1"]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    let text = stdout(&output);
    assert!(text.contains("below what was asked for") && text.contains("wrong java"), "{text}");

    let nothing = desk.run(&["verify", "--oracle", "no.scip"]);
    assert_eq!(nothing.status.code(), Some(2));
    assert!(stderr(&nothing).starts_with("error: cannot read no.scip"), "{}", stderr(&nothing));
    desk.put("bad.scip", "\u{12}\u{7f}cut");
    let bad = desk.run(&["verify", "--oracle", "bad.scip"]);
    assert_eq!(bad.status.code(), Some(13));
    assert!(stderr(&bad).contains("bad.scip is no whole SCIP index"), "{}", stderr(&bad));
}

#[test]
fn a_question_before_any_index_says_what_to_run() {
    let desk = Desk::new();
    for args in [&["export"][..], &["status"], &["remove", "x"], &["search", "x"], &["query", "callers", "x"]]
    {
        let output = desk.run(args);
        assert_eq!(output.status.code(), Some(10), "{args:?}");
        let text = stderr(&output);
        assert!(
            text.starts_with("error: there is no index in ")
                && text.contains("\nhint: run `codegraph index`"),
            "{text}"
        );
        assert!(!desk.folder.path().join("data").exists(), "asking makes no store");
    }
}

#[test]
fn a_folder_outside_every_project_is_told_which_projects_there_are() {
    let desk = Desk::indexed();
    let elsewhere = tempfile::tempdir().unwrap();
    let output = desk.run_in(elsewhere.path(), &["export"]);
    assert_eq!(output.status.code(), Some(10));
    assert!(stderr(&output).contains("--project`: project ("), "{}", stderr(&output));
    let named = desk.run_in(elsewhere.path(), &["export", "--project", "project"]);
    assert_eq!(named.status.code(), Some(0));
    let wrong = desk.run_in(elsewhere.path(), &["export", "--project", "nope"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("there is no project `nope`\nhint: the projects are project ("));
}

#[test]
fn the_innermost_project_that_holds_the_working_folder_is_asked() {
    let desk = Desk::indexed();
    desk.put("inner/deep/Z.java", "class OnlyInside {}\n");
    assert_eq!(desk.run(&["index", "inner"]).status.code(), Some(0));
    let output = desk.run_in(&desk.root().join("inner/deep"), &["export"]);
    let text = stdout(&output);
    assert!(text.contains("OnlyInside") && !text.contains("totalPrice"), "{text}");
}

#[test]
fn errors_are_json_where_json_is_asked_for() {
    let desk = Desk::new();
    for (args, code, kind) in [
        (&["status", "--format", "json"][..], 10, "no_index"),
        (&["index", "--format=json", "no/such/folder"], 2, "usage"),
        (&["index", "--format", "json", "--no-such-flag"], 2, "usage"),
    ] {
        let output = desk.run(args);
        assert_eq!(output.status.code(), Some(code), "{args:?}");
        let error: Value = serde_json::from_slice(&output.stderr).unwrap();
        assert_eq!(error["error"]["kind"], kind, "{error}");
        assert!(!error["error"]["message"].as_str().unwrap().is_empty());
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_by_the_exit_code() {
    let desk = Desk::new();
    desk.put("locked.md", "closed\n");
    let path = desk.root().join("locked.md");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        // Permissions do not bind this user, so the case cannot be made.
        return;
    }
    assert_eq!(desk.run(&["index"]).status.code(), Some(3));
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let desk = Desk::new();
    let many: String = (0..20_000).map(|n| format!("    void f{n}() {{}}\n")).collect();
    desk.put("Many.java", &format!("class Many {{\n{many}}}\n"));
    assert_eq!(desk.run(&["index"]).status.code(), Some(0));
    let mut child = desk
        .command(&desk.root(), &["export"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    assert!(first.contains("\"meta\""), "{first}");
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
}

#[test]
fn status_tells_what_changed_since() {
    let desk = Desk::indexed();
    let fresh = desk.json(&["status", "--format", "json"]);
    let project = &fresh["projects"][0];
    assert_eq!((&project["name"], &project["files"]), (&"project".into(), &4.into()));
    assert_eq!(project["changes"]["changed"], 0);
    assert!(fresh["disk_bytes"].as_u64().unwrap() > 0);
    desk.put("shop/Order.java", "package shop;\n");
    desk.put("new.md", "new\n");
    // No index takes it, so it is nothing new.
    desk.put("zone", "TZif\0\0\0\0");
    std::fs::remove_file(desk.root().join("shop/Main.java")).unwrap();
    let changes = desk.json(&["status", "--format", "json"])["projects"][0]["changes"].clone();
    assert_eq!(
        (&changes["added"], &changes["changed"], &changes["removed"], &changes["settings_changed"]),
        (&1.into(), &1.into(), &1.into(), &false.into())
    );
    let text = stdout(&desk.run(&["status"]));
    assert!(text.contains("since then 1 new, 1 changed, 1 removed"), "{text}");
    std::fs::remove_dir_all(desk.root()).unwrap();
    let text = stdout(&desk.run_in(desk.folder.path(), &["status"]));
    assert!(text.contains("its folder is gone"), "{text}");
}

#[test]
fn what_is_removed_is_gone_and_the_rest_stays() {
    let desk = Desk::indexed();
    desk.put("other/O.java", "class Other {}\n");
    assert_eq!(desk.run(&["index", "other"]).status.code(), Some(0));
    assert_eq!(desk.run(&["remove", "project"]).status.code(), Some(0));
    let left = desk.json(&["status", "--format=json"]);
    assert_eq!(left["projects"].as_array().unwrap().len(), 1);
    assert!(stdout(&desk.run(&["export", "--project", "other"])).contains("Other"));
    assert_eq!(desk.run(&["remove", "project"]).status.code(), Some(2));
    assert!(desk.root().join("shop/Order.java").exists());
}

#[test]
fn the_room_of_a_removed_project_is_given_back_by_the_next_run() {
    let desk = Desk::new();
    for n in 0..20 {
        let many: String =
            (0..400).map(|f| format!("    int f{f}(int a) {{ return f{}(a + {n}); }}\n", f + 1)).collect();
        desk.put(&format!("big/M{n}.java"), &format!("class M{n} {{\n{many}}}\n"));
    }
    desk.put("small/S.java", "class S {}\n");
    let full = desk.json(&["index", "big", "--format=json"])["disk_bytes"].as_u64().unwrap();
    assert_eq!(desk.run(&["remove", "big"]).status.code(), Some(0));
    let after = desk.json(&["index", "small", "--format=json"])["disk_bytes"].as_u64().unwrap();
    assert!(after < full / 2, "{after} of {full} bytes are left");
}

#[test]
fn config_show_tells_each_value_and_its_source() {
    let desk = Desk::new();
    desk.put("codegraph.toml", "[server]\nport = 9001\n");
    let output = desk
        .command(&desk.root(), &["config", "show", "server", "--format", "json"])
        .env("CODEGRAPH_SERVER_HOST", "::1")
        .output()
        .unwrap();
    let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
    let find =
        |key: &str| shown["settings"].as_array().unwrap().iter().find(|s| s["key"] == key).unwrap().clone();
    assert_eq!(
        (&find("server.port")["value"], &find("server.port")["source"]),
        (&9001.into(), &"codegraph.toml:2".into())
    );
    assert_eq!(
        (&find("server.host")["value"], &find("server.host")["source"]),
        (&"::1".into(), &"$CODEGRAPH_SERVER_HOST".into())
    );
    let text = stdout(&desk.run(&["config", "show", "parsing.max_file_size"]));
    assert!(text.contains("parsing.max_file_size = \"50MB\"  # default"), "{text}");
    for (wrong, hint) in [("no.such", "config show"), ("servr", "`server`"), ("server.prt", "`server.port`")]
    {
        let output = desk.run(&["config", "show", wrong]);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        assert!(told.contains(&format!("starts with `{wrong}`")) && told.contains(hint), "{told}");
    }
}

#[test]
fn config_check_names_all_that_is_wrong_at_once() {
    let desk = Desk::new();
    desk.put("wrong.toml", "[server]\nport = 99999\nprot = 1\n\n[logging]\nlevel = \"loud\"\n");
    let output = desk
        .command(&desk.root(), &["--config", "wrong.toml", "config", "check", "--set", "server.workers=many"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    let places: Vec<&str> =
        told.lines().filter_map(|line| line.strip_prefix("  ")?.split(": ").next()).collect();
    assert_eq!(places, ["wrong.toml:2", "wrong.toml:3", "wrong.toml:6", "--set server.workers"], "{told}");
}

#[test]
fn config_check_names_the_line_that_is_wrong() {
    let desk = Desk::new();
    desk.put("good.toml", "[parsing]\nmax_file_size = \"1MB\"\n");
    desk.put("bad.toml", "[parsing]\n\nmax_file_sise = \"1MB\"\n");
    assert_eq!(desk.run(&["config", "check", "good.toml"]).status.code(), Some(0));
    let output = desk.run(&["config", "check", "bad.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("bad.toml:3") && stderr(&output).contains("did you mean"),
        "{}",
        stderr(&output)
    );
    assert_eq!(desk.run(&["--config", "bad.toml", "status"]).status.code(), Some(2));
}

#[test]
fn the_data_folder_can_be_named() {
    let desk = Desk::new();
    assert_eq!(desk.run(&["--data-dir", "../mine", "index"]).status.code(), Some(0));
    assert!(desk.folder.path().join("mine/snapshots/CURRENT").exists());
    assert_eq!(desk.run(&["status"]).status.code(), Some(10));
    assert_eq!(desk.run(&["status", "--data-dir=../mine"]).status.code(), Some(0));
}

#[test]
fn colours_come_when_they_are_asked_for() {
    let desk = Desk::indexed();
    assert!(!stdout(&desk.run(&["status"])).contains('\x1b'));
    assert!(stdout(&desk.run(&["status", "--color=always"])).contains('\x1b'));
    let with = |name: &str, value: &str, args: &[&str]| {
        stdout(&desk.command(&desk.root(), args).env(name, value).output().unwrap())
    };
    assert!(with("CLICOLOR_FORCE", "1", &["status"]).contains('\x1b'));
    assert!(!with("CLICOLOR_FORCE", "1", &["status", "--color", "never"]).contains('\x1b'));
    assert!(!with("NO_COLOR", "1", &["status"]).contains('\x1b'));
}

#[test]
fn verbose_says_more_and_quiet_no_warnings() {
    let desk = Desk::new();
    let verbose = stderr(&desk.run(&["-v", "index"]));
    assert!(verbose.contains("data folder ") && verbose.contains("parse: "), "{verbose}");
    let odd = |args: &[&str]| {
        stderr(&desk.command(&desk.root(), args).env("CODEGRAPH_NO_SUCH", "1").output().unwrap())
    };
    assert!(odd(&["status"]).contains("warning: the variable CODEGRAPH_NO_SUCH"));
    assert_eq!(odd(&["status", "-q"]), "");
}

#[test]
fn help_and_version_are_answers_for_every_command() {
    let desk = Desk::new();
    let mut commands: Vec<Vec<String>> = vec![vec![]];
    let mut tree = codegraph::cli::command();
    tree.build();
    let mut open = vec![(tree, Vec::<String>::new())];
    while let Some((command, path)) = open.pop() {
        for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
            let path: Vec<String> = path.iter().cloned().chain([below.get_name().to_owned()]).collect();
            commands.push(path.clone());
            open.push((below.clone(), path));
        }
    }
    assert!(commands.len() > 8);
    for command in commands {
        let mut args: Vec<&str> = command.iter().map(String::as_str).collect();
        args.push("--help");
        let output = desk.run(&args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(stdout(&output).contains("Usage: codegraph"), "{args:?}");
    }
    assert_eq!(stdout(&desk.run(&["--version"])), concat!("codegraph ", env!("CARGO_PKG_VERSION"), "\n"));
    let none = desk.run(&[]);
    assert_eq!(none.status.code(), Some(2));
    assert!(stderr(&none).contains("Usage: codegraph"));
}

#[test]
fn completions_are_printed_for_every_shell() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = stdout(&desk.run(&["completions", shell]));
        assert!(script.contains("codegraph") && script.contains("export"), "{shell}");
    }
    assert_eq!(desk.run(&["completions", "tcsh"]).status.code(), Some(2));
}

/// Sends a signal by number to a child.
fn signal(child: &Child, number: &str) {
    let sent = Command::new("kill").args([number, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[test]
fn watching_indexes_what_changes_and_ctrl_c_ends_it_well() {
    let desk = Desk::new();
    desk.put(".gitignore", "ignored/\n");
    desk.put("ignored/i.md", "i\n");
    let mut child = desk
        .command(&desk.root(), &["index", "--watch", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let first = next();
    assert_eq!((&first["files"], &first["added"]), (&4.into(), &4.into()));
    desk.put("ignored/i.md", "ii\n");
    desk.put("added/deep/New.java", "class BrandNew {}\n");
    let second = next();
    assert_eq!((&second["added"], &second["changed"]), (&1.into(), &0.into()), "{second}");
    // A folder that came while we watched is watched too.
    desk.put("added/deep/New.java", "class BrandNewer {}\n");
    assert_eq!(next()["changed"], 1);
    std::fs::remove_dir_all(desk.root().join("added")).unwrap();
    assert_eq!(next()["removed"], 1);
    assert!(!stdout(&desk.run(&["export"])).contains("BrandNewer"));
    signal(&child, "-INT");
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!((child.wait().unwrap().code(), told.as_str()), (Some(0), ""));
}

#[test]
fn watching_ends_with_an_error_when_the_folder_goes() {
    let desk = Desk::new();
    let mut child = desk
        .command(desk.folder.path(), &["index", "--watch", "project"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    until("the first report", || lines.next().unwrap().unwrap().contains("took"));
    std::fs::remove_dir_all(desk.root()).unwrap();
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(told.contains("is gone"), "{told}");
}

#[test]
fn ctrl_c_ends_an_index_and_leaves_the_last_state() {
    let desk = Desk::indexed();
    let before = desk.json(&["status", "--no-scan", "--format", "json"])["generation"].clone();
    let many: String =
        (0..800).map(|n| format!("    int f{n}(int a) {{ return f{n}(a + {n}); }}\n")).collect();
    for n in 0..16 {
        desk.put(&format!("many/M{n}.java"), &format!("class M{n} {{\n{many}}}\n"));
    }
    let mut child = desk
        .command(&desk.root(), &["index", "-v"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    // The walk is over: it parses now.
    until("the scan", || lines.next().unwrap().unwrap().starts_with("scan: "));
    signal(&child, "-TERM");
    let told: String = lines.map_while(Result::ok).collect();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{told}");
    assert!(told.contains("interrupted"), "{told}");
    let after = desk.json(&["status", "--no-scan", "--format", "json"]);
    assert_eq!(after["generation"], before);
    assert_eq!(after["projects"][0]["files"], 4);
    assert_eq!(desk.json(&["index", "--format", "json"])["added"], 16);
}

#[test]
fn callers_tell_who_calls_where_and_how_we_know() {
    let desk = Desk::indexed();
    let answer = desk.json(&["query", "callers", "totalPrice", "--format", "json"]);
    assert_eq!(answer["symbol"], "Prices.totalPrice");
    let rows: Vec<(&str, &str, u64)> = answer["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let site = &row["site"];
            (row["symbol"].as_str().unwrap(), site["path"].as_str().unwrap(), site["line"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(
        rows,
        [("Order.cost", "shop/Order.java", 12), ("Prices.report", "shop/Prices.java", 13)],
        "{answer}"
    );
    for key in ["kind", "path", "line", "rule", "confidence", "depth"] {
        assert!(!answer["results"][0][key].is_null(), "{key}");
    }
    assert!(answer["unresolved"].is_u64());
    let deeper = desk.json(&["query", "callers", "Prices.totalPrice", "--depth=2", "--format=json"]);
    assert_eq!(deeper["results"].as_array().unwrap().len(), 3, "{deeper}");
    let text = stdout(&desk.run_in(&desk.root().join("shop"), &["query", "callers", "totalPrice"]));
    assert!(text.contains("callers of Prices.totalPrice: 2\nOrder.java:12  method Order.cost"), "{text}");
}

#[test]
fn every_question_has_an_answer_as_text_and_json() {
    let desk = Desk::indexed();
    for (args, wanted) in [
        (&["definition", "Order"][..], "public class Order implements Priced"),
        (&["references", "Order.cost"], "Prices.report"),
        (&["callees", "Main.run"], "Prices.report"),
        (&["implementations", "Priced"], "Order"),
        (&["hierarchy", "Order"], "Priced"),
        (&["impact", "totalPrice"], "Main.run"),
        (&["path", "run", "totalPrice"], "Prices.totalPrice"),
        (&["explain", "Order.cost", "totalPrice"], "calls"),
        (&["outline", "shop/Prices.java"], "totalPrice"),
        (&["unused", "--include-exports"], "Main"),
        (&["stats"], "java"),
    ] {
        let words: Vec<&str> = ["query"].iter().chain(args).copied().collect();
        let output = desk.run(&words);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", stderr(&output));
        assert!(stdout(&output).contains(wanted), "{args:?}: {}", stdout(&output));
        let json: Vec<&str> = words.iter().chain(&["--format=json"]).copied().collect();
        assert!(desk.json(&json).to_string().contains(wanted.split(' ').next_back().unwrap()), "{args:?}");
    }
    for args in [&["imports", "shop/Main.java"][..], &["importers", "shop/Order.java"], &["cycles"]] {
        let words: Vec<&str> = ["query"].iter().chain(args).copied().collect();
        assert_eq!(desk.run(&words).status.code(), Some(1), "{args:?} finds nothing, which is no failure");
    }
}

#[test]
fn calls_of_unknown_meaning_are_told_with_callees_and_uses_of_the_name_with_callers() {
    let desk = Desk::new();
    let cart = |name: &str| format!("class {name}:\n    def size(self):\n        return 1\n\n\n");
    desk.put("cart.py", &format!("{}{}def weigh(it):\n    return it.size()\n", cart("Cart"), cart("Sack")));
    assert_eq!(desk.run(&["index"]).status.code(), Some(0));
    let text = stdout(&desk.run(&["query", "callees", "weigh"]));
    assert!(text.contains("1 call in its body could not be resolved"), "{text}");
    let text = stdout(&desk.run(&["query", "callers", "Cart.size"]));
    assert!(text.contains("1 use of this name could not be resolved"), "{text}");
}

#[test]
fn graphs_are_drawn_for_graphviz_and_mermaid() {
    let desk = Desk::indexed();
    let dot = stdout(&desk.run(&["query", "callers", "totalPrice", "--depth", "3", "--format", "dot"]));
    assert!(dot.starts_with("digraph") && dot.contains("Main.run") && dot.contains("->"), "{dot}");
    let mermaid = stdout(&desk.run(&["query", "hierarchy", "Order", "--format", "mermaid"]));
    assert!(mermaid.contains("flowchart") && mermaid.contains("Priced"), "{mermaid}");
    assert_eq!(desk.run(&["query", "outline", "shop/Order.java", "--format", "dot"]).status.code(), Some(2));
}

#[test]
fn an_ambiguous_name_lists_its_choices_and_an_unknown_one_what_is_near() {
    let desk = Desk::indexed();
    let output = desk.run(&["query", "callers", "cost"]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(told.contains("is ambiguous") && told.contains("shop/Order.java#Order.cost"), "{told}");
    let error: Value =
        serde_json::from_slice(&desk.run(&["query", "callers", "cost", "--format=json"]).stderr).unwrap();
    let id = error["error"]["choices"][0]["id"].as_str().unwrap();
    assert_eq!(desk.json(&["query", "definition", id, "--format", "json"])["results"][0]["id"], id);
    let unknown = desk.run(&["query", "callers", "totalPrise"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("did you mean `totalPrice`?"), "{}", stderr(&unknown));
}

#[test]
fn a_place_is_typed_relative_to_the_working_folder() {
    let desk = Desk::indexed();
    let output =
        desk.run_in(&desk.root().join("shop"), &["query", "callees", "Order.java:12", "--format", "json"]);
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(answer["symbol"], "Order.cost", "{answer}");
}

#[test]
fn search_answers_in_the_documented_shape_with_the_exact_name_first() {
    let desk = Desk::indexed();
    let answer = desk.json(&["search", "totalPrice", "--format", "json"]);
    let first = &answer["results"][0];
    assert_eq!(
        (&first["symbol"], &first["kind"]),
        (&"Prices.totalPrice".into(), &"method".into()),
        "{answer}"
    );
    assert_eq!((&first["path"], &first["start_line"]), (&"shop/Prices.java".into(), &8.into()));
    assert_eq!(first["project"], "project");
    assert!(first["snippet"].as_str().unwrap().contains("return lines.length * 3;"), "{first}");
    assert!(first["score"].is_f64() && first["end_line"].is_u64() && first.get("explain").is_none());
    assert!(answer["total"].is_u64() && answer["took_ms"].is_u64());
    let id = first["id"].as_str().unwrap();
    assert_eq!(desk.json(&["query", "definition", id, "--format", "json"])["results"][0]["id"], id);
    let lines = stdout(&desk.run(&["search", "total", "price", "--format", "jsonl", "--explain"]));
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert!(!row["explain"].as_array().unwrap().is_empty(), "{row}");
    }
}

#[test]
fn search_filters_and_shows_lines_as_a_person_wants_them() {
    let desk = Desk::indexed();
    let paths = |args: &[&str]| -> Vec<String> {
        let words: Vec<&str> = ["search", "order", "--format=json"].iter().chain(args).copied().collect();
        let output = desk.run(&words);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let rows = answer["results"].as_array().unwrap();
        assert_eq!(output.status.code(), Some(i32::from(rows.is_empty())));
        rows.iter().map(|row| row["path"].as_str().unwrap().to_owned()).collect()
    };
    assert!(paths(&[]).len() > 2);
    assert_eq!(paths(&["--lang", "markdown"]), ["docs/guide.md"]);
    assert!(!paths(&["--lang=java"]).is_empty() && paths(&["--lang", "py,go"]).is_empty());
    assert!(paths(&["--path", "shop/**"]).iter().all(|path| path.starts_with("shop/")));
    assert!(paths(&["--kind", "class,method"]).iter().all(|path| path.starts_with("shop/")));
    assert!(paths(&["--path", "nowhere/"]).is_empty());
    assert_eq!(paths(&["--limit", "1"]).len(), 1);
    assert_eq!(desk.run(&["search", "x", "--lang", "klingon"]).status.code(), Some(2));
    assert_eq!(desk.run(&["search", "x", "--limit", "0"]).status.code(), Some(2));
    let text = stdout(&desk.run_in(&desk.root().join("docs"), &["search", "wooden chairs", "-n1", "-C1"]));
    assert!(text.starts_with("guide.md:"), "{text}");
    assert!(text.contains("    3  How to order wooden chairs."), "{text}");
    let coloured = stdout(&desk.run(&["search", "wooden chairs", "-n1", "--color=always"]));
    assert!(coloured.contains("\x1b[1m\x1b[31mwooden\x1b[0m"), "{coloured:?}");
}

#[test]
fn a_heading_names_the_line_of_its_symbol_or_the_first_line_shown() {
    let desk = Desk::new();
    let filler: String = (0..150).map(|n| format!("        total += step{n}(total);\n")).collect();
    let text = format!(
        "class Zoo {{\n    int age;\n\n    /** Counts visitors. */\n    int tally() {{\n        return 1;\n    \
         }}\n\n    int work(int total) {{\n{filler}        feed(giraffe);\n{filler}        return total;\n    \
         }}\n}}\n"
    );
    desk.put("zoo/Zoo.java", &text);
    assert_eq!(desk.run(&["index"]).status.code(), Some(0));
    let heading = |question: &[&str]| {
        let text = stdout(&desk.run(&[&["search", "-n1"], question].concat()));
        text.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(heading(&["counts", "the", "visitors"]), "zoo/Zoo.java:5  method Zoo.tally");
    let fed = desk.json(&["search", "who feeds the giraffe", "-n1", "--format=json"]);
    let fed = &fed["results"][0];
    assert_eq!((&fed["symbol"], &fed["symbol_line"]), (&"Zoo.work".into(), &9.into()), "{fed}");
    let line: u64 = heading(&["who feeds the giraffe"])
        .split([':', ' '])
        .nth(1)
        .and_then(|line| line.parse().ok())
        .unwrap();
    assert!(fed["start_line"].as_u64().unwrap() <= line && (156..=160).contains(&line), "{line}");
    let guide = desk.json(&["search", "wooden chairs", "-n1", "--format=json"]);
    assert!(guide["results"][0].get("symbol_line").is_none(), "{guide}");
}

#[test]
fn a_query_without_a_word_is_told_so() {
    let desk = Desk::indexed();
    for query in ["!@#$", ""] {
        let output = desk.run(&["search", query]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stdout(&output).starts_with("nothing found\nhint: the query has no word"), "{output:?}");
    }
    assert!(!stdout(&desk.run(&["search", "word", "--path=nowhere/"])).contains("hint"));
    let answer: Value = serde_json::from_slice(&desk.run(&["search", "!", "--format=json"]).stdout).unwrap();
    assert!(answer["hint"].as_str().unwrap().contains("no word"), "{answer}");
}

#[test]
fn lines_of_a_file_that_changed_are_not_shown_as_if_they_were_the_indexed_ones() {
    let desk = Desk::indexed();
    desk.put("docs/guide.md", "something else entirely\n");
    let answer = desk.json(&["search", "wooden chairs", "--format", "json", "-n1"]);
    let first = &answer["results"][0];
    assert_eq!(
        (&first["path"], &first["stale"], &first["snippet"]),
        (&"docs/guide.md".into(), &true.into(), &"".into())
    );
    assert!(stdout(&desk.run(&["search", "wooden chairs", "-n1"])).contains("changed since it was indexed"));
}

#[test]
fn all_projects_are_searched_when_asked() {
    let desk = Desk::indexed();
    desk.put("other/Total.java", "class Other { int totalPrice() { return 1; } }\n");
    assert_eq!(desk.run(&["index", "other"]).status.code(), Some(0));
    let answer = desk.json(&["search", "totalPrice", "--all", "--format", "json"]);
    let projects: Vec<&Value> =
        answer["results"].as_array().unwrap().iter().take(2).map(|row| &row["project"]).collect();
    assert!(projects.contains(&&"project".into()) && projects.contains(&&"other".into()), "{answer}");
    assert!(stdout(&desk.run(&["search", "totalPrice", "--all"])).contains("in other"));
    assert_eq!(desk.run(&["search", "x", "--all", "--project", "other"]).status.code(), Some(2));
}

#[test]
fn a_quiet_command_that_went_well_says_nothing() {
    let desk = Desk::indexed();
    let backups = desk.root().with_file_name("backups");
    let backups = backups.to_str().unwrap();
    for args in
        [&["-q", "index"][..], &["-q", "backup", "--to", backups], &["-q", "restore", "--from", backups]]
    {
        let output = desk.run(args);
        assert_eq!(output.status.code(), Some(0), "{args:?}");
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}: {}", stdout(&output));
    }
    assert!(!stdout(&desk.run(&["-q", "status"])).is_empty(), "an answer is an answer");
}

#[test]
fn what_is_outside_the_project_is_asked_for_by_name_and_has_no_definition() {
    let desk = Desk::new();
    desk.put("web/load.py", "import requests\n\n\ndef load(url):\n    return requests.get(url)\n");
    assert_eq!(desk.run(&["index"]).status.code(), Some(0));
    assert_eq!(
        stdout(&desk.run(&["query", "references", "requests"])),
        "references to requests: 2\n\
         web/load.py:1  file web/load.py  imports, import 0.99\n\
         web/load.py:5  function load uses requests.get  calls, qualified 0.98\n"
    );
    assert_eq!(
        stdout(&desk.run(&["query", "callees", "load"])),
        "called by load: 1\nweb/load.py:5  external requests.get  calls, qualified 0.98\n"
    );
    assert_eq!(
        stdout(&desk.run(&["query", "dependencies", "web"])),
        "dependencies of web: 1\nrequests  python 2 uses in 1 file\n    .get 1\n"
    );
    let none = desk.run(&["query", "definition", "requests.get"]);
    assert_eq!(none.status.code(), Some(1), "{}", stderr(&none));
    assert!(stderr(&none).contains("codegraph query references requests.get"), "{}", stderr(&none));
}

#[test]
fn the_search_box_takes_phrases_expressions_and_filters() {
    let desk = Desk::indexed();
    desk.put(
        "shop/test/OrderTest.java",
        "class OrderTest {\n    int cost() {\n        return 0;\n    }\n}\n",
    );
    assert_eq!(desk.run(&["index"]).status.code(), Some(0));
    let places = |question: &str| -> Vec<String> {
        let output = desk.run(&["search", "--format=json", "-n100", "--", question]);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        let rows = answer["results"].as_array().unwrap();
        rows.iter()
            .map(|row| format!("{}:{}", row["path"].as_str().unwrap(), row["start_line"].as_u64().unwrap()))
            .collect()
    };
    assert_eq!(
        places("re:/int cost\\(\\)/"),
        ["shop/Order.java:11", "shop/Prices.java:4", "shop/test/OrderTest.java:2"]
    );
    assert_eq!(places("\"RETURN PRICES.\""), Vec::<String>::new());
    assert_eq!(places("\"return prices.\""), ["shop/Main.java:6", "shop/Order.java:12"]);
    assert_eq!(places("\"int cost()\" -path:test lang:java -private"), ["shop/Prices.java:4"]);
    assert_eq!(places("kind:interface"), ["shop/Prices.java:3"]);
    assert_eq!(places("kind:class path:shop/M"), ["shop/Main.java:3"]);
    assert_eq!(places("wooden chairs -lang:java").len(), 1);
    assert!(places("order -path:docs re:/run/").iter().all(|place| place.starts_with("shop/Main.java")));
    let text = stdout(&desk.run(&["search", "--color=always", "re:/wooden ch/"]));
    assert!(text.contains("\x1b[31mwooden ch\x1b[0m"), "{text:?}");
    for (question, told) in [
        ("lang:jav x", "did you mean `java`?"),
        ("kind:klass", "did you mean `class`?"),
        ("re:/a(/", "is no regular expression: unclosed group, at character 2"),
        ("repo:elsewhere x", "the projects are project ("),
    ] {
        let output = desk.run(&["search", question]);
        assert_eq!(output.status.code(), Some(2), "{question}");
        assert!(stderr(&output).contains(told), "{question}: {}", stderr(&output));
    }
}

#[test]
fn files_that_changed_are_told_where_their_text_is_asked_for() {
    let desk = Desk::indexed();
    desk.put("docs/guide.md", "Nothing of wooden chairs.\n");
    let output = desk.run(&["search", "\"wooden chairs\""]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("note: 1 file changed since the last index"), "{}", stderr(&output));
    let answer: Value =
        serde_json::from_slice(&desk.run(&["search", "\"wooden chairs\"", "--format=json"]).stdout).unwrap();
    assert_eq!(answer["changed_files"], 1);
}

#[test]
fn projects_are_chosen_by_a_part_of_their_name() {
    let desk = Desk::indexed();
    let other = desk.folder.path().join("other");
    write(&other, &BTreeMap::from([("a.py".to_owned(), "def total_price():\n    return 1\n".to_owned())]));
    assert_eq!(desk.run_in(&other, &["index"]).status.code(), Some(0));
    let projects = |question: &str| -> Vec<String> {
        let answer = desk.json(&["search", question, "--format=json"]);
        let rows = answer["results"].as_array().unwrap();
        let mut names: Vec<String> =
            rows.iter().map(|row| row["project"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names.dedup();
        names
    };
    assert_eq!(projects("total price"), ["project"]);
    assert_eq!(projects("total price repo:oth"), ["other"]);
    assert_eq!(projects("total price repo:*"), ["other", "project"]);
    assert_eq!(projects("total price -repo:proj*"), ["other"]);
    assert_eq!(projects("re:/total_?price/i repo:o"), ["other", "project"]);
}

#[test]
fn similar_code_is_found_by_place_and_by_symbol() {
    let desk = Desk::indexed();
    let copy = ORDER.replace("class Order", "class Bill").replace("public Order", "public Bill");
    desk.put("shop/Bill.java", &copy);
    desk.put("shop/copy/Main.java", MAIN);
    assert_eq!(desk.run(&["index"]).status.code(), Some(0));
    let first = |args: &[&str]| {
        let all: Vec<&str> = ["search", "--format=json", "-n3"].iter().chain(args).copied().collect();
        desk.json(&all)["results"][0]["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(first(&["--similar", "shop/Order.java:10"]), "shop/Bill.java");
    assert_eq!(first(&["--similar", "Bill.java:10:5"]), "shop/Order.java");
    assert_eq!(first(&["--similar", "Order.cost", "--kind=class,method"]), "shop/Bill.java");
    assert_eq!(first(&["--similar", "shop/Main.java:4"]), "shop/copy/Main.java");
    assert_eq!(first(&["--similar", "shop/Order.java:10", "lang:markdown"]), "docs/guide.md");
    let text = stdout(&desk.run(&["search", "--similar", "shop/Order.java:10"]));
    assert!(!text.contains("Order.java"), "{text}");
    for (args, told) in [
        (&["--similar", "shop/Order.java:99"][..], "`shop/Order.java` has 14 lines"),
        (&["--similar", "shop/None.java:1"], "no file of `shop/None.java:1` is indexed"),
        (&["--similar", "Main.java:3"], "shop/copy/Main.java:3"),
        (&["--similar", "shop/Order.java"], "is a whole file"),
        (&["--similar", "shop/Order.java:1", "more words"], "do not go together"),
        (&[], "there is no query"),
    ] {
        let output = desk.run(&[&["search"], args].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(stderr(&output).contains(told), "{args:?}: {}", stderr(&output));
    }
    assert_eq!(desk.run(&["search", "--similar", "no_such_symbol"]).status.code(), Some(1));
    desk.put("shop/Order.java", "class Other {}\n");
    let output = desk.run(&["search", "--similar", "shop/Order.java:10"]);
    assert!(stderr(&output).contains("changed since it was indexed"), "{}", stderr(&output));
}

#[test]
fn a_misspelt_name_is_answered_as_the_nearest_one() {
    let desk = Desk::indexed();
    let answer = desk.json(&["search", "totalPrcie", "--format=json"]);
    assert_eq!(answer["did_you_mean"], serde_json::json!(["totalPrice"]));
    assert_eq!(
        (&answer["answered"], &answer["results"][0]["symbol"]),
        (&"totalPrice".into(), &"Prices.totalPrice".into())
    );
    let output = desk.run(&["search", "Prixes.totalPrice"]);
    assert!(stdout(&output).starts_with("shop/Prices.java:8  method Prices.totalPrice"), "{output:?}");
    let told = "note: did you mean `Prices`? This is what was found for `Prices.totalPrice`";
    assert!(stderr(&output).contains(told), "{}", stderr(&output));
    let quiet = desk.run(&["search", "-q", "totalPrcie"]);
    assert_eq!((stderr(&quiet).as_str(), quiet.status.code()), ("", Some(0)));
    for known in ["totalPrice", "total price", "how is the totl price made", "wooden chairs", "Zebra"] {
        let answer =
            serde_json::from_slice::<Value>(&desk.run(&["search", known, "--format=json"]).stdout).unwrap();
        assert!(
            answer.get("did_you_mean").is_none() && answer.get("answered").is_none(),
            "{known}: {answer}"
        );
    }
}
