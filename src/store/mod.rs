//! "Where is it kept?" The only code that names `rocksdb`.
//!
//! One writer works on `rocks.db/` under an exclusive lock ([`Store`]). What it commits it publishes as a checkpoint,
//! `snapshots/<generation>/`, made of hard links. Readers ([`Snapshot`]) only ever open a published checkpoint, so a
//! generation is seen whole or not at all, whatever the writer does meanwhile and however it ends.

pub mod adopt;
pub mod changes;
pub mod check;
mod live;
pub mod lock;
pub mod mend;
pub mod open;
pub mod replace;
pub mod schema;
pub mod snapshot;
mod tidy;
pub mod view;
pub mod writer;

pub use adopt::{adopt, excerpt, named};
pub use changes::Changes;
pub use live::{Live, live};
pub use mend::{Diagnosis, diagnose, mend};
pub use open::{block_counts, share_cache, shared_cache_bytes, tickers};
pub use replace::{Replacement, checkpoint};
pub use schema::{
    AboutRow, ChunkRow, Counts, DocRow, EdgeRow, ExternalRow, ExternalUse, FileRow, Inbound, LinkRow,
    ModelRow, ProjectRow, StoreState, SymbolRow, Table, VectorBase,
};
pub use snapshot::Snapshot;
pub use tidy::tidy;
pub use view::{FamilySize, View};
pub use writer::{Store, make_dir as make_private};
