//! What the walker makes of real-looking code.

use super::JAVA;
use crate::facts::{DefText, FileFacts};
use crate::lang::testing;
use expect_test::expect_file;

fn facts(source: &str) -> (FileFacts, Vec<DefText>) {
    testing::facts(&JAVA, "File.java", source)
}

fn walked(source: &str) -> String {
    testing::walked(&JAVA, "File.java", source)
}

#[test]
fn every_kind_of_declaration_and_expression_is_found() {
    expect_file!["../../../fixtures/java/walk/Shop.java.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/java/walk/Shop.java")));
}

#[test]
fn a_broken_file_gives_what_can_be_read() {
    expect_file!["../../../fixtures/java/walk/Broken.java.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/java/walk/Broken.java")));
}

#[test]
fn test_methods_are_marked() {
    expect_file!["../../../fixtures/java/walk/ShopTest.java.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/java/walk/ShopTest.java")));
}

#[test]
fn a_module_declaration_names_its_services() {
    expect_file!["../../../fixtures/java/walk/module-info.java.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/java/walk/module-info.java")));
}

#[test]
fn doc_comments_and_signatures_are_kept() {
    let (facts, texts) = facts(include_str!("../../../fixtures/java/walk/Shop.java"));
    let of = |name: &str| testing::text_of(&facts, &texts, name);
    assert_eq!(of("Shop").1, "A shop that sells items.\n\n@param <T> what it sells");
    assert_eq!(of("LIMIT").1, "How many shops there may be.");
    assert_eq!(of("FOOD").1, "To eat.");
    assert_eq!(
        of("sell"),
        (
            "@Override public <R> R sell(T item, Function<? super T, R> then, String... notes) throws SoldOut",
            "Sells."
        )
    );
    assert_eq!(of("name").1, "");
}

#[test]
fn a_method_is_not_hidden_by_a_variable_of_its_name() {
    let text = walked("class A { String name() { return null; } void f(String name) { name(); name.trim(); } }");
    assert!(text.contains("call name/0 in A.f"), "{text}");
    assert!(text.contains("call %name.trim/0 in A.f"), "{text}");
}

#[test]
fn deep_nesting_ends_in_a_problem_and_long_chains_do_not() {
    let deep = format!("class A {{ int x = {}1{}; }}", "(".repeat(3000), ")".repeat(3000));
    assert!(!facts(&deep).0.problems.is_empty());
    let long = format!("class A {{ String x = f() {}; }}", "+ \"a\"".repeat(3000));
    let (facts, _) = facts(&long);
    assert!(facts.problems.is_empty());
    assert_eq!(facts.uses.iter().filter(|each| each.role == crate::model::Role::Call).count(), 1);
}

#[test]
fn test_files_are_told_by_their_path() {
    assert!((JAVA.is_test_path)("core/src/test/java/a/Foo.java"));
    assert!((JAVA.is_test_path)("src/a/FooTest.java"));
    assert!(!(JAVA.is_test_path)("src/main/java/a/Latest.java"));
}
