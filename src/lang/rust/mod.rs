//! Rust.

mod expressions;
mod items;
mod macros;
mod paths;
mod patterns;
mod rules;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use super::Language;

/// Rust.
pub static RUST: Language = Language {
    name: "rust",
    label: "Rust",
    extensions: &["rs"],
    file_names: &[],
    interpreters: &[],
    separator: "::",
    grammar: || tree_sitter_rust::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path,
    rules: &rules::RULES,
    has_uses: true,
};

/// Cargo's folders of integration tests and benchmarks, and the files that a `mod tests;` declares.
fn is_test_path(path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    folder.split('/').any(|part| matches!(part, "test" | "tests" | "benches"))
        || matches!(file, "test.rs" | "tests.rs")
        || file.ends_with("_test.rs")
        || file.ends_with("_tests.rs")
}
