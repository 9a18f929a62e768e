//! "What did the operator ask for?" Settings: one table ([`keys`]), layered from defaults, file, environment and flags.

pub mod keys;
pub mod load;
pub mod render;
pub mod value;

pub use keys::{Config, KEYS, Key};
pub use load::{Loaded, Source, data_dir, load};
pub use render::{Shown, show};
pub use value::{EmbeddingModel, IndexType, Metric, Secret, Time};
