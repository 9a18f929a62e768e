//! What the walker makes of real-looking code.

use super::RUBY;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/ruby/walk/shop.rb");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/ruby/walk/shop.rb.symbols"].assert_eq(&symbols(&RUBY, "lib/shop.rb", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&RUBY, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    assert_eq!(of("Shop"), ("module Shop", "Everything about shops."));
    assert_eq!(
        of("Item"),
        ("class Item < Base", "Something that is sold.\n\nIt has a price.")
    );
    assert_eq!(of("from_row"), ("def from_row(row)", "Makes an item from a row."));
    assert_eq!(of("initialize"), ("def initialize(name, price: 0)", ""));
    assert_eq!(of("size"), ("attr_accessor :size", ""));
}

#[test]
fn tests_are_told_by_path_and_name() {
    let test = "class ItemTest < Minitest::Test\n  def setup; end\n  def test_price; end\nend\n";
    assert_eq!(
        symbols(&RUBY, "lib/item.rb", test),
        "1 class ItemTest 1-4 public\n2 method ItemTest::setup 2-2 public\n3 method ItemTest::test_price 3-3 public test\n"
    );
    for path in ["spec/a.rb", "a/item_spec.rb", "a/test/b.rb", "a/test_item.rb"] {
        assert!((RUBY.is_test_path)(path), "{path}");
    }
    assert!(!(RUBY.is_test_path)("lib/latest.rb"));
}
