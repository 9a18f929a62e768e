//! The engine end to end, over a small graph.

use super::small::Small;
use super::{Error, Flow, Limits, Map, NodeId, Value, prepare};
use crate::observe::Cancel;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::time::Duration;

/// Functions that call one another: `main` calls `parse` and `run`, `run` calls `step` (twice over two ways) and itself.
fn calls() -> Small {
    let mut graph = Small::default();
    let file = graph.node(&["File"], &[("name", Value::str("a.rs"))]);
    let mut function = |name: &str, line: i64| {
        let node =
            graph.node(&["Symbol", "Function"], &[("name", Value::str(name)), ("line", Value::Int(line))]);
        graph.rel(file, "CONTAINS", node, &[]);
        node
    };
    let (main, parse, run, step) =
        (function("main", 1), function("parse", 10), function("run", 20), function("step", 30));
    let mut call = |from, to, line: i64| graph.rel(from, "CALLS", to, &[("line", Value::Int(line))]);
    call(main, parse, 2);
    call(main, run, 3);
    call(parse, step, 11);
    call(run, step, 21);
    call(run, run, 22);
    graph
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => format!("{value:?}"),
        Value::Str(value) => value.to_string(),
        Value::List(value) => format!("[{}]", value.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map(value) => {
            let entries: Vec<String> =
                value.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Node(node) => format!("({})", node.0),
        Value::Rel(rel) => format!("[{}-{}]", rel.from.0, rel.to.0),
        Value::Path(path) => format!("<{:?}>", path.nodes.iter().map(|node| node.0).collect::<Vec<_>>()),
        other => format!("{other:?}"),
    }
}

fn rows_within(graph: &Small, text: &str, limits: &Limits) -> anyhow::Result<String> {
    let prepared = prepare(text, graph, &Map::new())?;
    let mut out = prepared.columns().join(" | ") + "\n";
    prepared.run(graph, limits, &Cancel::default(), &mut |row| {
        out += &(row.iter().map(shown).collect::<Vec<_>>().join(" | ") + "\n");
        Ok(Flow::Continue(()))
    })?;
    Ok(out)
}

fn rows(text: &str) -> String {
    rows_within(&calls(), text, &Limits::default()).unwrap_or_else(|error| crate::error::message(&error))
}

#[track_caller]
fn check(text: &str, expected: &Expect) {
    expected.assert_eq(&rows(text));
}

fn plan(text: &str) -> String {
    let graph = calls();
    let prepared = prepare(text, &graph, &Map::new()).unwrap();
    let counts = prepared
        .run(&graph, &Limits::default(), &Cancel::default(), &mut |_| Ok(Flow::Continue(())))
        .unwrap();
    let mut out = String::new();
    for step in prepared.explain(&graph, Some(&counts)) {
        let indent = "  ".repeat(step.depth);
        out +=
            &format!("{indent}{} {} ~{:.1} ={}\n", step.name, step.about, step.estimate, step.rows.unwrap());
    }
    out
}

#[test]
fn callers_of_callers_are_found_through_a_variable_length() {
    check(
        "MATCH (f:Function)-[:CALLS*1..2]->(g:Function {name: 'step'}) RETURN DISTINCT f.name AS name ORDER BY name",
        &expect![[r#"
            name
            main
            parse
            run
        "#]],
    );
}

#[test]
fn relationships_of_a_pattern_differ_but_nodes_may_be_the_same() {
    check(
        "MATCH (a)-[r:CALLS]->(b)-[s:CALLS]->(c) RETURN a.name, b.name, c.name",
        &expect![[r#"
        a.name | b.name | c.name
        main | parse | step
        main | run | step
        main | run | run
        run | run | step
    "#]],
    );
    check(
        "MATCH (a {name: 'run'})-[:CALLS]-(b) RETURN b.name",
        &expect![[r#"
        b.name
        main
        step
        run
    "#]],
    );
    check(
        "MATCH p = (:Function {name: 'main'})-[:CALLS*0..]->(b) RETURN p, length(p), b.name",
        &expect![[r#"
            p | length(p) | b.name
            <[1]> | 0 | main
            <[1, 2]> | 1 | parse
            <[1, 2, 4]> | 2 | step
            <[1, 3]> | 1 | run
            <[1, 3, 4]> | 2 | step
            <[1, 3, 3]> | 2 | run
            <[1, 3, 3, 4]> | 3 | step
        "#]],
    );
}

#[test]
fn what_is_not_found_is_null_only_when_it_is_optional() {
    check(
        "MATCH (f:Function) OPTIONAL MATCH (f)-[:CALLS]->(g) WHERE g.line > 25 RETURN f.name, g.name",
        &expect![[r#"
            f.name | g.name
            main | null
            parse | step
            run | step
            step | null
        "#]],
    );
    check(
        "OPTIONAL MATCH (n:Nothing) RETURN n",
        &expect![[r#"
        n
        null
    "#]],
    );
    check(
        "MATCH (f:Function) WHERE NOT (f)-[:CALLS]->() RETURN f.name",
        &expect![[r#"
        f.name
        step
    "#]],
    );
}

#[test]
fn groups_are_in_order_of_discovery_and_sorting_is_stable() {
    check(
        "MATCH (f:Function)-[c:CALLS]->(g) RETURN f.name AS name, count(*) AS n, collect(g.name) AS callees, avg(c.line)",
        &expect![[r#"
            name | n | callees | avg(c.line)
            main | 2 | [parse, run] | 2.5
            parse | 1 | [step] | 11.0
            run | 2 | [step, run] | 21.5
        "#]],
    );
    check(
        "MATCH (f:Function)-[:CALLS]->(g) WITH f, count(g) AS n ORDER BY n DESC LIMIT 2 WHERE n > 1 RETURN f.name, n",
        &expect![[r#"
            f.name | n
            main | 2
            run | 2
        "#]],
    );
    check(
        "MATCH (n:Nothing) RETURN count(*), sum(n.x), collect(n.x), min(n.x), avg(n.x)",
        &expect![[r#"
        count(*) | sum(n.x) | collect(n.x) | min(n.x) | avg(n.x)
        0 | 0 | [] | null | null
    "#]],
    );
}

#[test]
fn expressions_follow_three_valued_logic() {
    check(
        "RETURN null = null AS a, null OR true AS b, null AND false AS c, 1 < 2 < 3 AS d, 3 > 2 > 2 AS e,
            1 IN [null, 2] AS f, all(x IN [1, null] WHERE x > 0) AS g, none(x IN [] WHERE x) AS h",
        &expect![[r#"
            a | b | c | d | e | f | g | h
            null | true | false | true | false | null | null | true
        "#]],
    );
    check(
        "RETURN [x IN range(1, 5) WHERE x % 2 = 1 | x ^ 2] AS a, reduce(s = 0, x IN [1, 2, 3] | s + x) AS b,
            CASE 2 WHEN 1 THEN 'one' WHEN 2, 3 THEN 'more' END AS c, {k: [1, 2][-1]}.k AS d, [1, 2, 3][1..] AS e,
            'a' + 1 AS f, 7 / 2 AS g, -7 % 3 AS h, 'abc' =~ 'a.c' AS i",
        &expect![[r#"
            a | b | c | d | e | f | g | h | i
            [1.0, 9.0, 25.0] | 6 | more | 2 | [2, 3] | a1 | 3 | -1 | true
        "#]],
    );
}

#[test]
fn subqueries_see_what_is_around_them() {
    check(
        "MATCH (f:Function) RETURN f.name, [(f)-[c:CALLS]->(g) WHERE g.line > 5 | g.name + ':' + c.line] AS callees,
            EXISTS { (f)<-[:CALLS]-(x) WHERE x.name STARTS WITH 'm' } AS by_main, COUNT { (f)--() } AS degree,
            COLLECT { MATCH (f)-[:CALLS]->(g) RETURN g.name ORDER BY g.name DESC LIMIT 1 } AS last",
        &expect![[r#"
            f.name | callees | by_main | degree | last
            main | [parse:2, run:3] | false | 3 | [run]
            parse | [step:11] | true | 3 | [step]
            run | [step:21, run:22] | true | 4 | [step]
            step | [] | false | 3 | []
        "#]],
    );
    check(
        "UNWIND [1, 1, 2] AS x RETURN x UNION UNWIND [2, 3] AS x RETURN x",
        &expect![[r#"
        x
        1
        2
        3
    "#]],
    );
}

#[test]
fn shortest_paths_are_shortest() {
    check(
        "MATCH p = shortestPath((a {name: 'main'})-[:CALLS*]->(b {name: 'step'})) RETURN [n IN nodes(p) | n.name]",
        &expect![[r#"
            [n IN nodes(p) | n.name]
            [main, parse, step]
        "#]],
    );
    check(
        "MATCH p = allShortestPaths((a {name: 'main'})-[:CALLS*..5]->(b {name: 'step'})) RETURN [n IN nodes(p) | n.name]",
        &expect![[r#"
            [n IN nodes(p) | n.name]
            [main, parse, step]
            [main, run, step]
        "#]],
    );
}

#[test]
fn the_plan_starts_where_the_fewest_are() {
    expect![[r#"
        Project f.name ~0.8 =2
          Filter 1 condition ~0.8 =2
            Expand (g)<-[:CALLS]-(f) ~1.0 =2
              NodeSeek g:Function.name = ~1.0 =1
    "#]]
    .assert_eq(&plan("MATCH (f:Function)-[:CALLS]->(g:Function) WHERE g.name = 'step' RETURN f.name"));
    expect![[r#"
        Project count(r) ~1.0 =1
          CountStore  ~1.0 =1
    "#]]
    .assert_eq(&plan("MATCH ()-[r:CALLS]->() RETURN count(r)"));
    expect![[r#"
        Project b.name ~1.0 =2
          Filter 2 conditions ~1.0 =2
            NodesByLabel b:Function ~4.0 =4
              NodeSeek a:Function.name = ~1.0 =1
        Subquery  ~1.0 =2
          ExpandInto (a)-[:CALLS]->(b) ~1.0 =2
    "#]].assert_eq(&plan(
        "MATCH (a:Function {name: 'main'}), (b:Function) WHERE (a)-[:CALLS]->(b) AND b.line > a.line RETURN b.name",
    ));
}

#[test]
fn one_of_several_values_is_sought() {
    let text = "MATCH (f:Function) WHERE f.name = 'run' OR 'step' = f.name OR f.name = 'run' RETURN f.line";
    expect![[r#"
        Project f.line ~3.0 =2
          NodeSeek f:Function.name IN ~3.0 =2
    "#]]
    .assert_eq(&plan(text));
    check(
        text,
        &expect![[r#"
        f.line
        20
        30
    "#]],
    );
    check(
        "MATCH (f:Function) WHERE f.name = 'run' OR f.line = 1 RETURN f.name, (f.name = 'run' OR f.name = null) AS x",
        &expect![[r#"
            f.name | x
            main | null
            run | true
        "#]],
    );
}

#[test]
fn what_makes_no_sense_is_told_with_its_place() {
    check(
        "MATCH (f:Function) RETURN g.name",
        &expect![[r#"
        no variable g is known here; did you mean f?
        1 | MATCH (f:Function) RETURN g.name
          |                           ^"#]],
    );
    check(
        "RETURN lenght('a')",
        &expect![[r#"
            there is no function lenght(); did you mean length()?
            1 | RETURN lenght('a')
              |        ^^^^^^^^^^^"#]],
    );
    check(
        "MATCH (f) RETURN f.line + count(*)",
        &expect![[r#"
        f is neither grouped by nor inside an aggregate; return f as a column of its own, or put WITH before
        1 | MATCH (f) RETURN f.line + count(*)
          |                  ^"#]],
    );
    check(
        "UNWIND [1, 0] AS x RETURN 1 / x",
        &expect![[r#"
        a division by zero
        1 | UNWIND [1, 0] AS x RETURN 1 / x
          |                           ^^^^^"#]],
    );
    check(
        "MATCH (f) SET f.name = 'x'",
        &expect![[r#"
        the graph is only read, so there is no SET
        1 | MATCH (f) SET f.name = 'x'
          |           ^^^^^^^^^^^^^^^^"#]],
    );
}

#[test]
fn a_strict_schema_knows_what_was_meant() {
    let mut graph = calls();
    graph.schema.is_strict = true;
    let told = |text: &str| {
        let error = rows_within(&graph, text, &Limits::default()).unwrap_err();
        crate::error::message(&error)
    };
    expect![[r#"
        there is no label Functoin; did you mean Function?
        1 | MATCH (f:Functoin) RETURN f
          |          ^^^^^^^^"#]]
    .assert_eq(&told("MATCH (f:Functoin) RETURN f"));
    expect![[r#"
        there is no relationship type CALL; did you mean CALLS?
        1 | MATCH (f)-[:CALL]->() RETURN f
          |             ^^^^"#]]
    .assert_eq(&told("MATCH (f)-[:CALL]->() RETURN f"));
    expect![[r#"
        there is no property lin; did you mean line?
        1 | MATCH (f) WHERE f.lin = 1 RETURN f
          |                   ^^^"#]]
    .assert_eq(&told("MATCH (f) WHERE f.lin = 1 RETURN f"));
}

#[test]
fn a_limit_that_is_passed_is_named() {
    let graph = calls();
    let name = |text: &str, limits: Limits| {
        let error = rows_within(&graph, text, &limits).unwrap_err();
        error
            .downcast_ref::<Error>()
            .map_or_else(|| crate::error::message(&error), |error| error.detail.to_owned())
    };
    let limits = Limits::default();
    assert_eq!(name("UNWIND range(1, 10) AS x RETURN x", Limits { rows: 9, ..limits }), "rows");
    assert_eq!(name("MATCH (a)-[:CALLS*]->(b) RETURN b", Limits { depth: 2, ..limits }), "depth");
    assert_eq!(
        name("UNWIND range(1, 1000) AS x RETURN DISTINCT x", Limits { memory_bytes: 1000, ..limits }),
        "memory_bytes"
    );
    let long = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x WHERE x < 0 RETURN x";
    assert_eq!(name(long, Limits { time: Duration::from_millis(1), ..limits }), "time");
    let cancel = Cancel::default();
    cancel.cancel();
    let stopped = prepare(long, &graph, &Map::new())
        .unwrap()
        .run(&graph, &limits, &cancel, &mut |_| Ok(Flow::Continue(())));
    assert_eq!(crate::error::Kind::of(&stopped.unwrap_err()), crate::error::Kind::Interrupted);
}

#[test]
fn rows_stop_where_the_limit_of_the_query_says() {
    // The inner loop alone would run for hours.
    check(
        "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN x, y SKIP 1 LIMIT 2",
        &expect![[r#"
            x | y
            1 | 2
            1 | 3
        "#]],
    );
    check(
        "MATCH (f:Function) WITH f LIMIT 2 MATCH (f)-[:CALLS]->(g) RETURN f.name, g.name LIMIT 3",
        &expect![[r#"
            f.name | g.name
            main | parse
            main | run
            parse | step
        "#]],
    );
}

#[test]
fn deep_expressions_are_an_error_or_run_but_never_overflow() {
    for text in [
        format!("RETURN 1{}", " + 1".repeat(1_500)),
        format!("RETURN true{}", " AND true".repeat(1_500)),
        format!("RETURN true{}", " OR NOT false AND true".repeat(300)),
        format!("RETURN {}1", "- ".repeat(1_500)),
        format!("RETURN {}1{}", "[".repeat(95), "]".repeat(95)),
        format!("RETURN {}1{}", "(1 + ".repeat(95), ")".repeat(95)),
        format!("RETURN x{}", ".a".repeat(1_500)),
        format!("RETURN {} 1", "CASE WHEN true THEN ".repeat(140)) + &" END".repeat(140),
        format!("MATCH {} RETURN 1", vec!["()"; 200].join("-->")),
        format!("MATCH {} RETURN 1 LIMIT 1", vec!["()"; 200].join("-[*0..0]->")),
        format!("MATCH {} RETURN 1", vec!["()"; 10_000].join(", ")),
        (0..10_000).map(|i| format!("UNWIND [1] AS x{i} ")).collect::<String>() + "RETURN 1",
        (0..150).map(|i| format!("UNWIND [1] AS x{i} ")).collect::<String>() + "RETURN 1",
    ] {
        let _shown: String = rows(&text);
    }
}

#[test]
fn where_only_ends_count_each_node_is_looked_at_once() {
    expect![[r#"
        Distinct g.name ~1.5 =3
          Project g.name ~3.0 =3
            ReachTogether (f)-[:CALLS*1..]->(g) ~3.0 =3
              NodeSeek f:Function.name = ~1.0 =1
    "#]]
    .assert_eq(&plan("MATCH (f:Function {name: 'main'})-[:CALLS*]->(g) RETURN DISTINCT g.name"));
    expect![[r#"
        Project count(DISTINCT f) ~1.0 =1
          Aggregate  ~1.0 =1
            Filter 1 condition ~2.0 =3
              NodesByLabel f:Function ~4.0 =4
        Subquery  ~1.0 =1
          Member (_1)-[:CALLS*1..]->(f) ~1.0 =1
            Filter 2 conditions ~0.2 =0
              ReachTogether (f)<-[:CALLS*1..]-(_1) ~3.0 =1
            NodeSeek _1:Function.name = ~1.0 =1
    "#]].assert_eq(&plan(
        "MATCH (f:Function) WHERE NOT EXISTS { (:Function {name: 'parse'})-[:CALLS*]->(f) } RETURN count(DISTINCT f)",
    ));
    // The cheap condition is tested first: one function is asked for what reaches it, not four.
    expect![[r#"
        Project f.name ~1.0 =0
          Filter 2 conditions ~1.0 =0
            NodesByLabel f:Function ~4.0 =4
        Subquery  ~1.0 =0
          Expand (f)-[:CALLS]->(_2) ~1.0 =0
    "#]]
    .assert_eq(&plan("MATCH (f:Function) WHERE EXISTS { (f)-[:CALLS]->() } AND f.line > 25 RETURN f.name"));
    // How many paths there are is asked for.
    expect![[r#"
        Project count(*) ~1.7 =3
          Aggregate g.name ~1.7 =3
            Walk (f)-[:CALLS*1..]->(g) ~3.0 =6
              NodeSeek f:Function.name = ~1.0 =1
    "#]]
    .assert_eq(&plan("MATCH (f:Function {name: 'main'})-[:CALLS*]->(g) RETURN g.name, count(*)"));
    // A graph in which each node has two ways to the next: 2^40 paths.
    let mut graph = Small::default();
    let nodes: Vec<NodeId> = (0..41).map(|n| graph.node(&["N"], &[("n", Value::Int(n))])).collect();
    for pair in nodes.windows(2) {
        graph.rel(pair[0], "A", pair[1], &[]);
        graph.rel(pair[0], "A", pair[1], &[]);
    }
    let text = "MATCH (a {n: 0})-[:A*]->(b) WHERE NOT (b)-[:A*]->(a) RETURN count(DISTINCT b) AS n";
    assert_eq!(rows_within(&graph, text, &Limits::default()).unwrap(), "n\n40\n");
}

/// Any small graph: pairs of nodes are relationships of one of two types.
fn any_graph(edges: &[(u64, u64, bool)]) -> Small {
    let mut graph = Small::default();
    for number in 0..6 {
        graph.node(&["N"], &[("n", Value::Int(number))]);
    }
    for (from, to, is_a) in edges {
        graph.rel(NodeId(*from), if *is_a { "A" } else { "B" }, NodeId(*to), &[]);
    }
    graph
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// The list of relationships is asked for in the second query, so that it walks all paths.
    #[test]
    fn a_search_finds_the_ends_of_all_walks(edges in proptest::collection::vec((0_u64..6, 0_u64..6, any::<bool>()), 0..9)) {
        let graph = any_graph(&edges);
        for length in ["*", "*0..", "*1..2", "*..3", "*0..1", "*0..2"] {
            for (before, after) in [("-", "->"), ("<-", "-"), ("-", "-")] {
                let sorted = |middle: &str, rest: &str| {
                    let text = format!("MATCH (f:N {{n: 0}}){before}[{middle}:A|B{length}]{after}(g) {rest}");
                    rows_within(&graph, &text, &Limits::default()).unwrap()
                };
                let searched = sorted("", "RETURN DISTINCT g.n AS n ORDER BY n");
                let walked = sorted("r", "WITH g, size(r) AS s RETURN DISTINCT g.n AS n, min(s) >= 0 AS x ORDER BY n");
                prop_assert_eq!(&searched, &walked.replace(" | true", "").replace(" | x", ""), "{} {}", length, after);
                let text = format!("MATCH (f:N {{n: 0}}), (g:N) WHERE (f){before}[:A|B{length}]{after}(g) RETURN g.n AS n ORDER BY n");
                let tested = rows_within(&graph, &text, &Limits::default()).unwrap();
                prop_assert_eq!(&searched, &tested, "{} {}", length, after);
                // From several starts, and as a condition that is asked more often than it is answered row by row.
                let among = |rest: &str| {
                    let text = format!("UNWIND [1, 2] AS twice {rest} RETURN DISTINCT g.n AS n ORDER BY n");
                    rows_within(&graph, &text, &Limits::default()).unwrap()
                };
                let pattern = |list: &str| format!("(f:N){before}[{list}:A|B{length}]{after}(g)");
                let walked = among(&format!("MATCH {} WHERE f.n > 2 WITH r, g", pattern("r")));
                prop_assert_eq!(&among(&format!("MATCH {} WHERE f.n > 2", pattern(""))), &walked, "{} {}", length, after);
                let exists = format!("MATCH (g:N) WHERE EXISTS {{ {} WHERE f.n > 2 }}", pattern(""));
                prop_assert_eq!(&among(&exists), &walked, "{} {}", length, after);
            }
        }
    }
}

/// Queries of all shapes, as seeds for what follows.
const SEEDS: &[&str] = &[
    "MATCH (a:Function {name: 'main'})-[r:CALLS*1..3]->(b) WHERE b.line > 5 OR NOT a:File RETURN DISTINCT b.name AS x ORDER BY x DESC SKIP 1 LIMIT 3",
    "MATCH p = shortestPath((a:Function)-[:CALLS*]-(b:File)) RETURN length(p), nodes(p)[0].name, relationships(p)",
    "OPTIONAL MATCH (a)<-[r]-(b) WITH a, count(DISTINCT r) AS n, collect(b.name) AS names WHERE n > 1 RETURN *",
    "UNWIND [1, 2.5, 'x', null, {k: [1, 2]}, true] AS x RETURN x, x IN [1, null], [y IN range(0, 3) WHERE y > 1 | y ^ 2] AS l",
    "MATCH (f) RETURN CASE f.name WHEN 'main' THEN 1 ELSE -1 END AS c, reduce(s = 0, v IN [1, 2] | s + v), any(v IN [f.line] WHERE v > 1)",
    "MATCH (f:Function) WHERE EXISTS { MATCH (f)-->(g) WHERE g.line = f.line } RETURN COUNT { (f)--() }, [(f)-->(g) | g.name], f {.name, .*}",
    "RETURN 1 AS a UNION ALL RETURN date('2020-01-01') + duration('P1D') AS a UNION ALL RETURN toString(1.5)[0..1] AS a",
    "MATCH (a)-[r]->(b) MATCH (b)-[r]-(c), (a)--(d) RETURN r, a, avg(d.line), percentileCont(d.line, 0.5), stDev(d.line)",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Words of queries left out, doubled and swapped between queries.
    #[test]
    fn no_query_panics(seed in 0..SEEDS.len(), edits in proptest::collection::vec((0_usize..60, 0..SEEDS.len(), 0_usize..60, 0_u8..4), 1..6)) {
        let words = |text: &str| -> Vec<String> {
            let tokens = open_cypher::lex(text).tokens;
            tokens.into_iter().filter(|token| !token.is_trivia()).map(|token| token.text(text).unwrap().to_owned()).collect()
        };
        let mut query = words(SEEDS[seed]);
        for (at, other, from, edit) in edits {
            let at = at % query.len().max(1);
            let other = words(SEEDS[other]);
            let word = other[from % other.len()].clone();
            match edit {
                0 if query.len() > 1 => drop(query.remove(at)),
                1 => query.insert(at, word),
                2 if !query.is_empty() => query[at] = word,
                _ => query.insert(at, query.get(at).cloned().unwrap_or_default()),
            }
        }
        let limits = Limits { rows: 1_000, depth: 20, memory_bytes: 1 << 20, time: Duration::from_millis(200) };
        let _either: anyhow::Result<String> = rows_within(&calls(), &query.join(" "), &limits);
    }
}
