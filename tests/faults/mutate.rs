//! Bytes that are nearly right, from bytes that are right.

use super::Dice;

/// Bytes that readers of text and of numbers take for something special.
const TELLING: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\r",
    b"\r\n",
    b"\x1b[2J",
    b"\"",
    b"'",
    b"`",
    b"\\",
    b"/*",
    b"*/",
    b"//",
    b"#",
    b"<<EOF",
    b"${",
    b"}}",
    b"(",
    b")",
    b"{",
    b"[",
    b"<",
    b"-",
    b"0",
    b"-1",
    b"1e999",
    b"18446744073709551615",
    b"99999999999999999999999999",
    b"null",
    b"\xe2\x80\xae",
    b"..",
    b"%2e%2e%2f",
    b"*",
    b"**/",
    b"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01",
];

/// A few changes to one of many bytes: flips, cuts, parts twice or gone or of another, deep nesting, long lines.
pub fn mutated(dice: &mut Dice, all: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = all[dice.next(all.len())].clone();
    for _ in 0..=dice.next(4) {
        let at = dice.next(bytes.len() + 1);
        let length = dice.next((bytes.len() - at).min(400) + 1);
        match dice.next(12) {
            0 | 1 if at < bytes.len() => bytes[at] ^= 1 << dice.next(8),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(..at)),
            4 => drop(bytes.drain(at..at + length)),
            5 => {
                let again = bytes[at..at + length].repeat(1 + dice.next(8));
                drop(bytes.splice(at..at, again));
            }
            6 => {
                let other = &all[dice.next(all.len())];
                let from = dice.next(other.len() + 1);
                let end = from + dice.next((other.len() - from).min(2_000) + 1);
                drop(bytes.splice(at..at + length, other[from..end].iter().copied()));
            }
            7 => {
                let telling = TELLING[dice.next(TELLING.len())];
                let times = [1, 1, 1, 3, 40, 3_000][dice.next(6)];
                drop(bytes.splice(at..at, telling.repeat(times)));
            }
            8 if at < bytes.len() => bytes[at] = u8::try_from(dice.next(256)).unwrap(),
            9 => {
                // What opens, again and again, and perhaps what closes.
                let (open, close) =
                    [("(", ")"), ("{", "}"), ("[", "]"), ("<a>", "</a>"), ("if x ", "")][dice.next(5)];
                let n = dice.next(20_000);
                let close = close.repeat(if dice.next(2) == 0 { n } else { 0 });
                drop(bytes.splice(at..at, (open.repeat(n) + &close).into_bytes()));
            }
            10 => {
                // All on one line.
                bytes.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
            }
            _ => {
                let line =
                    bytes.split_inclusive(|byte| *byte == b'\n').nth(dice.next(20)).map(<[u8]>::to_vec);
                drop(bytes.splice(at..at, line.unwrap_or_default()));
            }
        }
    }
    bytes
}
