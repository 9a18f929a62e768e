//! How one symbol reaches another: a shortest chain, searched from both ends at once.

use super::answer::{Answer, Path};
use super::graph::Graph;
use super::locate::{self, Target};
use super::present::{found, printed};
use super::steps::{Along, Relation};
use super::walk::{Limits, Reached, Step, Walker};
use crate::model::SymbolId;
use anyhow::Result;

/// Most symbols that the search visits from either end before it gives up.
const MAX_VISITED: usize = 200_000;

pub(super) fn path(graph: &Graph<'_>, from: &str, to: &str, limits: &Limits<'_>) -> Result<Answer> {
    let (start, end) = (locate::one(graph, from)?, locate::one(graph, to)?);
    let (roots, goal) = (whole(graph, &start)?, whole(graph, &end)?);
    let mut answer = Path {
        from: printed(graph, start.first())?,
        to: printed(graph, end.first())?,
        results: Vec::new(),
        symbols_only: graph.symbols_only(&[start.first(), end.first()])?,
        truncated: false,
    };
    // Calls alone say more than a chain of mere mentions.
    for (there, back) in [(Relation::Callees, Relation::Callers), (Relation::Dependencies, Relation::Users)] {
        let along = |relation| Along { graph, relation, cut: limits.cut() };
        let limits = Limits { max_results: MAX_VISITED, ..*limits };
        let (forward, backward) = (along(there), along(back));
        let mut ahead = Walker::new(&forward, &roots, false, limits)?;
        let mut behind = Walker::new(&backward, &goal, false, limits)?;
        let met = meet(&mut ahead, &mut behind)?;
        answer.truncated = met.is_none() && (ahead.walk.truncated || behind.walk.truncated);
        if let Some(middle) = met {
            for (depth, step) in (1..).zip(chain(&ahead, &behind, middle)) {
                answer.results.extend(found(graph, &Reached { depth, ..step })?);
            }
            break;
        }
    }
    Ok(Answer::Path(answer))
}

/// A target with all that is in it.
fn whole(graph: &Graph<'_>, target: &Target) -> Result<Vec<SymbolId>> {
    let mut all = target.ids.clone();
    for &id in &target.ids {
        all.extend(graph.contents(id)?);
    }
    Ok(all)
}

/// Advances the end that has less to expand until both know a symbol: the first such one by order. Each end advances by
/// whole depths, so the chain through it is a shortest one.
fn meet<'w>(ahead: &mut Walker<'w>, behind: &mut Walker<'w>) -> Result<Option<SymbolId>> {
    let mut common = ahead.frontier.iter().copied().find(|&id| behind.knows(id));
    for _ in 0..2 * Limits::MAX_DEPTH {
        if common.is_some() {
            break;
        }
        let is_ahead = ahead.frontier.len() <= behind.frontier.len();
        let (near, far) = if is_ahead { (&mut *ahead, &*behind) } else { (&mut *behind, &*ahead) };
        if !near.advance()? {
            break;
        }
        common = near.frontier.iter().copied().find(|&id| far.knows(id));
    }
    Ok(common)
}

/// The hops from the first end through `middle` to the other, each as the symbol that it leads to.
fn chain(ahead: &Walker<'_>, behind: &Walker<'_>, middle: SymbolId) -> Vec<Reached> {
    let mut hops: Vec<Reached> = Vec::new();
    let mut at = middle;
    while let Some(reached) = ahead.reached(at) {
        at = reached.via;
        hops.push(reached.clone());
    }
    hops.reverse();
    at = middle;
    while let Some(reached) = behind.reached(at) {
        // A use that leads back from `via` to here leads forward from here to `via`.
        let turned = |step: &Step| Step { next: reached.via, ..*step };
        let steps: Vec<Step> = reached.steps.iter().take(reached.own).map(turned).collect();
        hops.push(Reached { id: reached.via, depth: 0, via: at, own: steps.len(), steps });
        at = reached.via;
    }
    hops
}
