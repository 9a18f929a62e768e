//! Kotlin.

mod rules;
mod walk;

use super::Language;

/// Kotlin.
pub static KOTLIN: Language = Language {
    name: "kotlin",
    label: "Kotlin",
    extensions: &["kt", "kts"],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
