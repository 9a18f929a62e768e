//! THE table of settings. From it come the structs with their defaults, the variables of the environment, the generated
//! `config/codegraph.toml`, the man page's section and the messages for unknown keys.

use super::access::{ApiKey, HeaderName, Network, Origin, SigningSecret};
use super::directives::Directives;
use super::value::{
    Buckets, Compression, EmbeddingModel, IndexType, Level, LogFormat, Metric, Secret, Setting, Size, Time,
};
use std::time::Duration;

/// One setting.
pub struct Key {
    /// Dotted section: `parsing.rust`.
    pub section: &'static str,
    /// Name in its section.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// What kind of value it takes, for people.
    pub kind: fn() -> &'static str,
    /// Its default, as TOML.
    pub default: fn() -> String,
    /// Its value in a configuration, as TOML.
    pub show: fn(&Config) -> String,
    /// The least and the most that it may be, as a text that it is set from.
    pub range: Option<(&'static str, &'static str)>,
    /// Sets it from a text (environment, flag) or a TOML value.
    pub set: fn(&mut Config, &toml::Value) -> Result<(), String>,
    /// Shorter names of its variable.
    pub aliases: &'static [&'static str],
    /// A variable that is not ours alone, and wins over all others.
    pub overrule: Option<&'static str>,
    /// It is never shown, and may also stand in a file that a variable names.
    pub is_secret: bool,
}

impl Key {
    /// `section.name`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// Its variable in the environment.
    #[must_use]
    pub fn variable(&self) -> String {
        format!("CODEGRAPH_{}_{}", self.section.replace('.', "_"), self.name).to_uppercase()
    }

    /// All its variables; of two that are set the later one counts.
    #[must_use]
    pub fn variables(&self) -> Vec<String> {
        self.aliases.iter().map(|&alias| alias.to_owned()).chain([self.variable()]).collect()
    }

    /// The variables that name a file with its value, as containers mount secrets.
    #[must_use]
    pub fn file_variables(&self) -> Vec<String> {
        let variables = if self.is_secret { self.variables() } else { Vec::new() };
        variables.into_iter().map(|name| format!("{name}_FILE")).collect()
    }

    /// True for what says who may come in. It does not count in a file that merely lies in the working folder.
    #[must_use]
    pub fn is_door(&self) -> bool {
        let others = ["server.cors_origins", "server.trusted_proxies", "parsing.allowed_roots"];
        self.section == "security" || others.contains(&self.path().as_str())
    }
}

macro_rules! settings {
    ($(
        $(#[doc = $section_doc:literal])+
        [$section:literal] $struct:ident {
            $($(#[doc = $doc:literal])+ $name:ident : $type:ty = $default:expr $(, from $low:literal to $high:literal)? $(, where $check:path)? $(, alias $($alias:literal)+)? $(, overrule $overrule:literal)? ;)*
        }
    )*) => {
        $(
            $(#[doc = $section_doc])+
            #[derive(Debug, Clone, PartialEq)]
            #[non_exhaustive]
            pub struct $struct { $($(#[doc = $doc])+ pub $name: $type,)* }

            impl Default for $struct {
                fn default() -> Self { Self { $($name: $default,)* } }
            }
        )*

        /// Every setting, by section.
        pub static KEYS: &[Key] = &[$($(Key {
            section: $section,
            name: stringify!($name),
            doc: concat!($($doc),+),
            kind: <$type as Setting>::kind,
            default: || { let value: $type = $default; value.to_toml() },
            show: |config| $struct::of(config).$name.to_toml(),
            range: [$(Some(($low, $high)),)? None][0],
            set: |config, value| {
                let value = <$type as Setting>::from_toml(value)?;
                $(let value = within(value, $low, $high)?;)?
                $($check(&value)?;)?
                $struct::of_mut(config).$name = value;
                Ok(())
            },
            aliases: &[$($($alias),+)?],
            overrule: [$(Some($overrule),)? None][0],
            is_secret: <$type as Setting>::IS_SECRET,
        },)*)*];

        /// Every section with its description.
        pub static SECTIONS: &[(&str, &str)] = &[$(($section, concat!($($section_doc),+)),)*];
    };
}

/// A section finds itself in the whole.
trait Section {
    fn of(config: &Config) -> &Self;
    fn of_mut(config: &mut Config) -> &mut Self;
}

macro_rules! sections {
    ($($struct:ident at $first:ident $(. $rest:ident)*,)*) => {
        $(impl Section for $struct {
            fn of(config: &Config) -> &Self { &config.$first$(.$rest)* }
            fn of_mut(config: &mut Config) -> &mut Self { &mut config.$first$(.$rest)* }
        })*
    };
}

sections! {
    Database at database,
    Parsing at parsing.general,
    ParsingRust at parsing.rust,
    ParsingPython at parsing.python,
    Vector at vector,
    Server at server,
    Performance at performance,
    Query at query,
    Mcp at mcp,
    Security at security,
    Logging at logging,
    Metrics at metrics,
}

/// Lets a value through that lies between two others.
fn within<T: Setting + PartialOrd>(value: T, low: &str, high: &str) -> Result<T, String> {
    let end = |text: &str| T::from_toml(&toml::Value::String(text.to_owned()));
    if value >= end(low)? && value <= end(high)? {
        return Ok(value);
    }
    Err(format!("{} is out of range, which is {low} to {high}", value.to_toml()))
}

/// Languages that there are.
fn known(names: &[String]) -> Result<(), String> {
    let is_known = |name: &String| crate::lang::LANGUAGES.iter().any(|language| language.name == name);
    names
        .iter()
        .find(|name| !is_known(name))
        .map_or(Ok(()), |name| Err(format!("there is no language `{name}`")))
}

/// A path at which the daemon answers.
fn is_path(path: &str) -> Result<(), String> {
    if path == "/health" || path == "/ready" || path == "/api" || path.starts_with("/api/") {
        return Err(format!("`{path}` is where the daemon answers others"));
    }
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    if path.len() > 1 && path.starts_with('/') && !path.ends_with('/') && path.bytes().all(is_plain) {
        return Ok(());
    }
    Err(format!(
        "`{path}` is no path such as \"/metrics\": letters, digits and /-._~, a slash first and none last"
    ))
}

fn list(items: &[&str]) -> Vec<String> {
    items.iter().map(|&item| item.to_owned()).collect()
}

fn all_languages() -> Vec<String> {
    let mut names: Vec<String> = crate::lang::LANGUAGES.iter().map(|each| each.name.to_owned()).collect();
    names.dedup();
    names
}

settings! {
    /// Where the index is kept, and its backups.
    ["database"] Database {
        /// The data folder, or the folder `rocks.db` in it. Empty: the user's data folder.
        path: String = String::new(), alias "CODEGRAPH_DB_PATH";
        /// MiB of the block cache that all families share; blocks that are read often are found there uncompressed. The built-in suits a laptop; a server takes more.
        cache_size: u64 = 64, from "1" to "1048576", alias "CODEGRAPH_DB_CACHE_SIZE";
        /// Files of the store that are open at once, per process.
        max_open_files: u64 = 512, from "20" to "10000000";
        /// MiB of rows that are gathered in memory before they become a file; what all families gather is bounded by this times (max_write_buffer_number - 1).
        write_buffer_size: u64 = 32, from "1" to "65536";
        /// Such gatherings a family may have at once, 2 or more: one that fills while others are written.
        max_write_buffer_number: u64 = 2, from "2" to "1000";
        /// Count what the store does, which costs a few percent of time.
        enable_statistics: bool = false;
        /// Look for damage also where RocksDB would pass over it, such as in files that nothing reads.
        paranoid_checks: bool = true;
        /// How blocks are compressed: "lz4", the fastest to read, "zstd", the smallest, or "none". Embeddings never are: they are noise to a compressor.
        compression_type: Compression = Compression::Lz4;
        /// Level of "zstd", 1 to 9.
        compression_level: u64 = 6, from "1" to "9";
        /// How blocks of files are compressed that lie at the bottom, which are most: as compression_type.
        bottommost_compression_type: Compression = Compression::Lz4;
        /// Threads that write and merge files beside the one that writes rows.
        max_background_jobs: u64 = 2, from "1" to "1024";
        /// Files of one family that wait to be merged before it is done. A run that changes one file leaves one small file, and merging writes all that it overlaps anew.
        level0_file_num_compaction_trigger: u64 = 12, from "1" to "100000";
        /// Such files from which on writing is slowed down; more than level0_file_num_compaction_trigger.
        level0_slowdown_writes_trigger: u64 = 20, from "1" to "100000";
        /// Such files from which on writing waits; more than level0_slowdown_writes_trigger.
        level0_stop_writes_trigger: u64 = 36, from "1" to "100000";
        /// Size at which a file ends that merging writes.
        target_file_size_base: Size = Size(64 << 20), from "1MiB" to "1TiB";
        /// Size of the first level of merged files.
        max_bytes_for_level_base: Size = Size(256 << 20), from "1MiB" to "1024TiB";
        /// The daemon makes backups by itself.
        backup_enabled: bool = true, alias "CODEGRAPH_BACKUP_ENABLED";
        /// Time from the last verified backup to the next one that the daemon makes.
        backup_interval: Time = Time(Duration::from_secs(86_400)), from "1s" to "36500d";
        /// Age at which `backup prune` and the daemon remove a generation; the newest stays, and none goes while the newest is damaged.
        backup_retention: Time = Time(Duration::from_secs(30 * 86_400)), from "1s" to "36500d";
        /// The backup folder, and the only one below which a client of the daemon may have backups written. Empty: `backups` in the data folder.
        backup_path: String = String::new();
    }
    /// Which files are indexed.
    ["parsing"] Parsing {
        /// Languages whose symbols are indexed.
        languages: Vec<String> = all_languages(), where known;
        /// Largest file that is read; larger ones are skipped and counted.
        max_file_size: Size = Size(50_000_000), from "1B" to "1GB";
        /// Most files of one project; more is an error, so that a home folder is not indexed by mistake.
        max_files_per_project: u64 = 100_000, from "1" to "100000000";
        /// Patterns of paths to leave out, in the syntax of .gitignore, besides what the ignore files say.
        ignore_patterns: Vec<String> = list(&[
            "target/", "build/", "dist/", "out/", ".output/", "node_modules/", "vendor/", ".cargo/", "__pycache__/",
            ".cache/", ".tmp/", "*.pyc", "*.pyo", ".git/", ".svn/", ".hg/", ".bzr/", ".vscode/", ".idea/", "*.swp",
            "*.swo", "*~", ".DS_Store", "Thumbs.db", "desktop.ini",
        ]);
        /// Folders in which a client of the daemon may have projects indexed, links followed. Empty: on a loopback address the folder in which the daemon was started, otherwise none.
        allowed_roots: Vec<String> = Vec::new();
    }
    /// Rust.
    ["parsing.rust"] ParsingRust {
        /// Index test code: files under tests/ and items marked as tests.
        parse_tests: bool = true;
        /// Index files under benches/.
        parse_benchmarks: bool = true;
        /// Index files under examples/.
        parse_examples: bool = true;
    }
    /// Python.
    ["parsing.python"] ParsingPython {
        /// Index the code cells of .ipynb notebooks.
        parse_notebooks: bool = true;
        /// Index .pyi stubs.
        parse_stubs: bool = true;
    }
    /// The file in which the vectors of a project lie side by side.
    ["vector"] Vector {
        /// How the nearest vectors are found: "flat" looks at all; in projects with very many, "hnsw" follows the links of a graph, and "ivf" looks at lists of vectors that are near to each other.
        index_type: IndexType = IndexType::Hnsw;
        /// Vectors of a project from which on a graph or lists are built; looking at all of fewer takes hardly longer.
        min_vectors: u64 = 500_000;
        /// What makes vectors near: "cosine", that they point in the same direction; "l2", that their ends are near; "inner_product", that their product is large. They differ only where a model gives vectors of different lengths.
        metric: Metric = Metric::Cosine;
        /// Links of a vector in the upper layers of the graph, 2 to 64; twice as many in the lowest.
        m: u64 = 16, from "2" to "64";
        /// Vectors that are considered for the links of a new one.
        ef_construction: u64 = 200, from "1" to "4096";
        /// Vectors that are kept while links are followed or lists looked at: with more of them more of the nearest are found, and it takes longer. 8 to 4,096; with fewer than 256 search may miss what is like a question in meaning only.
        ef_search: u64 = 256, from "8" to "4096";
        /// Most vectors of one project; more is an error.
        max_elements: u64 = 10_000_000, from "1" to "4000000000";
        /// What turns text into vectors: "built-in", a table in the program; "sentence-transformers", a BERT model in the folder `model_path`; "http", an endpoint that speaks OpenAI's embeddings API. Another model than before embeds everything anew; what a model embedded once is kept.
        embedding_model: EmbeddingModel = EmbeddingModel::BuiltIn;
        /// For "sentence-transformers": the folder with model.safetensors, config.json and tokenizer.json or vocab.txt. When there is no such folder the built-in table is used, and that is told.
        model_path: String = String::new();
        /// Numbers of a vector; 0 takes what the model has. Another number than the model's is refused.
        dimension: u64 = 0, from "0" to "4096";
        /// Texts that a model is given at once.
        batch_size: u64 = 32, from "1" to "2048";
        /// For "http": the address, such as "http://127.0.0.1:8080/v1/embeddings".
        embedding_url: String = String::new();
        /// For "http": the name of the model, as the endpoint knows it.
        embedding_name: String = String::new();
        /// For "http": the key that the endpoint asks for, sent as a bearer token.
        embedding_api_key: Secret = Secret::default();
        /// For "http": the longest that one request may take.
        embedding_timeout: Time = Time(Duration::from_secs(30)), from "1ms" to "1d";
        /// For "http": how often a request is sent again that failed because the endpoint is busy or not there.
        embedding_retries: u64 = 4, from "0" to "100";
    }
    /// The HTTP daemon.
    ["server"] Server {
        /// Address to listen on.
        host: String = "127.0.0.1".to_owned(), alias "CODEGRAPH_HOST";
        /// Port to listen on; 0 takes a free one and prints it.
        port: u16 = 8000, alias "CODEGRAPH_PORT";
        /// Requests that are answered at the same time; more wait. 0 for as many as the machine has processors, but at least four. Probes have a worker of their own.
        workers: u64 = 0, from "0" to "1024", alias "CODEGRAPH_WORKERS";
        /// Connections that may be open at the same time; one more is answered 503 and closed.
        max_connections: u64 = 1000, from "1" to "1000000";
        /// The longest that a request may take from its first byte to the first byte of its answer. A request that is not whole by then is answered 408, one that is not answered by then 503. 0 for no limit.
        timeout: Time = Time(Duration::from_secs(30)), from "0s" to "1d";
        /// How long a connection may be idle between two requests; 0 for no limit.
        keep_alive: Time = Time(Duration::from_secs(75)), from "0s" to "1d";
        /// Web pages elsewhere that may ask the daemon from a browser, such as "https://code.example.com"; "*" is all. Pages of the daemon itself always may.
        cors_origins: Vec<Origin> = Vec::new();
        /// Proxies in front of the daemon, as addresses or networks. Only from them X-Forwarded-For is believed; without it all clients of a proxy are one to limits and logs.
        trusted_proxies: Vec<Network> = Vec::new();
    }
    /// What a question may cost.
    ["performance"] Performance {
        /// The longest that one question may take; 0 for no limit.
        query_timeout: Time = Time(Duration::from_secs(30)), from "0s" to "1d", alias "CODEGRAPH_QUERY_TIMEOUT";
        /// Requests to the daemon that are answered or wait for it at the same time, besides probes; one more is answered 503.
        concurrent_limit: u64 = 200, from "1" to "1000000", alias "CODEGRAPH_CONCURRENT_LIMIT";
        /// The longest that one search of the daemon may take, if `query_timeout` is not shorter; 0 for no limit.
        search_timeout: Time = Time(Duration::from_secs(10)), from "0s" to "1d";
        /// The longest that one indexing job of the daemon may take; 0 for no limit. When three fifths of it are over, no more files are read: what was read is published, and the job asked for again goes on from there. One that takes longer all the same, or has to make a project anew in another way, stops, and the index stays as it was before; only what a costly model had embedded is kept. The command `index` has no limit.
        index_timeout: Time = Time(Duration::from_secs(300)), from "0s" to "365d";
        /// Indexing jobs of the daemon that run at the same time; more wait. The index has one writer, so any number from 1 on means one; 0 lets all wait.
        max_concurrent_indexing: u64 = 5;
        /// Questions and searches that the daemon answers at the same time, those of agents included; one more is answered 503. What waits for one of `server.workers` counts for `concurrent_limit` instead.
        max_concurrent_queries: u64 = 100;
        /// Backups and checkpoints that the daemon writes at the same time, its own included; one more that a client asks for is answered 409, and the daemon itself waits. With 0 nothing is written.
        max_concurrent_backups: u64 = 2, from "0" to "1000";
        /// Memory that the daemon is meant to take, which the metrics tell and `memory_pressure_threshold` is a share of. With settings that take more it does not start; `codegraph --check-config` shows the sum. It is no limit of the system's.
        max_memory_usage: Size = Size(4_000_000_000), alias "CODEGRAPH_MAX_MEMORY";
        /// Share of `max_memory_usage`, up to 1. While the daemon takes more, it keeps no answers and takes no new jobs.
        memory_pressure_threshold: f64 = 0.85, from "0.001" to "1";
        /// How often the daemon throws away what is no longer needed: answers that are too old, temporary files, generations that nobody reads.
        gc_interval: Time = Time(Duration::from_secs(300)), from "1s" to "365d";
        /// Keep what a model made of questions, if it is not the built-in one, which takes no longer than looking it up.
        enable_query_cache: bool = true;
        /// Questions of which that is kept; of more, those that were asked longest ago go.
        query_cache_size: u64 = 1000;
        /// How long it is kept.
        query_cache_ttl: Time = Time(Duration::from_secs(3600)), from "0s" to "365d";
        /// Keep answers of the daemon, those of its resources and to agents too, 64 MiB of them. They are given again while the index and the files that they show are the same; the header X-Cache tells.
        enable_result_cache: bool = true;
        /// How long they are kept.
        result_cache_ttl: Time = Time(Duration::from_secs(900)), from "0s" to "365d";
        /// Files that are linked before what that gave is written: more take more memory, and are no faster.
        batch_size: u64 = 512, from "1" to "1000000";
        /// Files that are read before what they gave is written, if they do not have 16 MiB before.
        index_batch_size: u64 = 2000, from "1" to "1000000";
        /// Messages of an agent that may come in one batch; over HTTP more is answered 413. A batch is one request to the limits of a client.
        max_batch_size: u64 = 100, from "1" to "1000000";
        /// The longest that such a batch may take; what is not answered by then is answered with an error. 0 for no limit.
        batch_timeout: Time = Time(Duration::from_secs(30)), from "0s" to "1d";
    }
    /// What a query in openCypher may cost. Passing a limit is an error that names it.
    ["query"] Query {
        /// Most rows of an answer.
        max_rows: u64 = 100_000, from "1" to "100000000";
        /// Most steps of a path of variable length.
        max_depth: u64 = 64, from "1" to "1000";
        /// Most memory for what must be held until the answer is complete: sorting, grouping, distinct rows, paths.
        max_memory: Size = Size(512_000_000), from "1KB" to "1TB";
    }
    /// Answers to agents, over the Model Context Protocol.
    ["mcp"] Mcp {
        /// Answer at `endpoint` of the daemon; otherwise nothing is there. `codegraph mcp` always answers.
        enabled: bool = true;
        /// Path at which the daemon answers agents.
        endpoint: String = "/mcp".to_owned(), where is_path;
        /// Largest message of an agent; a larger one is an error and is not kept in memory.
        max_request_size: Size = Size(10_000_000), from "1KB" to "1GB";
        /// Requests that one client may send to the daemon in a minute; 0 for no limit.
        rate_limit: u64 = 100;
        /// The longest that one request may take, if `performance.query_timeout` is not shorter; 0 for no limit.
        timeout: Time = Time(Duration::from_secs(60)), from "0s" to "1d";
    }
    /// Who may ask the daemon, and how often. A client has a scope: "read" asks, "write" indexes too, "admin" may do everything.
    ["security"] Security {
        /// Ask for a key. When none is set, the first start writes one to `api_key` in the data folder. Without keys the daemon stays on a loopback address, unless `serve --insecure-no-auth` says that others are meant to reach it.
        api_key_required: bool = true;
        /// A key of scope "write"; of scope "admin" when it is the only key.
        api_key: ApiKey = ApiKey::default(), alias "CODEGRAPH_API_KEY";
        /// A key of scope "admin".
        admin_api_key: ApiKey = ApiKey::default(), alias "ADMIN_API_KEY";
        /// A file with more keys. A line of it has a name, a scope, and the key or `sha256:` and its hash in hexadecimal digits. It is read anew on SIGHUP.
        api_keys_file: String = String::new();
        /// The header with the key: "Authorization" for `Authorization: Bearer KEY`; any other carries the bare key, beside which `Authorization: Bearer` is still taken.
        api_key_header: HeaderName = HeaderName("Authorization".to_owned());
        /// What signs tokens (JWT, HS256), at least 32 bytes; without it there are none.
        jwt_secret: SigningSecret = SigningSecret::default(), alias "CODEGRAPH_JWT_SECRET";
        /// How long a token counts that `POST /api/v1/auth/token` makes, at most.
        jwt_expiration: Time = Time(Duration::from_secs(86_400)), from "1s" to "36500d";
        /// Limit how often a client may ask. A client is a key; without one, an address.
        rate_limiting: bool = true;
        /// Requests of a client in a minute, in the long run; 0 for no limit.
        max_requests_per_minute: u64 = 1000, alias "CODEGRAPH_RATE_LIMIT";
        /// Requests of a client in an hour, from its first one on; 0 for no limit. As it is less than sixty times the limit of a minute, it is the true limit of who asks all the time.
        max_requests_per_hour: u64 = 10_000;
        /// Requests of a client at once, before the limit of a minute slows it down.
        burst_size: u64 = 100, from "1" to "1000000";
        /// Answer browsers that ask for pages elsewhere (`server.cors_origins`).
        cors_enabled: bool = true;
        /// Seconds for which a browser may remember what it may ask.
        cors_max_age: u64 = 3600, from "0" to "31536000";
    }
    /// What the daemon logs. The messages of other commands are no logs.
    ["logging"] Logging {
        /// How much is logged: a level, or levels by target, such as "warn,http=debug"; targets are http, slow, audit, config, backup and daemon. The variable RUST_LOG wins over all others.
        level: Directives = Directives::all(Level::Info), alias "CODEGRAPH_LOG_LEVEL", overrule "RUST_LOG";
        /// "json", an object in a line, or "pretty", for people.
        format: LogFormat = LogFormat::Pretty, alias "CODEGRAPH_LOG_FORMAT";
        /// Where it goes: "stdout", "stderr" or the path of a file, which is opened anew on SIGHUP.
        output: String = "stderr".to_owned();
        /// Tell the name of each request, which its answer has as X-Request-Id.
        include_request_id: bool = true;
        /// Tell what program a request says it comes from.
        include_user_agent: bool = true;
        /// Tell how long each answer took.
        include_response_time: bool = true;
        /// For a file: its largest size; then it becomes `<path>.1`, that one `<path>.2`, and so on.
        max_file_size: Size = Size(100_000_000), from "1KB" to "1TB";
        /// For a file: how many there are at most, with the one that is written.
        max_files: u64 = 10, from "1" to "10000";
    }
    /// Metrics of the daemon, in the text format of Prometheus.
    ["metrics"] Metrics {
        /// Answer at `endpoint`; otherwise nothing is there.
        enabled: bool = true, alias "CODEGRAPH_METRICS_ENABLED";
        /// Path of the metrics.
        endpoint: String = "/metrics".to_owned(), where is_path;
        /// Tell what the process takes: names that begin with `process_`.
        include_system_metrics: bool = true;
        /// Tell what CodeGraph does: names that begin with `codegraph_`, and the requests per second.
        include_custom_metrics: bool = true;
        /// How old the sizes of the index and the disk may be that are told.
        collection_interval: Time = Time(Duration::from_secs(15)), from "0s" to "1d";
        /// Upper ends of the buckets of histograms of requests and questions, in seconds, rising. Those of jobs and backups go to an hour.
        histogram_buckets: Buckets = Buckets(vec![0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0]);
        /// Ask for a key; without it anybody who reaches the daemon may read them.
        require_key: bool = false;
    }
}

/// The section `[parsing]` with its subsections.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParsingSections {
    /// The section itself.
    pub general: Parsing,
    /// `[parsing.rust]`.
    pub rust: ParsingRust,
    /// `[parsing.python]`.
    pub python: ParsingPython,
}

impl std::ops::Deref for ParsingSections {
    type Target = Parsing;

    fn deref(&self) -> &Parsing {
        &self.general
    }
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    /// `[database]`.
    pub database: Database,
    /// `[parsing]`.
    pub parsing: ParsingSections,
    /// `[vector]`.
    pub vector: Vector,
    /// `[server]`.
    pub server: Server,
    /// `[performance]`.
    pub performance: Performance,
    /// `[query]`.
    pub query: Query,
    /// `[mcp]`.
    pub mcp: Mcp,
    /// `[security]`.
    pub security: Security,
    /// `[logging]`.
    pub logging: Logging,
    /// `[metrics]`.
    pub metrics: Metrics,
}
