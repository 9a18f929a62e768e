//! CodeGraph. Files become facts, facts become edges, edges and words and vectors are kept in one store, and every
//! question to it is one operation that the command line and HTTP merely spell differently.
//!
//! The library is not a stable API: it exists for the binary and its tests.

pub mod error;
pub mod model;
pub mod config;
pub mod observe;
pub mod cypher;
pub mod facts;
pub mod lang;
pub mod text;
pub mod parse;
pub mod scan;
pub mod resolve;
pub mod embed;
pub mod store;
pub mod vector;
pub mod index;
pub mod search;
pub mod query;
pub mod exchange;
pub mod backup;
pub mod service;
pub mod jobs;
pub mod mcp;
pub mod http;
pub mod cli;
