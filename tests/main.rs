//! The tests that go through the whole program: one binary, one module a theme.

mod incremental;
mod support;
