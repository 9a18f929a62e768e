//! What a query may use, and when it is stopped.

use crate::cypher::error::{Error, ErrorKind};
use crate::cypher::value::{Excess, Value};
use crate::error::{Kind, ResultExt as _};
use crate::observe::Cancel;
use anyhow::Result;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// What a query may use. Passing a limit is an error that names it: an answer is never cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most rows of the result.
    pub rows: u64,
    /// Most relationships of a path of variable length.
    pub depth: u64,
    /// Most bytes that are held at once for sorting, grouping, `DISTINCT` and `collect`, as they are estimated.
    pub memory_bytes: u64,
    /// Longest that it may run.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows: 1_000_000, depth: 10_000, memory_bytes: 512 << 20, time: Duration::from_secs(60) }
    }
}

/// Deepest that lists and maps are nested in a value.
pub(super) const MAX_NESTING: usize = 200;

/// How often the clock is looked at: each so many steps.
const STEPS: u32 = 1 << 10;

/// What is used of the limits.
pub(super) struct Budget<'r> {
    limits: &'r Limits,
    cancel: &'r Cancel,
    started: Instant,
    steps: Cell<u32>,
    rows: Cell<u64>,
    bytes: Cell<u64>,
}

fn passed(name: &'static str, message: String) -> anyhow::Error {
    Error::run(ErrorKind::Limit, name, message).into()
}

/// The error that a value, or all that is held, is over a limit.
pub(super) fn over(excess: Excess, memory_bytes: u64) -> anyhow::Error {
    match excess {
        Excess::Bytes => {
            let message = format!("the query holds more bytes than its limit memory_bytes = {memory_bytes}");
            passed("memory_bytes", message)
        }
        Excess::Nesting => {
            passed("nesting", format!("a value has lists and maps nested more than {MAX_NESTING} deep"))
        }
    }
}

impl<'r> Budget<'r> {
    pub(super) fn new(limits: &'r Limits, cancel: &'r Cancel) -> Self {
        Self {
            limits,
            cancel,
            started: Instant::now(),
            steps: Cell::new(0),
            rows: Cell::new(0),
            bytes: Cell::new(0),
        }
    }

    /// Called for each step of work: fails when it was asked to stop or the time is over.
    pub(super) fn step(&self) -> Result<()> {
        let steps = self.steps.get().wrapping_add(1);
        self.steps.set(steps);
        if !steps.is_multiple_of(STEPS) {
            return Ok(());
        }
        self.cancel.check()?;
        if self.started.elapsed() > self.limits.time {
            let seconds = self.limits.time.as_secs_f64();
            return Err(passed("time", format!("the query runs longer than its limit time = {seconds} s")))
                .kind(Kind::QueryTimeout);
        }
        Ok(())
    }

    /// How many steps were made, modulo 2^32.
    pub(super) const fn steps(&self) -> u32 {
        self.steps.get()
    }

    /// Called for each row of the result.
    pub(super) fn row(&self) -> Result<()> {
        let rows = self.rows.get() + 1;
        self.rows.set(rows);
        if rows > self.limits.rows {
            return Err(passed(
                "rows",
                format!("the result has more rows than its limit rows = {}", self.limits.rows),
            ));
        }
        Ok(())
    }

    /// Called before a path of variable length grows longer than it is.
    pub(super) fn depth(&self, length: u64) -> Result<()> {
        if length >= self.limits.depth {
            return Err(passed(
                "depth",
                format!("a path is longer than the limit depth = {}", self.limits.depth),
            ));
        }
        Ok(())
    }

    /// Holds bytes to the end of the run.
    pub(super) fn hold(&self, bytes: usize) -> Result<()> {
        let all = self.bytes.get() + bytes as u64;
        self.bytes.set(all);
        let most = self.limits.memory_bytes;
        if all > most {
            return Err(over(Excess::Bytes, most));
        }
        Ok(())
    }

    /// Charges bytes that are held until the charge is dropped.
    pub(super) const fn charge(&self) -> Charge<'_, 'r> {
        Charge { budget: self, bytes: Cell::new(0) }
    }
}

/// Bytes that an operator holds.
pub(super) struct Charge<'b, 'r> {
    budget: &'b Budget<'r>,
    bytes: Cell<u64>,
}

impl Charge<'_, '_> {
    /// Holds more.
    pub(super) fn add(&self, bytes: usize) -> Result<()> {
        self.bytes.set(self.bytes.get() + bytes as u64);
        self.budget.hold(bytes)
    }

    /// Holds a value. No more of it is looked at than there is memory for.
    pub(super) fn hold(&self, value: &Value) -> Result<()> {
        let left = self.budget.limits.memory_bytes.saturating_sub(self.budget.bytes.get());
        match value.measure(usize::try_from(left).unwrap_or(usize::MAX), MAX_NESTING) {
            Ok(bytes) => self.add(bytes),
            Err(excess) => Err(over(excess, self.budget.limits.memory_bytes)),
        }
    }

    /// Lets go of some.
    pub(super) fn release(&self, bytes: usize) {
        let bytes = (bytes as u64).min(self.bytes.get());
        self.bytes.set(self.bytes.get() - bytes);
        self.budget.bytes.set(self.budget.bytes.get().saturating_sub(bytes));
    }
}

impl Drop for Charge<'_, '_> {
    fn drop(&mut self) {
        self.budget.bytes.set(self.budget.bytes.get().saturating_sub(self.bytes.get()));
    }
}
