//! What lies between two instants.

use super::{Date, DateTime, Duration, Instant, LocalDateTime, LocalTime, Result, Zone};

/// Two instants as they are compared: what one lacks is taken from the other, a time that neither gives is midnight.
enum Pair {
    Local(LocalDateTime, LocalDateTime),
    /// The second one is in the zone of the first.
    Zoned(DateTime, DateTime),
}

impl Pair {
    fn new(from: &Instant, to: &Instant) -> Result<Self> {
        let date = |of: &Instant, other: &Instant| of.date().or(other.date()).unwrap_or(Date::EPOCH);
        let local = |of: &Instant, other: &Instant| LocalDateTime {
            date: date(of, other),
            time: of.time().unwrap_or(LocalTime::MIDNIGHT),
        };
        let zoned = |of: &Instant, other: &Instant, zone: &Zone| match of {
            Instant::DateTime(zoned) => zoned.clone(),
            _ => DateTime::new(local(of, other), of.zone().unwrap_or_else(|| zone.clone())),
        };
        let Some(zone) = from.zone().or_else(|| to.zone()) else {
            return Ok(Self::Local(local(from, to), local(to, from)));
        };
        let (start, end) = (zoned(from, to, &zone), zoned(to, from, &zone));
        let end = end.at(start.zone().clone())?;
        Ok(Self::Zoned(start, end))
    }

    /// The same with the first one so many months and days later.
    fn shifted(&self, months: i64, days: i64) -> Result<Self> {
        Ok(match self {
            Self::Local(from, to) => Self::Local(from.plus_months(months)?.plus_days(days)?, *to),
            Self::Zoned(from, to) => {
                let local = from.local().plus_months(months)?.plus_days(days)?;
                Self::Zoned(from.with_local(local), to.clone())
            }
        })
    }

    fn locals(&self) -> (LocalDateTime, LocalDateTime) {
        match self {
            Self::Local(from, to) => (*from, *to),
            Self::Zoned(from, to) => (from.local(), to.local()),
        }
    }

    /// The days on which whole days between both begin and end.
    fn days(&self) -> (Date, Date) {
        let (from, to) = self.locals();
        let back = i64::from(to.date > from.date && to.time < from.time);
        let on = i64::from(to.date < from.date && to.time > from.time);
        (from.date, to.date.plus_days(on - back).unwrap_or(to.date))
    }

    fn months_between(&self) -> i64 {
        let (from, to) = self.days();
        (to.packed_months() - from.packed_months()) / 32
    }

    fn days_between(&self) -> i64 {
        let (from, to) = self.days();
        to.days() - from.days()
    }

    fn nanos_between(&self) -> i128 {
        match self {
            Self::Local(from, to) => to.nanos() - from.nanos(),
            Self::Zoned(from, to) => to.nanos() - from.nanos(),
        }
    }
}

fn both_have_dates(from: &Instant, to: &Instant) -> bool {
    from.date().is_some() && to.date().is_some()
}

/// Whole months, then whole days, then seconds from one instant to another; seconds alone when one has no date.
///
/// # Errors
/// When it is too large.
pub fn between(from: &Instant, to: &Instant) -> Result<Duration> {
    let pair = Pair::new(from, to)?;
    if !both_have_dates(from, to) {
        return Duration::from_nanos(pair.nanos_between());
    }
    let months = pair.months_between();
    let pair = pair.shifted(months, 0)?;
    let days = pair.days_between();
    let pair = pair.shifted(0, days)?;
    Ok(Duration { months, days, ..Duration::from_nanos(pair.nanos_between())? })
}

/// Whole months from one instant to another; none when one has no date.
///
/// # Errors
/// When an instant cannot be shown in the other's zone.
pub fn in_months(from: &Instant, to: &Instant) -> Result<Duration> {
    let months = if both_have_dates(from, to) { Pair::new(from, to)?.months_between() } else { 0 };
    Ok(Duration { months, ..Duration::default() })
}

/// Whole days from one instant to another; none when one has no date.
///
/// # Errors
/// When an instant cannot be shown in the other's zone.
pub fn in_days(from: &Instant, to: &Instant) -> Result<Duration> {
    let days = if both_have_dates(from, to) { Pair::new(from, to)?.days_between() } else { 0 };
    Ok(Duration { days, ..Duration::default() })
}

/// Seconds from one instant to another.
///
/// # Errors
/// When it is too large.
pub fn in_seconds(from: &Instant, to: &Instant) -> Result<Duration> {
    Duration::from_nanos(Pair::new(from, to)?.nanos_between())
}
