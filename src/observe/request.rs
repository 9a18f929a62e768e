//! The name of a request: the one that it brings along, else one that no other has.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most characters of a name that a client gives.
const MAX_ID: usize = 128;

/// The name of a request. What a client gives is cut to 128 characters, and keeps letters, digits and `-_.:/+=@` only.
#[must_use]
pub fn request_id(given: Option<&str>) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || "-_.:/+=@".contains(*c);
    let kept: String = given.unwrap_or_default().chars().filter(is_plain).take(MAX_ID).collect();
    if kept.is_empty() { fresh() } else { kept }
}

/// A name of 32 hexadecimal digits: half tell the process, half count.
fn fresh() -> String {
    static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:016x}{:016x}", *PROCESS, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The name of the trace in a `traceparent` header (W3C Trace Context, version 00, section 3.2); nothing when it is
/// none.
#[must_use]
pub fn trace_id(traceparent: &str) -> Option<&str> {
    let mut parts = traceparent.trim().split('-');
    let (version, trace, parent, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_set = |text: &str| text.bytes().any(|byte| byte != b'0');
    let is_right = is(version, 2)
        && version != "ff"
        && is(trace, 32)
        && is_set(trace)
        && is(parent, 16)
        && is_set(parent)
        && is(flags, 2)
        && (version != "00" || parts.next().is_none());
    is_right.then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_as_far_as_it_is_harmless() {
        assert_eq!(request_id(Some("abc-123_x.y:z/+=@")), "abc-123_x.y:z/+=@");
        assert_eq!(request_id(Some("a\r\nSet-Cookie: x=\u{1b}[1m;ä")), "aSet-Cookie:x=1m");
        assert_eq!(request_id(Some(&"x".repeat(500))).len(), MAX_ID);
        let made = [None, Some(""), Some("\u{1b}\n")].map(request_id);
        assert!(made.iter().all(|id| id.len() == 32), "{made:?}");
        assert!(made[0] != made[1] && made[1] != made[2]);
    }

    #[test]
    fn a_trace_is_named_by_its_header_alone() {
        let trace = "0af7651916cd43dd8448eb211c80319c";
        assert_eq!(trace_id(&format!("00-{trace}-b7ad6b7169203331-01")), Some(trace));
        assert_eq!(trace_id(&format!("cc-{trace}-b7ad6b7169203331-01-what-else")), Some(trace));
        for bad in [
            "",
            "00",
            &format!("00-{trace}-b7ad6b7169203331-01-more"),
            &format!("ff-{trace}-b7ad6b7169203331-01"),
            &format!("00-{}-b7ad6b7169203331-01", "0".repeat(32)),
            &format!("00-{trace}-{}-01", "0".repeat(16)),
            &format!("00-{}-b7ad6b7169203331-01", trace.to_uppercase()),
        ] {
            assert_eq!(trace_id(bad), None, "{bad}");
        }
    }
}
