//! Temporal values from text, as ISO 8601 writes them, with and without separators.

use super::{
    Amounts, Date, DateTime, Duration, Invalid, LocalDateTime, LocalTime, Result, Time, Zone, invalid,
};
use std::str::FromStr;

/// What is left of a text.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, wanted: char) -> bool {
        let after = self.rest.strip_prefix(wanted);
        self.rest = after.unwrap_or(self.rest);
        after.is_some()
    }

    /// How many digits come next.
    fn n_digits(&self) -> usize {
        self.rest.bytes().take_while(u8::is_ascii_digit).count()
    }

    /// The next so many digits as a number; nothing when there are not as many.
    fn digits(&mut self, count: usize) -> Option<i64> {
        if count == 0 || self.n_digits() < count {
            return None;
        }
        let (digits, after) = self.rest.split_at(count);
        self.rest = after;
        digits.parse().ok()
    }

    /// All digits that come next, as a number and how many they were.
    fn all_digits(&mut self) -> Option<&'a str> {
        let count = self.n_digits();
        let (digits, after) = self.rest.split_at(count);
        self.rest = after;
        (count > 0).then_some(digits)
    }

    /// A fraction after a point or comma in billionths; what is finer is left out.
    fn fraction(&mut self) -> Option<i64> {
        if !self.take('.') && !self.take(',') {
            return Some(0);
        }
        let digits = self.all_digits()?;
        format!("{:0<9}", &digits[..digits.len().min(9)]).parse().ok()
    }

    fn date(&mut self) -> Option<Result<Date>> {
        let is_negative = self.take('-');
        let year = if is_negative || self.take('+') {
            let digits = self.all_digits().filter(|digits| digits.len() <= 9)?;
            let year: i64 = digits.parse().ok()?;
            if is_negative { -year } else { year }
        } else {
            match self.n_digits() {
                8 => {
                    let (year, month) = (self.digits(4)?, self.digits(2)?);
                    return Some(Date::new(year, month, self.digits(2)?));
                }
                7 => return Some(Date::from_ordinal(self.digits(4)?, self.digits(3)?)),
                6 => return Some(Date::new(self.digits(4)?, self.digits(2)?, 1)),
                4 => self.digits(4)?,
                _ => return None,
            }
        };
        let is_dashed = self.take('-');
        if self.take('W') {
            let week = self.digits(2)?;
            let has_day = if is_dashed { self.take('-') } else { self.n_digits() > 0 };
            let day = if has_day { self.digits(1)? } else { 1 };
            return Some(Date::from_week(year, week, day));
        }
        if self.take('Q') {
            let quarter = self.digits(1)?;
            let has_day = if is_dashed { self.take('-') } else { self.n_digits() > 0 };
            let day = if has_day { self.digits(2)? } else { 1 };
            return Some(Date::from_quarter(year, quarter, day));
        }
        if !is_dashed {
            return Some(Date::new(year, 1, 1));
        }
        if self.n_digits() == 3 {
            return Some(Date::from_ordinal(year, self.digits(3)?));
        }
        let month = self.digits(2)?;
        let day = if self.take('-') { self.digits(2)? } else { 1 };
        Some(Date::new(year, month, day))
    }

    fn time(&mut self) -> Option<Result<LocalTime>> {
        let hour = self.digits(2)?;
        let is_spaced = self.take(':');
        let (mut minute, mut second, mut nano) = (0, 0, 0);
        if is_spaced || self.n_digits() > 0 {
            minute = self.digits(2)?;
            if if is_spaced { self.take(':') } else { self.n_digits() > 0 } {
                second = self.digits(2)?;
                nano = self.fraction()?;
            }
        }
        Some(LocalTime::new(hour, minute, second, nano))
    }

    /// `Z`, or hours with minutes and seconds; nothing of both when there is no offset at all.
    fn offset(&mut self) -> Option<Option<Result<Zone>>> {
        if self.take('Z') || self.take('z') {
            return Some(Some(Ok(Zone::UTC)));
        }
        let is_behind = self.take('-');
        if !is_behind && !self.take('+') {
            return Some(None);
        }
        let mut seconds = self.digits(2)? * 3600;
        let is_spaced = self.take(':');
        if is_spaced || self.n_digits() > 0 {
            seconds += self.digits(2)? * 60;
            if if is_spaced { self.take(':') } else { self.n_digits() > 0 } {
                seconds += self.digits(2)?;
            }
        }
        Some(Some(Zone::from_offset(if is_behind { -seconds } else { seconds })))
    }

    /// The name of a zone in brackets.
    fn zone_name(&mut self) -> Option<Option<&'a str>> {
        if !self.take('[') {
            return Some(None);
        }
        let (name, after) = self.rest.split_once(']')?;
        self.rest = after;
        Some(Some(name))
    }

    fn end(&self) -> Option<()> {
        self.rest.is_empty().then_some(())
    }
}

/// Reads all of a text, or says what it is not.
fn whole<'a, T>(
    text: &'a str,
    what: &str,
    read: impl FnOnce(&mut Cursor<'a>) -> Option<Result<T>>,
) -> Result<T> {
    let mut cursor = Cursor { rest: text };
    let found = read(&mut cursor).filter(|found| found.is_err() || cursor.end().is_some());
    found.unwrap_or_else(|| invalid(format!("{text:?} is no {what}")))
}

fn local(cursor: &mut Cursor<'_>) -> Option<Result<LocalDateTime>> {
    let date = cursor.date()?;
    let time = if cursor.take('T') { cursor.time()? } else { Ok(LocalTime::MIDNIGHT) };
    Some(date.and_then(|date| Ok(LocalDateTime { date, time: time? })))
}

impl FromStr for Date {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self> {
        whole(text, "date", Cursor::date)
    }
}

impl FromStr for LocalTime {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self> {
        whole(text, "time of day", Cursor::time)
    }
}

impl FromStr for Time {
    type Err = Invalid;

    /// Without an offset it is in UTC.
    fn from_str(text: &str) -> Result<Self> {
        whole(text, "time with an offset", |cursor| {
            let local = cursor.time()?;
            let zone = cursor.offset()?.unwrap_or(Ok(Zone::UTC));
            Some(local.and_then(|local| match zone? {
                Zone::Offset(offset) => Ok(Self { local, offset }),
                Zone::Named(_) => invalid("a time has an offset, not a zone"),
            }))
        })
    }
}

impl FromStr for LocalDateTime {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self> {
        whole(text, "date with a time", local)
    }
}

impl FromStr for DateTime {
    type Err = Invalid;

    /// Without offset and zone it is in UTC.
    fn from_str(text: &str) -> Result<Self> {
        whole(text, "date with a time and a zone", |cursor| {
            let local = local(cursor)?;
            let offset = cursor.offset()?;
            let name = cursor.zone_name()?;
            Some(local.and_then(|local| match (offset.transpose()?, name) {
                (None, None) => Ok(Self::new(local, Zone::UTC)),
                (Some(offset), None) => Ok(Self::new(local, offset)),
                (None, Some(name)) => Ok(Self::new(local, Zone::named(name)?)),
                (Some(Zone::Offset(offset)), Some(name)) => {
                    Self::with_offset(local, offset, Zone::named(name)?)
                }
                (Some(Zone::Named(_)), Some(_)) => invalid("two zones"),
            }))
        })
    }
}

impl FromStr for Zone {
    type Err = Invalid;

    /// An offset, or a name of the IANA database.
    fn from_str(text: &str) -> Result<Self> {
        let mut cursor = Cursor { rest: text };
        match cursor.offset() {
            Some(Some(zone)) if cursor.rest.is_empty() => zone,
            _ => Self::named(text),
        }
    }
}

impl FromStr for Duration {
    type Err = Invalid;

    /// By units (`P1Y2M3W4DT5H6M7.5S`, the last amount with a fraction, each with a sign of its own) or like a date
    /// (`P2012-02-02T14:37:21.545`).
    fn from_str(text: &str) -> Result<Self> {
        whole(text, "duration", |cursor| {
            let is_negative = cursor.take('-');
            if !cursor.take('P') {
                return None;
            }
            let is_like_date = match cursor.n_digits() {
                4 => cursor.rest[4..].starts_with('-'),
                8 => cursor.rest[8..].is_empty() || cursor.rest[8..].starts_with('T'),
                _ => false,
            };
            let amounts = if is_like_date { amounts_like_date(cursor)? } else { amounts_by_units(cursor)? };
            let duration = amounts.whole();
            Some(if is_negative { duration.and_then(Self::negated) } else { duration })
        })
    }
}

fn amounts_by_units(cursor: &mut Cursor<'_>) -> Option<Amounts> {
    let mut amounts = Amounts::default();
    let mut units: &[(char, &str)] = &[('Y', "years"), ('M', "months"), ('W', "weeks"), ('D', "days")];
    let mut is_in_time = false;
    let mut n_amounts = 0;
    let mut is_last = false;
    while !cursor.rest.is_empty() {
        if !is_in_time && cursor.take('T') {
            units = &[('H', "hours"), ('M', "minutes"), ('S', "seconds")];
            (is_in_time, n_amounts) = (true, 0);
            continue;
        }
        if is_last {
            return None;
        }
        let is_negative = cursor.take('-');
        if !is_negative {
            cursor.take('+');
        }
        let number: i64 = cursor.all_digits()?.parse().ok()?;
        is_last = cursor.rest.starts_with(['.', ',']);
        let billionths = i128::from(number) * 1_000_000_000 + i128::from(cursor.fraction()?);
        let letter = cursor.rest.chars().next()?;
        let place = units.iter().position(|(unit, _)| *unit == letter)?;
        amounts.add(units[place].1, if is_negative { -billionths } else { billionths });
        // Each unit at most once, in their order.
        units = &units[place + 1..];
        cursor.take(letter);
        n_amounts += 1;
    }
    (n_amounts > 0).then_some(amounts)
}

fn amounts_like_date(cursor: &mut Cursor<'_>) -> Option<Amounts> {
    let mut amounts = Amounts::default();
    let mut add = |unit: &str, number: i64| amounts.add(unit, i128::from(number) * 1_000_000_000);
    add("years", cursor.digits(4)?);
    let is_dashed = cursor.take('-');
    add("months", cursor.digits(2)?);
    if is_dashed && !cursor.take('-') {
        return None;
    }
    add("days", cursor.digits(2)?);
    if cursor.take('T') {
        let time = cursor.time()?.ok()?;
        add("nanoseconds", time.nanos());
    }
    Some(amounts)
}
