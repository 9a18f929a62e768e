//! Java.

mod rules;
mod walk;

use super::Language;

/// Java.
pub static JAVA: Language = Language {
    name: "java",
    label: "Java",
    extensions: &["java"],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_java::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
