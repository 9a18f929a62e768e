//! "What is it doing?" Progress that others show, and the flag that stops long work.

use crate::error::{Kind, ResultExt as _};
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where long work tells how far it is. Called from many threads.
pub trait Progress: Sync {
    /// A phase begins; `total` is the number of steps, 0 when it is not known.
    fn phase(&self, name: &'static str, total: u64);
    /// That many steps of the phase are done.
    fn advance(&self, steps: u64);
    /// The last phase is over: an answer follows.
    fn done(&self);
}

/// Tells nobody.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn phase(&self, _name: &'static str, _total: u64) {}
    fn advance(&self, _steps: u64) {}
    fn done(&self) {}
}

/// Stops long work between two steps; set by Ctrl-C, a deadline or a client that left.
#[derive(Debug, Default, Clone)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks the work to stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// The flag itself, for a signal handler.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }

    /// True when the work was asked to stop.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// An error when the work was asked to stop.
    ///
    /// # Errors
    /// [`Kind::Interrupted`].
    pub fn check(&self) -> Result<()> {
        if self.is_cancelled() { Err(anyhow::anyhow!("interrupted")).kind(Kind::Interrupted) } else { Ok(()) }
    }
}
