//! "What does each language look like?" One folder a language, one line each in `languages!`.
//!
//! A language gives its file names, its grammar, a walker that turns a syntax tree into facts
//! ([`crate::facts::Builder`]) and the rules by which names are found in other files ([`Rules`]). No other module knows
//! a language by name.

mod classes;
pub mod comments;
pub mod detect;
mod fields;
mod operators;
pub mod outline;
pub mod rules;
mod symbols;
#[cfg(test)]
mod testing;
pub mod text;
mod written;

pub use fields::Fields;
pub use rules::{PackageScope, Printable, Rules, Target, Through, Tree};

use crate::facts::Builder;
use tree_sitter::Node;

/// A language with symbols.
pub struct Language {
    /// The name that settings, `--lang` and JSON use.
    pub name: &'static str,
    /// The name for people.
    pub label: &'static str,
    /// File name endings without the dot, lower case.
    pub extensions: &'static [&'static str],
    /// Whole file names, lower case.
    pub file_names: &'static [&'static str],
    /// Interpreters in a `#!` line.
    pub interpreters: &'static [&'static str],
    /// What stands between the parts of a qualified name.
    pub separator: &'static str,
    /// The grammar.
    pub grammar: fn() -> tree_sitter::Language,
    /// Walks the tree of a file into facts.
    pub walk: fn(&mut Builder<'_>, Node<'_>),
    /// True when a file at this path (with `/`) is test code.
    pub is_test_path: fn(&str) -> bool,
    /// How names are found across files.
    pub rules: &'static dyn Rules,
    /// True when uses are known as well: calls, references and imports, also across files. Else there are symbols only.
    pub has_uses: bool,
}

macro_rules! languages {
    ($($module:ident :: $static:ident $(, also $also:ident)? in $family:literal;)*) => {
        $(pub mod $module;)*

        /// For each of [`LANGUAGES`] the family whose members may name each other's definitions.
        static FAMILIES: &[u8] = &[$($family, $({ let _ = &$module::$also; $family },)?)*];

        /// Every language with symbols; the index is the number on disk.
        pub static LANGUAGES: &[&Language] = &[$(&$module::$static, $(&$module::$also,)?)*];
    };
}

languages! {
    rust::RUST in 0;
    python::PYTHON in 1;
    javascript::JAVASCRIPT in 2;
    typescript::TYPESCRIPT, also TSX in 2;
    go::GO in 3;
    java::JAVA in 4;
    c::C in 5;
    cpp::CPP in 5;
    csharp::CSHARP in 6;
    kotlin::KOTLIN in 4;
    php::PHP in 7;
    ruby::RUBY in 8;
    scala::SCALA in 9;
    lua::LUA in 10;
    elixir::ELIXIR in 11;
    swift::SWIFT in 12;
    haskell::HASKELL in 13;
    bash::BASH in 14;
    zig::ZIG in 15;
    ocaml::OCAML in 16;
    dart::DART in 17;
    proto::PROTOBUF in 18;
}

/// The tree of a text that a walker has changed because the grammar did not understand it.
fn parse_again(language: &Language, text: &str) -> Option<tree_sitter::Tree> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&(language.grammar)()).ok()?;
    parser.parse(text, None)
}

/// The language of an index in facts.
#[must_use]
pub fn language(index: u8) -> &'static Language {
    LANGUAGES[usize::from(index) % LANGUAGES.len()]
}

/// The family of an index in facts: languages of one family may name each other's definitions.
#[must_use]
pub fn family(index: u8) -> u8 {
    FAMILIES.get(usize::from(index)).copied().unwrap_or(u8::MAX)
}

/// The name of a language of which symbols are known and no uses; `None` for others and for text.
#[must_use]
pub fn symbols_only(index: u8) -> Option<&'static str> {
    LANGUAGES.get(usize::from(index)).filter(|language| !language.has_uses).map(|language| language.name)
}
