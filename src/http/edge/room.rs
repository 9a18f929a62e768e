//! How many bytes all bodies may have together that are being received or wait to be answered: that each of them is small
//! enough is not enough.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes of a body that are not counted: as many as a head may have, which every connection may send.
const FREE: usize = super::head::MAX_HEAD_BYTES;

/// The room of all bodies.
pub(super) struct Room {
    most: usize,
    taken: AtomicUsize,
}

/// What one body takes of it, till this is dropped.
pub(super) struct Taken<'r> {
    room: &'r Room,
    bytes: usize,
}

impl Room {
    pub(super) const fn new(most: usize) -> Self {
        Self { most, taken: AtomicUsize::new(0) }
    }

    /// For a body of which nothing has come.
    pub(super) const fn enter(&self) -> Taken<'_> {
        Taken { room: self, bytes: 0 }
    }
}

impl Taken<'_> {
    /// Takes what a body has grown to; false when there is no room for it.
    pub(super) fn grow(&mut self, length: usize) -> bool {
        let more = length.saturating_sub(FREE).saturating_sub(self.bytes);
        let most = self.room.most;
        let with = |taken: usize| taken.checked_add(more).filter(|sum| *sum <= most);
        let has_room = self.room.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, with).is_ok();
        if has_room {
            self.bytes += more;
        }
        has_room
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.room.taken.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_share_the_room_and_give_it_back() {
        let room = Room::new(100);
        let (mut first, mut second) = (room.enter(), room.enter());
        assert!(first.grow(FREE) && first.grow(FREE + 60) && second.grow(FREE + 40));
        assert!(!second.grow(FREE + 41) && first.grow(FREE + 60) && second.grow(10));
        drop(first);
        assert!(second.grow(FREE + 100) && !room.enter().grow(FREE + 1) && room.enter().grow(FREE));
        drop(second);
        assert_eq!(room.taken.load(Ordering::Relaxed), 0);
    }
}
