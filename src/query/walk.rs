//! THE walker: breadth first over whatever leads from one symbol to the next.
//!
//! Each symbol is visited once, at its smallest depth. The order is that of depth, path and line, so an answer is a
//! function of what is indexed, whatever numbers files were given. Time is bounded by [`Limits::max_results`] and the
//! edges of that many symbols; [`Limits::check`] is asked before each symbol is expanded and may end the walk.

use crate::model::{Confidence, EdgeKind, FileId, Role, Rule, SymbolId};
use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// Most arrows that are kept for drawing; a picture of more says nothing.
const MAX_ARROWS: usize = 20_000;

/// What an answer may cost.
#[derive(Clone, Copy)]
pub struct Limits<'l> {
    /// Most results; an answer that has more is marked as truncated.
    pub max_results: usize,
    /// Also edges that are guesses: see [`Confidence::SHOWN`].
    pub include_guesses: bool,
    /// Asked now and then; its error ends the question (interrupted, out of time).
    pub check: &'l dyn Fn() -> Result<()>,
}

impl Limits<'_> {
    /// Most results unless something else is asked for.
    pub const MAX_RESULTS: usize = 10_000;
    /// Steps of a walk that has no other limit; longer chains are not followed.
    pub const MAX_DEPTH: u32 = 64;

    /// The least confidence of an edge that is followed, in percent.
    pub(super) const fn cut(&self) -> u8 {
        if self.include_guesses { 0 } else { Confidence::SHOWN.0 }
    }
}

impl Default for Limits<'_> {
    fn default() -> Self {
        Self { max_results: Self::MAX_RESULTS, include_guesses: false, check: &|| Ok(()) }
    }
}

/// One use that leads from a symbol to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Step {
    /// The next symbol.
    pub(super) next: SymbolId,
    /// How the two relate.
    pub(super) kind: EdgeKind,
    /// What the use does.
    pub(super) role: Role,
    /// How we know.
    pub(super) rule: Rule,
    /// How sure, in percent.
    pub(super) confidence: u8,
    /// The file of the use.
    pub(super) site: FileId,
    /// Its line, 0-based.
    pub(super) line: u32,
    /// Its column, 0-based.
    pub(super) column: u32,
}

/// Where a walk goes.
pub(super) trait Steps {
    /// Adds the steps that lead on from a symbol.
    fn steps(&self, of: SymbolId, out: &mut Vec<Step>) -> Result<()>;
    /// Path and place of a symbol: the order inside one depth.
    fn order(&self, of: SymbolId) -> Result<(String, u32, u32)>;
}

/// What a walk needs to know besides its limits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Plan {
    /// Most steps from the roots.
    pub(super) depth: u32,
    /// A root to which an edge leads back (recursion) is a result too.
    pub(super) roots_count: bool,
}

/// A symbol that a walk reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reached {
    pub(super) id: SymbolId,
    /// Steps from the nearest root, from 1.
    pub(super) depth: u32,
    /// From where: a root or a symbol one step nearer, the first in order.
    pub(super) via: SymbolId,
    /// How many of the first steps start at `via`; at least one.
    pub(super) own: usize,
    /// All uses that lead here from symbols one step nearer.
    pub(super) steps: Vec<Step>,
}

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walk {
    /// By depth, then in order.
    pub(super) reached: Vec<Reached>,
    /// Pairs that a use connects, each with its kind: 0 is the roots, `n + 1` what was reached `n`th.
    pub(super) arrows: BTreeSet<(u32, u32, EdgeKind)>,
    /// A limit ended it.
    pub(super) truncated: bool,
}

/// Walks from `roots`.
///
/// # Errors
/// When the store cannot be read, or [`Limits::check`] says so.
pub(super) fn walk(field: &dyn Steps, roots: &[SymbolId], plan: Plan, limits: &Limits<'_>) -> Result<Walk> {
    let mut walker = Walker::new(field, roots, plan.roots_count, *limits)?;
    for _ in 0..plan.depth {
        if !walker.advance()? {
            break;
        }
    }
    Ok(walker.walk)
}

/// A walk that goes on by one depth at a time.
pub(super) struct Walker<'w> {
    field: &'w dyn Steps,
    roots_count: bool,
    limits: Limits<'w>,
    /// Number of a symbol in arrows.
    number: FxHashMap<SymbolId, u32>,
    /// Roots to which an edge led back.
    returned: FxHashSet<SymbolId>,
    /// Symbols at the greatest depth so far that are to be expanded.
    pub(super) frontier: Vec<SymbolId>,
    depth: u32,
    /// What was found so far.
    pub(super) walk: Walk,
}

impl<'w> Walker<'w> {
    /// Starts at `roots`.
    pub(super) fn new(
        field: &'w dyn Steps,
        roots: &[SymbolId],
        roots_count: bool,
        limits: Limits<'w>,
    ) -> Result<Self> {
        Ok(Self {
            field,
            roots_count,
            limits,
            number: roots.iter().map(|&root| (root, 0)).collect(),
            returned: FxHashSet::default(),
            frontier: in_order(field, roots.iter().copied())?,
            depth: 0,
            walk: Walk::default(),
        })
    }

    /// What was reached, by symbol; `None` for roots and for what was not.
    pub(super) fn reached(&self, id: SymbolId) -> Option<&Reached> {
        let at = self.number.get(&id)?.checked_sub(1)?;
        self.walk.reached.get(at as usize)
    }

    /// True for a root and for what was reached.
    pub(super) fn knows(&self, id: SymbolId) -> bool {
        self.number.contains_key(&id)
    }

    /// Goes one step further from all that was reached last; false at the end.
    pub(super) fn advance(&mut self) -> Result<bool> {
        if self.frontier.is_empty() || self.walk.truncated {
            return Ok(false);
        }
        self.depth += 1;
        let mut level: FxHashMap<SymbolId, Reached> = FxHashMap::default();
        let mut pairs: Vec<(u32, SymbolId, EdgeKind)> = Vec::new();
        let mut steps: Vec<Step> = Vec::new();
        for &node in &self.frontier {
            (self.limits.check)()?;
            steps.clear();
            self.field.steps(node, &mut steps)?;
            let from = self.number.get(&node).copied().unwrap_or(0);
            for step in steps.iter().filter(|step| step.confidence >= self.limits.cut()) {
                if self.walk.arrows.len() + pairs.len() < MAX_ARROWS {
                    pairs.push((from, step.next, step.kind));
                }
                if self.is_new(step.next) {
                    let fresh =
                        || Reached { id: step.next, depth: self.depth, via: node, own: 0, steps: Vec::new() };
                    let reached = level.entry(step.next).or_insert_with(fresh);
                    reached.own += usize::from(reached.via == node);
                    reached.steps.push(*step);
                }
            }
        }
        self.take(level)?;
        for (from, next, kind) in pairs {
            if let Some(&to) = self.number.get(&next) {
                self.walk.arrows.insert((from, to, kind));
            }
        }
        Ok(true)
    }

    /// True for a symbol that would be a new result.
    fn is_new(&self, id: SymbolId) -> bool {
        match self.number.get(&id) {
            None => true,
            Some(0) => self.roots_count && !self.returned.contains(&id),
            Some(_) => false,
        }
    }

    /// Makes a level the frontier, in order, as far as the limit allows.
    fn take(&mut self, mut level: FxHashMap<SymbolId, Reached>) -> Result<()> {
        self.frontier.clear();
        for id in in_order(self.field, level.keys().copied())? {
            if self.walk.reached.len() >= self.limits.max_results {
                self.walk.truncated = true;
                break;
            }
            let Some(reached) = level.remove(&id) else { continue };
            self.walk.reached.push(reached);
            if self.number.contains_key(&id) {
                self.returned.insert(id);
            } else {
                self.number.insert(id, u32::try_from(self.walk.reached.len()).unwrap_or(u32::MAX));
                self.frontier.push(id);
            }
        }
        Ok(())
    }
}

/// Symbols in order, each once.
fn in_order(field: &dyn Steps, ids: impl Iterator<Item = SymbolId>) -> Result<Vec<SymbolId>> {
    let mut keyed = ids.map(|id| Ok((field.order(id)?, id))).collect::<Result<Vec<_>>>()?;
    keyed.sort_unstable();
    keyed.dedup();
    Ok(keyed.into_iter().map(|(_, id)| id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    /// A graph in memory: symbols are numbers, their order is that of a scrambled number.
    struct Model {
        edges: Vec<(u32, u32, u8)>,
    }

    fn symbol(n: u32) -> SymbolId {
        SymbolId { file: FileId(n / 4), slot: n % 4 }
    }

    fn number(id: SymbolId) -> u32 {
        id.file.0 * 4 + id.slot
    }

    fn scrambled(n: u32) -> u32 {
        n.wrapping_mul(7) % 13
    }

    impl Steps for Model {
        fn steps(&self, of: SymbolId, out: &mut Vec<Step>) -> Result<()> {
            for &(from, to, confidence) in self.edges.iter().filter(|(from, ..)| *from == number(of)) {
                out.push(Step {
                    next: symbol(to),
                    kind: EdgeKind::Calls,
                    role: Role::Call,
                    rule: Rule::Local,
                    confidence,
                    site: FileId(from / 4),
                    line: to,
                    column: 0,
                });
            }
            Ok(())
        }

        fn order(&self, of: SymbolId) -> Result<(String, u32, u32)> {
            Ok((String::new(), scrambled(number(of)), of.slot))
        }
    }

    /// Smallest number of steps from a root to each symbol, by repeating one step at a time over all edges. Roots are
    /// at depth 0, and at the depth at which an edge leads back to them in `back`.
    fn depths(
        edges: &[(u32, u32, u8)],
        roots: &[u32],
        cut: u8,
        most: u32,
    ) -> (BTreeMap<u32, u32>, BTreeMap<u32, u32>) {
        let mut at: BTreeMap<u32, u32> = roots.iter().map(|&root| (root, 0)).collect();
        let mut back = BTreeMap::new();
        for depth in 1..=most {
            for &(from, to, confidence) in edges {
                if confidence < cut || at.get(&from) != Some(&(depth - 1)) {
                    continue;
                }
                if at.get(&to) == Some(&0) {
                    back.entry(to).or_insert(depth);
                }
                at.entry(to).or_insert(depth);
            }
        }
        (at, back)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn a_walk_reaches_what_repeated_steps_reach_at_the_same_depth(
            edges in prop::collection::vec((0u32..12, 0u32..12, 30u8..80), 0..30),
            roots in prop::collection::vec(0u32..12, 1..3),
            depth in 0u32..6,
            include_guesses in any::<bool>(),
            roots_count in any::<bool>(),
        ) {
            let model = Model { edges: edges.clone() };
            let limits = Limits { include_guesses, ..Limits::default() };
            let ids: Vec<SymbolId> = roots.iter().map(|&root| symbol(root)).collect();
            let plan = Plan { depth, roots_count };
            let walk = walk(&model, &ids, plan, &limits).unwrap();
            let cut = if include_guesses { 0 } else { 50 };
            let (at, back) = depths(&edges, &roots, cut, depth);
            let mut expected: Vec<(u32, u32, u32)> = at
                .iter()
                .filter(|(_, depth)| **depth > 0)
                .chain(back.iter().filter(|_| roots_count))
                .map(|(&n, &depth)| (depth, scrambled(n), n))
                .collect();
            expected.sort_by_key(|&(depth, order, n)| (depth, order, symbol(n).slot, symbol(n)));
            let got: Vec<(u32, u32, u32)> =
                walk.reached.iter().map(|each| (each.depth, scrambled(number(each.id)), number(each.id))).collect();
            prop_assert_eq!(got, expected);
            prop_assert!(!walk.truncated);
            for each in &walk.reached {
                let from = at[&number(each.via)];
                prop_assert_eq!(from + 1, each.depth);
                let own = edges.iter().filter(|&&(from, to, confidence)| {
                    (from, to) == (number(each.via), number(each.id)) && confidence >= cut
                });
                prop_assert_eq!(each.own, own.count());
                prop_assert!(each.own > 0);
                let uses = edges.iter().filter(|&&(from, to, confidence)| {
                    to == number(each.id) && confidence >= cut && at.get(&from) == Some(&(each.depth - 1))
                });
                prop_assert_eq!(each.steps.len(), uses.count());
            }
        }

        #[test]
        fn a_limit_keeps_the_first_results_and_says_that_there_are_more(
            edges in prop::collection::vec((0u32..12, 0u32..12, Just(90u8)), 0..30),
            max_results in 0usize..8,
        ) {
            let model = Model { edges };
            let plan = Plan { depth: 10, roots_count: true };
            let whole = walk(&model, &[symbol(0)], plan, &Limits::default()).unwrap();
            let cut = walk(&model, &[symbol(0)], plan, &Limits { max_results, ..Limits::default() }).unwrap();
            prop_assert_eq!(cut.truncated, whole.reached.len() > max_results);
            let n = whole.reached.len().min(max_results);
            prop_assert_eq!(&cut.reached[..], &whole.reached[..n]);
        }
    }

    #[test]
    fn a_check_that_fails_ends_the_walk() {
        let model = Model { edges: vec![(0, 1, 90), (1, 0, 90)] };
        let stop = || anyhow::bail!("enough");
        let limits = Limits { check: &stop, ..Limits::default() };
        let plan = Plan { depth: 3, ..Plan::default() };
        assert!(walk(&model, &[symbol(0)], plan, &limits).is_err());
    }
}
