//! What the walker makes of real-looking code.

use super::OCAML;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/ocaml/walk/shop.ml");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/ocaml/walk/shop.ml.symbols"].assert_eq(&symbols(&OCAML, "lib/shop.ml", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&OCAML, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    assert_eq!(of("limit"), ("let limit", "Most items."));
    assert_eq!(of("item"), ("type item", "What is sold."));
    assert_eq!(of("name"), ("name : string", "Its name."));
    assert_eq!(of("total"), ("total items", "Adds all up."));
    assert_eq!(of("sell"), ("let sell : item -> unit", ""));
    assert_eq!(of("basket"), ("'a basket = 'a list", ""));
    assert_eq!(of("Make"), ("module Make (P : PRICED)", ""));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((OCAML.is_test_path)("test/a.ml"));
    assert!(!(OCAML.is_test_path)("lib/latest.ml"));
}

#[test]
fn an_operator_is_a_function_however_it_is_defined() {
    let source = "let ( >>= ) = bind\nlet bound = bind\n";
    assert_eq!(
        symbols(&OCAML, "a.ml", source),
        "1 function >>= 1-1 public\n2 constant bound 2-2 public\n"
    );
}
