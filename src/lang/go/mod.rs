//! Go.

mod rules;
mod walk;

use super::Language;

/// Go.
pub static GO: Language = Language {
    name: "go",
    label: "Go",
    extensions: &["go"],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_go::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
