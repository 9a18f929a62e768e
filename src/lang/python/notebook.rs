//! Notebooks: stand-in.
/// x
pub struct Notebook { /// s
pub source: String, /// c
pub starts: Vec<(u32,u32)> }
/// x
pub fn cells(_json: &str) -> Option<Notebook> { None }
