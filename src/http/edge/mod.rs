//! What stands between a socket that anybody reaches and the library that parses requests: it accepts, keeps time,
//! counts, and lets through only whole and plain requests.
//!
//! `tiny_http` by itself has no limit of time, size or number, ends for ever when descriptors run out once, and takes
//! two lengths of a body for one. So nothing of that is left to it: a connection has a thread here, which reads one
//! head ([`head`]), asks the [`Desk`] whether it may go on, reads the body ([`connection`]), hands the request over on a
//! private Unix socket ([`relay`]), and sends the answer on.
//! A client that is slow is waited for here, never by those who answer.

mod connection;
mod head;
mod passage;
mod relay;
mod room;
mod sockets;
mod wire;

pub(super) use head::Head;
pub(super) use passage::{PASSAGE, Passage, Passages};
pub(super) use relay::{Answer, Lane};
pub(super) use sockets::Sockets;

use crate::observe::request_id;
use anyhow::{Context as _, Result};
use connection::Connection;
use relay::Relay;
use room::Room;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{Builder, Scope};
use std::time::{Duration, Instant};

/// Stack of a connection's thread. It parses a head, copies bytes, and looks at a key or token, whose JSON may be nested
/// as deep as its reader lets it, 128 levels.
const CONNECTION_STACK_BYTES: usize = 512 << 10;
/// How long accepting pauses when descriptors or threads have run out.
const PAUSE: Duration = Duration::from_millis(50);
/// The line which says that the connection ends with this answer.
const CLOSE: &str = "Connection: close\r\n";
/// Most time that a client has for a head.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// Times and numbers that a client is held to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Connections that are open at the same time.
    pub connections: usize,
    /// Requests that are answered or wait for it at the same time, besides probes.
    pub requests: usize,
    /// Bytes of all bodies that are being received or wait to be answered, but for the first 16 KiB of each.
    pub bodies: usize,
    /// From the first byte of a request to the first byte of its answer.
    pub request: Duration,
    /// How long a connection may be idle.
    pub idle: Duration,
}

impl Limits {
    fn head(&self) -> Duration {
        self.request.min(HEAD_TIME)
    }
}

/// Who decides on requests, and whom the edge tells.
pub(super) trait Desk: Sync {
    /// What is known of a request that may go on.
    type Guest: Send;

    /// Decides on a request by its head. Nothing of its body has been read.
    ///
    /// # Errors
    /// The answer, when it does not go on.
    fn admit(&self, head: &Head, passage: &Arc<Passage>) -> Result<Admitted<Self::Guest>, Answer>;
    /// The answer to a request that is refused.
    fn answer_to(&self, refusal: &Refusal<'_>) -> Answer;
    /// A request was refused.
    fn refused(&self, refusal: &Refusal<'_>);
}

/// A request that may go on.
pub(super) struct Admitted<G> {
    /// What is known of it.
    pub guest: G,
    /// Who answers it.
    pub lane: Lane,
    /// Most bytes that its body may have.
    pub max_body: usize,
}

/// A request that is refused by the edge: nobody could read it, or nobody answered it.
pub(super) struct Refusal<'r> {
    /// The status of the answer.
    pub status: u16,
    /// The name of the kind of problem.
    pub code: &'static str,
    /// What is wrong.
    pub detail: &'static str,
    /// What it was called in the answer.
    pub id: &'r str,
    /// Who sent it.
    pub peer: IpAddr,
    /// What it took.
    pub took: Duration,
}

/// The listener, with all that is open behind it.
pub(super) struct Edge {
    listener: TcpListener,
    address: SocketAddr,
    limits: Limits,
    open: Open,
    room: Room,
    relays: [Relay; Lane::COUNT],
    /// Readable from the moment when the daemon drains: what waits for a client waits for this too.
    draining: UnixStream,
    /// Closed to say so.
    drain: Mutex<Option<UnixStream>>,
    is_draining: AtomicBool,
}

/// Connections that are open.
#[derive(Default)]
struct Open {
    n: AtomicUsize,
    closed: Condvar,
    gate: Mutex<()>,
}

impl Edge {
    /// Listens. `sockets` are those on which each lane's requests are taken.
    ///
    /// # Errors
    /// When the system has no more descriptors.
    pub(super) fn new(
        listener: TcpListener,
        limits: Limits,
        sockets: [std::path::PathBuf; Lane::COUNT],
    ) -> Result<Self> {
        listener.set_nonblocking(true).context("cannot make the listener wait for nobody")?;
        let address = listener.local_addr().context("cannot tell where the daemon listens")?;
        let (draining, drain) = UnixStream::pair().context("cannot make a pair of sockets")?;
        let relays = sockets.map(Relay::new);
        let drain = Mutex::new(Some(drain));
        let (open, is_draining) = (Open::default(), AtomicBool::new(false));
        let room = Room::new(limits.bodies);
        Ok(Self { listener, address, limits, open, room, relays, draining, drain, is_draining })
    }

    /// Where it listens.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Connections that are open.
    pub(super) fn connections(&self) -> usize {
        self.open.n.load(Ordering::Relaxed)
    }

    /// Stops accepting, closes what is idle, and lets what is being answered be answered, as its last.
    pub(super) fn drain(&self) {
        self.is_draining.store(true, Ordering::Relaxed);
        drop(self.drain.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// True from the moment when [`Edge::drain`] was called.
    fn is_draining(&self) -> bool {
        self.is_draining.load(Ordering::Relaxed)
    }

    /// Waits until no connection is open, or some time is over.
    pub(super) fn wait(&self, most: Duration) {
        let gate = self.open.gate.lock().unwrap_or_else(PoisonError::into_inner);
        let still = |_: &mut ()| self.connections() > 0;
        drop(self.open.closed.wait_timeout_while(gate, most, still));
    }

    /// Accepts until the daemon drains. Each connection has a thread of its own in `scope`.
    pub(super) fn run<'s, 'e: 's, D: Desk>(
        &'e self,
        scope: &'s Scope<'s, 'e>,
        passages: &'e Passages<D::Guest>,
        desk: &'e D,
    ) {
        while self.is_next() {
            let (stream, peer) = match self.listener.accept() {
                Ok((stream, peer)) => (stream, peer.ip().to_canonical()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
                // Descriptors may have run out: those who are in go on, and somebody will leave.
                Err(_) => {
                    std::thread::sleep(PAUSE);
                    continue;
                }
            };
            if self.open.n.fetch_add(1, Ordering::Relaxed) >= self.limits.connections {
                self.open.leave();
                turn_away(stream, peer, desk);
                continue;
            }
            let spawned = Builder::new()
                .name("connection".to_owned())
                .stack_size(CONNECTION_STACK_BYTES)
                .spawn_scoped(scope, move || {
                    let _leaves = Leaves(&self.open);
                    if let Some(connection) = Connection::new(self, stream, passages, desk) {
                        connection.serve();
                    }
                });
            if spawned.is_err() {
                // The closure is gone, and the connection with it.
                self.open.leave();
                std::thread::sleep(PAUSE);
            }
        }
    }

    /// Waits for a client; false when the daemon drains.
    fn is_next(&self) -> bool {
        let mut fds =
            [PollFd::new(&self.listener, PollFlags::IN), PollFd::new(&self.draining, PollFlags::IN)];
        // An error of this wait is a signal: the listener is looked at, and then waited for again.
        let _ = poll(&mut fds, None::<&Timespec>);
        fds[1].revents().is_empty()
    }
}

impl Open {
    fn leave(&self) {
        if self.n.fetch_sub(1, Ordering::Relaxed) == 1 {
            let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
            self.closed.notify_all();
        }
    }
}

/// Counts a connection out, however its thread ends.
struct Leaves<'o>(&'o Open);

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Answers one connection too many, as far as that goes without waiting.
fn turn_away(mut stream: TcpStream, peer: IpAddr, desk: &impl Desk) {
    let id = request_id(None);
    let refusal = Refusal {
        status: 503,
        code: "overloaded",
        detail: "server.max_connections connections are open",
        id: &id,
        peer,
        took: Duration::ZERO,
    };
    if stream.set_nonblocking(true).is_ok() {
        drop(stream.write_all(&desk.answer_to(&refusal).bytes(&id, CLOSE)));
        drop(stream.shutdown(std::net::Shutdown::Write));
        // What the client has sent is taken, or the system would cut the answer off.
        drop(stream.read(&mut [0; 4096]));
    }
}

/// An instant some time ahead.
fn after(time: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(time).unwrap_or(now)
}
