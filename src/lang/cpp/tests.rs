//! Snapshots of the walker and of where imports lead.

use super::CPP;
use crate::facts::ImportKind;
use crate::lang::c::tests::{Paths, check, leads};
use crate::lang::{PackageScope, Rules as _, Through};
use expect_test::expect;

#[test]
fn a_header_declares_classes_templates_and_aliases() {
    check(&CPP, include_str!("../../../fixtures/cpp/walk/store.h"), &expect![[""]]);
}

#[test]
fn a_source_file_defines_members_and_calls() {
    check(&CPP, include_str!("../../../fixtures/cpp/walk/store.cc"), &expect![[""]]);
}

#[test]
fn damage_by_macros_is_walked_round() {
    check(&CPP, include_str!("../../../fixtures/cpp/walk/broken.cc"), &expect![[""]]);
}

#[test]
fn includes_lead_to_files_and_namespaces_to_packages() {
    let tree = Paths(&["include/store/db.h", "src/db.cc", "src/util.h"]);
    let rules = CPP.rules;
    let cases = [
        (ImportKind::Include, "store/db.h", "", "include/store/db.h"),
        (ImportKind::Include, "<string>", "", "-"),
        (ImportKind::Wildcard, "store::detail", "", "package store.detail"),
        (ImportKind::Symbol, "store", "Db", "package store"),
        (ImportKind::Wildcard, "std", "", "-"),
        (ImportKind::Module, "std::filesystem", "", "-"),
    ];
    for (kind, path, name, expected) in cases {
        assert_eq!(leads(rules.target(kind, path, name, "src/db.cc", &tree)), expected, "{path}");
    }
    assert_eq!(rules.submodule("a", "b").as_deref(), Some("a::b"));
    assert_eq!(rules.package_scope(), PackageScope::Includes);
}

#[test]
fn library_wrappers_reach_through_to_what_they_hold() {
    let rules = CPP.rules;
    assert_eq!(rules.transparent("unique_ptr"), Some(0));
    assert_eq!(rules.transparent("vector"), None);
    assert_eq!(rules.element("vector"), Some(0));
    assert_eq!(rules.element("unordered_map"), Some(1));
    assert_eq!(rules.through("shared_ptr", "get"), Some(Through::Argument(0)));
    assert_eq!(rules.through("weak_ptr", "lock"), Some(Through::Same));
    assert_eq!(rules.through("map", "at"), Some(Through::Argument(1)));
    assert_eq!(rules.through("string", "at"), None);
    assert_eq!(rules.unwrapped("future"), Some(0));
}

#[test]
fn common_methods_are_sorted() {
    assert!(CPP.rules.common_methods().is_sorted());
    assert!(crate::lang::c::C.rules.common_methods().is_sorted());
}
