//! The daemon's log: one line an event, for programs as JSON or for people, to a stream or to a file that turns over.
//!
//! Our own, of about 400 lines: the crates that are usual for it (`tracing`, `tracing-subscriber`, `tracing-appender`)
//! are 16 more, and neither turn a file over by size nor hold back what acts on a terminal.

mod file;
mod line;
mod throttle;

pub use line::{Line, Served};
pub use throttle::Throttle;

use crate::config::keys::Logging;
use crate::config::{Directives, Level, LogFormat};
use anyhow::Result;
use file::Turning;
use serde_json::Value;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What is told of a request besides the usual.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    pub(super) request_id: bool,
    pub(super) user_agent: bool,
    pub(super) response_time: bool,
}

enum Output {
    Stdout,
    Stderr,
    File(Mutex<Turning>),
    #[cfg(test)]
    Kept(std::sync::Arc<Mutex<Vec<String>>>),
}

/// A log. Any thread may write to it.
pub struct Log {
    directives: Directives,
    format: LogFormat,
    wanted: Wanted,
    output: Output,
    lost: AtomicU64,
}

impl Log {
    /// Opens what the settings name.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] when the file cannot be written.
    pub fn open(settings: &Logging) -> Result<Self> {
        let output = match settings.output.as_str() {
            "stdout" => Output::Stdout,
            "stderr" => Output::Stderr,
            path => {
                let size = settings.max_file_size.0;
                Output::File(Mutex::new(Turning::open(Path::new(path), size, settings.max_files)?))
            }
        };
        Ok(Self::to(settings, output))
    }

    fn to(settings: &Logging, output: Output) -> Self {
        Self {
            directives: settings.level.clone(),
            format: settings.format,
            wanted: Wanted {
                request_id: settings.include_request_id,
                user_agent: settings.include_user_agent,
                response_time: settings.include_response_time,
            },
            output,
            lost: AtomicU64::new(0),
        }
    }

    /// A log that is kept in memory, with its lines.
    #[cfg(test)]
    pub(crate) fn kept(settings: &Logging) -> (Self, std::sync::Arc<Mutex<Vec<String>>>) {
        let lines = std::sync::Arc::<Mutex<Vec<String>>>::default();
        (Self::to(settings, Output::Kept(std::sync::Arc::clone(&lines))), lines)
    }

    /// True when lines of a target and level are written: what is costly to tell need not be made otherwise.
    #[must_use]
    pub fn wants(&self, level: Level, target: &str) -> bool {
        level <= self.directives.level_of(target)
    }

    /// Writes a line. Neither `msg` nor the fields may hold a key, a token, or the text of a question.
    pub fn say(&self, level: Level, target: &'static str, msg: &str, fields: &[(&'static str, Value)]) {
        if self.wants(level, target) {
            let line = Line { level, target, msg, fields };
            self.write(&line.written(self.format));
        }
    }

    /// Tells what an operator may have to account for: who was let in or kept out, what was changed.
    pub fn audit(&self, msg: &str, fields: &[(&'static str, Value)]) {
        self.say(Level::Info, "audit", msg, fields);
    }

    /// Tells of a request that was answered.
    pub fn request(&self, served: &Served<'_>) {
        let level = served.level();
        if self.wants(level, Served::TARGET) {
            let (msg, fields) = (served.msg(), served.fields(self.wanted));
            self.say(level, Served::TARGET, &msg, &fields);
        }
    }

    /// True when lines go to standard output, which then has nothing else.
    #[must_use]
    pub const fn is_stdout(&self) -> bool {
        matches!(self.output, Output::Stdout)
    }

    /// Opens the file anew, as it is wanted after another program has moved it. Streams stay.
    ///
    /// # Errors
    /// When it cannot be opened; then the old one is written on.
    pub fn reopen(&self) -> Result<()> {
        match &self.output {
            Output::File(file) => file.lock().unwrap_or_else(PoisonError::into_inner).reopen(),
            _ => Ok(()),
        }
    }

    /// Lines that could not be written, because the disk is full or nobody reads the stream.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }

    fn write(&self, line: &str) {
        let written = match &self.output {
            Output::Stdout => whole(io::stdout().lock(), line),
            Output::Stderr => whole(io::stderr().lock(), line),
            Output::File(file) => file.lock().unwrap_or_else(PoisonError::into_inner).write(line),
            #[cfg(test)]
            Output::Kept(lines) => {
                lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned());
                Ok(())
            }
        };
        if written.is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn whole(mut out: impl io::Write, line: &str) -> io::Result<()> {
    out.write_all(line.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn settings(level: &str, format: LogFormat) -> Logging {
        let mut settings = Config::default().logging;
        (settings.level, settings.format) = (Directives::parse(level).unwrap(), format);
        settings
    }

    #[test]
    fn only_what_the_level_of_its_target_lets_pass_is_written() {
        let (log, lines) = Log::kept(&settings("warn,audit=info,http=off", LogFormat::Json));
        for level in [Level::Error, Level::Warn, Level::Info, Level::Debug, Level::Trace] {
            for target in ["daemon", "audit", "http"] {
                log.say(level, target, level.name(), &[]);
            }
        }
        let lines = lines.lock().unwrap();
        let read = |line: &String| -> Value { serde_json::from_str(line).unwrap() };
        let told: Vec<(String, String)> = lines
            .iter()
            .map(read)
            .map(|line| (line["target"].as_str().unwrap().into(), line["msg"].as_str().unwrap().into()))
            .collect();
        let wanted = [
            ("daemon", "error"),
            ("audit", "error"),
            ("daemon", "warn"),
            ("audit", "warn"),
            ("audit", "info"),
        ];
        assert_eq!(told, wanted.map(|(target, msg)| (target.to_owned(), msg.to_owned())));
    }

    #[test]
    fn a_file_that_cannot_be_written_is_refused_by_its_name() {
        let mut settings = settings("info", LogFormat::Json);
        settings.output = "/nowhere/at/all/x.log".to_owned();
        let error = crate::error::message(&Log::open(&settings).err().unwrap());
        assert!(error.contains("/nowhere/at/all/x.log"), "{error}");
    }
}
