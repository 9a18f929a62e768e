//! "Which files are there?" The walk under ignore rules and limits, and reading a file safely.

pub mod manifest;
pub mod read;
pub mod walk;
pub mod watch;
