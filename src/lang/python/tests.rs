//! What the walker makes of real-looking code.

use super::PYTHON;
use crate::facts::{DefFlags, Expr, FileFacts, dump};
use crate::lang::testing;
use crate::model::{Role, Visibility};
use expect_test::expect_file;

fn facts(source: &str) -> FileFacts {
    testing::facts(&PYTHON, "a.py", source).0
}

fn walked(name: &str, source: &str) -> String {
    testing::walked(&PYTHON, name, source)
}

#[test]
fn every_kind_of_statement_and_expression_is_found() {
    expect_file!["../../../fixtures/python/walk/shop.py.facts"]
        .assert_eq(&walked("shop.py", include_str!("../../../fixtures/python/walk/shop.py")));
}

#[test]
fn a_broken_file_gives_what_can_be_read() {
    expect_file!["../../../fixtures/python/walk/broken.py.facts"]
        .assert_eq(&walked("broken.py", include_str!("../../../fixtures/python/walk/broken.py")));
}

#[test]
fn stubs_declare_and_tests_are_marked() {
    expect_file!["../../../fixtures/python/walk/stub.pyi.facts"]
        .assert_eq(&walked("stub.pyi", include_str!("../../../fixtures/python/walk/stub.pyi")));
    expect_file!["../../../fixtures/python/walk/test_shop.py.facts"]
        .assert_eq(&walked("test_shop.py", include_str!("../../../fixtures/python/walk/test_shop.py")));
}

#[test]
fn docstrings_comments_and_signatures_are_kept() {
    let (facts, texts) = testing::facts(&PYTHON, "shop.py", include_str!("../../../fixtures/python/walk/shop.py"));
    let of = |name: &str| testing::text_of(&facts, &texts, name);
    assert_eq!(texts[0].doc, "A shop.\n\nSells things.");
    assert_eq!(of("Money"), ("class Money", "An amount."));
    assert_eq!(of("whole"), ("def whole(self) -> int", "Without cents."));
    assert_eq!(of("MAX_ITEMS"), ("MAX_ITEMS = 10", "Most items\nof one order."));
    assert_eq!(of("_cache").1, "What was priced.");
    assert_eq!(
        of("open_shop").0,
        "def open_shop(name: str, /, *, sizes: list[Money] = [], **kw) -> t.Iterator[tuple[Money, int]]"
    );
}

#[test]
fn underscores_and_the_list_of_exports_say_who_may_name_it() {
    let facts = testing::facts(&PYTHON, "shop.py", include_str!("../../../fixtures/python/walk/shop.py")).0;
    let of = |name: &str| facts.defs.iter().find(|def| facts.str(def.name) == name).unwrap();
    assert_eq!(of("_cache").visibility, Visibility::Private);
    assert_eq!(of("_secret").visibility, Visibility::Protected);
    assert_eq!(of("__very").visibility, Visibility::Private);
    assert_eq!(of("__init__").visibility, Visibility::Public);
    assert_eq!(of("_hidden").visibility, Visibility::Public);
    assert!(of("_hidden").flags.has(DefFlags::EXPORTED));
    assert!(!of("Money").flags.has(DefFlags::EXPORTED));
    assert!(of("open_shop").flags.has(DefFlags::ENTRY | DefFlags::DECORATED | DefFlags::EXPORTED));
}

/// What the receiver of the call `name` may be, as text.
fn receiver(facts: &FileFacts, name: &str) -> String {
    let member = facts.uses.iter().find_map(|used| match facts.exprs[used.expr as usize] {
        Expr::Member { base, name: of } if used.role == Role::Call && facts.str(of) == name => Some(base),
        _ => None,
    });
    resolved(facts, member.unwrap(), 0)
}

/// An expression with its locals replaced by what they hold.
fn resolved(facts: &FileFacts, expr: u32, depth: u32) -> String {
    if depth > 8 {
        return "…".to_owned();
    }
    match &facts.exprs[expr as usize] {
        Expr::Local(local) => {
            let local = &facts.locals[*local as usize];
            let expr = if local.ty == 0 { local.init } else { local.ty };
            if expr == 0 { facts.str(local.name).to_owned() } else { resolved(facts, expr, depth + 1) }
        }
        Expr::Union(parts) => {
            parts.iter().map(|&part| resolved(facts, part, depth + 1)).collect::<Vec<_>>().join("|")
        }
        _ => dump::expr(facts, expr),
    }
}

#[test]
fn branches_are_joined_and_those_that_leave_are_not() {
    let facts = facts(
        "def f(c):\n if c:\n  x = A()\n  x.in_first()\n elif c > 1:\n  x = B()\n  return x\n else:\n  x = C()\n x.after()\n",
    );
    assert_eq!(receiver(&facts, "in_first"), "A()");
    assert_eq!(receiver(&facts, "after"), "A()|C()");
}

#[test]
fn a_loop_comes_around_with_what_its_end_holds() {
    let facts = facts("def f(xs):\n x = A()\n for y in xs:\n  x.inside()\n  x = B()\n x.after()\n");
    assert_eq!(receiver(&facts, "inside"), "A()|B()");
    assert_eq!(receiver(&facts, "after"), "B()|A()");
}

#[test]
fn a_type_test_narrows_its_branch_and_a_negated_one_what_follows_its_return() {
    let facts = facts(
        "def f(a: Any, b: Any):\n if isinstance(a, T):\n  a.yes()\n else:\n  a.no()\n a.later()\n a.never()\n if not isinstance(b, T):\n  return\n b.rest()\n",
    );
    assert_eq!(receiver(&facts, "yes"), "T");
    assert_eq!(receiver(&facts, "no"), "Any");
    assert_eq!(receiver(&facts, "later"), "Any");
    assert_eq!(receiver(&facts, "never"), "Any");
    assert_eq!(receiver(&facts, "rest"), "T");
}

#[test]
fn a_function_sees_the_variable_of_the_function_around_it_wherever_it_is_set() {
    let facts = facts("def f():\n def g():\n  x.used()\n x = A()\n g()\n");
    assert_eq!(receiver(&facts, "used"), "A()");
}

#[test]
fn what_is_put_into_a_list_is_among_its_elements() {
    let facts = facts("def f():\n xs = []\n if c:\n  xs.append(A())\n xs.used()\n");
    assert_eq!(receiver(&facts, "used"), "list|(A())");
}

#[test]
fn quoted_annotations_are_types_with_their_places() {
    let facts = facts("def f(a: \"t.Optional[Foo]\", b: 'Bar | None', c: \"List['Baz']\"): pass\n");
    let types: Vec<String> = facts
        .uses
        .iter()
        .filter(|used| used.role == Role::Type)
        .map(|used| format!("{} {}", dump::expr(&facts, used.expr), used.place.column))
        .collect();
    assert_eq!(types, ["t.Optional 12", "Foo 21", "Bar 32", "List 49", "Baz 55"]);
}

#[test]
fn deep_nesting_ends_in_a_problem_and_long_chains_do_not() {
    let deep = format!("x = {}1{}\n", "(".repeat(3000), ")".repeat(3000));
    assert!(!facts(&deep).problems.is_empty());
    let long = format!("x = f() {}\nif f() {}: pass\n", "+ g".repeat(3000), "and g".repeat(3000));
    let facts = facts(&long);
    assert!(facts.problems.is_empty());
    assert_eq!(facts.uses.iter().filter(|used| used.role == Role::Call).count(), 2);
}

#[test]
fn test_files_are_told_by_their_path() {
    for path in ["tests/unit/a.py", "a/test_b.py", "b_test.py", "conftest.py"] {
        assert!((PYTHON.is_test_path)(path), "{path}");
    }
    for path in ["src/latest/a.py", "testing.py", "contest.py"] {
        assert!(!(PYTHON.is_test_path)(path), "{path}");
    }
}
