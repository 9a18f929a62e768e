//! What the walker makes of real-looking code.

use super::{TSX, TYPESCRIPT};
use crate::lang::testing::walked;
use expect_test::expect_file;

#[test]
fn types_and_declarations_are_found() {
    expect_file!["../../../fixtures/typescript/walk/shop.ts.facts"]
        .assert_eq(&walked(&TYPESCRIPT, "file.ts", include_str!("../../../fixtures/typescript/walk/shop.ts")));
}

#[test]
fn components_are_called() {
    expect_file!["../../../fixtures/typescript/walk/page.tsx.facts"]
        .assert_eq(&walked(&TSX, "file.ts", include_str!("../../../fixtures/typescript/walk/page.tsx")));
}

#[test]
fn doc_comments_say_no_types_in_typescript() {
    let text = walked(&TYPESCRIPT, "file.ts", "/** @type {Foo} */\nconst x = f();\n/** @returns {Foo} */\nfunction g() {}");
    assert!(!text.contains("Foo"), "{text}");
}

#[test]
fn odd_but_allowed_code_is_walked() {
    for source in [
        "export type { A } from './a'; export type { B };", "export as namespace X;", "declare global { interface Window { x: 1 } }",
        "type A = typeof import('./x')", "let x: import('./x').Y;", "type M = { [K in keyof T]?: T[K] };",
        "type C<T> = T extends (infer U)[] ? U : never;", "let f: new () => X;", "abstract class A { abstract x: number; }",
        "class A { constructor(private { a }: B) {} }",
        "class A { constructor(this: B, private c: D) {} }",
        "class A { constructor(private, public e: F", "enum E { 'a-b' = 1, c }", "module M.N {}", "x!.y!()!;",
        "const a = <T,>(x: T) => x;", "function f(this: A, x?: B): asserts x is C {}", "type T = [a: A, b?: B, ...c: C[]];",
        "interface A { new (x: B): C; get d(): E; }", "let u: unique symbol;", "type X = A.B.C<D>['e'][number];",
    ] {
        drop(walked(&TYPESCRIPT, "file.ts", source));
        drop(walked(&TSX, "file.ts", source));
    }
}
