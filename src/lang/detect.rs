//! "What is in this file?" Path, file name and the first bytes to a language, or to a kind of text.

use super::text::{TEXT_KINDS, TextKind};
use super::{LANGUAGES, Language, c, cpp};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detected {
    /// Code with symbols: index into [`LANGUAGES`].
    Code(u8),
    /// Text without symbols.
    Text(&'static TextKind),
    /// Nothing that is worth reading: binary, generated, or not known.
    Unknown,
}

/// Files that tools write for themselves. Lower case.
const GENERATED: &[&str] = &[
    "bun.lock",
    "cargo.lock",
    "cartfile.resolved",
    "composer.lock",
    "conan.lock",
    "flake.lock",
    "gemfile.lock",
    "go.sum",
    "go.work.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "package-lock.json",
    "package.resolved",
    "packages.lock.json",
    "pdm.lock",
    "pipfile.lock",
    "pnpm-lock.yaml",
    "podfile.lock",
    "poetry.lock",
    "pubspec.lock",
    "uv.lock",
    "yarn.lock",
];

/// Endings before the last one that mark output of a tool (`app.min.js`).
const MINIFIED: &[&str] = &["bundle", "chunk", "min"];

/// Bytes of a head that are looked at.
const HEAD: usize = 64 * 1024;

/// Longest line, on average, of text that people write, in bytes.
const LINE: usize = 500;

struct Tables {
    extensions: FxHashMap<&'static str, Detected>,
    file_names: FxHashMap<&'static str, Detected>,
    interpreters: FxHashMap<&'static str, Detected>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables {
        extensions: FxHashMap::default(),
        file_names: FxHashMap::default(),
        interpreters: FxHashMap::default(),
    };
    for (index, language) in (0_u8..).zip(LANGUAGES) {
        for extension in language.extensions {
            tables.extensions.insert(extension, Detected::Code(index));
        }
        for name in language.file_names {
            tables.file_names.insert(name, Detected::Code(index));
        }
        for interpreter in language.interpreters {
            tables.interpreters.insert(interpreter, Detected::Code(index));
        }
    }
    for kind in TEXT_KINDS {
        for extension in kind.extensions {
            tables.extensions.insert(extension, Detected::Text(kind));
        }
        for name in kind.file_names {
            tables.file_names.insert(name, Detected::Text(kind));
        }
        for interpreter in kind.interpreters {
            tables.interpreters.insert(interpreter, Detected::Text(kind));
        }
    }
    tables
});

/// Tells by the path alone: whole file name first, then the ending, both without regard to case. Lock files and
/// minified output are [`Detected::Unknown`].
#[must_use]
pub fn by_path(path: &str) -> Detected {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path).to_ascii_lowercase();
    if GENERATED.binary_search(&file.as_str()).is_ok() {
        return Detected::Unknown;
    }
    if let Some(&found) = TABLES.file_names.get(file.as_str()) {
        return found;
    }
    let Some((stem, extension)) = file.rsplit_once('.') else { return Detected::Unknown };
    if stem.rsplit_once('.').is_some_and(|(_, middle)| MINIFIED.binary_search(&middle).is_ok()) {
        return Detected::Unknown;
    }
    if let Some(&found) = TABLES.extensions.get(extension) {
        return found;
    }
    // `Dockerfile.dev`, `Makefile.am`, `README.fr`: the name counts when the ending says nothing.
    let first = stem.split('.').next().unwrap_or(stem);
    match TABLES.file_names.get(first) {
        Some(&found) if !first.is_empty() => found,
        _ => Detected::Unknown,
    }
}

/// Corrects what the path said by the first bytes of the text: `#!` lines, headers that are C++, Qt's translations
/// with TypeScript's ending, and minified files.
#[must_use]
pub fn refine(detected: Detected, head: &str) -> Detected {
    let head = start(head, HEAD);
    match detected {
        Detected::Unknown => {
            interpreter(head).and_then(|name| by_interpreter(&name)).unwrap_or(Detected::Unknown)
        }
        Detected::Code(index) => {
            if is_minified(head) {
                return Detected::Unknown;
            }
            if head.trim_start_matches('\u{feff}').trim_start().starts_with("<?xml") {
                return by_path("x.xml");
            }
            if is(index, &c::C) && is_cpp(head) {
                return code(&cpp::CPP);
            }
            detected
        }
        Detected::Text(kind) => {
            let prose =
                matches!(kind.extensions.first(), Some(&("md" | "txt" | "rst" | "adoc" | "tex" | "org")));
            if !prose && is_minified(head) { Detected::Unknown } else { detected }
        }
    }
}

fn is(index: u8, language: &'static Language) -> bool {
    LANGUAGES.get(usize::from(index)).is_some_and(|found| std::ptr::eq(*found, language))
}

fn code(language: &'static Language) -> Detected {
    (0_u8..)
        .zip(LANGUAGES)
        .find(|(_, found)| std::ptr::eq(**found, language))
        .map_or(Detected::Unknown, |(index, _)| Detected::Code(index))
}

/// The interpreter that a `#!` line names, without its folder.
fn interpreter(head: &str) -> Option<String> {
    let line = head.strip_prefix("#!")?.lines().next()?;
    let mut words = line.split_whitespace();
    let name = |word: &str| word.rsplit(['/', '\\']).next().unwrap_or(word).to_ascii_lowercase();
    let first = name(words.next()?);
    if first != "env" {
        return Some(first);
    }
    words.find(|word| !word.starts_with('-') && !word.contains('=')).map(name)
}

/// Looks up `python3.12` as itself, then without its version.
fn by_interpreter(name: &str) -> Option<Detected> {
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    [name, bare].into_iter().find_map(|name| TABLES.interpreters.get(name).copied())
}

/// True for text whose lines are longer than people write.
fn is_minified(head: &str) -> bool {
    let lines = memchr::memchr_iter(b'\n', head.as_bytes()).count() + 1;
    head.len() >= 4 * LINE && head.len() / lines > LINE
}

/// True when a header can only be C++. Comments, strings and the sections that C compilers skip do not count.
fn is_cpp(head: &str) -> bool {
    let mut comment = false;
    // Depth of conditionals inside a section for C++ compilers.
    let mut guarded = 0_u32;
    for line in head.lines() {
        let line = without_comments(line, &mut comment);
        let line = line.trim();
        if let Some(directive) = line.strip_prefix('#') {
            let directive = directive.trim_start();
            if guarded > 0 {
                if directive.starts_with("if") {
                    guarded += 1;
                } else if directive.starts_with("endif") {
                    guarded -= 1;
                } else if directive.starts_with("el") && guarded == 1 {
                    guarded = 0;
                }
            } else if directive.starts_with("if")
                && !directive.starts_with("ifndef")
                && directive.contains("__cplusplus")
                && !directive.contains('!')
            {
                guarded = 1;
            } else if let Some(path) = directive.strip_prefix("include")
                && path.trim().starts_with('<')
                && !path.contains('.')
                && !path.contains('/')
            {
                return true;
            }
            continue;
        }
        if guarded == 0 && has_cpp(line) {
            return true;
        }
    }
    false
}

/// True when a line of code, without comments, has what C cannot have.
fn has_cpp(line: &str) -> bool {
    let starts = |word: &str| {
        line.strip_prefix(word)
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '<' | ':' | '{')))
    };
    let declares = |word: &str| {
        line.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with(char::is_whitespace)
                && rest.trim_start().starts_with(|c: char| c.is_alphabetic() || c == '_')
                && !rest.trim_start().starts_with(word)
        })
    };
    let access = |word: &str| line.strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with(':'));
    is_qualified(line)
        || starts("template")
        || (starts("namespace") && !line.contains('='))
        || (declares("class") && !line.contains('(') && !line.contains('=') && !line.starts_with("class,"))
        || (declares("using") && line.ends_with(';'))
        || declares("virtual")
        || ["public", "private", "protected"].iter().any(|word| access(word))
        || line.contains("static_cast<")
        || line.contains(" operator=")
        || line.contains("= delete;")
}

/// True when `::` stands between names; in C it only stands between the parts of inline assembly.
fn is_qualified(line: &str) -> bool {
    line.match_indices("::").any(|(at, _)| {
        let before = line.get(..at).and_then(|before| before.chars().next_back());
        let after = line.get(at + 2..).and_then(|after| after.chars().next());
        before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '>'))
            && after.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '~' | '*'))
    })
}

/// A line without comments and strings; `comment` says whether a block comment is open.
fn without_comments(line: &str, comment: &mut bool) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    loop {
        if *comment {
            let Some(end) = rest.find("*/") else { return out };
            *comment = false;
            rest = rest.get(end + 2..).unwrap_or("");
        }
        let Some(at) = rest.find(['/', '"']) else {
            out.push_str(rest);
            return out;
        };
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if from.starts_with("//") {
            return out;
        }
        if from.starts_with("/*") {
            *comment = true;
            rest = from.get(2..).unwrap_or("");
        } else if let Some(string) = from.strip_prefix('"') {
            let Some(end) = string.find('"') else { return out };
            out.push_str("\"\"");
            rest = string.get(end + 1..).unwrap_or("");
        } else {
            out.push('/');
            rest = from.get(1..).unwrap_or("");
        }
    }
}

/// The first bytes of a text, cut on a character border.
fn start(text: &str, limit: usize) -> &str {
    let mut end = text.len().min(limit);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn name(detected: Detected) -> &'static str {
        match detected {
            Detected::Code(index) => LANGUAGES[usize::from(index)].label,
            Detected::Text(kind) => kind.label,
            Detected::Unknown => "-",
        }
    }

    #[test]
    fn every_ending_belongs_to_one_language_or_one_kind_of_text() {
        let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for language in LANGUAGES {
            for extension in language.extensions {
                owners.entry(extension).or_default().push(language.label);
            }
        }
        for kind in TEXT_KINDS {
            for extension in kind.extensions {
                owners.entry(extension).or_default().push(kind.label);
            }
        }
        owners.retain(|extension, of| of.len() > 1 || *extension != extension.to_ascii_lowercase());
        assert_eq!(owners, BTreeMap::new());
    }

    #[test]
    fn every_file_name_and_interpreter_belongs_to_one() {
        let mut owners: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for language in LANGUAGES {
            for interpreter in language.interpreters {
                owners.entry(interpreter).or_default().push(language.label);
            }
        }
        for kind in TEXT_KINDS {
            for interpreter in kind.interpreters {
                owners.entry(interpreter).or_default().push(kind.label);
            }
        }
        owners.retain(|_, of| of.len() > 1);
        assert_eq!(owners, BTreeMap::new());
        let mut names: Vec<&str> =
            TEXT_KINDS.iter().flat_map(|kind| kind.file_names.iter().copied()).collect();
        assert!(names.iter().all(|name| *name == name.to_ascii_lowercase()));
        let n = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n);
    }

    #[test]
    fn names_are_unique_save_for_two_grammars_of_one_language() {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        for name in LANGUAGES.iter().map(|one| one.name).chain(TEXT_KINDS.iter().map(|kind| kind.name)) {
            *names.entry(name).or_default() += 1;
        }
        names.retain(|_, n| *n > 1);
        assert_eq!(names.into_iter().collect::<Vec<_>>(), [("typescript", 2)]);
    }

    #[test]
    fn the_lists_that_are_searched_by_halves_are_sorted() {
        assert!(GENERATED.is_sorted());
        assert!(MINIFIED.is_sorted());
    }

    #[test]
    fn a_path_tells_by_ending_or_by_file_name() {
        let cases = [
            ("src/main.rs", "Rust"),
            ("a/B.JAVA", "Java"),
            ("x.tsx", "TypeScript (TSX)"),
            ("include/x.h", "C"),
            ("x.cc", "C++"),
            ("win\\x.hpp", "C++"),
            ("README.md", "Markdown"),
            ("LICENSE", "Plain text"),
            ("README", "Plain text"),
            ("docs/README.fr", "Plain text"),
            ("Dockerfile", "Dockerfile"),
            ("deploy/Dockerfile.dev", "Dockerfile"),
            ("app.dockerfile", "Dockerfile"),
            ("Makefile", "Makefile"),
            ("CMakeLists.txt", "CMake"),
            ("third_party/BUILD", "Starlark"),
            ("BUILD.bazel", "Starlark"),
            ("Gemfile", "Ruby"),
            (".env.example", "INI and properties"),
            (".env", "-"),
            ("Cargo.toml", "TOML"),
            ("package.json", "JSON"),
            ("package-lock.json", "-"),
            ("Cargo.lock", "-"),
            ("pnpm-lock.yaml", "-"),
            ("dist/app.min.js", "-"),
            ("dist/app.js.map", "-"),
            ("data.csv", "-"),
            ("logo.png", "-"),
            ("noending", "-"),
            ("", "-"),
            (".", "-"),
            ("a/", "-"),
        ];
        for (path, expected) in cases {
            assert_eq!(name(by_path(path)), expected, "{path}");
        }
    }

    #[test]
    fn a_first_line_tells_where_the_path_says_nothing() {
        let cases = [
            ("#!/bin/sh\n", "Shell Script (Bash)"),
            ("#!/usr/bin/env bash\n", "Shell Script (Bash)"),
            ("#!/usr/bin/env fish\n", "Shell (zsh, fish)"),
            ("#!/usr/bin/env -S perl -w\n", "Perl"),
            ("#!/usr/bin/ruby2.7\n", "Ruby"),
            ("#! /usr/bin/lua5.4", "Lua"),
            ("#!/opt/unheard-of\n", "-"),
            ("#!", "-"),
            ("plain", "-"),
            ("", "-"),
        ];
        for (head, expected) in cases {
            assert_eq!(name(refine(Detected::Unknown, head)), expected, "{head:?}");
        }
    }

    #[test]
    fn a_header_is_cpp_when_c_cannot_read_it() {
        let cases = [
            ("#pragma once\nint f(void);\n", "C"),
            ("/* using the class Foo, see ns::x\n * public: */\n// template<class T>\nint f(void);\n", "C"),
            (
                "#ifdef __cplusplus\nextern \"C\" {\n#endif\nint f(void);\n#ifdef __cplusplus\n}\n#endif\n",
                "C",
            ),
            ("#ifdef __cplusplus\nnamespace a { class B; }\n#else\nint f(void);\n#endif\n", "C"),
            ("#include <stdio.h>\n#include <sys/types.h>\nconst char *s = \"a::b\";\n", "C"),
            ("static inline void f(void) { asm volatile(\"pause\" ::: \"memory\"); }\n", "C"),
            ("struct node { struct node *class; };\nint class = 1;\n", "C"),
            ("#pragma once\nclass Foo;\n", "C++"),
            ("namespace a {\nint f();\n}\n", "C++"),
            ("template <typename T> T max(T a, T b);\n", "C++"),
            ("template<typename T>\nT max(T a, T b);\n", "C++"),
            ("struct A {\n public:\n  int x;\n};\n", "C++"),
            ("struct A {\n  virtual void f() = 0;\n};\n", "C++"),
            ("using Map = int;\n", "C++"),
            ("void f(std::string s);\n", "C++"),
            ("#include <vector>\n", "C++"),
        ];
        for (head, expected) in cases {
            assert_eq!(name(refine(by_path("a.h"), head)), expected, "{head}");
        }
        // A `.c` file too may turn out to be something else only by its own words.
        assert_eq!(name(refine(by_path("a.c"), "int main(void) { return 0; }")), "C");
    }

    #[test]
    fn minified_and_foreign_content_is_seen() {
        let long = "a:1,".repeat(2_000);
        assert_eq!(name(refine(by_path("a.json"), &long)), "-");
        assert_eq!(name(refine(by_path("a.js"), &long)), "-");
        assert_eq!(name(refine(by_path("a.md"), &long)), "Markdown");
        assert_eq!(name(refine(by_path("a.json"), "{\n  \"a\": 1\n}\n")), "JSON");
        assert_eq!(name(refine(by_path("de.ts"), "<?xml version=\"1.0\"?>\n<TS/>")), "XML");
        assert_eq!(name(refine(by_path("a.json"), &"ü".repeat(40_000))), "-");
    }
}
