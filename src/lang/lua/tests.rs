//! What the walker makes of real-looking code.

use super::LUA;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/lua/walk/shop.lua");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/lua/walk/shop.lua.symbols"].assert_eq(&symbols(&LUA, "lua/shop.lua", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&LUA, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    assert_eq!(of("M"), ("local M = {}", "Everything about shops."));
    assert_eq!(of("add"), ("local function add(a, b)", "Adds two prices.\nBoth must be positive."));
    assert_eq!(of("sell"), ("function M:sell(name)", "Sells one item.\n@param name string"));
    assert_eq!(of("close"), ("M.close = function(self)", ""));
    assert_eq!(of("start"), ("start = function(event)", "Called on start."));
    assert_eq!(of("top_level"), ("function top_level(...)", "A long\ncomment."));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((LUA.is_test_path)("tests/a.lua"));
    assert!((LUA.is_test_path)("lua/shop_spec.lua"));
    assert!(!(LUA.is_test_path)("lua/special.lua"));
}
