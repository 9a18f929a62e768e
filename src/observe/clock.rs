//! Times as texts.

use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds of a day.
const DAY: u64 = 24 * 60 * 60;
/// Days of 400 years of the Gregorian calendar, after which it repeats.
const CYCLE: u64 = 146_097;

/// Seconds since 1970, now.
#[must_use]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// A time, in seconds since 1970, as RFC 3339 has it: `2026-11-26T04:21:49Z`.
#[must_use]
pub fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / DAY, seconds % DAY);
    // Years begin in March, so that a leap day is the last one. 1970-03-01 is day 59; day 0 of the count is 0000-03-01.
    let days = days + 719_468;
    let (cycle, day) = (days / CYCLE, days % CYCLE);
    let year = (day - day / 1_460 + day / 36_524 - day / (CYCLE - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = cycle * 400 + year + next;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// The same as HTTP has it (RFC 9110, section 5.6.7): `Thu, 26 Nov 2026 04:21:49 GMT`.
#[must_use]
pub fn http_date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = rfc3339(seconds);
    let part = |at: std::ops::Range<usize>| text.get(at).unwrap_or_default();
    let month = part(5..7).parse().map_or(0, |month: usize| month.saturating_sub(1));
    // 1970 began on a Thursday.
    let day = DAYS[(seconds / DAY % 7) as usize];
    format!("{day}, {} {} {} {} GMT", part(8..10), MONTHS[month % 12], part(0..4), part(11..19))
}

#[cfg(test)]
mod tests {
    use super::{http_date, rfc3339};

    #[test]
    fn a_date_of_http_reads_as_the_calendar_has_it() {
        // `LC_ALL=C date -u -d @SECONDS '+%a, %d %b %Y %T GMT'` says the same.
        for (seconds, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_795_667_272, "Thu, 26 Nov 2026 04:27:52 GMT"),
        ] {
            assert_eq!(http_date(seconds), text);
        }
    }

    #[test]
    fn a_time_reads_as_the_calendar_has_it() {
        // `date -u -d @SECONDS +%FT%TZ` says the same.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (68_169_599, "1972-02-28T23:59:59Z"),
            (68_169_600, "1972-02-29T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_795_667_272, "2026-11-26T04:27:52Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }
}
