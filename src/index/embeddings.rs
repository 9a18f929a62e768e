//! Embedding with a model that costs more than a look-up: what the store has is not embedded again, the rest goes to the
//! model in batches, and what was embedded is kept when the run is interrupted.

use super::Embedding;
use super::batch::Writer;
use super::journal::Journal;
use super::text::{Words, put_embedding};
use crate::config::keys;
use crate::embed::quantise;
use crate::observe::{Cancel, Progress};
use crate::store::Changes;
use anyhow::{Result, ensure};
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::sync::{Mutex, PoisonError};

/// Rows of a journal go to the store when they hold this much memory.
pub const SPILL_BYTES: usize = 16 << 20;

/// Content hashes with their vectors, as the store keeps them.
type Embedded = Vec<([u8; 16], Vec<u8>)>;

/// Texts that wait for a model.
pub struct Waiting<'r> {
    embedding: Embedding<'r>,
    settings: &'r keys::Vector,
    texts: Vec<([u8; 16], String)>,
    seen: FxHashSet<[u8; 16]>,
}

impl<'r> Waiting<'r> {
    /// None yet.
    pub fn new(embedding: Embedding<'r>, settings: &'r keys::Vector) -> Self {
        Self { embedding, settings, texts: Vec::new(), seen: FxHashSet::default() }
    }

    /// Takes over the texts of a file; of equal ones the first.
    pub fn add(&mut self, words: &mut Words) {
        let texts = std::mem::take(&mut words.to_embed);
        self.texts.extend(texts.into_iter().filter(|(key, _)| self.seen.insert(*key)));
    }

    /// Embeds the texts that no run embedded before, and writes their vectors. Gives their number.
    ///
    /// # Errors
    /// When the model fails, the store cannot be read, or it is cancelled. What was embedded till then is kept.
    pub fn embed(self, writer: &mut Writer<'_>, progress: &dyn Progress, cancel: &Cancel) -> Result<u64> {
        let Embedding { model, space } = self.embedding;
        let mut kept = Changes::default();
        let data = writer.data().to_owned();
        let journal = Journal::open(&data, &space.about.id, space.about.dimension, |key, vector| {
            put_embedding(&mut kept, space.number, &key, vector);
            if kept.len_bytes() > SPILL_BYTES { writer.add(std::mem::take(&mut kept)) } else { Ok(()) }
        });
        let journal = Mutex::new(journal?);
        writer.add(kept)?;
        writer.flush()?;
        let mut missing = Vec::new();
        for (key, text) in self.texts {
            if !writer.view().has_embedding(space.number, &key)? {
                missing.push((key, text));
            }
        }
        progress.phase("embed", missing.len() as u64);
        // Texts of a length lie together: a batch takes as long as its longest one, and the longest come first.
        missing.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
        let (size, n_batches) = model.batches(self.settings);
        for some in missing.chunks(size * n_batches) {
            cancel.check()?;
            let embed = |batch: &[([u8; 16], String)]| {
                cancel.check()?;
                let texts: Vec<&str> = batch.iter().map(|(_, text)| text.as_str()).collect();
                let vectors = model.passages(&texts, cancel)?;
                ensure!(vectors.len() == batch.len(), "the model gave another number of vectors than texts");
                progress.advance(batch.len() as u64);
                let keys = batch.iter().map(|(key, _)| *key);
                let rows: Embedded = keys.zip(vectors.iter().map(|vector| quantise(vector))).collect();
                journal.lock().unwrap_or_else(PoisonError::into_inner).append(&rows)?;
                Ok(rows)
            };
            // All are waited for, so that nothing of what was begun is lost when one fails.
            let results: Vec<Result<Embedded>> = some.par_chunks(size).with_max_len(1).map(embed).collect();
            let mut changes = Changes::default();
            for result in results {
                for (key, vector) in &result? {
                    put_embedding(&mut changes, space.number, key, vector);
                }
            }
            writer.add(changes)?;
        }
        Ok(missing.len() as u64)
    }
}
