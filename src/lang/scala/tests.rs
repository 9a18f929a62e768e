//! What the walker makes of real-looking code.

use super::SCALA;
use crate::lang::testing::{facts, symbols, text_of};
use expect_test::expect_file;

const SHOP: &str = include_str!("../../../fixtures/scala/walk/Shop.scala");

#[test]
fn every_definition_is_found() {
    expect_file!["../../../fixtures/scala/walk/Shop.scala.symbols"].assert_eq(&symbols(&SCALA, "src/main/Shop.scala", SHOP));
}

#[test]
fn signatures_and_documentation_are_those_that_are_written() {
    let (facts, texts) = facts(&SCALA, "x", SHOP);
    let of = |name: &str| text_of(&facts, &texts, name);
    let doc = "Everything that is sold.\n\nIt has a price.";
    assert_eq!(of("Sellable"), ("sealed trait Sellable[+T] extends Product", doc));
    assert_eq!(of("describe"), ("def describe(prefix: String = \"\"): String", ""));
    assert_eq!(of("make"), ("def make(name: String)(implicit size: Size): Item", ""));
    assert_eq!(of("label"), ("lazy val label", ""));
    assert_eq!(of("run"), ("def run(args: String*): Unit", ""));
}

#[test]
fn files_of_tests_are_told_by_their_path() {
    for path in ["a/src/test/scala/A.scala", "a/ItemSpec.scala", "a/ItemSuite.scala"] {
        assert!((SCALA.is_test_path)(path), "{path}");
    }
    assert!(!(SCALA.is_test_path)("a/src/main/scala/Latest.scala"));
}

#[test]
fn a_body_that_indentation_ends_does_not_reach_to_what_follows() {
    let source = "trait A {\n  def f(x: Int): Int =\n    x\n\n  def g: Int = 1\n}\n";
    assert_eq!(
        symbols(&SCALA, "A.scala", source),
        "1 trait A 1-6 public\n2 method A.f 2-3 public\n5 method A.g 5-5 public\n"
    );
}
