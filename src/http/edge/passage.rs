//! What a request brings along that is not in its bytes: who sent it, its name, and whether somebody still waits.

use crate::observe::Cancel;
use rustc_hash::FxHashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The header by which a request that was let through is known. Those of clients are not handed on.
pub(in crate::http) const PASSAGE: &str = "X-CodeGraph-Passage";

/// A request that was let through.
#[derive(Debug)]
pub(in crate::http) struct Passage {
    /// Who sent it.
    pub peer: IpAddr,
    /// What it is called.
    pub id: String,
    /// When its first byte came.
    pub began: Instant,
    /// Set when nobody waits for the answer any more.
    pub cancel: Cancel,
}

/// What is known of all requests that wait for somebody to answer them.
pub(in crate::http) struct Passages<G> {
    next: AtomicU64,
    open: Mutex<FxHashMap<u64, G>>,
}

impl<G> Default for Passages<G> {
    fn default() -> Self {
        Self { next: AtomicU64::new(0), open: Mutex::default() }
    }
}

impl<G> Passages<G> {
    /// Takes what is known of the request of a number; nothing when nobody waits for its answer any more.
    pub(in crate::http) fn take(&self, number: u64) -> Option<G> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&number)
    }

    /// Lets a request through, until what this gives is dropped.
    pub(super) fn enter(&self, passage: Arc<Passage>, guest: G) -> Entered<'_, G> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(number, guest);
        Entered { passages: self, number, passage }
    }
}

/// A request that is being answered.
pub(super) struct Entered<'p, G> {
    passages: &'p Passages<G>,
    /// Its number, told in [`PASSAGE`].
    pub(super) number: u64,
    passage: Arc<Passage>,
}

impl<G> Drop for Entered<'_, G> {
    fn drop(&mut self) {
        // Whoever still works on it works for nobody.
        self.passage.cancel.cancel();
        drop(self.passages.take(self.number));
    }
}
