//! What the walker makes of real-looking code.

use super::GO;
use crate::facts::{DefFlags, DefText, FileFacts, dump::dump};
use crate::lang::testing;
use expect_test::expect_file;

fn facts(source: &str) -> (FileFacts, Vec<DefText>) {
    testing::facts(&GO, "file.go", source)
}

fn walked(source: &str) -> String {
    testing::walked(&GO, "file.go", source)
}

#[test]
fn every_kind_of_declaration_and_expression_is_found() {
    expect_file!["../../../fixtures/go/walk/shop.go.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/go/walk/shop.go")));
}

#[test]
fn test_functions_are_marked() {
    let (facts, _) = testing::facts(&GO, "shop_test.go", include_str!("../../../fixtures/go/walk/shop_test.go"));
    expect_file!["../../../fixtures/go/walk/shop_test.go.facts"].assert_eq(&dump(&facts));
    let entry = |name: &str| {
        let found = facts.defs.iter().find(|def| facts.str(def.name) == name).unwrap();
        assert!(found.flags.has(DefFlags::TEST), "{name}");
        found.flags.has(DefFlags::ENTRY)
    };
    assert!(entry("TestSell"));
    assert!(!entry("Testing"));
    assert!(!entry("helper"));
}

#[test]
fn a_broken_file_gives_what_can_be_read() {
    let text = walked(include_str!("../../../fixtures/go/walk/broken.go"));
    expect_file!["../../../fixtures/go/walk/broken.go.facts"].assert_eq(&text);
    for name in ["before", "after"] {
        assert!(text.contains(&format!("function {name} ")), "{text}");
    }
}

#[test]
fn doc_comments_and_signatures_are_kept() {
    let (facts, texts) = facts(include_str!("../../../fixtures/go/walk/shop.go"));
    let of = |name: &str| testing::text_of(&facts, &texts, name);
    assert_eq!(of("Shop"), ("type Shop[T any] struct", "Shop is a place.\n\nIt has a name."));
    assert_eq!(of("Seller"), ("type Seller interface", "Seller sells."));
    assert_eq!(of("Food").1, "Food is to eat.");
    assert_eq!(of("Tool").1, "Tool is to use.");
    assert_eq!(of("items").1, "What it sells.");
    assert_eq!(of("byName").1, "byName holds all shops.");
    assert_eq!(of("start"), ("func start() (*Shop[int], error)", ""));
    assert_eq!(
        of("Sell"),
        ("Sell(item Item, count ...int) (price money.Money, err error)", "Sell takes one.")
    );
    assert_eq!(of("use").1, "");
}

#[test]
fn an_import_is_bound_to_the_name_that_the_file_uses() {
    let text = walked("package p\nimport (\n\"a.b/c/v2\"\n\"k.io/api/core/v1\"\n)\nvar x v1.Pod = c.Y\n");
    assert!(text.contains("path=a.b/c/v2 name= bound=c\n"), "{text}");
    assert!(text.contains("path=k.io/api/core/v1 name= bound=v1\n"), "{text}");
}

#[test]
fn a_field_with_the_name_of_a_type_does_not_hide_it() {
    let (facts, _) = facts("package p\ntype A struct { B; C D; D *E }\ntype B int\n");
    let text = dump(&facts);
    assert!(text.contains("extends B"), "{text}");
    let field = facts.defs.iter().find(|def| facts.str(def.name) == "C").unwrap();
    assert_eq!(facts.defs.iter().filter(|def| def.declared_in == field.declared_in).count(), 3);
    let crate::facts::Expr::Name { scope, .. } = facts.exprs[field.ty as usize] else { panic!("{text}") };
    assert_ne!(scope, field.declared_in);
}

#[test]
fn deep_nesting_ends_in_a_problem_and_long_chains_do_not() {
    let deep = format!("package p\nvar x = {}1{}\n", "(".repeat(3000), ")".repeat(3000));
    assert!(!facts(&deep).0.problems.is_empty());
    let types = format!("package p\nvar x {}int\n", "[]".repeat(3000));
    assert!(!facts(&types).0.problems.is_empty());
    let long = format!("package p\nvar x = f() {}\n", "+ 1".repeat(3000));
    let (facts, _) = facts(&long);
    assert!(facts.problems.is_empty());
    assert_eq!(facts.uses.iter().filter(|each| each.role == crate::model::Role::Call).count(), 1);
}

#[test]
fn test_files_are_told_by_their_path() {
    assert!((GO.is_test_path)("a/b_test.go"));
    assert!((GO.is_test_path)("a/testdata/b.go"));
    assert!(!(GO.is_test_path)("a/test.go"));
}
