//! The tests that go through the whole program: one binary, one module a theme.
#![expect(clippy::unwrap_used, reason = "what fails in a test is to stop it, also in its helpers")]

mod backup;
mod cli;
mod generated;
mod linking;
mod incremental;
mod layers;
mod link;
mod query;
mod layers;
mod readers;
mod robust;
mod serve;
mod search;
mod support;
mod tidy;
