//! Import and dependency cycles: files that all depend on each other.
//!
//! The units are files; where a folder is one package (its files see each other without imports), folders.

use super::answer::{Answer, Cycle, CycleStep, Cycles};
use super::graph::Graph;
use super::present::site;
use super::steps::is_dependence;
use super::walk::Limits;
use crate::lang::{self, PackageScope};
use crate::model::{EdgeKind, FileId};
use crate::store::FileRow;
use anyhow::Result;
use std::collections::{BTreeMap, VecDeque};

/// What makes one file depend on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependence {
    /// It imports it.
    Import,
    /// It imports it, or calls, names or inherits from something in it.
    Any,
}

/// The file, or the folder where all files of a folder are one package; true for a folder.
pub(super) fn unit(row: &FileRow) -> (&str, bool) {
    let is_folder = row.language != FileRow::TEXT
        && lang::language(row.language).rules.package_scope() == PackageScope::Folder;
    if is_folder {
        (row.path.rsplit_once('/').map_or(".", |(folder, _)| folder), true)
    } else {
        (&row.path, false)
    }
}

/// Units by number in the order of their names, and what each depends on, sorted, with a place that makes it so.
type Arcs = Vec<BTreeMap<usize, (FileId, u32)>>;

pub(super) fn cycles(graph: &Graph<'_>, by: Dependence, limits: &Limits<'_>) -> Result<Answer> {
    let (names, arcs) = arcs(graph, by, limits)?;
    let plain: Vec<Vec<usize>> = arcs.iter().map(|to| to.keys().copied().collect()).collect();
    let mut rings: Vec<Vec<usize>> = components(&plain).into_iter().filter(|ring| ring.len() > 1).collect();
    rings.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    let truncated = rings.len() > limits.max_results;
    rings.truncate(limits.max_results);
    let mut results = Vec::with_capacity(rings.len());
    for ring in rings {
        (limits.check)()?;
        let round = shortest_round(&plain, &ring);
        let mut steps = Vec::new();
        for (at, &from) in round.iter().enumerate() {
            let to = round.get(at + 1).or(round.first()).copied().unwrap_or(from);
            let Some(&(file, line)) = arcs.get(from).and_then(|arcs| arcs.get(&to)) else { continue };
            steps.push(CycleStep {
                from: names[from].clone(),
                to: names[to].clone(),
                site: site(graph, file, line, None)?,
            });
        }
        results.push(Cycle { files: ring.iter().map(|&n| names[n].clone()).collect(), steps });
    }
    Ok(Answer::Cycles(Cycles { results, truncated }))
}

fn arcs(graph: &Graph<'_>, by: Dependence, limits: &Limits<'_>) -> Result<(Vec<String>, Arcs)> {
    let mut names: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
    for (_, id) in graph.view.paths(graph.pid, "")? {
        if let Some(row) = graph.file(id)? {
            names.entry(unit(&row).0.to_owned()).or_default().push(id);
        }
    }
    let number: BTreeMap<FileId, usize> =
        names.values().enumerate().flat_map(|(n, files)| files.iter().map(move |&file| (file, n))).collect();
    let mut arcs: Arcs = vec![BTreeMap::new(); names.len()];
    for (from, files) in names.values().enumerate() {
        for &file in files {
            (limits.check)()?;
            for edge in graph.view.links(graph.pid, file)?.unwrap_or_default().edges {
                let counts = match edge.kind {
                    EdgeKind::Imports => edge.to.slot == 0 || by == Dependence::Any,
                    kind => by == Dependence::Any && is_dependence(kind),
                };
                let Some(&to) = number.get(&edge.to.file).filter(|_| counts) else { continue };
                if to != from && edge.confidence >= limits.cut() {
                    arcs[from].entry(to).or_insert((file, edge.line));
                }
            }
        }
    }
    Ok((names.into_keys().collect(), arcs))
}

/// The strongly connected components of a graph, each sorted (Tarjan 1972, with its own stack instead of recursion).
fn components(arcs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut index = vec![NEW; arcs.len()];
    let mut low = vec![0; arcs.len()];
    let mut on_stack = vec![false; arcs.len()];
    let (mut stack, mut found, mut next) = (Vec::new(), Vec::new(), 0);
    for root in 0..arcs.len() {
        if index[root] != NEW {
            continue;
        }
        // A node, and how many of its arcs were followed.
        let mut open: Vec<(usize, usize)> = vec![(root, 0)];
        while let Some(&mut (node, ref mut followed)) = open.last_mut() {
            if *followed == 0 && index[node] == NEW {
                (index[node], low[node]) = (next, next);
                next += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if let Some(&to) = arcs[node].get(*followed) {
                *followed += 1;
                if index[to] == NEW {
                    open.push((to, 0));
                } else if on_stack[to] {
                    low[node] = low[node].min(index[to]);
                }
                continue;
            }
            open.pop();
            if let Some(&(above, _)) = open.last() {
                low[above] = low[above].min(low[node]);
            }
            if low[node] == index[node] {
                let mut ring = Vec::new();
                while let Some(top) = stack.pop() {
                    on_stack[top] = false;
                    ring.push(top);
                    if top == node {
                        break;
                    }
                }
                ring.sort_unstable();
                found.push(ring);
            }
        }
    }
    found
}

/// A shortest way from the first node of a component through others of it back to itself.
fn shortest_round(arcs: &[Vec<usize>], ring: &[usize]) -> Vec<usize> {
    let Some(&start) = ring.first() else { return Vec::new() };
    let mut before: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open: VecDeque<usize> = VecDeque::from([start]);
    while let Some(node) = open.pop_front() {
        for &to in &arcs[node] {
            if to == start {
                let mut round = vec![node];
                while let Some(&last) = round.last().and_then(|node| before.get(node)) {
                    round.push(last);
                }
                round.reverse();
                return round;
            }
            if ring.binary_search(&to).is_ok() && !before.contains_key(&to) {
                before.insert(to, node);
                open.push_back(to);
            }
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// For each pair of nodes whether a way of at least one arc leads from one to the other (Warshall).
    fn reaches(arcs: &[Vec<usize>]) -> Vec<Vec<bool>> {
        let n = arcs.len();
        let mut reach = vec![vec![false; n]; n];
        for (from, to) in arcs.iter().enumerate().flat_map(|(from, to)| to.iter().map(move |&to| (from, to)))
        {
            reach[from][to] = true;
        }
        for k in 0..n {
            for i in 0..n {
                for j in 0..n {
                    reach[i][j] |= reach[i][k] && reach[k][j];
                }
            }
        }
        reach
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn nodes_are_in_one_component_when_each_reaches_the_other(
            pairs in prop::collection::vec((0usize..9, 0usize..9), 0..25),
        ) {
            let mut arcs = vec![Vec::new(); 9];
            for (from, to) in pairs {
                if !arcs[from].contains(&to) {
                    arcs[from].push(to);
                }
            }
            let reach = reaches(&arcs);
            let found = components(&arcs);
            let mut all: Vec<usize> = found.iter().flatten().copied().collect();
            all.sort_unstable();
            prop_assert_eq!(all, (0..9).collect::<Vec<_>>());
            for (a, b) in (0..9).flat_map(|a| (0..9).map(move |b| (a, b))) {
                let together = found.iter().any(|ring| ring.contains(&a) && ring.contains(&b));
                prop_assert_eq!(together, a == b || (reach[a][b] && reach[b][a]));
            }
            for ring in found.iter().filter(|ring| ring.len() > 1) {
                let round = shortest_round(&arcs, ring);
                prop_assert_eq!(round[0], ring[0]);
                for (at, &from) in round.iter().enumerate() {
                    let to = round[(at + 1) % round.len()];
                    prop_assert!(arcs[from].contains(&to) && ring.contains(&to));
                }
            }
        }
    }
}
