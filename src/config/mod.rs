//! "What did the operator ask for?" Settings: one table ([`keys`]), layered from defaults, file, environment and flags.

pub mod access;
mod check;
pub mod directives;
mod file;
pub mod keys;
pub mod load;
pub mod render;
pub mod value;

pub use access::{ApiKey, HeaderName, Network, Origin, SigningSecret};
pub use directives::Directives;
pub use keys::{Config, KEYS, Key};
pub use load::{Flag, Loaded, Source, data_dir, load, load_with, meant};
pub use render::{Shown, show};
pub use value::{
    Buckets, Compression, EmbeddingModel, IndexType, Level, LogFormat, Metric, Secret, Size, Time,
};
