//! What the walker makes of real-looking code.

use super::RUST;
use crate::facts::{DefFlags, DefText, FileFacts};
use crate::lang::testing;
use expect_test::expect_file;

fn facts(source: &str) -> (FileFacts, Vec<DefText>) {
    testing::facts(&RUST, "file.rs", source)
}

fn walked(source: &str) -> String {
    testing::walked(&RUST, "file.rs", source)
}

#[test]
fn every_kind_of_item_and_expression_is_found() {
    expect_file!["../../../fixtures/rust/walk/shop.rs.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/rust/walk/shop.rs")));
}

#[test]
fn a_broken_file_gives_what_can_be_read() {
    expect_file!["../../../fixtures/rust/walk/broken.rs.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/rust/walk/broken.rs")));
}

#[test]
fn doc_comments_and_signatures_are_kept() {
    let (facts, texts) = facts(include_str!("../../../fixtures/rust/walk/shop.rs"));
    let of = |name: &str| testing::text_of(&facts, &texts, name);
    assert_eq!(texts[0].doc, "A shop that sells items.\n\nIt has shelves.");
    assert_eq!(of("inner").1, "What only the shop knows.");
    assert_eq!(of("LIMIT"), ("pub const LIMIT: usize = shelf::max();", "How many shops there may be."));
    assert_eq!(of("Item"), ("pub struct Item", "What is sold."));
    assert_eq!(of("name").1, "What it is called.");
    assert_eq!(of("Food").1, "To eat.");
    assert_eq!(of("new"), ("pub fn new(owner: Box<dyn Person>) -> Self", ""));
    assert_eq!(of("shop"), ("macro_rules! shop", "Makes a shop."));
    assert_eq!(of("Made").1, "Comes out of a macro.");
}

#[test]
fn tests_and_entry_points_are_marked() {
    let (facts, _) = facts(include_str!("../../../fixtures/rust/walk/shop.rs"));
    let flag = |name: &str, flag: u32| {
        let def = facts.defs.iter().find(|def| facts.str(def.name) == name).unwrap();
        def.flags.has(flag)
    };
    assert!(flag("tests", DefFlags::TEST) && flag("helper", DefFlags::TEST) && flag("a_shop_opens", DefFlags::TEST));
    assert!(flag("main", DefFlags::ENTRY) && flag("shop_open", DefFlags::ENTRY));
    assert!(!flag("first", DefFlags::TEST) && !flag("first", DefFlags::ENTRY));
    assert!(flag("first", DefFlags::ASYNC) && !flag("first", DefFlags::STATIC) && flag("new", DefFlags::STATIC));
}

#[test]
fn a_variable_is_not_seen_in_its_own_initialiser() {
    let text = walked("fn f(x: A) { let x = x.first(); if let Some(x) = x.second() { x.third(); } }");
    assert!(text.contains("call %x.first/0 in f") && text.contains("call %x.second/0 in f"), "{text}");
    let (facts, _) = facts("fn f(x: A) { let x = x.first(); x.second(); }");
    let of = |name: &str| {
        let used = facts.uses.iter().find(|used| facts.last_name(used.expr) == Some(name)).unwrap();
        let crate::facts::Expr::Member { base, .. } = facts.exprs[used.expr as usize] else { panic!("no member") };
        facts.exprs[base as usize].clone()
    };
    assert_ne!(of("first"), of("second"));
}

#[test]
fn places_in_macros_are_those_of_the_file() {
    let source = "fn f() {\n    assert!(\n        a.b(vec![c.d()]),\n        \"{}\", e!{ g.h() }\n    );\n}\n";
    let (facts, _) = facts(source);
    for used in facts.uses.iter().filter(|used| used.in_macro) {
        let name = facts.last_name(used.expr).unwrap();
        let at = used.place.byte as usize;
        assert_eq!(&source[at..at + name.len()], name);
        let line = source.lines().nth(used.place.line as usize).unwrap();
        assert!(line[used.place.column as usize..].starts_with(name), "{name}");
    }
    assert_eq!(facts.uses.iter().filter(|used| used.in_macro).count(), 7);
}

#[test]
fn names_in_format_strings_are_read_where_they_stand() {
    let source = "fn f(x: u8) {\n    println!(\"{RED}é {{NO}} {x} {} {0}\\n\n  {SIDE:>0WIDE$.deep$} {unclosed\", 1);\n    other!(\"{NO}\");\n    g(\"{NO}\");\n}\n";
    let (facts, _) = facts(source);
    let mut names = Vec::new();
    for used in facts.uses.iter().filter(|used| used.role == crate::model::Role::Read) {
        let name = facts.last_name(used.expr).unwrap();
        let line = source.lines().nth(used.place.line as usize).unwrap();
        assert!(line[used.place.column as usize..].starts_with(name), "{name}");
        assert!(source[used.place.byte as usize..].starts_with(name), "{name}");
        names.push(name);
    }
    assert_eq!(names, ["RED", "SIDE", "WIDE", "deep"]);
}

#[test]
fn deep_nesting_ends_in_a_problem_and_long_chains_do_not() {
    let deep = format!("fn f() {{ let x = {}1{}; }}", "(".repeat(3000), ")".repeat(3000));
    assert!(!facts(&deep).0.problems.is_empty());
    let long = format!("fn f() {{ let x = g() {}; }}", "+ 1".repeat(3000));
    let (facts, _) = facts(&long);
    assert!(facts.problems.is_empty());
    assert_eq!(facts.uses.iter().filter(|each| each.role == crate::model::Role::Call).count(), 1);
}

#[test]
fn macros_in_macros_end_somewhere() {
    let source = format!("fn f() {{ {}x.y(){}; }}", "m!(".repeat(60), ")".repeat(60));
    let (facts, _) = facts(&source);
    assert!(facts.uses.len() >= 12);
}

#[test]
fn test_files_are_told_by_their_path() {
    assert!((RUST.is_test_path)("crates/a/tests/it.rs"));
    assert!((RUST.is_test_path)("src/query/tests.rs"));
    assert!((RUST.is_test_path)("benches/speed.rs"));
    assert!(!(RUST.is_test_path)("src/contest.rs"));
}
