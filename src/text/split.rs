//! Identifiers to their parts.

/// The parts of an identifier, in its own spelling: `parseHTTPRequest_2` gives `parse`, `HTTP`, `Request`, `2`.
///
/// A run of capitals before a lower-case letter gives its last letter to the next part. Bytes that are neither ASCII
/// letters nor digits separate parts.
#[must_use]
pub fn split(identifier: &str) -> Parts<'_> {
    Parts { text: identifier, at: 0 }
}

/// Iterator of [`split`].
#[derive(Debug, Clone)]
pub struct Parts<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Parts<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        let run = |from: usize, is: fn(&u8) -> bool| {
            bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|byte| is(byte)).count())
        };
        let start = self.at + run(self.at, |byte| !byte.is_ascii_alphanumeric());
        let capitals = run(start, u8::is_ascii_uppercase);
        let after = start + capitals;
        let end = match capitals {
            0 => match run(start, u8::is_ascii_lowercase) {
                0 => start + run(start, u8::is_ascii_digit),
                small => start + small,
            },
            1 => after + run(after, u8::is_ascii_lowercase),
            _ if bytes.get(after).is_some_and(u8::is_ascii_lowercase) => after - 1,
            _ => after,
        };
        self.at = end;
        if start == end { None } else { self.text.get(start..end) }
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    fn parts(identifier: &str) -> Vec<&str> {
        split(identifier).collect()
    }

    #[test]
    fn capitals_and_underscores_and_digits_separate_parts() {
        assert_eq!(parts("parseHTTPRequest_2"), ["parse", "HTTP", "Request", "2"]);
        assert_eq!(parts("ABc"), ["A", "Bc"]);
        assert_eq!(parts("x86_64"), ["x", "86", "64"]);
        assert_eq!(parts("ID"), ["ID"]);
    }

    #[test]
    fn nothing_comes_out_of_nothing() {
        assert!(parts("").is_empty());
        assert!(parts("___").is_empty());
        assert!(parts("é—ß").is_empty());
    }

    #[test]
    fn letters_beyond_ascii_separate_parts() {
        assert_eq!(parts("größeTabelle"), ["gr", "e", "Tabelle"]);
    }
}
