//! Dates with a time, without a zone and in one.

use super::{Date, LocalTime, Result, SECOND, Zone, invalid};
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// A date and a time of day, wherever that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDateTime {
    /// The date.
    pub date: Date,
    /// The time.
    pub time: LocalTime,
}

impl LocalDateTime {
    /// Nanoseconds since 1970-01-01, as if it were in UTC.
    #[must_use]
    pub fn nanos(self) -> i128 {
        i128::from(self.date.days()) * i128::from(super::DAY) + i128::from(self.time.nanos())
    }

    /// From nanoseconds since 1970-01-01.
    ///
    /// # Errors
    /// When the year is out of range.
    pub fn from_nanos(nanos: i128) -> Result<Self> {
        let Ok(days) = i64::try_from(nanos.div_euclid(i128::from(super::DAY))) else {
            return invalid("the year is not between -999999999 and 999999999");
        };
        Ok(Self { date: Date::from_days(days)?, time: LocalTime::wrapping(nanos) })
    }

    /// The date so many months later at the same time.
    ///
    /// # Errors
    /// When the year is out of range.
    pub fn plus_months(self, months: i64) -> Result<Self> {
        Ok(Self { date: self.date.plus_months(months)?, ..self })
    }

    /// The date so many days later at the same time.
    ///
    /// # Errors
    /// When the year is out of range.
    pub fn plus_days(self, days: i64) -> Result<Self> {
        Ok(Self { date: self.date.plus_days(days)?, ..self })
    }
}

impl fmt::Display for LocalDateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

/// A moment, with the zone whose clocks show it. Ordered by the moment, then by offset and name of the zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateTime {
    local: LocalDateTime,
    /// Seconds that the clock is ahead of UTC.
    offset: i32,
    zone: Zone,
}

impl DateTime {
    /// When the clocks of a zone show a time. One that they pass twice is the first; one that they leap over is as much
    /// later as they leap.
    #[must_use]
    pub fn new(local: LocalDateTime, zone: Zone) -> Self {
        let (local, offset) = zone.resolve(local);
        Self { local, offset, zone }
    }

    /// When the clocks of a zone show a time at an offset.
    ///
    /// # Errors
    /// When the zone does not have that offset then.
    pub fn with_offset(local: LocalDateTime, offset: i32, zone: Zone) -> Result<Self> {
        if zone.has_offset(local, offset) {
            Ok(Self { local, offset, zone })
        } else {
            let offset = Zone::Offset(offset);
            invalid(format!("the time zone {zone} is not at the offset {offset} at {local}"))
        }
    }

    /// From nanoseconds since 1970-01-01 in UTC.
    ///
    /// # Errors
    /// When the year is out of range.
    pub fn from_nanos(nanos: i128, zone: Zone) -> Result<Self> {
        let Ok(seconds) = i64::try_from(nanos.div_euclid(i128::from(SECOND))) else {
            return invalid("the year is not between -999999999 and 999999999");
        };
        let offset = zone.offset_at(seconds);
        let local = LocalDateTime::from_nanos(nanos + i128::from(offset) * i128::from(SECOND))?;
        Ok(Self { local, offset, zone })
    }

    /// What the clocks there show.
    #[must_use]
    pub fn local(&self) -> LocalDateTime {
        self.local
    }

    /// Seconds that the clocks there are ahead of UTC.
    #[must_use]
    pub fn offset(&self) -> i32 {
        self.offset
    }

    /// The zone.
    #[must_use]
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Nanoseconds since 1970-01-01 in UTC.
    #[must_use]
    pub fn nanos(&self) -> i128 {
        self.local.nanos() - i128::from(self.offset) * i128::from(SECOND)
    }

    /// Seconds since 1970-01-01 in UTC, rounded down.
    #[must_use]
    pub fn epoch_seconds(&self) -> i64 {
        self.local.date.days() * 86_400 + self.local.time.seconds() - i64::from(self.offset)
    }

    /// Milliseconds since 1970-01-01 in UTC, rounded down.
    #[must_use]
    pub fn epoch_millis(&self) -> i64 {
        // At most 3.2e16 seconds, so it stays far below the limits of the type but for the thousand: saturate.
        self.epoch_seconds().saturating_mul(1000).saturating_add(self.local.time.subsecond() / 1_000_000)
    }

    /// The same moment in another zone.
    ///
    /// # Errors
    /// When the year is out of range there.
    pub fn at(&self, zone: Zone) -> Result<Self> {
        Self::from_nanos(self.nanos(), zone)
    }

    /// Another time on the clocks of the same zone; the offset stays where that is possible.
    #[must_use]
    pub fn with_local(&self, local: LocalDateTime) -> Self {
        if self.zone.has_offset(local, self.offset) {
            Self { local, offset: self.offset, zone: self.zone.clone() }
        } else {
            Self::new(local, self.zone.clone())
        }
    }

    fn order_key(&self) -> (i128, i32, Option<String>) {
        let name = match &self.zone {
            Zone::Offset(_) => None,
            Zone::Named(_) => Some(self.zone.to_string()),
        };
        (self.nanos(), self.offset, name)
    }
}

impl Ord for DateTime {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nanos().cmp(&other.nanos()).then_with(|| self.order_key().cmp(&other.order_key()))
    }
}

impl PartialOrd for DateTime {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for DateTime {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.local.hash(state);
        self.offset.hash(state);
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.local, Zone::Offset(self.offset))?;
        match &self.zone {
            Zone::Offset(_) => Ok(()),
            Zone::Named(_) => write!(f, "[{}]", self.zone),
        }
    }
}
