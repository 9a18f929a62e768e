//! What kind of failure it is, and what to do next: rides along as context of an [`anyhow::Error`].

use std::fmt;

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The user asked for something that makes no sense.
    Usage,
    /// What was asked for is not there.
    NotFound,
    /// Nothing was ever indexed.
    NoIndex,
    /// Another process writes.
    Locked,
    /// A newer version wrote the store.
    Format,
    /// Stored data is damaged.
    Corrupt,
    /// Not allowed.
    Denied,
    /// Took too long.
    TimedOut,
    /// Ctrl-C.
    Interrupted,
    /// Anything else.
    Internal,
}

#[derive(Debug)]
struct Mark {
    kind: Kind,
    hint: Option<String>,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.hint.as_deref().unwrap_or(""))
    }
}

/// Adds a kind or a hint to a result.
pub trait ResultExt<T> {
    /// Says what kind of failure it is.
    ///
    /// # Errors
    /// As the result itself.
    fn kind(self, kind: Kind) -> anyhow::Result<T>;
    /// Says what to do next.
    ///
    /// # Errors
    /// As the result itself.
    fn hint(self, hint: &str) -> anyhow::Result<T>;
}

impl<T> ResultExt<T> for anyhow::Result<T> {
    fn kind(self, kind: Kind) -> Self {
        self.map_err(|error| error.context(Mark { kind, hint: None }))
    }
    fn hint(self, hint: &str) -> Self {
        self.map_err(|error| {
            let kind = Kind::Internal;
            error.context(Mark { kind, hint: Some(hint.to_owned()) })
        })
    }
}
