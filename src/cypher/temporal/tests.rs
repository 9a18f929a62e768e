//! Dates against another way of counting, texts against themselves, and the cases that the standard's kit has no room for.

use super::*;
use proptest::prelude::*;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn moment(text: &str) -> DateTime {
    text.parse().unwrap()
}

#[test]
fn days_are_counted_as_by_walking_the_calendar() {
    // From 1600-01-01, which is 135,140 days before 1970-01-01, through two cycles of leap years.
    let (mut year, mut month, mut day, mut ordinal) = (1600, 1, 1, 1);
    for days in -135_140..-135_140 + 2 * 146_097 {
        let date = Date::from_days(days).unwrap();
        assert_eq!(date.civil(), (year, month, day));
        assert_eq!(date.ordinal(), ordinal);
        assert_eq!(Date::new(year, month, day).unwrap(), date);
        assert_eq!(Date::from_ordinal(year, ordinal).unwrap(), date);
        assert_eq!(Date::from_week(date.week_year(), date.week(), date.weekday()).unwrap(), date);
        assert_eq!(Date::from_quarter(year, date.quarter(), date.day_of_quarter()).unwrap(), date);
        let is_leap = jiff::civil::date(i16::try_from(year).unwrap(), 1, 1).in_leap_year();
        let length = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        (day, ordinal) = (day + 1, ordinal + 1);
        if day > length {
            (day, month) = (1, month + 1);
        }
        if month > 12 {
            (month, year, ordinal) = (1, year + 1, 1);
        }
    }
    assert_eq!(year, 2400);
}

#[test]
fn weeks_are_those_of_another_program() {
    for days in (-700_000..2_900_000).step_by(97) {
        let date = Date::from_days(days).unwrap();
        let (year, month, day) = date.civil();
        let small = |n: i64| i8::try_from(n).unwrap();
        let other = jiff::civil::date(i16::try_from(year).unwrap(), small(month), small(day)).iso_week_date();
        let weekday = i64::from(other.weekday().to_monday_one_offset());
        let expected = (i64::from(other.year()), i64::from(other.week()), weekday);
        assert_eq!((date.week_year(), date.week(), date.weekday()), expected, "{date}");
    }
}

#[test]
fn days_that_do_not_exist_are_refused() {
    for text in [
        "2015-02-29",
        "2015-13-01",
        "2015-00-01",
        "2015-W54",
        "2014-W53-1",
        "2015-366",
        "2015-000",
        "2015-Q5",
    ] {
        assert!(text.parse::<Date>().is_err(), "{text}");
    }
    for text in ["", "15", "2015-", "2015-7-1", "2015-07-01x", "20150", "1234567890-01-01", "+-1-01-01", "é"]
    {
        assert!(text.parse::<Date>().is_err(), "{text}");
    }
    for text in ["24:00", "12:60", "12:31:60", "12:3", "12:31:14.", "1", "12:31 ", "12:31+01:00"] {
        assert!(text.parse::<LocalTime>().is_err(), "{text}");
    }
    for text in ["12:31+19:00", "12:31+1", "12:31[Europe/Stockholm]", "12:31-18:00:01"] {
        assert!(text.parse::<Time>().is_err(), "{text}");
    }
    for text in
        ["2015-07-21T21:40[Nowhere/Here]", "2015-07-21T21:40+05:00[Europe/Stockholm]", "2015-07-21T21:40["]
    {
        assert!(text.parse::<DateTime>().is_err(), "{text}");
    }
    for text in [
        "", "P", "PT", "P1", "1D", "P1H", "P1DT", "P1.5D1H", "P1D1Y", "P1.5Y1D", "PT1.5H1M", "P1Y1Y",
        "P2012-02",
    ] {
        assert!(text.parse::<Duration>().is_err(), "{text}");
    }
}

#[test]
fn years_have_a_sign_beyond_four_digits_and_before_year_zero() {
    for text in
        ["0000-01-01", "-0001-12-31", "9999-12-31", "+10000-01-01", "-999999999-01-01", "+999999999-12-31"]
    {
        assert_eq!(date(text).to_string(), text);
    }
    assert!(date("+999999999-12-31").plus_days(1).is_err());
    assert!(date("-999999999-01-01").plus_months(-1).is_err());
    assert!(date("2015-01-01").plus_days(i64::MAX).is_err());
    assert!(date("2015-01-01").plus_months(i64::MIN).is_err());
    assert!(Date::from_week(999_999_999, 52, 1).is_ok_and(|date| date.week() == 52));
    assert!(Date::from_week(-999_999_999, 1, 1).is_ok_and(|date| date.weekday() == 1));
}

#[test]
fn a_zone_tells_the_offset_far_from_today_by_the_cycle_of_the_calendar() {
    assert_eq!(
        moment("2015-07-21T21:40[Europe/Stockholm]").to_string(),
        "2015-07-21T21:40+02:00[Europe/Stockholm]"
    );
    assert_eq!(moment("+999999-07-21T21:40[Europe/Stockholm]").offset(), 7200);
    assert_eq!(moment("+999999-01-21T21:40[Europe/Stockholm]").offset(), 3600);
    assert_eq!(
        moment("-999999-01-21T21:40[Europe/Stockholm]").offset(),
        moment("1800-01-21T00[Europe/Stockholm]").offset()
    );
    for year in ["9969", "9970", "+10000", "+10369", "+999999999"] {
        let noon = moment(&format!("{year}-08-01T12[America/New_York]"));
        assert_eq!(noon.offset(), -4 * 3600, "{year}");
        assert_eq!(noon.at(Zone::UTC).unwrap().local().time.seconds(), 16 * 3600, "{year}");
    }
}

#[test]
fn a_time_that_the_clock_leaps_over_is_later_and_one_it_passes_twice_is_the_first() {
    let leapt = moment("2017-03-26T02:30[Europe/Stockholm]");
    assert_eq!(leapt.to_string(), "2017-03-26T03:30+02:00[Europe/Stockholm]");
    let old = moment("1818-07-21T21:40:32.142[Europe/Stockholm]");
    assert_eq!(old.to_string(), "1818-07-21T21:40:32.142+00:53:28[Europe/Stockholm]");
    let twice = moment("2017-10-29T02:30[Europe/Stockholm]");
    assert_eq!(twice.to_string(), "2017-10-29T02:30+02:00[Europe/Stockholm]");
    let second = moment("2017-10-29T02:30+01:00[Europe/Stockholm]");
    assert_eq!(second.to_string(), "2017-10-29T02:30+01:00[Europe/Stockholm]");
    assert_eq!(second.nanos() - twice.nanos(), 3600 * i128::from(SECOND));
    // The second one stays the second one.
    let fields = Fields { datetime: Some(Instant::DateTime(second.clone())), ..Fields::default() };
    assert_eq!(fields.to_date_time().unwrap(), second);
}

#[test]
fn a_zone_is_found_in_any_case_and_with_blanks() {
    assert_eq!("america/los angeles".parse::<Zone>().unwrap().to_string(), "America/Los_Angeles");
    assert_eq!("-08".parse::<Zone>().unwrap(), Zone::Offset(-8 * 3600));
    assert_eq!("Z".parse::<Zone>().unwrap(), Zone::UTC);
    assert!("+19".parse::<Zone>().is_err());
}

#[test]
fn components_that_do_not_go_together_or_are_missing_are_refused() {
    let fields = |given: &[(&str, i64)]| {
        let mut fields = Fields::default();
        for (name, number) in given {
            assert!(fields.set(name, *number));
        }
        fields
    };
    let refused = |given: &[(&str, i64)]| fields(given).to_date().unwrap_err().0;
    assert_eq!(refused(&[("month", 1)]), "the year is missing");
    assert_eq!(refused(&[("year", 2015), ("day", 1)]), "day is given without month");
    assert_eq!(refused(&[("year", 2015), ("dayOfWeek", 1)]), "dayOfWeek is given without week");
    assert!(
        refused(&[("year", 2015), ("week", 1), ("month", 1)]).starts_with("a date is given by month and day")
    );
    assert_eq!(fields(&[("minute", 1)]).to_local_time().unwrap_err().0, "the hour is missing");
    assert_eq!(
        fields(&[("hour", 1), ("minute", 1), ("second", 1), ("millisecond", 1), ("microsecond", 1000)])
            .to_local_time()
            .unwrap_err()
            .0,
        "microsecond is 1000, not between 0 and 999"
    );
    assert!(!Fields::default().set("years", 1));
}

#[test]
fn a_leap_day_in_another_year_is_the_last_of_february_unless_it_is_asked_for() {
    let base = || Fields { date: Some(Instant::Date(date("2016-02-29"))), ..Fields::default() };
    let mut moved = base();
    moved.set("year", 2017);
    assert_eq!(moved.to_date().unwrap(), date("2017-02-28"));
    moved.set("day", 29);
    assert!(moved.to_date().is_err());
    assert_eq!(date("2016-01-31").plus_months(1).unwrap(), date("2016-02-29"));
    assert_eq!(date("2016-03-31").plus_months(-1).unwrap(), date("2016-02-29"));
}

#[test]
fn durations_too_large_are_errors() {
    let most = Duration { months: i64::MAX, days: i64::MAX, seconds: i64::MAX, nanos: 999_999_999 };
    assert!(most.plus(Duration { nanos: 1, ..Duration::default() }).is_err());
    assert!(most.times(2.0).is_err());
    assert!(most.times(f64::NAN).is_err());
    assert!(Duration { months: i64::MIN, ..Duration::default() }.negated().is_err());
    assert!(Amounts::billionths(f64::INFINITY).is_err());
    assert!("P9223372036854775808M".parse::<Duration>().is_err());
    assert!("P9223372036854775807Y".parse::<Duration>().is_err());
    assert_eq!(most.component("nanoseconds"), Some(i64::MAX));
    assert!(Instant::Date(date("2015-01-01")).plus(most).is_err());
}

#[test]
fn a_duration_like_a_date_and_one_with_signs_are_read() {
    let read = |text: &str| text.parse::<Duration>().unwrap().to_string();
    assert_eq!(read("P20120202T143721.545"), "P2012Y2M2DT14H37M21.545S");
    assert_eq!(read("P0001-02-03"), "P1Y2M3D");
    assert_eq!(read("-P1Y-2M"), "P-10M");
    assert_eq!(read("PT+1H-1M"), "PT59M");
    assert_eq!(read("PT1,5S"), "PT1.5S");
    assert_eq!(read("P1W"), "P7D");
}

#[test]
fn times_are_ordered_by_their_moment_and_equal_only_at_one_offset() {
    let time = |text: &str| text.parse::<Time>().unwrap();
    assert!(time("10:00+01:00") < time("09:30Z"));
    assert_ne!(time("10:00+01:00"), time("09:00Z"));
    assert!(moment("2015-01-01T10:00+01:00") < moment("2015-01-01T09:30Z"));
    assert_ne!(moment("2015-01-01T10:00+01:00"), moment("2015-01-01T10:00[Europe/Stockholm]"));
    let length = |text: &str| text.parse::<Duration>().unwrap();
    assert!(length("P1M") > length("P30D") && length("P1M") < length("P31D"));
    assert!(length("P1D") > length("PT24H"));
}

proptest! {
    #[test]
    fn every_moment_is_read_back_from_its_text(
        nanos in -31_556_889_000_000_000_i128 * 1_000_000_000..31_556_889_000_000_000_i128 * 1_000_000_000,
        zone in prop_oneof![
            (-64_800..=64_800_i32).prop_map(Zone::Offset),
            prop_oneof!["Europe/Stockholm", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
                .prop_map(|name| Zone::named(&name).unwrap()),
        ],
    ) {
        let moment = DateTime::from_nanos(nanos, zone).unwrap();
        prop_assert_eq!(moment.nanos(), nanos);
        prop_assert_eq!(&moment.to_string().parse::<DateTime>().unwrap(), &moment);
        let local = moment.local();
        prop_assert_eq!(local.to_string().parse::<LocalDateTime>().unwrap(), local);
        prop_assert_eq!(local.date.to_string().parse::<Date>().unwrap(), local.date);
    }

    #[test]
    fn every_duration_is_read_back_from_its_text(months: i32, days: i32, nanos in any::<i64>()) {
        let parts = Duration { months: months.into(), days: days.into(), ..Duration::default() };
        let duration = Duration { ..parts.plus(Duration::from_nanos(nanos.into()).unwrap()).unwrap() };
        prop_assert_eq!(duration.to_string().parse::<Duration>().unwrap(), duration);
        prop_assert_eq!(duration.negated().unwrap().negated().unwrap(), duration);
    }

    #[test]
    fn adding_what_lies_between_two_dates_leads_from_one_to_the_other(from in -900_000..900_000_i64, days in 0..900_000_i64) {
        let from = Date::from_days(from).unwrap();
        let to = from.plus_days(days).unwrap();
        let (from, to) = (Instant::Date(from), Instant::Date(to));
        let duration = between(&from, &to).unwrap();
        prop_assert_eq!(from.plus(duration).unwrap(), to.clone());
        prop_assert!(duration.months >= 0 && (0..31).contains(&duration.days));
        prop_assert_eq!(in_days(&from, &to).unwrap().days, days);
        prop_assert_eq!(in_days(&to, &from).unwrap().days, -days);
    }

    #[test]
    fn months_are_added_and_counted_as_by_another_program(
        from in -900_000..900_000_i64, to in -900_000..900_000_i64, months in -20_000..20_000_i64,
    ) {
        let (from, to) = (Date::from_days(from).unwrap(), Date::from_days(to).unwrap());
        let other = |date: Date| {
            let (year, month, day) = date.civil();
            let small = |n: i64| i8::try_from(n).unwrap();
            jiff::civil::date(i16::try_from(year).unwrap(), small(month), small(day))
        };
        let moved = from.plus_months(months).unwrap();
        let span = jiff::Span::new().months(months);
        prop_assert_eq!(other(from).checked_add(span).unwrap(), other(moved));
        let found = between(&Instant::Date(from), &Instant::Date(to)).unwrap();
        let span = other(from).until((jiff::Unit::Month, other(to))).unwrap();
        prop_assert_eq!((found.months, found.days), (span.get_months().into(), span.get_days().into()));
    }

    #[test]
    fn no_text_is_a_panic(text in "[-+PTWQYMDHSZ0-9:.,\\[\\]é ]{0,24}") {
        drop((text.parse::<Date>(), text.parse::<LocalTime>(), text.parse::<Time>()));
        drop((text.parse::<LocalDateTime>(), text.parse::<DateTime>()));
        drop((text.parse::<Duration>(), text.parse::<Zone>()));
    }
}
