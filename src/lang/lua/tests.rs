//! What the walker makes of real-looking code.

use super::LUA;
use crate::lang::testing::{symbols, texts};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/lua/walk/shop.lua");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/lua/walk/shop.lua.symbols"].assert_eq(&symbols(&LUA, "lua/shop.lua", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let of = |name| texts(&LUA, SHOP, name);
    let owned = |(a, b): (&str, &str)| (a.to_owned(), b.to_owned());
    assert_eq!(of("M"), owned(("local M = {}", "Everything about shops.")));
    assert_eq!(of("add"), owned(("local function add(a, b)", "Adds two prices.\nBoth must be positive.")));
    assert_eq!(of("sell"), owned(("function M:sell(name)", "Sells one item.\n@param name string")));
    assert_eq!(of("close"), owned(("M.close = function(self)", "")));
    assert_eq!(of("start"), owned(("start = function(event)", "Called on start.")));
    assert_eq!(of("top_level"), owned(("function top_level(...)", "A long\ncomment.")));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((LUA.is_test_path)("tests/a.lua"));
    assert!((LUA.is_test_path)("lua/shop_spec.lua"));
    assert!(!(LUA.is_test_path)("lua/special.lua"));
}
