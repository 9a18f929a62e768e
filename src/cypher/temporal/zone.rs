//! Offsets from UTC and named time zones.

use super::{Date, LocalDateTime, LocalTime, Result, invalid};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::TimeZone;
use std::fmt;

/// Where a clock stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Zone {
    /// At so many seconds ahead of UTC, at most 18 hours either way.
    Offset(i32),
    /// In a zone of the IANA database, whose offset depends on the date.
    Named(TimeZone),
}

/// The rules of all zones repeat with the calendar: every 400 years, which are whole weeks.
const CYCLE_DAYS: i64 = 146_097;
/// The cycles counted from 1970 that the database is asked about: the years -6030 to 9969.
const FIRST_CYCLE: i64 = -20;
const LAST_CYCLE: i64 = 19;

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self::Offset(0);

    /// An offset in seconds.
    ///
    /// # Errors
    /// When it is more than 18 hours.
    pub fn from_offset(seconds: i64) -> Result<Self> {
        match i32::try_from(seconds) {
            Ok(seconds) if seconds.abs() <= 18 * 3600 => Ok(Self::Offset(seconds)),
            _ => invalid("the offset of a time zone is more than 18 hours"),
        }
    }

    /// A zone by its name in the IANA database (`Europe/Stockholm`), in any case; blanks stand for underlines.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn named(name: &str) -> Result<Self> {
        match TimeZone::get(&name.replace(' ', "_")) {
            Ok(zone) => Ok(Self::Named(zone)),
            Err(_) => invalid(format!("there is no time zone {name}")),
        }
    }

    /// The offset in seconds at a moment, given in seconds since 1970-01-01 in UTC.
    pub(super) fn offset_at(&self, epoch_seconds: i64) -> i32 {
        match self {
            Self::Offset(seconds) => *seconds,
            Self::Named(zone) => {
                let days = epoch_seconds.div_euclid(86_400);
                let shifted = epoch_seconds - cycles(days) * CYCLE_DAYS * 86_400;
                Timestamp::from_second(shifted).map_or(0, |moment| zone.to_offset(moment).seconds())
            }
        }
    }

    /// What a clock in the zone shows that was to show a time, and its offset in seconds.
    ///
    /// A time that the clock passes twice is the first one; one that it leaps over is as much later as it leaps.
    pub(super) fn resolve(&self, local: LocalDateTime) -> (LocalDateTime, i32) {
        let zone = match self {
            Self::Offset(seconds) => return (local, *seconds),
            Self::Named(zone) => zone,
        };
        let cycles = cycles(local.date.days());
        let moment =
            civil_of(local, cycles).and_then(|civil| zone.to_ambiguous_timestamp(civil).compatible().ok());
        let offset = moment.map_or(0, |moment| zone.to_offset(moment).seconds());
        let shown = moment.map(|moment| {
            let seconds = moment.as_second() + cycles * CYCLE_DAYS * 86_400 + i64::from(offset);
            let date = Date::from_days(seconds.div_euclid(86_400))?;
            let nanos = i128::from(seconds.rem_euclid(86_400)) * 1_000_000_000;
            Ok::<_, super::Invalid>((date, nanos))
        });
        let subsecond = local.time.subsecond();
        match shown {
            Some(Ok((date, nanos))) => {
                (LocalDateTime { date, time: LocalTime::wrapping(nanos + i128::from(subsecond)) }, offset)
            }
            _ => (local, offset),
        }
    }

    /// Whether a clock in the zone ever shows a time at an offset.
    pub(super) fn has_offset(&self, local: LocalDateTime, offset: i32) -> bool {
        let seconds = local.date.days() * 86_400 + local.time.seconds() - i64::from(offset);
        self.offset_at(seconds) == offset
    }
}

/// How many cycles a day lies outside the years that the database is asked about.
fn cycles(days: i64) -> i64 {
    let cycle = days.div_euclid(CYCLE_DAYS);
    cycle - cycle.clamp(FIRST_CYCLE, LAST_CYCLE)
}

/// A time of so many cycles ago as `jiff` has it, without the second's fraction, which no offset depends on.
fn civil_of(local: LocalDateTime, cycles: i64) -> Option<civil::DateTime> {
    let date = Date::from_days(local.date.days() - cycles * CYCLE_DAYS).ok()?;
    let (year, month, day) = date.civil();
    let seconds = local.time.seconds();
    let small = |value: i64| i8::try_from(value).ok();
    civil::DateTime::new(
        i16::try_from(year).ok()?,
        small(month)?,
        small(day)?,
        small(seconds / 3600)?,
        small(seconds / 60 % 60)?,
        small(seconds % 60)?,
        0,
    )
    .ok()
}

/// `Z`, `+01:00`, `-02:05:07`, `Europe/Stockholm`.
impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Offset(0) => f.write_str("Z"),
            Self::Offset(offset) => {
                let (sign, seconds) = (if *offset < 0 { '-' } else { '+' }, offset.abs());
                write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
                if seconds % 60 == 0 { Ok(()) } else { write!(f, ":{:02}", seconds % 60) }
            }
            Self::Named(zone) => f.write_str(zone.iana_name().unwrap_or("UTC")),
        }
    }
}
