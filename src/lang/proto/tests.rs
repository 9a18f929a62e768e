//! What the walker makes of real-looking code.

use super::PROTOBUF;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/proto/walk/shop.proto");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/proto/walk/shop.proto.symbols"].assert_eq(&symbols(&PROTOBUF, "shop.proto", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&PROTOBUF, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    assert_eq!(of("Item"), ("message Item", "What is sold.\n\nIt has a price."));
    assert_eq!(of("name"), ("string name = 1", "Its name."));
    assert_eq!(of("Shop"), ("service Shop", "Sells things."));
    assert_eq!(of("Sell"), ("rpc Sell(SellRequest) returns (SellResponse)", "Sells one."));
    assert_eq!(of("Size"), ("enum Size", "How big it is."));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((PROTOBUF.is_test_path)("testdata/a.proto"));
    assert!(!(PROTOBUF.is_test_path)("api/latest.proto"));
}
