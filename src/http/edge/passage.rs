//! What a request brings along that is not in its bytes: who sent it, its name, and whether somebody still waits.

use crate::observe::Cancel;
use rustc_hash::FxHashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The header by which a request that was let through is known. Clients cannot send it.
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

/// All requests that are being answered.
#[derive(Debug, Default)]
pub(in crate::http) struct Passages {
    next: AtomicU64,
    open: Mutex<FxHashMap<u64, Arc<Passage>>>,
}

impl Passages {
    /// The passage of a number; nothing when that request is over.
    pub(in crate::http) fn get(&self, number: u64) -> Option<Arc<Passage>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned()
    }

    /// Lets a request through, until what this gives is dropped.
    pub(super) fn enter(&self, passage: Passage) -> Entered<'_> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let passage = Arc::new(passage);
        self.open.lock().unwrap_or_else(PoisonError::into_inner).insert(number, Arc::clone(&passage));
        Entered { passages: self, number, passage }
    }
}

/// A request that is being answered.
pub(super) struct Entered<'p> {
    passages: &'p Passages,
    /// Its number, told in [`PASSAGE`].
    pub(super) number: u64,
    passage: Arc<Passage>,
}

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        // Whoever still works on it works for nobody.
        self.passage.cancel.cancel();
        self.passages.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.number);
    }
}
