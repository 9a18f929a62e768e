//! Java.

mod expressions;
mod library;
mod rules;
#[cfg(test)]
mod tests;
mod types;
mod walk;

pub(in crate::lang) use rules::{external_name, external_root};

use super::Language;

/// Java.
pub static JAVA: Language = Language {
    name: "java",
    label: "Java",
    extensions: &["java"],
    file_names: &[],
    interpreters: &[],
    separator: ".",
    grammar: || tree_sitter_java::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path,
    rules: &rules::RULES,
    has_uses: true,
};

fn is_test_path(path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.strip_suffix(".java").unwrap_or(file);
    folder.split('/').any(|part| matches!(part, "test" | "tests" | "androidTest" | "integrationTest" | "testFixtures"))
        || stem.ends_with("Test")
        || stem.ends_with("Tests")
        || stem.ends_with("TestCase")
        || (stem.ends_with("IT") && stem.len() > 2)
}
