//! Bad input: nothing here may panic, hang, or cost another file its place in the index; each is counted with a reason.

use crate::support::index;
use codegraph::config::Config;
use codegraph::error::{Kind, hint};
use codegraph::index::{self as run, Options, Report};
use codegraph::observe::{Cancel, Silent};
use codegraph::store::Snapshot;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

const GOOD: &str = "class Good { int price() { return 3; } }\n";

struct Case {
    _temp: tempfile::TempDir,
    root: PathBuf,
    data: PathBuf,
}

fn case() -> Case {
    let temp = tempfile::tempdir().unwrap();
    let (root, data) = (temp.path().join("src"), temp.path().join("data"));
    fs::create_dir_all(&root).unwrap();
    fs::write(root.join("Good.java"), GOOD).unwrap();
    Case { _temp: temp, root, data }
}

impl Case {
    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.root.join(name), bytes).unwrap();
    }

    fn index(&self) -> Report {
        index(&self.data, &self.root)
    }

    /// The symbols that are named like this, with their paths.
    fn paths_of(&self, name: &str) -> Vec<String> {
        let snapshot = Snapshot::newest(&self.data).unwrap();
        let project = snapshot.view().project("p").unwrap().unwrap();
        let rows = snapshot.view().symbols_named(project.pid(), name).unwrap();
        let path = |row: &codegraph::store::view::NameRow| {
            snapshot.view().file(project.pid(), row.id.file).unwrap().unwrap().path
        };
        rows.iter().map(path).collect()
    }

    /// Indexes, and checks that the good file is there all the same.
    fn survives(&self) -> Report {
        let report = self.index();
        assert_eq!(self.paths_of("price"), ["Good.java"]);
        report
    }
}

fn skipped(report: &Report, reason: &str) -> u64 {
    report.skipped.get(reason).copied().unwrap_or(0)
}

#[test]
fn text_in_any_encoding_is_read() {
    let case = case();
    case.put("Latin.java", b"class Latin { String s = \"\xe9\xff\"; int caf() { return 1; } }\n");
    for (name, units) in [
        ("Le.java", "\u{feff}class Le { }\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        ("Be.java", "\u{feff}class Be { }\n".encode_utf16().flat_map(u16::to_be_bytes).collect()),
    ] {
        case.put(name, &units);
    }
    case.put("Bom.java", "\u{feff}class Bom { }\n".as_bytes());
    case.put("Crlf.java", b"class Crlf {\r\n  int a() { return 1; }\r\n}\r\n");
    let report = case.survives();
    for (name, path) in [
        ("caf", "Latin.java"),
        ("Le", "Le.java"),
        ("Be", "Be.java"),
        ("Bom", "Bom.java"),
        ("Crlf", "Crlf.java"),
    ] {
        assert!(case.paths_of(name).contains(&path.to_owned()), "{name}: {:?}", case.paths_of(name));
    }
    assert!(report.problems.iter().any(|problem| problem.path == "Latin.java"), "{:?}", report.problems);
}

#[test]
fn binary_files_and_endless_lines_are_left_out_with_a_reason() {
    let case = case();
    case.put("Zero.java", b"class Zero {\0\0\0\x01\x02}\n");
    let mut line = b"class Line { int[] a = {".to_vec();
    line.resize(50_000_000 - 100, b'1');
    case.put("Line.java", &line);
    let mut big = vec![b'\n'; 50_000_001];
    big[0] = b'/';
    case.put("Big.java", &big);
    let report = case.survives();
    assert_eq!(skipped(&report, "binary"), 1, "{:?}", report.skipped);
    assert_eq!(skipped(&report, "line of more than 1 MB"), 1, "{:?}", report.skipped);
    assert_eq!(skipped(&report, "too large"), 1, "{:?}", report.skipped);
}

#[test]
fn nesting_of_any_depth_ends() {
    let case = case();
    let n = 100_000;
    for (name, head, open, close, tail) in [
        ("deep.c", "int f(void) { return ", "(", ")", "; }\n"),
        ("Deep.java", "class Deep { int f() { return ", "(", ")", "; } }\n"),
        ("deep.py", "def deep():\n    return ", "(", ")", "\n"),
        ("deep.js", "function deep() { return ", "[", "]", "; }\n"),
        ("deep.ts", "function deep() { return ", "(", ")", "; }\n"),
        ("deep.go", "package deep\nfunc f() int { return ", "(", ")", " }\n"),
        ("deep.rs", "fn deep() -> u32 { ", "(", ")", " }\n"),
        ("deep.kt", "fun deep() = ", "(", ")", "\n"),
        ("Deep.cs", "class Deep { int F() { return ", "(", ")", "; } }\n"),
        ("deep.cc", "int f() { ", "{", "}", " }\n"),
        ("deep.php", "<?php\nfunction deep() { return ", "(", ")", "; }\n"),
        ("deep.rb", "def deep\n  ", "[", "]", "\nend\n"),
        ("Deep.scala", "object Deep { def f = ", "(", ")", " }\n"),
        ("deep.lua", "function deep() return ", "{", "}", " end\n"),
        ("deep.ex", "defmodule Deep do\ndef f, do: ", "[", "]", "\nend\n"),
        ("Deep.swift", "func deep() -> Int { return ", "(", ")", " }\n"),
        ("Deep.hs", "module Deep where\ndeep = ", "(", ")", "\n"),
        ("deep.sh", "deep() { echo ", "$(", ")", "; }\n"),
        ("deep.zig", "fn deep() u32 { return ", "(", ")", "; }\n"),
        ("deep.ml", "let deep = ", "(", ")", "\n"),
        ("deep.dart", "int deep() => ", "(", ")", ";\n"),
        ("deep.proto", "", "message A {", "}", "\n"),
        ("open.rs", "fn open() ", "{", "", ""),
        ("open.json", "", "[", "", ""),
    ] {
        case.put(name, format!("{head}{}1{}{tail}", open.repeat(n), close.repeat(n)).as_bytes());
    }
    case.survives();
}

#[test]
fn types_that_are_made_of_themselves_end() {
    let case = case();
    // A name that is a value and a type at once, whose type is a library's of itself.
    case.put("a.ts", b"export type Schema = Array<Schema>;\nexport const Schema = 3;\nexport function f(s: Schema) { return s.map(f); }\n");
    case.put("b.ts", b"import { A } from './c';\nexport type B = Promise<A>;\nexport const B = 1;\nexport const x: B = y.z();\n");
    case.put("c.ts", b"import { B } from './b';\nexport type A = Promise<B>;\nexport const A = 1;\nexport const y: A = B.z();\n");
    case.put("a.py", b"A = list['A']\ndef f(a: A) -> A:\n    return f(a).g()\n");
    case.put("a.rs", b"type A = Vec<B>;\ntype B = Vec<A>;\nfn f(a: A) -> B { a.g(); f(f(a)) }\n");
    case.put("a.kt", b"typealias A = List<B>\ntypealias B = List<A>\nfun f(a: A): B = f(f(a)).g()\n");
    case.put("a.cc", b"struct S; typedef S S; using T = V<T>; T f(T t) { return f(t).g(); }\n");
    case.survives();
}

#[test]
fn odd_but_harmless_files_are_taken_as_they_are() {
    let case = case();
    case.put("Empty.java", b"");
    case.put("blank.py", b"\n\n\n");
    case.put("only_bom.py", b"\xef\xbb\xbf");
    case.put("no_newline.py", b"def last(): pass");
    case.put("book.ipynb", b"{\"cells\": 3}");
    case.put("broken.ipynb", b"{");
    case.put("Half.java", b"class Half { void a( { if (x } int b() { return 1 }");
    case.put("Ident.java", format!("class {} {{}}\n", "x".repeat(900_000)).as_bytes());
    case.put("many.py", (0..50_000).map(|n| format!("def f{n}(): pass\n")).collect::<String>().as_bytes());
    let report = case.survives();
    assert!(report.problems.iter().any(|problem| problem.path == "Half.java"), "{:?}", report.problems);
    assert_eq!(skipped(&report, "not a valid notebook"), 2, "{:?}", report.skipped);
}

#[test]
fn names_of_any_bytes_are_told_apart() {
    let case = case();
    case.put("with space.java", b"class Space {}\n");
    case.put("with\nnewline.java", b"class Newline {}\n");
    case.put("quote\"'.java", b"class Quote {}\n");
    fs::write(case.root.join(std::ffi::OsStr::from_bytes(b"bad\xff.java")), "class Bad {}\n").unwrap();
    case.put("bad\\xff.java", b"class Escaped {}\n");
    case.survives();
    assert_eq!(case.paths_of("Space"), ["with space.java"]);
    assert_eq!(case.paths_of("Newline"), ["with\nnewline.java"]);
    assert_eq!(case.paths_of("Quote"), ["quote\"'.java"]);
    assert_eq!(case.paths_of("Bad"), ["bad\\xff.java"]);
    assert_eq!(case.paths_of("Escaped"), ["bad\\\\xff.java"]);
}

#[test]
fn what_is_no_regular_file_is_never_opened() {
    let case = case();
    symlink(".", case.root.join("loop")).unwrap();
    symlink("/etc/passwd", case.root.join("out.java")).unwrap();
    symlink("nowhere", case.root.join("dangling.java")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(case.root.join("pipe.java")).status().unwrap();
    assert!(made.success());
    let _socket = std::os::unix::net::UnixListener::bind(case.root.join("socket.java")).unwrap();
    let report = case.survives();
    assert_eq!(skipped(&report, "symbolic link"), 3, "{:?}", report.skipped);
    assert_eq!(skipped(&report, "not a regular file"), 2, "{:?}", report.skipped);
}

/// True when this process may read what its owner forbade: then permissions cannot be tested.
fn is_privileged(root: &Path) -> bool {
    let path = root.join("probe");
    fs::write(&path, "x").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o0)).unwrap();
    let read = fs::read(&path).is_ok();
    fs::remove_file(&path).unwrap();
    read
}

#[test]
fn what_may_not_be_read_is_counted() {
    let case = case();
    if is_privileged(&case.root) {
        // A privileged process reads everything; that nothing is lost is all there is to see.
        case.survives();
        return;
    }
    case.put("secret.java", b"class Secret {}\n");
    fs::set_permissions(case.root.join("secret.java"), fs::Permissions::from_mode(0o0)).unwrap();
    fs::create_dir(case.root.join("closed")).unwrap();
    fs::set_permissions(case.root.join("closed"), fs::Permissions::from_mode(0o0)).unwrap();
    let report = case.survives();
    fs::set_permissions(case.root.join("closed"), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(skipped(&report, "unreadable"), 2, "{:?}", report.skipped);
}

#[test]
fn files_that_vanish_or_change_while_they_are_read_cost_nobody_else() {
    let case = case();
    for n in 0..400 {
        case.put(&format!("F{n}.java"), format!("class F{n} {{ int f() {{ return {n}; }} }}\n").as_bytes());
    }
    let stop = Cancel::default();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 0_u32;
            while !stop.is_cancelled() {
                let path = case.root.join(format!("F{}.java", n % 400));
                if n.is_multiple_of(2) {
                    drop(fs::remove_file(&path));
                } else {
                    drop(fs::write(&path, format!("class Again{n} {{}}\n")));
                }
                n = n.wrapping_add(7);
            }
        });
        for _ in 0..3 {
            case.survives();
        }
        stop.cancel();
    });
    // Once it is quiet, the index is what a fresh one would be.
    case.index();
    let quiet = crate::support::dump(&case.data);
    let fresh = case.data.with_file_name("fresh");
    index(&fresh, &case.root);
    assert_eq!(quiet, crate::support::dump(&fresh));
}

#[test]
fn a_project_of_no_files_is_a_project() {
    let case = case();
    fs::remove_file(case.root.join("Good.java")).unwrap();
    let report = case.index();
    assert_eq!(report.counts.files, 0);
    assert!(Snapshot::newest(&case.data).unwrap().view().project("p").unwrap().is_some());
}

#[test]
fn a_folder_that_is_not_there_or_no_folder_is_an_error_that_names_it() {
    let case = case();
    for root in [case.root.join("missing"), case.root.join("Good.java")] {
        let options = Options { root: root.clone(), ..Options::default() };
        let error =
            run::run(&case.data, &Config::default(), &options, &Silent, &Cancel::default()).unwrap_err();
        assert!(format!("{error:#}").contains(&root.display().to_string()), "{error:#}");
    }
}

#[test]
fn more_files_than_the_limit_are_an_error_that_says_what_to_do() {
    let case = case();
    case.put("Second.java", b"class Second {}\n");
    let mut config = Config::default();
    config.parsing.general.max_files_per_project = 1;
    let options = Options { root: case.root.clone(), ..Options::default() };
    let error = run::run(&case.data, &config, &options, &Silent, &Cancel::default()).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::Usage);
    assert!(hint(&error).unwrap().contains("max_files_per_project"));
}

#[test]
fn reading_before_any_index_says_what_to_run() {
    let temp = tempfile::tempdir().unwrap();
    let error = Snapshot::newest(temp.path()).map(|_| ()).unwrap_err();
    assert_eq!(Kind::of(&error), Kind::NoIndex);
    assert!(hint(&error).unwrap().contains("codegraph index"));
}
