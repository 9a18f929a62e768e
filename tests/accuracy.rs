//! How many edges are found and right, held against what compilers say of small parts of ten repositories.
//!
//! `fixtures/bench/<language>/` has the sources and `truth.txt`; `fixtures/bench/NOTICE.md` says where they come from
//! and what the lines of a truth mean. `baseline.txt` has what was reached: a drop of more than [`SLACK`] fails, and so
//! does such a rise, so that it is kept: `UPDATE_EXPECT=1 cargo test accuracy` writes the file anew.

use crate::support::index;
use codegraph::query;
use codegraph::store::Snapshot;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The most by which a share may change unnoticed.
const SLACK: f64 = 0.005;
/// Kinds of which a truth tells fewer are not compared.
const FEWEST: usize = 5;
const LANGUAGES: [&str; 10] = [
    "bench/c",
    "bench/cpp",
    "bench/csharp",
    "bench/go",
    "bench/java",
    "bench/javascript",
    "bench/kotlin",
    "bench/python",
    "bench/rust",
    "bench/typescript",
];
const CALLABLE: [&str; 6] = ["function", "method", "constructor", "accessor", "objmethod", "destructor"];
const TYPES: [&str; 13] = [
    "class",
    "struct",
    "interface",
    "trait",
    "enum",
    "union",
    "object",
    "type",
    "typealias",
    "typedef",
    "delegate",
    "annotation_type",
    "record",
];
const CONSTRUCTORS: [&str; 6] = ["__init__", "constructor", "<init>", "new", "init", "__construct"];

/// A definition as the compiler tells it.
struct Def {
    file: usize,
    line: u64,
    start: u64,
    end: u64,
    kind: String,
    parent: Option<usize>,
    is_declaration: bool,
    is_abstract: bool,
    is_generated: bool,
    name: String,
}

impl Def {
    fn is_callable(&self) -> bool {
        CALLABLE.contains(&self.kind.as_str())
    }

    fn is_type(&self) -> bool {
        TYPES.contains(&self.kind.as_str())
    }
}

/// Who uses something: a function, or the module that a file is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Caller {
    Function(usize),
    Module(usize),
}

/// A call, by the line where it stands: what it means and what is as right.
struct Call {
    file: usize,
    line: u64,
    is_asked: bool,
    targets: Vec<usize>,
}

/// What a compiler says of a tree.
#[derive(Default)]
struct Truth {
    files: Vec<String>,
    defs: Vec<Def>,
    calls: Vec<Call>,
    /// Uses that are no calls.
    refs: Vec<(usize, u64, usize)>,
    /// Calls whose target the compiler does not know.
    unknown: Vec<(usize, u64, String)>,
    inherits: BTreeSet<(usize, usize)>,
    may_inherit: BTreeSet<(usize, usize)>,
    imports: BTreeSet<(usize, String)>,
}

/// A name without type arguments, parameters and qualification.
fn plain(name: &str) -> String {
    let name = name.trim().trim_matches('`');
    if name.starts_with("operator") {
        return name.replace(' ', "");
    }
    let mut name = name.split(['<', '(']).next().unwrap();
    for mark in ["::", ".", "#", "/"] {
        let cut = name.trim_end_matches(mark);
        name = cut.rsplit(mark).next().filter(|rest| !rest.is_empty()).unwrap_or(name);
    }
    name.to_owned()
}

impl Truth {
    fn read(text: &str) -> Self {
        let mut truth = Self::default();
        for line in text.lines() {
            let (what, rest) = line.split_once(' ').unwrap();
            let words: Vec<&str> = rest.split(' ').collect();
            let n = |at: usize| words[at].parse::<usize>().unwrap();
            match what {
                "file" => truth.files.push(rest.to_owned()),
                "def" => truth.defs.push(Def {
                    file: n(0),
                    line: n(1) as u64,
                    start: n(2) as u64,
                    end: n(3) as u64,
                    kind: words[4].to_owned(),
                    parent: words[5].parse().ok(),
                    is_declaration: words[6].contains('d'),
                    is_abstract: words[6].contains('a'),
                    is_generated: words[6].contains('g'),
                    name: plain(&words[7..].join(" ")),
                }),
                "call" => truth.calls.push(Call {
                    file: n(0),
                    line: n(1) as u64,
                    is_asked: words[2] == "is",
                    targets: words[3].split(',').map(|word| word.parse().unwrap()).collect(),
                }),
                "ref" => truth.refs.push((n(0), n(1) as u64, n(2))),
                "unk" => truth.unknown.push((n(0), n(1) as u64, words[2].to_owned())),
                "import" => {
                    let to =
                        words[1].strip_prefix('/').map_or_else(|| truth.files[n(1)].clone(), str::to_owned);
                    truth.imports.insert((n(0), to));
                }
                "inherit" => {
                    let pair = (n(1), n(2));
                    let set = if words[0] == "is" { &mut truth.inherits } else { &mut truth.may_inherit };
                    set.insert(pair);
                }
                other => panic!("no line begins with {other}"),
            }
        }
        truth
    }

    fn file(&self, path: &Value) -> Option<usize> {
        self.files.iter().position(|file| path == file.as_str())
    }

    /// The definition of this name at or within three lines of a line.
    fn find(&self, file: usize, name: &str, line: u64) -> Option<usize> {
        let name = plain(name);
        let mut best: Option<(u64, bool, usize)> = None;
        for (at, def) in self.defs.iter().enumerate().filter(|(_, def)| def.file == file && def.name == name)
        {
            let mut away = def.line.abs_diff(line);
            if def.start.saturating_sub(3) <= line && line <= def.line {
                away = away.min(3);
            }
            let this = (away, def.is_declaration, at);
            if away <= 3 && best.is_none_or(|best| (this.0, this.1) < (best.0, best.1)) {
                best = Some(this);
            }
        }
        best.map(|(_, _, at)| at)
    }

    /// The functions around a line, from the inside; the module when there is none.
    fn around(&self, file: usize, line: u64) -> Vec<Caller> {
        let mut found: Vec<(u64, std::cmp::Reverse<u64>, usize)> = Vec::new();
        for (at, def) in self.defs.iter().enumerate() {
            let has_body = def.is_callable() && !def.is_declaration && !def.is_abstract;
            if has_body && def.file == file && def.start <= line && line <= def.end {
                found.push((def.start, std::cmp::Reverse(def.end), at));
            }
        }
        found.sort_unstable();
        let mut callers: Vec<Caller> = found.iter().rev().map(|(.., at)| Caller::Function(*at)).collect();
        if found.last().is_none_or(|(.., at)| self.defs[*at].is_generated) {
            callers.push(Caller::Module(file));
        }
        callers
    }

    fn members(&self, of: usize, name: &str) -> impl Iterator<Item = usize> {
        let found =
            self.defs.iter().enumerate().filter(move |(_, def)| def.parent == Some(of) && def.name == name);
        found.map(|(at, _)| at)
    }

    /// What overrides a method (`down`), or what it overrides.
    fn family(&self, method: usize, down: bool) -> BTreeSet<usize> {
        let def = &self.defs[method];
        let Some(parent) = def.parent.filter(|_| def.is_callable() && def.kind != "constructor") else {
            return BTreeSet::new();
        };
        let pairs: Vec<(usize, usize)> = self.inherits.union(&self.may_inherit).copied().collect();
        let (mut seen, mut open) = (BTreeSet::new(), vec![parent]);
        while let Some(at) = open.pop() {
            for &(sub, of) in &pairs {
                let (from, to) = if down { (of, sub) } else { (sub, of) };
                if from == at && seen.insert(to) {
                    open.push(to);
                }
            }
        }
        let own: BTreeSet<usize> = self.members(parent, &def.name).collect();
        seen.iter().flat_map(|&ty| self.members(ty, &def.name)).filter(|at| !own.contains(at)).collect()
    }
}

/// What was asked for and found, what was given and right.
#[derive(Clone, Copy, Default)]
struct Score {
    right: usize,
    given: usize,
    found: usize,
    asked: usize,
}

impl Score {
    /// Precision, recall and F1.
    fn shares(self) -> [f64; 3] {
        let share = |part: usize, all: usize| if all == 0 { 1.0 } else { part as f64 / all as f64 };
        let (p, r) = (share(self.right, self.given), share(self.found, self.asked));
        [p, r, if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }]
    }
}

fn definitions(truth: &Truth, lines: &[Value]) -> Score {
    let is_asked = |def: &Def| {
        let kind = (def.is_callable() || def.is_type()) && def.kind != "objmethod";
        kind && !def.is_declaration && !def.is_abstract && !def.is_generated
    };
    let mut score =
        Score { asked: truth.defs.iter().filter(|def| is_asked(def)).count(), ..Score::default() };
    let (mut found, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for row in lines.iter().filter(|row| row["kind"] == "def") {
        let kind = row["dk"].as_str().unwrap_or_default();
        let (Some(file), Some(line)) = (truth.file(&row["file"]), row["line"].as_u64()) else { continue };
        let name = row["name"].as_str().unwrap_or_default();
        if !(CALLABLE.contains(&kind) || TYPES.contains(&kind)) || !seen.insert((file, plain(name), line)) {
            continue;
        }
        match truth.find(file, name, line) {
            Some(at) if !is_asked(&truth.defs[at]) => {}
            at => {
                score.given += 1;
                score.right += usize::from(at.is_some());
                found.extend(at);
            }
        }
    }
    score.found = found.len();
    score
}

/// The pairs of a caller and a target that edges of a kind say; a target that the truth does not know by its name.
fn pairs(truth: &Truth, lines: &[Value], kind: &str) -> BTreeSet<(Caller, Result<usize, String>)> {
    let mut pairs = BTreeSet::new();
    for row in lines.iter().filter(|row| row["kind"] == kind) {
        let (from, to) = (&row["from"], &row["to"]);
        let (Some(file), Some(there)) = (truth.file(&from["file"]), truth.file(&to["file"])) else {
            continue;
        };
        let (site, line) = (from["site"].as_u64().unwrap(), to["line"].as_u64().unwrap_or(0));
        let name = to["name"].as_str().unwrap_or_default();
        let caller = truth.around(file, site)[0];
        pairs
            .insert((caller, truth.find(there, name, line).ok_or_else(|| format!("{line} {}", plain(name)))));
    }
    pairs
}

/// Calls and other uses of callables and types.
fn uses(truth: &Truth, lines: &[Value]) -> (Score, Score) {
    let mut unknown: BTreeSet<(Caller, String)> = BTreeSet::new();
    for (file, line, name) in &truth.unknown {
        unknown.extend(truth.around(*file, *line).into_iter().map(|caller| (caller, name.clone())));
    }
    let mut refs: BTreeSet<(Caller, usize)> = BTreeSet::new();
    let mut asked_refs: BTreeMap<(Caller, usize), Vec<Caller>> = BTreeMap::new();
    for (file, line, to) in &truth.refs {
        let around = truth.around(*file, *line);
        refs.extend(around.iter().map(|caller| (*caller, *to)));
        asked_refs.entry((around[0], *to)).or_insert(around);
    }
    let (mut right, mut neutral) = (BTreeSet::new(), BTreeSet::new());
    let mut asked: BTreeMap<(Caller, usize), (BTreeSet<Caller>, BTreeSet<usize>)> = BTreeMap::new();
    for call in &truth.calls {
        let around = truth.around(call.file, call.line);
        let mut as_right: BTreeSet<usize> = call.targets.iter().copied().collect();
        for &target in &call.targets {
            let def = &truth.defs[target];
            as_right.extend(truth.family(target, true));
            // To construct a class, its constructor and itself are as right.
            if CONSTRUCTORS.contains(&def.name.as_str()) || def.kind == "constructor" {
                as_right.extend(def.parent);
            }
            if def.is_type() {
                let own = [def.name.as_str()];
                as_right.extend(CONSTRUCTORS.iter().chain(&own).flat_map(|name| truth.members(target, name)));
            }
            let up = truth.family(target, false);
            neutral.extend(around.iter().flat_map(|caller| up.iter().map(|to| (*caller, *to))));
        }
        right.extend(around.iter().flat_map(|caller| as_right.iter().map(|to| (*caller, *to))));
        if call.is_asked {
            let entry = asked.entry((around[0], call.targets[0])).or_default();
            entry.0.extend(around);
            entry.1.extend(as_right);
        }
    }
    let mut calls = Score { asked: asked.len(), ..Score::default() };
    let mut good: BTreeSet<(Caller, usize)> = BTreeSet::new();
    for (caller, to) in pairs(truth, lines, "call") {
        let is_wrong = match &to {
            Ok(to) if right.contains(&(caller, *to)) => {
                calls.right += 1;
                good.insert((caller, *to));
                false
            }
            Ok(to) => {
                let def = &truth.defs[*to];
                let is_constructor = def.kind == "constructor" || CONSTRUCTORS.contains(&def.name.as_str());
                let of_known = def.parent.filter(|_| is_constructor).is_some_and(|ty| {
                    refs.contains(&(caller, ty)) || unknown.contains(&(caller, truth.defs[ty].name.clone()))
                });
                let is_target =
                    def.is_callable() || matches!(def.kind.as_str(), "class" | "struct" | "object");
                let is_neutral = neutral.contains(&(caller, *to))
                    || unknown.contains(&(caller, def.name.clone()))
                    || refs.contains(&(caller, *to));
                is_target && !is_neutral && !of_known
            }
            Err(name) => !unknown.contains(&(caller, name.split_once(' ').unwrap().1.to_owned())),
        };
        calls.given += usize::from(is_wrong);
    }
    calls.given += calls.right;
    let is_found = |(callers, targets): &(BTreeSet<Caller>, BTreeSet<usize>)| {
        callers.iter().any(|caller| targets.iter().any(|to| good.contains(&(*caller, *to))))
    };
    calls.found = asked.values().filter(|each| is_found(each)).count();

    let mut others = Score { asked: asked_refs.len(), ..Score::default() };
    let mut good: BTreeSet<(Caller, usize)> = BTreeSet::new();
    for (caller, to) in pairs(truth, lines, "ref") {
        // Fields and variables are not among the definitions of the truth.
        let Ok(to) = to else { continue };
        if !truth.defs[to].is_callable() && !truth.defs[to].is_type() {
            continue;
        }
        if refs.contains(&(caller, to)) {
            good.insert((caller, to));
            others.right += 1;
            others.given += 1;
        } else if !right.contains(&(caller, to)) && !neutral.contains(&(caller, to)) {
            others.given += 1;
        }
    }
    let is_found = |((_, to), callers): &(&(Caller, usize), &Vec<Caller>)| {
        callers.iter().any(|caller| good.contains(&(*caller, *to)))
    };
    others.found = asked_refs.iter().filter(is_found).count();
    (calls, others)
}

fn inherits(truth: &Truth, lines: &[Value]) -> Score {
    let mut score = Score { asked: truth.inherits.len(), ..Score::default() };
    let mut seen = BTreeSet::new();
    for row in lines.iter().filter(|row| row["kind"] == "inherit") {
        let end = |of: &Value| {
            let file = truth.file(&of["file"])?;
            truth.find(file, of["name"].as_str()?, of["line"].as_u64()?)
        };
        let (Some(sub), Some(of)) = (end(&row["from"]), end(&row["to"])) else { continue };
        if seen.insert((sub, of)) && !truth.may_inherit.contains(&(sub, of)) {
            score.given += 1;
            score.right += usize::from(truth.inherits.contains(&(sub, of)));
        }
    }
    score.found = score.right;
    score
}

fn imports(truth: &Truth, lines: &[Value]) -> Score {
    let mut given = BTreeSet::new();
    for row in lines.iter().filter(|row| row["kind"] == "import") {
        let (Some(from), Some(to)) = (truth.file(&row["from"]["file"]), row["to"]["file"].as_str()) else {
            continue;
        };
        if row["from"]["file"] != to {
            given.insert((from, to.to_owned()));
        }
    }
    let right = given.intersection(&truth.imports).count();
    Score { right, given: given.len(), found: right, asked: truth.imports.len() }
}

/// Where the sources and the truth of a language lie.
fn folder(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(language)
}

fn exported(root: &Path) -> Vec<Value> {
    let work = tempfile::tempdir().unwrap();
    index(work.path(), root);
    let snapshot = Snapshot::newest(work.path()).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let mut out = Vec::new();
    query::export(snapshot.view(), &project, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// `language kind precision recall F1 asked`, a line each.
fn measure() -> String {
    let mut text = String::new();
    for language in LANGUAGES {
        let folder = folder(language);
        let truth = Truth::read(&std::fs::read_to_string(folder.join("truth.txt")).unwrap());
        let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let root = entries.into_iter().find(|path| path.is_dir()).unwrap();
        let lines = exported(&root);
        let (calls, refs) = uses(&truth, &lines);
        let scores = [
            ("definitions", definitions(&truth, &lines)),
            ("calls", calls),
            ("references", refs),
            ("inheritance", inherits(&truth, &lines)),
            ("imports", imports(&truth, &lines)),
        ];
        for (kind, score) in scores.into_iter().filter(|(_, score)| score.asked >= FEWEST) {
            let [p, r, f1] = score.shares();
            let name = language.strip_prefix("bench/").unwrap();
            let _ = writeln!(text, "{name} {kind} {p:.3} {r:.3} {f1:.3} {}", score.asked);
        }
    }
    text
}

#[test]
fn accuracy_is_what_it_was() {
    let path = folder("bench/baseline.txt");
    let measured = measure();
    if std::env::vars_os().any(|(name, _)| name == "UPDATE_EXPECT") {
        std::fs::write(&path, measured).unwrap();
        return;
    }
    let baseline = std::fs::read_to_string(&path).unwrap();
    let f1 = |line: &str| line.split(' ').nth(4).unwrap().parse::<f64>().unwrap();
    let key = |line: &str| line.split(' ').take(2).map(str::to_owned).collect::<Vec<_>>();
    let (before, now): (Vec<&str>, Vec<&str>) = (baseline.lines().collect(), measured.lines().collect());
    assert_eq!(
        before.iter().map(|line| key(line)).collect::<Vec<_>>(),
        now.iter().map(|line| key(line)).collect::<Vec<_>>()
    );
    let changed = before.iter().zip(&now).filter(|(a, b)| (f1(a) - f1(b)).abs() > SLACK + 1e-9);
    let changed: Vec<String> = changed.map(|(a, b)| format!("was {a}\nis  {b}")).collect();
    assert!(changed.is_empty(), "UPDATE_EXPECT=1 keeps what is better:\n{}", changed.join("\n"));
}

#[test]
fn what_is_wrong_or_missing_lowers_the_scores() {
    let truth = Truth::read(
        "file a.py\ndef 0 1 1 2 function - - f\ndef 0 3 3 4 function - - g\ndef 0 5 5 6 function - - h\ncall 0 4 is 0\ncall 0 6 is 1\n",
    );
    let call = |site: u64, line: u64, name: &str| serde_json::json!({"kind": "call", "from": {"file": "a.py", "site": site}, "to": {"file": "a.py", "line": line, "name": name}});
    let shares = |lines: &[Value]| uses(&truth, lines).0.shares().map(|share| (share * 100.0).round());
    assert_eq!(shares(&[call(4, 1, "f"), call(6, 3, "g")])[..], [100.0, 100.0, 100.0]);
    assert_eq!(shares(&[call(4, 1, "f"), call(6, 5, "h")])[..2], [50.0, 50.0]);
    assert_eq!(shares(&[call(4, 1, "f")])[..2], [100.0, 50.0]);
}
