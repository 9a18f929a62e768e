//! C.

mod rules;
mod walk;

use super::Language;

/// C.
pub static C: Language = Language {
    name: "c",
    label: "C",
    extensions: &["c", "h"],
    interpreters: &[],
    separator: "::",
    grammar: || tree_sitter_c::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
