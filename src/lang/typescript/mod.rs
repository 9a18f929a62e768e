//! TypeScript.

mod rules;
mod walk;

use super::Language;

/// TypeScript.
pub static TYPESCRIPT: Language = Language {
    name: "typescript",
    label: "TypeScript",
    extensions: &["ts", "mts", "cts"],
    interpreters: &["deno", "ts-node"],
    separator: ".",
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};

/// TypeScript with JSX: another grammar, the same walker.
pub static TSX: Language = Language {
    name: "typescript",
    label: "TypeScript (TSX)",
    extensions: &["tsx"],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
