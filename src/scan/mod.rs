//! "Which files are there?" The walk under ignore rules and limits, and reading a file safely.

pub mod compilation;
pub mod manifest;
pub mod read;
pub mod walk;
pub mod watch;
