//! How names are found across files.

use super::library;
use crate::facts::ImportKind;
use crate::lang::java::{external_name, external_root};
use crate::lang::rules::Asker;
use crate::lang::{Printable, PackageScope, Rules, Target, Through, Tree};

/// The rules.
pub(super) static RULES: KotlinRules = KotlinRules;

/// The rules of Kotlin.
pub(super) struct KotlinRules;

impl Rules for KotlinRules {
    fn target(&self, _kind: ImportKind, path: &str, _name: &str, _from: &str, _tree: &dyn Tree) -> Target {
        // Folders say nothing about packages: the linker looks for the files that declare it, and goes down to classes
        // and objects where the last parts of the path are some.
        Target::Package(path.to_owned())
    }

    fn submodule(&self, path: &str, name: &str) -> Option<String> {
        (!path.is_empty() && !name.is_empty()).then(|| format!("{path}.{name}"))
    }

    fn imports_name_modules(&self) -> bool {
        false
    }

    fn external_name(&self, _kind: ImportKind, path: &str, name: &str, asker: &Asker<'_>) -> Option<Printable> {
        external_name(path, name, asker)
    }

    fn external_root(&self, parts: &[&str], asker: &Asker<'_>) -> Option<usize> {
        external_root(parts, asker)
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::Declared
    }

    fn members_are_in_scope(&self) -> bool {
        true
    }

    fn calls_construct(&self) -> bool {
        true
    }

    fn through(&self, type_name: &str, method: &str) -> Option<Through> {
        use Through::{Argument, Same};
        let is_map = is_map(type_name);
        Some(match (type_name, method) {
            _ if is_map && matches!(method, "get" | "getValue" | "getOrDefault" | "getOrElse" | "getOrPut" | "put"
                | "remove" | "putIfAbsent" | "computeIfAbsent" | "values") => Argument(1),
            _ if is_map && matches!(method, "filter" | "filterKeys" | "filterValues" | "toMap" | "toMutableMap"
                | "plus" | "minus" | "entries" | "onEach" | "toSortedMap") => Same,
            _ if self.element(type_name) == Some(0) => match method {
                "get" | "first" | "firstOrNull" | "last" | "lastOrNull" | "single" | "singleOrNull" | "find"
                | "findLast" | "elementAt" | "elementAtOrNull" | "getOrNull" | "getOrElse" | "removeAt"
                | "removeFirst" | "removeLast" | "removeFirstOrNull" | "removeLastOrNull" | "maxBy" | "minBy"
                | "maxByOrNull" | "minByOrNull" | "random" | "randomOrNull" | "reduce" | "next" | "max" | "min"
                | "poll" | "peek" | "pop" | "receive" | "maxOrNull" | "minOrNull" | "firstNotNullOf" => Argument(0),
                "filter" | "filterNot" | "filterNotNull" | "sorted" | "sortedBy" | "sortedByDescending"
                | "sortedWith" | "reversed" | "asReversed" | "take" | "takeLast" | "takeWhile" | "drop" | "dropLast"
                | "dropWhile" | "distinct" | "distinctBy" | "toList" | "toMutableList" | "toSet" | "toMutableSet"
                | "toTypedArray" | "asSequence" | "asIterable" | "asFlow" | "shuffled" | "onEach" | "plus" | "minus"
                | "orEmpty" | "iterator" | "listIterator" | "subList" | "slice" | "ifEmpty" | "toHashSet"
                | "distinctUntilChanged" | "flowOn" | "stateIn" | "shareIn" | "union" | "intersect" | "subtract" => {
                    Same
                }
                _ => return None,
            },
            ("Result", "getOrThrow" | "getOrNull" | "getOrDefault" | "getOrElse")
            | ("Deferred" | "CompletableDeferred" | "Task", "await" | "getCompleted")
            | ("Lazy" | "StateFlow" | "MutableStateFlow" | "State" | "MutableState" | "LiveData" | "MutableLiveData",
                "value" | "getValue")
            | ("Optional", "get" | "orElse" | "orElseThrow" | "orNull")
            | ("AtomicReference" | "ThreadLocal" | "WeakReference" | "Provider" | "Supplier" | "Future", "get")
            | ("Pair" | "Triple" | "Entry" | "IndexedValue", "first" | "component1" | "key") => Argument(0),
            ("IndexedValue", "value") => Argument(0),
            ("Pair" | "Triple" | "Entry", "second" | "component2" | "value") => Argument(1),
            ("Triple", "third" | "component3") => Argument(2),
            _ => return None,
        })
    }

    fn element(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Iterable" | "Collection" | "MutableCollection" | "List" | "MutableList" | "ArrayList" | "LinkedList"
            | "Set" | "MutableSet" | "HashSet" | "LinkedHashSet" | "TreeSet" | "Array" | "Sequence" | "Iterator"
            | "MutableIterator" | "ListIterator" | "Queue" | "Deque" | "ArrayDeque" | "PriorityQueue" | "Stack"
            | "CopyOnWriteArrayList" | "ConcurrentLinkedQueue" | "Flow" | "SharedFlow" | "MutableSharedFlow"
            | "StateFlow" | "MutableStateFlow" | "Channel" | "ReceiveChannel" | "PersistentList" | "ImmutableList"
            | "Stream" => Some(0),
            _ if is_map(type_name) => Some(1),
            _ => None,
        }
    }

    fn unwrapped(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Result" | "Deferred" | "CompletableDeferred" | "Lazy" | "Optional" | "Future" => Some(0),
            _ => None,
        }
    }

    fn passes(&self, given: &str, wanted: &str) -> Option<i32> {
        library::passes(given, wanted)
    }

    fn types_are_checked(&self) -> bool {
        true
    }

    fn wrapped_is_array(&self) -> bool {
        true
    }

    fn is_value_type(&self, type_name: &str) -> bool {
        library::is_basic(type_name)
    }

    fn library_result(&self, type_name: &str, method: &str) -> Option<&'static str> {
        library::result(type_name, method)
    }

    fn has_extensions(&self) -> bool {
        true
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON
    }
}

fn is_map(type_name: &str) -> bool {
    matches!(
        type_name,
        "Map" | "MutableMap" | "HashMap" | "LinkedHashMap" | "TreeMap" | "ConcurrentHashMap" | "ConcurrentMap"
            | "SortedMap" | "PersistentMap" | "ImmutableMap" | "WeakHashMap"
    )
}

static COMMON: &[&str] = &[
    "accept",
    "add",
    "addAll",
    "all",
    "any",
    "append",
    "apply",
    "associate",
    "associateBy",
    "associateWith",
    "async",
    "await",
    "awaitAll",
    "build",
    "cancel",
    "catch",
    "check",
    "clear",
    "close",
    "coerceAtLeast",
    "coerceAtMost",
    "coerceIn",
    "collect",
    "collectLatest",
    "combine",
    "compareTo",
    "complete",
    "component1",
    "component2",
    "contains",
    "containsKey",
    "count",
    "create",
    "debug",
    "delay",
    "distinct",
    "drop",
    "emit",
    "endsWith",
    "ensureActive",
    "equals",
    "error",
    "execute",
    "exists",
    "filter",
    "filterIsInstance",
    "filterNot",
    "filterNotNull",
    "find",
    "first",
    "firstOrNull",
    "flatMap",
    "flatten",
    "flowOn",
    "fold",
    "forEach",
    "forEachIndexed",
    "format",
    "get",
    "getOrDefault",
    "getOrElse",
    "getOrNull",
    "getOrPut",
    "getValue",
    "groupBy",
    "hasNext",
    "hashCode",
    "ifEmpty",
    "indexOf",
    "info",
    "insert",
    "invoke",
    "invokeOnCompletion",
    "isActive",
    "isBlank",
    "isCompleted",
    "isEmpty",
    "isInitialized",
    "isNotBlank",
    "isNotEmpty",
    "isNullOrBlank",
    "isNullOrEmpty",
    "iterator",
    "join",
    "joinAll",
    "joinToString",
    "last",
    "lastIndexOf",
    "lastOrNull",
    "launch",
    "launchIn",
    "length",
    "let",
    "lines",
    "listOf",
    "lock",
    "map",
    "mapIndexed",
    "mapNotNull",
    "matches",
    "max",
    "maxBy",
    "merge",
    "min",
    "minBy",
    "minus",
    "next",
    "none",
    "offer",
    "onCompletion",
    "onEach",
    "onFailure",
    "onSuccess",
    "open",
    "orEmpty",
    "parse",
    "partition",
    "plus",
    "poll",
    "pop",
    "post",
    "postValue",
    "print",
    "println",
    "provideDelegate",
    "push",
    "put",
    "putAll",
    "read",
    "readLine",
    "readText",
    "receive",
    "reduce",
    "release",
    "remove",
    "removeAll",
    "removeAt",
    "removeIf",
    "replace",
    "replaceAll",
    "require",
    "resume",
    "resumeWithException",
    "retainAll",
    "reversed",
    "run",
    "runCatching",
    "send",
    "set",
    "setOf",
    "setValue",
    "shuffle",
    "single",
    "size",
    "skip",
    "slice",
    "sort",
    "sortBy",
    "sorted",
    "sortedBy",
    "sortedWith",
    "split",
    "start",
    "startsWith",
    "stop",
    "subSequence",
    "submit",
    "subscribe",
    "substring",
    "substringAfter",
    "substringBefore",
    "sum",
    "sumOf",
    "take",
    "takeIf",
    "takeWhile",
    "test",
    "to",
    "toBoolean",
    "toByteArray",
    "toDouble",
    "toFloat",
    "toInt",
    "toList",
    "toLong",
    "toLowerCase",
    "toMap",
    "toMutableList",
    "toMutableMap",
    "toRegex",
    "toSet",
    "toString",
    "toTypedArray",
    "toUpperCase",
    "trim",
    "trimIndent",
    "trimMargin",
    "tryEmit",
    "trySend",
    "unlock",
    "until",
    "update",
    "use",
    "value",
    "values",
    "warn",
    "with",
    "withIndex",
    "write",
    "writeText",
    "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_give_what_they_hold() {
        assert_eq!(RULES.element("MutableList"), Some(0));
        assert_eq!(RULES.element("Map"), Some(1));
        assert_eq!(RULES.through("Map", "getValue"), Some(Through::Argument(1)));
        assert_eq!(RULES.through("List", "filter"), Some(Through::Same));
        assert_eq!(RULES.through("List", "firstOrNull"), Some(Through::Argument(0)));
        assert_eq!(RULES.through("List", "map"), None);
        assert_eq!(RULES.through("Deferred", "await"), Some(Through::Argument(0)));
        assert_eq!(RULES.unwrapped("Result"), Some(0));
    }
}
