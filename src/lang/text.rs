//! Text that developers search, without symbols.
