//! How far the work is: a bar on a terminal, or a line a phase.

use super::output::Console;
use crate::observe::Progress;
use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Time between two turns of the spinner.
const TICK: Duration = Duration::from_millis(100);
const STEPS: &str =
    "{spinner} {msg:8} [{bar:30}] {human_pos}/{human_len} {unit}  {rate} {unit}/s  {eta} left";
const OPEN: &str = "{spinner} {msg:8} {elapsed}";

/// A bar on standard error.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let style = ProgressStyle::with_template(OPEN).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(0).with_style(style))
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.done();
    }
}

impl Progress for Bar {
    fn phase(&self, name: &'static str, total: u64) {
        let style = ProgressStyle::with_template(if total == 0 { OPEN } else { STEPS });
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        let rate = |state: &ProgressState, out: &mut dyn Write| {
            let _ = write!(out, "{:.0}", state.per_sec());
        };
        let unit = if name == "embed" { "texts" } else { "files" };
        let unit = move |_: &ProgressState, out: &mut dyn Write| {
            let _ = out.write_str(unit);
        };
        self.0.reset();
        self.0.set_length(total);
        self.0.set_message(name);
        self.0.set_style(style.with_key("rate", rate).with_key("unit", unit));
        self.0.enable_steady_tick(TICK);
    }

    fn advance(&self, steps: u64) {
        self.0.inc(steps);
    }

    fn done(&self) {
        self.0.disable_steady_tick();
        self.0.finish_and_clear();
    }
}

/// A line for each phase that ends.
pub(super) struct Lines {
    console: Arc<Console>,
    phase: Mutex<Option<(&'static str, Instant)>>,
}

impl Lines {
    pub(super) const fn new(console: Arc<Console>) -> Self {
        Self { console, phase: Mutex::new(None) }
    }

    /// Tells how long the phase took that ends here.
    fn turn(&self, next: Option<(&'static str, Instant)>) {
        let Ok(mut phase) = self.phase.lock() else { return };
        if let Some((name, since)) = std::mem::replace(&mut *phase, next) {
            self.console.detail(&format!("{name}: {:.2} s", since.elapsed().as_secs_f64()));
        }
    }
}

impl Progress for Lines {
    fn phase(&self, name: &'static str, _total: u64) {
        self.turn(Some((name, Instant::now())));
    }

    fn advance(&self, _steps: u64) {}

    fn done(&self) {
        self.turn(None);
    }
}
