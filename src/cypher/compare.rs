//! The three notions of sameness and order: equality and comparability with unknowns (`=`, `<`), equivalence
//! (`DISTINCT`, grouping), and the order over all values (`ORDER BY`, `min`, `max`).
//!
//! Source: openCypher 9, section "Comparability, equality, orderability and equivalence".

use super::temporal::Instant;
use super::value::Value;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// What `<` and its kin find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// They have an order.
    Ordered(Ordering),
    /// Both are numbers and one is not a number: no comparison holds.
    Unordered,
    /// Their types do not compare, or one is null: the answer is null.
    Unknown,
}

/// `a = b`: nothing when it is unknown.
#[must_use]
pub fn equals(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::List(a), Value::List(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            all(a.iter().zip(b.iter()))
        }
        (Value::Map(a), Value::Map(b)) => {
            if a.len() != b.len() || !a.keys().eq(b.keys()) {
                return Some(false);
            }
            all(a.values().zip(b.values()))
        }
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            Some(numbers(a, b) == Some(Ordering::Equal))
        }
        (Value::Bool(a), Value::Bool(b)) => Some(a == b),
        (Value::Str(a), Value::Str(b)) => Some(a == b),
        (Value::Node(a), Value::Node(b)) => Some(a == b),
        (Value::Rel(a), Value::Rel(b)) => Some(a == b),
        (Value::Path(a), Value::Path(b)) => Some(a == b),
        (Value::Instant(a), Value::Instant(b)) => Some(a == b),
        (Value::Duration(a), Value::Duration(b)) => Some(a == b),
        _ => Some(false),
    }
}

/// All pairs equal: false as soon as one is not, unknown when one is unknown.
fn all<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>) -> Option<bool> {
    let mut result = Some(true);
    for (a, b) in pairs {
        match equals(a, b) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => result = None,
        }
    }
    result
}

/// What `<`, `<=`, `>` and `>=` need to know.
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Comparison {
    match (a, b) {
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            numbers(a, b).map_or(Comparison::Unordered, Comparison::Ordered)
        }
        (Value::Str(a), Value::Str(b)) => Comparison::Ordered(a.cmp(b)),
        (Value::Bool(a), Value::Bool(b)) => Comparison::Ordered(a.cmp(b)),
        // Of one type they compare, of two they do not; durations have no order that all agree on.
        (Value::Instant(a), Value::Instant(b)) => {
            instants(a, b).map_or(Comparison::Unknown, Comparison::Ordered)
        }
        (Value::List(a), Value::List(b)) => {
            for (a, b) in a.iter().zip(b.iter()) {
                match compare(a, b) {
                    Comparison::Ordered(Ordering::Equal) => {}
                    other => return other,
                }
            }
            Comparison::Ordered(a.len().cmp(&b.len()))
        }
        _ => Comparison::Unknown,
    }
}

/// The order of two instants of one type.
fn instants(a: &Instant, b: &Instant) -> Option<Ordering> {
    match (a, b) {
        (Instant::Date(a), Instant::Date(b)) => Some(a.cmp(b)),
        (Instant::LocalTime(a), Instant::LocalTime(b)) => Some(a.cmp(b)),
        (Instant::Time(a), Instant::Time(b)) => Some(a.cmp(b)),
        (Instant::LocalDateTime(a), Instant::LocalDateTime(b)) => Some(a.cmp(b)),
        (Instant::DateTime(a), Instant::DateTime(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// The order of two numbers, exact also between the types; nothing when one is not a number.
fn numbers(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Float(b)) => int_to_float(*a, *b),
        (Value::Float(a), Value::Int(b)) => int_to_float(*b, *a).map(Ordering::reverse),
        _ => None,
    }
}

/// The first float past all whole numbers of 64 bits.
const PAST_INT: f64 = 9_223_372_036_854_775_808.0;

fn int_to_float(int: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float >= PAST_INT {
        return Some(Ordering::Less);
    }
    if float < -PAST_INT {
        return Some(Ordering::Greater);
    }
    let whole = float.trunc();
    // In range by the two tests above.
    Some(int.cmp(&(whole as i64)).then_with(|| 0.0.partial_cmp(&(float - whole)).unwrap_or(Ordering::Equal)))
}

/// The order over all values, ascending: the types in the order that the language gives them, null last, and what is
/// not a number after all other numbers. Two values are equivalent when it finds them equal.
#[must_use]
pub fn order(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Map(a), Value::Map(b)) => {
            a.keys().cmp(b.keys()).then_with(|| sequences(a.values(), b.values()))
        }
        (Value::Node(a), Value::Node(b)) => a.cmp(b),
        (Value::Rel(a), Value::Rel(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => sequences(a.iter(), b.iter()),
        (Value::Path(a), Value::Path(b)) => a.cmp(b),
        (Value::Str(a), Value::Str(b)) => a.cmp(b),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Instant(a_instant), Value::Instant(b_instant)) => {
            instants(a_instant, b_instant).unwrap_or_else(|| rank(a).cmp(&rank(b)))
        }
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Int(_) | Value::Float(_), Value::Int(_) | Value::Float(_)) => {
            numbers(a, b).unwrap_or_else(|| is_nan(a).cmp(&is_nan(b)))
        }
        _ => rank(a).cmp(&rank(b)),
    }
}

fn sequences<'v>(mut a: impl Iterator<Item = &'v Value>, mut b: impl Iterator<Item = &'v Value>) -> Ordering {
    loop {
        match (a.next(), b.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) => match order(a, b) {
                Ordering::Equal => {}
                other => return other,
            },
        }
    }
}

const fn is_nan(value: &Value) -> bool {
    matches!(value, Value::Float(float) if float.is_nan())
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Map(_) => 0,
        Value::Node(_) => 1,
        Value::Rel(_) => 2,
        Value::List(_) => 3,
        Value::Path(_) => 4,
        Value::Instant(instant) => match **instant {
            Instant::DateTime(_) => 5,
            Instant::LocalDateTime(_) => 6,
            Instant::Date(_) => 7,
            Instant::Time(_) => 8,
            Instant::LocalTime(_) => 9,
        },
        Value::Duration(_) => 10,
        Value::Str(_) => 20,
        Value::Bool(_) => 21,
        Value::Int(_) | Value::Float(_) => 22,
        Value::Null => 23,
    }
}

/// A value as a key of grouping and `DISTINCT`: equal when equivalent, so null is equal to null and 1 to 1.0.
#[derive(Debug, Clone)]
pub struct Key(pub Value);

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        order(&self.0, &other.0) == Ordering::Equal
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(&self.0, state);
    }
}

fn hash<H: Hasher>(value: &Value, state: &mut H) {
    state.write_u8(rank(value));
    match value {
        Value::Null => {}
        Value::Bool(value) => value.hash(state),
        Value::Int(value) => value.hash(state),
        Value::Float(value) => {
            let whole = value.trunc();
            if whole == *value && (-PAST_INT..PAST_INT).contains(&whole) {
                // Equal to a whole number, so it hashes like one.
                (whole as i64).hash(state);
            } else if value.is_nan() {
                state.write_u8(0);
            } else {
                value.to_bits().hash(state);
            }
        }
        Value::Str(value) => value.hash(state),
        Value::List(value) => {
            state.write_usize(value.len());
            value.iter().for_each(|element| hash(element, state));
        }
        Value::Map(value) => {
            state.write_usize(value.len());
            for (key, element) in value.iter() {
                key.hash(state);
                hash(element, state);
            }
        }
        Value::Node(value) => value.hash(state),
        Value::Rel(value) => value.hash(state),
        Value::Path(value) => value.hash(state),
        Value::Instant(value) => value.hash(state),
        Value::Duration(value) => value.hash(state),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cypher::graph::NodeId;
    use crate::cypher::temporal::{Date, DateTime, Duration, LocalDateTime, LocalTime, Time};
    use std::collections::{BTreeMap, HashSet};
    use std::fmt::Debug;
    use std::rc::Rc;
    use std::str::FromStr;

    fn instant<T: FromStr<Err: Debug> + Into<Value>>(text: &str) -> Value {
        text.parse::<T>().unwrap().into()
    }

    fn list(elements: &[Value]) -> Value {
        Value::list(elements.to_vec())
    }

    #[test]
    fn equality_is_unknown_only_where_an_unknown_decides() {
        let int = Value::Int;
        assert_eq!(equals(&int(1), &Value::Float(1.0)), Some(true));
        assert_eq!(equals(&int(1), &Value::str("1")), Some(false));
        assert_eq!(equals(&Value::Null, &Value::Null), None);
        assert_eq!(equals(&list(&[int(1), Value::Null]), &list(&[int(1), int(2)])), None);
        assert_eq!(equals(&list(&[int(1), Value::Null]), &list(&[int(2), int(2)])), Some(false));
        assert_eq!(equals(&list(&[Value::Null]), &list(&[int(1), int(2)])), Some(false));
        assert_eq!(equals(&Value::Float(f64::NAN), &Value::Float(f64::NAN)), Some(false));
        let map = |key: &str, value| Value::map(BTreeMap::from([(Rc::from(key), value)]));
        assert_eq!(equals(&map("a", int(1)), &map("a", Value::Null)), None);
        assert_eq!(equals(&map("a", int(1)), &map("b", Value::Null)), Some(false));
    }

    #[test]
    fn whole_numbers_and_floats_compare_exactly() {
        let big = 9_007_199_254_740_993;
        assert_eq!(
            compare(&Value::Int(big), &Value::Float(9_007_199_254_740_992.0)),
            Comparison::Ordered(Ordering::Greater)
        );
        assert_eq!(
            compare(&Value::Int(i64::MAX), &Value::Float(PAST_INT)),
            Comparison::Ordered(Ordering::Less)
        );
        assert_eq!(
            compare(&Value::Int(i64::MIN), &Value::Float(-PAST_INT)),
            Comparison::Ordered(Ordering::Equal)
        );
        assert_eq!(compare(&Value::Int(-1), &Value::Float(-1.5)), Comparison::Ordered(Ordering::Greater));
        assert_eq!(compare(&Value::Int(1), &Value::Float(f64::NAN)), Comparison::Unordered);
        assert_eq!(compare(&Value::Int(1), &Value::str("a")), Comparison::Unknown);
    }

    #[test]
    fn all_values_have_an_order_with_null_last() {
        let ascending = [
            Value::map(BTreeMap::new()),
            Value::Node(NodeId(1)),
            list(&[]),
            list(&[Value::str("a")]),
            list(&[Value::str("a"), Value::Int(1)]),
            list(&[Value::Int(1)]),
            instant::<DateTime>("2015-07-21T09:00Z"),
            instant::<DateTime>("2015-07-21T10:00+00:30"),
            instant::<LocalDateTime>("2015-07-21T09:00"),
            instant::<Date>("2015-07-21"),
            instant::<Time>("10:00+01:30"),
            instant::<Time>("09:00Z"),
            instant::<LocalTime>("09:00"),
            Value::from("P30D".parse::<Duration>().unwrap()),
            Value::from("P1M".parse::<Duration>().unwrap()),
            Value::str(""),
            Value::str("a"),
            Value::Bool(false),
            Value::Bool(true),
            Value::Float(-1.5),
            Value::Int(2),
            Value::Float(f64::INFINITY),
            Value::Float(f64::NAN),
            Value::Null,
        ];
        for (i, a) in ascending.iter().enumerate() {
            for (j, b) in ascending.iter().enumerate() {
                assert_eq!(order(a, b), i.cmp(&j), "{a:?} and {b:?}");
            }
        }
    }

    #[test]
    fn points_in_time_compare_within_their_type_and_durations_do_not() {
        let (date, later) = (instant::<Date>("2015-07-21"), instant::<Date>("2015-07-22"));
        assert_eq!(compare(&date, &later), Comparison::Ordered(Ordering::Less));
        assert_eq!(compare(&date, &instant::<LocalDateTime>("2015-07-22T09:00")), Comparison::Unknown);
        assert_eq!(equals(&date, &instant::<LocalDateTime>("2015-07-21T00:00")), Some(false));
        let (day, month) = (instant::<Duration>("P30D"), instant::<Duration>("P1M"));
        assert_eq!(compare(&day, &month), Comparison::Unknown);
        assert_eq!(equals(&day, &instant::<Duration>("P30D")), Some(true));
        assert_eq!(equals(&day, &instant::<Duration>("PT720H")), Some(false));
    }

    #[test]
    fn keys_are_equal_when_equivalent() {
        let mut keys = HashSet::new();
        for value in [
            Value::Int(1),
            Value::Float(1.0),
            Value::Null,
            Value::Null,
            Value::Float(f64::NAN),
            Value::Float(-f64::NAN),
            Value::Float(0.0),
            Value::Float(-0.0),
            Value::str("1"),
            list(&[Value::Int(1), Value::Null]),
            list(&[Value::Float(1.0), Value::Null]),
        ] {
            keys.insert(Key(value));
        }
        assert_eq!(keys.len(), 6);
    }
}
