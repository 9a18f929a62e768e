//! The head of a request, read strictly (RFC 9112): what two readers could understand differently is refused.

/// Most bytes of the first line.
const MAX_LINE_BYTES: usize = 8 << 10;
/// Most bytes of a head.
pub(super) const MAX_HEAD_BYTES: usize = 16 << 10;
/// Most headers.
const MAX_HEADERS: usize = 100;

/// Headers that are between two neighbours (RFC 9110, section 7.6.1), and those that the edge sets anew.
const OWN: [&str; 11] = [
    "Connection",
    "Content-Length",
    "Expect",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
];

/// Why a request is refused: status, code, and what is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// HTTP's status.
    pub status: u16,
    /// The name of the kind of problem.
    pub code: &'static str,
    /// What is wrong.
    pub detail: &'static str,
}

const fn refused(status: u16, code: &'static str, detail: &'static str) -> Refused {
    Refused { status, code, detail }
}

const fn malformed(detail: &'static str) -> Refused {
    refused(400, "malformed", detail)
}

/// How long the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Length {
    /// That many bytes.
    Known(u64),
    /// In chunks, the last of which is empty.
    Chunked,
}

/// What a head says.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::http) struct Head {
    /// The method.
    pub method: String,
    /// The path and what follows it.
    pub target: String,
    /// Headers, those between neighbours left out.
    pub headers: Vec<(String, String)>,
    /// The body's length.
    pub length: Length,
    /// The client waits for a word before it sends the body.
    pub expects: bool,
    /// The connection may be used again.
    pub keeps_alive: bool,
    /// It is HTTP/1.0.
    pub is_old: bool,
    /// What the client calls the request, as it was sent.
    pub id: Option<String>,
}

/// Where the head in `bytes` ends, if it does.
///
/// # Errors
/// What already cannot become a head: too long, or with an ending of lines that others may read as two.
pub(super) fn end(bytes: &[u8]) -> Result<Option<usize>, Refused> {
    let mut last = 0;
    for at in memchr::memchr_iter(b'\n', &bytes[..bytes.len().min(MAX_HEAD_BYTES)]) {
        if at == 0 || bytes[at - 1] != b'\r' {
            return Err(malformed("a line ends without a carriage return"));
        }
        if at == last + 1 {
            return Ok(Some(at + 1));
        }
        last = at + 1;
    }
    let has_line = last > 0;
    if !has_line && bytes.len() > MAX_LINE_BYTES {
        return Err(refused(414, "too_large", "the first line is longer than 8 KiB"));
    }
    if bytes.len() >= MAX_HEAD_BYTES {
        return Err(refused(431, "too_large", "the head is longer than 16 KiB"));
    }
    Ok(None)
}

/// Reads a head, its empty line included.
///
/// # Errors
/// What is malformed, or not for us.
pub(super) fn parse(bytes: &[u8]) -> Result<Head, Refused> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Complete(n)) if n == bytes.len() => {}
        Ok(_) => return Err(malformed("the head ends early")),
        Err(httparse::Error::TooManyHeaders) => {
            return Err(refused(431, "too_large", "there are more than 100 headers"));
        }
        Err(httparse::Error::Version) if names_version(bytes) => {
            return Err(refused(505, "version", "the daemon speaks HTTP/1.1"));
        }
        Err(_) => return Err(malformed("this is no request of HTTP/1.1")),
    }
    let line = memchr::memchr(b'\n', bytes).unwrap_or_default();
    if line > MAX_LINE_BYTES {
        return Err(refused(414, "too_large", "the first line is longer than 8 KiB"));
    }
    let (method, target) = (request.method.unwrap_or_default(), request.path.unwrap_or_default());
    let is_old = request.version == Some(0);
    plain(method, target)?;
    let mut read = Read { keeps_alive: !is_old, ..Read::default() };
    for header in request.headers.iter() {
        read.header(header)?;
    }
    if read.hosts > 1 || (read.hosts == 0 && !is_old) {
        return Err(malformed("there must be one Host"));
    }
    let length = match (read.length, read.is_chunked) {
        (Some(_), true) => return Err(malformed("a body in chunks has no Content-Length")),
        (None, true) if is_old => return Err(malformed("HTTP/1.0 has no chunks")),
        (None, true) => Length::Chunked,
        (length, false) => Length::Known(length.unwrap_or_default()),
    };
    Ok(Head {
        method: method.to_owned(),
        target: target.to_owned(),
        headers: read.headers,
        length,
        expects: read.expects && !is_old && length != Length::Known(0),
        keeps_alive: read.keeps_alive,
        is_old,
        id: read.id,
    })
}

/// True when the third of three words is a version.
fn names_version(bytes: &[u8]) -> bool {
    let line = bytes.split(|&byte| byte == b'\r').next().unwrap_or_default();
    let mut words = line.split(|&byte| byte == b' ').skip(2);
    words.next().is_some_and(|word| word.starts_with(b"HTTP/")) && words.next().is_none()
}

/// Refuses a target that is no plain path from the root, or that could be read as another one.
fn plain(method: &str, target: &str) -> Result<(), Refused> {
    if target == "*" && method == "OPTIONS" {
        return Ok(());
    }
    if !target.starts_with('/') {
        return Err(malformed("the target of a request is a path"));
    }
    if target
        .bytes()
        .any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'#' | b'\\' | b'"' | b'<' | b'>'))
    {
        return Err(malformed("the target has a byte that must be percent-encoded"));
    }
    let mut rest = target;
    while let Some(at) = rest.find('%') {
        let digits = rest.get(at + 1..at + 3).unwrap_or_default();
        if digits.len() != 2 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(malformed("a percent sign is not followed by two digits"));
        }
        if digits == "00" {
            return Err(malformed("the target has a zero byte"));
        }
        rest = &rest[at + 3..];
    }
    let path = target.split('?').next().unwrap_or_default();
    let is_step = |part: &str| {
        let part = part.to_ascii_lowercase().replace("%2e", ".");
        part == "." || part == ".."
    };
    if path.contains("//") || path.split('/').any(is_step) {
        return Err(malformed("the path has an empty part, or a step up or in place"));
    }
    Ok(())
}

/// What headers have said so far.
#[derive(Default)]
struct Read {
    headers: Vec<(String, String)>,
    hosts: usize,
    length: Option<u64>,
    is_chunked: bool,
    expects: bool,
    keeps_alive: bool,
    id: Option<String>,
}

impl Read {
    fn header(&mut self, header: &httparse::Header<'_>) -> Result<(), Refused> {
        let name = header.name;
        let is = |other: &str| name.eq_ignore_ascii_case(other);
        let value = std::str::from_utf8(header.value).unwrap_or("\u{80}").trim_matches([' ', '\t']);
        if value.bytes().any(|byte| !matches!(byte, b'\t' | b' '..=b'~')) {
            return Err(malformed("a header has a byte that is no printable ASCII"));
        }
        if is("Host") {
            self.hosts += 1;
        } else if is("Content-Length") {
            self.length(value)?;
        } else if is("Transfer-Encoding") {
            if self.is_chunked {
                return Err(malformed("there are two Transfer-Encodings"));
            }
            if !value.eq_ignore_ascii_case("chunked") {
                return Err(refused(501, "not_implemented", "the one Transfer-Encoding is chunked"));
            }
            self.is_chunked = true;
        } else if is("Expect") {
            if !value.eq_ignore_ascii_case("100-continue") {
                return Err(refused(417, "expectation", "the one expectation is 100-continue"));
            }
            self.expects = true;
        } else if is("Connection") {
            for word in value.split(',').map(str::trim) {
                if word.eq_ignore_ascii_case("close") {
                    self.keeps_alive = false;
                } else if word.eq_ignore_ascii_case("keep-alive") {
                    self.keeps_alive = true;
                }
            }
        } else if is("X-Request-Id") {
            self.id = Some(value.to_owned());
            return Ok(());
        }
        if !OWN.iter().any(|own| is(own)) {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
        Ok(())
    }

    fn length(&mut self, value: &str) -> Result<(), Refused> {
        if self.length.is_some() {
            return Err(malformed("there are two Content-Lengths"));
        }
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        match value.parse() {
            Ok(length) if is_number => self.length = Some(length),
            _ => return Err(malformed("the Content-Length is no number")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Head, u16> {
        let end = end(text.as_bytes()).map_err(|refused| refused.status)?.expect("a whole head");
        parse(&text.as_bytes()[..end]).map_err(|refused| refused.status)
    }

    #[test]
    fn a_plain_request_goes_on_without_what_is_between_neighbours() {
        let head = read(
            "POST /a/b?c=%2F HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: upgrade, close\r\nUpgrade: y\r\n\
             Accept:  z \r\nX-Request-Id: r-1\r\nExpect: 100-continue\r\n\r\n",
        )
        .unwrap();
        assert_eq!(head.headers, [("Host", "x"), ("Accept", "z")].map(|(a, b)| (a.to_owned(), b.to_owned())));
        assert_eq!(
            (head.method.as_str(), head.target.as_str(), head.length),
            ("POST", "/a/b?c=%2F", Length::Known(3))
        );
        assert_eq!((head.keeps_alive, head.expects, head.id.as_deref()), (false, true, Some("r-1")));
        let old = read("GET / HTTP/1.0\r\n\r\n").unwrap();
        assert!(old.is_old && !old.keeps_alive);
    }

    #[test]
    fn what_two_readers_could_understand_differently_is_refused() {
        for (text, status) in [
            ("GET / HTTP/1.1\nHost: x\n\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA: b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501),
            (
                "GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
                400,
            ),
            ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nA: é\r\n\r\n", 400),
            ("GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /a/../b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /a/%2e%2E/b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET //a HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /a#b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET /a b HTTP/1.1\r\nHost: x\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\n\r\n", 417),
            ("PRI * HTTP/2.0\r\n\r\n", 505),
            ("\u{16}\u{3}\u{1}\r\n\r\n", 400),
        ] {
            assert_eq!(read(text).map(|head| head.target), Err(status), "{text:?}");
        }
    }

    #[test]
    fn a_head_has_an_end() {
        assert_eq!(end(b"GET / HTTP/1.1\r\nHost: x\r\n"), Ok(None));
        assert_eq!(end(&[b'x'; MAX_LINE_BYTES + 1]).map_err(|refused| refused.status), Err(414));
        let endless = format!("GET / HTTP/1.1\r\nA: {}", "b".repeat(MAX_HEAD_BYTES));
        assert_eq!(end(endless.as_bytes()).map_err(|refused| refused.status), Err(431));
        let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(100));
        assert_eq!(read(&many).map(|head| head.target), Err(431));
        let long = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "a".repeat(MAX_LINE_BYTES));
        assert_eq!(read(&long).map(|head| head.target), Err(414));
    }

    #[test]
    fn a_head_that_is_nearly_right_is_a_head_or_refused() {
        let heads = [
            "POST /a/b?c=%2F HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n",
            "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\nX-Request-Id: r-1\r\n\r\n",
        ];
        let parts: [&[u8]; 12] = [
            b"\r\n",
            b"\n",
            b"\0",
            b" ",
            b":",
            b"Content-Length: 18446744073709551616\r\n",
            b"Host: y\r\n",
            b"%00",
            b"HTTP/9.9",
            b"\xff",
            b"chunked, chunked",
            b"\t",
        ];
        // A generator of its own (SplitMix64), so that the same heads are tried in every run.
        let mut state = 11_u64;
        let mut dice = |below: usize| {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut n = state;
            n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            usize::try_from((n ^ (n >> 31)) % below.max(1) as u64).unwrap()
        };
        let (mut whole, mut refused) = (0, 0);
        for _ in 0..20_000 {
            let mut bytes = heads[dice(2)].as_bytes().to_vec();
            for _ in 0..=dice(3) {
                let at = dice(bytes.len());
                match dice(4) {
                    0 => bytes[at] ^= 1 << dice(8),
                    1 => drop(bytes.splice(at..at, parts[dice(parts.len())].iter().copied())),
                    2 => drop(bytes.drain(at..(at + dice(20)).min(bytes.len()))),
                    _ => bytes.truncate(at.max(1)),
                }
                bytes.push(b'\n');
            }
            match end(&bytes) {
                Ok(Some(end)) => match parse(&bytes[..end]) {
                    Ok(head) => {
                        // What goes on has no line that the head did not have.
                        let is_plain = |text: &str| !text.contains(['\0', '\r', '\n']);
                        assert!(head.headers.iter().all(|(name, value)| is_plain(name) && is_plain(value)));
                        whole += 1;
                    }
                    Err(_) => refused += 1,
                },
                Ok(None) => {}
                Err(_) => refused += 1,
            }
        }
        assert!(whole > 100 && refused > 1_000, "{whole} {refused}");
    }
}
