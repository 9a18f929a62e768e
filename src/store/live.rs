//! What the databases take that this process writes, seen from outside while a run goes on.

use super::schema::Family;
use super::view::View;
use rocksdb::DB;
use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

/// The databases that are open for writing, and what is left of those that were.
static WRITTEN: Mutex<Written> = Mutex::new(Written { open: Vec::new(), next: 0, errors: 0 });

struct Written {
    open: Vec<(u64, Weak<DB>)>,
    next: u64,
    /// Errors in the background of databases that are closed.
    errors: u64,
}

fn written() -> MutexGuard<'static, Written> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A database that can be looked at until this is dropped, which must be before the database is: a look holds the
/// database for a moment, and it could not be opened again meanwhile.
pub(super) struct Shown(u64);

impl Shown {
    pub(super) fn new(view: &View) -> Self {
        let mut written = written();
        let number = written.next;
        written.next += 1;
        written.open.push((number, view.looked_at()));
        Self(number)
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let mut written = written();
        if let Some(at) = written.open.iter().position(|(number, _)| *number == self.0) {
            let (_, db) = written.open.swap_remove(at);
            written.errors += db.upgrade().map_or(0, |db| whole(&db, "rocksdb.background-errors"));
        }
    }
}

/// What is written now: nothing of it between two runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Live {
    /// Bytes that are gathered in memory before they are written as a file.
    pub memtable_bytes: u64,
    /// Bytes that RocksDB means to merge.
    pub pending_compaction_bytes: u64,
    /// Writes wait, or are slowed down, until files are merged.
    pub is_stalled: bool,
    /// Errors in the background, since the process began.
    pub background_errors: u64,
}

/// Looks at what this process writes.
#[must_use]
pub fn live() -> Live {
    let written = written();
    let mut live = Live { background_errors: written.errors, ..Live::default() };
    for db in written.open.iter().filter_map(|(_, db)| db.upgrade()) {
        live.memtable_bytes += sum(&db, "rocksdb.cur-size-all-mem-tables");
        live.pending_compaction_bytes += sum(&db, "rocksdb.estimate-pending-compaction-bytes");
        live.is_stalled |=
            whole(&db, "rocksdb.is-write-stopped") > 0 || whole(&db, "rocksdb.actual-delayed-write-rate") > 0;
        live.background_errors += whole(&db, "rocksdb.background-errors");
    }
    live
}

/// A property of all families together.
fn sum(db: &DB, name: &str) -> u64 {
    let of = |family: &Family| {
        let handle = db.cf_handle(family.name())?;
        db.property_int_value_cf(handle, name).ok().flatten()
    };
    Family::ALL.iter().filter_map(of).sum()
}

/// A property of the whole database, which any family tells.
fn whole(db: &DB, name: &str) -> u64 {
    let handle = db.cf_handle(Family::Meta.name());
    handle.and_then(|handle| db.property_int_value_cf(handle, name).ok().flatten()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::{Changes, Store};
    use super::*;
    use crate::store::schema::{Key, Table};
    use std::time::Duration;

    #[test]
    fn what_is_gathered_is_seen_until_it_is_written_and_nothing_keeps_the_store_open() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Store::open(folder.path(), "test", Duration::ZERO).unwrap();
        let mut store = open();
        let mut changes = Changes::default();
        let project = store.new_project();
        let text = vec![7; 1 << 20];
        (0..3).for_each(|n| changes.put(Family::Graph, &Key::new(project, Table::Files).u32(n), &text));
        store.write(&[changes]).unwrap();
        // Other tests write as well, into stores of their own.
        assert!(live().memtable_bytes >= 3 << 20, "{:?}", live());
        assert!(!live().is_stalled);
        let store = std::thread::scope(|scope| {
            let looks = scope.spawn(|| (0..2_000).map(|_| live().background_errors).sum::<u64>());
            for _ in 0..5 {
                drop(store);
                store = open();
            }
            assert_eq!(looks.join().unwrap(), 0);
            store
        });
        let own = store.view().looked_at();
        drop(store);
        assert!(own.upgrade().is_none());
        assert!(written().open.iter().all(|(_, db)| !Weak::ptr_eq(db, &own)));
    }
}
