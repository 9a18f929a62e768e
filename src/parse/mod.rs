//! "What does this file say by itself?" Bytes to chunks and facts; pure, and it never fails.

pub mod chunks;

pub use chunks::{ChunkSpan, chunk_of_line, chunks};
