//! What the walker makes of real-looking code.

use super::DART;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/dart/walk/shop.dart");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/dart/walk/shop.dart.symbols"].assert_eq(&symbols(&DART, "lib/shop.dart", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&DART, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    let head = "abstract class Item<T> extends Object with Named implements Sellable";
    assert_eq!(of("Item"), (head, "What is sold.\n\nIt has a price."));
    assert_eq!(of("limit"), ("const int limit = 16", "Most items."));
    assert_eq!(of("toString"), ("String toString()", ""));
    assert_eq!(of("gift"), ("Item.gift() : this('gift')", ""));
    assert_eq!(of("total"), ("int total(List<Item> items)", ""));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((DART.is_test_path)("test/a.dart"));
    assert!((DART.is_test_path)("lib/shop_test.dart"));
    assert!(!(DART.is_test_path)("lib/latest.dart"));
}

#[test]
fn extensions_without_names_belong_to_their_type() {
    let source = "extension on Item<int> {\n  int f() => 1;\n}\nextension type Id._(int value) {}\n";
    assert_eq!(
        symbols(&DART, "a.dart", source),
        "2 method Item.f 2-2 public extension\n4 class Id 4-4 public\n4 field Id.value 4-4 public\n"
    );
}
