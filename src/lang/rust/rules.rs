//! How names are found across files.

use super::types::SLICE;
use crate::facts::ImportKind;
use crate::lang::rules::{self, Asker, ManifestKey};
use crate::lang::{Printable, PackageScope, Rules, Target, Through, Tree};

/// The rules.
pub(super) static RULES: RustRules = RustRules;

/// The rules of Rust.
pub(super) struct RustRules;

impl Rules for RustRules {
    fn target(&self, kind: ImportKind, path: &str, _name: &str, from: &str, tree: &dyn Tree) -> Target {
        if let Some(file) = path.strip_prefix('#') {
            let file = joined(folder(from), file);
            return Target::Files { files: vec![file], rest: Vec::new() };
        }
        let mut segments = path.split("::").filter(|segment| !segment.is_empty());
        let Some(first) = segments.next() else { return Target::External };
        let mut rest: Vec<String> = segments.map(str::to_owned).collect();
        let files = match first {
            "crate" => crate_roots(from, tree),
            "self" => vec![from.to_owned()],
            "super" => {
                let mut file = parent_module(from, tree);
                while rest.first().is_some_and(|segment| segment == "super") {
                    rest.remove(0);
                    file = file.and_then(|file| parent_module(&file, tree));
                }
                file.into_iter().collect()
            }
            "std" | "core" | "alloc" => Vec::new(),
            name => {
                let of_workspace = crate_named(name, tree);
                if of_workspace.is_empty() && kind != ImportKind::Root {
                    // Before the edition of 2018 paths of `use` started at the root of the crate.
                    rest.insert(0, name.to_owned());
                    crate_roots(from, tree).into_iter().filter(|root| has_module(root, name, tree)).collect()
                } else {
                    of_workspace
                }
            }
        };
        if files.is_empty() { Target::External } else { Target::Files { files, rest } }
    }

    fn submodule(&self, _path: &str, _name: &str) -> Option<String> {
        // Modules are declared (`mod name;`), and found as definitions.
        None
    }

    fn module_file(&self, name: &str, inside: &[&str], from: &str, tree: &dyn Tree) -> Option<String> {
        let (folder, file) = from.rsplit_once('/').unwrap_or(("", from));
        let stem = file.strip_suffix(".rs").unwrap_or(file);
        let own = joined(folder, stem);
        // A file that is the root of a crate has its modules beside it, others have them in a folder of their name.
        let is_root = matches!(stem, "mod" | "lib" | "main");
        let folders: &[&str] = if is_root { &[folder] } else { &[&own, folder] };
        for base in folders {
            let mut at = (*base).to_owned();
            for module in inside {
                at = joined(&at, module);
            }
            let at = joined(&at, name);
            for file in [format!("{at}.rs"), format!("{at}/mod.rs")] {
                if file != from && tree.has(&file) {
                    return Some(file);
                }
            }
        }
        None
    }

    fn external_name(&self, _kind: ImportKind, path: &str, name: &str, _asker: &Asker<'_>) -> Option<Printable> {
        let path = path.trim_start_matches("::");
        let (first, _) = path.split_once("::").unwrap_or((path, ""));
        let text = rules::joined(path, "::", name);
        let first = if first.is_empty() { name } else { first };
        is_crate_name(first).then(|| Printable::new(text, first.len()))
    }

    fn external_root(&self, parts: &[&str], _asker: &Asker<'_>) -> Option<usize> {
        // Since the edition of 2018 a path starts at what is declared, imported, or a crate.
        parts.first().is_some_and(|root| is_crate_name(root)).then_some(1)
    }

    fn is_library_root(&self, name: &str) -> bool {
        matches!(name, "std" | "core" | "alloc")
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::None
    }

    fn members_are_in_scope(&self) -> bool {
        false
    }

    fn calls_construct(&self) -> bool {
        true
    }

    fn implicit(&self, name: &str, tree: &dyn Tree) -> Option<Target> {
        // Crates of the workspace may be named without an import.
        if !is_crate_name(name) {
            return None;
        }
        let files = crate_named(name, tree);
        (!files.is_empty()).then(|| Target::Files { files, rest: Vec::new() })
    }

    fn is_option_on(&self, option: &str, from: &str, tree: &dyn Tree) -> Option<bool> {
        let (_, features) = tree.manifest(from, ManifestKey::CrateFeatures)?;
        Some(features.lines().any(|feature| feature == option))
    }

    fn is_builtin(&self, name: &str) -> bool {
        is_prelude(name)
    }

    fn decorator_may_name(&self, name: &str) -> bool {
        // What the language's own traits are derived from names nothing else.
        !matches!(
            name,
            "Clone" | "Copy" | "Debug" | "Default" | "Eq" | "Hash" | "Ord" | "PartialEq" | "PartialOrd"
        )
    }

    fn transparent(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Rev" | "Skip" | "Take" | "Cloned" | "Copied" | "Cycle" | "Fuse" | "Peekable" | "StepBy" | "Filter" | "TakeWhile"
            | "SkipWhile" | "Inspect" | "Chain" | "Box" | "Rc" | "Arc" | "Ref" | "RefMut" | "MutexGuard" | "RwLockReadGuard" | "RwLockWriteGuard" | "Pin"
            | "Cow" | "ManuallyDrop" | "LazyLock" | "LazyCell" | "Lazy" | "AssertUnwindSafe" | "CachePadded"
            | "Wrapping" | "Saturating" | "PeekMut" | "Deref" | "DerefMut" | "Borrow" => Some(0),
            _ => None,
        }
    }

    fn through(&self, type_name: &str, method: &str) -> Option<Through> {
        if matches!(method, "new" | "default" | "with_capacity" | "with_hasher" | "with_capacity_and_hasher") {
            return Some(if type_name.is_empty() { Through::Passed } else { Through::Same });
        }
        if type_name.is_empty() && method == "from" {
            return Some(Through::Passed);
        }
        match wrapper(type_name) {
            Wrapper::Option => of_option(method),
            Wrapper::Result => of_result(method),
            Wrapper::List => of_list(type_name, method),
            Wrapper::Map => of_map(method),
            Wrapper::Set => of_set(method),
            Wrapper::Iterator => of_iterator(method).or_else(|| of_list(type_name, method)),
            Wrapper::Made => None,
            Wrapper::Entry => of_entry(method),
            Wrapper::Cell => of_cell(method),
            Wrapper::Pointer => matches!(
                method,
                "clone" | "as_ref" | "as_mut" | "deref" | "deref_mut" | "to_owned" | "into_owned" | "into_inner" | "get_mut"
                    | "make_mut" | "pin" | "downgrade" | "to_mut"
            )
            .then_some(Through::Same),
            Wrapper::Weak => (method == "upgrade").then_some(Through::Around("Option", 0)),
            // What every type has, most often derived.
            Wrapper::Other => matches!(method, "clone" | "to_owned" | "by_ref" | "borrow" | "borrow_mut" | "as_ref" | "as_mut")
                .then_some(Through::Same),
        }
    }

    fn element(&self, type_name: &str) -> Option<u8> {
        match wrapper(type_name) {
            Wrapper::List | Wrapper::Set | Wrapper::Iterator | Wrapper::Option | Wrapper::Result => Some(0),
            Wrapper::Map | Wrapper::Entry => Some(1),
            Wrapper::Made => Some(u8::MAX),
            Wrapper::Cell | Wrapper::Pointer | Wrapper::Weak | Wrapper::Other => None,
        }
    }

    fn elements_are_pairs(&self, type_name: &str) -> bool {
        wrapper(type_name) == Wrapper::Map
    }

    fn unwrapped(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Option" | "Result" | "Poll" | "ControlFlow" | "LockResult" | "JoinHandle" => Some(0),
            _ => None,
        }
    }

    fn element_type(&self) -> Option<(&'static str, &'static str)> {
        Some(("Item", "Iterator"))
    }

    fn target_type(&self) -> Option<&'static str> {
        Some("Target")
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON
    }
}

/// True for what may be the name of a crate.
fn is_crate_name(name: &str) -> bool {
    !name.is_empty()
        && !matches!(name, "crate" | "self" | "super" | "_")
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Well-known library types by what they do with their arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrapper {
    Option,
    Result,
    List,
    Map,
    Set,
    Iterator,
    /// An iterator whose elements its arguments do not tell.
    Made,
    Entry,
    Cell,
    Pointer,
    Weak,
    Other,
}

fn wrapper(type_name: &str) -> Wrapper {
    match type_name {
        "Option" => Wrapper::Option,
        "Result" | "LockResult" => Wrapper::Result,
        "Vec" | SLICE | "VecDeque" | "LinkedList" | "BinaryHeap" | "SmallVec" | "ArrayVec" | "ThinVec" => Wrapper::List,
        "HashMap" | "BTreeMap" | "IndexMap" | "FxHashMap" | "AHashMap" | "DashMap" | "FnvHashMap" => Wrapper::Map,
        "HashSet" | "BTreeSet" | "IndexSet" | "FxHashSet" | "AHashSet" | "FnvHashSet" => Wrapper::Set,
        "Iterator" | "IntoIterator" | "DoubleEndedIterator" | "ExactSizeIterator" | "FusedIterator" | "Stream" | "Iter"
        | "IterMut" | "IntoIter" | "Drain" | "Values" | "ValuesMut" => Wrapper::Iterator,
        "Enumerate" | "Map" | "Zip" | "FlatMap" | "FilterMap" | "Flatten" | "Scan" | "MapWhile" | "Chars" | "CharIndices"
        | "Bytes" | "Lines" | "Split" => Wrapper::Made,
        "Entry" => Wrapper::Entry,
        "RefCell" | "Cell" | "Mutex" | "RwLock" | "OnceCell" | "OnceLock" | "UnsafeCell" | "MaybeUninit" => Wrapper::Cell,
        "Weak" => Wrapper::Weak,
        _ if RULES.transparent(type_name).is_some() => Wrapper::Pointer,
        _ => Wrapper::Other,
    }
}

fn of_option(method: &str) -> Option<Through> {
    Some(match method {
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "unwrap_unchecked" | "insert"
        | "get_or_insert" | "get_or_insert_with" => Through::Argument(0),
        "as_ref" | "as_mut" | "as_deref" | "as_deref_mut" | "as_pin_mut" | "cloned" | "copied" | "filter" | "or" | "or_else"
        | "take" | "take_if" | "replace" | "xor" | "inspect" | "clone" => Through::Same,
        "iter" | "iter_mut" | "into_iter" => Through::Around("Iterator", 0),
        "ok_or" | "ok_or_else" => Through::Around("Result", 0),
        "map" => Through::Mapped("Option"),
        "and_then" | "map_or" | "map_or_else" => Through::Given,
        "and" => Through::Passed,
        "zip" => Through::Zipped("Option"),
        "flatten" => Through::Flattened("Option"),
        _ => return None,
    })
}

fn of_result(method: &str) -> Option<Through> {
    Some(match method {
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "unwrap_or_default" | "into_ok" => Through::Argument(0),
        "unwrap_err" | "expect_err" => Through::Argument(1),
        "as_ref" | "as_mut" | "as_deref" | "map_err" | "or_else" | "inspect" | "inspect_err" | "cloned" | "copied" | "clone"
        | "or" => Through::Same,
        "iter" | "into_iter" => Through::Around("Iterator", 0),
        "ok" => Through::Around("Option", 0),
        "err" => Through::Around("Option", 1),
        "map" => Through::Mapped("Result"),
        "and_then" | "map_or" | "map_or_else" => Through::Given,
        "and" => Through::Passed,
        _ => return None,
    })
}

fn of_list(type_name: &str, method: &str) -> Option<Through> {
    Some(match method {
        "remove" if type_name == "VecDeque" => Through::Around("Option", 0),
        "get" | "get_mut" | "first" | "first_mut" | "last" | "last_mut" | "pop" | "pop_front" | "pop_back" | "front"
        | "front_mut" | "back" | "back_mut" | "peek" | "pop_if" => Through::Around("Option", 0),
        "iter" | "iter_mut" | "into_iter" | "drain" | "splice" | "into_iter_sorted" | "extract_if" => {
            Through::Around("Iterator", 0)
        }
        "index" | "remove" | "swap_remove" | "get_unchecked" | "get_unchecked_mut" => Through::Argument(0),
        "as_slice" | "as_mut_slice" | "to_vec" | "clone" | "into_boxed_slice" | "as_ref" | "as_mut" | "borrow" | "to_owned"
        | "into_vec" | "into_sorted_vec" | "split_off" | "make_contiguous" | "as_mut_ptr" | "leak" => Through::Same,
        _ => return None,
    })
}

fn of_map(method: &str) -> Option<Through> {
    Some(match method {
        "get" | "get_mut" | "remove" | "insert" | "swap_remove" | "shift_remove" => Through::Around("Option", 1),
        "index" => Through::Argument(1),
        "keys" | "into_keys" => Through::Around("Iterator", 0),
        "values" | "values_mut" | "into_values" => Through::Around("Iterator", 1),
        "iter" | "iter_mut" | "into_iter" | "drain" | "range" | "range_mut" => Through::Pairs("Iterator"),
        "get_key_value" | "first_key_value" | "last_key_value" | "pop_first" | "pop_last" | "remove_entry" | "get_index"
        | "first" | "last" => Through::Pairs("Option"),
        "entry" => Through::As("Entry"),
        "clone" | "as_ref" | "as_mut" | "borrow" | "to_owned" => Through::Same,
        _ => return None,
    })
}

fn of_set(method: &str) -> Option<Through> {
    Some(match method {
        "get" | "take" | "first" | "last" | "pop_first" | "pop_last" | "replace" | "get_index" => {
            Through::Around("Option", 0)
        }
        "iter" | "into_iter" | "drain" | "union" | "intersection" | "difference" | "symmetric_difference" | "range" => {
            Through::Around("Iterator", 0)
        }
        "index" => Through::Argument(0),
        "clone" | "as_ref" | "as_mut" | "borrow" | "to_owned" => Through::Same,
        _ => return None,
    })
}

fn of_iterator(method: &str) -> Option<Through> {
    Some(match method {
        "next" | "next_back" | "last" | "nth" | "nth_back" | "find" | "rfind" | "min" | "max" | "min_by" | "max_by"
        | "min_by_key" | "max_by_key" | "peek" | "peek_mut" | "next_if" | "next_if_eq" | "reduce" | "try_next" => {
            Through::Around("Option", 0)
        }
        "iter" | "iter_mut" | "into_iter" | "filter" | "rev" | "skip" | "take" | "step_by" | "take_while" | "skip_while"
        | "inspect" | "cloned" | "copied" | "chain" | "peekable" | "fuse" | "by_ref" | "cycle" | "collect" | "sorted"
        | "sorted_by" | "sorted_by_key" | "unique" | "dedup" | "clone" | "intersperse" => Through::Same,
        "sum" | "product" => Through::Argument(0),
        "map" | "map_while" | "scan" => Through::Mapped("Iterator"),
        "filter_map" | "flat_map" => Through::Flat("Iterator"),
        "flatten" => Through::Flattened("Iterator"),
        "find_map" => Through::Given,
        "fold" | "rfold" => Through::Passed,
        "enumerate" => Through::Numbered("Iterator"),
        "zip" => Through::Zipped("Iterator"),
        _ => return None,
    })
}

fn of_entry(method: &str) -> Option<Through> {
    Some(match method {
        "or_insert" | "or_insert_with" | "or_insert_with_key" | "or_default" => Through::Argument(1),
        "and_modify" => Through::Same,
        "key" => Through::Argument(0),
        _ => return None,
    })
}

fn of_cell(method: &str) -> Option<Through> {
    Some(match method {
        "borrow" | "borrow_mut" | "get" | "get_mut" | "into_inner" | "take" | "replace" | "get_or_init" | "assume_init"
        | "blocking_lock" => Through::Argument(0),
        "lock" | "read" | "write" | "try_lock" | "try_borrow" | "try_borrow_mut" | "try_read" | "try_write" => {
            Through::Around("Result", 0)
        }
        "clone" => Through::Same,
        _ => return None,
    })
}

// ---- crates and modules -----------------------------------------------------------------------------------------

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn joined(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Those of `files` that are there.
fn existing(files: &[String], tree: &dyn Tree) -> Vec<String> {
    files.iter().filter(|file| tree.has(file)).cloned().collect()
}

/// The roots of the crate that the file at `from` belongs to: what `crate` means there. A package with a library and a
/// program has two, and most of its modules belong to one of them; which one, the roots themselves say.
fn crate_roots(from: &str, tree: &dyn Tree) -> Vec<String> {
    let package = tree.manifest(from, ManifestKey::CrateName).map(|(folder, _)| folder);
    let mut base = folder(from).to_owned();
    if let Some(package) = package {
        let inside = from.strip_prefix(package.as_str()).unwrap_or(from).trim_start_matches('/');
        let parts: Vec<&str> = inside.split('/').collect();
        match parts.as_slice() {
            ["src", "main.rs"] | ["build.rs"] => return vec![from.to_owned()],
            ["tests" | "benches" | "examples", _] | ["src", "bin", _] => return vec![from.to_owned()],
            ["tests" | "benches" | "examples", name, ..] | ["src", "bin", name, ..] => {
                let at = if parts[0] == "src" { joined(&package, "src/bin") } else { joined(&package, parts[0]) };
                return existing(&[joined(&at, &format!("{name}/main.rs")), joined(&at, &format!("{name}.rs"))], tree);
            }
            _ => {}
        }
        let roots = existing(&[joined(&package, "src/lib.rs"), joined(&package, "src/main.rs")], tree);
        if !roots.is_empty() {
            return roots;
        }
    }
    // No manifest, or one that names another place: the nearest folder above with a root.
    loop {
        let roots = existing(&[joined(&base, "lib.rs"), joined(&base, "main.rs")], tree);
        if !roots.is_empty() || base.is_empty() {
            return roots;
        }
        base = folder(&base).to_owned();
    }
}

/// The root of the crate of the workspace that has this name.
fn crate_named(name: &str, tree: &dyn Tree) -> Vec<String> {
    let Some(package) = tree.stating(ManifestKey::CrateName, name) else { return Vec::new() };
    let mut roots = existing(&[joined(&package, "src/lib.rs"), joined(&package, "lib.rs")], tree);
    roots.truncate(1);
    roots
}

/// The file of the module that holds the module of `file`.
fn parent_module(file: &str, tree: &dyn Tree) -> Option<String> {
    let (mut at, name) = file.rsplit_once('/').unwrap_or(("", file));
    match name {
        "lib.rs" | "main.rs" => return None,
        "mod.rs" => at = folder(at),
        _ => {}
    }
    let beside = ["mod.rs", "lib.rs", "main.rs"].map(|name| joined(at, name));
    let above = if at.is_empty() { Vec::new() } else { vec![format!("{at}.rs")] };
    beside.into_iter().chain(above).find(|candidate| candidate != file && tree.has(candidate))
}

fn has_module(root: &str, name: &str, tree: &dyn Tree) -> bool {
    RULES.module_file(name, &[], root, tree).is_some()
}

/// Names that the language and its prelude bring without an import.
fn is_prelude(name: &str) -> bool {
    matches!(
        name,
        "std" | "core" | "alloc" | "bool" | "char" | "str" | "u8" | "u16" | "u32" | "u64" | "u128" | "usize" | "i8" | "i16"
            | "i32" | "i64" | "i128" | "isize" | "f32" | "f64" | "String" | "Vec" | "Option" | "Result" | "Box" | "Some"
            | "None" | "Ok" | "Err" | "Send" | "Sync" | "Sized" | "Copy" | "Clone" | "Drop" | "Fn" | "FnMut" | "FnOnce"
            | "Iterator" | "IntoIterator" | "DoubleEndedIterator" | "ExactSizeIterator" | "Extend" | "Default" | "PartialEq"
            | "Eq" | "PartialOrd" | "Ord" | "AsRef" | "AsMut" | "Into" | "From" | "TryFrom" | "TryInto" | "FromIterator"
            | "ToOwned" | "ToString" | "Debug" | "Hash" | "Unpin" | "drop" | SLICE
    )
}

static COMMON: &[&str] = &[
    "abs",
    "all",
    "and",
    "and_then",
    "any",
    "append",
    "args",
    "as_bytes",
    "as_deref",
    "as_mut",
    "as_path",
    "as_ptr",
    "as_ref",
    "as_slice",
    "as_str",
    "as_string",
    "binary_search",
    "borrow",
    "borrow_mut",
    "bytes",
    "capacity",
    "cast",
    "chain",
    "char_indices",
    "chars",
    "checked_add",
    "checked_sub",
    "chunks",
    "clear",
    "clone",
    "clone_from",
    "cloned",
    "close",
    "cmp",
    "collect",
    "concat",
    "contains",
    "contains_key",
    "copied",
    "copy_from_slice",
    "count",
    "create",
    "cycle",
    "dedup",
    "default",
    "deref",
    "deref_mut",
    "difference",
    "display",
    "drain",
    "drop",
    "elapsed",
    "end",
    "ends_with",
    "entry",
    "enumerate",
    "eq",
    "err",
    "exists",
    "expect",
    "extend",
    "extend_from_slice",
    "fetch_add",
    "fetch_sub",
    "file_name",
    "fill",
    "filter",
    "filter_map",
    "find",
    "find_map",
    "finish",
    "first",
    "flat_map",
    "flatten",
    "flush",
    "fmt",
    "fold",
    "for_each",
    "from",
    "from_str",
    "from_utf8",
    "fuse",
    "ge",
    "get",
    "get_mut",
    "get_or_insert_with",
    "get_unchecked",
    "gt",
    "hash",
    "id",
    "index",
    "index_mut",
    "insert",
    "inspect",
    "intersection",
    "into",
    "into_inner",
    "into_iter",
    "into_string",
    "is_alphabetic",
    "is_ascii",
    "is_digit",
    "is_dir",
    "is_empty",
    "is_err",
    "is_file",
    "is_none",
    "is_ok",
    "is_some",
    "is_some_and",
    "iter",
    "iter_mut",
    "join",
    "keys",
    "kind",
    "last",
    "le",
    "leading_zeros",
    "len",
    "lines",
    "load",
    "lock",
    "log",
    "lt",
    "map",
    "map_err",
    "map_or",
    "map_or_else",
    "max",
    "max_by",
    "max_by_key",
    "message",
    "min",
    "min_by",
    "min_by_key",
    "ne",
    "new",
    "next",
    "next_back",
    "not",
    "nth",
    "ok",
    "ok_or",
    "ok_or_else",
    "open",
    "or",
    "or_default",
    "or_else",
    "or_insert",
    "or_insert_with",
    "parent",
    "parse",
    "partial_cmp",
    "partition",
    "path",
    "peek",
    "peekable",
    "poll",
    "pop",
    "pop_back",
    "pop_front",
    "pos",
    "position",
    "pow",
    "product",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "put",
    "range",
    "read",
    "read_exact",
    "read_line",
    "read_to_end",
    "read_to_string",
    "recv",
    "remove",
    "repeat",
    "replace",
    "reserve",
    "resize",
    "retain",
    "rev",
    "reverse",
    "rfind",
    "rposition",
    "rsplit",
    "saturating_sub",
    "scan",
    "seek",
    "send",
    "set",
    "shrink_to_fit",
    "size_hint",
    "skip",
    "skip_while",
    "sleep",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "source",
    "spawn",
    "split",
    "split_at",
    "split_first",
    "split_once",
    "split_whitespace",
    "splitn",
    "sqrt",
    "start",
    "starts_with",
    "step_by",
    "store",
    "strip_prefix",
    "strip_suffix",
    "sub",
    "sum",
    "swap",
    "swap_remove",
    "take",
    "take_while",
    "text",
    "then",
    "then_some",
    "then_with",
    "to_ascii_lowercase",
    "to_lowercase",
    "to_owned",
    "to_path_buf",
    "to_str",
    "to_string",
    "to_uppercase",
    "to_vec",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "try_from",
    "try_into",
    "try_lock",
    "unwrap",
    "unwrap_err",
    "unwrap_or",
    "unwrap_or_default",
    "unwrap_or_else",
    "update",
    "values",
    "values_mut",
    "wait",
    "windows",
    "with_capacity",
    "wrapping_add",
    "write",
    "write_all",
    "write_fmt",
    "write_str",
    "zip",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::testing::Files;

    /// A project with a crate `shop` in `a` and one `till` in `b`.
    const TREE: Files = Files {
        paths: &[
        "a/src/lib.rs",
        "a/src/main.rs",
        "a/src/shelf.rs",
        "a/src/shelf/row.rs",
        "a/src/deep/mod.rs",
        "a/src/deep/down.rs",
        "a/tests/it.rs",
        "a/tests/common/mod.rs",
        "b/src/lib.rs",
    ],
        packages: &[],
        manifests: &[("a", ManifestKey::CrateName, "shop"), ("b", ManifestKey::CrateName, "till")],
    };

    fn target(path: &str, from: &str) -> (Vec<String>, Vec<String>) {
        match RULES.target(ImportKind::Symbol, path, "x", from, &TREE) {
            Target::Files { files, rest } => (files, rest),
            other => panic!("{path} from {from} leads to {other:?}"),
        }
    }

    #[test]
    fn paths_start_at_the_crate_the_module_or_another_crate() {
        let files = |files: &[&str]| files.iter().map(|&file| file.to_owned()).collect::<Vec<_>>();
        let (roots, rest) = target("crate::shelf::row", "a/src/deep/down.rs");
        assert_eq!((roots, rest), (files(&["a/src/lib.rs", "a/src/main.rs"]), files(&["shelf", "row"])));
        assert_eq!(target("crate", "a/src/main.rs").0, files(&["a/src/main.rs"]));
        assert_eq!(target("crate::common", "a/tests/it.rs").0, files(&["a/tests/it.rs"]));
        assert_eq!(target("self::x", "a/src/shelf.rs").0, files(&["a/src/shelf.rs"]));
        assert_eq!(target("super", "a/src/shelf/row.rs").0, files(&["a/src/shelf.rs"]));
        assert_eq!(target("super::super::deep", "a/src/shelf/row.rs"), (files(&["a/src/lib.rs"]), files(&["deep"])));
        assert_eq!(target("super", "a/src/deep/down.rs").0, files(&["a/src/deep/mod.rs"]));
        assert_eq!(target("till", "a/src/lib.rs").0, files(&["b/src/lib.rs"]));
        assert_eq!(target("shop::shelf", "a/tests/it.rs"), (files(&["a/src/lib.rs"]), files(&["shelf"])));
        let outside = |path| RULES.target(ImportKind::Symbol, path, "x", "a/src/lib.rs", &TREE);
        assert_eq!(outside("std::fmt"), Target::External);
        assert_eq!(outside("serde"), Target::External);
    }

    #[test]
    fn the_body_of_a_module_is_beside_its_parent_or_below_it() {
        let file = |name: &str, from: &str| RULES.module_file(name, &[], from, &TREE);
        assert_eq!(file("shelf", "a/src/lib.rs").as_deref(), Some("a/src/shelf.rs"));
        assert_eq!(file("deep", "a/src/lib.rs").as_deref(), Some("a/src/deep/mod.rs"));
        assert_eq!(file("row", "a/src/shelf.rs").as_deref(), Some("a/src/shelf/row.rs"));
        assert_eq!(file("down", "a/src/deep/mod.rs").as_deref(), Some("a/src/deep/down.rs"));
        assert_eq!(file("common", "a/tests/it.rs").as_deref(), Some("a/tests/common/mod.rs"));
        assert_eq!(file("nowhere", "a/src/lib.rs"), None);
    }

    #[test]
    fn names_without_an_import_are_the_language_s_or_a_crate() {
        assert!(RULES.is_builtin("Vec") && !RULES.is_builtin("Shelf"));
        assert_eq!(RULES.implicit("Shelf", &TREE), None);
        let till = Target::Files { files: vec!["b/src/lib.rs".to_owned()], rest: Vec::new() };
        assert_eq!(RULES.implicit("till", &TREE), Some(till));
    }

    #[test]
    fn wrappers_give_what_they_hold() {
        assert_eq!(RULES.through("Option", "unwrap"), Some(Through::Argument(0)));
        assert_eq!(RULES.through("Vec", "get"), Some(Through::Around("Option", 0)));
        assert_eq!(RULES.through("HashMap", "get"), Some(Through::Around("Option", 1)));
        assert_eq!(RULES.through("Iterator", "map"), Some(Through::Mapped("Iterator")));
        assert_eq!(RULES.through("RefCell", "borrow_mut"), Some(Through::Argument(0)));
        assert_eq!(RULES.through("Rc", "borrow_mut"), None);
        assert_eq!(RULES.through("", "clone"), Some(Through::Same));
        assert_eq!(RULES.through("", "default"), Some(Through::Passed));
        assert_eq!(RULES.transparent("Rc"), Some(0));
        assert_eq!(RULES.unwrapped("Result"), Some(0));
        assert!(RULES.elements_are_pairs("HashMap"));
    }
}
