//! Go.

mod docs;
mod expressions;
mod imports;
mod rules;
mod statements;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use super::Language;

/// Go.
pub static GO: Language = Language {
    name: "go",
    label: "Go",
    extensions: &["go"],
    file_names: &[],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_go::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path,
    rules: &rules::RULES,
    has_uses: true,
};

fn is_test_path(path: &str) -> bool {
    path.ends_with("_test.go") || path.split('/').any(|part| part == "testdata")
}
