//! openCypher over indexed projects: the graph that queries see, held against the named questions and against itself.

use crate::support::index;
use codegraph::cypher::graph::Flow;
use codegraph::cypher::{
    Direction, Graph as _, LabelId, NodeId, PropertyId, Rel, Seek, SeekBy, TypeId, Value,
};
use codegraph::query::cypher::{CodeGraph, Label, Property, Type};
use codegraph::query::{self, Limits, Question};
use codegraph::store::{ProjectRow, Snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const GO_ON: Flow = ControlFlow::Continue(());

/// Parts of real programs: one with methods outside their types, one with overloads and overrides, one with imports of
/// names, one with declarations apart from definitions.
const PROGRAMS: [&str; 4] = ["go", "java", "python", "cpp"];

fn program(language: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/bench").join(language)
}

/// Asks the graph of an indexed folder.
fn with_graph(root: &Path, ask: impl FnOnce(&CodeGraph<'_>, &Snapshot, &ProjectRow)) {
    let data = tempfile::tempdir().unwrap();
    index(data.path(), root);
    let snapshot = Snapshot::newest(data.path()).unwrap();
    let project = snapshot.view().project("p").unwrap().unwrap();
    let search = |_: &str, _: usize| Ok(Vec::new());
    ask(&CodeGraph::new(snapshot.view(), &project, false, &search), &snapshot, &project);
}

fn found(graph: &CodeGraph<'_>, seek: &Seek) -> Vec<NodeId> {
    let mut all = Vec::new();
    let _ = graph
        .nodes(seek, &mut |node| {
            all.push(node);
            Ok(GO_ON)
        })
        .unwrap();
    all
}

fn rels(graph: &CodeGraph<'_>, node: NodeId, direction: Direction, types: &[TypeId]) -> Vec<(Rel, NodeId)> {
    let mut all = Vec::new();
    let _ = graph
        .expand(node, direction, types, &mut |rel, other| {
            all.push((rel, other));
            Ok(GO_ON)
        })
        .unwrap();
    all
}

fn text(graph: &CodeGraph<'_>, node: NodeId, name: &str) -> Option<String> {
    let key = PropertyId(graph.schema().properties.find(name).unwrap());
    match graph.property(node, key).unwrap() {
        Value::Str(text) => Some(text.to_string()),
        _ => None,
    }
}

fn kind(name: &str) -> TypeId {
    TypeId(u16::try_from(Type::TERMS.iter().position(|term| term.name == name).unwrap()).unwrap())
}

#[test]
fn every_relationship_is_there_from_both_ends_and_has_its_properties() {
    for language in PROGRAMS {
        with_graph(&program(language), |graph, _, _| {
            let nodes = found(graph, &Seek::All);
            let of = |direction| -> BTreeSet<Rel> {
                nodes.iter().flat_map(|&node| rels(graph, node, direction, &[])).map(|(rel, _)| rel).collect()
            };
            let (out, back) = (of(Direction::Out), of(Direction::In));
            let show = |rel: &Rel| {
                let name = |node| graph.printed(node).unwrap();
                format!("{} {} {}", name(rel.from), Type::TERMS[usize::from(rel.kind.0)].name, name(rel.to))
            };
            let lost: Vec<String> = out.symmetric_difference(&back).map(show).collect();
            assert!(lost.is_empty(), "{language}: {} of {}: {lost:#?}", lost.len(), out.len());
            let mut all = Vec::new();
            let _ = graph
                .relationships(&[], &mut |rel, _| {
                    all.push(rel);
                    Ok(GO_ON)
                })
                .unwrap();
            assert_eq!(all.len(), out.len(), "{language}");
            assert_eq!(all.iter().copied().collect::<BTreeSet<Rel>>(), out, "{language}");
            for rel in all {
                for name in ["rule", "confidence", "places", "line", "file"] {
                    let key = PropertyId(graph.schema().properties.find(name).unwrap());
                    assert!(
                        !graph.rel_property(rel, key).unwrap().is_null(),
                        "{language} {} {name}",
                        show(&rel)
                    );
                }
            }
        });
    }
}

/// The printed symbols of an answer.
fn ids(answer: &query::Answer) -> BTreeSet<String> {
    let answer = serde_json::to_value(answer).unwrap();
    let rows = answer["results"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn by_id(id: &str) -> Seek {
    let place = Property::TERMS.iter().position(|term| term.name == "id").unwrap();
    Seek::Property { label: None, key: PropertyId(u16::try_from(place).unwrap()), value: Value::str(id) }
}

#[test]
fn calls_are_what_callers_and_callees_say() {
    for language in PROGRAMS {
        with_graph(&program(language), |graph, snapshot, project| {
            let limits = Limits::default();
            let mut n = 0;
            for label in ["Function", "Method"] {
                let label = LabelId(graph.schema().labels.find(label).unwrap());
                for node in found(graph, &Seek::Label(label)) {
                    let symbol = graph.printed(node).unwrap();
                    // A declaration and its definition are two nodes, and one symbol to a named question.
                    let question = Question::Definition { symbol: symbol.clone() };
                    let same = query::ask(snapshot.view(), project, &question, &limits).unwrap();
                    let same: Vec<NodeId> =
                        ids(&same).iter().flat_map(|id| found(graph, &by_id(id))).collect();
                    assert!(same.contains(&node), "{language} {symbol}");
                    for (direction, question) in [
                        (Direction::In, Question::Callers { symbol: symbol.clone(), depth: 1 }),
                        (Direction::Out, Question::Callees { symbol: symbol.clone(), depth: 1 }),
                    ] {
                        let answer = query::ask(snapshot.view(), project, &question, &limits).unwrap();
                        let expected = ids(&answer);
                        let got: BTreeSet<String> = same
                            .iter()
                            .flat_map(|&node| rels(graph, node, direction, &[kind("CALLS")]))
                            .map(|(_, other)| graph.printed(other).unwrap())
                            .collect();
                        assert_eq!(got, expected, "{language} {direction:?} {symbol}");
                        n += got.len();
                    }
                }
            }
            assert!(n > 100, "{language}: {n}");
        });
    }
}

#[test]
fn an_index_finds_what_looking_at_every_node_finds() {
    for language in PROGRAMS {
        with_graph(&program(language), |graph, _, _| {
            let nodes = found(graph, &Seek::All);
            let distinct: BTreeSet<NodeId> = nodes.iter().copied().collect();
            assert_eq!(distinct.len(), nodes.len(), "{language}");
            let labels: Vec<LabelId> = (0..u16::try_from(Label::TERMS.len()).unwrap()).map(LabelId).collect();
            for &label in &labels {
                let expected: BTreeSet<NodeId> =
                    nodes.iter().copied().filter(|&node| graph.has_label(node, label).unwrap()).collect();
                let got = found(graph, &Seek::Label(label));
                assert_eq!(got.len(), expected.len(), "{language} {label:?}");
                assert_eq!(got.into_iter().collect::<BTreeSet<NodeId>>(), expected, "{language} {label:?}");
                for &node in &expected {
                    assert!(graph.labels(node).unwrap().contains(&label));
                }
            }
            for term in Property::TERMS {
                let key = PropertyId(graph.schema().properties.find(term.name).unwrap());
                let mut by_value: BTreeMap<String, BTreeSet<NodeId>> = BTreeMap::new();
                for &node in &nodes {
                    if let Some(value) = text(graph, node, term.name) {
                        by_value.entry(value).or_default().insert(node);
                    }
                }
                if graph.seekable(None, key, SeekBy::Equality) {
                    for (value, expected) in by_value.iter().step_by(7) {
                        let seek = Seek::Property { label: None, key, value: Value::str(value) };
                        let got = found(graph, &seek);
                        assert_eq!(got.len(), expected.len(), "{language} {} {value}", term.name);
                        assert_eq!(
                            &got.into_iter().collect::<BTreeSet<_>>(),
                            expected,
                            "{} {value}",
                            term.name
                        );
                        let label = graph.labels(*expected.first().unwrap()).unwrap()[0];
                        let seek = Seek::Property { label: Some(label), key, value: Value::str(value) };
                        let expected: BTreeSet<NodeId> = expected
                            .iter()
                            .copied()
                            .filter(|&node| graph.has_label(node, label).unwrap())
                            .collect();
                        assert_eq!(found(graph, &seek).into_iter().collect::<BTreeSet<_>>(), expected);
                    }
                }
                if graph.seekable(None, key, SeekBy::Prefix) {
                    for prefix in by_value.keys().step_by(31).filter_map(|value| value.get(..2)) {
                        let expected: BTreeSet<NodeId> = by_value
                            .iter()
                            .filter(|(value, _)| value.starts_with(prefix))
                            .flat_map(|(_, nodes)| nodes.iter().copied())
                            .collect();
                        let got = found(graph, &Seek::Prefix { label: None, key, prefix: prefix.into() });
                        assert_eq!(got.len(), expected.len(), "{language} {} {prefix}", term.name);
                        assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), expected, "{language} {prefix}");
                    }
                }
            }
        });
    }
}
