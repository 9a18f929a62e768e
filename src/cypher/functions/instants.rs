//! Functions of dates, times and durations.

use super::{Context, Function, function, null_of_null, text, wrong};
use crate::cypher::error::{Error, ErrorKind, nearest};
use crate::cypher::temporal::{
    self, Amounts, Date, DateTime, Duration, Field, Fields, Instant, Invalid, LocalDateTime, LocalTime, Time,
    Unit, Zone,
};
use crate::cypher::types::Type;
use crate::cypher::value::{Map, Value};
use anyhow::Result;
use std::time::{SystemTime, UNIX_EPOCH};

const POINT: Type = Type::TEMPORAL;
const SOURCE: Type = Type::STR.or(Type::MAP).or(Type::TEMPORAL);
const ZONE: Type = Type::STR.or(Type::MAP);

macro_rules! instants {
    ($($name:literal $kind:ident $what:literal;)*) => {
        /// What each type of instants has.
        pub(super) const BY_TYPE: &[Function] = &[$(
            function(
                ($name, "[source]"),
                &[SOURCE],
                POINT,
                concat!(
                    "The ", $what, " that a string, a map of components or another point in time says; ",
                    "without an argument, the one when the query began, in UTC."
                ),
                from_source::<$kind>,
            ),
            function(
                (concat!($name, ".transaction"), "[timezone]"),
                &[ZONE],
                POINT,
                concat!("The ", $what, " when the query began, in UTC or in a zone."),
                |context, arguments| now::<$kind>(context.now_ns, arguments),
            ),
            function(
                (concat!($name, ".statement"), "[timezone]"),
                &[ZONE],
                POINT,
                concat!("The ", $what, " when the query began, in UTC or in a zone."),
                |context, arguments| now::<$kind>(context.now_ns, arguments),
            ),
            function(
                (concat!($name, ".realtime"), "[timezone]"),
                &[ZONE],
                POINT,
                concat!("The ", $what, " at this moment, in UTC or in a zone."),
                |_, arguments| now::<$kind>(clock_ns(), arguments),
            ),
            function(
                (concat!($name, ".truncate"), "unit [, point, components]"),
                &[Type::STR, POINT, Type::MAP],
                POINT,
                concat!(
                    "A point in time cut off at a unit, as a ", $what,
                    ", then with the components of a map in place of its own."
                ),
                truncate::<$kind>,
            ),
        )*];
    };
}

instants! {
    "date" Date "date";
    "localtime" LocalTime "time of day without an offset";
    "time" Time "time of day with an offset";
    "localdatetime" LocalDateTime "date and time without a zone";
    "datetime" DateTime "date and time in a zone";
}

pub(super) const FUNCTIONS: &[Function] = &[
    function(
        ("datetime.fromEpoch", "seconds, nanoseconds"),
        &[Type::INT],
        POINT,
        "The date and time in UTC so many seconds and nanoseconds after the beginning of 1970.",
        from_epoch,
    ),
    function(
        ("datetime.fromEpochMillis", "milliseconds"),
        &[Type::INT],
        POINT,
        "The date and time in UTC so many milliseconds after the beginning of 1970.",
        from_epoch_millis,
    ),
    function(
        ("timestamp", ""),
        &[],
        Type::INT,
        "Milliseconds between the beginning of 1970 and that of the query.",
        |context, _| Ok(Value::Int(i64::try_from(context.now_ns / 1_000_000).unwrap_or(i64::MAX))),
    ),
    function(
        ("duration", "source"),
        &[ZONE.or(Type::DURATION)],
        Type::DURATION,
        "The duration that a string or a map of components says.",
        duration,
    ),
    function(
        ("duration.between", "from, to"),
        &[POINT],
        Type::DURATION,
        "What lies between two points in time: months, then days, then seconds.",
        |_, arguments| between("duration.between", arguments, temporal::between),
    ),
    function(
        ("duration.inMonths", "from, to"),
        &[POINT],
        Type::DURATION,
        "The whole months between two points in time.",
        |_, arguments| between("duration.inMonths", arguments, temporal::in_months),
    ),
    function(
        ("duration.inDays", "from, to"),
        &[POINT],
        Type::DURATION,
        "The whole days between two points in time.",
        |_, arguments| between("duration.inDays", arguments, temporal::in_days),
    ),
    function(
        ("duration.inSeconds", "from, to"),
        &[POINT],
        Type::DURATION,
        "The seconds between two points in time.",
        |_, arguments| between("duration.inSeconds", arguments, temporal::in_seconds),
    ),
];

/// What the types of instants have in common.
trait Kind: Sized + Into<Value> {
    const NAME: &str;
    fn parse(text: &str) -> Made<Self>;
    fn build(fields: &Fields, now_ns: i128) -> Made<Self>;
    fn cut(fields: &Fields, unit: Unit, instant: &Instant, now_ns: i128) -> Made<Self>;
    /// The one of a moment.
    fn of(moment: &DateTime) -> Self;
    /// The parts of an instant; nothing when it lacks one.
    fn select(instant: &Instant) -> Option<Self>;
}

type Made<T> = std::result::Result<T, Invalid>;

fn midnight_of(instant: &Instant) -> Option<LocalDateTime> {
    Some(LocalDateTime { date: instant.date()?, time: instant.time().unwrap_or(LocalTime::MIDNIGHT) })
}

impl Kind for Date {
    const NAME: &str = "date";
    fn parse(text: &str) -> Made<Self> {
        text.parse()
    }
    fn build(fields: &Fields, _: i128) -> Made<Self> {
        fields.to_date()
    }
    fn cut(fields: &Fields, unit: Unit, instant: &Instant, _: i128) -> Made<Self> {
        fields.truncate_date(unit, instant)
    }
    fn of(moment: &DateTime) -> Self {
        moment.local().date
    }
    fn select(instant: &Instant) -> Option<Self> {
        instant.date()
    }
}

impl Kind for LocalTime {
    const NAME: &str = "localtime";
    fn parse(text: &str) -> Made<Self> {
        text.parse()
    }
    fn build(fields: &Fields, _: i128) -> Made<Self> {
        fields.to_local_time()
    }
    fn cut(fields: &Fields, unit: Unit, instant: &Instant, _: i128) -> Made<Self> {
        fields.truncate_local_time(unit, instant)
    }
    fn of(moment: &DateTime) -> Self {
        moment.local().time
    }
    fn select(instant: &Instant) -> Option<Self> {
        instant.time()
    }
}

impl Kind for Time {
    const NAME: &str = "time";
    fn parse(text: &str) -> Made<Self> {
        text.parse()
    }
    fn build(fields: &Fields, now_ns: i128) -> Made<Self> {
        fields.to_time(now_ns)
    }
    fn cut(fields: &Fields, unit: Unit, instant: &Instant, now_ns: i128) -> Made<Self> {
        fields.truncate_time(unit, instant, now_ns)
    }
    fn of(moment: &DateTime) -> Self {
        Self { local: moment.local().time, offset: moment.offset() }
    }
    fn select(instant: &Instant) -> Option<Self> {
        Some(Self { local: instant.time()?, offset: instant.offset().unwrap_or(0) })
    }
}

impl Kind for LocalDateTime {
    const NAME: &str = "localdatetime";
    fn parse(text: &str) -> Made<Self> {
        text.parse()
    }
    fn build(fields: &Fields, _: i128) -> Made<Self> {
        fields.to_local_date_time()
    }
    fn cut(fields: &Fields, unit: Unit, instant: &Instant, _: i128) -> Made<Self> {
        fields.truncate_local_date_time(unit, instant)
    }
    fn of(moment: &DateTime) -> Self {
        moment.local()
    }
    fn select(instant: &Instant) -> Option<Self> {
        midnight_of(instant)
    }
}

impl Kind for DateTime {
    const NAME: &str = "datetime";
    fn parse(text: &str) -> Made<Self> {
        text.parse()
    }
    fn build(fields: &Fields, _: i128) -> Made<Self> {
        fields.to_date_time()
    }
    fn cut(fields: &Fields, unit: Unit, instant: &Instant, _: i128) -> Made<Self> {
        fields.truncate_date_time(unit, instant)
    }
    fn of(moment: &DateTime) -> Self {
        moment.clone()
    }
    fn select(instant: &Instant) -> Option<Self> {
        match instant {
            Instant::DateTime(zoned) => Some(zoned.clone()),
            _ => midnight_of(instant).map(|local| Self::new(local, Zone::UTC)),
        }
    }
}

/// The error that a value of time is none.
fn bad(function: &str, invalid: &Invalid) -> anyhow::Error {
    Error::run(ErrorKind::Argument, "InvalidArgumentValue", format!("{function}(): {invalid}")).into()
}

fn clock_ns() -> i128 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i128::try_from(since.as_nanos()).unwrap_or(i128::MAX)
}

fn moment(function: &str, now_ns: i128, zone: Zone) -> Result<DateTime> {
    DateTime::from_nanos(now_ns, zone).map_err(|invalid| bad(function, &invalid))
}

fn now<K: Kind>(now_ns: i128, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let zone = match arguments.first() {
        None => Zone::UTC,
        Some(Value::Str(name)) => name.parse().map_err(|invalid| bad(K::NAME, &invalid))?,
        Some(Value::Map(map)) => match fields(K::NAME, map)? {
            Some(fields) => fields.timezone.unwrap_or(Zone::UTC),
            None => return Ok(Value::Null),
        },
        Some(other) => return Err(wrong(K::NAME, "a time zone", other)),
    };
    Ok(K::of(&moment(K::NAME, now_ns, zone)?).into())
}

fn from_source<K: Kind>(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let name = K::NAME;
    let made = match arguments.first() {
        None => return Ok(K::of(&moment(name, context.now_ns, Zone::UTC)?).into()),
        Some(Value::Null) => return Ok(Value::Null),
        Some(Value::Str(text)) => K::parse(text),
        Some(Value::Map(map)) => {
            let Some(fields) = fields(name, map)? else { return Ok(Value::Null) };
            match &fields.timezone {
                // Nothing but a zone: the time there.
                Some(zone) if map.len() == 1 => Ok(K::of(&moment(name, context.now_ns, zone.clone())?)),
                _ => K::build(&fields, context.now_ns),
            }
        }
        Some(value @ Value::Instant(instant)) => match K::select(instant) {
            Some(selected) => Ok(selected),
            None => return Err(wrong(name, "what has all that it needs", value)),
        },
        Some(other) => return Err(wrong(name, "a string, a map or a point in time", other)),
    };
    made.map(Into::into).map_err(|invalid| bad(name, &invalid))
}

fn truncate<K: Kind>(context: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let function = format!("{}.truncate", K::NAME);
    let wanted = text(&function, &arguments[0])?;
    let units = || Unit::ALL.iter().map(|(name, _)| *name);
    let Some((_, unit)) = Unit::ALL.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)) else {
        let error = Error::run(
            ErrorKind::Argument,
            "InvalidArgumentValue",
            format!("{function}() knows no unit {wanted}"),
        );
        return Err(match nearest(wanted, units()) {
            Some(unit) => error.help(format!("did you mean {unit}?")),
            None => error.help(format!("there are {}", units().collect::<Vec<_>>().join(", "))),
        }
        .into());
    };
    let instant = match arguments.get(1) {
        None => Instant::DateTime(moment(&function, context.now_ns, Zone::UTC)?),
        Some(Value::Instant(instant)) => (**instant).clone(),
        Some(other) => return Err(wrong(&function, "a point in time", other)),
    };
    let fields = match arguments.get(2) {
        None => Fields::default(),
        Some(Value::Map(map)) => match fields(&function, map)? {
            Some(fields) => fields,
            None => return Ok(Value::Null),
        },
        Some(other) => return Err(wrong(&function, "a map of components", other)),
    };
    let cut = K::cut(&fields, *unit, &instant, context.now_ns);
    cut.map(Into::into).map_err(|invalid| bad(&function, &invalid))
}

/// The components that a map says; nothing when one is null.
fn fields(function: &str, map: &Map) -> Result<Option<Fields>> {
    let mut fields = Fields::default();
    for (key, value) in map {
        match (&**key, value) {
            (_, Value::Null) => return Ok(None),
            ("date", Value::Instant(instant)) => fields.date = Some((**instant).clone()),
            ("time", Value::Instant(instant)) => fields.time = Some((**instant).clone()),
            ("datetime", Value::Instant(instant)) => fields.datetime = Some((**instant).clone()),
            ("date" | "time" | "datetime", other) => {
                return Err(wrong(function, &format!("a point in time as {key}"), other));
            }
            ("timezone", Value::Str(name)) => {
                fields.timezone = Some(name.parse().map_err(|invalid| bad(function, &invalid))?);
            }
            ("timezone", other) => return Err(wrong(function, "a string as timezone", other)),
            (name, Value::Int(number)) if fields.set(name, *number) => {}
            (name, other) => {
                if Field::ALL.iter().any(|(each, _)| *each == name) {
                    return Err(wrong(function, &format!("an integer as {name}"), other));
                }
                let known = ["date", "time", "datetime", "timezone"];
                let known = Field::ALL.iter().map(|(each, _)| *each).chain(known);
                return Err(unknown_component(function, name, known));
            }
        }
    }
    Ok(Some(fields))
}

fn unknown_component<'n>(
    function: &str,
    name: &str,
    known: impl IntoIterator<Item = &'n str>,
) -> anyhow::Error {
    let message = format!("{function}() knows no component {name}");
    let error = Error::run(ErrorKind::Argument, "InvalidArgumentValue", message);
    match nearest(name, known) {
        Some(known) => error.help(format!("did you mean {known}?")).into(),
        None => error.into(),
    }
}

fn duration(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    let made: Made<Duration> = match &arguments[0] {
        Value::Null => return Ok(Value::Null),
        Value::Duration(_) => return Ok(arguments[0].clone()),
        Value::Str(text) => text.parse(),
        Value::Map(map) => {
            let mut amounts = Amounts::default();
            for (key, value) in map.iter() {
                let billionths = match value {
                    Value::Null => return Ok(Value::Null),
                    Value::Int(number) => i128::from(*number) * 1_000_000_000,
                    Value::Float(number) => {
                        Amounts::billionths(*number).map_err(|invalid| bad("duration", &invalid))?
                    }
                    other => return Err(wrong("duration", &format!("a number as {key}"), other)),
                };
                if !amounts.add(key, billionths) {
                    // What is a part of another unit (`monthsOfYear`) is read, not given.
                    let units = Duration::COMPONENTS.iter().copied().filter(|name| !name.contains("Of"));
                    return Err(unknown_component("duration", key, units));
                }
            }
            amounts.whole()
        }
        other => return Err(wrong("duration", "a string or a map", other)),
    };
    made.map(Into::into).map_err(|invalid| bad("duration", &invalid))
}

type Between = fn(&Instant, &Instant) -> Made<Duration>;

fn between(function: &str, arguments: &[Value], run: Between) -> Result<Value> {
    null_of_null!(arguments);
    match (&arguments[0], &arguments[1]) {
        (Value::Instant(from), Value::Instant(to)) => {
            run(from, to).map(Into::into).map_err(|invalid| bad(function, &invalid))
        }
        (Value::Instant(_), other) | (other, _) => Err(wrong(function, "points in time", other)),
    }
}

fn from_epoch(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let function = "datetime.fromEpoch";
    let seconds = i128::from(super::int(function, &arguments[0])?);
    let nanos = i128::from(super::int(function, &arguments[1])?);
    let made = DateTime::from_nanos(seconds * 1_000_000_000 + nanos, Zone::UTC);
    made.map(Into::into).map_err(|invalid| bad(function, &invalid))
}

fn from_epoch_millis(_: &Context<'_>, arguments: &[Value]) -> Result<Value> {
    null_of_null!(arguments);
    let function = "datetime.fromEpochMillis";
    let millis = i128::from(super::int(function, &arguments[0])?);
    DateTime::from_nanos(millis * 1_000_000, Zone::UTC)
        .map(Into::into)
        .map_err(|invalid| bad(function, &invalid))
}
