//! Bytes to and from a peer, none of which is waited for past a deadline.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, ErrorKind, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

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

/// Writes all.
///
/// # Errors
/// As [`wait`]; [`Stop::Gone`] when the peer takes no more.
pub(super) fn write<S: Write + AsFd>(stream: &mut S, mut bytes: &[u8], by: Instant) -> Result<(), Stop> {
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => return Err(Stop::Gone),
            Ok(n) => bytes = &bytes[n..],
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                wait(stream.as_fd(), PollFlags::OUT, None, by)?;
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(Stop::Gone),
        }
    }
    Ok(())
}
