//! What the walker makes of real-looking code.

use super::ELIXIR;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/elixir/walk/shop.ex");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/elixir/walk/shop.ex.symbols"].assert_eq(&symbols(&ELIXIR, "lib/shop.ex", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&ELIXIR, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    assert_eq!(of("Shop"), ("defmodule Acme.Shop", "Everything about shops."));
    assert_eq!(
        of("add"),
        ("def add(a, b \\\\ 0) when is_integer(a)", "Adds two prices.\n\niex> add(1, 2)\n3")
    );
    assert_eq!(of("sell"), ("def sell(item)", "Sells one."));
    assert_eq!(of("left"), ("defp left(items)", "Says what is left."));
    assert_eq!(of("expensive"), ("defmacro expensive(x)", ""));
    assert_eq!(of("new"), ("def new(name)", ""));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((ELIXIR.is_test_path)("test/shop_test.exs"));
    assert!(!(ELIXIR.is_test_path)("lib/latest.ex"));
}
