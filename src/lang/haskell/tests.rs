//! What the walker makes of real-looking code.

use super::HASKELL;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/haskell/walk/Shop.hs");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/haskell/walk/Shop.hs.symbols"].assert_eq(&symbols(&HASKELL, "src/Shop.hs", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&HASKELL, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    assert_eq!(of("Item"), ("data Item", "What is sold.\n\nIt has a price."));
    assert_eq!(of("itemName"), ("itemName :: String", "Its name."));
    assert_eq!(of("total"), ("total :: [Item] -> Price", "Adds all up."));
    assert_eq!(of("sell"), ("sell :: Item -> m ()", "Sells one."));
    assert_eq!(of("noSignature"), ("noSignature x", "Not exported."));
    assert_eq!(of("MonadShop"), ("class Monad m => MonadShop m", ""));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((HASKELL.is_test_path)("test/A.hs"));
    assert!((HASKELL.is_test_path)("src/ShopSpec.hs"));
    assert!(!(HASKELL.is_test_path)("src/Latest.hs"));
}

#[test]
fn operators_and_functions_between_their_arguments_have_their_names() {
    let source = "module A (f, T(..), module A) where\nx `plus` y = x + y\ninstance Show (Tree a) where\n  show = undefined\ndata T = A Int | Int :+: Int\n";
    assert_eq!(
        symbols(&HASKELL, "A.hs", source),
        "2 function plus 2-2 public\n4 method Tree.show 4-4 public\n5 enum T 5-5 public\n5 enum-member T.A 5-5 public\n5 enum-member T.:+: 5-5 public\n"
    );
}

#[test]
fn a_default_of_a_method_is_part_of_it() {
    let source = "class A a where\n  f :: a -> Int\n  default f :: Show a => a -> Int\n  f _ = 1\n";
    assert_eq!(
        symbols(&HASKELL, "A.hs", source),
        "1 interface A 1-4 public\n2 method A.f 2-4 public\n"
    );
}
