//! Base64 (RFC 4648): with padding as headers have it, and without, with letters that an address may hold, as tokens do.

/// The digits of base64url (section 5).
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64url without padding, as tokens have it (RFC 7515, appendix C).
pub(super) fn encoded_url(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |n: usize| u32::from(group.get(n).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for n in 0..=group.len() {
            let digit = bits >> (18 - 6 * n) & 0x3f;
            text.push(char::from(DIGITS[digit as usize]));
        }
    }
    text
}

/// Reads base64url without padding.
pub(super) fn decoded_url(text: &str) -> Option<Vec<u8>> {
    read(text, *b"-_")
}

/// Reads base64 (section 4) with its padding.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let is_whole = text.len().is_multiple_of(4) && text.len() - digits.len() <= 2;
    is_whole.then(|| read(digits, *b"+/")).flatten()
}

/// Reads digits, of which the last two are given. Bits that are left over must be none, so that a text has one spelling.
fn read(text: &str, last: [u8; 2]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut n_bits) = (0_u32, 0);
    for digit in text.bytes() {
        let six = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            _ if digit == last[0] => 62,
            _ if digit == last[1] => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(six)) & 0xffff;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            out.push((bits >> n_bits & 0xff) as u8);
        }
    }
    let left = bits & ((1 << n_bits) - 1);
    (n_bits < 6 && left == 0).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_those_of_the_standard() {
        // Section 10.
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(decoded(text).as_deref(), Some(bytes.as_bytes()));
            assert_eq!(encoded_url(bytes.as_bytes()), text.trim_end_matches('='));
        }
        assert_eq!(decoded("+/8="), Some(vec![0xfb, 0xff]));
        assert_eq!(decoded_url("-_8"), Some(vec![0xfb, 0xff]));
        for broken in ["A", "Zg", "Zg=", "Zh==", "====", "Zm9v====", "SGV$", "-_8="] {
            assert_eq!(decoded(broken), None, "{broken}");
        }
        for broken in ["A", "Zh", "Zg==", "+/8"] {
            assert_eq!(decoded_url(broken), None, "{broken}");
        }
    }

    proptest! {
        #[test]
        fn bytes_come_back(bytes in proptest::collection::vec(any::<u8>(), 0..50)) {
            prop_assert_eq!(decoded_url(&encoded_url(&bytes)), Some(bytes));
        }
    }
}
