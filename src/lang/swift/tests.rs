//! What the walker makes of real-looking code.

use super::SWIFT;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/swift/walk/Shop.swift");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/swift/walk/Shop.swift.symbols"].assert_eq(&symbols(&SWIFT, "Sources/Shop.swift", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&SWIFT, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    let doc = "Something that is sold.\n\nIt has a price.";
    assert_eq!(of("Sellable"), ("public protocol Sellable: AnyObject", doc));
    assert_eq!(of("Item"), ("public final class Item<T>: NSObject, Sellable", ""));
    assert_eq!(of("label"), ("lazy var label: String", ""));
    assert_eq!(of("make"), ("class func make() -> Self", ""));
    assert_eq!(of("encode"), ("func encode()", ""));
    let open = (0..facts.defs.len()).find(|&at| texts[at].signature.starts_with("open")).unwrap();
    assert_eq!(texts[open].signature, "open func describe( prefix: String = \"\" ) -> String");
    assert_eq!(texts[open].doc, "Describes it.");
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    for path in ["Tests/ShopTests/A.swift", "a/ShopTests/A.swift", "a/ItemTests.swift"] {
        assert!((SWIFT.is_test_path)(path), "{path}");
    }
    assert!(!(SWIFT.is_test_path)("Sources/Latest.swift"));
}
