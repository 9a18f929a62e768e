//! Queries that ask for more than there is: each is an error that names its limit, and none takes the program down.

use super::graph::TestGraph;
use codegraph::cypher::error::{Error, ErrorKind};
use codegraph::cypher::value::Map;
use codegraph::cypher::{Limits, prepare};
use codegraph::observe::Cancel;
use std::ops::ControlFlow::Continue;
use std::time::Duration;

/// Limits that a test reaches soon.
const LIMITS: Limits =
    Limits { rows: 10_000, depth: 100, memory_bytes: 8 << 20, time: Duration::from_secs(20) };

/// The limit that a query passes, if it passes one.
fn passed(query: &str) -> Option<&'static str> {
    let graph = TestGraph::default();
    let prepared = prepare(query, &graph, &Map::new()).unwrap_or_else(|error| panic!("{query}: {error:?}"));
    let outcome = prepared.run(&graph, &LIMITS, &Cancel::default(), &mut |_| Ok(Continue(())));
    let error = outcome.err()?;
    let error = error.downcast_ref::<Error>().unwrap_or_else(|| panic!("{query}: {error:?}"));
    assert_eq!(error.kind, ErrorKind::Limit, "{query}: {error}");
    Some(error.detail)
}

#[test]
fn values_that_grow_without_end_pass_the_limit_of_memory() {
    let doubled = |start: &str| {
        let step = "WITH x + x AS x ".repeat(60);
        format!("WITH {start} AS x {step}RETURN size(x)")
    };
    for query in [
        "RETURN size(reduce(x = 'ab', i IN range(1, 60) | x + x))",
        "RETURN size(reduce(x = [1], i IN range(1, 60) | x + x))",
        // Each step shares the one before twice, so that it takes up little and is huge.
        "RETURN size(reduce(x = [1], i IN range(1, 60) | [x, x]))",
        "RETURN size(reduce(x = [range(1, 9999)], i IN range(1, 20) | x + x))",
        "RETURN keys(reduce(x = {a: 1}, i IN range(1, 60) | {a: x, b: x}))",
        &doubled("'ab'"),
        &doubled("[1]"),
        "RETURN range(1, 9223372036854775807)",
        "RETURN size([x IN range(1, 10000) | range(1, 10000)])",
        "RETURN [x IN range(1, 99999) | [y IN range(1, 99999) | [z IN range(1, 99999) | 1]]]",
        "RETURN all(x IN range(1, 99999) WHERE all(y IN range(1, 99999) WHERE all(z IN range(1, 99999) WHERE true)))",
        "RETURN [range(1, 90000), range(1, 90000), range(1, 90000), range(1, 90000)]",
        "RETURN coalesce(range(1, 90000), range(1, 90000), range(1, 90000), range(1, 90000))",
        "WITH range(1, 90000) AS a WITH *, range(1, 90000) AS b WITH *, range(1, 90000) AS c WITH *, \
         range(1, 90000) AS d RETURN size(a) + size(b) + size(c) + size(d)",
        "WITH reduce(x = 'a', i IN range(1, 20) | x + x) AS x RETURN replace(x, 'a', x)",
        "UNWIND range(1, 10000) AS x RETURN size(collect(range(1, 10000)))",
        "UNWIND range(1, 10000) AS x UNWIND range(1, 10000) AS y WITH DISTINCT x, y RETURN count(*)",
        "UNWIND range(1, 10000) AS x UNWIND range(1, 10000) AS y WITH x, y ORDER BY y RETURN count(*)",
        "RETURN size(COLLECT { UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN x + y })",
    ] {
        assert_eq!(passed(query), Some("memory_bytes"), "{query}");
    }
}

#[test]
fn values_that_nest_without_end_pass_the_limit_of_nesting() {
    for query in [
        "RETURN size(reduce(x = [], i IN range(1, 100000) | [x]))",
        "RETURN keys(reduce(x = {}, i IN range(1, 100000) | {a: x}))",
        "RETURN size(reduce(x = [], i IN range(1, 100000) | [] + {a: x}))",
    ] {
        assert_eq!(passed(query), Some("nesting"), "{query}");
    }
}

#[test]
fn results_and_work_without_end_pass_the_limits_of_rows_and_time() {
    assert_eq!(passed("UNWIND range(1, 100000) AS x RETURN x"), Some("rows"));
    let limits = Limits { time: Duration::from_millis(50), ..LIMITS };
    let query = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y RETURN count(*)";
    let graph = TestGraph::default();
    let prepared = prepare(query, &graph, &Map::new()).unwrap();
    let error = prepared.run(&graph, &limits, &Cancel::default(), &mut |_| Ok(Continue(()))).unwrap_err();
    assert_eq!(error.downcast_ref::<Error>().map(|error| error.detail), Some("time"));
}

#[test]
fn what_is_let_go_of_may_be_made_again() {
    for query in [
        "UNWIND range(1, 20) AS x RETURN size(range(1, 90000))",
        "UNWIND range(1, 20) AS x WITH range(1, 90000) AS y RETURN sum(size(y))",
        "RETURN reduce(sum = 0, x IN range(1, 100) | sum + size(range(1, 9000)))",
        "RETURN size([x IN range(1, 100) WHERE size(range(1, 9000)) > 0])",
        "RETURN size(reduce(x = [], i IN range(1, 1000) | x + i))",
    ] {
        assert_eq!(passed(query), None, "{query}");
    }
}
