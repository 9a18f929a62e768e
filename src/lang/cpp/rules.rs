//! How names are found across files.

use crate::facts::{FileFacts, ImportKind};
use crate::lang::c::{external_include, include_target};
use crate::lang::rules::{Asker, joined};
use crate::lang::{Printable, PackageScope, Rules, Target, Through, Tree};

/// True for a namespace of a library: the standard one, or one that an include of the file starts with (`<absl/…>`).
fn is_external_root(root: &str, facts: &FileFacts) -> bool {
    let includes = || facts.imports.iter().filter(|import| import.kind == ImportKind::Include);
    let starts = |path: &str| {
        let path = path.trim_start_matches('<');
        path.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
    };
    root == "std" || (!root.is_empty() && includes().any(|import| starts(facts.str(import.path))))
}

/// The rules.
pub(super) static RULES: CppRules = CppRules;

/// The rules of C++.
pub(super) struct CppRules;

impl Rules for CppRules {
    fn target(&self, kind: ImportKind, path: &str, _name: &str, from: &str, tree: &dyn Tree) -> Target {
        if kind == ImportKind::Include {
            return include_target(path, from, tree);
        }
        let path = path.trim_start_matches("::");
        if path.is_empty() || path == "std" || path.starts_with("std::") {
            return Target::External;
        }
        Target::Package(path.replace("::", "."))
    }

    fn submodule(&self, path: &str, name: &str) -> Option<String> {
        Some(if path.is_empty() { name.to_owned() } else { format!("{path}::{name}") })
    }

    fn external_name(&self, kind: ImportKind, path: &str, name: &str, asker: &Asker<'_>) -> Option<Printable> {
        if kind == ImportKind::Include {
            return external_include(kind, path);
        }
        let path = path.trim_start_matches("::").replace('.', "::");
        let root = path.split("::").next().unwrap_or_default();
        is_external_root(root, asker.facts).then(|| Printable::new(joined(&path, "::", name), root.len()))
    }

    fn external_root(&self, parts: &[&str], asker: &Asker<'_>) -> Option<usize> {
        parts.first().is_some_and(|root| is_external_root(root, asker.facts)).then_some(1)
    }

    fn is_library_root(&self, name: &str) -> bool {
        name == "std"
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::Includes
    }

    fn members_are_in_scope(&self) -> bool {
        true
    }

    fn calls_construct(&self) -> bool {
        true
    }

    fn transparent(&self, type_name: &str) -> Option<u8> {
        matches!(
            type_name,
            "unique_ptr"
                | "shared_ptr"
                | "weak_ptr"
                | "auto_ptr"
                | "reference_wrapper"
                | "optional"
                | "scoped_ptr"
                | "scoped_refptr"
                | "intrusive_ptr"
                | "observer_ptr"
                | "not_null"
                | "raw_ptr"
                | "QPointer"
                | "QSharedPointer"
                | "QScopedPointer"
                | "Ptr"
                | "RefPtr"
                | "ComPtr"
        )
        .then_some(0)
    }

    fn through(&self, type_name: &str, method: &str) -> Option<Through> {
        if self.transparent(type_name).is_some() {
            return match method {
                "get" | "value" | "value_or" | "release" | "operator*" | "operator->" | "data" => {
                    Some(Through::Argument(0))
                }
                "lock" => Some(Through::Same),
                _ => None,
            };
        }
        let value = self.element(type_name)?;
        match method {
            "at" | "front" | "back" | "top" | "value" | "operator[]" | "first" | "last" | "takeFirst"
            | "takeLast" => Some(Through::Argument(value)),
            "begin" | "end" | "cbegin" | "cend" | "rbegin" | "rend" | "data" | "find" | "lower_bound"
            | "upper_bound" | "insert" | "erase" => Some(Through::Same),
            _ => None,
        }
    }

    fn element(&self, type_name: &str) -> Option<u8> {
        Some(match type_name {
            "vector" | "list" | "deque" | "set" | "multiset" | "unordered_set" | "unordered_multiset"
            | "array" | "span" | "forward_list" | "queue" | "stack" | "priority_queue"
            | "initializer_list" | "valarray" | "basic_string" | "QList" | "QVector" | "QSet"
            | "SmallVector" | "ArrayRef" | "small_vector" | "flat_hash_set" | "iterator"
            | "const_iterator" | "generator" => 0,
            "map" | "multimap" | "unordered_map" | "unordered_multimap" | "flat_hash_map" | "flat_map"
            | "QMap" | "QHash" | "DenseMap" | "btree_map" | "node_hash_map" => 1,
            _ => return None,
        })
    }

    fn unwrapped(&self, type_name: &str) -> Option<u8> {
        if self.transparent(type_name).is_some() {
            return Some(0);
        }
        match type_name {
            "future" | "shared_future" | "expected" | "StatusOr" | "Expected" | "Result" | "task"
            | "Task" | "atomic" | "iterator" | "const_iterator" => Some(0),
            // An iterator is written as the container it comes from.
            _ => self.element(type_name),
        }
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON
    }
}

/// Methods of the standard library and of libraries that are everywhere.
const COMMON: &[&str] = &[
    "append",
    "assign",
    "at",
    "back",
    "begin",
    "c_str",
    "capacity",
    "cbegin",
    "cend",
    "clear",
    "close",
    "compare",
    "contains",
    "copy",
    "count",
    "data",
    "detach",
    "emplace",
    "emplace_back",
    "emplace_front",
    "empty",
    "end",
    "eof",
    "equal_range",
    "erase",
    "exchange",
    "extract",
    "fail",
    "fetch_add",
    "fetch_sub",
    "fill",
    "find",
    "find_first_of",
    "find_last_of",
    "first",
    "flush",
    "front",
    "get",
    "get_future",
    "getline",
    "good",
    "has_value",
    "imbue",
    "insert",
    "insert_or_assign",
    "isEmpty",
    "is_open",
    "join",
    "joinable",
    "key",
    "length",
    "load",
    "lock",
    "lower_bound",
    "max_size",
    "merge",
    "native_handle",
    "notify_all",
    "notify_one",
    "open",
    "operator!=",
    "operator()",
    "operator*",
    "operator+",
    "operator++",
    "operator-",
    "operator->",
    "operator<",
    "operator<<",
    "operator=",
    "operator==",
    "operator>>",
    "operator[]",
    "owns_lock",
    "peek",
    "pop",
    "pop_back",
    "pop_front",
    "precision",
    "push",
    "push_back",
    "push_front",
    "put",
    "rbegin",
    "read",
    "release",
    "remove",
    "rend",
    "replace",
    "reserve",
    "reset",
    "resize",
    "rfind",
    "second",
    "seekg",
    "setf",
    "shrink_to_fit",
    "size",
    "sort",
    "splice",
    "store",
    "str",
    "substr",
    "swap",
    "tellg",
    "time_since_epoch",
    "to_string",
    "top",
    "try_emplace",
    "try_lock",
    "unique",
    "unlock",
    "upper_bound",
    "use_count",
    "value",
    "value_or",
    "wait",
    "wait_for",
    "what",
    "width",
    "write",
];
