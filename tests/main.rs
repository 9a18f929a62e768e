//! The tests that go through the whole program: one binary, one module a theme.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what fails in a test is to stop it, also in its helpers"
)]

mod accuracy;
mod auth;
mod backup;
mod cli;
mod cypher;
mod deploy;
mod edge;
mod embedding;
mod exchange;
mod external;
mod faults;
mod generated;
mod incremental;
mod layers;
mod link;
mod mcp;
mod models;
mod observe;
mod page;
mod query;
mod readers;
mod remote;
mod rest;
mod robust;
mod search;
mod serve;
mod settings;
mod store;
mod support;
mod tck;
mod tidy;
mod vectors;
