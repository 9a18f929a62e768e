//! What the walker makes of real-looking code.

use super::JAVASCRIPT;
use crate::facts::{DefText, FileFacts};
use crate::lang::testing;
use expect_test::expect_file;

fn facts(source: &str) -> (FileFacts, Vec<DefText>) {
    testing::facts(&JAVASCRIPT, "file.js", source)
}

fn walked(source: &str) -> String {
    testing::walked(&JAVASCRIPT, "file.js", source)
}

#[test]
fn modules_classes_and_objects_are_found() {
    expect_file!["../../../fixtures/javascript/walk/shop.js.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/javascript/walk/shop.js")));
}

#[test]
fn commonjs_and_prototypes_are_found() {
    expect_file!["../../../fixtures/javascript/walk/common.js.facts"]
        .assert_eq(&walked(include_str!("../../../fixtures/javascript/walk/common.js")));
}

#[test]
fn doc_comments_and_signatures_are_kept() {
    let (facts, texts) = facts(include_str!("../../../fixtures/javascript/walk/shop.js"));
    let of = |name: &str| testing::text_of(&facts, &texts, name);
    assert_eq!(of("LIMIT"), ("const LIMIT = 10;", "How many items fit."));
    assert_eq!(of("sell").0, "async function sell(item, more = [], ...rest)");
    assert!(of("sell").1.starts_with("Sells an item.\n\n@param {Item} item"));
    assert_eq!(of("helper").1, "");
}

#[test]
fn damaged_code_gives_what_can_be_read() {
    let text = walked("function f() { g(); }\nclass { ( }\nfunction h() { return f(; }\nconst x = {");
    assert!(text.contains("function f "), "{text}");
    assert!(text.contains("call g/0 in f"), "{text}");
}

#[test]
fn deep_nesting_ends_in_a_problem_and_long_chains_do_not() {
    let deep = format!("x = {}1{};", "(".repeat(3000), ")".repeat(3000));
    assert!(!facts(&deep).0.problems.is_empty());
    let deep = format!("x = {}{};", "function () { return ".repeat(2000), "}".repeat(2000));
    assert!(!facts(&deep).0.problems.is_empty());
    let long = format!("const x = f() {};", "+ \"a\"".repeat(3000));
    let (facts, _) = facts(&long);
    assert!(facts.problems.is_empty());
    assert_eq!(facts.uses.iter().filter(|each| each.role == crate::model::Role::Call).count(), 1);
}

#[test]
fn odd_but_allowed_code_is_walked() {
    for source in [
        "", "#!/usr/bin/env node\n", ";", "export {};", "export default", "module.exports =", "exports.x =",
        "module.exports = module.exports = {}", "this.x = 1", "super.x", "new.target", "import.meta.url",
        "Object.assign()", "Object.create()", "Object.setPrototypeOf()", "F.prototype = 1", "a.b.prototype.c = () => 1",
        "const {a = b, ...c} = require('x')", "const {} = require('x')", "require()", "require(x)", "import(x)",
        "({[a]: b, [c]() {}, get [d]() {}})", "class A extends (class {}) {}", "class A extends f() { constructor() { super() } }",
        "x = function x() {}", "var exports = {}; exports.a = 1; module.exports = exports", "label: for (;;) break label",
        "a?.[b]?.(c)", "f`x${y}`", "for await (const x of y) z(x)", "for (x.y in z) ;", "let async; async = 1",
        "exports.a = exports.b = void 0", "<a.b c='d'/>", "x = {__proto__: y}", "o = {}; o.o = o; o.o.o()",
    ] {
        drop(walked(source));
    }
}

#[test]
fn test_files_are_told_by_their_path() {
    for path in ["src/a.test.js", "src/a.spec.ts", "src/__tests__/a.js", "test/a.mjs", "a.test.tsx"] {
        assert!((JAVASCRIPT.is_test_path)(path), "{path}");
    }
    for path in ["src/test.js", "src/latest/a.js", "src/a.js"] {
        assert!(!(JAVASCRIPT.is_test_path)(path), "{path}");
    }
}
