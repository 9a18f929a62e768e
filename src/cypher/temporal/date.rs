//! Dates: days counted from 1970-01-01.

use super::{Invalid, Result, invalid};
use std::fmt;

/// A day of the proleptic Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i64,
}

impl Date {
    /// The largest year; the smallest is its negative.
    pub const MAX_YEAR: i64 = 999_999_999;
    /// 1970-01-01.
    pub const EPOCH: Self = Self { days: 0 };

    /// A date from year, month (1..=12) and day of the month (from 1).
    ///
    /// # Errors
    /// When there is no such day, or the year is out of range.
    pub fn new(year: i64, month: i64, day: i64) -> Result<Self> {
        check("year", year, -Self::MAX_YEAR, Self::MAX_YEAR)?;
        check("month", month, 1, 12)?;
        check("day", day, 1, days_of_month(year, month))?;
        Ok(Self { days: days_from_civil(year, month, day) })
    }

    /// A date from days since 1970-01-01.
    ///
    /// # Errors
    /// When its year is out of range.
    pub fn from_days(days: i64) -> Result<Self> {
        let least = days_from_civil(-Self::MAX_YEAR, 1, 1);
        let most = days_from_civil(Self::MAX_YEAR, 12, 31);
        if (least..=most).contains(&days) {
            Ok(Self { days })
        } else {
            invalid("the year is not between -999999999 and 999999999")
        }
    }

    /// A date from the year of its week, the week (1..=53) and the day of the week (1, Monday, to 7), as ISO 8601 counts.
    ///
    /// # Errors
    /// When there is no such day.
    pub fn from_week(year: i64, week: i64, day: i64) -> Result<Self> {
        check("year", year, -Self::MAX_YEAR, Self::MAX_YEAR)?;
        check("week", week, 1, 53)?;
        check("dayOfWeek", day, 1, 7)?;
        // The first week is the one with January the 4th.
        let fourth = Self { days: days_from_civil(year, 1, 4) };
        let date = Self::from_days(fourth.days - (fourth.weekday() - 1) + (week - 1) * 7 + day - 1)?;
        if date.week_year() == year {
            Ok(date)
        } else {
            invalid(format!("the year {year} has no week {week}"))
        }
    }

    /// A date from year and day of the year (from 1).
    ///
    /// # Errors
    /// When there is no such day.
    pub fn from_ordinal(year: i64, day: i64) -> Result<Self> {
        let first = Self::new(year, 1, 1)?;
        check("ordinalDay", day, 1, if is_leap(year) { 366 } else { 365 })?;
        Ok(Self { days: first.days + day - 1 })
    }

    /// A date from year, quarter (1..=4) and day of the quarter (from 1).
    ///
    /// # Errors
    /// When there is no such day.
    pub fn from_quarter(year: i64, quarter: i64, day: i64) -> Result<Self> {
        check("quarter", quarter, 1, 4)?;
        let month = quarter * 3 - 2;
        let first = Self::new(year, month, 1)?;
        let length: i64 = (month..month + 3).map(|month| days_of_month(year, month)).sum();
        check("dayOfQuarter", day, 1, length)?;
        Ok(Self { days: first.days + day - 1 })
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub fn days(self) -> i64 {
        self.days
    }

    /// Year, month and day of the month.
    #[must_use]
    pub fn civil(self) -> (i64, i64, i64) {
        civil_from_days(self.days)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i64 {
        self.civil().0
    }

    /// 1, Monday, to 7.
    #[must_use]
    pub fn weekday(self) -> i64 {
        (self.days + 3).rem_euclid(7) + 1
    }

    /// The year that its week is counted in: that of the week's Thursday.
    #[must_use]
    pub fn week_year(self) -> i64 {
        civil_from_days(self.days - self.weekday() + 4).0
    }

    /// Number of its week, from 1.
    #[must_use]
    pub fn week(self) -> i64 {
        let thursday = self.days - self.weekday() + 4;
        let (year, ..) = civil_from_days(thursday);
        (thursday - days_from_civil(year, 1, 1)) / 7 + 1
    }

    /// Day of the year, from 1.
    #[must_use]
    pub fn ordinal(self) -> i64 {
        self.days - days_from_civil(self.year(), 1, 1) + 1
    }

    /// The quarter, 1 to 4.
    #[must_use]
    pub fn quarter(self) -> i64 {
        (self.civil().1 + 2) / 3
    }

    /// Day of the quarter, from 1.
    #[must_use]
    pub fn day_of_quarter(self) -> i64 {
        self.days - days_from_civil(self.year(), self.quarter() * 3 - 2, 1) + 1
    }

    /// The date so many days later.
    ///
    /// # Errors
    /// When the year is out of range.
    pub fn plus_days(self, days: i64) -> Result<Self> {
        Self::from_days(self.days.checked_add(days).ok_or_else(too_far)?)
    }

    /// The date so many months later: the same day, or the month's last when it is shorter.
    ///
    /// # Errors
    /// When the year is out of range.
    pub fn plus_months(self, months: i64) -> Result<Self> {
        let (year, month, day) = self.civil();
        let months = (year * 12 + month - 1).checked_add(months).ok_or_else(too_far)?;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        Self::new(year, month, day.min(days_of_month(year, month)))
    }

    /// Months since the year 0, times 32, plus the day: differences of it over 32 are whole months.
    pub(super) fn packed_months(self) -> i64 {
        let (year, month, day) = self.civil();
        (year * 12 + month - 1) * 32 + day
    }

    pub(super) fn component(self, name: &str) -> Option<i64> {
        Some(match name {
            "year" => self.year(),
            "quarter" => self.quarter(),
            "month" => self.civil().1,
            "week" => self.week(),
            "weekYear" => self.week_year(),
            "day" => self.civil().2,
            "ordinalDay" => self.ordinal(),
            "weekDay" | "dayOfWeek" => self.weekday(),
            "dayOfQuarter" => self.day_of_quarter(),
            _ => return None,
        })
    }
}

/// `2015-07-21`; years beyond four digits have a sign.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        match year {
            10_000.. => write!(f, "+{year}")?,
            0.. => write!(f, "{year:04}")?,
            _ => write!(f, "-{:04}", -year)?,
        }
        write!(f, "-{month:02}-{day:02}")
    }
}

pub(super) fn check(name: &str, value: i64, least: i64, most: i64) -> Result<()> {
    if (least..=most).contains(&value) {
        Ok(())
    } else {
        invalid(format!("{name} is {value}, not between {least} and {most}"))
    }
}

fn too_far() -> Invalid {
    Invalid("the year is not between -999999999 and 999999999".to_owned())
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days of a month; 31 for a month that does not exist, which is told apart elsewhere.
pub(super) fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Years are counted from March here, so that the leap day is a year's last, in cycles of 400 years: 146,097 days.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
    // From March on, five months have 153 days, whatever five they are.
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    let day_of_cycle = year * 365 + year / 4 - year / 100 + day_of_year;
    // 719,468 days lie between 0000-03-01 and 1970-01-01.
    cycle * 146_097 + day_of_cycle - 719_468
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (cycle, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    // Leap days are taken out: one in 1,461 days, but for the last of each 36,524, but for that of 146,096.
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (cycle * 400 + year + carry, month, day)
}
