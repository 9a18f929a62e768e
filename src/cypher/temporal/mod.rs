//! The temporal values of Cypher: dates, times and both together, with and without a zone, and durations.
//!
//! The calendar is the proleptic Gregorian one, years from -999,999,999 to 999,999,999, to the nanosecond. Days have 86,400
//! seconds. Names and offsets of zones come from the IANA database that the crate `jiff` brings along, so they are the
//! same on every machine; its rules are continued to years beyond 9999 by the calendar's cycle of 400 years.

mod between;
mod build;
mod date;
mod datetime;
mod duration;
mod parse;
mod time;
mod zone;

#[cfg(test)]
mod tests;

pub use between::{between, in_days, in_months, in_seconds};
pub use build::{Field, Fields, Unit};
pub use date::Date;
pub use datetime::{DateTime, LocalDateTime};
pub use duration::{Amounts, Duration};
pub use time::{LocalTime, Time};
pub use zone::Zone;

use std::fmt;

/// Why there is no such value, in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(pub String);

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}

type Result<T> = std::result::Result<T, Invalid>;

fn invalid<T>(why: impl Into<String>) -> Result<T> {
    Err(Invalid(why.into()))
}

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;
/// Nanoseconds of a day.
const DAY: i64 = 86_400 * SECOND;

/// A temporal value that is no duration.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Instant {
    /// A date.
    Date(Date),
    /// A time of day without an offset.
    LocalTime(LocalTime),
    /// A time of day with an offset.
    Time(Time),
    /// A date and a time without a zone.
    LocalDateTime(LocalDateTime),
    /// A date and a time in a zone.
    DateTime(DateTime),
}

impl Instant {
    /// The date, when it has one.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        match self {
            Self::Date(date) => Some(*date),
            Self::LocalDateTime(local) => Some(local.date),
            Self::DateTime(zoned) => Some(zoned.local().date),
            Self::LocalTime(_) | Self::Time(_) => None,
        }
    }

    /// The time of day, when it has one.
    #[must_use]
    pub fn time(&self) -> Option<LocalTime> {
        match self {
            Self::LocalTime(time) => Some(*time),
            Self::Time(time) => Some(time.local),
            Self::LocalDateTime(local) => Some(local.time),
            Self::DateTime(zoned) => Some(zoned.local().time),
            Self::Date(_) => None,
        }
    }

    /// The zone, when it has one.
    #[must_use]
    pub fn zone(&self) -> Option<Zone> {
        match self {
            Self::Time(time) => Some(Zone::Offset(time.offset)),
            Self::DateTime(zoned) => Some(zoned.zone().clone()),
            Self::Date(_) | Self::LocalTime(_) | Self::LocalDateTime(_) => None,
        }
    }

    /// The offset from UTC in seconds, when it has one.
    #[must_use]
    pub fn offset(&self) -> Option<i32> {
        match self {
            Self::Time(time) => Some(time.offset),
            Self::DateTime(zoned) => Some(zoned.offset()),
            Self::Date(_) | Self::LocalTime(_) | Self::LocalDateTime(_) => None,
        }
    }

    /// The names of the components that one or another type has.
    pub const COMPONENTS: &[&str] = &[
        "year",
        "quarter",
        "month",
        "week",
        "weekYear",
        "day",
        "ordinalDay",
        "weekDay",
        "dayOfWeek",
        "dayOfQuarter",
        "hour",
        "minute",
        "second",
        "millisecond",
        "microsecond",
        "nanosecond",
        "timezone",
        "offset",
        "offsetMinutes",
        "offsetSeconds",
        "epochSeconds",
        "epochMillis",
    ];

    /// A component by its name in Cypher (`year`, `weekDay`, `offset`); none when it has no such component.
    #[must_use]
    pub fn component(&self, name: &str) -> Option<Component> {
        if let Some(found) = self.date().and_then(|date| date.component(name)) {
            return Some(Component::Number(found));
        }
        if let Some(found) = self.time().and_then(|time| time.component(name)) {
            return Some(Component::Number(found));
        }
        if let Self::DateTime(zoned) = self {
            match name {
                "epochSeconds" => return Some(Component::Number(zoned.epoch_seconds())),
                "epochMillis" => return Some(Component::Number(zoned.epoch_millis())),
                _ => {}
            }
        }
        let offset = self.offset()?;
        Some(match name {
            "timezone" => Component::Text(self.zone()?.to_string()),
            "offset" => Component::Text(Zone::Offset(offset).to_string()),
            "offsetMinutes" => Component::Number(i64::from(offset) / 60),
            "offsetSeconds" => Component::Number(i64::from(offset)),
            _ => return None,
        })
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(value) => value.fmt(f),
            Self::LocalTime(value) => value.fmt(f),
            Self::Time(value) => value.fmt(f),
            Self::LocalDateTime(value) => value.fmt(f),
            Self::DateTime(value) => value.fmt(f),
        }
    }
}

/// What an accessor such as `d.year` or `d.timezone` gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Component {
    /// A number.
    Number(i64),
    /// A name or an offset as text.
    Text(String),
}
