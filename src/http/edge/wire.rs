//! Bytes to and from a peer, none of which is waited for past a deadline.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

/// Bytes a second that a peer must send or take, on an average from some time on.
const SLOWEST_BYTES: u32 = 16 << 10;
/// The time to begin with.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a peer is waited for, the longer the more it has sent or taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    began: Instant,
    /// However fast it is, it must be done by then.
    end: Option<Instant>,
}

impl Pace {
    /// From now on, until `end` at the latest.
    pub(super) fn until(end: Instant) -> Self {
        Self { began: Instant::now(), end: Some(end) }
    }

    /// From now on.
    pub(super) fn now() -> Self {
        Self { began: Instant::now(), end: None }
    }

    /// When the next byte must be there, after so many.
    pub(super) fn by(&self, bytes: usize) -> Instant {
        let earned = Duration::from_secs(bytes as u64) / SLOWEST_BYTES;
        let by = self.began + PATIENCE + earned;
        self.end.map_or(by, |end| end.min(by))
    }
}

/// Why no bytes came or went.
#[derive(Debug)]
pub(super) enum Stop {
    /// The deadline is over.
    Late,
    /// The other thing that was waited for is there.
    Other,
    /// The peer has gone.
    Gone,
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// Waits until one of two can be used; `true` for the first.
///
/// # Errors
/// [`Stop::Late`], [`Stop::Other`] when only the other one is ready.
pub(super) fn wait(
    of: BorrowedFd<'_>,
    flags: PollFlags,
    or: Option<BorrowedFd<'_>>,
    by: Instant,
) -> Result<(), Stop> {
    loop {
        let left = by.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Stop::Late);
        }
        let time = Timespec {
            tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
            tv_nsec: left.subsec_nanos().into(),
        };
        let first = PollFd::from_borrowed_fd(of, flags);
        let (mut one, mut two);
        let fds: &mut [PollFd<'_>] = match or {
            Some(or) => {
                two = [first, PollFd::from_borrowed_fd(or, PollFlags::IN)];
                &mut two
            }
            None => {
                one = [first];
                &mut one
            }
        };
        match poll(fds, Some(&time)) {
            Ok(0) => return Err(Stop::Late),
            Ok(_) if !fds[0].revents().is_empty() => return Ok(()),
            Ok(_) => return Err(Stop::Other),
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return Err(Stop::Gone),
        }
    }
}

/// Reads what is there, at least a byte, and appends it to `into`; at most `most` bytes.
///
/// # Errors
/// [`Stop::Gone`] at the end of what the peer sends; as [`wait`].
pub(super) fn read<S: Read + AsFd>(
    stream: &mut S,
    into: &mut Vec<u8>,
    most: usize,
    or: Option<BorrowedFd<'_>>,
    by: Instant,
) -> Result<(), Stop> {
    let mut buffer = [0; 16 << 10];
    let most = most.min(buffer.len());
    loop {
        match stream.read(&mut buffer[..most]) {
            Ok(0) => return Err(Stop::Gone),
            Ok(n) => {
                into.extend_from_slice(&buffer[..n]);
                return Ok(());
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                wait(stream.as_fd(), PollFlags::IN, or, by)?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(Stop::Gone),
        }
    }
}

/// Writes all, each byte as soon as `by` wants it after those that went before.
///
/// # Errors
/// As [`wait`]; [`Stop::Gone`] when the peer takes no more.
pub(super) fn write<S: Write + AsFd>(
    stream: &mut S,
    bytes: &[u8],
    by: impl Fn(usize) -> Instant,
) -> Result<(), Stop> {
    let mut sent = 0;
    while sent < bytes.len() {
        match stream.write(&bytes[sent..]) {
            Ok(0) => return Err(Stop::Gone),
            Ok(n) => sent += n,
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                wait(stream.as_fd(), PollFlags::OUT, None, by(sent))?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(Stop::Gone),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sends_more_is_waited_for_longer_but_not_past_the_end() {
        let (began, second) = (Instant::now(), Duration::from_secs(1));
        let open = Pace { began, end: None };
        let ends = Pace { began, end: Some(began + 12 * second) };
        let (some, much) = (16 << 10, 160 << 10);
        assert_eq!([0, some, much].map(|n| open.by(n) - began), [10, 11, 20].map(|n| n * second));
        assert_eq!([0, some, much].map(|n| ends.by(n) - began), [10, 11, 12].map(|n| n * second));
        assert!(open.by(usize::MAX) > began);
    }
}
