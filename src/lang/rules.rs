//! What a language must say about finding names in other files.

use crate::facts::{FileFacts, ImportKind};

/// The files of a project as the rules see them. Paths are relative to the project's root, with `/`, without `./`.
///
/// Every question is noted by the resolver as something that the asking file depends on, so ask only what is needed.
pub trait Tree {
    /// True when there is a source file at `path`.
    fn has(&self, path: &str) -> bool;
    /// The source files directly in a folder, sorted; the root is the empty path.
    fn files_in(&self, folder: &str) -> Vec<String>;
    /// The source files with this file name (last segment), sorted.
    fn named(&self, file_name: &str) -> Vec<String>;
    /// The folders with this name (last segment) that hold source files, sorted.
    fn folders_named(&self, name: &str) -> Vec<String>;
    /// The packages that the source files directly in a folder declare, sorted.
    fn packages_in(&self, _folder: &str) -> Vec<String> {
        Vec::new()
    }
    /// The value that a manifest states, by the nearest manifest at or above the folder of `path`: see
    /// [`Manifest`](crate::lang::rules::ManifestKey). Gives the manifest's folder and the value.
    fn manifest(&self, path: &str, key: ManifestKey) -> Option<(String, String)>;
    /// All manifests of the project that state `key`, as (folder, value), sorted by folder.
    fn manifests(&self, key: ManifestKey) -> Vec<(String, String)>;
    /// The folder of the first manifest that states this value.
    fn stating(&self, key: ManifestKey, value: &str) -> Option<String> {
        self.manifests(key).into_iter().find(|(_, stated)| stated == value).map(|(folder, _)| folder)
    }
}

/// What manifests are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum ManifestKey {
    /// `Cargo.toml`: the library's crate name (`-` already turned into `_`); empty value for a workspace without package.
    CrateName,
    /// `go.mod`: the module path.
    GoModule,
    /// `package.json`: the package's name.
    NpmName,
    /// `package.json`: path of the source or main entry, relative to the manifest.
    NpmMain,
    /// `tsconfig.json`: `baseUrl`, relative to the manifest (empty when absent).
    TsBaseUrl,
    /// `tsconfig.json`: `paths`, one `pattern=target` a line (first target of each).
    TsPaths,
    /// `pyproject.toml` or `setup.cfg`: folders of sources, one a line.
    PythonSources,
    /// `Cargo.toml`: the features that are on when nobody chooses, one a line.
    CrateFeatures,
    /// `compile_commands.json`: folders in which headers are looked for, one a line, in their order. `<folder` for every
    /// include, `"folder` for quoted ones alone; relative to the root.
    IncludeFolders,
}

/// Where an import leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// These files together are the module (one file, or all files of a package folder); then go down `rest` by name
    /// (inline modules, classes).
    Files {
        /// Paths.
        files: Vec<String>,
        /// Names to follow inside.
        rest: Vec<String>,
    },
    /// The package or namespace of this dotted name, declared by whichever files say so.
    Package(String),
    /// Outside the project: a library.
    External,
}

/// The printable name of something outside the project.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Printable {
    /// In the language's spelling: `requests.get`, `net/http.Get`, `serde::Serialize`.
    pub text: String,
    /// How many bytes of it name the package, module or header that is depended on; 0 when that is not known.
    pub package: u32,
}

impl Printable {
    /// A name of which the first `package` bytes are the package.
    #[must_use]
    pub fn new(text: String, package: usize) -> Self {
        Self { text, package: u32::try_from(package).unwrap_or(0) }
    }

    /// Becomes `other`, to be added to; true.
    pub fn begin(&mut self, other: &Self) -> bool {
        self.clone_from(other);
        true
    }
}

/// A path with a name behind it; the path alone when there is no name.
pub(super) fn joined(path: &str, separator: &str, name: &str) -> String {
    match (path, name) {
        (path, "") => path.to_owned(),
        ("", name) => name.to_owned(),
        (path, name) => format!("{path}{separator}{name}"),
    }
}

/// How a value of one library class passes where another is written; see [`Rules::passes`]. `supertypes` lists those
/// directly above a class. The nearer the wanted one is above the given one, the better; a class of which supertypes are
/// listed passes for no other, and of one that is not known nothing is said.
pub(super) fn subtype(
    given: &str,
    wanted: &str,
    supertypes: impl Fn(&str) -> &'static [&'static str],
) -> Option<i32> {
    let mut level = vec![given];
    let mut is_known = false;
    for steps in 0..6 {
        let next: Vec<&str> = level.into_iter().flat_map(&supertypes).copied().collect();
        is_known |= !next.is_empty();
        if next.contains(&wanted) {
            return Some((5 - steps).max(2));
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    (!is_known).then_some(0)
}

/// What a file that names a library is, for rules that tell libraries from what is missing.
pub struct Asker<'a> {
    /// Its facts.
    pub facts: &'a FileFacts,
    /// Its path.
    pub from: &'a str,
    /// The files of the project.
    pub tree: &'a dyn Tree,
}

/// Which names are visible without an import, besides those of the file itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageScope {
    /// None.
    None,
    /// All files of the same folder (Go).
    Folder,
    /// All files that declare the same package or namespace, and enclosing namespaces (Java, Kotlin, C#).
    Declared,
    /// All files reached by includes, then any file of the project when the name is unique there (C, C++).
    Includes,
}

/// What comes out when a method of a well-known library wrapper is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Through {
    /// Type argument number n of the wrapper (`Option<T>::unwrap` → 0, `HashMap<K, V>::get` → 1 in an option: give 1).
    Argument(u8),
    /// The wrapper itself, with its arguments (`iter`, `clone`, `filter`).
    Same,
    /// A library type of this name with the wrapper's arguments (`HashMap::entry`).
    As(&'static str),
    /// A library type of this name around type argument number n (`Vec<T>::get` gives `Option<T>`).
    Around(&'static str, u8),
    /// A library type of this name around a pair of the first two arguments (`HashMap<K, V>::iter`).
    Pairs(&'static str),
    /// A library type of this name around a pair of an integer and the first argument (`enumerate`).
    Numbered(&'static str),
    /// A library type of this name around a pair of the first argument and an element of what is passed (`zip`).
    Zipped(&'static str),
    /// A library type of this name around what the function that is passed gives (`map`).
    Mapped(&'static str),
    /// A library type of this name around the elements of what the function that is passed gives (`flat_map`).
    Flat(&'static str),
    /// A library type of this name around the elements of the first argument (`flatten`).
    Flattened(&'static str),
    /// What the function that is passed gives (`and_then`).
    Given,
    /// What is passed first (`fold`).
    Passed,
}

/// How names of one language are found across files. Only data and pure functions of paths.
pub trait Rules: Sync {
    /// Where the module of an import leads. `path` is [`crate::facts::Import::path`]; `name` is given when a symbol is
    /// imported from it (the module itself is asked for, not the symbol). `from` is the importing file's path.
    fn target(&self, kind: ImportKind, path: &str, name: &str, from: &str, tree: &dyn Tree) -> Target;

    /// The written path of submodule `name` of `path` (`a.b` + `c` → `a.b.c`), where modules nest by path; `None` where
    /// they don't.
    fn submodule(&self, path: &str, name: &str) -> Option<String>;

    /// True when the import of a single name may name a module; else that name is a type's, a function's or a value's.
    fn imports_name_modules(&self) -> bool {
        true
    }

    /// The printable name of what an import brings that leads to no file of the project. `None` where it is not known to
    /// be a library's: a relative path, a package of the project of which a file is missing.
    fn external_name(&self, kind: ImportKind, path: &str, name: &str, asker: &Asker<'_>)
    -> Option<Printable>;

    /// For a written path whose root is bound to nothing: how many of its parts name the package when it is a library's.
    fn external_root(&self, _parts: &[&str], _asker: &Asker<'_>) -> Option<usize> {
        None
    }

    /// True for the name of a library that is there without an import (`std`).
    fn is_library_root(&self, _name: &str) -> bool {
        false
    }

    /// The printable name of what a bare name means that is bound to nothing, where the language's own library and the
    /// imports of the file tell.
    fn library_name(&self, _name: &str, _asker: &Asker<'_>) -> Option<Printable> {
        None
    }

    /// True when what is wrapped by syntax may be an array, whose members are not those of its elements.
    fn wrapped_has_members(&self) -> bool {
        self.wrapped_is_array()
    }

    /// The file that holds the body of a module which is only declared (`mod name;` in the file `from`, inside the
    /// inline modules `inside`).
    fn module_file(&self, _name: &str, _inside: &[&str], _from: &str, _tree: &dyn Tree) -> Option<String> {
        None
    }

    /// What is visible without an import.
    fn package_scope(&self) -> PackageScope;

    /// Where a name leads that nothing in the file or its imports binds: names of the language, crates of the workspace.
    fn implicit(&self, _name: &str, _tree: &dyn Tree) -> Option<Target> {
        None
    }

    /// Whether an option of the build (a feature) is on when nobody chooses; `None` when no manifest says so.
    fn is_option_on(&self, _option: &str, _from: &str, _tree: &dyn Tree) -> Option<bool> {
        None
    }

    /// True when a type implements an interface by having its methods, without saying so.
    fn implements_by_methods(&self) -> bool {
        false
    }

    /// True when bare names see the members (also the inherited ones) of the enclosing types.
    fn members_are_in_scope(&self) -> bool;

    /// True when a name that starts with a type's name (`T()`, as opposed to `new T()`) may construct it.
    fn calls_construct(&self) -> bool;

    /// True when calling a variable, field or element calls the function that it holds, as far as that is known.
    fn values_are_called(&self) -> bool {
        false
    }

    /// Members of a library wrapper type reach through to its argument (`Box<T>`, `Rc<T>`, `Arc<T>`, smart pointers):
    /// gives the number of the argument.
    fn transparent(&self, _type_name: &str) -> Option<u8> {
        None
    }

    /// What `wrapper.method()` of a library type gives (`Option::unwrap`, `List::get`, `Promise::then` …). The empty type
    /// name stands for a type of the project that has no such method: [`Through::Same`] gives the value again, and
    /// [`Through::Passed`] stands for functions of the type that make a value of it.
    fn through(&self, _type_name: &str, _method: &str) -> Option<Through> {
        None
    }

    /// Which type argument is what iterating or indexing gives (`Vec<T>` 0, `HashMap<K, V>` 1), for library types.
    fn element(&self, _type_name: &str) -> Option<u8> {
        None
    }

    /// True when iterating over a library type gives pairs of its first two arguments.
    fn elements_are_pairs(&self, _type_name: &str) -> bool {
        false
    }

    /// The member type of the project's types that says what iterating over them gives, and the library type whose
    /// methods they then have (Rust: `Item` and `Iterator`).
    fn element_type(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// The member type that names the type whose members a value has besides its own (Rust: `Target` of `Deref`).
    fn target_type(&self) -> Option<&'static str> {
        None
    }

    /// Which type argument unwrapping or awaiting gives (`Option<T>`, `Result<T, E>`, `Promise<T>`, `Task<T>`).
    fn unwrapped(&self, _type_name: &str) -> Option<u8> {
        None
    }

    /// True for a name that is visible everywhere and belongs to the language (`len`, `print`).
    fn is_builtin(&self, _name: &str) -> bool {
        false
    }

    /// The member that is called when a value itself is called (`__call__`, `invoke`).
    fn call_member(&self) -> Option<&'static str> {
        None
    }

    /// The members that give what iterating or indexing a value of the project gives, in the order in which they are
    /// tried, and whether they give it at once (`__getitem__`) or a collection of it (`__iter__`).
    fn element_members(&self) -> &'static [(&'static str, bool)] {
        &[]
    }

    /// True when the supertypes of a type have one order in which members are looked up (C3), so that of several that
    /// have a member the first in that order is meant.
    fn is_linear(&self) -> bool {
        false
    }

    /// True for a library's type whose values are types: the argument of `Type[T]` is the type itself.
    fn type_of_types(&self, _type_name: &str) -> bool {
        false
    }

    /// True for a library's base class whose subtypes are taken apart like tuples, field by field (`NamedTuple`).
    fn is_record_base(&self, _type_name: &str) -> bool {
        false
    }

    /// True when parameters mostly have no declared type, so that what a file's own calls pass tells it.
    fn infers_parameters(&self) -> bool {
        false
    }

    /// True when an import is a statement that reads the names it imports from a module.
    fn import_reads(&self) -> bool {
        false
    }

    /// True when a wildcard import takes this name from a module. `listed` says whether the module lists it among what it
    /// exports; `None` when it keeps no list.
    fn wildcard_takes(&self, _name: &str, _listed: Option<bool>) -> bool {
        true
    }

    /// How well a value of the library's type `given` can be passed where the library's type `wanted` is written: 6 for
    /// the same, 5 to 2 for subtypes and widened numbers, the nearer the more, 1 where it is boxed or wanted as the root of
    /// all types, 0 when nothing is known, `None` when it surely cannot. Literals are named `""`, `''`, `0`, `0.0`, `true`,
    /// `[]` and `{}`.
    fn passes(&self, given: &str, wanted: &str) -> Option<i32> {
        Some(literal_passes(given, wanted))
    }

    /// True when a decorator of this name brings others with it that name definitions in their text
    /// (`#[derive(Serialize)]` brings `#[serde(with = "…")]`), and of which no flag tells.
    fn decorator_may_name(&self, _name: &str) -> bool {
        false
    }

    /// True when an argument of a wrong type rules an overload out, because a compiler would.
    fn types_are_checked(&self) -> bool {
        false
    }

    /// True where overloads are signatures of one function, which has one body.
    fn overloads_are_signatures(&self) -> bool {
        false
    }

    /// True when types that are wrapped by syntax are arrays, not pointers, references or optional values.
    fn wrapped_is_array(&self) -> bool {
        false
    }

    /// How well an array can be passed where this library's type is written; as [`Rules::passes`].
    fn array_passes(&self, _wanted: &str) -> Option<i32> {
        None
    }

    /// True for types whose values are never null and fit no type parameter as they are (`int`).
    fn is_value_type(&self, _type_name: &str) -> bool {
        false
    }

    /// True for the supertype of all types.
    fn is_root_type(&self, type_name: &str) -> bool {
        matches!(type_name, "Object" | "object" | "Any")
    }

    /// True when functions that are written outside a type may be called on its values.
    fn has_extensions(&self) -> bool {
        false
    }

    /// True when the body of an extension sees the members of its receiver by their bare names.
    fn extensions_have_self(&self) -> bool {
        true
    }

    /// The type without arguments that a method of a library's type gives; the type is empty when it is not known.
    fn library_result(&self, _type_name: &str, _method: &str) -> Option<&'static str> {
        None
    }

    /// Method names of the language's common libraries: a call on an unknown receiver is never bound to a project's
    /// method of such a name. Sorted.
    fn common_methods(&self) -> &'static [&'static str];
}

/// How a library's value, named by its type or as a literal, fits a written type, where nothing is known of the language.
fn literal_passes(given: &str, wanted: &str) -> i32 {
    let wanted = wanted.to_ascii_lowercase();
    let any_of = |names: &[&str]| if names.contains(&wanted.as_str()) { 2 } else { -1 };
    // The type that a literal has by itself, before it is converted.
    match (given, wanted.as_str()) {
        ("0", "int" | "i32" | "number") | ("0.0", "double" | "f64" | "number") => return 3,
        _ => {}
    }
    match given {
        "\"\"" => any_of(&["string", "str", "charsequence", "object", "string_view", "cstr"]),
        "''" => any_of(&["char", "character", "int", "rune", "object"]),
        "0" => any_of(&[
            "int", "long", "integer", "short", "byte", "number", "i32", "u32", "i64", "u64", "usize",
            "size_t", "double", "float", "object",
        ]),
        "0.0" => any_of(&["double", "float", "number", "f32", "f64", "decimal", "object"]),
        "true" => any_of(&["bool", "boolean", "object"]),
        "[]" | "{}" => 0,
        given if given.eq_ignore_ascii_case(&wanted) => 2,
        _ => -1,
    }
}

#[cfg(test)]
mod tests {
    use super::{PackageScope, Target};
    use crate::facts::ImportKind;
    use crate::lang::LANGUAGES;
    use crate::lang::testing::Files;

    #[test]
    fn common_methods_are_sorted_and_each_stands_once() {
        for language in LANGUAGES {
            for pair in language.rules.common_methods().windows(2) {
                assert!(pair[0] < pair[1], "{}: {pair:?}", language.label);
            }
        }
    }

    #[test]
    fn where_files_declare_their_package_an_import_leads_to_the_one_that_it_names() {
        let declared = |rules: &dyn super::Rules| rules.package_scope() == PackageScope::Declared;
        let languages = LANGUAGES.iter().filter(|language| declared(language.rules));
        let names: Vec<&str> = languages.clone().map(|language| language.name).collect();
        assert_eq!(names, ["java", "csharp", "kotlin"]);
        for rules in languages.map(|language| language.rules) {
            let target = |kind, path, name| rules.target(kind, path, name, "src/A.x", &Files::default());
            assert_eq!(target(ImportKind::Symbol, "a.b", "C"), Target::Package("a.b".to_owned()));
            assert_eq!(target(ImportKind::Wildcard, "a.b", ""), Target::Package("a.b".to_owned()));
            assert_eq!(rules.submodule("a.b", "c").as_deref(), Some("a.b.c"));
            assert_eq!(rules.submodule("", "c"), None);
            assert!(rules.members_are_in_scope());
        }
    }
}
