//! Python.

pub mod notebook;
mod rules;
mod walk;

use super::Language;

/// Python.
pub static PYTHON: Language = Language {
    name: "python",
    label: "Python",
    extensions: &["py", "pyi", "pyw", "ipynb"],
    interpreters: &["python", "python3"],
    separator: ".",
    grammar: || tree_sitter_python::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
