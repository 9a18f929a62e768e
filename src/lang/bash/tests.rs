//! What the walker makes of real-looking code.

use super::BASH;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/bash/walk/shop.sh");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/bash/walk/shop.sh.symbols"].assert_eq(&symbols(&BASH, "shop.sh", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&BASH, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    let doc = "Adds two prices.\n$1: one\n$2: the other";
    assert_eq!(of("add"), ("add()", doc));
    assert_eq!(of("shop::sell"), ("function shop::sell", ""));
    assert_eq!(of("LIMIT"), ("readonly LIMIT=16", ""));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((BASH.is_test_path)("test/a.sh"));
    assert!((BASH.is_test_path)("a/shop.bats"));
    assert!(!(BASH.is_test_path)("contest.sh"));
}

#[test]
fn what_is_set_for_one_command_or_set_again_is_no_variable() {
    let source = "A=1\nA=2\nB=3 run\nif x; then C=4; fi\nf() { D=5; }\n";
    assert_eq!(
        symbols(&BASH, "a.sh", source),
        "1 variable A 1-1 public\n4 variable C 4-4 public\n5 function f 5-5 public\n"
    );
}
