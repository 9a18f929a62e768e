//! How names are found across files.

use crate::facts::ImportKind;
use crate::lang::rules::{Asker, ManifestKey};
use crate::lang::{Printable, PackageScope, Rules, Target, Tree};

/// The rules.
pub(super) static RULES: CRules = CRules;

/// The rules of C.
pub(super) struct CRules;

impl Rules for CRules {
    fn target(&self, kind: ImportKind, path: &str, _name: &str, from: &str, tree: &dyn Tree) -> Target {
        match kind {
            ImportKind::Include => include_target(path, from, tree),
            _ => Target::External,
        }
    }

    fn submodule(&self, _path: &str, _name: &str) -> Option<String> {
        None
    }

    fn external_name(&self, kind: ImportKind, path: &str, _name: &str, _asker: &Asker<'_>) -> Option<Printable> {
        external_include(kind, path)
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::Includes
    }

    fn members_are_in_scope(&self) -> bool {
        false
    }

    fn calls_construct(&self) -> bool {
        false
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON
    }
}

/// Members of the structs of C libraries that projects also call through a pointer.
const COMMON: &[&str] = &[
    "alloc", "begin", "callback", "cleanup", "close", "compare", "connect", "copy", "count", "create",
    "data", "destroy", "end", "find", "flush", "free", "get", "handler", "init", "insert", "ioctl", "len",
    "length", "lock", "next", "open", "pop", "prev", "process", "push", "read", "realloc", "release",
    "remove", "reset", "run", "seek", "send", "set", "size", "start", "stop", "tell", "unlock", "update",
    "write",
];

/// Folders in which headers are looked for, in every folder round the including file: that one itself and these.
const ROOTS: &[&str] = &["", "include", "src", "lib", "source", "inc"];
/// Where a header of the standard library is looked for: a project that has its own keeps it there.
const OWN_LIBRARY: &[&str] = &["include"];

/// The headers of C's standard library, without their ending (ISO C23, 7.1.2). Sorted.
const STANDARD: &[&str] = &[
    "assert", "complex", "ctype", "errno", "fenv", "float", "inttypes", "iso646", "limits", "locale", "math",
    "setjmp", "signal", "stdalign", "stdarg", "stdatomic", "stdbit", "stdbool", "stdckdint", "stddef", "stdint",
    "stdio", "stdlib", "stdnoreturn", "string", "tgmath", "threads", "time", "uchar", "wchar", "wctype",
];

/// The printable name of an include of no file of the project: with angle brackets it is a library's, while a quoted one
/// may be made by the build.
pub(in crate::lang) fn external_include(kind: ImportKind, path: &str) -> Option<Printable> {
    let is_system = kind == ImportKind::Include && path.starts_with('<') && path.ends_with('>');
    is_system.then(|| Printable::new(path.to_owned(), path.len()))
}

/// The file that an include names: beside the including file when it is quoted, then in the folders that the compiler is
/// told. Without such, beside the including file, below the usual include folders and every folder round it, then
/// wherever the written path ends a file's path.
pub(in crate::lang) fn include_target(path: &str, from: &str, tree: &dyn Tree) -> Target {
    let system = path.strip_prefix('<').and_then(|path| path.strip_suffix('>'));
    let written = system.unwrap_or(path).trim().replace('\\', "/");
    let found = |file: String| Target::Files { files: vec![file], rest: Vec::new() };
    let folder = folder_of(from);
    if system.is_none()
        && let Some(beside) = join(folder, &written)
        && tree.has(&beside)
    {
        return found(beside);
    }
    if let Some(file) = by_folders(&written, from, system.is_some(), tree) {
        return found(file);
    }
    let is_standard = system.is_some()
        && written.strip_suffix(".h").is_some_and(|stem| STANDARD.binary_search(&stem).is_ok());
    let roots = if is_standard { OWN_LIBRARY } else { ROOTS };
    let mut at = Some(folder);
    while let Some(folder) = at {
        for &root in roots {
            let base = match (folder, root) {
                ("", root) => root.to_owned(),
                (folder, "") => folder.to_owned(),
                (folder, root) => format!("{folder}/{root}"),
            };
            if let Some(file) = join(&base, &written)
                && tree.has(&file)
            {
                return found(file);
            }
        }
        at = if folder.is_empty() { None } else { Some(folder_of(folder)) };
    }
    if is_standard {
        return Target::External;
    }
    match by_suffix(&written, from, system.is_some(), tree) {
        Some(file) => found(file),
        None => Target::External,
    }
}

/// The file that the include folders of the build lead to, the first folder that has it.
fn by_folders(written: &str, from: &str, system: bool, tree: &dyn Tree) -> Option<String> {
    let (_, folders) = tree.manifest(from, ManifestKey::IncludeFolders)?;
    // One question for all folders, because each is noted.
    let files = tree.named(written.rsplit('/').next()?);
    let below = join("", written);
    let is_meant = |folder: &str, file: &str| match &below {
        Some(below) if folder.is_empty() => file == below,
        Some(below) => file.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) == Some(below),
        // It leads out of the folder.
        None => join(folder, written).is_some_and(|path| path == file),
    };
    let mut folders = folders.lines().filter_map(|line| match line.strip_prefix('<') {
        None if !system => line.strip_prefix('"'),
        folder => folder,
    });
    folders.find_map(|folder| files.iter().find(|file| is_meant(folder, file)).cloned())
}

/// The file whose path ends most like the written one; among equals the one nearest to the including file. With angle
/// brackets the whole written path has to fit, and a bare name is a library's.
fn by_suffix(written: &str, from: &str, system: bool, tree: &dyn Tree) -> Option<String> {
    let parts: Vec<&str> = written.split('/').filter(|part| !matches!(*part, "." | ".." | "")).collect();
    let name = parts.last()?;
    if system && parts.len() < 2 && !name.contains('.') {
        return None;
    }
    let mut best: Option<(usize, usize, String)> = None;
    for file in tree.named(name) {
        let fits = file.rsplit('/').zip(parts.iter().rev()).take_while(|(have, want)| have == *want).count();
        if system && fits < parts.len() {
            continue;
        }
        let near = file.split('/').zip(from.split('/')).take_while(|(one, two)| one == two).count();
        if best.as_ref().is_none_or(|(fit, close, _)| (fits, near) > (*fit, *close)) {
            best = Some((fits, near, file));
        }
    }
    best.map(|(_, _, file)| file)
}

/// The folder of a path; empty for the root.
fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A folder and a relative path together, with `.` and `..` resolved; `None` when it leads out of the project.
fn join(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// True when a path names test code.
pub(in crate::lang) fn is_test_path(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or("");
    let stem = file.split('.').next().unwrap_or("");
    let lower = stem.to_ascii_lowercase();
    lower.starts_with("test_")
        || lower.starts_with("test-")
        || ["_test", "-test", "_tests", "_unittest", "_unittests", "_spec", "_browsertest"]
            .iter()
            .any(|end| lower.ends_with(end))
        || (stem.ends_with("Test") || stem.ends_with("Tests"))
        || matches!(lower.as_str(), "test" | "tests")
        || parts.any(|folder| {
            matches!(
                folder.to_ascii_lowercase().as_str(),
                "test" | "tests" | "testing" | "unittest" | "unittests" | "gtest"
            )
        })
}
