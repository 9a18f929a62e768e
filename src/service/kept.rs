//! What is kept to be given again: so many values of so many bytes, for so long, those that were asked last.

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Values by their keys.
pub(super) struct Kept<K, V> {
    limits: Limits,
    state: Mutex<State<K, V>>,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How much is kept, and how long.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Values; 0 keeps nothing.
    pub(super) values: usize,
    /// Bytes of all values.
    pub(super) bytes: usize,
    /// From when it was made.
    pub(super) time: Duration,
}

struct State<K, V> {
    values: FxHashMap<K, Value<V>>,
    /// Keys by when they were last asked for; a number that grows with each question.
    by_use: BTreeMap<u64, K>,
    uses: u64,
    bytes: usize,
}

struct Value<V> {
    value: V,
    bytes: usize,
    made: Instant,
    used: u64,
}

impl<K: Hash + Eq + Clone, V: Clone> Kept<K, V> {
    /// Nothing yet.
    pub(super) fn new(limits: Limits) -> Self {
        let state = State { values: FxHashMap::default(), by_use: BTreeMap::new(), uses: 0, bytes: 0 };
        Self { limits, state: Mutex::new(state), hits: AtomicU64::new(0), misses: AtomicU64::new(0) }
    }

    /// True when nothing is ever kept.
    pub(super) const fn is_off(&self) -> bool {
        self.limits.values == 0
    }

    /// The value of a key, if it is there and neither too old nor, as `is_true` says, no longer true.
    pub(super) fn get(&self, key: &K, now: Instant, is_true: impl FnOnce(&V) -> bool) -> Option<V> {
        if self.is_off() {
            return None;
        }
        let found = self.look(key, now);
        // Whether it is true may take looking at files, so others are not kept waiting meanwhile.
        let found = found.filter(is_true);
        let counter = if found.is_some() { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }

    fn look(&self, key: &K, now: Instant) -> Option<V> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let value = state.values.get(key)?;
        if now.saturating_duration_since(value.made) >= self.limits.time {
            state.remove(key);
            return None;
        }
        let value = value.value.clone();
        state.touch(key);
        Some(value)
    }

    /// Keeps a value of some bytes; those that were asked for longest ago make room. One that has no room is not kept.
    pub(super) fn put(&self, key: K, value: V, bytes: usize, now: Instant) {
        if self.is_off() || bytes > self.limits.bytes {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.remove(&key);
        while state.values.len() >= self.limits.values || state.bytes + bytes > self.limits.bytes {
            let Some((_, oldest)) = state.by_use.pop_first() else { break };
            state.remove(&oldest);
        }
        state.uses += 1;
        let used = state.uses;
        state.by_use.insert(used, key.clone());
        state.bytes += bytes;
        state.values.insert(key, Value { value, bytes, made: now, used });
    }

    /// Drops what is too old.
    pub(super) fn purge(&self, now: Instant) {
        let time = self.limits.time;
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = |value: &Value<V>| now.saturating_duration_since(value.made) >= time;
        let old = state.by_use.values().filter(|key| state.values.get(key).is_some_and(is_old));
        let old: Vec<K> = old.cloned().collect();
        old.iter().for_each(|key| state.remove(key));
    }

    /// Drops everything.
    pub(super) fn clear(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.values, state.by_use, state.bytes) = (FxHashMap::default(), BTreeMap::new(), 0);
    }

    /// Values that are kept, and their bytes.
    pub(super) fn held(&self) -> (usize, usize) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        (state.values.len(), state.bytes)
    }

    /// How often something was found, and how often not.
    pub(super) fn counts(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }
}

impl<K: Hash + Eq + Clone, V> State<K, V> {
    fn remove(&mut self, key: &K) {
        if let Some(value) = self.values.remove(key) {
            self.by_use.remove(&value.used);
            self.bytes -= value.bytes;
        }
    }

    fn touch(&mut self, key: &K) {
        self.uses += 1;
        if let Some(value) = self.values.get_mut(key) {
            self.by_use.remove(&value.used);
            value.used = self.uses;
            self.by_use.insert(self.uses, key.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(values: usize, bytes: usize, seconds: u64) -> (Kept<&'static str, u32>, Instant) {
        (Kept::new(Limits { values, bytes, time: Duration::from_secs(seconds) }), Instant::now())
    }

    #[test]
    fn what_was_asked_longest_ago_makes_room() {
        let (kept, now) = kept(3, 100, 60);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            kept.put(key, value, 30, now);
        }
        assert_eq!(kept.get(&"a", now, |_| true), Some(1));
        kept.put("d", 4, 10, now);
        assert_eq!(
            ["a", "b", "c", "d"].map(|key| kept.get(&key, now, |_| true)),
            [Some(1), None, Some(3), Some(4)]
        );
        // By bytes: 70 are held, and 60 more leave room for 40.
        kept.put("e", 5, 60, now);
        assert_eq!(
            ["a", "c", "d", "e"].map(|key| kept.get(&key, now, |_| true)),
            [None, Some(3), Some(4), Some(5)]
        );
        kept.put("f", 6, 101, now);
        assert_eq!(kept.get(&"f", now, |_| true), None);
        kept.put("e", 7, 1, now);
        assert_eq!(kept.get(&"e", now, |_| true), Some(7));
    }

    #[test]
    fn what_is_old_or_no_longer_true_is_not_given() {
        let (kept, now) = kept(3, 100, 60);
        let late = |seconds| now + Duration::from_secs(seconds);
        kept.put("a", 1, 1, now);
        kept.put("b", 2, 1, late(30));
        assert_eq!(kept.get(&"a", late(59), |_| true), Some(1));
        assert_eq!(kept.get(&"a", late(59), |value| *value == 2), None);
        assert_eq!(kept.get(&"a", late(60), |_| true), None);
        assert_eq!(kept.counts(), (1, 2));
        kept.purge(late(89));
        assert_eq!(kept.get(&"b", late(89), |_| true), Some(2));
        kept.purge(late(90));
        assert_eq!((kept.held(), kept.state.lock().unwrap().by_use.len()), ((0, 0), 0));
        kept.put("c", 3, 7, now);
        assert_eq!(kept.held(), (1, 7));
        kept.clear();
        assert_eq!((kept.get(&"c", now, |_| true), kept.held()), (None, (0, 0)));
    }

    #[test]
    fn nothing_is_kept_where_nothing_may_be() {
        let (kept, now) = kept(0, 100, 60);
        kept.put("a", 1, 1, now);
        assert_eq!((kept.get(&"a", now, |_| true), kept.counts()), (None, (0, 0)));
    }
}
