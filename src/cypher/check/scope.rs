//! Which names mean which slots, and what is known of their types.

use crate::cypher::ir::Slot;
use crate::cypher::types::Type;
use std::rc::Rc;

/// A variable.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: Rc<str>,
    pub(super) slot: Slot,
    pub(super) kind: Type,
}

/// The variables that are visible; a later one hides an earlier one of its name.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    variables: Vec<Variable>,
}

impl Scope {
    /// The variable of that name.
    pub(super) fn find(&self, name: &str) -> Option<&Variable> {
        self.variables.iter().rev().find(|variable| &*variable.name == name)
    }

    /// Adds a variable.
    pub(super) fn add(&mut self, name: &str, slot: Slot, kind: Type) {
        self.variables.push(Variable { name: Rc::from(name), slot, kind });
    }

    /// Narrows what is known of a variable's type.
    pub(super) fn set_kind(&mut self, name: &str, kind: Type) {
        if let Some(variable) = self.variables.iter_mut().rev().find(|variable| &*variable.name == name) {
            variable.kind = kind;
        }
    }

    /// How many variables there are, hidden ones too; for [`Scope::truncate`].
    pub(super) const fn len(&self) -> usize {
        self.variables.len()
    }

    /// Forgets what was added since.
    pub(super) fn truncate(&mut self, len: usize) {
        self.variables.truncate(len);
    }

    /// All visible variables, by name.
    pub(super) fn visible(&self) -> Vec<Variable> {
        let mut found: Vec<Variable> = Vec::new();
        for variable in self.variables.iter().rev() {
            if !found.iter().any(|each| each.name == variable.name) {
                found.push(variable.clone());
            }
        }
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found
    }

    /// The slots of all visible variables, ascending.
    pub(super) fn slots(&self) -> Vec<Slot> {
        let mut slots: Vec<Slot> = self.visible().iter().map(|variable| variable.slot).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }
}
