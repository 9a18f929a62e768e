//! JavaScript, and what TypeScript shares with it.

mod expressions;
mod functions;
mod jsdoc;
mod modules;
mod rules;
#[cfg(test)]
mod tests;
mod types;
mod walk;

pub(in crate::lang) use rules::RULES;
pub(in crate::lang) use walk::walk_typed;

use super::Language;

/// JavaScript.
pub static JAVASCRIPT: Language = Language {
    name: "javascript",
    label: "JavaScript",
    extensions: &["js", "jsx", "mjs", "cjs"],
    file_names: &[],
    interpreters: &["node"],
    separator: ".",
    grammar: || tree_sitter_javascript::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path,
    rules: &RULES,
    has_uses: true,
};

/// True for files in test folders and files that are named as tests.
pub(in crate::lang) fn is_test_path(path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let in_folder = folder.split('/').any(|part| {
        matches!(part, "test" | "tests" | "__tests__" | "__test__" | "__mocks__" | "spec" | "specs" | "e2e" | "cypress")
    });
    let mut parts = file.split('.').skip(1);
    in_folder || parts.any(|part| matches!(part, "test" | "tests" | "spec" | "specs" | "e2e" | "cy" | "test-d"))
}
