//! One connection: its requests, one after the other, each decided on by its head, and whole before it is answered.

use super::head::{self, Head, Length, MAX_HEAD_BYTES, Refused};
use super::passage::{Passage, Passages};
use super::relay::{Answer, Failed, Lane, Outgoing};
use super::room::Taken;
use super::wire::{self, Pace, Stop};
use super::{Admitted, CLOSE, Desk, Edge, PASSAGE, Refusal, after};
use crate::observe::{Cancel, request_id};
use std::net::{IpAddr, Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Bytes that are taken and thrown away after a refusal, so that the client gets to read it.
const MAX_LEFTOVER: usize = 64 << 10;
/// How long that may take.
const LINGER: Duration = Duration::from_secs(1);
/// Most bytes of the line before a chunk, and of all lines after the last one.
const MAX_CHUNK_LINE: usize = 256;
const MAX_TRAILER_BYTES: usize = 4 << 10;
/// Probes that are answered at the same time.
const MAX_PROBES: usize = 64;

/// A connection.
pub(super) struct Connection<'e, D: Desk> {
    edge: &'e Edge,
    passages: &'e Passages<D::Guest>,
    desk: &'e D,
    stream: TcpStream,
    peer: IpAddr,
    /// What has been read and not been used.
    buffer: Vec<u8>,
}

/// Why a connection ends.
enum End {
    /// Without a word.
    Silent,
    /// With a refusal.
    Refused(Refused, Option<String>),
}

impl From<Refused> for End {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused, None)
    }
}

const LATE: Refused =
    Refused { status: 408, code: "timeout", detail: "the request did not come to its end in time" };

impl<'e, D: Desk> Connection<'e, D> {
    /// A connection that was accepted; nothing when it has gone already.
    pub(super) fn new(
        edge: &'e Edge,
        stream: TcpStream,
        passages: &'e Passages<D::Guest>,
        desk: &'e D,
    ) -> Option<Self> {
        stream.set_nonblocking(true).ok()?;
        let peer = stream.peer_addr().ok()?.ip().to_canonical();
        Some(Self { edge, passages, desk, stream, peer, buffer: Vec::new() })
    }

    /// Answers until the client or the daemon wants no more.
    pub(super) fn serve(mut self) {
        let mut patience = self.edge.limits.head();
        loop {
            if self.buffer.is_empty() && !self.is_asked(patience) {
                return;
            }
            let began = Instant::now();
            match self.request(began) {
                Ok(true) => patience = self.edge.limits.idle,
                Ok(false) => break,
                Err(End::Silent) => return,
                Err(End::Refused(refused, id)) => {
                    self.refuse(&refused, id, began);
                    break;
                }
            }
        }
        self.linger();
    }

    /// Waits for a request's first byte; false when none comes, or none is wanted.
    fn is_asked(&mut self, patience: Duration) -> bool {
        let draining = self.edge.draining.as_fd();
        wire::read(&mut self.stream, &mut self.buffer, MAX_HEAD_BYTES, Some(draining), after(patience))
            .is_ok()
    }

    /// Reads a request and has it answered; false when it was the last.
    fn request(&mut self, began: Instant) -> Result<bool, End> {
        let limits = self.edge.limits;
        let (head_by, by) = (began + limits.head(), began + limits.request);
        while self.buffer.starts_with(b"\r\n") {
            self.buffer.drain(..2);
        }
        let end = loop {
            if let Some(end) = head::end(&self.buffer)? {
                break end;
            }
            self.more(head_by)?;
        };
        let head = head::parse(&self.buffer[..end])?;
        self.buffer.drain(..end);
        let id = request_id(head.id.as_deref());
        let passage = Arc::new(Passage { peer: self.peer, id: id.clone(), began, cancel: Cancel::default() });
        let Admitted { guest, lane, max_body } = match self.desk.admit(&head, &passage) {
            Ok(admitted) => admitted,
            Err(answer) => {
                // Where a body ends that is still to come, nobody knows.
                let keeps_alive = self.skip(head.length) && self.keeps_alive(&head);
                self.send(&answer, &id, keeps_alive, head.is_old)?;
                return Ok(keeps_alive);
            }
        };
        let edge = self.edge;
        let mut room = edge.room.enter();
        let body = match self.body(&head, max_body, by, &mut room) {
            Err(End::Refused(refused, _)) => return Err(End::Refused(refused, Some(id))),
            other => other?,
        };
        let most = if lane == Lane::Probe { MAX_PROBES } else { limits.requests };
        let entered = self.passages.enter(passage, guest);
        let outgoing = outgoing(&head, entered.number, body.len());
        let request = Outgoing { head: outgoing.as_bytes(), body: &body, is_head: head.method == "HEAD" };
        let answer = self.edge.relays[lane as usize].exchange(&request, &self.stream, most, by);
        drop(entered);
        drop(body);
        drop(room);
        let keeps_alive = self.keeps_alive(&head);
        match answer {
            Ok(answer) => self.send(&answer, &id, keeps_alive, head.is_old)?,
            Err(Failed::Left) => return Err(End::Silent),
            Err(failed) => {
                let (status, code, detail) = match failed {
                    Failed::Busy => (503, "overloaded", "too many requests are being answered"),
                    Failed::Late => (503, "timeout", "the answer took longer than server.timeout"),
                    Failed::Left | Failed::Broken => (500, "failed", "the answer broke off"),
                };
                return Err(End::Refused(Refused { status, code, detail }, Some(id)));
            }
        }
        Ok(keeps_alive)
    }

    /// Whether another request may follow.
    fn keeps_alive(&self, head: &Head) -> bool {
        head.keeps_alive && !self.edge.is_draining()
    }

    /// Throws a body away; false when it is not all there.
    fn skip(&mut self, length: Length) -> bool {
        match length {
            Length::Known(n) if n <= self.buffer.len() as u64 => {
                self.buffer.drain(..n as usize);
                true
            }
            Length::Known(_) | Length::Chunked => false,
        }
    }

    /// Reads on.
    fn more(&mut self, by: Instant) -> Result<(), End> {
        match wire::read(&mut self.stream, &mut self.buffer, MAX_HEAD_BYTES, None, by) {
            Ok(()) => Ok(()),
            Err(Stop::Late) => Err(LATE.into()),
            Err(Stop::Other | Stop::Gone) => Err(End::Silent),
        }
    }

    /// Reads the body, of so many bytes at most.
    fn body(&mut self, head: &Head, most: usize, by: Instant, room: &mut Taken<'_>) -> Result<Vec<u8>, End> {
        let too_large =
            || Refused { status: 413, code: "too_large", detail: "the body is longer than this path takes" };
        let known = match head.length {
            Length::Known(n) => Some(usize::try_from(n).map_err(|_| too_large())?),
            Length::Chunked => None,
        };
        if known.is_some_and(|n| n > most) {
            return Err(too_large().into());
        }
        if head.expects && self.buffer.is_empty() {
            wire::write(&mut self.stream, b"HTTP/1.1 100 Continue\r\n\r\n", |_| by)
                .map_err(|_| End::Silent)?;
        }
        let pace = Pace::until(by);
        let mut grown = |here: usize| if room.grow(here) { Ok(pace.by(here)) } else { Err(crowded()) };
        if let Some(n) = known {
            return self.take(n, grown);
        }
        let mut body = Vec::new();
        loop {
            let line = self.line(MAX_CHUNK_LINE, pace.by(body.len()))?;
            let n = chunk(&line)?;
            if n > most - body.len() {
                return Err(too_large().into());
            }
            if n == 0 {
                break;
            }
            let before = body.len();
            body.append(&mut self.take(n, |here| grown(before + here))?);
            if self.take(2, |_| Ok(pace.by(body.len())))? != b"\r\n" {
                return Err(malformed("a chunk is longer than it says").into());
            }
        }
        let mut left = MAX_TRAILER_BYTES;
        loop {
            let line = self.line(left, pace.by(body.len()))?;
            if line.is_empty() {
                return Ok(body);
            }
            left -= line.len();
        }
    }

    /// Takes that many bytes; `by` tells when more of them must be there, or why they are not wanted.
    fn take(&mut self, n: usize, mut by: impl FnMut(usize) -> Result<Instant, End>) -> Result<Vec<u8>, End> {
        while self.buffer.len() < n {
            let by = by(self.buffer.len())?;
            self.more(by)?;
        }
        let rest = self.buffer.split_off(n);
        Ok(std::mem::replace(&mut self.buffer, rest))
    }

    /// Takes a line, and gives it without its end.
    fn line(&mut self, most: usize, by: Instant) -> Result<Vec<u8>, End> {
        loop {
            match memchr::memchr(b'\n', &self.buffer) {
                Some(at) if at > 0 && at <= most && self.buffer[at - 1] == b'\r' => {
                    let mut line = self.take(at + 1, |_| Ok(by))?;
                    line.truncate(at - 1);
                    return Ok(line);
                }
                Some(_) => return Err(malformed("a line between chunks is malformed or too long").into()),
                None if self.buffer.len() > most => {
                    return Err(malformed("a line between chunks is too long").into());
                }
                None => self.more(by)?,
            }
        }
    }

    /// Sends an answer.
    fn send(&mut self, answer: &Answer, id: &str, keeps_alive: bool, is_old: bool) -> Result<(), End> {
        let connection = match (keeps_alive, is_old) {
            (false, _) => CLOSE,
            (true, true) => "Connection: keep-alive\r\n",
            (true, false) => "",
        };
        let pace = Pace::now();
        wire::write(&mut self.stream, &answer.bytes(id, connection), |sent| pace.by(sent))
            .map_err(|_| End::Silent)
    }

    /// Tells why a request is not answered. It is the connection's last word.
    fn refuse(&mut self, refused: &Refused, id: Option<String>, began: Instant) {
        let id = request_id(id.as_deref());
        let Refused { status, code, detail } = *refused;
        let mut refusal = Refusal { status, code, detail, id: &id, peer: self.peer, took: Duration::ZERO };
        drop(self.send(&self.desk.answer_to(&refusal), &id, false, false));
        refusal.took = began.elapsed();
        self.desk.refused(&refusal);
    }

    /// Says that nothing more comes, and takes what is on its way: closing at once would make the system tell the
    /// client to forget the answer too.
    fn linger(mut self) {
        if self.stream.shutdown(Shutdown::Write).is_err() {
            return;
        }
        let (by, mut taken) = (after(LINGER), self.buffer.len());
        while taken < MAX_LEFTOVER {
            self.buffer.clear();
            if wire::read(&mut self.stream, &mut self.buffer, MAX_HEAD_BYTES, None, by).is_err() {
                return;
            }
            taken += self.buffer.len();
        }
    }
}

/// For a body for which there is no room beside the others.
fn crowded() -> End {
    let detail = "too many large requests are being received";
    Refused { status: 503, code: "overloaded", detail }.into()
}

const fn malformed(detail: &'static str) -> Refused {
    Refused { status: 400, code: "malformed", detail }
}

/// The size in the line before a chunk.
fn chunk(line: &[u8]) -> Result<usize, Refused> {
    let digits = line.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii_end();
    let is_hex = !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(digits).ok().filter(|_| is_hex);
    text.and_then(|text| usize::from_str_radix(text, 16).ok()).ok_or(malformed("a chunk has no size"))
}

/// The head of a request as it is handed on: the guest knows what else it says.
fn outgoing(head: &Head, number: u64, length: usize) -> String {
    format!("{} / HTTP/1.1\r\n{PASSAGE}: {number}\r\nContent-Length: {length}\r\n\r\n", head.method)
}
