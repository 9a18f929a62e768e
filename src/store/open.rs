//! RocksDB's options, for the writer and for readers.

use super::schema::Family;
use crate::error::Kind;
use anyhow::Result;
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamilyDescriptor, DB, DBCompressionType, DBRecoveryMode, LogLevel,
    Options,
};
use std::path::Path;

/// Bytes of the block cache that all families share.
const CACHE_BYTES: usize = 64 << 20;
/// Bytes of all memtables together.
const WRITE_BUFFER_BYTES: usize = 32 << 20;
/// Small runs whose rows wait beside the sorted files before they are merged into them.
const LEVEL_0_FILES: i32 = 12;
/// Bytes of a data block before compression.
const BLOCK_BYTES: usize = 16 << 10;

/// Options of the whole database.
fn base(logs: &Path) -> Options {
    let mut options = Options::default();
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options.set_paranoid_checks(true);
    options.set_log_level(LogLevel::Warn);
    options.set_db_log_dir(logs);
    options.set_keep_log_file_num(2);
    options.set_max_log_file_size(1 << 20);
    options.set_db_write_buffer_size(WRITE_BUFFER_BYTES);
    options.set_skip_stats_update_on_db_open(true);
    // By default each family's sorted files are opened by 16 threads, which start anew every time: more work than that
    // of a short question.
    options.set_max_file_opening_threads(1);
    options.set_stats_dump_period_sec(0);
    options.set_stats_persist_period_sec(0);
    options
}

/// Options of one family.
fn family(family: Family, cache: &Cache) -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_block_size(BLOCK_BYTES);
    blocks.set_format_version(5);
    // No bloom filters: a one-shot command would read all of them (1.4 MB for 1.5 million lines) to spare a few blocks.
    blocks.set_cache_index_and_filter_blocks(false);
    let mut options = Options::default();
    options.set_block_based_table_factory(&blocks);
    options.set_write_buffer_size(WRITE_BUFFER_BYTES);
    options.set_compression_type(match family {
        // Quantised vectors are noise to a compressor.
        Family::Embeddings => DBCompressionType::None,
        Family::Meta | Family::Graph | Family::Text => DBCompressionType::Lz4,
    });
    // A run that changes one file leaves one small file here, and a compaction writes all that it overlaps anew.
    options.set_level_zero_file_num_compaction_trigger(LEVEL_0_FILES);
    options
}

/// Options with which sorted files of a family are written.
pub(super) fn sst(of: Family) -> Options {
    family(of, &Cache::new_lru_cache(1 << 20))
}

fn descriptors(cache: &Cache) -> Vec<ColumnFamilyDescriptor> {
    Family::ALL.iter().map(|&each| ColumnFamilyDescriptor::new(each.name(), family(each, cache))).collect()
}

/// Opens the live database for writing; makes it when it is not there.
pub(super) fn for_writing(path: &Path, logs: &Path) -> Result<DB> {
    let mut options = base(logs);
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    options.set_atomic_flush(true);
    options.set_max_background_jobs(2);
    let cache = Cache::new_lru_cache(CACHE_BYTES);
    DB::open_cf_descriptors(&options, path, descriptors(&cache)).map_err(failed)
}

/// Opens a published checkpoint for reading.
pub(super) fn for_reading(path: &Path, logs: &Path) -> Result<DB> {
    let mut options = base(logs);
    options.set_max_open_files(512);
    let cache = Cache::new_lru_cache(CACHE_BYTES);
    DB::open_cf_descriptors_read_only(&options, path, descriptors(&cache), false).map_err(failed)
}

/// What RocksDB says of a failure, with its kind: damage, or no room. It tells both in words only.
pub(super) fn failed(error: rocksdb::Error) -> anyhow::Error {
    let text = error.to_string();
    let is = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let kind = match error.kind() {
        _ if is(&["No space left on device", "File too large", "Disk quota exceeded"]) => Some(Kind::NoSpace),
        rocksdb::ErrorKind::Corruption => Some(Kind::Corrupt),
        // A file that the manifest names is not there.
        rocksdb::ErrorKind::IOError if is(&["No such file or directory"]) => Some(Kind::Corrupt),
        _ => None,
    };
    let error = anyhow::Error::from(error);
    match kind {
        Some(kind) => kind.mark(error),
        None => error,
    }
}
