//! C++.

mod rules;
mod walk;

use super::Language;

/// C++.
pub static CPP: Language = Language {
    name: "cpp",
    label: "C++",
    extensions: &["cpp", "cc", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "inl", "tpp", "cppm", "ixx", "cu", "cuh"],
    interpreters: &[],
    separator: "::",
    grammar: || tree_sitter_cpp::LANGUAGE.into(),
    walk: walk::walk,
    is_test_path: |_path| false,
    rules: &rules::RULES,
};
