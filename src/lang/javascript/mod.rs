//! JavaScript.

mod rules;
mod walk;

use super::Language;

/// JavaScript.
pub static JAVASCRIPT: Language = Language {
    name: "javascript",
    label: "JavaScript",
    extensions: &["js", "jsx", "mjs", "cjs"],
    interpreters: &["node"],
    separator: ".",
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
