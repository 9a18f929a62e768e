//! The tests that go through the whole program: one binary, one module a theme.

mod backup;
mod cli;
mod generated;
mod incremental;
mod query;
mod readers;
mod robust;
mod serve;
mod search;
mod support;
