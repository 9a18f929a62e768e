//! The printed form of a symbol, which can be copied from an answer into the next question.
//!
//! ```text
//! src/shop/order.rs#Order::total@1f09c2aa
//! └─ path ────────┘ └─ name ───┘ └ slot ┘
//! ```
//!
//! The path of the file, `#`, the qualified name in the language's own spelling, `@` and the slot in eight hexadecimal
//! digits. A file is its path alone. White space, control characters and `%` are written as `%` and two hexadecimal
//! digits a byte, and so is `#` in a path: a printed symbol is one word. The slot makes it exact (overloads share a
//! name); it stays while other definitions come and go. Without `@` and slot it means every symbol of that name there.

use super::SymbolId;
use std::fmt::{self, Write as _};

/// A symbol as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Printed {
    /// Path of the file, with `/`.
    pub path: String,
    /// Qualified name; empty for the file itself.
    pub qualified: String,
    /// Slot in the file, when it was given.
    pub slot: Option<u32>,
}

impl Printed {
    /// The printed form of a symbol.
    #[must_use]
    pub fn new(path: &str, qualified: &str, id: SymbolId) -> Self {
        let is_file = id.slot == 0;
        Self {
            path: path.to_owned(),
            qualified: if is_file { String::new() } else { qualified.to_owned() },
            slot: (!is_file).then_some(id.slot),
        }
    }

    /// Reads what [`fmt::Display`] wrote; `None` for a text without `#`, which may still be the path of a file.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (path, rest) = text.split_once('#')?;
        let slot = rest.rsplit_once('@').and_then(|(name, digits)| {
            let is_slot = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let slot = u32::from_str_radix(digits, 16).ok()?;
            is_slot.then_some((name, slot))
        });
        let (name, slot) = slot.map_or((rest, None), |(name, slot)| (name, Some(slot)));
        let (path, qualified) = (unescape(path)?, unescape(name)?);
        (!path.is_empty() && !qualified.is_empty()).then_some(Self { path, qualified, slot })
    }
}

impl fmt::Display for Printed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(&self.path, true))?;
        if !self.qualified.is_empty() {
            write!(f, "#{}", escape(&self.qualified, false))?;
        }
        if let Some(slot) = self.slot {
            write!(f, "@{slot:08x}")?;
        }
        Ok(())
    }
}

fn escape(text: &str, is_path: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() || c == '%' || (is_path && c == '#') {
            let mut bytes = [0; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                // Writing to a string cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn unescape(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        if first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            bytes.push(first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FileId;
    use proptest::prelude::*;

    #[test]
    fn a_symbol_prints_as_path_name_and_slot() {
        let id = SymbolId { file: FileId(7), slot: 0x1f09_c2aa };
        let printed = Printed::new("src/a b#c.rs", "Order::total", id).to_string();
        assert_eq!(printed, "src/a%20b%23c.rs#Order::total@1f09c2aa");
        let file = Printed::new("src/order.rs", "src/order.rs", SymbolId::of_file(FileId(7)));
        assert_eq!(file.to_string(), "src/order.rs");
    }

    #[test]
    fn what_is_no_printed_symbol_is_told_apart() {
        assert_eq!(Printed::parse("src/order.rs"), None);
        assert_eq!(Printed::parse("#x"), None);
        assert_eq!(Printed::parse("a.rs#"), None);
        assert_eq!(Printed::parse("a.rs#x%G1"), None);
        let loose = Printed::parse("a.rs#x@y").unwrap();
        assert_eq!((loose.qualified.as_str(), loose.slot), ("x@y", None));
    }

    proptest! {
        #[test]
        fn every_symbol_is_one_word_and_reads_back(path in ".{1,20}", name in ".{1,20}", slot in 1u32..) {
            let id = SymbolId { file: FileId(0), slot };
            let printed = Printed::new(&path, &name, id);
            let text = printed.to_string();
            prop_assert_eq!(text.split_whitespace().count(), 1);
            prop_assert_eq!(Printed::parse(&text), Some(printed));
        }
    }
}
