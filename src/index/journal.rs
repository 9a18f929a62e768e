//! What a costly model embedded in a run that is not over yet.
//!
//! A run that is interrupted leaves the store at its last generation, so its embeddings would be lost with it. They are
//! appended to `cache/embeddings/<hash of the model's id>` as well; the next run with this model takes them from there,
//! and removes the file when it has published them.
//!
//! The file: `CGEMBEDS`, u32 version, u32 dimension, 16 bytes of the model's hash; then records: content hash 16, the
//! vector as the store keeps it, and u64 checksum (xxh3) of the record before it. Integers are little-endian. Records
//! from the first one on that is damaged or cut are dropped.

use crate::embed::Quantised;
use anyhow::{Context as _, Result};
use std::fs::{self, File};
use std::io::{BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use xxhash_rust::xxh3::xxh3_64;

const MAGIC: &[u8; 8] = b"CGEMBEDS";
/// Version of the format. History: 1, signed bytes; 2, fine numbers.
const VERSION: u32 = 2;
/// Bytes of a record besides its vector.
const AROUND: usize = 16 + 8;

/// A journal, open for appending.
pub struct Journal {
    file: File,
}

/// Where the journal of a model is, and the model's hash.
fn place(data: &Path, model: &str) -> (PathBuf, [u8; 16]) {
    let mut hash = [0; 16];
    blake3::Hasher::new().update(model.as_bytes()).finalize_xof().fill(&mut hash);
    let name: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    (data.join("cache").join("embeddings").join(name), hash)
}

impl Journal {
    /// Opens the journal of a model, and gives what an interrupted run left in it.
    ///
    /// # Errors
    /// When it cannot be read or written.
    pub fn open(
        data: &Path,
        model: &str,
        dimension: usize,
        mut each: impl FnMut([u8; 16], &[u8]) -> Result<()>,
    ) -> Result<Self> {
        let (path, hash) = place(data, model);
        let folder = path.parent().context("a journal lies in a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let file = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = file.with_context(|| format!("cannot open {}", path.display()))?;
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&u32::try_from(dimension)?.to_le_bytes());
        head.extend_from_slice(&hash);
        let mut found = vec![0; head.len()];
        let mut reader = BufReader::with_capacity(1 << 16, &file);
        let mut good = 0;
        if reader.read_exact(&mut found).is_ok() && found == head {
            good = head.len() as u64;
            let mut record = vec![0; AROUND + Quantised::bytes(dimension)];
            while reader.read_exact(&mut record).is_ok() {
                let Some((key, vector)) = decode(&record) else { break };
                each(key, vector)?;
                good += record.len() as u64;
            }
        }
        file.set_len(good)?;
        file.seek(SeekFrom::End(0))?;
        if good == 0 {
            file.write_all(&head)?;
        }
        Ok(Self { file })
    }

    /// Appends vectors, as the store keeps them. They are safe from the end of this process, not from that of the machine.
    ///
    /// # Errors
    /// When the disk is full or fails.
    pub fn append(&mut self, rows: &[([u8; 16], Vec<u8>)]) -> Result<()> {
        let mut bytes = Vec::new();
        for (key, vector) in rows {
            let start = bytes.len();
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(vector);
            let sum = xxh3_64(bytes.get(start..).unwrap_or_default());
            bytes.extend_from_slice(&sum.to_le_bytes());
        }
        self.file.write_all(&bytes).context("cannot keep what was embedded")
    }

    /// Removes the journal of a model, whose rows were published.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(data: &Path, model: &str) -> Result<()> {
        let (path, _) = place(data, model);
        if path.exists() {
            fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
        }
        Ok(())
    }
}

fn decode(record: &[u8]) -> Option<([u8; 16], &[u8])> {
    let (body, sum) = record.split_last_chunk::<8>()?;
    if xxh3_64(body) != u64::from_le_bytes(*sum) {
        return None;
    }
    body.split_first_chunk::<16>().map(|(key, vector)| (*key, vector))
}

#[cfg(test)]
mod tests {
    use super::{Journal, place};
    use crate::embed::quantise;
    use std::path::Path;

    fn row(n: u8) -> Record {
        ([n; 16], quantise(&[f32::from(n), -1.0, 3.5]))
    }

    /// A content hash and its vector.
    type Record = ([u8; 16], Vec<u8>);

    /// What a journal holds when it is opened, and the journal.
    fn opened(data: &Path, model: &str, dimension: usize) -> (Vec<Record>, Journal) {
        let mut rows = Vec::new();
        let journal = Journal::open(data, model, dimension, |key, vector| {
            rows.push((key, vector.to_owned()));
            Ok(())
        });
        (rows, journal.unwrap())
    }

    #[test]
    fn what_was_appended_is_there_until_it_is_removed() {
        let dir = tempfile::tempdir().unwrap();
        let (rows, mut journal) = opened(dir.path(), "m", 3);
        assert!(rows.is_empty());
        journal.append(&[row(1), row(2)]).unwrap();
        let (rows, mut journal) = opened(dir.path(), "m", 3);
        assert_eq!(rows, [row(1), row(2)]);
        journal.append(&[row(3)]).unwrap();
        assert_eq!(opened(dir.path(), "m", 3).0, [row(1), row(2), row(3)]);
        assert!(opened(dir.path(), "other", 3).0.is_empty());
        Journal::remove(dir.path(), "m").unwrap();
        Journal::remove(dir.path(), "m").unwrap();
        assert!(opened(dir.path(), "m", 3).0.is_empty());
    }

    #[test]
    fn a_cut_or_damaged_record_ends_the_journal_and_the_next_one_goes_on_from_there() {
        let dir = tempfile::tempdir().unwrap();
        opened(dir.path(), "m", 3).1.append(&[row(1), row(2)]).unwrap();
        let (path, _) = place(dir.path(), "m");
        let sound = std::fs::read(&path).unwrap();
        let record = 16 + 4 + 2 * 3 + 8;
        for at in 0..sound.len() {
            let mut damaged = sound.clone();
            damaged[at] ^= 1;
            for bytes in [&damaged, &sound[..at].to_vec()] {
                std::fs::write(&path, bytes).unwrap();
                let whole = (at + 2 * record).saturating_sub(sound.len()) / record;
                let (rows, mut journal) = opened(dir.path(), "m", 3);
                assert_eq!(rows, [row(1), row(2)][..whole.min(1)], "byte {at}");
                journal.append(&[row(9)]).unwrap();
                assert_eq!(opened(dir.path(), "m", 3).0.last(), Some(&row(9)));
            }
        }
        std::fs::write(&path, &sound).unwrap();
        assert!(opened(dir.path(), "m", 4).0.is_empty(), "another dimension");
    }
}
