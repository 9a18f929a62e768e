//! How names are found across files.

use super::library;
use crate::facts::ImportKind;
use crate::lang::rules::{Asker, joined};
use crate::lang::{Printable, PackageScope, Rules, Target, Through, Tree};

/// The printable name of what a dotted path means outside the project, in Java and Kotlin: `java.util.List.of`. Parts
/// before the first capital one are the package; a package whose folder is in the project, or that lies in the file's
/// own, is the project's although what is named is not there.
pub(in crate::lang) fn external_name(path: &str, name: &str, asker: &Asker<'_>) -> Option<Printable> {
    let text = joined(path, ".", name);
    let is_type = |part: &str| part.starts_with(|c: char| c.is_ascii_uppercase());
    let parts: Vec<&str> = path.split('.').collect();
    let n_package = parts.iter().position(|part| is_type(part)).unwrap_or(parts.len());
    let package = parts.get(..n_package)?.join(".");
    let own = asker.facts.str(asker.facts.package);
    let is_inside = !own.is_empty()
        && package.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    if package.is_empty() || is_inside {
        return None;
    }
    let folder = package.replace('.', "/");
    let last = folder.rsplit('/').next().unwrap_or_default();
    let is_folder = |at: &String| {
        at.strip_suffix(folder.as_str()).is_some_and(|above| above.is_empty() || above.ends_with('/'))
    };
    (!asker.tree.folders_named(last).iter().any(is_folder)).then(|| Printable::new(text, package.len()))
}

/// For a path that no import binds (`java.util.List`): how many parts name the package, at least two before a type.
pub(in crate::lang) fn external_root(parts: &[&str], asker: &Asker<'_>) -> Option<usize> {
    let is_lower = |part: &&str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    let n_package = parts.iter().take_while(|part| is_lower(part)).count();
    let is_type = |part: &&str| part.starts_with(|c: char| c.is_ascii_uppercase());
    let is_path = n_package >= 2 && parts.get(n_package).is_some_and(is_type);
    (is_path && external_name(&parts.join("."), "", asker).is_some()).then_some(n_package)
}

/// The rules.
pub(super) static RULES: JavaRules = JavaRules;

/// The rules of Java.
pub(super) struct JavaRules;

impl Rules for JavaRules {
    fn target(&self, _kind: ImportKind, path: &str, _name: &str, _from: &str, _tree: &dyn Tree) -> Target {
        // Where a package lies is not a matter of folders: the linker looks for the files that declare it, and goes
        // down to classes where the last parts of the path are some.
        if path.is_empty() { Target::External } else { Target::Package(path.to_owned()) }
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
        false
    }

    fn through(&self, type_name: &str, method: &str) -> Option<Through> {
        use Through::{Argument, Same};
        Some(match (type_name, method) {
            (
                "Optional",
                "get" | "orElse" | "orElseGet" | "orElseThrow",
            ) => Argument(0),
            ("Optional", "filter" | "or") => Same,
            ("Optional", "stream") => Same,
            (
                "Stream",
                "filter" | "sorted" | "distinct" | "limit" | "skip" | "peek" | "takeWhile" | "dropWhile"
                | "parallel" | "sequential" | "unordered" | "onClose" | "findFirst" | "findAny" | "min" | "max"
                | "toList",
            ) => Same,
            (
                "List" | "ArrayList" | "LinkedList" | "CopyOnWriteArrayList" | "Vector" | "ImmutableList",
                "get" | "remove" | "getFirst" | "getLast" | "removeFirst" | "removeLast" | "set" | "elementAt"
                | "firstElement" | "lastElement",
            )
            | (
                "Queue" | "Deque" | "ArrayDeque" | "LinkedList" | "PriorityQueue" | "BlockingQueue" | "BlockingDeque"
                | "LinkedBlockingQueue" | "ConcurrentLinkedQueue",
                "peek" | "poll" | "element" | "remove" | "take" | "pop" | "peekFirst" | "peekLast" | "pollFirst"
                | "pollLast" | "getFirst" | "getLast" | "removeFirst" | "removeLast",
            )
            | ("Stack", "pop" | "peek" | "push" | "get" | "firstElement" | "lastElement")
            | (
                "SortedSet" | "NavigableSet" | "TreeSet",
                "first" | "last" | "floor" | "ceiling" | "higher" | "lower" | "pollFirst" | "pollLast",
            )
            | ("Iterator" | "ListIterator" | "Enumeration" | "Spliterator", "next" | "previous" | "nextElement")
            | (
                "Supplier" | "AtomicReference" | "ThreadLocal" | "Future" | "CompletableFuture" | "WeakReference"
                | "SoftReference" | "Reference" | "Provider" | "Lazy",
                "get" | "join" | "getNow" | "getAndSet" | "getPlain" | "getAcquire",
            )
            | ("Callable", "call")
            | ("Class", "cast" | "newInstance") => Argument(0),
            (
                "Collection" | "List" | "ArrayList" | "LinkedList" | "Set" | "HashSet" | "LinkedHashSet" | "TreeSet"
                | "SortedSet" | "EnumSet" | "Queue" | "Deque" | "ArrayDeque" | "ImmutableList" | "ImmutableSet"
                | "CopyOnWriteArrayList",
                "stream" | "parallelStream" | "iterator" | "listIterator" | "subList" | "reversed" | "headSet"
                | "tailSet" | "subSet" | "descendingSet" | "descendingIterator" | "clone" | "copy",
            ) => Same,
            (
                "Map" | "HashMap" | "LinkedHashMap" | "TreeMap" | "SortedMap" | "NavigableMap" | "ConcurrentMap"
                | "ConcurrentHashMap" | "EnumMap" | "WeakHashMap" | "IdentityHashMap" | "Hashtable" | "ImmutableMap",
                "get" | "getOrDefault" | "put" | "remove" | "putIfAbsent" | "computeIfAbsent" | "computeIfPresent"
                | "compute" | "merge" | "replace" | "values",
            )
            | ("Entry" | "SimpleEntry", "getValue" | "setValue")
            | ("Function", "apply") => Argument(1),
            (
                "Map" | "HashMap" | "LinkedHashMap" | "TreeMap" | "SortedMap" | "NavigableMap" | "ConcurrentMap"
                | "ConcurrentHashMap" | "EnumMap" | "WeakHashMap" | "IdentityHashMap" | "Hashtable" | "ImmutableMap",
                "entrySet" | "firstEntry" | "lastEntry" | "floorEntry" | "ceilingEntry" | "pollFirstEntry"
                | "headMap" | "tailMap" | "subMap" | "descendingMap",
            ) => Same,
            (
                "TreeMap" | "SortedMap" | "NavigableMap",
                "firstKey" | "lastKey" | "floorKey" | "ceilingKey" | "higherKey" | "lowerKey",
            )
            | ("Entry" | "SimpleEntry", "getKey")
            | ("UnaryOperator" | "BinaryOperator", "apply") => Argument(0),
            ("BiFunction", "apply") => Argument(2),
            _ => return None,
        })
    }

    fn element(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Iterable" | "Collection" | "List" | "ArrayList" | "LinkedList" | "Set" | "HashSet" | "LinkedHashSet"
            | "TreeSet" | "SortedSet" | "NavigableSet" | "EnumSet" | "Queue" | "Deque" | "ArrayDeque"
            | "PriorityQueue" | "Stack" | "Vector" | "Stream" | "Iterator" | "ListIterator" | "Optional"
            | "CopyOnWriteArrayList" | "CopyOnWriteArraySet" | "ConcurrentLinkedQueue" | "BlockingQueue"
            | "LinkedBlockingQueue" | "ImmutableList" | "ImmutableSet" | "ServiceLoader" => Some(0),
            _ => None,
        }
    }

    fn unwrapped(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Optional" | "Future" | "CompletableFuture" | "CompletionStage" | "Supplier" | "Callable" => Some(0),
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

    fn array_passes(&self, wanted: &str) -> Option<i32> {
        matches!(wanted, "Object" | "Serializable" | "Cloneable").then_some(1)
    }

    fn is_value_type(&self, type_name: &str) -> bool {
        library::is_primitive(type_name)
    }

    fn library_result(&self, type_name: &str, method: &str) -> Option<&'static str> {
        library::result(type_name, method)
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON
    }
}

static COMMON: &[&str] = &[
    "accept",
    "add",
    "addAll",
    "addFirst",
    "addLast",
    "afterPropertiesSet",
    "and",
    "andThen",
    "append",
    "apply",
    "asList",
    "assertEquals",
    "assertFalse",
    "assertNotNull",
    "assertNull",
    "assertSame",
    "assertThat",
    "assertThrows",
    "assertTrue",
    "booleanValue",
    "call",
    "cast",
    "charAt",
    "clear",
    "clone",
    "close",
    "collect",
    "compare",
    "compareTo",
    "compile",
    "concat",
    "contains",
    "containsKey",
    "containsValue",
    "copyOf",
    "count",
    "countDown",
    "debug",
    "delete",
    "distinct",
    "doubleValue",
    "empty",
    "endsWith",
    "entrySet",
    "equals",
    "equalsIgnoreCase",
    "error",
    "execute",
    "exists",
    "filter",
    "find",
    "findFirst",
    "flatMap",
    "floatValue",
    "flush",
    "forEach",
    "format",
    "get",
    "getBytes",
    "getCause",
    "getClass",
    "getClassLoader",
    "getFirst",
    "getId",
    "getKey",
    "getLast",
    "getMessage",
    "getName",
    "getOrDefault",
    "getParent",
    "getPath",
    "getProperty",
    "getSimpleName",
    "getType",
    "getValue",
    "group",
    "hasNext",
    "hashCode",
    "ifPresent",
    "indexOf",
    "info",
    "insert",
    "intValue",
    "invoke",
    "isArray",
    "isDirectory",
    "isEmpty",
    "isInstance",
    "isPresent",
    "iterator",
    "join",
    "keySet",
    "lastIndexOf",
    "length",
    "limit",
    "list",
    "listIterator",
    "lock",
    "longValue",
    "map",
    "mapToInt",
    "mapToObj",
    "match",
    "matcher",
    "matches",
    "max",
    "merge",
    "min",
    "name",
    "newInstance",
    "next",
    "nextInt",
    "nextLine",
    "notify",
    "notifyAll",
    "of",
    "ofNullable",
    "onNext",
    "open",
    "orElse",
    "orElseGet",
    "orElseThrow",
    "ordinal",
    "parallelStream",
    "parse",
    "parseInt",
    "peek",
    "poll",
    "pop",
    "print",
    "printStackTrace",
    "printf",
    "println",
    "push",
    "put",
    "putAll",
    "putIfAbsent",
    "read",
    "readLine",
    "reduce",
    "release",
    "remove",
    "removeAll",
    "removeIf",
    "replace",
    "replaceAll",
    "requireNonNull",
    "reset",
    "resolve",
    "retainAll",
    "reverse",
    "run",
    "seek",
    "send",
    "set",
    "setAccessible",
    "setValue",
    "shutdown",
    "size",
    "skip",
    "sleep",
    "sort",
    "sorted",
    "split",
    "start",
    "startsWith",
    "stop",
    "stream",
    "strip",
    "sub",
    "subList",
    "subSequence",
    "submit",
    "substring",
    "sum",
    "test",
    "toArray",
    "toList",
    "toLowerCase",
    "toString",
    "toUpperCase",
    "trace",
    "trim",
    "unlock",
    "update",
    "valueOf",
    "values",
    "verify",
    "wait",
    "warn",
    "when",
    "write",
    "writeTo",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_give_what_they_hold() {
        assert_eq!(RULES.element("List"), Some(0));
        assert_eq!(RULES.through("Map", "get"), Some(Through::Argument(1)));
        assert_eq!(RULES.through("List", "stream"), Some(Through::Same));
        assert_eq!(RULES.through("Stream", "filter"), Some(Through::Same));
        assert_eq!(RULES.through("Optional", "orElse"), Some(Through::Argument(0)));
        assert_eq!(RULES.through("Optional", "map"), None);
        assert_eq!(RULES.unwrapped("Future"), Some(0));
    }
}
