//! A definition as the table of names tells it.

use super::{Def, DefFlags, DefIx, FileFacts};
use crate::model::SymbolKind;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use xxhash_rust::xxh3::xxh3_64;

/// What is known of a definition without looking into its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Brief {
    /// What it is.
    pub kind: SymbolKind,
    /// The language of its file.
    pub language: u8,
    /// Its index into the definitions of its file.
    pub def: DefIx,
    /// The definition that contains it.
    pub parent: DefIx,
    /// See [`DefFlags`].
    pub flags: DefFlags,
    /// [`hash_of`] the last name of its receiver's type, or 0 without receiver.
    pub receiver: u32,
    /// [`hash_of`] the dotted package or namespace at whose top it stands, or 0 when it does not.
    pub package: u32,
}

impl Brief {
    /// The brief of a definition.
    #[must_use]
    pub fn of(facts: &FileFacts, at: DefIx, def: &Def) -> Self {
        let receiver = match def.receiver {
            0 => 0,
            receiver => hash_of(facts.last_name(receiver).unwrap_or_default()),
        };
        let package = if facts.is_top_level(def) { hash_of(&facts.package_of(at)) } else { 0 };
        Self {
            kind: def.kind,
            language: facts.language,
            def: at,
            parent: def.parent,
            flags: def.flags,
            receiver,
            package,
        }
    }

    /// True when no type or function contains it; see [`FileFacts::is_top_level`].
    #[must_use]
    pub const fn is_top_level(&self) -> bool {
        self.package != 0
    }
}

/// A hash of a name that is never 0.
#[must_use]
pub fn hash_of(name: &str) -> u32 {
    let [a, b, c, d, ..] = xxh3_64(name.as_bytes()).to_le_bytes();
    u32::from_le_bytes([a, b, c, d]).max(1)
}

impl FileFacts {
    /// The dotted package or namespace in which a definition stands.
    #[must_use]
    pub fn package_of(&self, def: DefIx) -> Cow<'_, str> {
        let mut parts: Vec<Cow<'_, str>> = Vec::new();
        let mut at = self.defs.get(def as usize).map_or(0, |def| def.parent);
        while at != 0 {
            let Some(def) = self.defs.get(at as usize) else { break };
            if def.kind == SymbolKind::Module {
                let name = self.str(def.name);
                parts.push(if name.contains("::") { name.replace("::", ".").into() } else { name.into() });
            }
            at = def.parent;
        }
        let package = self.str(self.package);
        if parts.is_empty() {
            return package.into();
        }
        if !package.is_empty() {
            parts.push(package.into());
        }
        parts.reverse();
        parts.join(".").into()
    }

    /// True when a definition stands at the top of its file or namespace: no type or function contains it. An extension
    /// does so too, whatever it is written for.
    #[must_use]
    pub fn is_top_level(&self, def: &Def) -> bool {
        let mut at = def.parent;
        while at != 0 {
            let Some(parent) = self.defs.get(at as usize) else { return false };
            if parent.kind != SymbolKind::Module {
                return false;
            }
            at = parent.parent;
        }
        !def.flags.has(DefFlags::NESTED) && (def.receiver == 0 || def.flags.has(DefFlags::EXTENSION))
    }
}
