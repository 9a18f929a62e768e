//! Children of syntax nodes by field.

use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::num::NonZeroU16;
use tree_sitter::{Language, Node};

/// The number of each field name of a grammar, by where the name stands in this program.
type Numbers = FxHashMap<(usize, usize), Option<NonZeroU16>>;

/// Looks children up by field.
pub trait Fields {
    /// The child in a field.
    ///
    /// The same as [`Node::child_by_field_name`], which compares the name with every field of the grammar each time.
    /// Here a thread does so once.
    #[must_use]
    fn field(&self, name: &'static str) -> Option<Self>
    where
        Self: Sized;
}

impl Fields for Node<'_> {
    fn field(&self, name: &'static str) -> Option<Self> {
        thread_local! {
            static KNOWN: RefCell<Vec<(Language, Numbers)>> = const { RefCell::new(Vec::new()) };
        }
        let language = self.language();
        let number = KNOWN.with_borrow_mut(|known| {
            let at = known.iter().position(|(of, _)| *of == *language).unwrap_or_else(|| {
                known.push((Language::clone(&language), Numbers::default()));
                known.len() - 1
            });
            let key = (name.as_ptr().addr(), name.len());
            *known[at].1.entry(key).or_insert_with(|| language.field_id_for_name(name))
        });
        self.child_by_field_id(number?.get())
    }
}

#[cfg(test)]
mod tests {
    use super::Fields as _;
    use crate::lang::LANGUAGES;
    use crate::parse;

    #[test]
    fn a_field_is_the_child_that_the_library_finds_by_its_name() {
        let source = "function f(a) { return g(a, 1); }";
        let mut n_fields = 0;
        for (index, language) in (0..).zip(LANGUAGES) {
            let tree = parse::tree(source, index).expect("it is short");
            let mut next = vec![tree.root_node()];
            while let Some(node) = next.pop() {
                for name in ["name", "body", "function", "arguments", "no such field"] {
                    assert_eq!(node.field(name), node.child_by_field_name(name), "{}", language.label);
                    n_fields += usize::from(node.field(name).is_some());
                }
                next.extend((0..node.child_count()).filter_map(|n| node.child(n)));
            }
        }
        assert!(n_fields > 20);
    }
}
