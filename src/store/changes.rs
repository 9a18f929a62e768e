//! What one commit writes: rows in arenas, sorted once, then written as sorted files or as a batch.

use super::schema::{Family, Key};
use serde::Serialize;

/// One row: where its key starts in the arena, and how long key and value are.
#[derive(Debug, Clone, Copy)]
struct Row {
    at: u32,
    key: u32,
    /// `u32::MAX`: a deletion.
    value: u32,
}

const DELETED: u32 = u32::MAX;

/// Rows of one family.
#[derive(Debug, Default, Clone)]
struct Arena {
    bytes: Vec<u8>,
    rows: Vec<Row>,
}

/// Rows to write, by family. Cheap to fill on many threads and to append.
#[derive(Debug, Default, Clone)]
pub struct Changes {
    families: [Arena; 4],
}

impl Changes {
    /// Writes a row.
    pub fn put(&mut self, family: Family, key: &Key, value: &[u8]) {
        let arena = &mut self.families[family as usize];
        let row = Row { at: len32(arena.bytes.len()), key: len32(key.0.len()), value: len32(value.len()) };
        arena.bytes.extend_from_slice(&key.0);
        arena.bytes.extend_from_slice(value);
        arena.rows.push(row);
    }

    /// Writes a row whose value is encoded by `postcard`.
    ///
    /// # Errors
    /// When the value cannot be encoded, which no type of the schema does.
    pub fn put_value<T: Serialize>(&mut self, family: Family, key: &Key, value: &T) -> anyhow::Result<()> {
        let arena = &mut self.families[family as usize];
        let at = len32(arena.bytes.len());
        arena.bytes.extend_from_slice(&key.0);
        let start = arena.bytes.len();
        let bytes = std::mem::take(&mut arena.bytes);
        arena.bytes = postcard::to_extend(value, bytes)?;
        arena.rows.push(Row { at, key: len32(key.0.len()), value: len32(arena.bytes.len() - start) });
        Ok(())
    }

    /// Deletes a row.
    pub fn delete(&mut self, family: Family, key: &Key) {
        let arena = &mut self.families[family as usize];
        let row = Row { at: len32(arena.bytes.len()), key: len32(key.0.len()), value: DELETED };
        arena.bytes.extend_from_slice(&key.0);
        arena.rows.push(row);
    }

    /// Bytes held.
    #[must_use]
    pub fn len_bytes(&self) -> usize {
        self.families.iter().map(|arena| arena.bytes.len() + arena.rows.len() * size_of::<Row>()).sum()
    }

    /// True when there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.families.iter().all(|arena| arena.rows.is_empty())
    }
}

/// The rows of several [`Changes`], sorted by key; of two writes to a key the later one counts.
pub struct Sorted<'c> {
    arenas: Vec<&'c Arena>,
    /// The first bytes in which the keys differ, part, row.
    order: Vec<(u128, u32, Row)>,
}

impl<'c> Sorted<'c> {
    /// Sorts the rows of one family. Later parts win over earlier ones, later rows of a part over earlier ones.
    #[must_use]
    pub fn new(parts: &'c [Changes], family: Family) -> Self {
        use rayon::slice::ParallelSliceMut as _;
        let arenas: Vec<&Arena> = parts.iter().map(|part| &part.families[family as usize]).collect();
        let mut order: Vec<(u128, u32, Row)> =
            Vec::with_capacity(arenas.iter().map(|arena| arena.rows.len()).sum());
        let shared = shared_start(&arenas);
        for (part, arena) in arenas.iter().enumerate() {
            let head = |row: Row| head_of(key_of(arena, row).get(shared..).unwrap_or_default());
            order.extend(arena.rows.iter().map(|&row| (head(row), len32(part), row)));
        }
        // Most keys differ in sixteen bytes that lie here and not all over the arenas.
        let key = |&(_, part, row): &(u128, u32, Row)| key_of(arenas[part as usize], row);
        order.par_sort_unstable_by(|a, b| {
            a.0.cmp(&b.0).then_with(|| key(a).cmp(key(b)).then((a.1, a.2.at).cmp(&(b.1, b.2.at))))
        });
        Self { arenas, order }
    }

    /// How many rows there are, those that lose included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// True without rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Rows in key order: key, and value or `None` for a deletion.
    pub fn iter(&self) -> impl Iterator<Item = (&'c [u8], Option<&'c [u8]>)> {
        self.order.iter().enumerate().filter_map(|(at, &(head, part, row))| {
            let key = key_of(self.arenas[part as usize], row);
            if let Some(&(next_head, next_part, next)) = self.order.get(at + 1)
                && next_head == head
                && key_of(self.arenas[next_part as usize], next) == key
            {
                return None;
            }
            let value_at = (row.at + row.key) as usize;
            let bytes = &self.arenas[part as usize].bytes;
            let value = if row.value == DELETED {
                None
            } else {
                Some(&bytes[value_at..value_at + row.value as usize])
            };
            Some((key, value))
        })
    }
}

fn key_of(arena: &Arena, row: Row) -> &[u8] {
    &arena.bytes[row.at as usize..(row.at + row.key) as usize]
}

/// How many bytes all keys start with.
fn shared_start(arenas: &[&Arena]) -> usize {
    let mut keys = arenas.iter().flat_map(|arena| arena.rows.iter().map(|&row| key_of(arena, row)));
    let first = keys.next().unwrap_or_default();
    keys.fold(first.len(), |shared, key| {
        let same = |shared: usize| key.get(..shared) == first.get(..shared);
        (0..=shared).rev().find(|&shared| same(shared)).unwrap_or(0)
    })
}

/// The first sixteen bytes as a number that sorts as they do; of equal numbers the bytes decide.
fn head_of(bytes: &[u8]) -> u128 {
    let mut head = [0; 16];
    for (to, from) in head.iter_mut().zip(bytes) {
        *to = *from;
    }
    u128::from_be_bytes(head)
}

/// An arena is spilled long before it reaches 4 GiB.
fn len32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProjectId;
    use crate::store::Table;
    use std::collections::BTreeMap;

    #[test]
    fn sorted_rows_equal_a_map_that_was_written_in_the_same_order() {
        let mut parts = vec![Changes::default(), Changes::default()];
        let mut model: BTreeMap<Vec<u8>, Option<Vec<u8>>> = BTreeMap::new();
        for (part, changes) in parts.iter_mut().enumerate() {
            for n in 0..500u32 {
                let key = Key::new(ProjectId(1), Table::Files).u32(n.wrapping_mul(2_654_435_761) % 97);
                if n % 7 == 3 {
                    changes.delete(Family::Graph, &key);
                    model.insert(key.0, None);
                } else {
                    let value = vec![part as u8; (n % 5) as usize];
                    changes.put(Family::Graph, &key, &value);
                    model.insert(key.0, Some(value));
                }
            }
        }
        let sorted = Sorted::new(&parts, Family::Graph);
        let rows: Vec<_> = sorted.iter().map(|(k, v)| (k.to_vec(), v.map(<[u8]>::to_vec))).collect();
        assert_eq!(rows, model.into_iter().collect::<Vec<_>>());
    }
}
