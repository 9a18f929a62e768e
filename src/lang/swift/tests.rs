//! What the walker makes of real-looking code.

use super::SWIFT;
use crate::lang::testing::{symbols, texts};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/swift/walk/Shop.swift");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/swift/walk/Shop.swift.symbols"].assert_eq(&symbols(&SWIFT, "Sources/Shop.swift", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let of = |name| texts(&SWIFT, SHOP, name);
    let owned = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
    let doc = "Something that is sold.\n\nIt has a price.";
    assert_eq!(of("Sellable"), owned(("public protocol Sellable: AnyObject", doc)));
    assert_eq!(of("Item"), owned(("public final class Item<T>: NSObject, Sellable", "")));
    assert_eq!(of("label"), owned(("lazy var label: String", "")));
    assert_eq!(of("make"), owned(("class func make() -> Self", "")));
    assert_eq!(of("encode"), owned(("func encode()", "")));
    let (facts, all) = crate::lang::testing::facts(&SWIFT, "x", SHOP);
    let open = (0..facts.defs.len()).find(|&at| all[at].signature.starts_with("open")).unwrap();
    assert_eq!(all[open].signature, "open func describe( prefix: String = \"\" ) -> String");
    assert_eq!(all[open].doc, "Describes it.");
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    for path in ["Tests/ShopTests/A.swift", "a/ShopTests/A.swift", "a/ItemTests.swift"] {
        assert!((SWIFT.is_test_path)(path), "{path}");
    }
    assert!(!(SWIFT.is_test_path)("Sources/Latest.swift"));
}
