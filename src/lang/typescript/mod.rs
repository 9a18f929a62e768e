//! TypeScript: grammars of its own, the walker and the rules of JavaScript.

#[cfg(test)]
mod tests;

use super::Language;
use super::javascript::{RULES, is_test_path, walk_typed};

/// TypeScript.
pub static TYPESCRIPT: Language = Language {
    name: "typescript",
    label: "TypeScript",
    extensions: &["ts", "mts", "cts"],
    file_names: &[],
    interpreters: &["deno", "ts-node"],
    separator: ".",
    grammar: || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
    walk: walk_typed,
    is_test_path,
    rules: &RULES,
    has_uses: true,
};

/// TypeScript with JSX: another grammar, the same walker.
pub static TSX: Language = Language {
    name: "typescript",
    label: "TypeScript (TSX)",
    extensions: &["tsx"],
    file_names: &[],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_typescript::LANGUAGE_TSX.into(),
    walk: walk_typed,
    is_test_path,
    rules: &RULES,
    has_uses: true,
};
