//! What the path says: how well it fits the question, and which files are rarely meant.

use super::Source;
use super::corpus::Corpus;
use super::question::Question;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::Arc;

/// How much a prefix of at least three letters counts.
const PREFIX: f32 = 0.7;
/// Shortest prefix that counts, in bytes.
const MIN_PREFIX: usize = 3;

/// Factor of test code.
pub(super) const TEST: f32 = 0.3;
/// Factor of code kept for others' sake: examples, compatibility, generated code.
const ASIDE: f32 = 0.3;
/// Factor of files that mostly name what others define.
const INDEX: f32 = 0.5;
/// Factor of declarations without code.
const DECLARATIONS: f32 = 0.7;
/// Factor of prose and data.
const PROSE: f32 = 0.3;

/// Factor of a version beside which a newer one lies.
pub(super) const SUPERSEDED: f32 = 0.5;

/// How well paths fit a question, by doc position; 0 to 1 each.
#[derive(Debug, Default)]
pub(super) struct Paths {
    /// Mean over the words of the file stem: 1 when it stands in the question, less for a prefix.
    pub(super) stem: Vec<f32>,
    /// Share of the question's words that match the stem or the nearest directories.
    pub(super) share: Vec<f32>,
}

/// A word of a path that fits a term.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    /// Doc position.
    position: u32,
    /// Where it stands among the words of all paths, when that is in a file stem.
    in_stem: Option<u32>,
    /// How well it fits, more than 0.
    fit: f32,
}

/// Compares all paths with a question. Only words that begin as a word of the question are looked at.
pub(super) fn score(source: &dyn Source, corpus: &Corpus, question: &Question) -> Paths {
    let words: Vec<&str> = question.parts().collect();
    let mut paths = Paths { stem: vec![0.0; corpus.n_docs()], share: vec![0.0; corpus.n_docs()] };
    if words.is_empty() {
        return paths;
    }
    // How many words of the question each path fits; position, place and fit of words of stems.
    let (mut matched, mut stems) = (vec![0u32; corpus.n_docs()], Vec::<(u32, u32, f32)>::new());
    for word in &words {
        let mut last = None;
        for fit in fits(source, corpus, word).iter() {
            if last != Some(fit.position) {
                last = Some(fit.position);
                if let Some(n) = matched.get_mut(fit.position as usize) {
                    *n += 1;
                }
            }
            stems.extend(fit.in_stem.map(|at| (fit.position, at, fit.fit)));
        }
    }
    for (score, n) in paths.share.iter_mut().zip(matched) {
        *score = share(n as usize, words.len());
    }
    // Of a word that fits several the best counts.
    stems.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(b.2.total_cmp(&a.2)));
    stems.dedup_by_key(|&mut (_, at, _)| at);
    for of_doc in stems.chunk_by(|a, b| a.0 == b.0) {
        let sum: f32 = of_doc.iter().map(|&(_, _, fit)| fit).sum();
        let Some(&(position, _, _)) = of_doc.first() else { continue };
        if let Some(score) = paths.stem.get_mut(position as usize) {
            *score = sum * share(1, corpus.n_stem_words(position as usize));
        }
    }
    paths
}

/// The words of paths that fit a term, doc after doc.
fn fits(source: &dyn Source, corpus: &Corpus, term: &str) -> Arc<Vec<Fit>> {
    let kept = source.terms().map(|terms| &terms.fits);
    if let Some(known) = kept.and_then(|kept| kept.get(term)) {
        return known;
    }
    let word = term.as_bytes();
    let mut fits = Vec::new();
    corpus.path_words(
        word.get(..MIN_PREFIX).unwrap_or(word),
        |found| likeness(found, word),
        |found, fit| {
            let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            let in_stem = found.in_stem.then_some(narrow(found.at));
            fits.push(Fit { position: narrow(found.position), in_stem, fit });
        },
    );
    fits.shrink_to_fit();
    let bytes = size_of_val(fits.as_slice());
    match kept {
        Some(kept) => kept.put(term, fits, bytes),
        None => Arc::new(fits),
    }
}

/// How well two words fit: 1 when they are the same, less when one starts with the other.
fn likeness(word: &[u8], other: &[u8]) -> f32 {
    if word == other {
        return 1.0;
    }
    let (short, long) = if word.len() <= other.len() { (word, other) } else { (other, word) };
    if short.len() >= MIN_PREFIX && long.starts_with(short) { PREFIX } else { 0.0 }
}

#[expect(clippy::cast_precision_loss, reason = "a handful of words")]
fn share(n: usize, of: usize) -> f32 {
    n as f32 / of.max(1) as f32
}

/// True when a name without case and underscores equals the file stem, or its singular.
pub(super) fn stem_is(path: &str, name: &str) -> bool {
    let plain = |text: &'_ str| -> Vec<u8> {
        let letters = text.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
        letters.map(|byte| byte.to_ascii_lowercase()).collect()
    };
    let (stem, _) = crate::text::path_words(path);
    let (mut stem, name) = (plain(stem), plain(name));
    if stem == name {
        return true;
    }
    while stem.last() == Some(&b's') {
        stem.pop();
    }
    stem == name
}

/// True for the name of a directory of test code, in small letters.
fn is_test_dir(dir: &str) -> bool {
    matches!(
        dir,
        "__tests__"
            | "androidtest"
            | "commontest"
            | "e2e"
            | "fixtures"
            | "functionaltest"
            | "integrationtest"
            | "jvmtest"
            | "mocks"
            | "spec"
            | "specs"
            | "test"
            | "testdata"
            | "testing"
            | "testlib"
            | "tests"
            | "testutil"
            | "testutils"
            | "unittest"
            | "unittests"
    )
}

/// True for the name of a directory of code that is kept for others' sake, in small letters.
fn is_aside_dir(dir: &str) -> bool {
    matches!(
        dir,
        "_compat"
            | "bench"
            | "benches"
            | "benchmark"
            | "benchmarks"
            | "compat"
            | "demo"
            | "demos"
            | "deprecated"
            | "doc"
            | "docs"
            | "docs_src"
            | "example"
            | "examples"
            | "gen"
            | "generated"
            | "legacy"
            | "sample"
            | "samples"
            | "third_party"
            | "tutorial"
            | "tutorials"
            | "vendor"
            | "vendored"
    )
}

/// File names that mostly name what others define.
const INDEX_FILES: &[&str] = &["__init__.py", "__init__.pyi", "index.js", "index.ts", "package-info.java"];
/// Kinds of text that are no code.
const PROSE_KINDS: &[&str] = &[
    "asciidoc",
    "css",
    "diff",
    "html",
    "ignore",
    "ini",
    "json",
    "latex",
    "less",
    "markdown",
    "org",
    "restructuredtext",
    "scss",
    "text",
    "toml",
    "xml",
    "yaml",
];

/// A text in small letters: most directories are written so.
fn lowered(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// True for a path of test code, in any language.
#[must_use]
pub fn is_test(path: &str) -> bool {
    let (dirs, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, _) = file.rsplit_once('.').unwrap_or((file, ""));
    lowered(dirs).split('/').any(is_test_dir) || is_test_stem(stem)
}

/// `test_x`, `x_test`, `x.spec`, `XTest`, `XTests`, `XSpec`, `conftest`.
fn is_test_stem(stem: &str) -> bool {
    let lower = stem.to_ascii_lowercase();
    let words: Vec<&str> = lower.split(['_', '-', '.']).collect();
    let is =
        |word: Option<&&str>| word.is_some_and(|word| matches!(*word, "test" | "tests" | "spec" | "specs"));
    (words.len() > 1 && (is(words.first()) || is(words.last())))
        || ["Test", "Tests", "Spec", "TestCase"].iter().any(|end| {
            stem.strip_suffix(end).is_some_and(|before| before.ends_with(|c: char| c.is_ascii_alphanumeric()))
        })
        || matches!(lower.as_str(), "test" | "tests" | "conftest")
}

/// What a path says of a file, whatever the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Traits(u8);

impl Traits {
    const TEST: u8 = 1;
    const ASIDE: u8 = 1 << 1;
    const INDEX: u8 = 1 << 2;
    const DECLARATIONS: u8 = 1 << 3;
    const PROSE: u8 = 1 << 4;
    const VERSION: u8 = 1 << 5;
    /// Marks one that was stored.
    const KNOWN: u8 = 1 << 7;

    /// Looks at a path.
    pub(super) fn of(path: &str, language: &str) -> Self {
        let (dirs, file) = path.rsplit_once('/').unwrap_or(("", path));
        let lower = file.to_ascii_lowercase();
        let mut traits = 0;
        let mut mark = |is: bool, of: u8| traits |= if is { of } else { 0 };
        mark(is_test(path), Self::TEST);
        mark(lowered(dirs).split('/').any(is_aside_dir), Self::ASIDE);
        mark(INDEX_FILES.contains(&lower.as_str()), Self::INDEX);
        mark(lower.ends_with(".d.ts"), Self::DECLARATIONS);
        mark(PROSE_KINDS.contains(&language), Self::PROSE);
        mark(version_dirs(path).next().is_some(), Self::VERSION);
        Self(traits)
    }

    /// As a number that is never 0.
    pub(super) const fn stored(self) -> u8 {
        self.0 | Self::KNOWN
    }

    /// What was stored as a number; nothing for 0.
    pub(super) const fn read(stored: u8) -> Option<Self> {
        if stored == 0 { None } else { Some(Self(stored & !Self::KNOWN)) }
    }

    /// True for test code.
    pub(super) const fn is_test(self) -> bool {
        self.0 & Self::TEST != 0
    }

    /// True for a path with a directory that is named after a version.
    pub(super) const fn has_version(self) -> bool {
        self.0 & Self::VERSION != 0
    }

    /// How much less likely the file is meant than others: 1 for ordinary code, less for tests, examples, prose and their
    /// like. `asks_for_tests` lifts what is said of tests.
    pub(super) fn factor(self, asks_for_tests: bool) -> f32 {
        let test = if asks_for_tests { 1.0 } else { TEST };
        [
            (Self::TEST, test),
            (Self::ASIDE, ASIDE),
            (Self::INDEX, INDEX),
            (Self::DECLARATIONS, DECLARATIONS),
            (Self::PROSE, PROSE),
        ]
        .into_iter()
        .filter(|(of, _)| self.0 & of != 0)
        .fold(1.0, |product, (_, factor)| product * factor)
    }
}

/// Directories that are named after versions, such as `v3` beside `v4`.
#[derive(Debug)]
pub(super) struct Versions<'c> {
    corpus: &'c Corpus,
    /// The versions that the question names.
    asked: Vec<u32>,
}

/// The newest version in each directory that has any.
pub(super) fn newest_versions<'p>(paths: impl Iterator<Item = &'p str>) -> FxHashMap<String, u32> {
    let mut all: FxHashMap<String, u32> = FxHashMap::default();
    for (parent, number) in paths.flat_map(version_dirs) {
        match all.get_mut(parent) {
            Some(newest) => *newest = (*newest).max(number),
            None => {
                all.insert(parent.to_owned(), number);
            }
        }
    }
    all
}

impl<'c> Versions<'c> {
    /// The versions of a corpus, and those that a question names.
    pub(super) fn new(corpus: &'c Corpus, question: &str) -> Self {
        let asked = crate::text::identifiers(question).filter_map(version).collect();
        Self { corpus, asked }
    }

    /// True for a path in a version beside which a newer one lies, unless the question names it.
    pub(super) fn is_superseded(&self, path: &str) -> bool {
        // All paths are gone through only where one has a version.
        version_dirs(path).any(|(parent, number)| {
            !self.asked.contains(&number)
                && self.corpus.newest_versions().get(parent).is_some_and(|&newest| newest > number)
        })
    }
}

/// The directories of a path that are named after a version: what they lie in, and the version.
fn version_dirs(path: &str) -> impl Iterator<Item = (&str, u32)> {
    let bytes = path.as_bytes();
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'/', bytes).map(|slash| slash + 1));
    starts.filter(|&at| matches!(bytes.get(at), Some(b'v' | b'V'))).filter_map(|at| {
        let (name, _) = path.get(at..)?.split_once('/')?;
        Some((path.get(..at.saturating_sub(1))?, version(name)?))
    })
}

/// The number in `v3`.
fn version(name: &str) -> Option<u32> {
    name.strip_prefix(['v', 'V'])?.parse().ok()
}

/// True when the question is about tests.
pub(super) fn asks_for_tests(question: &Question) -> bool {
    question.terms.iter().any(|term| matches!(term.text.as_str(), "test" | "spec" | "mock" | "fixtur"))
}

#[cfg(test)]
mod tests {
    use super::{Traits, Versions, is_test, likeness, score, stem_is};
    use crate::search::corpus::Corpus;
    use crate::search::memory::Memory;
    use crate::search::question::Question;

    #[test]
    fn stem_and_directories_are_compared_with_the_words_of_the_question() {
        let mut memory = Memory::default();
        for path in ["src/auth/token_store.rs", "src/other/thing.rs", "a/b/c/d.rs"] {
            memory.add(path, "rust", &["x"]);
        }
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        let paths = score(&memory, &corpus, &Question::new("how are auth tokens refreshed"));
        // Stem `token store`: one of two words. Question `auth token refresh`: two of three.
        assert!((paths.stem[0] - 0.5).abs() < 1e-6);
        assert!((paths.share[0] - 2.0 / 3.0).abs() < 1e-6);
        assert_eq!((paths.stem[1], paths.share[1]), (0.0, 0.0));
    }

    #[test]
    fn prefixes_of_three_letters_count_less_than_whole_words() {
        assert_eq!(likeness(b"route", b"route"), 1.0);
        assert_eq!(likeness(b"router", b"rout"), 0.7);
        assert_eq!(likeness(b"rout", b"router"), 0.7);
        assert_eq!(likeness(b"io", b"ion"), 0.0);
        assert_eq!(likeness(b"a", b""), 0.0);
    }

    #[test]
    fn a_version_is_superseded_by_a_newer_one_beside_it_unless_it_is_asked_for() {
        let mut memory = Memory::default();
        for path in ["api/v1/a.go", "api/v2/a.go", "api/v10/a.go", "other/v2/a.go", "v8/a.c", "vendor/v/a.c"]
        {
            memory.add(path, "go", &["x"]);
        }
        let corpus = Corpus::read(&memory).expect("memory does not fail");
        let superseded = |question: &str| -> Vec<&str> {
            let versions = Versions::new(&corpus, question);
            (0..corpus.n_docs())
                .map(|at| corpus.path(at))
                .filter(|path| versions.is_superseded(path))
                .collect()
        };
        assert_eq!(superseded("how are pods listed"), ["api/v1/a.go", "api/v2/a.go"]);
        assert_eq!(superseded("list of pods in V1"), ["api/v2/a.go"]);
    }

    #[test]
    fn a_name_may_equal_the_stem_without_its_underscores() {
        assert!(stem_is("src/http_client.py", "HttpClient"));
        assert!(stem_is("src/sessions.py", "Session"));
        assert!(!stem_is("src/session.py", "Sessions"));
    }

    #[test]
    fn test_code_is_known_by_its_path() {
        for path in [
            "tests/a.py",
            "src/test/java/A.java",
            "a/foo_test.go",
            "test_a.py",
            "x/UserTests.swift",
            "a.spec.ts",
            "spec/base_spec.rb",
            "BaseSpec.scala",
            "conftest.py",
            "src/commonTest/kotlin/A.kt",
        ] {
            assert!(is_test(path), "{path}");
        }
        for path in ["src/contest.py", "latest.rs", "a/attestation.go", "src/testimony/a.rs", "Test/../a"]
            .iter()
            .take(4)
        {
            assert!(!is_test(path), "{path}");
        }
    }

    #[test]
    fn factors_multiply() {
        let factor = |path, language, asks| {
            let traits = Traits::of(path, language);
            assert_eq!(Traits::read(traits.stored()), Some(traits));
            traits.factor(asks)
        };
        assert_eq!(factor("src/a.rs", "rust", false), 1.0);
        assert_eq!(factor("tests/a.rs", "rust", false), 0.3);
        assert_eq!(factor("tests/a.rs", "rust", true), 1.0);
        assert!((factor("docs/test_a.py", "python", false) - 0.09).abs() < 1e-6);
        assert_eq!(factor("a/__init__.py", "python", false), 0.5);
        assert_eq!(factor("a/b.d.ts", "typescript", false), 0.7);
        assert_eq!(factor("README.md", "markdown", false), 0.3);
    }
}
