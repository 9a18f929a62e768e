//! C. Its walker also serves C++, whose grammar is a superset: what only C++ has is in that language's folder.

mod clean;
mod decl;
mod expr;
mod rules;
mod types;
mod walk;

pub(in crate::lang) use decl::{child_of_kind, find, name_parts};
pub(in crate::lang) use rules::{external_include, include_target, is_test_path};
pub(in crate::lang) use walk::{At, Walker, run};

use super::Language;

/// C.
pub static C: Language = Language {
    name: "c",
    label: "C",
    extensions: &["c", "h"],
    file_names: &[],
    interpreters: &[],
    separator: "::",
    grammar: || tree_sitter_c::LANGUAGE.into(),
    walk: |b, root| run(b, root, false, &C),
    is_test_path,
    rules: &rules::RULES,
    has_uses: true,
};

#[cfg(test)]
pub(in crate::lang) mod tests;
