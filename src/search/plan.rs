//! Which trigrams a text must have so that a regular expression can match in it (Cox, "Regular Expression Matching with
//! a Trigram Index", 2012). What is not known is no condition: a text that matches always passes.

use crate::text::{may_have, trigrams};
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeSet;

/// Most texts that are kept apart; what has more is known by its parts only.
const MAX_TEXTS: usize = 64;
/// Most characters of a class that are looked at one by one.
const MAX_CLASS: u32 = 16;
/// Bytes of a beginning or an end that are kept: a trigram across a border has at most so many on one side.
const EDGE: usize = 2;

/// A condition on the trigrams of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Plan {
    /// Nothing is asked.
    Any,
    /// The trigram is there.
    Has(u32),
    /// All hold.
    All(Vec<Self>),
    /// One holds.
    One(Vec<Self>),
}

impl Plan {
    /// The condition of an expression.
    pub(super) fn of(expression: &Hir) -> Self {
        Known::of(expression).sealed().plan
    }

    /// False when a text with this filter cannot match.
    pub(super) fn may_match(&self, filter: &[u8]) -> bool {
        match self {
            Self::Any => true,
            Self::Has(trigram) => may_have(filter, *trigram),
            Self::All(plans) => plans.iter().all(|plan| plan.may_match(filter)),
            Self::One(plans) => plans.iter().any(|plan| plan.may_match(filter)),
        }
    }

    /// The trigrams of one of several texts; a text of less than three bytes has none.
    fn one_of(texts: &Texts) -> Self {
        if texts.is_empty() || texts.iter().any(|text| text.len() < 3) {
            return Self::Any;
        }
        let all = |text: &Vec<u8>| {
            let distinct: BTreeSet<u32> = trigrams(text).collect();
            Self::All(distinct.into_iter().map(Self::Has).collect())
        };
        Self::One(texts.iter().map(all).collect())
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Any, plan) | (plan, Self::Any) => plan,
            (Self::All(mut plans), Self::All(more)) => {
                plans.extend(more);
                Self::All(plans)
            }
            (Self::All(mut plans), plan) | (plan, Self::All(mut plans)) => {
                plans.push(plan);
                Self::All(plans)
            }
            (one, other) => Self::All(vec![one, other]),
        }
    }

    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (one, other) => Self::One(vec![one, other]),
        }
    }
}

/// True when a match of an expression may hold an ASCII character.
pub(super) fn may_hold(expression: &Hir, c: char) -> bool {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => literal.0.iter().any(|byte| char::from(*byte) == c),
        HirKind::Class(Class::Unicode(class)) => {
            class.ranges().iter().any(|range| (range.start()..=range.end()).contains(&c))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let is_in = |start: u8, end: u8| (char::from(start)..=char::from(end)).contains(&c);
            class.ranges().iter().any(|range| is_in(range.start(), range.end()))
        }
        HirKind::Repetition(repetition) => may_hold(&repetition.sub, c),
        HirKind::Capture(capture) => may_hold(&capture.sub, c),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(|part| may_hold(part, c)),
    }
}

type Texts = BTreeSet<Vec<u8>>;

/// What is known of all that an expression matches, ASCII letters lowered.
#[derive(Debug, Clone)]
struct Known {
    /// It is one of these, and nothing else.
    exact: Option<Texts>,
    /// It begins with one of these; known when `exact` is not.
    prefixes: Texts,
    /// It ends with one of these; known when `exact` is not.
    suffixes: Texts,
    /// A text that it matches in passes this, besides what `exact` says.
    plan: Plan,
}

impl Known {
    fn exactly(texts: Texts) -> Self {
        Self { exact: Some(texts), prefixes: Texts::new(), suffixes: Texts::new(), plan: Plan::Any }
    }

    fn empty() -> Self {
        Self::exactly(Texts::from([Vec::new()]))
    }

    /// Anything at all.
    fn anything() -> Self {
        let nothing = Texts::from([Vec::new()]);
        Self { exact: None, prefixes: nothing.clone(), suffixes: nothing, plan: Plan::Any }
    }

    fn of(expression: &Hir) -> Self {
        match expression.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::empty(),
            HirKind::Literal(literal) => Self::exactly(Texts::from([literal.0.to_ascii_lowercase()])),
            HirKind::Class(class) => Self::of_class(class),
            HirKind::Repetition(repetition) => match (repetition.min, repetition.max) {
                (0, Some(1)) => Self::of(&repetition.sub).or(Self::empty()),
                (0, _) => Self::anything(),
                (1, Some(1)) => Self::of(&repetition.sub),
                _ => Self::of(&repetition.sub).sealed(),
            },
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Concat(parts) => {
                parts.iter().map(Self::of).reduce(Self::then).unwrap_or_else(Self::empty)
            }
            HirKind::Alternation(parts) => {
                parts.iter().map(Self::of).reduce(Self::or).unwrap_or_else(Self::anything)
            }
        }
    }

    fn of_class(class: &Class) -> Self {
        let ranges: Vec<(u32, u32)> = match class {
            Class::Unicode(class) => class
                .ranges()
                .iter()
                .map(|range| (u32::from(range.start()), u32::from(range.end())))
                .collect(),
            Class::Bytes(class) => {
                class.ranges().iter().map(|range| (range.start().into(), range.end().into())).collect()
            }
        };
        let n = ranges.iter().fold(0u32, |n, (start, end)| n.saturating_add(end - start + 1));
        // A class of no character matches nothing: that anything matches is the safe thing to say.
        if n == 0 || n > MAX_CLASS {
            return Self::anything();
        }
        let mut texts = Texts::new();
        for number in ranges.into_iter().flat_map(|(start, end)| start..=end) {
            let text = match class {
                Class::Unicode(_) => char::from_u32(number).map(|c| c.to_string().into_bytes()),
                Class::Bytes(_) => u8::try_from(number).ok().map(|byte| vec![byte]),
            };
            texts.extend(text.map(|text| text.to_ascii_lowercase()));
        }
        Self::exactly(texts)
    }

    /// What is known when one follows the other.
    fn then(self, next: Self) -> Self {
        if let (Some(one), Some(other)) = (&self.exact, &next.exact)
            && one.len() * other.len() <= MAX_TEXTS
        {
            let plan = self.plan.and(next.plan);
            return Self { plan, ..Self::exactly(cross(one, other)) };
        }
        let beginning = self.exact.clone();
        let end = next.exact.clone();
        let (one, other) = (self.sealed(), next.sealed());
        let border = cross(&one.suffixes, &other.prefixes);
        let prefixes = match beginning {
            Some(texts) => bounded(cross(&texts, &other.prefixes), first),
            None => one.prefixes,
        };
        let suffixes = match end {
            Some(texts) => bounded(cross(&one.suffixes, &texts), last),
            None => other.suffixes,
        };
        let border = if border.len() <= MAX_TEXTS { Plan::one_of(&border) } else { Plan::Any };
        Self { exact: None, prefixes, suffixes, plan: one.plan.and(other.plan).and(border) }
    }

    /// What is known when it is one or the other.
    fn or(self, other: Self) -> Self {
        if let (Some(one), Some(two)) = (&self.exact, &other.exact)
            && one.len() + two.len() <= MAX_TEXTS
            && self.plan == Plan::Any
            && other.plan == Plan::Any
        {
            return Self::exactly(one.union(two).cloned().collect());
        }
        let (one, two) = (self.sealed(), other.sealed());
        let both = |one: Texts, two: Texts, edge| bounded(one.into_iter().chain(two).collect(), edge);
        Self {
            exact: None,
            prefixes: both(one.prefixes, two.prefixes, first),
            suffixes: both(one.suffixes, two.suffixes, last),
            plan: one.plan.or(two.plan),
        }
    }

    /// The same without `exact`: what that says becomes part of the rest.
    fn sealed(self) -> Self {
        let Some(texts) = self.exact else { return self };
        Self {
            exact: None,
            plan: self.plan.and(Plan::one_of(&texts)),
            prefixes: bounded(texts.clone(), first),
            suffixes: bounded(texts, last),
        }
    }
}

fn first(text: &[u8]) -> &[u8] {
    text.get(..EDGE).unwrap_or(text)
}

fn last(text: &[u8]) -> &[u8] {
    text.get(text.len().saturating_sub(EDGE)..).unwrap_or(text)
}

/// The edges of texts; of too many nothing is known.
fn bounded(texts: Texts, edge: fn(&[u8]) -> &[u8]) -> Texts {
    let edges: Texts = texts.iter().map(|text| edge(text).to_vec()).collect();
    if edges.is_empty() || edges.len() > MAX_TEXTS { Texts::from([Vec::new()]) } else { edges }
}

/// Every text of one set followed by every text of the other.
fn cross(one: &Texts, other: &Texts) -> Texts {
    one.iter().flat_map(|start| other.iter().map(move |end| [start.as_slice(), end].concat())).collect()
}

#[cfg(test)]
mod tests {
    use super::Plan;
    use crate::text::trigram_filter;
    use proptest::prelude::*;
    use regex::Regex;

    fn plan(expression: &str) -> Plan {
        Plan::of(&regex_syntax::parse(expression).expect("an expression"))
    }

    /// True when the plan lets a text of just these words pass.
    fn passes(expression: &str, text: &str) -> bool {
        plan(expression).may_match(&trigram_filter(text))
    }

    #[test]
    fn what_a_match_must_hold_is_asked_for() {
        assert!(passes("foo.*bar", "foo(x) bar") && !passes("foo.*bar", "foo(x)"));
        assert!(passes("get|post", "http post") && !passes("get|post", "http put"));
        assert!(passes("re(ad|write)er", "reader") && !passes("re(ad|write)er", "reedier"));
        assert!(passes("(?i)TOKEN", "token") && !passes("(?i)TOKEN", "taken"));
        assert!(passes("(?i)session_key", "SESSION_KEY") && !passes("(?i)session_key", "sess"));
        assert!(passes("abc+d", "abccd") && !passes("abc+d", "abd cd"));
        assert!(passes("fo{2,3}b", "foob") && passes(r"\bnew\b", "a new b") && !passes("^new$", "now"));
        assert!(!passes("[ab]cd", "xcd ycd") && passes("[ab]cd", "bcd"));
        assert!(!passes("grüße", "gruesse") && passes("grüße", "viele grüße"));
    }

    #[test]
    fn what_says_nothing_asks_for_nothing() {
        for open in ["", ".*", "a", "ab", "x?", "(abc)?", "(abc)*", "abc|", r"\w+", "[a-z]+", "(abc|d)"] {
            assert_eq!(plan(open), Plan::Any, "{open}");
        }
    }

    #[test]
    fn line_breaks_are_seen_wherever_they_may_be_matched() {
        let may = |expression: &str| {
            super::may_hold(&regex_syntax::parse(expression).expect("an expression"), '\n')
        };
        for with in ["a\nb", r"a\nb", r"(x|\s+)y", "[^a]", "(?s:.)", r"\W{2}", "(?-u:[\t-a])"] {
            assert!(may(with), "{with}");
        }
        for without in ["a.b", "[a-z]+", r"^\w+$", "(a|b)*", r"[^\n]", ""] {
            assert!(!may(without), "{without}");
        }
    }

    #[test]
    fn plans_of_large_expressions_stay_small() {
        let wide = vec!["[abcdefgh]"; 60].concat();
        assert!(format!("{:?}", plan(&wide)).len() < 100_000);
        let many: Vec<String> = (0..500).map(|n| format!("word{n}")).collect();
        assert!(passes(&many.join("|"), "word77") && !passes(&many.join("|"), "ward77"));
    }

    /// Expressions over few letters, so that they often match.
    fn expression() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            "[abcKs]{1,5}",
            Just(".".to_owned()),
            Just("[abc]".to_owned()),
            Just("[^a]".to_owned()),
            Just(r"\w".to_owned()),
            Just("é".to_owned()),
            Just("^".to_owned()),
            Just("$".to_owned()),
            Just(r"\b".to_owned()),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
                prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join("|"))),
                inner.clone().prop_map(|part| format!("({part})*")),
                inner.clone().prop_map(|part| format!("({part})+")),
                inner.clone().prop_map(|part| format!("({part})?")),
                inner.clone().prop_map(|part| format!("({part}){{2,3}}")),
                inner.prop_map(|part| format!("(?i:{part})")),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]
        #[test]
        fn a_text_that_matches_always_passes(expression in expression(), text in "[abcABCksKSK ſé\n]{0,24}") {
            let expression = format!("(?m){expression}");
            if Regex::new(&expression).expect("an expression").is_match(&text) {
                prop_assert!(passes(&expression, &text), "{expression} {text:?} {:?}", plan(&expression));
            }
        }
    }
}
