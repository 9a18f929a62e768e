//! Identifiers: fixed width, big-endian on disk, dense where it helps compression.

use serde::{Deserialize, Serialize};

/// A project in the store; 4 bytes, first in every key, so that one range holds all of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ProjectId(pub u32);

/// A file of a project; 4 bytes, given out in order, never reused while the project lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileId(pub u32);

/// A definition: its file and its slot in it.
///
/// The slot is a hash of kind, qualified name and ordinal (see `facts::Builder::finish`), so it does not move when
/// other definitions of the file come and go: edges from other files stay valid across edits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SymbolId {
    /// The file that holds the definition.
    pub file: FileId,
    /// 32-bit slot, unique in the file; 0 is the file itself.
    pub slot: u32,
}

impl SymbolId {
    /// The symbol that stands for a whole file.
    #[must_use]
    pub const fn of_file(file: FileId) -> Self {
        Self { file, slot: 0 }
    }
}
