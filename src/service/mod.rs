//! "One operation, all spellings." Every question and command is an [`Operation`]: a request that clap describes, an
//! answer that is plain data, and a run in between.
//!
//! The registry ([`OPERATIONS`]) is what a surface sees. From an entry it gets the flags, the JSON Schema, a run from
//! parsed arguments and a run from a JSON body. A body is an argv in another spelling, so defaults, ranges, choices and
//! conflicts are written once, as clap attributes.

mod answer;
mod answered;
mod answers;
mod backup;
mod budget;
mod context;
mod cypher;
mod disk;
mod doctor;
mod export;
mod health;
mod hits;
mod index;
mod keeping;
mod kept;
mod models;
mod place;
mod questions;
mod readers;
mod registry;
mod remove;
mod request;
mod schema;
mod search;
mod settings;
mod show;
mod similar;
mod source;
mod totals;
mod status;
mod table;
mod upkeep;
mod verify;
mod watch;

pub use crate::backup::is_read_only;
pub use crate::index::{Partly, STACK_BYTES};
pub use crate::store::{block_counts, share_cache, shared_cache_bytes, tickers, tidy};
pub use answer::{Answer, Choices, Format, Page, Response, choices, error_body, json_of};
pub use answers::{Answers, Asked, Trail, told};
pub use budget::{Files, Memory, Share, bodies, workers};
pub use context::{Context, is_unknown_project};
pub use health::{Part, Probe, Sizes, VectorSize, probe, sizes, vectors};
pub use index::MAX_DESCRIPTION;
pub use keeping::{BackedUp, Checkpointed, back_up, back_up_if_due, checkpoint, last_backup};
pub use models::Models;
pub use readers::Readers;
pub use registry::{Effect, Entry, Group, OPERATIONS, Operation, Request, Surface};
pub use settings::Check;
pub use totals::Totals;
pub use watch::Tended;
