//! Counts of agreement, by language, kind of edge, rule and confidence, and samples of what differs.

use serde::Serialize;
use std::collections::BTreeMap;

/// Edges and uses of one group. An edge is right, wrong, or where the oracle says nothing; a use that the oracle tells is
/// found or missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tally {
    /// Edges of ours that the oracle has too.
    pub right: u64,
    /// Edges of ours where the oracle has another target.
    pub wrong: u64,
    /// Edges of ours at places of which the oracle says nothing; in no figure.
    pub unjudged: u64,
    /// Uses that the oracle tells and an edge of ours has right.
    pub found: u64,
    /// Uses that the oracle tells and no edge of ours has right.
    pub missed: u64,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.unjudged += other.unjudged;
        self.found += other.found;
        self.missed += other.missed;
    }
}

/// A group with its figures.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// Language, when the group is of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<&'static str>,
    /// Kind of edge: call, reference, import, inheritance, or unseen where we saw no use at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// Rule that made the edges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// Confidence of the edges, 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The counts.
    #[serde(flatten)]
    pub tally: Tally,
    /// Right edges among the judged ones; nothing when none was judged.
    pub precision: Option<f64>,
    /// Found uses among all that the oracle tells. Of a rule: the part of all uses of the language that it found.
    pub recall: Option<f64>,
    /// Harmonic mean of both; nothing for a rule, whose recall is only a part.
    pub f1: Option<f64>,
}

impl Row {
    fn new(tally: Tally) -> Self {
        let precision = share(tally.right, tally.right + tally.wrong);
        let recall = share(tally.found, tally.found + tally.missed);
        let f1 = precision.zip(recall).map(|(p, r)| if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 });
        let none = (None, None, None);
        let (language, kind, rule) = none;
        Self { language, kind, rule, confidence: None, tally, precision, recall, f1 }
    }
}

fn share(part: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| part as f64 / all as f64)
}

/// A place where ours and theirs differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// `wrong` or `missed`; of definitions `wrong-definition` or `missed-definition`.
    pub what: &'static str,
    /// Language of the file.
    pub language: &'static str,
    /// Kind of edge, or of definition; `external` for a use of what is outside the tree.
    pub kind: &'static str,
    /// Rule that made the wrong edge.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The file.
    pub path: String,
    /// Line, 1-based.
    pub line: u32,
    /// Column in bytes, 1-based.
    pub column: u32,
    /// What we say is used or defined there; nothing where we say nothing.
    pub ours: Option<String>,
    /// What the oracle says; nothing where it says nothing.
    pub theirs: Option<String>,
}

/// Language, kind and rule.
type Group = (&'static str, &'static str, &'static str);

/// All counts of a comparison.
#[derive(Default)]
pub(super) struct Tallies {
    edges: BTreeMap<Group, Tally>,
    /// Missed uses by language and kind.
    missed: BTreeMap<(&'static str, &'static str), u64>,
    confidences: BTreeMap<u8, Tally>,
    definitions: BTreeMap<&'static str, Tally>,
    externals: BTreeMap<&'static str, Tally>,
    /// Samples by group, at most `most` in each.
    samples: BTreeMap<Group, Vec<Disagreement>>,
    most: usize,
}

impl Tallies {
    /// Counts that keep at most `most` samples of each group.
    pub(super) fn new(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    /// Counts edges of a language, kind and rule.
    pub(super) fn edge(&mut self, group: Group, tally: Tally) {
        self.edges.entry(group).or_default().add(tally);
    }

    /// Counts a use that was missed.
    pub(super) fn missed(&mut self, language: &'static str, kind: &'static str) {
        *self.missed.entry((language, kind)).or_default() += 1;
    }

    /// Counts an edge by its confidence, in percent; guesses too.
    pub(super) fn confidence(&mut self, percent: u8, tally: Tally) {
        self.confidences.entry(percent).or_default().add(tally);
    }

    /// Counts definitions of a language.
    pub(super) fn definition(&mut self, language: &'static str, tally: Tally) {
        self.definitions.entry(language).or_default().add(tally);
    }

    /// Counts uses of what is outside the tree.
    pub(super) fn external(&mut self, language: &'static str, tally: Tally) {
        self.externals.entry(language).or_default().add(tally);
    }

    /// True when another sample of this group is wanted.
    pub(super) fn wants(&self, what: &'static str, language: &'static str, kind: &'static str) -> bool {
        self.samples.get(&(what, language, kind)).map_or(0, Vec::len) < self.most
    }

    /// Keeps a sample, when one of its group is wanted.
    pub(super) fn sample(&mut self, sample: Disagreement) {
        if self.wants(sample.what, sample.language, sample.kind) {
            self.samples.entry((sample.what, sample.language, sample.kind)).or_default().push(sample);
        }
    }

    /// All edges.
    pub(super) fn total(&self) -> Row {
        let mut total = Tally { missed: self.missed.values().sum(), ..Tally::default() };
        self.edges.values().for_each(|tally| total.add(*tally));
        Row::new(total)
    }

    /// Definitions by language.
    pub(super) fn definitions(&self) -> Vec<Row> {
        by_language(&self.definitions)
    }

    /// Uses of what is outside the tree, by language.
    pub(super) fn externals(&self) -> Vec<Row> {
        by_language(&self.externals)
    }

    /// Edges by language and kind.
    pub(super) fn by_kind(&self) -> Vec<Row> {
        let mut all: BTreeMap<(&'static str, &'static str), Tally> = BTreeMap::new();
        for (&(language, kind, _), &tally) in &self.edges {
            all.entry((language, kind)).or_default().add(tally);
        }
        for (&group, &missed) in &self.missed {
            all.entry(group).or_default().missed += missed;
        }
        all.into_iter()
            .map(|((language, kind), tally)| Row {
                language: Some(language),
                kind: Some(kind),
                ..Row::new(tally)
            })
            .collect()
    }

    /// Edges by language and rule.
    pub(super) fn by_rule(&self) -> Vec<Row> {
        let mut told: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut all: BTreeMap<(&'static str, &'static str), Tally> = BTreeMap::new();
        for (&(language, _, rule), &tally) in &self.edges {
            *told.entry(language).or_default() += tally.found;
            all.entry((language, rule)).or_default().add(tally);
        }
        for (&(language, _), &missed) in &self.missed {
            *told.entry(language).or_default() += missed;
        }
        let row = |((language, rule), tally): ((&'static str, &'static str), Tally)| Row {
            language: Some(language),
            rule: Some(rule),
            recall: share(tally.found, told.get(language).copied().unwrap_or(0)),
            f1: None,
            ..Row::new(tally)
        };
        all.into_iter().map(row).collect()
    }

    /// Edges by confidence, the surest first.
    pub(super) fn by_confidence(&self) -> Vec<Row> {
        let row = |(&percent, &tally): (&u8, &Tally)| Row {
            confidence: Some(f64::from(percent) / 100.0),
            recall: None,
            f1: None,
            ..Row::new(tally)
        };
        self.confidences.iter().rev().map(row).collect()
    }

    /// The samples, by group and place.
    pub(super) fn into_samples(self) -> Vec<Disagreement> {
        self.samples.into_values().flatten().collect()
    }
}

fn by_language(tallies: &BTreeMap<&'static str, Tally>) -> Vec<Row> {
    let row =
        |(&language, &tally): (&&'static str, &Tally)| Row { language: Some(language), ..Row::new(tally) };
    tallies.iter().map(row).collect()
}
