//! Durations: months, days and seconds, which do not add up to each other.

use super::{Date, DateTime, Instant, Invalid, LocalDateTime, LocalTime, Result, SECOND, Time, invalid};
use std::cmp::Ordering;
use std::fmt;

/// Nanoseconds of a month of 30.436875 days, the mean of the calendar's cycle.
const MONTH: i128 = 2_629_746 * SECOND as i128;
const DAY: i128 = super::DAY as i128;

/// An amount of time in months, days and seconds.
///
/// Two are equal when all parts are. They are ordered by their length, a month counted as 30.436875 days and a day as
/// 86,400 seconds, then by months and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Duration {
    /// Whole months.
    pub months: i64,
    /// Whole days.
    pub days: i64,
    /// Whole seconds, rounded down.
    pub seconds: i64,
    /// What is left of the seconds: 0 to 999,999,999.
    pub nanos: i32,
}

/// Parts of a duration before they are made whole: each in billionths of its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    months: i128,
    days: i128,
    seconds: i128,
}

impl Amounts {
    /// Adds so many billionths of a unit, by its name as a key of `duration({...})`. False when there is no such unit.
    pub fn add(&mut self, unit: &str, billionths: i128) -> bool {
        let (part, factor) = match unit {
            "years" => (&mut self.months, 12),
            "quarters" => (&mut self.months, 3),
            "months" => (&mut self.months, 1),
            "weeks" => (&mut self.days, 7),
            "days" => (&mut self.days, 1),
            "hours" => (&mut self.seconds, 3600),
            "minutes" => (&mut self.seconds, 60),
            "seconds" => (&mut self.seconds, 1),
            "milliseconds" => (&mut self.seconds, -1_000),
            "microseconds" => (&mut self.seconds, -1_000_000),
            "nanoseconds" => (&mut self.seconds, -1_000_000_000),
            _ => return false,
        };
        // A negative factor stands for a division.
        let amount = if factor < 0 { billionths / -factor } else { billionths.saturating_mul(factor) };
        *part = part.saturating_add(amount);
        true
    }

    /// The amount of a number in billionths.
    ///
    /// # Errors
    /// When it is no number, or too large.
    pub fn billionths(number: f64) -> Result<i128> {
        if number.abs() > 1e19 || number.is_nan() {
            return invalid(format!("{number} is no amount of time"));
        }
        // Whole part and fraction each fit; together they would lose digits.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the range was checked, and a fraction is less than one"
        )]
        let parts = (number.trunc() as i128, (number.fract() * 1e9).round() as i128);
        Ok(parts.0 * 1_000_000_000 + parts.1)
    }

    /// Makes the parts whole: what is left of the months becomes days of 86,400 seconds, a month being 30.436875 days,
    /// and what is left of the days becomes seconds.
    ///
    /// # Errors
    /// When a part is too large.
    pub fn whole(self) -> Result<Duration> {
        let unit = i128::from(SECOND);
        let too_large = || Invalid("the duration is too large".to_owned());
        let months = self.months / unit;
        // A billionth of a unit is as many nanoseconds as the unit has seconds.
        let rest = self.months % unit * (MONTH / unit);
        let days_nanos = self
            .days
            .checked_mul(DAY / unit)
            .and_then(|days| days.checked_add(rest))
            .ok_or_else(too_large)?;
        let days = days_nanos / DAY;
        let nanos = self.seconds.checked_add(days_nanos % DAY).ok_or_else(too_large)?;
        Ok(Duration {
            months: i64::try_from(months).map_err(|_| too_large())?,
            days: i64::try_from(days).map_err(|_| too_large())?,
            ..Duration::from_nanos(nanos)?
        })
    }
}

impl Duration {
    /// So many nanoseconds.
    ///
    /// # Errors
    /// When it is too large.
    pub fn from_nanos(nanos: i128) -> Result<Self> {
        let unit = i128::from(SECOND);
        match (i64::try_from(nanos.div_euclid(unit)), i32::try_from(nanos.rem_euclid(unit))) {
            (Ok(seconds), Ok(nanos)) => Ok(Self { seconds, nanos, ..Self::default() }),
            _ => invalid("the duration is too large"),
        }
    }

    /// Its seconds and their fraction in nanoseconds, without months and days.
    #[must_use]
    pub fn total_nanos(self) -> i128 {
        i128::from(self.seconds) * i128::from(SECOND) + i128::from(self.nanos)
    }

    /// The sum of both.
    ///
    /// # Errors
    /// When it is too large.
    pub fn plus(self, other: Self) -> Result<Self> {
        let too_large = || Invalid("the duration is too large".to_owned());
        Ok(Self {
            months: self.months.checked_add(other.months).ok_or_else(too_large)?,
            days: self.days.checked_add(other.days).ok_or_else(too_large)?,
            ..Self::from_nanos(self.total_nanos() + other.total_nanos())?
        })
    }

    /// The same backwards.
    ///
    /// # Errors
    /// When it is too large.
    pub fn negated(self) -> Result<Self> {
        let too_large = || Invalid("the duration is too large".to_owned());
        Ok(Self {
            months: self.months.checked_neg().ok_or_else(too_large)?,
            days: self.days.checked_neg().ok_or_else(too_large)?,
            ..Self::from_nanos(-self.total_nanos())?
        })
    }

    /// So many times it; fractions of months and days go on to the smaller units.
    ///
    /// # Errors
    /// When it is too large, or the factor is no number.
    pub fn times(self, factor: f64) -> Result<Self> {
        match exact(factor) {
            Some(whole) => self.scaled(|part| part.checked_mul(whole)),
            None => self.scaled(|part| rounded(part, factor)),
        }
    }

    /// A part of it; fractions of months and days go on to the smaller units.
    ///
    /// # Errors
    /// When it is too large, or the divisor is zero or no number.
    pub fn divided(self, divisor: f64) -> Result<Self> {
        match exact(divisor) {
            Some(whole) => self.scaled(|part| part.checked_div(whole)),
            None => self.scaled(|part| rounded(part, divisor.recip())),
        }
    }

    fn scaled(self, scale: impl Fn(i128) -> Option<i128>) -> Result<Self> {
        let unit = i128::from(SECOND);
        let scale = |part: i128| scale(part).ok_or_else(|| Invalid("the duration is too large".to_owned()));
        let amounts = Amounts {
            months: scale(i128::from(self.months) * unit)?,
            days: scale(i128::from(self.days) * unit)?,
            seconds: scale(self.total_nanos())?,
        };
        amounts.whole()
    }

    /// The names of its components.
    pub const COMPONENTS: &[&str] = &[
        "years",
        "quarters",
        "months",
        "weeks",
        "days",
        "hours",
        "minutes",
        "seconds",
        "milliseconds",
        "microseconds",
        "nanoseconds",
        "quartersOfYear",
        "monthsOfQuarter",
        "monthsOfYear",
        "daysOfWeek",
        "minutesOfHour",
        "secondsOfMinute",
        "millisecondsOfSecond",
        "microsecondsOfSecond",
        "nanosecondsOfSecond",
    ];

    /// A component by its name in Cypher (`months`, `minutesOfHour`); none when it has no such component.
    #[must_use]
    pub fn component(self, name: &str) -> Option<i64> {
        let (seconds, nanos) = (self.seconds, i64::from(self.nanos));
        Some(match name {
            "years" => self.months / 12,
            "quarters" => self.months / 3,
            "months" => self.months,
            "weeks" => self.days / 7,
            "days" => self.days,
            "hours" => seconds / 3600,
            "minutes" => seconds / 60,
            "seconds" => seconds,
            "milliseconds" => seconds.saturating_mul(1_000).saturating_add(nanos / 1_000_000),
            "microseconds" => seconds.saturating_mul(1_000_000).saturating_add(nanos / 1_000),
            "nanoseconds" => seconds.saturating_mul(SECOND).saturating_add(nanos),
            "quartersOfYear" => self.months / 3 % 4,
            "monthsOfQuarter" => self.months % 3,
            "monthsOfYear" => self.months % 12,
            "daysOfWeek" => self.days % 7,
            "minutesOfHour" => seconds / 60 % 60,
            "secondsOfMinute" => seconds % 60,
            "millisecondsOfSecond" => nanos / 1_000_000,
            "microsecondsOfSecond" => nanos / 1_000,
            "nanosecondsOfSecond" => nanos,
            _ => return None,
        })
    }

    fn length(self) -> i128 {
        i128::from(self.months) * MONTH + i128::from(self.days) * DAY + self.total_nanos()
    }
}

/// The whole number that a float is, if it is one that floats tell from its neighbours.
fn exact(number: f64) -> Option<i128> {
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
    let whole = (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i128);
    whole
}

/// A part times a factor, as exact as a float; nothing when that is no number, or too large for any duration.
fn rounded(part: i128, factor: f64) -> Option<i128> {
    #[expect(clippy::cast_precision_loss, reason = "it is as exact as the factor")]
    let product = part as f64 * factor;
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked first")]
    let whole = (product.abs() < 1e29).then_some(product as i128);
    whole
}

impl Ord for Duration {
    fn cmp(&self, other: &Self) -> Ordering {
        let rest = |it: &Self| (it.length(), it.months, it.days);
        rest(self).cmp(&rest(other))
    }
}

impl PartialOrd for Duration {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// `P12Y5M-14DT16H13M10.5S`: each part with its sign, parts of nothing left out, `PT0S` when all are.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("P")?;
        for (amount, unit) in [(self.months / 12, 'Y'), (self.months % 12, 'M'), (self.days, 'D')] {
            if amount != 0 {
                write!(f, "{amount}{unit}")?;
            }
        }
        let total = self.total_nanos();
        let unit = i128::from(SECOND);
        let is_nothing = self.months == 0 && self.days == 0;
        if total == 0 {
            return f.write_str(if is_nothing { "T0S" } else { "" });
        }
        f.write_str("T")?;
        for (amount, letter) in [(total / (3600 * unit), 'H'), (total / (60 * unit) % 60, 'M')] {
            if amount != 0 {
                write!(f, "{amount}{letter}")?;
            }
        }
        let rest = total % (60 * unit);
        if rest != 0 {
            let sign = if rest < 0 { "-" } else { "" };
            write!(f, "{sign}{}", rest.abs() / unit)?;
            super::time::write_fraction(f, i64::try_from(rest.abs() % unit).unwrap_or(0))?;
            f.write_str("S")?;
        }
        Ok(())
    }
}

impl Instant {
    /// The instant so much later: months first, a day that the month lacks becoming its last, then days, then seconds.
    /// A date counts whole days of the seconds, a time of day goes around the clock.
    ///
    /// # Errors
    /// When the year is out of range.
    pub fn plus(&self, duration: Duration) -> Result<Self> {
        Ok(match self {
            Self::Date(date) => Self::Date(plus_date(*date, duration)?),
            Self::LocalTime(time) => Self::LocalTime(plus_time(*time, duration)),
            Self::Time(time) => Self::Time(Time { local: plus_time(time.local, duration), ..*time }),
            Self::LocalDateTime(local) => {
                let local = plus_calendar(*local, duration)?;
                Self::LocalDateTime(LocalDateTime::from_nanos(local.nanos() + duration.total_nanos())?)
            }
            Self::DateTime(zoned) => {
                let on_day = zoned.with_local(plus_calendar(zoned.local(), duration)?);
                let nanos = on_day.nanos() + duration.total_nanos();
                Self::DateTime(DateTime::from_nanos(nanos, zoned.zone().clone())?)
            }
        })
    }
}

fn plus_date(date: Date, duration: Duration) -> Result<Date> {
    let whole_days = i64::try_from(duration.total_nanos() / DAY).unwrap_or(i64::MAX);
    date.plus_months(duration.months)?.plus_days(duration.days)?.plus_days(whole_days)
}

fn plus_time(time: LocalTime, duration: Duration) -> LocalTime {
    LocalTime::wrapping(i128::from(time.nanos()) + duration.total_nanos())
}

fn plus_calendar(local: LocalDateTime, duration: Duration) -> Result<LocalDateTime> {
    local.plus_months(duration.months)?.plus_days(duration.days)
}
