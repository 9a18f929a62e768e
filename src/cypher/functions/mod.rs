//! The functions of the language, in one table. Aggregates are not here: they belong to projections.

mod structure;

use super::graph::Graph;
use super::types::Type;
use super::value::Value;
use anyhow::Result;

/// What a function may look at besides its arguments.
pub struct Context<'g> {
    /// The graph.
    pub graph: &'g dyn Graph,
    /// When the query began, in nanoseconds since 1970 UTC: one moment for the whole query.
    pub now_ns: i128,
}

/// A function over values.
pub struct Function {
    /// As it is documented; calls may be written in any case. Parts of a name are joined by dots.
    pub name: &'static str,
    /// Fewest arguments.
    pub least: usize,
    /// Most arguments.
    pub most: usize,
    /// What the arguments may be besides null; the last stands for all that follow. Only what is known before the
    /// query runs is held against it, so a function still checks what it is given.
    pub takes: &'static [Type],
    /// What it gives besides null.
    pub gives: Type,
    /// What it does, in a sentence.
    pub about: &'static str,
    /// Does it. It is given as many arguments as it takes.
    pub run: fn(&Context<'_>, &[Value]) -> Result<Value>,
}

/// All functions, a page a topic.
const PAGES: &[&[Function]] = &[structure::FUNCTIONS];

/// Every function.
pub fn all() -> impl Iterator<Item = &'static Function> {
    PAGES.iter().flat_map(|page| page.iter())
}

/// The function of that name, in any case.
#[must_use]
pub fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_function_has_a_name_of_its_own_and_a_sentence() {
        let mut names = BTreeSet::new();
        for function in all() {
            assert!(names.insert(function.name.to_lowercase()), "{} twice", function.name);
            assert!(function.least <= function.most && function.about.ends_with('.'), "{}", function.name);
            assert!(function.most == 0 || !function.takes.is_empty(), "{}", function.name);
        }
        assert!(find("STARTNODE").is_some());
    }
}
