//! How names are found across files.

use super::imports::is_version;
use crate::facts::ImportKind;
use crate::lang::rules::{Asker, ManifestKey};
use crate::lang::{Printable, PackageScope, Rules, Target, Through, Tree};

/// The rules.
pub(super) static RULES: GoRules = GoRules;

/// The rules of Go.
pub(super) struct GoRules;

impl Rules for GoRules {
    fn target(&self, _kind: ImportKind, path: &str, _name: &str, _from: &str, tree: &dyn Tree) -> Target {
        let modules = tree.manifests(ManifestKey::GoModule);
        let folder = if modules.is_empty() {
            guessed_folder(path, tree)
        } else {
            // The longest module path that is a prefix, as nested modules have longer ones.
            let inside = modules.iter().filter_map(|(folder, module)| {
                let rest = path.strip_prefix(module.as_str())?;
                let rest = if rest.is_empty() { rest } else { rest.strip_prefix('/')? };
                Some((module.len(), join(folder, rest)))
            });
            inside.max_by_key(|(length, _)| *length).map(|(_, folder)| folder)
        };
        let files = folder.map_or_else(Vec::new, |folder| sources(&folder, tree));
        if files.is_empty() { Target::External } else { Target::Files { files, rest: Vec::new() } }
    }

    fn submodule(&self, _path: &str, _name: &str) -> Option<String> {
        None
    }

    fn external_name(&self, _kind: ImportKind, path: &str, name: &str, asker: &Asker<'_>) -> Option<Printable> {
        let is_own = |module: &str| {
            path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let modules = asker.tree.manifests(ManifestKey::GoModule);
        if path.is_empty() || path.starts_with('.') || modules.iter().any(|(_, module)| is_own(module)) {
            return None;
        }
        Some(Printable::new(crate::lang::rules::joined(path, ".", name), path.len()))
    }

    fn package_scope(&self) -> PackageScope {
        PackageScope::Folder
    }

    fn implements_by_methods(&self) -> bool {
        true
    }

    fn members_are_in_scope(&self) -> bool {
        false
    }

    fn calls_construct(&self) -> bool {
        false
    }

    fn is_builtin(&self, name: &str) -> bool {
        BUILTINS.binary_search(&name).is_ok()
    }

    fn through(&self, type_name: &str, method: &str) -> Option<Through> {
        match (type_name, method) {
            ("Pointer", "Load" | "Swap") => Some(Through::Argument(0)),
            _ => None,
        }
    }

    fn element(&self, type_name: &str) -> Option<u8> {
        match type_name {
            "[]" | "chan" | "Seq" => Some(0),
            "map" | "Seq2" => Some(1),
            _ => None,
        }
    }

    fn common_methods(&self) -> &'static [&'static str] {
        COMMON
    }
}

/// The files of a package that others can import: tests are left out.
fn sources(folder: &str, tree: &dyn Tree) -> Vec<String> {
    let mut files = tree.files_in(folder);
    files.retain(|path| path.ends_with(".go") && !path.ends_with("_test.go"));
    files
}

fn join(folder: &str, rest: &str) -> String {
    match (folder, rest) {
        ("", _) => rest.to_owned(),
        (_, "") => folder.to_owned(),
        _ => format!("{folder}/{rest}"),
    }
}

/// Without a `go.mod` (a tree of before modules, a part of a repository) nothing states the path of the project. Then a
/// path leads to the folder that is its end when what stands before fits the project: its last segment is the package
/// in the root, or the root is no package and the path is one of a repository.
fn guessed_folder(path: &str, tree: &dyn Tree) -> Option<String> {
    let segments: Vec<&str> = path.split('/').collect();
    let host = segments.first()?;
    if !host.contains('.') && STANDARD.binary_search(host).is_ok() {
        return None;
    }
    let roots = tree.packages_in("");
    let mut roots = roots.iter().filter(|name| *name != "main" && !name.ends_with("_test")).peekable();
    if roots.peek().is_some() {
        let named = |at: &usize| {
            let mut prefix = segments.iter().take(*at).rev().filter(|segment| !is_version(segment));
            prefix.next().is_some_and(|last| roots.clone().any(|name| is_named(last, name)))
        };
        let fits = |at: &usize| !sources(&folder_at(&segments, *at), tree).is_empty();
        return (1..=segments.len()).rev().filter(named).find(fits).map(|at| folder_at(&segments, at));
    }
    let repository = match *host {
        "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org" | "golang.org" => 3,
        host if host.contains('.') => 2,
        _ => 1,
    };
    let folder = folder_at(&segments, repository);
    (segments.len() > repository && !sources(&folder, tree).is_empty()).then_some(folder)
}

/// The segments from `at` on, behind a version of the module.
fn folder_at(segments: &[&str], at: usize) -> String {
    let rest = segments.get(at..).unwrap_or_default();
    match rest.split_first() {
        Some((first, inner)) if is_version(first) => inner.join("/"),
        _ => rest.join("/"),
    }
}

/// True when a repository of this name may hold this package: `go-yaml` and `yaml.v3` hold `yaml`.
fn is_named(segment: &str, package: &str) -> bool {
    segment == package
        || segment
            .split(['-', '.', '_'])
            .filter(|part| !matches!(*part, "go" | "golang") && !is_version(part))
            .eq(package.split('_'))
}

/// First segments of the paths of the standard library; sorted.
const STANDARD: &[&str] = &[
    "C", "archive", "arena", "bufio", "builtin", "bytes", "cmp", "compress", "container", "context",
    "crypto", "database", "debug", "embed", "encoding", "errors", "expvar", "flag", "fmt", "go", "hash",
    "html", "image", "index", "io", "iter", "log", "maps", "math", "mime", "net", "os", "path", "plugin",
    "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings", "structs", "sync", "syscall",
    "testing", "text", "time", "unicode", "unique", "unsafe", "weak",
];

/// Functions and types that the language itself defines and that a package may define anew; sorted.
const BUILTINS: &[&str] = &[
    "any", "append", "bool", "byte", "cap", "clear", "close", "comparable", "complex", "complex128",
    "complex64", "copy", "delete", "error", "float32", "float64", "imag", "int", "int16", "int32", "int64",
    "int8", "iota", "len", "make", "max", "min", "new", "panic", "print", "println", "real", "recover",
    "rune", "string", "uint", "uint16", "uint32", "uint64", "uint8", "uintptr",
];

/// Method names of the standard library and of libraries that most projects use; sorted.
const COMMON: &[&str] = &[
    "Accept", "Add", "AddCommand", "AddRow", "Addr", "After", "Alignment", "All", "Any", "Append", "Apply",
    "Args", "As", "AsTime", "Assert", "Available", "Base", "Before", "Begin", "BindPFlag", "Bits", "Body",
    "Bool", "BoolVar", "BoolVarP", "Buffered", "Build", "Bytes", "Call", "CanAddr", "CanInterface",
    "CanSet", "Cancel", "Cap", "Changed", "Chdir", "Check", "Cleanup", "Clear", "Client", "Clone", "Close",
    "CloseNotify", "Cmp", "Column", "Columns", "Command", "Commit", "Compare", "CompareAndSwap", "Connect",
    "Contains", "Context", "Control", "Cookie", "Cookies", "Copy", "Count", "Create", "CrossProduct",
    "Current", "Date", "Day", "Deadline", "Debug", "Debugf", "Decode", "DecodeElement", "DecodeString",
    "Default", "Del", "Delete", "Dial", "DialContext", "Dir", "Disconnect", "Do", "Done", "Duration",
    "DurationVar", "Elem", "Element", "Empty", "Enabled", "Encode", "EncodeElement", "EncodeToString",
    "End", "Environ", "Equal", "EqualFold", "Err", "Error", "Errorf", "Errorln", "Errors", "Eval",
    "Exchange", "Exec", "ExecContext", "Execute", "ExecuteTemplate", "Exists", "Exit", "Exp", "Expand",
    "Export", "Fail", "FailNow", "Failed", "Fatal", "Fatalf", "Fatalln", "Fd", "Field", "FieldByName",
    "Fields", "File", "Files", "Filter", "Find", "FindAll", "FindAllString", "FindString",
    "FindStringSubmatch", "First", "Flag", "Flags", "Float", "Float64", "Flush", "For", "ForEach", "Form",
    "FormValue", "Format", "Fprint", "Front", "Full", "Func", "Get", "GetBool", "GetInt", "GetString",
    "Gid", "Go", "Group", "Grow", "Handle", "HandleFunc", "Handler", "Has", "HasNext", "Hash", "Head",
    "Header", "Height", "Help", "Helper", "Host", "Hour", "ID", "Id", "Import", "In", "Index", "Info",
    "Infof", "Init", "Insert", "Int", "Int63", "Int64", "IntVar", "Interface", "Intn", "Inverse", "Is",
    "IsAbs", "IsDir", "IsEmpty", "IsNil", "IsRegular", "IsValid", "IsZero", "Items", "Join", "Key", "Keys",
    "Kill", "Kind", "Last", "Len", "Less", "Level", "Line", "Lines", "Listen", "ListenAndServe", "Load",
    "LoadAndDelete", "LoadOrStore", "Local", "LocalAddr", "Location", "Lock", "Log", "Logf", "Lookup",
    "MapIndex", "MapKeys", "Marshal", "MarshalBinary", "MarshalJSON", "MarshalText", "MarshalYAML", "Match",
    "MatchString", "Max", "Message", "Method", "MethodByName", "Methods", "Min", "Minute", "Mkdir",
    "MkdirAll", "ModTime", "Mode", "Month", "Mul", "Name", "Nanosecond", "New", "Next", "Nil", "NoError",
    "Now", "Num", "NumField", "NumMethod", "Offset", "Ok", "On", "Open", "OpenFile", "Options", "Output",
    "Parse", "Parsed", "Patch", "Path", "Peek", "Ping", "Pop", "Port", "Pos", "Position", "Post", "Prepare",
    "Print", "Printf", "Println", "Process", "Push", "PushBack", "PushFront", "Put", "Query",
    "QueryContext", "QueryRow", "Quit", "Quo", "RLock", "RUnlock", "Range", "Read", "ReadAll", "ReadAt",
    "ReadByte", "ReadBytes", "ReadDir", "ReadFile", "ReadFrom", "ReadLine", "ReadRune", "ReadString",
    "Readdir", "Recv", "Register", "Release", "RemoteAddr", "Remove", "RemoveAll", "Rename", "Replace",
    "ReplaceAll", "ReplaceAllString", "Request", "Reset", "Resize", "Response", "Result", "Rollback",
    "Root", "Round", "RoundTrip", "Row", "Rows", "Run", "Save", "Scan", "Scanln", "Search", "Second",
    "Seconds", "Seek", "Send", "Serve", "ServeHTTP", "Set", "SetBool", "SetDeadline", "SetFlags", "SetInt",
    "SetLevel", "SetOutput", "SetPrefix", "SetReadDeadline", "SetString", "SetWriteDeadline", "Shutdown",
    "Sign", "Signal", "Size", "Skip", "SkipNow", "Skipf", "Sleep", "Sort", "Source", "Split", "Start",
    "Stat", "State", "Status", "StatusCode", "StderrPipe", "StdinPipe", "StdoutPipe", "Step", "Stop",
    "Store", "Str", "String", "StringVar", "StringVarP", "Strings", "Sub", "Submit", "Sum", "Swap", "Sync",
    "Sys", "Tag", "TempDir", "Test", "Text", "Time", "Title", "ToLower", "ToUpper", "Token", "Top", "Trace",
    "Transform", "Trim", "Truncate", "TryLock", "Type", "URL", "UTC", "Uid", "Uint", "Uint64", "Unix",
    "UnixNano", "Unlock", "Unmarshal", "UnmarshalBinary", "UnmarshalJSON", "UnmarshalText", "UnmarshalYAML",
    "UnreadByte", "UnreadRune", "Unwrap", "Update", "Usage", "User", "Validate", "Value", "Values", "Var",
    "VarP", "Version", "Visit", "VisitAll", "Wait", "Walk", "Warn", "Warnf", "Warning", "Weekday", "Width",
    "With", "WithContext", "WithError", "WithField", "WithFields", "WithTimeout", "WithValue", "Write",
    "WriteAt", "WriteByte", "WriteFile", "WriteHeader", "WriteRune", "WriteString", "WriteTo", "Year",
    "Zero", "Zone",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::testing::Files;

    fn lead(tree: &Files, path: &str) -> Vec<String> {
        match RULES.target(ImportKind::Module, path, "", "x.go", tree) {
            Target::Files { files, .. } => files,
            Target::Package(_) | Target::External => Vec::new(),
        }
    }

    #[test]
    fn a_path_inside_a_module_leads_to_its_folder_without_tests() {
        let tree = Files {
            paths: &["a.go", "a_test.go", "log/log.go", "tools/gen/gen.go"],
            packages: &[("", "cli"), ("", "cli_test"), ("log", "log"), ("tools/gen", "gen")],
            manifests: &[
                ("", ManifestKey::GoModule, "example.com/cli/v2"),
                ("tools", ManifestKey::GoModule, "example.com/cli/v2/tools"),
            ],
        };
        assert_eq!(lead(&tree, "example.com/cli/v2"), ["a.go"]);
        assert_eq!(lead(&tree, "example.com/cli/v2/log"), ["log/log.go"]);
        assert_eq!(lead(&tree, "example.com/cli/v2/tools/gen"), ["tools/gen/gen.go"]);
        assert!(lead(&tree, "log").is_empty());
        assert!(lead(&tree, "example.com/cli/v2x/log").is_empty());
        assert!(lead(&tree, "example.com/other/log").is_empty());
    }

    #[test]
    fn without_a_manifest_the_package_in_the_root_tells_the_module() {
        let tree = Files {
            paths: &["a.go", "gen.go", "log/log.go", "internal/log/log.go"],
            packages: &[("", "main"), ("", "yaml"), ("log", "log"), ("internal/log", "log")],
            manifests: &[],
        };
        assert_eq!(lead(&tree, "github.com/go-yaml/yaml"), ["a.go", "gen.go"]);
        assert_eq!(lead(&tree, "gopkg.in/yaml.v3/internal/log"), ["internal/log/log.go"]);
        assert_eq!(lead(&tree, "github.com/go-yaml/yaml/v2/log"), ["log/log.go"]);
        assert!(lead(&tree, "github.com/other/log").is_empty());
        assert!(lead(&tree, "log").is_empty());
    }

    #[test]
    fn without_a_package_in_the_root_the_end_of_the_path_tells_the_folder() {
        let tree = Files {
            paths: &["main.go", "pkg/log/log.go"],
            packages: &[("", "main"), ("pkg/log", "log")],
            manifests: &[],
        };
        assert_eq!(lead(&tree, "github.com/me/tool/pkg/log"), ["pkg/log/log.go"]);
        assert!(lead(&tree, "github.com/me/pkg/log").is_empty());
        assert!(lead(&tree, "log").is_empty());
    }

    #[test]
    fn lists_are_sorted_and_each_name_stands_once() {
        for list in [STANDARD, BUILTINS] {
            for pair in list.windows(2) {
                assert!(pair[0] < pair[1], "{pair:?}");
            }
        }
    }
}
