//! Where imports lead: files beside and below, packages of the workspace, path maps of `tsconfig.json`.

use crate::facts::ImportKind;
use crate::lang::rules::{Asker, ManifestKey, joined};
use crate::lang::{Printable, PackageScope, Rules, Target, Through, Tree};

/// The rules, of JavaScript and TypeScript alike.
pub(in crate::lang) static RULES: ScriptRules = ScriptRules;

/// The rules of JavaScript and TypeScript.
pub(in crate::lang) struct ScriptRules;

/// File name endings in the order in which a path without one is tried from a file of TypeScript.
const TYPED_FIRST: &[&str] = &["ts", "tsx", "d.ts", "mts", "cts", "js", "jsx", "mjs", "cjs"];
/// The same from a file of JavaScript.
const PLAIN_FIRST: &[&str] = &["js", "jsx", "mjs", "cjs", "ts", "tsx", "d.ts", "mts", "cts"];
/// What the written ending of a compiled file may stand for.
const SOURCES: &[(&str, &[&str])] = &[
    (".js", &[".ts", ".tsx", ".d.ts", ".jsx"]),
    (".jsx", &[".tsx"]),
    (".mjs", &[".mts"]),
    (".cjs", &[".cts"]),
];

impl Rules for ScriptRules {
    fn target(&self, _kind: ImportKind, path: &str, _name: &str, from: &str, tree: &dyn Tree) -> Target {
        if path.is_empty() {
            return one(from.to_owned());
        }
        let path = path.split(['?', '!']).next().unwrap_or(path);
        if path.starts_with("./") || path.starts_with("../") || path == "." || path == ".." {
            return find(&join(folder_of(from), path), from, tree).map_or(Target::External, one);
        }
        if path.starts_with('/') || path.starts_with("node:") || path.contains("://") {
            return Target::External;
        }
        by_paths(path, from, tree)
            .or_else(|| by_base_url(path, from, tree))
            .or_else(|| by_package(path, from, tree))
            .map_or(Target::External, one)
    }

    fn submodule(&self, _path: &str, _name: &str) -> Option<String> {
        None
    }

    fn external_name(&self, _kind: ImportKind, path: &str, name: &str, _asker: &Asker<'_>) -> Option<Printable> {
        let path = path.split(['?', '!']).next().unwrap_or(path);
        // Paths of files, and aliases of some build tool for them.
        let is_file = path.starts_with(['.', '/', '#', '~']) || path.starts_with("@/") || path.contains("://");
        if path.is_empty() || is_file {
            return None;
        }
        let n_parts = if path.starts_with('@') { 2 } else { 1 };
        let package = path.match_indices('/').nth(n_parts - 1).map_or(path.len(), |(at, _)| at);
        let name = if name == "default" { "" } else { name };
        Some(Printable::new(joined(path, ".", name), package))
    }

    fn wrapped_has_members(&self) -> bool {
        true
    }

    fn overloads_are_signatures(&self) -> bool {
        true
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::None
    }

    fn members_are_in_scope(&self) -> bool {
        false
    }

    fn calls_construct(&self) -> bool {
        false
    }

    fn values_are_called(&self) -> bool {
        true
    }

    fn through(&self, type_name: &str, method: &str) -> Option<Through> {
        let same = Some(Through::Same);
        match (type_name, method) {
            ("Array" | "ReadonlyArray", _) => match method {
                "filter" | "slice" | "concat" | "reverse" | "sort" | "splice" | "toSorted" | "toReversed"
                | "toSpliced" | "values" | "with" | "fill" | "copyWithin" => same,
                "find" | "findLast" | "pop" | "shift" | "at" => Some(Through::Argument(0)),
                _ => None,
            },
            ("Map" | "WeakMap" | "ReadonlyMap", "get") => Some(Through::Argument(1)),
            ("Map" | "ReadonlyMap", "values" | "set") | ("Set" | "ReadonlySet", "values" | "keys" | "add") => same,
            ("Promise" | "PromiseLike", "catch" | "finally") => same,
            _ => None,
        }
    }

    fn element(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Array" | "ReadonlyArray" | "Set" | "ReadonlySet" | "Iterable" | "IterableIterator" | "Iterator"
            | "Generator" | "AsyncIterable" | "AsyncIterableIterator" | "AsyncIterator" | "AsyncGenerator"
            | "ArrayLike" | "NodeListOf" | "HTMLCollectionOf" | "Promise" | "PromiseLike" => Some(0),
            "Map" | "ReadonlyMap" | "WeakMap" => Some(1),
            _ => None,
        }
    }

    fn unwrapped(&self, type_name: &str) -> Option<u8> {
        matches!(type_name, "Promise" | "PromiseLike").then_some(0)
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON_METHODS
    }
}

fn one(path: String) -> Target {
    Target::Files { files: vec![path], rest: Vec::new() }
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path relative to a folder, without `.` and `..`; what leads out of the project stays with its `..`.
fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The source file that a path without (or with another) ending means: a file, or the index file of a folder.
fn find(base: &str, from: &str, tree: &dyn Tree) -> Option<String> {
    let typed = [".ts", ".tsx", ".mts", ".cts"].iter().any(|ending| from.ends_with(ending));
    let sources = SOURCES.iter().find(|(ending, _)| base.ends_with(ending));
    if !typed && has_ending(base) && tree.has(base) {
        return Some(base.to_owned());
    }
    if let Some((ending, others)) = sources {
        let stem = base.strip_suffix(ending).unwrap_or(base);
        if let Some(found) = others.iter().map(|other| format!("{stem}{other}")).find(|path| tree.has(path)) {
            return Some(found);
        }
    }
    if typed && has_ending(base) && tree.has(base) {
        return Some(base.to_owned());
    }
    let endings = if typed { TYPED_FIRST } else { PLAIN_FIRST };
    let file = endings.iter().map(|ending| format!("{base}.{ending}")).find(|path| !base.is_empty() && tree.has(path));
    file.or_else(|| {
        let index = join(base, "index");
        endings.iter().map(|ending| format!("{index}.{ending}")).find(|path| tree.has(path))
    })
}

fn has_ending(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| TYPED_FIRST.iter().any(|e| name.ends_with(&format!(".{e}"))))
}

/// By the `paths` of the nearest `tsconfig.json`: the longest pattern that fits.
fn by_paths(path: &str, from: &str, tree: &dyn Tree) -> Option<String> {
    let (folder, lines) = tree.manifest(from, ManifestKey::TsPaths)?;
    let base = tree
        .manifest(from, ManifestKey::TsBaseUrl)
        .filter(|(at, _)| *at == folder)
        .map_or_else(|| folder.clone(), |(at, url)| join(&at, &url));
    let mut best: Option<(usize, String)> = None;
    for line in lines.lines() {
        let Some((pattern, target)) = line.split_once('=') else { continue };
        let fits = match pattern.split_once('*') {
            None if pattern == path => Some((usize::MAX, target.to_owned())),
            None => None,
            Some((head, tail)) => path
                .strip_prefix(head)
                .and_then(|rest| rest.strip_suffix(tail))
                .map(|inner| (head.len(), target.replacen('*', inner, 1))),
        };
        if let Some(found) = fits
            && best.as_ref().is_none_or(|(length, _)| *length < found.0)
        {
            best = Some(found);
        }
    }
    find(&join(&base, &best?.1), from, tree)
}

/// By the `baseUrl` of the nearest `tsconfig.json`.
fn by_base_url(path: &str, from: &str, tree: &dyn Tree) -> Option<String> {
    let (folder, url) = tree.manifest(from, ManifestKey::TsBaseUrl)?;
    find(&join(&join(&folder, &url), path), from, tree)
}

/// By the name of a package of the project: its entry, or a path inside it. What is built is looked for where it is
/// built from.
fn by_package(path: &str, from: &str, tree: &dyn Tree) -> Option<String> {
    let mut best: Option<(String, String, String)> = None;
    for (folder, name) in tree.manifests(ManifestKey::NpmName) {
        let Some(rest) = path.strip_prefix(name.as_str()) else { continue };
        if (rest.is_empty() || rest.starts_with('/')) && best.as_ref().is_none_or(|(_, n, _)| n.len() < name.len()) {
            best = Some((folder, name.clone(), rest.trim_start_matches('/').to_owned()));
        }
    }
    let (folder, _, inside) = best?;
    if !inside.is_empty() {
        return ["", "src", "lib", "source"]
            .iter()
            .find_map(|sub| find(&join(&join(&folder, sub), &inside), from, tree));
    }
    let main = tree.manifest(&join(&folder, "index.js"), ManifestKey::NpmMain).filter(|(at, _)| *at == folder);
    if let Some((_, main)) = main
        && let Some(found) = find(&join(&folder, &main), from, tree)
    {
        return Some(found);
    }
    ["src/index", "index", "lib/index", "src/main", "source/index"]
        .iter()
        .find_map(|entry| find(&join(&folder, entry), from, tree))
}

/// Methods of the standard library, of browsers and of Node, which too many objects have.
const COMMON_METHODS: &[&str] = &[
    "abort", "add", "addEventListener", "addListener", "all", "allSettled", "any", "append", "appendChild", "apply",
    "assert", "assign", "at", "before", "bind", "blur", "call", "catch", "charAt", "charCodeAt", "clear",
    "clearTimeout", "click", "clone", "close", "codePointAt", "concat", "contains", "copy", "create",
    "createElement", "debug", "defineProperties", "defineProperty", "delete", "destroy", "dispatchEvent", "done",
    "emit", "end", "endsWith", "entries", "equal", "equals", "error", "every", "exec", "exists", "exit", "expect",
    "fill", "filter", "finally", "find", "findIndex", "findLast", "findLastIndex", "flat", "flatMap", "flush",
    "focus", "forEach", "format", "freeze", "from", "fromEntries", "get", "getAttribute", "getDate", "getElementById",
    "getFullYear", "getItem", "getOwnPropertyNames", "getPrototypeOf", "getTime", "group", "has", "hasOwn",
    "hasOwnProperty", "includes", "indexOf", "info", "insertBefore", "isArray", "isPrototypeOf", "join", "json",
    "keys", "lastIndexOf", "length", "load", "localeCompare", "log", "map", "match", "matchAll", "max", "min", "next",
    "normalize", "now", "of", "off", "on", "once", "open", "padEnd", "padStart", "parse", "pause", "pipe", "play",
    "pop", "preventDefault", "push", "querySelector", "querySelectorAll", "race", "random", "raw", "read", "readFile",
    "readFileSync", "reduce", "reduceRight", "reject", "remove", "removeAttribute", "removeChild",
    "removeEventListener", "removeListener", "render", "repeat", "replace", "replaceAll", "request", "require",
    "reset", "resolve", "resume", "return", "reverse", "round", "run", "save", "search", "send", "set",
    "setAttribute", "setItem", "setTimeout", "shift", "size", "slice", "some", "sort", "splice", "split", "start",
    "startsWith", "status", "stop", "stopPropagation", "stringify", "subscribe", "substr", "substring", "table",
    "test", "text", "then", "throw", "time", "toFixed", "toISOString", "toJSON", "toLocaleString", "toLowerCase",
    "toString", "toUpperCase", "trace", "trim", "trimEnd", "trimStart", "trunc", "unref", "unshift", "update",
    "value", "valueOf", "values", "warn", "write", "writeFile", "writeFileSync",
];

#[cfg(test)]
mod tests {
    use super::{RULES, join};
    use crate::facts::ImportKind;
    use crate::lang::rules::ManifestKey;
    use crate::lang::testing::Files;
    use crate::lang::{Rules, Target};

    fn target(path: &str, from: &str, tree: &Files) -> Option<String> {
        match RULES.target(ImportKind::Symbol, path, "x", from, tree) {
            Target::Files { files, .. } => files.first().cloned(),
            _ => None,
        }
    }

    fn check(tree: &Files, from: &str, path: &str, wanted: &str) {
        assert_eq!(target(path, from, tree).unwrap_or_default(), wanted, "{path} from {from}");
    }

    #[test]
    fn relative_paths_find_files_with_and_without_endings() {
        let tree = Files::at(
            &["src/a.ts", "src/b.js", "src/c/index.tsx", "src/d.d.ts", "src/e.mts", "src/f.ts", "src/f.js", "g.js"],
        );
        check(&tree, "src/x.ts", "./a", "src/a.ts");
        check(&tree, "src/x.ts", "./a.js", "src/a.ts");
        check(&tree, "src/x.ts", "./b", "src/b.js");
        check(&tree, "src/x.ts", "./b.js", "src/b.js");
        check(&tree, "src/x.ts", "./c", "src/c/index.tsx");
        check(&tree, "src/c/y.ts", ".", "src/c/index.tsx");
        check(&tree, "src/x.ts", "./d", "src/d.d.ts");
        check(&tree, "src/x.ts", "./e.mjs", "src/e.mts");
        check(&tree, "src/x.ts", "./f", "src/f.ts");
        check(&tree, "src/x.js", "./f", "src/f.js");
        check(&tree, "src/x.ts", "../g", "g.js");
        check(&tree, "src/x.ts", "./style.css", "");
        check(&tree, "src/x.ts", "../../out", "");
        check(&tree, "src/x.ts", "", "src/x.ts");
    }

    #[test]
    fn packages_of_the_workspace_and_path_maps_are_followed() {
        let tree = Files {
            paths: &["packages/a/src/index.ts", "packages/a/src/util.ts", "packages/b/main.js", "app/lib/x.ts", "app/y.ts"],
            manifests: &[
                ("packages/a", ManifestKey::NpmName, "@w/a"),
                ("packages/a", ManifestKey::NpmMain, "dist/index.js"),
                ("packages/b", ManifestKey::NpmName, "b"),
                ("packages/b", ManifestKey::NpmMain, "main.js"),
                ("app", ManifestKey::TsBaseUrl, ""),
                ("app", ManifestKey::TsPaths, "@/*=lib/*\nexact=y"),
            ],
            ..Files::default()
        };
        check(&tree, "app/z.ts", "@w/a", "packages/a/src/index.ts");
        check(&tree, "app/z.ts", "@w/a/util", "packages/a/src/util.ts");
        check(&tree, "app/z.ts", "b", "packages/b/main.js");
        check(&tree, "app/z.ts", "@/x", "app/lib/x.ts");
        check(&tree, "app/z.ts", "exact", "app/y.ts");
        check(&tree, "app/z.ts", "lib/x", "app/lib/x.ts");
        check(&tree, "app/z.ts", "react", "");
        check(&tree, "app/z.ts", "node:fs", "");
    }

    #[test]
    fn paths_are_joined_without_dots() {
        assert_eq!(join("a/b", "../c/./d"), "a/c/d");
        assert_eq!(join("", "../c"), "../c");
    }
}
