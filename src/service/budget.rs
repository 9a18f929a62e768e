//! What a daemon takes of the machine when its settings are used to the full: memory and open files.

use super::{answers, models, readers};
use crate::config::Config;
use crate::config::{EmbeddingModel, IndexType};
use crate::embed::{Embedder as _, StaticTable};
use crate::error::{Kind, ResultExt as _};
use crate::index;
use anyhow::Result;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde::Serialize;
use std::path::Path;

/// The program itself with its threads, idle. Measured on x86-64 Linux: 38 MB, of which 34 are its own file.
const PROGRAM_BYTES: u64 = 48 << 20;
/// A connection: the stack of its thread, a head, and as much of a body. Measured: 33 kB each of 466 that wait.
const CONNECTION_BYTES: u64 = 64 << 10;
/// A worker besides the body that it was sent: its stack, what it reads, and the answer.
const WORKER_BYTES: u64 = 4 << 20;
/// Least bytes of a body that every path takes.
const BODY_BYTES: u64 = 1 << 20;
/// Least bytes of all bodies that are on their way in.
const BODIES_BYTES: u64 = 64 << 20;
/// Fewest workers where the settings leave it to the machine: one slow question must not keep out the others.
const FEWEST_WORKERS: u64 = 4;
/// Files that are open whatever the settings say: the log, sockets, libraries.
const OTHER_FILES: u64 = 64;
/// What a query in openCypher may take.
const QUERY: &str = "query.max_memory";
/// A connection, and its way to who answers.
const FILES_OF_CONNECTION: u64 = 2;

/// Workers that the settings want: those that they name, or as many as the machine has processors.
#[must_use]
pub fn workers(config: &Config) -> u64 {
    match config.server.workers {
        0 => std::thread::available_parallelism().map_or(1, |n| n.get() as u64).max(FEWEST_WORKERS),
        n => n,
    }
}

/// Bytes of all bodies that may be on their way in at the same time: two of the largest at least.
#[must_use]
pub fn bodies(config: &Config) -> u64 {
    config.mcp.max_request_size.0.saturating_mul(2).max(BODIES_BYTES)
}

/// Memory of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// What it is.
    pub what: &'static str,
    /// Most bytes of it.
    pub bytes: u64,
    /// The settings that decide it.
    pub settings: &'static str,
}

/// The memory of a daemon, against what it is meant to take.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Memory {
    /// What is taken, by what takes it.
    pub parts: Vec<Share>,
    /// All of it.
    pub sum_bytes: u64,
    /// `performance.max_memory_usage`.
    pub limit_bytes: u64,
    /// What may be taken besides and does not stay. Vectors lie in a file that is mapped: the system reads it where it is
    /// needed and may let go of it.
    pub besides: Vec<Share>,
}

const fn mib(n: u64) -> u64 {
    n.saturating_mul(1 << 20)
}

impl Memory {
    /// The memory that settings ask for: what is kept from question to question at its full size, one run of the index,
    /// and a body for every worker.
    ///
    /// No part of it is what grows with a project while it is indexed: its facts, and, with a model other than the
    /// built-in one, the texts that wait for it.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let (database, performance) = (&config.database, &config.performance);
        let share = |what, bytes, settings| Share { what, bytes, settings };
        let is_on = |on, bytes: usize| if on { bytes as u64 } else { 0 };
        let has_model = config.vector.embedding_model != EmbeddingModel::BuiltIn;
        let body = config.mcp.max_request_size.0.max(BODY_BYTES);
        let mut parts = vec![
            share("the program", PROGRAM_BYTES, ""),
            share("block cache", mib(database.cache_size), "database.cache_size"),
            share(
                "rows on their way to the disk",
                mib(database.write_buffer_size)
                    .saturating_mul(database.max_write_buffer_number.saturating_sub(1)),
                "database.write_buffer_size x (max_write_buffer_number - 1)",
            ),
            share("what search keeps of projects", readers::MAX_BYTES as u64, ""),
            share(
                "answers that are kept",
                is_on(performance.enable_result_cache, 2 * answers::MAX_BYTES),
                "performance.enable_result_cache",
            ),
            share(
                "vectors of questions that are kept",
                is_on(performance.enable_query_cache && has_model, models::MAX_KEPT_BYTES),
                "performance.enable_query_cache",
            ),
            share("embedding model", model_bytes(config), "vector.model_path"),
            share("a run of the index", index::RUN_BYTES as u64, ""),
            share(
                "requests that are answered",
                workers(config).saturating_mul(body.saturating_add(WORKER_BYTES)),
                "server.workers x mcp.max_request_size",
            ),
            share("requests that are received", bodies(config), "mcp.max_request_size"),
            share(
                "connections",
                config.server.max_connections.saturating_mul(CONNECTION_BYTES),
                "server.max_connections",
            ),
        ];
        parts.retain(|part| part.bytes > 0);
        let sum_bytes = parts.iter().fold(0_u64, |sum, part| sum.saturating_add(part.bytes));
        let limit_bytes = performance.max_memory_usage.0;
        let query = share("each query in openCypher", config.query.max_memory.0, QUERY);
        let vectors =
            mapped(config).map(|bytes| share("vectors of one project", bytes, "vector.max_elements"));
        Self { parts, sum_bytes, limit_bytes, besides: [query].into_iter().chain(vectors).collect() }
    }

    /// True when it is no more than what it is meant to be.
    #[must_use]
    pub const fn fits(&self) -> bool {
        self.sum_bytes <= self.limit_bytes
    }

    /// Refuses settings that do not fit.
    ///
    /// # Errors
    /// [`Kind::Usage`], with the largest parts.
    pub fn check(&self) -> Result<()> {
        if self.fits() {
            return Ok(());
        }
        let mut largest: Vec<&Share> = self.parts.iter().filter(|part| !part.settings.is_empty()).collect();
        largest.sort_by_key(|part| std::cmp::Reverse(part.bytes));
        let told: Vec<String> = largest
            .iter()
            .take(3)
            .map(|part| format!("{} {} ({})", part.what, super::show::bytes(part.bytes), part.settings))
            .collect();
        let (sum, limit) = (super::show::bytes(self.sum_bytes), super::show::bytes(self.limit_bytes));
        Err(anyhow::anyhow!(
            "these settings take up to {sum} of memory, and performance.max_memory_usage is {limit}; the largest parts: {}",
            told.join(", ")
        ))
        .kind(Kind::Usage)
        .hint("lower them or raise performance.max_memory_usage; `codegraph --check-config` shows all parts")
    }

    /// What is odd about it: what may be taken besides and does not fit.
    #[must_use]
    pub fn warnings(&self) -> Vec<String> {
        let limit = super::show::bytes(self.limit_bytes);
        let told = |share: &Share| {
            let room = super::show::bytes(share.bytes);
            let Share { what, settings, .. } = share;
            if share.bytes > self.limit_bytes {
                let name = "performance.max_memory_usage";
                return Some(format!(
                    "{what} may take {room} ({settings}), more than {name}, which is {limit}"
                ));
            }
            let left = self.limit_bytes.saturating_sub(self.sum_bytes);
            // Vectors that do not fit beside all else are read from the disk again.
            (*settings == QUERY && self.fits() && share.bytes > left).then(|| {
                let left = super::show::bytes(left);
                format!("{what} may take {room} ({settings}), and the other settings leave {left} of {limit}")
            })
        };
        self.besides.iter().filter_map(told).collect()
    }
}

/// Bytes of the file with the weights of a model in a folder.
fn model_bytes(config: &Config) -> u64 {
    if config.vector.embedding_model != EmbeddingModel::SentenceTransformers {
        return 0;
    }
    let file = Path::new(&config.vector.model_path).join("model.safetensors");
    std::fs::metadata(file).map_or(0, |about| about.len())
}

/// Bytes of a vector file of `vector.max_elements` rows: two bytes a number, scale, owner, and what the index
/// has for each.
fn mapped(config: &Config) -> Option<u64> {
    let settings = &config.vector;
    let dimension = match (settings.dimension, settings.embedding_model) {
        (0, EmbeddingModel::BuiltIn) => StaticTable::builtin().dimension() as u64,
        (0, _) => return None,
        (n, _) => n,
    };
    let index = match settings.index_type {
        IndexType::Hnsw => 2 * settings.m * 4,
        IndexType::Ivf => 4,
        IndexType::Flat => 4 + dimension.div_ceil(64) * 8,
    };
    Some(settings.max_elements.saturating_mul(2 * dimension + 12 + index))
}

/// Files and sockets that a daemon opens, against what the system allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Files {
    /// `database.max_open_files` + 2 × `server.max_connections` + 64.
    pub needed: u64,
    /// Most that the process may have open, now or when it asks for more; nothing when there is no limit.
    pub allowed: Option<u64>,
}

impl Files {
    /// Those of the settings, and what the system allows this process.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let connections = config.server.max_connections.saturating_mul(FILES_OF_CONNECTION);
        let needed = config.database.max_open_files.saturating_add(connections).saturating_add(OTHER_FILES);
        Self { needed, allowed: getrlimit(Resource::Nofile).maximum }
    }

    /// Raises the limit of this process as far as they need and the system allows, with room for a run of the index, which
    /// opens the store once more. It is never lowered.
    #[must_use]
    pub fn raise(self, config: &Config) -> Self {
        let limit = getrlimit(Resource::Nofile);
        let wanted = self.needed.saturating_add(config.database.max_open_files);
        let wanted = limit.maximum.map_or(wanted, |most| wanted.min(most));
        let Some(current) = limit.current.filter(|current| *current < wanted) else { return self };
        let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit });
        Self { allowed: if raised.is_ok() { limit.maximum } else { Some(current) }, ..self }
    }

    /// What is odd about them.
    #[must_use]
    pub fn warning(self) -> Option<String> {
        let allowed = self.allowed.filter(|allowed| *allowed < self.needed)?;
        Some(format!(
            "this process may open {allowed} files, and the settings want {}: database.max_open_files + {FILES_OF_CONNECTION} x \
             server.max_connections + {OTHER_FILES}; raise the limit (`ulimit -n`, LimitNOFILE=) or lower them",
            self.needed
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Size;

    fn bytes(memory: &Memory, what: &str) -> u64 {
        memory.parts.iter().find(|part| part.what == what).map_or(0, |part| part.bytes)
    }

    /// Settings with a number of workers that does not depend on the machine.
    fn usual() -> Config {
        let mut config = Config::default();
        config.server.workers = 8;
        config
    }

    #[test]
    fn the_settings_that_are_built_in_fit_and_warn_of_nothing() {
        let memory = Memory::of(&usual());
        assert!(memory.check().is_ok() && memory.warnings().is_empty(), "{memory:?}");
        assert_eq!(memory.sum_bytes, memory.parts.iter().map(|part| part.bytes).sum::<u64>());
        assert_eq!(memory.limit_bytes, 4_000_000_000);
    }

    #[test]
    fn every_setting_of_the_sum_changes_it_as_it_says() {
        let before = Memory::of(&usual());
        type Change = fn(&mut Config);
        let changes: [(&str, Change, i64); 8] = [
            ("block cache", |config| config.database.cache_size += 100, 100 << 20),
            ("rows on their way to the disk", |config| config.database.write_buffer_size += 10, 10 << 20),
            (
                "rows on their way to the disk",
                |config| config.database.max_write_buffer_number += 2,
                64 << 20,
            ),
            ("answers that are kept", |config| config.performance.enable_result_cache = false, -(64 << 20)),
            ("requests that are answered", |config| config.server.workers += 1, 14_194_304),
            ("requests that are answered", |config| config.mcp.max_request_size.0 += 5, 40),
            ("connections", |config| config.server.max_connections += 1, 64 << 10),
            (
                "vectors of questions that are kept",
                |config| config.vector.embedding_model = EmbeddingModel::Http,
                32 << 20,
            ),
        ];
        for (what, change, wanted) in changes {
            let mut config = usual();
            change(&mut config);
            let after = Memory::of(&config);
            let grown = |after: u64, before: u64| after.cast_signed() - before.cast_signed();
            assert_eq!(grown(bytes(&after, what), bytes(&before, what)), wanted, "{what}");
            assert_eq!(grown(after.sum_bytes, before.sum_bytes), wanted, "{what}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_largest_parts() {
        let mut config = usual();
        config.database.cache_size = 4_096;
        let error = Memory::of(&config).check().unwrap_err();
        let text = crate::error::message(&error);
        assert_eq!(Kind::of(&error), Kind::Usage);
        assert!(
            text.contains("is 4.0 GB") && text.contains("block cache 4.3 GB (database.cache_size)"),
            "{text}"
        );
        config.performance.max_memory_usage = Size(Memory::of(&config).sum_bytes);
        assert!(Memory::of(&config).fits());
        config.database.cache_size = u64::MAX;
        config.server.max_connections = u64::MAX;
        assert!(!Memory::of(&config).fits());
    }

    #[test]
    fn what_is_taken_besides_and_does_not_fit_is_told() {
        let mut config = usual();
        config.vector.dimension = 768;
        let memory = Memory::of(&config);
        assert_eq!(memory.besides[1].bytes, 10_000_000 * (2 * 768 + 12 + 128));
        let told = memory.warnings().join("\n");
        assert!(told.contains("16.8 GB (vector.max_elements)") && memory.fits(), "{told}");
        config.vector.max_elements = 1_000_000;
        assert_eq!(Memory::of(&config).warnings(), Vec::<String>::new());
        config.vector.dimension = 0;
        config.vector.embedding_model = EmbeddingModel::Http;
        assert_eq!(Memory::of(&config).besides.len(), 1);
        config.query.max_memory = Size(3_900_000_000);
        let told = Memory::of(&config).warnings().join("\n");
        assert!(told.contains("3.9 GB (query.max_memory)") && told.contains("leave"), "{told}");
    }

    #[test]
    fn files_that_the_system_does_not_allow_are_told() {
        let config = usual();
        let files = Files::of(&config);
        assert_eq!(files.needed, 512 + 2 * 1_000 + 64);
        assert_eq!(Files { allowed: Some(2_576), ..files }.warning(), None);
        assert_eq!(Files { allowed: None, ..files }.warning(), None);
        let told = Files { allowed: Some(2_575), ..files }.warning().unwrap();
        assert!(told.contains("2575") && told.contains("2576") && told.contains("max_open_files"), "{told}");
    }
}
