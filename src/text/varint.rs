//! Numbers of seven bits a byte, least significant first.

/// Appends a number.
pub fn put(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Takes a number off the front; `None` when the bytes end early or the number does not fit 32 bits.
#[inline]
pub fn take(bytes: &mut &[u8]) -> Option<u32> {
    // Nearly all numbers are small.
    if let Some((&byte, rest)) = bytes.split_first()
        && byte < 0x80
    {
        *bytes = rest;
        return Some(byte.into());
    }
    take_long(bytes)
}

fn take_long(bytes: &mut &[u8]) -> Option<u32> {
    let mut number = 0u32;
    let mut shift = 0;
    loop {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u32::from(byte & 0x7f);
        if shift == 28 && bits > 0xf {
            return None;
        }
        number |= bits << shift;
        if byte < 0x80 {
            return Some(number);
        }
        shift += 7;
        if shift > 28 {
            return None;
        }
    }
}

/// Takes a run of bytes off the front that is preceded by its length.
#[inline]
pub fn take_bytes<'b>(bytes: &mut &'b [u8]) -> Option<&'b [u8]> {
    let n = take(bytes)? as usize;
    let (run, rest) = bytes.split_at_checked(n)?;
    *bytes = rest;
    Some(run)
}

/// Appends a run of bytes preceded by its length.
pub fn put_bytes(out: &mut Vec<u8>, run: &[u8]) {
    put(out, u32::try_from(run.len()).unwrap_or(u32::MAX));
    out.extend_from_slice(run);
}

#[cfg(test)]
mod tests {
    use super::{put, take};

    #[test]
    fn every_width_comes_back() {
        for number in [0, 1, 127, 128, 16_383, 16_384, 1 << 28, u32::MAX] {
            let mut bytes = Vec::new();
            put(&mut bytes, number);
            let mut rest = bytes.as_slice();
            assert_eq!(take(&mut rest), Some(number));
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn damaged_numbers_are_refused() {
        assert_eq!(take(&mut [].as_slice()), None);
        assert_eq!(take(&mut [0x80].as_slice()), None);
        assert_eq!(take(&mut [0xff; 6].as_slice()), None);
        assert_eq!(take(&mut [0xff, 0xff, 0xff, 0xff, 0x10].as_slice()), None);
    }
}
