//! Temporal values from components, from parts of others, and cut off at a unit.

use super::date::{check, days_of_month};
use super::{DAY, Date, DateTime, Instant, LocalDateTime, LocalTime, Result, SECOND, Time, Zone, invalid};

macro_rules! fields {
    ($($(#[doc = $doc:literal])+ $field:ident $name:literal,)*) => {
        /// A number among the components of a temporal value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Field { $($(#[doc = $doc])+ $field,)* }

        impl Field {
            /// Every field with its name as a key of `date({...})` and its like.
            pub const ALL: &[(&str, Self)] = &[$(($name, Self::$field),)*];
        }
    };
}

fields! {
    /// The year; of a week, the year that the week is counted in.
    Year "year",
    /// 1 to 4.
    Quarter "quarter",
    /// 1 to 12.
    Month "month",
    /// 1 to 53.
    Week "week",
    /// Of the month, from 1.
    Day "day",
    /// Of the year, from 1.
    OrdinalDay "ordinalDay",
    /// Of the quarter, from 1.
    DayOfQuarter "dayOfQuarter",
    /// 1, Monday, to 7.
    DayOfWeek "dayOfWeek",
    /// 0 to 23.
    Hour "hour",
    /// 0 to 59.
    Minute "minute",
    /// 0 to 59.
    Second "second",
    /// 0 to 999.
    Millisecond "millisecond",
    /// 0 to 999,999, or to 999 beside milliseconds.
    Microsecond "microsecond",
    /// What the coarser ones leave of a second.
    Nanosecond "nanosecond",
    /// Since 1970-01-01 in UTC.
    EpochSeconds "epochSeconds",
    /// Since 1970-01-01 in UTC.
    EpochMillis "epochMillis",
}

/// What a map of components says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields {
    pub(super) numbers: [Option<i64>; Field::ALL.len()],
    /// Where the date is taken from.
    pub date: Option<Instant>,
    /// Where the time is taken from, and its zone.
    pub time: Option<Instant>,
    /// Where both are taken from.
    pub datetime: Option<Instant>,
    /// The zone.
    pub timezone: Option<Zone>,
}

/// What values can be cut off at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// A millionth of a second.
    Microsecond,
    /// A thousandth of a second.
    Millisecond,
    /// A second.
    Second,
    /// A minute.
    Minute,
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
    /// A quarter of a year.
    Quarter,
    /// A year.
    Year,
    /// A year of weeks, from the Monday of its first week on.
    WeekYear,
    /// Ten years.
    Decade,
    /// A hundred years.
    Century,
    /// A thousand years.
    Millennium,
}

impl Unit {
    /// Every unit by its name.
    pub const ALL: &[(&str, Self)] = &[
        ("millennium", Self::Millennium),
        ("century", Self::Century),
        ("decade", Self::Decade),
        ("year", Self::Year),
        ("weekYear", Self::WeekYear),
        ("quarter", Self::Quarter),
        ("month", Self::Month),
        ("week", Self::Week),
        ("day", Self::Day),
        ("hour", Self::Hour),
        ("minute", Self::Minute),
        ("second", Self::Second),
        ("millisecond", Self::Millisecond),
        ("microsecond", Self::Microsecond),
    ];

    /// Nanoseconds of a unit that is no longer than a day.
    fn nanos(self) -> i64 {
        match self {
            Self::Microsecond => 1_000,
            Self::Millisecond => 1_000_000,
            Self::Second => SECOND,
            Self::Minute => 60 * SECOND,
            Self::Hour => 3600 * SECOND,
            _ => DAY,
        }
    }

    fn cut_date(self, date: Date) -> Result<Date> {
        let (year, month, _) = date.civil();
        let since = |years: i64| Date::new(year - year.rem_euclid(years), 1, 1);
        match self {
            Self::Millennium => since(1000),
            Self::Century => since(100),
            Self::Decade => since(10),
            Self::Year => since(1),
            Self::WeekYear => Date::from_week(date.week_year(), 1, 1),
            Self::Quarter => Date::new(year, date.quarter() * 3 - 2, 1),
            Self::Month => Date::new(year, month, 1),
            Self::Week => date.plus_days(1 - date.weekday()),
            _ => Ok(date),
        }
    }
}

impl Fields {
    /// Sets a number. False when there is no field of that name.
    pub fn set(&mut self, name: &str, number: i64) -> bool {
        let found = Field::ALL.iter().find(|(each, _)| *each == name);
        if let Some((_, field)) = found {
            self.numbers[*field as usize] = Some(number);
        }
        found.is_some()
    }

    fn get(&self, field: Field) -> Option<i64> {
        self.numbers[field as usize]
    }

    fn has_any(&self, fields: &[Field]) -> bool {
        fields.iter().any(|field| self.get(*field).is_some())
    }

    /// The date that the fields say.
    ///
    /// # Errors
    /// When they say none, or there is no such day.
    pub fn to_date(&self) -> Result<Date> {
        self.date_from(self.base_date()?)
    }

    /// The time of day that the fields say.
    ///
    /// # Errors
    /// When they say none, or it is out of range.
    pub fn to_local_time(&self) -> Result<LocalTime> {
        let base = self.base_time()?;
        if base.is_none() && self.get(Field::Hour).is_none() {
            return invalid("the hour is missing");
        }
        self.time_from(base, None)
    }

    /// The time with an offset that the fields say. The moment tells the offset of a named zone.
    ///
    /// # Errors
    /// When they say none, or it is out of range.
    pub fn to_time(&self, now_ns: i128) -> Result<Time> {
        let local = self.to_local_time()?;
        let from = self.datetime.as_ref().or(self.time.as_ref());
        let base = from.and_then(Instant::offset);
        let time = Time { local, offset: base.unwrap_or(0) };
        Ok(match (&self.timezone, base) {
            (None, _) => time,
            (Some(zone), Some(_)) => time.at(offset_now(zone, now_ns)),
            (Some(zone), None) => Time { local, offset: offset_now(zone, now_ns) },
        })
    }

    /// The date and time that the fields say; a time that they do not say is midnight.
    ///
    /// # Errors
    /// When they say none, or there is no such time.
    pub fn to_local_date_time(&self) -> Result<LocalDateTime> {
        let date = self.to_date()?;
        Ok(LocalDateTime { date, time: self.time_from(self.base_time()?, None)? })
    }

    /// The date and time in a zone that the fields say; a time that they do not say is midnight, a zone UTC.
    ///
    /// # Errors
    /// When they say none, or there is no such time.
    pub fn to_date_time(&self) -> Result<DateTime> {
        if let Some(nanos) = self.epoch_nanos()? {
            return DateTime::from_nanos(nanos, self.timezone.clone().unwrap_or(Zone::UTC));
        }
        let local = self.to_local_date_time()?;
        let from = self.datetime.as_ref().or(self.time.as_ref());
        let base = from.and_then(|instant| match instant {
            // Unchanged, it is still the same moment, also where the clock passes a time twice.
            Instant::DateTime(zoned) => Some(zoned.with_local(local)),
            other => other.zone().map(|zone| DateTime::new(local, zone)),
        });
        match (&self.timezone, base) {
            (None, None) => Ok(DateTime::new(local, Zone::UTC)),
            (None, Some(base)) => Ok(base),
            (Some(zone), None) => Ok(DateTime::new(local, zone.clone())),
            (Some(zone), Some(base)) => base.at(zone.clone()),
        }
    }

    /// An instant's date cut off at a unit, then with these fields.
    ///
    /// # Errors
    /// When it has no date, or the unit is less than a day.
    pub fn truncate_date(&self, unit: Unit, instant: &Instant) -> Result<Date> {
        if unit < Unit::Day {
            return invalid("a date cannot be cut off at less than a day");
        }
        let Some(date) = instant.date() else { return invalid("a time of day has no date") };
        self.date_from(Some(unit.cut_date(date)?))
    }

    /// An instant's time cut off at a unit, then with these fields.
    ///
    /// # Errors
    /// When it has no time, or the unit is more than a day.
    pub fn truncate_local_time(&self, unit: Unit, instant: &Instant) -> Result<LocalTime> {
        if unit > Unit::Day {
            return invalid("a time of day cannot be cut off at more than a day");
        }
        let Some(time) = instant.time() else { return invalid("a date has no time") };
        self.time_from(Some(time.truncated(unit.nanos())), Some(unit))
    }

    /// An instant's time cut off at a unit, then with these fields; a zone among them changes only the offset.
    ///
    /// # Errors
    /// As [`Self::truncate_local_time`].
    pub fn truncate_time(&self, unit: Unit, instant: &Instant, now_ns: i128) -> Result<Time> {
        let local = self.truncate_local_time(unit, instant)?;
        let offset = match &self.timezone {
            Some(zone) => offset_now(zone, now_ns),
            None => instant.offset().unwrap_or(0),
        };
        Ok(Time { local, offset })
    }

    /// An instant cut off at a unit, then with these fields.
    ///
    /// # Errors
    /// When it has no date, or no time to be cut off at less than a day.
    pub fn truncate_local_date_time(&self, unit: Unit, instant: &Instant) -> Result<LocalDateTime> {
        let date = self.truncate_date(unit.max(Unit::Day), instant)?;
        let time = match instant.time() {
            Some(time) => time.truncated(unit.nanos()),
            None if unit >= Unit::Day => LocalTime::MIDNIGHT,
            None => return invalid("a date has no time"),
        };
        Ok(LocalDateTime { date, time: self.time_from(Some(time), Some(unit))? })
    }

    /// An instant cut off at a unit, then with these fields; a zone among them takes the place of the instant's.
    ///
    /// # Errors
    /// As [`Self::truncate_local_date_time`].
    pub fn truncate_date_time(&self, unit: Unit, instant: &Instant) -> Result<DateTime> {
        let local = self.truncate_local_date_time(unit, instant)?;
        match (&self.timezone, instant) {
            (None, Instant::DateTime(zoned)) => Ok(zoned.with_local(local)),
            (zone, _) => Ok(DateTime::new(local, zone.clone().unwrap_or(Zone::UTC))),
        }
    }

    fn base_date(&self) -> Result<Option<Date>> {
        match self.datetime.as_ref().or(self.date.as_ref()) {
            None => Ok(None),
            Some(instant) => match instant.date() {
                Some(date) => Ok(Some(date)),
                None => invalid("a time of day has no date"),
            },
        }
    }

    fn base_time(&self) -> Result<Option<LocalTime>> {
        match self.datetime.as_ref().or(self.time.as_ref()) {
            None => Ok(None),
            Some(instant) => match instant.time() {
                Some(time) => Ok(Some(time)),
                None => invalid("a date has no time"),
            },
        }
    }

    fn epoch_nanos(&self) -> Result<Option<i128>> {
        let unit = i128::from(SECOND);
        let nanos = match (self.get(Field::EpochSeconds), self.get(Field::EpochMillis)) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return invalid("both epochSeconds and epochMillis are given"),
            (Some(seconds), None) => i128::from(seconds) * unit,
            (None, Some(millis)) => i128::from(millis) * (unit / 1000),
        };
        let fraction = self.get(Field::Nanosecond).unwrap_or(0);
        check("nanosecond", fraction, 0, SECOND - 1)?;
        Ok(Some(nanos + i128::from(fraction)))
    }

    /// The date of a base, if there is one, with the fields that are given.
    fn date_from(&self, base: Option<Date>) -> Result<Date> {
        use Field::{Day, DayOfQuarter, DayOfWeek, Month, OrdinalDay, Quarter, Week, Year};
        let groups = [&[Month, Day][..], &[Week, DayOfWeek], &[OrdinalDay], &[Quarter, DayOfQuarter]];
        let given: Vec<usize> = (0..groups.len()).filter(|group| self.has_any(groups[*group])).collect();
        if given.len() > 1 {
            return invalid(
                "a date is given by month and day, week and dayOfWeek, quarter and dayOfQuarter or ordinalDay",
            );
        }
        let group = given.first().copied().unwrap_or(0);
        if let (None, [coarse, fine]) = (base, groups[group])
            && self.get(*coarse).is_none()
            && self.get(*fine).is_some()
        {
            let name = |field: Field| Field::ALL[field as usize].0;
            return invalid(format!("{} is given without {}", name(*fine), name(*coarse)));
        }
        let base_year = base.map(|date| if group == 1 { date.week_year() } else { date.year() });
        let Some(year) = self.get(Year).or(base_year) else { return invalid("the year is missing") };
        let or = |field: Field, of: fn(Date) -> i64| self.get(field).or(base.map(of)).unwrap_or(1);
        match group {
            1 => Date::from_week(year, or(Week, Date::week), or(DayOfWeek, Date::weekday)),
            2 => Date::from_ordinal(year, or(OrdinalDay, Date::ordinal)),
            3 => Date::from_quarter(year, or(Quarter, Date::quarter), or(DayOfQuarter, Date::day_of_quarter)),
            _ => {
                let month = or(Month, |date| date.civil().1);
                // A day that only comes from the base gives way to a shorter month.
                let day = match (self.get(Day), base) {
                    (Some(day), _) => day,
                    (None, Some(date)) => date.civil().2.min(days_of_month(year, month)),
                    (None, None) => 1,
                };
                Date::new(year, month, day)
            }
        }
    }

    /// The time of a base, if there is one, with the fields that are given. After a cut in a second's fraction the
    /// finer fields are added to what is left of it.
    fn time_from(&self, base: Option<LocalTime>, cut: Option<Unit>) -> Result<LocalTime> {
        use Field::{Hour, Microsecond, Millisecond, Minute, Nanosecond, Second};
        if base.is_none() {
            for (coarse, fine, names) in [
                (
                    &[Hour][..],
                    &[Minute, Second, Millisecond, Microsecond, Nanosecond][..],
                    "the hour is missing",
                ),
                (&[Minute], &[Second, Millisecond, Microsecond, Nanosecond], "the minute is missing"),
                (&[Second], &[Millisecond, Microsecond, Nanosecond], "the second is missing"),
            ] {
                if !self.has_any(coarse) && self.has_any(fine) {
                    return invalid(names);
                }
            }
        }
        let seconds = base.map_or(0, LocalTime::seconds);
        let hour = self.get(Hour).unwrap_or(seconds / 3600);
        let minute = self.get(Minute).unwrap_or(seconds / 60 % 60);
        let second = self.get(Second).unwrap_or(seconds % 60);
        let kept = base.map_or(0, LocalTime::subsecond);
        let nano = if self.has_any(&[Millisecond, Microsecond, Nanosecond]) {
            let (millis, micros, nanos) =
                (self.get(Millisecond), self.get(Microsecond), self.get(Nanosecond));
            let is_after_cut = cut.is_some_and(|unit| unit < Unit::Second);
            let most_micros = if millis.is_some() { 999 } else { 999_999 };
            let most_nanos = match (micros, millis) {
                (Some(_), _) => 999,
                (None, Some(_)) => 999_999,
                (None, None) => SECOND - 1,
            };
            check("millisecond", millis.unwrap_or(0), 0, 999)?;
            check("microsecond", micros.unwrap_or(0), 0, most_micros)?;
            check("nanosecond", nanos.unwrap_or(0), 0, most_nanos)?;
            let given = millis.unwrap_or(0) * 1_000_000 + micros.unwrap_or(0) * 1_000 + nanos.unwrap_or(0);
            if is_after_cut { kept + given } else { given }
        } else {
            kept
        };
        LocalTime::new(hour, minute, second, nano)
    }
}

fn offset_now(zone: &Zone, now_ns: i128) -> i32 {
    zone.offset_at(i64::try_from(now_ns.div_euclid(i128::from(SECOND))).unwrap_or(0))
}
