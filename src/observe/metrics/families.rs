//! THE table of metrics: name, kind, labels, and what it is. From it come the text, the manual and a test.

/// What kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// How many were at most so long.
    Histogram,
}

impl Kind {
    /// Its name in the text.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

macro_rules! families {
    ($($(#[doc = $doc:literal])+ $family:ident $kind:ident $name:literal [$($label:literal),*];)*) => {
        /// A metric, with all values of its labels.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Family { $($(#[doc = $doc])+ $family,)* }

        impl Family {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$family,)*];

            /// Its name.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$family => $name,)* } }

            /// Its kind.
            #[must_use]
            pub const fn kind(self) -> Kind { match self { $(Self::$family => Kind::$kind,)* } }

            /// What it is, in a sentence.
            #[must_use]
            pub const fn doc(self) -> &'static str { match self { $(Self::$family => concat!($($doc),+),)* } }

            /// The names of its labels.
            #[must_use]
            pub const fn labels(self) -> &'static [&'static str] {
                match self { $(Self::$family => &[$($label),*],)* }
            }
        }
    };
}

impl Family {
    /// The value of a label for what is none of those that are known.
    pub const OTHER: &'static str = "other";

    /// True for what the process takes, false for what CodeGraph does.
    #[must_use]
    pub fn is_system(self) -> bool {
        self.name().starts_with("process_")
    }
}

families! {
    /// Requests that were answered.
    RequestsTotal Counter "codegraph_requests_total" ["method", "endpoint", "status"];
    /// Time from the first byte of a request to its answer.
    RequestDuration Histogram "codegraph_request_duration_seconds" ["method", "endpoint"];
    /// Requests that were answered in the last minute, in a second. For autoscalers; rules take rate() of the counter.
    RequestsPerSecond Gauge "http_requests_per_second" [];
    /// Requests that are being answered.
    RequestsInFlight Gauge "codegraph_requests_in_flight" [];
    /// Connections that are open.
    ActiveConnections Gauge "codegraph_active_connections" [];
    /// Requests that can be answered at the same time.
    Workers Gauge "codegraph_workers" [];
    /// Requests that were turned away.
    RejectedRequests Counter "codegraph_rejected_requests_total" ["reason"];
    /// Requests that were not let in.
    AuthFailures Counter "codegraph_auth_failures_total" ["kind"];
    /// Time that questions took, those of agents and kept answers included.
    QueryDuration Histogram "codegraph_query_duration_seconds" ["kind"];
    /// Times that something was found in a cache.
    CacheHits Counter "codegraph_cache_hits_total" ["cache"];
    /// Times that something was not found in a cache.
    CacheMisses Counter "codegraph_cache_misses_total" ["cache"];
    /// Projects in the index.
    Projects Gauge "codegraph_projects" [];
    /// Symbols in the index.
    Entities Gauge "codegraph_entities" [];
    /// Edges in the index.
    Edges Gauge "codegraph_edges" [];
    /// Chunks of text that have a vector.
    Vectors Gauge "codegraph_vectors" [];
    /// The generation of the index that is answered from.
    Generation Gauge "codegraph_generation" [];
    /// When a project was last indexed, seconds since 1970.
    IndexLastSuccess Gauge "codegraph_index_last_success_timestamp_seconds" [];
    /// Jobs that index and are not over: queued ones and the one that is running.
    IndexJobs Gauge "codegraph_index_jobs" ["state"];
    /// Jobs that index and wait for their turn.
    IndexingQueueDepth Gauge "codegraph_indexing_queue_depth" [];
    /// Jobs that are over, those beside indexing too, by how they ended.
    JobsFinished Counter "codegraph_jobs_finished_total" ["type", "outcome"];
    /// Time that runs of the index took which ended well.
    IndexDuration Histogram "codegraph_index_duration_seconds" [];
    /// Files that runs of the index came by, by what became of them; failed are those that could not be read.
    IndexedFiles Counter "codegraph_indexed_files_total" ["outcome"];
    /// Size of the store on disk, its log of writes included.
    DatabaseSize Gauge "codegraph_database_size_bytes" [];
    /// Size of a column family of the newest generation.
    FamilySize Gauge "codegraph_column_family_size_bytes" ["family"];
    /// Size of the files with vectors.
    VectorIndexSize Gauge "codegraph_vector_index_size_bytes" [];
    /// Room that is left on a disk.
    DiskFree Gauge "codegraph_disk_free_bytes" ["volume"];
    /// Rows that the run which writes holds in memory before they become a file.
    Memtable Gauge "codegraph_memtable_bytes" [];
    /// Blocks of the store that are kept in memory.
    BlockCache Gauge "codegraph_block_cache_bytes" [];
    /// What the store means to merge while it is written.
    CompactionPending Gauge "codegraph_compaction_pending_bytes" [];
    /// 1 while writes wait or are slowed down until files are merged.
    WriteStalled Gauge "codegraph_write_stalled" [];
    /// Times that the store failed in the background, where no run was told of it.
    BackgroundErrors Counter "codegraph_background_errors_total" [];
    /// Times that stored data turned out to be damaged, also where it could be mended.
    CorruptionDetected Counter "codegraph_corruption_detected_total" [];
    /// 1 while nothing can be written into the data folder, for want of rights or, as the last job saw, of room.
    ReadOnly Gauge "codegraph_read_only" [];
    /// When the newest verified backup of all projects was made that the backup folder has or that the daemon was asked for, seconds since 1970; 0 for never.
    BackupLastSuccess Gauge "codegraph_backup_last_success_timestamp_seconds" [];
    /// Size of the newest backup of all projects in the backup folder.
    BackupSize Gauge "codegraph_backup_size_bytes" [];
    /// Backups that the daemon made and verified.
    Backups Counter "codegraph_backups_total" [];
    /// Backups that the daemon could not make.
    BackupFailures Counter "codegraph_backup_failures_total" [];
    /// Time that backups took which the daemon made.
    BackupDuration Histogram "codegraph_backup_duration_seconds" [];
    /// Most memory that the daemon is meant to take (performance.max_memory_usage).
    MemoryLimit Gauge "codegraph_memory_limit_bytes" [];
    /// 1 while it takes more of that than performance.memory_pressure_threshold allows.
    MemoryPressure Gauge "codegraph_memory_pressure" [];
    /// Times that what is no longer needed was thrown away.
    GcRuns Counter "codegraph_gc_runs_total" [];
    /// Lines of the log that could not be written.
    LogLinesLost Counter "codegraph_log_lines_lost_total" [];
    /// Always 1; its labels tell what runs.
    BuildInfo Gauge "codegraph_build_info" ["version", "revision"];
    /// Memory that the process holds.
    ResidentMemory Gauge "process_resident_memory_bytes" [];
    /// Addresses that the process has taken.
    VirtualMemory Gauge "process_virtual_memory_bytes" [];
    /// Time of processors that the process took.
    CpuSeconds Counter "process_cpu_seconds_total" [];
    /// Files and sockets that the process has open.
    OpenFds Gauge "process_open_fds" [];
    /// Files and sockets that it may have open.
    MaxFds Gauge "process_max_fds" [];
    /// When it began, seconds since 1970.
    StartTime Gauge "process_start_time_seconds" [];
    /// Its threads.
    Threads Gauge "process_threads" [];
}
