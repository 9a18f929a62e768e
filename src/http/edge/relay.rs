//! From the edge to those who answer, over a private Unix socket on which the library reads whole requests.

use super::wire::{self, Stop};
use std::io::ErrorKind;
use std::net::TcpStream;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Connections that are kept open without a request.
const MAX_IDLE: usize = 64;
/// Headers of an answer.
const MAX_HEADERS: usize = 64;
/// Bytes of a body that is sent together with its head.
const SMALL: usize = 16 << 10;
/// What is asked first on a new connection. It belongs to no client, so a worker says no at once.
const GREETING: &[u8] = b"GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n";

/// Who answers a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Lane {
    /// The workers.
    Work,
    /// A worker for probes, who is never busy with anything else.
    Probe,
}

impl Lane {
    /// How many there are.
    pub(in crate::http) const COUNT: usize = 2;
}

/// The way to one lane.
///
/// The library hands a new connection to a thread of its pool that it takes for free until that one has woken up. Of two
/// that come at once, one may so get no thread until another connection ends, and ours stay open: its request would hang.
/// So one connection is made at a time, and it is made when the library has answered on it.
pub(super) struct Relay {
    socket: PathBuf,
    ready: Mutex<Ready>,
    /// Rung when a connection is free, or another may be made.
    bell: Condvar,
    busy: AtomicUsize,
}

/// Connections that wait for a request.
struct Ready {
    idle: Vec<UnixStream>,
    /// One is being made.
    is_connecting: bool,
}

/// An answer.
pub(in crate::http) struct Answer {
    /// HTTP's status.
    pub status: u16,
    /// Lines of headers, with the length of the body where there is one.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The bytes of an answer to the request of a name. `connection` is the line about the connection, or nothing.
    pub(super) fn bytes(&self, id: &str, connection: &str) -> Vec<u8> {
        self.bytes_with(&format!("X-Request-Id: {id}\r\n{connection}"))
    }

    /// The bytes of an answer with more lines of headers.
    pub(in crate::http) fn bytes_with(&self, lines: &str) -> Vec<u8> {
        let reason = tiny_http::StatusCode(self.status).default_reason_phrase();
        let headers = &self.headers;
        let head = format!("HTTP/1.1 {} {reason}\r\n{headers}{lines}\r\n", self.status);
        // Head and body go out together: in two packets the second may wait for a word on the first.
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum Failed {
    /// As many requests are being answered as may be.
    Busy,
    /// It took too long.
    Late,
    /// The client has gone.
    Left,
    /// Nobody answers, or nothing that can be read.
    Broken,
}

/// A request, ready to be written.
pub(super) struct Outgoing<'r> {
    /// Its head.
    pub head: &'r [u8],
    /// Its body.
    pub body: &'r [u8],
    /// Its answer has a length but no body.
    pub is_head: bool,
}

/// Counts a request out.
struct Busy<'r>(&'r AtomicUsize);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Relay {
    pub(super) const fn new(socket: PathBuf) -> Self {
        let ready = Mutex::new(Ready { idle: Vec::new(), is_connecting: false });
        Self { socket, ready, bell: Condvar::new(), busy: AtomicUsize::new(0) }
    }

    fn ready(&self) -> MutexGuard<'_, Ready> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a request answered, if fewer than `most` are being answered, before `by`, while `client` is there.
    pub(super) fn exchange(
        &self,
        request: &Outgoing<'_>,
        client: &TcpStream,
        most: usize,
        by: Instant,
    ) -> Result<Answer, Failed> {
        let before = self.busy.fetch_add(1, Ordering::Relaxed);
        let _busy = Busy(&self.busy);
        if before >= most {
            return Err(Failed::Busy);
        }
        let mut stream = self.stream(client, by)?;
        let mut answered = Vec::new();
        attempt(&mut stream, request, client, by, &mut answered)?;
        let answer = self.read(&mut stream, answered, request.is_head, client, by)?;
        let mut ready = self.ready();
        if ready.idle.len() < MAX_IDLE {
            ready.idle.push(stream);
            self.bell.notify_one();
        }
        Ok(answer)
    }

    /// A connection that is free, or else a new one.
    fn stream(&self, client: &TcpStream, by: Instant) -> Result<UnixStream, Failed> {
        let mut ready = self.ready();
        loop {
            if let Some(stream) = ready.idle.pop() {
                return Ok(stream);
            }
            if !ready.is_connecting {
                break;
            }
            let left = by.saturating_duration_since(Instant::now());
            if left.is_zero() {
                // It may have been rung for this one.
                self.bell.notify_one();
                return Err(Failed::Late);
            }
            ready = self.bell.wait_timeout(ready, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        ready.is_connecting = true;
        drop(ready);
        let connected = self.connect(client, by);
        self.ready().is_connecting = false;
        self.bell.notify_one();
        connected
    }

    fn connect(&self, client: &TcpStream, by: Instant) -> Result<UnixStream, Failed> {
        let mut stream = UnixStream::connect(&self.socket).map_err(|_| Failed::Broken)?;
        stream.set_nonblocking(true).map_err(|_| Failed::Broken)?;
        wire::write(&mut stream, GREETING, |_| by).map_err(|stop| failed(&stop))?;
        self.read(&mut stream, Vec::new(), false, client, by)?;
        Ok(stream)
    }

    /// Reads an answer, of which a part may have been read.
    fn read(
        &self,
        stream: &mut UnixStream,
        mut bytes: Vec<u8>,
        is_head: bool,
        client: &TcpStream,
        by: Instant,
    ) -> Result<Answer, Failed> {
        let (status, headers, length, end) = loop {
            if let Some(read) = parsed(&bytes)? {
                break read;
            }
            more(stream, &mut bytes, client, by)?;
        };
        let has_body = !is_head && !matches!(status, 204 | 304);
        let length = if has_body { length.ok_or(Failed::Broken)? } else { 0 };
        let mut body = bytes.split_off(end);
        body.reserve_exact(length.saturating_sub(body.len()));
        while body.len() < length {
            more(stream, &mut body, client, by)?;
        }
        if body.len() > length {
            return Err(Failed::Broken);
        }
        Ok(Answer { status, headers, body })
    }
}

/// Sends a request, and waits for the first bytes of its answer.
fn attempt(
    stream: &mut UnixStream,
    request: &Outgoing<'_>,
    client: &TcpStream,
    by: Instant,
    answered: &mut Vec<u8>,
) -> Result<(), Failed> {
    let whole;
    let parts = if request.body.len() <= SMALL {
        // Two parts would wake up who reads them twice.
        whole = [request.head, request.body].concat();
        [whole.as_slice(), &[]]
    } else {
        [request.head, request.body]
    };
    for part in parts {
        wire::write(stream, part, |_| by).map_err(|stop| failed(&stop))?;
    }
    more(stream, answered, client, by)
}

/// Reads on, as long as the client is there.
fn more(stream: &mut UnixStream, into: &mut Vec<u8>, client: &TcpStream, by: Instant) -> Result<(), Failed> {
    let mut watched = Some(client.as_fd());
    loop {
        match wire::read(stream, into, usize::MAX, watched, by) {
            Ok(()) => return Ok(()),
            Err(Stop::Other) => match client.peek(&mut [0]) {
                // It has sent its next request, and so is there; more than that cannot be seen any more.
                Ok(1..) => watched = None,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                Ok(0) | Err(_) => return Err(Failed::Left),
            },
            Err(stop) => return Err(failed(&stop)),
        }
    }
}

const fn failed(stop: &Stop) -> Failed {
    match stop {
        Stop::Late => Failed::Late,
        Stop::Other | Stop::Gone => Failed::Broken,
    }
}

/// Status, lines of headers without those between neighbours, length of the body, and where the head ends; nothing as
/// long as that is not there.
#[expect(clippy::type_complexity, reason = "four parts of one line of text, used once")]
fn parsed(bytes: &[u8]) -> Result<Option<(u16, String, Option<usize>, usize)>, Failed> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(end) = response.parse(bytes).map_err(|_| Failed::Broken)? else {
        return Ok(None);
    };
    let (mut lines, mut length) = (String::new(), None);
    for header in response.headers.iter() {
        let value = std::str::from_utf8(header.value).map_err(|_| Failed::Broken)?;
        if header.name.eq_ignore_ascii_case("Content-Length") {
            length = value.parse().ok();
        }
        if !header.name.eq_ignore_ascii_case("Connection") {
            for part in [header.name, ": ", value, "\r\n"] {
                lines.push_str(part);
            }
        }
    }
    Ok(Some((response.code.unwrap_or_default(), lines, length, end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;
    use std::os::unix::net::UnixListener;
    use std::sync::Barrier;
    use std::time::Duration;
    use tiny_http::{Response, Server};

    /// Requests that come at once.
    const AT_ONCE: usize = 12;

    #[test]
    fn of_requests_that_come_at_once_none_is_lost() {
        let temp = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        client.set_nonblocking(true).unwrap();
        for round in 0..20 {
            let socket = temp.path().join(round.to_string());
            let server = Server::from_listener(UnixListener::bind(&socket).unwrap(), None).unwrap();
            let (relay, barrier) = (Relay::new(socket), Barrier::new(AT_ONCE));
            let by = Instant::now() + Duration::from_secs(20);
            std::thread::scope(|scope| {
                let ask = || {
                    let head = b"GET /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
                    let request = Outgoing { head, body: &[], is_head: false };
                    barrier.wait();
                    relay.exchange(&request, &client, AT_ONCE, by).map(|answer| answer.status)
                };
                let asked: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(ask)).collect();
                for _ in 0..4 {
                    scope.spawn(|| {
                        while let Ok(request) = server.recv() {
                            let status = if request.url() == "/x" { 200 } else { 503 };
                            request.respond(Response::empty(status)).unwrap();
                        }
                    });
                }
                let answers: Vec<_> = asked.into_iter().map(|asked| asked.join().unwrap()).collect();
                (0..4).for_each(|_| server.unblock());
                assert!(answers.iter().all(|answer| matches!(answer, Ok(200))), "{round}: {answers:?}");
            });
        }
    }
}
