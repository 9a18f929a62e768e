//! What the walker makes of real-looking code.

use super::ZIG;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/zig/walk/shop.zig");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/zig/walk/shop.zig.symbols"].assert_eq(&symbols(&ZIG, "src/shop.zig", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&ZIG, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    assert_eq!(of("Item"), ("pub const Item", "What is sold.\n\nIt has a price."));
    assert_eq!(of("limit"), ("pub const limit: usize = 16", "Most items."));
    assert_eq!(of("init"), ("pub fn init(name: []const u8) Item", ""));
    assert_eq!(of("price"), ("price: u32 = 0", "What it costs."));
    assert_eq!(of("List"), ("pub fn List(comptime T: type) type", "A list of any type."));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    assert!((ZIG.is_test_path)("test/a.zig"));
    assert!(!(ZIG.is_test_path)("src/latest.zig"));
}

#[test]
fn parts_without_names_are_no_fields() {
    let source = "const T = struct { usize, Item };\nconst U = union(enum) { a, b: u8 };\n";
    assert_eq!(
        symbols(&ZIG, "a.zig", source),
        "1 struct T 1-1 private\n2 struct U 2-2 private\n2 field U.a 2-2 private\n2 field U.b 2-2 private\n"
    );
}
