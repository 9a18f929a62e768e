//! The only code that prints.

use crate::error::{self, Kind, ResultExt as _};
use crate::service::{Answer, Format, Page, error_body};
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use anyhow::{Context as _, Result};
use serde_json::json;
use std::backtrace::BacktraceStatus;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();
/// Bytes that are gathered before they are written.
const BUFFER_BYTES: usize = 1 << 16;

/// How much is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verbosity {
    /// Answers and errors.
    Quiet,
    /// Warnings and progress too.
    Usual,
    /// What is done too.
    Verbose,
}

/// Standard output and standard error.
pub(super) struct Console {
    choice: ColorChoice,
    verbosity: Verbosity,
    json: bool,
}

impl Console {
    pub(super) const fn new(choice: ColorChoice, verbosity: Verbosity, json: bool) -> Self {
        Self { choice, verbosity, json }
    }

    /// True when only answers and errors are wanted.
    pub(super) const fn is_quiet(&self) -> bool {
        matches!(self.verbosity, Verbosity::Quiet)
    }

    /// Writes an answer to standard output.
    pub(super) fn answer(&self, format: Format, here: Option<&Path>, answer: &dyn Answer) -> Result<()> {
        if format.is_binary() {
            // A stream that knows of styles would take bytes out.
            return buffered(io::stdout().lock(), format, here, answer);
        }
        buffered(AutoStream::new(io::stdout(), self.choice).lock(), format, here, answer)
    }

    /// Writes bytes to standard output as they are.
    pub(super) fn raw(&self, bytes: &[u8]) -> Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        Ok(out.flush()?)
    }

    /// Tells an error on standard error.
    pub(super) fn error(&self, error: &anyhow::Error) {
        if self.json {
            self.tell(|out| writeln!(out, "{}", error_body(error)));
        } else {
            self.tell(|out| {
                writeln!(out, "{ERROR}error:{ERROR:#} {}", error::message(error))?;
                if let Some(hint) = error::hint(error) {
                    writeln!(out, "{HINT}hint:{HINT:#} {hint}")?;
                }
                // RUST_BACKTRACE or RUST_LIB_BACKTRACE asked for it. Where in the program it was found that nothing is there,
                // or that a mistake was made, helps nobody.
                let trace = error.backtrace();
                let is_told = trace.status() == BacktraceStatus::Captured
                    && matches!(Kind::of(error), Kind::Internal | Kind::Corrupt);
                if is_told { writeln!(out, "\n{trace}") } else { Ok(()) }
            });
        }
    }

    /// Tells what is odd but no error.
    pub(super) fn warn(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet {
            self.tell(|out| writeln!(out, "{WARNING}warning:{WARNING:#} {text}"));
        }
    }

    /// Tells what stands beside an answer.
    pub(super) fn note(&self, text: &str) {
        if self.verbosity != Verbosity::Quiet && !self.json {
            self.tell(|out| writeln!(out, "{HINT}note:{HINT:#} {text}"));
        }
    }

    /// Tells what is done, when asked to.
    pub(super) fn detail(&self, text: &str) {
        if self.is_verbose() {
            self.tell(|out| writeln!(out, "{text}"));
        }
    }

    pub(super) fn is_verbose(&self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    /// A bar is drawn on a terminal only.
    pub(super) fn shows_progress(&self) -> bool {
        self.verbosity != Verbosity::Quiet && io::stderr().is_terminal()
    }

    /// Writes to standard error; whoever closed it does not want to know.
    fn tell(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) {
        let mut out = AutoStream::new(io::stderr(), self.choice).lock();
        drop(write(&mut out));
    }
}

fn buffered(out: impl Write, format: Format, here: Option<&Path>, answer: &dyn Answer) -> Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER_BYTES, out);
    answer.write(format, &mut Page::new(&mut out, here))?;
    Ok(out.flush()?)
}

/// Writes an answer without styles.
fn plain(out: File, format: Format, here: Option<&Path>, answer: &dyn Answer) -> Result<()> {
    if format.is_binary() {
        buffered(out, format, here, answer)
    } else {
        buffered(AutoStream::never(out), format, here, answer)
    }
}

/// Standard output, for what writes by itself.
pub(super) fn stdout() -> io::Stdout {
    io::stdout()
}

/// True when standard output is a terminal.
pub(super) fn is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Writes an answer to a file. It is written beside and takes the place of an older one when it is whole; what is no
/// regular file (a pipe, a device) is written as it is.
pub(super) fn file(path: &Path, format: Format, here: Option<&Path>, answer: &dyn Answer) -> Result<()> {
    let cannot = || format!("cannot write {}", path.display());
    if path.exists() && !path.is_file() {
        let out = File::options().write(true).open(path).with_context(cannot).kind(Kind::Usage)?;
        return plain(out, format, here, answer).with_context(cannot);
    }
    // A link stays one: what it leads to is replaced.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut name = real.file_name().with_context(cannot).kind(Kind::Usage)?.to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = real.with_file_name(name);
    let out = File::create_new(&beside).with_context(cannot).kind(Kind::Usage)?;
    let placed = plain(out, format, here, answer).and_then(|()| Ok(std::fs::rename(&beside, &real)?));
    if placed.is_err() {
        drop(std::fs::remove_file(&beside));
    }
    placed.with_context(cannot)
}

/// True when the reader of our output has gone, which is no error.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io == Some(broken) || json == Some(broken)
    })
}

/// Prints help or version.
pub(super) fn help(text: &clap::Error) -> ExitCode {
    match text.print() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(Kind::Internal.exit_code()),
    }
}

/// Tells what is wrong with a command line.
pub(super) fn misuse(error: &clap::Error) -> io::Result<()> {
    error.print()
}

/// As [`misuse`], for programs.
pub(super) fn misuse_as_json(error: &clap::Error) -> io::Result<()> {
    let text = error.render().to_string();
    let (message, hint) = text.split_once("\n\n").unwrap_or((&text, ""));
    let message = message.strip_prefix("error: ").unwrap_or(message).trim();
    let body = json!({"error": {"kind": Kind::Usage.name(), "message": message, "hint": hint.trim()}});
    writeln!(io::stderr(), "{body}")
}
