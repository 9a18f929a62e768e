//! Where the compiler looks for headers, as the project's compilation database says (`compile_commands.json`).
//!
//! The build writes it, mostly to a folder that git ignores and the walk does not enter. So a few places are looked at:
//! the root, `build`, `out`, then the folders `cmake-build-*` by name. The first that is there is the one. Symbolic links
//! are followed, because that is how the root gets one.

use super::{read, walk};
use rustc_hash::FxHashSet;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt::Formatter;
use std::path::Path;

/// The file name of a database.
const NAME: &str = "compile_commands.json";
/// Most bytes of a database.
const MAX_BYTES: u64 = 64 << 20;
/// Most folders `cmake-build-*` that are looked into.
const MAX_BUILDS: usize = 16;
/// Most include folders that are kept.
const MAX_FOLDERS: usize = 1000;
/// Sources looked at to tell where the project lay when the database was made.
const MAX_SOURCES: usize = 64;

/// What was read from the first database that is there.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Compilation {
    /// Its path relative to the root.
    pub path: String,
    /// Its include folders that lie in the project, one a line, in the order in which they are searched: `<folder` for
    /// every include, `"folder` for quoted ones alone. Relative to the root, which is the empty path.
    pub folders: String,
    /// Why it could not be read.
    pub problem: Option<String>,
}

/// Reads the database of the project at `root`, an absolute path without links. Nothing when there is none.
#[must_use]
pub fn of(root: &Path) -> Option<Compilation> {
    let path = places(root).into_iter().find(|place| root.join(place).exists())?;
    let folders = read::bytes(&root.join(&path), MAX_BYTES)
        .map_err(|reason| reason.name().to_owned())
        .and_then(|bytes| {
            let folder = root.join(&path);
            let folder = folder.parent().unwrap_or(root);
            folders(&String::from_utf8_lossy(&bytes), folder, root)
                .map_err(|error| format!("not a compilation database: {error}"))
        });
    Some(match folders {
        Ok(folders) => Compilation { path, folders, problem: None },
        Err(problem) => Compilation { path, problem: Some(problem), ..Compilation::default() },
    })
}

/// The paths at which a database may be, the likeliest first.
fn places(root: &Path) -> Vec<String> {
    let names = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut builds: Vec<String> = names
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with("cmake-build-"))
        .collect();
    builds.sort_unstable();
    builds.truncate(MAX_BUILDS);
    let mut all = vec![NAME.to_owned()];
    let folders = ["build".to_owned(), "out".to_owned()].into_iter().chain(builds);
    all.extend(folders.map(|folder| format!("{folder}/{NAME}")));
    all
}

/// How a source is compiled.
#[derive(Deserialize)]
struct Entry<'t> {
    /// Where the compiler runs; other paths are relative to it.
    #[serde(borrow, default)]
    directory: Cow<'t, str>,
    /// The source.
    #[serde(borrow, default)]
    file: Cow<'t, str>,
    arguments: Option<Vec<String>>,
    #[serde(borrow)]
    command: Option<Cow<'t, str>>,
}

/// When a folder is searched: as compilers do, these classes after each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Class {
    /// For quoted includes alone.
    Quoted,
    Plain,
    System,
    After,
}

/// Options that name an include folder, joined or as the next argument.
const OPTIONS: &[(&str, Class)] = &[
    ("-iquote", Class::Quoted),
    ("-isystem", Class::System),
    ("-idirafter", Class::After),
    ("-imsvc", Class::System),
    ("-external:I", Class::System),
    ("-I", Class::Plain),
];
/// Those which only compilers with the options of `cl` know; for others they are paths.
const CL_OPTIONS: &[(&str, Class)] =
    &[("/I", Class::Plain), ("/external:I", Class::System), ("/imsvc", Class::System)];

/// The include folders of a database that lie in the project; see [`Compilation::folders`].
fn folders(text: &str, base: &Path, root: &Path) -> serde_json::Result<String> {
    let mut gathered = Gathered { base: base.to_string_lossy().into_owned(), ..Gathered::default() };
    let mut reader = serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}'));
    reader.deserialize_seq(&mut gathered)?;
    reader.end()?;
    // Each class in the order of first use.
    gathered.folders.sort_by_key(|(class, _)| *class);
    let elsewhere = elsewhere(&gathered.sources, root);
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut lines = String::new();
    for (class, folder) in gathered.folders {
        let Some(folder) = inside(&folder, elsewhere.as_deref(), root) else { continue };
        let mark = if class == Class::Quoted { '"' } else { '<' };
        if seen.len() < MAX_FOLDERS && !folder.contains('\n') && seen.insert(format!("{mark}{folder}")) {
            let separator = if lines.is_empty() { "" } else { "\n" };
            lines.push_str(&format!("{separator}{mark}{folder}"));
        }
    }
    Ok(lines)
}

/// What the entries say, gathered one by one, so that memory is that of the text and of what is distinct.
#[derive(Default)]
struct Gathered {
    /// The folder of the database.
    base: String,
    /// Absolute paths in the order of first use.
    folders: Vec<(Class, String)>,
    seen: FxHashSet<(Class, String)>,
    /// Absolute paths of the first sources.
    sources: Vec<String>,
}

impl Gathered {
    fn add(&mut self, entry: &Entry<'_>) {
        let windows = is_windows(&entry.directory);
        let slashed = |path: &str| if windows { path.replace('\\', "/") } else { path.to_owned() };
        let directory = joined(&self.base, &slashed(&entry.directory));
        if self.sources.len() < MAX_SOURCES {
            self.sources.push(resolved(&joined(&directory, &slashed(&entry.file))));
        }
        let split = || words(entry.command.as_deref().unwrap_or_default(), windows);
        let arguments = entry.arguments.as_ref().map_or_else(|| Cow::Owned(split()), Cow::Borrowed);
        for (class, folder) in include_options(&arguments) {
            let found = (class, joined(&directory, &slashed(folder)));
            // Those outside the project are not told apart yet, so that more are gathered than are kept.
            if self.folders.len() < 10 * MAX_FOLDERS && !self.seen.contains(&found) {
                self.seen.insert(found.clone());
                self.folders.push(found);
            }
        }
    }
}

impl<'de> Visitor<'de> for &mut Gathered {
    type Value = ();

    fn expecting(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        out.write_str("a list of entries")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        while let Some(entry) = entries.next_element::<Entry<'de>>()? {
            self.add(&entry);
        }
        Ok(())
    }
}

/// The folders that the options of a command name. What a response file (`@file`) says is not read.
fn include_options(arguments: &[String]) -> Vec<(Class, &str)> {
    let is_cl = arguments.iter().take(2).any(|program| is_cl(program))
        || arguments.iter().any(|argument| argument == "--driver-mode=cl");
    let options = || OPTIONS.iter().chain(if is_cl { CL_OPTIONS } else { &[] });
    let mut found = Vec::new();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if argument == "--" {
            break;
        }
        let option = options().find_map(|(name, class)| Some((class, argument.strip_prefix(name)?)));
        let Some((class, folder)) = option else { continue };
        let folder = if folder.is_empty() { rest.next().map_or("", String::as_str) } else { folder };
        // `-I-` is an old switch, and `=` stands for a root of the system's headers.
        if !folder.is_empty() && folder != "-" && !folder.starts_with('=') {
            found.push((*class, folder));
        }
    }
    found
}

/// True for the compiler of Visual Studio and those that take its options.
fn is_cl(program: &str) -> bool {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program).to_ascii_lowercase();
    let stem = name.strip_suffix(".exe").unwrap_or(&name);
    matches!(stem, "cl" | "clang-cl" | "icl")
}

/// A command's words, as a POSIX shell or Windows splits them. Nothing is expanded.
fn words(command: &str, windows: bool) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = command.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '\'') if c == '"' || !windows => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, c) if c.is_ascii_whitespace() => words.extend(word.take()),
            (Some('"') | None, '\\') => {
                let is_escape = |next: &char| match (windows, quote) {
                    (true, _) => *next == '"',
                    (false, None) => true,
                    (false, Some(_)) => matches!(next, '"' | '\\' | '$' | '`' | '\n'),
                };
                let word = word.get_or_insert_default();
                match chars.next_if(is_escape) {
                    // A line that goes on.
                    Some('\n') => {}
                    Some(escaped) => word.push(escaped),
                    None => word.push('\\'),
                }
            }
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// True for an absolute path of Windows (`C:\x`, `C:/x`).
fn is_windows(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic())
}

/// A path as seen from an absolute folder.
fn joined(folder: &str, path: &str) -> String {
    match path {
        "" => folder.to_owned(),
        path if path.starts_with('/') || is_windows(path) => path.to_owned(),
        path => format!("{}/{path}", folder.trim_end_matches('/')),
    }
}

/// An absolute path without `.`, `..` and doubled slashes, as it is written.
fn resolved(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let start = if path.starts_with('/') { "/" } else { "" };
    format!("{start}{}", parts.join("/"))
}

/// Where the project lay when the database was made, if its sources are not those below the root: what most of them have
/// before the longest end that is a file of the project.
fn elsewhere(sources: &[String], root: &Path) -> Option<String> {
    if sources.iter().any(|source| relative(source, root).is_some()) {
        return None;
    }
    let mut votes: Vec<(&str, usize)> = Vec::new();
    for source in sources {
        let is_ours = |end: &str| root.join(end.trim_start_matches('/')).is_file();
        let mut ends = source.match_indices('/').map(|(at, _)| source.split_at(at));
        let Some((before, _)) = ends.find(|(before, end)| !before.is_empty() && is_ours(end)) else {
            continue;
        };
        match votes.iter_mut().find(|(other, _)| *other == before) {
            Some((_, n)) => *n += 1,
            None => votes.push((before, 1)),
        }
    }
    // The first of the most frequent.
    votes.iter().rev().max_by_key(|(_, n)| *n).map(|(before, _)| (*before).to_owned())
}

/// A folder's path relative to the root; nothing when it lies outside. `elsewhere` stands for the root.
fn inside(folder: &str, elsewhere: Option<&str>, root: &Path) -> Option<String> {
    if let Some(elsewhere) = elsewhere {
        let written = resolved(folder);
        let rest = written.strip_prefix(elsewhere)?;
        return match rest.strip_prefix('/') {
            Some(rest) => relative(&root.join(rest).to_string_lossy(), root),
            None => rest.is_empty().then(String::new),
        };
    }
    relative(folder, root)
}

/// A path relative to the root, by what it leads to, or as it is written when it is not there.
fn relative(path: &str, root: &Path) -> Option<String> {
    let written = Path::new(path);
    let real = if written.is_absolute() { written.canonicalize().ok() } else { None };
    let real = real.unwrap_or_else(|| resolved(path).into());
    real.strip_prefix(root).ok().map(walk::printable)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_split_as_its_shell_splits_it() {
        let posix: &[(&str, &[&str])] = &[
            ("cc  -c\ta.c\n", &["cc", "-c", "a.c"]),
            (r#"cc '-Ia b' "-Ic d" -Ie\ f"#, &["cc", "-Ia b", "-Ic d", "-Ie f"]),
            (r#"-I"a"'b'c '' """#, &["-Iabc", "", ""]),
            (r#""a\"b\\c\d" 'e\f' \\g"#, &[r#"a"b\c\d"#, r"e\f", r"\g"]),
            (r#"-DX=\"y\" "a'b" 'c"d'"#, &["-DX=\"y\"", "a'b", "c\"d"]),
            ("a\\\nb c", &["ab", "c"]),
            ("'open \"", &["open \""]),
            ("end\\", &["end\\"]),
            ("", &[]),
        ];
        for (command, expected) in posix {
            assert_eq!(words(command, false), *expected, "{command}");
        }
        let windows: &[(&str, &[&str])] = &[
            (r"cl.exe /Isrc\a b", &["cl.exe", r"/Isrc\a", "b"]),
            (r#""C:\a b\cl.exe" -DX=\"y\" it's"#, &[r"C:\a b\cl.exe", r#"-DX="y""#, "it's"]),
        ];
        for (command, expected) in windows {
            assert_eq!(words(command, true), *expected, "{command}");
        }
    }

    #[test]
    fn every_form_of_an_include_option_is_read() {
        let of = |command: &str| {
            let arguments = words(command, false);
            let found = include_options(&arguments);
            found.iter().map(|(class, folder)| format!("{class:?} {folder}")).collect::<Vec<_>>().join(", ")
        };
        for (command, expected) in [
            ("cc -Ia -I b -c x.c", "Plain a, Plain b"),
            ("cc -iquote a -iquoteb", "Quoted a, Quoted b"),
            ("cc -isystem a -isystemb -idirafter c", "System a, System b, After c"),
            ("cc -isysroot a -include b.h -imacros c.h -O2", ""),
            ("cc -I- -I=a -I", ""),
            ("cc -Ia -- -Ib", "Plain a"),
            ("cc /Include/x.c", ""),
            ("/opt/CL.exe /Ia /I b -Ic", "Plain a, Plain b, Plain c"),
            ("ccache clang-cl /imsvc a /external:I b -imsvcc", "System a, System b, System c"),
            ("clang --driver-mode=cl /Ia", "Plain a"),
            ("", ""),
        ] {
            assert_eq!(of(command), expected, "{command}");
        }
    }

    /// A project with these files; its root without links.
    fn project(files: &[(&str, &str)]) -> (tempfile::TempDir, std::path::PathBuf) {
        let work = tempfile::tempdir().unwrap();
        let root = work.path().canonicalize().unwrap().join("root");
        std::fs::create_dir(&root).unwrap();
        for (path, text) in files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        (work, root)
    }

    fn told(text: &str, root: &Path) -> Vec<String> {
        folders(text, root, root).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn folders_of_the_project_are_kept_in_the_order_in_which_they_are_searched() {
        let (_work, root) = project(&[("src/a.c", ""), ("include/a.h", ""), ("build/x", "")]);
        let at = root.display();
        let text = format!(
            r#"[
              {{"directory": "{at}/build", "file": "../src/a.c", "output": "a.o",
                "command": "cc -isystem ../third -I../include -I/usr/include -I{at} -iquote ../src -c ../src/a.c"}},
              {{"directory": "{at}", "file": "src/b.c",
                "arguments": ["cc", "-I", "include/", "-Isrc/../made", "-I..", "-Isrc"]}}
            ]"#
        );
        assert_eq!(told(&text, &root), ["\"src", "<include", "<", "<made", "<src", "<third"]);
        assert_eq!(told("[]", &root), [""; 0]);
        assert_eq!(told("\u{feff}[{}, {\"command\": \"cc -Iinclude\"}]", &root), ["<include"]);
    }

    #[test]
    fn a_database_of_another_checkout_is_read_as_if_it_were_made_here() {
        let (_work, root) = project(&[("src/a.c", ""), ("src/b.c", ""), ("include/a.h", "")]);
        for elsewhere in ["/home/other/tree", "C:/other/tree"] {
            let entry = |file: &str| {
                format!(
                    r#"{{"directory": "{elsewhere}/build", "file": "{elsewhere}/{file}",
                        "command": "cc -I{elsewhere}/include -I../src -I{elsewhere} -I{elsewhere}x/include"}}"#
                )
            };
            let text = format!("[{}, {}]", entry("src/a.c"), entry("src/b.c"));
            assert_eq!(told(&text, &root), ["<include", "<src", "<"], "{elsewhere}");
            let strange = format!("[{}]", entry("lib/c.c"));
            assert_eq!(told(&strange, &root), [""; 0], "{elsewhere}");
        }
        let windows =
            r#"[{"directory": "D:\\t", "file": "src\\a.c", "command": "cl.exe /Iinclude /ID:\\t\\src"}]"#;
        assert_eq!(told(windows, &root), ["<include", "<src"]);
    }

    #[test]
    fn the_first_database_that_is_there_is_the_one() {
        let text = |folder: &str| format!(r#"[{{"directory": "..", "command": "cc -I{folder}"}}]"#);
        let (_work, root) = project(&[("a.c", "")]);
        assert_eq!(of(&root), None);
        for (path, folder) in [
            ("cmake-build-release", "one"),
            ("cmake-build-debug", "two"),
            ("out", "three"),
            ("build", "four"),
        ] {
            std::fs::create_dir(root.join(path)).unwrap();
            std::fs::write(root.join(path).join(NAME), text(folder)).unwrap();
            let found = of(&root).unwrap();
            assert_eq!(found.path, format!("{path}/{NAME}"));
            assert_eq!((found.folders, found.problem), (format!("<{folder}"), None));
        }
        std::fs::write(root.join(NAME), r#"[{"directory": ".", "command": "cc -Ifive"}]"#).unwrap();
        assert_eq!(of(&root).unwrap().folders, "<five");
    }

    #[test]
    fn what_is_no_database_is_told() {
        let (_work, root) = project(&[("a.c", "")]);
        let whole = r#"[{"directory": "/x", "arguments": ["cc", "-Ia\"\\"], "command": null}]"#;
        for at in 0..whole.len() {
            assert!(folders(&whole[..at], &root, &root).is_err(), "{at}");
        }
        for text in ["{}", "3", "[3]", "[{\"arguments\": 3}]", "[] []", &"[".repeat(100_000)] {
            std::fs::write(root.join(NAME), text).unwrap();
            let found = of(&root).unwrap();
            assert_eq!(found.folders, "");
            assert!(found.problem.unwrap().starts_with("not a compilation database: "), "{text}");
        }
        let large = std::fs::File::create(root.join(NAME)).unwrap();
        large.set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(of(&root).unwrap().problem.as_deref(), Some("too large"));
        std::fs::remove_file(root.join(NAME)).unwrap();
        std::fs::create_dir(root.join(NAME)).unwrap();
        assert!(of(&root).unwrap().problem.is_some());
    }

    #[cfg(unix)]
    #[test]
    fn links_to_a_database_and_to_the_project_are_followed() {
        let (work, root) = project(&[("src/a.c", ""), ("include/a.h", "")]);
        std::os::unix::fs::symlink(work.path().join("no"), root.join(NAME)).unwrap();
        assert_eq!(of(&root), None);
        std::fs::remove_file(root.join(NAME)).unwrap();
        let other = work.path().join("other");
        std::os::unix::fs::symlink(&root, &other).unwrap();
        let other = other.display();
        let text = format!(
            r#"[{{"directory": "{other}", "file": "{other}/src/a.c", "command": "cc -I{other}/include -Isrc"}}]"#
        );
        let made = work.path().join("made.json");
        std::fs::write(&made, text).unwrap();
        std::os::unix::fs::symlink(&made, root.join(NAME)).unwrap();
        let found = of(&root).unwrap();
        assert_eq!((found.folders.as_str(), found.problem), ("<include\n<src", None));
        let pipe = root.join(NAME);
        std::fs::remove_file(&pipe).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(of(&root).unwrap().problem.as_deref(), Some("not a regular file"));
    }
}
