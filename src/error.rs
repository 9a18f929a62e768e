//! What kind of failure it is, and what to do next: both ride along as context of an [`anyhow::Error`] and are found
//! again at the edge, where the kind becomes an exit code. And what a server says instead of an answer.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use ureq::Body;
use ureq::http::Response;
use ureq::http::header::RETRY_AFTER;

/// Longest body that tells an error, in bytes.
const MAX_SAID: u64 = 1 << 20;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident $name:literal $exit:literal $http:literal,)*) => {
        /// What kind of failure it is. THE table from kind to exit code and HTTP status.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[doc = $doc])+ $kind,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];

            /// The name in JSON.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$kind => $name,)* } }

            /// The exit code of the program.
            #[must_use]
            pub const fn exit_code(self) -> u8 { match self { $(Self::$kind => $exit,)* } }

            /// The status of an HTTP answer.
            #[must_use]
            pub const fn http_status(self) -> u16 { match self { $(Self::$kind => $http,)* } }

            /// What it means, in a sentence.
            #[must_use]
            pub const fn doc(self) -> &'static str { match self { $(Self::$kind => concat!($($doc),+),)* } }
        }
    };
}

kinds! {
    /// Nothing was found.
    NotFound "not_found" 1 404,
    /// It failed for another reason.
    Internal "failed" 2 500,
    /// The command, a setting or a name makes no sense, or is ambiguous.
    Usage "usage" 2 400,
    /// It is done, but some files could not be read.
    PartlyRead "partly_read" 3 200,
    /// Nothing was ever indexed here.
    NoIndex "no_index" 10 404,
    /// Another process is writing the store.
    Locked "locked" 11 503,
    /// The store was written by a newer version.
    Format "format" 12 503,
    /// Stored data is damaged.
    Corrupt "corrupt" 13 503,
    /// It is not allowed.
    Denied "denied" 14 403,
    /// A run or a call took longer than it may.
    TimedOut "timed_out" 15 503,
    /// A question took longer than it may.
    QueryTimeout "query_timeout" 15 503,
    /// There is no room left on the disk.
    NoSpace "no_space" 16 507,
    /// It was interrupted.
    Interrupted "interrupted" 130 503,
}

struct KindMark(Kind);
struct HintMark(String);

impl fmt::Debug for KindMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "kind: {}", self.0.name())
    }
}

impl fmt::Debug for HintMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hint: {}", self.0)
    }
}

// Marks are no part of the message: they print as nothing, and `message` leaves them out.
impl fmt::Display for KindMark {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Display for HintMark {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl Kind {
    /// The kind of an error: the outermost that was said. When none was, [`Kind::NoSpace`] if the system refused a write
    /// for lack of room, else [`Kind::Internal`].
    #[must_use]
    pub fn of(error: &anyhow::Error) -> Self {
        match error.downcast_ref::<KindMark>() {
            Some(mark) => mark.0,
            None if error.chain().any(is_full) => Self::NoSpace,
            None => Self::Internal,
        }
    }
}

impl Kind {
    /// Says what kind of failure an error is.
    #[must_use]
    pub fn mark(self, error: anyhow::Error) -> anyhow::Error {
        if self == Self::Corrupt && Self::of(&error) != Self::Corrupt {
            DAMAGE.fetch_add(1, Ordering::Relaxed);
        }
        error.context(KindMark(self))
    }
}

/// How often this process met [`Kind::Corrupt`].
static DAMAGE: AtomicU64 = AtomicU64::new(0);

/// How often this process met stored data that is damaged, also where it could be mended.
#[must_use]
pub fn damage_met() -> u64 {
    DAMAGE.load(Ordering::Relaxed)
}

/// True for what the system says when a disk, a quota or the largest file is full.
fn is_full(cause: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind;
    cause.downcast_ref::<std::io::Error>().is_some_and(|error| {
        matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
    })
}

/// What to do next, if anybody said so.
#[must_use]
pub fn hint(error: &anyhow::Error) -> Option<&str> {
    match error.downcast_ref::<HintMark>() {
        Some(mark) => Some(mark.0.as_str()),
        None if Kind::of(error) == Kind::NoSpace => {
            Some("make room and run it again; what was there before is as it was")
        }
        None => None,
    }
}

/// The whole message: what was done, then what went wrong, outermost first.
#[must_use]
pub fn message(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if !text.is_empty() && parts.last() != Some(&text) {
            parts.push(text);
        }
    }
    parts.join(": ")
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
    fn hint(self, hint: impl Into<String>) -> anyhow::Result<T>;
}

impl<T> ResultExt<T> for anyhow::Result<T> {
    fn kind(self, kind: Kind) -> Self {
        self.map_err(|error| kind.mark(error))
    }

    fn hint(self, hint: impl Into<String>) -> Self {
        self.map_err(|error| error.context(HintMark(hint.into())))
    }
}

/// What an HTTP server says instead of an answer.
#[derive(Debug)]
pub struct Refusal {
    /// How long it asks to be left alone, when it says so in seconds.
    pub wait: Option<Duration>,
    /// The body; nothing of one that broke off, or is longer than 1 MiB.
    pub said: Vec<u8>,
}

impl Refusal {
    /// Reads it off a reply that is no success.
    #[must_use]
    pub fn of(reply: Response<Body>) -> Self {
        let header = reply.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        let wait = header.and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
        let said = reply.into_body().with_config().limit(MAX_SAID).read_to_vec();
        Self { wait, said: said.unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context as _, Result, anyhow};

    #[test]
    fn kind_and_hint_are_found_through_later_context_and_stay_out_of_the_message() {
        let result: Result<()> = Err(anyhow!("no space left"));
        let error = result.kind(Kind::Denied).hint("free some").context("cannot write x").unwrap_err();
        assert_eq!(Kind::of(&error), Kind::Denied);
        assert_eq!(hint(&error), Some("free some"));
        assert_eq!(message(&error), "cannot write x: no space left");
    }

    #[test]
    fn a_full_disk_is_a_kind_of_its_own_whoever_tells_of_it() {
        for kind in [std::io::ErrorKind::StorageFull, std::io::ErrorKind::QuotaExceeded] {
            let error = anyhow::Error::from(std::io::Error::from(kind)).context("cannot write x");
            assert_eq!(Kind::of(&error), Kind::NoSpace);
            assert!(hint(&error).is_some());
        }
        let other = std::io::Error::from(std::io::ErrorKind::NotFound);
        assert_eq!(Kind::of(&other.into()), Kind::Internal);
    }

    #[test]
    fn the_kind_that_was_said_last_counts() {
        let result: Result<()> = Err(anyhow!("x"));
        let error = result.kind(Kind::Denied).kind(Kind::Corrupt).unwrap_err();
        assert_eq!(Kind::of(&error), Kind::Corrupt);
        assert_eq!(Kind::of(&anyhow!("y")), Kind::Internal);
    }
}
