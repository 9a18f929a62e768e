//! C#.

mod calls;
mod expressions;
mod library;
mod patterns;
mod rules;
#[cfg(test)]
mod tests;
mod types;
mod walk;

use super::Language;

/// C#.
pub static CSHARP: Language = Language {
    name: "csharp",
    label: "C#",
    extensions: &["cs", "csx"],
    file_names: &[],
    interpreters: &["dotnet-script"],
    separator: ".",
    grammar: || tree_sitter_c_sharp::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path,
    rules: &rules::RULES,
    has_uses: true,
};

fn is_test_path(path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = file.split('.').next().unwrap_or(file);
    let is_test_folder = |part: &str| {
        matches!(part, "test" | "tests" | "Test" | "Tests")
            || [".Test", ".Tests", ".UnitTests", ".IntegrationTests"].iter().any(|end| part.ends_with(end))
    };
    folder.split('/').any(is_test_folder) || stem.ends_with("Test") || stem.ends_with("Tests")
}
