//! How numbers, times and styles look in text answers.

use anstyle::{AnsiColor, Style};

/// What an answer is about.
pub(super) const STRONG: Style = Style::new().bold();
/// What deserves a look.
pub(super) const WARN: Style = AnsiColor::Yellow.on_default();
/// What stands beside.
pub(super) const DIM: Style = Style::new().dimmed();
/// A path.
pub(super) const PATH: Style = AnsiColor::Magenta.on_default();
/// A line number.
pub(super) const LINE: Style = AnsiColor::Green.on_default();
/// A word that was asked for.
pub(super) const MATCH: Style = AnsiColor::Red.on_default().bold();

/// A number with separators between thousands.
pub(super) fn number(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes with a unit: `12.3 MB`.
pub(super) fn bytes(n: u64) -> String {
    let mut value = n as f64;
    for unit in ["B", "kB", "MB", "GB"] {
        if value < 1000.0 {
            let digits = usize::from(unit != "B");
            return format!("{value:.digits$} {unit}");
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

/// Seconds on the clock: `0.42 s`, `12.3 s`.
pub(super) fn seconds(n: f64) -> String {
    if n < 1.0 { format!("{n:.2} s") } else { format!("{n:.1} s") }
}

/// A number with its noun: `1 file`, `2 files`.
pub(super) fn count(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(n), if n == 1 { "" } else { "s" })
}

/// How long ago a time was, seconds since 1970: `3 minutes ago`.
pub(super) fn ago(then: u64) -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs());
    let since = now.saturating_sub(then);
    let (n, unit) = match since {
        0..60 => return "just now".to_owned(),
        60..3600 => (since / 60, "minute"),
        3600..86400 => (since / 3600, "hour"),
        _ => (since / 86400, "day"),
    };
    format!("{} ago", count(n, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown: Vec<String> = [0, 999, 1_000, 12_345, 1_234_567].iter().map(|n| number(*n)).collect();
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn bytes_have_the_unit_that_keeps_them_short() {
        assert_eq!(
            [bytes(0), bytes(999), bytes(1_500), bytes(2_000_000_000)],
            ["0 B", "999 B", "1.5 kB", "2.0 GB"]
        );
        assert_eq!(bytes(u64::MAX), "18446744.1 TB");
    }
}
