//! What a question is answered with: plain data whose JSON is the documented one.
//!
//! Lines are 1-based. In a notebook a line counts inside a cell, and `cell` is the cell's number.

use crate::model::{EdgeKind, Role, Rule, SymbolKind, Visibility};
use serde::Serialize;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Site {
    /// Path in the project, with `/`.
    pub path: String,
    /// Number of the notebook cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<u32>,
    /// Line, 1-based.
    pub line: u32,
    /// Where in the line the name stands that is used, in bytes, 1-based.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
}

/// What a symbol of an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundKind {
    /// A symbol of the project.
    Symbol(SymbolKind),
    /// Something outside the project, of whatever kind: written `external`.
    External,
}

impl FoundKind {
    /// The printed name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Symbol(kind) => kind.name(),
            Self::External => "external",
        }
    }
}

impl Serialize for FoundKind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// One end of an edge, or a step of a walk: a symbol, where it is defined, and why it is in the answer.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Found {
    /// Qualified name in the language's spelling; of a file its path.
    pub symbol: String,
    /// The printed symbol: see [`crate::model::Printed`]; `external:` and the name for something outside the project.
    pub id: String,
    /// What it is.
    pub kind: FoundKind,
    /// It is outside the project: it has no path and no line.
    #[serde(skip_serializing_if = "is_false")]
    pub external: bool,
    /// Path of its file.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Number of the notebook cell that defines it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<u32>,
    /// Line of its name.
    #[serde(skip_serializing_if = "is_zero")]
    pub line: u32,
    /// The first use that makes the edge.
    pub site: Site,
    /// Further uses, by place, at most [`Found::MAX_SITES`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more_sites: Vec<Site>,
    /// How the two relate.
    pub edge: EdgeKind,
    /// How we know.
    pub rule: Rule,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// Steps from the symbol that was asked for, from 1.
    pub depth: u32,
    /// What is used there, when that is something in what was asked for and outside the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<String>,
    /// The printed symbol from which it was reached, one step nearer; absent at depth 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// It is test code.
    #[serde(skip_serializing_if = "is_false")]
    pub test: bool,
}

impl Found {
    /// Most further uses that are listed.
    pub const MAX_SITES: usize = 100;
}

/// An arrow of a drawing, in the direction of the relation (a caller points to what it calls). 0 is the symbol that was
/// asked for, `n + 1` result number `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrow {
    /// Where it starts.
    pub from: u32,
    /// Where it ends.
    pub to: u32,
    /// How the two relate.
    pub kind: EdgeKind,
}

/// Answer to `callers`, `callees`, `references`, `implementations`, `imports` and `importers`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Links {
    /// The symbol that was asked for; of several that are one (overloads, a declaration and its definition) the first.
    pub symbol: String,
    /// Its printed form.
    pub id: String,
    /// Nearest first, then by path and line.
    pub results: Vec<Found>,
    /// Uses of that name of which nothing is known; of `callees` calls inside the symbol. The answer may lack some of
    /// them.
    pub unresolved: u64,
    /// Imports that lead out of the project, by place (`imports` only).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub external: Vec<External>,
    /// Something outside the project that has the name too: ask for it by this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub also: Option<String>,
    /// The language of the symbol, when symbols are known of it and no uses: an empty answer says nothing then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbols_only: Option<&'static str>,
    /// There is more than the limits allow.
    pub truncated: bool,
    /// `unresolved` counts calls inside the symbol, not uses of its name.
    #[serde(skip)]
    pub counts_calls: bool,
    /// For drawing.
    #[serde(skip)]
    pub arrows: Vec<Arrow>,
}

/// An import of something outside the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct External {
    /// The module as it is written.
    pub module: String,
    /// The symbol that is imported from it, if one is named.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where.
    pub site: Site,
}

/// A definition with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Qualified name; of a file its path.
    pub symbol: String,
    /// The printed symbol.
    pub id: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Path of its file.
    pub path: String,
    /// Number of the notebook cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<u32>,
    /// Line of its name.
    pub line: u32,
    /// Where in that line its name stands, in bytes, from 1.
    pub column: u32,
    /// First line of the whole definition.
    pub start_line: u32,
    /// Last line of the whole definition.
    pub end_line: u32,
    /// Language.
    pub language: String,
    /// The head on one line.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub signature: String,
    /// The doc comment.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// Who may name it.
    pub visibility: Visibility,
    /// Declared here, defined elsewhere.
    #[serde(skip_serializing_if = "is_false")]
    pub declaration: bool,
    /// It is test code.
    #[serde(skip_serializing_if = "is_false")]
    pub test: bool,
}

/// Answer to `definition`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definitions {
    /// What was asked for, as it was typed.
    pub symbol: String,
    /// Every symbol that it may mean, definitions before declarations, then by path and line.
    pub results: Vec<Definition>,
    /// There is more than the limits allow.
    pub truncated: bool,
}

/// Answer to `hierarchy`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hierarchy {
    /// The symbol that was asked for.
    pub symbol: String,
    /// Its printed form.
    pub id: String,
    /// What it extends, implements or overrides, nearest first.
    pub supertypes: Vec<Found>,
    /// What extends, implements or overrides it, nearest first.
    pub subtypes: Vec<Found>,
    /// The language of the symbol, when symbols are known of it and no uses: an empty answer says nothing then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbols_only: Option<&'static str>,
    /// There is more than the limits allow.
    pub truncated: bool,
    /// For drawing: 0 is the symbol, then the supertypes, then the subtypes.
    #[serde(skip)]
    pub arrows: Vec<Arrow>,
}

/// A file with how many symbols of an answer are in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileCount {
    /// Path.
    pub path: String,
    /// Symbols.
    pub symbols: u32,
    /// Test code.
    #[serde(skip_serializing_if = "is_false")]
    pub test: bool,
}

/// Answer to `impact`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Impact {
    /// The symbol that was asked for.
    pub symbol: String,
    /// Its printed form.
    pub id: String,
    /// All that depends on it, nearest first, then by path and line.
    pub results: Vec<Found>,
    /// Files that hold them, by path.
    pub files: Vec<FileCount>,
    /// Printed symbols of the tests among them, by path and line.
    pub tests: Vec<String>,
    /// Uses of that name of which nothing is known.
    pub unresolved: u64,
    /// The language of the symbol, when symbols are known of it and no uses: an empty answer says nothing then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbols_only: Option<&'static str>,
    /// There is more than the limits allow.
    pub truncated: bool,
    /// For drawing.
    #[serde(skip)]
    pub arrows: Vec<Arrow>,
}

/// Answer to `path`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Path {
    /// Printed form of the start.
    pub from: String,
    /// Printed form of the end.
    pub to: String,
    /// One step a hop, the end last; empty when no path leads there.
    pub results: Vec<Found>,
    /// The language of one of the two, when symbols are known of it and no uses: an empty answer says nothing then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbols_only: Option<&'static str>,
    /// The search was ended by a limit: there may be a path all the same.
    pub truncated: bool,
}

/// One place that makes an edge, and how we know.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Because {
    /// How the two relate.
    pub edge: EdgeKind,
    /// What the use does.
    pub role: Role,
    /// The rule that made it.
    pub rule: Rule,
    /// What the rule says.
    pub because: String,
    /// How sure, 0 to 1.
    pub confidence: f64,
    /// Too unsure to be shown elsewhere.
    #[serde(skip_serializing_if = "is_false")]
    pub guess: bool,
    /// Where.
    pub site: Site,
    /// The printed symbol of the overridden method that is written there, for the rule `dispatch`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<String>,
}

/// Another definition of the name that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejected {
    /// Qualified name.
    pub symbol: String,
    /// The printed symbol.
    pub id: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Path of its file.
    pub path: String,
    /// Line of its name.
    pub line: u32,
    /// Why it is not the one.
    pub why: String,
}

/// Answer to `explain`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// Printed form of the user.
    pub from: String,
    /// Printed form of what is used.
    pub to: String,
    /// Every edge from the first to the second, guesses too, by place; empty when there is none.
    pub results: Vec<Because>,
    /// Other definitions of that name, at most 20, by path and line.
    pub rejected: Vec<Rejected>,
    /// The language of one of the two, when symbols are known of it and no uses: an empty answer says nothing then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub symbols_only: Option<&'static str>,
    /// Calls of that name in the file of the first of which nothing is known.
    pub unresolved: u32,
}

/// One line of an outline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutlineRow {
    /// How many definitions contain it.
    pub depth: u32,
    /// Its own name.
    pub name: String,
    /// The definition.
    #[serde(flatten)]
    pub definition: Definition,
}

/// Answer to `outline`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// Path.
    pub path: String,
    /// Language.
    pub language: String,
    /// Lines.
    pub lines: u32,
    /// Containers before their contents, else by place.
    pub results: Vec<OutlineRow>,
    /// Problems met while reading the file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<String>,
}

/// One step of a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CycleStep {
    /// File, or folder of a package.
    pub from: String,
    /// What it depends on.
    pub to: String,
    /// A place that makes it so.
    pub site: Site,
}

/// Files that all depend on each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cycle {
    /// All of them, by path.
    pub files: Vec<String>,
    /// A shortest way round through the first of them.
    pub steps: Vec<CycleStep>,
}

/// Answer to `cycles`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cycles {
    /// The largest first, then by path.
    pub results: Vec<Cycle>,
    /// There is more than the limits allow.
    pub truncated: bool,
}

/// How often a name is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameCount {
    /// Printable name.
    pub name: String,
    /// Uses, imports among them.
    pub uses: u64,
}

/// A package outside the project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dependency {
    /// The package, module or header; empty for functions of which no import tells where they come from.
    pub package: String,
    /// Language of the files that use it.
    pub language: String,
    /// Uses of it and of what is in it, imports among them.
    pub uses: u64,
    /// Files that use it.
    pub files: u64,
    /// Different names of it that are used.
    pub n_names: u64,
    /// The most used of them, at most 20.
    pub names: Vec<NameCount>,
}

/// Answer to `dependencies`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Dependencies {
    /// The file or folder that was asked for; empty for the whole project.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub within: String,
    /// Those that most files use first.
    pub results: Vec<Dependency>,
    /// There is more than the limits allow.
    pub truncated: bool,
}

/// How sure it is that a definition is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// Nothing outside its file may name it, and no use of its name is unresolved.
    Certain,
    /// No use of its name is unresolved.
    Likely,
    /// Some uses of its name could not be resolved: one may mean it.
    CannotTell,
}

/// A definition that nothing reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnusedRow {
    /// The definition.
    #[serde(flatten)]
    pub definition: Definition,
    /// How sure that is.
    pub certainty: Certainty,
    /// Why, in a sentence.
    pub evidence: String,
    /// Lines that it takes.
    pub lines: u32,
}

/// Answer to `unused`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unused {
    /// The surest first, then by path and line.
    pub results: Vec<UnusedRow>,
    /// Definitions that were looked at.
    pub considered: u64,
    /// More that only users of the project from outside may reach; listed when exports are asked for.
    pub exports_left_out: u64,
    /// Languages of the project of which symbols are known and no uses: their definitions are not looked at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symbols_only: Vec<&'static str>,
    /// There is more than the limits allow.
    pub truncated: bool,
}

/// One language in the statistics.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct LanguageCount {
    /// Files.
    pub files: u64,
    /// Lines.
    pub lines: u64,
    /// Bytes.
    pub bytes: u64,
    /// Symbols, files not counted.
    pub symbols: u64,
}

/// Answer to `stats`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// The project's name.
    pub project: String,
    /// Files.
    pub files: u64,
    /// Lines.
    pub lines: u64,
    /// Symbols, files not counted.
    pub symbols: u64,
    /// Edges, containment included.
    pub edges: u64,
    /// Uses that are bound to a symbol of the project.
    pub resolved: u64,
    /// Uses of which nothing is known.
    pub unresolved: u64,
    /// Uses of what is outside the project, by a known name.
    pub external: u64,
    /// By language.
    pub languages: std::collections::BTreeMap<String, LanguageCount>,
    /// Symbols by kind.
    pub kinds: std::collections::BTreeMap<&'static str, u64>,
    /// Edges by kind.
    pub edge_kinds: std::collections::BTreeMap<&'static str, u64>,
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To `definition`.
    Definitions(Definitions),
    /// To `callers`, `callees`, `references`, `implementations`, `imports`, `importers`.
    Links(Links),
    /// To `hierarchy`.
    Hierarchy(Hierarchy),
    /// To `impact`.
    Impact(Impact),
    /// To `path`.
    Path(Path),
    /// To `explain`.
    Explanation(Explanation),
    /// To `outline`.
    Outline(Outline),
    /// To `cycles`.
    Cycles(Cycles),
    /// To `dependencies`.
    Dependencies(Dependencies),
    /// To `unused`.
    Unused(Unused),
    /// To `stats`.
    Stats(Stats),
}

impl Answer {
    /// True when nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Definitions(answer) => answer.results.is_empty(),
            Self::Links(answer) => answer.results.is_empty() && answer.external.is_empty(),
            Self::Hierarchy(answer) => answer.supertypes.is_empty() && answer.subtypes.is_empty(),
            Self::Impact(answer) => answer.results.is_empty(),
            Self::Path(answer) => answer.results.is_empty(),
            Self::Explanation(answer) => answer.results.is_empty(),
            Self::Outline(answer) => answer.results.is_empty(),
            Self::Cycles(answer) => answer.results.is_empty(),
            Self::Dependencies(answer) => answer.results.is_empty(),
            Self::Unused(answer) => answer.results.is_empty(),
            Self::Stats(answer) => answer.files == 0,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
const fn is_zero(n: &u32) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
pub(super) const fn is_false(flag: &bool) -> bool {
    !*flag
}
