//! C++.

mod rules;
mod walk;

use super::Language;

/// C++.
pub static CPP: Language = Language {
    name: "cpp",
    label: "C++",
    extensions: &[
        "cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "inl", "tpp", "cppm", "ixx", "cu", "cuh",
    ],
    file_names: &[],
    interpreters: &[],
    separator: "::",
    grammar: || tree_sitter_cpp::LANGUAGE.into(),
    walk: |b, root| crate::lang::c::run(b, root, true, &CPP),
    is_test_path: crate::lang::c::is_test_path,
    rules: &rules::RULES,
    has_uses: true,
};

#[cfg(test)]
mod tests;
