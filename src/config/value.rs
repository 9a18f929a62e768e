//! Values of settings: parsed and printed so that what is printed parses to the same.

use std::fmt;
use std::time::Duration;

/// A number of bytes: `50MB` is 50,000,000, `50MiB` is 52,428,800, a plain number is bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

const UNITS: &[(&str, u64)] = &[
    ("TiB", 1 << 40),
    ("TB", 1_000_000_000_000),
    ("GiB", 1 << 30),
    ("GB", 1_000_000_000),
    ("MiB", 1 << 20),
    ("MB", 1_000_000),
    ("KiB", 1 << 10),
    ("KB", 1_000),
    ("B", 1),
];

impl Size {
    /// Parses a size.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let wrong = || format!("`{text}` is no size: write a whole number and a unit, such as 50MB or 64MiB");
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let unit = unit.trim();
        let factor =
            UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit)).map(|(_, factor)| *factor);
        let bytes = number.checked_mul(factor.ok_or_else(wrong)?);
        bytes.map(Self).ok_or_else(|| format!("`{text}` is larger than any size can be"))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fits = |factor: u64| self.0 != 0 && self.0.is_multiple_of(factor);
        let (unit, factor) = UNITS.iter().find(|(_, factor)| fits(*factor)).copied().unwrap_or(("B", 1));
        write!(f, "{}{unit}", self.0 / factor)
    }
}

/// A type that a setting can have.
pub trait Setting: Sized {
    /// True for what is never shown.
    const IS_SECRET: bool = false;
    /// The kind, for people.
    fn kind() -> &'static str;
    /// From a TOML value, or from a text in the environment.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    fn from_toml(value: &toml::Value) -> Result<Self, String>;
    /// As TOML.
    fn to_toml(&self) -> String;
}

fn wrong(value: &toml::Value, wanted: &str) -> String {
    format!("`{value}` is not {wanted}")
}

impl Setting for String {
    fn kind() -> &'static str {
        "text"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        value.as_str().map(str::to_owned).ok_or_else(|| wrong(value, "a text"))
    }
    fn to_toml(&self) -> String {
        toml::Value::String(self.clone()).to_string()
    }
}

impl Setting for bool {
    fn kind() -> &'static str {
        "true or false"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Boolean(on) => Ok(*on),
            toml::Value::String(text) if text.eq_ignore_ascii_case("true") || text == "1" => Ok(true),
            toml::Value::String(text) if text.eq_ignore_ascii_case("false") || text == "0" => Ok(false),
            other => Err(wrong(other, "true or false")),
        }
    }
    fn to_toml(&self) -> String {
        self.to_string()
    }
}

fn integer(value: &toml::Value) -> Result<u64, String> {
    let parsed = match value {
        toml::Value::Integer(n) => u64::try_from(*n).ok(),
        toml::Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    parsed.ok_or_else(|| wrong(value, "a whole number"))
}

impl Setting for u64 {
    fn kind() -> &'static str {
        "whole number"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        integer(value)
    }
    fn to_toml(&self) -> String {
        self.to_string()
    }
}

impl Setting for u16 {
    fn kind() -> &'static str {
        "whole number up to 65535"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        Self::try_from(integer(value)?).map_err(|_| wrong(value, "a number up to 65535"))
    }
    fn to_toml(&self) -> String {
        self.to_string()
    }
}

impl Setting for f64 {
    fn kind() -> &'static str {
        "number"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        let parsed = match value {
            toml::Value::Float(number) => Some(*number),
            // Whole numbers that a setting has are small.
            toml::Value::Integer(number) => Some(*number as Self),
            toml::Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        parsed.filter(|number| number.is_finite()).ok_or_else(|| wrong(value, "a number"))
    }
    fn to_toml(&self) -> String {
        // `{:?}` has a point or an exponent, as TOML wants it, and reads back to the same number.
        format!("{self:?}")
    }
}

/// Upper ends of the buckets of a histogram, in seconds, rising.
#[derive(Debug, Clone, PartialEq)]
pub struct Buckets(pub Vec<f64>);

/// Most buckets of a histogram.
const MAX_BUCKETS: usize = 64;

impl Setting for Buckets {
    fn kind() -> &'static str {
        "list of rising numbers"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        let ends: Vec<f64> = match value {
            toml::Value::Array(items) => items.iter().map(f64::from_toml).collect::<Result<_, _>>()?,
            toml::Value::String(text) => {
                let inner = text.trim().trim_start_matches('[').trim_end_matches(']');
                let item = |text: &str| f64::from_toml(&toml::Value::String(text.to_owned()));
                inner.split(',').filter(|text| !text.trim().is_empty()).map(item).collect::<Result<_, _>>()?
            }
            other => return Err(wrong(other, Self::kind())),
        };
        if ends.is_empty() || ends.len() > MAX_BUCKETS {
            return Err(format!("there are 1 to {MAX_BUCKETS} of them, not {}", ends.len()));
        }
        match ends.windows(2).find(|pair| pair[0] >= pair[1]) {
            Some(pair) => Err(format!("they are to rise, but {} comes before {}", pair[0], pair[1])),
            None if ends[0] <= 0.0 => Err(format!("a time is more than nothing, which {} is not", ends[0])),
            None => Ok(Self(ends)),
        }
    }
    fn to_toml(&self) -> String {
        let ends: Vec<String> = self.0.iter().map(f64::to_toml).collect();
        format!("[{}]", ends.join(", "))
    }
}

impl Setting for Size {
    fn kind() -> &'static str {
        "size, such as 50MB or 64MiB"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::String(text) => Self::parse(text),
            other => integer(other).map(Size),
        }
    }
    fn to_toml(&self) -> String {
        format!("\"{self}\"")
    }
}

/// A setting that is one of a few words.
macro_rules! choice {
    ($(#[doc = $doc:literal])+ $choice:ident $kind:literal { $($(#[doc = $of:literal])+ $variant:ident $name:literal,)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $choice { $($(#[doc = $of])+ $variant,)* }

        impl $choice {
            const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Its name in settings.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$variant => $name,)* } }

            /// The one with a name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.name() == name)
            }
        }

        impl Setting for $choice {
            fn kind() -> &'static str {
                $kind
            }
            fn from_toml(value: &toml::Value) -> Result<Self, String> {
                value.as_str().and_then(Self::named).ok_or_else(|| wrong(value, Self::kind()))
            }
            fn to_toml(&self) -> String {
                format!("\"{}\"", self.name())
            }
        }
    };
}

choice! {
    /// How the nearest vectors are found.
    IndexType "hnsw, ivf or flat" {
        /// By a graph, in projects with very many.
        Hnsw "hnsw",
        /// By lists around centres, in projects with very many.
        Ivf "ivf",
        /// By looking at all.
        Flat "flat",
    }
}

choice! {
    /// What makes two vectors near.
    Metric "cosine, l2 or inner_product" {
        /// That they point in the same direction.
        Cosine "cosine",
        /// That their ends are near to each other.
        L2 "l2",
        /// That their product is large.
        InnerProduct "inner_product",
    }
}

choice! {
    /// How blocks are compressed. Snappy and zlib are not part of this program.
    Compression "lz4, zstd or none" {
        /// LZ4.
        Lz4 "lz4",
        /// Zstandard.
        Zstd "zstd",
        /// Not at all.
        None "none",
    }
}

choice! {
    /// What turns text into vectors.
    EmbeddingModel "built-in, sentence-transformers or http" {
        /// The table that is compiled into the program.
        BuiltIn "built-in",
        /// A model in a folder, as the library sentence-transformers saves it.
        SentenceTransformers "sentence-transformers",
        /// An endpoint that speaks the embeddings API of OpenAI.
        Http "http",
    }
}

choice! {
    /// How much is logged: what is at this level or below.
    Level "off, error, warn, info, debug or trace" {
        /// Nothing.
        Off "off",
        /// What failed.
        Error "error",
        /// What is odd.
        Warn "warn",
        /// What was done.
        Info "info",
        /// How it was done.
        Debug "debug",
        /// Each step of it.
        Trace "trace",
    }
}

choice! {
    /// How a line of the log is written.
    LogFormat "json or pretty" {
        /// An object in a line.
        Json "json",
        /// For people.
        Pretty "pretty",
    }
}

/// A time: `30s`; units are ms, s, m, h and d.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time(pub Duration);

const TIME_UNITS: &[(&str, u64)] =
    &[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl Time {
    /// Parses a time.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (number, unit) = text.split_at(digits);
        let wrong =
            || format!("`{text}` is no time: write a whole number and a unit, such as 500ms, 30s or 5m");
        let number: u64 = number.parse().map_err(|_| wrong())?;
        let factor = TIME_UNITS.iter().find(|(name, _)| *name == unit.trim()).map(|(_, factor)| *factor);
        let milliseconds = number.checked_mul(factor.ok_or_else(wrong)?);
        let time = milliseconds.map(|n| Self(Duration::from_millis(n)));
        time.ok_or_else(|| format!("`{text}` is longer than any time can be"))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let fits = |factor: u64| n != 0 && n.is_multiple_of(factor);
        let (unit, factor) =
            TIME_UNITS.iter().find(|(_, factor)| fits(*factor)).copied().unwrap_or(("ms", 1));
        write!(f, "{}{unit}", n / factor)
    }
}

impl Setting for Time {
    fn kind() -> &'static str {
        "time, such as 500ms, 30s or 5m"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        value.as_str().map_or_else(|| Err(wrong(value, Self::kind())), Self::parse)
    }
    fn to_toml(&self) -> String {
        format!("\"{self}\"")
    }
}

/// A text that is never shown: no message, no log and no `config show` has it.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    #[must_use]
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for whom it was made.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// True when there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_empty() { "" } else { "***" })
    }
}

impl Setting for Secret {
    const IS_SECRET: bool = true;
    fn kind() -> &'static str {
        "secret text"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        // The value is no part of the message.
        value.as_str().map(|text| Self(text.trim().to_owned())).ok_or_else(|| "it is no text".to_owned())
    }
    fn to_toml(&self) -> String {
        format!("\"{self:?}\"")
    }
}

/// A type whose values a setting may list.
pub trait Item: Sized {
    /// The kind of such a list, for people.
    const KIND: &'static str;
    /// One from a text.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    fn parse(text: &str) -> Result<Self, String>;
    /// The text that parses to it.
    fn text(&self) -> String;
}

impl Item for String {
    const KIND: &'static str = "list of texts";
    fn parse(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
    fn text(&self) -> String {
        self.clone()
    }
}

impl<T: Item> Setting for Vec<T> {
    fn kind() -> &'static str {
        T::KIND
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        match value {
            toml::Value::Array(items) => items
                .iter()
                .map(|item| item.as_str().map_or_else(|| Err(wrong(item, "a text")), T::parse))
                .collect(),
            // The environment holds JSON or a list with commas.
            toml::Value::String(text) if text.trim_start().starts_with('[') => {
                let items: Vec<String> = serde_json::from_str(text)
                    .map_err(|error| format!("`{text}` is no JSON list of texts: {error}"))?;
                items.iter().map(|item| T::parse(item)).collect()
            }
            toml::Value::String(text) => {
                text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::parse).collect()
            }
            other => Err(wrong(other, "a list of texts")),
        }
    }
    fn to_toml(&self) -> String {
        let items: Vec<String> = self.iter().map(|item| item.text().to_toml()).collect();
        format!("[{}]", items.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_printed_parses_to_the_same(n in any::<u64>()) {
            prop_assert_eq!(Size::parse(&Size(n).to_string()), Ok(Size(n)));
        }

        #[test]
        fn times_that_are_printed_parse_to_the_same(n in 0..u64::MAX / 1_000_000) {
            let time = Time(Duration::from_millis(n));
            prop_assert_eq!(Time::parse(&time.to_string()), Ok(time));
        }

        #[test]
        fn lists_come_back_from_toml(items in proptest::collection::vec(".*", 0..5)) {
            let text = format!("x = {}", items.to_toml());
            let table: toml::Table = text.parse().unwrap();
            prop_assert_eq!(Vec::<String>::from_toml(&table["x"]), Ok(items));
        }
    }

    #[test]
    fn buckets_rise_and_come_back_from_a_file_and_from_a_variable() {
        let text = |text: &str| Buckets::from_toml(&toml::Value::String(text.to_owned()));
        let wanted = Ok(Buckets(vec![0.005, 1.0, 10.0]));
        assert_eq!(text("0.005, 1,10.0"), wanted);
        assert_eq!(text("[0.005,1,10]"), wanted);
        let table: toml::Table = "x = [0.005, 1, 1e1]".parse().unwrap();
        assert_eq!(Buckets::from_toml(&table["x"]), wanted);
        for bad in ["", "[]", "1,1", "2,1", "0,1", "-1", "nan", "inf", "1,x"] {
            assert!(text(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_have_units_and_nothing_else_passes() {
        assert_eq!(Time::parse("500ms"), Ok(Time(Duration::from_millis(500))));
        assert_eq!(Time::parse(" 5 m"), Ok(Time(Duration::from_secs(300))));
        for bad in ["", "30", "-1s", "1e9s", "3 moons", "999999999999999999d"] {
            assert!(Time::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_is_in_nothing_that_is_printed() {
        let secret = Secret::from_toml(&toml::Value::String("hunter2\n".to_owned())).unwrap();
        assert_eq!(secret.reveal(), "hunter2");
        assert!(!format!("{secret:?} {}", secret.to_toml()).contains("hunter2"));
        assert_eq!(Secret::default().to_toml(), "\"\"");
        assert!(!Secret::from_toml(&toml::Value::Integer(4711)).unwrap_err().contains("4711"));
    }

    #[test]
    fn an_unknown_model_is_told_the_choices() {
        let error = EmbeddingModel::from_toml(&toml::Value::String("faiss".to_owned())).unwrap_err();
        assert_eq!(error, "`\"faiss\"` is not built-in, sentence-transformers or http");
    }

    #[test]
    fn sizes_have_units_and_nothing_else_passes() {
        assert_eq!(Size::parse("50MB"), Ok(Size(50_000_000)));
        assert_eq!(Size::parse("64 MiB"), Ok(Size(64 << 20)));
        for bad in ["", "30", "-1MB", "1e99GB", "5 parsecs", "99999999999TB"] {
            assert!(Size::parse(bad).is_err(), "{bad}");
        }
    }
}
