//! A checked query: names are slots of a row, labels and types are numbers, and patterns are apart from what they
//! require.

use super::Span;
use super::functions::Function;
use super::graph::{Direction, LabelId, PropertyId, TypeId};
use super::value::Value;
use std::rc::Rc;

/// A place in a row.
pub(super) type Slot = usize;

/// A checked expression.
#[derive(Clone)]
pub(super) enum Expr {
    Value(Value),
    Slot(Slot),
    List(Vec<Expr>),
    Map(Vec<(Rc<str>, Expr)>),
    /// The key by name for maps, by number for nodes and relationships: nothing when the graph has no such key.
    Property {
        base: Box<Expr>,
        key: Rc<str>,
        id: Option<PropertyId>,
        span: Span,
    },
    Index {
        base: Box<Expr>,
        index: Box<Expr>,
        span: Span,
    },
    Slice {
        base: Box<Expr>,
        from: Option<Box<Expr>>,
        to: Option<Box<Expr>>,
        span: Span,
    },
    Labels {
        base: Box<Expr>,
        test: LabelTest,
    },
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Xor(Vec<Expr>),
    Not(Box<Expr>),
    Compare {
        op: Compare,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Arithmetic {
        op: Arithmetic,
        left: Box<Expr>,
        right: Box<Expr>,
        span: Span,
    },
    Negate(Box<Expr>, Span),
    In {
        item: Box<Expr>,
        list: Box<Expr>,
        span: Span,
    },
    Text {
        op: TextTest,
        left: Box<Expr>,
        right: Box<Expr>,
        span: Span,
    },
    IsNull {
        base: Box<Expr>,
        negated: bool,
    },
    Call {
        function: &'static Function,
        arguments: Vec<Expr>,
        span: Span,
    },
    Case {
        operand: Option<Box<Expr>>,
        arms: Vec<(Vec<Expr>, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    Comprehension {
        slot: Slot,
        list: Box<Expr>,
        filter: Option<Box<Expr>>,
        item: Option<Box<Expr>>,
        span: Span,
    },
    Quantifier {
        kind: Quantifier,
        slot: Slot,
        list: Box<Expr>,
        filter: Box<Expr>,
        span: Span,
    },
    Reduce {
        sum: Slot,
        start: Box<Expr>,
        slot: Slot,
        list: Box<Expr>,
        step: Box<Expr>,
        span: Span,
    },
    Projection {
        base: Box<Expr>,
        all: bool,
        entries: Vec<(Rc<str>, Expr)>,
        span: Span,
    },
    /// One of the query's nested queries.
    Subquery {
        kind: Subquery,
        number: usize,
    },
}

/// `=` and its kin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// Operators over numbers; `+` is also one of strings and lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

/// Tests of strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
    Matches,
}

/// How many elements must pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantifier {
    All,
    Any,
    None,
    Single,
}

/// What a nested query gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subquery {
    /// Whether it has a row.
    Exists,
    /// How many rows it has.
    Count,
    /// The values of its one column.
    Collect,
}

/// A test of a node's labels or a relationship's type.
#[derive(Debug, Clone)]
pub(super) enum LabelTest {
    /// The number in the schema's labels and in its types, as far as it is one.
    Name(Option<LabelId>, Option<TypeId>),
    Any,
    Not(Box<LabelTest>),
    And(Vec<LabelTest>),
    Or(Vec<LabelTest>),
}

/// A query: branches of `UNION`.
pub(super) struct Query {
    pub(super) branches: Vec<Single>,
    /// True for plain `UNION`.
    pub(super) is_distinct: bool,
    /// Names of the columns, and the slots of the first branch, or of the union.
    pub(super) columns: Vec<(Rc<str>, Slot)>,
}

/// Clauses in order.
pub(super) struct Single {
    pub(super) clauses: Vec<Clause>,
    /// The slots of its columns, in their order.
    pub(super) columns: Vec<Slot>,
}

pub(super) enum Clause {
    Match(Match),
    Unwind { list: Expr, slot: Slot },
    Project(Box<Projection>),
    Filter(Expr),
    Call { procedure: usize, arguments: Vec<Expr>, yields: Vec<(usize, Slot)> },
}

/// A `MATCH`.
pub(super) struct Match {
    pub(super) is_optional: bool,
    pub(super) parts: Vec<Part>,
    /// All that must hold: properties and labels in the pattern, and the conjuncts of `WHERE`.
    pub(super) filters: Vec<Expr>,
    /// Variables that were not bound before.
    pub(super) introduced: Vec<Slot>,
    /// Slots that are bound before: variables in scope.
    pub(super) bound: Vec<Slot>,
}

/// A path pattern: one more node than relationships.
pub(super) struct Part {
    pub(super) nodes: Vec<Slot>,
    pub(super) rels: Vec<RelPattern>,
    pub(super) path: Option<Slot>,
    pub(super) shortest: Option<Shortest>,
}

/// How many of the shortest paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shortest {
    One,
    All,
}

/// A relationship pattern between two nodes of a part.
#[derive(Clone)]
pub(super) struct RelPattern {
    /// Holds a relationship, or a list of them when it has a length.
    pub(super) slot: Slot,
    /// True when the query or a path names it: then its list is needed.
    pub(super) is_used: bool,
    /// True when an earlier clause bound it.
    pub(super) is_bound: bool,
    /// Of any type when nothing is said; an empty list matches nothing.
    pub(super) types: Option<Vec<TypeId>>,
    /// Seen from the node on the left.
    pub(super) direction: Direction,
    pub(super) length: Option<Length>,
}

/// A variable length.
#[derive(Clone)]
pub(super) struct Length {
    pub(super) least: u64,
    pub(super) most: Option<u64>,
    /// The slot of a single relationship of it, and what each must fulfil.
    pub(super) each: Slot,
    pub(super) filters: Vec<Expr>,
}

/// A `WITH` or `RETURN`.
pub(super) struct Projection {
    /// Columns, each computed from the slots before it.
    pub(super) items: Vec<(Slot, Expr)>,
    pub(super) aggregation: Option<Aggregation>,
    pub(super) is_distinct: bool,
    pub(super) order: Vec<Sort>,
    pub(super) skip: Option<Count>,
    pub(super) limit: Option<Count>,
    pub(super) filter: Option<Expr>,
}

/// Grouping: keys first, then aggregates of each group, then the items, which are computed from both.
pub(super) struct Aggregation {
    pub(super) keys: Vec<(Slot, Expr)>,
    pub(super) aggregates: Vec<Aggregate>,
}

#[derive(Clone)]
pub(super) struct Aggregate {
    pub(super) slot: Slot,
    pub(super) kind: AggregateKind,
    pub(super) is_distinct: bool,
    /// Nothing for `count(*)`.
    pub(super) argument: Option<Expr>,
    /// The percentile.
    pub(super) second: Option<Expr>,
    pub(super) span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AggregateKind {
    Count,
    Sum,
    Avg,
    Min,
    Max,
    Collect,
    PercentileCont,
    PercentileDisc,
    StDev,
    StDevP,
}

pub(super) struct Sort {
    pub(super) expr: Expr,
    pub(super) is_descending: bool,
}

/// The number of `SKIP` or `LIMIT`.
pub(super) struct Count {
    pub(super) expr: Expr,
    pub(super) what: &'static str,
    pub(super) span: Span,
}

impl Expr {
    /// Calls for each direct part.
    pub(super) fn children<'e>(&'e self, each: &mut dyn FnMut(&'e Self)) {
        match self {
            Self::Value(_) | Self::Slot(_) | Self::Subquery { .. } => {}
            Self::List(items) | Self::And(items) | Self::Or(items) | Self::Xor(items) => {
                items.iter().for_each(each)
            }
            Self::Map(entries) => entries.iter().for_each(|(_, entry)| each(entry)),
            Self::Projection { base, entries, .. } => {
                each(base);
                entries.iter().for_each(|(_, entry)| each(entry));
            }
            Self::Property { base, .. }
            | Self::Labels { base, .. }
            | Self::Not(base)
            | Self::Negate(base, _)
            | Self::IsNull { base, .. } => each(base),
            Self::Index { base, index, .. } => {
                each(base);
                each(index);
            }
            Self::Slice { base, from, to, .. } => {
                each(base);
                from.iter().chain(to).for_each(|bound| each(bound));
            }
            Self::Compare { left, right, .. }
            | Self::Arithmetic { left, right, .. }
            | Self::Text { left, right, .. } => {
                each(left);
                each(right);
            }
            Self::In { item, list, .. } => {
                each(item);
                each(list);
            }
            Self::Call { arguments, .. } => arguments.iter().for_each(each),
            Self::Case { operand, arms, otherwise } => {
                operand.iter().for_each(|operand| each(operand));
                for (when, then) in arms {
                    when.iter().for_each(&mut *each);
                    each(then);
                }
                otherwise.iter().for_each(|otherwise| each(otherwise));
            }
            Self::Comprehension { list, filter, item, .. } => {
                each(list);
                filter.iter().chain(item).for_each(|part| each(part));
            }
            Self::Quantifier { list, filter, .. } => {
                each(list);
                each(filter);
            }
            Self::Reduce { start, list, step, .. } => {
                each(start);
                each(list);
                each(step);
            }
        }
    }
}
