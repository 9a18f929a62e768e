//! What the walker makes of real-looking code.

use super::CSHARP;
use crate::facts::{DefText, FileFacts};
use crate::lang::testing;
use expect_test::expect_file;

fn facts(source: &str) -> (FileFacts, Vec<DefText>) {
    testing::facts(&CSHARP, "File.cs", source)
}

fn walked(source: &str) -> String {
    testing::walked(&CSHARP, "File.cs", source)
}

#[test]
fn every_kind_of_declaration_and_expression_is_found() {
    expect_file!["../../../fixtures/csharp/walk/Shop.cs.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/csharp/walk/Shop.cs")));
}

#[test]
fn statements_at_the_head_of_a_file_are_a_program() {
    expect_file!["../../../fixtures/csharp/walk/Program.cs.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/csharp/walk/Program.cs")));
}

#[test]
fn a_namespace_may_hold_a_whole_file_and_tests_are_marked() {
    expect_file!["../../../fixtures/csharp/walk/ShopTests.cs.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/csharp/walk/ShopTests.cs")));
}

#[test]
fn a_broken_file_gives_what_can_be_read() {
    expect_file!["../../../fixtures/csharp/walk/Broken.cs.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/csharp/walk/Broken.cs")));
}

#[test]
fn doc_comments_and_signatures_are_kept() {
    let (facts, texts) = facts(include_str!("../../../fixtures/csharp/walk/Shop.cs"));
    let of = |name: &str| testing::text_of(&facts, &texts, name);
    assert_eq!(of("Shop").1, "A shop that sells items.");
    assert_eq!(of("Limit").1, "How many shops there may be.");
    assert_eq!(of("Food").1, "To eat.");
    assert_eq!(
        of("SellAsync").0,
        "public async Task<R> SellAsync<R>(T item, Func<T, R> then, int times = 1, params string[] notes) \
         where R : Result"
    );
}

#[test]
fn deep_nesting_ends_in_a_problem_and_long_chains_do_not() {
    let deep = format!("class A {{ int x = {}1{}; }}", "(".repeat(3000), ")".repeat(3000));
    assert!(!facts(&deep).0.problems.is_empty());
    let long = format!("class A {{ string x = F() {}; }}", "+ \"a\"".repeat(3000));
    let (facts, _) = facts(&long);
    assert!(facts.problems.is_empty());
    assert_eq!(facts.uses.iter().filter(|each| each.role == crate::model::Role::Call).count(), 1);
}

#[test]
fn test_files_are_told_by_their_path() {
    assert!((CSHARP.is_test_path)("Src/Acme.Tests/Foo.cs"));
    assert!((CSHARP.is_test_path)("src/FooTests.cs"));
    assert!(!(CSHARP.is_test_path)("src/Latest.cs"));
}
