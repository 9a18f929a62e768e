//! RocksDB's options, for the writer and for readers.

use super::schema::Family;
use crate::config::Compression;
use crate::config::keys::Database;
use crate::error::Kind;
use anyhow::Result;
use rocksdb::statistics::Ticker;
use rocksdb::{
    BlockBasedOptions, Cache, ColumnFamilyDescriptor, DB, DBCompressionType, DBRecoveryMode, LogLevel,
    Options,
};
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

/// What zlib would take for its window; the others pass over it.
const WINDOW_BITS: i32 = -14;
/// Bytes of a data block before compression.
const BLOCK_BYTES: usize = 16 << 10;

/// Options whose copies count together what all databases of the process do, so that counters go on when a generation
/// follows another.
static COUNTED: LazyLock<Options> = LazyLock::new(|| {
    let mut options = Options::default();
    options.enable_statistics();
    options
});

/// What RocksDB counted in this process, by its own names: those of its counters that are not 0. Nothing unless
/// `database.enable_statistics` is set.
#[must_use]
pub fn tickers(settings: &Database) -> Option<Vec<(&'static str, u64)>> {
    let told = || Ticker::iter().map(|ticker| (ticker.name(), COUNTED.get_ticker_count(*ticker)));
    settings.enable_statistics.then(|| told().filter(|(_, n)| *n > 0).collect())
}

/// How often a block was in the cache, and how often not; as [`tickers`].
#[must_use]
pub fn block_counts(settings: &Database) -> Option<(u64, u64)> {
    let of = |ticker| COUNTED.get_ticker_count(ticker);
    settings.enable_statistics.then(|| (of(Ticker::BlockCacheHit), of(Ticker::BlockCacheMiss)))
}

/// MiB as bytes.
fn mib(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX).saturating_mul(1 << 20)
}

/// A number as RocksDB takes it; the settings were checked to fit.
fn int(n: u64) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

const fn method(compression: Compression) -> DBCompressionType {
    match compression {
        Compression::Lz4 => DBCompressionType::Lz4,
        Compression::Zstd => DBCompressionType::Zstd,
        Compression::None => DBCompressionType::None,
    }
}

/// Options of the whole database.
fn base(logs: &Path, settings: &Database) -> Options {
    let mut options = if settings.enable_statistics { COUNTED.clone() } else { Options::default() };
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options.set_paranoid_checks(settings.paranoid_checks);
    options.set_log_level(LogLevel::Warn);
    options.set_db_log_dir(logs);
    options.set_keep_log_file_num(2);
    options.set_max_log_file_size(1 << 20);
    options.set_db_write_buffer_size(
        mib(settings.write_buffer_size).saturating_mul(int(settings.max_write_buffer_number) as usize - 1),
    );
    options.set_max_open_files(int(settings.max_open_files));
    options.set_skip_stats_update_on_db_open(true);
    // By default each family's sorted files are opened by 16 threads, which start anew every time: more work than that
    // of a short question.
    options.set_max_file_opening_threads(1);
    options.set_stats_dump_period_sec(0);
    options.set_stats_persist_period_sec(0);
    options
}

/// The block cache of all databases of this process, when they share one.
static SHARED: OnceLock<Cache> = OnceLock::new();

/// Has all databases that this process opens from now on share one block cache. A process that answers while it writes
/// then takes `cache_size` once, and finds blocks of the generation before in the next one, whose files are mostly the
/// same.
pub fn share_cache(settings: &Database) {
    SHARED.get_or_init(|| Cache::new_lru_cache(mib(settings.cache_size)));
}

/// Bytes that are used of that cache; 0 when there is none.
#[must_use]
pub fn shared_cache_bytes() -> u64 {
    SHARED.get().map_or(0, |cache| cache.get_usage() as u64)
}

/// Where blocks come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Blocks {
    /// Those that the process has are not read again.
    Kept,
    /// All are read from disk once, so that what is damaged there is found.
    Read,
}

/// Options of one family.
fn family(family: Family, cache: &Cache, settings: &Database) -> Options {
    let mut blocks = BlockBasedOptions::default();
    blocks.set_block_cache(cache);
    blocks.set_block_size(BLOCK_BYTES);
    blocks.set_format_version(5);
    // No bloom filters: a one-shot command would read all of them (1.4 MB for 1.5 million lines) to spare a few blocks.
    blocks.set_cache_index_and_filter_blocks(false);
    let mut options = Options::default();
    options.set_block_based_table_factory(&blocks);
    options.set_write_buffer_size(mib(settings.write_buffer_size));
    options.set_max_write_buffer_number(int(settings.max_write_buffer_number));
    let (usual, bottommost) = match family {
        // Quantised vectors are noise to a compressor.
        Family::Embeddings => (Compression::None, Compression::None),
        Family::Meta | Family::Graph | Family::Text => {
            (settings.compression_type, settings.bottommost_compression_type)
        }
    };
    options.set_compression_type(method(usual));
    options.set_bottommost_compression_type(method(bottommost));
    let level = int(settings.compression_level);
    options.set_compression_options(WINDOW_BITS, level, 0, 0);
    options.set_bottommost_compression_options(WINDOW_BITS, level, 0, 0, true);
    options.set_level_zero_file_num_compaction_trigger(int(settings.level0_file_num_compaction_trigger));
    options.set_level_zero_slowdown_writes_trigger(int(settings.level0_slowdown_writes_trigger));
    options.set_level_zero_stop_writes_trigger(int(settings.level0_stop_writes_trigger));
    options.set_target_file_size_base(settings.target_file_size_base.0);
    options.set_max_bytes_for_level_base(settings.max_bytes_for_level_base.0);
    options
}

/// Options with which sorted files of a family are written.
pub(super) fn sst(of: Family, settings: &Database) -> Options {
    family(of, &Cache::new_lru_cache(1 << 20), settings)
}

fn descriptors(settings: &Database, blocks: Blocks) -> Vec<ColumnFamilyDescriptor> {
    let own = || Cache::new_lru_cache(mib(settings.cache_size));
    let shared = SHARED.get().filter(|_| blocks == Blocks::Kept);
    let cache = shared.cloned().unwrap_or_else(own);
    let of = |&each: &Family| ColumnFamilyDescriptor::new(each.name(), family(each, &cache, settings));
    Family::ALL.iter().map(of).collect()
}

/// Opens the live database for writing; makes it when it is not there.
pub(super) fn for_writing(path: &Path, logs: &Path, settings: &Database) -> Result<DB> {
    let mut options = base(logs, settings);
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    options.set_atomic_flush(true);
    options.set_max_background_jobs(int(settings.max_background_jobs));
    DB::open_cf_descriptors(&options, path, descriptors(settings, Blocks::Kept)).map_err(failed)
}

/// Opens a published checkpoint for reading.
pub(super) fn for_reading(path: &Path, logs: &Path, settings: &Database, blocks: Blocks) -> Result<DB> {
    let options = base(logs, settings);
    let families = descriptors(settings, blocks);
    DB::open_cf_descriptors_read_only(&options, path, families, false).map_err(failed)
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
