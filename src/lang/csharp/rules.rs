//! How names are found across files.

use super::library;
use crate::facts::{Import, ImportKind};
use crate::model::SymbolKind;
use crate::lang::rules::{Asker, joined};
use crate::lang::{Printable, PackageScope, Rules, Target, Through, Tree};

/// The rules.
pub(super) static RULES: CSharpRules = CSharpRules;

/// The rules of C#.
pub(super) struct CSharpRules;

impl Rules for CSharpRules {
    fn target(&self, _kind: ImportKind, path: &str, _name: &str, _from: &str, _tree: &dyn Tree) -> Target {
        // Folders say nothing about namespaces: the linker looks for the files that declare it, and goes down to types
        // where the last parts of the path are some.
        Target::Package(path.to_owned())
    }

    fn submodule(&self, path: &str, name: &str) -> Option<String> {
        (!path.is_empty() && !name.is_empty()).then(|| format!("{path}.{name}"))
    }

    fn external_name(&self, kind: ImportKind, path: &str, name: &str, asker: &Asker<'_>) -> Option<Printable> {
        let root = path.split('.').next().filter(|root| !root.is_empty())?;
        if is_own_namespace(root, path, asker) {
            return None;
        }
        let package = if kind == ImportKind::Module { root } else { path };
        Some(Printable::new(joined(path, ".", name), package.len()))
    }

    fn external_root(&self, parts: &[&str], asker: &Asker<'_>) -> Option<usize> {
        let root = parts.first()?;
        let is_used = |import: &Import| {
            import.kind == ImportKind::Wildcard && asker.facts.str(import.path).split('.').next() == Some(root)
        };
        let is_known = *root == "System" || asker.facts.imports.iter().any(is_used);
        (is_known && !is_own_namespace(root, root, asker)).then_some(1)
    }

    fn library_name(&self, name: &str, asker: &Asker<'_>) -> Option<Printable> {
        if self.external_root(&[name], asker).is_some() {
            return Some(Printable::new(name.to_owned(), name.len()));
        }
        let namespace = library::namespace_of(name)?;
        let is_using = |import: &Import| {
            import.kind == ImportKind::Wildcard && asker.facts.str(import.path) == namespace
        };
        asker.facts.imports.iter().any(is_using).then(|| {
            let text = joined(namespace, ".", name);
            Printable::new(text, namespace.len())
        })
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

    fn transparent(&self, type_name: &str) -> Option<u8> {
        (type_name == "Nullable").then_some(0)
    }

    fn through(&self, type_name: &str, method: &str) -> Option<Through> {
        use Through::{Argument, Same};
        let is_map = is_map(type_name);
        Some(match (type_name, method) {
            _ if is_map && matches!(method, "Values" | "GetValueOrDefault" | "GetOrAdd" | "AddOrUpdate") => Argument(1),
            _ if is_map && method == "Keys" => Argument(0),
            _ if !is_map && self.element(type_name) == Some(0) => match method {
                "First" | "FirstOrDefault" | "Last" | "LastOrDefault" | "Single" | "SingleOrDefault" | "ElementAt"
                | "ElementAtOrDefault" | "Find" | "FindLast" | "MaxBy" | "MinBy" | "Dequeue" | "Peek" | "Pop"
                | "Aggregate" | "Max" | "Min" | "Current" => Argument(0),
                "Where" | "OrderBy" | "OrderByDescending" | "ThenBy" | "ThenByDescending" | "Skip" | "Take"
                | "SkipWhile" | "TakeWhile" | "Distinct" | "DistinctBy" | "Reverse" | "ToList" | "ToArray"
                | "ToHashSet" | "AsEnumerable" | "AsQueryable" | "AsReadOnly" | "Concat" | "Union" | "Except"
                | "Intersect" | "Append" | "Prepend" | "DefaultIfEmpty" | "FindAll" | "GetRange"
                | "GetEnumerator" => Same,
                _ => return None,
            },
            ("Task" | "ValueTask", "Result" | "GetAwaiter") => Argument(0),
            ("Task" | "ValueTask", "ConfigureAwait" | "WaitAsync") => Same,
            ("Nullable" | "Lazy" | "ThreadLocal" | "AsyncLocal" | "StrongBox" | "LinkedListNode", "Value")
            | ("Nullable", "GetValueOrDefault")
            | ("WeakReference", "Target")
            | ("Func", "Invoke")
            | ("KeyValuePair", "Key") => Argument(0),
            ("KeyValuePair", "Value") => Argument(1),
            _ => return None,
        })
    }

    fn element(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "IEnumerable" | "ICollection" | "IList" | "IReadOnlyList" | "IReadOnlyCollection" | "ISet" | "List"
            | "HashSet" | "SortedSet" | "Queue" | "Stack" | "LinkedList" | "Collection" | "ObservableCollection"
            | "ReadOnlyCollection" | "IQueryable" | "IOrderedEnumerable" | "IOrderedQueryable" | "IEnumerator"
            | "IAsyncEnumerable" | "ConcurrentBag" | "ConcurrentQueue" | "ConcurrentStack" | "ImmutableArray"
            | "ImmutableList" | "ImmutableHashSet" | "Span" | "ReadOnlySpan" | "Memory" | "ReadOnlyMemory"
            | "ArraySegment" | "BlockingCollection" | "DbSet" => Some(0),
            _ if is_map(type_name) => Some(1),
            _ => None,
        }
    }

    fn unwrapped(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "Task" | "ValueTask" | "ConfiguredTaskAwaitable" | "Nullable" | "Lazy" => Some(0),
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
        library::array_passes(wanted)
    }

    fn is_value_type(&self, type_name: &str) -> bool {
        library::is_value(type_name)
    }

    fn library_result(&self, type_name: &str, method: &str) -> Option<&'static str> {
        library::result(type_name, method)
    }

    fn has_extensions(&self) -> bool {
        true
    }

    fn extensions_have_self(&self) -> bool {
        false
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON
    }
}

/// True for a namespace that may be the project's own although what is named is not in it: it starts as one of the
/// file's does, or a folder is named like it, as is the custom.
fn is_own_namespace(root: &str, path: &str, asker: &Asker<'_>) -> bool {
    let facts = asker.facts;
    let starts = |namespace: &str| namespace.split('.').next() == Some(root);
    starts(facts.str(facts.package))
        || facts.defs.iter().any(|def| def.kind == SymbolKind::Module && starts(facts.str(def.name)))
        || (!matches!(root, "System" | "Microsoft")
            && [root, path].iter().any(|name| !asker.tree.folders_named(name).is_empty()))
}

fn is_map(type_name: &str) -> bool {
    matches!(
        type_name,
        "Dictionary" | "IDictionary" | "IReadOnlyDictionary" | "ConcurrentDictionary" | "SortedDictionary"
            | "SortedList" | "ImmutableDictionary"
    )
}

static COMMON: &[&str] = &[
    "Add",
    "AddRange",
    "Aggregate",
    "All",
    "Any",
    "Append",
    "AppendFormat",
    "AppendLine",
    "AsEnumerable",
    "AsQueryable",
    "AsSpan",
    "Average",
    "BeginInvoke",
    "BinarySearch",
    "Build",
    "Cancel",
    "Cast",
    "Clear",
    "Clone",
    "Close",
    "Combine",
    "Compare",
    "CompareTo",
    "Compile",
    "Concat",
    "Configure",
    "ConfigureAwait",
    "Contains",
    "ContainsKey",
    "ContainsValue",
    "Convert",
    "ConvertAll",
    "Copy",
    "CopyTo",
    "Count",
    "Create",
    "CreateInstance",
    "Debug",
    "Delete",
    "Dequeue",
    "Deserialize",
    "Dispose",
    "DisposeAsync",
    "Distinct",
    "EndInvoke",
    "EndsWith",
    "Enqueue",
    "Enter",
    "Equals",
    "Error",
    "Except",
    "Execute",
    "ExecuteAsync",
    "Exists",
    "Exit",
    "Find",
    "FindAll",
    "FindIndex",
    "First",
    "FirstOrDefault",
    "Flush",
    "FlushAsync",
    "ForEach",
    "Format",
    "FromResult",
    "Get",
    "GetAsync",
    "GetAttribute",
    "GetBytes",
    "GetCustomAttributes",
    "GetEnumerator",
    "GetField",
    "GetFields",
    "GetFileName",
    "GetHashCode",
    "GetInterfaces",
    "GetLength",
    "GetMethod",
    "GetMethods",
    "GetName",
    "GetProperties",
    "GetProperty",
    "GetResult",
    "GetService",
    "GetString",
    "GetType",
    "GetTypeInfo",
    "GetValue",
    "GroupBy",
    "HasFlag",
    "IndexOf",
    "Info",
    "Insert",
    "Intersect",
    "Invoke",
    "InvokeAsync",
    "IsAssignableFrom",
    "IsDefined",
    "IsInstanceOfType",
    "IsMatch",
    "IsNullOrEmpty",
    "IsNullOrWhiteSpace",
    "Join",
    "Last",
    "LastIndexOf",
    "LastOrDefault",
    "Load",
    "Log",
    "LogDebug",
    "LogError",
    "LogInformation",
    "LogWarning",
    "Match",
    "Matches",
    "Max",
    "MemberwiseClone",
    "Min",
    "MoveNext",
    "Next",
    "OfType",
    "OnNext",
    "Open",
    "OrderBy",
    "OrderByDescending",
    "PadLeft",
    "PadRight",
    "Parse",
    "Peek",
    "Pop",
    "Post",
    "Print",
    "Publish",
    "Push",
    "Read",
    "ReadAllText",
    "ReadAsync",
    "ReadByte",
    "ReadLine",
    "ReadToEnd",
    "ReferenceEquals",
    "Register",
    "Release",
    "Remove",
    "RemoveAll",
    "RemoveAt",
    "Replace",
    "Reset",
    "Resolve",
    "Reverse",
    "Run",
    "Save",
    "SaveChanges",
    "Seek",
    "Select",
    "SelectMany",
    "Send",
    "SendAsync",
    "SequenceEqual",
    "Serialize",
    "Set",
    "SetResult",
    "SetValue",
    "Single",
    "SingleOrDefault",
    "Skip",
    "Sleep",
    "Sort",
    "Split",
    "Start",
    "StartsWith",
    "Stop",
    "Subscribe",
    "Substring",
    "Sum",
    "Take",
    "TakeWhile",
    "ThenBy",
    "ToArray",
    "ToCharArray",
    "ToDictionary",
    "ToHashSet",
    "ToList",
    "ToLower",
    "ToLowerInvariant",
    "ToString",
    "ToUpper",
    "ToUpperInvariant",
    "Trim",
    "TrimEnd",
    "TrimStart",
    "TryAdd",
    "TryGetValue",
    "TryParse",
    "Union",
    "Update",
    "Validate",
    "Wait",
    "WaitOne",
    "Warn",
    "WhenAll",
    "Where",
    "Write",
    "WriteAsync",
    "WriteByte",
    "WriteLine",
    "Zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_give_what_they_hold() {
        assert_eq!(RULES.element("IEnumerable"), Some(0));
        assert_eq!(RULES.element("Dictionary"), Some(1));
        assert_eq!(RULES.through("Dictionary", "Values"), Some(Through::Argument(1)));
        assert_eq!(RULES.through("List", "Where"), Some(Through::Same));
        assert_eq!(RULES.through("List", "FirstOrDefault"), Some(Through::Argument(0)));
        assert_eq!(RULES.through("List", "Select"), None);
        assert_eq!(RULES.unwrapped("Task"), Some(0));
        assert_eq!(RULES.transparent("Nullable"), Some(0));
    }
}
