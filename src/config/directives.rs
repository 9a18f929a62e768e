//! What is logged, in the words of `RUST_LOG`: a level for all, and levels for targets by the start of their names.

use super::value::{Level, Setting};
use std::fmt;

/// A level for all that is logged, and others for some targets: `info`, or `warn,http=debug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directives {
    /// For targets that are not named.
    general: Level,
    targets: Vec<(String, Level)>,
}

/// Before the names of our targets, in directives of those who write them like modules.
const CRATE: &str = "codegraph";

impl Directives {
    /// One level for all.
    #[must_use]
    pub const fn all(level: Level) -> Self {
        Self { general: level, targets: Vec::new() }
    }

    /// Reads directives: `LEVEL`, `TARGET=LEVEL` or `TARGET`, which lets everything pass, with commas between them.
    /// Where only targets are named, others log their errors. Targets need not be known.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut general, mut targets) = (None, Vec::new());
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            match part.split_once('=') {
                None => match level(part) {
                    Some(level) => general = Some(level),
                    None if is_target(part) => targets.push((part.to_owned(), Level::Trace)),
                    None => return Err(format!("`{part}` is neither {} nor a target", Level::kind())),
                },
                Some((target, name)) => {
                    let level =
                        level(name).ok_or_else(|| format!("`{part}`: `{name}` is not {}", Level::kind()))?;
                    targets.push((target.trim().to_owned(), level));
                }
            }
        }
        match (general, targets.is_empty()) {
            (None, true) => Err("it names no level".to_owned()),
            (general, _) => Ok(Self { general: general.unwrap_or(Level::Error), targets }),
        }
    }

    /// The level of a target: that of the longest name it begins with, in whole words. `http` is also called
    /// `codegraph::http`.
    #[must_use]
    pub fn level_of(&self, target: &str) -> Level {
        let of = |name: &str| {
            let name = name.strip_prefix(CRATE).map_or(name, |rest| rest.strip_prefix("::").unwrap_or(rest));
            let is = name.is_empty()
                || target.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"));
            is.then_some(name.len())
        };
        let named = self.targets.iter().filter_map(|(name, level)| Some((of(name)?, *level)));
        // Of directives that are equally long the last one counts.
        named.max_by_key(|(length, _)| *length).map_or(self.general, |(_, level)| level)
    }
}

fn level(name: &str) -> Option<Level> {
    Level::named(&name.trim().to_ascii_lowercase())
}

/// True for what may be a path of modules; what looks like a misspelt level is none.
fn is_target(part: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b':' | b'-');
    part.bytes().all(is_word)
        && !part.bytes().next().is_some_and(|first| first.is_ascii_digit())
        && (part.contains("::") || part == CRATE)
}

impl fmt::Display for Directives {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.general.name())?;
        self.targets.iter().try_for_each(|(target, level)| write!(f, ",{target}={}", level.name()))
    }
}

impl Setting for Directives {
    fn kind() -> &'static str {
        "level (off, error, warn, info, debug, trace), or levels by target, such as warn,http=debug"
    }
    fn from_toml(value: &toml::Value) -> Result<Self, String> {
        let text = value.as_str().ok_or_else(|| format!("`{value}` is no {}", Self::kind()))?;
        Self::parse(text)
    }
    fn to_toml(&self) -> String {
        format!("\"{self}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_counts_and_foreign_targets_do_no_harm() {
        let read = |text: &str| Directives::parse(text).unwrap();
        assert_eq!(read("info").level_of("http"), Level::Info);
        let given = read("codegraph=info,tokio=warn,hyper=warn");
        assert_eq!((given.level_of("http"), given.level_of("audit")), (Level::Info, Level::Info));
        let given = read(" WARN , codegraph::http = debug,jobs=off");
        assert_eq!(
            ["http", "http::edge", "https", "jobs", "audit"].map(|target| given.level_of(target)),
            [Level::Debug, Level::Debug, Level::Warn, Level::Off, Level::Warn]
        );
        assert_eq!(read("hyper=warn").level_of("http"), Level::Error);
        assert_eq!(read("codegraph").level_of("http"), Level::Trace);
        assert_eq!(read("codegraph::http").level_of("jobs"), Level::Error);
        assert_eq!(Directives::parse(&given.to_string()), Ok(given));
        for bad in ["", " , ", "loud", "http=loud", "=", "3"] {
            assert!(Directives::parse(bad).is_err(), "{bad}");
        }
    }
}
