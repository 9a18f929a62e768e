//! What the walker makes of real-looking code.

use super::PHP;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/php/walk/Shop.php");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/php/walk/Shop.php.symbols"].assert_eq(&symbols(&PHP, "src/Shop.php", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&PHP, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    assert_eq!(
        of("Sellable"),
        ("interface Sellable extends \\JsonSerializable", "Something that can be sold.\n\n@template T")
    );
    assert_eq!(of("price"), ("public function price(): Price", "What it costs."));
    assert_eq!(of("Item"), ("abstract class Item implements Sellable", ""));
    assert_eq!(of("weight"), ("abstract public function weight(): float", ""));
    assert_eq!(of("total"), ("function total(Item ...$items): int", "Adds all up."));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    let test = "<?php\nfinal class ItemTest extends TestCase\n{\n    public function testPrice(): void {}\n}\n";
    assert_eq!(
        symbols(&PHP, "src/ItemTest.php", test),
        "2 class ItemTest 2-5 public test\n4 method ItemTest::testPrice 4-4 public test\n"
    );
    assert!(!(PHP.is_test_path)("src/Contest.php"));
    assert!((PHP.is_test_path)("tests/Item.php"));
}

#[test]
fn a_namespace_with_braces_holds_what_stands_in_it() {
    let source = "<?php\nnamespace A\\B { function f() {} }\nnamespace { function g() {} }\n";
    assert_eq!(
        symbols(&PHP, "a.php", source),
        "2 module A\\B 2-2 public\n2 function A\\B::f 2-2 public\n3 function g 3-3 public\n"
    );
}
