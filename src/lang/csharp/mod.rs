//! C#.

mod rules;
mod walk;

use super::Language;

/// C#.
pub static CSHARP: Language = Language {
    name: "csharp",
    label: "C#",
    extensions: &["cs", "csx"],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
