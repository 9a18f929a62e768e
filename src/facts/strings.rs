//! Names of one file, each kept once.

use serde::{Deserialize, Serialize};

/// Index of a name in its file's [`Strings`]; 0 is the empty name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sid(pub u32);

impl Sid {
    /// The empty name.
    pub const EMPTY: Self = Self(0);

    /// True for the empty name.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The names of one file: one text, and where each name ends in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Default for Strings {
    fn default() -> Self {
        Self { text: String::new(), ends: vec![0] }
    }
}

impl Strings {
    /// The text of a name; empty for an index that is not there.
    #[must_use]
    pub fn get(&self, sid: Sid) -> &str {
        let at = sid.0 as usize;
        let end = self.ends.get(at).copied().unwrap_or(0) as usize;
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or(0) as usize };
        self.text.get(start..end).unwrap_or("")
    }

    /// How many names there are, the empty one included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// True when only the empty name is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.len() <= 1
    }

    /// Adds a name without looking whether it is there: the builder's table does that.
    pub(super) fn push(&mut self, name: &str) -> Sid {
        let sid = Sid(u32::try_from(self.ends.len()).unwrap_or(0));
        self.text.push_str(name);
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        sid
    }

    /// All names with their indices.
    pub fn iter(&self) -> impl Iterator<Item = (Sid, &str)> {
        (0..self.ends.len()).map(|at| {
            let sid = Sid(u32::try_from(at).unwrap_or(0));
            (sid, self.get(sid))
        })
    }
}
