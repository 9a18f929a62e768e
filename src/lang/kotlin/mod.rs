//! Kotlin.

mod calls;
mod clean;
mod expressions;
mod library;
mod rules;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use super::Language;

/// Kotlin.
pub static KOTLIN: Language = Language {
    name: "kotlin",
    label: "Kotlin",
    extensions: &["kt", "kts"],
    file_names: &[],
    interpreters: &["kotlin", "kscript"],
    separator: ".",
    grammar: || tree_sitter_kotlin_ng::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path,
    rules: &rules::RULES,
    has_uses: true,
};

fn is_test_path(path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    // `test`, `androidTest`, `commonTest`, `jvmTest` …
    folder.split('/').any(|part| matches!(part, "test" | "tests" | "testFixtures") || part.ends_with("Test"))
        || stem.ends_with("Test")
        || stem.ends_with("Tests")
}
