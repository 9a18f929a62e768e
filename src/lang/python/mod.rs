//! Python.

mod calls;
mod classes;
mod expressions;
mod flow;
mod functions;
mod imports;
pub mod notebook;
mod rules;
mod statements;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use super::Language;

/// Python.
pub static PYTHON: Language = Language {
    name: "python",
    label: "Python",
    extensions: &["py", "pyi", "pyw", "ipynb"],
    file_names: &[],
    interpreters: &["python", "python3"],
    separator: ".",
    grammar: || tree_sitter_python::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path,
    rules: &rules::RULES,
    has_uses: true,
};

fn is_test_path(path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    folder.split('/').any(|part| matches!(part, "test" | "tests" | "testing_data"))
        || stem.starts_with("test_")
        || stem.ends_with("_test")
        || matches!(stem, "conftest" | "tests")
}
