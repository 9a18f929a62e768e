//! openCypher over indexed projects: the graph that queries see, held against the named questions and against itself.

use crate::support::index;
use codegraph::cypher::graph::Flow;
use codegraph::cypher::{
    Direction, Graph as _, LabelId, Map, NodeId, PropertyId, Rel, Seek, SeekBy, TypeId, Value,
};
use codegraph::observe::Cancel;
use codegraph::query::cypher::{CodeGraph, Label, Property, Type};
use codegraph::query::{self, Limits, Question};
use codegraph::store::{ProjectRow, Snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

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

// ---- the program ----------------------------------------------------------------------------------------------------

/// Runs the program on an indexed folder.
fn program_says(data: &Path, root: &Path, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_codegraph"))
        .env_clear()
        .arg("--data-dir")
        .arg(data)
        .args(args)
        .current_dir(root)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A part of requests with its index.
fn requests() -> (tempfile::TempDir, PathBuf) {
    let data = tempfile::tempdir().unwrap();
    let root = program("python");
    index(data.path(), &root);
    (data, root)
}

#[test]
fn the_questions_of_the_readme_are_answered() {
    // Worked out with Python's own `ast` and by reading the code.
    let expected = [
        r#"["Session.request",8]"#,
        r#""requests/requests/adapters.py",63,"SOCKSProxyManager"]"#,
        r#"["requests/requests/auth.py",15]"#,
        r#"["requests/requests/sessions.py",10]"#,
        r#"["ConnectTimeout",["Timeout","ConnectionError"]]"#,
        r#"["SessionRedirectMixin.resolve_redirects",122],["HTTPDigestAuth.build_digest_header",109],["HTTPAdapter.send",107],["Session.request",92],["PreparedRequest.prepare_body",77]"#,
        r#"["os.path.exists",3],["os.path.isdir",2],["urllib3.util.Timeout",2],["urllib3.util.parse_url",2]"#,
        r#"["get","request","Session.request","Session.send","SessionRedirectMixin.resolve_redirects","SessionRedirectMixin.rebuild_proxies","get_auth_from_url"]"#,
        r#"["_internal_utils.py",5,[]],["cookies.py",5,["_internal_utils.py"]]"#,
        r#"["get_auth_from_url","HTTPAdapter.proxy_headers"],["get_auth_from_url","HTTPAdapter.proxy_manager_for"],["get_auth_from_url","PreparedRequest.prepare_auth"],["get_auth_from_url","SessionRedirectMixin.rebuild_proxies"]"#,
    ];
    let (data, root) = requests();
    let readme = include_str!("../README.md");
    let queries: Vec<&str> =
        readme.split("```cypher\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(queries.len(), expected.len());
    for (query, expected) in queries.iter().zip(expected) {
        let (code, out, error) = program_says(data.path(), &root, &["query", query, "--format", "json"]);
        assert_eq!(code, 0, "{query}: {error}");
        assert!(out.contains(expected), "{query}\n{out}");
    }
}

#[test]
fn named_questions_and_queries_reach_the_same_symbols() {
    let limits = Limits::default();
    for language in ["go", "java", "python"] {
        with_graph(&program(language), |graph, snapshot, project| {
            let label = LabelId(graph.schema().labels.find("Function").unwrap());
            let mut nodes = found(graph, &Seek::Label(label));
            let label = LabelId(graph.schema().labels.find("Method").unwrap());
            nodes.extend(found(graph, &Seek::Label(label)));
            let mut n = 0;
            // Some of them, spread over all.
            for node in nodes.iter().copied().step_by(nodes.len() / 40 + 1) {
                let symbol = graph.printed(node).unwrap();
                for (pattern, question) in [
                    ("<-[:CALLS*1..3]-", Question::Callers { symbol: symbol.clone(), depth: 3 }),
                    ("-[:CALLS*1..3]->", Question::Callees { symbol: symbol.clone(), depth: 3 }),
                ] {
                    let answer = query::ask(snapshot.view(), project, &question, &limits).unwrap();
                    let mut expected = ids(&answer);
                    let text = format!("MATCH (f {{id: $id}}){pattern}(g) RETURN DISTINCT g.id");
                    let parameters = Map::from([("id".into(), Value::str(&symbol))]);
                    let mut got: BTreeSet<String> = rows(graph, &text, &parameters)
                        .unwrap()
                        .into_iter()
                        .map(|row| row[0].clone())
                        .collect();
                    // Whether what is asked for is among its own callers a walk from it does not tell in the same way.
                    expected.remove(&symbol);
                    got.remove(&symbol);
                    // A named question takes the callers of constructors for those of the type too.
                    if by_types(&answer) {
                        assert!(got.is_subset(&expected), "{language} {pattern} {symbol}");
                    } else {
                        assert_eq!(got, expected, "{language} {pattern} {symbol}");
                        n += got.len();
                    }
                }
            }
            assert!(n > 100, "{language}: {n}");
        });
    }
}

/// True when types are among the results.
fn by_types(answer: &query::Answer) -> bool {
    let answer = serde_json::to_value(answer).unwrap();
    let is_type = |row: &serde_json::Value| matches!(row["kind"].as_str(), Some("class" | "enum" | "struct"));
    answer["results"].as_array().unwrap().iter().any(is_type)
}

/// Rows of texts.
fn rows(graph: &CodeGraph<'_>, text: &str, parameters: &Map) -> anyhow::Result<Vec<Vec<String>>> {
    let prepared = codegraph::cypher::prepare(text, graph, parameters)?;
    let mut all = Vec::new();
    prepared.run(graph, &codegraph::cypher::Limits::default(), &Cancel::default(), &mut |row| {
        let text = |value: &Value| match value {
            Value::Str(text) => text.to_string(),
            other => format!("{other:?}"),
        };
        all.push(row.iter().map(text).collect());
        Ok(GO_ON)
    })?;
    Ok(all)
}

#[test]
fn a_query_starts_where_an_index_helps_most() {
    let (data, root) = requests();
    let steps = |query: &str| -> Vec<(String, String)> {
        let (code, out, error) =
            program_says(data.path(), &root, &["query", query, "--explain", "--format", "json"]);
        assert!(code <= 1, "{error}");
        let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
        let text = |step: &serde_json::Value, key: &str| step[key].as_str().unwrap_or_default().to_owned();
        let plan = answer["plan"].as_array().unwrap();
        plan.iter().map(|step| (text(step, "operator"), text(step, "about"))).collect()
    };
    for (query, operator, about) in [
        ("MATCH (f:Function|Method {name: 'get'}) RETURN f", "NodeSeek", "f:Symbol.name ="),
        ("MATCH (f:Function {name: 'get'}) RETURN f", "NodeSeek", "f:Function.name ="),
        (
            "MATCH (f)-[:CALLS]->(g:Function) WHERE g.name = 'request' RETURN f",
            "NodeSeek",
            "g:Function.name =",
        ),
        ("MATCH (f) WHERE f.file STARTS WITH 'requests/' RETURN f LIMIT 1", "NodeSeek", "f.file STARTS WITH"),
        (
            "MATCH (f:Symbol)-[:CALLS*1..3]->(g {qualified_name: 'Session.send'}) RETURN f.name",
            "NodeSeek",
            "g.qualified_name =",
        ),
        ("MATCH (c:Class) RETURN c.name", "NodesByLabel", "c:Class"),
        ("MATCH ()-[r:CALLS]->() RETURN count(r)", "CountStore", ""),
    ] {
        let steps = steps(query);
        assert!(
            steps.iter().any(|(name, text)| name == operator && text.starts_with(about)),
            "{query}: {steps:?}"
        );
    }
}

#[test]
fn mistakes_are_told_with_their_place_and_what_would_be_right() {
    let (data, root) = requests();
    for (query, wanted) in [
        ("MATCH (f:Functin) RETURN f", ["there is no label Functin; did you mean Function?", "^^^^^^^"]),
        ("MATCH (f)-[:CALL]->() RETURN f", ["did you mean CALLS?", "^^^^"]),
        ("MATCH (f) RETURN f.nam", ["there is no property nam; did you mean name?", "^^^"]),
        ("MATCH (f RETURN f", ["unclosed", "^"]),
        ("MATCH (f) RETURN g", ["g", "^"]),
        ("RETURN toUper('a')", ["toUpper", "^"]),
        ("MATCH (n) DELETE n", ["only read", "DELETE"]),
        ("CALL db.label()", ["db.labels", "^"]),
    ] {
        let (code, out, error) = program_says(data.path(), &root, &["query", query]);
        assert_eq!((code, out.as_str()), (2, ""), "{query}: {error}");
        for wanted in wanted {
            assert!(error.contains(wanted), "{query}: {error}");
        }
    }
    let (code, _, error) = program_says(data.path(), &root, &["query", "calers", "f"]);
    assert!(code == 2 && error.contains("'callers'"), "{code} {error}");
    let (code, _, error) = program_says(data.path(), &root, &["query", ""]);
    assert!(code == 2 && error.contains("there is no query"), "{code} {error}");
    let (code, _, error) = program_says(data.path(), &root, &["query"]);
    assert!(code == 2 && error.contains("there is no query"), "{code} {error}");
}

#[test]
fn passing_a_limit_is_an_error_that_names_it() {
    let (data, root) = requests();
    let settings = data.path().join("limits.toml");
    std::fs::write(&settings, "[query]\nmax_rows = 5\nmax_depth = 2\nmax_memory = \"10KB\"\n").unwrap();
    let ask = |query: &str| {
        program_says(data.path(), &root, &["--config", settings.to_str().unwrap(), "query", query])
    };
    for (query, name) in [
        ("MATCH (n) RETURN n", "max_rows"),
        ("MATCH (f:Function {name: 'get'})-[:CALLS*]->(g) RETURN g LIMIT 5", "max_depth"),
        ("MATCH (n) RETURN count(DISTINCT n.id)", "max_memory"),
    ] {
        let (code, out, error) = ask(query);
        assert_eq!((code, out.as_str()), (2, ""), "{query}: {error}");
        assert!(error.contains(name), "{query}: {error}");
    }
    assert_eq!(ask("MATCH (n) RETURN n LIMIT 5").0, 0);
}

#[test]
fn answers_have_every_form_and_parameters_their_types() {
    let (data, root) = requests();
    let say = |args: &[&str]| program_says(data.path(), &root, &[&["query"], args].concat());
    let query = "UNWIND $list AS x RETURN x, x + $n AS sum, $text AS text";
    let params = ["--param", "list=[1,2]", "--param", "n=2", "--param", "text=a, \"b\""];
    let with = |format: &str| say(&[&[query], &params[..], &["--format", format]].concat());
    assert_eq!(with("csv").1, "x,sum,text\n1,3,\"a, \"\"b\"\"\"\n2,4,\"a, \"\"b\"\"\"\n");
    assert_eq!(
        with("jsonl").1,
        "{\"sum\":3,\"text\":\"a, \\\"b\\\"\",\"x\":1}\n{\"sum\":4,\"text\":\"a, \\\"b\\\"\",\"x\":2}\n"
    );
    let rows = |format: &str| with(format).1.lines().take(3).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(rows("table"), ["x  sum  text", "1    3  a, \"b\"", "2    4  a, \"b\""]);
    assert_eq!(rows("table"), rows("text"));
    let (_, out, _) = with("json");
    assert!(out.starts_with(r#"{"columns":["x","sum","text"],"rows":[[1,3,"a, \"b\""],[2,4,"#), "{out}");
    let (code, out, _) =
        say(&["MATCH (f:Function {name: 'head'})-[c:CALLS]->(g) RETURN f, c", "--format", "json"]);
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    let row = &answer["rows"][0];
    assert_eq!((code, row[0]["name"].as_str()), (0, Some("head")), "{out}");
    assert_eq!((row[0]["labels"][1].as_str(), row[1]["type"].as_str()), (Some("Function"), Some("CALLS")));
    // What a node is called leads on in named questions.
    let (code, out, error) = say(&["callees", row[0]["id"].as_str().unwrap()]);
    assert!(code == 0 && out.contains("request"), "{out}{error}");
    assert_eq!(say(&["MATCH (f {name: 'nobody'}) RETURN f"]).0, 1);
    let (code, out, _) = say(&["schema"]);
    assert!(code == 0 && out.contains("OVERRIDES") && out.contains("toUpper("), "{out}");
}
