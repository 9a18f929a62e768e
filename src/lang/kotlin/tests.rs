//! What the walker makes of real-looking code.

use super::KOTLIN;
use crate::facts::{DefText, FileFacts};
use crate::lang::testing;
use expect_test::expect_file;

fn facts(source: &str) -> (FileFacts, Vec<DefText>) {
    testing::facts(&KOTLIN, "File.kt", source)
}

fn walked(source: &str) -> String {
    testing::walked(&KOTLIN, "File.kt", source)
}

#[test]
fn every_kind_of_declaration_and_expression_is_found() {
    expect_file!["../../../fixtures/kotlin/walk/Shop.kt.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/kotlin/walk/Shop.kt")));
}

#[test]
fn a_broken_file_gives_what_can_be_read() {
    expect_file!["../../../fixtures/kotlin/walk/Broken.kt.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/kotlin/walk/Broken.kt")));
}

#[test]
fn names_in_backticks_are_names_and_tests_are_marked() {
    expect_file!["../../../fixtures/kotlin/walk/ShopTest.kt.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/kotlin/walk/ShopTest.kt")));
}

#[test]
fn doc_comments_and_signatures_are_kept() {
    let (facts, texts) = facts(include_str!("../../../fixtures/kotlin/walk/Shop.kt"));
    let of = |name: &str| testing::text_of(&facts, &texts, name);
    assert_eq!(of("Shop").1, "A shop that sells items.");
    assert_eq!(of("FOOD").1, "To eat.");
    assert_eq!(
        of("sell"),
        (
            "override suspend fun <R> sell(item: T, times: Int = 1, vararg notes: String, then: (T) -> R): R?",
            "Sells."
        )
    );
}

#[test]
fn a_constructor_on_a_line_of_its_own_may_have_annotations_and_modifiers() {
    let source = "class Result<out T>\n@PublishedApi internal constructor(val holder: Any?) {\n    fun get() = holder\n}\n\ninterface Channel<E>\n";
    let names = |source: &str| {
        let (facts, _) = facts(source);
        (1..facts.defs.len()).map(|at| facts.str(facts.defs[at].name).to_owned()).collect::<Vec<_>>()
    };
    let found = names(source);
    for name in ["Result", "holder", "get", "Channel"] {
        assert!(found.iter().any(|each| each == name), "{name}: {found:?}");
    }
    assert_eq!(found, names(&source.replace("@PublishedApi", "")));
}

#[test]
fn a_plain_constructor_parameter_is_seen_by_initialisers_only() {
    let text = walked("class A(n: Int) : B(n) { val m = n.up(); init { n.go() }\n fun f() = n.down() }");
    assert!(text.contains("call %n.up/0 in A.m"), "{text}");
    assert!(text.contains("call %n.go/0 in A"), "{text}");
    assert!(text.contains("call n.down/0 in A.f"), "{text}");
}

#[test]
fn a_type_test_narrows_its_branch_alone() {
    let (facts, _) = facts("fun f(a: Any) { if (a is B) a.yes() else a.no()\n if (a is B || a.or()) a.maybe() }");
    let narrowed = |name: &str| {
        let used = facts.uses.iter().find(|each| dump_expr(&facts, each.expr).ends_with(name)).unwrap();
        let crate::facts::Expr::Member { base, .. } = facts.exprs[used.expr as usize] else { return None };
        let crate::facts::Expr::Local(local) = facts.exprs[base as usize] else { return None };
        Some(dump_expr(&facts, facts.locals[local as usize].ty))
    };
    assert_eq!(narrowed("yes").as_deref(), Some("B"));
    assert_eq!(narrowed("no").as_deref(), Some("Any"));
    assert_eq!(narrowed("or").as_deref(), Some("Any"));
    assert_eq!(narrowed("maybe").as_deref(), Some("Any"));
}

fn dump_expr(facts: &FileFacts, expr: u32) -> String {
    crate::facts::dump::expr(facts, expr)
}

#[test]
fn deep_nesting_ends_in_a_problem_and_long_chains_do_not() {
    let deep = format!("val x = {}1{}", "(".repeat(3000), ")".repeat(3000));
    assert!(!facts(&deep).0.problems.is_empty());
    let long = format!("val x = f() {}", "+ \"a\"".repeat(3000));
    let (facts, _) = facts(&long);
    assert!(facts.problems.is_empty());
    assert_eq!(facts.uses.iter().filter(|each| each.role == crate::model::Role::Call).count(), 1);
}

#[test]
fn test_files_are_told_by_their_path() {
    assert!((KOTLIN.is_test_path)("core/jvm/src/commonTest/kotlin/a/Foo.kt"));
    assert!((KOTLIN.is_test_path)("src/a/FooTest.kt"));
    assert!(!(KOTLIN.is_test_path)("src/main/kotlin/a/Latest.kt"));
}
