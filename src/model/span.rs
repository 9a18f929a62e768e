//! Places in a file.

use serde::{Deserialize, Serialize};

/// A half-open byte range of a file's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// True when `other` lies within this span.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

/// Where a name stands: byte, and 0-based line and column (column in bytes). Shown to people 1-based.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Place {
    /// Byte offset in the file.
    pub byte: u32,
    /// Line, 0-based.
    pub line: u32,
    /// Column in bytes, 0-based.
    pub column: u32,
}
