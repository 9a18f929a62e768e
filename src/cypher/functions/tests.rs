//! What each function gives, and what it refuses.

use super::*;
use crate::cypher::graph::{
    Direction, EachNode, EachRel, EachRow, Flow, LabelId, NodeId, Procedure, PropertyId, Rel, Schema, Seek,
    SeekBy, TypeId,
};
use crate::cypher::temporal;
use crate::cypher::value::Map;
use std::collections::BTreeSet;
use std::ops::ControlFlow::Continue;
use std::rc::Rc;

/// A graph with nothing in it.
#[derive(Default)]
struct Nothing(Schema);

impl Graph for Nothing {
    fn schema(&self) -> &Schema {
        &self.0
    }
    fn nodes(&self, _: &Seek, _: EachNode<'_>) -> Result<Flow> {
        Ok(Continue(()))
    }
    fn seekable(&self, _: Option<LabelId>, _: PropertyId, _: SeekBy) -> bool {
        false
    }
    fn estimate(&self, _: &Seek) -> u64 {
        0
    }
    fn fan_out(&self, _: &[TypeId], _: Direction) -> f64 {
        0.0
    }
    fn labels(&self, _: NodeId) -> Result<Vec<LabelId>> {
        Ok(Vec::new())
    }
    fn has_label(&self, _: NodeId, _: LabelId) -> Result<bool> {
        Ok(false)
    }
    fn property(&self, _: NodeId, _: PropertyId) -> Result<Value> {
        Ok(Value::Null)
    }
    fn keys(&self, _: NodeId) -> Result<Vec<PropertyId>> {
        Ok(Vec::new())
    }
    fn expand(&self, _: NodeId, _: Direction, _: &[TypeId], _: EachRel<'_>) -> Result<Flow> {
        Ok(Continue(()))
    }
    fn relationships(&self, _: &[TypeId], _: EachRel<'_>) -> Result<Flow> {
        Ok(Continue(()))
    }
    fn count_relationships(&self, _: &[TypeId]) -> Result<Option<u64>> {
        Ok(None)
    }
    fn rel_property(&self, _: Rel, _: PropertyId) -> Result<Value> {
        Ok(Value::Null)
    }
    fn rel_keys(&self, _: Rel) -> Result<Vec<PropertyId>> {
        Ok(Vec::new())
    }
    fn procedures(&self) -> &[Procedure] {
        &[]
    }
    fn call(&self, _: usize, _: &[Value], _: EachRow<'_>) -> Result<Flow> {
        Ok(Continue(()))
    }
}

/// 2015-07-21T21:40:32.142Z.
const NOW_NS: i128 = 1_437_514_832_142_000_000;

fn call(name: &str, arguments: &[Value]) -> Result<Value> {
    let function = find(name).unwrap_or_else(|| panic!("no function {name}"));
    assert!((function.least..=function.most).contains(&arguments.len()), "{name}");
    (function.run)(&Context { graph: &Nothing::default(), now_ns: NOW_NS, memory_bytes: 64 << 20 }, arguments)
}

/// A value as text, strings in quotes, temporal values without.
fn show(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Str(text) => format!("'{text}'"),
        Value::List(list) => format!("[{}]", list.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Instant(instant) => instant.to_string(),
        Value::Duration(duration) => duration.to_string(),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn gives(name: &str, arguments: &[Value], expected: &str) {
    assert_eq!(show(&call(name, arguments).unwrap()), expected, "{name}{arguments:?}");
}

#[track_caller]
fn fails(name: &str, arguments: &[Value], message: &str) {
    let error = call(name, arguments).unwrap_err();
    assert_eq!(crate::error::message(&error), message);
}

fn list(elements: impl IntoIterator<Item: Into<Value>>) -> Value {
    Value::list(elements.into_iter().map(Into::into).collect())
}

fn map(entries: &[(&str, Value)]) -> Value {
    let entries: Map = entries.iter().map(|(key, value)| (Rc::from(*key), value.clone())).collect();
    Value::map(entries)
}

#[test]
fn every_function_has_a_name_of_its_own_and_a_sentence() {
    let mut names = BTreeSet::new();
    for function in all() {
        assert!(names.insert(function.name.to_lowercase()), "{} twice", function.name);
        assert!(function.least <= function.most && function.about.ends_with('.'), "{}", function.name);
        assert!(function.most == 0 || !function.takes.is_empty(), "{}", function.name);
        assert_eq!(function.most == 0, function.arguments.is_empty(), "{}", function.name);
    }
    assert!(find("STARTNODE").is_some());
}

#[test]
fn arguments_are_counted_by_their_names() {
    assert_eq!(find("SUBSTRING").unwrap().signature(), "substring(text, start [, length])");
    assert_eq!(count(b""), (0, 0));
    assert_eq!(count(b"text"), (1, 1));
    assert_eq!(count(b"text, start [, length]"), (2, 3));
    assert_eq!(count(b"[source]"), (0, 1));
    assert_eq!(count(b"value, ..."), (1, ANY_NUMBER));
    assert_eq!(count(b"number [, precision, mode]"), (1, 3));
}

#[test]
fn every_function_that_takes_something_answers_any_values_without_a_panic() {
    let values = [
        Value::Null,
        Value::Bool(true),
        Value::Int(i64::MIN),
        Value::Int(i64::MAX),
        Value::Int(0),
        Value::Float(f64::NAN),
        Value::Float(-1e300),
        Value::str(""),
        Value::str("é1984-10-11"),
        list([1, 2]),
        map(&[("year", Value::Int(i64::MAX)), ("days", Value::Float(1e300))]),
        call("datetime", &[]).unwrap(),
        call("duration", &[Value::str("P1M")]).unwrap(),
        Value::Node(NodeId(7)),
    ];
    for function in all() {
        for count in function.least..=function.most.min(3) {
            let mut places = vec![0; count];
            loop {
                let arguments: Vec<Value> = places.iter().map(|at: &usize| values[*at].clone()).collect();
                if let Err(error) = call(function.name, &arguments) {
                    assert!(error.downcast_ref::<Error>().is_some(), "{}: {error}", function.name);
                }
                // The next combination, as an odometer counts.
                let Some(digit) = places.iter().rposition(|at| at + 1 < values.len()) else { break };
                places[digit] += 1;
                places[digit + 1..].fill(0);
            }
        }
    }
}

#[test]
fn an_unknown_function_is_told_with_the_one_that_was_meant() {
    let error = unknown("toUper", ["count"]);
    assert_eq!(error.to_string(), "there is no function toUper(); did you mean toUpper()?");
    assert_eq!((error.kind, error.detail), (ErrorKind::Syntax, "UnknownFunction"));
    assert_eq!(unknown("cuont", ["count"]).help.as_deref(), Some("did you mean count()?"));
    assert_eq!(unknown("frobnicate", []).help, None);
}

#[test]
fn strings_are_cut_by_characters() {
    gives("left", &["höhle".into(), 2.into()], "'hö'");
    gives("right", &["höhle".into(), 4.into()], "'öhle'");
    gives("right", &["höhle".into(), 99.into()], "'höhle'");
    gives("substring", &["höhle".into(), 1.into()], "'öhle'");
    gives("substring", &["höhle".into(), 1.into(), 2.into()], "'öh'");
    gives("substring", &["höhle".into(), 9.into(), 2.into()], "''");
    gives("substring", &["höhle".into(), Value::Null], "null");
    fails("left", &["x".into(), (-1).into()], "left() takes no negative number, and -1 is one");
    fails("left", &["x".into(), "y".into()], "left() takes an integer, not a string");
    gives("reverse", &["höhle".into()], "'elhöh'");
    gives("char_length", &["höhle".into()], "5");
    gives("size", &["höhle".into()], "5");
    gives("toUpper", &["straße".into()], "'STRASSE'");
}

#[test]
fn strings_are_trimmed_split_and_replaced() {
    gives("trim", &[" \tx ".into()], "'x'");
    gives("lTrim", &["xxyx".into(), "x".into()], "'yx'");
    gives("rTrim", &["xyxx".into(), "x".into()], "'xy'");
    gives("btrim", &["ab-ba".into(), "ab".into()], "'-'");
    gives("split", &["a,b,".into(), ",".into()], "['a', 'b', '']");
    gives("split", &["a,b;c".into(), list([",", ";"])], "['a', 'b', 'c']");
    gives("split", &["a->b-c".into(), list(["-", "->"])], "['a', 'b', 'c']");
    gives("split", &["ab".into(), "".into()], "['a', 'b']");
    gives("split", &["".into(), ",".into()], "['']");
    gives("replace", &["banana".into(), "an".into(), "".into()], "'ba'");
    gives("replace", &["banana".into(), "".into(), "x".into()], "'banana'");
    let long = "a".repeat(1 << 20);
    fails(
        "replace",
        &[long.as_str().into(), "a".into(), long.as_str().into()],
        "replace() would give more bytes than the limit memory_bytes = 67108864",
    );
}

#[test]
fn lists_have_a_head_a_tail_and_ranges() {
    gives("head", &[list([1, 2, 3])], "1");
    gives("last", &[list([1, 2, 3])], "3");
    gives("tail", &[list([1, 2, 3])], "[2, 3]");
    gives("head", &[Value::list(Vec::new())], "null");
    gives("tail", &[Value::list(Vec::new())], "[]");
    gives("reverse", &[list([1, 2, 3])], "[3, 2, 1]");
    gives("range", &[0.into(), 10.into(), 3.into()], "[0, 3, 6, 9]");
    gives("range", &[2.into(), (-3).into(), (-2).into()], "[2, 0, -2]");
    gives("range", &[2.into(), 1.into()], "[]");
    gives("range", &[i64::MAX.into(), i64::MAX.into()], "[9223372036854775807]");
    gives(
        "range",
        &[i64::MIN.into(), i64::MAX.into(), i64::MAX.into()],
        "[-9223372036854775808, -1, 9223372036854775806]",
    );
    fails("range", &[0.into(), 1.into(), 0.into()], "the step of range() is 0");
    fails("range", &[0.into(), 1.5.into()], "range() takes integers, not a float");
    fails(
        "range",
        &[0.into(), i64::MAX.into()],
        "range() would give more bytes than the limit memory_bytes = 67108864",
    );
    gives("coalesce", &[Value::Null, 2.into(), 3.into()], "2");
    gives("nullIf", &[1.into(), 1.0.into()], "null");
    gives("nullIf", &[1.into(), Value::Null], "1");
    gives("isEmpty", &["".into()], "true");
    gives("isEmpty", &[map(&[("a", Value::Null)])], "false");
}

#[test]
fn numbers_are_rounded_as_they_are_written() {
    gives("round", &[2.5.into()], "3.0");
    gives("round", &[(-2.5).into()], "-2.0");
    gives("round", &[0.499_999_999_999_999_94.into()], "0.0");
    gives("round", &[1.249.into(), 1.into()], "1.2");
    gives("round", &[1.005.into(), 2.into()], "1.01");
    gives("round", &[(-1.55).into(), 1.into()], "-1.6");
    for (mode, expected) in [
        ("UP", "1.3"),
        ("DOWN", "1.2"),
        ("CEILING", "1.3"),
        ("FLOOR", "1.2"),
        ("HALF_UP", "1.3"),
        ("HALF_DOWN", "1.2"),
        ("HALF_EVEN", "1.2"),
    ] {
        gives("round", &[1.25.into(), 1.into(), mode.into()], expected);
    }
    gives("round", &[1e300.into(), 300.into()], "1e300");
    fails("round", &[1.5.into(), 1.into(), "x".into()], "round() knows no mode x");
    gives("abs", &[(-3).into()], "3");
    gives("abs", &[(-3.5).into()], "3.5");
    assert!(call("abs", &[i64::MIN.into()]).is_err());
    gives("sign", &[(-0.5).into()], "-1");
    gives("sign", &[f64::NAN.into()], "0");
    gives("ceil", &[1.1.into()], "2.0");
    gives("sqrt", &[12.96.into()], "3.6");
    gives("sqrt", &["x".into()].map(|_: Value| Value::Null), "null");
    gives("log10", &[1000.into()], "3.0");
    gives("degrees", &[std::f64::consts::PI.into()], "180.0");
    gives("atan2", &[1.into(), 1.into()], "0.7853981633974483");
    gives("isNaN", &[f64::NAN.into()], "true");
}

#[test]
fn random_values_are_in_their_range_and_differ() {
    let numbers: Vec<f64> = (0..1000)
        .map(|_| match call("rand", &[]).unwrap() {
            Value::Float(number) => number,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
    // The mean of a thousand is within six standard deviations of a half.
    let mean = numbers.iter().sum::<f64>() / 1000.0;
    assert!((mean - 0.5).abs() < 6.0 * (1.0 / 12.0_f64).sqrt() / 1000.0_f64.sqrt(), "{mean}");
    let ids: BTreeSet<String> = (0..100).map(|_| show(&call("randomUUID", &[]).unwrap())).collect();
    assert_eq!(ids.len(), 100);
    let id = ids.first().unwrap();
    let lengths: Vec<usize> = id.trim_matches('\'').split('-').map(str::len).collect();
    assert_eq!((lengths, &id[15..16]), (vec![8, 4, 4, 4, 12], "4"));
}

#[test]
fn values_are_converted_or_refused_by_their_type() {
    gives("toInteger", &["2.9".into()], "2");
    gives("toInteger", &[" -7 ".into()], "-7");
    gives("toInteger", &["foo".into()], "null");
    gives("toInteger", &["inf".into()], "null");
    gives("toInteger", &[(-2.9).into()], "-2");
    gives("toInteger", &[true.into()], "1");
    fails("toInteger", &[1e19.into()], "toInteger() is given a number that no integer of 64 bits is");
    gives("toIntegerOrNull", &[1e19.into()], "null");
    gives("toIntegerOrNull", &[list([1])], "null");
    fails("toInteger", &[list([1])], "toInteger() takes a number, a string or a boolean, not a list");
    gives(
        "toIntegerList",
        &[Value::list(vec!["1".into(), "x".into(), Value::Null, 2.5.into()])],
        "[1, null, null, 2]",
    );
    gives("toFloat", &["1e3".into()], "1000.0");
    gives("toFloat", &["".into()], "null");
    gives("toFloat", &[3.into()], "3.0");
    assert!(call("toFloat", &[true.into()]).is_err());
    gives("toBoolean", &["TRUE".into()], "true");
    gives("toBoolean", &[" tru ".into()], "null");
    gives("toBoolean", &[0.into()], "false");
    assert!(call("toBoolean", &[1.0.into()]).is_err());
    gives("toString", &[1.0.into()], "'1.0'");
    gives("toString", &[f64::INFINITY.into()], "'Infinity'");
    gives("toFloat", &["-Infinity".into()], "-inf");
    gives("toString", &[call("date", &["2015202".into()]).unwrap()], "'2015-07-21'");
    assert!(call("toString", &[map(&[])]).is_err());
}

#[test]
fn points_in_time_are_made_of_texts_components_and_each_other() {
    gives("date", &[], "2015-07-21");
    gives(
        "datetime",
        &[map(&[("timezone", "Asia/Tokyo".into())])],
        "2015-07-22T06:40:32.142+09:00[Asia/Tokyo]",
    );
    gives("date.realtime", &[Value::Null], "null");
    gives("date.statement", &["Asia/Tokyo".into()], "2015-07-22");
    gives("localtime.transaction", &["-05:00".into()], "16:40:32.142");
    gives("time", &["12:31+01".into()], "12:31+01:00");
    gives("date", &[call("datetime", &[]).unwrap()], "2015-07-21");
    gives("localdatetime", &[call("date", &[]).unwrap()], "2015-07-21T00:00");
    gives(
        "datetime",
        &[map(&[("epochSeconds", 1.into()), ("nanosecond", 5.into())])],
        "1970-01-01T00:00:01.000000005Z",
    );
    gives("datetime.fromepoch", &[416_779.into(), 999_999_999.into()], "1970-01-05T19:46:19.999999999Z");
    gives("timestamp", &[], "1437514832142");
    fails(
        "localtime",
        &[call("date", &[]).unwrap()],
        "localtime() takes what has all that it needs, not a date",
    );
    fails("date", &[map(&[("jear", 2015.into())])], "date() knows no component jear; did you mean year?");
    fails("date", &[map(&[("year", "x".into())])], "date() takes an integer as year, not a string");
    fails("date", &["2015-02-30".into()], "date(): day is 30, not between 1 and 28");
    gives("date", &[map(&[("year", Value::Null)])], "null");
}

#[test]
fn points_in_time_are_cut_off_and_durations_lie_between_them() {
    gives("date.truncate", &["weekYear".into()], "2014-12-29");
    gives("datetime.truncate", &["hour".into()], "2015-07-21T21:00Z");
    fails("date.truncate", &["yeer".into()], "date.truncate() knows no unit yeer; did you mean year?");
    fails("date.truncate", &["hour".into()], "date.truncate(): a date cannot be cut off at less than a day");
    let (from, to) = (call("date", &["2015-06-24".into()]).unwrap(), call("date", &[]).unwrap());
    gives("duration.between", &[from.clone(), to.clone()], "P27D");
    gives("duration.inSeconds", &[from.clone(), to], "PT648H");
    gives("duration.inDays", &[from, Value::Null], "null");
    gives("duration", &[map(&[("months", 0.75.into()), ("days", 1.into())])], "P23DT19H51M49.5S");
    fails("duration", &[map(&[("day", 1.into())])], "duration() knows no component day; did you mean days?");
    fails("duration", &["1D".into()], "duration(): \"1D\" is no duration");
}

#[test]
fn durations_are_added_subtracted_scaled_and_turned_round() {
    let duration = |text: &str| call("duration", &[text.into()]).unwrap();
    let date = call("date", &["2015-01-31".into()]).unwrap();
    let shown = |found: Option<Result<Value>>| show(&found.unwrap().unwrap());
    assert_eq!(shown(arithmetic::sum(&date, &duration("P1M"))), "2015-02-28");
    assert_eq!(shown(arithmetic::sum(&duration("P1M"), &date)), "2015-02-28");
    assert_eq!(shown(arithmetic::difference(&date, &duration("P1M"))), "2014-12-31");
    assert_eq!(shown(arithmetic::difference(&duration("P1M"), &duration("P1DT1S"))), "P1M-1DT-1S");
    assert_eq!(shown(arithmetic::product(&2.into(), &duration("P1M1DT1.5S"))), "P2M2DT3S");
    assert_eq!(shown(arithmetic::quotient(&duration("P1D"), &8.into())), "PT3H");
    assert_eq!(shown(arithmetic::quotient(&duration("P1D"), &0.5.into())), "P2D");
    let long = "PT2562047788015215H30M7.999999999S";
    assert_eq!(shown(arithmetic::product(&duration(long), &1.into())), long);
    assert_eq!(shown(arithmetic::quotient(&duration(long), &1.into())), long);
    assert_eq!(shown(arithmetic::negation(&duration("P1M-1D"))), "P-1M1D");
    assert!(arithmetic::quotient(&duration("P1D"), &0.into()).unwrap().is_err());
    assert!(arithmetic::sum(&1.into(), &duration("P1D")).is_none());
    assert!(arithmetic::difference(&duration("P1D"), &date).is_none());
    assert!(arithmetic::quotient(&2.into(), &duration("P1D")).is_none());
}

#[test]
fn every_component_is_one_of_some_type_and_others_are_refused() {
    let (now, span) = (call("datetime", &[]).unwrap(), call("duration", &["P1Y".into()]).unwrap());
    for name in temporal::Instant::COMPONENTS {
        assert!(arithmetic::component(&now, name).unwrap().is_ok(), "{name}");
    }
    for name in temporal::Duration::COMPONENTS {
        assert!(arithmetic::component(&span, name).unwrap().is_ok(), "{name}");
    }
    let date = call("date", &[]).unwrap();
    let error = arithmetic::component(&date, "yeer").unwrap().unwrap_err();
    assert_eq!(crate::error::message(&error), "a date has no component yeer; did you mean year?");
    assert!(arithmetic::component(&date, "hour").unwrap().is_err());
    assert!(arithmetic::component(&1.into(), "hour").is_none());
}
