//! Rust.

mod rules;
mod walk;

use super::Language;

/// Rust.
pub static RUST: Language = Language {
    name: "rust",
    label: "Rust",
    extensions: &["rs"],
    interpreters: &[],
    separator: "::",
    grammar: || tree_sitter_rust::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
