//! Times of day.

use super::{DAY, Result, SECOND, Zone, date::check};
use std::cmp::Ordering;
use std::fmt;

/// A time of day, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime {
    /// Nanoseconds since midnight, less than those of a day.
    nanos: i64,
}

impl LocalTime {
    /// Midnight.
    pub const MIDNIGHT: Self = Self { nanos: 0 };

    /// A time from hour, minute, second and nanosecond of the second.
    ///
    /// # Errors
    /// When one of them is out of range.
    pub fn new(hour: i64, minute: i64, second: i64, nano: i64) -> Result<Self> {
        check("hour", hour, 0, 23)?;
        check("minute", minute, 0, 59)?;
        check("second", second, 0, 59)?;
        check("nanosecond", nano, 0, SECOND - 1)?;
        Ok(Self { nanos: ((hour * 60 + minute) * 60 + second) * SECOND + nano })
    }

    /// The time so many nanoseconds after midnight, around the clock.
    #[must_use]
    pub fn wrapping(nanos: i128) -> Self {
        let nanos = nanos.rem_euclid(i128::from(DAY));
        Self { nanos: i64::try_from(nanos).unwrap_or(0) }
    }

    /// Nanoseconds since midnight.
    #[must_use]
    pub fn nanos(self) -> i64 {
        self.nanos
    }

    /// Seconds since midnight.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.nanos / SECOND
    }

    /// Nanoseconds of the second.
    #[must_use]
    pub fn subsecond(self) -> i64 {
        self.nanos % SECOND
    }

    /// The time without what is finer than a unit of so many nanoseconds.
    #[must_use]
    pub(super) fn truncated(self, unit: i64) -> Self {
        Self { nanos: self.nanos - self.nanos % unit }
    }

    pub(super) fn component(self, name: &str) -> Option<i64> {
        let seconds = self.seconds();
        Some(match name {
            "hour" => seconds / 3600,
            "minute" => seconds / 60 % 60,
            "second" => seconds % 60,
            "millisecond" => self.subsecond() / 1_000_000,
            "microsecond" => self.subsecond() / 1_000,
            "nanosecond" => self.subsecond(),
            _ => return None,
        })
    }
}

/// `12:31`, `12:31:14`, `12:31:14.645`: seconds and their fraction only where they are not zero.
impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.seconds();
        write!(f, "{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
        if self.nanos % (60 * SECOND) != 0 {
            write!(f, ":{:02}", seconds % 60)?;
        }
        write_fraction(f, self.subsecond())
    }
}

/// Writes a fraction of a second in nanoseconds, without the zeros at its end.
pub(super) fn write_fraction(f: &mut fmt::Formatter<'_>, nanos: i64) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let digits = format!("{nanos:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}

/// A time of day at an offset from UTC. Ordered by the time in UTC, then by the offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Time {
    /// The time that a clock there shows.
    pub local: LocalTime,
    /// Seconds that the clock is ahead of UTC.
    pub offset: i32,
}

impl Time {
    /// Nanoseconds since midnight in UTC; negative, or more than a day has, when it is another day there.
    #[must_use]
    pub fn utc_nanos(self) -> i64 {
        self.local.nanos() - i64::from(self.offset) * SECOND
    }

    /// The same moment at another offset.
    #[must_use]
    pub fn at(self, offset: i32) -> Self {
        let nanos = i128::from(self.utc_nanos()) + i128::from(offset) * i128::from(SECOND);
        Self { local: LocalTime::wrapping(nanos), offset }
    }
}

impl Ord for Time {
    fn cmp(&self, other: &Self) -> Ordering {
        self.utc_nanos().cmp(&other.utc_nanos()).then(self.offset.cmp(&other.offset))
    }
}

impl PartialOrd for Time {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local, Zone::Offset(self.offset))
    }
}
