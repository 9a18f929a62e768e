//! Random patterns on random graphs, held against trying every node and relationship in every place.

use super::engine;
use super::graph::{Mood, TestGraph};
use codegraph::cypher::value::Map;
use codegraph::cypher::{NodeId, Rel, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::rc::Rc;

/// Numbers that look random and are the same in each run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most
    }

    fn is(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

/// What the graph is made of, beside the graph itself.
struct World {
    graph: TestGraph,
    /// Labels, and the property `n`.
    nodes: Vec<(Vec<&'static str>, i64)>,
    rels: Vec<(Rel, &'static str)>,
}

fn world(dice: &mut Dice, mood: Mood) -> World {
    let mut graph = TestGraph::default();
    graph.mood = mood;
    let (mut nodes, mut rels) = (Vec::new(), Vec::new());
    for _ in 0..2 + dice.below(4) {
        let labels: Vec<&str> = ["A", "B"].into_iter().filter(|_| dice.is(2)).collect();
        let n = dice.below(3) as i64;
        graph.add_node(&labels, &Map::from([(Rc::from("n"), Value::Int(n))]));
        nodes.push((labels, n));
    }
    for _ in 0..3 + dice.below(6) {
        let mut node = || NodeId(dice.below(nodes.len()) as u64);
        let (from, to) = (node(), node());
        let kind = ["S", "T"][dice.below(2)];
        rels.push((graph.add_rel(from, to, kind, &Map::new()), kind));
    }
    World { graph, nodes, rels }
}

#[derive(Clone)]
struct NodePattern {
    variable: &'static str,
    label: Option<&'static str>,
    n: Option<i64>,
}

#[derive(Clone)]
struct RelPattern {
    /// Nothing for one of a variable length.
    variable: Option<String>,
    /// -1: to the left, 0: either way, 1: to the right.
    direction: i8,
    /// Of any type when there is none.
    kinds: Vec<&'static str>,
    length: Option<(usize, usize)>,
}

struct Part(NodePattern, Vec<(RelPattern, NodePattern)>);

struct Clause {
    is_optional: bool,
    parts: Vec<Part>,
    /// The first variable's `n` is less than the second's.
    less: Option<(&'static str, &'static str)>,
}

const VARIABLES: [&str; 4] = ["a", "b", "c", "d"];

fn node_pattern(dice: &mut Dice) -> NodePattern {
    NodePattern {
        variable: VARIABLES[dice.below(VARIABLES.len())],
        label: dice.is(6).then_some("A").or(dice.is(8).then_some("B")),
        n: dice.is(10).then(|| dice.below(3) as i64),
    }
}

fn clause(dice: &mut Dice, is_optional: bool, n_rels: &mut usize) -> Clause {
    let mut parts = Vec::new();
    for _ in 0..=dice.below(2) {
        let mut steps = Vec::new();
        for _ in 0..dice.below(3) {
            let length = dice.is(3).then(|| {
                let least = dice.below(3);
                (least, least + dice.below(3))
            });
            *n_rels += 1;
            let rel = RelPattern {
                variable: (length.is_none() && dice.is(2)).then(|| format!("r{n_rels}")),
                direction: dice.below(3) as i8 - 1,
                kinds: [&[][..], &[], &["S"], &["T"], &["S", "T"]][dice.below(5)].to_vec(),
                length,
            };
            steps.push((rel, node_pattern(dice)));
        }
        parts.push(Part(node_pattern(dice), steps));
    }
    let bound: Vec<&str> = parts
        .iter()
        .flat_map(|Part(first, steps)| {
            [first.variable].into_iter().chain(steps.iter().map(|(_, node)| node.variable))
        })
        .collect();
    let less = dice.is(6).then(|| (bound[dice.below(bound.len())], bound[dice.below(bound.len())]));
    Clause { is_optional, parts, less }
}

fn text(clause: &Clause) -> String {
    let node = |pattern: &NodePattern| {
        let label = pattern.label.map(|label| format!(":{label}")).unwrap_or_default();
        let n = pattern.n.map(|n| format!(" {{n: {n}}}")).unwrap_or_default();
        format!("({}{label}{n})", pattern.variable)
    };
    let mut text = if clause.is_optional { "OPTIONAL MATCH " } else { "MATCH " }.to_owned();
    for (at, Part(first, steps)) in clause.parts.iter().enumerate() {
        text += if at == 0 { "" } else { ", " };
        text += &node(first);
        for (rel, next) in steps {
            let kinds =
                if rel.kinds.is_empty() { String::new() } else { format!(":{}", rel.kinds.join("|")) };
            let length = rel.length.map(|(least, most)| format!("*{least}..{most}")).unwrap_or_default();
            let (left, right) =
                (if rel.direction < 0 { "<-" } else { "-" }, if rel.direction > 0 { "->" } else { "-" });
            let name = rel.variable.as_deref().unwrap_or_default();
            write!(text, "{left}[{name}{kinds}{length}]{right}{}", node(next)).unwrap();
        }
    }
    if let Some((less, more)) = clause.less {
        write!(text, " WHERE {less}.n < {more}.n").unwrap();
    }
    text + " "
}

type Bound = BTreeMap<String, Value>;

/// Takes where a way ends, its last relationship, and all that are used by then.
type EachWay<'e, 'w> = &'e mut dyn FnMut(&mut Tries<'w>, usize, Option<Rel>, &[Rel]);

/// Tries everything.
struct Tries<'w> {
    world: &'w World,
    clause: &'w Clause,
    found: Vec<Bound>,
}

impl<'w> Tries<'w> {
    fn node(&self, bound: &Bound) -> impl Fn(&str) -> Option<usize> {
        move |name| match bound.get(name) {
            Some(Value::Node(node)) => Some(node.0 as usize),
            _ => None,
        }
    }

    /// Takes a node for a pattern, if it may be there, and goes on with what follows.
    fn at(
        &mut self,
        pattern: &NodePattern,
        id: usize,
        bound: &Bound,
        go_on: &mut dyn FnMut(&mut Self, &Bound),
    ) {
        let (labels, n) = &self.world.nodes[id];
        let is_taken =
            bound.get(pattern.variable).is_some_and(|_| self.node(bound)(pattern.variable) != Some(id));
        let is_wrong = pattern.label.is_some_and(|label| !labels.contains(&label))
            || pattern.n.is_some_and(|wanted| wanted != *n);
        if !is_taken && !is_wrong {
            let mut bound = bound.clone();
            bound.insert(pattern.variable.to_owned(), Value::Node(NodeId(id as u64)));
            go_on(self, &bound);
        }
    }

    fn parts(&mut self, at: usize, bound: &Bound, used: &[Rel]) {
        let clause = self.clause;
        let Some(Part(first, steps)) = clause.parts.get(at) else {
            let n = |name: &str| self.node(bound)(name).map(|id| self.world.nodes[id].1);
            if clause.less.is_none_or(|(less, more)| n(less).zip(n(more)).is_some_and(|(a, b)| a < b)) {
                self.found.push(bound.clone());
            }
            return;
        };
        for id in 0..self.world.nodes.len() {
            self.at(first, id, bound, &mut |tries, bound| tries.steps(at, steps, id, bound, used));
        }
    }

    fn steps(
        &mut self,
        part: usize,
        steps: &[(RelPattern, NodePattern)],
        from: usize,
        bound: &Bound,
        used: &[Rel],
    ) {
        match steps.split_first() {
            None => self.parts(part + 1, bound, used),
            Some(((rel, next), rest)) => {
                let (least, most) = rel.length.unwrap_or((1, 1));
                self.walk(rel, (least, most), from, used, &mut |tries, to, taken, used| {
                    let mut bound = bound.clone();
                    if let Some(name) = &rel.variable {
                        bound.insert(name.clone(), Value::Rel(taken.unwrap()));
                    }
                    tries.at(next, to, &bound, &mut |tries, bound| tries.steps(part, rest, to, bound, used));
                });
            }
        }
    }

    /// Every way of so many relationships, none of them used before.
    fn walk(
        &mut self,
        pattern: &RelPattern,
        (least, most): (usize, usize),
        from: usize,
        used: &[Rel],
        each: EachWay<'_, 'w>,
    ) {
        if least == 0 {
            each(self, from, used.last().copied(), used);
        }
        if most == 0 {
            return;
        }
        for (rel, kind) in &self.world.rels {
            if used.contains(rel) || !pattern.kinds.is_empty() && !pattern.kinds.contains(kind) {
                continue;
            }
            let (start, end) = (rel.from.0 as usize, rel.to.0 as usize);
            let to = if pattern.direction >= 0 && start == from {
                end
            } else if pattern.direction <= 0 && end == from {
                start
            } else {
                continue;
            };
            let used: Vec<Rel> = used.iter().copied().chain([*rel]).collect();
            self.walk(pattern, (least.saturating_sub(1), most - 1), to, &used, each);
        }
    }
}

/// The rows of a clause for one row before it.
fn expected(world: &World, clause: &Clause, before: &Bound) -> Vec<Bound> {
    let mut tries = Tries { world, clause, found: Vec::new() };
    tries.parts(0, before, &[]);
    if tries.found.is_empty() && clause.is_optional { vec![before.clone()] } else { tries.found }
}

/// What a second clause is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Rows,
    Optional,
    Exists,
    Lacks,
    Count,
}

impl Role {
    fn text(self, clause: &str) -> String {
        match self {
            Self::Rows | Self::Optional => clause.to_owned(),
            Self::Exists => format!("WITH * WHERE EXISTS {{ {clause}}} "),
            Self::Lacks => format!("WITH * WHERE NOT EXISTS {{ {clause}}} "),
            Self::Count => format!("WITH *, COUNT {{ {clause}}} AS n "),
        }
    }

    fn rows(self, world: &World, clause: &Clause, mut before: Bound) -> Vec<Bound> {
        let found = expected(world, clause, &before);
        match self {
            Self::Rows | Self::Optional => found,
            Self::Exists if found.is_empty() => Vec::new(),
            Self::Lacks if !found.is_empty() => Vec::new(),
            Self::Exists | Self::Lacks => vec![before],
            Self::Count => {
                before.insert("n".to_owned(), Value::Int(found.len() as i64));
                vec![before]
            }
        }
    }
}

#[test]
fn random_patterns_find_what_trying_everything_finds() {
    let (mut n_rows, mut n_empty) = (0, 0);
    for seed in 1..=600_u64 {
        for mood in [Mood::Honest, Mood::Contrary] {
            let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
            let world = world(&mut dice, mood);
            let mut n_rels = 0;
            let first = clause(&mut dice, false, &mut n_rels);
            let mut rows = expected(&world, &first, &Bound::new());
            let mut before = text(&first);
            if dice.is(2) {
                let role =
                    [Role::Rows, Role::Optional, Role::Exists, Role::Lacks, Role::Count][dice.below(5)];
                let second = clause(&mut dice, role == Role::Optional, &mut n_rels);
                rows = rows.into_iter().flat_map(|row| role.rows(&world, &second, row)).collect();
                before += &role.text(&text(&second));
            }
            let names: BTreeSet<&String> = rows.iter().flat_map(BTreeMap::keys).collect();
            let node = names.iter().find(|name| !name.starts_with('r'));
            // All columns; or which nodes are there at all, for which not every path need be walked; or how many rows.
            let (result, is_distinct) = match (dice.below(4), node) {
                (0, Some(name)) => (format!("RETURN DISTINCT {name}"), true),
                (1, _) => ("RETURN count(*)".to_owned(), false),
                _ => ("RETURN *".to_owned(), false),
            };
            let query = before + &result;
            let (columns, found) = engine::query(&world.graph, &query, &Map::new()).unwrap_or_else(|error| {
                panic!("seed {seed}, {query}: {}", codegraph::error::message(&error))
            });
            let spelt = |value: Option<&Value>| format!("{:?}", value.unwrap_or(&Value::Null));
            let mut wanted: Vec<Vec<String>> = if *columns[0] == *"count(*)" {
                vec![vec![format!("Int({})", rows.len())]]
            } else {
                rows.iter().map(|row| columns.iter().map(|name| spelt(row.get(&**name))).collect()).collect()
            };
            if is_distinct {
                wanted.sort();
                wanted.dedup();
            }
            let mut found: Vec<Vec<String>> =
                found.iter().map(|row| row.iter().map(|value| spelt(Some(value))).collect()).collect();
            wanted.sort();
            found.sort();
            n_rows += rows.len();
            n_empty += usize::from(rows.is_empty());
            let difference = || {
                let lost = wanted.iter().find(|row| !found.contains(row));
                let made_up = found.iter().find(|row| !wanted.contains(row));
                format!("{} rows, not {}; lost {lost:?}; made up {made_up:?}", found.len(), wanted.len())
            };
            let of = || format!("{:?} {:?}", world.nodes, world.rels);
            assert!(found == wanted, "seed {seed}, {mood:?}: {query}\n{}\n{}", difference(), of());
        }
    }
    // They are neither all empty nor trivial.
    assert!(n_rows > 8_000 && n_empty < 800, "{n_rows} rows, {n_empty} empty answers");
}

#[test]
fn what_the_graph_does_not_have_is_counted_as_nothing() {
    for mood in [Mood::Honest, Mood::Contrary] {
        let world = world(&mut Dice(77), mood);
        assert!(world.rels.len() > 1);
        for query in [
            "MATCH ()-[r:Nothing]->() RETURN count(r)",
            "MATCH ()-[:Nothing]->() RETURN count(*)",
            "MATCH (a:Nothing) RETURN count(a)",
            "MATCH (a) WHERE a.nothing = 1 RETURN count(*)",
        ] {
            let (_, rows) = engine::query(&world.graph, query, &Map::new()).unwrap();
            assert!(matches!(rows[0][..], [Value::Int(0)]), "{query}: {rows:?}");
        }
    }
}
